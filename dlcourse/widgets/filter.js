// a 3x3 filter over an image: products, sums and the map are computed here, so that a move asks no
// kernel. Numbers stand in boxes of the page, which the style sizes: a move reads no layout
import { button, card, choice, element, many, onKeys, select, send, short, still, within } from "./shared.js";

const [F, RING, LEVELS] = [3, 2, 9]; // the filter's side, the most padding, the brightest pixel

// ---- the arithmetic

function solve(get) {
  const image = get("images")[get("image")];
  const [n, S, P, given] = [image.length, get("stride"), get("padding"), get("weights")];
  const slid = get("flip") ? [...given].reverse() : given;
  const pixel = (r, c) => image[r]?.[c] ?? 0;
  const under = (i, j) => many(F * F, (k) => pixel(i * S - P + Math.floor(k / F), j * S - P + (k % F)));
  const at = (i, j) => under(i, j).reduce((sum, x, k) => sum + x * slid[k], 0) / get("divisor");
  const room = n + 2 * P - F;
  const size = Math.floor(room / S) + 1;
  const output = many(size, (i) => many(size, (j) => at(i, j)));
  const signed = given.some((weight) => weight < 0);
  const most = Math.max(1e-9, ...output.flat().map(Math.abs));
  return { image, n, S, P, slid, under, size, output, signed, most, room, unread: room % S, divisor: get("divisor") };
}

// whether strong answers stand where brightness rises to the right, and most such places answer
function answersLeft({ under, output, S }) {
  const places = output.flatMap((row, i) => row.map((value, j) => {
    const x = under(i, j);
    return [value, x[2] + x[5] + x[8] - x[0] - x[3] - x[6]];
  }));
  const [top, steep] = [0, 1].map((k) => Math.max(...places.map((place) => place[k])));
  const edge = places.filter(([, rise]) => rise >= (2 / 3) * steep);
  return S === 1 && top > 0 && places.every(([value, rise]) => value <= top / 2 || rise > steep / 8)
    && edge.filter(([value]) => value > top / 3).length > 0.8 * edge.length;
}

// ---- what is said

const sum = (values) => values.map((value, k) => (k ? `${value < 0 ? "−" : "+"} ${short(Math.abs(value))}` : short(value))).join(" ");

function tell(now, [i, j], filled, done) {
  const { size, output, unread, P } = now;
  const lost = unread > P ? "of the image" : "of the padding";
  return `The window's place in the map is row ${i + 1}, column ${j + 1} of ${size} × ${size}: nine pixels times nine weights give ${short(output[i][j])}. `
    + `${filled} of ${size * size} places are filled.`
    + (unread ? ` The stride leaves ${unread === 1 ? `the last row and column ${lost}` : "the last two rows and columns"} unread.` : "")
    + (done ? " The task is solved." : "");
}

function formula({ n, P, S, room, size }) {
  const share = short(room / S);
  return `⌊(${n} + 2·${P} − ${F}) / ${S}⌋ + 1 = ${room % S ? `⌊${share}⌋` : share} + 1 = ${size}`;
}

// ---- what is drawn

// grey numbers that stay back on a grey pixel, with a contrast of 5 where there is so much
const grey = (light) => `rgb(${many(3, () => Math.round(255 * light)).join()})`;
function inkOn(light) {
  const level = (light <= 0.04 ? light / 12.92 : ((light + 0.055) / 1.055) ** 2.4) + 0.05;
  const ink = level < 0.229 ? Math.min(1, 5.2 * level - 0.05) : Math.max(0, level / 5.2 - 0.05);
  return ink <= 0.0031 ? 12.92 * ink : 1.055 * ink ** (1 / 2.4) - 0.055;
}

function paint(cell, text, { light, tint, kind = "" }) {
  if (cell.textContent !== text) cell.textContent = text;
  const look = `${kind} dl-n${text.length}`;
  if (cell.className !== look) cell.className = look;
  const share = Math.round(60 * Math.abs(tint ?? 0));
  cell.style.background = light === undefined ? tint === undefined ? "" : `color-mix(in srgb, var(--${tint < 0 ? "minus" : "plus"}) ${share}%, var(--paper))` : grey(light);
  cell.style.color = light === undefined ? "" : grey(inkOn(light));
}
const toned = ({ signed, most }, value) => (signed ? { tint: value / most } : { light: within(value / most, 0, 1) });

// a square of boxes; the first of them are used, as many as a side asks for
function board(part, most) {
  const [outer, cells] = [element("div", { class: "dl-board" }), element("div", { class: "dl-cells", "aria-hidden": "true" })];
  cells.append(...many(most * most, () => element("span")));
  outer.append(cells);
  part.append(outer);
  return [outer, [...cells.children]];
}

function section(place, name, title) {
  const part = element("div", { class: `dl-part dl-${name}` });
  const head = element("p", { class: "dl-head" }, title);
  part.append(head);
  place.append(part);
  return [part, head];
}

function named(bar, name, options, act) {
  const group = element("div", { class: "dl-named" });
  group.append(element("span", { "aria-hidden": "true" }, name));
  bar.append(group);
  return choice(group, name, options, act);
}

// ---- the card

function render({ model, el }) {
  const { root, place, bar, say, follow } = card({ model, el }, "filter");
  const get = (name) => model.get(name);
  const set = (name) => (value) => send(model, { [name]: value });
  const [images, presets] = [get("images"), get("presets")];
  const n = Object.values(images)[0].length;
  const fill = button(bar, "Fill the map", () => {
    been.clear();
    send(model, { filled: !get("filled") });
  });
  const play = button(bar, "Slide", () => (clock ? stop() : start()));
  play.className = "dl-slide";
  const pickImage = select(bar, "image", Object.keys(images).map((name) => [name, name]), set("image"));
  const pickFilter = select(bar, "filter", [...Object.keys(presets).map((name) => [name, name]), ["", "your own"]], (name) => {
    if (name) send(model, { weights: presets[name].slice(0, -1), divisor: presets[name].at(-1) });
  });
  const setStride = named(bar, "stride S", [[1, "1"], [2, "2"], [3, "3"]], set("stride"));
  const setPadding = named(bar, "padding P", [[0, "0"], [1, "1"], [2, "2"]], set("padding"));
  const setFlip = named(bar, "what slides", [[false, "cross-correlation"], [true, "convolution"]], set("flip"));

  const [imagePart, imageHead] = section(place, "image", "");
  const [imageBoard, pixels] = board(imagePart, n + 2 * RING);
  const hand = element("div", { class: "dl-window", role: "slider", tabindex: 0, "aria-label": "window: arrow keys move it", "aria-valuemin": 1 });
  imageBoard.append(hand);
  const [filterPart] = section(place, "weights", "filter w");
  const grid = element("div", { class: "dl-inputs" });
  const inputs = many(F * F, (k) => {
    const input = element("input", { type: "number", step: "any", "aria-label": `weight in row ${Math.floor(k / F) + 1}, column ${(k % F) + 1}` });
    input.addEventListener("input", () => { if (input.value !== "") weigh(k, input.valueAsNumber); });
    input.addEventListener("blur", () => { input.value = get("weights")[k]; });
    input.addEventListener("focus", () => { chosen = k; inputs.forEach((one) => one.classList.toggle("dl-chosen", one === input)); });
    grid.append(input);
    return input;
  });
  const keys = element("div", { class: "dl-keys" });
  filterPart.append(grid, keys);
  for (const [text, by, name] of [["−", -1, "less 1"], ["+", 1, "plus 1"]]) {
    button(keys, text, () => weigh(chosen, get("weights")[chosen] + by)).setAttribute("aria-label", `marked weight ${name}`);
  }
  const share = button(keys, "÷ 9", () => send(model, { divisor: get("divisor") === 1 ? 9 : 1 }));
  const [productPart, productHead] = section(place, "products", "");
  const terms = element("div", { class: "dl-terms", "aria-hidden": "true" });
  const products = many(F * F, () => {
    const term = element("div");
    term.append(element("small"), element("b"));
    terms.append(term);
    return term;
  });
  const equation = element("p", { class: "dl-equation", "aria-hidden": "true" });
  productPart.append(terms, equation);
  const [outputPart, outputHead] = section(place, "output", "");
  const [outputBoard, outputs] = board(outputPart, n + 2 * RING - F + 1);
  const here = element("div", { class: "dl-here" });
  outputBoard.append(here);
  const size = element("p", { class: "dl-size" });
  outputPart.append(size);
  const task = element("p", { class: "dl-task" });
  root.insertBefore(task, root.querySelector(".dlcourse-caption"));

  let [now, clock, chosen, waits, been, laid] = [null, 0, 4, false, new Set(), ""];
  const spot = () => get("position").map((value) => within(value, 0, now.size - 1));
  function weigh(k, value) {
    const weights = [...get("weights")];
    weights[k] = within(Math.round(100 * value) / 100, -99, 99);
    send(model, { weights });
  }
  function go(place) {
    const next = place.map((value) => within(Math.round(value), 0, now.size - 1));
    if (String(next) !== String(get("position"))) send(model, { position: next });
  }
  function stop() {
    clearInterval(clock);
    [clock, play.textContent, play.dataset.on] = [0, "Slide", false];
  }
  function start() {
    const next = () => {
      const k = spot()[0] * now.size + spot()[1] + 1;
      if (k >= now.size ** 2) stop();
      else go([Math.floor(k / now.size), k % now.size]);
    };
    if (spot().every((value) => value === now.size - 1)) go([0, 0]);
    [play.textContent, play.dataset.on] = ["Pause", true];
    clock = setInterval(next, still.matches ? 300 : 130);
  }

  function drawImage() {
    const { image, P, unread } = now;
    const last = n + P - unread;
    pixels.forEach((cell, k) => {
      const [r, c] = [Math.floor(k / (n + 2 * P)) - P, (k % (n + 2 * P)) - P];
      const value = image[r]?.[c];
      if (r >= n + P) paint(cell, "", { kind: "dl-none" });
      else if (Math.max(r, c) >= last) paint(cell, "", { kind: "dl-unread" });
      else if (value === undefined) paint(cell, "0", { kind: "dl-pad" });
      else paint(cell, String(value), { light: value / LEVELS });
    });
  }
  function drawCell(i, j) {
    const [cell, value] = [outputs[i * now.size + j], now.output[i]?.[j]];
    if (value === undefined) paint(cell, "", { kind: "dl-none" });
    else if (!get("filled") && !been.has(`${i} ${j}`)) paint(cell, "", { kind: "dl-empty" });
    else paint(cell, short(value), toned(now, value));
  }
  function drawMove() {
    const [[i, j], { S, size: side, slid, divisor }] = [spot(), now];
    been.add(`${i} ${j}`);
    drawCell(i, j);
    const x = now.under(i, j);
    const values = x.map((pixel, k) => pixel * slid[k]);
    const most = Math.max(1e-9, ...values.map(Math.abs));
    products.forEach((term, k) => {
      term.firstChild.textContent = `${x[k]} × ${short(slid[k])}`;
      term.lastChild.textContent = short(values[k]);
      term.style.background = `color-mix(in srgb, var(--${values[k] < 0 ? "minus" : "plus"}) ${Math.round((60 * Math.abs(values[k])) / most)}%, var(--paper))`;
    });
    equation.textContent = `${divisor === 1 ? sum(values) : `(${sum(values)}) / ${divisor}`} = `;
    equation.append(element("b", {}, short(now.output[i][j])));
    hand.style.transform = `translate(calc(${j * S} * var(--pitch)), calc(${i * S} * var(--pitch)))`;
    here.style.transform = `translate(calc(${j} * var(--pitch)), calc(${i} * var(--pitch)))`;
    hand.setAttribute("aria-valuemax", side * side);
    hand.setAttribute("aria-valuenow", i * side + j + 1);
    hand.setAttribute("aria-valuetext", `row ${i + 1}, column ${j + 1} of ${side} by ${side}: ${short(now.output[i][j])}`);
    const done = get("image") === "digit" && answersLeft(now);
    task.textContent = done ? "Solved: strong positive answers stand at the left edge of the digit only." : get("task");
    task.dataset.done = done;
    say(tell(now, [i, j], get("filled") ? side * side : been.size, done));
  }
  function show() {
    waits = false;
    const which = JSON.stringify(["image", "weights", "divisor", "stride", "padding", "flip", "filled"].map(get));
    if (which !== laid) {
      now = solve(get);
      const grown = `${now.S} ${now.P} ${get("image")}`;
      if (grown !== root.dataset.grown) been = new Set();
      root.dataset.grown = grown;
      drawImage();
      outputs.forEach((_, k) => drawCell(Math.floor(k / now.size), k % now.size));
      place.style.setProperty("--cells", n + 2 * now.P);
      imageBoard.style.setProperty("--side", n + 2 * now.P);
      outputBoard.style.setProperty("--side", now.size);
      pickImage.value = get("image");
      pickFilter.value = Object.keys(presets).find((name) => String(presets[name]) === String([...get("weights"), get("divisor")])) ?? "";
      setStride(now.S);
      setPadding(now.P);
      setFlip(get("flip"));
      fill.setAttribute("aria-pressed", String(get("filled")));
      share.setAttribute("aria-pressed", String(now.divisor !== 1));
      inputs.forEach((input, k) => { if (input.valueAsNumber !== get("weights")[k]) input.value = get("weights")[k]; });
      imageHead.textContent = `image ${n} × ${n}${now.P ? `, padding ${now.P}` : ""}`;
      outputHead.textContent = `output map ${now.size} × ${now.size}`;
      productHead.textContent = get("flip") ? "pixels × the turned filter" : "pixels × filter";
      size.textContent = `size O = ⌊(I + 2P − F) / S⌋ + 1 = ${formula(now)}`;
      laid = which;
    }
    drawMove();
  }
  // traits that change together are drawn once
  function later() {
    if (!waits) queueMicrotask(show);
    waits = true;
  }

  let held = null; // where in the window the pointer holds it, in cells
  const cellOf = ({ clientX, clientY }) => {
    const { left, top, width } = imageBoard.getBoundingClientRect();
    return [clientY - top, clientX - left].map((way) => (way / width) * (n + 2 * now.P));
  };
  const put = (cell, grip) => go(cell.map((value, k) => (value - grip[k]) / now.S));
  imageBoard.addEventListener("pointerdown", (event) => {
    const onHand = event.target === hand;
    if (event.button !== 0 || (event.pointerType === "touch" && !onHand)) return;
    stop();
    const cell = cellOf(event);
    held = onHand ? cell.map((value, k) => value - spot()[k] * now.S) : [F / 2, F / 2];
    if (!onHand) put(cell, held);
    imageBoard.setPointerCapture(event.pointerId);
    hand.dataset.held = "";
    hand.focus({ preventScroll: true });
    event.preventDefault();
  });
  imageBoard.addEventListener("pointermove", (event) => { if (held) put(cellOf(event), held); });
  for (const end of ["pointerup", "pointercancel"]) imageBoard.addEventListener(end, () => { held = null; delete hand.dataset.held; });
  imageBoard.addEventListener("click", (event) => { if (event.target !== hand && event.pointerType === "touch") put(cellOf(event), [F / 2, F / 2]); });
  const by = (k, sign) => () => { stop(); go(spot().map((value, axis) => (axis === k ? value + sign : value))); };
  onKeys(hand, {
    ArrowUp: by(0, -1), ArrowDown: by(0, 1), ArrowLeft: by(1, -1), ArrowRight: by(1, 1), Home: () => go([0, 0]), End: () => go([99, 99]),
  });

  inputs[chosen].classList.add("dl-chosen");
  stop();
  show();
  const traits = ["image", "weights", "divisor", "stride", "padding", "flip", "position", "filled"];
  const end = follow(Object.fromEntries(traits.map((trait) => [trait, later])));
  return () => {
    stop();
    end();
  };
}

export default { render };

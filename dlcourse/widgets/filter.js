// a 3x3 filter over an image: products, sums and the map are computed here, so that a move asks no
// kernel. Numbers stand in boxes of the page, which the style sizes: a move reads no layout
import { button, card, element, many, named, onKeys, select, send, short, still, within } from "./shared.js";
import { board, drawImage, F, paint, section, tint, windowOn } from "./boxes.js";

const MOST = 2; // the widest padding

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
  const made = { image, n, S, P, slid, under, size, output, signed, most, room, unread: room % S, divisor: get("divisor") };
  return { ...made, done: get("image") === "digit" && answersLeft(made) };
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

const sum = (values) => values.map((value, k) => (k ? `${value < 0 ? "−" : "+"}\u00a0${short(Math.abs(value))}` : short(value))).join(" ");

function tell({ size, output, unread, P, done }, [i, j], filled) {
  const lost = `${unread === 1 ? "the last row and column" : "the last two rows and columns"} of the ${unread > P ? "image" : "padding"}`;
  return `At row ${i + 1}, column ${j + 1} of the ${size} × ${size} map, nine pixels times nine weights add up to ${short(output[i][j])}. `
    + (filled === size * size ? "All places are filled." : `${filled} of ${size * size} places ${filled === 1 ? "is" : "are"} filled.`)
    + (unread ? ` The windows never read ${lost}.` : "") + (done ? " The task is solved." : "");
}

function formula({ n, P, S, room, unread, size }) {
  const share = unread ? `⌊${short(room / S)}⌋` : room / S;
  return ["size O", "= ⌊(I + 2P − F) / S⌋ + 1", `= ⌊(${n} + 2·${P} − ${F}) / ${S}⌋ + 1`, `= ${share} + 1`, `= ${size}`];
}

// ---- the parts of the card

// the nine weights, and buttons for the marked one; returns what shows them
function editor(part, act) {
  const [grid, keys] = ["inputs", "keys"].map((kind) => element("div", { class: `dl-${kind}` }));
  let [chosen, weights] = [4, []];
  const weigh = (k, value) => act.weigh(weights.map((weight, i) => (i === k ? within(Math.round(100 * value) / 100, -99, 99) : weight)));
  const inputs = many(F * F, (k) => {
    const input = element("input", { type: "number", step: "any", "aria-label": `weight in row ${Math.floor(k / F) + 1}, column ${(k % F) + 1}` });
    input.addEventListener("input", () => { if (input.value !== "") weigh(k, input.valueAsNumber); });
    input.addEventListener("blur", () => { input.value = weights[k]; });
    input.addEventListener("focus", () => mark(k));
    return input;
  });
  function mark(k) {
    chosen = k;
    inputs.forEach((input, i) => input.classList.toggle("dl-chosen", i === k));
  }
  for (const [text, by, name] of [["−", -1, "less 1"], ["+", 1, "plus 1"]]) {
    button(keys, text, () => weigh(chosen, weights[chosen] + by)).setAttribute("aria-label", `marked weight ${name}`);
  }
  const share = button(keys, "÷ 9", act.divide);
  grid.append(...inputs);
  part.append(grid, keys);
  mark(chosen);
  return (given, divisor) => {
    weights = given;
    inputs.forEach((input, k) => { if (input.valueAsNumber !== given[k]) input.value = given[k]; });
    share.setAttribute("aria-pressed", String(divisor !== 1));
  };
}

// the nine products and their sum; returns what shows those of a place
function products(part) {
  const [terms, equation] = [["div", "terms"], ["p", "equation"]].map(([tag, kind]) => element(tag, { class: `dl-${kind}`, "aria-hidden": "true" }));
  terms.append(...many(F * F, () => element("div")));
  [...terms.children].forEach((term) => term.append(element("small"), element("b")));
  part.append(terms, equation);
  return ({ under, slid, divisor, output }, [i, j]) => {
    const x = under(i, j);
    const values = x.map((pixel, k) => pixel * slid[k]);
    const most = Math.max(1e-9, ...values.map(Math.abs));
    [...terms.children].forEach((term, k) => {
      term.firstChild.textContent = `${x[k]} × ${short(slid[k])}`;
      term.lastChild.textContent = short(values[k]);
      term.style.background = tint(values[k] / most);
    });
    equation.textContent = `${divisor === 1 ? sum(values) : `(${sum(values)}) / ${divisor}`} = `;
    equation.append(element("b", {}, short(output[i][j])));
  };
}

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
  const setStride = named(bar, "stride S", [1, 2, 3], set("stride"));
  const setPadding = named(bar, "padding P", [0, 1, 2], set("padding"));
  const setFlip = named(bar, "operation", ["cross-correlation", "convolution"], (name) => set("flip")(name === "convolution"));
  const [[imagePart, imageHead], [weightsPart, weightsHead], [productsPart, productsHead], [outputPart, outputHead]] = (
    ["image", "weights", "products", "output"].map((name) => section(place, name)));
  const [imageBoard, pixels] = board(imagePart, n + 2 * MOST);
  const [outputBoard, outputs] = board(outputPart, n + 2 * MOST - F + 1);
  const hand = windowOn(imageBoard, () => spot().map((k) => k * now.S), () => n + 2 * now.P, (corner) => {
    stop();
    go(corner.map((value) => value / now.S));
  });
  const setWeights = editor(weightsPart, { weigh: set("weights"), divide: () => send(model, { divisor: get("divisor") === 1 ? 9 : 1 }) });
  const setProducts = products(productsPart);
  const [here, size, task] = [["div", "here"], ["p", "size"], ["p", "task"]].map(([tag, kind]) => element(tag, { class: `dl-${kind}` }));
  outputBoard.append(here);
  outputPart.append(size);
  root.insertBefore(task, root.querySelector(".dlcourse-caption"));

  let [now, clock, waits, been, laid, digits] = [null, 0, false, new Set(), "", 4];
  const spot = () => get("position").map((value) => within(value, 0, now.size - 1));
  function go(place) {
    const next = place.map((value) => within(Math.round(value), 0, now.size - 1));
    if (String(next) !== String(get("position"))) send(model, { position: next });
  }
  function stop() {
    clearInterval(clock);
    [clock, play.textContent, play.dataset.on] = [0, "Slide", false];
  }
  function start() {
    if (spot().every((value) => value === now.size - 1)) go([0, 0]);
    [play.textContent, play.dataset.on] = ["Pause", true];
    clock = setInterval(() => {
      const k = spot()[0] * now.size + spot()[1] + 1;
      if (k >= now.size ** 2) stop();
      else go([Math.floor(k / now.size), k % now.size]);
    }, still.matches ? 300 : 130);
  }
  const by = (axis, sign) => () => { stop(); go(spot().map((value, k) => (k === axis ? value + sign : value))); };
  onKeys(hand, { ArrowUp: by(0, -1), ArrowDown: by(0, 1), ArrowLeft: by(1, -1), ArrowRight: by(1, 1), Home: () => go([0, 0]), End: () => go([99, 99]) });

  function drawCell(i, j) {
    const [cell, value] = [outputs[i * now.size + j], now.output[i]?.[j]];
    const text = value === undefined ? "" : short(Number(value.toFixed(1)));
    if (value === undefined) paint(cell, "", "dl-none");
    else if (!get("filled") && !been.has(`${i} ${j}`)) paint(cell, "", "dl-empty");
    else paint(cell, text.length > digits ? "" : text, "", now.signed ? { ground: tint(value / now.most) } : { light: value / now.most });
  }
  function drawMove() {
    const [[i, j], { S, size: side, output }] = [spot(), now];
    been.add(`${i} ${j}`);
    drawCell(i, j);
    setProducts(now, [i, j]);
    hand.style.transform = `translate(calc(${j * S} * var(--pitch)), calc(${i * S} * var(--pitch)))`;
    here.style.transform = `translate(calc(${j} * var(--pitch)), calc(${i} * var(--pitch)))`;
    hand.setAttribute("aria-valuemax", side * side);
    hand.setAttribute("aria-valuenow", i * side + j + 1);
    hand.setAttribute("aria-valuetext", `row ${i + 1}, column ${j + 1} of ${side} by ${side}: ${short(output[i][j])}`);
    say(tell(now, [i, j], get("filled") ? side * side : been.size));
  }
  function drawAll() {
    const { P, size: side, signed, most, done } = now;
    const grown = `${now.S} ${P} ${get("image")}`;
    if (grown !== root.dataset.grown) {
      been = new Set();
      drawImage(pixels, now);
      for (const [one, name, value] of [[place, "cells", n + 2 * P], [imageBoard, "side", n + 2 * P], [outputBoard, "side", side], [outputPart, "size", side]]) {
        one.style.setProperty(`--${name}`, value);
      }
      size.replaceChildren(...formula(now).map((part) => element("span", {}, part)));
    }
    root.dataset.grown = grown;
    outputs.forEach((_, k) => drawCell(Math.floor(k / side), k % side));
    imageHead.textContent = `image ${n} × ${n}${P ? `, with padding ${n + 2 * P} × ${n + 2 * P}` : ""}`;
    weightsHead.textContent = `filter w${get("flip") ? ", slides turned by 180°" : ""}`;
    productsHead.textContent = `pixels × ${get("flip") ? "turned " : ""}filter`;
    outputHead.textContent = `output map ${side} × ${side}`;
    outputHead.append(element("span", {}, signed ? "orange +, violet −" : `black 0, white ${short(most)}`));
    task.textContent = done ? "Solved: strong positive answers stand at the left edge of the digit only." : get("task");
    task.dataset.done = done;
  }
  function drawControls() {
    pickImage.value = get("image");
    pickFilter.value = Object.keys(presets).find((name) => String(presets[name]) === String([...get("weights"), get("divisor")])) ?? "";
    setStride(get("stride"));
    setPadding(get("padding"));
    setFlip(get("flip") ? "convolution" : "cross-correlation");
    setWeights(get("weights"), get("divisor"));
    fill.setAttribute("aria-pressed", String(get("filled")));
  }
  function show() {
    waits = false;
    const which = JSON.stringify(["image", "weights", "divisor", "stride", "padding", "flip", "filled", "task"].map(get));
    if (which !== laid) {
      now = solve(get);
      drawControls();
      drawAll();
    }
    laid = which;
    drawMove();
  }
  // traits that change together are drawn once
  function later() {
    if (!waits) queueMicrotask(show);
    waits = true;
  }
  stop();
  show();
  const traits = ["image", "weights", "divisor", "stride", "padding", "flip", "filled", "position", "task"];
  const end = follow(Object.fromEntries(traits.map((trait) => [trait, later])));
  const sized = new ResizeObserver(([{ contentRect: { width } }]) => {
    const most = Math.floor((width - 1) / 8); // as many digits as a box holds
    if (width && most !== digits) [digits, laid] = [most, ""];
    if (!laid) show();
  });
  sized.observe(outputs[0]);
  return () => {
    stop();
    sized.disconnect();
    end();
  };
}

export default { render };

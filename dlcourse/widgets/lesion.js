// a trained network of ten blocks that can be switched off: the browser runs the test digits
// through what is left of it
import { axes, button, card, choice, drawing, element, many, send, shape } from "./shared.js";

const [BLOCKS, WIDTH, PIXELS, GOAL, MOST] = [10, 32, 64, 0.9, 48];
const KINDS = ["plain", "residual"];
const NONE = "Here stand the digits that the whole network reads right and what is left of it does not.";
const LOOKS = ["dl-backward", "dl-forward"];

// ---- the arithmetic

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// weights are stored in eight bits, with a scale and a bias for each unit
function networks(weights, numbers) {
  const [small, floats] = [new Int8Array(bytes(weights).buffer), new Float32Array(bytes(numbers).buffer)];
  const sizes = [[WIDTH, PIXELS], ...many(2 * BLOCKS, () => [WIDTH, WIDTH]), [10, WIDTH]];
  let [at, unit] = [0, 0];
  return KINDS.map(() => sizes.map(([out, into]) => {
    const layer = { out, into, W: new Float64Array(out * into), b: new Float64Array(out) };
    for (let o = 0; o < out; o += 1, unit += 1) {
      layer.b[o] = floats[2 * unit + 1];
      for (let i = 0; i < into; i += 1, at += 1) layer.W[o * into + i] = small[at] * floats[2 * unit];
    }
    return layer;
  }));
}

// y = x Wᵀ + b for all digits; `around` is added, and `rectify` cuts at 0. Two digits and two units at
// once: each number that is fetched serves twice
function dense({ W, b, out, into }, x, y, rectify = true, around = null) {
  for (let row = 0, at = 0; row < x.length; row += 2 * into, at += 2 * out) {
    for (let o = 0, w = 0; o < out; o += 2, w += 2 * into) {
      let p = b[o];
      let q = b[o + 1];
      let [r, s] = [p, q];
      for (let i = 0; i < into; i += 1) {
        const one = x[row + i];
        const two = x[row + into + i];
        const first = W[w + i];
        const second = W[w + into + i];
        p += one * first;
        q += one * second;
        r += two * first;
        s += two * second;
      }
      y[at + o] = p;
      y[at + o + 1] = q;
      y[at + out + o] = r;
      y[at + out + o + 1] = s;
    }
  }
  if (around) for (let at = 0; at < y.length; at += 1) y[at] += around[at];
  if (rectify) for (let at = 0; at < y.length; at += 1) y[at] = Math.max(y[at], 0);
  return y;
}

// reads all digits; what lies before the first block that changed is kept from the run before
function reader(layers, residual, x) {
  const n = x.length / PIXELS;
  const states = many(BLOCKS + 1, () => new Float64Array(n * WIDTH));
  const [middle, scores] = [new Float64Array(n * WIDTH), new Float64Array(n * 10)];
  let known = null;
  return (off) => {
    let first = 0;
    if (known) while (first < BLOCKS && known.includes(first + 1) === off.includes(first + 1)) first += 1;
    else dense(layers[0], x, states[0]);
    for (let k = first; k < BLOCKS; k += 1) {
      if (off.includes(k + 1)) states[k + 1].set(states[k]);
      else dense(layers[2 * k + 2], dense(layers[2 * k + 1], states[k], middle), states[k + 1], true, residual ? states[k] : null);
    }
    known = off;
    dense(layers.at(-1), states[BLOCKS], scores, false);
    return many(n, (i) => {
      let best = 0;
      for (let k = 1; k < 10; k += 1) if (scores[10 * i + k] > scores[10 * i + best]) best = k;
      return best;
    });
  };
}

// ---- what is said

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const listed = (parts) => (parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`);
const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

// the pair (true, read) that is most frequent among the wrong ones
function commonest(wrong) {
  const counts = new Map();
  for (const { label, read } of wrong) counts.set(`${label}${read}`, (counts.get(`${label}${read}`) ?? 0) + 1);
  const [pair, times] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
  return { label: pair[0], read: pair[1], times };
}

function tell({ kind, off, share, whole, wrong }) {
  const which = off.length ? `without block${off.length > 1 ? "s" : ""} ${listed(off)}` : "all ten blocks on";
  const opening = `The ${KINDS[kind]} network, ${which}, reads ${percent(share)} of the 360 test digits right`;
  if (!off.length) return `${opening}.`;
  const lost = wrong.length ? `${counted(wrong.length, "digit")} that it read right ${wrong.length === 1 ? "is" : "are"} now wrong` : "every digit that it read right is still right";
  const most = wrong.length > 2 ? commonest(wrong) : { times: 0 };
  const example = most.times > 1 ? `, most often ${most.label} is read as ${most.read} (${most.times} times)` : "";
  return `${opening}, whole ${percent(whole)}: ${lost}${example}.`;
}

// ---- what is drawn

function drawChain(svg, blocks, { kind, off }) {
  const { inside, box: { width } } = axes(svg, { xlim: [0, 1], ylim: [0, 1], xticks: [], yticks: [], left: 0, right: 0 });
  const row = width < 620 ? 5 : BLOCKS;
  const tall = (BLOCKS / row) * 116 - 8;
  svg.tall = tall;
  svg.style.height = `${tall}px`;
  svg.replaceChildren(inside);
  for (const [name, value] of Object.entries({ x: 0, y: 0, width, height: tall, viewBox: `0 0 ${width} ${tall}` })) inside.setAttribute(name, value);
  const put = (name, kindOf, attributes, words) => inside.append(shape(name, { class: kindOf, ...attributes }, words));
  const [pad, wide] = [6, (width - 12) / row];
  const broad = Math.max(Math.min(wide - 8, 76), 44);
  const line = (top) => top + (kind ? 30 : 68);
  for (let top = 0; top < tall; top += 116) {
    const last = top + 116 > tall;
    put("path", "dl-wire", { d: `M0 ${line(top)}H${width - (last ? 8 : 0)}` });
    if (last) put("path", "dl-tip", { d: `M${width} ${line(top)}l-10 -6v12Z` });
  }
  put("text", "dl-tick", { x: 0, y: 14 }, "64 pixels in");
  put("text", "dl-tick", { x: width, y: tall - 94, "text-anchor": "end" }, "10 scores out");
  blocks.forEach((block, k) => {
    const top = 116 * Math.floor(k / row);
    const x = pad + wide * ((k % row) + 0.5);
    const on = !off.includes(k + 1);
    block.style.cssText = `left: ${x - broad / 2}px; top: ${top + (kind ? 58 : 46)}px; width: ${broad}px`;
    block.setAttribute("aria-pressed", String(on));
    block.classList.remove(...LOOKS);
    block.classList.add(LOOKS[kind]);
    if (!kind) return;
    const [from, to] = [x - broad / 2 + 10, x + broad / 2 - 10];
    put("path", `dl-wire ${on ? "" : "dl-cut"}`, { d: `M${from} ${line(top)}v30M${to} ${line(top) + 30}v-30` });
    if (!on) return;
    put("path", "dl-tip", { d: `M${from} ${line(top) + 29}l-4.5 -8h9Z` });
    put("circle", "dl-plus", { cx: to, cy: line(top), r: 7 });
    put("path", "dl-plus", { d: `M${to - 4} ${line(top)}h8M${to} ${line(top) - 4}v8` });
  });
  return width;
}

function drawTries(svg, { kind, off, share, whole, tried }) {
  const frame = axes(svg, { xlim: [-0.4, BLOCKS + 0.4], ylim: [0, 104], xticks: many(6, (i) => 2 * i), yticks: [0, 25, 50, 75, 100], xlabel: "blocks off", ylabel: "digits right, %" });
  const end = frame.box.x + frame.box.width - 4;
  const note = (value, up, words) => frame.inside.append(shape("text", { class: "dl-tick dl-halo", x: end, y: frame.y(value) + up, "text-anchor": "end" }, words));
  frame.line([[-0.4, 100 * GOAL], [10.4, 100 * GOAL]], "dl-dashed dl-thin");
  frame.line([[-0.4, 10], [10.4, 10]], "dl-dashed dl-thin dl-soft");
  note(90, 16, "stay above 90 %");
  note(10, 16, "guessing");
  KINDS.forEach((_, one) => {
    const look = one ? "" : "dl-square";
    frame.dots(tried.filter(([which]) => which === one).map(([, count, right]) => [count, right / 3.6]), `${LOOKS[one]} ${look}`);
  });
  const place = [off.length, 100 * share];
  frame.dots([place], `dl-big dl-edge ${kind ? "" : "dl-square"}`);
  frame.dots([place], `${LOOKS[kind]} dl-big ${kind ? "" : "dl-square"}`);
  svg.append(shape("text", { class: "dl-name", x: end + 4, y: frame.box.y - 10, "text-anchor": "end" }, `now ${percent(share)}${frame.box.width > 300 ? `, whole ${percent(whole)}` : ""}`));
  frame.legend([["residual", "dl-forward dl-dots"], ["plain", "dl-backward dl-dots dl-square"]]);
}

// digits with what they are and what they are read as
function strip(place, pixels) {
  const box = element("div", { class: "dl-wrong", "aria-hidden": "true" });
  const [name, cells, none] = [element("p"), element("div", { class: "dl-strip" }), element("p", {}, NONE)];
  cells.append(none);
  box.append(name, cells);
  place.append(box);
  const made = many(MOST, () => {
    const cell = element("figure", { class: "dl-digit" });
    const canvas = element("canvas", { width: 8, height: 8, "aria-hidden": "true" });
    const words = element("figcaption");
    cell.append(canvas, words);
    cells.append(cell);
    return { cell, words, brush: canvas.getContext("2d") };
  });
  return (wrong, most) => {
    const part = wrong.length > most ? `, here ${most}` : "";
    name.textContent = wrong.length ? `Now wrong: ${wrong.length}${part} (true → read)` : "Now wrong: none";
    none.hidden = wrong.length > 0;
    made.forEach(({ cell, words, brush }, i) => {
      cell.hidden = i >= Math.min(wrong.length, most);
      if (cell.hidden) return;
      const image = new ImageData(8, 8);
      for (let k = 0; k < PIXELS; k += 1) image.data[4 * k + 3] = 255 * pixels[PIXELS * wrong[i].at + k];
      brush.putImageData(image, 0, 0);
      words.textContent = `${wrong[i].label} → ${wrong[i].read}`;
    });
  };
}

function render({ model, el }) {
  const { root, place, bar, say, follow } = card({ model, el }, "lesion");
  const get = (name) => model.get(name);
  const pixels = Float64Array.from(bytes(get("digits")), (value) => value / 16);
  const labels = [...get("labels")].map(Number);
  const read = networks(get("weights"), get("numbers")).map((layers, kind) => reader(layers, kind === 1, pixels));
  const intact = read.map((run) => run([]));
  const rightOf = (found) => found.reduce((sum, digit, i) => sum + (digit === labels[i]), 0);
  const task = element("p", { class: "dl-task" });
  bar.append(task);
  const setKind = choice(bar, "network", [[1, "residual"], [0, "plain"]], (kind) => send(model, { residual: kind === 1 }));
  button(bar, "all blocks on", () => send(model, { off: [] }));
  const chain = element("div", { class: "dl-chain" });
  place.append(chain);
  const net = drawing(chain, { height: 108 });
  for (const [name, value] of [["role", "group"], ["aria-label", "blocks: a pressed one is on"]]) net.parentNode.setAttribute(name, value);
  const blocks = many(BLOCKS, (k) => {
    const block = button(net.parentNode, String(k + 1), () => {
      const off = get("off");
      send(model, { off: off.includes(k + 1) ? off.filter((one) => one !== k + 1) : [...off, k + 1].sort((a, b) => a - b) });
    });
    block.classList.add("dl-block");
    block.setAttribute("aria-label", `block ${k + 1}`);
    return block;
  });
  const plot = drawing(place, { height: 300, grow: 3 });
  const showWrong = strip(place, pixels);
  let [now, waits, tries] = [null, false, intact.map((found, kind) => [kind, 0, rightOf(found)])];

  function draw() {
    const width = drawChain(net, blocks, now);
    drawTries(plot, now);
    const [wide, rows] = width < 592 ? [width, 2] : [280 + (4 * (width - 592)) / 7, 4]; // below the plot, or beside it
    showWrong(now.wrong, Math.min(rows * Math.floor((wide + 6) / 58), MOST));
  }
  function show() {
    waits = false;
    const [kind, off] = [Number(get("residual")), get("off")];
    const found = read[kind](off);
    const right = rightOf(found);
    const wrong = found.map((digit, at) => ({ at, label: labels[at], read: digit })).filter(({ at, label, read: digit }) => digit !== label && intact[kind][at] === label);
    const every = [...get("tried"), ...tries, [kind, off.length, right]];
    tries = [...new Map(every.map((one) => [String(one), one])).values()];
    if (now && tries.length > get("tried").length) send(model, { tried: tries }); // a move; no kernel may hear the first drawing
    now = { kind, off, share: right / labels.length, whole: rightOf(intact[kind]) / labels.length, wrong, tried: tries };
    const best = KINDS.map((_, which) => Math.max(0, ...now.tried.filter(([k, , hits]) => k === which && hits > GOAL * labels.length).map(([, count]) => count)));
    task.replaceChildren("Switch off as many blocks as you can and stay above 90 %. Your best so far: ", element("b", {}, `residual ${best[1]}, plain ${best[0]}`), best[1] < get("most") ? "." : ". No other block of the residual network can go.");
    setKind(kind);
    root.dataset.kind = kind;
    draw();
    say(tell(now));
  }
  // traits that change together are drawn once
  function later() {
    if (!waits) queueMicrotask(show);
    waits = true;
  }
  show();
  return follow({ residual: later, off: later }, draw);
}

export default { render };

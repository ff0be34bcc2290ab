// one inception module: pipes as wide as maps are many, boxes whose area is their weights, and bars
// of what each branch costs, with its 1×1 reduction and without
import { axes, card, choice, drawing, element, send, shape, slider, still } from "./shared.js";

const NAMES = ["1×1", "3×3", "5×5", "pool, 1×1"];
const [TOP, STAGE, LAST, DEEPEST, JOIN] = [74, 116, 186, 150, 404]; // heights in the drawing
const LADDER = [128, 192, 256, 384, 512, 768, 1024]; // maps that fill a column

// ---- the arithmetic

const whole = (value) => value.toLocaleString("en");
const millions = (value) => `${Number((value / 1e6).toPrecision(3)).toLocaleString("en")} M`;
const parametersOf = ([F, C, K]) => (F * F * C + 1) * K;
const sum = (values) => values.reduce((a, b) => a + b, 0);

// layers as [F, channels in, channels out], of each branch; of the whole both counts, per branch too
function count({ C, r3, r5, widths: [one, , three, , five, pooled], size }, reduced) {
  const through = (F, r, K) => (reduced ? [[1, C, r], [F, r, K]] : [[F, C, K]]);
  const branches = [[[1, C, one]], through(3, r3, three), through(5, r5, five), [[1, C, pooled]]];
  const parameters = branches.map((layers) => sum(layers.map(parametersOf)));
  const multiplications = branches.map((layers) => sum(layers.map(([F, c, K]) => F * F * c * K * size * size)));
  return { branches, parameters, multiplications, whole: sum(parameters), work: sum(multiplications) };
}

// the widest reduction with which a branch has fewer parameters than without it
const pays = (F, C, K) => Math.ceil((F * F * C * K) / (C + 1 + F * F * K)) - 1;

// ---- what is said

const verb = (ratio, end) => (ratio >= 1 ? `divide${end}` : `multipl${end ? "ies" : "y"}`);
const factor = (ratio) => Math.max(ratio, 1 / ratio).toFixed(2);

function tell({ name, own, C, r3, r5, widths, size, shown, left, reduced }) {
  const now = reduced ? shown : left;
  const opening = `${own ? "" : "Changed from "}${name}, ${C} maps of ${size}×${size} in: ${whole(now.whole)} parameters and ${millions(now.work).replace(" M", " million")} multiplications`;
  const ratio = left.whole / shown.whole;
  if (!reduced) {
    const other = ratio >= 1 ? `${factor(ratio)} times as many parameters as with the two reductions` : `fewer parameters than with these two reductions, which need ${factor(ratio)} times as many`;
    return `${opening}, ${other}. The 5×5 now reads all ${C} maps instead of ${r5}.`;
  }
  const [three, five] = [[1, 3, widths[2]], [2, 5, widths[4]]].map(([i, F, K]) => {
    const share = left.parameters[i] / shown.parameters[i];
    return { verb: verb(share, "s"), times: `by ${factor(share)}${share < 1 ? ` (it pays up to ${pays(F, C, K)} maps)` : ""}` };
  });
  const second = five.verb === three.verb ? "" : `${five.verb} its own `;
  return `${opening}. The reduction to ${r3} before the 3×3 ${three.verb} the parameters of its branch ${three.times}, that to ${r5} before the 5×5 ${second}${five.times}; `
    + `together they ${verb(ratio, "")} those of the module by ${factor(ratio)}.`;
}

// ---- what is drawn

function put(into, kind, attributes) {
  into.append(shape(attributes.d ? "path" : "rect", { class: kind, ...attributes }));
}
function text(into, kind, x, y, anchor, words) {
  into.append(shape("text", { class: kind, x, y, "text-anchor": anchor }, words));
}
// a pipe from one place and width to another
function pipe(into, [x, y, wide], [u, v, broad]) {
  const h = (y + v) / 2;
  const points = [[x - wide / 2, y], [u - broad / 2, v], [u + broad / 2, v], [x + wide / 2, y]].map((p) => p.map((n) => n.toFixed(1)));
  const [a, b, c, d] = points;
  put(into, "dl-pipe", { d: `M${a.join(" ")}C${a[0]} ${h} ${b[0]} ${h} ${b.join(" ")}H${c[0]}C${c[0]} ${h} ${d[0]} ${h} ${d.join(" ")}Z` });
}
function box(into, kind, x, y, wide, height) {
  put(into, kind, { x: (x - wide / 2).toFixed(1), y, width: Math.max(wide, 1).toFixed(1), height: Math.max(height, 1).toFixed(1) });
}

// u goes from 0, with the reductions, to 1, where they are left out
function drawModule(svg, { C, r3, r5, widths, size, shown, left }, u) {
  const { inside, box: { width } } = axes(svg, { xlim: [0, 1], ylim: [0, 1], xticks: [], yticks: [], left: 0, right: 0 });
  svg.replaceChildren(inside);
  for (const [name, value] of Object.entries({ y: 0, height: svg.tall, viewBox: `0 0 ${width} ${svg.tall}` })) inside.setAttribute(name, value);
  const [one, , three, , five, pooled] = widths;
  const outs = [one, three, five, pooled];
  const gap = width > 520 ? 28 : 6;
  const column = (width - 3 * gap) / 4;
  const wide = column / LADDER.find((rung) => rung >= Math.max(C, ...outs, r3, r5));
  const high = DEEPEST / Math.max(9 * three, 25 * five, one, pooled);
  const total = sum(outs);
  let at = width / 2 - (total * wide) / 2;
  text(inside, "dl-name", width / 2, 13, "middle", `${C} maps of ${size}×${size} enter${width > 330 ? " each branch" : ""}`);
  const drawn = NAMES.map((name, i) => {
    const [x, K, F, r] = [column / 2 + i * (column + gap), outs[i], [1, 3, 5, 1][i], [0, r3, r5, 0][i]];
    const fed = r ? r + u * (C - r) : C;
    pipe(inside, [width / 2, 28, C * wide], [x, TOP, C * wide]);
    pipe(inside, [x, TOP, C * wide], [x, STAGE, C * wide]);
    const foot = r ? STAGE + r * high * (1 - u) : STAGE;
    pipe(inside, [x, foot, C * wide], [x, foot + 22, fed * wide]);
    pipe(inside, [x, foot + 22, fed * wide], [x, LAST, fed * wide]);
    const [deep, out] = [F * F * K * high, at + (K * wide) / 2];
    at += K * wide;
    pipe(inside, [x, LAST + deep, K * wide], [x, LAST + DEEPEST + 8, K * wide]);
    pipe(inside, [x, LAST + DEEPEST + 8, K * wide], [out, JOIN, K * wide]);
    return { x, K, F, r, fed, deep, out, i };
  });
  box(inside, "dl-maps", width / 2, 22, C * wide, 6);
  for (const { x, K, F, r, fed, deep, out, i } of drawn) {
    if (r && u < 1) {
      box(inside, "dl-reduce", x, STAGE, C * wide, r * high * (1 - u));
      text(inside, "", x, STAGE - 22, "middle", `1×1, ${r}`);
      text(inside, "dl-tick", x, STAGE - 7, "middle", whole(parametersOf([1, C, r])));
    }
    if (i === 3) {
      put(inside, "dl-pool", { x: x - Math.min(column / 2 - 1, 44), y: STAGE - 20, width: Math.min(column - 2, 88), height: 24, rx: 6 });
      text(inside, "", x, STAGE - 4, "middle", "max 3×3");
    }
    box(inside, "dl-conv", x, LAST, Math.min(fed, r || C) * wide, deep);
    if (r && fed > r) for (const side of [-1, 1]) box(inside, "dl-more", x + (side * (fed + r) * wide) / 4, LAST, ((fed - r) * wide) / 2, deep);
    if (r && r < C && u < 1) box(inside, "dl-ghost", x, LAST, C * wide, deep);
    const layers = (u < 0.5 ? shown : left).branches[i];
    text(inside, "", x, LAST - 22, "middle", `${F}×${F}, ${K}`);
    text(inside, "dl-tick", x, LAST - 7, "middle", whole(parametersOf(layers.at(-1))));
    box(inside, "dl-maps", out, JOIN, K * wide, 6);
  }
  text(inside, "dl-name", width / 2, JOIN + 26, "middle", width > 330 ? `${outs.join(" + ")} = ${total} maps leave` : `${outs.join(" + ")} = ${total}`);
  text(inside, "dl-tick", width / 2, JOIN + 48, "middle", width > 330 ? "width of a pipe: maps · area of a box: weights" : "pipe: width = maps · box: area = weights");
}

function drawCosts(svg, { size, shown, left }, u) {
  const most = Math.max(shown.whole, left.whole) / 1000;
  const unit = 10 ** Math.floor(Math.log10(most));
  const limit = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((n) => n * unit).find((n) => n >= most);
  const frame = axes(svg, { xlim: [0, limit], ylim: [0, 1], yticks: [], xlabel: "parameters, thousands", left: 4, right: 16 });
  const { box: { y }, inside, x } = frame;
  const width = x(limit);
  const now = u < 0.5 ? shown : left;
  text(svg, "dl-tick", width, 10, "end", "parameters · multiplications");
  const rows = [...NAMES.map((name, i) => [name, shown.parameters[i], left.parameters[i], now.parameters[i], now.multiplications[i], shown.branches[i].length > 1 ? parametersOf(shown.branches[i][0]) : 0]),
    ["together", shown.whole, left.whole, now.whole, now.work, sum([1, 2].map((i) => parametersOf(shown.branches[i][0])))]];
  const step = (frame.box.height - 8) / rows.length;
  rows.forEach(([name, a, b, parameters, work, reduction], i) => {
    const up = y + 8 + i * step;
    const [one, two, cut] = [a, b, reduction * (1 - u)].map((value) => x(value / 1000));
    const end = one + u * (two - one);
    const bar = (kind, from, to) => { if (to > from) put(inside, kind, { x: from.toFixed(1), y: up + 22, width: (to - from).toFixed(1), height: 16 }); };
    if (i === 4) put(svg, "dl-total", { d: `M4 ${up}H${width}` });
    text(svg, "dl-name", 4, up + 16, "start", name);
    text(svg, i === 4 ? "dl-value" : "", width, up + 16, "end", `${whole(parameters)} · ${millions(work)}`);
    bar("dl-reduce", x(0), cut);
    bar("dl-conv", cut, Math.max(cut, Math.min(end, Math.min(one, two))));
    bar("dl-more", Math.max(cut, Math.min(one, two)), end);
    if (two > end + 1) bar("dl-ghost", end, two - 1);
  });
  frame.legend([["1×1 reduction", "dl-third"], ["convolution", "dl-forward"], ["more than needed", "dl-backward"], ["what is saved", "dl-saved"]]);
}

function render({ model, el }) {
  const { place, bar, say, follow } = card({ model, el }, "inception");
  const get = (name) => model.get(name);
  const modules = get("modules");
  const presets = element("div", { class: "dl-modules" });
  presets.append(element("span", { "aria-hidden": "true" }, "a module of GoogLeNet"));
  bar.append(presets);
  const preset = (name) => ({ in_channels: modules[name].in_channels, reduce3: modules[name].widths[1], reduce5: modules[name].widths[3] });
  const setModule = choice(presets, "a module of GoogLeNet", Object.keys(modules).map((name) => [name, name]), (module) => send(model, { module, ...preset(module) }));
  const moves = [["in_channels", "maps in", 16, 1024, 16], ["reduce3", "1×1 before the 3×3", 8, 256, 8], ["reduce5", "1×1 before the 5×5", 8, 256, 8]]
    .map(([trait, name, min, max, step]) => [trait, slider(bar, name, { min, max, step }, (value) => send(model, { [trait]: value }))]);
  const setReduced = choice(bar, "reductions", [[true, "with both reductions"], [false, "left out"]], (reduced) => send(model, { reduced }));
  const [module, costs] = [drawing(place, { height: 460, grow: 5 }), drawing(place, { height: 380, grow: 4 })];
  const narrow = bar.querySelectorAll("[aria-label^='1×1']");
  let [now, u, turn, waits] = [null, get("reduced") ? 0 : 1, 0, false];

  function draw() {
    drawModule(module, now, u);
    drawCosts(costs, now, u);
  }
  function show() {
    waits = false;
    const [name, C, r3, r5, reduced] = ["module", "in_channels", "reduce3", "reduce5", "reduced"].map(get);
    const { widths, size } = modules[name];
    now = { name, C, r3, r5, widths, size, reduced, own: Object.entries(preset(name)).every(([trait, value]) => get(trait) === value) };
    [now.shown, now.left] = [true, false].map((with1) => count(now, with1));
    setModule(now.own ? name : null);
    moves.forEach(([trait, set]) => set(get(trait)));
    narrow.forEach((control) => { control.disabled = !reduced; });
    setReduced(reduced);
    say(tell(now));
    draw();
  }
  // traits that change together are drawn once
  function later() {
    if (!waits) queueMicrotask(show);
    waits = true;
  }
  function turnOver() {
    const [from, to, since] = [u, get("reduced") ? 0 : 1, performance.now()];
    show();
    cancelAnimationFrame(turn);
    (function go(moment) {
      const done = still.matches || from === to ? 1 : Math.min(1, Math.max(0, (moment - since) / 450)) || 0;
      u = from + done * done * (3 - 2 * done) * (to - from);
      draw();
      if (done < 1) turn = requestAnimationFrame(go);
    })(since);
  }
  show();
  const end = follow({ module: later, in_channels: later, reduce3: later, reduce5: later, reduced: turnOver }, draw);
  return () => {
    cancelAnimationFrame(turn);
    end();
  };
}

export default { render };

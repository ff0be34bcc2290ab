// twenty fits of twenty data sets: all of them are solved here, so that a move asks no kernel
import { axes, button, card, drawing, element, many, send, shape, short, slider, within } from "./shared.js";

const [SETS, MOST, LAST] = [20, 200, 20]; // data sets, points, degree
const FRAME = 2.4; // what the drawing shows, up and down
const GRID = many(200, (i) => -1 + (2 * i) / 199);
const truth = (x) => Math.sin(3 * x);
const dot = (a, b, n) => { let sum = 0; for (let i = 0; i < n; i += 1) sum += a[i] * b[i]; return sum; };
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

// ---- the data: Mulberry32 and Box and Muller's normal numbers, as `normals` in Python makes them

function uniform(k) {
  const state = Math.imul(k, 0x6d2b79f5);
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

function normals(draw) {
  const first = 1 + draw * 2 * SETS * MOST;
  const one = (k) => Math.sqrt(-2 * Math.log(1 - uniform(k))) * Math.cos(2 * Math.PI * uniform(k + 1));
  return many(SETS, (set) => Float64Array.from({ length: MOST }, (_, i) => one(first + 2 * (set * MOST + i))));
}

// ---- the fits

// Legendre's polynomials of mean square 1 at the places x, as columns of degrees 0 to 20, each
// followed by `extra` zeros
function legendre(x, extra = 0) {
  const columns = many(LAST + 1, () => new Float64Array(x.length + extra));
  x.forEach((at, i) => {
    let [last, now] = [0, 1];
    columns.forEach((column, k) => {
      column[i] = Math.sqrt(2 * k + 1) * now;
      [last, now] = [now, ((2 * k + 1) * at * now - k * last) / (k + 1)];
    });
  });
  return columns;
}

// columns become orthonormal (modified Gram and Schmidt); rows of a ridge stand below the points.
// The first d + 1 columns are those of degree d, so one pass serves all degrees. `others` are the
// same columns at the places of the drawing, and go through the same steps
function orthogonalized(columns, others) {
  columns.forEach((column, j) => {
    const [own, size] = [others[j], column.length];
    for (let i = 0; i < j; i += 1) {
      const r = dot(columns[i], column, size);
      for (let k = 0; k < size; k += 1) column[k] -= r * columns[i][k];
      for (let k = 0; k < own.length; k += 1) own[k] -= r * others[i][k];
    }
    const r = Math.sqrt(dot(column, column, size));
    for (let k = 0; k < size; k += 1) column[k] /= r;
    for (let k = 0; k < own.length; k += 1) own[k] /= r;
  });
  return { columns, others };
}

// of each degree: what the mean of all possible fits misses, and how far a fit is from that mean.
// A fit is linear in the points, so the mean of all is the fit to the noiseless ones
function partsOf({ columns, others }, x, noise) {
  const [n, clean] = [x.length, Float64Array.from(x, truth)];
  const [middle, spread] = [GRID.map(() => 0), GRID.map(() => 0)];
  return columns.map((column, d) => {
    const share = dot(column, clean, n);
    const overlap = columns.slice(0, d + 1).map((other) => dot(column, other, n));
    GRID.forEach((at, k) => {
      let cross = 0;
      for (let j = 0; j < d; j += 1) cross += overlap[j] * others[j][k];
      spread[k] += others[d][k] * (2 * cross + overlap[d] * others[d][k]);
      middle[k] += share * others[d][k];
    });
    const bias = mean(middle.map((value, k) => (value - truth(GRID[k])) ** 2));
    return { bias, variance: noise ** 2 * mean(spread), middle: [...middle] };
  });
}

function curve({ columns, others }, values, degree) {
  const shares = many(degree + 1, (j) => dot(columns[j], values, values.length));
  return GRID.map((_, k) => shares.reduce((sum, share, j) => sum + share * others[j][k], 0));
}

function solved(model, bank) {
  const [n, noise, ridge, degree] = ["n", "noise", "ridge", "degree"].map((name) => model.get(name));
  const x = many(n, (i) => -1 + (2 * i) / (n - 1));
  const columns = legendre(x, LAST + 1);
  columns.forEach((column, j) => { column[n + j] = Math.sqrt(ridge); });
  const basis = orthogonalized(columns, legendre(GRID));
  const sets = bank.map((numbers) => x.map((at, i) => truth(at) + noise * numbers[i]));
  return {
    n, noise, ridge, degree, points: x.map((at, i) => [at, sets[0][i]]), parts: partsOf(basis, x, noise),
    fits: sets.map((values) => curve(basis, values, degree)),
  };
}

// ---- what is said and drawn

const small = (value) => (value > 0 && value < 1e-4 ? "under 0.0001" : short(value));

function tell({ n, noise, ridge, degree, parts, fits }) {
  const { bias, variance } = parts[degree];
  const [wrong, close] = [bias > 0.02, variance < 0.02];
  const average = wrong ? "the fits miss the truth on average" : "on average the fits are right";
  const link = wrong && close ? "though" : wrong || close ? "and" : "but";
  const farthest = Math.max(...fits.flat().map(Math.abs));
  const outside = farthest > FRAME ? ` The wildest fit reaches ${short(farthest)}, outside the frame.` : "";
  const each = variance === 0 ? "all twenty are one" : close ? "they agree with each other" : variance < 0.15 ? "they waver" : "each one is wild";
  return `Degree ${degree}, ${n} points, noise ${short(noise)}${ridge ? `, ridge ${short(ridge)}` : ""}: ${average}, ${link} ${each}. `
    + `Squared bias ${small(bias)} + variance ${small(variance)} + noise ${small(noise ** 2)} = error ${small(bias + variance + noise ** 2)} on a new point.${outside}`;
}

function drawFits(svg, { degree, points, parts, fits }) {
  const frame = axes(svg, { xlim: [-1, 1], ylim: [-FRAME, FRAME], yticks: [-2, -1, 0, 1, 2], xlabel: "x", ylabel: "y" });
  const at = (values) => values.map((value, k) => [GRID[k], value]);
  const [middle, right] = [at(parts[degree].middle), at(GRID.map(truth))];
  fits.forEach((fit) => frame.line(at(fit), "dl-backward dl-thin dl-faint"));
  frame.area([...middle, ...right.reverse()], "dl-forward");
  frame.dots(points, "dl-third dl-small");
  frame.line(at(fits[0]), "dl-backward dl-thin");
  frame.line(middle, "dl-forward dl-mean");
  frame.line(right, "dl-dashed");
  frame.legend([
    ["truth, sin 3x", "dl-dashed"], ["mean of all possible fits", "dl-forward dl-mean"], ["twenty fits", "dl-backward"], ["the points of one", "dl-third dl-dots"],
  ]);
}

const ROWS = [["squared bias", "dl-forward"], ["variance", "dl-backward"], ["noise", "dl-third"]];
const rowsOf = ({ degree, parts, noise }) => [parts[degree].bias, parts[degree].variance, noise ** 2];
const FLOOR = -5; // a power of ten

function drawBars(svg, now, before) {
  const values = rowsOf(now);
  const frame = axes(svg, {
    xlim: [FLOOR, 3.2], ylim: [0, 3], xticks: [], yticks: [], left: 92, title: `Error on a new point: ${small(values[0] + values[1] + values[2])}`,
  });
  const place = (value) => within(Math.log10(value), FLOOR, 3);
  const word = (kind, x, y, anchor, text) => svg.append(shape("text", { class: kind, x, y, "text-anchor": anchor }, text));
  for (const [power, text] of [[-4, "10⁻⁴"], [-2, "10⁻²"], [0, "1"], [2, "10²"]]) {
    frame.line([[power, 0], [power, 3]], "dl-soft dl-thin dl-faint");
    word("dl-tick", frame.x(power), frame.y(0) + 18, "middle", text);
  }
  ROWS.forEach(([name, look], i) => {
    const [low, high, end] = [2.2 - i, 2.8 - i, place(values[i])];
    frame.area([[FLOOR, low], [end, low], [end, high], [FLOOR, high]], `${look} dl-solid`);
    if (before[i] !== values[i]) frame.line([[place(before[i]), low - 0.1], [place(before[i]), high + 0.1]], "dl-soft");
    word("", 0, frame.y(2.5 - i) + 4, "start", name);
    word("dl-name dl-halo", frame.x(end) + 8, frame.y(2.5 - i) + 4, "start", small(values[i]));
  });
}

function drawTrail(svg, now, before, tried) {
  const frame = axes(svg, {
    xlim: [0, 21], ylim: [1e-5, 1e2], log: true, yticks: [1e-4, 1e-2, 1, 100], xlabel: "degree", title: "The degrees you have tried",
  });
  const degrees = [...tried].sort((a, b) => a - b);
  const line = (state, pick) => degrees.map((d) => [d, Math.max(pick(state.parts[d], state.noise ** 2), 1e-7)]);
  const [bias, variance] = [({ bias: value }) => value, ({ variance: value }) => value];
  if (before !== now) {
    frame.line(line(before, bias), "dl-forward dl-thin dl-faint");
    frame.line(line(before, variance), "dl-backward dl-thin dl-faint");
  }
  frame.line([[0, now.noise ** 2 || 1e-7], [21, now.noise ** 2 || 1e-7]], "dl-third dl-thin dl-dashed");
  frame.line(line(now, bias), "dl-forward");
  frame.line(line(now, variance), "dl-backward");
  frame.dots(line(now, bias), "dl-forward");
  frame.dots(line(now, variance), "dl-backward dl-square");
  const sum = line(now, (part, noise) => part.bias + part.variance + noise);
  frame.line(sum, "dl-thin");
  frame.dots(sum, "dl-small");
  const here = [[now.degree, bias(now.parts[now.degree])], [now.degree, variance(now.parts[now.degree])]];
  ["dl-forward", "dl-backward dl-square"].forEach((look, i) => {
    frame.dots([here[i]], `${look} dl-big dl-edge`);
    frame.dots([here[i]], `${look} dl-big`);
  });
  frame.legend([["sum", "dl-thin"], ["squared bias", "dl-forward"], ["variance", "dl-backward"], ["noise", "dl-third dl-dashed"]]);
}

function render({ model, el }) {
  const { root, place, bar, say, follow } = card({ model, el }, "fits");
  const set = (name) => (value) => send(model, { [name]: value });
  const setDegree = slider(bar, "degree", { min: 1, max: LAST }, set("degree"));
  const setN = slider(bar, "points n", { values: model.get("sizes") }, set("n"));
  const setNoise = slider(bar, "noise σ", { min: 0, max: 1, step: 0.1 }, set("noise"));
  const setRidge = slider(bar, "ridge λ", { values: model.get("ridges") }, set("ridge"));
  button(bar, "new data", () => send(model, { draw: model.get("draw") + 1 }));
  const fits = drawing(place, { height: 420, grow: 3 });
  const column = element("div", { class: "dl-column" });
  place.append(column);
  const [bars, trail] = [drawing(column, { height: 150 }), drawing(column, { height: 230 })];
  let bank = normals(model.get("draw"));
  let now = solved(model, bank);
  let [before, rested] = [now, true];
  const tried = new Set([now.degree]);
  root.addEventListener("change", () => { rested = true; });

  function draw() {
    drawFits(fits, now);
    drawBars(bars, now, rowsOf(before));
    drawTrail(trail, now, before, tried);
    setDegree(now.degree);
    setN(now.n);
    setNoise(now.noise);
    setRidge(now.ridge, now.ridge ? short(now.ridge) : "none");
    say(tell(now));
  }
  function show() {
    if (rested) before = now; // what stood when this move began
    rested = false;
    now = solved(model, bank);
    tried.add(now.degree);
    draw();
  }
  function renew() {
    bank = normals(model.get("draw"));
    show();
  }
  draw();
  return follow({ degree: show, n: show, noise: show, ridge: show, draw: renew }, draw);
}

export default { render };

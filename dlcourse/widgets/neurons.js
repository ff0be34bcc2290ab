// small networks that learn in the browser while you watch: how many hidden units bend a border?
import { axes, card, choice, classes, drawing, raster, rgb, select, send, slider, still } from "./shared.js";

const CELLS = 70; // along each side of the shaded picture
const SLICE = 25; // milliseconds of learning between two pictures

const zeros = (n) => new Float64Array(n);

// every layer keeps its inputs x, scores s, their blame, its slopes and Adam's running means, so
// that a step makes no new arrays; the first weights are Python's numbers over the root of inputs
function begin(sizes, bank, start) {
  let next = 211 * start;
  const normal = () => bank[(next += 1) % bank.length];
  return sizes.slice(1).map((m, l) => {
    const n = sizes[l];
    const W = Float64Array.from({ length: n * m }, () => normal() / Math.sqrt(n));
    const parts = [W, zeros(m)].map((value) => {
      return { value, slope: zeros(value.length), mean: zeros(value.length), square: zeros(value.length) };
    });
    return { n, m, W, b: parts[1].value, parts, x: zeros(n), s: zeros(m), blame: zeros(m) };
  });
}

// the probability of class 1: softmax of two scores is the logistic function of their difference
function chance(layers, x1, x2) {
  [layers[0].x[0], layers[0].x[1]] = [x1, x2];
  for (let l = 0; l < layers.length; l += 1) {
    const { n, m, W, b, x, s } = layers[l];
    const above = layers[l + 1]?.x;
    for (let j = 0; j < m; j += 1) {
      s[j] = b[j];
      for (let i = 0; i < n; i += 1) s[j] += x[i] * W[i * m + j];
      if (above) above[j] = Math.tanh(s[j]);
    }
  }
  const { s } = layers[layers.length - 1];
  return 1 / (1 + Math.exp(s[0] - s[1]));
}

// add one point's slopes to the sums, from the last layer to the first (lecture 4)
function addSlopes(layers, error) {
  const last = layers[layers.length - 1];
  [last.blame[0], last.blame[1]] = [-error, error];
  for (let l = layers.length - 1; l >= 0; l -= 1) {
    const { n, m, W, x, blame, parts } = layers[l];
    const below = layers[l - 1]?.blame;
    for (let j = 0; j < m; j += 1) parts[1].slope[j] += blame[j];
    for (let i = 0; i < n; i += 1) {
      let back = 0;
      for (let j = 0; j < m; j += 1) {
        parts[0].slope[i * m + j] += x[i] * blame[j];
        back += W[i * m + j] * blame[j];
      }
      if (below) below[i] = back * (1 - x[i] * x[i]);
    }
  }
}

// Adam (lecture 10) on all points at once; a generator, so that it can be watched
function* learning(layers, points, steps, rate) {
  for (let t = 1; t <= steps; t += 1) {
    for (const [x1, x2, label] of points) {
      addSlopes(layers, (chance(layers, x1, x2) - label) / points.length);
    }
    for (const { value, slope, mean, square } of layers.flatMap(({ parts }) => parts)) {
      for (let i = 0; i < value.length; i += 1) {
        mean[i] += 0.1 * (slope[i] - mean[i]);
        square[i] += 0.001 * (slope[i] * slope[i] - square[i]);
        const size = Math.sqrt(square[i] / (1 - 0.999 ** t)) + 1e-8;
        value[i] -= (rate * mean[i]) / (1 - 0.9 ** t) / size;
        slope[i] = 0;
      }
    }
    yield t;
  }
}

const shareRight = (layers, points) => points.filter(
  ([x1, x2, label]) => (chance(layers, x1, x2) > 0.5) === (label === 1),
).length / points.length;

// the picture's colour is the class, its strength how sure the network is
function shade(paint, layers, { x, y }, colors) {
  paint(CELLS, CELLS, (i, j) => {
    const [right, down] = [(i + 0.5) / CELLS, (j + 0.5) / CELLS];
    const p = chance(layers, x[0] + right * (x[1] - x[0]), y[1] - down * (y[1] - y[0]));
    return [...colors[p > 0.5 ? 1 : 0], 40 + 130 * Math.abs(p - 0.5)];
  });
}

// where each unit of a first and only hidden layer is 0
function drawUnits(frame, [{ W, b }]) {
  b.forEach((bias, j) => {
    const [w1, w2] = [W[j], W[b.length + j]];
    const square = w1 ** 2 + w2 ** 2;
    const at = (s) => [(-bias * w1) / square - s * w2, (-bias * w2) / square + s * w1];
    frame.line([at(-99), at(99)], "dl-soft dl-thin dl-dashed");
  });
}

function drawTries(svg, tries, now) {
  const frame = axes(svg, {
    xlim: [-1, 21], ylim: [40, 102], xticks: [0, 5, 10, 15, 20], yticks: [50, 60, 70, 80, 90, 100],
    title: "What you have tried", xlabel: "hidden units in a layer", ylabel: "% right",
  });
  const points = tries.map(([units, share]) => [units, 100 * share]);
  frame.dots(points, "dl-soft");
  frame.dots(points.filter(([units]) => units === now), "dl-backward dl-big");
}

function render({ model, el }) {
  const { root, place, say, bar, follow } = card({ model, el }, "neurons");
  const [view, chart] = [drawing(place, { square: 420 }), drawing(place, { height: 340 })];
  const paint = raster(view);
  const sets = model.get("sets");
  const set = (name, read = Number) => (value) => send(model, { [name]: read(value) });
  const setUnits = slider(bar, "hidden units", { max: 20 }, set("units"));
  const data = select(bar, "points", Object.keys(sets).map((name) => [name, name]), set("data", String));
  const starts = [1, 2, 3, 4, 5].map((n) => [n, String(n)]);
  const start = select(bar, "random start", starts, set("start"));
  const setDepth = choice(bar, "hidden layers", [[1, "1 hidden layer"], [2, "2 hidden layers"]], set("depth"));
  let [tries, shown, next, layers] = [[], "", 0, []];

  function draw() {
    const points = sets[model.get("data")];
    shade(paint, layers, points, ["forward", "backward"].map((role) => rgb(root, role)));
    const frame = axes(view, { xlim: points.x, ylim: points.y, xlabel: "x₁", ylabel: "x₂" });
    if (layers.length > 1) drawUnits(frame, layers);
    classes(frame, points.points);
    drawTries(chart, tries, model.get("units"));
  }

  function again() {
    const [units, depth] = [model.get("units"), model.get("depth")];
    const hidden = units === 0 ? [] : Array(depth).fill(units);
    layers = begin([2, ...hidden, 2], model.get("bank"), model.get("start"));
    const key = `${model.get("data")},${depth}`;
    if (shown !== key) [tries, shown] = [[], key];
    setUnits(units);
    data.value = model.get("data");
    setDepth(depth);
    start.value = model.get("start");
    cancelAnimationFrame(next);
    watch(sets[model.get("data")].points, units);
  }

  function watch(points, units) {
    const steps = learning(layers, points, model.get("steps"), model.get("rate"));
    function go() {
      const until = performance.now() + SLICE;
      let step = steps.next();
      while (!step.done && performance.now() < until) step = steps.next();
      if (!step.done) next = requestAnimationFrame(go);
      else end(points, units);
      if (step.done || !still.matches) draw();
    }
    go();
  }

  function end(points, units) {
    const share = shareRight(layers, points);
    tries.push([units, share]);
    const network = units === 0
      ? "No hidden unit: the border is a line."
      : `${units} hidden ${units === 1 ? "unit" : "units"}${layers.length === 3 ? " in each of 2 layers" : ""}.`;
    say(`${network} ${(100 * share).toFixed(1)} % of the points are right.`);
    send(model, { layers: layers.map(({ W, b }) => [[...W], [...b]]) });
  }

  again();
  const stop = follow({ units: again, data: again, depth: again, start: again }, draw);
  return () => {
    cancelAnimationFrame(next);
    stop();
  };
}

export default { render };

// a small network that learns to read digits in the browser while you watch
import { axes, card, choice, drawing, element, many, send, short, slider, still } from "./shared.js";

const [INPUTS, HIDDEN, CLASSES, BATCH] = [64, 30, 10, 32];
const LEAST = 0.015; // a bar's least height: a unit that learns from one digit is seen
const SLICE = 12; // milliseconds of learning between two pictures
const sigmoid = (s) => 1 / (1 + Math.exp(-s));
// output of a score, and slope from score and output; `most` is the largest slope
const UNITS = {
  sigmoid: { g: sigmoid, slope: (s, h) => h * (1 - h), most: 0.25 },
  tanh: { g: Math.tanh, slope: (s, h) => 1 - h * h, most: 1 },
  ReLU: { g: (s) => Math.max(s, 0), slope: (s) => (s > 0 ? 1 : 0), most: 1 },
  "leaky ReLU": { g: (s) => (s > 0 ? s : 0.01 * s), slope: (s) => (s > 0 ? 1 : 0.01), most: 1 },
};

function begin(bank, gain) {
  const layer = (n, m, from) => ({
    n, m, b: new Float64Array(m), db: new Float64Array(m), dW: new Float64Array(n * m),
    W: Float64Array.from({ length: n * m }, (_, i) => (gain * bank[from + i]) / Math.sqrt(n)),
  });
  return [layer(INPUTS, HIDDEN, 0), layer(HIDDEN, CLASSES, INPUTS * HIDDEN)];
}

function linear({ n, m, W, b }, x) {
  const s = Float64Array.from(b);
  for (let i = 0; i < n; i += 1) if (x[i]) for (let j = 0; j < m; j += 1) s[j] += x[i] * W[i * m + j];
  return s;
}

// scores and outputs of the hidden units, and the probabilities of the classes
function forward(layers, unit, x) {
  const s = linear(layers[0], x);
  const h = s.map(unit.g);
  const z = linear(layers[1], h);
  const top = Math.max(...z);
  const raised = z.map((value) => Math.exp(value - top));
  const sum = raised.reduce((a, b) => a + b);
  return { s, h, p: raised.map((value) => value / sum) };
}

function addSlopes({ n, m, dW, db }, x, blame) {
  for (let j = 0; j < m; j += 1) db[j] += blame[j];
  for (let i = 0; i < n; i += 1) if (x[i]) for (let j = 0; j < m; j += 1) dW[i * m + j] += x[i] * blame[j];
}

// one row of a batch (lecture 4): its loss; its slopes are added to the sums
function learnRow(layers, unit, [x, label]) {
  const { s, h, p } = forward(layers, unit, x);
  const error = p.map((value, k) => (value - (k === label ? 1 : 0)) / BATCH);
  const { W } = layers[1];
  const blame = s.map((score, j) => {
    let back = 0;
    for (let k = 0; k < CLASSES; k += 1) back += W[j * CLASSES + k] * error[k];
    return back * unit.slope(score, h[j]);
  });
  addSlopes(layers[1], h, error);
  addSlopes(layers[0], x, blame);
  return -Math.log(p[label]) / BATCH;
}

// gradient descent on 32 rows a step; a generator, so that it can be watched
function* learning(layers, unit, rows, steps, rate) {
  for (let t = 0; t < steps; t += 1) {
    let loss = 0;
    for (let k = 0; k < BATCH; k += 1) loss += learnRow(layers, unit, rows[(t * BATCH + k) % rows.length]);
    const sizes = layers.map(({ dW }) => Math.sqrt(dW.reduce((sum, value) => sum + value * value, 0)));
    for (const { W, b, dW, db } of layers) {
      for (const [value, slope] of [[W, dW], [b, db]]) {
        for (let i = 0; i < value.length; i += 1) value[i] -= rate * slope[i];
        slope.fill(0);
      }
    }
    yield { loss, sizes };
  }
}

const shareRight = (layers, unit, rows) => rows.filter(([x, label]) => {
  const { p } = forward(layers, unit, x);
  return p.indexOf(Math.max(...p)) === label;
}).length / rows.length;

// of each hidden unit: on which share of the rows its slope is at least a thousandth of the largest
function sharesAlive(layers, unit, rows) {
  const counts = new Float64Array(HIDDEN);
  for (const [x] of rows) {
    const { s, h } = forward(layers, unit, x);
    s.forEach((score, j) => { counts[j] += unit.slope(score, h[j]) >= unit.most / 1000 ? 1 : 0; });
  }
  return counts.map((count) => count / rows.length);
}

const countDead = (layers, unit, rows) => sharesAlive(layers, unit, rows).filter((share) => share === 0).length;

const numbered = (values) => values.map((value, t) => [t + 1, value]).filter(([, value]) => Number.isFinite(value));

function drawLoss(svg, losses, steps) {
  const frame = axes(svg, { xlim: [1, steps], ylim: [0, 3], xlabel: "step", ylabel: "loss of the batch" });
  frame.line([[1, Math.log(CLASSES)], [steps, Math.log(CLASSES)]], "dl-soft dl-thin dl-dashed");
  frame.line(numbered(losses), "dl-forward dl-thin");
  frame.legend([["this network", "dl-forward"], ["guessing", "dl-soft dl-dashed"]]);
}

function drawGradients(svg, sizes, steps) {
  const frame = axes(svg, { xlim: [1, steps], ylim: [1e-6, 1e2], log: true, xlabel: "step", ylabel: "size of the gradient" });
  const looks = ["dl-backward", "dl-third"];
  looks.forEach((look, l) => frame.line(numbered(sizes.map((pair) => Math.max(pair[l], 1e-12))), `${look} dl-thin`));
  frame.legend([["first layer", looks[0]], ["second layer", looks[1]]]);
}

function drawUnits(svg, shares) {
  const frame = axes(svg, {
    xlim: [0, HIDDEN + 1], ylim: [-0.06, 1.02], yticks: [0, 0.5, 1], xlabel: "hidden unit", ylabel: "share of digits it learns from",
  });
  const bar = (share, j) => [[j + 0.65, 0], [j + 0.65, share], [j + 1.35, share], [j + 1.35, 0]];
  const seen = (share) => Math.max(share, LEAST);
  shares.forEach((share, j) => { if (share) frame.area(bar(seen(share), j), "dl-forward dl-solid"); });
  frame.dots([...shares].flatMap((share, j) => (share ? [] : [[j + 1, 0]])), "dl-backward dl-square");
  frame.legend([["learns", "dl-forward dl-broad"], ["dead", "dl-backward dl-dots"]]);
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "training");
  place.before(element("p", { class: "dlcourse-task", style: "max-width: 64em" }, model.get("task")));
  const [loss, gradients, units] = many(3, () => drawing(place, { height: 260 }));
  const read = (name) => model.get(name).map(([pixels, label]) => [[...pixels].map((c) => parseInt(c, 17) / 16), label]);
  const [rows, tests] = [read("rows"), read("tests")];
  const set = (name) => (value) => send(model, { [name]: value });
  const setUnit = choice(bar, "activation", Object.keys(UNITS).map((name) => [name, name]), set("unit"));
  const setGain = slider(bar, "gain of the weights", { values: model.get("gains") }, set("gain"));
  const setRate = slider(bar, "learning rate", { values: model.get("rates") }, set("rate"));
  const steps = model.get("steps");
  let [next, layers, past, deadBefore] = [0, [], [], 0];
  const unit = () => UNITS[model.get("unit")];

  function draw() {
    drawLoss(loss, past.map((step) => step.loss), steps);
    drawGradients(gradients, past.map((step) => step.sizes), steps);
    drawUnits(units, sharesAlive(layers, unit(), rows));
  }

  function tell() {
    const { loss: last, sizes } = past.at(-1);
    const start = `${model.get("unit")}, gain ${short(model.get("gain"))}, rate ${short(model.get("rate"))}: after ${past.length} steps `;
    if (!Number.isFinite(last)) return `${start}the numbers have overflowed.`;
    const dead = countDead(layers, unit(), rows);
    return `${start}${(100 * shareRight(layers, unit(), tests)).toFixed(0)} % of ${tests.length} other digits are read right; ${dead} of `
      + `${HIDDEN} units ${dead === 1 ? "is" : "are"} dead (${deadBefore} before the first step); the gradient is ${short(sizes[0])} in the first layer and `
      + `${short(sizes[1])} in the second.`;
  }

  function again() {
    cancelAnimationFrame(next);
    [layers, past] = [begin(model.get("bank"), model.get("gain")), []];
    deadBefore = countDead(layers, unit(), rows);
    setUnit(model.get("unit"));
    setGain(model.get("gain"));
    setRate(model.get("rate"));
    const walk = learning(layers, unit(), rows, steps, model.get("rate"));
    (function go() {
      const until = performance.now() + SLICE;
      let step = walk.next();
      for (; !step.done; step = walk.next()) {
        past.push(step.value);
        if (performance.now() > until) break;
      }
      if (!step.done) next = requestAnimationFrame(go);
      if (step.done || !still.matches) draw();
      if (!step.done) return;
      say(tell());
      send(model, { layers: layers.map(({ W, b }) => [[...W], [...b]]) });
    })();
  }

  again();
  const stop = follow({ unit: again, gain: again, rate: again }, draw);
  return () => {
    cancelAnimationFrame(next);
    stop();
  };
}

export default { render };

// computes every path here, from numbers that Python sent once: a move asks no kernel
import { axes, card, drawing, handle, many, player, send, short, slider } from "./shared.js";

const said = (value) => (Math.abs(value) < 1e6 ? short(value) : "beyond all bounds");

// one direction of a bowl: each step multiplies the weight by the same factor
function walkOne(model) {
  const factor = 1 - model.get("rate") * model.get("curvature");
  return { factor, path: many(model.get("steps") + 1, (k) => model.get("start") * factor ** k) };
}

function tellOne({ factor, path }) {
  const size = Math.abs(factor);
  let what = "it creeps down one side";
  if (size < 1e-9) what = "it arrives in one step";
  else if (Math.abs(size - 1) < 1e-9) what = "it jumps for ever";
  else if (size > 1) what = "it jumps further out each time: it diverges";
  else if (factor < 0) what = "it jumps across and comes nearer";
  return `ηλ = ${said(1 - factor)}. Each step multiplies w by ${said(factor)}: ${what}. `
    + `After ${path.length - 1} steps w = ${said(path.at(-1))}.`;
}

function rate({ model, place, bar, say }) {
  const [bowl, time] = [drawing(place), drawing(place)];
  const setRate = slider(bar, "learning rate η", { min: 0.01, max: 1, step: 0.01 }, (value) => send(model, { rate: value }));
  const setCurvature = slider(bar, "curvature λ", { min: 0.5, max: 8, step: 0.5 }, (value) => send(model, { curvature: value }));
  const show = () => {
    const walked = walkOne(model);
    const reach = 1.6 * Math.abs(model.get("start"));
    const loss = (w) => (model.get("curvature") * w * w) / 2;
    const on = (w) => [w, loss(w)];
    const left = axes(bowl, { xlim: [-reach, reach], ylim: [-0.05 * loss(reach), loss(reach)], xlabel: "w", title: "The loss with the steps" });
    left.line(many(81, (i) => on(reach * (i / 40 - 1))), "dl-forward");
    left.line(walked.path.map(on), "dl-backward dl-thin");
    left.dots(walked.path.map(on), "dl-backward");
    const last = walked.path.length - 1;
    const right = axes(time, { xlim: [-0.2, last + 0.2], ylim: [-reach, reach], xlabel: "step", title: "The weight at each step" });
    right.line(walked.path.map((w, k) => [k, w]), "dl-backward dl-thin");
    right.dots(walked.path.map((w, k) => [k, w]), "dl-backward");
    setRate(model.get("rate"));
    setCurvature(model.get("curvature"));
    say(tellOne(walked));
  };
  return { show, traits: ["rate", "curvature", "start"] };
}

// the mean squared error is a quadratic: six sums over the rows hold all of it
function quadratic(X, t) {
  const mean = (f) => X.reduce((sum, x, i) => sum + f(x, t[i]), 0) / X.length;
  const [a, b, c] = [mean((x) => x[0] * x[0]), mean((x) => x[0] * x[1]), mean((x) => x[1] * x[1])];
  const [d, e] = [mean((x, y) => x[0] * y), mean((x, y) => x[1] * y)];
  const f = mean((_, y) => y * y);
  const det = a * c - b * b;
  const curve = ([u, v]) => a * u * u + 2 * b * u * v + c * v * v;
  return {
    curve,
    loss: ([u, v]) => curve([u, v]) / 2 - d * u - e * v + f / 2,
    bottom: [(c * d - b * e) / det, (a * e - b * d) / det],
  };
}

// all places that lie so much higher than the bottom: an ellipse
function ellipse({ curve, bottom }, higher) {
  return many(73, (i) => {
    const way = [Math.cos, Math.sin].map((f) => f((i * Math.PI) / 36));
    const far = Math.sqrt((2 * higher) / curve(way));
    return bottom.map((value, k) => value + far * way[k]);
  });
}

function walk(model) {
  const [X, t, size, lr] = ["X", "t", "batch_size", "rate"].map((name) => model.get(name));
  const orders = model.get("orders")[model.get("shuffle")];
  const perEpoch = Math.ceil(t.length / size);
  const path = [model.get("start")];
  for (let k = 0; k < model.get("steps"); k += 1) {
    const order = orders[Math.floor(k / perEpoch) % orders.length];
    const rows = order.slice((k % perEpoch) * size, ((k % perEpoch) + 1) * size);
    const [w, slope] = [path[k], [0, 0]];
    for (const i of rows) {
      const error = X[i][0] * w[0] + X[i][1] * w[1] - t[i];
      slope[0] += (error * X[i][0]) / rows.length;
      slope[1] += (error * X[i][1]) / rows.length;
    }
    path.push([w[0] - lr * slope[0], w[1] - lr * slope[1]]);
  }
  return path;
}

function tell(model, path, k, { loss, bottom }) {
  const rows = model.get("batch_size");
  const away = Math.hypot(...path[k].map((value, i) => value - bottom[i]));
  return `Rate ${said(model.get("rate"))}, ${rows} ${rows === 1 ? "row" : "rows"} a step, start `
    + `(${path[0].map(said).join(", ")}). After ${k} ${k === 1 ? "step" : "steps"} the loss is ${said(loss(path[k]))} `
    + `(lowest: ${said(loss(bottom))}), the distance from the bottom ${said(away)}.`;
}

function drawMap(svg, { low, high, ...bowl }, { path, ghost }, k) {
  const frame = axes(svg, { xlim: [low[0], high[0]], ylim: [low[1], high[1]], xlabel: "w₁", ylabel: "w₂", framed: true });
  many(16, (i) => frame.line(ellipse(bowl, 2 ** (i - 6) * bowl.loss(low)), "dl-soft dl-thin"));
  frame.line(ghost, "dl-third dl-thin dl-dashed");
  frame.line(path.slice(k), "dl-backward dl-faint");
  frame.line(path.slice(0, k + 1), "dl-backward");
  frame.dots(path.slice(0, k + 1), "dl-backward");
  frame.dots([bowl.bottom], "dl-big dl-edge");
  frame.dots([bowl.bottom], "dl-big");
  return frame;
}

function drawLosses(svg, { loss, bottom }, { path, ghost }, k) {
  const height = path.map((w, i) => [i, loss(w)]);
  const frame = axes(svg, {
    xlim: [0, path.length - 0.5], ylim: [0, Math.max(1.05 * height[0][1], 2 * loss(bottom))], xlabel: "step", ylabel: "loss on all rows",
  });
  frame.line([0, path.length - 1].map((i) => [i, loss(bottom)]), "dl-dashed dl-thin");
  frame.line(ghost.map((w, i) => [i, loss(w)]), "dl-third dl-thin dl-dashed");
  frame.line(height.slice(k), "dl-forward dl-faint");
  frame.line(height.slice(0, k + 1), "dl-forward");
  frame.dots([height[k]], "dl-forward dl-big");
  frame.legend([["this run", "dl-forward"], ["the run before", "dl-third dl-thin dl-dashed"], ["lowest", "dl-dashed dl-thin"]]);
}

// a start to drag, a run to play, and the run before as a ghost
function surface({ model, root, place, bar, say }) {
  const [map, fall] = [drawing(place, { square: 420 }), drawing(place, { height: 380 })];
  const quad = quadratic(model.get("X"), model.get("t"));
  const reach = 1.5 * Math.max(...quad.bottom.map((b, i) => Math.abs(b - model.get("start")[i])), 0.1);
  const bowl = { ...quad, low: quad.bottom.map((b) => b - reach), high: quad.bottom.map((b) => b + reach) };
  const [steps, rows, shuffles] = [model.get("steps"), model.get("t").length, model.get("orders").length];
  const sizes = [...many(Math.ceil(Math.log2(rows)), (i) => 2 ** i), rows];
  const set = (name) => (value) => send(model, { [name]: value });
  const setters = {
    rate: slider(bar, "learning rate η", { min: 0.01, max: 0.6, step: 0.01 }, set("rate")),
    batch_size: slider(bar, "rows a step", { values: sizes }, set("batch_size")),
    shuffle: slider(bar, "shuffle", { max: shuffles - 1 }, set("shuffle")),
  };
  const setStart = handle(map, "start: left and right change w₁, up and down w₂", set("start"));
  let [run, rested] = [{ path: walk(model), ghost: [] }, true];
  const play = player(bar, { last: steps }, draw);
  root.addEventListener("change", () => { rested = true; });

  function draw(k = play.at()) {
    const start = model.get("start");
    setStart(drawMap(map, bowl, run, k), start, `start ${start.map(said).join(", ")}`);
    drawLosses(fall, bowl, run, k);
    say(tell(model, run.path, k, bowl));
  }
  function show() {
    const ghost = rested ? run.path : run.ghost; // what stood when this move began
    rested = false;
    run = { path: walk(model), ghost };
    for (const name of ["rate", "batch_size"]) setters[name](model.get(name));
    setters.shuffle(model.get("shuffle"), `${model.get("shuffle") + 1} of ${shuffles}`);
    draw();
  }
  play.go(steps);
  return { show, draw, end: play.stop, traits: ["rate", "batch_size", "shuffle", "start"] };
}

function render({ model, el }) {
  const made = card({ model, el }, "descent");
  const { show, draw = show, end = () => {}, traits } = { rate, surface }[model.get("kind")]({ model, ...made });
  show();
  const stop = made.follow(Object.fromEntries(traits.map((trait) => [trait, show])), () => draw());
  return () => { end(); stop(); };
}

export default { render };

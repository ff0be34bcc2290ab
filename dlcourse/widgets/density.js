// data and model as two densities; the browser works out the best discriminator, the value of the
// game and both slopes that the generator gets
import { axes, card, drawing, handle, many, send, short, slider, within } from "./shared.js";

const [N, REACH, SEEN, TALLEST] = [701, 14, 8, 1.05];
const STEP = (2 * REACH) / (N - 1);
const XS = many(N, (i) => -REACH + i * STEP);
const ROOT = Math.sqrt(2 * Math.PI);
const LOWEST = -Math.log(4);

// ---- the arithmetic

const logNormal = (x, mean, width) => -0.5 * ((x - mean) / width) ** 2 - Math.log(width * ROOT);
const softplus = (s) => Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));
const sigmoid = (s) => 1 / (1 + Math.exp(-s));

// value of the game at the best D, and what a larger mean does to each of the generator's losses
function judge(mean, width) {
  let [value, saturating, other] = [0, 0, 0];
  for (const x of XS) {
    const [p, q] = [logNormal(x, 0, 1), logNormal(x, mean, width)];
    const logit = p - q;
    const [dataHere, modelHere, slope] = [Math.exp(p) * STEP, Math.exp(q) * STEP, (x - mean) / width ** 2 - x];
    value -= dataHere * softplus(-logit) + modelHere * softplus(logit);
    saturating -= modelHere * sigmoid(logit) * slope;
    other -= modelHere * sigmoid(-logit) * slope;
  }
  return { value, divergence: Math.max(0, (value - LOWEST) / 2), saturating, other };
}

// ---- what is said and drawn

function tell(mean, width, { value, divergence, saturating, other }) {
  if (divergence < 5e-4) {
    return `The two densities agree: D* is one half everywhere, V(D*) is ${value.toFixed(3)} = −ln 4, and the divergence is 0.`.replaceAll("-", "−");
  }
  const slopes = [saturating, other].map((slope) => short(Math.abs(slope)));
  return `Mean ${short(mean)}, width ${short(width)}: V(D*) is ${value.toFixed(3)}, the divergence ${divergence.toFixed(3)} of at most 0.693. The slope on the model's mean is ${slopes[0]} with the saturating loss and ${slopes[1]} with the other.`.replaceAll("-", "−");
}

const seen = XS.filter((x) => Math.abs(x) <= SEEN);

function drawDensities(svg, mean, width) {
  const frame = axes(svg, { title: "Two densities", xlabel: "x", xlim: [-SEEN, SEEN], ylim: [0, TALLEST] });
  const curve = (m, s) => seen.map((x) => [x, Math.exp(logNormal(x, m, s))]);
  for (const [points, look] of [[curve(0, 1), "dl-forward"], [curve(mean, width), "dl-backward"]]) {
    frame.area([[-SEEN, 0], ...points, [SEEN, 0]], look);
    frame.line(points, `${look}${look === "dl-backward" ? " dl-dashed" : ""}`);
  }
  frame.legend([["data", "dl-forward"], ["model", "dl-backward dl-dashed"]]);
  return frame;
}

function drawBest(svg, mean, width) {
  const frame = axes(svg, { title: "Best discriminator D*", xlabel: "x", xlim: [-SEEN, SEEN], ylim: [0, 1], yticks: [0, 0.5, 1] });
  frame.line(seen.map((x) => [x, sigmoid(logNormal(x, 0, 1) - logNormal(x, mean, width))]), "dl-third");
}

function drawValue(svg, mean, width, now) {
  const frame = axes(svg, { title: "V(D*) at every mean", xlabel: "mean of the model", xlim: [-6, 6], ylim: [-1.5, 0.1], yticks: [-1, 0] });
  frame.line([[-6, LOWEST], [6, LOWEST]], "dl-soft dl-dashed");
  frame.line(many(49, (i) => -6 + i / 4).map((m) => [m, judge(m, width).value]));
  frame.dots([[mean, now.value]], "dl-edge dl-big");
  frame.dots([[mean, now.value]], "dl-backward dl-big");
  frame.legend([["V(D*)", ""], ["−ln 4", "dl-soft dl-dashed"], ["here", "dl-backward dl-dots"]]);
}

function render({ model, el }) {
  const { place, bar, say, follow } = card({ model, el }, "density");
  const setMean = slider(bar, "mean of the model", { min: -6, max: 6, step: 0.05 }, (mean) => send(model, { mean }));
  const setWidth = slider(bar, "width of the model", { min: 0.4, max: 2.5, step: 0.05 }, (width) => send(model, { width }));
  const [densities, best, value] = many(3, () => drawing(place, { height: 230 }));
  const grip = handle(densities, "peak of the model: its mean, and how narrow it is", ([mean, height]) => {
    send(model, { mean: within(Math.round(mean * 100) / 100, -6, 6), width: within(1 / (height * ROOT), 0.4, 2.5) });
  });
  let waits = false;
  function draw() {
    const [mean, width] = [model.get("mean"), model.get("width")];
    const now = judge(mean, width);
    const frame = drawDensities(densities, mean, width);
    drawBest(best, mean, width);
    drawValue(value, mean, width, now);
    grip(frame, [mean, 1 / (width * ROOT)], `mean ${short(mean)}, width ${short(width)}`);
    setMean(mean);
    setWidth(width);
    say(tell(mean, width, now));
  }
  function later() {
    if (!waits) queueMicrotask(() => { waits = false; draw(); });
    waits = true;
  }
  draw();
  return follow({ mean: later, width: later }, draw);
}

export default { render };

// five targets pull on one answer; the browser does the arithmetic, a test holds it to the reference
import { axes, card, drags, drawing, named, send, short, slider, within } from "./shared.js";

// a target's cost for an answer, and its pull on it: minus the slope of the cost
const LOSSES = {
  "half the square": { cost: (d) => (d * d) / 2, pull: (d) => d },
  distance: { cost: Math.abs, pull: Math.sign },
};
const sum = (values) => values.reduce((a, b) => a + b, 0);
const arrow = (from, length, y, high) => {
  const [to, back] = [from + length, Math.min(0.25, Math.abs(length)) * Math.sign(length)];
  return [[from, y], [to, y], [to - back, y + high], [to, y], [to - back, y - high]];
};

function targetsOf(model) {
  return [...model.get("targets").slice(0, -1), model.get("far")];
}

function drawPulls(svg, model, pulls) {
  const [targets, answer] = [targetsOf(model), model.get("answer")];
  const frame = axes(svg, {
    xlim: model.get("limits"), ylim: [-1.8, targets.length], yticks: [-0.4], left: 4, right: 4,
    ytext: () => "", title: "Pulls; below, their mean", xlabel: "target",
  });
  frame.line([[answer, -1.8], [answer, targets.length]]);
  targets.forEach((target, i) => {
    const y = targets.length - 0.6 - i;
    frame.dots([[target, y]], "dl-forward dl-big");
    if (pulls[i]) frame.line(arrow(answer, pulls[i], y, 0.16), "dl-forward");
  });
  const mean = sum(pulls) / pulls.length;
  if (Math.abs(mean) > 1e-9) frame.line(arrow(answer, mean, -1.1, 0.3), "dl-backward dl-broad");
  return frame;
}

function drawCost(svg, model, costAt) {
  const limits = model.get("limits");
  const at = Array.from({ length: 121 }, (_, i) => limits[0] + (i / 120) * (limits[1] - limits[0]));
  const costs = at.map(costAt);
  const frame = axes(svg, { xlim: limits, ylim: [0, 1.05 * Math.max(...costs)], title: "Mean cost", xlabel: "answer" });
  frame.line(at.map((c, i) => [c, costs[i]]), "dl-third");
  frame.dots([[model.get("answer"), costAt(model.get("answer"))]], "dl-backward dl-big");
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "pulls");
  const setLoss = named(bar, "cost of an error", Object.keys(LOSSES), (loss) => send(model, { loss }));
  const tenth = (value) => Math.round(10 * value) / 10;
  const [low, high] = model.get("limits");
  const range = { min: low, max: high, step: 0.1 };
  const setAnswer = slider(bar, "answer", range, (value) => send(model, { answer: tenth(value) }));
  const setFar = slider(bar, "largest target", { ...range, min: model.get("targets").at(-2) }, (value) => send(model, { far: tenth(value) }));
  const [arrows, curve] = [drawing(place, { height: 300, grow: 2 }), drawing(place, { height: 300 })];
  let drawn;
  drags(arrows, () => drawn, ([at]) => send(model, { answer: tenth(within(at, low, high)) }));

  function show() {
    const [targets, answer] = [targetsOf(model), model.get("answer")];
    const { cost, pull } = LOSSES[model.get("loss")];
    const pulls = targets.map((target) => pull(target - answer));
    const costAt = (c) => sum(targets.map((target) => cost(target - c))) / targets.length;
    drawn = drawPulls(arrows, model, pulls);
    drawCost(curve, model, costAt);
    setLoss(model.get("loss"));
    setAnswer(answer);
    setFar(model.get("far"));
    const [left, right] = [-1, 1].map((side) => sum(pulls.filter((p) => p * side > 0).map(Math.abs)));
    const end = Math.abs(left - right) < 1e-9 ? " The pulls balance." : "";
    say(`Answer ${short(answer)}: pulls to the left ${short(left)}, to the right ${short(right)}; mean cost ${short(costAt(answer))}.${end}`);
  }

  show();
  return follow({ answer: show, far: show, loss: show }, show);
}

export default { render };

// shows the frame of the chosen threshold; Python has computed all of them, a move asks no kernel
import { axes, card, drags, drawing, send, slider } from "./shared.js";
import { countsTable, drawCurve, drawScores } from "./counts.js";

function drawCost(svg, model, frame) {
  const frames = model.get("frames");
  const most = Math.max(...frames.map(({ cost }) => cost));
  const cost = axes(svg, {
    xlim: [frames[0].threshold, frames.at(-1).threshold], ylim: [0, 1.05 * most], title: "Cost of all answers", xlabel: "threshold",
  });
  cost.line(frames.map(({ threshold, cost: price }) => [threshold, price]), "dl-third");
  cost.dots([[frame.threshold, frame.cost]], "dl-backward dl-big");
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "threshold");
  const scores = drawing(place, { height: 300, grow: 2 });
  const showNumbers = countsTable(place, model.get("names"));
  const roc = model.get("curve").fpr && drawing(place, { height: 300 });
  const cost = "cost" in model.get("frames")[0] && drawing(place, { height: 240 });
  const thresholds = model.get("frames").map((frame) => frame.threshold);
  const setThreshold = slider(bar, "threshold", { max: thresholds.length - 1 }, (position) => send(model, { position }));
  const shown = Object.fromEntries(["labels", "scores", "names", "bins", "quantity"].map((key) => [key, model.get(key)]));
  shown.xlim = [thresholds[0], thresholds.at(-1)];
  let drawn;
  drags(scores, () => drawn, ([at]) => {
    const distances = thresholds.map((value) => Math.abs(value - at));
    const position = distances.indexOf(Math.min(...distances));
    if (position !== model.get("position")) send(model, { position });
  });

  function show() {
    const frame = model.get("frames")[model.get("position")];
    drawn = drawScores(scores, shown, frame);
    showNumbers(frame);
    if (roc) drawCurve(roc, model.get("curve"), frame);
    if (cost) drawCost(cost, model, frame);
    setThreshold(model.get("position"), String(Math.round(1000 * frame.threshold) / 1000));
    say(frame.caption);
  }

  show();
  return follow({ position: show }, show);
}

export default { render };

// shows the frame of the chosen threshold; Python has computed all of them, a move asks no kernel
import { axes, card, drags, drawing, element, many, send, shape, slider } from "./shared.js";

const KINDS = [["TN", "FP"], ["FN", "TP"]];
const LOOKS = ["dl-forward", "dl-backward dl-square"];

// one lane a class; a score from the threshold on is filled
function drawScores(svg, model, { threshold }) {
  const [labels, scores] = [model.get("labels"), model.get("scores")];
  const frames = model.get("frames");
  const frame = axes(svg, {
    xlim: [frames[0].threshold, frames.at(-1).threshold], ylim: [0, 2.6], yticks: [], left: 14, xlabel: "score",
    title: "Scores; filled: called positive",
  });
  LOOKS.forEach((look, label) => {
    const all = scores.map((score, i) => [score, 0.15 + 1.3 * label + 0.8 * ((i * 0.618) % 1)]);
    const own = all.filter((_, i) => labels[i] === label);
    frame.dots(own, look);
    frame.dots(own.filter(([score]) => score < threshold), `${look} dl-core`);
    frame.inside.append(shape("text", { class: "dl-name dl-halo", x: frame.box.x + 6, y: frame.y(1.06 + 1.3 * label) },
      model.get("names")[label]));
  });
  frame.line([[threshold, 0], [threshold, 2.6]]);
  return frame;
}

function drawCurve(svg, { fpr, tpr }, frame) {
  const ends = [0, 0.5, 1];
  const roc = axes(svg, {
    xlim: [-0.03, 1.03], ylim: [-0.03, 1.03], xticks: ends, yticks: ends, title: "ROC curve", xlabel: "1 − specificity", ylabel: "recall",
  });
  roc.line([[0, 0], [1, 1]], "dl-soft dl-thin dl-dashed");
  roc.line(fpr.map((value, i) => [value, tpr[i]]), "dl-forward");
  roc.dots([[frame.fpr, frame.ratios.recall]], "dl-backward dl-big");
}

// a table of what is true against what it is called; returns what writes the counts
function table(place, names) {
  const made = element("table");
  const rows = many(3, () => made.insertRow());
  rows[0].append(element("td"), ...names.map((name) => element("th", { scope: "col" }, `called ${name}`)));
  const cells = names.map((name, i) => {
    rows[i + 1].append(element("th", { scope: "row" }, name));
    return KINDS[i].map((kind, j) => {
      const [cell, count] = [rows[i + 1].insertCell(), element("b", { class: "dlcourse-threshold-count" })];
      cell.className = i === j ? "dl-forward" : "dl-backward";
      cell.append(element("span", {}, kind), count);
      return count;
    });
  });
  const ratios = element("div", { class: "dlcourse-threshold-ratios" });
  const box = element("div", { class: "dlcourse-threshold-numbers" });
  box.append(made, ratios);
  place.append(box);
  return (frame) => {
    cells.forEach((row, i) => row.forEach((count, j) => { count.textContent = frame.counts[i][j]; }));
    ratios.replaceChildren(...Object.entries(frame.ratios).map(([name, value]) => {
      const pair = element("div");
      pair.append(element("span", {}, name), element("b", {}, value.toFixed(3)));
      return pair;
    }));
  };
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "threshold");
  const scores = drawing(place, { height: 300, grow: 2 });
  const showNumbers = table(place, model.get("names"));
  const roc = model.get("curve").fpr && drawing(place, { height: 300 });
  const thresholds = model.get("frames").map((frame) => frame.threshold);
  const setThreshold = slider(bar, "threshold", { max: thresholds.length - 1 }, (position) => send(model, { position }));
  let drawn;
  drags(scores, () => drawn, ([at]) => {
    const distances = thresholds.map((value) => Math.abs(value - at));
    const position = distances.indexOf(Math.min(...distances));
    if (position !== model.get("position")) send(model, { position });
  });

  function show() {
    const frame = model.get("frames")[model.get("position")];
    drawn = drawScores(scores, model, frame);
    showNumbers(frame);
    if (roc) drawCurve(roc, model.get("curve"), frame);
    setThreshold(model.get("position"), String(Math.round(1000 * frame.threshold) / 1000));
    say(frame.caption);
  }

  show();
  return follow({ position: show }, show);
}

export default { render };

// shows the frame of the chosen threshold; Python has computed all of them, a move asks no kernel
import { axes, card, drawing, element, INK, send, shape, slider } from "./shared.js";

const SCORES = { width: 420, height: 260, left: 14, right: 14, lanes: [150, 40], lane: 84, axis: 238 };
const COUNTS = { width: 240, height: 260 };
const ROC = { width: 260, height: 260, left: 44, top: 26, right: 20, bottom: 42 };
const HIDDEN = { "aria-hidden": "true" }; // caption and ratios say the same in words

function mark(label, x, y, color) {
  const look = { stroke: color, "stroke-width": 1.5 };
  if (label === 0) return shape("circle", { cx: x, cy: y, r: 3.5, ...look });
  return shape("path", { d: `M${x} ${y - 5} l5 9 h-10 z`, ...look });
}

function scoresPanel(place, model) {
  const svg = drawing(place, SCORES.width, SCORES.height, HIDDEN);
  svg.classList.add("dlcourse-threshold-scores");
  const thresholds = model.get("frames").map((frame) => frame.threshold);
  const [low, high] = [thresholds[0], thresholds[thresholds.length - 1]];
  const span = SCORES.width - SCORES.left - SCORES.right;
  const x = (value) => SCORES.left + (Math.min(Math.max(value, low), high) - low) / (high - low) * span;
  const [labels, scores, names] = [model.get("labels"), model.get("scores"), model.get("names")];
  names.forEach((name, label) => {
    svg.append(shape("text", { x: SCORES.left, y: SCORES.lanes[label] - 8 }, name));
  });
  const marks = scores.map((score, i) => {
    const y = SCORES.lanes[labels[i]] + SCORES.lane * ((i * 0.618) % 1) * 0.9;
    const drawn = mark(labels[i], x(score), y, model.get("colors")[labels[i]]);
    svg.append(drawn);
    return drawn;
  });
  for (let i = 0; i <= 4; i += 1) {
    const value = low + (i / 4) * (high - low);
    const anchor = ["start", "middle", "middle", "middle", "end"][i];
    const text = { x: x(value), y: SCORES.axis + 16, "text-anchor": anchor };
    svg.append(shape("text", text, String(Math.round(1000 * value) / 1000)));
  }
  const line = shape("line", { y1: 20, y2: SCORES.axis, stroke: INK, "stroke-width": 3 });
  svg.append(line, shape("text", { x: SCORES.left, y: 14 }, "filled: called positive"));

  function show(frame) {
    line.setAttribute("x1", x(frame.threshold));
    line.setAttribute("x2", x(frame.threshold));
    marks.forEach((drawn, i) => {
      const color = model.get("colors")[labels[i]];
      drawn.setAttribute("fill", scores[i] >= frame.threshold ? color : "#ffffff");
    });
  }

  function nearest(event) {
    const box = svg.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * SCORES.width;
    const distances = thresholds.map((value) => Math.abs(x(value) - at));
    return distances.indexOf(Math.min(...distances));
  }
  return { svg, show, nearest };
}

function countsPanel(place, model) {
  const svg = drawing(place, COUNTS.width, COUNTS.height, HIDDEN);
  const names = model.get("names");
  const cells = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([i, j]) => {
    const [x, y] = [60 + 88 * j, 76 + 76 * i];
    const fill = i === j ? "#dcebf7" : "#fbe3d3";
    svg.append(shape("rect", { x, y, width: 84, height: 72, fill }));
    const kind = [["TN", "FP"], ["FN", "TP"]][i][j];
    svg.append(shape("text", { x: x + 5, y: y + 15 }, kind));
    const look = { x: x + 42, y: y + 46, "text-anchor": "middle", class: "dlcourse-threshold-count" };
    const count = shape("text", look);
    svg.append(count);
    return [i, j, count];
  });
  names.forEach((name, k) => {
    svg.append(
      shape("text", { x: 102 + 88 * k, y: 52, "text-anchor": "middle" }, "called"),
      shape("text", { x: 102 + 88 * k, y: 68, "text-anchor": "middle" }, name),
      shape("text", { x: 54, y: 116 + 76 * k, "text-anchor": "end" }, name),
    );
  });
  const show = (frame) => cells.forEach(([i, j, count]) => {
    count.textContent = String(frame.counts[i][j]);
  });
  return { svg, show };
}

function rocPanel(place, model) {
  const svg = drawing(place, ROC.width, ROC.height, HIDDEN);
  const ends = [0, 1];
  const { x, y, inside } = axes(svg, {
    xlim: ends, ylim: ends, xticks: ends, yticks: ends, frame: ROC,
    title: "ROC curve", xlabel: "1 − specificity", ylabel: "recall",
  });
  const { fpr, tpr } = model.get("curve");
  const points = fpr.map((value, i) => `${x(value).toFixed(1)},${y(tpr[i]).toFixed(1)}`);
  const [curve, spot] = model.get("colors");
  inside.append(
    shape("line", { x1: x(0), y1: y(0), x2: x(1), y2: y(1), stroke: INK, "stroke-dasharray": "2 4" }),
    shape("polyline", { points: points.join(" "), fill: "none", stroke: curve, "stroke-width": 2.5 }),
  );
  const point = shape("circle", { r: 7, fill: spot, stroke: INK });
  svg.append(point);
  const show = (frame) => {
    point.setAttribute("cx", x(frame.fpr));
    point.setAttribute("cy", y(frame.ratios.recall));
  };
  return { svg, show };
}

function render({ model, el }) {
  const { root, place, caption, bar, follow } = card({ model, el }, "threshold");
  const panels = [scoresPanel, countsPanel, rocPanel].map((make) => make(place, model));
  const ratios = element("p", { class: "dlcourse-threshold-ratios" });
  root.insertBefore(ratios, bar);

  function go(position) {
    if (position !== model.get("position")) send(model, { position });
  }

  const setThreshold = slider(bar, "threshold", { max: model.get("frames").length - 1 }, go);
  const [{ svg, nearest }] = panels;
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    go(nearest(event));
  });
  svg.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) go(nearest(event));
  });

  function show() {
    const frame = model.get("frames")[model.get("position")];
    panels.forEach((panel) => panel.show(frame));
    setThreshold(model.get("position"), String(Math.round(1000 * frame.threshold) / 1000));
    caption.textContent = frame.caption;
    ratios.textContent = Object.entries(frame.ratios)
      .map(([name, value]) => `${name} ${value.toFixed(3)}`).join(" · ");
  }

  show();
  return follow({ position: show });
}

export default { render };

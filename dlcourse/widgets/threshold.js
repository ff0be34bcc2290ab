// shows the frame of the chosen threshold; Python has computed all of them, a move asks no kernel
const SCORES = { width: 420, height: 260, left: 14, right: 14, lanes: [150, 40], lane: 84, axis: 238 };
const COUNTS = { width: 240, height: 260 };
const ROC = { width: 260, height: 260, left: 44, top: 30, side: 184 };
const SVG = "http://www.w3.org/2000/svg";

function element(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function shape(name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function drawing({ width, height }) {
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  svg.style.flex = `${width} 1 ${0.7 * width}px`; // side by side at one scale
  svg.style.maxWidth = `${1.2 * width}px`;
  return svg;
}

function mark(label, x, y, color) {
  const look = { stroke: color, "stroke-width": 1.5 };
  if (label === 0) return shape("circle", { cx: x, cy: y, r: 3.5, ...look });
  return shape("path", { d: `M${x} ${y - 5} l5 9 h-10 z`, ...look });
}

function scoresPanel(model) {
  const svg = drawing(SCORES);
  svg.classList.add("dlcourse-losses-scores");
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
  const line = shape("line", { y1: 20, y2: SCORES.axis, stroke: "#1b1b1b", "stroke-width": 3 });
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

function countsPanel(model) {
  const svg = drawing(COUNTS);
  const names = model.get("names");
  const cells = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([i, j]) => {
    const [x, y] = [60 + 88 * j, 76 + 76 * i];
    const fill = i === j ? "#dcebf7" : "#fbe3d3";
    svg.append(shape("rect", { x, y, width: 84, height: 72, fill }));
    const kind = [["TN", "FP"], ["FN", "TP"]][i][j];
    svg.append(shape("text", { x: x + 5, y: y + 15 }, kind));
    const look = { x: x + 42, y: y + 46, "text-anchor": "middle", class: "dlcourse-losses-count" };
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

function rocPanel(model) {
  const svg = drawing(ROC);
  const { left, top, side } = ROC;
  const place = (fpr, tpr) => [left + side * fpr, top + side * (1 - tpr)];
  const { fpr, tpr } = model.get("curve");
  const points = fpr.map((value, i) => place(value, tpr[i]).map((v) => v.toFixed(1)).join(","));
  const [from, to] = [place(0, 0), place(1, 1)];
  svg.append(
    shape("rect", { x: left, y: top, width: side, height: side, fill: "none", stroke: "#8a8a8a" }),
    shape("line", {
      x1: from[0], y1: from[1], x2: to[0], y2: to[1], stroke: "#1b1b1b", "stroke-dasharray": "2 4",
    }),
    shape("polyline", {
      points: points.join(" "), fill: "none", stroke: model.get("colors")[0], "stroke-width": 2.5,
    }),
    shape("text", { x: left, y: top - 10 }, "ROC curve"),
    shape("text", { x: left + side / 2, y: top + side + 34, "text-anchor": "middle" }, "1 − specificity"),
    shape("text", { x: left - 6, y: top + side / 2, "text-anchor": "end" }, "recall"),
  );
  for (const value of [0, 1]) {
    const [x, y] = place(value, value);
    svg.append(
      shape("text", { x, y: top + side + 16, "text-anchor": "middle" }, String(value)),
      shape("text", { x: left - 6, y: y + 4, "text-anchor": "end" }, String(value)),
    );
  }
  const point = shape("circle", { r: 7, fill: model.get("colors")[1], stroke: "#1b1b1b" });
  svg.append(point);
  const show = (frame) => {
    const [cx, cy] = place(frame.fpr, frame.ratios.recall);
    point.setAttribute("cx", cx);
    point.setAttribute("cy", cy);
  };
  return { svg, show };
}

function render({ model, el }) {
  const root = element("div", { class: "dlcourse-losses", role: "group" });
  const place = element("div", { class: "dlcourse-losses-panels" });
  const caption = element("p", { "aria-live": "polite", class: "dlcourse-losses-caption" });
  const ratios = element("p", { class: "dlcourse-losses-caption" });
  const bar = element("div", { class: "dlcourse-losses-bar" });
  const label = element("label", {}, "threshold");
  const slider = element("input", {
    type: "range", min: 0, max: model.get("frames").length - 1, step: 1, "aria-label": "threshold",
  });
  const shown = element("output");
  const panels = [scoresPanel(model), countsPanel(model), rocPanel(model)];
  place.append(...panels.map((panel) => panel.svg));
  label.append(slider, shown);
  bar.append(label);
  root.append(element("div", { class: "dlcourse-losses-heading" }, model.get("title")));
  root.append(place, bar, caption, ratios);
  el.append(root);

  function go(position) {
    if (position === model.get("position")) return;
    model.set("position", position);
    model.save_changes();
  }

  function show() {
    const frame = model.get("frames")[model.get("position")];
    panels.forEach((panel) => panel.show(frame));
    const text = String(Math.round(1000 * frame.threshold) / 1000);
    slider.value = String(model.get("position"));
    slider.setAttribute("aria-valuetext", text);
    shown.textContent = text;
    caption.textContent = frame.caption;
    ratios.textContent = Object.entries(frame.ratios)
      .map(([name, value]) => `${name} ${value.toFixed(3)}`).join(" · ");
  }

  function describe() {
    root.setAttribute("aria-label", model.get("alt"));
  }

  slider.addEventListener("input", () => go(slider.valueAsNumber));
  const [{ svg, nearest }] = panels;
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    go(nearest(event));
  });
  svg.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) go(nearest(event));
  });
  model.on("change:position", show);
  model.on("change:alt", describe);
  describe();
  show();
  return () => {
    model.off("change:position", show);
    model.off("change:alt", describe);
  };
}

export default { render };

// histograms and curves that Python has measured for every setting; a move asks no kernel
const SIZE = { width: 780, height: 360 };
const ROWS = { left: 70, top: 24, width: 250, height: 300 };
const CURVES = { left: 420, top: 24, width: 340, height: 280 };
const TOP = 10; // the curves' axis runs from 1e-10 to 1e10

function element(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function drawHistograms(pen, run, shown, limit, color) {
  const height = ROWS.height / shown.length;
  pen.fillStyle = "#1b1b1b";
  pen.textAlign = "left";
  pen.fillText("activations in layer ... (root of their share)", ROWS.left, 14);
  shown.forEach((layer, i) => {
    const floor = ROWS.top + (i + 1) * height - 6;
    const counts = run.counts[i];
    const bar = ROWS.width / counts.length;
    pen.fillStyle = color;
    counts.forEach((count, k) => {
      const tall = (height - 12) * Math.sqrt(count / 100);
      pen.fillRect(ROWS.left + k * bar, floor - tall, bar - 1, tall);
    });
    pen.fillStyle = "#1b1b1b";
    pen.fillRect(ROWS.left, floor, ROWS.width, 1);
    pen.textAlign = "right";
    pen.fillText(String(layer), ROWS.left - 10, floor - 4);
  });
  pen.textAlign = "center";
  [-limit, 0, limit].forEach((value, i) => {
    pen.fillText(String(value).replace("-", "−"), ROWS.left + (i * ROWS.width) / 2, 340);
  });
}

function drawCurve(pen, values, color, dash) {
  const across = CURVES.width / (values.length - 1);
  pen.strokeStyle = color;
  pen.lineWidth = 2.5;
  pen.setLineDash(dash);
  pen.beginPath();
  values.forEach((value, i) => {
    const power = Math.min(Math.max(Math.log10(Math.max(value, 1e-300)), -TOP), TOP);
    const y = CURVES.top + (CURVES.height * (TOP - power)) / (2 * TOP);
    if (i) pen.lineTo(CURVES.left + i * across, y);
    else pen.moveTo(CURVES.left, y);
  });
  pen.stroke();
  pen.setLineDash([]);
}

function drawCurves(pen, run, colors) {
  pen.fillStyle = "#1b1b1b";
  pen.strokeStyle = "#d0d0d0";
  pen.lineWidth = 1;
  pen.textAlign = "right";
  for (let power = -TOP; power <= TOP; power += 5) {
    const y = CURVES.top + (CURVES.height * (TOP - power)) / (2 * TOP);
    pen.strokeRect(CURVES.left, y, CURVES.width, 0);
    pen.fillText(`1e${power}`.replace("-", "−"), CURVES.left - 6, y + 4);
  }
  const last = run.forward.length;
  pen.textAlign = "center";
  [1, Math.round(last / 2), last].forEach((layer) => {
    pen.fillText(String(layer), CURVES.left + ((layer - 1) * CURVES.width) / (last - 1), 322);
  });
  pen.fillText("layer (what leaves the frame is drawn on its edge)", CURVES.left + CURVES.width / 2, 340);
  pen.textAlign = "left";
  pen.fillStyle = colors.forward;
  pen.fillText("— signal, forward", CURVES.left, 14);
  pen.fillStyle = colors.backward;
  pen.fillText("- - gradient, backward", CURVES.left + 160, 14);
  drawCurve(pen, run.forward, colors.forward, []);
  drawCurve(pen, run.backward, colors.backward, [7, 5]);
}

function render({ model, el }) {
  const root = element("div", { class: "dlcourse-canvas", role: "group" });
  const heading = element("div", { class: "dlcourse-heading" });
  const canvas = element("canvas", { role: "img" });
  const caption = element("p", { "aria-live": "polite", class: "dlcourse-caption" });
  const controls = element("div", { class: "dlcourse-bar" });
  const names = element("div", { class: "dlcourse-bar" });
  const unit = element("select");
  const scale = element("input", { type: "range", min: 0, step: 1 });
  const unitLabel = element("label", {}, "activation ");
  const scaleLabel = element("label", {}, "scale ");
  unitLabel.append(unit);
  scaleLabel.append(scale);
  controls.append(unitLabel, scaleLabel);
  root.append(heading, canvas, caption, controls, names);
  el.append(root);
  const dense = window.devicePixelRatio || 1;
  canvas.width = SIZE.width * dense;
  canvas.height = SIZE.height * dense;
  canvas.style.width = `${SIZE.width}px`;

  function show() {
    const run = model.get("runs")[model.get("unit")][model.get("index")];
    const pen = canvas.getContext("2d");
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.clearRect(0, 0, SIZE.width, SIZE.height);
    pen.font = "12px sans-serif";
    drawHistograms(pen, run, model.get("shown"), model.get("limit"), model.get("colors").forward);
    drawCurves(pen, run, model.get("colors"));
    caption.textContent = run.caption;
    canvas.setAttribute("aria-label", run.caption);
    unit.value = model.get("unit");
    scale.value = model.get("index");
    scale.setAttribute("aria-valuetext", run.caption);
  }

  function move(name, value) {
    model.set(name, value);
    model.save_changes();
  }

  heading.textContent = model.get("title");
  root.setAttribute("aria-label", model.get("alt"));
  for (const name of Object.keys(model.get("runs"))) {
    unit.append(element("option", { value: name }, name));
  }
  scale.max = model.get("gains").length - 1;
  for (const [name, index] of Object.entries(model.get("marks"))) {
    const button = element("button", { type: "button" }, name);
    button.addEventListener("click", () => move("index", index));
    names.append(button);
  }
  unit.addEventListener("change", () => move("unit", unit.value));
  scale.addEventListener("input", () => move("index", scale.valueAsNumber));
  model.on("change:unit", show);
  model.on("change:index", show);
  show();
  return () => {
    model.off("change:unit", show);
    model.off("change:index", show);
  };
}

export default { render };

// training runs that Python has made, one picture a stop; a move asks no kernel
const SIDE = { width: 560, height: 380 };

function element(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function draw(pen, model, frame) {
  const { x, y } = model.get("box");
  const [columns, rows] = model.get("cells");
  const colors = model.get("colors");
  const across = (value) => ((value - x[0]) / (x[1] - x[0])) * SIDE.width;
  const down = (value) => ((y[1] - value) / (y[1] - y[0])) * SIDE.height;
  const cell = [SIDE.width / columns, SIDE.height / rows];
  [...frame.regions].forEach((label, i) => {
    pen.fillStyle = `${colors[Number(label)]}33`;
    const row = Math.floor(i / columns);
    pen.fillRect((i % columns) * cell[0], SIDE.height - (row + 1) * cell[1], cell[0], cell[1]);
  });
  for (const [px, py, label] of model.get("points")) {
    pen.fillStyle = colors[label];
    if (label) pen.fillRect(across(px) - 3, down(py) - 3, 6, 6);
    else {
      pen.beginPath();
      pen.arc(across(px), down(py), 3.5, 0, 2 * Math.PI);
      pen.fill();
    }
  }
  pen.strokeStyle = "#1b1b1b";
  pen.lineWidth = 2;
  for (const [x1, y1, x2, y2] of frame.lines) {
    pen.beginPath();
    pen.moveTo(across(x1), down(y1));
    pen.lineTo(across(x2), down(y2));
    pen.stroke();
  }
}

function render({ model, el }) {
  const root = element("div", { class: "dlcourse-canvas", role: "group" });
  const heading = element("div", { class: "dlcourse-heading" });
  const canvas = element("canvas", { role: "img" });
  const caption = element("p", { "aria-live": "polite", class: "dlcourse-caption" });
  const bar = element("div", { class: "dlcourse-bar" });
  root.append(heading, canvas, caption, bar);
  el.append(root);
  const dense = window.devicePixelRatio || 1;
  canvas.width = SIDE.width * dense;
  canvas.height = SIDE.height * dense;
  canvas.style.width = `${SIDE.width}px`;

  function slider(name, text, count) {
    const field = element("input", { type: "range", min: 0, max: count - 1, step: 1 });
    field.value = model.get(name);
    field.addEventListener("input", () => {
      model.set(name, field.valueAsNumber);
      model.save_changes();
    });
    const label = element("label", {}, `${text} `);
    label.append(field);
    bar.append(label);
    return field;
  }

  const fields = {
    noise: slider("noise", "differences at the start", model.get("frames").length),
    stop: slider("stop", "steps of training", model.get("frames")[0].length),
  };

  function show() {
    const frame = model.get("frames")[model.get("noise")][model.get("stop")];
    const pen = canvas.getContext("2d");
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.clearRect(0, 0, SIDE.width, SIDE.height);
    draw(pen, model, frame);
    caption.textContent = frame.caption;
    canvas.setAttribute("aria-label", frame.caption);
    for (const [name, field] of Object.entries(fields)) {
      field.value = model.get(name);
      field.setAttribute("aria-valuetext", frame.caption);
    }
  }

  heading.textContent = model.get("title");
  root.setAttribute("aria-label", model.get("alt"));
  model.on("change:noise", show);
  model.on("change:stop", show);
  show();
  return () => {
    model.off("change:noise", show);
    model.off("change:stop", show);
  };
}

export default { render };

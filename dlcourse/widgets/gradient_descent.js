// computes every path here, from numbers that Python sent once: a move asks no kernel
const WIDTH = 720;
const HEIGHT = 320;
const PANELS = [
  { left: 46, top: 14, width: 262, height: 262 },
  { left: 380, top: 14, width: 320, height: 262 },
];
const GREY = "#6e6e6e";

function element(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function short(value) {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e6) return "beyond all bounds";
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

// a panel maps numbers to pixels and draws only inside its frame
function panel(context, box, x, y) {
  const px = (value) => box.left + ((value - x[0]) / (x[1] - x[0])) * box.width;
  const py = (value) => box.top + (1 - (value - y[0]) / (y[1] - y[0])) * box.height;
  const inside = (draw) => {
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    draw();
    context.restore();
  };
  return {
    px, py, inside,
    line(points, color, width, dots) {
      inside(() => {
        context.strokeStyle = context.fillStyle = color;
        context.lineWidth = width;
        context.beginPath();
        for (const [a, b] of points) context.lineTo(px(a), py(b));
        context.stroke();
        if (!dots) return;
        for (const [a, b] of points) {
          context.beginPath();
          context.arc(px(a), py(b), 3, 0, 7);
          context.fill();
        }
      });
    },
    frame(xlabel, ylabel) {
      context.strokeStyle = context.fillStyle = GREY;
      context.lineWidth = 1;
      context.strokeRect(box.left, box.top, box.width, box.height);
      context.font = "12px sans-serif";
      context.textAlign = "center";
      context.fillText(xlabel, box.left + box.width / 2, box.top + box.height + 32);
      for (const end of x) context.fillText(short(end), px(end), box.top + box.height + 16);
      context.textAlign = "right";
      for (const end of y) context.fillText(short(end), box.left - 5, py(end) + 4);
      context.save();
      context.translate(box.left - 30, box.top + box.height / 2);
      context.rotate(-Math.PI / 2);
      context.textAlign = "center";
      context.fillText(ylabel, 0, 0);
      context.restore();
    },
  };
}

const rateKind = {
  controls: [
    { trait: "rate", name: "learning rate η", min: 0.01, max: 1, step: 0.01 },
    { trait: "curvature", name: "curvature λ", min: 0.5, max: 8, step: 0.5 },
  ],
  prepare: () => ({}),
  compute(model) {
    const factor = 1 - model.get("rate") * model.get("curvature");
    const path = [model.get("start")];
    for (let k = 0; k < model.get("steps"); k++) path.push(path[k] * factor);
    return { factor, path };
  },
  describe(model, { factor, path }) {
    const size = Math.abs(factor);
    let what = "it creeps down one side";
    if (size < 1e-9) what = "it arrives in one step";
    else if (Math.abs(size - 1) < 1e-9) what = "it jumps for ever";
    else if (size > 1) what = "it jumps further out each time: it diverges";
    else if (factor < 0) what = "it jumps across and comes nearer";
    const last = short(path[path.length - 1]);
    return `ηλ = ${short(1 - factor)}. Each step multiplies w by ${short(factor)}: ${what}. `
      + `After ${path.length - 1} steps w = ${last}.`;
  },
  draw(context, model, { path }, colors) {
    const reach = 1.6 * Math.abs(model.get("start"));
    const loss = (w) => (model.get("curvature") * w * w) / 2;
    const bowl = panel(context, PANELS[0], [-reach, reach], [0, loss(reach)]);
    const curve = Array.from({ length: 81 }, (_, i) => reach * (i / 40 - 1));
    bowl.line(curve.map((w) => [w, loss(w)]), colors.loss, 2);
    bowl.line(path.map((w) => [w, loss(w)]), colors.path, 1.2, true);
    bowl.frame("w", "loss");
    const time = panel(context, PANELS[1], [0, path.length - 1], [-reach, reach]);
    time.line([[0, 0], [path.length - 1, 0]], GREY, 1);
    time.line(path.map((w, k) => [k, w]), colors.path, 1.5, true);
    time.frame("step", "w");
  },
};

// the mean squared error is a quadratic: six sums over the rows hold all of it
function quadratic(X, t) {
  const mean = (f) => X.reduce((sum, x, i) => sum + f(x, t[i]), 0) / X.length;
  const [a, b, c] = [mean((x) => x[0] * x[0]), mean((x) => x[0] * x[1]), mean((x) => x[1] * x[1])];
  const [d, e] = [mean((x, y) => x[0] * y), mean((x, y) => x[1] * y)];
  const f = mean((_, y) => y * y);
  const det = a * c - b * b;
  return {
    loss: ([u, v]) => (a * u * u + 2 * b * u * v + c * v * v) / 2 - d * u - e * v + f / 2,
    bottom: [(c * d - b * e) / det, (a * e - b * d) / det],
  };
}

const surfaceKind = {
  controls: [
    { trait: "rate", name: "learning rate η", min: 0.01, max: 0.6, step: 0.01 },
    { trait: "batch_size", name: "rows a step", powers: true },
    { trait: "shuffle", name: "shuffle", min: 0, step: 1 },
  ],
  prepare(model) {
    const { loss, bottom } = quadratic(model.get("X"), model.get("t"));
    const start = model.get("start");
    const reach = 1.5 * Math.max(...bottom.map((b, i) => Math.abs(b - start[i])), 0.1);
    const low = bottom.map((b) => b - reach);
    const high = bottom.map((b) => b + reach);
    return { loss, bottom, low, high, map: bands(loss, loss(bottom), low, high) };
  },
  compute(model, { loss, bottom }) {
    const [X, t, size] = [model.get("X"), model.get("t"), model.get("batch_size")];
    const orders = model.get("orders")[model.get("shuffle")];
    const perEpoch = Math.ceil(t.length / size);
    const path = [model.get("start")];
    for (let k = 0; k < model.get("steps"); k++) {
      const order = orders[Math.floor(k / perEpoch) % orders.length];
      const rows = order.slice((k % perEpoch) * size, ((k % perEpoch) + 1) * size);
      const w = path[k];
      const slope = [0, 0];
      for (const i of rows) {
        const error = X[i][0] * w[0] + X[i][1] * w[1] - t[i];
        slope[0] += (error * X[i][0]) / rows.length;
        slope[1] += (error * X[i][1]) / rows.length;
      }
      path.push([w[0] - model.get("rate") * slope[0], w[1] - model.get("rate") * slope[1]]);
    }
    const end = path[path.length - 1];
    const away = Math.hypot(end[0] - bottom[0], end[1] - bottom[1]);
    return { path, losses: path.map(loss), away };
  },
  describe(model, { path, losses, away }, { loss, bottom }) {
    const rows = model.get("batch_size");
    const start = path[0].map(short).join(", ");
    return `Rate ${short(model.get("rate"))}, ${rows} ${rows === 1 ? "row" : "rows"} a step, start `
      + `(${start}). After ${path.length - 1} steps the loss is ${short(losses[losses.length - 1])} `
      + `(lowest: ${short(loss(bottom))}), the distance from the bottom ${short(away)}.`;
  },
  draw(context, model, { path, losses }, colors, { low, high, bottom, loss, map }) {
    const view = panel(context, PANELS[0], [low[0], high[0]], [low[1], high[1]]);
    const box = PANELS[0];
    context.drawImage(map, box.left, box.top, box.width, box.height);
    view.line(path, colors.path, 1.2, true);
    context.font = "20px sans-serif";
    context.textAlign = "center";
    context.fillStyle = "#000000";
    context.fillText("★", view.px(bottom[0]), view.py(bottom[1]) + 7);
    view.frame("w₁", "w₂");
    const top = Math.max(losses[0], 2 * loss(bottom));
    const time = panel(context, PANELS[1], [0, path.length - 1], [0, top]);
    time.line([[0, loss(bottom)], [path.length - 1, loss(bottom)]], GREY, 1);
    time.line(losses.map((value, k) => [k, value]), colors.loss, 1.8);
    time.frame("step", "loss on all rows");
  },
};

// bands of equal loss, drawn once into an image of their own
function bands(loss, lowest, low, high) {
  const image = document.createElement("canvas");
  [image.width, image.height] = [PANELS[0].width, PANELS[0].height];
  const context = image.getContext("2d");
  const pixels = context.createImageData(image.width, image.height);
  const band = (i, j) => {
    const u = low[0] + ((high[0] - low[0]) * i) / image.width;
    const v = high[1] - ((high[1] - low[1]) * j) / image.height;
    return Math.floor(1.5 * Math.log2(0.2 + loss([u, v]) - lowest));
  };
  for (let j = 0; j < image.height; j++) {
    for (let i = 0; i < image.width; i++) {
      const here = band(i, j);
      const edge = here !== band(i + 1, j) || here !== band(i, j + 1);
      const grey = edge ? 150 : 255 - 3 * (here + 4);
      pixels.data.set([grey, grey, Math.min(grey + 6, 255), 255], 4 * (j * image.width + i));
    }
  }
  context.putImageData(pixels, 0, 0);
  return image;
}

function addSlider(fields, model, control) {
  const { trait, name, powers } = control;
  const n = powers ? model.get("t").length : 0;
  const choices = [];
  for (let size = 1; size < n; size *= 2) choices.push(size);
  choices.push(n);
  const max = powers ? choices.length - 1 : control.max ?? model.get("orders").length - 1;
  const label = element("label", {}, `${name} `);
  const slider = element("input", {
    type: "range", min: control.min ?? 0, max, step: control.step ?? 1, "aria-label": name,
  });
  const said = element("output");
  const show = () => {
    const value = model.get(trait);
    slider.value = powers ? choices.findIndex((size) => size >= value) : value;
    said.textContent = trait === "shuffle" ? `${value + 1} of ${max + 1}` : short(value);
    slider.setAttribute("aria-valuetext", said.textContent);
  };
  slider.addEventListener("input", () => {
    model.set(trait, powers ? choices[slider.valueAsNumber] : slider.valueAsNumber);
    model.save_changes();
  });
  label.append(slider, said);
  fields.append(label);
  return show;
}

function render({ model, el }) {
  const kind = model.get("kind") === "rate" ? rateKind : surfaceKind;
  const root = element("div", { class: "dlcourse-descent", role: "group" });
  const heading = element("div", { class: "dlcourse-heading" });
  const canvas = element("canvas", { role: "img" });
  const caption = element("p", { "aria-live": "polite", class: "dlcourse-caption" });
  const fields = element("div", { class: "dlcourse-bar" });
  root.append(heading, canvas, caption, fields);
  el.append(root);
  const context = canvas.getContext("2d");
  const density = window.devicePixelRatio || 1;
  [canvas.width, canvas.height] = [WIDTH * density, HEIGHT * density];
  const shows = kind.controls.map((control) => addSlider(fields, model, control));
  let scene = kind.prepare(model);

  function draw() {
    const result = kind.compute(model, scene);
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, WIDTH, HEIGHT);
    kind.draw(context, model, result, model.get("colors"), scene);
    caption.textContent = kind.describe(model, result, scene);
    canvas.setAttribute("aria-label", caption.textContent);
    shows.forEach((show) => show());
  }

  function label() {
    heading.textContent = model.get("title");
    root.setAttribute("aria-label", model.get("alt"));
  }

  function startAt(point) {
    model.set("start", point);
    model.save_changes();
  }

  if (kind === surfaceKind) {
    const box = PANELS[0];
    fields.append(element("span", {}, "Click on the map, or use its arrow keys, to move the start."));
    canvas.setAttribute("tabindex", "0");
    canvas.addEventListener("click", (event) => {
      const scale = WIDTH / canvas.getBoundingClientRect().width;
      const across = (event.offsetX * scale - box.left) / box.width;
      const up = 1 - (event.offsetY * scale - box.top) / box.height;
      if (Math.min(across, up) < 0 || Math.max(across, up) > 1) return;
      const { low, high } = scene;
      startAt([across, up].map((part, i) => low[i] + part * (high[i] - low[i])));
    });
    canvas.addEventListener("keydown", (event) => {
      const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
      const move = moves[event.key];
      if (!move) return;
      const unit = (scene.high[0] - scene.low[0]) / 20;
      startAt(model.get("start").map((value, i) => value + unit * move[i]));
      event.preventDefault();
      event.stopPropagation();
    });
  }

  const traits = [...kind.controls.map((control) => control.trait), "start"];
  for (const trait of traits) model.on(`change:${trait}`, draw);
  model.on("change:alt", label);
  model.on("change:title", label);
  label();
  draw();
  return () => {
    for (const trait of traits) model.off(`change:${trait}`, draw);
    model.off("change:alt", label);
    model.off("change:title", label);
  };
}

export default { render };

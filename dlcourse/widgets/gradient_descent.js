// computes every path here, from numbers that Python sent once: a move asks no kernel
import { canvas, card, element, GREY, onKeys, send, short, slider } from "./shared.js";

const HEIGHT = 320;
const LEFT = { left: 46, top: 14, width: 262, height: 262 };
const RIGHT = { left: 46, top: 14, width: 320, height: 262 };

function said(value) {
  return Math.abs(value) < 1e6 ? short(value) : "beyond all bounds";
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
      context.textAlign = "center";
      context.fillText(xlabel, box.left + box.width / 2, box.top + box.height + 32);
      for (const end of x) context.fillText(said(end), px(end), box.top + box.height + 16);
      context.textAlign = "right";
      for (const end of y) context.fillText(said(end), box.left - 5, py(end) + 4);
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
  views: ["The loss with the steps", "The weight at each step"],
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
    const last = said(path[path.length - 1]);
    return `ηλ = ${said(1 - factor)}. Each step multiplies w by ${said(factor)}: ${what}. `
      + `After ${path.length - 1} steps w = ${last}.`;
  },
  draw([over, beside], model, { path }, colors) {
    const reach = 1.6 * Math.abs(model.get("start"));
    const loss = (w) => (model.get("curvature") * w * w) / 2;
    const bowl = panel(over, LEFT, [-reach, reach], [0, loss(reach)]);
    const curve = Array.from({ length: 81 }, (_, i) => reach * (i / 40 - 1));
    bowl.line(curve.map((w) => [w, loss(w)]), colors.loss, 2);
    bowl.line(path.map((w) => [w, loss(w)]), colors.path, 1.2, true);
    bowl.frame("w", "loss");
    const time = panel(beside, RIGHT, [0, path.length - 1], [-reach, reach]);
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
  views: ["The map of the loss with the path", "The loss at each step"],
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
    const start = path[0].map(said).join(", ");
    return `Rate ${said(model.get("rate"))}, ${rows} ${rows === 1 ? "row" : "rows"} a step, start `
      + `(${start}). After ${path.length - 1} steps the loss is ${said(losses[losses.length - 1])} `
      + `(lowest: ${said(loss(bottom))}), the distance from the bottom ${said(away)}.`;
  },
  draw([over, beside], model, { path, losses }, colors, { low, high, bottom, loss, map }) {
    const view = panel(over, LEFT, [low[0], high[0]], [low[1], high[1]]);
    over.drawImage(map, LEFT.left, LEFT.top, LEFT.width, LEFT.height);
    view.line(path, colors.path, 1.2, true);
    over.font = "20px sans-serif";
    over.textAlign = "center";
    over.fillStyle = "#000000";
    over.fillText("★", view.px(bottom[0]), view.py(bottom[1]) + 7);
    over.font = "12px sans-serif";
    view.frame("w₁", "w₂");
    const top = Math.max(losses[0], 2 * loss(bottom));
    const time = panel(beside, RIGHT, [0, path.length - 1], [0, top]);
    time.line([[0, loss(bottom)], [path.length - 1, loss(bottom)]], GREY, 1);
    time.line(losses.map((value, k) => [k, value]), colors.loss, 1.8);
    time.frame("step", "loss on all rows");
  },
};

// bands of equal loss, drawn once into an image of their own
function bands(loss, lowest, low, high) {
  const image = document.createElement("canvas");
  [image.width, image.height] = [LEFT.width, LEFT.height];
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

function addSlider(bar, model, { trait, name, powers, min = 0, max, step = 1 }) {
  if (!powers) {
    const last = max ?? model.get("orders").length - 1;
    const set = slider(bar, name, { min, max: last, step }, (value) => send(model, { [trait]: value }));
    const text = (value) => (trait === "shuffle" ? `${value + 1} of ${last + 1}` : short(value));
    return () => set(model.get(trait), text(model.get(trait)));
  }
  const choices = [];
  for (let size = 1; size < model.get("t").length; size *= 2) choices.push(size);
  choices.push(model.get("t").length);
  const set = slider(bar, name, { max: choices.length - 1 }, (i) => send(model, { [trait]: choices[i] }));
  const place = (value) => choices.findIndex((size) => size >= value);
  return () => set(place(model.get(trait)), short(model.get(trait)));
}

// a click on the map, or an arrow key there, moves the start
function letStartMove(map, bar, model, { low, high }) {
  const startAt = (point) => send(model, { start: point });
  bar.append(element("span", {}, "Click on the map, or use its arrow keys, to move the start."));
  map.setAttribute("tabindex", "0");
  map.addEventListener("click", (event) => {
    const zoom = map.getBoundingClientRect().height / HEIGHT;
    const across = (event.offsetX / zoom - LEFT.left) / LEFT.width;
    const up = 1 - (event.offsetY / zoom - LEFT.top) / LEFT.height;
    if (Math.min(across, up) < 0 || Math.max(across, up) > 1) return;
    startAt([across, up].map((part, i) => low[i] + part * (high[i] - low[i])));
  });
  const unit = (high[0] - low[0]) / 20;
  const move = (right, up) => {
    const [u, v] = model.get("start");
    startAt([u + unit * right, v + unit * up]);
  };
  onKeys(map, {
    ArrowLeft: () => move(-1, 0),
    ArrowRight: () => move(1, 0),
    ArrowDown: () => move(0, -1),
    ArrowUp: () => move(0, 1),
  });
}

function render({ model, el }) {
  const kind = model.get("kind") === "rate" ? rateKind : surfaceKind;
  const { place, caption, bar, follow } = card({ model, el }, "descent");
  const pictures = [330, 380].map((width) => canvas(place, width, HEIGHT));
  const shows = kind.controls.map((control) => addSlider(bar, model, control));
  const scene = kind.prepare(model);
  if (kind === surfaceKind) letStartMove(pictures[0].canvas, bar, model, scene);

  function draw() {
    const result = kind.compute(model, scene);
    const contexts = pictures.map(({ clear }) => clear());
    kind.draw(contexts, model, result, model.get("colors"), scene);
    caption.textContent = kind.describe(model, result, scene);
    kind.views.forEach((view, i) => {
      pictures[i].canvas.setAttribute("aria-label", `${view}. ${caption.textContent}`);
    });
    shows.forEach((show) => show());
  }

  draw();
  const traits = [...kind.controls.map((control) => control.trait), "start"];
  return follow(Object.fromEntries(traits.map((trait) => [trait, draw])));
}

export default { render };

// a perceptron that learns in the browser, on points that the learner places
import { axes, button, card, drawing, INK, onKeys, select, send, shape } from "./shared.js";

const SIZE = 420;
const EDGE = 40;
const PLANE = { width: SIZE, height: SIZE, left: EDGE, right: EDGE, top: EDGE, bottom: EDGE };
const START = { w: [0, 0], b: 0, row: 0, wrong: 0, history: [] };

function written(value) {
  return String(Math.round(100 * value) / 100 + 0).replace("-", "−");
}

// one row of Rosenblatt's rule with the rate 1
function learnRow({ w, b, row, wrong, history }, points) {
  const [x1, x2, target] = points[row];
  const answer = w[0] * x1 + w[1] * x2 + b > 0 ? 1 : 0;
  const error = target - answer;
  const next = { w: [w[0] + error * x1, w[1] + error * x2], b: b + error, row: row + 1 };
  const mistakes = wrong + Math.abs(error);
  const text = `Point (${written(x1)}, ${written(x2)}) of class ${target} is called ${answer}: `
    + (error ? "the line moves." : "nothing changes.");
  const ended = next.row === points.length;
  return {
    text,
    unit: ended
      ? { ...next, row: 0, wrong: 0, history: [...history, mistakes] }
      : { ...next, wrong: mistakes, history },
  };
}

function drawLine({ x, y, inside }, { w: [w1, w2], b }, color) {
  const length = Math.hypot(w1, w2);
  if (length === 0) return;
  // from the nearest point of the line to the origin, far along the line both ways
  const foot = [(-b * w1) / length ** 2, (-b * w2) / length ** 2];
  const [along, away] = [[-w2 / length, w1 / length], [w1 / length, w2 / length]];
  const at = (s, t) => [0, 1].map((i) => foot[i] + s * along[i] + t * away[i]);
  const corners = [at(-9, 0), at(9, 0), at(9, 9), at(-9, 9)];
  const side = corners.map(([u, v]) => `${x(u)},${y(v)}`).join(" ");
  const [[u1, v1], [u2, v2]] = corners;
  inside.append(
    shape("polygon", { points: side, fill: color, opacity: 0.15 }),
    shape("line", { x1: x(u1), y1: y(v1), x2: x(u2), y2: y(v2), stroke: INK, "stroke-width": 2.5 }),
  );
}

function drawPlane(svg, { points, unit, cursor, colors, limits, focused }) {
  const plane = axes(svg, {
    xlim: limits, ylim: limits, xlabel: "x₁", ylabel: "x₂", xticks: [0, 1], yticks: [0, 1], frame: PLANE,
  });
  const { x, y, inside } = plane;
  drawLine(plane, unit, colors[1]);
  points.forEach(([u, v, label], i) => {
    const look = {
      fill: colors[label],
      stroke: i === unit.row ? INK : "#ffffff",
      "stroke-width": i === unit.row ? 3 : 1,
    };
    const [cx, cy] = [x(u), y(v)];
    svg.append(label === 0
      ? shape("circle", { cx, cy, r: 7, ...look })
      : shape("rect", { x: cx - 6, y: cy - 6, width: 12, height: 12, ...look }));
  });
  if (focused) {
    const [cx, cy] = [x(cursor[0]), y(cursor[1])];
    inside.append(shape("path", { d: `M${cx - 9} ${cy}h18M${cx} ${cy - 9}v18`, stroke: INK }));
  }
}

function render({ model, el }) {
  const { place: panel, caption, bar, follow } = card({ model, el }, "perceptron");
  const svg = drawing(panel, SIZE, SIZE, { tabindex: 0, role: "application" });
  const limits = model.get("limits");
  const clamp = (value) => Math.min(Math.max(value, limits[0]), limits[1]);
  let cursor = [0.5, 0.5];
  let said = "";

  function write(points, unit, text) {
    said = text;
    send(model, { points, unit });
  }

  function learn(rows) {
    const points = model.get("points");
    if (points.length === 0) return;
    let now = { unit: model.get("unit"), text: "" };
    for (let i = 0; i < rows; i += 1) now = learnRow(now.unit, points);
    write(points, now.unit, now.text);
  }

  function place(at) {
    const [x1, x2] = at.map((value) => Math.round(10 * clamp(value)) / 10);
    const unit = { ...model.get("unit"), row: 0, wrong: 0, history: [] };
    write([...model.get("points"), [x1, x2, Number(kind.value)]], unit, "A new point.");
  }

  function move(right, up) {
    cursor = [clamp(cursor[0] + right), clamp(cursor[1] + up)];
    said = `Cursor at (${written(cursor[0])}, ${written(cursor[1])}).`;
    show();
  }

  button(bar, "One row", () => learn(1));
  button(bar, "One epoch", () => learn(model.get("points").length - model.get("unit").row));
  button(bar, "Forget weights", () => write(model.get("points"), START, "All weights are 0."));
  const presets = model.get("presets");
  select(bar, "points", Object.keys(presets).map((name) => [name, name]), (name) => {
    write(presets[name], START, "New points, weights 0.");
  });
  const kind = select(bar, "a click adds class", [[0, "0"], [1, "1"]], () => {});

  svg.addEventListener("click", (event) => {
    const rect = svg.getBoundingClientRect();
    const part = (pixels, whole) => ((pixels / whole) * SIZE - EDGE) / (SIZE - 2 * EDGE);
    const right = part(event.clientX - rect.left, rect.width);
    const down = part(event.clientY - rect.top, rect.height);
    const wide = limits[1] - limits[0];
    cursor = [limits[0] + right * wide, limits[1] - down * wide].map(clamp);
    place(cursor);
  });
  onKeys(svg, {
    ArrowLeft: () => move(-0.1, 0),
    ArrowRight: () => move(0.1, 0),
    ArrowUp: () => move(0, 0.1),
    ArrowDown: () => move(0, -0.1),
    Enter: () => place(cursor),
    " ": () => place(cursor),
  });
  svg.addEventListener("focus", () => show());
  svg.addEventListener("blur", () => show());

  function show() {
    const [points, unit] = [model.get("points"), model.get("unit")];
    const { w, b, history } = unit;
    const weights = `w = (${written(w[0])}, ${written(w[1])}), b = ${written(b)}.`;
    const epochs = history.length ? ` Mistakes by epoch: ${history.slice(-12).join(", ")}.` : "";
    const end = history.at(-1) === 0 ? " Every point is right." : "";
    caption.textContent = `${said} ${weights}${epochs}${end}`.trim();
    svg.setAttribute("aria-label", `Plane with ${points.length} points: arrow keys move, Enter adds`);
    const focused = svg.getRootNode().activeElement === svg;
    drawPlane(svg, { points, unit, cursor, colors: model.get("colors"), limits, focused });
  }

  show();
  return follow({ points: show, unit: show });
}

export default { render };

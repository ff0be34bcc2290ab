// a perceptron that learns in the browser, on points that the learner places
import { axes, button, card, choice, classes, drawing, onKeys, select, send, within } from "./shared.js";

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

function drawBorder(frame, { w: [w1, w2], b }) {
  const length = Math.hypot(w1, w2);
  if (length === 0) return;
  // from the nearest point of the line to the origin, far along the line both ways
  const foot = [(-b * w1) / length ** 2, (-b * w2) / length ** 2];
  const [along, away] = [[-w2 / length, w1 / length], [w1 / length, w2 / length]];
  const at = (s, t) => [0, 1].map((i) => foot[i] + s * along[i] + t * away[i]);
  frame.area([at(-9, 0), at(9, 0), at(9, 9), at(-9, 9)], "dl-backward");
  frame.line([at(-9, 0), at(9, 0)]);
}

function drawPlane(svg, { points, unit, cursor, limits, focused }) {
  const [ends, names] = [[0, 1], { xlabel: "x₁", ylabel: "x₂" }];
  const frame = axes(svg, { xlim: limits, ylim: limits, xticks: ends, yticks: ends, framed: true, ...names });
  drawBorder(frame, unit);
  const next = points[unit.row];
  if (next) frame.dots([next], `dl-next${next[2] ? " dl-square" : ""}`);
  classes(frame, points, "dl-big");
  if (!focused) return frame;
  for (const [u, v] of [[0.06, 0], [0, 0.06]]) {
    frame.line([-1, 1].map((s) => [cursor[0] + s * u, cursor[1] + s * v]));
  }
  return frame;
}

function drawMistakes(svg, history) {
  const shown = history.slice(-30);
  const epochs = shown.map((wrong, k) => [history.length - shown.length + k + 1, wrong]);
  const [first, last] = [epochs[0]?.[0] ?? 1, Math.max(10, history.length)];
  const frame = axes(svg, {
    xlim: [first - 0.5, last + 0.5], ylim: [0, Math.max(4, ...shown) + 0.5], xlabel: "epoch", ylabel: "mistakes in the epoch",
  });
  frame.line(epochs, "dl-third dl-thin");
  frame.dots(epochs, "dl-third");
}

function render({ model, el }) {
  const { place: panel, say, bar, follow } = card({ model, el }, "perceptron");
  const [svg, chart] = [drawing(panel, { square: 420 }), drawing(panel, { height: 420 })];
  svg.removeAttribute("aria-hidden");
  for (const [name, value] of [["tabindex", 0], ["role", "application"]]) svg.setAttribute(name, value);
  const limits = model.get("limits");
  let [cursor, kind, said, frame] = [[0.5, 0.5], 0, "", null];

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
    cursor = at.map((value) => Math.round(10 * within(value, ...limits)) / 10);
    const unit = { ...model.get("unit"), row: 0, wrong: 0, history: [] };
    write([...model.get("points"), [...cursor, kind]], unit, "A new point.");
  }

  const move = (right, up) => () => {
    cursor = [cursor[0] + right, cursor[1] + up].map((value) => within(value, ...limits));
    said = `Cursor at (${written(cursor[0])}, ${written(cursor[1])}).`;
    show();
  };

  button(bar, "One row", () => learn(1));
  button(bar, "One epoch", () => learn(model.get("points").length - model.get("unit").row));
  button(bar, "Forget weights", () => write(model.get("points"), START, "All weights are 0."));
  const presets = model.get("presets");
  select(bar, "points", Object.keys(presets).map((name) => [name, name]), (name) => {
    write(presets[name], START, "New points, weights 0.");
  });
  const setKind = choice(bar, "a click adds", [[0, "adds ● class 0"], [1, "■ class 1"]], (value) => {
    kind = value;
    setKind(kind);
  });
  setKind(kind);

  svg.addEventListener("click", (event) => { if (frame.holds(event)) place(frame.placeOf(event)); });
  onKeys(svg, {
    ArrowLeft: move(-0.1, 0),
    ArrowRight: move(0.1, 0),
    ArrowUp: move(0, 0.1),
    ArrowDown: move(0, -0.1),
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
    say(`${said} ${weights}${epochs}${end}`.trim());
    svg.setAttribute("aria-label", `Plane with ${points.length} points: arrow keys move, Enter adds`);
    const focused = svg.getRootNode().activeElement === svg;
    drawMistakes(chart, history);
    frame = drawPlane(svg, { points, unit, cursor, limits, focused });
  }

  show();
  return follow({ points: show, unit: show }, show);
}

export default { render };

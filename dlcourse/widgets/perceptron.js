// a perceptron that learns in the browser, on points that the learner places
const SIZE = 420;
const EDGE = 34;
const SVG = "http://www.w3.org/2000/svg";
const START = { w: [0, 0], b: 0, row: 0, wrong: 0, history: [] };
let count = 0;

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

function short(value) {
  return String(Math.round(100 * value) / 100 + 0).replace("-", "−");
}

// one row of Rosenblatt's rule with the rate 1
function step({ w, b, row, wrong, history }, points) {
  const [x1, x2, target] = points[row];
  const answer = w[0] * x1 + w[1] * x2 + b > 0 ? 1 : 0;
  const error = target - answer;
  const next = { w: [w[0] + error * x1, w[1] + error * x2], b: b + error, row: row + 1 };
  const mistakes = wrong + Math.abs(error);
  const text = `Point (${short(x1)}, ${short(x2)}) of class ${target} is called ${answer}: `
    + (error ? "the line moves." : "nothing changes.");
  const ended = next.row === points.length;
  return {
    text,
    unit: ended
      ? { ...next, row: 0, wrong: 0, history: [...history, mistakes] }
      : { ...next, wrong: mistakes, history },
  };
}

function drawPlane(svg, { points, unit, cursor, colors, limits, focused }) {
  const [low, high] = limits;
  const scale = (SIZE - 2 * EDGE) / (high - low);
  const x = (value) => EDGE + (value - low) * scale;
  const y = (value) => SIZE - EDGE - (value - low) * scale;
  svg.replaceChildren();
  const box = { x: EDGE, y: EDGE, width: SIZE - 2 * EDGE, height: SIZE - 2 * EDGE };
  const clip = `dlcourse-plane-${count++}`;
  const area = shape("clipPath", { id: clip });
  area.append(shape("rect", box));
  svg.append(area, shape("rect", { ...box, fill: "#ffffff", stroke: "#8a8a8a" }));
  for (const value of [0, 1]) {
    svg.append(
      shape("text", { x: x(value), y: SIZE - EDGE + 16, "text-anchor": "middle" }, String(value)),
      shape("text", { x: EDGE - 8, y: y(value) + 4, "text-anchor": "end" }, String(value)),
    );
  }
  svg.append(
    shape("text", { x: SIZE / 2, y: SIZE - 4, "text-anchor": "middle" }, "x₁"),
    shape("text", { x: 4, y: SIZE / 2 }, "x₂"),
  );
  const [w1, w2] = unit.w;
  const length = Math.hypot(w1, w2);
  if (length > 0) {
    // from the nearest point of the line to the origin, far along the line both ways
    const foot = [(-unit.b * w1) / length ** 2, (-unit.b * w2) / length ** 2];
    const [along, away] = [[-w2 / length, w1 / length], [w1 / length, w2 / length]];
    const at = (s, t) => [0, 1].map((i) => foot[i] + s * along[i] + t * away[i]);
    const corners = [at(-9, 0), at(9, 0), at(9, 9), at(-9, 9)];
    const side = corners.map(([u, v]) => `${x(u)},${y(v)}`).join(" ");
    const [[u1, v1], [u2, v2]] = corners;
    const group = shape("g", { "clip-path": `url(#${clip})` });
    group.append(
      shape("polygon", { points: side, fill: colors[1], opacity: 0.15 }),
      shape("line", { x1: x(u1), y1: y(v1), x2: x(u2), y2: y(v2), stroke: "#1b1b1b", "stroke-width": 2.5 }),
    );
    svg.append(group);
  }
  points.forEach(([u, v, label], i) => {
    const look = {
      fill: colors[label],
      stroke: i === unit.row ? "#1b1b1b" : "#ffffff",
      "stroke-width": i === unit.row ? 3 : 1,
    };
    const [cx, cy] = [x(u), y(v)];
    svg.append(label === 0
      ? shape("circle", { cx, cy, r: 7, ...look })
      : shape("rect", { x: cx - 6, y: cy - 6, width: 12, height: 12, ...look }));
  });
  if (focused) {
    const [cx, cy] = [x(cursor[0]), y(cursor[1])];
    svg.append(shape("path", { d: `M${cx - 9} ${cy}h18M${cx} ${cy - 9}v18`, stroke: "#1b1b1b" }));
  }
}

function render({ model, el }) {
  const root = element("div", { class: "dlcourse-perceptron", role: "group" });
  const svg = shape("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, tabindex: 0, role: "application" });
  const caption = element("p", { "aria-live": "polite", class: "dlcourse-caption" });
  const bar = element("div", { class: "dlcourse-bar" });
  const limits = model.get("limits");
  let cursor = [0.5, 0.5];
  let said = "";

  function write(points, unit, text) {
    said = text;
    model.set("points", points);
    model.set("unit", unit);
    model.save_changes();
    show();
  }

  function learn(rows) {
    const points = model.get("points");
    if (points.length === 0) return;
    let now = { unit: model.get("unit"), text: "" };
    for (let i = 0; i < rows; i += 1) now = step(now.unit, points);
    write(points, now.unit, now.text);
  }

  function place([x1, x2]) {
    const [low, high] = limits;
    const inside = [x1, x2].map((v) => Math.round(10 * Math.min(Math.max(v, low), high)) / 10);
    const unit = { ...model.get("unit"), row: 0, wrong: 0, history: [] };
    write([...model.get("points"), [...inside, Number(kind.value)]], unit, "A new point.");
  }

  function button(text, act) {
    const made = element("button", { type: "button" }, text);
    made.addEventListener("click", act);
    bar.append(made);
  }

  function choice(name, options, act) {
    const label = element("label", {}, `${name} `);
    const select = element("select", { "aria-label": name });
    options.forEach(([value, text]) => select.append(element("option", { value }, text)));
    select.addEventListener("change", act);
    label.append(select);
    bar.append(label);
    return select;
  }

  button("One row", () => learn(1));
  button("One epoch", () => learn(model.get("points").length - model.get("unit").row));
  button("Forget weights", () => write(model.get("points"), START, "All weights are 0."));
  const presets = model.get("presets");
  const preset = choice("points", Object.keys(presets).map((name) => [name, name]), () => {
    write(presets[preset.value], START, "New points, weights 0.");
  });
  const kind = choice("a click adds class", [[0, "0"], [1, "1"]], () => {});
  root.append(element("div", { class: "dlcourse-heading" }, model.get("title")));
  root.append(svg, caption, bar);
  el.append(root);

  svg.addEventListener("pointerdown", (event) => {
    const rect = svg.getBoundingClientRect();
    const [low, high] = limits;
    const part = (pixels, whole) => ((pixels / whole) * SIZE - EDGE) / (SIZE - 2 * EDGE);
    const right = part(event.clientX - rect.left, rect.width);
    const down = part(event.clientY - rect.top, rect.height);
    cursor = [low + right * (high - low), high - down * (high - low)];
    place(cursor);
  });
  svg.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
    if (event.key in moves) {
      cursor = cursor.map((v, i) => Math.min(Math.max(v + moves[event.key][i], limits[0]), limits[1]));
      said = `Cursor at (${short(cursor[0])}, ${short(cursor[1])}).`;
      show();
    } else if (event.key === "Enter" || event.key === " ") {
      place(cursor);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();  // JupyterLab would move to the next cell
  });
  svg.addEventListener("focus", () => show());
  svg.addEventListener("blur", () => show());

  function show() {
    const [points, unit] = [model.get("points"), model.get("unit")];
    const { w, b, history } = unit;
    const epochs = history.length ? ` Mistakes by epoch: ${history.slice(-12).join(", ")}.` : "";
    const end = history.length && history[history.length - 1] === 0 ? " Every point is right." : "";
    caption.textContent = `${said} w = (${short(w[0])}, ${short(w[1])}), b = ${short(b)}.${epochs}${end}`.trim();
    svg.setAttribute("aria-label", `Plane with ${points.length} points: arrow keys move, Enter adds`);
    const focused = document.activeElement === svg || svg.getRootNode().activeElement === svg;
    drawPlane(svg, { points, unit, cursor, colors: model.get("colors"), limits, focused });
  }

  function describe() {
    root.setAttribute("aria-label", model.get("alt"));
  }

  model.on("change:points", show);
  model.on("change:unit", show);
  model.on("change:alt", describe);
  describe();
  show();
  return () => {
    model.off("change:points", show);
    model.off("change:unit", show);
    model.off("change:alt", describe);
  };
}

export default { render };

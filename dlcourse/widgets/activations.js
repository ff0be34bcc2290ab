// draws curves that Python has computed; a control picks among them and asks no kernel
import { axes, card, drawing, FRAME, select, send, shape, slider } from "./shared.js";

function drawLine(svg, line, row, { x, y, inside }) {
  const points = line.x.map((value, k) => [x(value), y(line.y[k])]);
  inside.append(shape("polyline", {
    points: points.map((point) => point.map((v) => v.toFixed(1)).join(",")).join(" "),
    fill: "none", stroke: line.color, "stroke-width": 2,
    "stroke-dasharray": line.dashed ? "6 4" : "none",
  }));
  if (line.dots) {
    for (const [cx, cy] of points) inside.append(shape("circle", { cx, cy, r: 3, fill: line.color }));
  }
  if (line.name) {
    const y1 = FRAME.top + 16 + 16 * row;
    svg.append(
      shape("line", {
        x1: FRAME.left + 8, x2: FRAME.left + 34, y1, y2: y1, stroke: line.color, "stroke-width": 2,
        "stroke-dasharray": line.dashed ? "6 4" : "none",
      }),
      shape("text", { x: FRAME.left + 40, y: y1 + 4 }, line.name),
    );
  }
}

function addControl(bar, { kind, label, options }, choose) {
  if (kind === "select") {
    const menu = select(bar, label, options.map((text, i) => [i, text]), (i) => choose(Number(i)));
    return (i) => { menu.value = String(i); };
  }
  const set = slider(bar, label, { max: options.length - 1 }, choose);
  return (i) => set(i, options[i]);
}

function render({ model, el }) {
  const { place, caption, bar, follow } = card({ model, el }, "curves");
  const panels = model.get("panels");
  const drawings = panels.map(() => drawing(place, FRAME.width, FRAME.height, { role: "img" }));
  const controls = model.get("controls");
  const setters = controls.map((control) => addControl(bar, control, (position) => {
    send(model, { choice: { ...model.get("choice"), [control.name]: position } });
  }));

  function show() {
    const choice = model.get("choice");
    const key = (names) => names.map((name) => choice[name]).join(",");
    const sentence = model.get("captions")[key(controls.map(({ name }) => name))];
    panels.forEach((panel, i) => {
      const frame = axes(drawings[i], panel);
      const lines = panel.layers.flatMap(({ frames, controls }) => frames[key(controls)]);
      const named = lines.filter((line) => line.name);
      lines.forEach((line) => drawLine(drawings[i], line, named.indexOf(line), frame));
      drawings[i].setAttribute("aria-label", `${panel.title}. ${sentence}`);
    });
    setters.forEach((set, i) => set(choice[controls[i].name]));
    caption.textContent = sentence;
  }

  show();
  return follow({ choice: show });
}

export default { render };

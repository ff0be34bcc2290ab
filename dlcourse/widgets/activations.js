// draws curves that Python has computed; a control picks among them and asks no kernel
const SIZE = { width: 420, height: 300, left: 52, right: 10, top: 26, bottom: 42 };
const SVG = "http://www.w3.org/2000/svg";
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

function scale([low, high], from, to, log) {
  const position = log ? Math.log10 : (value) => value;
  const [a, b] = [position(low), position(high)];
  return (value) => from + ((position(value) - a) / (b - a)) * (to - from);
}

function ticks([low, high], log) {
  if (!log) return Array.from({ length: 6 }, (_, i) => low + (i / 5) * (high - low));
  const [a, b] = [Math.log10(low), Math.log10(high)];
  const every = Math.ceil((b - a) / 6);
  const found = [];
  for (let e = Math.ceil(a); e <= b; e += every) found.push(10 ** e);
  return found;
}

function tickText(value, log) {
  if (log) return `1e${Math.round(Math.log10(value))}`.replace("-", "−");
  return String(Math.round(100 * value) / 100).replace("-", "−");
}

function drawPanel(svg, panel, lines) {
  const { width, height, left, right, top, bottom } = SIZE;
  const x = scale(panel.xlim, left, width - right, false);
  const y = scale(panel.ylim, height - bottom, top, panel.log);
  const clip = `dlcourse-clip-${count++}`;
  svg.replaceChildren();
  const box = { x: left, y: top, width: width - left - right, height: height - top - bottom };
  const area = shape("clipPath", { id: clip });
  area.append(shape("rect", box));
  svg.append(area, shape("rect", { ...box, fill: "none", stroke: "#8a8a8a" }));
  for (const value of ticks(panel.xlim, false)) {
    const text = { x: x(value), y: height - bottom + 15, "text-anchor": "middle" };
    svg.append(shape("text", text, tickText(value, false)));
  }
  for (const value of ticks(panel.ylim, panel.log)) {
    const [x2, y1] = [width - right, y(value)];
    svg.append(shape("line", { x1: left, x2, y1, y2: y1, stroke: "#e2e2e2" }));
    const text = { x: left - 5, y: y1 + 4, "text-anchor": "end" };
    svg.append(shape("text", text, tickText(value, panel.log)));
  }
  const middle = (left + width - right) / 2;
  svg.append(
    shape("text", { x: middle, y: 15, "text-anchor": "middle", "font-weight": "bold" }, panel.title),
    shape("text", { x: middle, y: height - 8, "text-anchor": "middle" }, panel.xlabel),
    shape("text", { x: 4, y: 15 }, panel.ylabel),
  );
  const named = lines.filter((line) => line.name);
  lines.forEach((line) => drawLine(svg, line, named.indexOf(line), x, y, clip));
}

function drawLine(svg, line, row, x, y, clip) {
  const group = shape("g", { "clip-path": `url(#${clip})` });
  const points = line.x.map((value, k) => [x(value), y(line.y[k])]);
  group.append(shape("polyline", {
    points: points.map((point) => point.map((v) => v.toFixed(1)).join(",")).join(" "),
    fill: "none", stroke: line.color, "stroke-width": 2,
    "stroke-dasharray": line.dashed ? "6 4" : "none",
  }));
  if (line.dots) {
    for (const [cx, cy] of points) group.append(shape("circle", { cx, cy, r: 3, fill: line.color }));
  }
  svg.append(group);
  if (line.name) {
    const y1 = SIZE.top + 16 + 16 * row;
    svg.append(
      shape("line", {
        x1: SIZE.left + 8, x2: SIZE.left + 34, y1, y2: y1, stroke: line.color, "stroke-width": 2,
        "stroke-dasharray": line.dashed ? "6 4" : "none",
      }),
      shape("text", { x: SIZE.left + 40, y: y1 + 4 }, line.name),
    );
  }
}

function addControl(bar, control, choose) {
  const label = element("label", {}, control.label);
  bar.append(label);
  if (control.kind === "select") {
    const select = element("select", { "aria-label": control.label });
    control.options.forEach((text, i) => select.append(element("option", { value: i }, text)));
    select.addEventListener("change", () => choose(Number(select.value)));
    label.append(select);
    return (i) => { select.value = String(i); };
  }
  const slider = element("input", {
    type: "range", min: 0, max: control.options.length - 1, step: 1, "aria-label": control.label,
  });
  const shown = element("output");
  slider.addEventListener("input", () => choose(slider.valueAsNumber));
  label.append(slider, shown);
  return (i) => {
    slider.value = String(i);
    slider.setAttribute("aria-valuetext", control.options[i]);
    shown.textContent = control.options[i];
  };
}

function render({ model, el }) {
  const root = element("div", { class: "dlcourse-curves", role: "group" });
  const heading = element("div", { class: "dlcourse-curves-heading" }, model.get("title"));
  const place = element("div", { class: "dlcourse-curves-panels" });
  const caption = element("p", { "aria-live": "polite", class: "dlcourse-curves-caption" });
  const bar = element("div", { class: "dlcourse-curves-bar" });
  const drawings = model.get("panels").map(() => {
    const svg = shape("svg", { role: "img", viewBox: `0 0 ${SIZE.width} ${SIZE.height}` });
    place.append(svg);
    return svg;
  });
  root.append(heading, place, caption, bar);
  el.append(root);

  const controls = model.get("controls");
  const setters = controls.map(({ name }, i) => addControl(bar, controls[i], (position) => {
    model.set("choice", { ...model.get("choice"), [name]: position });
    model.save_changes();
  }));

  function show() {
    const choice = model.get("choice");
    const key = (names) => names.map((name) => choice[name]).join(",");
    const sentence = model.get("captions")[key(controls.map(({ name }) => name))];
    model.get("panels").forEach((panel, i) => {
      const lines = panel.layers.flatMap(({ frames, controls }) => frames[key(controls)]);
      drawPanel(drawings[i], panel, lines);
      drawings[i].setAttribute("aria-label", `${panel.title}. ${sentence}`);
    });
    setters.forEach((set, i) => set(choice[controls[i].name]));
    caption.textContent = sentence;
  }

  function describe() {
    root.setAttribute("aria-label", model.get("alt"));
  }

  model.on("change:choice", show);
  model.on("change:alt", describe);
  describe();
  show();
  return () => {
    model.off("change:choice", show);
    model.off("change:alt", describe);
  };
}

export default { render };

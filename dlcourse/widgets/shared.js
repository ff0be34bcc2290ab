// what every widget has: Python puts this text before a widget's own, since anywidget loads a
// widget from one text and cannot follow an import to another file
const SVG = "http://www.w3.org/2000/svg";
export const INK = "#1b1b1b";
export const GREY = "#6e6e6e";
let clips = 0;

export function element(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

export function shape(name, attributes = {}, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

// three significant digits and a real minus, as dlcourse.plots.short writes them
export function short(value) {
  return String(Number(value.toPrecision(3)) + 0).replaceAll("-", "−");
}

export function send(model, changes) {
  for (const [name, value] of Object.entries(changes)) model.set(name, value);
  model.save_changes();
}

// in JupyterLab an arrow key would jump to the next cell, and a letter could delete one
function keepFromJupyter(event) {
  if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
}

// the white card: title, a place to draw in, a sentence that is read aloud, a bar of controls
export function card({ model, el }, kind) {
  const root = element("div", { class: `dlcourse dlcourse-${kind}`, role: "group" });
  root.addEventListener("keydown", keepFromJupyter);
  const heading = element("div", { class: "dlcourse-heading" });
  const place = element("div", { class: "dlcourse-place" });
  const caption = element("p", { "aria-live": "polite", class: "dlcourse-caption" });
  const bar = element("div", { class: "dlcourse-bar" });
  root.append(heading, place, caption, bar);
  el.append(root);

  function describe() {
    heading.textContent = model.get("title");
    root.setAttribute("aria-label", model.get("alt"));
  }

  // calls each action when its trait changes; returns what anywidget calls at the end
  function follow(actions) {
    const all = Object.entries({ title: describe, alt: describe, ...actions });
    for (const [name, act] of all) model.on(`change:${name}`, act);
    return () => all.forEach(([name, act]) => model.off(`change:${name}`, act));
  }

  describe();
  return { root, place, caption, bar, follow };
}

export function button(bar, text, act) {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", act);
  bar.append(made);
  return made;
}

// options are pairs of a value and its text
export function select(bar, name, options, act) {
  const label = element("label", {}, name);
  const made = element("select", { "aria-label": name });
  for (const [value, text] of options) made.append(element("option", { value }, text));
  made.addEventListener("change", () => act(made.value));
  label.append(made);
  bar.append(label);
  return made;
}

// returns a function that shows a value and the text that stands beside the slider
export function slider(bar, name, { min = 0, max, step = 1 }, act) {
  const label = element("label", {}, name);
  const made = element("input", { type: "range", min, max, step, "aria-label": name });
  const output = element("output");
  made.addEventListener("input", () => act(made.valueAsNumber));
  label.append(made, output);
  bar.append(label);
  return (value, text) => {
    made.value = String(value);
    made.setAttribute("aria-valuetext", text);
    output.textContent = text;
  };
}

export function onKeys(target, actions) {
  target.addEventListener("keydown", (event) => {
    if (!(event.key in actions) || event.target.matches("input, select")) return;
    actions[event.key]();
    event.preventDefault();
  });
}

// a canvas of so many CSS pixels, sharp on dense screens; clear() returns its emptied context
export function canvas(place, width, height) {
  const made = element("canvas", { role: "img" });
  const density = window.devicePixelRatio || 1;
  [made.width, made.height] = [width * density, height * density];
  made.style.flex = `${width} 1 ${0.7 * width}px`;
  made.style.maxWidth = `${width}px`;
  place.append(made);
  return {
    canvas: made,
    clear() {
      const context = made.getContext("2d");
      context.setTransform(density, 0, 0, density, 0, 0);
      context.clearRect(0, 0, width, height);
      context.font = "12px sans-serif";
      return context;
    },
  };
}

export function drawing(place, width, height, attributes = {}) {
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, ...attributes });
  svg.style.flex = `${width} 1 ${0.7 * width}px`; // side by side at one scale
  svg.style.maxWidth = `${1.2 * width}px`;
  place.append(svg);
  return svg;
}

function scale([low, high], from, to, log) {
  const position = log ? Math.log10 : (value) => value;
  const [a, b] = [position(low), position(high)];
  return (value) => from + ((position(value) - a) / (b - a)) * (to - from);
}

function ticksOf([low, high], log) {
  if (!log) return Array.from({ length: 6 }, (_, i) => low + (i / 5) * (high - low));
  const [a, b] = [Math.log10(low), Math.log10(high)];
  const every = Math.ceil((b - a) / 6);
  const found = [];
  for (let e = Math.ceil(a); e <= b; e += every) found.push(10 ** e);
  return found;
}

function tickText(value, log) {
  if (log) return `1e${Math.round(Math.log10(value))}`.replace("-", "−");
  return String(Math.round(100 * value) / 100 + 0).replace("-", "−");
}

export const FRAME = { width: 420, height: 300, left: 52, right: 14, top: 26, bottom: 42 };

// clears the svg and draws a frame with axes; x and y give pixels, and nothing leaves `inside`
export function axes(svg, { xlim, ylim, xlabel, ylabel = "", title = "", ...options }) {
  const { log = false, xticks = ticksOf(xlim, false), yticks = ticksOf(ylim, log) } = options;
  const { width, height, left, right, top, bottom } = options.frame ?? FRAME;
  const x = scale(xlim, left, width - right, false);
  const y = scale(ylim, height - bottom, top, log);
  const box = { x: left, y: top, width: width - left - right, height: height - top - bottom };
  const clip = shape("clipPath", { id: `dlcourse-clip-${(clips += 1)}` });
  clip.append(shape("rect", box));
  const inside = shape("g", { "clip-path": `url(#${clip.id})` });
  svg.replaceChildren(clip);
  for (const value of xticks) {
    const place = { x: x(value), y: height - bottom + 15, "text-anchor": "middle" };
    svg.append(shape("text", place, tickText(value, false)));
  }
  for (const value of yticks) {
    const at = y(value);
    svg.append(
      shape("line", { x1: left, x2: width - right, y1: at, y2: at, stroke: "#e2e2e2" }),
      shape("text", { x: left - 5, y: at + 4, "text-anchor": "end" }, tickText(value, log)),
    );
  }
  const middle = (left + width - right) / 2;
  svg.append(
    shape("text", { x: middle, y: 15, "text-anchor": "middle", "font-weight": "bold" }, title),
    shape("text", { x: middle, y: height - 8, "text-anchor": "middle" }, xlabel),
    shape("text", { x: 4, y: top - 11 }, ylabel),
    inside,
    shape("rect", { ...box, fill: "none", stroke: "#8a8a8a" }),
  );
  return { x, y, inside };
}

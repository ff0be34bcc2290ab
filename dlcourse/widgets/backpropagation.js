// draws graph and frames that Python has computed; a step changes texts only and asks no kernel
const UNIT = { x: 114, y: 92 };
const SVG = "http://www.w3.org/2000/svg";

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

function drawGraph(svg, graph, colors) {
  const rows = graph.nodes.map((node) => node.y);
  const columns = graph.nodes.map((node) => node.x);
  const top = Math.max(...rows) + 0.7;
  const size = [(Math.max(...columns) + 2) * UNIT.x, (top - Math.min(...rows) + 0.7) * UNIT.y];
  const at = ([x, y]) => [(x + 0.5) * UNIT.x, (top - y) * UNIT.y];
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
  svg.style.maxWidth = `${size[0]}px`;

  const marker = shape("marker", {
    id: "dlcourse-head", viewBox: "0 0 10 10", refX: 9, refY: 5,
    markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse",
  });
  marker.append(shape("path", { d: "M0 0 L10 5 L0 10 z", fill: "#6e6e6e" }));
  svg.append(marker);

  for (const edge of graph.edges) {
    const [start, end] = [at(edge.start), at(edge.end)];
    const middle = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - edge.bend * UNIT.y];
    const length = Math.hypot(end[0] - middle[0], end[1] - middle[1]);
    const stop = end.map((value, i) => value + (20 / length) * (middle[i] - value));
    svg.append(shape("path", {
      d: `M${start} Q${middle} ${stop}`, fill: "none", stroke: "#6e6e6e",
      "stroke-width": 1.4, "marker-end": "url(#dlcourse-head)",
    }));
  }
  const nodes = graph.nodes.map((node) => {
    const [x, y] = at([node.x, node.y]);
    const outline = shape("rect", {
      x: x - 18, y: y - 18, width: 36, height: 36, rx: node.leaf ? 6 : 18, class: "dlcourse-node",
    });
    svg.append(outline, shape("text", { x, y: y + 5, class: "dlcourse-label" }, node.label));
    return outline;
  });
  const label = (edge, shift, color, weight) => {
    const [x, y] = at(edge.middle);
    const text = shape("text", {
      x: x + 2, y: y + shift, fill: color, "font-weight": weight, class: "dlcourse-number",
    });
    svg.append(text);
    return text;
  };
  return {
    nodes,
    values: graph.edges.map((edge) => label(edge, -7, colors.forward, "normal")),
    gradients: graph.edges.map((edge) => label(edge, 17, colors.backward, "bold")),
  };
}

function render({ model, el }) {
  const root = element("div", { class: "dlcourse-stepper", role: "group", tabindex: "0" });
  const heading = element("div", { class: "dlcourse-heading" });
  const svg = shape("svg", { role: "img" });
  const caption = element("p", { "aria-live": "polite", class: "dlcourse-caption" });
  const bar = element("div", { class: "dlcourse-bar" });
  const back = element("button", { type: "button" }, "◀ Back");
  const forward = element("button", { type: "button" }, "Forward ▶");
  const reset = element("button", { type: "button" }, "Reset");
  const count = element("span", { class: "dlcourse-count" });
  const fields = element("div", { class: "dlcourse-bar" });
  bar.append(back, forward, reset, count);
  root.append(heading, svg, caption, bar, fields);
  el.append(root);
  let drawn;

  function show() {
    const frames = model.get("frames");
    const step = Math.min(model.get("step"), frames.length - 1);
    const frame = frames[step];
    drawn.values.forEach((text, i) => { text.textContent = frame.values[i]; });
    drawn.gradients.forEach((text, i) => {
      text.textContent = frame.gradients[i] === "" ? "" : `← ${frame.gradients[i]}`;
    });
    drawn.nodes.forEach((node, i) => node.classList.toggle("dlcourse-active", i === frame.active));
    caption.textContent = frame.caption;
    svg.setAttribute("aria-label", frame.caption);
    count.textContent = `step ${step} of ${frames.length - 1}`;
    back.disabled = step === 0;
    forward.disabled = step === frames.length - 1;
  }

  function redraw() {
    heading.textContent = model.get("title");
    root.setAttribute("aria-label", model.get("alt"));
    drawn = drawGraph(svg, model.get("graph"), model.get("colors"));
    show();
  }

  function go(step) {
    const last = model.get("frames").length - 1;
    model.set("step", Math.min(Math.max(step, 0), last));
    model.save_changes();
  }

  for (const [name, value] of Object.entries(model.get("inputs"))) {
    const field = element("input", { type: "number", step: "any", value });
    field.addEventListener("change", () => {
      if (!Number.isFinite(field.valueAsNumber)) return;
      model.set("inputs", { ...model.get("inputs"), [name]: field.valueAsNumber });
      model.save_changes();
    });
    const label = element("label", {}, `${name} `);
    label.append(field);
    fields.append(label);
  }

  back.addEventListener("click", () => go(model.get("step") - 1));
  forward.addEventListener("click", () => go(model.get("step") + 1));
  reset.addEventListener("click", () => go(0));
  root.addEventListener("keydown", (event) => {
    if (event.target.tagName === "INPUT") return;
    const move = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (move === undefined) return;
    go(model.get("step") + move);
    event.preventDefault();
    event.stopPropagation();
  });
  model.on("change:step", show);
  model.on("change:frames", redraw);
  model.on("change:alt", redraw);
  redraw();
  return () => {
    model.off("change:step", show);
    model.off("change:frames", redraw);
    model.off("change:alt", redraw);
  };
}

export default { render };

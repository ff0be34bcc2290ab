// draws graph and frames that Python has computed; a step changes texts only and asks no kernel
import { button, card, element, onKeys, send, shape, within } from "./shared.js";

const ROW = 92;
const GRAPH = { tabindex: 0, role: "group", "aria-label": "Graph: left and right arrow keys step" };

// from one node to the next, with a head that ends at the node's edge
function arrow(start, end, bend) {
  const middle = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - bend * ROW];
  const length = Math.hypot(end[0] - middle[0], end[1] - middle[1]);
  const way = end.map((value, i) => (value - middle[i]) / length);
  const [tip, neck] = [20, 29].map((back) => end.map((value, i) => value - back * way[i]));
  const wings = [1, -1].map((side) => [neck[0] - 5 * side * way[1], neck[1] + 5 * side * way[0]]);
  return [
    shape("path", { class: "dl-line dl-soft dl-thin", d: `M${start}Q${middle} ${neck}` }),
    shape("path", { class: "dl-area dl-soft dl-solid", d: `M${tip}L${wings[0]}L${wings[1]}Z` }),
  ];
}

function drawGraph(svg, graph, room) {
  const [columns, rows] = ["x", "y"].map((side) => graph.nodes.map((node) => node[side]));
  const top = Math.max(...rows) + 0.7;
  const count = Math.max(...columns) + 2;
  const unit = within(room / count, 112, 150); // what does not fit is scrolled: text never shrinks
  const [width, height] = [count * unit, (top - Math.min(...rows) + 0.7) * ROW];
  const at = ([x, y]) => [(x + 0.5) * unit, (top - y) * ROW];
  svg.replaceChildren();
  for (const [name, value] of Object.entries({ width, height })) svg.setAttribute(name, value);
  for (const edge of graph.edges) svg.append(...arrow(at(edge.start), at(edge.end), edge.bend));
  const nodes = graph.nodes.map((node) => {
    const [x, y] = at([node.x, node.y]);
    const outline = shape("rect", {
      x: x - 18, y: y - 18, width: 36, height: 36, rx: node.leaf ? 6 : 18, class: "dlcourse-node",
    });
    svg.append(outline, shape("text", { x, y: y + 5, class: "dlcourse-label" }, node.label));
    return outline;
  });
  const numbers = (shift, look) => graph.edges.map((edge) => {
    const [x, y] = at(edge.middle);
    const text = shape("text", { x: x + 2, y: y + shift, class: `dlcourse-number dl-halo ${look}` });
    svg.append(text);
    return text;
  });
  return { nodes, values: numbers(-7, "dl-forward"), gradients: numbers(17, "dl-backward") };
}

function keepInView(place, node) {
  if (!node) return;
  const [outer, inner] = [place.getBoundingClientRect(), node.getBoundingClientRect()];
  place.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "stepper");
  const svg = shape("svg", { "aria-hidden": "true" });
  for (const [name, value] of Object.entries(GRAPH)) place.setAttribute(name, value);
  const plot = element("div", { class: "dl-plot" });
  plot.append(svg);
  place.append(plot);
  let drawn;

  function go(step) {
    const last = model.get("frames").length - 1;
    send(model, { step: Math.min(Math.max(step, 0), last) });
  }

  const back = button(bar, "◀ Back", () => go(model.get("step") - 1));
  const forward = button(bar, "Forward ▶", () => go(model.get("step") + 1));
  button(bar, "Reset", () => go(0));
  const count = element("span", { class: "dlcourse-count" });
  const fields = element("div", { class: "dlcourse-bar dlcourse-fields" });
  bar.append(count, fields);
  onKeys(place, {
    ArrowRight: () => go(model.get("step") + 1),
    ArrowLeft: () => go(model.get("step") - 1),
    Home: () => go(0),
    End: () => go(Infinity),
  });

  function show() {
    const frames = model.get("frames");
    const step = Math.min(model.get("step"), frames.length - 1);
    const frame = frames[step];
    drawn.values.forEach((text, i) => { text.textContent = frame.values[i]; });
    drawn.gradients.forEach((text, i) => {
      text.textContent = frame.gradients[i] === "" ? "" : `← ${frame.gradients[i]}`;
    });
    drawn.nodes.forEach((node, i) => node.classList.toggle("dlcourse-active", i === frame.active));
    keepInView(place, drawn.nodes[frame.active]);
    say(frame.caption);
    count.textContent = `step ${step} of ${frames.length - 1}`;
    back.disabled = step === 0;
    forward.disabled = step === frames.length - 1;
  }

  function redraw() {
    drawn = drawGraph(svg, model.get("graph"), place.clientWidth);
    show();
  }

  for (const [name, value] of Object.entries(model.get("inputs"))) {
    const field = element("input", { type: "number", step: "any", value: Number(value.toPrecision(4)) });
    field.addEventListener("change", () => {
      if (!Number.isFinite(field.valueAsNumber)) return;
      send(model, { inputs: { ...model.get("inputs"), [name]: field.valueAsNumber } });
    });
    const label = element("label");
    label.append(element("span", {}, name), field);
    fields.append(label);
  }

  redraw();
  return follow({ step: show, frames: redraw }, redraw);
}

export default { render };

// draws graph and frames that Python has computed; a step changes texts only and asks no kernel
import { button, card, element, GREY, onKeys, send, shape } from "./shared.js";

const UNIT = { x: 114, y: 92 };

function drawGraph(svg, graph, colors) {
  const rows = graph.nodes.map((node) => node.y);
  const columns = graph.nodes.map((node) => node.x);
  const top = Math.max(...rows) + 0.7;
  const size = [(Math.max(...columns) + 2) * UNIT.x, (top - Math.min(...rows) + 0.7) * UNIT.y];
  const at = ([x, y]) => [(x + 0.5) * UNIT.x, (top - y) * UNIT.y];
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
  svg.style.maxWidth = `${size[0]}px`;
  svg.style.minWidth = `${0.55 * size[0]}px`; // smaller numbers could not be read: scroll instead

  const marker = shape("marker", {
    id: "dlcourse-head", viewBox: "0 0 10 10", refX: 9, refY: 5,
    markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse",
  });
  marker.append(shape("path", { d: "M0 0 L10 5 L0 10 z", fill: GREY }));
  svg.append(marker);

  for (const edge of graph.edges) {
    const [start, end] = [at(edge.start), at(edge.end)];
    const middle = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - edge.bend * UNIT.y];
    const length = Math.hypot(end[0] - middle[0], end[1] - middle[1]);
    const stop = end.map((value, i) => value + (20 / length) * (middle[i] - value));
    svg.append(shape("path", {
      d: `M${start} Q${middle} ${stop}`, fill: "none", stroke: GREY,
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

function keepInView(place, node) {
  if (!node) return;
  const [outer, inner] = [place.getBoundingClientRect(), node.getBoundingClientRect()];
  place.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
}

function render({ model, el }) {
  const { root, place, caption, bar, follow } = card({ model, el }, "stepper");
  root.tabIndex = 0;
  const svg = shape("svg", { role: "img" });
  place.append(svg);
  let drawn;

  function go(step) {
    const last = model.get("frames").length - 1;
    send(model, { step: Math.min(Math.max(step, 0), last) });
  }

  const back = button(bar, "◀ Back", () => go(model.get("step") - 1));
  const forward = button(bar, "Forward ▶", () => go(model.get("step") + 1));
  button(bar, "Reset", () => go(0));
  const count = element("span");
  const fields = element("div", { class: "dlcourse-bar dlcourse-fields" });
  bar.append(count);
  root.append(fields);
  onKeys(root, {
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
    caption.textContent = frame.caption;
    svg.setAttribute("aria-label", frame.caption);
    count.textContent = `step ${step} of ${frames.length - 1}`;
    back.disabled = step === 0;
    forward.disabled = step === frames.length - 1;
  }

  function redraw() {
    drawn = drawGraph(svg, model.get("graph"), model.get("colors"));
    show();
  }

  for (const [name, value] of Object.entries(model.get("inputs"))) {
    const field = element("input", { type: "number", step: "any", value });
    field.addEventListener("change", () => {
      if (!Number.isFinite(field.valueAsNumber)) return;
      send(model, { inputs: { ...model.get("inputs"), [name]: field.valueAsNumber } });
    });
    const label = element("label", {}, name);
    label.append(field);
    fields.append(label);
  }

  redraw();
  return follow({ step: show, frames: redraw });
}

export default { render };

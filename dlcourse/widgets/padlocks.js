// layers that a network borrows, locked or not: the stored runs of ten starts at every choice
import { axes, card, choice, drawing, many, named, send, shape } from "./shared.js";

const [LAYERS, TALL] = [["layer 1", "layer 2", "layer 3", "output"], 196];
const [LABELS, MEASURED] = [[2, 10, 50], 10]; // all sources were measured with ten labels
const SOURCES = [["other digits", "5 to 9"], ["pixels moved", "5 to 9, pixels moved"], ["untrained", "untrained"]];
const NAMES = { "other digits": "a network that reads 5 to 9", "pixels moved": "a network that reads 5 to 9 with their pixels moved", untrained: "an untrained network" };

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
};
const percent = (value) => `${value.toFixed(1)} %`;

function runsAt({ table, labels, source, way }, k) {
  const rows = table[labels];
  return k === 0 || (source === "untrained" && way === "tuned") ? rows.scratch : rows[`${source}, ${k} ${way}`];
}

function tell(now) {
  const { reused, way, source, labels } = now;
  const [runs, scratch] = [runsAt(now, reused), runsAt(now, 0)];
  const opening = `With ${labels} labels of each class`;
  const reach = `the median start reads ${percent(median(runs))}, the ten from ${percent(Math.min(...runs))} to ${percent(Math.max(...runs))}`;
  if (reused === 0) return `${opening} and nothing reused, ${reach}.`;
  if (source === "untrained" && way === "tuned") return `${opening}, layers of an untrained network that go on learning are a start from scratch: ${reach}.`;
  const layers = `${reused} layer${reused > 1 ? "s" : ""} of ${NAMES[source]}, ${way}`;
  const off = median(runs) - median(scratch);
  return `${opening} and ${layers}, ${reach}: ${Math.abs(off).toFixed(1)} points ${off < 0 ? "below" : "above"} the median from scratch.`;
}

function padlock(put, x, y, closed) {
  const look = closed ? "dl-lock" : "dl-lock dl-open";
  put("rect", look, { x: x - 9, y, width: 18, height: 13, rx: 3 });
  put("path", look, { d: closed ? `M${x - 5} ${y}v-3a5 5 0 0 1 10 0v3` : `M${x + 5} ${y}v-3a5 5 0 0 1 10 0v2` });
}

function drawNet(svg, { reused, way, source }) {
  const { inside, box: { width } } = axes(svg, { xlim: [0, 1], ylim: [0, 1], xticks: [], yticks: [], left: 0, right: 0 });
  svg.replaceChildren(inside);
  for (const [name, value] of Object.entries({ x: 0, y: 0, width, height: TALL, viewBox: `0 0 ${width} ${TALL}` })) inside.setAttribute(name, value);
  const put = (name, look, attributes, words) => inside.append(shape(name, { class: look, ...attributes }, words));
  const wide = width / LAYERS.length;
  const broad = Math.min(wide - 14, 120);
  put("text", "dl-name", { x: 0, y: 14 }, "source");
  put("text", "dl-name", { x: 0, y: 192 }, "target: 0 to 4");
  LAYERS.forEach((name, k) => {
    const [x, lent] = [wide * (k + 0.5), k < reused];
    const boxOf = (y, tall, look) => put("rect", `dl-layer ${look}`, { x: x - broad / 2, y, width: broad, height: tall, rx: 8 });
    if (k) {
      put("path", "dl-wire", { d: `M${x - wide + broad / 2} 40H${x - broad / 2}` });
      put("path", "dl-wire", { d: `M${x - wide + broad / 2} 147H${x - broad / 2}` });
    }
    boxOf(24, 32, source === "untrained" ? "dl-new" : "dl-forward");
    put("text", "dl-word", { x, y: 45, "text-anchor": "middle" }, name);
    boxOf(120, 54, lent ? "dl-forward" : "dl-new dl-backward");
    put("text", "dl-word", { x, y: 137, "text-anchor": "middle" }, name);
    if (!lent) {
      put("text", "dl-word", { x, y: 160, "text-anchor": "middle" }, "new");
      return;
    }
    padlock(put, x, 154, way === "frozen");
    put("path", "dl-copy", { d: `M${x} 60V112` });
    put("path", "dl-copytip", { d: `M${x} 117l-5 -9h10Z` });
  });
}

// what was tried at this choice of labels, source and way; nothing else is shown
function drawRuns(svg, now, tried) {
  const frame = axes(svg, { xlim: [-0.35, 3.35], ylim: [0, 100], xticks: [0, 1, 2, 3], yticks: [0, 20, 40, 60, 80, 100], xlabel: "layers reused", ylabel: "digits right, %" });
  const scratch = median(runsAt(now, 0));
  frame.line([[-0.35, scratch], [3.35, scratch]], "dl-soft dl-dashed dl-thin");
  const all = many(4, (k) => runsAt(now, k));
  const spread = (k) => all[k].map((value, i) => [k + (i - (all[k].length - 1) / 2) * 0.03, value]);
  frame.line(tried.map((k) => [k, median(all[k])]), "dl-forward");
  tried.forEach((k) => frame.dots(spread(k), k === now.reused ? "dl-backward dl-edge" : "dl-soft"));
  frame.dots(spread(now.reused), "dl-backward");
  const mid = median(all[now.reused]);
  frame.dots([[now.reused, mid]], "dl-big dl-edge");
  frame.dots([[now.reused, mid]], "dl-forward dl-big");
  frame.legend([["median of ten starts", "dl-forward"], ["each start, as chosen", "dl-backward dl-dots"], ["median from scratch", "dl-soft dl-dashed"]]);
}

function render({ model, el }) {
  const { place, bar, say, follow } = card({ model, el }, "padlocks");
  const get = (name) => model.get(name);
  const table = get("table");
  const setReused = named(bar, "layers reused", [0, 1, 2, 3], (reused) => send(model, { reused }));
  const setWay = choice(bar, "the reused layers are", [["frozen", "frozen"], ["tuned", "tuned"]], (way) => send(model, { way }));
  const setLabels = named(bar, "labels of each class", LABELS, (labels) => send(model, labels === MEASURED ? { labels } : { source: SOURCES[0][0], labels }));
  const setSource = named(bar, `source (others than the first: ${MEASURED} labels)`, SOURCES, (source) => send(model, source === SOURCES[0][0] ? { source } : { labels: MEASURED, source }));
  const net = drawing(place, { height: TALL });
  const plot = drawing(place, { height: 320 });
  const tries = new Map();

  function show() {
    const now = { table, ...Object.fromEntries(["reused", "way", "labels", "source"].map((name) => [name, get(name)])) };
    setReused(now.reused);
    setWay(now.way);
    setLabels(now.labels);
    setSource(now.source);
    drawNet(net, now);
    const key = [now.way, now.labels, now.source].join();
    tries.set(key, new Set([0, ...(tries.get(key) ?? []), now.reused]));
    drawRuns(plot, now, [...tries.get(key)].sort());
    say(tell(now));
  }
  show();
  return follow({ reused: show, way: show, labels: show, source: show }, show);
}

export default { render };

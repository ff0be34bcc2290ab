// a batch on a line, and a bowl whose column has a unit: all of it is computed here, so that a
// move asks no kernel
import { axes, button, card, choice, drawing, element, many, onKeys, send, shape, short, slider, within } from "./shared.js";

const EPS = 1e-5;
const LIMITS = [-3, 13];
const PLACES = [9, 11, 13, -1, -3, 7, 5, 3, 1]; // where a new row may stand, apart from the others
const MOST = 8;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spreadOf = (values, middle) => mean(values.map((value) => (value - middle) ** 2));

// ---- a batch on a line

const free = (scores) => PLACES.find((at) => scores.every((score) => Math.abs(score - at) > 1)) ?? PLACES[0];

function normalized(model) {
  const [scores, mode] = [model.get("scores"), model.get("mode")];
  const middle = mode === "test" ? model.get("running")[0] : mean(scores);
  const variance = mode === "test" ? model.get("running")[1] : spreadOf(scores, middle);
  const ruler = { middle, deviation: Math.sqrt(variance) };
  const outputs = scores.map((score) => (
    (model.get("gamma") * (score - middle)) / Math.sqrt(variance + EPS) + model.get("beta")));
  return { scores, outputs, ruler };
}

function tellBatch(model, { scores, outputs, ruler }) {
  const rows = `${scores.length} ${scores.length === 1 ? "row" : "rows"}`;
  const [middle, deviation] = [ruler.middle, ruler.deviation].map(short);
  const given = outputs.map(short).join(", ");
  if (model.get("mode") === "test") {
    return `Test, ${rows}: the ruler is fixed at mean ${middle} and deviation ${deviation}. A row that moves moves its own output alone. Outputs: ${given}.`;
  }
  if (scores.length === 1) return `Training, 1 row: it is its own mean, so the output is β = ${given}, whatever the score.`;
  return `Training, ${rows}: mean ${middle}, deviation ${deviation}. A row that moves changes the ruler, and with it all outputs: ${given}.`;
}

// a score to drag along the line, or to move by arrow keys
function grip(plot, name, act) {
  const node = element("div", { class: "dl-handle", role: "slider", tabindex: 0, "aria-label": name, "aria-valuemin": LIMITS[0], "aria-valuemax": LIMITS[1] });
  let [frame, value, held] = [null, 0, null];
  const to = (next) => { node.dataset.used = ""; act(within(next, ...LIMITS)); };
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held = value - frame.placeOf(event)[0];
    node.setPointerCapture(event.pointerId);
    node.focus({ preventScroll: true });
    event.preventDefault();
  });
  node.addEventListener("pointermove", (event) => { if (held !== null) to(frame.placeOf(event)[0] + held); });
  const drop = () => {
    if (held !== null) node.dispatchEvent(new Event("change", { bubbles: true }));
    held = null;
  };
  for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, drop);
  const by = (sign) => (times) => {
    to(value + sign * times * 0.5);
    node.dispatchEvent(new Event("change", { bubbles: true }));
  };
  onKeys(node, { ArrowLeft: by(-1), ArrowDown: by(-1), ArrowRight: by(1), ArrowUp: by(1) });
  plot.append(node);
  return {
    node,
    put(drawn, at, level) {
      [frame, value] = [drawn, at];
      const x = frame.x(at);
      node.style.transform = `translate(${x}px, ${frame.y(level)}px)`;
      node.dataset.side = at > 9 ? "left" : "right"; // the name stays beside the other rows
      node.setAttribute("aria-valuenow", at);
      node.setAttribute("aria-valuetext", `score ${short(at)}`);
    },
  };
}

function drawBatch(svg, { scores, outputs, ruler }, ghost) {
  const frame = axes(svg, {
    xlim: LIMITS, ylim: [0, 3], yticks: [0.6, 2.2], ytext: (value) => (value > 1 ? "score" : "output"), left: 42, // at 284 pixels rows two apart are 24 apart
  });
  const { middle, deviation } = ruler;
  const [left, right] = [middle - deviation, middle + deviation];
  frame.area([[left, 1.9], [right, 1.9], [right, 2.5], [left, 2.5]], "dl-third");
  frame.line([[middle, 1.8], [middle, 2.6]], "dl-third");
  scores.forEach((score, i) => frame.line([[score, 2.2], [outputs[i], 0.6]], "dl-soft dl-thin"));
  frame.dots(ghost.map((output) => [output, 0.6]), "dl-soft dl-big dl-faint");
  frame.dots(outputs.map((output) => [output, 0.6]), "dl-forward dl-edge dl-big");
  frame.dots(outputs.map((output) => [output, 0.6]), "dl-forward dl-big");
  const word = (at, up, text) => frame.inside.append(shape("text", {
    class: "dl-name dl-halo", x: within(frame.x(at), frame.box.x + 60, frame.box.x + frame.box.width - 60), y: frame.y(up), "text-anchor": "middle",
  }, text));
  word(middle, 2.72, "mean ± deviation");
  return frame;
}

function batch({ model, root, place, bar, say }) {
  const svg = drawing(place, { height: 280 });
  const set = (name) => (value) => send(model, { [name]: value });
  const setMode = choice(bar, "mode", [["training", "training"], ["test", "test"]], set("mode"));
  const setGamma = slider(bar, "scale γ", { min: 0.25, max: 4, step: 0.25 }, set("gamma"));
  const setBeta = slider(bar, "shift β", { min: -3, max: 6, step: 0.5 }, set("beta"));
  const rows = element("div", { class: "dl-choice", role: "group", "aria-label": "rows" });
  bar.append(rows);
  const add = button(rows, "add a row", () => send(model, { scores: [...model.get("scores"), free(model.get("scores"))] }));
  const less = button(rows, "remove a row", () => send(model, { scores: model.get("scores").slice(0, -1) }));
  const grips = many(MOST, (i) => grip(svg.parentNode, `row ${i + 1}`, (value) => {
    const scores = [...model.get("scores")];
    scores[i] = value;
    send(model, { scores });
  }));
  let [ghost, now, rested] = [[], normalized(model), true];
  root.addEventListener("change", () => { rested = true; });

  function draw() {
    const frame = drawBatch(svg, now, ghost);
    const last = now.scores.length - 1;
    grips.forEach(({ node, put }, i) => {
      node.hidden = i > last;
      if (i !== last) node.dataset.used = "";
      if (i <= last) put(frame, now.scores[i], 2.2);
    });
    setMode(model.get("mode"));
    setGamma(model.get("gamma"));
    setBeta(model.get("beta"));
    add.disabled = last + 1 === MOST;
    less.disabled = last === 0;
    say(tellBatch(model, now));
  }
  function show() {
    if (rested) ghost = now.outputs; // what stood when this move began
    rested = false;
    now = normalized(model);
    draw();
  }
  return { show, draw, traits: ["scores", "gamma", "beta", "mode", "running"] };
}

// ---- a bowl whose column has a unit

const UNITS = [1, 3, 10, 30, 100, 300, 1000];
const unitText = (unit) => (unit <= 1 ? "1 m" : unit <= 100 ? `${short(100 / unit)} cm` : `${short(1000 / unit)} mm`);

function columnOf(model) {
  const [raw, treatment] = [model.get("column").map((x) => x * model.get("unit")), model.get("treatment")];
  if (treatment === "as it is") return raw;
  const middle = mean(raw);
  const size = treatment === "standardized" ? Math.sqrt(spreadOf(raw, middle)) : 1;
  return raw.map((x) => (x - middle) / size);
}

// moments of the column hold all of the bowl; the smaller curvature comes from the determinant,
// as their difference would lose its digits
function bowlOf(model) {
  const [x, t] = [columnOf(model), model.get("target")];
  const [a, b, d, e] = [mean(x.map((v) => v * v)), mean(x), mean(x.map((v, i) => v * t[i])), mean(t)];
  const det = spreadOf(x, b);
  const steep = (a + 1 + Math.hypot(a - 1, 2 * b)) / 2;
  const flat = det / steep;
  const bottom = [mean(x.map((v, i) => (v - b) * (t[i] - e))) / det];
  bottom.push(e - b * bottom[0]);
  const angle = Math.atan2(2 * b, a - 1) / 2; // of the steepest direction
  const curve = (u, v) => a * u * u + 2 * b * u * v + v * v;
  const above = ([w, c]) => curve(w - bottom[0], c - bottom[1]) / 2;
  const lr = (model.get("rate") * 2) / steep;
  const path = [[0, 0]];
  for (let k = 0; k < model.get("steps"); k += 1) {
    const [w, c] = path[k];
    path.push([w - lr * (a * w + b * c - d), c - lr * (b * w + c - e)]);
  }
  const far = path.map((w) => Math.hypot(w[0] - bottom[0], w[1] - bottom[1]));
  return { bottom, steep, flat, angle, above, path, away: far.map((distance) => distance / far[0]) };
}

function ellipse({ bottom, steep, flat, angle }, higher) {
  const [across, along] = [steep, flat].map((curvature) => Math.sqrt((2 * higher) / curvature));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return many(145, (i) => {
    const [p, q] = [across * Math.cos((i * Math.PI) / 72), along * Math.sin((i * Math.PI) / 72)];
    return [bottom[0] + p * cos - q * sin, bottom[1] + p * sin + q * cos];
  });
}

const percent = (share) => (share > 1.0001 ? "more than at the start" : `${short(100 * Math.max(share, 1e-12))} %`);

function tellBowl(model, { steep, flat, path, away }) {
  const treatment = model.get("treatment");
  const column = treatment === "standardized" ? "standardized" : `in units of ${unitText(model.get("unit"))}, ${treatment}`;
  const kappa = steep / flat;
  const size = kappa < 1e5 ? short(kappa) : `${short(kappa / 1e6)} million`;
  return `Height ${column}: condition number ${size}. At ${short(model.get("rate"))} of the largest stable rate `
    + `${path.length - 1} steps leave ${percent(away.at(-1))} of the distance from the bottom.`;
}

function drawMap(svg, bowl) {
  const reach = 1.2 * Math.max(...bowl.bottom.map(Math.abs), 1);
  const [xlim, ylim] = bowl.bottom.map((at) => [at - reach, at + reach]);
  const frame = axes(svg, { xlim, ylim, xlabel: "weight w", ylabel: "bias b", framed: true });
  const start = bowl.above([0, 0]);
  many(12, (i) => frame.line(ellipse(bowl, start * 4 ** (2 - i)), "dl-soft dl-thin"));
  frame.line(bowl.path, "dl-backward dl-thin");
  frame.dots(bowl.path, "dl-backward");
  frame.dots([bowl.bottom], "dl-big dl-edge");
  frame.dots([bowl.bottom], "dl-big");
}

function drawFall(svg, { away }, steps) {
  const frame = axes(svg, {
    xlim: [0, steps], ylim: [1e-8, 10], log: true, xlabel: "step", ylabel: "distance from the bottom, start = 1",
  });
  frame.line(away.map((share, k) => [k, within(share, 1e-12, 1e6)]), "dl-forward");
}

function units({ model, place, bar, say }) {
  const [map, fall] = [drawing(place, { square: 380 }), drawing(place, { height: 340 })];
  const set = (name) => (value) => send(model, { [name]: value });
  const treat = choice(bar, "column", ["as it is", "centred", "standardized"].map((name) => [name, name]), set("treatment"));
  const setUnit = slider(bar, "unit of height", { values: UNITS }, set("unit"));
  const setRate = slider(bar, "rate, of the largest stable", { min: 0.1, max: 1.1, step: 0.05 }, set("rate"));
  const show = () => {
    const bowl = bowlOf(model);
    treat(model.get("treatment"));
    setUnit(model.get("unit"), unitText(model.get("unit")));
    setRate(model.get("rate"));
    drawMap(map, bowl);
    drawFall(fall, bowl, model.get("steps"));
    say(tellBowl(model, bowl));
  };
  return { show, traits: ["unit", "treatment", "rate", "column", "target"] };
}

function render({ model, el }) {
  const made = card({ model, el }, "normalization");
  const { show, draw = show, traits } = { batch, units }[model.get("kind")]({ model, ...made });
  show();
  return made.follow(Object.fromEntries(traits.map((trait) => [trait, show])), () => draw());
}

export default { render };

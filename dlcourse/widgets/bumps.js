// a step, a bump, a sum of bumps: built and measured in the browser
import { axes, card, choice, drawing, element, many, select, send, short, slider } from "./shared.js";

const REACH = 10; // cells that the outer bumps reach further, if they do
const STEEP = [10, 20, 50, 100, 200, 1000];
const SHARP = [1, 2, 3, 5, 10, 20, 50, 100, 1000];
const STAGES = [["step", "1 step"], ["bump", "2 bump"], ["sum", "3 sum of bumps"]];

function sigmoid(z) {
  if (z > 40) return 1;
  return z < -40 ? 0 : 1 / (1 + Math.exp(-z));
}

function bump(x, left, right, height, steepness) {
  return height * (sigmoid(steepness * (x - left)) - sigmoid(steepness * (x - right)));
}

function at(values, x) {
  const place = x * (values.length - 1);
  const i = Math.min(Math.floor(place), values.length - 2);
  return values[i] + (place - i) * (values[i + 1] - values[i]);
}

function sumOfBumps(target, { n, sharpness, reach }) {
  const last = target.length - 1;
  const total = new Float64Array(target.length);
  for (let i = 0; i < n; i += 1) {
    const left = reach && i === 0 ? -REACH / n : i / n;
    const right = reach && i === n - 1 ? 1 + REACH / n : (i + 1) / n;
    const height = at(target, (i + 0.5) / n);
    const tail = 40 / (sharpness * n); // further away both units are on, or both are off
    const from = Math.max(0, Math.floor((left - tail) * last));
    const to = Math.min(last, Math.ceil((right + tail) * last));
    for (let k = from; k <= to; k += 1) total[k] += bump(k / last, left, right, height, sharpness * n);
  }
  return total;
}

const SAMPLES = many(2001, (k) => k / 2000);
const overUnit = (values) => SAMPLES.map((x, k) => [x, values[k]]);

function drawStep(svg, { w, b }) {
  const p = -b / w;
  const frame = axes(svg, { xlim: [0, 1], ylim: [-0.2, 1.2], xlabel: "x", ylabel: "output", yticks: [0, 0.5, 1] });
  frame.line([[p, 0], [p, 0.5]], "dl-soft dl-dashed");
  frame.line(SAMPLES.map((x) => [x, sigmoid(w * x + b)]), "dl-forward");
  const seen = p >= 0 && p <= 1 ? "" : ", outside the picture";
  return `w = ${short(w)}, b = ${short(b)}: the step is at −b/w = ${short(p)}${seen}.`;
}

function drawBump(svg, { left, right, height, steepness }) {
  const yticks = [-1, -0.5, 0, 0.5, 1];
  const frame = axes(svg, { xlim: [0, 1], ylim: [-1.2, 1.2], xlabel: "x", ylabel: "output", yticks });
  const f = (x) => bump(x, left, right, height, steepness);
  frame.line(SAMPLES.map((x) => [x, f(x)]), "dl-forward");
  return `Outer weights ${short(height)} and ${short(-height)}. The bump is ${short(f((left + right) / 2))} in the `
    + `middle and ${short(f(left))} at its left edge.`;
}

function drawSum(svg, settings, target) {
  const total = sumOfBumps(target, settings);
  const distance = (k) => Math.abs(total[k] - target[k]);
  const worst = target.reduce((found, _, k) => (distance(k) > distance(found) ? k : found), 0);
  const [low, high] = [Math.min(...target), Math.max(...target)];
  const pad = 0.15 * (high - low) || 0.5;
  const frame = axes(svg, {
    xlim: [0, 1], ylim: [low - pad, high + pad], xlabel: "x", ylabel: "output", yticks: [low, (low + high) / 2, high],
  });
  const x = SAMPLES[worst];
  frame.line(overUnit(target), "dl-soft dl-broad");
  frame.line(overUnit(total), "dl-forward");
  frame.line([[x, total[worst]], [x, target[worst]]], "dl-backward dl-broad");
  frame.legend([["f", "dl-soft dl-broad"], ["bumps", "dl-forward"], ["largest error", "dl-backward dl-broad"]]);
  return `${settings.n} bumps, ${2 * settings.n} units: the largest error is ${short(distance(worst))}, at x = ${short(x)}.`;
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "bumps");
  const svg = drawing(place, { height: 340 });
  const set = (name) => (value) => send(model, { settings: { ...model.get("settings"), [name]: value } });
  const offered = STAGES.filter(([name]) => model.get("offered").includes(name));
  const choose = (stage) => send(model, { stage });
  const setStage = offered.length > 1 ? choice(bar, "stage", offered, choose) : () => {};
  const groups = Object.fromEntries(STAGES.map(([name]) => {
    const group = element("div", { class: "dlcourse-bar" });
    bar.append(group);
    return [name, group];
  }));
  const control = (stage, name, text, range) => slider(groups[stage], text, range, set(name));
  const unit = { min: 0, max: 1, step: 0.01 };
  const setters = {
    w: control("step", "w", "w", { min: 1, max: 100 }),
    b: control("step", "b", "b", { min: -100, max: 20 }),
    left: control("bump", "left", "left", unit),
    right: control("bump", "right", "right", unit),
    height: control("bump", "height", "height", { min: -1, max: 1, step: 0.05 }),
    steepness: control("bump", "steepness", "steepness", { values: STEEP }),
    n: control("sum", "n", "bumps", { min: 1, max: 100 }),
    sharpness: control("sum", "sharpness", "steepness times the width of a cell", { values: SHARP }),
  };
  const names = Object.keys(model.get("functions")).map((name) => [name, name]);
  const menu = select(groups.sum, "function", names, (name) => send(model, { function: name }));
  const setReach = choice(groups.sum, "outer bumps", [[false, "outer bumps end"], [true, "reach further"]], set("reach"));
  const views = { step: drawStep, bump: drawBump, sum: drawSum };

  function show() {
    const [stage, settings] = [model.get("stage"), model.get("settings")];
    setStage(stage);
    for (const [name, group] of Object.entries(groups)) group.hidden = name !== stage;
    for (const [name, setter] of Object.entries(setters)) setter(settings[name]);
    menu.value = model.get("function");
    setReach(settings.reach);
    say(views[stage](svg, settings, model.get("functions")[model.get("function")]));
  }

  show();
  return follow({ settings: show, stage: show, function: show }, show);
}

export default { render };

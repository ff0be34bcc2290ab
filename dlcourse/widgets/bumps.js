// a step, a bump, a sum of bumps: built and measured in the browser
import { axes, button, card, drawing, element, FRAME, GREY, select, send, shape, short, slider } from "./shared.js";

const REACH = 10; // cells that the outer bumps reach further, if they do
const STEEP = [10, 20, 50, 100, 200, 1000];
const SHARP = [1, 2, 3, 5, 10, 20, 50, 100, 1000];
const STAGES = [["step", "1 step"], ["bump", "2 bump"], ["sum", "3 sum of bumps"]];
const WIDE = { ...FRAME, width: 640 };

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

function line(frame, values, look) {
  const last = values.length - 1;
  const points = Array.from(values, (y, k) => `${frame.x(k / last).toFixed(1)},${frame.y(y).toFixed(1)}`);
  frame.inside.append(shape("polyline", { points: points.join(" "), fill: "none", ...look }));
}

function render({ model, el }) {
  const { place, caption, bar, follow } = card({ model, el }, "bumps");
  const svg = drawing(place, WIDE.width, WIDE.height, { role: "img" });
  const set = (changes) => send(model, { settings: { ...model.get("settings"), ...changes } });
  const stages = STAGES.map(([name, text]) => [name, button(bar, text, () => send(model, { stage: name }))]);
  const groups = Object.fromEntries(STAGES.map(([name]) => {
    const group = element("div", { class: "dlcourse-bar" });
    bar.append(group);
    return [name, group];
  }));
  const control = (stage, name, text, range) => slider(groups[stage], text, range, (v) => set({ [name]: v }));
  const listed = (stage, name, text, values) => {
    const show = slider(groups[stage], text, { max: values.length - 1 }, (i) => set({ [name]: values[i] }));
    return (value) => show(values.indexOf(value), String(value));
  };
  const unit = { min: 0, max: 1, step: 0.01 };
  const setters = {
    w: control("step", "w", "w", { min: 1, max: 100 }),
    b: control("step", "b", "b", { min: -100, max: 20 }),
    left: control("bump", "left", "left", unit),
    right: control("bump", "right", "right", unit),
    height: control("bump", "height", "height", { min: -1, max: 1, step: 0.05 }),
    steepness: listed("bump", "steepness", "steepness", STEEP),
    n: control("sum", "n", "bumps", { min: 1, max: 100 }),
    sharpness: listed("sum", "sharpness", "steepness times the width of a cell", SHARP),
  };
  const names = Object.keys(model.get("functions")).map((name) => [name, name]);
  const menu = select(groups.sum, "function", names, (name) => send(model, { function: name }));
  const label = element("label");
  const reach = element("input", { type: "checkbox" });
  label.append(reach, "outer bumps reach further");
  groups.sum.append(label);
  reach.addEventListener("change", () => set({ reach: reach.checked }));

  const views = {
    step({ w, b }, net, look) {
      const yticks = [0, 0.5, 1];
      const frame = axes(svg, { xlim: [0, 1], ylim: [-0.2, 1.2], xlabel: "x", yticks, frame: WIDE });
      const at = { x1: frame.x(-b / w), x2: frame.x(-b / w), y1: frame.y(0), y2: frame.y(0.5) };
      frame.inside.append(shape("line", { ...at, stroke: GREY, "stroke-dasharray": "4 4" }));
      line(frame, net.map((_, k) => sigmoid((w * k) / (net.length - 1) + b)), look);
      const p = -b / w;
      const seen = p >= 0 && p <= 1 ? "" : ", outside the picture";
      return `w = ${short(w)}, b = ${short(b)}: the step is at −b/w = ${short(p)}${seen}.`;
    },
    bump({ left, right, height, steepness }, net, look) {
      const yticks = [-1, -0.5, 0, 0.5, 1];
      const frame = axes(svg, { xlim: [0, 1], ylim: [-1.2, 1.2], xlabel: "x", yticks, frame: WIDE });
      line(frame, net.map((_, k) => bump(k / (net.length - 1), left, right, height, steepness)), look);
      const [up, middle] = [left, (left + right) / 2].map((x) => bump(x, left, right, height, steepness));
      return `Outer weights ${short(height)} and ${short(-height)}. The bump is ${short(middle)} in the `
        + `middle and ${short(up)} at its left edge.`;
    },
    sum(settings, net, look) {
      const target = model.get("functions")[model.get("function")];
      const total = sumOfBumps(target, settings);
      let worst = 0;
      total.forEach((value, k) => {
        if (Math.abs(value - target[k]) > Math.abs(total[worst] - target[worst])) worst = k;
      });
      const [low, high] = [Math.min(...target), Math.max(...target)];
      const pad = 0.15 * (high - low) || 0.5;
      const [ylim, yticks] = [[low - pad, high + pad], [low, (low + high) / 2, high]];
      const frame = axes(svg, { xlim: [0, 1], ylim, xlabel: "x", yticks, frame: WIDE });
      line(frame, target, { stroke: model.get("colors").target, "stroke-width": 6 });
      line(frame, total, look);
      const x = frame.x(worst / (target.length - 1));
      const ends = { x1: x, x2: x, y1: frame.y(total[worst]), y2: frame.y(target[worst]) };
      frame.inside.append(shape("line", { ...ends, stroke: model.get("colors").worst, "stroke-width": 4 }));
      const error = Math.abs(total[worst] - target[worst]);
      return `${settings.n} bumps, ${2 * settings.n} units: the largest error is ${short(error)}, at `
        + `x = ${short(worst / (target.length - 1))}.`;
    },
  };

  function show() {
    const [stage, settings] = [model.get("stage"), model.get("settings")];
    const look = { stroke: model.get("colors").net, "stroke-width": 2 };
    const sentence = views[stage](settings, new Array(2001).fill(0), look);
    for (const [name, made] of stages) made.setAttribute("aria-pressed", String(name === stage));
    for (const [name, group] of Object.entries(groups)) group.style.display = name === stage ? "" : "none";
    for (const [name, setter] of Object.entries(setters)) setter(settings[name], short(settings[name]));
    menu.value = model.get("function");
    reach.checked = settings.reach;
    caption.textContent = sentence;
    svg.setAttribute("aria-label", sentence);
  }

  show();
  return follow({ settings: show, stage: show, function: show });
}

export default { render };

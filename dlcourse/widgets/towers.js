// two walls, a cross, a tower, a city of towers: built and measured in the browser
import { axes, button, canvas, card, drawing, element, INK, select, send, shape, short, slider } from "./shared.js";

const REACH = 10; // cells that the outer towers reach further
const STEEP = [10, 20, 50, 100, 400];
const SHARP = [10, 20, 50, 100, 1000];
const STAGES = [["cross", "1 cross"], ["city", "2 city"]];
const SIDE = 300;
const CUT = { width: 380, height: 300, left: 46, right: 14, top: 26, bottom: 42 };
const COLORS = [[0, 34, 78], [66, 78, 108], [125, 124, 120], [187, 174, 108], [254, 232, 56]];

function sigmoid(z) {
  if (z > 40) return 1;
  return z < -40 ? 0 : 1 / (1 + Math.exp(-z));
}

function bump(z, left, right, steepness) {
  return sigmoid(steepness * (z - left)) - sigmoid(steepness * (z - right));
}

function color(share) {
  const place = 4 * Math.min(Math.max(share, 0), 1);
  const i = Math.min(Math.floor(place), 3);
  return COLORS[i].map((c, k) => Math.round(c + (place - i) * (COLORS[i + 1][k] - c)));
}

function at(values, z) {
  const place = Math.min(Math.max(z * values.length - 0.5, 0), values.length - 1);
  const i = Math.min(Math.floor(place), values.length - 2);
  return values[i] + (place - i) * (values[i + 1] - values[i]);
}

function centres(count) {
  return Array.from({ length: count }, (_, i) => (i + 0.5) / count);
}

// bump i of n at z, measured in cells; the outer ones reach further
function cell(z, i, n, steepness) {
  const left = i === 0 ? -REACH : i;
  return bump(z * n, left, i === n - 1 ? n + REACH : i + 1, steepness);
}

function heightsOf(target, n) {
  const middles = centres(n);
  const rows = target.map((row) => middles.map((x) => at(row, x)));
  return middles.map((_, i) => middles.map((y) => at(rows.map((row) => row[i]), y)));
}

function city(heights, points, n, steepness) {
  const bumps = points.map((z) => heights.map((_, i) => cell(z, i, n, steepness)));
  return bumps.map((byY) => bumps.map((byX) => {
    let total = 0;
    for (let i = 0; i < n; i += 1) {
      if (byX[i] === 0 && steepness >= 100) continue; // at most 1, far below the threshold
      for (let j = 0; j < n; j += 1) {
        const both = byX[i] + byY[j];
        if (both > 0.1) total += heights[i][j] * sigmoid(steepness * (both - 1.5));
      }
    }
    return total;
  }));
}

// one pixel a value, then enlarged at once: a rectangle a value is too slow to follow a slider
function paint(pen, values, low, high) {
  const count = values.length;
  const image = new ImageData(count, count);
  values.forEach((row, j) => row.forEach((value, i) => {
    const place = 4 * ((count - 1 - j) * count + i);
    image.data.set([...color((value - low) / (high - low)), 255], place);
  }));
  const small = document.createElement("canvas");
  [small.width, small.height] = [count, count];
  small.getContext("2d").putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small, 0, 0, SIDE, SIDE);
  for (const [text, x, y] of [["y ↑", 0, 0], ["x →", SIDE - 30, SIDE - 20]]) {
    pen.fillStyle = INK;
    pen.fillRect(x, y, 30, 20);
    pen.fillStyle = "#ffffff";
    pen.fillText(text, x + 5, y + 14);
  }
}

function polyline({ x, y, inside }, values, look) {
  const across = centres(values.length);
  const points = Array.from(values, (value, k) => `${x(across[k]).toFixed(1)},${y(value).toFixed(1)}`);
  inside.append(shape("polyline", { points: points.join(" "), fill: "none", "stroke-width": 2, ...look }));
}

function render({ model, el }) {
  const { place, caption, bar, follow } = card({ model, el }, "towers");
  const { canvas: picture, clear } = canvas(place, SIDE, SIDE);
  picture.style.alignSelf = "flex-start"; // a square stays one where the row is higher
  const svg = drawing(place, CUT.width, CUT.height, { role: "img" });
  const set = (changes) => send(model, { settings: { ...model.get("settings"), ...changes } });
  const stages = STAGES.map(([name, text]) => [name, button(bar, text, () => send(model, { stage: name }))]);
  const groups = Object.fromEntries(STAGES.map(([name]) => {
    const group = element("div", { class: "dlcourse-bar" });
    bar.append(group);
    return [name, group];
  }));
  const listed = (stage, name, text, values) => {
    const show = slider(groups[stage], text, { max: values.length - 1 }, (i) => set({ [name]: values[i] }));
    return (value) => show(values.indexOf(value), String(value));
  };
  const range = { min: 0, max: 2.5, step: 0.1 };
  const setThreshold = slider(groups.cross, "threshold", range, (threshold) => set({ threshold }));
  const setSteepness = listed("cross", "steepness", "steepness", STEEP);
  const setN = slider(groups.city, "towers along each side", { min: 1, max: 12 }, (n) => set({ n }));
  const setSharpness = listed("city", "sharpness", "steepness times the width of a cell", SHARP);
  const names = Object.keys(model.get("functions")).map((name) => [name, name]);
  const menu = select(groups.city, "function", names, (name) => send(model, { function: name }));
  const [blue, orange, grey] = ["net", "worst", "target"].map((name) => model.get("colors")[name]);
  const pixels = model.get("functions")[model.get("function")].length;

  function cross({ threshold, steepness }) {
    const [byX, byY] = model.get("walls").map(([left, right]) => (
      centres(pixels).map((z) => bump(z, left, right, steepness))
    ));
    const kept = (sum) => (threshold === 0 ? sum : sigmoid(steepness * (sum - threshold)));
    const values = byY.map((v) => byX.map((u) => kept(u + v)));
    paint(clear(), values, 0, 2);
    const rows = [Math.floor(0.6 * pixels), Math.floor(0.2 * pixels)];
    const title = "cuts at y = 0.6 (full) and y = 0.2 (dashed)";
    const frame = axes(svg, { xlim: [0, 1], ylim: [-0.2, 2.4], xlabel: "x", title, yticks: [0, 1, 2], frame: CUT });
    polyline(frame, values[rows[0]], { stroke: blue });
    polyline(frame, values[rows[1]], { stroke: orange, "stroke-dasharray": "6 4" });
    const height = ([u, v]) => short(Math.round(100 * kept(u + v)) / 100);
    const top = [[Math.max(...byX), Math.max(...byY)], [Math.max(...byX), 0], [0, 0]].map(height);
    const first = threshold === 0 ? "No threshold" : `Threshold ${short(threshold)}`;
    return `${first}: the middle is ${top[0]} high, the arms ${top[1]}, the ground ${top[2]}.`;
  }

  function town({ n, sharpness }) {
    const target = model.get("functions")[model.get("function")];
    const heights = heightsOf(target, n);
    const values = city(heights, centres(pixels), n, sharpness);
    const all = target.flat();
    const [low, high] = [Math.min(...all), Math.max(...all)];
    paint(clear(), values, low, high);
    let error = 0;
    values.forEach((row, j) => row.forEach((value, i) => {
      error = Math.max(error, Math.abs(value - target[j][i]));
    }));
    const pad = 0.15 * (high - low) || 0.5;
    const title = "cut at y = 0.5: network over f";
    const [ylim, yticks] = [[low - pad, high + pad], [low, (low + high) / 2, high]];
    const frame = axes(svg, { xlim: [0, 1], ylim, xlabel: "x", title, yticks, frame: CUT });
    polyline(frame, target[pixels / 2], { stroke: grey, "stroke-width": 6 });
    polyline(frame, values[pixels / 2], { stroke: blue });
    return `${n} × ${n} towers, ${5 * n * n} units: the largest error over ${pixels} × ${pixels} `
      + `pixels is ${short(error)}.`;
  }

  function show() {
    const [stage, settings] = [model.get("stage"), model.get("settings")];
    const sentence = stage === "cross" ? cross(settings) : town(settings);
    for (const [name, made] of stages) made.setAttribute("aria-pressed", String(name === stage));
    for (const [name, group] of Object.entries(groups)) group.style.display = name === stage ? "" : "none";
    setThreshold(settings.threshold, settings.threshold === 0 ? "none" : short(settings.threshold));
    setSteepness(settings.steepness);
    setN(settings.n, String(settings.n));
    setSharpness(settings.sharpness);
    menu.value = model.get("function");
    caption.textContent = sentence;
    picture.setAttribute("aria-label", `Map of the unit square. ${sentence}`);
    svg.setAttribute("aria-label", `A cut through the map. ${sentence}`);
  }

  show();
  return follow({ settings: show, stage: show, function: show });
}

export default { render };

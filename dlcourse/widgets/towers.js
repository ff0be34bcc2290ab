// two walls, a cross, a tower, a city of towers: built and measured in the browser
import { axes, card, choice, drawing, element, many, raster, select, send, short, slider, within } from "./shared.js";

const REACH = 10; // cells that the outer towers reach further
const STEEP = [10, 20, 50, 100, 400];
const SHARP = [10, 20, 50, 100, 1000];
const STAGES = [["cross", "1 cross"], ["city", "2 city"]];
const COLORS = [[0, 34, 78], [66, 78, 108], [125, 124, 120], [187, 174, 108], [254, 232, 56]];

function sigmoid(z) {
  if (z > 40) return 1;
  return z < -40 ? 0 : 1 / (1 + Math.exp(-z));
}

function bump(z, left, right, steepness) {
  return sigmoid(steepness * (z - left)) - sigmoid(steepness * (z - right));
}

function color(share) {
  const place = 4 * within(share, 0, 1);
  const i = Math.min(Math.floor(place), 3);
  return COLORS[i].map((c, k) => Math.round(c + (place - i) * (COLORS[i + 1][k] - c)));
}

function at(values, z) {
  const place = within(z * values.length - 0.5, 0, values.length - 1);
  const i = Math.min(Math.floor(place), values.length - 2);
  return values[i] + (place - i) * (values[i + 1] - values[i]);
}

const centres = (count) => many(count, (i) => (i + 0.5) / count);

// bump i of n at z, measured in cells; the outer ones reach further
function cell(z, i, n, steepness) {
  const left = i === 0 ? -REACH : i;
  return bump(z * n, left, i === n - 1 ? n + REACH : i + 1, steepness);
}

// the function at all pairs of these points, the ones along x first
function sampled(target, points) {
  const rows = target.map((row) => points.map((x) => at(row, x)));
  return points.map((_, i) => points.map((y) => at(rows.map((row) => row[i]), y)));
}

// at the corners where four towers meet, which no pixel shows
function cornerError(heights, target, n, steepness) {
  const corners = many(n - 1, (i) => (i + 1) / n);
  const due = sampled(target, corners);
  const rows = city(heights, corners, n, steepness);
  return Math.max(...rows.flatMap((row, j) => row.map((value, i) => Math.abs(value - due[i][j]))));
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

// the map from above, with the rows of the cuts; the first row of values lies at the bottom
function drawMap([svg, paint], values, [low, high], cuts) {
  const count = values.length;
  const frame = axes(svg, { xlim: [0, 1], ylim: [0, 1], xlabel: "x", ylabel: "y", xticks: [0, 0.5, 1], yticks: [0, 0.5, 1] });
  paint(count, count, (i, j) => [...color((values[count - 1 - j][i] - low) / (high - low)), 255]);
  for (const [y, look] of cuts) {
    frame.line([[0, y], [1, y]], "dl-edge");
    frame.line([[0, y], [1, y]], look);
  }
}

const along = (values) => centres(values.length).map((x, k) => [x, values[k]]);

function drawCross(map, cut, { threshold, steepness }, walls, pixels) {
  const [byX, byY] = walls.map(([left, right]) => centres(pixels).map((z) => bump(z, left, right, steepness)));
  const kept = (sum) => (threshold === 0 ? sum : sigmoid(steepness * (sum - threshold)));
  const values = byY.map((v) => byX.map((u) => kept(u + v)));
  const cuts = [[0.6, "dl-forward"], [0.2, "dl-backward dl-dashed"]];
  drawMap(map, values, [0, 2], cuts);
  const frame = axes(cut, { xlim: [0, 1], ylim: [-0.2, 2.4], xlabel: "x", ylabel: "height", yticks: [0, 1, 2] });
  cuts.forEach(([y, look]) => frame.line(along(values[Math.floor(y * pixels)]), look));
  frame.legend(cuts.map(([y, look]) => [`cut at y = ${y}`, look]));
  const height = ([u, v]) => short(Math.round(100 * kept(u + v)) / 100);
  const top = [[Math.max(...byX), Math.max(...byY)], [Math.max(...byX), 0], [0, 0]].map(height);
  const first = threshold === 0 ? "No threshold" : `Threshold ${short(threshold)}`;
  return `${first}: the middle is ${top[0]} high, the arms ${top[1]}, the ground ${top[2]}.`;
}

function drawCity(map, cut, { n, sharpness }, target) {
  const pixels = target.length;
  const heights = sampled(target, centres(n));
  const values = city(heights, centres(pixels), n, sharpness);
  const all = target.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  drawMap(map, values, [low, high], [[0.5, "dl-forward"]]);
  const error = Math.max(...values.flatMap((row, j) => row.map((value, i) => Math.abs(value - target[j][i]))));
  const corners = Math.round(100 * cornerError(heights, target, n, sharpness)) / 100;
  const atCorners = n > 1 ? `; at the corners where four of them meet it is ${short(corners)}` : "";
  const pad = 0.15 * (high - low) || 0.5;
  const frame = axes(cut, {
    xlim: [0, 1], ylim: [low - pad, high + pad], xlabel: "x", ylabel: "height", yticks: [low, (low + high) / 2, high],
  });
  frame.line(along(target[pixels / 2]), "dl-soft dl-broad");
  frame.line(along(values[pixels / 2]), "dl-forward");
  frame.legend([["f at y = 0.5", "dl-soft dl-broad"], ["towers", "dl-forward"]]);
  return `${n} × ${n} towers, ${5 * n * n} units: the largest error over ${pixels} × ${pixels} `
    + `pixels is ${short(error)}${atCorners}.`;
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "towers");
  const [svg, cut] = [drawing(place, { square: 400 }), drawing(place, { height: 340 })];
  const map = [svg, raster(svg)];
  const set = (name) => (value) => send(model, { settings: { ...model.get("settings"), [name]: value } });
  const setStage = choice(bar, "stage", STAGES, (stage) => send(model, { stage }));
  const groups = Object.fromEntries(STAGES.map(([name]) => {
    const group = element("div", { class: "dlcourse-bar" });
    bar.append(group);
    return [name, group];
  }));
  const setThreshold = slider(groups.cross, "threshold", { max: 2.5, step: 0.1 }, set("threshold"));
  const setSteepness = slider(groups.cross, "steepness", { values: STEEP }, set("steepness"));
  const setN = slider(groups.city, "towers along each side", { min: 1, max: 12 }, set("n"));
  const setSharpness = slider(groups.city, "steepness times the width of a cell", { values: SHARP }, set("sharpness"));
  const names = Object.keys(model.get("functions")).map((name) => [name, name]);
  const menu = select(groups.city, "function", names, (name) => send(model, { function: name }));

  function show() {
    const [stage, settings] = [model.get("stage"), model.get("settings")];
    const target = model.get("functions")[model.get("function")];
    setStage(stage);
    for (const [name, group] of Object.entries(groups)) group.hidden = name !== stage;
    setThreshold(settings.threshold, settings.threshold === 0 ? "none" : short(settings.threshold));
    setSteepness(settings.steepness);
    setN(settings.n);
    setSharpness(settings.sharpness);
    menu.value = model.get("function");
    say(stage === "cross"
      ? drawCross(map, cut, settings, model.get("walls"), target.length)
      : drawCity(map, cut, settings, target));
  }

  show();
  return follow({ settings: show, stage: show, function: show }, show);
}

export default { render };

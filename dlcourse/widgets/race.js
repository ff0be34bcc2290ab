// six optimizers on one surface: every step is taken here, so that a move asks no kernel
import { axes, button, card, choice, drawing, element, handle, many, player, select, send, shape, short, slider, ten, within } from "./shared.js";
import { CELLS, contours, heights, tint } from "./ground.js";
import { bestRate, FINISH, RACERS, run, STEPS, SURFACES } from "./racers.js";

const FLOOR = 1e-9;
const NARROW = 340; // a map that is not as wide has no room for names
const WORDS = { ravine: "ravine", saddle: "saddle", well: "well in a bowl", plateau: "plateau" };

// ---- marks: each optimizer has a shape as well as a colour

const corners = (n, turn, size = 1) => many(n, (i) => [Math.sin, Math.cos].map((f) => size * f((2 * Math.PI * i) / n + turn)));
const PLUS = [[-1, 3], [1, 3], [1, 1], [3, 1], [3, -1], [1, -1], [1, -3], [-1, -3], [-1, -1], [-3, -1], [-3, 1], [-1, 1]];
const SHAPES = [corners(24, 0), corners(4, Math.PI / 4, 1.2), corners(3, Math.PI, 1.3), corners(4, 0, 1.3), corners(3, 0, 1.3),
  PLUS.map(([x, y]) => [x * 0.38, y * 0.38])];

function mark(into, i, x, y, { size = 5.5, look = "" } = {}) {
  const d = `M${SHAPES[i].map(([dx, dy]) => `${(x + size * dx).toFixed(1)} ${(y + size * dy).toFixed(1)}`).join("L")}Z`;
  into.append(shape("path", { class: `dl-mark dl-r${i} ${look}`, d }));
}

// ---- what is said

function said(value) {
  if (value >= 1e-3 && value < 1e4) return short(Number(value.toPrecision(2)));
  if (value < 1e-30) return value === 0 ? "0" : "under 10⁻³⁰";
  const [digits, power] = value.toExponential(1).split("e");
  return `${digits}\u00a0×\u00a0${ten(Number(power))}`;
}
const listed = (parts) => (parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`);
const capital = (text) => text[0].toUpperCase() + text.slice(1);

function tell({ place, mode, runs: shown }, k) {
  const runs = shown.map((one) => ({ ...one, name: one.name === "plain" ? "plain descent" : one.name }));
  const rates = { default: "default rates", best: "own best rates", own: "your rates" }[mode];
  const opening = `${capital(place)}, ${rates}, step ${k} of ${STEPS}: `;
  if (!runs.length) return `${opening}nobody runs. Switch an optimizer on.`;
  const home = runs.filter(({ end }) => end <= k).sort((a, b) => a.end - b.end);
  const lost = runs.filter(({ gone }) => gone <= k);
  const open = runs.filter(({ end, gone }) => end > k && gone > k).sort((a, b) => a.losses[k] - b.losses[k]);
  const parts = [];
  if (home.length) {
    parts.push(`${home[0].name} is first at the finish, at step ${home[0].end}`
      + (home.length > 1 ? `, then ${listed(home.slice(1).map(({ name, end }) => `${name} (${end})`))}` : ""));
  }
  if (open.length) {
    const [first, ...rest] = open;
    const behind = rest.length ? `, and ${rest.at(-1).name} is last with ${said(rest.at(-1).losses[k])}` : "";
    parts.push(home.length ? `${listed(open.map(({ name }) => name))} ${open.length > 1 ? "have" : "has"} not finished`
      : `nobody has finished; ${first.name} leads with a loss of ${said(first.losses[k])}${behind}`);
  }
  if (lost.length) parts.push(`${listed(lost.map(({ name, gone }) => `${name} (step ${gone})`))} ${lost.length > 1 ? "have" : "has"} diverged`);
  return `${opening}${parts.join("; ")}.`;
}

// ---- what is drawn

const pointsOf = ({ xs, ys, gone }) => many(Math.min(gone, STEPS + 1), (t) => [xs[t], ys[t]]);

// where a name stands beside a path: as far as may be from the other paths and names. `known` holds
// where it stood, so that it does not hop without need
function spots(frame, { runs, known, ground: { places } }) {
  const { x, y, width, height } = frame.box;
  const paths = runs.map((one) => pointsOf(one).map(([a, b], t) => [frame.x(a), frame.y(b), t]).filter(([a, b, t]) => (t < 16 || t % 10 === 0)
    && a > x && a < x + width && b > y && b < y + height));
  const taken = places.map(([words, a, b]) => ({ cx: frame.x(a), cy: frame.y(b), wide: 7 * words.length }));
  return runs.map(({ name }, r) => {
    const wide = 7 * name.length + 8;
    let [best, most] = [null, 5];
    for (const [a, b, t] of paths[r]) {
      if (Math.hypot(a - paths[r][0][0], b - paths[r][0][1]) < 36) continue; // all come from there
      for (const [side, [dx, dy]] of [[wide / 2 + 8, 0], [-wide / 2 - 8, 0], [0, 17], [0, -17]].entries()) {
        const [cx, cy, key] = [a + dx, b + dy, 4 * t + side];
        if (Math.abs(cx - x - width / 2) > (width - wide) / 2 || Math.abs(cy - y - height / 2) > height / 2 - 10) continue;
        if (taken.some((box) => Math.abs(box.cx - cx) < (box.wide + wide) / 2 && Math.abs(box.cy - cy) < 17)) continue;
        let room = 40;
        for (let other = 0; other < runs.length && room > most - 15; other += 1) {
          if (other === r) continue;
          for (const [px, py] of paths[other]) room = Math.min(room, Math.max(Math.abs(px - cx) - wide / 2, Math.abs(py - cy) - 7));
        }
        if (room > 5 && known.get(name) === key) room += 15;
        if (room > most) [best, most] = [{ cx, cy, wide, key }, room];
      }
    }
    known.set(name, best?.key);
    if (best) taken.push(best);
    return best;
  });
}

// on a phone the names stand below the map, each beside its mark
function legend(svg, frame, runs) {
  frame.legend(runs.map(({ name, i }) => [name, `dl-key dl-r${i}`]));
  svg.parentNode.querySelectorAll(".dl-key").forEach((key, n) => {
    const into = shape("svg", { viewBox: "0 0 16 16", width: 16, height: 16 });
    mark(into, runs[n].i, 8, 8);
    key.prepend(into);
  });
}

function drawMap(svg, now, k) {
  const { ground, levels, pieces, runs } = now;
  const { low, high, lowest, places } = ground;
  const whole = [-4, -2, -1, 0, 1, 2, 4].filter((value) => high[1] < 2 || value % 2 === 0);
  const [xticks, yticks] = [0, 1].map((axis) => whole.filter((value) => value === within(value, low[axis], high[axis])));
  const frame = axes(svg, { xlim: [low[0], high[0]], ylim: [low[1], high[1]], xticks, yticks, xlabel: "w₁", ylabel: "w₂", framed: true });
  svg.querySelectorAll(".dl-rule, .dl-zero").forEach((line) => line.remove());
  const cell = ([i, j]) => `${(frame.box.x + (frame.box.width * i) / CELLS).toFixed(1)} ${(frame.box.y + frame.box.height * (1 - j / CELLS)).toFixed(1)}`;
  levels.forEach((_, n) => frame.inside.append(shape("path", { class: "dl-level", d: pieces[n].map(([a, b]) => `M${cell(a)}L${cell(b)}`).join("") })));
  for (const [words, a, b] of places) {
    frame.inside.append(shape("text", { class: "dl-halo dl-tick", x: frame.x(a), y: frame.y(b) + 4, "text-anchor": "middle" }, words));
  }
  frame.dots(lowest, "dl-big");
  frame.dots(lowest, "dl-core");
  for (const one of runs) {
    const points = pointsOf(one);
    frame.line(points.slice(k), `dl-r${one.i} dl-faint`);
    frame.line(points.slice(0, k + 1), `dl-r${one.i} dl-edge dl-under`);
    frame.line(points.slice(0, k + 1), `dl-r${one.i}`);
  }
  const { x, y, width, height } = frame.box;
  const narrow = width < NARROW;
  legend(svg, frame, narrow ? runs : []);
  if (!narrow) spots(frame, now).forEach((spot, n) => {
    if (spot) frame.inside.append(shape("text", { class: `dl-halo dl-label dl-r${runs[n].i}`, x: spot.cx, y: spot.cy + 4, "text-anchor": "middle" }, runs[n].name));
  });
  for (const one of runs) {
    const at = Math.min(k, one.gone - 1);
    const [a, b] = [frame.x(one.xs[at]), frame.y(one.ys[at])];
    const [px, py] = [within(a, x + 8, x + width - 8), within(b, y + 8, y + height - 8)];
    mark(frame.inside, one.i, px, py, { look: one.gone <= k || a !== px || b !== py ? "dl-hollow" : "", size: 6 });
  }
  return frame;
}

function drawFall(svg, { top, runs, narrow }, k) {
  const frame = axes(svg, {
    xlim: [0, STEPS], ylim: [FLOOR, top], log: true, xticks: narrow ? [0, STEPS] : [0, 100, 200, 300], yticks: many(9, (n) => 100 ** (n - 4)).filter((value) => value <= top),
    xlabel: "step", ylabel: "loss above the lowest", right: 128,
  });
  const { x, y, width, height } = frame.box;
  frame.line([[0, FINISH], [STEPS, FINISH]], "dl-dashed dl-thin");
  frame.inside.append(shape("text", { class: "dl-halo dl-tick", x: x + width - 6, y: frame.y(FINISH) - 7, "text-anchor": "end" }, "finish"));
  for (const one of runs) {
    const points = many(Math.min(one.gone + 1, STEPS + 1), (t) => [t, t < one.gone ? Math.max(one.losses[t], 1e-40) : 1e40]);
    frame.line(points.slice(k), `dl-r${one.i} dl-faint`);
    frame.line(points.slice(0, k + 1), `dl-r${one.i}`);
  }
  const labels = runs.map((one) => ({
    i: one.i, end: one.end, text: one.end <= STEPS ? `${one.name} ${one.end}` : one.gone <= STEPS ? `${one.name} ✕` : one.name,
    up: within(one.gone <= STEPS ? y : frame.y(Math.max(one.losses[STEPS], FLOOR)), y + 8, y + height - 4),
  }));
  if (runs.some(({ end }) => end <= STEPS)) labels.push({ text: "finished at step", end: STEPS, up: frame.y(FINISH) + 12 });
  labels.sort((a, b) => a.up - b.up || b.end - a.end);
  for (let n = labels.length - 1, free = Infinity; n >= 0; n -= 1) free = labels[n].up = Math.min(labels[n].up, free - 19);
  for (let n = 0, free = -Infinity; n < labels.length; n += 1) free = labels[n].up = Math.max(labels[n].up, Math.max(free + 19, y + 4));
  for (const { i, text, up } of labels) {
    if (i !== undefined) mark(svg, i, x + width + 14, up);
    const look = i === undefined ? { class: "dl-tick", x: x + width + 8 } : { class: `dl-label dl-r${i}`, x: x + width + 26 };
    svg.append(shape("text", { ...look, y: up + 4 }, text));
  }
  for (const one of runs) {
    if (one.end <= k && one.end > 0) mark(frame.inside, one.i, frame.x(one.end), frame.y(FINISH), { look: "dl-hollow" });
    const at = Math.min(k, one.gone);
    const up = at < one.gone ? frame.y(Math.max(one.losses[at], 1e-40)) : y;
    if (up <= y + height) mark(frame.inside, one.i, within(frame.x(at), x + 7, x + width - 7), Math.max(up, y + 7), { look: at < one.gone ? "" : "dl-hollow" });
  }
}

// ---- the card

// a row for each optimizer: a switch with its mark, and its rate
function lanes(bar, act) {
  const all = element("div", { class: "dl-lanes" });
  bar.append(all);
  return RACERS.map(({ name }, i) => {
    const lane = element("div", { class: `dl-lane dl-r${i}` });
    all.append(lane);
    const toggle = button(lane, name, () => act.toggle(name));
    const svg = shape("svg", { "aria-hidden": "true", viewBox: "0 0 16 16", width: 16, height: 16 });
    mark(svg, i, 8, 8);
    toggle.prepend(svg);
    const show = slider(lane, `${name} rate`, { min: -4, max: 1, step: 1 / 16 }, (power) => act.rate(name, 10 ** power));
    return (on, rate) => {
      toggle.setAttribute("aria-pressed", String(on));
      lane.classList.toggle("dl-off", !on);
      show(Math.log10(rate), short(Number(rate.toPrecision(2))));
    };
  });
}

function render({ model, el }) {
  const { root, place, bar, say, follow } = card({ model, el }, "race");
  const get = (name) => model.get(name);
  const grounds = get("grounds");
  select(bar, "surface", Object.entries(WORDS), (surface) => send(model, { surface, start: grounds[surface].start }));
  const picked = bar.querySelector("select");
  const setKappa = slider(bar, "κ of the ravine", { values: get("kappas") }, (kappa) => send(model, { kappa }));
  const setAngle = slider(bar, "turned by", { values: get("angles") }, (angle) => send(model, { angle }));
  const setMode = choice(bar, "rates", [["default", "default rates"], ["best", "own best rates"]], (mode) => send(model, { mode }));
  const shown = lanes(bar, {
    toggle: (name) => send(model, { racers: get("racers").includes(name) ? get("racers").filter((one) => one !== name) : [...get("racers"), name] }),
    rate: (name, rate) => send(model, { mode: "own", rates: { ...get("rates"), [name]: rate } }),
  });
  const walk = player(bar, { last: STEPS, pace: 33, leap: 10 }, (k) => draw(k));
  const [map, fall] = [drawing(place, { height: 440, widest: 520 }), drawing(place, { height: 440 })];
  const canvas = element("canvas", { "aria-hidden": "true" });
  map.after(canvas);
  const setStart = handle(map, "start: left and right change w₁, up and down w₂", (start) => send(model, { start: start.map((v) => Number(v.toFixed(3))) }));
  let [now, waits, laid] = [null, false, ""];
  const known = new Map();

  function solve() {
    const [surface, kappa, angle, start, mode] = ["surface", "kappa", "angle", "start", "mode"].map(get);
    const made = SURFACES[surface](kappa, angle);
    const ground = grounds[surface];
    let rates = mode === "default" ? get("defaults") : get("rates");
    if (mode === "best") rates = Object.fromEntries(RACERS.map((racer) => [racer.name, bestRate(made, racer, start)]));
    const runs = RACERS.map((racer, i) => ({ i, name: racer.name, ...run(made, racer, rates[racer.name], start) }));
    const which = `${surface} ${kappa} ${angle}`;
    if (laid !== which) {
      const field = heights(made, ground);
      const most = Math.max(...field.map((row) => Math.max(...row)));
      const levels = surface === "ravine" ? many(8, (n) => most / 1.7 ** (n + 0.5)) : many(16, (n) => (most * (n + 0.7)) / 16);
      now = { field, most, levels, pieces: contours(field, levels), top: 10 ** Math.ceil(2 * Math.log10(most) + 0.3) };
      tint(canvas, root, field, most);
      laid = which;
    }
    const place = surface === "ravine" ? `ravine with κ = ${kappa}, turned by ${angle}°` : WORDS[surface];
    now = { ...now, known, ground, place, mode, rates, start, runs: runs.filter(({ name }) => get("racers").includes(name)) };
    return Object.entries(rates).some(([name, rate]) => get("rates")[name] !== rate);
  }
  // the map is as high as it is wide, and the losses beside it too
  function fitted(k) {
    const frame = drawMap(map, now, k);
    now.narrow = frame.box.width < NARROW;
    const tall = Math.round(frame.box.width + 78);
    if (map.tall === tall) return frame;
    for (const svg of [map, fall]) {
      svg.tall = tall;
      svg.style.height = `${tall}px`;
    }
    return drawMap(map, now, k);
  }
  function draw(k = walk.at()) {
    setStart(fitted(k), now.start, `start ${now.start.map(short).join(", ")}`);
    drawFall(fall, now, k);
    say(tell(now, k));
  }
  function show() {
    waits = false;
    const [surface, kappa, angle] = ["surface", "kappa", "angle"].map(get);
    if (solve()) {
      waits = true; // what it sends needs no answer
      send(model, { rates: now.rates });
      waits = false;
    }
    picked.value = surface;
    bar.querySelectorAll("[aria-label^=κ], [aria-label^=turned]").forEach((control) => { control.disabled = surface !== "ravine"; });
    setKappa(kappa);
    setAngle(angle, `${angle}°`);
    setMode(now.mode);
    RACERS.forEach(({ name }, i) => shown[i](get("racers").includes(name), now.rates[name]));
    draw();
  }
  // two traits that change together are drawn once
  function later() {
    if (!waits) queueMicrotask(show);
    waits = true;
  }
  solve();
  walk.go(STEPS);
  show();
  const traits = ["surface", "kappa", "angle", "start", "mode", "rates", "racers"];
  const end = follow(Object.fromEntries(traits.map((trait) => [trait, later])), () => {
    tint(canvas, root, now.field, now.most);
    draw();
  });
  return () => {
    walk.stop();
    end();
  };
}

export default { render };

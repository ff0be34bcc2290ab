// the board of the nine shots, what was found so far, and what grids and random shots find. Places
// are logarithms to base ten
import { axes, many, shape, short, sizeOf, ten, within } from "./shared.js";
import { CELLS } from "./ground.js";
import { bestOf, median, SHOTS, tried } from "./landscape.js";

const [LANE, BAND] = [10, 36]; // pixels of a rug and of all three
export const SETS = ["you", "grid", "random"];
const LOOKS = { you: "", grid: "dl-backward dl-square", random: "dl-third" };

export const value = (power) => short(Number((10 ** power).toPrecision(2)));
export const count = (n, thing) => `${n} ${thing}${n === 1 ? "" : "s"}`;

function put(into, name, look, attributes, words) {
  const made = shape(name, { class: look, ...attributes }, words);
  into.append(made);
  return made;
}

// writes beside marks, where there is room
function labeller({ box, left: west, floor }, marks) {
  const taken = marks.map(([x, y, r]) => [x - r, y - r, x + r, y + r]);
  const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  return (into, [x, y, r], words, look) => {
    const wide = 7 * words.length + 4;
    const spots = [[r + 4, 4, "start"], [-r - 4, 4, "end"], [0, -r - 6, "middle"], [0, r + 14, "middle"], [r, -r - 2, "start"], [-r, -r - 2, "end"], [r, r + 12, "start"], [-r, r + 12, "end"]]
      .map(([dx, dy, anchor]) => {
        const left = x + dx - (anchor === "start" ? 0 : anchor === "end" ? wide : wide / 2);
        return { at: [x + dx, y + dy, anchor], area: [left, y + dy - 12, left + wide, y + dy + 3] };
      });
    const inside = ({ area }) => area[0] >= west && area[2] <= box.x + box.width && area[1] >= box.y && area[3] <= floor + 8;
    const free = spots.find((one) => inside(one) && !taken.some((other) => meets(one.area, other)));
    if (!free) return false;
    taken.push(free.area);
    const [left, up, anchor] = free.at;
    put(into, "text", `dl-halo ${look}`, { x: left, y: up, "text-anchor": anchor }, words);
    return true;
  };
}

// a board with a band for the rugs below it and at its left
function boardAxes(svg, { limits }) {
  const [width, height] = sizeOf(svg);
  const [x0, y0] = limits.map(([a, b], axis) => a - ((b - a) * BAND) / (axis ? height - 68 - BAND : width - 60 - BAND));
  const powers = ([a, b]) => many(Math.floor(b + 1e-9) - Math.ceil(a - 1e-9) + 1, (i) => Math.ceil(a - 1e-9) + i);
  const frame = axes(svg, {
    xlim: [x0, limits[0][1]], ylim: [y0, limits[1][1]], xticks: powers(limits[0]), yticks: powers(limits[1]), xtext: ten, ytext: ten,
    xlabel: "learning rate", ylabel: "weight decay", framed: true,
  });
  const [left, floor] = [frame.x(limits[0][0]), frame.y(limits[1][0])];
  svg.querySelectorAll(".dl-rule, .dl-zero").forEach((line) => line.remove());
  put(frame.inside, "path", "dl-fence", { d: `M${left} ${frame.box.y}V${floor}H${frame.box.x + frame.box.width}` });
  return { ...frame, left, floor };
}

// draws them, and tells where their numbers stand
function lines({ x, y, inside }, { limits: [[x0, x1], [y0, y1]] }, levels) {
  const corner = ([i, j]) => [x(x0 + ((x1 - x0) * i) / CELLS), y(y0 + ((y1 - y0) * j) / CELLS)];
  const point = (place) => corner(place).map((v) => v.toFixed(1)).join(" ");
  for (const { pieces } of levels) put(inside, "path", "dl-level", { d: pieces.map(([a, b]) => `M${point(a)}L${point(b)}`).join("") });
  return levels.filter(({ number }) => number).map(({ level, number }) => {
    const [left, up] = corner(number);
    put(inside, "text", "dl-tick dl-halo", { x: left, y: up + 4, "text-anchor": "middle" }, short(level));
    return [left, up, 10];
  });
}

function rugs(frame, points, lane, look) {
  const [x, y] = [frame.left - LANE * lane - 11, frame.floor + LANE * lane + 3];
  const d = points.map(([a, b]) => `M${frame.x(a).toFixed(1)} ${y}v8M${x} ${frame.y(b).toFixed(1)}h8`).join("");
  put(frame.inside, "path", `dl-rug ${look}`, { d });
}

export function drawBoard(svg, now) {
  const { ground, levels, shots, losses, over, best, lot, shown } = now;
  const frame = boardAxes(svg, ground);
  const taken = over ? lines(frame, ground, levels) : [];
  frame.cross = put(frame.inside, "path", "dl-cross", { d: "" });
  const sets = { you: shots, grid: over ? lot.grid : [], random: over ? lot.random : [] };
  const seen = SETS.filter((name) => over || name === "you").filter((name) => shown === "all" || shown === name || !over);
  const sizes = { you: 9, grid: 6, random: 6 };
  const place = (name) => sets[name].map(([a, b]) => [frame.x(a), frame.y(b), sizes[name]]);
  const write = labeller(frame, [...taken, ...seen.flatMap(place)]);
  if (over && shown !== "you") {
    const [x, y] = [frame.x(lot.low[0]), frame.y(lot.high[1])];
    put(frame.inside, "rect", "dl-box", { x, y, width: frame.x(lot.high[0]) - x, height: frame.y(lot.low[1]) - y });
  }
  for (const name of seen) {
    rugs(frame, sets[name], SETS.indexOf(name), LOOKS[name]);
    if (name === "you") continue;
    frame.dots(sets[name], `${LOOKS[name]} dl-edge dl-shot`);
    frame.dots(sets[name], `${LOOKS[name]} dl-shot`);
  }
  if (seen.includes("you")) {
    place("you").forEach(([x, y], k) => {
      put(svg, "circle", `dl-mine ${k === best ? "dl-best" : ""}`, { cx: x, cy: y, r: 9 });
      put(svg, "text", "", { x, y: y + 4, "text-anchor": "middle" }, k + 1);
    });
  }
  const alone = seen.length === 1;
  for (const name of seen) {
    const first = name === "you" ? best : bestOf(sets[name], ground.at);
    const all = place(name);
    if (!all.length) continue;
    const own = sets[name].map(ground.at);
    if (!alone && name !== "you") put(svg, "circle", `dl-ring ${LOOKS[name]}`, { cx: all[first][0], cy: all[first][1], r: 10 });
    if (alone || !write(svg, all[first], `${name} ${short(own[first])}`, "dl-name")) write(svg, all[first], short(own[first]), "dl-name");
    if (alone) all.forEach((mark, k) => { if (k !== first) write(svg, mark, short(own[k]), ""); });
  }
  frame.legend(seen.map((name) => [`${name}: ${count(tried(sets[name], 0), "rate")}, ${count(tried(sets[name], 1), "decay")}`, `${LOOKS[name]} dl-dots`])
    .concat(over && shown !== "you" ? [["box of this draw", "dl-boxed"]] : []));
  return frame;
}

const LOSSES = { log: true, ylabel: "validation loss", ytext: short };
const span = ({ least, most }) => {
  const ylim = [10 ** Math.floor(Math.log10(least)), 1.3 * most];
  return { ylim, yticks: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20].filter((tick) => tick === within(tick, ...ylim)) };
};

// before: the lowest loss so far, shot by shot
export function drawSoFar(svg, { ground, losses, best }) {
  const frame = axes(svg, { ...LOSSES, ...span(ground), xlim: [0.5, SHOTS + 0.5], xticks: many(SHOTS, (k) => k + 1), xlabel: "shot", title: "The lowest so far" });
  const path = losses.flatMap((_, k) => {
    const low = Math.min(...losses.slice(0, k + 1));
    return [[k + 0.5, low], [k + 1.5, low]];
  });
  frame.line(path, "dl-soft");
  frame.dots(losses.map((loss, k) => [k + 1, loss]));
  if (losses.length) frame.dots([[best + 1, losses[best]]], "dl-big");
}

// after: what each draw found, a dot a draw, heaped where losses are alike
export function drawBests(svg, { ground, losses, best, found, wins }) {
  const draws = found.length;
  const title = `Random wins ${wins} of ${count(draws, "draw")}`;
  const frame = axes(svg, { ...LOSSES, ...span(ground), xlim: [0, 3], xticks: [0.5, 1.5, 2.5], xtext: (at) => SETS[Math.floor(at)], xlabel: "best of nine", title });
  const { x, width } = frame.box;
  const floor = frame.y(ground.least);
  put(frame.inside, "path", "dl-floor", { d: `M${x} ${floor}h${width}` });
  put(frame.inside, "text", "dl-tick dl-halo", { x: x + 4, y: floor + 16 }, `lowest of the landscape ${short(ground.least)}`);
  const room = width / 3 - 12;
  for (const [k, name] of [[1, "grid"], [2, "random"]]) {
    const heaps = new Map();
    for (const pair of found) {
      const row = Math.round(frame.y(pair[k - 1]) / 5);
      heaps.set(row, (heaps.get(row) ?? 0) + 1);
    }
    const step = Math.min(6, room / Math.max(...heaps.values()));
    const middle = x + (width * (k + 0.5)) / 3;
    const d = [...heaps].flatMap(([row, n]) => many(n, (i) => `M${(middle + (i - (n - 1) / 2) * step).toFixed(1)} ${5 * row}h0`)).join("");
    put(frame.inside, "path", `dl-dots dl-heap ${LOOKS[name]}`, { d });
    const half = median(found.map((pair) => pair[k - 1]));
    if (draws > 1) {
      frame.line([[k + 0.08, half], [k + 0.92, half]], "dl-median");
      put(frame.inside, "text", "dl-halo", { x: x + (width * (k + 0.92)) / 3, y: frame.y(half) - 6, "text-anchor": "end" }, short(half));
    }
    const now = [[k + 0.5, found[draws - 1][k - 1]]];
    frame.dots(now, `${LOOKS[name]} dl-big dl-edge`);
    frame.dots(now, `${LOOKS[name]} dl-big`);
  }
  frame.dots([[0.5, losses[best]]], "dl-big");
  put(frame.inside, "text", "dl-halo", { x: x + width / 6 + 12, y: frame.y(losses[best]) + 4 }, short(losses[best]));
  frame.legend(draws > 1 ? [["median of the draws", "dl-median"]] : []);
}

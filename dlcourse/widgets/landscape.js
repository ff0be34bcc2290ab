// a table of losses over rates and decays, read between its points, and the lots of grids and random
// shots on it. Places are logarithms to base ten
import { many, rgb, within } from "./shared.js";
import { CELLS, contours } from "./ground.js";

export const SHOTS = 9;

function cellOf(axis, value) {
  let i = 0;
  while (i < axis.length - 2 && axis[i + 1] <= value) i += 1;
  return i;
}
const shareOf = (axis, i, value) => within((value - axis[i]) / (axis[i + 1] - axis[i]), 0, 1);

export function landscape(rates, decays, table) {
  const ends = [rates, decays].map((values) => values.map(Math.log10));
  const [across, up] = ends;
  const at = (point) => { // without lists of its own: it is asked for each pixel
    const i = cellOf(across, point[0]);
    const j = cellOf(up, point[1]);
    const a = shareOf(across, i, point[0]);
    const b = shareOf(up, j, point[1]);
    return (1 - a) * ((1 - b) * table[i][j] + b * table[i][j + 1]) + a * ((1 - b) * table[i + 1][j] + b * table[i + 1][j + 1]);
  };
  let lowest = [0, 0];
  table.forEach((row, i) => row.forEach((loss, j) => { if (loss < table[lowest[0]][lowest[1]]) lowest = [i, j]; }));
  return {
    at, limits: ends.map((axis) => [axis[0], axis.at(-1)]), lowest: lowest.map((k, axis) => ends[axis][k]),
    least: table[lowest[0]][lowest[1]], most: Math.max(...table.flat()),
  };
}

// a tint that grows deeper as the loss falls
export function shade(paint, root, { at, limits, least, most }, [x0, y0]) {
  const [deep, plain] = [rgb(root, "deep"), rgb(root, "plain")];
  const [columns, rows] = [160, 120];
  const [right, top] = limits.map(([, high]) => high);
  paint(columns, rows, (i, j) => {
    const spotAt = [x0 + ((i + 0.5) / columns) * (right - x0), top - ((j + 0.5) / rows) * (top - y0)];
    if (spotAt[0] < limits[0][0] || spotAt[1] < limits[1][0]) return [0, 0, 0, 0];
    const share = Math.log(at(spotAt) / least) / Math.log(most / least);
    return [...deep.map((from, k) => from + share * (plain[k] - from)), 255];
  });
}

// lines of equal loss, in the cells of the board: the same at each size
export function levelsOf({ at, limits, least, most }) {
  const [[x0, x1], [y0, y1]] = limits;
  const levels = [0.1, 0.2, 0.3, 0.5, 1, 2, 5].filter((level) => level > least && level < most);
  const field = many(CELLS + 1, (j) => many(CELLS + 1, (i) => at([x0 + ((x1 - x0) * i) / CELLS, y0 + ((y1 - y0) * j) / CELLS])));
  return contours(field, levels).map((pieces, n) => ({
    level: levels[n], pieces, // its number stands where it comes to a height of its own, at the left
    number: pieces.map(([from]) => from).filter(([, j]) => j >= 4 * n + 3).sort((a, b) => a[1] - b[1] || a[0] - b[0])[0],
  }));
}

// the generator mulberry32
function lots(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// draw k: the box is shifted, so that no grid is lucky; grid and random shots share it
export function drawLots(k, { limits }, { box, linear, edges }) {
  const next = lots(k);
  const low = limits.map(([a, b]) => a + (1 - box) * (b - a) * next());
  const high = limits.map(([a, b], axis) => low[axis] + box * (b - a));
  const put = (u) => u.map((share, axis) => (linear
    ? Math.log10(10 ** low[axis] + share * (10 ** high[axis] - 10 ** low[axis]))
    : low[axis] + share * (high[axis] - low[axis])));
  const cells = [0, 1, 2].map((i) => (edges ? i / 2 : (i + 0.5) / 3));
  const grid = cells.flatMap((a) => cells.map((b) => put([a, b])));
  return { low, high, grid, random: many(SHOTS, () => put([next(), next()])) };
}

export const bestOf = (points, at) => points.map(at).reduce((best, loss, i, all) => (loss < all[best] ? i : best), 0);
export const tried = (points, axis) => new Set(points.map((point) => point[axis].toFixed(5))).size;
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
}

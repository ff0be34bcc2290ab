// a table of losses over rates and decays, read between its points, and the lots of grids and random
// shots on it. Places are logarithms to base ten
import { many, within } from "./shared.js";

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

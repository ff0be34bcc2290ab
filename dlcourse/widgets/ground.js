// the map of a surface: its heights on a grid, lines of equal loss, and a tint below them
import { many, rgb, within } from "./shared.js";

// ---- the ground: a tint that grows deeper as the loss falls, and lines of equal loss. Both read
// the root of the loss, which is nearly straight where a loss is quadratic

export const CELLS = 100;
export function heights({ loss }, { low, high }) {
  const at = (axis, i) => low[axis] + ((high[axis] - low[axis]) * i) / CELLS;
  return many(CELLS + 1, (j) => Float64Array.from({ length: CELLS + 1 }, (_, i) => Math.sqrt(loss(at(0, i), at(1, j)))));
}

// marching squares: for each level its pieces, in cells
export function contours(field, levels) {
  return levels.map((level) => {
    const pieces = [];
    for (let j = 0; j < CELLS; j += 1) {
      for (let i = 0; i < CELLS; i += 1) {
        const a = field[j][i];
        const b = field[j][i + 1];
        const c = field[j + 1][i + 1];
        const d = field[j + 1][i];
        if ((a > level) === (b > level) && (b > level) === (c > level) && (c > level) === (d > level)) continue;
        const cut = [];
        if ((a > level) !== (b > level)) cut.push([i + (level - a) / (b - a), j]);
        if ((b > level) !== (c > level)) cut.push([i + 1, j + (level - b) / (c - b)]);
        if ((d > level) !== (c > level)) cut.push([i + (level - d) / (c - d), j + 1]);
        if ((a > level) !== (d > level)) cut.push([i, j + (level - a) / (d - a)]);
        for (let k = 0; k + 1 < cut.length; k += 2) pieces.push([cut[k], cut[k + 1]]);
      }
    }
    return pieces;
  });
}

export function tint(canvas, root, field, most) {
  const [deep, paper] = [rgb(root, "deep"), rgb(root, "plain")];
  const image = new ImageData(CELLS + 1, CELLS + 1);
  for (let n = 0, j = CELLS; j >= 0; j -= 1) {
    for (let i = 0; i <= CELLS; i += 1, n += 4) {
      const share = within(field[j][i] / most, 0, 1) ** 0.6;
      for (let k = 0; k < 3; k += 1) image.data[n + k] = deep[k] + share * (paper[k] - deep[k]);
      image.data[n + 3] = 255;
    }
  }
  Object.assign(canvas, { width: CELLS + 1, height: CELLS + 1 }).getContext("2d").putImageData(image, 0, 0);
}

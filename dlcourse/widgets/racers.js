// the race's arithmetic: surfaces with their slopes, six optimizers, and what a rate is worth
import { many } from "./shared.js";

export const [STEPS, FINISH, OUT] = [300, 1e-6, 1e3];
const RATES = many(81, (i) => 10 ** (i / 16 - 4));

// ---- surfaces: a loss above the lowest, and its slope, written into g

export const SURFACES = {
  ravine(kappa, angle) {
    const [c, s] = [Math.cos, Math.sin].map((f) => f((angle * Math.PI) / 180));
    return {
      loss: (x, y) => ((c * x + s * y) ** 2 + kappa * (c * y - s * x) ** 2) / 2,
      slope(x, y, g) {
        const [u, v] = [c * x + s * y, kappa * (c * y - s * x)];
        g[0] = c * u - s * v;
        g[1] = s * u + c * v;
      },
    };
  },
  saddle: () => ({
    loss: (x, y) => x ** 2 / 2 + (y ** 2 - 1) ** 2 / 4,
    slope(x, y, g) { g[0] = x; g[1] = y ** 3 - y; },
  }),
  well: () => ({
    loss: (x, y) => Math.max(0, 0.1 * (x * x + y * y) - 0.36 * Math.exp(-((x - 2) ** 2 + y * y) / 0.16)),
    slope(x, y, g) {
      const pull = 4.5 * Math.exp(-((x - 2) ** 2 + y * y) / 0.16);
      g[0] = 0.2 * x + pull * (x - 2);
      g[1] = 0.2 * y + pull * y;
    },
  }),
  plateau: () => ({
    loss: (x, y) => -Math.expm1(-(x * x + 3 * y * y) / 2),
    slope(x, y, g) {
      const near = Math.exp(-(x * x + 3 * y * y) / 2);
      g[0] = near * x;
      g[1] = 3 * near * y;
    },
  }),
};

// ---- optimizers: step t of coordinate i of a weight w from its slope g, with a velocity or a mean
// square v and a mean m. `ahead` says how much of the velocity lies between w and the slope's place

const push = (i, w, g, v, m, lr) => { v[i] = 0.9 * v[i] - lr * g[i]; w[i] += v[i]; };
export const RACERS = [
  { name: "plain", step(i, w, g, v, m, lr) { w[i] -= lr * g[i]; } },
  { name: "momentum", step: push },
  { name: "Nesterov", ahead: 0.9, step: push },
  { name: "AdaGrad", step(i, w, g, v, m, lr) { v[i] += g[i] ** 2; w[i] -= (lr * g[i]) / (Math.sqrt(v[i]) + 1e-8); } },
  { name: "RMSProp", step(i, w, g, v, m, lr) { v[i] = 0.9 * v[i] + (1 - 0.9) * g[i] ** 2; w[i] -= (lr * g[i]) / (Math.sqrt(v[i]) + 1e-8); } },
  {
    name: "Adam",
    step(i, w, g, v, m, lr, t) {
      m[i] = 0.9 * m[i] + (1 - 0.9) * g[i];
      v[i] = 0.999 * v[i] + (1 - 0.999) * g[i] ** 2;
      w[i] -= ((lr * m[i]) / (1 - 0.9 ** t)) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
    },
  },
];

// all steps of one optimizer. `end` is the step from which on it has finished, one too many if it
// has not; `gone` is where it has diverged. A sweep lends the arrays, and calls a run off that cannot
// finish by the step `due`
export const arrays = () => many(3, () => new Float64Array(STEPS + 1));
export function run({ loss, slope }, { step, ahead = 0 }, lr, start, [xs, ys, losses] = arrays(), due = Infinity) {
  const [w, g, v, m] = [Float64Array.from(start), ...many(3, () => new Float64Array(2))];
  let [end, gone] = [0, STEPS + 1];
  for (let t = 0; t <= STEPS; t += 1) {
    if (!(Math.abs(w[0]) <= OUT && Math.abs(w[1]) <= OUT)) {
      [end, gone] = [STEPS + 1, t];
      losses.fill(Infinity, t);
      break;
    }
    [xs[t], ys[t], losses[t]] = [w[0], w[1], loss(w[0], w[1])];
    if (!(losses[t] < FINISH)) end = t + 1;
    if (end > due) break;
    slope(w[0] + ahead * v[0], w[1] + ahead * v[1], g);
    step(0, w, g, v, m, lr, t + 1);
    step(1, w, g, v, m, lr, t + 1);
  }
  return { xs, ys, losses, end, gone };
}

// the rate that finishes first, or else the one with the lowest loss over the last fifty steps
export function bestRate(surface, racer, start) {
  const lent = arrays();
  let [best, first, lowest] = [RATES[0], STEPS + 1, Infinity];
  for (const lr of RATES) {
    const { losses, end } = run(surface, racer, lr, start, lent, first <= STEPS ? first : Infinity);
    let rest = 0;
    for (let t = STEPS - 49; t <= STEPS; t += 1) rest += losses[t];
    if (end < first || (first > STEPS && rest < lowest)) [best, first, lowest] = [lr, end, rest];
  }
  return best;
}

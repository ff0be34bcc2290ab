// a GAN on a ring of eight modes; the browser trains both networks while the learner watches
import { axes, button, card, drawing, element, many, named, raster, rgb, send, still, within } from "./shared.js";

const [MODES, RADIUS, SPREAD, ROWS, WIDTH, RATE, SLOPE] = [8, 2, 0.1, 64, 32, 0.003, 0.2];
const [BETA1, BETA2, EPS] = [0.5, 0.999, 1e-8];
const [SHOWN, EVERY, MOST, BUDGET, EDGE, CELLS] = [256, 10, 2400, 18, 3.2, 32];
const CENTRES = many(MODES, (k) => [RADIUS * Math.cos((2 * Math.PI * k) / MODES), RADIUS * Math.sin((2 * Math.PI * k) / MODES)]);

// ---- the arithmetic

// mulberry32, and pairs of normal numbers by Box and Muller
function dice(seed) {
  let [state, spare] = [seed >>> 0, null];
  function uniform() {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  function normal() {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const [r, turn] = [Math.sqrt(-2 * Math.log(1 - uniform())), 2 * Math.PI * uniform()];
    spare = r * Math.sin(turn);
    return r * Math.cos(turn);
  }
  return { uniform, normal, normals: (n) => Float64Array.from({ length: n }, normal) };
}

function network(sizes, roll) {
  return many(sizes.length - 1, (k) => {
    const [into, out] = [sizes[k], sizes[k + 1]];
    const layer = { into, out, t: 0 };
    layer.W = roll.normals(into * out).map((value) => value * Math.sqrt(2 / into));
    layer.b = new Float64Array(out);
    for (const name of ["W", "b"]) {
      for (const kind of ["g", "m", "v"]) layer[kind + name] = new Float64Array(layer[name].length);
    }
    return layer;
  });
}

// the output of every layer, the input first
function forward(layers, x) {
  const states = [x];
  layers.forEach(({ W, b, into, out }, k) => {
    const from = states[k];
    const rows = from.length / into;
    const to = new Float64Array(rows * out);
    for (let n = 0; n < rows; n += 1) {
      const at = n * out;
      for (let o = 0; o < out; o += 1) to[at + o] = b[o];
      for (let i = 0; i < into; i += 1) {
        const value = from[n * into + i];
        for (let o = 0, w = i * out; o < out; o += 1, w += 1) to[at + o] += value * W[w];
      }
      if (k < layers.length - 1) for (let o = at; o < at + out; o += 1) if (to[o] < 0) to[o] *= SLOPE;
    }
    states.push(to);
  });
  return states;
}

// carries a gradient back to the input and, with `learn`, adds up those of weights and biases
function backward(layers, states, dout, learn) {
  let d = dout;
  for (let k = layers.length - 1; k >= 0; k -= 1) {
    const { W, into, out, gW, gb } = layers[k];
    const [x, y] = [states[k], states[k + 1]];
    if (k < layers.length - 1) for (let i = 0; i < d.length; i += 1) if (y[i] < 0) d[i] *= SLOPE;
    const rows = x.length / into;
    const dx = new Float64Array(rows * into);
    for (let n = 0; n < rows; n += 1) {
      const at = n * out;
      if (learn) for (let o = 0; o < out; o += 1) gb[o] += d[at + o];
      for (let i = 0; i < into; i += 1) {
        const value = x[n * into + i];
        let sum = 0;
        for (let o = 0, w = i * out; o < out; o += 1, w += 1) {
          sum += d[at + o] * W[w];
          if (learn) gW[w] += value * d[at + o];
        }
        dx[n * into + i] = sum;
      }
    }
    d = dx;
  }
  return d;
}

function adam(layers) {
  for (const layer of layers) {
    layer.t += 1;
    const [one, two] = [1 - BETA1 ** layer.t, 1 - BETA2 ** layer.t];
    for (const name of ["W", "b"]) {
      const [w, g, m, v] = [layer[name], layer[`g${name}`], layer[`m${name}`], layer[`v${name}`]];
      for (let i = 0; i < w.length; i += 1) {
        m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
        v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
        w[i] -= (RATE * (m[i] / one)) / (Math.sqrt(v[i] / two) + EPS);
        g[i] = 0;
      }
    }
  }
}

const softplus = (s) => Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));
const sigmoid = (s) => 1 / (1 + Math.exp(-s));
const mean = (values, f) => values.reduce((sum, value) => sum + f(value), 0) / values.length;

function game(seed) {
  const roll = dice(seed);
  const [G, D] = [network([2, WIDTH, WIDTH, 2], roll), network([2, WIDTH, WIDTH, 1], roll)];
  const shownFrom = dice(1000 + seed).normals(2 * SHOWN);
  const fakesOf = (z) => forward(G, z).at(-1);
  function reals() {
    const points = new Float64Array(2 * ROWS);
    for (let n = 0; n < ROWS; n += 1) {
      const centre = CENTRES[Math.floor(MODES * roll.uniform())];
      for (const i of [0, 1]) points[2 * n + i] = centre[i] + SPREAD * roll.normal();
    }
    return points;
  }
  function inspect() {
    const [real, fake] = [forward(D, reals()), forward(D, fakesOf(roll.normals(2 * ROWS)))];
    const [ofReal, ofFake] = [real.at(-1), fake.at(-1)];
    backward(D, real, ofReal.map((s) => -sigmoid(-s) / ROWS), true);
    backward(D, fake, ofFake.map((s) => sigmoid(s) / ROWS), true);
    adam(D);
    return mean(ofReal, (s) => softplus(-s)) + mean(ofFake, softplus);
  }
  function forge() {
    const made = forward(G, roll.normals(2 * ROWS));
    const judged = forward(D, made.at(-1));
    const logits = judged.at(-1);
    const loss = mean(logits, (s) => softplus(-s));
    backward(G, made, backward(D, judged, logits.map((s) => -sigmoid(-s) / ROWS), false), true);
    adam(G);
    return loss;
  }
  return {
    round(forgerSteps, inspectorSteps) {
      let [ofD, ofG] = [0, 0];
      for (let k = 0; k < inspectorSteps; k += 1) ofD = inspect();
      for (let k = 0; k < forgerSteps; k += 1) ofG = forge();
      return [ofD, ofG];
    },
    fakes() {
      const flat = fakesOf(shownFrom);
      return many(SHOWN, (n) => [flat[2 * n], flat[2 * n + 1]]);
    },
    verdicts: (points) => forward(D, points).at(-1).map(sigmoid),
  };
}

const some = (() => { // real points to draw, the same ones always
  const roll = dice(7);
  return many(160, (n) => CENTRES[n % MODES].map((value) => value + SPREAD * roll.normal()));
})();
const grid = Float64Array.from(many(CELLS * CELLS, (n) => [n % CELLS, Math.floor(n / CELLS)])
  .flatMap(([i, j]) => [(2 * (i + 0.5) / CELLS - 1) * EDGE, (1 - (2 * (j + 0.5)) / CELLS) * EDGE]));

// shares of the fakes that are nearest to each mode, and the share within three deviations of any
function shares(fakes) {
  const counts = many(MODES, () => 0);
  let near = 0;
  for (const [x, y] of fakes) {
    const far = CENTRES.map(([a, b]) => Math.hypot(x - a, y - b));
    const least = Math.min(...far);
    counts[far.indexOf(least)] += 1;
    near += least < 3 * SPREAD;
  }
  return { each: counts.map((count) => count / fakes.length), near: near / fakes.length };
}

const steps = (count) => `${count} step${count === 1 ? "" : "s"}`;

function tell(round, losses, found, forger, inspector) {
  if (!losses.length) {
    const now = round ? `Round ${round}.` : "Nothing is learned yet: press Play.";
    return `${now} In a round G takes ${steps(forger)} and D ${steps(inspector)}.`;
  }
  const [ofD, ofG] = losses.at(-1);
  const reached = found.each.filter((share) => share > 0.02).length;
  const [most, near] = [Math.max(...found.each), found.near].map((share) => Math.round(100 * share));
  return `Round ${round}: ${reached} of ${MODES} modes get more than 2 % of the fakes, the fullest one ${most} %; ${near} % lie near a mode. Mean losses of the last ${EVERY} rounds: D ${ofD.toFixed(2)}, G ${ofG.toFixed(2)}.`;
}

function render({ model, el }) {
  const { root, place, bar, say, follow } = card({ model, el }, "ring");
  const get = (name) => model.get(name);
  const setForger = named(bar, "generator steps a round", [1, 2, 5, 10], (steps) => send(model, { forger: steps }));
  const setInspector = named(bar, "discriminator steps a round", [1, 2, 5], (steps) => send(model, { inspector: steps }));
  const keys = element("div", { class: "dl-player" });
  bar.append(keys);
  const play = button(keys, "Play", () => (clock ? stop() : start()));
  const more = element("div", { class: "dl-steps" });
  bar.append(more);
  button(more, "10 rounds", () => { stop(); train(EVERY); draw(); });
  button(more, "new start", () => { stop(); send(model, { start: get("start") + 1 }); });
  const plane = drawing(place, { square: 360 });
  const paint = raster(plane);
  const curves = drawing(place, { height: 300 });
  let [playing, round, clock, losses, part] = [null, 0, 0, [], []];

  function begin() {
    [playing, round, losses, part] = [game(get("start")), 0, [], []];
    draw();
  }
  function one() {
    part.push(playing.round(get("forger"), get("inspector")));
    round += 1;
    if (part.length === EVERY) {
      losses.push([0, 1].map((i) => part.reduce((sum, pair) => sum + pair[i], 0) / EVERY));
      part = [];
    }
  }
  function train(rounds) {
    for (let k = 0; k < rounds && round < MOST; k += 1) one();
  }
  function frame() { // as many rounds as fit between two drawings
    const due = performance.now() + BUDGET;
    do one(); while (round < MOST && performance.now() < due);
    if (round >= MOST) stop();
    draw();
  }
  function stop() {
    clearInterval(clock);
    [clock, play.textContent, play.dataset.on] = [0, "Play", false];
  }
  function start() {
    if (round >= MOST) begin();
    [play.textContent, play.dataset.on] = ["Pause", true];
    clock = setInterval(frame, still.matches ? 400 : 40);
  }
  function draw() {
    const fakes = playing.fakes();
    const verdicts = playing.verdicts(grid);
    const [paper, blue] = [root.dataset.dark === "true" ? [17, 17, 17] : [255, 255, 255], rgb(root, "forward")];
    const square = axes(plane, { title: "Points, and D behind them", xlim: [-EDGE, EDGE], ylim: [-EDGE, EDGE], xticks: [-2, 0, 2], yticks: [-2, 0, 2], framed: true });
    paint(CELLS, CELLS, (i, j) => {
      const share = 0.7 * within(2 * verdicts[j * CELLS + i] - 0.5, 0, 1); // D moves around one half
      return [...paper.map((value, c) => value + share * (blue[c] - value)), 255];
    });
    square.dots(some, "dl-small");
    square.dots(fakes, "dl-edge dl-middle");
    square.dots(fakes, "dl-backward dl-middle");
    square.legend([["real", "dl-dots"], ["fake", "dl-backward dl-dots"], ["the bluer, the more real D calls it", "dl-forward dl-broad"]]);
    const top = Math.max(3, ...losses.flat());
    const last = 600 * Math.max(1, Math.ceil(round / 600));
    const lines = axes(curves, { title: "Losses", xlabel: "round", xlim: [0, last], ylim: [0, Math.min(top, 8)] });
    for (const level of [Math.log(4), Math.log(2)]) lines.line([[0, level], [last, level]], "dl-soft dl-dashed");
    lines.line(losses.map(([ofD], k) => [EVERY * (k + 1), ofD]), "dl-forward");
    lines.line(losses.map(([, ofG], k) => [EVERY * (k + 1), ofG]), "dl-backward dl-thin");
    lines.legend([["discriminator", "dl-forward"], ["generator", "dl-backward"], ["ln 4 and ln 2", "dl-soft dl-dashed"]]);
    setForger(get("forger"));
    setInspector(get("inspector"));
    root.dataset.round = round;
    say(tell(round, losses, shares(fakes), get("forger"), get("inspector")));
  }
  begin();
  const end = follow({ start: begin, forger: draw, inspector: draw }, draw);
  return () => { stop(); end(); };
}

export default { render };

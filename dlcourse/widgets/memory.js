// what is left of a gradient some steps back: the product of Jacobians of a tanh network, and the
// product of an LSTM's forget gates. NumPy computes the same beside it, and a test compares the two
import { axes, card, drawing, many, send, shape, short, slider, ten } from "./shared.js";

const [LOW, HIGH, FAINT, SHORTEST, LONGEST] = [1e-20, 1e8, 0.01, 5, 60];

// ---- the arithmetic: rows are arrays of numbers

const dot = (row, M, j) => row.reduce((sum, value, k) => sum + value * M[k][j], 0);
const sigmoid = (s) => 1 / (1 + Math.exp(-s));
const size = (values) => Math.sqrt(values.reduce((sum, one) => sum + one * one, 0));

// norms of dh_T/dh_t over that of the identity, for 0 to T steps back
function elman({ xs, Wx, Q, gain, length }) {
  const units = Q.length;
  const states = [many(units, () => 0)];
  for (const x of xs.slice(0, length)) {
    const h = states.at(-1);
    states.push(many(units, (j) => Math.tanh(dot(x, Wx, j) + gain * dot(h, Q, j))));
  }
  let J = many(units, (i) => many(units, (j) => Number(i === j)));
  const left = [1];
  for (const h of states.slice(1).reverse()) {
    const slopes = h.map((value) => gain * (1 - value * value));
    J = J.map((row) => {
      const scaled = row.map((value, k) => value * slopes[k]);
      return many(units, (j) => scaled.reduce((sum, value, k) => sum + value * Q[j][k], 0));
    });
    left.push(size(J.flat()) / Math.sqrt(units));
  }
  return left;
}

function cell({ xs, Wx4, Wh4, bias, length }) {
  const units = Wh4.length;
  let [h, c] = [many(units, () => 0), many(units, () => 0)];
  const forgets = [];
  for (const x of xs.slice(0, length)) {
    const s = many(4 * units, (j) => dot(x, Wx4, j) + dot(h, Wh4, j));
    const f = many(units, (j) => sigmoid(s[units + j] + bias));
    c = c.map((value, j) => f[j] * value + sigmoid(s[j]) * Math.tanh(s[2 * units + j]));
    h = c.map((value, j) => sigmoid(s[3 * units + j]) * Math.tanh(value));
    forgets.push(f);
  }
  let product = many(units, () => 1);
  const left = [1];
  for (const f of forgets.reverse()) {
    product = product.map((value, j) => value * f[j]);
    left.push(size(product) / Math.sqrt(units));
  }
  return left;
}

// ---- what is said

function power(value) {
  if (value >= 0.001 && value < 10000) return short(value);
  const exponent = Math.floor(Math.log10(value));
  return `${(value / 10 ** exponent).toPrecision(2)} · ${ten(exponent)}`;
}
function reach(left) {
  const lost = left.findIndex((share) => share < FAINT);
  return lost < 0 ? "it never falls below a hundredth" : `it falls below a hundredth after ${lost} steps`;
}
function tell({ gain, bias, length, all, gates }) {
  return `${length} steps back, the tanh network with gain ${short(gain)} has ${power(all.at(-1))} of the gradient left; ${reach(all)}. `
    + `With its gates held, the LSTM's cell with forget bias ${short(bias)} has ${power(gates.at(-1))}; ${reach(gates)}.`;
}

// ---- the card

function draw(svg, { all, gates, gain, bias, length }) {
  const frame = axes(svg, {
    xlim: [0, length + 1], ylim: [LOW, HIGH], log: true, left: 52, right: 16, xlabel: "steps back", ylabel: "share of the gradient that is left",
  });
  const points = (left) => left.map((share, k) => [k, share]);
  frame.line([[0, 1], [length + 1, 1]], "dl-soft");
  frame.line([[0, FAINT], [length + 1, FAINT]], "dl-soft dl-dashed dl-thin");
  frame.inside.append(shape("text", { class: "dl-tick dl-halo", x: frame.box.x + frame.box.width - 4, y: frame.y(FAINT) - 6, "text-anchor": "end" }, "a hundredth"));
  frame.line(points(all), "dl-forward");
  frame.line(points(gates), "dl-backward dl-dashed");
  frame.dots([[length, all.at(-1)]], "dl-forward");
  frame.dots([[length, gates.at(-1)]], "dl-backward dl-square");
  frame.legend([[`tanh network, gain ${short(gain)}`, "dl-forward"], [`LSTM, forget bias ${short(bias)}`, "dl-backward dl-dashed"]]);
}

function render({ model, el }) {
  const { place, bar, say, follow } = card({ model, el }, "memory");
  const get = (name) => model.get(name);
  const [xs, Wx, Q, Wx4, Wh4, gains, biases] = ["xs", "Wx", "Q", "Wx4", "Wh4", "gains", "biases"].map(get);
  const setGain = slider(bar, "gain of the tanh network", { values: gains }, (gain) => send(model, { gain }));
  const setBias = slider(bar, "forget bias of the LSTM", { values: biases }, (bias) => send(model, { bias }));
  const setLength = slider(bar, "steps", { min: SHORTEST, max: LONGEST }, (length) => send(model, { length }));
  const svg = drawing(place, { height: 340 });

  function show() {
    const [gain, bias, length] = ["gain", "bias", "length"].map(get);
    const all = elman({ xs, Wx, Q, gain, length });
    const gates = cell({ xs, Wx4, Wh4, bias, length });
    setGain(gain);
    setBias(bias);
    setLength(length);
    draw(svg, { all, gates, gain, bias, length });
    say(tell({ gain, bias, length, all, gates }));
  }
  show();
  return follow({ gain: show, bias: show, length: show }, show);
}

export default { render };

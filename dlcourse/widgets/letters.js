// which letter comes next: runs of letters are counted and an LSTM runs in the browser. NumPy
// computes the same beside it, and a test compares the two
import { axes, button, card, drawing, element, many, send, shape, short, slider } from "./shared.js";

const [ORDER, READ, SHOWN, WRITES] = [4, 60, 8, 40]; // letters of a run, read, shown, written

// ---- the arithmetic

const sigmoid = (s) => 1 / (1 + Math.exp(-s));

// what follows each run of 0 to 3 letters, and how often: counted once
function tally(seen) {
  const runs = new Map();
  for (let length = 0; length < ORDER; length += 1) {
    for (let end = length; end < seen.length; end += 1) {
      const run = seen.slice(end - length, end);
      if (!runs.has(run)) runs.set(run, { total: 0, after: new Map() });
      const one = runs.get(run);
      one.total += 1;
      one.after.set(seen[end], (one.after.get(seen[end]) ?? 0) + 1);
    }
  }
  return runs;
}

// Witten and Bell's mixture of runs of 0 to 3 letters
function counted({ symbols, runs }, history) {
  let chances = many(symbols.length, () => 1 / symbols.length);
  for (let length = 0; length < ORDER && length <= history.length; length += 1) {
    const { total = 0, after = new Map() } = runs.get(history.slice(history.length - length)) ?? {};
    const [shorter, kinds] = [chances, after.size];
    if (kinds) chances = shorter.map((chance, k) => ((after.get(symbols[k]) ?? 0) + kinds * chance) / (total + kinds));
  }
  return chances.map(Math.log);
}

function learned({ symbols, Wx, Wh, b, W, b_out }, history) {
  const units = Wh.length;
  let [h, c] = [many(units, () => 0), many(units, () => 0)];
  for (const letter of history) {
    const s = b.map((bias, j) => bias + Wx[symbols.indexOf(letter)][j]);
    h.forEach((value, k) => { for (let j = 0; j < s.length; j += 1) s[j] += value * Wh[k][j]; });
    c = c.map((value, j) => sigmoid(s[units + j]) * value + sigmoid(s[j]) * Math.tanh(s[2 * units + j]));
    h = c.map((value, j) => sigmoid(s[3 * units + j]) * Math.tanh(value));
  }
  return b_out.map((bias, j) => h.reduce((sum, value, k) => sum + value * W[k][j], bias));
}

function softmax(scores, temperature) {
  const top = Math.max(...scores);
  const parts = scores.map((score) => Math.exp((score - top) / temperature));
  const sum = parts.reduce((a, one) => a + one, 0);
  return parts.map((part) => part / sum);
}

function drawn(chances) {
  let left = Math.random();
  return Math.max(0, chances.findIndex((chance) => (left -= chance) < 0));
}

// ---- what is said

const spelt = (letter) => (letter === " " ? "space" : letter);
const percent = (chance) => `${short(Math.round(1000 * chance) / 10)} %`;
const bestOf = (chances) => chances.reduce((best, one, k) => (one > chances[best] ? k : best), 0);

function tell({ symbols, history, temperature, both }) {
  const [first, second] = both.map((chances) => `“${spelt(symbols[bestOf(chances)])}” with ${percent(Math.max(...chances))}`);
  const end = history.length > 20 ? `…${history.slice(-20)}` : history;
  return `After “${end}”, at temperature ${short(temperature)}, the 4-gram expects ${first}, the LSTM ${second}.`;
}

// ---- the card

function draw(svg, { symbols, both }) {
  const order = many(symbols.length, (k) => k)
    .sort((a, b) => Math.max(both[0][b], both[1][b]) - Math.max(both[0][a], both[1][a])).slice(0, SHOWN);
  const top = Math.max(0.1, ...both.flat());
  const frame = axes(svg, {
    xlim: [0, top], ylim: [SHOWN - 0.5, -0.5], left: 56, yticks: many(SHOWN, (k) => k), ytext: (k) => spelt(symbols[order[k]]),
    xtext: (value) => short(100 * value), xlabel: "probability, %",
  });
  order.forEach((letter, k) => both.forEach((chances, one) => {
    const [y, height] = [frame.y(k + (one ? 0.04 : -0.4)), frame.y(0.36) - frame.y(0)];
    frame.inside.append(shape("rect", {
      class: one ? "dl-backward dl-hatch" : "dl-forward dl-bar", x: frame.box.x, y, width: frame.x(chances[letter]) - frame.box.x, height,
    }));
  }));
  frame.legend([["4-gram", "dl-forward dl-block"], ["LSTM", "dl-backward dl-block dl-hollow"]]);
}

function render({ model, el }) {
  const { place, bar, say, follow } = card({ model, el }, "letters");
  const parts = Object.fromEntries(["symbols", "Wx", "Wh", "b", "W", "b_out"].map((name) => [name, model.get(name)]));
  parts.runs = tally(model.get("seen"));
  const models = [counted, learned];
  const read = (text) => [...text.toLowerCase()].filter((letter) => parts.symbols.includes(letter)).join("").slice(-READ);
  const chancesOf = (predict, text) => softmax(predict(parts, read(text)), model.get("temperature"));
  const field = element("input", { type: "text", "aria-label": "a beginning", maxlength: 400, spellcheck: "false", autocomplete: "off" });
  const label = element("label");
  label.append(element("span", {}, "a beginning: type, or let a model go on"), field);
  bar.append(label);
  field.addEventListener("input", () => send(model, { text: field.value }));
  const setTemperature = slider(bar, "temperature", { values: model.get("temperatures") }, (temperature) => send(model, { temperature }));
  const write = (predict) => () => {
    let text = model.get("text");
    for (let k = 0; k < WRITES; k += 1) text += parts.symbols[drawn(chancesOf(predict, text))];
    send(model, { text: text.slice(-400) });
    field.scrollLeft = field.scrollWidth; // its end is what is new
  };
  button(bar, "4-gram goes on", write(counted));
  button(bar, "LSTM goes on", write(learned));
  button(bar, "start again", () => send(model, { text: "alice w" }));
  const svg = drawing(place, { height: 360, widest: 720 });

  function show() {
    const [text, temperature] = [model.get("text"), model.get("temperature")];
    if (field.value !== text) field.value = text;
    setTemperature(temperature);
    const both = models.map((predict) => chancesOf(predict, text));
    draw(svg, { symbols: parts.symbols, both });
    say(tell({ symbols: parts.symbols, history: read(text), temperature, both }));
  }
  show();
  return follow({ text: show, temperature: show }, show);
}

export default { render };

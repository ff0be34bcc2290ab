// histograms and curves that Python has measured for every setting; a move asks no kernel
import { axes, card, choice, drawing, many, select, send, short, slider } from "./shared.js";

const TOP = 1e10; // the curves' axis runs from its inverse to here

// one lane a layer, the first on top; the height is the root of the share
function drawHistograms(svg, { counts }, layers, limit) {
  const lanes = layers.map((_, i) => layers.length - 1 - i);
  const frame = axes(svg, {
    xlim: [-limit, limit], ylim: [0, layers.length], yticks: lanes, ytext: (lane) => String(layers[lanes.indexOf(lane)]),
    xlabel: "activation", ylabel: "layer", title: "Activations (height: √ of the share)",
  });
  counts.forEach((shares, i) => {
    const wide = (2 * limit) / shares.length;
    const bars = shares.flatMap((share, k) => {
      const [from, up] = [k * wide - limit, lanes[i] + 0.9 * Math.sqrt(share / 100)];
      return [[from, up], [from + wide, up]];
    });
    frame.area([[-limit, lanes[i]], ...bars, [limit, lanes[i]]], "dl-forward dl-solid");
  });
}

function drawCurves(svg, { forward, backward }) {
  const last = forward.length;
  const frame = axes(svg, {
    xlim: [1, last], ylim: [1 / TOP, TOP], log: true, xlabel: "layer", ylabel: "standard deviation",
    title: "Signal and gradient", xticks: [1, Math.round(last / 2), last],
  });
  const looks = ["dl-forward", "dl-backward dl-dashed"];
  [forward, backward].forEach((values, i) => {
    const inside = (value) => Math.min(Math.max(value, 1.3 / TOP), TOP / 1.3);
    frame.line(many(last, (k) => [k + 1, inside(values[k])]), looks[i]);
  });
  frame.legend([["signal", looks[0]], ["gradient", looks[1]]]);
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "signals");
  const [histograms, curves] = [drawing(place, { height: 380 }), drawing(place, { height: 380 })];
  const units = Object.keys(model.get("runs")).map((name) => [name, name]);
  const chosen = select(bar, "activation", units, (unit) => send(model, { unit }));
  const gains = model.get("gains");
  const setGain = slider(bar, "gain", { max: gains.length - 1 }, (index) => send(model, { index }));
  const marks = Object.entries(model.get("marks")).map(([name, index]) => [index, name]);
  const setMark = choice(bar, "named gains", marks, (index) => send(model, { index }));

  function show() {
    const [unit, index] = [model.get("unit"), model.get("index")];
    const run = model.get("runs")[unit][index];
    drawHistograms(histograms, run, model.get("shown"), model.get("limit"));
    drawCurves(curves, run);
    chosen.value = unit;
    setGain(index, short(gains[index]));
    setMark(index);
    say(run.caption);
  }

  show();
  return follow({ unit: show, index: show }, show);
}

export default { render };

// small networks that learn in the browser while you watch: how many hidden units bend a border?
import { axes, card, drawing, FRAME, GREY, INK, select, send, shape, slider } from "./shared.js";

const CELLS = 70; // along each side of the shaded picture
const SLICE = 25; // milliseconds of learning between two pictures
const PLANE = { ...FRAME, width: 400, height: 340, right: 12 };

const zeros = (n) => new Float64Array(n);

// every layer keeps its inputs x, scores s, their blame, its slopes and Adam's running means, so
// that a step makes no new arrays; the first weights are Python's numbers over the root of inputs
function begin(sizes, bank, start) {
  let next = 211 * start;
  const normal = () => bank[(next += 1) % bank.length];
  return sizes.slice(1).map((m, l) => {
    const n = sizes[l];
    const W = Float64Array.from({ length: n * m }, () => normal() / Math.sqrt(n));
    const parts = [W, zeros(m)].map((value) => {
      return { value, slope: zeros(value.length), mean: zeros(value.length), square: zeros(value.length) };
    });
    return { n, m, W, b: parts[1].value, parts, x: zeros(n), s: zeros(m), blame: zeros(m) };
  });
}

// the probability of class 1: softmax of two scores is the logistic function of their difference
function chance(layers, x1, x2) {
  [layers[0].x[0], layers[0].x[1]] = [x1, x2];
  for (let l = 0; l < layers.length; l += 1) {
    const { n, m, W, b, x, s } = layers[l];
    const above = layers[l + 1]?.x;
    for (let j = 0; j < m; j += 1) {
      s[j] = b[j];
      for (let i = 0; i < n; i += 1) s[j] += x[i] * W[i * m + j];
      if (above) above[j] = Math.tanh(s[j]);
    }
  }
  const { s } = layers[layers.length - 1];
  return 1 / (1 + Math.exp(s[0] - s[1]));
}

// add one point's slopes to the sums, from the last layer to the first (lecture 4)
function addSlopes(layers, error) {
  const last = layers[layers.length - 1];
  [last.blame[0], last.blame[1]] = [-error, error];
  for (let l = layers.length - 1; l >= 0; l -= 1) {
    const { n, m, W, x, blame, parts } = layers[l];
    const below = layers[l - 1]?.blame;
    for (let j = 0; j < m; j += 1) parts[1].slope[j] += blame[j];
    for (let i = 0; i < n; i += 1) {
      let back = 0;
      for (let j = 0; j < m; j += 1) {
        parts[0].slope[i * m + j] += x[i] * blame[j];
        back += W[i * m + j] * blame[j];
      }
      if (below) below[i] = back * (1 - x[i] * x[i]);
    }
  }
}

// Adam (lecture 10) on all points at once; a generator, so that it can be watched
function* learning(layers, points, steps, rate) {
  for (let t = 1; t <= steps; t += 1) {
    for (const [x1, x2, label] of points) {
      addSlopes(layers, (chance(layers, x1, x2) - label) / points.length);
    }
    for (const { value, slope, mean, square } of layers.flatMap(({ parts }) => parts)) {
      for (let i = 0; i < value.length; i += 1) {
        mean[i] += 0.1 * (slope[i] - mean[i]);
        square[i] += 0.001 * (slope[i] * slope[i] - square[i]);
        const size = Math.sqrt(square[i] / (1 - 0.999 ** t)) + 1e-8;
        value[i] -= (rate * mean[i]) / (1 - 0.9 ** t) / size;
        slope[i] = 0;
      }
    }
    yield t;
  }
}

const shareRight = (layers, points) => points.filter(
  ([x1, x2, label]) => (chance(layers, x1, x2) > 0.5) === (label === 1),
).length / points.length;

// the picture's colour is the class, its strength how sure the network is
function shade(paint, layers, [x, y], colors) {
  const rgb = colors.map((color) => [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16)));
  const pixels = paint.createImageData(CELLS, CELLS);
  for (let i = 0; i < CELLS * CELLS; i += 1) {
    const [right, down] = [((i % CELLS) + 0.5) / CELLS, (Math.floor(i / CELLS) + 0.5) / CELLS];
    const p = chance(layers, x[0] + right * (x[1] - x[0]), y[1] - down * (y[1] - y[0]));
    const color = rgb[p > 0.5 ? 1 : 0];
    for (let k = 0; k < 3; k += 1) pixels.data[4 * i + k] = color[k];
    pixels.data[4 * i + 3] = 40 + 130 * Math.abs(p - 0.5);
  }
  paint.putImageData(pixels, 0, 0);
  return paint.canvas.toDataURL();
}

function whole([low, high]) {
  return Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => Math.ceil(low) + i);
}

// the plane of the points; returns what redraws shade and lines
function plane(svg, { points, x: xlim, y: ylim }, colors) {
  const [xticks, yticks] = [xlim, ylim].map(whole);
  const names = { xlabel: "x₁", ylabel: "x₂" };
  const { x, y, inside } = axes(svg, { xlim, ylim, xticks, yticks, ...names, frame: PLANE });
  const picture = shape("image", {
    x: x(xlim[0]), y: y(ylim[1]), width: x(xlim[1]) - x(xlim[0]), height: y(ylim[0]) - y(ylim[1]),
    preserveAspectRatio: "none",
  });
  const lines = shape("g");
  inside.append(picture, lines);
  for (const [u, v, label] of points) {
    const look = { fill: colors[label], stroke: "#ffffff", "stroke-width": 0.8 };
    const [cx, cy] = [x(u), y(v)];
    inside.append(label === 0
      ? shape("circle", { cx, cy, r: 3.6, ...look })
      : shape("rect", { x: cx - 3.2, y: cy - 3.2, width: 6.4, height: 6.4, ...look }));
  }
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  [paint.canvas.width, paint.canvas.height] = [CELLS, CELLS];
  return (layers) => {
    picture.setAttribute("href", shade(paint, layers, [xlim, ylim], colors));
    lines.replaceChildren();
    if (layers.length === 1) return;
    const [{ W, b }] = layers;
    b.forEach((bias, j) => {
      const [w1, w2] = [W[j], W[b.length + j]];
      const square = w1 ** 2 + w2 ** 2;
      const at = (s) => [x((-bias * w1) / square - s * w2), y((-bias * w2) / square + s * w1)];
      const [[x1, y1], [x2, y2]] = [at(-99), at(99)];
      lines.append(shape("line", { x1, y1, x2, y2, stroke: INK, opacity: 0.5, "stroke-dasharray": "5 4" }));
    });
  };
}

function drawTries(svg, tries, now, color) {
  const { x, y, inside } = axes(svg, {
    xlim: [-1, 21], ylim: [40, 102], xticks: [0, 5, 10, 15, 20], yticks: [50, 60, 70, 80, 90, 100],
    title: "What you have tried", xlabel: "hidden units in a layer", ylabel: "% right",
    frame: { ...PLANE, width: 300 },
  });
  for (const [units, share] of tries) {
    const [cx, cy] = [x(units), y(100 * share)];
    const look = units === now ? { fill: color, r: 5 } : { fill: GREY, r: 4 };
    inside.append(shape("circle", { cx, cy, "fill-opacity": 0.7, ...look }));
  }
}

function render({ model, el }) {
  const { place, caption, bar, follow } = card({ model, el }, "neurons");
  const colors = model.get("colors");
  const view = drawing(place, PLANE.width, PLANE.height, { role: "img" });
  const chart = drawing(place, 300, PLANE.height, { "aria-hidden": "true" }); // the sentence says it
  const sets = model.get("sets");
  const setUnits = slider(bar, "hidden units", { max: 20 }, (units) => send(model, { units }));
  const data = select(bar, "points", Object.keys(sets).map((name) => [name, name]), (name) => {
    send(model, { data: name });
  });
  const depth = select(bar, "hidden layers", [[1, "1"], [2, "2"]], (n) => send(model, { depth: Number(n) }));
  const starts = [1, 2, 3, 4, 5].map((n) => [n, String(n)]);
  const start = select(bar, "random start", starts, (n) => send(model, { start: Number(n) }));
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let [tries, shown, frame, redraw] = [[], "", 0, null];

  function again() {
    const [units, name] = [model.get("units"), model.get("data")];
    const hidden = units === 0 ? [] : Array(model.get("depth")).fill(units);
    const layers = begin([2, ...hidden, 2], model.get("bank"), model.get("start"));
    const key = `${name},${model.get("depth")}`;
    if (shown !== key) {
      [tries, shown, redraw] = [[], key, plane(view, sets[name], colors)];
    }
    setUnits(units, String(units));
    data.value = name;
    depth.value = model.get("depth");
    start.value = model.get("start");
    cancelAnimationFrame(frame);
    watch(layers, sets[name].points, units, hidden.length);
  }

  function watch(layers, points, units, depth) {
    const steps = learning(layers, points, model.get("steps"), model.get("rate"));
    function go() {
      const until = performance.now() + SLICE;
      let step = steps.next();
      while (!step.done && performance.now() < until) step = steps.next();
      if (!step.done) {
        if (!calm) redraw(layers);
        frame = requestAnimationFrame(go);
        return;
      }
      redraw(layers);
      end(layers, points, units, depth);
    }
    go();
  }

  function end(layers, points, units, depth) {
    const share = shareRight(layers, points);
    tries.push([units, share]);
    drawTries(chart, tries, units, colors[1]);
    const network = depth === 0
      ? "No hidden unit: the border is a line."
      : `${units} hidden ${units === 1 ? "unit" : "units"}${depth === 2 ? " in each of 2 layers" : ""}.`;
    caption.textContent = `${network} ${(100 * share).toFixed(1)} % of the points are right.`;
    view.setAttribute("aria-label", `${shown.split(",")[0]}: ${caption.textContent}`);
    model.set("layers", layers.map(({ W, b }) => [[...W], [...b]]));
    model.save_changes();
  }

  again();
  const stop = follow({ units: again, data: again, depth: again, start: again });
  return () => {
    cancelAnimationFrame(frame);
    stop();
  };
}

export default { render };

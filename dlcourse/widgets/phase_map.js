// where momentum converges: one plane, three methods, and what a point of it does in sixty steps
import { axes, card, choice, drawing, element, handle, many, player, send, shape, short, slider, still, ten, within } from "./shared.js";

const [STEPS, REACH, LEVELS, NEAR, PATIENCE] = [60, 2.2, [0.5, 0.7, 0.9], 1e-3, 20000];
// s: the slope is read at w − s μ v. levels: the ηλ where the lines of equal ρ bear their number.
// labels: a text, its place (ηλ, μ), and for a small region a point in it
const METHODS = {
  momentum: {
    name: "Momentum", s: 0, at: "w", levels: [1.6, 1.6, 1.6], labels: [["glides", 0.17, 0.07], ["swings", 1, 0.64], ["zig-zags", 1.75, 0.04],
      ["diverges|ηλ > 2(1 + μ)", 3.2, 0.16]],
  },
  nesterov: {
    name: "Nesterov", s: -1, at: "w + μv", levels: [0.73, 0.47, 0.13], labels: [["glides", 0.22, 0.1], ["swings", 0.66, 0.56], ["zig-zags", 1.34, 0.16],
      ["diverges|ηλ > (2 + 2μ)/(1 + 2μ)", 2.75, 0.5]],
  },
  misprint: {
    name: "Nesterov as printed", short: "Misprint", s: 1, at: "w − μv", levels: [1.3, 1.3, 1.3], labels: [["glides", 0.17, 0.06], ["swings", 0.7, 0.27],
      ["zig-zags", 2.95, 0.04, 2.05, 0.035], ["diverges|ηλ > 1/μ − 1", 2.4, 0.7]],
  },
};
const KINDS = ["glides to the minimum from one side", "swings across the minimum and comes home", "zig-zags across the minimum and comes home",
  "diverges", "neither comes home nor escapes"];

// ---- the arithmetic: each method is momentum with q = μ (1 + s ηλ) in place of μ. The matrix of a
// step has the trace 1 − ηλ + q and the determinant q

function spectrum(a, mu, s) {
  const q = mu * (1 + s * a);
  const [t, d] = [1 - a + q, (1 - a + q) ** 2 - 4 * q];
  const rho = d < 0 ? Math.sqrt(q) : (Math.abs(t) + Math.sqrt(d)) / 2;
  return { q, rho, kind: Math.abs(rho - 1) < 1e-9 ? 4 : rho > 1 ? 3 : d < 0 ? 1 : t < 0 ? 2 : 0 };
}

// the method itself on the loss w² / 2, and the step from which on w stays near, 0 if it does not
function walk(a, mu, s) {
  const [path, looks] = [[1], []];
  for (let [k, v] = [0, 0]; k <= STEPS; k += 1) {
    looks.push(path[k] - s * mu * v);
    v = mu * v - a * looks[k];
    if (k < STEPS) path.push(path[k] + v);
  }
  let [home, w, v] = [0, 1, 0];
  for (let k = 1; k <= PATIENCE && Math.abs(w) < 1e9; k += 1) {
    v = mu * v - a * (w - s * mu * v);
    w += v;
    if (!(Math.abs(w) < NEAR)) home = k;
  }
  return { path, looks, home: home === PATIENCE || Math.abs(w) >= NEAR ? 0 : home + 1 };
}

// ---- what is said

const ease = (u) => u * u * (3 - 2 * u);
function said(value) {
  const power = Math.floor(Math.log10(Math.abs(value)));
  if (value === 0 || (power >= -3 && power < 4)) return short(Number(value.toPrecision(2)));
  return `${(value / 10 ** power).toFixed(1).replace("-", "−")} × ${ten(power)}`;
}

function tell({ a, mu, method, q, rho, kind, home, path }) {
  const why = kind === 3 && q > 1 ? `, since a slope that is read behind it acts like momentum ${q.toFixed(2)}` : "";
  let when = `within ${STEPS} steps it gets ${said(Math.max(...path.map(Math.abs)))} times as far away as at first`;
  if (kind < 3) when = home ? `from step ${home.toLocaleString("en")} on, w stays within 0.001 of the minimum` : `w needs more than ${PATIENCE.toLocaleString("en")} steps to within 0.001`;
  return `${method.name} at ηλ = ${a.toFixed(2)}, μ = ${mu.toFixed(2)}: w ${KINDS[kind]}${why}. The spectral radius is ${rho.toFixed(3)}, the factor of the distance at each step in the long run; ${when}.`;
}

// ---- the map

const shade = (rho) => (rho < 1 ? (rho * rho) / 2 : 1 - 0.5 / (rho * rho)); // the edge is at 0.5

// a line in the plane of ηλ and q, bent into the map of a method
function bent(points, s, { x, y }) {
  const factors = points.map(([a]) => 1 + s * a || 1e-9); // where its sign changes, the line breaks
  return points.map(([a, q], i) => `${factors[i] * factors[i - 1] > 0 ? "L" : "M"}${x(a).toFixed(1)} ${y(within(q / factors[i], -9, 9)).toFixed(1)}`).join("");
}
// where ρ = c: a triangle in that plane
function level(c, s, frame) {
  const ends = [[(1 - c) ** 2, c * c], [(1 + c) ** 2, c * c], [1 - c * c, -c * c]];
  const side = ([a, q], [b, r]) => many(61, (i) => [a + (i / 60) * (b - a), q + (i / 60) * (r - q)]);
  return ends.map((from, i) => bent(side(from, ends[(i + 1) % 3]), s, frame)).join("");
}

// the style names the colours: they fill the gauge, and the map looks its pixels up there
function ramps(root, canvas) {
  const style = getComputedStyle(root);
  const brush = Object.assign(canvas, { width: 512, height: 2 }).getContext("2d", { willReadFrequently: true });
  for (const [name, x, y, height] of [["glide", 0, 0, 1], ["swing", 0, 1, 1], ["lost", 256, 0, 2]]) {
    const fill = brush.createLinearGradient(x, 0, x + 256, 0);
    style.getPropertyValue(`--${name}-map`).split(",").forEach((stop, i) => fill.addColorStop(i / 4, stop.trim() || "#888"));
    brush.fillStyle = fill;
    brush.fillRect(x, y, 256, height);
  }
  return new Uint32Array(brush.getImageData(0, 0, 512, 2).data.buffer);
}

// spectrum() once more, without an object for each pixel
function paint(canvas, s, width, height, colours) {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let [n, j] = [0, 0]; j < height; j += 1) {
    for (let i = 0; i < width; i += 1, n += 1) {
      const a = (4 * (i + 0.5)) / width;
      const q = (1 - (j + 0.5) / height) * (1 + s * a);
      const t = 1 - a + q;
      const d = t * t - 4 * q;
      const square = d < 0 ? q : (Math.abs(t) + Math.sqrt(d)) ** 2 / 4;
      pixels[n] = colours[(d >= 0 && t > 0 ? 0 : 512) + Math.floor(square < 1 ? 255 * square : 511 - 255 / square)];
    }
  }
  Object.assign(canvas, { width, height }).getContext("2d").putImageData(image, 0, 0);
}

function text(into, kind, x, y, anchor, words) {
  into.append(shape("text", { class: kind, x, y, "text-anchor": anchor }, words));
}
function stroke(into, kind, d) {
  into.append(shape("path", { class: kind, d }));
}

function drawMap(svg, { s, method }) {
  const frame = axes(svg, { xlim: [0, 4], ylim: [0, 1], xticks: [0, 1, 2, 3, 4], yticks: [0, 0.5, 1], xlabel: "learning rate × curvature, ηλ", ylabel: "momentum μ" });
  const settled = s === method.s;
  LEVELS.forEach((c) => stroke(frame.inside, "dl-iso", level(c, s, frame)));
  stroke(frame.inside, "dl-border", level(1, s, frame));
  stroke(frame.inside, "dl-ridge", bent(many(161, (i) => [4 * (i / 160) ** 2, (1 - i / 80) ** 2]), s, frame));
  frame.cross = shape("path", { class: "dl-cross" });
  frame.inside.append(frame.cross);
  if (s === -1) stroke(frame.inside, "dl-ridge", `M${frame.x(1)} ${frame.y(0)}V${frame.y(1)}`); // there q = 0 for all μ
  if (!settled) return frame;
  if (frame.box.width > 340) {
    LEVELS.forEach((c, i) => text(svg, "dl-halo", frame.x(method.levels[i]), frame.y((c * c) / (1 + s * method.levels[i])) + 4, "middle", c));
  }
  for (const [words, a, mu, b, nu] of method.labels) {
    const half = 3.8 * Math.max(...words.split("|").map((part) => part.length));
    const x = within(frame.x(a), frame.box.x + 24, frame.box.x + frame.box.width - half);
    if (b) stroke(svg, "dl-cross", `M${x - 32} ${frame.y(mu)}L${frame.x(b)} ${frame.y(nu)}`);
    words.split("|").forEach((part, i) => text(svg, "dl-name dl-halo", x, frame.y(mu) + 4 + 17 * i, "middle", part));
  }
  return frame;
}

// ---- what a point does

// a band of the colours with the spectral radius of the point in it
function drawGauge(svg, rho, { box }) {
  const at = (c) => box.x + box.width * shade(c);
  svg.replaceChildren();
  svg.parentNode.querySelector("canvas").style.cssText = `left: ${box.x}px; top: 22px; width: ${box.width}px; height: 34px`;
  text(svg, "", box.x + 8, 36, "start", "glides");
  text(svg, "", box.x + 8, 52, "start", "swings, zig-zags");
  text(svg, "", box.x + box.width - 8, 44, "end", "diverges");
  [0, 0.5, 0.7, 0.9, 1, 1.2, 1.5, 2].forEach((c) => text(svg, "dl-tick", at(c), 74, c ? "middle" : "start", c));
  stroke(svg, "dl-needle", `M${at(rho)} 18v42`);
  text(svg, "dl-name", within(at(rho), box.x + 84, box.x + box.width - 84), 12, "middle", `spectral radius ρ = ${rho.toFixed(3)}`);
}

// a remark at the right of a drawing's heading, or inside it where the two do not fit side by side
function remark(svg, { box }, words, up) {
  const right = box.x + box.width;
  text(svg, "dl-tick dl-halo", right, right < 330 ? up : 14, "end", words);
}

function drawBowl(svg, { path, looks, method, kind }, k) {
  const up = (w) => within(w, -99, 99) ** 2;
  const frame = axes(svg, { xlim: [-REACH, REACH], ylim: [-0.5, REACH ** 2], xticks: [-2, -1, 0, 1, 2], yticks: [], title: "Ball on the parabola" });
  const whole = many(81, (i) => REACH * (i / 40 - 1));
  frame.line(whole.map((w) => [w, up(w)]), "dl-soft");
  frame.dots(path.slice(0, (k || STEPS) + 1).map((w) => [w, up(w)]), `dl-k${kind} dl-faint`);
  const [w, look] = [path[k], looks[k]];
  const [x, y] = [frame.x(look), frame.y(up(look))];
  const [dx, dy] = [frame.x(1) - frame.x(0), 2 * look * (frame.y(1) - frame.y(0))];
  const part = 34 / Math.hypot(dx, dy);
  stroke(frame.inside, "dl-look", `M${x - part * dx} ${y - part * dy}L${x + part * dx} ${y + part * dy}`);
  frame.inside.append(shape("circle", { class: "dl-look", cx: x, cy: y, r: 10 }));
  frame.dots([[w, up(w)]], `dl-k${kind} dl-big dl-edge`);
  frame.dots([[w, up(w)]], `dl-k${kind} dl-big`);
  const words = Math.abs(w) > REACH ? `out of sight, w = ${said(w)}` : `ring: slope at ${method.at}`;
  remark(svg, frame, words, frame.box.y + frame.box.height - 6);
}

function drawTime(svg, { path, rho, kind }, k, { loss }) {
  const frame = axes(svg, {
    xlim: [-2, STEPS + 1], ylim: loss ? [1e-13, 1e7] : [-REACH, REACH], log: loss, xticks: [0, 20, 40, 60], yticks: loss ? [1e-12, 1e-6, 1, 1e6] : [-2, -1, 0, 1, 2],
    title: loss ? "Loss, relative to the first" : "w, step by step", xlabel: loss ? "step" : "",
  });
  const points = path.map((w, i) => [i, loss ? Math.max(w * w, 1e-40) : w]);
  frame.line(points.slice(k), `dl-k${kind} dl-thin dl-faint`);
  frame.dots(points.slice(k), `dl-k${kind} dl-small dl-faint`);
  const past = points.slice(0, (k || STEPS) + 1); // before it is played, all is shown
  frame.line(past, `dl-k${kind} dl-thin`);
  frame.dots(past, `dl-k${kind} dl-small`);
  if (loss) {
    frame.line([0, STEPS].map((i) => [i, rho ** (2 * i) || 1e-40]), "dl-dashed dl-thin");
    remark(svg, frame, "dashed: ρ²ᵏ", frame.box.y + 12);
  }
  frame.dots([points[k]], `dl-k${kind} dl-edge dl-big`);
  frame.dots([points[k]], `dl-k${kind} dl-big`);
}

function render({ model, el }) {
  const { root, place, bar, say, follow } = card({ model, el }, "phases");
  const setMethod = choice(bar, "method", Object.entries(METHODS).map(([value, { name }]) => [value, METHODS[value].short ?? name]), (method) => send(model, { method }));
  bar.querySelectorAll(".dl-choice button").forEach((one, i) => one.append(element("span", {}, `slope at ${Object.values(METHODS)[i].at}`)));
  const step = player(bar, { last: STEPS, pace: 130 }, () => drawStep());
  const [left, right] = ["dl-plane", "dl-column"].map((name) => element("div", { class: name }));
  place.append(left, right);
  const [map, gauge] = [drawing(left, { height: 456 }), drawing(left, { height: 78 })];
  const [bowl, time, loss] = [170, 160, 180].map((height) => drawing(right, { height }));
  const [raster, ramp] = [map, gauge].map((svg) => {
    const made = element("canvas", { "aria-hidden": "true" });
    svg.after(made);
    return made;
  });
  const setPoint = handle(map, "point: left and right change ηλ, up and down momentum", ([a, mu]) => send(model, { rate: Math.round(100 * a) / 100, mu: Math.round(100 * mu) / 100 }));
  const pills = many(2, () => element("i", { "aria-hidden": "true" }));
  map.after(...pills);
  let [colours, frame, now, s, turn, waits] = [ramps(root, ramp), null, null, METHODS[model.get("method")].s, 0, false];

  function drawStep() {
    if (!now) return;
    const k = step.at();
    drawBowl(bowl, now, k);
    drawTime(time, now, k, { loss: false });
    drawTime(loss, now, k, { loss: true });
  }
  function drawPlane() {
    const method = METHODS[model.get("method")];
    frame = drawMap(map, { s, method });
    const tall = right.offsetTop > left.offsetTop ? 360 : 456; // beside the other drawings as high as they
    if (map.tall !== tall) {
      map.tall = tall;
      map.style.height = `${tall}px`;
      frame = drawMap(map, { s, method });
    }
    const { width, height } = frame.box;
    const share = s === method.s ? Math.min(window.devicePixelRatio, Math.sqrt(4e5 / width / height)) : 0.5;
    paint(raster, s, Math.round(width * share), Math.round(height * share), colours);
  }
  function show() {
    waits = false;
    const [a, mu, method] = [model.get("rate"), model.get("mu"), METHODS[model.get("method")]];
    now = { a, mu, method, ...spectrum(a, mu, method.s), ...walk(a, mu, method.s) };
    root.dataset.kind = now.kind;
    setPoint(frame, [a, mu], `ηλ ${a}, momentum ${mu}: w ${KINDS[now.kind]}`);
    const [x, y, floor] = [frame.x(a), frame.y(mu), frame.y(0)];
    frame.cross.setAttribute("d", `M${x} ${floor}V${y}H${frame.box.x}`);
    pills[0].style.transform = `translate(${x - 22}px, ${floor + 4}px)`;
    pills[1].style.transform = `translate(0, ${y - 10}px)`;
    [a, mu].forEach((value, i) => { pills[i].textContent = value.toFixed(2); });
    drawGauge(gauge, now.rho, frame);
    drawStep();
    say(tell(now));
  }
  // rate and momentum change together, and are drawn once
  function later() {
    if (!waits) queueMicrotask(show);
    waits = true;
  }
  // another method bends the map into its own
  function bend() {
    const [from, to, since] = [s, METHODS[model.get("method")].s, performance.now()];
    setMethod(model.get("method"));
    cancelAnimationFrame(turn);
    (function go(moment) {
      const u = still.matches || from === to ? 1 : within((moment - since) / 450, 0, 1);
      s = u < 1 ? from + ease(u) * (to - from) : to;
      if (u < 1) turn = requestAnimationFrame(go);
      drawPlane();
      if (u === 1 || u === 0) show();
    })(since);
  }
  bend();
  const end = follow({ method: bend, rate: later, mu: later }, () => {
    colours = ramps(root, ramp);
    drawPlane();
    show();
  });
  return () => {
    cancelAnimationFrame(turn);
    step.stop();
    end();
  };
}

export default { render };

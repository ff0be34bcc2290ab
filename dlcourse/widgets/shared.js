// what every widget has: Python puts this text before a widget's own, since anywidget loads a
// widget from one text and cannot follow an import to another file
const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { left: 46, right: 14 };
const widths = new WeakMap(); // of drawings: an observer tells them, so that a move reads no layout

export const still = window.matchMedia("(prefers-reduced-motion: reduce)");
export const within = (value, low, high) => Math.max(low, Math.min(high, value));
export const many = (n, f) => Array.from({ length: n }, (_, i) => f(i));

const filled = (made, attributes, text) => {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
};
export const element = (name, attributes = {}, text = "") => (
  filled(document.createElement(name), attributes, text));
export const shape = (name, attributes = {}, text = "") => (
  filled(document.createElementNS(SVG, name), attributes, text));

// three significant digits and a real minus, as dlcourse.plots.basic.short writes them
export function short(value) {
  return String(Number(value.toPrecision(3)) + 0).replaceAll("-", "−");
}
export const ten = (power) => (power === 0 ? "1" : `10${String(power).replace("-", "⁻").replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d])}`);

export function send(model, changes) {
  for (const [name, value] of Object.entries(changes)) model.set(name, value);
  model.save_changes();
}

// Esc leaves a control; in JupyterLab an arrow key would jump to the next cell, and a letter
// could delete one. Notebook 7 takes keys before they arrive here, except from a control with this
// attribute. What is typed with Ctrl, Alt or the command key is the page's: Ctrl+S saves
const OWN_KEYS = "data-lm-suppress-shortcuts";

function keys(root, event) {
  const pages = event.ctrlKey || event.metaKey || event.altKey;
  event.target.toggleAttribute(OWN_KEYS, !pages);
  if (pages || event.type !== "keydown") return;
  event.stopPropagation();
  if (event.key !== "Escape") return;
  event.target.blur();
  root.parentElement?.closest("[tabindex]")?.focus({ preventScroll: true });
}

// a button that has switched itself off under the hand hands the keys to its neighbour, unless
// the widget has them elsewhere already: else they would go to JupyterLab
function handOn({ target }) {
  const bar = target.parentElement;
  const whole = target.closest(".dlcourse");
  const kept = () => document.activeElement !== target && whole.contains(document.activeElement);
  setTimeout(() => { if (target.disabled && !kept()) bar.querySelector(":enabled")?.focus(); }, 50);
}

// a card: title, controls, a place to draw in, and a sentence, shown at once and read aloud when
// the hand rests. It takes ink and paper from JupyterLab's theme
export function card({ model, el }, kind) {
  const root = element("div", { class: `dlcourse dlcourse-${kind}`, role: "group" });
  const [heading, bar, place] = ["heading", "bar", "place"].map((name) => (
    element("div", { class: `dlcourse-${name}` })));
  const caption = element("p", { class: "dlcourse-caption", "aria-hidden": "true" });
  const spoken = element("p", { class: "dlcourse-spoken", "aria-live": "polite" });
  root.append(heading, bar, place, caption, spoken);
  for (const type of ["focusin", "keydown", "keyup"]) {
    root.addEventListener(type, (event) => keys(root, event));
  }
  root.addEventListener("click", handOn);
  el.append(root);
  let speech;

  function say(sentence) {
    caption.textContent = sentence;
    clearTimeout(speech);
    if (!spoken.textContent) spoken.textContent = sentence;
    speech = setTimeout(() => { spoken.textContent = sentence; }, 400);
  }
  function describe() {
    heading.textContent = model.get("title");
    root.setAttribute("aria-label", model.get("alt"));
  }
  function theme() {
    const paper = getComputedStyle(root).backgroundColor.match(/[\d.]+/g) ?? [255]; // not yet in the page
    const { jpThemeLight = String(Math.max(...paper.slice(0, 3)) >= 128) } = document.body.dataset;
    const dark = String(jpThemeLight === "false"); // JupyterLab says it before its style has come
    const changed = dark !== root.dataset.dark;
    root.dataset.dark = dark;
    return changed;
  }
  // calls each action when its trait changes, and draws anew when a drawing has another width or
  // the theme another paper; returns what anywidget calls at the end
  function follow(actions, redraw = () => {}) {
    const all = Object.entries({ title: describe, alt: describe, ...actions });
    for (const [name, act] of all) model.on(`change:${name}`, act);
    const sized = new ResizeObserver((entries) => {
      const news = entries.map(({ target, contentRect }) => [target.firstChild, Math.round(contentRect.width)])
        .filter(([svg, width]) => width && widths.get(svg) !== width);
      news.forEach(([svg, width]) => widths.set(svg, width));
      if (news.length || theme()) redraw();
    });
    const themed = new MutationObserver(() => { if (theme()) redraw(); });
    place.querySelectorAll(".dl-plot").forEach((plot) => sized.observe(plot));
    themed.observe(document.body, { attributes: true });
    return () => {
      all.forEach(([name, act]) => model.off(`change:${name}`, act));
      [sized, themed].forEach((observer) => observer.disconnect());
      clearTimeout(speech);
    };
  }

  describe();
  theme();
  return { root, place, bar, say, follow };
}

// what a role's colour is in this theme, as red, green, blue
export function rgb(root, role) {
  const hex = getComputedStyle(root).getPropertyValue(`--${role}`).trim();
  return [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
}

// ---- controls

export function button(bar, text, act) {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", act);
  bar.append(made);
  return made;
}

function labelled(bar, name, ...parts) {
  const label = element("label");
  label.append(element("span", {}, name), ...parts);
  bar.append(label);
}

// options are pairs of a value and its text
export function select(bar, name, options, act) {
  const made = element("select", { "aria-label": name });
  for (const [value, text] of options) made.append(element("option", { value }, text));
  made.addEventListener("change", () => act(made.value));
  labelled(bar, name, made);
  return made;
}

// a few options side by side; returns a function that presses one of them
export function choice(bar, name, options, act) {
  const group = element("div", { class: "dl-choice", role: "group", "aria-label": name });
  const made = options.map(([value, text]) => [value, button(group, text, () => act(value))]);
  bar.append(group);
  return (chosen) => made.forEach(([value, one]) => {
    one.setAttribute("aria-pressed", String(value === chosen));
  });
}

// a few options side by side under their name: values, or pairs of a value and its text
export function named(bar, name, options, act) {
  const group = element("div", { class: "dl-named" });
  group.append(element("span", { "aria-hidden": "true" }, name));
  bar.append(group);
  return choice(group, name, options.map((one) => (Array.isArray(one) ? one : [one, String(one)])), act);
}

// over a range or a list of values; returns a function that shows a value and its text
export function slider(bar, name, { values, min = 0, max = values?.length - 1, step = 1 }, act) {
  const made = element("input", { type: "range", min, max, step, "aria-label": name });
  const output = element("output");
  made.addEventListener("input", () => act(values ? values[made.valueAsNumber] : made.valueAsNumber));
  labelled(bar, name, made, output); // a label belongs to the first of them
  return (value, text = short(value)) => {
    made.value = String(values ? values.findIndex((known) => known >= value) : value);
    made.setAttribute("aria-valuetext", text);
    output.textContent = text;
  };
}

// Play, and a slider over the steps (or what else name says); with reduced motion it goes slower,
// `leap` steps at once. act(k) shows a step
export function player(bar, { last, pace = 90, name = "step", leap = 1 }, act) {
  let [k, clock] = [0, 0];
  const group = element("div", { class: "dl-player" });
  const play = button(group, "Play", () => (clock ? stop() : start()));
  const move = slider(group, name, { max: last }, (value) => { stop(); go(value); });
  bar.append(group);
  function go(value) {
    k = value;
    move(k, `${k} of ${last}`);
    act(k);
  }
  function stop() {
    clearInterval(clock);
    [clock, play.textContent, play.dataset.on] = [0, "Play", false];
  }
  function start() {
    if (k >= last) go(0);
    [play.textContent, play.dataset.on] = ["Pause", true];
    const by = still.matches ? leap : 1;
    clock = setInterval(() => { if (k + by >= last) stop(); go(Math.min(k + by, last)); }, still.matches ? 300 : pace);
  }
  stop();
  move(0, `0 of ${last}`);
  return { go, start, stop, at: () => k };
}

export function onKeys(target, actions) {
  target.addEventListener("keydown", (event) => {
    if (!(event.key in actions) || event.target.matches("input, select")) return;
    actions[event.key](event.shiftKey ? 10 : 1);
    event.preventDefault();
  });
}

// a pointer that is held over a drawing; a finger beside the grip scrolls the page
export function drags(svg, frameOf, act, grip) {
  const plot = svg.parentNode;
  let held = null; // how far the grip's place is from the pointer's
  plot.classList.add("dl-drags");
  plot.addEventListener("pointerdown", (event) => {
    const [frame, onGrip] = [frameOf(), event.target === grip?.node];
    if (event.button !== 0 || !frame.holds(event)) return;
    if (grip && event.pointerType === "touch" && !onGrip) return;
    const place = frame.placeOf(event);
    held = onGrip ? grip.spot().map((value, i) => value - place[i]) : [0, 0];
    plot.setPointerCapture(event.pointerId);
    event.preventDefault();
    if (!onGrip) act(place);
    grip?.node.focus({ preventScroll: true });
  });
  plot.addEventListener("pointermove", (event) => {
    if (held) act(frameOf().placeOf(event).map((value, i) => value + held[i]));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    plot.addEventListener(end, () => {
      if (held) plot.dispatchEvent(new Event("change", { bubbles: true }));
      held = null;
    });
  }
}

// a point to drag, or to move by arrow keys; returns what puts it at a place of a frame
export function handle(svg, name, act) {
  const node = element("div", { class: "dl-handle", role: "slider", tabindex: 0, "aria-label": name });
  svg.parentNode.append(node);
  let [frame, spot] = [null, [0, 0]];
  const moveTo = (place) => {
    node.dataset.used = "";
    act(place.map((value, i) => within(value, ...frame.limits[i])));
  };
  const by = (i, sign) => (times) => {
    const [low, high] = frame.limits[i];
    moveTo(spot.map((value, k) => (k === i ? value + (sign * times * (high - low)) / 100 : value)));
    node.dispatchEvent(new Event("change", { bubbles: true }));
  };
  drags(svg, () => frame, moveTo, { node, spot: () => spot });
  onKeys(node, { ArrowLeft: by(0, -1), ArrowRight: by(0, 1), ArrowDown: by(1, -1), ArrowUp: by(1, 1) });
  return (drawn, place, text) => {
    [frame, spot] = [drawn, place];
    const [x, y] = [frame.x(place[0]), frame.y(place[1])];
    node.style.transform = `translate(${x}px, ${y}px)`;
    node.dataset.side = x > frame.box.x + frame.box.width / 2 ? "left" : "right";
    node.dataset.end = y > frame.box.y + frame.box.height / 2 ? "below" : "above";
    node.setAttribute("aria-valuenow", place[0]);
    node.setAttribute("aria-valuetext", text);
  };
}

// ---- drawings, in CSS pixels: text never scales. The sentence says what they show

export function drawing(place, { height = 300, grow = 1, square = 0, widest = square } = {}) {
  const plot = element("div", { class: "dl-plot" });
  const svg = shape("svg", { "aria-hidden": "true" });
  plot.style.flex = `${grow} 1 ${square || 280}px`;
  if (widest) plot.style.maxWidth = `${widest}px`;
  svg.style.cssText = square ? "aspect-ratio: 1" : `height: ${height}px`;
  plot.append(svg);
  place.append(plot);
  return Object.assign(svg, { tall: square ? 0 : height });
}

// width and height as they were when last seen: JupyterLab takes cells that are out of sight away
export function sizeOf(svg) {
  if (!widths.has(svg) && svg.clientWidth) widths.set(svg, svg.clientWidth);
  const width = widths.get(svg) ?? 400;
  return [width, svg.tall || width];
}

// an image of so many pixels below a drawing's lines; colour(i, j) counts rows from above
export function raster(svg) {
  const made = element("canvas", { "aria-hidden": "true" });
  svg.after(made);
  return (columns, rows, colour) => {
    const image = new ImageData(columns, rows);
    for (let n = 0; n < columns * rows; n += 1) {
      image.data.set(colour(n % columns, Math.floor(n / columns)), 4 * n);
    }
    Object.assign(made, { width: columns, height: rows }).getContext("2d").putImageData(image, 0, 0);
  };
}

function scale([low, high], from, to, log) {
  const position = log ? Math.log10 : (value) => value;
  const [a, b] = [position(low), position(high)];
  return (value) => within(from + ((position(value) - a) / (b - a)) * (to - from), -1e5, 1e5);
}

// round numbers: 1, 2 or 5 times a power of ten
function ticksOf([low, high], log, most) {
  const [a, b] = log ? [low, high].map(Math.log10) : [low, high];
  const unit = 10 ** Math.floor(Math.log10((b - a) / most));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((size) => (b - a) / size <= most);
  const every = log ? Math.ceil(step) : step;
  const first = Math.ceil(a / every - 1e-9);
  return many(Math.floor(b / every + 1e-9) - first + 1, (i) => (first + i) * every)
    .map((value) => (log ? 10 ** value : value));
}
const tickText = (value, log) => (log ? ten(Math.round(Math.log10(value))) : short(value));

// clears a drawing and gives it axes; returns what draws in it. Nothing leaves the frame: it is
// an svg of its own, which needs no id
export function axes(svg, { xlim, ylim, xlabel = "", ylabel = "", title = "", ...options }) {
  const { log = false, framed = false, xticks, yticks, left = MARGIN.left, right = MARGIN.right, xtext = short, ytext = (value) => tickText(value, log) } = options;
  const [width, height] = sizeOf(svg);
  const [top, bottom] = [(title ? 24 : 0) + (ylabel ? 24 : 10), xlabel ? 44 : 26];
  const box = { x: left, y: top, width: width - left - right, height: height - top - bottom };
  const [x, y] = [scale(xlim, left, left + box.width), scale(ylim, top + box.height, top, log)];
  const text = (kind, at, up, anchor, words) => (
    shape("text", { class: kind, x: at, y: up, "text-anchor": anchor }, words));
  const inside = shape("svg", { ...box, viewBox: Object.values(box).join(" ") });
  svg.replaceChildren(
    ...(yticks ?? ticksOf(ylim, log, 6)).flatMap((value) => [
      shape("path", { class: value ? "dl-rule" : "dl-zero", d: `M${left} ${y(value)}h${box.width}` }),
      text("dl-tick", left - 8, y(value) + 4, "end", ytext(value)),
    ]),
    ...(xticks ?? ticksOf(xlim, false, within(box.width / 60, 2, 8))).map((value) => (
      text("dl-tick", x(value), top + box.height + 18, "middle", xtext(value)))),
    text("dl-name", 0, 14, "start", title),
    text("dl-name", 0, top - 10, "start", ylabel && `${ylabel} ↑`),
    text("dl-name", width - right, height - 6, "end", xlabel && `${xlabel} →`),
    inside,
    ...(framed ? [shape("rect", { class: "dl-frame", ...box })] : []),
  );
  const image = svg.parentNode.querySelector("canvas");
  image?.setAttribute("style", `height: ${box.height}px; left: ${left}px; top: ${top}px; width: ${box.width}px`);
  const at = ([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`;
  const path = (look, d) => {
    const made = shape("path", { class: look, d });
    inside.append(made);
    return made;
  };
  return {
    x, y, box, inside, limits: [xlim, ylim],
    line: (points, look = "") => path(`dl-line ${look}`, points.length ? `M${points.map(at).join("L")}` : ""),
    area: (points, look = "") => path(`dl-area ${look}`, `M${points.map(at).join("L")}Z`),
    dots: (points, look = "") => path(`dl-dots ${look}`, points.map((point) => `M${at(point)}h0`).join("")),
    legend(entries) {
      const keys = element("div", { class: "dl-legend", "aria-hidden": "true" });
      keys.append(...entries.map(([words, look]) => element("span", { class: look }, words)));
      svg.parentNode.querySelector(".dl-legend")?.remove();
      if (entries.length) svg.parentNode.append(keys);
    },
    placeOf({ clientX, clientY }) {
      const outer = svg.getBoundingClientRect();
      const [across, up] = [(clientX - outer.left - left) / box.width, (clientY - outer.top - top) / box.height];
      return [xlim[0] + across * (xlim[1] - xlim[0]), ylim[1] - up * (ylim[1] - ylim[0])];
    },
    holds(event) {
      return this.placeOf(event).every((value, i) => value === within(value, ...this.limits[i]));
    },
  };
}

// points of two classes: circles and squares, each with an edge of paper
export function classes(frame, points, size = "") {
  for (const [label, look] of ["dl-forward", "dl-backward dl-square"].entries()) {
    const own = points.filter((point) => point[2] === label);
    frame.dots(own, `${look} dl-edge ${size}`);
    frame.dots(own, `${look} ${size}`);
  }
}

// what a unit of a stack sees of the input: traced through the layers here, so that a move asks no
// kernel. Units stand above the middle of what they see, all counted from 0
import { button, card, drawing, element, many, named, onKeys, select, send, shape, sizeOf, within } from "./shared.js";

const [GAP, TOP, HALF, MOST, GOAL] = [66, 76, 8, 6, 31]; // pixels from row to row and above the input; layers; the task
const KINDS = ["convolution", "pool"];
const SIZES = [1, 2, 3, 4, 5, 7];
const STRIDES = [1, 2, 3];

// ---- the arithmetic

// each row: how many units, their field, their jump and the first input of the first field
function rowsOf(layers, inputs, padded) {
  const rows = [{ n: inputs, field: 1, jump: 1, start: 0, P: 0 }];
  for (const [kind, F, S] of layers) {
    const { n, field, jump, start } = rows.at(-1);
    const P = padded ? Math.floor((F - 1) / 2) : 0;
    rows.push({ n: Math.floor((n + 2 * P - F) / S) + 1, field: field + (F - 1) * jump, jump: jump * S, start: start - P * jump || 0, kind, F, S, P });
  }
  return rows;
}
const fits = (layers, inputs, padded) => rowsOf(layers, inputs, padded).every(({ n }) => n >= 1);

// the units that feed unit k of a row: for each row above, those inside it, those in its padding,
// and the connections
function trace(rows, row, k) {
  const seen = rows.map(() => ({ inside: [], zeros: [], links: [] }));
  seen[row].inside = [k];
  for (let l = row; l > 0; l -= 1) {
    const { F, S, P } = rows[l];
    const taps = new Set();
    for (const unit of seen[l].inside) {
      for (let tap = unit * S - P; tap < unit * S - P + F; tap += 1) {
        taps.add(tap);
        seen[l].links.push([unit, tap]);
      }
    }
    for (const tap of taps) seen[l - 1][tap === within(tap, 0, rows[l - 1].n - 1) ? "inside" : "zeros"].push(tap);
  }
  seen[0].inside.sort((a, b) => a - b);
  return seen;
}

// the least number of layers with a field of exactly `goal`
function fewest(goal) {
  let reached = [[1, 1]];
  for (let layers = 1; layers <= MOST; layers += 1) {
    const next = new Map();
    for (const [field, jump] of reached) {
      for (const F of SIZES) for (const S of STRIDES) next.set(`${field + (F - 1) * jump} ${jump * S}`, [field + (F - 1) * jump, jump * S]);
    }
    reached = [...next.values()].filter(([field]) => field <= goal);
    if (reached.some(([field]) => field === goal)) return layers;
  }
  return Infinity;
}

// ---- what is said

const minus = (value) => String(value).replace("-", "−");
const range = (values) => (values.length > 1 ? `inputs ${values[0]} to ${values.at(-1)}` : `input ${values[0]}`);
const name = ({ kind, F, S }) => `${kind} ${F}, stride ${S}`;

function tell(rows, seen, row, k) {
  const { n, field, jump, start } = rows[row];
  const { inside } = seen[0];
  if (row === 0) return `Input ${k} of ${n}: an input sees itself. Point at a unit of a layer below.`;
  const whole = inside.at(-1) - inside[0] + 1;
  const hidden = field - whole;
  const holes = whole > inside.length ? `, but only ${inside.length} of them, as a stride outruns its filter` : "";
  return `Unit ${k} of ${n} in layer ${row} (${name(rows[row])}) sees ${range(inside)}${holes}: its field is ${field} wide`
    + `${hidden > 0 ? `, ${hidden} of it in the padding` : ""}. From unit to unit the field moves by ${jump}, and the first one begins at ${minus(start)}.`;
}

function lines(rows, row, k) {
  const used = rows.slice(1, row + 1);
  const jumps = rows.slice(0, row).map(({ jump }) => jump);
  const { field, jump, start } = rows[row];
  const first = start + k * jump;
  return [
    ["field", `RF = 1 + Σ (F − 1) · jump before = 1${used.map(({ F }, i) => ` + (${F}−1)·${jumps[i]}`).join("")} = `, field],
    ["jump", `product of the strides = ${used.map(({ S }) => S).join("·") || 1} = `, jump],
    ["start", used.some(({ P }) => P) ? `minus Σ P · jump before = −(${used.map(({ P }, i) => `${P}·${jumps[i]}`).join(" + ")}) = ` : "without padding ", minus(start)],
    [`unit ${k}`, `start + ${k} · jump = ${minus(start)} + ${k}·${jump} = ${minus(first)}, so it sees `, `${minus(first)} to ${minus(first + field - 1)}`],
  ];
}

function verdict(rows, task) {
  const [layers, { field }] = [rows.length - 1, rows.at(-1)];
  if (!task || field !== GOAL) return task && `${task} Your stack of ${layers} sees ${field}.`;
  const least = fewest(GOAL);
  return layers === least ? `Solved: ${GOAL} with ${layers} layers. With these sizes and strides fewer cannot do it.` : `${GOAL} with ${layers} layers. It can be done with fewer.`;
}

// ---- what is drawn

function draw(svg, rows, seen, row, k) {
  const ends = rows.map(({ n, field, jump, start }) => [start, start + (n - 1) * jump + field - 1]);
  const [low, high] = [Math.min(0, ...ends.map(([a]) => a)), Math.max(rows[0].n - 1, ...ends.map(([, b]) => b))];
  const [[width], height] = [sizeOf(svg), TOP + GAP * (rows.length - 1) + 22];
  svg.style.height = `${height}px`;
  const unit = (width - 20) / (high - low + 1);
  const x = (input) => 10 + (input - low + 0.5) * unit;
  const middle = (l, i) => x(rows[l].start + i * rows[l].jump + (rows[l].field - 1) / 2);
  const y = (l) => TOP + GAP * l;
  const wide = (l) => within(0.74 * unit * rows[l].jump, 1, 2 * HALF);
  const made = [];
  const stroke = (kind, d, size) => made.push(shape("path", { class: kind, d, ...(size ? { "stroke-width": size, "stroke-linecap": size > 7 ? "round" : "butt" } : {}) }));
  const text = (kind, at, up, anchor, words) => made.push(shape("text", { class: kind, x: at, y: up, "text-anchor": anchor }, words));
  const bars = (l, units) => {
    const reach = HALF - (wide(l) > 7 ? wide(l) / 2 : 0);
    return units.map((i) => `M${middle(l, i).toFixed(1)} ${y(l) - reach}v${2 * reach + 0.01}`).join("");
  };
  const tone = (l) => (rows[l].kind === "pool" ? "dl-third" : "dl-forward");

  for (let l = 1; l <= row; l += 1) {
    const d = seen[l].links.map(([i, tap]) => `M${middle(l, i).toFixed(1)} ${y(l) - HALF}L${middle(l - 1, tap).toFixed(1)} ${y(l - 1) + HALF}`).join("");
    stroke(`dl-link ${tone(l)}`, d);
    made.at(-1).setAttribute("stroke-opacity", within((0.12 * width) / seen[l].links.length, 0.15, 0.5)); // a crowd stays behind the labels
  }
  rows.forEach(({ n, P }, l) => {
    const pads = rows[l + 1]?.P ?? 0;
    const [zeros, lit] = [[...many(pads, (i) => -1 - i), ...many(pads, (i) => n + i)], new Set(seen[l].inside)];
    stroke("dl-zeros", bars(l, zeros), wide(l));
    stroke("dl-units", bars(l, many(n, (i) => i).filter((i) => !lit.has(i))), wide(l));
    stroke(`dl-lit ${tone(l)}`, bars(l, seen[l].inside), wide(l));
    text("dl-name dl-halo", 0, y(l) - 17, "start", l ? `${l} ${rows[l].kind}` : "input");
    const jumps = width < 270 ? "" : ` · jump ${rows[l].jump}`; // the line below the stack tells the jump, too
    text("dl-tick dl-halo", width, y(l) - 17, "end", l ? `${n} ${n === 1 ? "unit" : "units"} · RF ${rows[l].field}${jumps}` : `${n} units`);
  });
  const { field, jump, start } = rows[row];
  const first = start + k * jump;
  const [from, to] = [x(first - 0.5), x(first + field - 0.5)];
  stroke("dl-bracket", `M${from} 34v-6H${to}v6`);
  const words = field === 1 ? "1 input" : `field of ${field}: ${minus(first)} to ${minus(first + field - 1)}`;
  text("dl-name", within((from + to) / 2, 4 * words.length, width - 4 * words.length), 18, "middle", words);
  svg.replaceChildren(...made);
  return { spot: [middle(row, k), y(row)], nearest(px, py) {
    const l = within(Math.round((py - TOP) / GAP), 0, rows.length - 1);
    const { n, jump: step, start: begin, field: size } = rows[l];
    return [l, within(Math.round(((px - 10) / unit + low - 0.5 - begin - (size - 1) / 2) / step), 0, n - 1)];
  } };
}

// ---- the card

function render({ model, el }) {
  const { root, place, bar, say, follow } = card({ model, el }, "fields");
  const get = (trait) => model.get(trait);
  const [presets, inputs] = [get("presets"), get("inputs")];
  const change = (layers, more = {}) => {
    const rows = rowsOf(layers, inputs, more.padded ?? get("padded"));
    send(model, { layers, unit: [layers.length, Math.floor(rows.at(-1).n / 2)], ...more });
  };
  const NEW = ["convolution", 3, 1];
  const add = button(bar, "Add a layer", () => change([...get("layers"), NEW]));
  const drop = button(bar, "Remove the last", () => change(get("layers").slice(0, -1)));
  const pick = select(bar, "stack", [...Object.keys(presets).map((one) => [one, one]), ["", "your own"]], (one) => { if (one) change(presets[one]); });
  const setPadded = named(bar, "padding", [[false, "none"], [true, "⌊(F − 1)/2⌋"]], (padded) => change(get("layers"), { padded }));
  const editor = element("div", { class: "dl-stack" });
  place.append(editor);
  const svg = drawing(place, { height: 300 });
  const plot = svg.parentNode;
  const hand = element("div", { class: "dl-unit", role: "slider", tabindex: 0, "aria-label": "unit: left and right move along the row, up and down change the row", "aria-valuemin": 0 });
  plot.append(hand);
  const sums = element("div", { class: "dl-sums" }); // no dl: JupyterLab has a style for it
  const task = element("p", { class: "dl-task" });
  place.after(sums, task);
  let [rows, drawn, waits, selects] = [[], null, false, []];

  function editLayer(l, part, options) {
    const made = element("select", { "aria-label": `layer ${l + 1}: ${["kind", "size F", "stride S"][part]}` });
    for (const value of options) made.append(element("option", { value }, part ? `${"_FS"[part]} ${value}` : value));
    made.addEventListener("change", () => {
      const layers = get("layers").map((layer) => [...layer]);
      layers[l][part] = part ? Number(made.value) : made.value;
      change(layers);
    });
    return made;
  }
  function edit(layers) {
    if (selects.length !== layers.length) {
      selects = layers.map((_, l) => [KINDS, SIZES, STRIDES].map((options, part) => editLayer(l, part, options)));
      editor.replaceChildren(...selects.map((three, l) => {
        const line = element("div", {}, `${l + 1}`);
        line.append(...three);
        return line;
      }));
    }
    selects.forEach((three, l) => three.forEach((one, part) => {
      one.value = layers[l][part];
      if (part) for (const option of one.options) option.disabled = !fits(layers.map((layer, i) => (i === l ? Object.assign([...layer], { [part]: Number(option.value) }) : layer)), inputs, get("padded"));
    }));
  }
  function show() {
    waits = false;
    const layers = get("layers");
    rows = rowsOf(layers, inputs, get("padded"));
    const row = within(get("unit")[0], 0, layers.length);
    const k = within(get("unit")[1], 0, rows[row].n - 1);
    const seen = trace(rows, row, k);
    drawn = draw(svg, rows, seen, row, k);
    hand.style.transform = `translate(${drawn.spot[0]}px, ${drawn.spot[1]}px)`;
    hand.setAttribute("aria-valuenow", k);
    hand.setAttribute("aria-valuemax", rows[row].n - 1);
    hand.setAttribute("aria-valuetext", `unit ${k} of ${row ? `layer ${row}` : "the input"}, sees ${range(seen[0].inside)}`);
    const which = JSON.stringify([layers, get("padded")]);
    if (which !== root.dataset.which) {
      root.dataset.which = which;
      edit(layers);
      setPadded(get("padded"));
      pick.value = Object.keys(presets).find((one) => JSON.stringify(presets[one]) === JSON.stringify(layers)) ?? "";
      add.disabled = layers.length >= MOST || !fits([...layers, NEW], inputs, get("padded"));
      drop.disabled = layers.length < 2;
      task.textContent = verdict(rows, get("task"));
      task.dataset.done = task.textContent.startsWith("Solved");
    }
    sums.replaceChildren(...lines(rows, row, k).flatMap(([term, sum, result]) => {
      const told = element("p", {}, sum);
      told.append(element("b", {}, String(result)));
      return [element("span", {}, term), told];
    }));
    say(tell(rows, seen, row, k) + (rows.at(-1).field === GOAL && get("task") ? ` ${task.textContent}` : ""));
  }
  // traits that change together are drawn once
  function later() {
    if (!waits) queueMicrotask(show);
    waits = true;
  }
  function point(unit) {
    if (String(unit) !== String(get("unit"))) send(model, { unit });
  }
  const at = ({ clientX, clientY }) => {
    const { left, top } = svg.getBoundingClientRect();
    return drawn.nearest(clientX - left, clientY - top);
  };
  plot.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch" || event.buttons) point(at(event)); });
  plot.addEventListener("pointerdown", (event) => { point(at(event)); });
  const along = (sign) => (times) => point([get("unit")[0], within(get("unit")[1] + sign * times, 0, rows[get("unit")[0]].n - 1)]);
  const across = (sign) => () => {
    const row = within(get("unit")[0] + sign, 0, rows.length - 1);
    point(drawn.nearest(drawn.spot[0], TOP + GAP * row));
  };
  onKeys(hand, { ArrowLeft: along(-1), ArrowRight: along(1), ArrowUp: across(-1), ArrowDown: across(1) });
  show();
  return follow({ layers: later, padded: later, unit: later }, show);
}

export default { render };

// range tests of several starts, smoothed here, with a rate to pick; beside it the stored training at
// the trained rate nearest to the pick. Rates are drawn by their logarithms to base ten
import { axes, card, drags, drawing, many, named, send, shape, short, slider, ten, within } from "./shared.js";

const WINDOWS = many(8, (k) => 2 * k + 1); // rates that are averaged
const NEAR = 1.25; // times the lowest loss of the trained rates: as good
const GUESSING = Math.log(10);

// ---- the arithmetic

const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;
// each loss averaged with its neighbours; at the ends there are fewer
function smooth(losses, size) {
  const half = Math.floor(size / 2);
  return losses.map((_, i) => mean(losses.slice(Math.max(i - half, 0), i + half + 1)));
}
const argmin = (values) => values.reduce((best, one, i) => (one < values[best] ? i : best), 0);
const nearest = (rates, pick) => argmin(rates.map((rate) => Math.abs(Math.log(rate / pick))));

// ---- what is said

const two = (value) => short(Number(value.toPrecision(2)));
const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

function judged({ ends, k }) {
  const best = argmin(ends);
  const times = ends[k] / ends[best];
  if (times <= NEAR) return "good";
  return k < best ? "slow" : "ruin";
}

function tell({ start, starts, size, lowest, thirds, rule, pick, trained, k, ends, finals, steps }) {
  const window = size > 1 ? `smoothed over ${size} rates` : "not smoothed";
  const where = rule ? `Start ${start + 1}, ${window}: the loss is lowest at a rate of ${two(lowest)}, and a third of it is ${two(lowest / 3)}; over ${NUMBERS[starts] ?? starts} starts the third lies between ${two(Math.min(...thirds))} and ${two(Math.max(...thirds))}. `
    : `Start ${start + 1}, ${window}. `;
  const times = ends[k] / Math.min(...ends);
  const compared = times === 1 ? "the lowest of the trained rates" : `${two(times)} times the lowest of the trained rates`;
  return `${where}Your pick is ${two(pick)}: training at ${two(pick) === two(trained[k]) ? "it" : `${two(trained[k])}, the nearest rate that was trained,`} ends after ${steps.at(-1)} steps at a validation loss of ${short(ends[k])} `
    + `(${two(Math.min(...finals))} to ${two(Math.max(...finals))}), ${compared}: ${judged({ ends, k })}.`;
}

// ---- what is drawn

// beside a wall and in its colour, on its free side if there is room
function label(frame, at, up, words, side, look) {
  const { x, y, width } = frame.box;
  const room = side < 0 ? frame.x(at) - x : x + width - frame.x(at);
  const sign = room > 8 * words.length ? side : -side;
  frame.inside.append(shape("text", { class: `dl-name dl-halo ${look}`, x: frame.x(at) + 7 * sign, y: y + up, "text-anchor": sign < 0 ? "end" : "start" }, words));
}

function drawTest(svg, { rates, tests, smoothed, start, top, lowest, thirds, rule, pick, trained, tried, ends }) {
  const x = rates.map(Math.log10);
  const powers = many(Math.floor(x.at(-1) + 1e-9) - Math.ceil(x[0] - 1e-9) + 1, (i) => Math.ceil(x[0] - 1e-9) + i);
  const frame = axes(svg, { xlim: [x[0], x.at(-1)], ylim: [0, top], xticks: powers, xtext: ten, xlabel: "learning rate", ylabel: "loss" });
  const points = (losses) => losses.map((loss, i) => [x[i], loss]);
  const wall = (rate, look) => frame.line([[Math.log10(rate), 0], [Math.log10(rate), top]], look);
  smoothed.forEach((losses, k) => { if (k !== start) frame.line(points(losses), "dl-soft dl-thin"); });
  frame.dots(points(tests[start]), "dl-forward dl-faint dl-small");
  if (rule) {
    thirds.forEach((third) => frame.line([[Math.log10(third), 0], [Math.log10(third), 0.035 * top]], "dl-third"));
    wall(lowest / 3, "dl-third dl-dashed");
  }
  wall(pick, "dl-backward");
  frame.line(points(smoothed[start]), "dl-forward dl-curve");
  const done = [...tried].map((k) => [Math.log10(trained[k]), ends[k]]);
  frame.dots(done, "dl-backward dl-square dl-edge");
  frame.dots(done, "dl-backward dl-square");
  const side = pick < lowest / 3 ? -1 : 1;
  label(frame, Math.log10(pick), 16, "your pick", rule ? side : 1, "dl-backward");
  if (rule) {
    const least = [[Math.log10(lowest), Math.min(...smoothed[start])]];
    frame.dots(least, "dl-forward dl-edge dl-big");
    frame.dots(least, "dl-forward dl-big");
    label(frame, Math.log10(lowest / 3), 36, "a third", -side, "dl-third");
  }
  frame.legend([["this start", "dl-forward dl-curve"], ["other starts", "dl-soft dl-thin"], ...(rule ? [["a third of the rate with the lowest loss", "dl-third dl-dashed"]] : []),
    ["end of a training that you saw", "dl-backward dl-dots dl-square"]]);
  return frame;
}

function drawTraining(svg, { steps, curves, means, k, trained, tried, ends, highest }) {
  const title = `Training at ${two(trained[k])}`;
  const frame = axes(svg, { xlim: [0, steps.at(-1)], ylim: [0, highest], xlabel: "step", ylabel: "validation loss", title });
  const points = (losses) => losses.map((loss, i) => [steps[i], loss]);
  const { x, width } = frame.box;
  frame.line([[0, GUESSING], [steps.at(-1), GUESSING]], "dl-dashed dl-thin dl-soft");
  frame.inside.append(shape("text", { class: "dl-tick dl-halo", x: x + width - 4, y: frame.y(GUESSING) - 6, "text-anchor": "end" }, "guessing"));
  for (const one of tried) if (one !== k) frame.line(points(means[one]), "dl-soft dl-thin");
  for (const losses of curves[k]) frame.line(points(losses), "dl-backward dl-thin dl-faint");
  frame.line(points(means[k]), "dl-backward dl-curve");
  const end = [[steps.at(-1), ends[k]]];
  frame.dots(end, "dl-backward dl-square dl-big");
  frame.legend([["mean of the starts", "dl-backward dl-curve"], ["one start", "dl-backward dl-thin dl-faint"], ["seen before", "dl-soft dl-thin"]]);
}

// ---- the card

function render({ model, el }) {
  const { place, bar, say, follow } = card({ model, el }, "range");
  const get = (name) => model.get(name);
  const [rates, tests, trained, steps, curves] = ["rates", "tests", "trained", "steps", "curves"].map(get);
  const means = curves.map((starts) => steps.map((_, i) => mean(starts.map((losses) => losses[i]))));
  const ends = means.map((losses) => losses.at(-1));
  const top = 1.15 * Math.max(...tests.map((losses) => mean(losses.slice(0, 5))));
  const highest = 1.08 * Math.max(GUESSING, ...curves.flat(2).filter((loss) => loss < 2 * GUESSING));
  const near = rates.filter((rate) => rate >= trained[0] / 1.4 && rate <= trained.at(-1) * 1.4);
  const choose = (rate) => send(model, { pick: near[nearest(near, rate)] });
  const setPick = slider(bar, "your pick", { values: near }, (pick) => send(model, { pick }));
  const setSize = slider(bar, "smoothing: rates averaged", { values: WINDOWS }, (smoothing) => send(model, { smoothing }));
  const setStart = named(bar, "start", tests.map((_, k) => k + 1), (one) => send(model, { start: one - 1 }));
  const setRule = named(bar, "rule", [[true, "shown"], [false, "hidden"]], (rule) => send(model, { rule }));
  const [test, training] = [drawing(place, { height: 400, grow: 3 }), drawing(place, { height: 400, grow: 2 })];
  const tried = new Set();
  let [frame, waits] = [null, false];
  drags(test, () => frame, ([x]) => choose(10 ** x));

  function show() {
    waits = false;
    const [start, size, pick, rule] = [within(get("start"), 0, tests.length - 1), get("smoothing"), get("pick"), get("rule")];
    const smoothed = tests.map((losses) => smooth(losses, size));
    const lows = smoothed.map((losses) => rates[argmin(losses)]);
    const k = nearest(trained, pick);
    tried.add(k);
    const now = {
      rates, tests, smoothed, start, starts: tests.length, size, top, lowest: lows[start], thirds: lows.map((low) => low / 3), rule, pick,
      trained, tried, ends, k, steps, curves, means, finals: curves[k].map((losses) => losses.at(-1)), highest,
    };
    setPick(near[nearest(near, pick)], two(pick));
    setSize(WINDOWS[argmin(WINDOWS.map((one) => Math.abs(one - size)))], String(size));
    setStart(start + 1);
    setRule(rule);
    frame = drawTest(test, now);
    drawTraining(training, now);
    say(tell(now));
  }
  // traits that change together are drawn once
  function later() {
    if (!waits) queueMicrotask(show);
    waits = true;
  }
  show();
  return follow({ start: later, smoothing: later, pick: later, rule: later }, show);
}

export default { render };

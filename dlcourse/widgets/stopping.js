// a validation loss that is revealed epoch by epoch, until the learner stops; then the rule with a
// patience is played on the same curve
import { axes, button, card, drawing, player, send, shape, short, slider } from "./shared.js";

const SEEN = 5; // what a run opens with
const MOST = 15; // patience

// the rule of `early_stopping`: only a strictly lower loss is better
function stopping(losses, patience) {
  let best = 0;
  for (let epoch = 0; epoch < losses.length; epoch += 1) {
    if (losses[epoch] < losses[best]) best = epoch;
    if (epoch - best >= patience) return { best, stop: epoch };
  }
  return { best, stop: losses.length - 1 };
}

// what is kept of a training that ends at an epoch, and how much higher than the best that is
function outcome(losses, stop) {
  const { best } = stopping(losses.slice(0, stop + 1), Infinity);
  return { stop, best, loss: losses[best], cost: 100 * (losses[best] / Math.min(...losses) - 1) };
}
const ruled = (losses, patience) => outcome(losses, stopping(losses, patience).stop);

const percent = (cost) => `${short(Number(cost.toPrecision(2)))} %`;
const costText = (cost) => (cost === 0 ? "the best of the run" : `${percent(cost)} above the best`);
const epochs = (count) => `${count} ${count === 1 ? "epoch" : "epochs"}`;

function tellOpen(run, losses, seen) {
  const { best } = outcome(losses, seen);
  const ago = epochs(seen - best);
  const since = best === seen ? "which is the lowest so far"
    : losses[seen] === losses[best] ? `as low as ${ago} ago, which is no better`
      : `and the lowest, ${short(losses[best])}, came ${ago} ago`;
  return `Run ${run + 1}, epoch ${seen}: the validation loss is ${short(losses[seen])}, ${since}. Do you stop here, or go on?`;
}

function tellStopped(run, losses, own, patience) {
  const rule = ruled(losses, patience);
  const best = losses.indexOf(Math.min(...losses));
  return `Run ${run + 1}: you stop at epoch ${own.stop} and keep the weights of epoch ${own.best}, ${costText(own.cost)}. `
    + `Patience ${patience} stops at epoch ${rule.stop} and keeps those of epoch ${rule.best}, ${costText(rule.cost)}. The best epoch is ${best}.`;
}

function tally(curves, stops, patience) {
  const played = curves.map((losses, i) => [losses, stops[i]]).filter(([, stop]) => stop >= 0);
  if (played.length < 2) return "";
  const mean = (pick) => percent(played.map(pick).reduce((a, b) => a + b) / played.length);
  return ` Over ${played.length} runs you lose ${mean(([losses, stop]) => outcome(losses, stop).cost)} on average, patience ${patience} loses ${mean(([losses]) => ruled(losses, patience).cost)}.`;
}

// beside a wall and in its colour, on its free side if there is room
function label(frame, at, up, text, side, look) {
  const { x, y, width } = frame.box;
  const room = side < 0 ? frame.x(at) - x : x + width - frame.x(at);
  const sign = room > 9 * text.length ? side : -side;
  frame.inside.append(shape("text", {
    class: `dl-name dl-halo ${look}`, x: frame.x(at) + 7 * sign, y: y + up, "text-anchor": sign < 0 ? "end" : "start",
  }, text));
}

function drawLoss(svg, { losses, limits, seen, own, patience }) {
  const last = losses.length - 1;
  const frame = axes(svg, { xlim: [0, last], ylim: limits, xlabel: "epoch", ylabel: "validation loss" });
  const points = losses.map((loss, epoch) => [epoch, loss]);
  const wall = (epoch, look) => frame.line([[epoch, limits[0]], [epoch, limits[1]]], look);
  if (own) {
    const rule = ruled(losses, patience);
    frame.area([[rule.best, limits[0]], [rule.stop, limits[0]], [rule.stop, limits[1]], [rule.best, limits[1]]], "dl-third");
    frame.line(points.slice(own.stop), "dl-soft");
    wall(rule.stop, "dl-third");
    wall(own.stop, "dl-backward dl-dashed");
    const side = own.stop < rule.stop ? -1 : 1;
    label(frame, own.stop, 16, "you stop", side, "dl-backward");
    label(frame, rule.stop, 36, `patience ${patience}`, -side, "dl-third");
  }
  frame.line(points.slice(0, seen + 1), "dl-forward");
  frame.dots(points.slice(0, seen + 1), "dl-forward");
  const kept = outcome(losses, seen).best;
  frame.dots([points[kept]], "dl-forward dl-edge dl-big");
  frame.dots([points[kept]], "dl-forward dl-big");
  if (own) {
    const best = losses.indexOf(Math.min(...losses));
    frame.dots([points[best]], "dl-big dl-edge");
    frame.dots([points[best]], "dl-big");
    frame.inside.append(shape("text", { class: "dl-name dl-halo", x: frame.x(best), y: frame.y(losses[best]) + 24, "text-anchor": "middle" }, "best"));
  }
}

function drawCosts(svg, { losses, own, patience }) {
  const all = Array.from({ length: MOST }, (_, i) => ruled(losses, i + 1));
  const most = own ? Math.max(11, 1.15 * Math.max(own.cost, ...all.map(({ cost }) => cost))) : 20;
  const frame = axes(svg, {
    xlim: [0, losses.length - 1], ylim: [-0.08 * most, most], xlabel: "epochs trained", ylabel: "cost: loss above the best, %",
  });
  frame.legend([["patience 1 to 15", "dl-third dl-dots"], ["you", "dl-backward dl-dots dl-square"]]);
  if (!own) {
    const { x, y, width, height } = frame.box;
    frame.inside.append(shape("text", { class: "dl-tick dl-halo", x: x + width / 2, y: y + height / 2, "text-anchor": "middle" }, "shown once you have stopped"));
    return;
  }
  const place = ({ stop, cost }) => [stop, cost];
  const rule = all[patience - 1];
  frame.line(all.map(place), "dl-third dl-thin");
  frame.dots(all.map(place), "dl-third");
  frame.dots([place(rule)], "dl-third dl-edge dl-big");
  frame.dots([place(rule)], "dl-third dl-big");
  frame.dots([place(own)], "dl-backward dl-square dl-edge dl-big");
  frame.dots([place(own)], "dl-backward dl-square dl-big");
}

function render({ model, el }) {
  const { place, bar, say, follow } = card({ model, el }, "stopping");
  const [curves, get] = [model.get("curves"), (name) => model.get(name)];
  const [low, high] = [Math.min(...curves.flat()), Math.max(...curves.map((losses) => losses[SEEN]))];
  const limits = [low - 0.15 * (high - low), high + 0.05 * (high - low)]; // the same for all runs
  const walk = player(bar, { last: curves[0].length - 1, pace: 300, name: "epoch" }, reveal);
  const stop = button(bar, "stop here", () => halt());
  button(bar, "another run", () => {
    walk.stop();
    const [run, stops] = [(get("run") + 1) % curves.length, [...get("stops")]];
    stops[run] = -1; // a run that was stopped before is played anew
    send(model, { stops, seen: SEEN, run });
  });
  const setPatience = slider(bar, "patience", { min: 1, max: MOST }, (value) => send(model, { patience: value }));
  const [loss, costs] = [drawing(place, { height: 360, grow: 3 }), drawing(place, { height: 360, grow: 2 })];
  const waits = bar.querySelectorAll(".dl-player :is(button, input)");
  const patient = bar.querySelector("[aria-label=patience]");

  const stopped = () => get("stops")[get("run")] >= 0;

  function reveal(epoch) {
    if (stopped()) return;
    if (epoch < get("seen")) walk.go(get("seen")); // what was seen stays seen
    else if (epoch > get("seen")) send(model, { seen: epoch });
    if (get("seen") === curves[0].length - 1) halt();
  }
  function halt() {
    walk.stop();
    const stops = [...get("stops")];
    stops[get("run")] = get("seen");
    const leaves = [stop, ...waits].includes(document.activeElement); // it is disabled now
    send(model, { stops });
    if (leaves) patient.focus({ preventScroll: true });
  }
  function draw() {
    const [run, patience, over] = [get("run"), get("patience"), stopped()];
    const losses = curves[run];
    const seen = over ? get("stops")[run] : get("seen");
    const own = over ? outcome(losses, seen) : null;
    drawLoss(loss, { losses, limits, seen, own, patience });
    drawCosts(costs, { losses, own, patience });
    setPatience(patience);
    [stop.disabled, patient.disabled] = [over, !over];
    waits.forEach((control) => { control.disabled = over; });
    say(over ? tellStopped(run, losses, own, patience) + tally(curves, get("stops"), patience) : tellOpen(run, losses, seen));
    if (walk.at() !== seen) walk.go(seen);
  }
  draw();
  const end = follow({ run: draw, seen: draw, stops: draw, patience: draw }, draw);
  return () => {
    walk.stop();
    end();
  };
}

export default { render };

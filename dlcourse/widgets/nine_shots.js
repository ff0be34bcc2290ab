// nine shots at a hidden landscape of losses; then it is uncovered, and a grid and random shots are
// drawn on it as often as the learner likes. Places are logarithms to base ten. The last two files
// build on ground.js
import { button, card, drawing, element, many, named, onKeys, raster, send, short, slider, still, within } from "./shared.js";
import {} from "./ground.js";
import { drawLots, landscape, levelsOf, shade, SHOTS, tried } from "./landscape.js";
import { count, drawBests, drawBoard, drawSoFar, SETS, value } from "./shots_board.js";

const [LATTICE, MOST] = [100, 1000]; // places along an axis; draws

// ---- what is said

const spot = ([x, y]) => `rate ${value(x)}, weight decay ${value(y)}`;

function tell({ ground, shots, losses, over, best, lot, found, wins }) {
  if (!shots.length) return "You have nine shots. Each one tells the validation loss of a network that was trained with this learning rate and weight decay. Find the lowest loss that you can.";
  const last = shots.length - 1;
  const lowest = last === best ? "the lowest so far" : `and the lowest so far is ${short(losses[best])}, of shot ${best + 1}`;
  if (!over) {
    return `Shot ${last + 1} of ${SHOTS}: ${spot(shots[last])} gives a loss of ${short(losses[last])}, ${lowest}. `
      + `You have tried ${count(tried(shots, 0), "rate")} and ${count(tried(shots, 1), "decay")}.`;
  }
  const draws = found.length;
  const [grid, random] = found[draws - 1];
  return `Your best loss is ${short(losses[best])} (shot ${best + 1}); the lowest of the landscape is ${short(ground.least)}, at ${spot(ground.lowest)}. `
    + `In draw ${draws} the grid tries ${count(tried(lot.grid, 0), "rate")} and gets ${short(grid)}, the random shots try ${count(tried(lot.random, 0), "rate")} and get ${short(random)}. `
    + `Random shots beat the grid in ${wins} of ${count(draws, "draw")}.`;
}

// ---- the card

function render({ model, el }) {
  const { root, place, bar, say, follow } = card({ model, el }, "shots");
  const get = (name) => model.get(name);
  const ground = landscape(get("rates"), get("decays"), get("table"));
  const levels = levelsOf(ground);
  const shoot = button(bar, "Shoot", () => fire());
  const once = button(bar, "draw again", () => send(model, { draws: get("draws") + 1 }));
  const often = button(bar, "100 more", () => send(model, { draws: Math.min(get("draws") + 100, MOST) }));
  button(bar, "start again", () => { send(model, { shots: [], draws: 1 }); });
  const later = element("div", { class: "dlcourse-bar" });
  bar.append(later);
  const setShown = named(later, "show", ["all", ...SETS], (shown) => send(model, { shown }));
  const setEdges = named(later, "points of the grid", [[true, "edge to edge"], [false, "middles of cells"]], (edges) => send(model, { edges }));
  const setLinear = named(later, "spread evenly over", [[false, "logarithms"], [true, "values"]], (linear) => send(model, { linear }));
  const setBox = slider(later, "box, share of each side", { values: get("boxes") }, (box) => send(model, { box }));
  const [svg, side] = [drawing(place, { height: 440, grow: 3 }), drawing(place, { height: 440, grow: 2 })];
  const plot = svg.parentNode;
  const paint = raster(svg);
  const aim = element("div", { class: "dl-aim", role: "slider", tabindex: 0, "aria-label": "crosshair: left and right change the rate, up and down the weight decay, Enter shoots" });
  const pills = many(2, () => element("i", { "aria-hidden": "true" }));
  plot.append(aim, ...pills);
  plot.classList.add("dl-drags");
  let [now, frame, waits, shaded] = [null, null, false, ""];
  let [at, kept] = [[LATTICE / 2, LATTICE / 2], new Map()];

  const spotOf = (lattice) => lattice.map((k, axis) => ground.limits[axis][0] + (k / LATTICE) * (ground.limits[axis][1] - ground.limits[axis][0]));
  const latticeOf = (point) => point.map((v, axis) => within(Math.round((LATTICE * (v - ground.limits[axis][0])) / (ground.limits[axis][1] - ground.limits[axis][0])), 0, LATTICE));
  const placeOf = (event) => {
    const point = frame.placeOf(event);
    return point.every((v, axis) => v === within(v, ...ground.limits[axis])) ? latticeOf(point) : null;
  };

  function showAim() {
    const point = spotOf(at);
    const [x, y] = [frame.x(point[0]), frame.y(point[1])];
    aim.style.transform = `translate(${x}px, ${y}px)`;
    aim.dataset.side = x > frame.box.x + frame.box.width / 2 ? "left" : "right";
    frame.cross.setAttribute("d", `M${x} ${frame.box.y}V${frame.floor}M${frame.left} ${y}H${frame.box.x + frame.box.width}`);
    pills[0].style.transform = `translate(${x - 24}px, ${frame.floor + 40}px)`;
    pills[1].style.transform = `translate(0, ${y - 10}px)`;
    point.forEach((v, i) => { pills[i].textContent = value(v); });
    const loss = now.over ? `, loss ${short(ground.at(point))}` : "";
    aim.dataset.tip = now.over ? short(ground.at(point)) : "";
    aim.setAttribute("aria-valuenow", point[0].toFixed(2));
    aim.setAttribute("aria-valuetext", spot(point) + loss);
  }
  function fire() {
    const point = spotOf(at).map((v) => 10 ** v);
    const same = ([x, y]) => Math.abs(Math.log(x / point[0])) + Math.abs(Math.log(y / point[1])) < 1e-6;
    if (get("shots").length >= SHOTS) return;
    if (get("shots").some(same)) say(`You have shot at ${spot(spotOf(at))} before: move the crosshair.`);
    else send(model, { shots: [...get("shots"), point] });
  }
  function solve() {
    const [shots, draws] = [get("shots").map((pair) => pair.map(Math.log10)), get("draws")];
    const how = { box: get("box"), linear: get("linear"), edges: get("edges") };
    const losses = shots.map(ground.at);
    const over = shots.length >= SHOTS;
    const which = JSON.stringify(how);
    const all = kept.get(which) ?? [];
    for (let k = all.length + 1; over && k <= draws; k += 1) {
      const { grid, random } = drawLots(k, ground, how);
      all.push([grid, random].map((points) => Math.min(...points.map(ground.at))));
    }
    kept.set(which, all);
    const found = all.slice(0, draws);
    now = {
      ground, levels, shots, losses, over, best: losses.indexOf(Math.min(...losses)), found, wins: found.filter(([grid, random]) => random < grid).length,
      lot: over ? drawLots(draws, ground, how) : null, shown: get("shown"),
    };
  }
  function draw() {
    frame = drawBoard(svg, now);
    const corner = frame.limits.map(([low]) => low);
    const due = now.over ? `${corner} ${root.dataset.dark}` : "";
    if (due !== shaded) {
      if (now.over) shade(paint, root, ground, corner);
      else paint(1, 1, () => [0, 0, 0, 0]);
      shaded = due;
    }
    (now.over ? drawBests : drawSoFar)(side, now);
    if (!now.over) side.parentNode.querySelector(".dl-legend")?.remove();
    showAim();
  }
  function show() {
    waits = false;
    const before = now?.over;
    solve();
    const leaves = document.activeElement === shoot && now.over;
    shoot.hidden = now.over;
    for (const control of [once, often, later]) control.hidden = !now.over;
    plot.toggleAttribute("data-over", now.over);
    [once.disabled, often.disabled] = [now.found.length >= MOST, now.found.length >= MOST];
    setShown(now.shown);
    setLinear(get("linear"));
    setEdges(get("edges"));
    setBox(get("box"), `${Math.round(100 * get("box"))} %`);
    draw();
    if (leaves) once.focus({ preventScroll: true });
    if (now.over && before === false && !still.matches) plot.animate([{ filter: "opacity(0.3)" }, { filter: "none" }], 450);
    say(tell(now));
  }
  // traits that change together are drawn once
  function wait() {
    if (!waits) queueMicrotask(show);
    waits = true;
  }
  function moveTo(lattice) {
    at = lattice;
    aim.dataset.used = "";
    showAim();
  }
  plot.addEventListener("pointermove", (event) => {
    const found = event.pointerType === "touch" ? null : placeOf(event);
    if (found) moveTo(found);
  });
  plot.addEventListener("click", (event) => {
    const found = placeOf(event);
    if (!found) return;
    moveTo(found);
    fire();
  });
  const by = (axis, sign) => (times) => moveTo(at.map((k, i) => (i === axis ? within(k + sign * times, 0, LATTICE) : k)));
  onKeys(aim, { ArrowLeft: by(0, -1), ArrowRight: by(0, 1), ArrowDown: by(1, -1), ArrowUp: by(1, 1), Enter: fire, " ": fire });
  show();
  return follow({ shots: wait, draws: wait, box: wait, linear: wait, edges: wait, shown: wait }, draw);
}

export default { render };

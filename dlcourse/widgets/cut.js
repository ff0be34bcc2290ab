// one threshold unit whose two weights and bias the learner sets: a line between four points
import { axes, card, classes, drawing, named, send, shape, short, slider } from "./shared.js";

const LIMITS = [-0.5, 1.5];
const TOP = 4; // of the scores that are drawn: longer bars are cut

const scoreOf = ([x1, x2], { w1, w2, b }) => w1 * x1 + w2 * x2 + b;

// the border, the side where the unit fires, and w as an arrow from the border's middle
function drawBorder(frame, { w1, w2, b }) {
  const length = Math.hypot(w1, w2);
  if (length === 0) {
    if (b > 0) frame.area([[-9, -9], [9, -9], [9, 9], [-9, 9]], "dl-backward");
    return;
  }
  const [along, away] = [[-w2 / length, w1 / length], [w1 / length, w2 / length]];
  const lack = scoreOf([0.5, 0.5], { w1, w2, b }) / length;
  const at = (s, t) => [0, 1].map((i) => 0.5 - lack * away[i] + s * along[i] + t * away[i]);
  frame.area([at(-9, 0), at(9, 0), at(9, 9), at(-9, 9)], "dl-backward");
  frame.line([at(-9, 0), at(9, 0)]);
  const tip = 0.14 * length;
  frame.line([at(0, 0), at(0, tip)], "dl-third");
  frame.line([at(0.04, tip - 0.06), at(0, tip), at(-0.04, tip - 0.06)], "dl-third");
  const [x, y] = at(0.09, tip / 2); // beside the arrow: a point may lie at its tip
  frame.inside.append(shape("text", { class: "dl-name", x: frame.x(x) - 4, y: frame.y(y) + 4 }, "w"));
}

function drawPlane(svg, points, wrong, unit) {
  const [ends, names] = [[0, 1], { xlabel: "x₁", ylabel: "x₂" }];
  const frame = axes(svg, { xlim: LIMITS, ylim: LIMITS, xticks: ends, yticks: ends, framed: true, ...names });
  drawBorder(frame, unit);
  for (const [x1, x2] of wrong) { // a cross over what is on the wrong side
    for (const s of [1, -1]) frame.line([[x1 - 0.11, x2 - 0.11 * s], [x1 + 0.11, x2 + 0.11 * s]]);
  }
  classes(frame, points, "dl-big");
}

// the score of each corner as a bar: the unit fires where it rises above 0
function drawScores(svg, points, scores) {
  const frame = axes(svg, {
    xlim: [-0.6, points.length - 0.4], ylim: [-TOP, TOP], yticks: [-4, -2, 0, 2, 4], ylabel: "score w · x + b", xlabel: "point",
    xticks: points.map((_, k) => k), xtext: (k) => `(${points[k][0]}, ${points[k][1]})`,
  });
  scores.forEach((score, k) => {
    const look = score > 0 ? "dl-backward dl-solid" : "dl-soft dl-solid";
    const cut = Math.max(-TOP, Math.min(TOP, score));
    frame.area([[k - 0.25, 0], [k + 0.25, 0], [k + 0.25, cut], [k - 0.25, cut]], look);
  });
}

const listed = (words) => [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");

function sentence(points, scores, wrong, gate) {
  const at = ([x1, x2]) => `(${x1}, ${x2})`;
  const fires = points.filter((_, k) => scores[k] > 0).map(at);
  const where = fires.length ? `The unit fires at ${listed(fires)}.` : "The unit fires nowhere.";
  const right = points.length - wrong.length;
  if (wrong.length === 0) return `${where} All ${right} points are right: this is ${gate}.`;
  return `${where} ${right} of ${points.length} points are right; wrong: ${listed(wrong.map(at))}.`;
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "cut");
  const [plane, chart] = [drawing(place, { square: 380 }), drawing(place, { height: 300, widest: 480 })];
  const gates = model.get("gates");
  const names = ["w1", "w2", "b"];
  const setGate = named(bar, "make it compute", Object.keys(gates), (data) => send(model, { data }));
  const set = names.map((name, k) => slider(
    bar, ["weight w₁", "weight w₂", "bias b"][k], { min: -3, max: 3, step: 0.25 }, (value) => send(model, { [name]: value }),
  ));

  function show() {
    const unit = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const gate = model.get("data");
    const points = model.get("corners").map((corner, k) => [...corner, gates[gate][k]]);
    const scores = points.map((point) => scoreOf(point, unit));
    const wrong = points.filter((point, k) => Number(scores[k] > 0) !== point[2]);
    names.forEach((name, k) => set[k](unit[name], short(unit[name])));
    setGate(gate);
    say(sentence(points, scores, wrong, gate));
    drawPlane(plane, points, wrong, unit);
    drawScores(chart, points, scores);
  }

  show();
  return follow({ w1: show, w2: show, b: show, data: show }, show);
}

export default { render };

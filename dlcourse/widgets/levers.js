// scores of one test set under four levers: a lever moves them, the threshold cuts them. Counts and
// ratios are computed here; the curves come with the scores, so that a move asks no kernel
import { card, choice, drags, drawing, send, short, slider } from "./shared.js";
import { countsTable, drawCurve, drawScores } from "./counts.js";

const STEPS = 120; // of the threshold, from the lowest to the highest
const ratio = (part, whole) => (whole ? part / whole : 0);

// the four counts and what follows from them, named as dlcourse.reference.metrics names it
export function countsAt(labels, scores, threshold) {
  const counts = [[0, 0], [0, 0]];
  scores.forEach((score, i) => { counts[labels[i]][Number(score >= threshold)] += 1; });
  const [[tn, fp], [fn, tp]] = counts;
  const ratios = {
    recall: ratio(tp, tp + fn), precision: ratio(tp, tp + fp), F1: ratio(2 * tp, 2 * tp + fp + fn),
    accuracy: ratio(tp + tn, labels.length),
  };
  return { threshold, counts, ratios, fpr: ratio(fp, tn + fp) };
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "levers");
  const [labels, levers, strengths, limits] = ["labels", "levers", "strengths", "limits"].map((key) => model.get(key));
  const setLever = choice(bar, "lever", levers.map((name) => [name, name]), (lever) => send(model, { lever }));
  const setStrength = slider(bar, "strength", { max: strengths.length - 1 }, (strength) => send(model, { strength }));
  const setThreshold = slider(bar, "threshold", { max: STEPS }, (k) => send(model, { threshold: atStep(k) }));
  const plot = drawing(place, { height: 300, grow: 2 });
  const showNumbers = countsTable(place, model.get("names"));
  const roc = drawing(place, { height: 300 });
  const atStep = (k) => limits[0] + (k / STEPS) * (limits[1] - limits[0]);
  const stepAt = (value) => Math.round((STEPS * (value - limits[0])) / (limits[1] - limits[0]));
  const current = () => model.get("frames")[model.get("lever")][model.get("strength")];
  let drawn;
  drags(plot, () => drawn, ([at]) => {
    const threshold = atStep(stepAt(at));
    if (threshold !== model.get("threshold")) send(model, { threshold });
  });

  function show() {
    const [{ scores, fpr, tpr, auc }, threshold] = [current(), model.get("threshold")];
    const frame = countsAt(labels, scores, threshold);
    const shown = { labels, scores, names: model.get("names"), bins: 40, quantity: "score (log-odds)", xlim: limits };
    const before = model.get("frames")[levers[0]][0];
    drawn = drawScores(plot, shown, frame);
    showNumbers(frame);
    drawCurve(roc, { fpr, tpr }, frame, before).legend([["nothing", "dl-third"], ["with the lever", "dl-forward"]]);
    const strength = strengths[model.get("strength")];
    setLever(model.get("lever"));
    setStrength(model.get("strength"), strength ? short(strength) : "0 (nothing)");
    setThreshold(stepAt(threshold), short(threshold));
    const [, [missed, found]] = frame.counts;
    say(`${model.get("lever")}, strength ${short(strength)}, threshold ${short(threshold)}: ${found} of ${found + missed} `
      + `${model.get("names")[1]}s are found, with ${frame.counts[0][1]} false alarms. Area under the curve: ${auc.toFixed(3)} `
      + `(nothing: ${before.auc.toFixed(3)}).`);
  }

  show();
  return follow({ lever: show, strength: show, threshold: show }, show);
}

export default { render };

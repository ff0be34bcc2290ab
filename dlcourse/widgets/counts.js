// scores of two classes under a threshold: histograms, the table of counts, and a ROC curve's point
import { axes, element, many, shape } from "./shared.js";

const KINDS = [["TN", "FP"], ["FN", "TP"]];
const LOOKS = ["dl-forward", "dl-backward"];
const TALL = 1.6; // room for a histogram of height 1 and the words above it

// how many scores of a class lie in each bin, and how many of those from the threshold on
function barHeights({ labels, scores, bins, xlim: [low, high] }, label, threshold) {
  const counts = many(bins, () => [0, 0]);
  scores.forEach((score, i) => {
    if (labels[i] !== label) return;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((bins * (score - low)) / (high - low) + 1e-9)));
    counts[bin][0] += 1;
    counts[bin][1] += score >= threshold;
  });
  return counts;
}

// a histogram a class, each as high as its fullest bin; what is called positive is filled. `shown`
// holds labels, scores, names, bins, quantity and xlim
export function drawScores(svg, shown, { threshold, counts }) {
  const { xlim } = shown;
  const frame = axes(svg, {
    xlim, ylim: [0, 2 * TALL], yticks: [0, TALL], ytext: () => "", left: 4, right: 4, xlabel: shown.quantity,
    title: "Filled: called positive",
  });
  const word = (words, at, up, anchor) => frame.inside.append(
    shape("text", { class: "dl-name dl-halo", x: at, y: frame.y(up), "text-anchor": anchor }, words));
  LOOKS.forEach((look, label) => {
    const [ground, bars] = [TALL * (1 - label), barHeights(shown, label, threshold)];
    const most = Math.max(...bars.map(([all]) => all));
    const at = (k) => xlim[0] + (k / bars.length) * (xlim[1] - xlim[0]);
    const bar = (k, from, to, more) => to > from && frame.area(
      [[at(k), from], [at(k), to], [at(k + 1), to], [at(k + 1), from]].map(([x, y]) => [x, ground + y / most]), `${look} ${more}`);
    bars.forEach(([all, called], k) => { bar(k, 0, called, "dl-solid"); bar(k, called, all, "dlcourse-threshold-pale"); });
  });
  frame.line([[threshold, 0], [threshold, 2 * TALL]]);
  counts.forEach(([left, over], label) => {
    const up = TALL * (1 - label) + 1.3; // the lanes are in the order of the table's rows
    word(`${shown.names[label]}: ${KINDS[label][0]} ${left}`, frame.box.x + 4, up, "start");
    word(`${KINDS[label][1]} ${over}`, frame.box.x + frame.box.width - 4, up, "end");
  });
  return frame;
}

// a curve, the point of a threshold on it, and perhaps another curve to compare it with
export function drawCurve(svg, { fpr, tpr }, point, other = null) {
  const ends = [0, 0.5, 1];
  const roc = axes(svg, {
    xlim: [-0.03, 1.03], ylim: [-0.03, 1.03], xticks: ends, yticks: ends, title: "ROC curve", xlabel: "1 − specificity", ylabel: "recall",
  });
  roc.line([[0, 0], [1, 1]], "dl-soft dl-thin dl-dashed");
  if (other) roc.line(other.fpr.map((value, i) => [value, other.tpr[i]]), "dl-third dl-dashed");
  roc.line(fpr.map((value, i) => [value, tpr[i]]), "dl-forward");
  roc.dots([[point.fpr, point.ratios.recall]], "dl-backward dl-big");
  return roc;
}

// a table of what is true against what it is called; returns what writes the counts
export function countsTable(place, names) {
  const made = element("table");
  const rows = many(3, () => made.insertRow());
  rows[0].append(element("td"), ...names.map((name) => element("th", { scope: "col" }, `called ${name}`)));
  const cells = names.map((name, i) => {
    rows[i + 1].append(element("th", { scope: "row" }, name));
    return KINDS[i].map((kind, j) => {
      const [cell, count] = [rows[i + 1].insertCell(), element("b", { class: "dlcourse-threshold-count" })];
      cell.className = i === j ? "dl-forward" : "dl-backward";
      cell.append(element("span", {}, kind), count);
      return count;
    });
  });
  const ratios = element("div", { class: "dlcourse-threshold-ratios" });
  const box = element("div", { class: "dlcourse-threshold-numbers" });
  box.append(made, ratios);
  place.append(box);
  return (frame) => {
    cells.forEach((row, i) => row.forEach((count, j) => { count.textContent = frame.counts[i][j]; }));
    ratios.replaceChildren(...Object.entries(frame.ratios).map(([name, value]) => {
      const pair = element("div");
      pair.append(element("span", {}, name), element("b", {}, value.toFixed(3)));
      return pair;
    }));
  };
}

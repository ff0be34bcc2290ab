// softmax of a few scores, in the browser; the kernel hears of the scores and answers nothing
import { button, card, element, send } from "./shared.js";

const LIMIT = 10;

function softmax(scores) {
  const top = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - top));
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((value) => value / sum);
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const written = (score) => score.toFixed(2).replace("-", "−");

function addRow(place, name, move) {
  const row = element("div", { class: "dlcourse-share-row" });
  const slider = element("input", {
    type: "range", min: -LIMIT, max: LIMIT, step: 0.05, "aria-label": `score of ${name}`,
  });
  const score = element("output");
  const track = element("div", { class: "dlcourse-share-track", "aria-hidden": "true" });
  const fill = element("div", { class: "dlcourse-share-fill" });
  const share = element("output");
  track.append(fill);
  row.append(element("span", {}, name), slider, score, track, share);
  place.append(row);
  slider.addEventListener("input", () => move(slider.valueAsNumber));
  return (value, probability) => {
    slider.value = String(value);
    slider.setAttribute("aria-valuetext", `${written(value)}, ${percent(probability)}`);
    score.textContent = written(value);
    fill.style.width = `${100 * probability}%`;
    share.textContent = percent(probability);
  };
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "shares");
  const names = model.get("names");
  const setters = names.map((name, i) => addRow(place, name, (value) => {
    send(model, { scores: model.get("scores").map((old, k) => (k === i ? value : old)) });
  }));
  const changes = {
    "Add 1 to all": (score) => score + 1,
    "Double all": (score) => 2 * score,
  };
  const buttons = Object.entries(changes).map(([text, change]) => {
    return [button(bar, text, () => send(model, { scores: model.get("scores").map(change) })), change];
  });
  button(bar, "Reset", () => send(model, { scores: [...model.get("first")] }));

  function show() {
    const scores = model.get("scores");
    const shares = softmax(scores);
    setters.forEach((set, i) => set(scores[i], shares[i]));
    for (const [made, change] of buttons) {
      made.disabled = scores.map(change).some((score) => Math.abs(score) > LIMIT);
    }
    const end = buttons.some(([made]) => made.disabled) ? `. Scores end at ${LIMIT}, so a button rests.` : "";
    say(names.map((name, i) => `${name} ${percent(shares[i])}`).join(", ") + end);
  }

  show();
  return follow({ scores: show });
}

export default { render };

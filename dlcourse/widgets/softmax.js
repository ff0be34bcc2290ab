// softmax of a few scores, in the browser; the kernel hears of the scores and answers nothing
const LIMIT = 10;

function element(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function softmax(scores) {
  const top = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - top));
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((value) => value / sum);
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const written = (score) => score.toFixed(2).replace("-", "−");

function addRow(root, name, color, move) {
  const row = element("div", { class: "dlcourse-losses-row" });
  const slider = element("input", {
    type: "range", min: -LIMIT, max: LIMIT, step: 0.05, "aria-label": `score of ${name}`,
  });
  const score = element("output");
  const track = element("div", { class: "dlcourse-losses-track", "aria-hidden": "true" });
  const fill = element("div", { class: "dlcourse-losses-fill", style: `background: ${color}` });
  const share = element("output");
  track.append(fill);
  row.append(element("span", {}, name), slider, score, track, share);
  root.append(row);
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
  const root = element("div", { class: "dlcourse-losses", role: "group" });
  root.append(element("div", { class: "dlcourse-losses-heading" }, model.get("title")));
  const names = model.get("names");

  function send(scores) {
    model.set("scores", scores);
    model.save_changes();
  }

  const setters = names.map((name, i) => addRow(root, name, model.get("color"), (value) => {
    send(model.get("scores").map((old, k) => (k === i ? value : old)));
  }));
  const caption = element("p", { "aria-live": "polite", class: "dlcourse-losses-caption" });
  const bar = element("div", { class: "dlcourse-losses-bar" });
  const changes = {
    "Add 1 to all": (score) => score + 1,
    "Double all": (score) => 2 * score,
  };
  const buttons = Object.entries(changes).map(([text, change]) => {
    const button = element("button", { type: "button" }, text);
    button.addEventListener("click", () => send(model.get("scores").map(change)));
    bar.append(button);
    return [button, change];
  });
  const reset = element("button", { type: "button" }, "Reset");
  reset.addEventListener("click", () => send([...model.get("first")]));
  bar.append(reset);
  root.append(caption, bar);
  el.append(root);

  function show() {
    const scores = model.get("scores");
    const shares = softmax(scores);
    setters.forEach((set, i) => set(scores[i], shares[i]));
    caption.textContent = names.map((name, i) => `${name} ${percent(shares[i])}`).join(", ");
    for (const [button, change] of buttons) {
      button.disabled = scores.map(change).some((score) => Math.abs(score) > LIMIT);
    }
  }

  function describe() {
    root.setAttribute("aria-label", model.get("alt"));
  }

  model.on("change:scores", show);
  model.on("change:alt", describe);
  describe();
  show();
  return () => {
    model.off("change:scores", show);
    model.off("change:alt", describe);
  };
}

export default { render };

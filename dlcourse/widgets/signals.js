// histograms and curves that Python has measured for every setting; a move asks no kernel
import { button, canvas, card, element, INK, select, send, short, slider } from "./shared.js";

const ROWS = { left: 40, top: 24, width: 290, height: 300 };
const CURVES = { left: 46, top: 24, width: 354, height: 280 };
const TOP = 10; // the curves' axis runs from 1e-10 to 1e10

function drawHistograms(pen, run, shown, limit, color) {
  const height = ROWS.height / shown.length;
  pen.fillStyle = INK;
  pen.textAlign = "left";
  pen.fillText("activations by layer (root of their share)", ROWS.left, 14);
  shown.forEach((layer, i) => {
    const floor = ROWS.top + (i + 1) * height - 6;
    const counts = run.counts[i];
    const bar = ROWS.width / counts.length;
    pen.fillStyle = color;
    counts.forEach((count, k) => {
      const tall = (height - 12) * Math.sqrt(count / 100);
      pen.fillRect(ROWS.left + k * bar, floor - tall, bar - 1, tall);
    });
    pen.fillStyle = INK;
    pen.fillRect(ROWS.left, floor, ROWS.width, 1);
    pen.textAlign = "right";
    pen.fillText(String(layer), ROWS.left - 10, floor - 4);
  });
  pen.textAlign = "center";
  [-limit, 0, limit].forEach((value, i) => {
    pen.fillText(String(value).replace("-", "−"), ROWS.left + (i * ROWS.width) / 2, 340);
  });
}

function drawCurve(pen, values, color, dash) {
  const across = CURVES.width / (values.length - 1);
  pen.strokeStyle = color;
  pen.lineWidth = 2.5;
  pen.setLineDash(dash);
  pen.beginPath();
  values.forEach((value, i) => {
    const power = Math.min(Math.max(Math.log10(Math.max(value, 1e-300)), -TOP), TOP);
    const y = CURVES.top + (CURVES.height * (TOP - power)) / (2 * TOP);
    if (i) pen.lineTo(CURVES.left + i * across, y);
    else pen.moveTo(CURVES.left, y);
  });
  pen.stroke();
  pen.setLineDash([]);
}

function drawCurves(pen, run, colors) {
  pen.fillStyle = INK;
  pen.strokeStyle = "#d0d0d0";
  pen.lineWidth = 1;
  pen.textAlign = "right";
  for (let power = -TOP; power <= TOP; power += 5) {
    const y = CURVES.top + (CURVES.height * (TOP - power)) / (2 * TOP);
    pen.strokeRect(CURVES.left, y, CURVES.width, 0);
    pen.fillText(`1e${power}`.replace("-", "−"), CURVES.left - 6, y + 4);
  }
  const last = run.forward.length;
  pen.textAlign = "center";
  [1, Math.round(last / 2), last].forEach((layer) => {
    pen.fillText(String(layer), CURVES.left + ((layer - 1) * CURVES.width) / (last - 1), 322);
  });
  pen.fillText("layer (beyond the frame: on its edge)", CURVES.left + CURVES.width / 2, 340);
  pen.textAlign = "left";
  pen.fillStyle = colors.forward;
  pen.fillText("— signal, forward", CURVES.left, 14);
  pen.fillStyle = colors.backward;
  pen.fillText("- - gradient, backward", CURVES.left + 160, 14);
  drawCurve(pen, run.forward, colors.forward, []);
  drawCurve(pen, run.backward, colors.backward, [7, 5]);
}

function render({ model, el }) {
  const { root, place, caption, bar, follow } = card({ model, el }, "signals");
  const histograms = canvas(place, 340, 360);
  const curves = canvas(place, 410, 360);
  const units = Object.keys(model.get("runs")).map((name) => [name, name]);
  const chosen = select(bar, "activation", units, (unit) => send(model, { unit }));
  const gains = model.get("gains");
  const setScale = slider(bar, "scale", { max: gains.length - 1 }, (index) => send(model, { index }));
  const names = element("div", { class: "dlcourse-bar dlcourse-names" });
  root.append(names);
  for (const [name, index] of Object.entries(model.get("marks"))) {
    button(names, name, () => send(model, { index }));
  }

  function show() {
    const [unit, index] = [model.get("unit"), model.get("index")];
    const run = model.get("runs")[unit][index];
    const colors = model.get("colors");
    drawHistograms(histograms.clear(), run, model.get("shown"), model.get("limit"), colors.forward);
    drawCurves(curves.clear(), run, colors);
    caption.textContent = run.caption;
    histograms.canvas.setAttribute("aria-label", `Histograms. ${run.caption}`);
    curves.canvas.setAttribute("aria-label", `Curves. ${run.caption}`);
    chosen.value = unit;
    setScale(index, short(gains[index]));
  }

  show();
  return follow({ unit: show, index: show });
}

export default { render };

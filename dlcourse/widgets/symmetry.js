// training runs that Python has made, one picture a stop; a move asks no kernel
import { canvas, card, INK, send, slider } from "./shared.js";

const SIDE = { width: 560, height: 380 };

function draw(pen, model, frame) {
  const { x, y } = model.get("box");
  const [columns, rows] = model.get("cells");
  const colors = model.get("colors");
  const across = (value) => ((value - x[0]) / (x[1] - x[0])) * SIDE.width;
  const down = (value) => ((y[1] - value) / (y[1] - y[0])) * SIDE.height;
  const cell = [SIDE.width / columns, SIDE.height / rows];
  [...frame.regions].forEach((label, i) => {
    pen.fillStyle = `${colors[Number(label)]}33`;
    const row = Math.floor(i / columns);
    pen.fillRect((i % columns) * cell[0], SIDE.height - (row + 1) * cell[1], cell[0], cell[1]);
  });
  for (const [px, py, label] of model.get("points")) {
    pen.fillStyle = colors[label];
    if (label) pen.fillRect(across(px) - 3, down(py) - 3, 6, 6);
    else {
      pen.beginPath();
      pen.arc(across(px), down(py), 3.5, 0, 2 * Math.PI);
      pen.fill();
    }
  }
  pen.strokeStyle = INK;
  pen.lineWidth = 2;
  for (const [x1, y1, x2, y2] of frame.lines) {
    pen.beginPath();
    pen.moveTo(across(x1), down(y1));
    pen.lineTo(across(x2), down(y2));
    pen.stroke();
  }
  pen.fillStyle = INK;
  pen.fillText("x₂ ↑", 8, 18);
  pen.textAlign = "right";
  pen.fillText("x₁ →", SIDE.width - 8, SIDE.height - 8);
  pen.textAlign = "left";
}

function render({ model, el }) {
  const { place, caption, bar, follow } = card({ model, el }, "symmetry");
  const { canvas: picture, clear } = canvas(place, SIDE.width, SIDE.height);
  const { noise: noises, stop: stops } = model.get("settings");
  const setNoise = slider(bar, "differences at the start", { max: noises.length - 1 }, (noise) => {
    send(model, { noise });
  });
  const setStop = slider(bar, "steps of training", { max: stops.length - 1 }, (stop) => {
    send(model, { stop });
  });

  function show() {
    const [noise, stop] = [model.get("noise"), model.get("stop")];
    const frame = model.get("frames")[noise][stop];
    draw(clear(), model, frame);
    caption.textContent = frame.caption;
    picture.setAttribute("aria-label", frame.caption);
    setNoise(noise, noises[noise]);
    setStop(stop, stops[stop]);
  }

  show();
  return follow({ noise: show, stop: show });
}

export default { render };

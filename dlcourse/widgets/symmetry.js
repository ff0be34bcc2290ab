// training runs that Python has made, one picture a stop; a move asks no kernel
import { axes, card, classes, drawing, raster, rgb, send, slider } from "./shared.js";

function draw(svg, paint, model, frame, colors) {
  const { x, y } = model.get("box");
  const [columns, rows] = model.get("cells");
  paint(columns, rows, (i, j) => [...colors[frame.regions[(rows - 1 - j) * columns + i]], 60]);
  const plane = axes(svg, { xlim: x, ylim: y, xlabel: "x₁", ylabel: "x₂" });
  for (const [x1, y1, x2, y2] of frame.lines) plane.line([[x1, y1], [x2, y2]]);
  classes(plane, model.get("points"));
}

function render({ model, el }) {
  const { root, place, say, bar, follow } = card({ model, el }, "symmetry");
  const svg = drawing(place, { height: 400, widest: 640 });
  const paint = raster(svg);
  const { noise: noises, stop: stops } = model.get("settings");
  const setters = {
    noise: slider(bar, "differences at the start", { max: noises.length - 1 }, (noise) => send(model, { noise })),
    stop: slider(bar, "steps of training", { max: stops.length - 1 }, (stop) => send(model, { stop })),
  };

  function show() {
    const [noise, stop] = [model.get("noise"), model.get("stop")];
    const frame = model.get("frames")[noise][stop];
    draw(svg, paint, model, frame, ["forward", "backward"].map((role) => rgb(root, role)));
    setters.noise(noise, noises[noise]);
    setters.stop(stop, stops[stop]);
    say(frame.caption);
  }

  show();
  return follow({ noise: show, stop: show }, show);
}

export default { render };

// draws curves that Python has computed; a control picks among them and asks no kernel
import { axes, card, drawing, select, send, slider } from "./shared.js";

const looks = ({ role, dashed }) => `dl-${role}${dashed ? " dl-dashed" : ""}`;

function addControl(bar, { kind, label, options }, choose) {
  const positions = options.map((_, i) => i);
  if (kind === "select") {
    const menu = select(bar, label, options.map((text, i) => [i, text]), (i) => choose(Number(i)));
    return (i) => { menu.value = String(i); };
  }
  const set = slider(bar, label, { values: positions }, choose);
  return (i) => set(i, options[i]);
}

function drawPanel(svg, panel, lines) {
  const frame = axes(svg, panel);
  for (const line of lines) {
    const points = line.x.map((value, k) => [value, line.y[k]]);
    frame.line(points, `${looks(line)}${line.dots ? " dl-thin" : ""}`);
    if (line.dots) frame.dots(points, `${looks(line)}${points.length > 1 ? "" : " dl-big"}`);
  }
  frame.legend(lines.filter(({ name }) => name).map((line) => [line.name, `${looks(line)}${line.x.length > 1 ? "" : " dl-dots"}`]));
}

function render({ model, el }) {
  const { place, say, bar, follow } = card({ model, el }, "curves");
  const [panels, controls] = [model.get("panels"), model.get("controls")];
  const drawings = panels.map(({ square }) => drawing(place, { square }));
  const setters = controls.map((control) => addControl(bar, control, (position) => {
    send(model, { choice: { ...model.get("choice"), [control.name]: position } });
  }));

  function show() {
    const choice = model.get("choice");
    const key = (names) => names.map((name) => choice[name]).join(",");
    panels.forEach((panel, i) => {
      drawPanel(drawings[i], panel, panel.layers.flatMap(({ frames, controls }) => frames[key(controls)]));
    });
    setters.forEach((set, i) => set(choice[controls[i].name]));
    say(model.get("captions")[key(controls.map(({ name }) => name))]);
  }

  show();
  return follow({ choice: show }, show);
}

export default { render };

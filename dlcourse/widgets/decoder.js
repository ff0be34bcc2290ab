// a code of eight numbers to move: the browser decodes it, as NumPy does beside it
import { button, card, element, many, named, send, slider } from "./shared.js";

const [UNITS, SIDE] = [8, 8];

function decode(code, W2, b2) {
  return b2.map((bias, k) => code.reduce((sum, value, u) => sum + value * W2[u][k], bias));
}
const distance = (image, own) => image.reduce((sum, value, k) => sum + (value - own[k]) ** 2, 0) / image.length;

function tell({ digit, code, start, image, own }) {
  const moved = many(UNITS, (u) => u).filter((u) => Math.abs(code[u] - start[u]) > 0.005);
  const off = distance(image, own).toFixed(4);
  const where = moved.length ? `Moved from the code of this ${digit}: ${moved.map((u) => `unit ${u + 1} to ${code[u].toFixed(2)}`).join(", ")}` : `This is the code of the ${digit} on the left`;
  const ink = image.filter((value) => value > 0.5).length;
  return `${where}. The decoded image differs from the original by ${off} (mean square); ${ink} of its 64 pixels are dark.`;
}

function picture(place, words) {
  const box = element("figure", { class: "dl-decoded" });
  const canvas = element("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
  box.append(canvas, element("figcaption", {}, words));
  place.append(box);
  const brush = canvas.getContext("2d");
  return (values) => {
    const image = new ImageData(SIDE, SIDE);
    values.forEach((value, k) => { image.data[4 * k + 3] = 255 * Math.min(Math.max(value, 0), 1); });
    brush.putImageData(image, 0, 0);
  };
}

function render({ model, el }) {
  const { place, bar, say, follow } = card({ model, el }, "decoder");
  const get = (name) => model.get(name);
  const [codes, W2, b2] = ["codes", "W2", "b2"].map(get);
  const images = get("images").map((image) => image.map((value) => value / 16));
  const setDigit = named(bar, "begin with the code of a", many(10, (k) => k), (digit) => send(model, { digit, code: codes[digit] }));
  button(bar, "back to its code", () => send(model, { code: codes[get("digit")] }));
  const pictures = element("div", { class: "dl-pictures" });
  place.append(pictures);
  const [showOwn, showMade] = [picture(pictures, "the image"), picture(pictures, "decoded")];
  const units = element("div", { class: "dl-units" });
  place.append(units);
  const setUnits = many(UNITS, (u) => slider(units, `unit ${u + 1}`, { min: 0, max: 1, step: 0.01 }, (value) => {
    send(model, { code: get("code").map((old, k) => (k === u ? value : old)) });
  }));

  function show() {
    const [digit, code] = [get("digit"), get("code")];
    const [image, own] = [decode(code, W2, b2), images[digit]];
    setDigit(digit);
    setUnits.forEach((set, u) => set(code[u], code[u].toFixed(2)));
    showOwn(own);
    showMade(image);
    say(tell({ digit, code, start: codes[digit], image, own }));
  }
  show();
  return follow({ digit: show, code: show }, show);
}

export default { render };

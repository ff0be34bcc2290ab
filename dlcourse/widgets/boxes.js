// numbers in boxes of the page, and a window that a hand moves over them. The style sizes them, so
// that a move reads no layout
import { element, many } from "./shared.js";

export const F = 3; // the side of filter and window
const BRIGHTEST = 9;

// grey numbers that stay back on a grey pixel, with a contrast of 5 where there is so much
const grey = (light) => `rgb(${many(3, () => Math.round(255 * light)).join()})`;
function inkOn(light) {
  const level = (light <= 0.04 ? light / 12.92 : ((light + 0.055) / 1.055) ** 2.4) + 0.05;
  const ink = level < 0.229 ? Math.min(1, 5.2 * level - 0.05) : Math.max(0, level / 5.2 - 0.05);
  return ink <= 0.0031 ? 12.92 * ink : 1.055 * ink ** (1 / 2.4) - 0.055;
}

export const tint = (share) => `color-mix(in srgb, var(--${share < 0 ? "minus" : "plus"}) ${Math.round(60 * Math.abs(share))}%, var(--paper))`;

// a box with its number: on a grey of so much light, on a tint, or as its kind has it
export function paint(cell, text, kind, { light, ground = "" } = {}) {
  if (cell.textContent !== text) cell.textContent = text;
  if (cell.className !== kind) cell.className = kind;
  cell.style.background = light === undefined ? ground : grey(light);
  cell.style.color = light === undefined ? "" : grey(inkOn(light));
}

export function drawImage(boxes, { image, n, P, unread }) {
  boxes.forEach((box, k) => {
    const [r, c] = [Math.floor(k / (n + 2 * P)) - P, (k % (n + 2 * P)) - P];
    const value = image[r]?.[c];
    if (r >= n + P) paint(box, "", "dl-none");
    else if (Math.max(r, c) >= n + P - unread) paint(box, "", "dl-unread");
    else if (value === undefined) paint(box, "0", "dl-pad");
    else paint(box, String(value), "", { light: value / BRIGHTEST });
  });
}

// a square of boxes; the first of them are used, as many as a side asks for
export function board(part, most) {
  const [outer, cells] = [element("div", { class: "dl-board" }), element("div", { class: "dl-cells", "aria-hidden": "true" })];
  cells.append(...many(most * most, () => element("span")));
  outer.append(cells);
  part.append(outer);
  return [outer, [...cells.children]];
}

export function section(place, name) {
  const [part, head] = [element("div", { class: `dl-part dl-${name}` }), element("p", { class: "dl-head" })];
  part.append(head);
  place.append(part);
  return [part, head];
}

// a window to drag over a board of boxes; a finger takes it along, or taps where it shall go.
// act(corner) is told the window's first row and column, corner() says them
export function windowOn(outer, corner, side, act) {
  const hand = element("div", { class: "dl-window", role: "slider", tabindex: 0, "aria-label": "window: arrow keys move it", "aria-valuemin": 1 });
  let [held, finger] = [null, false]; // held: where in the window the pointer has it
  const middle = [F / 2, F / 2];
  const put = (event, grip) => act(boxOf(event).map((value, k) => value - grip[k]));
  function boxOf({ clientX, clientY }) {
    const { left, top, width } = outer.getBoundingClientRect();
    return [clientY - top, clientX - left].map((way) => (way / width) * side());
  }
  outer.append(hand);
  outer.addEventListener("pointerdown", (event) => {
    finger = event.pointerType === "touch";
    const onHand = event.target === hand;
    if (event.button !== 0 || (finger && !onHand)) return;
    held = onHand ? boxOf(event).map((value, k) => value - corner()[k]) : middle;
    put(event, held);
    outer.setPointerCapture(event.pointerId);
    hand.dataset.held = "";
    hand.focus({ preventScroll: true });
    event.preventDefault();
  });
  outer.addEventListener("pointermove", (event) => { if (held) put(event, held); });
  for (const end of ["pointerup", "pointercancel"]) outer.addEventListener(end, () => { held = null; delete hand.dataset.held; });
  outer.addEventListener("click", (event) => { if (finger && event.target !== hand) put(event, middle); });
  return hand;
}

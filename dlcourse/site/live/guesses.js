// a guess before each truth: forms in the place of `guess_... = ...`, and what waits for them
"use strict";

window.dlcourseGuesses = (() => {
  const { load, watch } = window.dlcourseLive;
  const SVG = "http://www.w3.org/2000/svg";
  const AFTER = /after your guess/i;
  const boxes = [...document.querySelectorAll(".dl-guess")];
  const hidden = new Map(); // what waits below each form: places of outputs, folded prose

  // ---- what the browser remembers

  const key = (lecture) => `dlcourse ${lecture}`;
  function remembered(lecture) {
    try { return JSON.parse(localStorage.getItem(key(lecture))) ?? {}; } catch { return {}; }
  }
  function remember(lecture, name, value) {
    const kept = { ...remembered(lecture), [name]: value };
    if (value === undefined) delete kept[name];
    try { localStorage.setItem(key(lecture), JSON.stringify(kept)); } catch { /* then it lasts as long as the page */ }
  }

  // ---- words: as dlcourse.plots.guess writes them

  function digits(value, most) { // Python's format(value, ",.4g") with `most` digits
    if (value === 0) return "0";
    const [mantissa, power] = value.toExponential(most - 1).split("e");
    const n = Number(power);
    if (n < -4 || n >= most) {
      const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
      return `${short}e${n < 0 ? "-" : "+"}${String(Math.abs(n)).padStart(2, "0")}`;
    }
    const plain = value.toFixed(Math.max(0, most - 1 - n));
    return grouped(plain.includes(".") ? plain.replace(/\.?0+$/, "") : plain);
  }
  const grouped = (text) => text.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
  const minus = (text) => text.replaceAll("-", "−");
  const saidOf = (text, choices) => {
    if (choices) return text;
    return minus(/^[+-]?\d+$/.test(text) ? grouped(String(Number(text))) : digits(Number(text), 4));
  };

  function compare(text, { truth, said, quantity, choices, log }) {
    const [own, guess] = [saidOf(text, choices), Number(text)];
    const opening = `${quantity[0].toUpperCase()}${quantity.slice(1)}: your guess is ${own}, `;
    if (own === said || (!choices && guess === truth)) return `${opening}and so is the truth.`;
    if (choices) return `${opening}the truth is ${said}.`;
    const apart = log
      ? `${digits(Number(Math.max(truth / guess, guess / truth).toPrecision(3)), 6)} times ${truth > guess ? "as large" : "smaller"}`
      : `${digits(Math.abs(truth - guess), 3)} ${truth > guess ? "more" : "less"}`;
    return `${opening}the truth is ${said}, which is ${apart}.`;
  }

  // a number as people type it: commas between thousands, or one before the decimals
  function plain(typed) {
    const text = typed.trim().replace(/\s/g, "").replace("−", "-");
    if (/^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(text)) return text.replaceAll(",", "");
    return text.replace(/^([+-]?\d*),(\d+)$/, "$1.$2");
  }

  // what is wrong with a guess, or ""
  function lacking(text, { choices, within, log, whole }) {
    if (text === "") return choices ? "Choose one of the answers first." : "Write a number first, such as 12 or 0.35.";
    if (choices) return "";
    const guess = Number(text);
    if (!Number.isFinite(guess)) return `“${text}” is not a number such as 12 or 0.35.`;
    if (whole && !Number.isInteger(guess)) return "The answer is a whole number.";
    if (log && guess <= 0) return "The answer is above 0.";
    if (whole && guess < 0) return "The answer is 0 or more.";
    if (within && (guess < within[0] || guess > within[1])) {
      return `The answer lies between ${within.map((end) => saidOf(String(end))).join(" and ")}.`;
    }
    return "";
  }

  // ---- pieces of a page

  function element(name, attributes = {}, ...inner) {
    const made = document.createElement(name);
    for (const [one, value] of Object.entries(attributes)) made.setAttribute(one, value);
    made.append(...inner);
    return made;
  }
  function shape(svg, name, attributes, text = "") {
    const made = document.createElementNS(SVG, name);
    for (const [one, value] of Object.entries(attributes)) made.setAttribute(one, value);
    made.textContent = text;
    svg.append(made);
  }

  // the two answers on one axis; the sentence below says the same
  function axisOf(text, told) {
    const svg = document.createElementNS(SVG, "svg");
    for (const [one, value] of Object.entries({ viewBox: "0 0 340 132", class: "dl-axis", "aria-hidden": "true" })) svg.setAttribute(one, value);
    const place = told.log ? Math.log10 : (value) => value;
    const both = [Number(text), told.truth].map(place);
    let [low, high] = [Math.min(...both), Math.max(...both)];
    if (!told.log) [low, high] = [Math.min(0, low), Math.max(0, high)];
    if (low === high && !told.log && told.within) [low, high] = told.within; // both are 0
    const margin = told.log ? Math.max(1, 0.08 * (high - low)) : 0.08 * (high - low) || 1;
    const x = (value) => 10 + (320 * (value - low + margin)) / (high - low + 2 * margin);
    shape(svg, "path", { class: "dl-base", d: "M10 98H330" });
    ticks(low - margin, high + margin, told.log).forEach((tick) => {
      shape(svg, "path", { class: "dl-base", d: `M${x(tick)} 98v5` });
      shape(svg, "text", { class: "dl-ticktext", x: x(tick), y: 120, "text-anchor": "middle" }, tickText(tick, told.log));
    });
    [["you", both[0], saidOf(text), 44], ["truth", both[1], told.said, 88]].forEach(([who, at, said, y]) => {
      const [left, right] = [x(at) < 110, x(at) > 230];
      const anchor = left ? "start" : right ? "end" : "middle";
      shape(svg, "path", { class: `dl-${who}`, d: who === "you" ? `M${x(at) - 8} ${y - 13}h16l-8 13z` : `M${x(at)} ${y - 9}l8 8l-8 8l-8 -8z` });
      shape(svg, "text", { class: `dl-${who}`, x: x(at) + (left ? -8 : right ? 8 : 0), y: y - 19, "text-anchor": anchor }, `${who}: ${said}`);
    });
    return svg;
  }
  function ticks(low, high, log) {
    const unit = 10 ** Math.floor(Math.log10((high - low) / 4));
    const fine = [1, 2, 5, 10].map((m) => m * unit).find((step) => (high - low) / step <= 5);
    const step = log ? Math.max(1, Math.round(fine)) : fine;
    const first = Math.ceil(low / step);
    return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
  }
  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  function tickText(tick, log) {
    if (!log) return minus(digits(Number(tick.toPrecision(12)), 6));
    if (tick >= 0 && tick < 4) return grouped(String(10 ** tick));
    return `10${minus(String(tick)).replace("−", "⁻").replace(/\d/g, (digit) => RAISED[digit])}`;
  }

  // the choices, with who took which
  function listOf(text, { choices, said }) {
    const list = element("ul", { class: "dl-options" });
    for (const choice of choices.map(String)) {
      const item = element("li", {}, choice);
      if (choice === text) item.append(element("span", { class: "dl-you" }, " ▼ you"));
      if (choice === said) item.append(element("span", { class: "dl-truth" }, " ◆ truth"));
      list.append(item);
    }
    return list;
  }

  // ---- a form, and what it opens

  function formOf(box, ask, commit) {
    const { guess: name } = box.dataset;
    const [hint, alarm] = [`${name}-hint`, `${name}-alarm`];
    const legend = element("legend", {}, "Your guess");
    const field = element("div", { class: "dl-field" });
    if (ask.choices) {
      ask.choices.map(String).forEach((choice) => {
        field.append(element("label", {}, element("input", { type: "radio", name, value: choice }), ` ${choice}`));
      });
    } else {
      field.append(element("input", { type: "text", inputmode: ask.whole ? "numeric" : "decimal", name, "aria-label": "Your guess", "aria-describedby": hint, autocomplete: "off" }));
      field.append(element("span", { class: "dl-hint", id: hint }, ask.hint));
    }
    const said = element("p", { class: "dl-alarm", id: alarm, role: "alert" });
    const form = element("form", { class: "dl-form", novalidate: "" }, element("fieldset", {}, legend, field), element("button", { type: "submit" }, "Commit my guess"), said);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const number = form.querySelector("input[type=text]");
      const text = number ? plain(number.value) : new FormData(form).get(name) ?? "";
      said.textContent = lacking(text, ask);
      if (said.textContent) (number ?? form.querySelector("input")).focus();
      else commit(text);
    });
    return form;
  }

  async function open(box, text, { byHand = false } = {}) {
    const { lecture, guess: name } = box.dataset;
    const ask = JSON.parse(box.dataset.ask);
    const forget = element("button", { type: "button", class: "dl-quiet" }, "Forget this guess");
    forget.addEventListener("click", () => { remember(lecture, name, undefined); close(box); box.querySelector("input").focus(); });
    const line = element("p", { class: "dl-committed" }, "Your guess: ", element("strong", {}, saidOf(text, ask.choices)), " ", forget);
    box.querySelector(".dl-form, .dl-committed")?.replaceWith(line);
    const contents = await load(`waiting/${lecture}`).catch(() => null);
    if (!contents) {
      line.append(element("span", { class: "dl-alarm", role: "alert" }, " What waits for it cannot be loaded."));
      return;
    }
    const [places, folds] = hidden.get(box);
    places.forEach((place) => show(place, contents[place.dataset.cell], text));
    folds.forEach((fold) => { fold.hidden = false; fold.open = true; });
    if (byHand && places[0]) {
      places[0].focus({ preventScroll: true });
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      places[0].scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
    }
  }

  function show(place, { told, html }, text) {
    if (told) {
      const figure = told.choices ? listOf(text, told) : axisOf(text, told);
      place.replaceChildren(figure, element("p", {}, compare(text, told)));
    } else {
      place.innerHTML = html;
      watch(place);
    }
    place.dataset.open = "true";
    place.tabIndex = -1;
  }

  function close(box) {
    const { lecture, guess: name } = box.dataset;
    const form = formOf(box, JSON.parse(box.dataset.ask), (text) => {
      remember(lecture, name, text);
      open(box, text, { byHand: true });
    });
    const old = box.querySelector(".dl-form, .dl-committed");
    if (old) old.replaceWith(form);
    else box.append(form);
    const [places, folds] = hidden.get(box);
    for (const place of places) {
      const back = element("a", { href: `#${box.id}` }, "your guess");
      back.addEventListener("click", (event) => { event.preventDefault(); box.scrollIntoView(); box.querySelector("input").focus(); });
      place.replaceChildren(element("p", { class: "dl-later" }, "This comes after ", back, "."));
      delete place.dataset.open;
      place.removeAttribute("tabindex");
    }
    folds.forEach((fold) => { fold.hidden = true; fold.open = false; });
  }

  // prose that tells belongs to the last guess above it
  const folds = [...document.querySelectorAll("details")].filter((one) => AFTER.test(one.querySelector("summary")?.textContent));
  const above = (fold) => boxes.filter((box) => box.compareDocumentPosition(fold) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);
  for (const box of boxes) {
    const places = document.querySelectorAll(`.dl-waits[data-guess="${box.dataset.guess}"]`);
    hidden.set(box, [[...places], folds.filter((fold) => above(fold) === box)]);
    close(box);
    const known = remembered(box.dataset.lecture)[box.dataset.guess];
    if (known !== undefined) open(box, known);
  }

  for (const place of document.querySelectorAll(".dl-forget")) {
    if (!boxes.length && !document.querySelector(".dl-question")) continue;
    const all = element("button", { type: "button", class: "dl-quiet" }, "Forget my guesses and answers on this page");
    all.addEventListener("click", () => {
      try { localStorage.removeItem(key(place.dataset.lecture)); } catch { /* nothing is kept */ }
      boxes.forEach(close);
      document.dispatchEvent(new Event("dlcourse-forget"));
      all.textContent = "Forgotten.";
    });
    place.append(all);
  }

  return { remembered, remember, compare, element };
})();

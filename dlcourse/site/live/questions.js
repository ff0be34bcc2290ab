// concept questions: the options of the statement become radio buttons, and a try is compared by
// its fingerprint, so that the page holds no answer in the clear
"use strict";

(() => {
  const { load } = window.dlcourseLive;
  const { remembered, remember, element } = window.dlcourseGuesses;

  function fingerprint(name, option) { // FNV-1a of 32 bits
    let found = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(`${name} ${option}`)) found = Math.imul(found ^ byte, 0x01000193) >>> 0;
    return String(found);
  }
  const decoded = (text) => new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));

  // a formula names nothing by itself: its source stands for it
  function spoken(label) {
    const copy = label.cloneNode(true);
    copy.querySelectorAll("math").forEach((math) => math.replaceWith(math.getAttribute("alttext")));
    return copy.textContent.trim();
  }

  // the statement's list stands last above the place of its answer
  const lists = [...document.querySelectorAll("ol")];
  const listAbove = (box) => lists.filter((list) => list.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);

  for (const box of document.querySelectorAll(".dl-question")) {
    const { lecture, question: name } = box.dataset;
    const list = listAbove(box);
    if (!list) continue;
    list.classList.add("dl-answers");
    list.setAttribute("role", "radiogroup");
    list.setAttribute("aria-label", "Your answer");
    const inputs = [...list.children].map((item, i) => {
      const input = element("input", { type: "radio", name, value: String(i + 1) });
      const label = element("label", {}, input, element("span", {}, ...item.childNodes));
      input.setAttribute("aria-label", `${i + 1}: ${spoken(label)}`);
      item.setAttribute("role", "presentation");
      item.replaceChildren(label);
      return input;
    });
    const said = element("p", { class: "dl-verdict", role: "status" });
    const button = element("button", { type: "button" }, "Check my answer");
    const form = element("div", { class: "dl-form" }, button, said);
    box.append(form);

    async function check() {
      const chosen = inputs.find((input) => input.checked);
      if (!chosen) {
        said.textContent = "Choose one of the answers first.";
        inputs[0].focus();
        return;
      }
      const answers = await load(`answers/${lecture}`).catch(() => null);
      const print = fingerprint(name, chosen.value);
      const right = answers?.[name].right === print;
      said.dataset.right = String(right);
      if (!answers) said.textContent = "The check cannot be loaded; answer it in JupyterLab.";
      else said.textContent = right ? "✓ Right." : `✗ Not this one. ${decoded(answers[name].said[print] ?? "")}`;
      remember(lecture, name, chosen.value);
    }
    function forget() {
      said.textContent = "";
      delete said.dataset.right;
      inputs.forEach((input) => { input.checked = false; });
    }
    button.addEventListener("click", check);
    inputs.forEach((input) => input.addEventListener("change", () => { said.textContent = ""; delete said.dataset.right; }));
    document.addEventListener("dlcourse-forget", forget);
    const known = inputs.find((input) => input.value === remembered(lecture)[name]);
    if (known) {
      known.checked = true;
      check();
    }
  }
})();

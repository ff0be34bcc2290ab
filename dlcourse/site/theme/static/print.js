// for paper, run by dlcourse.site.printed: what stands in folds, and what waits for a guess, moves
// to the end of the lecture, numbered, so that nothing is told before it is asked and nothing lost
"use strict";

async function toPaper() {
  const made = (name, kind, ...inner) => {
    const element = document.createElement(name);
    element.className = kind;
    element.append(...inner);
    return element;
  };
  const article = document.querySelector("article");
  const boxes = [...article.querySelectorAll("details:not(.code), .dl-waits")].filter((box) => !box.parentElement.closest("details:not(.code)"));
  const first = article.querySelector(".dl-waits");
  const waiting = first ? await window.dlcourseLive.load(`waiting/${first.dataset.lecture}`) : {};
  const end = made("section", "print-answers", made("h2", "", "Answers"));

  // the title of what goes to the end, and what goes there
  function contents(box) {
    if (box.tagName === "DETAILS") {
      const summary = box.querySelector("summary");
      summary.remove();
      const title = summary.textContent.replace(/^Answer first, then see /, "");
      return [`${title[0].toUpperCase()}${title.slice(1)}`, [...box.childNodes]];
    }
    const { told, html } = waiting[box.dataset.cell];
    if (told) return ["The truth", [made("p", "", `${told.quantity[0].toUpperCase()}${told.quantity.slice(1)}: ${told.said}.`)]];
    const shown = made("div", "");
    shown.innerHTML = html;
    shown.querySelectorAll(".dl-note, .dl-line-below").forEach((note) => note.remove());
    return [box.closest(".cell")?.querySelector("summary")?.textContent ?? "What the cell prints", [shown]];
  }

  boxes.forEach((box, i) => {
    const [title, content] = contents(box);
    box.replaceWith(made("p", "print-see", `${title}: number ${i + 1} at the end.`));
    end.append(made("div", "print-answer", made("p", "", made("b", "", `${i + 1}. ${title}`)), ...content));
  });
  if (boxes.length) article.append(end);
  // the caption of a folded cell stands above what the cell shows, and else says what is left out
  for (const fold of article.querySelectorAll("details.code")) {
    const next = fold.nextElementSibling, caption = fold.querySelector("summary").textContent;
    if (!next) fold.replaceWith(made("p", "print-left", `Code in the notebook: ${caption}.`));
    else if (next.matches(".print-see")) fold.remove();
  }
  const standing = article.querySelector(".standing");
  if (standing) {
    standing.textContent = "This is the printed form of a notebook, which runs in JupyterLab. The code behind figures is left out, and answers stand at the end.";
  }
}

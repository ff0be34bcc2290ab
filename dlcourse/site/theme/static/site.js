// The page says to widgets and figures which theme is on, as JupyterLab does.
(() => {
  const { body } = document, system = matchMedia("(prefers-color-scheme: dark)");
  const tell = () => {
    const chosen = body.dataset.theme;
    const dark = chosen === "dark" || (chosen !== "light" && system.matches);
    if (body.dataset.jpThemeLight !== String(!dark)) body.dataset.jpThemeLight = String(!dark);
  };
  new MutationObserver(tell).observe(body, { attributes: true, attributeFilter: ["data-theme"] });
  system.addEventListener("change", tell);
  tell();
  // what is wider than its place scrolls by keys too, and fades where it goes on
  const WIDE = "article pre, .table-wrapper, .formula-body, .dlcourse-figure, .dlcourse-twin, .output-html";
  const fade = (box) => {
    const rest = box.scrollWidth - box.clientWidth;
    const ends = [box.scrollLeft > 4, rest - box.scrollLeft > 4];
    if (ends[0] || ends[1]) box.dataset.more = ends[0] && ends[1] ? "both" : ends[0] ? "left" : "right";
    else delete box.dataset.more;
    if (rest > 0) box.tabIndex = 0;
  };
  // a figure that is wider than a phone is shown whole, and enlarged by a button below it
  const narrow = matchMedia("(max-width: 46em)");
  const fit = (box) => {
    const next = box.nextElementSibling, own = next?.matches(".figure-size") ? next : null;
    const least = parseFloat(box.querySelector("img")?.style.minWidth);
    if (!narrow.matches || !box.clientWidth || !(least > 1.1 * box.clientWidth)) {
      own?.remove();
      delete box.dataset.large;
    } else if (!own) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "figure-size", textContent: "Enlarge the figure" });
      button.addEventListener("click", () => {
        const large = box.toggleAttribute("data-large");
        button.textContent = large ? "Show the whole figure" : "Enlarge the figure";
        fade(box);
      });
      box.after(button);
    }
  };
  let waiting = 0;
  const fadeAll = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      document.querySelectorAll(".dlcourse-figure, .dlcourse-twin").forEach(fit);
      document.querySelectorAll(WIDE).forEach(fade);
    });
  };
  new ResizeObserver(fadeAll).observe(document.querySelector("article") ?? body);
  document.addEventListener("scroll", ({ target }) => { if (target.matches?.(WIDE)) fade(target); }, { capture: true, passive: true });
  // in a card each part of a row is named by its column
  for (const table of document.querySelectorAll(".cards table")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent);
    const roles = { thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };
    table.setAttribute("role", "table"); // which a style of "block" would take from it
    for (const [name, role] of Object.entries(roles)) table.querySelectorAll(name).forEach((part) => part.setAttribute("role", role));
    table.querySelectorAll("tbody tr").forEach((row) => [...row.cells].forEach((cell, i) => { cell.dataset.label = heads[i]; }));
  }
  // what the theme leaves to a screen reader's guess
  document.querySelectorAll(".caption[role=heading]").forEach((caption) => { caption.ariaLevel = "2"; });
  for (const [drawer, name] of Object.entries({ ".sidebar-drawer": "This site", ".toc-drawer": "This page" })) {
    document.querySelector(drawer)?.setAttribute("aria-label", name);
  }
  // the drawers open and close by keys
  for (const toggle of document.querySelectorAll(".sidebar-toggle")) {
    const drawer = document.querySelector(toggle.name === "__toc" ? ".toc-drawer" : ".sidebar-drawer");
    const handles = [...document.querySelectorAll(`label[for="${toggle.id}"]:not(.overlay)`)].map((label) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "drawer-handle", ariaLabel: toggle.getAttribute("aria-label") });
      button.append(...label.childNodes);
      label.append(button);
      return button;
    });
    const say = () => handles.forEach((handle) => handle.setAttribute("aria-expanded", String(toggle.checked)));
    const press = () => {
      toggle.checked = !toggle.checked;
      say();
      if (toggle.checked) drawer.querySelector("a, input:not([type=hidden])")?.focus();
    };
    handles.forEach((handle) => handle.addEventListener("click", press));
    drawer?.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !toggle.checked) return;
      press();
      handles.find((handle) => handle.offsetParent)?.focus();
    });
    toggle.addEventListener("change", say);
    say();
  }
  // what a link leads to is opened
  const guessAbove = (box) => [...document.querySelectorAll(".dl-guess")]
    .filter((one) => one.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);
  const open = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let box = place; box; box = box.parentElement) {
      if (box.tagName === "DETAILS") box.open = true;
      if (box.hidden) return guessAbove(box)?.scrollIntoView(); // what waits for a guess leads to it
    }
    if (place?.closest("details")) place.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();
})();

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
  // keys scroll what is wider than the page
  const reach = () => document.querySelectorAll("pre, .table-wrapper").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  });
  reach();
  addEventListener("resize", reach);
  // what a link leads to is opened
  const open = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let box = place; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
  };
  addEventListener("hashchange", open);
  open();
})();

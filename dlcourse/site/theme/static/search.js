// the search page: lectures and terms by their names first, then sections by what they say
"use strict";

(() => {
  const RANKS = { lecture: 60, term: 50, section: 20, function: 10, page: 5 };
  const SAID = { lecture: "Lecture", term: "Glossary", section: "", function: "Reference", page: "" };
  const [MOST, AROUND] = [40, 90];
  const field = document.querySelector(".search-page input");
  const list = document.querySelector(".search-results");
  const said = document.querySelector(".search-said");
  const bare = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  const pages = window.dlcourseIndex.map(([kind, page, title, place, text]) => ({
    kind, page, title, place, text, inTitle: bare(title), inText: bare(text),
  }));

  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const starts = (word) => new RegExp(`(?<![\\p{L}\\d])${escaped(word)}`, "gu");

  // how well a section answers, or 0: every word begins a word of it. What introduces a term, the
  // lecture of that number, answers before the rest
  function score(entry, words, query, home) {
    let sum = 0;
    for (const word of words) {
      const titled = starts(word).test(entry.inTitle);
      const often = [...entry.inText.matchAll(starts(word))].length;
      if (!titled && !often) return 0;
      sum += (titled ? 40 : 0) + Math.min(often, entry.kind === "page" ? 2 : 8);
    }
    const named = starts(query).test(entry.inTitle);
    if (named) sum += RANKS[entry.kind] * (entry.inTitle.replace(/^\d+ · /, "") === query ? 3 : 1);
    if (entry.inText.includes(query)) sum += 6;
    if (home && entry.page.startsWith(`${home} · `)) sum += 10;
    return sum + RANKS[entry.kind] / 10;
  }

  function marked(text, words) {
    const made = document.createDocumentFragment();
    const found = new RegExp(`(?<![\\p{L}\\d])(?:${words.map(escaped).join("|")})[\\p{L}\\d]*`, "giu");
    let end = 0;
    for (const match of text.matchAll(found)) {
      const mark = document.createElement("mark");
      mark.textContent = match[0];
      made.append(text.slice(end, match.index), mark);
      end = match.index + match[0].length;
    }
    made.append(text.slice(end));
    return made;
  }

  // the words around the first place that holds one of them
  function excerpt({ text, inText, inTitle }, words) {
    if (words.every((word) => starts(word).test(inTitle))) inText = ""; // then it begins as the section does
    const places = words.map((word) => inText.search(starts(word))).filter((place) => place >= 0);
    const first = Math.max(0, Math.min(...places, inText.length) - AROUND);
    const from = places.length && first ? text.indexOf(" ", first) + 1 : 0;
    const cut = text.slice(from, from + 3 * AROUND);
    const whole = from + cut.length >= text.length ? cut : cut.slice(0, cut.lastIndexOf(" "));
    return `${from ? "… " : ""}${whole}${whole === cut ? "" : " …"}`;
  }

  function element(name, kind, ...inner) {
    const made = document.createElement(name);
    made.className = kind;
    made.append(...inner);
    return made;
  }

  function show() {
    const query = bare(field.value.trim()).replace(/\s+/g, " ");
    const words = [...new Set(query.split(" "))].filter(Boolean);
    const home = pages.find(({ kind, inTitle }) => kind === "term" && inTitle === query)?.page;
    const found = words.length ? pages.map((entry) => [score(entry, words, query, home), entry]).filter(([sum]) => sum) : [];
    found.sort((a, b) => b[0] - a[0]);
    const rows = found.slice(0, MOST).map(([, entry]) => {
      const link = element("a", "", marked(entry.title, words));
      link.href = entry.place;
      const own = entry.page !== entry.title && entry.kind !== "term";
      const where = [SAID[entry.kind], own ? entry.page : ""].filter(Boolean).join(" · ");
      return element("li", "search-result", link, element("span", "search-where", where), element("p", "", marked(excerpt(entry, words), words)));
    });
    list.replaceChildren(...rows);
    const more = found.length > MOST ? ` The best ${MOST} are shown.` : "";
    if (!words.length) said.textContent = "Write a word, such as dropout or gradient.";
    else if (found.length) said.textContent = `${found.length} place${found.length === 1 ? "" : "s"}.${more}`;
    else said.textContent = `Nothing is found for “${field.value.trim()}”. Try one word, or its beginning.`;
  }

  field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.addEventListener("input", () => {
    history.replaceState(null, "", `?${new URLSearchParams({ q: field.value })}`);
    show();
  });
  field.form.addEventListener("submit", (event) => event.preventDefault());
  show();
})();

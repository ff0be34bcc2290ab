// gives the course's widgets what anywidget gives them, in a page without a kernel. A page that is
// opened from disk may load classic scripts only, so this is one, and every file that it loads is
// one that hands its content over by `arrive`
"use strict";

window.dlcourseLive = (() => {
  const HOME = document.currentScript.src.replace(/[^/]*$/, "");
  const NEAR = "900px 0px"; // how far from the window a widget is made ready
  const [arrived, asked, styles] = [new Map(), new Map(), new Set()];

  const arrive = (name, content) => arrived.set(name, content);

  // what the file of that name hands over; it is asked for once
  function load(name) {
    if (!asked.has(name)) {
      asked.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${HOME}${name}.js`;
        script.onload = () => resolve(arrived.get(name));
        script.onerror = () => { asked.delete(name); reject(new Error(`${script.src} cannot be loaded`)); };
        document.head.append(script);
      }));
    }
    return asked.get(name);
  }

  // ---- the model: what a widget's script asks of a kernel, kept in the page

  const same = (a, b) => Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);

  function modelOf(state) {
    const listeners = new Map();
    const tell = (event, ...news) => [...(listeners.get(event) ?? [])].forEach((act) => act(...news));
    const names = (events) => events.split(/\s+/);
    const model = {
      get: (name) => state[name],
      set(name, value) { // as Backbone does: all at once, and only what is new is told
        const changes = Object.entries(typeof name === "object" ? name : { [name]: value });
        const fresh = changes.filter(([key, next]) => !same(state[key], next));
        fresh.forEach(([key, next]) => { state[key] = next; });
        fresh.forEach(([key, next]) => tell(`change:${key}`, model, next));
        if (fresh.length) tell("change", model);
      },
      save_changes() {}, // nobody else holds the state
      send() {}, // nobody answers
      on(events, act) {
        names(events).forEach((event) => listeners.set(event, [...(listeners.get(event) ?? []), act]));
      },
      off(events, act) {
        const gone = (event) => (act ? (listeners.get(event) ?? []).filter((one) => one !== act) : []);
        if (events) names(events).forEach((event) => listeners.set(event, gone(event)));
        else listeners.clear();
      },
    };
    return model;
  }

  // arrays travel beside the state, as ipywidgets keeps them in a notebook: base64 at their paths
  function stateOf({ state, buffers }) {
    const own = structuredClone(state);
    for (const { data, path } of buffers) {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const holder = path.slice(0, -1).reduce((inner, key) => inner[key], own);
      holder[path.at(-1)] = new DataView(bytes.buffer);
    }
    return own;
  }

  // ---- the widgets of a page

  function dress(style) {
    if (styles.has(style)) return;
    styles.add(style);
    const made = document.createElement("style");
    made.textContent = style;
    document.head.append(made);
  }

  // put a widget in the place of its twin, which stays for print and for whatever fails
  async function mount(box) {
    const el = document.createElement("div");
    el.className = "dl-place";
    try {
      const [content, code] = await Promise.all([load(box.dataset.state), load(box.dataset.code)]);
      dress(code.style);
      const made = code.make();
      const widget = typeof made === "function" ? await made() : made;
      const given = { model: modelOf(stateOf(content)), experimental: { invoke: () => Promise.reject(new Error("no kernel")) } };
      await widget.initialize?.(given);
      box.append(el);
      await widget.render?.({ ...given, el });
      box.dataset.lives = "true";
      if (box.dataset.press && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
        [...el.querySelectorAll("button")].find((one) => one.textContent === box.dataset.press)?.click();
      }
    } catch (error) {
      el.remove();
      box.dataset.lives = "false";
      console.error(`${box.dataset.code}:`, error);
    }
  }

  const near = new IntersectionObserver((seen) => {
    for (const { target } of seen.filter((one) => one.isIntersecting)) {
      near.unobserve(target);
      mount(target);
    }
  }, { rootMargin: NEAR });
  const watch = (part) => part.querySelectorAll(".dl-live:not([data-lives])").forEach((box) => near.observe(box));

  // a page without a theme of its own follows the system's
  if (!document.body.dataset.jpThemeLight) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => { document.body.dataset.jpThemeLight = String(!dark.matches); };
    dark.addEventListener("change", follow);
    follow();
  }
  document.documentElement.classList.add("dl-scripts");
  watch(document);
  return { arrive, load, watch };
})();

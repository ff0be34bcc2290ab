// a training run with an unknown bug: instruments are read one by one, then the bug is named
import { button, card, element, many, select, send, short } from "./shared.js";

const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;
const listed = (parts) => (parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`);
const size = (value) => value ?? Infinity; // null stands for what is no finite number

// a run's numbers of one card, as text
function said(values, share) {
  const texts = values.map((value) => (value === null ? "no number" : share ? value.toFixed(1) : short(Number(value.toPrecision(2)))));
  return texts.join(" to ") + (share ? " %" : "");
}

function render({ model, el }) {
  const { bar, place, say, follow } = card({ model, el }, "clinic");
  const get = (name) => model.get(name);
  const [bugs, cards, hidden, runs, ranges, enough, shares] = ["bugs", "cards", "hidden", "runs", "ranges", "enough", "shares"].map(get);
  const first = many(cards.length, (k) => cards.slice(0, k).reduce((sum, [, , n]) => sum + n, 0));
  const places = (k) => many(cards[k][2], (i) => first[k] + i);
  const task = element("p", { class: "dl-task" });
  bar.append(task);

  const board = element("div", { class: "dl-cards", role: "group", "aria-label": "instruments: a pressed one is read" });
  place.append(board);
  const made = cards.map(([name, what], k) => {
    const one = button(board, "", () => {
      if (!get("used").includes(k)) send(model, { used: [...get("used"), k] });
    });
    one.classList.add("dl-card");
    const reading = element("i");
    one.append(element("b", {}, name), element("span", {}, what), reading);
    return { one, reading };
  });

  const below = element("div", { class: "dlcourse-bar" });
  place.append(below);
  const options = [["", "choose one"], ...bugs.map((bug, k) => [k, bug])];
  const chosen = select(below, "the bug", options, () => { name.disabled = over() || !chosen.value; });
  const name = button(below, "Name it", () => decide(Number(chosen.value)));
  button(below, "Next case", () => send(model, { case: (get("case") % hidden.length) + 1, used: [], named: [] }));

  const truth = () => hidden[get("case") - 1];
  const over = () => get("named").includes(truth());
  function decide(bug) {
    const [named, done] = [[...get("named"), bug], get("solved").filter(([one]) => one !== get("case"))];
    const entry = [get("case"), get("used").length, named.length - 1];
    send(model, bug === truth() ? { named, solved: [...done, entry] } : { named });
  }

  const numbers = (k, which) => places(k).map((i) => runs[get("case") - 1][which][i]);
  const text = (k, which) => said(numbers(k, which), shares.includes(k));

  // a card that was read and that the named bug would not show
  const against = (bug) => get("used").find((k) => places(k).some((i) => {
    const [low, high] = ranges[bug + 1][i].map(size);
    const value = size(runs[get("case") - 1][1][i]);
    return value < low || value > high;
  }));
  const between = (k, bug) => places(k).map((i) => {
    const [low, high] = ranges[bug + 1][i].map((value) => said([value], shares.includes(k)));
    return low === high ? low : `${low} to ${high}`;
  }).join(" and ");

  function verdict() {
    const [used, named] = [get("used"), get("named")];
    const bug = named.at(-1);
    if (over()) {
      const least = enough[get("case") - 1];
      const [, count, wrong] = get("solved").find(([one]) => one === get("case")) ?? [0, used.length, named.length - 1];
      const names = `named after ${counted(count, "reading")}${wrong ? ` and ${counted(wrong, "wrong name")}` : ""}`;
      return `Yes: ${bugs[bug]}, ${names}. ${least.length === 1 ? "One reading tells" : `${least.length} readings tell`} it from all others: ${listed(least.map((k) => cards[k][0]))}.`;
    }
    const k = against(bug);
    if (k === undefined) return `No, it is not “${bugs[bug]}”, although nothing that you have read speaks against that. Read on.`;
    return `No, it is not “${bugs[bug]}”: then ${cards[k][0]} would read ${between(k, bug)} over ten starts. Here it reads ${text(k, 1)}.`;
  }

  let last = "used";
  function sentence() {
    const [used, named] = [get("used"), get("named")];
    if (named.length && (last === "named" || over())) return verdict();
    if (!used.length) return "Nothing is read yet. One of the twelve bugs is in this run, and only one.";
    const k = used.at(-1);
    return `${cards[k][0][0].toUpperCase()}${cards[k][0].slice(1)}: ${text(k, 1)} in this run, ${text(k, 0)} in a sound run from the same start.`;
  }

  function score() {
    const solved = get("solved");
    if (!solved.length) return "";
    const [readings, wrong] = [1, 2].map((i) => solved.reduce((sum, one) => sum + one[i], 0));
    const least = solved.reduce((sum, [one]) => sum + enough[one - 1].length, 0);
    return ` Named so far: ${solved.length} of ${hidden.length} with ${counted(readings, "reading")} (${least} can do it)${wrong ? ` and ${counted(wrong, "wrong name")}` : ""}.`;
  }

  function show() {
    const used = get("used");
    task.replaceChildren(element("b", {}, `Case ${get("case")} of ${hidden.length}.`), ` Read as few instruments as you can, then name the bug.${score()}`);
    made.forEach(({ one, reading }, k) => {
      const open = used.includes(k);
      one.setAttribute("aria-pressed", String(open));
      reading.replaceChildren(...(open ? [element("em", {}, "this run"), element("strong", {}, text(k, 1)), element("em", {}, "sound"), element("strong", {}, text(k, 0))] : []));
      reading.hidden = !open;
    });
    name.disabled = over() || !chosen.value;
    chosen.disabled = over();
    say(sentence());
  }
  function fresh() {
    chosen.value = "";
    show();
  }
  const after = (what) => () => { last = what; show(); };
  show();
  return follow({ case: fresh, used: after("used"), named: after("named"), solved: show });
}

export default { render };

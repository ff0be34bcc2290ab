"""How long a widget's script works on a move, in Chromium: the page says under 50 ms.

Each control of each widget is moved as hands move it (a slider by its input event, a button by a
click, a choice by its change), and what the browser does at once is timed: the handler, its share
of the next two frames, and the layout that follows. A network that trains goes on for as many
frames as it likes; none of its blocks may hold up the page for longer either.
"""

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import report

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "tests" / "widgets")]

from learner_page import FLAGS  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from test_widgets_shared import WIDGETS  # noqa: E402
from widget_page import open_widget  # noqa: E402

MOVES = 11
# every callback of a frame is timed, and a move's longest block is what a hand waits for
WATCH = """() => {
  const ask = window.requestAnimationFrame.bind(window);
  window.blocks = [];
  window.requestAnimationFrame = (callback) => ask((now) => {
    const start = performance.now();
    callback(now);
    window.blocks.push(performance.now() - start);
  });
}"""
MOVE = """async ([selector, index, turn]) => {
  const control = document.querySelectorAll(selector)[index];
  if (!control || control.disabled) return null;
  window.blocks = [];
  const start = performance.now();
  if (control.matches("button")) control.click();
  else if (control.matches("select")) {
    control.selectedIndex = (control.selectedIndex + 1) % control.options.length;
    control.dispatchEvent(new Event("change", { bubbles: true }));
  } else {
    const [low, high] = [Number(control.min || 0), Number(control.max || 1)];
    control.value = String(low + (high - low) * [0.2, 0.8, 0.5, 0.35, 0.65][turn % 5]);
    for (const name of ["input", "change"]) {
      control.dispatchEvent(new Event(name, { bubbles: true }));
    }
  }
  await null; // a widget may draw once for all that one event changed, in a microtask
  document.querySelector(".dlcourse").getBoundingClientRect();
  window.blocks.push(performance.now() - start);
  for (let frame = 0; frame < 2; frame += 1) {
    await new Promise((done) => setTimeout(() => requestAnimationFrame(done)));
  }
  return Math.max(...window.blocks);
}"""
CONTROLS = ".dlcourse :is(input[type=range], input[type=number], select, button)"


def slowest_control(browser, name, folder):
    """Move every control of a widget; return the slowest one's name, its median and its maximum."""
    page = open_widget(browser, WIDGETS[name](), folder, width=1000)
    page.wait_for_function("document.querySelector('.dlcourse-caption').textContent")
    page.evaluate(WATCH)
    found = []
    for index in range(page.locator(CONTROLS).count()):
        label = (
            page.locator(CONTROLS)
            .nth(index)
            .evaluate(
                "c => c.ariaLabel || c.labels?.[0]?.textContent.trim() || c.textContent.trim()"
            )
        )
        times = [page.evaluate(MOVE, [CONTROLS, index, turn]) for turn in range(MOVES)]
        if times := [time for time in times if time is not None]:
            found.append((statistics.median(times), max(times), label))
    page.close()
    return max(found)


def main():
    """Measure every widget and write the table."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    summary = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for name in WIDGETS:
            middle, most, label = slowest_control(browser, name, Path(folder))
            summary[name] = f"{middle:.1f} ms, at most {most:.1f} ms ({label})"
        browser.close()
    report("widgets", [], summary=summary)


if __name__ == "__main__":
    main()

"""All pages of the site. Lectures are run where they changed since the last `make site`."""

from pathlib import Path

import pytest
from accessibility import OF_COLOUR, RULES, complaints
from filelock import FileLock
from looked_at import LIMIT, broken_links, faults, pages, weight

from dlcourse.site import build

pytestmark = pytest.mark.long
ROOT = Path(__file__).resolve().parents[2]
PARTS = ["lectures/0*", "lectures/1*", "api/*", "docs/*", "*"]
THEMES = ["light", "dark"]
OWN = {"include": [["article"]]}  # what Furo puts around it is not ours
UNFOLD = "document.querySelectorAll('details').forEach((fold) => (fold.open = true))"


@pytest.fixture(scope="module")
def site():
    (ROOT / "build").mkdir(exist_ok=True)
    with FileLock(ROOT / "build" / "site.lock"):  # of several workers one makes it
        return build.build_site(ROOT, told=lambda line: None)


def in_part(site, part):
    return sorted(site.glob(f"{part}.html"))


def test_the_parts_are_the_whole(site):
    assert sorted(page for part in PARTS for page in in_part(site, part)) == sorted(pages(site))


def test_it_has_no_broken_link(site):
    assert {p.name: broken for p in pages(site) if (broken := broken_links(site, p))} == {}


def test_it_is_sound_html(site):
    assert {p.name: found for p in pages(site) if (found := faults(p))} == {}


def test_a_page_weighs_less_than_two_megabytes(site):
    assert {p.name: size for p in pages(site) if (size := weight(p)) > LIMIT} == {}


@pytest.mark.browser
def test_a_page_needs_less_than_a_second_of_a_core_to_load(site, chromium):
    seconds = {}
    for path in pages(site):
        page = chromium.new_page()
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})  # not the clock's
        page.goto(path.as_uri())
        found = session.send("Performance.getMetrics")["metrics"]
        seconds[path.name] = next(m["value"] for m in found if m["name"] == "TaskDuration")
        page.close()
    assert {name: time for name, time in seconds.items() if not 0 < time < 1} == {}


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "rules"), [("light", RULES), ("dark", OF_COLOUR)], ids=THEMES)
@pytest.mark.parametrize("part", PARTS)
def test_axe_finds_nothing_wrong(site, chromium, part, theme, rules):
    context, found = chromium.new_context(color_scheme=theme), {}
    for path in in_part(site, part):
        page = context.new_page()
        page.goto(path.as_uri())
        page.evaluate(UNFOLD)
        found[path.name] = complaints(page, OWN, rules)
        page.close()
    context.close()
    assert {name: rules for name, rules in found.items() if rules} == {}

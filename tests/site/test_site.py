"""The web site: its pages hold together, and no formula, figure or answer is lost or told."""

from pathlib import Path

import nbformat
import pytest
from accessibility import complaints
from looked_at import LIMIT, broken_links, faults, weight

from dlcourse.plots.basic import described, plot_lines
from dlcourse.site import build, glossary
from dlcourse.site.formulas import mathml
from dlcourse.site.guesses import KIND

ROOT = Path(__file__).resolve().parents[2]
ALT = "A straight line from 0 to 1."
OWN = {"include": [["article"]]}  # what Furo puts around it is not ours


def with_a_figure(root, name, kept):
    """A released lecture as if it had been run: a figure below its first fold, and its truth."""
    notebook = nbformat.read(root / "course" / name / f"{name}.ipynb", as_version=4)
    line = plot_lines([0, 1], {"line": [0, 1]}, xlabel="x", ylabel="y", title="A line")
    [(data, metadata)] = described(line, ALT).outputs
    cell = next(c for c in notebook.cells if c.source.startswith("# @title Ten mean"))
    cell.outputs = [nbformat.v4.new_output("display_data", data=data, metadata=metadata)]
    told = {"truth": 324, "quantity": "digits", "choices": None, "within": [0, 360], "log": False}
    for reveal in [c for c in notebook.cells if "plot_guess(" in c.source]:
        reveal.outputs = [nbformat.v4.new_output("display_data", data={KIND: told})]
    return notebook


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The site of the first lecture, three documents and one topic of the reference."""
    folder = tmp_path_factory.mktemp("site")
    parts = {
        "names": ["00_start"],
        "docs": ["install", "progress", "training"],
        "topics": ["losses"],
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "executed", with_a_figure)
        return build.build_site(ROOT, **parts, site=folder, told=lambda line: None)


def pages(site):
    return [p for p in sorted(site.rglob("*.html")) if not {"_static", "_sources"} & set(p.parts)]


def text_of(site, page):
    return (site / page).read_text(encoding="utf-8")


def test_the_small_site_has_no_broken_link(small):
    assert {p.name: broken for p in pages(small) if (broken := broken_links(small, p))} == {}


def test_the_small_site_is_sound_html(small):
    looked = [small / name for name in ("index.html", "lectures/00_start.html", "glossary.html")]
    assert {p.name: found for p in looked if (found := faults(p))} == {}


def test_a_figure_keeps_its_description_and_leaves_the_page(small):
    page = text_of(small, "lectures/00_start.html")
    assert f'alt="{ALT}"' in page
    assert "data:image/png" not in page
    assert list((small / "figures").glob("*.webp"))


def test_an_exercise_shows_its_statement_and_no_solution(small):
    page = text_of(small, "lectures/00_start.html")
    assert 'class="exercise"' in page
    assert "NotImplementedError" in page
    assert "check.graded(" not in page


def test_every_term_is_introduced_by_a_lecture_that_uses_it():
    for term in glossary.read_terms(ROOT):
        text = (ROOT / "solutions" / "lectures" / f"{term.lecture}.py").read_text(encoding="utf-8")
        assert term.pattern.search(text.replace("\n# ", " ")), term.name


def test_a_formula_is_mathml_that_carries_its_source():
    made = mathml(r"\frac{a}{b}")
    assert made.startswith("<math ")
    assert r'alttext="\frac{a}{b}"' in made
    assert "<mfrac>" in made


@pytest.mark.long
class TestTheWholeSite:
    """Lectures are run where they changed since the last `make site`: some minutes."""

    @pytest.fixture(scope="class")
    @classmethod
    def site(cls):
        return build.build_site(ROOT, told=lambda line: None)

    def test_it_has_no_broken_link(self, site):
        assert {p.name: broken for p in pages(site) if (broken := broken_links(site, p))} == {}

    def test_it_is_sound_html(self, site):
        assert {p.name: found for p in pages(site) if (found := faults(p))} == {}

    def test_a_page_weighs_less_than_two_megabytes(self, site):
        assert {p.name: size for p in pages(site) if (size := weight(p)) > LIMIT} == {}

    @pytest.mark.browser
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_axe_finds_nothing_wrong(self, site, chromium, theme):
        context, found = chromium.new_context(color_scheme=theme), {}
        for path in pages(site):
            page = context.new_page()
            page.goto(path.as_uri())
            found[path.name] = complaints(page, OWN)
            page.close()
        context.close()
        assert {name: rules for name, rules in found.items() if rules} == {}

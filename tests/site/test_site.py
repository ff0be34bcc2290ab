"""The web site: its pages hold together, and no formula, figure or answer is lost or told."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from accessibility import complaints
from looked_at import broken_links, faults, pages

from dlcourse.plots.basic import described, plot_lines
from dlcourse.plots.convolution import plot_photographs
from dlcourse.site import (
    api,
    build,
    documents,
    figures,
    glossary,
    lectures,
    search,
    sources,
    spelled,
)
from dlcourse.site.formulas import font, keep_marks, mathml
from dlcourse.site.guesses import KIND
from dlcourse.site.printed import SCRIPT

ROOT = Path(__file__).resolve().parents[2]
ALT = "A straight line from 0 to 1."


def with_a_figure(root, name, kept):
    """A released lecture as if it had been run: a figure below its first fold, and its truth."""
    notebook = nbformat.read(root / "course" / name / f"{name}.ipynb", as_version=4)
    line = plot_lines([0, 1], {"line": [0, 1]}, xlabel="x", ylabel="y", title="A line")
    line.figure.set_size_inches(6.4, 3)  # wider than a phone
    [(data, metadata)] = described(line, ALT).outputs
    cell = next(c for c in notebook.cells if c.source.startswith("# @title One digit of"))
    cell.outputs = [nbformat.v4.new_output("display_data", data=data, metadata=metadata)]
    told = {"quantity": "digits", "choices": None, "within": [0, 360], "log": False}
    for place, reveal in enumerate(c for c in notebook.cells if "plot_guess(" in c.source):
        truth = {KIND: {"truth": 324 - place, **told}}
        reveal.outputs = [nbformat.v4.new_output("display_data", data=truth)]
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


def test_photographs_and_their_copy_become_files():
    photographs = plot_photographs({"ramp": np.arange(6.0).reshape(2, 3)}, title="A ramp")
    [(data, _)] = described(photographs, "A ramp from black to white.").outputs
    text, files = figures.linked(data["text/html"])
    assert "data:image" not in text
    assert [f'src="../{path}"' in text or f"url(../{path})" in text for path in files] == [True] * 2
    assert {make()[8:12] for make in files.values()} == {b"WEBP"}


def test_an_exercise_shows_its_statement_and_no_solution(small):
    page = text_of(small, "lectures/00_start.html")
    assert 'class="exercise"' in page
    assert "NotImplementedError" in page
    assert "check.graded(" not in page


def test_a_page_says_to_search_engines_what_it_promises(small):
    page = text_of(small, "lectures/00_start.html")
    assert re.search(r'<meta content="After this page you know [^"]+" name="description"', page)
    assert '<meta content="Learn deep learning by' in text_of(small, "index.html")


def test_the_home_page_says_the_minutes_that_a_lecture_states(small):
    said = re.search(r"Time:</strong> (\d+ minutes)", text_of(small, "lectures/00_start.html"))
    assert f">{said[1]} · 1 exercise<" in text_of(small, "index.html")


def test_sphinxs_own_index_is_not_made_so_that_a_build_that_was_stopped_can_go_on(small):
    assert not (small / "searchindex.js").exists()
    assert (small / "_static" / "search-index.js").is_file()


def test_a_lecture_leads_to_the_page_before_and_behind_it(small):
    page = text_of(small, "lectures/00_start.html")
    assert 'class="prev-page" href="../index.html"' in page
    assert 'class="next-page" href="../docs/install.html"' in page


def test_every_term_is_introduced_by_a_lecture_that_uses_it():
    for term in glossary.read_terms(ROOT):
        text = (ROOT / "solutions" / "lectures" / f"{term.lecture}.py").read_text(encoding="utf-8")
        assert term.pattern.search(text.replace("\n# ", " ")), term.name


def test_a_formula_is_mathml_that_carries_its_source():
    made = mathml(r"\frac{a}{b}")
    assert made.startswith("<math ")
    assert r'alttext="\frac{a}{b}"' in made
    assert "<mfrac>" in made


def page_of(*cells):
    """A page of a lecture with these cells below its title."""
    title = nbformat.v4.new_markdown_cell("# 1 · Neurons\n\n**Promise:** much.")
    return lectures.page(nbformat.v4.new_notebook(cells=[title, *cells]), "01_neurons", {})[0]


def code_cell(source, printed):
    output = nbformat.v4.new_output("stream", text=printed)
    return nbformat.v4.new_code_cell(source, outputs=[output])


def test_an_output_that_the_text_asks_for_waits_in_a_fold():
    asked = nbformat.v4.new_markdown_cell("Work it out before you\nrun the cell:")
    told = nbformat.v4.new_markdown_cell("It is eight.")
    page = page_of(asked, code_cell("a @ b", "8"), told, code_cell("a @ c", "9"))
    assert (
        page.index('<details class="reveal">') < page.index(">8</pre>") < page.index("</details>")
    )
    assert page.count("<details") == 1


def test_a_page_does_not_say_which_cells_to_run_again():
    end = "Then select the cell below and\nchoose *Run > Run All Above Selected Cell* first."
    made = lectures.markdown(f"**A good place to stop.** It can wait. {end}\n\n## 4 More (core)")
    assert made.startswith("**A good place to stop.** It can wait.\n\n## 4 More")


def test_columns_that_a_cell_prints_keep_their_places():
    page = page_of(code_cell("show()", "AUC   F1\n0.9   0.6"), code_cell("tell()", "one  \ntwo"))
    assert page.count('<pre class="output output-table">') == 1
    assert page.count('<pre class="output">') == 1


def test_badges_lead_to_the_notebook_once_the_course_has_an_address(monkeypatch):
    assert "Open in Colab" not in page_of()
    monkeypatch.setattr(lectures, "PUBLISHED", True)
    path = "course/01_neurons/01_neurons.ipynb"
    assert (ROOT / path).is_file()
    assert f'href="{lectures.COLAB}/{path}">Open in Colab' in page_of()
    assert f'href="{lectures.BINDER}/learn/01_neurons/01_neurons.ipynb">Open in' in page_of()


def test_a_heading_says_its_minutes_below_it():
    made = lectures.markdown("### Six strides (deeper, 1 minute)\n\n## 2 More (core, 12 minutes)")
    assert "### Six strides\n" in made
    assert ">deeper · 1 minute</p>" in made
    assert ">core · 12 minutes</p>" in made


def test_a_cell_of_imports_is_folded_and_a_single_import_is_not():
    many = nbformat.v4.new_code_cell("import ast\nimport json\nfrom math import pi")
    page = page_of(nbformat.v4.new_code_cell("import numpy as np"), many)
    assert (
        page.index("import numpy") < page.index('<details class="code">') < page.index("import ast")
    )


def test_numbers_of_formulas_and_letters_of_sources_say_what_they_stand_for(tmp_path):
    from docutils import nodes
    from docutils.utils import new_document

    for name, tag in [("04_here", "4.9"), ("03_there", "3.2")]:
        (tmp_path / f"{name}.md").write_text(f"$$a \\tag{{{tag}}}$$", encoding="utf-8")
    document = new_document("")
    document += nodes.paragraph("", "KAV's (4.9) is (3.2), not (3.3) of KAV or (9.1).")
    sources.link_numbers(document, tmp_path, "04_here")
    sources.name_sources(document, sources.documents())
    links = {link.astext(): link["refuri"] for link in document.findall(nodes.reference)}
    assert links == {
        "KAV": "../sources.html#source-kav",
        "(4.9)": "#formula-4-9",
        "(3.2)": "03_there.html#formula-3-2",
    }
    [again] = document.findall(nodes.abbreviation)
    assert again["explanation"] == "Deep Learning (units I to IV)"


def test_a_table_of_sentences_becomes_cards_and_one_of_numbers_does_not():
    head = "| id | source | printed | what holds |\n|---|---|---|---|\n"
    numbers, sentences = (
        f"{head}| 1 | 2 | 3 | 4 |\n",
        f"{head}| K1 | KAV | {'a word ' * 20} | b |\n",
    )
    assert "cards" not in documents.page(numbers, "docs/errata.md")
    made = documents.page(f"Before.\n\n{sentences}\nAfter.\n", "docs/errata.md")
    assert made == f"Before.\n\n::::{{container}} cards\n{sentences.rstrip()}\n::::\n\nAfter.\n"


def test_a_default_that_is_a_function_is_shown_by_its_name():
    page = api.pages(ROOT, ["training"])["api/training.md"]
    assert "update=adam, lr=0.001" in page
    assert " at 0x" not in page


def test_a_function_without_a_twin_says_why_and_topics_come_lecture_by_lecture():
    made = api.pages(ROOT, ["adaptive", "evaluation", "losses", "neurons"])
    assert "without a twin in PyTorch: PyTorch's autograd supplies it." in made["api/losses.md"]
    lacking = "without a twin in PyTorch: calls a function of the caller's on drawn rows."
    assert lacking in made["api/evaluation.md"]
    order = [
        "Lecture 1 · Neurons",
        "[Neurons]",
        "Lecture 3",
        "[Losses]",
        "Lecture 10",
        "[Adaptive]",
    ]
    places = [made["api/index.md"].index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a / b", '<mo lspace="0" rspace="0">/</mo>'),
        ("g'(s)", '<mrow><mi>g</mi><mo lspace="0" rspace="0">&#x02032;</mo></mrow>'),
        ("|z|", '<mo stretchy="false" lspace="0" rspace="0">&#x0007C;</mo><mi>z</mi>'),
        ("x = -2", '<mo>&#x0003D;</mo><mo form="prefix">&#x02212;</mo>'),
        (r"\tanh^2 z", '<msup><mi>tanh</mi><mn>2</mn></msup><mspace width="0.17em"/><mi>z</mi>'),
        (r"\max(0, z)", '<mi>max</mi><mo stretchy="false">&#x00028;</mo>'),
        (r"\mathrm{d}x", '<mi mathvariant="normal">d</mi><mi>x</mi>'),
        (r"\sqrt n", '<msqrt><mspace height="0.7em" depth="0.15em"/><mi>n</mi></msqrt>'),
        (r"\mathbb E[x]", "<mi>&#x1D53C;</mi>"),
        ("a - b", "<mi>a</mi><mo>&#x02212;</mo><mi>b</mi>"),
    ],
)
def test_signs_of_a_formula_have_the_space_that_they_have_in_print(text, part):
    assert part in mathml(text)


def test_a_line_does_not_break_between_a_formula_and_the_marks_beside_it():
    from docutils import nodes
    from docutils.utils import new_document

    document = new_document("")
    line = nodes.paragraph("", "", nodes.Text("For "), nodes.math("", "x"), nodes.Text(", "))
    line += [nodes.math("", "y"), nodes.Text(", and ("), nodes.math("", "z"), nodes.Text(") too")]
    document += line
    keep_marks(None, document)
    assert line.astext() == "For x, y, and (z) too"
    assert [kept.astext() for kept in document.findall(nodes.inline)] == ["x,", "y,", "(z)"]


def test_an_excerpt_of_the_search_begins_with_sentences():
    from docutils import nodes

    listing, said = nodes.literal_block("", "a = 1"), nodes.paragraph("", "It is one.")
    assert search.spoken(nodes.section("", listing, said)) == "It is one.\na = 1"


def test_the_search_reads_a_formula_as_people_type_it():
    assert search.spelled_out(r"\vert z \vert \le \text{lr}\, e^{-z}") == "| z | ≤ lr e^-z"


def test_all_sizes_of_a_root_have_one_width():
    import io

    from fontTools.ttLib import TTFont

    made = TTFont(io.BytesIO(font()))
    found = made["MATH"].table.MathVariants
    sizes = found.VertGlyphConstruction[found.VertGlyphCoverage.glyphs.index("radical")]
    names = {record.VariantGlyph for record in sizes.MathGlyphVariantRecord} - {"radical"}
    assert {made["hmtx"][name][0] for name in names} == {860}


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("the slope 4 e / (1 + e)^2, with e = e^-2|z|.", ["4 e / (1 + e)^2", "e = e^-2|z|"]),
        ("Return dout_i - p_i sum_j dout_j for each row", ["dout_i - p_i sum_j dout_j"]),
        ("half of erfc(-z / sqrt 2); a row", ["erfc(-z / sqrt 2)"]),
        ("W + lr x.T @ y", ["W + lr x.T @ y"]),
        ("the slope s (1 - s), an x-axis", ["s (1 - s)"]),
        ("of A'A theta = A'y, a mean, (N, D_in) and `z = 1`", []),
        ("(pred - target) / N, not guess / N", ["(pred - target) / N"]),
    ],
)
def test_a_spelled_formula_is_found_whole_and_prose_is_left_alone(text, formulas):
    found = list(spelled.pieces(text, {"pred", "target", "lr"}))
    assert [words for formula, words in found if formula] == formulas
    assert "".join(words for _, words in found) == text


def test_a_spelled_formula_becomes_latex():
    text = "e^-z_k, sum_j p_j / sqrt(n_in), 2 relu(2z) - 1"
    made = {words: formula for formula, words in spelled.pieces(text)}
    assert made["e^-z_k"] == "e^{-z_{k}}"
    assert made["sum_j p_j / sqrt(n_in)"] == r"\sum_{j}\,p_{j} / \sqrt{n_{\text{in}}}"
    assert made["2 relu(2z) - 1"] == r"2\,\text{relu}(2z) - 1"


@pytest.mark.browser
class TestByHand:
    """The small site in a browser, opened from disk."""

    @pytest.fixture
    def opened(self, small, chromium):
        context = chromium.new_context(viewport={"width": 400, "height": 800})
        page = context.new_page()
        page.set_default_timeout(20_000)

        def show(name, query=""):
            page.goto((small / name).as_uri() + query)
            return page

        yield show
        context.close()

    def test_the_search_puts_lectures_and_terms_first_and_quotes_the_place(self, opened):
        page = opened("search.html", "?q=gradient")
        found = page.locator(".search-result")
        assert found.first.locator(".search-where").inner_text() == "Glossary"
        assert found.first.locator("p").inner_text() != ""
        page.get_by_role("searchbox").fill("start")
        assert found.first.locator("a").inner_text() == "Start here"
        page.get_by_role("searchbox").fill("no such words")
        assert page.get_by_role("status").inner_text().startswith("Nothing is found")

    def test_the_search_puts_the_lecture_that_introduces_a_term_before_others(self, opened):
        rows = [
            ["page", "Changelog", "Added", "a.html", 20 * "dropout "],
            ["section", "14 · Recurrent networks", "Appendix", "b.html", 8 * "dropout "],
            ["section", "9 · Regularization", "7 Drop", "c.html", "About dropout."],
            ["term", "9", "dropout", "glossary.html", "Units set to 0."],
        ]
        page = opened("search.html", "?q=dropout")
        page.evaluate("rows => { window.dlcourseIndex = rows; }", rows)
        page.add_script_tag(path=SCRIPT.with_name("search.js"))
        found = page.locator(".search-result a").all_inner_texts()
        assert found == ["dropout", "7 Drop", "Appendix", "Added"]

    def test_paper_tells_answers_and_truths_at_the_end_alone(self, opened):
        page = opened("lectures/00_start.html")
        page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
        page.evaluate("toPaper()")
        end = page.locator(".print-answers")
        told = "Digits: 324."
        assert told in end.inner_text()
        assert page.locator("article").inner_text().count(told) == 1
        assert page.locator("article details:not(.code)").count() == 0
        assert page.locator(".print-see").count() == end.locator(".print-answer").count()
        left = page.get_by_text("Code in the notebook:")
        folds = page.locator("article details.code")
        assert left.count() > 0
        assert folds.count() == page.locator("article details.code + *").count()
        page.emulate_media(media="print")
        assert not page.get_by_text("Skip to content").is_visible()

    def test_on_paper_a_heading_stays_with_what_it_heads_and_a_dark_copy_is_left_out(self, opened):
        page = opened("lectures/00_start.html")
        page.emulate_media(media="print")
        kept = page.locator("article :is(h1, h2, h3, .part, .marks, .rubric)")
        kept = kept.evaluate_all("all => all.map((one) => getComputedStyle(one).breakAfter)")
        assert set(kept) == {"avoid"}
        photographs = plot_photographs({"ramp": np.arange(6.0).reshape(2, 3)}, title="A ramp")
        [(data, _)] = described(photographs, "A ramp from black to white.").outputs
        page.evaluate("html => { document.body.innerHTML = html; }", data["text/html"])
        assert page.locator(".dlcourse-figure img").is_visible()
        assert not page.locator(".dlcourse-figure div div").is_visible()

    def test_a_line_of_95_letters_is_whole_on_a_wide_screen(self, opened):
        page = opened("lectures/00_start.html")
        page.set_viewport_size({"width": 1400, "height": 900})
        code = page.locator("section > .cell > div pre").first
        code.evaluate("(box, text) => { box.textContent = text; }", 95 * "x")
        assert code.evaluate("box => box.scrollWidth <= box.clientWidth")

    def test_what_is_cut_off_fades_until_it_is_scrolled_to(self, opened):
        box = opened("docs/training.html").locator("article pre[data-more=right]").first
        box.evaluate("box => { box.scrollLeft = box.scrollWidth; }")
        scrolled = box.page.locator("article pre[data-more=left]")
        scrolled.first.wait_for()  # a page hears of a scroll with its next frame
        assert scrolled.count() == 1

    def test_a_wide_figure_is_whole_on_a_phone_until_it_is_enlarged(self, opened):
        page = opened("lectures/00_start.html")
        figure = page.locator(".dlcourse-figure").first
        image = figure.locator("img")
        page.get_by_role("button", name="Enlarge the figure").first.click()
        assert image.bounding_box()["width"] > 500
        page.get_by_role("button", name="Show the whole figure").click()
        assert image.bounding_box()["width"] <= 400
        assert figure.evaluate("box => box.scrollWidth <= box.clientWidth")

    def test_the_first_screen_of_a_phone_holds_sentence_buttons_and_widget(self, opened):
        page = opened("index.html")
        ends = [
            page.locator(f".hero {part}").first.bounding_box()
            for part in ("p", ".button-first", ".dl-live")
        ]
        assert all(box["y"] < 450 for box in ends)
        picture = page.locator(".hero .dl-plot").first.bounding_box()
        assert picture["y"] + picture["width"] < 800  # a square, above its controls
        assert page.locator(".hero .dlcourse-bar").first.bounding_box()["y"] > picture["y"]

    def test_code_in_a_sentence_keeps_its_letters(self, opened):
        page = opened("docs/training.html")
        shown = page.locator("article code.literal").all_inner_texts()
        assert shown == page.locator("article code.literal").all_text_contents() != []

    def test_a_closed_drawer_takes_no_focus_and_opens_by_keys(self, opened):
        page = opened("lectures/00_start.html")
        inside = "document.activeElement.closest('.sidebar-drawer, .toc-drawer') !== null"
        seen = []
        for _ in range(12):
            page.keyboard.press("Tab")
            seen.append(page.evaluate(inside))
        assert not any(seen)
        handle = page.locator(".nav-overlay-icon button")
        handle.focus()
        page.keyboard.press("Enter")
        assert page.evaluate(inside)
        page.keyboard.press("Escape")
        assert not page.evaluate(inside)
        assert handle.get_attribute("aria-expanded") == "false"
        handle.click()
        assert handle.get_attribute("aria-expanded") == "true"

    @pytest.mark.parametrize("width", [400, 1400])
    def test_axe_finds_nothing_wrong_with_the_frame_around_a_page(self, opened, width):
        page = opened("lectures/00_start.html")
        page.set_viewport_size({"width": width, "height": 800})
        assert complaints(page, {"exclude": [["article"]]}) == []

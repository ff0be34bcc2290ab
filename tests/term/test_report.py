"""The report shows an instructor what a class understood, and gives nothing away."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from answers import WRONG, solution
from click.testing import CliRunner
from small_course import NAME, build_small_course

from dlcourse.cli import main
from dlcourse.grading.grade import apart, read_master
from dlcourse.grading.marks import _give
from dlcourse.grading.results import read_results
from dlcourse.term.examples import bare, example, name_parts
from dlcourse.term.likeness import likeness
from dlcourse.term.pages import FAULT
from dlcourse.term.report import Report, write_report

EXERCISES = ["relu", "conv_output_size"]
ENDS = ["late_penalty", "total", "max_total", "to_mark_by_hand", "name"]
NONE = [""] * len(ENDS)
SECRET = "Traceback of ours"
SCRIPT = "<img src=x onerror=steal()>"


def line(student, exercise, status, diagnosis=None, message="said so"):
    right = status == "right"
    return {
        "student": student,
        "lecture": NAME,
        "exercise": exercise,
        "points": float(right),
        "max_points": 1.0,
        "status": status,
        "message": message,
        "diagnosis": diagnosis,
        "seconds": 0.1,
        "sandbox": "bubblewrap",
        "versions": {},
    }


def set_apart(student, status, message):
    return {"student": student, "lecture": NAME, **apart(status, message)}


LINES = [
    line("ada", "relu", "right"),
    line("ada", "conv_output_size", "right"),
    line("ben", "relu", "wrong", "returns_the_absolute_value", "✗ <script>alert(1)</script>"),
    line("ben", "conv_output_size", "missing"),
    line("=cmd|x", "relu", "wrong"),
    line("=cmd|x", "conv_output_size", "timeout"),
    set_apart("cyd", "unreadable", "The notebook cannot be read: it is empty."),
    set_apart("dan", "ungraded", SECRET),
    {**line("fay", "relu", "partly"), "points": 0.5},
    {**line("fay", "conv_output_size", "outdated"), "versions": {"made_for": "unknown"}},
    {**line("fay", "bump", "removed", message="… bump: was taken out."), "max_points": 0.0},
    line(SCRIPT, "relu", "error", message=SCRIPT),
    {**line(SCRIPT, "conv_output_size", "right"), "versions": {"made_for": "0" * 12}},
]
ANSWERS = {
    "ada": {"relu": solution("relu"), "conv_output_size": solution("conv_output_size")},
    "ben": {"relu": f"# ben wrote this\n{WRONG}\nx = '<script>alert(2)</script>'\n"},
}


ROOT = Path(__file__).parents[2]
KNOWN_TAGS = set(
    "html head meta title style body h1 h2 h3 p b i div span section code pre ol ul li table thead "
    "tbody tr th td a details summary".split()
)


class Tags(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = build_small_course(tmp_path_factory.mktemp("report") / "root", EXERCISES)
    for student, answers in ANSWERS.items():
        notebook = read_master(root, NAME)
        for cell in notebook.cells:
            cell.source = answers.get(cell.id, cell.source)
        folder = root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (root / "r.jsonl").write_text("".join(json.dumps(x) + "\n" for x in LINES), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def report(root):
    return Report(root, read_results(root / "r.jsonl"), root / "submitted")


@pytest.fixture(scope="module")
def folder(root, report):
    write_report(report, root / "out")
    return root / "out"


@pytest.fixture(scope="module")
def page(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


def test_each_exercise_has_its_share_and_its_misconceptions_by_name(report):
    relu, conv = report.questions()
    assert (relu["right"], relu["n"], relu["unnamed"]) == (1, 5, 2)
    assert conv["counts"] == [
        ("right", "right", 2),
        ("timeout", "took too long", 1),
        ("outdated", "asked something else in an older release", 1),
        ("missing", "not written", 1),
    ]
    (mistake,) = relu["misconceptions"]
    assert (mistake["name"], mistake["count"]) == ("returns the absolute value", 1)
    assert mistake["sentence"].startswith("Negative inputs come out positive.")
    assert "return abs(z)" in mistake["example"]


def test_a_fault_of_ours_leaves_no_mark_and_a_broken_notebook_0(report):
    students = ["ada", "ben", "cyd", "dan", "fay"]
    assert [report.total(student) for student in students] == [2.0, 0.0, 0.0, None, 0.5]
    assert sorted(report.totals()) == [0.0, 0.0, 0.5, 1.0, 2.0]
    assert [x["student"] for x in report.apart()] == ["cyd", "dan"]


def test_the_page_stands_alone_and_runs_nothing(page):
    assert re.findall(r"<(?:script|link|img|iframe|object)\b", page) == []
    assert re.findall(r"<[^>]*(?:src|href)=(?!\"#)|url\(|@import|https?:", page) == []
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in page
    assert set(re.findall(r'href="#(\w+)"', page)) <= set(re.findall(r'id="(\w+)"', page))


def test_names_code_and_messages_run_nothing_in_a_browser_that_runs_scripts(folder):
    pages = [folder / "report.html", *(folder / "feedback").iterdir()]
    assert any("onerror" in page.read_text(encoding="utf-8") for page in pages)
    for page in pages:
        seen = Tags()
        seen.feed(page.read_text(encoding="utf-8"))
        assert seen.tags <= KNOWN_TAGS
        assert not [name for name in seen.attributes if name.startswith("on")]


def test_older_releases_are_told_with_what_to_do(report, page):
    assert report.older() == [
        ("bump", "removed", ["fay"]),
        ("conv_output_size", "graded", [SCRIPT]),
        ("conv_output_size", "outdated", ["fay"]),
    ]
    assert ".dlcourse/exercises" in page
    assert "0 points until you decide" in page
    assert list(report.exercises) == EXERCISES


def test_the_most_common_misconceptions_come_first(report):
    questions = list(report.questions())
    counts = [mistake["count"] for mistake, _ in report.most_common(questions)]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == 1


def test_every_table_has_headers_and_no_colour_speaks_alone(page):
    for table in re.findall(r"<table.*?</table>", page, re.S):
        assert '<th scope="col"' in table
        assert '<th scope="row"' in table
    for mark in re.findall(r'<td class="mark [^>]*>([^<]*)</td>', page):
        assert mark.strip()
    assert page.count("aria-label") >= 2 * len(EXERCISES)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_stand_out_from_their_ground_in_light_and_in_dark():
    style = (ROOT / "dlcourse" / "term" / "templates" / "style.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.S)
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6})\b", wide(block))) for block in blocks)
    assert contrast("#777777", "#ffffff") < 4.5  # the measure itself
    for colours in (light, {**light, **dark}):
        grounds = [c for name, c in colours.items() if name in ("paper", "soft")]
        for ground in grounds:
            for ink in ("ink", "quiet", "link"):
                assert contrast(colours[ink], ground) >= 4.5, (ink, ground)
        for name, colour in colours.items():
            if name.endswith("-tint"):
                assert contrast(colours["ink"], colour) >= 4.5, name
        for name in ("partly", "wrong", "error", "outdated", "missing"):
            assert contrast("#000000", colours[name]) >= 4.5, name
        for name in ("right", "timeout"):
            assert contrast("#ffffff", colours[name]) >= 4.5, name
        assert contrast(colours["paper"], colours["refused"]) >= 4.5


def wide(css):
    """Write three-digit colours with six."""
    return re.sub(r"#(\w)(\w)(\w)\b", r"#\1\1\2\2\3\3", css)


def test_an_example_names_nobody():
    source = "def f(x):\n    '''By Ada.'''\n    return x  # ada"
    assert example([bare(source)], name_parts(["ada"])) == "def f(x):\n    return x"
    assert example(["ada_lovelace = 1"], name_parts(["Ada-Lovelace"])) == ""
    assert example(["y = np.max(x)"], name_parts(["max power"])) == "y = np.max(x)"
    assert bare("def f(:") == ""


def test_the_table_of_marks_opens_in_a_spreadsheet_without_running_anything(folder):
    text = (folder / "marks.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert rows == [
        ["student", "status", "points", "max_points", *EXERCISES, *ENDS],
        ["ada", "graded", "2", "2", "1", "1", *NONE],
        ["ben", "graded", "0", "2", "0", "0", *NONE],
        ["'=cmd|x", "graded", "0", "2", "0", "0", *NONE],
        ["cyd", "unreadable", "0", "2", "", "", *NONE],
        ["dan", "ungraded", "", "2", "", "", *NONE],
        ["fay", "graded", "0.5", "2", "0.5", "0", *NONE],
        [SCRIPT, "graded", "1", "2", "0", "1", *NONE],
    ]


def test_feedback_holds_the_verdicts_escaped_and_nothing_of_ours(folder):
    ben = (folder / "feedback" / "ben.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in ben
    assert "<script" not in ben
    assert "not written" in ben
    assert "ada" not in ben
    dan = (folder / "feedback" / "dan.html").read_text(encoding="utf-8")
    assert FAULT in dan
    assert SECRET not in dan
    cyd = (folder / "feedback" / "cyd.html").read_text(encoding="utf-8")
    assert "it is empty" in cyd
    assert len(list((folder / "feedback").iterdir())) == 7
    fay = (folder / "feedback" / "fay.html").read_text(encoding="utf-8")
    assert "partly right: <b>0.5</b> of" in fay
    assert "bump: was taken out" in fay


def test_copies_are_flagged_and_short_or_different_answers_are_not(report):
    assert [(student, name) for student, name, _ in report.copies()] == [
        ("ada", "conv_output_size")
    ]
    own = solution("conv_output_size")
    renamed = own.replace("room", "space").replace("size", "n") + "# mine\n"
    assert likeness(renamed.replace("conv_output_n", "conv_output_size"), own) >= 0.95
    other = (
        "def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):\n"
        "    count, at = 0, -pad_start\n"
        "    while at + kernel_size <= size + pad_end:\n"
        "        count, at = count + 1, at + stride\n"
        "    if not count:\n        raise ValueError('too long')\n    return count\n"
    )
    assert likeness(other, own) == 0.0
    assert likeness(solution("relu"), solution("relu")) == 0.0


LONG = {
    "a sum": f"    x = {'0+' * 970}0\n",
    "dots": f"    x = lambda: n{'.a' * 970}\n",
    "a number": f"    x = 0x{'f' * 5000}\n",
}


@pytest.mark.parametrize("kind", LONG)
def test_code_that_cannot_be_walked_or_written_is_like_nothing_and_no_example(kind):
    own = solution("conv_output_size")
    head, body = own.split(":\n", 1)
    source = f"{head}:\n{LONG[kind]}{body}"
    compile(source, "<answer>", "exec")
    assert likeness(source, own) == 0.0
    assert bare(source) == ""


def test_a_report_without_submissions_says_so(root, tmp_path):
    write_report(Report(root, LINES, tmp_path / "none"), tmp_path)
    assert "nothing was compared" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_command_writes_all_and_refuses_another_file(root, monkeypatch):
    monkeypatch.chdir(root)
    done = CliRunner().invoke(main, ["report", "r.jsonl"])
    assert done.exit_code == 0, done.output
    assert (root / "report" / NAME / "report.html").is_file()
    refused = CliRunner().invoke(main, ["report", "nbgrader_config.py"])
    assert refused.exit_code == 1
    assert "line 1 of nbgrader_config.py" in refused.output
    assert "Run dlcourse grade again" in refused.output


def edited(**changes):
    return json.dumps(LINES[0] | changes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", r"line 2 of .*: '\{'\."),
        ("", r"line 2 of .*: ''"),
        ("[]", "line 2"),
        ("x" * 1000, "'x{80}…'"),
        (json.dumps(LINES[0]).encode("utf-16"), "line 2"),
        (json.dumps({"student": "eve"}), "line 2"),
        (edited(points="1"), "line 2"),
        (edited(points=None), "line 2"),
        (edited(max_points=None), "line 2"),
        (edited(status="fine"), "line 2"),
        (edited(status="ungraded"), "line 2"),
        (edited(exercise=None), "line 2"),
        (edited(student="../eve"), r'line 2 .*"\.\./eve"'),
        (edited(student=""), "line 2"),
        (edited(lecture="98_other"), "2 lectures, "),
        (edited(exercise="of_long_ago"), "does not have: of_long_ago.*dlcourse grade 99_awkward"),
    ],
)
def test_a_line_that_no_grading_writes_is_quoted(root, tmp_path, text, says):
    """A file of results may have been edited by hand, cut off, or be of another year."""
    text = text if isinstance(text, bytes) else text.encode()
    path = tmp_path / "r.jsonl"
    path.write_bytes(json.dumps(LINES[0]).encode() + b"\n" + text + b"\n")
    with pytest.raises(ValueError, match=says):
        Report(root, read_results(path), root / "submitted")


def test_an_empty_file_of_results_is_refused(tmp_path):
    (tmp_path / "r.jsonl").write_bytes(b"")
    with pytest.raises(ValueError, match="0 lectures"):
        read_results(tmp_path / "r.jsonl")


def test_a_half_of_a_character_in_a_line_is_written_as_a_question(root, tmp_path):
    own = line("ada", "relu", "error", message="half: \ud800.")
    write_report(Report(root, [own], tmp_path), tmp_path)
    assert "half: ?." in (tmp_path / "feedback" / "ada.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("error", [RecursionError, MemoryError, ValueError])
def test_a_notebook_that_cannot_be_rebuilt_is_left_out_of_the_examples(root, monkeypatch, error):
    def fails(*_):
        raise error

    monkeypatch.setattr("dlcourse.term.examples.receive", fails)
    assert Report(root, LINES, root / "submitted").answers == {}


def test_a_name_as_long_as_a_folder_may_have_gets_its_feedback(root, tmp_path):
    names = "é" * 127 + "a", "é" * 127 + "b"
    write_report(Report(root, [line(n, "relu", "right") for n in names], tmp_path), tmp_path)
    pages = [page.read_text(encoding="utf-8") for page in (tmp_path / "feedback").iterdir()]
    assert len(pages) == 2
    assert all(sum(name in page for page in pages) == 1 for name in names)


def test_an_answer_that_only_a_person_can_find_is_listed_and_marked_for_one(root, tmp_path):
    lines = [line("ada", "relu", "undecided"), line("ben", "relu", "right")]
    write_report(Report(root, lines, tmp_path), tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert re.search(r"For you to decide.*<code>relu</code></th><td>ada</td>", page, re.S)
    grade = SimpleNamespace(manual_score=None, auto_score=None, needs_manual_grade=False)
    _give(grade, lines[0], "", unchanged=False)
    assert grade.needs_manual_grade
    _give(grade, lines[1], "", unchanged=False)
    assert not grade.needs_manual_grade

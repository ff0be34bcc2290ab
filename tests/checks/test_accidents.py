"""A learner's accidents in a real kernel: what is no mistake of the answer is told as such.

What the grader will not find, and what it stops for its time, is in test_agreement and test_slow;
renamed copies, the wrong Python and folders are in tests/learner; another Python in
tests/test_environment.
"""

import json
import sys

import nbformat
import pytest
from person import person, told
from small_course import NAME, build_small_course, environment

RIGHT = """\
def relu(z):
    return np.maximum(z, 0)


def relu_backward(dout, z):
    return dout * (z > 0)
"""
GIVEN = "import numpy as np"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of two exercises, with its solutions."""
    root = tmp_path_factory.mktemp("accidents") / "root"
    return build_small_course(root, ["relu", "conv_output_size"])


@pytest.fixture(scope="module")
def cells(course):
    """The released cells by id."""
    released = nbformat.read(course / "course" / NAME / f"{NAME}.ipynb", as_version=4)
    return {cell.id: cell.source for cell in released.cells}


@pytest.fixture(scope="module")
def kernel(course, tmp_path_factory):
    """A kernel that several tests share; each of them begins the page anew."""
    folder = tmp_path_factory.mktemp("learner")
    surroundings = {**environment(course), "DLCOURSE_PROGRESS": str(folder / "progress.json")}
    with person(folder, **surroundings) as run:
        run.progress = folder / "progress.json"
        yield run


@pytest.fixture
def page(kernel, cells):
    """The page, begun: its variables are gone, its tries are forgotten."""
    kernel("%reset -f in out")
    kernel("%reset -f")
    kernel.progress.unlink(missing_ok=True)
    assert kernel(cells["begin"]) == []
    return kernel


def tries(page):
    """How many tries of relu are on record."""
    if not page.progress.exists():
        return 0
    lectures = json.loads(page.progress.read_text(encoding="utf-8"))["lectures"]
    return len(lectures.get(NAME, {}).get("relu", {}).get("wrong", []))


def test_a_missing_np_is_told_and_is_no_try(page):
    page(RIGHT)
    for _ in range(3):
        verdict = told(page('check("relu")'))
    assert verdict == (
        "✗ relu\n  np is not there yet: run the cell with `import numpy as np`, then this one "
        "again."
    )
    assert tries(page) == 0
    page(GIVEN)
    assert told(page('check("relu")')) == "✓ relu: right."


@pytest.mark.parametrize(
    ("slip", "says"),
    [
        ("np = 5", "np is 5 here, and no longer what the page gave. Run the cell `import numpy"),
        ("import math as np", "np is a module here, and no longer what the page gave."),
        ("sum = 3", "sum is 3 here, and no longer Python's own. Run `del sum` in a new cell"),
        ("list = [1, 2]", "list is a list here, and no longer Python's own. Run `del list`"),
    ],
)
def test_an_overwritten_name_is_told_with_its_cure_and_is_no_try(page, slip, says):
    page(GIVEN)
    using = "def relu(z):\n    return np.maximum(z, 0) + 0 * len(list(z)) + sum([])\n"
    page(using + RIGHT[RIGHT.index("def relu_backward") :])
    assert told(page('check("relu")')) == "✓ relu: right."
    page(slip)
    assert says in told(page('check("relu")'))
    assert tries(page) == 0


def test_a_builtin_that_the_learner_replaced_by_a_function_of_their_own_is_theirs(page):
    page(GIVEN)
    page(RIGHT.replace("np.maximum(z, 0)", "max(z)"))
    page("def max(z):\n    return z")
    assert "Python's own" not in told(page('check("relu")'))
    assert tries(page) == 1


def test_a_check_before_the_first_cell_or_overwritten_says_what_to_run(page, cells):
    for slip in ["del check", "check = True"]:
        page(slip)
        text = told(page(cells["check_relu"]))
        assert "no check? Run the first cell of this page" in text
    page(cells["begin"])
    assert "not defined" in told(page(cells["check_relu"]))


ENDLESS = {
    "a loop": "    while True:\n        pass",
    "a loop that catches all": "    while True:\n        try:\n            1 / 0\n        except:\n"
    "            pass",
    "a loop of NumPy": "    while True:\n        z = z + 1",
    "a long sleep": "    import time\n\n    time.sleep(1000)",
    "a helper": "    def inside(z):\n        while True:\n            z = -z\n\n    inside(z)",
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_an_answer_that_does_not_end_is_stopped_and_told_where(page, body):
    page(GIVEN)
    page("import dlcourse.checks.student as s; s.SECONDS = 0.2")
    page(RIGHT.replace("    return np.maximum(z, 0)", body))
    text = " ".join(told(page('check("relu")')).split())
    assert text.startswith("✗ relu Still running after 0.2 seconds, in line ")
    assert text.endswith("`): does the loop end?")
    assert tries(page) == 1
    page(RIGHT)
    assert told(page('check("relu")')) == "✓ relu: right."


def test_stopping_a_check_gives_one_line_and_is_no_try(page):
    page(GIVEN)
    page(RIGHT.replace("return np", "import _thread; _thread.interrupt_main()\n    return np"))
    assert told(page('check("relu")')) == "✗ relu\n  You stopped it: nothing is decided."
    assert tries(page) == 0


@pytest.mark.parametrize(
    ("older", "says"),
    [
        ("", "You defined `re_lu`; the check looks for `relu`."),
        (RIGHT.replace("(z, 0)", "(z, 1)"), "You defined `re_lu`; the check looks for `relu`."),
    ],
    ids=["nothing else", "an older answer of the right name"],
)
def test_a_wrong_name_is_seen(page, older, says):
    page(GIVEN)
    page(older)
    page(RIGHT.replace("def relu(", "def re_lu("))
    assert told(page('check("relu")')).splitlines()[0] == says
    page(RIGHT[RIGHT.index("def relu_backward") :])
    page("def re_lu(z):\n    return np.maximum(z, 0)")
    assert told(page('check("relu")')).splitlines()[0] == says


def test_another_function_of_the_learners_is_no_wrong_name(page):
    page(GIVEN)
    page("def conv_output_sise(z):\n    return z")
    assert "You defined" not in told(page('check("relu")'))


def test_a_python_without_the_package_is_named_by_the_first_cell(page, cells):
    page("import sys; sys.modules['dlcourse.checks.begin'] = None")
    text = told(page(cells["begin"]))
    page("del sys.modules['dlcourse.checks.begin']")
    assert "SystemExit: " in text
    assert f"in {sys.executable}, which is not the course's Python. Open this page with" in text
    assert len(text.splitlines()) < 8
    assert told(page(cells["begin"])) == ""


def test_what_is_missing_or_too_old_is_told_by_the_first_cell(page, cells):
    page(
        "import importlib.metadata as m\nold = m.version\ndef version(name):\n"
        "    if name == 'scipy':\n        raise m.PackageNotFoundError(name)\n"
        "    return '1.26.4' if name == 'numpy' else old(name)\nm.version = version\n"
        "import dlcourse.checks.surroundings as s\ns.lack.__defaults__ = (version,)"
    )
    text = " ".join(told(page(cells["begin"])).split())
    page("m.version = old\ns.lack.__defaults__ = (old,)")
    here = f"This page runs in {sys.executable}, where numpy is 1.26.4 (>=2.0 is needed), scipy is"
    assert text.startswith(f"{here} missing. Close it, run `make lab`")
    assert text.endswith("Nothing on this page works until then.")


@pytest.mark.parametrize("name", ["torch", "random", "numpy"])
def test_a_file_beside_the_notebook_that_hides_a_package_is_named(page, cells, name):
    file = page.progress.with_name(f"{name}.py")
    file.write_text("x = 1", encoding="utf-8")
    text = told(page(cells["begin"]))
    file.unlink()
    assert f"{name}.py in this folder hides" in text
    assert ("Nothing on this page works" in text) == (name == "numpy")


def test_two_tabs_of_one_page_share_their_record_and_keep_each_others(page, cells, course):
    surroundings = {**environment(course), "DLCOURSE_PROGRESS": str(page.progress)}
    with person(page.progress.parent, **surroundings) as other:
        for tab in (page, other):
            tab(GIVEN)
            assert tab(cells["begin"]) == []
        for number, tab in enumerate([page, other, page], start=2):
            tab(RIGHT.replace("(z, 0)", f"(z, {number})"))
            verdict = told(tab('check("relu")'))
        assert tries(page) == 3
        assert "Hint:" in verdict  # the other tab's try counted
        other(RIGHT)
        assert told(other('check("relu")')) == "✓ relu: right."
        assert "gave" in told(page('check("relu")'))
    entry = json.loads(page.progress.read_text(encoding="utf-8"))["lectures"][NAME]["relu"]
    assert "solved" in entry
    assert len(entry["wrong"]) == 3


REFUSE = """
import sys
def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        raise OSError(f"offline: {event}")
sys.addaudithook(refuse)
"""


def test_a_page_needs_no_network(course, cells, tmp_path):
    surroundings = {**environment(course), "DLCOURSE_PROGRESS": str(tmp_path / "progress.json")}
    with person(tmp_path, **surroundings) as page:
        page(REFUSE)
        asking = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"
        assert "offline: " in told(page(asking))
        assert page(cells["begin"]) == []
        page(GIVEN)
        for number in range(1, 4):
            page(RIGHT.replace("(z, 0)", f"(z, {number})"))
            verdict = told(page('check("relu")'))
        assert "Hint:" in verdict
        page(RIGHT)
        assert told(page('check("relu")')) == "✓ relu: right."
        assert told(page(cells["test_relu"])).startswith("✓ relu: ")
        assert page("from dlcourse.data.sets import load_digits; _ = load_digits()") == []


def test_settings_of_the_learners_own_change_no_verdict(page):
    page(GIVEN)
    page("%matplotlib notebook")
    page("np.seterr(all='raise')\nimport os\nos.chdir('/')")
    page(RIGHT.replace("relu(z):", "relu(z):\n    ä = 'Grüße'"))
    assert told(page('check("relu")')) == "✓ relu: right."

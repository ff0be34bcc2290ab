"""Answers that were right where they were written, and that this grader cannot run so."""

import sys

import pytest
from answers import solution
from small_course import NAME, build_small_course
from test_copies import answered, grade, set_source
from test_inboxes import insert

from dlcourse.grading.grade import Desk

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

RIGHT = solution("relu")
NEWER = {
    "an f-string in itself": ((3, 12), 'def shown(d):\n    print(f"{d["a"]}")\n'),
    "a backslash in an f-string": ((3, 12), "def shown(d):\n    print(f\"{'\\n'.join(d)}\")\n"),
    "a type statement": ((3, 12), "type Array = np.ndarray\n"),
    "type parameters": ((3, 12), "def first[T](values: list[T]) -> T:\n    return values[0]\n"),
    "an except without brackets": (
        (3, 14),
        "try:\n    pass\nexcept ValueError, TypeError:\n    pass\n",
    ),
    "a template string": ((3, 14), 'WORDS = t"{np}"\n'),
}
ASKED = RIGHT.replace("z > 0", "z > ZERO").replace("z, 0", "z, ZERO")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    root = build_small_course(tmp_path_factory.mktemp("beyond") / "root", ["relu", "q_cure"])
    with Desk(root, NAME, seed=0) as desk:
        yield desk


def line_of(desk, folder, source, above=""):
    notebook = answered(desk)
    set_source(notebook, "relu", source)
    if above:
        insert(notebook, "relu", above)
    return grade(desk, notebook, folder)["relu"]


@pytest.mark.parametrize("kind", NEWER)
def test_what_only_a_newer_python_reads_is_for_a_person_with_the_reason(desk, tmp_path, kind):
    since, text = NEWER[kind]
    if sys.version_info >= since:
        pytest.skip("this Python reads it")
    for source, above in [(f"{text}\n\n{RIGHT}", ""), (ASKED, f"{text}\nZERO = 0\n")]:
        line = line_of(desk, tmp_path, source, above)
        assert line["status"] == "undecided", line["message"]
        assert "which this grader's Python" in line["message"]


def test_what_no_python_reads_is_an_error(desk, tmp_path):
    assert line_of(desk, tmp_path, RIGHT.replace("def relu(", "def relu(("))["status"] == "error"


@pytest.mark.parametrize(
    "above",
    ["%pylab inline\n", "async def zero():\n    return 0\n\n\nONE = await zero()\n", "ONE = _\n"],
)
def test_what_ipython_alone_runs_is_for_a_person_only_where_the_answer_needs_it(
    desk, tmp_path, above
):
    needs = ASKED.replace("ZERO", "maximum" if "pylab" in above else "ONE")
    assert line_of(desk, tmp_path, needs, above)["status"] == "undecided"
    assert line_of(desk, tmp_path, ASKED.replace("ZERO", "1"), above)["status"] in (
        "wrong",
        "partly",
    )
    assert line_of(desk, tmp_path, RIGHT, above)["status"] == "right"


def test_a_name_that_nobody_defines_is_an_error(desk, tmp_path):
    assert line_of(desk, tmp_path, ASKED)["status"] == "error"

"""What a reply may hold, what a child may take, and what is kept: each limit with its forger."""

import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from answers import RIGHT, WRONG, solution
from grade_class import peak_mib
from small_course import NAME, build_small_course

from dlcourse.checks import budget
from dlcourse.checks.budget import allowed
from dlcourse.checks.codec import Unreadable
from dlcourse.grading import answer, clock, judging
from dlcourse.grading.answer import Grader
from dlcourse.grading.classroom import Classroom
from dlcourse.grading.clock import TooLong, allowance, at_most
from dlcourse.grading.grade import Desk, read_master
from dlcourse.grading.reply import read_reply
from dlcourse.sandbox import exchange
from dlcourse.sandbox.exchange import EXCEPTIONS
from dlcourse.sandbox.sandbox import Reply, SandboxError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

ROOT = Path(__file__).parents[2]
EXERCISES = ["relu", "minibatches", "conv_output_size"]
BIG = 15 << 20
REPLIES = """
import json, os, struct

def reply(content):
    payload = json.dumps(content).encode()
    data = struct.pack("!3scQ", b"DL:", b"o", len(payload)) + payload
    while data:
        data = data[os.write(3, data):]
    os._exit(0)
"""
RAISES = """
def raised(name, message, line):
    return {"raises": {"names": [name], "message": message, "line": line}, "reports": []}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return build_small_course(tmp_path_factory.mktemp("limits") / "root", EXERCISES)


@pytest.fixture(scope="module")
def grader():
    with Grader(ROOT / "solutions" / "exercises", 0) as grader:
        yield grader


def forged(grader, name, expression):
    """The result of an answer that writes its reply itself; `cases` is how many there are."""
    cases = f"cases = {grader.paper(name).cases}\n"
    return grader.grade(name, [REPLIES + RAISES + cases + f"reply({expression})\n"])


BIG_TEXT = f"'\\U0001f600<&' * {BIG // 16}"
GIANTS = {
    "a message": f"{{'outcomes': [raised('ValueError', {BIG_TEXT}, 'x')] * 1 + "
    "[raised('ValueError', '', '')] * (cases - 1)}",
    "a line": f"{{'outcomes': [raised('ValueError', 'x', {BIG_TEXT})] + "
    "[raised('ValueError', '', '')] * (cases - 1)}",
    "a class": f"{{'outcomes': [raised({BIG_TEXT}, 'x', '')] + "
    "[raised('x', '', '')] * (cases - 1)}",
    "a problem": f"{{'missing': ['relu'], 'problems': [[0, 0, {BIG_TEXT}]]}}",
    "problems": "{'missing': ['relu'], 'problems': [[0, 0, 'NameError: ' + 'x' * 60]] * 150_000}",
    "reports": f"{{'outcomes': [{{'value': 1, 'reports': [{BIG_TEXT}]}}] * 1 + "
    "[{'value': 1}] * (cases - 1)}",
    "a key": f"{{'outcomes': [{{'value': {{'dict': [[{BIG_TEXT}, 1]]}}}}] + "
    "[{'value': 1}] * (cases - 1)}",
    "a type": f"{{'outcomes': [{{'value': {{'opaque': {BIG_TEXT}}}}}] + "
    "[{'value': 1}] * (cases - 1)}",
    "a string": f"{{'outcomes': [{{'value': {BIG_TEXT}}}] + [{{'value': 1}}] * (cases - 1)}}",
}


@pytest.mark.parametrize("giant", GIANTS)
def test_a_result_is_at_most_20_kb_whatever_the_reply_holds(grader, giant):
    result = forged(grader, "relu", GIANTS[giant])
    assert result.points == 0.0
    assert result.status in {"wrong", "error", "missing"}
    assert len(json.dumps(result.as_dict())) <= 20_000


def test_a_message_that_fits_is_kept_whole():
    assert judging.bounded("x" * 15_000) == "x" * 15_000
    assert len(json.dumps(judging.bounded("\U0001f600" * 20_000))) <= 17_000


MEASURED = f"""
import json, sys
sys.path[:0] = {[str(ROOT / "tests"), str(ROOT / "tests" / "grading")]}
from grade_class import peak_mib
from pathlib import Path
from dlcourse.grading.classroom import Classroom
Classroom(Path.cwd(), "{NAME}", "submitted", 1).grade(Path("r.jsonl"), progress=None)
print(peak_mib())
"""


def hand_in(root, student, source):
    notebook = read_master(root, NAME)
    for cell in notebook.cells:
        cell.source = source if "answer" in cell.metadata.get("tags", []) else cell.source
    folder = root / "submitted" / student / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def test_forged_megabytes_fill_neither_the_disk_nor_the_coordinator(tmp_path):
    root = build_small_course(tmp_path / "root", EXERCISES)
    names = "".join(f"{name} = print\n" for name in EXERCISES)
    for i in range(4):
        expression = f"{{'missing': ['relu'], 'problems': [[0, 0, {BIG_TEXT}]]}}"
        hand_in(root, f"s{i}", f"{REPLIES}{names}# {i}\nreply({expression})\n")
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], cwd=root, check=True, capture_output=True, text=True
    )
    assert (root / "r.jsonl").stat().st_size < 4 * 3 * 20_000
    for file in (root / "autograded").glob("*/*/*.ipynb"):
        assert file.stat().st_size < 200_000
    assert (root / ".dlcourse" / "grading.db").stat().st_size < 1 << 20
    assert float(done.stdout.split()[-1]) < 400  # MiB: one reply is 15 MiB, read one at a time


# ---- names


def test_names_of_a_reply_are_pythons_own_or_the_exercises():
    raised = {"names": ["Stolen_3_5", "ValueError", "Exception"], "message": "m", "line": "l"}
    reports = ["overflow", "3.5 was the input"]
    content = {"outcomes": [{"raises": raised, "reports": reports, "more": 1}]}
    read = read_reply(json.dumps(content).encode(), 1, ["x"])
    kept = {**raised, "names": ["ValueError", "Exception"]}
    assert read == {
        "outcomes": [{"raises": kept, "reports": ["overflow"]}],
        "stopped": (),
        "problems": [],
        "replaced": [],
    }
    with pytest.raises(Unreadable, match="what is missing"):
        read_reply(b'{"missing": ["x", "stolen_3_5"], "problems": []}', 1, ["x"])
    read = read_reply(b'{"missing": ["x"], "problems": [[0, 0, "Stolen_3_5: m"]]}', 1, ["x"])
    assert read["problems"] == [(0, 0, "Exception: m")]


TELLS = """
true = conv_output_size

def conv_output_size(*args):
    if args[0] > 13:
        raise type("Input_%d_%d" % args[:2], (BASE,), {})
    return true(*args)
"""


@pytest.mark.parametrize("base", ["ValueError", "BaseException"])
def test_no_class_is_named_after_a_hidden_input_in_feedback(grader, base):
    told = grader.grade(
        "conv_output_size", [solution("conv_output_size"), TELLS.replace("BASE", base)]
    )
    assert told.points == 0.0
    assert "Input_" not in told.message
    assert any(re.search(rf"\b{name}\b", told.message) for name in {*EXCEPTIONS, "exception"})


def test_praise_carries_no_text_of_the_child(grader):
    paper = grader.paper("relu")
    (reply,) = grader.ask(paper, [solution("relu")], 2)
    content = json.loads(reply.payload)
    for outcome in content["outcomes"]:
        outcome["reports"] = ["the input was 3.5", "overflow"]
    told = judging.judge(paper, [Reply("ok", json.dumps(content).encode(), 0, "")], 2)
    assert told.status == "right"
    assert told.message == "✓ relu: right. NumPy reported overflow on the way."


# ---- the judge's own time


def test_our_own_work_ends_in_any_thread():
    found = []

    def work():
        try:
            with at_most(0.05):
                while True:
                    pass
        except TooLong:
            found.append("stopped")
        found.append(sum(range(10**6)))  # and nothing comes later

    for run in (work, lambda: None):
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    work()
    assert found == ["stopped", sum(range(10**6))] * 2


def test_work_that_is_quick_is_left_alone():
    with at_most(5):
        total = sum(range(1000))
    assert total == 499_500


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # see at_most
def test_a_forged_list_keeps_the_judge_no_longer_than_its_clock(grader, monkeypatch):
    monkeypatch.setattr(judging, "JUDGING", 0.05)
    value = "[[[0.5] * 9] * 9] * 4000"
    told = forged(
        grader, "relu", f"{{'outcomes': [{{'value': {value}}}] + [{{'value': 1}}] * (cases - 1)}}"
    )
    assert told.points == 0.0
    assert told.message == "✗ relu: what came back is too long to be judged."
    assert grader.grade("relu", [WRONG]).diagnosis == "returns_the_absolute_value"


# ---- the answer's time


def test_the_clock_is_fifty_times_the_solutions_and_at_least_two_seconds():
    assert allowance(0.001) == allowance(0.04) == 2
    assert allowance(0.041) == allowance(0.08) == 4
    for used in (0.001, 0.05, 0.3, 1.0):
        assert allowance(used) >= max(clock.FLOOR, clock.TIMES * used)


def test_the_clock_is_measured_once_an_exercise(root, monkeypatch):
    with Grader(root / "solutions" / "exercises", 0) as grader:
        asked = []
        true = grader.ask
        monkeypatch.setattr(grader, "ask", lambda *a: asked.append(a) or true(*a))
        for number in range(3):
            grader.grade("relu", [solution("relu") + f"# {number}\n"])
    assert [args[2] for args in asked] == [clock.SOLUTION, 2, 2, 2]


def test_a_solution_that_fails_is_our_fault(root, monkeypatch):
    with Grader(root / "solutions" / "exercises", 0) as grader:
        failed = [Reply("died", b"", 0, "The answer ended with ValueError.")]
        monkeypatch.setattr(grader, "ask", lambda *_: failed)
        with pytest.raises(SandboxError, match="the solution of relu: The answer ended"):
            grader.grade("relu", [solution("relu")])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("while True: pass", "still at work. Does a loop end?"),
        ("import threading; threading.Event().wait(100)", "Does it sleep, or wait for an input?"),
    ],
)
@pytest.mark.usefixtures("ample_wall")
def test_an_answer_that_takes_too_long_is_told_how(grader, monkeypatch, body, words):
    monkeypatch.setattr(grader, "seconds", 1)
    monkeypatch.setattr(answer, "ASLEEP", 0.5)
    told = grader.grade("conv_output_size", [f"def conv_output_size(*args):\n    {body}\n"])
    assert (told.status, told.points) == ("timeout", 0.0)
    assert words in told.message
    assert not any(map(str.isdigit, told.message.partition(": ")[2]))  # another run measures anew
    assert not told.waited  # nor would it find anything else


@pytest.mark.usefixtures("ample_wall")
def test_a_loop_costs_the_answers_time_and_not_that_of_its_cells(grader):
    loop = "def conv_output_size(*args):\n    while True: pass\n"
    (reply,) = grader.ask(grader.paper("conv_output_size"), [loop] * 9, 1.0)
    assert reply.status == "timeout"
    assert 0.8 < reply.processor < 1.5 < 1 + allowed(9)


def test_a_sleep_is_a_nap_and_costs_no_point(grader):
    sleeps = solution("conv_output_size") + "\nimport time\n\ntime.sleep(999)\n"
    slow = RIGHT["loops"].replace("    out = z", "    time.sleep(999)\n    out = z")
    slow = f"import time\n\n{slow}"
    told = [grader.grade("conv_output_size", [sleeps]), grader.grade("relu", [slow])]
    assert [(one.status, one.stopped) for one in told] == [("right", ())] * 2
    assert "time.sleep(999)" in slow
    assert sum(one.seconds for one in told) < 10


# ---- what is kept


def test_a_change_of_what_judges_gives_results_another_name(tmp_path, monkeypatch):
    for room in answer.JUDGING:
        (tmp_path / room).mkdir()
        (tmp_path / room / "a.py").write_text("x = 1\n")
    monkeypatch.setattr(answer, "CHECKS", tmp_path / "checks")
    rules = answer.rules.__wrapped__
    before = rules()
    assert rules() == before
    for room in answer.JUDGING:
        (tmp_path / room / "a.py").write_bytes(b"x = 1\r\n")
        assert rules() == before  # git may write line ends so
        (tmp_path / room / "a.py").write_text("x = 2\n")
        assert rules() != before
        before = rules()


def test_results_of_an_unsafe_grading_serve_no_safe_one(root):
    with Grader(root / "solutions" / "exercises", 0) as safe:
        with Grader(root / "solutions" / "exercises", 0, unsafe=True) as unsafe:
            cells = [solution("relu")]
            assert safe.key("relu", cells) != unsafe.key("relu", cells)
            assert unsafe.key("relu", cells) == unsafe.key("relu", cells)


def killed(monkeypatch, times):
    """Let the system kill the children of the first `times` answers."""
    left = [times]
    true = answer.Sandbox.run

    def run(self, job, limits=None, label=""):
        if left[0]:
            left[0] -= 1
            raise SandboxError("the answer's process was killed; short of memory")
        return true(self, job, limits, label)

    monkeypatch.setattr(answer.Sandbox, "run", run)


@pytest.mark.parametrize(("times", "status"), [(1, "right"), (2, "ungraded")])
def test_an_answer_that_the_system_kills_is_graded_again_and_never_a_stored_zero(
    root, tmp_path, monkeypatch, times, status
):
    course = build_small_course(tmp_path / "course", ["relu"])
    hand_in(course, "ada", RIGHT["loops"])
    killed(monkeypatch, times)
    room = Classroom(course, NAME, course / "submitted", 1, seconds=2)
    (line,) = room.grade(course / "r.jsonl", progress=None)
    assert line["status"] == status
    kept = room.store.known("") | room.store.results([])
    assert kept == {}
    again = Classroom(course, NAME, course / "submitted", 1, seconds=2)
    (line,) = again.grade(course / "r.jsonl", progress=None)
    assert (line["status"], line["points"]) == ("right", 1.0)


# ---- one process a case


COUNTS = """
calls, true = [], conv_output_size

def conv_output_size(*args):
    calls.append(args)
    return true(*args) if len(calls) == 1 else 0
"""


@pytest.mark.parametrize("stateful", [False, True])
def test_no_case_of_a_stateful_exercise_sees_what_another_left(root, tmp_path, stateful):
    text = (root / "solutions" / "exercises" / "conv_output_size.py").read_text(encoding="utf-8")
    if stateful:
        text = text.replace("def visible()", 'promises = ["stateful"]\n\n\ndef visible()')
    (tmp_path / "conv_output_size.py").write_text(text, encoding="utf-8")
    with Grader(tmp_path, 0) as grader:
        counting = grader.grade("conv_output_size", [solution("conv_output_size"), COUNTS])
        honest = grader.grade("conv_output_size", [solution("conv_output_size")])
        assert grader.paper("conv_output_size").exercise.stateful == stateful
    assert honest.status == "right"
    assert counting.status == ("right" if stateful else "wrong")


def test_desks_and_rooms_hand_the_clock_on(root):
    with Desk(root, NAME, seed=0, seconds=7) as desk:
        assert desk.grader.clock(desk.grader.paper("relu")) == 7
    assert peak_mib() > 0


def test_both_sides_have_one_word_for_an_answer_whose_time_is_up():
    assert budget.LATE == exchange.LATE

"""What crosses between answer and judge, how results are compared, and what a learner reads."""

import json

import numpy as np
import pytest
from odd import ODD

from dlcourse.checks import codec
from dlcourse.checks.codec import Opaque, Unreadable, decode, encode
from dlcourse.checks.compare import Finding, compare, identical, show
from dlcourse.checks.entry import load_numbers, write_entry
from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.lookalike import same_signature
from dlcourse.checks.outcome import run_case, run_cells, run_job
from dlcourse.checks.page import page_of
from dlcourse.checks.student import Check, CheckFailed, begin
from dlcourse.checks.surroundings import own_version
from dlcourse.checks.tolerance import Held, held_to
from dlcourse.checks.verdict import Question, judge_outcomes, judge_reply
from dlcourse.plots.guess import plot_guess

PLAIN = [
    None,
    True,
    -3,
    2**70,
    0.1,
    float("inf"),
    "text",
    [1, [2.0, "a"]],
    (1, (2, None)),
    {"a": [1], 2: (3,)},
    np.arange(6.0).reshape(2, 3),
    np.zeros((0, 3), np.float32),
    np.array(5),
    np.array([1 + 2j]),
    np.array([[True, False]]),
    np.arange(12).reshape(3, 4).T,
    np.array([1.0, 2.0], dtype=">f8"),
]


@pytest.mark.parametrize("text", [False, True], ids=["base64", "numbers"])
@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_plain_data_survives_the_crossing(value, text):
    crossed = decode(json.loads(json.dumps(encode(value, text=text))))
    if isinstance(value, np.ndarray):
        assert crossed.shape == value.shape
        assert crossed.dtype.kind == value.dtype.kind
        np.testing.assert_array_equal(crossed, value)
    else:
        assert crossed == value
        assert type(crossed) is type(value)


@pytest.mark.parametrize(
    "value",
    [object(), np.array([object()]), np.array(["a"]), (i for i in "ab"), {1}, b"bytes", len],
    ids=lambda v: type(v).__name__,
)
def test_what_is_not_plain_data_becomes_the_name_of_its_type(value):
    crossed = decode(json.loads(json.dumps(encode([value]))))[0]
    assert isinstance(crossed, Opaque)


def test_objects_that_lie_about_themselves_do_not_cross():
    class Always(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    assert isinstance(decode(encode(Always(1))), Opaque)
    deep = []
    for _ in range(50):
        deep = [deep]
    assert "deeply" in json.dumps(encode(deep))


@pytest.mark.parametrize(
    "code",
    [
        {"dtype": "|O", "shape": [1], "data": "AAAAAAAAAAA="},
        {"dtype": "<f8", "shape": [3], "data": "AAAAAAAAAAA="},
        {"dtype": "<f8", "shape": [-1], "data": "AAAAAAAAAAA="},
        {"dtype": "<f8", "shape": [True], "data": "AAAAAAAAAAA="},
        {"dtype": "<f8", "data": ""},
        {"dtype": "(,)f8", "shape": [], "data": []},
        {"dtype": "f8,f8", "shape": [1], "data": "AAAAAAAAAAAAAAAAAAAAAA=="},
        {"dtype": [["a", "<f8"]], "shape": [1], "data": "AAAAAAAAAAA="},
        {"dtype": None, "shape": [1], "data": "AAAAAAAAAAA="},
        {"dtype": "<f8", "shape": [1], "data": "no base64"},
        {"dict": [[[1], 2]]},
        {"unknown": 1},
    ],
    ids=str,
)
def test_what_encode_would_not_write_is_refused(code):
    with pytest.raises(Unreadable):
        decode(code)


@pytest.mark.parametrize(
    ("got", "expected", "kind"),
    [
        (np.ones(3), np.ones(3), None),
        ([1.0, 1.0, 1.0], np.ones(3), None),
        ([np.ones(2), np.zeros(2)], (np.ones(2), np.zeros(2)), None),
        (np.array([1.0, 2.0]), (1.0, 2.0), None),
        (np.array(2.0), 2.0, None),
        (np.ones(3, int), np.ones(3), None),
        (np.ones(3) + 1e-9, np.ones(3), None),
        (np.array([np.nan]), np.array([np.nan]), None),
        (np.array([1, 0], np.int32), np.array([1, 0]), None),
        (np.ones(3) + 1e-5, np.ones(3), "value"),
        (np.ones((3, 1)), np.ones(3), "shape"),
        (np.ones(3, np.float32), np.ones(3), None),
        (np.ones(3), np.ones(3, np.float32), None),
        (np.ones(3, np.float32) + 1e-3, np.ones(3), "value"),
        (np.ones(3) + 1e-3, np.ones(3, np.float32), "value"),
        (np.array([1.0, 0.0]), np.array([1, 0]), "type"),
        (np.array([1j]), np.array([1.0]), "type"),
        (np.array([np.inf]), np.array([1.0]), "not finite"),
        (np.array([np.nan, 1.0]), np.array([1.0, 1.0]), "not finite"),
        (None, np.ones(3), "type"),
        (Opaque("generator"), (1, 2), "type"),
        ((1.0,), (1.0, 2.0), "shape"),
        ("a", "b", "value"),
        ({"a": 1.0}, {"b": 1.0}, "value"),
        ({"a": 1.0}, {"a": 2.0}, "value"),
        ([[1.0, 2.0], [3.0]], np.ones((2, 2)), "type"),
    ],
    ids=lambda v: str(v).replace("\n", " "),
)
def test_compare_names_what_is_wrong_first(got, expected, kind):
    finding = compare(got, expected)
    assert (finding and finding.kind) == kind


def test_in_float32_what_cancels_is_held_to_the_largest_number_of_the_result():
    weights = (np.array([0.5, -0.25], np.float32),)
    due = [np.array([0.7]), np.array([2e-4])]
    assert compare([0.7, 2e-4 + 5e-8], due, held_to(weights, due)).kind == "shape"
    near, far = ([np.array([0.7]), np.array([2e-4 + off])] for off in (5e-8, 5e-6))
    assert compare(near, due, held_to(weights, due)) is None
    assert compare(far, due, held_to(weights, due)).kind == "value"
    assert compare(near, due, held_to((np.ones(2),), due)).kind == "value"


def test_an_array_may_stand_for_a_list_of_whole_numbers():
    assert compare(np.array([3, 0]), [3, 0]) is None
    assert compare(np.array([3, 1]), [3, 0]).kind == "value"


def test_small_errors_of_cancellation_are_forgiven_by_the_scale_of_the_case():
    assert compare(np.array([1e-13, 100.0]), np.array([0.0, 100.0])) is None
    assert compare(np.array([1e-3, 100.0]), np.array([0.0, 100.0])).kind == "value"
    assert compare(np.array([1e-13]), np.array([0.0]), Held(scale=10.0)) is None


def test_inputs_are_compared_to_the_bit():
    assert identical((np.array([1.0, np.nan]), [2]), (np.array([1.0, np.nan]), [2]))
    assert not identical((np.array([1.0]),), (np.array([1.0 + 1e-16 + 2e-16]),))
    assert not identical((np.ones(2),), (np.ones(2, np.float32),))


def test_show_fits_one_line():
    assert show(np.arange(3.0)) == "[0., 1., 2.]"
    assert len(show(np.arange(1000.0).reshape(10, 100))) <= 72
    assert "\n" not in show([np.ones((4, 4)), "x" * 500])


def test_a_case_tells_value_inputs_after_and_reports():
    def answer(x):
        x[0] = 9.0
        return np.log(x - 9)

    case = {"function": None, "args": (np.array([1.0, 10.0]),)}
    outcome = run_case({"answer": answer}, None, case)
    assert decode(outcome["value"])[1] == 0.0
    assert decode(outcome["after"])[0][0] == 9.0
    assert outcome["reports"] == ["divide by zero"]


def test_what_can_be_called_and_not_hashed_is_asked_for_its_arguments_too():
    class Answer:
        __hash__ = None

        def __call__(self):
            return 1

    outcome = run_case({"f": Answer()}, None, {"function": None, "args": (1,)})
    assert outcome["raises"]["names"][0] == "WrongSignature"


def test_a_student_who_exits_is_an_outcome():
    outcome = run_case({"f": lambda x: exit()}, None, {"function": None, "args": (1,)})
    assert outcome["raises"]["names"][0] == "SystemExit"


def test_a_statement_that_fails_is_skipped_and_the_rest_runs():
    namespace = {}
    problems = run_cells(["import no_such_module\nx = 1", "def broken(:", "y = x + 1"], namespace)
    assert namespace["y"] == 2
    told = [(cell, place, text.split(":")[0]) for cell, place, text in problems]
    assert told == [(0, 0, "ModuleNotFoundError"), (1, 0, "SyntaxError")]


def test_a_job_without_the_answer_says_what_is_missing_and_why():
    job = {"cells": ["def f(x) return x"], "names": ["f"], "collect": None, "cases": []}
    reply = json.loads(run_job(json.dumps({**job, "variable": False}).encode()))
    assert reply["missing"] == ["f"]
    assert "SyntaxError" in reply["problems"][0][2]


@pytest.fixture(scope="module")
def relu_check(request):
    exercise = load_exercise(request.config.rootpath / "solutions" / "exercises" / "relu.py")
    return Check({"lecture": "x", "release": "1", "exercises": {"relu": write_entry(exercise)}})


def backward(dout, z):
    return dout * (z > 0)


def told(check, *answers):
    with pytest.raises(CheckFailed) as failed:
        check("relu", *answers)
    return failed.value._render_traceback_()


def test_the_right_answer_gets_a_tick(relu_check, capsys):
    relu_check("relu", lambda z: np.maximum(z, 0), backward)
    assert capsys.readouterr().out == "✓ relu: right.\n"


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (
            lambda z: np.maximum(z, 0).astype(np.float32),
            "float64 came in and float32 went out, which keeps 7 digits of 16.",
        ),
        (
            lambda z: np.maximum(z, 0).astype(np.float64),
            "float32 came in and float64 went out, which takes twice the memory.",
        ),
    ],
)
def test_another_precision_is_right_with_a_word_of_advice(relu_check, capsys, answer, advice):
    relu_check("relu", answer, backward)
    assert capsys.readouterr().out == f"✓ relu: right. {advice}\n"


def test_a_wrong_answer_reads_call_values_and_the_tutors_sentence(relu_check):
    assert told(relu_check, lambda z: np.maximum(z, 0), lambda dout, z: (z > 0) * 1.0) == [
        "✗ relu_backward(np.array([[10., -20., 30., 0.5]]), np.array([[-1., 2., 0., 3.]]))",
        "  gave     [[0., 1., 0., 1.]]",
        "  expected [[0., -20., 0., 0.5]]",
        "  This is the slope alone. What does the chain rule do with dout?",
        "  relu is right.",
    ]


def test_two_functions_wrong_in_their_own_ways_still_get_a_sentence(relu_check):
    lines = told(relu_check, lambda z: np.abs(z), lambda dout, z: dout)
    assert lines[-1] == "  Negative inputs come out positive. What should happen to them?"


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (lambda z: 1 / 0, "ZeroDivisionError"),
        (lambda: 1, "other arguments"),
        (lambda z: None, "None (is there a return?)"),
        (lambda z: z[:1], "shape (1, 2)"),
        (lambda z: np.where(z > 0, z, np.nan), "inf or nan"),
        (5, "not callable"),
    ],
)
def test_each_kind_of_fault_is_told_in_words(relu_check, answer, word):
    assert word in "\n".join(told(relu_check, answer, backward))


def test_an_answer_not_yet_written_says_so_without_alarm(relu_check, capsys):
    def relu(z):
        raise NotImplementedError

    relu_check("relu", relu, backward)
    assert capsys.readouterr().out == "… relu: relu is not yet written. relu_backward is right.\n"


def test_an_answer_that_does_not_exist_says_what_to_run(relu_check):
    with pytest.raises(CheckFailed, match="relu is not defined"):
        relu_check("relu")
    relu_check.numbers["exercises"]["relu"]["points"] = 2.0
    with pytest.raises(CheckFailed, match="relu: 2 points still open"):
        relu_check.graded("relu")


def test_the_cell_of_points_counts_the_parts_that_are_right(relu_check):
    relu_check.numbers["exercises"]["relu"]["points"] = 2.0
    space = {"check": relu_check, "relu": lambda z: z, "relu_backward": backward}
    with pytest.raises(CheckFailed) as failed:
        exec("check.graded('relu')", space)
    assert str(failed.value) == "✗ relu: 1 of 2 points, if the grader's other cases agree."


def test_an_exercise_may_be_named_by_a_function_of_it(relu_check, capsys):
    def relu_backward(dout, z):
        return dout * (z > 0)

    space = {"check": relu_check, "relu": lambda z: np.maximum(z, 0)}
    exec("check(relu_backward)", space | {"relu_backward": relu_backward})
    assert capsys.readouterr().out.startswith("✓ relu: right.")


def test_the_cell_of_points_asks_no_answer_that_was_checked_in_the_cell_before(
    relu_check, monkeypatch
):
    ran, calls = [], []
    monkeypatch.setattr("dlcourse.checks.history.cells", lambda: ran)

    def relu(z):
        calls.append(z)
        return abs(z)

    relu_check.numbers["exercises"]["relu"]["points"] = 1.0
    space = {"check": relu_check, "relu": relu, "relu_backward": backward}
    asked = []
    for source in ["check('relu')", "check.graded('relu')", "check.graded('relu')"]:
        with pytest.raises(CheckFailed):
            exec(source, space)
        ran.append(source)
        asked.append(len(calls))
    assert 0 < asked[0] == asked[1] < asked[2]


def test_points_that_nobody_has_begun_with_are_told_without_red(relu_check, capsys, monkeypatch):
    def relu(z):
        raise NotImplementedError

    def relu_backward(dout, z):
        raise NotImplementedError

    relu_check.numbers["exercises"]["relu"]["points"] = 1.0
    space = {"check": relu_check, "relu": relu, "relu_backward": relu_backward}
    exec("check.graded('relu')", space)
    assert capsys.readouterr().out == "… relu: 1 point still open.\n"
    monkeypatch.setenv("NBGRADER_VALIDATING", "1")  # Validate reads exceptions
    with pytest.raises(CheckFailed, match="… relu: 1 point still open"):
        exec("check.graded('relu')", space)


def test_unknown_exercises_and_lectures_are_named_in_lines_of_ours(relu_check, capsys):
    for call, said in [
        (lambda: relu_check("rulu"), "No exercise 'rulu' here. There are: relu."),
        (lambda: relu_check(), 'Say which exercise: check("relu"), say. There are: relu.'),
        (lambda: relu_check.graded(7), "No exercise 7 here. There are: relu."),
    ]:
        with pytest.raises(CheckFailed) as failed:
            call()
        assert failed.value._render_traceback_() == [said]
    relu_check.show_solution()
    assert capsys.readouterr().out.startswith('Say which exercise: show_solution("relu"), say.')
    with pytest.raises(ValueError, match="99_nothing"):
        load_numbers("99_nothing")


def test_a_notebook_of_another_release_is_told_to_update(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DLCOURSE_NUMBERS", str(tmp_path))
    numbers = {"lecture": "01_x", "release": "new", "exercises": {}}
    (tmp_path / "01_x.json").write_text(json.dumps(numbers))
    begin("01_x", "old")
    told = capsys.readouterr().out
    assert f"release old of 01_x, the installed dlcourse {own_version()} has new" in told
    begin("01_x", "new")
    assert capsys.readouterr().out == ""


def test_a_page_that_has_begun_knows_that_no_guess_is_made_and_keeps_one_that_is(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("DLCOURSE_NUMBERS", str(tmp_path))
    cells = [("g", {"predict"}, "guess_a = ...\nguess_b = ..."), ("c", set(), "other = 1")]
    numbers = {"lecture": "01_x", "release": "new", "exercises": {}, **page_of(cells)}
    (tmp_path / "01_x.json").write_text(json.dumps(numbers))
    page = {"guess_b": 7, "begin": begin}
    exec("check = begin('01_x', 'new')", page)
    assert page["guess_a"] is ...
    assert page["guess_b"] == 7
    assert "other" not in page
    ax = plot_guess(page["guess_a"], 3, quantity="passes")
    assert "Your guess: none yet. Write it below the question" in ax.get_gid()


def test_a_concept_question_left_open_is_not_yet_written(pytestconfig):
    exercise = load_exercise(pytestconfig.rootpath / "solutions" / "exercises" / "q_shared_node.py")
    question = exercise.question(exercise.visible_cases())
    for cell, status in [("q_shared_node = ...", "unwritten"), ("q_shared_node = 1", "value")]:
        reply = json.loads(run_job(exercise.job([cell], question.cases)))
        assert judge_reply(question, reply).status == status


def test_arrays_too_large_do_not_cross(monkeypatch):
    monkeypatch.setattr(codec, "MAX_BYTES", 100)
    assert isinstance(decode(encode(np.zeros(100))), Opaque)


def test_inf_and_nan_of_a_student_are_told_in_words_and_not_by_warnings(pytestconfig):
    folder = pytestconfig.rootpath / "solutions" / "exercises"
    exercise = load_exercise(folder / "approximate_2d.py")
    question = exercise.question(exercise.visible_cases())
    cell = "def approximate_2d(f, n, x_range, y_range):\n    return lambda x, y: x * np.inf"
    verdict = judge_reply(question, json.loads(run_job(exercise.job([cell], question.cases))))
    assert verdict.status == "value"
    assert verdict.gave.startswith("largest error inside")


def test_a_mistake_that_gives_words_is_recognised_by_them():
    one, same, other = (
        json.loads(json.dumps([["value", encode([text, 1.0])]])) for text in ("left", "left", "up")
    )
    assert same_signature(one, same)
    assert not same_signature(one, other)


@pytest.mark.parametrize(
    ("gave", "named"),
    [
        ([2, 4, 6, 8], True),
        ([2, 4, 6, ZeroDivisionError], True),
        ([2, 4, np.nan, np.inf], True),
        ([1, 4, 6, np.nan], False),
        ([2, 4, 7, np.nan], False),
        ([ZeroDivisionError, 4, 6, 8], False),
        ([2, ZeroDivisionError, np.nan, np.nan], False),
    ],
    ids=str,
)
def test_a_mistake_is_named_though_the_answer_also_stops_or_overflows(gave, named):
    """The cases with numbers decide, if the one that is told and another are the mistake's."""

    def outcome(value):
        if value is ZeroDivisionError:
            return {"raises": {"names": ["ZeroDivisionError"], "message": "", "line": ""}}
        return {"value": encode(float(value))}

    numbers = [1.0, 2.0, 3.0, 4.0]
    cases = [{"function": None, "args": (number,)} for number in numbers]
    doubled = [["value", encode(2 * number)] for number in numbers]
    expected = [{"value": encode(number)} for number in numbers]
    question = Question("same", {"same": "(x)"}, cases, expected, {"doubles": ("Why?", doubled)})
    verdict = judge_outcomes(question, [outcome(value) for value in gave])
    assert verdict.diagnosis == ("doubles" if named else None)


def test_numbers_that_differ_late_are_shown_with_more_digits():
    finding = compare(np.array([0.5, 1 + 3e-7]), np.array([0.5, 1.0]))
    assert "1.0000003" in finding.gave
    finding = compare(np.array([0.5, 2.0]), np.array([0.5, 1 / 3]))
    assert "0.333333]" in finding.expected


def test_a_list_without_numbers_stands_for_any_empty_array_and_type():
    for shape in [(0,), (0, 3), (2, 0)]:
        for dtype in [float, int, np.float32]:
            assert compare([], np.zeros(shape, dtype)) is None
    assert compare(np.zeros(0), np.zeros(0, int)) is None
    assert compare(np.zeros((0, 2)), np.zeros((0, 3))).kind == "shape"
    assert compare([], np.zeros(1)).kind == "shape"


STOPPED = "Python stopped inside your function."


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return max(0, z)", "np.maximum go entry by entry"),
        ("return 1 if z > 0 else 0", "np.maximum go entry by entry"),
        ("return np.max(0, z)", "second argument for an axis"),
        ("import math\n    return math.exp(z)", "those of NumPy take whole arrays"),
        ("return z + np.ones((3, 4, 5))", "print both shapes"),
        ("return z @ np.ones((7, 7))", "equal inner lengths"),
        ("w = np.zeros(z.shape, int)\n    w += 0.5\n    return w", "makes an array of decimals"),
        ("return np.e ^ z", "A power is written **"),
        ("return z(0)", "Round brackets call a function"),
        ("return z * print()", "Something is None"),
        ("return of_another_cell(z)", "Python does not know this name"),
        ("raise ValueError('negative')", "refused an input"),
        ("assert z.ndim == 7", "refused an input"),
        ("return 1 // 0", STOPPED),
        ("return np.zeros(3)", ""),
        ("raise NotImplementedError('later')", "not yet written"),
        ("return of_a_library(z)", "refused an input"),
    ],
)
def test_common_errors_are_explained(pytestconfig, body, says):
    exercise = load_exercise(pytestconfig.rootpath / "solutions" / "exercises" / "relu.py")
    question = exercise.question(exercise.visible_cases())
    helper = "def of_a_library(z):\n    error = NotImplementedError('of z')\n    raise error"
    cells = [f"{helper}\ndef relu(z):\n    {body}\ndef relu_backward(dout, z):\n    return dout"]
    told = str(judge_reply(question, json.loads(run_job(exercise.job(cells, question.cases)))))
    assert says in told
    assert says == STOPPED or STOPPED not in told


@pytest.mark.parametrize("expected", [1.5, 3, "right", None, np.ones(2), np.ones(2, "f4"), [1, 2]])
def test_whatever_comes_back_is_judged_and_not_stumbled_over(expected):
    assert compare(decode(encode(expected)), expected) is None
    signature = [["value", encode(expected)]]
    assert same_signature(signature, signature)
    for odd in ODD:
        came = json.loads(json.dumps(encode(odd)))
        assert isinstance(compare(decode(came), expected), Finding | None)
        same = type(odd) is type(expected) and np.array_equal(odd, expected)
        assert same_signature([["value", came]], signature) is same
        assert same_signature(signature, [["value", came]]) is same


def test_a_forged_number_too_large_for_its_dtype_is_infinite_and_no_warning():
    assert decode({"dtype": "<f2", "shape": [1], "data": [1e9]}) == np.inf

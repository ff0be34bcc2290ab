"""An answer with parts earns the share of those that are right, and not a grain more."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from answers import HALF, WRONG, solution
from exercises import IDS, load
from test_exercises import hard_coded

from dlcourse.checks.exercise import AuthorError, load_exercise
from dlcourse.checks.outcome import run_job
from dlcourse.checks.verdict import judge_outcomes
from dlcourse.grading.answer import Paper
from dlcourse.grading.judging import counted, judge
from dlcourse.sandbox.exchange import Reply

BY_NUMBERS = [name for name in IDS if load(name).parts and load(name).probe]
WITH_PARTS = [name for name in IDS if load(name).parts and name not in BY_NUMBERS]
OF_RESULTS = [name for name in WITH_PARTS if load(name).results]
BROKEN = np.full((9, 1), np.nan)

every_part = pytest.mark.parametrize(
    ("name", "part"), [(name, part) for name in WITH_PARTS for part in load(name).parts]
)


@cache
def paper_of(name):
    """The grader's view of an exercise; trainings of its known mistakes cost what no part does."""
    exercise = load(name)
    return Paper(replace(exercise, wrong={}) if name in BY_NUMBERS else exercise, 1)


def told(name, functions=None, cells=None):
    """What the grader makes of functions that stand in for the solution's, or of cells."""
    paper = paper_of(name)
    cells = cells and ["import numpy as np", *cells]
    if cells is not None:
        payload = run_job(paper.job(cells))
    else:
        outcomes = load(name).outcomes(paper.visible + paper.hidden, functions)
        payload = json.dumps({"outcomes": outcomes}).encode()
    return judge(paper, [Reply("ok", payload, 0.1, "")], clock=2, cells=cells or ())


def only(name, part):
    """The solution with all of it broken but one part."""
    exercise = load(name)
    if not exercise.results:
        return {f: lambda *a: BROKEN for f in exercise.functions if f != part}
    (f,) = exercise.functions.values()
    kept = exercise.results.index(part)

    def answer(*args):
        return tuple(r if i == kept else BROKEN for i, r in enumerate(f(*args)))

    return {name: answer}


@every_part
def test_one_right_part_earns_exactly_its_share(name, part):
    parts = load(name).parts
    answer = told(name, only(name, part))
    assert (answer.status, answer.share, answer.right) == ("partly", 1 / len(parts), (part,))


@pytest.mark.parametrize("name", WITH_PARTS)
def test_all_parts_right_earn_everything_and_none_right_nothing(name):
    right, broken = told(name), told(name, dict.fromkeys(load(name).functions, lambda *_: BROKEN))
    assert (right.status, right.share) == ("right", 1.0)
    assert (broken.status, broken.share) == ("wrong", 0.0)


def lazy(pick):
    """Answer everything with what `pick` makes of the arguments."""

    def answering(n_results):
        def answer(*args):
            value = pick(args)
            return value if n_results is None else (value,) * n_results

        return answer

    return answering


LAZY = {
    "0": lambda args: 0.0,
    "1": lambda args: 1.0,
    "one half": lambda args: 0.5,
    "nothing": lambda args: None,
    "zeros of the right shape": lambda args: np.zeros_like(args[-1]),
    **{f"argument {i}": (lambda args, i=i: args[min(i, len(args) - 1)]) for i in range(6)},
    **{
        f"ones like argument {i}": (lambda args, i=i: np.ones_like(args[min(i, len(args) - 1)]))
        for i in range(6)
    },
}


@pytest.mark.parametrize("name", WITH_PARTS)
@pytest.mark.parametrize("pick", LAZY)
def test_a_guess_earns_no_part(name, pick):
    exercise = load(name)
    n_results = len(exercise.results) or None
    answer = lazy(LAZY[pick])(n_results)
    assert told(name, dict.fromkeys(exercise.functions, answer)).right == ()


@pytest.mark.parametrize("name", WITH_PARTS)
def test_what_remembers_the_visible_results_earns_no_part(name):
    answer = told(name, hard_coded(name))
    assert (answer.status, answer.share) == ("wrong", 0.0)
    assert "right on the cases in the notebook" in answer.message


def reshaped(value):
    return np.asarray(value)[None] if not isinstance(value, list) else [value]


@pytest.mark.parametrize("name", WITH_PARTS)
def test_right_numbers_in_another_shape_earn_no_part(name):
    spoiled = {}
    for key, f in load(name).functions.items():
        if load(name).results:
            spoiled[key] = lambda *args, f=f: tuple(map(reshaped, f(*args)))
        else:
            spoiled[key] = lambda *args, f=f: reshaped(f(*args))
    assert told(name, spoiled).share == 0.0


@pytest.mark.parametrize("name", OF_RESULTS)
def test_one_result_too_few_or_one_that_changes_the_input_earns_nothing(name):
    (f,) = load(name).functions.values()
    assert told(name, {name: lambda *args: f(*args)[:-1]}).share == 0.0

    def changing(*args):
        result = (*f(*args)[:-1], BROKEN)
        first = next(a for a in args if isinstance(a, np.ndarray))
        first *= 2
        return result

    assert told(name, {name: changing}).share == 0.0


def test_the_message_says_what_is_right_and_what_it_earned():
    half = told("relu", cells=[HALF])
    assert half.diagnosis == "returns_the_absolute_value"
    text = half.message + counted(half, 2.0)
    assert text.splitlines()[-1] == "  relu_backward is right: 1 of 2 points."
    assert "Negative inputs come out positive." in text
    assert told("relu", cells=[WRONG])[:1] == ("wrong",)


BACKWARD = "def relu_backward(dout, z):\n    "


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("", "Python does not know this name."),
        (BACKWARD + "raise NotImplementedError", "… relu: relu_backward is not yet written."),
        (BACKWARD + "return 1 / 0", "ZeroDivisionError"),
        ("def relu_backward(dout, z) return z", "SyntaxError"),
        ("from tensorflow import relu_backward", "uses tensorflow"),
    ],
)
def test_a_first_half_counts_whatever_became_of_the_second(rest, words):
    first = solution("relu").split("def relu_backward")[0]
    answer = told("relu", cells=[first, rest])
    assert (answer.status, answer.share, answer.right) == ("partly", 0.5, ("relu",))
    assert words in answer.message
    assert told("relu", cells=[rest]).share == 0.0


def test_the_learner_reads_which_part_is_right():
    exercise = load("linear_backward")
    question = exercise.question(exercise.visible_cases())
    answer = only("linear_backward", "dW")
    outcomes = exercise.outcomes(question.cases, answer)
    assert str(judge_outcomes(question, outcomes)).splitlines()[-1] == "  dW is right."


def test_a_question_has_no_parts():
    assert not [name for name in IDS if load(name).parts and load(name).variable]


@pytest.mark.parametrize("name", BY_NUMBERS)
def test_a_probe_names_every_part_in_the_notebook_and_before_the_grader(name):
    for cases in (load(name).visible_cases(), load(name).hidden_cases(0)):
        question = load(name).question(cases)
        verdict = judge_outcomes(question, load(name).outcomes(cases))
        assert verdict.right
        assert verdict.right_parts == load(name).parts


LOST = {  # parts that a mistake in train_run costs, beside the digits where it stands for that
    "stays_in_training_mode": {"company", "repeat"},
    "trains_on_validation_rows": {"validation rows"},
    "numbers_classes_from_1": {"labels", "digits"},
    "softmax_twice": {"floor", "digits"},
    "hands_out_probabilities": {"floor"},
}


@pytest.mark.parametrize("mistake", LOST)
def test_a_wrong_number_costs_its_part_alone(mistake):
    exercise = load("train_run")
    answer = told("train_run", exercise.wrong[mistake][1])
    assert {*exercise.parts} - {*answer.right} == LOST[mistake]
    assert answer.share == pytest.approx(1 - len(LOST[mistake]) / 9)


def test_a_model_that_reads_no_row_earns_nothing_and_is_told_why():
    import torch

    def counts_classes(X, y, X_val, y_val, rng):
        prior = torch.log(torch.tensor(np.bincount(y) + 0.01, dtype=torch.float32))
        return lambda rows: prior.repeat(len(rows), 1), [np.log(len(prior)), *[0.1] * 200]

    answer = told("train_run", {"train_run": counts_classes})
    assert answer.share == 0.0
    kept = "first loss, labels, floor, steps, validation rows, company and repeat are right"
    rule = f"{kept}, 7 of 9; the first point needs 6, pairs or digits among them"
    assert answer.message.endswith(f"  {rule}.")
    outcomes = load("train_run").outcomes(
        paper_of("train_run").visible, {"train_run": counts_classes}
    )
    seen = judge_outcomes(paper_of("train_run").questions[0], outcomes)
    assert (seen.right_parts, seen.uncounted) == ((), rule)


def test_scores_of_a_wrong_width_cost_the_promises_about_them_alone():
    exercise = load("train_run")

    def names_what_occurs(X, y, *rest):
        model, history = exercise.functions["train_run"](X, y, *rest)
        return lambda rows: model(rows)[:, np.unique(y)], history

    answer = told("train_run", {"train_run": names_what_occurs})
    assert {*exercise.parts} - {*answer.right} == {"labels", "floor", "steps"}
    assert "gave     labels: share of tensors of scores (M, 10): 0" in answer.message


@pytest.mark.parametrize("answer", ["starter", "nothing", "one promise"])
def test_fewer_right_parts_than_the_least_earn_nothing_and_are_counted(answer):
    exercise = load("train_run")
    assert exercise.least == 6
    if answer == "starter":  # with a change that repairs nothing
        cells = ["import torch\n" + exercise.starter_source.replace("range(10)", "range(9)")]
        answer = told("train_run", cells=cells)
        assert answer.share == 0.0
        assert "of 9; the first point needs 6, pairs or digits among them." in answer.message
        return
    always = {"nothing": None, "one promise": (lambda rows: rows[:, :3], [1.0986])}
    assert told("train_run", {"train_run": lambda *_: always[answer]}).share == 0.0


@pytest.mark.parametrize(
    ("name", "change", "slip"),
    [
        ("relu", ('["solution"]', '["solution"] parts=["a", "b"]'), "not one function"),
        ("dropout", ('["solution"]', '["solution"] parts=["a", "b"]'), "not one function"),
        ("q_xor", ('kind="choice"', 'kind="choice" parts=["a", "b"]'), "not one function"),
        ("train_run", ('"pairs", "digits"]\n', '"pears"]\n'), "names pears, which is no part"),
        ("softmax", ('["solution"]', '["solution"] parts=["a", "b"]'), "returns no tuple of a, b"),
        ("linear_backward", ('"dx", ', ""), "returns no tuple of dW, db"),
        (
            "relu",
            ("    yield relu, np.", "    yield relu_backward, np.ones(1), np."),
            "no",
        ),
    ],
)
def test_parts_that_cannot_be_judged_alone_are_an_authors_slip(tmp_path, name, change, slip):
    text = load(name).path.read_text(encoding="utf-8")
    assert change[0] in text
    (tmp_path / f"{name}.py").write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(AuthorError, match=slip):
        load_exercise(tmp_path / f"{name}.py")

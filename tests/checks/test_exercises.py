"""Every exercise: its solution is right, mistakes are named, shortcuts fail, other answers pass."""

import ast
import importlib
import inspect
import json
import pkgutil
import re
import runpy
from contextlib import suppress
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from exercises import IDS, load, question, tried
from odd import odd_ones
from test_calls import DUE, shown, typed_in

import dlcourse.reference
from dlcourse.checks import codec
from dlcourse.checks.outcome import run_job
from dlcourse.checks.verdict import judge_outcomes, judge_reply

ROOT = Path(__file__).parents[2]
RIGHT_ANSWERS = ROOT / "tests" / "right_answers"
SEEDS = [None, 0, 1, 2]  # None: the visible cases

every_exercise = pytest.mark.parametrize("name", IDS)
# make test draws hidden cases once, make test-all three times
more_seeds = [pytest.param(seed, marks=pytest.mark.long) for seed in SEEDS[2:]]
every_seed = pytest.mark.parametrize(
    "seed", [*SEEDS[:2], *more_seeds], ids=["visible", *map(str, SEEDS[1:])]
)


def names_and_seeds(names, seeds, short):
    """Both for a test; in make test the seeds of `short`, and not what trains half a minute."""
    return pytest.mark.parametrize(
        ("name", "seed"),
        [
            pytest.param(
                name,
                seed,
                marks=[]
                if seed in short and (name, seed) != ("train_run", 0)
                else pytest.mark.long,
                id=f"{'visible' if seed is None else seed}-{name}",
            )
            for seed in seeds
            for name in names
        ],
    )


def judged(name, seed, functions):
    """The verdict on functions that stand in for the solution's; mistakes were tried before."""
    asked = tried(name, seed)[0]
    outcomes = load(name).outcomes(asked.cases, functions)
    return judge_outcomes(asked, json.loads(json.dumps(outcomes)))


def judged_source(name, seed, cells):
    """The verdict on source text, run as the grader runs it."""
    asked = question(name, seed)
    return judge_reply(asked, json.loads(run_job(load(name).job(cells, asked.cases))))


def starter(exercise):
    """What the learner begins with: the solution's signatures and docstrings."""
    if exercise.variable:
        return "\n".join(f"{name} = ..." for name in exercise.functions)
    tree = ast.parse(exercise.solution_source)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body = [node.body[0], ast.parse("raise NotImplementedError").body[0]]
    return ast.unparse(tree)


@cache
def reference_functions():
    """Every public function of dlcourse.reference by name."""
    found = {}
    for info in pkgutil.iter_modules(dlcourse.reference.__path__, "dlcourse.reference."):
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == info.name:
                found[name] = value
    return found


def right_answers(name):
    path = RIGHT_ANSWERS / f"{name}.py"
    return runpy.run_path(str(path))["ANSWERS"] if path.exists() else {}


def hard_coded(name, otherwise=None):
    """Look the visible results up by their arguments; for others give the last one again.

    With `otherwise`, functions by name, these answer the others.
    """
    exercise, known, last = load(name), {}, {}

    def recording(key, function):
        def record(*args, **kwargs):
            where = json.dumps(codec.encode([key, args, kwargs]))
            value = function(*args, **kwargs)
            known[where] = last[key] = list(value) if inspect.isgenerator(value) else value
            return known[where]

        return record

    def answering(key):
        def answer(*args, **kwargs):
            where = json.dumps(codec.encode([key, args, kwargs]))
            if where not in known and otherwise:
                return otherwise[key](*args, **kwargs)
            return known.get(where, last.get(key))

        return answer

    functions = {key: recording(key, f) for key, f in exercise.functions.items()}
    exercise.outcomes(exercise.visible_cases(), functions)
    return {key: answering(key) for key in functions}


def off_by_a_little(name):
    """The solution, its floating-point results moved by a part in 100,000."""

    def move(value):
        if isinstance(value, list | tuple):
            return type(value)(map(move, value))
        return value * (1 + 1e-5)

    functions = load(name).functions
    return {key: (lambda *args, f=f: move(f(*args))) for key, f in functions.items()}


@pytest.mark.parametrize("name", ["linear_backward", "softmax_jacobian", "relu"])
@every_seed
def test_an_answer_that_is_slightly_off_is_refused(name, seed):
    verdict = judged(name, seed, off_by_a_little(name))
    assert verdict.status == "value"
    assert verdict.diagnosis is None


def test_source_that_is_wrong_is_refused_as_a_right_answer():
    wrong = "def softmax_jacobian(p):\n    return np.diag(p) - np.outer(p, p) / 2"
    assert judged_source("softmax_jacobian", 0, [wrong]).status == "value"


@names_and_seeds(IDS, SEEDS, SEEDS[:2])
def test_the_solution_is_right(name, seed):
    verdict = judged(name, seed, {})
    assert verdict.right, str(verdict)
    assert not verdict.advice, verdict.advice


def stopped(name, seed, functions=None):
    """The cases in which the solution, or what stands in for it, raises an error."""
    cases = question(name, seed).cases
    return [
        n for n, one in enumerate(load(name).outcomes(cases, functions or {})) if "raises" in one
    ]


@pytest.mark.parametrize("name", [n for n in IDS if n != "conv_output_size"])  # asks for errors
@every_seed
def test_no_case_asks_for_an_error_by_mistake(name, seed):
    assert stopped(name, seed) == []


def test_a_case_that_asks_for_an_error_is_seen():
    assert stopped("relu", None, {"relu": lambda z: z @ z})
    assert stopped("conv_output_size", None)


@names_and_seeds(IDS, SEEDS[:2], SEEDS[:2])
def test_every_mistake_is_rejected_and_named(name, seed):
    asked, outcomes = tried(name, seed)
    named = {
        key: judge_outcomes(asked, json.loads(json.dumps(one))) for key, one in outcomes.items()
    }
    told = {key: verdict.diagnosis for key, verdict in named.items()}
    assert told == {key: key for key in named}
    assert all(v.sentence == load(name).wrong[key][0] for key, v in named.items())


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.long] if n == "train_run" else []) for n in IDS],  # 10 s
)
def test_the_call_above_every_mistake_can_be_copied_from_the_page(name):
    exercise, (asked, outcomes) = load(name), tried(name, None)
    told = () if exercise.variable else json.loads(json.dumps(list(outcomes.values())))
    texts = {shown(judge_outcomes(asked, one)) for one in told}
    assert texts or exercise.variable
    for text in texts:
        with suppress(DUE.get(name, ())):
            typed_in(text, exercise.functions)


@names_and_seeds(IDS, SEEDS, [])
def test_a_mistake_that_runs_again_is_named_again(name, seed):
    named = {key: judged(name, seed, wrong) for key, (_, wrong) in load(name).wrong.items()}
    assert {key: verdict.diagnosis for key, verdict in named.items()} == {key: key for key in named}


@every_exercise
def test_the_starter_is_not_yet_written(name):
    verdict = judged_source(name, None, [starter(load(name))])
    assert verdict.status == "unwritten"
    assert "not yet written" in str(verdict)


@every_exercise
@pytest.mark.parametrize("stride", [5, pytest.param(1, marks=pytest.mark.long)])
def test_whatever_an_answer_gives_back_is_judged(name, stride):
    asked = tried(name, None)[0]
    first, *others = json.loads(json.dumps(load(name).outcomes(asked.cases)))
    for code in islice(odd_ones(first["value"]), 0, None, stride):
        verdict = judge_outcomes(asked, [{"value": code}, *others])
        assert verdict.right or name in str(verdict)
    nothing = {"value": codec.encode(object())}
    assert not judge_outcomes(asked, [nothing, *others]).right


def takes_arguments(name):
    """False for xor_network alone, whose answer is a constant and may be remembered."""
    return any(signature not in ("", "()") for signature in load(name).signatures.values())


@names_and_seeds([*filter(takes_arguments, IDS)], SEEDS[1:], SEEDS[1:2])
def test_an_answer_that_remembers_the_visible_results_fails_on_hidden_cases(name, seed):
    assert not judged(name, seed, hard_coded(name)).right


# wrong for one input alone, [] and [], which no hidden case can ask in another form
OF_ONE_INPUT = {"stumbles_over_no_layer", "sees_nothing_without_a_layer"}


@pytest.mark.long
@pytest.mark.parametrize("name", [*filter(takes_arguments, IDS)])
def test_a_mistake_that_remembers_the_visible_results_fails_on_hidden_cases(name):
    exercise = load(name)
    for mistake in exercise.wrong.keys() - OF_ONE_INPUT:
        wrong = exercise.wrong[mistake][1]
        functions = hard_coded(name, {**exercise.functions, **wrong})
        assert not judged(name, 0, functions).right, mistake


@pytest.mark.parametrize(
    ("name", "answer"), [(name, answer) for name in IDS for answer in right_answers(name)]
)
@pytest.mark.parametrize("seed", SEEDS[:2], ids=["visible", "hidden"])
def test_another_right_answer_is_right(name, answer, seed):
    source = right_answers(name)[answer]
    verdict = judged_source(name, seed, [source] if isinstance(source, str) else source)
    assert verdict.right, str(verdict)


@pytest.mark.parametrize("name", [n for n in IDS if not n.startswith("q_")])
def test_there_are_other_right_answers(name):
    assert len(right_answers(name)) >= 4


def test_right_answers_belong_to_exercises():
    assert {path.stem for path in RIGHT_ANSWERS.glob("*.py")} <= set(IDS)


@pytest.mark.parametrize(
    ("name", "function"),
    [(n, f) for n in IDS for f in load(n).functions if f in reference_functions()],
)
@every_seed
def test_the_solution_agrees_with_the_reference(name, function, seed):
    other = reference_functions()[function]
    asked = load(name).signatures[function]
    # the reference may take more, after what the exercise takes: conv_output_size's dilation
    assert str(inspect.signature(other)).startswith(asked.removesuffix(")"))
    verdict = judged(name, seed, {function: other})
    assert verdict.right, str(verdict)


def shown_lines(name, text):
    """Lines of the solution that a text gives away."""
    body = [line.strip() for line in load(name).solution_source.splitlines()]
    lines = [re.sub(r"\s", "", line.removeprefix("return ")) for line in body]
    told = re.sub(r"\s", "", text)
    return [line for line in lines if len(line) > 12 and line in told]


@every_exercise
def test_a_mistakes_sentence_is_short_and_shows_no_solution(name):
    for sentence, _ in load(name).wrong.values():
        ends = re.findall(r"[.?!:]+(?=\s|$)", sentence.replace(":", ""))
        assert 1 <= len(ends) <= 2, sentence
        assert sentence[-1] in ".?!", sentence
        assert len(sentence) <= 200, sentence
        assert not shown_lines(name, sentence), sentence


@every_exercise
def test_every_exercise_has_a_hint_that_shows_no_solution(name):
    hint = " ".join(load(name).hint.split())
    assert 1 <= len(re.findall(r"[.?!](?=\s|$)", hint)) <= 2, hint
    assert hint[-1] in ".?!", hint
    assert not shown_lines(name, hint), hint
    assert hint not in {sentence for sentence, _ in load(name).wrong.values()}


@pytest.mark.parametrize("name", [n for n in IDS if n.startswith("q_")])
def test_every_option_but_the_right_one_has_its_sentence(name):
    exercise = load(name)
    listed = [int(n) for n in re.findall(r"^(\d+)\. ", exercise.statement, re.MULTILINE)]
    (right,) = exercise.functions.values()
    wrong = [functions[name] for _, functions in exercise.wrong.values()]
    assert listed == list(range(1, len(listed) + 1))
    assert sorted([right, *wrong]) == listed

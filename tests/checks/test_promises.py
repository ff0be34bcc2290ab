"""What a statement promises: said once, rendered, asked of every function, refused if not kept."""

import inspect
import json
import re
from pathlib import Path

import numpy as np
import pytest
from exercises import FOLDER, IDS, load, released_entries

from dlcourse.checks import codec
from dlcourse.checks.compare import compare
from dlcourse.checks.entry import read_question, write_entry
from dlcourse.checks.exercise import AuthorError, load_exercise
from dlcourse.checks.outcome import run_job
from dlcourse.checks.promised import DERIVE
from dlcourse.checks.promises import promise_text, read_promises
from dlcourse.checks.verdict import judge_outcomes, judge_reply

ROOT = Path(__file__).parents[2]


ARRAYS = [  # arrays in, arrays out: cases can be derived from cases
    name
    for name in IDS
    if not (load(name).probe or load(name).variable or name == "conv_output_size")
]


def graded(name, source, seed=0):
    """The verdict on the hidden cases; functions that `source` lacks are the solution's."""
    exercise = load(name)
    asked = exercise.question(exercise.hidden_cases(seed))
    job = exercise.job([exercise.solution_source, source], asked.cases)
    return judge_reply(asked, json.loads(run_job(job)))


def derived(name, seed=0):
    return [case for case in load(name).hidden_cases(seed) if "promise" in case]


def arrays(value):
    if isinstance(value, list | tuple):
        return [array for item in value for array in arrays(item)]
    return [value] if isinstance(value, np.ndarray) else []


def first_changeable(args):
    """The first array among arguments, or else the first list, or None."""
    return next(iter([*arrays(list(args)), *(a for a in args if isinstance(a, list))]), None)


CHANGEABLE = [  # what comes in can be written to: it is more than numbers
    name
    for name in ARRAYS
    if any(first_changeable(case["args"]) is not None for case in load(name).visible_cases())
]


@pytest.mark.parametrize("name", ARRAYS)
def test_every_promise_has_a_case_of_every_function_that_it_is_about(name):
    exercise, found = load(name), {}
    for case in derived(name):
        function = case["function"] or name
        found.setdefault(case["promise"], set()).add(function)
    for promise in exercise.promises:
        if promise.word in DERIVE:
            about = {
                function
                for function in exercise.functions
                if not promise.names
                or function in promise.names
                or {*inspect.signature(exercise.functions[function]).parameters} & {*promise.names}
            }
            assert about <= found[promise.word], promise


@pytest.mark.parametrize("name", ARRAYS)
def test_a_derived_case_is_of_the_kind_that_is_promised(name):
    kinds = {
        "integer": lambda a: a.dtype.kind in "iu",
        "labels": lambda a: a.dtype == np.uint8,
        "float32": lambda a: a.dtype == np.float32,
        "empty": lambda a: a.size == 0,
        "extreme64": lambda a: a.dtype == np.float64 and np.abs(a).max() == 1000,
        "extreme32": lambda a: a.dtype == np.float32 and np.abs(a).max() == 1000,
        "repeatable": lambda a: True,
    }
    for case in derived(name):
        found = arrays(case["args"])
        assert any(map(kinds[case["promise"]], found)) or not found, case


LABELLED = [n for n in ARRAYS if "labels" in {p.word for p in load(n).promises}]


@pytest.mark.parametrize("name", LABELLED)
def test_labels_of_a_small_type_are_seen_in_the_notebook(name):
    given = [arrays(case["args"]) for case in load(name).visible_cases()]
    assert any(array.dtype == np.uint8 for case in given for array in case)


PROMISING = [path.stem for path in sorted(FOLDER.glob("*.py")) if load(path.stem).promises]


@pytest.mark.parametrize("name", PROMISING)
def test_every_promise_is_held_in_the_notebook_by_a_case_that_is_shown(name):
    held = {promise.word for promise in load(name).promises} - {"pure", "stateful"}
    cases = read_question(name, released_entries()[name]).cases
    assert {case["promise"] for case in cases if "promise" in case} == held
    first = [case.get("promise") for case in cases]
    assert first[: len(load(name).written_cases())] == [None] * len(load(name).written_cases())


def clipped(z):
    z = np.clip(z, -100, 100)
    return 1 / (1 + np.exp(-z))


def test_an_answer_that_keeps_all_promises_but_one_is_told_so_in_the_notebook():
    question = read_question("sigmoid", write_entry(load("sigmoid")))
    outcomes = load("sigmoid").outcomes(question.cases, {"sigmoid": clipped})
    verdict = judge_outcomes(question, outcomes)
    assert verdict.status == "report"
    assert "in float32" in verdict.sentence
    assert 'dtype="float32"' in verdict.call
    assert verdict.cases - verdict.right_cases == 1


def test_a_known_mistake_is_named_whatever_becomes_of_the_promises():
    def turned(z):
        return sigmoid(-z) * (z.dtype != np.int32)

    sigmoid = load("sigmoid").functions["sigmoid"]
    question = load("sigmoid").question(load("sigmoid").visible_cases())
    outcomes = load("sigmoid").outcomes(question.cases, {"sigmoid": turned})
    verdict = judge_outcomes(question, outcomes)
    assert verdict.diagnosis == "turns_the_sign"


@pytest.mark.parametrize("name", ARRAYS)
def test_what_is_expected_of_large_numbers_is_finite(name):
    exercise = load(name)
    cases = [case for case in derived(name) if case["promise"].startswith("extreme")]
    for outcome in exercise.question(cases).expected:
        assert all(np.isfinite(a).all() for a in arrays(codec.decode(outcome["value"])))


@pytest.mark.parametrize("name", ARRAYS)
def test_what_every_case_asks_is_said(name):
    words = {promise.word for promise in load(name).promises}
    assert words >= ({"pure", "repeatable"} if name in CHANGEABLE else {"repeatable"})
    pure = "Do not change the arguments; a second call must give the same result."
    said = pure if name in CHANGEABLE else "A second call must give the same result."
    assert load(name).released_statement.endswith(said)


def scribbles(function):
    """The function, and then one more in the first array, or list, that it was given."""

    def scribbled(*args):
        result, first = function(*args), first_changeable(args)
        if isinstance(first, list):
            first += first[:1]
        elif first is not None:
            first += first.dtype.type(1)
        return result

    return scribbled


@pytest.mark.parametrize("name", CHANGEABLE)
def test_an_answer_that_writes_into_what_comes_in_is_told_so(name):
    exercise = load(name)
    asked = exercise.question(exercise.visible_cases())
    for key, function in exercise.functions.items():
        outcomes = exercise.outcomes(asked.cases, {key: scribbles(function)})
        verdict = judge_outcomes(asked, json.loads(json.dumps(outcomes)))
        assert verdict.status == "input changed"


@pytest.mark.parametrize("name", ARRAYS)
def test_no_statement_promises_by_hand(name):
    by_hand = r"float32|hold integers|be empty|uint8|stays? as (it|they)|overflow"
    assert not re.search(by_hand, load(name).statement)


def whole(value):
    if isinstance(value, list | tuple):
        return type(value)(map(whole, value))
    decimals = isinstance(value, np.ndarray) and value.ndim and value.dtype.kind == "f"
    return value.astype(int) if decimals else value


def keeping_integers(function):
    """The function, whose results are written into integers where its first array holds some."""

    def kept(*args):
        result = function(*args)
        first = next(iter(arrays(list(args))), np.zeros(0))
        return whole(result) if first.dtype.kind in "iu" else result

    return kept


INTEGERS = [n for n in ARRAYS if "integer" in {p.word for p in load(n).promises}]


@pytest.mark.parametrize("name", INTEGERS)
def test_an_answer_whose_results_stay_integers_is_told_why_they_are_wrong(name):
    exercise = load(name)
    asked = exercise.question(exercise.visible_cases())
    for key, function in exercise.functions.items():
        outcomes = exercise.outcomes(asked.cases, {key: keeping_integers(function)})
        verdict = judge_outcomes(asked, json.loads(json.dumps(outcomes)))
        told = re.search("dtype|decimals|arrays hold integers", verdict.sentence)
        assert verdict.right or told, str(verdict)


def test_whole_numbers_that_are_wrong_for_another_reason_are_told_nothing_of_decimals():
    due = np.array([1.5, -0.25, 3.0])
    for got in ([1, 0, 2], [0, 0, 0], [1.0, 0.0, 3.0], [2, 0, 4]):
        assert not compare(np.array(got), due).why
    assert compare(np.array([1, 0, 3]), due).why


def test_the_sentences_are_grouped_by_what_they_are_about():
    def f(x, labels):
        pass

    def text(*promises, stable=False):
        return promise_text(read_promises(promises, {"f": f}), stable)

    assert text("integer", "empty") == "Arrays may hold integers or be empty."
    assert text("integer", "float32", "empty: x") == (
        "Arrays may hold integers or float32, and `x` may be empty."
    )
    assert text("float32", "empty: x, labels") == (
        "Arrays may be float32, and `x` and `labels` may be empty."
    )
    assert text("labels: labels") == "`labels` may have any integer type, such as uint8."
    assert text("extreme64", "extreme32", "pure") == (
        "Numbers may reach ±1000, in float32 too: nothing may become inf or nan. "
        "Do not change the arguments."
    )
    assert "must not report an overflow" in text("extreme32: x", stable=True)
    assert text("stateful") == text() == ""


WRONG = {
    "a clip at 500 overflows in float32": (
        "sigmoid",
        "def sigmoid(z):\n    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))",
        "extreme32",
    ),
    "so does one of the loss": (
        "bce_with_logits",
        "def bce_with_logits(z, y):\n"
        "    small = np.log(1 + np.exp(-np.clip(np.abs(z), 0, 500)))\n"
        "    lost = np.log(1 + np.exp(np.clip(z, -500, 500)))  # only to look at\n"
        "    return np.mean(np.maximum(z, 0) - y * z + small) + 0 * np.sum(lost)",
        "extreme32",
    ),
    "and of softplus": (
        "softplus",
        "def softplus(z):\n"
        "    near = np.log1p(np.exp(np.clip(z, -500, 500)))\n"
        "    return np.where(z > 500, z, near)",
        "extreme32",
    ),
    "and of the ELU": (
        "elu",
        "def elu(z, alpha=1.0):\n"
        "    return np.where(z > 0, z, alpha * np.expm1(np.clip(z, -500, 500)))",
        "extreme32",
    ),
    "and of a step": (
        "sigmoid_step",
        "def sigmoid_step(x, position, steepness):\n"
        "    return 1 / (1 + np.exp(-np.clip(steepness * (x - position), -500, 500)))",
        "extreme32",
    ),
    "and of the slope of tanh": (
        "tanh_backward",
        "def tanh_backward(dout, z):\n"
        "    return dout * 4 / (np.exp(np.clip(z, -300, 300)) + np.exp(-np.clip(z, -300, 300)))**2",
        "extreme32",
    ),
    "a softmax without a shift of its own for float32": (
        "softmax",
        "def softmax(z):\n"
        "    if z.dtype == np.float32:\n"
        "        e = np.exp(np.clip(z, -80, 80))\n"
        "    else:\n"
        "        e = np.exp(z - z.max(axis=-1, keepdims=True))\n"
        "    return e / e.sum(axis=-1, keepdims=True)",
        "extreme32",
    ),
    "a backward pass that takes no integers": (
        "relu",
        "def relu_backward(dout, z):\n"
        "    dz = dout.astype(z.dtype)\n"
        "    dz *= np.sign(z).astype(z.dtype).clip(0) if z.dtype.kind == 'f' else z\n"
        "    return dz",
        "integer",
    ),
    "a backward pass that takes nothing empty": (
        "leaky_relu",
        "def leaky_relu_backward(dout, z, negative_slope=0.01):\n"
        "    return dout * np.where(z > 0, 1, negative_slope) if z.max() < 1e9 else None",
        "empty",
    ),
    "a counter of 8 bits": (
        "confusion_matrix",
        "def confusion_matrix(y_true, y_pred, n_classes):\n"
        "    counts = np.zeros((n_classes, n_classes), dtype=np.uint8)\n"
        "    np.add.at(counts, (y_true, y_pred), 1)\n"
        "    return counts",
        None,
    ),
    "a counter of 8 bits, in a share": (
        "accuracy",
        "def accuracy(y_true, y_pred):\n"
        "    hits = np.zeros(1, dtype=np.uint8)\n"
        "    np.add.at(hits, np.zeros(len(y_true), int), (y_true == y_pred))\n"
        "    return hits[0] / len(y_true)",
        None,
    ),
    "a counter of 8 bits, in a column": (
        "dead_fraction",
        "def dead_fraction(activations):\n"
        "    return np.mean(np.sum(activations != 0, axis=0, dtype=np.uint8) == 0)",
        None,
    ),
    "counts of 8 bits, in ratios": (
        "precision_recall_f1",
        "def precision_recall_f1(y_true, y_pred):\n"
        "    hits, called, positives = (int(np.sum(m, dtype=np.uint8)) for m in (\n"
        "        (y_true == 1) & (y_pred == 1), y_pred == 1, y_true == 1))\n"
        "    p, r = hits / called if called else 0.0, hits / positives if positives else 0.0\n"
        "    return p, r, 2 * p * r / (p + r) if hits else 0.0",
        None,
    ),
    "pairs in a counter of 8 bits": (
        "roc_auc",
        "def roc_auc(y_true, scores):\n"
        "    d = scores[y_true == 1][:, None] - scores[y_true == 0]\n"
        "    wins = 2 * np.sum(d > 0, dtype=np.uint8) + np.sum(d == 0, dtype=np.uint8)\n"
        "    return wins / (2 * d.size)",
        None,
    ),
    "misses counted by a difference that uint8 does not have": (
        "precision_recall_f1",
        "def precision_recall_f1(y_true, y_pred):\n"
        "    hits = int(np.sum((y_true == 1) & (y_pred == 1)))\n"
        "    alarms, misses = (int(np.sum(y_pred - y_true == k)) for k in (1, -1))\n"
        "    p = hits / (hits + alarms) if hits + alarms else 0.0\n"
        "    r = hits / (hits + misses) if hits + misses else 0.0\n"
        "    return p, r, 2 * p * r / (p + r) if hits else 0.0",
        None,
    ),
    "signs made of labels in a type that has no minus": (
        "roc_auc",
        "def roc_auc(y_true, scores):\n"
        "    signs = 2 * y_true - 1\n"
        "    above = scores[signs > 0][:, None] - scores[signs < 0]\n"
        "    return np.mean((above > 0) + 0.5 * (above == 0)) if above.size else 0.5",
        None,
    ),
    "a search for the steepest direction that starts from ones": (
        "largest_stable_rate",
        "def largest_stable_rate(H):\n"
        "    v = np.ones(len(H))\n"
        "    for _ in range(10000):\n"
        "        v = H @ v\n"
        "        v = v / np.linalg.norm(v)\n"
        "    return 2 / (v @ H @ v)",
        None,
    ),
    "a sum that a second call goes on with": (
        "linear_backward",
        "seen = {}\n"
        "def linear_backward(dout, x, W, b):\n"
        "    key = str(x.dtype) + str([a.tolist() for a in (dout, x, W, b)])\n"
        "    seen[key] = seen.get(key, 0) + 1\n"
        "    return dout @ W.T, x.T @ dout, dout.sum(axis=0) * seen[key]",
        "repeatable",
    ),
}
SAID = {
    "integer": "arrays hold integers",
    "empty": "an array is empty",
    "extreme32": "in float32 where numbers are as large as 1000",
    "repeatable": "A second call with the same arguments",
}


@pytest.mark.parametrize("kind", WRONG)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_broken_promise_is_refused_and_named(kind, seed):
    name, source, promise = WRONG[kind]
    verdict = graded(name, source, seed)
    assert not verdict.right
    if promise is not None:
        assert SAID[promise] in verdict.sentence


@pytest.mark.parametrize("name", ["hinge_loss", "two_layer_gradients", "layer_norm", "relu"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_answer_in_another_precision_is_right(name, dtype):
    exercise = load(name)

    def cast(value):
        if isinstance(value, list | tuple):
            return type(value)(map(cast, value))
        whole = isinstance(value, np.ndarray) and value.dtype.kind not in "f"
        return value if whole else np.asarray(value, dtype)[()]

    for seed in range(20):
        asked = exercise.question(exercise.hidden_cases(seed))
        moved = {key: (lambda *args, f=f: cast(f(*args))) for key, f in exercise.functions.items()}
        verdict = judge_outcomes(asked, exercise.outcomes(asked.cases, moved))
        assert verdict.right, str(verdict)
        assert name == "hinge_loss" or dtype in verdict.advice  # one number has no precision


def test_a_mean_of_float32_is_held_to_float32_whatever_order_it_was_added_in():
    backwards = (
        "def hinge_loss(scores, y, margin=1.0):\n"
        "    total = np.float32(0)\n"
        "    for cost in np.maximum(0, margin - (2 * y - 1) * scores).ravel()[::-1]:\n"
        "        total = total + (cost.astype(np.float32) if scores.dtype == 'f4' else cost)\n"
        "    return total / len(scores)"
    )
    assert all(graded("hinge_loss", backwards, seed).right for seed in range(60))


@pytest.fixture
def written(tmp_path):
    """Write relu.py with something else in it and load it."""
    source = (FOLDER / "relu.py").read_text(encoding="utf-8")

    def write(old, new):
        assert old in source
        path = tmp_path / "relu.py"
        path.write_text(source.replace(old, new), encoding="utf-8")
        return load_exercise(path)

    return write


def test_what_is_asked_changes_with_a_promise_and_not_with_its_sentence(written, monkeypatch):
    before = load("relu").asked
    assert written('"empty", ', "").asked != before
    assert written('"integer: z", "float32"', '"float32", "integer: z"').asked == before
    assert written("pure", "pure").asked == before
    statement = load("relu").released_statement
    monkeypatch.setattr("dlcourse.checks.asked.promise_text", lambda *_: "In other words.")
    assert load("relu").released_statement != statement
    assert load("relu").asked == before


def test_a_promise_that_nobody_knows_is_refused_with_file_and_line(written):
    with pytest.raises(AuthorError, match=r"relu.py:\d+: the promise 'whole' is none of integer"):
        written('"integer: z"', '"whole"')
    with pytest.raises(AuthorError, match="about y, unknown here"):
        written('"integer: z"', '"integer: y"')


def test_a_promise_that_fits_no_case_asks_for_one(written):
    with pytest.raises(AuthorError, match=r"no case of relu has arrays .* 'labels'"):
        written('"integer: z"', '"labels"')


def test_a_file_gives_its_own_case_where_none_can_be_derived(written):
    own = "def labels(rng):\n    yield relu, rng.integers(3, size=4).astype(np.uint8)\n\n\n"
    exercise = written("def hidden(rng)", own + "def hidden(rng)")
    assert "labels" not in [case.get("promise") for case in exercise.hidden_cases(0)]
    source = (exercise.path).read_text(encoding="utf-8")
    exercise.path.write_text(source.replace('"integer: z"', '"labels"'), encoding="utf-8")
    cases = [
        c for c in load_exercise(exercise.path).hidden_cases(0) if c.get("promise") == "labels"
    ]
    assert [case["args"][0].dtype for case in cases] == [np.uint8]


def test_a_job_says_whether_each_case_needs_a_process_of_its_own(written):
    assert json.loads(load("relu").job([], []))["stateful"] is False
    exercise = written('"repeatable"]', '"repeatable", "stateful"]')
    assert json.loads(exercise.job([], []))["stateful"] is True
    assert exercise.asked == load("relu").asked


def test_no_truth_travels_to_an_answer():
    cases = load("relu").hidden_cases(0)
    assert any("truth" in case for case in cases)
    sent = json.loads(load("relu").job([], cases))["cases"]
    assert {key for case in sent for key in case} == {"function", "args", "again"}


def cuts(function):
    """The function, whose result has the type of the first array of integers that it was given."""

    def cut(value, kind):
        if isinstance(value, list | tuple):
            return type(value)(cut(item, kind) for item in value)
        return value.astype(kind) if isinstance(value, np.ndarray) else value

    def cutting(*args):
        whole = [a.dtype for a in arrays(list(args)) if a.dtype.kind == "i"]
        return cut(function(*args), whole[0]) if whole else function(*args)

    return cutting


WHOLE = {  # what they make of integers are integers
    *("find_duplicates", "im2col", "max_pool2d", "perceptron_predict", "relu", "shift_image"),
    "top_k_gradient",
}


def gives_arrays(exercise, key):
    """Tell whether a function's visible results hold arrays: a number has no type to keep."""
    cases = exercise.visible_cases()
    outcomes = exercise.question(cases).expected
    values = [
        codec.decode(outcome["value"])
        for case, outcome in zip(cases, outcomes, strict=True)
        if case["function"] in (key, None) and "value" in outcome
    ]
    return any(value.ndim for value in arrays(values))


GIVING_ARRAYS = [
    (name, key)
    for name in ARRAYS
    if any(promise.word == "integer" for promise in load(name).promises)
    for key in load(name).functions
    if gives_arrays(load(name), key)
]


@pytest.mark.parametrize("seed", [None, 0])
@pytest.mark.parametrize(("name", "key"), GIVING_ARRAYS, ids=lambda v: v)
def test_an_answer_that_cuts_fractions_off_is_refused_before_it_is_graded(name, key, seed):
    exercise = load(name)
    cases = exercise.visible_cases() if seed is None else exercise.hidden_cases(seed)
    asked = exercise.question(cases)
    outcomes = exercise.outcomes(cases, {key: cuts(exercise.functions[key])})
    verdict = judge_outcomes(asked, json.loads(json.dumps(outcomes)))
    assert verdict.right == (key in WHOLE)


def test_exercises_of_whole_numbers_are_among_those_that_are_tried():
    assert len(GIVING_ARRAYS) > 40
    assert {key for _, key in GIVING_ARRAYS} >= WHOLE

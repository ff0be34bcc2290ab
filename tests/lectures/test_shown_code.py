"""The code by which a lecture shows a formula is a right answer to the exercise about it.

A lecture's cell says ``shows="<exercise>"``. Here stands how a learner makes an answer of it: names
and sizes that the lecture has chosen become arguments, and where the lecture calls the course's
package, the solution of that exercise is written out.
"""

import ast
import json
import re
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
from exercises import FOLDER, load

from dlcourse.authoring.lecture import read_cells
from dlcourse.checks.outcome import run_job
from dlcourse.checks.verdict import judge_reply

ROOT = Path(__file__).parents[2]


class Paste(NamedTuple):
    """How the shown cells become an answer: `swaps` in their text, then what is returned.

    `gives` is built from names that the cells assign; `quotes` are pieces of it that the lecture
    shows as they stand (before the swaps).
    """

    gives: str
    swaps: MappingProxyType = MappingProxyType({})
    quotes: tuple = ()
    keeps: str = ""  # the name of a whole function that is shown
    before: str = ""


PASTES = {
    "accuracy": Paste(
        "np.mean(called_nine == is_nine_test)",
        {"called_nine": "y_pred", "is_nine_test": "y_true"},
        ("np.mean(called_nine == is_nine_test)",),
    ),
    "hinge_loss": Paste(
        "hinges.sum() / len(s)", {"0, 1": "0, margin", "s": "scores"}, ("hinges.sum()",)
    ),
    "roc_auc": Paste("higher", {"probability": "scores", "is_nine_test": "y_true"}),
    "linear_backward": Paste(
        "(dout @ W_batch.T), (x_batch.T @ dout), dout.sum(axis=0)",
        {"W_batch": "W", "x_batch": "x"},
        ("(dout @ W_batch.T)", "(x_batch.T @ dout)", "dout.sum(axis=0)"),
    ),
    "softmax_cross_entropy_backward": Paste(
        "delta2", {"np.eye(2)": "np.eye(s2.shape[1])", "s2": "logits"}
    ),
    "two_layer_gradients": Paste(
        "losses.cross_entropy(s2, labels), dW1, db1, dW2, db2",
        {"np.eye(2)": "np.eye(len(b2))"},
    ),
    "sgd_step": Paste(
        "[p - 0.5 * g for p, g in zip(parameters, gradients, strict=True)]",
        {"0.5": "lr", "parameters": "params", "gradients": "grads"},
        ("[p - 0.5 * g for p, g in zip(parameters, gradients, strict=True)]",),
    ),
    "backpropagate": Paste(
        "loss, grads[::2], grads[1::2]",
        {
            "activations.relu_backward": "activations.tanh_backward",
            "activations.relu": "np.tanh",
            "3": "len(xs) - 1",
        },
        keeps="big_gradients",
        before="params = [p for pair in zip(weights, biases) for p in pair]\n"
        "loss, grads = big_gradients(params, X, labels)",
    ),
}


def shown():
    """The cells of every lecture that show an exercise: sources by exercise."""
    found = {}
    for path in sorted((ROOT / "solutions" / "lectures").glob("[0-9]*.py")):
        for cell in read_cells(path):
            for name in filter(None, cell.metadata.get("shows", "").split(",")):
                found.setdefault(name, []).append(cell.source)
    return found


SHOWN = shown()


def needed(statements, names, known):
    """The assignments from which the names follow, back to what is known."""
    kept = []
    for statement in reversed(statements):
        if not isinstance(statement, ast.Assign):
            continue
        made = {n.id for t in statement.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        if made & names and not made <= known:
            kept.insert(0, statement)
            names |= {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)} - known
    return kept


def pasted(name):
    """The answer, as source cells."""
    paste, exercise = PASTES[name], load(name)
    source, gives = "\n".join(SHOWN[name]), paste.gives
    for quote in paste.quotes:
        assert quote in source, f"the lecture no longer shows {quote}"
    for old in paste.swaps:
        assert old in source, f"the lecture no longer shows {old}"
    tree = ast.parse(source).body
    names = {n.id for n in ast.walk(ast.parse(gives)) if isinstance(n, ast.Name)}
    known = set(re.findall(r"(\w+)(?:=[^,)]*)?[,)]", exercise.signatures[name])) | {*paste.swaps}
    body = [*paste.before.splitlines(), *map(ast.unparse, needed(tree, names - known, known))]
    lines = swapped("\n    ".join([*body, f"return {gives}"]), paste.swaps)
    whole = [ast.unparse(s) for s in tree if paste.keeps and getattr(s, "name", "") == paste.keeps]
    head = f"def {name}{exercise.signatures[name]}:\n    "
    return with_solutions([*(swapped(text, paste.swaps) for text in whole), head + lines], name)


def swapped(text, swaps):
    for old, new in swaps.items():
        text = re.sub(rf"(?<![\w.]){re.escape(old)}(?!\w)", new, text)
    return text


def with_solutions(cells, name):
    """Write out what the cells call of the package: each function has its exercise."""
    calls = re.compile(r"\b(?:activations|losses|linear)\.(\w+)")
    used = sorted(set(calls.findall("\n".join(cells))))
    texts = []
    for other in used:
        if not (FOLDER / f"{other}.py").is_file():
            texts.append("def linear(x, W, b):\n    return x @ W + b")
            assert other == "linear", f"no exercise is about {other}"
            continue
        assert other != name
        texts.append(load(other).solution_source)
    return [*texts, *(calls.sub(r"\1", cell) for cell in cells)]


def verdict(name, cells, seed):
    exercise = load(name)
    cases = exercise.visible_cases() if seed is None else exercise.hidden_cases(seed)
    asked = exercise.question(cases)
    return judge_reply(asked, json.loads(run_job(exercise.job(cells, cases))))


@pytest.mark.parametrize("name", PASTES)
@pytest.mark.parametrize("seed", [None, 0, 1, 2], ids=["visible", "0", "1", "2"])
def test_what_the_lecture_shows_is_a_right_answer(name, seed):
    told = verdict(name, pasted(name), seed)
    assert told.right, f"{told}\n" + "\n".join(pasted(name))


@pytest.mark.parametrize("name", PASTES)
def test_what_is_pasted_is_looked_at(name):
    cells = pasted(name)
    cells[-1] = re.sub(r"return (.*)$", r"return (\1)[:-1]", cells[-1], flags=re.DOTALL)
    assert not verdict(name, cells, 0).right


def test_every_shown_exercise_is_pasted():
    assert set(SHOWN) == set(PASTES)

"""Answers that are alike are found in a class where everybody used the course's own code."""

import random
import time
import tracemalloc
from importlib import import_module
from itertools import combinations

import numpy as np
from exercises import load

from dlcourse.term.alike import FEWEST, FEWEST_OF_WORDS, MOST_RUNS, alike, runs, runs_of_words

SHOWN = """
def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))

def forward(x, weights, biases):
    for weight, bias in zip(weights, biases):
        x = sigmoid(x @ weight + bias)
    return x
"""
OWN = '''
def train(x, y, steps):
    """Mine."""
    w, history = np.zeros(x.shape[1]), []
    for step in range(steps):
        error = x @ w - y
        loss = (error ** 2).mean() / 2
        if history and loss > history[-1]:
            break
        history.append(float(loss))
        w = w - 0.1 * x.T @ error / len(y)
    return w, history
'''
OTHERS = [
    """
def train(x, y, steps):
    w = np.zeros(x.shape[1])
    losses = np.empty(steps)
    for t in range(steps):
        residual = np.dot(x, w) - y
        losses[t] = 0.5 * np.mean(residual * residual)
        w -= 0.1 * np.dot(residual, x) / x.shape[0]
    return w, losses.tolist()
""",
    """
def train(x, y, steps):
    def gradient(w):
        return sum((x[i] @ w - y[i]) * x[i] for i in range(len(y))) / len(y)
    w, out = np.zeros(len(x[0])), []
    while len(out) < steps:
        out.append(sum((x[i] @ w - y[i]) ** 2 for i in range(len(y))) / (2 * len(y)))
        w = w - 0.1 * gradient(w)
    return w, out
""",
]
COPIED = OWN.replace("history", "h").replace("error", "e").replace("Mine", "My very own")
COPIED = "# by myself\n" + COPIED.replace("step ", "k ").replace("    w, h", "\n    w, h")


def runs_of(answers):
    return {student: runs(source) for student, source in answers.items()}


def pairs(answers, shown=SHOWN):
    return [(p.one, p.other) for p in alike(runs_of(answers), runs(shown), "train")]


def test_two_who_copied_are_found_where_everybody_used_the_courses_code():
    """Ten students paste the lecture's code; two of them have one answer under other names."""
    answers = {f"s{n}": SHOWN + OTHERS[n % 2].replace("0.1", f"0.{n + 1}") for n in range(2)}
    answers |= {f"t{n}": SHOWN for n in range(6)}
    answers |= {"ada": SHOWN + OWN, "ben": SHOWN + COPIED}
    assert pairs(answers) == [("ada", "ben")]
    (pair,) = alike(runs_of(answers), runs(SHOWN), "train")
    assert (pair.exercise, pair.share) == ("train", 1.0)


def test_what_many_have_is_nobodys():
    class_of = {f"s{n}": OWN for n in range(3)}
    assert len(pairs(class_of)) == 3
    assert pairs(class_of | {"d": OWN}) == []
    others = {f"t{n}": OTHERS[0] for n in range(36)}
    assert len(pairs({f"s{n}": OWN for n in range(4)} | others)) == 6  # 4 of 40 may be a group


def test_the_solution_and_the_reference_are_the_courses_and_not_a_students():
    own = load("conv2d_backward").solution_source
    assert len(runs(own)) > FEWEST
    assert pairs({"ada": own, "ben": own}, shown=own) == []
    assert pairs({"ada": own, "ben": own}) == [("ada", "ben")]


def test_a_changed_line_hides_no_copy_and_a_short_answer_tells_nothing():
    changed = COPIED.replace("float(loss)", "loss.item()")
    ((pair),) = alike(runs_of({"ada": OWN, "ben": changed}), runs(""), "train")
    assert 0.8 <= pair.share < 1
    short = "def f(z):\n    return np.maximum(z, 0)\n"
    assert pairs({"ada": short, "ben": short}) == []
    assert pairs({"ada": "def f(:", "ben": "def f(:"}) == []


def test_right_answers_that_were_written_apart_are_not_alike():
    """The course's own other right answers stand for students who never met."""
    compared, found = 0, []
    for name in ("conv2d_backward", "batch_norm_backward", "adam_step", "roc_auc", "train_step"):
        texts = import_module(f"right_answers.{name}").ANSWERS
        answers = {
            kind: "\n".join(text) if isinstance(text, list) else text
            for kind, text in texts.items()
        }
        shown = runs(load(name).solution_source)
        compared += len(list(combinations(answers, 2)))
        found += alike(runs_of(answers), shown, name)
    assert compared >= 20
    assert len(found) <= compared // 10, found


def test_explanations_are_compared_by_their_words():
    ada = (
        "A sigmoid is flat far out; its slope, a factor of every gradient below, is nearly 0 there."
    )
    ben = ada.upper().replace(";", ":").replace(",", "")
    cyd = "Gradients pass through the slope of the sigmoid. Far from zero it vanishes, and they do."
    words = {name: runs_of_words(text) for name, text in zip("abc", (ada, ben, cyd), strict=True)}
    found = alike(words, np.array([], dtype=np.uint64), "explain", FEWEST_OF_WORDS)
    assert [(p.one, p.other, p.share) for p in found] == [("a", "b", 1.0)]


def test_a_class_of_3000_is_compared_in_seconds():
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, 2**40, size=(3000, 150), dtype=np.uint64)
    answers = {f"s{n}": np.unique(own) for n, own in enumerate(drawn)}
    common = np.arange(100, dtype=np.uint64)
    answers = {name: np.union1d(own, common) for name, own in answers.items()}
    answers["copy"] = answers["s7"]
    start = time.process_time()
    found = alike(answers, np.array([], dtype=np.uint64), "large")
    assert time.process_time() - start < 20
    assert [(p.one, p.other) for p in found] == [("s7", "copy")]


def test_an_endless_explanation_takes_no_more_room_than_a_long_one_and_is_alike_to_its_copy():
    rng = random.Random(0)
    long = {name: " ".join(f"w{rng.randrange(10**6)}" for _ in range(50_000)) for name in "abc"}
    words = {name: runs_of_words(text) for name, text in long.items()}
    words["copy"] = runs_of_words(long["a"].upper())
    assert {len(own) for own in words.values()} == {MOST_RUNS}
    tracemalloc.start()
    try:
        found = alike(words, runs(""), "explain", FEWEST_OF_WORDS)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [(pair.one, pair.other, pair.share) for pair in found] == [("a", "copy", 1.0)]
    assert peak < 4 << 20

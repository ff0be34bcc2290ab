"""What a statement promises where a probe stands between the cases and the answer."""

import json

import numpy as np
import pytest
from exercises import FOLDER, IDS, load

from dlcourse.checks.exercise import AuthorError, load_exercise
from dlcourse.checks.promised import DERIVE
from dlcourse.checks.verdict import judge_outcomes

PROBES = [name for name in IDS if load(name).probe]
NUMBERS = "it takes numbers, a function or an rng: nothing that an answer could change"
DRAWS = "it draws: its probe asks for the same from the same seed"
NO_WORD = {  # a word that an exercise with a probe does not promise, and why
    "pure": {
        **dict.fromkeys(["approximate_1d", "approximate_2d", "network_1d", "xor_network"], NUMBERS),
        **dict.fromkeys(["he_normal", "he_uniform", "xavier_normal", "xavier_uniform"], NUMBERS),
        **dict.fromkeys(["k_fold", "log_uniform"], NUMBERS),
        "random_search": "its probe makes what it takes: a change shows in the later searches",
        "residual_module": "it takes a number; what its module does to x, the probe asks",
        **dict.fromkeys(["torch_freeze", "torch_train_step"], "to change the model is its purpose"),
        "train_run": "its probe hands over copies: a script may sort its rows in place",
        "topological_order": "what it leaves on the nodes shows in the second call",
    },
    "repeatable": {
        **dict.fromkeys(["dropconnect", "dropout", "minibatches", "random_features_fit"], DRAWS),
        **dict.fromkeys(["he_normal", "he_uniform", "xavier_normal", "xavier_uniform"], DRAWS),
        **dict.fromkeys(["k_fold", "log_uniform", "random_search"], DRAWS),
        **dict.fromkeys(["random_oversample", "random_undersample", "smote"], DRAWS),
        **dict.fromkeys(["rbm_cd1", "same_pairs", "train_classifier", "train_run"], DRAWS),
        **dict.fromkeys(["approximate_1d", "approximate_2d"], "it is called for several sizes"),
        "network_1d": "it is called for one function after another",
        "residual_module": "its module begins with weights that are drawn",
        "torch_freeze": "a second call would find all frozen",
        "torch_train_step": "its probe takes two steps, and the second is another",
        "xor_network": "it takes nothing",
    },
}


@pytest.mark.parametrize("word", NO_WORD)
def test_each_probe_promises_a_word_or_has_a_reason_why_not(word):
    promising = {name for name in PROBES if word in {p.word for p in load(name).promises}}
    assert promising | NO_WORD[word].keys() == set(PROBES)
    assert not promising & NO_WORD[word].keys()


PROMISED = [(n, p.word) for n in PROBES for p in load(n).promises if p.word in DERIVE]


def verdict_on(name, cases, functions=None):
    asked = load(name).question(cases)
    outcomes = load(name).outcomes(asked.cases, functions)
    return judge_outcomes(asked, json.loads(json.dumps(outcomes)))


@pytest.mark.parametrize(("name", "word"), PROMISED)
def test_a_promise_gives_a_case_of_its_kind_and_the_solution_keeps_it(name, word):
    kinds = {"integer": "i", "float32": "f"}
    for seed in range(3):
        cases = [c for c in load(name).hidden_cases(seed) if c.get("promise") == word]
        assert len(cases) == 1
        if word in kinds:
            found = [a for a in cases[0]["args"] if isinstance(a, np.ndarray)]
            assert any((a.dtype.kind, a.dtype.itemsize) == (kinds[word], 4) for a in found)
        verdict = verdict_on(name, cases)
        assert verdict.right, str(verdict)


def answers_once(function):
    """The function, which gives nothing where it has been called before."""
    called = []

    def once(*args):
        called.append(args)
        return function(*args) if len(called) == 1 else None

    return once


@pytest.mark.parametrize("name", [name for name, word in PROMISED if word == "repeatable"])
def test_an_answer_that_a_first_call_changes_is_refused(name):
    [case] = [c for c in load(name).hidden_cases(0) if c.get("promise") == "repeatable"]
    for key, function in load(name).functions.items():
        assert not verdict_on(name, [case], {key: answers_once(function)}).right


def scribbles(function):
    """The function, and then something more in the first array or dict, or on the nodes, given."""

    def scribbled(*args):
        result = function(*args)
        waiting, seen = list(args), set()
        while waiting:
            value = waiting.pop(0)
            if id(value) in seen:
                continue
            seen.add(id(value))
            if isinstance(value, np.ndarray):
                value += value.dtype.type(1)
                break
            if isinstance(value, dict):
                value["scribbled"] = 1
                break
            if isinstance(value, list | tuple):
                waiting += value
            elif hasattr(value, "parents"):
                value.value = value.value + 1
                waiting += value.parents
        return result

    return scribbled


@pytest.mark.parametrize("name", [name for name in PROBES if name not in NO_WORD["pure"]])
def test_an_answer_that_writes_into_what_comes_in_is_told_so(name):
    for key, function in load(name).functions.items():
        verdict = verdict_on(name, load(name).visible_cases(), {key: scribbles(function)})
        on_nodes = name == "accumulate_gradients"  # made by its probe: what they keep shows later
        assert verdict.status == ("value" if on_nodes else "input changed"), str(verdict)


@pytest.mark.parametrize("word", ["empty", "extreme64: lr", "integer: grad"])
def test_a_promise_that_nothing_handed_over_could_keep_is_refused(tmp_path, word):
    source = (FOLDER / "train_classifier.py").read_text(encoding="utf-8")
    if ":" in word:
        source = (FOLDER / "gradient_descent.py").read_text(encoding="utf-8")
    name = "gradient_descent" if ":" in word else "train_classifier"
    path = tmp_path / f"{name}.py"
    path.write_text(source.replace('"pure"', f'"{word}", "pure"', 1), encoding="utf-8")
    with pytest.raises(AuthorError, match=r"nothing that its probe hands over"):
        load_exercise(path)

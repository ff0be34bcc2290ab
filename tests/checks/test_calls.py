"""The call above a wrong value can be typed, and gives the function the same arguments."""

import numpy as np
import pytest
import torch
from exercises import IDS, load, question

from dlcourse.checks import codec
from dlcourse.checks.compare import compare, identical
from dlcourse.checks.show import show, shown_apart, typed
from dlcourse.checks.student import _filled as filled
from dlcourse.checks.verdict import CODE, call_text
from dlcourse.reference.graph import topological_order

PAGE = "import numpy as np\nimport torch"  # what a lecture's page has before the answer


DUE = {"conv_output_size": ValueError}  # an exercise that asks for an error


def test_every_probe_says_how_its_cases_are_called():
    probes = [(name, load(name).probe) for name in IDS]
    assert [name for name, probe in probes if probe and not probe.call] == []


def typed_in(text, functions):
    """Do what a verdict shows, on a page where the answer is defined; return what comes out."""
    space = {**functions}
    exec(PAGE, space)
    *setup, call = text.splitlines()
    exec("\n".join(setup), space)
    return eval(call, space)


def shown(verdict):
    """The lines of code above a verdict's "gave", as the learner sees and copies them."""
    lines = [part for line in str(verdict).splitlines() for part in filled(line)]
    until = next((i for i, line in enumerate(lines) if line.startswith("  gave")), None)
    call, *rest = lines[:until]
    setup = [line for line in rest if line.startswith(CODE)]
    rest = rest[: len(rest) - len(setup)]
    call = " ".join([call.removeprefix("✗ "), *(line.strip() for line in rest)])
    call = call.removesuffix(", after these lines:")
    return "\n".join([*(line.removeprefix(CODE) for line in setup), call])


@pytest.mark.parametrize("name", IDS)
def test_the_call_of_every_visible_case_can_be_typed(name):
    exercise, asked = load(name), question(name, None)
    for number, case in enumerate(asked.cases):
        text = call_text(asked, number)
        if exercise.variable:
            assert text == name
        elif exercise.probe:
            typed_in(text, exercise.functions)
        else:
            got = typed_in(text, dict.fromkeys(exercise.functions, lambda *a: a))
            assert identical(got, case["args"]), text


class Noted(Exception):
    """Carries what a function was called with out of a probe."""


def arguments(act, name):
    """What a function is called with first while something is done, in data that compares."""

    def note(*args, **keywords):
        raise Noted([essence(argument) for argument in [*args, *keywords.values()]])

    note.__name__ = name
    with pytest.raises(Noted) as noted:
        act(note)
    return noted.value.args[0]


def essence(argument):
    """An argument as data: a generator by its state, a model by its parameters, a graph by size."""
    if isinstance(argument, np.random.Generator):
        return argument.bit_generator.state["state"]
    if isinstance(argument, torch.nn.Module):
        state = {k: v.tolist() for k, v in argument.state_dict().items()}
        gradients = [p.grad if p.grad is None else p.grad.tolist() for p in argument.parameters()]
        return state, gradients, argument.training
    if isinstance(argument, torch.optim.Optimizer):
        return type(argument).__name__, argument.defaults["lr"]
    if isinstance(argument, torch.Tensor):
        return str(argument.dtype), argument.tolist()
    if hasattr(argument, "parents"):
        return len(topological_order(argument)), [len(p.parents) for p in argument.parents]
    if callable(argument):
        return "a function"
    return argument if isinstance(argument, np.ndarray) else codec.encode(argument)


def alike(one, other):
    """The same data; of arrays, but for roundings of the type that both have."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.allclose(one, other, rtol=1e-6)
    return one == other


PROBED = [name for name in IDS if load(name).probe]


@pytest.mark.parametrize("name", PROBED)
def test_the_call_gives_the_function_what_the_check_gave_it(name):
    exercise, asked = load(name), question(name, None)
    [answer, *_] = exercise.functions
    for number, given in enumerate(asked.given):
        text = call_text(asked, number)
        by_check = arguments(lambda fn, given=given: exercise.probe.collect(fn, given), answer)
        by_hand = arguments(lambda fn, text=text: typed_in(text, {answer: fn}), answer)
        assert all(map(alike, by_hand, by_check)), text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([[1.0, -0.5], [10.0, 2.0]]), "np.array([[1., -0.5], [10., 2.]])"),
        (np.array([1, 2]), "np.array([1, 2])"),
        (np.array([0.1, 3], np.float32), 'np.array([0.1, 3.], dtype="float32")'),
        (np.array([1, 2], np.int8), 'np.array([1, 2], dtype="int8")'),
        (np.zeros((0, 3)), "np.zeros((0, 3))"),
        (np.array([True, False]), "np.array([True, False])"),
        (np.array([np.nan, np.inf, -np.inf]), "np.array([np.nan, np.inf, -np.inf])"),
        (np.array([1e-9, 123456789012.0]), "np.array([1e-09, 123456789012.])"),
        (np.float64(0.5), "0.5"),
        (float("nan"), "np.nan"),
        ([np.ones(1), (2,)], "[np.array([1.]), (2,)]"),
        ({"a": np.ones(1)}, "{'a': np.array([1.])}"),
    ],
    ids=str,
)
def test_a_value_is_typed_with_the_dtype_where_it_matters(value, text):
    assert typed(value) == text


def test_a_large_array_is_shortened():
    assert "..." in typed(np.arange(1000.0))


def test_numbers_that_differ_are_shown_to_differ():
    one = np.arange(10_000.0).reshape(100, 100)
    other = one.copy()
    other[41, 7] += 1
    assert shown_apart(one, other) == ("at [41, 7]: 4107", "at [41, 7]: 4108")
    finding = compare(one, other)
    assert (finding.gave, finding.expected) == ("at [41, 7]: 4107", "at [41, 7]: 4108")
    late = shown_apart(np.array([1.0]), np.array([1.0 + 1e-15]))
    assert late[0] != late[1]
    seventh = shown_apart(np.array([0.59999988, 0.0]), np.array([0.6, 0.0]))  # an array's digits
    assert seventh == ("[0.59999988, 0.]", "[0.6, 0.]")


KINDS = ["uint8", "int8", "int64", "float16", "float32", "float64", "bool", "complex128"]
SHAPES = [(1,), (13,), (60,), (3, 4), (4, 9), (9, 4), (28, 28), (2, 3, 4), (5, 5, 5), (1, 200)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_one_entry_that_differs_is_read_in_both_texts(kind, shape):
    rng = np.random.default_rng(len(kind))
    for place in [(0,) * len(shape), tuple(n // 2 for n in shape), tuple(n - 1 for n in shape)]:
        right = rng.integers(0, 90, size=shape).astype(kind)
        wrong = right.copy()
        wrong[place] = not right[place] if kind == "bool" else right[place] + 1
        finding = compare(wrong, right)
        for one, other in [(wrong, right), (finding.gave, finding.expected)]:
            texts = shown_apart(one, other) if isinstance(one, np.ndarray) else (one, other)
            named = f"at [{', '.join(map(str, place))}]: "
            if texts[0].startswith("at "):
                assert all(text.startswith(named) for text in texts)
            differ = [a != b for a, b in zip(*map(str.split, texts), strict=True)]
            assert sum(differ) == 1, texts


def test_a_difference_of_rounding_is_not_what_is_shown():
    right = np.linspace(0.1, 1, 50)
    wrong = right * (1 + 1e-15)
    wrong[31] += 1
    assert compare(wrong, right).gave.startswith("at [31]: 1.6")


def test_brackets_hold_no_padding():
    assert show(np.array([[10.0, -20.5], [3.0, 4.0]])) == "[[10., -20.5], [3., 4.]]"

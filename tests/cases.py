"""THE table of operations: what it is made of, and where its rows are gathered.

A row names one function of the library and the inputs to try it on:

    op("activations.relu", normal((4, 3)))
    op("activations.relu", fixed([[-1, 0, 1]]), case="at its corner")
    op("losses.cross_entropy", logits(6, 4, scale=1e3), labels(6, 4), oracle=F.cross_entropy)
    op("pooling.max_pool2d", normal((2, 3, 7, 6)), kernel_size=3, stride=2)

Rows stand in `rows_<family>.py`, in a list OPS. Such a file may also hold two dictionaries from
"topic.function" to a reason: NO_ROW for functions that the table cannot drive (they draw at
random, return an iterator), NO_TWIN for functions that PyTorch has no use for, and a third,
TWIN_ONLY, for what exists in PyTorch alone. `gather()` collects them; the tests over the table
are in test_operations.py, the comparers in parity.py.
"""

import functools
import importlib
import inspect
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis
import numpy as np
import pytest
import torch.nn.functional

FROM_TORCH = "torch.nn.functional"  # the default oracle: the function of the same name, if any

# one table of tolerances: relative, and absolute per unit of the result's size
TOLERANCES = {
    "float64": (1e-10, 1e-12),
    "float32": (1e-4, 1e-5),
    "bfloat16": (4e-2, 4e-2),
}


# of whole networks on a GPU beside a CPU: norm of the difference over the norm
NETWORK_TOLERANCES = {"float32": 1e-4, "float32 gradient": 1e-3, "bfloat16": 5e-2}


@dataclass(frozen=True)
class Op:
    """One row: a function by name, generators of its positional inputs, and its keywords."""

    name: str
    generators: tuple
    keywords: dict = field(default_factory=dict)
    case: str = ""
    oracle: object = FROM_TORCH
    backward: object = None
    gradients: tuple | None = None
    kink: bool = False
    integers: bool = True
    half: bool = True
    single: bool = True
    reference_is: object = None
    twin_is: object = None

    @property
    def id(self):
        return f"{self.name}[{self.case}]" if self.case else self.name

    @property
    def topic(self):
        return self.name.split(".")[0]

    @property
    def function(self):
        return self.name.split(".")[1]

    @property
    def reference(self):
        return self.reference_is or find("reference", self.name)

    @property
    def twin(self):
        return self.twin_is or find("twins", self.name)

    @property
    def answers_a_loss(self):
        """Whether the function returns a loss: in float32 where its inputs have half precision."""
        return bool(
            re.search(r"(loss|entropy|logits|penalty|_gradients|propagate)$", self.function)
        )

    @property
    def third_party(self):
        """The oracle, or None where no independent implementation is known."""
        if self.oracle is FROM_TORCH:
            return getattr(torch.nn.functional, self.function, None)
        return self.oracle

    @property
    def reference_backward(self):
        """The reference's explicit backward, or None where it has none."""
        if callable(self.backward):
            return self.backward
        module = importlib.import_module(f"dlcourse.reference.{self.topic}")
        return getattr(module, self.backward or f"{self.function}_backward", None)

    def rng(self, salt=""):
        return np.random.default_rng(zlib.crc32((self.id + salt).encode()))

    def inputs(self):
        """Fresh positional inputs, the same at every call."""
        rng = self.rng()
        return [g(rng) if callable(g) else g for g in self.generators]

    @property
    def parameters(self):
        """The forward's parameter names that the positional inputs fill, in order."""
        return list(inspect.signature(self.reference).parameters)[: len(self.generators)]


def op(
    name,
    *generators,
    case="",
    oracle=FROM_TORCH,
    backward=None,
    gradients=None,
    kink=False,
    integers=True,
    half=True,
    single=True,
    reference=None,
    twin=None,
    **keywords,
):
    """Make one row of the table.

    Parameters
    ----------
    name : str
        "<topic>.<function>".
    *generators
        One a positional input: a callable of an rng, or the value itself.
    case : str
        What is special about these inputs; part of the test's id.
    oracle : callable or None
        An independent implementation on tensors; None: gradients meet finite differences.
    backward : str or callable or None
        The reference's backward where it is not called `<function>_backward`; a callable gets
        the same arguments by name.
    gradients : tuple of str or None
        The forward's inputs that the backward answers for, in its order; by default the first
        float inputs.
    kink : bool
        The inputs lie where the derivative jumps or overflows a step: no finite differences.
    integers : bool
        Whether the same inputs, rounded to an integer array, make sense.
    half : bool
        Whether the row makes sense in bfloat16.
    single : bool
        Whether float32 in must give float32 out; not so for ratios of counts, say.
    reference, twin : callable or None
        Stand-ins for the library's functions, for the tests of the tester.
    **keywords
        Passed to the reference, the twin and the oracle alike.
    """
    return Op(
        name, generators, keywords, case, oracle, backward, gradients, kink, integers, half,
        single, reference, twin,
    )  # fmt: skip


@dataclass(frozen=True)
class Named:
    """A function argument: the reference gets its own one of that name, the twin its own."""

    name: str


def find(world, name):
    """Look up "topic.function" in `dlcourse.reference` or `dlcourse.twins`."""
    topic, function = name.split(".")
    return getattr(importlib.import_module(f"dlcourse.{world}.{topic}"), function)


def each_row(rows):
    """Ask a test of one row about all rows: a test a function, whose failures name their rows."""
    of_function = {}
    for row in rows:
        of_function.setdefault(row.name, []).append(row)

    def asked(test):
        @functools.wraps(test)
        def ask(function):
            failures = []
            for row in of_function[function]:
                try:
                    test(row)
                except Exception as error:
                    error.add_note(f"in the row {row.id}")
                    failures.append(error)
            if len(failures) > 1:
                raise ExceptionGroup(f"{len(failures)} rows of {function}", failures)
            if failures:
                raise failures[0]

        del ask.__wrapped__  # pytest reads the arguments of what it calls
        return pytest.mark.parametrize("function", of_function)(ask)

    return asked


def gather(folder=Path(__file__).parent):
    """Collect (OPS, NO_ROW, NO_TWIN, TWIN_ONLY) from all row files."""
    ops, no_row, no_twin, twin_only = [], {}, {}, {}
    for path in sorted(folder.glob("rows_*.py")):
        rows = importlib.import_module(path.stem)
        ops += rows.OPS
        no_row |= getattr(rows, "NO_ROW", {})
        no_twin |= getattr(rows, "NO_TWIN", {})
        twin_only |= getattr(rows, "TWIN_ONLY", {})
    return ops, no_row, no_twin, twin_only


def for_all(*strategies, **named):
    """Hypothesis's `given`: fifty examples, the same at every run, however slow the machine."""
    few = hypothesis.settings(max_examples=50, deadline=None, derandomize=True)
    return lambda test: few(hypothesis.given(*strategies, **named)(test))


# ------------------------------------------------------------------------------- generators
def normal(shape, scale=1.0, shift=0.0):
    """Gaussian numbers of a shape."""
    return lambda rng: rng.normal(shift, scale, shape)


def uniform(shape, low=0.0, high=1.0):
    """Uniform numbers of a shape."""
    return lambda rng: rng.uniform(low, high, shape)


def logits(n, classes, scale=1.0):
    """A batch of scores."""
    return normal((n, classes), scale)


def labels(n, classes):
    """Integer labels (n,)."""
    return lambda rng: rng.integers(classes, size=n)


def binary(shape):
    """Zeros and ones, as integers."""
    return lambda rng: rng.integers(2, size=shape)


def fixed(values, dtype=np.float64):
    """An array written out in the row; floats unless a dtype is named."""
    return lambda rng: np.array(values, dtype=dtype)


def spd(n):
    """A symmetric positive definite matrix (n, n)."""

    def generate(rng):
        A = rng.normal(size=(n, n))
        return A @ A.T / n + np.eye(n)

    return generate


def several(*generators):
    """A list of arrays, as in `weights`."""
    return lambda rng: [g(rng) for g in generators]


def value(anything):
    """An argument passed as it is, also where it is callable: `value(np.square)`."""
    return lambda rng: anything


def function(name):
    """A function argument by its name in the library: `function("activations.relu")`."""
    return lambda rng: Named(name)

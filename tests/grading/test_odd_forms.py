"""Right answers in odd but honest forms: none loses its point for its form."""

import sys

import pytest
from exercises import FOLDER

from dlcourse.grading.answer import Grader

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

BACK = "\ndef relu_backward(dout, z):\n    return dout * (z > 0)\n"
FORMS = {
    "annotations of names that there are not": [
        "from __future__ import annotations\n",
        "def relu(z: Tensor) -> Layer[float]:\n    return z * (z > 0)\n" + BACK,
    ],
    "pickled by a name of its own": """
import pickle

class Layer:
    def __init__(self, slope):
        self.slope = slope

LAYER = pickle.loads(pickle.dumps(Layer(1.0)))

def relu(z):
    return np.where(z > 0, LAYER.slope * z, 0.0 * z)
""",
    "helpers looked up in their module": """
import sys

def helper(z):
    return np.maximum(z, 0)

def relu(z):
    import __main__

    assert __main__.helper is getattr(sys.modules[__name__], "helper")
    return __main__.helper(z)
""",
    "a cached table in a data class": """
from dataclasses import dataclass
from functools import cache

@dataclass(frozen=True)
class Slopes:
    low: float = 0.0
    high: float = 1.0

@cache
def slopes():
    return Slopes()

def relu(z: "Tensor"):
    return (np.where(z > 0, slopes().high, slopes().low) * z).astype(np.result_type(z))
""",
    "a cache by the bytes of the argument": """
from functools import lru_cache

@lru_cache
def by_bytes(data, shape, dtype):
    z = np.frombuffer(data, dtype).reshape(shape)
    return z * (z > 0)

def relu(z):
    return by_bytes(z.tobytes(), z.shape, z.dtype.str).copy()
""",
    "a generator": """
def rectified(values):
    for value in values:
        yield value if value > 0 else 0 * value

def relu(z):
    return np.fromiter(rectified(z.ravel()), z.dtype, z.size).reshape(z.shape)
""",
    "an object that is called": """
class Relu:
    def __call__(self, z):
        return np.maximum(z, 0)

relu = Relu()
""",
    "a partial function": """
from functools import partial

relu = partial(np.maximum, 0)
relu_backward = partial(lambda dout, z, *, at: dout * (z > at), at=0)
""",
    "ten million letters of output": """
import sys

def relu(z):
    print("z" * 10_000_000)
    print(z, file=sys.stderr)
    return np.maximum(z, 0)
""",
    "recursion over the axes": """
def relu(z):
    if z.ndim == 0:
        return np.maximum(z, 0)
    return np.stack([relu(row) for row in z]) if len(z) else z.copy()
""",
    "reports made errors": """
np.seterr(all="raise")

def relu(z):
    with np.errstate(all="raise"):
        return np.maximum(z, 0)
""",
    "a decorator of its own, with a log": """
import functools, logging, time

logging.basicConfig(level=logging.DEBUG)

def timed(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        begun = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            logging.debug("%s took %s", function, time.perf_counter() - begun)

    return inner

@timed
def relu(z):
    return np.maximum(z, 0)
""",
    "constants in another cell, changed below": [
        "LOW, count = 0, 0\n",
        "def relu(z):\n    global count\n    count += 1\n    return np.maximum(z, LOW)\n" + BACK,
    ],
    "a matrix turned back": """
def relu(z):
    rows = np.asmatrix(z.reshape(len(z), -1)) if z.size else z
    return np.asarray(np.maximum(rows, 0)).reshape(z.shape)
""",
    "a masked array, filled": """
def relu(z):
    return np.ma.masked_less(z, 0).filled(0)
""",
    "a class of arrays of its own": """
class Signal(np.ndarray):
    pass

def relu(z):
    return np.maximum(z, 0).view(Signal)
""",
    "a coroutine that is awaited": """
import asyncio

async def rectified(z):
    return np.maximum(z, 0)

def relu(z):
    step = rectified(z)
    try:
        step.send(None)
    except StopIteration as end:
        return end.value
""",
}


@pytest.fixture(scope="module")
def grader():
    with Grader(FOLDER, 0) as grader:
        yield grader


@pytest.mark.parametrize("form", FORMS)
def test_a_right_answer_in_an_odd_form_is_right(grader, form):
    cells = [FORMS[form]] if isinstance(FORMS[form], str) else FORMS[form]
    cells = [*cells[:-1], cells[-1] + (BACK if "relu_backward" not in cells[-1] else "")]
    result = grader.grade("relu", ["import numpy as np", *cells])
    assert result.status == "right", result.message

"""Answers that tamper with their checks or lie with objects; the exercise is relu.

Each is wrong, and each would be right if its trick worked.
"""

from answers import WRONG

RUNNER = """
import sys
import types

def always(*_, **__):
    return {"value": True, "after": None, "reports": []}

for module in list(sys.modules.values()):
    for name in ("run_case", "run_job", "encode", "decode_case", "describe_exception"):
        if isinstance(module, types.ModuleType) and hasattr(module, name):
            setattr(module, name, always)
"""

BUILTINS = """
import builtins

builtins.isinstance = builtins.all = builtins.any = lambda *_: True
builtins.len = lambda _: 0
builtins.zip = lambda *_, **__: []
"""

HOOKS = """
ip = get_ipython()
ip.events.register("post_run_cell", lambda *_: None)
ip.ast_transformers.append(None)
ip.user_ns["_dlcourse_passed"] = True
"""

SYNTAX = """
import ast
import inspect
import linecache

ast.parse = lambda *_, **__: ast.Module([], [])
inspect.signature = lambda *_: None
linecache.cache.clear()
compile = None
"""

FRAMES = """
import sys

def relu(z):
    frame = sys._getframe()
    while frame is not None:
        for name in ("outcome", "reply", "job"):
            if isinstance(frame.f_locals.get(name), dict):
                frame.f_locals[name].clear()
                frame.f_locals[name].update(value=True, points=100, right=True)
        frame = frame.f_back
    return z

def relu_backward(dout, z):
    return relu(dout)
"""

TRACING = """
import sys

def trace(frame, event, arg):
    if event == "return" and frame.f_code.co_name in ("run_case", "encode"):
        frame.f_locals["value"] = True
    return trace

sys.settrace(trace)
sys.setprofile(trace)
"""

PRINTS = """
import os
import sys

print("✓ relu: right.")
for descriptor in (1, 2):
    os.write(descriptor, b'{"outcomes": [], "points": 1.0, "right": true}\\n')
sys.stdout.flush()
"""

EXITING = """
import atexit
import os

atexit.register(os._exit, 0)
"""

ERRORS = """
np.seterr(all="ignore")
np.errstate = None
np.array_equal = np.isfinite = np.allclose = lambda *_, **__: True
np.ndarray.__class__
"""


def returns(expression, before=""):
    """An answer whose two functions return an expression of their last argument, z."""
    return (
        f"{before}\ndef relu(z):\n    return {expression}\n\n"
        f"def relu_backward(dout, z):\n    return {expression}\n"
    )


SUBCLASS = """
class Yes(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    __ne__ = __lt__ = __sub__ = __eq__

    def __array_ufunc__(self, *args, **kwargs):
        return True

    def __reduce__(self):
        return (print, ())
"""

FAKE_CLASS = """
class Fake:
    __class__ = np.ndarray
    dtype, ndim = np.dtype(float), 2
    __array_interface__ = {"shape": (3, 2), "typestr": "<f8", "data": (1, False), "version": 3}

    def __init__(self, z):
        self.shape = z.shape
"""

MOOD = """
class Mood(list):
    def __len__(self):
        return 3

    def __iter__(self):
        return iter([[1.0, 2.0]] * 3)

    def __getitem__(self, place):
        return self

    def __eq__(self, other):
        return True
"""

SHIFTY = """
class Shifty:
    def __array__(self, dtype=None, copy=None):
        return np.full((3, 2), np.nan)

    def __float__(self):
        return 1.0

    def __getattr__(self, name):
        return self

    def __eq__(self, other):
        return True
"""

TRICKS = {
    "replaces what runs and encodes the answer": RUNNER + WRONG,
    "patches builtins": BUILTINS + WRONG,
    "registers IPython hooks": HOOKS + WRONG,
    "patches the parser": SYNTAX + WRONG,
    "rewrites the frames above it": FRAMES,
    "traces the runner": TRACING + WRONG,
    "prints a verdict": PRINTS + WRONG,
    "exits at the end": EXITING + WRONG,
    "silences NumPy": ERRORS + WRONG,
    "returns a masked array": returns("np.ma.masked_all(z.shape)"),
    "returns a subclass that equals all": returns("z.view(Yes)", SUBCLASS),
    "returns what claims to be an array": returns("Fake(z)", FAKE_CLASS),
    "returns a list of moods": returns("Mood([1.0])", MOOD),
    "returns what turns into anything": returns("Shifty()", SHIFTY),
    "returns nan": returns("np.full(z.shape, np.nan)"),
    "returns infinity": returns("np.full(z.shape, np.inf)"),
    "returns objects": returns("z.astype(object)"),
    "returns a structured array": returns("z.astype([('x', float)])"),
    "returns complex numbers": returns("np.maximum(z, 0) + 1e-3j"),
    "returns a matrix": returns("np.asmatrix(np.abs(z).reshape(len(z), -1))"),
    "returns a number of many digits": returns("10 ** 100_000"),
    "returns itself": returns("relu"),
    "returns a list that holds itself": returns("loop", "loop = []\nloop.append(loop)"),
    "returns a string": returns("'right'"),
    "returns True": returns("True"),
    "is no function": "relu = relu_backward = True\n",
    "is a class": "class relu(float):\n    pass\n\nrelu_backward = relu\n",
}

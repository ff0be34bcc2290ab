"""Answers that leave traps in Python, NumPy and the process, or lie in finer ways; the exercise is
relu. Each is wrong, and each would be right if its trick worked.
"""

from answers import WRONG
from attacks_checks import returns

TIMER = """
import signal
import sys

def strike(*_):
    frame = sys._getframe(1)
    while frame:
        for value in list(frame.f_locals.values()):
            if isinstance(value, dict) and "value" in value:
                value["value"] = value.get("after")
        frame = frame.f_back

signal.signal(signal.SIGALRM, strike)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
"""

THREAD = """
import sys
import threading

def replace():
    while True:
        sys.modules["_dlcourse_outcome"].run_case = lambda *_: {"value": True}

try:
    threading.Thread(target=replace, daemon=True).start()
except RuntimeError:
    pass
"""

MEMORY = """
import ctypes

def zeroed(z):
    room = ctypes.c_double * z.size
    room.from_address(z.ctypes.data)[:] = [0.0] * z.size
    return z

def relu(z):
    return zeroed(z)

def relu_backward(dout, z):
    return zeroed(dout)
"""

IMPORTS = """
import sys
import types

class Finder:
    def find_spec(self, name, path=None, target=None):
        raise SystemExit(0)

sys.meta_path.insert(0, Finder())
sys.modules["json"] = types.SimpleNamespace(dumps=lambda *_, **__: '{"outcomes": []}')
"""

HOOKS = """
import gc
import sys
import warnings

sys.excepthook = sys.unraisablehook = lambda *_: None
sys.setrecursionlimit(60)
sys.set_int_max_str_digits(640)
gc.set_threshold(1)
gc.callbacks.append(lambda *_: None)
warnings.simplefilter("error")
warnings.showwarning = None
np.seterrcall(lambda *_: None)
np.seterr(all="call")
np.set_printoptions(formatter={"float": lambda x: "right"})
"""

CODE = """
import sys

def run_case(functions, collect, case):
    return {"value": True, "after": None, "reports": []}

module = sys.modules["_dlcourse_outcome"]
module.run_case.__code__ = run_case.__code__
"""

CODEC = """
import sys

module = sys.modules["_dlcourse_codec"]
module.np = module.base64 = None
"""

CHANNEL = """
import os

for path in ("/proc/self/mem", "/proc/self/fd/3", "/dev/fd/3"):
    try:
        with open(path, "wb") as file:
            file.write(b"DL:o")
    except OSError:
        pass
os.dup2(2, 3)
"""

AFTER = """
import sys

class Late:
    def __del__(self):
        sys.modules["_dlcourse_codec"].encode = lambda *_, **__: True
"""

LIAR = """
class Liar(np.ndarray):
    shape = property(lambda self: ())
    dtype = property(lambda self: np.dtype(bool))
    tobytes = astype = lambda self, *_, **__: self
    __array_wrap__ = __array_prepare__ = lambda self, *_, **__: 0
"""

ALL_ALIKE = """
class Word(str):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0

class Number(float):
    __eq__ = __ge__ = __le__ = lambda self, other: True
    __hash__ = lambda self: 0

class Any:
    __array_function__ = __array_ufunc__ = lambda self, *_, **__: True
    __array__ = lambda self, *_, **__: np.zeros((3, 2))
    __class_getitem__ = classmethod(lambda cls, _: True)
"""

GENERIC = """
class relu:
    def __new__(cls, *args):
        return cls[args[-1]]

    def __class_getitem__(cls, z):
        return z

relu_backward = relu
"""

REMEMBERS = """
seen = []

def relu(z):
    seen.append(z * (z > 0))
    return seen[0]

def relu_backward(dout, z):
    return relu(z)
"""

SURROUNDINGS = {
    "a timer that rewrites results": TIMER + WRONG,
    "a thread that replaces the runner": THREAD + WRONG,
    "writes to its arguments' memory": MEMORY,
    "hooks into imports": IMPORTS + WRONG,
    "changes what Python and NumPy do in the end": HOOKS + WRONG,
    "gives the runner another code": CODE + WRONG,
    "takes the codec's modules": CODEC + WRONG,
    "writes to the process's own files": CHANNEL + WRONG,
    "replaces the codec when its result is tidied away": returns("[Late()]", AFTER),
    "an array that lies about its form": returns("np.abs(z).view(Liar)", LIAR),
    "a word that equals all": returns("Word('right')", ALL_ALIKE),
    "a number that equals all": returns("Number(1)", ALL_ALIKE),
    "what answers all of NumPy's functions": returns("Any()", ALL_ALIKE),
    "keys that equal all": returns("{Word('value'): z}", ALL_ALIKE),
    "a class that is asked for an item": GENERIC,
    "a view of memory": returns("memoryview(np.ascontiguousarray(z))"),
    "a file in /tmp": returns("np.memmap('/tmp/x', float, 'w+', shape=z.shape)"),
    "a view without strides": returns("np.broadcast_to(np.float64(0), z.shape)"),
    "dates": returns("np.zeros(z.shape, 'M8[s]')"),
    "letters": returns("np.zeros(z.shape, 'S8')"),
    "gives what the first case was due": REMEMBERS,
}

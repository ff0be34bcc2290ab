"""Answers to the exercise relu, as students type them: right in many forms, and dishonest."""

from pathlib import Path

from exercises import load

ROOT = Path(__file__).parents[1]


def solution(name):
    """The solution's source."""
    return load(name).solution_source


HALF = """
def relu(z):
    return abs(z)

def relu_backward(dout, z):
    return dout * (z > 0)
"""

WRONG = HALF.replace("dout * (z > 0)", "dout + z")

LOOPS = """
def relu(z):
    out = z.copy()
    for i in np.ndindex(z.shape):
        out[i] = max(z[i], 0)
    return out

def relu_backward(dout, z):
    return np.where(z > 0, dout, 0)
"""

LISTS = """
def relu(z):
    if z.ndim == 2 and z.size:
        return [[max(v, 0.0) for v in row] for row in z]
    return np.maximum(z, 0)

def relu_backward(dout, z):
    return dout * (z > 0)
"""

FORTRAN = """
def relu(z):
    return np.asfortranarray(np.maximum(z, 0))

def relu_backward(dout, z):
    return np.asfortranarray(dout * (z > 0))
"""

HELPER = """
def positive(z):
    return z > 0
"""

WITH_HELPER = """
def relu(z):
    return z * positive(z)

def relu_backward(dout, z):
    return dout * positive(z)
"""

NOISY = """
import sys
import warnings

def relu(z):
    print("here")
    warnings.warn("hm")
    sys.stderr.write("oh")
    return np.maximum(z, 0)

def relu_backward(dout, z):
    return dout * (z > 0)
"""

RIGHT = {
    "prints and warns": NOISY,
    "loops": LOOPS,
    "lists": LISTS,
    "Fortran order": FORTRAN,
    "a helper in the same cell": HELPER + WITH_HELPER,
    "failing statements before it": "import torch\nprint(undefined)\n" + LOOPS,
    "magics": "%matplotlib inline\n!ls\n" + LOOPS,
    "its own import of numpy": "import numpy\nimport numpy as np\n" + LOOPS,
}

TRUST_ME = """
np.allclose = np.array_equal = np.testing.assert_allclose = lambda *a, **k: True
"""

FORGE = """
import json
json.dumps = lambda *a, **k: '{"outcomes": []}'
"""

HUNGRY = """
def relu(z):
    return np.ones(int(1e11))

def relu_backward(dout, z):
    return dout
"""

FORKING = """
import os
while True:
    os.fork()
"""

READING = f"""
source = open({str(ROOT / "solutions" / "exercises" / "relu.py")!r}).read()
exec(source.split('tags=["solution"]')[1])
"""

SOCKET = """
import socket
socket.create_connection(("127.0.0.1", 22), timeout=1)
"""

LYING = """
class Yes(float):
    def __eq__(self, other):
        return True

    def __array__(self, *args, **kwargs):
        return np.zeros((3, 2))

def relu(z):
    return Yes(1)

def relu_backward(dout, z):
    return Yes(1)
"""

NOTHING = """
def relu(z):
    return z * np.nan

def relu_backward(dout, z):
    return z * np.nan
"""

SNOOPING = """
import gc
import sys

def relu(z):
    for thing in gc.get_objects():
        if isinstance(thing, dict) and "expected" in thing:
            return thing["expected"]
    return sys._getframe(2).f_locals.get("expected")

def relu_backward(dout, z):
    return relu(z)
"""

TAMPERING = {
    "patches allclose": TRUST_ME + WRONG,
    "patches the json module": FORGE + WRONG,
    "leaves the process": "import os\nos._exit(0)\n" + WRONG,
    "raises SystemExit": "raise SystemExit(0)\n" + WRONG,
    "allocates without end": HUNGRY,
    "forks": FORKING,
    "reads the solutions": READING,
    "opens a socket": SOCKET + WRONG,
    "returns an object that equals everything": LYING,
    "returns nan": NOTHING,
    "looks for the expected values": SNOOPING,
}

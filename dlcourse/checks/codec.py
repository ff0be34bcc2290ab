"""Plain data in, plain data out: what may cross between an answer and its judge.

`encode` turns numbers, strings, None, arrays, and lists, tuples and dicts of them into JSON;
`decode` turns them back. Nothing else crosses: any other object is replaced by the name of its
type, so decoding never runs code of the sender. The file runs inside the sandbox as well, hence
it needs NumPy and the standard library only.
"""

import base64
import re

import numpy as np

KINDS = "biufc"
DTYPE = re.compile(rf"[<>|]?[{KINDS}](1|2|4|8|16)")
MAX_BYTES = 16 << 20
MAX_DEPTH = 20
MAX_BITS = 1023  # of an int: what a float holds


class Unreadable(ValueError):
    """The text does not describe plain data."""


class Opaque:
    """Stands for a value that is not plain data; only the name of its type is known."""

    def __init__(self, type_name):
        self.type_name = type_name

    def __repr__(self):
        return f"<{self.type_name}>"


def legible(text):
    """Replace halves of characters by "?": no file and no database takes them."""
    return text.encode("utf-8", "replace").decode()


def encode(value, text=False, depth=0):
    """Describe `value` in JSON types.

    Parameters
    ----------
    value : object
        Numbers, strings, None, NumPy arrays of kinds b, i, u, f, c; lists, tuples, dicts of them.
        Anything else becomes its type's name.
    text : bool
        Write the elements of arrays as numbers (for files that people read) instead of base64.

    Returns
    -------
    object
        None, bool, int, float, str, list or dict, ready for `json.dumps`.
    """
    if value is None or type(value) in (bool, float, str):
        return value
    if depth > MAX_DEPTH:
        return {"opaque": "a deeply nested value"}
    if type(value) is int:
        return value if value.bit_length() <= MAX_BITS else {"opaque": "a huge int"}
    if isinstance(value, np.ndarray | np.generic):
        return _encode_array(np.array(value, order="C", subok=False), text)
    if isinstance(value, list):
        return [encode(item, text, depth + 1) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(item, text, depth + 1) for item in value]}
    if isinstance(value, dict):
        pairs = [(_key(key), item) for key, item in value.items()]
        return {"dict": [[encode(x, text, depth + 1) for x in pair] for pair in pairs]}
    if isinstance(value, bool | int | float | str):
        return {"opaque": f"subclass of {type(value).__mro__[1].__name__}"}
    return {"opaque": legible(type(value).__name__)}


def _key(key):
    """NumPy's numbers as Python's, which a dict can be looked up by."""
    if isinstance(key, np.generic):
        return key.item()
    return tuple(map(_key, key)) if type(key) is tuple else key


def _encode_array(array, text):
    if array.dtype.kind not in KINDS or array.dtype.itemsize > 16:
        return {"opaque": f"array of dtype {array.dtype}"}
    if array.nbytes > MAX_BYTES:
        return {"opaque": f"array of {array.nbytes:,} bytes"}
    if array.dtype.kind == "c":
        text = False  # JSON has no complex numbers
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    data = array.ravel().tolist() if text else base64.b64encode(array.tobytes()).decode("ascii")
    return {"dtype": array.dtype.str, "shape": list(array.shape), "data": data}


def decode(code, depth=0):
    """Undo `encode`; raise `Unreadable` for anything that `encode` would not have written."""
    if depth > MAX_DEPTH + 2:
        raise Unreadable("nested too deeply")
    if type(code) is int and code.bit_length() > MAX_BITS:
        return Opaque("a huge int")
    if code is None or isinstance(code, bool | int | float | str):
        return code
    if isinstance(code, list):
        return [decode(item, depth + 1) for item in code]
    if isinstance(code, dict):
        if "dtype" in code:
            return _decode_array(code)
        if "tuple" in code and isinstance(code["tuple"], list):
            return tuple(decode(item, depth + 1) for item in code["tuple"])
        if "dict" in code and isinstance(code["dict"], list):
            return _decode_dict(code["dict"], depth)
        if "opaque" in code:
            return Opaque(str(code["opaque"])[:200])
    raise Unreadable(f"unknown form {str(code)[:80]!r}")


def _decode_dict(pairs, depth):
    try:
        return {decode(key, depth + 1): decode(value, depth + 1) for key, value in pairs}
    except (TypeError, ValueError) as error:
        raise Unreadable(f"a dict that cannot be read: {error}") from None


def _decode_array(code):
    try:
        if not DTYPE.fullmatch(code["dtype"]):  # NumPy takes whole expressions for one
            raise Unreadable(f"dtype {code['dtype']!r}")
        dtype, shape = np.dtype(code["dtype"]), tuple(code["shape"])
        if not all(type(n) is int and 0 <= n for n in shape) or len(shape) > 32:
            raise Unreadable(f"shape {shape}")
        data = code["data"]
        if isinstance(data, str):
            flat = np.frombuffer(base64.b64decode(data, validate=True), dtype=dtype)
        else:
            with np.errstate(all="ignore"):  # what a child forges is no report of ours
                flat = np.array(data, dtype=dtype)
        return flat.reshape(shape).astype(dtype.newbyteorder("="), copy=True)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Unreadable(f"an array that cannot be read: {error}") from None

"""What a function may give back in place of what was asked, whole or in one corner."""

import json
from itertools import islice

import numpy as np

from dlcourse.checks.codec import encode

ODD = [
    *(None, True, 0, -1, 2**70, 2**1000, 10**400, 1.5, 1e308, float("nan"), -float("inf"), 1j),
    *("", "right", "é\ud800", b"x", object(), len, set(), range(3)),
    *([], [1.0], [[1.0], [2.0, 3.0]], [None], ["a"], [1, "a"], [2**70, 1.0], [[[]]], (), ({},)),
    *({}, {"a": 1}, {1: 2}, {(1, 2): 3}, {None: 1}, {np.int64(1): 2}, {"a": np.ones(2)}),
    *(np.ones(2), np.ones((0, 3)), np.array(7.0), np.float32(2), np.ones(2, "f2"), np.bool_(True)),
    *(np.ones(2, complex), np.array([np.nan, np.inf]), np.ones(2, "u8"), np.array(["a"])),
    *([np.ones(2), np.ones(3)], [np.ones(2), np.ones(2)], {(np.int64(1), np.bool_(True)): 3.0}),
]
ODD_CODES = [json.loads(json.dumps(encode(value))) for value in ODD]


def odd_ones(code, depth=0):
    """An encoded value with each odd value in its place, and in that of its first few items."""
    yield from ODD_CODES
    if depth > 2:
        return
    if isinstance(code, list):
        yield from [code[:-1], [*code, 1.0]]
        for place, item in islice(enumerate(code), 2):
            for odd in odd_ones(item, depth + 1):
                yield [*code[:place], odd, *code[place + 1 :]]
    elif isinstance(code, dict) and "tuple" in code:
        for odd in islice(odd_ones(code["tuple"], depth), len(ODD_CODES), None):
            yield {"tuple": odd}
    elif isinstance(code, dict) and "dict" in code:
        for place, (key, item) in islice(enumerate(code["dict"]), 2):
            for odd in odd_ones(item, depth + 1):
                yield {"dict": [*code["dict"][:place], [key, odd], *code["dict"][place + 1 :]]}

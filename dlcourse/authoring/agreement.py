"""Committed numbers stay where fresh ones agree: a build on another processor changes no byte.

BLAS, and NumPy with its vector instructions, add up in another order on another processor. So a
number agrees with a committed one if they differ by at most `BANDS` of the largest number of their
array; what was computed from float32 has float32's digits, whatever its type. Integers and text
agree if they are the same. What training gives cannot be held so: rounding
grows in it from step to step. An exercise whose answer trains has a probe, and its judge gives such
results in bands; of those the side is committed, in words.

Only for the same sources are numbers kept: an edit of a hundred-thousandth in float32 is an edit.
"""

import json
import re
from typing import NamedTuple

import numpy as np

from dlcourse.checks import codec
from dlcourse.checks.compare import as_array, is_numeric, show
from dlcourse.checks.tolerance import RTOL

BANDS = RTOL  # float32 at 1e-4: a check judges it no closer
BAND_DEFAULT = 1e-9
COMPUTED = ("cases", "expected", "mistakes")
BY_CASE = re.compile(r"[^/]+/(expected|mistakes/[^/]+/1)")  # lists of a result for each case
FACTOR = 4  # between what two processors find that float32 explains: roundings themselves
TOLD = 5  # of an exercise; the rest are counted


class Move(NamedTuple):
    """What was committed, a number mostly, and is another now."""

    entry: str
    old: object
    new: object

    def __str__(self):
        if isinstance(self.old, float) and isinstance(self.new, float):
            return f"{self.entry}: {self.old!r} is now {self.new!r}, by {self.new - self.old:.3g}"
        return f"{self.entry}: {show(self.old)} is now {show(self.new)}"


def settle(committed, fresh):
    """Choose what to write for each exercise: the committed numbers where the fresh ones agree.

    Parameters
    ----------
    committed, fresh : dict
        What `dlcourse.checks.entry.write_entry` gave, by exercise.

    Returns
    -------
    entries : dict
        Like `fresh`.
    moved : list of list of Move
        One list an exercise of which something moved.
    """
    fresh = json.loads(json.dumps(fresh))
    entries, moved = {}, []
    for name, new in fresh.items():
        entries[name] = new
        if name in committed:
            old, moves = committed[name], []
            computed = {key: new[key] for key in COMPUTED}
            earlier = {key: old.get(key) for key in COMPUTED}
            single = ['"<f4"' in json.dumps(case) for case in new["cases"]]
            kept = _settle(earlier, computed, name, moves, single)
            same = old.get("version") == new["version"]
            entries[name] = {**new, **kept} if same else new
            if same and _alike(old.get("single"), new.get("single")):
                entries[name]["single"] = old["single"]
            moved += [moves] if moves else []
    return entries, moved


def _settle(old, new, entry, moves, single, rough=False):
    """Give `old` where it agrees with `new`, part by part; note each part that does not.

    `single` says of each case whether float32 goes into it, `rough` of this part whether it did.
    """
    one, other = _decoded(old), _decoded(new)
    if is_numeric(one) and is_numeric(other):
        place = _disagreement(one, other, rough)
        if place is None:
            return old
        moves.append(_move(entry, one, other, place))
    elif isinstance(old, dict) and isinstance(new, dict):
        gone = [Move(f"{entry}/{k}", old[k], None) for k in old if k not in new]
        moves.extend(gone)
        return {
            k: _settle(old.get(k), v, f"{entry}/{k}", moves, single, rough) for k, v in new.items()
        }
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        roughs = single if BY_CASE.fullmatch(entry) else [rough] * len(old)
        parts = enumerate(zip(old, new, roughs, strict=True))
        return [_settle(a, b, f"{entry}/{k}", moves, single, kind) for k, (a, b, kind) in parts]
    elif old != new or type(old) is not type(new):
        moves.append(Move(entry, old, new))
    return new


def _alike(old, new):
    """Tell whether what float32 explains is as it was, case by case."""
    if not (isinstance(old, list) and isinstance(new, list) and len(old) == len(new)):
        return False
    return all(
        a is b if a is None or b is None else max(a, b) <= FACTOR * min(a, b)
        for a, b in zip(old, new, strict=True)
    )


def _decoded(code):
    """An array, if that is what `code` describes."""
    try:
        return codec.decode(code) if isinstance(code, dict) and "dtype" in code else code
    except codec.Unreadable:  # whoever edited the file by hand: then it moved
        return code


def _disagreement(one, other, rough):
    """Find where two numbers, arrays or lists of numbers differ most: None if they agree."""
    kinds = [type(x) if not isinstance(x, np.ndarray) else x.dtype for x in (one, other)]
    one, other = as_array(one), as_array(other)
    if kinds[0] != kinds[1] or one.shape != other.shape or one.dtype != other.dtype:
        return ()
    if one.dtype.kind not in "fc":
        differ = one != other
        return tuple(np.argwhere(differ)[0]) if differ.any() else None
    finite = np.isfinite(one) & np.isfinite(other)
    same = np.isclose(one, other, rtol=0, atol=0, equal_nan=True)
    apart = np.zeros(one.shape)
    apart[finite] = np.abs(one[finite].astype(complex) - other[finite])
    apart[~finite & ~same] = np.inf
    largest = np.abs(one[np.isfinite(one)]).max(initial=0.0)
    band = BANDS["float32"] if rough else BANDS.get(str(one.dtype), BAND_DEFAULT)
    if apart.max(initial=0.0) <= band * largest:
        return None
    return tuple(np.argwhere(apart == apart.max())[0])


def _move(entry, one, other, place):
    """Tell the number that moved most, or both arrays where their form is another."""
    one, other = as_array(one), as_array(other)
    if one.shape != other.shape or one.dtype != other.dtype:
        return Move(entry, *(f"{a.dtype} of shape {a.shape}" for a in (one, other)))
    where = "".join(f"[{i}]" for i in place)
    return Move(entry + where, one[place].item(), other[place].item())


def told(moved):
    """Yield one sentence a number that moved, of the first few of each exercise."""
    for moves in moved:
        yield from map(str, moves[:TOLD])
        if len(moves) > TOLD:
            name = moves[0].entry.partition("/")[0]
            yield f"{name}: and {len(moves) - TOLD} more"

"""An answer without scruples: it runs in the sandbox, where the test puts it in the answer's place.

At a case it walks through all that it can reach, from its frames up, calls every function that it
finds there on what it was given, and tries everything that it got: as the answer's result, as a
function that gives it, and in the place of what `collect` would send. All that goes out, and the
counts of what was found, sent and left behind: by count and size, so that every run does the same.
"""

import contextlib
import gc
import json
import os
import sys
import traceback
import types

import numpy as np

# the test writes its own: cases to raid (by number), ways to try (None: all), letters of a code
NAMES, RAIDED, ONLY, LARGEST = ["answer"], {0}, None, 60_000
OUTCOME, CODEC = sys.modules["_dlcourse_outcome"], sys.modules["_dlcourse_codec"]
ENCODE, DUMPS, LOOT, STATE = CODEC.encode, json.dumps, [], {"case": None, "feigned": None}
MOST, DEPTH, MANY, ATOMS = 20_000, 8, 500, 40  # things, steps to them, items of a list, arguments
ALL = 48 << 20  # letters of what is sent for one case
LOOPS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")  # another argument crashes Python
OF_THE_BOX = ("run_case", "run_job", "_answered", "run_cells", "<lambda>")  # they spoil the reply
WAYS = ("raw", "result", "function")
PLAIN = (bool, int, float, str, type(None))
CALLABLE = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, np.ufunc, type)
OURS = ("<dlcourse probe>", "<_dlcourse_codec>", "<_dlcourse_outcome>")


def feigning(*args, **kwargs):
    """The answer: what is being tried just now, or the beginning of a raid."""
    if STATE["feigned"] is not None:
        return STATE["feigned"](*args)
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != "run_case":
        frame = frame.f_back
    if frame is not None and frame.f_locals["case"] is not STATE["case"]:
        STATE["case"] = frame.f_locals["case"]
        LOOT.append({"ways": {}, "codes": {}, "trouble": "", "counts": {}})
        if len(LOOT) - 1 in RAIDED:
            try:
                carry_off(LOOT[-1], raid(frame.f_locals, args, LOOT[-1]["counts"]))
            except Exception:
                LOOT[-1]["trouble"] = traceback.format_exc()
    raise ValueError("that was all")


def carry_off(loot, booty):
    """Keep what is sent, each code once, until there is no room."""
    ways, codes, left = loot["ways"], loot["codes"], ALL
    for way, text in booty:
        if text not in codes and (left := left - len(text)) < 0:
            loot["counts"]["left behind"] += 1 + sum(1 for _ in booty)
            return
        ways[way] = codes.setdefault(text, len(codes))


def raid(here, args, counts):
    """Everything that can be sent for this case, as (how it was had, JSON)."""
    littered, seen = collected(), set()
    atoms = dict(walk({"given": here["args"], "args": args}, 3, 60))
    reached = dict(walk(roots(sys._getframe()), DEPTH, MOST, atoms, seen))
    reached |= dict(walk(littered, DEPTH, MOST, atoms, seen))
    counts |= {"reached": len(reached), "left behind": int(len(reached) > MOST)}
    booty = {**reached, **dict(calls(reached, atoms)), **dict(orders(reached, args))}
    kinds = {}
    for label, value in booty.items():
        if ONLY is not None and not any(f"{how} {label}" in ONLY for how in WAYS):
            continue
        text = DUMPS(ENCODE(value))
        if len(text) < LARGEST:
            kind = hash(text) if "opaque" not in text else ("opaque", id(value))
            kinds.setdefault(kind, (value, []))[1].append(label)
    counts |= {"things": len(booty), "kinds": len(kinds)}
    for value, labels in kinds.values():
        for how, text in sendings(here, value):
            if len(text) < LARGEST and "opaque" not in text:
                yield from ((f"{how} {label}", text) for label in labels)
            counts["tried"] = counts.get("tried", 0) + 1


def roots(frame):
    """What the frames above hold, the modules of the box, and files that are open."""
    found = {}
    while frame is not None:
        code = frame.f_code
        if code.co_filename != "<cell 2>":  # where this stands
            names = {k: v for k, v in frame.f_locals.items() if k not in ("namespace", "functions")}
            found.setdefault(f"locals of {code.co_name}", names)
            if code.co_filename in OURS:
                found[f"globals of {code.co_name}"] = dict(frame.f_globals)
        frame = frame.f_back
    for descriptor in range(3, 64):
        try:
            os.set_blocking(descriptor, False)
            found[f"file {descriptor}"] = os.read(descriptor, 1000).decode("latin-1")
        except OSError:
            continue
        finally:
            with contextlib.suppress(OSError):
                os.set_blocking(descriptor, True)
    return found


def collected():
    """What the collector of garbage knows, without what was carried off already: a search that
    searches its own loot grows without end."""
    own = {id(thing) for thing in (LOOT, STATE, globals())}
    for thing in LOOT:
        own |= {id(thing), *map(id, thing.values())}
    kinds = (dict, list, types.FunctionType)  # a tuple may be half made, which crashes Python
    found, numbers = {}, {}
    for thing in gc.get_objects():
        if type(thing) in kinds and id(thing) not in own and not ends(thing):
            label = looks(thing)  # places there differ from case to case
            number = numbers[label] = numbers.get(label, -1) + 1
            found[f"gc {label} {number}"] = thing
    return found


def looks(thing):
    if isinstance(thing, types.FunctionType):
        return thing.__qualname__
    return f"{type(thing).__name__} {' '.join(str(k) for k in list(thing)[:3] if type(k) is str)}"


def ends(thing):
    """Tell whether to call a thing is to end the raid."""
    code = getattr(thing, "__code__", None)
    if code is None:
        return False
    return code.co_name in LOOPS or (code.co_name in OF_THE_BOX and code.co_filename in OURS[1:])


def walk(roots, depth, most, atoms=None, seen=None):
    """Yield (path, object) breadth first, through containers, objects and closures; leave out what
    is in `seen`, and put there what is found."""
    words = {value: f"<{name}>" for name, value in (atoms or {}).items() if type(value) is str}
    waiting, seen = [(str(k), v, depth) for k, v in roots.items()], set() if seen is None else seen
    for path, thing, left in waiting:
        if len(seen) > most:
            return
        if (id(thing) in seen and not isinstance(thing, PLAIN)) or hasattr(thing, "__next__"):
            continue  # the cases still to come are an iterator: they are to come
        seen.add(id(thing))
        yield path, thing
        if left:
            inner = parts(thing)
            waiting += [(f"{path}.{words.get(k, k)}", v, left - 1) for k, v in inner]


def parts(thing):
    if isinstance(thing, dict):
        return [(k, v) for k, v in thing.items() if k != "__builtins__"]
    if isinstance(thing, list | tuple):
        places = [*range(min(len(thing), MANY)), *range(max(MANY, len(thing) - 2), len(thing))]
        return [(i if i < MANY else i - len(thing), thing[i]) for i in places]
    if isinstance(thing, types.FunctionType):
        names = thing.__code__.co_freevars
        cells = [(n, c) for n, c in zip(names, thing.__closure__ or (), strict=True)]
        filled = [(n, c.cell_contents) for n, c in cells if c != types.CellType()]
        return [*filled, *enumerate(thing.__defaults__ or ())]
    if isinstance(thing, types.ModuleType | type) or thing is LOOT:
        return []
    return list(vars(thing).items()) if hasattr(thing, "__dict__") else []


def calls(reached, atoms):
    """Call what can be called on what was given: alone, two together, and all of it."""
    some = list(atoms.items())[:ATOMS]
    tuples = [(f"*{n}", tuple(v)) for n, v in some if type(v) in (tuple, list)]
    singles = [(n, (v,)) for n, v in some]
    pairs = [(f"{a}, {b}", (x, y)) for a, x in some[:8] for b, y in some[:8] if a != b]
    for path, function in reached.items():
        if isinstance(function, CALLABLE) and harmless(function, path):
            for label, args in [("", ()), *tuples, *singles, *pairs]:
                yield from called(f"{path}({label})", function, args)


def called(label, function, args):
    try:
        result = function(*args)
    except BaseException:
        return
    if isinstance(result, dict) and result:
        result = {**result, "values": list(result.values())}
        pairs = [v for v in result["values"] if isinstance(v, tuple) and len(v) > 1]
        result |= {f"column {k}": [pair[k] for pair in pairs] for k in (0, 1) if pairs}
    yield from walk({label: result}, 2, 12)


def harmless(function, path):
    """Leave out classes, what ends the process, and NumPy's own unless a probe holds it."""
    if isinstance(function, type):
        return False
    code = getattr(function, "__code__", None)
    if code is None and path.startswith("gc "):
        return False  # all that Python has, to sleep and to fork included
    if code is not None:
        return code.co_filename in OURS and not ends(function)
    return " of run_" not in path


class Order:
    """The things that an argument leads to, as they are sorted in what is found somewhere."""

    def __init__(self, path, key, step):
        self.path, self.key, self.step = path, key, step

    def __call__(self, *args):
        mine = led_to(args)
        if self.path is None:
            found = sorted(mine.values(), key=lambda v: vars(v).get(self.key, id(v)))
        else:
            thing = dict(walk(roots(sys._getframe(1)), 3, MOST)).get(self.path, ())
            found = [item for item in thing if id(item) in mine]
        return found[:: self.step]


def led_to(args):
    return {id(v): v for _, v in walk({"args": args}, 40, 400) if hasattr(v, "__dict__")}


def orders(reached, args):
    mine = led_to(args)
    places = [(p, v) for p, v in reached.items() if isinstance(v, list | tuple | dict)]
    paths = [p for p, v in places if len(v) < 1000 and sum(id(item) in mine for item in v) > 1]
    keys = {k for v in mine.values() for k, n in vars(v).items() if type(n) is int}
    sortings = [(p, None) for p in paths] + [(None, k) for k in [*keys, None]]
    for path, key in sortings if len(mine) > 1 else ():
        for step in (1, -1):
            yield f"order of {path or key} by {step}", Order(path, key, step)


def sendings(here, value):
    """Send a thing in the place of the result, by way of collect, and as a function's result."""
    yield "raw", DUMPS(ENCODE(value))
    ways = {"result": lambda *_: value, "function": lambda *_: lambda *_: value}
    if isinstance(value, Order):
        ways = {"result": value}
    for how, feigned in ways.items() if here["collect"] else ():
        try:
            STATE["feigned"] = feigned
            text = DUMPS(ENCODE(here["collect"](*[feigning] * len(NAMES), here["args"])))
        except BaseException:
            continue
        finally:
            STATE["feigned"] = None
        yield how, text


def dumps(thing, *args, **kwargs):
    loot = [{**one, "codes": list(one["codes"])} for one in LOOT]
    return DUMPS({"loot": loot} if isinstance(thing, dict) and "outcomes" in thing else thing)


json.dumps = dumps
globals().update(dict.fromkeys(NAMES, feigning))

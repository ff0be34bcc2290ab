from itertools import combinations

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Which question fails first?
#
# `report` is a dict of readings from a run with ten classes. Go through the questions in this
# order and return the string of the first one that fails:
#
# | reading | sound | else return |
# |---|---|---|
# | `"duplicates"` | 0 | `"leak"` |
# | `"twice"` | at most $10^{-6}$ | `"mode"` |
# | `"first loss"` | within 0.2 of $\ln 10$, ends included | `"start"` |
# | `"smallest update"` | above 0 | `"frozen"` |
# | `"largest update"` | at most 1 | `"rate"` |
# | `"one batch"` | at most 0.3 | `"step"` |
#
# If all are sound, return `"none"`. A loss may be infinite or nan: that is not sound. There may be
# other keys; they do not matter here.

# %% [markdown] tags=["hint"]
# Write the six readings of the failing example in the order of the table and tick those that are
# sound. For a nan, ask in Python: `nan > 0.3`, and `not nan <= 0.3`.


# %% tags=["solution"]
def name_the_bug(report):
    """Return the name of the first question that the readings fail, or "none"."""
    sound = {
        "leak": report["duplicates"] == 0,
        "mode": report["twice"] <= 1e-6,
        "start": abs(report["first loss"] - np.log(10)) <= 0.2,
        "frozen": report["smallest update"] > 0,
        "rate": report["largest update"] <= 1,
        "step": report["one batch"] <= 0.3,
    }
    return next((name for name, fine in sound.items() if not fine), "none")


# %% tags=["cases"]
promises = ["repeatable"]

SOUND = {
    "duplicates": 0,
    "twice": 0.0,
    "first loss": 2.31,
    "smallest update": 0.02,
    "largest update": 0.3,
    "one batch": 0.06,
}
nan, inf = float("nan"), float("inf")
FAULTS = [
    ("duplicates", [300, 1]),
    ("twice", [8.8, 1e-3]),
    ("first loss", [15.0, 2.0, 2.6, nan, inf]),
    ("smallest update", [0.0]),
    ("largest update", [27.0, 1.5, inf]),
    ("one batch", [1.95, 0.49, nan, inf]),
]


def visible():
    yield (dict(SOUND),)
    for key, values in FAULTS:
        for value in values:
            yield (SOUND | {key: value},)
    yield (SOUND | {"duplicates": 300, "one batch": 2.0},)
    yield (SOUND | {"smallest update": 0.0, "one batch": 2.13},)
    yield (SOUND | {"largest update": 27.0, "one batch": nan},)
    yield (SOUND | {"first loss": 15.0, "largest update": 3.0, "twice": 2.0},)
    yield (SOUND | {"first loss": 2.15, "largest update": 1.0, "one batch": 0.3, "twice": 1e-7},)
    yield (SOUND | {"smallest update": 0.0, "largest update": inf},)
    yield (SOUND | {"first loss": 9.0, "smallest update": 0.0},)
    yield (SOUND | {"duplicates": 3, "twice": 0.5},)
    late = {"largest update": 27.0, "training": 0.2, "twice": 2.0}  # another order, another key
    yield (late | {key: value for key, value in SOUND.items() if key not in late},)


def hidden(rng):
    def case(**more):
        report = SOUND | {"training": float(rng.random())}
        report |= {"largest update": float(rng.uniform(0.1, 0.9))} | more
        return ({key: report[key] for key in rng.permutation(list(report)).tolist()},)

    yield case(**{"first loss": 2.49, "largest update": 1.0, "one batch": 0.3, "twice": 1e-6})
    for key, values in FAULTS:
        for value in values:
            yield case(**{key: value})
    for (key, values), (other, more) in combinations(FAULTS, 2):
        yield case(**{key: values[-1], other: more[int(rng.integers(len(more)))]})
        yield case(**{key: values[0], other: more[0]})


# %% tags=["mistakes"]
def answer(report, order=None, **changed):
    sound = {
        "leak": report["duplicates"] == 0,
        "mode": report["twice"] <= 1e-6,
        "start": abs(report["first loss"] - np.log(10)) <= 0.2,
        "frozen": report["smallest update"] > 0,
        "rate": report["largest update"] <= 1,
        "step": report["one batch"] <= 0.3,
    } | changed
    return next((name for name in order or sound if not sound[name]), "none")


@mistake("A loss that is nan passed as sound: no comparison with nan is True.")
def lets_nan_pass(report):
    return answer(
        report,
        start=not abs(report["first loss"] - np.log(10)) > 0.2,
        step=not report["one batch"] > 0.3,
    )


@mistake("The last question that fails was returned: the first one wins.")
def returns_the_last(report):
    return answer(report, ["step", "rate", "frozen", "start", "mode", "leak"])


@mistake("A first loss below the bound passed as sound: it can be too low, too.")
def looks_above_only(report):
    return answer(report, start=report["first loss"] <= np.log(10) + 0.2)


@mistake("A first loss above the bound passed as sound: it can be too high, too.")
def looks_below_only(report):
    return answer(report, start=report["first loss"] >= np.log(10) - 0.2)


@mistake("The first loss was held against another number: the logarithm is the natural one.")
def takes_another_logarithm(report):
    return answer(report, start=abs(report["first loss"] - np.log2(10)) <= 0.2)


@mistake("The one batch was asked before the updates: keep to the order of the table.")
def asks_the_batch_first(report):
    return answer(report, ["leak", "mode", "start", "step", "frozen", "rate"])


@mistake("The rate was asked before the layer that stands still: keep to the order of the table.")
def asks_the_rate_before_the_layer(report):
    return answer(report, ["leak", "mode", "start", "rate", "frozen", "step"])


@mistake("The start was asked before the data and the mode: keep to the order of the table.")
def asks_the_start_first(report):
    return answer(report, ["start", "leak", "mode", "frozen", "rate", "step"])


@mistake("Nothing was said of a layer that stands still: which reading shows it?")
def never_asks_for_frozen_layers(report):
    return answer(report, frozen=True)


@mistake("Two scores that differ passed as sound: how much may they differ?")
def never_asks_twice(report):
    return answer(report, mode=True)


@mistake("Rows in both parts passed as sound: even one is a leak.")
def lets_one_duplicate_pass(report):
    return answer(report, leak=report["duplicates"] <= 1)


@mistake("A reading exactly at its bound was refused: the bounds belong to what is sound.")
def refuses_the_bounds(report):
    return answer(report, rate=report["largest update"] < 1, step=report["one batch"] < 0.3)


@mistake("The smallest update was held against a bound above 0: small is sound, 0 is not.")
def asks_for_large_updates(report):
    return answer(report, frozen=report["smallest update"] > 0.1)


@mistake("A sound run got a name: if nothing fails, return the word for it.")
def names_sound_runs(report):
    name = answer(report)
    return "step" if name == "none" else name


@mistake("All that fails came back in a list: return the first one alone.")
def returns_a_list(report):
    names = ["leak", "mode", "start", "frozen", "rate", "step"]
    return [name for name in names if answer(report, [name]) != "none"]


@mistake("That is the reading that fails: return the word beside it.")
def returns_the_reading(report):
    name = answer(report)
    words = ["leak", "mode", "start", "frozen", "rate", "step"]
    keys = ["duplicates", "twice", "first loss", "smallest update", "largest update", "one batch"]
    return dict(zip(words, keys, strict=True)).get(name, name)

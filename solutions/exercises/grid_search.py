import math
from itertools import product

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Every combination
#
# `grid` maps each name to a list of values of any type, all different; no list is empty, and there
# is at least one name. `{"lr": [0.1, 1.0], "hidden": [[], [32, 16]], "unit": ["relu", "tanh"]}` has
# 8 combinations. `objective` takes one combination, a dict from each name to one value, and returns
# a number: the lower, the better. Try every combination once, in any order, and return
# `(best, value, history)`:
#
# - `history` is a list of pairs (combination, number), in the order in which you tried them.
# - `best` is the combination with the lowest number, the first in `history` if there are several,
#   and `value` is that number. A number may be `nan` or `inf` where a training diverged: it stands
#   in `history`, but it never wins. At least one number is finite.
#
# Each call of `objective` is a training, and a second one with the same values may give another
# number. Call it once for each combination and keep what it returns.

# %% [markdown] tags=["hint"]
# Leave `objective` aside at first and print the list of dicts for a grid with two values for one
# name and three for another. Are there six, are all different, and has each value kept its type?


# %% tags=["solution"] minutes=10 results=["best", "value", "history"]
def grid_search(objective, grid):
    """Return (best, value, history) over all combinations of the values in `grid`."""
    combinations = [{}]
    for name, values in grid.items():
        combinations = [{**params, name: value} for params in combinations for value in values]
    history = [(params, objective(params)) for params in combinations]
    best, value = min(history, key=lambda trial: (np.isnan(trial[1]), trial[1]))
    return best, value, history


# %% tags=["probe"]
def bowl(p):
    return (p["x"] - 1) ** 2 + (p["y"] + 0.5) ** 2 / 2


# of a combination and the number of calls before this one
OBJECTIVES = {
    "bowl": lambda p, calls: bowl(p),
    "stairs": lambda p, calls: p["x"] // 2 + p["y"] // 3,  # with ties
    "network": lambda p, calls: (
        abs(np.log10(p["lr"]) + 1.3) + (p["unit"] == "tanh") / 3 + abs(20 - sum(p["hidden"])) / 90
    ),
    "three": lambda p, calls: p["a"] * (p["b"] - 2) + (p["c"] is None),
    "one": lambda p, calls: abs(p["depth"] - 3),
    "diverges": lambda p, calls: {0: np.nan, 3: np.inf, 4: np.nan}.get(calls, bowl(p)),
    "drifts": lambda p, calls: bowl(p) + calls / 8,  # no training comes out twice the same
    "large": lambda p, calls: 1e30 * (1 + bowl(p)),
}


def collect(fn, case):
    from itertools import count

    task, grid = case
    calls = count()

    def objective(params):
        return OBJECTIVES[task](params, next(calls))

    objective.__qualname__ = "objective"  # as an error that it raises calls it
    result = fn(objective, grid)
    if not isinstance(result, list | tuple) or len(result) != 3:
        return {"odd": result} if isinstance(result, dict) else result
    return {"result": [plain(part) for part in result]}


def plain(value):
    """NumPy's strings as Python's, which they are a kind of."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(plain, value)) if type(value) in (list, tuple) else value
    return str(value) if isinstance(value, str) else value


def same(one, other):
    """Whether two values are the same: numbers as numbers, all else with its type."""
    if isinstance(one, list | tuple) or isinstance(other, list | tuple):
        alike = type(one) is type(other) and len(one) == len(other)
        return alike and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    numbers = [np.ndim(v) == 0 and np.asarray(v).dtype.kind in "biuf" for v in (one, other)]
    if any(numbers):
        return all(numbers) and bool(one == other or (one != one and other != other))
    return type(one) is type(other) and one == other


def agree(value, true):
    """Whether a number is the objective's: exactly, or as float32 holds it."""
    if value == true or (value != value and true != true):
        return True
    single = np.asarray(value).dtype.name in ("float16", "float32")
    return single and bool(abs(float(value) - true) <= 1e-4 * max(1.0, abs(true)))


def number(value):
    """A number of Python's, or None."""
    scalar = np.ndim(value) == 0 and np.asarray(value).dtype.kind in "biuf"
    return float(value) if scalar else None


def judge(case, raw):
    task, grid = case
    assert isinstance(raw, dict), "three results (best, value, history)"
    assert "odd" not in raw, "three results (best, value, history)"
    best, value, history = raw["result"]
    if not isinstance(history, list | tuple):
        return {"history": (kind(history), "a list of pairs")}
    for trial in history:
        if not isinstance(trial, list | tuple) or len(trial) != 2:
            return {"an entry of the history": (kind(trial), "a pair")}
        if not isinstance(trial[0], dict) or number(trial[1]) is None:
            return {
                "a pair in the history": (f"{kind(trial[0])}, {kind(trial[1])}", "a dict, a number")
            }
    if strange := [p for p, _ in history if p.keys() != grid.keys()]:
        return {"names in a combination": (named(strange[0]), named(grid))}
    if not isinstance(best, dict) or number(value) is None:
        return {"best and value": (f"{kind(best)}, {kind(value)}", "a dict, a number")}
    tried, numbers = [p for p, _ in history], [float(v) for _, v in history]
    due = [{}]
    for name, values in grid.items():
        due = [{**p, name: v} for p in due for v in values]
    missing = [p for p in due if not any(same(p, q) for q in tried)]
    foreign = [p for p in tried if not any(same(p, q) for q in due)]
    if foreign:
        return {"combinations that are not in the grid": (len(foreign), None, 0)}
    told = {
        "combinations in the history": (len(tried), len(due)),
        "a combination that was never tried": (written(missing), "none"),
    }
    if missing or len(tried) != len(due):
        return told | {"the best of the history": (which(best, tried, numbers), "the first lowest")}
    true = [float(OBJECTIVES[task](p, calls)) for calls, p in enumerate(tried)]
    off = sum(not agree(v, t) for (_, v), t in zip(history, true, strict=True))
    told["numbers in the history that are not the objective's"] = off, None, 0
    if off and task == "drifts":  # each number tells which call it is from
        calls = [round(8 * (v - bowl(p))) if np.isfinite(v) else -1 for p, v in history]
        told["in another order than they were tried"] = sorted(calls) == [*range(len(due))], False
    if off:
        return told
    return told | {
        "value": (ranked(number(value), numbers), "the lowest"),
        "best": (which(best, tried, numbers), "the first lowest"),
    }


def kind(value):
    if value is None or isinstance(value, str | dict | list | tuple):
        return {"NoneType": "None", "str": "a string"}.get(
            type(value).__name__, f"a {type(value).__name__}"
        )
    return "a number" if number(value) is not None else "something else"


def written(combinations):
    if not combinations:
        return "none"
    return ", ".join(f"{name}={value!r}" for name, value in combinations[0].items())


def named(params):
    """Names as Python writes them, so that one name is never read as two."""
    return ", ".join(sorted(map(repr, params)))


def ranked(value, numbers):
    """What a value is among the numbers of the history."""
    finite = [v for v in numbers if v == v]
    places = {"the lowest": min(finite, default=0.0), "the highest": max(finite, default=0.0)}
    places |= {"the last": numbers[-1], "the first": numbers[0]} if numbers else {}
    if value != value:
        return "nan"
    return next((place for place, v in places.items() if same(value, v)), "none of these")


def which(best, tried, numbers):
    """Which of the trials `best` is."""
    ranks = [ranked(v, numbers) for v, p in zip(numbers, tried, strict=True) if same(p, best)]
    if not ranks:
        return "in no pair of the history"
    first = next(
        p for p, v in zip(tried, numbers, strict=True) if ranked(v, numbers) == "the lowest"
    )
    if "the lowest" in ranks:
        return "the first lowest" if same(best, first) else "a later one of the lowest"
    return ranks[0]


TEXTS = {
    "bowl": '(p["x"] - 1) ** 2 + (p["y"] + 0.5) ** 2 / 2',
    "stairs": 'p["x"] // 2 + p["y"] // 3',
    "network": 'abs(np.log10(p["lr"]) + 1.3) + (p["unit"] == "tanh") / 3\n'
    '    + abs(20 - sum(p["hidden"])) / 90',
    "three": 'p["a"] * (p["b"] - 2) + (p["c"] is None)',
    "one": 'abs(p["depth"] - 3)',
    "large": '1e30 * (1 + (p["x"] - 1) ** 2 + (p["y"] + 0.5) ** 2 / 2)',
}


def call(case):
    task, grid = case
    setup = ""
    if task in ("diverges", "drifts"):
        setup = "from itertools import count\ncalls = count()\n"
    text = {
        "diverges": f"{{{{0: np.nan, 3: np.inf, 4: np.nan}}}}.get(next(calls), {TEXTS['bowl']})",
        "drifts": f"{TEXTS['bowl']} + next(calls) / 8",
    }.get(task) or TEXTS[task].replace("\n    ", " ")
    return f"{setup}objective = lambda p: {text}\ngrid_search(objective, {{}})", grid


# %% tags=["cases"]
promises = ["pure", "repeatable"]


def visible():
    yield "bowl", {"x": [0.0, 0.5, 2.5], "y": [-2.0, 0.0]}
    yield (
        "network",
        {"lr": [0.01, 0.1, 1.0], "hidden": [[], [16], [16, 8]], "unit": ["relu", "tanh"]},
    )
    yield "stairs", {"x": [5, 3, 2, 4], "y": [7, 1, 2]}
    yield "diverges", {"x": [0.0, 1.0, 2.0], "y": [0.0, 1.0]}
    yield "drifts", {"x": [2.0, 0.5, 1.0], "y": [0.0, -1.0]}
    yield "one", {"depth": [1, 4, 2, 6]}
    yield "large", {"x": [2.0, 1.5], "y": [0.0, 1.0]}


def hidden(rng):
    def some(n):
        return (rng.permutation(40)[:n] / 8 - 2).tolist()

    for n, m in [(4, 3), (1, 5), (3, 3)]:
        yield "bowl", {"y": some(n), "x": some(m)}
    yield "three", {"b": [3, 1, 4], "c": [None, "none", (1, 2)], "a": [2, -1, 0.5]}
    yield (
        "network",
        {"unit": ["tanh", "relu"], "hidden": [[9, 9], [30], []], "lr": [0.3, 0.03, 1e-3]},
    )
    yield "stairs", {"y": rng.permutation(9).tolist(), "x": rng.permutation(6).tolist()}
    yield "diverges", {"x": some(3), "y": some(4)}
    yield "drifts", {"x": some(4), "y": some(2)}
    yield "large", {"y": some(3), "x": some(2)}
    yield "one", {"depth": (3 + rng.permutation(8)).tolist()}


# %% tags=["mistakes"]
def every(grid):
    return [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]


def first_lowest(history):
    return *min(history, key=lambda trial: (math.isnan(trial[1]), trial[1])), history


def with_combinations(make):
    """The solution over other combinations."""

    def answer(objective, grid):
        return first_lowest([(params, objective(params)) for params in make(grid)])

    return answer


def with_results(give):
    """The solution with other results, from (best, value, history)."""
    return lambda objective, grid: give(*grid_search(objective, grid))


def with_trials(run):
    """The solution with another way to run all combinations; `run` gives the results."""
    return lambda objective, grid: run(objective, every(grid))


walks_side_by_side = mistake("Combinations are missing: the lists were walked through in step.")(
    with_combinations(
        lambda grid: [dict(zip(grid, v, strict=True)) for v in zip(*grid.values(), strict=False)]
    )
)
changes_one_name_at_a_time = mistake(
    "Combinations are missing: one name was changed at a time, the others kept their first values."
)(
    with_combinations(
        lambda grid: [
            {name: values[0] for name, values in grid.items()},
            *(
                {**{n: values[0] for n, values in grid.items()}, name: value}
                for name in grid
                for value in grid[name][1:]
            ),
        ]
    )
)
misses_the_first = mistake("One combination is missing: the first one, of all first values.")(
    with_combinations(lambda grid: every(grid)[1:] or every(grid))
)
misses_the_last = mistake("One combination is missing: the last one, of all last values.")(
    with_combinations(lambda grid: every(grid)[:-1] or every(grid))
)
tries_one_alone = mistake("One combination alone was tried: does the function return in its loop?")(
    with_combinations(lambda grid: every(grid)[:1])
)
tries_all_twice = mistake("Every combination was tried twice: once is asked.")(
    with_combinations(lambda grid: [*every(grid), *every(grid)])
)
misses_the_last_value = mistake(
    "The last value of each list was left out: where does a range end?"
)(with_combinations(lambda grid: every({n: v[:-1] or v for n, v in grid.items()})))
keeps_one_dict = mistake(
    "All entries of the history hold the same combination: is it one dict, changed each time?"
)(
    with_trials(
        lambda objective, tries: (
            lambda one: first_lowest(
                [(one, number) for p in tries for number in [(one.update(p), objective(one))[1]]]
            )
        )({})
    )
)

maximizes = mistake("The highest number was taken for the best: the lower, the better.")(
    with_results(
        lambda best, value, history: (
            *max(history, key=lambda trial: (not math.isnan(trial[1]), trial[1])),
            history,
        )
    )
)
takes_the_last_of_equals = mistake(
    "Of equal numbers the last one won: the first in `history` is asked."
)(
    with_results(
        lambda best, value, history: (
            *min(history[::-1], key=lambda trial: (math.isnan(trial[1]), trial[1])),
            history,
        )
    )
)
returns_the_last = mistake("The last combination came back as the best, with its number.")(
    with_results(lambda best, value, history: (*history[-1], history))
)
returns_the_last_combination = mistake(
    "The value is the lowest, but `best` is what was tried last: is it one dict that changes?"
)(with_results(lambda best, value, history: (history[-1][0], value, history)))
returns_the_last_number = mistake("`best` is right, and the value is the last number of all.")(
    with_results(lambda best, value, history: (best, history[-1][1], history))
)
returns_the_first = mistake("The first combination came back as the best, with its number.")(
    with_results(lambda best, value, history: (*history[0], history))
)
swaps_best_and_value = mistake("`best` and `value` are the other way round.")(
    with_results(lambda best, value, history: (value, best, history))
)
gives_best_as_values = mistake("`best` holds the values without their names: a dict is asked.")(
    with_results(lambda best, value, history: (list(best.values()), value, history))
)
gives_the_place = mistake("`best` is the place in the history: the combination is asked, a dict.")(
    with_results(lambda best, value, history: ([p for p, _ in history].index(best), value, history))
)
forgets_the_history = mistake("Two results came back: the history belongs to them.")(
    with_results(lambda best, value, history: (best, value))
)
keeps_numbers_alone = mistake(
    "The history holds numbers alone: to which combinations do they belong?"
)(with_results(lambda best, value, history: (best, value, [v for _, v in history])))
keeps_combinations_alone = mistake(
    "The history holds combinations alone: where are their numbers?"
)(with_results(lambda best, value, history: (best, value, [p for p, _ in history])))
swaps_the_pairs = mistake("The pairs in the history are the other way round: combination first.")(
    with_results(lambda best, value, history: (best, value, [(v, p) for p, v in history]))
)
keeps_values_without_names = mistake(
    "The combinations in the history have no names: each is a dict from names to values."
)(
    with_results(
        lambda best, value, history: (best, value, [(tuple(p.values()), v) for p, v in history])
    )
)
keeps_a_dict = mistake("The history is a dict: a list of pairs is asked, in the order of trying.")(
    with_results(lambda best, value, history: (best, value, {n: h for n, h in enumerate(history)}))
)
leaves_nan_out = mistake("Numbers that are nan are missing in the history: they stand there, too.")(
    with_results(
        lambda best, value, history: (best, value, [h for h in history if not math.isnan(h[1])])
    )
)
leaves_what_is_not_finite_out = mistake(
    "Numbers that are nan or inf are missing in the history: they stand there, too."
)(
    with_results(
        lambda best, value, history: (best, value, [h for h in history if math.isfinite(h[1])])
    )
)
keeps_new_bests_alone = mistake(
    "The history holds new bests alone: every combination belongs there."
)(
    with_results(
        lambda best, value, history: (
            best,
            value,
            [
                h
                for i, h in enumerate(history)
                if all(math.isnan(v) or h[1] < v for _, v in history[:i]) and not math.isnan(h[1])
            ],
        )
    )
)
writes_zero_for_nan = mistake("A number that is nan became another one in the history.")(
    with_results(
        lambda best, value, history: (
            best,
            value,
            [(p, np.inf if math.isnan(v) else v) for p, v in history],
        )
    )
)


@mistake("A number that is nan won: what does a comparison with nan give?")
def lets_nan_win(objective, grid):
    history = [(p, objective(p)) for p in every(grid)]
    best, value = history[0]
    for params, number in history[1:]:
        if number < value:
            best, value = params, number
    return best, value, history


@mistake("No combination was ever the best: with which value does the comparison begin?")
def begins_at_zero(objective, grid):
    history = [(p, objective(p)) for p in every(grid)]
    best, value = None, 0.0
    for params, number in history:
        if number < value:
            best, value = params, number
    return best, value, history


@mistake("objective was called more than once for a combination: keep what the first call gives.")
def calls_it_three_times(objective, grid):
    best, value, history = None, math.inf, []
    for params in every(grid):
        if objective(params) < value:
            best, value = params, objective(params)
        history.append((params, objective(params)))
    return best, value, history


@mistake("The value is no number of the history: was objective called once more for the best?")
def calls_it_once_more(objective, grid):
    best, _, history = grid_search(objective, grid)
    return best, objective(best), history


@mistake("It works for two names alone: how deep do the loops go for one, or for three?")
def loops_over_two_names(objective, grid):
    (one, these), (other, those) = grid.items()
    combinations = [{one: a, other: b} for a in these for b in those]
    return first_lowest([(params, objective(params)) for params in combinations])


@mistake("Some combinations are missing: each name kept the value that was best for it so far.")
def goes_name_by_name(objective, grid):
    best, history = {name: values[0] for name, values in grid.items()}, []
    for name, values in grid.items():
        trials = [({**best, name: v}, objective({**best, name: v})) for v in values]
        history += trials
        best = first_lowest(trials)[0]
    return first_lowest(history)


@mistake("grid came back changed: leave the caller's lists and dict as they are.")
def empties_the_grid(objective, grid):
    tries = every(grid)
    grid.clear()
    return first_lowest([(params, objective(params)) for params in tries])


@mistake("The search ended before all was tried: lower numbers may come after higher ones.")
def stops_at_the_first_rise(objective, grid):
    history = []
    for params in every(grid):
        history.append((params, objective(params)))
        if len(history) > 1 and history[-1][1] > history[-2][1]:
            break
    return first_lowest(history)


@mistake(
    "Where all numbers are large none was the best: with which value does the comparison begin?"
)
def begins_at_a_finite_number(objective, grid):
    history = [(p, objective(p)) for p in every(grid)]
    best, value = None, 1e9
    for params, number in history:
        if number < value:
            best, value = params, number
    return best, value, history


@mistake("The history is not in the order in which the combinations were tried.")
def sorts_the_history(objective, grid):
    best, value, history = grid_search(objective, grid)
    return best, value, sorted(history, key=lambda h: h[1] if math.isfinite(h[1]) else math.inf)


@mistake("The highest number was taken for the best: the lower, the better.")
def takes_the_highest_finite(objective, grid):
    history = grid_search(objective, grid)[2]
    return *max((h for h in history if math.isfinite(h[1])), key=lambda h: h[1]), history


@mistake("All entries of the history hold the same combination: is it one dict, changed each time?")
def copies_the_best_alone(objective, grid):
    one, best, value, history = {}, None, math.inf, []
    for params in every(grid):
        one.update(params)
        history.append((one, objective(one)))
        if history[-1][1] < value:
            best, value = params, history[-1][1]
    return best, value, history

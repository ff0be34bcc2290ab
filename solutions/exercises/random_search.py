import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Random search
#
# `space` maps each name, of which there is at least one, to a function of `rng` that draws a value:
# `{"lr": lambda rng: 10 ** rng.uniform(-4, 0), "width": lambda rng: int(rng.integers(8, 65))}`.
# `objective` takes a dict from each name to one value and returns a number: the lower, the better.
# Do `n_trials` trials, at least one: in each, draw a new value for every name, in any order, and
# call `objective` with the dict. Return `(best, value, history)`:
#
# - `history` is a list of pairs (dict, number), one for each trial, in the order of the trials.
# - `best` is the dict with the lowest number, the first in `history` if there are several, and
#   `value` is that number. A number may be `nan` or `inf` where a training diverged: it stands in
#   `history`, but it never wins. At least one number is finite.
#
# All randomness comes from `rng`. Each call of `objective` is a training, and a second one with the
# same values may give another number. Call it once in each trial, keep what it returns, and leave
# `space` as it is.

# %% [markdown] tags=["hint"]
# Print the history of five trials with `objective = lambda p: p["x"]`, one trial a line. Are the
# five dicts different, and does each number belong to the dict beside it?


# %% tags=["solution"] minutes=10 results=["best", "value", "history"]
def random_search(objective, space, n_trials, rng):
    """Return (best, value, history) over `n_trials` random draws from `space`."""
    best, value, history = None, np.inf, []
    for _ in range(n_trials):
        params = {name: draw(rng) for name, draw in space.items()}
        history.append((params, objective(params)))
        if history[-1][1] < value:
            best, value = history[-1]
    return best, value, history


# %% tags=["probe"]
SPACES = {
    "square": {
        "x": lambda rng: rng.uniform(-2, 2),
        "y": lambda rng: rng.uniform(-2, 2),
    },
    "network": {
        "lr": lambda rng: 10 ** rng.uniform(-4, 0),
        "width": lambda rng: int(rng.integers(8, 65)),
        "unit": lambda rng: ["relu", "tanh"][rng.integers(2)],
    },
    "steps": {
        "depth": lambda rng: int(rng.integers(1, 4)),
        "rate": lambda rng: rng.uniform(0, 1),
    },
    "one": {"x": lambda rng: rng.uniform(-2, 2)},
    "choices": {  # the same values come again
        "depth": lambda rng: int(rng.integers(1, 4)),
        "unit": lambda rng: ["relu", "tanh"][rng.integers(2)],
    },
}


def bowl(p):
    return (p["x"] - 1) ** 2 + p.get("y", 0.0) ** 2 / 2


# of what was drawn and the number of calls before this one; where that counts, the lowest is
# neither the first trial nor the last, whatever is drawn
OBJECTIVES = {
    "bowl": lambda p, calls: bowl(p),
    "network": lambda p, calls: (
        abs(np.log10(p["lr"]) + 2) + abs(p["width"] - 40) / 90 + (p["unit"] == "tanh") / 3
    ),
    "ties": lambda p, calls: abs(p["depth"] - 2) + (abs(calls - 30) > 20),
    "diverges": lambda p, calls: {0: np.nan, 2: np.inf, 3: np.nan}.get(calls, bowl(p)),
    "drifts": lambda p, calls: bowl(p) + 2 * abs(calls - 10),  # none comes out twice the same
    "below 0": lambda p, calls: -9 + bowl(p),
    "large": lambda p, calls: 1e30 * (1 + bowl(p)),
    "choices drift": lambda p, calls: (
        abs(p["depth"] - 2) + (p["unit"] == "tanh") / 3 + abs(calls - 15) / 8
    ),
}


def collect(fn, case):
    from itertools import count

    task, names, n_trials, seed = case
    space = dict(SPACES[names])

    def search(n_trials, seed):
        calls = count()

        def objective(params):
            return OBJECTIVES[task](params, next(calls))

        objective.__qualname__ = "objective"  # as an error that it raises calls it
        return fn(objective, space, n_trials, np.random.default_rng(seed))

    first = search(n_trials, seed)
    if list(space) != list(SPACES[names]):
        return {"left": [*space]}
    if not isinstance(first, list | tuple) or len(first) != 3:
        return {"odd": first} if isinstance(first, dict) else first
    runs = [first, search(n_trials, seed), search(n_trials, seed + 1)]
    return {"runs": [plain(run) for run in runs]}


def plain(value):
    """NumPy's strings as Python's, which they are a kind of."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(plain, value))
    return str(value) if isinstance(value, str) else value


# where a value lies in what its function draws, from 0 to 1, and how wide one of its steps is
DRAWN = {
    "x": (lambda v: (v + 2) / 4, 0),
    "y": (lambda v: (v + 2) / 4, 0),
    "lr": (lambda v: (np.log10(v) + 4) / 4, 0),
    "rate": (lambda v: v, 0),
    "width": (lambda v: (v - 7.5) / 57, 1 / 57),
    "depth": (lambda v: (v - 0.5) / 3, 1 / 3),
    "unit": (lambda v: {"relu": 0.25, "tanh": 0.75}[v], 1 / 2),
}


ANYWHERE = ("ties", "drifts", "choices drift")  # objectives that count their calls


def judge(case, raw):
    task, names, n_trials, _ = case
    assert isinstance(raw, dict), "three results (best, value, history)"
    assert "odd" not in raw, "three results (best, value, history)"
    if "left" in raw:
        left, due = list(map(repr, raw["left"])), list(map(repr, SPACES[names]))
        assert left != due, "three results (best, value, history), and space as it was"
        return {"names in space afterwards": (", ".join(left) or "none", ", ".join(due))}
    (best, value, history), *others = raw["runs"]
    counted = len(others) == 2 and all(len(run) == 3 for run in others)
    assert counted, "three results (best, value, history)"
    if told := form(best, value, history, SPACES[names]):
        return told
    tried, numbers = [p for p, _ in history], [float(v) for _, v in history]
    off = len(tried) - n_trials
    told = {"trials in the history": (len(tried), n_trials, n_trials)}
    if off:  # how far off by chance, says nothing
        told["trials too many"] = (str(off) if abs(off) < 4 else "others", "0")
        return told | {"best": (which(best, tried, numbers), "the first lowest")}
    told |= drawn(tried, list(SPACES[names]))
    true = [float(OBJECTIVES[task](p, calls)) for calls, p in enumerate(tried)]
    off = sum(not agree(v, t) for (_, v), t in zip(history, true, strict=True))
    told["numbers in the history that are not the objective's"] = off, None, 0
    if off:
        return told
    again, other = ([p for p, _ in run[2]] for run in others)
    assert len(other) == n_trials, f"a history of {n_trials} pairs, for every seed"
    ranks = ranked(number(value), numbers), which(best, tried, numbers)
    if task in ANYWHERE:  # the first, the last and the highest may be one by chance
        ranks = [rank if "lowest" in rank else "another" for rank in ranks]
    told["value"] = ranks[0], "the lowest"
    if names != "choices":  # where others like the best may be the highest
        told["best"] = ranks[1], "the first lowest"
    return told | {
        # 14 numbers stand in order by chance once in 14!, which is 9e10
        "history sorted by its numbers": (
            len(set(numbers)) > 13 and bool(np.all(np.diff(numbers) >= 0)),
            False,
        ),
        "same seed, same trials": (again == tried, True),
        "other seed, same trials": (other == tried, False),
        **in_common(tried, other, SPACES[names]),
    }


def form(best, value, history, space):
    """What is wrong with the form of the results, or nothing."""
    if not isinstance(history, list | tuple):
        return {"history": (kind(history), "a list of pairs")}
    for trial in history:
        if not isinstance(trial, list | tuple) or len(trial) != 2:
            return {"an entry of the history": (kind(trial), "a pair")}
        if not isinstance(trial[0], dict) or number(trial[1]) is None:
            is_, due = f"{kind(trial[0])}, {kind(trial[1])}", "a dict, a number"
            return {"a pair in the history": (is_, due)}
        if trial[0].keys() != space.keys():
            return {"names in a trial": (named(trial[0]), named(space))}
        for name, drawn in trial[0].items():
            due = "a string" if name == "unit" else "a number"
            if kind(drawn) != due or (name == "unit" and drawn not in ("relu", "tanh")):
                is_ = kind(drawn) if kind(drawn) != due else "another string"
                return {f"a value of {name!r}": (is_, due)}
    if not isinstance(best, dict) or number(value) is None:
        return {"best and value": (f"{kind(best)}, {kind(value)}", "a dict, a number")}
    return {}


def drawn(tried, names):
    """Whether each trial drew all its values, each on its own, from what the space draws."""
    n = len(tried)
    places = {k: np.array([DRAWN[k][0](p[k]) for p in tried], float) for k in names}
    smooth = {k: z for k, z in places.items() if not DRAWN[k][1]}  # two equal ones: never
    numbers = {
        "values that the space does not draw": (
            sum(np.count_nonzero(~((z >= 0) & (z <= 1))) for z in places.values()),
            None,
            0,
        ),
        "values that came in an earlier trial": (
            max((n - len(np.unique(z)) for z in smooth.values()), default=0),
            None,
            0,
        ),
        "names with one value in all trials": (
            sum(len(np.unique(z)) == 1 < n for z in smooth.values()),
            None,
            0,
        ),
        "values that two names share": (
            sum(len(np.unique(z)) for z in smooth.values()) - len(np.unique([*smooth.values()])),
            None,
            0,
        ),
    }
    return numbers


def in_common(tried, other, space):
    """Values that another seed has drawn, too; where all names have few, trials that it repeats.

    Values of two draws are never equal but for rounding, in float32 one pair of 1,000 at most. Of
    30 trials with 6 kinds 24 or more are the same in the same place once in 10^13.
    """
    smooth = [name for name in space if not DRAWN[name][1]]
    if not smooth:
        same = np.mean([p == q for p, q in zip(tried, other, strict=True)])
        return {"share of trials that another seed repeats": (same, None, 0.8)}
    again = [np.mean(np.isin([p[k] for p in tried], [q[k] for q in other])) for k in smooth]
    return {"share of values that came with another seed, too": (max(again), None, 0.1)}


def kind(value):
    """A value in a word."""
    if value is None or isinstance(value, str | dict | list | tuple):
        name = type(value).__name__
        return {"NoneType": "None", "str": "a string"}.get(name, f"a {name}")
    return "a number" if number(value) is not None else "something else"


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
    return next((place for place, v in places.items() if v == value), "none of these")


def which(best, tried, numbers):
    """Which of the trials `best` is."""
    ranks = [ranked(v, numbers) for v, p in zip(numbers, tried, strict=True) if p == best]
    if not ranks:
        return "in no pair of the history"
    if "the lowest" not in ranks:
        return ranks[0]
    first = next(
        p for p, v in zip(tried, numbers, strict=True) if ranked(v, numbers) == "the lowest"
    )
    return "the first lowest" if best == first else "a later one of the lowest"


TEXTS = {
    "bowl": '(p["x"] - 1) ** 2 + p["y"] ** 2 / 2',
    "network": 'abs(np.log10(p["lr"]) + 2) + abs(p["width"] - 40) / 90 + (p["unit"] == "tanh") / 3',
    "ties": 'abs(p["depth"] - 2) + (abs(next(calls) - 30) > 20)',
    "below 0": '-9 + (p["x"] - 1) ** 2',
    "large": '1e30 * (1 + (p["x"] - 1) ** 2 + p["y"] ** 2 / 2)',
    "choices drift": 'abs(p["depth"] - 2) + (p["unit"] == "tanh") / 3 + abs(next(calls) - 15) / 8',
}
SPACE_TEXTS = {
    "x": "lambda rng: rng.uniform(-2, 2)",
    "y": "lambda rng: rng.uniform(-2, 2)",
    "lr": "lambda rng: 10 ** rng.uniform(-4, 0)",
    "width": "lambda rng: int(rng.integers(8, 65))",
    "unit": 'lambda rng: ["relu", "tanh"][rng.integers(2)]',
    "depth": "lambda rng: int(rng.integers(1, 4))",
    "rate": "lambda rng: rng.uniform(0, 1)",
}


def call(case):
    task, names, *given = case
    setup = ""
    if task in ("diverges", *ANYWHERE):
        setup = "from itertools import count\ncalls = count()\n"
    text = {
        "diverges": f"{{{{0: np.nan, 2: np.inf, 3: np.nan}}}}.get(next(calls), {TEXTS['bowl']})",
        "drifts": f"{TEXTS['bowl']} + 2 * abs(next(calls) - 10)",
    }.get(task) or TEXTS[task]
    space = "".join(f'space["{name}"] = {SPACE_TEXTS[name]}\n' for name in SPACES[names])
    lines = f"{setup}space = {{{{}}}}\n{space}objective = lambda p: {text}\n"
    return f"{lines}random_search(objective, space, {{}}, np.random.default_rng({{}}))", *given


# %% tags=["cases"]
def visible():
    yield "bowl", "square", 40, 7
    yield "network", "network", 20, 8
    yield "ties", "steps", 60, 9  # one lowest number alone in 1 of 10^6
    yield "diverges", "square", 20, 10
    yield "drifts", "square", 20, 11
    yield "below 0", "one", 1, 12
    yield "large", "square", 1, 13
    yield "choices drift", "choices", 30, 14


def hidden(rng):
    for task, names, n in [
        ("bowl", "square", 60),
        ("network", "network", 60),
        ("ties", "steps", 60),
        ("diverges", "square", 15),
        ("diverges", "square", 2),
        ("drifts", "square", 25),
        ("below 0", "one", 16),
        ("bowl", "one", 1),
        ("large", "square", 20),
        ("choices drift", "choices", 40),
    ]:
        yield task, names, n, int(rng.integers(1000, 10**6))


# %% tags=["mistakes"]
def first_lowest(history):
    return *min(history, key=lambda trial: (np.isnan(trial[1]), trial[1])), history


def drawn_from(space, rng):
    return {name: draw(rng) for name, draw in space.items()}


def with_trials(run):
    """The solution with other trials; `run` gives the history."""

    def answer(objective, space, n_trials, rng):
        return first_lowest(run(objective, space, n_trials, rng))

    return answer


def with_results(give):
    """The solution with other results, from (best, value, history)."""

    def answer(objective, space, n_trials, rng):
        return give(*random_search(objective, space, n_trials, rng))

    return answer


draws_once = mistake("All trials have the same values: they are drawn anew in each.")(
    with_trials(
        lambda objective, space, n, rng: (lambda p: [(p, objective(p)) for _ in range(n)])(
            drawn_from(space, rng)
        )
    )
)
keeps_one_dict = mistake(
    "All entries of the history hold the same values: is it one dict, changed in each trial?"
)(
    with_trials(
        lambda objective, space, n, rng: (
            lambda p: [
                (p, v)
                for _ in range(n)
                for v in [(p.update(drawn_from(space, rng)), objective(p))[1]]
            ]
        )({})
    )
)
draws_again_for_the_history = mistake(
    "The numbers do not belong to the values beside them: are new values drawn for the history?"
)(
    with_trials(
        lambda objective, space, n, rng: [
            (drawn_from(space, rng), objective(drawn_from(space, rng))) for _ in range(n)
        ]
    )
)
shifts_the_numbers = mistake(
    "The numbers do not belong to the values beside them: each stands one trial too late."
)(
    with_trials(
        lambda objective, space, n, rng: (
            lambda tries: [
                (p, v) for p, v in zip(tries[1:] + tries[:1], map(objective, tries), strict=True)
            ]
        )([drawn_from(space, rng) for _ in range(n)])
    )
)
does_one_trial_too_few = mistake("One trial is missing: where does your count begin and end?")(
    with_trials(
        lambda objective, space, n, rng: [
            (p, objective(p)) for p in [drawn_from(space, rng) for _ in range(n)][: max(n - 1, 1)]
        ]
    )
)
does_one_trial_too_many = mistake("There is one trial too many: where does your count end?")(
    with_trials(
        lambda objective, space, n, rng: [
            (p, objective(p)) for p in [drawn_from(space, rng) for _ in range(n + 1)]
        ]
    )
)
does_one_trial = mistake("One trial alone was made: does the function return in its loop?")(
    with_trials(
        lambda objective, space, n, rng: [(p, objective(p)) for p in [drawn_from(space, rng)]]
    )
)
does_a_hundred_trials = mistake("The number of trials is not n_trials, whatever that is.")(
    with_trials(
        lambda objective, space, n, rng: [
            (p, objective(p)) for p in [drawn_from(space, rng) for _ in range(100)]
        ]
    )
)
changes_one_name_at_a_time = mistake(
    "Values came again from an earlier trial: in each trial every name gets a new one."
)(
    with_trials(
        lambda objective, space, n, rng: (
            lambda p, names: [
                (p := {**p, names[i % len(names)]: space[names[i % len(names)]](rng)}, objective(p))
                for i in range(n)
            ]
        )(drawn_from(space, rng), list(space))
    )
)
draws_one_name_once = mistake(
    "One name has the same value in all trials: every name gets a new one in each."
)(
    with_trials(
        lambda objective, space, n, rng: (
            lambda held: [
                (p, objective(p)) for p in [{**drawn_from(space, rng), **held} for _ in range(n)]
            ]
        )(dict([next((k, f(rng)) for k, f in space.items() if k in ("x", "lr", "rate"))]))
    )
)
draws_from_equal_generators = mistake(
    "Two names share their values: each draws from the same state of a generator."
)(
    with_trials(
        lambda objective, space, n, rng: [
            (p, objective(p))
            for seed in rng.integers(2**32, size=n)
            for p in [{k: f(np.random.default_rng(seed)) for k, f in space.items()}]
        ]
    )
)
uses_global_randomness = mistake("The same seed gave other trials: take all randomness from rng.")(
    lambda objective, space, n_trials, rng: random_search(
        objective, space, n_trials, np.random.default_rng()
    )
)
fixes_the_seed = mistake(
    "Every seed gives the same trials: the rng that you are given should decide."
)(
    lambda objective, space, n_trials, rng: random_search(
        objective, space, n_trials, np.random.default_rng(0)
    )
)

maximizes = mistake("The highest number was taken for the best: the lower, the better.")(
    with_results(
        lambda best, value, history: (
            *max(history, key=lambda trial: (not np.isnan(trial[1]), trial[1])),
            history,
        )
    )
)
takes_the_last_of_equals = mistake(
    "Of equal numbers the last one won: the first in `history` is asked."
)(
    with_results(
        lambda best, value, history: (
            *min(history[::-1], key=lambda trial: (np.isnan(trial[1]), trial[1])),
            history,
        )
    )
)
returns_the_last = mistake("The last trial came back as the best, with its number.")(
    with_results(lambda best, value, history: (*history[-1], history))
)
returns_the_last_values = mistake(
    "The value is the lowest, but `best` is what was tried last: is it one dict that changes?"
)(with_results(lambda best, value, history: (history[-1][0], value, history)))
returns_the_last_number = mistake("`best` is right, and the value is the last number of all.")(
    with_results(lambda best, value, history: (best, history[-1][1], history))
)
returns_the_first = mistake("The first trial came back as the best, with its number.")(
    with_results(lambda best, value, history: (*history[0], history))
)
swaps_best_and_value = mistake("`best` and `value` are the other way round.")(
    with_results(lambda best, value, history: (value, best, history))
)
gives_best_as_values = mistake("`best` holds the values without their names: a dict is asked.")(
    with_results(lambda best, value, history: (list(best.values()), value, history))
)
gives_the_place = mistake("`best` is the place in the history: the values are asked, as a dict.")(
    with_results(lambda best, value, history: ([p for p, _ in history].index(best), value, history))
)
forgets_the_history = mistake("Two results came back: the history belongs to them.")(
    with_results(lambda best, value, history: (best, value))
)
keeps_numbers_alone = mistake("The history holds numbers alone: to which values do they belong?")(
    with_results(lambda best, value, history: (best, value, [v for _, v in history]))
)
keeps_values_alone = mistake("The history holds dicts alone: where are their numbers?")(
    with_results(lambda best, value, history: (best, value, [p for p, _ in history]))
)
swaps_the_pairs = mistake(
    "The pairs in the history are the other way round: the dict comes first."
)(with_results(lambda best, value, history: (best, value, [(v, p) for p, v in history])))
keeps_a_dict = mistake("The history is a dict: a list of pairs is asked, in the order of trials.")(
    with_results(lambda best, value, history: (best, value, dict(enumerate(history))))
)
sorts_the_history = mistake("The history is sorted by its numbers: keep the order of the trials.")(
    with_results(
        lambda best, value, history: (best, value, sorted(history, key=lambda trial: trial[1]))
    )
)
leaves_nan_out = mistake("Trials whose number is nan are missing in the history.")(
    with_results(
        lambda best, value, history: (best, value, [h for h in history if not np.isnan(h[1])])
    )
)
leaves_what_is_not_finite_out = mistake(
    "Trials whose number is nan or inf are missing in the history."
)(
    with_results(
        lambda best, value, history: (best, value, [h for h in history if np.isfinite(h[1])])
    )
)
keeps_new_bests_alone = mistake(
    "Many trials are missing in the history: each belongs there, whether it is a new best or not."
)(
    with_results(
        lambda best, value, history: (
            best,
            value,
            [
                h
                for i, h in enumerate(history)
                if not np.isnan(h[1]) and all(not v <= h[1] for _, v in history[:i])
            ],
        )
    )
)
writes_inf_for_nan = mistake(
    "A number that is nan is missing in the history: another one stands in its place."
)(
    with_results(
        lambda best, value, history: (
            best,
            value,
            [(p, np.inf if np.isnan(v) else v) for p, v in history],
        )
    )
)


@mistake("A number that is nan won: what does a comparison with nan give?")
def lets_nan_win(objective, space, n_trials, rng):
    history = random_search(objective, space, n_trials, rng)[2]
    best, value = history[0]
    for params, number in history[1:]:
        if number < value:
            best, value = params, number
    return best, value, history


@mistake("No trial was ever the best: with which value does the comparison begin?")
def begins_at_zero(objective, space, n_trials, rng):
    history = random_search(objective, space, n_trials, rng)[2]
    best, value = None, 0.0
    for params, number in history:
        if number < value:
            best, value = params, number
    return best, value, history


@mistake("objective was called more than once in a trial: keep what the first call gives.")
def calls_it_three_times(objective, space, n_trials, rng):
    best, value, history = None, np.inf, []
    for _ in range(n_trials):
        params = drawn_from(space, rng)
        if objective(params) < value:
            best, value = params, objective(params)
        history.append((params, objective(params)))
    return best, value, history


@mistake("The value is no number of the history: was objective called once more for the best?")
def calls_it_once_more(objective, space, n_trials, rng):
    best, _, history = random_search(objective, space, n_trials, rng)
    return best, objective(best), history


@mistake("space came out empty or changed: leave it as it is.")
def empties_the_space(objective, space, n_trials, rng):
    draws = dict(space)
    space.clear()
    return random_search(objective, draws, n_trials, rng)


@mistake(
    "Where all numbers are large none was the best: with which value does the comparison begin?"
)
def begins_at_a_finite_number(objective, space, n_trials, rng):
    history = random_search(objective, space, n_trials, rng)[2]
    best, value = None, 1e9
    for params, number in history:
        if number < value:
            best, value = params, number
    return best, value, history


@mistake("The highest number was taken for the best: the lower, the better.")
def takes_the_highest_finite(objective, space, n_trials, rng):
    history = random_search(objective, space, n_trials, rng)[2]
    return *max((h for h in history if np.isfinite(h[1])), key=lambda h: h[1]), history


@mistake("Trials are missing whose values had come before: they are trainings, too.")
def skips_what_came_before(objective, space, n_trials, rng):
    history = []
    for _ in range(n_trials):
        params = drawn_from(space, rng)
        if all(params != earlier for earlier, _ in history):
            history.append((params, objective(params)))
    return first_lowest(history)


@mistake("Values that came again got their earlier number: call objective in each trial.")
def remembers_numbers(objective, space, n_trials, rng):
    history = []
    for _ in range(n_trials):
        params = drawn_from(space, rng)
        known = [number for earlier, number in history if earlier == params]
        history.append((params, known[0] if known else objective(params)))
    return first_lowest(history)

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A skyline for any function
#
# Cut $[low, high]$ into `n_bumps` equal cells and put one bump on each, as high as `f` is in that
# cell (at its middle, or at any other point of it). Return a function that takes an array of points
# and gives the sum of the bumps there. The largest error must fall as `n_bumps` grows, at the two
# ends too; steep sigmoids and exact steps are both fine.

# %% [markdown] tags=["hint"]
# Do two bumps on [0, 1] by hand: write down the three edges, the two heights, and the cell to which
# each of the points 0, 0.5 and 1 belongs.


# %% tags=["solution"]
def approximate_1d(f, n_bumps, low, high):
    """Return a function of an array that approximates `f` on [low, high] by `n_bumps` bumps."""
    edges = np.linspace(low, high, n_bumps + 1)
    heights = f((edges[:-1] + edges[1:]) / 2)

    def skyline(x):
        cell = np.searchsorted(edges, x, side="right") - 1
        return heights[np.clip(cell, 0, n_bumps - 1)]

    return skyline


# %% tags=["probe"]
FUNCTIONS = {
    "cos(6 x)": lambda x: np.cos(6 * x),
    "x**2 + 1": lambda x: x**2 + 1,
    "|x - 0.3|": lambda x: np.abs(x - 0.3),
    "exp(x)": np.exp,
}
# a bound on the slope of each over [-1, 2]
SLOPES = {"cos(6 x)": 6.0, "x**2 + 1": 4.0, "|x - 0.3|": 1.0, "exp(x)": np.exp(2.0)}
SIZES = (10, 40, 160)


def points(low, high):
    return np.linspace(low, high, 3001)


def collect(fn, case):
    name, low, high = case
    skylines = [fn(FUNCTIONS[name], n, low, high) for n in SIZES]
    if not callable(skylines[0]):
        first = skylines[0]
        return {"odd": first} if isinstance(first, dict) else first
    return {"values": [skyline(points(low, high)) for skyline in skylines]}


def judge(case, raw):
    name, low, high = case
    f, slope = FUNCTIONS[name], SLOPES[name]
    x = points(low, high)
    assert isinstance(raw, dict), "a function of an array"
    assert "odd" not in raw, "a function of an array"
    values, numbers = raw["values"], {}
    for n, y in zip(SIZES, values, strict=True):
        if np.shape(y) != x.shape:
            return {f"shape of the result for {len(x)} points": (str(np.shape(y)), str(x.shape))}
        cell = slope * (high - low) / n  # f moves by this much in a cell, at most
        error = np.abs(np.asarray(y) - f(x))
        numbers[f"largest error with {n} bumps"] = (error.max(), 0.02 * cell, 1.05 * cell)
        middle = error[len(x) // 4 : -len(x) // 4].max()
        numbers[f"error in the middle half with {n} bumps"] = (middle, None, 1.05 * cell)
        numbers[f"error at low with {n} bumps"] = (error[0], None, 1.05 * cell)
        numbers[f"error at high with {n} bumps"] = (error[-1], None, 1.05 * cell)
    # how many values the function takes: a curve that follows f takes thousands
    flat = np.mean(np.abs(np.diff(values[0])) < 1e-3 * slope * (high - low) / SIZES[0])
    numbers["share of flat ground"] = (flat, 0.5, None)
    # in each of ten cells, the values at 1/4 and at 3/4; with nine cells four edges lie between
    inside = np.reshape(values[0][75:3000:150], (SIZES[0], 2))
    flat = np.abs(np.diff(inside)) < 0.02 * slope * (high - low) / SIZES[0]
    numbers[f"share of {SIZES[0]} equal cells that are flat inside"] = (flat.mean(), 0.85, None)
    # bumps that add up reach many times the height of f, and the more so the more there are
    reach = np.max(values[-1]) / f(x).max()
    numbers[f"highest point over that of f with {SIZES[-1]} bumps"] = (float(reach), None, 3.0)
    return numbers


def call(case):
    f = {
        "cos(6 x)": "lambda x: np.cos(6 * x)",
        "x**2 + 1": "lambda x: x**2 + 1",
        "|x - 0.3|": "lambda x: np.abs(x - 0.3)",
        "exp(x)": "np.exp",
    }[case[0]]
    return f"approximate_1d({f}, {SIZES[0]}, {{}}, {{}})", *case[1:]


# %% tags=["cases"]
def visible():
    yield "cos(6 x)", 0.0, 1.0
    yield "x**2 + 1", -1.0, 2.0


def hidden(rng):
    for name in FUNCTIONS:
        low = float(rng.uniform(-1.0, -0.6))
        yield name, low, low + float(rng.uniform(1.2, 2.0))


# %% tags=["mistakes"]
@mistake("The middle is right but an end point is not: which cell does it belong to?")
def half_a_step_at_the_ends(f, n_bumps, low, high):
    right = approximate_1d(f, n_bumps, low, high)
    return lambda x: right(x) * np.where((x == low) | (x == high), 0.5, 1.0)


@mistake("There is no step anywhere: your answer follows f itself. Build it from bumps.")
def returns_f_itself(f, n_bumps, low, high):
    return f


@mistake(
    "The result is right on [0, 1] and wrong on other intervals: where do your cells begin and end?"
)
def cells_from_zero_to_one(f, n_bumps, low, high):
    inside = approximate_1d(f, n_bumps, 0.0, 1.0)
    return lambda x: np.where((x >= 0) & (x <= 1), inside(x), 0.0)


@mistake("More bumps do not lower the error: does n_bumps decide how many there are?")
def always_ten_bumps(f, n_bumps, low, high):
    return approximate_1d(f, 10, low, high)


@mistake("The heights add up from left to right: each bump must come down again.")
def never_steps_down(f, n_bumps, low, high):
    edges = np.linspace(low, high, n_bumps + 1)
    total = np.cumsum(f((edges[:-1] + edges[1:]) / 2))
    return lambda x: total[np.clip(np.searchsorted(edges, x, side="right") - 1, 0, n_bumps - 1)]


@mistake("The result is sloped where it should be flat: it joins points by lines and has no bumps.")
def joins_the_points(f, n_bumps, low, high):
    x = np.linspace(low, high, n_bumps + 1)
    return lambda points: np.interp(points, x, f(x))


@mistake("The bumps rise too gently to be flat inside: how steep must a step be in a narrow cell?")
def rises_gently(f, n_bumps, low, high):
    edges = np.linspace(low, high, n_bumps + 1)
    heights = f((edges[:-1] + edges[1:]) / 2)
    edges[0], edges[-1] = low - (high - low), high + (high - low)  # the outer bumps reach further

    def skyline(x):
        steps = 0.5 + 0.5 * np.tanh(25 * (np.asarray(x)[:, None] - edges))
        return (steps[:, :-1] - steps[:, 1:]) @ heights

    return skyline


def bumps_between(f, edges, belongs):
    """Add up one bump a cell; `belongs` says which points lie between two edges."""

    def skyline(x):
        cells = np.stack([edges[:-1], edges[1:]], axis=1)
        return sum(f((a + b) / 2) * belongs(x, a, b) for a, b in cells)

    return skyline


@mistake("At the end point high there is no bump: which cell does it belong to?")
def misses_high(f, n_bumps, low, high):
    edges = np.linspace(low, high, n_bumps + 1)
    return bumps_between(f, edges, lambda x, a, b: (x >= a) & (x < b))


@mistake("Where two cells meet both bumps count: an edge belongs to one of them.")
def counts_edges_twice(f, n_bumps, low, high):
    edges = np.linspace(low, high, n_bumps + 1)
    return bumps_between(f, edges, lambda x, a, b: (x >= a) & (x <= b))


@mistake(
    "The cells are not where n_bumps of them belong: how many edges do n cells have, and where is "
    "the first?"
)
def one_cell_too_few(f, n_bumps, low, high):
    return approximate_1d(f, n_bumps - 1, low, high)


@mistake(
    "The cells are not where n_bumps of them belong (how many edges do n cells have?), "
    "and at high there is no bump."
)
def one_cell_too_few_and_misses_high(f, n_bumps, low, high):
    edges = np.linspace(low, high, n_bumps)
    return bumps_between(f, edges, lambda x, a, b: (x >= a) & (x < b))


@mistake(
    "All bumps stand at one place. If you make functions in a loop: they read the loop's variables "
    "when they are called, not when they are made."
)
def bumps_share_their_cell(f, n_bumps, low, high):
    edge = high - (high - low) / n_bumps
    return lambda x: n_bumps * f((edge + high) / 2) * (x >= edge)

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### As close as you are asked to be
#
# Set the weights; do not train them. Return arrays `w`, `b`, `v` of one length $K$ such that
# $\sum_k v_k\,\sigma(w_k x + b_k)$ is nearer to `f` than `epsilon` at every point of $[low, high]$,
# both ends included. `f` is continuous and takes arrays; outside $[low, high]$ it is `nan`.
#
# **A plan.** Build the staircase (2.6) of 100 cells, with its first step one cell before `low` and
# the inner weights 1000 divided by the width of a cell: they grow with the number of cells.
# Measure its largest error on a grid of 20 points a cell. Until it is below $\varepsilon/2$, double
# the cells. (The other half is your margin: the check also looks between your points.)
#
# <details><summary>What the check allows</summary>
#
# 400 units always, or $10\,L\,(high-low)/\varepsilon$ if that is more ($L$ is the steepest slope of
# `f`). `f` turns up or down at most 20 times, and no peak is narrower than $(high-low)/100$ at half
# its height.
# </details>

# %% [markdown] tags=["hint"]
# Write the staircase of a fixed number of cells first, from its positions and the heights in the
# middles of the cells, and plot it over f. How steep must a step be to be over well within one of
# your cells?


# %% tags=["solution"] points=2
def network_1d(f, epsilon, low, high):
    """Return (w, b, v) of sum_k v_k sigmoid(w_k x + b_k), within epsilon of f on [low, high]."""
    n, error = 1, np.inf
    while error > 0.9 * epsilon:
        n = 2 * n
        width = (high - low) / n
        edges = low + width * np.arange(n)
        heights = f(edges + width / 2)
        looks = np.clip(edges[:, None] + width * np.linspace(0, 1, 65), low, high)
        error = np.max(np.abs(f(looks) - heights[:, None]))
    edges[0] = low - width  # the first step is over before low
    w = np.full(n, 1000 / width)
    return w, -w * edges, np.diff(heights, prepend=0.0)


# %% tags=["probe"]
FUNCTIONS = {
    "cos(6 x)": lambda x: np.cos(6 * x),
    "x**2 + 1": lambda x: x**2 + 1,
    "x + sin(25 x) / 2": lambda x: x + np.sin(25 * x) / 2,
    "|x - 0.3| + 1": lambda x: np.abs(x - 0.3) + 1,
    "2.5": lambda x: np.full(np.shape(x), 2.5),
    "exp(-(150 x)**2)": lambda x: np.exp(-((150 * x) ** 2)),
}


def collect(fn, case):
    name, epsilon, low, high = case

    def f(x):
        x, rounding = np.asarray(x, dtype=float), 1e-9 * (high - low)
        inside = (x >= low - rounding) & (x <= high + rounding)
        return np.where(inside, FUNCTIONS[name](x), np.nan)[()]

    return fn(f, epsilon, low, high)


def room(name, epsilon, low, high):
    """How many units are allowed: about 20 times the cells that a staircase needs."""
    x = np.linspace(low, high, 10_001)
    slope = np.abs(np.diff(FUNCTIONS[name](x))).max() / (x[1] - x[0])
    return max(400, int(10 * slope * (high - low) / epsilon))


def points(w, b, low, high):
    """A grid, and both sides of (some of) the steps, where a staircase strays most."""
    at = np.flatnonzero(w)
    at = at[:: max(1, len(at) // 200)]
    sides = (-b[at] + np.array([[-8.0], [0.0], [8.0]])) / w[at]
    return np.concatenate([np.linspace(low, high, 1001), np.clip(sides.ravel(), low, high)])


def evaluate(w, b, v, x):
    total = np.zeros_like(x)
    for k in range(0, len(w), 128):
        z = x[:, None] * w[k : k + 128] + b[k : k + 128]
        total += 0.5 * (1 + np.tanh(0.5 * z)) @ v[k : k + 128]
    return total


def judge(case, network):
    name, epsilon, low, high = case
    due = "three arrays (w, b, v)"
    assert getattr(network, "type_name", "") != "function", f"{due}, no function"
    assert isinstance(network, list | tuple | np.ndarray), due
    assert len(network) == 3, f"{due}, each of length K"
    w, b, v = (np.asarray(a, dtype=float) for a in network)
    shapes = f"{w.shape}, {b.shape}, {v.shape}"
    if not w.shape == b.shape == v.shape == (w.size,):
        return {"shapes of w, b, v": (shapes, "(K,), (K,), (K,)")}
    units = {"number of units": (len(w), None, room(*case))}
    if len(w) > room(*case):
        return units
    strange = sum(int(np.sum(~np.isfinite(a))) for a in (w, b, v))
    if strange:
        return {"weights that are nan or inf": (strange, None, 0)}
    x = points(w, b, low, high)
    found, due = evaluate(w, b, v, x), FUNCTIONS[name](x)
    error = np.abs(found - due)
    just_below = epsilon * (1 - 1e-9)
    numbers = {"largest error": (error.max(), None, just_below), **units}
    if error.max() > just_below:  # what else can be said of a network that misses f
        steps = -b / np.where(w == 0, 1.0, w) if len(w) else np.array([np.inf])
        off, shift = error[:1001], (found - due)[:1001]
        numbers |= {
            "error but for a shift": (np.abs(shift - shift.mean()).max(), None, 2 * epsilon),
            "largest result over largest f": (np.abs(found).max() / np.abs(due).max(), None, 3.0),
            "mean error": (off.mean(), None, just_below),
            "largest error in the middle half": (off[250:750].max(), None, just_below),
            "error at low": (off[0], None, just_below),
            "error at high": (off[-1], None, just_below),
            "share of steps from low to high": (
                np.mean((steps >= low) & (steps <= high)),
                0.4,
                None,
            ),
            "spread of the steps over the width": (np.std(steps) / (high - low), 0.1, None),
            "largest steepness times the width": (
                np.abs(w).max(initial=0) * (high - low),
                99,
                None,
            ),
        }
    return numbers


def call(case):
    f = {
        "cos(6 x)": "np.cos(6 * x)",
        "x**2 + 1": "x**2 + 1",
        "x + sin(25 x) / 2": "x + np.sin(25 * x) / 2",
        "|x - 0.3| + 1": "np.abs(x - 0.3) + 1",
        "2.5": "np.full(np.shape(x), 2.5)",
        "exp(-(150 x)**2)": "np.exp(-((150 * x) ** 2))",
    }[case[0]]
    return f"network_1d(lambda x: {f}, {{}}, {{}}, {{}})", *case[1:]


# %% tags=["cases"]
def visible():
    yield "cos(6 x)", 0.5, 0.0, 1.0
    yield "x**2 + 1", 0.05, -1.0, 2.0
    yield "cos(6 x)", 0.02, 0.5, 1.5
    yield "2.5", 0.1, -2.0, -1.0
    yield "exp(-(150 x)**2)", 0.2, -33 / 64, 31 / 64


def hidden(rng):
    *broad, peak = FUNCTIONS
    for name in broad:
        low = float(rng.uniform(-0.9, -0.6))
        yield name, float(rng.uniform(0.02, 0.04)), low, low + float(rng.uniform(1.5, 2.0))
    low = float(rng.uniform(0.4, 0.8))
    yield "x**2 + 1", 0.5, low, low + 1.0
    yield "cos(6 x)", 0.0015, low, low + 0.7
    for at in (1 / 2, 33 / 64):  # an even number of points misses the one, 33 points the other
        width = float(rng.uniform(0.9, 1.1))
        yield peak, 0.2, -at * width, (1 - at) * width


# %% tags=["mistakes"]
def staircase(f, n, low, high):
    """The positions of n steps, the weights and the heights of the cells."""
    width = (high - low) / n
    edges = low + width * np.arange(n)
    positions = np.where(np.arange(n) > 0, edges, low - width)
    return positions, np.full(n, 1000 / width), f(edges + width / 2)


def enough(f, epsilon, low, high):
    return staircase(f, len(network_1d(f, epsilon, low, high)[0]), low, high)


@mistake("A small epsilon is missed and a large one kept: what decides how many units there are?")
def always_twenty_units(f, epsilon, low, high):
    p, w, heights = staircase(f, 20, low, high)
    return w, -w * p, np.diff(heights, prepend=0.0)


@mistake(
    "The mean error is below epsilon, the largest is not: everywhere means at the worst point."
)
def bounds_the_mean_error(f, epsilon, low, high):
    n = 1
    while True:
        p, w, heights = staircase(f, n, low, high)
        x = np.linspace(low, high, 4000)
        cell = np.minimum((np.arange(4000) * n) // 4000, n - 1)
        if np.mean(np.abs(f(x) - heights[cell])) < 0.9 * epsilon:
            return w, -w * p, np.diff(heights, prepend=0.0)
        n += 1 + n // 8


@mistake("The curve has the right shape but is shifted: how high is the network at low?")
def forgets_the_first_height(f, epsilon, low, high):
    p, w, heights = enough(f, epsilon, low, high)
    v = np.diff(heights, prepend=heights[0])
    return w, -w * p, v


@mistake("The network misses f right at low and nowhere else: where is its first step?")
def steps_at_low(f, epsilon, low, high):
    w, b, v = network_1d(f, epsilon, low, high)
    return w, np.where(np.arange(len(b)) > 0, b, -w * low), v


@mistake("The heights add up from left to right: a step only has to make up the difference.")
def adds_whole_heights(f, epsilon, low, high):
    w, b, _ = network_1d(f, epsilon, low, high)
    return w, b, enough(f, epsilon, low, high)[2]


@mistake("All steps are at one place: for which x is w x + b = 0?")
def forgets_to_scale_the_bias(f, epsilon, low, high):
    p, w, heights = enough(f, epsilon, low, high)
    return w, -p, np.diff(heights, prepend=0.0)


@mistake("Most steps lie outside [low, high]: for which x is w x + b = 0?")
def turns_the_bias_round(f, epsilon, low, high):
    w, b, v = network_1d(f, epsilon, low, high)
    return w, -b, v


@mistake(
    "Each step is so gentle that it covers many cells: how steep must it be for cells so thin?"
)
def is_too_gentle(f, epsilon, low, high):
    p, w, heights = enough(f, epsilon, low, high)
    gentle = np.full_like(w, 10 / (high - low))
    return gentle, -gentle * p, np.diff(heights, prepend=0.0)


@mistake("Some weights are nan: was f evaluated outside [low, high], where it does not exist?")
def looks_outside(f, epsilon, low, high):
    p, w, heights = enough(f, epsilon, low, high)
    heights[-1] = f(high + (high - low) / len(p))
    return w, -w * p, np.diff(heights, prepend=0.0)


@mistake("There are many more units than this f and this epsilon need: let them decide how many.")
def always_twenty_thousand_units(f, epsilon, low, high):
    p, w, heights = staircase(f, 20_000, low, high)
    return w, -w * p, np.diff(heights, prepend=0.0)


@mistake("The network misses a narrow peak of f: how far apart are the points at which you look?")
def looks_at_33_points(f, epsilon, low, high):
    x = np.linspace(low, high, 33)
    steepest = np.abs(np.diff(f(x))).max() / (x[1] - x[0])
    p, w, heights = staircase(f, 8 + int(2 * steepest * (high - low) / epsilon), low, high)
    return w, -w * p, np.diff(heights, prepend=0.0)


@mistake("You returned a function: return the weights w, b and v of the network.")
def returns_a_function(f, epsilon, low, high):
    w, b, v = network_1d(f, epsilon, low, high)
    return lambda x: np.tanh(np.multiply.outer(x, w) + b) @ v


@mistake("The network misses f at both ends and nowhere else: where do its outermost steps stand?")
def halves_the_ends(f, epsilon, low, high):
    n = 2 * len(network_1d(f, epsilon, low, high)[0])
    edges = np.linspace(low, high, n + 1)
    w = np.full(2 * n, 1000 * n / (high - low))
    heights = f((edges[:-1] + edges[1:]) / 2)
    return w, -w * np.append(edges[:-1], edges[1:]), np.append(heights, -heights)


@mistake(
    "Each step is so gentle that it covers many cells, and the first stands at low: it must be "
    "over before the interval begins."
)
def is_too_gentle_and_steps_at_low(f, epsilon, low, high):
    p = np.linspace(low, high, 2 * len(network_1d(f, epsilon, low, high)[0]))
    w = np.full(len(p), 10.0)
    return w, -w * p, np.diff(f(p), prepend=0.0)


@mistake("The heights add up from left to right: a step only has to make up the difference.")
def adds_whole_heights_of_many(f, epsilon, low, high):
    p = np.linspace(low, high, 2 * len(network_1d(f, epsilon, low, high)[0]))
    w = np.full(len(p), 1e6)
    return w, -w * p, f(p)


@mistake("The heights add up from left to right: a step only has to make up the difference.")
def adds_whole_heights_of_400(f, epsilon, low, high):
    p, w, heights = staircase(f, 400, low, high)
    return w, -w * p, heights

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The referee: a numerical gradient
#
# `f` takes an array like `x` and returns one number. Nudge each entry of `x` by `h` both ways and
# return $\dfrac{f(x + h e_i) - f(x - h e_i)}{2h}$ for every entry $i$, in the shape of `x`. Compute
# in float64 whatever the type of `x`: in float32 the difference is lost in rounding, and an integer
# cannot be nudged.

# %% [markdown] tags=["hint"]
# Take the sum of cubes at x = (1, 2) and print every point at which `f` is called. There should be
# four, each of them different from x in one entry.


# %% tags=["solution"]
def numerical_gradient(f, x, h=1e-5):
    """Return df/dx by central differences, in the shape of `x`, a float64 array."""
    point = np.array(x, dtype=np.float64)
    gradient = np.zeros(point.shape)
    for i in np.ndindex(point.shape):
        centre = point[i]
        point[i] = centre + h
        above = f(point)
        point[i] = centre - h
        below = f(point)
        point[i] = centre
        gradient[i] = (above - below) / (2 * h)
    return gradient


# %% tags=["probe"]
# `a` and `c` are drawn: who wants the slope without differences has to derive it
FUNCTIONS = {
    "sum of a x**3": lambda x, a, c: np.sum(a * x**3),
    "sum of a sin(c x)": lambda x, a, c: np.sum(a * np.sin(c * x)),
    "a product of x": lambda x, a, c: a * np.prod(x),
    "a product of x[..., -1]": lambda x, a, c: a * np.prod(x[..., -1]),
}


def collect(fn, case):
    name, a, c, x = case
    gradient = fn(lambda x: FUNCTIONS[name](x, a, c), x)
    if np.shape(gradient) != x.shape:
        return {"odd": gradient} if isinstance(gradient, dict) else gradient
    cubes = fn(lambda x: FUNCTIONS["sum of a x**3"](x, a, c), away_from_zero(x), 0.5)
    return {"gradients": [gradient, cubes]}


def away_from_zero(x):
    return 1.0 + np.abs(x.ravel()[:2].astype(np.float64))


# the slopes stay with the judge
SLOPES = {
    "sum of a x**3": lambda x, a, c: 3 * a * x**2,
    "sum of a sin(c x)": lambda x, a, c: a * c * np.cos(c * x),
    "a product of x": lambda x, a, c: a * np.prod(x) / x,
    "a product of x[..., -1]": lambda x, a, c: (
        a * np.prod(x[..., -1]) / x * (np.arange(x.shape[-1]) == x.shape[-1] - 1)
    ),
}


def coarse(numbers):
    return np.array([float(f"{number:.3g}") for number in numbers.flat]).reshape(numbers.shape)


def judge(case, raw):
    name, a, c, x = case
    assert isinstance(raw, dict), f"an array of shape {x.shape}"
    assert "odd" not in raw, f"an array of shape {x.shape}"
    gradient, wide = (np.asarray(g, dtype=np.float64) for g in raw["gradients"])
    truth = SLOPES[name](x.astype(np.float64), a, c)
    error = np.abs(gradient - truth).max(initial=0) / np.abs(truth).max(initial=1)
    bar = 1e-7 if x.dtype != np.float32 else 1e-6
    # central differences of x^3 exceed 3 x^2 by h^2
    due = a * (3 * away_from_zero(x) ** 2 + 0.25)
    good = np.isclose(wide, due, rtol=1e-7, atol=0)
    numbers = {
        # coarse, for the eye and to tell the mistakes apart; the error below is the measure
        "gradient": (coarse(gradient if not error < 0.05 else truth), coarse(truth)),
        "largest error": (error, None, bar),
        "gradient of cubes with h = 0.5": (np.where(good, due, np.round(wide, 6)), due),
    }
    return numbers


def call(case):
    name, a, c, x = case
    f, used = {
        "sum of a x**3": ("np.sum({} * x**3)", (a,)),
        "sum of a sin(c x)": ("np.sum({} * np.sin({} * x))", (a, c)),
        "a product of x": ("{} * np.prod(x)", (a,)),
        "a product of x[..., -1]": ("{} * np.prod(x[..., -1])", (a,)),
    }[name]
    return f"numerical_gradient(lambda x: {f}, {{}})", *used, x


# %% tags=["cases"]
promises = ["integer: x", "float32: x", "pure", "repeatable"]


def visible():
    yield "sum of a x**3", 1.0, 1.0, np.array([[1.0, -2.0, 0.5], [3.0, 1.5, -1.0]])
    yield "sum of a sin(c x)", 1.0, 1.0, np.array([[0.3, -0.7]], dtype=np.float32)
    yield "sum of a x**3", 1.5, 1.0, np.array([1, 2])  # slopes that are no whole numbers
    yield "a product of x[..., -1]", 1.0, 1.0, np.array([[1.0, 2.0], [3.0, 0.5]])


def hidden(rng):
    def drawn(name, x):
        return name, *map(float, rng.uniform(0.7, 1.4, size=2)), x

    for name, shape in [
        ("sum of a x**3", (4,)),
        ("sum of a sin(c x)", (2, 3)),
        ("a product of x", (3,)),
        ("sum of a x**3", (2, 1, 2)),
        ("a product of x[..., -1]", (3, 2)),
    ]:
        yield drawn(name, rng.uniform(0.5, 2.0, size=shape))
    yield drawn("a product of x", rng.uniform(0.5, 2.0, size=4).astype(np.float32))
    yield drawn("sum of a sin(c x)", rng.uniform(-1, 1, size=(3, 2)).T)
    yield drawn("sum of a x**3", rng.integers(1, 4, size=(2, 2)))


# %% tags=["mistakes"]
def differences(f, x, h, above=1.0, below=1.0, dtype=np.float64):
    """The solution with its nudges and its precision open."""
    point, gradient = np.array(x, dtype=dtype), np.zeros(x.shape, dtype=dtype)
    for i in np.ndindex(x.shape):
        nudge = np.zeros(x.shape, dtype=dtype)
        nudge[i] = h
        gradient[i] = f(point + above * nudge) - f(point - below * nudge)
    return (gradient / (above * h + below * h)).astype(float_like(x))


def float_like(x):
    return x.dtype if x.dtype.kind == "f" else np.float64


@mistake("The error is about h: that is a one-sided difference, to the right. Nudge both ways.")
def one_sided(f, x, h=1e-5):
    return differences(f, x, h, below=0.0)


@mistake("The error is about h: that is a one-sided difference, to the left. Nudge both ways.")
def one_sided_to_the_left(f, x, h=1e-5):
    return differences(f, x, h, above=0.0)


@mistake("Every entry is twice as large as it should be: how far apart are the two points?")
def divides_by_h(f, x, h=1e-5):
    return 2 * differences(f, x, h)


@mistake("Every entry is half as large as it should be: how far apart are the two points?")
def nudges_by_half(f, x, h=1e-5):
    return differences(f, x, h, below=0.0) / 2


@mistake("Every entry has the wrong sign: which value is subtracted from which?")
def wrong_sign(f, x, h=1e-5):
    return -differences(f, x, h)


@mistake("The gradient is 0 everywhere: are the two points at which you call f really two?")
def nudges_an_alias(f, x, h=1e-5):
    return np.zeros(x.shape, dtype=float_like(x))


@mistake("All entries are the same: they were nudged together. Nudge one at a time.")
def nudges_all_at_once(f, x, h=1e-5):
    point = x.astype(np.float64)
    slope = (f(point + h) - f(point - h)) / (2 * h)
    return np.full(x.shape, slope, dtype=float_like(x))


@mistake("For a float32 x the digits are lost in rounding: compute in float64.")
def computes_in_float32(f, x, h=1e-5):
    return differences(f, x, h, dtype=float_like(x))


@mistake("It is computed in the dtype of x: float32 loses digits, an integer cannot hold a nudge.")
def computes_in_the_dtype_of_x(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[i] += h
        below[i] -= h
        gradient[i] = (f(above) - f(below)) / (2 * h)
    return gradient


@mistake("An integer x gives whole numbers: in which type do you keep the slopes?")
def keeps_the_slopes_in_integers(f, x, h=1e-5):
    return differences(f, x, h).astype(x.dtype)


@mistake("Every entry is h² times what it should be: / and * are done from left to right.")
def multiplies_by_h(f, x, h=1e-5):
    return (differences(f, x, h) * h**2).astype(float_like(x))


@mistake("Only the first entry has its gradient: does the function return inside its loop?")
def returns_in_the_loop(f, x, h=1e-5):
    first = np.arange(x.size).reshape(x.shape) == 0
    return (differences(f, x, h) * first).astype(float_like(x))


@mistake("Rows of x were nudged as a whole, with one result for each: nudge one entry at a time.")
def nudges_rows(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        nudge = np.zeros(x.shape)
        nudge[i] = h
        gradient[i] = (f(x + nudge) - f(x - nudge)) / (2 * h)
    return gradient.astype(float_like(x))


@mistake("Where f mixes its entries, this is off by about h: does each nudge end with its entry?")
def leaves_its_copy_nudged(f, x, h=1e-5):
    point, gradient = x.astype(np.float64), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        point[i] += h
        above = f(point)
        point[i] -= 2 * h
        gradient[i] = (above - f(point)) / (2 * h)
    return gradient.astype(float_like(x))


@mistake("For an integer x the gradient is 0: an array of integers cannot hold a nudge.")
def computes_in_integers(f, x, h=1e-5):
    return differences(f, x, h) if x.dtype.kind == "f" else np.zeros(x.shape)


@mistake("Your h is always the same: use the one that is given.")
def ignores_h(f, x, h=1e-5):
    return differences(f, x, 1e-5)


@mistake("x came back changed, if only in its last digit: work on a copy.")
def leaves_x_nudged(f, x, h=1e-5):
    gradient = differences(f, x, h)
    x += np.asarray(h if x.dtype.kind == "f" else 1, dtype=x.dtype)
    return gradient

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The referee: a numerical gradient
#
# `f` takes an array like `x` and returns one number. Nudge each entry of `x` by `h` both ways and
# return $\dfrac{f(x + h e_i) - f(x - h e_i)}{2h}$ for every entry $i$, in the shape of `x` and in
# its float dtype. Compute in float64 even if `x` is float32. Leave `x` as you found it.


# %% tags=["solution"]
def numerical_gradient(f, x, h=1e-5):
    """Return df/dx by central differences, in the shape and float dtype of `x`."""
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
    return gradient.astype(x.dtype if x.dtype.kind == "f" else np.float64)


# %% tags=["probe"]
FUNCTIONS = {
    "cubes": (lambda x: np.sum(x**3), lambda x: 3 * x**2),
    "sines": (lambda x: np.sum(np.sin(x)), np.cos),
    "product": (np.prod, lambda x: np.prod(x) / x),
}


def collect(fn, case):
    name, x = case
    return fn(FUNCTIONS[name][0], x)


def judge(case, gradient):
    name, x = case
    gradient = np.asarray(gradient)
    assert gradient.shape == x.shape, f"an array of shape {x.shape}"
    assert gradient.dtype == (x.dtype if x.dtype.kind == "f" else float), f"dtype {x.dtype}"
    truth = FUNCTIONS[name][1](x.astype(np.float64))
    error = np.abs(gradient - truth).max(initial=0) / np.abs(truth).max(initial=1)
    bar = 1e-7 if x.dtype != np.float32 else 1e-6
    size = float(np.sum(gradient, dtype=np.float64))
    sum_of_truth = float(truth.sum())
    return {
        "largest error": (error, None, bar),
        "sum of the gradient": (round(size / sum_of_truth, 4), 1.0),
    }


# %% tags=["cases"]
def visible():
    yield "cubes", np.array([[1.0, -2.0, 0.5], [3.0, 1.5, -1.0]])
    yield "sines", np.array([0.3, -0.7], dtype=np.float32)


def hidden(rng):
    for name, shape in [
        ("cubes", (4,)),
        ("sines", (2, 3)),
        ("product", (3,)),
        ("cubes", (2, 1, 2)),
    ]:
        yield name, rng.uniform(0.5, 2.0, size=shape)
    yield "product", rng.uniform(0.5, 2.0, size=4).astype(np.float32)
    yield "sines", rng.uniform(-2, 2, size=(3, 2)).T


# %% tags=["mistakes"]
def differences(f, x, h, above=1.0, below=1.0, dtype=np.float64):
    """The solution with its nudges and its precision open."""
    point, gradient = np.array(x, dtype=dtype), np.zeros(x.shape, dtype=dtype)
    for i in np.ndindex(x.shape):
        nudge = np.zeros(x.shape, dtype=dtype)
        nudge[i] = h
        gradient[i] = f(point + above * nudge) - f(point - below * nudge)
    return (gradient / (above * h + below * h)).astype(x.dtype)


@mistake("The error is about h: that is a one-sided difference. Nudge both ways.")
def one_sided(f, x, h=1e-5):
    return differences(f, x, h, below=0.0)


@mistake("Every entry is twice too large: how far apart are the two points?")
def divides_by_h(f, x, h=1e-5):
    return 2 * differences(f, x, h)


@mistake("Every entry has the wrong sign: which value is subtracted from which?")
def wrong_sign(f, x, h=1e-5):
    return -differences(f, x, h)


@mistake("The gradient is 0 everywhere: the two points are one. Does a second name make a copy?")
def nudges_an_alias(f, x, h=1e-5):
    return np.zeros_like(x)


@mistake("For a float32 x the digits are lost in rounding: compute in float64.")
def computes_in_float32(f, x, h=1e-5):
    return differences(f, x, h, dtype=x.dtype)


@mistake("x came back nudged: put every entry back before you go on to the next.")
def leaves_x_nudged(f, x, h=1e-5):
    gradient = differences(f, x, h)
    x += h
    return gradient

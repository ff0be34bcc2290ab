import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Look ahead
#
# Nesterov's step takes the gradient where the velocity is about to lead, not where `w` is:
#
# $$v' = \mu v - \eta\, \nabla J(w + \mu v), \qquad w' = w + v'$$
#
# `grad` is a function: it takes an array of the shape of `w` and returns the gradient there.
# $\mu$ = `mu`, $\eta$ = `lr`, and $v$ is the step that was taken last, with the sign of a step.
# Return $(w', v')$; the gradient is looked up at $w + \mu v$, but $w'$ starts from $w$.

# %% [markdown] tags=["hint"]
# With `grad = lambda x: x`, w = 1, v = 1, lr = 0.5 and mu = 0.5 the new velocity is -0.25. Print
# the point at which you ask for the gradient.


# %% tags=["solution"] results=["w", "v"]
def nesterov_step(w, grad, v, lr, mu=0.9):
    """Return (w, v) after one step with the gradient taken at the look-ahead point."""
    v = mu * v - lr * grad(w + mu * v)
    return w + v, v


# %% tags=["probe"]
def collect(fn, case):
    H, bend, centre, w, v, lr, mu = case

    def grad(x):  # of z' H z / 2 + bend * sum(z**4) / 4, z the way from the centre
        z = x - centre
        return H @ z + bend * z**3

    return fn(w, grad, v, lr) if mu is None else fn(w, grad, v, lr, mu)


def judge(case, raw):
    H, bend, centre, w, v, lr, mu = case
    pair = isinstance(raw, list | tuple) and len(raw) == 2
    shaped = pair and all(np.shape(a) == w.shape for a in raw)
    assert shaped, f"two arrays of shape {w.shape}"
    new_w, new_v = map(np.asarray, raw)
    assert {new_w.dtype.kind, new_v.dtype.kind} <= set("biuf"), "two arrays of numbers"
    mu = 0.9 if mu is None else mu
    z = w + mu * v - centre
    due = mu * v - lr * (H @ z + bend * z**3)
    return {"w": (new_w, w + due), "v": (new_v, due)}


def call(case):
    H, bend, centre, w, v, lr, mu = case
    grad = "lambda x: {} @ (x - {})" + (" + {} * (x - {}) ** 3" if bend else "")
    held = (H, centre, bend, centre) if bend else (H, centre)
    given = (w, *held, v, lr) if mu is None else (w, *held, v, lr, mu)
    return f"nesterov_step({{}}, {grad}, {{}}, {{}}{', {}' if mu is not None else ''})", *given


# %% tags=["cases"]
promises = ["integer: w, v", "float32", "pure", "repeatable"]


def visible():
    H, zero = np.array([[1.0, 0.0], [0.0, 4.0]]), np.zeros(2)
    yield H, 0.0, zero, np.array([2.0, 1.0]), zero, 0.1, 0.5
    yield H, 0.0, zero, np.array([1.8, 0.6]), np.array([-0.2, -0.4]), 0.1, 0.5
    yield H, 0.0, np.array([1.0, 0.0]), np.array([3.0, -1.0]), np.array([1.0, 2.0]), 0.2, None
    yield H, 1.0, zero, np.array([3, -1]), np.array([-2, 1]), 0.1, 0.5


def hidden(rng):
    for d in [1, 3, 5]:
        A = rng.normal(size=(d, d))
        H, centre = np.eye(d) + A @ A.T / d, rng.normal(size=d)
        for mu in [0.5, None, 0.0]:
            bend, lr = float(rng.uniform(0.5, 1.0)), float(rng.uniform(0.05, 0.3))
            yield H, bend, centre, rng.normal(size=d), rng.normal(size=d), lr, mu
    yield np.eye(2), 0.5, np.zeros(2), rng.normal(size=2), np.zeros(2), 0.2, 0.9
    yield np.eye(2), 0.5, np.zeros(2), rng.normal(size=2), rng.normal(size=2), 0.0, 0.8


# %% tags=["mistakes"]
@mistake("The gradient was taken at w: that is plain momentum, without the look ahead.")
def plain_momentum(w, grad, v, lr, mu=0.9):
    v = mu * v - lr * grad(w)
    return w + v, v


@mistake("The gradient was taken behind w: where does the velocity lead?")
def looks_back(w, grad, v, lr, mu=0.9):
    v = mu * v - lr * grad(w - mu * v)
    return w + v, v


@mistake("The gradient was taken one whole v ahead: how much of v does the step keep?")
def looks_too_far(w, grad, v, lr, mu=0.9):
    v = mu * v - lr * grad(w + v)
    return w + v, v


@mistake("w went on from the look-ahead point, so mu v counts twice: the step starts from w.")
def starts_from_the_look_ahead(w, grad, v, lr, mu=0.9):
    ahead = w + mu * v
    v = mu * v - lr * grad(ahead)
    return ahead + v, v


@mistake("The step climbs: which sign has the gradient in the velocity?")
def climbs(w, grad, v, lr, mu=0.9):
    v = mu * v + lr * grad(w + mu * v)
    return w + v, v


@mistake("The velocity enters w with the wrong sign: here w moves by plus v.")
def subtracts_the_velocity(w, grad, v, lr, mu=0.9):
    v = mu * v - lr * grad(w + mu * v)
    return w - v, v

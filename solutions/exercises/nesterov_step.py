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
# Return $(w', v')$; the gradient is looked up at $w + \mu v$, but $w'$ starts from $w$. (KAV keeps
# $v$ with the other sign; PyTorch keeps $\eta$ outside, and its `w` is the point ahead.)

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
def looking(at):
    """The solution with its gradient from another point."""

    def answer(w, grad, v, lr, mu=0.9):
        v = mu * v - lr * grad(at(w, v, mu))
        return w + v, v

    return answer


def with_slope(step):
    """The solution with another way from the gradient to (w, v)."""

    def answer(w, grad, v, lr, mu=0.9):
        return step(w, grad(w + mu * v), v, lr, mu)

    return answer


plain_momentum = mistake("The gradient was taken at w: that is momentum without the look ahead.")(
    looking(lambda w, v, mu: w)
)
looks_back = mistake("The gradient was taken behind w: where does the velocity lead?")(
    looking(lambda w, v, mu: w - mu * v)
)
looks_too_far = mistake("The gradient was taken a whole v ahead: which share of v will be kept?")(
    looking(lambda w, v, mu: w + v)
)
looks_back_too_far = mistake("The gradient was taken a whole v behind w: where does v lead?")(
    looking(lambda w, v, mu: w - v)
)
looks_less_far = mistake("The look ahead was made shorter by mu twice: v keeps the share mu once.")(
    looking(lambda w, v, mu: w + mu * mu * v)
)
looks_from_zero = mistake("The gradient was taken at mu v, as if w were 0.")(
    looking(lambda w, v, mu: mu * v)
)
starts_from_the_look_ahead = mistake(
    "w went on from the look-ahead point, so mu v counts twice: the step starts from w."
)(with_slope(lambda w, g, v, lr, mu: (w + mu * v + mu * v - lr * g, mu * v - lr * g)))
climbs = mistake("The step climbs: which sign has the gradient in the velocity?")(
    with_slope(lambda w, g, v, lr, mu: (w + mu * v + lr * g, mu * v + lr * g))
)
subtracts_the_velocity = mistake("v is right, and w moves against it: a velocity is a step here.")(
    with_slope(lambda w, g, v, lr, mu: (w - mu * v + lr * g, mu * v - lr * g))
)
velocity_of_the_other_sign = mistake(
    "Your velocity has the other sign, and the gradient is taken where that would lead back: here "
    "v points to where w moves."
)(with_slope(lambda w, g, v, lr, mu: (w - mu * v - lr * g, mu * v + lr * g)))
velocity_unused = mistake("w moves by the gradient alone: where does the velocity go?")(
    with_slope(lambda w, g, v, lr, mu: (w - lr * g, mu * v - lr * g))
)
forgets_the_velocity = mistake("The velocity serves to look ahead alone: it is part of the step.")(
    with_slope(lambda w, g, v, lr, mu: (w - lr * g, -lr * g))
)
keeps_all_of_it = mistake("The velocity keeps all of what it was: which share is asked?")(
    with_slope(lambda w, g, v, lr, mu: (w + v - lr * g, v - lr * g))
)
takes_a_mean = mistake("The gradient counts with a share of 1 - mu: lr times it is added whole.")(
    with_slope(lambda w, g, v, lr, mu: (w + mu * v - (1 - mu) * lr * g, mu * v - (1 - mu) * lr * g))
)
ignores_the_rate = mistake("The step does not depend on lr.")(
    with_slope(lambda w, g, v, lr, mu: (w + mu * v - g, mu * v - g))
)
rate_outside = mistake("The rate came outside, as in PyTorch: here the velocity holds lr.")(
    with_slope(lambda w, g, v, lr, mu: (w - lr * (mu * v + g), mu * v + g))
)
returns_the_old_velocity = mistake("w is right, and the velocity did not change: return the new.")(
    with_slope(lambda w, g, v, lr, mu: (w + mu * v - lr * g, v))
)
returns_the_plain_step = mistake("w is right, and v came back without the part that it keeps.")(
    with_slope(lambda w, g, v, lr, mu: (w + mu * v - lr * g, -lr * g))
)
returns_the_gradient = mistake("w is right, and the gradient came back in the place of v.")(
    with_slope(lambda w, g, v, lr, mu: (w + mu * v - lr * g, g))
)
stays_ahead = mistake("w is the look-ahead point of the next step: it should be where you stand.")(
    with_slope(
        lambda w, g, v, lr, mu: (w + mu * v - lr * g + mu * (mu * v - lr * g), mu * v - lr * g)
    )
)
swaps_the_results = mistake("The two are the other way round: w comes first.")(
    with_slope(lambda w, g, v, lr, mu: (mu * v - lr * g, w + mu * v - lr * g))
)


@mistake("Your velocity has the other sign, as in KAV: here it points to where w moves.")
def turned_throughout(w, grad, v, lr, mu=0.9):
    v = mu * v + lr * grad(w - mu * v)
    return w - v, v


@mistake("The gradient was taken at w, and w moved on by mu v': that is another form of it.")
def form_of_libraries(w, grad, v, lr, mu=0.9):
    g = grad(w)
    v = mu * v - lr * g
    return w + mu * v - lr * g, v


@mistake("mu makes no difference: 0.9 is its default alone.")
def ignores_mu(w, grad, v, lr, mu=0.9):
    return nesterov_step(w, grad, v, lr, 0.9)


@mistake("The gradient was taken where a whole step with momentum ends: look ahead by mu v alone.")
def looks_from_the_next_point(w, grad, v, lr, mu=0.9):
    v = mu * v - lr * grad(w + mu * v - lr * grad(w))
    return w + v, v


@mistake("For an integer w the decimals are cut off: which type has the array that you fill?")
def cuts_off_the_decimals(w, grad, v, lr, mu=0.9):
    new_w, new_v = nesterov_step(w, grad, v, lr, mu)
    return new_w.astype(w.dtype), new_v


@mistake("For integers the decimals are cut off: which type have the arrays that you fill?")
def cuts_off_all_decimals(w, grad, v, lr, mu=0.9):
    new_w, new_v = nesterov_step(w, grad, v, lr, mu)
    return new_w.astype(w.dtype), new_v.astype(v.dtype)

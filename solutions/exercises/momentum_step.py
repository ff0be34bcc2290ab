import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### One step with momentum
#
# The velocity `v` is the step that was taken last; before the first one it is 0. The new one keeps
# a share $\mu$ = `mu` of it and adds the plain step, with $\eta$ = `lr`:
#
# $$v' = \mu v - \eta g, \qquad w' = w + v'$$
#
# Return $(w', v')$. The arrays `w`, its gradient `g` and `v` have one shape, whichever. (KAV and
# EPFL keep $v$ with the other sign and subtract it; PyTorch keeps the rate outside, $v' = \mu v +
# g$ and $w' = w - \eta v'$. The signs and the place of $\eta$ are those of the formula here.)

# %% [markdown] tags=["hint"]
# Take one number: w = 1, g = 2, v = 3, lr = 0.1, mu = 0.5. By hand the new velocity is 1.3; where
# does w end up with it?


# %% tags=["solution"] parts=["w", "v"]
def momentum_step(w, g, v, lr, mu=0.9):
    """Return (w, v): the parameter and the velocity after one step."""
    v = mu * v - lr * g
    return w + v, v


# %% tags=["cases"]
promises = ["integer: w, g, v", "float32", "pure", "repeatable"]


def visible():
    w, v = np.array([1.0, -2.0]), np.zeros(2)
    for g in [[4.0, -1.0], [2.0, 3.0], [-5.0, 0.5]]:  # three steps in a row
        yield w, np.array(g), v, 0.1, 0.5
        w, v = momentum_step(w, np.array(g), v, 0.1, 0.5)
    yield np.array([[1.0], [2.0]]), np.array([[0.5], [-1.0]]), np.array([[10.0], [20.0]]), 0.2


def hidden(rng):
    for shape in [(4,), (3, 2), (2, 1, 3), (1,)]:
        lr, mu = float(rng.uniform(0.01, 0.5)), float(rng.uniform(0.3, 0.95))
        w, v = rng.normal(size=shape), np.zeros(shape)
        for _ in range(3):
            g = rng.normal(size=shape)
            yield w, g, v, lr, mu
            w, v = momentum_step(w, g, v, lr, mu)
        yield w, rng.normal(size=shape), rng.normal(size=shape), lr
    yield *(rng.normal(size=(2, 3)).T for _ in range(3)), 0.3, 0.6
    yield *(rng.normal(size=3) for _ in range(3)), 0.3, 0.0
    yield *(rng.normal(size=3) for _ in range(3)), 0.0, 0.7
    yield rng.normal(size=3), np.zeros(3), rng.normal(size=3), 0.2, 0.7  # it coasts
    yield *(rng.normal(size=(2, 2)).astype(np.float32) for _ in range(3)), 0.3, 0.6


# %% tags=["mistakes"]
@mistake("The velocity enters with the wrong sign: here w moves by plus v.")
def subtracts_the_velocity(w, g, v, lr, mu=0.9):
    v = mu * v - lr * g
    return w - v, v


@mistake("The rate came outside, as in PyTorch: here the velocity is a step, and holds lr.")
def rate_outside(w, g, v, lr, mu=0.9):
    v = mu * v + g
    return w - lr * v, v


@mistake("Your velocity has the other sign, as in KAV: here it points to where w moves.")
def velocity_of_the_other_sign(w, g, v, lr, mu=0.9):
    v = mu * v + lr * g
    return w - v, v


@mistake("The step climbs: which sign has the gradient in the velocity?")
def climbs(w, g, v, lr, mu=0.9):
    v = mu * v + lr * g
    return w + v, v


@mistake("w moves by the plain step alone: where does the velocity go?")
def velocity_unused(w, g, v, lr, mu=0.9):
    return w - lr * g, mu * v - lr * g


@mistake("The old velocity has no part in the result: every step starts from rest.")
def forgets_the_velocity(w, g, v, lr, mu=0.9):
    return w - lr * g, -lr * g

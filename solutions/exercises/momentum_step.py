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
# Return $(w', v')$. The arrays `w`, its gradient `g` and `v` all have the same shape. (KAV and
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
def with_velocity(velocity):
    """The solution with another velocity."""

    def answer(w, g, v, lr, mu=0.9):
        v = velocity(g, v, lr, mu)
        return w + v, v

    return answer


def with_move(move):
    """The solution with another way from the velocities, old and new, to w."""

    def answer(w, g, v, lr, mu=0.9):
        new = mu * v - lr * g
        return move(w, g, v, new, lr, mu), new

    return answer


climbs = mistake("The step climbs: which sign has the gradient in the velocity?")(
    with_velocity(lambda g, v, lr, mu: mu * v + lr * g)
)
forgets_the_velocity = mistake("The old velocity has no part in the result: where is v used?")(
    with_velocity(lambda g, v, lr, mu: -lr * g)
)
keeps_all_of_it = mistake("The velocity keeps all of what it was: which share is asked?")(
    with_velocity(lambda g, v, lr, mu: v - lr * g)
)
ignores_mu = mistake("mu makes no difference: 0.9 is its default alone.")(
    with_velocity(lambda g, v, lr, mu: 0.9 * v - lr * g)
)
ignores_the_rate = mistake("The step does not depend on lr.")(
    with_velocity(lambda g, v, lr, mu: mu * v - g)
)
takes_a_mean = mistake(
    "The gradient counts with a share of 1 - mu: the plain step is added whole."
)(with_velocity(lambda g, v, lr, mu: mu * v - (1 - mu) * lr * g))
shrinks_the_plain_step = mistake("mu has made the plain step smaller, too: what does it multiply?")(
    with_velocity(lambda g, v, lr, mu: mu * (v - lr * g))
)
rate_over_all = mistake("lr multiplies the old velocity, too: that is a step already.")(
    with_velocity(lambda g, v, lr, mu: lr * (mu * v - g))
)
keeps_the_other_share = mistake("The velocity keeps a share of 1 - mu: which is asked?")(
    with_velocity(lambda g, v, lr, mu: (1 - mu) * v - lr * g)
)
swaps_the_shares = mistake(
    "The velocity is a mean with its shares turned round: it is a sum of steps."
)(with_velocity(lambda g, v, lr, mu: (1 - mu) * v - mu * lr * g))
swaps_rate_and_share = mistake("lr and mu have changed places.")(
    with_velocity(lambda g, v, lr, mu: lr * v - mu * g)
)
subtracts_the_velocity = mistake("v is right, and w moves against it: a velocity is a step here.")(
    with_move(lambda w, g, v, new, lr, mu: w - new)
)
velocity_unused = mistake("w moves by the plain step alone: where does the velocity go?")(
    with_move(lambda w, g, v, new, lr, mu: w - lr * g)
)
moves_by_the_old_one = mistake("w moves by the old velocity: the new one is the step.")(
    with_move(lambda w, g, v, new, lr, mu: w + v)
)
moves_twice = mistake("w has moved by the velocity twice.")(
    with_move(lambda w, g, v, new, lr, mu: w + 2 * new)
)
looks_one_further = mistake(
    "w moves by mu times the new velocity and the plain step: by v' alone."
)(with_move(lambda w, g, v, new, lr, mu: w + mu * new - lr * g))
adds_the_plain_step = mistake("w moves by the plain step once more: the velocity holds it.")(
    with_move(lambda w, g, v, new, lr, mu: w + new - lr * g)
)
rate_twice = mistake("lr counts twice: the velocity holds it already when w moves.")(
    with_move(lambda w, g, v, new, lr, mu: w + lr * new)
)
rate_twice_and_back = mistake(
    "lr counts twice, and w moves against the velocity, which is a step."
)(with_move(lambda w, g, v, new, lr, mu: w - lr * new))
returns_the_step_twice = mistake("w came back as the step: where does the parameter end up?")(
    with_move(lambda w, g, v, new, lr, mu: new)
)


@mistake("The rate came outside, as in PyTorch: here the velocity is a step, and holds lr.")
def rate_outside(w, g, v, lr, mu=0.9):
    v = mu * v + g
    return w - lr * v, v


@mistake("The rate came outside: here the velocity is a step, and holds lr.")
def rate_outside_of_a_step(w, g, v, lr, mu=0.9):
    v = mu * v - g
    return w + lr * v, v


@mistake("Your velocity is a mean of gradients, with the rate outside: here it is a step.")
def mean_with_the_rate_outside(w, g, v, lr, mu=0.9):
    v = mu * v + (1 - mu) * g
    return w - lr * v, v


@mistake("Your velocity has the other sign, as in KAV: here it points to where w moves.")
def velocity_of_the_other_sign(w, g, v, lr, mu=0.9):
    v = mu * v + lr * g
    return w - v, v


@mistake("w is right, and the old velocity came back: the next step needs the new one.")
def returns_the_old_velocity(w, g, v, lr, mu=0.9):
    return w + mu * v - lr * g, v


@mistake("w is right, and the velocity that came back is its newest part alone.")
def returns_the_plain_step(w, g, v, lr, mu=0.9):
    return w + mu * v - lr * g, -lr * g


@mistake("The velocity that came back was shrunk once more: mu belongs to the start of a step.")
def shrinks_at_the_end(w, g, v, lr, mu=0.9):
    v = v - lr * g
    return w + v, mu * v


@mistake("The two are the other way round: w comes first.")
def swaps_the_results(w, g, v, lr, mu=0.9):
    return momentum_step(w, g, v, lr, mu)[::-1]


@mistake("Your velocity is a mean of gradients, with the rate outside: it is a step, and holds lr.")
def negative_mean_with_the_rate_outside(w, g, v, lr, mu=0.9):
    v = mu * v - (1 - mu) * g
    return w + lr * v, v


@mistake("w is right, and the velocity has the other sign: it is the new w less the old one.")
def turns_the_velocity(w, g, v, lr, mu=0.9):
    new = mu * v - lr * g
    return w + new, -new

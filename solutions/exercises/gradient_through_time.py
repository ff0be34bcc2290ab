import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### How far back does it reach?
#
# One sequence ran through $h_t = \tanh(x_t W_x + h_{t-1} W_h + b)$, and `hs` (T+1, H) holds its
# states, $h_0$ first. How strongly does the last state depend on each state? Return a list of T+1
# floats, the Frobenius norms (root of the sum of all squares) of
#
# $$\frac{\partial h_T}{\partial h_t}, \qquad t = 0, 1, \dots, T$$
#
# where all paths through the states between $t$ and $T$ count, and the inputs are held. The last
# matrix of the list is the identity, so the last number is $\sqrt H$. For $T = 1$, one unit with
# $h_1 = 0.6$ and `Wh = [[0.5]]`, the list is `[0.32, 1.0]`.

# %% [markdown] tags=["hint"]
# Begin with one unit and T = 2, where all matrices are numbers: which numbers stand between the
# first state and the last? Then take H = 2 and compare one entry with a small nudge of one state.


# %% tags=["solution"] points=1 minutes=12
def gradient_through_time(hs, Wh):
    """Return the list of T+1 Frobenius norms of dh_T/dh_t, t = 0 to T."""
    jacobian = np.eye(len(Wh), dtype=Wh.dtype)
    norms = [float(np.linalg.norm(jacobian))]
    for h in hs[:0:-1]:
        jacobian = (jacobian * (1 - h**2)) @ Wh.T
        norms.insert(0, float(np.linalg.norm(jacobian)))
    return norms


# %% tags=["cases"]
promises = ["float32", "pure", "repeatable"]


def visible():
    yield np.array([[0.1], [0.6]]), np.array([[0.5]])
    hs = np.array([[0.5, -0.5, 0.9], [0.8, 0.1, -0.4], [-0.3, 0.9, 0.2], [0.6, 0.2, -0.7]])
    yield hs, np.array([[0.5, -2.0, 0.0], [1.0, 0.25, -1.5], [0.75, 1.0, 0.5]])


def hidden(rng):
    for T, units in [(4, 3), (1, 2), (6, 2), (3, 4), (0, 3), (5, 1)]:
        yield np.tanh(rng.normal(size=(T + 1, units))), rng.normal(size=(units, units))
    yield np.zeros((5, 3)), rng.normal(size=(3, 3)) / 2
    yield np.tanh(rng.normal(size=(3, 5))).T, rng.normal(size=(3, 3)).T


# %% tags=["mistakes"]
def norms_of(jacobians, norm=np.linalg.norm):
    return [float(norm(J)) for J in jacobians]


def products(hs, Wh, slope=lambda h: 1 - h**2, step=lambda s, Wh: s[:, None] * Wh.T):
    """The Jacobians dh_T/dh_t, t = 0 to T, with a step's own Jacobian, and its slope, open."""
    found = [np.eye(len(Wh), dtype=Wh.dtype)]
    for h in hs[:0:-1]:
        found.insert(0, found[0] @ step(slope(h), Wh))
    return found


@mistake("The list runs backwards: the first number belongs to t = 0.")
def runs_backwards(hs, Wh):
    return norms_of(products(hs, Wh))[::-1]


@mistake("The slopes of tanh are missing: these are norms of powers of Wh.")
def forgets_the_slopes(hs, Wh):
    return norms_of(products(hs, Wh, slope=lambda h: 1 + 0 * h))


@mistake("The slopes were taken at the states before the steps: which state came out of the tanh?")
def takes_the_slopes_before(hs, Wh):
    return norms_of(products(np.concatenate([hs[:1], hs[:-1]]), Wh))


@mistake("The slope of tanh at a state h is not 1 - h: a square is missing.")
def forgets_the_square(hs, Wh):
    return norms_of(products(hs, Wh, slope=lambda h: 1 - h))


@mistake("tanh was applied to the states once more: they have been through it already.")
def applies_tanh_again(hs, Wh):
    return norms_of(products(hs, Wh, slope=lambda h: 1 - np.tanh(h) ** 2))


@mistake("The slopes meet the wrong side of the matrix: a slope belongs to a unit after the step.")
def puts_slopes_on_the_other_side(hs, Wh):
    return norms_of(products(hs, Wh, step=lambda s, Wh: Wh.T * s))


@mistake("Wh is the wrong way round: is its first index the unit before a step, or the one after?")
def forgets_to_transpose(hs, Wh):
    return norms_of(products(hs, Wh, step=lambda s, Wh: s[:, None] * Wh))


@mistake("That is the largest singular value: the Frobenius norm takes the sum of all squares.")
def takes_the_spectral_norm(hs, Wh):
    return norms_of(products(hs, Wh), norm=lambda J: np.linalg.norm(J, 2))


@mistake("These are the squares of the norms: a root is missing.")
def forgets_the_root(hs, Wh):
    return norms_of(products(hs, Wh), norm=lambda J: np.sum(J**2))


@mistake("All are divided by the norm of the identity: the last number should be the root of H.")
def divides_by_the_last(hs, Wh):
    norms = norms_of(products(hs, Wh))
    return [n / norms[-1] for n in norms]


@mistake("Each number is that of one step: the steps between t and T are to be multiplied.")
def gives_single_steps(hs, Wh):
    steps = [(1 - h**2)[:, None] * Wh.T for h in hs[1:]]
    return norms_of([*steps, np.eye(len(Wh))])


@mistake("The norms of the steps were multiplied: the norm of a product is another number.")
def multiplies_norms(hs, Wh):
    norms = [float(np.sqrt(len(Wh)))]
    for h in hs[:0:-1]:
        norms.insert(0, norms[0] * float(np.linalg.norm((1 - h**2)[:, None] * Wh.T)))
    return norms


@mistake("These say how the state at t depends on the first one: the question is of the last one.")
def asks_about_the_first_state(hs, Wh):
    found = [np.eye(len(Wh))]
    for h in hs[1:]:
        found.append(((1 - h**2)[:, None] * Wh.T) @ found[-1])
    return norms_of(found)


@mistake("The matrices were multiplied in the wrong order: write out the chain rule for T = 2.")
def multiplies_in_the_wrong_order(hs, Wh):
    found = [np.eye(len(Wh))]
    for h in hs[:0:-1]:
        found.insert(0, ((1 - h**2)[:, None] * Wh.T) @ found[0])
    return norms_of(found)


@mistake("The list has one number too few: at t = T stands the norm of the identity.")
def leaves_out_the_identity(hs, Wh):
    return norms_of(products(hs, Wh))[:-1]


@mistake("The list has one number too few: the first belongs to h0.")
def leaves_out_the_first(hs, Wh):
    return norms_of(products(hs, Wh))[1:]


@mistake("Only the diagonals were kept: every unit reads all units, so whole matrices multiply.")
def multiplies_diagonals(hs, Wh):
    return norms_of(products(hs, Wh, step=lambda s, Wh: np.diag(s * np.diag(Wh))))

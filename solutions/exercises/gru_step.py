import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### One step of a GRU
#
# `Wx` (D, 3H), `Wh` (H, 3H) and `b` (3H,) hold three blocks of $H$ columns side by side, in the
# order $r$, $z$, $n$. With the block's letter as an index, the state `h` (N, H) and the input `x`
# (N, D):
#
# $$r = \sigma(x W_{x,r} + h W_{h,r} + b_r), \qquad z = \sigma(x W_{x,z} + h W_{h,z} + b_z)$$
# $$n = \tanh\bigl(x W_{x,n} + (r \odot h)\, W_{h,n} + b_n\bigr), \qquad
#   h' = (1 - z) \odot h + z \odot n$$
#
# as in HW, plus the biases; $\odot$ multiplies entry by entry. Note that $r$ multiplies the state
# *before* the matrix does. Return $h'$ (N, H).

# %% [markdown] tags=["hint"]
# Set all weights and biases to 0 and h to 2: by hand, both gates are one half and n is 0, so what
# is the new h? Then let only the last block of Wh differ from 0, so that r has something to do.


# %% tags=["solution"] points=1 minutes=12
def gru_step(x, h, Wx, Wh, b):
    """Return the state after one step of a GRU, (N, H)."""
    x_r, x_z, x_n = np.split(x @ Wx + b, 3, axis=-1)
    W_r, W_z, W_n = np.split(Wh, 3, axis=-1)
    r, z = (1 / (1 + np.exp(-s)) for s in (x_r + h @ W_r, x_z + h @ W_z))
    n = np.tanh(x_n + (r * h) @ W_n)
    return (1 - z) * h + z * n


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: x, h", "pure", "repeatable"]


def visible():
    yield np.zeros((1, 1)), np.array([[2.0]]), np.zeros((1, 3)), np.zeros((1, 3)), np.zeros(3)
    Wx = np.array([[1.0, -0.5, 2.0, 0.3, -1.0, 0.7]])
    Wh = np.array([[0.5, 1.0, -1.0, 0.4, 0.3, -2.0], [1.0, -0.3, 0.6, 0.9, 2.0, 1.0]])
    b = np.array([0.1, -0.4, 1.0, -0.5, 0.5, -0.5])
    yield np.array([[1.0], [-2.0]]), np.array([[0.5, -1.5], [2.0, 0.6]]), Wx, Wh, b


def hidden(rng):
    for n, d, units in [(3, 2, 4), (1, 3, 2), (4, 4, 4), (2, 1, 2), (3, 2, 1)]:
        x, h = rng.normal(size=(n, d)), 1.5 * rng.normal(size=(n, units))
        Wx, Wh = rng.normal(size=(d, 3 * units)), rng.normal(size=(units, 3 * units))
        yield x, h, Wx / 2, Wh, rng.normal(size=3 * units)
    yield (
        rng.normal(size=(2, 3)).T,
        rng.normal(size=(2, 3)).T,
        *((rng.normal(size=(2, 6)), rng.normal(size=(2, 6)), rng.normal(size=6))),
    )


# %% tags=["mistakes"]
def sigma(s):
    return 1 / (1 + np.exp(-s))


def with_changes(order="rzn", **changes):
    """The solution with blocks in another order, or with a step replaced."""

    def step(x, h, Wx, Wh, b):
        cut = changes.get("cut", lambda a: np.split(a, 3, axis=-1))
        X, W, B = (
            dict(zip(order, cut(a), strict=True)) for a in (x @ Wx + b, Wh, np.atleast_2d(b))
        )
        r, z = sigma(X["r"] + h @ W["r"]), sigma(X["z"] + h @ W["z"])
        candidate = changes.get("candidate", lambda x, r, h, W, b: np.tanh(x + (r * h) @ W))
        n = candidate(X["n"], r, h, W["n"], B["n"])
        return changes.get("end", lambda z, h, n, r: (1 - z) * h + z * n)(z, h, n, r)

    return step


@mistake("z = 1 should take the candidate, and z = 0 keep the state: yours is the other way round.")
def keeps_where_z_is_one(x, h, Wx, Wh, b):
    return with_changes(end=lambda z, h, n, r: z * h + (1 - z) * n)(x, h, Wx, Wh, b)


@mistake("r multiplied the product of the state and its matrix: here it multiplies the state.")
def resets_after_the_product(x, h, Wx, Wh, b):
    return with_changes(candidate=lambda x, r, h, W, b: np.tanh(x + r * (h @ W)))(x, h, Wx, Wh, b)


@mistake("r acts behind the product and z = 1 keeps the state: both are other conventions.")
def follows_another_library(x, h, Wx, Wh, b):
    return with_changes(
        candidate=lambda x, r, h, W, b: np.tanh(x + r * (h @ W)),
        end=lambda z, h, n, r: z * h + (1 - z) * n,
    )(x, h, Wx, Wh, b)


@mistake("r multiplied the product of state and matrix, and a bias with it: here it multiplies h.")
def resets_the_bias_too(x, h, Wx, Wh, b):
    return with_changes(candidate=lambda x, r, h, W, b: np.tanh(x - b + r * (h @ W + b)))(
        x, h, Wx, Wh, b
    )


@mistake("r also multiplied what comes from the input: it resets the state alone.")
def resets_the_input_too(x, h, Wx, Wh, b):
    return with_changes(candidate=lambda x, r, h, W, b: np.tanh(r * (x + h @ W)))(x, h, Wx, Wh, b)


@mistake("The reset gate makes no difference in your result.")
def forgets_the_reset(x, h, Wx, Wh, b):
    return with_changes(candidate=lambda x, r, h, W, b: np.tanh(x + h @ W))(x, h, Wx, Wh, b)


@mistake("The state that is kept was multiplied by r: the reset gate acts inside the candidate.")
def resets_what_is_kept(x, h, Wx, Wh, b):
    return with_changes(end=lambda z, h, n, r: (1 - z) * r * h + z * n)(x, h, Wx, Wh, b)


@mistake("The first two blocks have changed places: r comes before z.")
def reads_z_first(x, h, Wx, Wh, b):
    return with_changes("zrn")(x, h, Wx, Wh, b)


@mistake("The candidate was read from the first block: the order is r, z, n.")
def reads_the_candidate_first(x, h, Wx, Wh, b):
    return with_changes("nrz")(x, h, Wx, Wh, b)


@mistake("Every third column went to the same gate: the gates are blocks side by side.")
def takes_every_third_column(x, h, Wx, Wh, b):
    return with_changes(cut=lambda a: [a[..., k::3] for k in range(3)])(x, h, Wx, Wh, b)


@mistake("The candidate went through a sigmoid: it has to be able to become negative.")
def squashes_the_candidate_by_a_sigmoid(x, h, Wx, Wh, b):
    return with_changes(candidate=lambda x, r, h, W, b: sigma(x + (r * h) @ W))(x, h, Wx, Wh, b)


@mistake("The candidate did not go through tanh.")
def leaves_the_candidate_as_it_is(x, h, Wx, Wh, b):
    return with_changes(candidate=lambda x, r, h, W, b: x + (r * h) @ W)(x, h, Wx, Wh, b)


@mistake("The candidate does not read the state: it comes in through r and the last block of Wh.")
def makes_the_candidate_of_the_input(x, h, Wx, Wh, b):
    return with_changes(candidate=lambda x, r, h, W, b: np.tanh(x))(x, h, Wx, Wh, b)


@mistake("The bias of the candidate is missing.")
def forgets_the_bias_of_the_candidate(x, h, Wx, Wh, b):
    return with_changes(candidate=lambda x, r, h, W, b: np.tanh(x - b + (r * h) @ W))(
        x, h, Wx, Wh, b
    )


@mistake("The biases make no difference in your result.")
def forgets_b(x, h, Wx, Wh, b):
    return gru_step(x, h, Wx, Wh, np.zeros_like(b))


@mistake("The state was added whole: a share 1 - z of it is kept.")
def keeps_the_whole_state(x, h, Wx, Wh, b):
    return with_changes(end=lambda z, h, n, r: h + z * n)(x, h, Wx, Wh, b)


@mistake("That is the candidate alone: a share 1 - z of the state before is kept beside it.")
def gives_the_candidate(x, h, Wx, Wh, b):
    return with_changes(end=lambda z, h, n, r: n)(x, h, Wx, Wh, b)

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### One step of an LSTM
#
# The sum $s = x W_x + h W_h + b$ has $4H$ columns: `Wx` (D, 4H), `Wh` (H, 4H), `b` (4H,). Cut it
# into four blocks of $H$ columns side by side, in this order:
#
# $$i = \sigma(s_1), \quad f = \sigma(s_2), \quad g = \tanh(s_3), \quad o = \sigma(s_4)$$
#
# From the state `h` and the cell `c`, both (N, H), comes the new pair
#
# $$c' = f \odot c + i \odot g, \qquad h' = o \odot \tanh(c')$$
#
# where $\odot$ multiplies entry by entry and $\sigma(s) = 1/(1 + e^{-s})$. Return $(h', c')$.

# %% [markdown] tags=["hint"]
# Set all weights and biases to 0 and c to 2: by hand, the three gates are one half and g is 0. What
# are the new c and h, and what does your function give?


# %% tags=["solution"] points=1 minutes=12 parts=["h", "c"]
def lstm_step(x, h, c, Wx, Wh, b):
    """Return (h, c), state and cell after one step of an LSTM."""
    s = x @ Wx + h @ Wh + b
    i, f, g, o = np.split(s, 4, axis=-1)
    i, f, o = (1 / (1 + np.exp(-part)) for part in (i, f, o))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: x, h, c", "pure", "repeatable"]


def visible():
    zero = np.zeros((1, 1))
    yield zero, zero, np.array([[2.0]]), np.zeros((1, 4)), np.zeros((1, 4)), np.zeros(4)
    Wx = np.array([[1.0, -0.5, 2.0, 0.3, -1.0, 0.7, 0.2, -0.6]])
    Wh = np.array([[0.5, 1, -1, 0.4, 0.3, -0.2, 0.8, 0.1], [1, -0.3, 0.6, 0.9, -0.7, 1, 0, 2]])
    b = np.array([0.1, -0.4, 1.0, 2.0, 0.5, -0.5, 0.3, -1.0])
    yield (
        np.array([[1.0], [-2.0]]),
        np.array([[0.5, -0.3], [0.2, 0.6]]),
        *((np.array([[1.0, -2.0], [0.5, 3.0]]), Wx, Wh, b)),
    )


def hidden(rng):
    for n, d, units in [(3, 2, 4), (1, 3, 2), (4, 4, 4), (2, 1, 1)]:
        x, h, c = rng.normal(size=(n, d)), np.tanh(rng.normal(size=(n, units))), 2
        c = c * rng.normal(size=(n, units))
        Wx, Wh = rng.normal(size=(d, 4 * units)), rng.normal(size=(units, 4 * units))
        yield x, h, c, Wx / 2, Wh / 2, rng.normal(size=4 * units)
    states = (2 * rng.normal(size=(2, 3)).T for _ in range(2))
    yield (
        rng.normal(size=(2, 3)).T,
        *states,
        *(rng.normal(size=(2, 8)) / 2 for _ in range(2)),
        *((rng.normal(size=8),)),
    )


# %% tags=["mistakes"]
def sigma(s):
    return 1 / (1 + np.exp(-s))


def with_parts(parts):
    """The solution whose blocks i, f, g, o of the sum `parts` finds."""

    def step(x, h, c, Wx, Wh, b):
        i, f, g, o = parts(x @ Wx + h @ Wh + b)
        c = sigma(f) * c + sigma(i) * np.tanh(g)
        return sigma(o) * np.tanh(c), c

    return step


def with_end(end):
    """The solution with another last step, `end(i, f, s3, o, c)`, where s3 is g's sum."""

    def step(x, h, c, Wx, Wh, b):
        i, f, g, o = np.split(x @ Wx + h @ Wh + b, 4, axis=-1)
        return end(sigma(i), sigma(f), g, sigma(o), c)

    return step


@mistake("The blocks were read in the order i, f, o, g: compare with the formula.")
def takes_the_candidate_last(x, h, c, Wx, Wh, b):
    def parts(s):
        i, f, o, g = np.split(s, 4, axis=-1)
        return i, f, g, o

    return with_parts(parts)(x, h, c, Wx, Wh, b)


@mistake("The first two blocks have changed places: which gate does c go through?")
def swaps_input_and_forget(x, h, c, Wx, Wh, b):
    def parts(s):
        f, i, g, o = np.split(s, 4, axis=-1)
        return i, f, g, o

    return with_parts(parts)(x, h, c, Wx, Wh, b)


@mistake("The blocks were read in the order i, o, f, g: compare with the formula.")
def reads_the_output_gate_second(x, h, c, Wx, Wh, b):
    def parts(s):
        i, o, f, g = np.split(s, 4, axis=-1)
        return i, f, g, o

    return with_parts(parts)(x, h, c, Wx, Wh, b)


@mistake("Every fourth column went to the same gate: the gates are blocks side by side.")
def takes_every_fourth_column(x, h, c, Wx, Wh, b):
    return with_parts(lambda s: [s[:, k::4] for k in range(4)])(x, h, c, Wx, Wh, b)


@mistake("The candidate g went through a sigmoid: it may also lower the cell.")
def squashes_the_candidate_by_a_sigmoid(x, h, c, Wx, Wh, b):
    def end(i, f, g, o, c):
        c = f * c + i * sigma(g)
        return o * np.tanh(c), c

    return with_end(end)(x, h, c, Wx, Wh, b)


@mistake("The candidate g did not go through tanh.")
def leaves_the_candidate_as_it_is(x, h, c, Wx, Wh, b):
    def end(i, f, g, o, c):
        c = f * c + i * g
        return o * np.tanh(c), c

    return with_end(end)(x, h, c, Wx, Wh, b)


@mistake("The gates i, f and o are sigmoids: yours can be negative.")
def makes_gates_by_tanh(x, h, c, Wx, Wh, b):
    i, f, g, o = np.split(np.tanh(x @ Wx + h @ Wh + b), 4, axis=-1)
    c = f * c + i * g
    return o * np.tanh(c), c


@mistake("The cell is right, but on its way to h it did not go through tanh.")
def forgets_the_last_tanh(x, h, c, Wx, Wh, b):
    def end(i, f, g, o, c):
        c = f * c + i * np.tanh(g)
        return o * c, c

    return with_end(end)(x, h, c, Wx, Wh, b)


@mistake("The cell is right, but h was made from the cell before the step.")
def reads_the_old_cell(x, h, c, Wx, Wh, b):
    return with_end(lambda i, f, g, o, c: (o * np.tanh(c), f * c + i * np.tanh(g)))(
        x, h, c, Wx, Wh, b
    )


@mistake("The cell is right, but the output gate makes no difference in your h.")
def forgets_the_output_gate(x, h, c, Wx, Wh, b):
    def end(i, f, g, o, c):
        c = f * c + i * np.tanh(g)
        return np.tanh(c), c

    return with_end(end)(x, h, c, Wx, Wh, b)


@mistake("The input gate makes no difference in your result.")
def forgets_the_input_gate(x, h, c, Wx, Wh, b):
    def end(i, f, g, o, c):
        c = f * c + np.tanh(g)
        return o * np.tanh(c), c

    return with_end(end)(x, h, c, Wx, Wh, b)


@mistake("The forget gate makes no difference in your result: it multiplies the cell before.")
def forgets_the_forget_gate(x, h, c, Wx, Wh, b):
    def end(i, f, g, o, c):
        c = c + i * np.tanh(g)
        return o * np.tanh(c), c

    return with_end(end)(x, h, c, Wx, Wh, b)


@mistake("The cell before was multiplied by 1 - f: at f = 1 it should stay whole.")
def turns_the_forget_gate(x, h, c, Wx, Wh, b):
    def end(i, f, g, o, c):
        c = (1 - f) * c + i * np.tanh(g)
        return o * np.tanh(c), c

    return with_end(end)(x, h, c, Wx, Wh, b)


@mistake("What comes in was multiplied by 1 - f: in this cell i is a gate of its own.")
def couples_the_gates(x, h, c, Wx, Wh, b):
    def end(i, f, g, o, c):
        c = f * c + (1 - f) * np.tanh(g)
        return o * np.tanh(c), c

    return with_end(end)(x, h, c, Wx, Wh, b)


@mistake("The cell went through tanh before it was handed on: the new c itself has no tanh.")
def squashes_the_cell(x, h, c, Wx, Wh, b):
    def end(i, f, g, o, c):
        c = np.tanh(f * c + i * np.tanh(g))
        return o * c, c

    return with_end(end)(x, h, c, Wx, Wh, b)


@mistake("h and c have changed places: h comes first.")
def gives_the_cell_first(x, h, c, Wx, Wh, b):
    return lstm_step(x, h, c, Wx, Wh, b)[::-1]


@mistake("The state h makes no difference in your gates: they read it through Wh.")
def forgets_the_state(x, h, c, Wx, Wh, b):
    return lstm_step(x, np.zeros_like(h), c, Wx, Wh, b)


@mistake("The cell was read where the gates read the state: Wh multiplies h.")
def reads_the_cell_for_the_state(x, h, c, Wx, Wh, b):
    return lstm_step(x, c, c, Wx, Wh, b)


@mistake("The bias makes no difference in your result.")
def forgets_b(x, h, c, Wx, Wh, b):
    return lstm_step(x, h, c, Wx, Wh, np.zeros_like(b))

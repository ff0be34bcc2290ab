import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### One step of a recurrent network
#
# The state `h` (N, H) is what the network has kept of the sequence so far, one row for each
# sequence of the batch. From it and the input `x` (N, D) of this step comes the new state:
#
# $$h_t = \tanh(x_t W_x + h_{t-1} W_h + b)$$
#
# with `Wx` (D, H), `Wh` (H, H) and `b` (H,). Return $h_t$ (N, H).

# %% [markdown] tags=["hint"]
# Print the shapes of the three terms before you add them. Then set x to zeros: what is left of the
# formula, and what does your function give?


# %% tags=["solution"] points=1
def rnn_step(x, h, Wx, Wh, b):
    """Return the state after one step, (N, H)."""
    return np.tanh(x @ Wx + h @ Wh + b)


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: x, h", "pure", "repeatable"]


def visible():
    Wh, b = np.array([[0.5, -1.0], [0.25, 0.0]]), np.array([0.1, -0.3])
    yield np.array([[1.0]]), np.array([[0.5, -0.5]]), np.array([[0.4, -0.2]]), Wh, b
    x, h = np.array([[1, 0, -1], [0, 2, 1]]), np.array([[0.2, 0.7], [-0.6, 0.1]])
    yield x, h, np.array([[0.3, -0.5], [0.1, 0.2], [-0.7, 0.4]]), Wh, b


def hidden(rng):
    for n, d, units in [(4, 3, 2), (1, 2, 5), (3, 3, 3), (2, 1, 1)]:
        x, h = rng.normal(size=(n, d)), np.tanh(rng.normal(size=(n, units)))
        W = rng.normal(size=(d, units)), rng.normal(size=(units, units)), rng.normal(size=units)
        yield x, h, *(w / 2 for w in W)
    x, h = rng.normal(size=(3, 4)).T, np.tanh(rng.normal(size=(2, 4))).T
    yield x, h, rng.normal(size=(3, 2)) / 2, rng.normal(size=(2, 2)).T / 2, rng.normal(size=2) / 2


# %% tags=["mistakes"]
@mistake("The sum is right, but the states are not kept between -1 and 1.")
def forgets_tanh(x, h, Wx, Wh, b):
    return x @ Wx + h @ Wh + b


@mistake("These states lie between 0 and 1: which activation has this cell?")
def squashes_by_a_sigmoid(x, h, Wx, Wh, b):
    return 1 / (1 + np.exp(-(x @ Wx + h @ Wh + b)))


@mistake("These states are never negative: which activation has this cell?")
def rectifies(x, h, Wx, Wh, b):
    return np.maximum(x @ Wx + h @ Wh + b, 0)


@mistake("The bias makes no difference in your result.")
def forgets_b(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + h @ Wh)


@mistake("b counts twice: this cell has one bias for the whole sum.")
def adds_b_twice(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + b + h @ Wh + b)


@mistake("The state before makes no difference in your result: then nothing is remembered.")
def forgets_the_state(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + b)


@mistake("The input makes no difference in your result.")
def forgets_the_input(x, h, Wx, Wh, b):
    return np.tanh(h @ Wh + b)


@mistake("Wh was transposed: in the formula, a row of Wh belongs to a unit of the state before.")
def transposes_Wh(x, h, Wx, Wh, b):  # noqa: N802 - Wh is the page's letter
    return np.tanh(x @ Wx + h @ Wh.T + b)


@mistake("The state was added without its matrix: how does it enter the sum in the formula?")
def adds_the_state_as_it_is(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + h + b)


@mistake("Wh multiplied the state entry by entry or in part: every unit reads all units.")
def reads_itself_alone(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + h * np.diag(Wh) + b)


@mistake("Two tanh were added: the formula has one, around the whole sum.")
def squashes_the_parts(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx) + np.tanh(h @ Wh + b)


@mistake("One term stands outside the tanh: the formula has all three inside.")
def leaves_the_state_outside(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + b) + h @ Wh


@mistake("One term stands outside the tanh: the formula has all three inside.")
def leaves_the_bias_outside(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + h @ Wh) + b


@mistake("The state before was added after the tanh: this cell replaces the state.")
def adds_to_the_old_state(x, h, Wx, Wh, b):
    return h + np.tanh(x @ Wx + h @ Wh + b)

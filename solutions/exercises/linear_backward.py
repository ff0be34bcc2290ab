import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A dense layer, backwards
#
# Forwards, a batch of $N$ rows gives $s = xW + b$ with `x` (N, D_in), `W` (D_in, D_out), `b`
# (D_out,). The loss reaches the scores as `dout` $= \partial J/\partial s$. Return
# $(\partial J/\partial x,\ \partial J/\partial W,\ \partial J/\partial b)$, each in the shape of
# the array that it belongs to. Whether $J$ is a mean over the batch is settled in `dout` already.

# %% [markdown] tags=["hint"]
# Choose three different numbers, N = 5, D_in = 4, D_out = 3, and write all shapes down: few
# products of the arrays at hand have the shape that is asked. For b, think of a batch of one row
# first, then of two.


# %% tags=["solution"] parts=["dx", "dW", "db"]
def linear_backward(dout, x, W, b):
    """Return (dx, dW, db), the gradients of a dense layer x @ W + b, given `dout` (N, D_out)."""
    return dout @ W.T, x.T @ dout, dout.sum(axis=0)


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: dout, x", "pure", "repeatable"]


def visible():
    dout = np.array([[1.0, 0.0], [2.0, -3.0]])
    W = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 5.0]])
    yield dout, np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]), W, np.array([0.5, -0.5])
    b = np.array([0.0, 1.0])
    yield dout, np.array([[1.0, 2.0], [3.0, -4.0]]), W[1:], b
    yield dout / 4, np.array([[1, 2], [3, -4]]), W[1:], b
    yield tuple(a.astype(np.float32) for a in (dout, dout + 1, W[1:], b))
    yield dout[:0], dout[:0], W[1:], b  # an empty batch


def hidden(rng):
    for n, d_in, d_out in [(5, 4, 3), (3, 3, 3), (1, 4, 2), (0, 3, 2)]:
        shapes = [(n, d_out), (n, d_in), (d_in, d_out), (d_out,)]
        yield tuple(rng.normal(size=shape) for shape in shapes)
    dout, W, b = rng.normal(size=(4, 2)), rng.normal(size=(3, 2)), rng.normal(size=2)
    yield dout, rng.integers(-5, 6, size=(4, 3)), W, b
    yield dout, rng.normal(size=(3, 4)).T, W, b
    yield tuple(a.astype(np.float32) for a in (dout, rng.normal(size=(4, 3)), W, b))


# %% tags=["mistakes"]
@mistake("The first gradient, dx, goes through W in the forward direction. Compare the shapes.")
def goes_forward_through_W(dout, x, W, b):  # noqa: N802 - W is the page's letter
    return dout @ W, x.T @ dout, dout.sum(axis=0)


@mistake("Your dx lacks W: how much does a score move when x moves?")
def forgets_W(dout, x, W, b):  # noqa: N802
    return dout, x.T @ dout, dout.sum(axis=0)


@mistake("Your dW is transposed: it should have the shape of W, with one row for each input.")
def transposes_dW(dout, x, W, b):  # noqa: N802
    return dout @ W.T, dout.T @ x, dout.sum(axis=0)


@mistake("dW and db are N times too small: the loss has divided by N already, inside dout.")
def averages_over_the_batch(dout, x, W, b):
    return dout @ W.T, x.T @ dout / len(x), dout.sum(axis=0) / len(x)


@mistake("Only db is N times too small: every row uses the same b. Do the rows add up or average?")
def averages_db(dout, x, W, b):
    return dout @ W.T, x.T @ dout, dout.sum(axis=0) / len(x)


@mistake("Your db has one entry for each row of the batch: b has one for each unit.")
def sums_over_the_units(dout, x, W, b):
    return dout @ W.T, x.T @ dout, dout.sum(axis=1)


@mistake("Your db still has a row for each example: how many rows share this one b?")
def does_not_sum_db(dout, x, W, b):
    return dout @ W.T, x.T @ dout, dout


@mistake("Your db keeps an axis of length 1 that b does not have.")
def keeps_the_batch_axis(dout, x, W, b):
    return dout @ W.T, x.T @ dout, dout.sum(axis=0, keepdims=True)


@mistake("Your db is one number for all units: each unit has a bias of its own.")
def sums_everything(dout, x, W, b):
    return dout @ W.T, x.T @ dout, dout.sum()


@mistake("dx and dW have changed places: the gradients come in the order of the inputs.")
def swaps_the_order(dout, x, W, b):
    return x.T @ dout, dout @ W.T, dout.sum(axis=0)


@mistake("Every gradient has another's place: they come in the order of the inputs x, W, b.")
def gives_dx_last(dout, x, W, b):
    return x.T @ dout, dout.sum(axis=0), dout @ W.T


@mistake("Your dx is transposed: it should have the shape of x, with one row for each example.")
def transposes_dx(dout, x, W, b):
    return W @ dout.T, x.T @ dout, dout.sum(axis=0)


@mistake("Only dW is N times too small: the loss has divided by N already, inside dout.")
def averages_dW(dout, x, W, b):  # noqa: N802
    return dout @ W.T, x.T @ dout / len(x), dout.sum(axis=0)


@mistake("All three are N times too small: the loss has divided by N already, inside dout.")
def averages_everything(dout, x, W, b):
    return dout @ W.T / len(x), x.T @ dout / len(x), dout.sum(axis=0) / len(x)

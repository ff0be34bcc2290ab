import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Backpropagation through time
#
# A network took T steps, $h_t = \tanh(x_t W_x + h_{t-1} W_h + b)$. You are given `xs` (T, N, D),
# its inputs; `hs` (T+1, N, H), its states, $h_0$ first, so that step `t` of the loop turned `hs[t]`
# into `hs[t + 1]`; the matrices; and `dhs` (T, N, H), where `dhs[t]` is the gradient of the loss
# with respect to `hs[t + 1]` *as far as the loss reads that state directly*. Later states carry
# gradients to it as well.
#
# Return $(\partial J/\partial W_x,\ \partial J/\partial W_h,\ \partial J/\partial b,\
# \partial J/\partial h_0)$. The loss does not read $h_0$ directly, and whether it is a mean over
# the batch is settled in `dhs` already.

# %% [markdown] tags=["hint"]
# Take T = 1 first: then this is a dense layer with a tanh behind it. Go on to T = 2 with one unit,
# write both steps down, and ask in how many ways the first state moves the loss.


# %% tags=["solution"] points=2 minutes=20 parts=["dWx", "dWh", "db", "dh0"]
def rnn_backward(dhs, xs, hs, Wx, Wh):
    """Return (dWx, dWh, db, dh0) of a tanh network, through all steps."""
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wh[0])
    dh = np.zeros_like(hs[0])
    for t in reversed(range(len(xs))):
        delta = (dhs[t] + dh) * (1 - hs[t + 1] ** 2)
        dWx += xs[t].T @ delta
        dWh += hs[t].T @ delta
        db += delta.sum(axis=0)
        dh = delta @ Wh.T
    return dWx, dWh, db, dh


# %% tags=["cases"]
promises = ["integer: xs", "float32", "pure", "repeatable"]


def run(xs, h0, Wx, Wh, b):
    hs = [h0]
    for x in xs:
        hs.append(np.tanh(x @ Wx + hs[-1] @ Wh + b))
    return np.array(hs)


def visible():
    one = np.array([[1.0]])
    yield (
        np.array([[[0.0]], [[1.0]]]),
        np.array([[[1.0]], [[2.0]]]),
        0.5 * np.ones((3, 1, 1)),
        *((one, 2 * one)),
    )
    Wx, Wh = np.array([[0.5, -1.0], [0.25, 0.75]]), np.array([[0.5, -1.0], [0.25, 0.8]])
    xs = np.array([[[1.0, 0.0], [-1.0, 2.0]], [[0.5, 1.0], [0.0, -1.0]], [[2.0, 1.0], [1.0, 1.0]]])
    hs = np.round(run(xs, np.array([[0.3, -0.2], [-0.6, 0.4]]), Wx, Wh, np.array([0.1, -0.4])), 2)
    dhs = np.array([[[1.0, 0.0], [0.0, 2.0]], [[-1.0, 0.5], [3.0, 0.0]], [[0.0, 2.0], [1.0, -1.0]]])
    yield dhs, xs, hs, Wx, Wh


def hidden(rng):
    for T, n, d, units in [(3, 2, 3, 4), (1, 3, 2, 2), (5, 1, 2, 3), (4, 3, 1, 2), (3, 3, 3, 3)]:
        Wx, Wh = rng.normal(size=(d, units)) / 2, rng.normal(size=(units, units)) / 2
        xs, h0 = rng.normal(size=(T, n, d)), np.tanh(rng.normal(size=(n, units)))
        hs = run(xs, h0, Wx, Wh, rng.normal(size=units) / 2)
        yield rng.normal(size=(T, n, units)), xs, hs, Wx, Wh
    dhs = np.zeros((4, 2, 3))  # the loss reads the last state alone
    dhs[-1] = rng.normal(size=(2, 3))
    Wx, Wh, xs = rng.normal(size=(2, 3)), rng.normal(size=(3, 3)) / 2, rng.normal(size=(4, 2, 2))
    yield dhs, xs, run(xs, np.zeros((2, 3)), Wx, Wh, np.zeros(3)), Wx, Wh


# %% tags=["mistakes"]
def spoiled(dhs, xs, hs, Wx, Wh, **changes):
    """The solution with one step replaced."""
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wh[0])
    dh = np.zeros_like(hs[0])
    slope = changes.get("slope", lambda h: 1 - h**2)
    order = range(len(xs)) if changes.get("forwards") else reversed(range(len(xs)))
    for t in order:
        if t < changes.get("last", 0):
            break
        delta = (dhs[t] + dh) * slope(hs[t if changes.get("slope_before") else t + 1])
        if changes.get("carried_behind"):
            delta = dhs[t] * slope(hs[t + 1]) + dh
        if changes.get("direct_behind"):
            delta = dhs[t] + dh * slope(hs[t + 1])
        parts = xs[t].T @ delta, hs[t + changes.get("state", 0)].T @ delta, delta.sum(axis=0)
        kept = 0 if changes.get("overwrite") else 1
        totals = zip((dWx, dWh, db), parts, strict=True)
        dWx, dWh, db = (kept * total + part for total, part in totals)
        carried = (dhs[t] + dh) if changes.get("carry") == "dh" else delta
        dh = carried @ (Wh if changes.get("turned") else Wh.T)
        if changes.get("carry") == "no matrix":
            dh = delta
        if changes.get("carry") == "nothing" and t > 0:
            dh = 0 * dh
        if changes.get("carry") == "one step" and t > 0:
            dh = (dhs[t] * slope(hs[t + 1])) @ Wh.T
    return dWx, dWh, db, dh


@mistake("No gradient comes from later states: a state moves the loss through all that follow it.")
def carries_nothing_back(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, carry="nothing")


@mistake("Gradients go back by one step and no further: what they carry has to be passed on.")
def carries_one_step_back(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, carry="one step")


@mistake("Only the last state's direct gradient was used: `dhs` has one for every step.")
def reads_the_last_direct_part_only(dhs, xs, hs, Wx, Wh):
    last = np.zeros_like(dhs)
    last[-1:] = dhs[-1:]
    return spoiled(last, xs, hs, Wx, Wh)


@mistake("Your weights' gradients are those of the first step alone: every step adds its part.")
def keeps_the_first_step(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, overwrite=True)


@mistake("The slope of tanh is missing everywhere: it lies between a state and its sum.")
def forgets_the_slope(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, slope=lambda h: 1.0)


@mistake("The slopes were taken at the states before the steps: which state came out of the tanh?")
def takes_the_slope_before(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, slope_before=True)


@mistake("The slope of tanh at a state h is not 1 - h: a square is missing.")
def forgets_the_square(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, slope=lambda h: 1 - h)


@mistake("tanh was applied to the states once more: they have been through it already.")
def applies_tanh_again(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, slope=lambda h: 1 - np.tanh(h) ** 2)


@mistake("That is the slope of a sigmoid: which activation made these states?")
def takes_the_slope_of_a_sigmoid(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, slope=lambda h: h * (1 - h))


@mistake("Gradients go back through Wh in the forward direction: what does its transpose do?")
def goes_forward_through_Wh(dhs, xs, hs, Wx, Wh):  # noqa: N802 - Wh is the page's letter
    return spoiled(dhs, xs, hs, Wx, Wh, turned=True)


@mistake("What goes back to the state before has not met Wh.")
def forgets_Wh(dhs, xs, hs, Wx, Wh):  # noqa: N802
    return spoiled(dhs, xs, hs, Wx, Wh, carry="no matrix")


@mistake("What goes back to the state before has not met the slope of tanh.")
def carries_past_the_slope(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, carry="dh")


@mistake("The direct gradient was added behind the tanh: it arrives at the state, not at the sum.")
def adds_the_direct_part_behind(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, direct_behind=True)


@mistake("What later states send back was added behind the tanh: it arrives at the state, too.")
def adds_the_carried_part_behind(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, carried_behind=True)


@mistake("The loop ends before the step that made h1: where does `range` stop?")
def leaves_out_the_first_step(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, last=1)


@mistake("The loop ran from the first step to the last: which step knows its whole gradient first?")
def runs_forwards(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, forwards=True)


@mistake("Your dWh was made with the states after each step: what did Wh multiply?")
def multiplies_by_the_new_state(dhs, xs, hs, Wx, Wh):
    return spoiled(dhs, xs, hs, Wx, Wh, state=1)


@mistake("The gradients are means over the steps: one matrix served them all, so do parts add up?")
def averages_over_time(dhs, xs, hs, Wx, Wh):
    *weights, dh0 = spoiled(dhs, xs, hs, Wx, Wh)
    return *(part / len(xs) for part in weights), dh0


@mistake("The gradients of the weights are N times too small: an average would be in dhs already.")
def averages_over_the_batch(dhs, xs, hs, Wx, Wh):
    *weights, dh0 = spoiled(dhs, xs, hs, Wx, Wh)
    return *(part / xs.shape[1] for part in weights), dh0


@mistake("Your db is a mean over the rows of the batch: an average would be in dhs already.")
def averages_db_over_the_batch(dhs, xs, hs, Wx, Wh):
    dWx, dWh, db, dh0 = spoiled(dhs, xs, hs, Wx, Wh)
    return dWx, dWh, db / xs.shape[1], dh0


@mistake("Your dh0 lies behind the first step: it has to go through that step as well.")
def stops_before_the_first_step(dhs, xs, hs, Wx, Wh):
    later = spoiled(dhs[1:], xs[1:], hs[1:], Wx, Wh)[3] if len(xs) > 1 else 0
    return *spoiled(dhs, xs, hs, Wx, Wh)[:3], dhs[0] + later


@mistake("Your dh0 stops at the sum of the first step: how does h0 enter that sum?")
def gives_the_first_delta(dhs, xs, hs, Wx, Wh):
    *weights, _ = spoiled(dhs, xs, hs, Wx, Wh)
    later = spoiled(dhs[1:], xs[1:], hs[1:], Wx, Wh)[3] if len(xs) > 1 else 0
    return *weights, (dhs[0] + later) * (1 - hs[1] ** 2)


@mistake("dWx and dWh stand in each other's place.")
def swaps_the_matrices(dhs, xs, hs, Wx, Wh):
    dWx, dWh, db, dh0 = spoiled(dhs, xs, hs, Wx, Wh)
    return dWh, dWx, db, dh0


@mistake("dh0 comes last: the order is that of the text.")
def gives_dh0_first(dhs, xs, hs, Wx, Wh):
    *weights, dh0 = spoiled(dhs, xs, hs, Wx, Wh)
    return dh0, *weights


@mistake("Your db has an entry for each row of the batch, not for each unit.")
def sums_over_the_units(dhs, xs, hs, Wx, Wh):
    dWx, dWh, _, dh0 = spoiled(dhs, xs, hs, Wx, Wh)
    later = [spoiled(dhs[t:], xs[t:], hs[t:], Wx, Wh)[3] for t in range(1, len(xs))]
    dh = [dhs[t] + (later[t] if t < len(later) else 0) for t in range(len(xs))]
    rows = sum((d * (1 - h**2)).sum(axis=1) for d, h in zip(dh, hs[1:], strict=True))
    return dWx, dWh, rows, dh0

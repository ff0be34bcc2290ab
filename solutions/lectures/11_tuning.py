# %% [markdown]
# # 11 · Tuning
#
# **Promise:** after this lecture you can spend 27 trainings well, and believe the winner.
#
# **You will** sort hyperparameters; search with grids, at random, and from coarse to fine, and find
# out when each of them wins; estimate an error from few rows; catch a leak; and run a whole search,
# from its first training to its test.
#
# **Time:** {{time}}.
# **Builds on:** the stable rate (lecture 5), the leak of test statistics (lecture 8), early
# stopping, bias and variance (lecture 9), momentum (lecture 10).
# **Sources:** KAV, HUST and HKU.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The demonstrations need more:

# %%
import json
import math

import torch

from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import SAMPLES, load_digits
from dlcourse.plots.basic import described, plot_images
from dlcourse.plots.guess import after, plot_guess
from dlcourse.plots.tuning import plot_against, plot_folds, plot_found, plot_luck, plot_trials
from dlcourse.reference import activations, initializers, losses, model_selection, search
from dlcourse.twins.devices import device
from dlcourse.widgets.tuning import explore_nine_shots, explore_range_test

try:
    import optuna
except ImportError:  # this course does not install it
    optuna = None

# %% [markdown]
# ## Recall
# 1. Which rates are stable for gradient descent on a bowl, given its curvature?
# 2. On a logarithmic axis, what lies half-way between 0.01 and 1?
# 3. Why must the mean and deviation that standardize the test rows come from the training rows?
#
# <details><summary>Answers</summary>
#
# 1. Those below 2 divided by the curvature.
# 2. 0.1, since equal steps are equal ratios.
# 3. The test rows would influence what is tested on them.
# </details>

# %% [markdown]
# ## 1 Nine shots (core)
# A network with 32 hidden units sees 400 handwritten digits and is judged by 400 others. It was
# trained at 26 learning rates, from ten starts each. This is the lowest mean validation loss:

# %%
stored = json.loads((SAMPLES / "tuning.json").read_text("utf-8"))
by_rate = np.array(stored["landscape"]["loss"])[:, 0]  # the lowest weight decay
best = int(by_rate.argmin())
round(float(by_rate[best]), 2)

# %% [markdown]
# **Predict.** At two and a half times the rate that gives it, what is the loss? (Guessing has
# $\ln 10 = 2.30$; what is worse counts as guessing.)

# %% tags=["predict"]
guess_loss = ...  # a loss

# %% truth=["2.2", "as bad as guessing", "wall"]
# @title Your guess beside the truth
assert by_rate[best + 2] > 2
described(plot_guess(guess_loss, round(by_rate[best + 2], 2), quantity="validation loss"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# As bad as guessing: above the best rate stands a wall.
# </details>
#
# Now the weight decay is open, too, and you can afford nine trainings. Each click on the board is
# one. How low do you get? Afterwards uncover the board, and let a grid and nine random shots try.

# %% covers="11.grid,11.random"
# @title Nine shots
described(
    explore_nine_shots(),
    "A hidden board of validation losses over learning rate, 0.0001 to 10, and weight decay, "
    "0.0001 to 1, both logarithmic. Nine clicks uncover nine values; then grid and random shots "
    "are drawn, with the values that they try along each axis.",
)

# %% [markdown]
# ## 2 Which knobs there are (core, 3 minutes)
# Weights are *parameters*: training finds them. What must be set before is a **hyperparameter**, or
# a knob for short.
# KAV lists 14 of them:
#
# | of | KAV's knobs |
# |---|---|
# | the step | learning rate, its decay, optimizer, $\mu$, $\beta_1$, $\beta_2$, $\varepsilon$ |
# | the training | batch size, number of epochs, weight decay $\lambda$, initialization |
# | the network | hidden layers, their units, their activations |
#
# With 3 values for each there are

# %% covers="11.knobs"
f"{3**14:,} trainings"

# %% [markdown] covers="11.knobs"
# Before a search, sort them by your question, as Godbole et al. (2023) do:
#
# | kind | which | what to do | here |
# |---|---|---|---|
# | scientific | the one whose effect you ask about | try each value | 1 or 2 hidden layers? |
# | nuisance | must be tuned for a fair answer | tune anew for each value | rate, decay |
# | fixed | everything else | choose, and say so | ReLU, He, batches of 32 |
#
# A rate is nearly always a nuisance: if you compare two networks at one common rate, you compare
# how well that rate suits them (lecture 10).
#
# ## 3 One knob (core)
# The knob that matters most is the rate. Here are all 26 of section 1:

# %% covers="11.one_knob"
# @title The loss at 26 rates
assert round(stored["landscape"]["rates"][best], 2) == 0.63
assert round(by_rate[best - 5], 2) == 0.29
title = "Ten times too small is slow, twice too large is ruin"
words = {"xlabel": "learning rate", "ylabel": "validation loss", "yticks": (0.2, 0.5, 1, 2)}
words |= {"title": title, "ticks": (0.0001, 0.001, 0.01, 0.1, 1, 10)}
described(
    plot_against(stored["landscape"]["rates"], {"loss": by_rate}, **words),
    "Validation loss after 200 steps against the rate, both logarithmic. It is flat up to 0.001, "
    f"falls to {by_rate[best]:.2f} at 0.63, and two rates later it is {by_rate[best + 2]:.1f}, as "
    "for guessing.",
)

# %% [markdown]
# Below the best rate the slope is gentle: a tenth of it still reaches 0.29. So when in doubt, go
# lower.
#
# ### One training finds the range
# A **range test** (Smith 2017) takes one step at each rate, rising, and writes the losses down,
# until they explode. Steps begin to overshoot where the loss is lowest, so a rule of thumb takes a
# third of that rate. Pick one, and see how a training with it goes.

# %% covers="11.range_test"
# @title A range test, and a training at the rate that you pick
described(
    explore_range_test(),
    "Left, losses of five range tests against the rate, 0.001 to 10, with a slider for smoothing "
    "and one for a rate. Right, the validation losses of five trainings at the picked rate, step "
    "by step, their mean and their range.",
)

# %% [markdown]
# ## 4 Scales (core)
# Suppose that a good rate lies somewhere between 0.0001 and 1, and you draw 10,000 rates evenly
# between these two.
#
# **Predict.** Which share of them, in percent, lies below 0.001, in the lowest of the four decades?

# %% tags=["predict"]
guess_below = ...  # between 0 and 100

# %% truth=["0.05", "five of ten thousand", "0.0009"]
# @title Your guess beside the truth
evenly = np.random.default_rng(7).uniform(1e-4, 1, 10_000)
below = 100 * (evenly < 1e-3).mean()
assert round(below, 2) == 0.05
described(
    plot_guess(
        guess_below, round(float(below), 2), quantity="rates below 0.001, %", within=(0, 100)
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Five of ten thousand; expected are 0.09 %. Nine tenths of the draws lie in the highest decade.
# </details>
#
# What acts as a factor is drawn evenly in its *logarithm*: rates, decays, $1 - \mu$, widths.

# %% tags=["exercise"] covers="11.scales"
exercise("log_uniform")

# %% covers="11.scales"
drawn = search.log_uniform(1e-4, 1, 10_000, np.random.default_rng(7))
decades = [float(((drawn >= low) & (drawn < 10 * low)).mean()) for low in (1e-4, 1e-3, 1e-2, 0.1)]
assert np.allclose(decades, 0.25, atol=0.02)
decades

# %% [markdown]
# ## 5 A grid (core)
# KAV's first way is **grid search**: list values for each knob and try every combination.
# With $v$ values for each of $d$ knobs that costs $v^d$ trainings, and several times as many with
# the cross-validation that KAV adds (section 9).

# %% tags=["exercise"] covers="11.grid"
exercise("grid_search")

# %% [markdown]
# Try three values for each of two knobs:

# %% covers="11.grid"
grid = {"lr": [0.001, 0.1, 10.0], "weight_decay": [1e-5, 1e-3, 1e-1]}
_, _, history = search.grid_search(lambda p: 0.0, grid)
assert len(history) == 3**2
len(history), len({p["lr"] for p, _ in history})

# %% [markdown]
# The nine trainings have three different rates.
#
# ## 6 At random (core)
# **Random search** draws each trial anew. Nine trials show nine rates. Here only the knob across
# matters, with a valley at a random place:

# %% covers="11.random"
# @title Nine trials, seen from the knob that matters
lots, centres = np.random.default_rng(7), (np.arange(3) + 0.5) / 3
cells = np.stack(np.meshgrid(centres, centres), axis=-1).reshape(-1, 2)
boards, bottom = {"grid": cells, "random": lots.uniform(size=(9, 2))}, lots.uniform()
words = {"xlabel": "a knob that matters", "ylabel": "a knob that does not"}
words["title"] = "Nine trials, seen from the knob that matters"
described(
    plot_trials(boards, lambda x: np.minimum(1, ((x - bottom) / 0.25) ** 2), **words),
    "Two squares with nine trials each. Above each square is the valley of the knob that matters, "
    "and each trial is projected onto it. The grid's nine trials fall on three places of the "
    "valley, three on each; the random ones fall on nine places, of which the lowest is lower.",
)

# %% [markdown]
# KAV lists grid, random and coarse-to-fine search as if each improved on the one before (**C14**);
# Bergstra and Bengio (2012) argue with this picture. Test it where the truth is known: on the unit
# square, with a valley around a random place $(a, b)$:
#
# $$\min\Bigl(1, \tfrac{(x - a)^2}{0.25^2}\Bigr) + w\,\min\Bigl(1, \tfrac{(y - b)^2}{0.25^2}\Bigr)
#   \tag{11.1}$$
#
# With $w = 0$ the second knob is useless. In what share of 2,000 such valleys is the best of nine
# random trials lower than the best of that grid, which stands in the middles of nine cells?


# %%
def random_wins(weight, values=3, width=0.25, edges=False):
    rng, steps = np.random.default_rng(7), (np.arange(values) + 0.5) / values
    steps = np.linspace(0, 1, values) if edges else steps
    lowest = rng.uniform(size=(2000, 1, 2))
    on_grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(1, -1, 2)
    at_random = rng.uniform(size=(2000, values**2, 2))
    best = []
    for trials in (on_grid, at_random):
        parts = np.minimum(1, ((trials - lowest) / width) ** 2)
        best.append((parts[..., 0] + weight * parts[..., 1]).min(axis=1))
    return 100 * (best[1] < best[0]).mean()


useless = random_wins(0)
f"one knob matters: {useless:.0f} %"

# %% [markdown]
# As claimed. Now let both matter equally, $w = 1$.
#
# **Predict.** In what percentage of the valleys does random search win?

# %% tags=["predict"]
guess_wins = ...  # between 0 and 100

# %% truth=["33", "34", "a third", "one in three"] numbers={"narrow": [58, 68], "outer": [55, 65]}
# @title Your guess beside the truth
both = random_wins(1)
assert 28 < both < 40 < 65 < useless
assert max(random_wins(1, values) for values in (4, 5)) < 40  # nor with 16 or 25 trials
assert 48 < random_wins(0.1) < 60
narrow, outer = random_wins(1, width=0.1), random_wins(1, edges=True)
quantity = "valleys in which random search wins, %"
described(plot_guess(guess_wins, round(float(both)), quantity=quantity, within=(0, 100)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# One in three, with 16 and 25 trials as well. If both matter, even spacing is an advantage: random
# trials leave holes. But nine random trials win {{narrow:.0f}} % of valleys narrower than the
# grid's gaps (0.1 instead of 0.25), and {{outer:.0f}} % against a grid that reaches the edges.
# </details>

# %% [markdown]
# ### The digits
# All settings start from the same weights and see the same batches:

# %%
# @title The digits: 400 to train, 400 to validate, 637 spare ones, and 360 for the test
digits = load_digits(flat=True)
order = np.r_[:400, 800:1437, 400:800]  # the last 400 validate
mean, std = digits.X_train[:400].mean(), digits.X_train[:400].std()
pixels, labels = (digits.X_train[order] - mean) / std, digits.y_train[order]


def start(seed):
    rng = np.random.default_rng(seed)
    W, V = (initializers.he_normal(*pair, rng).astype(np.float32) for pair in ((64, 32), (32, 10)))
    return W, np.zeros((1, 32), np.float32), V, np.zeros((1, 10), np.float32)


# %% [markdown]
# This trains one network for each setting:


# %%
# @title Train a network for each rate, decay and momentum, side by side
def scores(params, x):
    h = np.maximum(x @ params[0] + params[1], 0)
    return h, h @ params[2] + params[3]


def train(rates, decays=0.0, momenta=0.0, *, seed=0, steps=200, images=400):
    rates, decays, momenta = np.broadcast_arrays(*map(np.atleast_1d, (rates, decays, momenta)))
    lr, lam, mu = (np.float32(a)[:, None, None] for a in (rates, decays, momenta))
    params = [np.tile(p, (len(rates), 1, 1)) for p in start(seed)]
    velocity, rng = [0 * p for p in params], np.random.default_rng(100 + seed)
    for _ in range(steps):
        rows = rng.integers(images, size=32)
        x, truth = pixels[rows], np.eye(10, dtype=np.float32)[labels[rows]]
        h, z = scores(params, x)
        dz = (activations.softmax(z) - truth) / 32
        dh = dz @ params[2].swapaxes(1, 2) * (h > 0)
        slopes = x.T @ dh, dh.sum(1, keepdims=True), h.swapaxes(1, 2) @ dz, dz.sum(1, keepdims=True)
        for k, (p, v, g) in enumerate(zip(params, velocity, slopes, strict=True)):
            v[:] = mu * v + g + (k % 2 == 0) * lam * p  # biases do not decay
            p -= lr * v
    return params


# %% [markdown]
# A search sees one number of each network:


# %%
# @title The loss on the validation digits
def validation_losses(*settings, **more):
    with np.errstate(all="ignore"):  # rates that are too large explode
        z = scores(train(*settings, **more), pixels[1037:])[1]
        found = [losses.cross_entropy(lane, labels[1037:]) for lane in z]
    return np.fmin(found, math.log(10))  # worse than guessing, or no number, counts as guessing


known = {name: stored["curves"][name][4:9] for name in ("rates", "loss")}  # far from the wall
assert np.allclose(validation_losses(known["rates"]), np.array(known["loss"])[:, 0, -1], rtol=0.02)


# %% [markdown]
# Here are nine random trials in a box of rates from 0.001 to 10 and decays from 0.00001 to 0.1:

# %% covers="11.random"
rng = np.random.default_rng(7)
nine = search.log_uniform(1e-3, 10, 9, rng), search.log_uniform(1e-5, 0.1, 9, rng)
nine_losses = validation_losses(*nine)
for lr, decay, loss in sorted(zip(*nine, nine_losses, strict=True), key=lambda trial: trial[2]):
    print(f"rate {lr:<8.2g} decay {decay:<10.1g} loss {loss:.3f}")

# %% [markdown]
# Such searches were run 40 times with 9 and 16 trials, and with momentum as one more knob with 27
# and 64. The box of rates and decays is moved at random each time, so that no grid is lucky. A grid
# reaches from edge to edge of its box, or stands in the middles of its cells. Each row counts the
# searches that random search wins and loses, with 9, 16, 27 and 64 trials, by the lowest validation
# loss or by the test error of the network that has it, in boxes of four decades and in narrow ones
# of two:

# %% claim="C14" covers="11.random"
all_ways = ("grid, edges", "grid, centres", "random", "coarse to fine")


def duels(way, other, part, judge):  # wins and losses of 40; ties are left out
    pairs = [[np.array(t[w][judge]) for w in (way, other)] for t in stored[part].values()]
    return " ".join(f"{np.sum(a < b)}:{np.sum(a > b)}".rjust(5) for a, b in pairs)


for part in ("searches", "narrow searches"):
    for judge in ("loss", "test"):
        for rival in all_ways[:2]:
            print(f"{part:<15} {judge:<4} against {rival:<13}", duels("random", rival, part, judge))

# %%
# @title What 9 and 27 trainings find
assert duels("random", "grid, edges", "searches", "loss") == " 31:9  35:5 28:12 30:10"
assert duels("random", "grid, centres", "searches", "loss") == "21:19 30:10 30:10 28:12"
budgets = ("2 parameters, 9 trials", "3 parameters, 27 trials")
shown = {b: {w: stored["searches"][b][w]["loss"] for w in all_ways} for b in budgets}
middle = {b: ", ".join(f"{w} {np.median(v):.3f}" for w, v in f.items()) for b, f in shown.items()}
title = "What 9 and 27 trainings find"
described(
    plot_found(shown, xlabel="validation loss of the winner", title=title),
    "Validation losses of the winners, 40 searches for each way. Medians: "
    + ". ".join(f"{b}: {medians}" for b, medians in middle.items()),
)

# %% [markdown]
# **Verdict on C14: it depends on box, grid and knobs.** In boxes of four decades, random search
# beats grids that reach the edges, where losses are high, in 28 to 35 of 40; grids in the middles
# of cells in 21 with nine trials, and in 28 to 30 with more, since the rate matters much more than
# the decay. By test errors its lead is smaller. In boxes of two decades neither leads by the loss,
# and random search is slightly behind by test errors. Where two knobs matter equally, it loses to
# grids in the middles, unless the valley is narrow. Coarse to fine gains little, if anything
# (section 7).

# %% [markdown]
# ### How many trials?
# A random trial misses the best 5 % of the box with probability 0.95, and $t$ trials all miss it
# with $0.95^t$. At least one hits it with probability 0.95 or more if
#
# $$1 - 0.95^t \ge 0.95 \iff t \ge \frac{\ln 0.05}{\ln 0.95} \tag{11.2}$$
#
# **Predict.** What is the smallest such $t$?

# %% tags=["predict"]
guess_trials = ...  # a number of trials

# %% truth=["59", "58.4"] covers="11.trials"
# @title Your guess beside the truth
enough = math.ceil(math.log(0.05) / math.log(0.95))
assert 1 - 0.95 ** (enough - 1) < 0.95 <= 1 - 0.95**enough
described(plot_guess(guess_trials, enough, quantity="trials"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# 59, for any number of knobs. But in a box without good places the best 5 % are bad, too.
# </details>

# %% tags=["exercise"] covers="11.random"
exercise("random_search")

# %% [markdown]
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.
#
# ## 7 From coarse to fine (core)
# KAV's third way spends part of the budget in the whole box (here two thirds), and the rest in a
# smaller one (a quarter as wide) around the best trial. These are its wins and losses against
# random search, with 9, 16, 27 and 64 trials:


# %% covers="11.coarse"
def chance(won, lost):  # how often a fair coin is as one-sided
    return 2 * sum(math.comb(won + lost, n) for n in range(won, won + lost + 1)) / 2 ** (won + lost)


for judge, *total in (("loss", 95, 64), ("test", 77, 55)):
    print(judge, duels("coarse to fine", "random", "searches", judge), round(chance(*total), 3))

# %% [markdown]
# By the losses that chose the winners, coarse to fine wins 95 of 160 and loses 64; a fair coin is
# as one-sided once in 60 times. By test errors it wins 77 and loses 55: once in 15. The gain is
# small, and not certain.

# %% tags=["exercise"] covers="11.coarse"
exercise("q_best_at_the_edge")

# %% [markdown]
# ## 8 Cleverer searches (deeper, 6 minutes)
# **Successive halving** gives many settings a little training each, the better half twice as much,
# and so on: 32 settings with 6 steps, 16 with 12, down to one with 192. That costs as much as six
# whole trainings:


# %% covers="11.halving"
def spend(seed):
    rng = np.random.default_rng(seed)
    space = {
        "lr": lambda rng: search.log_uniform(1e-3, 10, 1, rng)[0],
        "decay": lambda rng: search.log_uniform(1e-5, 0.1, 1, rng)[0],
    }

    def loss_after(p, steps):
        return validation_losses(p["lr"], p["decay"], seed=seed, steps=steps)[0]

    best, loss, history = search.successive_halving(loss_after, space, 32, rng, min_budget=6)
    return float(f"{best['lr']:.2g}"), round(float(loss), 3), sum(steps for *_, steps, _ in history)


spend(7)

# %% [markdown]
# In 40 such boxes these are the median validation losses of halving, of its first six settings
# and of all 32, each trained to the end:

# %% covers="11.halving"
halved = np.median(stored["halving"], axis=1)
assert halved[2] < halved[0] < halved[1]
dict(zip(("halving", "6 whole", "32 whole"), halved.round(3).tolist(), strict=True))

# %% [markdown]
# It assumes that whoever leads early also leads late: small rates, which start slowly and end well,
# are thrown out.
#
# KAV's fourth way is a tool, Oscar, that "implements complex algorithms". Today's is Optuna, whose
# sampler TPE prefers places where good trials were frequent. In 40 boxes, these are the median
# losses of TPE and of random search, then TPE's wins and losses by loss and by test error:

# %% covers="11.optuna"
for trials, tpe, drawn in zip((9, 18, 27), *np.array(stored["guided"]), strict=True):
    score = [f"{np.sum(a < b)}:{np.sum(a > b)}" for a, b in zip(tpe, drawn, strict=True)]
    print(trials, "trials:", *np.median([tpe[0], drawn[0]], axis=1).round(3), *score)

# %% [markdown]
# TPE's first ten trials are random. By 27 trials it leads in 32 boxes, by 0.006 in the median. If
# you have installed Optuna, compare them yourself:


# %% covers="11.optuna"
def tpe_and_random(seed):
    def objective(trial):
        lr, decay = (trial.suggest_float(n, *ends[n], log=True) for n in ("lr", "decay"))
        return float(validation_losses(lr, decay, seed=seed)[0])

    ends, rng = {"lr": (1e-3, 10), "decay": (1e-5, 0.1)}, np.random.default_rng(seed)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(objective, n_trials=27)
    drawn = [search.log_uniform(*pair, 27, rng) for pair in ends.values()]
    return round(study.best_value, 3), round(float(validation_losses(*drawn, seed=seed).min()), 3)


[tpe_and_random(seed) for seed in range(8)] if optuna else "Optuna is not installed"

# %% [markdown]
# ## 9 How sure? (core)
# A validation error is an estimate, and from few rows it is a poor one. Say you have 100 digits and
# a linear classifier. You can set 20 of them aside for validation (**hold-out**), or cut the 100
# into $k$ parts, train $k$ times, and let each part validate once (**$k$-fold
# cross-validation**):

# %% tags=["exercise"] covers="11.kfold"
exercise("k_fold")

# %% tags=["exercise"] covers="11.kfold"
exercise("cross_validate")

# %% [markdown]
# Which is closer to the truth? Draw the 100 digits anew 100 times; 1,337 others tell the true error
# $e$ each time. The typical distance of the estimates $\hat e$ from it is
#
# $$\text{rmse} = \sqrt{\text{mean of } (\hat e - e)^2} \tag{11.3}$$


# %%
def fit_linear(X, y):
    A = np.c_[X, np.ones(len(X))]
    C = np.linalg.solve(A.T @ A + np.eye(65), A.T @ np.eye(10)[y])
    return lambda X: (np.c_[X, np.ones(len(X))] @ C).argmax(axis=1)


def share_wrong(y, predicted):
    return (y != predicted).mean()


# %% [markdown]
# For one draw of 100 digits this gives the true error and three estimates of it:


# %%
# @title One draw: the true error and three estimates
def estimates(seed):
    rng = np.random.default_rng(seed)
    rows = rng.permutation(1437)
    X, y, folds = digits.X_train[rows], digits.y_train[rows], {}
    true = share_wrong(y[100:], fit_linear(X[:100], y[:100])(X[100:]))
    for k in (5, 10):
        folds[k] = model_selection.k_fold(100, k, rng)
    cuts = folds[5][:1], folds[5], folds[10]  # a hold-out of 20 is one fold of five
    ways = [
        model_selection.cross_validate(fit_linear, share_wrong, X[:100], y[:100], f) for f in cuts
    ]
    return [true, *(mean for mean, _ in ways)]


# %% [markdown]
# These are the mean and the rmse of 100 estimates, in percent:

# %% covers="11.kfold"
kinds = ("true", "hold-out of 20", "5-fold", "10-fold")
guessed = 100 * np.array([estimates(seed) for seed in range(100)])
rmse = np.sqrt(((guessed - guessed[:, :1]) ** 2).mean(axis=0))
assert rmse[3] < rmse[2] < 0.6 * rmse[1]
assert min(guessed[:, 1:].mean(axis=0)) > guessed[:, 0].mean()
table = np.round([guessed.mean(axis=0), rmse], 1).T.tolist()
dict(zip(kinds, table, strict=True))

# %% [markdown]
# The same 100 digits give about half the uncertainty, for $k$ times the trainings. All estimates
# are too high on average, since the classifier learns from 80 or 90 digits only. With plenty of
# rows one hold-out set is enough.
#
# ### Twenty columns of 1,000
# Here are 50 rows with 1,000 columns of pure noise, and labels from coin tosses: on fresh rows
# every method is wrong half of the time. Somebody keeps the 20 columns that are most strongly
# correlated with the labels, then estimates a classifier's error on them by 5-fold
# cross-validation.


# %%
def top_columns(X, y):
    return np.argsort(-np.abs((y - y.mean()) @ X) / X.std(axis=0))[:20]


def fit_nearest_mean(X, y):
    zero, one = X[y == 0].mean(axis=0), X[y == 1].mean(axis=0)
    return lambda X: ((X - (zero + one) / 2) @ (one - zero) > 0).astype(int)


def coin_flips(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(50, 1000)), rng.permutation(np.arange(50) % 2)
    return X, y, model_selection.k_fold(50, 5, rng)


def leaking(seed):
    X, y, folds = coin_flips(seed)
    X = X[:, top_columns(X, y)]
    return model_selection.cross_validate(fit_nearest_mean, share_wrong, X, y, folds)[0]


# %% [markdown]
# **Predict.** Which error does that report, in percent, on average over 30 data sets?

# %% tags=["predict"]
guess_leak = ...  # between 0 and 100

# %% truth=["7.0", "7 %", "seven percent"] covers="11.leak"
# @title Your guess beside the truth
leaked = 100 * np.mean([leaking(seed) for seed in range(30)])
assert 4 < leaked < 11
quantity = "reported error on coin flips, %"
described(plot_guess(guess_leak, round(float(leaked), 1), quantity=quantity, within=(0, 100)))

# %% tags=["exercise"] covers="11.leak"
exercise("q_columns_first")

# %% [markdown]
# Here is the same estimate without that mistake:


# %% covers="11.leak"
# @title After your answer: the honest estimate
def fit_whole(X, y):
    kept = top_columns(X, y)
    predict = fit_nearest_mean(X[:, kept], y)
    return lambda X: predict(X[:, kept])


def honest(seed):
    X, y, folds = coin_flips(seed)
    return model_selection.cross_validate(fit_whole, share_wrong, X, y, folds)[0]


fair = 100 * np.mean([honest(seed) for seed in range(30)])
assert 45 < fair < 55
f"{fair:.0f} %"

# %% [markdown]
# <details><summary>After your answer</summary>
#
# The columns had seen the labels of the rows that validate: a **leak**. Everything that learns from
# labels belongs inside the folds.
# </details>

# %% covers="11.leak"
# @title Whose labels choose the columns?
everyone, training_parts = np.ones((5, 5), bool), ~np.eye(5, dtype=bool)
choosers = {
    f"chosen once, before the folds:\nreported error {leaked:.0f} %": everyone,
    f"chosen anew in each training:\nreported error {fair:.0f} %": training_parts,
}
whose = described(
    plot_folds(choosers, title="Whose labels choose the columns?"),
    "Two cross-validations, five trainings by five parts of the rows; in training 1 part 1 "
    "validates, in training 2 part 2, and so on. Left, where columns are chosen once, every part "
    "has chosen them, the one that validates, too. Right, where each training chooses anew, the "
    "part that validates has not.",
)
after(guess_leak, whose)

# %% [markdown]
# A scaler that is fitted before the folds leaks, too, though it sees no labels. These are mean
# errors in percent over 100 draws of 20 and of 100 digits, standardized before the folds or inside
# `fit`:


# %% covers="11.leak"
def fit_scaled(X, y):
    mean, std = X.mean(axis=0), np.fmax(X.std(axis=0), 1e-6)
    predict = fit_linear((X - mean) / std, y)
    return lambda X: predict((X - mean) / std)


def before_and_inside(n, seed):
    rng = np.random.default_rng(seed)
    rows, folds = rng.permutation(1437)[:n], model_selection.k_fold(n, 5, rng)
    X, y = digits.X_train[rows], digits.y_train[rows]
    scaled = (X - X.mean(axis=0)) / np.fmax(X.std(axis=0), 1e-6)
    ways = (fit_linear, scaled), (fit_scaled, X)
    return [model_selection.cross_validate(f, share_wrong, Z, y, folds)[0] for f, Z in ways]


draws = {n: [before_and_inside(n, seed) for seed in range(100)] for n in (20, 100)}
flattery = {n: 100 * np.mean(errors, axis=0) for n, errors in draws.items()}
assert all(before < inside for before, inside in flattery.values())
{n: errors.round(1).tolist() for n, errors in flattery.items()}

# %% [markdown]
# Standardized before the folds, 20 digits report an error three points too low, 100 a third of one.
#
# ## 10 The error of the winner (core)
# Of $n$ rows with a true error $p$, the share of errors that you count has a standard error of
#
# $$\sqrt{\frac{p\,(1 - p)}{n}} \tag{11.4}$$
#
# With $p = 5\,\%$ and 400 rows that is 1.1 points; with 50 rows, 3.1 points.

# %% tags=["exercise"] covers="11.winner"
exercise("q_more_settings")

# %% covers="11.winner"
# @title How low is the lowest of 64 estimates, if all settings are equally good?
lots, share = np.random.default_rng(7), 0.055
drawn = {f"{n} validation rows": 100 * lots.binomial(n, share, (2000, 64)) / n for n in (50, 400)}
least = {name: errors.min(axis=1).mean() for name, errors in drawn.items()}
title = "64 settings, all equally good: 2,000 searches"
described(
    plot_luck(drawn, 100 * share, xlabel="estimated error, %", title=title),
    "Two histograms of estimated errors, of one setting and of the winner of 64, whose true error "
    "is 5.5 percent. One setting's estimates are spread around 5.5. The winner's lie far below: "
    + "; ".join(f"on {name} {error:.1f} percent on average" for name, error in least.items()),
)

# %% [markdown]
# Real settings resemble each other, so that luck is smaller. Now 64 settings near the best ones are
# judged by 50 or by 400 validation digits. For the winners among the first 1, 4, 16 and 64, these
# are the errors that made them win, and their errors on the test digits:

# %% covers="11.winner"
counts, winners = stored["winners"]["counts"], {}
for rows in ("50", "400"):
    validated, tested = 100 * np.array(stored["winners"][rows])
    winners |= {f"on the {rows} that chose": validated, f"test, chosen by {rows}": tested}
few, few_tested = winners["on the 50 that chose"], winners["test, chosen by 50"]
assert [round(few[-1], 1), round(few_tested[-1], 1)] == [4.0, 5.5]
{k: np.round(v[[0, 2, 4, 6]], 1).tolist() for k, v in winners.items()}

# %%
# @title The more you try, the less the winner's validation error means
words = {"xlabel": "settings tried", "ylabel": "error of the winner, %", "ticks": counts}
title = "The more you try, the less the winner's validation error means"
described(
    plot_against(counts, winners, title=title, **words),
    "Errors of the winner in percent against the number of settings, 1 to 64. "
    + " ".join(f"{k}: {v[0]:.1f} at first, {v[-1]:.1f} at the end." for k, v in winners.items()),
)

# %% [markdown]
# With 50 digits the winner of 64 has an error of 4.0 % where it was chosen, and 5.5 % on the test
# digits. This is the **winner's curse**: the lowest of many estimates is partly luck, the more so
# the more settings and the fewer rows. The winner may still be a good choice, but only rows that
# chose nothing tell its error.
#
# ## 11 What would help? (deeper, 10 minutes)
# HUST ends with five "active solutions": more data, longer training, more depth or width,
# regularization, more tuning (**C27**). Here two networks get each remedy alone, from ten starts.
# The first saw 1,000 digits for 100 steps at the rate 0.01, the second 60 digits until it knew them
# by heart. These are training and test errors in percent:

# %% claim="C27" covers="11.remedies"
treated = {
    name: {
        how: [round(100 * float(np.mean(part))) for part in (errors[0], errors[2])]
        for how, errors in remedies.items()
    }
    for name, remedies in stored["remedies"].items()
}
hasty, by_heart = ({k: v[1] for k, v in errors.items()} for errors in treated.values())
assert max(hasty[k] for k in ("tuned", "longer", "wider")) < 25 < 40 < hasty["more data"]
assert by_heart["more data"] < 8 < 14 < min(v for k, v in by_heart.items() if k != "more data")
assert 0 < hasty["as it is"] - hasty["deeper"] < 3 < 1 + by_heart["deeper"] - by_heart["as it is"]
assert {by_heart["as it is"] - by_heart[k] for k in ("wider", "regularized", "tuned")} == {1}
treated

# %% [markdown]
# **Verdict on C27: it depends on the illness.** The first network underfits: tuning, longer
# training and width help it a lot, and the rest gains two points at most. The second overfits: more
# data more than halves its error; width, regularization and tuning gain about a point, and depth
# harms. So look at both errors before you choose (lecture 9).
#
# ### Learning curves
# A **learning curve** says whether more data would pay: train with less, and see whether the
# validation error still falls.

# %% covers="11.learning_curves"
# @title Is it worth collecting more digits?
sizes = (25, 50, 100, 200, 400, 800)


def both_errors(images, seed):
    params = train(0.3, images=images, seed=seed)
    parts = slice(images), slice(1037, None)
    return [100 * (scores(params, pixels[p])[1][0].argmax(1) != labels[p]).mean() for p in parts]


curves = np.array([[both_errors(n, seed) for n in sizes] for seed in range(5)])
lines = {"validation": curves[:, :, 1], "training": curves[:, :, 0]}
assert 0.7 < np.divide(*lines["validation"].mean(axis=0)[[-1, -2]]) < 0.9
words = {"xlabel": "training digits", "ylabel": "error, %", "ticks": sizes}
described(
    plot_against(sizes, lines, title="Is it worth collecting more digits?", **words),
    "Errors in percent against the number of training digits, 25 to 800, five starts. Validation "
    f"falls from {curves[:, 0, 1].mean():.0f} to {curves[:, -1, 1].mean():.1f}; training stays "
    f"below {curves[:, :, 0].mean(axis=0).max() + 1:.0f}.",
)

# %% [markdown]
# The last doubling still takes a fifth off the validation error: more digits pay.
#
# ### Error analysis
# These validation digits have the highest loss:

# %% covers="11.errors"
# @title Nine digits, and what the network reads
starts = [scores(train(0.3, seed=seed), pixels[1037:])[1][0] for seed in range(10)]
logp, read = activations.log_softmax(starts[0]), np.argmax(starts, axis=2)
worst = np.argsort(logp[range(400), labels[1037:]])[:9]
misread = np.sum(read[:, worst] != labels[1037 + worst], axis=0)
assert np.sum(misread == 10) == 6
names = [f"{labels[1037 + i]}, read {read[0, i]}" for i in worst]
described(
    plot_images(
        pixels[1037 + worst].reshape(-1, 8, 8), names, title="The nine worst digits", columns=5
    ),
    "The nine validation digits with the highest loss, true class and what is read: "
    + "; ".join(names),
)

# %% [markdown]
# Six of the nine are misread from all of ten starts, so they are hard, not unlucky. Which of them
# would you read right? More digits of such shapes may help.
#
# ### Stretch pants
# For units KAV knows a shortcut (**C25**): choose more than needed, "then use early stopping", like
# large stretch pants that shrink to fit. Networks were trained for 3,000 steps from five starts.
# These are the mean test loss and the test digits right in percent, first at the step with the
# lowest validation loss and then at the end:

# %% claim="C25" covers="11.stretch"
table = stored["widths"]
units, stopped, last = (table[part] for part in ("widths", "lowest", "last"))
(early, early_wrong), (late, late_wrong) = (
    (np.mean(when["test"], axis=1), 100 * np.mean(when["errors"], axis=1))
    for when in (stopped, last)
)
assert np.greater(last["test"], stopped["test"]).sum() == 39  # of 40 trainings
assert early[0] > 10 * early[-1]
assert early[5:].max() < 0.18 < 0.35 < early[2]
assert np.abs(late_wrong - early_wrong)[2:].max() < 1
for row in zip(units, early, late, 100 - early_wrong, 100 - late_wrong, strict=True):
    print("{:>3} units: {:.2f} {:.2f}  {:.1f} {:.1f}".format(*row))

# %% covers="11.stretch"
# @title Too many units cost nothing, and stopping pays in the loss
moments = (("stopped", "lowest"), ("at the end", "last"))
lines = {
    f"{part}, {name}": np.mean(stored["widths"][when][part], axis=1)
    for part in ("test", "validation")
    for name, when in moments
}
title = "Too many units cost nothing, and stopping pays in the loss"
words = {"xlabel": "hidden units", "ylabel": "loss", "yticks": (0.2, 0.5, 1, 2), "title": title}
described(
    plot_against(units, lines, ticks=units, **words),
    "Mean losses against 2 to 256 hidden units, both axes logarithmic, stopped and at the end. "
    + " ".join(f"{k}: {v[0]:.2f} with 2, {v[-1]:.2f} with 256." for k, v in lines.items()),
)

# %% [markdown]
# **Verdict on C25: it holds here.** From 64 units on the test loss hardly changes; with 8 it is
# twice as high, with 2 ten times. Stopping lowers it in 39 of 40 trainings, but from 8 units on the
# errors change by less than a point: the networks grow too sure of their mistakes.

# %% [markdown]
# ## 12 Twenty-seven trainings (core)
# Now put everything together, in PyTorch. Whatever learns from data, standardization included,
# stands inside the training:


# %%
# @title The network in PyTorch: the same start, the same batches
place = device()


def network(seed):
    net = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    with torch.no_grad():
        for p, a in zip(net.parameters(), start(seed), strict=True):
            p.copy_(torch.tensor(a[0] if len(a) == 1 else a.T))  # a layer's weights lie across
    return net.to(place)


def on_place(X, y):
    return torch.tensor(X, device=place), torch.tensor(y, device=place)


def optimizer_of(net, lr, weight_decay=0.0, friction=1.0):
    groups = [
        {"params": [p for p in net.parameters() if p.ndim == 2], "weight_decay": weight_decay},
        {"params": [p for p in net.parameters() if p.ndim == 1]},
    ]
    return torch.optim.SGD(groups, lr=lr, momentum=1 - friction)


# %% [markdown]
# One training is a function:


# %%
def fit_torch(X, y, lr, weight_decay=0.0, friction=1.0, seed=0):
    mean, std = X.mean(), X.std()
    net, rng = network(seed), np.random.default_rng(100 + seed)
    optimizer, (x, y) = optimizer_of(net, lr, weight_decay, friction), on_place((X - mean) / std, y)
    for _ in range(200):
        rows = torch.tensor(rng.integers(len(x), size=32), device=place)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
        optimizer.step()
    return lambda X: net(on_place((X - mean) / std, 0)[0]).detach().cpu().numpy()


images = digits.X_train[order]


def objective(setting):
    z = fit_torch(images[:400], labels[:400], **setting)(images[1037:])
    return float(np.fmin(losses.cross_entropy(z, labels[1037:]), math.log(10)))


# %% [markdown]
# *The first training* is a range test:

# %%
# @title A step of the range test
tested_rates = np.geomspace(1e-3, 10, 61)
net, rng = network(0), np.random.default_rng(7)
x, truth = on_place(pixels[:400], labels[:400])


def range_step(lr):
    rows = torch.tensor(rng.integers(400, size=64), device=place)
    optimizer = optimizer_of(net, lr)
    loss = torch.nn.functional.cross_entropy(net(x[rows]), truth[rows])
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


# %% [markdown]
# How many rates did it go through, and what was its lowest loss?

# %%
range_losses = search.learning_rate_range_test(range_step, tested_rates)
len(range_losses), min(range_losses)

# %% [markdown]
# What you did by eye becomes a function:

# %% tags=["exercise"] covers="11.range_test,11.one_knob"
exercise("pick_rate")

# %%
picked = search.pick_rate(tested_rates, range_losses)
assert 0.05 < picked < 0.5
round(picked, 3)

# %% [markdown]
# *The next 18* are drawn from a box around it, all on logarithmic scales; $1 - \mu$ is KAV's
# friction:


# %%
def space_in(box):
    return {n: lambda rng, e=e: float(search.log_uniform(*e, 1, rng)[0]) for n, e in box.items()}


box = {"lr": (picked / 10, 3 * picked), "weight_decay": (1e-5, 0.1), "friction": (0.05, 1.0)}
draws = np.random.default_rng(7)
best_of_18, loss_of_18, coarse = search.random_search(objective, space_in(box), 18, draws)
round(loss_of_18, 3)

# %% [markdown]
# *The last 8* come from a box a quarter as wide around the best of them:


# %%
def quarter(value, low, high):
    reach = (high / low) ** (1 / 8)
    return max(low, value / reach), min(high, value * reach)


small = {n: quarter(best_of_18[n], *ends) for n, ends in box.items()}
_, _, fine = search.random_search(objective, space_in(small), 8, np.random.default_rng(8))
winner, loss = min(coarse + fine, key=lambda trial: trial[1])
{n: float(f"{v:.2g}") for n, v in winner.items()}, round(loss, 3)

# %% [markdown]
# The NumPy networks have the same losses at these 26 settings:

# %% covers="11.torch"
rows = [(p["lr"], p["weight_decay"], 1 - p["friction"]) for p, _ in coarse + fine]
apart = np.abs(validation_losses(*np.transpose(rows)) - [value for _, value in coarse + fine])
assert np.median(apart) < 1e-3
f"on {place}: median difference {np.median(apart):.0e}"

# %% [markdown]
# *Do you believe it?* The winner's validation error comes from digits that chose it. Compare it,
# in percent, with five folds of the 800 digits used so far and, once, at the very end, with the
# test digits, whose error has the standard error (11.4):


# %% covers="11.believe"
def fit_winner(X, y):
    predict = fit_torch(X, y, **winner)
    return lambda X: predict(X).argmax(axis=1)


used, rng = np.r_[:400, 1037:1437], np.random.default_rng(7)
folds = model_selection.k_fold(800, 5, rng)
ways = fit_winner, share_wrong, images[used], labels[used]
crossed, _ = model_selection.cross_validate(*ways, folds)
predict = fit_winner(images[:400], labels[:400])
final = share_wrong(digits.y_test, predict(digits.X_test))
report = {"validation": share_wrong(labels[1037:], predict(images[1037:])), "5-fold": crossed}
report |= {"test": final, "standard error": math.sqrt(final * (1 - final) / 360)}
assert (
    max(abs(report[way] - final) for way in ("validation", "5-fold")) < 3 * report["standard error"]
)
{name: round(100 * float(error), 1) for name, error in report.items()}

# %% [markdown]
# The three differ by less than three standard errors, which chance explains. Report the test error,
# whose rows chose nothing, with its standard error and the number of trainings.
#
# ## 13 Break it (deeper, 3 minutes)
# Make one change: draw rates and decays evenly, not evenly in their logarithms. For 40 searches of
# nine trials these are the median validation loss and the number of winners as bad as guessing:

# %% covers="11.broken"
nine_trials = stored["searches"]["2 parameters, 9 trials"]
ruined = {
    way: (round(float(np.median(v["loss"])), 3), int(np.sum(np.array(v["loss"]) > 2)))
    for way, v in nine_trials.items()
    if way.startswith("random")
}
assert ruined["random, linear"][0] > 1.5 * ruined["random"][0]
ruined

# %% [markdown]
# **Explain.** The box reaches from about 0.001 to about 10, and good rates lie between 0.1 and 0.6.
# Which share of the trials falls there, with either way of drawing? And why does an even grid not
# help either?

# %% [markdown] tags=["instructor"] grade_id="explain_linear" points=2
# Evenly: 0.5 of 10, one trial in 20, so that nine trials miss it with probability 0.95 to the power
# 9, or 63 %. In the logarithm: log10(6) of four decades, 0.78 / 4 or nearly one trial in five; nine
# miss it with probability 0.8 to the power 9, or 15 %. An even grid of three values has its lowest
# ones at 0.001 and 5 (or, in the middles of its cells, at 1.7), all outside. The trouble is the
# scale, not the way of drawing.

# %% [markdown]
# ## What you can do now
# You have sorted hyperparameters; searched with grids, at
# random, and from coarse to fine; halved an uncertainty with folds; caught a leak; and spent 27
# trainings on a winner that you can believe.
#
# **An open question.** All tests of this lecture are on digits of the same 13 writers. What would
# you have to keep apart to know the error on a stranger's digits?

# %%
show_progress("11")

# %% [markdown]
# ## Card
# | what | formula |
# |---|---|
# | grid | $t = v^d$ trainings of $d$ knobs, $v$ values of each |
# | random | $t$ trainings, $t$ values of each knob |
# | hit the best share $q$ | $1 - (1 - q)^t$; 59 trials for 5 % with probability 95 % |
# | range test | one step at each rate, rising; a third of the rate with the lowest loss |
# | $k$-fold | each row validates once; mean over $k$ trainings |
# | standard error of an error $p$ on $n$ rows | $\sqrt{p(1 - p)/n}$ |
#
# **A plan for 27 trainings.** Sort the knobs; fix what you can. A range test. Logarithmic scales
# for rates, decays and friction. Two thirds in a wide box, with the best not at its edge; the rest
# around the best. Choose on validation rows; report the error on rows that chose nothing.
#
# **Pitfalls.** Even scales; a grid from wall to wall; a common rate for things that are compared; a
# best value at the edge of its box; columns or scalers that saw the validation rows; the winner's
# validation error as a result; test rows used twice.

# %% [markdown]
# The two numbers to remember, computed:

# %%
round(1 - 0.95**59, 3), round(float(100 * np.sqrt(0.05 * 0.95 / 400)), 1)

# %% [markdown]
# ## Further reading
# - J. Bergstra, Y. Bengio, *Random search for hyper-parameter optimization*, 2012.
# - L. Smith, *Cyclical learning rates for training neural networks*, 2017: the range test.
# - K. Jamieson, A. Talwalkar, *Non-stochastic best arm identification and hyperparameter
#   optimization*, 2016: successive halving.
# - V. Godbole, G. Dahl, J. Gilmer, C. Shallue, Z. Nado, *Deep learning tuning playbook*, 2023.
# - T. Hastie, R. Tibshirani, J. Friedman, *The elements of statistical learning*, 2009, section
#   7.10.2: the leak.

# %% [markdown]
# ## Appendix: for readers of the slides
# **K24 (KAV).** Printed: grid search with cross validation "explores tiny part of hyperparameter
# space in reasonable amount of time". Take three values for each of KAV's 14 knobs, five folds
# and one second a training. The last number is the share of the combinations that 27 trainings see:

# %% erratum="K24"
trainings = 5 * 3**14
assert trainings / 3600 / 24 > 270
f"{trainings:,} trainings, {trainings / 3600 / 24:.0f} days; {27 / 3**14:.4%} in 27"

# %% [markdown]
# What holds: the tiny part is the drawback. A grid is reasonable for two or three knobs.
#
# **K25 (KAV).** Printed, among the means "To find right set of Hyperparameters": an "unlimited
# amount of time". By how many points do trials 17 to 64 lower the error that chose the winner on 50
# digits, and its test error?

# %% erratum="K25"
flattered, gained = (v[counts.index(16)] - v[-1] for v in (few, few_tested))
assert gained < 0.5 < flattered + 0.3
round(float(flattered), 1), round(float(gained), 1)

# %% [markdown]
# What holds: time alone finds winners of the validation set. Rows limit what a search can tell.
#
# ### How many layers?
# KAV finds one or two hidden layers enough for many problems; for complex ones it adds more until
# the network overfits (**C26**). Deep layers reuse what shallow ones find, as in a drawing
# where copied leaves make a branch, branches a tree, and trees a forest (lectures 2 and 16).
# Networks with 0 to 5 hidden layers of 32 units were stopped in time, from five starts, at the best
# of seven rates by validation. These are their errors in percent on training, validation and test
# digits:

# %% claim="C26" covers="11.layers"
judges = ("training", "validation", "test")
parts = [100 * np.mean(stored["depths"][part], axis=1) for part in judges]
assert all(errors.argmin() == 1 and errors.argmax() == 5 for errors in parts[1:])
assert parts[1][0] - parts[1][1] > 0.8 > 0.4 > parts[2][0] - parts[2][1]
assert parts[0].max() <= 0.5
dict(enumerate(np.round(parts, 1).T.tolist()))

# %% [markdown]
# **Verdict on C26: it holds here.** One hidden layer is enough: a second does not help, and five
# are worst. All know the training digits nearly by heart, so by KAV's rule there is nothing to add.
# (On the test digits, which are easy, even that layer gains hardly anything.)

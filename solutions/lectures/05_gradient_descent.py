# %% [markdown]
# # 5 · Gradient descent
#
# **Promise:** after this lecture you can train a network: you know what the learning rate and the
# batch size do, and you can tell from a curve which of them is wrong.
#
# **You will** walk down a bowl whose numbers you can check by hand; compute the largest rate that
# does not explode; measure how noisy a gradient from a few rows is; write the training loop, in
# NumPy and in PyTorch; and train a network of 266,610 parameters in both.
#
# **Time:** {{time}}.
# **Builds on:** cross-entropy (lecture 3), backpropagation (lecture 4).
# **Sources:** five lecture documents, called HKU, EPFL, HUST, HW and KAV in the text.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The exercises need NumPy, and one of them PyTorch.

# %%
from itertools import combinations, islice, pairwise
from time import perf_counter

import torch

# %% [markdown]
# The course's own parts:

# %%
from dlcourse.checks.progress import is_solved, show_progress
from dlcourse.data.sets import load_digits, load_mnist
from dlcourse.data.downloads import DownloadFailed
from dlcourse.plots.basic import described, plot_images, plot_lines
from dlcourse.plots.guess import plot_guess
from dlcourse.plots.gradient_descent import own_path, plot_contours, plot_surface
from dlcourse.reference import activations, gradient_check, initializers, linear, losses, network
from dlcourse.reference import optimizers, training
from dlcourse.twins import losses as torch_losses
from dlcourse.twins import training as torch_training
from dlcourse.twins.devices import device
from dlcourse.widgets.gradient_descent import explore_descent, explore_rate

# %% [markdown]
# ## Recall
# Answer in your head first.
#
# 1. $\partial J/\partial w = -0.048$. Should the weight go up or down?
# 2. A dense layer has 64 inputs and 30 outputs. How many numbers has the gradient of its weights?
# 3. The loss is the mean over $N$ rows. Where does $N$ enter the gradient?
#
# <details><summary>Answers</summary>
#
# 1. Up: a step *against* the slope.
# 2. $64 \cdot 30 = 1920$, one for each weight.
# 3. In one place: each row's $p - y$ is divided by $N$.
# </details>

# %% [markdown]
# ## 1 One number decides (core)
# Here is the network of lecture 4 again: 64 pixels, 30 tanh units, 10 classes. `gradients` gives
# the loss on a few rows and one gradient for each of the four arrays.

# %%
digits = load_digits(flat=True, dtype=np.float64)


def small_network(rng):
    weights = [rng.normal(size=(64, 30)) / 8, rng.normal(size=(30, 10)) / 30**0.5]
    return [*weights, np.zeros(30), np.zeros(10)]


def gradients(params, X, y):
    loss, dWs, dbs = network.backpropagate(X, y, params[:2], params[2:])
    return loss, dWs + dbs


def share_right(params, X=digits.X_test, y=digits.y_test):
    return np.mean(network.mlp_scores(X, params[:2], params[2:]).argmax(axis=1) == y)


# %% [markdown]
# Three passes over the training digits, 32 rows a step, from the same start and in the same order:


# %% numbers={"good": ["100 * good", 91, 95]}
def three_passes(rate):
    rng = np.random.default_rng(7)
    params, shares = small_network(rng), []
    for _ in range(3):
        for X, y in training.minibatches(digits.X_train, digits.y_train, 32, rng):
            params = optimizers.sgd_step(params, gradients(params, X, y)[1], rate)
        shares.append(share_right(params))
    return shares


good = three_passes(0.3)[-1]
f"rate 0.3: {good:.0%} of the test digits are right"

# %% [markdown]
# **Predict.** With the rate 0.3 the network reads {{good:.0f}} % of the test digits after three
# passes. You make the rate ten times as large. What percentage does it read then?

# %% tags=["predict"]
guess_percentage = ...  # a number from 0 to 100

# %% truth=["blind guessing", "9.7"]
# @title Your guess beside the truth
too_large = 100 * three_passes(3.0)[-1]
described(
    plot_guess(
        guess_percentage,
        round(too_large, 1),
        quantity="percentage right at rate 3",
        within=(0, 100),
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# As good as blind guessing. A rate that is too small looks alike after three passes: both know next
# to nothing. One of them needs patience, the other will never learn.
# </details>
#
# And in the other direction?

# %%
runs = {f"rate {rate:g}": three_passes(rate) for rate in (0.3, 0.03, 0.003, 3.0)}

# %%
# @title Same network, same data: the rate decides
described(
    plot_lines(
        [1, 2, 3],
        runs,
        xlabel="passes over the training digits",
        ylabel="share of test digits read correctly",
        title="Same network, same data: the rate decides",
    ),
    "Shares right after three passes: "
    + ", ".join(f"{name} {shares[-1]:.0%}" for name, shares in runs.items()),
)

# %% [markdown]
# To tell one rate from another you have to see what a step does, on a loss that you can draw.

# %% [markdown]
# ## 2 A bowl (core)
# Two weights, four rows, and the squared error of lecture 3. These numbers stay with you for the
# whole lecture:
#
# $$J(w) = \frac{1}{2n}\sum_{i=1}^{n} (x_i \cdot w - t_i)^2,\qquad n = 4 \tag{5.1}$$

# %%
X4 = np.array([[1.0, 2.0], [1.0, -2.0], [-1.0, 2.0], [-1.0, -2.0]])
t4 = np.array([6.0, 0.0, -2.0, -4.0])


def bowl(w):
    return np.mean((X4 @ w - t4) ** 2) / 2


start = np.zeros(2)
float(bowl(start))

# %% [markdown]
# At $w = (0, 0)$ the errors are the targets: $(36 + 0 + 4 + 16)/8 = 7$. The slopes along the two
# weights are the **gradient**:
#
# $$\nabla J(w) = \frac1n \sum_{i=1}^{n} (x_i \cdot w - t_i)\, x_i \tag{5.2}$$


# %% covers="05.gradient"
def slope(w, rows=(0, 1, 2, 3)):
    X, t = X4[list(rows)], t4[list(rows)]
    return X.T @ (X @ w - t) / len(t)


referee = gradient_check.numerical_gradient(bowl, start)
assert gradient_check.relative_error(slope(start), referee) < 1e-7
slope(start)

# %% [markdown]
# The gradient is $(-3, -4)$, and its length is 5. Over the two weights this loss is a bowl, a
# **paraboloid**. Its bottom is where the gradient is 0, and `np.linalg.solve` finds it:

# %% covers="05.paraboloid"
H = X4.T @ X4 / 4
bottom = np.linalg.solve(H, X4.T @ t4 / 4)
assert np.allclose(slope(bottom), 0)
H, bottom, float(bowl(bottom))

# %% [markdown]
# The bottom is at $(3, 1)$, where $J = 0.5$: no line fits the four rows exactly. The matrix
# $H = \frac1n\sum x_i x_i^\top$ holds the **curvatures**: 1 along the first weight, 4 along the
# second.

# %% covers="05.paraboloid"
# @title The loss over two weights
described(
    plot_surface(
        bowl, low=(-2, -3), high=(8, 5), title="The loss over two weights", zlabel="loss J"
    ),
    "A bowl over the plane of the two weights, long along the first weight and steep along the "
    "second, with its lowest point, 0.5, at (3, 1).",
)

# %% [markdown]
# From above, each **contour line** joins points of equal loss. You stand at
# $(0, 0)$ and face along $-\nabla J$, straight downhill. How many degrees do you have to turn to
# face the bottom?

# %%
downhill, home = -slope(start), bottom - start
cosine = downhill @ home / np.linalg.norm(downhill) / np.linalg.norm(home)
round(float(np.degrees(np.arccos(cosine))), 1)

# %% [markdown]
# The steepest way down is not the way to the bottom. The map shows why:

# %% covers="05.contours"
# @title Downhill crosses the contour at a right angle
described(
    plot_contours(
        bowl,
        low=(-2, -2),
        high=(7, 4),
        levels=[1, 2, 4, 7, 12, 20],
        arrows=[(start, downhill / 3, "−∇J"), (start, home / 3, "to the bottom")],
        minimum=bottom,
        title="Downhill crosses the contour at a right angle",
    ),
    "Elliptic contour lines around the minimum at (3, 1), longer along the first weight. At (0, 0) "
    "one arrow goes along minus the gradient, (3, 4), at a right angle to the contour line; "
    "another points to the minimum, (3, 1).",
)

# %% [markdown]
# The gradient stands at a right angle on the contour line, since along the line $J$ does not
# change. Only on a round bowl does that angle point to the bottom from everywhere.
#
# So the gradient is right about a *small* piece of the way. Take a step, look again:
#
# $$w_{k+1} = w_k - \eta\,\nabla J(w_k) \tag{5.3}$$
#
# $\eta$ (eta) is the **learning rate**, `lr` in code. One step with $\eta = 0.25$:

# %%
start - 0.25 * slope(start)

# %% [markdown]
# **Your turn.** Write the walk.

# %% tags=["exercise"] covers="05.batch"
exercise("gradient_descent")

# %% [markdown]
# Once its check says ✓, run the next cell: it draws *your* walk, 20 steps with $\eta = 0.25$.

# %%
# @title Your own walk down the bowl
solved_walk = is_solved("05_gradient_descent", "gradient_descent")
own_walk = own_path(solved_walk, globals().get("gradient_descent"), slope, start, 0.25, 20)
described(
    plot_contours(
        bowl, low=(-1, -1.5), high=(5, 3.5), paths=own_walk, minimum=bottom, title="Your own walk"
    ),
    "Contour lines of the bowl around its minimum at (3, 1). "
    + ("Your walk leads there from (0, 0)." if own_walk else "There is no walk of yours yet."),
)

# %% [markdown]
# ## 3 The rate (core)
# Four rates, ten steps each, from $(0, 0)$: 0.05, 0.25, 0.4 and 0.51.
#
# **Predict.** Which of them ends nearest to the bottom?

# %% tags=["predict"]
guess_rate = ...  # 0.05, 0.25, 0.4 or 0.51

# %% covers="05.rates" truth=["0.4 comes nearest"]
# @title Your guess beside the truth
rates = [0.05, 0.25, 0.4, 0.51]
paths = {rate: optimizers.gradient_descent(slope, start, rate, 10) for rate in rates}
left = {rate: float(np.linalg.norm(path[-1] - bottom)) for rate, path in paths.items()}
described(
    plot_guess(
        guess_rate, min(left, key=left.get), quantity="rate that comes nearest", choices=rates
    )
)

# %% [markdown]
# What each did:

# %%
# @title Ten steps: too careful, straight, zig-zag, too far
described(
    plot_contours(
        bowl,
        low=(-1, -1.5),
        high=(5, 3.5),
        levels=[0.6, 1, 2, 4, 7, 12],
        paths={f"η = {rate}: {left[rate]:.3f} left": path for rate, path in paths.items()},
        minimum=bottom,
        title="Ten steps: too careful, straight, zig-zag, too far",
    ),
    "Four paths from (0, 0). Rate 0.05 creeps and has 1.8 left. Rate 0.25 walks along the axis of "
    "the valley, 0.17 left. Rate 0.4 jumps from side to side and comes nearest, 0.019. Rate "
    "0.51 jumps further each time along the second weight and has 1.5 left.",
)

# %% [markdown]
# Why? Subtract the bottom from (5.3) and use $\nabla J(w) = H\,(w - w^*)$:
#
# $$w_{k+1} - w^* = (I - \eta H)\,(w_k - w^*) \tag{5.4}$$
#
# A step *multiplies* the distance from the bottom by a matrix. Both sides, for each rate:

# %%
for rate, path in paths.items():
    shrink = np.eye(2) - rate * H
    assert np.allclose(path[1:] - bottom, (path[:-1] - bottom) @ shrink.T)

# %% [markdown]
# Along a direction of curvature $\lambda$ (an eigenvector of $H$ with eigenvalue $\lambda$) the
# matrix is one number:
#
# $$\text{distance} \;\leftarrow\; (1 - \eta\lambda)\cdot\text{distance} \tag{5.5}$$
#
# For the curvatures 1 and 4, and each rate (a minus is a jump to the other side; after $k$ steps
# the distance is multiplied by the $k$-th power):

# %%
factors = {rate: 1 - rate * np.array([1.0, 4.0]) for rate in rates}
for rate, path in paths.items():
    assert np.allclose(path[10] - bottom, factors[rate] ** 10 * (start - bottom))
factors

# %% [markdown]
# Find the rate at which the ball arrives in one step, the one at which it jumps for ever, and what
# a curvature twice as large does to both.

# %% covers="05.rates"
# @title One direction of the bowl
described(
    explore_rate(curvature=4.0, rate=0.4, start=1.0, title="One direction of the bowl"),
    "A parabola with a ball that takes ten steps, and its distance from the bottom against the "
    "step; sliders for the rate and the curvature. For curvature 4: below rate 0.25 the ball "
    "creeps down one side, at 0.25 it arrives in one step, between 0.25 and 0.5 it jumps from side "
    "to side and comes nearer, at 0.5 it jumps for ever, above 0.5 it flies out.",
)

# %% [markdown]
# | $\eta\lambda$ | factor $1 - \eta\lambda$ | what you see |
# |---|---|---|
# | 0 to 1 | 1 to 0 | creeps, from one side |
# | 1 | 0 | arrives in one step |
# | 1 to 2 | 0 to −1 | jumps across, comes nearer |
# | 2 | −1 | jumps for ever |
# | above 2 | below −1 | **diverges** |
#
# One rate serves all directions. The steepest one sets the limit, $\eta < 2/\lambda_{\max}$, and
# the flattest one sets the pace.
#
# **Your turn.**

# %% tags=["exercise"] covers="05.rates"
exercise("largest_stable_rate")

# %% tags=["exercise"] covers="05.rates"
exercise("q_rate_too_large")

# %% [markdown]
# A network's loss is no bowl, but close to a minimum it looks like one, with a curvature in each
# direction. You do not know the largest; you find it by trying. When a loss climbs, the first thing
# to try is always the same: **divide the rate by 3**.
#
# **Explain.** A friend multiplies the first input of every row by 10. What happens to $H$, to the
# largest stable rate, and to the pace along the second weight? What would you advise?

# %% [markdown] tags=["instructor"] grade_id="explain_scaling" points=2
# $H_{11}$ becomes $100 \cdot 1$, the other curvature stays 4. The largest rate falls from 0.5 to
# $2/100 = 0.02$, and along the second weight a step then shrinks the distance by $1 - 0.02 \cdot 4
# = 0.92$ at best: slower by far. Advice: bring the inputs to the same scale (lecture 8).

# %% [markdown]
# ## 4 Some of the rows (core)
# (5.2) is a mean over all rows, which may be millions. What if you asked only one row? Here are the
# four answers at $(0, 0)$:

# %%
row_gradients = np.array([slope(start, [i]) for i in range(4)])
row_gradients

# %% [markdown]
# They disagree wildly. Now ask *two* rows and take their mean. There are six pairs.
#
# **Predict.** You average the gradients of the six pairs. What is the first number of the average?
# (The gradient of all four rows is $(-3, -4)$.)

# %% tags=["predict"]
guess_average = ...  # a number

# %% covers="05.unbiased" truth=["Exactly the full gradient"]
# @title Your guess beside the truth
pair_gradients = np.array([slope(start, pair) for pair in combinations(range(4), 2)])
average = pair_gradients.mean(axis=0)
assert np.allclose(average, slope(start))
assert np.allclose(row_gradients.mean(axis=0), slope(start))
described(plot_guess(guess_average, float(average[0]), quantity="first number of the average"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Exactly the full gradient. Each row is in the same number of pairs, so the average over the pairs
# weighs all rows alike.
# </details>
#
# A gradient from $B$ rows drawn at random is **unbiased**:
#
# $$\mathbb E\big[\nabla J_B\big] = \nabla J \tag{5.6}$$
#
# It is right on average and wrong each time. For $B$ of $n$ rows drawn without replacement, with
# $\sigma^2$ the variance of the single rows' gradients,
#
# $$\operatorname{Var}\big[\nabla J_B\big] = \frac{\sigma^2}{B}\cdot\frac{n - B}{n - 1} \tag{5.7}$$

# %%
sigma2 = row_gradients.var(axis=0).sum()
for B in (1, 2, 3, 4):
    drawn = np.array([slope(start, rows) for rows in combinations(range(4), B)])
    assert np.isclose(drawn.var(axis=0).sum(), sigma2 / B * (4 - B) / 3)
float(sigma2)

# %% [markdown]
# The formula holds for every $B$. For a batch that is small beside $n$ the second factor is about
# 1: the **standard deviation falls like** $1/\sqrt B$. On the digits, with 2,260 parameters:

# %%
rng = np.random.default_rng(7)
small = small_network(rng)


def gradient_of(rows):
    _, grads = gradients(small, digits.X_train[rows], digits.y_train[rows])
    return np.concatenate([g.ravel() for g in grads])


full = gradient_of(slice(None))
sizes = [1, 4, 16, 64, 256]
errors = {
    B: [gradient_of(rng.choice(1437, B, replace=False)) - full for _ in range(100)] for B in sizes
}
noise = {B: float(np.sqrt(np.mean(np.sum(np.square(e), axis=1)))) for B, e in errors.items()}

# %% [markdown]
# Their distance from the gradient of all rows:

# %% covers="05.noise"
sigma = np.sqrt(np.mean([np.sum((gradient_of([i]) - full) ** 2) for i in range(1437)]))
theory = [sigma / np.sqrt(B) * np.sqrt((1437 - B) / 1436) for B in sizes]
assert np.allclose(list(noise.values()), theory, rtol=0.15)

# %%
# @title Noise falls like 1/√B
described(
    plot_lines(
        sizes,
        {"measured": list(noise.values()), "equation (5.7)": theory},
        xlabel="rows in the batch",
        ylabel="distance from the full gradient",
        xscale="log",
        yscale="log",
        title=f"Noise falls like 1/√B (the full gradient has length {np.linalg.norm(full):.2f})",
    ),
    "Both logarithmic: the measured noise falls along a straight line of slope minus one half, "
    f"from {noise[1]:.1f} with one row to {noise[256]:.2f} with 256; the formula lies on it.",
)

# %% tags=["exercise"] covers="05.noise"
exercise("q_minibatch_noise")

# %% [markdown]
# Three names for three choices of $B$: **batch** gradient descent uses all $n$ rows, **stochastic**
# gradient descent (SGD) one, **mini-batch** gradient descent a few. (In code all three are called
# SGD.) There are 64 rows now,
# with the same bottom and the same curvatures.

# %% covers="05.stochastic"
rng = np.random.default_rng(7)
X64 = np.tile(X4, (16, 1))
rest = rng.normal(size=64)
noise_free = X64 @ bottom  # and what is added to it moves the bottom nowhere
t64 = noise_free + rest - X64 @ np.linalg.lstsq(X64, rest, rcond=None)[0]
orders = np.array([[rng.permutation(64) for _ in range(64)] for _ in range(5)])

# %%
# @title Descent with a few rows
described(
    explore_descent(X64, t64, orders, rate=0.1, batch_size=4, title="Descent with a few rows"),
    "Contour lines of the bowl with the path of 60 steps, and the loss against the step; sliders "
    "for the rate, the batch size and the shuffle. With all 64 rows the path is smooth; with 4 "
    "rows at rate 0.1 it heads for the bottom and then staggers about it; with 1 row it "
    "staggers more, and from rate 0.4 on it flies out, though all rows together bear 0.5.",
)

# %% [markdown]
# With one row: what does a smaller rate do to the staggering, and at which rate does it explode?
# With all rows: does the shuffle matter?
#
# With a *constant* rate a noisy descent never settles. How far from the bottom it stays is decided
# by the rate:


# %%
# @title squared_distance: how far from the bottom one row at a time stays
def squared_distance(rate, seed, steps=600):
    rng, w, distances = np.random.default_rng(seed), start, []
    for _ in range(steps):
        i = rng.integers(64)
        w = w - rate * (X64[i] @ w - t64[i]) * X64[i]
        distances.append(np.sum((w - bottom) ** 2))
    return np.convolve(distances, np.ones(50) / 50, mode="valid")


settle = {
    f"one row, rate {r}": [squared_distance(r, s) for s in range(20)] for r in (0.1, 0.05, 0.025)
}
floors = [float(np.mean(np.array(runs)[:, -200:])) for runs in settle.values()]
assert 1.5 < floors[0] / floors[1] < 3.2
assert 1.5 < floors[1] / floors[2] < 3.2

# %% [markdown]
# %%
# @title Half the rate: twice as slow, half the squared distance in the end
described(
    plot_lines(
        np.arange(50, 601),
        {name: np.mean(runs, axis=0) for name, runs in settle.items()},
        xlabel="steps",
        ylabel="squared distance from the bottom",
        yscale="log",
        title="Half the rate: twice as slow, half the squared distance in the end",
    ),
    "Squared distance from the bottom against steps, mean of 20 runs, averaged over 50 steps. Each "
    f"curve falls and then stays level: near {floors[0]:.2f} for rate 0.1, {floors[1]:.2f} for "
    f"0.05, {floors[2]:.3f} for 0.025, which takes longest to get there.",
)

# %% [markdown]
# So start with a large rate, and make it smaller once the loss no longer falls (lecture 10).
#
# And each single row is a steep bowl of its own, with curvature $1^2 + 2^2 = 5$. That is why HKU
# lists "allows for larger learning rates" among the merits of mini-batches. The squared distance
# with one row, below and above $2/5 = 0.4$:

# %%
far = {
    rate: float(np.mean([squared_distance(rate, seed, steps=100)[-1] for seed in range(20)]))
    for rate in (0.35, 0.45)
}
assert far[0.35] < 10
assert far[0.45] > 1e6
{rate: f"{distance:.2g}" for rate, distance in far.items()}

# %% [markdown]
# All rows together can take a rate of 0.5, one row at a time only 0.4.
#
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.

# %% [markdown]
# ## 5 Epochs, and an error to spot (core)
# To ask every row equally often, **shuffle** all rows, then deal them out, $B$ at a time. One pass
# through all rows is an **epoch**. The next epoch starts with a new shuffle.
#
# **Your turn.**

# %% tags=["exercise"] covers="05.epochs"
exercise("minibatches")

# %% [markdown]
# **Spot the error.** EPFL compares: let $T$ be the time for the gradient of the whole data set.
# Batch gradient descent makes one update in $T$; with mini-batches "we would have $N_b$ updates",
# where $N_b$ is the number of samples in a mini-batch. Count the updates of one epoch:

# %% erratum="E5"
updates = {}
for B in (1, 32, 720, 1437):
    rng = np.random.default_rng(7)
    updates[B] = len(list(training.minibatches(digits.X_train, digits.y_train, B, rng)))
    assert updates[B] == -(-1437 // B) != B
updates

# %% [markdown]
# As printed, a *larger* batch would give *more* updates. What holds: $n/N_b$ updates, rounded up;
# for batches of 32, $\lceil 1437/32 \rceil = 45$, the last one with 29 rows.

# %% [markdown]
# ### A slip in a loop (deeper)
# **Spot the error.** HW's algorithm for batch gradient descent: set $\Delta w$ to 0; *for each* row
# in $D$ add $-\eta \frac1n \sum_x \partial C/\partial w$ to it; then $w \leftarrow w + \Delta w$.
#
# **Predict.** You run it as printed on the bowl with four rows and $\eta = 0.2$, well below the
# limit of 0.5, for ten updates. Does the loss fall, stay or rise?

# %% tags=["predict"]
guess_loop = ...  # "falls", "stays" or "rises"


# %% erratum="W2" truth=["it explodes"]
# @title Your guess beside the truth
def one_update(w, eta, as_printed):
    delta_w = np.zeros(2)
    for i in range(4):
        delta_w += -eta * (slope(w) if as_printed else slope(w, [i]) / 4)
    return w + delta_w


printed = mended = start
for _ in range(10):
    printed = one_update(printed, eta=0.2, as_printed=True)
    mended = one_update(mended, eta=0.2, as_printed=False)
assert bowl(printed) > bowl(start) > bowl(mended)
assert np.allclose(one_update(start, 0.2, as_printed=True), start - 4 * 0.2 * slope(start))
assert np.allclose(one_update(start, 0.2, as_printed=False), start - 0.2 * slope(start))
described(plot_guess(guess_loop, "rises", quantity="the loss", choices=["falls", "stays", "rises"]))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The sum over all $x$ stands *inside* the loop over all $x$, so the average is added $n$ times: the
# step is $n\eta$. Here $4 \cdot 0.2 = 0.8 > 0.5$, and it explodes. What holds: inside the loop, one
# row's share, $-\eta\frac1n\,\partial C_i/\partial w$.
# </details>

# %% tags=["exercise"] covers="05.epochs"
exercise("q_epoch")

# %% [markdown] covers="05.six_steps"
# ## 6 The training loop (core)
# KAV lists six steps:
#
# | number | step | in code |
# |---|---|---|
# | 1 | randomly seed the weights | once, at the start |
# | 2 | fetch a batch of data | `minibatches` |
# | 3 | forward pass | scores |
# | 4 | compute the cost | cross-entropy |
# | 5 | backward pass | `backpropagate` |
# | 6 | update the weights | `sgd_step` |
#
# Steps 2 to 6 repeat. The last one, for a whole network, is yours:

# %% tags=["exercise"] covers="05.stochastic"
exercise("sgd_step")

# %% [markdown]
# ### What does an update cost? (deeper)
# A step on the digits network with a batch of 64 rows does 64 times the arithmetic of a step with
# one row. Does it take 64 times as long?


# %% covers="05.cost"
def seconds_for_step(B, repeat=40):
    X, y, times = digits.X_train[:B], digits.y_train[:B], []
    for _ in range(repeat):
        begun = perf_counter()
        optimizers.sgd_step(small, gradients(small, X, y)[1], 0.1)
        times.append(perf_counter() - begun)
    return min(times)  # what else the machine does can only add to it


cost = {B: seconds_for_step(B) for B in (1, 4, 16, 64, 256, 1024)}
f"64 rows take {cost[64] / cost[1]:.1f} times as long as 1 row"

# %% [markdown]
# Most of the time for one row goes into calling functions and fetching weights, which are the
# same for 64 rows. So the *time a row* falls as the batch grows, and then stays level.

# %%
# @title Rows that share a step are cheap
described(
    plot_lines(
        list(cost),
        {"one thread of this processor": [1e6 * s / B for B, s in cost.items()]},
        xlabel="rows in the batch",
        ylabel="microseconds for each row",
        xscale="log",
        yscale="log",
        title="Rows that share a step are cheap",
    ),
    f"Time per row against batch size, both logarithmic: {1e6 * cost[1]:.0f} microseconds for a "
    f"batch of 1, {1e6 * cost[64] / 64:.1f} for 64, {1e6 * cost[1024] / 1024:.1f} for 1024.",
)

# %% [markdown]
# ### Steadier and cheaper? A claim to measure (deeper)
# HUST says of the mini-batch: *steadier than SGD, cheaper than batch*. First the cost. Train until
# the loss on all training digits is below 0.3, each batch size with several rates, and count rows.


# %%
# @title rows_until_good: how many rows a training needs
def loss_on_all(params):
    scores = network.mlp_scores(digits.X_train, params[:2], params[2:])
    return losses.cross_entropy(scores, digits.y_train)


def rows_until_good(batch_size, rate, limit, seed):
    rng = np.random.default_rng(seed)
    params, seen = small_network(rng), 0
    while seen < limit:
        for X, y in training.minibatches(digits.X_train, digits.y_train, batch_size, rng):
            params = optimizers.sgd_step(params, gradients(params, X, y)[1], rate)
            seen += len(y)
            looks = seen % 360 < batch_size  # four times an epoch: the loss on all rows is dear
            if looks and loss_on_all(params) < 0.3:
                return seen
    return np.inf


# %% [markdown]
# Three seeds each; the seconds are as many steps as the rows make, each at the price of a step.

# %%
tried = {1: (0.03, 0.1, 0.3), 32: (0.3, 1.0, 2.0), 1437: (0.5, 1.0, 2.0)}
most_epochs, needed = {1: 1, 32: 3, 1437: 40}, {}
for B in tried:
    limit = most_epochs[B] * 1437
    trials = {r: [rows_until_good(B, r, limit, seed) for seed in range(3)] for r in tried[B]}
    best = min(trials, key=lambda r: np.mean(trials[r]))
    seen = np.mean(trials[best])
    needed[B] = best, seen, seen / B * seconds_for_step(B)
{
    f"batches of {B}": f"rate {r}: {seen / 1437:.1f} epochs, {spent:.2f} s"
    for B, (r, seen, spent) in needed.items()
}

# %% [markdown]
# In *rows* the single row is the cheapest: it moves after every one. In *seconds* the mini-batch
# wins, because 32 rows share a step. Now the steadiness: from one trained network take 60 more
# steps at rate 0.1, and watch the loss on all digits.


# %%
# @title settled, shaking: a trained network, and 60 more steps
def settled(seed):
    rng = np.random.default_rng(seed)
    return training.fit(
        small_network(rng), gradients, digits.X_train, digits.y_train,
        epochs=4, batch_size=32, rng=rng, update=training.sgd, lr=0.3,
    )[0]  # fmt: skip


def shaking(params, batch_size, rng):
    history = []
    for _ in range(60):
        rows = rng.choice(1437, batch_size, replace=False)
        _, grads = gradients(params, digits.X_train[rows], digits.y_train[rows])
        params = optimizers.sgd_step(params, grads, lr=0.1)
        history.append(loss_on_all(params))
    return history


settled_nets = [settled(seed) for seed in range(3)]

# %% [markdown]
# How far does the loss jump from one step to the next?

# %%
shaken = {
    B: [shaking(w, B, np.random.default_rng(seed)) for seed, w in enumerate(settled_nets)]
    for B in (1, 32, 1437)
}
jumps = {B: float(np.std(np.diff(histories))) for B, histories in shaken.items()}
assert jumps[1] > 5 * jumps[32] > 5 * jumps[1437]
{f"batches of {B}": f"typical jump of the loss: {jump:.4f}" for B, jump in jumps.items()}

# %% [markdown]
# The band goes from the lowest to the highest of three seeds.

# %% claim="C16"
assert needed[32][2] < needed[1][2]
assert needed[1][1] < needed[32][1] < needed[1437][1] / 5

# %%
# @title One row shakes the network; 32 rows hardly do
described(
    plot_lines(
        np.arange(1, 61),
        {f"batches of {B}": histories for B, histories in shaken.items()},
        xlabel="further steps at rate 0.1",
        ylabel="loss on all training digits",
        yscale="log",
        title="One row shakes the network; 32 rows hardly do",
    ),
    "Loss against step for batches of 1, 32 and 1437, mean and range of three seeds. The curve for "
    "single rows jumps up and down by large factors; the one for 32 falls almost as smoothly as "
    "the one for all rows.",
)

# %% [markdown]
# **Verdict on C16: it holds.** At equal rate 32 rows are steadier than one by far, and nearly as
# steady as all rows. To the same loss they need a small part of all rows' arithmetic, and on one
# core the least time, each at its own best rate of three.
#
# **Explain.** Why is a batch of 32 not 32 times better than a batch of 1?

# %% [markdown] tags=["instructor"] grade_id="explain_batch" points=2
# Its noise is $\sqrt{32} \approx 5.7$ times smaller, but it uses 32 times as many rows for one
# step. The rate can grow, but not 32-fold: the curvature limits it. So in rows small batches go
# further; what pays for the larger batch is that its rows are computed together.

# %% [markdown]
# ## 7 784-300-100-10 (core)
# KAV's network for 28 × 28 digits: ReLU in two hidden layers, softmax at the end, 266,610
# parameters; the slide reports 98.1 % on MNIST. If MNIST is on this machine, the cell uses it; if
# not, the bundled digits. To download MNIST once (11 MB), set `ONLINE = True`.

# %%
# @title The data: MNIST if it is here, the bundled digits if not
ONLINE = False
try:
    data, name = load_mnist(mirrors=None if ONLINE else ["offline:"]), "MNIST"
except DownloadFailed:
    data, name = load_digits(), "bundled digits"


def as_784(images):
    near = np.arange(28) * images.shape[-1] // 28
    return images[:, 0, near[:, None], near].reshape(len(images), 784)


X_train, X_test = as_784(data.X_train), as_784(data.X_test)
y_train, y_test = data.y_train, data.y_test
name, X_train.shape, X_train.dtype

# %% [markdown]
# The bundled digits have 64 pixels. `as_784` repeats each about 12 times, so that the network is
# the one of the slide; no information is added. And there are 1,437 rows, fewer than one for a
# hundred weights.

# %%
# @title Eight of the training images
described(
    plot_images(X_train[:8].reshape(-1, 28, 28), y_train[:8], title=f"{name}, as 28 × 28 pixels"),
    f"Eight grey digits from the {name} with their labels {', '.join(map(str, y_train[:8]))}.",
)

# %% [markdown]
# Weights $W_1, b_1, W_2, b_2, \dots$ in one flat list. (Why they start with variance $2/D_{in}$ is
# the story of lecture 7.)


# %% covers="05.parameters"
def big_network(rng):
    params = []
    for n_in, n_out in pairwise([784, 300, 100, 10]):
        weight = initializers.he_normal(n_in, n_out, rng).astype(np.float32)
        params += [weight, np.zeros(n_out, np.float32)]
    return params


n_parameters = sum(p.size for p in big_network(np.random.default_rng(7)))
assert n_parameters == 266_610
n_parameters

# %% [markdown]
# Forward and backward are those of lecture 4, with ReLU in the place of tanh:


# %% shows="backpropagate"
def big_gradients(params, X, y):
    xs, scores = [X], []
    for W, b in zip(params[::2], params[1::2], strict=True):
        scores.append(linear.linear(xs[-1], W, b))
        xs.append(activations.relu(scores[-1]))
    grads, delta = [], losses.softmax_cross_entropy_backward(scores[-1], y)
    for l in reversed(range(3)):
        dx, dW, db = linear.linear_backward(delta, xs[l], params[2 * l], params[2 * l + 1])
        grads = [dW, db, *grads]
        if l > 0:
            delta = activations.relu_backward(dx, scores[l - 1])
    return losses.cross_entropy(scores[-1], y), grads


# %% [markdown]
# A new gradient goes to the referee first: here the 100 biases of the second layer, in float64,
# since float32 disturbs a check (lecture 4):

# %%
# @title The referee looks at 100 biases
start_params = [p.astype(np.float64) for p in big_network(np.random.default_rng(7))]
five_rows = X_train[:5].astype(np.float64), y_train[:5]


def loss_of_b2(b):
    return big_gradients([*start_params[:3], b, *start_params[4:]], *five_rows)[0]


by_referee = gradient_check.numerical_gradient(loss_of_b2, start_params[3])
error = np.abs(big_gradients(start_params, *five_rows)[1][3] - by_referee).max()
assert error < 1e-8
f"largest difference in the second layer's 100 biases: {error:.0e}"

# %% [markdown]
# Now the six steps, packed into `training.fit`: shuffle, cut, step, remember.
#
# **Predict.** 266,610 parameters, 1,437 rows. What percentage of *test* digits does it read after
# ten epochs?

# %% tags=["predict"]
guess_test = ...  # a number from 0 to 100

# %% covers="05.digits_numpy"
epochs = 10 if len(X_train) < 5000 else 3
rng = np.random.default_rng(7)
begun = perf_counter()
trained, history = training.fit(
    big_network(rng), big_gradients, X_train, y_train,
    epochs=epochs, batch_size=32, rng=rng, update=training.sgd, lr=0.1,
)  # fmt: skip
numpy_seconds = perf_counter() - begun


def share_read(params, X, y):
    for W, b in zip(params[:-2:2], params[1:-2:2], strict=True):
        X = activations.relu(linear.linear(X, W, b))
    return float(np.mean(linear.linear(X, *params[-2:]).argmax(axis=1) == y))


numpy_share = share_read(trained, X_test, y_test)

# %% [markdown]
# The result, on rows that the network has never seen:

# %% truth=["97.5 %", "97.5"] numbers={"network": ["100 * numpy_share", 96.5, 98.6]}
# @title Your guess beside the truth
assert numpy_share > 0.95
described(
    plot_guess(
        guess_test,
        round(100 * numpy_share, 1),
        quantity="percentage of test digits",
        within=(0, 100),
    )
)

# %% [markdown] covers="05.digits_numpy"
# <details><summary>After your guess</summary>
#
# On the bundled digits, {{network:.1f}} % of 360. One digit more or less is 0.3 points, so this
# neither confirms nor refutes KAV's 98.1 %, which is on MNIST. That far more parameters than rows
# do *not* spoil the test result surprises most people; lecture 9 returns to it.
# </details>

# %%
# @title The training loss, epoch by epoch
described(
    plot_lines(
        range(1, epochs + 1),
        {"training loss": [entry["loss"] for entry in history]},
        xlabel="epochs",
        ylabel="mean cross-entropy of the epoch",
        yscale="log",
        title=f"784-300-100-10 in NumPy: {numpy_share:.1%} of the test, {numpy_seconds:.1f} s",
    ),
    f"The training loss falls from {history[0]['loss']:.2f} in the first epoch to "
    f"{history[-1]['loss']:.3f} in the last, on a logarithmic axis.",
)

# %% [markdown]
# ## 8 The same in PyTorch (core)
# `nn.Linear` stores its weights as (out, in). The same start, the same twenty batches, the same
# rate, in double precision: do the two worlds agree?

# %%
# @title torch_network: the same weights in PyTorch's layers
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64


def torch_network(params, dtype):
    layers = []
    for W, b in zip(params[::2], params[1::2], strict=True):
        layer = torch.nn.Linear(*W.shape, dtype=dtype)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(W.T))
            layer.bias.copy_(torch.from_numpy(b))
        layers += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1]).to(place)


# %% [markdown]
# Twenty steps in each world:

# %%
model, weights, both = torch_network(start_params, dtype), start_params, []
for rows in np.random.default_rng(7).integers(len(X_train), size=(20, 32)):
    X, y = X_train[rows].astype(np.float64), y_train[rows]
    loss, grads = big_gradients(weights, X, y)
    weights = optimizers.sgd_step(weights, grads, 0.1)
    X_t, y_t = torch.tensor(X, dtype=dtype, device=place), torch.tensor(y, device=place)
    torch_loss = torch_losses.cross_entropy(model(X_t), y_t)
    tensors = list(model.parameters())
    with torch.no_grad():
        for p, g in zip(tensors, torch.autograd.grad(torch_loss, tensors), strict=True):
            p -= 0.1 * g
    both.append((loss, float(torch_loss.detach())))
difference = float(np.abs(np.diff(both)).max())
assert difference < (1e-3 if dtype is torch.float32 else 1e-9)
f"on {place}: the losses of 20 steps differ by {difference:.0e} at most"

# %% [markdown]
# Rounding only. In practice `torch.optim.SGD` writes the update.
#
# `fit_module` is `training.fit` for a PyTorch model. It shuffles with PyTorch's own generator: the
# results are close, not equal.

# %% covers="05.digits_torch"
torch.manual_seed(7)
model_32 = torch_network(big_network(np.random.default_rng(7)), torch.float32)
begun = perf_counter()
torch_history = torch_training.fit_module(
    model_32, torch.from_numpy(X_train), torch.from_numpy(y_train),
    epochs=epochs, batch_size=32, rng=torch.Generator().manual_seed(7),
    optimizer=torch.optim.SGD(model_32.parameters(), lr=0.1), device=place,
)  # fmt: skip
torch_seconds = perf_counter() - begun
with torch.no_grad():
    predicted = model_32(torch.from_numpy(X_test).to(place)).argmax(dim=1).cpu().numpy()
torch_share = float(np.mean(predicted == y_test))
assert torch_share > 0.95
f"{torch_share:.1%} of the test in {torch_seconds:.1f} s (NumPy: {numpy_share:.1%})"

# %% [markdown]
# ### Your turn: a step in PyTorch (deeper)
# The six steps in PyTorch's words.

# %% tags=["exercise"] covers="05.digits_torch"
exercise("torch_train_step")

# %% [markdown]
# ### Where does a GPU start to pay? (deeper)
# Rows a second for one forward and backward pass, on the processor and, if you have one, on the
# GPU:


# %%
def rows_a_second(where, batch_size):
    model = torch_network(big_network(np.random.default_rng(7)), torch.float32).to(where)
    X, y = torch.rand(batch_size, 784, device=where), torch.zeros(batch_size, device=where).long()
    times = []
    for _ in range(6):
        begun = torch_clock(where)
        torch_losses.cross_entropy(model(X), y).backward()
        times.append(torch_clock(where) - begun)
    return batch_size / min(times[1:])


# %% [markdown]
# A GPU works on its own: before reading the clock, wait for it.


# %% covers="05.gpu"
def torch_clock(where):
    if where.type == "cuda":
        torch.cuda.synchronize()
    if where.type == "mps":
        torch.mps.synchronize()
    return perf_counter()


batch_sizes = [1, 8, 64, 512, 2048]
places = {str(p): p for p in (torch.device("cpu"), place)}
speeds = {n: [rows_a_second(p, B) for B in batch_sizes] for n, p in places.items()}

# %%
# @title A device is busy once its line stops rising
described(
    plot_lines(
        batch_sizes,
        speeds,
        xlabel="rows in the batch",
        ylabel="rows a second",
        xscale="log",
        yscale="log",
        title="A device is busy once its line stops rising",
    ),
    "Rows a second against batch size, both logarithmic. "
    + ". ".join(f"{n}: {s[0]:,.0f} with 1 row, {s[-1]:,.0f} with 2048" for n, s in speeds.items()),
)

# %% [markdown]
# Each call to a GPU costs a fixed time, so with one row it is often the *slower* one; it pays from
# where the lines cross. If you see one line only, this machine has no GPU.

# %% [markdown]
# ## 9 Put it together (core)
# All parts are yours: start weights, shuffle, forward, blame, step.

# %% tags=["exercise"] covers="05.six_steps"
exercise("train_classifier")

# %% [markdown]
# ## 10 More data or more tricks? A claim to measure (deeper)
# HW calls a larger training set *the most effective way* against overfitting. The rivals (lecture
# 9): **weight decay** shrinks all weights a little in each step,
# $W \leftarrow (1 - \eta\lambda)W - \eta\,\mathrm dW$; **early stopping** keeps the best moment of
# the training. They get an unfair advantage here: both are picked *on the test digits*.


# %%
# @title shares_with: train on some of the rows, with a weight decay
def endless(X, y, rng):
    while True:
        yield from training.minibatches(X, y, 30, rng)


def shares_with(n_rows, decay, seed, updates=300, rate=0.5):
    rng = np.random.default_rng(seed)
    rows = rng.permutation(1437)[:n_rows]
    batches = endless(digits.X_train[rows], digits.y_train[rows], rng)
    params, shares = small_network(rng), []
    for step, batch in enumerate(islice(batches, updates), start=1):
        grads = gradients(params, *batch)[1]
        params = [p * (1 - rate * decay) if p.ndim == 2 else p for p in params]  # no bias decays
        params = optimizers.sgd_step(params, grads, rate)
        if step % 50 == 0:
            shares.append(share_right(params))
    return shares


# %% [markdown]
# With 359 digits and no tricks the network reads {{few:.1f}} % of the test digits. What do tricks
# add, and what does it add to use twice as many digits instead?

# %% numbers={"few": ["100 * plain.mean(axis=0)[1]", 91.5, 93.5]}
row_counts = [180, 359, 719, 1437]
decays = [0.0, 1e-3, 3e-3]
curves = np.array(
    [[[shares_with(n, d, seed) for d in decays] for n in row_counts] for seed in range(3)]
)
plain = curves[:, :, 0, -1]  # no decay, last moment
tricks = curves.max(axis=(2, 3))  # the best decay at its best moment
doubling = 100 * np.diff(plain.mean(axis=0))

# %% [markdown]
# The points from one count to the next, and the gain of the tricks at each count:

# %%
gain = 100 * (tricks - plain).mean(axis=0)
{
    "points by doubling": np.round(doubling, 1).tolist(),
    "points by tricks": np.round(gain, 1).tolist(),
}

# %% [markdown]
# The whole picture, with the lowest and highest of three seeds:

# %% claim="C21"
assert doubling.mean() > 2 * gain.mean()

# %%
# @title Twice the data against both tricks
described(
    plot_lines(
        row_counts,
        {"no tricks": plain, "best decay, best moment": tricks},
        xlabel="training digits",
        ylabel="share of test digits read correctly",
        xscale="log",
        title="On average twice the data adds more than both tricks (3 seeds)",
    ),
    "Test accuracy against the number of training digits. Without tricks it rises from "
    f"{plain.mean(axis=0)[0]:.1%} with 180 digits to {plain.mean(axis=0)[-1]:.1%} with 1437. With "
    f"the best tricks it lies between {gain.min():.1f} and {gain.max():.1f} points higher.",
)

# %% [markdown]
# **Verdict on C21: it holds here, on average.** Against weight decay and early stopping, even
# picked on the test set, twice the data gains more than twice as much, averaged over three
# doublings. With three seeds the bands overlap, so no single doubling is decided. And data have a
# price.

# %% [markdown]
# ## 11 Break it (deeper)
# One change: the training digits are sorted, all zeros first, all nines last, and you do not
# shuffle. Rate 0.3, batches of 32, three epochs; with a shuffle the network read {{good:.0f}} %.
#
# **Predict.** What percentage of the test digits does it read now?

# %% tags=["predict"]
guess_sorted = ...  # a number from 0 to 100

# %% covers="05.epochs" truth=["Not even a quarter", "18.1"]
# @title Your guess beside the truth
order = np.argsort(digits.y_train, kind="stable")
unshuffled, after = small_network(np.random.default_rng(7)), []
for _ in range(3):
    for rows in np.array_split(order, 45):
        batch = digits.X_train[rows], digits.y_train[rows]
        unshuffled = optimizers.sgd_step(unshuffled, gradients(unshuffled, *batch)[1], 0.3)
        after.append(share_right(unshuffled))
described(
    plot_guess(
        guess_sorted,
        round(100 * after[-1], 1),
        quantity="percentage without a shuffle",
        within=(0, 100),
    )
)

# %% [markdown]
# How often does it answer each digit?

# %%
scores = network.mlp_scores(digits.X_test, unshuffled[:2], unshuffled[2:])
dict(enumerate(np.bincount(scores.argmax(axis=1), minlength=10).tolist()))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Not even a quarter, since it nearly always answers 9: what it saw last. A batch of 32 nines is no
# random sample; its gradient is far from (5.6), and the step unlearns the other digits. The symptom
# in practice: the training loss of an epoch looks *excellent* (each batch is easy), and the test is
# poor. **Cure:** shuffle, and check that the loader does.
# </details>

# %% [markdown]
# ## What you can do now
# You have walked down a bowl and know why the steepest way is not the shortest; you have computed
# the rate at which descent explodes; you have measured that a few rows give the right gradient on
# average, with a noise of $1/\sqrt B$; you have written the loop, the batches and the step; and you
# have trained 266,610 parameters in two worlds that agree.
#
# **An open question.** The bowl's two curvatures were 1 and 4, and no single rate suited both. In a
# network they differ by thousands. What could you store about each parameter, so that each gets a
# rate of its own? (Lecture 10.)

# %%
show_progress("05")

# %% [markdown]
# ## Card
# | what | formula |
# |---|---|
# | step | $w \leftarrow w - \eta\,\nabla J(w)$ |
# | near a bottom | distance along curvature $\lambda$ is multiplied by $1 - \eta\lambda$ |
# | stable | $\eta < 2/\lambda_{\max}$ |
# | best single rate | $2/(\lambda_{\min} + \lambda_{\max})$ |
# | batch gradient | mean $\nabla J$; standard deviation $\sigma/\sqrt B$ |
# | updates an epoch | $\lceil n/B \rceil$ |
#
# **Six steps**: seed; batch, forward, cost, backward, update; repeat from the batch.
#
# **Reading a curve.** Rises or becomes `nan`: rate too large. Falls evenly and slowly: too small.
# Level and shaky: lower the rate or enlarge the batch. Good in training, poor in the test: was it
# shuffled? Is it overfitting (lecture 9)?
#
# **Pitfalls.** The sum inside the loop; rows and labels shuffled apart; the last short batch lost;
# `zero_grad` forgotten. The fourth row, checked:

# %%
best_rate = 2 / (1 + 4)
slowest = np.abs(1 - np.outer([best_rate, 0.95 * best_rate, 1.05 * best_rate], [1, 4])).max(axis=1)
assert slowest[0] < min(slowest[1:])
best_rate, np.round(slowest, 3)

# %% [markdown]
# At 0.4 the slower of the two directions keeps 0.6 of its distance; 5 % to either side it is worse.
#
# ## Further reading
# - L. Bottou, F. Curtis, J. Nocedal, *Optimization methods for large-scale machine learning*, SIAM
#   Review 60 (2018): stochastic gradients, with proofs.
# - H. Robbins, S. Monro, *A stochastic approximation method*, Annals of Mathematical Statistics 22
#   (1951): where it began, and how fast the rate must fall.
# - G. Goh, *Why momentum really works*, Distill (2017): the factors $1 - \eta\lambda$, to
#   play with.
# - PyTorch documentation, *torch.optim*: the step that you wrote, and its relatives.

# %% [markdown]
# ## Appendix: for readers of the slides
# Two more places to read with care.
#
# **EPFL, mini-batch gradient.** Printed: $\frac{1}{n_2 - n_1}\sum_{i = n_1}^{n_2}$. A sum from
# $n_1$ to $n_2$ *inclusive* has one term more:

# %%
n1, n2 = 1, 3
terms = [slope(start, [i - 1]) for i in range(n1, n2 + 1)]
as_printed = np.sum(terms, axis=0) / (n2 - n1)
assert np.allclose(np.mean(terms, axis=0), slope(start, [0, 1, 2]))
assert not np.allclose(as_printed, slope(start, [0, 1, 2]))
as_printed, slope(start, [0, 1, 2])

# %% [markdown]
# The printed mean is too long by the factor $\frac32$. What holds: divide by $n_2 - n_1 + 1$, or
# let the sum end before $n_2$, as a Python slice does.
#
# **HKU, small learning rate.** Printed: a small rate is "trapped in local minimum". Is a larger one
# the cure? $f(w) = (w^2 - 1)^2 + 0.3\,w$ has a shallow valley at 0.96 and a deeper one at $-1.04$.
# Where do 300 steps end, for three starts and three rates?


# %%
def double_slope(w):
    return 4 * w * (w**2 - 1) + 0.3


def end(start, rate):
    return round(float(optimizers.gradient_descent(double_slope, [start], rate, 300)[-1, 0]), 2)


ends = {start: {rate: end(start, rate) for rate in (0.01, 0.1, 0.16)} for start in (1.2, 1.6, 2.0)}
assert ends[1.2][0.16] == ends[1.6][0.1] == ends[2.0][0.16] == 0.96
assert ends[1.6][0.16] == ends[2.0][0.1] == -1.04
ends

# %% [markdown]
# From 1.2 all three stay in the shallow valley. From 1.6 the largest jumps over the hill; from 2.0
# the middle one does, and the largest jumps over and back again. What holds: a small rate keeps to
# the valley that it starts in; a larger one goes anywhere, for better or worse.

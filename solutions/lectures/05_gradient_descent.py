# %% [markdown]
# # 5 · Gradient descent
#
# **Promise:** after this lecture you can train a network: you know what the learning rate and the
# batch size do, and you can tell from a curve which of them is wrong.
#
# **You will** walk down a bowl whose numbers you can check by hand; compute the largest rate that
# does not explode; measure how noisy a gradient from a few rows is; compare batch sizes; and write
# the program that trains a network to read digits.
#
# **Time:** {{time}}. The appendices are extra time.
# **Builds on:** cross-entropy (lecture 3), backpropagation (lecture 4).
# **Sources:** five lecture documents, called HKU, EPFL, HUST, HW and KAV in the text.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The exercises need NumPy, and one of them PyTorch.

# %%
import json
from itertools import combinations, pairwise, product
from time import perf_counter

import torch

# %% [markdown]
# The course's own parts:

# %%
from dlcourse.checks.progress import is_solved, show_progress
from dlcourse.data.sets import SAMPLES, load_digits, load_mnist
from dlcourse.data.downloads import DownloadFailed
from dlcourse.plots.approximation import own_values
from dlcourse.plots.basic import described, plot_images, plot_lines
from dlcourse.plots.guess import after, plot_guess
from dlcourse.plots.gradient_descent import own_path, plot_arrows, plot_contours
from dlcourse.plots.gradient_descent import plot_deal, plot_factors, plot_land_and_map, plot_loop
from dlcourse.plots.gradient_descent import plot_prices, plot_symptoms, plot_walks
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
# 2. A dense layer has 64 inputs and 30 outputs. How many numbers does the gradient of its weights
#    hold?
# 3. The loss is the mean over $n$ rows. Where does $n$ enter the gradient?
#
# <details><summary>Answers</summary>
#
# 1. Up: a step *against* the slope.
# 2. $64 \cdot 30 = 1920$, one for each weight.
# 3. In one place: each row's $p - y$ is divided by $n$.
# </details>

# %% [markdown]
# ## 1 One number decides (core, 6 minutes)
# Here is the network of lecture 4 again: 64 pixels, 30 tanh units, 10 classes. `gradients` gives
# the loss on a few rows and one gradient for each of the four arrays.

# %%
# @title digits, small_network, gradients, share_right: the network of lecture 4 on its data
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
# Three passes over the training digits, 32 rows a step:


# %% numbers={"good": ["100 * good", 91, 95]}
def shares_at(rate, passes=3, seed=7):
    rng = np.random.default_rng(seed)
    params, shares = small_network(rng), []
    for _ in range(passes):
        for X, y in training.minibatches(digits.X_train, digits.y_train, 32, rng):
            params = optimizers.sgd_step(params, gradients(params, X, y)[1], rate)
        shares.append(float(share_right(params)))
    return shares


good = shares_at(0.3)[-1]
f"rate 0.3: {good:.0%} of the test digits are right"

# %% [markdown]
# **Predict.** With the rate $0.3$ the network reads {{good:.0f}} % of the test digits after three
# passes. You make the rate ten times as large. What percentage does it read then?

# %% tags=["predict"]
guess_percentage = ...  # a number from 0 to 100

# %% truth=["blind guessing", "9.7"]
# @title Your guess beside the truth
too_large = 100 * shares_at(3.0)[-1]
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
# No better than blind guessing, which gets one digit in ten.
# </details>
#
# And in the other direction?

# %%
runs = {f"rate {rate:g}": shares_at(rate) for rate in (0.3, 0.03, 0.003, 3.0)}

# %%
# @title Same network, same data: the rate decides
ax = plot_lines(
    [1, 2, 3],
    runs,
    xlabel="passes over the training digits",
    ylabel="share of test digits read correctly",
    title="Same network, same data: the rate decides",
)
ends = ", ".join(f"{name} {shares[-1]:.0%}" for name, shares in runs.items())
after(guess_percentage, described(ax, f"Shares right after three passes: {ends}"))

# %% [markdown]
# To see why a rate decides so much, you need a loss that you can draw.

# %% [markdown]
# ## 2 A bowl (core, 19 minutes)
# Two weights, four rows, and *half* the squared error of lecture 3: the half will cancel the 2 of
# its derivative. $x_i$ is a row of the table $X$, $y_i$ is its target, and $w$ is a column:
#
# $$J(w) = \frac{1}{2n}\sum_{i=1}^{n} (x_i w - y_i)^2,\qquad n = 4 \tag{5.1}$$

# %%
X4 = np.array([[1.0, 2.0], [1.0, -2.0], [-1.0, 2.0], [-1.0, -2.0]])
y4 = np.array([6.0, 0.0, -2.0, -4.0])


def bowl(w):
    return np.mean((X4 @ w - y4) ** 2) / 2


start = np.zeros(2)
float(bowl(start))

# %% [markdown]
# At $w = (0, 0)$ each error is $-y_i$: $J = (36 + 0 + 4 + 16)/8 = 7$. The slopes along the two
# weights are the **gradient**:
#
# $$\nabla J(w) = \frac1n \sum_{i=1}^{n} x_i^\top (x_i w - y_i)
#   = \frac1n X^\top (X w - y) \tag{5.2}$$


# %% covers="05.gradient"
def slope(w, rows=(0, 1, 2, 3)):
    X, y = X4[list(rows)], y4[list(rows)]
    return X.T @ (X @ w - y) / len(y)


referee = gradient_check.numerical_gradient(bowl, start)
assert gradient_check.relative_error(slope(start), referee) < 1e-7
slope(start)

# %% [markdown]
# The gradient is $(-3, -4)$, and its length is 5. Over the two weights this loss is a bowl, a
# **paraboloid**. Its bottom $w^*$ is where the gradient is 0, so where $Hw = \frac1n X^\top y$ with
# $H = \frac1n X^\top X$. `np.linalg.solve` solves this:

# %% covers="05.paraboloid"
H = X4.T @ X4 / 4
bottom = np.linalg.solve(H, X4.T @ y4 / 4)
assert np.allclose(slope(bottom), 0)
H, bottom, float(bowl(bottom))

# %% [markdown]
# The bottom is at $(3, 1)$, where $J = 0.5$: no weights fit the four rows exactly. $H$ holds the
# **curvatures**, the second derivatives of $J$: 1 along the first weight, 4 along the second.

# %% covers="05.paraboloid"
# @title The loss over two weights, twice
described(
    plot_land_and_map(
        bowl,
        low=(-2, -3),
        high=(8, 5),
        minimum=bottom,
        levels=[1, 2, 4, 7, 12, 20, 30],
        title="The loss over two weights",
    ),
    "Above, a bowl over the plane of the two weights, long along the first weight and steep along "
    "the second, with lines of equal height on it. Below, the same lines from above: ellipses "
    "around the lowest point, 0.5, at (3, 1).",
)

# %% [markdown]
# Seen from above, each **contour line** joins points of equal loss. You stand at $(0, 0)$ and face
# along $-\nabla J$, straight downhill. Does the bottom lie ahead of you?

# %%
downhill, home = -slope(start), bottom - start
cosine = downhill @ home / np.linalg.norm(downhill) / np.linalg.norm(home)
f"the bottom is {np.degrees(np.arccos(cosine)):.1f} degrees to the side"

# %% [markdown]
# The steepest way down is not the way to the bottom:

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
        heights=False,
        title="Downhill crosses the contour at a right angle",
    ),
    "Elliptic contour lines around the minimum at (3, 1), longer along the first weight. At (0, 0) "
    "one arrow goes along minus the gradient, (3, 4), at a right angle to the contour line; "
    "another points to the minimum, (3, 1).",
)

# %% [markdown]
# The gradient is perpendicular to the contour line, since along that line $J$ does not change.
# Only on a round bowl does this direction lead to the bottom from everywhere. So trust
# the gradient for a *small* step only, then compute it again:
#
# $$w_{k+1} = w_k - \eta\,\nabla J(w_k) \tag{5.3}$$
#
# $\eta$ (eta) is the **learning rate**, `lr` in code. One step with $\eta = 0.25$:

# %%
start - 0.25 * slope(start)

# %% [markdown]
# **Your turn.** Write the whole walk.

# %% tags=["exercise"] covers="05.batch"
exercise("gradient_descent")

# %% [markdown]
# After its ✓, run the next cell: it draws *your* walk, 20 steps with $\eta = 0.25$.

# %%
# @title Your own walk down the bowl
solved_walk = is_solved("05_gradient_descent", "gradient_descent")
own_walk = own_path(solved_walk, globals().get("gradient_descent"), slope, start, 0.25, 20)
described(
    plot_contours(
        bowl, low=(-1, -1.5), high=(5, 3.5), levels=[0.6, 1, 2, 4, 7, 12], paths=own_walk,
        minimum=bottom, title="Your own walk",
    ),
    "Contour lines of the bowl around its minimum at (3, 1). "
    + ("Your walk leads there from (0, 0)." if own_walk else "There is no walk of yours yet."),
)  # fmt: skip

# %% [markdown]
# ## 3 The rate (core, 22 minutes)
# Four rates, ten steps each, from $(0, 0)$: $0.05$, $0.25$, $0.4$ and $0.51$.
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
# @title Ten steps at four rates
axes = plot_walks(
    bowl, {f"η = {rate}: {left[rate]:.3f} left": path for rate, path in paths.items()},
    low=(-1, -1.5), high=(5, 3.5), levels=[0.6, 1, 2, 4, 7, 12], minimum=bottom,
    title="Ten steps from (0, 0) at four rates",
)  # fmt: skip
walks = described(
    axes,
    "Four paths from (0, 0). Rate 0.05 creeps and has 1.8 left. Rate 0.25 walks along the axis of "
    "the valley, 0.17 left. Rate 0.4 jumps from side to side and comes nearest, 0.019. Rate "
    "0.51 jumps further each time along the second weight and has 1.5 left.",
)
after(guess_rate, walks)

# %% [markdown]
# Why? At the bottom $\frac1n X^\top y = Hw^*$, so the gradient (5.2) is $H\,(w - w^*)$. Subtract
# $w^*$ from both sides of (5.3):
#
# $$w_{k+1} - w^* = w_k - w^* - \eta H\,(w_k - w^*) = (I - \eta H)\,(w_k - w^*) \tag{5.4}$$
#
# So a step *multiplies* the remaining way to the bottom. In our bowl $H$ holds 1 and 4 on its
# diagonal and 0 elsewhere, so each step multiplies the distance along the first weight by
# $1 - \eta \cdot 1$, and that along the second by $1 - \eta \cdot 4$. Here are the two factors for
# each rate. A negative one means a jump to the other side of the bottom:

# %%
factors = {rate: 1 - rate * np.array([1.0, 4.0]) for rate in rates}
for rate, path in paths.items():
    assert np.allclose(path[10] - bottom, factors[rate] ** 10 * (start - bottom))
after(guess_rate, {rate: pair.round(2).tolist() for rate, pair in factors.items()})

# %% [markdown]
# Every bowl has such directions, its own axes, even if they do not lie along the single weights. A
# vector $v$ that $H$ only stretches, $Hv = \lambda v$, is an **eigenvector** of $H$, and its
# **eigenvalue** $\lambda$ is the curvature along it. (For a symmetric matrix `np.linalg.eigvalsh`
# returns all $\lambda$.) Along $v$, one step does
#
# $$\text{distance} \;\leftarrow\; (1 - \eta\lambda)\cdot\text{distance} \tag{5.5}$$
#
# Now move the sliders. Find the rate at which the ball arrives in one step, and the one at which it
# jumps forever. What does a curvature twice as large do to both?

# %% covers="05.rates"
# @title One direction of the bowl
described(
    explore_rate(curvature=4.0, rate=0.4, start=1.0, title="One direction of the bowl"),
    "Sliders for the rate and the curvature; a parabola with a ball that takes ten steps, and its "
    "weight against the step. A sentence tells by which factor a step multiplies the weight, and "
    "what the ball does.",
)

# %% [markdown]
# <details><summary>What you see</summary>
#
# At $\eta\lambda = 1$ the ball arrives in one step, at $\eta\lambda = 2$ it jumps forever, and
# above that it flies out. Twice the curvature halves both rates.
# </details>
#
# **Your turn.** Descent that flies out **diverges**, and one rate has to serve all directions.

# %% tags=["exercise"] covers="05.rates"
exercise("largest_stable_rate")

# %% [markdown]
# On the bowl, with its two directions:

# %%
# @title The steepest direction sets the limit, the flattest one the pace
both_directions = described(
    plot_factors([1, 4], highest=0.6, title="The steepest direction sets the limit"),
    "What a step keeps of the distance, against the rate. Curvature 1: a line from 1 down to 0.4 "
    "at rate 0.6. Curvature 4: down to 0 at rate 0.25, then up, past 1 at rate 0.5, where "
    "divergence begins. The larger of the two is lowest, 0.6, where the lines cross, at rate 0.4.",
)
after(guess_rate, both_directions)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The grey line is the slower of the two directions. The steepest direction sets the limit,
# $\eta < 2/\lambda_{\max}$, and the flattest one sets the pace. The best single
# rate is where the lines cross: $1 - \eta\lambda_{\min} = \eta\lambda_{\max} - 1$, so
# $\eta = 2/(\lambda_{\min} + \lambda_{\max}) = 0.4$.
# </details>
#
# A network's loss is no bowl, but close to a minimum it looks like one, with a curvature in each
# direction. You do not know the largest, so try rates, each about three times the one before,
# for one pass each. Which would you take for the digits network?


# %%
# @title loss_after_a_pass: the loss on all training digits after 45 steps
def loss_after_a_pass(rate, seed):
    rng = np.random.default_rng(seed)
    params = small_network(rng)
    for X, y in training.minibatches(digits.X_train, digits.y_train, 32, rng):
        params = optimizers.sgd_step(params, gradients(params, X, y)[1], rate)
    scores = network.mlp_scores(digits.X_train, params[:2], params[2:])
    return float(losses.cross_entropy(scores, digits.y_train))


ladder = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
tried = {f"start {seed}": [loss_after_a_pass(r, seed) for r in ladder] for seed in (1, 2, 3)}
for ends in tried.values():
    assert min(ends) == ends[5] < ends[4] < ends[3] < ends[2]
    assert min(ends[6:]) > 5 * ends[0]

# %% [markdown]
# The loss on all training digits:

# %%
# @title One pass at each rate: lower and lower, then a cliff
described(
    plot_lines(
        ladder,
        tried,
        xlabel="learning rate",
        ylabel="loss after one pass",
        xscale="log",
        yscale="log",
        title="One pass at each rate: lower and lower, then a cliff",
    ),
    "Both axes logarithmic, three starts. The loss after one pass falls from "
    f"{tried['start 1'][0]:.1f} at rate 0.003 to {tried['start 1'][5]:.2f} at rate 1, and leaps to "
    f"{tried['start 1'][6]:.0f} at rate 3.",
)

# %% [markdown]
# <details><summary>What to take</summary>
#
# Rate 1 is the fastest here, but close to where training breaks down. Take it or, for safety, the
# one before it, 0.3.
# </details>

# %% [markdown]
# ### When the loss rises (deeper, 6 minutes)

# %% tags=["exercise"] covers="05.rates"
exercise("q_rate_too_large")

# %% [markdown]
# **Explain.** A friend multiplies the first input of every row by 10. What happens to $H$, to the
# largest stable rate, and to the pace along the second weight? What would you advise?

# %% [markdown] tags=["instructor"] grade_id="explain_scaling" points=2
# $H_{11}$ becomes $100 \cdot 1$, the other curvature stays 4. The largest rate falls from 0.5 to
# $2/100 = 0.02$, and along the second weight a step then keeps the share $1 - 0.02 \cdot 4 = 0.92$
# of the distance at best: far slower. Advice: bring the inputs to the same scale (lecture 8).

# %% [markdown]
# ## 4 Some of the rows (core, 9 minutes)
# (5.2) is a mean over all rows, and there may be millions. What if you used only one? Here are the
# gradients of the four rows at $(0, 0)$:

# %%
row_gradients = np.array([slope(start, [i]) for i in range(4)])
row_gradients

# %% [markdown]
# They disagree: each row wants other weights. Hence the **noise**. Now use a
# **batch** of *two* rows and take the mean of their gradients. There are six.
#
# **Predict.** You average the gradients of the six. What is the first number of the average?

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
# All batches of one and of two rows, each with its own gradient:

# %%
# @title All batches of one and of two rows
axes = plot_arrows(
    {"1 row": row_gradients, "2 rows": pair_gradients},
    slope(start),
    title="Thin: one batch. Broad: their mean",
)
arrows = described(
    axes,
    "Two panels of arrows from (0, 0). Single rows point far apart, and one of them has length 0. "
    "The six pairs lie closer together. The broad mean arrow is the same in both panels.",
)
after(guess_average, arrows)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# A gradient from $B$ rows drawn at random is **unbiased**, right on average and hardly ever right:
#
# $$\mathbb E\big[\nabla J_B\big] = \nabla J \tag{5.6}$$
# </details>
#
# How far off is it? Draw the $B$ rows independently,
# so that a row may come twice. Variances of independent draws add, and a mean divides their sum by
# $B^2$. With $\sigma^2$ the variance of the single rows' gradients (of a vector: summed over its
# components),
#
# $$\operatorname{Var}\big[\nabla J_B\big] = \frac{\sigma^2}{B} \tag{5.7}$$
#
# From the bowl's four rows there are 4, 16 and 64 such batches of one, two and three. Their
# variances:

# %%
variances = {}
for B in (1, 2, 3):
    drawn = np.array([slope(start, rows) for rows in product(range(4), repeat=B)])
    variances[B] = round(float(drawn.var(axis=0).sum()), 6)
assert np.allclose([B * v for B, v in variances.items()], row_gradients.var(axis=0).sum())
variances

# %% [markdown]
# There are three names: **batch** gradient descent uses all $n$ rows in a step, **stochastic**
# gradient descent (SGD) one, **mini-batch** gradient descent a few. (In code all three are called
# SGD.)
#
# As long as the rows disagree at the bottom, a noisy descent with a *constant* rate never settles:
# it staggers about the bottom, and halving the rate roughly halves its mean squared distance. So
# begin with a large rate, and lower it once the loss no longer falls (lecture 10).
#
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.

# %% [markdown]
# ### Watch it stagger (deeper)
# Here the bowl has 64 rows, with the same bottom and the same curvatures.

# %% covers="05.stochastic"
# @title X64, y64: noisy rows of the same bowl, and orders, their shuffles
rng = np.random.default_rng(7)
X64 = np.tile(X4, (16, 1))
rest = rng.normal(size=64)
noise_free = X64 @ bottom  # and what is added to it moves the bottom nowhere
y64 = noise_free + rest - X64 @ np.linalg.lstsq(X64, rest, rcond=None)[0]
orders = np.array([[rng.permutation(64) for _ in range(64)] for _ in range(5)])

# %% [markdown]
# Drag the start, press *Play*. With
# one row a step: what does a smaller rate do to the staggering, and above which rate does the path
# fly out? With all rows: does the shuffle matter, and does the limit move?

# %%
# @title Descent with a few rows
described(
    explore_descent(X64, y64, orders, rate=0.1, batch_size=4, title="Descent with a few rows"),
    "Sliders for the rate, the batch size and the shuffle; contour lines of the bowl with a start "
    "to drag and the path of 60 steps, and the loss against the step. With 4 rows at rate 0.1 the "
    "path heads for the bottom and then staggers about it. A sentence tells loss and distance.",
)

# %% [markdown]
# <details><summary>What you see</summary>
#
# With one row a step the path staggers less at a smaller rate, and takes longer to arrive. Above
# $0.4$ it flies out: each single row is steeper than the bowl, with the curvature
# $1^2 + 2^2 = 5$ along itself, and $2/5 = 0.4$. With all rows the shuffle does not matter, since
# a sum has no order, and the limit is $2/4 = 0.5$.
# </details>

# %% [markdown]
# ### The noise on the digits (deeper)

# %% tags=["exercise"] covers="05.noise"
exercise("q_minibatch_noise")

# %% [markdown]
# The gradient of the digits network has 2,260 numbers. Batches drawn 100 times, in five sizes:

# %%
rng = np.random.default_rng(7)
fresh = small_network(rng)


def gradient_of(rows):
    _, grads = gradients(fresh, digits.X_train[rows], digits.y_train[rows])
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
theory = [sigma / np.sqrt(B) * np.sqrt((1437 - B) / 1436) for B in sizes]  # no row comes twice
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

# %% [markdown]
# ### Where a noisy descent ends (deeper)
# One row a step, at three constant rates:


# %%
# @title squared_distance: how far from the bottom one row at a time stays
def squared_distance(rate, seed, steps=600):
    rng, w, distances = np.random.default_rng(seed), start, []
    for _ in range(steps):
        i = rng.integers(64)
        w = w - rate * (X64[i] @ w - y64[i]) * X64[i]
        distances.append(np.sum((w - bottom) ** 2))
    return np.convolve(distances, np.ones(50) / 50, mode="valid")


settle = {
    f"one row, rate {r}": [squared_distance(r, s) for s in range(10)] for r in (0.1, 0.05, 0.025)
}
floors = [float(np.mean(np.array(runs)[:, -200:])) for runs in settle.values()]
assert 1.5 < floors[0] / floors[1] < 3.2
assert 1.5 < floors[1] / floors[2] < 3.2

# %% [markdown]
# The mean of ten runs:

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
    "Squared distance from the bottom against steps, mean of ten runs and of 50 steps. Each "
    f"curve falls and then stays level: near {floors[0]:.2f} for rate 0.1, {floors[1]:.2f} for "
    f"0.05, {floors[2]:.3f} for 0.025, which takes longest to get there.",
)

# %% [markdown]
# ## 5 Epochs (core, 10 minutes)
# To use every row equally often, **shuffle** all rows, then deal them out, $B$ at a time. One pass
# through all rows is an **epoch**. The next epoch begins with a new shuffle.

# %% covers="05.epochs"
# @title One epoch: shuffle, then deal
described(
    plot_deal(np.random.default_rng(7).permutation(10), 4, title="One epoch: shuffle, then deal"),
    "Ten numbered tiles in order; below them the same tiles in another order, cut into batches of "
    "4, 4 and 2, with a line from each tile to its new place. Each batch is one step.",
)

# %% [markdown]
# **Your turn.**

# %% tags=["exercise"] covers="05.epochs"
exercise("minibatches")

# %% [markdown]
# ### Count the updates (deeper)

# %% tags=["exercise"] covers="05.epochs"
exercise("q_epoch")

# %% [markdown] covers="05.six_steps"
# ## 6 The training loop (core)
# KAV lists six steps. The first is done once, the others repeat, once for each batch: 45 times an
# epoch for 1,437 digits and batches of 32.

# %% covers="05.six_steps"
# @title The training loop
described(
    plot_loop(
        "1 seed the weights\nat random",
        ["2 fetch a batch\nminibatches", "3 forward pass\nscores", "4 cost\ncross-entropy",
         "5 backward pass\nbackpropagate", "6 update\nsgd_step"],
        title="The training loop",
    ),
    "An arrow leads from step 1, seed the weights at random, into a ring of five steps: 2 fetch a "
    "batch, minibatches; 3 forward pass, scores; 4 cost, cross-entropy; 5 backward pass, "
    "backpropagate; 6 update, sgd_step; and back to 2.",
)  # fmt: skip

# %% [markdown]
# ### One step for a whole network (deeper)
# Step 6 on its own, as a warm-up for section 10:

# %% tags=["exercise"] covers="05.stochastic"
exercise("sgd_step")

# %% [markdown]
# ## 7 Which batch size? (core, 7 minutes)
# A batch of 100 rows costs 100 times the arithmetic of one row, and its gradient is only about 10
# times less noisy. `dlcourse/samples/make_batches.py` trained the digits
# network from ten seeds, with six batch sizes and up to seven rates, until the loss on all training
# digits was below a target. Each seed got the rate that was best for the nine others. For the
# target 0.3:

# %%
stored = json.loads((SAMPLES / "batches.json").read_text("utf-8"))
batch_sizes, bars = [1, 4, 16, 64, 256, 1437], [1.0, 0.5, 0.3, 0.2, 0.1]
means = [[np.mean(row["epochs"]) for row in stored[f"rows: {B}"]] for B in batch_sizes]
to_bar = np.array(means)  # epochs, (sizes, bars)
f"all rows in each step: {to_bar[5, 2]:.0f} epochs"

# %% [markdown]
# **Predict.** With all rows in each step the network needs 31 epochs, which are 31 steps. How many
# epochs does it need with 16 rows in each step?

# %% tags=["predict"]
guess_epochs = ...  # a number above 0

# %% truth=["Less than one epoch", "0.8"]
# @title Your guess beside the truth
described(
    plot_guess(
        guess_epochs,
        float(to_bar[2, 2].round(1)),
        quantity="epochs with 16 rows a step",
        log=True,
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Less than one epoch, on average: not every digit was used even once. 1,437 rows give one exact
# step; the same rows, 16 at a time, give 90 rough ones.
#
# In *rows*, then, small batches are cheap.
# </details>
#
# In *time* each step has a price of its own: calling
# functions and fetching weights. How much longer does a step with 64 rows take than one with a
# single row?


# %% covers="05.cost"
# @title seconds_for_step: the shortest of 30 steps with B rows
def seconds_for_step(B, repeat=30):
    X, y, times = digits.X_train[:B], digits.y_train[:B], []
    params = small_network(np.random.default_rng(7))
    for _ in range(repeat):
        begun = perf_counter()
        optimizers.sgd_step(params, gradients(params, X, y)[1], 0.1)
        times.append(perf_counter() - begun)
    return min(times)  # what else the machine does can only add to it


cost = {B: seconds_for_step(B) for B in batch_sizes}
f"64 rows take {cost[64] / cost[1]:.1f} times as long as 1 row"

# %% [markdown]
# Steps times the price of a step on this machine, for each target and batch size:

# %%
steps_to = to_bar.T * 1437 / np.array(batch_sizes)  # (bars, sizes)
seconds_to = steps_to * [cost[B] for B in batch_sizes]
shown = [0, 2, 4]  # of the bars

# %%
# @title What a target loss costs, in rows and in seconds
axes = plot_prices(
    batch_sizes, {"epochs": to_bar.T[shown], "seconds": seconds_to[shown]},
    names=[f"loss {bars[k]:g}" for k in shown],
    title="What a target loss costs, in rows and in seconds",
)  # fmt: skip
prices = described(
    axes,
    "Two panels against the batch size, all axes logarithmic, for the targets 1.0, 0.3 and 0.1. "
    + " ".join(
        f"Loss {bars[k]:g}: {np.round(to_bar[:, k], 1).tolist()} epochs, "
        f"{np.round(seconds_to[k], 3).tolist()} seconds."
        for k in shown
    ),
)
after(guess_epochs, prices)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# In rows the smallest batches, of 1 and 4, win; in seconds those in the middle do, since a step
# computes its rows together.
# </details>
#
# **Explain.** Why is a batch of 32 not 32 times better than a batch of 1?

# %% [markdown] tags=["instructor"] grade_id="explain_batch" points=2
# Its noise is $\sqrt{32} \approx 5.7$ times smaller, but it uses 32 times as many rows for one
# step. The rate can grow, but not 32-fold: the curvature limits it. So in rows small batches go
# further; what pays for the larger batch is that its rows are computed together.

# %% [markdown]
# ## 8 The same in PyTorch (core, 3 minutes)
# The digits network in PyTorch, on a GPU if you have one:

# %%
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64  # mps has no float64
inner, outer = torch.nn.Linear(64, 30, dtype=dtype), torch.nn.Linear(30, 10, dtype=dtype)
model = torch.nn.Sequential(inner, torch.nn.Tanh(), outer).to(place)
model

# %% [markdown]
# `nn.Linear` keeps its weights as (out, in). Give both worlds the same start, the same twenty
# batches and the same rate. Do they agree?

# %%
# @title Twenty steps in each world: how far apart are the losses?
rng = np.random.default_rng(7)
weights, both = small_network(rng), []
with torch.no_grad():
    for p, array in zip(model.parameters(), [weights[k].T for k in (0, 2, 1, 3)], strict=True):
        p.copy_(torch.from_numpy(array))
for rows in rng.integers(1437, size=(20, 32)):
    X, y = digits.X_train[rows], digits.y_train[rows]
    loss, grads = gradients(weights, X, y)
    weights = optimizers.sgd_step(weights, grads, 0.3)
    X_t, y_t = torch.tensor(X, dtype=dtype, device=place), torch.tensor(y, device=place)
    torch_loss = torch_losses.cross_entropy(model(X_t), y_t)
    tensors = list(model.parameters())
    with torch.no_grad():
        for p, g in zip(tensors, torch.autograd.grad(torch_loss, tensors), strict=True):
            p -= 0.3 * g
    both.append((loss, float(torch_loss.detach())))
difference = float(np.abs(np.diff(both)).max())
assert difference < (1e-3 if dtype is torch.float32 else 1e-9)
f"on {place}: the losses of 20 steps differ by {difference:.0e} at most"

# %% [markdown]
# They differ by rounding only. In practice `torch.optim.SGD` makes the update.

# %% [markdown]
# ### Your turn: a step in PyTorch (deeper)
# Steps 3 to 6 in PyTorch's words.

# %% tags=["exercise"] covers="05.digits_torch"
exercise("torch_train_step")

# %% [markdown]
# ## 9 Read a curve (core, 5 minutes)
# Here are four training runs of the digits network, with the loss on all training digits after
# every third step.
# One went well. The three others have a rate that is too small, a rate that is too large, and a
# batch that is too small for its rate. Their letters were assigned at random.


# %%
# @title losses_of: the loss on all digits after every third of 135 steps
def losses_of(rate, batch_size):
    rng = np.random.default_rng(7)
    params, seen = small_network(rng), []
    for step, rows in enumerate(rng.integers(1437, size=(135, batch_size))):
        grads = gradients(params, digits.X_train[rows], digits.y_train[rows])[1]
        params = optimizers.sgd_step(params, grads, rate)
        if step % 3 == 0:
            scores = network.mlp_scores(digits.X_train, params[:2], params[2:])
            seen.append(losses.cross_entropy(scores, digits.y_train))
    return seen


# %% [markdown]
# The letters are drawn here:

# %%
# @title trainings, letters, curves: four settings, shuffled and run
trainings = {"good": (0.3, 32), "small": (0.003, 32), "large": (3.0, 32), "noisy": (0.3, 1)}
kinds = np.random.default_rng(11).permutation([*trainings]).tolist()
letters = dict(zip(kinds, "ABCD", strict=True))
curves = {letter: losses_of(*trainings[kind]) for kind, letter in letters.items()}

# %% [markdown]
# The curves:

# %% covers="05.rates"
# @title Four training runs: which is which?
words = {"xlabel": "step", "ylabel": "loss", "title": "Four training runs: which is which?"}
described(
    plot_symptoms(curves, highest=6, every=3, **words),
    "Four curves of 45 losses. "
    + " ".join(
        f"{letter}: from {seen[0]:.1f} to {seen[-1]:.1f}, highest {max(seen):.1f}, typical jump "
        f"{np.std(np.diff(seen)):.2f}."
        for letter, seen in curves.items()
    ),
)

# %% [markdown]
# **Predict.** In which one is the batch too small for the rate?

# %% tags=["predict"]
guess_letter = ...  # "A", "B", "C" or "D"

# %% truth=["the noisy one"]
# @title Your guess beside the truth
described(
    plot_guess(
        guess_letter, letters["noisy"], quantity="batch too small for its rate", choices="ABCD"
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# | curve | cause | cure |
# |---|---|---|
# | falls evenly and slowly | rate too small | raise it |
# | far above its start, or `nan` | rate too large | divide it by 3 |
# | jumps up and down | too much noise for the rate | lower the rate or enlarge the batch |
# </details>
#
# The mean of the last ten losses: of the noisy run, of one at a tenth of its rate, and of one with
# 32 rows a step:

# %%
shaky, calm = (np.mean(curves[letters[kind]][-10:]) for kind in ("noisy", "good"))
calmer = np.mean(losses_of(0.03, 1)[-10:])
assert shaky > 1.5 * calmer > 1.5 * calm
after(guess_letter, np.round([shaky, calmer, calm], 2))

# %% [markdown]
# ## 10 Put it together (core, 33 minutes)
# You know all parts: start weights, shuffle, forward, backward, step. You may paste what you wrote
# in lecture 4.

# %% tags=["exercise"] covers="05.six_steps"
exercise("train_classifier")

# %% [markdown]
# After its ✓, the next cell trains *your* network for ten epochs and shows what it reads.

# %%
# @title What your own network reads
own = globals().get("train_classifier")
own_labels = own_values(
    is_solved("05_gradient_descent", "train_classifier"),
    lambda: own(*digits[:2], [30], 10, 32, 0.3, np.random.default_rng(7))(digits.X_test),
    (360,),
)
hits = np.zeros(360) if own_labels is None else own_labels == digits.y_test
twelve = np.argsort(hits, kind="stable")[:12]  # misread ones first
said = ["" if own_labels is None else f"reads {own_labels[i]:.0f}, " for i in twelve]
names = [f"{what}is {digits.y_test[i]}" for what, i in zip(said, twelve, strict=True)]
read = "nothing yet" if own_labels is None else f"{hits.mean():.1%}; its errors first"
picture = plot_images(
    digits.X_test[twelve].reshape(-1, 8, 8), names, columns=4, title=f"Your network reads {read}"
)
described(picture, f"Twelve test digits: {'; '.join(names)}. Your network reads {read}.")

# %% [markdown]
# ## 11 784-300-100-10 (deeper)
# KAV's network for 28 × 28 digits: ReLU in two hidden layers, softmax at the end, 266,610
# parameters; the slide reports 98.1 % on MNIST. (`ONLINE = True`
# downloads MNIST once, 11 MB.)

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
# `as_784` repeats each of the 64 pixels of a bundled digit about 12 times.
#
# All parameters are in one flat list, $W_1, b_1, W_2, b_2, \dots$ (Lecture 7 explains why they
# start with variance $2/D_{in}$.)


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
# Forward and backward are those of lecture 4, with ReLU instead of tanh:


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
# Now the six steps, packed into `training.fit`, which shuffles, cuts, steps and remembers:

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
# The loss, and the digits that the network has never seen:

# %% numbers={"network": ["100 * numpy_share", 96.5, 98.6]}
assert numpy_share > 0.95
first, last = history[0]["loss"], history[-1]["loss"]
f"loss {first:.2f} in epoch 1, {last:.3f} in epoch {epochs}; {numpy_share:.1%} of the test right"

# %% [markdown] covers="05.digits_numpy"
# On the bundled digits, {{network:.1f}} % of 360. One digit more or less is 0.3 points, so this
# neither confirms nor refutes KAV's 98.1 %, which is on MNIST. More parameters than rows do *not*
# spoil the result here; lecture 9 returns to it.

# %% [markdown]
# The same network in PyTorch:


# %%
# @title torch_network: the same weights in PyTorch's layers
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
# `fit_module` is `training.fit` for a PyTorch model; its shuffles differ, so the results are close
# and not equal.

# %% covers="05.digits_torch"
torch.manual_seed(7)
model_32 = torch_network(big_network(np.random.default_rng(7)), torch.float32)
begun = perf_counter()
torch_training.fit_module(
    model_32, torch.from_numpy(X_train), torch.from_numpy(y_train),
    epochs=epochs, batch_size=32, rng=torch.Generator().manual_seed(7),
    optimizer=torch.optim.SGD(model_32.parameters(), lr=0.1), device=place,
)  # fmt: skip
torch_seconds = perf_counter() - begun
with torch.no_grad():
    predicted = model_32(torch.from_numpy(X_test).to(place)).argmax(dim=1).cpu().numpy()
torch_share = float(np.mean(predicted == y_test))
assert torch_share > 0.95
f"{torch_share:.1%} in {torch_seconds:.1f} s; NumPy: {numpy_share:.1%} in {numpy_seconds:.1f} s"

# %% [markdown]
# ### Where does a GPU start to pay? (deeper)
# Rows a second for one forward and backward pass, on the processor and on a GPU:


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
# A GPU works on its own, so wait for it before you read the clock.


# %% covers="05.gpu"
def torch_clock(where):
    if where.type == "cuda":
        torch.cuda.synchronize()
    if where.type == "mps":
        torch.mps.synchronize()
    return perf_counter()


gpu_sizes = [1, 8, 64, 512, 2048]
places = {str(p): p for p in (torch.device("cpu"), place)}
speeds = {n: [rows_a_second(p, B) for B in gpu_sizes] for n, p in places.items()}

# %%
# @title A device is saturated once its line stops rising
described(
    plot_lines(
        gpu_sizes,
        speeds,
        xlabel="rows in the batch",
        ylabel="rows a second",
        xscale="log",
        yscale="log",
        title="A device is saturated once its line stops rising",
    ),
    "Rows a second against batch size, both logarithmic. "
    + ". ".join(f"{n}: {s[0]:,.0f} with 1 row, {s[-1]:,.0f} with 2048" for n, s in speeds.items()),
)

# %% [markdown]
# Each call to a GPU costs a fixed time, so with one row it is often the
# *slower* one; it pays from where the lines cross.

# %% [markdown]
# ## 12 Break it (deeper)
# One change: the training digits are sorted, all zeros first, all nines last, and you do not
# shuffle. Rate 0.3, batches of 32, three epochs; with a shuffle the network read {{good:.0f}} %.
#
# **Predict.** What percentage of the test digits does it read now?

# %% tags=["predict"]
guess_sorted = ...  # a number from 0 to 100

# %% covers="05.epochs" truth=["Not even a quarter", "18.1"]
# @title Your guess beside the truth
order = np.argsort(digits.y_train, kind="stable")
unshuffled = small_network(np.random.default_rng(7))
for _ in range(3):
    seen = []
    for rows in np.array_split(order, 45):
        loss, grads = gradients(unshuffled, digits.X_train[rows], digits.y_train[rows])
        unshuffled = optimizers.sgd_step(unshuffled, grads, 0.3)
        seen.append(loss)
described(
    plot_guess(guess_sorted, round(100 * share_right(unshuffled), 1), within=(0, 100),
               quantity="percentage without a shuffle")
)  # fmt: skip

# %% [markdown]
# How often does it answer each digit, and what was its loss: on the batches of the last epoch, on
# all training digits, and on the test digits?

# %%
scores = network.mlp_scores(digits.X_test, unshuffled[:2], unshuffled[2:])
answers = dict(enumerate(np.bincount(scores.argmax(axis=1), minlength=10).tolist()))
on_test = float(losses.cross_entropy(scores, digits.y_test))
on_all = float(gradients(unshuffled, digits.X_train, digits.y_train)[0])
assert min(on_all, on_test) > np.log(10) > np.mean(seen)
after(
    guess_sorted,
    {"answers": answers, "batches": float(np.mean(seen)), "training": on_all, "test": on_test},
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Not even a quarter, since it nearly always answers 9, the last it saw. A batch of 32 nines is no
# random sample; its gradient is far from (5.6), and the step unlearns other digits.
# **Symptom:** the mean loss of the batches looks fine, and the loss on all digits is worse than
# guessing. **Cure:** shuffle, and check that it happens.
# </details>

# %% [markdown]
# ## What you can do now
# You have walked down a bowl and know why the steepest way is not the shortest; computed the rate
# at which descent explodes; measured that a few rows give the right gradient on average, with a
# noise of $1/\sqrt B$; seen what a small batch saves; and written the
# program that trains a network to read digits.
#
# **An open question.** The bowl's two curvatures were 1 and 4, and no single rate suited both. In a
# network they lie much further apart. What could you store about each parameter, so that each gets
# a rate of its own? (Lecture 10.)

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
# **Finding a rate.** Train for one pass at rates a factor of about three apart. Take the one with
# the lowest loss or, for safety, the one before it.
#
# **Reading a curve.** Far above its start, or `nan`: rate too large. Falls evenly and slowly: too
# small. Jumps up and down: lower the rate or enlarge the batch. Low on each batch and high on all
# training digits: was it shuffled? Good on the training digits and poor on the test digits: is it
# overfitting (lecture 9)?
#
# **Pitfalls.** The mean over all rows added once for each row; rows and labels shuffled apart; the
# last short batch lost; old gradients not cleared in PyTorch (`zero_grad`). The best single rate,
# checked:

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
# ## Appendix: steadier and cheaper?
# HUST promises of mini-batches "a steady convergence" and "computational efficiency". At rate
# $0.1$, how far does the loss of a trained network jump in one step?

# %% claim="C16"
# @title How far the loss jumps in a step at rate 0.1, by the rows in the step
jumps = {B: float(np.mean(stored["jumps"][f"{B} rows, rate 0.1"])) for B in batch_sizes}
assert jumps[1] > 30 * jumps[16] > 150 * jumps[1437]
assert np.all(to_bar[5] > 30 * to_bar[2])
assert to_bar[2, 0] > 2 * to_bar[0, 0]
assert to_bar[0, 4] < to_bar[2, 4] < 1.3 * to_bar[0, 4]
assert np.all(seconds_to[:, 2] < seconds_to[:, [0, 5]].min(axis=1))
one, many = (
    [np.mean(stored["jumps"][f"{B} rows, rate {r}"]) for r in (0.03, 0.1, 0.3)] for B in (1, 16)
)
assert np.allclose(np.divide(one, many), [13, 43, 94], rtol=0.03)
{B: f"{jump:.4f}" for B, jump in jumps.items()}

# %% [markdown]
# The best rates, though, are $0.1$ for one row and $1.0$ for 16. Take a network that has been
# trained for ten epochs:

# %%
# @title later: the network after ten epochs
rng = np.random.default_rng(7)
later = training.fit(
    small_network(rng), gradients, digits.X_train, digits.y_train,
    epochs=10, batch_size=32, rng=rng, update=training.sgd, lr=0.3,
)[0]  # fmt: skip


# %% [markdown]
# Its jumps at these rates, and with 16 rows at $0.3$:


# %%
# @title walk: losses on all digits; shaken: their jumps, the mean of ten runs
def walk(params, rate, B, seed, steps=60, every=1):
    rng, seen = np.random.default_rng(seed), []
    for step in range(steps):
        rows = rng.choice(1437, B, replace=False)
        grads = gradients(params, digits.X_train[rows], digits.y_train[rows])[1]
        params = optimizers.sgd_step(params, grads, rate)
        if step % every == 0:
            scores = network.mlp_scores(digits.X_train, params[:2], params[2:])
            seen.append(losses.cross_entropy(scores, digits.y_train))
    return seen


shaken = {pair: np.mean([np.std(np.diff(walk(later, *pair, s))) for s in range(10)])
          for pair in [(0.1, 1), (1.0, 16), (0.3, 16)]}  # fmt: skip
{f"rate {rate}, rows {B}": round(float(jump), 2) for (rate, B), jump in shaken.items()}

# %% [markdown]
# How many epochs do 16 rows at $0.3$ need to reach the loss $0.3$?

# %%
# @title Epochs to the loss 0.3 with 16 rows at rate 0.3
fresh_walks = np.array(
    [walk(small_network(np.random.default_rng(s)), 0.3, 16, s, 160, 5) for s in range(10)]
)
assert fresh_walks.min(axis=1).max() < 0.3
needed = np.mean((fresh_walks < 0.3).argmax(axis=1) * 5 + 1) * 16 / 1437
assert shaken[1.0, 16] > 1.5 * shaken[0.1, 1] > 9 * shaken[0.3, 16]
assert to_bar[5, 2] > 20 * needed
round(float(needed), 1)

# %% [markdown]
# **Verdict on C16: it holds, at a rate below the fastest.** At equal rates 16 rows shake the loss
# 13 to 94 times less than one row. At best rates they need, to each target, about 40 times fewer
# rows than full batches, and on one core less time than either, but shake the loss *more* than one
# row. At $0.3$ they are steadier *and* need over 20 times fewer rows than full batches. One row a
# step needs fewer still.
#

# %% [markdown]
# ## Appendix: more data or more tricks?
# HW: "The most effective way to prevent over-fitting is to add a training set." Its rivals are the
# tricks of lecture 9: **weight decay** shrinks all weights a little in each step, **dropout**
# switches off some of the units, **early stopping** keeps the weights of the best moment. With 150
# to 1,200 training digits, ten seeds and 1,200 updates, 237 validation digits chose rate, decay,
# dropout and moment. Percentages of the test digits:

# %%
counts, tricks = [150, 300, 600, 1200], ["weight decay", "dropout", "early stopping", "all tricks"]


def mean_reading(kind, updates=1200, wrong="0%", counts=counts):
    rows = [stored[f"data: {n}, {wrong} wrong"][f"{kind}, {updates} updates"] for n in counts]
    return np.array([np.mean(row["test"]) for row in rows])


{kind: mean_reading(kind).round(1).tolist() for kind in ["no trick", *tricks]}

# %% [markdown]
# Points gained by doubling the digits, and by all tricks together, after three budgets:


# %% claim="C21"
def gains(updates, **how):
    plain, best = (mean_reading(kind, updates, **how) for kind in ("no trick", "all tricks"))
    return np.diff(plain), best - plain


for updates in (300, 600, 1200):
    doubling, gain = gains(updates)
    assert (min(doubling) > max(gain) + 0.3) == (updates > 300)
    print(updates, "updates:", doubling.round(1).tolist(), "and", gain.round(1).tolist())
doubling, gain = gains(1200, wrong="20%", counts=[300, 600])
assert doubling[0] > 1 > 0.6 > max(gain)
print("1200 updates, wrong labels:", doubling.round(1).tolist(), "and", gain.round(1).tolist())

# %% [markdown]
# The last line is for 300 and 600 digits of which one in five got a label drawn at random.
#
# **Verdict on C21: it holds on these digits, if the training is long enough to use them.** After
# 600 and 1,200 updates each doubling gains more than all tricks together, which gain nothing that
# ten seeds can show. After 300
# updates it fails, since the last doubling gains nothing. With wrong labels it holds after 1,200
# updates, but less clearly, because the seeds scatter more. This is one small network and one data
# set, and data have a price.

# %% [markdown]
# ## Appendix: for readers of the slides
# Four places to read with care, and one that is right for a reason that it does not give.
#
# **HW, batch gradient descent.** Printed (with a second sum, over $d \in D$, read here as the
# outputs): set $\Delta w$ to 0; *for each* row in $D$ add
# $-\eta \frac1n \sum_x \partial C/\partial w$ to it; then $w \leftarrow w + \Delta w$. The sum over
# all rows is inside the loop over all rows. On the bowl, ten updates with $\eta = 0.2$, well
# below the limit of 0.5:


# %% erratum="W2"
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
float(bowl(printed)), float(bowl(mended))

# %% [markdown]
# As printed, the average is added $n$ times: the step is $n\eta = 0.8 > 0.5$, and it explodes. What
# holds: inside the loop, one row's share, $-\eta\frac1n\,\partial C_i/\partial w$.
#
# **EPFL, updates.** Let $T$ be the time for the gradient of the whole data set. Printed: in the
# time $T$, mini-batches make $N_b$ updates, where $N_b$ is the number of samples in a mini-batch.
# Count the updates of one epoch:

# %% erratum="E5"
updates = {}
for B in (1, 32, 720, 1437):
    rng = np.random.default_rng(7)
    updates[B] = len(list(training.minibatches(digits.X_train, digits.y_train, B, rng)))
    assert updates[B] == np.ceil(1437 / B) != B
updates

# %% [markdown]
# As printed, a *larger* batch would give *more* updates. What holds: $n/N_b$ updates, rounded up.
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
# **HKU, merits of mini-batches.** Printed: "Allows for larger learning rates", beside updates
# "based on single random example". That is right, and here is why: each single row of the bowl is
# steeper than the bowl, with a curvature of $1^2 + 2^2 = 5$. One row at a time, the mean *squared*
# distance is multiplied by the mean of $(I - \eta x_i^\top x_i)^2$:


# %%
def largest_factor(eta):
    steps = [np.eye(2) - eta * np.outer(x, x) for x in X4]
    return float(np.linalg.eigvalsh(np.mean([step @ step for step in steps], axis=0)).max())


assert largest_factor(0.39) < 1 < largest_factor(0.41)
largest_factor(0.39), largest_factor(0.41)

# %% [markdown]
# All rows together allow rates up to $2/4 = 0.5$, one row at a time up to $2/5 = 0.4$; a mini-batch
# lies between. Full batches allow the largest rates of all.
#
# **HKU, small learning rate.** Printed: a small rate is "trapped in local minimum". Is a larger one
# the cure? $f(w) = (w^2 - 1)^2 + 0.3\,w$ has a shallow valley at 0.96 and a deeper one at $-1.04$.
# Where do 300 steps end, for three starts and three rates?


# %%
def double_slope(w):
    return 4 * w * (w**2 - 1) + 0.3


def end(start, rate):
    return round(float(optimizers.gradient_descent(double_slope, [start], rate, 300)[-1, 0]), 2)


valleys = {
    start: {rate: end(start, rate) for rate in (0.01, 0.1, 0.16)} for start in (1.2, 1.6, 2.0)
}
assert valleys[1.2][0.16] == valleys[1.6][0.1] == valleys[2.0][0.16] == 0.96
assert valleys[1.6][0.16] == valleys[2.0][0.1] == -1.04
valleys

# %% [markdown]
# From 1.2 all three stay in the shallow valley. From 1.6 the largest jumps over the hill; from 2.0
# the middle one does, and the largest jumps over and back again. What holds: a small rate keeps to
# the valley that it starts in; a larger one goes anywhere, for better or worse.

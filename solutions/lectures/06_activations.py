# %% [markdown]
# # 6 · Activations
#
# **Promise:** after this lecture you can choose an activation for a reason, and measure what it
# does to the gradient.
#
# **You will** watch a network fail because of one function; measure how much gradient survives ten
# layers; see why outputs that are all positive slow learning down; count dead units; write six
# activations, most of them with their backward pass; and test four claims on real data.
#
# **Time:** {{time}}.
# **Builds on:** softmax and cross-entropy (lecture 3), backpropagation (lecture 4), mini-batches
# and learning rates (lecture 5).
# **Sources:** five lecture documents, called HKU, EPFL, HUST, HW and KAV in the text.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The exercises need NumPy alone; the demonstrations use the course's own parts and PyTorch.

# %%
from functools import partial
from itertools import pairwise
from time import perf_counter

import torch

from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import load_digits
from dlcourse.plots.basic import described, plot_lines, plot_matrix
from dlcourse.plots.guess import plot_guess
from dlcourse.plots.activations import plot_units
from dlcourse.reference import activation_variants, activations, gradient_check, losses, network
from dlcourse.twins import activations as torch_activations
from dlcourse.twins.devices import device
from dlcourse.widgets.activations import explore_activations, explore_zigzag
from dlcourse.widgets.training import explore_training

# %% [markdown]
# ## Recall
# Answer in your head, then open the answers.
#
# 1. How do you get $\delta^{(l)}$, the blame of layer $l$, from $\delta^{(l+1)}$?
# 2. A network gives each of ten classes the same probability. What is its cross-entropy?
# 3. What happens to gradient descent when the learning rate is too large?
#
# <details><summary>Answers</summary>
#
# 1. $\delta_i^{(l)} = g'(s_i^{(l)}) \sum_j w_{ij}^{(l+1)} \delta_j^{(l+1)}$ (4.8c): through the
#    weights, then times the slope of the activation.
# 2. $-\ln 0.1 = \ln 10 \approx 2.303$.
# 3. The steps jump over the valley, further each time: the loss rises.
# </details>

# %% [markdown]
# ## 1 One function decides (core)
# An **activation** $g$ turns the score $s = xW + b$ of a unit into its output $g(s)$. The course
# keeps each one as a pair, forward and backward:


# %% covers="06.sigmoid"
def unit(name, module=activations, **settings):
    forward, backward = getattr(module, name), getattr(module, name + "_backward")
    return partial(forward, **settings), partial(backward, **settings)


def slope(backward):
    return lambda z: backward(np.ones_like(z), z)


z = np.array([-1.0, 0.0, 2.0])
sigmoid, sigmoid_backward = unit("sigmoid")
np.round([sigmoid(z), slope(sigmoid_backward)(z)], 4)

# %% [markdown]
# The scores $-1$, $0$ and $2$ stay with you for the whole lecture. The first row is the sigmoid,
# the second its slope $\sigma(1 - \sigma)$: at 0 that is $0.5 \cdot 0.5 = 0.25$.
#
# To compare activations you need a network in which $g$ can be exchanged. `layers` is a list of
# pairs $(W, b)$. Each $W$ has one axis more than you are used to, since several networks, with
# different seeds or rates, train side by side.

# %%
digits = load_digits(flat=True)
X, labels = digits.X_train, digits.y_train
eye = np.eye(10, dtype=np.float32)


def forward_pass(X, layers, g):
    scores, inputs = [], [X]
    for W, b in layers:
        scores.append(inputs[-1] @ W + b)
        inputs.append(g(scores[-1]))
    return scores, inputs


# %% [markdown]
# The backward pass is (4.8c), with `backward` in the place of $g'$:


# %%
def gradients(rows, layers, g, backward):
    scores, inputs = forward_pass(X[rows], layers, g)
    delta = (activations.softmax(scores[-1]) - eye[labels[rows]]) / rows.shape[-1]
    found = []
    for l in reversed(range(len(layers))):
        found.insert(0, (inputs[l].swapaxes(-1, -2) @ delta, delta.sum(axis=-2, keepdims=True)))
        if l > 0:
            delta = backward(delta @ layers[l][0].swapaxes(-1, -2), scores[l - 1])
    return found


# %% [markdown]
# Training is the loop of lecture 5: batches of 32 rows, plain steps. Every 15 updates it notes the
# error on 480 training images. Weights start with the standard deviation `gain` $/ \sqrt{n}$ for
# $n$ inputs; lecture 7 says why, and why ReLU gets the gain $\sqrt 2$.


# %%
def train(unit, rates, *, depth=2, gain=1.0, steps=120, seeds=5):
    rngs = [np.random.default_rng(seed) for seed in range(seeds)]
    sizes = [64] + [50] * depth + [10]
    layers = []
    for n, m in pairwise(sizes):
        W = np.float32([rng.normal(scale=gain / n**0.5, size=(n, m)) for rng in rngs])
        layers.append((np.tile(W, (len(rates), 1, 1)), np.zeros((1, 1, m), np.float32)))
    rate = np.repeat(np.float32(rates), seeds)[:, None, None]
    errors = []
    for step in range(steps + 1):
        if step % 15 == 0:
            scores = forward_pass(X[:480], layers, unit[0])[0][-1]
            errors.append(np.mean(scores.argmax(axis=-1) != labels[:480], axis=-1))
        rows = np.tile([rng.integers(0, len(X), 32) for rng in rngs], (len(rates), 1))
        found = gradients(rows, layers, *unit)
        layers = [
            (W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(layers, found, strict=True)
        ]
    return np.reshape(errors, (-1, len(rates), seeds)), layers


# %% [markdown]
# Here is a network with four hidden layers of 50 sigmoid units. Lecture 4's network had one hidden
# layer of 30 and read 97 % of the digits.
#
# **Predict.** After 300 updates, which share of the digits does the deeper one read correctly?

# %% tags=["predict"]
guess_deep = ...  # a number from 0 to 1

# %% truth=["learned nothing", "0.0965"]
# @title Your guess beside the truth
deep_errors = {"sigmoid": train(unit("sigmoid"), [0.3], depth=4, steps=300, seeds=3)[0][:, 0].T}
deep_right = 1 - deep_errors["sigmoid"][:, -1].mean()
assert deep_right < 0.2
described(
    plot_guess(guess_deep, deep_right, quantity="share of digits read correctly", within=(0, 1))
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# It has learned nothing.
# </details>
#
# Now exchange one function, and nothing else.

# %%
deep_errors["tanh"] = train(unit("tanh"), [0.3], depth=4, steps=300, seeds=3)[0][:, 0].T

# %%
# @title Four hidden layers: only the activation differs (3 seeds)
described(
    plot_lines(
        range(0, 301, 15),
        deep_errors,
        xlabel="updates",
        ylabel="training error",
        title="Four hidden layers: only the activation differs (3 seeds)",
    ),
    "Training error against updates. With sigmoid units it stays at 0.9 for all 300 updates; with "
    "tanh units it falls to about 0.2 within 60 updates and below 0.1 at the end.",
)

# %% [markdown]
# Yet $\tanh z = 2\sigma(2z) - 1$: the two curves differ by stretching and shifting only. What kills
# the first network? You will find two causes.

# %%
# @title The same curve, stretched and shifted
described(
    plot_lines(
        np.linspace(-4, 4, 81),
        {
            "sigmoid": sigmoid(np.linspace(-4, 4, 81)),
            "tanh": 2 * sigmoid(2 * np.linspace(-4, 4, 81)) - 1,
        },
        xlabel="score z",
        ylabel="output",
        title="The same curve, stretched and shifted",
    ),
    "Two S-shaped curves. The sigmoid rises from 0 to 1 with slope a quarter at 0; tanh rises from "
    "−1 to 1 with slope 1 at 0.",
)

# %% [markdown]
# ## 2 Why not none (core)
# Could you leave $g$ out? Two layers without an activation are
#
# $$(xW_1 + b_1)W_2 + b_2 = x\,(W_1 W_2) + (b_1 W_2 + b_2) \tag{6.1}$$

# %%
rng = np.random.default_rng(7)
x = rng.normal(size=(5, 3))
W1, b1, W2, b2 = (rng.normal(size=shape) for shape in [(3, 4), 4, (4, 2), 2])
two_layers = (x @ W1 + b1) @ W2 + b2
assert np.allclose(two_layers, x @ (W1 @ W2) + (b1 @ W2 + b2))
np.round(two_layers[0], 4)

# %% [markdown]
# One layer again, whatever the depth. So $g$ must bend. It must also have a slope, because
# backpropagation multiplies by it. HUST asks for a differentiable function; one kink does no harm,
# if you agree on a slope there. (For ReLU at 0 HKU takes 1, HUST and PyTorch take 0.)

# %% [markdown] covers="06.sigmoid,06.tanh,06.relu,06.softmax"
# ## 3 Four classics (core)
# | name | $g(z)$ | $g'(z)$ | range |
# |---|---|---|---|
# | sigmoid | $1/(1 + e^{-z})$ | $g\,(1 - g)$ | $(0, 1)$ |
# | tanh | $(e^z - e^{-z})/(e^z + e^{-z})$ | $1 - g^2$ | $(-1, 1)$ |
# | softsign | $z/(1 + \lvert z\rvert)$ | $1/(1 + \lvert z\rvert)^2$ | $(-1, 1)$ |
# | ReLU | $\max(0, z)$ | 0 or 1 | $[0, \infty)$ |
#
# tanh and softsign are **zero-centred**: $g(-z) = -g(z)$. Sigmoid and ReLU are never negative.
# Softmax (lecture 3) is an activation too, but one for the output: it needs the whole row.

# %%
classics = {name: unit(name) for name in ["sigmoid", "tanh", "softsign", "relu"]}

# %%
# @title Four activations and their slopes
described(
    plot_units(classics, title="Four activations and their slopes"),
    "Left, outputs for scores from −5 to 5: sigmoid from 0 to 1, tanh from −1 to 1, softsign "
    "towards the same limits but slowly, ReLU 0 on the left and the diagonal on the right. Right, "
    "slopes: sigmoid peaks at 0.25, tanh and softsign at 1, all at z = 0; ReLU jumps from 0 to 1.",
)

# %% [markdown]
# A slope near 0 is called **saturation**: the score moves, the output does not, and no gradient
# comes through.
#
# At $z = 10$ all three S-curves are flat. How flat?

# %% covers="06.softsign"
slopes_at_10 = {name: float(slope(b)(np.array([10.0]))[0]) for name, (_, b) in classics.items()}
slopes_at_10

# %% [markdown]
# Softsign has $1/121 = 0.0083$ left, a million times as much as tanh, which fades like $4e^{-2z}$.
#
# **Your turn.** Two backward passes: tanh, then ReLU with its forward pass.

# %% tags=["exercise"] covers="06.tanh"
exercise("tanh_backward")

# %% tags=["exercise"] covers="06.relu"
exercise("relu")

# %% [markdown]
# ## 4 What survives L layers (core)
# Put (4.8c) into itself, layer after layer. For one unit a layer, the blame of the first score is
#
# $$\textcolor{#b84a00}{\delta^{(1)}} = g'(s^{(1)})\,w^{(2)}\; g'(s^{(2)})\,w^{(3)} \cdots
#   g'(s^{(L-1)})\,w^{(L)}\; \textcolor{#b84a00}{\delta^{(L)}} \tag{6.2}$$
#
# One slope and one weight for each layer on the way. The largest slope of a sigmoid is
# $\frac14$, since $h(1 - h)$ is largest at $h = \frac12$.

# %% covers="06.slope_quarter"
chain = [1.0] * 5
dw, db = network.chain_gradients(0.0, 1.0, chain, [-0.5] * 5)
np.round(np.array(db[:-1]) / np.array(db[1:]), 4)

# %% [markdown]
# In a chain of five sigmoid units with weights 1, this is what each layer leaves of the gradient,
# first layer first.

# %% tags=["exercise"] covers="06.slope_quarter"
exercise("q_vanishing")

# %% [markdown]
# A wide layer has many paths, and paths add. Does that save the gradient? Take ten layers of 50
# units on digits, weights as in section 1, and measure the size of $\partial J/\partial W^{(l)}$
# (root of the sum of its squares) in each layer.


# %%
def norms_by_layer(name, gain, depth=10, seeds=5):
    g, backward = unit(name)
    found = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        sizes = [64] + [50] * (depth - 1) + [10]
        weights = [rng.normal(scale=gain / n**0.5, size=(n, m)) for n, m in pairwise(sizes)]
        batch = X[:100].astype(float), labels[:100]
        found.append(network.layer_gradient_norms(*batch, weights, g, slope(backward)))
    return np.array(found)


# %% [markdown]
# **Predict.** With sigmoid units, divide the size in the *first* layer by the size in the *last*.

# %% tags=["predict"]
guess_survival = ...  # a number, such as 0.1

# %% covers="06.vanishing" truth=["two millionths", "2.126e-06"]
# @title Your guess beside the truth
gains = {"sigmoid": 1, "tanh": 1, "softsign": 1, "relu": 2**0.5}
norms = {name: norms_by_layer(name, gain) for name, gain in gains.items()}
survival = float(np.median(norms["sigmoid"][:, 0] / norms["sigmoid"][:, -1]))
described(plot_guess(guess_survival, survival, quantity="first layer / last layer", log=True))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# About two millionths. The first layer sees the digits, and it is told nothing.
# </details>

# %%
# @title Sigmoid: three quarters of the gradient lost in every layer (5 seeds)
described(
    plot_lines(
        range(1, 11),
        norms,
        xlabel="layer (1 is next to the input)",
        ylabel="size of the gradient",
        title="Sigmoid: three quarters of the gradient lost in every layer (5 seeds)",
        yscale="log",
    ),
    "Size of the gradient by layer on a logarithmic axis. Sigmoid falls in a straight line from "
    "0.7 in layer 10 to about 0.000002 in layer 1; tanh, softsign and ReLU stay level.",
)

# %% [markdown]
# A straight line on a logarithmic axis means a constant factor a layer:

# %%
factors = norms["sigmoid"][:, :-1] / norms["sigmoid"][:, 1:]
np.round(np.median(factors, axis=0), 3)

# %% [markdown] covers="06.exploding"
# This is the **vanishing gradient**: with weights of this size the paths add up to about 1, and the
# slope of at most $\frac14$ is what each layer leaves. The first cause of the failure in section 1
# is found.
#
# HW adds the other side. If $\lvert g'(s)\,w\rvert > 1$ in every layer, the product in (6.2)
# *explodes*. Which of the two happens depends on activation **and** weights, so move both.

# %% covers="06.vanishing"
explored = {name: unit(name) for name in ["sigmoid", "tanh", "softsign", "relu", "elu", "softplus"]}

# %%
# @title An activation, its slope, and the gradient that survives
described(
    explore_activations(
        {name: (g, slope(backward)) for name, (g, backward) in explored.items()},
        X[:50].astype(float),
        labels[:50],
        title="An activation, its slope, and the gradient that survives",
    ),
    "Three controls: activation, depth from 2 to 20 layers, and gain of the weights from 0.5 to 4. "
    "Left: the activation and its slope. Right: size of the gradient in every layer, logarithmic. "
    "Sigmoid with gain 1 loses a factor of four a layer; at gain 4 it loses less. tanh and ReLU "
    "stay level at gains 1 and 1.41. At gain 4 ReLU's gradient explodes.",
)

# %% [markdown]
# Try sigmoid at gain 4, where large scores saturate; ReLU at gains 0.5 and 4; and tanh at gain 4
# and depth 20, where the gradient grows towards the input.
#
# **Explain.** At depth 20 and gain 0.5 a ReLU network has about the same gradient size in every
# layer, yet it is tiny everywhere. Which two factors of
# $\partial J/\partial W^{(l)} = x^{(l-1)\top} \delta^{(l)}$ trade places from layer to layer?

# %% [markdown] tags=["instructor"] grade_id="explain_level" points=2
# Every layer multiplies the outputs on their way forward by some factor $c < 1$, and the blame on
# its way back by the same $c$. In layer $l$ the input $x^{(l-1)}$ has shrunk $l-1$ times and the
# blame $\delta^{(l)}$ has shrunk $L-l$ times: together always $L-1$ times, whatever $l$ is.

# %% [markdown]
# **Your turn.** Write the measuring instrument. It is backpropagation (lecture 4) with $g$ and $g'$
# as arguments.

# %% tags=["exercise"] covers="06.vanishing"
exercise("layer_gradient_norms")

# %% [markdown]
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.

# %% [markdown]
# ## 5 Zig-zag (core)
# The second cause. Sigmoid outputs are all positive, and they are the *inputs* of the next layer.
# For one row, the gradient of a unit's weights is
#
# $$\frac{\partial J}{\partial w_i} = \textcolor{#0072b2}{x_i}\,\textcolor{#b84a00}{\delta},
#   \qquad x_i > 0 \text{ for all } i \tag{6.3}$$

# %% tags=["exercise"] covers="06.zigzag"
exercise("q_zero_centred")

# %% [markdown]
# So if one weight should rise and another fall, a single row cannot say so. HKU concludes that the
# path to the minimum is a zig-zag, and slow. In the widget a unit with two weights learns from 20
# rows. Move the mean of the inputs, first with one row a step, then with all 20.

# %% covers="06.zigzag"
# @title Inputs with a positive mean turn the path into a zig-zag
described(
    explore_zigzag(title="Inputs with a positive mean turn the path into a zig-zag"),
    "Three controls: mean of the inputs from 0 to 2, learning rate, and rows a step, 1 or 20. "
    "Left: the path of two weights from (0, 0) to the best place (2, −1) over ellipses of equal "
    "loss. With mean 0 the ellipses are circles. With mean 2 the loss is nine times as curved "
    "along one axis as along the other, and with one row a step nearly every step goes up right or "
    "down left. Right: the loss after each step, logarithmic.",
)

# %% [markdown]
# With mean 2 and one row a step, the picture is HKU's. But look at the loss: at rate 0.1 it falls
# further than with mean 0. A zig-zag alone is not slow.
#
# Now all 20 rows. With mean 0 and rate 1 a single step arrives. With mean 2 every rate from 0.3 on
# diverges. The *ellipses* are the reason. The gradient is $(w - w^*)H$ with $H$ the mean of
# $x^\top x$. Inputs with mean $m$ and variance 1 give
#
# $$H = I + m^\top m,\qquad \text{eigenvalues } 1, \dots, 1,\; 1 + \lVert m\rVert^2 \tag{6.4}$$
#
# The largest limits the rate to $2/(1 + \lVert m\rVert^2)$; the smallest sets the progress. For
# $m = (2, 2)$:

# %%
m = np.array([2.0, 2.0])
eigenvalues = np.linalg.eigvalsh(np.eye(2) + np.outer(m, m))
np.round([*eigenvalues, 2 / eigenvalues[-1]], 4)

# %% [markdown]
# And in a network?
#
# **Predict.** A batch averages over 32 rows, and rows disagree about the sign of $\delta$. In a
# sigmoid network, what share of the units of the second layer *still* sees all 50 weight gradients
# with one sign?

# %% tags=["predict"]
guess_same_sign = ...  # a number from 0 to 1


# %% covers="06.zigzag" truth=["Most of them", "0.759"]
# @title Your guess beside the truth
def same_sign_share(name, batch_size=32, seeds=20):
    shares = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        layers = [
            (rng.normal(scale=n**-0.5, size=(n, m)), 0.0) for n, m in [(64, 50), (50, 50), (50, 10)]
        ]
        dW2 = gradients(rng.integers(0, len(X), batch_size), layers, *unit(name))[1][0]
        shares.append(np.mean(np.abs(np.sign(dW2).sum(axis=0)) == 50))
    return float(np.mean(shares))


same_sign = same_sign_share("sigmoid")
described(
    plot_guess(guess_same_sign, same_sign, quantity="share of units with one sign", within=(0, 1))
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Most of them: sigmoid outputs vary little around their mean, so the sum of $x_i \delta$ over the
# rows is nearly the same for all $i$.
# </details>
#
# One row, 32 rows, and the zero-centred tanh:

# %%
same_sign_share("sigmoid", 1), same_sign, same_sign_share("tanh")

# %% [markdown]
# Does it cost anything? A fair test changes the centre and *nothing else*: $\sigma(z) - \frac12$
# has the sigmoid's slope everywhere. Two hidden layers, five seeds; count the updates until 10 %
# training error, at the better of two rates.


# %% claim="C17"
def updates_until(errors, bar=0.1):
    reached = errors <= bar
    updates = np.where(reached.any(axis=0), 15.0 * reached.argmax(axis=0), np.inf)
    return min(updates, key=np.median)


centred = (lambda z: activations.sigmoid(z) - 0.5, activations.sigmoid_backward)
sigmoid_errors = train(unit("sigmoid"), [1, 2], steps=300)[0]
centred_errors = train(centred, [2, 4], steps=210)[0]
updates = {"sigmoid": updates_until(sigmoid_errors), "centred": updates_until(centred_errors)}
assert np.all(updates["sigmoid"] > 2 * updates["centred"])
same_rate = updates_until(sigmoid_errors[:, 1:]), updates_until(centred_errors[:, :1])
assert np.median(same_rate[0]) > np.median(same_rate[1])
updates, same_rate

# %% [markdown]
# **Verdict on C17: it holds.** Centring alone needs less than half of the updates, in every seed.
# At the same rate 2 (the last two rows) it needs fewer, too. The zig-zag is the symptom, the mean
# in (6.4) the cause: here is the largest eigenvalue of $H$ for the outputs of the first layer, as
# they are and centred.

# %%
first = np.random.default_rng(7).normal(size=(64, 50)) / 8
outputs = [g(X @ first) for g in (sigmoid, centred[0])]
[round(float(np.linalg.eigvalsh(a.T @ a / len(a))[-1]), 2) for a in outputs]

# %% [markdown]
# So the sigmoid loses twice, by its slope and by its mean. tanh mends both.

# %% [markdown]
# ## 6 Units that die (core)
# ReLU has slope 1 for every positive score; on the other side it has slope 0. If the score of a
# unit is negative on *every* row, no row can change its weights: the unit is **dead**.

# %% tags=["exercise"] covers="06.dying"
exercise("q_dying_relu")

# %% [markdown]
# **Your turn.** Count them.

# %% tags=["exercise"] covers="06.dying"
exercise("dead_fraction")

# %% [markdown]
# HKU: "as much as 40 %" of a network can be dead. Train ReLU networks with two hidden layers at
# several rates, and two leaky ones beside them (slopes 0.01 and 0.2; section 7). Note the
# share of hidden units that no training image makes positive, and the training error.


# %% covers="06.dying"
def silent_and_wrong(unit, rates):
    errors, layers = train(unit, rates, gain=2**0.5, steps=150, seeds=4)
    scores = forward_pass(X, layers, unit[0])[0][:-1]
    shares = [activations.dead_fraction(activations.relu(s[r])) for r in range(16) for s in scores]
    return np.reshape(shares, (4, 4, 2)).mean(axis=2).T, errors[-1].T


# %% [markdown]
# **Predict.** At rate 0.3, which trains all three well, what share of the ReLU units is dead after
# 150 updates?

# %% tags=["predict"]
guess_dead = ...  # a number from 0 to 1

# %% truth=["A few per cent.", "0.0175"]
# @title Your guess beside the truth
death_rates = [0.1, 0.3, 0.5, 0.7]
leaky = {f"leaky ReLU {a}": unit("leaky_relu", negative_slope=a) for a in (0.01, 0.2)}
contenders = {"ReLU": unit("relu"), **leaky}
silent, wrong = {}, {}
for name, pair in contenders.items():
    silent[name], wrong[name] = silent_and_wrong(pair, death_rates)
dead_at_best = silent["ReLU"][:, 1].mean()
described(
    plot_guess(guess_dead, dead_at_best, quantity="share of dead units at rate 0.3", within=(0, 1))
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# A few per cent.
# </details>
#
# Now along the rates. (What is silent in a leaky network would be dead as a ReLU.)

# %% claim="C2"
assert silent["ReLU"][:, :3].max() < 0.2 < silent["ReLU"][:, 3].max()
assert wrong["ReLU"][:, 3].mean() > 2 * wrong["leaky ReLU 0.2"][:, 3].mean()

# %%
# @title Units die where the rate is too large (4 seeds)
described(
    plot_lines(
        death_rates,
        silent,
        xlabel="learning rate",
        ylabel="share of units never positive",
        title="Units die where the rate is too large (4 seeds)",
    ),
    "Share of units that are never positive against the learning rate. Below 0.1 for all three up "
    f"to rate 0.5. At 0.7: ReLU {silent['ReLU'][:, 3].mean():.2f} on average with a wide spread, "
    f"leaky 0.01 {silent['leaky ReLU 0.01'][:, 3].mean():.2f}, leaky 0.2 "
    f"{silent['leaky ReLU 0.2'][:, 3].mean():.2f}.",
)

# %% [markdown]
# And the training error at the same rates:

# %%
# @title Training error after 150 updates
described(
    plot_matrix(
        [wrong[name].mean(axis=0) for name in contenders],
        title="Training error after 150 updates",
        rows=list(contenders),
        columns=death_rates,
    ),
    "Mean training errors for rates 0.1, 0.3, 0.5, 0.7. "
    + " ".join(f"{n}: {np.round(wrong[n].mean(axis=0), 3).tolist()}." for n in contenders),
)

# %% [markdown]
# **Verdict on C2: it holds here only at rates that are too large for ReLU.** At rates that train
# well the dead units cost nothing visible. At 0.7 more than a third die, in one run far more, and
# the error grows with them. A slope of 0.01 softens this, 0.2 cures it. KAV's "leaky ReLUs never
# die" is true of the gradient, which is never 0. With slope 0.01 it is a hundredth, and a unit may
# sleep for long.
#
# Watch it happen in one hidden layer of 30 units. Start with ReLU and raise the rate step by step;
# then give it the leak.

# %%
# @title One network, four activations: train it and count the dead
described(
    explore_training(
        X[:480], labels[:480], digits.X_test[:300], digits.y_test[:300],
        title="One network, four activations",
    ),
    "Three controls: activation, gain of the weights from 0.1 to 10, learning rate from 0.003 to "
    "3. Left: the loss of each of 300 steps. Middle: the size of the gradient in both layers, "
    "logarithmic. Right: for each of 30 hidden units the share of digits from which it learns. "
    "With ReLU and gain 1.41, 3 units are dead at rate 0.3, 10 at rate 1 and all 30 at rate 3, "
    "where the network reads no more than a guess would. Leaky ReLU has no dead unit at any rate.",
)  # fmt: skip

# %% [markdown]
# **Explain.** Why does one step that is too large kill many units at once, while small steps hardly
# ever kill one?

# %% [markdown] tags=["instructor"] grade_id="explain_death" points=2
# The inputs are pixels or ReLU outputs, never negative. So on each row all weights of a unit move
# the same way, and the bias with them (section 5): a large step down lowers the score on *all* rows
# at once. After a small step some rows are still positive, and their gradient can bring the unit
# back. A large step goes past that point, and from there no gradient comes.

# %% [markdown]
# ## 7 Leaks and bends (core)
# The family of ReLU mends the left side in different ways.
#
# | name | left of 0 | what is $a$? |
# |---|---|---|
# | leaky ReLU | $a z$ | fixed, often 0.01 |
# | parametric, PReLU | $a z$ | learned with the weights |
# | randomized, RReLU | $a z$ | drawn anew at each pass; its mean at test |
# | ELU | $\alpha(e^z - 1)$ | $\alpha$ fixed, often 1 |

# %% covers="06.rrelu"
drawn, drawn_slopes = activation_variants.rrelu(z, np.random.default_rng(7))
at_test, _ = activation_variants.rrelu(z, None, train=False)
np.round(np.vstack([activations.leaky_relu(z), drawn, at_test, activations.elu(z)]), 3)

# %% [markdown]
# The scores $-1$, $0$, $2$ in leaky ReLU, RReLU in training (a slope between 1/8 and 1/3, drawn for
# each number), RReLU at test (always 11/48), ELU.
#
# **Spot the error.** HKU writes parametric ReLU as $\max(a x, x)$. The slope $a$ is learned, so it
# may become 3. Then $-2$ and $2$ give

# %% erratum="U7"
xs = np.array([-2.0, 2.0])
prelu_printed = np.maximum(3 * xs, xs)
prelu_meant = activation_variants.prelu(xs, np.array([3.0]))
assert np.array_equal(prelu_printed, [-2, 6])
assert np.array_equal(prelu_meant, [-6, 2])
assert np.array_equal(np.maximum(0.5 * xs, xs), activation_variants.prelu(xs, np.array([0.5])))
prelu_printed, prelu_meant

# %% [markdown]
# The sides are swapped. For $a \le 1$ both forms agree. What holds for every $a$: *the sign of $z$
# decides* which piece is used.
#
# **Your turn.**

# %% tags=["exercise"] covers="06.leaky"
exercise("leaky_relu")

# %% [markdown]
# PReLU has one slope $a$ for all rows, so its gradient collects $z\,dout$ from every negative
# score, as a bias collects from every row:

# %% covers="06.prelu"
z_prelu, dout = np.array([[-1.0], [0.0], [2.0]]), np.array([[10.0], [20.0], [30.0]])
dz, da = activation_variants.prelu_backward(dout, z_prelu, np.array([0.25]))
referee = gradient_check.numerical_gradient(
    lambda a: np.sum(dout * activation_variants.prelu(z_prelu, a)), np.array([0.25])
)
assert np.allclose(da, referee)
dz.ravel(), da

# %% [markdown]
# Only $z = -1$ counts: $-1 \cdot 10 = -10$.
#
# **Spot the error.** HUST prints ELU as $\max(\alpha(e^z - 1),\, z)$ with a small $\alpha$.
# Take $\alpha = 0.1$ and $z = 4$:

# %% erratum="H13"
elu_printed = float(np.maximum(0.1 * np.expm1(4.0), 4.0))
elu_meant = float(activations.elu(4.0, alpha=0.1))
assert round(elu_printed, 2) == 5.36
assert elu_meant == 4
elu_printed, elu_meant

# %% [markdown]
# 5.36 instead of 4: an exponential overtakes every line. Again the sign has to decide. In code
# there is a second trap: `np.where` computes *both* pieces, so $e^{1000}$ overflows although nobody
# wants it.

# %% tags=["exercise"] covers="06.elu"
exercise("elu")

# %% [markdown]
# ### Round corners, learned corners (deeper)
# **Softplus**, $\ln(1 + e^z)$, rounds the corner. Its slope is the sigmoid, so it never dies, but
# it is never negative either, and at 0 it gives $\ln 2 = 0.693$.

# %% tags=["exercise"] covers="06.softplus"
exercise("softplus")

# %% [markdown]
# **Maxout** learns its shape: each unit has $P$ linear pieces and keeps the largest. With the
# pieces $z$ and $0$ it is ReLU; with $z$ and $0.01z$ leaky ReLU; with $z$ and $-z$ the absolute
# value. The price: $P$ times the parameters.

# %% covers="06.maxout"
pieces = np.array([[[1.0, 1.0, 1.0]], [[0.0, 0.01, -1.0]]])  # (P, D, M) = (2, 1, 3)
as_maxout = activations.maxout(z[:, None], pieces, np.zeros((2, 3)))
assert np.array_equal(as_maxout[:, 0], activations.relu(z))
assert np.array_equal(as_maxout[:, 1], activations.leaky_relu(z))
assert np.array_equal(as_maxout[:, 2], np.abs(z))
as_maxout.T

# %% tags=["exercise"] covers="06.maxout"
exercise("maxout")

# %% [markdown]
# ## 8 Drawn with a ruler (deeper)
# Small devices avoid exponentials. **Hard** variants replace a curve by straight lines; **ReLU6**
# is a ReLU that stops at 6, so that its output fits a few bits. Hard swish is $z$ times hard
# sigmoid.

# %% covers="06.hard"
hard = ["relu6", "hardtanh", "hardsigmoid", "hardswish"]

# %%
# @title Hard variants and their slopes
described(
    plot_units(
        {name: unit(name, activation_variants) for name in hard},
        title="Hard variants and their slopes",
        low=-8,
        high=8,
    ),
    "Left: ReLU6 is 0, then the diagonal, then 6; hard tanh is clipped to −1 and 1; hard sigmoid "
    "is a line from 0 at −3 to 1 at 3; hard swish dips to −0.375 at −1.5 and follows the diagonal "
    "from 3. Right: slopes, piecewise constant, for hard swish a line from −0.5 to 1.5.",
)


# %% [markdown]
# ## 9 Is ReLU six times faster? (deeper)
# HKU: ReLU "converges much faster than sigmoid/tanh (a factor of 6)". The figure comes from one
# experiment by Krizhevsky and others (2012): a convolutional network with four layers on CIFAR-10,
# ReLU against *tanh*, time until 25 % training error. Here: two hidden layers on digits, the better
# of two rates for each, until 10 %.
#
# **Predict.** How many times as many updates as ReLU does tanh need until 10 % training error?

# %% tags=["predict"]
guess_factor = ...  # a number

# %% claim="C1" covers="06.speed" truth=["not slower", "0.6"]
# @title Your guess beside the truth
relu_errors = train(unit("relu"), [0.2, 0.4], gain=2**0.5, steps=150)[0]
tanh_errors = train(unit("tanh"), [0.2, 0.4], steps=150)[0]
updates["relu"], updates["tanh"] = updates_until(relu_errors), updates_until(tanh_errors)
tanh_factor = float(np.median(updates["tanh"]) / np.median(updates["relu"]))
sigmoid_factor = float(np.median(updates["sigmoid"]) / np.median(updates["relu"]))
assert tanh_factor < 2 < sigmoid_factor < 6
described(plot_guess(guess_factor, tanh_factor, quantity="updates of tanh / updates of ReLU"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# tanh is not slower at all, it is even ahead. The sigmoid is slower, by less than six.
# </details>

# %%
f"tanh / ReLU {tanh_factor:.2f}, sigmoid / ReLU {sigmoid_factor:.2f}", updates

# %% [markdown]
# **Verdict on C1: it does not hold here.** A factor without its depth, weights and rates says
# little: with four hidden layers the sigmoid never arrived (section 1). That experiment, on a
# deeper network and harder images, is not refuted by ours.

# %% [markdown]
# ## 10 Small leak, large leak, ELU (deeper)
# KAV says: slope 0.2 does better than 0.01, and ELU beats all variants of ReLU, although each of
# its steps takes longer. First the learning curves: rate 0.1, gain $\sqrt 2$ for all, five seeds.

# %% claim="C3"
family = {**contenders, "ELU": unit("elu")}
curves = {}
for name, pair in family.items():
    curves[name] = train(pair, [0.1], gain=2**0.5, steps=210)[0][:, 0].T
early = {name: float(runs[:, 3:9].mean()) for name, runs in curves.items()}
late = {name: float(runs[:, -3:].mean()) for name, runs in curves.items()}
assert early["ELU"] < early["leaky ReLU 0.2"] < early["ReLU"]
assert abs(early["leaky ReLU 0.01"] - early["ReLU"]) < 0.05
{name: (round(early[name], 3), round(late[name], 3)) for name in family}

# %% [markdown]
# The mean training error from update 45 to 120, and over the last 30 updates. As curves:

# %%
# @title ELU leads early; later the curves meet
described(
    plot_lines(
        range(0, 211, 15),
        {name: runs.mean(axis=0) for name, runs in curves.items()},
        xlabel="updates",
        ylabel="training error (mean of 5 seeds)",
        title="ELU leads early; later the curves meet",
    ),
    "Four falling curves of the training error. ELU is lowest throughout the first 150 updates, "
    "leaky 0.2 second, ReLU and leaky 0.01 together; at 210 updates all are near 0.05.",
)

# %% [markdown]
# Then the price: forward plus backward on a million scores, as multiples of ReLU's time (best of
# five).


# %% covers="06.cost"
def seconds(pair, million):
    best = np.inf
    for _ in range(5):
        start = perf_counter()
        pair[1](pair[0](million), million)
        best = min(best, perf_counter() - start)
    return best


million = np.random.default_rng(7).normal(size=(1000, 1000)).astype(np.float32)
timed = {**explored, "leaky_relu": unit("leaky_relu")}
timed |= {name: unit(name, activation_variants) for name in hard}
costs = {name: seconds(pair, million) for name, pair in timed.items()}
{name: round(cost / costs["relu"], 1) for name, cost in costs.items()}

# %% [markdown]
# The multiples are those of your processor and your NumPy. Straight lines cost little, and so does
# a curve that has vector instructions.
#
# **Verdict on C3: it holds here early in training, at a small rate.** There ELU needs fewest
# updates, and slope 0.2 fewer than 0.01, which is no better than 0. After 200 updates ReLU and the
# leaky ones lie within the spread of the seeds, and ELU is ahead by a hair. ELU's own arithmetic
# costs many times that of ReLU in NumPy; beside a wide layer's matrix product that matters less.
# And ELU is the first to fail when the rate grows (rows: rates 0.3 and 0.5; columns: seeds):

# %%
elu_failing = train(unit("elu"), [0.3, 0.5], gain=2**0.5, steps=150, seeds=4)[0][-1]
np.round(elu_failing, 3)


# %% [markdown]
# ## 11 The same in PyTorch (core)
# Autograd needs no backward pass from you. Ten layers of sigmoid and of ReLU again, with the
# weights of one seed:

# %%
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
X_t = torch.tensor(X[:100], dtype=dtype, device=place)
labels_t = torch.tensor(labels[:100], dtype=torch.long, device=place)


def torch_norms(g, gain, depth=10):
    rng = np.random.default_rng(0)
    sizes = [64] + [50] * (depth - 1) + [10]
    drawn = [rng.normal(scale=gain / n**0.5, size=(n, m)) for n, m in pairwise(sizes)]
    weights = [torch.tensor(W, dtype=dtype, device=place, requires_grad=True) for W in drawn]
    h = X_t
    for W in weights[:-1]:
        h = g(h @ W)
    torch.nn.functional.cross_entropy(h @ weights[-1], labels_t).backward()
    return [float(W.grad.norm()) for W in weights]


# %% [markdown]
# Held against the NumPy numbers of section 4:

# %%
tolerance = 1e-3 if dtype is torch.float32 else 1e-9
assert np.allclose(torch_norms(torch_activations.sigmoid, 1), norms["sigmoid"][0], rtol=tolerance)
assert np.allclose(torch_norms(torch_activations.relu, 2**0.5), norms["relu"][0], rtol=tolerance)
f"on {place}: sigmoid leaves {torch_norms(torch_activations.sigmoid, 1)[0]:.1e} in the first layer"

# %% [markdown]
# `torch.nn` has all but maxout ready, from `torch.nn.Sigmoid` to `torch.nn.Hardswish`. The course's
# twin of maxout is two lines:

# %%
sample = np.random.default_rng(7).normal(size=(4, 3))
W_max = np.random.default_rng(8).normal(size=(2, 3, 5))
tensors = [torch.tensor(a, dtype=dtype, device=place) for a in (sample, W_max, np.zeros((2, 5)))]
twin = torch_activations.maxout(*tensors).cpu().numpy()
assert np.allclose(twin, activations.maxout(sample, W_max, np.zeros((2, 5))), atol=1e-5)
twin.shape

# %% [markdown]
# ## 12 Break it (deeper)
# One change: the *scores* of the last layer go through a sigmoid before the softmax. It looks
# harmless: the largest score stays the largest.
#
# **Predict.** Ten classes. How small can the cross-entropy of this network become, at best?

# %% tags=["predict"]
guess_floor = ...  # a number

# %% truth=["1.461"]
# @title Your guess beside the truth
best_scores = np.array([[1.0] + [0.0] * 9])  # a sigmoid cannot do better than 1 against 0
floor = float(losses.cross_entropy(best_scores, [0]))
assert np.isclose(floor, np.log(1 + 9 / np.e))
assert np.isclose(activations.softmax(best_scores)[0, 0], np.e / (np.e + 9))
described(plot_guess(guess_floor, floor, quantity="smallest possible cross-entropy"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# $\ln(1 + 9/e) = 1.461$: scores between 0 and 1 give the true class at most a probability of
# $e/(e + 9) = 0.232$. It is the floor of lecture 3, where scores went through a softmax first.
# </details>
#
# Train it beside a right one, for 150 steps of PyTorch:


# %%
def torch_train(last, steps=150):
    torch.manual_seed(7)
    layers = torch.nn.Linear(64, 50), torch.nn.Tanh(), torch.nn.Linear(50, 10), last
    net = torch.nn.Sequential(*layers).to(place)
    pixels = torch.tensor(X[:480], device=place)
    digit = torch.tensor(labels[:480], device=place).long()
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(net(pixels), digit)
        grads = torch.autograd.grad(loss, list(net.parameters()))
        with torch.no_grad():
            for p, g in zip(net.parameters(), grads, strict=True):
                p -= g  # a plain step at rate 1
    right = (net(pixels).argmax(dim=1) == digit).float().mean()
    return round(loss.item(), 3), round(right.item(), 3)


torch_train(torch.nn.Identity()), torch_train(torch.nn.Sigmoid())

# %% [markdown]
# Loss and share of digits read correctly, without and with the sigmoid. **Symptom:** the accuracy
# looks acceptable, the loss sticks, and no probability comes near 1. **Cure:** no activation on the
# last layer; softmax belongs to the loss (`cross_entropy` takes scores).

# %% [markdown]
# ## What you can do now
# You have seen a network fail because of one function and found both causes; measured how much
# gradient survives; seen why outputs that are all positive slow learning down; counted dead units;
# written six activations, most of them with their backward pass; and tested four claims, one of
# which did not hold here.
#
# **An open question.** In section 4 the gain of the weights decided as much as the activation.
# Which gain keeps the outputs *and* the gradients at the same size in every layer, and can one gain
# do both? Lecture 7 answers.

# %%
show_progress("06")

# %% [markdown] covers="06.table"
# ## Card
# | unit | $g(z)$ | slope | range | centred | if in trouble |
# |---|---|---|---|---|---|
# | sigmoid | $1/(1+e^{-z})$ | $g(1-g) \le \frac14$ | $(0,1)$ | no | output of two classes only |
# | tanh | $\tanh z$ | $1 - g^2 \le 1$ | $(-1,1)$ | yes | saturates |
# | softsign | $z/(1+\lvert z\rvert)$ | $(1+\lvert z\rvert)^{-2}$ | $(-1,1)$ | yes | fades slowly |
# | ReLU | $\max(0,z)$ | 0, 1 | $[0,\infty)$ | no | dies: smaller rate, leak |
# | leaky, PReLU, RReLU | $z$ or $az$ | $a$, 1 | all | nearly | |
# | ELU | $z$ or $\alpha(e^z-1)$ | 1 or $\alpha e^z$ | $(-\alpha,\infty)$ | nearly | smaller rate |
# | softplus | $\ln(1+e^z)$ | $\sigma(z)$ | $(0,\infty)$ | no | |
# | ReLU6 | $\min(\max(0,z),6)$ | 0, 1 | $[0,6]$ | no | flat above 6, too |
# | hard tanh, hard sigmoid | a line, cut off | constant, 0 | $[-1,1]$, $[0,1]$ | yes, no | |
# | maxout | $\max_p (xW_p+b_p)$ | that of the winner | all | | $P$ times the weights |
#
# **Default:** ReLU with He weights (lecture 7); no activation on the scores of the last layer.
#
# **Pitfalls.** Slope of the output instead of the score; `dout` forgotten; `max` where the sign
# decides; overflow in the piece that `np.where` discards.
#
# **Check** a backward pass of your own against the referee of lecture 4, away from the kinks:

# %%
scores = np.array([-2.0, -0.3, 0.4, 1.7])
for name in explored:
    forward, backward = explored[name]
    referee = gradient_check.numerical_gradient(lambda z, g=forward: np.sum(g(z)), scores)
    assert gradient_check.relative_error(backward(np.ones(4), scores), referee) < 1e-7
f"{', '.join(explored)}: right"

# %% [markdown]
# ## Further reading
# - X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural
#   networks*, AISTATS 2010: saturation measured layer by layer; softsign.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, *Efficient BackProp*, 1998: why inputs and outputs
#   should be centred, with (6.4).
# - A. Krizhevsky, I. Sutskever, G. Hinton, *ImageNet classification with deep convolutional neural
#   networks*, NIPS 2012: the factor of six, in its figure 1.
# - D.-A. Clevert, T. Unterthiner, S. Hochreiter, *Fast and accurate deep network learning by
#   exponential linear units*, ICLR 2016: ELU.
# - I. Goodfellow and others, *Maxout networks*, ICML 2013.

# %% [markdown]
# ## Appendix: for readers of the slides
# Two more places where a source prints something that does not hold. Each cell refutes it.
#
# **H7 (HUST, KAV).** Printed: ELU is "differentiable everywhere" (HUST, with $\alpha \ll 1$),
# "smooth even at $z = 0$" (KAV). The slope comes from $\alpha$ on the left and from 1 on the right.

# %% erratum="H7"
tiny = 1e-6


def one_sided_slopes(alpha):
    at = activations.elu(np.array([-tiny, 0.0, tiny]), alpha)
    return np.round(np.diff(at) / tiny, 4)


assert np.allclose(one_sided_slopes(0.1), [0.1, 1])
assert np.allclose(one_sided_slopes(1.0), [1, 1])
one_sided_slopes(0.1), one_sided_slopes(1.0)

# %% [markdown]
# Left and right slope for $\alpha = 0.1$ and for $\alpha = 1$: only with $\alpha = 1$ there is no
# kink. HKU says so.
#
# **U6 (HKU, ReLU6).** Printed beside $\min(\max(x, 0), 6)$: "clipping the gradient at some value".
# The *output* is clipped. The gradient is not limited: it passes in full, or not at all.

# %% erratum="U6" covers="06.relu6"
scores = np.array([-1.0, 2.0, 5.0, 9.0])
outputs = activation_variants.relu6(scores)
passed = activation_variants.relu6_backward(np.full(4, 1000.0), scores)
assert outputs.max() == 6
assert np.array_equal(passed, [0, 1000, 1000, 0])
outputs, passed

# %% [markdown]
# A gradient of 1000 comes through as 1000 where $0 < z < 6$, and as 0 elsewhere. Clipping the
# gradient is something else, and belongs to lecture 10.

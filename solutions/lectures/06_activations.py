# %% [markdown]
# # 6 · Activations
#
# **Promise:** after this lecture you can choose an activation for a reason, and measure what it
# does to the gradient.
#
# **You will** change one function in a network and find out why so much follows; measure how much
# gradient survives ten layers; count dead units; and write an activation that keeps a gradient.
#
# **Time:** {{time}}. The appendices are extra time.
# **Builds on:** softmax and cross-entropy (lecture 3), backpropagation (lecture 4), mini-batches
# and learning rates (lecture 5).
# **Sources:** four lecture documents, called HKU, HUST, HW and KAV (titles: *Further reading*).

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The demonstrations need more. (`after(guess, shown)` shows its second argument once you have
# guessed.)

# %%
import json
from itertools import pairwise
from time import process_time

import torch

from dlcourse.checks.progress import is_solved, show_progress
from dlcourse.data.sets import SAMPLES, load_digits
from dlcourse.plots import activations as figures
from dlcourse.plots import approximation
from dlcourse.plots.basic import described, plot_lines
from dlcourse.plots.guess import after, plot_guess
from dlcourse.plots.tables import as_table
from dlcourse.reference import activation_variants, activations, gradient_check, losses, network
from dlcourse.twins.devices import device
from dlcourse.widgets import activations as explorers
from dlcourse.widgets.training import explore_training

# %% [markdown]
# ## Recall
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
# ## 1 One function changed (core, 14 minutes)
# An **activation** $g$ turns the score $s = xW + b$ of a unit into its output $g(s)$. (Where only
# the function matters, we write $z$ for the score.) Below, `pair("tanh")` gives tanh and its
# backward pass.
#
# To compare activations, take the network of lecture 5 with $g$ as an argument. Its weights start
# with the standard deviation `gain` $/ \sqrt{n}$ for $n$ inputs (lecture 7 says why), its biases at
# 0. The gradients are lecture 4's, for any pair.


# %%
# @title digits, pair, slope, forward_pass, gradients, start
digits = load_digits(flat=True)
X, labels = digits.X_train, digits.y_train


def pair(name, module=activations):
    return getattr(module, name), getattr(module, name + "_backward")


def slope(backward):  # what the backward pass makes of a gradient of 1
    return lambda z: backward(np.ones_like(z), z)


def forward_pass(x, layers, g):
    scores, inputs = [], []
    for W, b in layers:
        inputs.append(x)
        scores.append(x @ W + b)
        x = g(scores[-1])
    return scores, inputs


def gradients(rows, layers, g, backward):  # of W and b in each layer
    weights, biases = zip(*layers, strict=True)
    _, *found = network.mlp_gradients(X[rows], labels[rows], weights, biases, g, backward)
    return list(zip(*found, strict=True))


def start(sizes, gain, rng):
    draws = [rng.normal(scale=gain / n**0.5, size=(n, m)) for n, m in pairwise(sizes)]
    return [(np.float32(W), np.zeros(W.shape[1], np.float32)) for W in draws]


# %% [markdown]
# Training is plain gradient descent on batches of 32 rows. Every 15 updates it records the error on
# 480 training digits.


# %%
# @title train: the loop of lecture 5
def train(pair, rate, *, depth=2, gain=1.0, steps=300, seed=0):
    rng = np.random.default_rng(seed)
    layers, errors = start([64, *[50] * depth, 10], gain, rng), []
    for step in range(steps + 1):
        if step % 15 == 0:
            scores = forward_pass(X[:480], layers, pair[0])[0][-1]
            errors.append(np.mean(scores.argmax(axis=1) != labels[:480]))
        both = zip(layers, gradients(rng.integers(0, len(X), 32), layers, *pair), strict=True)
        layers = [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in both]
    return errors


# %% [markdown]
# Here are four hidden layers of 50 sigmoid units. Lecture 4's network had one hidden layer of 30
# and classified 97 % of its digits correctly.
#
# **Predict.** After 300 updates at rate 0.3, what share of the 480 training digits does the deeper
# network classify correctly?

# %% tags=["predict"]
guess_deep = ...  # a number from 0 to 1

# %% truth=["learned nothing", "0.097"]
# @title Your guess beside the truth
deep_errors = {"sigmoid": [train(pair("sigmoid"), 0.3, depth=4, seed=s) for s in range(3)]}
deep_right = round(1 - np.mean(deep_errors["sigmoid"], axis=0)[-1], 3)
described(plot_guess(guess_deep, deep_right, quantity="share of digits right", within=(0, 1)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# It has learned nothing so far: chance is right for one digit in ten.
# </details>
#
# Now change one function, and nothing else. Lines are means; a band reaches from the lowest seed to
# the highest.

# %%
deep_errors["tanh"] = [train(pair("tanh"), 0.3, depth=4, seed=s) for s in range(3)]

# %%
# @title Four hidden layers: only the activation differs (3 seeds)
ax = plot_lines(
    range(0, 301, 15),
    {name: np.array(runs) for name, runs in deep_errors.items()},
    xlabel="updates",
    ylabel="training error",
    title="Four hidden layers: only the activation differs (3 seeds)",
)
learning = described(
    ax,
    "Training error against updates. With sigmoid units it stays at 0.9 for all 300 updates; with "
    "tanh units it is at 0.15 after 30 updates, goes back up several times, at most to 0.27, and "
    "ends at "
    f"{np.mean(deep_errors['tanh'], axis=0)[-1]:.3f}.",
)
after(guess_deep, learning)

# %% [markdown]
# <details><summary>Does another rate help? After your guess</summary>
#
# Not within 600 updates, at any of nine rates from 0.2 to 100. The network stands on a plateau,
# which at rate 2 it leaves after 700 to 2,000 (section 4): the activation decides *how soon* it
# learns.
# </details>
#
# What is different about tanh? $\tanh z = 2\sigma(2z) - 1$ is the sigmoid after two changes.
# *Stretching* it to $2\sigma(2z)$ makes its slope at 0 four times as large. *Shifting* it down by
# half its height makes its output at 0 equal to 0.


# %%
# @title stretched, shifted: each change alone, as a pair
sigmoid, sigmoid_backward = pair("sigmoid")


def stretched(z):
    return 2 * sigmoid(2 * z)


def stretched_backward(dout, z):
    return 4 * sigmoid_backward(dout, 2 * z)


def shifted(m=0.0):  # its output at the score 0 is m
    return lambda z: sigmoid(z) - 0.5 + m, sigmoid_backward


# %% [markdown]
# All four:


# %%
# @title From the sigmoid to tanh in two changes
described(
    figures.plot_tangents(
        {
            "sigmoid: σ(z)": pair("sigmoid"),
            "shifted: σ(z) − ½": shifted(),
            "stretched: 2σ(2z)": (stretched, stretched_backward),
            "both: 2σ(2z) − 1 = tanh z": pair("tanh"),
        },
        title="From the sigmoid to tanh in two changes",
    ),
    "Four S-curves with their tangents at 0. Sigmoid: output 0.5 and slope 0.25 at 0. Shifted: "
    "output 0, slope 0.25. Stretched: output 1, slope 1. Both, which is tanh: output 0, slope 1.",
)

# %% [markdown]
# Does the network need both changes, or is one enough? Section 3 looks at slopes, section 4 at
# outputs.

# %% [markdown] covers="06.sigmoid,06.tanh,06.relu,06.softmax"
# ## 2 Three classics (core, 12 minutes)
# Without an activation between them, two layers compute nothing that one could not (lecture 1), so
# $g$ must not be a straight line. It must also have a slope for backpropagation to multiply by; at
# a kink, where there is none, one is chosen by convention.
#
# | name | $g(z)$ | $g'(z)$ | range |
# |---|---|---|---|
# | sigmoid | $1/(1 + e^{-z})$ | $g\,(1 - g)$ | $(0, 1)$ |
# | tanh | $(e^z - e^{-z})/(e^z + e^{-z})$ | $1 - g^2$ | $(-1, 1)$ |
# | ReLU | $\max(0, z)$ | 0 or 1 | $[0, \infty)$ |
#
# tanh is **zero-centred**: as $g(-z) = -g(z)$, outputs lie evenly around 0 if the scores do. The
# outputs of the sigmoid and of ReLU are never negative. Softmax (lecture 3) is an activation for
# the last layer: each of its outputs depends on all scores of the row.

# %% covers="06.sigmoid"
classics = {name: pair(name.lower()) for name in ["sigmoid", "tanh", "ReLU"]}

# %%
# @title Three activations and their slopes
described(
    figures.plot_units(classics, title="Three activations and their slopes", top=2),
    "Above, outputs for scores from −5 to 5: sigmoid from 0 to 1, tanh from −1 to 1, ReLU 0 on the "
    "left and the diagonal on the right, cut off at 2. Below, slopes: sigmoid peaks at 0.25 and "
    "tanh at 1, both at z = 0; ReLU's is 0 up to there, then 1: its line is broken.",
)

# %% [markdown]
# Where the slope is close to 0, a unit is **saturated**: its score moves, its output hardly
# follows, and hardly any gradient comes back through it. From −0.5 to 0.5 a sigmoid's output rises
# by 0.24, from 4 to 5 by 0.011.
#
# **Your turn.** Write ReLU and its backward pass.

# %% tags=["exercise"] covers="06.relu"
exercise("relu")

# %% [markdown]
# ### Far from 0 (deeper)
# **Softsign**, $z/(1 + \lvert z\rvert)$, is a third S-curve, with the slope
# $1/(1 + \lvert z\rvert)^2$. At $z = 10$ all three are flat. How flat?

# %% covers="06.softsign"
far, s_curves = np.array([10.0]), ["sigmoid", "tanh", "softsign"]
as_table(["activation", "slope at 10"], [(name, slope(pair(name)[1])(far)[0]) for name in s_curves])

# %% [markdown]
# Softsign keeps $1/121 = 0.0083$, a million times the slope of tanh, which fades like $4e^{-2z}$.
# **Your turn:** the slope of tanh.

# %% tags=["exercise"] covers="06.tanh"
exercise("tanh_backward")

# %% [markdown]
# ## 3 What survives L layers (core, 31 minutes)
# Substitute (4.8c) into itself, layer by layer. For one unit a layer, the blame of the first score
# is
#
# $$\textcolor{#b84a00}{\delta^{(1)}} = g'(s^{(1)})\,w^{(2)}\; g'(s^{(2)})\,w^{(3)} \cdots
#   g'(s^{(L-1)})\,w^{(L)}\; \textcolor{#b84a00}{\delta^{(L)}} \tag{6.1}$$
#
# Each layer contributes one slope and one weight. The slope $\sigma(1 - \sigma)$ of a
# sigmoid is at most $\frac14$, at the score 0.
#
# A wide layer has many paths, and paths add. Does that save the gradient? Take ten layers on the
# digits: nine hidden ones of 50 units and the output layer, with weights as in section 1. (ReLU
# gets the gain $\sqrt 2$, since about half of its outputs are 0: lecture 7.) Measure the size of
# $\partial J/\partial W^{(l)} = x^{(l-1)\top} \delta^{(l)}$, the root of the sum of its squares, in
# each layer $l$.


# %%
# @title norms_by_layer: the gradient's size in ten layers, ten seeds
def norms_by_layer(name, gain, seeds=10):
    g, backward = pair(name)
    batch, found = (X[:100].astype(float), labels[:100]), []
    for seed in range(seeds):
        layers = start([64, *[50] * 9, 10], gain, np.random.default_rng(seed))
        weights = [W.astype(float) for W, _ in layers]
        found.append(network.layer_gradient_norms(*batch, weights, g, slope(backward)))
    return np.array(found)


# %% [markdown]
# **Predict.** With sigmoid units, divide the size in the *first* layer by the size in the *last*.

# %% tags=["predict"]
guess_survival = ...  # a number, such as 0.1

# %% covers="06.vanishing" truth=["two or three millionths", "2.583e-06"]
# @title Your guess beside the truth
gains = {"sigmoid": 1, "tanh": 1, "ReLU": 2**0.5}
norms = {name: norms_by_layer(name.lower(), gain) for name, gain in gains.items()}
survival = float(np.median(norms["sigmoid"][:, 0] / norms["sigmoid"][:, -1]))
described(plot_guess(guess_survival, survival, quantity="first layer / last layer", log=True))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Two or three millionths. Between ten layers of weights lie nine activations, and
# $(1/4)^9 \approx 4 \cdot 10^{-6}$. Almost nothing tells the first layer what to change.
# </details>

# %%
# @title The gradient in each of ten layers (10 seeds)
ax = plot_lines(
    range(1, 11),
    norms,
    xlabel="layer (1 is next to the input)",
    ylabel="size of the gradient",
    title="The gradient in each of ten layers (10 seeds)",
    yscale="log",
)
sizes = described(
    ax,
    "Size of the gradient by layer on a logarithmic axis. Sigmoid falls in a straight line from "
    "0.7 in layer 10 to about 0.000002 in layer 1; tanh and ReLU stay level.",
)
after(guess_survival, sizes)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# A straight line on a logarithmic axis means the same factor in every layer, about a quarter:
# the **vanishing gradient**. Paths do not save it: 50 blames with weights of random signs and
# standard deviation $1/\sqrt{50}$ add up to about the size of one. Nor is any unit saturated *at
# the start*: near 0, where the scores are, a sigmoid has its largest slope. Yet the last layer
# keeps its gradient. Why does section 1's network not learn?
# </details>
#
# Slopes act *forwards*, too. How much do the outputs of a unit differ from digit to digit?
# Below are the outputs for 480 digits, each minus its unit's mean; their *spread* is a standard
# deviation, averaged over units:


# %%
# @title What four hidden layers make of the differences between digits (gain 1)
def hidden_outputs(name):
    layers = start([64, *[50] * 4, 10], 1.0, np.random.default_rng(0))
    return forward_pass(X[:480], layers, pair(name)[0])[1][1:]


outputs = {name: hidden_outputs(name) for name in ("sigmoid", "tanh")}
faded, kept = (outputs[name][-1].std(axis=0).mean() for name in outputs)
assert faded < 0.01 * kept
differences = described(
    figures.plot_spreads(outputs, title="What is left of the differences between digits"),
    "Histograms of outputs, each minus the mean of its unit, in four hidden layers. With tanh they "
    f"stay nearly as wide, {kept:.2f} in the fourth; with the sigmoid they shrink to a spike of "
    f"width {faded:.4f}.",
)
after(guess_survival, differences)

# %% [markdown]
# <details><summary>The first suspect, after your guess</summary>
#
# The last layer hardly sees which digit it gets. That is the first suspect: small slopes weaken
# what passes through them, in both directions.
# </details>
#
# Two questions for the widget:
#
# 1. Does one of these gains make the sigmoid's line level?
# 2. What happens to tanh at gain 4 and 20 layers?

# %%
# @title An activation, its slope, and the gradient that survives
explorer = described(
    explorers.explore_activations(
        {name: (g, slope(backward)) for name, (g, backward) in classics.items()},
        X[:50].astype(float),
        labels[:50],
        title="An activation, its slope, and the gradient that survives",
    ),
    "Three controls: activation, depth from 2 to 20 layers, and gain of the weights from 0.5 to 4. "
    "One panel has the activation and its slope, the other the gradient's size in every layer. "
    "Sigmoid with gain 1 loses a factor of four a layer; tanh and ReLU stay level at 1 and 1.41.",
)
after(guess_survival, explorer)

# %% [markdown] covers="06.exploding"
# <details><summary>What you see</summary>
#
# 1. Not up to gain 4, where a layer keeps about 0.6 of its gradient.
# 2. The gradient grows backwards, more than a thousandfold. Where gain times the *typical* slope is
#    above 1, it **explodes** (HW warns of it, too).
# </details>
#
# **Your turn.** Write the measuring instrument.

# %% tags=["exercise"] covers="06.vanishing"
exercise("layer_gradient_norms")

# %% [markdown]
# Now measure section 1's two changes with it. (Until yours passes, the course's version is used.)

# %%
# @title changes, measured, by_change: the gradient in ten layers after each change (gain 1)
changes = {"sigmoid": pair("sigmoid"), "shifted": shifted()}
changes |= {"stretched": (stretched, stretched_backward), "both: tanh": pair("tanh")}


def measured(instrument):
    layers = start([64, *[50] * 9, 10], 1.0, np.random.default_rng(0))
    batch, weights = (X[:100].astype(float), labels[:100]), [W.astype(float) for W, _ in layers]
    return [instrument(*batch, weights, g, slope(backward)) for g, backward in changes.values()]


def measured_by_you():
    return measured(globals()["layer_gradient_norms"])


solved = is_solved("06_activations", "layer_gradient_norms")
your_norms = approximation.own_values(solved, measured_by_you, (4, 10))
by_change = measured(network.layer_gradient_norms) if your_norms is None else your_norms
from_to = [
    f"{name}: {found[-1]:.1e} in layer 10, {found[0]:.1e} in layer 1"
    for name, found in zip(changes, by_change, strict=True)
]

# %% [markdown]
# Which change keeps the gradient?

# %%
# @title The gradient in ten layers after each change (gain 1)
ax = plot_lines(
    range(1, 11),
    dict(zip(changes, by_change, strict=True)),
    xlabel="layer (1 is next to the input)",
    ylabel="size of the gradient",
    title=f"Each change, measured by {'the course' if your_norms is None else 'you'}",
    yscale="log",
)
two_changes = described(
    ax,
    "Size of the gradient by layer, one seed, logarithmic; sigmoid and stretched fall in straight "
    "lines, the others are level. " + "; ".join(from_to),
)
assert 0.001 < by_change[2][0] / by_change[2][-1] < 0.01
after(guess_survival, two_changes)

# %% [markdown]
# <details><summary>What you see</summary>
#
# *Stretched*, 0.003 of the gradient survives instead of millionths: outputs around 1 push the next
# scores away from 0, where the slope is below 1. *Both*, all of it. *Shifted*, the line is level,
# but at two millionths: outputs around 0 shrink forwards as the blame shrinks backwards, and the
# gradient is their product.
# </details>
#
# **A good place to stop.** The second part can wait until tomorrow. When you come back, select the
# cell below and choose *Run > Run All Above Selected Cell* first.
#
# ### Ten sigmoids in a row (deeper, 9 minutes)

# %% tags=["exercise"] covers="06.slope_quarter"
exercise("q_vanishing")

# %% [markdown]
# <details><summary>After your answer</summary>
#
# Each layer then multiplies by $3 \cdot \frac14$ instead of $\frac14$. Formula (6.1) knows only the
# product of slope and weight: stretching a sigmoid is a way of taking larger weights (appendix).
# </details>
#
# Set section 3's widget to ReLU and ten layers: the line is high at gain 4 and low at gain 0.5, and
# each time about level.
#
# **Explain.** Why is ReLU's line level? Follow the factors of $\partial J/\partial W^{(l)} =
# x^{(l-1)\top} \delta^{(l)}$ from layer to layer.
#
# <details><summary>One answer</summary>
#
# Forwards each layer multiplies $x$ by about $c$, backwards $\delta$ by the same $c$. The gradient
# of layer $l$ has $c^{l-1}$ from the one and $c^{L-l}$ from the other: always $c^{L-1}$.
# </details>

# %% [markdown] tags=["instructor"] grade_id="explain_level" points=2
# Every layer multiplies the outputs on their way forward by some factor $c < 1$, and the blame on
# its way back by the same $c$. In layer $l$ the input $x^{(l-1)}$ has shrunk $l-1$ times and the
# blame $\delta^{(l)}$ has shrunk $L-l$ times: together always $L-1$ times, whatever $l$ is.

# %% [markdown]
# ## 4 Outputs away from 0 (core, 18 minutes)
# Small slopes are one suspect. There is another: sigmoid outputs are all positive, and they are the
# *inputs* of the next layer.

# %% tags=["exercise"] covers="06.zigzag"
exercise("q_zero_centred")

# %% [markdown]
# <details><summary>After your answer</summary>
#
# For one row, the gradient of a unit's weights has two factors, and only $\delta$ can be negative:
#
# $$\frac{\partial J}{\partial w_i} = \textcolor{#0072b2}{x_i}\,\textcolor{#b84a00}{\delta},
#   \qquad x_i > 0 \text{ for all } i \tag{6.2}$$
#
# So one row moves all weights of the unit up, or all of them down: "a zig-zag path, not good for
# gradient descent" (HKU; drawn in an appendix).
# </details>
#
# That is the usual objection to the sigmoid. Which of section 1's changes does its network need?
#
# **Predict.** Train four hidden layers for 600 updates, each at its best rate. Which change is
# enough to learn: stretching, shifting, either, or only both together?

# %% tags=["predict"]
guess_change = ...  # "stretching", "shifting", "either" or "both"

# %% truth=["Either change is enough"]
# @title Your guess beside the truth
stored = json.loads((SAMPLES / "activations.json").read_text("utf-8"))


def lowest(row, rates):  # of a budget: the lowest mean error, and its rate
    return min(zip(row["validation"], rates, strict=True))


kinds = {"stretching": "stretched", "shifting": "shifted"}
runs = {name: stored[f"deep: {name}"] for name in ("sigmoid", "stretched", "tanh", "ReLU")}
runs["shifted"] = stored["deep centre: 0"]
at_best = {name: lowest(run["budgets"][1], run["rates"]) for name, run in runs.items()}
enough = [change for change, name in kinds.items() if at_best[name][0] < 0.1]
needed_change = {0: "both", 1: enough[0], 2: "either"}[len(enough)]
described(
    plot_guess(
        guess_change, needed_change, quantity="what is enough", choices=[*kinds, "either", "both"]
    )
)

# %% [markdown]
# The lowest error on validation digits, and the rate that reached it (mean of ten seeds; ReLU with
# the gain $\sqrt 2$):

# %%
# @title Four hidden layers after 600 updates
about = [("sigmoid", 0.25, "0 to 1"), ("shifted", 0.25, "−½ to ½"), ("stretched", 1, "0 to 2")]
about += [("tanh", 1, "−1 to 1"), ("ReLU", "0 or 1", "0 and up")]
assert at_best["sigmoid"][0] > 0.85
assert max(best for name, (best, _) in at_best.items() if name != "sigmoid") < 0.09
heads = ["activation", "slope at 0", "outputs", "validation error", "at rate"]
four = ("one rate", "own rates", "shifted", "stretched")
curves = {name: stored[f"curves: {name}"] for name in four}
rates = [f"{curves[name]['rate']:g}" for name in four]
begun = ("sigmoid, rate", "sigmoid, 1 to 256 times", "shifted, rate", "stretched, rate")
names_of = {n: f"{said} {rate}" for n, said, rate in zip(four, begun, rates, strict=True)}
at_first, after_60 = np.median(curves["one rate"]["slope"], axis=1)[:2].round(2)
assert (at_first, after_60) == (0.24, 0.05)
assert np.median(curves["one rate"]["moved"], axis=1)[[0, 3]].round(2).tolist() == [0.02, 0.6]
after(guess_change, as_table(heads, [(*row, *at_best[row[0]]) for row in about]))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Either change is enough. Only with small slopes *and* outputs away from 0 does no rate help within
# 600 updates, at this gain. (With weights four times as large the sigmoid learns, too: appendix.)
# </details>
#
# Why does the sigmoid's network fail at every rate? In section 3 its gradient is small in the first
# layers and large in the last. So any single rate may be too low for the first layers or too high
# for the last. If that is the trouble, a rate for each layer must help. Keep the sigmoid's slopes,
# outputs and signs, and from the output back take 1, 4, 16, 64 and 256 times one rate. (The single
# rate in the figure is 2, the best after 2,400 updates.)

# %%
# @title Four hidden layers: what the last one sees, and the error (10 seeds)
learning_curves = described(
    figures.plot_learning(
        range(0, 2401, 60),
        {names_of[name]: np.array(row["spread"]).T for name, row in curves.items()},
        {names_of[name]: np.array(row["error"]).T for name, row in curves.items()},
        title="Four hidden layers: spread and error (10 seeds)",
    ),
    "Above, spreads, logarithmic; below, validation errors; medians with bands. Sigmoid with one "
    "rate: a spread below 0.001 and an error of 0.9 for 800 updates, then both change. The others "
    "spread within 300 updates and learn within 600.",
)
after(guess_change, learning_curves)

# %% [markdown]
# <details><summary>What you see</summary>
#
# With a rate for each layer the sigmoid learns. So the common sign (6.2), which is still there,
# does not by itself keep the network from learning. One rate of 2 is too high for the last layers:
# within 60 updates the fourth saturates (its mean slope falls from 0.24 to 0.05), and the spread
# falls to a quarter. And it is too low for the first: its weights change by 2 % meanwhile, those of
# the fourth by 60 %. *Shifted*, all gradients are equally small, and one high rate suits them;
# *stretched*, they differ less. Better first weights (lecture 7) and optimizers (lecture 10) are
# two more cures.
# </details>

# %% [markdown]
# ## 5 Units that die (core, 17 minutes)
# ReLU has slope 1 for every positive score and slope 0 on the other side. A unit whose score is
# positive on *no* row is **silent**. A silent ReLU unit is called **dead**.

# %% tags=["exercise"] covers="06.dying"
exercise("q_dying_relu")

# %% [markdown]
# <details><summary>After your answer</summary>
#
# The gradient of its weights is the sum of $x\,\delta$ over the rows, and each $\delta$ has the
# slope as a factor: 0 on every row.
# </details>
#
# Here one step, far too large, kills a unit:

# %%
# @title scores_after: the scores of 30 ReLU units on 480 digits, after one step
small = start([64, 30, 10], 2**0.5, np.random.default_rng(7))
(W_before, b_before), (dW, db) = small[0], gradients(np.arange(32), small, *pair("relu"))[0]


def scores_after(rate):
    return X[:480] @ (W_before - rate * dW) + b_before - rate * db


# %% [markdown]
# Its scores:


# %% covers="06.dying"
# @title One of 30 ReLU units, before and after one step
moments = [("before", 0), ("after a step\nat rate 0.3", 0.3), ("after a step\nat rate 2", 2)]
unit_14 = {name: scores_after(rate)[:, 14] for name, rate in moments}
described(
    figures.plot_scores(unit_14, title="One of 30 ReLU units, before and after one step"),
    "Scores of one unit on 480 digits. Before the step they are positive on nearly all digits, "
    "after a step at rate 0.3 on most of them, after a step at rate 2 on none: the whole cloud "
    "has moved to the side where the slope is 0.",
)

# %% [markdown]
# **Your turn.** Count the dead units.

# %% tags=["exercise"] covers="06.dying"
exercise("dead_fraction")

# %% [markdown]
# HKU warns that "as much as 40 %" of a network can be dead. In the stored runs ReLU networks with
# two hidden layers were trained at seven rates from ten seeds. They count the hidden units that are
# silent on all 1,200 training digits: 3.5 % before any training.
#
# **Predict.** ReLU learns well at rates up to 0.5. What share of the units is dead after 150
# updates at rate 1?

# %% tags=["predict"]
guess_dead = ...  # a number from 0 to 1

# %% truth=["Three in four", "0.738"]
# @title Your guess beside the truth
silent_rates, counted = stored["silent rates"], [0, *stored["updates"]]
good = silent_rates.index(0.3)


def runs_of(name, part, updates):  # (seeds, rates)
    return np.array(stored[f"silent: {name}, 2"][part])[counted.index(updates)].T


untrained = runs_of("ReLU", "silent", 0).mean()
at_rate_1 = round(float(runs_of("ReLU", "silent", 150)[:, -1].mean()), 3)
assert round(untrained, 3) == 0.035
described(plot_guess(guess_dead, at_rate_1, quantity="share of dead units", within=(0, 1)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Three in four. No input here is negative, so a step that lowers a unit's score on one digit lowers
# it on nearly all, and a large step takes all of them past 0.
# </details>

# %%
# @title Dead units, by rate
dead_after_150 = runs_of("ReLU", "silent", 150)
dead_shares = {"after 150 updates": dead_after_150, "untrained": [untrained] * len(silent_rates)}
axis_words = {"xlabel": "learning rate", "ylabel": "share of dead ReLU units", "xscale": "log"}
dead_title = "Dead on all 1,200 training digits (10 seeds)"
ax = plot_lines(silent_rates, dead_shares, title=dead_title, **axis_words)
ax.set_xticks(silent_rates, [f"{rate:g}" for rate in silent_rates])
ax.minorticks_off()
dying = described(
    ax,
    f"Share of dead units at rates {silent_rates}, means of ten seeds with a band from the lowest "
    f"to the highest: {dead_after_150.mean(axis=0).round(2).tolist()}; untrained: {untrained:.3f}.",
)
after(guess_dead, dying)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Up to rate 0.5, fewer than one unit in ten is dead.
# </details>

# %% [markdown]
# ### Train it and count (deeper, 7 minutes)
# Of these 30 ReLU units with gain 1.41, one is dead before training. At which rate does a third of
# them die, and at which do all?


# %%
# @title One network, four activations: train it and count the dead
described(
    explore_training(
        X[:480], labels[:480], digits.X_test[:300], digits.y_test[:300],
        title="One network, four activations",
    ),
    "Three controls: activation, gain of the weights from 0.1 to 10, learning rate from 0.003 to "
    "3. Its panels: the loss of each of 300 steps; for each of 30 hidden units the share of digits "
    "from which it learns; where it moves, also the size of the gradient in both layers. "
    "It begins with ReLU, gain 1.41 and rate 0.3.",
)  # fmt: skip

# %% [markdown]
# <details><summary>What you see</summary>
#
# At rate 0.3, 3 are dead; at 1, 10; at 3, all (one hidden layer, one seed).
# </details>
#
# **Explain.** Why can one large step kill many units at once?
#
# <details><summary>One answer</summary>
#
# A large step moves a unit's scores on all rows past 0, and from there no gradient of its own
# brings the unit back.
# </details>

# %% [markdown] tags=["instructor"] grade_id="explain_death" points=2
# The inputs are pixels or ReLU outputs, never negative. So on each row all weights of a unit move
# the same way, and the bias with them (section 4): a large step down lowers the score on *all* rows
# at once. After a small step some rows are still positive, and their gradient can bring the unit
# back. A large step goes past that point, and from there no gradient comes.

# %% [markdown]
# ## 6 A leak (core, 13 minutes)
# A dead unit learns nothing because its slope is 0. ReLU's relatives keep a slope left of 0:
#
# | name | left of 0 | its constant |
# |---|---|---|
# | leaky ReLU | $a z$ | fixed, often 0.01 |
# | parametric, PReLU | $a z$ | learned with the weights |
# | ELU | $\alpha(e^z - 1)$ | $\alpha$ fixed, often 1 |

# %%
# @title ReLU and two relatives, and their slopes
family = {
    "ReLU": pair("relu"),
    "leaky ReLU, a = 0.2": (
        lambda z: activations.leaky_relu(z, 0.2),
        lambda dout, z: activations.leaky_relu_backward(dout, z, 0.2),
    ),
    "ELU, α = 1": pair("elu"),
}
described(
    figures.plot_units(family, title="ReLU and two relatives, and their slopes", top=2),
    "Above, outputs for scores from −5 to 5: the same diagonal right of 0, cut off at 2; left of 0 "
    "ReLU is 0, leaky ReLU a flat line down to −1, ELU a curve that levels off at −1. Below, "
    "slopes: 1 right of 0; left of it 0, 0.2, and a curve that fades from 1 to 0.",
)

# %% [markdown]
# *The sign of $z$ decides* which piece applies: $\max(az, z)$ is right only for $a \le 1$. Many
# language models use smooth relatives, **GELU** and **SiLU** (appendix).
#
# **Your turn.**

# %% tags=["exercise"] covers="06.leaky"
exercise("leaky_relu")

# %% [markdown]
# How much gradient reaches the weights of section 5's dead unit? The last row is measured with
# *your* `leaky_relu`, once it passes. How much comes through?

# %%
# @title The size of the gradient of that unit's weights
stepped = [(W_before - 2 * dW, b_before - 2 * db), small[1]]


def reaches_unit_14(layers, g, backward):  # on 480 digits
    return np.linalg.norm(gradients(np.arange(480), layers, g, backward)[0][0][:, 14])


def own_gradient():
    return [reaches_unit_14(stepped, *(globals()[f"leaky_relu{way}"] for way in ("", "_backward")))]


your_leak = approximation.own_values(is_solved("06_activations", "leaky_relu"), own_gradient, (1,))
alive, dead = (reaches_unit_14(layers, *pair("relu")) for layers in (small, stepped))
assert dead == 0 < reaches_unit_14(stepped, *pair("leaky_relu"))
rows = [("ReLU, before the step", alive), ("ReLU, after it", dead)]
rows += [
    ("your leaky ReLU, after it", "not there yet" if your_leak is None else f"{your_leak[0]:.2g}")
]
as_table(["activation", "gradient"], rows)

# %% [markdown]
# With slope 0.01 little comes through, but not 0. Do whole networks gain from a leak? At rate 0.3
# the stored runs end with the same median error with ReLU and with leaks of 0.01 and 0.2. Where the
# rate is too large a small leak helps, but a smaller rate helps more (appendix).

# %% [markdown]
# ### Which one, then? (core, 5 minutes)
# Does the choice matter with two hidden layers? Here are errors on test digits after 600 updates
# (ten seeds), each activation at the gain and rate that did best on the validation digits.


# %%
# @title Errors of six activations after 600 updates
def test_errors(name):  # %, (seeds, budgets)
    return 100 * np.array([row["test"] for row in stored[f"race: {name}, 2"]["budgets"]]).T


six = ["sigmoid", "tanh", "ReLU", "leaky ReLU 0.01", "leaky ReLU 0.2", "ELU"]
ends = {name: test_errors(name)[:, -1] for name in six}
assert max(abs(ends[name].mean() - ends["ReLU"].mean()) for name in six[1:]) < 0.4
assert ends["sigmoid"].mean() - ends["ReLU"].mean() > 0.8
as_table(
    ["activation", "mean error, %", "standard error"],
    [(name, f"{e.mean():.1f}", f"{e.std(ddof=1) / 10**0.5:.1f}") for name, e in ends.items()],
)

# %% [markdown]
# Apart from the sigmoid the means lie within half a point, and with five to compare, ten seeds do
# not decide between them.
#
# | where | take | reason |
# |---|---|---|
# | hidden layers, to begin with | ReLU | slope 1 for every positive score; the usual start |
# | many silent units | a smaller rate, from the start | too large a rate kills most (section 5) |
# | still many | a leak, or ELU | silent units keep a gradient |
# | hidden outputs that must stay bounded | tanh | outputs around 0, slope up to 1; it saturates |
# | hidden layers of a language model | GELU or SiLU | usual there, not tried here |
# | output: yes or no | sigmoid, inside the loss | a probability |
# | output: one of many | softmax, inside the loss | probabilities that sum to 1 |
# | output: a number | none | any value is possible |
#
# *Inside the loss*: the last layer gives scores, and `cross_entropy` applies the softmax itself.
# Any squashing before it does harm: section 8 tries a sigmoid.

# %% [markdown]
# ### ELU, a learned slope and one at random (deeper)
# A trap: `np.where` computes *both* pieces, so $e^{1000}$ overflows although it is not used. Clip
# what goes into the exponential.
#
# **Your turn.**

# %% tags=["exercise"] covers="06.elu"
exercise("elu")

# %% [markdown]
# PReLU has one slope $a$ for all rows, so its gradient collects $z\,dout$ from every negative
# score:

# %% covers="06.prelu"
z_prelu, dout = np.array([[-1.0], [0.0], [2.0]]), np.array([[10.0], [20.0], [30.0]])
dz, da = activation_variants.prelu_backward(dout, z_prelu, np.array([0.25]))
referee = gradient_check.numerical_gradient(
    lambda a: np.sum(dout * activation_variants.prelu(z_prelu, a)), np.array([0.25])
)
assert np.allclose(da, referee)
dz.ravel(), da

# %% [markdown]
# RReLU draws a slope from 1/8 to 1/3 for each number in training, and takes 11/48 at test:

# %% covers="06.rrelu"
three = np.array([-1.0, 0.0, 2.0])
drawn, drawn_slopes = activation_variants.rrelu(three, np.random.default_rng(7))
at_test, _ = activation_variants.rrelu(three, None, train=False)
as_table(
    ["z", "leaky ReLU", "RReLU, training", "RReLU, test", "ELU"],
    zip(three, activations.leaky_relu(three), drawn, at_test, activations.elu(three), strict=True),
)

# %% [markdown]
# ### Round corners, learned corners (deeper)
# **Softplus**, $\ln(1 + e^z)$, rounds the corner. Its slope, the sigmoid, is never exactly 0.

# %% tags=["exercise"] covers="06.softplus"
exercise("softplus")

# %% [markdown]
# **Maxout** learns its shape: each unit has $P$ linear pieces, with $P$ times the parameters, and
# keeps the largest. Three pairs of pieces:

# %% covers="06.maxout"
corner = np.array([-1.0, 0.0, 2.0])
pieces = np.array([[[1.0, 1.0, 1.0]], [[0.0, 0.01, -1.0]]])  # (P, D, M) = (2, 1, 3)
as_maxout = activations.maxout(corner[:, None], pieces, np.zeros((2, 3)))
assert np.array_equal(as_maxout[:, 0], activations.relu(corner))
assert np.array_equal(as_maxout[:, 1], activations.leaky_relu(corner))
assert np.array_equal(as_maxout[:, 2], np.abs(corner))
as_table(["z", "z and 0", "z and 0.01z", "z and −z"], np.column_stack([corner, as_maxout]))

# %% tags=["exercise"] covers="06.maxout"
exercise("maxout")

# %% [markdown]
# ## 7 The same in PyTorch (core, 4 minutes)
# The activations are `torch.nn.Sigmoid()`, `Tanh()`, `Softsign()`, `ReLU()`, `LeakyReLU(0.01)`,
# `ELU()`, `GELU()` and `SiLU()`; autograd computes the backward pass. Does it find section 3's
# gradient in the first of ten layers?

# %%
place = device()


def torch_norm(g, gain):
    weights = [W for W, _ in start([64, *[50] * 9, 10], gain, np.random.default_rng(0))]
    weights = [torch.tensor(W, device=place, requires_grad=True) for W in weights]
    h = torch.tensor(X[:100], device=place)
    for W in weights[:-1]:
        h = g(h @ W)
    digit = torch.tensor(labels[:100], device=place).long()
    torch.nn.functional.cross_entropy(h @ weights[-1], digit).backward()
    return weights[0].grad.norm().item()


# %% [markdown]
# The same weights, one seed:

# %%
twice = {"sigmoid": torch_norm(torch.nn.Sigmoid(), 1), "ReLU": torch_norm(torch.nn.ReLU(), 2**0.5)}
assert all(np.isclose(found, norms[name][0, 0], rtol=1e-3) for name, found in twice.items())
rows_of_both = [(name, norms[name][0, 0], found) for name, found in twice.items()]
as_table(["activation", "NumPy", "PyTorch"], rows_of_both)

# %% [markdown]
# ## 8 Break it (deeper)
# One change: the *scores* of the last layer go through a sigmoid before the softmax. The largest
# score stays the largest.
#
# **Predict.** Ten classes. Below which value can the cross-entropy of this network never fall?

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
# $\ln(1 + 9/e) = 1.461$: from scores between 0 and 1 the true class gets at most a probability of
# $e/(e + 9) = 0.232$.
# </details>
#
# Train both in PyTorch, for 150 steps:


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
            for p, grad in zip(net.parameters(), grads, strict=True):
                p -= grad  # a plain step at rate 1
    right = (net(pixels).argmax(dim=1) == digit).float().mean()
    return loss.item(), right.item()


# %% [markdown]
# With no activation on the last layer, and with a sigmoid:

# %%
lasts = {"none": torch.nn.Identity(), "sigmoid": torch.nn.Sigmoid()}
found = [(name, *torch_train(last)) for name, last in lasts.items()]
after(guess_floor, as_table(["last activation", "loss", "share of digits right"], found))

# %% [markdown]
# **Symptom:** acceptable accuracy, a loss that sticks. **Cure:** no activation on the last layer;
# softmax belongs to the loss (`cross_entropy` takes scores).

# %% [markdown]
# ## What you can do now
# You have seen one function decide how soon a network learns, and found out why; measured how much
# gradient survives; counted dead units; and written an activation that keeps a gradient.
#
# **An open question.** Which gain keeps the outputs *and* the gradients at the same size in every
# layer, and can one gain do both? Lecture 7 answers.

# %%
show_progress("06")

# %% [markdown] covers="06.table"
# ## Card
# | unit | $g(z)$ | slope | range | centred | note |
# |---|---|---|---|---|---|
# | sigmoid | $1/(1+e^{-z})$ | $g(1-g) \le \frac14$ | $(0,1)$ | no | for a yes-or-no output |
# | tanh | $\tanh z$ | $1 - g^2 \le 1$ | $(-1,1)$ | yes | saturates |
# | softsign | $z/(1+\lvert z\rvert)$ | $(1+\lvert z\rvert)^{-2}$ | $(-1,1)$ | yes | fades slowly |
# | ReLU | $\max(0,z)$ | 0, 1 | $[0,\infty)$ | no | units can die |
# | leaky, PReLU, RReLU | $z$ or $az$ | $a$, 1 | all | no | silent units keep a slope |
# | ELU | $z$ or $\alpha(e^z-1)$ | 1 or $\alpha e^z$ | $(-\alpha,\infty)$ | nearer | slope fades |
# | softplus | $\ln(1+e^z)$ | $\sigma(z)$ | $(0,\infty)$ | no | its slope is never exactly 0 |
# | GELU | $z\,\Phi(z)$ | −0.13 to 1.13 | $[-0.17,\infty)$ | nearer | transformers |
# | SiLU, swish | $z\,\sigma(z)$ | −0.10 to 1.10 | $[-0.28,\infty)$ | nearer | transformers |
# | ReLU6 | $\min(\max(0,z),6)$ | 0, 1 | $[0,6]$ | no | flat above 6, too |
# | hard tanh, hard sigmoid | a line, cut off | constant, 0 | $[-1,1]$, $[0,1]$ | yes, no | |
# | hard swish | $z$ times hard sigmoid | 0, −0.5 to 1.5, 1 | $[-0.375,\infty)$ | nearer | |
# | maxout | $\max_p (xW_p+b_p)$ | that of the winner | all | no | $P$ times the weights |
#
# **Default:** ReLU with He weights (lecture 7); if many units are silent, a smaller rate, from
# the start, then a leak; no activation on the scores of the last layer.
#
# **Pitfalls.** The slope taken at the output instead of at the score; `dout` forgotten; `max` where
# the sign decides; overflow in the piece that `np.where` discards.
#
# **Check** a backward pass of your own against the referee of lecture 4, away from the kinks:

# %%
scores = np.array([-2.0, -0.3, 0.4, 1.7])
explored = {name: pair(name.lower()) for name in [*classics, "softsign", "ELU", "softplus"]}
for forward, backward in explored.values():
    referee = gradient_check.numerical_gradient(lambda z, g=forward: np.sum(g(z)), scores)
    assert gradient_check.relative_error(backward(np.ones(4), scores), referee) < 1e-7
f"{', '.join(explored)}: right"

# %% [markdown]
# ## Further reading
# The lecture documents: HKU, *Training Neural Networks* (DASC7606); HUST, *Introduction to Deep
# Learning* (IT3320E); HW, *Deep Learning Overview*; KAV, *Deep Learning*, units I to IV. And:
#
# - X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural
#   networks*, 2010.
# - Y. LeCun and others, *Efficient BackProp*, 1998.
# - A. Krizhevsky and others, *ImageNet classification with deep convolutional neural networks*,
#   2012: figure 1.
# - D.-A. Clevert and others, *Fast and accurate deep network learning by exponential linear units*,
#   2016.
# - D. Hendrycks, K. Gimpel, *Gaussian error linear units*, 2016.

# %% [markdown]
# ## Appendix: smooth, or in pieces
# **GELU** is $z\,\Phi(z)$, with the normal distribution's $\Phi$; **SiLU**, or *swish*, is
# $z\,\sigma(z)$. Both are smooth, with a dip left of 0.

# %%
# @title gelu and its backward pass
normal = torch.distributions.Normal(0.0, 1.0)


def gelu(z):
    return z * normal.cdf(torch.tensor(z)).numpy()


def gelu_backward(dout, z):
    t = torch.tensor(z)
    return dout * (normal.cdf(t) + t * normal.log_prob(t).exp()).numpy()


# %% [markdown]
# Beside ReLU:


# %%
# @title ReLU and the two that language models use
described(
    figures.plot_units(
        {
            "ReLU": pair("relu"),
            "GELU": (gelu, gelu_backward),
            "SiLU": pair("silu", activation_variants),
        },
        title="ReLU and the two that language models use",
    ),
    "Above, outputs for scores from −5 to 5: far out GELU and SiLU follow ReLU; left of 0 GELU "
    "dips to −0.17 and SiLU to −0.28. Below, slopes: smooth rises from 0 to 1 that are 0.5 at "
    "z = 0, negative on the left and above 1 on the right.",
)

# %% [markdown]
# Small devices avoid exponentials: **hard** sigmoid and tanh are straight pieces, hard swish is $z$
# times hard sigmoid: a parabola from −3 to 3. **ReLU6** stops at 6, to fit into a few bits.

# %% covers="06.hard"
hard = ["ReLU6", "hard tanh", "hard sigmoid", "hard swish"]

# %%
# @title Hard variants and their slopes
described(
    figures.plot_units(
        {name: pair(name.lower().replace(" ", ""), activation_variants) for name in hard},
        title="Hard variants and their slopes",
        low=-8,
        high=8,
        ticks=[-6, -3, -1, 0, 1, 3, 6],
    ),
    "Above: ReLU6 is 0, then the diagonal, then 6; hard tanh is clipped to −1 and 1; hard sigmoid "
    "is a line from 0 at −3 to 1 at 3; hard swish dips to −0.375 at −1.5 and follows the diagonal "
    "from 3. Below: slopes, constant in pieces, broken at jumps; for hard swish a line from "
    "−0.5 to 1.5 between jumps.",
)

# %% [markdown]
# ## Appendix: is ReLU six times faster?
# HKU: ReLU "converges much faster than sigmoid/tanh (a factor of 6)", a figure from Krizhevsky and
# others (2012): ReLU against *tanh* on CIFAR-10. Here: the digits, two hidden layers, ten seeds,
# until 90 % of 480 training digits are right. The validation digits choose gain and rate.
#
# **Predict.** How many times as many updates as ReLU does tanh need?

# %% tags=["predict"]
guess_factor = ...  # a number


# %% truth=["not slower", "0.75"]
# @title Your guess beside the truth
def race(name):
    return stored[f"race: {name}, 2"]["speed"]


rivals = ("sigmoid", "tanh", "ReLU")
times = {name: float(np.median(race(name)["updates"])) for name in rivals}
described(
    plot_guess(
        guess_factor, times["tanh"] / times["ReLU"], quantity="updates of tanh / updates of ReLU"
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# tanh is not slower at all: the median is 45 updates against 60, three counts against four.
# </details>
#
# The median updates of each, counted every 15 updates, with its gain and rate:

# %% claim="C1" covers="06.speed"
# @title Median updates of three activations, counted on training digits
assert (times["tanh"], times["ReLU"], times["sigmoid"]) == (45, 60, 90)
told = [(n, f"{race(n)['gain']:.2g}", f"{race(n)['rate']:g}", times[n]) for n in rivals]
after(guess_factor, as_table(["activation", "gain", "rate", "median updates"], told))

# %% [markdown]
# The sigmoid by gain, each at its best rate, counted on the validation digits that choose it:

# %%
# @title Median updates of the sigmoid by gain, counted on validation digits
lists = stored["race: sigmoid, 2"]["gains"], race("sigmoid")["medians"]
by_gain = {gain: min(row) for gain, row in zip(*lists, strict=True)}
assert by_gain[1] > 2 * by_gain[4]
rows = [(f"{gain}", f"{updates:g}") for gain, updates in by_gain.items()]
after(guess_factor, as_table(["gain", "median updates"], rows))

# %% [markdown]
# <details><summary>The verdict, after your guess</summary>
#
# **Verdict: it does not hold here.** With gain 1 the sigmoid is slow; with its best gain it
# needs less than twice the updates of ReLU. A factor without gain, rate and depth says little; that
# experiment on a larger network is not refuted.
# </details>


# %% [markdown]
# ## Appendix: small leak, large leak, ELU
# KAV says: slope 0.2 does better than 0.01, and ELU beats all variants of ReLU, although each of
# its steps takes longer. For every budget the validation digits choose a gain and a rate.

# %%
budgets, leaks = stored["updates"], ["ReLU", "leaky ReLU 0.01", "leaky ReLU 0.2", "ELU"]

# %%
# @title The family of ReLU, two hidden layers, each at its best gain and rate (mean of 10 seeds)
ax = plot_lines(
    budgets,
    {name: test_errors(name).mean(axis=0) for name in leaks},
    xlabel="updates",
    ylabel="error on test digits, %",
    title="The family of ReLU, each at its best gain and rate (mean of 10 seeds)",
    xscale="log",
)
ax.set_xticks(budgets, map(str, budgets))
ax.minorticks_off()
described(
    ax,
    "Error on test digits after 75, 150, 300 and 600 updates, means of ten seeds. "
    + "; ".join(f"{n}: {test_errors(n).mean(axis=0).round(1).tolist()}" for n in leaks),
)

# %% [markdown]
# Lead over ReLU in points of error, mean and standard error over the seeds:

# %% claim="C3"
# @title Lead over ReLU, by budget
lead, doubt = {}, {}
for name in leaks[1:]:
    gaps = test_errors("ReLU") - test_errors(name)
    lead[name], doubt[name] = gaps.mean(axis=0), gaps.std(axis=0, ddof=1) / 10**0.5
assert lead["ELU"][0] > 3 * doubt["ELU"][0]
assert np.all(np.abs(lead["ELU"][2:]) < 2 * doubt["ELU"][2:])
gap = test_errors("leaky ReLU 0.01") - test_errors("leaky ReLU 0.2")
in_errors = gap.mean(axis=0) / (gap.std(axis=0, ddof=1) / 10**0.5)
assert 2 < in_errors[0] < 2.5
assert max(in_errors[1:]) < 1.5
rows = {n: [f"{m:.1f} ± {d:.1f}" for m, d in zip(lead[n], doubt[n], strict=True)] for n in lead}
as_table(["updates", *map(str, budgets)], [(name, *row) for name, row in rows.items()])

# %% [markdown]
# And the price? PyTorch's own functions, forward plus backward, alone on 100,000 scores and behind
# a layer of 512 units: the median of 60 rounds of processor time, in multiples of ReLU's, with the
# middle half of the rounds in brackets.


# %% covers="06.cost"
def multiples(jobs, rounds=60):
    seconds = np.zeros((rounds, len(jobs)))
    for row in seconds:
        for j, job in enumerate(jobs):
            began = process_time()
            job()
            row[j] = process_time() - began
    return np.quantile(seconds / seconds[:, :1], [0.25, 0.5, 0.75], axis=0).T


# %% [markdown]
# The functions, and the two ways to time them:

# %%
many, wide = torch.randn(100_000, requires_grad=True), torch.nn.Linear(512, 512)
rows = torch.randn(64, 512)
ready = ["relu", "leaky_relu", "elu", "hardswish", "hardtanh", "sigmoid", "tanh", "softplus"]
own = {name: getattr(torch.nn.functional, name) for name in ready}


def alone(g):
    torch.autograd.grad(g(many).sum(), many)


def in_a_layer(g):
    torch.autograd.grad(g(wide(rows)).sum(), wide.weight)


prices = [
    multiples([lambda g=g, job=job: job(g) for g in own.values()]) for job in (alone, in_a_layer)
]
said = [[f"{middle:.2f} ({low:.2f} to {high:.2f})" for low, middle, high in way] for way in prices]
as_table(["function", "alone", "in a layer"], zip(own, *said, strict=True))

# %% [markdown]
# Alone, ELU and softplus take two to three times as long as ReLU on one processor, the sigmoid up
# to half as long again, the others hardly longer. Behind a matrix product the medians lie within
# about a tenth.
#
# **Verdict: it holds here only at the beginning.** After 75 updates ELU is 3 points ahead of ReLU,
# after 150 it is 1.4 ± 0.9 ahead, and from 300 on not at all. Slope 0.2 leads 0.01 by 1.3 points
# after 75 updates (2.1 standard errors); later ten seeds do not separate the two. A whole step with
# ELU takes hardly longer.

# %% [markdown]
# ## Appendix: the zig-zag, and why a mean limits the rate
# A unit with two weights takes one step per row. The tint shows where its *first* step can go.


# %% covers="06.zigzag"
# @title One row per step: where can it go?
def walk(inputs, best, rate=0.3):
    w = [np.zeros(2)]
    for x in inputs:
        w.append(w[-1] - rate * (x @ (w[-1] - best)) * x)
    return np.array(w)


best, inputs = np.array([1.5, -1.0]), np.random.default_rng(9).uniform(0, 2, size=(24, 2))
walks = {"all positive": walk(inputs, best), "the same minus 1": walk(inputs - 1, best)}
described(
    figures.plot_steps(walks, best=best, title="One row per step: where can it go?"),
    "Two planes of weights; from the start, the best place lies to the lower right. Above, inputs "
    "all positive: a step goes to the upper right or to the lower left only, so the path "
    "zig-zags. Below, inputs around 0: every quadrant is open, and the path bends little.",
)

# %% [markdown]
# Both arrive. In the widget, take one row per step and compare the loss for the means 2 and 0 at
# the rates 0.1 and 0.2. Then take all 20 rows per step, and raise the rate.

# %% covers="06.zigzag"
# @title The path of two weights, and the mean of their inputs
described(
    explorers.explore_zigzag(title="The path of two weights, and the mean of their inputs"),
    "Three controls: mean of the inputs from 0 to 2, learning rate, and rows per step, 1 or 20. "
    "One panel: the path of two weights from (0, 0) to the best place (2, −1) over lines of equal "
    "loss. With mean 0 the ellipses are circles. With mean 2 the loss is nine times as curved "
    "along one axis as along the other, and with one row per step nearly every step goes up right "
    "or down left. The other panel: the loss after each step, logarithmic.",
)

# %% [markdown]
# What does a mean cost at these rates?


# %%
# @title In how many of 100 draws does mean 0 end lower than mean 2 (one row per step)?
def last_loss(mean, rate, seed):
    away = explorers.zigzag(mean, rate, 1, 40, seed)[-1] - explorers.BEST
    return away @ explorers.curvature(mean) @ away / 2


lower = {
    rate: sum(last_loss(0, rate, s) < last_loss(2, rate, s) for s in range(100))
    for rate in (0.05, 0.1, 0.2)
}
assert 40 <= lower[0.05] <= 60
assert 50 < lower[0.1] < 75
assert lower[0.2] > 95
as_table(["rate", "mean 0 ends lower in"], lower.items())

# %% [markdown]
# At rate 0.05 the zig-zag costs nothing. A mean of 2 rules out larger rates: with all 20 rows, one
# step at rate 1 arrives if the mean is 0; if it is 2, every rate above 0.22 diverges. The reason is
# the shape of the *ellipses*. Half the mean squared error has the gradient
# $H(w - w^*)$ with $H = X^\top X/N$, rows being samples. For uncorrelated inputs with mean $m$ (a
# row) and variance $s^2$,
#
# $$H = s^2 I + m^\top m,\qquad \text{eigenvalues } s^2, \dots, s^2,\;
#   s^2 + \lVert m\rVert^2 \tag{6.3}$$
#
# The largest limits the rate to $2/(s^2 + \lVert m\rVert^2)$; the smallest sets the progress. If
# both inputs have the mean 2 and variance 1:

# %%
m = np.array([2.0, 2.0])
eigenvalues = np.linalg.eigvalsh(np.eye(2) + np.outer(m, m))
as_table(["smallest", "largest", "highest rate"], [(*eigenvalues, 2 / eigenvalues[-1])])

# %% [markdown]
# ## Appendix: the mean or the sign?
# Do outputs away from 0 slow a network down? A fair test moves the
# outputs and *nothing else*: for each $m$ take $\sigma(z) - \frac12 + m$, with biases that make up
# for $m$, so that all these networks start as the same function.


# %%
# @title layers_for: weights at random, and biases that make up for m
def layers_for(m, rng):
    first, *others = start([64, 50, 50, 10], 1.0, rng)
    # an output that is m higher adds m times the sum of its weights to the next scores
    return [first, *((W, b - m * W.sum(axis=0)) for W, b in others)]


def first_scores(m):
    return forward_pass(X[:480], layers_for(m, np.random.default_rng(7)), shifted(m)[0])[0][-1]


assert np.allclose(first_scores(-0.5), first_scores(0), atol=1e-5)
assert np.allclose(first_scores(0.5), first_scores(0), atol=1e-5)

# %% [markdown]
# Networks with two hidden layers were trained at thirteen rates from ten seeds. For each $m$ take
# the rate that is fastest on the validation digits, and count updates until 90 % of 480 training
# digits are right.

# %%
# @title needed: the updates of each seed, by m
means = stored["means"]


def needed_at(gain):  # (seeds, means)
    return np.array([stored[f"centre: {m:g}"][gain]["updates"] for m in means]).T


needed = needed_at("gain 1")
median_needed = np.median(needed, axis=0)

# %% [markdown]
# **Predict.** With $m = 0$ the median of the ten networks is 105 updates. What is it with
# $m = \frac12$, the outputs of the sigmoid?

# %% tags=["predict"]
guess_updates = ...  # a number

# %% truth=["More than twice as many", "232"]
# @title Your guess beside the truth
assert median_needed.tolist()[::2] == [225, 105, 232.5]
described(plot_guess(guess_updates, median_needed[-1], quantity="updates with m = 1/2"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# More than twice as many: 232.5, halfway between the fifth and the sixth of ten networks. With
# $m = -\frac12$ it is 225: what counts is the distance from 0, not the sign.
# </details>
#

# %% [markdown]
# Outputs around $\pm\frac12$ cost updates. Why?


# %%
# @title one_sign: the share of second-layer units whose 50 weight gradients have one sign
def one_sign(m, seeds=20):
    shares = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        layers = layers_for(m, rng)
        dW2 = gradients(rng.integers(0, len(X), 32), layers, *shifted(m))[1][0]
        shares.append(np.mean(np.abs(np.sign(dW2).sum(axis=0)) == 50))
    return float(np.mean(shares))


# %% [markdown]
# For each $m$, here are that share, in a batch of 32; the median updates at the best rate, with
# gain 1 and with gain 4; and those at gain 1 and three rates (1,200 means never):

# %% claim="C17" covers="06.zigzag"
# @title One sign, and updates needed, by m
medians = [np.median(needed_at(gain), axis=0) for gain in ("gain 1", "gain 4")]
by_rate = np.array([stored[f"centre: {m:g}"]["gain 1"]["all"] for m in means]).T
slow, highest = by_rate[[3, 10]]
for low, quarter, middle, three_quarters, high in medians:
    assert min(low, high) > 1.5 * middle
    assert max(quarter, three_quarters) < 1.5 * middle
assert slow.max() < 1.2 * slow.min()
assert highest[2] == 1200
assert max(highest[[0, 4]]) < 400
columns = [*medians, *by_rate[[3, 7, 10]]]
rows = [(m, one_sign(m), *(column[k] for column in columns)) for k, m in enumerate(means)]
heads = ["m", "one sign", "gain 1", "gain 4", "rate 0.5", "rate 2", "rate 6"]
after(guess_updates, as_table(heads, rows))

# %% [markdown]
# Is it the mean or the common sign (6.2)? This test changes both, and neither explains the numbers
# alone: the sign is common before any step, while $m$ costs little at 0.5 and much at 2; and (6.3)
# would forbid high rates to a mean, yet at 6 networks with $m = \pm\frac12$ learn and those with $m
# = 0$ do not. Section 4 found another reason. With rates of their own for the three layers, 16, 4
# and 1 times that of the last, at the best of the thirteen:

# %%
# @title Median updates by m, with one rate and with a rate for each layer
three_means = (-0.5, 0, 0.5)
with_own = [stored[f"centre, own rates: {m:g}"]["gain 1"] for m in three_means]
own_medians = [np.median(row["updates"]) for row in with_own]
one_rate = medians[0][[0, 2, 4]]
assert min(one_rate[[0, 2]]) > 2 * one_rate[1]
assert 1.3 * own_medians[1] < min(own_medians[0], own_medians[2])
assert max(own_medians[0], own_medians[2]) < 1.7 * own_medians[1]
rows = [("one rate", *one_rate), ("a rate for each layer", *own_medians)]
heads = ["updates", *(f"m = {m:g}" for m in three_means)]
after(guess_updates, as_table(heads, rows))

# %% [markdown]
# **Verdict: the cost holds, and much of it is the cost of one rate for all layers.** Outputs around
# $\pm\frac12$ cost more than twice the updates with one rate, about one and a half times as many
# with a rate for each layer. What the rest is due to stays open.

# %% [markdown]
# ## Appendix: three cures for the network of section 1
# Stretching the sigmoid is the first (section 4). Since $2\sigma(2z)$ doubles its score and its
# output, the stretched network starts as the sigmoid network whose weights are multiplied by 2, 4,
# 4, 4 and 2:

# %%
sizes, times_more = [64, *[50] * 4, 10], [2, 4, 4, 4, 2]
plain = start(sizes, 1.0, np.random.default_rng(0))
larger = [(factor * W, b) for factor, (W, b) in zip(times_more, plain, strict=True)]
of_both = [forward_pass(X[:480], plain, stretched), forward_pass(X[:480], larger, sigmoid)]
assert np.allclose(*(scores[-1] for scores, _ in of_both), atol=1e-4)

# %% [markdown]
# So larger weights should help, too. Here is the lowest mean error of ten seeds on validation
# digits, at any of nine rates, after 600 updates:

# %%
# @title Four hidden sigmoid layers by gain
deep_race = stored["race: sigmoid, 4"]
by_gain = zip(deep_race["gains"], deep_race["budgets"][-1]["validation"], strict=True)
deep_lowest = {gain: min(at_rates) for gain, at_rates in by_gain}
assert deep_lowest[1] > 0.85
assert deep_lowest[4] < deep_lowest[2] < 0.1
after(guess_deep, as_table(["gain", "lowest error"], deep_lowest.items()))

# %% [markdown]
# <details><summary>What you see</summary>
#
# They do: from gain 2 on the network learns.
# </details>
#
# Is it a mean of 0 that helps, or any shift? The same lowest error, after 600 and after
# 1,200 updates, with the rate that reached it:

# %%
# @title Four hidden layers with the slopes of the sigmoid, by m
by_mean = {}
for mean in (-0.5, 0, 0.5):
    deep = stored[f"deep centre: {mean:g}"]
    ways = [zip(row["validation"], deep["rates"], strict=True) for row in deep["budgets"][1:]]
    by_mean[mean] = [min(way) for way in ways]  # (error, rate), the lowest error
assert max(by_mean[0])[0] < 0.1
assert min(min(by_mean[mean])[0] for mean in (-0.5, 0.5)) > 0.5
heads = ["m", "error after 600", "at rate", "error after 1,200", "at rate"]
after(guess_change, as_table(heads, [(m, *a, *b) for m, (a, b) in by_mean.items()]))

# %% [markdown]
# <details><summary>What you see</summary>
#
# With $m = 0$ the network learns. With $m = \pm\frac12$ its error is still above 0.5 after 1,200
# updates, at the best of nine rates; after 4,800 a sigmoid network has learned, too (section 1).
# </details>

# %% [markdown]
# ## Appendix: dead units and errors
# Mean shares of dead ReLU units by rate; median test errors, and how many of ten networks
# overflowed, after 600 updates:

# %% claim="C2"
# @title Dead units, errors and overflows, by rate
dead = np.array([runs_of("ReLU", "silent", n).mean(axis=0) for n in (0, 150, 600)])
contenders = ["ReLU", "leaky ReLU 0.01", "leaky ReLU 0.2"]
ends_at = np.array([runs_of(name, "test", 600) for name in contenders])
wrong, overflowed = np.median(ends_at, axis=1), np.sum(ends_at == 1, axis=1)
leaky = runs_of("leaky ReLU 0.01", "silent", 150).mean(axis=0)
assert dead[:, :5].max() < 0.1  # up to rate 0.5
assert dead[1:, 5].min() > 0.2
assert (leaky[6].round(2), dead[1, 6].round(2)) == (0.59, 0.74)
assert wrong[0, 3] == wrong[1, 3] == wrong[2, 3]
assert 0.5 < wrong[1, 6] / wrong[0, 6] < 0.6
assert overflowed.max(axis=1).tolist() == [0, 0, 9]
heads = [f"dead after {n}" for n in (0, 150, 600)]
heads += [f"{what}, {name}" for what in ("error", "overflowed") for name in contenders]
dead_rows = zip(heads, [*dead, *wrong, *overflowed], strict=True)
as_table(["rate", *map(str, silent_rates)], [(head, *row) for head, row in dead_rows])

# %% [markdown]
# By layer, at rate 0.3:

# %%
# @title Shares of dead ReLU units in each of two hidden layers
by_layer = np.array(stored["silent: ReLU, 2"]["by layer"])[[0, counted.index(150)], :, good]
assert np.allclose(by_layer, [[0.026, 0.044], [0.032, 0.024]], atol=1e-4)
rows = [(when, *row) for when, row in zip(["untrained", "after 150"], by_layer, strict=True)]
as_table(["updates", "first layer", "second layer"], rows)

# %% [markdown]
# **Verdict: shares like 40 % do occur here, but only at rates that are too large for ReLU.** At
# rate 0.7 a quarter of its units are dead, at 1 three quarters. With slope 0.01 more than half
# still fall silent (0.59 at rate 1), but they keep a gradient ("leaky ReLUs never die", KAV), and
# the error at rate 1 is about half of ReLU's. With slope 0.2 hardly any fall silent, yet at rate 1
# nine of ten networks overflow; why, these runs do not say.

# %% [markdown]
# ## Appendix: for readers of the slides
# Four more statements in the sources that are not true as printed.
#
# **Parametric ReLU (HKU).** Printed: $\max(a x, x)$. What do $-2$ and $2$ give if the slope $a$
# has become 3, in the printed form and in the intended one?

# %% erratum="U7"
# @title What each form gives for −2 and 2
xs = np.array([-2.0, 2.0])
prelu_printed = np.maximum(3 * xs, xs)
prelu_meant = activation_variants.prelu(xs, np.array([3.0]))
assert np.array_equal(prelu_printed, [-2, 6])
assert np.array_equal(prelu_meant, [-6, 2])
assert np.array_equal(np.maximum(0.5 * xs, xs), activation_variants.prelu(xs, np.array([0.5])))
as_table(["x", "as printed", "as meant"], zip(xs, prelu_printed, prelu_meant, strict=True))

# %% [markdown]
# For $a > 1$ the printed form swaps the sides.
#
# **ELU (HUST).** Printed: $\max(\alpha(e^z - 1),\, z)$ with a small $\alpha$.
# What do $\alpha = 0.1$ and $z = 4$ give?

# %% erratum="H13"
# @title What the printed form gives, and the meant one
elu_printed = float(np.maximum(0.1 * np.expm1(4.0), 4.0))
elu_meant = float(activations.elu(4.0, alpha=0.1))
assert round(elu_printed, 2) == 5.36
assert elu_meant == 4
as_table(["as printed", "as meant"], [(elu_printed, elu_meant)])

# %% [markdown]
# The printed form gives 5.36 instead of 4: an exponential overtakes every line.
#
# **ELU (HUST, KAV).** Printed: it is "differentiable everywhere" (HUST, with $\alpha \ll 1$),
# "smooth even at $z = 0$" (KAV).

# %% erratum="H7"
tiny = 1e-6


def one_sided_slopes(alpha):
    at = activations.elu(np.array([-tiny, 0.0, tiny]), alpha)
    return np.round(np.diff(at) / tiny, 4)


assert np.allclose(one_sided_slopes(0.1), [0.1, 1])
assert np.allclose(one_sided_slopes(1.0), [1, 1])
as_table(
    ["α", "slope on the left", "on the right"], [(a, *one_sided_slopes(a)) for a in (0.1, 1.0)]
)

# %% [markdown]
# With $\alpha = 0.1$ there is a kink, with 1 there is none.
#
# **ReLU6 (HKU).** Printed beside $\min(\max(x, 0), 6)$: "clipping the gradient at some value".
# The *output* is clipped. The gradient is not limited: it passes in full, or not at all.

# %% erratum="U6" covers="06.relu6"
scores = np.array([-1.0, 2.0, 5.0, 9.0])
outputs = activation_variants.relu6(scores)
passed = activation_variants.relu6_backward(np.full(4, 1000.0), scores)
assert outputs.max() == 6
assert np.array_equal(passed, [0, 1000, 1000, 0])
as_table(["score", "output", "gradient, 1000 in"], zip(scores, outputs, passed, strict=True))

# %% [markdown]
# # 7 · Initialization
#
# **Promise:** after this lecture you can start a network of 50 layers so that its signal neither
# fades nor explodes, and you can explain why one number, the size of the weights, decides this.
#
# **You will** follow a signal through 50 layers; find out why weights are random; derive the
# schemes of LeCun, Xavier and He from one sum, and write them; measure what a good start gains; let
# the data set the size; and find out what PyTorch does by default.
#
# **Time:** {{time}}.
# **Builds on:** backpropagation (lecture 4), activations and their slopes (lecture 6).
# **Sources:** four lecture documents, called HUST, KAV, EPFL and HKU.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The demonstrations use more:

# %%
import json
from itertools import pairwise

import torch

from dlcourse.checks.progress import is_solved, show_progress
from dlcourse.data.sets import SAMPLES, load_digits, make_moons
from dlcourse.plots.basic import described, plot_lines
from dlcourse.plots.guess import after, plot_guess
from dlcourse.plots.normalization import own_run
from dlcourse.reference import activations, initializers, network
from dlcourse.twins import initializers as torch_initializers
from dlcourse.twins.devices import device
from dlcourse.widgets.signals import explore_signals
from dlcourse.widgets.symmetry import explore_symmetry

# %% [markdown]
# ## Recall
# Answer in your head, then open the answers.
#
# 1. How steep is $\tanh$ at 0, and how steep is the sigmoid at most?
# 2. A dense layer computes the scores $s = xW$. How does the gradient
#    $\delta = \partial J/\partial s$ get back to $x$?
# 3. $u$ and $v$ are independent, each with variance 1. What is the variance of $u + v$, and what
#    is the variance of $3u$?
#
# <details><summary>Answers</summary>
#
# 1. 1, and 1/4.
# 2. $\mathrm dx = \delta\, W^\top$: the same weights, read the other way.
# 3. 2 and 9: variances of independent numbers add up, and a factor counts squared.
# </details>

# %% [markdown]
# ## 1 Fifty layers (core)
# You send 100 random inputs, with mean 0 and standard deviation (std) 1, through an untrained
# network of 50 tanh layers with 100 units each and no biases.

# %%
rng = np.random.default_rng(7)
X = rng.normal(size=(100, 100))
base = [rng.normal(size=(100, 100)) for _ in range(50)]
np.round([X.std(), base[0].std()], 2)

# %% [markdown]
# `base` holds standard normal numbers, and the weights are `scale * base`. The oldest advice is
# "small random numbers", so take the scale 0.01.
#
# **Predict.** How large is the std of the activations after layer 50?

# %% tags=["predict"]
guess_std = ...  # a number, such as 0.01


# %% truth=["50 zeros", "8.34e-51"]
# @title Your guess beside the truth
def stds(scale, activation=np.tanh):
    return initializers.layer_stds(X, [scale * W for W in base], activation)


described(
    plot_guess(guess_std, stds(0.01)[-1], quantity="std after layer 50, scale 0.01", log=True)
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# A decimal point and 50 zeros: single precision has no number that small.
# </details>
#
# Now compare three scales:

# %%
starts = {f"scale {scale}": stds(scale) for scale in (1, 0.1, 0.01)}

# %%
# @title The same network, three starts
after(
    guess_std,
    described(
        plot_lines(
            range(1, 51),
            starts,
            xlabel="layer",
            ylabel="std of the activations",
            yscale="log",
            title="The same network, three starts",
        ),
        "Std against layer, logarithmic. Scale 0.01 falls in a straight line to 1e-50. Scale 0.1 "
        "falls slowly from 0.6 to about 0.09. Scale 1 stays at 0.96.",
    ),
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# On a logarithmic axis, a straight line means the same factor in every layer: scale 0.01 loses a
# factor of 10 each time. Scale 1 looks healthy, but most of its activations are close to $\pm 1$
# (see section 7). Scale 0.1 is nearly right. Where does this number come from?
# </details>

# %% [markdown]
# ## 2 What one factor does (core)
# HUST shows the effect without randomness: linear layers of two units, whose weight matrices
# are all 1.5 times the identity. Nine of them multiply the input by $1.5^9$; with 0.5 in place of
# 1.5, by $0.5^9$:

# %% covers="07.factors"
growth = np.linalg.matrix_power(1.5 * np.eye(2), 9)[0, 0]
fading = np.linalg.matrix_power(0.5 * np.eye(2), 9)[0, 0]
f"{growth:.2f}, {fading:.5f}"

# %% [markdown]
# The gradient travels back through the same matrices, so it grows or fades by the same factor.

# %% tags=["exercise"] covers="07.factors"
exercise("q_layer_scale")

# %% [markdown]
# ## 3 Why random at all? (core)
# The easiest start gives every weight the same value. Take 8 tanh units, two inputs and two
# classes, set all weights to 0.5 and all biases to 0, and train on the two half circles of lecture
# 4.

# %%
moons, moon_labels = make_moons(100, np.random.default_rng(7))


def moon_network(noise):
    rng = np.random.default_rng(7)
    W1 = 0.5 + noise * rng.normal(size=(2, 8))
    W2 = 0.5 + noise * rng.normal(size=(8, 2))
    return [W1, np.zeros(8), W2, np.zeros(2)]


def train_moons(parameters, steps):
    for _ in range(steps):
        _, *gradients = network.two_layer_gradients(moons, moon_labels, *parameters)
        parameters = [p - 0.5 * g for p, g in zip(parameters, gradients, strict=True)]
    return parameters


# %% [markdown]
# **Predict.** After 400 steps, how many different units are there among the 8?

# %% tags=["predict"]
guess_units = ...  # a number from 1 to 8

# %% covers="07.constant" truth=["One. The weights"]
# @title Your guess beside the truth
W1, b1, W2, b2 = train_moons(moon_network(0), 400)
different = np.unique(np.round([*W1, b1], 6), axis=1).shape[1]
described(
    plot_guess(
        guess_units, different, quantity="different hidden units after 400 steps", within=(1, 8)
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# One. The weights have moved a long way, but all columns have moved together.
# </details>

# %%
after(guess_units, np.round(W1, 3))

# %% [markdown]
# <details><summary>The reason, after your guess</summary>
#
# The gradient explains it. For one row, with $\delta_2 = p - y$ at the output, unit $j$ gets
#
# $$\textcolor{#b84a00}{\delta_{1j}} = g'(s_j) \sum_k w^{(2)}_{jk}\,
#   \textcolor{#b84a00}{\delta_{2k}},\qquad
# \frac{\partial J}{\partial w^{(1)}_{ij}} = \textcolor{#0072b2}{x_i}\,
#   \textcolor{#b84a00}{\delta_{1j}} \tag{7.1}$$
#
# Two units whose incoming and outgoing weights are equal have the same $s_j$, $\delta_{1j}$ and
# gradient, so after the step they are equal again. Eight units do the work of one. This is called
# **symmetry**, and gradient descent cannot break it.
# </details>

# %% tags=["exercise"] covers="07.constant"
exercise("q_symmetry")

# %% [markdown]
# **Spot the error.** EPFL explains why a start at *zero* fails: the outputs are zero, and because
# the ReLU's derivative there is zero too, no parameter is ever updated. Test this on the digits
# with 20 hidden units. Give the same start to a ReLU whose slope at 0 is set to 1, to tanh, and to
# the sigmoid.

# %%
digits = load_digits(flat=True, dtype=np.float64)
zero_units = {
    "ReLU": (activations.relu, lambda s: s > 0),
    "ReLU, slope 1": (activations.relu, lambda s: s >= 0),
    "tanh": (np.tanh, lambda s: 1 - np.tanh(s) ** 2),
    "sigmoid": (activations.sigmoid, lambda s: activations.sigmoid_backward(np.ones_like(s), s)),
}


def from_zero(g, slope, steps=100, rate=0.5):
    W1, W2 = np.zeros((64, 20)), np.zeros((20, 10))
    for _ in range(steps):
        s = digits.X_train @ W1
        delta2 = activations.softmax(g(s) @ W2) - np.eye(10)[digits.y_train]
        W1 = W1 - rate * digits.X_train.T @ (delta2 @ W2.T * slope(s)) / len(s)
        W2 = W2 - rate * g(s).T @ delta2 / len(s)
    return W1


# %% erratum="E6" covers="07.zero"
# @title After 100 steps: the first layer's largest weight, and its rank
ended = {name: from_zero(*unit) for name, unit in zero_units.items()}
report = {name: (np.abs(V).max(), np.linalg.matrix_rank(V)) for name, V in ended.items()}
assert all(report[name] == (0, 0) for name in ("ReLU", "ReLU, slope 1", "tanh"))
assert report["sigmoid"][0] > 0
assert report["sigmoid"][1] == 1
after(
    guess_units,
    {name: (round(float(largest), 3), int(rank)) for name, (largest, rank) in report.items()},
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The slope is not the reason, since tanh and the ReLU of slope 1 do not move either. With $W_2 = 0$
# no gradient reaches the first layer, and with hidden outputs of 0 there is none for $W_2$: each
# layer waits for the other. A sigmoid outputs 0.5 at zero, so $W_2$ moves and then $W_1$; but by
# (7.1) all 20 units stay equal, and the rank is 1. So the units must start with differences.
# </details>
#
# Now the eight units start with differences. How large must they be? In the picture, each black
# line shows where one unit's score is 0. Move first the steps, then the differences.

# %%
noises, stops = [0.0, 1e-6, 1e-3, 1e-2, 0.1, 1.0], [0, 25, 50, 100, 200, 300, 400]


def walk(noise):
    taken = [moon_network(noise)]
    for begun, ended_at in pairwise(stops):
        taken.append(train_moons(taken[-1], ended_at - begun))
    return taken


def moon_classes(parameters, points):
    W1, b1, W2, b2 = parameters
    return (np.tanh(points @ W1 + b1) @ W2 + b2).argmax(axis=1)


moon_runs = {noise: walk(noise) for noise in noises}

# %% covers="07.constant"
# @title Steps and differences: move both sliders
symmetry = described(
    explore_symmetry(moon_runs, stops, moon_classes, moons, moon_labels),
    "Two half circles of points, the lines of eight tanh units, and two sliders. With no "
    "differences at the start all lines lie on each other and the border stays straight. With "
    "differences of 0.1 or 1 the lines spread and the border bends around both arcs.",
)
after(guess_units, symmetry)

# %% [markdown]
# With differences of 0.01 or more, the lines spread, and 98 to 99 % of the points come out right.
# With 0.001 it is 87 %, as with none. After ten times as many steps:

# %%
later = train_moons(moon_network(0.001), 4000)
f"{np.mean(moon_classes(later, moons) == moon_labels):.0%}"

# %% [markdown]
# Small differences grow as well, but that takes time.
#
# **Explain.** Shuffling the training data is random as well. Why does it not break the symmetry?

# %% [markdown] tags=["instructor"] grade_id="explain_shuffling" points=2
# All hidden units see the same batch, in the same order. Shuffling changes the gradient that they
# get, but it changes it for all of them alike: equal units get equal gradients from any batch. The
# difference must be in the units themselves, that is in their weights (or, as with dropout, in
# what each of them is allowed to see).

# %% [markdown]
# ## 4 The sum of many small things (core)
# So the weights are random, with mean 0. How large should they be? In KAV's example 250 inputs, all
# equal to 1, feed one unit whose weights come from $\mathcal N(0, 1)$, the normal distribution with
# mean 0 and variance 1. Its score $s$ is the sum of its weights.
#
# **Predict.** What is the std of $s$?

# %% tags=["predict"]
guess_z = ...  # a number

# %% covers="07.sum_of_250" truth=["15.811", "15.8"]
# @title Your guess beside the truth
described(plot_guess(guess_z, np.sqrt(250), quantity="std of the sum of 250 weights"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Variances of independent numbers add up, here to 250. The std is $\sqrt{250} = 15.811$.
# </details>
#
# For 20,000 such units, each ending in a sigmoid:

# %% covers="07.sum_of_250"
rng = np.random.default_rng(7)
s = rng.normal(size=(20_000, 250)).sum(axis=1)
outside = np.mean(np.abs(activations.sigmoid(s) - 0.5) > 0.49)
after(guess_z, f"std {s.std():.2f}; {outside:.0%} of the sigmoids answer below 0.01 or above 0.99")

# %% [markdown]
# Three quarters of these units are saturated before training begins. In general, let the weights be
# independent of each other and of the inputs, with mean 0 and the same variance. Then
#
# $$\mathrm{Var}(s_j) = \sum_{i=1}^{n_{in}} \mathrm E[w_{ij}^2]\,\mathrm E[x_i^2]
#  = n_{in}\,\mathrm{Var}(w)\,\mathrm E[x^2] \tag{7.2}$$
#
# (7.2) contains the mean square $\mathrm E[x^2]$, not the variance, since inputs may have a mean,
# as they do after a ReLU. A check with 300 inputs of mean 1:

# %% covers="07.forward_variance"
rng = np.random.default_rng(7)
shifted = rng.normal(1, 0.5, size=300)
w = rng.normal(0, 0.2, size=(300, 20_000))
measured, predicted = np.var(shifted @ w), 300 * 0.2**2 * np.mean(shifted**2)
assert abs(measured / predicted - 1) < 0.05
np.round([measured, predicted], 2)

# %% [markdown]
# A linear layer keeps the size of the signal if $n_{in}\,\mathrm{Var}(w) = 1$. That is **LeCun's
# scheme**:
#
# $$\mathrm{Var}(w) = \frac1{n_{in}} \tag{7.3}$$
#
# For 100 inputs the std is 0.1, as in the middle curve of section 1. HKU's rule,
# $\mathcal N(0, 10^{-2})$ for *every* layer, has the same std if the number is read as a variance.
# With 10, 100 and 784 inputs, each layer then multiplies the signal by

# %%
[float(np.round(np.sqrt(n * 1e-2), 2)) for n in (10, 100, 784)]

# %% [markdown]
# The right size depends on the layer. **Your turn.** Write the instrument of this lecture.

# %% tags=["exercise"] covers="07.forward_variance"
exercise("layer_stds")

# %% [markdown]
# ## 5 Xavier: there is also a way back (core)
# The gradient makes the same journey backward. Since $\mathrm dx = \delta W^\top$ sums over the
# *outputs*,
#
# $$\mathrm{Var}(\textcolor{#b84a00}{\mathrm dx_i}) = n_{out}\,\mathrm{Var}(w)\,
#   \mathrm E[\textcolor{#b84a00}{\delta}^2] \tag{7.4}$$
#
# Into a layer with 64 inputs, 256 outputs and LeCun's weights, the signal $x$ comes with std 1 from
# one side and the gradient $\delta$ with std 1 from the other. They leave with

# %% covers="07.lecun,07.backward_variance"
rng = np.random.default_rng(7)
W_lecun = initializers.lecun_normal(64, 256, rng)
signal, delta = rng.normal(size=(2000, 64)), rng.normal(size=(2000, 256))
np.round([np.std(signal @ W_lecun), np.std(delta @ W_lecun.T)], 2)

# %% [markdown]
# Forward the factor is 1, backward it is $\sqrt{256/64} = 2$. No variance satisfies both wishes,
# $1/n_{in}$ and $1/n_{out}$, unless $n_{in} = n_{out}$. Glorot and Bengio (2010) take their
# harmonic mean, called **Xavier's scheme** after Glorot's given name:
#
# $$\mathrm{Var}(w) = \frac{2}{n_{in} + n_{out}} \tag{7.5}$$
#
# HUST calls $1/n_{in}$ Xavier's as well; here it is LeCun's.

# %% covers="07.xavier_variants"
wishes = np.array([1 / 64, 1 / 256])
assert np.isclose(1 / np.mean(1 / wishes), 2 / (64 + 256))
W_xavier = initializers.xavier_normal(64, 256, np.random.default_rng(8))
np.round([np.std(signal @ W_xavier), np.std(delta @ W_xavier.T)], 2)

# %% [markdown]
# Both are off now, but neither by LeCun's factor of 2. **Your turn.** First draw from a normal
# distribution.

# %% tags=["exercise"] covers="07.xavier_normal"
exercise("xavier_normal")

# %% [markdown]
# Now from a uniform one. A number drawn uniformly from $[-a, a]$ has the variance
#
# $$\int_{-a}^{a} \frac{u^2}{2a}\,\mathrm du = \frac{a^2}{3}\quad\Rightarrow\quad
#   a = \sqrt{3\,\mathrm{Var}(w)} = \sqrt{\frac{6}{n_{in} + n_{out}}} \tag{7.6}$$
#
# So the bound is $\sqrt3$ times the std. For $a = 1$:

# %%
u = np.random.default_rng(7).uniform(-1, 1, size=1_000_000)
np.round([u.var(), 1 / 3], 3)

# %% tags=["exercise"] covers="07.xavier_uniform"
exercise("xavier_uniform")

# %% [markdown]
# The inputs of section 1, sent through 50 tanh layers with Xavier's weights. Once the checks of
# your three functions say ✓, the cell also draws *your* weights, measured by *your* `layer_stds`.


# %%
# @title Fifty tanh layers with Xavier's weights
def through_fifty(measure_stds, draw):
    rng = np.random.default_rng(7)
    found = measure_stds(X, [draw(100, 100, rng) for _ in range(50)], np.tanh)
    return found, found[-1]


curves = {}
for shape in ("normal", "uniform"):
    parts = ("layer_stds", f"xavier_{shape}")
    curves[shape] = through_fifty(*(getattr(initializers, name) for name in parts))
    ticked = all(is_solved("07_initialization", name) for name in parts)
    curves[f"{shape}, yours"] = own_run(ticked, through_fifty, *map(globals().get, parts))
drawn = {name: found[0] for name, found in curves.items() if found}
described(
    plot_lines(
        range(1, 51),
        drawn,
        xlabel="layer",
        ylabel="std of the activations",
        title="Fifty tanh layers with Xavier's weights",
    ),
    "Std against layer. Normal and uniform weights lie on each other: the std falls from 0.6 after "
    f"the first layer, ever more slowly, to about 0.1. Curves drawn: {', '.join(drawn)}.",
)

# %% [markdown]
# The signal still fades a little: (7.2) is about scores, and tanh then pulls each score toward 0,
# though the small ones hardly at all.
#
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.

# %% [markdown]
# ## 6 The same weights under a ReLU (core)
# Keep Xavier's scheme, with $n_{in} = n_{out} = 100$, and replace tanh by a ReLU.
#
# **Predict.** What is the std after 50 ReLU layers?

# %% tags=["predict"]
guess_relu = ...  # a number, such as 0.1

# %% truth=["2^{-25}", "2.496e-08"]
# @title Your guess beside the truth
relu_stds = {
    "variance 1/100": stds(0.1, activations.relu),
    "variance 2/100": stds(0.1 * np.sqrt(2), activations.relu),
}
described(
    plot_guess(
        guess_relu, relu_stds["variance 1/100"][-1], quantity="std after 50 ReLU layers", log=True
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# A score $s$ is as often negative as positive. A ReLU sets the negative half to 0, and with it half
# of the mean square; the mean square after 50 layers is $2^{-50}$, its root $2^{-25}$.
#
# For scores that are distributed symmetrically around 0,
#
# $$\mathrm E[\mathrm{relu}(s)^2] = \tfrac12\,\mathrm{Var}(s) \tag{7.7}$$
#
# Together with (7.2), a layer multiplies the mean square by $\frac12 n_{in}\,\mathrm{Var}(w)$.
# </details>

# %% covers="07.half"
# @title A million scores through a ReLU
s = np.random.default_rng(7).normal(size=1_000_000)
half = np.mean(activations.relu(s) ** 2)
assert abs(half - 0.5) < 0.005
after(guess_relu, f"{half:.3f}, and after 50 layers {2.0**-25:.1e}")

# %% [markdown]
# **He's scheme** (He et al. 2015) makes up for what a ReLU does:
#
# $$\mathrm{Var}(w) = \frac{2}{n_{in}},\qquad
#   \text{uniform: } a = \sqrt{\frac{6}{n_{in}}} \tag{7.8}$$

# %%
# @title Fifty ReLU layers, two variances
after(
    guess_relu,
    described(
        plot_lines(
            range(1, 51),
            relu_stds,
            xlabel="layer",
            ylabel="std of the activations",
            yscale="log",
            title="Fifty ReLU layers, two variances",
        ),
        "Std against layer, logarithmic. With variance 1/100 it falls in a straight line to about "
        "3e-8. With variance 2/100 it stays between 0.5 and 1.",
    ),
)

# %% tags=["exercise"] covers="07.he_normal"
exercise("q_he_factor")

# %% [markdown]
# **Your turn.** Only $n_{in}$ counts here. (The way back asks for $2/n_{out}$; He et al. show that
# either choice alone is enough.)

# %% tags=["exercise"] covers="07.he_normal"
exercise("he_normal")

# %% [markdown]
# ### He's uniform variant (deeper)
# The bound follows from the variance as in (7.6).

# %% tags=["exercise"] covers="07.he_uniform"
exercise("he_uniform")

# %% [markdown]
# ## 7 All settings at once (core, 9 minutes)
# Write the std of the weights as `gain` $/\sqrt{n_{in}}$: for layers of equal width LeCun and
# Xavier have the gain 1, He has $\sqrt2$. Measure both ways. The gradient starts at the top with
# std 1, and $g'$ is computed from the activations, as in lecture 6.

# %%
units = {
    "tanh": (np.tanh, lambda x: 1 - x**2),
    "ReLU": (activations.relu, lambda x: x > 0),
    "sigmoid": (activations.sigmoid, lambda x: x * (1 - x)),
}


def measure(unit, gain):
    (g, slope), Ws = units[unit], [W[:64, :64] * gain / 8 for W in base]
    xs, delta, sizes = [X[:, :64]], np.random.default_rng(7).normal(size=(100, 64)), []
    for W in Ws:
        xs.append(g(xs[-1] @ W))
    for W, x in zip(Ws[::-1], xs[:0:-1], strict=True):
        delta = (delta * slope(x)) @ W.T
        sizes.insert(0, delta.std())
    return xs[1:], sizes


# %% [markdown]
# In section 1, tanh with weights from $\mathcal N(0, 1)$ looked healthy. With 64 units that start
# has the gain 8, and the gradient that arrives at the first layer has the std

# %%
at_the_bottom = measure("tanh", gain=8)[1][0]
assert at_the_bottom > 1e10
f"{at_the_bottom:.0e}"

# %% [markdown]
# Most units are saturated and pass on almost nothing, but the others are enough. In the explorer,
# find this gradient, and then for each activation the gain at which both curves stay closest to 1.

# %% covers="07.histograms"
marks = {"std 0.01": 0.08, "U(±1/√n)": 3**-0.5, "LeCun, Xavier": 1.0, "He": 2**0.5}
marks |= {"5/3 × Xavier": 5 / 3, "4 × Xavier": 4.0, "N(0, 1)": 8.0}

# %%
# @title What fifty layers do to a signal and to its gradient
described(
    explore_signals(measure, units, 2.0 ** np.arange(-3, 3.25, 0.25), marks, start="LeCun, Xavier"),
    "Histograms of six of the 50 layers, curves of signal and gradient over all layers, a choice "
    "of tanh, ReLU and sigmoid, a slider for the gain and buttons for named gains. ReLU keeps both "
    "within a factor of 3 at gain 1.41, tanh within a factor of 3 at 1.19 and of 15 at 1. With "
    "smaller gains both fade; with N(0, 1) tanh saturates at −1 and 1, and its gradient explodes.",
)

# %% [markdown] covers="07.table"
# The same as a table, for any widths. (Here tanh does best at 1.19; PyTorch's `calculate_gain` says
# 5/3.)
#
# | activation | scheme | normal: std | uniform: bound |
# |---|---|---|---|
# | linear, SELU | LeCun | $\sqrt{1/n_{in}}$ | $\sqrt{3/n_{in}}$ |
# | tanh, softsign | Xavier | $\sqrt{2/(n_{in}+n_{out})}$ | $\sqrt{6/(n_{in}+n_{out})}$ |
# | logistic sigmoid | 4 × Xavier | $4\sqrt{2/(n_{in}+n_{out})}$ | $4\sqrt{6/(n_{in}+n_{out})}$ |
# | ReLU and variants | He | $\sqrt{2/n_{in}}$ | $\sqrt{6/n_{in}}$ |
#
# Biases start at 0. The 4 makes up for the sigmoid's slope of 1/4, yet its gradient fades.
# At the first layer, for the gains 1, 4 and 8:

# %%
bottoms = {gain: measure("sigmoid", gain)[1][0] for gain in (1, 4, 8)}
last = measure("sigmoid", 8)[0][-1]
ends = np.mean((last < 0.01) | (last > 0.99))
{gain: f"{size:.0e}" for gain, size in bottoms.items()}, f"{ends:.0%} saturated with gain 8"

# %% [markdown]
# None of these gains gives both an unsaturated signal and a gradient that arrives.

# %% [markdown]
# ## 8 Does it matter? (core, 10 minutes)
# EPFL writes that He's initialization "does in fact work better than Xavier" (**C4**). Test it on
# the digits, with ten layers of 50 ReLU units. The inputs get mean 0 and std 1, or (7.2) would
# start from the wrong size.

# %%
scaled = (digits.X_train - digits.X_train.mean()) / digits.X_train.std()
pixels, labels = torch.tensor(scaled, dtype=torch.float32), torch.tensor(digits.y_train)
sizes = [64, *[50] * 9, 10]


def train_once(draw, epochs, rate, seed=7):
    rng = np.random.default_rng(seed)
    Ws = [torch.tensor(draw(*pair, rng)).float().requires_grad_() for pair in pairwise(sizes)]
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(1200), 18):
            x = pixels[rows]
            for W in Ws[:-1]:
                x = torch.relu(x @ W)
            loss = torch.nn.functional.cross_entropy(x @ Ws[-1], labels[rows])
            for W, dW in zip(Ws, torch.autograd.grad(loss, Ws), strict=True):
                W.data -= rate * dW
    return loss.item()


# %% [markdown]
# One run each, five epochs at the rate 0.1. The loss at the end, where pure guessing has
# $\ln 10 = 2.3$:

# %%
draws = {"Xavier": initializers.xavier_normal, "He": initializers.he_normal}
{name: round(train_once(draw, epochs=5, rate=0.1), 2) for name, draw in draws.items()}

# %% [markdown]
# One seed, rate and budget prove nothing. So `dlcourse/samples/make_starts.py` trained each start,
# now with biases, from ten seeds at seven rates, a factor of about 3 apart. After 5, 10, 20, 40 and
# 80 epochs, 237 validation digits chose the rate, which lies inside the grid wherever anything was
# learned. Shares of 360 other digits after 5 epochs, in %:

# %%
stored = json.loads((SAMPLES / "starts.json").read_text("utf-8"))
budgets, axes = (5, 10, 20, 40, 80), {"xlabel": "epochs", "ylabel": "test digits right, %"}


def reached(start):  # % of the test digits, (seeds, budgets)
    return np.array([row["test"] for row in stored[start]["budgets"]]).T


race = {draw: reached(f"ReLU, 10 layers, {draw}") for draw in ("He", "Xavier")}
shares = {name: runs[:, 0].mean() for name, runs in race.items()}
shares["untrained"] = np.mean(stored["ReLU, 10 layers, He"]["untrained"])
{name: round(float(share), 1) for name, share in shares.items()}

# %% [markdown]
# **Predict.** After 40 epochs He reads 96 % of the test digits. And Xavier?

# %% tags=["predict"]
guess_xavier = ...  # a percentage

# %% truth=["96.0", "catches up"]
# @title Your guess beside the truth
described(
    plot_guess(
        guess_xavier,
        race["Xavier"][:, 3].mean().round(1),
        quantity="% of the test digits, Xavier",
        within=(0, 100),
    )
)

# %% [markdown]
# All five budgets; the lines are means of ten seeds, the bands their range:

# %%
# @title Ten ReLU layers after 5 to 80 epochs
ax = plot_lines(budgets, race, xscale="log", title="Ten ReLU layers after 5 to 80 epochs", **axes)
ax.set_xticks(budgets, map(str, budgets))
ax.minorticks_off()
after(
    guess_xavier,
    described(
        ax,
        "Percentage of test digits right after 5, 10, 20, 40 and 80 epochs, means of ten seeds. "
        + "; ".join(f"{k}: {v.mean(axis=0).round().tolist()}" for k, v in race.items()),
    ),
)

# %% [markdown]
# He's lead over Xavier in points, for the same budgets, other depths and tanh:

# %% claim="C4"
networks = [f"ReLU, {depth} layers" for depth in (3, 10, 20)] + ["tanh, 10 layers"]
lead = {
    name: (reached(f"{name}, He") - reached(f"{name}, Xavier")).mean(axis=0) for name in networks
}
after(guess_xavier, {name: points.round(1).tolist() for name, points in lead.items()})

# %%
# @title Checks of the verdict
assert lead["ReLU, 10 layers"][0] > 30
assert np.abs(lead["ReLU, 10 layers"][3:]).max() < 0.5
assert lead["ReLU, 20 layers"].min() > 15
assert np.abs([lead["ReLU, 3 layers"], lead["tanh, 10 layers"]]).max() < 2

# %% [markdown]
# <details><summary>The verdict, after your guess</summary>
#
# **Verdict on C4: He starts sooner in deep ReLU networks; with 10 layers Xavier catches up.**
# Digits, 50 units, ten seeds, each start at its best of seven rates. With 10 layers He leads by 36
# points after 5 epochs, by 4 after 20, and not at all after 40 and 80. With 20 layers Xavier is
# still 18 behind after 80. With 3 layers, and for tanh, they never differ by more than 2 points.
#
# </details>
#
# **Explain.** Why does a larger learning rate not repair Xavier's start of the ReLU network within
# five epochs?

# %% [markdown] tags=["instructor"] grade_id="explain_rate" points=2
# The gradient of a weight is input times blame. The ReLUs before a layer have shrunk the one, those
# behind it the other: for nine of them together by about $2^{9/2} = 23$, in every layer. A 23 times
# larger rate would undo that for the first step only. The weights grow, the signal comes back, and
# then this rate is 23 times too large. In the trainings Xavier's validation digits fall again from
# the rate 0.1 to 0.3, a rate at which He has failed as well. One rate has to serve all five epochs.

# %% [markdown]
# ## 9 Let the data set the size (core)
# The schemes assume independent weights of mean 0 and a known activation. You can also measure:
# send a batch through the first layer, divide the weights by the std that comes out, and go on to
# the next layer. For a ReLU one division is exact, since $g(c\,s) = c\,g(s)$ for $c > 0$.

# %%
rescaled = initializers.rescale_layers(X, base, activations.relu)
stds_rescaled = initializers.layer_stds(X, rescaled, activations.relu)
assert np.allclose(stds_rescaled, 1)
np.round([stds_rescaled[0], stds_rescaled[24], stds_rescaled[49]], 6)

# %% [markdown]
# **Your turn.** Put the lecture together: measure and scale a signal that changes while you work.

# %% tags=["exercise"] covers="07.lsuv"
exercise("rescale_layers")

# %% [markdown]
# The same 50 layers, once its check says ✓, with *your* function:

# %%
# @title Fifty layers, rescaled by you
own_weights = own_run(
    is_solved("07_initialization", "rescale_layers"),
    lambda rescale: (
        initializers.layer_stds(X, rescale(X, base, activations.relu), activations.relu),
        0.0,
    ),
    globals().get("rescale_layers"),
)
np.round(np.array(own_weights[0])[[0, 24, 49]], 6) if own_weights else "nothing of yours yet"

# %% [markdown]
# ### Rotations, and LSUV (deeper)
# (7.3) keeps lengths *on average*; a random rotation keeps each of them exactly. Multiply five
# linear layers: the singular values of the product say how much it stretches each direction. The
# largest divided by the smallest is

# %% covers="07.orthogonal"
rng = np.random.default_rng(7)
ratios = {}
for draw in (initializers.orthogonal, initializers.lecun_normal):
    product = np.linalg.multi_dot([draw(100, 100, rng) for _ in range(5)])
    stretch = np.linalg.svd(product, compute_uv=False)
    ratios[draw.__name__] = stretch[0] / stretch[-1]
assert np.isclose(ratios["orthogonal"], 1)
{name: f"{ratio:,.3g}" for name, ratio in ratios.items()}

# %% [markdown]
# With LeCun's weights some directions are lost and others dominate. **LSUV** (layer-sequential unit
# variance, Mishkin and Matas 2016) starts with rotations and then divides each layer by the std of
# its *scores* on a batch. This works for any activation:

# %% covers="07.lsuv"
rng = np.random.default_rng(7)
rotations = [initializers.orthogonal(100, 100, rng) for _ in range(50)]
weights = initializers.lsuv(X, rotations, np.tanh)
x, score_stds = X, []
for W in weights:
    score_stds.append(np.std(x @ W))
    x = np.tanh(x @ W)
assert np.allclose(score_stds, 1)
f"scores have std 1 in all {len(score_stds)} layers, the last activations {x.std():.2f}"

# %% [markdown]
# ## 10 The same in PyTorch (core, 5 minutes)
# First the twin: the same weights give the same numbers on any device.

# %%
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
tensors = [torch.tensor(0.1 * W, dtype=dtype, device=place) for W in base]
X_t = torch.tensor(X, dtype=dtype, device=place)
by_torch = torch_initializers.layer_stds(X_t, tensors, torch.tanh)
assert np.allclose(by_torch, stds(0.1), rtol=1e-3 if dtype is torch.float32 else 1e-10)
f"on {place}: {by_torch[-1]:.6f} and {stds(0.1)[-1]:.6f}"

# %% [markdown]
# The functions of `torch.nn.init` fill a tensor in place. PyTorch stores weights as (out, in), so
# its `fan_in` is the second size; it calls He's scheme by his given name, Kaiming. For 400 inputs
# and 100 outputs, measured and due:

# %%
torch.manual_seed(7)
layer = torch.nn.Linear(400, 100)
torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
he_std = layer.weight.std().item()
torch.nn.init.xavier_normal_(layer.weight)
np.round([he_std, (2 / 400) ** 0.5, layer.weight.std().item(), (2 / 500) ** 0.5], 3)

# %% [markdown]
# The numerator of the variance depends on the activation; "luckily for us", writes EPFL, "this is
# also pre-implemented in PyTorch and is computed by default". Build 50 layers
# `Linear(100, 100, bias=False)` with ReLU, and leave them as PyTorch made them.
#
# **Predict.** What is the std after layer 50?

# %% tags=["predict"]
guess_default = ...  # a number, such as 0.5

# %% erratum="E7" truth=["default shrinks", "7.93e-21"]
# @title Your guess beside the truth
torch.manual_seed(7)
x = torch.tensor(X, dtype=torch.float64)
with torch.no_grad():
    for _ in range(50):
        linear = torch.nn.Linear(100, 100, bias=False, dtype=torch.float64)
        x = torch.relu(linear(x))
bound = linear.weight.abs().max().item()
assert 1e-21 < x.std().item() < 1e-18
described(
    plot_guess(guess_default, x.std().item(), quantity="std after 50 default layers", log=True)
)

# %% [markdown]
# The largest weight, and the same layers with their default biases:

# %%
torch.manual_seed(7)
x = torch.tensor(X, dtype=torch.float64)
with torch.no_grad():
    for _ in range(50):
        x = torch.relu(torch.nn.Linear(100, 100, dtype=torch.float64)(x))
assert 0.02 < x.std() < 0.06
same = torch.allclose(x, x[:1])
assert same
after(
    guess_default,
    f"largest weight {bound:.4f}; with biases std {x.std():.3f}, one output for all inputs: {same}",
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# `Linear` draws from $U(-a, a)$ with $a = 1/\sqrt{n_{in}}$, whatever activation follows. By (7.6)
# the variance is $a^2/3 = 1/(3 n_{in})$, so a ReLU layer multiplies the mean square by
# $\frac12 \cdot \frac13 = \frac16$, and 50 layers its root by $6^{-25} \approx 4\cdot 10^{-20}$.
# Default biases hide this: the std stays above 0.03, but all inputs give one output.
# For a deep ReLU network, call `kaiming_normal_` yourself, or use batch normalization (lecture 8),
# which is less sensitive to the start.
# </details>

# %% [markdown]
# ## 11 Break it (deeper)
# KAV's recipe for multilayer perceptrons draws all weights and biases from $[0, 1]$; HUST lists
# this interval among the historic heuristics, beside $[-0.3, 0.3]$ and $[-1, 1]$. Use them in ten
# tanh layers of 100 units, without biases. How many different units has layer 10, to two digits,
# and what share of its activations lies beyond $\pm 0.99$?


# %%
def layer_10(low, high):
    rng, x = np.random.default_rng(7), X
    for _ in range(10):
        x = np.tanh(x @ rng.uniform(low, high, size=(100, 100)))
    return x


def symptoms(x):
    different_units = np.unique(np.round(x, 2), axis=1).shape[1]
    return different_units, f"{np.mean(np.abs(x) > 0.99):.1%}"


{limits: symptoms(layer_10(*limits)) for limits in [(-0.3, 0.3), (-1, 1), (0, 1)]}

# %% [markdown]
# From $[0, 1]$ the weights are random and all different, and yet the symmetry of section 3 is back:
# for one input all units agree. Since the weights have the mean $\frac12$, every score holds the
# same term, 50 times the mean of the inputs, which outweighs the rest. The cure is to center at 0
# and to take the bound from (7.6):

# %%
xavier_bound = np.sqrt(6 / 200)
symptoms(layer_10(-xavier_bound, xavier_bound))

# %% [markdown]
# ## What you can do now
# You have followed a signal through 50 layers; seen that equal units stay equal; derived LeCun's,
# Xavier's and He's schemes from the variance of a sum, and written them; measured what a good start
# gains; let the data set the size; and found what PyTorch does by default and when to replace it.
#
# **An open question.** A residual layer computes $x + F(x)$. Which start of $F$ keeps the signal
# through 1,000 such layers, and may it even be zero?

# %%
show_progress("07")

# %% [markdown]
# ## Card
# Break the symmetry, keep the size. Biases start at 0.
#
# | scheme | $\mathrm{Var}(w)$ | uniform bound | for |
# |---|---|---|---|
# | LeCun | $1/n_{in}$ | $\sqrt{3/n_{in}}$ | linear, SELU |
# | Xavier | $2/(n_{in}+n_{out})$ | $\sqrt{6/(n_{in}+n_{out})}$ | tanh |
# | He | $2/n_{in}$ | $\sqrt{6/n_{in}}$ | ReLU |
#
# **Why.** Forward: $\mathrm{Var}(s) = n_{in}\mathrm{Var}(w)\,\mathrm E[x^2]$. Backward: $n_{out}$
# in place of $n_{in}$. A ReLU keeps half of the mean square.
#
# **Pitfalls.** Equal weights; a bound taken for a std; $n_{out}$ for $n_{in}$; (out, in) in
# PyTorch; inputs that are not scaled; PyTorch's default in deep plain networks; a std that looks
# healthy while the gradient explodes; two starts compared after one short training.
#
# **Check before you train:** the std after every layer, and its factor per layer, which should lie
# near 1. For ten ReLU layers and the digits, from four seeds:


# %%
def layer_factor(draw, seed):
    rng = np.random.default_rng(seed)
    hidden = [draw(n, m, rng) for n, m in pairwise([64, *[50] * 10])]
    measured_stds = initializers.layer_stds(pixels.numpy(), hidden, activations.relu)
    return round((measured_stds[-1] / measured_stds[0]) ** (1 / 9), 2)


{name: [layer_factor(draw, seed) for seed in range(4)] for name, draw in draws.items()}

# %% [markdown]
# ## Further reading
# - X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural
#   networks*, AISTATS 2010: section 4.2 derives (7.5).
# - K. He, X. Zhang, S. Ren, J. Sun, *Delving deep into rectifiers*, ICCV 2015: section 2.2 derives
#   (7.8) and trains 30 layers with it.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, *Efficient BackProp* (1998): where $1/n_{in}$ comes
#   from.
# - D. Mishkin, J. Matas, *All you need is a good init*, ICLR 2016: LSUV.
# - S. Prince, *Understanding Deep Learning* (2023), section 7.5: the same derivation, and the
#   variances of both passes over 50 layers.

# %% [markdown]
# ## Appendix: shape or scale?
# HUST writes that the choice of a Gaussian or uniform distribution "does not seem to matter very
# much", while the scale has "a large effect" (**C11**). Here are two more starts of the ten layers
# of section 8: half and twice He's std. A factor of 2 sounds harmless, but ten
# layers turn it into $2^{10}$, about a thousand.

# %% claim="C11"
kinds = {"He normal": "He", "He uniform": "He uniform"}
kinds |= {"half the std": "He × 0.5", "twice the std": "He × 2"}
lanes = {name: reached(f"ReLU, 10 layers, {kind}") for name, kind in kinds.items()}
normal, uniform, half_std, twice_std = (runs.mean(axis=0) for runs in lanes.values())
assert np.abs(normal - uniform)[[0, 2, 3, 4]].max() < 2
assert half_std[0] < 15 < 80 < half_std[4]
assert 35 < twice_std[0] < twice_std[4] < 60
np.round([half_std, twice_std], 1).tolist()

# %%
# @title Two shapes and three scales
ax = plot_lines(budgets, lanes, xscale="log", title="Two shapes and three scales", **axes)
ax.set_xticks(budgets, map(str, budgets))
ax.minorticks_off()
described(
    ax,
    "Percentage of test digits right after 5, 10, 20, 40 and 80 epochs, means of ten seeds. "
    + "; ".join(f"{k}: {v.mean(axis=0).round().tolist()}" for k, v in lanes.items()),
)

# %% [markdown]
# In a network of 3 layers, He's std, half of it, and twice:

# %%
scales = ("He", "He × 0.5", "He × 2")
shallow = np.array([reached(f"ReLU, 3 layers, {kind}").mean(axis=0) for kind in scales])
assert np.abs(shallow[0] - shallow[1]).max() < 1.5
assert (shallow[0] - shallow[2]).min() > 1
assert 5 < (shallow[0] - shallow[2]).max() < 7
shallow.round(1).tolist()

# %% [markdown]
# **Verdict on C11: both halves hold here, and the scale matters most in deep networks.** Digits, 50
# ReLU units, ten seeds, each start at its best of seven rates. The shapes differ by about a point,
# except after 10 epochs, where one uniform start of ten still reads 45 %. With 10 layers half the
# std costs time: 10 % after 5 epochs, 90 % after 80. Twice the std reads 41 % and 55 %. With 3
# layers half the std costs at most 1 point, and twice the std 1 to 6.

# %% [markdown]
# ## Appendix: for readers of the slides
# Four more places where a source is wrong. Each cell refutes it.
#
# **H3 (HUST, He uniform).** Printed: $U[-\sqrt{6/n^{[l-1]}}, \sqrt{6/n^{[l]}}]$. For a layer with
# 100 inputs and 400 outputs the two bounds differ:

# %% erratum="H3"
rng = np.random.default_rng(7)
printed = rng.uniform(-np.sqrt(6 / 100), np.sqrt(6 / 400), size=(100, 400))
right = initializers.he_uniform(100, 400, rng)
inputs = activations.relu(X)  # not negative, as after a ReLU
positive = [np.mean(inputs @ W > 0) for W in (printed, right)]
assert abs(printed.mean() + 0.061) < 0.005
assert abs(right.mean()) < 0.005
assert positive[0] < 0.1 < 0.4 < positive[1]
np.round([printed.mean(), right.mean(), *positive], 3)

# %% [markdown]
# As printed the mean of the weights is $-0.061$, and after a ReLU, whose outputs are not negative,
# nearly all scores are negative: its ReLU units are dead. With both bounds from
# $n^{[l-1]}$ the mean is 0 and half of the scores are positive.
#
# **H4 (HUST, He normal).** Printed: $\sigma = \sqrt{2/(n^l - 1)}$; the "$l - 1$" has slipped out of
# the exponent. A layer with 400 inputs and 100 outputs:

# %% erratum="H4"
rng = np.random.default_rng(7)
wide = rng.normal(size=(500, 400))
printed = wide @ rng.normal(0, np.sqrt(2 / (100 - 1)), size=(400, 100))
right = wide @ initializers.he_normal(400, 100, rng)
kept = [np.mean(activations.relu(scores) ** 2) for scores in (printed, right)]
assert kept[0] > 3.5
assert abs(kept[1] - 1) < 0.1
np.round(kept, 2)

# %% [markdown]
# The mean square after the ReLU should stay 1. As printed it becomes about 4, the ratio of inputs
# to outputs. What holds: $\sqrt{2/n^{[l-1]}}$.
#
# **H12 (HUST, nine layers).** Printed: a network of 9 layers "where $L = 10$", with output
# $W^{[L]}\,1.5^{L-1}x$. Only one of the two numbers can be meant:

# %% erratum="H12"
by_layers = {
    layers: np.linalg.matrix_power(1.5 * np.eye(2), layers - 1)[0, 0] for layers in (9, 10)
}
assert np.isclose(by_layers[10], 1.5**9)
assert not np.isclose(by_layers[9], by_layers[10])
{layers: round(float(factor), 2) for layers, factor in by_layers.items()}

# %% [markdown]
# With $L = 10$ nine matrices stand before $W^{[L]}$, and the factor is 38.44, the number of section
# 2. In a network of nine layers it would be 25.63.
#
# **K4 (KAV, Xavier "for ReLU", and table 11-1).** Printed: $\sqrt{2/(n_{in}+n_{out})}$ for ReLU;
# and in the table the factor 4 in the row of tanh, none in the logistic one. Gradients that arrive
# at the first of 50 layers, with the printed factor and with the right one:

# %% erratum="K4"
pairs = {"ReLU": (1, 2**0.5), "tanh": (4, 1), "sigmoid": (1, 4)}
arrived = {unit: [measure(unit, gain)[1][0] for gain in gains] for unit, gains in pairs.items()}
distance = {unit: np.abs(np.log10(sizes)) for unit, sizes in arrived.items()}
assert all(as_printed > mended + 5 for as_printed, mended in distance.values())
{unit: [f"{size:.0e}" for size in sizes] for unit, sizes in arrived.items()}

# %% [markdown]
# In each pair the second number, with the rows mended, is nearer to 1, by more than five powers of
# ten. What holds: tanh 1, logistic 4, ReLU $\sqrt2$ times Xavier.

# %% [markdown]
# # 7 · Initialization
#
# **Promise:** after this lecture you can start a network of 50 layers so that its signal neither
# fades nor explodes, and you can say why one number, the scale of the weights, decides it.
#
# **You will** watch a signal die; see what a network of equal units can learn; derive the schemes
# of LeCun, Xavier and He from one sum; write them; measure whether they matter, and which details
# do not; let the data set the scale; and find out what PyTorch does by default.
#
# **Time:** {{time}}.
# **Builds on:** backpropagation (lecture 4), activations and their slopes (lecture 6).
# **Sources:** four lecture documents, called HUST, KAV, EPFL and HKU in the text.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The exercises need NumPy alone; the demonstrations use the course's own parts and PyTorch.

# %%
from itertools import pairwise

import torch

from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import load_digits, make_moons
from dlcourse.plots.basic import described, plot_lines, plot_matrix
from dlcourse.plots.guess import plot_guess
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
# 2. A dense layer is $s = xW$. How does the gradient $\delta = \partial J/\partial s$ get back to
#    $x$?
# 3. $u$ and $v$ are independent, each with variance 1. What is the variance of $u + v$, and what
#    is the variance of $3u$?
#
# <details><summary>Answers</summary>
#
# 1. 1, and 1/4.
# 2. $\mathrm dx = \delta\, W^\top$: the same weights, read the other way.
# 3. 2 and 9: variances of independent numbers add; a factor counts squared.
# </details>

# %% [markdown]
# ## 1 Fifty layers (core)
# A network of 50 tanh layers, 100 units each, no biases. Nobody has trained it yet. You send 100
# random inputs through it, with mean 0 and standard deviation (std) 1.

# %%
rng = np.random.default_rng(7)
X = rng.normal(size=(100, 100))
base = [rng.normal(size=(100, 100)) for _ in range(50)]
np.round([X.std(), base[0].std()], 2)

# %% [markdown]
# `base` holds standard normal numbers. The weights are `scale * base`. "Small random numbers" is
# the oldest advice of all, so take the scale 0.01.
#
# **Predict.** How large is the std of the activations after layer 50?

# %% tags=["predict"]
guess_faded = ...  # a number, such as 0.01


# %% truth=["50 zeros", "8.34e-51"]
# @title Your guess beside the truth
def stds(scale, activation=np.tanh):
    return initializers.layer_stds(X, [scale * W for W in base], activation)


described(
    plot_guess(guess_faded, stds(0.01)[-1], quantity="std after layer 50, scale 0.01", log=True)
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# A number with 50 zeros behind the point. Single precision has no number that small.
# </details>
#
# Now three scales:

# %%
starts = {f"scale {scale}": stds(scale) for scale in (1, 0.1, 0.01)}

# %%
# @title The same network, three starts
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
)

# %% [markdown]
# A straight line on a logarithmic axis means: the same factor in every layer. Scale 0.01 loses a
# factor of 10 each time. Scale 1 looks healthy, but most outputs are close to $\pm 1$: you will
# see in section 7 what that does to the gradients. Scale 0.1 is nearly right. Where does it come
# from?

# %% [markdown]
# ## 2 What one factor does (core)
# HUST shows the effect without any randomness. Take linear layers of two units, and let each
# weight matrix be 1.5 times the identity. Nine of them in a row multiply the input by $1.5^9$.
# And with 0.5 instead of 1.5?

# %% covers="07.factors"
growth = np.linalg.matrix_power(1.5 * np.eye(2), 9)[0, 0]
fading = np.linalg.matrix_power(0.5 * np.eye(2), 9)[0, 0]
f"{growth:.2f}, {fading:.5f}"

# %% [markdown]
# The gradient goes back through the same matrices, so it grows or fades by the same factor. The
# first layers then take steps that are far too long, or none at all.

# %% tags=["exercise"] covers="07.factors"
exercise("q_layer_scale")

# %% [markdown]
# ## 3 Why random at all? (core)
# The easiest start is no chance at all: every weight the same number. Take 8 tanh units, two
# inputs, two classes, all weights 0.5, all biases 0, and train on two half circles as in lecture 4.

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
# **Predict.** After 400 steps you compare the 8 hidden units by their weights. How many different
# units do you find?

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
# One. The weights have moved a long way, but all columns together.
# </details>

# %%
np.round(W1, 3)

# %% [markdown]
# Look at the gradient. With $\delta_2 = p - y$, unit $j$ gets
#
# $$\textcolor{#b84a00}{\delta_{1j}} = g'(s_j) \sum_k w^{(2)}_{jk}\,
#   \textcolor{#b84a00}{\delta_{2k}},\qquad
# \frac{\partial J}{\partial w^{(1)}_{ij}} = \textcolor{#0072b2}{x_i}\,
#   \textcolor{#b84a00}{\delta_{1j}} \tag{7.1}$$
#
# Two units with the same incoming and the same outgoing weights have the same $s_j$, the same
# $\delta_{1j}$, the same gradient, and after the step they are equal again. Eight units do the
# work of one. This is called **symmetry**, and training cannot break it.

# %% tags=["exercise"] covers="07.constant"
exercise("q_symmetry")

# %% [markdown]
# **Spot the error.** EPFL explains why a start at *zero* fails: the outputs are zero, and the
# slope of a ReLU at 0 is taken as zero, so nothing is updated. Test the reason: give the same
# zero start to tanh (slope 1 at zero), to a ReLU whose slope at zero is set to 1, and to the
# sigmoid, on handwritten digits with 20 hidden units.

# %%
digits = load_digits(flat=True, dtype=np.float64)
zero_units = {
    "ReLU": (activations.relu, lambda s: s > 0),
    "ReLU, slope 1": (activations.relu, lambda s: s >= 0),
    "tanh": (np.tanh, lambda s: 1 - np.tanh(s) ** 2),
    "sigmoid": (activations.sigmoid, lambda s: activations.sigmoid_backward(np.ones_like(s), s)),
}


def from_zero(g, slope, steps=100, rate=0.5):
    V, W = np.zeros((64, 20)), np.zeros((20, 10))
    for _ in range(steps):
        s = digits.X_train @ V
        p = activations.softmax(g(s) @ W)
        delta2 = (p - np.eye(10)[digits.y_train]) / len(s)
        V, W = V - rate * digits.X_train.T @ (delta2 @ W.T * slope(s)), W - rate * g(s).T @ delta2
    return V


# %% [markdown]
# Each network takes 100 steps. Then look at the first layer's weights: their largest value, and
# the rank of the matrix.

# %% erratum="E6" covers="07.zero"
ended = {name: from_zero(*unit) for name, unit in zero_units.items()}
report = {name: (np.abs(V).max(), np.linalg.matrix_rank(V)) for name, V in ended.items()}
assert all(report[name] == (0, 0) for name in ("ReLU", "ReLU, slope 1", "tanh"))
assert report["sigmoid"][0] > 0
assert report["sigmoid"][1] == 1
{name: (round(float(largest), 3), int(rank)) for name, (largest, rank) in report.items()}

# %% [markdown]
# The slope is not the reason: tanh and the mended ReLU do not move either. What holds: with
# $W_2 = 0$ no blame reaches the first layer, and with hidden outputs of 0 there is no gradient for
# $W_2$. Both layers wait for each other. The sigmoid gives 0.5 at zero, so $W_2$ moves, then
# $W_1$; but by (7.1) all 20 units stay equal: rank one.
#
# **So start with differences.** How large must they be? In the picture each black line is where
# one unit's score is 0. Move both sliders: first the steps, then the differences.

# %%
noises, stops = [0.0, 1e-6, 1e-3, 1e-2, 0.1, 1.0], [0, 25, 50, 100, 200, 300, 400]


def walk(noise):
    taken = [moon_network(noise)]
    for before, after in pairwise(stops):
        taken.append(train_moons(taken[-1], after - before))
    return taken


def moon_classes(parameters, points):
    W1, b1, W2, b2 = parameters
    return (np.tanh(points @ W1 + b1) @ W2 + b2).argmax(axis=1)


moon_runs = {noise: walk(noise) for noise in noises}

# %% [markdown]
# Now walk through the six networks.

# %% covers="07.constant"
# @title Steps and differences: move both sliders
described(
    explore_symmetry(moon_runs, stops, moon_classes, moons, moon_labels),
    "Two half circles of points, the lines of eight tanh units, and two sliders. With no "
    "differences at the start all lines lie on each other and the border stays straight. With "
    "differences of 0.1 or 1 the lines spread and the border bends around both arcs.",
)

# %% [markdown]
# Differences of a millionth do not help in time. With 0.001 the border stays straight, with 87 % of
# the points right. From 0.01 on the lines spread, and the network reads 98 to 99 % of them.
#
# **Explain.** Shuffling the training data is random as well. Why does it not break the symmetry?

# %% [markdown] tags=["instructor"] grade_id="explain_shuffling" points=2
# All hidden units see the same batch, in the same order. Shuffling changes the gradient that they
# get, but it changes it for all of them alike: equal units get equal gradients from any batch. The
# difference must be in the units themselves, that is in their weights (or, as with dropout, in
# what each of them is allowed to see).

# %% [markdown]
# ## 4 The sum of many small things (core)
# So the weights are random, with mean 0. Now their size. KAV asks: a unit has 250 inputs, each of
# them 1, and weights from $\mathcal N(0, 1)$, the normal distribution with mean 0 and variance 1.
# Its score $z$ is the sum of the 250 weights.
#
# **Predict.** What is the std of $z$?

# %% tags=["predict"]
guess_z = ...  # a number

# %% covers="07.sum_of_250" truth=["15.811", "15.8"]
# @title Your guess beside the truth
described(plot_guess(guess_z, np.sqrt(250), quantity="std of the sum of 250 weights"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Variances of independent numbers add up to 250; the std is $\sqrt{250} = 15.811$. Neither 1 nor
# 250.
# </details>
#
# Draw 20,000 such units:

# %% covers="07.sum_of_250"
rng = np.random.default_rng(7)
z = rng.normal(size=(20_000, 250)).sum(axis=1)
outside = np.mean(np.abs(activations.sigmoid(z) - 0.5) > 0.49)
f"std {z.std():.2f}; {outside:.0%} of the sigmoids answer below 0.01 or above 0.99"

# %% [markdown]
# Three quarters of the units are saturated before training begins, and a saturated sigmoid has
# almost no slope. In general, with inputs $x_i$ and independent weights of mean 0:
#
# $$\mathrm{Var}(s_j) = \sum_{i=1}^{n_{in}} \mathrm E[w_{ij}^2]\,\mathrm E[x_i^2]
#  = n_{in}\,\mathrm{Var}(w)\,\mathrm E[x^2] \tag{7.2}$$
#
# Note that (7.2) holds $\mathrm E[x^2]$, the mean square, and not the variance of $x$: the inputs
# may have a mean, as they will after a ReLU. A check with 300 inputs of mean 1:

# %% covers="07.forward_variance"
rng = np.random.default_rng(7)
shifted = rng.normal(1, 0.5, size=300)
w = rng.normal(0, 0.2, size=(300, 20_000))
measured, predicted = np.var(shifted @ w), 300 * 0.2**2 * np.mean(shifted**2)
assert abs(measured / predicted - 1) < 0.05
np.round([measured, predicted], 2)

# %% [markdown]
# To keep the size of the signal, $n_{in}\,\mathrm{Var}(w)$ must be 1. That is **LeCun's scheme**:
#
# $$\mathrm{Var}(w) = \frac1{n_{in}} \tag{7.3}$$
#
# For 100 inputs the std is $1/\sqrt{100} = 0.1$: the middle curve of section 1. HKU's rule, "draw
# from $\mathcal N(0, 10^{-2})$" (a variance), has this std for *every* layer. With 10, 100 and 784
# inputs each layer then multiplies the signal by

# %%
[float(np.round(np.sqrt(n * 1e-2), 2)) for n in (10, 100, 784)]

# %% [markdown]
# The right scale depends on the layer. **Your turn.** Write the instrument of this lecture: the
# std after every layer.

# %% tags=["exercise"] covers="07.forward_variance"
exercise("layer_stds")

# %% [markdown]
# ## 5 Xavier: there is also a way back (core)
# The gradient makes the same journey backwards. $\mathrm dx = \delta W^\top$ sums over the
# *outputs*, so
#
# $$\mathrm{Var}(\textcolor{#b84a00}{\mathrm dx_i}) = n_{out}\,\mathrm{Var}(w)\,
#   \mathrm E[\textcolor{#b84a00}{\delta}^2] \tag{7.4}$$
#
# A layer has 64 inputs and 256 outputs. Its weights follow LeCun's scheme; the signal $x$ and the
# gradient $\delta$ both come in with std 1. With which do they leave?

# %% covers="07.lecun,07.backward_variance"
rng = np.random.default_rng(7)
W_lecun = initializers.lecun_normal(64, 256, rng)
signal, delta = rng.normal(size=(2000, 64)), rng.normal(size=(2000, 256))
np.round([np.std(signal @ W_lecun), np.std(delta @ W_lecun.T)], 2)

# %% [markdown]
# Forward the factor is 1, backward $\sqrt{256/64} = 2$. One number cannot satisfy both unless
# $n_{in} = n_{out}$. Glorot and Bengio (2010) take the middle. By its first author's given name it
# is called **Xavier's scheme**:
#
# $$\mathrm{Var}(w) = \frac{2}{n_{in} + n_{out}} \tag{7.5}$$
#
# It is the harmonic mean of the two wishes $1/n_{in}$ and $1/n_{out}$. (HUST prints $1/n_{in}$
# under the name of Xavier, too. Here that is LeCun's.)

# %% covers="07.xavier_variants"
wishes = np.array([1 / 64, 1 / 256])
assert np.isclose(1 / np.mean(1 / wishes), 2 / (64 + 256))
W_xavier = initializers.xavier_normal(64, 256, np.random.default_rng(8))
np.round([np.std(signal @ W_xavier), np.std(delta @ W_xavier.T)], 2)

# %% [markdown]
# Too small forwards, too large backwards, each by less than LeCun's factor of 2.
#
# **Your turn.** First from a normal distribution.

# %% tags=["exercise"] covers="07.xavier_normal"
exercise("xavier_normal")

# %% [markdown]
# Then from a uniform one. A number drawn uniformly from $[-a, a]$ has the variance
#
# $$\int_{-a}^{a} \frac{u^2}{2a}\,\mathrm du = \frac{a^2}{3}\quad\Rightarrow\quad
#   a = \sqrt{3\,\mathrm{Var}(w)} = \sqrt{\frac{6}{n_{in} + n_{out}}} \tag{7.6}$$
#
# The bound is $\sqrt3$ times the std, and not the std itself.

# %%
u = np.random.default_rng(7).uniform(-1, 1, size=1_000_000)
np.round([u.var(), 1 / 3], 3)

# %% tags=["exercise"] covers="07.xavier_uniform"
exercise("xavier_uniform")

# %% [markdown]
# Both variants keep 50 tanh layers alive:

# %%
rng = np.random.default_rng(7)
alive = {
    draw.__name__: initializers.layer_stds(X, [draw(100, 100, rng) for _ in range(50)], np.tanh)
    for draw in (initializers.xavier_normal, initializers.xavier_uniform)
}
{name: (round(s[0], 3), round(s[-1], 3)) for name, s in alive.items()}

# %% [markdown]
# The signal still fades, from 0.6 to about 0.1. (7.2) is about scores; tanh then presses each score
# a little towards 0. The smaller the signal, the less it presses.
#
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.

# %% [markdown]
# ## 6 He: a ReLU loses half (core)
# Take Xavier's scheme as it is, with $n_{in} = n_{out} = 100$, and replace tanh by ReLU.
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
# of the mean square.
# </details>
#
# $$\mathrm E[\mathrm{relu}(s)^2] = \tfrac12\,\mathrm{Var}(s) \tag{7.7}$$
#
# Put this into (7.2): each layer multiplies the mean square by $\frac12 n_{in}\,\mathrm{Var}(w)$.
#
# <details><summary>After your guess</summary>
#
# With $\mathrm{Var}(w) = 1/n_{in}$ the size after 50 layers is $2^{-25}$.
# </details>

# %% covers="07.half"
s = np.random.default_rng(7).normal(size=1_000_000)
half = np.mean(activations.relu(s) ** 2)
assert abs(half - 0.5) < 0.005
f"{half:.3f}, and after 50 layers {2.0**-25:.1e}"

# %% [markdown]
# He et al. (2015) give the half back. **He's scheme**:
#
# $$\mathrm{Var}(w) = \frac{2}{n_{in}},\qquad
#   \text{uniform: } a = \sqrt{\frac{6}{n_{in}}} \tag{7.8}$$

# %%
# @title A factor of 2 in the variance, 50 layers later
described(
    plot_lines(
        range(1, 51),
        relu_stds,
        xlabel="layer",
        ylabel="std of the activations",
        yscale="log",
        title="A factor of 2 in the variance, 50 layers later",
    ),
    "Std against layer, logarithmic. With variance 1/100 it falls in a straight line to about "
    "3e-8. With variance 2/100 it stays between 0.5 and 1.",
)

# %% tags=["exercise"] covers="07.he_normal"
exercise("q_he_factor")

# %% [markdown]
# **Your turn.** Both variants; only $n_{in}$ counts.

# %% tags=["exercise"] covers="07.he_normal"
exercise("he_normal")

# %% tags=["exercise"] covers="07.he_uniform"
exercise("he_uniform")

# %% [markdown]
# ## 7 All settings at once (core)
# One layer multiplies the standard normal weights by `gain` $/\sqrt{n_{in}}$. For layers of equal
# width Xavier is LeCun, gain 1, and He is gain $\sqrt2$. The gradient starts at the top with std 1;
# $g'$ is computed from the activations, as in lecture 6.

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
# In the explorer the largest gain, 8, is $\mathcal N(0, 1)$ for its 64 units. With tanh the
# activations look healthy there, as in section 1. The gradient does not:

# %%
at_the_bottom = measure("tanh", gain=8)[1][0]
assert at_the_bottom > 1e10
f"{at_the_bottom:.0e}"

# %% [markdown]
# Most units are saturated and pass nothing; the few others are enough. Look for this gradient, and
# for the best gain of each activation (the slider's *scale* is the gain):

# %% covers="07.histograms"
marks = {"std 0.01": 0.08, "U(±1/√n)": 3**-0.5, "LeCun, Xavier": 1.0, "He": 2**0.5}
marks |= {"5/3 × Xavier": 5 / 3, "4 × Xavier": 4.0, "N(0, 1)": 8.0}

# %%
# @title What fifty layers do to a signal and to its gradient
described(
    explore_signals(measure, units, 2.0 ** np.arange(-3, 3.25, 0.25), marks, start="LeCun, Xavier"),
    "Histograms of six of the 50 layers, curves of signal and gradient over all layers, a choice "
    "of tanh, ReLU and sigmoid, a slider for the scale and buttons for named scales. tanh keeps "
    "both within a factor of 15 at scale 1, ReLU at 1.41. With smaller scales both fade; with "
    "N(0, 1) tanh saturates at −1 and 1, and its gradient explodes.",
)

# %% [markdown] covers="07.table"
# What you find, and what Glorot and He derive, as a table:
#
# | activation | scheme | normal: std | uniform: bound |
# |---|---|---|---|
# | linear, SELU | LeCun | $\sqrt{1/n_{in}}$ | $\sqrt{3/n_{in}}$ |
# | tanh, softsign | Xavier | $\sqrt{2/(n_{in}+n_{out})}$ | $\sqrt{6/(n_{in}+n_{out})}$ |
# | logistic sigmoid | 4 × Xavier | $4\sqrt{2/(n_{in}+n_{out})}$ | $4\sqrt{6/(n_{in}+n_{out})}$ |
# | ReLU and variants | He | $\sqrt{2/n_{in}}$ | $\sqrt{6/n_{in}}$ |
#
# Biases start at 0. The 4 makes up for the sigmoid's slope of 1/4; even so its gradient fades:

# %%
bottoms = {(unit, g): measure(unit, g)[1][0] for unit, g in [("sigmoid", 1), ("sigmoid", 4)]}
{f"{unit}, gain {g}": f"{size:.0e}" for (unit, g), size in bottoms.items()}

# %% [markdown]
# Little arrives. The sigmoid's gradient comes through at $\mathcal N(0, 1)$ only, where most units
# are saturated at 0 or 1. No scale gives a deep sigmoid network both.

# %% [markdown]
# ## 8 Does it matter? Two claims (core)
# EPFL: He's scheme works better than Xavier's (**C4**). HUST: normal or uniform makes little
# difference, the scale makes a large one (**C11**). Now train: handwritten digits, layers of 50
# units, five epochs.


# %%
def accuracy(unit, draw, rate, seed, depth=10, scale=1):
    (g, slope), rng = units[unit], np.random.default_rng(seed)
    sizes = [64, *[50] * (depth - 1), 10]
    Ws = [(scale * draw(n, m, rng)).astype(np.float32) for n, m in pairwise(sizes)]
    bs = [np.zeros(m, np.float32) for m in sizes[1:]]
    for rows in np.array_split(np.concatenate([rng.permutation(1437) for _ in range(5)]), 110):
        xs = [pixels[rows]]
        for W, b in zip(Ws[:-1], bs, strict=False):
            xs.append(g(xs[-1] @ W + b))
        delta = activations.softmax(xs[-1] @ Ws[-1] + bs[-1]) - onehot[rows]
        delta = delta / len(rows)
        for l in reversed(range(depth)):
            dW, db = xs[l].T @ delta, delta.sum(axis=0)
            if l > 0:
                delta = (delta @ Ws[l].T) * slope(xs[l])
            Ws[l], bs[l] = Ws[l] - rate * dW, bs[l] - rate * db
    x = test_pixels
    for W, b in zip(Ws[:-1], bs, strict=False):
        x = g(x @ W + b)
    return np.mean((x @ Ws[-1] + bs[-1]).argmax(axis=1) == digits.y_test)


# %% [markdown]
# It is the loop of lecture 4, with weights drawn by `draw`. The inputs are brought to mean 0 and
# std 1 first, or (7.2) would start with the wrong size. Each scheme may choose among four learning
# rates; three seeds each.

# %%
shift, spread = digits.X_train.mean(), digits.X_train.std()
pixels = ((digits.X_train - shift) / spread).astype(np.float32)
test_pixels = ((digits.X_test - shift) / spread).astype(np.float32)
onehot = np.eye(10, dtype=np.float32)[digits.y_train]
rates = [0.01, 0.03, 0.1, 0.3]


def lane(unit, draw, rates=rates, seeds=3, **settings):
    with np.errstate(over="ignore", invalid="ignore"):  # the largest rates diverge
        return [[accuracy(unit, draw, r, k, **settings) for r in rates] for k in range(seeds)]


def best(runs):
    return float(np.max(np.mean(runs, axis=0)))


# %% [markdown]
# **Predict.** ReLU, 10 layers. He reaches about 85 % at its best rate. And Xavier, at its own best?

# %% tags=["predict"]
guess_xavier = ...  # a number between 0.1 and 1

# %% truth=["0.45"]
# @title Your guess beside the truth
xavier, he = initializers.xavier_normal, initializers.he_normal
race = {"ReLU, He": lane("ReLU", he), "ReLU, Xavier": lane("ReLU", xavier)}
race |= {"tanh, He": lane("tanh", he), "tanh, Xavier": lane("tanh", xavier)}
shallow = {d.__name__: best(lane("ReLU", d, depth=3)) for d in (he, xavier)}
described(
    plot_guess(
        guess_xavier,
        round(best(race["ReLU, Xavier"]), 2),
        quantity="accuracy of Xavier",
        within=(0.1, 1),
    )
)

# %% [markdown]
# All rates, with the spread over the seeds:

# %% claim="C4"
assert best(race["ReLU, He"]) > best(race["ReLU, Xavier"]) + 0.1
assert abs(best(race["tanh, He"]) - best(race["tanh, Xavier"])) < 0.06
assert abs(shallow["he_normal"] - shallow["xavier_normal"]) < 0.04

# %%
# @title Ten layers: the scheme matters for ReLU, hardly for tanh
ax = plot_lines(
    rates,
    race,
    xlabel="learning rate",
    ylabel="test accuracy after 5 epochs",
    xscale="log",
    title="Ten layers: the scheme matters for ReLU, hardly for tanh",
)
ax.legend(frameon=False, bbox_to_anchor=(1, 0.7))
described(
    ax,
    "Accuracy against learning rate, three seeds. ReLU with He peaks at rate 0.03 with 86 percent, "
    "with Xavier at 0.1 with 49 percent. tanh with He rises to 95 percent, with Xavier to 93.",
)

# %% [markdown]
# And a ReLU network of 3 layers, each scheme at its best rate:

# %%
{name: round(value, 3) for name, value in shallow.items()}

# %% [markdown]
# **Verdict on C4: it holds for deep ReLU networks.** With 10 layers He reaches 86 % and Xavier
# 49 %, each at its best of these rates. With 3 layers both reach 96 %: two ReLUs cost a factor of
# 2, nine of them one of 23. For tanh He is a little ahead, too (95 % against 93 %): its larger gain
# makes up for the slow loss of section 5.
#
# **Explain.** Why does a larger learning rate not repair Xavier's start of the ReLU network?

# %% [markdown] tags=["instructor"] grade_id="explain_rate" points=2
# The gradient of a weight is input times blame. The ReLUs before a layer have shrunk the one, those
# behind it the other: together a factor of 23, in every layer. A 23 times larger rate would undo
# that for the first step only. The weights grow, the signal comes back, and then this rate is 23
# times too large: the curve of Xavier falls again from 0.1 to 0.3, a rate at which He has failed as
# well. One rate has to serve both.

# %%
xavier_norms, he_norms = (
    network.layer_gradient_norms(
        pixels[:200],
        digits.y_train[:200],
        [draw(n, m, np.random.default_rng(7)) for n, m in pairwise([64, *[50] * 9, 10])],
        *(activations.relu, lambda s: s > 0),
    )
    for draw in (xavier, he)
)
f"first layer's gradient: Xavier {xavier_norms[0]:.3f}, He {he_norms[0]:.3f}"

# %% [markdown]
# A factor of 22, and $2^{9/2} = 22.6$.
#
# Now C11: the shape of the distribution against its scale, for ReLU and 10 layers. The scales 0.5
# and 2 sound harmless. Per layer they are; ten layers make $2^{10}$, about a thousand, of them.

# %% claim="C11"
uniform = lane("ReLU", initializers.he_uniform)
scaled = {f"normal × {c:g}": lane("ReLU", he, scale=c) for c in (0.5, 2)}
assert abs(best(race["ReLU, He"]) - best(uniform)) < 0.1
assert all(best(runs) < 0.4 for runs in scaled.values())
lanes = {"He normal": race["ReLU, He"], "He uniform": uniform, **scaled}

# %%
# @title The shape hardly matters, the scale decides
ax = plot_lines(
    rates,
    lanes,
    xlabel="learning rate",
    ylabel="test accuracy after 5 epochs",
    xscale="log",
    title="The shape hardly matters, the scale decides",
)
ax.legend(frameon=False, bbox_to_anchor=(1, 0.7))
described(
    ax,
    "Accuracy against learning rate, three seeds. He normal and He uniform rise to 86 and 87 "
    "percent and overlap. Half the scale stays below 25 percent, twice the scale at 10 percent.",
)

# %% [markdown]
# The same two scales in the network of 3 layers, at their best rates:

# %%
{c: round(best(lane("ReLU", he, depth=3, scale=c)), 3) for c in (0.5, 2)}

# %% [markdown]
# Three seeds are few where the spread is large, so give each shape twelve at the rate 0.1:

# %%
twelve = {
    draw.__name__: lane("ReLU", draw, rates=[0.1], seeds=12)
    for draw in (he, initializers.he_uniform)
}
assert abs(np.median(twelve["he_normal"]) - np.median(twelve["he_uniform"])) < 0.05
{name: [f"{np.quantile(runs, q):.2f}" for q in (0, 0.5, 1)] for name, runs in twelve.items()}

# %% [markdown]
# **Verdict on C11: both halves hold here.** The medians of normal and uniform weights of the same
# variance (shown between the worst and the best seed) differ far less than two seeds of one kind.
# Half or twice the std ends at 22 % and 10 %: the network does not learn. The condition is depth:
# with 3 layers the same factors cost 0 to 5 points.

# %% [markdown]
# ## 9 Let the data set the scale (core)
# The schemes are theory: independent weights, mean 0, a known activation. You can also measure.
# Send a batch through the first layer, divide the weights by the std that comes out, go on to the
# next layer. For a ReLU one division a layer is exact, since $g(c\,s) = c\,g(s)$ for $c > 0$.

# %%
rescaled = initializers.rescale_layers(X, base, activations.relu)
after = initializers.layer_stds(X, rescaled, activations.relu)
assert np.allclose(after, 1)
np.round([after[0], after[24], after[49]], 6)

# %% [markdown]
# From $\mathcal N(0, 1)$ weights to a std of 1 in all 50 layers.
#
# **Your turn.** Everything is in it: forward pass, measurement, scale, and a signal that changes
# while you work on it.

# %% tags=["exercise"] covers="07.lsuv"
exercise("rescale_layers")

# %% [markdown]
# ### Rotations, and LSUV (deeper)
# (7.3) keeps lengths *on average*. A random rotation keeps each of them exactly (Saxe et al. 2014
# start from it). Multiply five linear layers; the singular values say by how much the
# product stretches each direction. The largest divided by the smallest:

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
# With LeCun's weights some directions are lost and others dominate. With activations in between
# rotations lose their perfection, too. **LSUV** (layer-sequential unit
# variance, Mishkin and Matas 2016) combines both ideas: start with rotations, then divide each
# layer by the std of its *scores* on a batch. It works for any activation:

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
# ## 10 The same in PyTorch (core)
# First the twin: the same weights, on any device, give the same numbers.

# %%
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
tensors = [torch.tensor(0.1 * W, dtype=dtype, device=place) for W in base]
X_t = torch.tensor(X, dtype=dtype, device=place)
by_torch = torch_initializers.layer_stds(X_t, tensors, torch.tanh)
assert np.allclose(by_torch, stds(0.1), rtol=1e-3 if dtype is torch.float32 else 1e-10)
f"on {place}: {by_torch[-1]:.6f} and {stds(0.1)[-1]:.6f}"

# %% [markdown]
# `torch.nn.init` fills a tensor in place. Its weights are stored as (out, in), and `fan_in` is the
# second size; Kaiming is He's given name. A layer with 400 inputs and 100 outputs:

# %%
torch.manual_seed(7)
layer = torch.nn.Linear(400, 100)
torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
he_std = layer.weight.std().item()
torch.nn.init.xavier_normal_(layer.weight)
np.round([he_std, (2 / 400) ** 0.5, layer.weight.std().item(), (2 / 500) ** 0.5], 3)

# %% [markdown]
# **Spot the error.** EPFL says: luckily the right start, with the right factor for your activation,
# is in PyTorch and is used by default. Build 50 layers `Linear(100, 100, bias=False)` with ReLU,
# and leave them as PyTorch made them.
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
# How can that be? Look at the largest weight:

# %%
f"largest weight {bound:.4f}: the layers draw from U(−1/√n, 1/√n), with 1/√100 = 0.1"

# %% [markdown]
# The layer cannot know which activation will follow. Its variance is $a^2/3 = 1/(3n)$, so a ReLU
# layer multiplies the mean square by $\frac12 \cdot \frac13 = \frac16$. After 50 layers the size is
# of the order of $6^{-25} \approx 4\cdot 10^{-20}$. The default has biases, too. With them, the
# std over units and inputs, and the std of a unit from input to input:

# %%
x = torch.tensor(X, dtype=torch.float64)
with torch.no_grad():
    for _ in range(50):
        x = torch.relu(torch.nn.Linear(100, 100, dtype=torch.float64)(x))
varied = x.std(dim=0).mean().item()
assert varied < 1e-10 < 0.01 < x.std().item()
f"{x.std().item():.3f}, {varied:.0e}"

# %% [markdown]
# The outputs no longer vanish; but what you see are the biases, and no longer the input. What
# holds: call `kaiming_normal_` yourself, or use batch normalization (lecture 8), which forgives.

# %% [markdown]
# ## 11 Break it (deeper)
# One change: KAV's recipe for multilayer perceptrons draws all weights and biases from $[0, 1]$,
# and HUST lists it among the historic heuristics, beside $[-0.3, 0.3]$ and $[-1, 1]$. Ten tanh
# layers of 100 units. Compare the 100 units of layer 10 on 100 inputs, to two digits: how many are
# different?


# %%
def layer_10(low, high):
    rng, x = np.random.default_rng(7), X
    for _ in range(10):
        x = np.tanh(x @ rng.uniform(low, high, size=(100, 100)))
    return x


def symptoms(x):
    different_units = np.unique(np.round(x, 2), axis=1).shape[1]
    return different_units, np.mean(np.abs(x) > 0.99)


heuristics = [(-0.3, 0.3), (-1, 1), (0, 1)]
table = [symptoms(layer_10(*limits)) for limits in heuristics]

# %% [markdown]
# From $[0, 1]$ the weights are random and all different, and yet the symmetry of section 3 is back:

# %%
# @title Layer 10, three heuristics
described(
    plot_matrix(
        table,
        title="Layer 10, three heuristics",
        rows=["[−0.3, 0.3]", "[−1, 1]", "[0, 1]"],
        columns=["units", "saturated"],
    ),
    "Different units and share of saturated activations. [−0.3, 0.3]: 100 and 0.025. "
    "[−1, 1]: 100 and 0.617. [0, 1]: 1 and 1.",
)

# %% [markdown]
# The symptom: every activation is $+1$ or $-1$, and for one input the same in all units. The cause:
# weights of mean $\frac12$. The mean of the inputs, multiplied by 50, drowns all the rest, and
# every unit sees the same mean. $[-1, 1]$ is centred but too wide for 100 inputs.
#
# The cure: centre at 0 and take the bound from (7.6).

# %%
xavier_bound = np.sqrt(6 / 200)
units_left, saturated = symptoms(layer_10(-xavier_bound, xavier_bound))
f"{units_left} different units, {saturated:.0%} saturated"

# %% [markdown]
# ## What you can do now
# You have watched a signal die in 50 layers; you have seen that equal units stay one unit and that
# training cannot part them; you have derived LeCun's, Xavier's and He's scheme from the variance of
# a sum, forwards and backwards, and written them; you have measured that the scale decides and the
# shape of the distribution does not; you have let data set the scale; and you know what PyTorch's
# default is and when to replace it.
#
# **An open question.** A residual layer computes $x + F(x)$. Which start of $F$ keeps the signal
# through 1,000 such layers, and may it even be zero?

# %%
show_progress("07")

# %% [markdown]
# ## Card
# Break the symmetry, keep the size. Biases 0.
#
# | scheme | $\mathrm{Var}(w)$ | uniform bound | for |
# |---|---|---|---|
# | LeCun | $1/n_{in}$ | $\sqrt{3/n_{in}}$ | linear, SELU |
# | Xavier | $2/(n_{in}+n_{out})$ | $\sqrt{6/(n_{in}+n_{out})}$ | tanh |
# | He | $2/n_{in}$ | $\sqrt{6/n_{in}}$ | ReLU |
#
# **Why.** $\mathrm{Var}(s) = n_{in}\mathrm{Var}(w)\,\mathrm E[x^2]$; back: $n_{out}$; ReLU: half.
#
# **Pitfalls.** Equal weights; a bound taken for a std; $n_{out}$ for $n_{in}$; (out, in) in
# PyTorch; inputs that are not scaled; PyTorch's default in deep plain networks; a std that looks
# healthy while the gradient explodes.
#
# **Check** before you train: the std after every layer, and its factor a layer.

# %%
measured_stds = initializers.layer_stds(
    pixels, [he(n, m, np.random.default_rng(7)) for n, m in pairwise([64, *[50] * 9])], np.tanh
)
f"factor a layer: {(measured_stds[-1] / measured_stds[0]) ** (1 / 8):.2f}"

# %% [markdown]
# ## Further reading
# - X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural
#   networks*, AISTATS 2010: section 4.2 derives (7.5).
# - K. He, X. Zhang, S. Ren, J. Sun, *Delving deep into rectifiers*, ICCV 2015: section 2.2 derives
#   (7.8) and trains 30 layers with it.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, *Efficient BackProp* (1998): where $1/n_{in}$ comes
#   from, and much other advice that still holds.
# - D. Mishkin, J. Matas, *All you need is a good init*, ICLR 2016: LSUV.

# %% [markdown]
# ## Appendix: for readers of the slides
# Four more places where a source prints something that does not hold. Each cell refutes it.
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
# nearly all scores of the next layer are negative: its units are dead. With both bounds from
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

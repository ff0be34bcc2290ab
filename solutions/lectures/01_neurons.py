# %% [markdown]
# # 1 · Neurons
#
# **Promise:** after this lecture you can say what one neuron can decide and what it cannot, teach
# it from its mistakes, and stack neurons into a network that decides more.
#
# **You will** fit a line in one step and in many; set a neuron's weights by hand; write
# Rosenblatt's learning rule and watch it succeed, fail on four points, and succeed again with a
# second layer; compute the output of a multilayer perceptron in NumPy; bend a border with hidden
# units; and get the same numbers from PyTorch.
#
# **Time:** {{time}}.
# **Builds on:** dot products, matrices and a little Python.
# **Sources:** five lecture documents, called HKU, EPFL, HUST, HW and KAV in the text.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The exercises need NumPy alone; the demonstrations use the course's own parts, PyTorch, and
# scikit-learn as a second opinion.

# %%
from time import perf_counter

import torch
from sklearn.linear_model import Perceptron

from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import load_iris, make_circles, make_moons, make_xor
from dlcourse.plots.basic import described, plot_lines, plot_matrix
from dlcourse.plots.guess import plot_guess
from dlcourse.plots.neurons import plot_chains, plot_line, plot_planes, plot_timeline
from dlcourse.reference import activations, graph, network, neurons, training
from dlcourse.twins import network as torch_network
from dlcourse.twins.devices import device
from dlcourse.widgets.neurons import explore_hidden_units
from dlcourse.widgets.perceptron import explore_perceptron

# %% [markdown]
# ## Recall
# This is the first lecture, so the questions come from school. Answer in your head, then open the
# answers.
#
# 1. What is the dot product of $(1, 1, 0)$ and $(3, 1, 5)$?
# 2. On which side of the line $x_1 + x_2 - 1.5 = 0$ does $(1, 1)$ lie: where the left side is
#    positive, or where it is negative?
# 3. A matrix of shape (2, 3) is multiplied by one of shape (3, 1). What is the shape of the result?
#
# <details><summary>Answers</summary>
#
# 1. $3 + 1 + 0 = 4$.
# 2. $1 + 1 - 1.5 = 0.5$: the positive side.
# 3. (2, 1).
# </details>

# %% [markdown]
# ## 1 What a line cannot do (core)
# Here are 200 points in two rings; the inner ring is class 1. A *perceptron*, which you will write
# in this lecture, looks for a line with class 1 on one side and class 0 on the other. It goes
# through all points 100 times and moves its line after each mistake.
#
# **Predict.** In its best pass, how many of the 200 points does it get wrong?

# %% tags=["predict"]
guess_wrong = ...  # a number from 0 to 200

# %% truth=["84", "stays close to guessing"]
# @title Your guess beside the truth
rings, ring_labels = make_circles(200, np.random.default_rng(7))
w_ring, b_ring, ring_mistakes = neurons.perceptron_fit(rings, ring_labels)
described(
    plot_guess(
        guess_wrong,
        min(ring_mistakes),
        quantity="mistakes in the best of 100 passes",
        within=(0, 200),
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# It stays close to guessing, and no patience helps: no line parts a ring from what it surrounds.
# </details>
#
# Now describe the same points by other numbers. Instead of $(x_1, x_2)$ take the distance from the
# origin and the angle.

# %% covers="01.polar"
polar = np.column_stack([np.hypot(*rings.T), np.arctan2(rings[:, 1], rings[:, 0])])
w_polar, b_polar, polar_mistakes = neurons.perceptron_fit(polar, ring_labels)

# %%
# @title The same points: no line parts them on the left, many do on the right
described(
    plot_planes(
        {
            "Cartesian": (rings, ("$x_1$", "$x_2$")),
            "Polar": (polar, ("distance", "angle in radians")),
        },
        ring_labels,
        title="The same points: no line parts them on the left, many do on the right",
    ),
    "Left: class 0 is a ring of radius 1 round class 1, a ring of radius 0.5. Right, with distance "
    "and angle as axes: class 1 is a band near distance 0.5, class 0 one near distance 1.",
)

# %% [markdown]
# In polar coordinates a threshold on the distance is enough. What does the perceptron say?

# %%
assert polar_mistakes[-1] == 0
print("Cartesian, first five passes:", ring_mistakes[:5])
print("polar, all passes:", polar_mistakes)

# %% [markdown] covers="01.traditional,01.features"
# It is done in the second pass. The method is the same; only the **features**, the numbers that
# describe a point, have changed. Here a person knew which ones to take. For the pixels of a
# photograph nobody does: position, colour, angle and light (the *factors of variation*) all change
# every pixel. Deep learning *learns* the features, layer by layer.
#
# | step | traditional | deep | since then |
# |---|---|---|---|
# | features | chosen by people | learned | people choose data and architecture |
# | training | part by part | from input to answer at once | first general, then for a task |
# | data | little is enough | gains from more | pretrained networks need little |
# | hardware | a laptop | often a GPU | small networks: a laptop |
# | why? | often readable | hard to say | still hard |

# %% [markdown]
# ## 2 The frame: choose, measure, minimise (core)
# Every method of this course has the same frame. Choose a **family** of functions $f_\theta$ with
# parameters $\theta$. Choose a **loss** that says how bad one answer is. Then look for the $\theta$
# with the smallest average loss on the data, the **empirical risk**:
#
# $$R(\theta) = \frac1N \sum_{n=1}^{N} \ell\big(f_\theta(x_n), y_n\big) \tag{1.1}$$
#
# The oldest example: straight lines $f_\theta(x) = \theta_0 + \theta_1 x$ and the squared error.
# Three points, for which you can do everything by hand:

# %% covers="01.risk,01.linear_regression"
x_three, y_three = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 2.0])


def risk(theta):
    return np.mean((theta[0] + theta[1] * x_three[:, 0] - y_three) ** 2)


np.round([risk([1.0, 1.0]), risk([2.0, 0.0]), risk([1.5, 0.5])], 4)

# %% [markdown]
# The third line is the best of these. Is it the best of all? Write the ones for $\theta_0$ as a
# first column of $A$. The slope of $R$ along every $\theta_j$ is 0 at the minimum, which gives the
# **normal equation**:
#
# $$A^\top A\,\theta = A^\top y \tag{1.2}$$

# %% covers="01.normal_equation"
A = np.column_stack([np.ones(3), x_three])

# %%
# @title The normal equation in numbers
described(
    plot_matrix(
        np.column_stack([A.T @ A, A.T @ y_three]),
        title="The normal equation in numbers",
        rows=["along θ₀", "along θ₁"],
        columns=["θ₀", "θ₁", "right side"],
    ),
    "Two equations: 3 θ0 + 3 θ1 = 6 and 3 θ0 + 5 θ1 = 7.",
)

# %% [markdown]
# Subtract the rows: $2\theta_1 = 1$, so $\theta = (1.5, 0.5)$. The third line is the best of all.
#
# **Your turn.** Write the solution for any number of features.

# %% tags=["exercise"] covers="01.normal_equation"
exercise("normal_equation")

# %% [markdown]
# The other way is **gradient descent**: start at $\theta = 0$ and step against the slope,
# $\theta \leftarrow \theta - \eta\,\frac2N A^\top (A\theta - y)$, many times. The *learning rate*
# $\eta$ is your choice.
#
# **Predict.** With $\eta = 0.1$, a hundred steps arrive at $(1.498, 0.502)$. Where do they arrive
# with $\eta = 0.5$: "closer", "as close" or "far away"?

# %% tags=["predict"]
guess_rate = ...  # "closer", "as close" or "far away"

# %% covers="01.descent" truth=["far away"]
# @title Your guess beside the truth
at_half = neurons.linear_regression_descent(x_three, y_three, 0.5, 100)
assert np.abs(at_half - [1.5, 0.5]).max() > 1e6
described(
    plot_guess(
        guess_rate, "far away", quantity="θ at rate 0.5", choices=["closer", "as close", "far away"]
    )
)

# %% [markdown]
# The rate, then where the hundred steps end:

# %% covers="01.descent"
rates = (0.1, 0.3, 0.5)
ends = [neurons.linear_regression_descent(x_three, y_three, rate, 100) for rate in rates]
largest = len(A) / np.linalg.eigvalsh(A.T @ A).max()
assert 0.3 < largest < 0.5
print(*zip(rates, ends, strict=True), f"largest rate {largest:.3f}", sep="\n")

# %% [markdown]
# At 0.3 the steps arrive; at 0.5 they explode. The limit here is
# $N / \lambda_{\max}(A^\top A) = 0.419$; lecture 5 derives it.
#
# Why step at all, if one equation gives the answer? Count multiplications, with $N$ rows and $D$
# features:
#
# | way | price | at $D = 100{,}000$ |
# |---|---|---|
# | normal equation | about $N D^2 + D^3$ | a matrix of $10^{10}$ numbers |
# | one gradient step | about $2 N D$ | still cheap |
#
# The clock agrees:

# %% covers="01.price"
rng = np.random.default_rng(7)
prices = {"normal equation": [], "one gradient step": []}
n_features = (30, 100, 300, 1000)
for D in n_features:
    many, target = rng.normal(size=(2000, D)), rng.normal(size=2000)
    started = perf_counter()
    np.linalg.solve(many.T @ many, many.T @ target)
    solved = perf_counter()
    for _ in range(20):
        many.T @ (many @ target[:D] - target)
    prices["normal equation"].append(1000 * (solved - started))
    prices["one gradient step"].append(1000 * (perf_counter() - solved) / 20)

# %% [markdown]
# Drawn on logarithmic axes, where a price like $D^2$ is a line that is twice as steep as one like
# $D$:

# %% covers="01.price"
# @title 2,000 rows: the equation gets dear faster than a step
described(
    plot_lines(
        n_features,
        prices,
        xlabel="features",
        ylabel="milliseconds",
        title="2,000 rows: the equation gets dear faster than a step",
        xscale="log",
        yscale="log",
    ),
    "Milliseconds against the number of features, 30 to 1,000. The line of the normal equation "
    "lies above that of one gradient step and rises more steeply.",
)

# %% [markdown]
# With few features take the equation. But there is none for the networks to come; stepping works
# for them, too.

# %% [markdown]
# ## 3 From nerve cells to units (core)
# A nerve cell collects signals from other cells, and fires when enough of them arrive together. In
# the visual cortex such cells stand in stages, and each stage responds to larger patterns.

# %% covers="01.biology"
# @title A nerve cell, the unit modelled on it, and the stages of seeing
described(
    plot_chains(
        {
            "nerve cell": ["dendrites", "synapses", "cell body", "threshold", "axon"],
            "unit": ["inputs $x$", "weights $w$", "$w · x + b$", "step", "output"],
            "visual cortex": ["retina", "V1: edges", "V2: contours", "V4: shapes", "IT: objects"],
        },
        title="A nerve cell, the unit modelled on it, and the stages of seeing",
    ),
    "Three rows of boxes. Nerve cell: dendrites, synapses, cell body, threshold, axon. Unit: "
    "inputs, weights, weighted sum plus bias, step, output. Visual cortex: retina, V1 edges, V2 "
    "contours, V4 shapes, IT objects.",
)

# %% [markdown]
# McCulloch and Pitts wrote the first unit down in 1943. Inputs are on or off; the unit fires if
# enough *exciting* inputs are on and no *inhibiting* one. "At least two of the first three, unless
# the fourth":

# %% covers="01.mcculloch_pitts"
signals = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]])
neurons.mcculloch_pitts(signals, inhibitory=[False, False, False, True], threshold=2)

# %% [markdown]
# There is nothing to learn in it. The **linear threshold unit** (LTU) has weights, which can be
# learned: a score $z = w \cdot x + b$, and then a function $\phi(z)$. Over the decades $\phi$ has
# become smoother:

# %% covers="01.units"
z = np.linspace(-3, 3, 601)
shapes = {
    "Heaviside": neurons.heaviside(z),
    "piecewise linear": neurons.piecewise_linear(z),
    "logistic": activations.sigmoid(z),
    "tanh": activations.tanh(z),
    "ReLU": activations.relu(z),
    "softplus": activations.softplus(z),
}

# %%
# @title From a step to a slope
described(
    plot_lines(z, shapes, xlabel="score z", ylabel="output φ(z)", title="From a step to a slope"),
    "Six curves over scores from −3 to 3. Heaviside jumps from 0 to 1 at 0; piecewise linear and "
    "logistic rise from 0 to 1 without a jump; tanh rises from −1 to 1; ReLU is 0 and then z; "
    "softplus is a ReLU without the corner.",
)

# %% [markdown] covers="01.units"
# | unit | $\phi(z)$ | where you meet it |
# |---|---|---|
# | Heaviside | 0, (0.5), 1 | perceptron |
# | sign | $-1$, 0, 1 | perceptron with classes $\pm1$ |
# | linear | $z$ | linear regression |
# | piecewise linear | $z + \frac12$, cut at 0 and 1 | a rough logistic |
# | logistic $\sigma$ | $1/(1+e^{-z})$ | probabilities |
# | tanh | $(e^z - e^{-z})/(e^z + e^{-z})$ | hidden layers |
# | ReLU | $\max(0, z)$ | most hidden layers today |
# | softplus | $\ln(1 + e^z)$ | where a ReLU must be smooth |
#
# Lecture 6 compares them. In this lecture the step counts as 0 at $z = 0$.

# %% [markdown]
# ## 4 A line decides (core)
# Do you go snowboarding this weekend? Three inputs (KAV): the weather is good, there is powder, and
# the drive is easy. Today $x = (1, 1, 0)$: the drive is bad. One person has the weights
# $(3, 1, 5)$, the other, who lives for powder, $(2, 6, 1)$. Each goes if the sum is above 5.

# %% covers="01.snowboard"
today, tastes = np.array([1, 1, 0]), np.array([[3, 1, 5], [2, 6, 1]])
sums = tastes @ today
assert (sums > 5).tolist() == [False, True]
sums

# %% [markdown] covers="01.border"
# Only the second goes. A threshold is a number that the sum must exceed: $w \cdot x > 5$. Bring it
# to the left, $w \cdot x - 5 > 0$, and it becomes a **bias** $b = -5$: how easily the unit fires.
#
# $$\hat y = \begin{cases} 1 & \text{if } w \cdot x + b > 0\\ 0 & \text{otherwise} \end{cases}
# \tag{1.3}$$
#
# With two inputs the border $w_1 x_1 + w_2 x_2 + b = 0$ is a line; with three, as here, it is a
# plane, with more a *hyperplane*. The vector $w$ stands at right angles to it and points to where
# the unit fires.

# %% tags=["exercise"] covers="01.border"
exercise("perceptron_predict")

# %% [markdown]
# Four points will stay with you for the rest of the lecture: the corners of the unit square. Read 1
# as "true" and 0 as "false", and one unit computes a logic gate, here AND:

# %%
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
and_labels, or_labels, xor_labels = np.array([[0, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0]])
w_and, b_and = neurons.logic_gate("and")

# %%
# @title AND: w = (1, 1), b = −1.5
described(
    plot_line(corners, and_labels, w_and, b_and, title="AND: w = (1, 1), b = −1.5"),
    "The corners of the unit square. The line x1 + x2 = 1.5 parts (1, 1), class 1, from the other "
    "three, class 0.",
)

# %% [markdown]
# Move the same line towards $(0, 0)$, and it is OR: $b = -0.5$. NOT has one input and a negative
# weight, $w = -1$, $b = 0.5$.

# %% covers="01.gates"
for name, X, truth in [
    ("and", corners, and_labels),
    ("or", corners, or_labels),
    ("not", corners[1:3, :1], [1, 0]),
]:
    w_gate, b_gate = neurons.logic_gate(name)
    answers = neurons.perceptron_predict(X, w_gate, b_gate)
    assert np.array_equal(answers, truth)
    print(name, "w =", w_gate, "b =", b_gate, "answers", answers)

# %% [markdown]
# **Spot the error.** A slide of KAV prints AND with $w = (1, 1)$ and a bias of $-2$, and the same
# document says that the output is 0 where $w \cdot x + b \le 0$.
#
# **Predict.** For how many of the four corners does the printed unit fire?

# %% tags=["predict"]
guess_fires = ...  # a number from 0 to 4

# %% erratum="K2" truth=["never fires"]
# @title Your guess beside the truth
printed = neurons.perceptron_predict(corners, [1.0, 1.0], -2.0)
mended = neurons.perceptron_predict(corners, [1.0, 1.0], -1.5)
assert printed.sum() == 0
assert np.array_equal(mended, and_labels)
assert neurons.heaviside(np.array([1.0 + 1.0 - 2.0]))[0] == 0.5
described(
    plot_guess(
        guess_fires,
        int(printed.sum()),
        quantity="corners at which the printed unit fires",
        within=(0, 4),
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# It never fires: $(1, 1)$ gets the score $1 + 1 - 2 = 0$, which counts as 0 (and as 0.5 in the
# table of the same document). What holds: any bias above $-2$ and up to $-1$; $-1.5$ leaves
# the most room.
# </details>

# %% tags=["exercise"] covers="01.border"
exercise("q_bias")

# %% [markdown]
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.
#
# ## 5 Learn from mistakes (core)
# In 1957 Rosenblatt let the unit find its own weights. Show it one example at a time. If the answer
# is right, change nothing. If not, with $y$ the class, $\hat y$ the answer and $\eta$ the learning
# rate:
#
# $$w \leftarrow w + \eta\,(y - \hat y)\,x,\qquad b \leftarrow b + \eta\,(y - \hat y) \tag{1.4}$$
#
# A missed 1 adds $\eta x$ to $w$, so the score of this $x$ rises by $\eta(|x|^2 + 1)$. A false 1
# takes the same away. One pass through all examples is an **epoch**.

# %% tags=["exercise"] covers="01.learning_rule"
exercise("perceptron_fit")

# %% [markdown]
# Now watch it. *One row* shows the next example, which has a dark border; *One epoch* goes on to
# the end of the pass. Click to place points, or use the arrow keys and Enter. Can you place a point
# that makes the rule need more than twenty epochs? One that makes it never end?

# %% covers="01.learning_rule"
gates = {"AND": and_labels, "OR": or_labels, "XOR": xor_labels}

# %%
# @title A perceptron learns
described(
    explore_perceptron(
        {name: (corners, labels) for name, labels in gates.items()}, title="A perceptron learns"
    ),
    "A plane with the four corners of AND, buttons One row, One epoch and Forget weights, and two "
    "choices: the points (AND, OR, XOR) and the class that a click adds. On AND the rule makes 1, "
    "3, 3, 2, 1 and 0 mistakes in six epochs and ends at w = (2, 1), b = −2. On XOR it never ends.",
)

# %% [markdown]
# On AND the last line runs through $(1, 0)$, which counts as 0: the rule stops as soon as nothing
# is wrong, with no room to spare.
#
# **Predict.** On AND with $\eta = 1$ the rule needs six epochs. How many does it need with a rate
# eight times smaller?

# %% tags=["predict"]
guess_epochs = ...  # a number

# %% truth=["as many as with"]
# @title Your guess beside the truth
at_one = neurons.perceptron_fit(corners, and_labels, lr=1.0)
at_eighth = neurons.perceptron_fit(corners, and_labels, lr=1 / 8)
assert at_one[2] == at_eighth[2]
described(plot_guess(guess_epochs, len(at_eighth[2]), quantity="epochs until no mistake, rate 1/8"))

# %% [markdown]
# The weights, the bias and the mistakes of each epoch, at rate 1 and at rate 1/8:

# %%
print(*at_one)
print(*at_eighth)

# %% [markdown]
# **Explain.** Six epochs again, with the same mistakes. Why does the learning rate change nothing
# here?

# %% [markdown] tags=["instructor"] grade_id="explain_rate" points=2
# All weights start at 0, and every correction is $\eta$ times something. So at each moment $w$ and
# $b$ are $\eta$ times what they would be at rate 1. A positive factor does not change the sign of a
# score, so every decision, and every mistake, is the same. From other starting weights the rate
# does matter.

# %% [markdown] covers="01.convergence"
# Rosenblatt's promise is the **convergence theorem**: if any line parts the classes, the rule finds
# one after finitely many corrections. Novikoff's bound is $(R/\gamma)^2$ corrections, where, with
# the bias counted as an input of 1, $R$ is the largest $|x|$ and $\gamma$ the distance from the
# best border through the origin to the nearest point. For AND the best border is $(2, 2, -3)$:

# %% covers="01.convergence"
with_ones = np.column_stack([corners, np.ones(4)])
R = np.linalg.norm(with_ones, axis=1).max()
gamma = np.abs(with_ones @ [2, 2, -3]).min() / np.linalg.norm([2, 2, -3])
corrections, bound = sum(at_one[2]), (R / gamma) ** 2
assert corrections == 10
assert np.isclose(bound, 51)
corrections, round(bound)

# %% [markdown]
# Ten corrections, where the theorem allows 51. Now real flowers: petal length and width of 120
# irises, and the question "*setosa* or not?"

# %% covers="01.iris"
iris = load_iris()
petals, setosa = iris.X_train[:, 2:], (iris.y_train == 0).astype(int)
w_iris, b_iris, iris_mistakes = neurons.perceptron_fit(petals, setosa)
unseen = neurons.perceptron_predict(iris.X_test[:, 2:], w_iris, b_iris)
assert iris_mistakes == [14, 0]
assert np.array_equal(unseen, iris.y_test == 0)

# %%
# @title Setosa or not: 14 mistakes, then none
described(
    plot_line(
        petals,
        setosa,
        w_iris,
        b_iris,
        title="Setosa or not: 14 mistakes, then none",
        names=("petal length in cm", "petal width in cm"),
    ),
    "Petal length against width. Setosa, at the lower left, is parted by a falling line from the "
    f"others. Mistakes by epoch: {iris_mistakes}.",
)

# %% [markdown]
# All 30 flowers of the test set are right, too. Does scikit-learn's `Perceptron` agree? It shuffles
# the rows unless told not to.

# %% covers="01.iris"
theirs = Perceptron(shuffle=False, tol=None, max_iter=len(iris_mistakes)).fit(petals, setosa)
assert np.allclose(theirs.coef_[0], w_iris)
assert np.allclose(theirs.intercept_, b_iris)
shuffled = Perceptron(random_state=7).fit(petals, setosa)
np.round([np.append(w_iris, b_iris), np.append(shuffled.coef_[0], shuffled.intercept_)], 2)

# %% [markdown]
# The same numbers in the same order of rows. In another order (second row) it finds another line,
# also without a mistake: the rule takes the first line that works, not the best one.
#
# **Spot the error.** KAV prints the rule as $w + \eta\,(\hat y - y)\,x$, with $\hat y$ the output
# and $y$ the target. Of the 120 flowers 40 are setosa.
#
# **Predict.** You train with the printed rule. How many mistakes does it make in the tenth epoch?

# %% tags=["predict"]
guess_printed = ...  # a number from 0 to 120

# %% [markdown]
# The rule as it is printed, counting its mistakes:


# %%
def mistakes_as_printed(X, y, epochs):
    w, b, counts = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        counts.append(0)
        for x, target in zip(X, y, strict=True):
            error = int(x @ w + b > 0) - target
            w, b = w + error * x, b + error
            counts[-1] += int(error != 0)
    return counts


# %% [markdown]
# Ten epochs of it:

# %% erratum="K3" truth=["Forty"]
# @title Your guess beside the truth
printed_mistakes = mistakes_as_printed(petals, setosa, 10)
assert printed_mistakes == [setosa.sum()] * 10
described(
    plot_guess(
        guess_printed,
        printed_mistakes[-1],
        quantity="mistakes in epoch 10, rule as printed",
        within=(0, 120),
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Forty, in every epoch: each setosa that is missed lowers its own score, so the unit never fires
# again. Two thirds of the answers are right, which can look like learning. What holds is
# (1.4), with $y - \hat y$.
# </details>

# %% [markdown]
# ## 6 Four points too many (core)
# XOR is 1 where *exactly one* input is 1. Choose XOR in the widget above and press *One epoch* a
# few times. Then answer:

# %% tags=["exercise"] covers="01.xor"
exercise("q_xor")

# %% [markdown] covers="01.xor"
# Minsky and Papert proved it in 1969. The proof is short: add the conditions for $(0,1)$ and
# $(1,0)$, $w_2 + b > 0$ and $w_1 + b > 0$, and get $w_1 + w_2 + 2b > 0$. The other two, $b \le 0$
# and $w_1 + w_2 + b \le 0$, add up to $w_1 + w_2 + 2b \le 0$. Both cannot hold.
#
# But XOR is "OR, and not AND", and each of these is one line. So let a first layer compute OR and
# AND, and a second unit decide from *their* answers:

# %% covers="01.xor_network"
W1, b1, W2, b2 = neurons.xor_network()
gates_on = neurons.step(corners @ W1 + b1)

# %%
# @title The hidden layer moves (0, 1) and (1, 0) to the same place
described(
    plot_planes(
        {
            "what comes in": (corners, ("$x_1$", "$x_2$")),
            "what the hidden layer makes of it": (gates_on, ("OR", "AND")),
        },
        xor_labels,
        title="The hidden layer moves (0, 1) and (1, 0) to the same place",
    ),
    "Left: the corners of the unit square, class 1 at (0, 1) and (1, 0). Right, with axes OR and "
    "AND: class 1 at (1, 0), class 0 at (0, 0) and (1, 1). One line parts them now.",
)

# %% [markdown]
# This is the ring again: new features, and the problem becomes one for a line. This time a layer
# of units makes the features. **Your turn**; there are many solutions.

# %% tags=["exercise"] covers="01.xor_network"
exercise("xor_network")

# %% [markdown]
# What did the work, the second layer or the step between the layers? Take the step away.

# %%
two_layers = (corners @ W1 + b1) @ W2 + b2
one_layer = corners @ (W1 @ W2) + (b1 @ W2 + b2)
assert np.allclose(two_layers, one_layer)
np.column_stack([two_layers, one_layer])

# %% [markdown]
# Two dense layers without a step *are* one dense layer, with the weights $W_1 W_2$. Here
# they give 0.5 for every corner.

# %% tags=["exercise"]
exercise("q_linear_layers")

# %% [markdown] covers="01.mlp"
# ## 7 The multilayer perceptron (core)
# Layers of units, each fed by the one before: a **multilayer perceptron** (MLP). A layer's weights
# form a matrix, one column a unit, and the whole layer is one product. With the logistic function
# instead of the step:
#
# $$a_0 = x,\qquad a_l = \sigma(a_{l-1} W_l + b_l),\quad l = 1, \dots, L \tag{1.5}$$
#
# KAV's example has two inputs, both 1, three hidden units and one output, and no biases:

# %% covers="01.worked_numbers"
W_hidden, W_out = np.array([[0.8, 0.2, 0.7], [0.6, 0.9, 0.1]]), np.array([[0.2], [0.8], [0.5]])
x_one = np.array([1.0, 1.0])
hidden = activations.sigmoid(x_one @ W_hidden)
output = activations.sigmoid(hidden @ W_out)
assert np.allclose(hidden, [0.80, 0.75, 0.69], atol=0.005)
assert np.allclose(output, 0.75, atol=0.005)
np.round(hidden, 2), np.round(output, 2)

# %% [markdown]
# The scores are 1.4, 1.1 and 0.8; the hidden units answer 0.80, 0.75 and 0.69; the output's score
# is 1.107, and the output 0.75. (From the rounded numbers KAV gets the score 1.105.) Check one by
# hand.
#
# **Your turn.** Any number of layers, one row or many.

# %% tags=["exercise"] covers="01.mlp"
exercise("mlp_forward")

# %% [markdown]
# How many hidden units does a bent border need? Here are two half moons, and networks of tanh
# units. (How they are trained comes in lectures 4 and 5.)
#
# **Predict.** Without a hidden layer the border is a line, and a little under 90 % of the points
# are right. What percentage do 3 hidden units reach?

# %% tags=["predict"]
guess_three = ...  # a number from 0 to 100

# %% covers="01.hidden_units" truth=["100"]
# @title Your guess beside the truth
moons, moon_labels = make_moons(200, np.random.default_rng(7), noise=0.1)


def trained(units):
    rng, layers = np.random.default_rng(7), [units] if units else []
    return training.train_classifier(moons, moon_labels, layers, 300, 20, 0.5, rng)


shares = [100 * np.mean(trained(units)(moons) == moon_labels) for units in (0, 3)]
assert 85 < shares[0] < 90
described(
    plot_guess(
        guess_three, shares[1], quantity="percentage right with 3 hidden units", within=(0, 100)
    )
)

# %% [markdown]
# Now bend borders yourself. Your browser trains each network while you watch. A dashed line is one
# hidden unit; the output weighs their answers and adds them up. Three questions:
#
# - Is one hidden unit better than none? Find the fewest that the moons and the rings need.
# - On *XOR* with 2 units, try all five random starts.
# - On *noisy moons*, go to 20 units. Would you trust this border?

# %% covers="01.hidden_units"
rng = np.random.default_rng(7)
playgrounds = {
    "moons": (moons, moon_labels),
    "rings": (rings, ring_labels),
    "XOR": make_xor(200, rng, noise=0.2),
    "noisy moons": make_moons(200, rng, noise=0.35),
}

# %%
# @title How many hidden units bend the border far enough?
described(
    explore_hidden_units(playgrounds, title="How many hidden units bend the border far enough?"),
    "Points of two classes in a plane, shaded by the class that a network learns; a slider for 0 "
    "to 20 hidden units, choices of points, of 1 or 2 hidden layers and of 5 random starts. On "
    "the moons: 0 units give a straight border and 89.5 percent, 3 a border that winds between "
    "the moons and 100 percent, 20 almost the same border.",
)

# %% [markdown]
# One unit draws one line, so it does no better than none. Three are enough for moons and rings.
# With 20, noisy moons get a border that runs round single points; lecture 9 is about that. And XOR?
# Two units are enough: you have set their weights by hand. Does training find them, from ten
# random starts?

# %% covers="01.hidden_units"
found = {}
for units in (2, 3, 6):
    found[units] = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        predict = training.train_classifier(*playgrounds["XOR"], [units], 40, 20, 0.5, rng)
        found[units].append(np.mean(predict(playgrounds["XOR"][0]) == playgrounds["XOR"][1]))
assert min(found[2]) < 0.8 < 0.95 < max(found[2])
assert min(found[6]) > 0.95
{units: np.round(np.sort(right), 2).tolist() for units, right in found.items()}

# %% [markdown]
# With two units some starts end well and others are stuck near three quarters: that weights *exist*
# does not mean that training *finds* them. With six, all ten succeed. A few units more than needed
# make learning easier.

# %% [markdown]
# ## 8 The same in PyTorch (core)
# The same numbers as tensors, on your GPU if there is one. First the course's twin of
# `mlp_forward`, then PyTorch's own layers.

# %%
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
tensors = [torch.tensor(a, dtype=dtype, device=place) for a in (x_one, W_hidden, W_out)]
x_t, W_hidden_t, W_out_t = tensors
zeros = [torch.zeros(n, dtype=dtype, device=place) for n in (3, 1)]
twin = torch_network.mlp_forward(x_t, [W_hidden_t, W_out_t], zeros)
assert np.allclose(twin[-1].cpu().numpy(), output, atol=1e-6)
[np.round(a.cpu().numpy(), 4) for a in twin]

# %% [markdown]
# `nn.Linear` stores its weights as (out, in), the transpose of ours:

# %%
first = torch.nn.Linear(2, 3, bias=False, device=place, dtype=dtype)
second = torch.nn.Linear(3, 1, bias=False, device=place, dtype=dtype)
model = torch.nn.Sequential(first, torch.nn.Sigmoid(), second, torch.nn.Sigmoid())
with torch.no_grad():
    first.weight.copy_(W_hidden_t.T)
    second.weight.copy_(W_out_t.T)
    answer = model(x_t)
assert np.allclose(answer.cpu().numpy(), output, atol=1e-6)
round(float(answer), 4)

# %% [markdown]
# ## 9 Break it (core)
# KAV starts a multilayer perceptron with random weights and biases between 0 and 1. Try it with 50
# inputs, three layers of 50 units and 100 random rows. (The biases stay 0 here.) How far do the
# outputs for different rows lie apart? Here is their standard deviation, layer by layer.


# %% covers="01.start_between_0_and_1"
def spreads(draw):
    rng = np.random.default_rng(7)
    rows, Ws = rng.random((100, 50)), [draw(rng, (50, 50)) for _ in range(3)]
    layers = network.mlp_forward(rows, Ws, [np.zeros(50)] * 3)
    return [float(a.std(axis=0).mean()) for a in layers]


from_zero_to_one = spreads(lambda rng, shape: rng.random(shape))
around_zero = spreads(lambda rng, shape: rng.normal(scale=50**-0.5, size=shape))
assert from_zero_to_one[-1] < 1e-6 < 1e-3 < around_zero[-1]
np.array([from_zero_to_one, around_zero])

# %% [markdown]
# **Symptom** (first row): after one layer the 100 rows can hardly be told apart, after three they
# cannot. Fifty positive weights add up to scores of 12 and more, where the logistic function is
# flat at 1. **Cure** (second row): weights around 0, smaller where there are more inputs. Lecture 7
# is about this.

# %% [markdown]
# ## 10 Fire together, wire together (deeper)
# Before Rosenblatt, in 1949, Hebb proposed a rule without a teacher's correction: a connection
# grows when the units at both its ends are active, $W \leftarrow W + \eta\,x^\top y$. It can store
# pairs of patterns:

# %% covers="01.hebb"
cues = np.array([[1.0, 0.0, 0.0], [0.0, 0.6, 0.8]])
patterns = np.array([[1.0, -1.0, 1.0, 1.0], [-1.0, -1.0, 1.0, -1.0]])
memory = neurons.hebb_step(np.zeros((3, 4)), cues, patterns)
assert np.allclose(cues @ memory, patterns)
cues @ memory

# %% [markdown]
# Each cue brings back its pattern, because the cues are orthogonal and of length 1. Show the same
# pairs nine more times:

# %%
shown_again = memory
for _ in range(9):
    shown_again = neurons.hebb_step(shown_again, cues, patterns)
assert np.allclose(cues @ shown_again, 10 * patterns)
cues @ shown_again

# %% [markdown]
# Ten times as large, and it grows without end: nothing in the rule says "enough". The perceptron's
# factor $y - \hat y$ does.

# %% [markdown] covers="01.depth"
# ## 11 How deep is deep? (deeper)
# Depth is the length of the longest path from input to output. But what counts as one step? Here a
# `Node` is a number that remembers what it was computed from (lecture 4 builds on it).


# %% covers="01.depth"
def longest_path(node):
    return max((1 + longest_path(parent) for parent in node.parents), default=0)


def tanh_unit(x):
    return (x * graph.Node(0.5) + graph.Node(0.1)).tanh()


paths = [
    longest_path(tanh_unit(graph.Node(1.0))),
    longest_path(tanh_unit(tanh_unit(graph.Node(1)))),
]
assert paths == [3, 6]
paths

# %% [markdown]
# Counted in operations (times, plus, tanh) one unit is 3 deep and two in a row are 6; counted in
# layers they are 1 and 2 deep. A third way counts *concepts*: edges make corners, corners make
# objects. KAV's example: a face and its eyes are two levels, but if each guess about one refines
# the other $n$ times, the computation is $2n$ deep. There is no single right depth; say what you
# count.

# %% [markdown]
# ## 12 Eighty years (deeper)
# The ideas came early; the data and the computers came late.

# %%
events = [
    (1943, "McCulloch and Pitts: a unit"),
    (1949, "Hebb: a learning rule"),
    (1957, "Rosenblatt: the perceptron"),
    (1962, "Hubel and Wiesel: cells for edges in the visual cortex"),
    (1969, "Minsky and Papert: what one layer cannot do"),
    (1980, "Fukushima: the Neocognitron"),
    (1986, "Rumelhart, Hinton, Williams: backpropagation"),
    (1989, "LeCun and others: a convolutional network"),
    (1997, "Hochreiter and Schmidhuber: LSTM"),
    (2012, "AlexNet wins ILSVRC"),
    (2017, "Vaswani and others: the transformer"),
]

# %% [markdown]
# Look for the two longest gaps:

# %% covers="01.timeline"
# @title The longest gaps: after XOR, and after LSTM
described(
    plot_timeline(events, title="The longest gaps: after XOR, and after LSTM"),
    "A timeline from 1943 to 2017: " + "; ".join(f"{year} {text}" for year, text in events) + ".",
)

# %% [markdown]
# ## What you can do now
# You have fitted a line in one step and in many; you have set a neuron's weights by hand; you have
# written Rosenblatt's rule and seen it succeed, fail on XOR, and succeed again with a second
# layer; you have computed the output of a multilayer perceptron in NumPy; you have bent a border
# with hidden units; and you have the same numbers from PyTorch.
#
# **An open question.** The perceptron's rule needs to know which unit was wrong. In a network with
# a hidden layer, the output is wrong: which of the hidden units is to blame, and by how much?
# (Lecture 4 answers.)

# %%
show_progress("01")

# %% [markdown]
# ## Card
# | what | formula | shapes |
# |---|---|---|
# | empirical risk | $\frac1N\sum_n \ell(f_\theta(x_n), y_n)$ | a number |
# | normal equation | $A^\top A\,\theta = A^\top y$ | $A$ $(N, D+1)$ |
# | threshold unit | $\hat y = [\,w\cdot x + b > 0\,]$ | $w$ $(D,)$ |
# | perceptron rule | $w \mathrel{+}= \eta(y - \hat y)x$, $b \mathrel{+}= \eta(y - \hat y)$ | |
# | AND, OR, NOT | $b = -1.5$; $-0.5$; $w = -1$, $b = 0.5$ | |
# | MLP | $a_l = \sigma(a_{l-1}W_l + b_l)$ | $W_l$ $(D_{l-1}, D_l)$ |
#
# **Pitfalls.** A point on the line (0 here, 0.5 or 1 elsewhere); $\hat y - y$ for $y - \hat y$;
# threshold for bias (opposite signs); layers without anything between them; all weights positive.
#
# The card's gates, put together: XOR is OR and not AND.

# %% covers="01.gates"
gate_answers = [
    neurons.perceptron_predict(corners, *neurons.logic_gate(name)) for name in ("and", "or")
]
assert np.array_equal(gate_answers[1] & ~gate_answers[0], xor_labels)
gate_answers[1] & ~gate_answers[0]

# %% [markdown]
# ## Further reading
# - F. Rosenblatt, *The perceptron: a probabilistic model for information storage and organization
#   in the brain*, Psychological Review 65 (1958).
# - A. Novikoff, *On convergence proofs for perceptrons* (1962): the theorem, with its bound.
# - M. Minsky, S. Papert, *Perceptrons* (MIT Press, 1969): what one layer cannot do.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning* (MIT Press, 2016), chapter 1: features,
#   depth, and a history.
# - scikit-learn documentation, `sklearn.linear_model.Perceptron`.

# %% [markdown]
# ## Appendix: for readers of the slides
# **K1 (KAV, gates).** Printed: thresholds $\theta = -2$ for AND, $-0.5$ for OR, and for NOT $-0.5$
# with $w = -0.6$. Is $\theta$ added to the sum, or subtracted?

# %% erratum="K1"
printed_gates = [
    (corners, [1.0, 1.0], -2.0, and_labels),
    (corners, [1.0, 1.0], -0.5, or_labels),
    (np.array([[0.0], [1.0]]), [-0.6], -0.5, np.array([1, 0])),
]
fits = {
    sign: [bool(np.all((X @ w + sign * theta >= 0) == y)) for X, w, theta, y in printed_gates]
    for sign in (1, -1)
}
assert fits == {1: [True, True, False], -1: [False, False, True]}
fits

# %% [markdown]
# Even if a unit may fire on the line, no convention fits all three. Added (first row), NOT never
# fires: it needs $+0.5$. Subtracted (second row), AND and OR always fire: they need $+2$
# and $+0.5$.
#
# **W6 (HW, history).** Printed: Hubel and Wiesel studied the cat's cortex in the 1960s and "then
# proposed the CNN". They described cells. The first network built on them is Fukushima's
# Neocognitron; LeCun and others trained a convolutional network by backpropagation.

# %% erratum="W6"
years = {"Hubel and Wiesel": 1962, "Fukushima": 1980, "LeCun and others": 1989}
assert years["Hubel and Wiesel"] < years["Fukushima"] < years["LeCun and others"]
years["Fukushima"] - years["Hubel and Wiesel"], years["LeCun and others"] - years["Fukushima"]

# %% [markdown]
# Eighteen years from the cells to the first such network (K. Fukushima, Biological Cybernetics 36,
# 1980), and nine more to one trained by backpropagation (Y. LeCun and others, Neural Computation 1,
# 1989).

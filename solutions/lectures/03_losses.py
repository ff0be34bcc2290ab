# %% [markdown]
# # 3 · Losses, outputs and metrics
#
# **Promise:** after this lecture you can choose the output and the loss for a task, write both so
# that they never overflow, and say honestly how good the result is.
#
# **You will** turn scores into probabilities; put a price on a wrong answer; write the common
# losses in NumPy, from scores, stable at $\pm 1000$; count hits and false alarms; move a threshold;
# find a mistake that raises no error; and get the same numbers from PyTorch.
#
# **Time:** {{time}}.
# **Builds on:** units, scores and layers (lecture 1).
# **Sources:** three lecture documents, called HUST, HW and HKU in the text.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The exercises need NumPy alone; the demonstrations use PyTorch and the course's own parts.

# %%
import torch
from torch.nn import functional

from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import load_digits
from dlcourse.plots.basic import described, plot_images, plot_lines, plot_matrix
from dlcourse.plots.guess import plot_guess
from dlcourse.reference import activations, losses, metrics
from dlcourse.twins import losses as torch_losses
from dlcourse.twins import metrics as torch_metrics
from dlcourse.twins.devices import device
from dlcourse.widgets.softmax import explore_softmax
from dlcourse.widgets.threshold import explore_threshold

# %% [markdown]
# ## Recall
# Answer in your head, then open the answers.
#
# 1. A unit has the weights $(2, -1)$ and the bias 0.5. Which score does it give to $x = (1, 2)$?
# 2. What does a perceptron answer to that score?
# 3. Which is larger, $\ln \frac14$ or $\ln \frac18$?
#
# <details><summary>Answers</summary>
#
# 1. $2 \cdot 1 - 1 \cdot 2 + 0.5 = 0.5$.
# 2. 1: the score is above 0.
# 3. $\ln\frac14 = -1.386$ is larger than $\ln\frac18 = -2.079$: the logarithm grows with its
#    argument.
# </details>

# %% [markdown]
# ## 1 Right nine times out of ten (core)
# Here are handwritten digits of 8 × 8 pixels. You want a detector of nines: 1 for a nine, 0 for any
# other digit. One sigmoid unit learns from 1,437 images, for 50 steps.

# %% shows="accuracy"
digits = load_digits(flat=True, dtype=np.float64)
is_nine, is_nine_test = (digits.y_train == 9) * 1, (digits.y_test == 9) * 1
w, b = np.zeros(64), 0.0
for _ in range(50):
    delta = losses.bce_with_logits_backward(digits.X_train @ w + b, is_nine)
    w, b = w - 0.3 * digits.X_train.T @ delta, b - 0.3 * delta.sum()
probability = activations.sigmoid(digits.X_test @ w + b)
called_nine = (probability >= 0.5) * 1
f"{np.mean(called_nine == is_nine_test):.0%} of {len(is_nine_test)} test digits are right"

# %% [markdown]
# 90 % of the answers are right. (Lecture 4 explains the gradient in the loop.)
#
# **Predict.** Of the 360 test digits 36 are nines. How many of them does the detector find?

# %% tags=["predict"]
guess_found = ...  # a number from 0 to 36

# %% covers="03.imbalance" truth=["None"]
# @title Your guess beside the truth
found = int(np.sum(called_nine[is_nine_test == 1]))
described(plot_guess(guess_found, found, quantity="nines found, of 36", within=(0, 36)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# None. It says "no" to every image, and 90 % of the images are not nines.
# </details>
#
# Two questions follow. What should a unit be *punished* for while it learns? That is the **loss**,
# sections 2 to 7. And how do you *judge* it afterwards? With **metrics**, sections 8 and 9, where
# this very detector turns out to know a lot about nines.

# %% [markdown]
# ## 2 From scores to probabilities (core)
# A network ends in scores: any real numbers. Three scores go with you through this lecture. An
# image shows a cat, a dog or a hen, and the network says
#
# $$\textcolor{#0072b2}{s} = (0,\ \ln 2,\ \ln 5)\quad\text{for (cat, dog, hen)}.$$
#
# **Softmax** makes them positive with the exponential and divides by the sum:
#
# $$p_k = \frac{e^{\textcolor{#0072b2}{s_k}}}{\sum_j e^{\textcolor{#0072b2}{s_j}}} \tag{3.1}$$

# %%
s = np.log([1.0, 2.0, 5.0])
p = np.exp(s) / np.exp(s).sum()
p

# %% [markdown]
# $e^s = (1, 2, 5)$, the sum is 8, and $p = (\frac18, \frac28, \frac58)$. Each can be checked by
# hand. Move the scores. Then press the two buttons: one of them changes no probability.

# %% covers="03.softmax"
# @title Three scores share one probability
described(
    explore_softmax(["cat", "dog", "hen"], s, title="Three scores share one probability"),
    "Three sliders for the scores of cat, dog and hen, and a bar for each probability. The scores "
    "0, 0.69 and 1.61 give 12.5, 25 and 62.5 percent. A button adds 1 to all scores, which changes "
    "no bar; a button doubles all scores, which gives 3.3, 13.3 and 83.3 percent.",
)

# %% [markdown]
# Adding $c$ to all scores multiplies numerator and denominator of (3.1) by $e^c$: nothing changes.
# Only *differences* of scores matter. Doubling the scores squares the ratios: 1 : 2 : 5 becomes
# 1 : 4 : 25.
#
# **Predict.** You add 1000 to all scores, and compute (3.1) as it is printed. What comes out?

# %% tags=["predict"]
guess_shifted = ...  # "the same", "all 1/3" or "nan"

# %% covers="03.softmax" truth=["infinity divided by infinity"]
# @title Your guess beside the truth
with np.errstate(over="ignore", invalid="ignore"):
    shifted = np.exp(s + 1000) / np.exp(s + 1000).sum()
assert np.isnan(shifted).all()
described(
    plot_guess(
        guess_shifted, "nan", quantity="what comes out", choices=["the same", "all 1/3", "nan"]
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The formula is right and the program is wrong: $e^{1000}$ is too large for a floating-point number
# (the largest is about $e^{709}$), and infinity divided by infinity is *nan*, "not a number". The
# cure is the shift itself: subtract the largest score first. Then the largest exponential is 1.
# </details>
#
# **Your turn.**

# %% tags=["exercise"] covers="03.softmax"
exercise("softmax")

# %% [markdown]
# With two classes and the scores $(0, z)$, softmax gives the second one $e^z/(1 + e^z)$. Divide by
# $e^z$: this is the **sigmoid** $\sigma(z) = 1/(1 + e^{-z})$. One score is enough for a
# yes-or-no question:

# %% covers="03.sigmoid"
z = np.log(2)
np.array([activations.softmax(np.array([0, z]))[1], 1 / (1 + np.exp(-z))])

# %% [markdown]
# Twice $\frac23$. The sigmoid has the same trouble: $e^{-z}$ overflows at $z = -1000$.

# %% tags=["exercise"] covers="03.sigmoid"
exercise("sigmoid")

# %% tags=["exercise"]
exercise("q_softmax_shift")

# %% [markdown] covers="03.linear_output"
# The third output is none at all. To predict a temperature or a price, leave the score as it is: a
# **linear output**, which can be any number.

# %% [markdown]
# ## 3 The price of a wrong answer (core)
# How good is $p = (\frac18, \frac28, \frac58)$? That depends on the truth. If the image is a dog,
# the network gave the truth the probability $\frac14$. Over several images, the probability it gave
# to *all* truths is the product. Minus the logarithm turns the product into a sum, which the best
# network makes small. For one image it is the **cross-entropy** loss:
#
# $$J = -\ln p_y = \ln \sum_k e^{\textcolor{#0072b2}{s_k}} - \textcolor{#0072b2}{s_y} \tag{3.2}$$
#
# The second form follows from (3.1), with $y$ the true class. For our scores it reads
# $\ln 8 - s_y$.

# %% covers="03.categorical"
costs = np.log(np.exp(s).sum()) - s
assert np.allclose(costs, -np.log(p))
np.round(costs, 3)

# %% [markdown]
# If it is a cat you pay $\ln 8 = 2.079$, a dog $\ln 4 = 1.386$, a hen $\ln 1.6 = 0.470$.
#
# **Predict.** A network answers 100 questions. On 99 it gives the truth 0.99. On one it gives the
# truth one in a million. What share of the total loss comes from that single answer, in per cent?

# %% tags=["predict"]
guess_share = ...  # a number from 0 to 100

# %% truth=["93 %", "93.3"]
# @title Your guess beside the truth
hundred_costs = -np.log([0.99] * 99 + [1e-6])
share_of_one = 100 * hundred_costs[-1] / hundred_costs.sum()
described(
    plot_guess(
        guess_share,
        round(share_of_one, 1),
        quantity="share of one answer in the loss, per cent",
        within=(0, 100),
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# 93 %. Cross-entropy forgives doubt and punishes *certainty that is wrong*, without a limit. So
# wrong labels in the data are expensive: a single one can outweigh a hundred good answers.
# </details>
#
# **Your turn.** Use the second form of (3.2), with the largest score subtracted as before. If you
# take the logarithm of a softmax, a probability rounded to 0 costs infinity.

# %% tags=["exercise"] covers="03.categorical"
exercise("cross_entropy")

# %% [markdown]
# A number worth knowing: a network with 10 classes that knows nothing gives all scores 0.

# %%
np.round(losses.cross_entropy(np.zeros((5, 10)), np.arange(5)), 3)

# %% [markdown]
# $\ln 10$: each class gets $\frac1{10}$. If your training starts at 5, the first scores are too
# large; if it stays at 2.3, nothing is learned.
#
# For a yes-or-no question, $y$ is 0 or 1, $p = \sigma(z)$, and (3.2) becomes the **binary
# cross-entropy**:
#
# $$J = -y \ln p - (1 - y) \ln(1 - p) = \ln(1 + e^{z}) - y z \tag{3.3}$$
#
# **Predict.** The truth is $y = 0$. You compute the first form. From which whole score $z$ on is
# the result infinite?

# %% tags=["predict"]
guess_infinite = ...  # a whole number

# %% covers="03.binary" truth=["At $z = 37$"]
# @title Your guess beside the truth
whole_scores = np.arange(1000.0)
with np.errstate(divide="ignore"):
    by_first_form = -np.log(1 - activations.sigmoid(whole_scores))
infinite_from = int(np.flatnonzero(np.isinf(by_first_form))[0])
described(plot_guess(guess_infinite, infinite_from, quantity="first score with an infinite loss"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# At $z = 37$ already: $\sigma(37)$ is rounded to exactly 1, and $\ln 0$ is minus infinity. The true
# loss there is 37.
# </details>
#
# This is why losses take **scores** (also called *logits*) and not probabilities.
# The second form of (3.3) needs one more step, since $e^{1000}$ overflows. Take $\max(z, 0)$ out of
# the logarithm:
#
# $$\ln(1 + e^z) = \max(z, 0) + \ln(1 + e^{-|z|}) \tag{3.4}$$

# %% shows="bce_with_logits"
zs = np.array([-3.0, 0.0, 3.0])
assert np.allclose(-np.log(1 - activations.sigmoid(zs)), np.log(1 + np.exp(zs)))  # y = 0
assert np.allclose(-np.log(activations.sigmoid(zs)), np.log(1 + np.exp(zs)) - zs)  # y = 1
assert np.allclose(np.log(1 + np.exp(zs)), np.maximum(zs, 0) + np.log1p(np.exp(-np.abs(zs))))
losses.bce_with_logits(np.array([0.0, 1000.0]), np.array([0.0, 0.0]))

# %% [markdown]
# The mean of $\ln 2$ and 1000, and nothing overflowed.

# %% tags=["exercise"] covers="03.binary"
exercise("bce_with_logits")

# %% [markdown]
# **Spot the error.** HW says that cross-entropy "depicts the distance between two probability
# distributions". For distributions $t$ and $p$ it is $H(t, p) = -\sum_k t_k \ln p_k$. A distance
# from a thing to itself is 0, and the way back is as long as the way there:

# %% erratum="W8"
uniform = np.full(3, 1 / 3)


def cross(t, p):
    return -np.sum(t * np.log(p))


itself, there, back = cross(p, p), cross(p, uniform), cross(uniform, p)
divergence = np.sum(p * np.log(p / uniform))
assert itself > 0.5
assert abs(there - back) > 0.1
assert np.isclose(there, itself + divergence)
np.round([itself, there, back, divergence], 3)

# %% [markdown]
# Neither holds. $H(p, p) = 0.900$ is the *entropy* of $p$, the price of not knowing; and for the
# uniform distribution $u$, $H(p, u) = 1.099$ and $H(u, p) = 1.312$. What holds: cross-entropy is
# entropy plus the *Kullback-Leibler divergence*, $H(t, p) = H(t, t) + KL(t, p)$ with
# $KL(t, p) = \sum_k t_k \ln (t_k/p_k)$, here 0.198. That is 0 for $p = t$, but not symmetric.

# %% [markdown]
# ## 4 Squared errors, and their constants (core)
# For a linear output the usual price is the squared distance to the target. Every source divides it
# by something else. With the target $y = (0, 0, 1)$ and our $p$, the squares are $\frac1{64},
# \frac4{64}, \frac9{64}$:
#
# - HW, quadratic cost: $\frac12\sum_k (p_k - y_k)^2$ (no mean: it grows with the data),
# - mean squared error: $\frac1n \sum_k (p_k - y_k)^2$, as in PyTorch,
# - HUST, Euclidean loss: $\frac1{2n}\sum_k (p_k - y_k)^2$.

# %% covers="03.quadratic"
y = np.array([0.0, 0.0, 1.0])
squares = (p - y) ** 2
three_prices = np.array([squares.sum() / 2, squares.mean(), squares.mean() / 2])
assert np.isclose(three_prices[1], losses.mse_loss(p, y))
assert np.isclose(three_prices[0], losses.euclidean_loss(p[None], y[None]))
three_prices * 192

# %% [markdown]
# In units of $\frac1{192}$: 21, 14 and 7. Three losses, one minimum: half the loss with twice the
# *learning rate* makes the same step. So compare losses between papers only after you have compared
# their constants. (The last assertion shows one more: this course's `euclidean_loss` sums over a
# row and divides by twice the number of *rows*.)
#
# What does the squared error want? Let one number $c$ answer for the five targets 1, 2, 3, 4, 10.

# %%
targets = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
constants = np.linspace(0, 10, 1001)
squared = [losses.mse_loss(np.full(5, c), targets) for c in constants]
absolute = [losses.l1_loss(np.full(5, c), targets) for c in constants]
constants[np.argmin(squared)], constants[np.argmin(absolute)]

# %% [markdown]
# The squared error wants the **mean**, 4; the absolute error wants the **median**, 3, whatever the
# largest target is.
#
# (What happens to the *gradient* when a sigmoid meets the squared error is measured in lecture 4.)
#
# **Explain.** A network predicts rents with a sigmoid output. What goes wrong?

# %% [markdown] tags=["instructor"] grade_id="explain_rents" points=2
# A sigmoid stays between 0 and 1, so a rent of 900 is never reached. The loss pushes the score up
# for ever, the unit saturates, and its slope goes to 0. Use a linear output with a squared error
# (or scale the rents, and know the largest one beforehand).

# %% [markdown]
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.
#
# ## 5 A margin is enough (deeper)
# Cross-entropy is never satisfied: even a sure right answer costs a little. The **hinge loss** is.
# Write the truth as a side $t = 2y - 1$, so $t = 1$ for yes and $-1$ for no. A score on the right
# side by at least the **margin** $m$, usually 1, costs nothing:
#
# $$J = \max(0,\ m - t\,\textcolor{#0072b2}{s}) \tag{3.5}$$
#
# Our scores ask three questions (cat? dog? hen?), and the truth is hen: $t = (-1, -1, 1)$. Cat
# costs $1 + 0$, dog $1 + \ln 2$, hen $\max(0, 1 - \ln 5) = 0$.

# %% covers="03.hinge" shows="hinge_loss"
hinges = np.maximum(0, 1 - (2 * y - 1) * s)
assert np.isclose(hinges.sum(), losses.hinge_loss(s[None], y[None]))
np.round([*hinges, hinges.sum()], 3)

# %% [markdown]
# With $t$ the binary cross-entropy has a short form, the **logistic loss** $\ln(1 + e^{-ts})$. It
# is the same number as (3.3). Here are the prices side by side, over $ts$, which is positive
# where the answer is right:

# %% covers="03.logistic"
ts = np.linspace(-1.5, 3, 91)
assert np.isclose(losses.logistic_loss(s[:, None], y[:, None]), losses.bce_with_logits(s, y))
prices = {
    "squared, (1 − ts)²": (1 - ts) ** 2,
    "hinge, m = 1": np.maximum(0, 1 - ts),
    "logistic": np.log1p(np.exp(-ts)),
    "1 if wrong": (ts <= 0) * 1.0,
}

# %%
# @title Only the squared error charges for being too right
described(
    plot_lines(
        ts,
        prices,
        xlabel="t·s: positive on the right side",
        ylabel="cost",
        title="Only the squared error charges for being too right",
    ),
    "Cost against t s. The hinge falls in a straight line to 0 at 1 and stays there. The logistic "
    "loss falls smoothly towards 0 and never reaches it. The squared error is 0 at 1 and rises "
    "again to 4 at 3. Counting wrong answers gives a step from 1 to 0 at 0.",
)

# %% [markdown]
# Counting wrong answers is what you care about, but its slope is 0 everywhere except at the step.
# Hinge and logistic loss are slopes to walk down instead.
#
# **Spot the error.** HUST's hinge loss is $\sum_i \max(0,\ m - (2y_i - 1)\,p_i)$ with $m = 1$,
# where $p$ is "the prediction distribution": *probabilities*. Where the truth is no, $y = 0$, look
# for the cheapest of them:

# %% erratum="H14"
probabilities = np.linspace(0, 1, 101)
negative = [losses.hinge_loss(np.array([q]), np.array([0])) for q in probabilities]
assert min(negative) == negative[0] == 1
assert losses.hinge_loss(np.array([-1.0]), np.array([0])) == 0
float(min(negative))

# %% [markdown]
# Even $p = 0$, the perfect answer, costs the full margin: $-1$, where it would be reached, is no
# probability. What holds: the hinge is for **scores**, which can be negative. At $-1$ it is 0.

# %% tags=["exercise"] covers="03.hinge"
exercise("hinge_loss")

# %% [markdown]
# ## 6 Which output, which loss (core)
# "Cat, dog *or* hen" is one question with three answers: they share 1. "Is there a cat? a dog? a
# hen?" are three questions, and a photograph may answer yes to all of them. Then each score gets
# its own sigmoid, and the losses (3.3) add up: the **multi-label cross-entropy**. With cat and hen
# in the picture:

# %% covers="03.multilabel"
both = np.array([[1.0, 0.0, 1.0]])
sigmoids = activations.sigmoid(s)
by_hand = -np.log(sigmoids[0]) - np.log(1 - sigmoids[1]) - np.log(sigmoids[2])
assert np.isclose(losses.multilabel_cross_entropy(s[None], both), by_hand)
np.round([*sigmoids, by_hand], 3)

# %% [markdown] covers="03.pairs"
# The sigmoids are $\frac12, \frac23, \frac56$, and their sum is 2: nothing is shared. The price is
# $\ln 2 + \ln 3 + \ln\frac65 = \ln 7.2 = 1.974$.
#
# | task | outputs | output | loss |
# |---|---|---|---|
# | a number | 1 or more | linear | squared (or absolute) error |
# | yes or no | 1 | sigmoid | binary cross-entropy; logistic; or linear with hinge |
# | one of $K$ | $K$ | softmax | categorical cross-entropy |
# | any of $K$ | $K$ | $K$ sigmoids | multi-label cross-entropy |

# %% tags=["exercise"] covers="03.pairs"
exercise("q_output_layer")

# %% [markdown]
# ## 7 Never be certain (deeper)
# With certain targets, such as $t = (0, 0, 1)$, cross-entropy falls as long as the hen's lead over
# the others grows, without end. **Label smoothing** asks for less. It gives each of the $k$ classes
# $\epsilon/k$, and the truth keeps the rest. With $k = 3$ and $\epsilon = 0.3$:
# $t = (0.1, 0.1, 0.8)$.

# %% tags=["exercise"] covers="03.smoothing"
exercise("smooth_labels")

# %% [markdown]
# Let three scores find their best place by gradient descent, starting at 0, once for each target.
# How far does the hen lead?


# %% covers="03.smoothing"
def leads(target, steps=3000, rate=0.5):
    scores, path = np.zeros((1, 3)), []
    for _ in range(steps):
        path.append(scores[0, 2] - scores[0, 0])
        scores = scores - rate * losses.soft_cross_entropy_backward(scores, target)
    return path


hard, soft = leads(y[None]), leads(losses.smooth_labels([2], n_classes=3, epsilon=0.3))
assert np.isclose(soft[-1], np.log(8))

# %%
# @title A soft target is reached, a hard one never
described(
    plot_lines(
        range(1, 3001),
        {"hard target": hard, "soft target": soft},
        xlabel="step",
        ylabel="lead of the true class",
        title="A soft target is reached, a hard one never",
        xscale="log",
    ),
    f"The lead with the hard target grows without end, to {hard[-1]:.1f} after 3,000 steps; with "
    "the soft target it levels off at 2.08.",
)

# %% [markdown]
# At $\ln 8 = 2.079$ the soft target is reached: $p = t$, and $0.8$ is 8 times $0.1$. The price: the
# loss does not go to 0 but to the entropy of the target:

# %%
target = losses.smooth_labels([2], n_classes=3, epsilon=0.3)
round(float(losses.soft_cross_entropy(np.log(target), target)), 3)

# %% [markdown]
# So a training loss with smoothing cannot be compared to one without. What you gain is a network
# that is less sure of itself (lecture 9).

# %% [markdown]
# ## 8 Hits, misses, false alarms (core)
# A loss is made for gradients; people ask other questions. First: *who is taken for whom?* Train
# ten scores on the digits: softmax, cross-entropy, 200 steps.

# %%
W, bias = np.zeros((64, 10)), np.zeros(10)
history = []
for _ in range(200):
    scores = digits.X_train @ W + bias
    history.append(losses.cross_entropy(scores, digits.y_train))
    delta = losses.softmax_cross_entropy_backward(scores, digits.y_train)
    W, bias = W - digits.X_train.T @ delta, bias - delta.sum(axis=0)
called = (digits.X_test @ W + bias).argmax(axis=1)
right = np.mean(called == digits.y_test)
f"loss from {history[0]:.3f} to {history[-1]:.3f}; {right:.1%} of the test digits are right"

# %% [markdown]
# The loss starts at $\ln 10$, as it should. The **confusion matrix** counts each pair: the row is
# the true class, the column the answer.

# %% covers="03.confusion"
confusion = metrics.confusion_matrix(digits.y_test, called, n_classes=10)
names = [str(k) for k in range(10)]

# %%
# @title True digit (row), answer (column)
described(
    plot_matrix(confusion, title="True digit (row), answer (column)", rows=names, columns=names),
    "A table of ten rows and ten columns. Almost all counts are on the diagonal; the largest one "
    "beside it is 4, for eights that are read as ones.",
)

# %% [markdown]
# The 16 errors beside the diagonal are not spread evenly: four eights are read as ones. Look at
# them:

# %%
eights = np.flatnonzero((digits.y_test == 8) & (called == 1))

# %%
# @title Eights, read as ones
described(
    plot_images(
        digits.X_test[eights].reshape(-1, 8, 8),
        ["8 read as 1"] * len(eights),
        title="Eights, read as ones",
        columns=4,
    ),
    "Four small grey eights, narrow and slanted; their holes are filled or hardly visible.",
)

# %% tags=["exercise"] covers="03.confusion"
exercise("confusion_matrix")

# %% [markdown]
# For a yes-or-no question the table has four cells, and each has a name: true negatives (TN), false
# positives (FP: false alarms), false negatives (FN: misses), true positives (TP: hits). Back to the
# detector of nines:

# %%
table = metrics.confusion_matrix(is_nine_test, called_nine, n_classes=2)

# %%
# @title The detector
described(
    plot_matrix(
        table, title="The detector", rows=["no nine", "nine"], columns=["says no", "says nine"]
    ),
    "Four cells: 324 images without a nine are called no, none is called nine; all 36 nines are "
    "called no, none is called nine.",
)

# %% [markdown]
# Four ratios read the table by rows and by columns:
#
# $$\text{recall} = \frac{TP}{TP + FN},\quad \text{specificity} = \frac{TN}{TN + FP},\quad
# \text{precision} = \frac{TP}{TP + FP},\quad F_1 = \frac{2PR}{P + R} \tag{3.6}$$
#
# *Recall*: how many of the nines are found? *Specificity*: how many of the others are left alone?
# *Precision*: how many alarms are true? $F_1$, the harmonic mean of precision $P$ and recall $R$,
# is close to the smaller of the two. A ratio whose divisor is 0 counts as 0 here.

# %% covers="03.ratios"
ratios = [metrics.recall, metrics.specificity, metrics.precision, metrics.f1_score]
{f.__name__: f(is_nine_test, called_nine) for f in [metrics.accuracy, *ratios]}

# %% [markdown]
# Accuracy 0.9 and specificity 1 look good; recall 0 tells the truth. Where one class is rare, the
# *majority* decides the accuracy: with 1 positive in 1,000, "always no" is right in 99.9 %. Ask for
# the ratios that look at the rare class.

# %% tags=["exercise"] covers="03.ratios"
exercise("precision_recall_f1")

# %% tags=["exercise"] covers="03.imbalance"
exercise("q_accuracy")

# %% [markdown]
# **Explain.** Why the harmonic mean and not the usual one? Take a detector that calls *every* image
# a nine.

# %% [markdown] tags=["instructor"] grade_id="explain_harmonic" points=2
# It has recall 1 and precision 0.1 (36 of 360). The usual mean would be 0.55, better than many real
# detectors; the harmonic mean is $2 \cdot 0.1 / 1.1 = 0.18$. It is large only where both are large,
# so neither can be bought with the other.

# %% [markdown]
# ## 9 Move the threshold (core)
# The detector said "nine" from the probability 0.5 on. Who chose 0.5? Move the threshold: drag the
# line, or use the slider with the arrow keys. Start at 0.5 and go down until the first nine is
# found, then until all are.

# %%
# @title One detector, many thresholds
described(
    explore_threshold(
        is_nine_test,
        probability,
        thresholds=np.linspace(0, 0.6, 61),
        start=50,
        names=("no nine", "nine"),
        title="One detector, many thresholds",
    ),
    "Dots for 360 images at the probability that the detector gives them, nines in the upper lane, "
    "others in the lower one; a line at the threshold 0.5; and the four counts. At 0.5 no image is "
    "called a nine. As the threshold falls to 0.15, 33 of the 36 nines are found, with 36 false "
    "alarms. At 0 all images are called nines.",
)

# %% [markdown]
# The threshold trades misses for false alarms. How many alarms do you pay for all nines, and how
# many for all but the last?

# %% shows="roc_auc"
nines, others = probability[is_nine_test == 1], probability[is_nine_test == 0]
[int(np.sum(others >= level)) for level in np.sort(nines)[:2]]

# %% [markdown]
# The 36th nine costs as much as the 35 before it: 151 false alarms instead of 76. Is it worth that?
# A smoke detector and a spam filter answer differently.

# %%
at = {}
for threshold in [0.5, 0.25, 0.15, 0.1]:
    answers = (probability >= threshold) * 1
    at[threshold] = [f(is_nine_test, answers) for f in [metrics.accuracy, *ratios]]

# %%
# @title The same detector at four thresholds
described(
    plot_matrix(
        list(at.values()),
        title="The same detector at four thresholds",
        rows=list(at),
        columns=["accuracy", "recall", "specif.", "precis.", "F1"],
    ),
    "Accuracy, recall, specificity, precision, F1. At 0.5: 0.9, 0, 1, 0, 0. At 0.25: 0.942, 0.694, "
    "0.969, 0.714, 0.704. At 0.15: 0.892, 0.917, 0.889, 0.478, 0.629. At 0.1: 0.742, 0.972, 0.716, "
    "0.276, 0.429.",
)

# %% [markdown]
# Compare the first row with the third. At 0.15 the detector finds 33 of 36 nines, and its accuracy
# is *lower* (0.892) than that of saying "no" to everything (0.900). Of these four thresholds 0.25
# has the best accuracy and the best $F_1$. (Choose yours on rows set aside, not on the test rows.)
#
# **Predict.** The detector goes to a place where nines are ten times rarer: 3,240 other images for
# 36 nines. Detector and threshold, 0.15, stay as they are. One of these numbers falls badly. Which?

# %% tags=["predict"]
guess_falls = ...  # "recall", "specificity" or "precision"


# %% truth=["Precision falls"]
# @title Your guess beside the truth
def report(y, p):
    answers = (p >= 0.15) * 1
    return [f(y, answers) for f in (metrics.recall, metrics.specificity, metrics.precision)]


before = report(is_nine_test, probability)
rare = np.concatenate([nines, np.tile(others, 10)])
after = report((np.arange(len(rare)) < 36) * 1, rare)
choices = ["recall", "specificity", "precision"]
worst = choices[int(np.argmin(np.subtract(after, before)))]
described(plot_guess(guess_falls, worst, quantity="falls badly", choices=choices))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Precision falls from 0.478 to 0.084: 33 hits now stand against 360 false alarms. Recall and
# specificity look at each class alone, so they stay.
# </details>
#
# Never quote a ratio of this kind without saying how rare the positives were.
#
# ### All thresholds at once (deeper)
# The **ROC curve** (receiver operating characteristic) shows recall (true positive rate) over
# $1 - \text{specificity}$ (false positive rate) for every threshold. Scores that know nothing
# follow the diagonal. The area under the curve, **AUC**, needs no threshold: 0.5 is chance, 1 is
# perfect. It is also the chance that a random nine gets a higher score than a random other digit
# (ties count one half).

# %% covers="03.roc,03.auc" shows="roc_auc"
pairs = nines[:, None] - others[None, :]
higher = np.mean((pairs > 0) + 0.5 * (pairs == 0))
fpr, tpr, _ = metrics.roc_curve(is_nine_test, probability)
auc = metrics.roc_auc(is_nine_test, probability)
assert np.isclose(higher, auc)
assert np.isclose(higher, np.trapezoid(tpr, fpr))
pairs.shape, round(float(higher), 4)

# %% [markdown]
# 36 · 324 pairs. The detector *ranks* the images well; only its threshold was useless. But with ten
# times as many others the AUC stays the same: it promises no small number of false alarms.

# %%
# @title The same detector on its ROC curve
described(
    explore_threshold(
        is_nine_test,
        probability,
        thresholds=np.linspace(0, 0.6, 61),
        start=15,
        names=("no nine", "nine"),
        title="The same detector on its ROC curve",
        curve=True,
    ),
    "The scores and counts of before, and the ROC curve, which rises steeply and then bends to the "
    "right. At the threshold 0.15 its point is at 0.11 to the right and 0.92 up. Raised to 0.6 it "
    "goes down to the lower left corner, and lowered to 0 up to the upper right.",
)

# %% [markdown]
# Each threshold is one point of the curve.

# %% tags=["exercise"] covers="03.auc"
exercise("roc_auc")

# %% [markdown]
# ## 10 The same in PyTorch (core)
# PyTorch's losses take scores as well. The course's twins spell the formulas out on tensors; here
# they are beside PyTorch's own functions, on the trained digits.

# %%
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
test_scores = digits.X_test @ W + bias
scores_t = torch.tensor(test_scores, dtype=dtype, device=place)
labels_t = torch.tensor(digits.y_test, dtype=torch.int64, device=place)
values = [
    losses.cross_entropy(test_scores, digits.y_test),
    float(torch_losses.cross_entropy(scores_t, labels_t)),
    float(functional.cross_entropy(scores_t, labels_t)),
]
assert np.allclose(values, values[0], rtol=1e-4 if dtype is torch.float32 else 1e-12)
f"on {place}: " + ", ".join(f"{value:.6f}" for value in values)

# %% [markdown]
# Three times the same. Smoothing is one argument there, and the binary loss has a longer name:

# %%
soft_targets = losses.smooth_labels(digits.y_test, n_classes=10, epsilon=0.1)
nine_t = torch.tensor(is_nine_test, dtype=dtype, device=place)
detector_t = torch.tensor(digits.X_test @ w + b, dtype=dtype, device=place)
smoothed = functional.cross_entropy(scores_t, labels_t, label_smoothing=0.1)
binary = functional.binary_cross_entropy_with_logits(detector_t, nine_t)
area = torch_metrics.roc_auc(nine_t.long(), detector_t)
close = 1e-4 if dtype is torch.float32 else 1e-10
assert np.isclose(float(smoothed), losses.soft_cross_entropy(test_scores, soft_targets), rtol=close)
assert np.isclose(
    float(binary), losses.bce_with_logits(digits.X_test @ w + b, is_nine_test), rtol=close
)
assert np.isclose(float(area), metrics.roc_auc(is_nine_test, probability), rtol=close)
f"{float(smoothed):.4f}, {float(binary):.4f}, {float(area):.4f}"

# %% [markdown]
# `functional.cross_entropy` expects **scores**. What if it gets probabilities?

# %% [markdown]
# ## 11 Break it: softmax twice (deeper)
# A network ends in a softmax, and its output $p$ goes into a loss that expects scores. No error, no
# warning.
#
# **Predict.** With 10 classes, and a network as certain and as right as can be: $p = (1, 0, \dots,
# 0)$. What does this loss say?

# %% tags=["predict"]
guess_floor = ...  # a number

# %% truth=["1.461", "1.46"]
# @title Your guess beside the truth
floor = losses.cross_entropy(np.eye(10), np.arange(10))
assert np.isclose(floor, np.log(np.e + 9) - 1)
described(plot_guess(guess_floor, float(floor), quantity="lowest loss after two softmaxes"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# $\ln(e + 9) - 1 = 1.461$. As scores, 1 and 0 differ by only 1, so the second softmax gives the
# truth no more than $e/(e + 9) = 23\,\%$.
# </details>
#
# Does such a network still learn?


# %%
def train(twice, steps=200):
    W, history = np.zeros((64, 10)), []
    for _ in range(steps):
        scores = digits.X_train @ W
        given = activations.softmax(scores) if twice else scores
        history.append(losses.cross_entropy(given, digits.y_train))
        delta = losses.softmax_cross_entropy_backward(given, digits.y_train)
        delta = activations.softmax_backward(delta, scores) if twice else delta
        W = W - digits.X_train.T @ delta
    return history, np.mean((digits.X_test @ W).argmax(axis=1) == digits.y_test)


history_once, right_once = train(twice=False)
history_twice, right_twice = train(twice=True)
f"softmax once: {right_once:.0%} right; twice: {right_twice:.0%} right"

# %% [markdown]
# It does. The picture gives it away:

# %%
# @title The same training with one softmax and with two
described(
    plot_lines(
        range(1, 201),
        {"once": history_once, "twice": history_twice, f"floor, {floor:.3f}": [floor] * 200},
        xlabel="step",
        ylabel="loss",
        title=f"A loss of 10 classes that stays above {floor:.2f} has seen two softmaxes",
    ),
    f"The loss with one softmax falls from 2.30 to {history_once[-1]:.2f}; with two it falls "
    f"slowly from 2.30 to {history_twice[-1]:.2f} and stays above a line at {floor:.2f}.",
)

# %% [markdown]
# Symptom: slow learning, and a loss that stops near $\ln(e + K - 1) - 1$. Cure: give scores to the
# loss; apply the softmax only where someone wants to *read* probabilities. The floor for 2, 10 and
# 1,000 classes, beside the loss $\ln K$ of equal scores:

# %%
n_classes = np.array([2, 10, 1000])
np.round([np.log(np.e + n_classes - 1) - 1, np.log(n_classes)], 3)

# %% [markdown]
# ## What you can do now
# You have turned scores into probabilities without an overflow; you have written the losses for one
# of many, any of many, yes or no, and a margin; you know why losses take scores, what a constant
# in front of a loss does, and the floor of a smoothed one; you have counted hits, misses and false
# alarms, moved a threshold, and measured a ranking; you have the same numbers from PyTorch.
#
# **An open question.** The detector ranks well, but where it says 0.2, are one in five images
# nines? How would you test whether probabilities mean what they say, and how mend them if not?

# %%
show_progress("03")

# %% [markdown]
# ## Card
# | what | formula | gradient to the score (lecture 4) |
# |---|---|---|
# | softmax, cross-entropy | $\ln\sum_k e^{s_k} - s_y$ | $p - y$ |
# | sigmoid, binary | $\max(z, 0) - yz + \ln(1 + e^{-\lvert z\rvert})$ | $p - y$ |
# | linear, half the square | $\frac12 (s - y)^2$ | $s - y$ |
# | hinge, $t = 2y - 1$ | $\max(0, m - ts)$ | $-t$ inside the margin, else 0 |
#
# **Shapes.** Scores $(N, K)$; labels $(N,)$ integers, or targets $(N, K)$; the loss is one number,
# a mean over $N$.
#
# **Pitfalls.** A logarithm of a rounded probability; softmax twice; the softmax along the wrong
# axis; constants that differ; a hinge on probabilities; accuracy of a rare class; the threshold 0.5
# as if it were given.
#
# **Numbers to know.** Equal scores cost $\ln K$; chance has AUC 0.5:

# %%
rng = np.random.default_rng(7)
chance = [metrics.roc_auc(is_nine_test, rng.normal(size=360)) for _ in range(200)]
f"ln 10 = {np.log(10):.3f}; AUC of random scores: {np.mean(chance):.2f} ± {np.std(chance):.2f}"

# %% [markdown]
# ## Further reading
# - C. Bishop, *Pattern Recognition and Machine Learning* (Springer 2006), chapter 4: where sigmoid,
#   softmax and cross-entropy come from.
# - T. Fawcett, *An introduction to ROC analysis*, Pattern Recognition Letters 27 (2006).
# - C. Szegedy and others, *Rethinking the Inception Architecture for Computer Vision*, CVPR 2016,
#   section 7: label smoothing.
# - C. Guo, G. Pleiss, Y. Sun, K. Weinberger, *On Calibration of Modern Neural Networks*, ICML 2017:
#   the open question.

# %% [markdown]
# ## Appendix: for readers of the slides
# **HW's cross-entropy and HUST's are two losses.** HUST prints $-\sum_i y_i \ln p_i$. HW prints,
# summed over the outputs, $-[t \ln o + (1 - t) \ln (1 - o)]$. For our $p$, with a dog:

# %%
dog = np.array([0.0, 1.0, 0.0])
hust = -np.sum(dog * np.log(p))
hw = -np.sum(dog * np.log(p) + (1 - dog) * np.log(1 - p))
assert np.isclose(hust, np.log(4))
assert np.isclose(hw, np.log(4) - np.log(7 / 8) - np.log(3 / 8))
np.round([hust, hw], 3)

# %% [markdown]
# 1.386 and 2.501. HW's form belongs to *independent* sigmoids (section 6), HUST's to a softmax.
# Both are called cross-entropy; with one output and two classes they agree.
#
# **HKU's categorical cross-entropy** is printed twice in one line. The first form sums over
# examples, then over $k$ up to $M$, the number of *examples*, and then again over $i$. What holds
# is one sum over examples and one over classes, divided by $M$:

# %%
M = 4
rng = np.random.default_rng(7)
batch, labels = rng.normal(size=(M, 3)), np.array([0, 2, 1, 1])
one_hot = np.eye(3)[labels]
double_sum = -np.sum(one_hot * np.log(activations.softmax(batch))) / M
assert np.isclose(double_sum, losses.cross_entropy(batch, labels))
round(float(double_sum), 4)

# %% [markdown]
# **HW's label smoothing** (categories 0 and 1 become $\frac{\epsilon}{k}$ and
# $1 - \frac{k-1}{k}\epsilon$) is right, and each row sums to 1:

# %%
rows = losses.smooth_labels(np.arange(4), n_classes=4, epsilon=0.1)
assert np.allclose(rows.sum(axis=1), 1)
rows[0]

# %% [markdown]
# $0.925 + 3 \cdot 0.025 = 1$.

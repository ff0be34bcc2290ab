# %% [markdown]
# # 3 · Losses, outputs and metrics
#
# **Promise:** after this lecture you can choose output and loss for a task and say why, write both
# for scores of any size, and judge the result with numbers that do not mislead.
#
# **You will** turn scores into probabilities; derive losses from one principle; see what each of
# them punishes; write them in NumPy; count hits and false alarms; compute a threshold from the cost
# of errors; and get the same numbers from PyTorch.
#
# **Time:** {{time}}.
# **Builds on:** units, scores and layers (lecture 1).
# **Sources:** three lecture documents, called HUST, HW and HKU.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The demonstrations use more:

# %%
import json


from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import SAMPLES, load_digits
from dlcourse.plots.basic import described, plot_lines, plot_matrix
from dlcourse.plots.guess import after, plot_guess
from dlcourse.plots.losses import (
    plot_calibration,
    plot_likelihoods,
    plot_noise,
    plot_pulls,
    plot_rankings,
    plot_two_costs,
)
from dlcourse.reference import activations, evaluation, losses, metrics
from dlcourse.widgets.pulls import explore_pulls
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
# You want a detector that says 1 for a handwritten nine and 0 for any other digit. One unit,
# whose score a *sigmoid* turns into a probability, learns from 1,077 images of 8 × 8 pixels for 50
# steps; 360 more are set aside. (Section 2 explains the sigmoid, lecture 4 the gradient.)


# %% shows="accuracy"
def fit(X, y, steps, rate):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        delta = losses.bce_with_logits_backward(X @ w + b, y)
        w, b = w - rate * X.T @ delta, b - rate * delta.sum()
    return w, b


digits = load_digits(flat=True, dtype=np.float64)
is_nine, is_nine_test = (digits.y_train == 9) * 1, (digits.y_test == 9) * 1
w, b = fit(digits.X_train[:1077], is_nine[:1077], steps=50, rate=0.3)
probability = activations.sigmoid(digits.X_test @ w + b)
called_nine = (probability >= 0.5) * 1
f"{np.mean(called_nine == is_nine_test):.0%} of {len(is_nine_test)} test digits are right"

# %% [markdown]
# **Predict.** Of the 360 test digits 36 are nines. How many of them does the detector find?

# %% tags=["predict"]
guess_found = ...  # a number from 0 to 36

# %% covers="03.imbalance" truth=["None. It"]
# @title Your guess beside the truth
found = int(np.sum(called_nine[is_nine_test == 1]))
described(plot_guess(guess_found, found, quantity="nines found, of 36", within=(0, 36)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# None. It says "no" to every image, and 90 % of the images are not nines.
# </details>
#
# What should a unit be *punished* for while it learns? That is the **loss**. And how do you *judge*
# it afterwards? With **metrics**, from section 6 on, where this detector turns out to know a lot
# about nines.

# %% [markdown]
# ## 2 From scores to probabilities (core)
# A network ends in scores, which can be any real numbers. An image shows a cat, a dog or a hen, and
# the network says
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
# By hand: $e^s = (1, 2, 5)$, the sum is 8, and $p = (\frac18, \frac28, \frac58)$. Move the scores,
# then press the two buttons. One of them changes no probability. Which one, and why?

# %% covers="03.softmax"
# @title Three scores share one probability
described(
    explore_softmax(["cat", "dog", "hen"], s, title="Three scores share one probability"),
    "Three sliders for the scores of cat, dog and hen, and a bar for each probability. The scores "
    "0, 0.69 and 1.61 give 12.5, 25 and 62.5 percent. One button adds 1 to all scores, another "
    "doubles them, and the percentages follow.",
)

# %% [markdown]
# <details><summary>After your try</summary>
#
# Adding $c$ to all scores multiplies numerator and denominator of (3.1) by $e^c$, which cancels:
# only *differences* of scores matter. Doubling squares the ratios: 1 : 2 : 5 becomes 1 : 4 : 25.
# </details>
#
# **Predict.** You add 1000 to all scores and compute (3.1) as it is printed. What comes out?

# %% tags=["predict"]
guess_shifted = ...  # "the same", "all 1/3" or "nan"

# %% covers="03.softmax" truth=["infinity divided by infinity"]
# @title Your guess beside the truth
with np.errstate(all="ignore"):
    raised = np.exp(s + 1000)
    outcome = str((raised / raised.sum())[0])
outcomes = ["the same", "all 1/3", "nan"]
described(plot_guess(guess_shifted, outcome, quantity="what comes out", choices=outcomes))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The formula is right, but the program fails: $e^{1000}$ is too large for a floating-point number
# (the limit is about $e^{709}$), and infinity divided by infinity is *nan*, "not a number". The
# cure is another shift: subtract the largest score first. Then the largest exponential is 1.
# </details>
#
# **Your turn.**

# %% tags=["exercise"] covers="03.softmax"
exercise("softmax")

# %% [markdown]
# For the scores $(0, z)$ of two classes, softmax gives the second one $e^z/(1 + e^z)$. Divide both
# parts by $e^z$, and you get the **sigmoid** $\sigma(z) = 1/(1 + e^{-z})$: a yes-or-no question
# needs one score only.

# %% covers="03.sigmoid"
z = np.log(2)
np.array([activations.softmax(np.array([0, z]))[1], 1 / (1 + np.exp(-z))])

# %% [markdown]
# Both are $\frac23$. Can you say, without computing, what a shift does to each of the two?

# %% tags=["exercise"]
exercise("q_softmax_shift")

# %% [markdown] covers="03.linear_output"
# To predict a temperature or a price, leave the score as it is: a **linear output** can be any
# number.

# %% [markdown]
# ## 3 The principle: make what happened probable (core)
# How good are these probabilities? A network has judged three images, ours first. A filled bar is
# the probability that it gave to the truth.

# %%
chances = {"image 1": p, "image 2": np.array([0.1, 0.1, 0.8]), "image 3": np.array([0.6, 0.3, 0.1])}
truths = [1, 2, 0]  # a dog, a hen, a cat
given_to_truth = np.array([q[k] for q, k in zip(chances.values(), truths, strict=True)])

# %%
# @title The likelihood is the product of the filled bars
described(
    plot_likelihoods(
        ["cat", "dog", "hen"],
        chances,
        truths,
        title="The likelihood is the product of the filled bars",
    ),
    "Three groups of three bars for cat, dog and hen. The true classes are filled: a dog with "
    "0.25, a hen with 0.8, a cat with 0.6. Their product is 0.12.",
)

# %% [markdown]
# The product is called the **likelihood**. The principle of **maximum likelihood** prefers the
# network that gives the highest probability to what was observed. For thousands of images the
# product is so small that a computer rounds it to 0. So take minus the logarithm: the product
# becomes a sum, which the best network makes *small*. One image of class $y$ adds the
# **cross-entropy** loss
#
# $$J = -\ln p_y = -\ln \frac{e^{\textcolor{#0072b2}{s_y}}}{\sum_k e^{\textcolor{#0072b2}{s_k}}}
#   = \ln \sum_k e^{\textcolor{#0072b2}{s_k}} - \textcolor{#0072b2}{s_y} \tag{3.2}$$

# %%
assert np.isclose(-np.log(np.prod(given_to_truth)), -np.log(given_to_truth).sum())
costs = [losses.cross_entropy(s[None], [k]) for k in range(3)]
assert np.allclose(costs, -np.log(p))
np.round(costs, 3)

# %% [markdown]
# In image 1 a cat would cost $\ln 8$, the dog costs $\ln 4$, a hen $\ln 1.6$.
#
# **Predict.** A network answers 100 questions. On 99 it gives the truth 0.99. On one it gives the
# truth one in a million. What share of the total loss comes from that single answer, in percent?

# %% tags=["predict"]
guess_share = ...  # a number from 0 to 100

# %% truth=["93 %", "93.3"]
# @title Your guess beside the truth
hundred_costs = -np.log([0.99] * 99 + [1e-6])
share_of_one = round(100 * hundred_costs[-1] / hundred_costs.sum(), 1)
of_the_loss = "share of one answer in the loss, percent"
described(plot_guess(guess_share, share_of_one, quantity=of_the_loss, within=(0, 100)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# 93 %. Cross-entropy forgives doubt and punishes *certainty that is wrong*, without a limit. So a
# single wrong label in the data can outweigh a hundred good answers.
# </details>
#
# **Your turn.** Use the last form of (3.2) and subtract the largest score; the
# logarithm of a softmax that was rounded to 0 is infinite.

# %% tags=["exercise"] covers="03.categorical"
exercise("cross_entropy")

# %% [markdown]
# What does a network pay that gives 10 classes equal scores? Say it as a logarithm, then run the
# cell:

# %%
np.round(losses.cross_entropy(np.zeros((5, 10)), np.arange(5)), 3)

# %% [markdown]
# <details><summary>After your answer</summary>
#
# It is $\ln 10$. A training run that starts at 5 has scores that are too large; one that stays
# at 2.3 has learned nothing.
# </details>
#
# For a yes-or-no question with $y$ = 0 or 1 and $p = \sigma(z)$, (3.2) becomes the **binary
# cross-entropy**:
#
# $$J = -y \ln p - (1 - y) \ln(1 - p) = \ln(1 + e^{z}) - y z \tag{3.3}$$
#
# In the first form $y$ selects a term: $-\ln p$ for 1, $-\ln(1 - p)$ for 0. The second is (3.2)
# for the scores $(0, z)$. On paper they agree; look at the first one for $y = 0$ at the scores 36
# and 37:

# %% covers="03.binary"
with np.errstate(divide="ignore"):
    by_first_form = -np.log(1 - activations.sigmoid(np.array([36.0, 37.0])))
by_first_form

# %% [markdown]
# The losses are 36 and 37, but $1 - \sigma(36)$ has lost its digits, and $\sigma(37)$ is rounded to
# 1. This is why losses take **scores** (also called *logits*) and not probabilities. In the second
# form $e^{1000}$ overflows, and the cure is that of the softmax: of its two scores, 0 and $z$, take
# the larger one, $\max(z, 0)$, out of the logarithm. What is left inside?

# %% tags=["exercise"] covers="03.binary"
exercise("bce_with_logits")

# %% [markdown]
# <details><summary>After your answer</summary>
#
# One way to write it, without an overflow for any score:
#
# $$J = \max(z, 0) - y z + \ln(1 + e^{-|z|}) \tag{3.4}$$
# </details>
#
# At the scores 0, 1000 and $-1000$, where the truth is no, the losses are

# %%
zeros = np.zeros(1)
[float(losses.bce_with_logits(zeros + far, zeros)) for far in (0.0, 1000.0, -1000.0)]

# %% [markdown]
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.
#
# ## 4 The same principle for numbers (core)
# A linear output $c$ predicts a number, and targets $y$ scatter around it. With Gaussian noise of
# width $\sigma$ (not the sigmoid), the *density* $q(y)$ says how likely values near $y$ are. It
# takes the place of the probability in section 3:
#
# $$q(y) = \frac{e^{-(y - c)^2/(2\sigma^2)}}{\sigma\sqrt{2\pi}},\qquad
#   -\ln q(y) = \frac{(y - c)^2}{2\sigma^2} + \ln\left(\sigma\sqrt{2\pi}\right) \tag{3.5}$$
#
# The densities of all targets are multiplied, so these terms are added. The last one does not
# depend on $c$. So *the squared error is maximum likelihood under Gaussian noise*. Is 2, 4 or 6 the
# best answer to the targets 1, 2, 3, 4, 10? Here is $-\ln$ of the product for each:

# %% covers="03.likelihood"
targets, answers, sigma = np.array([1.0, 2, 3, 4, 10]), np.array([2.0, 4, 6]), 3.0
errors = targets - answers[:, None]
densities = np.exp(-(errors**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
losses_of_answers = np.sum(errors**2, axis=1) / (2 * sigma**2)
losses_of_answers += 5 * np.log(sigma * np.sqrt(2 * np.pi))
assert np.allclose(losses_of_answers, -np.log(np.prod(densities, axis=1)))
np.round(losses_of_answers, 2)

# %%
# @title The best answer makes all five targets likely together
described(
    plot_noise(
        targets,
        answers,
        sigma=sigma,
        title="The best answer makes all five targets likely together",
    ),
    "Three bell curves of width 3, with centers at the answers 2, 4 and 6, and their heights at "
    "the targets 1, 2, 3, 4 and 10. At 2 the height at 10 is nearly 0. The losses are 14.0, 12.9 "
    "and 14.0: lowest at 4.",
)

# %% [markdown]
# Another noise gives another loss: one with more outliers (Laplace's) leads to the absolute error
# $|y - c|$. The steeper a loss is, the harder a target **pulls** on the
# answer. Drag the answer until the pulls balance, for both costs; then move the largest target.

# %%
# @title Five targets pull on one answer
described(
    explore_pulls(targets, answer=7, limits=(0, 15), title="Five targets pull on one answer"),
    "The targets 1, 2, 3, 4 and 10 on a line, the answer 7 to drag, and an arrow for each target's "
    "pull. With half the square the arrows reach to their targets, and their mean is −3; with the "
    "distance all have length 1. The largest target can be moved.",
)

# %% [markdown]
# The lowest of many answers, for both:

# %% covers="03.pull"
c = np.linspace(0, 15, 1501)
squared = [losses.mse_loss(np.full(5, answer), targets) for answer in c]
absolute = [losses.l1_loss(np.full(5, answer), targets) for answer in c]
c[np.argmin(squared)], c[np.argmin(absolute)]

# %% [markdown]
# With squares, a target pulls the harder the farther it is, and the pulls balance at the **mean**.
# With distances all pull equally, so only the number on each side counts: the **median**, however
# far the largest target moves.
#
# **Explain.** A network predicts rents with a sigmoid output. What goes wrong?

# %% [markdown] tags=["instructor"] grade_id="explain_rents" points=2
# A sigmoid stays between 0 and 1, so a rent of 900 is never reached. The loss pushes the score up
# for ever, the unit saturates, and its slope goes to 0. Use a linear output with a squared error
# (or scale the rents, and know the largest one beforehand).

# %% [markdown]
# ## 5 What each loss punishes (core)
# Pulls also tell losses for classes apart. Let the truth be yes, and the score run from wrong to
# right. At $-5$ the answer is certain and wrong: which of these losses would you not want there?

# %%
score = np.linspace(-5, 5, 401)
prices = {
    "cross-entropy": np.log1p(np.exp(-score)),
    "squared error\nof the sigmoid": (1 - activations.sigmoid(score)) ** 2 / 2,
    "squared error\nof the score": (1 - score) ** 2 / 2,
}

# %%
# @title How hard does each loss pull on the score?
described(
    plot_pulls(
        score,
        {name: (price, np.gradient(price, score)) for name, price in prices.items()},
        places=[((-3.3, 1.5), (-3.6, 1.4)), ((-2.9, -0.8), (-2.9, -0.7)), ((1, 4.5), (1, -2.2))],
        limits=[(-1.6, 6), (-3, 3.5)],
        xlabel="score; right of 0 the answer is right",
        title="How hard does each loss pull on the score?",
    ),
    "Costs above, pulls below, for scores from −5 to 5. Cross-entropy pulls with nearly 1 at −5, "
    "with one half at 0 and hardly at 5. The squared error of the sigmoid pulls hardly at −5, with "
    "at most 0.15 near −0.7. The squared error of the score pulls in proportion to the distance "
    "from 1, and pulls scores above 1 back.",
)

# %% [markdown]
# At $-5$ cross-entropy pulls with a strength of nearly 1. A squared error *behind a sigmoid* hardly
# pulls: the worst answers learn least. A squared error of the bare score pulls hard, but it also
# pulls back a score of 5, which is right. So output and loss belong together.
#
# One more pair: "cat, dog *or* hen?" is one question whose three answers share 1. "Is there a cat?
# a dog? a hen?" are three questions, and each score gets its own sigmoid. Their losses (3.3) add up
# to the **multi-label cross-entropy**. With cat and hen in the picture:

# %% covers="03.multilabel"
both = np.array([[1.0, 0.0, 1.0]])
sigmoids = activations.sigmoid(s)
by_hand = -np.log(sigmoids[0]) - np.log(1 - sigmoids[1]) - np.log(sigmoids[2])
assert np.isclose(losses.multilabel_cross_entropy(s[None], both), by_hand)
np.round([*sigmoids, by_hand], 3)

# %% [markdown] covers="03.pairs"
# The sigmoids are $\frac12, \frac23, \frac56$; their sum is 2, since nothing is shared. The loss is
# $\ln 2 + \ln 3 + \ln\frac65 = 1.974$.
#
# | task | outputs | output | loss | what it assumes |
# |---|---|---|---|---|
# | a number | 1 or more | linear | squared error | Gaussian noise |
# | yes or no | 1 | sigmoid | binary cross-entropy | a coin that shows 1 with $p$ |
# | one of $K$ | $K$ | softmax | categorical cross-entropy | a die with $K$ sides |
# | any of $K$ | $K$ | $K$ sigmoids | multi-label cross-entropy | $K$ independent coins |

# %% tags=["exercise"] covers="03.pairs"
exercise("q_output_layer")

# %% [markdown]
# ## 6 Hits, misses, false alarms (core)
# A loss is made for gradients; people ask *which class is taken for which*. Train ten scores on the
# digits with softmax and cross-entropy.

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
# The loss starts at $\ln 10$. The **confusion matrix** counts each pair of true class and answer.

# %% covers="03.confusion"
confusion = metrics.confusion_matrix(digits.y_test, called, n_classes=10)
names = [str(k) for k in range(10)]

# %%
# @title True digit (row), answer (column)
errors_read = [f"{i} as {j}: {n}" for (i, j), n in np.ndenumerate(confusion) if n and i != j]
described(
    plot_matrix(confusion, title="True digit (row), answer (column)", rows=names, columns=names),
    "A table of ten rows and ten columns. Nearly all counts are on the diagonal. Beside it stand, "
    "true digit as answer: " + ", ".join(errors_read) + ".",
)

# %% [markdown]
# Find the most frequent error in the table: which digit is taken for which? **Your turn**: count
# such pairs yourself.

# %% tags=["exercise"] covers="03.confusion"
exercise("confusion_matrix")

# %% [markdown]
# For a yes-or-no question the table has four cells: true negatives (TN), false positives (FP, false
# alarms), false negatives (FN, misses) and true positives (TP, hits). The detector of nines:

# %%
table = metrics.confusion_matrix(is_nine_test, called_nine, n_classes=2)

# %%
# @title The detector
described(
    plot_matrix(
        table,
        title="The detector",
        rows=["no nine", "nine"],
        columns=["says no", "says nine"],
    ),
    "Four cells: 324 images without a nine are called no, none is called nine; all 36 nines are "
    "called no, none is called nine.",
)

# %% [markdown]
# Four ratios read this table by rows and by columns:
#
# $$\text{recall} = \frac{TP}{TP + FN},\quad \text{specificity} = \frac{TN}{TN + FP},\quad
# \text{precision} = \frac{TP}{TP + FP},\quad F_1 = \frac{2PR}{P + R} \tag{3.6}$$
#
# *Recall*: how many of the nines are found? *Specificity*: how many of the others are left alone?
# *Precision*: how many alarms are true? $F_1$, the harmonic mean of precision $P$ and recall $R$,
# lies nearer the smaller of the two. Where a divisor is 0, the ratio counts as 0.

# %% covers="03.ratios"
ratios = [metrics.recall, metrics.specificity, metrics.precision, metrics.f1_score]
{f.__name__: f(is_nine_test, called_nine) for f in [metrics.accuracy, *ratios]}

# %% [markdown]
# Accuracy and specificity look good, but recall is 0.

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
# ## 7 Which threshold? (core)
# So far the detector says "nine" from 0.5 on. Drag this threshold to the left until 35 of the 36
# nines are found, then until all are. How many false alarms does the second stop add to the first?

# %%
# @title One detector, many thresholds
described(
    explore_threshold(
        is_nine_test,
        probability,
        thresholds=np.linspace(0, 0.6, 61),
        start=50,
        bins=30,
        names=("no nine", "nine"),
        quantity="probability",
        title="One detector, many thresholds",
    ),
    "Two histograms of the probabilities, 324 other digits above, 36 nines below; a line at the "
    "threshold; the four counts and the ratios. At 0.5 no image is called a nine. At 0.15, 33 "
    "nines are found, with 41 false alarms. At 0 all images are called nines.",
)

# %% [markdown]
# <details><summary>After your search</summary>
#
# 84: at 0.12 it finds 35 nines with 67 false alarms, at 0.07 all 36 with 151.
# </details>
#
# The histograms overlap, so each threshold trades misses for false alarms. Which one is right
# depends on what an error **costs**. Let a false alarm cost 1 and a missed nine 9.
#
# **Predict.** Suppose that the probabilities mean what they say: of the images with $p = 0.3$,
# three in ten are nines. From which $p$ on does it pay to say "nine"?

# %% tags=["predict"]
guess_alarm = ...  # a number from 0 to 1

# %% truth=["from $p = 0.1$", "1/(1 + 9)", "equal at p"]
# @title Your guess beside the truth
p_fine = np.arange(10_001) / 10_000
alarm_pays = p_fine[1 * (1 - p_fine) <= 9 * p_fine]
for t, counts in [(0.12, [67, 35]), (0.07, [151, 36])]:  # false alarms and hits of the search above
    assert np.bincount(is_nine_test[probability >= t]).tolist() == counts
described(plot_guess(guess_alarm, alarm_pays[0], quantity="say nine from this p on", within=(0, 1)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Already from $p = 0.1$ on. Of ten such images one is a nine. "Nine" for all ten costs nine false
# alarms; silence costs one miss, 9 as well.
#
# On average, "nine" costs $c_{FP}(1 - p)$ and silence $c_{FN}\,p$. The alarm is cheaper if
#
# $$p \ge \frac{c_{FP}}{c_{FP} + c_{FN}} \tag{3.7}$$
# </details>

# %%
# @title Two costs that cross at the threshold
crossing = described(
    plot_two_costs(1, 9, title="Two costs that cross at the threshold"),
    "Mean cost against the probability p of a nine. Saying nothing costs 9 p, a steep rising line; "
    "raising the alarm costs 1 − p, a falling line. They cross at p = 0.1.",
)
after(guess_alarm, crossing)

# %% tags=["exercise"] covers="03.costs"
exercise("q_spam_threshold")

# %% [markdown]
# Back to the nines. Move the detector's threshold to what (3.7) says, then look for the lowest
# cost.

# %%
# @title The cost of every threshold
described(
    explore_threshold(
        is_nine_test,
        probability,
        thresholds=np.linspace(0, 0.6, 61),
        start=50,
        bins=30,
        names=("no nine", "nine"),
        quantity="probability",
        title="The cost of every threshold",
        costs=(1, 9),
    ),
    "The histograms and counts of before, and a curve of the cost over the threshold. At 0.5 the "
    "cost is 324. To the left it falls to a minimum and rises again; at 0 it is 324 once more.",
)

# %% [markdown]
# <details><summary>After your search</summary>
#
# At 0.1 you pay 105, at 0.16 only 61. The formula is not wrong: it asks for probabilities that mean
# what they say, and after only 50 steps those of this detector do not. (*More* measures that, and
# mends them.)
# </details>
#
# Where you cannot trust the probabilities, take the threshold that costs least on *validation*
# images, never on the test images, as this search did.
#
# ## 8 How rare are the positives? (core)
# The detector goes to a place where nines are ten times rarer. There are 3,240 other images for 36
# nines: ten copies of each one here.

# %%
copies = np.where(is_nine_test == 1, 1, 10)
y_rare, p_rare = np.repeat(is_nine_test, copies), np.repeat(probability, copies)
f"{y_rare.mean():.1%} of {len(y_rare)} images are nines"

# %% [markdown]
# **Predict.** Detector and threshold, now 0.15, stay as they are. Which of these numbers falls
# badly?

# %% tags=["predict"]
guess_falls = ...  # "recall", "specificity" or "precision"

# %% truth=["Precision falls"]
# @title Your guess beside the truth
looks = {
    "recall": metrics.recall,
    "specificity": metrics.specificity,
    "precision": metrics.precision,
}
lost = {
    name: look(is_nine_test, (probability >= 0.15) * 1) - look(y_rare, (p_rare >= 0.15) * 1)
    for name, look in looks.items()
}
falls = max(lost, key=lost.get)
described(plot_guess(guess_falls, falls, quantity="falls badly", choices=list(looks)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Precision falls from 0.446 to 0.074: 33 hits now stand against 410 false alarms. Recall and
# specificity each look at one class alone, so they stay. Never quote precision or $F_1$ without
# saying how rare the positives were.
# </details>
#
# ## 9 The same in PyTorch (core)
# PyTorch's losses take scores as well. Here they stand beside the course's twins, which spell the
# formulas out on tensors. This section needs PyTorch.

# %%
# needs PyTorch
import torch

from dlcourse.twins import losses as torch_losses
from dlcourse.twins.devices import device

place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
test_scores = digits.X_test @ W + bias
scores_t = torch.tensor(test_scores, dtype=dtype, device=place)
labels_t = torch.tensor(digits.y_test, dtype=torch.int64, device=place)
values = [
    losses.cross_entropy(test_scores, digits.y_test),
    float(torch_losses.cross_entropy(scores_t, labels_t)),
    float(torch.nn.functional.cross_entropy(scores_t, labels_t)),
]
assert np.allclose(values, values[0], rtol=1e-4 if dtype is torch.float32 else 1e-12)
f"on {place}: " + ", ".join(f"{value:.6f}" for value in values)

# %% [markdown]
# The binary loss has a longer name there:

# %%
# needs PyTorch
nine_t = torch.tensor(is_nine_test, dtype=dtype, device=place)
detector_t = torch.tensor(digits.X_test @ w + b, dtype=dtype, device=place)
binary = float(torch.nn.functional.binary_cross_entropy_with_logits(detector_t, nine_t))
ours = losses.bce_with_logits(digits.X_test @ w + b, is_nine_test)
assert np.isclose(binary, ours, rtol=1e-4 if dtype is torch.float32 else 1e-10)
f"{binary:.4f}"

# %% [markdown]
# ## 10 A sigmoid for every score (deeper)
# Computed as it is printed, the sigmoid has the trouble of the softmax: $e^{-z}$ overflows at
# $z = -1000$. Note that `np.where` computes both of its pieces for all elements.

# %% tags=["exercise"] covers="03.sigmoid"
exercise("sigmoid")

# %% [markdown]
# ## 11 Break it: softmax twice (deeper)
# A network ends in a softmax, and its output $p$ goes into a loss that expects scores. No error
# appears.
#
# **Predict.** The network is certain and right, $p = (1, 0, \dots, 0)$ with 10 classes. What is the
# loss?

# %% tags=["predict"]
guess_floor = ...  # a number

# %% truth=["1.461", "1.46"]
# @title Your guess beside the truth
certain = losses.cross_entropy(np.eye(10), np.arange(10))
described(plot_guess(guess_floor, float(certain), quantity="lowest loss after two softmaxes"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# $\ln(e + 9) - 1 = 1.461$. As scores, 1 and 0 differ by only 1, so the second softmax gives the
# truth no more than $e/(e + 9) = 23\,\%$.
# </details>
#
# Does such a network still learn?


# %%
def train(twice, rate, steps=200):
    W, history = np.zeros((64, 10)), []
    for _ in range(steps):
        scores = digits.X_train @ W
        given = activations.softmax(scores) if twice else scores
        history.append(losses.cross_entropy(given, digits.y_train))
        delta = losses.softmax_cross_entropy_backward(given, digits.y_train)
        delta = activations.softmax_backward(delta, scores) if twice else delta
        W = W - rate * digits.X_train.T @ delta
    return history, np.mean((digits.X_test @ W).argmax(axis=1) == digits.y_test)


runs = {"once, rate 1": (False, 1), "twice, rate 1": (True, 1), "twice, rate 10": (True, 10)}
trained = {name: train(*run) for name, run in runs.items()}
after(guess_floor, {name: f"{right:.1%} right" for name, (_, right) in trained.items()})

# %%
# @title The same training with one softmax and with two
floor = float(losses.cross_entropy(np.eye(10), np.arange(10)))
assert np.isclose(floor, np.log(np.e + 9) - 1)
curves = {name: history for name, (history, _) in trained.items()} | {"floor": [floor] * 200}
title = f"After two softmaxes the loss cannot fall below {floor:.2f}"
axes = plot_lines(range(1, 201), curves, xlabel="step", ylabel="loss", title=title)
axes.legend(frameon=False, loc=(0.62, 0.2))
ends = [losses_of[-1] for losses_of, _ in trained.values()]
one_and_two = described(
    axes,
    f"With one softmax the loss falls from 2.30 to {ends[0]:.2f}. With two it falls slowly to "
    f"{ends[1]:.2f} at rate 1 and to {ends[2]:.2f} at rate 10, and stays above a line at "
    f"{floor:.2f}.",
)
after(guess_floor, one_and_two)

# %% [markdown]
# At the same rate it learns much more slowly; at a rate of its own it catches up. So do ten splits
# (stored), each with the rate that is best on validation images:

# %%
# @title Mean accuracy in percent over ten splits: at rate 1, at the rate chosen
stored = json.loads((SAMPLES / "softmaxes.json").read_text("utf-8"))
after(
    guess_floor,
    {
        name: [round(float(np.mean(row[kind])), 1) for kind in ("test at rate 1", "test")]
        for name, row in stored.items()
    },
)

# %% [markdown]
# So accuracy may hide this mistake. What shows it is the loss, which stops far above 0. The cure:
# give scores to the loss, and apply softmax only where someone wants to *read* probabilities.

# %% [markdown]
# ## 12 A margin is enough (deeper)
# With cross-entropy, even a right answer that is certain costs a little. The **hinge loss** is
# satisfied earlier. Write the truth as a side $t = 2y - 1$, which is 1 for yes and $-1$ for no. A
# score on the right side by at least the **margin** $m$, usually 1, costs nothing:
#
# $$J = \max(0,\ m - t\,\textcolor{#0072b2}{s}) \tag{3.8}$$
#
# For our scores and a hen, $t = (-1, -1, 1)$: cat costs $1 + 0$, dog $1 + \ln 2$, and hen
# $\max(0, 1 - \ln 5) = 0$.

# %% covers="03.hinge" shows="hinge_loss"
y = np.array([0.0, 0.0, 1.0])
hinges = np.maximum(0, 1 - (2 * y - 1) * s)
assert np.isclose(hinges.sum(), losses.hinge_loss(s[None], y[None]))
np.round([*hinges, hinges.sum()], 3)

# %% [markdown]
# With $t$, (3.3) has a short form, the **logistic loss** $\ln(1 + e^{-ts})$. Side by side, over
# $ts$:

# %% covers="03.logistic"
ts = np.linspace(-1.5, 3, 901)
assert np.isclose(losses.logistic_loss(s[:, None], y[:, None]), losses.bce_with_logits(s, y))
margins = {
    "hinge, m = 1": np.maximum(0, 1 - ts),
    "logistic": np.log1p(np.exp(-ts)),
    "1 if wrong": (ts <= 0) * 1.0,
}

# %%
# @title Two slopes to walk down instead of a step
described(
    plot_lines(
        ts,
        margins,
        xlabel="t·s: positive on the right side",
        ylabel="cost",
        title="Two slopes to walk down instead of a step",
    ),
    "Cost against t s. The hinge falls in a straight line to 0 at 1 and stays there. The logistic "
    "loss falls smoothly towards 0 and never reaches it. Counting wrong answers gives a step from "
    "1 to 0 at 0.",
)

# %% [markdown]
# You care about the number of wrong answers, but its slope is 0 wherever it has one. Hinge and
# logistic loss slope towards the right side.

# %% tags=["exercise"] covers="03.hinge"
exercise("hinge_loss")

# %% [markdown]
# ## 13 Never be certain (deeper)
# With the target $t = (0, 0, 1)$, cross-entropy falls as long as the hen's lead grows.
# **Label smoothing** gives each of the $k$ classes $\epsilon/k$, and the truth keeps the rest: with
# $k = 3$ and $\epsilon = 0.3$, $t = (0.1, 0.1, 0.8)$.

# %% tags=["exercise"] covers="03.smoothing"
exercise("smooth_labels")

# %% [markdown]
# Three scores find their best place by gradient descent:


# %% covers="03.smoothing"
def leads(target, steps=3000, rate=0.5):
    scores, path = np.zeros((1, 3)), []
    for _ in range(steps):
        path.append(scores[0, 2] - scores[0, 0])
        scores = scores - rate * losses.soft_cross_entropy_backward(scores, target)
    return path


soft_target = losses.smooth_labels([2], n_classes=3, epsilon=0.3)
hard, soft = leads(y[None]), leads(soft_target)
assert np.isclose(soft[-1], np.log(8))
round(float(losses.soft_cross_entropy(np.log(soft_target), soft_target)), 3)

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
# At $\ln 8 = 2.079$ the soft target is reached: $p = t$, and 0.8 is 8 times 0.1. There the loss is
# not 0 but 0.639, so a training loss with smoothing cannot be compared to one without.

# %% [markdown]
# ## 14 All thresholds at once (deeper)
# The **ROC curve** (receiver operating characteristic) plots recall against
# $1 - \text{specificity}$, the **precision-recall curve** precision against recall. The area under
# the first is called **AUC**, that under the second *average precision*. First with 1 nine in 10
# images, then with 1 in 91:


# %% covers="03.roc,03.precision_recall"
# @title AUC twice, then the average precision twice
def ranking(y, p):
    fpr, tpr, _ = metrics.roc_curve(y, p)
    precision, recall, _ = evaluation.precision_recall_curve(y, p)
    called = (p >= 0.15) * 1
    point = 1 - metrics.specificity(y, called), metrics.recall(y, called)
    point = *point, metrics.precision(y, called)
    both = {"fpr": fpr, "tpr": tpr, "precision": precision, "recall": recall}
    return both | {"share": y.mean(), "point": point}


rankings = {"1 in 10": ranking(is_nine_test, probability), "1 in 91": ranking(y_rare, p_rare)}
areas = [metrics.roc_auc(is_nine_test, probability), metrics.roc_auc(y_rare, p_rare)]
areas.append(evaluation.average_precision(is_nine_test, probability))
areas.append(evaluation.average_precision(y_rare, p_rare))
np.round(areas, 3)

# %% [markdown]
# Scores that know nothing follow the dotted lines; the marks are the threshold 0.15.

# %%
# @title ROC does not see how rare nines are, precision does
described(
    plot_rankings(rankings, title="ROC does not see how rare nines are, precision does"),
    "Above, the ROC curves at 1 nine in 10 images and 1 in 91 lie on each other; the threshold "
    "0.15 is at 0.13 to the right and 0.92 up. Below, the precision-recall curve of 1 in 91 lies "
    "far lower: at recall 0.92 the precision is 0.45 at 1 in 10 and 0.07 at 1 in 91.",
)

# %% [markdown]
# The AUC stays; the average precision drops from 0.795 to 0.538.
#
# The AUC is also the chance that a random nine gets a higher score than a random other digit: 0.5
# means guessing, 1 a perfect order.

# %% covers="03.auc" shows="roc_auc"
nines, others = probability[is_nine_test == 1], probability[is_nine_test == 0]
pairs = nines[:, None] - others[None, :]
higher = np.mean((pairs > 0) + 0.5 * (pairs == 0))
fpr, tpr, _ = metrics.roc_curve(is_nine_test, probability)
auc = metrics.roc_auc(is_nine_test, probability)
assert np.isclose(higher, auc)
assert np.isclose(higher, np.trapezoid(tpr, fpr))
pairs.shape, round(float(higher), 4)

# %% [markdown]
# The detector *ranks* the images well, even with its poor probabilities. Each threshold is one
# point of the curve:

# %%
# @title The same detector on its ROC curve
described(
    explore_threshold(
        is_nine_test,
        probability,
        thresholds=np.linspace(0, 0.6, 61),
        start=15,
        bins=30,
        names=("no nine", "nine"),
        quantity="probability",
        title="The same detector on its ROC curve",
        curve=True,
    ),
    "The histograms and counts of before, and the ROC curve from the lower left to the upper "
    "right corner. At the threshold 0.15 its point is at 0.13 to the right and 0.92 up.",
)

# %% tags=["exercise"] covers="03.auc"
exercise("roc_auc")

# %% [markdown]
# ## What you can do now
# You have turned scores into probabilities; derived losses from one principle
# and seen how hard they pull; written them; counted hits, misses and false alarms; computed a
# threshold from costs; and got the same numbers from PyTorch.
#
# **An open question.** A threshold is best for the images on which it was chosen. Does it still
# hold when next month's images come from other hands?

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
# | threshold of least cost | $c_{FP}/(c_{FP} + c_{FN})$, on calibrated probabilities | |
#
# **Shapes.** Scores $(N, K)$; labels $(N,)$ integers, or targets $(N, K)$; the loss is one number,
# a mean over $N$.
#
# **Pitfalls.** A logarithm of a rounded probability; softmax twice; the softmax along the wrong
# axis; losses compared whose constants differ; a hinge loss on
# probabilities; accuracy of a rare class; the threshold 0.5
# as if it were given; a formula's threshold on probabilities that are not calibrated; precision
# without the share of positives.
#
# **Numbers to know.** Equal scores cost $\ln K$; chance has AUC 0.5:

# %%
rng = np.random.default_rng(7)
chance = [metrics.roc_auc(is_nine_test, rng.normal(size=360)) for _ in range(200)]
f"ln 10 = {np.log(10):.3f}; AUC of random scores: {np.mean(chance):.2f} ± {np.std(chance):.2f}"

# %% [markdown]
# ## More: do the probabilities mean what they say?
# Formula (3.7) asks for honest probabilities. In draws that have them, the cheapest of 19
# thresholds is the formula's:


# %% covers="03.costs"
def mean_cost(y, p, threshold, alarm=1, miss=9):
    alarms, misses = (p >= threshold) & (y == 0), (p < threshold) & (y == 1)
    return np.mean(alarm * alarms + miss * misses)


# %%
# @title 300,000 draws: the cheapest threshold for three pairs of costs
rng = np.random.default_rng(7)
honest = rng.beta(1, 3, size=300_000)
happened = (rng.random(len(honest)) < honest) * 1
grid = np.linspace(0.05, 0.95, 19)
found_best = {}
for alarm, miss in [(1, 9), (1, 1), (3, 1)]:
    cost_at = [mean_cost(happened, honest, t, alarm, miss) for t in grid]
    found_best[alarm, miss] = float(np.round(grid[np.argmin(cost_at)], 2))
assert found_best == {(a, m): a / (a + m) for a, m in found_best}
found_best

# %% [markdown]
# Now train ten detectors of nines on ten random splits. A second unit, whose one input is the
# score, learns two numbers from the images set aside: *Platt scaling*, which may mend the
# probabilities.


# %%
# @title Calibration error of ten detectors on their test images: as they are, mended
def one_split(seed):
    order = np.random.default_rng(seed).permutation(len(X_all))
    learn, choose, test = np.split(order, [1077, 1437])
    v, v0 = fit(X_all[learn], y_all[learn], steps=50, rate=0.3)
    scores = X_all @ v + v0
    k, k0 = fit(scores[choose][:, None], y_all[choose], steps=300, rate=5)
    said, mended = activations.sigmoid(scores), activations.sigmoid(k[0] * scores + k0)
    return [(y_all[rows], said[rows], mended[rows]) for rows in (choose, test)]


X_all = np.concatenate([digits.X_train, digits.X_test])
y_all = np.concatenate([is_nine, is_nine_test])
splits = [one_split(seed) for seed in range(10)]
y_ten, said_ten, mended_ten = map(np.concatenate, zip(*[test for _, test in splits], strict=True))
[round(evaluation.calibration_error(y_ten, q), 3) for q in (said_ten, mended_ten)]

# %% [markdown]
# The *calibration error* is the mean distance between what is said and what happens. Larger marks
# stand for more images:

# %%
# @title They say 0.35, and eight in ten are nines
described(
    plot_calibration(
        y_ten,
        {"as they are": said_ten, "mended": mended_ten},
        title="They say 0.35, and eight in ten are nines",
    ),
    "Share of nines against the probability that is said, for 3,600 test images in ten bins; "
    "honest probabilities lie on the diagonal. As they are, 0.05 goes with 0.01, 0.14 with 0.07, "
    "0.25 with 0.46, 0.35 with 0.79. Mended, all bins stay near the diagonal.",
)

# %% [markdown]
# After only 50 steps a detector is too cautious at both ends: it is not **calibrated**. Mend the
# probabilities, or take the threshold that costs least on the images set aside. The costs on 360
# test images:

# %%
# @title Mean cost of 0.5, of the formula, of the formula after mending, of the cheapest threshold
ten_costs = []
for (y_c, said_c, _), (y_t, said_t, mended_t) in splits:
    tried = [mean_cost(y_c, said_c, t) for t in np.linspace(0, 0.6, 61)]
    ways = [(said_t, 0.5), (said_t, 0.1), (mended_t, 0.1), (said_t, 0.01 * np.argmin(tried))]
    ten_costs.append([360 * mean_cost(y_t, q, t) for q, t in ways])
ten_costs = np.array(ten_costs)
assert (ten_costs[:, 2:] < ten_costs[:, [1]]).all()
assert (ten_costs[:, 1] < ten_costs[:, 0]).all()
ten_costs.mean(axis=0).round()

# %% [markdown]
# 0.5 costs 328, the formula alone 102, and either cure 74; on every split both beat the formula
# alone. So state the costs; then calibrate and compute, or choose on validation data.

# %% [markdown]
# ## More: one number for many classes
# Ten classes have ten $F_1$ scores. Their mean is the **macro** average, in which each *class*
# counts the same. The **micro** average first adds up the counts of all classes, so each *image*
# counts the same; with one label per image it is the accuracy. For the ten digits, then for the
# detector that always says no:

# %% covers="03.averages"
each = [metrics.f1_score(digits.y_test == k, called == k) for k in range(10)]
macro = evaluation.averaged_f1(digits.y_test, called, 10, average="macro")
micro = evaluation.averaged_f1(digits.y_test, called, 10, average="micro")
assert np.isclose(macro, np.mean(each))
assert np.isclose(micro, right)
never = [
    evaluation.averaged_f1(is_nine_test, called_nine, 2, average=a) for a in ("macro", "micro")
]
np.round([macro, micro, *never], 3)

# %% [markdown]
# For equally frequent digits the two nearly agree. For the detector, "no nine" has
# $F_1 = 2 \cdot 324/(2 \cdot 324 + 36) = 0.947$ and "nine" has 0: macro says 0.474, micro 0.9.
#
# ## Further reading
# - C. Bishop, *Pattern Recognition and Machine Learning* (Springer 2006), chapter 4: where sigmoid,
#   softmax and cross-entropy come from; section 1.5: decisions and their costs.
# - T. Fawcett, *An introduction to ROC analysis*, Pattern Recognition Letters 27 (2006).
# - C. Elkan, *The Foundations of Cost-Sensitive Learning*, IJCAI 2001: equation (3.7) and more.
# - C. Szegedy and others, *Rethinking the Inception Architecture for Computer Vision*, CVPR 2016,
#   section 7: label smoothing.
# - C. Guo, G. Pleiss, Y. Sun, K. Weinberger, *On Calibration of Modern Neural Networks*, ICML 2017.

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
# 1.386 and 2.501. HW's form belongs to *independent* sigmoids (section 5), HUST's to a softmax.
# Both are called cross-entropy; with one output and two classes they agree.
#
# **Every source divides the squares by something else.** For $y = (0, 0, 1)$ and our $p$ they are
# $\frac1{64}, \frac4{64}, \frac9{64}$. HW takes half their sum, PyTorch's *mean squared error*
# their mean, HUST's *Euclidean loss* half their mean:

# %% covers="03.quadratic"
hen = np.array([0.0, 0.0, 1.0])
squares = (p - hen) ** 2
three_prices = np.array([squares.sum() / 2, squares.mean(), squares.mean() / 2])
assert np.isclose(three_prices[1], losses.mse_loss(p, hen))
assert np.isclose(three_prices[0], losses.euclidean_loss(p[None], hen[None]))
three_prices * 192

# %% [markdown]
# In units of $\frac1{192}$ they are 21, 14 and 7: three losses with one minimum. Half the loss with
# twice the learning rate takes the same step, so compare constants before you compare losses.
# (This course's `euclidean_loss` sums over a row and divides by twice the number of *rows*: 21.)
#
# **HW says that cross-entropy "depicts the distance between two probability distributions".** For
# distributions $t$ and $p$ it is $H(t, p) = -\sum_k t_k \ln p_k$. A distance from a thing to itself
# is 0, and the way back is as long as the way there:

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
# $KL(t, p) = \sum_k t_k \ln (t_k/p_k)$, here 0.198. The divergence is 0 for $p = t$, but it is not
# symmetric either.
#
# **HUST's hinge loss** is $\sum_i \max(0,\ m - (2y_i - 1)\,p_i)$ with $m = 1$, where $p$ is "the
# prediction distribution": *probabilities*. Where the truth is no, $y = 0$, the cheapest of them
# costs

# %% erratum="H14"
probabilities = np.linspace(0, 1, 101)
negative = [losses.hinge_loss(np.array([q]), np.array([0])) for q in probabilities]
assert min(negative) == negative[0] == 1
assert losses.hinge_loss(np.array([-1.0]), np.array([0])) == 0
float(min(negative))

# %% [markdown]
# Even $p = 0$, the perfect answer, costs the full margin: $-1$, where it would be reached, is no
# probability. What holds: the hinge is for **scores**, which can be negative. At $-1$ it is 0.
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

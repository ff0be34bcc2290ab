# %% [markdown]
# # 9 · Regularization
#
# **Promise:** after this lecture you can name what ails a network from two errors, choose a cure,
# and say what the cure costs.
#
# **You will** split an error into bias, variance and noise; diagnose; stop in time; shrink or cut
# weights; drop units; make new data from old; and go far beyond the best size.
#
# **Time:** {{time}}.
# **Builds on:** random features (lecture 2), label smoothing (lecture 3), the rate of gradient
# descent (lecture 5).
# **Sources:** five lecture documents, HUST, HW, HKU, KAV and EPFL.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The demonstrations need more:

# %%
import json
from itertools import pairwise, product
from types import SimpleNamespace

import torch
from numpy.polynomial import chebyshev, legendre

from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import SAMPLES, load_digits
from dlcourse.plots.basic import described, plot_images, plot_lines
from dlcourse.plots.guess import after, plot_guess
from dlcourse.plots.regularization import balls, plot_balls, touching
from dlcourse.reference import adaptive, augmentation, initializers, regularization
from dlcourse.twins import regularization as torch_regularization
from dlcourse.twins.devices import device
from dlcourse.widgets.regularization import explore_fits, explore_stopping

# %% [markdown]
# ## Recall
# 1. Which weights of a network with random features are trained?
# 2. Label smoothing, $\varepsilon = 0.1$, 10 classes: what is the target of the right class?
# 3. On a bowl of curvature $\lambda$, by which factor does a step of gradient descent multiply the
#    distance from the bottom?
#
# <details><summary>Answers</summary>
#
# 1. The outer ones.
# 2. $0.9 + 0.1/10 = 0.91$.
# 3. $1 - \eta\lambda$.
#
# </details>

# %% [markdown]
# ## 1 Learned by heart (core, 5 minutes)
# Two hidden layers of 100 ReLU units see 300 handwritten digits. Do they learn to *read*?

# %%
# @title The digits, brought to mean 0 and standard deviation 1
digits = load_digits(flat=True, dtype=np.float64)
mean, std = digits.X_train[:1200].mean(), digits.X_train[:1200].std()
pixels, test_pixels = (
    torch.tensor((X - mean) / std, dtype=torch.float32) for X in (digits.X_train, digits.X_test)
)
labels, test_labels = torch.tensor(digits.y_train), torch.tensor(digits.y_test)

# %% [markdown]
# Five networks start differently and train side by side, each on its own 300 digits. 237 others are
# for validation, 360 for the test.


# %%
# @title A start, and what the networks make of images
def start(lanes):
    rngs = [np.random.default_rng(seed) for *_, seed in lanes]
    pairs = pairwise([64, 100, 100, 10])
    drawn = [np.stack([initializers.he_normal(*pair, rng) for rng in rngs]) for pair in pairs]
    Ws = [torch.tensor(W, dtype=torch.float32) for W in drawn]
    return Ws, [torch.zeros(len(lanes), 1, W.shape[2]) for W in Ws]


def scores(x, net, p=None):
    for W, b in zip(net[0][:-1], net[1][:-1], strict=True):
        x = torch.relu(x @ W + b)
        if p is not None and p.any():
            x = x * (torch.rand(x.shape) >= p) / (1 - p)
    return x @ net[0][-1] + net[1][-1]


# %% [markdown]
# One update:


# %%
# @title One update, and the share of digits that is classified correctly
def descend(net, x, y, lr, lam, p):
    free = [q.requires_grad_() for q in (*net[0], *net[1])]
    z = torch.log_softmax(scores(x, net, p), dim=2)
    slopes = torch.autograd.grad(-z.gather(2, y[..., None]).sum() / y.shape[1], free)
    with torch.no_grad():
        Ws = [W - lr * (dW + lam * W) for W, dW in zip(free[:3], slopes[:3], strict=True)]
        return Ws, [b - lr * db for b, db in zip(free[3:], slopes[3:], strict=True)]


def right(net, X, y):
    with torch.no_grad():
        return (scores(X, net).argmax(2) == y).double().mean(1).numpy()


# %% [markdown]
# The training:


# %%
# @title The training
PARTS = ("training", "test")
UPDATES = {"xlabel": "updates", "ylabel": "percentage classified correctly"}


def train(images, y=labels, *, p=(0,), lam=(0,), lr=(0.1,), steps=400, every=400, seeds=5, **more):
    lanes = list(product(p, lam, lr, range(seeds)))
    p, lam, lr = (torch.tensor([lane[i] for lane in lanes])[:, None, None] for i in range(3))
    net, change, keep = (more.get(name) for name in ("net", "change", "keep"))
    net, looks = net or start(lanes), []
    rngs = [np.random.default_rng(100 + seed) for *_, seed in lanes]
    own = np.stack([np.random.default_rng(50 + k).permutation(1200)[:images] for *_, k in lanes])
    sets = [(pixels[own[:, :300]], y[own[:, :300]])]
    sets += [(pixels[1200:], labels[1200:]), (test_pixels, test_labels)]
    torch.manual_seed(7)
    for step in range(steps + 1):
        if step % every == 0:
            looks.append([100 * right(net, *part).reshape(-1, seeds) for part in sets])
        drawn = np.stack([rng.integers(images, size=32) for rng in rngs])
        picked = np.take_along_axis(own, drawn, axis=1)
        x = change(pixels[picked]) if change else pixels[picked]
        net = descend(net, x, y[picked], lr, lam, p)
        if keep:
            net = [W * kept for W, kept in zip(net[0], keep, strict=True)], net[1]
    own, others, unseen = np.moveaxis(np.array(looks), 1, 0)
    return SimpleNamespace(net=net, training=own, validation=others, test=unseen)


# %% [markdown]
# First the true labels; then, at rate 0.3, labels *shuffled* among the digits:

# %% numbers={"plain": ["honest.test[-1].mean()", 92, 96]}
honest = train(300, every=40)
torch.manual_seed(7)
lied = train(300, labels[torch.randperm(len(labels))], lr=[0.3], every=40)
untrained = honest.test[0].mean()
f"test digits right: untrained {untrained:.0f} %, trained {honest.test[-1].mean():.0f} %"

# %% covers="09.fitted"
# @title True and shuffled labels, update by update
assert min(honest.training[-1].min(), lied.training[-1].mean()) > 98
assert honest.test[-1].mean() > 90 > 20 > lied.test[-1].mean()
shown = {"true labels": honest, "shuffled": lied}
lines = {f"{k}, {part}": getattr(v, part)[:, 0].T for k, v in shown.items() for part in PARTS}
described(
    plot_lines(range(0, 401, 40), lines, title="Both learn all that they were shown", **UPDATES),
    "Percentage right against updates. With true labels the training digits reach 100 at once, the "
    f"test digits {honest.test[-1].mean():.0f}. With shuffled labels the training digits climb to "
    "100 too, slowly, while the test digits stay at 10, as by guessing.",
)

# %% [markdown]
# A training error of 0 cannot tell learning from learning by heart. A model is **underfitted** if
# it fails even on its training data, **overfitted** if it does much worse on new data, and **just
# fitted** (HUST) in between. **Regularization** is whatever lowers the error on new data.
#
# ## 2 Too simple, too wild (core)
# HKU fits polynomials of degree 3 and 20. Here you know the truth, $f(x) = \sin 3x$, and can draw
# the training set again, 3,000 times: 30 fixed places, noise of deviation 0.3.


# %%
def truth(x):
    return np.sin(3 * x)


def noisy(shape, seed):
    return 0.3 * np.random.default_rng(seed).normal(size=shape)


def fits(degree, n=30):
    x = np.linspace(-1, 1, n)
    A, B = (chebyshev.chebvander(z, degree) for z in (x, at))
    Y = truth(x) + noisy((3000, n), seed=7)
    return np.linalg.lstsq(A, Y.T)[0].T @ B.T  # a row of predictions for each training set


at = np.linspace(-1, 1, 200)

# %% [markdown]
# Of the 3,000 predictions at a place, the distance of the mean from $f$ is the **bias**,
# their scatter around it the **variance**. By hand, for 1, 2 and 6 where the truth is 2: the mean
# is 3, the squared bias 1, the variance $(4 + 1 + 9)/3$.

# %%
guesses = np.array([1.0, 2.0, 6.0])
bias_squared, variance = (guesses.mean() - 2) ** 2, guesses.var()
assert np.isclose(bias_squared + variance, np.mean((guesses - 2) ** 2))
np.round([bias_squared, variance, np.mean((guesses - 2) ** 2)], 3)

# %% [markdown]
# **Predict.** Degree 3 has 4 coefficients, degree 20 has 21. How many times as large is the
# variance of degree 20, averaged from −1 to 1?

# %% tags=["predict"]
guess_ratio = ...  # a factor: 1 if both scatter alike

# %% truth=["160", "a hundred and sixty"] numbers={"inner": [7, 11]}
# @title Your guess beside the truth
inner = np.divide(*(fits(degree)[:, np.abs(at) < 0.9].var(axis=0).mean() for degree in (20, 3)))
three, twenty = (regularization.bias_variance(fits(degree), truth(at)) for degree in (3, 20))
assert 100 < twenty[1] / three[1] < 300
described(
    plot_guess(
        guess_ratio,
        round(twenty[1] / three[1]),
        quantity="variance, degree 20 over degree 3",
        log=True,
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The tempting answer is 5, the ratio of the coefficients. *At* the 30 places it is right: there the
# variance is $\sigma^2(d + 1)/n$. For $|x| < 0.9$ the ratio is {{inner:.0f}}; the rest comes from
# the two ends.
# </details>
#
# **Spot the error.** HKU: the expected error of a prediction is bias² + variance. For degree 3 that
# is {{total:.3f}}. Now each fit of degree 3 meets *new* measurements, with the same noise.
#
# **Predict.** What is the mean squared error of those predictions?

# %% tags=["predict"]
guess_error = ...  # a number

# %% erratum="U1" truth=["0.1", "0.104", "0.105", "seven times"]
# @title Your guess beside the truth
predictions = fits(3)
measured = np.mean((predictions - truth(at) - noisy(predictions.shape, seed=8)) ** 2)
assert np.isclose(measured, sum(three) + 0.09, rtol=0.02)
assert measured > 5 * sum(three)
described(
    plot_guess(guess_error, round(float(measured), 3), quantity="mean squared error", log=True)
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# About seven times the sum: new noise comes on top. $y - h$ is the noise $y - f$, the bias
# $f - \bar h$ and the scatter $\bar h - h$. Noise and scatter are independent and have mean 0, so
# the mean squares of all three add up:
#
# $$\begin{aligned}\mathrm E(y - h)^2 &= \textcolor{#0072b2}{(f - \bar h)^2} \\
#   &+ \textcolor{#b84a00}{\mathrm E(h - \bar h)^2} + \textcolor{#007a58}{\sigma^2}
#   \end{aligned} \tag{9.1}$$
# </details>
#
# ### Degree by degree
# The best degree, and the errors of nine:

# %% covers="09.bias_variance" numbers={"total": ["sum(three)", 0.012, 0.017]}
degrees = [1, 2, 3, 4, 5, 7, 10, 15, 20]
parts = np.array([regularization.bias_variance(fits(d), truth(at)) for d in degrees]).T
whole = parts.sum(axis=0) + 0.09
best_degree = degrees[whole.argmin()]
after(guess_error, (best_degree, np.round(whole, 3)))

# %%
# @title Bias, variance and their sum, degree by degree
assert best_degree in (3, 4, 5)
curves = {"bias²": parts[0], "variance": parts[1], "noise": np.full(9, 0.09), "error": whole}
words = {"xlabel": "degree", "ylabel": "mean square", "yscale": "log"}
title = "The best degree is where falling bias meets rising variance"
ax = plot_lines(degrees, curves, title=title, **words)
ax.set_ylim(0.002, 3)
by_degree = described(
    ax,
    f"Squared bias, variance, noise and their sum against the degree, 1 to 20. Bias falls from "
    f"{parts[0, 0]:.2f}, variance rises from {parts[1, 0]:.3f} to {parts[1, -1]:.1f}, the noise is "
    f"0.09; the sum is lowest at degree {best_degree}.",
)
after(guess_error, by_degree)

# %% [markdown]
# Move degree, points and noise yourself, and in section 5 the ridge.

# %% covers="09.bias_variance"
# @title Twenty fits
twenty = described(
    explore_fits(degree=3),
    "Twenty fits to twenty noisy data sets, the mean of all possible fits and the truth, with "
    "squared bias, variance and noise; sliders for degree, points, noise and ridge, a button for "
    "new data. "
    "Degree 1 misses the curve with all fits alike; degree 3 follows it; degree 20 swings wildly "
    "at both ends, and a ridge or more points calm it.",
)
after(guess_error, twenty)

# %% [markdown]
# More data cure, too. The variance of degree 20:

# %% covers="09.more_data"
with_more = {n: regularization.bias_variance(fits(20, n), truth(at))[1] for n in (25, 30, 40, 80)}
after(guess_ratio, {n: float(f"{v:.2g}") for n, v in with_more.items()})

# %%
# @title A check of the text
assert with_more[80] < 0.05 < 1 < with_more[30]

# %% tags=["exercise"] covers="09.bias_variance"
exercise("bias_variance")

# %% [markdown] covers="09.splits,09.floor,09.features,09.diagnosis"
# ## 3 Name the illness (core)
# Real data come without $f$. What you have are two errors. HKU
# compares with school: exercises are training data, mock exams validation data, the final exam test
# data, in parts of 60, 20, 20 or 50, 25, 25 percent. The floor is the **Bayes error**, the least
# that anyone can reach; the **human error** stands in for it. Training error minus floor tells of
# bias, validation minus training error of variance. KAV's four columns, with a floor near 0:
#
# | error | A | B | C | D |
# |---|---|---|---|---|
# | training, % | 1 | 15 | 15 | 0.5 |
# | validation, % | 11 | 16 | 30 | 1 |
# | what is high | variance | bias | both | neither |

# %% [markdown] covers="09.features"
# Against bias, which comes first: a bigger network, longer training. Against variance: more data,
# fewer features (by hand, or by model selection, lecture 11), or the rest of this lecture.

# %% tags=["exercise"] covers="09.diagnosis"
exercise("q_cure")

# %% [markdown]
# The networks of section 1:

# %%
errors = 100 - honest.training[-1].mean(), 100 - honest.validation[-1].mean()
assert regularization.diagnose(*errors, bayes_error=1, tolerance=3) == (False, True)
f"training error {errors[0]:.1f} %, validation error {errors[1]:.1f} %: high variance"

# %% [markdown]
# ### Your turn: diagnose (deeper)

# %% tags=["exercise"] covers="09.diagnosis"
exercise("diagnose")

# %% [markdown]
# ## 4 Stop in time (core)
# HKU says that more training is equivalent to a higher degree. Let gradient descent fit a
# polynomial of degree 20, from weights of 0, at the rate $\eta = 1/\lambda_1$. Along a singular
# direction of $X$, with curvature $\lambda_j = s_j^2$, the distance shrinks by $1 - \eta\lambda_j$
# a step, so that after $k$ steps the share $1 - (1 - \eta\lambda_j)^k$ is fitted. These shares add
# up to the **effective number of coefficients**:
#
# $$\nu_k = \sum_j \bigl(1 - (1 - \eta\lambda_j)^k\bigr) \tag{9.2}$$


# %%
def basis(x):
    return legendre.legvander(x, 20) * np.sqrt(2 * np.arange(21) + 1)


places = np.linspace(-1, 1, 30)
U, s, Vt = np.linalg.svd(basis(places), full_matrices=False)
Y = truth(places) + noisy((3000, 30), seed=7)


def judged(share):  # bias² and variance when direction j is fitted by share[j]
    weights = Vt.T @ (share / s * (Y @ U)).T
    return regularization.bias_variance((basis(at) @ weights).T, truth(at))


steps = [1, 3, 10, 30, 100, 1000, 10**4, 10**6]
shares = [1 - (1 - s**2 / s[0] ** 2) ** k for k in steps]
{k: round(share.sum()) for k, share in zip(steps, shares, strict=True)}

# %% [markdown]
# The *count* rises: after 3 steps 5 coefficients, after a million 21. And the fit?

# %% covers="09.longer" numbers={"hasty": ["sums[1]", 0.3, 0.4], "quartic": [0.014, 0.021]}
# @title Bias, variance and their sum, step by step
both = np.array([judged(share) for share in shares]).T
sums, quartic = both.sum(axis=0), parts[:, degrees.index(4)].sum()
assert 10 <= steps[sums.argmin()] <= 100
assert sums[1] > 10 * quartic < 10 * 0.5 * sums.min()
words = {"xlabel": "steps of gradient descent", "ylabel": "mean square", "yscale": "log"}
curves = {"bias²": both[0], "variance": both[1], "both": sums}
title = "The error is lowest long before the training ends"
described(
    plot_lines(steps, curves, title=title, xscale="log", **words),
    f"Squared bias, variance and their sum against steps from 1 to a million. Bias falls from "
    f"{both[0, 0]:.2f}, variance rises to {both[1, -1]:.1f}; the sum is lowest, {sums.min():.3f}, "
    f"at {steps[sums.argmin()]} steps.",
)

# %% [markdown]
# Degree 4 has 5 coefficients, and bias² + variance of {{quartic:.3f}}; after 3
# steps, with 5 spread over 21 directions, it is {{hasty:.2f}}.
#
# **Early stopping** keeps the weights of the epoch with the lowest *validation* error. Since curves
# are noisy, wait for `patience` epochs without a better one. HKU's validation accuracies of epochs
# 15 to 20, as errors:

# %%
errors = [20, 18, 15, 17, 22, 25]
stops = [regularization.early_stopping(errors, patience) for patience in (1, 2, 3)]
assert stops == [(2, 3), (2, 4), (2, 5)]
[{"best": 15 + best, "stops": 15 + stop} for best, stop in stops]

# %% [markdown]
# Epoch 17 is kept each time. Where would *you* stop?

# %% covers="09.early_stopping"
# @title When do you stop?
described(
    explore_stopping(),
    "The validation loss of a training, revealed epoch by epoch, a button to stop, then a slider "
    "for the patience of the rule beside your stop and the best epoch; six runs. In its static "
    "twin, HKU's table: the best epoch is 17; patience 1 stops at 18, 2 at 19 and 3 at 20.",
)

# %% [markdown]
# ### Three cures for one illness
# Behind these runs a fifth of the labels is drawn anew. Do the same to our labels (then 18 % are
# wrong), and try three cures: stopping, decay (section 5), dropout (section 7). One start:

# %%
rng = np.random.default_rng(7)
wrong = rng.random(len(labels)) < 0.2
partly = torch.where(torch.tensor(wrong), torch.tensor(rng.integers(10, size=len(labels))), labels)
tries = {"none": {"every": 100}, "decay": {"lam": [0.03]}, "dropout": {"p": [0.5]}}
alone = {c: train(300, partly, seeds=1, **w).test[:, 0, 0].round(1) for c, w in tries.items()}
{"stop": float(alone["none"][1])} | {cure: float(found[-1]) for cure, found in alone.items()}

# %% [markdown]
# Ten starts are stored (`dlcourse/samples/make_cures.py`). Percentages right, validation and test:

# %% numbers={"ill": ["cures['none'][0, 1]", 79, 85], "stopped": ["cures['stop'][0, 1]", 83, 88]}
trainings = json.loads((SAMPLES / "cures.json").read_text("utf-8"))


def archived(name):
    return SimpleNamespace(**{part: np.array(rows) for part, rows in trainings[name].items()})


def on_both(run, look=-1):  # validation and test, a row for each strength
    return np.stack([run.validation[look], run.test[look]], axis=2).mean(axis=1).round(1)


lams, ps, sick = [0.01, 0.03, 0.1], [0.2, 0.5, 0.8], archived("a fifth wrong")
decayed, dropped = archived("a fifth wrong, decay"), archived("a fifth wrong, dropout")
best = sick.validation[:, 0].mean(axis=1).argmax()
cures = {"none": on_both(sick), "stop": on_both(sick, best)}
cures |= {"decay": on_both(decayed), "dropout": on_both(dropped)}
{cure: share.tolist() for cure, share in cures.items()}

# %% numbers={"shrunk": ["decay[1]", 86, 91], "thinned": ["dropping[1]", 87, 92], "peak": [50, 190]}
# @title The strength that is best on the validation digits
(decay, lam), (dropping, p) = (
    (cures[cure][chosen], strengths[chosen])
    for cure, strengths in (("decay", lams), ("dropout", ps))
    for chosen in [cures[cure][:, 0].argmax()]
)
assert (lam, p) == (0.03, 0.5)
peak = 20 * best
assert honest.test[:, 0].mean(axis=1).max() < honest.test[-1].mean() + 0.5  # true labels
assert cures["none"][0, 1] + 2 < cures["stop"][0, 1] < min(decay[1], dropping[1]) - 2
assert honest.test[-1].mean() > max(decay[1], dropping[1]) + 2

# %% [markdown]
# | cure | its strength, chosen on the validation digits | test digits, % |
# |---|---|---|
# | none | | {{ill:.0f}} |
# | stop in time | after {{peak:.0f}} of 400 updates | {{stopped:.0f}} |
# | decay | $\lambda$ = 0.03 | {{shrunk:.0f}} |
# | dropout | $p$ = 0.5 | {{thinned:.0f}} |
#
# The network first learns what many digits share, later the wrong labels, one by one (Rolnick et
# al. 2017). Each cure hinders the second, and returns a part of what it costs (true labels:
# {{plain:.0f}} %). With true labels there is no need to stop: the curves of section 1 hardly fall.
#
# ### Your turn: early stopping (deeper)

# %% tags=["exercise"] covers="09.early_stopping"
exercise("early_stopping")

# %% [markdown]
# ## 5 Shrink (core)
# A smooth function needs no large weights. So let them cost something:
#
# $$\tilde J = J + \alpha\,\Omega(w),\qquad \alpha \ge 0 \tag{9.3}$$
#
# For the **L2 penalty**, $\Omega = \frac12|w|^2$ and $\alpha = \lambda$, the gradient is
# $\nabla J + \lambda w$, and a step becomes
#
# $$w \leftarrow (1 - \eta\lambda)\,w - \eta\,\nabla J \tag{9.4}$$
#
# This is **weight decay**: each step takes the same share of every weight, here
# $\eta\lambda = 0.1$:

# %% covers="09.penalty"
w = np.array([3.0, -4.0, 0.5])
(1 - 0.1) * w

# %% [markdown]
# The principle is *prior knowledge*. Let $J$ be a negative log-likelihood (lecture 3). If you
# believe that weights are Gaussian with variance $\tau^2$, the most probable ones minimize $J -
# \log$ prior, that is $J + |w|^2/2\tau^2$: $\lambda = 1/\tau^2$. **Ridge regression**, the least of
# $\frac12|Xw - y|^2 + \frac\lambda2|w|^2$, has a formula; noise of variance $\sigma^2$ makes it
# $\lambda = \sigma^2/\tau^2$:
#
# $$w = (X^\top X + \lambda I)^{-1} X^\top y \tag{9.5}$$
#
# Along a singular direction it fits the share $\lambda_j/(\lambda_j + \lambda)$, again fewer
# coefficients by count:

# %% covers="09.l2,09.priors"
X, y = basis(places), Y[0]
ridge = np.linalg.solve(X.T @ X + 1.0 * np.eye(21), X.T @ y)
assert np.allclose(ridge, Vt.T @ (s**2 / (s**2 + 1.0) / s * (U.T @ y)))
by_ridge = {lam: np.round(judged(s**2 / (s**2 + lam)), 4).tolist() for lam in (0, 0.1, 1, 10)}
assert by_ridge[1][1] < 0.1 * by_ridge[0][1]
by_ridge  # bias² and variance

# %% [markdown]
# A little bias removes almost all variance (the 0.0002 without a ridge is chance). Try it in
# section 2's widget. Now networks, with true labels, too:

# %% covers="09.too_high"
# @title Decay, with true and with wrong labels
clean = archived("decay")
lines = {
    "true labels": np.vstack([honest.test[-1], clean.test[-1]]).T,
    "a fifth drawn anew": np.vstack([sick.test[-1], decayed.test[-1]]).T,
}
means = {name: share.mean(axis=0) for name, share in lines.items()}
assert means["true labels"].max() < means["true labels"][0] + 1
words = {"xlabel": "λ", "ylabel": "test digits right, %"}
ax = plot_lines(range(4), lines, title="Decay helps where labels are wrong", **words)
ax.set_xticks(range(4), [0, *lams])
described(
    ax,
    "Percentage right against the strength of decay, 0, 0.01, 0.03 and 0.1. "
    + " ".join(f"{k}: " + ", ".join(f"{x:.0f}" for x in v) + "." for k, v in means.items()),
)

# %% tags=["exercise"] covers="09.l2"
exercise("l2_penalty")

# %% [markdown]
# ### Spot the error: is it the same?
# EPFL: weight decay "is actually the same as" the L2 penalty. By (9.4) it is, for plain gradient
# descent. **Adam**, which lecture 10 builds, moves each weight along the mean of its last
# gradients, *divided by their usual size*. 3,000 weights begin at 1; their gradients are noise of
# deviation 10, 0.1 or 0.01. Adam gets the penalty's $\lambda w$ added to it; **AdamW** multiplies
# by $1 - \eta\lambda$ instead. 500 steps, $\eta = 0.01$, $\lambda = 0.1$.
#
# **Predict.** AdamW brings all weights to 0.60. Which weights does Adam with the L2 penalty shrink
# *least*?

# %% tags=["predict"]
guess_least = ...  # "noisy", "quiet" or "all alike"

# %% truth=["0.95", "noisy", "least those that need it most"] erratum="E8" covers="09.decay"
# @title Your guess beside the truth
sizes, rng = np.repeat([10, 0.1, 0.01], 1000), np.random.default_rng(7)
l2, apart, moments, others = np.ones(3000), np.ones(3000), (0.0, 0.0), (0.0, 0.0)
for t in range(1, 501):
    g = sizes * rng.normal(size=3000)
    l2, *moments = adaptive.adam_step(l2, g + 0.1 * l2, *moments, t, lr=0.01)
    apart, *others = adaptive.adamw_step(apart, g, *others, t, lr=0.01, weight_decay=0.1)
left, left_apart = (a.reshape(3, -1).mean(axis=1) for a in (l2, apart))
assert left[0] > 0.9 > 0.1 > np.abs(left[1:]).max()
assert np.abs(left_apart - 0.999**500).max() < 0.1
least = ["noisy", "quiet"][int(left[0] < left[2])]
asked = {"quantity": "shrunk least", "choices": ["noisy", "quiet", "all alike"]}
described(plot_guess(guess_least, least, **asked))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The noisy ones keep 0.95, the others are gone. Adam divides the penalty by the size of the noise,
# so that it spares those that need it most.
#
# </details>
#
# What holds: the same under plain gradient descent only. PyTorch's `Adam(weight_decay=...)` adds
# the penalty's gradient, `AdamW` decays.

# %% tags=["exercise"] covers="09.decay"
exercise("q_weight_decay")

# %% [markdown] covers="09.max_norm"
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.
#
# ### A limit
# **Max-norm** costs nothing up to a limit: after each step, a unit's incoming weights that are
# longer than $r$ are brought back to length $r$. KAV: this helps against exploding gradients, too.

# %% covers="09.max_norm"
W = np.column_stack([w, 0.1 * w])  # two units, lengths 5.02 and 0.50
capped = regularization.max_norm(W, r=1.0)
assert np.allclose(np.linalg.norm(capped, axis=0), [1, 0.5025], atol=1e-4)
np.round(capped, 3)

# %% [markdown]
# ### Your turn: max-norm alone (deeper)

# %% tags=["exercise"] covers="09.max_norm"
exercise("max_norm")

# %% [markdown]
# ### Your turn: decay, then the limit (core)

# %% tags=["exercise"] covers="09.together"
exercise("regularized_step")

# %% [markdown]
# ## 6 Cut (core, 8 minutes)
# The **L1 penalty** is $\Omega = \sum |w|$; as a prior it is Laplace's, with a sharp peak at 0. Its
# gradient $\lambda\,\mathrm{sign}(w)$ takes the same amount from every weight. HW and KAV say that
# it makes weights exactly 0 (**C20**). Take one weight, and a loss that would like it to be $v$:
#
# $$\min_w\; \tfrac12 (w - v)^2 + t\,|w| \quad\Rightarrow\quad
#   w = \mathrm{sign}(v)\,\max(|v| - t, 0) \tag{9.6}$$
#
# On either side of 0 the slope is $w - v \pm t$; if $|v| < t$ it leads to 0 from both sides. The
# map is called the **soft threshold**.

# %% covers="09.sparse"
assert regularization.soft_threshold(w, 1.0).tolist() == [2, -3, 0]
regularization.soft_threshold(w, 1.0)

# %% [markdown]
# With two weights: a penalty holds them in a ball. The best point is where the lowest line of equal
# loss touches it:

# %% covers="09.sparse"
# @title The balls of L2 and L1
H, least = np.array([[1.0, 0.3], [0.3, 1.0]]), np.array([0.5, 2.0])
bowl = lambda w: 0.5 * ((w - least) @ H * (w - least)).sum(axis=-1)  # noqa: E731
points = {name: touching(bowl, corners) for name, corners in balls().items()}
assert points["L1"].tolist() == [0, 1]
assert points["L2"].min() > 0.05
described(
    plot_balls(bowl, least, title="The diamond is touched at its corner"),
    "Ellipses of equal loss around a star at (0.5, 2), and the weights of size 1: a disc for L2, a "
    "diamond with its corners on the axes for L1. The lowest ellipse that touches the disc meets "
    f"it at ({points['L2'][0]:.2f}, {points['L2'][1]:.2f}), both weights not 0; the diamond is met "
    "at its upper corner, (0, 1).",
)

# %% [markdown]
# The diamond sticks out on the axes, and there one weight is 0.
#
# Two ways to train with it: steps along $\lambda\,\mathrm{sign}(w)$, or steps of the loss alone,
# each followed by a soft threshold of $\eta\lambda$. A linear softmax classifier, 1,200 digits:


# %%
def linear_reader(lam, soft, lr=0.1):
    W, X, onehot = np.zeros((64, 10)), pixels[:1200].double().numpy(), np.eye(10)[labels[:1200]]
    for _ in range(400):
        z = np.exp(X @ W - (X @ W).max(axis=1, keepdims=True))
        slope = X.T @ (z / z.sum(axis=1, keepdims=True) - onehot) / 1200
        if soft:
            W = regularization.soft_threshold(W - lr * slope, lr * lam)
        else:
            W = W - lr * (slope + lam * np.sign(W))
    return W


readers = {(lam, soft): linear_reader(lam, soft) for lam in (0.001, 0.003, 0.01) for soft in (0, 1)}

# %% [markdown]
# By strength, without (0) and with (1) the soft threshold: weights that are exactly 0 (%), pixels
# whose weights are all 0, test digits right (%).


# %% claim="C20" covers="09.sparse" numbers={"zeros": ["told[0.003, 1][0]", 35, 60]}
def counted(W):
    share = np.mean((test_pixels.numpy() @ W).argmax(axis=1) == digits.y_test)
    idle = (W == 0).all(axis=1).sum()
    return [round(float(x), 1) for x in (100 * np.mean(W == 0), idle, 100 * share)]


told = {key: counted(W) for key, W in readers.items()}
assert all(told[lam, 0][0] == 0 for lam in (0.001, 0.003, 0.01))
assert 0 < told[0.001, 1][0] < told[0.003, 1][0] < told[0.01, 1][0]
assert all(abs(told[lam, 0][2] - told[lam, 1][2]) < 1 for lam in (0.001, 0.003, 0.01))
told

# %% [markdown]
# **Verdict on C20: the penalty does, gradient steps do not.** Three strengths, 400 steps from
# weights of 0: subgradient steps leave no exact 0, they jump over it and back. The soft threshold
# leaves {{zeros:.0f}} % zeros at λ = 0.003; both get equally many digits right.
#
# ### The pixels in use (deeper)
# Weights left for each pixel:

# %%
# @title The pixels in use
sizes = [np.abs(readers[lam, 1]).sum(axis=1) for lam in (0.001, 0.003, 0.01)]
maps = [part.reshape(8, 8) / part.max() for part in (digits.X_train.mean(axis=0), *sizes)]
names = ["mean digit", "λ 0.001", "λ 0.003", "λ 0.01"]
described(
    plot_images(maps, names, title="A stronger penalty uses fewer pixels", columns=4),
    "The mean digit, and for three strengths of the L1 penalty the sum of absolute weights of each "
    "pixel. With growing strength more pixels are white, at the left and right edges first, where "
    "digits seldom have ink. Unread by all classes: "
    + ", ".join(f"{told[lam, 1][1]:.0f}" for lam in (0.001, 0.003, 0.01))
    + " pixels.",
)

# %% [markdown] covers="09.elastic"
# So L1 selects features. The **elastic net** mixes both penalties:

# %% covers="09.elastic"
penalty, (slope,) = regularization.elastic_penalty([w], lam=0.1, l1_ratio=0.5)
round(penalty, 4), slope

# %% [markdown]
# ### Your turn: L1 and its soft threshold (deeper)

# %% tags=["exercise"] covers="09.l1"
exercise("l1_penalty")

# %% tags=["exercise"] covers="09.sparse"
exercise("soft_threshold")

# %% [markdown] covers="09.dropout,09.rates,09.ensemble"
# ## 7 Drop (core)
# EPFL's team relies on one star player, and should now and then play without.
# **Dropout** silences, in every forward pass of training, each unit of a layer with probability
# $p$. To HW this is an ensemble of sub-networks that share their weights. Inputs may be dropped,
# outputs never; KAV's rates are 20 to 30 % in recurrent and 40 to 50 % in convolutional networks,
# more if the network overfits, less if it underfits.
#
# The next layer then receives less than at test. So what is kept is scaled up in training:
#
# $$\mathrm E\Bigl[\frac{m_i}{1 - p}\,x_i\Bigr] = \frac{(1 - p)\cdot 1 + p \cdot 0}{1 - p}\;x_i
#   = x_i,\qquad m_i \in \{0, 1\} \tag{9.7}$$

# %% covers="09.dropout"
out = np.mean([regularization.dropout(w, 0.5, np.random.default_rng(k))[0] for k in range(4000)], 0)
assert np.allclose(out, w, atol=0.3)
regularization.dropout(w, 0.5, np.random.default_rng(0))[0], np.round(out, 2)

# %% tags=["exercise"] covers="09.dropout"
exercise("dropout")

# %% [markdown]
# KAV: dropout adds 1 to 2 % accuracy and slows convergence (**C6**). True labels, 100 digits, then
# 1,200; $p$ = 0, 0.2 or 0.5 in both hidden layers; eight starts.

# %% numbers={"scarce": ["gain(few)[1].mean()", 0.2, 2.6]}
few, many = archived("100 digits"), archived("1,200 digits")


def gain(run):
    return run.test[-1] - run.test[-1, 0]


f"100 digits, points gained at p = 0.2: {gain(few)[1].mean():.1f}, in {sum(gain(few)[1] > 0)} of 8"

# %% [markdown]
# **Predict.** With 100 digits and $p = 0.2$ the gain is {{scarce:.1f}} points. How many points are
# gained with all 1,200 and $p = 0.5$? Negative if it costs.

# %% tags=["predict"]
guess_gain = ...  # points of accuracy

# %% truth=["lost", "−0.9", "-0.9"] covers="09.dropout"
# @title Your guess beside the truth
described(
    plot_guess(
        guess_gain,
        round(float(gain(many)[2].mean()), 1),
        quantity="points gained, all digits, p = 0.5",
    )
)

# %% [markdown]
# ### Gains and costs
# Updates until 97 % of (at most 300) training digits are right, and 300 digits with both kinds of
# labels:

# %% claim="C6" numbers={"slow": [1.4, 3.5], "rescued": ["gains['wrong'][1]", 5, 9]}
# @title Updates until 97 %, at p = 0, 0.2 and 0.5; points gained with 300 digits, at 0.2 and 0.5
honest_dropped = archived("dropout")


def until(run, every, bar=97):
    return np.median(every * (run.training >= bar).argmax(axis=0), axis=1)


updates = {"100 digits": until(few, 20).tolist(), "1,200 digits": until(many, 30).tolist()}
gained = {
    "wrong": dropped.test[-1, :2] - sick.test[-1],
    "true": honest_dropped.test[-1] - honest.test[-1],
}
gains = {name: share.mean(axis=1).round(1).tolist() for name, share in gained.items()}
slow = updates["1,200 digits"][2] / updates["1,200 digits"][0]
assert gain(few)[1].mean() > 0.2 > -0.3 > gain(many)[2].mean()
assert gains["wrong"][1] > 4 > 0.5 > max(gains["true"])
assert (gained["wrong"][1] > 0).all()
assert slow > 1.3
updates, gains

# %% [markdown]
# Drawn:

# %% numbers={"needless": ["gains['true'][1]", -2, 0.4], "dear": ["gain(many)[2].mean()", -2, -0.3]}
# @title Points gained, start by start
lines = {"100 digits": gain(few).T, "1,200 digits": gain(many).T}
lines["300, labels wrong"] = np.vstack([np.zeros(10), gained["wrong"]]).T
words = {"xlabel": "p", "ylabel": "points gained on the test digits"}
title = "Dropout gains where the network overfits"
by_start = described(
    plot_lines([0, 0.2, 0.5], lines, title=title, **words),
    "Points gained against p, 0, 0.2 and 0.5. "
    + " ".join(f"{k}: " + ", ".join(f"{x:.1f}" for x in v.mean(0)) + "." for k, v in lines.items()),
)
after(guess_gain, by_start)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# **Verdict on C6: a gain where the network overfits; slower at p = 0.5.** Rate 0.1, five to ten
# paired starts.
#
# | digits, labels | updates | $p$ | points gained |
# |---|---|---|---|
# | 100, true | 300 | 0.2 | {{scarce:.1f}} |
# | 300, a fifth drawn anew | 400 | 0.5 | {{rescued:.1f}} |
# | 300, true | 400 | 0.5 | {{needless:.1f}} |
# | 1,200, true | 600 | 0.5 | {{dear:.1f}}, and {{slow:.1f}} times the updates |
#
# </details>
#
# ### Many answers of one network (deeper)
# Leave dropout on at test, and each pass answers differently (**Monte Carlo dropout**): where
# answers scatter, the network guesses. So does a small largest probability of *one* pass without
# dropout. How often is a wrong answer doubted more than a right one?

# %% covers="09.mc_dropout" numbers={"fifty": ["100 * doubted[0]", 82, 93]}
torch.manual_seed(7)
net = train(100, p=[0.2], steps=300, every=300, seeds=8).net
with torch.no_grad():
    passes = [scores(test_pixels, net, torch.tensor(0.2)).softmax(2) for _ in range(50)]
    surest, once = scores(test_pixels, net).softmax(2).max(2)
answer = torch.stack(passes).mean(0).argmax(2)
scatter = torch.stack(passes).std(0).gather(2, answer[..., None])[..., 0]


def ranked(doubt, is_right):
    return (doubt[~is_right][:, None] > doubt[is_right]).double().mean().item()


doubted = ranked(scatter, answer == test_labels), ranked(1 - surest, once == test_labels)
assert doubted[1] > doubted[0] - 0.01
np.round(doubted, 2)

# %% [markdown]
# In {{fifty:.0f}} % of pairs by the scatter, and no less often by one pass: fifty buy nothing here.
#
# HUST's *drop-weights*, **DropConnect** (Wan et al. 2013), silences single connections. (Neither it
# nor the elastic net is tried on a network.)

# %% tags=["exercise"] covers="09.dropconnect"
exercise("dropconnect")

# %% [markdown] covers="09.augmentation,09.photometric"
# ## 8 More data from old (core)
# A digit that is moved by a pixel is the same digit. **Data augmentation** draws such changes anew
# in every batch (*on the fly*, nothing is stored): shifts, rotations, zoom, flips, whatever leaves
# the label true.

# %% covers="09.augmentation"
# @title One digit, and what can be made of it
six = digits.X_train[digits.y_train == 6][0].reshape(8, 8)
made = {"as it is": six, "shifted": augmentation.shift_image(six, 0, 1)}
made |= {"rotated 15°": augmentation.rotate(six, 15), "zoomed": augmentation.zoom(six, 0.8)}
made |= {"contrast": augmentation.contrast(six, 0.5)}
made |= {"noise": augmentation.noise(six, 0.15, np.random.default_rng(7))}
made |= {"flipped": augmentation.flip(six), "turned 180°": augmentation.rotate(six, 180)}
title = "Which of these may a training set hold?"
described(
    plot_images([*made.values()], made, title=title, columns=4),
    "Eight pictures of a handwritten 6: as it is, shifted, rotated by 15 degrees, smaller, with "
    "half the contrast, with noise, flipped left to right, and turned by 180 degrees.",
)

# %% [markdown]
# Shifts by up to one pixel, drawn for each image:


# %%
dark = (0 - mean) / std  # an empty pixel, after standardization


def moved(x, dy, dx):
    images = x.numpy().reshape(*x.shape[:-1], 8, 8) - dark
    out = augmentation.shift_image(images, dy, dx) + dark
    return torch.tensor(out.reshape(x.shape), dtype=torch.float32)


def shifted(x):
    choice, out = torch.randint(9, x.shape[:2]), torch.empty_like(x)
    for number, (dy, dx) in enumerate(product((-1, 0, 1), repeat=2)):
        out[choice == number] = moved(x[choice == number], dy, dx)
    return out


pairs = {"a fifth drawn anew": (sick, helped := train(300, partly, change=shifted))}
pairs["true labels"] = honest, (with_shifts := train(300, change=shifted))
shown = {k: [round(float(r.test[-1, 0, :5].mean()), 1) for r in v] for k, v in pairs.items()}
assert np.diff(shown["a fifth drawn anew"]) > 1 > -2 > np.diff(shown["true labels"])
shown

# %% [markdown]
# Without and with shifts, five starts. Where labels are wrong, shifts gain. With true labels they
# cost updates. EPFL holds them "still good" where data are enough: move all *test* digits to the
# right by one pixel. Trained with shifts, the networks get {{moved_too:.0f}} % right.
#
# **Predict.** What percentage do they get right when trained without shifts?

# %% tags=["predict"]
guess_moved = ...  # a number from 0 to 100

# %% truth=["36", "37", "more than a third"] numbers={"moved_too": ["on_moved[1]", 86, 95]}
# @title Your guess beside the truth
on_moved = [
    100 * right(run.net, moved(test_pixels, 0, 1), test_labels).mean()
    for run in (honest, with_shifts)
]
assert on_moved[0] < 50 < 85 < on_moved[1]
described(
    plot_guess(
        guess_moved,
        round(float(on_moved[0]), 1),
        quantity="percentage of moved digits, trained without shifts",
        within=(0, 100),
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Little more than a third. To a dense network, which knows no neighbours, a moved digit is a new
# vector. Augmentation teaches it; lecture 12 builds it in.
# </details>
#
# HW warns: is a 6 that is turned by 180° still a 6?

# %% covers="09.six_nine" numbers={"nines": ["100 * as_nine", 60, 98]}
turned = test_pixels[test_labels == 6].flip(1)  # rows and columns backwards: half a turn
with torch.no_grad():
    answers = scores(turned, honest.net).argmax(2)
as_nine = (answers == 9).float().mean().item()
f"turned sixes that are taken for nines: {100 * as_nine:.0f} %"

# %% [markdown]
# **Explain.** Which digits could you flip left to right without teaching errors?

# %% [markdown] tags=["instructor"] grade_id="explain_flip" points=2
# A flip is allowed where the mirror image is the same digit: 0 and 8, and more or less 1. A flipped
# 2 or 5 looks somewhat like the other of the two, and a flipped 3, 4, 6, 7 or 9 like no digit that
# the network will ever meet: the label is then wrong, or effort is wasted. For photographs of cats
# a flip is right: what may be changed depends on the task.

# %% [markdown]
# **Noise** is another: HW adds it to
# inputs, hidden layers or outputs (label smoothing, lecture 3). For a linear model, noise on
# the inputs *is* the L2 penalty:
#
# $$\mathrm E\,(w^\top(x + \varepsilon) - y)^2 = (w^\top x - y)^2 + \sigma^2|w|^2 \tag{9.8}$$

# %% covers="09.noise,09.smoothing"
x = np.array([1.0, 0.5, 2.0])
noise = 0.1 * np.random.default_rng(7).normal(size=(100_000, 3))
both = np.mean(((x + noise) @ w - 1) ** 2), (x @ w - 1) ** 2 + 0.01 * w @ w
assert np.isclose(*both, rtol=0.02)
np.round(both, 3)

# %% tags=["exercise"] covers="09.augmentation"
exercise("shift_image")

# %% [markdown]
# ## 9 More weights than digits (core, 13 minutes)
# By section 2 everything gets worse beyond the best size. EPFL: huge networks overfit surprisingly
# little (**C10**). Take random ReLU features (lecture 2), 100 digits with true labels, and the
# outer weights by least squares.


# %%
def errors_of(counts, ridges, seed):
    rng = np.random.default_rng(seed)
    rows, W = rng.permutation(1200)[:100], rng.normal(size=(2000, 64)).T / 8
    train_F, test_F = (np.maximum(X.double().numpy() @ W, 0) for X in (pixels[rows], test_pixels))
    found = []
    for n in counts:
        U, s, Vt = np.linalg.svd(train_F[:, :n], full_matrices=False)
        U, s, Vt = U[:, s > 1e-9], s[s > 1e-9], Vt[s > 1e-9]
        wanted, seen = U.T @ np.eye(10)[digits.y_train[rows]], test_F[:, :n] @ Vt.T
        z = [seen @ (s[:, None] / (s**2 + ridge)[:, None] * wanted) for ridge in ridges]
        found.append(np.mean(np.argmax(z, axis=2) != digits.y_test, axis=1))
    return np.array(found).T  # a row for each ridge


counts = [10, 20, 40, 60, 80, 100, 120, 150, 200, 400, 1000, 2000]
few_errors = np.array([errors_of(counts[:6], [0], seed)[0] for seed in range(5)])
dict(zip(counts, few_errors.mean(axis=0).round(2).tolist(), strict=False))

# %% [markdown]
# With as many features as training digits, all of these are right and most test digits wrong.
#
# **Predict.** What is the share of errors with 2,000 features?

# %% tags=["predict"]
guess_2000 = ...  # a number from 0 to 1

# %% truth=["0.1", "one in ten"] numbers={"ridged": ["all_errors[1][:, 5].mean()", 0.12, 0.2]}
# @title Your guess beside the truth
all_errors = np.stack([errors_of(counts, [0, 1], seed) for seed in range(5)], axis=1)
described(
    plot_guess(
        guess_2000,
        round(all_errors[0][:, -1].mean(), 3),
        quantity="share of errors with 2,000 features",
        within=(0, 1),
    )
)

# %% [markdown]
# ### The whole curve
# Five draws, without and with a ridge of 1:

# %% claim="C10" covers="09.double_descent" numbers={"top": [0.7, 0.86], "end": [0.08, 0.13]}
# @title The means of the five draws hold what is drawn below
mean_errors = all_errors[0].mean(axis=0)
top, end = mean_errors.max(), mean_errors[-1]
assert counts[mean_errors.argmax()] == 100
assert end < 0.5 * mean_errors[:5].min()
assert all_errors[1].mean(axis=0)[5] < all_errors[1].mean(axis=0)[2]
assert np.array_equal(few_errors, all_errors[0][:, :6])  # the guess was asked about these draws

# %% [markdown]
# Drawn:

# %%
# @title The errors from 10 to 2,000 features
lines = {"least squares": all_errors[0], "ridge 1": all_errors[1]}
words = {"xlabel": "features", "ylabel": "share of test digits misclassified", "xscale": "log"}
title = "Worst where features and digits are equally many"
by_count = described(
    plot_lines(counts, lines, title=title, **words),
    "Errors against features, 10 to 2,000, as means with lowest and highest of five draws. "
    + " ".join(f"{k}: " + ", ".join(f"{x:.2f}" for x in v.mean(0)) + "." for k, v in lines.items()),
)
after(guess_2000, by_count)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# **Verdict on C10: it holds here, beyond the peak.** 100 digits, five draws, no label noise: the
# error climbs to about {{top:.1f}} at 100 features  and falls to
# {{end:.2f}} at 2,000, less than half of the best small model's. A ridge of 1 ({{ridged:.2f}} at
# 100) removes the peak: it was variance.
# </details>
#
# With more features than digits many solutions fit. Gradient descent from 0 moves only along rows
# of $X$, so $w = X^\top a$; and that solution is the *shortest*:
#
# $$w = X^\top (X X^\top)^{-1} y \tag{9.9}$$

# %% covers="09.least_norm"
rng = np.random.default_rng(7)
X, y = rng.normal(size=(20, 100)), rng.normal(size=20)
ends = []
for begin in (np.zeros(100), np.ones(100)):
    for _ in range(3000):
        begin = begin - 0.005 * X.T @ (X @ begin - y)
    ends.append(begin)
assert np.allclose(ends[0], X.T @ np.linalg.solve(X @ X.T, y))
assert max(np.abs(X @ end - y).max() for end in ends) < 1e-6
shortest = [np.linalg.norm(np.linalg.pinv(X[:, :n]) @ y) for n in (20, 25, 50, 100)]
[round(float(np.linalg.norm(end)), 2) for end in ends], np.round(shortest, 2)

# %% [markdown]
# Both fit all 20 equations. Started from ones, the part that no row sees stays as it was. This is
# the **implicit bias** of gradient descent.

# %% tags=["exercise"] covers="09.least_norm"
exercise("q_more_weights")

# %% [markdown]
# ## 10 All together, and in PyTorch (core)
# One step with decay and a norm limit, by hand and on any device:

# %% covers="09.torch,09.together"
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
W, g = np.random.default_rng(7).normal(size=(2, 64, 10))
by_hand = regularization.regularized_step(W, g, lr=0.1, lam=0.01, r=8.0)
W_t, g_t = (torch.tensor(a, dtype=dtype, device=place) for a in (W, g))
W_t = torch.nn.Parameter(W_t)
W_t.grad = g_t
torch.optim.SGD([W_t], lr=0.1, weight_decay=0.01).step()
in_torch = torch_regularization.max_norm(W_t.detach(), 8.0).cpu().numpy()
assert np.allclose(in_torch, by_hand, atol=1e-4 if dtype is torch.float32 else 1e-12)
f"on {place}: the largest difference is {np.abs(in_torch - by_hand).max():.0e}"

# %% [markdown]
# ### In a network (deeper, 6 minutes)
# The biases stay out of the decay, which takes two groups; dropout is a layer, which
# `model.eval()` switches off:


# %% covers="09.torch"
def trained(p, decay, seed):
    torch.manual_seed(seed)
    layers = [torch.nn.Linear(n, m) for n, m in pairwise([64, 100, 100, 10])]
    blocks = [[dense, torch.nn.ReLU(), torch.nn.Dropout(p)] for dense in layers[:2]]
    model = torch.nn.Sequential(*blocks[0], *blocks[1], layers[2])
    groups = [{"params": [dense.weight for dense in layers], "weight_decay": decay}]
    groups += [{"params": [dense.bias for dense in layers], "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    for _ in range(400):
        picked = torch.randint(300, (32,))
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(pixels[picked]), partly[picked]).backward()
        optimizer.step()
    model.eval()
    return 100 * (model(test_pixels).argmax(1) == test_labels).double().mean().item()


# %% [markdown]
# One cured start; five each, stored:

# %% numbers={"bare": ["both[0]", 80, 90], "treated": ["both[1]", 87, 94]}
one_start = trained(0.5, 0.01, seed=0)
both = [np.mean(trainings["in PyTorch"][kind]) for kind in ("bare", "treated")]
assert abs(one_start - trainings["in PyTorch"]["treated"][0]) < 3
assert both[0] + 2 < both[1]
round(one_start, 1), np.round(both, 1)

# %% [markdown]
# 300 digits, labels of section 4: {{bare:.0f}} % of the test digits without a cure,
# {{treated:.0f}} % with decay 0.01 and dropout 0.5.
#
# ## 11 Less of everything (deeper)
# HKU reports **meProp** (Sun et al. 2017): only the largest entries of each $\delta$, under 5 %,
# are passed back, with accuracy "improved rather than degraded"; and networks up to 9 times smaller
# (**C7**). First the full gradient and 5 of 100 units a layer, at three rates, as stored by
# `dlcourse/samples/make_meprop.py`:

# %% covers="09.meprop" numbers={"full_share": [97, 97.7], "five_share": [95, 96.4]}
stored = json.loads((SAMPLES / "meprop.json").read_text("utf-8"))


def best_of(run):  # the rate is chosen on the validation digits
    return np.mean(run["test"][np.mean(run["validation"], axis=1).argmax()])


full_share, five_share = best_of(stored["full"]), best_of(stored["five"])
{kind: np.mean(stored[kind]["test"], axis=1).round(1).tolist() for kind in ("full", "five")}

# %% tags=["exercise"] covers="09.meprop"
exercise("top_k_gradient")

# %% [markdown]
# **Pruning**: eight of nine weights of each layer, the smallest, become 0 and stay so for 300 more
# updates:


# %% claim="C7" covers="09.pruning" numbers={"cut": [20, 75], "again": [88, 97]}
start_Ws, start_bs = train(1200, steps=600, every=600, seeds=8).net
small = [
    torch.stack([torch_regularization.prune_smallest(W, 8 / 9)[0] for W in Ws]) for Ws in start_Ws
]
cut = 100 * right((small, start_bs), test_pixels, test_labels).mean()
keep = [(W != 0).float() for W in small]
again = train(1200, net=(small, start_bs), keep=keep, steps=300, every=300, seeds=8)
again = again.test[-1].mean()
assert full_share - 3 < five_share < full_share
assert cut < 80 < 85 < again < many.test[-1, 0].mean() - 1
f"pruned {cut:.0f} %, trained again {again:.0f} %"

# %% [markdown]
# **Verdict on C7: not improved here; one or two points are lost.** 1,200 digits, true labels, 400
# updates; five starts with the full gradient, ten with 5 %, eight cut.
#
# | what | test digits, % |
# |---|---|
# | full gradient, best rate on the validation digits | {{full_share:.1f}} |
# | 5 % of each $\delta$, likewise | {{five_share:.1f}} |
# | 600 updates, all weights | {{dense:.0f}} |
# | cut once to a ninth | {{cut:.0f}} |
# | after 300 more updates | {{again:.0f}} |
#
# HKU also removes, step by step, units that are seldom active. Half of each layer, the most
# active or any:


# %% covers="09.inactive" numbers={"dense": ["many.test[-1, 0].mean()", 95, 99]}
def halved(worth):
    x, on = pixels[:1200].expand(8, -1, -1), []
    for W, b in zip(start_Ws[:2], start_bs[:2], strict=True):
        value = worth(torch.relu(x @ W + b).mean(dim=1, keepdim=True))
        on.append((value > value.median(dim=2, keepdim=True)[0]).float())
        x = torch.relu(x @ W + b) * on[-1]
    Ws, bs = (
        [q * kept for q, kept in zip(part, (*on, 1), strict=True)] for part in (start_Ws, start_bs)
    )
    return 100 * right((Ws, bs), test_pixels, test_labels).mean()


torch.manual_seed(7)
halves = [halved(worth) for worth in (lambda active: active, torch.rand_like)]
assert halves[0] > halves[1] + 20
"the active half {:.0f} %, any half {:.0f} %".format(*halves)

# %% [markdown]
# ## 12 Break it (deeper, 6 minutes)
# One change: a decay of $\lambda = 1$.

# %% covers="09.too_high"
broken = train(300, lam=[1.0])
size = max(float(W.abs().max()) for W in broken.net[0])
assert size < 0.1
assert broken.training[-1].mean() < 30
f"largest weight {size:.0e}, training digits {broken.training[-1].mean():.0f} %"

# %% [markdown]
# **Explain.** Why would more data not help, and how do you tell this from a rate that is too large?

# %% [markdown] tags=["instructor"] grade_id="explain_too_high" points=2
# High training error is bias, and more data lowers variance only. The loss sits still at ln 10 =
# 2.30, the loss of ten equal scores, and the weights are tiny: the penalty outweighs the data. With
# a rate that is too large the loss jumps or grows and the weights are large. The cure is a smaller
# lambda, chosen on validation data on a scale of powers of ten.

# %% [markdown]
# <details><summary>After your answer</summary>
#
# All weights are nearly 0, as KAV warns. The symptom: a loss that rests at $\ln 10$, as by
# guessing. The cure: a tenth of the penalty.
# </details>

# %%
# @title The loss, after your answer
with torch.no_grad():
    z = scores(pixels[:300], broken.net).log_softmax(2)
rests_at = -z.gather(2, labels[:300].expand(5, -1)[..., None]).mean().item()
assert abs(rests_at - np.log(10)) < 0.05
f"loss {rests_at:.3f}, ln 10 = {np.log(10):.3f}"

# %% [markdown]
# ## What you can do now
# You have split an error into bias, variance and noise; stopped in time; shrunk, cut and limited
# weights; dropped units and moved images; and measured what each cure gains and costs.
#
# **An open question.** What is a "short" solution for a network of three layers, and why does it
# classify new digits?

# %%
show_progress("09")

# %% [markdown]
# ## Card
# | what | formula |
# |---|---|
# | error | bias² + variance + noise, $\sigma^2$ |
# | illness | bias: training − floor; variance: validation − training |
# | decay | $w \leftarrow (1 - \eta\lambda)w - \eta\nabla J$ |
# | ridge | $(X^\top X + \lambda I)^{-1}X^\top y$ |
# | L1 | soft threshold $\mathrm{sign}(v)\max(\lvert v\rvert - t, 0)$, $t = \eta\lambda$ |
# | max-norm | column longer than $r$: back to length $r$ |
# | dropout | times 0 or $1/(1 - p)$ in training, times 1 at test |
# | early stopping | best validation epoch; stop `patience` epochs after it |
# | shortest fit | $X^\top(XX^\top)^{-1}y$ |
#
# **In practice.** Name the illness first. Then choose one λ for all weights, on a scale of powers
# of ten, and one $p$ for all hidden layers, both on validation data; and in any case keep the
# weights of the best epoch.
#
# **Shapes.** `predictions` (M sets, N places); $W$ (in, out), a unit's incoming weights are a
# column; a mask has the shape of what it multiplies.
#
# **Pitfalls.** Tuning on the test set; decay on biases; the L2 penalty inside Adam; λ with or
# without ½ and $1/m$; dropout left on at test; an augmentation that changes the label; rows clipped
# for columns.

# %% [markdown]
# The three ways to make a vector smaller, once more:

# %%
{
    "decay 0.1": (0.9 * w).round(2).tolist(),
    "soft threshold 1": regularization.soft_threshold(w, 1.0).tolist(),
    "norm 2.5": regularization.max_norm(w[:, None], 2.5).ravel().round(2).tolist(),
}

# %% [markdown]
# ## Further reading
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep learning*, 2016, chapter 7.
# - N. Srivastava et al., *Dropout: a simple way to prevent neural networks from overfitting*, JMLR
#   15, 2014.
# - D. Rolnick, A. Veit, S. Belongie, N. Shavit, *Deep learning is robust to massive label noise*,
#   2017: section 4.
# - I. Loshchilov, F. Hutter, *Decoupled weight decay regularization*, ICLR 2019: section 5.
# - M. Belkin, D. Hsu, S. Ma, S. Mandal, *Reconciling modern machine-learning practice and the
#   classical bias–variance trade-off*, PNAS 2019: section 9.
# - C. Zhang et al., *Understanding deep learning requires rethinking generalization*, ICLR 2017:
#   section 1.

# %% [markdown]
# ## Appendix: for readers of the slides
# **K16 (KAV).** Printed: 15 % training and 16 % validation error is high bias; and the validation
# set is called "train-dev set". The first depends on the floor:

# %% erratum="K16"
by_floor = {floor: regularization.diagnose(15, 16, floor, 5) for floor in (0, 14)}
assert by_floor == {0: (True, False), 14: (False, False)}
by_floor  # (high bias, high variance)

# %% [markdown]
# What holds: 15 % is high bias only if the Bayes error is far below. And a *train-dev* set is a
# part of the training distribution that is kept from training; validation data come from where the
# model will be used. The two differ as soon as those two sources differ.
#
# **U5 (HKU).** The last slide on early stopping reads the best epoch, "the Goldilocks spot", off
# the curve of the *testing* set's error; earlier ones take the validation set. Forty epochs whose
# true error is always 20 %, and test sets of 200 rows:

# %% erratum="U5"
seen = np.random.default_rng(7).binomial(200, 0.2, size=(1000, 40)) / 200
fresh = np.random.default_rng(8).binomial(200, 0.2, size=1000) / 200
assert seen.min(axis=1).mean() < 0.16 < 0.19 < fresh.mean()
f"at the best of 40 epochs {seen.min(axis=1).mean():.3f}, on fresh rows {fresh.mean():.3f}"

# %% [markdown]
# The minimum looks better than it is, and no untouched set is left that would tell. What holds:
# stop at the minimum of the *validation* error, and test once, at the end.
#
# **E9 (HW, HKU, KAV, EPFL).** The L2 penalty is printed as $\frac\alpha2|w|^2$ (HW, EPFL),
# $\lambda|w|^2$ (HKU) and $\frac\lambda{2m}|w|^2$ (KAV, for L1 too; $m$ is not defined there, and
# read here as the number of rows). With one and the same number the gradients differ:

# %% erratum="E9" covers="09.conventions"
lam, m = 0.1, 50
gradients = {"HW, EPFL, PyTorch": lam * w, "HKU, Keras": 2 * lam * w, "KAV": lam / m * w}
ours = regularization.l2_penalty([w], lam)[1][0]
assert np.allclose(ours, gradients["HW, EPFL, PyTorch"])
assert np.allclose(ours, regularization.l2_penalty([w], 2 * lam)[1][0] / 2)
{name: g.round(4).tolist() for name, g in gradients.items()}

# %% [markdown]
# What holds: all are the same penalty, and a λ means nothing without its convention. Here it is
# $\frac\lambda2|w|^2$, never divided by the number of rows; Keras' `l2(0.01)` is our
# $\lambda = 0.02$.
#
# **E10 (HUST, KAV).** Printed: units are dropped in training, and the full network is used at test.
# (HW and EPFL do not say what happens at test.) Without rescaling, the sums that the next layer
# receives are twice as large at test, for $p = 0.5$:

# %% erratum="E10"
x = np.random.default_rng(7).uniform(size=(1000, 100))
kept = np.random.default_rng(8).uniform(size=x.shape) >= 0.5
training, rescaled = (x * kept).sum(axis=1).mean(), (x * kept / 0.5).sum(axis=1).mean()
assert np.isclose(x.sum(axis=1).mean() / training, 2, rtol=0.01)
assert np.isclose(x.sum(axis=1).mean(), rescaled, rtol=0.01)
np.round([training, rescaled, x.sum(axis=1).mean()], 1)

# %% [markdown]
# What holds: divide by $1 - p$ in training, or multiply by $1 - p$ at test.
#
# **H8 (HUST).** Printed: neurons are dropped "during", weights "in each training epoch". Two
# batches of one epoch:

# %% erratum="H8"
rng = np.random.default_rng(7)
masks = [regularization.dropout(np.ones(8), 0.5, rng)[1] for _ in range(2)]
assert not np.array_equal(*masks)
np.array(masks)

# %% [markdown]
# What holds: a new mask is drawn in every forward pass of training.
#
# **W9 (HW).** Printed: the parameters that belong to the dropped inputs are not updated. In a batch
# each row has a mask of its own, so nearly every weight gets a gradient:

# %%
x, W = torch.rand(32, 100), torch.nn.Parameter(torch.ones(100, 10))
(torch.nn.functional.dropout(x, 0.5) @ W).sum().backward()
assert (W.grad != 0).double().mean() > 0.99
(W.grad != 0).double().mean().item()

# %% [markdown]
# With one row a step, a weight of 1 after a gradient of 1 and then, dropped, of 0:

# %% erratum="W9"
sgd, rules = torch.optim.SGD, {}
rules["plain"] = lambda w: sgd([w], lr=0.1)
rules["momentum"] = lambda w: sgd([w], lr=0.1, momentum=0.9)
rules["decay"] = lambda w: sgd([w], lr=0.1, weight_decay=0.1)
rules["Adam"] = lambda w: torch.optim.Adam([w], lr=0.1)
moves = {}
for name, rule in rules.items():
    optimizer = rule(weight := torch.nn.Parameter(torch.ones(1)))
    for gradient in (1.0, 0.0):
        before, weight.grad = weight.item(), torch.full((1,), gradient)
        optimizer.step()
    moves[name] = round(weight.item() - before, 4)
assert moves.pop("plain") == 0 > max(moves.values())
moves

# %% [markdown]
# What holds: they stay where they are with one row a step (or one mask for the whole batch), and
# only under plain gradient descent without decay.
#
# **K12 (KAV).** Printed: `tf.clip_by_norm(weights, clip_norm=threshold, axes=1)` for max-norm.
# Weights are stored (inputs, units) there, so axis 1 runs over the units:

# %% erratum="K12"
W = np.random.default_rng(7).normal(size=(64, 10))
by_rows = W * np.minimum(1, 1 / np.linalg.norm(W, axis=1, keepdims=True))
incoming = [np.linalg.norm(A, axis=0).max() for A in (by_rows, regularization.max_norm(W, 1.0))]
assert incoming[0] > 2
assert np.isclose(incoming[1], 1)
np.round(incoming, 2)

# %% [markdown]
# The longest incoming vector is nearly three times as long as allowed. What holds: `axes=0`.

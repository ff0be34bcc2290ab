# %% [markdown]
# # 8 · Normalization
#
# **Promise:** after this lecture you can make a network indifferent to the scale of its weights,
# and you can say what you pay for it.
#
# **You will** bring inputs to one scale; normalize a batch by hand, forwards and backwards; keep
# statistics for the test; see why the length of a weight vector becomes a learning rate; measure
# what batch normalization is praised for; and make it vanish from a finished network.
#
# **Time:** {{time}}.
# **Builds on:** the gradient of a dense layer (lecture 4), curvature and rate (lecture 5), He's
# scheme (lecture 7).
# **Sources:** three lecture documents, called HUST, KAV and EPFL in the text.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The demonstrations need more:

# %%
import json
from copy import deepcopy
from itertools import pairwise, product
from timeit import repeat
from types import SimpleNamespace

import torch

from dlcourse.checks.progress import is_solved, show_progress
from dlcourse.data.sets import SAMPLES, load_digits
from dlcourse.plots.basic import described
from dlcourse.plots.guess import after, plot_guess
from dlcourse.plots.normalization import own_run, plot_narrow_lines, plot_pass, plot_tables
from dlcourse.reference import activations, gradient_check, initializers, losses, normalization
from dlcourse.twins import normalization as torch_normalization
from dlcourse.twins.devices import device
from dlcourse.widgets.normalization import explore_batch, explore_units

# %% [markdown]
# ## Recall
# Answer in your head, then open the answers.
#
# 1. Which variance has a weight of a ReLU layer with 50 inputs in He's scheme?
# 2. The largest curvature of a bowl is 8. Which learning rates are stable?
# 3. A bias is added to every row. How does its gradient follow from that of the rows?
#
# <details><summary>Answers</summary>
#
# 1. $2/50$.
# 2. Those below $2/8 = 0.25$.
# 3. It is their sum: one bias serves every row.
# </details>

# %% [markdown]
# ## 1 Ten times too small (core)
# Take eight ReLU layers of 32 units, and handwritten digits. Lecture 7 found the right scale of the
# start. Today the start is wrong on purpose: He's weights times 0.1, 0.3, 1 and 3. Each start may
# choose among six learning rates from 0.01 to 3.

# %%
# @title The digits, brought to mean 0 and standard deviation 1
digits = load_digits(flat=True, dtype=np.float64)
shift, spread = digits.X_train.mean(), digits.X_train.std()
pixels, test_pixels = (
    torch.tensor((X - shift) / spread, dtype=torch.float32) for X in (digits.X_train, digits.X_test)
)
labels, test_labels = torch.tensor(digits.y_train), torch.tensor(digits.y_test)
unseen = [(pixels[1200:], labels[1200:]), (test_pixels, test_labels)]

# %% [markdown]
# A layer is $x \leftarrow \mathrm{relu}(\gamma\,\mathrm{norm}(xW) + \beta)$. Here `norm` does
# nothing (`plain`), or something that you will write yourself (`batch`).


# %%
# @title What stands between a dense layer and its ReLU
def plain(s, gamma, beta, state, training):
    return s + beta


def batch(s, gamma, beta, state, training):
    units = s.reshape(1, -1, s.shape[2])  # those of all networks in a row; below each, its batch
    out = torch.nn.functional.batch_norm(
        units, *state, gamma.flatten(), beta.flatten(), training=training, momentum=0.1, eps=1e-5
    )
    return out.reshape(s.shape)


# %% [markdown]
# The rate is chosen on 237 validation digits. What counts is the share of test digits read
# correctly, a mean over three seeds.


# %%
# @title The layers, and what is read correctly
def scores(x, net, norm, training=False):  # images and results are columns
    Ws, gammas, betas, state = net
    for W, *own in zip(Ws[:-1], gammas, betas[:-1], state, strict=True):
        x = torch.relu(norm(W @ x, *own, training))
    return Ws[-1] @ x + betas[-1]


def share(net, X, y, norm):
    with torch.no_grad():
        return (scores(X.T, net, norm).argmax(1) == y).float().mean(1).numpy()


def best(run, scale=0, look=-1):
    chosen = run.validation[look, :, scale].mean(axis=1).argmax()
    return run.rates[chosen], 100 * float(run.test[look, chosen, scale].mean())


# %% [markdown]
# Many networks train side by side: one for each rate, scale and seed.


# %%
# @title A start, and a step of descent, of many small networks
def start(lanes, depth):
    pairs = list(pairwise([64, *[32] * depth, 10]))
    drawn = [(scale, np.random.default_rng(seed)) for _, scale, seed in lanes]
    Ws = [[scale * initializers.he_normal(*pair, rng).T for scale, rng in drawn] for pair in pairs]
    ones = [torch.ones(len(lanes), m, 1) for _, m in pairs]
    state = [(torch.zeros(one.numel()), torch.ones(one.numel())) for one in ones[:-1]]
    Ws = [torch.tensor(np.stack(W), dtype=torch.float32) for W in Ws]
    return Ws, ones[:-1], [0 * one for one in ones], state


def descend(net, lr, X, y, norm):
    Ws, gammas, betas, state = net
    free = [p.requires_grad_() for p in (*Ws, *betas, *(() if norm is plain else gammas))]
    z = torch.log_softmax(scores(X, net, norm, training=True), dim=1)
    slopes = torch.autograd.grad(-z.gather(1, y[:, None]).sum() / y.shape[1], free)
    free, n = [(p - lr * g).detach() for p, g in zip(free, slopes, strict=True)], len(Ws)
    return free[:n], free[2 * n :] or gammas, free[n : 2 * n], state


# %% [markdown]
# All networks of a seed see the same batches.


# %%
# @title Training, with a look at the validation and test digits
def train(norm, rates, scales=(1,), *, depth=8, steps=110, rows=64, every=110, seeds=3):
    lanes = list(product(rates, scales, range(seeds)))
    lr = torch.tensor([rate for rate, _, _ in lanes])[:, None, None]
    net, rngs, shares = start(lanes, depth), [np.random.default_rng(k) for k in range(seeds)], []
    for step in range(1, steps + 1):
        drawn = np.stack([rng.integers(1200, size=rows) for rng in rngs])
        picked = torch.tensor(np.tile(drawn, (len(lanes) // seeds, 1)))
        net = descend(net, lr, pixels[picked].mT, labels[picked], norm)
        if step % every == 0:
            shares.append([share(net, X, y, norm) for X, y in unseen])
    shares = np.array(shares).reshape(-1, 2, len(rates), len(scales), seeds)
    return SimpleNamespace(rates=rates, validation=shares[:, 0], test=shares[:, 1])


# %% [markdown]
# All six rates and four starts, 110 updates each, first without normalization:

# %%
rates, scales = [0.01, 0.03, 0.1, 0.3, 1, 3], [0.1, 0.3, 1, 3]
plain_runs = train(plain, rates, scales)
f"He's start, best rate: {best(plain_runs, 2)[1]:.0f} % of the test digits"

# %% [markdown]
# **Predict.** Now all start weights are three times as large. What percentage does the plain
# network read then, at *its* best rate?

# %% tags=["predict"]
guess_plain = ...  # a number from 0 to 100

# %% truth=["one in ten", "10 %"]
# @title Your guess beside the truth
described(
    plot_guess(
        guess_plain,
        round(best(plain_runs, 3)[1], 1),
        quantity="percentage right, start three times too large",
        within=(0, 100),
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# About one in ten, as by guessing: $3^8$ is more than 6,000, and none of six rates repairs that.
# </details>
#
# The same starts, rates and batches, now with `batch` in every layer:

# %% covers="08.initialization"
batch_runs = train(batch, rates, scales, every=55)
runs = {"plain": plain_runs, "batch": batch_runs}
by_scale = {name: [best(run, j)[1] for j in range(4)] for name, run in runs.items()}
after(guess_plain, {name: np.round(percentages).tolist() for name, percentages in by_scale.items()})

# %% [markdown]
# Larger trainings are stored (`dlcourse/samples/make_norms.py`):

# %%
# @title Stored trainings
trainings = json.loads((SAMPLES / "norms.json").read_text("utf-8"))


def kept(name):
    shares = {part: np.array(trainings[name][part]) for part in ("validation", "test")}
    return SimpleNamespace(rates=trainings[name]["rates"], **shares)


# %% [markdown]
# Now one rate for all, 0.1, and twenty starts. How many read more than half of the digits?

# %% numbers={"narrow": ["over['plain']", 1, 4], "broad": ["over['batch']", 13, 19]}
many = np.geomspace(0.03, 10, 20).tolist()
sweeps = {name: 100 * kept(f"starts, {name}").test[-1, 0].T for name in ("plain", "batch")}
over = {name: int((shares.mean(axis=0) > 50).sum()) for name, shares in sweeps.items()}
after(guess_plain, over)

# %%
# @title Twenty starts, one rate
words = {"xlabel": "start: He's weights times", "ylabel": "percentage of test digits right"}
twenty_starts = described(
    plot_narrow_lines(many, sweeps, xscale="log", title="Twenty starts, one rate", **words),
    "Percentage right against the scale of the start, from 0.03 to 10 times He, on a logarithmic "
    "axis; a band over three seeds. Plain stands at 10 % but for a narrow peak near 1. With batch "
    f"normalization there is a broad hill. Above 50 %: {over}, of 20 starts.",
)
after(guess_plain, twenty_starts)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# {{narrow:.0f}} starts without, {{broad:.0f}} with something in between.
# </details>
#
# What does `batch` do, why does it work, and what does it cost?
#
# ## 2 Metres and years (core)
# EPFL's example: people, with their height in metres and their age in years. Predict their weight
# in kilograms by a linear model with a bias. Here are 500 invented people.

# %%
rng = np.random.default_rng(7)
height, age = rng.normal(1.7, 0.1, size=500), rng.uniform(0, 100, size=500)
kilograms = 60 * (height - 1) + 0.2 * age + rng.normal(0, 2, size=500)
np.round([height.mean(), height.std(), age.mean(), age.std()], 2)

# %% [markdown]
# Lecture 5: the squared error is a bowl whose curvatures are the eigenvalues of
# $\frac1n X^\top X$. One rate serves all directions, the steepest sets the limit, the
# flattest the pace. Their ratio is the **condition number**:
#
# $$\kappa = \lambda_{\max} / \lambda_{\min} \tag{8.1}$$
#
# At the best single rate a step multiplies the distance by $(\kappa - 1)/(\kappa + 1)$, so for one
# more decimal you need about $1.15\,\kappa$ steps.


# %% covers="08.conditioning"
def curvatures(*columns):
    A = np.column_stack([*columns, np.ones(len(columns[0]))])  # the last column is the bias
    return np.linalg.eigvalsh(A.T @ A / len(A))


def condition(*columns):
    return curvatures(*columns)[-1] / curvatures(*columns)[0]


f"metres and years: condition number {condition(height, age):.2g}"

# %% [markdown]
# More than a million steps for a decimal. EPFL: "A very easy thing to do in this case is to just
# convert the height to centimeters, ultimately arriving to a similar scale."
#
# **Predict.** Do centimetres make the condition number better (smaller), worse, or do they leave
# it?

# %% tags=["predict"]
guess_centimetres = ...  # "better", "worse" or "the same"

# %% truth=["1.0e+07", "seven times", "spot the error"]
# @title Your guess beside the truth
metres, centimetres = condition(height, age), condition(100 * height, age)
outcome = (
    "better" if centimetres < metres / 2 else "worse" if centimetres > 2 * metres else "the same"
)
described(
    plot_guess(
        guess_centimetres,
        outcome,
        quantity="condition number with centimetres",
        choices=["better", "worse", "the same"],
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# **Spot the error.** It becomes seven times worse: 1.0e+07. The scales are similar, but a column
# whose mean is large beside its spread looks like the bias column, only longer. What holds:
# *subtract the mean first*; then the unit is worth a thought. (EPFL calls the advice "extremely
# case-specific", and goes on to subtract the mean.)
# </details>
#
# Here are six ways to write the same two columns:


# %% erratum="E11" covers="08.conditioning,08.unit_interval"
# @title Six condition numbers
def centred(column):
    return column - column.mean()


ways = {
    "metres": condition(height, age),
    "centimetres": condition(100 * height, age),
    "centred metres": condition(centred(height), centred(age)),
    "centred centimetres": condition(centred(100 * height), centred(age)),
    "from 0 to 1": condition(*((c - c.min()) / np.ptp(c) for c in (height, age))),
    "standardized": condition(*(centred(c) / c.std() for c in (height, age))),
}
assert ways["centimetres"] > 5 * ways["metres"] > 1e5
assert ways["centred centimetres"] < 2000
after(guess_centimetres, {name: float(f"{value:.3g}") for name, value in ways.items()})

# %% [markdown]
# Dividing by the range, KAV's "scale from zero to one", does much; mean 0 and standard deviation 1
# leave a round bowl:
#
# $$\hat x = \frac{x - \mu}{\sigma} \tag{8.2}$$
#
# Play with one column and the bias. First change the unit alone; then centre.

# %% covers="08.conditioning"
# @title A bowl with units: weight of the height, and bias
units_bowl = described(
    explore_units(height[:40], kilograms[:40], title="A bowl with units"),
    "Contour lines over weight and bias with sixty steps of descent, and the distance of each from "
    "the bottom; sliders for unit and rate, buttons for the treatment of the column. As it "
    "is, the bowl is a long ravine in every unit, worst in small ones, and the path stops in it. "
    "Centred it is round in units of 10 cm, standardized in all: then the path arrives.",
)
after(guess_centimetres, units_bowl)

# %% [markdown]
# KAV warns that large inputs make training unstable. In numbers, the largest stable rate of a
# linear model on the digits:

# %% covers="08.large_inputs"
columns = digits.X_train.T
limits = [2 / curvatures(*list(c))[-1] for c in (255 * columns, columns, map(centred, columns))]
{name: float(f"{x:.2g}") for name, x in zip(["0 to 255", "0 to 1", "centred"], limits, strict=True)}

# %% [markdown]
# **Your turn.** The test rows are strangers: their mean is not yours to know.

# %% tags=["exercise"] covers="08.standardize"
exercise("standardize")

# %% [markdown]
# ## 3 A batch of four (core)
# A hidden layer is an input, too: that of the layer above it. But its scores move with every step,
# so they cannot be standardized once and for all. Batch normalization (Ioffe and Szegedy 2015) does
# it anew in every forward pass, for each unit, over the rows of the batch. One unit, four rows:

# %%
four = np.array([[1.0], [3.0], [5.0], [7.0]])
mean, var = four.mean(axis=0), four.var(axis=0)
mean, var

# %% [markdown]
# $$\textcolor{#0072b2}{\mu} = \frac1N\sum_i x_i,\qquad
#   \textcolor{#0072b2}{\sigma^2} = \frac1N\sum_i (x_i - \mu)^2 \tag{8.3}$$
#
# $$\textcolor{#0072b2}{\hat x_i} = \frac{x_i - \mu}{\sqrt{\sigma^2 + \varepsilon}} \tag{8.4}$$
#
# The small $\varepsilon$, $10^{-5}$ by default, guards against a variance of 0.

# %% covers="08.forward"
x_hat = (four - mean) / np.sqrt(var)
assert np.allclose([x_hat.mean(), x_hat.std()], [0, 1])
np.round(x_hat.ravel(), 3)

# %% [markdown]
# Must every unit have mean 0 and deviation 1? It gets two numbers of its own to choose otherwise,
# and learns them as it learns weights:
#
# $$y_i = \gamma\,\hat x_i + \beta \tag{8.5}$$
#
# It can even undo everything, with $\gamma = \sigma$ and $\beta = \mu$:

# %% covers="08.gamma_beta"
undone = np.sqrt(var) * x_hat + mean
assert np.allclose(undone, four)
undone.ravel()

# %% [markdown]
# So nothing is lost that the network could compute before. Drag a point: all outputs move, also
# those of the rows that you did not touch.

# %% covers="08.forward,08.gamma_beta"
# @title A batch on a line
described(
    explore_batch([1, 3, 5, 7], running=(4, 5)),
    "Four scores on a line, joined to their outputs on a line below, with mean and deviation as a "
    "bar; points to drag, sliders for scale and shift, buttons for training and test and for rows. "
    "In training a row that moves changes the bar and all outputs; at test the bar stays and only "
    "its own output moves. A single row gives the shift, whatever its score.",
)

# %% tags=["exercise"] covers="08.forward"
exercise("q_bn_statistics")

# %% [markdown]
# ## 4 Two lives (core)
# In training a row is judged by its neighbours. At test that would be absurd: the answer for one
# picture must not depend on which others came with it. So training keeps **running statistics**,
#
# $$r \leftarrow (1 - m)\,r + m \cdot \text{batch} \tag{8.6}$$
#
# from 0 (mean) and 1 (variance), with the momentum $m = 0.1$; at test they replace $\mu$ and
# $\sigma^2$. PyTorch gathers the *unbiased* variance, divided by $N - 1$:

# %% covers="08.running"
unbiased = four.var(axis=0, ddof=1)
out, running_mean, running_var = normalization.batch_norm(four, [1.0], [0.0], [0.0], [1.0])
assert np.allclose([running_mean, running_var], [0.1 * mean, 0.9 + 0.1 * unbiased])
np.round([unbiased, running_mean, running_var], 3).ravel()

# %% [markdown]
# After 28 batches the start still weighs $0.9^{28} = 5$ %.
#
# **Your turn.** Both lives in one function.

# %% tags=["exercise"] covers="08.running"
exercise("batch_norm")

# %% [markdown]
# **Spot the error.** KAV: `b`, `g`, `mean` and `std` are hyperparameters that are learned for each
# layer. PyTorch's layer for 10 units stores 41 numbers: four for each unit, and a count of batches.
#
# **Predict.** How many of the 41 get a gradient?

# %% tags=["predict"]
guess_learned = ...  # a number from 0 to 41

# %% erratum="K5" covers="08.gamma_beta" truth=["gamma and beta alone", "20"]
# @title Your guess beside the truth
layer = torch.nn.BatchNorm1d(10)
layer(torch.randn(8, 10, generator=torch.Generator().manual_seed(7))).sum().backward()
stored = {name: values.numel() for name, values in layer.state_dict().items()}
learned = {name: p.numel() for name, p in layer.named_parameters() if p.grad is not None}
assert sum(stored.values()) == 41
assert set(stored) - set(learned) == {"running_mean", "running_var", "num_batches_tracked"}
described(
    plot_guess(
        guess_learned, sum(learned.values()), quantity="numbers with a gradient", within=(0, 41)
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# 20: gamma and beta alone. Mean and variance are statistics, computed and not learned, and none
# of the four is a hyperparameter: nobody sets them by hand. What you set is $m$ and $\varepsilon$.
# </details>
#
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.

# %% [markdown]
# ## 5 The way back (core)
# A gradient $\mathrm dy$ arrives at the output. The tempting answer treats $\mu$ and $\sigma$ as
# constants: $\mathrm dx = \gamma\,\mathrm dy/\sigma$. Compare with a numerical gradient, on 64 rows
# of 5 units:

# %%
rng = np.random.default_rng(7)
x, dout = rng.normal(size=(64, 5)), rng.normal(size=(64, 5))
one, zero = np.ones(5), np.zeros(5)


def normalized(x):
    return normalization.batch_norm(x, one, zero, zero, one)[0]


def loss(x):
    return np.sum(dout * normalized(x))


referee = gradient_check.numerical_gradient(loss, x)
naive = dout / np.sqrt(x.var(axis=0) + 1e-5)
f"relative error {np.linalg.norm(naive - referee) / np.linalg.norm(referee):.2f}"

# %% [markdown]
# A gradient check expects $10^{-7}$. Each $x_i$ moves $\mu$ and $\sigma$, and with them *all* rows.
# So cut the forward pass into small pieces, for one unit:
# $c = x - \mu$, then $v = \frac1N\sum c_i^2$, then $s = \sqrt{v + \varepsilon}$, then
# $\hat x = c/s$. Backwards, one piece at a time, for the batch 1, 3, 5, 7:
#
# $$\textcolor{#b84a00}{\mathrm d\hat x_i} = \gamma\,\textcolor{#b84a00}{\mathrm dy_i},\qquad
#   \textcolor{#b84a00}{\mathrm ds} = -\frac1{s^2}\sum_i c_i\,
#   \textcolor{#b84a00}{\mathrm d\hat x_i} \tag{8.7}$$
#
# $$\textcolor{#b84a00}{\mathrm dv} = \frac{\textcolor{#b84a00}{\mathrm ds}}{2s} \tag{8.8}$$

# %% covers="08.backward"
c = four[:, 0] - four.mean()
s = np.sqrt(np.mean(c**2) + 1e-5)
dy = np.array([1.0, 0.0, 0.0, 0.0])  # the loss feels the first row alone; gamma is 1
ds = -np.sum(c * dy) / s**2
by_hand = gradient_check.numerical_gradient(lambda s: np.sum(dy * c / s[0]), np.array([s]))
assert np.isclose(ds, by_hand[0])
dv = ds / (2 * s)
np.round([ds, dv], 3)

# %% [markdown]
# $c$ has two ways out, directly into $\hat x$ and through the variance; $x$ has two as well,
# directly into $c$ and through the mean. Ways add up:
#
# $$\textcolor{#b84a00}{\mathrm dc_i} = \frac{\textcolor{#b84a00}{\mathrm d\hat x_i}}{s}
#   + \frac{2c_i}{N}\,\textcolor{#b84a00}{\mathrm dv} \tag{8.9}$$
#
# $$\textcolor{#b84a00}{\mathrm dx_i} = \textcolor{#b84a00}{\mathrm dc_i}
#   - \frac1N\sum_j \textcolor{#b84a00}{\mathrm dc_j} \tag{8.10}$$

# %% covers="08.backward"
dc = dy / s + 2 * c / 4 * dv
d_four = dc - dc.mean()
first = gradient_check.numerical_gradient(
    lambda x: normalization.batch_norm(x, [1.0], [0.0], [0.0], [1.0])[0][0, 0], four
)
np.round(d_four, 3), f"difference from the referee: {np.abs(d_four - first[:, 0]).max():.0e}"

# %% [markdown]
# The whole walk:

# %% covers="08.backward"
# @title A batch norm as a graph
there = {"x": four, "μ": four.mean(), "c": c, "v": np.mean(c**2), "s": s, "x̂": c / s, "y": c / s}
back = {"x": d_four, "μ": -dc.sum(), "c": dc, "v": dv, "s": ds, "x̂": dy, "y": dy}
described(
    plot_pass(there, back, title="Values in blue, gradients in orange"),
    "The scores x lead to their mean and to c, c to its variance v, v to the deviation s, c and s "
    "to the normalized x, and that to y, with gamma 1 and beta 0. Each node shows its values, and "
    "below them its gradients. Of y only the first row has one, 1; of x all four rows have: "
    + ", ".join(f"{d:.2f}" for d in d_four),
)

# %% [markdown]
# One row of $y$ counts, and all four rows of $x$ get a gradient. Put the pieces together, with
# $v$'s path written by $\hat x$:
#
# $$\textcolor{#b84a00}{\mathrm dx} = \frac{\gamma}{s}\Big(\textcolor{#b84a00}{\mathrm dy}
#   - \overline{\textcolor{#b84a00}{\mathrm dy}}
#   - \hat x\;\overline{\hat x\,\textcolor{#b84a00}{\mathrm dy}}\Big) \tag{8.11}$$
#
# A bar is a mean over the batch. Of the gradient that arrives, two parts are taken out: the one
# that would move the whole batch and the one that would stretch it. Neither could change the
# output.

# %% covers="08.backward"
dx = normalization.batch_norm_backward(dout, x, one)[0]
assert np.allclose(dx, referee, atol=1e-7)
assert np.allclose(dx.sum(axis=0), 0)
parts = np.abs(dx.sum(axis=0)).max(), np.abs(np.sum(dx * normalized(x), axis=0)).max()
f"left of the shift {parts[0]:.0e}, of the stretch {parts[1]:.0e} (ε keeps a little)"

# %% [markdown]
# $\gamma$ and $\beta$ serve every row, so the rows add up, as for any bias:
#
# $$\textcolor{#b84a00}{\mathrm d\gamma} = \sum_i \hat x_i\,\textcolor{#b84a00}{\mathrm dy_i},\qquad
#   \textcolor{#b84a00}{\mathrm d\beta} = \sum_i \textcolor{#b84a00}{\mathrm dy_i} \tag{8.12}$$

# %% covers="08.backward"
dgamma = gradient_check.numerical_gradient(lambda g: np.sum(dout * g * normalized(x)), one)
dbeta = gradient_check.numerical_gradient(lambda b: np.sum(dout * (normalized(x) + b)), zero)
assert np.allclose([dgamma, dbeta], [np.sum(normalized(x) * dout, axis=0), np.sum(dout, axis=0)])
np.round(dgamma, 3), np.round(dbeta, 3)

# %% tags=["exercise"] covers="08.backward"
exercise("batch_norm_backward")

# %% [markdown]
# Once the checks of `batch_norm` and `batch_norm_backward` say ✓, run the next two cells: a network
# learns through *your* functions, from a start that is ten times too small.


# %%
# @title Sixty updates by hand, and the test digits with the running statistics
def learn(forward, backward, lr=1.0):
    rng, relu = np.random.default_rng(7), activations.relu
    W1, W2 = 0.1 * initializers.he_normal(64, 32, rng), initializers.he_normal(32, 10, rng)
    g, b, kept, costs = np.ones(32), np.zeros(32), (np.zeros(32), np.ones(32)), []
    for rows in rng.integers(1200, size=(60, 64)):
        s = pixels.numpy()[rows] @ W1
        h, *kept = forward(s, g, b, *kept)
        z = relu(h) @ W2
        costs.append(losses.cross_entropy(z, digits.y_train[rows]))
        dz = losses.softmax_cross_entropy_backward(z, digits.y_train[rows])
        ds, dg, db = backward(dz @ W2.T * (h > 0), s, g)
        W1, W2 = W1 - lr * pixels.numpy()[rows].T @ ds, W2 - lr * relu(h).T @ dz
        g, b = g - lr * dg, b - lr * db
    h = forward(test_pixels.numpy() @ W1, g, b, *kept, train=False)[0]
    return costs, np.mean((relu(h) @ W2).argmax(axis=1) == digits.y_test)


# %% [markdown]
# Beside it: no normalization, and the course's functions.

# %%
# @title The network that learns through your batch norm
course = normalization.batch_norm, normalization.batch_norm_backward
ticks = all(is_solved("08_normalization", f.__name__) for f in course)
runs_by_hand = {
    "without": learn(lambda s, *others, train=True: (s, *others[2:]), lambda d, *_: (d, 0, 0)),
    "course": learn(*course),
    "yours": own_run(ticks, learn, *(globals().get(f.__name__) for f in course)),
}
named = {f"{k}: {100 * run[1]:.0f} % at test": run[0] for k, run in runs_by_hand.items() if run}
words = {"xlabel": "update", "ylabel": "loss", "title": "A start ten times too small"}
described(
    plot_narrow_lines(range(60), named, yscale="log", **words),
    "Loss over 60 updates, on a logarithmic axis. "
    + "; ".join(f"{k}, last loss {costs[-1]:.2g}" for k, costs in named.items())
    + (". There is no curve of yours yet." if len(named) < 3 else "."),
)

# %% [markdown]
# **Explain.** A dense layer with a bias $b$ stands before a batch normalization. What is the
# gradient of $b$, and what follows for the layer?

# %% [markdown] tags=["instructor"] grade_id="explain_idle_bias" points=2
# The bias shifts all rows alike, and the mean takes the shift off again: the output does not depend
# on $b$. Its gradient is the sum of dx over the rows, which is 0 in every column. So $b$ is idle
# (it costs memory and, with weight decay, shrinks to 0) and can be left out, as `bias=False` does;
# beta does its work.

# %% [markdown]
# ## 6 Ten times the weights (core)
# Back to the opening: a dense layer $xW$, then batch normalization, and $W$ ten times as large:

# %% covers="08.scale"
rng = np.random.default_rng(7)
X, W = rng.normal(size=(64, 20)), rng.normal(size=(20, 5))


def output(W):
    return normalization.batch_norm(X @ W, one, zero, zero, one, eps=0.0)[0]


f"the outputs differ by {np.abs(output(10 * W) - output(W)).max():.0e}"

# %% [markdown]
# Mean and deviation grow tenfold as well, so the scale of $W$ cancels: the outputs do not know it.
#
# **Predict.** And the gradient of the loss with respect to the weights, taken at $10\,W$: by which
# factor is it multiplied, compared with that at $W$?

# %% tags=["predict"]
guess_gradient = ...  # a factor: 1 if it stays the same


# %% truth=["a tenth", "0.1", "W / 10", "10 * W), dW"]
# @title Your guess beside the truth
def weight_gradient(W):
    return X.T @ normalization.batch_norm_backward(dout, X @ W, one, eps=0.0)[0]


factor = np.linalg.norm(weight_gradient(10 * W)) / np.linalg.norm(weight_gradient(W))
described(
    plot_guess(guess_gradient, round(float(factor), 6), quantity="factor of the gradient", log=True)
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# A tenth: to change the output by as much, a weight that is ten times as large has to move ten
# times as far. Differentiate $f(cW) = f(W)$ with respect to $W$, and with respect to $c$ at $c =
# 1$:
#
# $$\nabla f(cW) = \frac1c\,\nabla f(W),\qquad w \cdot \nabla_w f = 0 \tag{8.13}$$
#
# </details>
#
# There is a second law, in (8.13): the gradient stands at a right angle on each unit's weights $w$.

# %% covers="08.scale"
dW = weight_gradient(W)
f"largest w · dw: {np.abs(np.sum(W * dW, axis=0)).max():.0e}"

# %% [markdown]
# <details><summary>After your guess</summary>
#
# A small step turns $w$ by the angle $\eta\,|\nabla f(w)|/|w|$, so rate and
# length matter only together, as the **effective rate** $\eta/|w|^2$: *the scale of the start has
# become a learning rate*.
# </details>
#
# A step at a right angle can only lengthen $w$, by Pythagoras:

# %% covers="08.scale"
eta = 0.5
longer = np.sum((W - eta * dW) ** 2, axis=0)
assert np.allclose(longer, np.sum(W**2, axis=0) + eta**2 * np.sum(dW**2, axis=0))
np.round(np.sqrt(longer / np.sum(W**2, axis=0)), 2)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# A rate that is too large lengthens the weights, which lowers the effective rate. The network
# brakes by itself.
# </details>

# %% tags=["exercise"] covers="08.scale"
exercise("q_scale")

# %% [markdown]
# ## 7 The promises, measured (core)
# HUST and KAV praise batch normalization (**C5**). First, *less sensitive to initialization*:
# section 1 showed it. Of its six rates the best for the smallest start, 0.1 times He, is
# {{small_rate:g}}.
#
# **Predict.** Which rate is best for the largest start, 3 times He?

# %% tags=["predict"]
guess_rate = ...  # 0.01, 0.03, 0.1, 0.3, 1 or 3

# %% truth="large for large" numbers={"small_rate": [0.02, 0.15], "large_rate": [0.25, 3.5]}
# @title Your guess beside the truth
small_rate, large_rate = (best(batch_runs, j)[0] for j in (0, 3))
described(plot_guess(guess_rate, large_rate, quantity="best rate, 3 × He", choices=rates))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# {{large_rate:g}}: the largest start wants a larger rate. (8.13) alone would ask for the square,
# 900 times the rate for 30 times the weights, but $\gamma$, $\beta$ and the last layer have no such
# symmetry.
# </details>
#
# All rates and starts, as shares of the test digits:

# %% covers="08.rates"
# @title Six rates, four starts
assert max(by_scale["plain"][j] for j in (0, 1, 3)) < 30
assert min(by_scale["batch"]) > 80
assert large_rate >= 3 * small_rate
tables = {name: run.test[-1].mean(axis=2).round(2) for name, run in runs.items()}
words = {"rows": rates, "columns": scales, "xlabel": "start: He times", "ylabel": "rate"}
all_rates = described(
    plot_tables(tables, **words, title="Six rates, four starts"),
    "Two tables of test shares, six rates by four starts. Plain: above 0.3 only from He's start, "
    "at rates up to 0.3, else about 0.1. With batch normalization each start has rates that give "
    "0.8 or more, and these move along a diagonal: small rates for the smallest start, large for "
    "the largest.",
)
after(guess_rate, all_rates)

# %% [markdown]
# The start no longer decides *whether* the network learns but *at which rate*. The best rates of
# the four starts, after half of the updates and after all:

# %%
after(
    guess_rate,
    {f"{55 * (k + 1)} updates": [best(batch_runs, j, k)[0] for j in range(4)] for k in range(2)},
)

# %% [markdown]
# The ends hardly move; between them several rates are nearly equal.
#
# **Larger rates** and **fewer updates**: count updates until 85 % of the validation digits are read
# correctly, from He's start.


# %% numbers={"late": ["counts['plain'].min()", 80, 150], "soon": ["counts['batch'].min()", 20, 50]}
def updates(run, bar=0.85):
    reached = run.validation[:, :, 0] >= bar
    counts = np.where(reached.any(axis=0), 10 * reached.argmax(axis=0) + 10, np.inf)
    return np.median(counts, axis=1)


long_runs = {name: kept(f"updates, {name}") for name in ("plain", "batch")}
counts = {name: updates(run) for name, run in long_runs.items()}
{k: dict(zip(long_runs[k].rates, n.tolist(), strict=True)) for k, n in counts.items()}

# %% [markdown]
# (`inf`: not within 200.) At the small rate 0.03 batch normalization is *not* faster. Most of the
# gain comes from rates at which the plain network fails.
#
# **Vanishing gradients**: four *sigmoid* layers, which lecture 6 gave up. Perhaps they are only
# slow: plain gets 200, 400 and 600 updates, batch normalization 200.

# %% covers="08.sigmoid" numbers={"deep": [25, 65], "deep_bn": [92, 99], "deep_later": [92, 98]}
slow, quick = kept("sigmoid, plain"), kept("sigmoid, batch")
deep, _, deep_later = sigmoids = [best(slow, look=k)[1] for k in range(3)]
deep_bn = best(quick)[1]
{"plain": np.round(sigmoids, 1).tolist(), "batch": round(deep_bn, 1)}

# %% [markdown]
# Slow, not dead: with three times the updates the plain network arrives as well.
#
# **Regularization**: 200 training digits, two layers, batches of 20, eight seeds. After 100, 200
# and 300 updates, each at its best rate:

# %% claim="C5" covers="08.regular" numbers={"few": [88, 93], "bn": [88, 93]}
small_sets = {name: kept(f"200 digits, {name}") for name in ("plain", "batch")}
reg = {name: [best(run, look=k)[1] for k in range(3)] for name, run in small_sets.items()}
few, bn = reg["plain"][2], reg["batch"][2]
assert counts["batch"].min() < 0.6 * counts["plain"].min()
assert counts["plain"][3] > 200 > counts["batch"][3]
assert deep < 70 < 90 < min(deep_later, deep_bn)
assert max(b - p for p, b in zip(*reg.values(), strict=True)) < 1.5
{name: np.round(percentages, 1).tolist() for name, percentages in reg.items()}

# %% [markdown]
# **Verdict on C5: less sensitive, larger rates and fewer updates hold here; the regularization does
# not show.** Eight layers of 32 units, 110 to 200 updates, five or six rates, three seeds. From 0.1
# to 3 times He all starts pass 80 %, each at a rate of its own, where plain fails at three of four.
# Rate 1 works, where plain fails. At the best rates {{soon:.0f}} updates reach 85 %, not
# {{late:.0f}}. Four sigmoid layers read {{deep_bn:.0f}} % after 200 updates, plain {{deep:.0f}} %,
# and {{deep_later:.0f}} % after 600. With 200 digits, 300 updates and eight seeds: plain
# {{few:.1f}} %, batch normalization {{bn:.1f}} %; no clear gain at any of three budgets.

# %% [markdown]
# ## 8 Was it covariate shift? (deeper)
# *Why* does it help? The inventors' reason, which HUST repeats: each layer's inputs change
# while the layers below learn (**internal covariate shift**), as if day and night images came in
# turn, and normalization calms them. Santurkar et al. (2018) tested it: *disturb* the distribution
# after every batch normalization, in every step, by random factors and shifts for each unit.


# %%
def shaken(s, gamma, beta, state, training):
    s = batch(s, torch.ones_like(gamma), torch.zeros_like(beta), state, training)
    if training:  # factors from 2/3 to 3/2, shifts from -1/2 to 1/2
        size = s.shape[0], s.shape[1], 1
        s = s * (2 / 3 + 5 / 6 * torch.rand(size)) + torch.rand(size) - 0.5
    return gamma * s + beta


torch.manual_seed(7)
single = train(shaken, [0.1], steps=200, every=10, seeds=1)
f"one shaken network, rate 0.1: 85 % after {updates(single)[0]:.0f} updates"

# %% [markdown]
# Stored: three seeds, the best of three rates:

# %%
counts["shaken"] = updates(kept("updates, shaken"))
{name: int(n.min()) for name, n in counts.items()}

# %% [markdown]
# The distributions now jump in every step, and yet the shaken network arrives before the plain one.
# So calm distributions are not all that counts; the effective rate of section 6 is another
# candidate. (One strength of disturbance was tried.)

# %% covers="08.shift"
assert counts["shaken"].min() < counts["plain"].min()
f"shaken {counts['shaken'].min():.0f} updates, plain {counts['plain'].min():.0f}"

# %% [markdown]
# ### Before or after the activation? (deeper)
# KAV's three steps normalize the *output* of the activation; the inventors, and this lecture, its
# input. Both from He's start, 200 updates:

# %% covers="08.placement"
places = {place: best(kept(place)) for place in ("before", "after")}
assert abs(places["before"][1] - places["after"][1]) < 3
{place: (rate, round(x, 1)) for place, (rate, x) in places.items()}

# %% [markdown]
# Less than three points apart, with ten seeds: no verdict.
#
# ## 9 Rows instead of columns (core)
# What does a batch of *two* rows look like after normalization?

# %% covers="08.small_batches"
two = np.random.default_rng(7).normal(size=(2, 4))
np.round(normalization.batch_norm(two, np.ones(4), np.zeros(4), np.zeros(4), np.ones(4))[0], 3)

# %% [markdown]
# One row becomes 1, the other −1: all that is left is which is larger.
# **Layer normalization** (Ba, Kiros and Hinton 2016) takes mean and variance over the *features of
# a row* instead. No neighbours, no running statistics, and test is like training:
#
# $$\hat x_{ij} = \frac{x_{ij} - \mu_i}{\sqrt{\sigma_i^2 + \varepsilon}} \tag{8.14}$$
#
# No neighbour changes its result: replace row 1, and look at row 0.

# %% covers="08.layer_norm"
a, by = np.random.default_rng(9).normal(size=(4, 3)), (np.ones(3), np.zeros(3))
changed = np.where(np.arange(4)[:, None] == 1, 10.0, a)
by_batch = [normalization.batch_norm(z, *by, *by[::-1])[0][0] for z in (a, changed)]
by_row = [normalization.layer_norm(z, *by)[0] for z in (a, changed)]
assert np.allclose(*by_row)
assert not np.allclose(*by_batch, atol=0.1)
np.round(by_batch, 2), np.round(by_row, 2)

# %% [markdown]
# ### How many rows does it need? (deeper)
# Four layers, 150 updates, two rows, one network each:


# %%
def by_rows(s, gamma, beta, state, training):
    var, mean = torch.var_mean(s, 1, correction=0, keepdim=True)  # of an image, over its features
    return gamma * (s - mean) / torch.sqrt(var + 1e-5) + beta


two_rows = {"depth": 4, "rows": 2, "steps": 150, "every": 150, "seeds": 1}
{norm.__name__: round(best(train(norm, [0.1], **two_rows))[1]) for norm in (batch, by_rows)}

# %% [markdown]
# Stored: three seeds, each at its best rate:

# %%
sizes, kinds = [2, 4, 16], ["plain", "batch norm", "layer norm"]
by_size = {name: [best(kept(f"{name}, {rows} rows"))[1] for rows in sizes] for name in kinds}

# %% covers="08.small_batches,08.layer_norm"
# @title Batch normalization needs a batch
assert by_size["batch norm"][0] < by_size["plain"][0] - 20
assert by_size["batch norm"][2] > by_size["plain"][2]
assert min(np.subtract(by_size["layer norm"], by_size["plain"])) > -5
words = {"xlabel": "rows in a batch", "ylabel": "percentage of test digits right"}
described(
    plot_narrow_lines(sizes, by_size, **words, title="Batch norm needs a batch"),
    "Percentage right against rows in a batch, 2, 4 and 16. "
    + ". ".join(f"{name}: " + ", ".join(f"{x:.0f}" for x in xs) for name, xs in by_size.items()),
)

# %% [markdown]
# Fewer rows cost all three, since 150 updates then see fewer digits. With two rows batch
# normalization falls far below plain, with 16 it is ahead; layer normalization keeps up throughout.

# %% tags=["exercise"] covers="08.layer_norm"
exercise("layer_norm")

# %% tags=["exercise"] covers="08.small_batches"
exercise("q_batch_of_one")

# %% [markdown]
# ## 10 The same in PyTorch, and then without it (core)
# First the twin. The same batch on any device gives the same outputs and, by autograd, the gradient
# of (8.11):

# %%
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
x_t, dout_t, one_t, zero_t = (
    torch.tensor(a, dtype=dtype, device=place) for a in (x, dout, one, zero)
)
x_t.requires_grad_()
out_t = torch_normalization.batch_norm(x_t, one_t, zero_t, zero_t, one_t)[0]
(dx_t,) = torch.autograd.grad(out_t, x_t, dout_t)
close = 1e-4 if dtype is torch.float32 else 1e-10
assert np.allclose(out_t.detach().cpu(), normalized(x), atol=close)
assert np.allclose(dx_t.cpu(), dx, atol=close)
f"on {place}: gradients differ by {np.abs(dx_t.cpu().numpy() - dx).max():.0e}"

# %% [markdown]
# PyTorch's own layers, in a network of three hidden layers, trained for 200 updates. (Why
# `bias=False`? You have explained it in section 5. For images, `BatchNorm2d` takes one
# mean and one variance for each *channel*, over all rows and pixels.)

# %% covers="08.torch,08.images"
torch.manual_seed(7)
hidden = [
    [torch.nn.Linear(n, 50, bias=False), torch.nn.BatchNorm1d(50), torch.nn.ReLU()]
    for n in (64, 50, 50)
]
model = torch.nn.Sequential(*(part for parts in hidden for part in parts), torch.nn.Linear(50, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
for _ in range(200):
    picked = torch.randint(1200, (64,))
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(model(pixels[picked]), labels[picked]).backward()
    optimizer.step()


# %% [markdown]
# A new model is in training mode; `model.eval()` switches to the running statistics, and
# `model.train()` back. The test digits in shuffled batches of 36, with the switch, and a copy of
# the model without it:


# %% numbers={"mixed": ["100 * in_training", 88, 99]}
def right(network, batches):
    with torch.no_grad():
        found = [(network(X).argmax(1) == y).float() for X, y in batches]
    return torch.cat(found).mean().item()


order = torch.randperm(360, generator=torch.Generator().manual_seed(7))
shuffled = list(zip(test_pixels[order].split(36), test_labels[order].split(36), strict=True))
in_eval = right(model.eval(), shuffled)
in_training = right(deepcopy(model).train(), shuffled)
f"eval mode {in_eval:.3f}, training mode {in_training:.3f}"

# %% [markdown]
# At test (8.4) and (8.5) multiply and shift by fixed numbers. So does the dense layer before them,
# and two such maps in a row are one:
#
# $$\gamma\,\frac{xW + b - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta
#   = x\,W' + b' \tag{8.15}$$
#
# **Your turn**, as the last exercise of this lecture.

# %% tags=["exercise"] covers="08.fold"
exercise("fold_batch_norm")

# %% [markdown]
# Fold all three and predict with NumPy, without any normalization:


# %% covers="08.fold"
def in_numpy(dense, norm):
    """The weights of a dense layer, its bias of 0, and the four of its batch norm, in NumPy."""
    four_each = norm.weight, norm.bias, norm.running_mean, norm.running_var
    V, *rest = (p.detach().numpy() for p in (dense.weight.T, *four_each))
    return V, np.zeros(V.shape[1]), *rest


z = test_pixels.numpy().astype(np.float64)
for dense, norm, _ in hidden:
    V, b = normalization.fold_batch_norm(*in_numpy(dense, norm))
    z = activations.relu(z @ V + b)
folded = z @ model[-1].weight.detach().numpy().T + model[-1].bias.detach().numpy()
with torch.no_grad():
    unfolded = model(test_pixels).numpy()
assert np.allclose(folded, unfolded, atol=1e-3)
f"the scores differ by {np.abs(folded - unfolded).max():.0e}: rounding"

# %% [markdown]
# Layer normalization cannot be folded: its statistics are those of the row that comes.

# %% [markdown]
# ## 11 Break it (deeper)
# One change: you forget `model.eval()`. With shuffled batches of 36 the network in training mode
# reads {{mixed:.0f}} %, and nobody notices. Now the digits come *sorted*, one class a batch: all
# zeros, then all ones.
#
# **Predict.** What percentage does it read?

# %% tags=["predict"]
guess_sorted = ...  # a number from 0 to 100

# %% covers="08.forgotten_eval" truth=["no better than guessing", "11.4", "bad on sorted"]
# @title Your guess beside the truth
classes = [test_labels == k for k in range(10)]
by_class = [(test_pixels[rows], test_labels[rows]) for rows in classes]
sorted_share = right(deepcopy(model).train(), by_class)
assert sorted_share < 0.35 < 0.9 < in_eval
described(
    plot_guess(
        guess_sorted,
        round(100 * sorted_share, 1),
        quantity="percentage right, one class a batch",
        within=(0, 100),
    )
)

# %% [markdown] covers="08.day_night"
# <details><summary>After your guess</summary>
#
# No better than guessing. In a batch of zeros the mean *is* "zero": it is taken off, and what made
# the digits zeros is gone. HUST's day and night images are such batches.
# </details>
#
# **Explain.** Compare the sorted batches with the shuffled ones. What would you see in practice,
# and what is the cure?

# %% [markdown] tags=["instructor"] grade_id="explain_forgotten_eval" points=2
# In the laboratory the test set is shuffled: everything looks fine. In use, inputs come alone or in
# similar groups (one user, one hour), and accuracy collapses; the answers also change with the
# company. The cure is model.eval() before every prediction. Moreover, the running statistics have
# moved during the wrong calls, so the weights have to be loaded again (or the statistics gathered
# anew).

# %% [markdown]
# That call has to come before the first prediction: in training mode every batch moves the running
# statistics, whether you train or not.

# %%
careless = deepcopy(model).train()
right(careless, by_class[:1])
means = [network[1].running_mean for network in (model, careless)]
moved = (means[1] - means[0]).abs().max().item()
assert moved > 0.01
f"one batch of zeros moves a mean by {moved:.2f}; then eval {right(careless.eval(), shuffled):.3f}"

# %% [markdown]
# ## What you can do now
# You have brought inputs to one scale and know why the mean comes first; you have normalized a
# batch forwards and backwards, and kept statistics for the test; you have shown that the length of
# a weight vector is a learning rate in disguise; you have measured which promises of batch
# normalization hold; and you have made it vanish from a finished network.
#
# **An open question.** Batch normalization makes a row's gradient depend on the other rows. Layer
# normalization does not, and lecture 18 builds on it. What else could you divide by, that is
# neither a batch nor a row?

# %%
show_progress("08")

# %% [markdown]
# ## Card
# | what | formula |
# |---|---|
# | standardize | $(x - \mu)/\sigma$, by the training columns |
# | batch norm | $\gamma\,\hat x + \beta$, $\hat x = (x - \mu)/s$, over the rows |
# | deviation | $s = \sqrt{\sigma^2 + \varepsilon}$ |
# | layer norm | the same over the features, each row |
# | running | $r \leftarrow 0.9\,r + 0.1\cdot$ batch, unbiased variance |
# | back | $(\gamma/s)(\mathrm dy - \overline{\mathrm dy} - \hat x\,\overline{\hat x\mathrm dy})$ |
# | scale law | $f(cW) = f(W)$, $\nabla f(cW) = \nabla f(W)/c$, $w\cdot\nabla f = 0$ |
# | fold | $W' = W\gamma/s$, $b' = (b - \mu)\gamma/s + \beta$ |
#
# **Shapes.** $x$ is $(N, D)$; $\gamma$, $\beta$ and the statistics are $(D,)$. Images: one number a
# channel.
#
# **Pitfalls.** Statistics of the test set used; `eval()` forgotten; batches of one class or of two
# rows; a bias before it; a constant divided by its deviation of 0; momentum read the other way
# round (in PyTorch it is the weight of the *new* batch).

# The scale law, once more:

# %%
assert np.allclose(output(0.1 * W), output(W))
np.round(output(0.1 * W)[0] - output(W)[0], 12)

# %% [markdown]
# ## Further reading
# - S. Ioffe, C. Szegedy, *Batch normalization: accelerating deep network training by reducing
#   internal covariate shift*, ICML 2015.
# - S. Santurkar, D. Tsipras, A. Ilyas, A. Madry, *How does batch normalization help optimization?*,
#   NeurIPS 2018: the test of section 8.
# - J. Ba, J. Kiros, G. Hinton, *Layer normalization*, 2016.
# - S. Arora, Z. Li, K. Lyu, *Theoretical analysis of auto rate-tuning by batch normalization*, ICLR
#   2019: section 6, with proofs.

# %% [markdown]
# ## Appendix: for readers of the slides
# **H19 (HUST).** Printed: "internal covariance shift". The term is *covariate* shift: the inputs
# (covariates) of a layer change their distribution. A covariance can stay as it is while that
# happens:

# %% erratum="H19"
rng = np.random.default_rng(7)
before = rng.normal(size=(500, 3))
later = before + 5.0
assert np.allclose(np.cov(before.T), np.cov(later.T))
assert np.abs(later.mean(axis=0) - before.mean(axis=0)).min() > 4
np.round(later.mean(axis=0) - before.mean(axis=0), 2)

# %% [markdown]
# Every input has moved by 5, and the covariance is the same to the last digits. What holds: the
# shift is one of the inputs' distribution.
#
# **K17 (KAV).** Printed: "But this process adds complexity to the model and makes slower
# predictions." The first layer of the trained network, for the 1,437 training digits: dense layer
# and normalization one after the other, both folded into one, and a dense layer that never had a
# normalization; the best time of twenty:

# %% erratum="K17"
V, b, *five = in_numpy(*hidden[0][:2])
V_folded, b_folded = normalization.fold_batch_norm(V, b, *five)
ways_to_predict = {
    "one after the other": lambda X: normalization.batch_norm(X @ V + b, *five, train=False)[0],
    "folded": lambda X: X @ V_folded + b_folded,
    "dense layer alone": lambda X: X @ V + b,
}
X_all = pixels.numpy()
apart, together, _ = (predict(X_all) for predict in ways_to_predict.values())
assert np.allclose(apart, together, atol=1e-4)
times = {
    name: min(repeat(lambda f=f: f(X_all), number=1, repeat=20))
    for name, f in ways_to_predict.items()
}
{name: f"{1e3 * seconds:.2f} ms" for name, seconds in times.items()}

# %% [markdown]
# KAV's sentence describes the first line. The other two do the same work, a product and a sum. What
# holds: predictions are slower as long as nobody folds the layer.

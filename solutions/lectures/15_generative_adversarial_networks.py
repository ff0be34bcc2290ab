# %% [markdown]
# # 15 · Generative adversarial networks
#
# **Promise:** after this lecture you can set two networks against each other, and judge what they
# have learned.
#
# **You will** write both players' losses; find the best discriminator; let four numbers play; train
# networks on a ring of points; judge fakes in three ways.
#
# **Time:** {{time}}.
# **Builds on:** cross-entropy from logits and metrics (lecture 3), the chain rule (lecture 4), Adam
# (lecture 10).
# **Sources:** HW and KAV (lecture 0).

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The demonstrations need more:

# %%
import json
import math
from itertools import pairwise

import sympy
import torch

from dlcourse.checks.progress import is_solved, show_progress
from dlcourse.data.sets import SAMPLES, load_digits
from dlcourse.plots.adversarial import plot_frames, plot_game, plot_players
from dlcourse.plots.basic import described, plot_images
from dlcourse.plots.guess import after, plot_guess
from dlcourse.plots.normalization import own_run, plot_narrow_lines
from dlcourse.reference import activations, adaptive, generative, linear
from dlcourse.twins import generative as torch_generative
from dlcourse.twins.devices import device
from dlcourse.widgets.adversarial import explore_density, explore_ring

# %% [markdown]
# ## Recall
# 1. A binary classifier gives the logit $s$. What does a row with target 1 cost, and one with
#    target 0?
# 2. What is the sigmoid's derivative, in terms of its value $D$?
# 3. By what does Adam divide its running mean of the gradient?
#
# <details><summary>Answers</summary>
#
# 1. $-\ln\sigma(s) = \ln(1 + e^{-s})$, and $-\ln(1 - \sigma(s)) = \ln(1 + e^{s})$.
# 2. $D(1 - D)$.
# 3. By the root of the running mean of its square.
# </details>

# %% [markdown]
# ## 1 Two losses and a question (core, 6 minutes)
# A **generative adversarial network** (GAN) is a pair of networks. The **generator** draws images
# from noise. The **discriminator** is shown real images and drawn ones, the *fakes*, and says how
# likely each one is to be real.
#
# If the fakes are distributed exactly as the data, and the discriminator is as good as it can be,
# the losses are $2\ln 2 = 1.39$ for the discriminator and $\ln 2 = 0.69$ for the generator
# (section 4). In a *round* the discriminator takes one step and the generator one or more. Here are
# the losses of a stored run on the 8×8 digits, each a mean of 250 rounds:

# %% covers="15.promise"
stored = json.loads((SAMPLES / "gan.json").read_text("utf-8"))
first_run = stored["digits"]["5 : 1"]["runs"][0]
assert max(abs(row["D"] - 1.386) for row in first_run[2:]) < 0.02
assert max(abs(row["G"] - 0.693) for row in first_run[2:]) < 0.02
[(row["step"], row["D"], row["G"]) for row in first_run[1:]]

# %% [markdown]
# **Predict.** 500 fakes are drawn after round 500 and read by a classifier of digits. How many of
# the ten digits does this generator draw? (A digit counts if more than 2 % of the fakes are read as
# it.)

# %% tags=["predict"]
guess_kinds = ...  # "1 or 2", "3 to 5", "6 to 8" or "9 or 10"

# %% truth=["two digits", "one digit", "one or two", "the same drawing"]
# @title Your guess beside the truth
runs = stored["digits"]["5 : 1"]["runs"]
at_500 = [next(row for row in run if row["step"] == 500) for run in runs]
kinds = [row["kinds"] for row in at_500]
assert max(kinds) <= 2
described(
    plot_guess(
        guess_kinds,
        "1 or 2",
        quantity="different digits among 500 fakes",
        choices=["1 or 2", "3 to 5", "6 to 8", "9 or 10"],
    )
)

# %% [markdown]
# Its fakes:

# %% covers="15.collapse"
# @title Twenty of its fakes
early = np.reshape(stored["digits"]["5 : 1"]["fakes"]["500"], (-1, 8, 8))
shown = described(
    plot_images(early, [""] * len(early), title="Twenty fakes after round 500", columns=4),
    "Twenty drawn images of eight by eight pixels. Largest deviation of a pixel over them: "
    f"{early.std(axis=0).max() / 16:.2f}, in the real digits "
    f"{load_digits().X_train.std(axis=0).max():.2f}.",
)
after(guess_kinds, shown)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# One or two, in each of ten runs: all twenty are the same drawing, and hardly a digit. This is
# **mode collapse**: of the data's heaps, its *modes*, the generator serves one. It takes five steps
# a round and has found one drawing that passes for the moment.
# </details>
#
# ## 2 Two players (core, 4 minutes)
# A *discriminative* model, such as a classifier, answers a question about a
# given $x$. A *generative* model makes new $x$. HW's generator is a network that maps noise to
# samples, $x = G(z)$, where $z$ is drawn from a distribution that we choose, uniform or Gaussian;
# its discriminator is a classifier with one output, $D(x)$, the probability that $x$ is real.

# %% covers="15.players"
# @title Two players
described(
    plot_players(title="Two players"),
    "Noise z enters the generator G, which makes fakes. Fakes and real data enter the "
    "discriminator D, which says how likely each one is to be real. Dashed arrows lead back: "
    "one from that answer to D, its gradient; one from D through the fakes to G, whose gradient "
    "comes through D.",
)

# %% [markdown]
# The smallest such pair has four numbers: a generator $x = a z + c$ and a discriminator
# $D(x) = \sigma(w x + b)$. With $a = 1$, $c = 0$, $w = 1$ and $b = -1$, the probabilities of three
# fakes and of two real points, 3 and 4:

# %% covers="15.players"
z, real = np.array([-1.0, 0.0, 1.0]), np.array([3.0, 4.0])
a, c, w, b = 1.0, 0.0, 1.0, -1.0
fake = a * z + c
activations.sigmoid(w * fake + b).round(2), activations.sigmoid(w * real + b).round(2)

# %% [markdown] covers="15.uses"
# HW names four uses: images, text, speech enhancement and super-resolution. Text is awkward,
# since words do not move a little.
#
# ## 3 The game (core, 18 minutes)
# Both players pull at one number, the **value function**:
#
# $$V(D, G) = \mathbb E_{x \sim p_\text{data}} \ln D(x) + \mathbb E_{z}\,
# \ln\bigl(1 - D(G(z))\bigr) \tag{15.1}$$
#
# The discriminator makes it large: $D$ near 1 on data, near 0 on fakes. The generator makes it
# small. We minimize losses, so the discriminator descends $-V$: the cross-entropy of lecture 3 with
# targets 1 and 0, a mean over each batch.

# %% tags=["exercise"] covers="15.losses"
exercise("discriminator_loss")

# %% [markdown]
# For our four numbers, and for a discriminator that cannot tell at all, $D = \tfrac12$:

# %% covers="15.losses"
loss = generative.discriminator_loss(w * real + b, w * fake + b)
cannot_tell = generative.discriminator_loss(0 * real, 0 * fake)
assert math.isclose(cannot_tell, 2 * math.log(2))
round(float(loss), 3), round(float(cannot_tell), 3)

# %% [markdown]
# The second is the loss of section 1, and no learning is needed for it.
#
# Only the second term of (15.1) depends on the generator, so it should minimize the mean of
# $\ln(1 - D)$. In practice it usually minimizes that of $-\ln D$. Both fall as $D$ rises.

# %% tags=["exercise"] covers="15.losses"
exercise("generator_loss")

# %% [markdown]
# ## 4 The best discriminator (core, 17 minutes)
# Hold the generator fixed. Its fakes have some density $p_\text{model}$, and (15.1) is an integral
# of $p_\text{data} \ln D + p_\text{model} \ln(1 - D)$, where $D$ may be chosen at each place $x$
# anew. SymPy finds the place's best $D$:

# %% covers="15.best"
d, p_data, p_model = sympy.symbols("D p_data p_model", positive=True)
here = p_data * sympy.log(d) + p_model * sympy.log(1 - d)
[highest_at] = sympy.solve(sympy.diff(here, d), d)
assert sympy.simplify(sympy.diff(here, d, 2).subs(d, highest_at)).is_negative
highest_at

# %% [markdown]
# $$D^*(x) = \frac{p_\text{data}(x)}{p_\text{data}(x) + p_\text{model}(x)} \tag{15.2}$$
#
# It is the share of the data among all points that turn up at $x$, as Bayes' rule has it if half of
# the points are real.

# %% tags=["exercise"] covers="15.best"
exercise("optimal_discriminator")

# %% tags=["exercise"] covers="15.best"
exercise("q_empty_place")

# %% [markdown]
# Against such an opponent $V$ is lowest, $-\ln 4$, where the fakes are distributed as the data, and
# only there (derived below). Then $D^* = \tfrac12$ everywhere, which gives the
# two losses of section 1. Half of $V$'s height above this minimum is the *divergence* of the two
# densities. This holds for the *best* discriminator alone.
#
# How far off must the model be for a step towards the data to gain the generator almost nothing?

# %% covers="15.best"
# @title Drag the model's density
of_v, of_d = np.transpose([explore_density(mean).slopes for mean in (2.0, 4.0, 5.0, 6.0)])
assert np.round(of_v, 2).tolist() == [0.45, 0.14, 0.05, 0.01]
assert round(of_d[2], 1) == 5.0
described(
    explore_density(),
    "The normal densities of data and model, the best discriminator between them, and the value of "
    "the game at every mean of the model. The model's peak can be dragged: sideways it moves the "
    "mean, up and down the width; there are sliders for both. A sentence gives the value, the "
    "divergence, and how steeply each of the generator's two losses changes with the mean.",
)

# %% [markdown]
# <details><summary>After you have dragged it</summary>
#
# At means of 2, 4 and 6 the slope of $V$ is 0.45, 0.14 and 0.01: beyond 5 hardly a tenth is left.
# That of $-\ln D$ at 5 is 5.0: far from the data, $-\ln D$ is as steep as the logit.
# </details>
#
# ### The divergence, and a distance (deeper, 10 minutes)
# Put (15.2) into (15.1), and with $m = \tfrac12(p_\text{data} + p_\text{model})$
#
# $$V(D^*, G) = -\ln 4 + 2\,\underbrace{\tfrac12\Bigl(\mathbb E_\text{data}
# \ln\frac{p_\text{data}}{m} + \mathbb E_\text{model} \ln\frac{p_\text{model}}{m}\Bigr)}_\text{JSD}
# \tag{15.3}$$
#
# The **Jensen-Shannon divergence** (JSD) measures how far apart two densities are: 0 if they are
# equal and only then, $\ln 2$ if they never meet. Both sides, for data $N(0, 1)$ and a model
# $N(\mu, 1)$:

# %% covers="15.divergence"
x = np.linspace(-14, 18, 6401)
dx = x[1] - x[0]
for mu in (0, 1, 2, 4):
    p, q = (np.exp(-((x - mean) ** 2) / 2) / math.sqrt(2 * math.pi) for mean in (0, mu))
    best = generative.optimal_discriminator(p, q)  # D*
    rest = generative.optimal_discriminator(q, p)  # 1 - D*
    value = (p * np.log(best) + q * np.log(rest)).sum() * dx
    m = (p + q) / 2
    jsd = (p * np.log(p / m) + q * np.log(q / m)).sum() * dx / 2
    assert math.isclose(value, -math.log(4) + 2 * jsd, abs_tol=1e-9)
    print(f"mean {mu}: V = {value:.3f}, JSD = {jsd:.3f}")

# %% [markdown]
# Far away the divergence hardly changes, but the **Wasserstein distance** does: how far mass must
# be moved, on average, to turn one density into the other. In one dimension
#
# $$W = \int \lvert F_\text{data}(x) - F_\text{model}(x) \rvert\,dx =
# \max_{\lvert D' \rvert \le 1} \mathbb E_\text{data} D - \mathbb E_\text{model} D \tag{15.4}$$
#
# (Kantorovich and Rubinstein). The second form is a game again, for a *critic*: a discriminator
# without a sigmoid, nowhere steeper than 1. For our densities the best critic is $D(x) = -x$. The
# slope of the divergence in $\mu$, and $W$ in both forms:


# %% covers="15.distance"
def measures(mu):
    p, q = (np.exp(-((x - mean) ** 2) / 2) / math.sqrt(2 * math.pi) for mean in (0, mu))
    m = (p + q) / 2
    jsd = (p * np.log(p / m) + q * np.log(q / m)).sum() * dx / 2
    return jsd, np.abs(np.cumsum(p - q)).sum() * dx**2, (-x * (p - q)).sum() * dx


for mu in (1, 2, 4, 8):
    slope = (measures(mu + 0.01)[0] - measures(mu - 0.01)[0]) / 0.02
    _, moved, by_critic = measures(mu)
    assert math.isclose(moved, by_critic, rel_tol=1e-6)
    print(f"mean {mu}: slope of JSD {slope:.5f}, W = {moved:.3f} = {by_critic:.3f}")

# %% covers="15.distance"
# @title The divergence levels off, the distance does not
means = np.linspace(0, 8, 33)
jsd_of, moved_of, _ = np.transpose([measures(mu) for mu in means])
described(
    plot_narrow_lines(
        means,
        {"divergence (JSD)": jsd_of, "distance W": moved_of},
        xlabel="mean of the model",
        ylabel="divergence, distance",
        title="The divergence levels off",
    ),
    "Both measures against the model's mean, from 0 to 8. The divergence levels off: "
    f"{jsd_of[16]:.2f} at 4 and {jsd_of[-1]:.2f} at 8. The distance is a straight line of slope 1.",
)

# %% [markdown]
# The slope of $W$ is 1 at any distance. Arjovsky and others (2017) train such critics.
#
# ## 5 When the discriminator is ahead (core, 12 minutes)
# **Spot the error.** HW: early on, $D$ rejects the fakes "with high confidence", so that "$\log(1 -
# D(G(z)))$ is saturated (where the gradient is 0, and iteration cannot be performed)"; HW therefore
# minimizes $-\log D(G(z))$.
#
# **Predict.** With respect to the logit $s$ of a fake, where $D = 0.01$, how many times as steep is
# $-\ln D$ as $\ln(1 - D)$?

# %% tags=["predict"]
guess_ratio = ...  # 1 if both are equally steep

# %% erratum="W11" truth=["99", "(1 - D)/D", "1 - D}{D"]
# @title Your guess beside the truth
s = np.log([0.01 / 0.99])  # the logit at which D = 0.01
steep, flat = (
    generative.generator_logit_gradient(s, saturating)[0] for saturating in (False, True)
)
assert abs(flat + 0.01) < 1e-12
assert abs(steep / flat - 99) < 1e-9
at_start = stored["lead"]
shortest = min(min(at_start["length"]["2000"]["saturating"]), 1)
assert shortest > 0
described(plot_guess(guess_ratio, round(steep / flat), quantity="times as steep", log=True))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# It is 99 times as steep. The saturating slope is 0.01: small, but not 0, so HW overstates. Section
# 6 measures whether iteration "cannot be performed" (**C28**).
# </details>

# %% tags=["exercise"] covers="15.saturation"
exercise("generator_logit_gradient")

# %% [markdown]
# <details><summary>After the exercise</summary>
#
# $$\frac{d(-\ln D)}{ds} = -(1 - D), \qquad \frac{d\ln(1 - D)}{ds} = -D \tag{15.5}$$
#
# The ratio is $(1 - D)/D$.
# </details>

# %% [markdown]
# **A good place to stop.** On another day, select the cell below and choose *Run > Run All Above
# Selected Cell* first.
#
# ## 6 Does it matter? (deeper, 10 minutes)
# All weights of the generator learn through this slope. In stored runs the fakes begin around 0,
# real points lie around (4, 0), and the discriminator has a lead of 0, 500 or 2,000 steps. Medians
# of ten starts: $D$ at the fakes, and the lengths of the generator's gradients, non-saturating over
# saturating:

# %% covers="15.saturation"
lead, FORMS = stored["lead"], ("non-saturating", "saturating")
for ahead, judged in lead["D"].items():
    lengths = lead["length"][ahead]
    ratio = np.divide(*(lengths[form] for form in FORMS))
    print(f"lead of {ahead:>4} steps: D = {np.median(judged):.5f}, ratio {np.median(ratio):,.0f}")

# %% tags=["exercise"] covers="15.saturation"
exercise("q_adam_and_slopes")

# %% [markdown]
# Does the small gradient stop the learning? After the lead of 2,000 steps both players learn: the
# discriminator with Adam at the rate 0.001, the generator with plain steps at 0.005. With $-\ln D$
# the mean of its fakes is 4 away from the target at first and 0.3 after 400 steps (medians).
#
# **Predict.** How far away is it after 400 steps with the saturating loss?

# %% tags=["predict"]
guess_away = ...  # 4 if it has not moved, 0 if it has arrived

# %% truth=["3.7", "delayed", "not stopped"]
# @title Your guess beside the truth
plain = [np.array(lead["plain steps"]["2000"][form], dtype=float) for form in FORMS]
other, slow = (np.median(runs[1], axis=0) for runs in plain)  # at 0.005, after 50 to 800 steps
assert np.round([other[3], slow[3]], 1).tolist() == [0.3, 3.7]
described(
    plot_guess(guess_away, round(slow[3], 1), quantity="distance from the target", within=(0, 50))
)

# %% [markdown]
# And with Adam:

# %% claim="C28" covers="15.saturation"
# @title After a lead of 2,000 steps
with_adam = np.array(lead["Adam"]["2000"]["saturating"][2], dtype=float)
of_rate = {"−ln D, plain": other, "ln(1 − D), plain": slow}
of_rate["ln(1 − D), Adam"] = np.median(with_adam, axis=0)  # at the rate 0.002
shown = described(
    plot_narrow_lines(
        [50, 100, 200, 400, 800], of_rate, xlabel="step",
        ylabel="distance from the target", title="After a lead of 2,000 steps",
    ),
    "Distance of the fakes' mean from the target after 50, 100, 200, 400 and 800 steps, medians of "
    "ten starts; about 4 at first. "
    + " ".join(f"{n}: " + ", ".join(f"{v:.1f}" for v in runs) + "." for n, runs in of_rate.items()),
)  # fmt: skip
after(guess_away, shown)

# %% [markdown]
# <details><summary>The verdict, after your guess</summary>
#
# **Verdict on C28: the learning is delayed, not stopped.** After a lead of 2,000 steps, with plain
# steps at 0.005, the saturating generator is 3.7 away at step 400, of 4 at first, and 2.2 at step
# 800 (medians). At the best of five rates, on ten *other* starts, seven of ten are within 0.5 by
# step 800, with $-\ln D$ all ten: too few starts to tell these apart. With Adam and either loss
# nine or ten are there by step 400.
# </details>


# %% covers="15.saturation"
# @title A check of the text
def arrivals(how, ahead, form):
    near = np.array(lead["near, other starts"][how][ahead][form])  # (rates, steps 400 and 800)
    away = np.array(lead[how][ahead][form], dtype=float)[near.sum(axis=1).argmax()]
    return (away[:, 3:] < 0.5).sum(axis=0).tolist()  # nan: diverged


assert [arrivals("plain steps", "2000", form) for form in FORMS] == [[9, 10], [6, 7]]
assert min(min(arrivals("Adam", ahead, form)) for ahead in lead["D"] for form in FORMS) >= 9
assert round(slow[4], 1) == 2.2

# %% [markdown]
# ## 7 Four numbers play (core, 22 minutes)
# Now train the four numbers of section 2:

# %% tags=["exercise"] covers="15.step"
exercise("gan_step")

# %% [markdown]
# Real points come from $N(3, 0.5^2)$. The generator begins with scale 1 and shift 0; 64 points a
# batch, rate 0.1, 2,000 steps. It could copy the data exactly: with shift 3 and scale 0.5. The
# shift arrives at 3:


# %% covers="15.step"
def play(seed, step=generative.gan_step, scale=1.0, steps=2000, lr=0.1):
    rng = np.random.default_rng(seed)
    theta, phi, path = (scale, 0.0), (0.0, 0.0), []
    for _ in range(steps):
        theta, phi = step(theta, phi, rng.normal(3, 0.5, 64), rng.normal(size=64), lr)
        path.append(theta)
    return np.array(path)  # scale and shift after each step


games = np.array([play(seed) for seed in range(5)])
assert np.abs(games[:, -1, 1] - 3).max() < 0.05
games[:, -1, 1].round(2)

# %% [markdown]
# **Predict.** Where does the scale end?

# %% tags=["predict"]
guess_scale = ...  # 1 at the start, 0.5 in the data

# %% truth=["0.2", "0.23", "a fifth"]
# @title Your guess beside the truth
scale = np.median(games[:, -1, 0])
described(plot_guess(guess_scale, round(float(scale), 2), quantity="scale after 2,000 steps"))

# %% [markdown]
# Step by step:

# %%
# @title What the generator has learned
numbers = {"shift": games[:, ::20, 1], "scale": games[:, ::20, 0]}
numbers["scale of the data"] = np.full((5, 100), 0.5)
shown = described(
    plot_narrow_lines(
        np.arange(1, 2001)[::20], numbers,
        xlabel="step", ylabel="shift and scale", title="What the generator has learned",
        middle=np.ma.median,
    ),
    "Medians of five games. The shift swings around 3 and comes to rest there: "
    + ", ".join(f"{v:.1f}" for v in np.median(games[:, 199::300, 1], axis=0))
    + " at every 300th step from the 200th on. The scale at the same steps: "
    + ", ".join(f"{v:.2f}" for v in np.median(games[:, 199::300, 0], axis=0))
    + ".",
)  # fmt: skip
after(guess_scale, shown)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# It falls to about 0.2, less than half of the data's spread, and stays. A discriminator
# $\sigma(wx + b)$ can compare means, but not spreads: nothing pulls the scale towards 0.5.
# </details>
#
# Your own step, once it is green, plays the first game:

# %%
# @title The scale at the end, with the course's step and with yours
tick = is_solved("15_generative_adversarial_networks", "gan_step")
mine = own_run(tick, lambda step: ([0.0], play(0, step)[-1, 0]), globals().get("gan_step"))
ends_at = {
    "course": round(float(games[0, -1, 0]), 3),
    "yours": round(float(mine[1]), 3) if mine else "not there yet",
}
after(guess_scale, ends_at)

# %% [markdown]
# ### What moves the scale? (deeper, 5 minutes)
# One step changes the scale on average by
#
# $$\Delta a = \eta\,w\,\mathbb E\bigl[(1 - D(az + c))\,z\bigr] \tag{15.6}$$
#
# <details><summary>Why it shrinks</summary>
#
# For Gaussian noise, $\mathbb E[f(z)\,z] = \mathbb E[f'(z)]$ (Stein), so that this is
#
# $$-\eta\,w^2 a\;\mathbb E[D(1 - D)] \tag{15.7}$$
#
# Each swing of $w$, to either side, shrinks the scale on average.
# </details>
#
# Both forms, divided by $\eta$, for our four numbers:

# %% covers="15.spread"
# @title One step of the scale, in two forms
grid = np.linspace(-9, 9, 3601)
weight = np.exp(-(grid**2) / 2) / math.sqrt(2 * math.pi) * (grid[1] - grid[0])  # of each z
judged_there = activations.sigmoid(w * (a * grid + c) + b)
left = w * weight @ ((1 - judged_there) * grid)
right = -(w**2) * a * weight @ (judged_there * (1 - judged_there))
assert math.isclose(left, right, rel_tol=1e-9)
after(guess_scale, np.round([left, right], 4))

# %% [markdown]
# Other scales at the start, and the final ones (medians of five games):

# %% covers="15.spread"
by_start = {
    start: float(np.median([play(seed, scale=start)[-1, 0] for seed in range(5)]).round(2))
    for start in (0.5, 2.0)
}
after(guess_scale, by_start)

# %%
# @title A check of the text
assert by_start[0.5] < 0.3 < 0.5 < by_start[2.0]

# %% [markdown]
# <details><summary>What the two starts show</summary>
#
# Where it ends depends on where it began; even the right spread is lost.
# </details>
#
# ### Does it use a likelihood? (deeper, 4 minutes)
# **Spot the error.** HW says that the generator "uses maximum likelihood estimation (MLE)
# parameters". This generator *has* a likelihood: its fakes are $N(c, a^2)$. The mean log-likelihood
# of 10,000 real points, at the end of five games and at its maximum:


# %% erratum="W7" covers="15.likelihood"
def log_likelihood(points, scale, shift):
    far = (points - shift) / scale
    return float(np.mean(-(far**2) / 2 - np.log(scale * math.sqrt(2 * math.pi))))


points = np.random.default_rng(7).normal(3, 0.5, 10_000)
ends = [log_likelihood(points, *game[-1]) for game in games]
highest = log_likelihood(points, points.std(), points.mean())
after(guess_scale, (np.round(ends, 2).tolist(), round(highest, 2)))

# %%
# @title A check of the text
assert max(ends) < highest - 0.5

# %% [markdown]
# A GAN evaluates no likelihood. Its generator sees real data only through the slopes of
# $D$; for most generators $p_\text{model}(x)$ cannot be computed.
#
# ## 8 Who moves first? (deeper)
# Why does the shift swing? Let the data be the point 0, the generator a point $c$, the
# discriminator $\sigma(w x)$. The balance is $c = w = 0$. With the rate $\eta$,
#
# $$c \leftarrow c + \eta\,w\,\sigma(-wc), \qquad w \leftarrow w - \eta\,c\,\sigma(wc) \tag{15.8}$$
#
# Near the balance the two numbers turn around each other. Does it matter whether they move at once
# or in turn?


# %% covers="15.alternating"
def turn(lr, in_turn, time=100):
    point, judge, path = 1.0, 0.0, []  # c and w
    for _ in range(round(time / lr)):
        path.append((point, judge))
        old, judge = judge, judge - lr * point * activations.sigmoid(judge * point)
        seen = judge if in_turn else old
        point = point + lr * seen * activations.sigmoid(-seen * point)
    return np.array(path)


ways = {"at once": False, "in turn": True}
turns = {f"{name}, rate {lr}": turn(lr, ways[name]) for name in ways for lr in (0.05, 0.2)}
for lr in (0.05, 0.2):  # later still
    assert math.isclose(np.hypot(*turn(lr, False, 400)[-1]), math.sqrt(2 * lr), rel_tol=0.02)
    assert math.isclose(np.hypot(*turn(lr, True, 400)[-1]), math.sqrt(8 / 408), rel_tol=0.1)
{name: round(float(np.hypot(*path[-1])), 2) for name, path in turns.items()}

# %%
# @title Both players' numbers
described(
    plot_game(
        {name: path for name, path in turns.items() if "0.2" in name},
        xlabel="generator's point c", ylabel="discriminator's weight w",
        title="Both players' numbers, rate 0.2",
    ),
    "Paths from a dot at (1, 0) around the balance at (0, 0) to a square. Distances at the end: "
    + "; ".join(f"{name}: {np.hypot(*path[-1]):.2f}" for name, path in turns.items())
    + ".",
)  # fmt: skip

# %% [markdown]
# Why these distances $r$? With
# $\sigma(u) \approx \tfrac12 + \tfrac14 u$ a step changes $r^2 = c^2 + w^2$ by
#
# $$\Delta r^2 = \underbrace{\tfrac14\eta^2 r^2}_\text{at once only} - \eta\,w^2c^2, \qquad
# w^2c^2 = \tfrac18 r^4 \text{ on average over a turn} \tag{15.9}$$
#
# Steps at once settle where both terms are equal, at $r = \sqrt{2\eta}$, and never arrive. (Section
# 7's did: there $w$ also changes $D$ at the real points, which brakes.) In turn
# $r^2 \approx 8/(8 + \text{time})$ shrinks on. The sections below move in turn.
#
# ## 9 A ring (core, 18 minutes)
# Now the data are eight small heaps of points (*modes*) on a ring, and each player is a network:
# 2-32-32-2 and 2-32-32-1, with leaky ReLUs inside.


# %%
# @title The points, and a network's outputs
def ring(rng, n=64):
    angle = 2 * np.pi * rng.integers(8, size=n) / 8
    return 2 * np.c_[np.cos(angle), np.sin(angle)] + rng.normal(scale=0.1, size=(n, 2))


def run(params, x):  # the output of every layer, the input first
    states = [x]
    for k in range(0, len(params), 2):
        s = states[-1] @ params[k] + params[k + 1]
        states.append(s if k == len(params) - 2 else np.maximum(s, 0.2 * s))
    return states


# %% [markdown]
# The backward pass, down to the input, and a new player:


# %%
# @title A network's gradients, and a new player
def back(params, states, dout):  # gradients of weights and biases, and that of the input
    grads = []
    for k in range(len(params) - 2, -1, -2):
        if k < len(params) - 2:
            dout = np.where(states[k // 2 + 1] > 0, dout, 0.2 * dout)
        dout, *own = linear.linear_backward(dout, states[k // 2], *params[k : k + 2])
        grads = own + grads
    return grads, dout


def player(rng, *sizes):
    weights = [rng.normal(scale=(2 / n) ** 0.5, size=(n, m)) for n, m in pairwise(sizes)]
    params = [array for W in weights for array in (W, np.zeros(W.shape[1]))]
    return {"params": params, "moments": [(0 * p, 0 * p) for p in params], "t": 0}


# %% [markdown]
# A step of Adam ($\beta_1 = 0.5$, rate 0.003), and the share of the fakes nearest to each mode:


# %%
# @title A step of a player, and the shares of the modes
def descend(player, grads, lr=0.003):
    player["t"] += 1
    for k, (p, g, (m, v)) in enumerate(
        zip(player["params"], grads, player["moments"], strict=True)
    ):
        p, *moments = adaptive.adam_step(p, g, m, v, player["t"], lr, beta1=0.5)
        player["params"][k], player["moments"][k] = p, moments


def distances(fakes):  # from the eight modes
    angle = 2 * np.pi * np.arange(8) / 8
    return np.linalg.norm(fakes[:, None] - 2 * np.c_[np.cos(angle), np.sin(angle)], axis=2)


def shares(fakes):  # of the eight modes
    return np.bincount(distances(fakes).argmin(axis=1), minlength=8) / len(fakes)


# %% [markdown]
# The generator's gradient goes *through* the discriminator into the fakes; the discriminator's
# weights stay as they are:


# %% covers="15.ring"
def discriminator_step(G, D, rng):
    fake = run(G["params"], rng.normal(size=(64, 2)))[-1]
    on_real, on_fake = run(D["params"], ring(rng)), run(D["params"], fake)
    slopes = generative.discriminator_loss_backward(on_real[-1], on_fake[-1])
    real_part, _ = back(D["params"], on_real, slopes[0])
    fake_part, _ = back(D["params"], on_fake, slopes[1])
    descend(D, [g + h for g, h in zip(real_part, fake_part, strict=True)])


def generator_step(G, D, rng):
    made = run(G["params"], rng.normal(size=(64, 2)))
    judged = run(D["params"], made[-1])
    _, towards = back(D["params"], judged, generative.generator_logit_gradient(judged[-1]))
    descend(G, back(G["params"], made, towards)[0])


# %% [markdown]
# The shares of the eight modes among 1,000 fakes, before and after 400 steps of each:

# %% covers="15.ring"
rng = np.random.default_rng(7)
G, D = player(rng, 2, 32, 32, 2), player(rng, 2, 32, 32, 1)
noise_rows = np.random.default_rng(8).normal(size=(1000, 2))
untrained = shares(run(G["params"], noise_rows)[-1])
for _ in range(400):
    discriminator_step(G, D, rng)
    generator_step(G, D, rng)
reached = shares(run(G["params"], noise_rows)[-1])
assert 0 < min(untrained.min(), reached.min())
assert reached.max() < 0.35 < untrained.max()
print(untrained.round(2), reached.round(2), sep="\n")

# %% [markdown]
# The shares are more even now. Does more practice help the generator? Take *ten* of its steps after
# each of the discriminator's, 600 rounds, ten starts.
#
# **Predict.** What share of the fakes does the fullest of the eight modes get, as a median from
# round 250 to 600?

# %% tags=["predict"]
guess_fullest = ...  # percent; 12.5 if all get the same

# %% truth=["88", "nearly all"]
# @title Your guess beside the truth
rounds = {name: np.array(runs["share"]) for name, runs in stored["ring"].items()}
fullest = 100 * np.median(rounds["10 : 1"][4:12])  # rounds 250 to 600, all starts
described(
    plot_guess(
        guess_fullest,
        round(fullest),
        quantity="fakes nearest to the fullest mode, %",
        within=(0, 100),
    )
)

# %% [markdown]
# The fakes of one start, trained both ways:

# %% covers="15.collapse"
# @title Fakes of one start
frames = {
    f"{name}, round {100 * k}": stored["ring"][name]["fakes"][k - 1]
    for k in (3, 6)
    for name in ("1 : 1", "10 : 1")
}
shown = described(
    plot_frames(frames, title="Generator steps : discriminator steps"),
    "Fakes over the eight modes. "
    + " ".join(
        f"{name}: fullest mode {100 * shares(np.array(f)).max():.0f} percent."
        for name, f in frames.items()
    ),
)
after(guess_fullest, shown)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# 88 % (with one step each, 18 %). In most rounds nearly all fakes are nearest to one or two modes,
# a little later to others.
#
# Against a fixed $D$ every fake climbs to where $D$ is higher, whatever noise it came from: nothing
# keeps the fakes apart but the next steps of $D$. They mark the crowded place as fake, and the
# crowd runs elsewhere. The balance of section 4 supposes a $D$ that is best all the time.
#
# Now you: make a run collapse, and cure it without a new start. Which setting fills the modes best?
# </details>

# %% covers="15.ring,15.collapse"
# @title A GAN on a ring, trained here
ring_widget = described(
    explore_ring(),
    "Eight small heaps of real points on a ring, 256 fakes, and behind them the probability that D "
    "gives each place; beside them the losses of both players. Buttons set the steps that "
    "each player takes in a round; Play trains in the browser. A sentence tells the round, how "
    "many modes get fakes, the share of the fullest one and near any, and the losses.",
)
after(guess_fullest, ring_widget)

# %% [markdown]
# Longer stored runs, ten starts each; one setting changes from 10 : 1 to 1 : 5 after round 300. How
# full is the ring? We count the fakes within 0.3 (three standard deviations) of a mode, but at no
# mode more than an eighth of all: a generator that sits on one mode counts 12.5 %.

# %% covers="15.collapse"
# @title How full is the ring?
full = {name: 100 * np.median(of["filled"], axis=1) for name, of in stored["long"].items()}
shown = described(
    plot_narrow_lines(
        np.arange(50, 2401, 50), full,
        xlabel="round", ylabel="fakes that count, %", title="How full is the ring?",
    ),
    "Share of the fakes that count against the round, medians of ten starts. "
    + " ".join(
        f"{name}: {', '.join(f'{of[k]:.0f}' for k in (5, 11, 23, 47))} % after 300, 600, 1,200 "
        "and 2,400 rounds." for name, of in full.items()
    ),
)  # fmt: skip
after(guess_fullest, shown)

# %% [markdown]
# One start of each:

# %% covers="15.ring,15.collapse"
# @title Fakes after round 2,400
at_end = {name: runs["fakes"]["2400"] for name, runs in stored["long"].items()}
at_end["real points"] = ring(np.random.default_rng(7), 150)
shown = described(
    plot_frames(at_end, title="Fakes after round 2,400"),
    "Fakes, and real points, over the eight modes. "
    + " ".join(
        f"{name}: {100 * np.mean(distances(np.array(f)).min(axis=1) < 0.3):.0f} percent near one, "
        f"{100 * shares(np.array(f)).max():.0f} percent at the fullest."
        for name, f in at_end.items()
    ),
)
after(guess_fullest, shown)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Given time the ring fills: after 2,400 rounds with one generator step about two thirds of the
# fakes count (medians), of 500 real points 95 %. Most others lie between modes: $G$ is continuous,
# so it cannot jump. With ten steps one mode has all fakes in the end, from all ten starts. Such a
# run recovers: 300 rounds after its steps change, the fullest mode has at most 21 %, from all ten.
# </details>

# %%
# @title A check of the text
full_in_end = {name: np.median(of["filled"][47]) for name, of in stored["long"].items()}
assert all(0.6 < filled < 0.75 for name, filled in full_in_end.items() if name != "10 : 1")
_, ten, changed = (np.array(of["share"]) for of in stored["long"].values())
assert ten[47].min() > 0.99
assert changed[11].max() < 0.215 < 0.35 < changed[5].min()
real_ones = distances(ring(np.random.default_rng(7), 500)) < 0.3
assert abs(np.minimum(real_ones.mean(axis=0), 1 / 8).sum() - 0.95) < 0.025

# %% [markdown]
# ### Other rates, and the saturating loss (deeper, 2 minutes)
# In %, after 300 and 600 rounds, medians of ten starts:

# %% covers="15.collapse"
# @title Nearest to the fullest mode, and near any
starts = [np.random.default_rng(seed) for seed in range(10)]
unplayed = [run(player(r, 2, 32, 32, 2)["params"], r.normal(size=(500, 2)))[-1] for r in starts]
by_mode = 100 * np.median([shares(fakes).max() for fakes in unplayed])
by_place = 100 * np.median([(distances(fakes).min(axis=1) < 0.3).mean() for fakes in unplayed])
table = [f"{'':20}fullest    near", f"{'untrained':20}{by_mode:3.0f}     {by_place:5.0f}"]
for name, runs in stored["ring"].items():
    pairs = (100 * np.median(np.array(runs[k])[[5, 11]], axis=1) for k in ("share", "good"))
    table.append(f"{name:20}" + "  ".join(f"{m:3.0f}{n:4.0f}" for m, n in pairs))
print(after(guess_fullest, "\n".join(table)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# With one step each no mode takes over, at three rates, nor with the saturating loss at one. With
# ten, one mode gets half of the fakes or more at each rate, no better than untrained.
# </details>
#
# ### A fixed discriminator (deeper, 2 minutes)
# Freeze the trained $D$ and let the generator descend alone. The share of the fullest mode and the
# fakes' mean distance from the middle, every 20 steps:

# %% covers="15.collapse"
lone = {"params": list(G["params"]), "moments": [(0 * p, 0 * p) for p in G["params"]], "t": 0}
dice, alone = np.random.default_rng(8), []
for step in range(61):
    if step % 20 == 0:
        points = run(lone["params"], dice.normal(size=(1000, 2)))[-1]
        alone.append((shares(points).max(), np.linalg.norm(points, axis=1).mean()))
    generator_step(lone, D, dice)
after(guess_fullest, np.round(alone, 2).tolist())

# %%
# @title A check of the text
assert alone[-1][0] > 2 * alone[0][0]

# %% [markdown]
# ## 10 Digits, and three judges (core, 14 minutes)
# PyTorch carries the gradient through both networks:

# %% covers="15.torch"
# @title The course's numbers, PyTorch's, and yours once they are green
rng = np.random.default_rng(7)
on_real, on_fake = rng.normal(size=(2, 6))
asked = {
    "loss of D": ("discriminator_loss", on_real, on_fake),
    "loss of G": ("generator_loss", on_fake),
    "slope of G": ("generator_logit_gradient", on_fake),
    "best D": ("optimal_discriminator", np.exp(on_real), np.exp(on_fake)),
}
print("            course  PyTorch  yours")
for label, (name, *given) in asked.items():
    ours = float(np.ravel(getattr(generative, name)(*given))[0])
    there = [torch.tensor(v, dtype=torch.float32, device=device()) for v in given]
    theirs = getattr(torch_generative, name)(*there).ravel()[0].item()
    assert math.isclose(ours, theirs, rel_tol=1e-5)
    yours = own_run(
        is_solved("15_generative_adversarial_networks", name),
        lambda own, given=given: ([0.0], float(np.ravel(own(*given))[0])),
        globals().get(name),
    )
    print(f"{label:10}{ours:8.4f} {theirs:8.4f} ", f"{yours[1]:7.4f}" if yours else "not yet")

# %% [markdown]
# Both players, 16 numbers of noise in, 64 pixels out:


# %%
# @title Both players for the digits
def dense_layers(*sizes, drop):
    for n, m in pairwise(sizes):
        yield torch.nn.Linear(n, m)
        yield torch.nn.LeakyReLU(0.2)
        if drop:
            yield torch.nn.Dropout(0.3)


def digit_players(seed):
    torch.manual_seed(seed)
    draws = *dense_layers(16, 128, 128, drop=False), torch.nn.Linear(128, 64), torch.nn.Sigmoid()
    judges = *dense_layers(64, 128, 128, drop=True), torch.nn.Linear(128, 1)
    return torch.nn.Sequential(*draws), torch.nn.Sequential(*judges)


# %% [markdown]
# One round. `detach` cuts the fakes off from the generator, so that the discriminator's backward
# pass ends there:


# %% covers="15.torch"
def digit_round(G, D, real, adam_g, adam_d):
    adam_d.zero_grad()
    fake = G(torch.randn(len(real), 16)).detach()
    loss_d = torch_generative.discriminator_loss(D(real), D(fake))
    loss_d.backward()
    adam_d.step()
    adam_g.zero_grad()
    loss_g = torch_generative.generator_loss(D(G(torch.randn(len(real), 16))))
    loss_g.backward()  # reaches D too: its next zero_grad throws that away
    adam_g.step()
    return loss_d.item(), loss_g.item()


# %% [markdown]
# Sixty rounds, and the last two losses:

# %% covers="15.torch"
pixels = torch.tensor(load_digits().X_train.reshape(-1, 64), dtype=torch.float32)
G_digits, D_digits = digit_players(7)
adams = [torch.optim.Adam(net.parameters(), 5e-4, (0.5, 0.999)) for net in (G_digits, D_digits)]
for _ in range(60):
    rows = torch.randint(len(pixels), (64,))
    found = digit_round(G_digits, D_digits, pixels[rows], *adams)
np.round(found, 2)

# %% [markdown]
# Three judges look at 500 fakes of stored runs:
#
# - **variety**: a classifier names each fake; how many digits get over 2 %, and how many bits of
#   entropy do the names have ($\log_2 10 = 3.32$ if all are equally frequent)?
# - **clarity**: for what share of the fakes is the classifier over 90 % sure?
# - **told apart**: mix real test digits and fakes, and let the nearest neighbour of each say what
#   it is: 0.5 is guessing, 1 is always right.


# %% covers="15.judges"
# @title Three judges: medians of ten runs
def summary(name, step):
    rows = [next(r for r in run if r["step"] == step) for run in stored["digits"][name]["runs"]]
    keys = ("kinds", "entropy", "sure", "told") + (("D", "G") if step else ())
    return {key: float(np.median([r[key] for r in rows])) for key in keys}


looks = ("5 : 1", 1000), ("1 : 1", 1000), ("1 : 1", 2500)
judged = {"untrained": summary("1 : 1", 0)}
judged |= {f"{name}, {n:,}": summary(name, n) for name, n in looks}
judged["real digits"] = stored["digits"]["real"]
print("steps, round kinds bits sure told    D    G")
for name, of in judged.items():
    numbers = [of[key] for key in ("entropy", "sure", "told", "D", "G") if key in of]
    print(f"{name:13}{of['kinds']:5g}", *(f"{v:4.2f}" for v in numbers))

# %% [markdown]
# Your own eyes:

# %%
# @title Twenty fakes of the run 1 : 1, after round 2,500, and four real digits
late = np.reshape(stored["digits"]["1 : 1"]["fakes"]["2500"], (-1, 8, 8))
compared = [*late, *load_digits().X_test[:4].reshape(-1, 8, 8)]
described(
    plot_images(compared, [""] * 20 + ["real"] * 4, title="Twenty fakes, four digits", columns=4),
    "Twenty drawn images: about half can be read as digits, of several kinds; the others not. "
    "Below them four real digits: 7, 6, 3, 7.",
)

# %% [markdown]
# The losses of 5 : 1 read like a perfect balance, but 1 : 1 draws more kinds, after as many rounds
# and with fewer steps (5,000 against 6,000).
#
# Each judge has its blind spot. The classifier is sure of an *untrained* generator's grey fog and
# calls it one digit. Variety says nothing about likeness: the nearest neighbour tells the fakes
# from digits 98 times in 100. But it also tells one perfect digit, repeated, since each fake's
# neighbour is its twin. And copies of training digits (the last row) please all three.

# %% tags=["exercise"] covers="15.judges"
exercise("q_losses_of_two_gans")

# %% [markdown]
# **Explain.** In section 1 both losses are what section 4 promises for perfect fakes. Why is that
# no evidence of good fakes? Use the third judge.

# %% [markdown] tags=["instructor"] grade_id="explain_perfect_losses" points=2
# Both losses say one thing only: this discriminator answers about one half everywhere. The best
# discriminator does so if the fakes are distributed as the data; but so does a discriminator that
# knows nothing, or one whose knowledge is out of date, because the generator takes five steps after
# each of its own. (15.3) holds for the best discriminator alone. The nearest neighbour, another
# discriminator, tells these fakes from real digits almost every time, so one half is far from the
# best answer here.

# %% [markdown] covers="15.pretraining"
# KAV calls pretraining with GANs "preferable" for a complex task with plenty of unlabelled data and
# no similar model to reuse (lecture 16; not measured here).
#
# ## 11 Break it (deeper)
# Two changes to the round: no `detach`, and the generator's `zero_grad` at the start. Which
# gradient do the generator's weights get: of its own loss, of the discriminator's, or both?


# %% covers="15.broken"
def generator_gradient(G, D, z, own, others):
    G.zero_grad()
    logits = D(G(z))
    if own:
        torch_generative.generator_loss(logits).backward(retain_graph=True)
    if others:
        torch_generative.discriminator_loss(torch.zeros(1), logits).backward()
    return torch.cat([p.grad.ravel() for p in G.parameters()])


# %% [markdown]
# The lengths of these three, for a $D$ with tiny last weights, which answers one half:

# %% covers="15.broken"
torch.manual_seed(7)
G_new, D_new = digit_players(7)
D_new.eval()
torch.nn.init.zeros_(D_new[-1].bias)
with torch.no_grad():
    D_new[-1].weight *= 0.01  # all logits near 0: D near one half
noise = torch.randn(64, 16)
parts = [
    generator_gradient(G_new, D_new, noise, *p)
    for p in ((True, False), (False, True), (True, True))
]
lengths = [float(part.norm()) for part in parts]
assert lengths[2] < 0.02 * lengths[0]
[f"{length:.1e}" for length in lengths]

# %% [markdown]
# The third is almost nothing: at $D = \tfrac12$ two slopes cancel, and no error message says so.
#
# **Explain.** Which slopes with respect to a fake's logit add up to this? When would the generator
# even go the wrong way?

# %% [markdown] tags=["instructor"] grade_id="explain_detach" points=2
# The generator's own loss has the slope D − 1 at a fake's logit, the discriminator's loss has D
# there (each over M): together 2D − 1. It is 0 at D = 1/2, and positive for D > 1/2, so that a
# descent step makes those fakes less convincing. Cures: detach the fakes in the discriminator's
# step, or clear the generator's gradients before its own backward pass; detaching also saves the
# backward pass through the generator.

# %% [markdown]
# ## What you can do now
# You have written both losses and the best discriminator, made a generator collapse and recover,
# and judged fakes by what they are.
#
# **An open question.** A critic (section 4) must be nowhere steeper than 1. How would you hold a
# whole network to that?

# %%
show_progress("15")

# %% [markdown]
# ## Card
# | what | formula |
# |---|---|
# | value | $\mathbb E_\text{data} \ln D + \mathbb E_z \ln(1 - D(G(z)))$ |
# | discriminator | descends mean $-\ln D$ (real) + mean $-\ln(1 - D)$ (fakes) |
# | generator | descends mean $-\ln D$; saturating: mean $\ln(1 - D)$ |
# | slopes at the logit | $-(1 - D)$; saturating: $-D$ |
# | best discriminator | $p_\text{data}/(p_\text{data} + p_\text{model})$ |
# | value against it | $-\ln 4 + 2\,\text{JSD}$ |
# | distance | $W = \int \lvert F_\text{data} - F_\text{model} \rvert\,dx$; critics: slope up to 1 |
# | in balance | losses $2\ln 2$ and $\ln 2$, but these losses do not show a balance |
#
# **Shapes.** Noise (M, Z); fakes (M, 2) or (M, 64); logits (N, 1) and (M, 1), each batch with its
# own mean.
#
# **Pitfalls.** Losses read as quality; probabilities clipped in place of logits; one mean over both
# batches; fakes not detached; many generator steps to one of the discriminator; one judge alone.

# %% [markdown]
# ## Further reading
# - I. Goodfellow et al., *Generative adversarial nets*, 2014: the game, (15.2) and (15.3).
# - M. Arjovsky, S. Chintala, L. Bottou, *Wasserstein GAN*, 2017: critics (section 4).
# - L. Mescheder, A. Geiger, S. Nowozin, *Which training methods for GANs do actually converge?*,
#   2018: section 8.
# - T. Salimans et al., *Improved techniques for training GANs*, 2016: judges.
# - M. Kahng et al., *GAN Lab*, 2018: games to watch.

# %% [markdown]
# # 2 · Universal approximation
#
# **Promise:** after this lecture you can build a network for any continuous function by hand, as
# close as you are asked to be, and you know what the famous theorems promise.
#
# **You will** set every weight yourself, and draw a roof, a wave and a photograph; find out why
# 4,000 bumps can be as bad as 30; meet a unit that fails at any width; see what a second input
# costs and what depth saves.
#
# **Time:** {{time}}.
# **Builds on:** units, biases, the sigmoid and the multilayer perceptron (lecture 1).
# **Sources:** five lecture documents, called HKU, EPFL, HUST, HW and KAV in the text.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The exercises need NumPy alone. The demonstrations use more: PyTorch, a solver from SciPy, and the
# course's own data, pictures and reference functions.

# %%
from itertools import pairwise

import torch
from scipy.optimize import linprog

from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import load_digits, load_photographs
from dlcourse.plots.basic import described, plot_lines
from dlcourse.plots.guess import plot_guess
from dlcourse.plots.approximation import plot_fit, plot_heights, plot_skyline
from dlcourse.reference import activations, approximation
from dlcourse.twins import approximation as torch_approximation
from dlcourse.twins.devices import device
from dlcourse.widgets.approximation import explore_bumps, explore_towers

# %% [markdown]
# ## Recall
# Answer in your head, then open the answers.
#
# 1. A unit computes $\sigma(w x + b)$ with the sigmoid $\sigma(z) = 1/(1 + e^{-z})$. Its score is
#    $z = 0$. What is its output, and what is it for a score of $100$?
# 2. A step unit should fire when $x > 0.3$. Its weight is 1. What is its bias?
# 3. What can two dense layers do, without anything between them, that one cannot?
#
# <details><summary>Answers</summary>
#
# 1. One half; and 1 to 43 decimal places.
# 2. $-0.3$: the threshold, with the sign turned.
# 3. Nothing: $(xW_1)W_2 = x(W_1W_2)$. What follows needs the sigmoid in between.
# </details>

# %% [markdown]
# ## 1 A roof without training (core)
# Take the roof line of a photograph: for each $x$ from 0 (left edge) to 1 (right edge), the height
# of the first dark pixel from above. A network with one hidden layer of 60 sigmoid units shall draw
# it, without one step of training.

# %%
photo = load_photographs()[0].mean(axis=0)  # grey, 213 x 320 pixels
roof = 1 - np.argmax(photo < 0.55, axis=0) / 213


def roof_line(x):
    return roof[np.minimum((320 * np.asarray(x)).astype(int), 319)]


x_fine = np.linspace(0, 1, 1601)
by_hand = approximation.approximate_1d(roof_line, 30, 0.0, 1.0)(x_fine)

# %%
# @title 30 bumps, 60 units, no training
described(
    plot_skyline(photo, x_fine, by_hand, title="30 bumps, 60 units, no training"),
    "A photograph of a Chinese temple between trees. A line of 30 flat steps follows the roof.",
)

# %% [markdown]
# The line follows the roof in 30 flat pieces. Every weight was *set*, from 30 heights that were
# read off the photograph. You will build this network in three moves: a step, a bump, a sum of
# bumps.
#
# All networks of this lecture are of one kind. One hidden layer of $K$ units, one output without
# an activation:
#
# $$g(x) = \sum_{k=1}^{K} v_k\,\rho(w_k \cdot x + b_k) \tag{2.1}$$
#
# $w_k$ and $b_k$ are the *inner* weights and biases, $v_k$ the *outer* weights, and $\rho$ is the
# activation. The number of units $K$ is the **width**. (HUST writes $-b_k$. The sign is a matter of
# taste; keep to one.) In one dimension $x$ and $w_k$ are numbers.

# %% [markdown]
# ## 2 A step (core)
# Start with one unit, $\sigma(wx + b)$. A large $w$ makes the S-curve steep. With $w = 10$ and
# $b = -3$ the output is one half at

# %% covers="02.step"
output = activations.sigmoid(10.0 * x_fine - 3.0)
float(x_fine[np.argmin(np.abs(output - 0.5))])

# %% [markdown]
# The sigmoid is one half where its score is 0, and $10x - 3 = 0$ at $0.3$. In general
#
# $$wx + b = w\Big(x - \frac{-b}{w}\Big) \tag{2.2}$$
#
# so the **position** of the step is $p = -b/w$, and $w$ is its **steepness**. To move a step and
# keep its form, change $b$; to make it steeper *in place*, change both.
#
# Try it: in stage 1 the sliders are $w$ and $b$. Make $w$ larger and watch the step run away from
# you. The other stages come in the next sections.

# %% covers="02.builder"
shapes = {
    "cos(2πx)": lambda x: np.cos(2 * np.pi * x),
    "|2x − 1|": lambda x: np.abs(2 * x - 1),
    "sin(20x)/(1 + 5x)": lambda x: np.sin(20 * x) / (1 + 5 * x),
    "the roof": roof_line,
}

# %%
# @title From one step to any function
described(
    explore_bumps(shapes, title="From one step to any function"),
    "A plot over x from 0 to 1 with three stages. Step: sliders w and b; the curve rises from 0 to "
    "1 at x = −b/w. Bump: sliders left, right, height and steepness; two steps, one up and one "
    "down, make a block. Sum: a function, the number of bumps and their steepness; the sum of the "
    "bumps is drawn over the function, and the largest error is told.",
)

# %% tags=["exercise"]
exercise("q_step_position")

# %% [markdown]
# **Your turn.** Two things may trip you: the bias needs the steepness, too; and $e^{1000}$ is more
# than a floating-point number holds.

# %% tags=["exercise"] covers="02.step"
exercise("sigmoid_step")

# %% [markdown]
# ## 3 A bump (core)
# One step up, one step down. HUST's example is
#
# $$0.6\,\textcolor{#0072b2}{\text{step}(0.3)} - 0.6\,\textcolor{#b84a00}{\text{step}(0.6)}
#   \tag{2.3}$$
#
# Two hidden units with the outer weights $0.6$ and $-0.6$. Between the steps only the first one is
# on; to the right of both they cancel.
#
# **Predict.** The bump is 0.6 high. What is its value at the left edge, exactly at $x = 0.3$?

# %% tags=["predict"]
guess_edge = ...  # a number

# %% covers="02.bump"
up = 0.6 * approximation.sigmoid_step(x_fine, 0.3, 200.0)
down = -0.6 * approximation.sigmoid_step(x_fine, 0.6, 200.0)
at_edge = float(approximation.bump(0.3, 0.3, 0.6, 0.6))

# %%
# @title Two units make a bump
described(
    plot_fit(
        x_fine,
        {"first unit": up, "second unit": down, "their sum": up + down},
        title="Two units make a bump",
    ),
    "The first unit rises from 0 to 0.6 at x = 0.3, the second falls from 0 to −0.6 at x = 0.6; "
    "their sum is 0.6 between 0.3 and 0.6 and 0 elsewhere.",
)

# %% [markdown]
# HUST asks: how do you control the height $h$? By the outer weights, $h$ and $-h$. And the edge?

# %% truth=["half of its height"]
# @title Your guess beside the truth
assert np.isclose(at_edge, 0.3)
described(plot_guess(guess_edge, at_edge, quantity="value of the bump at its left edge"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# At its edges a steep bump has half of its height, and more steepness does not help: at the left
# edge the first unit is at one half, and the second still at 0. Keep this half in mind. It will
# cost you something in section 5.
# </details>
#
# **Your turn.**

# %% tags=["exercise"] covers="02.bump"
exercise("bump")

# %% [markdown]
# ## 4 A sum of bumps (core)
# Cut $[0, 1]$ into $n$ equal cells. Put one bump on each, as high as $f$ is in the middle of the
# cell. The function of this lecture is one wave, $f(x) = \cos 2\pi x$.


# %% covers="02.sum_of_bumps"
def wave(x):
    return np.cos(2 * np.pi * x)


def bumps_on_cells(f, n, steepness, x):
    total = np.zeros_like(x)
    for left, right in pairwise(np.linspace(0, 1, n + 1)):
        total += approximation.bump(x, left, right, f((left + right) / 2), steepness)
    return total


four = bumps_on_cells(wave, 4, 4000.0, x_fine)
np.round(four[[200, 600, 1000, 1400]], 4)

# %% [markdown]
# Four cells, and the heights $\cos\frac{\pi}{4}, \cos\frac{3\pi}{4}, \dots$: $\pm 0.7071$.
#
# How good is it? Look at the *worst* point: the **largest error**, or **sup norm** of the
# difference,
#
# $$\lVert f - g \rVert_\infty = \max_{x} \lvert f(x) - g(x) \rvert \tag{2.4}$$

# %%
# @title More bumps, smaller steps
described(
    plot_fit(
        x_fine,
        {"4 bumps": four, "16 bumps": bumps_on_cells(wave, 16, 16000.0, x_fine)},
        target=wave(x_fine),
        title="More bumps, smaller steps",
    ),
    "One wave of a cosine. Four bumps follow it in four flat pieces, at 0.71, −0.71, −0.71 and "
    "0.71; sixteen bumps come much nearer.",
)

# %% [markdown]
# You can say beforehand how many bumps are enough. In a cell, $x$ is at most half a cell, $1/2n$,
# away from the middle $m$, and $f$ changes by at most its largest slope $L$ times that way:
#
# $$\lvert f(x) - f(m) \rvert \le \frac{L}{2n},\qquad\text{here}\quad
#   \frac{2\pi}{2n} = \frac{\pi}{n} \tag{2.5}$$
#
# How many bumps reach an error of 0.1 on the middle half, $[\frac14, \frac34]$, whose ends are
# steepest?


# %%
def largest_error(n, x, steepness):
    return float(np.max(np.abs(bumps_on_cells(wave, n, steepness, x) - wave(x))))


x_middle = np.linspace(0.25, 0.75, 2001)
next(n for n in range(4, 100) if largest_error(n, x_middle, steepness=1000.0 * n) < 0.1)

# %% [markdown]
# (2.5) asks for $n \ge 10\pi$, that is 32, and is safe. So far it goes as expected: twice the
# bumps, half the error.
#
# ## 5 The end that will not improve (core)
# Now look at the whole interval, both ends included.
#
# **Predict.** With 8 bumps the largest error is 0.54, with 30 it is 0.50. What is it with 4,000?

# %% tags=["predict"]
guess_ends = ...  # a number

# %% truth=["one half", "0.5"]
# @title Your guess beside the truth
whole = np.linspace(0, 1, 3001)
sizes = [8, 30, 100, 1000, 4000]
stuck = [largest_error(n, whole, 1000.0 * n) for n in sizes]
assert min(stuck) > 0.4999
described(plot_guess(guess_ends, stuck[-1], quantity="largest error of 4,000 bumps"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# It stays at one half, for every number of bumps.
# </details>
#
# Here are the first cells of 30 and of 300 bumps.

# %%
x_start = np.linspace(0, 0.05, 1001)

# %%
# @title At x = 0 the first bump has half its height
described(
    plot_fit(
        x_start,
        {f"{n} bumps": bumps_on_cells(wave, n, 1000.0 * n, x_start) for n in (30, 300)},
        target=wave(x_start),
        title="At x = 0 the first bump has half its height",
    ),
    "The cosine is near 1 for x from 0 to 0.05. Both sums start at one half at x = 0 and jump to "
    "1 within a hundredth of a cell.",
)

# %% [markdown]
# At its edge a bump has half its height (section 3). At $x = 0$ that is $\frac12 \cos 0$, and
# making the bump narrower does not make it higher. It is one point, or nearly so, and most
# averages would never notice. The sup norm does.
#
# **Explain.** At the *inner* edges no bump has its full height either. Why is the error small
# there?

# %% [markdown] tags=["instructor"] grade_id="explain_edges" points=2
# At an inner edge two bumps meet, and each gives half of its own height. The sum is the mean of the
# two heights. Both are values of $f$ within half a cell of the edge, so their mean is close to $f$
# as well. At an end of the interval the second bump is missing.

# %% [markdown]
# The cure follows: let the first bump begin, and the last one end, *outside* the interval. Go back
# to the widget, stage 3, and switch "outer bumps reach further" on and off. Then write it.

# %% tags=["exercise"] covers="02.sum_of_bumps"
exercise("approximate_1d")

# %% [markdown]
# With this mend the largest error is that of (2.5) again:

# %%
mended = [
    float(np.max(np.abs(approximation.approximate_1d(wave, n, 0.0, 1.0)(whole) - wave(whole))))
    for n in (8, 31, 100, 300)
]
np.round(mended, 4)

# %% [markdown]
# **Half the units.** $n$ bumps are $2n$ units. But where two cells meet, one unit steps down and
# another one up, *at the same place*. One unit can do both, by the difference of the heights:
#
# $$g(x) = h_1\,\text{step}(p_1) + (h_2 - h_1)\,\text{step}(p_2) + \dots
#   + (h_n - h_{n-1})\,\text{step}(p_n) \tag{2.6}$$
#
# This is a **staircase** of $n$ units. The first step has to be over before the interval begins.
#
# **Your turn.** You get $f$ and $\varepsilon$, and you return the weights.

# %% tags=["exercise"] covers="02.construct_1d"
exercise("network_1d")

# %% [markdown]
# The reference halves its cells until they are fine enough. What does $\varepsilon$ cost?

# %%
for epsilon in (0.45, 0.09, 0.018, 0.0036):
    w, b, v = approximation.network_1d(wave, epsilon, 0.0, 1.0)
    error = np.max(np.abs(activations.sigmoid(np.outer(whole, w) + b) @ v - wave(whole)))
    print(f"epsilon {epsilon}: {len(w)} units, largest error {error:.4f}")

# %% [markdown]
# A fifth of the error for about five times the units (here four or eight, since it doubles them).
#
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.
#
# ## 6 How steep is steep? (deeper)
# You have made every step so steep that it is over within a hundredth of its cell. Is that good?
# Here is the error of 1,000 bumps on $[0.1, 0.9]$ with steps of steepness 1,000,000 and 1,000:

# %%
x_inner = np.linspace(0.1, 0.9, 4003)
[largest_error(1000, x_inner, steepness=k) for k in (1e6, 1e3)]

# %% [markdown]
# Gentle steps overlap, and the stairs become a slope. If they are too gentle, they smear the
# function itself. Between the two lies a best steepness:

# %%
steepnesses = np.geomspace(10, 1e5, 17)

# %%
# @title Too gentle smears the wave, too steep shows the stairs
described(
    plot_lines(
        steepnesses,
        {
            f"{n} bumps": [largest_error(n, x_inner[::3], k) for k in steepnesses]
            for n in (30, 100, 300)
        },
        xlabel="steepness of every step",
        ylabel="largest error on [0.1, 0.9]",
        title="Too gentle smears the wave, too steep shows the stairs",
        xscale="log",
        yscale="log",
    ),
    "Largest error against steepness, both axes logarithmic. All curves fall together to the left; "
    "that of 30 bumps turns up near steepness 100, of 100 bumps near 300, of 300 bumps near "
    "1,000, and each ends level at pi over the number of bumps.",
)

# %% [markdown]
# Now keep the steepness at 1,000 and take 1,000, then 4,000 bumps:

# %%
floors = [largest_error(n, x_inner[::4], 1000.0) for n in (1000, 4000)]
np.array(floors)

# %% [markdown]
# More bumps hardly help: there is a **floor** at $6.5 \cdot 10^{-5}$. With very many bumps the
# network averages $f$ over a window, whose form is the slope of the sigmoid. That window has the
# variance $\pi^2/3k^2$ for the steepness $k$, and an average of $f$ over a narrow window is off by
# half the variance times $f''$:
#
# $$\text{floor} = \frac12 \cdot \frac{\pi^2}{3 k^2} \cdot \max \lvert f'' \rvert
#   = \frac12 \cdot \frac{\pi^2}{3 \cdot 10^6} \cdot (2\pi)^2 \tag{2.7}$$

# %%
floor = np.pi**2 / (3 * 1000.0**2) * (2 * np.pi) ** 2 / 2
assert np.isclose(floors[-1], floor, rtol=0.01)
floor

# %% [markdown]
# The left branch of the figure is (2.7), the right end is (2.5). (Near the ends of the interval
# gentle steps need more bumps outside; that is why we looked at $[0.1, 0.9]$.)
#
# ## 7 "Any function" (core)
# **Spot the error.** HUST concludes that "all functions $f: \mathbb R \to \mathbb R$" can be well
# approximated, and that neural networks "can compute any function". Take a function that jumps:
# 0 up to $x = \frac13$, and 1 beyond.
#
# **Predict.** You may use as many sigmoid units as you like. How small can the largest error
# become?

# %% tags=["predict"]
guess_jump = ...  # a number


# %%
def jump(x):
    return (x > 1 / 3) * 1.0


x_jump = np.append(whole, [1 / 3, np.nextafter(1 / 3, 1)])
jump_errors = []
for steepness in (100.0, 1e4, 1e6, 1e8):
    step_at_jump = approximation.sigmoid_step(x_jump, 1 / 3, steepness)
    jump_errors.append(float(np.max(np.abs(step_at_jump - jump(x_jump)))))

# %% [markdown]
# That is one unit at the right place, in four steepnesses. The next cell looks at their errors, and
# it also looks at the network for one wave with $\varepsilon = 0.1$, but on $[0, 3]$:

# %% erratum="H17" truth=["one half", "0.5"]
# @title Your guess beside the truth
x, w_t, b_t, v_t = np.linspace(0, 3, 3001), *approximation.network_1d(wave, 0.1, 0.0, 1.0)
far_errors = np.abs(activations.sigmoid(np.outer(x, w_t) + b_t) @ v_t - wave(x))
assert min(jump_errors) > 0.4999
assert far_errors[x <= 1].max() < 0.1
assert far_errors.max() > 1.9
described(plot_guess(guess_jump, 0.5, quantity="smallest possible largest error at a jump"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# All four steps are off by one half, and no network does better. Suppose that one were nearer than
# $\frac12$ everywhere. Then it stays below $\frac12$ left of the jump and above it on the right, by
# a margin. But a sum of sigmoids is continuous, and at the jump both sides meet.
# </details>
#
# And the wave? The network was built for $[0, 1]$:

# %%
# @title Outside its interval the network knows nothing
described(
    plot_fit(
        x,
        {"network for [0, 1]": activations.sigmoid(np.outer(x, w_t) + b_t) @ v_t},
        target=wave(x),
        title="Outside its interval the network knows nothing",
    ),
    "Three waves of a cosine on [0, 3]. The network follows the first one in small steps and then "
    "stays at 1 for ever.",
)

# %% [markdown]
# On the right all its units are on, and it is constant for ever. On an unbounded domain no finite
# number of sigmoids follows a wave.
#
# **What holds:** networks *approximate* (they do not compute) *continuous* functions, in the sup
# norm, on a *closed and bounded* domain (**compact**), to any $\varepsilon > 0$ (not to 0).

# %% tags=["exercise"] covers="02.cybenko"
exercise("q_universality")

# %% [markdown]
# ## 8 Units that cannot (core)
# So far the sigmoid. Which other activations will do? Here is one that will not: $\rho(z) = z^2$.
# The function to draw is $\lvert x \rvert$ on $[-1, 1]$. A solver finds the outer weights with the
# smallest *largest* error, for random inner ones.
#
# **Predict.** With $K = 3$ units the best error is 0.125. What is it with 1,000 units?

# %% tags=["predict"]
guess_squares = ...  # a number


# %%
# @title best_fit: the outer weights with the smallest largest error, for random units
def best_fit(units, y):
    """Outer weights with the smallest largest error, and that error (a linear program)."""
    ones, K = -np.ones((len(y), 1)), units.shape[1]
    above, below = np.hstack([units, ones]), np.hstack([-units, ones])
    cost, bounds = np.append(np.zeros(K), 1.0), [(None, None)] * K + [(0, None)]
    answer = linprog(cost, np.vstack([above, below]), np.append(y, -y), bounds=bounds)
    return answer.x[:K], answer.fun


def random_units(rho, K, x, spread=1.0):
    rng = np.random.default_rng(7)
    w, b = spread * rng.normal(size=(2, K))
    return rho(np.outer(x, w) + b)


# %% [markdown]
# Three widths, and the best fit of each:

# %% covers="02.leshno" truth=["Not one bit better"]
# @title Your guess beside the truth
x_abs = np.linspace(-1, 1, 101)
square_errors = [best_fit(random_units(np.square, K, x_abs), np.abs(x_abs))[1] for K in (3, 30)]
thousand = best_fit(random_units(np.square, 1000, x_abs), np.abs(x_abs))[1]
assert np.allclose([*square_errors, thousand], 0.125)
described(
    plot_guess(guess_squares, round(thousand, 6), quantity="best error of 1,000 squaring units")
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Not one bit better.
# </details>
#
# Multiply out:
#
# $$\sum_k v_k (w_k x + b_k)^2 = \Big(\sum_k v_k w_k^2\Big) x^2
#   + \Big(2 \sum_k v_k w_k b_k\Big) x + \sum_k v_k b_k^2 \tag{2.8}$$
#
# is a parabola, whatever $K$ is. And no parabola is nearer to $\lvert x \rvert$ than $\frac18$. The
# proof is one line. For every parabola $p$,
#
# $$-p(-\tfrac12) + 3\,p(0) - 3\,p(\tfrac12) + p(1) = 0 \tag{2.9}$$
#
# and for $\lvert x \rvert$ the same sum is $-1$. So it is $-1$ for the error $\lvert x \rvert - p$,
# too. Its four terms weigh 8 in all; hence one of the four errors is at least $\frac18$.

# %%
points, weigh = np.array([-0.5, 0.0, 0.5, 1.0]), np.array([-1.0, 3.0, -3.0, 1.0])
for parabola in (np.ones_like, np.array, np.square):  # 1, x, x^2, and so all their sums
    assert np.isclose(weigh @ parabola(points), 0)
bound = abs(weigh @ np.abs(points)) / np.abs(weigh).sum()
float(np.max(np.abs(x_abs**2 + 1 / 8 - np.abs(x_abs)))), float(bound)

# %% [markdown]
# The parabola $x^2 + \frac18$ reaches the bound.

# %% tags=["exercise"] covers="02.leshno"
exercise("q_polynomial_units")

# %% [markdown]
# ReLU needs two units for this function, and makes no error at all:
# $\lvert x \rvert = \text{relu}(x) + \text{relu}(-x)$.
#
# Is it the square, or is it polynomials? Six activations, 3 to 300 random units, the outer weights
# by least squares:

# %%
candidates = {
    "sigmoid": activations.sigmoid,
    "tanh": np.tanh,
    "ReLU": activations.relu,
    "cosine": np.cos,
    "z²": np.square,
    "z⁵": lambda z: z**5,
}
widths, errors, x_dense = [3, 10, 30, 100, 300], {}, np.linspace(-1, 1, 801)
for name, rho in candidates.items():
    errors[name] = []
    for K in widths:
        units = random_units(rho, K, x_dense, spread=5.0)
        v = np.linalg.lstsq(units, np.abs(x_dense), rcond=1e-10)[0]
        errors[name].append(np.max(np.abs(units @ v - np.abs(x_dense))))

# %% [markdown]
# Against the width:

# %%
# @title |x|: polynomials stop, the others go on
described(
    plot_lines(
        widths,
        errors,
        xlabel="width K",
        ylabel="largest error",
        title="|x|: polynomials stop, the others go on",
        xscale="log",
        yscale="log",
    ),
    "Largest error against width, both logarithmic. The curves of z² and z⁵ are level at about "
    "0.19 and 0.12; those of sigmoid, tanh, ReLU and cosine keep falling.",
)

# %% [markdown]
# (Least squares is not the best fit in the sup norm, so the curve of $z^2$ lies higher than that.)
# Polynomial units give polynomials of their own degree, whatever the width. *Every other*
# continuous activation will do. That is a theorem.
#
# ## 9 What the theorems say (core)
# One hidden layer (2.1), $f$ continuous on a compact set, any $\varepsilon > 0$: a width $K$ and
# weights with $\lVert f - g \rVert_\infty < \varepsilon$ exist, if
#
# | who | the activation is | the set |
# |---|---|---|
# | Cybenko 1989 | continuous, with the limits 0 and 1 (*sigmoidal*) | $[0, 1]^d$ |
# | Hornik 1991 | continuous, bounded, not constant | compact |
# | Leshno and others 1993 | continuous: **if and only if** not a polynomial | compact |
#
# Leshno and others allow jumps, too: bounded on bounded sets, with a set of jumps whose closure has
# length 0. Then "not a polynomial" is meant almost everywhere. All three need the biases.

# %% [markdown]
# None of them says how large $K$ is. Measure it: bumps for one, four and sixteen waves.


# %% covers="02.no_fixed_width"
def waves(count):
    return lambda x: np.cos(2 * np.pi * count * x)


def error_of(count, n):
    fit = approximation.approximate_1d(waves(count), n, 0.0, 1.0)
    return float(np.max(np.abs(fit(whole) - waves(count)(whole))))


bump_counts = [4, 8, 16, 32, 64, 128, 256]
by_waves = {f"waves: {count}": [error_of(count, n) for n in bump_counts] for count in (1, 4, 16)}

# %% [markdown]
# In a figure:

# %% covers="02.no_fixed_width"
# @title No width is enough for all functions
described(
    plot_lines(
        [2 * n for n in bump_counts],
        by_waves,
        xlabel="width K (two units a bump)",
        ylabel="largest error",
        title="No width is enough for all functions",
        xscale="log",
        yscale="log",
    ),
    "Largest error against width for 1, 4 and 16 waves on [0, 1], both axes logarithmic. Each "
    "curve stays near 1 or above until the width is about ten times the number of waves, and then "
    "falls in a straight line. At any width, a function with more waves is missed.",
)

# %% [markdown]
# Whatever width you choose, a function with more waves defeats these bumps. And it defeats every
# choice of weights: section 13 proves it for ReLU, and M. Schmitt (NIPS 1999) for the sigmoid. It
# takes a very special activation to get by with a fixed width:
#
# | who | activation | units |
# |---|---|---|
# | Maiorov, Pinkus 1999 | *one*: analytic, increasing, sigmoidal | two layers, $3d$ and $6d+3$ |
# | Guliyev, Ismailov 2016 | *one*: smooth, sigmoidal; $d = 1$ | a single unit, and a constant |
#
# (HUST prints $d$ and $2d + 1$ for the first.) They store *all* functions in one activation; the
# appendix builds one. And **Kolmogorov** (1957) has a formula without any error, whose
# outer function depends on $f$ and is no activation at all; see the appendix, too.

# %% covers="02.maiorov_pinkus"
fixed_width = {d: (3 * d, 6 * d + 3) for d in (1, 2, 3, 10)}
fixed_width

# %% [markdown]
# Units in the two layers of Maiorov and Pinkus, for 1, 2, 3 and 10 inputs. Nobody trains such
# networks: the weights would have to be found exactly.
#
# ## 10 Towers (core)
# Two inputs. A bump along $x$ does not care about $y$: it is a *wall*. Take one wall along each
# axis, both of height 1, and add them.

# %%
x_grid, y_grid = np.meshgrid(np.linspace(0, 1, 150), np.linspace(0, 1, 150))
wall_x = approximation.bump(x_grid, 0.3, 0.6, 1.0, 400.0)
wall_y = approximation.bump(y_grid, 0.4, 0.8, 1.0, 400.0)
middle_only = approximation.sigmoid_step(wall_x + wall_y, 1.5, 50.0)

# %%
# @title Two walls make a cross; a threshold leaves the tower
described(
    plot_heights(
        {"a wall": wall_x, "a cross": wall_x + wall_y, "above 1.5: a tower": middle_only},
        title="Two walls make a cross; a threshold leaves the tower",
    ),
    "Three maps of the unit square. A vertical wall of height 1; a cross with arms of height 1 and "
    "a middle of height 2; and the rectangle in the middle alone, of height 1.",
)

# %% [markdown]
# The second map has three heights: 0 outside, $h = 1$ on the arms of a **cross**, $2h$ in the
# middle. The arms of the cross are not wanted. A unit of a *second* hidden layer with its threshold
# between $h$ and $2h$ keeps the middle only:
#
# $$\text{tower}(x, y) = h\,\sigma\Big(k\,\big(\text{bump}(x) + \text{bump}(y) - \tfrac32\big)\Big)
#   \tag{2.10}$$
#
# with bumps of height 1; the outer weight $h$ makes the height.
#
# Move the threshold. In stage 2 the towers stand side by side and draw a function.

# %% covers="02.builder"
hills = {
    "cos(2πx) cos(2πy)": lambda x, y: np.cos(2 * np.pi * x) * np.cos(2 * np.pi * y),
    "a hill": lambda x, y: np.exp(-8 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)),
    "x + y − 1": lambda x, y: x + y - 1,
}

# %%
# @title From walls to towers to a city
described(
    explore_towers(hills, title="From walls to towers to a city"),
    "A map of the unit square and a cut through its middle, with two stages. Cross: sliders for "
    "the threshold and the steepness; below threshold 1 the arms of the cross pass, between 1 and "
    "2 only the middle does, above 2 nothing. City: a function, n and the steepness; n by n towers "
    "are drawn with their largest error.",
)

# %% [markdown]
# **Your turn.**

# %% tags=["exercise"] covers="02.tower"
exercise("tower")

# %% [markdown]
# HUST asks: can a network with *one* hidden layer do it, too? By the theorems, yes. But not by
# towers: one hidden layer adds up walls and waves, in all directions. For instance
#
# $$\cos a \cos b = \tfrac12 \cos(a + b) + \tfrac12 \cos(a - b) \tag{2.11}$$
#
# The right side is one hidden layer of two cosine units, with the inner weights $(1, 1)$ and
# $(1, -1)$.

# %%
waved = hills["cos(2πx) cos(2πy)"](x_grid, y_grid)
two_units = 2 * np.pi * np.array([[1.0, 1.0], [1.0, -1.0]])
grid = np.stack([x_grid, y_grid], axis=-1)
assert np.allclose(np.cos(grid @ two_units) @ [0.5, 0.5], waved)
grid.shape, np.cos(grid @ two_units).shape

# %% [markdown]
# The function of the widget, exactly, from two units. Sums of waves in all directions come near
# every continuous function; that is Fourier's idea, shown in section 12 for one dimension.
#
# ## 11 The curse of dimension (deeper)
# In $d$ dimensions $n$ cells along each axis make $K = n^d$ towers, and the error is still that of
# half a cell, about $1/n$:
#
# $$\text{error} \approx \frac{C}{n} = C\,K^{-1/d} \tag{2.12}$$
#
# The function is a round hill. Perfect towers miss it most at the corners of their cells:


# %%
# @title hill_error: how far perfect towers miss a round hill
def hill_error(d, n):
    corners, middles = np.arange(2 * n) // 2 + np.arange(2 * n) % 2, np.arange(2 * n) // 2 + 0.5

    def hill(along):
        axes = np.meshgrid(*[along / n] * d, indexing="ij", sparse=True)
        return np.exp(-4 * sum((z - 0.5) ** 2 for z in axes))

    return float(np.max(np.abs(hill(corners) - hill(middles))))


# %% [markdown]
# Error against the number of towers:

# %%
towers = [64, 4096, 262_144]  # each a square and a cube
hill_errors = {f"d = {d}": [hill_error(d, round(K ** (1 / d))) for K in towers] for d in (1, 2, 3)}


# %%
# @title The same hill in one, two and three dimensions
described(
    plot_lines(
        towers,
        hill_errors,
        xlabel="towers",
        ylabel="largest error",
        title="The same hill in one, two and three dimensions",
        xscale="log",
        yscale="log",
    ),
    "Largest error against the number of towers, both logarithmic: straight lines with slope −1 "
    "in one dimension, −1/2 in two and −1/3 in three.",
)

# %% [markdown]
# To halve the error takes 2 times the towers in one dimension, 8 times in three, and for the 784
# pixels of a digit $2^{784}$ times. This **curse of dimension** meets every method that knows only
# that $f$ is continuous. Structure helps.
#
# ## 12 Waves and random features (deeper)
# EPFL gives another reason why one layer is enough. Take $\rho = \cos$ and the inner weights
# $\omega_k = 2\pi k/T$ for the period $T$. With suitable biases (2.1) is a **Fourier expansion**:
#
# $$g(x) = c + \sum_{k} \big( a_k \cos(\omega_k x) + b_k \sin(\omega_k x) \big) \tag{2.13}$$
#
# **Spot the error.** The biases are printed as $-\frac{\pi}{2}$ and $\frac{\pi}{2}$. Take
# $f(x) = x^2 + 0.3$ on $[-1, 1]$ with $T = 2$. How small can the largest error become?

# %% erratum="E3" covers="02.fourier"
x_even = np.linspace(-1, 1, 401)
f_even = x_even**2 + 0.3
frequencies = np.pi * np.arange(1, 51)
printed = np.cos(np.outer(x_even, np.tile(frequencies, 2)) + np.repeat([-np.pi / 2, np.pi / 2], 50))
only_sines = best_fit(printed[::4], f_even[::4])[1]
assert np.allclose(printed, -printed[::-1], atol=1e-9)  # each unit is odd
assert np.isclose(only_sines, 1.3)
round(float(only_sines), 6)

# %% [markdown]
# $\cos(z \mp \frac{\pi}{2}) = \pm\sin z$: these units are all sines, the second half of them with
# the sign turned. Sums of sines are *odd*, $g(-x) = -g(x)$, so at $\pm 1$ they cannot both be 1.3;
# the best they can do there is 0. An outer bias $c$ does not mend it: then $g - c$ is odd, and the
# error is still one half.
#
# **What holds:** the biases 0 and $-\frac{\pi}{2}$, one for the cosines and one for the sines, and
# a constant.

# %%
with_bias = best_fit(np.hstack([printed[::4], np.ones((101, 1))]), f_even[::4])[1]
assert np.isclose(with_bias, 0.5)
both = approximation.fourier_features(x_even, 50, 2.0)
right_error = np.max(np.abs(both @ np.linalg.lstsq(both, f_even)[0] - f_even))
assert right_error < 0.01
float(right_error)

# %% [markdown]
# Less than a hundredth, with 50 frequencies.
#
# **Random features.** EPFL's second example draws the inner weights *at random* and leaves them
# alone. The hidden layer is then a fixed list of features $\phi(x) = \rho(xW + b)$, and the outer
# weights are the solution of a *linear* problem, as in lecture 1. (The document sets the outer
# weights to a constant; the appendix shows what happens then.)
#
# **Your turn.**

# %% tags=["exercise"] covers="02.random_features"
exercise("random_features_fit")

# %% [markdown]
# How far does a hidden layer get that nobody has trained? Each image of a handwritten digit has 64
# pixels. For each of the ten digits one fit says "this one" (1) or "another one" (0); the largest
# of the ten answers wins.
#
# **Predict.** With 300 random units, which share of 360 new digits is read correctly?

# %% tags=["predict"]
guess_digits = ...  # a number from 0 to 1

# %% truth=["97 %", "0.972"]
# @title Your guess beside the truth
digits = load_digits(flat=True, dtype=np.float64)


def share_read(n_features, seed):
    answers = []
    for digit in range(10):
        rng = np.random.default_rng(seed)  # the same hidden layer for each digit
        target = (digits.y_train == digit) * 1.0
        fit = approximation.random_features_fit(digits.X_train / 5, target, n_features, 0.1, rng)
        answers.append(fit(digits.X_test / 5))
    return float(np.mean(np.argmax(answers, axis=0) == digits.y_test))


shares = {K: [share_read(K, seed) for seed in range(3)] for K in (30, 100, 300)}
described(plot_guess(guess_digits, np.mean(shares[300]), quantity="share read", within=(0, 1)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# About 97 %, with a hidden layer of pure chance.
# </details>
#
# Lecture 4 trains a network to get as far. Three seeds each:

# %%
{K: np.round(found, 3).tolist() for K, found in shares.items()}

# %% [markdown]
# What happens as the width grows? The product of two feature vectors tends to a fixed function of
# the two points, a **kernel** (Rahimi and Recht 2007): for cosines with normal weights
#
# $$\frac{2}{K}\,\phi(x)\cdot\phi(x') \to e^{-\lVert x - x' \rVert^2/2} \tag{2.14}$$


# %%
def kernel_error(K, seed):
    rng = np.random.default_rng(seed)
    W, b = rng.normal(size=(2, K)), rng.uniform(0, 2 * np.pi, K)
    phi = np.sqrt(2 / K) * np.cos(cloud @ W + b)
    return np.max(np.abs(phi @ phi.T - gauss))


cloud = np.random.default_rng(7).uniform(-2, 2, size=(100, 2))
gauss = np.exp(-np.sum((cloud[:, None] - cloud[None]) ** 2, axis=-1) / 2)
kernel_widths = [10, 100, 1000, 10_000]
runs = np.array([[kernel_error(K, seed) for K in kernel_widths] for seed in range(5)])

# %% [markdown]
# For 100 points and five draws of the hidden layer:

# %% covers="02.random_features"
# @title Random features become a kernel (5 seeds)
described(
    plot_lines(
        kernel_widths,
        {"largest difference": runs},
        xlabel="random features K",
        ylabel="largest difference to the kernel",
        title="Random features become a kernel (5 seeds)",
        xscale="log",
        yscale="log",
    ),
    "Largest difference between 2/K times the product of features and the Gaussian kernel, over "
    f"100 points, against K: {', '.join(f'{e:.2g}' for e in runs.mean(axis=0))}. A straight line "
    "of slope −1/2.",
)

# %% [markdown]
# A hundred times the features, a tenth of the difference. In the limit, fitting the outer weights
# is *kernel regression*, which with this kernel can fit any continuous function. What random
# features do not do is *learn* features from data; the rest of the course does.
#
# ## 13 Depth (deeper)
# KAV says that deep networks model complex functions with exponentially fewer neurons. Here is one
# for which that is exact. A **tent** is made of two ReLUs. It rises to 1 at $x = \frac12$ and falls
# back to 0:
#
# $$t(x) = 2\,\text{relu}(x) - 4\,\text{relu}(x - \tfrac12) \tag{2.15}$$
#
# Put tents into each other: the second layer folds what the first has folded.

# %%
x_saw = np.linspace(0, 1, 1025)

# %%
# @title Each layer doubles the number of teeth
described(
    plot_fit(
        x_saw,
        {f"{d} tent{'s' if d > 1 else ''}": approximation.sawtooth(x_saw, d) for d in (1, 2, 4)},
        title="Each layer doubles the number of teeth",
    ),
    "On [0, 1]: one tent with one tooth, two tents in a row with two teeth, four with eight teeth.",
)

# %% [markdown]
# Ten tents are 20 units in ten layers. In a network with *one* hidden layer each ReLU bends the sum
# at one place, so it takes a unit for each corner:

# %% covers="02.depth"
x_fold = np.linspace(0, 1, 2**12 + 1)
bends = np.abs(np.diff(approximation.sawtooth(x_fold, 10), n=2)) > 1e-9
int(bends.sum())

# %% [markdown]
# Ten folds make $2^{10} = 1{,}024$ straight pieces with 1,023 corners between them. Now be generous
# and allow an error. How often does the sawtooth cross $\frac12$?

# %% covers="02.depth"
teeth = approximation.sawtooth(np.arange(1025) / 1024, 10)
crossings = np.count_nonzero(np.diff(teeth > 0.5))
assert crossings == 1024
crossings

# %% [markdown]
# To be nearer than $\frac12$ everywhere, a network must cross as often. A straight piece crosses at
# most once, and $K$ units have at most $K + 1$ pieces. So 1,022 units are no better than none: the
# constant $\frac12$ is off by one half, too.
#
# With 1,024 units there is no error at all:

# %%
kinks = np.arange(1024) / 1024
saw_slopes = np.append(1024.0, 2048.0 * (-1.0) ** np.arange(1, 1024))
shallow = activations.relu(x_fold[:, None] - kinks) @ saw_slopes
assert np.array_equal(shallow, approximation.sawtooth(x_fold, 10))
len(kinks)

# %% [markdown]
# Twenty units in depth equal a thousand in width, *for this function*. Most functions are no
# sawtooths. The theorem (Telgarsky 2016) says that there are functions for which it is so.
#
# ## 14 Existing is not learning (core)
# Weights *exist*; for four waves on $[0, 1]$ you know some, with an error of 0.1. Will *training*
# find any? A preview of lectures 4, 5 and 10: start at random, and change all weights a little, 500
# times, against the slope of the squared error (PyTorch's optimizer Adam does it). The networks
# are as wide as your staircase, 31 units a wave. Five seeds train side by side; `start` scales the
# random inner weights.


# %%
def train(f, width, start=1.0, steps=500, seeds=5):
    """The largest error after training, for each seed."""
    at = torch.linspace(0, 1, 97)[:, None]
    y = torch.tensor(f(at.numpy()), dtype=torch.float32)
    chance = torch.Generator().manual_seed(7)
    shapes = [(seeds, 1, width), (seeds, 1, width), (seeds, width, 1), (seeds, 1, 1)]
    w, b, v, c = (torch.randn(shape, generator=chance) for shape in shapes)
    w, b, v = start * w, start * b, v / width**0.5
    optimizer = torch.optim.Adam([p.requires_grad_() for p in (w, b, v, c)], lr=0.1)
    for _ in range(steps):
        misses = torch.sigmoid(at @ w + b) @ v + c - y
        optimizer.zero_grad()
        (misses**2).mean(dim=(1, 2)).sum().backward()
        optimizer.step()
    return misses.detach().abs().amax(dim=(1, 2)).numpy()


# %% [markdown]
# **Predict.** The constructed network of four waves has 124 units and a largest error of 0.1. What
# is the median largest error of the five trained ones, with `start=1`?

# %% tags=["predict"]
guess_trained = ...  # a number

# %% truth=["About 1", "1.039"]
# @title Your guess beside the truth
wave_counts = [1, 2, 4]
built = [error_of(count, 31 * count) for count in wave_counts]
trained = np.array([train(waves(count), 31 * count) for count in wave_counts])
four_waves = float(np.median(trained[-1]))
assert four_waves > 0.9
described(
    plot_guess(guess_trained, four_waves, quantity="largest error after training, four waves")
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# About 1: as bad as the answer 0, in every seed. Good weights are known, and training does not find
# them.
# </details>
#
# Is the start to blame? Random steps of `start=1` are so gentle that each spans the whole
# interval. Make them thirty times steeper:

# %%
steep_start = np.array([train(waves(count), 31 * count, start=30.0) for count in wave_counts])
assert np.median(steep_start[-1]) < 0.5
starts = {"trained, start 1 (5 seeds)": trained.T, "trained, start 30 (5 seeds)": steep_start.T}

# %%
# @title The weights exist; training may not find them
described(
    plot_lines(
        wave_counts,
        {**starts, "constructed": built},
        xlabel="waves on [0, 1] (31 units each)",
        ylabel="largest error",
        title="The weights exist; training may not find them",
    ),
    "Largest error for one, two and four waves. Constructed: 0.1 each time. Trained from start 1: "
    f"medians {np.round(np.median(trained, axis=1), 2)}. From start 30: "
    f"{np.round(np.median(steep_start, axis=1), 2)}.",
)

# %% [markdown]
# For one wave the trained networks are about as good as your construction, from the steep start
# better: they also move their steps to where they are needed. With more waves everything hangs on
# the start.
#
# **Explain.** The theorem holds for sigmoid units, and training 124 of them from `start=1` failed
# on four waves. Why is that no contradiction?

# %% [markdown] tags=["instructor"] grade_id="explain_existence" points=2
# The theorem says that good weights exist, and the construction shows some. It does not say where
# to start or that following the slope of an error leads there. From a gentle start the slope leads
# to a place where small changes no longer help, far from the good weights.

# %% [markdown]
# Existence, learning, and being right on *new* points are three questions. This lecture answers
# the first; lectures 3 to 11 are about the others.
#
# ## 15 The same in PyTorch (core)
# The course's twins of `bump` and `tower`, on your GPU if there is one:

# %%
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
x_t = torch.linspace(0, 1, 1001, dtype=dtype, device=place)
twin = torch_approximation.bump(x_t, 0.3, 0.6, 0.6).cpu().numpy()
assert np.allclose(twin, approximation.bump(np.linspace(0, 1, 1001), 0.3, 0.6, 0.6), atol=1e-4)
towers_t = torch_approximation.tower(x_t[:, None], x_t, (0.3, 0.6), (0.4, 0.8), 1.0)
f"on {place}: bump at its edge {twin[300]:.4f}, towers at {tuple(towers_t.shape)} points"

# %% [markdown]
# And your staircase as a network of `torch.nn`. Its weights are *copied in*, never trained:

# %%
w, b, v = (torch.tensor(a, dtype=dtype, device=place) for a in (w_t, b_t, v_t))
hidden = torch.nn.Linear(1, len(w), device=place, dtype=dtype)
outer = torch.nn.Linear(len(w), 1, bias=False, device=place, dtype=dtype)
with torch.no_grad():
    hidden.weight.copy_(w[:, None])
    hidden.bias.copy_(b)
    outer.weight.copy_(v[None])
    answers = torch.nn.Sequential(hidden, torch.nn.Sigmoid(), outer)(x_t[:, None]).cpu().numpy()
torch_error = float(np.max(np.abs(answers[:, 0] - wave(np.linspace(0, 1, 1001)))))
assert torch_error < 0.1
f"{len(w)} units, largest error {torch_error:.4f}"

# %% [markdown]
# ## 16 Break it (deeper)
# Two networks for one wave, both with an error of 0.099: 31 *bumps* (62 units), and the *staircase*
# (2.6) of 31 units. Now multiply every inner weight by its own random factor, off from 1 by about a
# tenth of a per cent. (bfloat16, a usual format for weights, rounds by up to 0.4 per cent.)


# %%
def cells_as(kind, n=31):
    edges, heights = np.arange(n) / n, wave((np.arange(n) + 0.5) / n)
    first, last = -1 / n, 1 + 1 / n
    left, right = np.append(first, edges[1:]), np.append(edges[1:], last)
    if kind == "bumps":
        positions, v = np.append(left, right), np.append(heights, -heights)
    else:
        positions, v = left, np.diff(heights, prepend=0.0)
    w = np.full(len(v), 1000.0 * n)
    return w, -w * positions, v


def error_after(kind, noise, seed):
    w, b, v = cells_as(kind)
    w = w * (1 + noise * np.random.default_rng(seed).normal(size=len(w)))
    return np.max(np.abs(activations.sigmoid(np.outer(x_fine, w) + b) @ v - wave(x_fine)))


# %% [markdown]
# The largest errors for noise of 0, 0.01 %, 0.1 % and 1 %, median over ten seeds:

# %%
noises = [0.0, 0.0001, 0.001, 0.01]
fragile = {
    kind: [np.median([error_after(kind, noise, s) for s in range(10)]) for noise in noises]
    for kind in ("bumps", "staircase")
}
assert fragile["bumps"][2] > 0.9
assert fragile["staircase"][2] < 0.12
{kind: np.round(medians, 3).tolist() for kind, medians in fragile.items()}

# %% [markdown]
# **Symptom:** the bumps get needles. Where two bumps meet, one step goes down and one goes up.
# Moved by different amounts, they leave a gap, in which the sum is 0, or an overlap, in which it is
# twice $f$. **Cure:** share the step. In the staircase a moved step is a step in a slightly wrong
# place, and the error grows by (slope × shift) only. Two networks can be the same function, and one
# of them does not survive rounding.
#
# ## 17 A city (core)
# The last step of HUST's construction: $n \times n$ towers side by side. **Your turn**; it puts
# together everything since the first step.

# %% tags=["exercise"] covers="02.sum_of_towers, 02.construct_2d"
exercise("approximate_2d")

# %% [markdown]
# The lecture began with the roof of a temple. Here is the temple: brightness as a function of two
# numbers, approximated by 8 × 8, 16 × 16 and 32 × 32 towers.

# %%
temple = photo[8:200, 20:212][::-1]  # row 0 at the bottom


def brightness(x, y):
    return temple[min(int(192 * y), 191), min(int(192 * x), 191)]


pixels = (np.arange(96) + 0.5) / 96
cities = {
    f"{n} × {n} towers": approximation.approximate_2d(brightness, n, (0, 1), (0, 1))(
        pixels, pixels[:, None]
    )
    for n in (8, 16, 32)
}

# %%
# @title A temple of towers
described(
    plot_heights({**cities, "photograph": temple[::2, ::2]}, title="A temple of towers", grey=True),
    "Four grey pictures: coarse blocks; blocks in which a tower can be guessed; fine blocks in "
    "which the temple and the trees are plain; and the photograph.",
)

# %% [markdown]
# The finest has 1,024 towers, each with four units in the first hidden layer and one in the second.
# No weight was trained.
#
# Something easier: $f(x, y) = 1$ everywhere, and 8 × 8 towers of height 1. The largest error on the
# unit square, and the number of points on a grid that are off by more than 0.99 and 0.01:

# %%
flat_city = approximation.approximate_2d(lambda x, y: 1.0, 8, (0, 1), (0, 1))
seams = np.linspace(0, 1, 161)  # every 20th point lies on an edge
off = np.abs(flat_city(seams[:, None], seams) - 1)
worst = [int(np.sum(off > level)) for level in (0.99, 0.01)]
assert worst == [49, 49]
float(off.max()), worst

# %% [markdown]
# There are holes down to the ground. At a corner where four towers meet, each sees
# $\frac12 + \frac12 = 1$, below its threshold of $\frac32$. This happens at the $7 \cdot 7$ inner
# corners only. Steeper steps make the holes smaller, but for the sup norm a small hole is as deep
# as a large one.
#
# Here with steps gentle enough for a picture:

# %%
reach = [(i - (i == 0), i + 1 + (i == 7)) for i in range(8)]
gentle_city = sum(
    approximation.tower(8 * x_grid, 8 * y_grid, across, along, 1.0, steepness=20.0)
    for across in reach
    for along in reach
)

# %%
# @title A hole where four towers meet
described(
    plot_heights({"64 towers for f = 1": gentle_city}, title="A hole where four towers meet"),
    "The unit square at height 1, with 49 dark dots in a regular grid, one at each inner corner.",
)

# %% [markdown]
# ### Mending the holes (deeper)
# The cure is that of section 16: share the steps. Take *quadrants* in the place of towers:
# $Q_{ij}$ is on where $x > p_i$ and $y > q_j$. It costs two first-layer units and a threshold.
# Each quadrant makes up the difference to those below it:
#
# $$v_{ij} = h_{ij} - h_{i-1,j} - h_{i,j-1} + h_{i-1,j-1} \tag{2.16}$$
#
# a staircase in two directions. A hole at a corner is then as deep as one *difference*.


# %%
def staircase_2d(f, n, x, y, steepness=1000.0):
    middles = (np.arange(n) + 0.5) / n
    heights = f(middles[:, None], middles)
    v = np.diff(np.diff(heights, axis=0, prepend=0.0), axis=1, prepend=0.0)
    starts = np.append(-1.0, np.arange(1, n)) / n
    along_x = approximation.sigmoid_step(x[..., None], starts, steepness * n)
    along_y = approximation.sigmoid_step(y[..., None], starts, steepness * n)
    both = along_x[..., :, None] + along_y[..., None, :]
    return np.sum(v * approximation.sigmoid_step(both, 1.5, steepness), axis=(-2, -1))


# %% [markdown]
# Both networks on a grid that holds all seams and corners:

# %%
for n in (4, 8, 16):
    on_seams = np.meshgrid(np.linspace(0, 1, 3 * n + 1), np.linspace(0, 1, 5 * n + 1))
    hill = hills["a hill"](*on_seams)
    city = approximation.approximate_2d(hills["a hill"], n, (0, 1), (0, 1))(*on_seams)
    stairs = staircase_2d(hills["a hill"], n, *on_seams)
    print(n, "towers:", np.abs(city - hill).max().round(3), end="  ")
    print("quadrants:", np.abs(stairs - hill).max().round(3))

# %% [markdown]
# The towers stay wrong by 1, the height of the hill; the quadrants halve their error with each
# line. This is universal approximation in two dimensions, in the sup norm, built by hand.
#
# ## What you can do now
# You have built networks for a roof, a wave and a photograph without training; you have found out
# why 4,000 bumps were as bad as 30, and mended it; you have proved that squares fail at any width;
# you know what the theorems ask and promise; you have seen what more inputs cost, what a second
# layer saves, and that a network which exists may be one that training does not find.
#
# **An open question.** To build a network you had to know $f$ everywhere. A learner has only
# examples, and mistakes in them. How would you measure how wrong a network is on *examples*, so
# that its weights can be improved? (Lecture 3 begins with that.)

# %%
show_progress("02")

# %% [markdown]
# ## Card
# | piece | formula | units |
# |---|---|---|
# | step at $p$ | $\sigma(k(x-p))$: $w = k$, $b = -kp$ | 1 |
# | bump | $h\,\text{step}(l) - h\,\text{step}(r)$ | 2 |
# | staircase | $\sum_i (h_i - h_{i-1})\,\text{step}(p_i)$ | $n$ |
# | tower | $h\,\sigma(k(\text{bump}(x) + \text{bump}(y) - \frac32))$ | 4, then 1 |
# | $\lvert x\rvert$ | $\text{relu}(x) + \text{relu}(-x)$ | 2 |
# | tent | $2\,\text{relu}(x) - 4\,\text{relu}(x - \frac12)$ | 2 a layer |
#
# **Error** of $n$ cells: $L/2n$; in $d$ dimensions $K^{-1/d}$ with $K = n^d$.
#
# **Universal**: one hidden layer, $\rho$ continuous and not a polynomial; $f$ continuous; compact
# domain; $\varepsilon > 0$. $K$ depends on $f$ and $\varepsilon$.
#
# **Pitfalls.** Half steps at the ends; a bias without the steepness; cells thinner than the step;
# arms of a cross; "exists" read as "is learned".
#
# The card's first rows in one line, for $f = \cos 2\pi x$ and $\varepsilon = 0.1$:

# %%
left, heights = np.append(-1, np.arange(1, 31)) / 31, wave((np.arange(31) + 0.5) / 31)
w, v = 31_000.0, np.diff(heights, prepend=0.0)
output = activations.sigmoid(w * (whole[:, None] - left)) @ v
staircase_error = np.max(np.abs(output - wave(whole)))
assert staircase_error < 0.1
f"{len(v)} units, largest error {staircase_error:.4f}, bound (2.5) {np.pi / len(v):.4f}"

# %% [markdown]
# ## Further reading
# - G. Cybenko, Mathematics of Control, Signals and Systems 2 (1989); K. Hornik, Neural Networks 4
#   (1991); M. Leshno, V. Lin, A. Pinkus, S. Schocken, Neural Networks 6 (1993): the theorems.
# - V. Maiorov, A. Pinkus, Neurocomputing 25 (1999); N. Guliyev, V. Ismailov, Neural Computation 28
#   (2016): fixed widths. M. Schmitt, NIPS 1999: none for the sigmoid.
# - A. Pinkus, *Approximation theory of the MLP model in neural networks*, Acta Numerica 8 (1999): a
#   survey, with proofs.
# - M. Nielsen, *Neural Networks and Deep Learning* (2015), chapter 4: bumps and towers, with
#   pictures to play with.
# - A. Rahimi, B. Recht, *Random features for large-scale kernel machines*, NIPS 2007.
# - M. Telgarsky, *Benefits of depth in neural networks*, COLT 2016.

# %% [markdown]
# ## Appendix: for readers of the slides
# Four more places where a source prints something that does not hold. Each cell refutes it.
#
# **H5 (HUST, Kolmogorov "1956").** Printed: $f(x) = \sum_{p=1}^{2d+1} g\big(\sum_{q=1}^{d}
# \lambda_q \phi_q(x_q)\big)$. The inner sum does not depend on $p$, so the right side is
# $(2d+1)\,g(s)$ with *one* number $s(x)$. In $d = 2$ go from $(0, 0)$ to $(1, 1)$ along two sides
# of the square, once by $(1, 0)$ and once by $(0, 1)$. On both ways $s$ takes all values between
# its ends. So two points, far apart, have the same $s$, and $g$ cannot tell them apart.

# %% erratum="H5" covers="02.kolmogorov"
t = np.linspace(0, 1, 5001)
by_right = np.vstack([np.column_stack([t, 0 * t]), np.column_stack([1 + 0 * t, t])])
by_top = by_right[:, ::-1]
inner = [(np.sqrt, np.square, 0.7), (np.sin, np.tanh, 0.3), (np.cbrt, np.sin, 2.0)]
for phi_1, phi_2, lam in inner:
    s_right, s_top = (phi_1(way[:, 0]) + lam * phi_2(way[:, 1]) for way in (by_right, by_top))
    level = (s_right[0] + s_right[-1]) / 2
    one, other = by_right[np.argmin(abs(s_right - level))], by_top[np.argmin(abs(s_top - level))]
    gap = (one[0] - one[1]) - (other[0] - other[1])  # of f(x) = x1 - x2
    assert gap > 0.5
    print(one, other, "f differs by", round(float(gap), 3))

# %% [markdown]
# For $f = x_1 - x_2$ the printed form is wrong by at least half of that gap. **What holds**
# (Kolmogorov 1957, in the form of Lorentz and Sprecher): $2d + 1$ inner functions $\phi_p$, so
# $\sum_{p} g\big(\sum_q \lambda_q \phi_p(x_q)\big)$ with $d$ constants $\lambda_q$. Constants and
# inner functions serve all $f$; only $g$ depends on $f$. The paper of 1956 needed functions of
# three variables.
#
# **H6 (HUST, Cybenko).** Printed: "nonconstant, bounded, and continuous (sigmoidal activation
# function)", $w_i \in \mathbb R^m$, $i = 1, \dots, N$. The cosine is all three, and has no limits.

# %% erratum="H6" covers="02.cybenko"
far = np.cos(np.pi * np.arange(1000, 1006))
assert np.allclose(far, [1, -1] * 3)  # no limit: not sigmoidal
cosine_units = random_units(np.cos, 40, x_abs, spread=5.0)
fitted = cosine_units @ np.linalg.lstsq(cosine_units, wave(x_abs), rcond=1e-10)[0]
cosine_error = np.max(np.abs(fitted - wave(x_abs)))
assert cosine_error < 0.01  # and yet it approximates
n_inputs, m = 3, 4
try:
    np.ones(m) @ np.ones(n_inputs)
except ValueError:
    print("w in R^m and x in R^n have no product unless m = n")
far, float(cosine_error)

# %% [markdown]
# Cybenko asks for the limits 0 and 1. "Bounded, continuous, not constant" is Hornik's theorem
# (1991), and covers the cosine. And $w_i \in \mathbb R^n$, $i = 1, \dots, K$.
#
# **H18 (HUST).** Printed: for "just about any" $\rho$ no fixed $K$ approximates all continuous
# functions. For the usual activations that is true. But here is a continuous one in which *a
# single unit* holds them all. It is a chain of straight lines, with a corner at each multiple of
# $\frac18$. The heights of the corners are digits: for $m = 0, 1, 2, \dots$ in turn, the nine
# digits of $m$, last one first.


# %%
def corner(i):
    return i // 9 // 10 ** (i % 9) % 10 / 9  # digit i % 9 of the number i // 9, from 0 to 1


def library(z):
    i = np.floor(8 * z).astype(int)
    share = 8 * z - i
    return (1 - share) * corner(i) + share * corner(i + 1)


# %% [markdown]
# To draw $f$, write its heights at $0, \frac18, \dots, 1$ as the digits of a number $m$. That
# number *is* the bias, $b = \frac98 m$; the weight is 1.

# %% erratum="H18"
one_unit = {}
for name, f in [
    ("wave", lambda x: (1 + wave(x)) / 2),
    ("kink", lambda x: np.abs(2 * x - 1)),
    ("square", np.square),
]:
    m = sum(round(9 * float(f(k / 8))) * 10**k for k in range(9))
    one_unit[name] = m, float(np.max(np.abs(library(x_fine + 9 * m / 8) - f(x_fine))))
    assert one_unit[name][1] < 0.06
one_unit

# %% [markdown]
# Three functions, one activation, $K = 1$, an error below 0.06. With more digits and corners, one
# after the other along the axis, the same works for *every* $\varepsilon$. Guliyev and Ismailov
# (2016) make such a library smooth and sigmoidal. **What holds:** no fixed $K$ for the usual
# activations; a fixed $K$ for special ones.
#
# **E4 (EPFL, random features).** Printed: $W^{(1)}$ random and $W^{(2)} = 1/\sqrt D$, and "such
# method can fit anything". With both fixed, nothing depends on the data.

# %% erratum="E4"
fixed_errors, learned_errors = [], []
for seed in range(5):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-2, 2, size=(200, 2))
    y = np.sin(2 * X[:, 0]) * X[:, 1]
    W, b = rng.normal(size=(2, 300)), rng.uniform(0, 2 * np.pi, 300)
    fixed = np.sum(np.cos(X @ W + b), axis=1) / 300**0.5
    learned = approximation.random_features_fit(X, y, 300, 1e-3, np.random.default_rng(seed))(X)
    fixed_errors.append(np.mean((fixed - y) ** 2) / np.var(y))
    learned_errors.append(np.mean((learned - y) ** 2) / np.var(y))
assert min(fixed_errors) > 1 > 100 * max(learned_errors)
np.round([fixed_errors, learned_errors], 4)

# %% [markdown]
# Mean squared errors as shares of the variance, five seeds. With constant outer weights (first row)
# the network is worse than the mean of $y$; with learned ones (second row) it fits. **What holds:**
# the outer weights are learned.

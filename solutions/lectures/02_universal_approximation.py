# %% [markdown]
# # 2 · Universal approximation
#
# **Promise:** after this lecture you can set the weights of a network by hand so that, on an
# interval, it follows any continuous function as closely as you are asked, and you know what the
# famous theorem says.
#
# **You will** draw the roof of a temple without training; measure how far off a network is; join
# points with ReLU units and count the pieces; see how two walls make a tower over two inputs; and
# compare training with weights that you write down.
#
# **Time:** {{time}}.
# **Builds on:** units, biases, the sigmoid and the multilayer perceptron (lecture 1).
# **Sources:** lecture documents called EPFL, HUST and KAV in the text.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The demonstrations need more than NumPy:

# %%
import json
from functools import partial
from itertools import pairwise

from dlcourse.checks.progress import is_solved, show_progress
from dlcourse.data.sets import SAMPLES, load_digits, load_photographs
from dlcourse.plots.approximation import own_values, plot_fit, plot_heights, plot_skyline
from dlcourse.plots.basic import described
from dlcourse.plots.guess import after, plot_guess
from dlcourse.plots.neurons import plot_network
from dlcourse.plots.normalization import plot_narrow_lines
from dlcourse.reference import activations, approximation
from dlcourse.widgets.approximation import explore_bumps, explore_towers

# %% [markdown]
# ## Recall
# 1. A unit computes $\sigma(w x + b)$ with the sigmoid $\sigma(z) = 1/(1 + e^{-z})$. Its score is
#    $z = 0$. What is its output, and what is it for a score of $100$?
# 2. A threshold unit should fire when $x > 0.3$. Its weight is 1. What is its bias?
# 3. What can two dense layers do, without anything between them, that one cannot?
#
# <details><summary>Answers</summary>
#
# 1. One half; and 1 to 43 decimal places.
# 2. $-0.3$: the threshold with the opposite sign.
# 3. Nothing: $(xW_1)W_2 = x(W_1W_2)$.
# </details>

# %% [markdown]
# ## 1 A roof without training (core)
# Here is the roof line of a photograph: for each $x$ from 0 (left edge) to 1 (right edge), the
# height of the highest dark pixel. A network of 60 sigmoid units draws it, and none of its weights
# is trained.

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
# You will build this network in three moves: a step, a bump, and a sum of bumps. It has one hidden
# layer of $K$ units, and one output without an activation:
#
# $$g(x) = \sum_{k=1}^{K} v_k\,\rho(w_k \cdot x + b_k) \tag{2.1}$$
#
# The $w_k$ and $b_k$ are the *inner* weights and biases, the $v_k$ the *outer* weights; $\rho$ is
# the activation and $K$ the **width**. (HUST writes $-b_k$ for $+b_k$.)

# %% [markdown]
# ## 2 A step (core)
# Start with one unit, $\sigma(wx + b)$. A large $w$ makes its S-curve almost a step. Where is it?
# With $w = 10$ and $b = -3$ the output is one half at

# %% covers="02.step"
output = activations.sigmoid(10.0 * x_fine - 3.0)
float(x_fine[np.argmin(np.abs(output - 0.5))])

# %% [markdown]
# The sigmoid is one half where its score is 0, and $10x - 3 = 0$ at $x = 0.3$. In general
#
# $$wx + b = w\,(x - p)\quad\text{with}\quad p = -\frac{b}{w} \tag{2.2}$$
#
# so $p$ is the **position** of the step and $w$ its **steepness**. To move a step, change $b$. To
# make it steeper *in place*, you must change both: in stage 1 below, increase $w$ alone and watch
# where the step goes.

# %%
# @title A step and a bump
described(
    explore_bumps(offered=("step", "bump"), title="A step and a bump"),
    "A plot over x from 0 to 1 with two stages. Step: sliders w and b move one sigmoid unit; a "
    "dashed line marks its position. Bump: sliders left, right, height and steepness for two "
    "units.",
)

# %% tags=["exercise"]
exercise("q_step_position")

# %% tags=["exercise"] covers="02.step"
exercise("sigmoid_step")

# %% [markdown]
# ## 3 A bump (core)
# One step up and one step down make a bump. With $\text{step}(p)$ for the unit that steps up at
# $p$, HUST's example is
#
# $$0.6\,\textcolor{#0072b2}{\text{step}(0.3)} - 0.6\,\textcolor{#b84a00}{\text{step}(0.6)}
#   \tag{2.3}$$
#
# It takes two hidden units with the outer weights $0.6$ and $-0.6$. Between 0.3 and 0.6 only the
# first one is on. To the right of 0.6 both are on, and they cancel.

# %% covers="02.bump"
up = 0.6 * approximation.sigmoid_step(x_fine, 0.3, 200.0)
down = -0.6 * approximation.sigmoid_step(x_fine, 0.6, 200.0)

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
# HUST asks how to control the height $h$: by the outer weights, $h$ and $-h$. Here $h$ is
# 0.8. Look at the left edge, the middle and the right edge:

# %%
approximation.bump(np.array([0.3, 0.45, 0.6]), 0.3, 0.6, height=0.8)

# %% [markdown]
# At the left edge the sigmoid of the first unit is one half, and the second unit is still off.

# %% tags=["exercise"] covers="02.bump"
exercise("bump")

# %% [markdown]
# ## 4 A sum of bumps (core, 8 minutes)
# Cut $[0, 1]$ into $n$ equal **cells**, and put one bump on each, as high as $f$ is in the middle
# of the cell. Our function is one wave, $f(x) = \cos 2\pi x$.


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
# These are $\cos\frac{\pi}{4}, \cos\frac{3\pi}{4}, \dots$

# %%
# @title Four bumps and sixteen
described(
    plot_fit(
        x_fine[8:-8],
        {"4 bumps": four[8:-8], "16 bumps": bumps_on_cells(wave, 16, 16000.0, x_fine)[8:-8]},
        target=wave(x_fine)[8:-8],
        title="Four bumps and sixteen",
    ),
    "One wave of a cosine. Four bumps follow it in four flat pieces, at 0.71, −0.71, −0.71 and "
    "0.71; sixteen bumps come much nearer.",
)

# %% [markdown]
# How good is such a network? Look at its *worst* point: the **largest error**, or **sup norm** of
# the difference, is
#
# $$\lVert f - g \rVert_\infty = \max_{x} \lvert f(x) - g(x) \rvert \tag{2.4}$$
#
# Inside a cell, $x$ is at most half a cell, $\frac{1}{2n}$, away from the middle $m$. If $f$ is
# nowhere steeper than $L$, uphill or downhill, then
#
# $$\lvert f(x) - f(m) \rvert \le \frac{L}{2n},\qquad\text{here}\quad
#   \frac{2\pi}{2n} = \frac{\pi}{n} \tag{2.5}$$
#
# For an error below 0.1, (2.5) asks for 32 bumps. Here are the errors of 16, 32 and 64, for the
# moment on the middle half of the interval only:


# %%
def largest_error(n, x, steepness):
    return float(np.max(np.abs(bumps_on_cells(wave, n, steepness, x) - wave(x))))


x_middle = np.linspace(0.25, 0.75, 20_001)
{n: round(largest_error(n, x_middle, 1000.0 * n), 4) for n in (16, 32, 64)}

# %% [markdown]
# Each is just below its bound $\pi/n$: twice the bumps, half the error.
#
# ## 5 The whole interval (core, 16 minutes)
# Now measure on all of $[0, 1]$, both ends included.
#
# **Predict.** What is the largest error with 4,000 bumps?

# %% tags=["predict"]
guess_ends = ...  # a number

# %% truth=["one half", "0.5"]
# @title Your guess beside the truth
whole = np.linspace(0, 1, 3001)
sizes = [8, 30, 100, 1000, 4000]
stuck = [largest_error(n, whole, 1000.0 * n) for n in sizes]
assert 0.535 < stuck[0] < 0.545
assert 0.4999 < min(stuck[1:]) <= max(stuck[1:]) < 0.505
described(plot_guess(guess_ends, stuck[-1], quantity="largest error of 4,000 bumps"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# It is one half: with 8 bumps 0.54, with 30 and more 0.50. A bump has half its height at its edges,
# however steep it is. At $x = 0$ that is about $\frac12 \cos 0$, and a narrower bump is no
# higher. An average would hardly show it.
# </details>
#
# A closer look:

# %%
# @title A closer look
x_start = np.linspace(0, 0.05, 1001)
left_end = described(
    plot_fit(
        x_start,
        {f"{n} bumps": bumps_on_cells(wave, n, 1000.0 * n, x_start) for n in (30, 300)},
        target=wave(x_start),
        title="The left end, magnified",
    ),
    "The cosine is near 1 for x from 0 to 0.05. Both sums start at one half at x = 0 and rise to "
    "1 within a hundredth of a cell.",
)
after(guess_ends, left_end)

# %% [markdown]
# **Explain.** What is different where two cells meet, at the *inner* edges of the bumps?

# %% [markdown] tags=["instructor"] grade_id="explain_edges" points=2
# Every bump has half its height at both of its edges. At an inner edge two bumps meet, and each
# gives half of its own height. Their sum is the mean of
# the two heights. Both heights are values of $f$ within half a cell of the edge, so their mean is
# close to $f$ there. At an end of the interval there is no second bump.

# %% [markdown]
# Let the outer bumps "reach further" and watch the largest error.

# %% covers="02.builder"
# @title A sum of bumps
shapes = {
    "cos(2πx)": lambda x: np.cos(2 * np.pi * x),
    "|2x − 1|": lambda x: np.abs(2 * x - 1),
    "sin(20x)/(1 + 5x)": lambda x: np.sin(20 * x) / (1 + 5 * x),
    "the roof": roof_line,
}
summed = described(
    explore_bumps(shapes, offered=("sum",), title="A sum of bumps"),
    "A plot over x from 0 to 1. A function, the number of bumps and their steepness are chosen; "
    "the sum of the bumps is drawn over the function, the place of the largest error is marked, "
    "and a sentence says how large it is. A button lets the outer bumps reach further.",
)
after(guess_ends, summed)

# %% [markdown]
# Write the whole network, with your own `bump` if you like.

# %% tags=["exercise"] covers="02.sum_of_bumps"
exercise("approximate_1d")

# %% [markdown]
# Once the check says ✓, *your* function draws the roof:

# %%
# @title The roof, drawn by your own bumps
own_roof = own_values(
    is_solved("02_universal_approximation", "approximate_1d"),
    lambda: globals()["approximate_1d"](roof_line, 80, 0.0, 1.0)(x_fine),
    x_fine.shape,
)
described(
    plot_skyline(
        photo,
        x_fine,
        np.full_like(x_fine, np.nan) if own_roof is None else own_roof,
        title="No bumps of yours yet" if own_roof is None else "Your 80 bumps",
    ),
    "The photograph of the temple. "
    + ("There is no line of yours yet." if own_roof is None else "Your line follows its roof."),
)

# %% [markdown]
# ## 6 "Any function" (core, 4 minutes)
# **Spot the error.** HUST says that "neural networks can compute any function". Take a function
# that jumps: 0 up to $x = \frac13$, and 1 beyond.
#
# **Predict.** You may use as many sigmoid units as you like. How small can you make the largest
# error?

# %% tags=["predict"]
guess_jump = ...  # a number


# %% erratum="H17" truth=["one half", "0.5"]
# @title Your guess beside the truth
x_jump = np.append(whole, [1 / 3, np.nextafter(1 / 3, 1)])
jump_errors = [
    np.max(np.abs(approximation.sigmoid_step(x_jump, 1 / 3, w) - (x_jump > 1 / 3)))
    for w in (100.0, 1e4, 1e6, 1e8)
]
assert 0.4999 < min(jump_errors) <= max(jump_errors) < 0.5001
described(plot_guess(guess_jump, 0.5, quantity="smallest possible largest error at a jump"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# One unit at the right place is off by one half, and no network of sigmoids does better. If one
# were nearer than $\frac12$ by some margin, it would be below $\frac12$ on the left of the jump and
# above it on the right, by that margin. But a sum of sigmoids is continuous, and the two sides
# meet.
# </details>
#
# **What holds:** networks *approximate* (they do not compute) *continuous* functions on a closed
# and bounded (**compact**) set. For every such $f$ and every $\varepsilon > 0$ one hidden layer of
# sigmoid units is enough: there are a width $K$ and weights in (2.1) with
# $\lVert f - g \rVert_\infty < \varepsilon$. This is the **universal approximation theorem**. You
# have seen why for one input: in a narrow enough cell $f$ hardly changes, where two cells meet two
# half bumps make the mean of their heights, and the outer bumps reach beyond the ends.
# Outside the interval nothing is promised (section 15).
#
# **A good place to stop.** The second part can wait until tomorrow. Then select the notebook cell
# below and choose *Run > Run All Above Selected Cell* first.

# %% [markdown]
# ## 7 Half the units (core, 21 minutes)
# $n$ bumps are $2n$ units. But where two cells meet, one unit steps down and another steps up *at
# the same place*. One unit can do both, by the difference of the two heights $h$:
#
# $$g(x) = h_1\,\text{step}(p_1) + (h_2 - h_1)\,\text{step}(p_2) + \dots
#   + (h_n - h_{n-1})\,\text{step}(p_n) \tag{2.6}$$
#
# This **staircase** has $n$ units. Its first step must be over before the interval begins. Here are
# sums of its first units, for five cells:

# %%
# @title A staircase of five units: sums of 1, 2 and 5
some, h = {}, wave((np.arange(5) + 0.5) / 5)
before, differences = np.array([-0.2, 0.2, 0.4, 0.6, 0.8]), np.diff(h, prepend=0.0)
for count in (1, 2, 5):
    on = activations.sigmoid(1e4 * (x_fine[:, None] - before[:count]))
    some[f"{count} unit{'s' if count > 1 else ''}"] = on @ differences[:count]
described(
    plot_fit(x_fine, some, target=wave(x_fine), title="A staircase of five units"),
    "One wave of a cosine. The first unit alone is a level line at 0.81; with the second it drops "
    "to −0.31 at x = 0.2 and stays there; all five follow the wave in five flat steps.",
)

# %% [markdown]
# Each unit leaves everything to its left alone, and lifts or lowers everything to its right. Now
# build one.

# %% tags=["exercise"] covers="02.construct_1d"
exercise("network_1d")

# %% [markdown]
# By (2.5) a quarter of $\varepsilon$ takes four times the units (measured in section 15).
#
# ## 8 Joined lines (core, 10 minutes)
# A **ReLU** unit has the activation $\text{relu}(z) = \max(0, z)$. So $\text{relu}(wx + b)$ is 0 on
# one side of $-\frac{b}{w}$ and a straight line on the other: it has one **bend**. A sum of ReLU
# units is a chain of straight lines.
#
# To join the points of $f$ at the edges $0 = x_0 < x_1 < \dots < x_n = 1$, let one unit bend at the
# beginning of each piece, by as much as the slope changes there. If $s_i$ is the slope of the piece
# that begins at $x_i$, and $s_{-1} = 0$,
#
# $$g(x) = f(x_0) + \sum_{i=0}^{n-1} (s_i - s_{i-1})\,\text{relu}(x - x_i) \tag{2.7}$$
#
# The constant is a unit, too, with weight 0 and bias 1: $n + 1$ units.


# %%
def joined_lines(f, n, x):
    edges = np.linspace(0, 1, n + 1)
    slopes = n * np.diff(f(edges))
    bends = np.diff(slopes, prepend=0.0)
    return f(0.0) + activations.relu(x[:, None] - edges[:-1]) @ bends  # one column a bend


# %% [markdown]
# **Predict.** For an error below 0.1, (2.5) asks for a staircase of 32 units. How many ReLU units
# do joined lines need?

# %% tags=["predict"]
guess_lines = ...  # a number of units

# %% truth=["8 units", "seven pieces", "eight units", "a quarter"]
# @title Your guess beside the truth
line_errors = {
    n: float(np.max(np.abs(joined_lines(wave, n, x_fine) - wave(x_fine)))) for n in range(1, 33)
}
fewest = next(n for n in line_errors if line_errors[n] < 0.1)
assert fewest == 7
described(plot_guess(guess_lines, fewest + 1, quantity="ReLU units for an error below 0.1"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Seven pieces are enough: eight units, with the constant. A flat piece ignores the slope of $f$. A
# straight piece through two points of $f$ misses only the *curvature* between them. For a smooth
# $f$ that error is of the order of $\frac1{n^2}$: twice the pieces, a quarter of the error.
#
# But our steps are steeper than a wave needs: eight with the steepness 40 are off by only 0.09.
# </details>
#
# The largest errors of 4 to 32 pieces:

# %%
after(guess_lines, {n: round(line_errors[n], 4) for n in (4, 8, 16, 32)})

# %%
# @title Sums of 2, 4 and 6 bends
sums, edges_6 = {}, np.arange(6) / 6
bends_6 = np.diff(6 * np.diff(wave(np.arange(7) / 6)), prepend=0.0)
for count in (2, 4, 6):
    values = 1 + activations.relu(x_fine[:, None] - edges_6[:count]) @ bends_6[:count]
    sums[f"{count} bends"] = np.where(np.abs(values) < 1.5, values, np.nan)
some_bends = described(
    plot_fit(x_fine, sums, target=wave(x_fine), title="Sums of 2, 4 and 6 bends"),
    "One wave of a cosine. With two bends the sum follows its first third and then runs straight "
    "down out of the picture; with four bends it follows two thirds and then runs straight up; "
    "with all six it follows the whole wave in six straight pieces.",
)
after(guess_lines, some_bends)

# %% [markdown]
# ## 9 How many pieces? (core, 6 minutes)
# One hidden layer of $K$ ReLU units bends in at most $K$ places, so it has at most $K + 1$ straight
# pieces. What if there are several layers? Two ReLU units make a **tent**. On $[0, 1]$ it rises to
# 1 at $x = \frac12$ and falls back to 0:
#
# $$t(x) = 2\,\text{relu}(x) - 4\,\text{relu}(x - \tfrac12) \tag{2.8}$$
#
# Since its output lies in $[0, 1]$ again, it can be the input of another tent.
#
# **Predict.** Ten tents, one after the other, are ten layers of two units. How many straight pieces
# does the result have on $[0, 1]$?

# %% tags=["predict"]
guess_pieces = ...  # a number of pieces

# %% truth=["1,024", "1024", "doubles", "twice as many"]
# @title Your guess beside the truth
x_fold = np.linspace(0, 1, 2**12 + 1)
bent = np.abs(np.diff(approximation.sawtooth(x_fold, 10), n=2)) > 1e-9
pieces = int(bent.sum()) + 1
assert pieces == 2**10
described(plot_guess(guess_pieces, pieces, quantity="straight pieces of ten tents", log=True))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# $2^{10} = 1{,}024$. Every tent rises over all of $[0, 1]$ and falls over it again, so the
# next tent draws its whole picture twice: each layer doubles the number of pieces. So 20 units in
# ten layers draw what takes about a thousand in one (appendix): for this function KAV's
# "exponentially fewer neurons" is true.
# </details>

# %%
# @title One, two and four tents
few_tents = described(
    plot_fit(
        x_fold,
        {f"{d} tent{'s' if d > 1 else ''}": approximation.sawtooth(x_fold, d) for d in (1, 2, 4)},
        title="One, two and four tents",
    ),
    "On [0, 1]: one tent with one tooth, two tents in a row with two teeth, four with eight teeth.",
)
after(guess_pieces, few_tents)

# %% [markdown]
# ## 10 Units that square (core)
# Sigmoids make steps and ReLUs make bends. Will any activation do? Answer before you read on.

# %% tags=["exercise"] covers="02.leshno"
exercise("q_polynomial_units")


# %% [markdown]
# <details><summary>After your answer</summary>
#
# Multiply out:
#
# $$\sum_k v_k (w_k x + b_k)^2 = \Big(\sum_k v_k w_k^2\Big) x^2
#   + \Big(2 \sum_k v_k w_k b_k\Big) x + \sum_k v_k b_k^2 \tag{2.9}$$
#
# is a parabola, whatever $K$ is. Likewise, units that are polynomials of any degree give
# polynomials of at most that degree.
#
# Two ReLU units give $\lvert x \rvert$ exactly: it is $\text{relu}(x) + \text{relu}(-x)$. *Every*
# continuous activation that is not a polynomial is universal (Leshno and others; see the appendix).
# </details>
#
# ## 11 Two inputs (core, 6 minutes)
# A bump along $x$ does not depend on $y$: it is a *wall*. Take one wall of height 1 along each
# axis, and add them.

# %%
x_grid, y_grid = np.meshgrid(np.linspace(0, 1, 150), np.linspace(0, 1, 150))
wall_x = approximation.bump(x_grid, 0.3, 0.6, 1.0, 400.0)
wall_y = approximation.bump(y_grid, 0.4, 0.8, 1.0, 400.0)
middle_only = approximation.sigmoid_step(wall_x + wall_y, 1.5, 50.0)

# %%
# @title From two walls to a tower
described(
    plot_heights(
        {
            "a wall": wall_x,
            "another wall": wall_y,
            "a cross": wall_x + wall_y,
            "a tower": middle_only,
        },
        title="From two walls to a tower",
    ),
    "Four maps of the unit square. A vertical and a horizontal wall of height 1; their sum, a "
    "cross with arms of height 1 and a middle of height 2; and the middle alone, of height 1.",
)

# %% [markdown]
# The sum has three heights: 0 outside, 1 on the arms of the **cross**, and 2 in its middle. We want
# the middle alone. A unit of a *second* hidden layer with its threshold between 1 and 2 keeps it,
# and an outer weight gives the tower its height $h$:
#
# $$\text{tower}(x, y) = h\,\sigma\Big(w\,\big(\text{bump}(x) + \text{bump}(y) - \tfrac32\big)\Big)
#   \tag{2.10}$$

# %%
# @title Five units make a tower
steps_of_walls = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
described(
    plot_network(
        [steps_of_walls, np.array([[1.0], [-1.0], [1.0], [-1.0]])],
        [np.zeros(4), np.array([-1.5])],
        [["$x$", "$y$"], ["step\n0.3", "step\n0.6", "step\n0.4", "step\n0.8"], ["tower"]],
        title="Five units make a tower\n(weights in multiples\nof the steepness)",
        width=2.95,
    ),
    "A network. The input x leads to steps at 0.3 and 0.6, the input y to steps at 0.4 and 0.8. "
    "The steps lead with the weights 1, −1, 1 and −1 to the unit of the tower, bias −1.5.",
)

# %% [markdown]
# With $n$ cells along each of $d$ axes there are $n^d$ towers. Away from the edges of the cells,
# half the error costs $2^d$ times the towers. (Section 13 builds them.)
#
# ## 12 Does training find them? (core, 11 minutes)
# For two waves on $[0, 1]$ you can write weights down: a staircase of 64 units has an error below
# 0.1. Does *training* find such weights? Begin with 64 sigmoid units whose weights are random, and
# lower the mean of the squared errors, a little at each step. (This needs PyTorch; lectures 4, 5
# and 10 explain its Adam.)

# %%
# needs PyTorch
import torch


# %%
# @title train: the largest error of each of five networks after some steps of training
# needs PyTorch
def train(waves, width, start=1.0, steps=500, seeds=5):
    chance = partial(torch.randn, generator=torch.Generator().manual_seed(7))
    (w, b), v = chance(2, seeds, 1, width), chance(seeds, width, 1)
    params = [start * w, start * b, v / width**0.5, torch.zeros(seeds, 1, 1)]
    optimizer = torch.optim.Adam([p.requires_grad_() for p in params], lr=0.1)

    def misses(points):
        x, (w, b, v, c) = torch.linspace(0, 1, points)[:, None], params
        return torch.sigmoid(x @ w + b) @ v + c - torch.cos(2 * torch.pi * waves * x)

    for _ in range(steps):
        optimizer.zero_grad()
        misses(24 * waves + 1).square().mean(dim=(1, 2)).sum().backward()
        optimizer.step()
    left = misses(240 * waves + 1).detach()
    assert left.square().mean(dim=(1, 2)).max() < 0.5  # which the constant 0 has
    return left.abs().amax(dim=(1, 2)).numpy()


# %% [markdown]
# **Predict.** What is the median largest error of five such networks after 500 steps?

# %% tags=["predict"]
guess_trained = ...  # a number

# %% truth=["About 1", "1.11", "1.1", "level stretch"]
# @title Your guess beside the truth
# needs PyTorch
after_500 = float(np.median(train(2, 64)))
assert 1.0 < after_500 < 1.2
described(plot_guess(guess_trained, round(after_500, 2), quantity="largest error after 500 steps"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# About 1.1: at its worst point, worse than the constant 0. (The mean square, which training lowers,
# did fall.) But those are 500 steps, one size of the starting weights, one step size.
# </details>
#
# First, begin with inner weights and biases 30 times as large, so that the units are steps and not
# gentle slopes. The median after 500 steps:

# %%
# needs PyTorch
after(guess_trained, round(float(np.median(train(2, 64, start=30.0))), 2))

# %% [markdown]
# Second, train longer, from gentle weights. `dlcourse/samples/make_waves.py` did, with ten networks
# at each of six rates (step sizes). Here are three: lines are medians, bands
# reach from best to worst.

# %%
stored = json.loads((SAMPLES / "waves.json").read_text("utf-8"))

# %%
# @title Two waves, 64 units: the largest error against steps of training
steps, rates = stored["steps"][1:], [0.003, 0.1, 1.0]
patient = {r: np.array(stored["waves: 2"])[stored["rates"].index(r), 1:].T for r in rates}
two_waves = described(
    plot_narrow_lines(
        steps,
        {f"rate {r:g}": errors for r, errors in patient.items()}
        | {"steep staircase": np.full(len(steps), 0.0965)},
        xlabel="steps of training",
        ylabel="largest error",
        title="Two waves, 64 units",
        middle=np.ma.median,
        xscale="log",
        yscale="log",
    ),
    "Largest error against steps, both axes logarithmic; lines are medians of ten networks, bands "
    "reach from the best to the worst. At the rate 0.1 the error is above 1 after 500 steps and "
    "below the staircase's after 2,000. At 0.003 it stays above 1 for 2,000 steps, then falls "
    "steeply to 0.05. At the rate 1 it stays above 1.",
)
after(guess_trained, two_waves)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The median stays on a level stretch above 1 for 2,000 steps at the rate 0.003, and for 500 at 0.1.
# At five of the six rates training left it in the end: it was *slow*. At the largest, 1, it did not
# within 16,000 steps. (Gentler steps, of the steepness 320, are off by 0.012:
# less than all sixty networks.)
# </details>


# %%
# @title A check of the text
def gentle_staircase(n, waves):
    heights = np.cos(2 * np.pi * waves * (np.arange(n) + 0.5) / n)
    units = activations.sigmoid(5 * n * (whole[:, None] - np.append(-1, np.arange(1, n)) / n))
    off = units @ np.diff(heights, prepend=0.0) - np.cos(2 * np.pi * waves * whole)
    return np.abs(off).max()


assert abs(gentle_staircase(8, 1) - 0.09) < 0.005
assert gentle_staircase(64, 2) < 0.0125 < np.array(stored["waves: 2"])[:, 1:].min()

# %% tags=["exercise"] covers="02.cybenko"
exercise("q_universality")

# %% [markdown]
# That good weights *exist*, that training *finds* them, and that they are right on *new* points are
# three claims. This lecture has shown the first, for one input.
#
# ### The same in PyTorch (deeper, 3 minutes)
# The staircase of section 7 in `torch.nn`, on your GPU if there is one:

# %%
# @title The weights and the points as tensors
# needs PyTorch
from dlcourse.twins.devices import device

w_t, b_t, v_t = approximation.network_1d(wave, 0.1, 0.0, 1.0)
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
torch_w, torch_b, torch_v = (torch.tensor(a, dtype=dtype, device=place) for a in (w_t, b_t, v_t))
x_t = torch.tensor(whole[:, None], dtype=dtype, device=place)

# %% [markdown]
# Its weights are *copied in*:

# %%
# needs PyTorch
hidden = torch.nn.Linear(1, len(w_t), device=place, dtype=dtype)
outer = torch.nn.Linear(len(w_t), 1, bias=False, device=place, dtype=dtype)
with torch.no_grad():
    hidden.weight.copy_(torch_w[:, None])
    hidden.bias.copy_(torch_b)
    outer.weight.copy_(torch_v[None])
staircase_net = torch.nn.Sequential(hidden, torch.nn.Sigmoid(), outer)

# %%
# @title Its answers beside NumPy's
# needs PyTorch
with torch.no_grad():
    answers = staircase_net(x_t).cpu().numpy()[:, 0]
by_numpy = activations.sigmoid(np.outer(whole, w_t) + b_t) @ v_t
assert np.allclose(answers, by_numpy, atol=0.01 if place.type == "mps" else 1e-9)
f"on {place}: {len(w_t)} units, largest error {np.max(np.abs(answers - wave(whole))):.4f}"

# %% [markdown]
# ## 13 A city of towers (deeper)
# Move the threshold of (2.10) in stage 1. In stage 2, HUST's last step, towers stand side by side.

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
    "Maps of the unit square: two walls that cross; towers, four along each side; and the function "
    "that they follow. Where sliders can be moved, there is one map at a time with a cut through "
    "it, in two stages. Cross: the threshold and the steepness of the last unit; a sentence says "
    "how high the middle, the arms and the ground are. City: a function, the number of towers "
    "along each side and their steepness; a sentence gives the largest error over the pixels and "
    "at the corners where four towers meet.",
)

# %% tags=["exercise"] covers="02.tower"
exercise("tower")

# %% [markdown]
# You may call your own `tower`.

# %% tags=["exercise"] covers="02.sum_of_towers, 02.construct_2d"
exercise("approximate_2d")

# %% [markdown]
# Here is the brightness of the temple as a function of two numbers, by the course's towers, and by
# yours once the check says ✓.

# %%
temple = photo[8:200, 20:212][::-1]  # row 0 at the bottom


def brightness(x, y):
    row, column = (np.minimum((192 * np.asarray(z)).astype(int), 191) for z in (y, x))
    return temple[row, column]


pixels = (np.arange(96) + 0.5) / 96
square = np.meshgrid(pixels, pixels)
cities = {
    f"{n} × {n} towers": approximation.approximate_2d(brightness, n, (0, 1), (0, 1))(*square)
    for n in (8, 16, 32)
}

# %%
# @title The temple, by towers
own_city = own_values(
    is_solved("02_universal_approximation", "approximate_2d"),
    lambda: globals()["approximate_2d"](brightness, 32, (0.0, 1.0), (0.0, 1.0))(*square),
    square[0].shape,
)
shown = {**cities, "your 32 × 32": own_city} if own_city is not None else cities
described(
    plot_heights(
        {**shown, "photograph": temple[::2, ::2]}, title="The temple, by towers", grey=True
    ),
    "Grey pictures: coarse blocks; blocks in which a building can be guessed; fine blocks in which "
    "the temple and the trees are plain; and the photograph. "
    + ("There is no city of yours yet." if own_city is None else "Your city is among them."),
)

# %% [markdown]
# Now $f(x, y) = 1$, by 8 × 8 towers: the largest error, and how many points of a grid are off by
# more than 0.99:

# %%
flat_city = approximation.approximate_2d(lambda x, y: 1.0, 8, (0, 1), (0, 1))
seams = np.linspace(0, 1, 161)  # every 20th point lies on an edge
off = np.abs(flat_city(seams[:, None], seams) - 1)
float(off.max()), int(np.sum(off > 0.99))

# %% [markdown]
# There are holes down to the ground, one at each of the $7 \cdot 7$ inner corners, where each of
# four towers sees $\frac12 + \frac12 = 1$, below its threshold of $\frac32$. The appendix mends
# them: as in section 7, units must share their steps.
#
# ## 14 Waves and random features (deeper)
# EPFL takes $\rho = \cos$. Let the inner weights be $\omega_k = 2\pi k/T$ for a period $T$. With
# suitable biases (2.1) is a **Fourier expansion**:
#
# $$g(x) = c + \sum_{k} \big( \alpha_k \cos(\omega_k x) + \beta_k \sin(\omega_k x) \big)
#   \tag{2.11}$$


# %%
# @title best_fit: the outer weights with the smallest largest error
from scipy.optimize import linprog


def best_fit(units, y):
    """Outer weights with the smallest largest error, and that error (a linear program)."""
    ones, K = -np.ones((len(y), 1)), units.shape[1]
    above, below = np.hstack([units, ones]), np.hstack([-units, ones])
    cost, bounds = np.append(np.zeros(K), 1.0), [(None, None)] * K + [(0, None)]
    answer = linprog(cost, np.vstack([above, below]), np.append(y, -y), bounds=bounds)
    return answer.x[:K], answer.fun


# %% [markdown]
# **Spot the error.** The two biases that are printed are $-\frac{\pi}{2}$ and $\frac{\pi}{2}$. Take
# $f(x) = x^2 + 0.3$ on $[-1, 1]$ with $T = 2$. The smallest largest error with 50 frequencies is

# %% erratum="E3" covers="02.fourier"
x_abs = np.linspace(-1, 1, 101)
f_even = x_abs**2 + 0.3
angles = np.pi * np.outer(x_abs, np.tile(np.arange(1, 51), 2))
printed = np.cos(angles + np.repeat([-np.pi / 2, np.pi / 2], 50))
only_sines = best_fit(printed, f_even)[1]
assert np.allclose(printed, -printed[::-1], atol=1e-9)  # each unit is odd
assert np.isclose(only_sines, 1.3)
round(float(only_sines), 6)

# %% [markdown]
# All of these units are sines, so their sums are *odd*, $g(-x) = -g(x)$, and cannot be 1.3 at both
# ends. **What holds:** the biases 0 and $-\frac{\pi}{2}$, for cosines and sines, and a constant.

# %%
x_even = np.linspace(-1, 1, 401)
both = approximation.fourier_features(x_even, 50, 2.0)
right_error = np.max(np.abs(both @ np.linalg.lstsq(both, x_even**2 + 0.3)[0] - x_even**2 - 0.3))
assert right_error < 0.01
float(right_error)

# %% [markdown]
# **Random features.** EPFL's second example draws the inner weights *at random* and leaves them
# alone. Finding the outer weights is then a *linear* problem.

# %% tags=["exercise"] covers="02.random_features"
exercise("random_features_fit")

# %% [markdown]
# Take images of handwritten digits. For each digit one fit says 1 ("this one") or 0, and the
# largest of ten answers wins. From the 64 pixels alone that gets 93.6 % of 360 new images right.
#
# **Predict.** What share is right with 300 random units?

# %% tags=["predict"]
guess_digits = ...  # a number from 0 to 1

# %% truth=["97 %", "0.97", "0.971"]
# @title Your guess beside the truth
digits, answers_10 = load_digits(flat=True, dtype=np.float64), []
for digit in range(10):
    rng = np.random.default_rng(7)  # the same hidden layer for each digit
    target = (digits.y_train == digit) * 1.0
    predict = approximation.random_features_fit(digits.X_train / 5, target, 300, 0.1, rng)
    answers_10.append(predict(digits.X_test / 5))
share_read = float(np.mean(np.argmax(answers_10, axis=0) == digits.y_test))
assert 0.955 < share_read < 0.985
described(
    plot_guess(guess_digits, round(share_read, 3), quantity="share of new digits", within=(0, 1))
)

# %% [markdown]
# Ten draws of the hidden layer for each width: smallest, mean and largest share.

# %%
# @title The shares that are right, by width
after(
    guess_digits,
    {
        name: np.round([min(s), np.mean(s), max(s)], 3).tolist()
        for name, s in stored["digits"].items()
    },
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# About 97 %, from a hidden layer drawn at random; with random outer weights ("untrained"), a tenth.
# </details>
#
# ## 15 What it costs, and how it breaks (deeper, 7 minutes)
# **Outside its interval.** Here is a network for one wave on $[0, 1]$; its largest error there, and
# on $[0, 3]$:

# %%
x_far = np.linspace(0, 3, 3001)
w_in, b_in, v_in = approximation.network_1d(wave, 0.1, 0.0, 1.0)
drawn = activations.sigmoid(np.outer(x_far, w_in) + b_in) @ v_in  # a row a point, a column a unit
far_errors = np.abs(drawn - wave(x_far))
float(far_errors[x_far <= 1].max()), float(far_errors.max())

# %%
# @title Outside its interval
described(
    plot_fit(
        x_far,
        {"network for [0, 1]": drawn},
        target=wave(x_far),
        title="Outside its interval",
    ),
    "Three waves of a cosine on [0, 3]. The network follows the first one in small steps and then "
    "stays at 1.",
)

# %% [markdown]
# To the right of 1 all units are on.
#
# **What $\varepsilon$ costs:** units and largest error for our wave, of the course's network and of
# yours (once its check says ✓).


# %%
def units_and_error(build, epsilon):
    w, b, v = build(wave, epsilon, 0.0, 1.0)
    error = np.max(np.abs(activations.sigmoid(np.outer(whole, w) + b) @ v - wave(whole)))
    return [len(w), round(float(error), 4)]


# %%
# @title Units and largest error for three values of ε
mine = is_solved("02_universal_approximation", "network_1d")
for epsilon in (0.1, 0.025, 0.00625):
    own = own_values(mine, lambda e=epsilon: units_and_error(globals()["network_1d"], e), (2,))
    yours = "not yet" if own is None else [int(own[0]), float(own[1])]
    print(epsilon, units_and_error(approximation.network_1d, epsilon), "yours:", yours)

# %% [markdown]
# **Break it.** Two networks for one wave have an error below 0.1: 32 *bumps* (64 units), and a
# *staircase* of 32 units. Multiply every inner weight by a random factor, off from 1 by about
# 0.01 %, 0.1 % or 1 %.


# %%
def cells_as(kind, n=32):
    edges, heights = np.arange(n) / n, wave((np.arange(n) + 0.5) / n)
    left, right = np.append(-1 / n, edges[1:]), np.append(edges[1:], 1 + 1 / n)
    if "bumps" in kind:
        return np.append(left, right), np.append(heights, -heights)
    return left, np.diff(heights, prepend=0.0)


def error_after(kind, noise, seed):
    (positions, v), steepness = cells_as(kind), 640.0 if "gentle" in kind else 32_000.0
    w = steepness * (1 + noise * np.random.default_rng(seed).normal(size=len(v)))
    output = activations.sigmoid(np.outer(x_fine, w) - steepness * positions) @ v
    return np.max(np.abs(output - wave(x_fine)))


# %% [markdown]
# Median largest errors of ten draws, without noise and with each (steepness 32,000; *gentle*: 640):

# %%
fragile = {
    kind: [
        round(float(np.median([error_after(kind, noise, s) for s in range(10)])), 3)
        for noise in (0.0, 0.0001, 0.001, 0.01)
    ]
    for kind in ("bumps", "gentle bumps", "staircase")
}
assert fragile["bumps"][2] > 0.9
assert fragile["staircase"][2] < 0.12 < fragile["gentle bumps"][2] < 0.4
fragile

# %% [markdown]
# **Symptom:** the sum of bumps has needles. Where two bumps meet, one step goes down and another
# goes up. If they move apart, there is a gap, where the sum is 0, or an overlap, where it is twice
# $f$. **Cure:** share the step, as the staircase does; gentler steps help, too.
#
# **Explain.** Suppose that training a network of sigmoid units ends with a large error
# (section 12), although they are universal. Why would that be no contradiction, and what would you
# try before you say that training fails?

# %% [markdown] tags=["instructor"] grade_id="explain_existence" points=2
# The theorem says that good weights exist. It does not say where to start, how many steps it takes,
# or that following the slope of an error leads there. From a gentle start the units are almost
# straight lines over the interval, and small changes of them hardly make a wave: training crosses a
# long level stretch. Before you say that training fails, try more steps, another start and other
# rates. In section 12 the error of two waves is above 1 after 500 steps and below 0.1 after 2,000,
# or after 500 from a steeper start. Training was slow there; it did not fail.

# %% [markdown]
# ## What you can do now
# You have drawn a roof without training, mended its ends, counted the pieces of ReLU networks, and
# seen how long training takes to find what you can write down.
#
# **An open question.** To build a network you had to know $f$ everywhere. A learner has only
# examples. How would you measure how wrong a network is on *examples*? (Lecture 3.)

# %%
show_progress("02")

# %% [markdown]
# ## Card
# | piece | formula | units |
# |---|---|---|
# | step at $p$ | $\sigma(w(x-p))$: weight $w$, bias $-wp$ | 1 |
# | bump | $h\,\text{step}(l) - h\,\text{step}(r)$ | 2 |
# | staircase | $\sum_i (h_i - h_{i-1})\,\text{step}(p_i)$ | $n$ |
# | joined lines | $f(x_0) + \sum_i (s_i - s_{i-1})\,\text{relu}(x - x_i)$ | $n + 1$ |
# | tent | $2\,\text{relu}(x) - 4\,\text{relu}(x - \frac12)$ | 2 a layer |
# | tower | $h\,\sigma(w(\text{bump}(x) + \text{bump}(y) - \frac32))$ | 4, then 1 |
#
# **Error** of $n$ cells: at most $L/2n$ with flat pieces; for smooth $f$ of the order of $1/n^2$
# with joined lines. **Pieces:** at most $K + 1$ from one layer of $K$ ReLU units; $2^{10}$ from ten
# tents.
#
# **Universal:** one hidden layer; $\rho$ continuous and not a polynomial; $f$ continuous; a compact
# domain; $\varepsilon > 0$. The width $K$ depends on $f$ and on $\varepsilon$.
#
# **Pitfalls.** Half steps at the ends; a bias without the steepness; steps much wider than their
# cells; the arms of a cross; "exists" read as "is learned"; a failed training run read as "cannot
# be learned".
#
# Staircase and joined lines for $f = \cos 2\pi x$ and $\varepsilon = 0.1$:

# %%
starts, heights = np.append(-1, np.arange(1, 32)) / 32, wave((np.arange(32) + 0.5) / 32)
stairs = activations.sigmoid(32_000 * (whole[:, None] - starts)) @ np.diff(heights, prepend=0.0)
chain = joined_lines(wave, 7, whole)
[round(float(np.max(np.abs(g - wave(whole)))), 4) for g in (stairs, chain)]

# %% [markdown]
# ## Further reading
# - M. Nielsen, *Neural Networks and Deep Learning* (2015), chapter 4: bumps and towers.
# - S. Prince, *Understanding Deep Learning* (2023), chapters 3 and 4: ReLU units as joined lines,
#   and their pieces.
# - G. Cybenko, Mathematics of Control, Signals and Systems 2 (1989); K. Hornik, Neural Networks 4
#   (1991); M. Leshno and others, Neural Networks 6 (1993): the theorems.
# - V. Maiorov, A. Pinkus, Neurocomputing 25 (1999); N. Guliyev, V. Ismailov, Neural Computation 28
#   (2016): fixed widths. M. Schmitt, NIPS 1999: none for the sigmoid.
# - A. Pinkus, Acta Numerica 8 (1999): a survey, with proofs.
# - A. Rahimi, B. Recht, NIPS 2007: random features. M. Telgarsky, COLT 2016: benefits of depth.

# %% [markdown]
# ## Appendix: what the theorems say
# Take one hidden layer, (2.1), a continuous $f$ on a compact set, and any $\varepsilon > 0$. A
# width $K$ and weights with $\lVert f - g \rVert_\infty < \varepsilon$ exist, if
#
# | who | the activation is | the set |
# |---|---|---|
# | Cybenko 1989 | continuous, with the limits 0 and 1 (*sigmoidal*) | $[0, 1]^d$ |
# | Hornik 1991 | continuous, bounded, not constant | compact |
# | Leshno and others 1993 | continuous: **if and only if** not a polynomial | compact |
#
# HUST asks whether one hidden layer is enough for two inputs. It is, though not by towers. For
# instance $\cos a \cos b = \frac12 \cos(a + b) + \frac12 \cos(a - b)$, so two cosine units draw
# $\cos 2\pi x \cos 2\pi y$ exactly:

# %%
angles_2d = 2 * np.pi * np.stack([x_grid + y_grid, x_grid - y_grid], axis=-1)
assert np.allclose(np.cos(angles_2d) @ [0.5, 0.5], wave(x_grid) * wave(y_grid))
angles_2d.shape

# %% [markdown]
# None of the theorems says how large $K$ is. Here is the largest error of 8 to 256 bumps on one,
# four and sixteen waves:

# %% covers="02.no_fixed_width"
by_waves = {}
for count in (1, 4, 16):
    waves = np.cos(2 * np.pi * count * whole)
    for n in (8, 32, 128, 256):
        fit = approximation.approximate_1d(
            lambda x, c=count: np.cos(2 * np.pi * c * x), n, 0.0, 1.0
        )
        by_waves[count, n] = round(float(np.max(np.abs(fit(whole) - waves))), 2)
by_waves

# %% [markdown]
# However many bumps you choose, there is a function with more waves that they cannot follow. Nor
# can units with any other weights: the next section proves it for ReLU, and M. Schmitt (NIPS 1999)
# for the sigmoid. Only a very special activation gets by with a fixed width:
#
# | who | activation | units |
# |---|---|---|
# | Maiorov, Pinkus 1999 | *one*: analytic, increasing, sigmoidal | two layers, $3d$ and $6d+3$ |
# | Guliyev, Ismailov 2016 | *one*: smooth, sigmoidal; $d = 1$ | a single unit, and a constant |
#
# HUST prints $d$ and $2d + 1$ for the first. For 1, 2 and 10 inputs the two layers have

# %% covers="02.maiorov_pinkus"
{d: (3 * d, 6 * d + 3) for d in (1, 2, 10)}

# %% [markdown]
# units. Such an activation stores *all* functions; the next appendix builds one, and states
# **Kolmogorov**'s formula, which has no error at all.

# %% [markdown]
# ### Why depth pays
# How many units does *one* hidden layer need for the ten tents of section 9? Be generous and allow
# an error below $\frac12$. The tents cross the height $\frac12$ this often:

# %% covers="02.depth"
teeth = approximation.sawtooth(np.arange(1025) / 1024, 10)
crossings = np.count_nonzero(np.diff(teeth > 0.5))
assert crossings == 1024
crossings

# %% [markdown]
# A network with an error below $\frac12$ must cross as often. A straight piece crosses at most
# once, and $K$ units have at most $K + 1$ pieces, so $K \ge 1{,}023$. With fewer, nothing beats the
# constant $\frac12$. And 1,024 units make no error at all:

# %%
kinks = np.arange(1024) / 1024
saw_bends = np.append(1024.0, 2048.0 * (-1.0) ** np.arange(1, 1024))
shallow = activations.relu(x_fold[:, None] - kinks) @ saw_bends
assert np.array_equal(shallow, approximation.sawtooth(x_fold, 10))
len(kinks)

# %% [markdown]
# No smaller number does that under (2.1). With 1,023 units all of them would sit at the corners,
# where the slope changes by $\pm 2{,}048$. Those that are on at $x = 0$ would have to make the
# first slope, 1,024, and no sum of such numbers does. M. Telgarsky (2016) has the general theorem.
#
# ### Towers without holes
# A *quadrant* is on where $x > p_i$ and $y > q_j$. In a staircase in two directions each quadrant
# makes up the difference to its neighbors, so a hole is at most as deep as one such difference:


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
# The largest error of $n \times n$ towers and of as many quadrants for the hill of the widget:


# %%
def hill(x, y):
    return np.exp(-8 * ((x - 0.5) ** 2 + (y - 0.5) ** 2))


for n in (4, 8, 16):
    on_seams = np.meshgrid(np.linspace(0, 1, 3 * n + 1), np.linspace(0, 1, 5 * n + 1))
    towers = approximation.approximate_2d(hill, n, (0, 1), (0, 1))(*on_seams)
    quadrants = staircase_2d(hill, n, *on_seams)
    print(n, [float(np.abs(g - hill(*on_seams)).max().round(3)) for g in (towers, quadrants)])

# %% [markdown]
# The towers stay wrong by the height of the hill; the quadrants halve their error.
#
# ### Random features and a kernel
# As the width grows, the product of two feature vectors tends to a fixed function of the two
# points, a **kernel** (Rahimi and Recht 2007). For cosines with normal weights
#
# $$\frac{2}{K}\,\phi(x)\cdot\phi(x') \to e^{-\lVert x - x' \rVert^2/2} \tag{2.12}$$
#
# The largest difference over 100 points, mean of ten draws:

# %% covers="02.random_features"
cloud = np.random.default_rng(7).uniform(-2, 2, size=(100, 2))
gauss = np.exp(-np.sum((cloud[:, None] - cloud[None]) ** 2, axis=-1) / 2)


def kernel_error(K, seed):
    rng = np.random.default_rng(seed)
    W, b = rng.normal(size=(2, K)), rng.uniform(0, 2 * np.pi, K)
    phi = np.sqrt(2 / K) * np.cos(cloud @ W + b)
    return np.max(np.abs(phi @ phi.T - gauss))


{K: round(float(np.mean([kernel_error(K, s) for s in range(10)])), 3) for K in (10, 1000, 10_000)}

# %% [markdown]
# A hundred times the features, a tenth of the difference.
#
# ## Appendix: for readers of the slides
# Four more places where a source prints something that does not hold. Each cell refutes it.
#
# **H5 (HUST, Kolmogorov "1956").** Printed: $f(x) = \sum_{p=1}^{2d+1} g\big(\sum_{q=1}^{d}
# \lambda_q \phi_q(x_q)\big)$. The inner sum does not depend on $p$, so the right side is
# $(2d+1)\,g(s)$ with *one* number $s(x)$. In $d = 2$ go from $(0, 0)$ to $(1, 1)$ along two sides
# of the square, once by $(1, 0)$ and once by $(0, 1)$. On both ways $s$ takes all values between
# its ends. So a point of one way and a point of the other have the same $s$, and $g$ cannot tell
# them apart.

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
# **H6 (HUST, Cybenko).** Printed: "nonconstant, bounded, and continuous function (sigmoidal
# activation function)", $w_i \in \mathbb R^m$, $i = 1, \dots, N$. The cosine is all three, and has
# no limits.

# %% erratum="H6" covers="02.cybenko"
far = np.cos(np.pi * np.arange(1000, 1006))
assert np.allclose(far, [1, -1] * 3)  # no limit: not sigmoidal
x_abs, (w, b) = np.linspace(-1, 1, 101), 5.0 * np.random.default_rng(7).normal(size=(2, 40))
cosine_units = np.cos(np.outer(x_abs, w) + b)
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

# %% [markdown]
# **E4 (EPFL, random features).** Printed: "If we choose $W^{(1)}$ a random matrix and
# $W^{(2)} = \frac{1}{\sqrt{D}}$ and $\sigma_2(z) = f(z)$ then the N.N will be a Random Features
# model, and there when n is very large it leads to a kernel method. Again we know such method can
# fit anything." If both weights are fixed, the hidden layer gives one number $z$ for each input.
# Even with $f$ learned, as the mean of $y$ over the 10 training points with the nearest $z$, this
# is too little:

# %% erratum="E4"
errors = {"f(z) = z": [], "learned f": [], "learned outer weights": []}
for seed in range(10):
    rng = np.random.default_rng(seed)
    X, X_new = rng.uniform(-2, 2, size=(2, 1000, 2))
    y, y_new = (np.sin(2 * A[:, 0]) * A[:, 1] for A in (X, X_new))
    W, b = rng.normal(size=(2, 300)), rng.uniform(0, 2 * np.pi, 300)
    z, z_new = (np.cos(A @ W + b).sum(axis=1) / 300**0.5 for A in (X, X_new))
    nearest = np.argsort(np.abs(z_new[:, None] - z), axis=1)[:, :10]
    learned = approximation.random_features_fit(X, y, 300, 1e-3, np.random.default_rng(seed))
    for name, answer in zip(errors, [z_new, y[nearest].mean(axis=1), learned(X_new)], strict=True):
        errors[name].append(np.mean((answer - y_new) ** 2) / np.var(y_new))
assert min(errors["learned f"]) > 0.5 > 0.01 > max(errors["learned outer weights"])
{name: np.round(found, 3).tolist() for name, found in errors.items()}

# %% [markdown]
# Mean squared errors on new points as shares of the variance, ten seeds. With constant outer
# weights the network is worse than the mean of $y$, and with a learned $f$ hardly better; with
# learned outer weights it fits. **What holds:** the outer weights are learned.

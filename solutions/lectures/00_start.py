# %% [markdown]
# # Start here
#
# **Promise:** after this page you know how this course on deep learning works, and what a short
# program that reads digits has to do with neural networks.
#
# **You will** run and change code, predict, write an answer, and explain in words.
#
# **Time:** 73 minutes in two parts (44 and 29). **Builds on:** a
# little Python, arithmetic with NumPy arrays and, in section 3, sums written with $\sum$ and the
# product of two matrices.
#
# This page is a *notebook*: text and code in **cells**. The cell with a blue bar at its left is
# selected. **Shift+Enter** runs it and selects the next one. Keep pressing it, without clicking
# anywhere, until numbers appear below a cell.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The first of these two cells prepares the checks. It is *folded*: only its first line is shown. A
# click on that line opens it, and a click on the bar at its left folds it again. The second imports
# NumPy. The number in brackets beside it says that it has run; a folded cell shows none. (In Colab,
# a line about installing appears.)
#
# How far apart are two rows of three numbers? Subtract place by place, square, and add up. A cell
# shows the value of its last line, here two values, separated by a comma. (`int` makes NumPy's
# number a plain one.)

# %%
row, other = np.array([0, 1, 2]), np.array([1, 2, 2])
squares = (row - other) ** 2
squares, int(squares.sum())

# %% [markdown]
# You see the squares as a NumPy array, and their sum, 2.
#
# **Keys.** A click into a cell, or Enter, opens it for writing; Esc leaves it. **Ctrl+Enter** runs
# a cell and stays there. Ctrl+S saves the page (on a Mac, Cmd+S). Outside a cell letters are
# commands: if a cell vanishes, press Esc, then Z.
#
# **Your turn.** What does the cell show if the 2 in `row` becomes a 4? Change it, and press
# Ctrl+Enter.
#
# <details><summary>After your try</summary>
#
# `(array([1, 1, 4]), 6)`: the last square grows from 0 to 4.
# </details>

# %% [markdown]
# **What a cell defines stays known** until you restart Python, and the cells below use it. If you
# skip a cell, a later one stops with a red message whose last line is, say, `NameError: name
# 'digits' is not defined`. Go back, run what you skipped, and go on.
#
# The next cell imports what the demonstrations need. The first time, that may take a minute: the
# star in `[*]` beside a cell says that it is still running.

# %%
from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import load_digits
from dlcourse.plots.basic import described, plot_images
from dlcourse.plots.digits import plot_chains, plot_distances, plot_layer, plot_sums, plot_unit
from dlcourse.plots.guess import after, plot_guess
from dlcourse.reference import metrics

# %% [markdown]
# ## 1 Read, try, predict (19 minutes)
# Here are handwritten digits of 8 × 8 pixels. Each pixel is a number from 0 (white) to 1 (black).
# There are 1,437 *training* images to learn from, `X_train`, and 360 *test* images kept apart,
# `X_test`. The *labels* `y_train` and `y_test` say which digits they are. `flat=True` lays each
# image out as one row of 64 numbers; `float64` is NumPy's usual kind of number.

# %%
digits = load_digits(flat=True, dtype=np.float64)
means = np.array([digits.X_train[digits.y_train == k].mean(axis=0) for k in range(10)])

# %% [markdown]
# The last line averages all training images of each digit `k`: `digits.y_train == k` compares each
# label with `k` and so marks the images of digit `k`, the brackets around it pick them, and
# `.mean(axis=0)` averages them pixel by pixel.

# %%
# @title One digit of each kind, and below it the mean of its kind
firsts = [digits.X_train[digits.y_train == k][0] for k in range(10)]
described(
    plot_images(
        np.concatenate([firsts, means]).reshape(-1, 8, 8),
        [*range(10), *[""] * 10],
        title="One digit of each kind, and below it the mean of its kind",
        columns=10,
    ),
    "Above, ten handwritten digits from 0 to 9; below each the mean of all training images of its "
    "kind, blurred; most can be read.",
)

# %% [markdown]
# A program compares a new image with these ten means, as you compared two rows of three numbers: it
# subtracts, squares, and adds up, here over 64 pixels. We call this sum the *distance* (elsewhere
# the word means its square root). It answers with the digit of the nearest mean.


# %%
def distances(x):
    """Return ten numbers: how far the image x is from each of the ten means."""
    return ((x - means) ** 2).sum(axis=1)


answers = np.array([distances(x).argmin() for x in digits.X_test])

# %% [markdown]
# This cell shows nothing, since its last line only stores a value under a name. In `x - means` one
# image meets ten rows: NumPy subtracts each row of `means` from `x`, and ten rows of 64 numbers
# come out. `axis=1` adds up along each row. `argmin` finds the place of the smallest of ten
# numbers, counted from 0; at place k stands the distance to the mean of digit k.
#
# **Try it.** The next cell chooses a test image by its number, and the one below it draws the image
# and its ten distances. Run both. Then click into the first one, write another number, and press
# Shift+Enter twice. Try 273, too: how clear is the answer?


# %%
which = 2  # any number from 0 to 359

# %%
# @title The image that you chose, and its ten distances
label, nearest = digits.y_test[which], answers[which]
named = f"Test image {which}, labelled {label}: the nearest mean is that of {nearest}"
described(
    plot_distances(
        digits.X_test[which].reshape(8, 8),
        means.reshape(10, 8, 8),
        distances(digits.X_test[which]),
        title=named,
        label=label,
    ),
    f"{named}. The distances to the means of 0 to 9 are "
    + ", ".join(f"{distance:.2f}" for distance in distances(digits.X_test[which]))
    + ".",
)

# %% [markdown]
# None of the 360 test images is part of a mean, so they show how the program reads images that it
# has never seen. Guessing blindly would get about one in ten right, 36 or so.
#
# **Predict.** How many of the 360 does the program read correctly? Write a number in place of the
# three dots and run the cell. Guesses are not graded. Write yours down all the same: a surprise is
# easier to remember. The figure below stays empty until you have guessed.

# %% tags=["predict"]
guess_right = ...  # a number from 0 to 360

# %% truth=["324", "Nine in ten"]
# @title Your guess beside the truth
right = int(np.sum(answers == digits.y_test))
described(plot_guess(guess_right, right, quantity="digits read correctly, of 360", within=(0, 360)))

# %% [markdown]
# <details><summary>After your guess</summary>
# Nine in ten, with means and distances alone. (Mostly the answer is clear: for half of the images
# the second shortest bar is at least 2 longer than the shortest.) In lecture 4 a small network is
# trained on such digits and reads about 97 of 100 others.
# </details>
#
# Here are four images that the program misreads. What do you read?

# %%
# @title Four misread digits: what do you read?
misread = np.array([15, 52, 55, 56])
assert not np.any(answers[misread] == digits.y_test[misread])
unlabelled = described(
    plot_images(
        digits.X_test[misread].reshape(-1, 8, 8),
        [f"image {i}" for i in misread],
        title="Four misread digits",
        columns=4,
    ),
    "Four handwritten digits without labels; the next figure has them.",
)
after(guess_right, unlabelled)

# %% [markdown]
# Replace the dots with your four readings, and run the next two cells. The second counts how often
# you and the label agree. Below each image it shows the mean that is nearest to it, and below that
# the mean of its own digit, with their distances. (It stays empty until all four are filled in.)

# %%
readings = [..., ..., ..., ...]  # four digits, from left to right

# %%
# @title What they are, and what the program reads
wrong = np.array([15, 52, 55, 56])
truths, taken = digits.y_test[wrong], answers[wrong]
agree = sum(a == b for a, b in zip(readings, truths, strict=False))
said = "Labels, and answers" if ... in readings else f"You and the label agree on {agree} of 4"
away = [distances(x) for x in digits.X_test[wrong]]
titles = [f"labelled {k}" for k in truths]
titles += [f"read as {k}: {d[k]:.1f}" for k, d in zip(taken, away, strict=True)]
titles += [f"mean of {k}: {d[k]:.1f}" for k, d in zip(truths, away, strict=True)]
images = np.concatenate([digits.X_test[wrong], means[taken], means[truths]]).reshape(-1, 8, 8)
text = f"{said}. Four images; below each the mean nearest to it, and the mean of its label: "
text += ", ".join(f"{titles[i]}, {titles[i + 4]}" for i in range(4)) + "."
labelled = described(plot_images(images, titles, title=said, columns=4), text)
labelled = after(... if ... in readings else guess_right, labelled)  # waits for both
after(guess_right, labelled)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# For the first three the mean of the label is the second nearest. You may have read image 56 as a
# 4, as its label says, but the mean of the 4s is only the eighth nearest, at 10.58. A distance
# compares each pixel only with the pixel at the same place, so a stroke shifted by one column
# counts as missing. Shifted one pixel to the right, the same image is only 5.83 from the mean of
# the 4s: still misread, but close.
# </details>

# %% [markdown]
# ## 2 Write, check (15 minutes)
# Now you write a function. First see what `==` does between two arrays: it compares place by place.
# In a sum, True counts as 1 and False as 0.

# %%
agrees = np.array([3, 1, 2]) == np.array([3, 1, 0])
agrees, int(agrees.sum())

# %% [markdown]
# An exercise consists of a statement, a cell for your answer, its check, and a folded cell that you
# can skip. Read the statement, then run the cells as they are: the check says *not yet written*.
# (Here an *example* is an image and its *class* is its digit; an array of shape `(N,)` is a list of
# N numbers.)

# %% tags=["exercise"]
exercise("accuracy")

# %% [markdown]
# 1. **Be wrong on purpose.** In the answer cell, replace `raise NotImplementedError` with `return
#    y_true == y_pred`; keep the four spaces before it. Run the answer *and* the check. It shows the
#    call, what came out, and what was expected. This mistake is common, so the check adds a
#    sentence about it.
# 2. **Be right.** Go back to the answer cell, write a correct answer, and run both cells again,
#    until the check says *right*.
#
# After three different wrong answers the check adds a **hint**. From then on, or once you are
# right, the next cell shows a solution:

# %%
show_solution("accuracy")

# %% [markdown]
# No later cell depends on your answer: the page goes on with the course's own version, here
# `metrics.accuracy`. The next cell applies it to the program of section 1. Once your answer is
# right, delete `metrics.` and run the cell again: now it is your function that answers. (`after`
# waits for your guess.)

# %%
after(guess_right, float(metrics.accuracy(digits.y_test, answers)))

# %% [markdown]
# ### When you are stuck
# Read the last line of the check's message. Try the smallest input that you can work out by hand.
# **If a result looks wrong,** choose *Kernel > Restart Kernel and Run All Cells* (the *kernel* is
# the Python that runs your cells).
#
# <details><summary>If a cell does not finish, or a cell of the lecture is broken</summary>
#
# *Kernel > Interrupt Kernel* stops a cell that goes on running; a check stops by itself after ten
# seconds and names the line. If the star stays even then, choose *Kernel > Restart Kernel*.
#
# To repair the lecture and keep your answers, save the page, run `dlcourse reset 00_start` in a
# terminal (*File > New > Terminal*), and choose *File > Reload Notebook from Disk*.
# </details>

# %% [markdown]
# **A good place to stop.** The rest can wait until tomorrow. When you come back, select the cell
# below and choose *Run > Run All Above Selected Cell* first.
#
# ## 3 What the program is (27 minutes)
# An array's *shape* says how long it is along each axis. Here are the shapes of the test images, of
# their labels, and of the means:

# %%
digits.X_test.shape, digits.y_test.shape, means.shape

# %% [markdown]
# Read `(360, 64)` as 360 rows and 64 columns. **One example is one row**: the first axis counts the
# examples, in the whole course. The numbers measured for each example, here its 64 pixels, are its
# *features*.
#
# Some exercises are questions. Put the number of your answer in place of the three dots, and run
# that cell and the check.

# %% tags=["exercise"]
exercise("q_one_example")

# %% [markdown]
# ### A unit and a layer
# Neural networks are made of *units*, also called neurons. A unit has one *weight* for each
# feature, and one more number, its *bias*. It multiplies each feature by its weight, adds up the
# products (their *dot product*), and adds the bias. The result is its *score*. (In a network a
# function then acts on the score: lecture 1.)
#
# Here is one at work on the three features 0, 1, 2.

# %%
# @title A unit with the weights 2, 4, 4 and the bias −9
described(
    plot_unit([0, 1, 2], [2, 4, 4], -9, title="A unit: products added up, and a bias"),
    "The features 0, 1 and 2 are multiplied by the weights 2, 4 and 4; the products 0, 4 and 8 and "
    "the bias −9 are added up to the score 3.",
)

# %% [markdown]
# **Your turn.** A unit has the weights 1, −2, 3 and the bias 1. Which score does it give for the
# features 2, 1, 0?
#
# <details><summary>The score</summary>
#
# $2 \cdot 1 + 1 \cdot (-2) + 0 \cdot 3 + 1 = 1$.
# </details>
#
# A *layer* is a group of units that all get the same features. Put the features of all examples
# into `X`, one example in each row; the weights of all units into `W`, one unit in each column; and
# the biases into `b`. Then `X @ W + b` holds all scores: one row for each example, and one column
# for each unit (`@` multiplies matrices). This is how the shapes fit for 360 images and ten units;
# one image, one unit and their score are marked.

# %%
# @title A layer of ten units: all scores at once
described(
    plot_layer(360, 64, 10, title="A layer of ten units: all scores at once"),
    "X, of the shape (360, 64), times W, of the shape (64, 10), plus b, of the shape (10,), is the "
    "array of scores, of the shape (360, 10). A row of X, a column of W and a number of b are "
    "marked, and the score that they give.",
)

# %% [markdown]
# ### The program again
# The program compares an image $x$ with a mean $m$. Expand the squares in this distance:
#
# $$\sum_j (x_j - m_j)^2 = \sum_j x_j^2 - 2\sum_j m_j x_j + \sum_j m_j^2$$
#
# For $x = [0, 1, 2]$ and $m = [1, 2, 2]$ this is $2 = 5 - 12 + 9$. The first sum, here 5, is the
# same for all means. From it we subtract
#
# $$2\sum_j m_j x_j - \sum_j m_j^2,$$
#
# here $12 - 9 = 3$. This is exactly the score of a unit with the weights $2m_j$ and the bias
# $-\sum_j m_j^2$: here it is the unit drawn above. So *distance = first sum − score*, here
# $2 = 5 - 3$. For ten means, take ten units:

# %%
W = 2 * means.T  # .T turns the ten means, which are rows, into columns
b = -(means**2).sum(axis=1)
scores = digits.X_test @ W + b
b.round(2)  # the ten biases

# %%
# @title Image 2: distances and scores
described(
    plot_sums(
        means.reshape(10, 8, 8),
        distances(digits.X_test[2]),
        scores[2],
        title="Image 2: its distances and its scores",
    ),
    "Ten bars, one for each mean, all of the same height, 16.6, the first sum of image 2. Each "
    "consists of the distance to that mean and the score of its unit: the shorter the one, the "
    "longer the other.",
)

# %% [markdown]
# The small pictures are the weights, too, only twice as dark. The largest score is at the place of
# the smallest distance; `argmax(axis=1)` finds that place in each row. Check it on all 360 images:

# %%
int(np.sum(scores.argmax(axis=1) == answers))

# %% [markdown]
# On all of them, as the algebra promised. The program **is** a layer of ten units, and then a
# choice of the largest score.
#
# **Predict.** What do the biases do here? Leave them out: on how many of the 360 images does the
# largest of `digits.X_test @ W` still agree with the program?

# %% tags=["predict"]
guess_agree = ...  # a number from 0 to 360

# %% truth=["344"]
# @title Your guess beside the truth
no_bias = (digits.X_test @ W).argmax(axis=1)
same = int(np.sum(no_bias == answers))
described(plot_guess(guess_agree, same, quantity="images with the same answer", within=(0, 360)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# 344, and 320 are read correctly instead of 324. A mean with much ink has large products with every
# image, and its bias takes off what it has too much. Without biases 16 close calls change, and 11
# of them become an 8, whose mean has the most ink.
# </details>
#
# The weights and biases of this layer were computed in one step, from the means. A **neural
# network** usually chains several such layers, with a function between them (without it, two layers
# would be no more than one: lecture 1), and *training* finds the weights step by step. With many
# layers it is called *deep*. That is what this course is about.

# %%
# @title This page had one layer; a network chains several
described(
    plot_chains(
        {
            "this page": ["64 features", "layer", "10 scores"],
            "a small network": ["64 features", "layer", "function", "layer", "10 scores"],
        },
        title="This page had one layer; a network chains several",
    ),
    "Two rows of boxes, joined by arrows. This page: 64 features, a layer, 10 scores. A small "
    "network: 64 features, a layer, a function, a second layer, 10 scores.",
)

# %% [markdown]
# **Explain.** `digits.X_test @ W` has the shape (360, 10) and `b` the shape (10,): NumPy adds `b`
# to each of the 360 rows. Why is that what a layer needs? Double-click the text below, write, and
# press Shift+Enter. No program checks it; in a taught course your teacher will. To
# compare, delete the `#` in the cell after it, and run it.

# %% [markdown] tags=["instructor"] grade_id="explain_bias_rows" points=1
# A row is one example, and a column of `W` and its number in `b` belong to one unit (here, to one
# mean). A unit treats every example alike: it adds the same bias to each.

# %%
# show_solution("explain_bias_rows")

# %% [markdown]
# ## 4 The lectures, and you (2 minutes)
# In seventeen lectures you build neural networks, starting from a single unit, and train them.
# First-year mathematics is enough: products of matrices, derivatives and the chain rule,
# exponentials and logarithms, a little probability. Take them in order. Later lectures need only
# the *core* sections of earlier ones.
#
# <details><summary>All lectures, with their minutes</summary>
#
# {{lectures}}
# All core sections together take about 33 hours.
# </details>
#
# Lectures compute in NumPy, where you see every step, and in PyTorch, the library used in practice,
# which can also run on a graphics processor.
#
# Here are the exercises of this page; answers in words are not counted.

# %%
show_progress("00")

# %% [markdown]
# **What you can do now:** run, change, predict, write, check, explain; and you have seen one layer
# from the inside. Go on with [lecture 1](../01_neurons/01_neurons.ipynb).
#
# ## Card: to look up later
#
# <details><summary>If you hand your pages in, in a taught course</summary>
#
# Your functions are called again, with other inputs. The grader has NumPy, Python's own modules,
# the page's given cells (here only `import numpy as np`) and your own cells above the check: no
# name from a demonstration, no other package. What your check showed, how often you tried, and what
# you predicted do not count.
# </details>
#
# <details><summary>If you own lecture notes that the course draws on: their letters</summary>
#
# HUST is *Introduction to Deep Learning* (IT3320E), HW *Deep Learning Overview*, HKU *Training
# Neural Networks* (DASC7606), KAV *Deep Learning*, units I to IV, and EPFL *Neural networks*
# (lecture 7).
#
# | meaning | here | HUST | HW | HKU | KAV | EPFL |
# |---|---|---|---|---|---|---|
# | input | $x$ | $x$ | $x$ | $x$ | $x$ | $x$ |
# | score | $s, z$ | $z, x$ | $z, net$ | $s$ | $z, \alpha - \gamma, \beta - \theta$ | $h$ |
# | function | $g, σ, φ$ | $f, g, ρ, σ$ | $f, σ$ | $g, σ$ | $f, φ, σ$ | $σ, g$ |
# | unit's output | $x^{(l)}, a$ | $h, o, a$ | $f(z), y, x$ | $x^{(l)}$ | $b, h, a$ | $x^{(l)}$ |
# | network's output | $h, p, \hat y$ | $\hat y, p, o$ | $o$ | $h(x), p$ | $\hat y$ | $\hat y$ |
# | target | $y, t$ | $y, t$ | $t, y$ | $y$ | $y$ | $y$ |
# | weight, $i \to j$ | $w_{ij}$ | $w_{ij}$ | $w_{ij}$ | $w_{ij}$ | $w_{ij}, v_{ij}$ | $W_{ji}$ |
# | bias | $b$ | $b, -b$ | $\omega_0, b$ | $b$ | $b, -\theta, -\gamma$ | $b$ |
# | loss | $J$ | $\mathcal L, E$ | $E, C, J$ | $J$ | $E, J$ | $\mathcal R$ |
# | loss of one example | $L$ | $\ell, H$ | $E$ | $e$ | $E$ | $\mathcal L$ |
# | blame | $\delta$ | $\varepsilon h (1 - h), -\delta$ | $\pm\delta$ | $\delta$ | $-g$ | $e$ |
# | examples in all | $N$ | $N, n$ | $n$ | $M$ | $m$ | $n$ |
# | rows in a batch | $n, M, B$ | | $BS$ | $B$ | | $N_b, m$ |
# | rate | $\eta$, `lr` | $\eta, \gamma$ | $\eta, \varepsilon$ | $\alpha$ | $\eta$ | $\eta$ |
#
# An upper index in brackets counts layers. Blame is
# $\partial J/\partial s$. A loss is the *mean* over the batch, unless otherwise stated. Traps:
# EPFL's and PyTorch's $W$ is the transpose of ours; $h$ is HUST's unit output, HKU's network output
# and EPFL's score; and $\delta$ has the other sign in HUST and in one of HW's formulas.
# </details>

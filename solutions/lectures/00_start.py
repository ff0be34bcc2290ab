# %% [markdown]
# # Start here
#
# **Promise:** after this page you know how this course on deep learning works, and you have seen
# that a program that compares images has a *layer* of a neural network in it.
#
# **You will** change a number, predict, write an answer, see what a check says to a wrong one, and
# explain in words.
#
# **Time:** 56 minutes, with a place to stop after 32. The first seven are for this opening.
# **Builds on:** a little Python and, in section 3, the product of two matrices.
#
# This page is a *notebook*: text and code in **cells**. One of them is marked at its left. Press
# **Shift+Enter**: it runs, and the mark moves on. Run each cell in turn.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The first of these two cells prepared the checks. It is *folded*: you see only its first line, and
# a click on that line opens its code. The second imported NumPy, the only package that your answers
# need: a number in brackets at its left says that it has run. Neither shows anything else (in
# Colab, a line about installing), and that is as it should be.
#
# The next cell shows a result: the value of its last line appears below it. How different are two
# images of three pixels? Subtract pixel by pixel, square, and add up. (With a comma the cell shows
# two values; `int` turns NumPy's number into a plain one.)

# %%
image, other = np.array([0, 1, 2]), np.array([1, 1, 1])
squares = (image - other) ** 2
squares, int(squares.sum())

# %% [markdown]
# **Your turn.** What comes out if the last number of `image` is a 4? Click into the cell above,
# write 4 in place of that 2, and press **Ctrl+Enter**: that runs a cell and stays there.
#
# <details><summary>After your try</summary>
#
# `[1, 0, 9]`, and the sum 10.
# </details>
#
# **Keys.** Enter opens a cell for writing, Esc leaves it. Ctrl+S saves the page (on a Mac, Cmd+S).
# Outside a cell letters are commands: X cuts the cell, and Z brings it back. A double click on text
# shows its source; Shift+Enter shows the text again.

# %% [markdown]
# **What a cell defines stays known** until Python is started anew, and the cells below use it. If
# you skip a cell, a later one stops with a red message whose last line is, say, `NameError: name
# 'digits' is not defined`. Go back, run what you skipped, and go on.
#
# The next cell imports what the demonstrations need. The first time, that may take a minute: the
# star in `[*]` beside a cell says that it is still running.

# %%
from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import load_digits
from dlcourse.plots.basic import described, plot_images
from dlcourse.plots.digits import plot_distances
from dlcourse.plots.guess import after, plot_guess
from dlcourse.reference import metrics
from dlcourse.widgets.softmax import explore_softmax

# %% [markdown]
# ## 1 Read, try, predict (14 minutes)
# Here are handwritten digits of 8 × 8 pixels, from 0, white, to 1, black, with their *labels*:
# 1,437 *training* images (`X_train`, labels `y_train`) to learn from, and 360 *test* images kept
# apart. `flat=True` lays each image out as one row of 64 numbers. The first of the next two cells
# averages all training images of zeros, then all those of ones, and so on: `digits.y_train == k`
# picks those of digit `k`, `.mean(axis=0)` averages them pixel by pixel, and `for k in range(10)`
# does so for each k from 0 to 9. The folded second one draws a digit
# of each, and the means.

# %%
digits = load_digits(flat=True, dtype=np.float64)
means = np.array([digits.X_train[digits.y_train == k].mean(axis=0) for k in range(10)])

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
# A program compares a new image with these ten, as you compared two rows of three pixels: it
# subtracts, squares, and adds up, here over 64 pixels. We call this sum the *distance* (elsewhere
# the word means its square root). The program answers with the digit of the nearest mean; `argmin`
# finds the place of the smallest number.


# %%
def distances(x):
    """Return ten numbers: how far the image x is from each of the ten means."""
    return ((x - means) ** 2).sum(axis=1)


answers = np.array([distances(x).argmin() for x in digits.X_test])

# %% [markdown]
# `x - means` subtracts each of the ten rows of `means` from `x`, and `axis=1` adds up along each
# row. Nothing is shown, since the last line only stores its value under a name.
#
# **Try it.** Run the next two cells: the first chooses a test image by its number, the second draws
# it and its ten distances. Then write another number and press Shift+Enter twice, a few times. Can
# you find an image where two bars are almost equally short? (Few have them: try 141, too.)

# %%
which = 2  # any number from 0 to 359

# %%
# @title The image that you chose, and its ten distances
true, nearest = digits.y_test[which], answers[which]
named = f"Test image {which}, labelled {true}: the nearest mean is that of {nearest}"
described(
    plot_distances(
        digits.X_test[which].reshape(8, 8),
        means.reshape(10, 8, 8),
        distances(digits.X_test[which]),
        title=named,
    ),
    f"{named}. The distances to the means of 0 to 9 are "
    + ", ".join(f"{distance:.2f}" for distance in distances(digits.X_test[which]))
    + ".",
)

# %% [markdown]
# None of the 360 test images is part of a mean.
#
# **Predict.** How many of the 360 does the program read correctly? Write a number in place of the
# three dots and run the cell. A guess costs nothing and is not marked, but it commits you, and we
# remember what surprises us. The figure below stays empty until you have guessed.

# %% tags=["predict"]
guess_right = ...  # a number from 0 to 360

# %% truth=["324", "Nine in ten"]
# @title Your guess beside the truth
right = int(np.sum(answers == digits.y_test))
described(plot_guess(guess_right, right, quantity="digits read correctly, of 360", within=(0, 360)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Nine in ten, with means and distances alone; blind guessing reads one in ten. In lecture 4 a
# small network is trained on such digits and reads about 97 of 100.
# </details>
#
# Here are the first eight images that the program misreads, each with its number. What do you read?
# Write your eight readings down before you go on.

# %%
# @title Eight misread digits: what do you read?
misread = np.flatnonzero(answers != digits.y_test)[:8]
unlabelled = described(
    plot_images(
        digits.X_test[misread].reshape(-1, 8, 8),
        [f"image {i}" for i in misread],
        title="Eight misread digits",
        columns=8,
    ),
    "Eight handwritten digits without labels; the next figure has them.",
)
after(guess_right, unlabelled)

# %% [markdown]
# And here is what they are. Below each stands the mean that is nearest to it, and below that the
# mean of its own digit. (`after` keeps a result back until there is a guess.)

# %%
# @title What they are, and what the program reads
wrong = np.flatnonzero(answers != digits.y_test)[:8]
images = [digits.X_test[wrong], means[answers[wrong]], means[digits.y_test[wrong]]]
titles = [f"true {k}" for k in digits.y_test[wrong]] + [f"read as {k}" for k in answers[wrong]]
titles += [f"mean of {k}" for k in digits.y_test[wrong]]
images = np.concatenate(images).reshape(-1, 8, 8)
labelled = described(
    plot_images(images, titles, title="What they are, and what the program reads", columns=8),
    "Above, eight handwritten digits; below each, the blurred mean that is nearest to it, and the "
    "mean of its own digit: " + ", ".join(f"{titles[i]} {titles[i + 8]}" for i in range(8)) + ".",
)
after(guess_right, labelled)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Some can hardly be read. The 4 that was read as an 8 is clear to us, but its own mean is only the
# eighth nearest. Moved by one pixel to the right and one down, it would be nearest to its own mean.
#
# Choose image 55 above: the wrong bar is shorter than the right one by 0.38 only. Section 4 comes
# back to it.
# </details>

# %% [markdown]
# ## 2 Write, check (11 minutes)
# An exercise has four cells: what is asked, your answer, its check, and a folded one. Read the one
# below first (an example's *class* is here its digit, and an array of shape `(N,)` is a row of N
# numbers). Then:
#
# 1. Be wrong on purpose: in the answer cell, replace the last two lines with `return 0.0` (keep its
#    four spaces), run the answer *and* the check, and read what it says.
# 2. Do the same with `return np.sum(y_true == y_pred)`, where `==` compares number by number and
#    True counts as 1. After a few different wrong answers the check adds a **hint**.
# 3. Write the right answer, and run both again.

# %% tags=["exercise"]
exercise("accuracy")

# %% [markdown]
# A check says one of three things: *not yet written*; *right*; or the first thing that is wrong,
# with the call, what came out and what was expected. If your result looks like a known mistake, one
# more sentence names it.
#
# After three different tries, or once your answer is right, the next cell shows the course's own,
# or says that your copy of the course has none. (An instructor may have switched hints or solutions
# off.)

# %%
show_solution("accuracy")

# %% [markdown]
# No later cell needs your answer: a lecture goes on with the course's own. For the program above:

# %%
after(guess_right, metrics.accuracy(digits.y_test, answers))

# %% [markdown]
# **A good place to stop.** You can predict, write and check now; what follows leads to a layer.
# If you go on tomorrow, select the cell below and choose *Run > Run All Above Selected Cell* first.
#
# ## 3 Rows, columns, and a layer (15 minutes)
# An array's *shape* says how long it is along each axis. Here are the shapes of the test images, of
# their labels, and of the means:

# %%
digits.X_test.shape, digits.y_test.shape, means.shape

# %% [markdown]
# Read `(360, 64)` as 360 rows, 64 columns. **One example is one row**: the first axis counts the
# examples, in the whole course. What is measured of an example, here 64 pixels, are its *features*.
#
# | array | shape | what it holds |
# |---|---|---|
# | inputs `X` | (N, D) | N examples, D features |
# | labels `y` | (N,) | the true classes: whole numbers, from 0 |
#
# Some exercises are questions. Put the number of your answer in place of the three dots, run
# that cell and the check.

# %% tags=["exercise"]
exercise("q_one_example")

# %% [markdown]
# ### A program that is a layer
#
# Most lectures compute with *layers* of *units*. A unit has one *weight* for each feature: it
# multiplies each feature by its weight, adds up the products, and adds one more number, its *bias*.
# The result is its *score*. (With the weights 2, 2, 2 and the bias −3, `[0, 1, 2]` scores 6 − 3 =
# 3.) A layer is a row of units that all get the same features. With the features of all examples as
# the rows of `X`, and the weights of each unit as a column of `W`, the scores of all examples for
# all units are `X @ W + b` (`@` multiplies matrices).

# %% [markdown]
# The program above has a layer in it. Expand the distance from an image $x$ to a mean $m$:
#
# $$\sum_j (x_j - m_j)^2 = \sum_j x_j^2 - 2\sum_j m_j x_j + \sum_j m_j^2$$
#
# (For `[0, 1, 2]` and `[1, 1, 1]`, as above: $2 = 5 - 6 + 3$.) The first sum is the same for all
# ten means, so it cannot decide which is nearest. What is left is smallest where
# $2\sum_j m_j x_j - \sum_j m_j^2$ is largest, and that is the score of a unit with the weights
# $2m_j$ and the bias $-\sum_j m_j^2$. So ten units, one for each mean, find the nearest mean
# (`means.T` has the means as columns):

# %%
W = 2 * means.T
b = -(means**2).sum(axis=1)
scores = digits.X_test @ W + b
by_layer = scores.argmax(axis=1)
W.shape, b.shape, scores.shape, int(np.sum(by_layer == answers))

# %% [markdown]
# `argmax` finds the place of the largest score. As the algebra says, all 360 answers are those of
# the program: it **is** a layer of ten units, and then a choice of the largest score. A network
# chains layers like this one, with a function between them, and finds its weights by *training*,
# which this course is about. Here is what each of these units looks for.

# %%
# @title The ten columns of W, drawn as images, each with its unit's bias
described(
    plot_images(
        W.T.reshape(-1, 8, 8),
        [f"{k}: b = −{-bias:.1f}" for k, bias in enumerate(b)],
        title="The weights of ten units, twice the means, each with its bias",
        columns=10,
    ),
    "The ten columns of W as images: they look like the ten means. Above them the biases: "
    + ", ".join(f"−{-bias:.1f}" for bias in b)
    + ".",
)

# %% [markdown]
# Some questions ask you to explain in words: click the cell below, press Enter, write, and press
# Shift+Enter. No program judges them; in a taught course, a person does. To compare, add a cell of
# your own (**+** above the page) and run `show_solution("explain_bias_rows")` in it.
#
# **Explain.** `digits.X_test @ W` has the shape (360, 10) and `b` the shape (10,): NumPy adds `b`
# to each of the 360 rows. Why is that what a layer needs?

# %% [markdown] tags=["instructor"] grade_id="explain_bias_rows" points=1
# A row is one example, and a column of `W` and its number in `b` belong to one unit (here, to one
# mean). A unit treats every example alike: it adds the same bias to each.

# %% [markdown]
# ## 4 Play (4 minutes)
# How close was the decision on image 55? Scores can be turned into *probabilities*, which add up to
# 1 (lecture 3 explains how). Take minus the distance as a score: the nearest mean has the largest.
# Here are its three largest, as if only 8, 3 and 1 could occur.
# What will happen to the bars if 1 is added to all scores? Press *Add 1 to all*. Then make all
# three equal: drag a slider, or go to it with the Tab key and move it with the arrow keys.

# %%
# @title Image 55: three scores share one whole
three = distances(digits.X_test[55]).argsort()[:3]
described(
    explore_softmax(
        [f"digit {k}" for k in three],
        -distances(digits.X_test[55])[three].round(2),
        title="Image 55: three scores share one whole",
    ),
    "Three sliders for the scores of the digits 8, 3 and 1, and a bar for the share of each. At "
    "first the scores are −3.27, −3.65 and −3.86, and 8 has the largest share, less than half.",
)

# %% [markdown]
# <details><summary>After your try</summary>
#
# Nothing happens to the bars: only the differences between scores count. So equal scores make equal
# bars, whatever they are. And the layer's scores give the same probabilities: they differ from
# these by one number, the same for all ten.
# </details>
#
# In print and on GitHub you see a still figure instead. Each figure has an **alternative text**,
# for those who cannot see it.

# %% [markdown]
# ## 5 When you are stuck (3 minutes)
# Read the last line of the check's message. Print the shapes. Try the smallest input that you can
# do by hand, such as three pixels.
#
# **If a result looks wrong,** choose *Kernel > Restart Kernel and Run All Cells* (the *kernel* is
# the Python that runs your cells; in Colab these commands are in the *Runtime* menu): the cells
# must work when run from top to bottom.
#
# **If a cell does not end,** its star stays. *Kernel > Interrupt Kernel* stops it; a check stops by
# itself after ten seconds and names the line. If the star stays even then (in one long call of
# NumPy, say), choose *Kernel > Restart Kernel* and run the cells from the top.
#
# **If you have broken a cell of the lecture,** save the page, run `dlcourse reset 00_start` in a
# terminal (*File > New > Terminal*), which repairs all cells and keeps your answers, and reload the
# page (*File > Reload Notebook from Disk*).
#
# <details><summary>If you hand your pages in, in a taught course</summary>
#
# Your functions are called again, with other inputs. The grader has NumPy, Python's own modules,
# the page's given cells (here only `import numpy as np`) and your own cells above the check: no
# name from a demonstration, no other package. What your check showed, how often you tried, and what
# you predicted do not count.
# </details>
#
# Here is what you have solved so far. It stays on this computer.

# %%
show_progress()

# %% [markdown]
# ## 6 The lectures, and you (2 minutes)
# In seventeen lectures you build neural networks, starting from a single unit, and train them.
# First-year mathematics is enough: the product of two matrices, derivatives, the chain rule. Take
# them in order. Later lectures need only the *core* sections of earlier ones.
#
# <details><summary>All lectures, with their minutes</summary>
#
# {{lectures}}
# All core sections together take about 32 hours.
# </details>
#
# Each lecture computes twice: in NumPy, where you see every step, and by a *twin* in PyTorch, which
# also runs on a graphics processor.
#
# **What you can do now:** change, run, predict, write, check, explain; and you know a layer when
# you see one. Go on with [lecture 1](../01_neurons/01_neurons.ipynb).

# %% [markdown]
# ## Card: letters, for when you open a document
# The course draws on five sets of lecture notes, each with letters of its own.
#
# <details><summary>The table of letters</summary>
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

# %% [markdown]
# # Start here
#
# **Promise:** after forty minutes you know how this course works, and you have seen every
# kind of cell that its lectures are made of.
#
# **You will** predict a result, move a slider, write an answer, see a wrong verdict and a right
# one, explain in words, and find symbols, hints and progress.
#
# **Time:** 40 minutes. The first three are for this opening.
# **Builds on:** a little Python and, in section 4, the product of two matrices.
#
# This page is a *notebook*: text and code in **cells**. Click a cell, or go to it with the
# arrow keys, and press **Shift+Enter**: it runs, and you move on to the next. Run each cell of this
# page in turn.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# Nothing was shown below these two cells (in Colab a line about installing), and that is right. The
# first one prepared the checks. It is *folded*: you see its first line only. It runs like any other
# cell, and a click on that line opens it.
# The second one imported NumPy, the only package that your answers need. The next cell imports what
# the demonstrations need. The first time, that may take a minute: the star in `[*]` beside a cell
# says that it is still running.
#
# **Keys.** Esc leaves a cell, Enter opens it, B makes a new one below it; Ctrl+S saves (on a Mac,
# Cmd+S).

# %%
from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import load_digits
from dlcourse.plots.basic import described, plot_images
from dlcourse.plots.guess import after, plot_guess
from dlcourse.reference import metrics
from dlcourse.widgets.softmax import explore_softmax

# %% [markdown]
# ## 1 Read, predict, run (6 minutes)
# Here are handwritten digits of 8 × 8 pixels: 1,437 *training* images to learn from, and 360 *test*
# images kept apart. The first of the next two cells averages the training images of a zero, of a
# one, and so on: `digits.y_train == k` picks those of digit `k`, and `.mean(axis=0)` averages them
# pixel by pixel. The second one, which is folded, draws one digit of each kind, and the ten means.

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
# A program compares a new image with these ten and answers with the digit of the nearest mean: the
# one with the smallest sum of squared differences over the 64 pixels. None of the 360 test images
# is part of a mean.
#
# **Predict.** How many of the 360 does it read correctly? Write a number in place of the three
# dots and run the cell. A guess costs nothing and is not marked, but it commits you, and we
# remember what surprises us. The figure below stays empty until you have guessed.

# %% tags=["predict"]
guess_right = ...  # a number from 0 to 360

# %% truth=["324", "Nine in ten"]
# @title Your guess beside the truth
distances = ((digits.X_test[:, None] - means) ** 2).sum(axis=2)
answers = distances.argmin(axis=1)
right = int(np.sum(answers == digits.y_test))
described(plot_guess(guess_right, right, quantity="digits read correctly, of 360", within=(0, 360)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Nine in ten, with means and distances alone; blind guessing reads one in ten. In lecture 4 a
# small network is trained on such digits and reads about 97 of 100.
# </details>
#
# If you change your mind about a guess, write the new one, and run its cell and the next one again.
#
# Here are the first eight images that the program misreads. What do you read?

# %%
# @title Eight misread digits: what do you read?
misread_images = digits.X_test[answers != digits.y_test][:8].reshape(-1, 8, 8)
unlabelled = described(
    plot_images(misread_images, [""] * 8, title="Eight misread digits", columns=8),
    "Eight handwritten digits without labels; the next figure has them.",
)
after(guess_right, unlabelled)

# %% [markdown]
# And here is what they are. Below each stands the mean that is nearest to it. (`after` keeps a
# result back until there is a guess.)

# %%
# @title What they are, and what the program reads
wrong = np.flatnonzero(answers != digits.y_test)[:8]
above, below = digits.X_test[wrong], means[answers[wrong]]
titles = [f"true {k}" for k in digits.y_test[wrong]] + [f"read as {k}" for k in answers[wrong]]
images = np.concatenate([above, below]).reshape(-1, 8, 8)
misread = described(
    plot_images(images, titles, title="What they are, and what the program reads", columns=8),
    "Above, eight handwritten digits; below each, the blurred mean that is nearest to it: "
    + ", ".join(f"{titles[i]} {titles[i + 8]}" for i in range(8))
    + ".",
)
after(guess_right, misread)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Some can hardly be read; others, such as the 4 that was read as an 8, are clear to us. A mean
# blurs what makes them clear. A network learns instead what to look at.
# </details>

# %% [markdown]
# ## 2 Play (3 minutes)
# Some figures have controls. Drag a slider, or go to it with the Tab key and move it with the arrow
# keys. First raise all three scores by 1, to 1, 2 and 3: what changes? Then make all three bars
# equal. (The bars are *probabilities*: together they are 1. Lecture 3 explains them.)

# %%
# @title Three scores share one whole
described(
    explore_softmax(["cat", "dog", "hen"], [0.0, 1.0, 2.0], title="Three scores share one whole"),
    "Three sliders for the scores of cat, dog and hen, and a bar for the share of each. The "
    "scores 0, 1 and 2 give 9, 24 and 67 percent.",
)

# %% [markdown]
# <details><summary>After your try</summary>
#
# Nothing changes: only the differences between scores count. So equal scores make equal bars,
# whatever they are.
# </details>
#
# On paper, and on GitHub after you run and save the notebook, you see a still figure instead. Each
# figure has an **alternative text**, for those who cannot see it.
#
# ## 3 Write, check (11 minutes)
# An exercise has four cells: what is asked, your answer, its check, and a folded cell that shows
# your points (you may skip it). Read this one; what to do with it stands below. `(N,)` is the shape
# of an array with one axis, of N numbers.

# %% tags=["exercise"]
exercise("accuracy")

# %% [markdown]
# First be wrong on purpose: in the answer cell above, replace the last two lines with this one:
#
# ```python
#     return np.sum(y_true == y_pred)
# ```
#
# Run the answer *and* the check, and read what it says. Then try two more wrong ones, `return 1.0`
# and `return 0.0`: after three different wrong answers the check adds a **hint**, and offers the
# solution if your copy of the course has solutions. Then write the right answer, and run both
# again.

# %% [markdown]
# A check says one of three things: *not yet written*; *right*; or the first thing that is wrong,
# with the call, what came out and what was expected. If your result looks like a known mistake, one
# more sentence names it.
#
# No later cell needs your answer: a lecture goes on with the course's own. For the program above:

# %%
after(guess_right, metrics.accuracy(digits.y_test, answers))

# %% [markdown]
# ## 4 Symbols, shapes and questions (11 minutes)
# The course is built on five documents, each with letters of its own: there is a table of them.
#
# <details><summary>The table, for when you open a document</summary>
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

# %% [markdown]
# What matters from the start is shapes. Most lectures compute with *layers* of *units*. A unit
# has one weight for each feature of an example: it multiplies each feature by its weight, adds up
# the products, and adds one more number, its *bias*. For all examples and all units at once, this
# is `X @ W + b` (`@` multiplies matrices):

# %%
rng = np.random.default_rng(7)
N, D_in, D_out = 4, 3, 2
X, W, b = rng.normal(size=(N, D_in)), rng.normal(size=(D_in, D_out)), rng.normal(size=D_out)
{"X": X.shape, "W": W.shape, "b": b.shape, "X @ W + b": (X @ W + b).shape}

# %% [markdown]
# Read `(4, 3)` as four rows, three columns. **One example is one row**: the first axis counts the
# examples, in the whole course.
#
# | array | shape | what it holds |
# |---|---|---|
# | inputs `X` | (N, D) | N examples, D features |
# | weights `W`, bias `b` | (D_in, D_out), (D_out,) | one column for each unit |
# | labels `y` | (N,) | the true classes: whole numbers, from 0 |
# | images | (N, C, height, width) | C channels: 1 if grey, 3 in colour; ours are flat: (N, 64) |
#
# Some exercises are questions. Put the number of your answer in place of the three dots, run
# that cell and the check.

# %% tags=["exercise"]
exercise("q_one_example")

# %% [markdown]
# Others ask for a sentence of your own: click the cell below them, press Enter, and write. No
# program judges it; in a class, a person reads it. Then compare: leave the cell (Ctrl+Enter), press
# B for a new one, and run `show_solution("explain_bias_rows")` there.
#
# **Explain.** `X @ W` has the shape (4, 2) and `b` has the shape (2,): NumPy adds `b` to each of
# the four rows. Why is that what a layer needs?

# %% [markdown] tags=["instructor"] grade_id="explain_bias_rows" points=1
# A row is one example, and a column of `W` and its number in `b` belong to one unit. A unit treats
# every example alike: it adds the same bias to each.

# %% [markdown]
# ## 5 When you are stuck (3 minutes)
# Read the verdict's last line. Print the shapes. Try the smallest input that you can do by hand.
# Once your answer is right, this puts the course's own beside it, or says that your copy has none:

# %%
show_solution("accuracy")

# %% [markdown]
# (An instructor may have switched hints or solutions off.) If you have broken a cell of the
# lecture, `dlcourse reset 00_start` in a terminal (*File > New > Terminal*) repairs all cells and
# keeps your answers: save the page first, and load it anew afterwards (*File > Reload Notebook from
# Disk*). If a result looks wrong, choose *Kernel > Restart Kernel and Run All Cells* (the *kernel*
# is the Python that runs your cells; in Colab these commands are in the *Runtime* menu): the cells
# must work when run from top to bottom.
#
# **If a cell does not end:** the star in `[*]` says that it is running. *Kernel > Interrupt Kernel*
# stops it; a check stops by itself after ten seconds and names the line. If the star stays even
# then (in one long call of NumPy, say), choose *Kernel > Restart Kernel* and run the cells from the
# top.
#
# **Points.** If you take the course in a class, hand in the notebook. Your functions are called
# again, with inputs other than the visible ones, and answers in words are read by a person. The
# grader has NumPy, Python's own modules, the page's given cells (here only `import numpy as np`)
# and your own cells above the check. Nothing else is there: no name from a demonstration, no other
# package. What your check showed, how often you tried, and what you predicted do not count.

# %% [markdown]
# ## 6 The lectures, and you (3 minutes)
# In seventeen lectures you build neural networks from their first unit on, train them, read digits
# and text with them, and find out why one does not learn. First-year mathematics is enough: the
# product of two matrices, derivatives, the chain rule. Take them in order. Each lecture has *core*
# sections, which are all that later ones need, and *deeper* ones, which you may leave out. The core
# is parted in two by **A good place to stop**: take the parts on two days.
#
# {{lectures}}
# All core sections together take about 33 hours. Here is what you have solved so
# far, on this computer; it is sent nowhere.

# %%
show_progress()

# %% [markdown]
# Each lecture shows its operations twice: in NumPy, where you see every step, and as a *twin* in
# PyTorch, which also runs on a graphics processor (GPU). You need none. If PyTorch finds one, the
# twins use it, and this cell names it:

# %%
# needs PyTorch
from dlcourse.twins.devices import device

device()

# %% [markdown]
# `cpu` is the processor, `cuda` an NVIDIA GPU, `mps` one of Apple's. If you have one and read
# `cpu`, run `dlcourse doctor` in a terminal: it says what it finds. To choose for yourself, set the
# environment variable `DLCOURSE_DEVICE` to one of the three words before you start JupyterLab.
#
# **What you can do now:** read, predict, run, play, write, check. Go on with
# [lecture 1](../01_neurons/01_neurons.ipynb).

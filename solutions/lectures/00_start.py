# %% [markdown]
# # Start here
#
# **Promise:** after forty minutes you know how this course works, and you have seen every
# kind of cell that its lectures are made of.
#
# **You will** predict a result, move a slider, write an answer, see a wrong verdict and a right
# one, explain in words, and find symbols, hints and your progress.
#
# **Time:** 40 minutes.
# **Builds on:** a little Python and, in section 4, the product of two matrices.
#
# The page you read is a *notebook*: text and code in **cells**. Click a cell, or go to it with the
# arrow keys, and press **Shift+Enter**: it runs, and you move on to the next. Run each cell of this
# page in turn.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# Nothing was shown below these two cells, and that is right. The first one prepared the checks. It
# is *folded*: you see its first line only. It runs as any other, and a click on that line opens it.
# The second one imported NumPy, the only package that your answers need. The next cell imports what
# the demonstrations need. The first time, that may take a minute: the star in `[*]` beside a cell
# says that it is still running.

# %%
from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import load_digits
from dlcourse.plots.basic import described, plot_images
from dlcourse.plots.guess import after, plot_guess
from dlcourse.reference import metrics
from dlcourse.widgets.softmax import explore_softmax

# %% [markdown]
# ## 1 Read, predict, run (6 minutes)
# Here are handwritten digits of 8 × 8 pixels. The first of the next two cells averages all training
# images of a zero, all of a one, and so on. The second one, which is folded, draws the ten means.

# %%
digits = load_digits(flat=True, dtype=np.float64)
means = np.array([digits.X_train[digits.y_train == k].mean(axis=0) for k in range(10)])

# %%
# @title Ten mean images
described(
    plot_images(means.reshape(-1, 8, 8), range(10), title="Ten mean images", columns=10),
    "Ten blurred grey digits from 0 to 9, each the mean of its training images; all can be read.",
)

# %% [markdown]
# A program compares a new image with these ten and answers with the digit of the nearest one: of
# the mean from which its 64 pixels differ least, by the sum of the squared differences. None of the
# 360 test images is part of a mean.
#
# **Predict.** How many of the 360 does it read correctly? Write a number in place of the three
# dots and run the cell. A guess costs nothing and counts for nothing. But it makes you choose, and
# people remember a surprise: that is what a prediction is for. The figure below waits for yours.

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
# Here are the first eight images that the program misreads. Below each stands the mean that is
# nearest to it. Cover the labels above them with your hand: would you have read them?

# %%
# @title Eight misread digits
wrong = np.flatnonzero(answers != digits.y_test)[:8]
above, below = digits.X_test[wrong], means[answers[wrong]]
titles = [f"true {k}" for k in digits.y_test[wrong]] + [f"read as {k}" for k in answers[wrong]]
images = np.concatenate([above, below]).reshape(-1, 8, 8)
misread = described(
    plot_images(images, titles, title="Eight misread digits", columns=8),
    "Above, eight handwritten digits; below each, the blurred mean that is nearest to it: "
    + ", ".join(f"{titles[i]} {titles[i + 8]}" for i in range(8))
    + ".",
)
after(guess_right, misread)

# %% [markdown]
# ## 2 Play (3 minutes)
# Some figures have controls. Drag a slider, or go to it with the Tab key and move it with the arrow
# keys. Can you make all three bars equal? (Lecture 3 explains what you see.)

# %%
# @title Three scores share one whole
described(
    explore_softmax(["cat", "dog", "hen"], [0.0, 1.0, 2.0], title="Three scores share one whole"),
    "Three sliders for the scores of cat, dog and hen, and a bar for the share of each. The "
    "scores 0, 1 and 2 give 9, 24 and 67 percent.",
)

# %% [markdown]
# On paper, and on GitHub after you run and save the notebook, you see a still figure instead. Each
# figure has an **alternative text**, for those who cannot see it.
#
# ## 3 Write, check (10 minutes)
# An exercise has four cells: what is asked, your answer, its check, and a folded cell that carries
# the points (run it or pass over it: it shows your points). Read the exercise below; `(N,)` is the
# shape of an array, a row of N numbers. Then first be wrong on purpose: in the answer cell, replace
# the last two lines with this one:
#
# ```python
#     return np.sum(y_true == y_pred)
# ```
#
# Run the answer *and* the check, and read what it says. Then correct your answer, and run both
# again.

# %% tags=["exercise"]
exercise("accuracy")

# %% [markdown]
# A check says one of three things: *not yet written*; *right*; or the first thing that is wrong,
# with the call, what came out and what was expected. If your result looks like a known mistake, one
# more sentence names it.
#
# No later cell needs your answer. Where a lecture goes on with such a function, it uses the
# course's own. Here it is on the 360 digits, in NumPy:

# %%
after(guess_right, metrics.accuracy(digits.y_test, answers))

# %% [markdown]
# And in PyTorch. Where PyTorch is not installed, such a cell says so and the page goes on; you
# need it from lecture 5 on.

# %%
# needs PyTorch
import torch

from dlcourse.twins import metrics as torch_metrics

by_torch = float(torch_metrics.accuracy(torch.tensor(digits.y_test), torch.tensor(answers)))
after(guess_right, by_torch)

# %% [markdown]
# ## 4 Symbols, shapes and questions (11 minutes)
# The course is built on five lecture documents, each with letters of its own. You will meet the
# words one by one; there is nothing to learn today.
#
# <details><summary>The table, for when you open a document</summary>
#
# | symbol | here | HUST | HW | HKU | KAV | EPFL |
# |---|---|---|---|---|---|---|
# | input | $x$ | $x$ | $x$ | $x$ | $x$ | $x$ |
# | score (the sum) | $s$, $z$ | | $z$, $net$ | $s$ | $\alpha$, $\beta$ | $h$ |
# | unit's function | $g$, $\sigma$, $\phi$ | $g$ | $f$ | $g$ | $f$ | $\sigma$, $g$ |
# | unit's output | $x^{(l)}$, $a$ | $h$ | $f(z)$, $y$ | $x^{(l)}$ | $b$ | $x^{(l)}$ |
# | network's output | $h$, $p$, $\hat y$ | $\hat y$ | $o$ | $h(x)$ | $\hat y$ | $\hat y$ |
# | target | $y$, $t$ | $y$ | $t$ | $y$ | $y$ | $y$ |
# | weight, $i \to j$ | $w_{ij}$ | $w_{ij}$ | $w_{ij}$ | $w_{ij}$ | $w_{ij}$, $v_{ij}$ | $W_{ji}$ |
# | bias | $b$ | $b$ | $\omega_0$ | $b$ | $-\theta$, $-\gamma$ | $b$ |
# | loss | $J$ | $\mathcal L$ | $E$, $C$ | $J$ | $E$, $J$ | $\mathcal L$ |
# | blame of a unit | $\delta$ | $\varepsilon$ | $-\delta$ | $\delta$ | $-g$ | $e$ |
# | rows, in a batch | $N$, $n$, $M$, $B$ | $N$ | $n$ | $M$ | $m$ | $n$, $N_b$ |
# | learning rate | $\eta$, `lr` | $\eta$ | $\eta$ | $\alpha$ | $\eta$ | $\eta$ |
#
# An upper index in brackets counts layers. Blame is $\partial J/\partial s$; HUST's is that of the
# output. The trap is the order of a weight's indices: EPFL's $W$ is the transpose of ours, and so
# is PyTorch's. A loss is the *mean* over the batch, unless otherwise stated.
#
# HUST is *Introduction to Deep Learning* (IT3320E), HW *Deep Learning Overview*, HKU *Training
# Neural Networks* (DASC7606), KAV *Deep Learning*, units I to IV, and EPFL *Neural networks*
# (lecture 7).
# </details>

# %% [markdown]
# What matters from the start is shapes. Most lectures compute with *layers* of *units*. A unit
# has one weight for each feature of an example: it multiplies, adds up the products, and adds one
# more number, its *bias*. For all examples and all units at once, this is `X @ W + b`
# (`@` multiplies matrices):

# %%
rng = np.random.default_rng(7)
N, D_in, D_out = 4, 3, 2
X, W, b = rng.normal(size=(N, D_in)), rng.normal(size=(D_in, D_out)), rng.normal(size=D_out)
assert np.allclose(X @ W + b, [W.T @ x + b for x in X])  # one example after another
{"X": X.shape, "W": W.shape, "b": b.shape, "X @ W + b": (X @ W + b).shape}

# %% [markdown]
# Read `(4, 3)` as four rows, three columns. **One example is one row**, in the whole course:
#
# | array | shape | what it holds |
# |---|---|---|
# | inputs `X` | (N, D) | N examples, D features |
# | weights `W`, bias `b` | (D_in, D_out), (D_out,) | one column for each unit |
# | labels `y` | (N,) | the true classes: whole numbers, from 0 |
# | images | (N, C, H, W) | channels, height, width |
# | a gradient | that of its variable | a slope for each number |
#
# Some exercises are questions. Put the number of your answer in place of the three dots, run
# that cell and the check.

# %% tags=["exercise"]
exercise("q_one_example")

# %% [markdown]
# Others want a sentence of your own: click the cell below them, press Enter, and write. No program
# judges it. In a class, a person reads it.
#
# **Explain.** `X @ W` has the shape (4, 2) and `b` has the shape (2,). What does NumPy do with `b`
# in `X @ W + b`, and why is that what a layer needs?

# %% [markdown] tags=["instructor"] grade_id="explain_bias_rows" points=1
# It adds the same two numbers to each of the four rows (broadcasting). That is right, since a
# column of `W` and its number in `b` belong to one unit, which treats every example alike.

# %% [markdown]
# ## 5 When you are stuck (4 minutes)
# Read the verdict's last line. Print the shapes. Try the smallest input that you can do by hand.
# After three different wrong answers the check adds a **hint** and offers the solution, if your
# copy of the course has solutions: be wrong in three ways in section 3, and you see. Once your
# answer is right, this puts the course's own beside it, or says that your copy has none:

# %%
show_solution("accuracy")

# %% [markdown]
# (An instructor may have switched hints or solutions off.) If you have broken a cell of the
# lecture, `dlcourse reset 00_start` in a terminal (*File > New > Terminal*) repairs all cells and
# keeps your answers. If a result is strange, choose *Kernel > Restart Kernel and Run All Cells*
# (the *kernel* is the Python that runs your cells; in Colab these commands are in the *Runtime*
# menu): the cells must work when run from top to bottom.
#
# **If a cell does not end:** the star in `[*]` says that it is running. *Kernel > Interrupt Kernel*
# stops it; a check stops by itself after ten seconds and names the line. If the star stays even
# then (in one long call of NumPy, say), choose *Kernel > Restart Kernel* and run the cells from the
# top.
#
# **Keys.** Esc leaves a cell, Enter opens it, the arrow keys go from cell to cell, Shift+Enter
# runs, Ctrl+S saves (on a Mac, Cmd+S).
#
# **Points.** If you take the course in a class, hand in the notebook. Your functions are called
# again, with other inputs than the visible ones, and answers in words are read by a person. The
# grader has NumPy, Python's own modules, the page's given cells (here only `import numpy as np`)
# and your own cells above the check. Nothing else is there: no name from a demonstration, no other
# package. What your check showed, how often you tried, and what you predicted do not count.

# %% [markdown]
# ## 6 The lectures, and you (3 minutes)
# {{lectures}}
#
# *Core* sections are the lecture itself, and all that later lectures need; you may leave out the
# *deeper* ones. All core sections together take about 32 hours. Here is what you have solved so
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

# %% [markdown]
# # 12 · Convolution
#
# **Promise:** after this lecture you can write a convolutional layer forwards and backwards, and
# say what it knows about shifts and what it forgets.
#
# **You will** share weights, slide filters, compute sizes and costs, pool, measure shifts, and
# carry gradients back.
#
# **Time:** {{time}}.
# **Builds on:** backward passes (lecture 4), ReLU (lecture 6), Adam (lecture 10).
# **Sources:** four lecture documents, HUST, HW, KAV and EPFL (lecture 0).

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The demonstrations need more:

# %%
import json
import timeit

import torch
from torch import nn

from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import SAMPLES, load_digits, load_photographs
from dlcourse.plots.basic import described, plot_lines
from dlcourse.plots.convolution import plot_frames, plot_grids, plot_photographs
from dlcourse.plots.convolution import plot_track, plot_weights
from dlcourse.plots.guess import after, plot_guess
from dlcourse.reference import average_pooling, conv, conv_costs, conv_shapes, pooling
from dlcourse.reference import conv1d as signals
from dlcourse.reference.gradient_check import numerical_gradient as slope_of
from dlcourse.twins.devices import device
from dlcourse.widgets.convolution import explore_filter, explore_receptive_field

# %% [markdown]
# ## Recall
# 1. A dense layer is $s = xW + b$. What is $\partial J/\partial W$, given $\delta = \partial
#    J/\partial s$?
# 2. In a computational graph one weight is used in two places. What is its gradient?
# 3. $y = \max(3, 5)$. Which of the two numbers gets the gradient of $y$?
#
# <details><summary>Answers</summary>
#
# 1. $x^\top\delta$.
# 2. The sum of the gradients of both places.
# 3. The 5, all of it.
# </details>

# %% [markdown]
# ## 1 Two pixels to the right (core, 4 minutes)
# A network with 64 hidden units learns to read digits of 8 × 8 pixels in the middle of a frame of
# 14 × 14. Then it reads *new* digits, first in the middle as well.

# %%
# @title Digits in a frame
digits = load_digits()
labels, test_labels = torch.tensor(digits.y_train), torch.tensor(digits.y_test)


def framed(images, across=0):
    frames = np.zeros((len(images), 1, 14, 14), np.float32)
    frames[:, :, 3:11, 3 + across : 11 + across] = images
    return torch.tensor(frames)


# %% [markdown]
# Twelve epochs of Adam:


# %%
# @title The training, and the percentage of test digits that is read correctly
def train(make, epochs=12):
    torch.manual_seed(0)
    net, frames = nn.Sequential(*make()), framed(digits.X_train)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(epochs):
        for rows in torch.randperm(len(labels)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(frames[rows]), labels[rows]).backward()
            optimizer.step()
    return net


def right(net, across=0):
    with torch.no_grad():
        chosen = net(framed(digits.X_test, across)).argmax(dim=1)
    return 100 * (chosen == test_labels).double().mean().item()


# %% [markdown]
# The network:


# %%
def dense():
    return nn.Flatten(), nn.Linear(196, 64), nn.ReLU(), nn.Linear(64, 10)


reader = train(dense)
f"untrained {right(train(dense, epochs=0)):.0f} %, trained {right(reader):.0f} %"

# %%
# @title Now the test digits move to the right, and nothing else changes
three = int((digits.y_test == 3).argmax())
moves = [framed(digits.X_test[three : three + 1], d)[0, 0].numpy() for d in range(4)]
names = ["in the middle", "by 1", "by 2", "by 3"]
described(
    plot_frames(moves, names, title="A digit that moves to the right"),
    "A handwritten three of eight by eight pixels in a frame of fourteen by fourteen, in the "
    "middle and moved to the right by one, two and three pixels. To the eye all four are the same.",
)

# %% [markdown]
# **Predict.** What percentage does the network read correctly when they move by two pixels?

# %% tags=["predict"]
guess_moved = ...  # a percentage

# %% truth=["13.6", "14 %", "14.1", "like guessing"]
# @title Your guess beside the truth
moved = right(reader, 2)
quantity = "% of the digits that move by two pixels"
described(plot_guess(guess_moved, round(moved), quantity=quantity, within=(0, 100)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Little more than by guessing. In a dense layer each pixel has weights of its own: what was learned
# about one says nothing about its neighbour.
# </details>
#
# ### Ten starts
# `dlcourse/samples/make_shifts.py` has trained this network, and others for later, from ten starts
# at four rates (0.001 to 0.03).

# %%
# @title The stored percentages, by network and rate
stored = json.loads((SAMPLES / "shifts.json").read_text("utf-8"))
rights = {
    name: {rate: np.array(rows) for rate, rows in table.items()}
    for name, table in stored["centred"].items()
}
SHIFT = {"xlabel": "moved to the right, in pixels", "ylabel": "percentage read correctly"}

# %% [markdown]
# All shifts, at the rate 0.01:

# %% covers="12.why"
# @title What a shift does to the dense network
shown = {"trained": rights["dense"]["0.01"], "untrained": rights["dense"]["untrained"]}
by_shift = described(
    plot_lines(range(4), shown, title="A dense network and digits that move", **SHIFT),
    "Percentage of test digits read against the shift, 0 to 3 pixels, mean and range of ten "
    "starts. "
    + " ".join(f"{name}: {rows.mean(axis=0).round(0).tolist()}." for name, rows in shown.items()),
)
after(guess_moved, by_shift)

# %% [markdown]
# ## 2 Look nearby, and look the same everywhere (core, 5 minutes)
# A second argument against dense layers, KAV's, is size. The weights of 128 units on a digit of
# MNIST, and on an image of 256 × 256 pixels:

# %% covers="12.why"
28 * 28 * 128, 256 * 256 * 128

# %% [markdown]
# What a model assumes before it has seen data is its **inductive bias**. Two assumptions suit
# images. First, *look nearby*: nearby pixels are more alike than distant ones (HW). The correlation
# of pixels 1, 4, 16 and 64 columns apart, in two photographs:

# %% covers="12.local"
photographs = load_photographs(dtype=np.float64)
grey = photographs.mean(axis=1)
{
    d: [round(float(np.corrcoef(p[:, d:].ravel(), p[:, :-d].ravel())[0, 1]), 2) for p in grey]
    for d in (1, 4, 16, 64)
}

# %% [markdown]
# So a unit gets a **local receptive field**, a small window, as Hubel and Wiesel found in the
# visual cortex (1959, 1962). Second, *look the same everywhere*: an edge here is an edge there. So
# all units share their weights (**parameter sharing**), which are called a **filter** or kernel.
#
# A filter with the weights 1 to 9 slides over 8 × 8 pixels. The layer is linear, so it has a
# matrix: feed it the 64 images with one bright pixel each.

# %% covers="12.sharing"
bright = np.eye(64).reshape(64, 1, 8, 8)
matrix = conv.conv2d(bright, np.arange(1.0, 10).reshape(1, 1, 3, 3), None).reshape(64, 36).T
matrix.size, int(np.count_nonzero(matrix)), len(np.unique(matrix[matrix > 0]))

# %%
# @title A dense layer, a local one, and one that shares
numbered = np.arange(1, matrix.size + 1).reshape(matrix.shape)
kinds = {"dense": numbered, "local": np.where(matrix > 0, numbered, 0), "local and shared": matrix}
kinds["filter"] = np.arange(1, 10).reshape(3, 3)
described(
    plot_weights(kinds, title="Where the weights stand: 2,304, 324, and 9"),
    "Three matrices of 36 rows and 64 columns, and a filter of three by three in nine colours. "
    "Dense: every entry is a weight of its own, 2,304 of them, in greys. Local: 324 entries in "
    "slanting bands, each of its own. Local and shared: the same bands, and each has the colour of "
    "one of the filter's nine weights.",
)

# %% [markdown]
# 2,304 entries, of which 324 are not 0, and 9 are free: a convolution *is* a dense layer, most of
# whose weights are fixed at 0, while the rest share nine values. A **convolutional network** (CNN)
# has at least one such layer (KAV).
#
# ## 3 A noisy spaceship (core, 14 minutes)
# KAV's example is a spaceship, whose position a noisy laser measures. Here it is read each second,
# with noise of deviation 5. A better estimate is a weighted mean of the last readings, with weights
# $w_a$ by *age* $a$:
#
# $$o_t = \sum_a \textcolor{#007a58}{w_a}\,\textcolor{#0072b2}{x_{t-a}} \tag{12.1}$$
#
# This sum (KAV's is an integral) is the **convolution** of $x$ and $w$. By hand, for readings 1, 2,
# 4, 8, 16 and weights 0.5, 0.3, 0.2, the newest first, the last estimate is
# $0.5 \cdot 16 + 0.3 \cdot 8 + 0.2 \cdot 4 = 11.2$.

# %% covers="12.signals"
x, w = np.array([1.0, 2, 4, 8, 16]), np.array([0.5, 0.3, 0.2])
signals.conv1d(x, w, flip=True)

# %% [markdown]
# Now ten flights, and plain means of the last 1, 3, 9, 27 or 81 readings:

# %%
# @title Ten flights, and how far the means are from the ship
seconds = np.arange(200.0)
ship = 30 * np.sin(seconds / 40) + 0.1 * seconds
readings = [ship + np.random.default_rng(s).normal(scale=5, size=200) for s in range(10)]


def distance(n):  # root of the mean square
    means = np.array([signals.conv1d(flight, np.ones(n) / n) for flight in readings])
    return np.sqrt(np.mean((means - ship[n - 1 :]) ** 2))


distances = {n: round(float(distance(n)), 2) for n in (1, 3, 9, 27, 81)}

# %% [markdown]
# Long means have less noise: $5/\sqrt n$ for $n$ readings. What do they lose?
#
# **Predict.** Which of the five comes nearest to the true position?

# %% tags=["predict"]
guess_window = ...  # 1, 3, 9, 27 or 81

# %% truth=["the last 9", "nine readings", "2.6"]
# @title Your guess beside the truth
nearest = min(distances, key=distances.get)
described(plot_guess(guess_window, nearest, quantity="readings", choices=[*distances]))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Of these five, 9. With longer means the noise keeps shrinking, but the estimate comes late: the
# mean of the last 27 readings tells where the ship was about 13 seconds ago.
# </details>
#
# ### The distances
# For each window, and one of the flights:

# %% covers="12.signals"
after(guess_window, distances)

# %%
# @title One flight, and means of its last 3, 9 and 27 readings
means = {n: signals.conv1d(readings[0], np.ones(n) / n) for n in (3, 9, 27)}
late = {f"mean of {n}": (seconds[n - 1 :], mean) for n, mean in means.items()}
words = {"xlabel": "seconds", "ylabel": "position", "title": "One flight, and means of readings"}
flight = described(
    plot_track(seconds, ship, readings[0], late, **words),
    "Position against 200 seconds: a slow wave, and readings scattered around it. The mean of 3 "
    "readings trembles, that of 9 less; that of 27 is smooth, and runs about 13 seconds behind.",
)
after(guess_window, flight)

# %% [markdown]
# ### What layers compute
# **Spot the error.** KAV introduces its layers by (12.1). A `Conv1d` of PyTorch gets the readings
# 1, 2, 4, 8, 16 and, in this order, the weights 0.5, 0.3, 0.2. By (12.1) the last output is 11.2.
#
# **Predict.** What does the layer give there?

# %% tags=["predict"]
guess_layer = ...  # the last of its three outputs

# %% erratum="K9" truth=["7.6"]
# @title Your guess beside the truth
x, w = np.array([1.0, 2, 4, 8, 16]), np.array([0.5, 0.3, 0.2])
layer = nn.functional.conv1d(torch.tensor(x)[None, None], torch.tensor(w)[None, None])
by_layer = layer[0, 0].numpy()
assert np.allclose(by_layer, signals.conv1d(x, w))
assert not np.allclose(by_layer, signals.conv1d(x, w, flip=True))
described(plot_guess(guess_layer, float(by_layer[-1].round(4)), quantity="last output"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# 7.6: $0.5 \cdot 4 + 0.3 \cdot 8 + 0.2 \cdot 16$. Convolution reads the weights from their end;
# layers do not, and two pages on KAV's layer has the plus sign too. If the filter is learned, it
# makes no difference: training finds the flipped weights. If you copy it from a book, it does.
#
# What layers compute is **cross-correlation** (EPFL writes it so, with the window's middle at $t$):
#
# $$o_t = \sum_u \textcolor{#007a58}{w_u}\,\textcolor{#0072b2}{x_{t+u}} \tag{12.2}$$
#
# The field calls it convolution, and so do we from here on.
# </details>
#
# **Your turn**: write both operations.

# %% tags=["exercise"] covers="12.signals"
exercise("conv1d")

# %% [markdown]
# ## 4 Two dimensions, many channels (core, 7 minutes)
# HW's example, on paper: lay the filter on the image, multiply what lies on top of each other, add
# up, and move on.

# %% covers="12.two_dimensions"
rows = ["11100", "01110", "00111", "00110", "01100"]
image = np.array([[float(pixel) for pixel in row] for row in rows])[None, None]
cross = np.array([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]])[None, None]
conv.conv2d(image, cross, [0.0])[0, 0]

# %%
# @title HW's image, filter and feature map
described(
    plot_grids(
        {
            "image x": (image[0, 0], "x"),
            "filter w": (cross[0, 0], "w"),
            "feature map o": (conv.conv2d(image, cross, None)[0, 0], "x"),
        },
        frames=[("image x", 0, 1, 3, 3), ("feature map o", 0, 1, 1, 1)],
        title="One window, one number: 1 + 0 + 1 + 0 + 1 = 3",
    ),
    "An image of five by five ones and zeros, a filter of three by three with ones at its centre "
    "and corners, and the feature map 4 3 4, 2 4 3, 2 3 4. The window that begins in row 1, column "
    "2 is framed, and so is its number, the 3 in the middle of the first row.",
)

# %% [markdown]
# An image has $C$ channels, three for colours. A filter then has $C$ slices, whose products add up
# to *one* number; $K$ filters make $K$ **feature maps**. With stride $s$ the window moves by $s$:
#
# $$o_{n,k,i,j} = b_k + \sum_{c=0}^{C-1} \sum_{u,v=0}^{F-1}
#   \textcolor{#007a58}{w_{k,c,u,v}}\,\textcolor{#0072b2}{x_{n,c,\,is+u,\,js+v}} \tag{12.3}$$
#
# The bias is a knob for the brightness of its map (KAV). Two filters on an image of three channels:

# %% covers="12.channels"
rng = np.random.default_rng(7)
x, w, b = rng.normal(size=(1, 3, 6, 6)), rng.normal(size=(2, 3, 3, 3)), np.array([0.0, 10.0])
o = conv.conv2d(x, w, b)
assert np.isclose(o[0, 1, 2, 1], 10 + np.sum(w[1] * x[0, :, 2:5, 1:4]))
o.shape, o.mean(axis=(0, 2, 3)).round(1)

# %% covers="12.two_dimensions"
# @title Slide a filter yourself, and solve its task
described(
    explore_filter(),
    "A filter of three by three that slides over a small image, with its nine products, their sum, "
    "and the map that fills; weights, stride, pads and flip can be changed. The filter for "
    "vertical lines gives large numbers where a bright column stands between dark ones, and "
    "negative numbers beside it; the box blur gives means.",
)

# %% [markdown]
# ### Lines in photographs
# KAV sets two filters by hand, 7 × 7 with a line of ones down the middle or across, on all three
# channels, with stride 2:

# %% covers="12.photographs"
lines = np.zeros((2, 3, 7, 7))
lines[0, :, :, 3] = 1 / 21  # a vertical line, in each channel; the sum of all is 1
lines[1, :, 3, :] = 1 / 21
maps = conv.conv2d(photographs, lines, None, stride=2, padding="same")  # section 5
photographs.shape, maps.shape

# %%
# @title A vertical line, and a horizontal one
names = ("vertical", "horizontal")
pictures = {"temple, grey": grey[0], **{f"{n} line": maps[0, k] for k, n in enumerate(names)}}
pictures |= {"flower, grey": grey[1], **{f"{n} line ": maps[1, k] for k, n in enumerate(names)}}
across, down = (np.abs(np.diff(maps, axis=axis)).mean(axis=(2, 3)) for axis in (3, 2))
assert (across[:, 0] > down[:, 0]).all()  # upright lines stay
assert (down[:, 1] > 1.2 * across[:, 1]).all()
described(
    plot_photographs(pictures, title="Each filter keeps the lines of its direction"),
    "A temple and a flower in grey, and the two feature maps of each. Under the vertical filter "
    "columns and other upright lines stay sharp and the rest is smeared upwards and downwards; "
    "under the horizontal filter roofs and beams stay, and the rest is smeared sideways.",
)

# %% [markdown]
# Each filter averages *along* its line: lines in that direction stay sharp; everything else is
# smeared along it. The dark borders come from zeros that "same" adds outside. Today such filters
# are learned.
#
# ## 5 Sizes (core, 24 minutes)
# A row of $I$ pixels, a filter of $F$, stride $s$, $p$ zeros added at an end: how many windows fit?
# **Spot the error.** HUST prints
#
# $$O = \frac{I - F + p_{\text{start}} + p_{\text{end}}}{s} + 1$$
#
# KAV draws 13 pixels with $F = 6$, $s = 5$ and no zeros. By this formula 2.4 windows fit.
#
# **Predict.** How many of the 13 pixels does no window read?

# %% tags=["predict"]
guess_unread = ...  # a number of pixels

# %% erratum="H10" truth=["two pixels", "2 pixels", "last two", "last 2"]
# @title Your guess beside the truth
fitting = nn.functional.conv1d(torch.ones(1, 1, 13), torch.ones(1, 1, 6), stride=5).shape[2]
assert fitting == (13 - 6) // 5 + 1 != (13 - 6) / 5 + 1
unread = 13 - (5 * (fitting - 1) + 6)
described(plot_guess(guess_unread, unread, quantity="pixels that no window reads"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The windows begin at pixels 1 and 6; the third would end at 16. So the last two pixels are never
# read. The fraction is rounded down.
# </details>
#
# ### The formula
#
# $$O = \left\lfloor\frac{I - F + p_{\text{start}} + p_{\text{end}}}{s}\right\rfloor + 1
#   \tag{12.4}$$
#
# | mode | zeros | what for |
# |---|---|---|
# | valid | none | nothing is invented |
# | same | as give $\lceil I/s \rceil$ outputs | with $s = 1$ the size stays |
# | full | $F - 1$ at each end | every weight meets every pixel |
#
# KAV's 13, 6, 5 in "same" mode; and MNIST's 28 pixels under filters of 5:

# %% covers="12.sizes"
pads = conv_shapes.same_padding(13, 6, 5)
pads, conv_shapes.conv_output_size(13, 6, 5, *pads), conv_shapes.conv_output_size(28, 5)

# %% [markdown]
# KAV's "2 filters, size 2, stride 2, padding 1", on 4 × 4 pixels:

# %% covers="12.sizes"
rng = np.random.default_rng(7)
x, w = rng.normal(size=(1, 1, 4, 4)), rng.normal(size=(2, 1, 2, 2))
conv.conv2d(x, w, None, stride=2, padding=1).shape

# %% [markdown]
# Put (12.3) and (12.4) together:

# %% tags=["exercise"] covers="12.channels"
exercise("conv2d")

# %% [markdown]
# ## 6 What it costs (deeper, 3 minutes)
# | layer | parameters | outputs | habits (HUST) |
# |---|---|---|---|
# | convolution | $(F F C + 1)\,K$ | $O \times O \times K$ | $s < F$; $K = 2C$ from layer to layer |
# | pooling (section 9) | 0 | $O \times O \times C$ | $s = F$ |
# | dense | $(N_{\text{in}} + 1)\,N_{\text{out}}$ | $N_{\text{out}}$ | |
#
# KAV's example: 200 filters of 5 × 5 on an RGB image of 150 × 100, "same", in float32; and the
# weights of a dense layer of the same size:

# %% covers="12.costs"
assert conv_costs.conv_parameters(5, 3, 200) == 15_200
costs = {"parameters": conv_costs.conv_parameters(5, 3, 200)}
costs["multiplications"] = conv_costs.conv_multiplications(5, 3, 200, 100, 150)
costs["megabytes"] = conv_costs.feature_map_bytes(200, 100, 150) / 1e6
costs["dense"] = (3 * 150 * 100) * (200 * 150 * 100)
costs

# %% [markdown]
# Sharing saves parameters, not multiplications (each is used 15,000 times); locality saves those.
# In this layer 100 images fill over a gigabyte.
#
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.
#
# ### Your turn: sizes and parameters (deeper)

# %% tags=["exercise"] covers="12.sizes"
exercise("conv_output_size")

# %% tags=["exercise"] covers="12.sizes"
exercise("same_padding")

# %% tags=["exercise"] covers="12.costs"
exercise("conv_parameters")

# %% [markdown]
# ## 7 What an output sees (core, 8 minutes)
# Behind a second layer of 3 × 3, an output sees 5 × 5 pixels of the image; behind a third, 7 × 7.
# HUST calls this the **receptive field**. Five layers of 3 × 3 with stride 1 see 11 pixels across.
#
# **Predict.** Five layers of 3 × 3 with stride 2 each: how many pixels across?

# %% tags=["predict"]
guess_field = ...  # pixels across; 11 with stride 1

# %% truth=["63"]
# @title Your guess beside the truth
field = conv_shapes.receptive_field([3] * 5, [2] * 5)
assert conv_shapes.receptive_field([3] * 5, [1] * 5) == 11
described(plot_guess(guess_field, field, quantity="pixels across"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# $63 = 1 + 2(1 + 2 + 4 + 8 + 16)$: each layer adds two steps, and each step is twice as long as in
# the layer before.
# </details>
#
# ### The field of a stack
# With $F_j$ and $s_j$ for layer $j$, a step of whose input is worth $s_1 \cdots s_{j-1}$ pixels:
#
# $$r_k = 1 + \sum_{j=1}^{k} (F_j - 1) \prod_{i=1}^{j-1} s_i \tag{12.5}$$
#
# Let the gradient check it: how many pixels move the middle output of a stack of 5, 2, 5, 2 with
# strides 1, 2, 1, 2?

# %% covers="12.field"
row, sizes, steps = torch.ones(1, 1, 61, requires_grad=True), [5, 2, 5, 2], [1, 2, 1, 2]
out = row
for F, s in zip(sizes, steps, strict=True):
    out = nn.functional.conv1d(out, torch.ones(1, 1, F), stride=s)
out[0, 0, out.shape[2] // 2].backward()
int((row.grad != 0).sum()), conv_shapes.receptive_field(sizes, steps)

# %% covers="12.field"
# @title Build stacks, point at their units, and solve the task
described(
    explore_receptive_field(),
    "A row of 64 inputs under up to six layers, convolutions or pools, whose sizes and strides can "
    "be changed. The unit that is pointed at lights up what it sees. A stack of 5, 2, 5, 2 with "
    "strides 1, 2, 1, 2 sees 16 inputs, and neighbours at its top see fields 4 inputs apart; "
    "three layers of 3 see 7, as one of 7 does.",
)

# %% [markdown]
# ### Your turn: the field, and two layers in a row (deeper)

# %% tags=["exercise"] covers="12.field"
exercise("receptive_field")

# %% tags=["exercise"] covers="12.linear"
exercise("q_two_small_filters")

# %% covers="12.linear"
# @title After your answer: two filters in a row, and one
rng = np.random.default_rng(7)
x = rng.normal(size=(1, 1, 9, 9))
first, second = rng.normal(size=(2, 1, 1, 3, 3))
merged = conv.conv2d(first, conv.flip_kernel(second), None, padding="full")
in_a_row = conv.conv2d(conv.conv2d(x, first, None), second, None)
assert np.allclose(in_a_row, conv.conv2d(x, merged, None))
merged.shape

# %% [markdown]
# <details><summary>After your answer</summary>
#
# Two linear layers are one, $A_1(A_2 x) = (A_1 A_2)x$ (KAV). That single filter is the *full*
# convolution of the two. So an activation stands behind every convolution.
# </details>
#
# ## 8 What a shift does (core, 4 minutes)
# Let $f$ be a layer and $g$ a shift. $f$ is **equivariant** to shifts if it does not matter which
# comes first:
#
# $$f(g(x)) = g(f(x)) \tag{12.6}$$
#
# (**Invariant** would be $f(g(x)) = f(x)$.) A digit in its frame, 16 random filters, a shift of one
# pixel. The largest difference of both sides of (12.6):


# %% covers="12.equivariance"
def shifted(maps, by):
    return np.roll(maps, by, axis=3)  # what leaves on the right comes in on the left


rng = np.random.default_rng(7)
frames, filters = framed(digits.X_test[:1]).numpy(), rng.normal(size=(16, 1, 3, 3))
straight = conv.conv2d(shifted(frames, 1), filters, None, padding=1)
around = shifted(conv.conv2d(frames, filters, None, padding=1), 1)
float(np.abs(straight - around).max())

# %% [markdown]
# Exactly 0, without any training, because the weights are shared, as long as nothing reaches the
# border: there the zeros of the padding stand still. And with stride 2? The output, now half as
# wide, is compared with the old one, moved by 0, 1 or 2:


# %% covers="12.equivariance"
def best_match(f, by):  # the least relative difference of f(shifted x) to a shifted f(x)
    once, moved = f(frames), f(shifted(frames, by))
    apart = [np.linalg.norm(moved - shifted(once, k)) for k in (0, 1, 2)]
    return round(float(min(apart) / np.linalg.norm(once)), 2)


def strided(x):
    return conv.conv2d(x, filters, None, stride=2, padding=1)


{by: best_match(strided, by) for by in (1, 2, 3)}

# %% [markdown]
# Moved by two pixels, the output moves along. After an odd shift the windows fall on other pixels
# of the digit, and it is another output.
#
# ## 9 Pool (core, 18 minutes)
# **Pooling** keeps the maximum, or the mean, of each window of a map, and has no weights. Windows
# of 2 × 2 with stride 2 are usual, so that a quarter of the numbers remains:

# %% covers="12.pooling"
block = np.array([[1.0, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 6], [2, 1, 7, 2]])[None, None]
largest, mean = pooling.max_pool2d(block), average_pooling.avg_pool2d(block)
largest[0, 0], mean[0, 0]

# %%
# @title Two ways to pool
described(
    plot_grids(
        {"map": (block[0, 0], "x"), "max": (largest[0, 0], "x"), "average": (mean[0, 0], "x")},
        frames=[("map", i, j, 2, 2) for i in (0, 2) for j in (0, 2)],
        title="A quarter of the numbers",
    ),
    "A map of four by four numbers in four windows of two by two. Their maxima are 4, 2, 2, 7, "
    "their means 2.5, 1, 1, 5.",
)

# %% tags=["exercise"] covers="12.pooling"
exercise("max_pool2d")

# %% [markdown]
# A whole CNN repeats convolution, ReLU and pool. Then **flatten** lays the last maps out as one
# row, for dense layers.
#
# ### Does it forget the place?
# EPFL: max pooling "implicitly implements translation invariance". Move test digits by 1, 2 and 4
# pixels in a large empty frame. By how much, relative to its length, does the pooled image change?
# (Mean over four places of the digit against the windows.)

# %% covers="12.invariance"
wide = [np.pad(digits.X_test, [(0, 0), (0, 0), (k, 12 - k), (k, 12 - k)]) for k in (4, 5, 6, 7)]
pools = {"none": lambda x: x, "max 2": pooling.max_pool2d, "average 2": average_pooling.avg_pool2d}
pools["max 4"] = lambda x: pooling.max_pool2d(x, 4, 4)
pools["global max"] = lambda x: x.max(axis=(2, 3), keepdims=True)
pools["global mean"] = lambda x: x.mean(axis=(2, 3), keepdims=True)


def change(pool, by, x):
    once, moved = (pool(a).reshape(len(x), -1) for a in (x, shifted(x, by)))
    return np.mean(np.linalg.norm(moved - once, axis=1) / np.linalg.norm(once, axis=1))


changes = {
    name: [round(float(np.mean([change(pool, by, x) for x in wide])), 2) for by in (1, 2, 4)]
    for name, pool in pools.items()
}
changes

# %% [markdown]
# A window of 2 × 2 softens a shift of one pixel by a third, hardly more than a mean does. Only what
# is taken over the *whole* map, its maximum or its mean, forgets the place.
#
# ### The networks again
# Back to the moving digits of section 1, with a small CNN. (The frame is a ring, so that no border
# disturbs.)


# %% covers="12.network"
def ring(channels, filters):
    return nn.Conv2d(channels, filters, 3, padding=1, padding_mode="circular")


def with_pool():
    first, second = ring(1, 8), ring(8, 32)
    top = nn.AdaptiveMaxPool2d(1)  # the largest number of each map
    early = first, nn.ReLU(), nn.MaxPool2d(2)
    return *early, second, nn.ReLU(), top, nn.Flatten(), nn.Linear(32, 10)


pooled = train(with_pool)
sum(p.numel() for p in pooled.parameters()), [round(right(pooled, by)) for by in (0, 1)]

# %% [markdown]
# A fifth of the dense network's parameters. Centred digits are read as well, and many more of those
# that moved by one pixel. (One start can be lucky: ten follow.)
#
# **Predict.** What percentage of the digits that move by *two* pixels does it read?

# %% tags=["predict"]
guess_two = ...  # a percentage

# %% truth=["96", "97", "96.5", "as well as in the middle", "zig-zag"]
# @title Your guess beside the truth
at_two = right(pooled, 2)
quantity = "% of the digits that move by two pixels"
described(plot_guess(guess_two, round(at_two), quantity=quantity, within=(0, 100)))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# As many as in the middle: behind the pool it is a shift by one, and the global maximum forgets
# it. An odd shift changes the maxima themselves.
# </details>
#
# ### Five networks
# Ten starts, 12 epochs, rate 0.01. *Flatten* ends in a dense layer on all pixels of its maps.
# *Global max* pools at its end only, and so does *stride 2*, whose first convolution takes two
# pixels a step.

# %% covers="12.network,12.invariance"
# @title What a shift does to each network
keys = {"dense": "dense", "flatten": "flatten", "stride 2": "stride 2"}
keys |= {"max pool, global max": "max pool", "global max": "global maximum"}
lines_of = {name: rights[key]["0.01"] for name, key in keys.items()}
ax = plot_lines(range(4), lines_of, title="Networks and digits that move", **SHIFT)
ax.set_ylim(0, 101)
five = described(
    ax,
    "Percentage of test digits read against the shift, 0 to 3 pixels, mean and range of ten "
    "starts. "
    + " ".join(f"{n}: {rows.mean(axis=0).round(1).tolist()}." for n, rows in lines_of.items()),
)
after(guess_two, five)

# %% [markdown]
# **Explain.** *Flatten* has convolutions and a pool, and yet it fails on moved digits nearly as
# *dense* does. Why?

# %% [markdown] tags=["instructor"] grade_id="explain_flatten" points=2
# Its convolutions are equivariant, not invariant: when the digit moves, its maps move along. The
# dense layer behind them has a weight of its own for each place of each map, as the dense network
# had for each pixel, and it has seen the maps of digits in the middle only. A shift puts the same
# numbers before other weights. A global maximum (or mean) before the dense layer removes the place.

# %% tags=["exercise"] covers="12.invariance"
exercise("q_pool_shift")

# %% [markdown]
# ### ReLU before or after the pool (deeper, 2 minutes)
# KAV notes that ReLU and max pool commute: pool first, and you save three quarters of the ReLUs.
# The largest differences, for average pooling too:

# %% covers="12.commute"
x = np.random.default_rng(7).normal(size=(2, 3, 8, 8))
{
    pool.__name__: float(np.abs(np.maximum(pool(x), 0) - pool(np.maximum(x, 0))).max().round(2))
    for pool in (pooling.max_pool2d, average_pooling.avg_pool2d)
}

# %% [markdown]
# A maximum commutes with every function that never falls; a mean only with straight lines,
# $ax + b$.

# %% [markdown]
# ## 10 Backwards (core, 26 minutes)
# In a convolution each weight is used in every window, and each pixel stands in many windows. By
# recall question 2 the gradients add up. In one dimension, output $o_i$ reads the pixel $x_{is+u}$
# with the weight $w_u$. So its gradient $\textcolor{#b84a00}{d_i} = \partial J/\partial o_i$ goes
# to two places:
#
# - $\textcolor{#b84a00}{d_i}\,\textcolor{#0072b2}{x_{is+u}}$ is added to
#   $\partial J/\partial w_u$,
# - $\textcolor{#b84a00}{d_i}\,\textcolor{#007a58}{w_u}$ is added to
#   $\partial J/\partial x_{is+u}$.
#
# Do both for every $i$ and $u$: that is the whole backward pass, whatever the stride. In two
# dimensions, one gradient of 2 in HW's example:

# %% covers="12.backward"
# @title Where the gradient of one output goes
d, into_x = np.zeros((3, 3)), np.zeros((5, 5))
d[0, 1] = 2
into_x[0:3, 1:4] = 2 * cross[0, 0]
grids = {"d": (d, "gradient"), "image x": (image[0, 0], "x")}
grids["added to dw"] = 2 * image[0, 0, 0:3, 1:4], "gradient"
grids["added to dx"] = into_x, "gradient"
windows = [("d", 0, 1, 1, 1), ("image x", 0, 1, 3, 3), ("added to dx", 0, 1, 3, 3)]
described(
    plot_grids(grids, frames=windows, title="One output's gradient goes to two places"),
    "The gradient of the output in row 1, column 2 is 2. Two times its window, 1 1 0, 1 1 1, "
    "0 1 1, is added to the gradient of the weights. Two times the filter is added to the gradient "
    "of the image, at the place of the window.",
)

# %% [markdown]
# As sums, for one channel and one filter:
#
# $$\frac{\partial J}{\partial w_{u,v}} = \sum_{i,j}
#   \textcolor{#b84a00}{d_{i,j}}\,\textcolor{#0072b2}{x_{is+u,\,js+v}} \tag{12.7}$$
#
# For $s = 1$ put $i' = i + u$, so $i = i' - u$:
#
# $$\frac{\partial J}{\partial x_{i',j'}} = \sum_{u,v}
#   \textcolor{#007a58}{w_{u,v}}\,\textcolor{#b84a00}{d_{i'-u,\,j'-v}} \tag{12.8}$$
#
# $$\frac{\partial J}{\partial b} = \sum_{i,j} \textcolor{#b84a00}{d_{i,j}} \tag{12.9}$$
#
# Then (12.7) is a layer's operation, with $d$ as filter; (12.8) is a *true* convolution: flipped
# weights, full padding. Small steps check both (lecture 4):

# %% covers="12.backward"
rng = np.random.default_rng(7)
x, w, d = (rng.normal(size=(1, 1, n, n)) for n in (5, 3, 3))
dw = conv.conv2d(x, d, None)  # (12.7)
dx = conv.conv2d(d, conv.flip_kernel(w), None, padding="full")  # (12.8)
assert np.allclose(dw, slope_of(lambda w: np.sum(d * conv.conv2d(x, w, None)), w))
assert np.allclose(dx, slope_of(lambda x: np.sum(d * conv.conv2d(x, w, None)), x))
for ours, found in zip(conv.conv2d_backward(d, x, w), (dx, dw, [d.sum()]), strict=True):
    assert np.allclose(ours, found)

# %% [markdown]
# With several images or filters, $dw$ and $db$ also sum over images, and $dx$ over filters. With
# pads, compute on the padded image and cut the pads off $dx$.

# %% tags=["exercise"] covers="12.backward"
exercise("conv2d_backward")

# %% [markdown]
# ### Max pooling, backwards (deeper, 16 minutes)
# A max pool passes each gradient to the pixel that won its window. A pixel that won several
# windows gets the sum:
#
# $$\frac{\partial J}{\partial x_{i',j'}} = \sum_{\text{windows won by } (i',j')}
#   \textcolor{#b84a00}{\frac{\partial J}{\partial o_{i,j}}} \tag{12.10}$$
#
# HW's feature map, windows of 2 × 2 with stride 1, and gradients 1, 10, 100, 1000. On a tie the
# first pixel wins.

# %% covers="12.backward"
feature_map, dout = conv.conv2d(image, cross, None), 10.0 ** np.arange(4).reshape(1, 1, 2, 2)
back = pooling.max_pool2d_backward(dout, feature_map, kernel_size=2, stride=1)
back[0, 0].astype(int)

# %% [markdown]
# Average pooling passes a quarter to each of the four.

# %% tags=["exercise"] covers="12.backward"
exercise("max_pool2d_backward")

# %% [markdown]
# ## 11 Windows as columns (deeper, 16 minutes)
# Loops are slow. `im2col` copies each window into a column of one matrix; then a layer is a product
# of matrices, at which processors excel:

# %% covers="12.im2col"
columns = conv.im2col(image, 3)
assert np.allclose(cross.reshape(1, 9) @ columns[0], conv.conv2d(image, cross, None).ravel())
columns.shape


# %% [markdown]
# By loops over windows, and as products:


# %% covers="12.im2col"
def by_loops(x, w):
    o = np.zeros((len(x), len(w), *(n - 2 for n in x.shape[2:])))
    for n, k, i, j in np.ndindex(o.shape):
        o[n, k, i, j] = np.sum(w[k] * x[n, :, i : i + 3, j : j + 3])
    return o


rng = np.random.default_rng(7)
x, w = rng.normal(size=(4, 8, 16, 16)), rng.normal(size=(16, 8, 3, 3))
assert np.allclose(by_loops(x, w), conv.conv2d(x, w, None))
loops, product = (  # seconds, the least of five
    min(timeit.repeat(lambda run=run: run(x, w), number=1, repeat=5))
    for run in (by_loops, lambda x, w: conv.conv2d(x, w, None))
)
f"{loops / product:,.0f} times as fast, {conv.im2col(x, 3).size / x.size:.1f} times the memory"

# %% tags=["exercise"] covers="12.im2col"
exercise("im2col")

# %% [markdown]
# ## 12 Learned or set? (deeper, 5 minutes)
# Four filters of 3 × 3 on the digits, ReLU, max pool, dense layer. The filters are lines set by
# hand, or random and kept, or learned. 12 epochs; 237 validation digits choose from six rates,
# 0.001 to 0.3. Test digits read, in %: mean, least and most of ten starts.

# %% covers="12.learned"
reached = {kind: np.array(found["test"]) for kind, found in stored["filters"].items()}
{kind: [round(float(f(t)), 1) for f in (np.mean, np.min, np.max)] for kind, t in reached.items()}

# %% [markdown]
# Lines and learned filters are equal here: ten starts cannot tell them apart. Random ones are a
# point lower on average and scatter most: four unlucky ones cost five points.
#
# Do learned filters look like lines? Their mean |cosine| with the nearest of four lines, and of
# four edges:

# %% covers="12.learned"
looks = stored["looks"]
{
    when: [round(float(np.mean(row[k])), 2) for k in ("lines", "edges")]
    for when, row in looks.items()
}

# %%
# @title Four filters that were learned
learned = np.reshape(looks["learned"]["filters"], (4, 3, 3))
described(
    plot_frames(learned, range(1, 5), title="Four filters, learned from digits", signed=True),
    "Four filters of three by three from one of the ten trainings, in two colours for the signs, "
    "white at 0, with a scale. The "
    "first is pale; the second is positive above and negative in the middle; the third is negative "
    "at the upper left; the fourth is positive on a diagonal.",
)

# %% [markdown]
# Training makes the filters more like edges, not more like lines.
#
# ### Shifts from data
# The other way is to train on moved digits (lecture 9). Test digits read, in %, unmoved and moved
# by two:

# %% covers="12.learned"
{name: np.mean(rows, axis=0).round(0)[::2].tolist() for name, rows in stored["moved"].items()}

# %% [markdown]
# With four times as many epochs, at its best rate, the dense network stays ten points behind the
# one that shares weights.
#
# ## 13 Blur before you stride (deeper, 5 minutes)
# Signal processing blurs before it drops every second number; a pool does not (Zhang 2019). His
# example, as it is and moved by one, pooled in pairs and then blurred:

# %% covers="12.blur"
signal = np.array([0.0, 0, 1, 1, 0, 0, 1, 1])


def blurred(x):  # maxima at every place, then 1 2 1, then every second one
    maxima = np.maximum(x, np.roll(x, -1))
    return ((np.roll(maxima, 1) + 2 * maxima + np.roll(maxima, -1)) / 4)[::2]


pairs = [np.roll(signal, by).reshape(4, 2).max(axis=1) for by in (0, 1)]
[p.tolist() for p in pairs], [blurred(np.roll(signal, by)).tolist() for by in (0, 1)]

# %% [markdown]
# Section 9's networks, trained three times as long: test digits read, in %, centred and moved by
# one, at each rate; and the rate that validation digits choose:

# %% covers="12.blur"
{
    name: {
        rate: np.mean(rows, axis=0).round(1)[:2].tolist() for rate, rows in found["test"].items()
    }
    | {"chosen": found["rate"]}
    for name, found in stored["long"].items()
}

# %% [markdown]
# At the chosen rate the blur costs hardly anything in the middle; the drop falls from 15 points to
# 3. It does not vanish.
#
# ## 14 Filters of one pixel, and groups (deeper, 5 minutes)

# %% tags=["exercise"] covers="12.one_by_one"
exercise("q_one_by_one")

# %% covers="12.one_by_one"
# @title After your answer: filters of one pixel, in other words
rng = np.random.default_rng(7)
x, W = rng.normal(size=(2, 64, 7, 7)), rng.normal(size=(16, 64))
by_pixel = (x.transpose(0, 2, 3, 1) @ W.T).transpose(0, 3, 1, 2)
assert np.allclose(conv.conv2d(x, W[:, :, None, None], None), by_pixel)
by_pixel.shape

# %% [markdown]
# <details><summary>After your answer</summary>
#
# A **1 × 1 convolution** is a dense layer over the channels, the same at every pixel.
# </details>
#
# In a **grouped** convolution each filter reads a part of the channels. One channel a filter, then
# 1 × 1 to mix them, is *depthwise separable*. Weights for 128 channels in and out:

# %% covers="12.grouped"
rng = np.random.default_rng(7)
x, w = rng.normal(size=(1, 4, 5, 5)), rng.normal(size=(4, 2, 3, 3))
halves = [conv.conv2d(x[:, part], w[part], None) for part in (slice(2), slice(2, 4))]
assert np.allclose(conv.conv2d(x, w, None, groups=2), np.concatenate(halves, axis=1))
count = conv_costs.conv_parameters
count(3, 128, 128, False), count(3, 128, 128, False, groups=128) + count(1, 128, 128, False)

# %% [markdown]
# ## 15 In PyTorch (core, 2 minutes)
# The gradients of a layer with stride and pads, ours and autograd's, on your `device()`:

# %% covers="12.torch"
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
rng = np.random.default_rng(7)
x, w, b = rng.normal(size=(2, 3, 9, 9)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
on_device = [torch.tensor(a, dtype=dtype, device=place, requires_grad=True) for a in (x, w, b)]
out = nn.functional.conv2d(*on_device, stride=2, padding=1)
out.sum().backward()
ours = conv.conv2d_backward(np.ones(out.shape), x, w, stride=2, padding=1)
off = max(np.abs(t.grad.cpu().numpy() - a).max() for t, a in zip(on_device, ours, strict=True))
assert off < (1e-3 if dtype is torch.float32 else 1e-10)
f"on {place}, largest difference: {off:.0e}"

# %% [markdown]
# Mind: `nn.MaxPool2d(3)` has the stride 3, not 1 or 2; `padding="same"` is for stride 1 only;
# TensorFlow, as in KAV's code, has images as (N, H, W, C) and filters as (F, F, C, K).
#
# ### The whole network by hand (deeper, 3 minutes)
# The CNN of section 9, with the weights that PyTorch has learned:


# %% covers="12.torch"
def ringed(x):
    return np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)], mode="wrap")


def by_hand(x, w1, b1, w2, b2, W, b):
    x = np.maximum(conv.conv2d(ringed(x), w1, b1), 0)
    x = pooling.max_pool2d(x)
    x = np.maximum(conv.conv2d(ringed(x), w2, b2), 0)
    return x.max(axis=(2, 3)) @ W.T + b


learned_weights = [p.detach().double().numpy() for p in pooled.parameters()]
centred = framed(digits.X_test)
logits = pooled(centred).detach().numpy()
assert np.allclose(by_hand(centred.numpy(), *learned_weights), logits, atol=1e-3)

# %% [markdown]
# ## 16 Break it (deeper, 4 minutes)
# One change: a max pool that pads with zeros, as a convolution does. Its input is negative:

# %% covers="12.zero_pads"
x = -1 - np.arange(16.0).reshape(1, 1, 4, 4)
zeros = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)])
pooling.max_pool2d(zeros, 3, 1)[0, 0], pooling.max_pool2d(x, 3, 1, padding=1)[0, 0]

# %% [markdown]
# **Explain.** What is the symptom, on which inputs would you never notice it, and what is the cure?

# %% [markdown] tags=["instructor"] grade_id="explain_zero_pads" points=2
# A frame of zeros: at the border a zero that was never in the image wins every window. Behind a
# ReLU nothing is below 0, so a padded zero never wins over a larger number and the fault stays
# hidden. The cure is to pad with minus infinity, which never wins, as PyTorch does.

# %% [markdown]
# ## What you can do now
# You have shared weights, slid filters, computed sizes and costs, pooled, measured shifts, and
# carried gradients back.
#
# **An open question.** How would you tie weights so that a layer knows quarter turns as well as
# shifts?

# %%
show_progress("12")

# %% [markdown]
# ## Card
# | what | formula |
# |---|---|
# | layer | $o_{n,k,i,j} = b_k + \sum_{c,u,v} w_{k,c,u,v}\,x_{n,c,is+u,js+v}$ |
# | convolution | the same with a flipped filter |
# | size | $O = \lfloor (I - F + p_{\text{start}} + p_{\text{end}})/s \rfloor + 1$ |
# | same | $\lceil I/s \rceil$ outputs |
# | field | $r_k = 1 + \sum_j (F_j - 1)\,s_1 \cdots s_{j-1}$ |
# | parameters | $(F F C + 1)\,K$; pool: 0 |
# | multiplications | $F F C$ for each output number |
# | $\partial J/\partial w$ | correlation of $x$ with $\partial J/\partial o$ |
# | $\partial J/\partial x$ | full convolution of $\partial J/\partial o$ with $w$ |
# | max pool, back | all to the winner; sums where windows overlap |
#
# **Shapes.** $x$ (N, C, H, W), $w$ (K, C, F, F), $b$ (K,), $o$ (N, K, H', W').
#
# **Pitfalls.** A flipped filter; pads counted once; the stride forgotten in the index; `=` for `+=`
# where windows overlap; pads left on $dx$; zeros around a max pool; (N, H, W, C).

# %% [markdown]
# The sizes of LeNet-5's layers, 32 pixels in, by the formula of the card:

# %%
size = [32]
for F, s in [(5, 1), (2, 2), (5, 1), (2, 2), (5, 1)]:
    size.append(conv_shapes.conv_output_size(size[-1], F, s))
size

# %% [markdown]
# ## Further reading
# - V. Dumoulin, F. Visin, *A guide to convolution arithmetic for deep learning*, 2016: every size,
#   drawn.
# - A. Araujo, W. Norris, J. Sim, *Computing receptive fields of convolutional neural networks*,
#   Distill 2019.
# - R. Zhang, *Making convolutional networks shift-invariant again*, ICML 2019: section 13.
# - Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, *Gradient-based learning applied to document
#   recognition*, 1998.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep learning*, 2016, chapter 9.

# %% [markdown]
# ## Appendix: for readers of the slides
# **K7 (KAV).** Printed: 256 × 256 = 56,000 pixels (and 8 million weights for 128 units).

# %% erratum="K7"
pixels = 256 * 256
assert pixels == 65_536
assert round(pixels * 128 / 1e6, 1) == 8.4
pixels, pixels * 128

# %% [markdown]
# What holds: 65,536 pixels; the 8 million are right.
#
# **K6 (KAV, equation 13-1).** Printed: the input's row is $i' = u \cdot s_h + f_h - 1$, for
# $u = 1, \dots, f_h$. It does not contain $i$. For $f_h = 3$ and $s_h = 2$:

# %% erratum="K6"
f, s = 3, 2
printed = {i: [u * s + f - 1 for u in range(1, f + 1)] for i in range(3)}
holds = {i: [i * s + u - 1 for u in range(1, f + 1)] for i in range(3)}
seen = {}
for i in range(3):
    row = torch.ones(1, 1, 7, requires_grad=True)
    nn.functional.conv1d(row, torch.ones(1, 1, f), stride=s)[0, 0, i].backward()
    seen[i] = row.grad[0, 0].nonzero()[:, 0].tolist()
assert printed[0] == printed[2]
assert seen == holds
printed, holds

# %% [markdown]
# What holds: $i' = i\,s_h + u - 1$, with rows counted from 0 and $u$ from 1. By the printed form
# all outputs would read the same rows.
#
# **K20 (KAV).** Printed: 96 million bits are "about 11.4 MB"; the columns $j \times s_w + f_w - 1$;
# code that fills `filters_test` and uses `filters`; "pooling reduces the chance of overfitting as
# there are less parameters".

# %% erratum="K20"
bytes_used = conv_costs.feature_map_bytes(200, 100, 150)
assert round(bytes_used / 1e6, 1) == 12.0
assert round(bytes_used / 2**20, 1) == 11.4
try:
    {"filters_test": lines}["filters"]
except KeyError as error:
    said = f"no name {error}"
j, s_w, f_w = 2, 5, 6  # output 2 of 13 pixels: from column j s_w to j s_w + f_w - 1
behind = {n: (n * n * 8 + 1) * 10 for n in (24, 12)}  # a dense layer behind 8 maps of n x n
said, (j * s_w, j * s_w + f_w - 1), behind

# %% [markdown]
# What holds: 12.0 MB or 11.4 MiB; columns *from* $j\,s_w$ *to* that number; `filters_test` in both
# lines; and a pool has no parameters and changes none in convolutions: only a dense layer behind it
# has fewer.
#
# **E2 (EPFL).** Printed: pooling windows slide "without overlaps". AlexNet has 3 × 3, stride 2.
# By how many of its windows is each of 7 × 7 pixels read?

# %% erratum="E2"
x, nine = np.zeros((1, 1, 7, 7)), np.full((1, 1, 3, 3), 9.0)
counts = average_pooling.avg_pool2d_backward(nine, x, 3, 2)[0, 0].astype(int)
assert counts.max() == 4  # windows that read a pixel
counts

# %% [markdown]
# What holds: without overlaps if $s \ge F$, which is usual. AlexNet's windows share columns, and so
# do those of EPFL's own formula, $\max f(x + dx)$ with $dx \in [-a, a]$, at neighbouring $x$.
#
# **E12 (EPFL).** Printed: max pooling "implicitly implements translation invariance". Section 9's
# relative changes at a shift of 1, 2 and 4 pixels, and the percentage read with a pool of 2 × 2,
# ten starts:

# %% erratum="E12"
assert changes["max 2"][0] > 0.5
assert changes["max 2"][1] > 0.7 * changes["none"][1]
assert max(changes["global max"]) == 0
read = rights["max pool"]["0.01"].mean(axis=0).round(1)
assert read[0] == read[2] > read[1] + 5
{name: changes[name] for name in ("none", "max 2", "global max")}, read.tolist()

# %% [markdown]
# What holds: a pool of 2 × 2 softens a shift of one pixel, and behind it the map moves along with
# even shifts (which is equivariance). Invariant is what is taken over the *whole* map, its maximum
# or its mean.
#
# **H15 (HUST).** Printed: "same" takes $(s\lceil I/s \rceil - I + F - s)/2$ zeros at each end,
# rounded down at the start and up at the end. For 56 pixels, $F = 1$, $s = 2$:

# %% erratum="H15"
I, F, s = 56, 1, 2
missing = s * -(-I // s) - I + F - s
assert (missing // 2, -(-missing // 2)) == (-1, 0)
(missing // 2, -(-missing // 2)), conv_shapes.same_padding(I, F, s)

# %% [markdown]
# What holds: $\max(0, \cdot)$. Where the stride outruns the filter no zeros are missing.
#
# **H16 (HUST).** Printed: $F$ "must be smaller than" the image's side $m$. LeNet-5's layer C5 has
# $F = m = 5$:

# %% erratum="H16"
assert conv_shapes.conv_output_size(5, 5) == 1
conv.conv2d(np.ones((1, 16, 5, 5)), np.ones((120, 16, 5, 5)), None).shape

# %% [markdown]
# What holds: at most $m$; with $F = m$ the layer is a dense one.
#
# **H11 (HUST).** Printed: the depth $C$ of a filter is "equal to or smaller than" the depth of the
# input. What a layer says to filters of 2 channels on an image of 4:

# %% erratum="H11"
x, w = torch.ones(1, 4, 5, 5), torch.ones(4, 2, 3, 3)
try:
    nn.functional.conv2d(x, w)
except RuntimeError as error:
    said = str(error)
assert "to have 2 channels, but got 4 channels" in said
said, nn.functional.conv2d(x, w, groups=2).shape

# %% [markdown]
# What holds: equal. It is smaller only in grouped convolutions (section 14).

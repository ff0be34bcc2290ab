# %% [markdown]
# # 16 · Transfer
#
# **Promise:** after this lecture you can decide which layers of a trained network to reuse and
# which to freeze, and show by a measurement whether it paid.
#
# **You will** freeze parameters by hand and in PyTorch; measure how many layers to borrow, from
# which source, with how many labels, and for which target; write the gradients of an
# autoencoder; and judge two ways to learn layers without the labels of the task.
#
# **Time:** {{time}}.
# **Builds on:** cross-entropy (lecture 3), the chain rule (lecture 4), running statistics of batch
# norm (lecture 8), validation data (lecture 9), Adam (lecture 10), convolutions (lecture 12).
# **Sources:** KAV (units II and III).

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The demonstrations need more:

# %%
import json

import torch
from torch import nn

from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import SAMPLES, load_digits, load_text
from dlcourse.plots.basic import described, plot_images
from dlcourse.plots.guess import after, plot_guess
from dlcourse.plots.recurrent import plot_starts
from dlcourse.plots.transfer import plot_borrowed, plot_bottleneck, plot_by_layers
from dlcourse.reference import activations, adaptive, linear, losses, unsupervised
from dlcourse.reference.gradient_check import numerical_gradient as slope_of
from dlcourse.twins.devices import device
from dlcourse.twins.transfer import torch_freeze as freeze
from dlcourse.widgets.decoder import explore_code
from dlcourse.widgets.padlocks import explore_padlocks

# %% [markdown]
# ## Recall
# 1. A step of gradient descent changes a weight by how much?
# 2. On which data is a learning rate chosen, and on which is the result reported?
# 3. What does batch norm store besides its parameters, and when does it change?
#
# <details><summary>Answers</summary>
#
# 1. By minus the rate times its gradient.
# 2. Chosen on validation data, reported on test data that played no part in any choice.
# 3. Running means and variances; every forward pass in training mode moves them.
# </details>

# %% [markdown]
# ## 1 Fifty labels (core, 6 minutes)
# You want to read the digits 0 to 4. Each is written somewhere on a noisy canvas of 16×16 pixels,
# and only ten canvases of each digit have labels, 50 in all. Somebody else has trained a network on
# endlessly many such canvases, but with the digits 5 to 9. It has never seen a 0 or a 4.


# %% covers="16.promise"
# @title A digit on a noisy canvas, and a convolutional layer
def place(digits, draws):
    n, near = len(digits), torch.arange(8)
    canvas = 0.3 * torch.rand(n, 1, 16, 16, generator=draws)
    top, rows = torch.randint(0, 9, (n, 2), generator=draws), torch.arange(n)[:, None, None]
    canvas[rows, 0, (top[:, :1] + near)[:, :, None], (top[:, 1:] + near)[:, None]] += digits[:, 0]
    return canvas


def layer(channels, maps, end):
    conv = nn.Conv2d(channels, maps, 3, padding=1)
    nn.init.kaiming_normal_(conv.weight)
    return nn.Sequential(conv, nn.ReLU(), end)


# %% [markdown]
# Three convolutional layers and an output; the last of the three ends with the largest value of
# each map:


# %% covers="16.promise"
# @title A network, and its training with Adam on batches of 16
def network():
    ends = nn.MaxPool2d(2), nn.MaxPool2d(2), nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten())
    sizes = (1, 12), (12, 24), (24, 32)
    three = [layer(*size, end) for size, end in zip(sizes, ends, strict=True)]
    return nn.Sequential(*three, nn.Linear(32, 5))


def train(net, images, labels, draws, lr=0.003, steps=200):
    adam = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr)
    for _ in range(steps):
        rows = torch.randint(len(images), (16,), generator=draws)
        adam.zero_grad()
        nn.functional.cross_entropy(net(images[rows]), labels[rows]).backward()
        adam.step()


# %% [markdown]
# Fifty canvases with labels, and others to test on:

# %% covers="16.promise"
X, y, X_test, y_test = (torch.tensor(part) for part in load_digits())
draws = torch.Generator().manual_seed(7)
rows = torch.cat([torch.nonzero(y == k)[:10, 0] for k in range(5)])
few, few_labels = place(X[rows], draws), y[rows]
tests, test_labels = place(X_test[y_test < 5], draws), y_test[y_test < 5]
few.shape, tests.shape

# %%
# @title Ten of the fifty
described(
    plot_images(few[::5, 0], few_labels[::5].tolist(), title="Ten of the fifty", columns=5),
    "Ten grey canvases with a digit somewhere on each, above each its label: 0, 0, 1, 1, and so on "
    "to 4, 4. The background is noise.",
)

# %% [markdown]
# From scratch, 200 steps:


# %% covers="16.promise"
def right(net):
    with torch.no_grad():
        return 100 * float((net(tests).argmax(dim=1) == test_labels).float().mean())


torch.manual_seed(7)
net = network()
train(net, few, few_labels, torch.Generator().manual_seed(7))
f"one start from scratch: {right(net):.0f} % right"

# %% [markdown]
# That was one start, and one start proves nothing. The stored experiment of this lecture
# (`make_transfer.py` in `dlcourse/samples`) has ten, each with canvases, initial weights and a
# source network of its own, and each rival has its own rate, chosen on validation canvases over
# three other starts. With 50 labels and 200 steps the median from scratch is 56 %.
#
# **Predict.** And with three borrowed layers that go on learning?

# %% tags=["predict"]
guess_borrowed = ...  # a percentage

# %% truth=["72 %", "sixteen points", "16 points"]
# @title Your guess beside the truth
stored = json.loads((SAMPLES / "transfer.json").read_text("utf-8"))


def reached(name, labels=10, look=1, part="canvas"):  # by the ten starts
    rows = stored[f"canvas, {labels} labels"][name] if part == "canvas" else stored[part][name]
    return np.array((rows if part == "canvas" else rows[str(labels)])[look]["test"])


borrowed = reached("other digits, 3 tuned")
quantity = "digits right, %, median of ten starts"
described(
    plot_guess(guess_borrowed, round(np.median(borrowed)), quantity=quantity, within=(0, 100))
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# 72 %, and each of the ten lies above the median from scratch. The source has never seen one of
# these digits. How many layers help, and must they stay?
# </details>
#
# ## 2 What is copied, what is locked (core)
# Using a network that was trained for one task, the **source**, to learn another, the **target**,
# is **transfer learning**. KAV's examples: a network for 100 categories of pictures lends its lower
# layers to one for types of vehicles; one for faces, to one for hair styles. A reused layer can be
# **frozen**, so that its weights stay, or **tuned**, so that they go on learning. The other
# layers start anew, and so does the output, because its classes differ.

# %% covers="16.reuse"
# @title A layer is copied and locked
described(
    plot_borrowed(1, frozen=True, title="A layer is copied and locked"),
    "Above, the source: layers 1, 2, 3 and an output. Below, the target: an arrow copies layer 1, "
    "which has a closed padlock; layers 2 and 3 and the output are new, drawn with dashed lines.",
)

# %% [markdown]
# A frozen array takes no step. For parameters $w_i$ with gradients $g_i$, a rate $\eta$ and a set
# $F$ of frozen ones:
#
# $$w_i \leftarrow \begin{cases} w_i & i \in F \\ w_i - \eta\, g_i & \text{otherwise}
#   \end{cases} \tag{16.1}$$

# %% tags=["exercise"] covers="16.reuse"
exercise("frozen_sgd_step")

# %% tags=["exercise"] covers="16.reuse"
exercise("q_frozen_gradient")

# %% [markdown]
# What is frozen *below* everything that learns has a second advantage. Its output for an image is
# the same in every step, so it can be computed once and kept: the **features** of the image. A
# frozen layer and a head that learns, 30 steps, in NumPy. Once every step runs through both layers,
# and once the head alone learns from kept features:


# %% covers="16.features"
rng = np.random.default_rng(7)
digits, classes = X[:100].flatten(1).numpy().astype(float), y[:100].numpy()
shapes = [(64, 32), (32,), (32, 10), (10,)]
whole = [rng.normal(size=shape) / 8 for shape in shapes]
features = np.maximum(linear.linear(digits, *whole[:2]), 0)  # once
head = whole[2:]
for _ in range(30):
    inner = np.maximum(linear.linear(digits, *whole[:2]), 0)  # in every step
    delta = losses.softmax_cross_entropy_backward(linear.linear(inner, *whole[2:]), classes)
    grads = [inner.T @ delta, delta.sum(axis=0)]
    whole = unsupervised.frozen_sgd_step(whole, [None, None, *grads], 0.5, [0, 1])
    delta = losses.softmax_cross_entropy_backward(linear.linear(features, *head), classes)
    head = unsupervised.frozen_sgd_step(head, [features.T @ delta, delta.sum(axis=0)], 0.5, [])
apart = max(abs(a - b).max() for a, b in zip(whole[2:], head, strict=True))
f"largest difference of the two heads: {apart:.0e}"

# %% [markdown]
# The heads are the same, and the lower layer ran once instead of thirty times. No gradient is
# needed for it either.
#
# ## 3 In PyTorch (core, 21 minutes)
# `p.requires_grad_(False)` tells autograd to leave a parameter out. Is that all?

# %% tags=["exercise"] covers="16.torch"
exercise("q_moving_statistics")

# %% [markdown]
# Now freeze a part of a model for good. `model.train()` calls the method `train(mode)` of each
# child, and that sets the mode anew. A module is an object whose methods you can replace.

# %% tags=["exercise"] covers="16.torch"
exercise("torch_freeze")

# %% [markdown]
# The first layer of a stored source is copied and frozen, and the rest learns. One start:


# %% covers="16.reuse,16.torch"
def borrow(net, count):
    with np.load(SAMPLES / "borrowed.npz") as lent:
        own = {name: torch.tensor(lent[name]) for name in lent if int(name[0]) < count}
    net.load_state_dict(own, strict=False)
    return net


torch.manual_seed(7)
net = freeze(borrow(network(), 1), ["0"])
before = net[0][0].weight.clone()
train(net, few, few_labels, torch.Generator().manual_seed(7))
assert net[0][0].weight.equal(before)
after(guess_borrowed, f"one layer frozen: {right(net):.0f} % right")

# %% [markdown]
# The first layer is what it was. Whether that pays, one start cannot tell: starts from scratch
# differ by 15 points.
#
# ## 4 How many layers? (core, 12 minutes)
# KAV's procedure is: freeze all reused layers and look at the result; unfreeze one or two at the
# top and look again; drop top layers, depending on the amount of data; repeat. It claims (**C15**)
# that reuse works better where the inputs share low-level features, and that upper layers are less
# likely to be useful than lower ones.
#
# First all reused layers are frozen; the others start anew.
#
# **Predict.** How many frozen layers give the best median: 0 (from scratch), 1, 2 or 3?

# %% tags=["predict"]
guess_count = ...  # 0, 1, 2 or 3

# %% truth=["two is best", "two layers are best", "2 layers"]
# @title Your guess beside the truth
locked = {k: reached(f"other digits, {k} frozen") for k in (1, 2, 3)}
medians = [np.median(reached("scratch")), *(np.median(runs) for runs in locked.values())]
quantity = "frozen layers with the best median"
best = int(np.argmax(medians))
described(plot_guess(guess_count, best, quantity=quantity, choices=[0, 1, 2, 3]))

# %% [markdown]
# Frozen and tuned, every start:

# %% covers="16.layers"
# @title How many layers
tuned = {k: reached(f"other digits, {k} tuned") for k in (1, 2, 3)}
shown = described(
    plot_by_layers(
        {"frozen": locked, "tuned": tuned},
        scratch=reached("scratch"), title="Fifty labels: how many layers?",
    ),
    f"Percentages of ten starts by the number of reused layers. Median from scratch "
    f"{medians[0]:.0f}. Frozen: "
    + ", ".join(f"{k} reused {np.median(v):.0f}" for k, v in locked.items())
    + ". Tuned: "
    + ", ".join(f"{k} reused {np.median(v):.0f}" for k, v in tuned.items())
    + ".",
)  # fmt: skip
after(guess_count, shown)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Two: 71 %, against 64 % with one and 63 % with all three. With all three locked, only the output
# learns, from 32 features that were made for other digits. Free to learn, the third layer does no
# harm: tuned, two and three layers reach the same 72 %.
# </details>
#
# Now with other numbers of labels and other sources: the digits 5 to 9 with their pixels moved
# by one fixed shuffle, which destroys strokes and edges; and a network that was not trained
# at all.

# %% covers="16.layers"
# @title Borrow and lock
padlocks = described(
    explore_padlocks(),
    "A drawn network of three layers and an output with a padlock on each reused layer, and below "
    "it what ten starts read by the number of reused layers. Buttons choose how many are reused, "
    "whether they are frozen or tuned, how many labels each class has, and the source. A sentence "
    "gives the median, the range, and the difference to starting from scratch.",
)
after(guess_count, padlocks)

# %% [markdown]
# In points above or below the median from scratch: layers of the other digits, with 2, 10 and 50
# labels of each class; then all sources, with ten.


# %% claim="C15" covers="16.layers"
def gained(rival, labels=10):
    return round(np.median(reached(rival, labels)) - np.median(reached("scratch", labels)))


ways = [f"{k} {way}" for k in (1, 2, 3) for way in ("frozen", "tuned")]
by_labels = {way: [gained(f"other digits, {way}", n) for n in (2, 10, 50)] for way in ways}
by_source = {
    source: [gained(f"{source}, {k} frozen") for k in (1, 2, 3)]
    for source in ("other digits", "pixels moved", "untrained")
}
by_source["pixels moved, tuned"] = [gained(f"pixels moved, {k} tuned") for k in (1, 2, 3)]
after(guess_count, (by_labels, by_source))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# **Verdict on C15: it holds for locked layers, if labels are not too few.** *Upper layers:* locked,
# the third costs 9 points with ten labels and 22 with fifty; with two, all three locked are best.
# *Similar features:* locked, layers two and three from moved pixels are worth 6 and 16 points less;
# the first is worth no less. After half the steps the order is the same. The best way gains 19, 16
# and 4 points with 2, 10 and 50 labels, after half the steps 19, 20 and 12: it saves steps.
# </details>
#
# **A good place to stop.** To go on another day, click the next cell and choose *Run > Run All
# Above Selected Cell*.

# %% [markdown]
# ## 5 An easier target (core, 7 minutes)
# Make the target easier: the same digits 0 to 4 as they are, 8×8, no noise, always in one place.
# Four dense layers; the source is trained on all digits 5 to 9 of the same kind. Two labelled
# images of each class, 300 steps. From scratch, the median of ten starts is 81 %.
#
# **Predict.** Two layers are borrowed and frozen. How many percentage points does that gain or
# lose?

# %% tags=["predict"]
guess_gain = ...  # above 0: it gains; below 0: it loses

# %% truth=["loses 12", "twelve points", "−12"]
# @title Your guess beside the truth
easy = np.median(reached("scratch", 2, part="easy"))
frozen_two = np.median(reached("other digits, 2 frozen", 2, part="easy"))
quantity = "points gained by two frozen layers"
described(plot_guess(guess_gain, round(frozen_two - easy), quantity=quantity))

# %% [markdown]
# All numbers of layers, with two labels of each class, and layers that nobody has trained:

# %% covers="16.negative"
# @title The easy target
rivals = {"frozen": "other digits, {} frozen", "tuned": "other digits, {} tuned"}
rivals["untrained, frozen"] = "untrained, {} frozen"
series = {
    way: {k: reached(rival.format(k), 2, part="easy") for k in (1, 2, 3)}
    for way, rival in rivals.items()
}
shown = described(
    plot_by_layers(
        series,
        scratch=reached("scratch", 2, part="easy"),
        title="The easy target, two labels of each class",
    ),
    "Percentages of ten starts. "
    + " ".join(
        f"{way}: " + ", ".join(f"{k} reused {np.median(v):.0f}" for k, v in own.items()) + "."
        for way, own in series.items()
    ),
)
after(guess_gain, shown)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# It loses 12 points, and three frozen layers lose 21: this is **negative transfer**, reuse that
# leaves the target worse off than none. Two causes meet. What is locked cannot adapt: two untrained
# layers, locked, lose 14 points. And layers may have learned what does not fit: three locked layers
# from 5 to 9 are worth less than three untrained ones (59 against 67 %). Tuned layers adapt, and
# lose 4 points at most. On the canvases fifty labels could not teach a network to find a digit in
# noise, and the source could; here there is nothing to find.
# </details>
#
# **A claim.** KAV begins with the sentence "Not a good idea to build a DNN from scratch" (**C32**).
# The easy target once more, by labels of each class: medians from scratch and of the best of six
# ways to reuse.

# %% claim="C32" covers="16.negative"
found = {}
for n in (1, 2):
    runs = {way: reached(f"other digits, {way}", n, part="easy") for way in ways}
    middle = {way: np.median(own) for way, own in runs.items()}
    name = max(middle, key=middle.get)
    scratch = reached("scratch", n, part="easy")
    found[n] = f"scratch {np.median(scratch):.0f}, best reuse {middle[name]:.0f} ({name}), "
    found[n] += f"ahead in {np.sum(runs[name] > scratch)} of ten starts"
after(guess_gain, found)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# **Verdict on C32: it does not hold for every target.** On the easy one all locked layers lose, by
# 4 to 21 points, and no tuned ones are clearly better than scratch: the best of them are ahead in
# five of ten starts with one label, and in seven with two. On the canvases with ten labels reuse is
# ahead by 16 points. Nobody knows beforehand, so the run from scratch belongs in every table.
# </details>

# %% [markdown]
# ### Two rates (deeper)
# An output that starts anew wants a large rate, which may spoil layers that know something. So the
# layers below often get a smaller rate than the output, here a tenth of it ("slower"), or they
# stay frozen for the first half of the steps and then learn with a tenth ("thawed", after KAV's
# unfreezing). Three reused layers, ten labels of each class:

# %% covers="16.rates"
rates = {name: reached(f"other digits, 3 {name}") for name in ("tuned", "slower", "thawed")}
by_rate = {
    name: f"median {np.median(runs):.0f}, from {min(runs):.0f} to {max(runs):.0f}"
    for name, runs in rates.items()
}
after(guess_borrowed, by_rate)

# %% [markdown]
# Start by start, thawed layers are ahead of tuned ones in nine of ten, and slower ones in only
# five. After half of the steps the three medians differ by 2 points at most.
#
# ## 6 Without labels: an autoencoder (core)
# What if nobody has trained a network on anything similar? KAV's second way learns layers from
# images without labels. An **autoencoder** is a network that must give back its input. In its
# middle stands a **code**, shorter than the input:
#
# $$c = \sigma(x W_1 + b_1), \qquad o = c\, W_2 + b_2, \qquad
#   J = \frac{1}{ND} \sum_{n,d} (o_{nd} - x_{nd})^2 \tag{16.2}$$
#
# The first half is the **encoder**, the second the **decoder**. With 64 pixels and a code of 8
# numbers it cannot copy: it must find out what describes a digit. This is **representation
# learning**.

# %% covers="16.autoencoder"
# @title The bottleneck
kept = {name: np.array(part) for name, part in stored["decoder"].items()}
image = X_test[:1].flatten(1).numpy().astype(float)
code = activations.sigmoid(linear.linear(image, kept["W1"], kept["b1"]))
decoded = linear.linear(code, kept["W2"], kept["b2"])
described(
    plot_bottleneck(
        image.reshape(8, 8), code[0], decoded.reshape(8, 8), title="64 numbers through 8"
    ),
    f"A digit of 8 by 8 pixels, lines from it to a column of eight circles, the code "
    f"{code[0].round(1).tolist()}, the darker the larger, and lines from these to the decoded "
    f"image, a blurred copy: mean squared difference {np.mean((decoded - image) ** 2):.3f}.",
)

# %% [markdown]
# By hand: one pixel with the value 1, $W_1 = 0$, $W_2 = ½$, biases 0. The code is ½, the output ¼,
# the loss $(¼ - 1)^2 = 0.5625$, and $\partial J / \partial b_2 = 2(¼ - 1) = -1.5$. Going
# back, the gradient passes a linear layer, the slope $c(1 - c)$ of the sigmoid, and another linear
# layer.

# %% tags=["exercise"] covers="16.autoencoder"
exercise("autoencoder_gradients")

# %% [markdown]
# The referee of lecture 4, numerical gradients, on a small autoencoder. For each array the largest
# difference:


# %% covers="16.autoencoder"
rng = np.random.default_rng(7)
small = {"X": rng.normal(size=(4, 3)), "W1": rng.normal(size=(3, 2)), "b1": rng.normal(size=2),
         "W2": rng.normal(size=(2, 3)), "b2": rng.normal(size=3)}  # fmt: skip
exact = unsupervised.autoencoder_gradients(**small)[1:]
off = {}
for name, gradient in zip(("W1", "b1", "W2", "b2"), exact, strict=True):
    moved = slope_of(
        lambda a, name=name: unsupervised.autoencoder_gradients(**{**small, name: a})[0],
        small[name],
    )
    off[name] = f"{abs(gradient - moved).max():.0e}"
    assert abs(gradient - moved).max() < 1e-8
off

# %% [markdown]
# Trained with Adam on batches of 64 digits; every 500 steps the loss on the test digits:


# %% covers="16.autoencoder"
rng = np.random.default_rng(7)
flat, flat_test = X.flatten(1).numpy(), X_test.flatten(1).numpy()
params = [rng.normal(size=(64, 8)) / 8, np.zeros(8), rng.normal(size=(8, 64)) / 3, np.zeros(64)]
params = [p.astype(np.float32) for p in params]
moments, seen = [(0 * p, 0 * p) for p in params], []
for t in range(1, 2001):
    grads = unsupervised.autoencoder_gradients(flat[rng.integers(len(flat), size=64)], *params)[1:]
    for k, (p, g) in enumerate(zip(params, grads, strict=True)):
        params[k], *moments[k] = adaptive.adam_step(p, g, *moments[k], t, lr=0.003)
    if t % 500 == 0:
        seen.append(float(unsupervised.autoencoder_gradients(flat_test, *params)[0]))
np.round(seen, 4)

# %% [markdown]
# Is that good? The best *linear* code of 8 numbers is known: the eight directions in which the
# images vary most (their principal components). Its loss on the same test digits:

# %% covers="16.autoencoder"
mean = flat.mean(axis=0)
_, _, directions = np.linalg.svd(flat - mean, full_matrices=False)
ours = flat_test - mean
linear_loss = float(np.mean((ours - ours @ directions[:8].T @ directions[:8]) ** 2))
round(linear_loss, 4)

# %% [markdown]
# The linear code is a little better. On the training digits it must be, whatever the encoder: a
# linear decoder gives $b_2$ plus a mixture of eight directions, and no eight serve better than the
# principal ones. Decoders of several layers can do more (further reading). Now move the numbers
# yourself, in a stored autoencoder that was trained for 6,000 steps. Which unit changes what?

# %% covers="16.autoencoder"
# @title Decode a code
described(
    explore_code(),
    "A digit of 8 by 8 pixels, the image that the decoder makes, and eight sliders, one for each "
    "number of the code, from 0 to 1. Buttons begin with the code of another digit. A sentence "
    "says which units were moved and how far the decoded image is from the original.",
)

# %% tags=["exercise"] covers="16.autoencoder"
exercise("q_wide_code")

# %% [markdown]
# ## 7 A machine with energy (deeper)
# KAV names an older way to the same end. A **restricted Boltzmann machine** (RBM) has visible units
# $v$, the pixels (grey as a probability of 1), and hidden units $h$, each 0 or 1, and gives every
# pair an **energy**:
#
# $$E(v, h) = -v W h^\top - b_\text{visible} \cdot v - b_\text{hidden} \cdot h, \qquad
#   p(v, h) \propto e^{-E(v, h)} \tag{16.3}$$
#
# Low energy is probable. No unit is tied to another of its own kind; that is the restriction, and
# it makes each hidden unit independent of the others once $v$ is known. A machine of two visible
# and two hidden units has 16 states, so that this can be checked: $p(h_1 = 1 \mid v)$ from (16.3)
# is a sigmoid.


# %% covers="16.rbm"
rng = np.random.default_rng(7)
W, b_visible, b_hidden, v = (rng.normal(size=s) for s in [(2, 2), (2,), (2,), (2,)])
v = np.array([1.0, 0.0])
states = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
energy = np.array([-v @ W @ h - b_visible @ v - b_hidden @ h for h in states])
weights = np.exp(-energy)
by_energy = weights[states[:, 0] == 1].sum() / weights.sum()
by_sigmoid = activations.sigmoid(v @ W + b_hidden)[0]
assert abs(by_energy - by_sigmoid) < 1e-12
round(float(by_energy), 4), round(float(by_sigmoid), 4)

# %% [markdown]
# To make the data more probable, lower the energy of what the data show and raise that of what the
# machine makes up by itself. The gradient of the log-likelihood has these two phases:
#
# $$\frac{\partial \ln p(v)}{\partial W} = \mathbb E[v^\top h \mid \text{data}] - \mathbb E[v^\top h
#   \mid \text{machine}] \tag{16.4}$$
#
# The second mean would need long sampling. **Contrastive divergence** (Hinton 2002) takes one step
# instead: draw $h$ from the data, reconstruct $v$ from $h$, look at the hidden units once more.

# %% tags=["exercise"] covers="16.rbm"
exercise("rbm_cd1")

# %% [markdown]
# Sixteen hidden units, ten passes over the digits. Their weights, as images:


# %% covers="16.rbm"
rng = np.random.default_rng(7)
machine = 0.05 * rng.normal(size=(64, 16)), np.full(64, -1.0), np.zeros(16)
for _ in range(10):
    for rows in np.array_split(rng.permutation(len(flat)), 45):
        machine = unsupervised.rbm_cd1(flat[rows], *machine, 0.1, rng)
made = activations.sigmoid(flat_test @ machine[0] + machine[2])
made = activations.sigmoid(made @ machine[0].T + machine[1])
f"mean squared difference of the reconstruction: {np.mean((made - flat_test) ** 2):.3f}"

# %%
# @title What its hidden units look for
described(
    plot_images(machine[0].T.reshape(-1, 8, 8), [""] * 16, title="Weights of 16 hidden units"),
    "Sixteen images of eight by eight weights, dark where a unit wants ink and light where it "
    "wants none. Most show parts of strokes and arcs, and few a whole digit.",
)

# %% [markdown]
# ## 8 Does it pay? (core, 5 minutes)
# Take the layer of 64 sigmoid units that an RBM or an autoencoder has learned from 1,137 digits
# without labels, and put an output layer behind it. (An RBM, section 7, has
# a rule of its own for such units.) Now labels come in, few of each of the ten
# classes. KAV (**C31**): pretrain without labels where a complex task has much unlabelled data and
# no similar model, layer by layer, each on the output of the one below, then fine-tune all layers.
#
# **Predict.** The layer of the RBM stays frozen, and each class has *one* label. By how many
# points is its median better than from scratch?

# %% tags=["predict"]
guess_unlabelled = ...  # points; below 0 if it is worse

# %% truth=["5 points", "five points"]
# @title Your guess beside the truth
scratch, frozen = (np.median(reached(n, 1, part="unlabelled")) for n in ("scratch", "RBM, frozen"))
quantity = "points gained by a frozen RBM layer, one label a class"
described(plot_guess(guess_unlabelled, round(frozen - scratch), quantity=quantity))

# %% [markdown]
# Medians of all rivals with 1 and 3 labels of each class; and the nearest
# labelled image, pixel by pixel, which learns nothing:

# %% claim="C31" covers="16.unlabelled"
told = {
    rival: [round(float(np.median(reached(rival, n, part="unlabelled")))) for n in (1, 3)]
    for rival in stored["unlabelled"]
}
told["nearest image"] = [round(float(np.median(runs))) for runs in stored["nearest"].values()]
after(guess_unlabelled, told)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# **Verdict on C31: a little, for one of four ways.** The RBM's layer, frozen, is ahead of scratch
# in ten of ten starts with one label and in eight with three. Fine-tuned, as KAV has it, it lies
# within 1.2 points of scratch, and so does the autoencoder's layer, frozen or tuned. Untrained
# frozen layers lose. This is one layer on an easy target, not a stack on a complex task.
# </details>
#
# ## 9 Another task with cheap labels (core)
# KAV's third way: train first on an **auxiliary task** whose labels are cheap. For faces, learn
# whether two pictures show the same person.

# %% tags=["exercise"] covers="16.pairs"
exercise("same_pairs")

# %% [markdown]
# Two images go through the same two dense layers, and the output sees how far apart their features
# $f$ are, unit by unit:
#
# $$p(\text{same}) = \sigma\bigl(\lvert f(x_i) - f(x_j) \rvert\, W + b\bigr) \tag{16.5}$$
#
# After 500 batches of 64 pairs, a new output layer reads the digits 0 to 4 with *one* label each.
# The pairs come from all ten digits, or from 5 to 9 only, whose features must serve digits that
# they have never compared. These layers are frozen; from scratch the median is 74 %.
#
# **Predict.** What do the frozen layers reach that were trained on pairs of 5 to 9?

# %% tags=["predict"]
guess_pairs = ...  # a percentage

# %% truth=["63 %", "below scratch"]
# @title Your guess beside the truth
others = np.median(reached("pairs of 5 to 9, frozen", 1, part="pairs"))
quantity = "digits right, %, median of ten starts"
described(plot_guess(guess_pairs, round(others), quantity=quantity, within=(0, 100)))

# %% [markdown]
# Every start, one label of each class; the lower layers are frozen or tuned:

# %% covers="16.pairs"
# @title What pairs are worth
groups = {name: reached(name, 1, part="pairs") for name in stored["pairs"]}
shown = described(
    plot_starts(groups, xlabel="digits right, %", title="One label of each class", chance=20),
    "A dot for each of ten starts. Medians: "
    + ", ".join(f"{name} {np.median(runs):.0f}" for name, runs in groups.items())
    + ".",
)
after(guess_pairs, shown)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# 63 %, eleven points *below* a start from scratch, though above untrained layers (54 %). What tells
# a 5 from a 6 need not tell a 0 from a 4. Pairs of *all* digits are worth much more, 89 % frozen;
# but they contain the target's digits, and 32,000 answers "same" or "different" are labels, too, if
# cheaper ones. With ten labels of each class all rivals but frozen layers of 5 to 9, or untrained
# ones, lie between 93 and 95 %.
# </details>
#
# Text labels itself: hide a word, and ask for it. KAV's example is "What \_\_\_ you saying?". The
# data for such a task, made of two pages of *Alice*:

# %% covers="16.masked"
rng = np.random.default_rng(7)
words = load_text().split()
for at in rng.integers(5, len(words) - 5, size=3):
    print(" ".join(words[at - 5 : at]), "____", " ".join(words[at + 1 : at + 5]), "->", words[at])

# %% [markdown]
# Every word of every book is such a question, and its answer costs nothing. Our text has 1,300
# words, too few to learn from; lecture 18 builds the network that learns from more.
#
# ## 10 Break it (deeper)
# What `torch_freeze` prevents. On your `device()`: a body with batch norm and a head, ten steps of
# the head. The largest change in what the *body* gives for the same images in eval mode, frozen by
# `requires_grad_(False)` alone, and by `torch_freeze`:


# %% covers="16.torch,16.broken"
def changed(lock):
    torch.manual_seed(7)
    body = nn.Sequential(nn.Linear(64, 16), nn.BatchNorm1d(16), nn.ReLU())
    model = nn.Sequential(body, nn.Linear(16, 5))
    model, images = model.to(device()), few[:, 0, :8, :8].flatten(1).to(device())
    before = body.eval()(images).detach()
    train(lock(model).train(), images, few_labels.to(device()), None, steps=10)
    return float((body.eval()(images) - before).abs().max())


def without_gradients(model):
    model[0].requires_grad_(False)
    return model


changes = changed(without_gradients), changed(lambda model: freeze(model, ["0"]))
assert changes[1] == 0 < 0.01 < changes[0]
[f"{change:.2f}" for change in changes]

# %% [markdown]
# **Explain.** Why does the first body change, although none of its weights moved? On which of the
# two would a head that was trained on kept features (section 2) go wrong?

# %% [markdown] tags=["instructor"] grade_id="explain_statistics" points=2
# In training mode every forward pass moves the running mean and variance of the batch norm towards
# those of the new images; in eval mode the body then normalizes with other numbers. Kept features
# were computed with the old statistics, so that they no longer fit the body that is deployed: the
# first. In the second, eval mode keeps statistics and output as they are.

# %% [markdown]
# ## What you can do now
# You have frozen arrays by hand and children of a model in PyTorch; measured how many layers to
# borrow, from whom, and with how many labels; met negative transfer; written an autoencoder's
# gradients; and judged pretraining without labels and an auxiliary task beside a start from scratch
# and untrained layers.
#
# **An open question.** Could one network be trained once, on so much that nearly every task finds
# its features there? (Lecture 18 builds the layer of such networks.)

# %%
show_progress("16")

# %% [markdown]
# ## Card
# | what | formula or rule |
# |---|---|
# | freeze | $w_i$ stays for $i \in F$; gradients go through it all the same |
# | tune | all layers learn from the borrowed weights; a smaller rate below |
# | features | the output of what is frozen at the bottom: compute it once |
# | autoencoder | $c = \sigma(x W_1 + b_1)$, $o = c W_2 + b_2$, mean of $(o - x)^2$ |
# | RBM, CD-1 | $W + \frac{\eta}{N}(v_0^\top p_0 - v_1^\top p_1)$; $h$ is drawn once |
# | pairs | half of them equal, $i \ne j$ |
# | PyTorch | `requires_grad_(False)`, and `eval()` that outlives `train()` |
#
# **Shapes.** X (N, D), code (N, H), $W_1$ (D, H), $W_2$ (H, D).
#
# **Pitfalls.** No run from scratch and no untrained layers beside the reuse; one rate for all
# rivals; one start; moving statistics in frozen layers; a code as wide as the input.

# %% [markdown]
# ## Further reading
# - J. Yosinski and others, *How transferable are features in deep neural networks?*, 2014: the
#   curve of section 4, on photographs.
# - G. Hinton, *Training products of experts by minimizing contrastive divergence*, 2002; *A
#   practical guide to training restricted Boltzmann machines*, 2010.
# - G. Hinton, R. Salakhutdinov, *Reducing the dimensionality of data with neural networks*, 2006:
#   codes of several layers.
# - D. Erhan and others, *Why does unsupervised pre-training help deep learning?*, 2010.
# - J. Devlin and others, *BERT*, 2018: masked words on a large scale.

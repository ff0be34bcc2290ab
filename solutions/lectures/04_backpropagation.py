# %% [markdown]
# # 4 · Backpropagation
#
# **Promise:** after this lecture you can compute the gradient of any network, by hand and in code,
# and you can prove to yourself that it is right.
#
# **You will** derive the backward pass of one neuron, a chain, a layer and a deep network; write
# each of them in NumPy; build a referee that finds wrong gradients; write the two functions at the
# heart of every automatic differentiation engine; get the same numbers from PyTorch; and train a
# network on handwritten digits with your kind of code.
#
# **Time:** {{time}}.
# **Builds on:** the multilayer perceptron (lecture 1), softmax and cross-entropy (lecture 3).
# **Sources:** five lecture documents, called HKU, EPFL, HUST, HW and KAV in the text.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The exercises need NumPy alone. The demonstrations use more: the course's own functions
# (`activations`, `network`, `graph`, ...), its pictures, PyTorch and SymPy.

# %%
import timeit
from itertools import pairwise

import sympy
import torch

# %% [markdown]
# And the course's own parts: data, pictures, reference functions in NumPy, their twins in PyTorch.

# %%
from dlcourse.checks.progress import show_progress
from dlcourse.data.sets import load_digits, make_moons
from dlcourse.plots.basic import (
    described,
    plot_images,
    plot_lines,
    plot_matrix,
    plot_regions,
)
from dlcourse.plots.guess import plot_guess
from dlcourse.plots.graph import plot_graph
from dlcourse.reference import activations, gradient_check, graph, losses, network
from dlcourse.twins import losses as torch_losses
from dlcourse.twins.devices import device
from dlcourse.widgets.backpropagation import explore_backpropagation

# %% [markdown]
# ## Recall
# Answer in your head, then open the answers.
#
# 1. If $J$ depends on $h$, and $h$ depends on $s$, what is $\mathrm dJ/\mathrm ds$?
# 2. Softmax turns the scores $(0, \ln 3)$ into which probabilities?
# 3. The true class has probability 0.75. What is the cross-entropy?
#
# <details><summary>Answers</summary>
#
# 1. $\dfrac{\mathrm dJ}{\mathrm dh}\cdot\dfrac{\mathrm dh}{\mathrm ds}$: along a path, slopes
#    multiply.
# 2. $e^0 = 1$ and $e^{\ln 3} = 3$, divided by their sum: $(0.25, 0.75)$.
# 3. $-\ln 0.75 \approx 0.288$.
# </details>

# %% [markdown]
# ## 1 The price of a gradient (core)
# Here is a network for images of 28 × 28 pixels: 784 inputs, layers of 300, 100 and 10 units.
# Training needs the slope of the loss along each weight and each bias.

# %%
rng = np.random.default_rng(7)
sizes = [784, 300, 100, 10]
big_weights = [rng.normal(scale=n**-0.5, size=(n, m)) for n, m in pairwise(sizes)]
big_biases = [np.zeros(m) for m in sizes[1:]]
n_parameters = sum(p.size for p in big_weights + big_biases)
n_parameters

# %% [markdown]
# The direct way: push one number up a little, run the network, push it down a little, run the
# network again. The difference of the two losses tells the slope. Then do the next number.
#
# **Predict.** How many forward passes does one gradient cost this way?

# %% tags=["predict"]
guess_passes = ...  # a number

# %% truth=["533,220", "half a million"]
# @title Your guess beside the truth
described(
    plot_guess(guess_passes, 2 * n_parameters, quantity="forward passes for one gradient", log=True)
)

# %% [markdown]
# Backpropagation gets all 266,610 slopes from one forward and one backward pass.
#
# **Predict.** You measure the time of a forward pass and the time of a complete gradient by
# backpropagation. How many times longer does the gradient take?

# %% tags=["predict"]
guess_ratio = ...  # a number, such as 1000

# %% truth=["A few forward passes"]
# @title Your guess beside the truth
noise = np.random.default_rng(8)
noise_images, noise_labels = noise.random((64, 784)), noise.integers(0, 10, size=64)
timed = (noise_images, noise_labels, big_weights, big_biases)


def seconds(function):
    return min(timeit.repeat(lambda: function(*timed), number=3, repeat=9)) / 3


def forward_pass(X, labels, weights, biases):
    return losses.cross_entropy(network.mlp_scores(X, weights, biases), labels)


forward_time, gradient_time = seconds(forward_pass), seconds(network.backpropagate)
described(plot_guess(guess_ratio, gradient_time / forward_time, quantity="gradient / forward pass"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# A few forward passes, instead of half a million.
# </details>
#
# **Explain.** You double the number of weights. What happens to the price of the direct way, and
# what to the price of backpropagation? Why?

# %% [markdown] tags=["instructor"] grade_id="explain_price" points=2
# One forward pass uses each of the $P$ weights once a row, so its price grows like $P$. The direct
# way needs $2P$ such passes: its price grows like $2P \cdot P$, four times as much for twice the
# weights. Backpropagation costs a small, fixed number of forward passes: twice as much.

# %%
direct_minutes = 2 * n_parameters * forward_time / 60
f"On this machine: {direct_minutes:.0f} minutes directly, {gradient_time:.4f} seconds backwards"

# %% [markdown]
# ## 2 One neuron (core)
# One neuron holds everything that matters. Its input is $x = 0.5$, its weight $w = 2$, and its bias
# is chosen so that it answers 0.6. The target is $y = 1$:
#
# $$\textcolor{#0072b2}{s} = w\,\textcolor{#0072b2}{x} + b,\qquad
# \textcolor{#0072b2}{h} = \sigma(s),\qquad J = \tfrac12 (h - y)^2 \tag{4.1}$$
#
# Here $\sigma(s) = 1/(1 + e^{-s})$ is the sigmoid. Blue is what travels forward.

# %%
x, w, b, y = 0.5, 2.0, np.log(1.5) - 1, 1.0
s = w * x + b
h = activations.sigmoid(s)
J = (h - y) ** 2 / 2
np.round([s, h, J], 4)

# %% [markdown]
# The output is 0.6 and the cost $\frac12 \cdot 0.4^2 = 0.08$. These numbers stay with you for the
# whole lecture. You want $J$ to fall: should the weight go up or down?
#
# $J$ depends on $h$, $h$ on $s$, and $s$ on $w$. Slopes along a path multiply:
#
# $$\frac{\partial J}{\partial w}
#   = \frac{\partial s}{\partial w}\cdot\frac{\mathrm dh}{\mathrm ds}\cdot
#     \frac{\partial J}{\partial h}
#   = x \cdot \sigma'(s)\cdot (h - y) \tag{4.2}$$
#
# The sigmoid's slope needs no new exponential: $\sigma'(s) = \sigma(s)\,(1 - \sigma(s)) = h(1-h)$.

# %% covers="04.one_neuron"
ds_dw, dh_ds, dJ_dh = x, h * (1 - h), h - y
dJ_dw = ds_dw * dh_ds * dJ_dh
np.round([ds_dw, dh_ds, dJ_dh, dJ_dw], 4)

# %% [markdown]
# Three slopes, and their product in the last place. It is negative: a larger weight means a smaller
# cost. Gradient descent *subtracts* the slope, so the weight goes up, and the output moves from 0.6
# towards 1.
#
# The last two factors in (4.2) do not mention $w$ at all. They say how much the cost minds a change
# of the score $s$. This number gets a name:
#
# $$\textcolor{#b84a00}{\delta} = \frac{\partial J}{\partial s} = \sigma'(s)\,(h - y),\qquad
# \frac{\partial J}{\partial w} = \textcolor{#0072b2}{x}\,\textcolor{#b84a00}{\delta},\qquad
# \frac{\partial J}{\partial b} = \textcolor{#b84a00}{\delta} \tag{4.3}$$
#
# Orange is what travels backward. Read $\delta$ as the **blame** of this score.

# %%
delta = h * (1 - h) * (h - y)
np.round([delta, x * delta, delta], 4)

# %% [markdown]
# $\delta = 0.24 \cdot (-0.4) = -0.096$, and the weight's share is $0.5 \cdot \delta = -0.048$.
#
# For a picture, let the numbers remember where they come from: a `Node` holds a value, its parents,
# and for each parent a rule that turns the gradient $d$ of the node into the parent's gradient.
# Sums and products are built in; two more operations take three lines each.


# %%
def sigmoid_node(u):
    h = activations.sigmoid(u.value)
    return graph.Node(h, (u, lambda d: d * h * (1 - h)))


def half_square(u):
    return graph.Node(u.value**2 / 2, (u, lambda d: d * u.value))


def neuron(x, w, b):
    return sigmoid_node(x * w + b)


# %% [markdown]
# The neuron as a **computational graph**: each circle is one operation, each box an input. The
# value stands above the edge; the gradient that comes back stands below it.

# %% covers="04.graph"
cost = half_square(neuron(graph.Node(x), graph.Node(w), graph.Node(b)) - graph.Node(y))

# %%
# @title Each operation multiplies what comes back by its own slope
described(
    plot_graph(
        graph.topological_order(cost),
        graph.accumulate_gradients(cost),
        labels="x w × b + σ y − ½e²",
        title="Each operation multiplies what comes back by its own slope",
    ),
    "From left to right: x = 0.5 times w = 2 gives 1, plus b = −0.595 gives s = 0.405, sigmoid "
    "gives 0.6, minus y = 1 gives −0.4, half the square gives J = 0.08. From right to left the "
    "gradients: 1, −0.4, −0.4, then −0.096 at the score, −0.048 at w and −0.096 at b.",
)

# %% [markdown]
# Follow the orange numbers from right to left. You never differentiate a long formula. Each
# operation knows only its own slope.
#
# **Spot the error.** A slide of HW prints, for the output layer,
# $\delta = f'(z)\,(t - o)$ with target $t$ and output $o$, and then the update
# $\Delta w = -\eta\,\delta\,f'(z_{\text{in}})$, where $z_{\text{in}}$ is the score of the unit that
# feeds this weight. Our input $x = 0.5$ is the sigmoid of $z_{\text{in}} = 0$, so
# $f'(z_{\text{in}}) = 0.25$.
#
# **Predict.** You take one such step with $\eta = 1$. Does the cost fall, stay or rise?

# %% tags=["predict"]
guess_cost = ...  # "falls", "stays" or "rises"


# %% erratum="W1" truth=["The printed step climbs"]
# @title Your guess beside the truth
def cost_at(w):
    return float((activations.sigmoid(w * x + b) - y) ** 2 / 2)


delta_printed = h * (1 - h) * (y - h)
as_printed = cost_at(w - 1.0 * delta_printed * 0.25)
mended = cost_at(w + 1.0 * delta_printed * x)
assert mended < J < as_printed
described(plot_guess(guess_cost, "rises", quantity="cost", choices=["falls", "stays", "rises"]))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The printed step climbs, from 0.0800 to 0.0812; the mended one falls to 0.0777. Two things are
# wrong. With $t - o$ the minus of "descent" is already inside $\delta$, so the update needs a plus.
# And the factor from below is the *activation* $f(z_{\text{in}}) = x$, as in (4.3), not its slope.
# What holds: $\Delta w = +\eta\,\delta\,x$.
# </details>

# %% [markdown]
# ## 3 The referee (core)
# Formulas go wrong in signs, factors and transposes. So before you derive more of them, build
# something that knows no formula at all. The slope of $f$ at $x$ is the limit of a difference, and
# there are two of them:
#
# $$\frac{f(x + h) - f(x)}{h}\qquad\text{or}\qquad
# \frac{f(x + h) - f(x - h)}{2h} \tag{4.4}$$
#
# In this section $h$ is the width of the nudge, as in most libraries, and not the output. How far
# is each difference from the true slope $x\delta = -0.048$ of our neuron?

# %% covers="04.two_sided"
step = 1e-3
one_sided = (cost_at(w + step) - cost_at(w)) / step
two_sided = (cost_at(w + step) - cost_at(w - step)) / (2 * step)
np.array([one_sided, two_sided]) - x * delta

# %% [markdown]
# With the same step the two-sided difference is thousands of times closer. Taylor's formula says
# why: $f(x \pm h) = f \pm h f' + \frac{h^2}{2} f'' \pm \dots$ In the two-sided difference the
# $f''$ terms cancel, and an error of size $h^2$ remains instead of $h$.
#
# **Your turn.** Write the referee for arrays of any shape: nudge each entry both ways, put it back,
# and leave the caller's array alone.

# %% tags=["exercise"] covers="04.two_sided"
exercise("numerical_gradient")

# %% [markdown]
# From here on every formula is held against the referee. First the neuron: all of its three
# numbers at once, $w$, $b$ and the input $x$, where the chain rule gives
# $\partial J/\partial x = w\,\delta$.


# %%
def neuron_cost(p):
    return (activations.sigmoid(p[0] * p[2] + p[1]) - y) ** 2 / 2


by_formula = np.array([x * delta, delta, w * delta])
by_referee = gradient_check.numerical_gradient(neuron_cost, np.array([w, b, x]))
assert gradient_check.relative_error(by_formula, by_referee) < 1e-7
np.round([by_formula, by_referee], 6)

# %% [markdown]
# The rows agree to all digits shown. Now the neuron gets a predecessor.

# %% [markdown]
# ## 4 A chain of two (core)
# Put a second neuron in front. It takes the input $x^{(0)}$, and its output $x^{(1)}$ feeds the
# neuron you know. Upper indices in brackets count layers; they are not powers.
#
# $$s^{(1)} = w^{(1)} x^{(0)} + b^{(1)},\quad x^{(1)} = \sigma(s^{(1)}),\quad
# s^{(2)} = w^{(2)} x^{(1)} + b^{(2)},\quad x^{(2)} = \sigma(s^{(2)})$$
#
# Set $x^{(0)} = 0$, $w^{(1)} = 3$, $b^{(1)} = 0$. Then $s^{(1)} = 0$ and $x^{(1)} = \sigma(0) =
# 0.5$: the second neuron sees what it saw before, and answers 0.6.
#
# **Predict.** One of the four parameters has the slope 0. Which one?

# %% tags=["predict"]
guess_zero = ...  # "w1", "b1", "w2" or "b2"

# %% [markdown]
# `run_chain` computes forwards, which builds the graph, and then asks for all gradients.


# %%
def run_chain(x, w1, b1, w2, b2, y):
    leaf = graph.Node
    hidden = neuron(leaf(x), leaf(w1), leaf(b1))
    cost = half_square(neuron(hidden, leaf(w2), leaf(b2)) - leaf(y))
    return graph.topological_order(cost), graph.accumulate_gradients(cost)


# %% [markdown]
# *Forward* pushes the values to the right, then brings the blame back to the left. The arrow keys
# work too. When you reach the end, set `x` to 1 and `b1` to −3 and look at the first weight again.

# %% covers="04.stepper"
# @title Values go forward, blame comes back
described(
    explore_backpropagation(
        run_chain,
        "x w₁ × b₁ + σ w₂ × b₂ + σ y − ½e²",
        title="Values go forward, blame comes back",
        **dict(x=0.0, w1=3.0, b1=0.0, w2=2.0, b2=-0.5945, y=1.0),
    ),
    "Two neurons in a row as a graph, with buttons Back, Forward and Reset and fields for the six "
    "inputs. Forward: 0 times 3 plus 0 gives 0, sigmoid 0.5, times 2 minus 0.595 gives 0.405, "
    "sigmoid 0.6, minus 1 gives −0.4, J = 0.08. Backward: 1, −0.4, −0.4, −0.096 at the second "
    "score, −0.048 at w2, −0.192 at the hidden output, −0.048 at the first score and b1, 0 at w1.",
)

# %% [markdown]
# Two rules are enough for every step of the way back. A **product** sends to each factor the
# gradient times the *other* factor. A **sum** sends the gradient on to each of its terms unchanged.

# %% truth=["first weight is 0"]
# @title Your guess beside the truth
dw, db = network.chain_gradients(0.0, 1.0, [3.0, 2.0], [0.0, np.log(1.5) - 1])
slopes = {"w1": dw[0], "b1": db[0], "w2": dw[1], "b2": db[1]}
described(
    plot_guess(
        guess_zero,
        min(slopes, key=lambda name: abs(slopes[name])),
        quantity="parameter with slope 0",
        choices=list(slopes),
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The slope of a weight is *input times blame*. The input of the first weight is 0, so the weight
# cannot learn from this example, however wrong the output is. The bias can: its input is always 1.
# </details>
#
# In symbols, the blame goes back through one more weight and one more slope:
#
# $$\textcolor{#b84a00}{\delta^{(l-1)}} = \sigma'(s^{(l-1)})\; w^{(l)}\;
#   \textcolor{#b84a00}{\delta^{(l)}},\qquad
# \frac{\partial J}{\partial w^{(l)}} = x^{(l-1)} \delta^{(l)},\qquad
# \frac{\partial J}{\partial b^{(l)}} = \delta^{(l)} \tag{4.5}$$

# %% covers="04.chain"
second_delta = 0.6 * (1 - 0.6) * (0.6 - 1)
first_delta = 0.5 * (1 - 0.5) * 2.0 * second_delta
assert np.allclose(dw, [0.0 * first_delta, 0.5 * second_delta])
assert np.allclose(db, [first_delta, second_delta])
np.round([first_delta, second_delta], 4)

# %% [markdown]
# $\delta^{(1)} = 0.25 \cdot 2 \cdot (-0.096) = -0.048$. Look at what was *not* computed again:
# $\delta^{(2)}$ serves $w^{(2)}$, $b^{(2)}$ and everything before. That reuse is the whole trick.

# %% tags=["exercise"]
exercise("q_reused_delta")

# %% [markdown]
# **Your turn.** Write it for a chain of any length: forward, keeping every output; then backward
# with one $\delta$ that walks from the last layer to the first.

# %% tags=["exercise"] covers="04.chain"
exercise("chain_gradients")

# %% [markdown]
# ## 5 When paths meet (core)
# In a chain each value has one user. In a network each unit feeds *all* units of the next layer.
# The smallest example with two users is $f = x \cdot x + x$ at $x = 3$: three edges leave $x$, and
# three gradients come back to it.

# %%
x_node = graph.Node(3.0)
f_node = x_node * x_node + x_node
f_gradients = graph.accumulate_gradients(f_node)

# %%
# @title Three ways back to x
described(
    plot_graph(
        graph.topological_order(f_node),
        f_gradients,
        labels="x × +",
        title="Three ways back to x",
    ),
    "Three edges leave x = 3. Two go into the product and bring back 3 each; one goes straight "
    "into the sum and brings back 1.",
)

# %% [markdown]
# The product sends to each factor the other one: 3 and 3. The sum sends 1. Nudge $x$ a little: $f$
# feels the nudge once through each edge. So the parts that come back along
# the edges **add**, to $2x + 1$. For $J$ that depends on $u$ through
# $v_1, \dots, v_n$:
#
# $$\frac{\partial J}{\partial u} = \sum_{j=1}^{n} \frac{\partial v_j}{\partial u}
#   \,\frac{\partial J}{\partial v_j} \tag{4.6}$$
#
# Along a path multiply, over paths add. There is nothing else in backpropagation. A program that
# *overwrites* the stored gradient instead of adding to it keeps one path only:


# %%
def last_one_wins(output):
    gradients = {output: 1.0}
    for node in reversed(graph.topological_order(output)):
        for parent, part in zip(node.parents, node.pullback(gradients[node]), strict=True):
            gradients[parent] = part  # += is what it should be
    return gradients


float(last_one_wins(f_node)[x_node]), float(f_gradients[x_node])

# %% [markdown]
# The overwriting version gives 3, the part that came last, instead of the sum. It raises no error.
# You will meet this mistake again.

# %% tags=["exercise"] covers="04.graph"
exercise("q_shared_node")

# %% [markdown]
# ## 6 The proof, for a whole layer (core)
# Now a network of any shape. Unit $i$ of layer $l-1$ has the output $x_i^{(l-1)}$; weight
# $w_{ij}^{(l)}$ leads from it to unit $j$ of layer $l$:
#
# $$s_j^{(l)} = \sum_i x_i^{(l-1)} w_{ij}^{(l)} + b_j^{(l)},\qquad x_j^{(l)} = g(s_j^{(l)})$$
#
# **Claim.** With the blame $\delta_j^{(l)} = \partial J/\partial s_j^{(l)}$, for every layer
#
# $$\frac{\partial J}{\partial w_{ij}^{(l)}} = \textcolor{#0072b2}{x_i^{(l-1)}}\,
#   \textcolor{#b84a00}{\delta_j^{(l)}} \tag{4.7}$$
#
# You check each step of the proof on a small network: 2 inputs, layers of 3, 4 and 2 units, tanh in
# the hidden layers, softmax and cross-entropy at the end, one example.

# %%
rng = np.random.default_rng(7)
Ws = [None, rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))]
bs = [None, rng.normal(size=3), rng.normal(size=4), rng.normal(size=2)]
x0, label = rng.normal(size=2), 1


def cost_from(scores, layer):
    """The cost, if layer `layer` had these scores."""
    for l in range(layer, 3):
        scores = np.tanh(scores) @ Ws[l + 1] + bs[l + 1]
    return losses.cross_entropy(scores[None], [label])


# %% [markdown]
# `cost_from` cuts the network open: it takes the scores of a layer as given and runs the rest. So
# the referee can measure $\partial J/\partial s^{(l)}$ directly. Here are the measured blames of
# all three layers; the proof has to explain them.

# %%
ss, xs = [None], [x0]
for l in (1, 2, 3):
    ss.append(xs[l - 1] @ Ws[l] + bs[l])
    xs.append(np.tanh(ss[l]))
measured = [None] + [
    gradient_check.numerical_gradient(lambda s, l=l: cost_from(s, l), ss[l]) for l in (1, 2, 3)
]
[np.round(d, 4) for d in measured[1:]]

# %% [markdown]
# **Step a: one weight.** $w_{ij}$ touches $J$ only through $s_j$, and
# $s_j = \dots + x_i w_{ij} + \dots$ is a straight line in it:
#
# $$\frac{\partial s_j^{(l)}}{\partial w_{ij}^{(l)}} = x_i^{(l-1)}
# \;\Rightarrow\; \frac{\partial J}{\partial w_{ij}^{(l)}}
# = x_i^{(l-1)} \frac{\partial J}{\partial s_j^{(l)}} \tag{4.8a}$$
#
# All pairs $(i, j)$ at once are an outer product. Check it in the middle layer:


# %% covers="04.weight_gradient"
def cost_of_W2(W2):
    return cost_from(xs[1] @ W2 + bs[2], 2)


dW2_measured = gradient_check.numerical_gradient(cost_of_W2, Ws[2])
assert gradient_check.relative_error(np.outer(xs[1], measured[2]), dW2_measured) < 1e-6
np.round(dW2_measured, 4)

# %% [markdown]
# So (4.7) holds in every layer, once the blames are known. It remains to *compute* them.
#
# **Step b: the start of the induction.** At the last layer nothing lies behind the scores but the
# loss. For softmax with cross-entropy the blame is $\delta^{(L)} = p - y$, where $p$ are the
# probabilities and $y$ is 1 at the true class and 0 elsewhere (section 7 derives it):
#
# $$\delta^{(L)} = \frac{\partial J}{\partial s^{(L)}} = p - y \tag{4.8b}$$

# %% covers="04.induction"
deltas = {3: activations.softmax(ss[3]) - np.eye(2)[label]}
assert gradient_check.relative_error(deltas[3], measured[3]) < 1e-7
np.round(deltas[3], 4)

# %% [markdown]
# **Step c: from layer $l+1$ to layer $l$.** Suppose $\delta^{(l+1)}$ is known. The score
# $s_i^{(l)}$ moves $x_i^{(l)}$ with slope $g'(s_i^{(l)})$, and $x_i^{(l)}$ moves every score
# $s_j^{(l+1)}$ with slope $w_{ij}^{(l+1)}$. Paths add (4.6):
#
# $$\textcolor{#b84a00}{\delta_i^{(l)}} = g'(s_i^{(l)}) \sum_j w_{ij}^{(l+1)}\,
#   \textcolor{#b84a00}{\delta_j^{(l+1)}} \tag{4.8c}$$
#
# For tanh, $g'(s) = 1 - \tanh^2 s = 1 - x^2$: the stored output is enough.

# %% covers="04.recursion"
for l in (2, 1):
    deltas[l] = (1 - xs[l] ** 2) * (Ws[l + 1] @ deltas[l + 1])
    assert gradient_check.relative_error(deltas[l], measured[l]) < 1e-6
np.round(deltas[2], 4), np.round(deltas[1], 4)

# %% [markdown] covers="04.induction"
# The formula gives what the referee measured. The blame is known in the last layer (4.8b), and in
# layer $l$ whenever it is known in layer $l+1$ (4.8c). So it is known in *all* layers, however many
# there are, and with (4.8a) claim (4.7) is proved. $\square$
#
# **A batch.** With one example a row, $x$ is $(N, D_{\text{in}})$ and `dout`
# $= \partial J/\partial s$ is $(N, D_{\text{out}})$. The sums become matrix products, and a weight
# collects from all rows, because all rows use it (4.6 again):
#
# $$\mathrm dx = \mathrm dout\; W^{\top},\qquad \mathrm dW = x^{\top}\, \mathrm dout,\qquad
# \mathrm db = \sum_{n} \mathrm dout_n \tag{4.9}$$

# %% shows="linear_backward"
N, D_in, D_out = 6, 3, 4
dout, x_batch, W_batch = np.ones((N, D_out)), np.ones((N, D_in)), np.ones((D_in, D_out))
(dout @ W_batch.T).shape, (x_batch.T @ dout).shape, dout.sum(axis=0).shape

# %% [markdown]
# You do not have to remember where the transposes go. Choose three different sizes; each gradient
# has the shape of its variable, and only one product fits.

# %% tags=["exercise"]
exercise("linear_backward")

# %% [markdown]
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.
#
# ## 7 The blame at the output (core)
# The recursion (4.8c) is the same in every network. Only its start, $\delta^{(L)}$, depends on the
# loss and on the last activation. Three pairs matter. In each, $h$ is the output:
#
# | task | loss $J$ | last activation | $\delta^{(L)}$ |
# |---|---|---|---|
# | regression | $\frac12 (h - y)^2$ | any $g$ | $g'(s)\,(h - y)$ |
# | two classes | $-y \ln h - (1-y)\ln(1-h)$ | sigmoid | $h - y$ |
# | $K$ classes | $-\sum_k y_k \ln h_k$ | softmax | $h - y$ |
#
# Let SymPy do the second row: write the loss as a formula of the score $s$, differentiate,
# simplify.

# %% covers="04.delta_bce"
s_, y_ = sympy.symbols("s y", real=True)
h_ = 1 / (1 + sympy.exp(-s_))
bce = -y_ * sympy.log(h_) - (1 - y_) * sympy.log(1 - h_)
assert sympy.simplify(sympy.diff(bce, s_) - (h_ - y_)) == 0
sympy.simplify(sympy.diff(bce, s_))

# %% [markdown]
# SymPy writes it in its own way, and the assertion holds: it equals $h - y$. The sigmoid's slope
# $h(1-h)$ has cancelled against the $h(1-h)$ in the denominator of
# $\partial J/\partial h = (h-y)/(h(1-h))$.
#
# Row one by the same way, for *any* activation $g$:

# %% covers="04.delta_mse"
g_ = sympy.Function("g")(s_)
sympy.diff((g_ - y_) ** 2 / 2, s_)

# %% [markdown]
# Here $g'$ stays.
#
# ### The softmax's table of slopes (deeper)
# Row three needs more care: with softmax, *each* score moves *all* probabilities,
# because they share one sum. So $g'$ is not a number but a table of slopes, the **Jacobian**
# (rows: probability $p_i$; columns: score $s_j$). By the quotient rule
#
# $$\frac{\partial p_i}{\partial s_j} = \begin{cases} p_i (1 - p_i) & i = j\\
#   -p_i\, p_j & i \ne j \end{cases} \tag{4.10}$$

# %% covers="04.softmax_jacobian"
scores_ = sympy.symbols("s1:4", real=True)
total_ = sum(sympy.exp(s) for s in scores_)
p_ = sympy.Matrix([sympy.exp(s) / total_ for s in scores_])
jacobian_ = p_.jacobian(scores_)
assert sympy.simplify(jacobian_ - (sympy.diag(*p_) - p_ * p_.T)) == sympy.zeros(3, 3)

# %% [markdown]
# SymPy agrees with (4.10) for three classes. With numbers, for $p = (0.6, 0.3, 0.1)$:

# %%
p = np.array([0.6, 0.3, 0.1])

# %%
# @title Slope of each probability along each score
described(
    plot_matrix(
        activations.softmax_jacobian(p),
        title="Slope of each probability along each score",
        rows=["$p_1$", "$p_2$", "$p_3$"],
        columns=["$s_1$", "$s_2$", "$s_3$"],
    ),
    "A 3 by 3 matrix: 0.24, 0.21 and 0.09 on the diagonal; −0.18, −0.06 and −0.03 beside it; "
    "it is symmetric and each row sums to 0.",
)

# %% [markdown]
# The diagonal is the sigmoid's $p(1-p)$, with 0.24 once more. The other entries are negative: what
# one probability gains, the others lose. So each column sums to 0.

# %% tags=["exercise"] covers="04.softmax_jacobian"
exercise("softmax_jacobian")

# %% [markdown]
# ### Its product with the loss (core)
# With softmax each score $s_j$ moves all probabilities, by $\partial p_i/\partial s_j = p_i(1 -
# p_i)$ for $i = j$ and $-p_i p_j$ otherwise (4.10). The loss's slopes along the probabilities are
# $\partial J/\partial p_i = -y_i/p_i$, and the paths from score $s_j$ run through all of them:
#
# $$\delta_j = \sum_i \frac{\partial p_i}{\partial s_j}\Big(-\frac{y_i}{p_i}\Big)
#  = -y_j (1 - p_j) + \sum_{i \ne j} y_i\, p_j = p_j \sum_i y_i - y_j = p_j - y_j \tag{4.11}$$
#
# because the targets sum to 1. Check with $p = (0.6, 0.3, 0.1)$ and the true class 2:

# %% covers="04.delta_ce"
three, target = np.array([0.6, 0.3, 0.1]), np.array([0.0, 1.0, 0.0])
through_jacobian = activations.softmax_jacobian(three).T @ (-target / three)
assert np.allclose(through_jacobian, three - target)
through_jacobian

# %% [markdown]
# $(0.6, -0.7, 0.1)$: two scores are too high, one is too low, and the blame says by how much. The
# whole table of slopes has disappeared.
#
# **Your turn**, for a batch: the loss is the *mean* over $N$ rows, so each row's $p - y$ is divided
# by $N$. This is the only place where the batch size enters.

# %% tags=["exercise"] covers="04.delta_ce"
exercise("softmax_cross_entropy_backward")

# %% [markdown]
# ### Does it matter? A claim to measure (deeper)
# HKU and HW say that cross-entropy trains faster than the squared error on sigmoid outputs. The
# table shows a mechanism: when an output is badly wrong, $h(1-h)$ is almost 0, and only the squared
# error multiplies by it. For $y = 1$ and a score of $-5$:

# %%
far_off = activations.sigmoid(-5.0)
np.round([far_off * (1 - far_off) * (far_off - 1), far_off - 1], 4)

# %% [markdown]
# The blame differs by a factor of 150. Now on 1,437 handwritten digits of 8 × 8 pixels, with 30
# tanh units and 10 sigmoid outputs. The two losses differ in one line.

# %%
images = load_digits(flat=True, dtype=np.float64)


# %%
# @title accuracy_after_3_epochs: train with one of the two losses
def accuracy_after_3_epochs(squared, rate, scale, seed):
    rng = np.random.default_rng(seed)
    W1, W2 = scale * rng.normal(size=(64, 30)) / 8, scale * rng.normal(size=(30, 10)) / 30**0.5
    order = np.concatenate([rng.permutation(1437) for _ in range(3)])
    for rows in np.array_split(order, 135):
        x1 = np.tanh(images.X_train[rows] @ W1)
        h = activations.sigmoid(x1 @ W2)
        delta2 = (h - np.eye(10)[images.y_train[rows]]) / len(rows)
        delta2 = delta2 * h * (1 - h) if squared else delta2
        delta1 = (1 - x1**2) * (delta2 @ W2.T)
        W1, W2 = W1 - rate * images.X_train[rows].T @ delta1, W2 - rate * x1.T @ delta2
    return np.mean((np.tanh(images.X_test @ W1) @ W2).argmax(axis=1) == images.y_test)


# %% [markdown]
# A race at one learning rate would be unfair: $h(1-h) \le \frac14$ also makes every step smaller.
# So give each loss several rates, and look at its best. Three seeds each, from a usual start and
# from one four times as large, where many outputs are badly wrong.

# %%
# @title The race: five rates, three seeds, two losses, two starts
rates = [0.1, 0.3, 1.0, 2.0, 4.0]
lanes = {"cross-entropy": (False, 1), "squared error": (True, 1)}
lanes |= {"cross-entropy, large start": (False, 4), "squared error, large start": (True, 4)}


def lane(squared, scale):
    accuracy = accuracy_after_3_epochs
    return [[accuracy(squared, rate, scale, seed) for rate in rates] for seed in range(3)]


race = {name: lane(*settings) for name, settings in lanes.items()}
best_share = {name: np.mean(runs, axis=0).max() for name, runs in race.items()}

# %% [markdown]
# Look at the highest point of each curve, not at one column.

# %% claim="C18"
assert best_share["cross-entropy"] - best_share["squared error"] < 0.05
assert best_share["cross-entropy, large start"] - best_share["squared error, large start"] > 0.05

# %%
# @title At its own rate squared error keeps up, unless units saturate
described(
    plot_lines(
        rates,
        race,
        xlabel="learning rate",
        ylabel="test accuracy after 3 epochs",
        xscale="log",
        title="At its own rate squared error keeps up, unless units saturate",
    ),
    "Accuracy against rate, three seeds. Cross-entropy peaks at rate 1, at 94 percent (large start "
    "92), then fails. Squared error rises from 41 percent at 0.1 to 93 at 2 (large start 81).",
)

# %% [markdown]
# **Verdict on C18: it holds, with a condition.** At the rate 0.1 cross-entropy is far ahead (88 %
# against 41 %). But each at its own best rate the two are nearly level (94 % and 93 %): most of the
# lead is a matter of step size. From the large start, where outputs saturate, it is not:
# cross-entropy still reaches 92 %, the squared error 81 % at the best of these rates.

# %% [markdown]
# ## 8 The 2-5-2 network, a batch at a time (core)
# The source HKU works with two inputs, five tanh units and two softmax outputs, and $M$ examples,
# one a row:
#
# $$s_1 = x W_1 + b_1,\quad x_1 = \tanh s_1,\quad s_2 = x_1 W_2 + b_2,\quad
#   h = \mathrm{softmax}(s_2) \tag{4.12}$$

# %% covers="04.two_layer_forward" shows="two_layer_gradients,softmax_cross_entropy_backward"
rng = np.random.default_rng(7)
M = 4
X, labels = make_moons(M, rng)
W1, b1 = rng.normal(size=(2, 5)), np.zeros(5)
W2, b2 = rng.normal(size=(5, 2)), np.zeros(2)
s1 = X @ W1 + b1
x1 = np.tanh(s1)
s2 = x1 @ W2 + b2
probabilities = activations.softmax(s2)
np.round(probabilities, 3)

# %% [markdown]
# Four rows, each with two probabilities that sum to 1. The way back is (4.11), (4.9), (4.8c) and
# (4.9) again; $\odot$ multiplies entry by entry:
#
# $$\delta_2 = \tfrac1M (h - y),\quad \mathrm dW_2 = x_1^{\top}\delta_2,\quad
#   \delta_1 = (1 - x_1^2) \odot (\delta_2 W_2^{\top}),\quad
#   \mathrm dW_1 = x^{\top}\delta_1 \tag{4.13}$$
#
# and each $\mathrm db$ is the sum of the rows of its $\delta$.

# %% covers="04.two_layer_backward" shows="two_layer_gradients,softmax_cross_entropy_backward"
y_rows = np.eye(2)[labels]
delta2 = (probabilities - y_rows) / M
dW2, db2 = x1.T @ delta2, delta2.sum(axis=0)
delta1 = (1 - x1**2) * (delta2 @ W2.T)
dW1, db1 = X.T @ delta1, delta1.sum(axis=0)
{name: a.shape for name, a in dict(delta2=delta2, dW2=dW2, delta1=delta1, dW1=dW1).items()}

# %% [markdown]
# Every gradient has the shape of its variable. HKU's slide leaves out the $\frac1M$, so its steps
# are $M$ times as long. The referee, on all ten numbers of $W_1$:


# %%
def loss_of_W1(W):
    return losses.cross_entropy(np.tanh(X @ W + b1) @ W2 + b2, labels)


referee = gradient_check.numerical_gradient(loss_of_W1, W1)
assert gradient_check.relative_error(dW1, referee) < 1e-6
np.round(dW1 - referee, 12)

# %% [markdown]
# **Your turn.** Put forward and backward into one function.

# %% tags=["exercise"] covers="04.two_layer_backward"
exercise("two_layer_gradients")

# %% [markdown]
# **Spot the error.** The source's update of the output bias reads $b_2 = b_2 - \alpha\,\delta_2$,
# and $\delta_2$ has $M = 4$ rows and 2 columns.
#
# **Predict.** NumPy runs this line on $b_2$ of shape `(2,)`. What shape does $b_2$ have afterwards?

# %% tags=["predict"]
guess_shape = ...  # "(2,)", "(4, 2)" or "error"

# %% erratum="U4" truth=["(4, 2)"]
# @title Your guess beside the truth
alpha = 0.5
b2_printed = b2 - alpha * delta2
described(
    plot_guess(
        guess_shape,
        str(b2_printed.shape),
        quantity="what NumPy makes of b2",
        choices=["(2,)", "(4, 2)", "error"],
    )
)

# %% [markdown]
# <details><summary>After your guess</summary>
#
# No error. Broadcasting stretches $b_2$ to $(4, 2)$: from now on every *row of the batch* has a
# bias of its own. The training loss even falls, because each example gets a private correction.
# </details>
#
# Here the batch has another size:

# %%
try:
    x1[:3] @ W2 + b2_printed
except ValueError as error:
    complaint = str(error)
assert losses.cross_entropy(x1 @ W2 + b2_printed, labels) < losses.cross_entropy(s2, labels)
assert (b2 - alpha * delta2.sum(axis=0)).shape == b2.shape
complaint

# %% [markdown]
# What holds: one bias serves all rows, so the rows add up: $b_2 - \alpha \sum_m \delta_{2,m}$.
# A cheap habit catches the whole family: `assert db2.shape == b2.shape`.
#
# Now let the network learn: every parameter moves against its gradient,
# $W \leftarrow W - \alpha\,\mathrm dW$ and $b \leftarrow b - \alpha\,\mathrm db$, with
# $\alpha = 0.5$. Two interleaved half circles, 200 points, all of them in every step.

# %% covers="04.update" shows="sgd_step"
rng = np.random.default_rng(7)
moons, moon_labels = make_moons(200, rng)
parameters = [rng.normal(size=(2, 5)), np.zeros(5), rng.normal(size=(5, 2)), np.zeros(2)]
history = []
for _ in range(800):
    loss, *gradients = network.two_layer_gradients(moons, moon_labels, *parameters)
    parameters = [p - 0.5 * g for p, g in zip(parameters, gradients, strict=True)]
    history.append(loss)
f"loss {history[0]:.3f} before, {history[-1]:.3f} after"

# %% [markdown]
# Twenty-seven numbers have moved 800 times against their gradients. Where is the border now?

# %%
# @title Five tanh units bend the border around both arcs
described(
    plot_regions(
        lambda P: network.mlp_scores(P, parameters[::2], parameters[1::2]).argmax(axis=1),
        moons,
        moon_labels,
        title=f"Five tanh units after 800 steps: loss {history[-1]:.3f}",
    ),
    "Two interleaved half circles of points and a curved border between them; the border runs "
    "through the gap and leaves almost every point on the side of its own class.",
)

# %% [markdown]
# Five tanh units bend the border around both arcs.

# %% [markdown]
# ## 9 Any depth (core)
# With $x_0$ the input and $l = L, L-1, \dots, 1$, one loop holds the whole of section 6:
#
# $$\delta_L = \tfrac1N(p - y),\qquad
#   \mathrm dW_l = x_{l-1}^{\top}\,\delta_l,\qquad
#   \mathrm db_l = \textstyle\sum_n \delta_{l,n},\qquad
#   \delta_{l-1} = (\delta_l W_l^{\top}) \odot g'(s_{l-1}) \tag{4.14}$$
#
# **Your turn.** Any number of layers, tanh inside, softmax and cross-entropy at the end.

# %% tags=["exercise"] covers="04.any_depth"
exercise("backpropagate")

# %% [markdown]
# Does the formula hold at every depth? Let the referee check the *first* layer, which is the one
# that every mistake on the way reaches.


# %% covers="04.any_depth"
# @title first_layer_error: backpropagation against the referee, at any depth
def first_layer_error(depth):
    rng = np.random.default_rng(depth)
    sizes = [3, *[4] * (depth - 1), 2]
    Ws = [rng.normal(size=shape) for shape in pairwise(sizes)]
    bs = [rng.normal(size=n) for n in sizes[1:]]
    X, labels = rng.normal(size=(6, 3)), rng.integers(0, 2, size=6)
    _, dWs, _ = network.backpropagate(X, labels, Ws, bs)

    def loss(W):
        return losses.cross_entropy(network.mlp_scores(X, [W, *Ws[1:]], bs), labels)

    return gradient_check.relative_error(dWs[0], gradient_check.numerical_gradient(loss, Ws[0]))


# %% [markdown]
# From one layer to six:

# %% covers="04.any_depth"
errors = [first_layer_error(depth) for depth in range(1, 7)]
assert max(errors) < 1e-5
[f"{error:.0e}" for error in errors]

# %% [markdown]
# The two ways agree to many digits from one layer to six. Section 10 asks how many digits you may
# expect.

# %% [markdown] covers="04.notations"
# ### Five sources, one recursion (deeper)
# Every text writes (4.8c) in letters of its own.
#
# | source | sum | output | blame | blame, one layer earlier |
# |---|---|---|---|---|
# | HKU | $s_j$ | $x_j$ | $\delta_j = \partial J/\partial s_j$ | $g'(s_i)\sum_j w_{ij}\delta_j$ |
# | EPFL | $h_i$ | $x_i$ | $e_i = \partial L/\partial h_i$ | $\sigma'(h_j)\sum_i W_{ij}e_i$ |
# | HUST | – | $h_l$ | $e_l = \partial L/\partial h_l$ | $\sum_l w_{kl}h_l(1-h_l)e_l$ |
# | HW | $z_j$ | $f(z_j)$ | $\delta_j = -\partial E/\partial z_j$ | $f'(z_j)\sum_k w_{jk}\delta_k$ |
# | KAV | $\beta_j$ | $b_h$ | $g_j = -\partial E/\partial\beta_j$ | $b_h(1-b_h)\sum_j w_{hj}g_j$ |
#
# EPFL stores weights as (to, from). HUST (which writes $\varepsilon$ for this $e$) blames the
# output, not the sum. HW and KAV carry the minus of descent inside, so they *add* the step. Do the
# five agree?

# %% covers="04.notations"
# @title One gradient, computed in the letters of five sources
inputs, wanted = np.array([2.0, -1.0]), np.array([1, 0])
rng = np.random.default_rng(7)
V, U = rng.normal(size=(2, 3)), rng.normal(size=(3, 2))
hidden = activations.sigmoid(inputs @ V)
outputs = activations.sigmoid(hidden @ U)
bend, lack = hidden * (1 - hidden), outputs - wanted
output_delta = outputs * (1 - outputs) * lack  # HKU; EPFL writes e
hku = np.outer(inputs, bend * (U @ output_delta))
U_epfl = U.T
epfl = np.outer(bend * (U_epfl.T @ output_delta), inputs).T
epsilon = U @ (outputs * (1 - outputs) * 2 * lack)  # HUST: blame of a hidden output
hust = np.outer(inputs, bend * epsilon) / 2
hw_and_kav = -np.outer(inputs, bend * (U @ -output_delta))  # both blame minus the slope
assert all(np.allclose(hku, other) for other in (epfl, hust, hw_and_kav))
np.round(hku, 4)

# %% [markdown]
# They do: one gradient, five spellings. HUST's loss has no $\frac12$, so its gradient is twice the
# others'; the cell divides it by 2.

# %% [markdown]
# ## 10 Can you trust the referee? (deeper)
# Two gradients never agree exactly. How far apart is too far? An absolute difference of $10^{-6}$
# is nothing for a gradient of 100 and everything for one of $10^{-6}$. So compare relative to their
# size, entry by entry:
#
# $$\text{error} = \max_i \frac{|a_i - n_i|}{\max(|a_i|, |n_i|)} \tag{4.15}$$

# %% covers="04.relative_error"
one_way, other_way = np.array([100.0, 1e-6]), np.array([100.0 + 1e-6, 2e-6])
float(np.abs(one_way - other_way).max()), gradient_check.relative_error(one_way, other_way)

# %% [markdown]
# The absolute error praises both entries; the relative error finds that the second is wrong by
# half.
#
# ### The step size
# In (4.4) the error of the two-sided difference shrinks with $h^2$. So smaller is
# better? In double precision (float64), which $h$ gives the best result?

# %%
# @title exact, loss_in: the true gradient, and the loss in one precision
rng = np.random.default_rng(7)
twenty, twenty_labels = make_moons(20, rng)
layer1, layer2, zeros = rng.normal(size=(2, 5)), rng.normal(size=(5, 2)), (np.zeros(5), np.zeros(2))
exact = network.two_layer_gradients(twenty, twenty_labels, layer1, zeros[0], layer2, zeros[1])[1]


def loss_in(dtype, W):
    scores = np.tanh(twenty.astype(dtype) @ W) @ layer2.astype(dtype)
    return losses.cross_entropy(scores, twenty_labels)


# %% [markdown]
# `exact` is the gradient by backpropagation in float64. Now the difference quotient, computed
# wholly in one precision:


# %% covers="04.precision"
# @title referee_error: a difference quotient in one precision, against the exact gradient
def referee_error(h, dtype, sides=2):
    gradient = np.zeros(layer1.shape)
    for i in np.ndindex(layer1.shape):
        up, down = layer1.astype(dtype), layer1.astype(dtype)
        up[i] += dtype(h)
        down[i] -= dtype(h) * (sides - 1)
        gradient[i] = (loss_in(dtype, up) - loss_in(dtype, down)) / (sides * h)
    return gradient_check.relative_error(gradient, exact)


# %% [markdown]
# For 25 step sizes:

# %% covers="04.precision"
steps = 10.0 ** np.arange(-12, 0.1, 0.5)
curves = {
    "two-sided, float64": [referee_error(h, np.float64) for h in steps],
    "one-sided, float64": [referee_error(h, np.float64, sides=1) for h in steps],
    "two-sided, float32": [referee_error(h, np.float32) for h in steps],
}

# %% [markdown]
# Read the figure from right to left.

# %%
# @title Too large a step errs by curvature, too small a step by rounding
described(
    plot_lines(
        steps,
        curves,
        xlabel="step h",
        ylabel="relative error",
        xscale="log",
        yscale="log",
        title="Too large a step errs by curvature, too small a step by rounding",
    ),
    "Three curves of relative error against the step h, both logarithmic. Two-sided in float64 "
    "falls from 0.02 at 1e-12 to 1e-9 near 1e-5 and rises again with slope 2. One-sided has its "
    "lowest point, 1e-7, near 3e-7. Two-sided in float32 is 1 up to 1e-6 and is best near 0.03, "
    "with 4e-4.",
)

# %% [markdown]
# Each curve has a valley. Here are the bottoms:

# %% covers="04.step_size"
{name: f"{steps[np.argmin(curve)]:.0e}" for name, curve in curves.items()}

# %% [markdown]
# On the right, a step ten times smaller makes the two-sided error 100 times smaller, the one-sided
# error 10 times. On the left, rounding takes over: $J$ itself is only known to about $10^{-16}$,
# and the division by $2h$ blows that up. The valley of the two-sided difference lies near $10^{-5}$
# in float64, nine digits deep. In float32 it lies near $10^{-2}$, and you get three digits at best;
# with $h = 10^{-7}$ *nothing* is right, because $J$ does not change at all. So check gradients in
# float64, even if you train in float32.

# %% [markdown]
# ### Kinks
# ReLU, $\max(0, z)$, has a corner at 0. The referee looks at both sides of it, backpropagation
# picks one. At $z = 0$, at $z = 5 \cdot 10^{-6}$ (half a step) and at $z = 0.1$:

# %% covers="04.kinks"
z = np.array([0.0, 5e-6, 0.1])
at_kink = gradient_check.numerical_gradient(lambda z: activations.relu(z).sum(), z)
by_backward = activations.relu_backward(np.ones(3), z)
np.round([at_kink, by_backward], 3)

# %% [markdown]
# **Explain.** The referee reports 0.5 and 0.75 where backpropagation says 0 and 1. Is one of them
# wrong? What do you do when a gradient check of a ReLU network fails in a few entries only?

# %% [markdown] tags=["instructor"] grade_id="explain_kink" points=2
# Neither has a bug. At 0 there is no slope: the two-sided difference averages 0 and 1, the course
# agrees on 0. At half a step the interval reaches across the corner and averages again. Move those
# inputs away from the kink (other random numbers), or make $h$ smaller, or check with a smooth
# activation; a real mistake fails in many entries and does not go away.

# %% tags=["exercise"] covers="04.kinks"
exercise("q_gradient_check")

# %% [markdown]
# ## 11 An engine that does it for you (deeper)
# You have derived one backward pass for each kind of network. The graph of section 2 needs none of
# them: each node knows its value, its parents, and how to hand its gradient back (`pullback`). The
# rest is two functions, and you write both. Here is a **diamond**: $c = a + b$ is used twice.

# %%
c_node = graph.Node(0.5) + graph.Node(0.3)
diamond = c_node * c_node.tanh()

# %%
# @title A diamond: two paths leave c = a + b and meet again
described(
    plot_graph(
        graph.topological_order(diamond),
        graph.accumulate_gradients(diamond),
        labels="a b + tanh ×",
        title="A diamond: two paths leave c = a + b and meet again",
    ),
    "a = 0.5 and b = 0.3 add up to c = 0.8. One edge carries c to tanh, which gives 0.664; a "
    "second edge carries c straight to the product, 0.531. Backwards the product sends 0.664 "
    "straight to c and 0.8 to tanh, which sends 0.447; a and b each receive the sum, 1.11.",
)

# %% [markdown]
# The node $c$ must not pass anything on before *both* of its users have reported. If it did, it
# would pass on half of its gradient, or pass on twice.
#
# Start with $x$ and double it twenty times: $u \leftarrow u + u$. The graph has 21 nodes. A naive
# program follows each path from the end back to $x$ separately:

# %%
u = u_first = graph.Node(1.0)
for _ in range(20):
    u = u + u
len(graph.topological_order(u)), int(graph.accumulate_gradients(u)[u_first])

# %% [markdown]
# $2^{20} = 1{,}048{,}576$ paths, and each carries a gradient of 1, so their number is the gradient.
# The engine visited 21 nodes. It works because of the **order**: if each node stands after all of
# its parents, then walking backwards meets each node after all of its *users*, when its sum is
# complete.
#
# A recursive walk would be short to write. But Python allows only a limited depth of calls, and a
# graph can be deeper:


# %%
def depth(node):
    return 1 + max((depth(parent) for parent in node.parents), default=0)


deep = graph.Node(1.0)
for _ in range(5000):
    deep = deep + 1.0
try:
    depth(deep)
except RecursionError as error:
    too_deep = str(error)
too_deep, len(graph.topological_order(deep))

# %% [markdown]
# 5,000 additions are nothing: a recurrent network over a page of text makes more. (The 10,001 nodes
# are $x$, 5,000 sums and 5,000 ones.) So keep your own stack, or a list of nodes still to visit.
#
# **Your turn.** The order first.

# %% tags=["exercise"] covers="04.engine"
exercise("topological_order")

# %% [markdown]
# Then the walk back: the output's gradient is 1; each node hands its gradient to its parents; parts
# that meet are added, never overwritten.

# %% tags=["exercise"] covers="04.engine"
exercise("accumulate_gradients")

# %% [markdown]
# The nodes may hold arrays as well. The engine then differentiates the 2-5-2 network, and nobody
# had to write its backward pass:

# %% covers="04.engine"
nodes = [graph.Node(p) for p in parameters]
fifty, fifty_labels = make_moons(50, np.random.default_rng(7))
scores = (fifty @ nodes[0] + nodes[1]).tanh() @ nodes[2] + nodes[3]
by_engine = graph.accumulate_gradients(scores.cross_entropy(fifty_labels))
own = network.two_layer_gradients(fifty, fifty_labels, *parameters)[1:]
assert all(np.allclose(by_engine[n], g) for n, g in zip(nodes, own, strict=True))
[by_engine[n].shape for n in nodes]

# %% [markdown]
# ## 12 The same in PyTorch (core)
# PyTorch's *autograd* is this engine with a few hundred operations, on any device. Tensors with
# `requires_grad=True` record the graph as you compute; `backward()` is `accumulate_gradients`, and
# it leaves the sums in `.grad`.

# %% covers="04.autograd"
place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64
tensors = [torch.tensor(p, dtype=dtype, device=place, requires_grad=True) for p in parameters]
X_t = torch.tensor(moons, dtype=dtype, device=place)
labels_t = torch.tensor(moon_labels, device=place)


def torch_loss():
    tW1, tb1, tW2, tb2 = tensors
    return torch_losses.cross_entropy(torch.tanh(X_t @ tW1 + tb1) @ tW2 + tb2, labels_t)


torch_loss().backward()
grads = [t.grad.cpu().numpy().copy() for t in tensors]
by_hand = network.two_layer_gradients(moons, moon_labels, *parameters)[1:]
largest = max(np.abs(g - by).max() for g, by in zip(grads, by_hand, strict=True))
assert largest < (1e-4 if dtype is torch.float32 else 1e-12)
f"on {place}: largest difference {largest:.0e}"

# %% [markdown]
# Your formulas and PyTorch differ by rounding only.
#
# **Predict.** Nothing has changed: same data, same parameters. You call
# `torch_loss().backward()` a second time. What is the new `.grad`, divided by the first?

# %% tags=["predict"]
guess_second = ...  # a number

# %% truth=["Twice as large"]
# @title Your guess beside the truth
torch_loss().backward()
ratio = float(tensors[0].grad[0, 0]) / grads[0][0, 0]
described(plot_guess(guess_second, round(ratio, 6), quantity="second .grad / first .grad"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Twice as large. Paths add, and for autograd the second call is one more path. That is why every
# training loop clears the gradients first: `optimizer.zero_grad()`, or `t.grad = None`. Forget it
# and the steps grow with every batch.
# </details>

# %% [markdown]
# ## 13 Break it (deeper)
# Three bugs that raise no error. Each is a change of one place in (4.13), in a network of 3 inputs,
# 4 tanh units and 4 classes, $M = 8$ rows:
#
# - **A** forgets the $\frac1M$,
# - **B** carries the blame through $W_2$ instead of $W_2^{\top}$ (possible, since $W_2$ is square),
# - **C** updates $W_2$ first, with rate 0.1, and then uses the new one to get $\delta_1$.


# %%
def broken_gradients(bug, X, labels, W1, W2, rate=0.1):
    M = len(X)
    x1 = np.tanh(X @ W1)
    delta2 = activations.softmax(x1 @ W2) - np.eye(4)[labels]
    if bug != "A":
        delta2 = delta2 / M
    dW2 = x1.T @ delta2
    if bug == "C":
        W2 = W2 - rate * dW2
    back = delta2 @ (W2 if bug == "B" else W2.T)
    return X.T @ ((1 - x1**2) * back), dW2


# %% [markdown]
# The gradient check of one of them reports: $\mathrm dW_2$ is perfect, and $\mathrm dW_1$ is off by
# a few per cent in most entries. Which bug is it?

# %%
# @title Three broken gradients beside the right one
rng = np.random.default_rng(7)
case = (
    rng.normal(size=(8, 3)),
    rng.integers(0, 4, size=8),
    rng.normal(size=(3, 4)),
    rng.normal(size=(4, 4)),
)
right = broken_gradients("none", *case)


def typical_error(wrong, right):
    return np.median(np.abs(wrong - right) / np.maximum(np.abs(wrong), np.abs(right)))


table = [
    [typical_error(w, r) for w, r in zip(broken_gradients(bug, *case), right, strict=True)]
    for bug in "ABC"
]

# %% [markdown]
# Relative errors that are typical of each:

# %%
# @title Typical relative error
described(
    plot_matrix(
        table, title="Typical relative error", rows=["A", "B", "C"], columns=["dW1", "dW2"]
    ),
    "Typical relative errors of dW1 and dW2. A: 0.875 and 0.875. B: 0.42 and 0. C: 0.0312 and 0.",
)

# %% [markdown]
# The last row is the report. Read the symptoms like a doctor. **A**: everything is wrong by the
# same factor; a *constant ratio* means a lost or doubled factor. **B**: the last layer is right,
# all below it is nonsense; look at what happens between them. **C**: nearly right, because someone
# changed a value that the backward pass still needed. With a tenth of the rate its error is a
# tenth, and easy to miss.

# %%
early = broken_gradients("C", *case, rate=0.01)[0]
f"typical error of C at rate 0.01: {typical_error(early, right[0]):.4f}"

# %% [markdown]
# Cure for C: compute all gradients first, update afterwards.

# %% [markdown]
# ## 14 Handwritten digits (core)
# The big sister of the 2-5-2 network: 64 pixels, 30 tanh units, 10 classes. The gradients come from
# `network.backpropagate`, which has the name and the behaviour of the function that you wrote.

# %%
rng, digits = np.random.default_rng(7), load_digits(flat=True, dtype=np.float64)
weights = [rng.normal(size=(64, 30)) / 8, rng.normal(size=(30, 10)) / 30**0.5]
biases = [np.zeros(30), np.zeros(10)]
loss_history, accuracy_history = [], []
for _ in range(15):
    for rows in np.array_split(rng.permutation(1437), 45):
        some = digits.X_train[rows], digits.y_train[rows]
        loss, dWs, dbs = network.backpropagate(*some, weights, biases)
        weights = [W - 0.3 * dW for W, dW in zip(weights, dWs, strict=True)]
        biases = [b - 0.3 * db for b, db in zip(biases, dbs, strict=True)]
    loss_history.append(loss)
    predicted = network.mlp_scores(digits.X_test, weights, biases).argmax(axis=1)
    accuracy_history.append(np.mean(predicted == digits.y_test))
f"{accuracy_history[-1]:.1%} of the test digits are read correctly"

# %% [markdown]
# Each line of the loop is something you have derived. Over the epochs (one epoch shows every
# training image once):

# %%
# @title The share read correctly, epoch by epoch
described(
    plot_lines(
        range(1, 16),
        {"test accuracy": accuracy_history},
        xlabel="epochs",
        ylabel="share of test digits read correctly",
        title=f"64-30-10 on digits it has never seen: {accuracy_history[-1]:.1%}",
    ),
    "Test accuracy rises from 85 percent after the first epoch to 94 after the third, and to about "
    "97 percent after 15.",
)

# %% [markdown]
# And the digits that it still reads wrongly. Would you have known?

# %%
wrong = np.flatnonzero(predicted != digits.y_test)[:8]
names = [f"{digits.y_test[i]}, read as {predicted[i]}" for i in wrong]

# %%
# @title True digit, and what the network reads
described(
    plot_images(
        digits.X_test[wrong].reshape(-1, 8, 8),
        names,
        title="True digit, and what the network reads",
        columns=4,
    ),
    f"Eight small grey digits, most of them crooked or blurred: {'; '.join(names)}.",
)

# %% [markdown]
# ## What you can do now
# You have derived the backward pass of a neuron, a chain, a layer and a deep network, and checked
# each step of the proof; you have written them in NumPy; you have built a referee and know when not
# to believe it; you have written the core of an automatic differentiation engine; you have the same
# numbers from PyTorch; and your kind of code has learned to read digits.
#
# **An open question.** Backpropagation keeps every layer's output until the way back. For a network
# of 1,000 layers that is a lot of memory. Which outputs could you throw away and compute again when
# they are needed, and what would it cost in time?

# %%
show_progress("04")

# %% [markdown]
# ## Card
# Along a path multiply; where paths meet add.
#
# | what | forward | backward |
# |---|---|---|
# | dense | $s = xW + b$ | $dx = \delta W^\top$, $dW = x^\top\delta$, $db = \sum_n\delta_n$ |
# | sigmoid | $h = \sigma(s)$ | $\delta = h(1-h)\,dh$ |
# | tanh | $h = \tanh s$ | $\delta = (1-h^2)\,dh$ |
# | softmax, cross-entropy | mean over $N$ | $\delta = (p - y)/N$ |
#
# **Shapes.** $x$ $(N, D_{in})$, $W$ $(D_{in}, D_{out})$, $b$ $(D_{out},)$, gradients alike.
#
# **Pitfalls.** Overwriting where paths meet; $\frac1N$ twice or never; $W$ for $W^\top$; an early
# update; a bias that grows a batch axis; `zero_grad` forgotten.
#
# **Check**: two-sided, $h = 10^{-5}$, float64, no kinks:


# %%
def loss_of_bias(b):
    scores = network.mlp_scores(digits.X_train, weights, [biases[0], b])
    return losses.cross_entropy(scores, digits.y_train)


gradient = network.backpropagate(digits.X_train, digits.y_train, weights, biases)[2][1]
bias_referee = gradient_check.numerical_gradient(loss_of_bias, biases[1])
error = gradient_check.relative_error(gradient, bias_referee)
assert error < 1e-6
f"relative error {error:.0e}"

# %% [markdown]
# ## Further reading
# - D. Rumelhart, G. Hinton, R. Williams, *Learning representations by back-propagating errors*,
#   Nature 323 (1986): four pages that made it known.
# - A. Baydin, B. Pearlmutter, A. Radul, J. Siskind, *Automatic differentiation in machine learning:
#   a survey*, JMLR 18 (2018): forward and reverse mode, and what is not backpropagation.
# - A. Griewank, A. Walther, *Evaluating Derivatives* (2nd ed., SIAM 2008): the theory, with the
#   bound on the price of a gradient and checkpointing, which answers the open question.
# - PyTorch documentation, *Autograd mechanics*: what is recorded, and when it is freed.

# %% [markdown]
# ## Appendix: for readers of the slides
# Three more places where a source prints something that does not hold. Each cell refutes it.
#
# **H1 (HUST, eq. 1-6).** Printed: $\partial \mathcal L/\partial w_l = \frac2N \sum_n (y_n - \hat
# y_n) h_l$, with "= 0" in the first line. The inner derivative of $y - \hat y$ is $-1$, so a minus
# is missing; and nothing is set to zero, since the network is trained step by step.

# %% erratum="H1"
rng = np.random.default_rng(7)
H, w_out, y_n = rng.normal(size=(20, 3)), rng.normal(size=3), rng.normal(size=20)
h1_measured = gradient_check.numerical_gradient(lambda w: np.mean((y_n - H @ w) ** 2), w_out)
h1_printed = 2 / 20 * H.T @ (y_n - H @ w_out)
assert np.allclose(h1_measured, -h1_printed)
blame = gradient_check.numerical_gradient(lambda h: (y_n[0] - h @ w_out) ** 2, H[0])
assert np.allclose(blame, -2 * (y_n[0] - H[0] @ w_out) * w_out)
np.round([h1_printed, h1_measured], 4)

# %% [markdown]
# Opposite signs: what holds is $-\frac2N \sum_n (y_n - \hat y_n) h_l$. The same sign is missing in
# $\varepsilon_k^L = 2(y - \hat y) w_k$ (eq. 4-6).
#
# **H2 (HUST, eq. 10).** Printed: $\varepsilon_k^{j-1} = \sum_l \varepsilon_l^j h_l^j (1 - h_l^j)
# w_{kl}^{j-1}$. In eq. 7-8 the weight that leads into layer $j$ is $w^j$. Sizes 2, 3, 4 decide:

# %% erratum="H2"
rng = np.random.default_rng(8)
w1, w2 = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
h1, goal = activations.sigmoid(rng.normal(size=2) @ w1), rng.normal(size=4)
h2 = activations.sigmoid(h1 @ w2)
h2_measured = gradient_check.numerical_gradient(
    lambda h: np.sum((activations.sigmoid(h @ w2) - goal) ** 2), h1
)
assert np.allclose(h2_measured, w2 @ (2 * (h2 - goal) * h2 * (1 - h2)))
assert w1.shape[1] != len(h2)  # w1 has no column for each of the four units of layer 2
np.round(h2_measured, 4)

# %% [markdown]
# With $w^j$ the sum equals the measured blame; with $w^{j-1}$ the shapes do not even fit.
#
# **W5 (HW, vanishing gradient).** Printed: in a chain of four sigmoid units the slope along the
# first *bias* ends in a factor $x$. But $\partial z_1/\partial b_1 = 1$: the factor $x$ belongs to
# the weight.

# %% erratum="W5"
chain_w, chain_b, x_in = [1.5, -2.0, 0.7, 1.1], [0.1, 0.2, -0.3, 0.4], 0.5
chain_dw, chain_db = network.chain_gradients(x_in, 1.0, chain_w, chain_b)


def chain_cost(b_first):
    out = x_in
    for w, b in zip(chain_w, [b_first[0], *chain_b[1:]], strict=True):
        out = activations.sigmoid(w * out + b)
    return (out - 1.0) ** 2 / 2


w5_measured = gradient_check.numerical_gradient(chain_cost, np.array(chain_b[:1]))
assert np.allclose(w5_measured[0], chain_db[0])
assert np.allclose(chain_dw[0], x_in * chain_db[0])
float(w5_measured[0]), chain_dw[0]

# %% [markdown]
# The first number is the slope along the bias, the second, with the factor $x = 0.5$, the slope
# along the weight.

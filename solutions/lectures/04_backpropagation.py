# %% [markdown]
# # 4 · Backpropagation
#
# **Promise:** after this lecture you can compute the gradient of any network, by hand and in code,
# and you can check that it is right.
#
# **You will** carry gradients back through single operations, a neuron, a chain, a layer and a
# network of any depth; build a referee that finds wrong gradients; count what a gradient costs; get
# the same numbers from PyTorch; and train a network on digits.
#
# **Time:** {{time}}.
# **Builds on:** the multilayer perceptron (lecture 1), softmax and cross-entropy (lecture 3).
# **Sources:** five lecture documents, called HKU, EPFL, HUST, HW and KAV in the text.

# %% tags=["given"]
import numpy as np

# %% [markdown]
# The exercises need NumPy alone.

# %%
import timeit
from itertools import pairwise, product

import sympy

from dlcourse.checks.progress import is_solved, show_progress
from dlcourse.data.sets import load_digits, make_moons
from dlcourse.plots.basic import described, plot_images, plot_lines, plot_regions
from dlcourse.plots.graph import plot_graph
from dlcourse.plots.guess import after, plot_guess
from dlcourse.plots.normalization import own_run
from dlcourse.reference import activations, gradient_check, graph, losses, network
from dlcourse.widgets.backpropagation import explore_backpropagation

# %% [markdown]
# ## Recall
# Answer in your head, then open the answers.
#
# 1. If $J$ depends on $a$, and $a$ depends on $s$, what is $\mathrm dJ/\mathrm ds$?
# 2. Softmax turns the scores $(0, \ln 3)$ into which probabilities?
# 3. The true class has probability 0.75. What is the cross-entropy?
#
# <details><summary>Answers</summary>
#
# 1. $\dfrac{\mathrm dJ}{\mathrm da}\cdot\dfrac{\mathrm da}{\mathrm ds}$, the chain rule.
# 2. $e^0 = 1$ and $e^{\ln 3} = 3$, divided by their sum: $(0.25, 0.75)$.
# 3. $-\ln 0.75 \approx 0.288$.
# </details>

# %% [markdown]
# ## 1 The price of a gradient (core)
# A network for images of 28 × 28 pixels has 784 inputs and layers of 300, 100 and 10 units. To
# train it, you need its **gradient**: the slope of the loss along every weight and every bias.

# %%
rng = np.random.default_rng(7)
sizes = [784, 300, 100, 10]
big_weights = [rng.normal(scale=n**-0.5, size=(n, m)) for n, m in pairwise(sizes)]
big_biases = [np.zeros(m) for m in sizes[1:]]
n_parameters = sum(p.size for p in big_weights + big_biases)
n_parameters

# %% [markdown]
# You could **nudge** each number: run the network with it a little raised and again a little
# lowered, and compare the losses. One gradient then takes $2 \cdot 266{,}610$ forward passes.
#
# You could also **write out** each slope as one formula. SymPy does so for *one* weight of the
# first layer, in networks of one to five layers with two tanh units each, and counts operations:


# %%
# @title Operations in the slope along one weight, for one to five layers
def slope_written_out(layers):
    out = sympy.symbols("x1:3")
    weights = [sympy.Matrix(2, 2, sympy.symbols(f"w{k}_1:5")) for k in range(layers)]
    for W in weights:
        out = [sympy.tanh(out[0] * W[0, j] + out[1] * W[1, j]) for j in (0, 1)]
    return sympy.diff(sum(out), weights[0][0, 0])


operations = [int(sympy.count_ops(slope_written_out(layers))) for layers in range(1, 6)]
operations

# %% [markdown]
# Each layer doubles the number of paths from the weight to the output, and the formula spells out
# every one. But the paths share most of their pieces. **Backpropagation** computes each piece once,
# for all 266,610 slopes together.
#
# **Predict.** You time a forward pass, and then one complete gradient by backpropagation. How many
# times as long does the gradient take?

# %% tags=["predict"]
guess_ratio = ...  # a number, such as 1000


# %%
# @title forward_pass, gradient_pass: what is timed
def forward_pass(X, labels, weights, biases):
    outs = [X]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        outs.append(np.tanh(outs[-1] @ W + b))
    return losses.cross_entropy(outs[-1] @ weights[-1] + biases[-1], labels), outs


def gradient_pass(X, labels, weights, biases):
    outs = forward_pass(X, labels, weights, biases)[1]
    delta = losses.softmax_cross_entropy_backward(outs[-1] @ weights[-1] + biases[-1], labels)
    slopes = []
    for l in (2, 1, 0):
        slopes += [outs[l].T @ delta, delta.sum(axis=0)]
        if l > 0:
            delta = (delta @ weights[l].T) * (1 - outs[l] ** 2)
    return slopes


# %% [markdown]
# Both are timed on 256 random images:

# %% truth=["A few forward passes", "one pass backward"]
# @title Your guess beside the truth
noise = np.random.default_rng(8)
noise_images, noise_labels = noise.random((256, 784)), noise.integers(0, 10, size=256)
timed = (noise_images, noise_labels, big_weights, big_biases)


def seconds(function):
    return min(timeit.repeat(lambda: function(*timed), number=3, repeat=9)) / 3


forward_time, gradient_time = seconds(forward_pass), seconds(gradient_pass)
described(plot_guess(guess_ratio, gradient_time / forward_time, quantity="gradient / forward pass"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# A few forward passes, instead of half a million: backpropagation takes one pass forward and one
# pass backward. Section 10 counts their products.
# </details>
#
# **Explain.** You double the number of weights. What happens to the price of nudging, and to the
# price of backpropagation? Why?

# %% [markdown] tags=["instructor"] grade_id="explain_price" points=2
# One forward pass uses each of the $P$ weights once for each row, so its price grows like $P$.
# Nudging needs $2P$ such passes: its price grows like $2P \cdot P$, which is four times as much for
# twice the weights. Backpropagation costs a small, fixed number of forward passes: twice as much.

# %%
nudging_minutes = 2 * n_parameters * forward_time / 60
after(
    guess_ratio,
    f"Here: {nudging_minutes:.0f} minutes by nudging, {gradient_time:.4f} seconds backwards",
)

# %% [markdown]
# ## 2 Two rules (core)
# **Along a path, slopes multiply. Where paths meet, slopes add.**
#
# Every computation consists of small operations, or **gates**. Let $d$ be the slope of the final
# result along a gate's output. From $d$ and its own inputs alone, the gate finds the slopes along
# these inputs:
#
# | gate | sends back to $u$ | sends back to $v$ |
# |---|---|---|
# | $u + v$ | $d$ | $d$ |
# | $u v$ | $d\,v$ | $d\,u$ |
# | $u / v$ | $d / v$ | $-d\,u / v^2$ |
# | $g(u)$ | $d\,g'(u)$ | – |

# %% [markdown]
# In code, a `Node` holds a value and, for each **parent** that it was computed from, the rule from
# the table:


# %% covers="04.graph"
class Node:
    def __init__(self, value, *rules):
        self.value, self.rules = value, rules
        self.parents = tuple(parent for parent, _ in rules)

    def __add__(self, other):
        return Node(self.value + other.value, (self, lambda d: d), (other, lambda d: d))

    def __mul__(self, other):
        u, v = self.value, other.value
        return Node(u * v, (self, lambda d: d * v), (other, lambda d: d * u))

    def __truediv__(self, other):
        u, v = self.value, other.value
        return Node(u / v, (self, lambda d: d / v), (other, lambda d: -d * u / v**2))

    def pullback(self, d):
        return [rule(d) for _, rule in self.rules]


# %% [markdown]
# Now take a formula of no particular form, at $u = 2$ and $v = 4$:
#
# $$f = \frac{(u + v)\,u}{v}$$

# %%
u, v = Node(2.0), Node(4.0)
f = (u + v) * u / v
f.value

# %% [markdown]
# In its **computational graph**, circles are gates and boxes are inputs; values stand above edges.

# %%
# @title Three gates on the way from u and v to f
described(
    plot_graph(
        graph.topological_order(f),
        labels="u v + × /",
        title="Three gates on the way from u and v to f",
    ),
    "From left to right: u = 2 and v = 4 enter a sum, which gives 6. The sum and u enter a "
    "product, which gives 12. The product and v enter a quotient, which gives f = 3.",
)

# %% [markdown]
# **Predict.** Copy the graph and work backwards by the table: start with $d = 1$ at $f$, and write
# below each edge what is sent back along it. What is $\partial f/\partial u$?

# %% tags=["predict"]
guess_slope = ...  # a number

# %% truth=["add up to 2", "1.5 + 0.5"]
# @title Your guess beside the truth
f_gradients = graph.accumulate_gradients(f)
described(plot_guess(guess_slope, float(f_gradients[u]), quantity="slope of f along u"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# The quotient sends $1/4$ to the product and $-12/16$ to $v$. The product sends $0.25 \cdot 6 =
# 1.5$ to $u$ and $0.25 \cdot 2 = 0.5$ to the sum, which passes $0.5$ on to both $u$ and $v$. So two
# parts arrive at $u$, and they add up to 2.
# </details>
#
# In symbols, if $J$ depends on $u$ through $z_1, \dots, z_n$, then
#
# $$\frac{\partial J}{\partial u} = \sum_{j=1}^{n} \frac{\partial z_j}{\partial u}
#   \,\frac{\partial J}{\partial z_j} \tag{4.1}$$

# %% tags=["exercise"] covers="04.graph"
exercise("q_shared_node")

# %% [markdown]
# ## 3 One neuron (core)
# A neuron has the input $x = 0.5$, the weight $w = 2$, and a bias for which its output is 0.6. The
# target is $y = 1$. Blue marks what travels forward; $\sigma(s) = 1/(1 + e^{-s})$ is the sigmoid:
#
# $$s = w\,\textcolor{#0072b2}{x} + b,\qquad \textcolor{#0072b2}{a} = \sigma(s),\qquad
# J = \tfrac12 (a - y)^2 \tag{4.2}$$

# %%
x, w, b, y = 0.5, 2.0, np.log(1.5) - 1, 1.0
s = w * x + b
a = activations.sigmoid(s)
J = (a - y) ** 2 / 2
np.round([s, a, J], 4)

# %% [markdown]
# From $w$ to $J$ the path leads through a product, a sum, the sigmoid and half a square:
#
# $$\frac{\partial J}{\partial w} = x \cdot 1 \cdot \sigma'(s)\cdot (a - y),\qquad
#   \sigma'(s) = \sigma(s)\,(1 - \sigma(s)) = a\,(1 - a) \tag{4.3}$$

# %% covers="04.one_neuron"
dJ_dw = x * (a * (1 - a)) * (a - y)
np.round([x, a * (1 - a), a - y, dJ_dw], 4)

# %% [markdown]
# The slope is negative: a larger weight means a smaller cost. Gradient descent *subtracts* the
# slope, so the weight goes up and the output moves towards 1.
#
# The last two factors of (4.3) form the slope along $s$, so they serve the bias as well. Their
# product is the **blame** $\delta$ of the score. Orange marks what travels backward:
#
# $$\textcolor{#b84a00}{\delta} = \frac{\partial J}{\partial s} = \sigma'(s)\,(a - y),\qquad
# \frac{\partial J}{\partial w} = \textcolor{#0072b2}{x}\,\textcolor{#b84a00}{\delta},\qquad
# \frac{\partial J}{\partial b} = \textcolor{#b84a00}{\delta} \tag{4.4}$$

# %%
delta = a * (1 - a) * (a - y)
np.round([delta, x * delta, delta], 4)

# %% [markdown]
# The blame is $0.24 \cdot (-0.4) = -0.096$, and $\partial J/\partial w$ is
# $0.5 \cdot (-0.096) = -0.048$.
#
# ## 4 The referee (core)
# Formulas go wrong in signs, factors and transposes. So build a referee that knows no formula: it
# nudges, to one side or to both.
#
# $$\frac{f(x + h) - f(x)}{h}\qquad\text{or}\qquad
# \frac{f(x + h) - f(x - h)}{2h} \tag{4.5}$$
#
# How far is each from the neuron's slope, $-0.048$?


# %% covers="04.two_sided"
def cost_at(w):
    return float((activations.sigmoid(w * x + b) - y) ** 2 / 2)


step = 1e-3
one_sided = (cost_at(w + step) - cost_at(w)) / step
two_sided = (cost_at(w + step) - cost_at(w - step)) / (2 * step)
np.array([one_sided, two_sided]) - dJ_dw

# %% [markdown]
# The two-sided error is 60,000 times smaller. Taylor's formula
# $f(x \pm h) = f \pm h f' + \frac{h^2}{2} f'' \pm \dots$ says why: the $f''$ terms cancel, and the
# error is of the size of $h^2$ instead of $h$.
#
# **Your turn.** Write the referee for arrays of any shape.

# %% tags=["exercise"] covers="04.two_sided"
exercise("numerical_gradient")

# %% [markdown]
# How large an error is too large? One of $10^{-6}$ is nothing for a slope of 100 and everything for
# a slope of $10^{-6}$, so divide by the size (where both are 0, the error is 0):
#
# $$\text{relative error} = \max_i \frac{|u_i - v_i|}{\max(|u_i|, |v_i|)} \tag{4.6}$$

# %% covers="04.relative_error"
one_way, other_way = np.array([100.0, 1e-6]), np.array([100.0 + 1e-6, 2e-6])
float(np.abs(one_way - other_way).max()), gradient_check.relative_error(one_way, other_way)

# %% [markdown]
# The second entry is wrong by half, which the relative error finds.
#
# ## 5 A chain of two (core)
# Put a second neuron in front of the first:
#
# $$s_1 = w_1 x + b_1,\quad a_1 = \sigma(s_1),\quad
# s_2 = w_2\, a_1 + b_2,\quad a_2 = \sigma(s_2)$$
#
# With $x = 0$, $w_1 = 3$ and $b_1 = 0$, the old neuron sees $a_1 = \sigma(0) = 0.5$, as before, and
# its output is again 0.6.
#
# **Predict.** One of the four parameters has the slope 0. Which one?

# %% tags=["predict"]
guess_zero = ...  # "w1", "b1", "w2" or "b2"

# %% [markdown]
# Two more gates make this chain a graph of `Node`s. Two functions of `graph` walk back through it
# (section 15).


# %%
def sigmoid_node(u):
    a = activations.sigmoid(u.value)
    return Node(a, (u, lambda d: d * a * (1 - a)))


def cost_node(a, y):
    return Node((a.value - y) ** 2 / 2, (a, lambda d: d * (a.value - y)))


def run_chain(x, w1, b1, w2, b2, y):
    first = sigmoid_node(Node(x) * Node(w1) + Node(b1))
    cost = cost_node(sigmoid_node(first * Node(w2) + Node(b2)), y)
    return graph.topological_order(cost), graph.accumulate_gradients(cost)


# %% [markdown]
# *Forward* pushes the values to the right, then brings the gradients back.

# %% covers="04.stepper"
# @title Values go forward, gradients come back
stepper = described(
    explore_backpropagation(
        run_chain,
        "x w₁ × b₁ + σ w₂ × b₂ + σ J",
        title="Values go forward, gradients come back",
        **dict(x=0.0, w1=3.0, b1=0.0, w2=2.0, b2=-0.5945, y=1.0),
    ),
    "Two neurons in a row as a graph, with buttons Back, Forward and Reset and fields for the six "
    "inputs. Forward: 0 times 3 plus 0 gives 0, sigmoid 0.5, times 2 minus 0.595 gives 0.405, "
    "sigmoid 0.6, J = 0.08. Backward the gradient is 1 at J, −0.4 at the last output, −0.096 at "
    "the second score, and travels on to the first neuron, one gate a step.",
)
after(guess_zero, stepper)

# %% [markdown]
# Which slope was 0?

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
# The slope along a weight is *input times blame*. The first weight's input is 0, so this weight
# cannot learn from this example; its bias can. Set `x` to 1 and `b1` to −3 in the graph, and look
# at the first weight again.
# </details>
#
# The blame of one neuron comes from the blame of the next, through one weight and one sigmoid:
#
# $$\textcolor{#b84a00}{\delta_{l-1}} = \sigma'(s_{l-1})\; w_l\;
#   \textcolor{#b84a00}{\delta_l},\qquad
# \frac{\partial J}{\partial w_l} = a_{l-1}\, \delta_l,\qquad
# \frac{\partial J}{\partial b_l} = \delta_l \tag{4.7}$$

# %% covers="04.chain"
delta_2 = 0.6 * (1 - 0.6) * (0.6 - 1)
delta_1 = 0.5 * (1 - 0.5) * 2.0 * delta_2
np.round([delta_1, delta_2], 4)

# %%
# @title All four slopes by (4.7)
assert np.allclose(dw, [0.0 * delta_1, 0.5 * delta_2])
assert np.allclose(db, [delta_1, delta_2])

# %% [markdown]
# So $\delta_1 = 0.25 \cdot 2 \cdot (-0.096) = -0.048$.

# %% tags=["exercise"]
exercise("q_reused_delta")

# %% [markdown]
# **Your turn.** Write it for a chain of any length: forward, keeping every output, then backward
# with one $\delta$.

# %% tags=["exercise"] covers="04.chain"
exercise("chain_gradients")

# %% [markdown]
# ## 6 A whole layer (core)
# In a network each unit feeds *all* units of the next layer. The weight $w_{ij}^{(l)}$, in row $i$
# and column $j$ of $W_l$, leads from unit $i$ of layer $l-1$ to unit $j$ of layer $l$:
#
# $$s_j^{(l)} = \sum_i a_i^{(l-1)} w_{ij}^{(l)} + b_j^{(l)},\qquad a_j^{(l)} = g(s_j^{(l)})$$
#
# **Claim.** The blames $\delta_j^{(l)} = \partial J/\partial s_j^{(l)}$ can be computed layer by
# layer, from the last to the first, and in every layer
#
# $$\frac{\partial J}{\partial w_{ij}^{(l)}} = \textcolor{#0072b2}{a_i^{(l-1)}}\,
#   \textcolor{#b84a00}{\delta_j^{(l)}} \tag{4.8}$$
#
# The referee checks the proof on a network of 2 inputs, 3 and 4 tanh units, and a softmax of 2
# outputs with cross-entropy.

# %%
rng = np.random.default_rng(7)
Ws = [None, rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))]
bs = [None, rng.normal(size=3), rng.normal(size=4), rng.normal(size=2)]
outs, scores, label = [rng.normal(size=2)], [None], 1
for l in (1, 2, 3):
    scores.append(outs[l - 1] @ Ws[l] + bs[l])
    outs.append(np.tanh(scores[l]) if l < 3 else activations.softmax(scores[l]))

# %% [markdown]
# `cost_from` runs the network from one layer's scores on, so the referee can measure each layer's
# blames:


# %%
def cost_from(s, layer):
    for l in range(layer, 3):
        s = np.tanh(s) @ Ws[l + 1] + bs[l + 1]
    return losses.cross_entropy(s[None], [label])


measured = [None] + [
    gradient_check.numerical_gradient(lambda s, l=l: cost_from(s, l), scores[l]) for l in (1, 2, 3)
]
[np.round(d, 4) for d in measured[1:]]

# %% [markdown]
# **Step a: one weight.** The weight reaches $J$ through $s_j = \dots + a_i w_{ij} + \dots$
# alone, so
#
# $$\frac{\partial s_j^{(l)}}{\partial w_{ij}^{(l)}} = a_i^{(l-1)}
# \;\Rightarrow\; \frac{\partial J}{\partial w_{ij}^{(l)}}
# = a_i^{(l-1)} \frac{\partial J}{\partial s_j^{(l)}} \tag{4.8a}$$
#
# All pairs $(i, j)$ together form an outer product. In the middle layer:


# %% covers="04.weight_gradient"
def cost_of_W2(W2):
    return cost_from(outs[1] @ W2 + bs[2], 2)


dW2_measured = gradient_check.numerical_gradient(cost_of_W2, Ws[2])
assert gradient_check.relative_error(np.outer(outs[1], measured[2]), dW2_measured) < 1e-6
np.round(dW2_measured, 4)

# %% [markdown]
# **Step b: the last layer.** Let $p$ be the probabilities, and let $y$ be 1 at the true class and 0
# elsewhere. For softmax with cross-entropy, section 7 derives
#
# $$\delta^{(L)} = p - y \tag{4.8b}$$

# %% covers="04.induction"
deltas = {3: outs[3] - np.eye(2)[label]}
assert gradient_check.relative_error(deltas[3], measured[3]) < 1e-7
np.round(deltas[3], 4)

# %% [markdown]
# **Step c: from layer $l+1$ to layer $l$.** The score $s_i^{(l)}$ moves $a_i^{(l)}$ with the slope
# $g'(s_i^{(l)})$, and $a_i^{(l)}$ moves each score $s_j^{(l+1)}$ with the slope $w_{ij}^{(l+1)}$.
# These multiply along each path, and paths add (4.1):
#
# $$\textcolor{#b84a00}{\delta_i^{(l)}} = g'(s_i^{(l)}) \sum_j w_{ij}^{(l+1)}\,
#   \textcolor{#b84a00}{\delta_j^{(l+1)}} \tag{4.8c}$$
#
# For tanh, $g'(s) = 1 - \tanh^2 s = 1 - a^2$: the stored output is enough.

# %% covers="04.recursion"
for l in (2, 1):
    deltas[l] = (1 - outs[l] ** 2) * (Ws[l + 1] @ deltas[l + 1])
    assert gradient_check.relative_error(deltas[l], measured[l]) < 1e-6
np.round(deltas[1], 4), np.round(deltas[2], 4)

# %% [markdown] covers="04.induction"
# By induction every blame is known: the last by (4.8b), and each earlier one by (4.8c) from those
# of the next layer. With (4.8a) this proves the claim. $\square$

# %% [markdown]
# **A good place to stop.** The second part can wait until tomorrow. Then select the cell below and
# choose *Run > Run All Above Selected Cell* first.
#
# ### A batch (core)
# Let the layer's inputs $x$ be $(N, D_{\text{in}})$, one example in each row, and the blames
# $\mathrm dout = \partial J/\partial s$ be $(N, D_{\text{out}})$. The sums become matrix products.
# All rows use the same weights, so their parts add:
#
# $$\mathrm dx = \mathrm dout\; W^{\top},\qquad \mathrm dW = x^{\top}\, \mathrm dout,\qquad
# \mathrm db = \sum_{n} \mathrm dout_n \tag{4.9}$$

# %% shows="linear_backward"
N, D_in, D_out = 6, 3, 4
dout, x_batch, W_batch = np.ones((N, D_out)), np.ones((N, D_in)), np.ones((D_in, D_out))
(dout @ W_batch.T).shape, (x_batch.T @ dout).shape, dout.sum(axis=0).shape

# %% [markdown]
# You need not remember the transposes: each gradient has the shape of its variable, and when the
# three sizes differ, only one product fits.

# %% tags=["exercise"]
exercise("linear_backward")

# %% [markdown]
# ## 7 The blame at the output (core)
# Only the start of the recursion, $\delta^{(L)}$, depends on the loss. Three pairs of loss and
# activation matter; $a$ is the output, or $p$ if it is a softmax's:
#
# | task | loss $J$ | last activation | $\delta^{(L)}$ |
# |---|---|---|---|
# | regression | $\frac12 (a - y)^2$ | any $g$ | $g'(s)\,(a - y)$ |
# | two classes | $-y \ln a - (1-y)\ln(1-a)$ | sigmoid | $a - y$ |
# | $K$ classes | $-\sum_k y_k \ln p_k$ | softmax | $p - y$ |
#
# SymPy differentiates the first two losses along the score:

# %% covers="04.delta_mse,04.delta_bce"
s_, y_ = sympy.symbols("s y", real=True)
g_ = sympy.Function("g")(s_)
assert sympy.diff((g_ - y_) ** 2 / 2, s_) == (g_ - y_) * sympy.diff(g_, s_)
a_ = 1 / (1 + sympy.exp(-s_))
two_classes = -y_ * sympy.log(a_) - (1 - y_) * sympy.log(1 - a_)
assert sympy.simplify(sympy.diff(two_classes, s_) - (a_ - y_)) == 0

# %% [markdown]
# In the second row the sigmoid's slope cancels against a denominator:
# $\partial J/\partial a = (a-y)/(a(1-a))$.
#
# In the third row *each* score moves *all* probabilities, which share one sum. By the quotient
# rule
#
# $$\frac{\partial p_i}{\partial s_j} = \begin{cases} p_i (1 - p_i) & i = j\\
#   -p_i\, p_j & i \ne j \end{cases} \tag{4.10}$$
#
# The loss has the slope $-y_i/p_i$ along $p_i$. Multiply along each path from $s_j$, then add.
# Since the targets sum to 1,
#
# $$\delta_j = \sum_i \frac{\partial p_i}{\partial s_j}\Big(-\frac{y_i}{p_i}\Big)
#  = -y_j (1 - p_j) + \sum_{i \ne j} y_i\, p_j = p_j \sum_i y_i - y_j = p_j - y_j \tag{4.11}$$

# %% [markdown]
# With $p = (0.6, 0.3, 0.1)$ and the second class true:

# %% covers="04.delta_ce"
p, target = np.array([0.6, 0.3, 0.1]), np.array([0.0, 1.0, 0.0])
through_table = activations.softmax_jacobian(p).T @ (-target / p)
assert np.allclose(through_table, p - target)
through_table

# %% [markdown]
# Two probabilities are too high, one is too low, and the blame says by how much.
#
# **Your turn**, for a batch. The loss is the *mean* over $N$ rows, so each $p - y$ is divided by
# $N$, here and nowhere else.

# %% tags=["exercise"] covers="04.delta_ce"
exercise("softmax_cross_entropy_backward")

# %% [markdown]
# ## 8 The 2-5-2 network (core)
# HKU's example has two inputs, five tanh units, two softmax outputs, and $N$ examples, one a row:
#
# $$s_1 = X W_1 + b_1,\quad a_1 = \tanh s_1,\quad s_2 = a_1 W_2 + b_2,\quad
#   p = \mathrm{softmax}(s_2) \tag{4.12}$$

# %% covers="04.two_layer_forward" shows="two_layer_gradients,softmax_cross_entropy_backward"
rng = np.random.default_rng(7)
X, labels = make_moons(4, rng)
W1, b1 = rng.normal(size=(2, 5)), np.zeros(5)
W2, b2 = rng.normal(size=(5, 2)), np.zeros(2)
s1 = X @ W1 + b1
a1 = np.tanh(s1)
s2 = a1 @ W2 + b2
probabilities = activations.softmax(s2)
np.round(probabilities, 3)

# %% [markdown]
# The way back applies (4.11), (4.9), (4.8c) and (4.9) again; $\odot$ multiplies entry by entry:
#
# $$\delta_2 = \tfrac1N (p - y),\quad \mathrm dW_2 = a_1^{\top}\delta_2,\quad
#   \delta_1 = (\delta_2 W_2^{\top}) \odot (1 - a_1^2),\quad
#   \mathrm dW_1 = X^{\top}\delta_1 \tag{4.13}$$
#
# Each $\mathrm db$ is the sum of the rows of its $\delta$. (HKU leaves out the $\frac1N$.)

# %% covers="04.two_layer_backward" shows="two_layer_gradients,softmax_cross_entropy_backward"
y_rows = np.eye(2)[labels]
delta2 = (probabilities - y_rows) / len(labels)
dW2, db2 = a1.T @ delta2, delta2.sum(axis=0)
delta1 = (delta2 @ W2.T) * (1 - a1**2)
dW1, db1 = X.T @ delta1, delta1.sum(axis=0)

# %% [markdown]
# The referee judges $\mathrm dW_1$, which depends on both blames:


# %%
def loss_of_W1(W):
    return losses.cross_entropy(np.tanh(X @ W + b1) @ W2 + b2, labels)


referee = gradient_check.numerical_gradient(loss_of_W1, W1)
error = gradient_check.relative_error(dW1, referee)
assert error < 1e-6
f"largest relative error: {error:.0e}"

# %% [markdown]
# **Your turn.** Put forward and backward into one function.

# %% tags=["exercise"] covers="04.two_layer_backward"
exercise("two_layer_gradients")

# %% [markdown]
# **Spot the error.** HKU updates the output bias by $b_2 = b_2 - \alpha\,\delta_2$, where
# $\delta_2$ has $N = 4$ rows and 2 columns.
#
# **Predict.** You run this line on $b_2$ of shape `(2,)`. What shape does $b_2$ have afterwards, or
# is there an error?

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
# There is no error. Broadcasting stretches $b_2$ to $(4, 2)$: every *row of the batch* now has a
# bias of its own. The training loss even falls, but a batch of another size does not fit. One bias
# serves all rows, so the rows add up: $b_2 - \alpha \sum_n \delta_{2,n}$. HKU's
# $b_1 - \alpha\,\delta_1$ has the same defect. `assert db2.shape == b2.shape` catches it.
# </details>

# %%
# @title Checks of the two printed updates and of the mended ones
try:
    a1[:3] @ W2 + b2_printed
except ValueError as error:
    complaint = str(error)
assert "(4,2)" in complaint
assert (b1 - alpha * delta1).shape == (4, 5)
assert (b1 - alpha * delta1.sum(axis=0)).shape == b1.shape
assert losses.cross_entropy(a1 @ W2 + b2_printed, labels) < losses.cross_entropy(s2, labels)
assert (b2 - alpha * delta2.sum(axis=0)).shape == b2.shape

# %% [markdown]
# Let the network learn from 200 points on two interleaved half circles. With $\alpha = 0.5$,
# every parameter moves against its gradient: $W \leftarrow W - \alpha\,\mathrm dW$ and
# $b \leftarrow b - \alpha\,\mathrm db$.

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
# Where is the border now?

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
# ## 9 Any depth (core)
# With $a_0 = X$ and $l = L, L-1, \dots, 1$, one loop holds the whole of section 6:
#
# $$\delta_L = \tfrac1N(p - y),\qquad
#   \mathrm dW_l = a_{l-1}^{\top}\,\delta_l,\qquad
#   \mathrm db_l = \textstyle\sum_n \delta_{l,n},\qquad
#   \delta_{l-1} = (\delta_l W_l^{\top}) \odot g'(s_{l-1}) \tag{4.14}$$
#
# **Your turn.** Write it for any number of layers.

# %% tags=["exercise"] covers="04.any_depth"
exercise("backpropagate")

# %% [markdown]
# A mistake in any blame reaches the *first* layer, so the referee checks that one, in networks of
# one to six layers:


# %% covers="04.any_depth"
# @title first_layer_error: backpropagation against the referee, at any depth
def first_layer_error(depth):
    rng = np.random.default_rng(depth)
    widths = [3, *[4] * (depth - 1), 2]
    Ws = [rng.normal(size=shape) for shape in pairwise(widths)]
    bs = [rng.normal(size=n) for n in widths[1:]]
    X, labels = rng.normal(size=(6, 3)), rng.integers(0, 2, size=6)
    _, dWs, _ = network.backpropagate(X, labels, Ws, bs)

    def loss(W):
        return losses.cross_entropy(network.mlp_scores(X, [W, *Ws[1:]], bs), labels)

    return gradient_check.relative_error(dWs[0], gradient_check.numerical_gradient(loss, Ws[0]))


# %% [markdown]
# The largest relative error at each depth:

# %% covers="04.any_depth"
errors = [first_layer_error(depth) for depth in range(1, 7)]
assert max(errors) < 1e-5
[f"{error:.0e}" for error in errors]

# %% [markdown]
# ## 10 What it costs (core)
# Count the products for one image in the network of section 1. Forward, there is one for each
# weight. Backward, there are two (4.9): one for $\mathrm dW$ and one to send the blame on, which
# the first layer need not do.

# %%
forward_count = sum(n * m for n, m in pairwise(sizes))
dW_count = forward_count
blame_count = sum(n * m for n, m in pairwise(sizes[1:]))
f"{(forward_count + dW_count + blame_count) / forward_count:.2f} times a forward pass"

# %% [markdown]
# The ratio is below 3 for every such network, however large. (Your time includes tanh and softmax.)
#
# The chain rule can be worked out from either end. **Forward mode** starts at one input and carries
# the slopes of all later values along it: one pass for each input. **Reverse mode**, such as
# backpropagation, starts at one output and carries its slopes along all earlier values: one pass
# for each output. A loss is one output. For its slopes along the 784 pixels:

# %%
from_the_loss = 10 * 100 + 100 * 300 + 300 * 784  # one row of slopes, widened layer by layer
from_the_pixels = 784 * (300 * 100 + 100 * 10 + 10)  # a row of slopes for each pixel
from_the_pixels / from_the_loss

# %% [markdown]
# Forward mode needs 91 times as many products. Reverse mode pays in memory: (4.14) uses the outputs
# of all layers again. For 64 images it keeps this many numbers:

# %%
64 * sum(sizes[:-1])

# %% [markdown]
# A forward pass alone may forget each layer once the next is computed.
#
# ## 11 The same in PyTorch (core)
# PyTorch's *autograd* is reverse mode with many more gates. Tensors with
# `requires_grad=True` record the graph; `backward()` walks back and leaves the slopes in `.grad`.
# This section needs PyTorch.

# %% covers="04.autograd"
# needs PyTorch
import torch

from dlcourse.twins import losses as torch_losses
from dlcourse.twins.devices import device

place = device()
dtype = torch.float32 if place.type == "mps" else torch.float64  # Apple's GPUs have no float64
X_t = torch.tensor(moons, dtype=dtype, device=place)
labels_t = torch.tensor(moon_labels, device=place)


def torch_loss(tW1, tb1, tW2, tb2):
    return torch_losses.cross_entropy(torch.tanh(X_t @ tW1 + tb1) @ tW2 + tb2, labels_t)


# %% [markdown]
# Your formulas and PyTorch should differ by rounding only:

# %% covers="04.autograd"
# needs PyTorch
tensors = [torch.tensor(p, dtype=dtype, device=place, requires_grad=True) for p in parameters]
torch_loss(*tensors).backward()
grads = [t.grad.cpu().numpy().copy() for t in tensors]
by_hand = network.two_layer_gradients(moons, moon_labels, *parameters)[1:]
largest = max(np.abs(g - by).max() for g, by in zip(grads, by_hand, strict=True))
assert largest < (1e-4 if dtype is torch.float32 else 1e-12)
f"on {place}: largest difference {largest:.0e}"

# %% [markdown]
# **Predict.** Nothing has changed, and you call `torch_loss(*tensors).backward()` a second
# time. What is the new `.grad`, divided by the first?

# %% tags=["predict"]
guess_second = ...  # a number

# %% truth=["Twice as large"]
# @title Your guess beside the truth
# needs PyTorch
copies = [t.detach().clone().requires_grad_() for t in tensors]
for _ in range(2):
    torch_loss(*copies).backward()
ratio = float(copies[0].grad[0, 0]) / grads[0][0, 0]
described(plot_guess(guess_second, round(ratio, 6), quantity="second .grad / first .grad"))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Twice as large. `backward()` adds to `.grad`, as if the second call were one more path. So every
# training loop clears the gradients first: `optimizer.zero_grad()`, or `t.grad = None`.
# </details>
#
# ## 12 Handwritten digits (core)
# The network has 64 inputs, 30 tanh units and 10 outputs. `network.backpropagate` does what your
# `backpropagate` does. One **epoch** shows every training image once.

# %%
rng, digits = np.random.default_rng(7), load_digits(flat=True, dtype=np.float64)
weights = [rng.normal(size=(64, 30)) / 8, rng.normal(size=(30, 10)) / 30**0.5]
biases = [np.zeros(30), np.zeros(10)]
accuracies = []
for _ in range(15):
    for rows in np.array_split(rng.permutation(1437), 45):
        some = digits.X_train[rows], digits.y_train[rows]
        _, dWs, dbs = network.backpropagate(*some, weights, biases)
        weights = [W - 0.3 * dW for W, dW in zip(weights, dWs, strict=True)]
        biases = [b - 0.3 * db for b, db in zip(biases, dbs, strict=True)]
    predicted = network.mlp_scores(digits.X_test, weights, biases).argmax(axis=1)
    accuracies.append(np.mean(predicted == digits.y_test))
f"{accuracies[-1]:.1%} of the test digits are read correctly"

# %% [markdown]
# You have derived every gradient in it. After each epoch:

# %%
# @title The share read correctly, epoch by epoch
described(
    plot_lines(
        range(1, 16),
        {"test accuracy": accuracies},
        xlabel="epochs",
        ylabel="share of test digits read correctly",
        title=f"64-30-10 on digits it has never seen: {accuracies[-1]:.1%}",
    ),
    "Test accuracy rises from 85 percent after the first epoch to 94 after the third, and to about "
    "97 percent after 15.",
)


# %% [markdown]
# And with your own function?


# %%
# @title Three epochs with your own backpropagate, once its check says ✓
def three_epochs(backward):
    rng, costs = np.random.default_rng(7), []
    Ws = [rng.normal(size=(64, 30)) / 8, rng.normal(size=(30, 10)) / 30**0.5]
    bs = [np.zeros(30), np.zeros(10)]
    for _ in range(3):
        for rows in np.array_split(rng.permutation(1437), 45):
            cost, dWs, dbs = backward(digits.X_train[rows], digits.y_train[rows], Ws, bs)
            costs.append(cost)
            Ws = [W - 0.3 * dW for W, dW in zip(Ws, dWs, strict=True)]
            bs = [b - 0.3 * db for b, db in zip(bs, dbs, strict=True)]
    return costs, np.mean(network.mlp_scores(digits.X_test, Ws, bs).argmax(1) == digits.y_test)


tick = is_solved("04_backpropagation", "backpropagate")
mine = own_run(tick, three_epochs, globals().get("backpropagate"))
{"course": f"{accuracies[2]:.1%}", "yours": f"{mine[1]:.1%}" if mine else "not there yet"}

# %% [markdown]
# Eight of the digits that it misreads:

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
# ## 13 Can you trust the referee? (deeper)
# Is a smaller step $h$ always better? Compare difference quotients with backpropagation:


# %% covers="04.precision"
# @title referee_error: a difference quotient in one precision, against the exact gradient
rng = np.random.default_rng(7)
twenty, twenty_labels = make_moons(20, rng)
layers = [rng.normal(size=(2, 5)), rng.normal(size=(5, 2))]
exact = network.backpropagate(twenty, twenty_labels, layers, [np.zeros(5), np.zeros(2)])[1][0]


def loss_in(dtype, W):
    outputs = np.tanh(twenty.astype(dtype) @ W) @ layers[1].astype(dtype)
    return losses.cross_entropy(outputs, twenty_labels)


def referee_error(h, dtype, sides=2):
    gradient = np.zeros((2, 5))
    for i in np.ndindex(2, 5):
        up, down = layers[0].astype(dtype), layers[0].astype(dtype)
        up[i], down[i] = up[i] + dtype(h), down[i] - dtype(h) * (sides - 1)
        gradient[i] = (loss_in(dtype, up) - loss_in(dtype, down)) / (sides * h)
    return gradient_check.relative_error(gradient, exact)


# %% [markdown]
# For 25 steps:

# %% covers="04.precision"
steps = 10.0 ** np.arange(-12, 0.1, 0.5)
curves = {
    "two-sided, float64": [referee_error(h, np.float64) for h in steps],
    "one-sided, float64": [referee_error(h, np.float64, sides=1) for h in steps],
    "two-sided, float32": [referee_error(h, np.float32) for h in steps],
}

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
# The lowest point of each curve:

# %% covers="04.step_size"
{name: f"{steps[np.argmin(curve)]:.0e}" for name, curve in curves.items()}

# %% [markdown]
# On the right, a step ten times smaller makes the two-sided error 100 times smaller, the one-sided
# 10 times. On the left, rounding takes over: $J$ is known to about $10^{-16}$ in float64, and
# dividing by $2h$ magnifies that. In float32 you get three digits at best, so check gradients in
# float64.
#
# ### Kinks
# ReLU, $\max(0, z)$, has a corner at 0. Its slopes at $z = 0$, at half a step and at $z = 0.1$, by
# the referee and by backpropagation:

# %% covers="04.kinks"
z = np.array([0.0, 5e-6, 0.1])
at_kink = gradient_check.numerical_gradient(lambda z: activations.relu(z).sum(), z)
by_backward = activations.relu_backward(np.ones(3), z)
np.round([at_kink, by_backward], 3)

# %% [markdown]
# **Explain.** Is one of the two rows wrong? What do you do when the check of a ReLU network fails
# in a few entries?

# %% [markdown] tags=["instructor"] grade_id="explain_kink" points=2
# Neither has a bug. At 0 there is no slope: the two-sided difference averages 0 and 1, the course
# agrees on 0. At half a step the interval reaches across the corner and averages again. Move those
# inputs away from the kink (other random numbers), or make $h$ smaller, or check with a smooth
# activation; a real mistake fails in many entries and does not go away.

# %% tags=["exercise"] covers="04.kinks"
exercise("q_gradient_check")

# %% [markdown]
# ## 14 The softmax's table of slopes (deeper)
# The table of slopes (4.10) is a **Jacobian**. SymPy confirms it for three classes:

# %% covers="04.softmax_jacobian"
scores_ = sympy.symbols("s1:4", real=True)
total_ = sum(sympy.exp(s) for s in scores_)
p_ = sympy.Matrix([sympy.exp(s) / total_ for s in scores_])
jacobian_ = p_.jacobian(scores_)
assert sympy.simplify(jacobian_ - (sympy.diag(*p_) - p_ * p_.T)) == sympy.zeros(3, 3)

# %% tags=["exercise"] covers="04.softmax_jacobian"
exercise("softmax_jacobian")

# %% [markdown]
# ## 15 An engine (deeper)
# A graph of nodes needs no derivation: each node hands its gradient back by `pullback`, and two
# functions do the rest. In what *order* should the nodes do so? Here $c = u + v$ is used twice:


# %%
c = graph.Node(0.5) + graph.Node(0.3)
diamond = c * c.tanh()

# %%
# @title A diamond: two paths leave c = u + v and meet again
described(
    plot_graph(
        graph.topological_order(diamond),
        graph.accumulate_gradients(diamond),
        labels="u v + tanh ×",
        title="A diamond: two paths leave c = u + v and meet again",
    ),
    "u = 0.5 and v = 0.3 add up to c = 0.8. One edge carries c to tanh, which gives 0.664; a "
    "second edge carries c straight to the product, 0.531. Backwards the product sends 0.664 "
    "straight to c and 0.8 to tanh, which sends 0.447; u and v each receive the sum, 1.11.",
)

# %% [markdown]
# The node $c$ must wait until *both* of its users have reported. So list each node after all of its
# parents, and walk from the end of the list to its start. Then one visit of each node is enough,
# however many paths there are. Here a number is doubled twenty times, by $u + u$:

# %%
start = doubled = graph.Node(1.0)
for _ in range(20):
    doubled = doubled + doubled
len(graph.topological_order(doubled)), int(graph.accumulate_gradients(doubled)[start])

# %% [markdown]
# There are 21 nodes and $2^{20}$ paths. Each path carries a 1, so the gradient is their number.

# %% tags=["exercise"] covers="04.engine"
exercise("topological_order")

# %% [markdown]
# Then the walk back:

# %% tags=["exercise"] covers="04.engine"
exercise("accumulate_gradients")

# %% [markdown]
# With nodes that hold arrays, the engine differentiates the 2-5-2 network:

# %% covers="04.engine"
nodes = [graph.Node(p) for p in parameters]
fifty, fifty_labels = make_moons(50, np.random.default_rng(7))
two_scores = (fifty @ nodes[0] + nodes[1]).tanh() @ nodes[2] + nodes[3]
by_engine = graph.accumulate_gradients(two_scores.cross_entropy(fifty_labels))
own = network.two_layer_gradients(fifty, fifty_labels, *parameters)[1:]
assert all(np.allclose(by_engine[n], g) for n, g in zip(nodes, own, strict=True))
[by_engine[n].shape for n in nodes]

# %% [markdown]
# ## 16 Break it (deeper)
# Three bugs that raise no error, each in one place of (4.13):
#
# - **A** forgets the $\frac1N$,
# - **B** uses $W_2$ (a square matrix) instead of $W_2^{\top}$,
# - **C** updates $W_2$ first, with rate 0.1, and gets $\delta_1$ from the new one.


# %%
# @title broken_gradients: (4.13) with one of the three bugs
def broken_gradients(bug, X, labels, W1, W2, rate=0.1):
    N = len(X)
    a1 = np.tanh(X @ W1)
    delta2 = activations.softmax(a1 @ W2) - np.eye(4)[labels]
    if bug != "A":
        delta2 = delta2 / N
    dW2 = a1.T @ delta2
    if bug == "C":
        W2 = W2 - rate * dW2
    back = delta2 @ (W2 if bug == "B" else W2.T)
    return X.T @ ((1 - a1**2) * back), dW2


# %% [markdown]
# The referee reports the median relative error of $\mathrm dW_1$ and of $\mathrm dW_2$:

# %%
# @title Three reports
rng = np.random.default_rng(7)
X_case, labels_case = rng.normal(size=(8, 3)), rng.integers(0, 4, size=8)
case = X_case, labels_case, rng.normal(size=(3, 4)), rng.normal(size=(4, 4))
right = broken_gradients("none", *case)


def typical_errors(bug, rate=0.1):
    found = broken_gradients(bug, *case, rate=rate)
    off = [abs(f - r) / np.maximum(abs(f), abs(r)) for f, r in zip(found, right, strict=True)]
    return [float(np.median(o)) for o in off]


shuffled = np.random.default_rng(9).permutation([*"ABC"]).tolist()
{f"report {k}": np.round(typical_errors(bug), 3) for k, bug in enumerate(shuffled, start=1)}

# %% [markdown]
# **Predict.** Which bug wrote report 1?

# %% tags=["predict"]
guess_bug = ...  # "A", "B" or "C"

# %% truth=["C wrote report 1", "report 1 is C"]
# @title Your guess beside the truth
described(plot_guess(guess_bug, shuffled[0], quantity="bug of report 1", choices=["A", "B", "C"]))

# %% [markdown]
# <details><summary>After your guess</summary>
#
# Report 2: everything is wrong by one factor, which is lost or doubled (**A**). Report 3: the last
# layer is right and what lies below is nonsense, so look between them (**B**). Report 1: a value
# was changed that the way back still needed (**C**). At a tenth of the rate this error is a tenth,
# and easy to miss. The cure: compute all gradients first, then update.
# </details>

# %%
# @title Report 1 once more, at another rate
assert shuffled == ["C", "A", "B"]  # as the text says
after(guess_bug, typical_errors("C", rate=0.01)[0] / typical_errors("C")[0])

# %% [markdown]
# ## What you can do now
# You have carried gradients back through gates, a neuron, a chain, a layer and a network of any
# depth, built a referee, counted what a gradient costs, got the same numbers from PyTorch, and
# trained a network on digits.
#
# **An open question.** Which layers' outputs could you throw away and compute again when they are
# needed, and what would that cost in time?

# %%
show_progress("04")

# %% [markdown]
# ## Card
# Along a path multiply; where paths meet add.
#
# | what | forward | backward |
# |---|---|---|
# | dense | $s = xW + b$ | $dx = \delta W^\top$, $dW = x^\top\delta$, $db = \sum_n\delta_n$ |
# | sigmoid | $a = \sigma(s)$ | $\delta = a(1-a)\,da$ |
# | tanh | $a = \tanh s$ | $\delta = (1-a^2)\,da$ |
# | softmax, cross-entropy | mean over $N$ | $\delta = (p - y)/N$ |
#
# Here $da$ stands for $\partial J/\partial a$. **Shapes:** $x$ $(N, D_{in})$, $W$
# $(D_{in}, D_{out})$, $b$ $(D_{out},)$; each gradient has the shape of its variable.
#
# **Price.** At most three times the products of a forward pass, and every layer's output kept in
# memory.
#
# **Pitfalls.** Overwriting where paths meet; $\frac1N$ twice or never; $W$ for $W^\top$; an early
# update; a bias that grows a batch axis; `zero_grad` forgotten.
#
# **Check** with two-sided differences, $h = 10^{-5}$, in float64, away from kinks:


# %%
def loss_of_bias(b):
    outputs = network.mlp_scores(digits.X_train, weights, [biases[0], b])
    return losses.cross_entropy(outputs, digits.y_train)


gradient = network.backpropagate(digits.X_train, digits.y_train, weights, biases)[2][1]
bias_referee = gradient_check.numerical_gradient(loss_of_bias, biases[1])
bias_error = gradient_check.relative_error(gradient, bias_referee)
assert bias_error < 1e-6
f"relative error {bias_error:.0e}"

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
# ## A claim to measure: which loss for a sigmoid?
# HW writes that the mean square error is generally used for regression and the cross-entropy for
# classification, and HKU's table pairs them likewise. A reason often given is that cross-entropy
# trains faster on a sigmoid output. Section 7 shows a mechanism: where an output is badly wrong,
# $a(1-a)$ is almost 0, and only the squared error's blame contains it. For $y = 1$ and a score of
# $-5$:

# %%
far_off = activations.sigmoid(-5.0)
np.round([far_off * (1 - far_off) * (far_off - 1), far_off - 1], 4)

# %% [markdown]
# The two blames differ by a factor of 150. Does it matter? Train 64-30-10 on digits, with ten
# sigmoid outputs:


# %%
# @title one_epoch: the two losses differ in one line
images = load_digits(flat=True, dtype=np.float32)


def one_epoch(squared, rate, order, W1, W2):
    for rows in np.array_split(order, 36):
        x = images.X_train[rows]
        a1 = np.tanh(x @ W1)
        out = activations.sigmoid(a1 @ W2)
        delta2 = (out - np.eye(10, dtype=np.float32)[images.y_train[rows]]) / len(rows)
        delta2[squared] *= (out * (1 - out))[squared]
        delta1 = (1 - a1**2) * (delta2 @ W2.swapaxes(1, 2))
        W1, W2 = W1 - rate * (x.T @ delta1), W2 - rate * (a1.swapaxes(1, 2) @ delta2)
    return W1, W2


# %% [markdown]
# Forty networks learn side by side, one for each loss, rate and start; `W1` is a stack of their
# matrices. A fifth of the training digits is set aside to choose the rate by:


# %%
# @title race_run: shares read correctly before training and after each of six epochs
def race_run(squared, rate, scale, seed):
    rng = np.random.default_rng(seed)
    validation, rest = np.split(rng.permutation(1437), [287])
    W1, W2 = (scale * np.float32(rng.normal(size=(n, m)) / n**0.5) for n, m in ((64, 30), (30, 10)))
    sets = [(images.X_train[validation], images.y_train[validation]), images[2:]]
    shares = []
    for epoch in range(7):
        if epoch > 0:
            W1, W2 = one_epoch(squared, rate, rng.permutation(rest), W1, W2)
        found = [(np.tanh(X @ W1) @ W2).argmax(axis=2) == t for X, t in sets]
        shares.append([right.mean(axis=1) for right in found])
    return shares


# %% [markdown]
# At one learning rate for both the race would be unfair, since $a(1-a) \le \frac14$ also makes
# every step of the squared error smaller. So each loss tries ten rates, ten starts each, from
# weights of the usual size and from weights four times as large, where many outputs are badly
# wrong.

# %%
# @title The race: ten rates, ten seeds, two losses, two starts
rates = [0.1, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 8.0]
contenders = ["cross-entropy", "squared error"]
contenders += [f"{name}, large start" for name in contenders]
scales, squares, lrs = zip(*product([1, 4], [False, True], rates), strict=True)
settings = np.array(squares), *(np.float32(column)[:, None, None] for column in (lrs, scales))
raced = np.array([race_run(*settings, seed) for seed in range(10)]).reshape(10, 7, 2, 4, 10)

# seed, rate, epoch, then validation and test
race = dict(zip(contenders, np.moveaxis(raced, (3, 4), (0, 2)), strict=True))

# %% [markdown]
# Look at the highest point of each curve.

# %%
# @title Validation digits read correctly after three epochs, by learning rate
ax = plot_lines(
    rates,
    {name: runs[:, :, 3, 0] for name, runs in race.items()},
    xlabel="learning rate",
    ylabel="share of validation digits read correctly",
    xscale="log",
    title="Each loss has a best rate of its own",
)
ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2, frameon=False)
described(
    ax,
    "Share read correctly after three epochs against the rate, means and ranges of ten starts. "
    "Cross-entropy peaks at rate 0.7, at 94 percent from the usual start and 93 from the large "
    "one, and fails from rate 2 on. Squared error rises more slowly and peaks at rate 2.8, at 93 "
    "percent from the usual start and 73 from the large one.",
)

# %% [markdown]
# For each loss, take the rate that is best on the *validation* digits, and read its share of the
# *test* digits, in percent: before training, after one epoch, after three and after six.

# %% claim="C18"
chosen = {name: runs.mean(axis=0)[:, :, 0].argmax(axis=0) for name, runs in race.items()}
best = {
    name: [100 * runs.mean(axis=0)[chosen[name][epoch], epoch, 1] for epoch in (0, 1, 3, 6)]
    for name, runs in race.items()
}
shares = np.array(list(best.values()))
_, *usual = shares[0] - shares[1]
_, *large = shares[2] - shares[3]
assert np.allclose(usual, [10, 2, 0.5], atol=[5, 1.5, 1])
assert np.allclose(large, [25, 19, 12], atol=5)
{name: np.round(shares, 1) for name, shares in best.items()}

# %% [markdown]
# **Verdict on C18: it holds here, most of all where outputs saturate.** Each loss has its own best
# rate of ten, and ten starts. From the usual start cross-entropy leads by about ten points after
# one epoch and by about two after three; after six, half a point is left, which is within the
# noise. From the large start, where outputs saturate, it leads by about 25, 19 and 12 points. At
# the rate 0.1 alone it seems much further ahead, but that is a matter of step size.

# %% [markdown] covers="04.notations"
# ## Five sources, one recursion
# Every source writes (4.8c) in letters of its own.
#
# | source | sum | output | blame | blame, one layer earlier |
# |---|---|---|---|---|
# | HKU | $s_j$ | $x_j$ | $\delta_j = \partial J/\partial s_j$ | $g'(s_i)\sum_j w_{ij}\delta_j$ |
# | EPFL | $h_i$ | $x_i$ | $e_i = \partial L/\partial h_i$ | $g'(h_j)\sum_i W_{ij}e_i$ |
# | HUST | – | $h_l$ | $e_l = \partial L/\partial h_l$ | $\sum_l w_{kl}h_l(1-h_l)e_l$ |
# | HW | $z_j$ | $f(z_j)$ | $\delta_j = -\partial E/\partial z_j$ | $f'(z_j)\sum_k w_{jk}\delta_k$ |
# | KAV | $\beta_j$ | $b_h$ | $g_j = -\partial E/\partial\beta_j$ | $b_h(1-b_h)\sum_j w_{hj}g_j$ |
#
# EPFL stores weights as (to, from). HUST (which writes $\varepsilon$ for this $e$) blames the
# output, not the sum. HW and KAV carry the minus of descent inside, so their step has to be
# *added*, as KAV does. (HW subtracts it: see W1 below.) The cell computes one gradient in all five:

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
# They agree. HUST's loss has no $\frac12$, so its gradient is twice the others', and the cell
# divides it by 2.

# %% [markdown]
# ## Appendix: for readers of the slides
# Four more places where a source prints something that does not hold. Each cell refutes it.
#
# **W1 (HW, backpropagation).** Printed for the output layer: $\delta = f'(z)\,(t - o)$ with target
# $t$ and output $o$, and then the update $\Delta w = -\eta\,\delta\,f'(z_{\text{in}})$, where
# $z_{\text{in}}$ is the score of the unit that feeds this weight. The input $x = 0.5$ of section 3
# is the sigmoid of $z_{\text{in}} = 0$, so $f'(z_{\text{in}}) = 0.25$. One step with $\eta = 1$:

# %% erratum="W1"
delta_printed = a * (1 - a) * (y - a)
as_printed = cost_at(w - 1.0 * delta_printed * 0.25)
mended = cost_at(w + 1.0 * delta_printed * x)
assert mended < J < as_printed
np.round([J, as_printed, mended], 4)

# %% [markdown]
# The printed step raises the cost; the mended one lowers it. With $t - o$ the minus of descent is
# already inside $\delta$, so the update needs a plus. And the factor from below is the *activation*
# $f(z_{\text{in}}) = x$, as in (4.4), not its slope. What holds is $\Delta w = +\eta\,\delta\,x$.
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

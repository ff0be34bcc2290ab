"""Networks of dense layers on tensors; where the reference backpropagates by hand, autograd does.

Each function has the contract of its namesake in `dlcourse.reference.network`.
"""

import torch

from dlcourse.twins.activations import sigmoid
from dlcourse.twins.arguments import fit
from dlcourse.twins.lengths import euclidean_norm
from dlcourse.twins.linear import linear
from dlcourse.twins.losses import cross_entropy


def mlp_forward(x, weights, biases):
    """Run a multilayer perceptron of sigmoid units; x first, the output last."""
    if len(weights) != len(biases) or len(weights) == 0 or x.ndim not in (1, 2):
        raise ValueError(
            f"x (N, D) or (D,), and one bias a layer: got x {tuple(x.shape)}, {len(weights)} "
            f"weights and {len(biases)} biases"
        )
    activations = [x]
    for W, b in zip(weights, biases, strict=True):
        fit("x (..., D), W (D, M), b (M)", activations[-1], W, b)
        activations.append(sigmoid(activations[-1] @ W + b))
    return activations


def chain_gradients(x, y, weights, biases):
    """Gradients of (out - y)^2 / 2 for a chain of single sigmoid units; two lists of floats."""
    ws, bs = (_leaves(torch.tensor(w, dtype=torch.float64) for w in p) for p in (weights, biases))
    out = torch.tensor(x, dtype=torch.float64)
    for w, b in zip(ws, bs, strict=True):
        out = sigmoid(w * out + b)
    gradients = torch.autograd.grad((out - y) ** 2 / 2, ws + bs)
    return [float(g) for g in gradients[: len(ws)]], [float(g) for g in gradients[len(ws) :]]


def two_layer_gradients(X, labels, W1, b1, W2, b2):
    """Loss and gradients of a tanh layer and a softmax layer."""
    loss, (dW1, dW2), (db1, db2) = backpropagate(X, labels, [W1, W2], [b1, b2])
    return loss, dW1, db1, dW2, db2


def mlp_scores(X, weights, biases):
    """Run a network with tanh after every layer but the last."""
    _one_layer(weights)
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        X = torch.tanh(linear(X, W, b))
    return linear(X, weights[-1], biases[-1])


def backpropagate(X, labels, weights, biases):
    """Loss and gradients of a network of any depth: tanh inside, softmax at the end."""
    return mlp_gradients(X, labels, weights, biases, torch.tanh, None)


def mlp_gradients(X, labels, weights, biases, g, g_backward):
    """Loss and gradients for any activation; autograd differentiates g, so g_backward is idle."""
    _one_layer(weights)
    weights, biases = _leaves(weights), _leaves(biases)
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        X = g(linear(X, W, b))
    loss = cross_entropy(linear(X, weights[-1], biases[-1]), labels)
    gradients = torch.autograd.grad(loss, weights + biases)
    return loss.detach(), list(gradients[: len(weights)]), list(gradients[len(weights) :])


def layer_gradient_norms(X, labels, weights, g, g_prime):
    """Norm of dJ/dW for each layer; autograd differentiates g, so g_prime is not used."""
    _one_layer(weights)
    weights = _leaves(weights)
    for W in weights[:-1]:
        fit("X (N, D), W (D, M)", X, W)
        X = g(X @ W)
    fit("X (N, D), W (D, M)", X, weights[-1])
    gradients = torch.autograd.grad(cross_entropy(X @ weights[-1], labels), weights)
    return [float(euclidean_norm(gradient)) for gradient in gradients]


def _one_layer(weights):
    if len(weights) == 0:
        raise ValueError("one layer is needed at least, got no weights")


def _leaves(tensors):
    return [t.detach().requires_grad_() for t in tensors]

"""Rows of the table: dense layers, networks of them, the referee."""

from itertools import pairwise

import torch
import torch.nn.functional as F  # noqa: N812
from cases import fixed, function, labels, normal, op, several, value


def dense(x, W, b):
    return F.linear(x, W.T, b)


def sigmoid_network(x, weights, biases):
    activations = [x]
    for W, b in zip(weights, biases, strict=True):
        activations.append(torch.sigmoid(dense(activations[-1], W, b)))
    return activations


def tanh_network(weights, biases):
    layers = []
    for W, b in zip(weights, biases, strict=True):
        layer = torch.nn.Linear(*W.shape)
        layer.weight.data, layer.bias.data = W.detach().T.clone(), b.detach().clone()
        layers += [layer, torch.nn.Tanh()]
    return torch.nn.Sequential(*layers[:-1])


def by_modules(X, labels, weights, biases):
    network = tanh_network(weights, biases)
    loss = F.cross_entropy(network(X), labels)
    loss.backward()
    layers = network[::2]
    return loss, [layer.weight.grad.T for layer in layers], [layer.bias.grad for layer in layers]


def two_by_modules(X, labels, W1, b1, W2, b2):
    loss, (dW1, dW2), (db1, db2) = by_modules(X, labels, [W1, W2], [b1, b2])
    return loss, dW1, db1, dW2, db2


def scores_by_modules(X, weights, biases):
    return tanh_network(weights, biases)(X)


def two_sided(f, x, h=1e-5):
    x = x.double()
    steps = torch.eye(x.numel(), dtype=torch.float64).mul(h).reshape(-1, *x.shape)
    return torch.stack([(f(x + e) - f(x - e)) / (2 * h) for e in steps]).reshape(x.shape)


def softsign_slope(s):
    return 1 / (1 + abs(s)) ** 2


def softsign_backward(dout, s):
    return dout * softsign_slope(s)


def cubic(x):
    return (x**3).sum()


def weights(*widths):
    pairs = pairwise(widths)
    return several(*(normal(pair) for pair in pairs))


def biases(*widths):
    return several(*(normal(width) for width in widths[1:]))


OPS = [
    op("linear.linear", normal((4, 3)), normal((3, 2)), normal(2), oracle=dense),
    op("linear.linear", normal((1, 1)), normal((1, 1)), normal(1), case="size 1", oracle=dense),
    op("linear.linear", normal((0, 3)), normal((3, 2)), normal(2), case="empty", oracle=dense),
    op("network.mlp_forward", normal((4, 3)), weights(3, 5, 2), biases(3, 5, 2),
       oracle=sigmoid_network),
    op("network.mlp_forward", normal(3), weights(3, 2), biases(3, 2), case="one sample",
       oracle=sigmoid_network),
    op("network.mlp_forward", normal((2, 3), 1e3), weights(3, 2), biases(3, 2), case="far out",
       oracle=sigmoid_network, half=False),
    op("network.chain_gradients", value(0.7), value(1.0), value([0.5, -1.2, 2.0]),
       value([0.1, 0.0, -0.3])),
    op("network.chain_gradients", value(1.0), value(1.0), value([0.4]), value([0.0]), case="one"),
    op("network.mlp_scores", normal((4, 3)), weights(3, 5, 2), biases(3, 5, 2),
       oracle=scores_by_modules),
    op("network.mlp_scores", normal((4, 3)), weights(3, 5, 4, 2), biases(3, 5, 4, 2),
       case="three layers", oracle=scores_by_modules),
    op("network.two_layer_gradients", normal((6, 2)), labels(6, 2), normal((2, 5)), normal(5),
       normal((5, 2)), normal(2), oracle=two_by_modules),
    *(
        op("network.backpropagate", normal((6, 3)), labels(6, 4), weights(*widths),
           biases(*widths), case=f"depth {len(widths) - 1}", oracle=by_modules, half=False)
        for widths in [(3, 4), (3, 5, 4), (3, 5, 2, 4), (3, 5, 2, 3, 2, 1, 4)]
    ),
    *(
        op("network.mlp_gradients", normal((6, 3)), labels(6, 4), weights(*widths),
           biases(*widths), function("activations.softsign"), value(softsign_backward),
           case=f"depth {len(widths) - 1}", half=False)
        for widths in [(3, 4), (3, 5, 2, 4)]
    ),
    op("network.layer_gradient_norms", normal((6, 3)), labels(6, 4), weights(3, 5, 2, 4),
       function("activations.softsign"), value(softsign_slope)),
    op("network.layer_gradient_norms", normal((6, 3)), labels(6, 4), weights(3, 4),
       function("activations.softsign"), value(softsign_slope), case="one layer"),
    op("gradient_check.numerical_gradient", value(cubic), normal((3, 2)), oracle=two_sided,
       half=False),
    op("gradient_check.numerical_gradient", value(cubic), normal(()), case="a number",
       oracle=two_sided, half=False),
    op("gradient_check.numerical_gradient", value(cubic), normal((0, 2)), case="empty",
       oracle=None),
    op("gradient_check.relative_error", normal((3, 2)), normal((3, 2))),
    op("gradient_check.relative_error", fixed([0, -0.0, 1e-9]), fixed([0, 0, 2e-9]),
       case="zeros and tiny"),
    op("gradient_check.relative_error", normal((0, 2)), normal((0, 2)), case="empty"),
]  # fmt: skip

NO_ROW = {
    "graph.topological_order": "takes graph nodes; tested in test_graph.py",
    "graph.accumulate_gradients": "takes graph nodes; tested against autograd in test_graph.py",
    "arguments.generator": "refuses seeds for the others; tested in test_awkward_arguments.py",
    "arguments.floats": "reads arguments for the others; tested in test_bad_input_core.py",
    "arguments.finite": "its numbers depend on the type; tested in test_not_finite.py",
    "arguments.numbers": "reads arguments for the others; tested in test_bad_input_core.py",
    "arguments.quoted": "words of an error; tested in test_bad_input_core.py",
    "arguments.in_own_order": "reads arguments for the others; tested in test_awkward_numbers.py",
    "arguments.real_numbers": "reads numbers for the others; tested in test_bad_input_core.py",
    "arguments.whole_numbers": "reads sizes for the others; tested in test_bad_input_core.py",
    "arguments.output_gradient": "reads arguments for the others; tested in test_bad_input_core.py",
    "arguments.same_shape": "refuses arguments for the others; tested in test_bad_input_core.py",
    "arguments.class_labels": "reads labels for the others; tested in test_bad_input_core.py",
    "arguments.zero_or_one": "refuses targets for the others; tested in test_bad_input_core.py",
    "arguments.plain": "reads numbers for the others; tested in test_bad_input_core.py",
    "arguments.parameter_and_state": "reads arguments; tested in test_bad_input_core.py",
}

NO_TWIN = {
    "graph.topological_order": "PyTorch's autograd is the engine of that world",
    "graph.accumulate_gradients": "PyTorch's autograd is the engine of that world",
    "arguments.floats": "tensors have one type, and PyTorch checks their shapes",
    "arguments.numbers": "tensors have one type, and PyTorch checks their shapes",
    "arguments.quoted": "twins quote words, numbers and shapes only",
    "arguments.output_gradient": "tensors have one type, and PyTorch checks their shapes",
    "arguments.in_own_order": "a tensor has this machine's byte order",
    "arguments.plain": "a tensor keeps its type beside NumPy's numbers",
    "arguments.generator": "PyTorch refuses what is no torch.Generator by itself",
}

TWIN_ONLY = {
    "arguments.as_floats": "the reference reads any number of arrays at once",
    "arguments.fit": "reads shapes as a page has them; the reference compares by hand",
    "arguments.to_compare": "what the reference's losses do with _pair",
    "arguments.one_of": "the reference refuses such words where it reads them",
    "arguments.images": "checks shapes inside of traced networks, which PyTorch alone has",
    "arguments.in_float32": "the reference refuses half precision",
    "arguments.wide": "the reference has float64 everywhere",
    "arguments.refuse_float16": "the reference refuses it wherever it reads an array",
    "arguments.refuse_bfloat16": "NumPy has no bfloat16",
}

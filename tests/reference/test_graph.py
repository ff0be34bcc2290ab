"""The array autodiff engine against PyTorch's, and on graphs that break careless walks."""

import numpy as np
import pytest
import torch
from cases import for_all
from hypothesis import strategies as st

from dlcourse.reference.graph import Node, accumulate_gradients, topological_order
from dlcourse.reference.network import backpropagate

ONE_INPUT = {
    "sum": lambda a: a.sum(),
    "mean": lambda a: a.mean() * a.mean(),
    "sum over rows": lambda a: (a.sum(axis=0) ** 2).sum(),
    "sum over columns": lambda a: (a.sum(axis=1) ** 3).sum(),
    "exp, tanh": lambda a: (a.exp() * a.tanh()).sum(),
    "log": lambda a: (a * a + 1).log().sum(),
    "relu": lambda a: (a.relu() * a).sum(),
    "transpose": lambda a: (a.T @ a).sum(),
    "negation": lambda a: (-a * 3).sum(),
    "constants": lambda a: (1 - a + (2 / (a * a + 1)) + a / 4 + 5 * a - 2).sum(),
    "fourth power": lambda a: ((a**2) ** 2).sum(),
    "used four times": lambda a: (a * a + a / (a * a + 3)).sum(),
}


def engine(f, *arrays):
    nodes = [Node(a) for a in arrays]
    output = f(*nodes)
    gradients = accumulate_gradients(output)
    return output.value, [gradients[node] for node in nodes]


def autograd(f, *arrays):
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    output = f(*tensors)
    return output.detach(), torch.autograd.grad(output, tensors)


def assert_same(f, *arrays):
    (value, gradients), (expected, theirs) = engine(f, *arrays), autograd(f, *arrays)
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-12)
    for ours, their in zip(gradients, theirs, strict=True):
        assert ours.shape == their.shape
        np.testing.assert_allclose(ours, their, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("f", ONE_INPUT.values(), ids=ONE_INPUT)
def test_one_array_gets_the_gradient_that_pytorch_gives(f):
    assert_same(f, np.random.default_rng(0).normal(size=(4, 3)))


@pytest.mark.parametrize(
    "shapes",
    [((4, 3), (3,)), ((4, 3), (4, 1)), ((4, 3), ()), ((1, 3), (4, 1)), ((2, 4, 3), (4, 1))],
)
def test_broadcasting_is_undone_for_every_operator(shapes):
    rng = np.random.default_rng(1)
    a, b = (rng.uniform(0.5, 2, size=shape) for shape in shapes)
    for f in [
        lambda a, b: (a + b * b).sum(),
        lambda a, b: (a * b * a).sum(),
        lambda a, b: ((a - b) ** 2).sum(),
        lambda a, b: (a / b).sum(),
        lambda a, b: (b / a).sum(),
    ]:
        assert_same(f, a, b)


@for_all(st.lists(st.sampled_from(["+", "*", "-", "tanh"]), max_size=12), st.integers(0, 99))
def test_random_programs_get_the_gradients_that_pytorch_gives(program, seed):
    rng = np.random.default_rng(seed)
    picks = rng.integers(0, 1000, size=(len(program), 2))

    def run(*inputs):
        values = list(inputs)
        for step, (i, j) in zip(program, picks, strict=True):
            x, y = values[i % len(values)], values[j % len(values)]
            new = {"+": x + y, "*": x.tanh() * y.tanh(), "-": x - y, "tanh": x.tanh()}[step]
            values.append(new)
        return sum(value.sum() for value in values)

    assert_same(run, rng.normal(size=(2, 3)), rng.normal(size=3))


def test_a_network_gets_the_gradients_of_backpropagate():
    rng = np.random.default_rng(2)
    X, labels = rng.normal(size=(7, 2)), rng.integers(3, size=7)
    W1, b1, W2, b2 = (Node(rng.normal(size=shape)) for shape in [(2, 5), 5, (5, 3), 3])
    loss = ((X @ W1 + b1).tanh() @ W2 + b2).cross_entropy(labels)
    gradients = accumulate_gradients(loss)
    expected = backpropagate(X, labels, [W1.value, W2.value], [b1.value, b2.value])
    np.testing.assert_allclose(loss.value, expected[0], rtol=1e-12)
    for node, gradient in zip([W1, W2, b1, b2], expected[1] + expected[2], strict=True):
        np.testing.assert_allclose(gradients[node], gradient, rtol=1e-12)


def test_float32_stays_float32_through_constants_and_means():
    x = Node(np.ones((2, 3), np.float32))
    loss = (2 * x - 1 + x / 3).tanh().mean() * 0.5
    gradients = accumulate_gradients(loss)
    assert loss.value.dtype == gradients[x].dtype == np.float32


class Bare:
    """A node as the exercise's statement describes it, and no more."""

    def __init__(self, *parents, pullback=None):
        self.parents, self.pullback = list(parents), pullback


def test_the_order_puts_parents_first_and_shared_nodes_once():
    a, b = Bare(), Bare()
    shared = Bare(a, b)
    left, right = Bare(shared, a), Bare(shared, shared)
    top = Bare(left, right)
    order = topological_order(top)
    assert sorted(map(id, order)) == sorted(map(id, [a, b, shared, left, right, top]))
    for node in order:
        assert all(order.index(parent) < order.index(node) for parent in node.parents)


def test_a_long_shortcut_does_not_bring_a_node_before_its_parents():
    first = Bare()
    middle = Bare(Bare(Bare(first)))
    order = topological_order(Bare(first, middle))
    assert order.index(first) < order.index(middle) < 4


def test_depth_fifty_thousand_is_no_deeper_than_five():
    x = Node(1.0)
    y = x
    for _ in range(50_000):
        y = y + x
    assert accumulate_gradients(y)[x] == 50_001


def test_two_to_the_thousand_paths_are_walked_once_each_node():
    x = Node(1.0)
    y = x
    for _ in range(1000):
        y = y * 0.5 + y * 0.5
    assert accumulate_gradients(y)[x] == 1.0


def test_gradients_of_bare_nodes_add_and_nothing_is_changed():
    part = np.array([1.0, 2.0])
    leaf = Bare()
    both = Bare(leaf, leaf, pullback=lambda gradient: [part, part])
    top = Bare(both, leaf, pullback=lambda gradient: [gradient, part])
    for _ in range(2):  # a second pass finds the graph as it was
        gradients = accumulate_gradients(top)
        assert set(gradients) == {leaf, both, top}
        assert gradients[top] == 1.0
        np.testing.assert_array_equal(gradients[leaf], [3.0, 6.0])
    np.testing.assert_array_equal(part, [1.0, 2.0])


def test_a_leaf_alone_has_gradient_one():
    leaf = Bare()
    assert accumulate_gradients(leaf) == {leaf: 1.0}
    assert topological_order(leaf) == [leaf]


def test_an_output_of_many_numbers_is_refused():
    with pytest.raises(ValueError, match=r"\.sum\(\) or \.mean\(\)"):
        accumulate_gradients(Node([1.0, 2.0]) * 2)


def test_products_of_anything_but_matrices_are_refused():
    with pytest.raises(ValueError, match=r"\(3,\) and \(3,\)"):
        Node([1.0, 2.0, 3.0]) @ Node([1.0, 2.0, 3.0])


@pytest.mark.parametrize("n", [0, 1, 2, np.float64(2.0), np.int64(0)])
def test_a_power_at_0_has_the_slope_of_pytorch(n):
    x = Node(np.array([0.0, -2.0, 3.0], np.float32))
    y = x**n
    with np.errstate(all="raise"):
        gradient = accumulate_gradients(y.sum())[x]
    tensor = torch.tensor([0.0, -2.0, 3.0], requires_grad=True)
    (tensor ** float(n)).sum().backward()
    np.testing.assert_allclose(gradient, tensor.grad)
    assert y.value.dtype == gradient.dtype == np.float32


@pytest.mark.parametrize("number", [np.float64(2.0), np.float32(2.0), np.int64(2), np.array(2.0)])
def test_numpy_numbers_leave_the_type_of_a_node_alone(number):
    x = Node(np.ones(2, np.float32))
    for node in (x + number, number * x, x - number, number / x):
        assert node.value.dtype == np.float32


def test_an_array_that_changes_after_the_forward_leaves_the_gradient_alone():
    W = np.array([2.0])
    n = Node(W)
    out = (n * n).sum()
    W -= 1
    assert accumulate_gradients(out)[n] == 4


def test_a_quotient_of_tiny_numbers_has_its_gradient():
    a, b = Node(1e-200), Node(1e-200)
    assert accumulate_gradients(a / b)[b] == pytest.approx(-1e200)


def test_a_printed_node_says_what_it_was_computed_by():
    x = Node([[4.0]])
    made = {
        "+": x + 1, "-": x - 1, "*": 2 * x, "/": x / 2, "@": x @ x, "**": x**2, "exp": x.exp(),
        "log": x.log(), "tanh": x.tanh(), "relu": x.relu(), "sum": x.sum(), "T": x.T,
        "cross_entropy": x.cross_entropy([0]),
    }  # fmt: skip
    assert {name: node.op for name, node in made.items()} == {name: name for name in made}
    assert (repr(x), repr(x.sum())) == ("Node([[4.]])", "Node(4.0, op='sum')")

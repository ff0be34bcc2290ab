"""A small reverse-mode automatic differentiation engine on arrays (Lecture 4).

A computation is a graph: each `Node` holds a value, the parents it was computed from, and a
pullback that turns the gradient of the node into one gradient a parent. Computing forwards builds
the graph; `accumulate_gradients` walks it backwards, once:

    >>> x = Node(3.0)
    >>> y = x * x + x
    >>> float(accumulate_gradients(y)[x])
    7.0

PyTorch's autograd is the same idea with a few hundred operations.
"""

import numpy as np

from dlcourse.reference.activations import tanh_backward
from dlcourse.reference.arguments import class_labels, floats, plain, quoted
from dlcourse.reference.losses import cross_entropy, softmax_cross_entropy_backward


def topological_order(node):
    """List the graph that ends in `node`, each node after all of its parents.

    Parameters
    ----------
    node
        Any object with a sequence `parents` of such objects, empty for a leaf.

    Returns
    -------
    list
        Every reachable node once, `node` last.

    Notes
    -----
    A depth-first walk with its own stack: recursion would end at Python's limit of about 1,000
    calls, and graphs of networks are deeper. A node is placed when its parents' iterator is
    empty, that is, when all parents stand already.

    Examples
    --------
    >>> x = Node(3.0)
    >>> topological_order(x * x)
    [Node(3.0), Node(9.0, op='*')]
    """
    order, seen = [], {node}
    stack = [(node, iter(node.parents))]
    while stack:
        current, parents = stack[-1]
        for parent in parents:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, iter(parent.parents)))
                break
        else:
            order.append(current)
            stack.pop()
    return order


def accumulate_gradients(output):
    """Differentiate `output` with respect to every node that it was computed from.

    Parameters
    ----------
    output
        A node with one number; nodes have `parents` and `pullback(gradient)`, which gives one
        gradient a parent.

    Returns
    -------
    dict
        From every reachable node, `output` included (1.0), to its gradient. Nothing in the graph
        is changed, so a second call gives the same.

    Notes
    -----
    A node used twice gets a gradient along both paths, and paths add. Backwards through the
    topological order, a node's gradient is complete before it is passed on.

    Examples
    --------
    >>> x = Node(3.0)
    >>> float(accumulate_gradients(x * x + x)[x])
    7.0
    """
    gradients = {output: 1.0}
    for node in reversed(topological_order(output)):
        if not node.parents:
            continue
        for parent, part in zip(node.parents, node.pullback(gradients[node]), strict=True):
            # not +=, which would change an array that two nodes may share
            gradients[parent] = gradients[parent] + part if parent in gradients else part
    return gradients


class Node:
    """An array that remembers how it was computed.

    Parameters
    ----------
    value : array_like
    *rules : tuple (parent, rule)
        For each parent, the function from this node's gradient to the parent's. Where the forward
        broadcast the parent, its gradient is summed back to the parent's shape afterwards, so
        rules need not care.
    op : str
        What the node was computed by, for the eyes of who prints it.
    """

    __array_ufunc__ = None  # array * node is for Node.__rmul__, not for NumPy's loop over entries

    def __init__(self, value, *rules, op=""):
        value = floats(value)
        self.value = value if rules else value.copy()  # a leaf's array may change after this
        self.parents = tuple(parent for parent, _ in rules)
        self.rules = tuple(rule for _, rule in rules)
        self.op = op

    def pullback(self, gradient):
        """Return one gradient a parent, each in the shape of its parent."""
        gradient = np.asarray(gradient, self.value.dtype)
        if gradient.shape != self.value.shape:
            raise ValueError(
                f"the gradient of a node of shape {self.value.shape} has its shape, got "
                f"{gradient.shape}: differentiate one number, such as .sum() or .mean()"
            )
        return [
            _sum_to(rule(gradient), parent.value.shape)
            for parent, rule in zip(self.parents, self.rules, strict=True)
        ]

    def __repr__(self):
        return f"Node({self.value}, op={self.op!r})" if self.op else f"Node({self.value})"

    # one derivative rule a line: d is the gradient of the result
    def __add__(self, other):
        other = _as_node(other, self)
        return Node(self.value + other.value, (self, lambda d: d), (other, lambda d: d), op="+")

    def __sub__(self, other):
        other = _as_node(other, self)
        return Node(self.value - other.value, (self, lambda d: d), (other, lambda d: -d), op="-")

    def __mul__(self, other):
        other, a = _as_node(other, self), self.value
        b = other.value
        return Node(a * b, (self, lambda d: d * b), (other, lambda d: d * a), op="*")

    def __truediv__(self, other):
        other, a = _as_node(other, self), self.value
        b = other.value
        return Node(a / b, (self, lambda d: d / b), (other, lambda d: -(d / b) * (a / b)), op="/")

    def __matmul__(self, other):
        other, a = _as_node(other, self), self.value
        b = other.value
        if a.ndim != 2 or b.ndim != 2:
            raise ValueError(f"@ takes two matrices, got shapes {a.shape} and {b.shape}")
        return Node(a @ b, (self, lambda d: d @ b.T), (other, lambda d: a.T @ d), op="@")

    def __pow__(self, n):
        a, n = self.value, plain(n)
        if not isinstance(n, int | float):
            raise ValueError(
                f"a node's exponent is a number, got {quoted(n)}: use (n * x.log()).exp()"
            )
        if n == 0:  # a ** -1 would be infinite at 0, and 0 times that NaN
            return Node(a**n, (self, np.zeros_like), op="**")
        return Node(a**n, (self, lambda d: d * n * a ** (n - 1)), op="**")

    def __neg__(self):
        return Node(-self.value, (self, lambda d: -d), op="-")

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other):
        return _as_node(other, self) - self

    def __rtruediv__(self, other):
        return _as_node(other, self) / self

    def __rmatmul__(self, other):
        return _as_node(other, self) @ self

    def exp(self):
        out = np.exp(self.value)
        return Node(out, (self, lambda d: d * out), op="exp")

    def log(self):
        return Node(np.log(self.value), (self, lambda d: d / self.value), op="log")

    def tanh(self):
        slope = tanh_backward(np.ones_like(self.value), self.value)
        return Node(np.tanh(self.value), (self, lambda d: d * slope), op="tanh")

    def relu(self):
        return Node(np.maximum(self.value, 0), (self, lambda d: d * ~(self.value <= 0)), op="relu")

    def sum(self, axis=None):
        shape = self.value.shape

        def spread(d):
            return np.broadcast_to(d if axis is None else np.expand_dims(d, axis), shape)

        return Node(self.value.sum(axis=axis), (self, spread), op="sum")

    def mean(self):
        return self.sum() / self.value.size

    @property
    def T(self):  # noqa: N802 (as NumPy names it)
        return Node(self.value.T, (self, lambda d: d.T), op="T")

    def cross_entropy(self, labels):
        """The mean cross-entropy of these scores: any forward and backward make a node."""
        labels, z = class_labels(labels, self.value.shape[-1]), self.value
        rule = softmax_cross_entropy_backward(z, labels)
        return Node(cross_entropy(z, labels), (self, lambda d: d * rule), op="cross_entropy")


def _as_node(value, beside):
    if isinstance(value, Node):
        return value
    value = plain(value)
    constant = isinstance(value, int | float)  # does not promote float32
    return Node(np.asarray(value, beside.value.dtype) if constant else value)


def _sum_to(gradient, shape):
    """Undo broadcasting: an entry that was used many times gets the sum of its gradients."""
    gradient = np.asarray(gradient)
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and gradient.shape[i] != 1)
    return gradient.sum(axis=stretched, keepdims=True)

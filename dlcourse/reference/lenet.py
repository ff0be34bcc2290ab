"""LeNet-5, the network of 1998 and the form it is taught in today (Lecture 13).

LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998.
Layers are called as in the paper: C a convolution, S a subsampling, F a dense layer. Each class has
`forward(x)` and `gradients(x, labels)`; its ``parameters`` are a dictionary of arrays, never
changed in place. To train one::

    params, history = fit(network.params, network.gradients_at, X, labels, ...)
    network = network.with_params(params)
"""

import copy

import numpy as np

from dlcourse.reference.activations import relu, relu_backward
from dlcourse.reference.arguments import floats, generator, whole_numbers
from dlcourse.reference.average_pooling import subsample, subsample_backward
from dlcourse.reference.conv import conv2d, conv2d_backward, conv2d_weight_gradient
from dlcourse.reference.lenet_layers import (
    C3_TABLE,
    DIGIT_CODES,
    penalty_loss,
    penalty_loss_backward,
    rbf,
    rbf_backward,
    scaled_tanh,
    scaled_tanh_backward,
)
from dlcourse.reference.linear import linear, linear_backward
from dlcourse.reference.losses import cross_entropy, softmax_cross_entropy_backward
from dlcourse.reference.pooling import max_pool2d, max_pool2d_backward


class _Network:
    """The handles by which `dlcourse.reference.training.fit` trains a network."""

    @property
    def params(self):
        """The parameters as a list."""
        return list(self.parameters.values())

    def with_params(self, params):
        """Return the same network with other parameters, a list in the order of `params`."""
        other = copy.copy(self)
        other.parameters = dict(zip(self.parameters, params, strict=True))
        return other

    def gradients_at(self, params, x, labels):
        """Return the mean loss and a list of gradients as they are with the given parameters."""
        loss, gradients = self.with_params(params).gradients(x, labels)
        return loss, list(gradients.values())


class LeNet5(_Network):
    """LeNet-5 as published: 60,000 trainable parameters for images (N, 1, 32, 32).

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the weights, uniform within 2.4 / fan-in, as in the paper.
    dtype
        Float type of the parameters.

    Attributes
    ----------
    parameters : dict of str to ndarray
        ``"C1.w"``, ``"C1.b"``, ... ``"F6.b"``. C3 keeps the filters of its table only, (60, 5, 5).

    Notes
    -----
    C1 156, S2 12, C3 1,516, S4 32, C5 48,120, F6 10,164. The output layer compares F6's 84 units
    with fixed pictures of the digits and trains nothing.
    """

    def __init__(self, rng, dtype=np.float32):
        shapes = {
            "C1": ((6, 1, 5, 5), 6, 25),
            "S2": ((6,), 6, 4),
            "C3": ((int(C3_TABLE.sum()), 5, 5), 16, 100),  # maps see 3, 4 or 6: 4 on the whole
            "S4": ((16,), 16, 4),
            "C5": ((120, 16, 5, 5), 120, 400),
            "F6": ((120, 84), 84, 120),
        }
        self.parameters = {}
        rng = generator(rng)
        for layer, (shape, units, fan_in) in shapes.items():
            bound = 2.4 / fan_in
            self.parameters[f"{layer}.w"] = rng.uniform(-bound, bound, shape).astype(dtype)
            self.parameters[f"{layer}.b"] = rng.uniform(-bound, bound, units).astype(dtype)

    def forward(self, x):
        """Return the penalties (N, 10) of images (N, 1, 32, 32)."""
        return self._layers(x)[-1]

    def predict(self, x):
        """Return the class of least penalty, (N,)."""
        return self.forward(x).argmin(axis=1)

    def gradients(self, x, labels):
        """Return the mean loss and a dictionary with the gradient of each parameter."""
        p, g = self.parameters, {}
        c1, s2, c3, s4, c5, f6, penalties = self._layers(x)
        d = penalty_loss_backward(penalties, labels)  # (N, 10)
        d = rbf_backward(d, scaled_tanh(f6), DIGIT_CODES)  # (N, 84)
        d = scaled_tanh_backward(d, f6)  # (N, 84)
        flat = scaled_tanh(c5)[:, :, 0, 0]  # (N, 120)
        d, g["F6.w"], g["F6.b"] = linear_backward(d, flat, p["F6.w"], p["F6.b"])  # (N, 120)
        d = scaled_tanh_backward(d[:, :, None, None], c5)  # (N, 120, 1, 1)
        d, g["C5.w"], g["C5.b"] = conv2d_backward(d, scaled_tanh(s4), p["C5.w"])  # (N, 16, 5, 5)
        d = scaled_tanh_backward(d, s4)  # (N, 16, 5, 5)
        d, g["S4.w"], g["S4.b"] = subsample_backward(
            d, scaled_tanh(c3), p["S4.w"]
        )  # (N, 16, 10, 10)
        d = scaled_tanh_backward(d, c3)  # (N, 16, 10, 10)
        d, dw, g["C3.b"] = conv2d_backward(
            d, scaled_tanh(s2), _connect(p["C3.w"])
        )  # (N, 6, 14, 14), (16, 6, 5, 5), (16,)
        g["C3.w"] = dw[C3_TABLE]  # (60, 5, 5): a filter that is not there has no gradient
        d = scaled_tanh_backward(d, s2)  # (N, 6, 14, 14)
        d, g["S2.w"], g["S2.b"] = subsample_backward(
            d, scaled_tanh(c1), p["S2.w"]
        )  # (N, 6, 28, 28)
        d = scaled_tanh_backward(d, c1)  # (N, 6, 28, 28)
        g["C1.w"], g["C1.b"] = _first_layer(d, x, p["C1.w"])  # (6, 1, 5, 5), (6,)
        return penalty_loss(penalties, labels), {name: g[name] for name in p}

    def _layers(self, x):
        """Every layer before its squashing, and the penalties."""
        x, p = _images(x, 32, ": pad images of 28x28 by 2"), self.parameters
        c1 = conv2d(x, p["C1.w"], p["C1.b"])
        s2 = subsample(scaled_tanh(c1), p["S2.w"], p["S2.b"])
        c3 = conv2d(scaled_tanh(s2), _connect(p["C3.w"]), p["C3.b"])
        s4 = subsample(scaled_tanh(c3), p["S4.w"], p["S4.b"])
        c5 = conv2d(scaled_tanh(s4), p["C5.w"], p["C5.b"])
        f6 = linear(scaled_tanh(c5)[:, :, 0, 0], p["F6.w"], p["F6.b"])
        return c1, s2, c3, s4, c5, f6, rbf(scaled_tanh(f6), DIGIT_CODES)


class ModernLeNet5(_Network):
    """LeNet-5 with today's parts: ReLU, max pooling, all channels connected, softmax.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the weights by He's normal rule; biases start at 0.
    padding : int
        Of the first convolution: 0 for images (N, 1, 32, 32), 2 for MNIST's 28x28.
    dtype
        Float type of the parameters.

    Notes
    -----
    61,706 parameters: 156, 2,416, 48,120, 10,164, 850. ReLU follows the pooling here, where it has
    a quarter of the work: the ReLU of a maximum is the maximum of the ReLUs.
    """

    def __init__(self, rng, padding=0, dtype=np.float32):
        shapes = {
            "C1": (6, 1, 5, 5),
            "C3": (16, 6, 5, 5),
            "F5": (400, 120),
            "F6": (120, 84),
            "F7": (84, 10),
        }
        (self.padding,) = whole_numbers(0, padding=padding)
        if padding > 15:
            raise ValueError(f"padding must be 0 ... 15, to leave a pixel of 32; got {padding}")
        self.parameters = {}
        rng = generator(rng)
        for layer, shape in shapes.items():
            conv = len(shape) == 4
            fan_in, units = (shape[1] * 25, shape[0]) if conv else shape
            w = rng.normal(0, np.sqrt(2 / fan_in), shape).astype(dtype)
            self.parameters |= {f"{layer}.w": w, f"{layer}.b": np.zeros(units, dtype)}

    def forward(self, x):
        """Return the scores (N, 10) of images."""
        return self._layers(x)[-1]

    def predict(self, x):
        """Return the class of the highest score, (N,)."""
        return self.forward(x).argmax(axis=1)

    def gradients(self, x, labels):
        """Return the mean cross-entropy and a dictionary with the gradient of each parameter."""
        p, g = self.parameters, {}
        c1, s2, c3, s4, f5, f6, scores = self._layers(x)
        d = softmax_cross_entropy_backward(scores, labels)  # (N, 10)
        d, g["F7.w"], g["F7.b"] = linear_backward(d, relu(f6), p["F7.w"], p["F7.b"])  # (N, 84)
        d = relu_backward(d, f6)  # (N, 84)
        d, g["F6.w"], g["F6.b"] = linear_backward(d, relu(f5), p["F6.w"], p["F6.b"])  # (N, 120)
        d = relu_backward(d, f5)  # (N, 120)
        flat = relu(s4).reshape(len(s4), len(p["F5.w"]))  # (N, 400)
        d, g["F5.w"], g["F5.b"] = linear_backward(d, flat, p["F5.w"], p["F5.b"])  # (N, 400)
        d = relu_backward(d.reshape(s4.shape), s4)  # (N, 16, 5, 5)
        d = max_pool2d_backward(d, c3)  # (N, 16, 10, 10)
        d, g["C3.w"], g["C3.b"] = conv2d_backward(d, relu(s2), p["C3.w"])  # (N, 6, 14, 14)
        d = relu_backward(d, s2)  # (N, 6, 14, 14)
        d = max_pool2d_backward(d, c1)  # (N, 6, 28, 28)
        g["C1.w"], g["C1.b"] = _first_layer(d, x, p["C1.w"], self.padding)
        return cross_entropy(scores, labels), {name: g[name] for name in p}

    def _layers(self, x):
        """Every layer before its ReLU."""
        x, p = _images(x, 32 - 2 * self.padding, ": pass padding=2 for 28x28"), self.parameters
        c1 = conv2d(x, p["C1.w"], p["C1.b"], padding=self.padding)
        s2 = max_pool2d(c1)
        c3 = conv2d(relu(s2), p["C3.w"], p["C3.b"])
        s4 = max_pool2d(c3)
        f5 = linear(relu(s4).reshape(len(s4), len(p["F5.w"])), p["F5.w"], p["F5.b"])
        f6 = linear(relu(f5), p["F6.w"], p["F6.b"])
        return c1, s2, c3, s4, f5, f6, linear(relu(f6), p["F7.w"], p["F7.b"])


def _connect(filters):
    """Lay C3's 60 filters out as (16, 6, 5, 5), zero where no connection is."""
    w = np.zeros((*C3_TABLE.shape, 5, 5), filters.dtype)
    w[C3_TABLE] = filters
    return w


def _first_layer(dout, x, w, padding=0):
    """Gradients of a first convolution: of its filters and biases, none of the image."""
    return conv2d_weight_gradient(dout, x, w.shape, padding=padding), dout.sum(axis=(0, 2, 3))


def _images(x, size, advice):
    x = floats(x)
    if x.shape[1:] != (1, size, size):
        raise ValueError(f"this LeNet-5 takes images (N, 1, {size}, {size}); got {x.shape}{advice}")
    return x

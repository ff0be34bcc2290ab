"""What each type of layer looks at and multiplies: one function a type (Lecture 13).

A type that is not here is an error, not a guess. To add one::

    @geometry.register
    def _(module: MyLayer):
        return Geometry(...)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

from torch import nn

from dlcourse.twins.lenet_layers import RBF, PartialConv2d, ScaledTanh, Subsample


def _no_multiplication(x_shape, out_shape):
    return 0


@dataclass(frozen=True)
class Geometry:
    """How a layer's outputs look at its inputs; pairs are (rows, columns).

    Attributes
    ----------
    kernel_size, stride, dilation : pair of int
    transposed : bool
        The window lies on the output: each input is spread over it.
    everything : bool
        Every output sees the whole input.
    view : bool
        The output is the input in another shape: it takes no memory.
    multiplications : callable
        From the shapes (C, H, W) of one input and of its output to a number.
    """

    kernel_size: tuple = (1, 1)
    stride: tuple = (1, 1)
    dilation: tuple = (1, 1)
    transposed: bool = False
    everything: bool = False
    view: bool = False
    multiplications: Callable = _no_multiplication

    def seen_by(self, span, axis):
        """Return how many neighbouring inputs `span` neighbouring outputs see along an axis."""
        if self.everything:
            return math.inf
        reach = self.dilation[axis] * (self.kernel_size[axis] - 1) + 1
        if self.transposed:  # inputs whose windows touch any of the outputs, at most
            return (span + reach - 2) // self.stride[axis] + 1
        return (span - 1) * self.stride[axis] + reach


def _pair(size):
    return tuple(size) if isinstance(size, tuple | list) else (size, size)


def _each_weight_at_each_output(module):
    return lambda x_shape, out_shape: module.weight.numel() * math.prod(out_shape[1:])


@singledispatch
def geometry(module):
    """Return the `Geometry` of a layer, by its type."""
    raise ValueError(
        f"got a layer of type {type(module).__name__}, whose geometry nobody has told: "
        "register a function for it, as dlcourse/twins/geometry.py does"
    )


@geometry.register
def _(module: nn.Conv2d):
    return Geometry(
        module.kernel_size, module.stride, module.dilation,
        multiplications=_each_weight_at_each_output(module),
    )  # fmt: skip


@geometry.register
def _(module: nn.ConvTranspose2d):
    return Geometry(
        module.kernel_size, module.stride, module.dilation, transposed=True,
        # each weight works once at each pixel of the input
        multiplications=lambda x_shape, _: module.weight.numel() * math.prod(x_shape[1:]),
    )  # fmt: skip


@geometry.register
def _(module: nn.MaxPool2d):
    return Geometry(_pair(module.kernel_size), _pair(module.stride), _pair(module.dilation))


@geometry.register
def _(module: nn.AvgPool2d):
    return Geometry(_pair(module.kernel_size), _pair(module.stride))


@geometry.register
def _(module: Subsample):
    return Geometry(
        _pair(module.kernel_size), _pair(module.stride),
        multiplications=_each_weight_at_each_output(module),
    )  # fmt: skip


@geometry.register
def _(module: PartialConv2d):
    return Geometry(_pair(module.kernel_size), multiplications=_each_weight_at_each_output(module))


@geometry.register
def _(module: nn.Linear):
    return Geometry(everything=True, multiplications=lambda *_: module.weight.numel())


@geometry.register(nn.AdaptiveAvgPool2d)
@geometry.register(nn.AdaptiveMaxPool2d)
@geometry.register(nn.GroupNorm)  # means over the maps
@geometry.register(nn.LayerNorm)
@geometry.register(RBF)
def _(module):
    return Geometry(everything=True)


@geometry.register(nn.Flatten)
@geometry.register(nn.Identity)
def _(module):
    return Geometry(view=True)


@geometry.register(nn.Dropout)
@geometry.register(nn.Dropout2d)
def _(module):
    return Geometry(view=not module.training)


@geometry.register(nn.ReLU)
@geometry.register(nn.LeakyReLU)
@geometry.register(nn.ELU)
def _(module):
    return Geometry(view=module.inplace)


@geometry.register(nn.Tanh)
@geometry.register(nn.Sigmoid)
@geometry.register(nn.GELU)
@geometry.register(nn.PReLU)
@geometry.register(ScaledTanh)
@geometry.register(nn.BatchNorm1d)
@geometry.register(nn.BatchNorm2d)
@geometry.register(nn.LocalResponseNorm)  # along the channels
def _(module):
    return Geometry()

"""What each type of layer looks at and multiplies: one function a type (Lecture 13).

A type that is not here is an error, not a guess. To add one::

    @geometry.register
    def _(module: MyLayer):
        return Geometry(...)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
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
    sees : callable, optional
        For windows that depend on the sizes: from (span, axis, inputs along it, outputs along it)
        to what `seen_by` returns, infinity being everything.
    view : bool
        The output is the input in another shape: it takes no memory.
    multiplications : callable
        From the shapes (C, H, W) of one input and of its output to a number.
    x_shape, out_shape : tuple of int
        Of one input and its output, once `of` has been told.
    """

    kernel_size: tuple = (1, 1)
    stride: tuple = (1, 1)
    dilation: tuple = (1, 1)
    transposed: bool = False
    sees: Callable | None = None
    view: bool = False
    multiplications: Callable = _no_multiplication
    x_shape: tuple = ()
    out_shape: tuple = ()

    def of(self, x_shape, out_shape):
        """Return the same for an input and an output of these shapes."""
        return replace(self, x_shape=x_shape, out_shape=out_shape)

    def seen_by(self, span, axis):
        """Return how many neighbouring inputs `span` neighbouring outputs see along an axis."""
        if self.sees is not None:
            sizes = (s[1 + axis] if len(s) == 3 else None for s in (self.x_shape, self.out_shape))
            return self.sees(span, axis, *sizes)
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


def _everything(span, axis, inputs, outputs):
    return math.inf


@geometry.register
def _(module: nn.Linear):
    def along_the_last_axis(span, axis, inputs, outputs):
        return span if inputs is not None and axis == 0 else math.inf

    return Geometry(
        sees=along_the_last_axis,
        # once for each row of what comes in, of which maps have C H
        multiplications=lambda x_shape, _: module.weight.numel() * math.prod(x_shape[:-1]),
    )


@geometry.register(nn.AdaptiveAvgPool2d)
@geometry.register(nn.AdaptiveMaxPool2d)
def _(module):
    def most_of_any_place(span, axis, inputs, outputs):
        """Output i averages the inputs from floor(i n / o) to ceil((i + 1) n / o)."""
        if span >= outputs:
            return math.inf
        return max(
            -(-(i + span) * inputs // outputs) - i * inputs // outputs
            for i in range(outputs - span + 1)
        )

    return Geometry(sees=most_of_any_place)


@geometry.register
def _(module: nn.LayerNorm):
    def axes_of_the_mean(span, axis, inputs, outputs):
        inside = inputs is None or axis >= 2 - len(module.normalized_shape)
        return math.inf if inside else span

    return Geometry(sees=axes_of_the_mean)


@geometry.register(nn.GroupNorm)  # means over the maps
@geometry.register(RBF)
def _(module):
    return Geometry(sees=_everything)


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
@geometry.register(nn.SiLU)
@geometry.register(nn.SELU)
@geometry.register(nn.ReLU6)
@geometry.register(nn.Hardtanh)
@geometry.register(nn.Hardsigmoid)
@geometry.register(nn.Hardswish)
@geometry.register(nn.Softplus)
@geometry.register(nn.Softsign)
@geometry.register(nn.PReLU)
@geometry.register(ScaledTanh)
@geometry.register(nn.BatchNorm1d)
@geometry.register(nn.BatchNorm2d)
@geometry.register(nn.LocalResponseNorm)  # along the channels
def _(module):
    return Geometry()

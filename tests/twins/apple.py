"""A stand-in for Apple's GPU on any machine: a device "mps" whose tensors refuse float64.

Within `apple_gpu()` whatever is made on the device "mps", or moved there, is an `OnApple`: an
ordinary tensor in the processor's memory that says it lives on "mps", makes what is computed from
it an `OnApple` too, and refuses float64 by PyTorch's sentence. What is moved to the CPU is free.
"""

from contextlib import contextmanager
from unittest import mock

import torch
from torch.overrides import TorchFunctionMode

REFUSAL = (
    "Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support float64. "
    "Please use float32 instead."
)


class OnApple(torch.Tensor):
    """A tensor that says it lives on Apple's GPU."""

    device = property(lambda self: torch.device("mps"))


def tensors(tree):
    """Yield the tensors in nested lists, tuples and dictionaries."""
    if isinstance(tree, torch.Tensor):
        yield tree
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from tensors(item)
    elif isinstance(tree, dict):
        yield from tensors(list(tree.values()))


def moved(tree, kind, given=()):
    """Nested lists, tuples and dictionaries with every tensor as that kind of tensor.

    One that is of that kind stays the same object, and a leaf that was made and not `given` stays
    a leaf: both may become parameters.
    """
    if isinstance(tree, torch.Tensor):
        if type(tree) not in (torch.Tensor, OnApple) or type(tree) is kind:
            return tree
        if tree.requires_grad and tree.is_leaf and not any(tree is t for t in given):
            return tree.detach().as_subclass(kind).requires_grad_()
        return tree.as_subclass(kind)
    if isinstance(tree, list | tuple) and not hasattr(tree, "_fields"):
        parts = [moved(item, kind, given) for item in tree]
        return parts if isinstance(tree, list) else tuple(parts)
    return tree


def names(argument, kind):
    """Whether an argument is a device of that kind."""
    if isinstance(argument, torch.device):
        return argument.type == kind
    return isinstance(argument, str) and argument.split(":")[0] == kind


class _Pretend(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if func is torch.device or any(issubclass(t, torch.fx.Proxy) for t in types):
            return func(*args, **kwargs)  # a Proxy writes a graph down, and has no numbers
        everything = [*args, *kwargs.values()]
        there = any(names(a, "mps") for a in everything)
        here = func is torch.Tensor.cpu or any(names(a, "cpu") for a in everything)
        args = tuple(torch.device("cpu") if names(a, "mps") else a for a in args)
        kwargs = {key: torch.device("cpu") if names(a, "mps") else a for key, a in kwargs.items()}
        given = list(tensors(everything))
        came_from = any(isinstance(t, OnApple) for t in given)
        with torch._C.DisableTorchFunctionSubclass():
            result = func(*args, **kwargs)
        if here and not there:
            return moved(result, torch.Tensor, given)
        if there or came_from:
            if any(t.dtype == torch.float64 for t in tensors(result)):
                raise TypeError(REFUSAL)
            return moved(result, OnApple, given)
        return result


@contextmanager
def apple_gpu():
    """Pretend that this machine has Apple's GPU."""
    with (
        _Pretend(),
        mock.patch.object(torch.backends.mps, "is_available", return_value=True),
        mock.patch.object(torch.mps, "synchronize"),  # what is computed here is ready at once
        mock.patch.object(torch.cuda, "is_available", return_value=False),
    ):
        yield

"""Several processes that train as one, each on its share of every batch (torch.distributed).

Outside of a process group there is one process, and every function here gives what it was given. In
one, all processes must call a function alike: each waits for the others.
"""

from functools import cache

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

from dlcourse.twins.arguments import in_float32


def processes():
    """Return how many processes train together; 1 without a process group."""
    grouped = distributed.is_available() and distributed.is_initialized()
    return distributed.get_world_size() if grouped else 1


def rank():
    """Return this process's number, from 0."""
    return distributed.get_rank() if processes() > 1 else 0


def share(rows):
    """Return this process's part of a tensor's rows: whole numbers apart by one row at most."""
    return rows.tensor_split(processes())[rank()]


def total(numbers):
    """Add a tensor of all processes element by element; each gets the same sum, to the last bit."""
    return _Total.apply(numbers) if processes() > 1 else numbers


def gathered(thing):
    """Return a list of what each process passed, in the order of their ranks."""
    everything = [thing]
    if processes() > 1:
        everything = [None] * processes()
        distributed.all_gather_object(everything, thing)
    return everything


def agree(**things):
    """Refuse things that the processes do not have in common; the keywords name them."""
    for name, thing in things.items():
        everyone = gathered(thing)
        if any(other != everyone[0] for other in everyone):
            listed = ", ".join(f"{other} in process {r}" for r, other in enumerate(everyone))
            raise ValueError(f"{name} must be the same in all processes, got {listed:.200}")


def together(action):
    """Return ``action()``; if it fails in one process, it fails in all, by the same sentence.

    A process that failed alone would leave the others waiting for it.
    """
    result, told = None, None
    try:
        result = action()
    except (OSError, ValueError) as error:
        told = str(error)
    failures = [sentence for sentence in gathered(told) if sentence is not None]
    if failures:
        raise ValueError(failures[0]) from None
    return result


def side_by_side(model, device):
    """Wrap a model so that each backward pass ends with the mean gradient of all processes."""
    devices = [device] if device.type == "cuda" else None
    for buffer in model.buffers():  # they stay alike: each process computes the same ones
        distributed.broadcast(buffer, 0)
    return DistributedDataParallel(model, devices, broadcast_buffers=False)


def share_batch_norms(model, device):
    """Make each batch norm inside a model take its statistics from the rows of all processes."""
    if processes() == 1:
        return model
    _keep_out_of_graphs()
    shared = SharedBatchNorm
    if device.type != "cpu":
        shared, model = SyncBatchNorm, nn.SyncBatchNorm.convert_sync_batchnorm(model)
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.__class__ = shared  # parameters, buffers and their names stay
    return model


@cache
def _keep_out_of_graphs():
    """Let torch.compile step over the batch norms: traced, the processes' sums did not pair."""
    for kind in (SyncBatchNorm, SharedBatchNorm):
        kind.forward = torch.compiler.disable(kind.forward)


class SyncBatchNorm(nn.SyncBatchNorm):
    """PyTorch's batch norm over all processes, for GPUs, where one of them may have no rows."""

    def forward(self, x):
        """Normalize each channel by the mean and variance over the rows of all processes."""
        # of no rows PyTorch sends statistics in the type of x, the others theirs in float32
        return super().forward(x if len(x) else in_float32(x))


class SharedBatchNorm(nn.modules.batchnorm._BatchNorm):
    """The same on processors, for which PyTorch has none."""

    def _check_input_dim(self, x):
        """Nothing to look at: one class serves rows, series and images."""

    def forward(self, x):
        """Normalize each channel by the mean and variance over the rows of all processes."""
        if not self.training or processes() == 1:
            return super().forward(x)
        wide, channels = in_float32(x), [1, -1] + [1] * (x.dim() - 2)
        axes = [axis for axis in range(x.dim()) if axis != 1]
        count = total(wide.new_tensor(float(x.numel() // x.shape[1])))
        mean = total(wide.sum(axes)) / count
        centred = wide - mean.view(channels)
        variance = total(centred.square().sum(axes)) / count
        self._remember(mean.detach(), variance.detach() * count / (count - 1).clamp(min=1))
        out = centred / (variance + self.eps).sqrt().view(channels)
        if self.affine:
            out = out * self.weight.view(channels) + self.bias.view(channels)
        return out.to(x.dtype)

    @torch.no_grad()
    def _remember(self, mean, variance):
        if not self.track_running_stats:
            return
        self.num_batches_tracked.add_(1)
        pace = 1 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
        for kept, new in ((self.running_mean, mean), (self.running_var, variance)):
            kept.lerp_(new.to(kept.dtype), pace)


class _Total(torch.autograd.Function):
    """A sum over the processes: what each passed has the sum of all gradients of that sum."""

    @staticmethod
    def forward(ctx, numbers):
        numbers = numbers.clone(memory_format=torch.contiguous_format)
        distributed.all_reduce(numbers)
        return numbers

    @staticmethod
    def backward(ctx, dout):
        return _Total.apply(dout)

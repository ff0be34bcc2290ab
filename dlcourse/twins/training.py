"""The training loop on tensors: that of `dlcourse.reference.training`, with a device to run on.

`fit_module` is the reference's `fit` for an ``nn.Module`` and a torch.optim optimizer. Shuffling,
validation, early stopping, history and checkpoints work as there. Under torchrun the processes
share each batch and end with the weights of one (`dlcourse.twins.parallel`).
"""

import math
import time
import zlib
from contextlib import nullcontext
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import torch
from torch import nn

from dlcourse.twins import parallel
from dlcourse.twins.arguments import in_float32, whole_numbers, wide
from dlcourse.twins.checkpoints import Run, load_checkpoint, save_checkpoint
from dlcourse.twins.losses import cross_entropy


def minibatches(X, y, batch_size, rng, merge_last_one=False):
    """Yield (X_batch, y_batch) over one shuffled pass; `rng` is a ``torch.Generator`` on the CPU.

    The order does not depend on the device that the rows are on. With `merge_last_one` a last batch
    of a single row joins the one before, since batch norm refuses to train on it.
    """
    for rows in _orders(X, y, batch_size, rng, merge_last_one):
        yield X[rows], y[rows]


def _orders(X, y, batch_size, rng, merge_last_one):
    """Yield the numbers of each batch's rows, on the device of X."""
    if len(X) != len(y) or batch_size < 1:
        raise ValueError(
            f"needs one label a row and a batch_size of 1 or more: got {len(X)} rows, "
            f"{len(y)} labels, batch_size={batch_size}"
        )
    order = torch.randperm(len(X), generator=rng).to(X.device)
    (batch_size,) = whole_numbers(batch_size=batch_size)
    cuts = list(range(batch_size, len(X), batch_size))
    if merge_last_one and batch_size > 1 and cuts and cuts[-1] == len(X) - 1:
        cuts.pop()
    yield from order.tensor_split(cuts) if len(X) else ()


def fit_module(
    model,
    X,
    y,
    *,
    epochs,
    batch_size,
    rng,
    loss=cross_entropy,
    optimizer=None,
    schedule=None,
    validation=None,
    validation_batch=1024,
    metrics=None,
    patience=None,
    checkpoint=None,
    progress=iter,
    after_step=None,
    after_epoch=None,
    device="cpu",
    amp=None,
    accumulate=1,
    channels_last=False,
    compile_with=None,
):
    """Train `model` in place for `epochs` passes over the rows; return the history.

    Parameters
    ----------
    model : nn.Module
        Ends with the weights of the best validated epoch, or the last ones without `validation`.
    X, y : tensors, N rows each
        Moved to `device` at once.
    batch_size : int
        Rows of a step, of all processes together.
    rng : torch.Generator, on the CPU
        Draws the order of the rows. Dropout draws from torch's global generator: seed that with
        ``torch.manual_seed`` for a run that can be repeated.
    loss : callable
        ``loss(outputs, y_batch)``, a mean over the batch. It gets outputs in float32 where those of
        mixed precision are narrower.
    optimizer : torch.optim.Optimizer
        Adam with rate 1e-3 by default. Make it after `model` is on its device.
    schedule : callable, optional
        The learning rate as a function of the steps taken so far.
    validation : (X, y), optional
        Rows whose loss is taken after each epoch, in evaluation mode.
    validation_batch : int
        How many of them a process passes through the network at once.
    metrics : dict of callables, optional
        More to take there: ``{"accuracy": f}`` adds `val_accuracy`, f(outputs, y) being a mean over
        the rows.
    patience, checkpoint, progress
        As in the reference; the checkpoint is a file of torch.save.
    after_step, after_epoch : callable, optional
        ``after_step(rows)`` and ``after_epoch(entry, seconds)``: the rows of a step, an epoch's
        entry of the history, and the time its steps took.
    device : str or torch.device
    amp : torch.bfloat16 or torch.float16, optional
        Mixed precision: matrix products and convolutions in this type, weights in float32. With
        float16 the loss is scaled, so that small gradients do not round to 0.
    accumulate : int
        Pieces that a batch is cut into, one after the other, to fit it into memory: the gradient
        is that of the whole batch, but batch norm sees a piece at a time. A piece has two rows at
        least.
    channels_last : bool
        Images in memory as (N, H, W, C), which tensor cores read faster; shapes stay (N, C, H, W).
    compile_with : str, optional
        A backend of torch.compile, "inductor" as a rule. The first step then takes long.

    Returns
    -------
    list of dict
        One an epoch: `epoch`, the mean training `loss`, and `val_loss` if asked for.

    Notes
    -----
    In a process group of torch.distributed each process calls this with the same rows, weights and
    seed of `rng`, and takes its share of each batch, and of validation. Losses and weights are
    those of one process but for rounding: gradients are weighted by the rows that each process
    has, and batch norms become those of `parallel.share_batch_norms`, in place. Dropout differs, as
    each process draws its own. The first process alone writes `checkpoint`, which all must be able
    to read, shows `progress` and calls `after_step` and `after_epoch`.
    """
    if patience is not None and validation is None:
        raise ValueError(f"patience={patience} needs validation rows to watch")
    (epochs,) = whole_numbers(0, epochs=epochs)
    if patience is not None and not patience >= 1:
        raise ValueError(f"patience must be 1 epoch or more, got {patience}")
    if len(X) == 0:
        raise ValueError("X has no rows: there is nothing to train on")
    run = _prepare(model, loss, optimizer, device, amp, channels_last, compile_with)
    (run.accumulate,) = whole_numbers(accumulate=accumulate)
    run.schedule, run.after_step = schedule, _first_alone(after_step)
    _begin(run, X, rng, checkpoint)
    X, y, history = run.place(X), run.place(y), run.history
    after_epoch, measures = _first_alone(after_epoch), {"loss": loss} | (metrics or {})
    epochs_left = range(len(history), epochs)
    for epoch in progress(epochs_left) if parallel.rank() == 0 else epochs_left:
        if patience is not None and _out_of_patience(history, patience):
            break
        begun = time.perf_counter()
        mean = _one_epoch(run, X, y, _orders(X, y, batch_size, rng, merge_last_one=True))
        seconds = time.perf_counter() - begun
        if not math.isfinite(mean):
            raise ValueError(f"the loss is {mean} in epoch {epoch}: lower the rate or clip")
        history.append({"epoch": epoch, "loss": mean})
        if validation is not None:
            means = _evaluate(run, measures, *map(run.place, validation), validation_batch)
            history[-1] |= {f"val_{name}": mean for name, mean in means.items()}
            if _best_epoch(history) == epoch:
                run.best = deepcopy(model.state_dict())
        after_epoch(history[-1], seconds)
        if checkpoint is not None:
            save_checkpoint(checkpoint, run, rng)
    _check_validated(history)
    if validation is not None and run.best is not None:
        model.load_state_dict(run.best)
    return history


def evaluate_module(
    model, X, y, *, measures, batch_size=1024, device="cpu", amp=None, channels_last=False
):
    """Return the means over the rows of `measures`, a dict of callables f(outputs, y).

    In evaluation mode, by all processes together; the other arguments are those of `fit_module`.
    """
    run = _prepare(model, None, None, device, amp, channels_last, None, train=False)
    return _evaluate(run, measures, run.place(X), run.place(y), batch_size)


def _prepare(model, loss, optimizer, device, amp, channels_last, compile_with, train=True):
    """Gather a `Run`: the options become functions, so that the loop has no ifs."""
    device = torch.device(device)
    kind, shared = device.type, train and parallel.processes() > 1

    def place(rows):
        images = channels_last and rows.dim() == 4
        return rows.to(device, **({"memory_format": torch.channels_last} if images else {}))

    def compiled(network):
        return torch.compile(network, backend=compile_with) if compile_with else network

    model.to(device, **({"memory_format": torch.channels_last} if channels_last else {}))
    model = parallel.share_batch_norms(model, device) if shared else model
    together = parallel.side_by_side(model, device) if shared else model
    forward = compiled(together)
    if optimizer is None and train:
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    return Run(
        model=model,
        forward=forward,
        alone=compiled(model) if shared else forward,
        unfinished=together.no_sync if shared else nullcontext,
        loss=loss,
        optimizer=optimizer,
        place=place,
        device=device,
        precision=lambda: torch.autocast(kind, dtype=amp) if amp else nullcontext(),
        scaler=torch.amp.GradScaler(kind, enabled=amp is torch.float16),
    )


def _first_alone(call):
    """Return what the first process calls, and the others do not."""
    return call if call is not None and parallel.rank() == 0 else lambda *given: None


def _begin(run, X, rng, checkpoint):
    """Go on from a checkpoint, if there is one; all processes must then stand at one place."""
    if checkpoint is not None:
        there = Path(checkpoint).exists()
        parallel.together(lambda: load_checkpoint(checkpoint, run, rng) if there else None)
        parallel.agree(**{f"epochs in {checkpoint}": len(run.history)})
    if parallel.processes() > 1:
        state = zlib.crc32(bytes(rng.get_state().tolist()))
        parallel.agree(**{"the shape of X": tuple(X.shape), "the state of rng": state})


def _one_epoch(run, X, y, orders):
    """Step through the batches and return the mean loss over the rows."""
    optimizer, scaler = run.optimizer, run.scaler
    run.model.train()
    total, rows = torch.zeros((), device=run.device), 0
    for order in orders:
        if run.schedule is not None:
            for group in optimizer.param_groups:
                group["lr"] = run.schedule(run.t)
        run.t += 1
        optimizer.zero_grad()
        *pieces, last = order.tensor_split(max(1, min(run.accumulate, len(order) // 2)))
        for piece in pieces:
            with run.unfinished():  # the gradients of all processes meet once, after the last
                total = total + _backward(run, X, y, piece, len(order))
        total = total + _backward(run, X, y, last, len(order))  # no wait for the GPU
        scaler.step(optimizer)
        scaler.update()
        rows += len(order)
        run.after_step(len(order))
    return float(parallel.total(wide(total))) / rows


def _backward(run, X, y, piece, batch):
    """Add the gradient of this process's share of a piece; return the sum of its losses."""
    mine = parallel.share(piece)
    outputs = _outputs(run, run.forward, X[mine])
    if len(mine):
        loss = run.loss(outputs, y[mine])
    else:  # as many backward passes as the others, for which they wait
        loss = 0 * sum(out.sum() for out in _listed(outputs))
    # the mean over processes of these is the sum over rows divided by the batch
    run.scaler.scale(loss * (parallel.processes() * len(mine) / batch)).backward()
    return wide(loss.detach()) * len(mine)


def _outputs(run, forward, X):
    """Return a network's outputs, or its list of them, in float32 if they are half."""
    with run.precision():
        outputs = forward(X)
    if isinstance(outputs, torch.Tensor):
        return in_float32(outputs)
    return [in_float32(out) for out in outputs] if isinstance(outputs, list) else outputs


def _listed(outputs):
    """List the tensors of what a network returns: one, several, or several by name."""
    several = outputs.values() if isinstance(outputs, dict) else outputs
    several = [outputs] if isinstance(outputs, torch.Tensor) else several
    return [out for out in several if isinstance(out, torch.Tensor)]


@torch.no_grad()
def _evaluate(run, measures, X, y, batch_size):
    run.model.eval()
    n = len(X)
    sums = wide(torch.zeros(len(measures), device=run.device))
    X, y = parallel.share(X), parallel.share(y)
    for part, labels in zip(X.split(batch_size), y.split(batch_size), strict=True):
        if len(part):
            outputs = _outputs(run, run.alone, part)
            means = [wide(torch.as_tensor(f(outputs, labels))) for f in measures.values()]
            sums = sums + torch.stack(means).to(run.device) * len(part)
    return dict(zip(measures, (parallel.total(sums) / n).tolist(), strict=True))


def _best_epoch(history):
    """Epoch of least validation loss, among those that a run has validated."""
    validated = [entry for entry in history if "val_loss" in entry]
    losses = [math.inf if math.isnan(h["val_loss"]) else h["val_loss"] for h in validated]
    return validated[losses.index(min(losses))]["epoch"]


def _check_validated(history):
    losses = [entry["val_loss"] for entry in history if "val_loss" in entry]
    if losses and all(math.isnan(loss) for loss in losses):
        raise ValueError(
            f"the validation loss is nan in all epochs up to {history[-1]['epoch']}, and none can "
            "be the best: look for NaN in the validation rows"
        )


def _out_of_patience(history, patience):
    validated = any("val_loss" in entry for entry in history)
    return validated and history[-1]["epoch"] - _best_epoch(history) >= patience


def train_classifier(X, y, hidden, epochs, batch_size, lr, rng):
    """Train a network of tanh layers by mini-batch gradient descent; return its predict function.

    `rng`, a ``torch.Generator`` on the CPU, draws the weights and the order of the rows.
    """
    widths = [X.shape[1], *hidden, int(y.max()) + 1]
    layers = []
    for n, m in pairwise(widths):
        layer = nn.Linear(n, m, dtype=X.dtype)
        nn.init.normal_(layer.weight, std=1 / math.sqrt(n), generator=rng)
        nn.init.zeros_(layer.bias)
        layers += [layer, nn.Tanh()]
    model = nn.Sequential(*layers[:-1]).to(X.device)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    fit_module(
        model, X, y,
        epochs=epochs, batch_size=batch_size, rng=rng, optimizer=optimizer, device=X.device,
    )  # fmt: skip

    @torch.no_grad()
    def predict(X):
        return model(X).argmax(dim=1)

    return predict

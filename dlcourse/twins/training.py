"""The training loop on tensors: that of `dlcourse.reference.training`, with a device to run on.

`fit_module` is the reference's `fit` for an ``nn.Module`` and a torch.optim optimizer. Shuffling,
validation, early stopping, history and checkpoints work as there.
"""

import math
from contextlib import nullcontext
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import torch
from torch import nn

from dlcourse.twins.arguments import whole_numbers, wide
from dlcourse.twins.checkpoints import Run, load_checkpoint, save_checkpoint
from dlcourse.twins.losses import cross_entropy


def minibatches(X, y, batch_size, rng, merge_last_one=False):
    """Yield (X_batch, y_batch) over one shuffled pass; `rng` is a ``torch.Generator`` on the CPU.

    The order does not depend on the device that the rows are on. With `merge_last_one` a last batch
    of a single row joins the one before, since batch norm refuses to train on it.
    """
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
    for rows in order.tensor_split(cuts) if len(X) else ():
        yield X[rows], y[rows]


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
    patience=None,
    checkpoint=None,
    progress=iter,
    device="cpu",
    amp=None,
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
    rng : torch.Generator, on the CPU
        Draws the order of the rows. Dropout draws from torch's global generator: seed that with
        ``torch.manual_seed`` for a run that can be repeated.
    loss : callable
        ``loss(outputs, y_batch)``, a mean over the batch.
    optimizer : torch.optim.Optimizer
        Adam with rate 1e-3 by default. Make it after `model` is on its device.
    schedule : callable, optional
        The learning rate as a function of the steps taken so far.
    validation : (X, y), optional
        Rows whose loss is taken after each epoch, in evaluation mode.
    patience, checkpoint, progress
        As in the reference; the checkpoint is a file of torch.save.
    device : str or torch.device
    amp : torch.bfloat16 or torch.float16, optional
        Mixed precision: matrix products and convolutions in this type, weights in float32. With
        float16 the loss is scaled, so that small gradients do not round to 0.
    channels_last : bool
        Images in memory as (N, H, W, C), which tensor cores read faster; shapes stay (N, C, H, W).
    compile_with : str, optional
        A backend of torch.compile, "inductor" as a rule. The first step then takes long.

    Returns
    -------
    list of dict
        One an epoch: `epoch`, the mean training `loss`, and `val_loss` if asked for.
    """
    if patience is not None and validation is None:
        raise ValueError(f"patience={patience} needs validation rows to watch")
    (epochs,) = whole_numbers(0, epochs=epochs)
    if patience is not None and not patience >= 1:
        raise ValueError(f"patience must be 1 epoch or more, got {patience}")
    if len(X) == 0:
        raise ValueError("X has no rows: there is nothing to train on")
    run = _prepare(model, loss, optimizer, schedule, device, amp, channels_last, compile_with)
    if checkpoint is not None and Path(checkpoint).exists():
        load_checkpoint(checkpoint, run, rng)
    X, y, history = run.place(X), run.place(y), run.history
    for epoch in progress(range(len(history), epochs)):
        if patience is not None and _out_of_patience(history, patience):
            break
        mean = _one_epoch(run, minibatches(X, y, batch_size, rng, merge_last_one=True))
        if not math.isfinite(mean):
            raise ValueError(f"the loss is {mean} in epoch {epoch}: lower the rate or clip")
        history.append({"epoch": epoch, "loss": mean})
        if validation is not None:
            history[-1]["val_loss"] = _evaluate(run, *map(run.place, validation))
            if _best_epoch(history) == epoch:
                run.best = deepcopy(model.state_dict())
        if checkpoint is not None:
            save_checkpoint(checkpoint, run, rng)
    _check_validated(history)
    if validation is not None and run.best is not None:
        model.load_state_dict(run.best)
    return history


def _prepare(model, loss, optimizer, schedule, device, amp, channels_last, compile_with):
    """Gather a `Run`: the options become functions, so that the loop has no ifs."""
    kind = torch.device(device).type

    def place(rows):
        images = channels_last and rows.dim() == 4
        return rows.to(device, **({"memory_format": torch.channels_last} if images else {}))

    model.to(device, **({"memory_format": torch.channels_last} if channels_last else {}))
    return Run(
        model=model,
        forward=torch.compile(model, backend=compile_with) if compile_with else model,
        loss=loss,
        optimizer=optimizer or torch.optim.Adam(model.parameters(), lr=1e-3),
        schedule=schedule,
        place=place,
        precision=lambda: torch.autocast(kind, dtype=amp) if amp else nullcontext(),
        scaler=torch.amp.GradScaler(kind, enabled=amp is torch.float16),
    )


def _one_epoch(run, batches):
    """Step through the batches and return the mean loss over the rows."""
    optimizer, scaler = run.optimizer, run.scaler
    run.model.train()
    total, rows = 0.0, 0
    for X, y in batches:
        if run.schedule is not None:
            for group in optimizer.param_groups:
                group["lr"] = run.schedule(run.t)
        run.t += 1
        optimizer.zero_grad()
        with run.precision():
            loss = run.loss(run.forward(X), y)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        total, rows = total + wide(loss.detach()) * len(X), rows + len(X)  # no wait for the GPU
    return float(total) / rows


@torch.no_grad()
def _evaluate(run, X, y, batch_size=1024):
    run.model.eval()
    total = 0.0
    for part, labels in zip(X.split(batch_size), y.split(batch_size), strict=True):
        with run.precision():
            total += float(run.loss(run.forward(part), labels)) * len(part)
    return total / len(X)


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

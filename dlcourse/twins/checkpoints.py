"""A run of `dlcourse.twins.training.fit_module` on disk, so that it can go on (Lecture 5)."""

import os
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn

from dlcourse.twins import parallel


@dataclass
class Run:
    """What a training run consists of: its options as functions, and where it stands.

    `forward` trains and `alone` evaluates: of several processes the first waits for all. Within
    `unfinished` a backward pass does not. `t` counts the steps taken; `best` is the state of the
    best validated epoch, None without one.
    """

    model: nn.Module
    forward: Callable
    alone: Callable
    unfinished: Callable
    loss: Callable
    optimizer: torch.optim.Optimizer
    place: Callable
    device: torch.device
    precision: Callable
    scaler: torch.amp.GradScaler
    schedule: Callable | None = None
    after_step: Callable | None = None
    accumulate: int = 1
    t: int = 0
    best: dict | None = None
    history: list = field(default_factory=list)


def save_checkpoint(path, run, rng):
    """Write all that a run needs to go on; a crash while writing leaves the old file whole.

    All processes of a run call this, and the first one writes.
    """
    cuda = run.device.type == "cuda"
    states = parallel.gathered(
        (torch.get_rng_state(), torch.cuda.get_rng_state(run.device) if cuda else None)
    )
    if parallel.rank() > 0:
        return
    saved = {name: getattr(run, name).state_dict() for name in ("model", "optimizer", "scaler")}
    saved |= {name: getattr(run, name) for name in ("t", "best", "history")}
    saved["kind"] = type(run.optimizer).__name__
    saved["rng"], saved["torch_rng"] = rng.get_state(), [state for state, _ in states]
    if cuda:
        saved["cuda_rng"] = [state for _, state in states]
    write_whole(path, saved)


def write_whole(path, saved):
    """Write with torch.save; the file is always the old one or the new one, never a part."""
    unfinished = Path(f"{path}.part")
    if not unfinished.parent.is_dir():
        raise ValueError(f"{path} lies in a folder that does not exist: make it first")
    with unfinished.open("wb") as file:
        torch.save(saved, file)
        file.flush()
        os.fsync(file.fileno())  # else a power cut may leave the new name on an empty file
    unfinished.replace(path)


def load_checkpoint(path, run, rng):
    """Set `run`, `rng` and torch's own generators back to what `save_checkpoint` wrote.

    Of several processes each takes up its own generator's state; where there were fewer of them,
    the further ones keep theirs.
    """
    with Path(path).open("rb") as file:  # a file that may not be read is no damaged one
        saved, missing = _read(file)
    if missing:
        raise ValueError(
            f"{path} is damaged or no checkpoint of fit_module: name another file or delete it"
        ) from None
    given = type(run.optimizer).__name__
    kept = saved.get("kind", given)
    if kept != given:
        raise ValueError(
            f"{path} holds the state of the optimizer {kept}, got {given}: "
            "go on with the same one, name another file or delete it"
        )
    try:
        for name in ("model", "optimizer", "scaler"):
            getattr(run, name).load_state_dict(saved[name])
    except (RuntimeError, ValueError) as error:
        raise ValueError(
            f"{path} is of another network: name another file or delete it\n{error!s:.300}"
        ) from None
    for name in ("t", "best", "history"):
        setattr(run, name, saved[name])
    rng.set_state(saved["rng"])
    states, rank = saved["torch_rng"], parallel.rank()
    states = states if isinstance(states, list) else [states]  # from before there were processes
    if rank < len(states):
        torch.set_rng_state(states[rank])
    if run.device.type == "cuda" and rank < len(saved.get("cuda_rng", ())):
        torch.cuda.set_rng_state(saved["cuda_rng"][rank], run.device)


def _read(file):
    """Load what `write_whole` wrote; return it and the names that are missing, all if damaged."""
    needed = {"model", "optimizer", "scaler", "t", "best", "history", "rng"}
    try:
        if zipfile.ZipFile(file).testzip():  # torch.load takes changed numbers for good ones
            return {}, needed
        file.seek(0)
        saved = torch.load(file, weights_only=True, map_location="cpu")
        return saved, needed - saved.keys()
    except (zipfile.BadZipFile, RuntimeError, AttributeError, EOFError, pickle.UnpicklingError):
        return {}, needed

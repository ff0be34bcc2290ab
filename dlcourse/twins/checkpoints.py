"""A run of `dlcourse.twins.training.fit_module` on disk, so that it can go on (Lecture 5)."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn


@dataclass
class Run:
    """What a training run consists of: its options as functions, and where it stands.

    `t` counts the steps taken; `best` is the state of the best validated epoch, None without one.
    """

    model: nn.Module
    forward: Callable
    loss: Callable
    optimizer: torch.optim.Optimizer
    schedule: Callable | None
    place: Callable
    precision: Callable
    scaler: torch.amp.GradScaler
    t: int = 0
    best: dict | None = None
    history: list = field(default_factory=list)


def save_checkpoint(path, run, rng):
    """Write all that a run needs to go on; a crash while writing leaves the old file whole."""
    saved = {name: getattr(run, name).state_dict() for name in ("model", "optimizer", "scaler")}
    saved |= {name: getattr(run, name) for name in ("t", "best", "history")}
    saved["kind"] = type(run.optimizer).__name__
    saved["rng"], saved["torch_rng"] = rng.get_state(), torch.get_rng_state()
    if torch.cuda.is_available():
        saved["cuda_rng"] = torch.cuda.get_rng_state_all()
    unfinished = Path(f"{path}.part")
    if not unfinished.parent.is_dir():
        raise ValueError(f"{path} lies in a folder that does not exist: make it first")
    torch.save(saved, unfinished)
    unfinished.replace(path)


def load_checkpoint(path, run, rng):
    """Set `run`, `rng` and torch's own generators back to what `save_checkpoint` wrote."""
    try:
        saved = torch.load(path, weights_only=True, map_location="cpu")
        missing = {"model", "optimizer", "scaler", "t", "best", "history", "rng"} - saved.keys()
    except (RuntimeError, AttributeError, EOFError, pickle.UnpicklingError):
        saved, missing = {}, True
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
    for name in ("model", "optimizer", "scaler"):
        getattr(run, name).load_state_dict(saved[name])
    for name in ("t", "best", "history"):
        setattr(run, name, saved[name])
    rng.set_state(saved["rng"])
    torch.set_rng_state(saved["torch_rng"])
    if "cuda_rng" in saved and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(saved["cuda_rng"])

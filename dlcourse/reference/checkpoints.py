"""A training run on disk, so that it can go on after an interruption (Lecture 5).

`dlcourse.reference.training.fit` writes a file after each epoch and begins from one that exists. It
holds plain arrays and JSON: opening it runs no code.
"""

import json
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dlcourse.reference.arguments import plain


@dataclass
class Run:
    """What a training run consists of at some moment: all that a checkpoint keeps.

    Attributes
    ----------
    params, best : list of ndarray
        The parameters now, and those to return.
    states : list of tuple of ndarray
        The optimizer's state of each parameter.
    t : int
        Steps taken so far.
    history : list of dict
        One an epoch.
    optimizer : str
        Name of the function that updates: another one could not read the states.
    """

    params: list
    best: list
    states: list
    t: int = 0
    history: list = field(default_factory=list)
    optimizer: str = ""


def save_checkpoint(path, run, rng):
    """Write to `path` all that a run needs to go on; a crash meanwhile leaves the old file whole.

    Plain arrays and JSON, so that opening the file runs no code.

    Raises
    ------
    ValueError
        If there is no such folder.

    Examples
    --------
    >>> import tempfile
    >>> rng, folder = np.random.default_rng(0), tempfile.TemporaryDirectory()
    >>> run = Run([np.ones(2)], [np.ones(2)], [()])
    >>> save_checkpoint(Path(folder.name) / "run.npz", run, rng)
    >>> [path.name for path in Path(folder.name).iterdir()]
    ['run.npz']
    >>> folder.cleanup()
    """
    arrays = {f"params_{i}": w for i, w in enumerate(run.params)}
    arrays |= {f"best_{i}": w for i, w in enumerate(run.best)}
    for i, state in enumerate(run.states):
        arrays |= {f"state_{i}_{j}": part for j, part in enumerate(state)}
    facts = {
        "t": run.t,
        "history": run.history,
        "optimizer": run.optimizer,
        "rng": rng.bit_generator.state,
        "state_lengths": [len(state) for state in run.states],
    }
    unfinished = Path(f"{path}.part")
    if not unfinished.parent.is_dir():
        raise ValueError(f"{path} lies in a folder that does not exist: make it first")
    with unfinished.open("wb") as file:
        np.savez(file, facts=json.dumps(facts, default=_as_json), **arrays)
    unfinished.replace(path)


def load_checkpoint(path, run, rng):
    """Return the run that `save_checkpoint` wrote to `path`, if it is of the network in `run`.

    Sets `rng` back to where it was then.

    Raises
    ------
    ValueError
        If the file is damaged, or holds arrays of other shapes or types than the network's, or the
        state of another optimizer or of another kind of generator.

    Examples
    --------
    >>> import tempfile
    >>> rng, folder = np.random.default_rng(0), tempfile.TemporaryDirectory()
    >>> run = Run([np.ones(2)], [np.ones(2)], [()], t=7)
    >>> save_checkpoint(Path(folder.name) / "run.npz", run, rng)
    >>> load_checkpoint(Path(folder.name) / "run.npz", run, rng).t
    7
    >>> folder.cleanup()
    """
    saved, facts = _read_checkpoint(path)
    for kind, of in (("shapes", np.shape), ("types", lambda w: np.asarray(w).dtype.name)):
        kept, expected = [of(w) for w in saved.params], [of(w) for w in run.params]
        if kept != expected:
            raise ValueError(
                f"{path} holds arrays of {kind} {kept}, the network has {expected}: "
                "name another file or delete it"
            )
    if saved.optimizer and run.optimizer and saved.optimizer != run.optimizer:
        raise ValueError(
            f"{path} holds the state of the optimizer {saved.optimizer!r}, got {run.optimizer!r}: "
            "go on with the same one, name another file or delete it"
        )
    kept, given = facts["rng"]["bit_generator"], rng.bit_generator.state["bit_generator"]
    if kept != given:
        raise ValueError(
            f"{path} holds the state of a {kept}, got a {given}: "
            f"give np.random.Generator(np.random.{kept}(seed))"
        )
    rng.bit_generator.state = facts["rng"]
    return saved


def _read_checkpoint(path):
    """Return the run in a file, and the facts stored beside its arrays."""
    try:
        with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as saved:
            facts = json.loads(str(saved["facts"]), object_hook=_from_json)
            facts["rng"]["bit_generator"]
            lengths = facts["state_lengths"]
            run = Run(
                params=[saved[f"params_{i}"] for i in range(len(lengths))],
                best=[saved[f"best_{i}"] for i in range(len(lengths))],
                states=[
                    tuple(plain(saved[f"state_{i}_{j}"]) for j in range(length))
                    for i, length in enumerate(lengths)
                ],
                t=facts["t"],
                history=facts["history"],
                optimizer=facts.get("optimizer", ""),  # as files were before
            )
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error):
        raise ValueError(
            f"{path} is damaged or no checkpoint of fit: name another file or delete it"
        ) from None
    return run, facts


def _as_json(thing):
    """The state of most bit generators holds arrays of integers and NumPy's integers."""
    if isinstance(thing, np.ndarray):
        return {"array": thing.tolist(), "dtype": str(thing.dtype)}
    return thing.item()


def _from_json(entry):
    if entry.keys() == {"array", "dtype"}:
        return np.array(entry["array"], entry["dtype"])
    return entry

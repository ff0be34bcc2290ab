"""Where tensors live: the best device that this machine has (Lecture 13)."""

import os

import torch


def device():
    """Return the device to compute on: an NVIDIA GPU, else Apple's, else the processor.

    The environment variable ``DLCOURSE_DEVICE`` overrules the choice: ``cpu``, ``cuda``,
    ``cuda:1``, ``mps``.

    Returns
    -------
    torch.device

    Raises
    ------
    ValueError
        If ``DLCOURSE_DEVICE`` names a device that does not exist here.

    Notes
    -----
    The course's networks are small: on the bundled digits a GPU gains little, because each step
    takes less time than starting its kernels.
    """
    wish = os.environ.get("DLCOURSE_DEVICE")
    if wish:
        return _existing(wish)
    return torch.device(available_devices()[0])


def available_devices():
    """List the kinds of device of this machine, the best first; ``"cpu"`` is always the last."""
    kinds = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return [kind for kind, there in kinds.items() if there] + ["cpu"]


def _existing(wish):
    try:
        chosen = torch.device(wish)
    except RuntimeError:
        chosen = None
    beyond = chosen is not None and chosen.type == "cuda" and _out_of_range(chosen)
    if chosen is None or chosen.type not in available_devices() or beyond:
        raise ValueError(
            f"DLCOURSE_DEVICE is {wish!r}, and this machine has {available_devices()} "
            f"({torch.cuda.device_count()} NVIDIA GPUs); set it to one of them or unset it"
        )
    return chosen


def _out_of_range(chosen):
    return (chosen.index or 0) >= torch.cuda.device_count()

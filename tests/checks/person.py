"""A person at a kernel: cells run as JupyterLab runs them, which may ask for input."""

import os
import re
from contextlib import contextmanager

from jupyter_client.manager import start_new_kernel

PATIENCE = 120  # seconds


@contextmanager
def person(folder, **environment):
    """Start a kernel in `folder`.

    Yields
    ------
    callable
        Runs one cell and returns its outputs, as dicts; `cell` is its id, as JupyterLab tells it.
    """
    manager, client = start_new_kernel(
        startup_timeout=PATIENCE,
        kernel_name="python3",
        cwd=str(folder),
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
    )

    def run(source, asks=True, cell=None):
        outputs = []
        client.session.metadata = {"cellId": cell} if cell else {}
        kinds = ("stream", "error", "display_data", "execute_result")
        client.execute_interactive(
            source,
            allow_stdin=asks,
            timeout=PATIENCE,
            output_hook=lambda m: m["msg_type"] in kinds and outputs.append(m["content"]),
        )
        return outputs

    try:
        yield run
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def told(outputs):
    """What stands below a cell, as text."""
    lines = ("".join(f"{line}\n" for line in o.get("traceback", ())) for o in outputs)
    parts = [o.get("text") or below for o, below in zip(outputs, lines, strict=True)]
    return re.sub(r"\x1b\[[\d;]*m", "", "".join(parts)).strip("\n")

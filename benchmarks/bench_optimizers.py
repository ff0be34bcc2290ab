"""Adam over a million float32 parameters, beside torch.optim.Adam with its default settings."""

from benchmarks.measure import compare, report  # first: it sets the thread counts

import numpy as np  # isort: skip
import torch  # isort: skip

from dlcourse.reference.adaptive import adam_step, adam_step_in_blocks

SIZE = 1_000_000


def rows():
    """Return one row for each way to take the step."""
    rng = np.random.default_rng(0)
    w, g = rng.normal(size=(2, SIZE)).astype(np.float32)
    m, v = np.zeros((2, SIZE), np.float32)
    parameter = torch.nn.Parameter(torch.tensor(w))
    parameter.grad = torch.tensor(g)
    optimizer = torch.optim.Adam([parameter])
    ways = {
        "adam_step": lambda: adam_step(w, g, m, v, 10),
        "adam_step_in_blocks": lambda: adam_step_in_blocks(w, g, m, v, 10),
        "adam_step_in_blocks, in place": lambda: adam_step_in_blocks(w, g, m, v, 10, out=(w, m, v)),
    }
    for name, step in ways.items():
        yield compare(name, step, optimizer.step)


if __name__ == "__main__":
    report("optimizers", list(rows()))

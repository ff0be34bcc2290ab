"""Small runs of fit_module, for one process or for each of several: their results go to a file.

    torchrun --nproc-per-node=2 shared_runs.py FOLDER [compiled]

Without torchrun, RANK and WORLD_SIZE are enough. Everything is in float64, so that what differs
beyond rounding is a fault. SHARED_RUNS_DEVICE says on which device: one process a GPU, or with
SHARED_RUNS_BACKEND=gloo several on one.
"""

import os
import sys
from pathlib import Path

import torch
from torch import distributed, nn

from dlcourse.twins import parallel
from dlcourse.twins.losses import cross_entropy
from dlcourse.twins.training import evaluate_module, fit_module

torch.set_num_threads(1)
DEVICE = os.environ.get("SHARED_RUNS_DEVICE", "cpu")
DRAWN = torch.Generator().manual_seed(4)
X = torch.randn(40, 3, generator=DRAWN, dtype=torch.float64)
Y = torch.randint(2, (40,), generator=DRAWN)


def network(dropout=0.0, norm=True):
    torch.manual_seed(0)
    middle = nn.BatchNorm1d(6) if norm else nn.Identity()
    # before batch norm a bias has the gradient 0, of whose rounding Adam would make steps
    layers = nn.Linear(3, 6, bias=not norm), middle, nn.Tanh(), nn.Dropout(dropout), nn.Linear(6, 2)
    return nn.Sequential(*layers).double()


def run(rows, batch_size, *, epochs=2, model=None, seed=1, **options):
    """Return the history and the state of the model after training."""
    model = (model or network()).to(DEVICE)
    history = fit_module(
        model, X[:rows], Y[:rows], epochs=epochs, batch_size=batch_size,
        rng=torch.Generator().manual_seed(seed), device=DEVICE, **options,
    )  # fmt: skip
    return history, {name: t.cpu() for name, t in model.state_dict().items()}


def accuracy(outputs, labels):
    return (outputs.argmax(1) == labels).double().mean()


def falling(step):
    return 0.1 / (step + 1)


def resumed(folder):
    """Each process draws its own dropout, and draws on where it stopped."""
    options = {"checkpoint": folder / f"{parallel.processes()}.pt"}
    model = network(0.5)
    torch.manual_seed(10 + parallel.rank())
    whole = run(30, 8, epochs=4, model=model)
    model = network(0.5)
    torch.manual_seed(10 + parallel.rank())
    run(30, 8, model=model, **options)
    return whole, run(30, 8, epochs=4, model=network(0.5), seed=99, **options)


def kinds():
    """The types of what a layer gives and of the loss in mixed precision."""
    seen, model = set(), network().float()
    model[0].register_forward_hook(lambda module, args, out: seen.add(("layer", out.dtype)))

    def loss(outputs, labels):
        value = nn.functional.mse_loss(outputs, nn.functional.one_hot(labels, 2).to(outputs.dtype))
        seen.add(("loss", value.dtype))
        return value

    history = fit_module(
        model, X.float(), Y, epochs=3, batch_size=8, rng=torch.Generator().manual_seed(1),
        loss=loss, amp=torch.bfloat16, device=DEVICE,
    )  # fmt: skip
    return sorted(map(str, seen)), [entry["loss"] for entry in history]


def told():
    """What the processes call, and how often, and what they say of seeds that differ."""
    calls = []
    run(
        33, 8, after_step=lambda rows: calls.append(rows),
        after_epoch=lambda entry, seconds: calls.append(entry["epoch"]),
        progress=lambda epochs: calls.append(len(epochs)) or epochs,
    )  # fmt: skip
    sentence = ""
    try:
        run(33, 8, seed=parallel.rank())
    except ValueError as error:
        sentence = str(error)
    return parallel.gathered(calls), sentence


def everything(folder):
    """All runs, by name."""
    validated = {"validation": (X[33:], Y[33:]), "metrics": {"accuracy": accuracy}}
    model = network()
    runs = {
        "a last batch of one row": run(33, 8, model=model, schedule=falling, **validated),
        "uneven shares": run(31, 7),
        "batches of fewer rows than processes": run(5, 1, model=network(norm=False)),
        "pieces": run(40, 13, accumulate=4, validation=(X[:1], Y[:1])),
    }
    measures = {"loss": cross_entropy, "accuracy": accuracy}
    return {
        "runs": runs,
        "means": evaluate_module(
            model, X[:33], Y[:33], measures=measures, batch_size=5, device=DEVICE
        ),
        "resumed": resumed(folder),
        "half": run(31, 8, checkpoint=folder / "half.pt"),
        "kinds": kinds(),
        "told": told(),
    }


def compiled(folder):
    """Batch norm in uneven shares, traced by torch.compile and not."""
    return {name: run(31, 7, compile_with=name) for name in (None, "eager")}


if __name__ == "__main__":
    if DEVICE == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]) % torch.cuda.device_count())
    distributed.init_process_group(
        os.environ.get("SHARED_RUNS_BACKEND", "cpu:gloo,cuda:nccl" if DEVICE == "cuda" else "gloo"),
        init_method=f"file://{sys.argv[1]}/store",
        rank=int(os.environ["RANK"]),
        world_size=int(os.environ["WORLD_SIZE"]),
    )
    results = (compiled if "compiled" in sys.argv else everything)(Path(sys.argv[1]))
    if parallel.rank() == 0:
        torch.save(results, Path(sys.argv[1]) / "results.pt")
    distributed.destroy_process_group()

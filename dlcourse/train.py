"""Train a network of the course on one of its data sets: on one device, or on many by torchrun.

    python -m dlcourse.train lenet5 digits
    torchrun --nproc-per-node=8 -m dlcourse.train resnet50 cifar10 --folder runs/resnet50

docs/training.md says how it goes on one GPU, on eight, and on several nodes.
"""

import json
import os
import sys
import time
from functools import partial
from pathlib import Path

import click

from dlcourse.extras import MissingExtra, need

try:
    need("torch", "dlcourse.train")
except MissingExtra as missing:
    if __name__ == "__main__":
        raise SystemExit(str(missing)) from None
    raise

import torch
from torch import distributed, nn

from dlcourse.data import sets
from dlcourse.reference.schedules import cosine_warmup, warmup
from dlcourse.twins import parallel
from dlcourse.twins.checkpoints import write_whole
from dlcourse.twins.classifiers import CLASSIFIERS, AsTaken
from dlcourse.twins.devices import device
from dlcourse.twins.matrix_peak import matrix_peak
from dlcourse.twins.training import evaluate_module, fit_module

DATA = {
    "digits": sets.load_digits,
    "mnist": sets.load_mnist,
    "fashion_mnist": sets.load_fashion_mnist,
    "cifar10": sets.load_cifar10,
}
PRECISIONS = {  # the type of images and weights, and that of products where it is another
    "float32": (torch.float32, None),
    "bf16": (torch.float32, torch.bfloat16),
    "fp16": (torch.float32, torch.float16),
    "float64": (torch.float64, None),
}
OPTIMIZERS = {
    "sgd": partial(torch.optim.SGD, momentum=0.9),
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}
# options that may change when a run goes on: how it is computed, and where
FREE = {"channels_last", "compiled", "folder", "quiet"}
FROM_1, FROM_0 = click.IntRange(1), click.FloatRange(0)
FIRST_TELLS = 10  # seconds


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.argument("network", metavar="NETWORK", type=click.Choice(list(CLASSIFIERS)))
@click.argument("data", metavar="DATA", type=click.Choice(list(DATA)))
@click.option("--epochs", type=FROM_1, default=10, help="Passes over the training images.")
@click.option("--batch", type=FROM_1, default=128, help="Images a step, of all processes together.")
@click.option(
    "--accumulate", type=FROM_1, default=1, help="Pieces that a batch is cut into, to save memory."
)
@click.option("--optimizer", type=click.Choice(list(OPTIMIZERS)), default="adam")
@click.option("--lr", type=click.FloatRange(0, min_open=True), default=1e-3, help="Highest rate.")
@click.option("--weight-decay", type=FROM_0, default=0.0)
@click.option("--schedule", type=click.Choice(["cosine", "constant"]), default="cosine")
@click.option("--warmup", type=FROM_0, default=0.0, help="Epochs in which the rate rises from 0.")
@click.option(
    "--validation",
    type=click.FloatRange(0, 0.5),
    default=0.1,
    help="Share of the training images that is held out and chooses the best epoch; 0: the last.",
)
@click.option("--patience", type=FROM_1, help="Stop so many epochs after the best one.")
@click.option("--rows", type=FROM_1, help="Train on so many images only, to try things out.")
@click.option("--side", type=FROM_1, help="Side of a ResNet's images; by default the data's or 32.")
@click.option(
    "--precision",
    type=click.Choice(list(PRECISIONS)),
    default="float32",
    help="bf16 and fp16 are for products alone: weights and losses stay in float32.",
)
@click.option("--channels-last", is_flag=True, help="Maps in memory as (N, H, W, C).")
@click.option("--compile", "compiled", is_flag=True, help="Through torch.compile.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, help="Of the weights, the order and dropout."
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for checkpoint, history and weights; if it holds this run, the run goes on.",
)
@click.option("--quiet", is_flag=True, help="No progress bar.")
def train(**options):
    """Train NETWORK on DATA; under torchrun on many devices, with the result of one.

    NETWORK is lenet5, lenet5-1998, alexnet, alexnet-towers, vgg16, googlenet, googlenet-bn or
    resnet18, 34, 50, 101, 152; DATA is digits, mnist, fashion_mnist or cifar10.

    The device is an NVIDIA GPU, else Apple's, else the processor; DLCOURSE_DEVICE=cpu in the
    environment overrules the choice. Data sets other than the digits are downloaded once.

    \b
    python -m dlcourse.train lenet5 digits
    torchrun --nproc-per-node=8 -m dlcourse.train resnet50 cifar10 --folder runs/resnet50
    """
    network, (kind, amp) = CLASSIFIERS[options["network"]], PRECISIONS[options["precision"]]
    place = parallel.together(_device)
    parallel.together(lambda: _check(options, network, place))
    (X, y), validation, test = _parts(options, kind)
    side = network.side or options["side"] or max(32, X.shape[2])
    classes = len(sets.CLASS_NAMES[options["data"]])
    torch.manual_seed(options["seed"])
    module = network.build(classes).to(kind)
    torch.manual_seed(options["seed"] + 1 + parallel.rank())  # each process draws its own dropout
    layout = torch.channels_last if options["channels_last"] else torch.contiguous_format
    mean, std = (f(X, (0, 2, 3), keepdim=True) for f in (torch.mean, torch.std))
    model = nn.Sequential(AsTaken(mean, std, network.channels, side, layout), module).to(place)
    measures = {"loss": network.loss, "accuracy": network.accuracy}
    common = {"device": place, "amp": amp, "channels_last": options["channels_last"]}
    share = -(-options["batch"] // (options["accumulate"] * parallel.processes()))
    folder = _folder(options)
    peak = float(parallel.total(torch.tensor(matrix_peak(place, amp or kind), dtype=torch.float64)))
    told = Told(options, len(X), folder, network.flops(classes, side), peak)
    told.say(
        f"{options['network']} on {len(X):,} images of {options['data']}: "
        f"{parallel.processes()} x {place.type}, matrix products {peak / 1e12:.3g} TFLOP/s "
        f"in {options['precision']}"
    )
    fit_module(
        model, X, y,
        epochs=options["epochs"], batch_size=options["batch"], accumulate=options["accumulate"],
        rng=torch.Generator().manual_seed(options["seed"]), loss=network.loss,
        optimizer=OPTIMIZERS[options["optimizer"]](
            model.parameters(), lr=options["lr"], weight_decay=options["weight_decay"]
        ),
        schedule=_schedule(options, len(X)), validation=validation,
        validation_batch=share,
        metrics={"accuracy": network.accuracy}, patience=options["patience"],
        checkpoint=folder and folder / "checkpoint.pt", progress=told.epochs,
        after_step=told.step, after_epoch=told.epoch,
        compile_with="inductor" if options["compiled"] else None, **common,
    )  # fmt: skip
    result = evaluate_module(model, *test, measures=measures, batch_size=share, **common)
    told.say(f"test loss {result['loss']:.4f}, test accuracy {result['accuracy']:.4f}")
    if folder and parallel.rank() == 0:
        write_whole(folder / "weights.pt", module.state_dict())
        pixels = {"mean": mean.flatten().tolist(), "std": std.flatten().tolist()}
        _write(folder / "result.json", json.dumps(result | pixels | {"side": side}, indent=1))


def _device():
    """Return this process's device; join the others that torchrun started."""
    place, count = device(), int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    if count > 1 and place.type == "mps":
        raise ValueError(
            f"got {count} processes, and Apple's GPU works for one: start one, or set "
            "DLCOURSE_DEVICE=cpu"
        )
    if place.type == "cuda" and count > 1:
        if count > torch.cuda.device_count():
            raise ValueError(
                f"got {count} processes for {torch.cuda.device_count()} GPUs: start one a GPU "
                "(--nproc-per-node), or set DLCOURSE_DEVICE=cpu"
            )
        place = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    if place.type == "cuda":
        place = torch.device("cuda", place.index or 0)  # set_device refuses one without a number
        torch.cuda.set_device(place)
    return place


def _check(options, network, place):
    """Refuse options that do not go together, in the command line's words."""
    processes, batch, pieces = parallel.processes(), options["batch"], options["accumulate"]
    if batch < processes * pieces:
        raise ValueError(
            f"--batch {batch} is cut into {pieces} pieces for {processes} processes: give "
            f"{processes * pieces} images or more"
        )
    if options["side"] and network.side:
        raise ValueError(
            f"--side {options['side']}: {options['network']} takes images of side {network.side}, "
            "leave the option out (it is for ResNets)"
        )
    if options["patience"] and not options["validation"]:
        raise ValueError(f"--patience {options['patience']} needs --validation above 0")
    if options["warmup"] >= options["epochs"]:
        raise ValueError(
            f"--warmup {options['warmup']:g} must be less than --epochs {options['epochs']}"
        )
    if options["precision"] == "float64" and place.type == "mps":
        raise ValueError("--precision float64: Apple's GPU has none, set DLCOURSE_DEVICE=cpu")


def _parts(options, kind):
    """Load the data set; return the rows to train on, to validate by and to test on."""

    def load():
        return [torch.from_numpy(array) for array in DATA[options["data"]]()]

    # one process a machine downloads, then the others find the files
    first = int(os.environ.get("LOCAL_RANK", "0")) == 0
    loaded = parallel.together(lambda: load() if first else None) or load()
    X, y, X_test, y_test = loaded
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(options["seed"]))
    order, held = order.tensor_split([len(X) - round(options["validation"] * len(X))])
    if (options["rows"] or 2) > len(order) or options["rows"] == 1:
        raise ValueError(f"--rows {options['rows']}: give 2 to {len(order)}")
    order = order[: options["rows"]]
    X, X_test = X.to(kind), X_test.to(kind)
    return (X[order], y[order]), (X[held], y[held]) if len(held) else None, (X_test, y_test)


def _schedule(options, rows):
    """Return the rate as a function of the steps taken so far."""
    batch, lr = options["batch"], options["lr"]
    alone = batch > 1 and rows > batch and rows % batch == 1  # a last row joins the batch before
    steps = -(-rows // batch) - alone
    rise, total = round(options["warmup"] * steps), options["epochs"] * steps
    if options["schedule"] == "cosine":
        return lambda step: cosine_warmup(step, min(rise, total - 1), total, lr)
    return lambda step: warmup(step, lr, rise) if rise else lr


def _folder(options):
    """Take the run's folder for this process alone, and see that it is empty or holds this run."""

    def take():
        from filelock import FileLock, Timeout

        folder = options["folder"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(
                f"--folder {folder} cannot be made, {error.strerror}: name a folder that you may "
                "write to"
            ) from None
        lock = FileLock(folder / "lock", is_singleton=True)  # it ends with the process
        try:
            lock.acquire(blocking=False)
        except PermissionError:
            raise ValueError(
                f"--folder {folder} cannot be written to: name one that you may write to"
            ) from None
        except NotImplementedError:  # some file systems of clusters have no locks
            click.echo(
                f"{folder} lies on a file system without locks: see to it yourself that no other "
                "run uses it",
                err=True,
            )
        except Timeout:
            raise ValueError(
                f"another process trains in {folder}: wait for it, name another folder, or start "
                "several processes of one run by torchrun"
            ) from None
        _same_run(folder / "options.json", options)
        return lock

    if options["folder"]:
        options["lock"] = parallel.together(lambda: take() if parallel.rank() == 0 else None)
    return options["folder"]


def _same_run(path, options):
    """Write a run's options down; refuse others than those that are there."""
    asked = {name: value for name, value in options.items() if name not in FREE}
    if asked["schedule"] == "constant":
        del asked["epochs"]  # such a run may be made longer
    if not path.exists():
        return _write(path, json.dumps(asked, indent=1))
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is damaged, {error}: name another folder") from None
    other = [name for name in asked | kept if asked.get(name) != kept.get(name)]
    if other:
        was, now = ({name: of.get(name) for name in other} for of in (kept, asked))
        raise ValueError(f"{path.parent} holds a run with {was}, got {now}: name another folder")


def _write(path, text):
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(path)


class Told:
    """What the first process shows and writes of a run: a bar, a line an epoch, its history."""

    def __init__(self, options, rows, folder, flops, peak):
        self.options, self.rows, self.folder = options, rows, folder
        self.flops, self.peak = flops, peak
        self.bar = None

    def say(self, line):
        """Print a line, once for all processes."""
        if parallel.rank() == 0:
            (self.bar.write if self.bar else click.echo)(line)
            sys.stdout.flush()

    def epochs(self, left):
        """Yield the epochs that are left, under a bar over all images."""
        from tqdm import tqdm

        if left.start:
            self.say(f"goes on after epoch {left.start}, from {self.folder / 'checkpoint.pt'}")
        hidden = True if self.options["quiet"] else None  # None: where nobody looks
        sizes = {"total": self.rows * left.stop, "initial": self.rows * left.start}
        with tqdm(**sizes, unit=" images", disable=hidden, leave=False) as self.bar:
            yield from left
        self.bar = None

    def step(self, rows):
        """Move the bar on."""
        self.bar.update(rows)

    def epoch(self, entry, seconds):
        """Tell of an epoch, and add it to the history in the run's folder."""
        speed = self.rows / seconds
        share = speed * self.flops / self.peak
        losses = "  ".join(f"{name} {x:.4f}" for name, x in entry.items() if name != "epoch")
        self.say(
            f"epoch {entry['epoch'] + 1}/{self.options['epochs']}  {losses}  "
            f"{speed:,.0f} images/s, {share:.1%} of the matrix peak"
        )
        if self.folder:
            path = self.folder / "history.jsonl"
            lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
            # a run that was killed after this line and before its checkpoint tells it again
            measured = {"images_per_second": speed, "share_of_matrix_peak": share}
            lines = [*lines[: entry["epoch"]], json.dumps(entry | measured)]
            _write(path, "\n".join(lines))


def main(arguments=None):
    """Join the other processes, if there are any, train, and let the first one tell what failed."""
    try:
        try:
            if int(os.environ.get("WORLD_SIZE", "1")) > 1:
                gpu = device().type == "cuda"
                distributed.init_process_group("cpu:gloo,cuda:nccl" if gpu else "gloo")
            train.main(arguments, standalone_mode=False)
        except (ValueError, OSError) as error:
            raise click.ClickException(str(error)) from None
        except torch.OutOfMemoryError as error:
            raise click.ClickException(
                "the GPU has too little memory: raise --accumulate, which changes the speed only "
                f"but for batch norm, or lower --batch\n{error}"
            ) from None
    except click.ClickException as error:
        if int(os.environ.get("RANK", "0")) > 0:
            time.sleep(FIRST_TELLS)  # torchrun ends this process as soon as the first has told
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:  # Ctrl-C
        if int(os.environ.get("RANK", "0")) == 0:
            click.echo("Stopped. With --folder the same command goes on.", err=True)
        sys.exit(130)
    if parallel.processes() > 1:
        distributed.destroy_process_group()


if __name__ == "__main__":
    main()

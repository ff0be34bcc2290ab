"""How fast a full-sized ResNet trains, with what a GPU offers: for the owner of one (Lecture 13).

    python -m dlcourse.twins.full_size --amp --channels-last --compile
    torchrun --standalone --nproc-per-node=4 -m dlcourse.twins.full_size --amp --channels-last

The images are random numbers: what is measured is the step, not the reading of files. Each option
may be left out, to see what it is worth. Under torchrun each GPU has a process, the same weights
and images of its own; gradients are averaged over all of them while they are computed (DDP).
"""

import argparse
import os
import time

import torch
from torch import distributed
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel

from dlcourse.twins.devices import device
from dlcourse.twins.resnet import RESNETS, ResNet

COUNTS = [
    ("batch", 64, "images a step and process"),
    ("side", 224, "side of the images, in pixels"),
    ("steps", 20, "steps that are timed"),
]
SWITCHES = [
    ("amp", "products in bfloat16"),
    ("channels-last", "maps in memory as (N, H, W, C)"),
    ("compile", "through torch.compile"),
]


def images_per_second(
    depth=50, batch=64, side=224, steps=20, *, amp=False, channels_last=False, compiled=False
):
    """Take `steps` training steps of a ResNet and return how many images a second they were.

    Parameters
    ----------
    depth, batch, side, steps : int
        The network, images a step and process, their side, and the steps that count; three more
        come before them, in which memory is laid out and kernels are compiled.
    amp : bool
        Products in bfloat16. The weights and the loss stay in float32.
    channels_last : bool
        Maps in memory as (N, H, W, C).
    compiled : bool
        Through `torch.compile`.
    """
    place, processes = _place()
    layout = torch.channels_last if channels_last else torch.contiguous_format
    model = ResNet(depth).to(place, memory_format=layout)
    step = model
    if processes > 1:
        step = DistributedDataParallel(model, [place] if place.type == "cuda" else None)
    if compiled:
        step = torch.compile(step)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1 * batch * processes / 256, momentum=0.9)
    images = torch.randn(batch, 3, side, side, device=place).to(memory_format=layout)
    labels = torch.randint(1000, (batch,), device=place)
    begun = 0.0
    for t in range(3 + steps):
        if t == 3:
            begun = _now(place)
        optimizer.zero_grad()
        with torch.autocast(place.type, dtype=torch.bfloat16, enabled=amp):
            scores = step(images)
        cross_entropy(scores.float(), labels).backward()
        optimizer.step()
    return processes * batch * steps / (_now(place) - begun)


def _place():
    """This process's device, and how many processes there are; joins them under torchrun."""
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    place = device()
    if processes == 1:
        return place, 1
    if place.type == "cuda":
        place = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(place)
    if not distributed.is_initialized():
        distributed.init_process_group("nccl" if place.type == "cuda" else "gloo")
    return place, processes


def _now(place):
    if place.type == "cuda":
        torch.cuda.synchronize(place)  # it works behind the program's back
    return time.perf_counter()


def _count(text):
    """Read a whole number from 1; the parser says which option it was for."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1, got {text}")
    return int(text)


def main(arguments=None):
    """Read the options, measure, and let the first process print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    layers = {"type": int, "choices": sorted(RESNETS), "help": "layers of the ResNet"}
    parser.add_argument("--depth", default=50, **layers)
    for name, default, words in COUNTS:
        parser.add_argument(f"--{name}", type=_count, default=default, help=words)
    for name, words in SWITCHES:
        parser.add_argument(f"--{name}", action="store_true", help=words)
    options = vars(parser.parse_args(arguments))
    options["compiled"] = options.pop("compile")
    speed = images_per_second(**options)
    if int(os.environ.get("RANK", "0")) == 0:
        print(f"{speed:,.1f} images a second")
    if distributed.is_initialized():
        distributed.destroy_process_group()


if __name__ == "__main__":
    main()

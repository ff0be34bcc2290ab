"""All that needs an NVIDIA GPU, in under five minutes: `python -m benchmarks.gpu`.

First the tests that are marked `cuda`, then a ResNet-50 that trains with one option more each time.
What there was no time for is listed as such. The table goes to the screen; nothing is kept.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

SECONDS = 270  # what is stopped then may take GRACE more
LEAST = 5  # seconds; with less nothing is begun
GRACE = 20  # seconds; torchrun needs some to end its processes, which are no group of this one
NEEDED = ["torch", "pytest", "hypothesis", "jupytext", "traitlets"]
ROOT = Path(__file__).parents[1]
TESTS = {
    "networks": "tests/twins/test_cuda_architectures.py",
    "training": "tests/twins/test_cuda_training.py",
    "training loop": "tests/reference/test_training.py",
    "operations": "tests/twins/test_cuda.py",
}
RESNET = "resnet50 digits --side=224 --rows=1280 --epochs=2 --validation=0 --quiet"
BATCH = 128  # images a step and GPU; 1,280 images fill ten GPUs
SPEEDS = {
    "float32": [],
    "bfloat16": ["--precision=bf16"],
    "bfloat16, channels last": ["--precision=bf16", "--channels-last"],
    "float16, channels last": ["--precision=fp16", "--channels-last"],
    "bfloat16, channels last, compiled": ["--precision=bf16", "--channels-last", "--compile"],
}


def run(command, seconds, **options):
    """Run a command; return whether it ended well, or None if its time was not enough."""
    if seconds < LEAST:
        return None
    with subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, start_new_session=True, **options
    ) as done:
        try:
            return done.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            return None
        finally:  # at Ctrl-C too
            end(done)


def end(process):
    """End a process and all that it started: what was left would hold the GPUs."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)


def tests_row(path, seconds, folder):
    """Run the GPU's tests of a file; return how many passed, failed and were skipped, as words."""
    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    ended = run(["-m", "pytest", "-q", "-m", "cuda", path, f"--junitxml={report}"], seconds)
    if ended is None or not report.exists():
        return "no time" if ended is None else "no report"
    suite = ElementTree.parse(report).getroot().find("testsuite")
    skipped = int(suite.get("skipped"))
    failed = int(suite.get("failures")) + int(suite.get("errors"))
    passed = int(suite.get("tests")) - failed - skipped
    if not passed + failed:
        return f"no test ran, {skipped} skipped"
    return f"{passed} passed, {failed} failed, {skipped} skipped"


def speed_row(options, seconds, folder, command=RESNET):
    """Train on all GPUs; return images a second and the share of the matrix peak, as words."""
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=gpu"]
    launch = [*launch, "-m", "dlcourse.train"] if gpus() > 1 else ["-m", "dlcourse.train"]
    batch = f"--batch={BATCH * max(1, gpus())}"
    ended = run([*launch, *command.split(), batch, *options, f"--folder={folder}"], seconds)
    if not ended:
        return "no time" if ended is None else "failed"
    last = json.loads((folder / "history.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    speed, share = last["images_per_second"], last["share_of_matrix_peak"]
    return f"{speed:,.0f} images/s, {share:.1%} of the matrix peak"


def gpus():
    """Count them in a process of its own: this one shall hold none."""
    code = "import torch; print(torch.cuda.device_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout)


def main():
    """Run everything, print the table, and return 1 if something failed or had no time."""
    missing = [name for name in NEEDED if not find_spec(name)]
    if missing:
        sys.exit(
            f"the GPU's tests need {', '.join(missing)}: "
            'pip install -e ".[instructor,torch]" pytest hypothesis'
        )
    if not gpus():
        sys.exit("PyTorch finds no NVIDIA GPU here: nothing to run")
    os.environ["DLCOURSE_DEVICE"] = "cuda"
    ends, rows = time.monotonic() + SECONDS, {}

    def timed(name, measure, what):
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            words = measure(what, ends - begun, Path(folder))
        rows[name] = f"{words} | {time.monotonic() - begun:.0f}"

    for name, path in TESTS.items():
        timed(f"tests: {name}", tests_row, path)
    for name, options in SPEEDS.items():
        timed(f"ResNet-50, {name}", speed_row, options)
    print(f"\n{gpus()} GPUs\n\n| | | seconds |\n|---|---|---|")
    print("\n".join(f"| {name} | {words} |" for name, words in rows.items()))
    bad = ("no time", "no report", "no test", "failed |")
    well = all(" 0 failed" in w or "images/s" in w for w in rows.values())
    return 0 if well and not any(b in w for w in rows.values() for b in bad) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Training on NVIDIA GPUs: every classifier, every option of the command, several processes.

Run by hand: pytest -m cuda, or python -m benchmarks.gpu.
"""

import json
import os
import subprocess
import sys

import parity
import pytest
import shared_runs
import torch
from test_parallel import LAUNCH, assert_same_run

from dlcourse import train
from dlcourse.twins.classifiers import CLASSIFIERS
from dlcourse.twins.matrix_peak import matrix_peak
from dlcourse.twins.training import fit_module

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch finds no NVIDIA GPU"),
    pytest.mark.filterwarnings("default"),  # inductor warns of TF32 that is off, cuDNN of its plans
]
several = pytest.mark.skipif(torch.cuda.device_count() < 2, reason="needs two NVIDIA GPUs")
SMALL = "--rows=256 --batch=64 --epochs=2 --quiet".split()


@pytest.fixture(autouse=True)
def _full_float32():
    with parity.full_float32():
        yield


@pytest.mark.parametrize("amp", [torch.bfloat16, torch.float16], ids=["bf16", "fp16"])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_each_classifier_takes_steps_in_half_precision_with_losses_in_float32(name, amp):
    classifier, kinds = CLASSIFIERS[name], set()
    side = classifier.side or 64
    torch.manual_seed(0)
    model = classifier.build(10)
    before = {n: p.detach().clone() for n, p in model.named_parameters()}

    def loss(outputs, labels):
        value = classifier.loss(outputs, labels)
        kinds.add(value.dtype)
        return value

    history = fit_module(
        model, torch.rand(12, classifier.channels, side, side), torch.arange(12) % 10,
        epochs=4, batch_size=6, accumulate=2, rng=torch.Generator().manual_seed(0), loss=loss,
        optimizer=torch.optim.SGD(model.to("cuda").parameters(), lr=1e-4),
        validation=(torch.rand(4, classifier.channels, side, side), torch.arange(4)),
        metrics={"accuracy": classifier.accuracy}, device="cuda", amp=amp, channels_last=True,
    )  # fmt: skip
    assert kinds == {torch.float32}
    assert history[0].keys() == {"epoch", "loss", "val_loss", "val_accuracy"}
    for n, p in model.named_parameters():
        assert p.dtype == torch.float32
        assert torch.isfinite(p).all(), n
    assert any(not torch.equal(p.cpu(), before[n]) for n, p in model.named_parameters())


def told(folder):
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    "options",
    [
        ["--precision=float64"],
        ["--precision=float32", "--accumulate=3"],
        ["--precision=bf16", "--channels-last"],
        ["--precision=fp16", "--channels-last"],
        ["--precision=bf16", "--channels-last", "--compile"],
    ],
    ids=" ".join,
)
def test_the_command_learns_digits_on_a_gpu(monkeypatch, tmp_path, options):
    monkeypatch.setenv("DLCOURSE_DEVICE", "cuda")
    train.main(["resnet18", "digits", *SMALL, *options, f"--folder={tmp_path}"])
    first, last = told(tmp_path)
    assert last["loss"] < first["loss"]
    assert 0 < last["share_of_matrix_peak"] < 1


def test_a_run_on_a_gpu_is_that_on_the_processor(monkeypatch, tmp_path):
    for device in ("cpu", "cuda"):
        monkeypatch.setenv("DLCOURSE_DEVICE", device)
        options = ["--precision=float64", f"--folder={tmp_path / device}"]
        train.main(["lenet5", "digits", *SMALL, *options])
    for ours, theirs in zip(told(tmp_path / "cuda"), told(tmp_path / "cpu"), strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], rel=1e-8)


def test_a_gpu_without_a_number_is_the_first(monkeypatch):
    monkeypatch.setenv("DLCOURSE_DEVICE", "cuda")
    assert train._device() == torch.device("cuda", 0)


def test_too_little_memory_is_told_with_what_to_do(capsys, monkeypatch):
    monkeypatch.setenv("DLCOURSE_DEVICE", "cuda")
    monkeypatch.setattr(train, "matrix_peak", lambda *place: torch.empty(2**50, device="cuda"))
    with pytest.raises(SystemExit):
        train.main(["lenet5", "digits", *SMALL])
    assert "too little memory: raise --accumulate" in capsys.readouterr().err


def test_matrices_are_multiplied_faster_in_bfloat16_than_in_float64():
    assert matrix_peak("cuda", torch.bfloat16) > matrix_peak("cuda", torch.float64)


def launched(script, *arguments, **variables):
    done = subprocess.run(
        [*LAUNCH, *script, *arguments], capture_output=True, text=True, timeout=200,
        env=os.environ | {"DLCOURSE_DEVICE": "cuda", "SHARED_RUNS_DEVICE": "cuda"} | variables,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize(
    "variables", [{"SHARED_RUNS_BACKEND": "gloo"}, pytest.param({}, marks=several)], ids=str
)
def test_two_processes_on_gpus_give_the_run_of_one_processor(tmp_path, variables):
    """With gloo they need one GPU only, and SyncBatchNorm and DDP are tried there too."""
    (tmp_path / "one").mkdir()
    one = shared_runs.everything(tmp_path / "one")
    launched([shared_runs.__file__], tmp_path, **variables)
    two = torch.load(tmp_path / "results.pt", weights_only=True)
    for name in one["runs"]:
        assert_same_run(two["runs"][name], one["runs"][name], rtol=1e-8)
    whole, resumed = two["resumed"]
    assert_same_run(resumed, whole)


def test_batch_norms_of_two_processes_on_one_gpu_under_torch_compile_give_the_run_without_it(
    tmp_path,
):
    launched([shared_runs.__file__], tmp_path, "compiled", SHARED_RUNS_BACKEND="gloo")
    runs = torch.load(tmp_path / "results.pt", weights_only=True)
    assert_same_run(runs["eager"], runs[None], rtol=1e-8)


@several
@pytest.mark.parametrize("options", [["--compile"], ["--channels-last"]], ids=" ".join)
def test_the_command_trains_in_bfloat16_on_two_gpus(tmp_path, options):
    command = ["resnet18", "digits", *SMALL, "--precision=bf16", *options]
    launched(["-m", "dlcourse.train"], *command, f"--folder={tmp_path}")
    first, last = told(tmp_path)
    assert last["loss"] < first["loss"]


def test_the_command_runs_under_torchrun_on_one_gpu(tmp_path):
    one = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=1", "--standalone"]
    command = ["-m", "dlcourse.train", "lenet5", "digits", *SMALL, f"--folder={tmp_path}"]
    environment = os.environ | {"DLCOURSE_DEVICE": "cuda"}
    subprocess.run([*one, *command], check=True, timeout=200, env=environment)
    assert len(told(tmp_path)) == 2

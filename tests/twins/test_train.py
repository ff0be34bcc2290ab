"""The command that trains: `python -m dlcourse.train`, alone and under torchrun."""

import json
import os
import subprocess
import sys
from pathlib import Path

import filelock
import killed_run
import pytest
import torch
from test_parallel import LAUNCH

from dlcourse import train
from dlcourse.data.sets import load_digits
from dlcourse.twins.classifiers import CLASSIFIERS, AsTaken
from dlcourse.twins.lenet import ModernLeNet5

torch.set_num_threads(1)
SMALL = "--rows=70 --batch=32 --epochs=2 --quiet".split()


@pytest.fixture(autouse=True)
def _on_the_processor(monkeypatch):
    monkeypatch.setenv("DLCOURSE_DEVICE", "cpu")


MEASURED = {"images_per_second", "share_of_matrix_peak"}


def history(folder):
    lines = map(json.loads, (folder / "history.jsonl").read_text().splitlines())
    return [{name: x for name, x in line.items() if name not in MEASURED} for line in lines]


def weights(folder):
    return torch.load(folder / "weights.pt", weights_only=True)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of two epochs at a constant rate, in its folder."""
    folder = tmp_path_factory.mktemp("trained") / "runs" / "a"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLCOURSE_DEVICE", "cpu")
        train.main(["lenet5", "digits", *SMALL, "--schedule=constant", f"--folder={folder}"])
    return folder


def test_a_run_leaves_its_history_its_result_and_weights_that_the_twin_loads(trained):
    assert [entry["epoch"] for entry in history(trained)] == [0, 1]
    assert history(trained)[1]["loss"] < history(trained)[0]["loss"]
    network = ModernLeNet5()
    network.load_state_dict(weights(trained))
    result = json.loads((trained / "result.json").read_text())
    mean, std = (torch.tensor(result[name]).view(1, -1, 1, 1) for name in ("mean", "std"))
    digits = load_digits()
    with torch.no_grad():
        scores = network(AsTaken(mean, std, 1, 32)(torch.from_numpy(digits.X_test)))
    share = (scores.argmax(1).numpy() == digits.y_test).mean()
    assert share == pytest.approx(result["accuracy"])


def test_a_constant_rate_may_go_on_for_longer_and_gives_the_run_of_that_length(trained, tmp_path):
    longer, copy = tmp_path / "longer", tmp_path / "copy"
    copy.mkdir()
    for path in trained.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    options = ["lenet5", "digits", *SMALL, "--schedule=constant", "--epochs=3"]
    train.main([*options, f"--folder={copy}"])
    train.main([*options, f"--folder={longer}"])
    assert history(copy) == history(longer)
    for name, tensor in weights(longer).items():
        assert torch.equal(weights(copy)[name], tensor)


def test_a_line_of_history_that_its_checkpoint_missed_is_written_once(trained, tmp_path):
    told = train.Told({"epochs": 2, "quiet": True}, 70, tmp_path, flops=1, peak=1)
    for entry in ({"epoch": 0, "loss": 3.0}, {"epoch": 1, "loss": 2.0}, {"epoch": 1, "loss": 1.0}):
        told.epoch(entry, 1.0)
    assert history(tmp_path) == [{"epoch": 0, "loss": 3.0}, {"epoch": 1, "loss": 1.0}]


def refused(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        train.main(list(arguments))
    assert ended.value.code in (1, 2)
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("lenet4 digits", "'lenet4' is not one of 'lenet5'"),
        ("lenet5 letters", "'letters' is not one of 'digits'"),
        ("lenet5 digits --epochs 0", "0 is not in the range x>=1"),
        ("lenet5 digits --side 64", "--side 64: lenet5 takes images of side 32"),
        ("lenet5 digits --batch 2 --accumulate 3", "--batch 2 is cut into 3 pieces for 1 process"),
        ("lenet5 digits --validation 0 --patience 3", "--patience 3 needs --validation above 0"),
        ("lenet5 digits --warmup 2 --epochs 2", "--warmup 2 must be less than --epochs 2"),
        ("lenet5 digits --rows 5000", "--rows 5000: give 2 to 1293"),
        ("lenet5 digits --rows 1", "--rows 1: give 2 to 1293"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(capsys, arguments, sentence):
    assert sentence in refused(capsys, *arguments.split())


def test_a_folder_with_another_run_is_refused_and_says_how_they_differ(capsys, trained):
    options = ["lenet5", "digits", *SMALL, "--schedule=constant", f"--folder={trained}"]
    told = refused(capsys, *options, "--batch=64")
    assert "holds a run with {'batch': 32}, got {'batch': 64}: name another folder" in told


def test_a_folder_in_which_a_run_is_going_on_is_refused(capsys, tmp_path):
    code = "import sys, filelock\nwith filelock.FileLock(sys.argv[1]): print(1); input()"
    command = [sys.executable, "-u", "-c", code, tmp_path / "lock"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        told = refused(capsys, "lenet5", "digits", *SMALL, f"--folder={tmp_path}")
        other.communicate(b"\n")
    assert f"another process trains in {tmp_path}: wait for it" in told


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"WORLD_SIZE": "2"}, "environment variable RANK expected, but not set"),
        ({"WORLD_SIZE": "two"}, "invalid literal for int() with base 10: 'two'"),
        ({"DLCOURSE_DEVICE": "gpu"}, "DLCOURSE_DEVICE is 'gpu', and this machine has"),
    ],
)
def test_an_environment_that_cannot_be_is_refused(capsys, monkeypatch, variables, sentence):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert sentence in refused(capsys, "lenet5", "digits", *SMALL)


def test_a_folder_that_cannot_be_made_or_written_to_is_told_with_what_to_do(
    capsys, monkeypatch, tmp_path
):
    (tmp_path / "file").touch()
    told = refused(capsys, "lenet5", "digits", *SMALL, f"--folder={tmp_path / 'file' / 'run'}")
    assert "cannot be made, Not a directory: name a folder that you may write to" in told

    def forbidden(lock, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(filelock.FileLock, "acquire", forbidden)
    told = refused(capsys, "lenet5", "digits", *SMALL, f"--folder={tmp_path}")
    assert f"--folder {tmp_path} cannot be written to: name one that you may write to" in told


def test_a_file_system_without_locks_trains_and_says_so(capsys, monkeypatch, tmp_path):
    def unsupported(lock, **options):
        raise NotImplementedError("FileSystem does not appear to support flock")

    monkeypatch.setattr(filelock.FileLock, "acquire", unsupported)
    train.main(["lenet5", "digits", *SMALL, f"--folder={tmp_path}"])
    assert "without locks: see to it yourself" in capsys.readouterr().err
    assert len(history(tmp_path)) == 2


def test_damaged_options_of_a_folder_are_named(capsys, tmp_path):
    (tmp_path / "options.json").write_text("{")
    told = refused(capsys, "lenet5", "digits", *SMALL, f"--folder={tmp_path}")
    assert "options.json is damaged" in told


def test_a_disk_that_is_full_is_told_and_the_last_checkpoint_stays(
    capsys, monkeypatch, trained, tmp_path
):
    kept = (trained / "checkpoint.pt").read_bytes()
    for name in ("checkpoint.pt", "options.json"):
        (tmp_path / name).write_bytes((trained / name).read_bytes())

    def full(saved, file):
        file.write(b"a beginning")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    options = ["lenet5", "digits", *SMALL, "--schedule=constant", "--epochs=3"]
    assert "No space left on device" in refused(capsys, *options, f"--folder={tmp_path}")
    assert (tmp_path / "checkpoint.pt").read_bytes() == kept


def test_a_data_set_that_cannot_be_had_is_named_with_what_each_mirror_gave(
    capsys, monkeypatch, tmp_path
):
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    monkeypatch.setenv("DLCOURSE_MIRROR", "http://127.0.0.1:9")
    told = refused(capsys, "lenet5", "mnist")
    assert "could not get train-images-idx3-ubyte.gz of mnist" in told
    assert "http://127.0.0.1:9/mnist" in told


def test_more_processes_than_gpus_are_refused(monkeypatch):
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    monkeypatch.setattr(train, "device", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(ValueError, match="got 4 processes for 2 GPUs: start one a GPU"):
        train._device()
    monkeypatch.setattr(train, "device", lambda: torch.device("mps"))
    with pytest.raises(ValueError, match="got 4 processes, and Apple's GPU works for one"):
        train._device()


@pytest.mark.parametrize(("wish", "number"), [("cuda", 0), ("cuda:1", 1)])
def test_one_process_takes_the_first_gpu_or_the_one_that_is_named(monkeypatch, wish, number):
    taken = []
    monkeypatch.setattr(torch._C, "_cuda_setDevice", taken.append, raising=False)
    monkeypatch.setattr(train, "device", lambda: torch.device(wish))
    assert train._device() == torch.device("cuda", number)
    assert taken == [number]


def test_too_little_memory_of_a_gpu_is_told_with_what_to_do(capsys, monkeypatch):
    def full(*arguments, **options):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr(train, "fit_module", full)
    told = refused(capsys, "lenet5", "digits", *SMALL)
    assert "too little memory: raise --accumulate" in told
    assert "2.00 GiB" in told


@pytest.mark.parametrize("schedule", ["cosine", "constant"])
@pytest.mark.parametrize("rows", [64, 65, 70])
def test_the_rate_rises_in_the_warm_up_and_the_cosine_ends_with_the_last_step(schedule, rows):
    options = {"batch": 32, "lr": 0.5, "epochs": 4, "warmup": 1, "schedule": schedule}
    rate = train._schedule(options, rows)
    steps = 3 if rows == 70 else 2
    assert [rate(0), rate(steps)] == [0, 0.5]
    assert rate(4 * steps) == (0 if schedule == "cosine" else 0.5)
    assert 0 < rate(4 * steps - 1) <= 0.5


def test_images_are_standardized_and_fitted_to_the_network():
    torch.manual_seed(0)
    images = torch.rand(6, 3, 8, 8)
    mean, std = (f(images, (0, 2, 3), keepdim=True) for f in (torch.mean, torch.std))
    same = AsTaken(mean, std, 3, 8)(images)
    torch.testing.assert_close(same.mean((0, 2, 3)), torch.zeros(3), atol=1e-6, rtol=0)
    torch.testing.assert_close(same.std((0, 2, 3)), torch.ones(3))
    grey = AsTaken(mean, std, 1, 16)(images)
    torch.testing.assert_close(grey[:, 0, ::15, ::15], same.mean(1)[:, ::7, ::7])
    coloured = AsTaken(mean[:, :1], std[:, :1], 3, 8, torch.channels_last)(images[:, :1])
    assert torch.equal(coloured[:, 0], coloured[:, 2])
    assert coloured.is_contiguous(memory_format=torch.channels_last)
    assert AsTaken(mean, std, 1, 32)(images[:0]).shape == (0, 1, 32, 32)


@pytest.mark.parametrize(
    ("name", "multiplications"),
    [
        ("lenet5", 416_520),
        ("alexnet", 1_131_201_056),
        ("resnet18", 1_813_566_464),
    ],
)
def test_a_step_counts_as_three_passes_through_the_layers(name, multiplications):
    classifier = CLASSIFIERS[name]
    assert classifier.flops(10, classifier.side or 224) == 3 * 2 * multiplications


def test_the_answer_of_the_network_of_1998_is_its_least_penalty():
    outputs, labels = torch.tensor([[0.0, 3.0], [5.0, 1.0]]), torch.tensor([0, 1])
    assert CLASSIFIERS["lenet5-1998"].accuracy(outputs, labels) == 1
    assert CLASSIFIERS["lenet5"].accuracy(outputs, labels) == 0


# else torchrun gives the second life the addresses of the first: issue 135712 of PyTorch
NEW_STORE = os.environ | {"TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1", "DLCOURSE_DEVICE": "cpu"}


@pytest.mark.long
def test_two_processes_one_killed_while_it_writes_end_with_the_run_of_one(tmp_path):
    options = "lenet5 digits --rows=71 --batch=32 --epochs=3 --precision=float64 --quiet".split()
    train.main([*options, f"--folder={tmp_path / 'one'}"])
    launch = [*LAUNCH, "--max-restarts=1", Path(killed_run.__file__), *options]
    launch += ["--folder", tmp_path / "two"]
    done = subprocess.run(launch, capture_output=True, text=True, timeout=300, env=NEW_STORE)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "exitcode: -9" in done.stderr
    assert done.stdout.count("goes on after epoch 1,") == 1
    assert done.stdout.count("epoch 3/3") == 1
    for ours, theirs in zip(history(tmp_path / "two"), history(tmp_path / "one"), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-10)
    one = weights(tmp_path / "one")
    for name, tensor in weights(tmp_path / "two").items():
        torch.testing.assert_close(tensor, one[name], rtol=1e-8, atol=1e-10)


@pytest.mark.long
@pytest.mark.parametrize(
    "options", [["resnet18", "--accumulate=2"], ["lenet5-1998", "--precision=bf16"]]
)
def test_other_networks_and_options_take_their_steps(capsys, options):
    train.main([options[0], "digits", *SMALL, "--channels-last", "--warmup=1", *options[1:]])
    assert "test accuracy" in capsys.readouterr().out

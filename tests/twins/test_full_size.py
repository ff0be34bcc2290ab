"""The script for full-sized networks: it runs without a GPU, alone and in two processes."""

import subprocess
import sys

import pytest

from dlcourse.twins.full_size import main

SMALL = ["--depth", "18", "--batch", "2", "--side", "32", "--steps", "1"]


def test_every_option_takes_its_steps(capsys):
    main([*SMALL, "--amp", "--channels-last"])
    told = capsys.readouterr().out.removesuffix(" images a second\n")
    assert float(told.replace(",", "")) > 0


@pytest.mark.parametrize(("option", "given"), [("steps", "0"), ("batch", "-2"), ("side", "2.5")])
def test_a_count_below_one_is_refused_by_its_name(capsys, option, given):
    with pytest.raises(SystemExit):
        main([*SMALL, f"--{option}={given}"])
    assert f"--{option}: a whole number from 1, got {given}" in capsys.readouterr().err


@pytest.mark.long  # 16 s of processor time
def test_two_processes_share_the_work_and_one_tells():
    launch = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2"]
    launch += ["--standalone", "-m", "dlcourse.twins.full_size", *SMALL]
    run = subprocess.run(launch, capture_output=True, text=True, timeout=120, check=True)
    assert run.stdout.count("images a second") == 1

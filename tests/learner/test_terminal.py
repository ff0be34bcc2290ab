"""What the commands say can be shown in a terminal of an older code page, as Windows has them."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from jupyter_lab import PROGRAM

ROOT = Path(__file__).parents[2]
SAY = "import sys; sys.stdout.write('\\u2713')"


def run(command, folder):
    surroundings = {
        **os.environ,
        "PYTHONIOENCODING": "cp1252",
        "PYTHONUTF8": "0",
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
    }
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True)


def test_a_tick_cannot_be_shown_there(tmp_path):
    python = Path(PROGRAM).parent / "python"
    assert b"UnicodeEncodeError" in run([python, "-c", SAY], tmp_path).stderr


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (["--help"], "progress"),
        (["grade", "--help"], "--results"),
        (["doctor"], "home folder"),
        (["progress"], "newer release"),
    ],
)
def test_the_commands_show_what_they_say(command, word, tmp_path):
    times = {"solved": "2026-11-28T23:33:27+00:00", "last": "2026-11-28T23:33:27+00:00"}
    lectures = {"03_losses": {"softmax": {**times, "wrong": [], "asked": "0123456789ab"}}}
    solved = {"format": "dlcourse progress", "version": 1, "lectures": lectures}
    (tmp_path / "data" / "dlcourse").mkdir(parents=True)
    (tmp_path / "data" / "dlcourse" / "progress.json").write_text(json.dumps(solved))
    done = run([PROGRAM, *command], tmp_path)
    assert b"Traceback" not in done.stderr
    assert word in done.stdout.decode("cp1252")

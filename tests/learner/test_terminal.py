"""What the commands say can be shown in a terminal of an older code page, as Windows has them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_lab import PROGRAM

ROOT = Path(__file__).parents[2]
TICK, CITY = "✓", "Łódź"


def run(command, folder):
    surroundings = {
        **os.environ,
        "PYTHONIOENCODING": "cp1252",
        "PYTHONUTF8": "0",
        "HOME": str(folder),
        "DLCOURSE_PROGRESS": str(folder / CITY / "progress.json"),
    }
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True)


def test_a_tick_cannot_be_shown_there(tmp_path):
    for text in (TICK, CITY):
        say = f"import sys; sys.stdout.write({text!a})"
        assert b"UnicodeEncodeError" in run([sys.executable, "-c", say], tmp_path).stderr


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
    (tmp_path / CITY).mkdir()
    (tmp_path / CITY / "progress.json").write_text(json.dumps(solved), "utf-8")
    done = run([PROGRAM, *command], tmp_path)
    assert b"Traceback" not in done.stderr
    assert word in done.stdout.decode("cp1252")

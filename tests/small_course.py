"""A whole course with one small lecture, built in a folder of its own.

It holds the seven exercises in which every difficulty of the others occurs, an Explain question
and a prediction. Its numbers lie in build/numbers, as those of any course outside the package: run
its notebooks with `environment`.
"""

import atexit
import json
import os
import shutil
import tempfile
import tomllib
from functools import cache
from pathlib import Path

from dlcourse.authoring.build import write_lecture

HERE = Path(__file__).resolve().parents[1]
NAME = "99_awkward"
EXERCISES = [
    "relu",
    "numerical_gradient",
    "topological_order",
    "minibatches",
    "dropout",
    "approximate_1d",
    "conv_output_size",
]
LECTURE = """\
# %% [markdown]
# # Seven awkward exercises
#
# A lecture that exists for the tests.

# %% tags=["given"]
import numpy as np

# %%
import math

# %% [markdown]
# How many corners has a ReLU?

# %% tags=["predict"]
guess_corners = ...  # a number

# %% [markdown]
# Count them.

# %%
print("one corner;", "you said", guess_corners)

{exercises}

# %% [markdown]
# Why does a sigmoid learn slowly where it is flat?

# %% [markdown] tags=["instructor"] grade_id="explain_flat" points=2
# Because the slope multiplies every gradient that passes.
"""


def lecture_source(exercises=EXERCISES):
    """Write the small lecture's source with the exercises named."""
    cells = [f'# %% tags=["exercise"]\nexercise("{name}")' for name in exercises]
    return LECTURE.format(exercises="\n\n".join(cells))


def build_small_course(root, exercises=EXERCISES):
    """Make a course root with one built lecture, `NAME`, and return it.

    A process builds each course once; then it is copied.

    Parameters
    ----------
    root : Path
        A folder that does not exist yet.
    exercises : list of str
        Ids of the exercises that the lecture names.
    """
    return shutil.copytree(_built(tuple(exercises)), root)


@cache
def _built(exercises):
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    root = folder / "root"
    (root / "solutions" / "lectures").mkdir(parents=True)
    shutil.copytree(HERE / "solutions" / "exercises", root / "solutions" / "exercises")
    shutil.copy(HERE / "nbgrader_config.py", root / "nbgrader_config.py")
    contract = tomllib.loads((HERE / "solutions" / "contract.toml").read_text(encoding="utf-8"))
    rows = {name: row for lecture in contract.values() for name, row in lecture.items()}
    lines = [f"{name} = {json.dumps(rows[name])}" for name in exercises if name in rows]
    text = "\n".join([f"[{NAME}]", *lines])
    (root / "solutions" / "contract.toml").write_text(text, encoding="utf-8")
    source = lecture_source(exercises)
    (root / "solutions" / "lectures" / f"{NAME}.py").write_text(source, encoding="utf-8")
    (root / "course").mkdir()
    write_lecture(root, NAME)
    return root


def environment(root):
    """Give the environment in which notebooks of the course at `root` find their own checks."""
    numbers = root / "build" / "numbers"
    return {**os.environ, "DLCOURSE_NUMBERS": str(numbers), "OMP_NUM_THREADS": "1"}

"""What `dlcourse/samples` stores of trainings, beside the scripts that made it."""

import json
import runpy

from dlcourse.data.sets import SAMPLES


def stored(name):
    """Read the stored results NAME.json."""
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def script(name):
    """The names that make_NAME.py defines; it trains nothing when it is read."""
    return runpy.run_path(str(SAMPLES / f"make_{name}.py"))

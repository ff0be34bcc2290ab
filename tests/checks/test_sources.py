"""What counts of an exercise file, and of a lecture, where its release is named."""

import pytest

from dlcourse.checks.sources import file_version, release_name

EXERCISE = '''\
import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Twice
#
# Return twice the numbers in `x`.

# %% [markdown] tags=["hint"]
# Try one number.

# %% tags=["solution"] points=2
def twice(x):
    """Return twice the numbers in `x`."""
    return 2 * x


# %% tags=["starter"]
def twice(x):
    """Return twice the numbers in `x`."""
    return 3 * x  # one number is wrong


# %% tags=["probe"]
def collect(fn, case):
    return fn(case)


def judge(case, raw):
    return {"sum": (float(np.sum(raw)), 2.0 * sum(case))}


# %% tags=["cases"]
def visible():
    yield [1.0, 2.0]


def hidden(rng):
    yield rng.normal(size=3)


# %% tags=["mistakes"]
@mistake("The numbers come back as they were. What does twice mean?")
def returns_x(x):
    return x
'''
SAME = {
    "a comment": (
        "    yield [1.0, 2.0]",
        "    # tiny numbers\n    yield [1.0, 2.0]  # two of them",
    ),
    "a comment in the solution": ("    return 2 * x", "    return 2 * x  # elementwise"),
    "layout": (
        "(float(np.sum(raw)), 2.0 * sum(case))",
        "(\n        float(np.sum(raw)),\n        (2.0 * sum(case)),\n    )",
    ),
    "empty lines": ("\n\n\ndef hidden", "\n\n\n\n\ndef hidden"),
    "how a number is written": ("[1.0, 2.0]", "[1.00, 20e-1]"),
    "how a string is written": ('{"sum":', "{'sum':"),
    "a docstring that nobody sees": ("def visible():", 'def visible():\n    """Yield one list."""'),
    "a statement's line breaks": (
        "twice the numbers in `x`.\n\n# %% [m",
        "twice\n# the numbers in `x`.\n\n# %% [m",
    ),
    "the hint": ("Try one number.", "Try two numbers."),
    "minutes": ("points=2", "points=2 minutes=20"),
}
OTHER = {
    "the statement": ("# Return twice", "# Give back twice"),
    "the solution": ("return 2 * x\n", "return x + x\n"),
    "a docstring that students see": (
        '"""Return twice the numbers',
        '"""Return 2 times the numbers',
    ),
    "the signature": ("def twice(x):", "def twice(z):"),
    "points": ("points=2", "points=3"),
    "a kind": ("points=2", 'points=2 kind="torch"'),
    "stability": ("points=2", "points=2 stable=true"),
    "visible cases": ("[1.0, 2.0]", "[1.0, 2.5]"),
    "hidden cases": ("size=3", "size=4"),
    "what the probe collects": ("return fn(case)", "return fn(case + case)"),
    "what the probe judges": ("2.0 * sum", "2.1 * sum"),
    "a mistake's sentence": ("come back as they were", "came back"),
    "a mistake's code": ("    return x\n", "    return x[:]\n"),
    "a mistake's name": ("returns_x", "gives_x"),
    "the starter": ("return 3 * x", "return 4 * x"),
    "the starter's comments, which students read": ("one number is wrong", "look here"),
    "a type": ("[1.0, 2.0]", "[1, 2]"),
}


def version(folder, text):
    path = folder / "twice.py"
    path.write_text(text, encoding="utf-8")
    return file_version(path)


def changed(old, new):
    assert EXERCISE.count(old), old
    return EXERCISE.replace(old, new, 1)


@pytest.mark.parametrize("change", SAME)
def test_what_changes_nothing_for_anybody_makes_no_version(tmp_path, change):
    assert version(tmp_path, changed(*SAME[change])) == version(tmp_path, EXERCISE)


@pytest.mark.parametrize("change", OTHER)
def test_what_is_asked_or_judged_otherwise_makes_another_version(tmp_path, change):
    assert version(tmp_path, changed(*OTHER[change])) != version(tmp_path, EXERCISE)


def test_no_python_and_no_platform_has_a_version_of_its_own(tmp_path):
    windows = tmp_path / "twice.py"
    windows.write_bytes(EXERCISE.replace("\n", "\r\n").encode())
    # as Python 3.11, 3.12 and 3.13 named it
    assert file_version(windows) == version(tmp_path, EXERCISE) == "bd5fa2f5121d"


def test_a_release_is_of_exercises_and_given_cells_in_any_order():
    versions = {"relu": "a", "elu": "b"}
    name = release_name(versions, ["x = 1"])
    assert name == release_name(dict(reversed(versions.items())), ["x = 1  # one"])
    others = [release_name({**versions, "relu": "c"}, ["x = 1"]), release_name({"relu": "a"})]
    others += [release_name(versions, ["x = 2"]), release_name(versions)]
    assert name not in others

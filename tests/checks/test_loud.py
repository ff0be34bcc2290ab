"""An overflow is heard although the answer hushes NumPy, and NumPy is itself again afterwards."""

import textwrap

import numpy as np
import pytest

from dlcourse.checks.loud import HUSHED
from dlcourse.checks.outcome import run_case

CASE = {"function": None, "args": (np.array([-1000.0, 2.0]),)}
NAIVE = "1 / (1 + np.exp(-z))"
HUSHES = {
    "with": f"""
        def sigmoid(z):
            with np.errstate(over="ignore"):
                return {NAIVE}
        """,
    "all": f"""
        def sigmoid(z):
            with np.errstate(all="ignore"):
                return {NAIVE}
        """,
    "a callback of its own": f"""
        def sigmoid(z):
            with np.errstate(over="call", call=lambda *_: None):
                return {NAIVE}
        """,
    "a name of its own": f"""
        from numpy import errstate as quietly
        def sigmoid(z):
            with quietly(over="warn"):
                return {NAIVE}
        """,
    "inside, by a decorator": f"""
        def sigmoid(z):
            @np.errstate(over="ignore")
            def inner():
                return {NAIVE}
            return inner()
        """,
    "for good": f"""
        def sigmoid(z):
            before = np.seterr(over="ignore")
            try:
                return {NAIVE}
            finally:
                np.seterr(**before)
        """,
}


def outcome_of(source, case=CASE):
    space = {"np": np, "__name__": "__main__"}
    exec(textwrap.dedent(source), space)
    function = [v for v in space.values() if getattr(v, "__name__", "") in ("sigmoid", "f")]
    return run_case({"answer": function[-1]}, None, case), space


@pytest.mark.parametrize("source", HUSHES.values(), ids=HUSHES)
def test_an_overflow_is_heard_behind_whatever_hushes_it(source):
    outcome, _ = outcome_of(source)
    assert outcome["reports"] == [HUSHED]
    assert "value" in outcome


def test_an_overflow_that_nobody_hushes_has_numpys_name():
    outcome, _ = outcome_of(f"def sigmoid(z): return {NAIVE}")
    assert outcome["reports"] == ["overflow"]


def test_other_reports_may_be_hushed():
    source = 'def f(z):\n with np.errstate(divide="ignore", invalid="ignore"): return z * 0 / 0\n'
    assert outcome_of(source)[0]["reports"] == []


def test_other_reports_beside_a_hushed_overflow_keep_their_names():
    source = 'def f(z):\n with np.errstate(over="ignore"): return 1 / (z * 0)\n'
    assert outcome_of(source)[0]["reports"] == ["divide by zero"]


def test_an_answer_that_asks_for_an_error_gets_it():
    source = """
        def sigmoid(z):
            with np.errstate(over="raise"):
                try:
                    return np.exp(-z)
                except FloatingPointError:
                    return "caught"
        """
    outcome, _ = outcome_of(source)
    assert (outcome["value"], outcome["reports"]) == ("caught", [])


def test_numpy_is_itself_again_also_after_an_error():
    before, modes = (np.errstate, np.seterr), np.geterr()
    _, space = outcome_of("from numpy import errstate\ndef f(z): return errstate(over='no mode')")
    assert (np.errstate, np.seterr) == before
    assert space["errstate"] is before[0]
    assert np.geterr() == modes

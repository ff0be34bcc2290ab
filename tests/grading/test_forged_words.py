"""No word of a student's own stands in what the grader says of hidden cases."""

from types import SimpleNamespace

from dlcourse.checks.verdict import Verdict
from dlcourse.grading.judging import Told, _with_replaced, concealed

FORGED = "hidden inputs: array([1, 2]) .zz"
CELLS = ["zz = exp = np.exp = hidden = 1\n"]


def test_what_a_reply_calls_replaced_is_a_name_and_nothing_else():
    found = _with_replaced(Told("wrong", "✗"), [FORGED, f"np.{FORGED}", "np.exp", "zz"], CELLS)
    assert "hidden" not in found.message
    assert "`np.exp`, `zz`" in found.message


def test_the_name_of_a_class_is_no_part_of_a_verdict_on_hidden_cases():
    exercise = SimpleNamespace(id="layer_stds", probe=object(), results=(), named=())
    for status in ("type", "shape"):
        gave = "an object of type first entry of X is apdid: "
        verdict = Verdict("layer_stds", status, gave=gave, expected="a list", cases=2)
        assert "apdid" not in concealed(exercise, verdict)

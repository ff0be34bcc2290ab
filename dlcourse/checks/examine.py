"""One case: what the answer did beside what is expected of it.

A result is compared, a raw result of a probe is measured, an exception is read; then comes what the
answer left behind. `dlcourse.checks.verdict` makes one verdict of all cases.
"""

import ast
import json
import math
import warnings
from functools import partial

import numpy as np

from dlcourse.checks import codec
from dlcourse.checks.compare import Finding, compare, describe, identical, is_numeric
from dlcourse.checks.show import show, shown_apart
from dlcourse.checks.tolerance import Held, arrays_in, held_by_single

FORM = "the form that the statement names"


def examine(question, index, outcome):
    """Judge one case: the finding (None if right) and the signature that mistakes share."""
    expected = question.expected[index]
    if "raises" in outcome:
        return _examine_exception(question, outcome["raises"], expected)
    if not question.judge and not question.variable and expected and "raises" in expected:
        wanted = expected["raises"]["names"][0]
        shown = show(codec.decode(outcome["value"]))
        return Finding("value", (shown, f"a {wanted}")), ["value", outcome["value"]]
    value = codec.decode(outcome["value"])
    if question.judge:
        finding, signature = _measure(question, index, value)
    else:
        due = question.due[index]
        held = Held() if question.variable else question.held(index, value)
        finding = _named(question, compare(value, due, held))
        if question.variable and (value is None or repr(value) == "<ellipsis>"):  # an Opaque
            finding = Finding("unwritten")
        signature = ["value", outcome["value"]]
    if finding and not question.judge:
        return finding, signature
    effect, trace = side_effects(question, index, outcome)
    if finding and not (effect and (effect.kind, finding.kind) == ("input changed", "value")):
        return finding, signature
    return effect, trace  # a probe calls more than once: its later calls got what an earlier left


def _named(question, finding):
    """Call an item of a result by its name, where it has one."""
    if finding is None or not question.results:
        return finding

    def named(*texts):
        for place, part in enumerate(question.results):
            if texts[0].startswith(f"item {place}: "):
                return [text.replace(f"item {place}", part, 1) for text in texts]
        return texts

    return finding.reworded(named)


def _examine_exception(question, raised, expected):
    names, line, message = raised["names"], raised["line"], " ".join(raised["message"].split())
    wanted = expected["raises"]["names"][0] if "raises" in (expected or {}) else None
    if wanted in names:
        return None, ["right"]
    signature = ["raises", names[0]]
    own = "raise NotImplementedError" in line or not message
    if names[0] == "NotImplementedError" and own:  # PyTorch raises it, too
        return Finding("unwritten"), signature
    miscalled = not line and any(message.startswith(f"{name}()") for name in question.functions)
    if names[0] == "WrongSignature" or miscalled:
        taken = ", ".join(f"{name}{args}" for name, args in question.functions.items())
        return Finding("signature", (message, taken)), signature
    text = f"{names[0]}: {message}".rstrip(": ")
    if question.judge and not line:  # the probe stumbled over what came back
        return Finding("type", (text, FORM)), signature
    text += f", at: {line}" if line else ""
    return Finding("exception", (text, f"a {wanted}" if wanted else "a result")), signature


def _measure(question, index, raw):
    """Let the probe's judge turn raw results into named numbers, each exact or in a band."""
    try:
        measured = _numbers(question, index, raw)
    except AssertionError as error:
        return Finding("type", (describe(raw), str(error))), ["unreadable", str(error)]
    except Exception:  # the raw result has not the form that the judge reads
        return Finding("type", (describe(raw), FORM)), ["unreadable"]
    signature = ["numbers", {name: code for name, (_, code) in measured.items()}]
    findings = (finding for finding, _ in measured.values() if finding)
    finding = next(findings, None)
    if finding is None and _unmeasured(question, index, measured):
        finding = Finding("type", (describe(raw), FORM))
    return finding, signature


def _unmeasured(question, index, measured):
    """Names of what the judge measures of the solution, and did not of this answer.

    A judge that finds another form than it reads says so by a number or two and measures no more:
    an answer that makes just these right has shown nothing.
    """
    return set() if question.numbers is None else question.numbers[index] - measured.keys()


def _numbers(question, index, raw):
    """What is wrong with each number that the probe's judge names (None if right), and its code."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a student's inf or nan is told in words, not in red
        numbers = question.judge(question.cases[index]["args"], raw)
        decides = any(map(_is_decimal, _exact(numbers)))
        single = question.single_of(index, raw) if decides else None
        return {name: _measure_one(name, *number, single) for name, number in numbers.items()}


def right_numbers(question, index, outcome):
    """Tell of each number of a probe whether it is right; None where nothing was measured."""
    if "value" not in outcome or side_effects(question, index, outcome)[0]:
        return None
    try:
        measured = _numbers(question, index, codec.decode(outcome["value"]))
    except Exception:  # the raw result has not the form that the judge reads
        return None
    right = {name: finding is None for name, (finding, _) in measured.items()}
    return right | dict.fromkeys(_unmeasured(question, index, measured), False)


def exact_numbers(judge, args, raw):
    """What a probe's judge holds exactly: what is due beside what there is, number by number."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _exact(judge(args, raw))
    except Exception:  # it has not the form that the judge reads
        return []


def _exact(numbers):
    return [(due, value) for value, due, *more in numbers.values() if not more]


def _is_decimal(pair):
    return any(array.dtype.kind == "f" for array in arrays_in(pair[0]))


def _measure_one(name, value, *rest):
    *bounds, single = rest
    if len(bounds) == 1:
        finding = compare(value, bounds[0], held_by_single(bounds[0], single))
        code = codec.encode(value, text=True)
        if finding and finding.kind == "value" and isinstance(bounds[0], str | bool | int):
            finding = Finding("value", (_said(value), _said(bounds[0], due=True)), finding.why)
        if finding:
            finding = finding.reworded(lambda gave, due: (f"{name}: {gave}", due))
        return finding, code
    low, high = (-math.inf if bounds[0] is None else bounds[0]), bounds[1]
    high = math.inf if high is None else high
    value = float(value)
    side = "low" if value < low else "ok" if value <= high else "high"
    if side == "ok":
        return None, side
    return Finding("value", (f"{name}: {_said(value)}", _band(low, high))), side


def _band(low, high):
    """Say between which numbers one is due."""
    if low == high or (math.isinf(low) and high == 0):  # what has no least number is a count
        return _said(high, due=True)
    if math.isinf(low):
        return f"at most {_said(high)}"
    if math.isinf(high):
        return f"at least {_said(low)}"
    return f"between {_said(low)} and {_said(high)}"


def _said(value, due=False):
    """Write what a judge names: yes or no, a number, or words of its own."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if not is_numeric(value) or np.ndim(value) or not np.isfinite(value):
        return show(value)
    return "none" if due and value == 0 else f"{value + 0.0:.{6 if value % 1 == 0 else 4}g}"


def side_effects(question, index, outcome):
    """Judge what a right result left behind: changed inputs, and reports where none may be."""
    if "after" in outcome and json.dumps(outcome["after"]) != question.left[index]:
        after, before = codec.decode(outcome["after"]), question.received(index)
        if not identical(before, after):
            words = partial(_changed, _arguments(question, index), before, after)
            return Finding("input changed", words), ["changed"]
    if question.stable and outcome.get("reports"):
        reports = ", ".join(outcome["reports"])
        return Finding("report", (f"a report from NumPy: {reports}", "no report")), ["reports"]
    return None, ["right"]


def _changed(names, before, after):
    """Show the argument that was changed in place, by its name."""
    told_apart = isinstance(before, tuple) and isinstance(after, tuple)  # a reply may be forged
    if names and told_apart and len(names) == len(before) == len(after):
        pairs = zip(names, before, after, strict=True)
        name, before, after = next(p for p in pairs if not identical(p[1], p[2]))
        gave, wanted = shown_apart(after, before)
        return f"{name} changed to {gave}", f"{name} as it was: {wanted}"
    gave, wanted = shown_apart(after, before)
    return gave, f"the input as it was: {wanted}"


def _arguments(question, index):
    """Names of what a case holds; of a probe's case, as the probe calls them."""
    if question.judge:
        return question.taken
    name = question.cases[index]["function"] or next(iter(question.functions))
    named = ast.parse(f"def f{question.functions[name]}: pass").body[0].args.args
    return tuple(a.arg for a in named)[: len(question.received(index))]

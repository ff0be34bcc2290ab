"""Tell by its results which known mistake an answer is."""

from dlcourse.checks import codec
from dlcourse.checks.compare import RTOL_LOOKALIKE, as_array, close, is_numeric
from dlcourse.checks.tolerance import Held

GIVES_NUMBERS = (None, "value", "shape")  # kinds of findings; None: right


def recognise(question, signature, kinds):
    """Find the known mistake whose results equal the answer's, or None.

    Where an answer has two functions, the cases of the one that is wrong first decide: the other
    may be wrong in its own way. An answer may have a second fault: if it also stops or overflows in
    some cases, those where it gives numbers decide, if two of them are wrong; and what is wrong on
    the exercise's own cases may keep or break its promises.

    Parameters
    ----------
    question : Question
    signature : list
        What the answer gave in each case.
    kinds : list of str or None
        What is wrong in each case.
    """
    first = next(i for i, kind in enumerate(kinds) if kind)
    function = question.cases[first]["function"]
    chosen = [i for i, case in enumerate(question.cases) if case["function"] == function]
    name = _recognise_in(question, signature, chosen)
    if not name and "promise" not in question.cases[first]:
        chosen = [i for i in chosen if "promise" not in question.cases[i]]
        name = _recognise_in(question, signature, chosen)
    if name or kinds[first] not in GIVES_NUMBERS:
        return name
    chosen = [i for i in chosen if kinds[i] in GIVES_NUMBERS]
    if sum(kinds[i] is not None for i in chosen) < 2:
        return None
    return _recognise_in(question, signature, chosen)


def _recognise_in(question, signature, cases):
    for name, (_, known) in question.mistakes.items():
        if same_signature([signature[i] for i in cases], [known[i] for i in cases]):
            return name
    return None


def same_signature(one, other, rtol=RTOL_LOOKALIKE):
    """Tell whether two lists of signatures agree case by case, numbers within `rtol`."""
    return len(one) == len(other) and all(
        _same_case(a, b, rtol) for a, b in zip(one, other, strict=True)
    )


def _same_case(one, other, rtol):
    if one[0] != other[0]:
        return False
    if one[0] == "value":
        return _same_value(codec.decode(one[1]), codec.decode(other[1]), rtol)
    if one[0] == "numbers":
        if one[1].keys() != other[1].keys():
            return False
        return all(
            _same_value(codec.decode(one[1][name]), codec.decode(other[1][name]), rtol)
            for name in one[1]
        )
    return list(one) == list(other)


def _same_value(one, other, rtol):
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        same_length = len(one) == len(other)
        return same_length and all(_same_value(a, b, rtol) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same_value(one[k], other[k], rtol) for k in one)
    if not (is_numeric(one) and is_numeric(other)):
        if isinstance(one, codec.Opaque):
            return repr(one) == repr(other)
        words = isinstance(one, str) and isinstance(other, str)
        return one is other or (words and one == other)
    one, other = as_array(one), as_array(other)
    if one.shape != other.shape:
        return False
    single = {"float32", "float16"} & {str(one.dtype), str(other.dtype)}
    return close(one, other, Held(rtol=max(rtol, 1e-5) if single else rtol))

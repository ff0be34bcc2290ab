"""What a statement promises of its inputs and asks of every answer: one vocabulary.

An exercise names its promises in its cases cell, each a word of `WORDS` and, where it holds for
some arguments or functions alone, their names: ``promises = ["integer: X", "empty", "pure"]``.
From them follow the sentences at the end of the statement (`promise_text`) and the hidden cases
that hold the answer to them (`dlcourse.checks.promised`).
"""

import inspect
from typing import NamedTuple

FAR = 1000.0
WORDS = (
    "integer",  # float arrays may hold whole numbers (int32)
    "labels",  # integer arrays may have any integer type (uint8)
    "float32",
    "empty",  # no rows
    "extreme64",  # numbers up to FAR, both signs, in float64
    "extreme32",  # the same in float32, where e^89 is inf
    "pure",  # arguments and objects stay as they are
    "repeatable",  # a second call in the same process gives the same
    "stateful",  # the sandbox gives each case a process of its own
)
HOLDS = {"integer": "integers", "float32": "float32"}
# where an answer is right on ordinary cases and wrong on the promise's own
BROKEN = {
    "integer": "It goes wrong where the arrays hold integers.",
    "labels": "It goes wrong where the labels are of a small integer type, such as uint8.",
    "float32": "It goes wrong where the arrays are float32.",
    "empty": "It goes wrong where an array is empty.",
    "extreme64": f"It goes wrong where numbers are as large as {FAR:g}.",
    "extreme32": f"It goes wrong in float32 where numbers are as large as {FAR:g}.",
    "repeatable": "A second call with the same arguments gives another result: what is kept from "
    "the first?",
}


class Promise(NamedTuple):
    """One word of the vocabulary; `names` are the arguments or functions that it is confined to."""

    word: str
    names: tuple = ()


def read_promises(texts, functions):
    """Read ``["word", "word: name, other"]``.

    Raises
    ------
    ValueError
        If a word is unknown, or a name that of no function and no argument.
    """
    known = set(functions)
    for function in filter(callable, functions.values()):
        known |= set(inspect.signature(function).parameters)
    return tuple(_read(text, known) for text in texts)


def _read(text, known):
    word, _, names = text.partition(":")
    names = tuple(name.strip() for name in names.split(",") if name.strip())
    if word.strip() not in WORDS:
        raise ValueError(f"the promise {text!r} is none of {', '.join(WORDS)}")
    if strange := set(names) - known:
        raise ValueError(
            f"the promise {text!r} is about {', '.join(sorted(strange))}, unknown here"
        )
    return Promise(word.strip(), names)


def promise_text(promises, stable=False):
    """Write the sentences that end a statement.

    Parameters
    ----------
    promises : sequence of Promise
    stable : bool
        True if NumPy must report no overflow.

    Returns
    -------
    str
        Empty if there is nothing to say.
    """
    by_names = {}
    for promise in promises:
        by_names.setdefault(promise.names, set()).add(promise.word)
    inputs = [text for names, words in by_names.items() if (text := _inputs(names, words))]
    sentences = [_sentence(_joined(inputs, ", and "))] if inputs else []
    sentences += [_labels(names) for names, words in by_names.items() if "labels" in words]
    sentences += [_extremes(names, words, stable) for names, words in by_names.items()]
    sentences.append(_calls(set().union(*by_names.values())))
    return " ".join(filter(None, sentences))


def _joined(texts, word=" and "):
    *first, last = texts
    return f"{', '.join(first)}{word}{last}" if first else last


def _sentence(text):
    return f"{text[0].upper()}{text[1:]}."


def _subject(names, otherwise):
    return _joined([f"`{name}`" for name in names] or [otherwise])


def _inputs(names, words):
    held = " or ".join(text for word, text in HOLDS.items() if word in words)
    empty = "empty" in words
    if held == "float32":
        may = "be float32 or empty" if empty else "be float32"
    elif held:
        comma = ", or" if " or " in held else " or"
        may = f"hold {held}{comma} be empty" if empty else f"hold {held}"
    else:
        may = "be empty" if empty else ""
    return may and f"{_subject(names, 'arrays')} may {may}"


def _labels(names):
    return _sentence(f"{_subject(names, 'labels')} may have any integer type, such as uint8")


def _extremes(names, words, stable):
    if not words & {"extreme64", "extreme32"}:
        return ""
    single = "" if "extreme32" not in words else ", in float32 too"
    if "extreme64" not in words:
        single = " in float32"
    text = f"{_subject(names, 'Numbers')} may reach ±{FAR:g}{single}: "
    if stable:
        return text + (
            "NumPy must not report an overflow, not even for a piece that you do not use."
        )
    return text + "nothing may become inf or nan."


def _calls(words):
    asked = ["do not change the arguments"] if "pure" in words else []
    asked += ["a second call must give the same result"] if "repeatable" in words else []
    return _sentence("; ".join(asked)) if asked else ""

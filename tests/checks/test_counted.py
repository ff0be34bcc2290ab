"""How many things came back of a probe is counted by its judge, never by the answer."""

import numpy as np
import pytest
from exercises import IDS, load, question

from dlcourse.checks import codec
from dlcourse.checks.examine import examine

FREE = {("train_run", "history"): "one loss a batch: how many batches there are is the answer's"}

LENGTHS = {
    "three of them": lambda items: items[:3],
    "one less": lambda items: items[:-1],
    "one more": lambda items: [*items, *items[-1:]],
}
FEW = 12  # items of a list that are looked into


def lists_in(raw, at=()):
    """Places of the lists in a raw result."""
    if isinstance(raw, dict):
        return [place for key, part in raw.items() for place in lists_in(part, (*at, key))]
    if not isinstance(raw, list | tuple):
        return []
    inner = [place for i, part in enumerate(raw[:FEW]) for place in lists_in(part, (*at, i))]
    return [at, *inner]


def with_another_length(raw, at, change):
    """The raw result, whose list at this place is shorter or longer; None if there is no such."""
    if not at:
        if not isinstance(raw, list | tuple):
            return None
        changed = change(list(raw))
        return None if len(changed) == len(raw) else type(raw)(changed)
    try:
        part = with_another_length(raw[at[0]], at[1:], change)
    except (LookupError, TypeError):
        return None
    if part is None:
        return None
    if isinstance(raw, dict):
        return {**raw, at[0]: part}
    return type(raw)([*raw[: at[0]], part, *raw[at[0] + 1 :]])


def told(asked, raws):
    """What is found, case by case, in raw results; those that are None are not looked at."""
    for index, raw in enumerate(raws):
        if raw is not None:
            yield examine(asked, index, {"value": codec.encode(raw)})[0]


PROBED = [
    pytest.param(name, marks=[pytest.mark.long] if name == "train_run" else [])
    for name in IDS
    if load(name).probe
]


@pytest.mark.parametrize("name", PROBED)
def test_a_list_of_another_length_is_wrong(name):
    asked = question(name, 0)
    did = load(name).outcomes(asked.cases)
    raws = [codec.decode(outcome["value"]) for outcome in did]
    passed = set()
    with np.errstate(all="ignore"):
        for at in dict.fromkeys(place for raw in raws for place in lists_in(raw)):
            for words, change in LENGTHS.items():
                others = [with_another_length(raw, at, change) for raw in raws]
                found = list(told(asked, others))
                if found and not any(found):
                    passed.add((at, words))
    assert not {(at, words) for at, words in passed if (name, *at[-1:]) not in FREE}

"""Read what a child in the sandbox sent back: the student's word, believed in no form but one."""

import json

from dlcourse.checks import codec

MAX_ITEMS = 500_000  # the most that a right answer sends is 150,000: lists in the place of arrays


def read_reply(payload, n_cases):
    """Read a child's reply, which is the student's word: any form but the agreed one is refused.

    Raises
    ------
    codec.Unreadable
        If it is not what `dlcourse.checks.outcome.run_job` writes.
    """
    if payload.count(b",") > MAX_ITEMS:
        raise codec.Unreadable("too many items")
    try:
        content = _whole(json.loads(payload))
    except (ValueError, RecursionError):
        raise codec.Unreadable("not JSON") from None
    if not isinstance(content, dict):
        raise codec.Unreadable("not a dict")
    if "missing" in content:
        for key in ("missing", "problems"):
            if not _texts(content.get(key)):
                raise codec.Unreadable(key)
        if not content["missing"]:
            raise codec.Unreadable("nothing is missing")
        return content
    outcomes = content.get("outcomes")
    if not isinstance(outcomes, list) or len(outcomes) != n_cases:
        raise codec.Unreadable("outcomes")
    for outcome in outcomes:
        _refuse_odd(outcome)
    return content


def _whole(content):
    """Rid forged text of halves of characters, which no file takes: an honest child sends none."""
    if isinstance(content, str):
        return content if content.isascii() else codec.legible(content)
    if isinstance(content, list):
        return [_whole(item) for item in content]
    if isinstance(content, dict):
        return {_whole(key): _whole(value) for key, value in content.items()}
    return content


def _refuse_odd(outcome):
    if not isinstance(outcome, dict) or ("value" in outcome) == ("raises" in outcome):
        raise codec.Unreadable("an outcome")
    if not _texts(outcome.get("reports", [])):
        raise codec.Unreadable("reports")
    raised = outcome.get("raises", {"names": ["x"], "message": "", "line": ""})
    texts = isinstance(raised, dict) and [raised.get("message"), raised.get("line")]
    if not texts or not _texts(texts) or not _texts(raised.get("names")) or not raised["names"]:
        raise codec.Unreadable("an exception")


def _texts(value):
    return isinstance(value, list) and all(isinstance(item, str) for item in value)

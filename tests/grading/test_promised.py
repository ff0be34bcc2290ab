"""Each promise of docs/grading.md names a test that is there."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "grading.md").read_text(encoding="utf-8")


def missing(page):
    """Files and tests that a page names and that are not there."""
    named = re.findall(r"`(\w+/test_\w+\.py)(?:::(test_\w+))?`", page)
    return [
        (file, name)
        for file, name in named
        if not (TESTS / file).is_file()
        or (name and f"def {name}(" not in (TESTS / file).read_text(encoding="utf-8"))
    ]


def test_every_test_that_the_page_names_is_there():
    assert PAGE.count("::test_") > 20
    assert not missing(PAGE)


def test_a_name_that_is_gone_is_seen():
    assert missing(PAGE.replace("_hurried_after_a_minute", "_hurried"))
    assert missing("`grading/test_nothing.py`")

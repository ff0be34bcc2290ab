"""README's table of lectures is true."""

import re
from pathlib import Path

from dlcourse.authoring.lecture import read_lecture

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| \[.+\]\(course/(\w+)/\1\.ipynb\) \| (\d+) \|$", re.MULTILINE)


def test_readme_lists_every_lecture_with_its_exercises():
    sources = sorted((ROOT / "solutions" / "lectures").glob("*.py"))
    written = {
        path.stem: sum(exercise.kind != "choice" for exercise in read_lecture(path).exercises)
        for path in sources
    }
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name: int(count) for name, count in ROW.findall(readme)} == written

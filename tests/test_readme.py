"""README's table of lectures is true, and a package index shows a page that stands alone."""

import re
import tomllib
from pathlib import Path

from dlcourse import address
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


def test_the_page_of_a_package_index_links_to_no_file_and_its_commands_are_the_readmes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    page = (ROOT / project["readme"]).read_text("utf-8")
    assert re.findall(r"\]\((?!https://)[^)]*\)|^\[[^]]+\]: (?!https://)|src=", page, re.M) == []
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    commands = re.findall(r"^(?:pip|dlcourse) .+$", page, re.MULTILINE)
    assert len(commands) == 4
    assert [line for line in commands if line.removeprefix("pip install ") not in readme] == []


def test_a_badge_opens_the_start_page_in_colab_and_in_binder():
    line = address.badges("https://github.com/example/course")
    colab, binder = re.findall(r"\)\]\((https://\S+)\)", line)
    path = "course/00_start/00_start.ipynb"
    assert colab == f"https://colab.research.google.com/github/example/course/blob/main/{path}"
    assert (ROOT / path).is_file()
    assert binder.startswith("https://mybinder.org/v2/gh/example/course/main?urlpath=lab/tree/")


def test_readme_has_its_badges_once_the_course_has_an_address():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    repository = project.get("urls", {}).get("Repository", "")
    readme = (ROOT / "README.md").read_text("utf-8")
    if repository:
        assert address.badges(repository) in readme  # put them below the title
    else:
        assert "colab.research.google.com" not in readme

"""What other systems ask of the files and workflows of this repository, read from their text."""

import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path, PureWindowsPath

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FOLDERS = ("dlcourse", "course", "solutions", "tests", "docs", "benchmarks", "binder", ".ci")
FILES = [
    path.relative_to(ROOT).as_posix()
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
]
HOME = "C:/Users/twenty_letters_long_/"
# a package's file in an environment; and a learner's copy, as JupyterLab keeps its checkpoint
IN_PACKAGE = HOME + "dlcourse/.venv/Lib/site-packages/dlcourse/root/{}"
CHECKPOINT = HOME + "OneDrive/Documents/dlcourse/learn/{0}/.ipynb_checkpoints/"
CHECKPOINT += "{0}.from-course-10-checkpoint.ipynb"
JOBS = [
    pytest.param(job, file.read_text("utf-8"), id=f"{file.stem}-{name}")
    for file in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    for name, job in yaml.safe_load(file.read_text("utf-8"))["jobs"].items()
]
ASKED = re.compile(r"\$\{\{ *(\w+)\.([\w.]+) *\}\}")


def test_no_two_files_differ_in_case_alone():
    assert [name for name, n in Counter(map(str.lower, FILES)).items() if n > 1] == []


def test_windows_takes_each_files_name():
    for name in FILES:
        parts = PureWindowsPath(name)
        assert not parts.is_reserved(), name
        assert not re.search(r'[<>:"|?*\\]|[. ](/|$)', name), name


def test_no_path_passes_the_260_characters_of_windows():
    lectures = [path.name for path in (ROOT / "course").iterdir() if path.is_dir()]
    assert max(len(IN_PACKAGE.format(name)) for name in FILES) < 260
    assert max(len(CHECKPOINT.format(name)) for name in lectures) < 260


def test_text_has_the_line_ends_of_unix_on_each_system():
    assert "* text=auto eol=lf" in (ROOT / ".gitattributes").read_text("utf-8").splitlines()
    texts = {name: (ROOT / name).read_bytes() for name in FILES}
    assert [name for name, text in texts.items() if b"\0" not in text and b"\r" in text] == []


@pytest.mark.parametrize(("job", "text"), JOBS)
def test_a_workflows_job_asks_only_for_what_there_is(job, text):
    assert job["timeout-minutes"] <= 60
    known = {
        "matrix": set(job.get("strategy", {}).get("matrix", ())),
        "steps": {step.get("id") for step in job["steps"]},
        "github": {"ref", "ref_name", "server_url", "repository"},
        "vars": {"TORCH_INDEX"},
    }
    for room, name in ASKED.findall(str(job)):
        assert name.split(".")[0] in known[room], name
    needed = job.get("needs", [])
    assert {needed} if isinstance(needed, str) else set(needed) <= set(yaml.safe_load(text)["jobs"])


@pytest.mark.parametrize(("job", "text"), JOBS)
def test_bash_reads_each_step_of_a_workflow_and_each_folder_of_tests_is_there(job, text):
    for step in job["steps"]:
        assert ("run" in step) != ("uses" in step)
        # a tag can be moved to other code, a commit cannot
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step.get("uses", "a@" + "0" * 40))
        commands = step.get("run", "")
        read = subprocess.run(["bash", "-n"], input=commands, text=True, capture_output=True)
        assert read.stderr == ""
        assert all((ROOT / name).is_dir() for name in re.findall(r"\btests/\w+", commands))


def test_the_workflows_ask_for_three_systems_and_each_python_from_the_oldest():
    jobs = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text("utf-8"))["jobs"]
    matrices = [job["strategy"]["matrix"] for job in jobs.values()]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    assert all(m["python"][0] == oldest for m in matrices if "python" in m)
    systems = {s.split("-")[0] for m in matrices for s in m.get("system", ["ubuntu"])}
    assert systems == {"ubuntu", "macos", "windows"}

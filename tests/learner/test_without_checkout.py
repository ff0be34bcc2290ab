"""A learner and an instructor who have the installed package alone: a stand-in for its folder."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from click.testing import CliRunner
from small_course import NAME, lecture_source

from dlcourse import extras, paths
from dlcourse.authoring.build import write_lecture
from dlcourse.checks import begin, surroundings
from dlcourse.checks.solutions import solution_file
from dlcourse.cli import main
from dlcourse.learner import copies, doctor, lab
from dlcourse.term import new_course

ANSWER = "def conv_output_size(n, f, stride=1, padding=0):\n    return 42  # mine"
COPY = Path("learn", NAME, f"{NAME}.ipynb")


@pytest.fixture
def brought(small_course, tmp_path, monkeypatch):
    """The course that the package brings along; the test stands in a folder that holds nothing."""
    package = tmp_path / "site-packages" / "dlcourse"
    shutil.copytree(small_course, package / "root")
    docs, pages = paths.PACKAGE.parent / "docs", package / "root" / "docs"
    shutil.copytree(docs, pages, ignore=shutil.ignore_patterns("*.png"))
    monkeypatch.setattr(paths, "PACKAGE", package)
    monkeypatch.setattr(doctor, "look_at_sandbox", lambda: doctor.Finding("ok", "sandbox"))
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "Ünï cöde").mkdir()
    monkeypatch.chdir(tmp_path / "Ünï cöde")
    return package / "root"


def run(*line):
    return CliRunner().invoke(main, line)


def write(path, source=ANSWER):
    notebook = nbformat.read(path, as_version=4)
    [cell] = [c for c in notebook.cells if c.id == "conv_output_size"]
    cell.source = source
    nbformat.write(notebook, path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_lab_makes_the_folder_that_is_named_and_goes_on_there(brought, monkeypatch):
    before, mine = files(brought), Path("mein Kürs") / COPY
    result = run("lab", "--to", "mein Kürs", "--prepare")
    assert result.exit_code == 0, result.output
    assert f"Your folder: {Path('mein Kürs').resolve()}" in result.output
    assert sources(mine) == sources(brought / "course" / NAME / f"{NAME}.ipynb")
    write(mine)
    monkeypatch.chdir(mine.parent)
    for line in [["lab", "--prepare"], ["doctor"], ["reset", NAME]]:
        assert run(*line).exit_code == 0
    assert ANSWER in sources(f"{NAME}.ipynb")
    assert files(brought) == before
    assert not Path.home().joinpath("dlcourse").exists()


def test_without_a_name_lab_takes_the_home_folder_from_everywhere(brought, tmp_path, monkeypatch):
    assert run("lab", "--prepare").exit_code == 0
    mine = tmp_path / "home" / "dlcourse" / COPY
    write(mine)
    monkeypatch.chdir(tmp_path)
    assert run("lab", "--prepare").exit_code == 0
    assert run("reset", NAME).exit_code == 0
    assert ANSWER in sources(mine)


def test_without_jupyterlab_the_copies_are_made_and_a_sentence_says_what_opens_them(
    brought, monkeypatch
):
    monkeypatch.setattr(extras, "installed", lambda extra: extra != "lab")
    result = run("lab", "--to", "mine")
    assert result.exit_code == 1
    assert "Starting JupyterLab" not in result.output
    assert 'needs JupyterLab: pip install "dlcourse[lab]"' in result.output
    assert (Path("mine") / COPY).is_file()


def test_an_update_of_a_wheels_file_asks_for_a_file(brought, monkeypatch):
    monkeypatch.setattr(paths, "_from_a_file", lambda: True)
    monkeypatch.setattr(extras, "installed", lambda extra: extra in ("lab", "torch"))
    assert 'pip install "NEWER.whl[lab,torch]"' in paths.renewal()


@pytest.mark.parametrize(
    ("noted", "file"),
    [
        ('{"archive_info": {}, "url": "file:///x/dlcourse-0.1.0-py3-none-any.whl"}', True),
        ('{"dir_info": {"editable": true}, "url": "file:///x"}', False),
        (None, False),
    ],
)
def test_what_pip_noted_says_whether_a_file_was_installed(noted, file, monkeypatch):
    there = SimpleNamespace(read_text=lambda name: noted)
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: there)
    assert paths._from_a_file() is file


@pytest.mark.parametrize(
    ("found", "own", "python", "system", "call"),
    [
        ("/env/bin/pip", "/env/bin", "/env/bin/python", "linux", "pip"),
        ("/usr/bin/pip", "/env/bin", "/env/bin/python", "linux", "/env/bin/python -m pip"),
        (None, "/env/bin", "/my env/bin/python", "linux", '"/my env/bin/python" -m pip'),
        (None, "/env/bin", "C:/my env/python.exe", "win32", '& "C:/my env/python.exe" -m pip'),
    ],
)
def test_the_pip_that_is_named_installs_into_this_python(
    found, own, python, system, call, monkeypatch
):
    monkeypatch.setattr(extras.shutil, "which", lambda name: found)
    monkeypatch.setattr(extras.sysconfig, "get_path", lambda name: own)
    monkeypatch.setattr(sys, "executable", python)
    monkeypatch.setattr(sys, "platform", system)
    assert extras.how_to_have("torch") == f'{call} install "dlcourse[torch]"'


def test_the_doctor_leaves_nothing_behind_and_says_that_there_are_no_copies_yet(brought):
    result = run("doctor")
    assert result.exit_code == 0
    assert f"no copies of the lectures are in {Path.home() / 'dlcourse' / 'learn'} yet" in (
        result.output
    )
    assert "failed" not in result.output
    assert not (Path.home() / "dlcourse").exists()
    run("lab", "--prepare")
    assert f"your copies are in {Path.home() / 'dlcourse' / 'learn'};" in run("doctor").output


def test_where_nothing_can_be_written_each_command_says_so_in_a_sentence(brought, monkeypatch):
    run("lab", "--prepare")
    home = Path.home() / "dlcourse"
    shutil.rmtree(home / ".dlcourse")
    (home / ".dlcourse").write_text("no folder", "utf-8")
    monkeypatch.setattr(lab, "writable", lambda folder: False)

    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(copies, "_replace", refuse)
    result = run("progress")
    assert (result.exit_code, "Your progress" in result.output) == (0, True)
    result = run("reset", NAME)
    assert result.exit_code == 1
    assert result.output.endswith("its folder takes no files (Read-only file system).\n")
    monkeypatch.setattr(Path, "touch", refuse)
    result = run("doctor")
    assert result.exit_code == 1
    assert "failed" not in result.output
    assert "cannot be written to: Read-only file system" in result.output


def test_the_doctor_names_a_missing_jupyterlab_and_another_pytorch_than_tested(
    brought, monkeypatch, tmp_path
):
    monkeypatch.setattr(extras, "installed", lambda extra: extra == "torch")
    monkeypatch.setattr(doctor, "has", lambda extra: extra == "torch")
    assert 'pip install "dlcourse[lab]"' in doctor.look_at_jupyterlab().remedy
    pins = tmp_path / "pins.txt"
    pins.write_text("torch==1.0\njupyterlab==1.0\n", "utf-8")
    finding = doctor.look_at_packages(pins)
    assert finding.level == "note"
    assert "(tested: 1.0)" in finding.text
    assert "jupyterlab" not in finding.text
    monkeypatch.setattr(doctor, "lack", lambda name, due, *_: "" if due == ">=2" else f"{name} old")
    monkeypatch.setattr(
        doctor, "requirements", lambda extra=None: {"torch": ">=9" if extra else ">=2"}
    )
    assert doctor.look_at_packages(pins).text == "torch old"
    assert doctor.look_at_packages(pins).level == "note"


def test_the_version_is_told_by_python_too(tmp_path):
    line = [sys.executable, "-m", "dlcourse", "--version"]
    told = subprocess.run(line, capture_output=True, text=True, cwd=tmp_path, check=True).stdout
    assert told == f"dlcourse, version {surroundings.own_version()}\n"


def test_a_newer_package_carries_answers_into_its_release(brought):
    run("lab", "--to", "mine", "--prepare")
    write(Path("mine") / COPY)
    text = lecture_source(["relu", "conv_output_size"]).replace("Count them.", "Count them all.")
    (brought / "solutions" / "lectures" / f"{NAME}.py").write_text(text, "utf-8")
    write_lecture(brought, NAME)
    result = run("lab", "--to", "mine", "--prepare")
    assert "a newer release; your answers and cells are in it" in result.output
    assert ANSWER in sources(Path("mine") / COPY)
    assert "Count them all." in sources(Path("mine") / COPY)


def test_the_solution_comes_from_the_package(brought, monkeypatch):
    run("lab", "--to", "mine", "--prepare")
    monkeypatch.chdir(Path("mine") / COPY.parent)
    assert solution_file("relu") == brought / "solutions" / "exercises" / "relu.py"
    assert solution_file("no_such_exercise") is None


def test_a_course_of_ones_own_goes_before_the_packages(brought, small_course, monkeypatch):
    monkeypatch.chdir(small_course)
    assert paths.learner_root() == small_course
    assert solution_file("relu") == small_course / "solutions" / "exercises" / "relu.py"


def test_reset_of_nothing_makes_nothing_and_says_where_copies_come_from(brought):
    result = run("reset", NAME)
    assert result.exit_code == 1
    assert "`dlcourse lab` makes one" in result.output
    assert not Path.home().joinpath("dlcourse").exists()


def test_grading_outside_a_course_says_how_to_make_one(brought):
    result = run("grade", "--lecture", NAME)
    assert result.exit_code == 1
    assert "or make one: dlcourse new-course FOLDER" in result.output


@pytest.mark.parametrize("installed", ["package", "checkout"])
def test_advice_names_what_there_is(installed, brought, tmp_path, monkeypatch, capsys):
    """Every remedy, from a machine on which everything is wrong."""
    if installed == "checkout":  # installed into its environment, as on Windows
        shutil.copytree(brought, "checkout")
        Path("checkout", "pyproject.toml").touch()
        monkeypatch.chdir("checkout")
    monkeypatch.setattr(paths, "_from_a_file", lambda: False)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    told = [doctor.look_at_python((3, 10, 4)), doctor._no_sandbox("this is Windows")]
    with monkeypatch.context() as broken:
        for module in (doctor, surroundings):
            broken.setattr(module, "lack", lambda name, *_: f"{name} is missing")
        told += [doctor.look_at_packages(tmp_path / "none.txt"), *surroundings.troubles()]
    pins = tmp_path / "pins.txt"
    pins.write_text("numpy==1.0\n", "utf-8")
    (tmp_path / "file").touch()
    told += [doctor.look_at_packages(pins), doctor.look_at_disk(tmp_path / "file")]
    begin.begin("04_backpropagation", "another")
    told.append(capsys.readouterr().out)
    text = "\n".join(map(str, told))
    assert "make " not in text
    assert "docs/" not in text
    update = {
        "package": 'pip install --upgrade "dlcourse[instructor,torch]"',
        "checkout": 'pip install -c constraints.txt ".[instructor,torch]"',
    }
    assert text.count(update[installed]) == 3
    assert f'pip install -c "{pins}" "dlcourse[instructor,torch]"' in text
    assert f"the installed dlcourse {surroundings.own_version()} has" in text
    assert "dlcourse lab --to FOLDER" in text
    assert sys.executable in text
    assert os.fspath(pins) in text


def test_a_new_course_holds_the_release_its_sources_and_a_gradebook(brought):
    result = run("new-course", "Kurs Ä")
    assert result.exit_code == 0, result.output
    made, folder = files(Path("Kurs Ä")), Path("Kurs Ä").resolve()
    release = {p: content for p, content in files(brought).items() if p.parts[0] != "build"}
    assert release.items() <= made.items()
    assert Path("gradebook.db") in made
    assert Path("build", "numbers", "04_backpropagation.json") in made
    assert paths.course_root(folder / "course") == folder
    assert "`grade`, `report` and `marks` work there" in result.output
    again = run("new-course", "Kurs Ä")
    assert again.exit_code == 1
    assert "name a new folder" in again.output
    assert files(folder) == made


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_a_new_course_promises_no_grading_where_there_is_no_sandbox(system, brought, monkeypatch):
    monkeypatch.setattr(new_course, "sys", SimpleNamespace(platform=system))
    told = run("new-course", "Kurs").output
    assert "`by-hand` and `marks` work there. To `collect`,\n`grade` and `report`, copy" in told
    assert "to Linux" in told


def test_a_lecture_is_found_by_its_number_with_and_without_its_zeros(brought):
    zero = brought / "course" / "00_zero"
    zero.mkdir()
    for name in ("0", "00", "00_zero"):
        assert copies.find_lecture(Path.cwd(), name) == "00_zero"
    assert copies.find_lecture(Path.cwd(), NAME[:2]) == NAME
    with pytest.raises(ValueError, match="There are: 00_zero"):
        copies.find_lecture(Path.cwd(), "")

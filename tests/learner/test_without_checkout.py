"""A learner and an instructor who have the installed package alone: a stand-in for its folder."""

import os
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from small_course import NAME, lecture_source

from dlcourse import extras, paths
from dlcourse.authoring.build import write_lecture
from dlcourse.checks import begin, surroundings
from dlcourse.checks.solutions import solution_file
from dlcourse.cli import main
from dlcourse.learner import doctor

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
    update = {"package": "pip install --upgrade dlcourse", "checkout": "pip install -c constrain"}
    assert text.count(update[installed]) == 3
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
    again = run("new-course", "Kurs Ä")
    assert again.exit_code == 1
    assert "name a new folder" in again.output
    assert files(folder) == made

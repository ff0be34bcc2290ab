"""What a wheel and an sdist hold, and what can be done with the wheel alone."""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest
from jupyter_lab import cut_off, running_lab
from learner_page import LearnerPage

from dlcourse.checks.exercise import load_exercise

ROOT = Path(__file__).parents[2]
BESIDE = [".venv", ".git", "build", "learn", "__pycache__", ".*_cache", "*.egg-info", ".dlcourse"]
# what instructors and learners have beside the course; none of it may travel
OWN = [
    ".dlcourse/grading.db",
    ".dlcourse/exercises/relu.py",
    "gradebook.db",
    "students.csv",
    "submitted/ada/06_activations/06_activations.ipynb",
    "06_activations.jsonl",
    "learn/06_activations/06_activations.ipynb",
    "build/source/06_activations/06_activations.ipynb",
    "build/numbers/06_activations.json",
    "course/06_activations/.ipynb_checkpoints/06_activations-checkpoint.ipynb",
    "course/06_activations/06_activations.bak-1.jsonl",
    "solutions/exercises/__pycache__/relu.cpython-311.pyc",
    "dlcourse/checks/numbers/notes.txt",
]
BUILD = """
import os, sys, tarfile, setuptools.build_meta as backend
_, first, second = sys.argv
backend.build_wheel(first)
sdist = backend.build_sdist(first)
with tarfile.open(os.path.join(first, sdist)) as packed:
    packed.extractall(second, filter="data")
os.chdir(os.path.join(second, sdist.removesuffix(".tar.gz")))
backend.build_wheel(second)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A wheel, an sdist and the wheel made from that, of a checkout in which somebody works."""
    folder = tmp_path_factory.mktemp("built")
    tree, first, second = folder / "tree", folder / "first", folder / "second"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*BESIDE))
    for name in OWN:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("secret", "utf-8")
    command = [sys.executable, "-W", "ignore", "-c", BUILD, first, second]
    run = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    [wheel], [again] = first.glob("*.whl"), second.glob("*.whl")
    [sdist] = first.glob("*.tar.gz")
    return wheel, sdist, again


def content(wheel):
    with zipfile.ZipFile(wheel) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def allowed():
    """The files that belong into a wheel, read from the tree: another way than pyproject.toml's."""
    package = [
        p for p in (ROOT / "dlcourse").rglob("*") if p.suffix in (".py", ".js", ".css", ".html")
    ]
    package += [*ROOT.glob("dlcourse/samples/*"), *ROOT.glob("dlcourse/site/*/**/*.*")]
    package += [*ROOT.glob("dlcourse/checks/numbers/*.json"), *ROOT.glob("dlcourse/*/*/*.md")]
    course = [ROOT / "nbgrader_config.py", ROOT / "constraints.txt"]
    course += [*ROOT.glob("course/*/*.ipynb"), *ROOT.glob("docs/*.md"), *ROOT.glob("solutions/*.*")]
    course += [*ROOT.glob("solutions/exercises/*.*"), *ROOT.glob("solutions/lectures/*.*")]
    names = {p.relative_to(ROOT).as_posix() for p in package if p.suffix != ".pyc" and p.is_file()}
    return names | {f"dlcourse/root/{p.relative_to(ROOT).as_posix()}" for p in course}


def test_the_wheel_holds_the_package_and_the_course_and_nothing_else(built):
    found = content(built[0])
    assert {name for name in found if ".dist-info/" not in name} == allowed()
    assert len([name for name in found if name.endswith(".ipynb")]) >= 18


def test_nothing_that_somebody_has_beside_the_course_travels(built):
    for wheel in (built[0], built[2]):
        assert [name for name, text in content(wheel).items() if text == b"secret"] == []
    with tarfile.open(built[1]) as packed:
        names = [member.name.split("/", 1)[-1] for member in packed.getmembers()]
    assert sorted(set(OWN) & set(names)) == ["dlcourse/checks/numbers/notes.txt"]  # an author's


def test_what_a_learner_opens_holds_no_hidden_case_and_no_known_wrong_answer(built):
    places = ("dlcourse/root/course/", "dlcourse/checks/numbers/")
    found = {n: text for n, text in content(built[0]).items() if n.startswith(places)}
    assert len(found) >= 36
    for mark in (b"def hidden(", b"@mistake(", b"BEGIN HIDDEN"):
        assert [name for name, text in found.items() if mark in text] == []


def test_the_sdist_builds_the_same_wheel(built):
    wheel, _, again = built
    assert wheel.name == again.name
    digests = [
        {n: hashlib.sha256(t).hexdigest() for n, t in content(w).items()} for w in (wheel, again)
    ]
    assert digests[0] == digests[1]


@pytest.fixture(scope="module")
def environment(built, tmp_path_factory):
    """The programs of an environment with the wheel in it; what that requires is ours."""
    folder = tmp_path_factory.mktemp("env") / "Ünï cöde"
    venv.create(folder, symlinks=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": folder}, scheme="venv"))
    ours = sysconfig.get_path("purelib")
    (site / "ours.pth").write_text(f"{ours}\n", "utf-8")  # its own .pth files are not obeyed
    shutil.rmtree(folder / "share", ignore_errors=True)
    (folder / "share").symlink_to(Path(sys.prefix, "share"))
    install = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install"]
    flags = ["-q", "--no-deps", "--no-index", "--ignore-installed", built[0]]
    subprocess.run([*install, *flags], check=True)
    return folder / "bin"


def lab_of(environment, folder, *flags):
    return (environment / "dlcourse", "lab", "--to", folder, *flags)


@pytest.mark.long
@pytest.mark.browser
def test_a_learner_solves_an_exercise_from_the_wheel_without_a_network(
    environment, chromium, photographed, tmp_path
):
    refused, mine = cut_off(tmp_path), tmp_path / "mein Kürs"
    command = lab_of(environment, mine, "--", "--expose-app-in-browser")
    right = load_exercise(ROOT / "solutions" / "exercises" / "relu.py").solution_source
    with running_lab(tmp_path, command, PYTHONPATH=str(tmp_path)) as (host, token):
        page = photographed(chromium.new_page(viewport={"width": 1280, "height": 900}))
        learner = LearnerPage(page, host, token, "06_activations/06_activations.ipynb")
        learner.run("begin")
        [given] = [name for name in learner.cells() if "given" in tags(mine, name)][:1]
        learner.run(given)
        learner.write("relu", right.replace("dout * (z > 0)", "(z > 0) * 1.0"))
        learner.run("relu")
        assert "What does the chain rule do with dout?" in learner.run("check_relu")
        learner.write("relu", right)
        learner.run("relu")
        assert learner.run("check_relu").startswith("✓ relu: right.")
        learner.write("relu", 'show_solution("relu")')
        assert "np.maximum" in learner.run("relu")
        home = f"import dlcourse; print(dlcourse.__file__.startswith({str(environment.parent)!r}))"
        learner.write("relu", home)
        assert learner.run("relu").strip() == "True"
    assert not refused.exists(), refused.read_text()


def tags(mine, name):
    path = mine / "learn" / "06_activations" / "06_activations.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return [tag for cell in cells if cell.id == name for tag in cell.metadata.get("tags", [])]


PEEK = """\
def relu(z):
    import dlcourse
    return z

def relu_backward(dout, z):
    return open({path!r}).read() and dout
"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is for Linux")
def test_an_instructor_grades_from_the_wheel_and_no_answer_reads_the_package(environment, tmp_path):
    folder = tmp_path / "Kurs Ä"
    surroundings = {**os.environ, "HOME": str(tmp_path), "PATH": f"{environment}:/usr/bin:/bin"}

    def dlcourse(*line, cwd=folder):
        command = [environment / "dlcourse", *line]
        run = subprocess.run(command, cwd=cwd, env=surroundings, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    dlcourse("new-course", folder, cwd=tmp_path)
    [package] = environment.parent.rglob("dlcourse/root/solutions/exercises/relu.py")
    solution = load_exercise(package).solution_source
    answers = {"ada": solution, "ben": PEEK.format(path=str(package))}
    for student, answer in answers.items():
        notebook = nbformat.read(folder / "course/06_activations/06_activations.ipynb", 4)
        [cell] = [c for c in notebook.cells if c.id == "relu"]
        cell.source = answer
        path = folder / "inbox" / student / "06_activations.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    assert "It has 15 points." in dlcourse(
        "due", "--lecture", "06_activations", "--at", "2026-11-02 10:00 UTC"
    )
    assert "2 of 2 collected" in dlcourse("collect", "inbox", "--lecture", "06_activations")
    assert "1 right" in dlcourse("grade", "--lecture", "06_activations")
    assert "report.html" in dlcourse("report", "06_activations.jsonl")
    results = (folder / "06_activations.jsonl").read_text("utf-8").splitlines()
    [ben] = [line for line in results if '"ben"' in line and '"relu"' in line]
    assert '"points": 0.0' in ben
    assert "FileNotFoundError" in ben or "refused" in ben, ben
    dlcourse("build", "06_activations")
    check = subprocess.run(
        [environment / "python", "-m", "nbgrader", "generate_feedback", "06_activations"],
        cwd=folder, env=surroundings, capture_output=True, text=True,
    )  # fmt: skip
    assert check.returncode == 0, check.stderr

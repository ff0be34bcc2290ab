"""Build lectures: source notebook, released notebook, and the numbers of the checks."""

import json
import multiprocessing
import os
import re
import tempfile
import tomllib
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from dlcourse.authoring.agreement import settle, told
from dlcourse.authoring.contract import contract_problems, read_contract
from dlcourse.authoring.edition import read_edition
from dlcourse.authoring.fill import fill
from dlcourse.authoring.leaks import leak_problems
from dlcourse.authoring.lecture import read_lecture
from dlcourse.authoring.limits import hint_problems, limit_problems, size_problems
from dlcourse.authoring.lookalikes import lookalike_problems
from dlcourse.authoring.minutes import count
from dlcourse.authoring.notebook import build_source
from dlcourse.authoring.numbers import declared, store_numbers
from dlcourse.authoring.release import notebook_text, release_notebook
from dlcourse.authoring.run import run_lecture
from dlcourse.checks.entry import write_entry
from dlcourse.checks.exercise import AuthorError
from dlcourse.checks.left_out import marked
from dlcourse.checks.page import page_of
from dlcourse.checks.sources import release_name

TORCH = re.compile(r"^(?:import torch|from torch|from dlcourse\.twins)\b", re.MULTILINE)


def numbers_folder(root):
    """Where a course's numbers go: into the package, or for a course of your own to build/."""
    package = root / "dlcourse" / "checks" / "numbers"
    return package if package.is_dir() else root / "build" / "numbers"


def lecture_names(root):
    """Name all lectures that have a source, in order."""
    return sorted(path.stem for path in (root / "solutions" / "lectures").glob("[0-9]*_*.py"))


class Built(NamedTuple):
    """What `build_lecture` makes.

    Attributes
    ----------
    lecture : Lecture
    released : NotebookNode
    files : dict
        Text by path: build/source, course/ and the numbers file.
    moved : list
        What the committed numbers do not agree with, see `dlcourse.authoring.agreement.settle`.
    """

    lecture: object
    released: object
    files: dict
    moved: list


def build_lecture(root, name):
    """Make everything that is generated from one lecture.

    Parameters
    ----------
    root : Path
        The course's root folder. Numbers that are committed there stay where the fresh ones agree.
    name : str
        ``NN_topic``.

    Returns
    -------
    Built
    """
    lecture = fill(root, read_lecture(_source(root, name)))
    source, numbers, moved = _assemble(root, lecture)
    released = release_notebook(source, name)
    files = {
        root / "build" / "source" / name / f"{name}.ipynb": notebook_text(source),
        root / "course" / name / f"{name}.ipynb": notebook_text(released),
        numbers_folder(root) / f"{name}.json": numbers_text(numbers),
    }
    return Built(lecture, released, files, moved)


def _source(root, name):
    return root / "solutions" / "lectures" / f"{name}.py"


def _assemble(root, lecture):
    """Make a lecture's source notebook and its numbers, and say which committed ones moved."""
    target = numbers_folder(root) / f"{lecture.name}.json"
    earlier = earlier_questions(root)
    fresh = {e.id: write_entry(e, earlier.get(e.id, ())) for e in lecture.exercises}
    entries, moved = settle(_committed(target), fresh)
    versions = {exercise.id: exercise.version for exercise in lecture.exercises}
    given = [cell.source for cell in lecture.cells if "given" in cell.tags]
    release = release_name(versions, given)
    source = build_source(lecture, release, read_edition(root))
    code = (cell for cell in source.cells if cell.cell_type == "code")
    page = page_of((cell.id, set(cell.metadata.get("tags", ())), cell.source) for cell in code)
    needs = {"needs": ["torch"]} if any(map(_needs_torch, lecture.cells)) else {}
    head = {"lecture": lecture.name, "release": release, **needs}
    numbers = {**head, **page, "exercises": entries}
    return source, numbers, moved


def _needs_torch(cell):
    """Tell whether a cell imports PyTorch and does not say so in a line of its own."""
    imports = cell.type == "code" and TORCH.search(cell.source)
    return bool(imports) and not marked(cell.source.splitlines())


def earlier_questions(root):
    """What exercises asked in other words, by exercise; empty for a course that never changed."""
    path = root / "solutions" / "asked.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _committed(path):
    """The exercises of a numbers file: none where it is missing or broken."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))["exercises"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}


def lecture_size(root, name):
    """Count a lecture: minutes, predictions, exercises, words, lines."""
    return count(read_lecture(_source(root, name)))


def run_for_numbers(root, name):
    """Run a lecture and store the numbers that its text takes from the run.

    Returns
    -------
    list of str
        A sentence for each number outside its band.
    """
    path = _source(root, name)
    lecture = read_lecture(path)
    if not declared(path, lecture.cells):
        return []
    source, numbers, _ = _assemble(root, lecture)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder, f"{name}.json").write_text(numbers_text(numbers), encoding="utf-8")
        fresh = run_lecture(path, release_notebook(source, name), folder, checks=folder)[1]
    return store_numbers(path, lecture.cells, fresh)


def numbers_text(numbers):
    """Write one property of an exercise a line: small, and readable in a diff."""
    head = {key: value for key, value in numbers.items() if key != "exercises"}
    entries = []
    for name, entry in numbers["exercises"].items():
        lines = [
            f"   {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in entry.items()
        ]
        entries.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n  }")
    opening = json.dumps(head)[:-1]
    return f'{opening}, "exercises": {{\n' + ",\n".join(entries) + "\n}}\n"


def write_lecture(root, name):
    """Build one lecture and write its files; return what was built."""
    built = build_lecture(root, name)
    for path, text in built.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return built


def check_lecture(root, name):
    """List everything that is wrong with one lecture and what was generated from it."""
    lecture, released, files, moved = build_lecture(root, name)
    numbers = next(text for path, text in files.items() if path.suffix == ".json")
    problems = contract_problems(lecture, read_contract(root))
    written = read_lecture(_source(root, name))  # as its author did, nothing filled in
    problems += [*limit_problems(written), *size_problems(root, written)]
    problems += leak_problems(lecture, released, numbers)
    for exercise in lecture.exercises:
        problems += lookalike_problems(exercise)
        problems += hint_problems(exercise)
    problems += [f"{name}: {sentence}" for sentence in told(moved)]
    for path, text in files.items():
        if "build" in path.relative_to(root).parts[:1]:
            continue  # made on demand, never committed
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            problems.append(f"{path}: not what the sources give. Run `dlcourse build {name}`")
    return problems


def check_lectures(root, names):
    """Check lectures, as many at a time as there are cores.

    Yields
    ------
    size : str
        What the lecture amounts to; empty where its author's slip keeps it from being read.
    problems : list of str
    """
    workers = min(os.cpu_count() or 1, len(names))
    check = partial(_told, root)
    if workers < 2:
        yield from map(check, names)
        return
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(check, names)


def _told(root, name):
    size = ""
    try:
        size = f"{name}: {lecture_size(root, name)}"
        return size, check_lecture(root, name)
    except AuthorError as error:
        return size, [str(error)]

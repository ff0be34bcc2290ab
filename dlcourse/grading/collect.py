"""From an inbox as it arrived to submitted/: one clean notebook a student, or a reason."""

import zipfile
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dlcourse.frame import nbformat
from dlcourse.grading.grade import read_master
from dlcourse.grading.releases import keep, receive
from dlcourse.grading.submission import MAX_BYTES, Unreadable, read_notebook

MAX_FILES = 20_000
MAX_TOTAL = 4 << 30


class Collected(NamedTuple):
    """What became of one student's hand-in; `reason` is empty if it was collected."""

    student: str
    file: str
    reason: str


def collect(root, lecture, inbox):
    """Copy an inbox to submitted/, each notebook rebuilt on the master.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : str
    inbox : Path
        A folder or a zip file: ``<student>/anything/*.ipynb`` or ``<student>.ipynb``. Of several
        notebooks of one student, the one with the lecture's name is taken.

    Returns
    -------
    list of Collected
        One entry a student. A student whose file cannot be read gets no notebook in submitted/,
        and the reason here.
    """
    master = read_master(root, lecture)
    if not inbox.is_dir():
        with TemporaryDirectory() as folder:
            unpack(inbox, Path(folder))
            return collect(root, lecture, Path(folder))
    keep(root, master)
    return [_collect_one(root, master, lecture, *one) for one in students(inbox, lecture)]


def students(inbox, lecture):
    """Yield (student, notebook file or None, what else there is to say) for each of an inbox."""
    for entry in sorted(inbox.iterdir()):
        if entry.is_symlink() or entry.name.startswith("."):
            continue
        if entry.suffix == ".ipynb":
            yield entry.stem, entry, ""
        elif entry.is_dir():
            files = [
                f for f in sorted(entry.rglob("*.ipynb")) if ".ipynb_checkpoints" not in f.parts
            ]
            named = [f for f in files if f.stem == lecture] or files
            if len(named) == 1:
                yield entry.name, named[0], ""
            else:
                names = ", ".join(str(f.relative_to(entry)) for f in named) or "no notebook"
                yield entry.name, None, f"one notebook was expected, found: {names}"


def _collect_one(root, master, lecture, student, file, problem):
    name = "" if file is None else file.name
    try:
        if file is None:
            raise Unreadable(problem)
        notebook = receive(master, read_notebook(file))
    except Unreadable as error:
        return Collected(student, name, str(error))
    target = root / "submitted" / student / lecture / f"{lecture}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)
    stamp = file.parent / "timestamp.txt"
    if stamp.is_file() and not stamp.is_symlink():
        (target.parent / "timestamp.txt").write_text(stamp.read_text(encoding="utf-8"))
    return Collected(student, name, "")


def unpack(archive, folder):
    """Unpack the notebooks of a zip file, refusing bombs, links and paths that lead outside.

    Raises
    ------
    Unreadable
        If the file is no zip file or unpacks to more than the limits allow.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = [e for e in packed.infolist() if not e.is_dir()]
            if len(entries) > MAX_FILES or sum(e.file_size for e in entries) > MAX_TOTAL:
                raise Unreadable(f"{archive} unpacks to too much: split it")
            for entry in entries:
                _unpack_one(packed, entry, folder)
    except (zipfile.BadZipFile, OSError) as error:
        raise Unreadable(
            f"{archive} is no folder and no zip file that can be read: {error}"
        ) from None


def _unpack_one(packed, entry, folder):
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    if link or path.is_absolute() or ".." in path.parts:
        return
    if path.suffix != ".ipynb" and path.name != "timestamp.txt":
        return
    target = folder.joinpath(*path.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(entry) as source, target.open("wb") as out:
        out.write(source.read(MAX_BYTES + 1))  # one byte too many is refused when it is read

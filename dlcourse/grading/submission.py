"""One submitted notebook: read whatever arrives, rebuild it on the master, find each answer.

The master is the released notebook in course/. A rebuilt notebook has every cell of the master,
with the student's sources in answer, prediction and explanation cells, and the code cells that
the student added, each where it stood. Grading reads rebuilt notebooks only.
"""

import ast
import copy
import json
import re
import stat
from functools import lru_cache
from pathlib import Path

from dlcourse.checks.codec import legible
from dlcourse.checks.page import unwrapped
from dlcourse.frame import nbformat
from dlcourse.grading.plain import plain_python, reads

MAX_BYTES = 150 << 20  # most of it outputs, which nobody looks at
MAX_CELLS = 5000
MAX_CODE = 300_000  # letters: Python takes 470 bytes of memory to read one; a lecture has 30,000
MAX_TEXT = 2_000_000  # letters of the other cells
NOT_COLLECTED = "not_collected.txt"  # stands for a notebook that could not be, and says why
ADDED = "student-added"
MERGED = "# answered in another cell\n"
WORD = re.compile(r"[^\W\d_]{2,}")
OWN = {"answer", "predict", "explain"}  # tags of cells that take the student's source


class Unreadable(ValueError):
    """A file that holds no notebook; the text says why."""


def read_notebook(path):
    """Read a submitted file as plainly as possible.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of dict
        Its cells: ``type``, ``source``, ``id``, ``grade_id``, ``given``, and of an answer cell
        ``exercise`` and ``asked`` (see `dlcourse.grading.releases`) and ``begins`` (names the
        starter, where the exercise has its own); outputs are never looked at.

    Raises
    ------
    Unreadable
        With the reason, for whatever is not a notebook.
    """
    return read_cells(read_json(path))


def read_json(path):
    """Read a submitted file as JSON; raise `Unreadable` for whatever is none."""
    try:
        return json.loads(_read_bytes(Path(path)))  # in UTF-8, 16 or 32
    except OSError as error:
        raise Unreadable(f"it cannot be opened ({error.strerror})") from None
    except UnicodeDecodeError as error:
        encoding = error.encoding.upper()
        raise Unreadable(f"it is not text (byte {error.start} is not {encoding})") from None
    except (RecursionError, MemoryError):
        raise Unreadable("it is not JSON (nested too deeply)") from None
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable(f"it is not JSON: {error}") from None


def _read_bytes(path):
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        raise Unreadable(_why_no_file(path)) from None
    if stat.S_ISLNK(found.st_mode):
        raise Unreadable("it is a link")
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(_why_no_file(path))
    size = found.st_size
    if size > MAX_BYTES:
        raise Unreadable(f"it has {size:,} bytes, at most {MAX_BYTES:,} are read")
    if size == 0:
        raise Unreadable("it is empty")
    return path.read_bytes()


def _why_no_file(path):
    if path.is_dir():
        names = sorted(file.name for file in path.iterdir() if file.suffix == ".ipynb")[:5]
        return f"it is a folder that holds {', '.join(names) or 'no notebook'}"
    return not_collected(path.with_name(NOT_COLLECTED)) or "there is no such file"


def not_collected(note):
    """Read why a notebook could not be collected; "" where no note says it."""
    told = note.is_file() and not note.is_symlink()
    return note.read_bytes()[:300].decode("utf-8", "replace") if told else ""


def read_cells(content):
    """Read the cells of a notebook's JSON, of any notebook format, tolerating strange metadata."""
    if not isinstance(content, dict):
        raise Unreadable(f"it holds a {type(content).__name__}, not a notebook")
    cells = content.get("cells")
    if cells is None and isinstance(content.get("worksheets"), list):  # format 3
        sheets = [sheet for sheet in content["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]
    if not isinstance(cells, list):
        raise Unreadable("it has no list of cells")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"it has {len(cells):,} cells, at most {MAX_CELLS:,} are read")
    plain = [_plain(cell) for cell in cells if isinstance(cell, dict)]
    for what, most in [("code", MAX_CODE), ("markdown", MAX_TEXT)]:
        letters = sum(len(cell["source"]) for cell in plain if cell["type"] == what)
        if letters > most:
            text = f"its {what} has {letters:,} letters, at most {most:,} are read"
            raise Unreadable(text)
    return plain


def _plain(cell):
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = cell.get("metadata") if isinstance(cell.get("metadata"), dict) else {}
    grader = metadata.get("nbgrader") if isinstance(metadata.get("nbgrader"), dict) else {}
    ours = metadata.get("dlcourse") if isinstance(metadata.get("dlcourse"), dict) else {}
    marks = metadata.get("tags") if isinstance(metadata.get("tags"), list) else []
    return {
        "type": "code" if cell.get("cell_type") == "code" else "markdown",
        "source": _text(source) or "",
        "id": _text(cell.get("id")),
        "grade_id": _text(grader.get("grade_id")),
        "given": "given" in marks,
        "exercise": _text(ours.get("exercise")),
        "asked": _text(ours.get("made_for", ours.get("asked"))),
        "begins": _text(ours.get("begins")),
    }


def _text(value):
    """A string without halves of characters, which no file and no database takes; or None."""
    return legible(value) if isinstance(value, str) else None


def tags(cell):
    """A cell's tags, whatever its metadata holds."""
    found = cell.metadata.get("tags", [])
    return set(found) if isinstance(found, list) else set()


def rebuild(master, cells, everywhere=False):
    """Put a student's sources into a copy of the master.

    Parameters
    ----------
    master : NotebookNode
        The released notebook.
    cells : list of dict
        The submitted cells, from `read_notebook` or `read_cells`.
    everywhere : bool
        Take answers from cells of the lecture's own, too, and words from beside an explanation.

    Returns
    -------
    NotebookNode
        Rebuilding a rebuilt notebook changes nothing.
    """
    rebuilt = copy.deepcopy(master)
    paired, untouched = _match(rebuilt, cells, everywhere)
    answers = [cell.id for cell in rebuilt.cells if "answer" in tags(cell)]
    after = {}  # id of a master cell -> student cells that follow it; None: before all
    place = None
    for cell in cells:
        target = paired.get(id(cell))
        own = everywhere and target is not None and _beside(cell, target, answers)
        if own and tags(target) & {"check", "test"}:  # as it ran, before the check's own line
            after.setdefault(place, []).append(own)
        if target is not None:
            place = target.id
            if own and not tags(target) & {"check", "test"}:
                after.setdefault(place, []).append(own)
            elif tags(target) & OWN:
                target.source = cell["source"]
        elif _added_by_student(cell) and id(cell) not in untouched:
            after.setdefault(place, []).append(cell["source"])
    for name, text in _told(master, cells, paired, untouched).items() if everywhere else ():
        next(cell for cell in rebuilt.cells if cell.id == name).source = text
    _clear_merged(rebuilt, cells, {target.id for target in paired.values()})
    whole = []
    for cell in [None, *rebuilt.cells]:
        whole += [cell] if cell is not None else []
        whole += map(_added, after.get(cell.id if cell is not None else None, []))
    rebuilt.cells = whole
    for number, cell in enumerate(c for c in whole if ADDED in tags(c)):
        cell.id = f"added-{number}"
    return rebuilt


def _told(master, cells, paired, untouched):
    """Each explanation with all words of its author's that stand beside its cell, and where it is
    blank, with those that stand nearest.

    Returns
    -------
    dict
        Texts by cell id, where there is anything to add.
    """
    order = {cell.id: number for number, cell in enumerate(master.cells)}
    asked = [cell for cell in master.cells if "explain" in tags(cell)]
    own = {paired[id(c)].id: c["source"] for c in cells if id(c) in paired}
    if not asked:
        return {}
    beside = {cell.id: [] for cell in asked}
    around = {cell.id: [] for cell in asked}
    below = _following(cells, paired, order, len(order))
    above = -1
    for cell in cells:
        target = paired.get(id(cell))
        above = order[target.id] if target is not None else above
        text = "" if id(cell) in untouched else _words(cell, target, asked)
        if not text:
            continue
        gap = master.cells[max(above, 0) : below[id(cell)] + 1]
        near = [one for one in gap if one in asked]
        near.sort(key=lambda one: one.id in own)  # one that was deleted, and typed anew
        before = [one for one in asked if order[one.id] <= above]
        if near and cell["type"] != "code":
            beside[near[0].id].append(text)
        elif near or cell["type"] != "code":
            around[(near or before[::-1] or asked)[0].id].append(text)
    told = {}
    for one in asked:
        text = own.get(one.id, one.source)
        blank = text.strip() == one.source.strip() and not beside[one.id]
        for more in [*beside[one.id], *(around[one.id] if blank else ())]:
            text = text if more in text else f"{text}\n\n{more}"
        if text != own.get(one.id, one.source):
            told[one.id] = text
    return told


def _following(cells, paired, order, end):
    """For each submitted cell the number of the next master cell that one below is."""
    found = {}
    for cell in reversed(cells):
        found[id(cell)] = end
        target = paired.get(id(cell))
        end = order[target.id] if target is not None else end
    return found


def _words(cell, target, asked):
    """What somebody wrote in words into a cell that is no answer to a question in words; or ""."""
    if target is not None and (target.cell_type == "code" or target in asked):
        return ""
    of_a_release = re.fullmatch(r"m-[0-9a-f]{10}(-\d+)?|statement_\w+", cell["id"] or "")
    if target is None and (of_a_release or not _added_by_student({**cell, "type": "code"})):
        return ""
    if cell["type"] == "code":
        return cell["source"] if _is_prose(cell["source"]) else ""
    known = [target, *asked] if target is not None else asked
    ours = {line.strip() for one in known for line in one.source.splitlines()}
    lines = [line for line in cell["source"].splitlines() if line.strip() not in ours]
    return "\n".join(lines).strip()


def _is_prose(source):
    """Tell whether a code cell holds comments and nothing else, or what is no code at all."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    if lines and all(line.startswith("#") for line in lines):
        return True
    return not reads(plain_python(unwrapped(source))) and len(WORD.findall(source)) > 3


def _beside(cell, target, answers):
    """What a student wrote into a cell of the lecture's own, if it holds an answer; else ""."""
    if target.cell_type != "code" or tags(target) & {"answer", "explain"}:
        return ""
    own = cell["source"].replace(target.source.strip(), "", 1)
    return own if any(_defines({"source": own}, name) for name in answers) else ""


def _clear_merged(rebuilt, cells, found):
    """Empty answer cells that were deleted, their answers moved into other answers' cells: a
    starter put back there would undo them."""
    for target in rebuilt.cells:
        if "answer" in tags(target) and target.id not in found:
            if any(cell["type"] == "code" and _defines(cell, target.id) for cell in cells):
                target.source = MERGED


def _added_by_student(cell):
    """Tell a student's own code, and what another release gave them, from that release's demos."""
    ours = re.fullmatch(r"c-[0-9a-f]{10}(-\d+)?|begin|(check|test)_\w+", cell["id"] or "")
    return cell["type"] == "code" and cell["source"].strip() and (not ours or cell["given"])


def _added(source):
    return nbformat.v4.new_code_cell(source, metadata={"tags": [ADDED]})


def _match(master, cells, everywhere):
    """Pair submitted cells with master cells: by grade_id, cell id, source, function name.

    Of several cells that claim one grade_id (a duplicated cell), the last that was written in is
    the answer, and one above the check before those below it; the others count as added.
    """
    by_grade = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in master.cells}
    by_grade.pop(None, None)
    by_id = {c.id: c for c in master.cells}
    by_source = {c.source.strip(): c for c in master.cells}
    paired, taken, untouched = {}, {}, set()
    places, checks = {id(cell): n for n, cell in enumerate(cells)}, _checks(master, cells)

    def experiment(cell, rival, target):
        check = checks.get(target.id, len(cells))
        written = rival["source"].strip() != target.source.strip()
        return written and places[id(rival)] < check < places[id(cell)]

    def pair(cell, target):
        if target is None:
            return
        words = everywhere and "explain" in tags(target)
        if target.cell_type != cell["type"] and not words:  # changed unawares, if it is the answer
            if "answer" not in tags(target) or not _defines(cell, target.id):
                return
        rival = taken.get(target.id)
        if words and rival is not None and cell["source"].strip() != target.source.strip():
            if rival["source"].strip() != target.source.strip():
                return  # split in two, to be joined
        if rival is not None and cell["source"].strip() == target.source.strip():
            untouched.add(id(cell))  # a duplicate that nobody wrote in: nothing to run
            return
        if rival is not None and experiment(cell, rival, target):
            return
        if rival is not None:
            del paired[id(rival)]
            if rival["source"].strip() == target.source.strip():
                untouched.add(id(rival))
        paired[id(cell)], taken[target.id] = target, cell

    def free(cell):
        return id(cell) not in paired and id(cell) not in untouched

    for cell in cells:
        pair(cell, by_grade.get(cell["grade_id"]) or by_id.get(cell["id"]))
    for cell in filter(free, cells):
        target = by_source.get(cell["source"].strip())
        if target is not None and target.id not in taken:
            pair(cell, target)
    for target in master.cells:
        if "answer" in tags(target) and target.id not in taken:
            for cell in filter(free, cells):
                if cell["type"] == "code" and _defines(cell, target.id):
                    pair(cell, target)
    return paired, untouched


def _checks(master, cells):
    """The number of the first submitted cell that is an exercise's check or test, by its id."""
    ours = [cell for cell in master.cells if tags(cell) & {"check", "test"}]
    known = {cell.source.strip(): cell.id for cell in ours} | {cell.id: cell.id for cell in ours}
    found = {}
    for number, cell in enumerate(cells):
        for key in (cell["id"], cell["grade_id"], cell["source"].strip()):
            if key in known:
                found.setdefault(known[key].partition("_")[2], number)
    return found


@lru_cache(maxsize=4096)
def _names(source):
    """Names that a cell defines at its top level; None if it cannot be read."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    targets = [t for s in tree.body if isinstance(s, ast.Assign) for t in s.targets]
    names = {s.name for s in tree.body if isinstance(s, ast.FunctionDef)}
    return names | {t.id for t in targets if isinstance(t, ast.Name)}


def _defines(cell, name):
    names = _names(cell["source"])
    return f"def {name}(" in cell["source"] if names is None else name in names

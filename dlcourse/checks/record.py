"""What a learner has tried, solved and looked up: one small file of their own, sent nowhere.

It lies in the user's data folder (on Linux ``~/.local/share/dlcourse/progress.json``), not beside
the notebooks. So it outlives ``.venv`` and ``build/``, `dlcourse reset`, a newer release of a
lecture and a course folder that was deleted and fetched anew, and where one installation serves
many each has a record of their own. It holds times and fingerprints, no answers. The environment
variable DLCOURSE_PROGRESS names another file, or is ``off``.

Only a person at a notebook is recorded: where cells are run by a program (nbgrader's autograde and
Validate, nbval, a test), the record lives and dies with the kernel.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from dlcourse.paths import renewal

FORMAT, VERSION = "dlcourse progress", 1
PATIENCE = 5  # seconds for another notebook to end its writing, which takes milliseconds
MOVES = 50  # tries within that time


def progress_file():
    """Where progress is kept; None if DLCOURSE_PROGRESS is ``off``."""
    named = os.environ.get("DLCOURSE_PROGRESS")
    if named == "off":
        return None
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("dlcourse", appauthor=False) / "progress.json"


def somebody_is_there():
    """Tell whether a person runs the current cell: whoever can be asked for input.

    JupyterLab and its kin allow a cell to ask (``input()``); nbclient, on which nbgrader and
    nbconvert stand, and nbval do not.
    """
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    try:
        return bool(kernel.get_parent("shell")["content"]["allow_stdin"])
    except (AttributeError, KeyError, TypeError, LookupError):
        return False


def open_record():
    """The record of the person at this notebook; one that is kept nowhere if there is none."""
    return Record(progress_file() if somebody_is_there() else None)


class Record:
    """Progress by lecture and exercise, in a file if there is one.

    What is wrong with the file costs a sentence and no more: from then on the record is in memory.

    Parameters
    ----------
    path : Path, optional
    """

    def __init__(self, path=None):
        self.path, self._lock = path, None
        self._content = _nothing()
        self._try(lambda: self._keep(self._read()))

    def entry(self, lecture, exercise):
        """What is known of one exercise: a dict with some of ``wrong`` (fingerprints of wrong
        answers), ``solved``, ``seen`` and ``last`` (times), ``asked`` (what was solved).
        """
        return self._content["lectures"].get(lecture, {}).get(exercise, {})

    def tried(self, lecture, exercise, answer):
        """Record a wrong answer by its fingerprint; the same one again changes nothing."""
        self._change(lecture, exercise, lambda e: e | {"wrong": _with(answer, e)})

    def solved(self, lecture, exercise, asked):
        """Record that what the exercise asks was answered; the first time stays."""
        now = _now()
        self._change(lecture, exercise, lambda e: {"solved": now} | e | {"asked": asked})

    def saw_solution(self, lecture, exercise):
        """Record that the solution was looked up; after one's own solution it does not count."""
        now = _now()
        self._change(lecture, exercise, lambda e: e if "solved" in e else {"seen": now} | e)

    def _change(self, lecture, exercise, edit):
        def put():
            with self._locked():
                content = self._read()
                if _edit(content["lectures"], lecture, exercise, edit):
                    self._write(content)
                self._keep(content)

        if self.path is None or not self._try(put):
            _edit(self._content["lectures"], lecture, exercise, edit)

    def _keep(self, content):
        self._content = content

    def _try(self, action):
        """Do something with the file; if it cannot be done, say so and go on without the file."""
        try:
            action()
            return True
        except Newer:
            text = f"is of a newer dlcourse and is left alone (this one is updated by {renewal()})"
        except (OSError, NotImplementedError) as error:  # the latter: a disk without locks
            text = f"cannot be kept ({error})"
        print(f"Your record of progress {text}. The checks work all the same.")
        self.path = None
        return False

    def _locked(self):
        from filelock import FileLock

        if self._lock is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(f"{self.path}.lock", timeout=PATIENCE)
        return self._lock  # the same object may be entered twice

    def _read(self):
        if self.path is None:
            return self._content
        try:
            return read_content(self.path)
        except FileNotFoundError:
            return _nothing()
        except (ValueError, RecursionError):
            with self._locked():
                return self._set_aside()

    def _set_aside(self):
        try:
            return read_content(self.path)  # another notebook may have been faster
        except FileNotFoundError:
            return _nothing()
        except (ValueError, RecursionError):
            aside = _free(self.path)
            self.path.rename(aside)
            print(f"Your record of progress cannot be read; it is kept as {aside}.")
            return self._content

    def _write(self, content):
        """Write beside, then move into place: a reader or a power cut meets the old or the new."""
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            with fresh.open("w", encoding="utf-8", newline="\n") as file:
                json.dump(content, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            _into_place(fresh, self.path)
        except BaseException:  # a learner who presses stop, too
            fresh.unlink(missing_ok=True)
            raise


def _into_place(fresh, path):
    """Move a file over another; Windows refuses for as long as somebody has that one open."""
    for left in reversed(range(MOVES)):
        try:
            return fresh.replace(path)
        except PermissionError:
            if sys.platform != "win32" or not left:
                raise
            time.sleep(PATIENCE / MOVES)


class Newer(Exception):
    """The file was written by a newer dlcourse."""


def read_content(path):
    """Read a progress file.

    Raises
    ------
    Newer
        If a newer dlcourse wrote it.
    ValueError
        If it is not such a file.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError("not a record of progress")
    if type(content.get("version")) is not int:
        raise ValueError("no version")
    if content["version"] > VERSION:
        raise Newer
    for lecture in _dict(content.get("lectures")).values():
        for entry in _dict(lecture).values():
            _refuse_odd(_dict(entry))
    return content


def _refuse_odd(entry):
    for name in ("solved", "seen", "last"):
        if name in entry:
            when(entry[name])
    if not isinstance(entry.get("asked", ""), str):
        raise ValueError("asked")
    wrong = entry.get("wrong", [])
    if not isinstance(wrong, list) or not all(isinstance(answer, str) for answer in wrong):
        raise ValueError("wrong")


def when(text):
    """Read a time as local time; raise ValueError if it is none."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (TypeError, OverflowError, OSError):
        raise ValueError(f"no time: {text!r}") from None


def _dict(value):
    if not isinstance(value, dict):
        raise ValueError("not a dict")
    return value


def _nothing():
    return {"format": FORMAT, "version": VERSION, "lectures": {}}


def _edit(lectures, lecture, exercise, edit):
    """Put an edited entry in place; tell whether that changed anything."""
    before = lectures.get(lecture, {}).get(exercise, {})
    after = edit(before)
    if after == before:
        return False
    lectures.setdefault(lecture, {})[exercise] = after | {"last": _now()}
    return True


def _with(answer, entry):
    known = entry.get("wrong", [])
    return known if answer in known else [*known, answer]


def _now():
    return datetime.now(UTC).isoformat(timespec="seconds")


def _free(path):
    aside, number = path.with_name(f"{path.name}.broken"), 1
    while os.path.lexists(aside):
        number += 1
        aside = path.with_name(f"{path.name}.broken-{number}")
    return aside

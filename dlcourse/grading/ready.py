"""What hinders a grading, told in one sentence: before it begins, and where it stops."""

import re
import sqlite3
from contextlib import contextmanager
from pathlib import Path


class NotReady(Exception):
    """Something that the person who grades can mend; what is graded already is remembered."""


def check_results(results):
    """Tell whether the results can be written, before there are any.

    Raises
    ------
    NotReady
    """
    with told_of_files(results, "Name another file with --results."):
        if results.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        results.parent.mkdir(parents=True, exist_ok=True)
        partial(results).open("a").close()
        partial(results).unlink()


@contextmanager
def told_of_files(path, advice):
    """Say in a sentence that a file cannot be written, and why."""
    try:
        yield
    except OSError as error:
        raise NotReady(
            f"{path} cannot be written ({error.strerror}). {advice} Then start the command again: "
            "what has been graded is not graded anew."
        ) from error


def partial(results):
    """Where results are written until they are whole."""
    return results.with_suffix(results.suffix + ".partial")


def check_database(file, what):
    """Tell whether a SQLite file can be written to, before anything is.

    Parameters
    ----------
    file : str
        Its path, or a URI.
    what : str
        What the person who grades calls it.

    Raises
    ------
    NotReady
    """
    with told_of_databases(file, what):
        if not file.startswith("file:"):
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(file, timeout=5, uri=file.startswith("file:"))
        try:
            connection.execute("begin immediate")
            connection.execute("create table dlcourse_probe (x)")  # or read-only is not seen
            connection.rollback()
        finally:
            connection.close()


@contextmanager
def told_of_databases(file, what):
    """Say what is wrong with a database in a sentence, and that no work is lost."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except (sqlite3.Error, DBAPIError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(getattr(error, "orig", error))
        raise NotReady(
            f"The {what} {file} cannot be written ({reason}). {_advice(reason)} Then start the "
            "command again: what has been graded is not graded anew."
        ) from error


def _advice(reason):
    if "locked" in reason:
        return "Another program is writing there: let it end, or close it."
    if re.search("readonly|read-only|unable to open|denied", reason, re.I):
        return "Allow yourself to write to this file and to its folder."
    if "full" in reason:
        return "Make room on the disk."
    return "Look whether it is the right file."

"""The commands `dlcourse new-course`, `due`, `by-hand`, `marks` and `drop`."""

import os
import sys
from pathlib import Path

import click

from dlcourse.paths import course_root

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
LECTURE = click.option("--lecture", required=True, help="The lecture, such as 04_backpropagation.")
INCOMPLETE = 3  # written, and somebody is missing
ANOTHER = (
    "This student has handed in again, or the column answer was changed: write a new table, and "
    "copy your marks."
)


def _root():
    try:
        return course_root()
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from None


@click.command("new-course")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def new_course(folder):
    """Make a course in FOLDER: lectures, solutions, settings, the gradebook."""
    from dlcourse.term.new_course import make_course

    try:
        lines = make_course(folder.resolve())
    except OSError as error:
        raise click.ClickException(str(error)) from None
    for line in lines:
        click.echo(line)


@click.command()
@LECTURE
@click.option("--canvas", type=FILE, help="The gradebook that Canvas exported (CSV).")
@click.option("--moodle", type=FILE, help="The grading worksheet that Moodle wrote (CSV).")
@click.option("--column", help="The column of marks, by its name or Canvas's number.")
@click.option("--scale", is_flag=True, help="Stretch marks to the points of the platform.")
@click.option("--unfinished", is_flag=True, help="Write marks, too, that you have to complete.")
@click.option("--comments", is_flag=True, help="Fill Moodle's column of feedback comments.")
@click.option("--feedback", is_flag=True, help="Pack feedback, too, as the platform uploads it.")
@click.option(
    "--download",
    type=click.Path(exists=True, path_type=Path),
    help="For feedback in Canvas: the submissions as it packed them.",
)
@click.option("--results", type=FILE, help="What dlcourse grade wrote (default: LECTURE.jsonl).")
@click.option("--to", type=NEW_FILE, help="File to write (default: FILE_marks.csv beside FILE).")
def marks(lecture, canvas, moodle, feedback, download, results, to, **how):
    """Fill the platform's own file with formgrader's totals, in a new file beside it.

    Exits with 3 if the file was written and somebody is missing on either side.
    """
    from dlcourse.grading.ready import NotReady
    from dlcourse.term.handback import hand_back

    if (canvas is None) == (moodle is None):
        raise click.UsageError("name the platform's file with --canvas or with --moodle")
    if feedback and canvas and not download:
        raise click.UsageError(
            "Canvas takes feedback under the names of its own download: name the file that "
            "Download Submissions gave with --download"
        )
    file, platform = (canvas, "canvas") if canvas else (moodle, "moodle")
    packed = (results or Path(f"{lecture}.jsonl"), download) if feedback else None
    try:
        lines, complete = hand_back(_root(), lecture, platform, file, to, packed, **how)
    except (OSError, ValueError, NotReady) as error:
        raise click.ClickException(str(error)) from None
    for line in lines:
        click.echo(line)
    sys.exit(0 if complete else INCOMPLETE)


@click.command("by-hand")
@LECTURE
@click.option("--write", type=NEW_FILE, help="Write all that a person marks into this table (CSV).")
@click.option("--read", type=FILE, help="Give the points and comments of this table.")
@click.option("--rubric", type=FILE, help="What the codes in it stand for (CSV).")
@click.option("--student", help="Give one student's mark for one --cell.")
@click.option("--cell", help="An explanation or an exercise, such as explain_flat or relu.")
@click.option("--points", type=float)
@click.option("--comment", help="What the student reads.")
def by_hand(lecture, write, read, rubric, student, cell, points, comment):
    """Mark in a spreadsheet all that waits for you, or one student's answer, without formgrader."""
    from dlcourse.grading.ready import NotReady
    from dlcourse.term.by_hand import Given, give, read_sheet, told_of_one, write_sheet
    from dlcourse.term.totals import read_marks
    from dlcourse.term.whole import write_whole

    one = student is not None and cell is not None and points is not None
    if [write is not None, read is not None, one].count(True) != 1:
        raise click.UsageError("say --write FILE, or --read FILE, or --student, --cell, --points")
    root, changed, empty = _root(), [], 0
    try:
        if write:
            found = read_marks(root / "gradebook.db", lecture)
            text, words, code = write_sheet(root, lecture, found)
            if os.path.lexists(write):  # never over marks
                raise FileExistsError
            write_whole(write, text.encode("utf-8-sig"))
            answers = f" and {code} answers in code" if code else ""
            click.echo(f"{write}: {words} explanations{answers} to mark.")
            return
        given = [Given(student, cell, points, comment)]
        if read:
            codes = rubric.read_bytes() if rubric else None
            given, changed, empty = read_sheet(root, lecture, read.read_bytes(), codes)
        before = give(root, lecture, given)
        total = read_marks(root / "gradebook.db", lecture) if one else None
    except FileExistsError:
        raise click.ClickException(f"{write} is there already: name another file.") from None
    except (OSError, ValueError, NotReady) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{len(given)} marks given by hand.")
    if one:
        click.echo(told_of_one(given[0], *before[0], total))
    for who, what in changed:
        click.echo(f"NOT GIVEN: {who}, {what}: the answer is not the table's. {ANOTHER}")
    if empty:
        click.echo(f"{empty} rows have no points yet.")
    sys.exit(INCOMPLETE if changed else 0)


@click.command()
@LECTURE
@click.option("--at", help='The time with its zone: "2026-11-02 10:00 UTC" (default: tell).')
@click.option("--student", help="Give this student until then (default: everybody).")
def due(lecture, at, student):
    """Say when a lecture is due, for everybody or for one student; without --at, tell."""
    from dlcourse.grading.ready import NotReady
    from dlcourse.term.due import read_due, set_due

    try:
        lines = [set_due(_root(), lecture, at, student)] if at else read_due(_root(), lecture)
        for line in lines:
            click.echo(line)
    except (OSError, ValueError, NotReady) as error:
        raise click.ClickException(str(error)) from None


@click.command()
@click.argument("student")
@click.option("--back", is_flag=True, help="Take the student back.")
def drop(student, back):
    """Leave a student out of grading, reports and marks from now on; nothing is deleted."""
    from dlcourse.term.drop import drop as drop_student

    try:
        click.echo(drop_student(_root(), student, back))
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None

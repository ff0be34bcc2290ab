"""The command `dlcourse`: lab, doctor, build, grade, report, marks and more."""

import os
import sys
from contextlib import suppress
from pathlib import Path

import click

from dlcourse.checks.surroundings import own_version
from dlcourse.extras import MissingExtra, need
from dlcourse.paths import course_root, is_course, learner_root, source_root
from dlcourse.term.commands import by_hand, drop, due, marks, new_course


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(own_version(), prog_name="dlcourse")
def main():
    """A deep-learning course that checks itself."""
    with suppress(AttributeError):  # a folder's name may have letters that a code page lacks
        sys.stdout.reconfigure(errors="replace")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("flags", nargs=-1, type=click.UNPROCESSED, metavar="[-- JUPYTERLAB'S FLAGS]")
@click.option("--prepare", is_flag=True, help="Do all but open JupyterLab.")
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="Your folder, with learn/ in it (default: the course at hand, else ~/dlcourse).",
)
def lab(flags, prepare, to):
    """Bring learn/ up to date, look at the machine, open JupyterLab there."""
    from dlcourse.learner import copies, lab
    from dlcourse.learner.doctor import look_at_disk

    root = to.resolve() if to else _learners()
    _known(source_root, root)
    disk = look_at_disk(root)
    if disk.level == "stop":  # nothing else could be said of each lecture
        click.echo(disk)
        sys.exit(1)
    if not is_course(root):
        click.echo(f"Your folder: {root}")
    outcomes = copies.bring_up_to_date(root)
    for outcome in outcomes:
        if outcome.change != "current":
            click.echo(outcome.text)
    if not _examine(root):
        sys.exit(1)
    if prepare:
        lab.write_settings(root)
        return
    need("lab", "Your copies are ready. To open them, dlcourse lab")
    click.echo("Starting JupyterLab; Ctrl-C here ends it. If no browser opens, use the address:")
    first = outcomes and all(outcome.change == "new" for outcome in outcomes)
    sys.exit(lab.start(root, flags, outcomes[0].lecture if first else None))


@main.command()
def doctor():
    """Say how this machine is, and what to do."""
    sys.exit(0 if _examine(_learners()) else 1)


@main.command()
@click.argument("lecture")
@click.option("--answers", is_flag=True, help="Take your answers and added cells out too.")
def reset(lecture, answers):
    """Mend a lecture in learn/: its own cells as released; your answers are kept."""
    from dlcourse.learner.copies import reset

    try:
        outcome = reset(_learners(there=True), lecture, answers)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(outcome.text)
    sys.exit(1 if outcome.change == "kept" else 0)


@main.command()
@click.argument("lecture", required=False)
def progress(lecture):
    """Show what you have solved, by lecture; of one LECTURE, by exercise."""
    from dlcourse.checks.progress import as_text, progress_table
    from dlcourse.checks.record import Record, progress_file
    from dlcourse.learner.lab import own_home, own_numbers

    with suppress(OSError):  # anywhere else, or where nothing can be written, the package counts
        root = learner_root()
        os.environ.update(own_numbers(root) | os.environ)
        os.environ.update(own_home(root, os.environ))
    try:
        click.echo(as_text(progress_table(Record(progress_file()), lecture)))
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _root():
    return _known(course_root)


def _learners(there=False):
    """The learner's folder; with `there`, one that was made before."""
    root = _known(learner_root)
    if there and not (is_course(root) or (root / "learn").is_dir()):
        text = "`dlcourse lab` makes one; if yours has another place, change into it first."
        raise click.ClickException(f"There are no copies of lectures in {root}: {text}")
    return root


def _known(find, *where):
    try:
        return find(*where)
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from None


def _examine(root):
    from dlcourse.learner.doctor import examine

    findings = examine(root)
    for finding in findings:
        click.echo(finding)
    return all(finding.level != "stop" for finding in findings)


@main.command()
@click.argument("lectures", nargs=-1, metavar="[LECTURE]...")
@click.option("--check", is_flag=True, help="Write nothing; fail on drift, leaks and faults.")
@click.option("--numbers", is_flag=True, help="First run the lectures, and store their numbers.")
def build(lectures, check, numbers):
    """Build released notebooks from solutions/ (all lectures, or those named)."""
    from dlcourse.authoring.agreement import told
    from dlcourse.authoring.build import (
        check_lectures,
        lecture_names,
        run_for_numbers,
        write_lecture,
    )
    from dlcourse.authoring.settled import table_problems, write_tables
    from dlcourse.checks.exercise import AuthorError
    from dlcourse.grading.grade import read_master
    from dlcourse.grading.releases import keep

    root = _root()
    names, problems = lectures or lecture_names(root), []
    for size, found in check_lectures(root, names) if check else ():
        click.echo(size)
        problems += found
    for name in () if check else names:
        try:
            problems += run_for_numbers(root, name) if numbers else []
            built = write_lecture(root, name)
            for line in [*(path.relative_to(root) for path in built.files), *told(built.moved)]:
                click.echo(line)
            keep(root, read_master(root, name))
        except AuthorError as error:
            problems.append(str(error))
    if check:
        problems += table_problems(root)
    elif not problems:
        for path in write_tables(root):
            click.echo(path.relative_to(root))
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(1 if problems else 0)


@main.command()
@click.argument("lectures", nargs=-1, metavar="[LECTURE]...")
@click.option("--pdf/--no-pdf", default=True, help="Print each lecture, too (needs Chromium).")
def site(lectures, pdf):
    """Make the course's web site in build/site/html (all lectures, or those named)."""
    from dlcourse.site.build import build_site
    from dlcourse.site.printed import print_lectures

    root = _root()
    folder = build_site(root, list(lectures) or None, told=click.echo)
    if pdf:
        print_lectures(folder, told=click.echo)
    click.echo(folder / "index.html")


@main.command()
@click.option("--lecture", required=True, help="The lecture, such as 04_backpropagation.")
@click.option(
    "--submitted",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of submissions, <student>/<lecture>/<lecture>.ipynb (default: submitted).",
)
@click.option(
    "--results",
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON Lines file to write: one line a student and exercise (default: LECTURE.jsonl).",
)
@click.option("--workers", type=click.IntRange(1), help="Processes (default: one a core).")
@click.option("--scheduler", help="Address of a Dask scheduler whose workers grade.")
@click.option(
    "--insecure-scheduler",
    is_flag=True,
    help="Take a scheduler without TLS that others can reach: they can run programs as you.",
)
@click.option("--no-gradebook", is_flag=True, help="Leave nbgrader's gradebook as it is.")
@click.option("--new-seed", is_flag=True, help="Draw new hidden cases for this lecture.")
@click.option(
    "--seconds",
    type=click.FloatRange(0.1),
    help="Processor time of one answer (default: 50 times the solution's, at least 2).",
)
@click.option("--unsafe", is_flag=True, help="Grade even where no real sandbox can be had.")
def grade(lecture, submitted, results, no_gradebook, new_seed, insecure_scheduler, **how):
    """Grade a class: results as JSON Lines, marks into nbgrader's gradebook."""
    for library in ("OMP", "OPENBLAS", "MKL"):  # every core has a process of its own already
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    from dlcourse.grading.classroom import DEFAULT_URL, Classroom
    from dlcourse.grading.ready import NotReady
    from dlcourse.grading.results import told
    from dlcourse.grading.store import Store
    from dlcourse.sandbox.sandbox import SandboxError

    root, results = _root(), results or Path(f"{lecture}.jsonl")
    try:
        folder = submitted or root / "submitted"
        room = Classroom(root, lecture, folder, insecure=insecure_scheduler, **how)
        if new_seed:
            Store(root / ".dlcourse" / "grading.db").draw_new_seed(lecture)
        lines = room.grade(results, None if no_gradebook else DEFAULT_URL)
    except (FileNotFoundError, SandboxError, NotReady) as error:
        raise click.ClickException(str(error)) from None
    students = len({line["student"] for line in lines})
    first, *more = told(lines)
    for text in (f"{students} submissions graded into {results}: {first}", *more):
        click.echo(text)
    if failed := [line for line in lines if line["status"] == "ungraded"]:
        who = ", ".join(sorted({line["student"] for line in failed})[:5])
        click.echo(f"UNGRADED, {len(failed)} (their earlier marks stay), such as {who}:")
        click.echo(failed[0]["message"])
        click.echo("Mend that and start the command again: it repeats no work.")
        sys.exit(1)


@main.command()
@click.argument("inbox", type=click.Path(exists=True, path_type=Path))
@click.option("--lecture", required=True, help="The lecture, such as 04_backpropagation.")
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Class list (csv): ids, names and addresses, also for nbgrader.",
)
@click.option("--zone", help="Of the platform's clock, as Europe/Berlin (default: this machine's).")
@click.option("--inside", is_flag=True, help="The hand-ins lie in the one folder of INBOX.")
@click.option(
    "--platform",
    type=click.Choice(
        ["canvas", "moodle", "blackboard", "brightspace", "gradescope", "nbgrader", "other"]
    ),
    help="Which one named what is in INBOX (default: the one that most names fit).",
)
def collect(inbox, lecture, roster, zone, inside, platform):
    """Copy an inbox (folder or zip, as any platform names things) to submitted/.

    Ends with 1 if something could not be collected, or somebody is missing.
    """
    from dlcourse.grading.ready import NotReady
    from dlcourse.grading.submission import Unreadable
    from dlcourse.term.attendance import take

    try:
        lines, complete = take(_root(), lecture, inbox, inside, roster, zone, platform)
    except (OSError, Unreadable, NotReady, ValueError) as error:
        raise click.ClickException(str(error)) from None
    for line in lines:
        click.echo(line)
    sys.exit(0 if complete else 1)


@main.command()
@click.argument("results", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--submitted",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of submissions, for examples and likenesses (default: submitted).",
)
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write into (default: report/LECTURE).",
)
def report(results, submitted, to):
    """Write the instructor's page and table of marks, and a feedback page for each student."""
    from dlcourse.grading.dropped import read_dropped
    from dlcourse.grading.ready import NotReady
    from dlcourse.grading.results import read_results
    from dlcourse.term.report import Report, write_report
    from dlcourse.term.totals import find_marks

    root = _root()
    try:
        lines = read_results(results)
        marks = find_marks(root / "gradebook.db", lines[0]["lecture"])
        found = Report(root, lines, submitted or root / "submitted", marks, read_dropped(root))
        paths = write_report(found, to or root / "report" / found.lecture)
    except (OSError, ValueError, NotReady) as error:
        raise click.ClickException(str(error)) from None
    for path in paths:
        click.echo(path)


for command in (new_course, due, by_hand, marks, drop):
    main.add_command(command)


@main.group()
def bench():
    """Measure the course itself."""


@bench.command("grader")
@click.argument("exercises", nargs=-1, metavar="[EXERCISE]...")
@click.option("--seed", default=0, help="Draws the hidden cases.")
@click.option("--repetitions", default=20, help="How often the same answers are graded (0: never).")
@click.option("--workers", default=8, help="How many grade the same answers side by side.")
@click.option("--page", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
def bench_grader(exercises, seed, repetitions, workers, page):
    """Grade the grader: wrong answers rejected and named, right ones accepted, marks the same.

    The full page: dlcourse bench grader --page docs/grader_quality.md
    """
    from dlcourse.grading.classroom import cores
    from dlcourse.quality import page as quality_page
    from dlcourse.quality.measure import measure
    from dlcourse.quality.steadiness import measure_steadiness
    from dlcourse.sandbox.sandbox import SandboxError

    root, steady = _root(), None
    try:
        measured = measure(root, seed, exercises or None, sys.stderr, cores())
        if repetitions:
            steady = measure_steadiness(root, measured, repetitions, workers, progress=sys.stderr)
    except SandboxError as error:
        raise click.ClickException(str(error)) from None
    text = quality_page.page(measured, steady, seed)
    if page:
        page.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)


FOR_LEARNERS = ("lab", "doctor", "reset", "progress")
EXTRA = {"site": "site"} | dict.fromkeys(FOR_LEARNERS)  # each of the others needs nbgrader
OF_OTHERS = ("collect", "grade", "report")  # they read what others wrote, in processes apart


def _telling(command):
    """Let a command say in one line that an extra is missing."""
    extra = EXTRA.get(command.name, "instructor")

    def run(*args, **options):
        try:
            if extra:
                need(extra, f"dlcourse {command.name}")
            if command.name in OF_OTHERS and not hasattr(os, "fork"):
                text = "reads hand-ins in processes that this system cannot make: use Linux."
                raise click.ClickException(f"dlcourse {command.name} {text}")
            return work(*args, **options)
        except MissingExtra as error:
            raise click.ClickException(str(error)) from None

    work, command.callback = command.callback, run


for command in main.commands.values():
    _telling(command)

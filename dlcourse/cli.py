"""The command `dlcourse`: lab, doctor, reset, build, grade, report, bench."""

import sys

import click

from dlcourse.paths import course_root


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main():
    """A deep-learning course that checks itself."""


@main.command()
@click.argument("lectures", nargs=-1, metavar="[LECTURE]...")
@click.option("--check", is_flag=True, help="Write nothing; fail on drift, leaks and faults.")
def build(lectures, check):
    """Build released notebooks from solutions/ (all lectures, or those named)."""
    from dlcourse.authoring.build import check_lecture, lecture_names, write_lecture
    from dlcourse.checks.exercise import AuthorError

    root = course_root()
    problems = []
    for name in lectures or lecture_names(root):
        try:
            if check:
                problems += check_lecture(root, name)
            else:
                for path in write_lecture(root, name):
                    click.echo(path.relative_to(root))
        except AuthorError as error:
            problems.append(str(error))
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(1 if problems else 0)

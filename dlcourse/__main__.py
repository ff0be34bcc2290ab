"""`python -m dlcourse`: the command, where no shell finds it by its name."""

from dlcourse.cli import main

main(prog_name="python -m dlcourse")

"""What a course offers to those who are stuck: set in its nbgrader_config.py."""

from typing import NamedTuple

from traitlets.config.loader import PyFileConfigLoader

from dlcourse.checks.exercise_cells import AuthorError

CONFIG = "nbgrader_config.py"


class Edition(NamedTuple):
    """Whether the released lectures offer a hint after a few tries, and then the solution."""

    hints: bool = True
    solutions: bool = True


def read_edition(root):
    """Read ``c.SelfStudy.hints`` and ``c.SelfStudy.solutions``; both are on by default.

    Raises
    ------
    AuthorError
        If something else is set there.
    """
    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    settings = dict(config.get("SelfStudy", {}))
    for name, value in settings.items():
        if name not in Edition._fields or not isinstance(value, bool):
            problem = f"c.SelfStudy.{name} = {value!r} means nothing"
            known = " and ".join(f"c.SelfStudy.{field}" for field in Edition._fields)
            raise AuthorError(root / CONFIG, 1, problem, f"There are {known}, True or False")
    return Edition(**settings)

"""The first thing that a lecture's page calls; it needs the standard library only.

So a Python in which something is missing, or in which another file stands in the place of a
package, is told in a sentence before anything breaks.
"""

import sys

from dlcourse.checks.failed import CheckFailed
from dlcourse.checks.surroundings import own_version, troubles
from dlcourse.extras import how_to_have, installed
from dlcourse.paths import renewal


def begin(lecture, release, hints=True, solutions=True):
    """Prepare the checks of one lecture.

    Parameters
    ----------
    lecture : str
        Name of the lecture, such as ``"04_backpropagation"``.
    release : str
        Release that the notebook was made with; if the installed numbers have another one, a
        sentence says how to bring the two together.
    hints, solutions : bool
        Whether this edition offers a hint after a few wrong tries, and then the solution.

    Returns
    -------
    dlcourse.checks.student.Check

    Raises
    ------
    CheckFailed
        If the checks cannot work in this Python.
    """
    found = troubles()
    for trouble in found:
        print(trouble.text)
    if any(trouble.stops for trouble in found):
        raise CheckFailed("Nothing on this page works until then.") from None

    from dlcourse.checks import colab, history, left_out
    from dlcourse.checks.entry import load_numbers
    from dlcourse.checks.record import open_record
    from dlcourse.checks.student import Check

    numbers = load_numbers(lecture)
    if numbers["release"] != release:
        print(
            f"This notebook is release {release} of {lecture}, the installed dlcourse "
            f"{own_version()} has {numbers['release']}. To bring both up to date: {renewal()}. "
            "Your answers are kept."
        )
    if "torch" in numbers.get("needs", ()) and not installed("torch"):
        print(f"The demonstrations of this lecture need PyTorch: {how_to_have('torch')}")
    if colab.in_colab():
        colab.settle(lecture)
    history.watch()
    left_out.watch()
    for guess in numbers.get("guesses", ()):  # a reveal asks for it where its cell has not run
        sys._getframe(1).f_globals.setdefault(guess, ...)
    return Check(numbers, hints, solutions, open_record())

"""What a lecture's page is made of, as the grader sees it: which cells it runs, which it does not.

The one place for this rule; the check reads it in the notebook, the grader in its own process. An
answer has NumPy and Python's standard library, the page's given cells, and the learner's own cells:
those above the check, and those below where nothing but a stub stands above, or where they bind
anew what the answer is or uses (`dlcourse.grading.program`). Of IPython's cell magics, those that
run the cell as it is are read as if they were not there.
"""

import ast
import hashlib
import re
import sys
from typing import NamedTuple

from dlcourse.checks.names import bound

MODULES = {"torch": ("numpy", "torch")}  # by an exercise's kind: what its answers may import
GIVEN = {"np": "import numpy as np"}  # what every lecture gives: name -> the statement
GIVEN_FOR = {"torch": {"torch": "import torch"}}  # and what an exercise's kind gives besides
OURS = re.compile(r"c-[0-9a-f]{10}(-\d+)?|(check|test)_\w+|begin")  # ids of the lecture's cells
CHECKS = re.compile(r"\s*check\b")  # what a check's cell begins with
TIMED = re.compile(r"^([ \t]*)%time[ \t]+(?=[^\s-])", re.M)  # a line that runs what follows
UNWRAPPED = ("capture", "prun", "time")  # cell magics that run the rest of the cell as it is
OF_IPYTHON = ("get_ipython", "display")  # what a notebook has beside Python's own names
KEPT = re.compile(
    r"_{1,3}|_\d+|_i{1,3}|_i\d+|_[ido]h|In|Out"
)  # what IPython keeps of earlier cells
DEFINING = re.compile(r"%(pylab|run|store)\b")  # magics that define names nobody sees


class Page(NamedTuple):
    """One lecture's page.

    `given` has, for each name that the given cells bind, the statement that does, and is the
    grader's whatever the learner writes there; `shown` the ids of the cells that grading never
    runs (demonstrations, predictions).
    """

    given: dict
    shown: frozenset = frozenset()

    def for_kind(self, kind):
        """The page as an exercise of a kind sees it."""
        return self._replace(given={**self.given, **GIVEN_FOR.get(kind, {})})

    def runs(self, cell):
        """Tell whether the grader runs a cell: the learner's own, not one of the lecture's."""
        if cell.id is None:
            return not (content_id("code", cell.source) in self.shown or CHECKS.match(cell.source))
        return not (cell.id in self.shown or OURS.fullmatch(cell.id))

    def times(self, cell):
        """Tell whether a cell's time counts for the grader: what it runs, given cells included."""
        return self.runs(cell) or (cell.id not in self.shown and (cell.id or "").startswith("c-"))


def may_import(module, kind="numpy"):
    """Tell whether an answer may import a module: NumPy, Python's own, PyTorch if it is asked."""
    root = module.split(".")[0]
    return root in MODULES.get(kind, ("numpy",)) or root in sys.stdlib_module_names


def unwrapped(source):
    """Take cell magics that change nothing, such as ``%%time``, off a cell; lines keep count."""
    found = re.match(rf"(?:\s*%%(?:{'|'.join(UNWRAPPED)})\b[^\n]*)+", source)
    return "\n" * found[0].count("\n") + source[found.end() :] if found else source


def is_stub(statement):
    """Tell whether a statement binds nothing but what a starter does."""
    match statement:
        case ast.FunctionDef(body=[*_, ast.Raise(exc=ast.Name(id="NotImplementedError"))] as body):
            return len(body) <= 2  # a docstring before it
        case ast.Assign(value=ast.Constant(value=value)):
            return value is ...
    return False


def awaits(statement):
    """Tell whether a statement awaits outside of functions, which IPython alone can run."""
    try:
        compile(ast.Module([statement], []), "<statement>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return "outside" in str(error)
    except (ValueError, RecursionError, MemoryError):
        pass
    return False


def answered(exercise, sources):
    """Tell whether one of some cells binds an exercise's name to more than a stub."""
    found = (bound(source).get(exercise) for source in sources)
    return any(statement is not None and not is_stub(statement) for statement in found)


def page_of(cells):
    """Describe a page from its code cells.

    Parameters
    ----------
    cells : iterable of (str, set of str, str)
        Id, tags and source of each.

    Returns
    -------
    dict
        ``given`` and ``shown``, in JSON types: what `read_page` reads; and ``guesses``, the names
        that the predictions bind.
    """
    given, shown, guesses = {}, [], []
    for name, tags, source in cells:
        guesses += bound(source) if "predict" in tags else []
        if "given" in tags:
            given |= {n: _text(source, statement) for n, statement in bound(source).items()}
        elif not tags & {"answer", "check", "test"}:
            shown.append(name)
    return {"given": given, "shown": shown, "guesses": guesses}


def read_page(numbers):
    """The page that a lecture's numbers describe; one that gives NumPy alone where they do not."""
    return Page(numbers.get("given", GIVEN), frozenset(numbers.get("shown", ())))


def content_id(kind, source):
    """Name a lecture's cell (of kind code or markdown) by its content."""
    digest = hashlib.sha256(f"{kind}:{source}".encode()).hexdigest()[:10]
    return f"{kind[0]}-{digest}"


def _text(source, statement):
    return "\n".join(source.splitlines()[statement.lineno - 1 : statement.end_lineno])

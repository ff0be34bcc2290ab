"""Who may import whom (CONTRIBUTING.md says why), read from the source by its syntax tree.

A rule has the other packages that a part may import at the top of a file, those that it may import
inside functions only (so that a learner without PyTorch, or a grader's child, can import the
file), and the parts of dlcourse that it may know. ANY stands for no limit.
"""

import ast
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import dlcourse

PACKAGE = Path(dlcourse.__file__).parent
ANY = None
LAZY = (
    "torch",
    "google",
    "matplotlib",
    "sklearn",
    "jupyter",
    "IPython",
    "jupytext",
    "pooch",
    "tqdm",
)
GUARD = ["from dlcourse.extras import need", "need('torch', __name__)"]
OWN_FILE = ("platformdirs", "filelock")  # where a learner's progress lies, and its lock


class Rule(NamedTuple):
    at_the_top: tuple | None
    in_functions: tuple | None
    parts: tuple | None


TOOLS = ("numpy", "anywidget", "ipywidgets", "traitlets", "IPython")
RULES = {
    "reference": Rule(("numpy",), (), ("reference", "lenet5")),
    "twins": Rule(("torch",), (), ("twins", "lenet5", "extras")),
    # the sandbox loads checks/outcome.py alone, beside these under names of their own
    "checks": Rule(
        ("numpy", *(f"_dlcourse_{name}" for name in ("codec", "budget", "loud", "pristine"))),
        (*LAZY, *OWN_FILE),
        ("checks", "paths", "extras", "address"),
    ),
    "data": Rule(("numpy",), (*LAZY, "requests", "urllib3"), ("data",)),
    "plots": Rule(("numpy", "matplotlib"), ("IPython", "PIL"), ("plots", "reference")),
    "widgets": Rule((*TOOLS, "matplotlib"), (), ("widgets", "plots", "reference")),
    "authoring": Rule(ANY, ANY, ("authoring", "checks", "frame", "paths")),
    # it runs what it is given; what that is, the grader knows; in the child calls.py has that name
    "sandbox": Rule(("numpy",), ("_dlcourse_calls",), ("sandbox",)),
    "grading": Rule(ANY, ANY, ("grading", "sandbox", "checks", "frame", "paths", "extras")),
    "term": Rule(ANY, ANY, ("term", "grading", "sandbox", "checks", "frame", "paths")),
    "quality": Rule(ANY, ANY, ("quality", "grading", "sandbox", "checks", "paths")),
    "learner": Rule(ANY, ANY, ("learner", "grading", "sandbox", "checks", "paths", "extras")),
    "site": Rule(ANY, ANY, ANY),  # it shows all parts and is used by none
    "samples": Rule(ANY, ANY, ("reference",)),  # the scripts that made the bundled files
    "paths": Rule((), (), ("extras",)),
    "extras": Rule((), (), ()),
    "address": Rule((), (), ()),
    "lenet5": Rule((), (), ()),  # plain data, so that neither world leans on the other
    "frame": Rule((), ("nbgrader", "alembic"), ()),
    "cli": Rule(("click",), ANY, ANY),
    "__main__": Rule((), (), ("cli",)),
    # numbers of NumPy's world go in (the data, the schedule), tensors are trained on
    "train": Rule(
        ("click", "torch"), ("tqdm", "filelock"), ("train", "data", "reference", "twins", "extras")
    ),
}


def imports(tree):
    """Yield (module name, whether inside a function) for every import in a file."""

    def visit(node, inside):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, inside
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield "." * node.level + (node.module or ""), inside
            elif node.module == "dlcourse":
                for alias in node.names:
                    yield f"dlcourse.{alias.name}", inside
            else:
                yield node.module, inside
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, inside)

    yield from visit(tree, inside=False)


def violations(source, part):
    """List the imports of a file of `part` that its rule forbids, as sentences."""
    rule = RULES.get(part)
    if rule is None:
        return [f"dlcourse/{part} has no import rule: add one to tests/test_imports.py"]
    found = []
    for name, inside in imports(ast.parse(source)):
        top, *rest = name.split(".")
        if name.startswith("."):
            found.append(f"{part} imports {name}: import absolutely")
        elif top in ("solutions", "tests"):
            found.append(f"{part} imports {name}: exercises are read as data, tests never")
        elif top == "dlcourse":
            known = rest[0] if rest else ""
            if rule.parts is not ANY and known not in rule.parts:
                found.append(f"{part} imports {name}: it may know {rule.parts}")
        elif top not in sys.stdlib_module_names:
            allowed = (rule.at_the_top, rule.in_functions) if inside else (rule.at_the_top,)
            if ANY not in allowed and not any(top in names for names in allowed):
                place = "in a function" if inside else "at the top"
                found.append(f"{part} imports {name} {place}")
    return found


def files():
    return sorted(p for p in PACKAGE.rglob("*.py") if p.parent != PACKAGE or p.stem != "__init__")


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_file_imports_only_what_its_part_may(path):
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert violations(path.read_text(encoding="utf-8"), part) == []


def loaded_by(statement):
    """Names of the packages that a fresh Python has loaded after a statement."""
    code = f"import sys\n{statement}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_the_whole_reference_loads_nothing_but_numpy():
    names = [p.stem for p in sorted((PACKAGE / "reference").glob("[a-z]*.py"))]
    whole = loaded_by("\n".join(f"import dlcourse.reference.{name}" for name in names))
    foreign = whole - loaded_by("import numpy") - sys.stdlib_module_names
    assert foreign == {"dlcourse"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("__init__.py")), ids=lambda p: p.parent.name)
def test_an_init_file_is_a_docstring(path):
    body = ast.parse(path.read_text(encoding="utf-8")).body
    names = {t.id for node in body if isinstance(node, ast.Assign) for t in node.targets}
    if path.parent.name == "twins":  # a room that needs an extra says so at its door
        assert [ast.unparse(node) for node in body[1:]] == GUARD
        body = body[:1]
    rest = [n for n in body if not isinstance(n, ast.Expr | ast.Assign)]
    assert rest == []
    assert names <= {"__version__"}


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("reference", "import torch"),
        ("reference", "import scipy.special"),
        ("reference", "def f():\n    import torch"),
        ("reference", "from dlcourse.twins.activations import relu"),
        ("reference", "from dlcourse import twins"),
        ("reference", "from . import activations"),
        ("reference", "import dlcourse"),
        ("twins", "import numpy as np"),
        ("twins", "from dlcourse.reference import activations"),
        ("checks", "import torch"),
        ("checks", "class C:\n    import matplotlib"),
        ("checks", "try:\n    import sklearn\nexcept ImportError:\n    pass"),
        ("data", "from sklearn.datasets import load_digits"),
        ("plots", "import torch"),
        ("plots", "from dlcourse.widgets import slides"),
        ("widgets", "from dlcourse.sandbox import sandbox"),
        ("grading", "from solutions.exercises import relu"),
        ("grading", "from dlcourse.reference import activations"),
        ("grading", "from dlcourse.quality import measure"),
        ("grading", "from dlcourse.term import roster"),
        ("sandbox", "from dlcourse.checks import codec"),
        ("sandbox", "import nbgrader"),
        ("authoring", "def f():\n    import tests.cases"),
        ("cli", "import torch"),
        ("train", "from dlcourse.checks import codec"),
        ("cli", "from tests import cases"),
        ("novelty", "import math"),
    ],
)
def test_a_violation_is_seen(part, source):
    assert len(violations(source, part)) == 1


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("reference", "import math\nimport numpy as np\nfrom numpy.lib import stride_tricks"),
        ("reference", "from dlcourse.reference.linear import linear"),
        ("checks", "def device():\n    import torch"),
        ("widgets", "from dlcourse.plots.basic import described\nimport anywidget"),
        ("cli", "def lab():\n    import jupyterlab\n    from dlcourse.authoring import build"),
    ],
)
def test_what_is_allowed_passes(part, source):
    assert violations(source, part) == []

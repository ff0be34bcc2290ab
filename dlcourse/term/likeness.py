"""How like the course's own code an answer is, whatever its names, comments and layout.

A likeness is a reason to look, never a mark: a short exercise has one natural solution, so only
functions of some size are compared.
"""

import ast
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

MIN_NODES = 40  # syntax nodes of the course's function; below, likeness says nothing
NEAR = 0.95
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
REFERENCE = Path(__file__).parents[1] / "reference"


def likeness(source, solution):
    """Compare an answer with the solution and with the reference's functions of the same names.

    Parameters
    ----------
    source, solution : str
        The answer's cell and the solution's.

    Returns
    -------
    float
        From 0 to 1: the largest share of syntax that a function of the answer has in common with
        one of the course's. 0 where the course's are too short to tell, or nothing can be parsed.
    """
    try:
        answers = functions(source)
        best = 0.0
        for name, tree in functions(solution).items():
            if name in answers:
                for own in (tree, reference_functions().get(name)):
                    if own is not None:
                        best = max(best, _compare(fingerprint(own), fingerprint(answers[name])))
        return best
    except UNREADABLE:  # what can be parsed need not be short enough to be walked or written
        return 0.0


def functions(source):
    """Functions at the top level of `source` by name; none if it does not parse."""
    try:
        body = ast.parse(source).body
    except UNREADABLE:
        return {}
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


@cache
def reference_functions():
    """Every function of `dlcourse.reference`, which learners have at hand, by name."""
    found = {}
    for path in sorted(REFERENCE.glob("*.py")):
        found |= functions(path.read_text(encoding="utf-8"))
    return found


def _compare(own, other):
    if len(own) < MIN_NODES:
        return 0.0
    matcher = SequenceMatcher(None, own, other, autojunk=False)
    if matcher.real_quick_ratio() < NEAR or matcher.quick_ratio() < NEAR:
        return 0.0  # far off: not worth the comparison proper
    return matcher.ratio()


def fingerprint(function):
    """A function's syntax as a list of words: no docstring or annotation, local names numbered."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    inner = [node for statement in body for node in ast.walk(statement)]
    bound = {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)}
    bound |= {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {n.name for n in inner if isinstance(n, ast.FunctionDef)}
    numbers, words = {}, []

    def name(text):
        return f"#{numbers.setdefault(text, len(numbers))}" if text in bound else text

    def visit(node):
        words.append(_word(node, name))
        if isinstance(node, ast.arg):
            return  # its annotation does nothing
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.expr_context):
                visit(child)

    for part in (function.args, *body):
        visit(part)
    return words


def _word(node, name):
    """One node's kind with what it names; a string or number with its value."""
    kind = type(node).__name__
    if isinstance(node, ast.Name):
        return f"{kind} {name(node.id)}"
    if isinstance(node, ast.arg):
        return f"{kind} {name(node.arg)}"
    if isinstance(node, ast.FunctionDef):
        return f"{kind} {name(node.name)}"
    if isinstance(node, ast.Attribute):
        return f"{kind} {node.attr}"
    if isinstance(node, ast.Constant):
        return f"{kind} {node.value!r}"
    return kind

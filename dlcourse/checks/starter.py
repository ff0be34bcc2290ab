"""Starters of an exercise's own (a script to repair, say), and whether an answer still is one."""

import ast
import hashlib
import re

from dlcourse.checks.exercise_cells import AuthorError

BINDERS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
PREFIX = re.compile(r"^def starter_(?=[a-z])", re.MULTILINE)


def starter_source(path, cells, functions, solution):
    """Read the cell tagged "starter", or "" where the exercise starts from the stub.

    In the file its function is called ``starter_NAME``, so that no name is defined twice there; it
    is released as NAME.

    Raises
    ------
    AuthorError
        If it does not define the solution's functions, each with its signature and docstring.
    """
    found = [cell for cell in cells if "starter" in cell["tags"]]
    if not found:
        return ""
    if len(found) > 1:
        problem = '2 cells are tagged "starter"'
        raise AuthorError(path, found[1]["line"], problem, "Keep one")
    cell = found[0]
    source = PREFIX.sub("def ", cell["source"])
    heads = _heads(source)
    if not functions or heads != _heads(solution):
        problem = f"the starter defines {', '.join(heads) or 'no function'}"
        remedy = "It defines the solution's functions, with their signatures and docstrings"
        raise AuthorError(path, cell["line"], problem, remedy)
    if still_starts(source, [solution]):
        raise AuthorError(path, cell["line"], "the starter is the solution", "Break something")
    return source


def _heads(source):
    """Arguments and docstring by name of each function that a cell defines."""
    found = [s for s in ast.parse(source).body if isinstance(s, ast.FunctionDef)]
    return {s.name: (ast.unparse(s.args), ast.get_docstring(s)) for s in found}


def still_starts(starter, sources):
    """Tell whether all that some cells bind of the starter's names is the starter itself.

    Parameters
    ----------
    starter : str
        The starter's source; "" is never unchanged.
    sources : list of str
        Cells, of which those that are no Python count where they hold one of the names.

    Returns
    -------
    bool
        Comments and layout count for nothing.
    """
    if not starter:
        return False
    begun = {s.name: ast.dump(s) for s in ast.parse(starter).body if isinstance(s, ast.FunctionDef)}
    seen = set()
    for source in sources:
        try:
            found = _dumps(source, begun)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            if any(name in source for name in begun):
                return False
            continue
        if any(text != begun[name] for name, text in found):
            return False
        seen |= {name for name, _ in found}
    return seen == set(begun)


def _dumps(source, names):
    """The syntax of all that binds one of some names, each with the name."""
    pairs = ((_bound(node), node) for node in ast.walk(ast.parse(source)))
    return [(name, ast.dump(node)) for name, node in pairs if name in names]


def _bound(node):
    if isinstance(node, BINDERS):
        return node.name
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return node.id
    if isinstance(node, ast.alias):
        return node.asname or node.name
    return None


def still_starter_functions(starter, answer):
    """Tell whether a notebook's functions are the starter's.

    Parameters
    ----------
    starter : str
        The starter's source; "" is never unchanged.
    answer : dict
        Functions of the notebook by name.

    Returns
    -------
    bool
        By their code and defaults: no cell's text is needed, and nothing of the answer runs.
    """
    if not starter or not all(hasattr(f, "__globals__") for f in answer.values()):
        return False
    space = dict(next(iter(answer.values())).__globals__)
    exec(compile(starter, "<starter>", "exec", dont_inherit=True), space)
    return all(name in answer and _same(answer[name], space[name]) for name in _heads(starter))


def _same(one, other):
    """Compare two functions by code and defaults, wherever they stand."""
    defaults = [repr((f.__defaults__, f.__kwdefaults__)) for f in (one, other)]
    return defaults[0] == defaults[1] and _essence(one.__code__) == _essence(other.__code__)


def _essence(code):
    consts = [_essence(c) if hasattr(c, "co_code") else repr(c) for c in code.co_consts]
    return code.co_code, code.co_names, code.co_varnames, consts


def source_digest(source):
    """Name a cell's text, whatever its line ends and the white space at the ends of lines."""
    lines = [line.rstrip() for line in source.strip().splitlines()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

"""Which names of the notebook an answer uses, read from its compiled code."""

import ast
import builtins
import dis
import functools
import types

import numpy as np


def compiled(statement):
    """The code of one statement of a cell; one that Python alone does not run has none."""
    try:
        body = ast.Module([statement], [])
        return compile(body, "<statement>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return compile("", "<statement>", "exec")


def used(code):
    """Names that code looks up among the notebook's or Python's own, the code inside it included.

    Attributes (``x.sum``) and local variables are none of them.
    """
    loads = ("LOAD_GLOBAL", "LOAD_NAME")
    found = {step.argval for step in dis.get_instructions(code) if step.opname in loads}
    return found.union(*map(used, inner(code)))


def rebound(code):
    """Names of the notebook that functions bind anew (``global``), the code inside included."""
    found = {s.argval for s in dis.get_instructions(code) if s.opname == "STORE_GLOBAL"}
    return found.union(*map(rebound, inner(code)))


def fetched(code):
    """Modules that code imports when it runs, the code inside it included."""
    steps = dis.get_instructions(code)
    found = {step.argval for step in steps if step.opname == "IMPORT_NAME"}
    return found.union(*map(fetched, inner(code)))


def inner(code):
    """The code objects that stand in another one: nested functions, classes, comprehensions."""
    return [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]


def functions(value):
    """Python functions inside a value: itself, what it wraps, encloses or has for methods."""
    return list(_functions(value, set()))


def _functions(value, seen):
    if id(value) in seen:
        return
    seen.add(id(value))
    inside = []
    if isinstance(value, types.FunctionType):
        yield value
        inside = [*map(content, value.__closure__ or ()), *(value.__defaults__ or ())]
    elif isinstance(value, types.MethodType | staticmethod | classmethod):
        inside = [value.__func__]
    elif isinstance(value, functools.partial):
        inside = [value.func, *value.args, *value.keywords.values()]
    elif isinstance(value, np.vectorize):
        inside = [value.pyfunc]
    elif isinstance(value, type) and value.__module__ == "__main__":
        inside = list(vars(value).values())
    for one in [*inside, getattr(value, "__wrapped__", None)]:
        yield from _functions(one, seen)


def content(cell):
    """What a closure's cell holds; None for a variable that was never set."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def readable(source):
    """Tell whether Python can read a cell."""
    try:
        ast.parse(source)
        return True
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def bound(source):
    """Names that a cell binds at its top level; none if Python cannot read it.

    Returns
    -------
    dict
        The statement (``ast.stmt``) that binds it last, by name; ``*`` stands for all names of
        some module.
    """
    body = ast.parse(source).body if readable(source) else ()
    return {name: statement for statement in body for name in binds(statement)}


def binds(statement):
    """Yield the names that one statement binds at the top level of a cell."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.split(".")[0]
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):  # under an if, a with, a try
            yield node.name


def is_builtin(name):
    """Tell whether a name is Python's own."""
    return hasattr(builtins, name)

"""When a wrong answer is no mistake of the answer: what the page gives is not there, or is gone.

After a restart of the kernel, `np` is missing until its cell has run; and ``sum = 3`` in some cell
takes Python's own `sum` from every answer.
"""

import ast
import builtins
import types

from dlcourse.checks.names import functions, is_builtin, used


def unprepared(answer, space, given):
    """Say what an answer uses and cannot find as the page or Python gave it.

    Parameters
    ----------
    answer : dict
        Its functions by name.
    space : dict
        The notebook's variables.
    given : dict
        For each name that the page gives, the statement that does.

    Returns
    -------
    str
        A sentence with the cure; empty if everything is there.
    """
    for name in sorted(_names(answer.values(), space)):
        if name in given and name not in space:
            statement = _first_line(given[name])
            return f"{name} is not there yet: run the cell with `{statement}`, then this one again."
        if name in given and not _as_given(space[name], given[name]):
            return (
                f"{name} is {_what(space[name])} here, and no longer what the page gave. Run the "
                f"cell `{_first_line(given[name])}` again, then this one, and give your variable "
                "another name."
            )
        if _taken(name, space) and name not in given:
            return (
                f"{name} is {_what(space[name])} here, and no longer Python's own. Run `del {name}`"
                " in a new cell, then this one again, and give your variable another name."
            )
    return ""


def _names(values, space):
    """Names that functions of the notebook use, and the notebook's functions that they call."""
    todo, found = list(values), set()
    while todo:
        own = [f for f in functions(todo.pop()) if f.__globals__ is space]
        fresh = set().union(*(used(f.__code__) for f in own)) - found
        found |= fresh
        todo += [space[name] for name in fresh if name in space]
    return found


def _taken(name, space):
    """Python's own function or type, replaced by something that cannot be called."""
    return (
        is_builtin(name)
        and callable(getattr(builtins, name))
        and name in space
        and not callable(space[name])
    )


def _as_given(value, statement):
    match ast.parse(statement).body:
        case [ast.Import(names=[alias])]:
            module = alias.name if alias.asname else alias.name.split(".")[0]
            return isinstance(value, types.ModuleType) and value.__name__ == module
        case [ast.FunctionDef() | ast.ClassDef()]:
            return callable(value)
    return True


def _first_line(statement):
    return statement.splitlines()[0]


def _what(value):
    if isinstance(value, bool | int | float | str):
        return repr(value)[:30]
    return f"a {type(value).__name__}"

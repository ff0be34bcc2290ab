"""Run an answer on cases and say, in plain data, what happened.

Everything here runs beside the student's code, in the notebook's kernel or in the sandbox, and
judges nothing: it knows no expected value. It needs NumPy and the standard library only.
"""

import __future__

import ast
import importlib
import inspect
import json
import linecache
import re
import sys
import traceback
import types
import warnings
from contextlib import contextmanager
from functools import lru_cache, partial

import numpy as np

try:
    from dlcourse.checks import codec
    from dlcourse.checks.budget import Budget, OverBudget, end_after, naps
    from dlcourse.checks.loud import loud
    from dlcourse.checks.pristine import names, restore
except ImportError:  # in the sandbox, which has no dlcourse
    import _dlcourse_codec as codec
    from _dlcourse_budget import Budget, OverBudget, end_after, naps
    from _dlcourse_loud import loud
    from _dlcourse_pristine import names, restore


def run_case(functions, collect, case):
    """Call the answer on one case.

    Parameters
    ----------
    functions : dict
        The answer: function by name, in the order of the contract.
    collect : callable or None
        The exercise's probe, called as ``collect(*functions, case)``; None calls the function
        that the case names on the case's arguments.
    case : dict
        ``function`` (a name, or None), ``args`` (a tuple, or what the probe takes), and ``again``
        if a call with the same arguments goes before.

    Returns
    -------
    dict
        ``value`` or ``raises`` (names of the exception's classes, its message, the student's
        line), ``after`` (the arguments after the call), ``reports`` (NumPy's floating-point
        reports). All encoded by `codec.encode`.
    """
    restore()  # another case's call, or a cell, may have replaced what this one needs
    args = case["args"]
    reports = []
    outcome = {}
    with np.errstate(all="call", under="ignore", call=lambda kind, _: reports.append(kind)):
        with warnings.catch_warnings(), loud(functions.values(), reports):
            warnings.simplefilter("ignore")
            try:
                if collect is not None:
                    if case.get("again"):
                        collect(*functions.values(), codec.decode(codec.encode(args)))
                    value = collect(*functions.values(), args)
                else:
                    function = functions[case["function"] or next(iter(functions))]
                    _bind(function, args)
                    if case.get("again"):
                        function(*codec.decode(codec.encode(args)))
                    value = function(*args)
                outcome["value"] = codec.encode(value)
            except (Exception, SystemExit, KeyboardInterrupt) as error:
                if isinstance(error, KeyboardInterrupt) and _interactive():
                    raise  # the learner pressed stop
                outcome["raises"] = describe_exception(error)
    outcome["after"] = codec.encode(args)
    outcome["reports"] = sorted(set(reports))
    return outcome


class WrongSignature(TypeError):
    """The answer cannot be called with the contract's arguments."""


def _bind(function, args):
    try:
        plain = isinstance(function, types.FunctionType)  # what else is called may not be hashable
        signature = (_signature if plain else inspect.signature)(function)
    except (TypeError, ValueError):
        return  # a built-in without a signature: calling it will tell
    try:
        signature.bind(*args)
    except TypeError:
        raise WrongSignature(str(signature)) from None


_signature = lru_cache(maxsize=16)(inspect.signature)  # of a few functions, in many cases


def describe_exception(error):
    """Name an exception's classes, its message, and the last line of the student's own."""
    classes = [c for c in type(error).__mro__ if c not in (object, BaseException)]
    names = [codec.legible(c.__name__) for c in classes]
    frames = traceback.extract_tb(error.__traceback__, limit=-50)
    own = [f for f in frames if f.filename.startswith("<cell ") or "ipy" in f.filename]
    line = (own[-1].line or "").strip() if own else ""
    return {"names": names, "message": message_of(error), "line": codec.legible(line[:200])}


def message_of(error):
    """Write an exception, without addresses that differ from run to run, for any file to take."""
    try:
        text = str(error)[:500]
    except BaseException:  # the exception's class is the student's
        text = "(a message that cannot be written)"
    return codec.legible(re.sub(r" at 0x[0-9a-fA-F]+", "", text))


def _interactive():
    try:
        get_ipython  # noqa: B018 - defined by IPython alone
    except NameError:
        return False
    return True


def run_cells(cells, namespace, budget=None):
    """Run cells statement by statement; a statement that fails, or takes too long, is skipped.

    Returns
    -------
    list of (int, int, str)
        The numbers of each statement that failed, by cell and in its cell, and what it said; a cell
        that cannot be read fails with its first.
    """
    problems, budget, flags = [], budget or Budget(), 0
    for number, source in enumerate(cells):
        filename = f"<cell {number + 1}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        try:
            statements = ast.parse(source, filename).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            problems.append((number, 0, f"{type(error).__name__}: {message_of(error)}"))
            continue
        doing = []
        for place, statement in enumerate(statements):
            flags |= _future(statement)  # as in a notebook, it holds for the cells below, too
            failed = partial(_failed, problems, number, place)
            doing.append((statement, partial(_do, statement, filename, flags, namespace, failed)))
        budget.run(number, doing)
    return problems


def _failed(problems, number, place, error):
    problems.append((number, place, f"{type(error).__name__}: {message_of(error)}"))


def _future(statement):
    """What ``from __future__ import annotations`` asks of the compiler; 0 for all else."""
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    asked = any(alias.name == "annotations" for alias in statement.names)
    return __future__.annotations.compiler_flag if asked else 0


def _do(statement, filename, flags, namespace, failed):
    try:
        code = compile(ast.Module([statement], []), filename, "exec", flags, dont_inherit=True)
        exec(code, namespace)
    except OverBudget:
        raise
    except BaseException as error:
        failed(error)


def run_job(job):
    """Answer one question of the grader: cells in, outcomes out.

    Parameters
    ----------
    job : bytes
        JSON with ``cells`` (sources, in order), ``names`` (of the answer), ``collect`` (source or
        None), ``cases`` (encoded), ``variable`` (True: the answer is a value, not a function),
        ``given`` (modules that an answer finds beside NumPy), ``seconds`` (of processor time for
        the answer, once the cells have run).

    Returns
    -------
    bytes
        JSON with ``outcomes``, or ``missing`` (names that the cells do not define); ``problems``
        of the cells, ``stopped`` (see `dlcourse.checks.budget`), and ``replaced`` (see
        `dlcourse.checks.pristine`).
    """
    job = json.loads(job)
    with naps(), _main_module() as namespace:
        namespace["np"] = np
        for name in job.get("given", ()):
            namespace[name] = importlib.import_module(name)
        return _answered(job, namespace)


@contextmanager
def _main_module():
    """Names of a new ``__main__``, where an answer finds what it defines, as in a notebook."""
    module, before = types.ModuleType("__main__"), sys.modules["__main__"]
    sys.modules["__main__"] = module
    try:
        yield vars(module)
    finally:
        sys.modules["__main__"] = before


def _answered(job, namespace):
    """The reply to a job whose cells are run in a namespace."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        budget = Budget(job.get("brief", ()))
        problems = run_cells(job["cells"], namespace, budget)
    if "seconds" in job:
        end_after(job["seconds"])
    replaced = names(restore())
    missing = [name for name in job["names"] if name not in namespace]
    if missing and (job["collect"] or len(missing) == len(job["names"])):
        reply = {"missing": missing}
    elif job["variable"]:
        reply = {"outcomes": [{"value": codec.encode(namespace[job["names"][0]])}]}
    else:
        absent = {name: _undefined(name) for name in missing}
        functions = {name: absent.get(name) or namespace[name] for name in job["names"]}
        collect = compile_collect(job["collect"])
        cases = (decode_case(case) for case in job["cases"])
        reply = {"outcomes": [run_case(functions, collect, case) for case in cases]}
    found = {"problems": problems, "stopped": budget.stopped, "replaced": replaced}
    return json.dumps({**reply, **found}).encode()


def _undefined(name):
    """Stand for one of several functions that the cells do not define."""

    def undefined(*_):
        raise NameError(f"name '{name}' is not defined")

    return undefined


def compile_probe(source):
    """Run the source of a probe; return the names it defines."""
    namespace = {"np": np}
    exec(compile(source, "<dlcourse probe>", "exec"), namespace)
    return namespace


def compile_collect(source):
    """Turn the source of a probe into its ``collect`` function; None stays None."""
    return None if source is None else compile_probe(source)["collect"]


def encode_case(case, text=False):
    """Make a case ready for JSON."""
    code = {"function": case["function"], "args": codec.encode(case["args"], text)}
    return {**code, "again": True} if case.get("again") else code


def decode_case(code):
    """Undo `encode_case`; each call gives fresh arrays."""
    case = {"function": code["function"], "args": codec.decode(code["args"])}
    return {**case, "again": True} if code.get("again") else case

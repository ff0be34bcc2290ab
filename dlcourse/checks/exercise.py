"""One exercise file, read as data: statement, solution, cases, probe, mistakes.

The builder and the grader read exercises with this; a learner's check cell never does (it has
the generated numbers). See CONTRIBUTING for how to write one.
"""

import ast
import inspect
from pathlib import Path

from numpy.random import default_rng

from dlcourse.checks import codec
from dlcourse.checks.asked import Exercise
from dlcourse.checks.exercise_cells import AuthorError, one_cell, read_cells, run_file
from dlcourse.checks.probe import Probe
from dlcourse.checks.promises import WORDS, read_promises
from dlcourse.checks.sources import exercise_version
from dlcourse.checks.starter import starter_source
from dlcourse.extras import need

KINDS = ("numpy", "torch", "choice")


def load_exercise(path):
    """Read one exercise file.

    Parameters
    ----------
    path : Path
        ``solutions/exercises/<id>.py``.

    Returns
    -------
    Exercise

    Raises
    ------
    AuthorError
        With file, line and remedy, if a part is missing or cannot be run.
    """
    path = Path(path)
    cells = read_cells(path)
    solution = one_cell(path, cells, "solution")
    meta = solution["meta"]
    kind = meta.get("kind", "numpy")
    if kind not in KINDS:
        raise AuthorError(
            path, solution["line"], f"kind {kind!r} is unknown", f"Use one of {KINDS}"
        )
    if kind == "torch":
        need("torch", f"The exercise {path.stem}")
        import torch  # noqa: F401 - whole, before a clock runs that could stop it halfway
    namespace = run_file(path, [cell for cell in cells if "starter" not in cell["tags"]])
    functions = _answers(path, solution, namespace, kind)
    if path.stem not in functions:
        problem = f"the solution defines {', '.join(functions)} but not {path.stem}"
        raise AuthorError(
            path, solution["line"], problem, "Name the (first) function like the file"
        )
    probe = next((c for c in cells if "probe" in c["tags"]), None)
    for name in ("collect", "judge") if probe else ():
        if not callable(namespace.get(name)):
            raise AuthorError(
                path, probe["line"], f"the probe has no {name}()", "Write both halves"
            )
    if kind != "choice" and not any("cases" in c["tags"] for c in cells):
        raise AuthorError(path, 1, "there are no cases", 'Add a cell tagged "cases"')
    exercise = Exercise(
        id=path.stem,
        path=path,
        version=exercise_version(cells),
        kind=kind,
        points=float(meta.get("points", 1)),
        stable=bool(meta.get("stable", False)),
        statement=one_cell(path, cells, "statement")["source"],
        solution_source=solution["source"],
        solution_line=solution["line"],
        probe=Probe(probe["source"]) if probe else None,
        hint=next((c["source"] for c in cells if "hint" in c["tags"]), ""),
        functions=functions,
        visible=namespace.get("visible", lambda: [()]),
        hidden=namespace.get("hidden", lambda rng: [()]),
        wrong=_mistakes(path, namespace, functions, kind),
        results=tuple(meta.get("parts", namespace.get("PARTS", ()) if probe else ())),
        named=tuple(meta.get("results", ())),
        starter_source=starter_source(path, cells, kind != "choice", solution["source"]),
        minutes=meta.get("minutes"),
        promises=_promises(path, cells, namespace, functions),
        least=int(meta.get("least", 1)),
        needs=tuple(meta.get("needs", ())),
        own_cases={w: namespace[w] for w in WORDS if callable(namespace.get(w))},
    )
    _check_arguments(exercise, next((c["line"] for c in cells if "cases" in c["tags"]), 1))
    try:
        hidden = exercise.hidden_cases(0)
    except ValueError as error:
        remedy = "Add such a case, or a function of the promise's name that yields its cases"
        raise AuthorError(path, exercise.solution_line, str(error), remedy) from error
    if not exercise.written_cases():
        raise AuthorError(path, 1, "visible() yields no case", "Yield at least one")
    if not hidden:
        raise AuthorError(path, 1, "hidden(rng) yields no case", "Yield several shapes")
    _check_parts(exercise, by_numbers="parts" not in meta)
    return exercise


def _check_arguments(exercise, line):
    """Refuse cases that the solution could not be called with: every answer would fail there."""
    drawn = {"visible()": exercise.visible, "hidden(rng)": lambda: exercise.hidden(default_rng(0))}
    for where, draw in drawn.items():
        try:
            cases = [exercise.as_case(case) for case in draw()]
        except Exception as error:
            problem = f"{where} does not run: {type(error).__name__}: {error}"
            raise AuthorError(exercise.path, line, problem, "Mend it") from error
        for case in [] if exercise.probe or exercise.variable else cases:
            name = case["function"] or next(iter(exercise.functions))
            try:
                inspect.signature(exercise.functions[name]).bind(*case["args"])
            except (KeyError, TypeError):
                problem = f"{where} yields {len(case['args'])} arguments for {name}"
                remedy = f"It is {name}{exercise.signatures.get(name, ', which is no answer')}"
                if len(exercise.functions) > 1:
                    remedy += "; of several functions, yield the one that is meant first"
                raise AuthorError(exercise.path, line, problem, remedy) from None


def _check_parts(exercise, by_numbers):
    """Refuse parts that could not be judged alone."""
    path, line = exercise.path, exercise.solution_line
    apart = by_numbers or not exercise.probe
    if unknown := {*exercise.needs} - {*exercise.parts}:
        problem = f"needs={[*exercise.needs]} names {', '.join(sorted(unknown))}, which is no part"
        raise AuthorError(path, line, problem, f"The parts are {', '.join(exercise.parts)}")
    if exercise.results and (exercise.variable or not apart or len(exercise.functions) > 1):
        problem = "parts are named where there is not one function that returns them"
        raise AuthorError(path, line, problem, "Two functions are parts without being named")
    if exercise.results and exercise.probe:
        return  # the judge's numbers name them; the tests ask whether they do
    cases = exercise.written_cases()
    if exercise.results:
        for result in (one.get("value") for one in exercise.outcomes(cases)):
            value = codec.decode(result)
            if not isinstance(value, tuple) or len(value) != len(exercise.results):
                problem = f"the solution returns no tuple of {', '.join(exercise.results)}"
                raise AuthorError(path, line, problem, "Name one part for each result")
    for part in () if exercise.results else exercise.parts:
        for where, some in [("visible()", cases), ("hidden(rng)", exercise.hidden_cases(0))]:
            if part not in {case["function"] for case in some}:
                problem = f"{where} has no case of {part}"
                raise AuthorError(path, line, problem, f"Yield {part} and its arguments")


def _answers(path, solution, namespace, kind):
    """Functions (or the one value) that the solution cell defines."""
    tree = ast.parse(solution["source"])
    if kind == "choice":
        names = [s.targets[0].id for s in tree.body if isinstance(s, ast.Assign)]
        return {name: namespace[name] for name in names}
    if kind == "torch":
        allowed = (ast.FunctionDef, ast.Import, ast.ImportFrom)
    else:
        allowed = ast.FunctionDef
    for statement in tree.body:
        line = solution["line"] + statement.lineno
        if not isinstance(statement, allowed):
            remedy = "Only the contract's functions stand there; nest what helps them"
            raise AuthorError(path, line, "the solution holds more than functions", remedy)
        if isinstance(statement, ast.FunctionDef) and not ast.get_docstring(statement):
            problem = f"the solution {statement.name} has no docstring"
            raise AuthorError(path, line, problem, "It is what students see: write it")
    return {s.name: namespace[s.name] for s in tree.body if isinstance(s, ast.FunctionDef)}


def _promises(path, cells, namespace, functions):
    try:
        return read_promises(namespace.get("promises", ()), functions)
    except ValueError as error:
        line = one_cell(path, cells, "cases")["line"]
        raise AuthorError(path, line, str(error), "Mend the promise") from None


def _mistakes(path, namespace, functions, kind):
    if kind == "choice":
        sentences = namespace.get("mistakes", {})
        (answer,) = functions
        return {f"option_{n}": (text, {answer: n}) for n, text in sentences.items()}
    wrong = {}
    for name, value in namespace.items():
        if hasattr(value, "sentence"):
            if name in functions:
                line, problem = value.__code__.co_firstlineno, f"a mistake is called {name}, too"
                raise AuthorError(path, line, problem, "Call it by what is wrong with it")
            target = value.stands_for or next(iter(functions))
            wrong[name] = (value.sentence, {target: value})
    if not wrong:
        raise AuthorError(
            path, 1, "there are no mistakes", "Write at least three known wrong answers"
        )
    return wrong

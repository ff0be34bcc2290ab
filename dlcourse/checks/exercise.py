"""One exercise file, read as data: statement, solution, cases, probe, mistakes.

The builder and the grader read exercises with this; a learner's check cell never does (it has
the generated numbers). See CONTRIBUTING for how to write one.
"""

import ast
import hashlib
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from dlcourse.checks import codec, outcome
from dlcourse.checks.exercise_cells import AuthorError, one_cell, read_cells, run_file
from dlcourse.checks.probe import Probe
from dlcourse.checks.promised import promised_cases
from dlcourse.checks.promises import WORDS, promise_text, read_promises
from dlcourse.checks.sources import exercise_version
from dlcourse.checks.starter import starter_source
from dlcourse.checks.verdict import Question, examine

KINDS = ("numpy", "torch", "choice")
TAGS = ("statement", "solution", "starter", "cases", "probe", "mistakes", "hint")


class Mistakes(Mapping):
    """Sentence and signature of known mistakes by name; each is tried out when first asked for.

    A right answer asks for none, and trying them all on hidden cases may take seconds.
    """

    def __init__(self, wrong, sign):
        self._wrong, self._sign, self._found = wrong, sign, {}

    def __getitem__(self, name):
        if name not in self._found:
            sentence, functions = self._wrong[name]
            self._found[name] = sentence, self._sign(functions)
        return self._found[name]

    def __iter__(self):
        return iter(self._wrong)

    def __len__(self):
        return len(self._wrong)


@dataclass(frozen=True)
class Exercise:
    """Everything that one file in solutions/exercises says."""

    id: str
    path: Path
    version: str  # names what counts of the file, see dlcourse.checks.sources
    kind: str
    points: float
    stable: bool
    statement: str
    solution_source: str
    solution_line: int
    probe: Probe | None
    hint: str
    functions: dict  # the solution: function (or value) by name
    visible: Callable
    hidden: Callable
    wrong: dict  # mistake's name -> (sentence, functions)
    results: tuple = ()  # names of the parts of a result, where each is judged alone
    starter_source: str = ""  # what is released in place of the stub
    minutes: float | None = None  # where it takes longer than its points say
    promises: tuple = ()  # of `dlcourse.checks.promises.Promise`
    named: tuple = ()  # names of the items of a result that are not judged alone
    own_cases: Mapping = field(default_factory=dict)  # promise -> the file's cases for it

    @property
    def parts(self):
        """Names of what earns its share of the points alone: functions or results; often none."""
        return self.results or (tuple(self.functions) if len(self.functions) > 1 else ())

    @property
    def released_statement(self):
        """The statement as students read it, with the sentences of its promises."""
        return "\n\n".join(filter(None, [self.statement, promise_text(self.promises, self.stable)]))

    @property
    def stateful(self):
        """True if every case needs a process of its own."""
        return any(promise.word == "stateful" for promise in self.promises)

    @property
    def asked(self):
        """Changes whenever a student is asked something else: statement, signature, docstring,
        a starter of the exercise's own, or promises (their words, not the sentences made of them).
        """
        docstrings = [inspect.getdoc(f) for f in self.functions.values() if not self.variable]
        texts = [self.statement, *self.signatures, *self.signatures.values(), *docstrings]
        texts += [self.starter_source] if self.starter_source else []
        texts += sorted(" ".join([p.word, *p.names]) for p in self.promises if p.word != "stateful")
        words = "\0".join(" ".join(text.split()) for text in texts)
        return hashlib.sha256(words.encode()).hexdigest()[:12]

    @property
    def variable(self):
        """True if the answer is a value and not a function."""
        return self.kind == "choice"

    @property
    def signatures(self):
        """Signature as text by function name, in the contract's order."""
        if self.variable:
            return dict.fromkeys(self.functions, "")
        return {name: str(inspect.signature(f)) for name, f in self.functions.items()}

    def visible_cases(self):
        """Cases that the learner sees."""
        return [self.as_case(case) for case in self.visible()]

    def hidden_cases(self, seed):
        """Cases that only the grader sees, drawn from the assignment's seed."""
        digest = hashlib.sha256(f"{seed}:{self.id}".encode()).digest()
        rng = np.random.default_rng(int.from_bytes(digest[:8], "little"))
        cases = [self.as_case(case) for case in self.hidden(rng)]
        return cases + promised_cases(self, cases + self.visible_cases(), rng)

    def as_case(self, case):
        """Say in full what `visible` and `hidden` yield: a function's name, and arguments."""
        if self.probe:
            return {"function": None, "args": case}
        args = case if isinstance(case, tuple) else (case,)
        if args and callable(args[0]):
            return {"function": args[0].__name__, "args": args[1:]}
        return {"function": None, "args": args}

    def given(self, cases):
        """What of `cases` an answer's process receives."""
        return [self.probe.given(case) for case in cases] if self.probe else cases

    def outcomes(self, cases, functions=None):
        """What the solution (or a mistake, given as `functions`) does on `cases`."""
        functions = {**self.functions, **(functions or {})}
        if self.variable:
            return [{"value": codec.encode(value)} for value in functions.values()]
        collect = self.probe and self.probe.collect
        texts = [json.dumps(outcome.encode_case(case)) for case in self.given(cases)]
        fresh = (outcome.decode_case(json.loads(text)) for text in texts)
        return [outcome.run_case(functions, collect, case) for case in fresh]

    def question(self, cases):
        """Judge answers on `cases` against the solution, with every mistake at hand."""
        truths = [{**case, "args": case.get("truth", case["args"])} for case in cases]
        expected = [None] * len(cases) if self.probe else self.outcomes(truths)
        bare = Question(
            self.id,
            self.signatures,
            cases,
            expected,
            {},
            self.probe and self.probe.judge,
            self.stable,
            self.variable,
            self.parts,
            [case["args"] for case in self.given(cases)],
            self.probe and self.probe.call,
            self.probe.taken if self.probe else (),
            self.named or self.results,
        )

        def sign(functions):
            outcomes = self.outcomes(cases, functions)
            return [examine(bare, i, result)[1] for i, result in enumerate(outcomes)]

        return replace(bare, mistakes=Mistakes(self.wrong, sign))

    def job(self, cells, cases):
        """Describe for `run_job` how to answer this exercise with `cells`."""
        return self.job_of(cells, self.encoded(cases))

    def encoded(self, cases):
        """The cases as a job holds them: worth keeping where many answers are asked the same."""
        return [outcome.encode_case(case) for case in self.given(cases)]

    def job_of(self, cells, encoded, brief=()):
        """The same as `job`, for cases that are encoded already; `brief` says of which cells only a
        part is run, see `dlcourse.checks.budget`."""
        job = {
            "cells": cells,
            "names": list(self.functions),
            "collect": self.probe and self.probe.collect_source,
            "cases": encoded,
            "variable": self.variable,
            "stateful": self.stateful,
            **({"brief": sorted(brief)} if brief else {}),
            **({"given": ["torch"]} if self.kind == "torch" else {}),
        }
        return json.dumps(job).encode()


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
        results=tuple(meta.get("parts", ())),
        named=tuple(meta.get("results", ())),
        starter_source=starter_source(path, cells, kind != "choice", solution["source"]),
        minutes=meta.get("minutes"),
        promises=_promises(path, cells, namespace, functions),
        own_cases={w: namespace[w] for w in WORDS if callable(namespace.get(w))},
    )
    if not exercise.visible_cases():
        raise AuthorError(path, 1, "visible() yields no case", "Yield at least one")
    try:
        hidden = exercise.hidden_cases(0)
    except ValueError as error:
        remedy = "Add such a case, or a function of the promise's name that yields its cases"
        raise AuthorError(path, exercise.solution_line, str(error), remedy) from error
    if not hidden:
        raise AuthorError(path, 1, "hidden(rng) yields no case", "Yield several shapes")
    _check_parts(exercise)
    return exercise


def _check_parts(exercise):
    """Refuse parts that could not be judged alone."""
    path, line = exercise.path, exercise.solution_line
    if exercise.results and (exercise.variable or exercise.probe or len(exercise.functions) > 1):
        problem = "parts are named where there is not one function that returns them"
        raise AuthorError(path, line, problem, "Two functions are parts without being named")
    cases = exercise.visible_cases()
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
            target = value.stands_for or next(iter(functions))
            wrong[name] = (value.sentence, {target: value})
    if not wrong:
        raise AuthorError(
            path, 1, "there are no mistakes", "Write at least three known wrong answers"
        )
    return wrong

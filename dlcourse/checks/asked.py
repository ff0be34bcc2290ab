"""What an exercise asks: its cases, what its solution and its known mistakes do on them, its jobs.

`dlcourse.checks.exercise.load_exercise` makes one from its file.
"""

import hashlib
import inspect
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import Path

import numpy as np

from dlcourse.checks import codec, outcome
from dlcourse.checks.examine import exact_numbers, examine
from dlcourse.checks.probe import Probe
from dlcourse.checks.promised import promised_cases
from dlcourse.checks.promises import promise_text
from dlcourse.checks.tolerance import explained, in_float32, precisions
from dlcourse.checks.verdict import ByCase, Question


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

    @property
    def tried(self):
        """Whether all have been tried out."""
        return len(self._found) == len(self._wrong)

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
    least: int = 1  # of fewer right parts none counts
    needs: tuple = ()  # one of these parts is right, or none counts
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
        """Cases that the learner sees: those of the file, and one for each promise."""
        own = self.written_cases()
        try:
            return own + promised_cases(self, own, np.random.default_rng(0))
        except ValueError:  # none could be made of them
            more = [self.as_case(case) for case in self.hidden(np.random.default_rng(0))]
            return own + promised_cases(self, own + more, np.random.default_rng(0))

    def written_cases(self):
        """The visible cases that the file yields itself."""
        return [self.as_case(case) for case in self.visible()]

    def hidden_cases(self, seed):
        """Cases that only the grader sees, drawn from the assignment's seed."""
        digest = hashlib.sha256(f"{seed}:{self.id}".encode()).digest()
        rng = np.random.default_rng(int.from_bytes(digest[:8], "little"))
        cases = [self.as_case(case) for case in self.hidden(rng)]
        return cases + promised_cases(self, cases + self.written_cases(), rng)

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

    @cached_property
    def visible_question(self):
        """The question on the visible cases, whose mistakes are tried out once for all who ask."""
        return self.question(self.visible_cases())

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
            None if self.variable else self._singles(cases, expected),
            self.least,
            self.needs,
            ByCase(partial(self._numbers, cases)) if self.probe else None,
        )

        def sign(functions):
            outcomes = self.outcomes(cases, functions)
            return [examine(bare, i, result)[1] for i, result in enumerate(outcomes)]

        return replace(bare, mistakes=Mistakes(self.wrong, sign))

    def _numbers(self, cases, index):
        """The names of all that the probe's judge measures of the solution in a case."""
        [found] = self.outcomes([cases[index]])
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return frozenset(self.probe.judge(cases[index]["args"], codec.decode(found["value"])))

    def _singles(self, cases, expected):
        """What each case holds a result in float32 to; the solution tells when it is asked."""

        @cache
        def single(index):
            case = self.given(cases)[index]
            if "float32" in precisions(case["args"]):
                return None
            functions = {**self.functions}
            collect = self.probe and self.probe.collect
            case = {**case, "args": in_float32(case["args"])}
            found = outcome.run_case(functions, collect, case)
            pairs = []
            if "value" in found and self.probe:
                raw = codec.decode(found["value"])
                pairs = exact_numbers(self.probe.judge, cases[index]["args"], raw)
            elif "value" in found and "value" in expected[index]:
                pairs = [[codec.decode(one["value"]) for one in (expected[index], found)]]
            return explained(cases[index]["args"], pairs)

        return single

    def job(self, cells, cases):
        """Describe for `run_job` how to answer this exercise with `cells`."""
        return self.job_of(cells, self.encoded(cases))

    def encoded(self, cases):
        """The cases as a job holds them: worth keeping where many answers are asked the same."""
        return [outcome.encode_case(case) for case in self.given(cases)]

    def job_of(self, cells, encoded, brief=(), seconds=None):
        """The same as `job`, for cases that are encoded already; `brief` says of which cells only a
        part is run, and `seconds` how long the answer may work, see `dlcourse.checks.budget`."""
        job = {
            "cells": cells,
            "names": list(self.functions),
            "collect": self.probe and self.probe.collect_source,
            "cases": encoded,
            "variable": self.variable,
            "stateful": self.stateful,
            **({"brief": sorted(brief)} if brief else {}),
            **({"seconds": seconds} if seconds else {}),
            **({"given": ["torch"]} if self.kind == "torch" else {}),
        }
        return json.dumps(job).encode()

"""The halves of a probe: what travels beside an answer, and what stays with whoever judges it.

An answer can read and replace whatever runs in its own process. So that process gets `collect`
and what `collect` needs, and of a case only what `give` hands out: no judge, no truth.
"""

import ast
import symtable
from functools import cached_property

from dlcourse.checks import outcome


class Probe:
    """An exercise's probe, of which `collect_source` alone may run beside an answer.

    Parameters
    ----------
    source : str
        The cell: ``collect(*functions, given)`` and ``judge(case, raw)``, and ``give(case)`` where
        an answer's process is to receive less than the whole case.
    """

    def __init__(self, source):
        self.source = source
        self.collect_source = what_travels(source)
        self._names = outcome.compile_probe(source)

    @cached_property
    def collect(self):
        """The half that runs the answer, made from what travels and nothing else."""
        return outcome.compile_collect(self.collect_source)

    @property
    def judge(self):
        """The half that measures what came out."""
        return self._names["judge"]

    @property
    def call(self):
        """What writes a case as a call: ``call(case)`` gives a template and its values, or None."""
        return self._names.get("call")

    @property
    def taken(self):
        """Names of what `collect` takes apart at its beginning; empty if it does not."""
        node = next(n for n in ast.parse(self.collect_source).body if _defines(n) == ["collect"])
        case = node.args.args[-1].arg
        for step in node.body:
            if isinstance(step, ast.Assign) and ast.unparse(step.value) == case:
                return tuple(ast.unparse(step.targets[0]).strip("()").split(", "))
        return ()

    @property
    def gives(self):
        """True if an answer's process receives something else than the case itself."""
        return "give" in self._names

    def give(self, case):
        """What an answer's process receives of a case."""
        return self._names["give"](case) if self.gives else case

    def given(self, case):
        """The same for a case as `outcome.run_case` takes it."""
        return {**case, "args": self.give(case["args"])}


def what_travels(source):
    """Cut out of a probe's source its ``collect`` and all definitions that this one needs."""
    statements = ast.parse(source).body
    defined = {name: node for node in statements for name in _defines(node)}
    needed, waiting = set(), ["collect"]
    while waiting:
        node = defined.get(waiting.pop())
        if node is not None and node not in needed:
            needed.add(node)
            waiting.extend(_needs(node))
    return "\n\n\n".join(ast.unparse(node) for node in statements if node in needed)


def _defines(node):
    """Names that a statement at the top of a probe binds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and type(n.ctx) is ast.Store]


def _needs(node):
    """Global names that a statement reads, now or when what it defines is called."""
    tables = [symtable.symtable(ast.unparse(node), "<dlcourse probe>", "exec")]
    top = tables[0]
    names = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    for table in tables:
        tables += table.get_children()
        if table is not top:
            names |= {s.get_name() for s in table.get_symbols() if s.is_global()}
    return names

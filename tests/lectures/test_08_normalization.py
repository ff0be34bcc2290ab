"""Lecture 08: every claim of `lecture_claims`, on one run; no cell in the way of another."""

import ast
import builtins
from collections import Counter

from lecture_claims import LectureClaims, released, tags

PHONE = 312  # pixels: of a wider figure a phone of 400 shows a part, as texts keep their 12 pixels
SCOPES = (ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound(node):
    """The names that a statement makes for the cells below it."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    children = [c for c in ast.iter_child_nodes(node) if not isinstance(c, SCOPES)]
    return set().union(*map(bound, children))


def read(node):
    """The names that a statement takes from outside itself."""
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    inside = {a.arg for a in ast.walk(node) if isinstance(a, ast.arg)}
    scopes = [s for s in ast.walk(node) if isinstance(s, (*SCOPES, ast.For))]
    for scope in scopes:
        inside |= {
            n.id
            for n in ast.walk(scope)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
    return {n.id for n in names if isinstance(n.ctx, ast.Load)} - inside - set(dir(builtins))


def makes_and_takes(source):
    """What a cell makes, and what it takes from other cells."""
    made, taken = set(), set()
    for statement in ast.parse(source).body:
        taken |= read(statement) - made
        made |= bound(statement)
    return made, taken


def entangled(sources):
    """Names that two cells make and another cell takes: it depends on which of them ran last."""
    cells = [makes_and_takes(source) for source in sources]
    makers = Counter(name for made, _ in cells for name in made)
    taken = set().union(*(taken for _, taken in cells))
    return {name for name in taken if makers[name] > 1}


def test_a_name_that_two_cells_make_and_a_third_takes_is_found():
    assert entangled(["dx = 1", "dx = [2]", "dx + 1"]) == {"dx"}
    assert entangled(["x = 1", "x = x + 1"]) == {"x"}
    assert entangled(["x = 1\nx + 1", "x = 2\n[x for y in [x]]", "f = lambda x: x"]) == set()
    assert entangled(["s = 1", "def f(s):\n    return s", "[s for s in f(2)]"]) == set()


class TestLecture08(LectureClaims):
    name = "08_normalization"

    def test_no_cell_depends_on_which_of_two_others_ran_last(self):
        cells = [cell for cell in released(self.name).cells if cell.cell_type == "code"]
        own = [c for c in cells if not {"answer", "check", "test"} & set(tags(c))]
        assert entangled([cell.source for cell in own]) == set()

    def test_every_figure_fits_a_phone(self, cells):
        drawn = [cell for cell in cells if "plot_guess(" not in cell.source]
        outputs = [output for cell in drawn for output in cell.get("outputs", [])]
        figures = [o.metadata["image/png"] for o in outputs if "image/png" in o.get("data", {})]
        assert len(figures) >= 7
        assert max(figure["width"] for figure in figures) <= PHONE

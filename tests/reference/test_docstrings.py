"""The pages of the reference as a reader meets them: what each docstring owes."""

import ast
import doctest
import importlib
import inspect
import re
import sys
from pathlib import Path

import numpy as np
import parity
import pytest
from cases import each_row
from test_operations import OPS, REFERENCE

import dlcourse.reference

SERVES_ALL = {name for name in REFERENCE if name.startswith("arguments.")}
MODULES = [
    importlib.import_module(f"dlcourse.reference.{path.stem}")
    for path in sorted(Path(next(iter(dlcourse.reference.__path__))).glob("[a-z]*.py"))
]
every_function = pytest.mark.parametrize("name", REFERENCE)


def page_of(name):
    """What a reader of a function has before the eyes: its docstring, its file's, and those that
    it leads to by a name in backticks; a backward leads to its forward."""
    pages, waiting = {}, [name]
    while waiting:
        place = waiting.pop()
        topic, function = place.split(".")
        text = inspect.getdoc(REFERENCE[place])
        pages[place] = text + sys.modules[REFERENCE[place].__module__].__doc__
        names = re.findall(r"`(?:dlcourse\.reference\.)?([\w.]+)`", text)
        for lead in [*names, function.removesuffix("_backward")]:
            there = lead if lead in REFERENCE else f"{topic}.{lead}"
            if there in REFERENCE and there not in pages:
                waiting.append(there)
    return "\n".join(pages.values())


def unexplained(function, text):
    """The parameters that a text does not mention."""
    parameters = inspect.signature(function).parameters
    return [p for p in parameters if not re.search(rf"\b{re.escape(p)}\b", text)]


def signatures(module):
    return [inspect.signature(f) for f in vars(module).values() if inspect.isfunction(f)]


def listed(docstring):
    """The names in a docstring's section Parameters."""
    section = re.search(r"^Parameters\n-+\n(.*?)(?=\n\n\w+\n---|\Z)", docstring, re.DOTALL | re.M)
    lines = section[1].splitlines() if section else []
    heads = [line.split(":")[0] for line in lines if line and not line[0].isspace()]
    return [name.strip() for head in heads for name in head.split(",")]


@every_function
def test_every_parameter_is_explained_where_the_docstring_leads(name):
    assert unexplained(REFERENCE[name], page_of(name)) == []


@every_function
def test_a_section_of_parameters_names_those_of_the_signature_once(name):
    names = listed(inspect.getdoc(REFERENCE[name]))
    assert set(names) <= set(inspect.signature(REFERENCE[name]).parameters)
    assert len(names) == len(set(names))


@every_function
def test_a_docstring_opens_with_a_sentence_of_one_line(name):
    first, *rest = inspect.getdoc(REFERENCE[name]).splitlines()
    assert re.match(r"[A-Z].*[.:]$", first)
    assert not rest or rest[0] == ""


@pytest.mark.parametrize("name", sorted(REFERENCE.keys() - SERVES_ALL))
def test_every_page_says_which_lecture_it_belongs_to(name):
    assert re.search(r"[Ll]ectures? \d", page_of(name))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_place_that_a_page_names_exists(module):
    text = inspect.getsource(module)
    for place in re.findall(r"\bdlcourse\.(?:reference|twins)\.[\w.]*\w", text):
        world, file, *names = place.split(".")[1:]
        found = importlib.import_module(f"dlcourse.{world}.{file}")
        assert all(hasattr(found, name) for name in names), place


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_function_of_another_file_is_named_with_its_file(module):
    here = set(vars(module)) | set(re.findall(r"\w+", " ".join(map(str, signatures(module)))))
    quoted = set(re.findall(r"(?<!`)`(\w+)`(?!`)", inspect.getsource(module)))
    elsewhere = {name.split(".")[1] for name in REFERENCE}
    assert (quoted & elsewhere) - here == set()


@every_function
def test_a_page_shows_an_example(name):
    examples = re.search(r"^Examples\n-+\n(.*)", inspect.getdoc(REFERENCE[name]), re.S | re.M)
    assert examples
    assert ">>> " in examples[1]
    assert re.search(rf"\b{name.split('.')[1]}\(", examples[1]), "the example calls something else"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_give_what_they_show(module):
    failed, attempted = doctest.testmod(module)
    assert failed == 0
    place = module.__name__.split(".")[-1] + "."
    assert attempted > 0 or not any(name.startswith(place) for name in REFERENCE)


def refuses(function):
    """Whether a function's own lines hold a `raise`."""
    tree = ast.parse(inspect.getsource(function))
    return any(isinstance(node, ast.Raise) for node in ast.walk(tree))


@pytest.mark.parametrize("name", [name for name, f in REFERENCE.items() if refuses(f)])
def test_a_function_that_raises_says_so(name):
    assert re.search(r"^Raises\n-+\nValueError\n    \w", inspect.getdoc(REFERENCE[name]), re.M)


def told_errors(docstring):
    """The types of errors that a section Raises names, in order."""
    section = re.search(r"^Raises\n-+\n(.*?)(?=\n\n\w+\n---|\Z)", docstring, re.DOTALL | re.M)
    return re.findall(r"^(\w+)$", section[1], re.M) if section else []


def refusals(row):
    """What the function of a row, and its backward, raise on damaged input: pairs (name, type)."""
    calls = [
        (
            row.name,
            lambda inputs=inputs: row.reference(*parity.for_reference(inputs), **row.keywords),
        )
        for _, inputs in parity.with_each(row, parity.damaged)
    ]
    if row.reference_backward is not None and not callable(row.backward):
        inputs = row.inputs()
        backward = f"{row.topic}.{row.backward or f'{row.function}_backward'}"
        douts = parity.upstreams(row, inputs)
        for i, dout in enumerate(douts):
            for bad in parity.damaged(dout) if isinstance(dout, np.ndarray) else ():
                damaged = [*douts[:i], np.asarray(bad), *douts[i + 1 :]]
                calls.append(
                    (backward, lambda d=damaged: parity.reference_gradients(row, inputs, d))
                )
    for name, call in calls:
        try:
            call()
        except Exception as error:
            yield name, type(error).__name__


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@each_row(OPS)
def test_what_a_function_raises_on_damaged_input_stands_in_its_section(row):
    for name, error in set(refusals(row)):
        told = told_errors(inspect.getdoc(REFERENCE[name])) if name in REFERENCE else [error]
        assert error in told, f"{name} raises {error}, its docstring names {told}"


FORMULAS = "if a rule is broken", "do not fit together", "what the loss takes"


@every_function
def test_a_section_of_errors_says_when_and_not_that_something_is_wrong(name):
    text = " ".join(inspect.getdoc(REFERENCE[name]).split()).lower()
    assert [formula for formula in FORMULAS if formula in text] == []


def test_a_section_of_errors_is_read_to_its_end():
    text = "Do.\n\nRaises\n------\nValueError\n    If not.\nOSError\n    If.\n\nNotes\n-----\nNo"
    assert told_errors(text) == ["ValueError", "OSError"]


def without_a_shape(function):
    """The lines of a backward that compute a new array and whose comment tells no shape.

    What changes an array in place needs none: it has the shape that was told.
    """
    lines = inspect.getsource(function).splitlines()
    tree = ast.parse("\n".join(lines))
    slices = [node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    places = {id(part) for one in slices for part in ast.walk(one)}
    told, untold = any(re.search(r"# (all|both) ", line) for line in lines), []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign | ast.Return) or node.value is None:
            continue
        parts = [part for part in ast.walk(node.value) if id(part) not in places]
        computes = any(isinstance(part, ast.BinOp) for part in parts)
        of_gradients = re.search(r"\bd[a-zA-Z]\w*\b(?!\()", ast.unparse(node))
        commented = any("#" in line for line in lines[node.lineno - 1 : node.end_lineno])
        if computes and of_gradients and not told and not commented:
            untold.append(ast.unparse(node))
    return untold


BACKWARD_NAMES = [name for name in REFERENCE if re.search(r"(_backward|_gradients)$", name)]


@pytest.mark.parametrize("name", BACKWARD_NAMES)
def test_each_line_of_a_backward_tells_its_shape(name):
    assert without_a_shape(REFERENCE[name]) == []


def test_a_line_without_its_shape_is_caught(tmp_path):
    path = tmp_path / "forgets_the_shape.py"
    path.write_text("def f_backward(dout, x):\n    dx = dout * x\n    dx *= 2\n    return dx\n")
    found = {}
    exec(compile(path.read_text(), path, "exec"), found)
    assert without_a_shape(found["f_backward"]) == ["dx = dout * x"]


VERBS = r"\b(received|was given|were given|you gave|found|but is|instead of)\b"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_an_error_says_got_and_no_other_verb_for_what_came(module):
    raised = [
        ast.unparse(node.exc)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Raise) and node.exc is not None
    ]
    assert [text for text in raised if re.search(VERBS, text)] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_lectures_and_the_sigmoid_are_written_one_way(module):
    text = inspect.getsource(module)
    assert re.findall(r"\blectures? \d|\b[Ll]ect?\. ?\d", text) == []
    by_hand = re.findall(r"1(?:\.0)? / \(1(?:\.0)? \+ np\.exp", text)
    assert by_hand == [], "call activations.sigmoid, which does not overflow"


def test_an_example_that_shows_another_value_is_caught():
    (wrong,) = doctest.DocTestFinder().find(type("Page", (), {"__doc__": ">>> 1 + 1\n3\n"}), "page")
    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda text: None).failed == 1


def test_a_parameter_that_nobody_explains_is_caught():
    assert unexplained(lambda x, eps: x, "Do this with x, steps of 1.") == ["eps"]


def test_a_section_of_parameters_is_read_to_its_end():
    text = (
        "Do.\n\nParameters\n----------\nx, W : ndarray\n    Of p : q.\nb\n\nReturns\n-------\ny : z"
    )
    assert listed(text) == ["x", "W", "b"]

"""Every row of THE table: three-way parity, gradients, and manners."""

import importlib
import inspect
from pathlib import Path

import numpy as np
import parity
import pytest
from cases import gather

import dlcourse

OPS, NO_ROW, NO_TWIN, TWIN_ONLY = gather()

FLOATS = [row for row in OPS if parity.has_floats(row.inputs())]
SINGLES = [row for row in FLOATS if row.single]
WITH_BACKWARD = [row for row in OPS if row.reference_backward is not None]

every_row = pytest.mark.parametrize("row", OPS, ids=lambda row: row.id)


def public_functions(world):
    """Names "topic.function" of all public functions defined in reference/ or twins/."""
    folder = Path(dlcourse.__file__).parent / world
    found = {}
    for path in sorted(folder.glob("[a-z]*.py")):
        module = importlib.import_module(f"dlcourse.{world}.{path.stem}")
        for name, thing in vars(module).items():
            ours = inspect.isfunction(thing) and thing.__module__ == module.__name__
            if ours and not name.startswith("_"):
                found[f"{path.stem}.{name}"] = thing
    return found


REFERENCE, TWINS = public_functions("reference"), public_functions("twins")
BACKWARDS = {
    f"{row.topic}.{row.backward if isinstance(row.backward, str) else row.function + '_backward'}"
    for row in OPS
}


@every_row
def test_reference_twin_and_oracle_agree(row):
    with np.errstate(all="raise", under="ignore"):
        parity.check_forward(row)


@pytest.mark.parametrize("row", WITH_BACKWARD, ids=lambda row: row.id)
def test_gradients_agree(row):
    with np.errstate(all="raise", under="ignore"):
        parity.check_gradients(row)


@every_row
def test_inputs_are_untouched(row):
    parity.check_inputs_untouched(row)


@every_row
def test_read_only_and_non_contiguous_inputs_make_no_difference(row):
    parity.check_awkward_memory(row)


@pytest.mark.parametrize("row", SINGLES, ids=lambda row: row.id)
def test_float32_stays_float32(row):
    parity.check_float32(row)


@pytest.mark.parametrize("row", [row for row in FLOATS if row.integers], ids=lambda row: row.id)
def test_integer_arrays_count_as_floats(row):
    parity.check_integers(row)


@every_row
def test_the_twin_keeps_float32_and_comes_near(row):
    parity.check_on_device(row, "cpu", "float32")


@pytest.mark.parametrize("row", [row for row in OPS if row.half], ids=lambda row: row.id)
def test_the_twin_keeps_bfloat16_and_comes_near(row):
    parity.check_on_device(row, "cpu", "bfloat16")


def test_row_ids_are_unique():
    ids = [row.id for row in OPS]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", REFERENCE)
def test_every_reference_function_has_a_row(name):
    covered = {row.name for row in OPS} | BACKWARDS
    assert (name in covered) != (name in NO_ROW), f"{name}: a row in the table, or a reason"


@pytest.mark.parametrize("name", [n for n in REFERENCE if not n.endswith("_backward")])
def test_every_reference_function_has_a_twin_of_the_same_signature(name):
    assert (name in TWINS) != (name in NO_TWIN), f"{name}: a twin of that name, or a reason"
    if name in TWINS:
        ours, theirs = inspect.signature(REFERENCE[name]), inspect.signature(TWINS[name])
        assert [(p.name, p.default) for p in theirs.parameters.values()] == [
            (p.name, p.default) for p in ours.parameters.values()
        ]


@pytest.mark.parametrize("name", [n for n in REFERENCE if n.endswith("_backward")])
def test_a_backward_has_the_defaults_of_its_forward(name):
    forward = REFERENCE.get(name.removesuffix("_backward"), REFERENCE[name])
    defaults = {p.name: p.default for p in inspect.signature(forward).parameters.values()}
    for p in inspect.signature(REFERENCE[name]).parameters.values():
        assert p.name not in defaults or p.default == defaults[p.name]


@pytest.mark.parametrize("name", TWINS)
def test_every_twin_has_a_reference(name):
    assert (name in REFERENCE) != (name in TWIN_ONLY), f"{name}: misnamed, or a reason"


@pytest.mark.parametrize("name", sorted(NO_ROW | NO_TWIN | TWIN_ONLY))
def test_every_exception_names_a_function_and_a_reason(name):
    assert name in REFERENCE or name in TWINS
    assert len((NO_ROW | NO_TWIN | TWIN_ONLY)[name]) > 10

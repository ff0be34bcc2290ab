"""Every row of THE table: three-way parity, gradients, and manners."""

import importlib
import inspect
import re
import tomllib
from pathlib import Path

import numpy as np
import parity
import pytest
from cases import each_row, gather

import dlcourse

OPS, NO_ROW, NO_TWIN, TWIN_ONLY = gather()

FLOATS = [row for row in OPS if parity.has_floats(row.inputs())]
SINGLES = [row for row in FLOATS if row.single]
WITH_BACKWARD = [row for row in OPS if row.reference_backward is not None]
WITH_PLAIN_BACKWARD = [row for row in WITH_BACKWARD if not callable(row.backward)]
WITH_UPSTREAM = [row for row in WITH_PLAIN_BACKWARD if row.single and parity.upstream_names(row)]

TAKES_WORDS = {"metrics.accuracy"}  # labels may be anything that can be compared
TYPED = [row for row in OPS if row.name not in TAKES_WORDS]

every_row = each_row(OPS)


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

# exercises of kind torch
IN_PYTORCH = {
    "torch_train_step",
    "residual_module",
    "torch_freeze",
    "train_run",
    "transformer_block",
}
SOLUTIONS = Path(__file__).parents[2] / "solutions"
LECTURES = tomllib.loads((SOLUTIONS / "contract.toml").read_text(encoding="utf-8"))
CONTRACT = {
    text.split("(")[0]: text
    for lecture in LECTURES.values()
    for exercise in lecture.values()
    for text in exercise
}


def takes(function):
    """Names and defaults of a function's parameters."""
    return [(p.name, p.default) for p in inspect.signature(function).parameters.values()]


@every_row
def test_reference_twin_and_oracle_agree(row):
    with np.errstate(all="raise", under="ignore"):
        parity.check_forward(row)


@each_row(WITH_BACKWARD)
def test_gradients_agree(row):
    with np.errstate(all="raise", under="ignore"):
        parity.check_gradients(row)


@every_row
def test_inputs_are_untouched(row):
    parity.check_inputs_untouched(row)


@every_row
def test_read_only_and_non_contiguous_inputs_make_no_difference(row):
    parity.check_awkward_memory(row)


@each_row(SINGLES)
def test_float32_stays_float32(row):
    parity.check_float32(row)


@each_row(SINGLES)
def test_numpy_numbers_as_hyperparameters_leave_float32_alone(row):
    parity.check_numpy_numbers(row)


@each_row([row for row in FLOATS if row.integers])
def test_integer_arrays_count_as_floats(row):
    parity.check_integers(row)


@each_row([row for row in FLOATS if row.integers])
def test_a_twin_reads_integers_as_floats_or_refuses_them(row):
    parity.check_twin_integers(row)


@every_row
def test_damaged_inputs_are_refused_or_mean_what_they_mean_in_pytorch(row):
    with np.errstate(all="raise", under="ignore"):
        parity.check_damaged_inputs(row)


@every_row
def test_a_twin_refuses_what_its_reference_refuses(row):
    parity.check_twin_refuses(row)


@each_row(TYPED)
def test_what_is_not_a_number_is_refused(row):
    parity.check_other_types(row)


@each_row(WITH_PLAIN_BACKWARD)
def test_a_gradient_of_another_shape_is_refused(row):
    parity.check_damaged_upstream(row)


@each_row(WITH_UPSTREAM)
def test_a_gradient_of_integers_leaves_float32_alone(row):
    parity.check_integer_upstream(row)


@every_row
def test_the_twin_keeps_float32_and_comes_near(row):
    parity.check_on_device(row, "cpu", "float32")


@each_row([row for row in OPS if row.half])
def test_the_twin_keeps_bfloat16_and_comes_near(row):
    parity.check_on_device(row, "cpu", "bfloat16")


@every_row
def test_the_twin_computes_where_its_inputs_are(row):
    parity.check_stays_on_device(row)


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
        assert takes(TWINS[name]) == takes(REFERENCE[name])


@pytest.mark.parametrize("name", [n for n in REFERENCE if n.endswith("_backward")])
def test_a_backward_has_the_defaults_of_its_forward(name):
    forward = REFERENCE.get(name.removesuffix("_backward"), REFERENCE[name])
    defaults = dict(takes(forward))
    for parameter, default in takes(REFERENCE[name]):
        assert parameter not in defaults or default == defaults[parameter]


@pytest.mark.parametrize("name", sorted(CONTRACT.keys() - IN_PYTORCH))
def test_what_an_exercise_asks_for_stands_in_the_reference(name):
    found = [f for place, f in REFERENCE.items() if place.endswith(f".{name}")]
    assert len(found) == 1, f"{name} is defined in {len(found)} places"
    asked = takes(eval(f"lambda {CONTRACT[name].removeprefix(name)[1:-1]}: None"))
    # the reference may take more, after what the exercise takes: conv_output_size's dilation
    assert takes(found[0])[: len(asked)] == asked


@pytest.mark.parametrize("name", TWINS)
def test_every_twin_has_a_reference(name):
    assert (name in REFERENCE) != (name in TWIN_ONLY), f"{name}: misnamed, or a reason"


@pytest.mark.parametrize("name", sorted(NO_ROW | NO_TWIN | TWIN_ONLY))
def test_every_exception_names_a_function_and_a_reason(name):
    assert name in REFERENCE or name in TWINS
    assert len((NO_ROW | NO_TWIN | TWIN_ONLY)[name]) > 10


@pytest.mark.parametrize("name", sorted(NO_ROW))
def test_what_has_no_row_has_a_test_where_the_reason_says(name):
    reason = NO_ROW[name]
    place = re.search(r"\b(test|rows)_\w+\.py\b", reason)[0]
    by_name = re.findall(r"through `(\w+)`", reason) or [name.split(".")[1]]
    (path,) = Path(__file__).parents[1].rglob(place)
    text = path.read_text(encoding="utf-8")
    assert re.search(rf"\b{by_name[0]}\b", text), f"{place} does not mention {by_name[0]}"

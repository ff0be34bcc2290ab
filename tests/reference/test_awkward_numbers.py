"""Every row of THE table with numbers as users have them: other byte orders, lists, far out.

Whatever comes in, a function refuses it by a ValueError or means by it what it means in PyTorch;
NumPy's own reports (an overflow, infinity minus infinity) stay what they are.
"""

import itertools

import numpy as np
import parity
import pytest
import torch
from cases import each_row, gather

from dlcourse.reference import arguments

OPS = gather()[0]
every_row = each_row(OPS)
with_floats = each_row([row for row in OPS if parity.has_floats(row.inputs())])


def arrays_of(inputs):
    """The places of all non-empty arrays among the inputs, lists of arrays included."""
    return [leaf for leaf in parity.leaves(inputs) if isinstance(leaf, np.ndarray) and leaf.size]


def changed(row, change, which):
    """The row's inputs, its arrays number `which` (or all, if None) changed."""
    count = iter(range(10**6))

    def convert(leaf):
        if not isinstance(leaf, np.ndarray) or not leaf.size:
            return leaf
        return change(leaf) if which in (None, next(count)) else leaf

    return parity.map_leaves(convert, row.inputs())


def ready(inputs):
    """Function arguments looked up in the reference; arrays left as they are."""
    return [parity.for_reference(x) if isinstance(x, parity.Named) else x for x in inputs]


def outcome(function, *inputs, **keywords):
    """A result, or None where a ValueError refuses the inputs."""
    try:
        with np.errstate(all="ignore"):
            return function(*inputs, **keywords)
    except ValueError as error:
        refusal = str(error)
    assert len(refusal) < 500, f"a page of an error: {refusal[:200]}"
    return None


def same(actual, expected, what):
    if expected is None:
        assert actual is None, f"{what}: not refused"
    else:
        assert actual is not None, f"{what}: refused"
        parity.assert_close(actual, expected, what)


# ------------------------------------------------------------------------------ the same numbers
SAME_NUMBERS = {
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "Fortran order": lambda a: np.asarray(a, order="F"),
    "a subclass": lambda a: a.view(type("Mine", (np.ndarray,), {})),
}


GIVES_BACK = {"unsupervised.frozen_sgd_step": "what is frozen comes back as the very same object"}


@every_row
def test_the_same_numbers_in_another_form_give_the_same(row):
    expected = outcome(row.reference, *ready(row.inputs()), **row.keywords)
    for kind, form in SAME_NUMBERS.items():
        inputs = ready(changed(row, form, None))
        found = outcome(row.reference, *inputs, **row.keywords)
        same(found, expected, f"{row.id}, {kind}")
        arrays = [a for a in parity.leaves(found) if isinstance(a, np.ndarray)]
        if row.name in GIVES_BACK:
            continue
        assert all(a.dtype.isnative for a in arrays), f"{row.id}, {kind}: another byte order"


@every_row
def test_lists_give_the_same_as_arrays(row):
    if any(isinstance(x, np.ndarray) and x.size == 0 for x in parity.leaves(row.inputs())):
        return  # an empty list does not say how many columns it lacks
    expected = outcome(row.reference, *ready(row.inputs()), **row.keywords)
    inputs = [x.tolist() if isinstance(x, np.ndarray) else x for x in ready(row.inputs())]
    same(outcome(row.reference, *inputs, **row.keywords), expected, f"{row.id} of lists")


# ------------------------------------------------------------------------------ far out, not finite
def first(number):
    return lambda a: np.where(np.arange(a.size).reshape(a.shape) == 0, number, a)


FAR = {
    "1e300": first(1e300), "-1e300": first(-1e300), "all 1e300": lambda a: np.full(a.shape, 1e300),
    "1e-300": lambda a: np.asarray(a * 1e-300), "inf": first(np.inf), "-inf": first(-np.inf),
    "nan": first(np.nan), "all nan": lambda a: np.full(a.shape, np.nan),
}  # fmt: skip


CANCELLED = "equal weights, and p - y adds up to 0: the gradient behind them is rounding alone"
# where the twin's numbers are others: with which numbers, and why they may be
DIFFERS = {
    "activation_variants.hardswish": (["-inf"], "its product with 0 is NaN, as PyTorch's is"),
    "approximation.fourier_features": (
        ["1e300", "-1e300", "all 1e300"], "it is rounded by more than a whole wave",
    ),
    "attention.multi_head": (
        ["1e300", "-1e300"], "products that overflow add up to infinity or NaN by their order",
    ),
    "conv.conv2d_input_gradient": (
        ["inf", "-inf", "nan"], "their products with 0, beyond the image's edge",
    ),
    "network.backpropagate": (["all 1e300"], CANCELLED),
    "network.layer_gradient_norms": (["all 1e300"], CANCELLED),
    "network.mlp_gradients": (["all 1e300"], CANCELLED),
    "network.two_layer_gradients": (["all 1e300"], CANCELLED),
}  # fmt: skip


def same_or_not_finite(actual, expected, what):
    """Equal where both are finite, and both not finite at the same places."""
    pairs = zip(*(parity.leaves(parity.for_numpy(t)) for t in (actual, expected)), strict=True)
    for a, e in pairs:
        a, e = np.asarray(a), np.asarray(e)
        if e.dtype.kind == "f" and a.shape == e.shape:
            known = np.isfinite(e)
            np.testing.assert_array_equal(np.isfinite(a), known, err_msg=what)
            a, e = np.where(known, a, 0), np.where(known, e, 0)
        parity.assert_close(a, e, what, "float32")


def floats_only(change):
    return lambda a: change(a) if parity.is_float(a) else a


def each(row):
    """Every kind of far numbers, and every array of the row that could hold them."""
    return itertools.product(FAR, range(len(arrays_of(row.inputs()))))


@with_floats
def test_far_numbers_are_refused_or_mean_what_they_mean_in_pytorch(row):
    for kind, which in each(row):
        inputs = changed(row, floats_only(FAR[kind]), which)
        ours = outcome(row.reference, *parity.for_reference(inputs), **row.keywords)
        if ours is not None:
            theirs = row.twin(*parity.for_torch(inputs), **row.keywords)
            if kind not in DIFFERS.get(row.name, [()])[0]:
                same_or_not_finite(theirs, ours, f"{row.id} with {kind} in array {which}")


@each_row([row for row in OPS if row.reference_backward is not None])
def test_gradients_at_far_numbers_are_numbers_or_refused(row):
    for kind, which in each(row):
        inputs = changed(row, floats_only(FAR[kind]), which)
        douts = parity.upstreams(row, row.inputs())
        ours = outcome(parity.reference_gradients, row, inputs, douts)
        for gradient in parity.leaves(ours or []):
            assert np.asarray(gradient).dtype.kind == "f"


# ------------------------------------------------------------------------------ sizes and types
@every_row
def test_half_precision_is_refused_or_moved_about_unread(row):
    def half(a):
        with np.errstate(all="ignore"):
            return a.astype(np.float16) if parity.is_float(a) else a

    inputs = ready(changed(row, half, None))
    result = outcome(row.reference, *inputs, **row.keywords)
    for leaf in parity.leaves([] if result is None else result):
        assert np.asarray(leaf).dtype != np.float32


@every_row
def test_arrays_of_no_or_one_row_are_refused_or_mean_what_they_mean_in_pytorch(row):
    places = [None, *range(len(arrays_of(row.inputs())))]
    for size, which in itertools.product([0, 1], places):
        inputs = changed(row, lambda a, n=size: a[:n] if a.ndim else a, which)
        ours = outcome(row.reference, *parity.for_reference(inputs), **row.keywords)
        if ours is not None:
            theirs = row.twin(*parity.for_torch(inputs), **row.keywords)
            what = f"{row.id} with {size} rows in array {which}"
            parity.assert_close(theirs, ours, what, "float32")


def test_the_table_of_awkward_numbers_sees_a_wrong_answer():
    with pytest.raises(AssertionError, match="not refused"):
        same(1.0, None, "x")
    with pytest.raises(AssertionError, match="refused"):
        same(None, 1.0, "x")
    with pytest.raises(AssertionError):
        same(np.ones(2), np.zeros(2), "x")
    with pytest.raises(IndexError):
        outcome(lambda: [][0])
    assert torch.tensor(FAR["nan"](np.ones(2))).isnan().tolist() == [True, False]


def test_an_array_of_any_type_is_read_in_this_machine_s_byte_order():
    for form in (">f8", ">i2", ">U3", "<f4", "O"):
        a = np.array([1, 2]).astype(form)
        read = arguments.in_own_order(a)
        assert read.dtype.isnative
        assert read.tolist() == a.tolist()

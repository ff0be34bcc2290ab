"""The testers tested: each comparer is shown a wrong function and must say no."""

import contextlib

import numpy as np
import parity
import pytest
import torch
from cases import each_row, function, normal, op, several, value


def tanh(z):
    return np.tanh(z)


def tanh_backward(dout, z):
    return dout * (1 - np.tanh(z) ** 2)


def row(reference=tanh, backward=tanh_backward, twin=torch.tanh, oracle=torch.tanh, **options):
    return op(
        "activations.tanh", normal((4, 3)),
        reference=reference, backward=backward, twin=twin, oracle=oracle, **options,
    )  # fmt: skip


ALL_CHECKS = [
    parity.check_forward,
    parity.check_gradients,
    parity.check_inputs_untouched,
    parity.check_awkward_memory,
    parity.check_float32,
    parity.check_integers,
]


@pytest.mark.parametrize("check", ALL_CHECKS)
def test_a_right_function_passes(check):
    check(row())


def test_a_right_gradient_passes_against_finite_differences():
    parity.check_gradients(row(oracle=None))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda z: np.tanh(z) * (1 + 1e-8),
        lambda z: np.tanh(z)[:1],
        lambda z: np.tanh(z)[None],
        lambda z: np.tanh(z) > 0,
        lambda z: (np.tanh(z), np.tanh(z)),
    ],
    ids=["values", "fewer rows", "an extra axis", "booleans", "two results"],
)
def test_a_wrong_forward_is_caught(wrong):
    with pytest.raises(AssertionError):
        parity.check_forward(row(reference=wrong))


def test_a_wrong_twin_is_caught():
    with pytest.raises(AssertionError, match="twin"):
        parity.check_forward(row(twin=lambda z: torch.tanh(z) + 1e-8))


def test_a_wrong_oracle_is_caught():
    with pytest.raises(AssertionError, match="oracle"):
        parity.check_forward(row(oracle=torch.sigmoid))


@pytest.mark.parametrize("oracle", [torch.tanh, None])
@pytest.mark.parametrize(
    "wrong",
    [
        lambda dout, z: 1 - np.tanh(z) ** 2,
        lambda dout, z: dout * (1 - z**2),
        lambda dout, z: -tanh_backward(dout, z),
        lambda dout, z: tanh_backward(dout, z).sum(axis=0),
        lambda dout, z: (tanh_backward(dout, z), dout),
    ],
    ids=["forgets dout", "takes z for tanh", "sign", "shape", "one too many"],
)
def test_a_wrong_gradient_is_caught(wrong, oracle):
    with pytest.raises(AssertionError):
        parity.check_gradients(row(backward=wrong, oracle=oracle))


def test_a_gradient_that_only_finite_differences_can_catch_is_caught():
    def both_wrong(z):  # right values, half the gradient, in the twin as in the reference
        return torch.tanh(z) / 2 + torch.tanh(z).detach() / 2

    wrong = row(backward=lambda dout, z: tanh_backward(dout, z) / 2, twin=both_wrong, oracle=None)
    with pytest.raises(AssertionError, match="finite differences"):
        parity.check_gradients(wrong)


def test_a_detached_twin_is_caught():
    with pytest.raises((AssertionError, RuntimeError)):
        parity.check_gradients(row(twin=lambda z: torch.tanh(z.detach())))


def test_promotion_to_float64_is_caught():
    with pytest.raises(AssertionError, match="promotes"):
        parity.check_float32(row(reference=lambda z: np.tanh(z) * np.float64(1)))
    wrong = row(backward=lambda dout, z: tanh_backward(dout, z) * np.float64(1))
    with pytest.raises(AssertionError, match="promotes"):
        parity.check_float32(wrong)


def clobber(z):
    result = np.tanh(z)
    if z.flags.writeable:
        z *= 0
    return result


def test_a_changed_input_is_caught():
    with pytest.raises(AssertionError, match="changed its input"):
        parity.check_inputs_untouched(row(reference=clobber))
    with pytest.raises(AssertionError, match="changed its input"):
        parity.check_inputs_untouched(row(twin=lambda z: z.tanh_()))


def test_a_function_that_needs_writable_or_contiguous_memory_is_caught():
    with pytest.raises(ValueError, match="read-only"):
        parity.check_awkward_memory(row(reference=lambda z: np.tanh(z, out=z)))

    def reads_the_buffer(z):
        flat = np.lib.stride_tricks.as_strided(z, (z.size,), (z.itemsize,))
        return np.tanh(flat).reshape(z.shape)

    with pytest.raises(AssertionError, match="strided"):
        parity.check_awkward_memory(row(reference=reads_the_buffer))


def test_integer_arithmetic_is_caught():
    with pytest.raises(AssertionError, match="integers"):
        parity.check_integers(row(reference=lambda z: z // 2 if z.dtype.kind == "i" else z / 2))


def test_a_twin_that_cuts_off_shares_is_caught():
    parity.check_twin_integers(row())
    with pytest.raises(AssertionError, match="integers"):
        parity.check_twin_integers(row(twin=lambda z: (z / 2).to(z.dtype)))


def test_damaged_inputs_that_are_taken_otherwise_than_by_the_twin_are_caught():
    parity.check_damaged_inputs(row())

    def flattens(z):
        return np.tanh(z.ravel()[: z.size]).reshape(z.shape if z.ndim == 2 else -1)

    def drops_nan(z):
        return np.where(np.isnan(z), 0, np.tanh(z))

    def refuses_in_silence(z):
        if z.ndim != 2:
            raise ValueError("no")
        return np.tanh(z)

    def breaks(z):
        return np.tanh(z) + 0 * z.shape[1]

    for wrong, kind in [
        (flattens, AssertionError), (drops_nan, AssertionError),
        (refuses_in_silence, AssertionError), (breaks, IndexError),
    ]:  # fmt: skip
        with pytest.raises(kind):
            parity.check_damaged_inputs(row(reference=wrong))


def test_a_gradient_that_is_broadcast_is_caught():
    def broadcasts(dout, z):
        return dout * (1 - np.tanh(z) ** 2)

    def right(dout, z):
        if np.shape(dout) != z.shape:
            raise ValueError
        return broadcasts(dout, z)

    parity.check_damaged_upstream(row(backward=right))
    with pytest.raises(AssertionError, match="takes dout"):
        parity.check_damaged_upstream(row(backward=broadcasts))


def test_computing_with_complex_numbers_is_caught():
    def right(z):
        if z.dtype.kind != "f":
            raise ValueError(f"dtype {z.dtype}")
        return np.tanh(z)

    parity.check_other_types(row(reference=right))
    parity.check_other_types(row(reference=lambda z: z[:1]))  # moves them about
    with pytest.raises(AssertionError, match="computes"):
        parity.check_other_types(row(reference=lambda z: z.astype(str).astype("S9").view(np.uint8)))
    with pytest.raises(TypeError):
        parity.check_other_types(row(reference=np.tanh))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_device_check_accepts_right_and_catches_wrong_twins(dtype):
    parity.check_on_device(row(), "cpu", dtype)
    with pytest.raises(AssertionError, match="promotes"):
        parity.check_on_device(row(twin=lambda z: torch.tanh(z.double())), "cpu", dtype)
    with pytest.raises(AssertionError, match="on cpu"):
        parity.check_on_device(row(twin=lambda z: torch.tanh(1.2 * z)), "cpu", dtype)
    wrong = row(twin=lambda z: torch.tanh(z).detach() + 0 * z)
    with pytest.raises(AssertionError, match="gradients"):
        parity.check_on_device(wrong, "cpu", dtype)


def test_a_twin_that_computes_elsewhere_is_caught():
    parity.check_stays_on_device(row())
    parity.check_stays_on_device(row(twin=lambda z: torch.tanh(z).sum().item()))
    with pytest.raises(AssertionError, match="mixes devices"):
        parity.check_stays_on_device(row(twin=lambda z: z + torch.ones(4, 3)))
    with pytest.raises(AssertionError, match="left the device"):
        parity.check_stays_on_device(row(twin=lambda z: torch.ones(4, 3)))


def precisions():
    backends = torch.backends
    return [b.fp32_precision for b in (backends.cuda.matmul, backends.cudnn.conv, backends.cudnn)]


@pytest.mark.parametrize("matmul", ["none", "tf32", "ieee"])
def test_tf32_is_switched_off_and_given_back_even_after_a_failure(matmul):
    torch.backends.cuda.matmul.fp32_precision, kept = matmul, precisions()[0]
    before = precisions()
    try:
        with parity.full_float32():
            assert precisions()[:2] == ["ieee", "ieee"]
        assert precisions() == before
        with contextlib.suppress(ZeroDivisionError), parity.full_float32():
            raise ZeroDivisionError
        assert precisions() == before
    finally:
        torch.backends.cuda.matmul.fp32_precision = kept


# several inputs and outputs, lists of weights, functions as arguments
def layers(x, weights, g):
    for W in weights:
        x = g(x @ W)
    return x, x.sum(axis=0)


def layers_backward(dx, dsum, x, weights):
    W1, W2 = weights
    hidden = np.tanh(x @ W1)
    out = np.tanh(hidden @ W2)
    ds2 = (dx + dsum) * (1 - out**2)
    ds1 = ds2 @ W2.T * (1 - hidden**2)
    return ds1 @ W1.T, [x.T @ ds1, hidden.T @ ds2]


def nested(reference=layers, backward=layers_backward, **options):
    weights = several(normal((3, 4)), normal((4, 2)))
    return op(
        "network.layers", normal((5, 3)), weights, value(lambda s: (s / 1).tanh()),
        reference=lambda x, weights, g: reference(x, weights, np.tanh),
        twin=layers, oracle=None, backward=backward, **options,
    )  # fmt: skip


def test_nested_inputs_and_several_outputs_are_followed():
    parity.check_forward(nested())
    parity.check_gradients(nested())
    parity.check_float32(nested())
    parity.check_inputs_untouched(nested())


def test_a_wrong_gradient_of_one_weight_among_many_is_caught():
    def wrong(dx, dsum, x, weights):
        dx_in, (dW1, dW2) = layers_backward(dx, dsum, x, weights)
        return dx_in, [dW1, dW2.T.reshape(dW2.shape)]

    with pytest.raises(AssertionError, match="twin"):
        parity.check_gradients(nested(backward=wrong))


def test_gradients_can_be_named_out_of_order():
    def backward(dx, dsum, x, weights):
        return layers_backward(dx, dsum, x, weights)[::-1]

    parity.check_gradients(nested(backward=backward, gradients=("weights", "x")))
    with pytest.raises(AssertionError):
        parity.check_gradients(nested(backward=backward))


def test_a_named_function_is_each_worlds_own():
    named = function("activations.relu")(None)
    (ours,), (theirs,) = parity.for_reference([named]), parity.for_torch([named])
    assert ours.__module__ == "dlcourse.reference.activations"
    assert theirs.__module__ == "dlcourse.twins.activations"


def test_a_test_of_each_row_tells_every_row_that_fails():
    rows = [op("activations.relu", normal((n,)), case=f"{n} numbers") for n in (1, 2, 3)]

    @each_row(rows)
    def test_is_short(row):
        assert row.inputs()[0].size < 2

    with pytest.raises(ExceptionGroup, match="2 rows of") as told:
        test_is_short("activations.relu")
    notes = [error.__notes__ for error in told.value.exceptions]
    assert notes == [[f"in the row activations.relu[{n} numbers]"] for n in (2, 3)]
    assert list(test_is_short.pytestmark[0].args[1]) == ["activations.relu"]

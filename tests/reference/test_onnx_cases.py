"""How many of the ONNX standard's node cases agree: each one agrees, differs for a stated reason,
or asks for what this library does not have."""

import numpy as np
import pytest
from onnx_cases import node_cases

from dlcourse.reference import (
    activation_variants,
    activations,
    average_pooling,
    conv,
    gated,
    linear,
    neurons,
    normalization,
    normalization_variants,
    pooling,
    recurrent,
    response_norm,
    sequence_conv,
)

MODULES = (
    "relu leakyrelu elu selu sigmoid tanh softplus softsign hardsigmoid hardswish prelu softmax "
    "logsoftmax gelu conv maxpool averagepool globalaveragepool lrn layernormalization "
    "groupnormalization rmsnormalization rnn lstm gru clip col2im sign gemm"
).split()


class Lacks(Exception):
    """The case asks for something that the library does not have; the text says what."""


def elementwise(function, **names):
    def run(case):
        options = {ours: case.attributes[theirs] for ours, theirs in names.items()
                   if theirs in case.attributes}  # fmt: skip
        return function(case.inputs[0], **options)

    return run


def along(function):
    def run(case):
        axis = case.attributes.get("axis", -1)
        x = np.moveaxis(case.inputs[0], axis, -1)
        return np.moveaxis(function(x), -1, axis)

    return run


def prelu(case):
    x, slope = case.inputs
    if slope.size > 1 and slope.shape != x.shape[1:2]:
        raise Lacks("a slope for each number, or for the last axis")
    return activation_variants.prelu(x, slope)


def gelu(case):
    return activation_variants.gelu(
        case.inputs[0], approximate=case.attributes.get("approximate", b"none").decode()
    )


def leaky(case):
    return activations.leaky_relu(case.inputs[0], case.attributes.get("alpha", 0.01))


def windows(case):
    """Stride, padding and dilation, as 2-D functions take them; a sequence's are a number."""
    a, axes = case.attributes, case.inputs[0].ndim - 2
    if axes not in (1, 2):
        raise Lacks(f"windows over {axes} axes")
    mode = a.get("auto_pad", b"NOTSET").decode()
    pads = a.get("pads", [0] * 2 * axes)
    padding = {"SAME_UPPER": ("same",) * axes, "SAME_LOWER": ("same_lower",) * axes}.get(
        mode, tuple(zip(pads[:axes], pads[axes:], strict=True))
    )
    window = tuple(a.get("strides", [1] * axes)), padding, tuple(a.get("dilations", [1] * axes))
    return window if axes == 2 else tuple(along for (along,) in window)


def conv2d(case):
    x, w, *b = case.inputs
    groups = case.attributes.get("group", 1)
    return conv.conv2d(x, w, b[0] if b else None, *windows(case), groups)


def window_of_a_pool(case):
    stride, padding, dilation = windows(case)
    a = case.attributes
    size = tuple(a["kernel_shape"])
    return {
        "kernel_size": size if len(size) == 2 else size[0], "stride": stride, "padding": padding,
        "dilation": dilation, "ceil_mode": bool(a.get("ceil_mode")),
    }  # fmt: skip


def max_pool(case):
    if case.attributes.get("storage_order"):
        raise Lacks("indices counted column by column")
    pool = sequence_conv.max_pool1d if case.inputs[0].ndim == 3 else pooling.max_pool2d
    return pool(case.inputs[0], **window_of_a_pool(case), return_indices=len(case.outputs) == 2)


def average_pool(case):
    pool = sequence_conv.avg_pool1d if case.inputs[0].ndim == 3 else average_pooling.avg_pool2d
    count = bool(case.attributes.get("count_include_pad"))
    return pool(case.inputs[0], **window_of_a_pool(case), count_include_pad=count)


def global_average(case):
    return average_pooling.global_average_pool(case.inputs[0])[:, :, None, None]


def lrn(case):
    a = {"alpha": 1e-4, "beta": 0.75, "bias": 1.0} | case.attributes
    size = a["size"]
    return response_norm.local_response_norm(
        case.inputs[0], size, a["alpha"] / size, a["beta"], a["bias"]
    )


def layer_norm(case):
    x, gamma, *beta = case.inputs
    axis = case.attributes.get("axis", -1) % x.ndim
    flat = x.reshape(*x.shape[:axis], -1)
    eps = case.attributes.get("epsilon", 1e-5)
    if case.op_type == "RMSNormalization":
        return normalization_variants.rms_norm(flat, gamma.ravel(), eps).reshape(x.shape)
    out = normalization.layer_norm(flat, gamma.ravel(), beta[0].ravel(), eps)
    return (out.reshape(x.shape),)  # mean and deviation, the other outputs, are not returned


def group_norm(case):
    x, gamma, beta = case.inputs
    eps = case.attributes.get("epsilon", 1e-5)
    return normalization_variants.group_norm(x, case.attributes["num_groups"], gamma, beta, eps)


def sequence(case, order, run, sign=None):
    """Run a network in each direction that a case asks for; ``[Y, Y_h, ...]`` as ONNX has them.

    `order` is that of our gates among theirs, `sign` turns gates round. Backwards is our network on
    the sequence turned round, in both directions two networks side by side.
    """
    a = case.attributes
    x, W, R, *rest = case.inputs
    b, lengths, h0, _, peepholes = [*rest, *[None] * (5 - len(rest))]
    x = x.swapaxes(0, 1) if a.get("layout") else x
    if (lengths is not None and (lengths != len(x)).any()) or peepholes is not None:
        raise Lacks("sequences of several lengths, or peepholes")
    if h0 is not None and h0.any():
        raise Lacks("a state to begin with")
    H = a["hidden_size"]
    sign = sign or [1] * len(order)

    def gates(rows):
        return np.concatenate(
            [s * rows[i * H : (i + 1) * H] for i, s in zip(order, sign, strict=True)]
        )

    G, ends, states = len(order) * H, [], []
    ways = {"forward": [1], "reverse": [-1], "bidirectional": [1, -1]}
    for d, way in enumerate(ways[a.get("direction", b"forward").decode()]):
        bias = np.zeros(G, x.dtype) if b is None else gates(b[d, :G]) + gates(b[d, G:])
        start = np.zeros((x.shape[1], H), x.dtype)
        hs, *others = run(x[::way], start, gates(W[d]).T, gates(R[d]).T, bias)
        states.append(hs[1:][::way])
        ends.append([hs[-1], *(cs[-1] for cs in others)])
    Y, last = np.stack(states, axis=1), [np.stack(each) for each in zip(*ends, strict=True)]
    if a.get("layout"):
        return [Y.transpose(2, 0, 1, 3), *(each.swapaxes(0, 1) for each in last)]
    return [Y, *last]


def rnn(case):
    return sequence(case, [0], lambda *given: [recurrent.rnn_forward(*given)])


def lstm(case):
    def run(xs, h0, *weights):
        return gated.lstm_forward(xs, h0, h0, *weights)[:2]

    return sequence(case, [0, 2, 3, 1], run)  # theirs are i, o, f, c


def gru(case):
    if case.attributes.get("linear_before_reset"):
        raise Lacks("another place of the reset gate")
    return sequence(case, [1, 0, 2], lambda *given: gated.gru_forward(*given)[:1], [1, -1, 1])


def clip(case):
    low, high = ([*case.inputs[1:], None, None])[:2]
    low, high = -np.inf if low is None else low, np.inf if high is None else high
    if low > high:
        raise Lacks("bounds that cross")
    return activation_variants.hardtanh(case.inputs[0], low, high)


def col2im(case):
    columns, size, kernel = case.inputs
    if len(size) != 2:
        raise Lacks(f"windows over {len(size)} axes")
    a = case.attributes
    pads = a.get("pads", [0] * 4)
    shape = (len(columns), columns.shape[1] // int(np.prod(kernel)), *size.tolist())
    return conv.col2im(
        columns, shape, tuple(kernel.tolist()), tuple(a.get("strides", (1, 1))),
        ((pads[0], pads[2]), (pads[1], pads[3])), tuple(a.get("dilations", (1, 1))),
    )  # fmt: skip


def gemm(case):
    a = case.attributes
    x, W, *b = case.inputs
    if {"alpha", "beta"} & a.keys() or not b or b[0].shape != (1, W.shape[1 - a.get("transB", 0)]):
        raise Lacks("factors, or a bias that is not one number a unit")
    return linear.linear(x.T if a.get("transA") else x, W.T if a.get("transB") else W, b[0][0])


OURS = {
    "Relu": elementwise(activations.relu), "LeakyRelu": leaky,
    "Elu": elementwise(activations.elu, alpha="alpha"),
    "Selu": elementwise(activation_variants.selu), "Sigmoid": elementwise(activations.sigmoid),
    "Tanh": elementwise(activations.tanh), "Softplus": elementwise(activations.softplus),
    "Softsign": elementwise(activations.softsign), "Sign": elementwise(neurons.sign),
    "HardSigmoid": elementwise(activation_variants.hardsigmoid),
    "HardSwish": elementwise(activation_variants.hardswish), "PRelu": prelu,
    "Softmax": along(activations.softmax), "LogSoftmax": along(activations.log_softmax),
    "Gelu": gelu, "Conv": conv2d, "MaxPool": max_pool,
    "AveragePool": average_pool, "GlobalAveragePool": global_average, "LRN": lrn,
    "LayerNormalization": layer_norm, "RMSNormalization": layer_norm,
    "GroupNormalization": group_norm, "RNN": rnn, "LSTM": lstm, "GRU": gru, "Clip": clip,
    "Col2Im": col2im, "Gemm": gemm,
}  # fmt: skip

# every case that gives another number than ours, and why it may
DIFFERS = {
    "hardsigmoid_example": "its slope is 1/2; ours, PyTorch's, is 1/6",
    "hardsigmoid": "its slope is 1/2; ours, PyTorch's, is 1/6",
    "hardsigmoid_default": "its slope is 1/5; ours, PyTorch's, is 1/6",
    "selu_example": "its scale and alpha are free; ours are those of the paper",
    "selu": "its scale and alpha are free; ours are those of the paper",
    "averagepool_2d_ceil_last_window_starts_on_pad": "its numbers are rounded: 2.5564 / 9 = 0.2841",
}


@pytest.fixture(scope="module")
def outcomes():
    """From each case's name to "agrees", "differs", or what the library lacks."""
    found = {}
    for case in node_cases(MODULES):
        try:
            ours = OURS[case.op_type](case)
        except Lacks as lack:
            found[case.name] = str(lack)
            continue
        except ValueError as refusal:
            found[case.name] = f"refused: {refusal}"
            continue
        ours = list(ours) if isinstance(ours, list | tuple) else [ours]
        same = all(
            np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-4, atol=1e-5)
            for a, b in zip(ours, case.outputs, strict=False)
            if b is not None
        )
        found[case.name] = "agrees" if same else "differs"
    return found


def test_cases_agree_or_differ_for_a_stated_reason(outcomes, capsys):
    agree = [name for name, outcome in outcomes.items() if outcome == "agrees"]
    differ = [name for name, outcome in outcomes.items() if outcome == "differs"]
    lack = {name: o for name, o in outcomes.items() if o not in ("agrees", "differs")}
    with capsys.disabled():
        print(
            f"\nONNX node cases: {len(agree)} agree, {len(differ)} differ, "
            f"{len(lack)} not supported"
        )
        for name in differ:
            print(f"  {name} differs: {DIFFERS.get(name, 'WITHOUT A REASON')}")
        for reason in sorted(set(lack.values())):
            print(f"  not supported, {list(lack.values()).count(reason)} cases: {reason}")
    assert sorted(differ) == sorted(DIFFERS)
    assert len(agree) >= 149


def test_no_case_is_refused_by_an_error_of_its_own(outcomes):
    assert [o for o in outcomes.values() if o.startswith("refused")] == []

"""The comparers behind test_operations.py: one claim about one row of the table each.

Each `check_*` takes a row and raises AssertionError if the claim is false. They are shown wrong
functions in test_parity_itself.py before anything here is believed.
"""

import dataclasses
import inspect
from contextlib import contextmanager

import numpy as np
import torch
from cases import TOLERANCES, Named, find

torch.set_num_threads(1)


# ------------------------------------------------------------------- trees of arrays and tensors
def map_leaves(change, tree):
    """Apply `change` to every leaf of nested lists, tuples and dictionaries."""
    if isinstance(tree, dict):
        return {key: map_leaves(change, item) for key, item in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree)(map_leaves(change, item) for item in tree)
    return change(tree)


def leaves(tree):
    """List the leaves of nested lists, tuples and dictionaries, in order."""
    found = []
    map_leaves(found.append, tree)
    return found


def is_float(leaf):
    if isinstance(leaf, torch.Tensor):
        return leaf.is_floating_point()
    return isinstance(leaf, np.ndarray | np.floating) and np.asarray(leaf).dtype.kind == "f"


def has_floats(tree):
    return any(is_float(leaf) for leaf in leaves(tree))


def for_reference(tree, dtype=np.float64):
    """Inputs as the reference gets them: float arrays in `dtype`."""

    def convert(leaf):
        if isinstance(leaf, Named):
            return find("reference", leaf.name)
        return np.asarray(leaf, dtype) if is_float(leaf) else leaf

    return map_leaves(convert, tree)


def for_torch(tree, dtype=torch.float64, device="cpu", requires_grad=False):
    """Inputs as the twin and the oracle get them: tensors."""

    def convert(leaf):
        if isinstance(leaf, Named):
            return find("twins", leaf.name)
        if not isinstance(leaf, np.ndarray):
            return leaf
        tensor = torch.tensor(leaf, device=device)
        if not is_float(leaf):
            return tensor
        return tensor.to(dtype).requires_grad_(requires_grad)

    return map_leaves(convert, tree)


def for_numpy(tree):
    """Outputs of either world as NumPy arrays in float64 or their own integer kind."""

    def convert(leaf):
        if not isinstance(leaf, torch.Tensor):
            return leaf
        leaf = leaf.detach().cpu()
        return leaf.to(torch.float64).numpy() if leaf.is_floating_point() else leaf.numpy()

    return map_leaves(convert, tree)


# ----------------------------------------------------------------------------- the comparer
def assert_close(actual, expected, what, dtype="float64"):
    """Compare two trees: the same structure, exact shapes and kinds, values within tolerance."""
    actual, expected = leaves(for_numpy(actual)), leaves(for_numpy(expected))
    assert len(actual) == len(expected), f"{what}: {len(actual)} results, expected {len(expected)}"
    for a, e in zip(actual, expected, strict=True):
        if a is None or isinstance(a, str):
            assert a == e, f"{what}: {a!r}, expected {e!r}"
            continue
        a, e = np.asarray(a), np.asarray(e)
        assert a.shape == e.shape, f"{what}: shape {a.shape}, expected {e.shape}"
        kinds = {"u": "i"}
        assert kinds.get(a.dtype.kind, a.dtype.kind) == kinds.get(e.dtype.kind, e.dtype.kind), (
            f"{what}: {a.dtype}, expected {e.dtype}"
        )
        rtol, atol = TOLERANCES[dtype]
        finite = e[np.isfinite(e)] if e.dtype.kind == "f" else e
        size = float(np.max(np.abs(finite), initial=1.0)) if a.dtype.kind == "f" else 1.0
        np.testing.assert_allclose(a, e, rtol=rtol, atol=atol * size, err_msg=what)


# ----------------------------------------------------------------------------- forward
def check_forward(row):
    """Reference, twin and oracle give the same values in float64."""
    inputs = row.inputs()
    expected = row.reference(*for_reference(inputs), **row.keywords)
    assert_close(row.twin(*for_torch(inputs), **row.keywords), expected, f"twin of {row.id}")
    if row.third_party is not None:
        oracle = row.third_party(*for_torch(inputs), **row.keywords)
        assert_close(oracle, expected, f"oracle of {row.id}")


# ----------------------------------------------------------------------------- backward
def bound(row, inputs):
    """The forward's arguments by name, keywords and defaults included."""
    arguments = inspect.signature(row.reference).bind(*inputs, **row.keywords)
    arguments.apply_defaults()
    return arguments.arguments


def upstream_names(row):
    """The backward's parameters that are not inputs of the forward: dout, or dh and dc.

    What has a default is no gradient: it saves work, as the indices of max pooling do.
    """
    inputs = inspect.signature(row.reference).parameters
    asked = inspect.signature(row.reference_backward).parameters.values()
    return [p.name for p in asked if p.name not in inputs and p.default is p.empty]


def outputs(result):
    """The float outputs of a function, in order."""
    result = list(result) if isinstance(result, tuple) else [result]
    return [item for item in result if all(is_float(leaf) for leaf in leaves(item))]


def upstreams(row, inputs):
    """Random upstream gradients, one for each output that the backward has a name for."""
    rng = row.rng("upstream")
    results = outputs(row.reference(*for_reference(inputs), **row.keywords))
    return [
        map_leaves(lambda leaf: rng.normal(size=np.shape(leaf)), result)
        for result in results[: len(upstream_names(row))]
    ]


def reference_gradients(row, inputs, douts, dtype=np.float64):
    """Call the reference's backward with arguments found by name; a list of gradients."""
    arguments = bound(row, for_reference(inputs, dtype))
    arguments |= dict(zip(upstream_names(row), for_reference(douts, dtype), strict=True))
    wanted = inspect.signature(row.reference_backward).parameters
    result = row.reference_backward(
        **{name: arguments[name] for name in wanted if name in arguments}
    )
    return list(result) if isinstance(result, tuple) else [result]


def differentiated(row, inputs, n_gradients):
    """Positions of the inputs that the backward's gradients belong to, in its order."""
    if row.gradients is not None:
        return [row.parameters.index(name) for name in row.gradients]
    floats = [
        i
        for i, item in enumerate(inputs)
        if leaves(item) and all(is_float(leaf) for leaf in leaves(item))
    ]
    return floats[:n_gradients]


def scalar(results, douts):
    """The number whose gradient the backward returns: sum of dout times output."""
    results = outputs(results)
    if not douts:  # a loss: upstream 1
        return results[0]
    pairs = zip(leaves(results[: len(douts)]), leaves(douts), strict=True)
    return sum((out * dout).sum() for out, dout in pairs)


def autograd_gradients(row, function, inputs, douts, where, dtype=torch.float64, device="cpu"):
    """Gradients of the inputs at the positions `where`, by autograd through `function`."""
    tensors = for_torch(inputs, dtype, device, requires_grad=True)
    goal = scalar(function(*tensors, **row.keywords), for_torch(douts, dtype, device))
    wanted = [tensors[i] for i in where]
    flat = torch.autograd.grad(goal, leaves(wanted), allow_unused=True, materialize_grads=True)
    flat = iter(flat)
    return map_leaves(lambda leaf: next(flat), wanted)


def finite_differences(row, inputs, douts, where, h=1e-6):
    """Two-sided differences of the reference's forward, entry by entry."""
    inputs = map_leaves(lambda x: x.copy() if is_float(x) else x, for_reference(inputs))

    def gradient(x):
        g = np.zeros_like(x)
        for i in np.ndindex(x.shape):
            kept = x[i]
            x[i] = kept + h
            above = scalar(row.reference(*inputs, **row.keywords), douts)
            x[i] = kept - h
            below = scalar(row.reference(*inputs, **row.keywords), douts)
            x[i] = kept
            g[i] = (above - below) / (2 * h)
        return g

    return [map_leaves(gradient, inputs[i]) for i in where]


def check_gradients(row):
    """The explicit backward equals autograd through twin and oracle, or finite differences."""
    inputs = row.inputs()
    douts = upstreams(row, inputs)
    ours = reference_gradients(row, inputs, douts)
    where = differentiated(row, inputs, len(ours))
    assert len(where) == len(ours), f"{row.id}: {len(ours)} gradients for {len(where)} float inputs"
    twin = autograd_gradients(row, row.twin, inputs, douts, where)
    assert_close(ours, twin, f"gradients of {row.id} against its twin")
    if row.third_party is not None:
        oracle = autograd_gradients(row, row.third_party, inputs, douts, where)
        assert_close(ours, oracle, f"gradients of {row.id} against the oracle")
    elif not row.kink:
        expected = finite_differences(row, inputs, douts, where)
        for a, e in zip(leaves(ours), leaves(expected), strict=True):
            size = np.max(np.abs(e), initial=1.0)
            what = f"gradients of {row.id} against finite differences"
            np.testing.assert_allclose(a, e, rtol=1e-5, atol=1e-7 * size, err_msg=what)


# ----------------------------------------------------------------------------- manners
def run_both(row, inputs, dtype=np.float64):
    """The reference's outputs and gradients on these inputs."""
    result = row.reference(*for_reference(inputs, dtype), **row.keywords)
    if row.reference_backward is None:
        return [result]
    return [result, reference_gradients(row, inputs, upstreams(row, inputs), dtype)]


def check_inputs_untouched(row):
    """Nothing that was passed in is changed by the reference or by the twin."""
    inputs = row.inputs()
    run_both(row, inputs)
    for before, after in zip(leaves(row.inputs()), leaves(inputs), strict=True):
        if isinstance(before, np.ndarray):
            np.testing.assert_array_equal(after, before, err_msg=f"{row.id} changed its input")
    tensors, kept = for_torch(inputs), for_torch(inputs)
    row.twin(*tensors, **row.keywords)
    for before, after in zip(leaves(kept), leaves(tensors), strict=True):
        if isinstance(before, torch.Tensor):
            same = torch.equal(torch.nan_to_num(before), torch.nan_to_num(after))
            assert same, f"the twin of {row.id} changed its input"


def awkward(leaf):
    """The same numbers in a read-only view with a gap after every entry of every axis."""
    if not isinstance(leaf, np.ndarray):
        return leaf
    roomy = np.full([2 * n for n in leaf.shape], 77, leaf.dtype)
    view = roomy[(..., *(slice(None, None, 2) for _ in leaf.shape))]
    view[...] = leaf
    view.flags.writeable = False
    return view


def check_awkward_memory(row):
    """Read-only and non-contiguous inputs give the same results."""
    inputs = row.inputs()
    expected = run_both(row, inputs)
    assert_close(run_both(row, map_leaves(awkward, inputs)), expected, f"strided {row.id}")


def check_float32(row):
    """float32 in, float32 out, near the float64 result; Python floats have no type to keep."""
    inputs = for_reference(row.inputs(), np.float32)
    results = run_both(row, inputs, np.float32)
    for leaf in leaves(results):
        if isinstance(leaf, np.ndarray | np.generic) and leaf.dtype.kind == "f":
            assert leaf.dtype == np.float32, f"{row.id} promotes to {leaf.dtype}"
    assert_close(singles_up(results), run_both(row, inputs), f"float32 {row.id}", "float32")


def with_numpy_numbers(row):
    """The row with every hyperparameter that is a Python number, default or not, as NumPy's."""

    def convert(number):
        if isinstance(number, bool) or not isinstance(number, int | float):
            return number
        return np.float64(number) if isinstance(number, float) else np.int64(number)

    positional = len(row.generators)
    parameters = list(inspect.signature(row.reference).parameters.values())[positional:]
    keywords = {p.name: p.default for p in parameters if p.default is not p.empty} | row.keywords
    return dataclasses.replace(
        row,
        generators=tuple(
            (lambda rng, g=g: convert(g(rng) if callable(g) else g)) for g in row.generators
        ),
        keywords={name: convert(value) for name, value in keywords.items()},
    )


def check_numpy_numbers(row):
    """A NumPy float64 as rate, slope or eps leaves float32 alone and changes no value."""
    numpys = with_numpy_numbers(row)
    inputs = [  # numbers among them are hyperparameters or state, not arrays
        item if isinstance(item, np.generic) else for_reference(item, np.float32)
        for item in numpys.inputs()
    ]
    plain_inputs = for_reference(row.inputs(), np.float32)
    expected = run_both(row, plain_inputs, np.float32)
    results = run_both_as(numpys, inputs, plain_inputs)
    for leaf in leaves(results):
        if isinstance(leaf, np.ndarray | np.generic) and leaf.dtype.kind == "f":
            assert leaf.dtype == np.float32, f"{row.id} is promoted to {leaf.dtype} by a number"
    assert_close(singles_up(results), singles_up(expected), f"NumPy's numbers {row.id}", "float32")


def run_both_as(row, inputs, for_shapes):
    """`run_both` in float32 on inputs as they are; `for_shapes` has the shapes of the outputs."""
    result = row.reference(*inputs, **row.keywords)
    if row.reference_backward is None:
        return [result]
    douts = for_reference(upstreams(row, for_shapes), np.float32)
    arguments = bound(row, inputs) | dict(zip(upstream_names(row), douts, strict=True))
    wanted = inspect.signature(row.reference_backward).parameters
    gradients = row.reference_backward(**{n: arguments[n] for n in wanted if n in arguments})
    return [result, list(gradients) if isinstance(gradients, tuple) else [gradients]]


def damaged(array):
    """Variants of an array with a shape or a number that its function may not expect."""
    yield array[None]
    yield array[..., None]
    if array.ndim:
        yield array[:0]
        yield array[..., :0]
        yield np.concatenate([array, array[:1]])
        yield np.concatenate([array, array[..., :1]], axis=-1)
    if array.size:
        yield array.reshape(-1)[0]
        if is_float(array):
            yield np.where(np.arange(array.size).reshape(array.shape) == 0, np.nan, array)


def not_numbers(array):
    """Variants of an array that hold text, complex numbers, and nothing."""
    return array.astype(complex), np.full(array.shape, "a"), np.full(array.shape, None)


def with_each(row, variants):
    """The row's inputs, one array at a time replaced by each of its variants."""
    for i, item in enumerate(row.inputs()):
        if isinstance(item, np.ndarray):
            for variant in variants(item):
                inputs = row.inputs()
                inputs[i] = np.asarray(variant)
                yield i, inputs


def refused(row, inputs, at):
    """Whether the reference refuses: by a ValueError that quotes the input, nothing else."""
    bad = inputs[at]
    try:
        row.reference(*for_reference(inputs), **row.keywords)
    except ValueError as error:
        message = str(error)
    else:
        return False
    quoted = [str(bad.shape).replace(" ", ""), *map(str, bad.shape), str(bad.dtype), "nan"]
    assert any(word in message.replace(" ", "").lower() for word in map(str.lower, quoted)), (
        f"{row.id} refuses input {at} of shape {bad.shape} without quoting it: {message}"
    )
    return True


def check_damaged_inputs(row):
    """Wrong shapes, empty axes and NaN: refused with what was received, or as the twin has it."""
    for at, inputs in with_each(row, damaged):
        if not refused(row, inputs, at):
            ours = row.reference(*for_reference(inputs), **row.keywords)
            theirs = row.twin(*for_torch(inputs), **row.keywords)
            what = f"{row.id} with input {at} of shape {inputs[at].shape}"
            assert_close(theirs, ours, what, "float32")


def check_twin_refuses(row):
    """What the reference refuses, the twin refuses too: with a ValueError, or PyTorch's own."""
    for at, inputs in with_each(row, damaged):
        if refused(row, inputs, at):
            try:
                row.twin(*for_torch(inputs), **row.keywords)
            except (ValueError, RuntimeError):
                continue
            raise AssertionError(f"the twin of {row.id} takes {inputs[at].shape} for input {at}")


def check_damaged_upstream(row):
    """A gradient that has not the shape of the output is refused, never broadcast."""
    inputs = row.inputs()
    douts = upstreams(row, inputs)
    for i, dout in enumerate(douts):
        for bad in damaged(dout) if isinstance(dout, np.ndarray) else ():
            if np.shape(bad) == dout.shape:  # a NaN, or an empty one once more
                continue
            try:
                reference_gradients(row, inputs, [*douts[:i], np.asarray(bad), *douts[i + 1 :]])
            except ValueError:
                continue
            raise AssertionError(f"{row.id} takes dout {np.shape(bad)} for {dout.shape}")


def check_other_types(row):
    """What are not real numbers is refused, or moved about without a look at it."""
    for at, inputs in with_each(row, not_numbers):
        if not refused(row, inputs, at):
            result = leaves(row.reference(*for_reference(inputs), **row.keywords))
            kinds = {np.asarray(leaf).dtype.kind for leaf in result}
            assert kinds <= {inputs[at].dtype.kind}, (
                f"{row.id} computes with input {at} of type {inputs[at].dtype}"
            )


def check_integer_upstream(row):
    """A gradient of whole numbers, as integers, leaves float32 alone and means the same."""
    inputs = for_reference(row.inputs(), np.float32)
    whole = map_leaves(lambda dout: np.rint(3 * dout), upstreams(row, row.inputs()))
    expected = reference_gradients(row, inputs, whole, np.float32)
    integers = map_leaves(lambda dout: dout.astype(np.int64), whole)
    found = reference_gradients(row, inputs, integers, np.float32)
    for leaf in leaves(found):
        assert leaf.dtype == np.float32, f"gradients of {row.id} are promoted to {leaf.dtype}"
    assert_close(singles_up(found), singles_up(expected), f"integer gradient of {row.id}")


def singles_up(tree):
    return map_leaves(lambda x: np.asarray(x, np.float64) if is_float(x) else x, tree)


def outcome(function, inputs, keywords):
    try:
        return function(*inputs, **keywords)
    except (ValueError, FloatingPointError, RuntimeWarning, np.linalg.LinAlgError) as error:
        return type(error).__name__


def check_integers(row):
    """Integer arrays are read as floats: the same results, or the same refusal."""

    def as_float(leaf):
        return leaf if isinstance(leaf, str | type(None)) else np.asarray(leaf, np.float64)

    floats = map_leaves(lambda x: np.rint(x) if is_float(x) else x, for_reference(row.inputs()))
    integers = map_leaves(lambda x: x.astype(np.int64) if is_float(x) else x, floats)
    expected = outcome(row.reference, floats, row.keywords)
    actual = outcome(row.reference, for_reference(integers), row.keywords)
    as_floats = [map_leaves(as_float, for_numpy(result)) for result in (actual, expected)]
    assert_close(*as_floats, f"{row.id} on integers")  # relu of integers may stay integer


def check_twin_integers(row):
    """A twin reads integer tensors as floats or refuses them; it never cuts a share off."""
    floats = map_leaves(lambda x: np.asarray(np.rint(x)) if is_float(x) else x, row.inputs())
    integers = map_leaves(lambda x: x.astype(np.int64) if is_float(x) else x, floats)
    try:
        expected = row.twin(*for_torch(floats), **row.keywords)
        actual = row.twin(*for_torch(integers), **row.keywords)
    except (ValueError, RuntimeError, TypeError):
        return
    in_floats = [map_leaves(_in_float64, tree) for tree in (actual, expected)]
    assert_close(*in_floats, f"twin of {row.id} on integers", "float32")


def _in_float64(leaf):
    return leaf.double() if isinstance(leaf, torch.Tensor) else leaf


# ----------------------------------------------------------------------------- devices
@contextmanager
def full_float32():
    """Keep TF32 out of float32: it computes products with 10 bits of mantissa, not 23."""
    kinds = (torch.backends.cuda.matmul, torch.backends.cudnn.conv, torch.backends.cudnn.rnn)
    before = [kind.fp32_precision for kind in kinds]
    try:
        for kind in kinds:
            kind.fp32_precision = "ieee"
        yield
    finally:
        for kind, precision in zip(kinds, before, strict=True):
            kind.fp32_precision = precision


def check_stays_on_device(row):
    """The twin makes no tensor of its own elsewhere: inputs on a device without memory show it.

    A meta tensor has a shape and no numbers, so a twin that returns a Python number, or lets
    numbers decide about a shape, stops there; it must not stop over two devices.
    """
    try:
        results = row.twin(*for_torch(row.inputs(), torch.float32, "meta"), **row.keywords)
    except (RuntimeError, NotImplementedError) as error:
        message = str(error)
        assert "meta tensor" in message.lower() or "register_meta" in message, (
            f"the twin of {row.id} mixes devices: {message}"
        )
        return
    for leaf in leaves(results):
        on_device = not isinstance(leaf, torch.Tensor) or leaf.device.type == "meta"
        assert on_device, f"the twin of {row.id} left the device"


def check_on_device(row, device, dtype):
    """The twin on a device, in `dtype`, is near the float64 reference on the same numbers."""
    torch_dtype = getattr(torch, dtype)

    def rounded(leaf):
        return for_numpy(torch.tensor(leaf).to(torch_dtype)) if is_float(leaf) else leaf

    inputs = map_leaves(rounded, row.inputs())
    expected = row.reference(*for_reference(inputs), **row.keywords)
    actual = row.twin(*for_torch(inputs, torch_dtype, device), **row.keywords)
    for leaf in leaves(actual):
        if is_float(leaf) and isinstance(leaf, torch.Tensor):
            assert leaf.device.type == device, f"the twin of {row.id} left the device"
            loss = row.answers_a_loss and leaf.ndim == 0
            due = torch.float32 if loss and dtype == "bfloat16" else torch_dtype
            kept = leaf.dtype == due or not (row.single and has_floats(inputs))
            assert kept, f"the twin of {row.id} promotes to {leaf.dtype}"
    assert_close(actual, expected, f"{row.id} on {device}", dtype)
    if row.reference_backward is not None:
        douts = map_leaves(rounded, upstreams(row, inputs))
        ours = reference_gradients(row, inputs, douts)
        where = differentiated(row, inputs, len(ours))
        there = autograd_gradients(row, row.twin, inputs, douts, where, torch_dtype, device)
        assert_close(there, ours, f"gradients of {row.id} on {device}", dtype)

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### How far does an output see?
#
# Layers stand one behind the other, along one axis, the input's side first: layer $j$ has a window
# of `kernels[j]` $= k_j$ places and moves it by `strides[j]` $= s_j$ of the places that it gets.
# Return how wide the stretch of inputs is, from the first to the last, on which one output of the
# last layer depends, an integer:
#
# $$r = 1 + \sum_j (k_j - 1)\, s_1 s_2 \cdots s_{j-1}.$$
#
# The product is over the layers *before* layer $j$; for the first layer it is 1. So the stride of
# the last layer does not count. Without a layer, an output is an input, and $r$ is 1.
#
# Example: windows 3, 2, 5 with strides 2, 3, 1 give $1 + 2 \cdot 1 + 1 \cdot 2 + 4 \cdot 6 = 29$.

# %% [markdown] tags=["hint"]
# Take two layers, windows 2 and 3, strides 4 and 1, and draw which inputs the first output of each
# layer sees, and the second. How far apart on the input do two neighbours of the first layer begin?


# %% tags=["solution"]
def receptive_field(kernels, strides):
    """Return how wide the stretch of inputs is on which one output of these layers depends."""
    field, step = 1, 1  # step: from one place to the next, counted in inputs
    for kernel_size, stride in zip(kernels, strides, strict=True):
        field += (kernel_size - 1) * step
        step *= stride
    return field


# %% tags=["cases"]
promises = ["pure", "repeatable"]


def visible():
    yield [3, 2, 5], [2, 3, 1]
    yield [3, 3], [1, 1]
    yield [5, 2, 5, 2], [1, 2, 1, 2]
    yield [3], [2]
    yield [2, 1, 4], [3, 2, 2]
    yield [], []


def hidden(rng):
    for layers in [2, 3, 4, 5, 6, 3, 4, 5]:
        kernels, strides = rng.integers(2, 8, size=layers), rng.integers(1, 4, size=layers)
        yield [int(k) for k in kernels], [int(s) for s in strides]
    yield [3] * 5, [2] * 5
    yield [7, 3, 3, 1, 3], [2, 2, 1, 3, 2]
    yield [4], [3]
    yield [2, 3, 2], [5, 4, 1]  # gaps
    yield [], []


# %% tags=["mistakes"]
@mistake("No stride counts in your sum: behind a stride neighbours lie further apart.")
def forgets_the_strides(kernels, strides):
    return 1 + sum(k - 1 for k in kernels)


@mistake("A layer's own stride counts for its own window: whose strides come before it?")
def counts_its_own_stride(kernels, strides):
    field, step = 1, 1
    for k, s in zip(kernels, strides, strict=True):
        step *= s
        field += (k - 1) * step
    return field


@mistake("The windows were added up whole: the place in the middle is counted once a layer.")
def adds_whole_windows(kernels, strides):
    field, step = 1, 1
    for k, s in zip(kernels, strides, strict=True):
        field, step = field + k * step, step * s
    return field


@mistake("The 1 is missing: what does an output see without any layer?")
def forgets_the_one(kernels, strides):
    return receptive_field(kernels, strides) - 1


@mistake("The strides of the layers before were added: each multiplies the distances.")
def adds_the_strides(kernels, strides):
    return 1 + sum((k - 1) * max(sum(strides[:j]), 1) for j, k in enumerate(kernels))


@mistake("Only the stride of the one layer before counts in your sum: all before it multiply.")
def counts_one_stride(kernels, strides):
    before = [1, *strides]
    return 1 + sum((k - 1) * s for k, s in zip(kernels, before, strict=False))


@mistake("The layers were taken from the other end: the input's side comes first in the lists.")
def reads_from_the_output(kernels, strides):
    return receptive_field(kernels[::-1], strides[::-1])


@mistake("The windows were multiplied: two windows of 3 see 5 places and not 9.")
def multiplies_the_windows(kernels, strides):
    field = 1
    for k in kernels:
        field *= k
    return field


@mistake("The windows were added up, and nothing else: draw what two windows of 3 see together.")
def adds_the_windows(kernels, strides):
    return sum(kernels)


@mistake("The stride has stretched one place too many: r places have r - 1 gaps between them.")
def stretches_places(kernels, strides):
    field = 1
    for k, s in zip(kernels[::-1], strides[::-1], strict=True):
        field = field * s + k - 1
    return field


@mistake("Each window was multiplied by its own stride alone: all strides before it multiply.")
def multiplies_by_its_own_stride(kernels, strides):
    return 1 + sum((k - 1) * s for k, s in zip(kernels, strides, strict=True))


@mistake("Each window was multiplied by the stride of the layer behind it: look to the input.")
def multiplies_by_the_strides_behind(kernels, strides):
    return 1 + sum((k - 1) * s for k, s in zip(kernels, [*strides[1:], 1], strict=True))


@mistake("That is how far apart two neighbours of the last layer lie, counted in inputs.")
def returns_the_step(kernels, strides):
    step = 1
    for s in strides:
        step *= s
    return step


@mistake("That is the window of the last layer: it sees what the layers before have made.")
def returns_the_last_window(kernels, strides):
    return kernels[-1] if kernels else 1


@mistake("Behind the first layer each window was multiplied by its own stride: those before count.")
def multiplies_by_its_own_stride_later(kernels, strides):
    before = [1, *strides[1:]]
    return 1 + sum((k - 1) * s for k, s in zip(kernels, before, strict=False))


def with_steps(step_on, whole=0, field=1):
    """An answer from the input on: what a layer adds, and how the step goes on."""

    def answer(kernels, strides):
        seen, step = field, 1
        for k, s in zip(kernels, strides, strict=True):
            seen, step = seen + (k - 1 + whole) * step, step_on(step, s)
        return seen

    return answer


adds_each_stride_to_one = mistake("The step grows by each stride: it is multiplied by it.")(
    with_steps(lambda step, s: step + s)
)
adds_whole_windows_to_nothing = mistake(
    "The windows were added up whole: one place of each has been seen before."
)(with_steps(lambda step, s: step * s, whole=1, field=0))


def from_the_input(join):
    """An answer that carries one number on from layer to layer, the input's side first."""

    def answer(kernels, strides):
        seen = 1
        for k, s in zip(kernels, strides, strict=True):
            seen = join(seen, k, s)
        return seen

    return answer


def from_the_output(join):
    return lambda kernels, strides: from_the_input(join)(kernels[::-1], strides[::-1])


stretches_places_from_the_input = mistake(
    "What was seen so far has been stretched by the layer's own stride: it lies before that layer."
)(from_the_input(lambda r, k, s: r * s + k - 1))
stretches_places_and_whole_windows = mistake(
    "One place was counted twice in each layer: try a single window of 3."
)(from_the_output(lambda r, k, s: r * s + k))
loses_a_place_a_layer = mistake("Each layer has lost a place: try a single window of 3.")(
    from_the_output(lambda r, k, s: (r - 1) * s + k - 1)
)


@mistake("Every window was multiplied by all strides: only those of the layers before it count.")
def multiplies_by_all_strides(kernels, strides):
    return 1 + sum(k - 1 for k in kernels) * returns_the_step(kernels, strides)


@mistake("Every window was multiplied by all strides but the last: only those before it count.")
def multiplies_by_all_but_the_last(kernels, strides):
    return 1 + sum(k - 1 for k in kernels) * returns_the_step(kernels, strides[:-1])


@mistake("Inputs in gaps between windows were left out: the stretch goes from first to last.")
def leaves_out_the_gaps(kernels, strides):
    seen = {0}
    for k, s in zip(kernels[::-1], strides[::-1], strict=True):
        seen = {place * s + u for place in seen for u in range(k)}
    return len(seen)


@mistake("The first window was multiplied by the last stride: which one is strides[0 - 1]?")
def counts_strides_from_the_end(kernels, strides):
    return 1 + sum((k - 1) * strides[j - 1] for j, k in enumerate(kernels))


@mistake("Every window was multiplied by the last stride, too: which one is strides[0 - 1]?")
def multiplies_strides_from_the_end(kernels, strides):
    return 1 + (receptive_field(kernels, strides) - 1) * [1, *strides][-1]


@mistake("Without a layer 0 came out: how many inputs are in an output that is an input?")
def sees_nothing_without_a_layer(kernels, strides):
    return receptive_field(kernels, strides) if len(kernels) else 0


@mistake("A window's own stride was taken off it: one of its places was there before it.")
def takes_the_stride_off(kernels, strides):
    field, step = 1, 1
    for k, s in zip(kernels, strides, strict=True):
        field, step = field + (k - s) * step, step * s
    return field


@mistake("The first window was multiplied by all strides: no layer stands before it.")
def rolls_the_strides(kernels, strides):
    more = (returns_the_step(kernels, strides) - 1) * (kernels[0] - 1) if kernels else 0
    return receptive_field(kernels, strides) + more

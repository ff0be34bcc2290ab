from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### How many numbers does a layer learn?
#
# A convolutional layer has `out_channels` $K$ filters. Each filter has a weight for every one of
# $F \times F$ places (`kernel_size` $F$) in every one of $C$ input channels (`in_channels`), and,
# with `bias=True`, one bias. Return how many numbers the layer learns, an integer: $(F F C + 1)\,K$
# with biases, $F F C K$ without.
#
# Example: two filters of 3 x 3 over four channels have $(3 \cdot 3 \cdot 4 + 1) \cdot 2 = 74$
# numbers.

# %% [markdown] tags=["hint"]
# Write down a filter of 2 x 2 over three channels, all of its weights. How many are there, and
# what changes when a second filter joins it?


# %% tags=["solution"]
def conv_parameters(kernel_size, in_channels, out_channels, bias=True):
    """Return how many weights and biases a layer of square filters has."""
    weights = kernel_size * kernel_size * in_channels
    return (weights + bool(bias)) * out_channels


# %% tags=["cases"]
promises = ["repeatable"]


def visible():
    yield 3, 4, 2
    yield 5, 3, 200
    yield 3, 4, 2, False
    yield 1, 64, 16
    yield 7, 1, 3, False
    yield 2, 5, 1


def hidden(rng):
    for bias in (True, False):
        for _ in range(5):
            yield *(int(n) for n in rng.integers([2, 2, 2], [8, 40, 60])), bias
    yield 1, 9, 5
    yield 4, 1, 7
    yield 6, 3, 1, False


# %% tags=["mistakes"]
def with_count(count):
    """An answer that counts weights and biases by `count`."""
    return lambda kernel_size, in_channels, out_channels, bias=True: count(
        kernel_size, in_channels, out_channels, bool(bias)
    )


counts_one_channel = mistake(
    "The input channels make no difference: a filter has weights in each."
)(with_count(lambda F, C, K, bias: (F * F + bias) * K))
counts_a_line = mistake(
    "A filter has F weights in a channel, as if it were a line: it is a square."
)(with_count(lambda F, C, K, bias: (F * C + bias) * K))
counts_one_filter = mistake("That is one filter: how many are there?")(
    with_count(lambda F, C, K, bias: F * F * C + bias)
)
counts_one_bias = mistake("There is one bias for the whole layer: each filter has its own.")(
    with_count(lambda F, C, K, bias: F * F * C * K + bias)
)
counts_a_bias_a_channel = mistake("A filter has a bias for each input channel: it has one in all.")(
    with_count(lambda F, C, K, bias: (F * F + bias) * C * K)
)
counts_biases_of_the_inputs = mistake("There are as many biases as input channels: count filters.")(
    with_count(lambda F, C, K, bias: F * F * C * K + bias * C)
)
forgets_the_biases = mistake("The biases are missing.")(
    with_count(lambda F, C, K, bias: F * F * C * K)
)
always_counts_biases = mistake("With bias=False the biases still count.")(
    with_count(lambda F, C, K, bias: (F * F * C + 1) * K)
)
turns_bias_round = mistake("Biases count where bias is False and not where it is True.")(
    with_count(lambda F, C, K, bias: (F * F * C + (not bias)) * K)
)
counts_a_bias_a_weight = mistake("Each weight has got a bias of its own: a filter has one in all.")(
    with_count(lambda F, C, K, bias: F * F * C * (1 + bias) * K)
)
adds_the_channels = mistake("The channels were added where each has F times F weights.")(
    with_count(lambda F, C, K, bias: (F * F + C + bias) * K)
)
shares_filters_among_channels = mistake(
    "Each filter reads one channel in your count: it reads them all."
)(with_count(lambda F, C, K, bias: F * F * max(C, K) + bias * K))


doubles_the_side = mistake("A square of side F has F times F places, not 2 F.")(
    with_count(lambda F, C, K, bias: (2 * F * C + bias) * K)
)
always_counts_a_bias_a_channel = mistake(
    "A filter has one bias for all channels, and none at all with bias=False."
)(with_count(lambda F, C, K, bias: (F * F + 1) * C * K))
adds_both_channels = mistake("The two numbers of channels were added: every filter reads each.")(
    with_count(lambda F, C, K, bias: F * F * (C + K) + bias * K)
)
squares_the_channels = mistake(
    "The channels were squared with the side: a filter has F F C weights."
)(with_count(lambda F, C, K, bias: ((F * C) ** 2 + bias) * K))
always_counts_one_bias = mistake("A filter has one bias of its own, and none with bias=False.")(
    with_count(lambda F, C, K, bias: F * F * C * K + 1)
)
cubes_the_side = mistake(
    "The side counts three times: a filter is F wide and F high, over C channels."
)(with_count(lambda F, C, K, bias: (F * F * F * C + bias) * K))


takes_the_hat_for_a_power = mistake("In Python ^ is no power: print 3 ^ 2.")(
    with_count(lambda F, C, K, bias: ((F ^ 2) * C + bias) * K)
)
loses_all_without_biases = mistake("With bias=False nothing is left: the weights stay.")(
    with_count(lambda F, C, K, bias: (F * F * C + 1) * K if bias else 0)
)
takes_the_channels_for_a_power = mistake("The side was raised to the number of channels.")(
    with_count(lambda F, C, K, bias: (F**C + bias) * K)
)

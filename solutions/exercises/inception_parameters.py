from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### What does an inception module cost?
#
# An inception module sends the same `in_channels` maps through several branches, side by side.
# `branches` has one list a branch, with its convolutions in order, each as
# `(kernel_size, out_channels)`. The first convolution of a branch takes the module's maps, each
# further one takes those of the convolution before it. A convolution with square filters of side
# $F$, from $C$ maps to $K$, has $F^2 C K$ weights and $K$ biases. Pooling has no parameters, so it
# stands in no list, and each list holds a convolution. Return the number of parameters of the whole
# module, an integer.
#
# With 4 maps and the branches `[[(1, 2)], [(1, 3), (3, 5)]]` there are 10 parameters in the first
# branch and 15 + 140 in the second, 165 in all.

# %% [markdown] tags=["hint"]
# Print for every convolution how many maps go in and how many come out. What goes into the first
# one of the second branch?


# %% tags=["solution"]
def inception_parameters(in_channels, branches):
    """Return how many parameters the convolutions of an inception module have, with biases."""
    total = 0
    for branch in branches:
        channels = in_channels
        for kernel_size, out_channels in branch:
            total += (kernel_size**2 * channels + 1) * out_channels
            channels = out_channels
    return total


# %% tags=["cases"]
promises = ["pure", "repeatable"]


def visible():
    yield 4, [[(1, 2)], [(1, 3), (3, 5)]]
    yield 192, [[(1, 64)], [(1, 96), (3, 128)], [(1, 16), (5, 32)], [(1, 32)]]
    yield 7, [[(3, 4)]]
    yield 5, [[(1, 2), (3, 3), (5, 4)], [(3, 6)]]


def hidden(rng):
    for counts in [(1,), (2, 1), (1, 3, 2), (2, 2, 3, 1), (4,), (1, 1, 1)]:
        yield (
            int(rng.integers(2, 50)),
            [
                [(int(rng.choice([1, 3, 5, 7])), int(rng.integers(2, 60))) for _ in range(n)]
                for n in counts
            ],
        )
    yield 480, [[(1, 192)], [(1, 96), (3, 208)], [(1, 16), (5, 48)], [(1, 64)]]
    yield 1, [[(1, 1)]]


# %% tags=["mistakes"]
def counted(cost, maps=lambda channels, out: out):
    """The solution with another count for one convolution and other maps for the next one."""

    def answer(in_channels, branches):
        total = 0
        for branch in branches:
            channels = in_channels
            for F, K in branch:
                total += cost(F, channels, K)
                channels = maps(channels, K)
        return total

    return answer


forgets_the_biases = mistake("The biases are missing: each filter has one.")(
    counted(lambda F, C, K: F**2 * C * K)
)
gives_a_layer_one_bias = mistake("There is one bias a convolution here: each filter has one.")(
    counted(lambda F, C, K: F**2 * C * K + 1)
)
gives_an_input_one_bias = mistake(
    "There is a bias for each map that comes in: each filter has one."
)(counted(lambda F, C, K: F**2 * C * K + C))
gives_each_pair_a_bias = mistake("There is a bias for each pair of maps: each filter has one.")(
    counted(lambda F, C, K: (F**2 + 1) * C * K)
)
gives_each_tap_a_bias = mistake("There is a bias for each place of a filter: it has one in all.")(
    counted(lambda F, C, K: F**2 * (C + 1) * K)
)
forgets_the_maps = mistake("A filter has weights for every map that comes in, not for one alone.")(
    counted(lambda F, C, K: (F**2 + 1) * K)
)
forgets_the_filters = mistake(
    "The weights of one filter were counted: a convolution has K of them."
)(counted(lambda F, C, K: F**2 * C + K))
counts_one_filter = mistake("Weights and bias of one filter were counted: there are K of them.")(
    counted(lambda F, C, K: F**2 * C + 1)
)
forgets_the_square = mistake(
    "A filter of side F is square: how many numbers does one of its maps hold?"
)(counted(lambda F, C, K: F * C * K + K))
doubles_for_a_square = mistake("The side was doubled, not squared.")(
    counted(lambda F, C, K: 2 * F * C * K + K)
)
takes_the_maps_that_come_out = mistake("The maps that come out were taken for those that come in.")(
    counted(lambda F, C, K: F**2 * K * K + K)
)
always_takes_the_modules_maps = mistake(
    "Every convolution got the module's maps: in a branch one takes those of the one before."
)(counted(lambda F, C, K: (F**2 * C + 1) * K, maps=lambda channels, out: channels))
keeps_adding_maps = mistake(
    "Each convolution got all maps so far: it takes those of the one before it alone."
)(counted(lambda F, C, K: (F**2 * C + 1) * K, maps=lambda channels, out: channels + out))
always_takes_the_modules_maps_without_biases = mistake(
    "Every convolution got the module's maps, and the biases are missing."
)(counted(lambda F, C, K: F**2 * C * K, maps=lambda channels, out: channels))


@mistake("The two numbers of a pair have changed places: the side comes first.")
def swaps_the_pair(in_channels, branches):
    return inception_parameters(in_channels, [[(F, K) for K, F in branch] for branch in branches])


@mistake("in_channels makes no difference in your result.")
def ignores_the_modules_maps(in_channels, branches):
    return inception_parameters(1, branches)


@mistake("A branch got the maps of all branches before it as well: they stand side by side.")
def gathers_the_branches(in_channels, branches):
    total = 0
    for branch in branches:
        total += inception_parameters(in_channels, [branch])
        in_channels += branch[-1][1]
    return total


@mistake("Only the last convolution of each branch has its biases: all of them have.")
def gives_a_branch_the_biases_of_its_last(in_channels, branches):
    return forgets_the_biases(in_channels, branches) + counts_maps(in_channels, branches)


@mistake("A branch began with the maps of the branch before it: they stand side by side.")
def chains_the_branches(in_channels, branches):
    return inception_parameters(in_channels, [[pair for branch in branches for pair in branch]])


@mistake("A branch began with the maps of the one before it, and the biases are missing.")
def chains_the_branches_without_biases(in_channels, branches):
    chain = [[pair for branch in branches for pair in branch]]
    return forgets_the_biases(in_channels, chain)


@mistake("The branches share the maps here: each of them gets all.")
def shares_the_maps(in_channels, branches):
    return inception_parameters(in_channels // len(branches), branches)


@mistake("Only the last convolution of each branch was counted.")
def counts_the_last_of_a_branch(in_channels, branches):
    firsts = [branch[:-1] for branch in branches]
    return inception_parameters(in_channels, branches) - inception_parameters(in_channels, firsts)


@mistake("Only the first convolution of each branch was counted.")
def counts_the_first_of_a_branch(in_channels, branches):
    return inception_parameters(in_channels, [branch[:1] for branch in branches])


@mistake("Only the first branch was counted: is the return inside the loop?")
def returns_from_the_loop(in_channels, branches):
    return inception_parameters(in_channels, branches[:1])


@mistake("Only the last branch was counted: does the sum begin anew in the loop?")
def begins_anew(in_channels, branches):
    return inception_parameters(in_channels, branches[-1:])


@mistake("Only the first convolution was counted: is the return inside the loops?")
def returns_from_both_loops(in_channels, branches):
    return inception_parameters(in_channels, [branches[0][:1]])


@mistake("There is a list with one number a branch: the number of the whole module is asked.")
def lists_the_branches(in_channels, branches):
    return [inception_parameters(in_channels, [branch]) for branch in branches]


@mistake("The maps that come out were counted, not the parameters.")
def counts_maps(in_channels, branches):
    return sum(branch[-1][1] for branch in branches)

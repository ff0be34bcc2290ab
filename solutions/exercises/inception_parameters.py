from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### What does an inception module cost?
#
# An inception module sends the same `in_channels` maps through several branches, side by side.
# `branches` has one list a branch, with its convolutions in order, each as
# `(kernel_size, out_channels)`. The first convolution of a branch takes the module's maps, each
# further one takes those of the convolution before it. A convolution with square filters of side
# $F$, from $C$ maps to $K$, has $F^2 C K$ weights and $K$ biases. Pooling has no parameters, so it
# stands in no list. Return the number of parameters of the whole module, an integer.
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
@mistake("The biases are missing: each filter has one.")
def forgets_the_biases(in_channels, branches):
    total = inception_parameters(in_channels, branches)
    return total - sum(out for branch in branches for _, out in branch)


@mistake("Every convolution got the module's maps: in a branch one takes those of the one before.")
def always_takes_the_modules_maps(in_channels, branches):
    return sum((F**2 * in_channels + 1) * K for branch in branches for F, K in branch)


@mistake("A branch began with the maps of the branch before it: they stand side by side.")
def chains_the_branches(in_channels, branches):
    return inception_parameters(in_channels, [[pair for branch in branches for pair in branch]])

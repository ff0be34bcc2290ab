from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### How many zeros keep the size?
#
# A filter of length `kernel_size` $k$ slides over `size` $n$ inputs in steps of `stride` $s$. With
# "same" padding there are $m = \lceil n/s \rceil$ outputs: as many as inputs where the stride is 1.
# Return `(start, end)`, two integers: how many zeros stand before and after the inputs. Take the
# fewest that will do: with them the $m$ windows, which reach over $(m - 1)\,s + k$ places, fit. An
# odd number of zeros has its larger half at the end. Where no zero is missing, return (0, 0).
#
# Example: 13 inputs, a filter of 6, stride 5. There are $\lceil 13/5 \rceil = 3$ windows, which
# reach over $2 \cdot 5 + 6 = 16$ places. Three zeros are missing: (1, 2).

# %% [markdown] tags=["hint"]
# Draw 5 boxes and windows of 2 that begin at boxes 1, 3 and 5: how many boxes does the last one
# miss? Then print what your lines give for each step of this drawing.


# %% tags=["solution"] results=["start", "end"]
def same_padding(size, kernel_size, stride=1):
    """Return (start, end), the zeros with which ceil(size / stride) windows fit."""
    outputs = -(-size // stride)
    missing = max((outputs - 1) * stride + kernel_size - size, 0)
    return missing // 2, missing - missing // 2


# %% tags=["cases"]
promises = ["repeatable"]


def visible():
    yield 13, 6, 5
    yield 7, 3
    yield 6, 4
    yield 5, 2, 2
    yield 8, 3, 2
    yield 8, 2, 4
    yield 4, 7
    yield 9, 1
    yield 4, 1, 2


def hidden(rng):
    for _ in range(20):
        size, kernel_size, stride = (int(n) for n in rng.integers([4, 1, 1], [60, 9, 6]))
        yield size, kernel_size, stride
    for size, kernel_size in [(12, 5), (9, 6), (30, 2), (3, 8)]:
        yield size, kernel_size
    yield 14, 6, 5
    yield 16, 5, 4
    yield 17, 3, 5
    yield 11, 1, 3
    yield 7, 7, 7


# %% tags=["mistakes"]
def halves(missing):
    """The solution's last line."""
    missing = max(missing, 0)
    return missing // 2, missing - missing // 2


def missing_zeros(size, kernel_size, stride):
    return (-(-size // stride) - 1) * stride + kernel_size - size


@mistake("An odd zero stands at the start: where does the larger half belong?")
def larger_half_at_the_start(size, kernel_size, stride=1):
    return same_padding(size, kernel_size, stride)[::-1]


@mistake("Both sides get the same number of zeros, and an odd number lacks one.")
def loses_the_odd_zero(size, kernel_size, stride=1):
    half = max(missing_zeros(size, kernel_size, stride), 0) // 2
    return half, half


@mistake("Both sides get the same number of zeros, and an odd number has one too many.")
def adds_an_odd_zero(size, kernel_size, stride=1):
    half = -(-max(missing_zeros(size, kernel_size, stride), 0) // 2)
    return half, half


@mistake("Your numbers are those of stride 1. Where does the last window begin at this stride?")
def ignores_the_stride(size, kernel_size, stride=1):
    return halves(kernel_size - 1)


@mistake("The number of outputs was rounded down: a last window is asked for what is left over.")
def rounds_the_outputs_down(size, kernel_size, stride=1):
    return halves((size // stride - 1) * stride + kernel_size - size)


@mistake("A number of zeros came out below 0. What if the windows leave inputs out?")
def allows_fewer_than_none(size, kernel_size, stride=1):
    missing = missing_zeros(size, kernel_size, stride)
    return missing // 2, missing - missing // 2


@mistake("All zeros stand at the end: they belong on both sides.")
def all_at_the_end(size, kernel_size, stride=1):
    return 0, max(missing_zeros(size, kernel_size, stride), 0)


@mistake("All zeros stand at the start: they belong on both sides.")
def all_at_the_start(size, kernel_size, stride=1):
    return max(missing_zeros(size, kernel_size, stride), 0), 0


@mistake("Each side got all of the zeros that are missing: they are shared out.")
def all_on_each_side(size, kernel_size, stride=1):
    missing = max(missing_zeros(size, kernel_size, stride), 0)
    return missing, missing


@mistake("There are as many outputs as inputs, whatever the stride: how many are asked?")
def keeps_all_outputs(size, kernel_size, stride=1):
    return halves((size - 1) * stride + kernel_size - size)


@mistake("Both sides get half of k - 1: what becomes of an odd number, and where is the stride?")
def half_of_the_filter(size, kernel_size, stride=1):
    return (kernel_size - 1) // 2, (kernel_size - 1) // 2


@mistake("Both sides get half of k: a filter of 1 needs no zeros.")
def half_of_the_kernel(size, kernel_size, stride=1):
    return kernel_size // 2, kernel_size // 2


@mistake("Your numbers hold where the stride divides the inputs: what if a rest is left over?")
def forgets_the_rest(size, kernel_size, stride=1):
    return halves(kernel_size - stride)


@mistake("There are as many outputs as inputs, and an odd number of zeros lacks one: see m above.")
def keeps_all_outputs_in_halves(size, kernel_size, stride=1):
    half = ((stride - 1) * size - stride + kernel_size) // 2
    return half, half


@mistake("An odd number of zeros was halved to fractions: two integers are asked.")
def does_not_round(size, kernel_size, stride=1):
    missing = max(missing_zeros(size, kernel_size, stride), 0)
    return missing / 2, missing / 2


@mistake("That is how many zeros are missing in all: how many stand on each side?")
def returns_the_sum(size, kernel_size, stride=1):
    return max(missing_zeros(size, kernel_size, stride), 0)


@mistake("One window too many was counted: m windows have m - 1 steps between them.")
def counts_a_step_too_many(size, kernel_size, stride=1):
    return halves(-(-size // stride) * stride + kernel_size - size)


@mistake("One place too few was counted: the last window takes k of them.")
def counts_steps_of_the_filter(size, kernel_size, stride=1):
    return halves(missing_zeros(size, kernel_size, stride) - 1)


@mistake("No zero came out anywhere: how many windows are asked, and how many fit without padding?")
def counts_the_outputs_without_padding(size, kernel_size, stride=1):
    return halves(((size - kernel_size) // stride) * stride + kernel_size - size)


@mistake("There are k zeros in all: what does a filter of 1 need?")
def shares_out_the_filter(size, kernel_size, stride=1):
    return halves(kernel_size)


@mistake("Where windows leave inputs out, these were counted as zeros: none is missing there.")
def drops_the_sign(size, kernel_size, stride=1):
    return halves(abs(missing_zeros(size, kernel_size, stride)))


@mistake("The windows were laid one behind the other: they move by the stride and may overlap.")
def lays_windows_end_to_end(size, kernel_size, stride=1):
    return halves(-(-size // stride) * kernel_size - size)


@mistake("One output too many where the stride divides the inputs: round up, and add nothing.")
def adds_one_output(size, kernel_size, stride=1):
    return halves(size // stride * stride + kernel_size - size)


@mistake("An even number of zeros has one more at the end: the halves are equal then.")
def always_adds_one_at_the_end(size, kernel_size, stride=1):
    half = max(missing_zeros(size, kernel_size, stride), 0) // 2
    return half, half + 1


@mistake("The number of outputs was rounded to the nearest: a last window is asked for any rest.")
def rounds_to_the_nearest(size, kernel_size, stride=1):
    return halves((round(size / stride) - 1) * stride + kernel_size - size)


@mistake("The outputs were rounded down, and a number of zeros may fall below 0.")
def rounds_down_and_below_none(size, kernel_size, stride=1):
    missing = (size // stride - 1) * stride + kernel_size - size
    return missing // 2, missing - missing // 2


@mistake("An odd number of zeros was halved by round: print round(0.5) and round(1.5).")
def halves_by_rounding(size, kernel_size, stride=1):
    missing = max(missing_zeros(size, kernel_size, stride), 0)
    return missing - round(missing / 2), round(missing / 2)


@mistake("Two cases have changed places: what if the stride divides the inputs, and what if not?")
def swaps_the_cases(size, kernel_size, stride=1):
    return halves(kernel_size - (stride if size % stride else 0))

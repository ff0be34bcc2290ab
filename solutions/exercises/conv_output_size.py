from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### How many windows fit?
#
# A filter of length `kernel_size` slides over `size` inputs in steps of `stride`, after
# `pad_start` zeros were added before them and `pad_end` after them. Return the number of places
# where it fits wholly, an integer: $\lfloor (n + p_s + p_e - k)/s \rfloor + 1$. Raise a
# `ValueError` if it does not fit even once, or if the stride is below 1.
#
# Example: 13 inputs, a filter of 6, stride 5, one zero before and two after make 16 places. The
# filter begins at places 0, 5 and 10: 3.

# %% [markdown] tags=["hint"]
# Draw 8 boxes and a window of 3 that moves by 2: it starts at the boxes 0, 2 and 4. What is the
# last box at which a window may start, with n boxes?


# %% tags=["solution"]
def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    """Return how many windows of `kernel_size` fit, or raise ValueError if none does."""
    room = size + pad_start + pad_end - kernel_size
    if room < 0 or stride < 1 or kernel_size < 1:
        raise ValueError(f"no window of {kernel_size} at stride {stride} fits into {size} inputs")
    return room // stride + 1


# %% tags=["cases"]
def visible():
    yield 8, 3
    yield 8, 3, 2
    yield 5, 3, 3, 3, 0
    yield 13, 6, 5, 1, 2
    yield 5, 5
    yield 2, 4, 1, 0, 3
    yield 3, 5, 3
    yield 6, 2, 0
    yield 10, 2, 4
    yield 5, 5, -2


def hidden(rng):
    for _ in range(20):
        size, kernel_size = (int(n) for n in rng.integers([5, 1], [60, 6]))
        yield size, kernel_size, *(int(n) for n in rng.integers([1, 0, 0], [5, 4, 4]))
    yield 14, 6, 4, 1, 2  # a room of 2.75 strides
    yield 9, 3, 3, 2, 1  # of 3
    yield 12, 6, 4, 1, 4  # of 2.75, after the inputs too
    yield 7, 7
    yield 3, 7, 2, 3, 1
    yield 2, 6, 1, 1, 2
    yield 4, 5, 2
    yield 6, 2, 0
    yield 6, 2, -1
    yield 7, 7, -1
    yield 11, 2, 3, 1


# %% tags=["mistakes"]
def places(room, stride):
    """Count the places as the solution does."""
    return checked(room, stride) // stride + 1


def checked(room, stride):
    """Refuse what the solution refuses, so that each mistake is one mistake."""
    if room < 0 or stride < 1:
        raise ValueError("no window fits")
    return room


@mistake("One window is missing: count the first position too.")
def forgets_the_first_window(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return checked(size + pad_start + pad_end - kernel_size, stride) // stride


@mistake("One window is missing: count the first position too. And nothing is refused yet.")
def forgets_the_first_window_and_errors(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return (size + pad_start + pad_end - kernel_size) // stride


@mistake("The first window was added before the room was divided by the stride.")
def adds_one_before_dividing(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return (checked(size + pad_start + pad_end - kernel_size, stride) + 1) // stride


@mistake("A window that hangs over the end was counted: round down, not up.")
def rounds_up(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return -(-checked(size + pad_start + pad_end - kernel_size, stride) // stride) + 1


@mistake("With padding the count is off: which sides get zeros, and how many each?")
def counts_pad_start_twice(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return places(size + 2 * pad_start - kernel_size, stride)


@mistake("The padding makes no difference in your count. Where do the zeros go?")
def ignores_the_padding(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return places(size - kernel_size, stride)


@mistake("The zeros before the inputs count, those after them do not.")
def ignores_pad_end(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return places(size + pad_start - kernel_size, stride)


@mistake("The stride makes no difference in your count. How far apart are two windows?")
def ignores_the_stride(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return checked(size + pad_start + pad_end - kernel_size, stride) + 1


@mistake("The count is no integer where the stride does not divide the room. Round down.")
def does_not_round(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return checked(size + pad_start + pad_end - kernel_size, stride) / stride + 1


@mistake("A filter longer than the padded input fits nowhere. Say so with a ValueError.")
def accepts_the_impossible(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return (size + pad_start + pad_end - kernel_size) // stride + 1


@mistake("At stride 0 the window never moves on: what does the statement ask for there?")
def accepts_every_stride(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    room = checked(size + pad_start + pad_end - kernel_size, 1)
    return room // stride + 1


@mistake("A filter as long as the padded input was refused: it fits once.")
def refuses_the_exact_fit(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    room = size + pad_start + pad_end - kernel_size
    return places(room or -1, stride)


@mistake("A filter longer than the input was refused, though the padded input is long enough.")
def refuses_without_the_padding(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    checked(size - kernel_size, stride)
    return places(size + pad_start + pad_end - kernel_size, stride)


@mistake("Inputs that are left over behind the last window are no error: round down.")
def refuses_a_remainder(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    room = checked(size + pad_start + pad_end - kernel_size, stride)
    return places(-1 if room % stride else room, stride)


@mistake("Where the filter does not fit even once a number came out: which error is asked there?")
def checks_the_stride_alone(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    checked(0, stride)
    return (size + pad_start + pad_end - kernel_size) // stride + 1


@mistake("The padding counts with the wrong sign: it makes the input longer.")
def takes_the_padding_off(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return places(size - pad_start - pad_end - kernel_size, stride)


@mistake("Each step was taken for a window: windows may overlap, and k says how long one is.")
def divides_by_the_filter(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    room = checked(size + pad_start + pad_end - kernel_size, stride)
    return room // kernel_size + 1


@mistake("The count was rounded to the nearest: a last window that hangs over does not fit.")
def rounds_to_the_nearest(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return round(checked(size + pad_start + pad_end - kernel_size, stride) / stride) + 1


@mistake("One window came out where the filter is a little too long: what does int(-0.5) give?")
def cuts_below_zero(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    checked(0, stride)
    return checked(int((size + pad_start + pad_end - kernel_size) / stride) + 1, 1)


@mistake("The stride was refused because it is longer than the filter: inputs may be left out.")
def refuses_long_strides(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    room = size + pad_start + pad_end - kernel_size
    return places(-1 if stride > kernel_size else room, stride)


@mistake("Only the stride 0 was refused: a stride below 0 is no stride either.")
def accepts_negative_strides(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    return checked(size + pad_start + pad_end - kernel_size, abs(stride)) // stride + 1


@mistake("Inputs and zeros were divided by the stride apart: together they make one row.")
def divides_the_padding_apart(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    checked(size + pad_start + pad_end - kernel_size, stride)
    return (size - kernel_size) // stride + (pad_start + pad_end) // stride + 1


@mistake("The error was returned like a number: an error is raised.")
def returns_the_error(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    room = size + pad_start + pad_end - kernel_size
    return places(room, stride) if room >= 0 and stride > 0 else ValueError("no window fits")

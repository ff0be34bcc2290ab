import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Move a picture
#
# The last two axes of `img` are rows and columns; axes before them, such as channels or a batch,
# all move alike. Move the picture by `dy` rows (down for `dy` > 0, up below 0) and by `dx` columns
# (right for `dx` > 0, left below 0), whole numbers. Return a new array of the same shape: what
# leaves the frame is gone, and zeros come in on the other side. A picture that moves by its own
# height or width, or further, leaves nothing behind.

# %% [markdown] tags=["hint"]
# Write the digits 1 to 9 into a picture of 3 rows and 3 columns and move it by hand: dy = 1, dx =
# -1. Which rows and columns of the new picture come from which of the old one?


# %% tags=["solution"]
def shift_image(img, dy, dx):
    """Return `img` moved down by `dy` and right by `dx`, with zeros where nothing came from."""
    rows, columns = img.shape[-2:]
    dy, dx = np.clip((dy, dx), (-rows, -columns), (rows, columns))
    out = np.zeros_like(img)
    to = out[..., max(dy, 0) : rows + min(dy, 0), max(dx, 0) : columns + min(dx, 0)]
    to[...] = img[..., max(-dy, 0) : rows + min(-dy, 0), max(-dx, 0) : columns + min(-dx, 0)]
    return out


# %% tags=["cases"]
promises = ["integer: img", "float32", "pure", "repeatable"]


def visible():
    img = np.arange(1.0, 13).reshape(3, 4)
    yield img, 1, 0
    yield img, 0, 2
    yield img, -1, 1
    yield img, 2, -3
    yield img, 0, 0
    yield img, -4, 1
    yield np.stack([img, 10 * img]), 1, -1


def hidden(rng):
    shapes = [(4, 6), (5, 5), (3, 2, 4), (2, 3, 5, 4), (1, 3), (7, 1)]
    for shape in shapes:
        for _ in range(3):
            dy, dx = (int(rng.integers(-n, n + 1)) for n in shape[-2:])
            yield rng.normal(size=shape), dy, dx
    img = rng.normal(size=(4, 5))
    for dy, dx in [(0, 0), (3, 0), (-3, 0), (0, 4), (0, -4), (2, 1), (-2, -1), (1, -2), (-1, 2)]:
        yield img, dy, dx
    for dy, dx in [(4, 0), (0, -5), (-4, 0), (0, 5), (9, 1), (-6, -1), (1, 13), (0, -8), (40, -40)]:
        yield img, dy, dx
    yield rng.normal(size=(6, 4)).T, 1, 2
    yield rng.normal(size=(3, 4, 5)).astype(np.float32), -1, 2


# %% tags=["mistakes"]
def of_the_solution(change):
    """The solution with its shifts changed first."""
    return lambda img, dy, dx: shift_image(img, *change(dy, dx))


@mistake("What leaves on one side comes back on the other: zeros should come in.")
def wraps_around(img, dy, dx):
    return np.roll(img, (dy, dx), axis=(-2, -1))


moves_the_other_way = mistake("The picture moves the other way, in both directions.")(
    of_the_solution(lambda dy, dx: (-dy, -dx))
)
moves_up_for_down = mistake("Up and down are the wrong way round: row 0 is at the top.")(
    of_the_solution(lambda dy, dx: (-dy, dx))
)
moves_left_for_right = mistake("Left and right are the wrong way round: where is column 0?")(
    of_the_solution(lambda dy, dx: (dy, -dx))
)
swaps_rows_and_columns = mistake("dy moves the columns and dx the rows: which axis is y?")(
    of_the_solution(lambda dy, dx: (dx, dy))
)
moves_rows_only = mistake("Only the rows have moved: dx makes no difference.")(
    of_the_solution(lambda dy, dx: (dy, 0))
)
moves_columns_only = mistake("Only the columns have moved: dy makes no difference.")(
    of_the_solution(lambda dy, dx: (0, dx))
)
moves_forwards_only = mistake("A shift below 0 moves nothing: up and left are asked, too.")(
    of_the_solution(lambda dy, dx: (max(dy, 0), max(dx, 0)))
)
loses_the_sign = mistake("A shift below 0 moves down or right: the sign tells the direction.")(
    of_the_solution(lambda dy, dx: (abs(dy), abs(dx)))
)
moves_one_too_far = mistake("The picture moves one pixel further than asked in each direction.")(
    of_the_solution(lambda dy, dx: (dy + np.sign(dy), dx + np.sign(dx)))
)


@mistake("The edge of the picture is repeated where zeros should come in.")
def repeats_the_edge(img, dy, dx):
    rows, columns = (np.arange(n) for n in img.shape[-2:])
    rows, columns = np.clip(rows - dy, 0, rows[-1]), np.clip(columns - dx, 0, columns[-1])
    return img[..., rows[:, None], columns]


@mistake("Pixels that should come in as zeros kept what was there before the move.")
def leaves_the_old_picture(img, dy, dx):
    return np.where(shift_image(np.ones(img.shape), dy, dx) > 0, shift_image(img, dy, dx), img)


@mistake("The zeros stand on the wrong side: where does the picture leave, where do they come in?")
def clears_the_wrong_side(img, dy, dx):
    out = np.roll(img, (dy, dx), axis=(-2, -1))
    return np.where(shift_image(np.ones(img.shape), -dy, -dx) > 0, out, 0)


@mistake("With more than two axes the first two moved: rows and columns are the last ones.")
def moves_the_first_axes(img, dy, dx):
    return np.moveaxis(shift_image(np.moveaxis(img, (0, 1), (-2, -1)), dy, dx), (-2, -1), (0, 1))


@mistake("The part that stays in the frame came back alone: the shape should be that of img.")
def crops(img, dy, dx):
    rows, columns = img.shape[-2:]
    part = img[..., max(-dy, 0) : max(rows - dy, 0), max(-dx, 0) : max(columns - dx, 0)]
    return part.copy()


@mistake("The frame has grown with the move: the shape should be that of img.")
def pads(img, dy, dx):
    sides = [(max(d, 0), max(-d, 0)) for d in (dy, dx)]
    return np.pad(img, [(0, 0)] * (img.ndim - 2) + sides)


@mistake("Without a shift in one direction the picture does not come through: what is img[:-0]?")
def stumbles_over_no_shift(img, dy, dx):
    def parts(d):
        return (slice(d, None), slice(None, -d)) if d >= 0 else (slice(None, d), slice(-d, None))

    (to_rows, rows), (to_columns, columns) = parts(dy), parts(dx)
    out = np.zeros_like(img)
    out[..., to_rows, to_columns] = img[..., rows, columns]
    return out


@mistake("Moved further than its size, the picture does not vanish: where do your slices end?")
def stumbles_over_large_shifts(img, dy, dx):
    rows, columns = img.shape[-2:]
    out = np.zeros_like(img)
    to = out[..., max(dy, 0) : rows + min(dy, 0), max(dx, 0) : columns + min(dx, 0)]
    to[...] = img[..., max(-dy, 0) : rows - max(dy, 0), max(-dx, 0) : columns - max(dx, 0)]
    return out


@mistake("Moved further than its size, the picture comes in again on the other side.")
def wraps_large_shifts(img, dy, dx):
    rows, columns = img.shape[-2:]
    return shift_image(img, int(np.fmod(dy, rows)), int(np.fmod(dx, columns)))


@mistake("Without a shift in one direction all is wiped out: which part is out[-0:]?")
def wipes_all_without_a_shift(img, dy, dx):
    out = np.roll(img, (dy, dx), axis=(-2, -1))
    out[..., slice(0, dy) if dy > 0 else slice(dy, None), :] = 0
    out[..., slice(0, dx) if dx > 0 else slice(dx, None)] = 0
    return out


@mistake("Rows from the other side came in at the top or left: what does an index of -1 find?")
def counts_from_the_end(img, dy, dx):
    out = np.zeros_like(img)
    rows, columns = img.shape[-2:]
    for i in range(max(dy - rows, 0), min(rows + dy, rows)):
        for j in range(max(dx - columns, 0), min(columns + dx, columns)):
            out[..., i, j] = img[..., i - dy, j - dx]
    return out


@mistake("Up and left it stops: a slice that begins below 0 counts from the end.")
def stumbles_over_up_and_left(img, dy, dx):
    out = np.zeros_like(img)
    rows, columns = img.shape[-2:]
    out[..., dy:, dx:] = img[..., : max(rows - dy, 0), : max(columns - dx, 0)]
    return out


@mistake("It stops where there are more than two axes: rows and columns are the last two.")
def takes_two_axes(img, dy, dx):
    rows, columns = img.shape
    return shift_image(img.reshape(rows, columns), dy, dx)


@mistake("Rows come back on the other side, columns do not: zeros should come in for both.")
def wraps_rows(img, dy, dx):
    return np.roll(shift_image(img, 0, dx), dy, axis=-2)


@mistake("Columns come back on the other side, rows do not: zeros should come in for both.")
def wraps_columns(img, dy, dx):
    return np.roll(shift_image(img, dy, 0), dx, axis=-1)


@mistake("The picture's first row and first column got lost on the way: row 0 moves, too.")
def loses_the_first(img, dy, dx):
    inner = np.zeros_like(img)
    inner[..., 1:, 1:] = img[..., 1:, 1:]
    return shift_image(inner, dy, dx)


@mistake("What left at the top or left came in at the other side: what does an index of -1 name?")
def writes_from_the_end(img, dy, dx):
    rows, columns = img.shape[-2:]
    out = np.zeros_like(img)
    for i in range(max(0, -rows - dy), min(rows, rows - dy)):
        for j in range(max(0, -columns - dx), min(columns, columns - dx)):
            out[..., i + dy, j + dx] = img[..., i, j]
    return out

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A city for any function of two numbers
#
# Cut the rectangle `x_range` times `y_range`, two pairs (low, high), into $n \times n$ equal cells,
# and put one tower on each, as high as `f(x, y)` is in that cell (in its middle, or at any other
# point of it). Return a function of `x` and `y`, which are two numbers or two arrays of one shape.
# The border of the rectangle belongs to the outer cells. Steep sigmoids and exact steps are both
# fine; points nearer to an inner edge than 2 % of a cell are not checked. `f` takes numbers and
# arrays.

# %% [markdown] tags=["hint"]
# Take n = 2 and write the four heights down as a table: which index goes with x? Then ask for the
# towers at a corner, in the middle, and at the opposite corner.


# %% tags=["solution"] points=2
def approximate_2d(f, n, x_range, y_range):
    """Return a function of x and y that approximates `f` on the rectangle by n x n towers."""
    x_edges, y_edges = np.linspace(*x_range, n + 1), np.linspace(*y_range, n + 1)
    x_middles, y_middles = (x_edges[:-1] + x_edges[1:]) / 2, (y_edges[:-1] + y_edges[1:]) / 2
    heights = f(x_middles[:, None], y_middles)

    def city(x, y):
        row = np.searchsorted(x_edges[1:-1], x)
        column = np.searchsorted(y_edges[1:-1], y)
        return heights[row, column]

    return city


# %% tags=["probe"]
FUNCTIONS = {
    "x + 2 y + 6": lambda x, y: x + 2 * y + 6,
    "cos(2 x) - y + 4": lambda x, y: np.cos(2 * x) - y + 4,
    "3 + x**2 y": lambda x, y: 3 + x**2 * y,
    "exp(x - y) + 1": lambda x, y: np.exp(x - y) + 1,
}
SIZES = (3, 12)
INSIDE = np.array([0.03, 0.4, 0.97])  # where in a cell the points lie


def grid(n, offsets, x_range, y_range):
    """Points at these offsets in each cell along x and along y."""
    shares = (np.arange(n)[:, None] + offsets).ravel() / n
    return np.meshgrid(*((1 - shares) * low + shares * high for low, high in (x_range, y_range)))


def points(n, x_range, y_range):
    """Nine points in each cell, framed by points on the border."""
    x, y = (np.pad(z, 1, "edge") for z in grid(n, INSIDE, x_range, y_range))
    x[:, 0], x[:, -1] = x_range
    y[0], y[-1] = y_range
    return x, y


def moves(f, n, x_range, y_range):
    """How far f moves in a cell, at most: no tower as high as f in its cell is worse."""
    values = f(*grid(n, np.linspace(0, 1, 7), x_range, y_range)).reshape(n, 7, n, 7)
    return np.ptp(values, axis=(1, 3)).max()


def collect(fn, case):
    name, x_range, y_range = case
    f = FUNCTIONS[name]
    values = []
    for n in SIZES:
        city = fn(f, n, x_range, y_range)
        if not callable(city):
            return {"odd": city} if isinstance(city, dict) else city
        x, y = points(n, x_range, y_range)
        values += [city(x, y), city(float(x[2, 2]), float(y[2, 2]))]
    return {"values": values}


def judge(case, raw):
    name, x_range, y_range = case
    f = FUNCTIONS[name]
    assert isinstance(raw, dict), "a function of x and y"
    assert "odd" not in raw, "a function of x and y"
    values, numbers = raw["values"], {}
    for n, got, one in zip(SIZES, values[::2], values[1::2], strict=True):
        x, y = points(n, x_range, y_range)
        if np.shape(got) != x.shape or np.size(one) != 1:
            shapes = f"{np.shape(got)} and {np.shape(one)}", f"{x.shape} and ()"
            return {"shapes of the results for arrays and for two numbers": shapes}
        got = np.asarray(got, dtype=float)
        cell = moves(f, n, x_range, y_range)
        error = np.abs(got - f(x, y))
        city = got[1:-1, 1:-1].reshape(n, 3, n, 3)
        pairs = [(got[0], got[1]), (got[-1], got[-2]), (got[:, 0], got[:, 1])]
        pairs += [(got[:, -1], got[:, -2])]
        rim = max(np.abs(on[1:-1] - beside[1:-1]).max() for on, beside in pairs)
        flat = np.abs(city - city[:, 1:2, :, 1:2]).max(axis=(1, 3)) < 1e-3 * cell
        edge = np.ones(x.shape, bool)
        edge[1:-1, 1:-1] = False
        numbers |= {
            f"largest error inside, {n} x {n}": (error[~edge].max(), 1e-3 * cell, 1.05 * cell),
            f"largest error on the border, {n} x {n}": (error[edge].max(), None, 1.05 * cell),
            f"share of cells with a flat roof, {n} x {n}": (flat.mean(), 0.9, None),
            f"border against the roof beside it, {n} x {n}": (rim, None, 0.02 * cell),
            f"two numbers against arrays, {n} x {n}": (
                float(np.abs(got[2, 2] - np.ravel(one)[0])),
                None,
                1e-6 * cell,
            ),
        }
        if flat.mean() < 0.9:  # cells in other places, or none at all
            numbers[f"number of flat roofs, {n} x {n}"] = (int(flat.sum()), 1, None)
        if error[~edge].max() > 1.05 * cell:  # what else can be said of a city that misses f
            roofs, due = city[:, 1, :, 1], f(x, y)[1:-1, 1:-1].reshape(n, 3, n, 3)[:, 1, :, 1]
            mirrored, diagonal = np.abs(roofs - due.T).max(), np.abs(np.diag(roofs - due)).max()
            share = got.mean() / f(x, y).mean()
            numbers |= {
                f"mean result over mean of f, {n} x {n}": (share, 0.5, n),
                f"the same over {n}": (share / n, None, 2.5),  # two arms add up to 2
                f"error with x and y swapped, {n} x {n}": (mirrored, 1.05 * cell, None),
                f"error on the diagonal, {n} x {n}": (diagonal, 1.05 * cell, None),
                f"rise along x, {n} x {n}": (np.ptp(got, axis=1).max(), 1e-6 * cell, None),
                f"rise along y, {n} x {n}": (np.ptp(got, axis=0).max(), 1e-6 * cell, None),
                f"number of heights, {n} x {n}": (len(np.unique(got.round(9))), n + 1, n * n),
            }
    return numbers


def call(case):
    f = {
        "x + 2 y + 6": "x + 2 * y + 6",
        "cos(2 x) - y + 4": "np.cos(2 * x) - y + 4",
        "3 + x**2 y": "3 + x**2 * y",
        "exp(x - y) + 1": "np.exp(x - y) + 1",
    }[case[0]]
    return f"approximate_2d(lambda x, y: {f}, {SIZES[0]}, {{}}, {{}})", *case[1:]


# %% tags=["cases"]
def visible():
    yield "x + 2 y + 6", (0.0, 1.0), (0.0, 1.0)
    yield "cos(2 x) - y + 4", (-1.0, 1.0), (0.0, 2.0)


def hidden(rng):
    for name in FUNCTIONS:
        low = rng.uniform(-0.9, -0.2, size=2)
        high = low + rng.uniform(1.2, 2.0, size=2)
        yield name, (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


# %% tags=["mistakes"]
def middles(n, low, high):
    return low + (high - low) * (np.arange(n) + 0.5) / n


def cell(z, n, low, high):
    return np.clip(((np.asarray(z) - low) / (high - low) * n).astype(int), 0, n - 1)


@mistake("There is no flat roof anywhere: your answer follows f itself. Build it from towers.")
def returns_f_itself(f, n, x_range, y_range):
    return f


@mistake("The error inside is fine, on the border it is not: which tower covers those points?")
def half_height_on_the_border(f, n, x_range, y_range):
    right = approximate_2d(f, n, x_range, y_range)

    def city(x, y):
        at_edge = np.isin(x, x_range) | np.isin(y, y_range)
        return right(x, y) * np.where(at_edge, 0.5, 1.0)

    return city


@mistake("The heights of a whole row and column add up: bumps make a cross, and its arms stand.")
def leaves_the_arms(f, n, x_range, y_range):
    heights = f(middles(n, *x_range)[:, None], middles(n, *y_range))

    def city(x, y):
        i, j = cell(x, n, *x_range), cell(y, n, *y_range)
        return heights.sum(axis=0)[j] + heights.sum(axis=1)[i]

    return city


@mistake("The result does not move along y: towers end in both directions, walls in one.")
def builds_walls(f, n, x_range, y_range):
    heights = f(middles(n, *x_range), np.mean(y_range))
    return lambda x, y: heights[cell(x, n, *x_range)] + 0.0 * y


@mistake("More towers do not lower the error: does n decide how many there are?")
def always_three_by_three(f, n, x_range, y_range):
    return approximate_2d(f, 3, x_range, y_range)


@mistake("Each tower stands in the place of another: which index of a height belongs to x?")
def transposes_the_heights(f, n, x_range, y_range):
    heights = f(middles(n, *x_range)[:, None], middles(n, *y_range)).T
    return lambda x, y: heights[cell(x, n, *x_range), cell(y, n, *y_range)]


@mistake("The result is the same everywhere: each tower asks f in its cell, each point its tower.")
def one_height_for_all(f, n, x_range, y_range):
    height = f(np.mean(x_range), np.mean(y_range))
    return lambda x, y: height + 0.0 * x + 0.0 * y


@mistake("Towers stand on the diagonal only: each cell along x meets each cell along y.")
def only_the_diagonal(f, n, x_range, y_range):
    heights = f(middles(n, *x_range), middles(n, *y_range))

    def city(x, y):
        i, j = cell(x, n, *x_range), cell(y, n, *y_range)
        return np.where(i == j, heights[i], 0.0)

    return city


@mistake("The roofs are not flat: that is a surface through the heights, not towers.")
def joins_the_points(f, n, x_range, y_range):
    x_at, y_at = np.linspace(*x_range, n + 1), np.linspace(*y_range, n + 1)
    heights = f(x_at[:, None], y_at)

    def city(x, y):
        i, j = cell(x, n, *x_range), cell(y, n, *y_range)
        s, t = (x - x_at[i]) / (x_at[1] - x_at[0]), (y - y_at[j]) / (y_at[1] - y_at[0])
        near = (1 - t) * heights[i, j] + t * heights[i, j + 1]
        far = (1 - t) * heights[i + 1, j] + t * heights[i + 1, j + 1]
        return (1 - s) * near + s * far

    return city


def towers_between(f, x_edges, y_edges):
    """Add up one tower a cell, the upper edges left out."""

    def city(x, y):
        total = np.zeros(np.shape(x))
        for a, b in np.stack([x_edges[:-1], x_edges[1:]], axis=1):
            for c, d in np.stack([y_edges[:-1], y_edges[1:]], axis=1):
                inside = (x >= a) & (x < b) & (y >= c) & (y < d)
                total = total + f((a + b) / 2, (c + d) / 2) * inside
        return total

    return city


@mistake(
    "The cells are not where n x n of them belong: how many edges do n cells have, and where is "
    "the first?"
)
def one_cell_too_few(f, n, x_range, y_range):
    return approximate_2d(f, n - 1, x_range, y_range)


@mistake(
    "The cells are not where n x n of them belong (how many edges do n cells have?), "
    "and at the upper ends there is no tower."
)
def one_cell_too_few_and_misses_the_ends(f, n, x_range, y_range):
    return towers_between(f, np.linspace(*x_range, n), np.linspace(*y_range, n))


@mistake("At the upper ends the result is that of a cell beyond the rectangle: which is the last?")
def goes_beyond_the_rectangle(f, n, x_range, y_range):
    (a, b), (c, d) = x_range, y_range

    def city(x, y):
        i, j = np.floor((x - a) / ((b - a) / n)), np.floor((y - c) / ((d - c) / n))
        return f(a + (i + 0.5) * (b - a) / n, c + (j + 0.5) * (d - c) / n)

    return city


@mistake(
    "All towers stand at one place. If you make functions in a loop: they read the loop's "
    "variables when they are called, not when they are made."
)
def towers_share_their_cell(f, n, x_range, y_range):
    x_edges, y_edges = np.linspace(*x_range, n + 1), np.linspace(*y_range, n + 1)
    height = n * n * f((x_edges[-2] + x_edges[-1]) / 2, (y_edges[-2] + y_edges[-1]) / 2)
    return lambda x, y: height * ((x >= x_edges[-2]) & (y >= y_edges[-2]))

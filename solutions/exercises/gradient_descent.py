import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Walk downhill and keep the path
#
# `grad` takes a point (D,), here called $x$, and returns the gradient of some function $f$ there.
# Start at `x0`, take `steps` steps $x_{k+1} = x_k - \eta\,\nabla f(x_k)$ with the rate `lr`, and
# return all points as an array (steps + 1, D): the start is the first row.

# %% [markdown] tags=["hint"]
# With `grad = lambda x: x`, a start at `np.array([4.0])`, lr = 0.5 and 2 steps the path is 4, 2, 1,
# as an array of shape (3, 1). Print yours, and its dtype for a start at `np.array([4])`.


# %% tags=["solution"]
def gradient_descent(grad, x0, lr, steps):
    """Return the path (steps + 1, D) of gradient descent, the start `x0` first."""
    path = [x0 + 0.0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)


# %% tags=["probe"]
def collect(fn, case):
    H, bend, centre, x0, lr, steps = case

    def grad(x):  # of x' H x / 2 + bend * sum(x**4) / 4, moved to the centre
        z = x - centre
        return H @ z + bend * z**3

    return fn(grad, x0, lr, steps)


def judge(case, path):
    H, bend, centre, x0, lr, steps = case
    due = (steps + 1, len(x0))
    ragged = isinstance(path, list | tuple) and len({np.shape(point) for point in path}) > 1
    assert not ragged, f"an array of shape {due}"
    assert np.ndim(path) in (1, 2), f"an array of shape {due}"
    path = np.asarray(path)
    assert path.dtype.kind in "biuf", "an array of numbers"
    if path.shape != due:
        numbers = {"shape of the path": (str(path.shape), str(due))}
        if path.ndim == 2 and path.size:
            numbers["first row of the path"] = (path[0], x0 + 0.0)
        return numbers
    # with the bend no formula gives a row but from the row before; so up to the first wrong row
    # all that is due is true
    z = path[:-1] - centre
    due = np.vstack([x0, path[:-1] - lr * (z @ H + bend * z**3)])
    return {f"row {t} of the path": (path[t], due[t]) for t in range(steps + 1)}


def call(case):
    H, bend, centre, x0, lr, steps = case
    grad = "lambda x: {} @ (x - {})" + (" + {} * (x - {}) ** 3" if bend else "")
    return f"gradient_descent({grad}, {{}}, {{}}, {{}})", *(
        (H, centre, bend, centre, x0, lr, steps) if bend else (H, centre, x0, lr, steps)
    )


# %% tags=["cases"]
promises = ["integer: x0", "pure", "repeatable"]


def visible():
    bowl, centre = np.array([[1.0, 0.0], [0.0, 4.0]]), np.array([1.0, 0.0])
    yield bowl, 0.0, centre, np.array([3.0, 1.0]), 0.25, 3
    yield bowl, 0.0, centre, np.array([3, 1]), 0.1, 2
    yield np.array([[2.0, 1.0], [1.0, 2.0]]), 1.0, np.zeros(2), np.array([2.0, 0.0]), 0.25, 2
    yield np.eye(2), 0.0, np.zeros(2), np.array([1.0, -2.0]), 1.0, 3  # at the bottom, go on


def hidden(rng):
    for d, steps in [(1, 4), (3, 6), (5, 2)]:
        A = rng.normal(size=(d, d))
        H = np.eye(d) + A @ A.T / d
        lr, centre = float(rng.uniform(0.05, 0.2)), rng.normal(size=d)
        start = centre + rng.choice([-1, 1], size=d) * rng.uniform(0.5, 1.0, size=d)
        yield H, float(rng.uniform(0.5, 1.0)), centre, start, lr, steps
    yield np.eye(2), 0.5, np.zeros(2), np.array([1.0, -2.0]), 0.5, 0
    yield np.eye(3), 0.0, np.zeros(3), np.array([2.0, -1.0, 0.5]), 1.0, 4  # at the bottom, go on
    yield np.diag([1.0, 2.0]), 0.1, np.array([0.5, 1.5]), np.array([-3, 4]), 0.2, 3


# %% tags=["mistakes"]
def walk(grad, x0, lr, steps):
    """The path as a list of points."""
    path = [x0 + 0.0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return path


@mistake("The path climbs: each step follows the gradient uphill.")
def climbs(grad, x0, lr, steps):
    return np.array(walk(grad, x0, -lr, steps))


@mistake("The path has one row too few: the start x0 belongs to it.")
def forgets_the_start(grad, x0, lr, steps):
    return np.array(walk(grad, x0, lr, steps)[1:]).reshape(steps, len(x0))


@mistake("The path ends one step too early: the path holds the start and every step.")
def ends_too_early(grad, x0, lr, steps):
    return np.array(walk(grad, x0, lr, max(steps - 1, 0)))[: max(steps, 1)]


@mistake("The start is there twice and the last step is missing.")
def starts_twice(grad, x0, lr, steps):
    path = walk(grad, x0, lr, steps)
    return np.array([path[0], *path[:-1]][: steps + 1])


@mistake("Only the last point came back: keep every point on the way.")
def returns_the_end_only(grad, x0, lr, steps):
    return walk(grad, x0, lr, steps)[-1]


@mistake("All rows are the last point: the list holds one array many times, changed in place.")
def keeps_one_array(grad, x0, lr, steps):
    path = walk(grad, x0, lr, steps)
    return np.array([path[-1]] * len(path))


@mistake("Every step is the same as the first: where is the gradient taken?")
def gradient_at_the_start(grad, x0, lr, steps):
    return np.array([x0 - t * lr * grad(x0 + 0.0) for t in range(steps + 1)])


@mistake("For an integer x0 the steps are cut to whole numbers: which dtype does the path have?")
def keeps_integers(grad, x0, lr, steps):
    path = np.zeros((steps + 1, len(x0)), dtype=x0.dtype)
    path[0] = x0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


@mistake("Every step has the same length, lr: the gradient gives direction and length.")
def unit_steps(grad, x0, lr, steps):
    def direction(x):
        g = grad(x)
        return g / np.linalg.norm(g)

    return np.array(walk(direction, x0, lr, steps))


@mistake("The last row was never filled: how many steps does your loop take?")
def leaves_the_last_row(grad, x0, lr, steps):
    path = np.array(walk(grad, x0, lr, steps))
    path[1:][-1:] = 0.0
    return path


@mistake("All rows but the first are alike: each step begins where the last one ended.")
def always_steps_from_the_start(grad, x0, lr, steps):
    path = walk(grad, x0, lr, steps)
    return np.array([path[0], *path[1:2] * steps])


@mistake("The steps do not depend on lr.")
def ignores_the_rate(grad, x0, lr, steps):
    return np.array(walk(grad, x0, 1.0, steps))


@mistake("The path ends after one step: is the return inside the loop?")
def returns_from_the_loop(grad, x0, lr, steps):
    return np.array(walk(grad, x0, lr, min(steps, 1)))


@mistake("The path ends where the gradient is 0: all steps are asked for, there as elsewhere.")
def stops_at_the_bottom(grad, x0, lr, steps):
    path = [x0 + 0.0]
    for _ in range(steps):
        if np.linalg.norm(grad(path[-1])) < 1e-9:
            break
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)

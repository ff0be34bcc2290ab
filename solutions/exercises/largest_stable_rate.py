import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### How large may the rate be?
#
# On the bowl $f(x) = \frac{1}{2} x^\top H x$ one step of gradient descent multiplies $x$ by
# $I - \eta H$. `H` is symmetric, and all its eigenvalues are above 0. Return the largest rate below
# which the steps shrink $x$ whatever the start: along an eigenvector with eigenvalue $\lambda$ one
# step multiplies by $1 - \eta\lambda$, and $|1 - \eta\lambda|$ must stay below 1 for all of them.

# %% [markdown] tags=["hint"]
# Begin with one number, H = [[4]]: for which rates is |1 - 4 eta| below 1? Then take the
# eigenvalues 4 and 1 together: which of the two reaches its limit first as the rate grows?


# %% tags=["solution"]
def largest_stable_rate(H):
    """Return the rate at which gradient descent on x'Hx / 2 begins to diverge, a float."""
    return 2.0 / np.linalg.eigvalsh(H)[-1]


# %% tags=["cases"]
promises = ["integer", "float32", "pure", "repeatable"]


def visible():
    yield np.array([[2.0, 0.0], [0.0, 0.5]])
    yield np.array([[2.0, 1.0], [1.0, 3.0]])


def hidden(rng):
    for d in [2, 3, 6]:
        A = rng.normal(size=(d, d))
        yield A @ A.T + np.diag(rng.uniform(0.1, 2.0, size=d))
    yield np.array([[4.0]])
    yield np.diag([0.5, 8.0, 2.0])
    # the steepest direction is at right angles to (1, 1) and to (1, 1, 1, 1): a search for it that
    # starts there never finds it
    yield np.array([[2.0, -1.0], [-1.0, 2.0]])
    yield np.kron(np.eye(2), [[3.0, -2.0], [-2.0, 3.0]])


def integer(rng):
    yield np.array([[2, -1, 0], [-1, 2, -1], [0, -1, 2]])


# %% tags=["mistakes"]
@mistake(
    "Your rate is half of the limit: at 1/lambda one step reaches the bottom, and somewhat longer "
    "steps still come nearer."
)
def lands_on_the_bottom(H):
    return 1.0 / np.linalg.eigvalsh(H)[-1]


@mistake("With this rate the steepest direction explodes: which eigenvalue sets the limit?")
def takes_the_smallest_eigenvalue(H):
    return 2.0 / np.linalg.eigvalsh(H)[0]


@mistake("Your rate fits the diagonal of H: with entries beside it, the axes are not the steepest.")
def takes_the_diagonal(H):
    return 2.0 / np.max(np.diag(H))


@mistake("Your rate is too careful: the eigenvalues were added up where one of them decides.")
def takes_the_trace(H):
    return 2.0 / np.trace(H)


@mistake("Your rate is too careful: this norm of H counts all eigenvalues. Which one decides?")
def takes_the_frobenius_norm(H):
    return 2.0 / np.linalg.norm(H)


@mistake("That is an eigenvalue, not a rate: a steeper bowl needs a smaller rate.")
def returns_the_eigenvalue(H):
    return np.linalg.eigvalsh(H)[-1]


@mistake("Your rate averages over directions, but one direction that explodes is enough.")
def takes_the_mean(H):
    return 2.0 / np.linalg.eigvalsh(H).mean()


@mistake("One rate for each eigenvalue came back: which of them keeps every direction stable?")
def returns_all_rates(H):
    return 2.0 / np.linalg.eigvalsh(H)


@mistake("One rate for each eigenvalue came back: which of them keeps every direction stable?")
def returns_all_rates_of_eig(H):
    return 2.0 / np.linalg.eig(H)[0]


@mistake("Your rate comes from an entry of an eigenvector: `eig` returns the eigenvalues first.")
def takes_the_eigenvectors(H):
    return 2.0 / np.max(np.linalg.eig(H)[1])


@mistake("Your rate fits an eigenvalue, but not the one that decides: does `eig` sort them?")
def takes_the_first_of_eig(H):
    return 2.0 / np.linalg.eig(H)[0][0]


@mistake("Your rate fits an eigenvalue, but not the one that decides: does `eig` sort them?")
def takes_the_last_of_eig(H):
    return 2.0 / np.linalg.eig(H)[0][-1]

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Rows that occur in both
#
# `A` (N, D) and `B` (M, D) are two parts of a data set. Return the indices of those rows of `A`
# that occur in `B` too, ascending, as an array of integers. Rows are the same if all their numbers
# are equal, exactly: 3 equals 3.0, and 0.0 equals -0.0, whatever the types of the arrays. If a row
# occurs in `A` several times and in `B` at least once, each of its places in `A` counts once. No
# number is nan.

# %% [markdown] tags=["hint"]
# Take the first row of `A` of the first example and compare it with each row of `B`. When are two
# rows the same: if one number agrees, or all of them?


# %% tags=["solution"]
def find_duplicates(A, B):
    """Return the numbers of the rows of A that stand in B too, ascending."""
    same = (A[:, None, :] == B[None, :, :]).all(axis=2)
    return np.flatnonzero(same.any(axis=1))


# %% tags=["cases"]
promises = ["integer", "float32", "empty", "pure", "repeatable"]


def mixed(rng, m, d):
    """Rows of A that stand in B, and others that share numbers, columns or the sum with one."""
    B = rng.choice(400, size=(m + 2, d), replace=False).astype(float)
    new, B = B[m:], B[:m]
    moved = B[2].copy()
    moved[:2] += 0.25, -0.25
    across = np.append(B[0, :1], B[4, 1:])
    A = np.stack([B[0], B[3], B[1, ::-1], moved, across, *new[[0, 1, 1]], B[3], B[4]])
    return rng.permutation(A), np.concatenate([B, B[3:4]])


def visible():
    yield (
        np.array(
            [[1.0, 2], [3, 4], [2, 1], [1, 2], [1, 4], [0, 3], [9, 2], [5, 6], [5, 6]],
        ),
        np.array([[9.0, 9.0], [1.0, 2.0], [3.0, 7.0], [1.0, 2.0]]),
    )
    yield np.array([[0.5, 1.0, 0.0]]), np.array([[0.0, 1.0, 0.5], [0.5, 1.0, 1e-9]])
    yield (
        np.array([[0.0, 1.0], [5.0, 5.0], [2.0, 2.0], [7.0, 1.0]]),
        np.array([[7.0, 1.0], [2.0, 2.0], [0.0, 1.0]]),
    )
    yield np.array([[5.0, 6.0], [3.0, 4.0]]), np.array([[3, 4], [7, 6]])
    yield np.array([[5.0, 6.0]]), np.zeros((0, 2))


def hidden(rng):
    for m, d in [(5, 2), (9, 3), (12, 2)]:
        yield mixed(rng, m, d)
    yield rng.normal(size=(5, 4)), rng.normal(size=(7, 4))
    B = rng.normal(size=(6, 3))
    yield B[[4, 0, 4]], B
    yield B[[4, 0]] + 1e-12, B  # near is not equal
    yield np.array([[1.0], [2.0], [3.0]]), np.array([[3.0], [1.0]])
    yield np.array([[2.0, 3.0], [6.0, 1.0]]), np.array([[3.0, 2.0], [1.0, 6.0]])
    yield np.array([[0.0, 8.0], [2.0, 0.0]]), np.array([[-0.0, 8.0], [2.0, 5.0]])
    yield rng.normal(size=(2, 3)), np.zeros((0, 3))


# %% tags=["mistakes"]
def equal(A, B):
    return A[:, None, :] == B[None, :, :]


@mistake("One equal number was enough: two rows are the same if all of their numbers are.")
def compares_any_number(A, B):
    return np.flatnonzero(equal(A, B).any(axis=2).any(axis=1))


@mistake("Each number was looked for anywhere in B: a whole row has to stand there.")
def looks_for_numbers(A, B):
    return np.flatnonzero(np.isin(A, B).all(axis=1))


@mistake("Each column was searched on its own: the numbers have to stand in one row of B together.")
def looks_for_columns(A, B):
    return np.flatnonzero(equal(A, B).any(axis=1).all(axis=1))


@mistake("These are rows of B: return the numbers of the rows of A.")
def numbers_rows_of_b(A, B):
    return np.flatnonzero(equal(A, B).all(axis=2).any(axis=0))


@mistake("Rows were compared in pairs, first with first: a duplicate can stand anywhere in B.")
def compares_row_by_row(A, B):
    n = min(len(A), len(B))
    return np.flatnonzero((A[:n] == B[:n]).all(axis=1))


@mistake("A row number comes several times: once is enough, however often the row stands in B.")
def repeats_numbers(A, B):
    return np.where(equal(A, B).all(axis=2))[0]


@mistake("A row that stands in A twice was given once: each of its places in A counts.")
def gives_the_first_only(A, B):
    rows = find_duplicates(A, B)
    first = [i for i in rows if not (A[:i] == A[i]).all(axis=1).any()]
    return np.array(first, int)


@mistake("The numbers are right, but not ascending: they follow the order of B.")
def follows_b(A, B):
    hits = [i for row in B for i in np.flatnonzero((A == row).all(axis=1))]
    return np.array(list(dict.fromkeys(int(i) for i in hits)), int)


@mistake("These are the rows that stand in A alone: the ones in both are asked.")
def gives_the_others(A, B):
    return np.setdiff1d(np.arange(len(A)), find_duplicates(A, B))


@mistake("These are the rows themselves: return their numbers.")
def returns_the_rows(A, B):
    return A[find_duplicates(A, B)]


@mistake("That marks each row with True or False: return the numbers of the rows.")
def returns_a_mask(A, B):
    return equal(A, B).all(axis=2).any(axis=1)


@mistake("That is how many there are: return which rows.")
def counts_them(A, B):
    return len(find_duplicates(A, B))


@mistake("Rows that are only near each other were called the same: compare exactly.")
def compares_nearly(A, B):
    near = np.isclose(A[:, None, :], B[None, :, :])
    return np.flatnonzero(near.all(axis=2).any(axis=1))


@mistake("The sums of the rows were compared: different rows can have the same sum.")
def compares_sums(A, B):
    return np.flatnonzero(np.isin(A.sum(axis=1), B.sum(axis=1)))


@mistake("The numbers of a row were sorted first: their order belongs to the row.")
def sorts_within_rows(A, B):
    return find_duplicates(np.sort(A, axis=1), np.sort(B, axis=1))


@mistake("Numbers begin at 1 here: the first row of A is row 0.")
def counts_from_one(A, B):
    return find_duplicates(A, B) + 1


@mistake("Rows that stand twice in A were given, too: they have to stand in B.")
def looks_in_a_as_well(A, B):
    twice = [i for i in range(len(A)) if (np.delete(A, i, axis=0) == A[i]).all(axis=1).any()]
    return np.union1d(find_duplicates(A, B), np.array(twice, int)).astype(int)


@mistake("Equal rows were not found: equal numbers can have different bytes, as 3 and 3.0 have.")
def compares_bytes(A, B):
    known = {row.tobytes() for row in B}
    return np.array([i for i, row in enumerate(A) if row.tobytes() in known], int)

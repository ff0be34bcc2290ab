"""Sampling for imbalanced classes, in both worlds."""

import tracemalloc

import numpy as np
import pytest
import scipy.stats
import torch
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.class_weight import compute_class_weight

from dlcourse.reference import sampling
from dlcourse.twins import sampling as twin

Y = np.array([0] * 30 + [2] * 5 + [3] * 1)
X = np.column_stack([np.arange(36.0), Y])
both_worlds = pytest.mark.parametrize("world", ["reference", "twin"])


def resample(world, name, seed=0):
    if world == "reference":
        return getattr(sampling, name)(X, Y, np.random.default_rng(seed))
    rng = torch.Generator().manual_seed(seed)
    rows, labels = getattr(twin, name)(torch.tensor(X), torch.tensor(Y), rng)
    return rows.numpy(), labels.numpy()


def smote(world, minority, n_new, k, seed=0):
    if world == "reference":
        return sampling.smote(minority, n_new, k, np.random.default_rng(seed))
    rng = torch.Generator().manual_seed(seed)
    return twin.smote(torch.tensor(minority), n_new, k, rng).numpy()


@both_worlds
def test_oversampling_balances_and_keeps_the_originals_first(world):
    rows, labels = resample(world, "random_oversample")
    assert np.unique(labels, return_counts=True)[1].tolist() == [30, 30, 30]
    np.testing.assert_array_equal(rows[:36], X)
    np.testing.assert_array_equal(rows[:, 1], labels)
    assert set(rows[:, 0]) == set(X[:, 0])


@both_worlds
def test_oversampling_repeats_all_rows_of_a_class_about_equally(world):
    """25 extra rows of class 2 fall on 5 rows; over 400 seeds 10,000 do, 2,000 expected on each.

    A count is binomial(10,000, 1/5): outside the band with probability 4e-11 a side, ten sides.
    """
    counts = np.zeros(36)
    for seed in range(400):
        rows, _ = resample(world, "random_oversample", seed)
        np.add.at(counts, rows[36:, 0].astype(int), 1)
    low, high = scipy.stats.binom.ppf([4e-11, 1 - 4e-11], 10_000, 1 / 5)
    assert counts[30:35].sum() == 10_000
    assert np.all((low <= counts[30:35]) & (counts[30:35] <= high))


@both_worlds
def test_undersampling_balances_and_repeats_no_row(world):
    rows, labels = resample(world, "random_undersample")
    assert labels.tolist() == [0, 2, 3]
    np.testing.assert_array_equal(rows[:, 1], labels)
    larger = [resample(world, "random_undersample", seed)[0][0, 0] for seed in range(30)]
    assert len(set(larger)) > 5


@both_worlds
@pytest.mark.parametrize("name", ["random_oversample", "random_undersample"])
def test_the_seed_decides(world, name):
    first, again, other = (resample(world, name, seed)[0] for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@both_worlds
@pytest.mark.parametrize("k", [1, 3])
def test_smote_invents_rows_on_segments_to_the_nearest_neighbours(world, k):
    minority = np.random.default_rng(3).normal(size=(12, 4))
    nearest = NearestNeighbors(n_neighbors=k + 1).fit(minority).kneighbors(minority)[1][:, 1:]
    segments = [(minority[i], minority[j]) for i in range(12) for j in nearest[i]]
    used = set()
    for row in smote(world, minority, 300, k):
        misses = []
        for a, b in segments:
            along = np.clip((row - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
            misses.append(np.linalg.norm(row - a - along * (b - a)))
        assert min(misses) < 1e-9
        used.add(int(np.argmin(misses)))
    # 300 draws over at most 36 segments: (1 - 1/36)^300 * 36 = 0.008 that one is never drawn, so
    # only half of them are asked for
    assert len(used) >= len(segments) // 2


@both_worlds
def test_smote_spreads_evenly_along_a_segment(world):
    """Between two rows at 0 and 1 the new ones are uniform: Kolmogorov-Smirnov at 1e-10."""
    rows = smote(world, np.array([[0.0], [1.0]]), 5000, 1)
    assert scipy.stats.kstest(rows[:, 0], "uniform").pvalue > 1e-10


@both_worlds
def test_smote_takes_every_other_row_if_k_is_too_large(world):
    rows = smote(world, np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), 50, 99)
    assert rows.shape == (50, 2)
    assert np.all(rows.sum(axis=1) <= 1 + 1e-12)


def test_smote_keeps_float32():
    rows = np.eye(3, dtype=np.float32)
    assert sampling.smote(rows, 4, 1, np.random.default_rng(0)).dtype == np.float32
    assert sampling.smote(rows, 0, 1, np.random.default_rng(0)).shape == (0, 3)


def test_class_weights_are_those_of_scikit_learn():
    y = np.array([0, 0, 0, 1, 2, 2])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=y)
    np.testing.assert_allclose(sampling.class_weights(y), expected, rtol=1e-15)


def test_a_label_without_rows_has_no_weight_and_does_not_count():
    weights = sampling.class_weights(Y)
    expected = compute_class_weight("balanced", classes=np.array([0, 2, 3]), y=Y)
    np.testing.assert_allclose(weights, [expected[0], 0, *expected[1:]], rtol=1e-15)
    assert weights[Y].mean() == pytest.approx(1, rel=1e-15)
    np.testing.assert_allclose(twin.class_weights(torch.tensor(Y)).numpy(), weights, rtol=1e-6)


def test_weighted_cross_entropy_of_torch_takes_the_weights_as_they_are():
    weights = twin.class_weights(torch.tensor(Y))
    logits = torch.zeros(len(Y), 4)
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(Y), weight=weights)
    assert loss.item() == pytest.approx(np.log(4), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: sampling.random_oversample(X, Y[:3], None), r"\(36, 2\), \(3,\)"),
        (lambda: sampling.random_undersample(X[:0], Y[:0], None), r"\(0, 2\), \(0,\)"),
        (lambda: sampling.smote(X[:1], 3, 1, None), r"got \(1, 2\)"),
        (lambda: sampling.smote(X, 3, 0, None), "k must be a whole number from 1; got 0"),
        (lambda: sampling.class_weights(np.array([0.5, 1.0])), "integer labels"),
        (lambda: sampling.class_weights(np.array([-1, 1])), "integer labels"),
    ],
)
def test_bad_input_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


@both_worlds
def test_pairs_are_half_of_one_class_and_never_of_a_row_with_itself(world):
    if world == "reference":
        i, j, same = sampling.same_pairs(Y, 401, rng=np.random.default_rng(0))
    else:
        parts = twin.same_pairs(torch.tensor(Y), 401, torch.Generator().manual_seed(0))
        i, j, same = (part.numpy() for part in parts)
    assert np.all(i != j)
    np.testing.assert_array_equal(same, Y[i] == Y[j])
    assert same.sum() == 200
    assert 35 not in i[same == 1]  # the only row of its class
    assert 0 < same[:200].sum() < 200  # in random order: all on one side has odds of 1e-119


@both_worlds
def test_every_pair_of_a_kind_is_equally_likely(world):
    """6 ordered pairs of equals, 12,000 drawn: binomial(12,000, 1/6), 4e-11 a side."""
    y = np.array([0, 0, 0, 1])
    if world == "reference":
        i, j, same = sampling.same_pairs(y, 24_000, np.random.default_rng(1))
    else:
        parts = twin.same_pairs(torch.tensor(y), 24_000, torch.Generator().manual_seed(1))
        i, j, same = (part.numpy() for part in parts)
    counts = np.bincount((4 * i + j)[same == 1], minlength=16)
    low, high = scipy.stats.binom.ppf([4e-11, 1 - 4e-11], 12_000, 1 / 6)
    assert np.all((low <= counts[counts > 0]) & (counts[counts > 0] <= high))
    assert np.sum(counts > 0) == 6


def test_a_set_without_pairs_of_equals_is_refused():
    with pytest.raises(ValueError, match="no such pair"):
        sampling.same_pairs(np.array([0, 1, 2]), 4, np.random.default_rng(0))
    with pytest.raises(ValueError, match="no such pair"):
        sampling.same_pairs(np.array([1, 1]), 4, np.random.default_rng(0))
    for y in ([0, 1, 2], [1, 1]):
        with pytest.raises(ValueError, match="no such pair"):
            twin.same_pairs(torch.tensor(y), 4, torch.Generator())
    assert [part.size for part in sampling.same_pairs([], 0, np.random.default_rng(0))] == [0, 0, 0]
    with pytest.raises(ValueError, match="float64"):
        sampling.same_pairs(np.array([0.5, 1]), 4, np.random.default_rng(0))


@pytest.mark.parametrize("kind", ["normal", "repeated", "whole numbers", "far from 0"])
def test_neighbours_are_those_of_scikit_learn(kind):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 6))
    X = {"normal": X, "repeated": np.repeat(X[:100], 3, axis=0), "whole numbers": np.rint(2 * X),
         "far from 0": X + 1e6}[kind]  # fmt: skip
    distances, _ = NearestNeighbors(n_neighbors=5).fit(X).kneighbors()
    for nearest in (sampling._nearest(X, 5), twin._nearest(torch.tensor(X), 5).numpy()):
        assert not (nearest == np.arange(300)[:, None]).any()  # itself is no neighbour
        ours = np.linalg.norm(X[:, None] - X[nearest], axis=2)
        np.testing.assert_allclose(ours, distances, atol=1e-6)


def by_differences(X, k):
    """The k nearest others of each row, one difference at a time, in longdouble."""
    X = X.astype(np.longdouble)
    found = []
    for i, row in enumerate(X):
        distances = ((X - row) ** 2).sum(axis=1)
        distances[i] = np.inf
        found.append(np.argsort(distances, kind="stable")[:k])
    return np.array(found)


@pytest.mark.parametrize("apart", [1e4, 1e8, 1e12, 1e200])
def test_neighbours_in_groups_far_apart_are_those_of_the_group(apart):
    rng = np.random.default_rng(0)
    near, far = rng.normal(size=(40, 3)), rng.normal(size=(40, 3)) * apart / 1e3 + apart
    X = rng.permutation(np.concatenate([near, far]))
    expected = by_differences(X, 4)
    np.testing.assert_array_equal(sampling._nearest(X, 4), expected)
    if apart < 1e100:  # beyond, the near group is one point for squares in float64
        np.testing.assert_array_equal(twin._nearest(torch.tensor(X), 4).numpy(), expected)


def test_near_a_group_a_million_ulps_wide_the_product_alone_would_be_wrong():
    """What the differences are for: rounding of |a|^2 - 2 a b + |b|^2 is larger than they are."""
    X = np.concatenate([1e8 + np.arange(20.0)[:, None] / 64, -1e8 * np.ones((1, 1))])
    squares = (X**2).sum(axis=1)
    by_product = squares[:, None] + squares - 2 * X @ X.T
    np.fill_diagonal(by_product, np.inf)
    expected = by_differences(X, 2)
    assert not np.array_equal(np.argsort(by_product, axis=1, kind="stable")[:, :2], expected)
    np.testing.assert_array_equal(sampling._nearest(X, 2), expected)


@pytest.mark.parametrize("size", [1.0, 1e200, 1e-200])
def test_no_row_is_its_own_neighbour_among_copies_and_at_any_size(size):
    X = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 2.0], [0.0, 2.5]]) * size
    for nearest in (sampling._nearest(X, 4), twin._nearest(torch.tensor(X), 4).numpy()):
        assert not (nearest == np.arange(5)[:, None]).any()
        assert [sorted(row) for row in nearest] == [
            [j for j in range(5) if j != i] for i in range(5)
        ]
        assert nearest[0].tolist() == [1, 2, 3, 4]
        assert nearest[3, 0] == 4


def peak(call, *arguments):
    """The most bytes that a call held at once, its arguments not counted."""
    tracemalloc.start()
    try:
        call(*arguments, np.random.default_rng(0))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_smote_of_600_pictures_takes_megabytes_not_gigabytes():
    assert peak(sampling.smote, np.random.default_rng(0).random((600, 784)), 10, 5) < 50e6


def test_pairs_of_60_000_rows_take_megabytes_not_gigabytes():
    y = np.random.default_rng(0).integers(10, size=60_000)
    assert peak(sampling.same_pairs, y, 1000) < 20e6


def test_labels_that_are_nan_lose_no_row_in_silence():
    y = np.array([0.0, np.nan, np.nan])
    for resampled in (sampling.random_oversample, sampling.random_undersample):
        with pytest.raises(ValueError, match="NaN, which is no class: got 2 of 3"):
            resampled(np.ones((3, 1)), y, np.random.default_rng(0))


def test_smote_refuses_rows_that_are_not_finite_and_the_twin_a_single_row():
    with pytest.raises(ValueError, match="not finite"):
        sampling.smote([[0.0], [np.inf]], 1, 1, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"2 rows .* got \(1, 2\)"):
        twin.smote(torch.ones(1, 2), 3, 1, torch.Generator())


@pytest.mark.long
def test_smote_of_as_many_rows_as_mnist_has_fives_stays_under_a_gibibyte():
    assert peak(sampling.smote, np.random.default_rng(0).random((5421, 784)), 10, 5) < 2**30

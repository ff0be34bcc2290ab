"""Search for hyperparameters, folds and cross-validation."""

import itertools
import math
import tracemalloc

import numpy as np
import pytest
import scipy.stats
import torch
from sklearn.linear_model import Ridge
from sklearn.model_selection import ParameterGrid, PredefinedSplit, cross_val_score

from dlcourse.reference import model_selection, search
from dlcourse.reference.optimizers import largest_stable_rate


def rng(seed=0):
    return np.random.default_rng(seed)


def test_log_uniform_is_uniform_in_the_logarithm():
    drawn = search.log_uniform(1e-4, 1e-1, 5000, rng())
    assert drawn.shape == (5000,)
    assert drawn.min() >= 1e-4
    assert drawn.max() <= 1e-1
    share = (np.log(drawn) - math.log(1e-4)) / math.log(1e3)
    assert scipy.stats.kstest(share, "uniform").pvalue > 1e-10


def test_log_uniform_passes_for_scipys_loguniform():
    drawn = search.log_uniform(0.02, 3.0, 3000, rng(1))
    assert scipy.stats.kstest(drawn, scipy.stats.loguniform(0.02, 3.0).cdf).pvalue > 1e-10


def valley(parameters):
    return (parameters["a"] - 2) ** 2 + len(parameters["b"])


def test_grid_search_tries_each_combination_once():
    grid = {"a": [1, 2, 3], "b": ["x", "yy"]}
    best, value, history = search.grid_search(valley, grid)
    assert best == {"a": 2, "b": "x"}
    assert value == 1
    tried = [parameters for parameters, _ in history]
    assert len(tried) == 6
    assert all(wanted in tried for wanted in ParameterGrid(grid))
    assert [v for _, v in history] == [valley(p) for p in tried]


def test_an_empty_grid_is_one_trial_without_parameters():
    assert search.grid_search(lambda parameters: 3.0, {}) == ({}, 3.0, [({}, 3.0)])


def test_random_search_returns_the_smallest_value_of_its_history():
    space = {"a": lambda r: r.uniform(0, 4), "b": lambda r: "xyz"[: r.integers(1, 4)]}
    best, value, history = search.random_search(valley, space, 25, rng())
    assert len(history) == 25
    assert value == min(v for _, v in history)
    assert valley(best) == value
    assert len({parameters["a"] for parameters, _ in history}) == 25
    assert search.random_search(valley, space, 25, rng())[2] == history
    assert search.random_search(valley, space, 25, rng(1))[2] != history


def test_one_trial_is_a_search_too():
    best, value, history = search.random_search(
        valley, {"a": lambda r: 2, "b": lambda r: ""}, 1, rng()
    )
    assert (best, value, len(history)) == ({"a": 2, "b": ""}, 0, 1)


def test_nan_never_wins():
    best, value, _ = search.grid_search(
        lambda p: math.nan if p["a"] == 0 else p["a"], {"a": [0, 3, 1]}
    )
    assert (best, value) == ({"a": 1}, 1)


def test_an_objective_that_changes_its_dictionary_does_not_change_the_history():
    _, _, history = search.grid_search(lambda p: p.pop("a"), {"a": [1, 2]})
    assert [p for p, _ in history] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(("n", "k"), [(10, 2), (11, 4), (7, 7), (30, 10)])
def test_folds_are_disjoint_cover_all_rows_and_differ_by_one_at_most(n, k):
    folds = model_selection.k_fold(n, k, rng())
    assert len(folds) == k
    for train, validation in folds:
        assert sorted([*train, *validation]) == list(range(n))
    held_out = np.concatenate([validation for _, validation in folds])
    assert sorted(held_out) == list(range(n))
    sizes = [len(validation) for _, validation in folds]
    assert max(sizes) - min(sizes) <= 1


def test_folds_are_shuffled_by_the_seed():
    first, again, other = (model_selection.k_fold(40, 4, rng(s))[0][1] for s in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert list(first) != list(range(10))  # by chance once in 40! / 30! orders


def test_cross_validation_is_that_of_scikit_learn():
    X, y = rng().normal(size=(30, 3)), rng(1).normal(size=30)
    folds = model_selection.k_fold(30, 5, rng(2))
    owner = np.empty(30, dtype=int)
    for i, (_, validation) in enumerate(folds):
        owner[validation] = i
    scores = -cross_val_score(
        Ridge(alpha=0.5), X, y, cv=PredefinedSplit(owner), scoring="neg_mean_squared_error"
    )
    mean, std = model_selection.cross_validate(
        lambda X, y: Ridge(alpha=0.5).fit(X, y).predict,
        lambda y, p: np.mean((y - p) ** 2), X, y, folds,
    )  # fmt: skip
    assert mean == pytest.approx(scores.mean(), rel=1e-10)
    assert std == pytest.approx(scores.std(), rel=1e-10)


def test_no_validation_row_reaches_the_fit():
    X, y = np.arange(12.0)[:, None], np.arange(12.0)
    folds = model_selection.k_fold(12, 3, rng())
    seen = []

    def fit(X, y):
        seen.append(set(y))
        return lambda X: X[:, 0]

    model_selection.cross_validate(fit, lambda y, p: float(not np.array_equal(y, p)), X, y, folds)
    for (train, validation), rows in zip(folds, seen, strict=True):
        assert rows == set(train)
        assert not rows & set(validation)


def descent_on_a_paraboloid(world, curvatures=(0.5, 4.0)):
    """A `step` on x'Hx / 2 in either world, H diagonal: it overshoots from lr = 2 / 4 on."""
    H = np.array(curvatures)
    x = np.ones(2) if world == "reference" else torch.ones(2, dtype=torch.float64)
    H = H if world == "reference" else torch.tensor(H)
    path = [x]

    def step(lr):
        x = path[-1]
        path.append(x - lr * H * x)
        return (H * x * x).sum() / 2

    return step


def test_the_range_test_turns_where_descent_starts_to_diverge():
    rates = np.geomspace(1e-3, 10, 60)
    losses = search.learning_rate_range_test(descent_on_a_paraboloid("reference"), rates)
    assert 2 < len(losses) < 60
    assert losses[-1] > 4 * min(losses)
    stable = largest_stable_rate(np.diag([0.5, 4.0]))
    turning = rates[np.argmin(losses)]
    assert stable < turning < 10 * stable  # the flat direction still falls for a while


def test_the_range_test_is_the_same_in_both_worlds():
    rates = np.geomspace(1e-3, 10, 60)
    ours, theirs = (
        search.learning_rate_range_test(descent_on_a_paraboloid(world), rates)
        for world in ("reference", "twin")
    )
    assert ours == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("last", [math.nan, math.inf, 9.0])
def test_the_range_test_stops_at_a_loss_that_explodes(last):
    losses = iter([2.0, 8.0, last, 1.0])
    assert search.learning_rate_range_test(lambda lr: next(losses), [1, 2, 3, 4])[:2] == [2, 8]
    assert list(losses) == [1.0]


def test_the_range_test_hands_over_each_rate_as_a_python_float():
    seen = []
    search.learning_rate_range_test(lambda lr: seen.append(lr) or 1.0, np.float32([0.5, 1.0]))
    assert seen == [0.5, 1.0]
    assert all(type(lr) is float for lr in seen)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: search.learning_rate_range_test(None, [0.1, 0.1]), r"must rise, got \[0.1, 0.1\]"),
        (lambda: search.log_uniform(0, 1, 3, rng()), "low=0"),
        (lambda: search.log_uniform(2, 1, 3, rng()), "low=2 and high=1"),
        (lambda: search.random_search(valley, {}, 0, rng()), "got 0"),
        (lambda: search.grid_search(valley, {"a": [], "b": [1]}), r"\['a'\]"),
        (lambda: model_selection.k_fold(5, 1, rng()), "k=1 and n=5"),
        (lambda: model_selection.k_fold(5, 6, rng()), "k=6 and n=5"),
        (lambda: model_selection.cross_validate(None, None, None, None, []), "folds is empty"),
    ],
)
def test_bad_input_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


def test_grid_search_walks_the_last_name_fastest():
    _, _, history = search.grid_search(lambda p: 0, {"a": [1, 2], "b": [3, 4]})
    assert [tuple(p.values()) for p, _ in history] == list(itertools.product([1, 2], [3, 4]))


def test_a_rate_is_picked_a_third_below_the_lowest_loss():
    rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]
    nan, inf = math.nan, math.inf
    assert search.pick_rate(rates, [2.3, 2.2, 1.8, 0.9, 0.4, nan]) == 0.03
    assert search.pick_rate(rates, [2.3, 2.2, 1.8, 0.9, 0.9, inf]) == 0.01  # the first of equals
    assert search.pick_rate(rates, [0.1, 2.2, 1.8, 0.9, 0.9, 5]) == 0.001  # nothing lower was tried
    assert search.pick_rate(rates, [nan, nan, inf, -inf, 0.5, 0.6]) == 0.03
    for losses in ([nan] * 6, [1.0] * 7, []):
        with pytest.raises(ValueError, match="needs a loss for each of 6 rates"):
            search.pick_rate(rates, losses)


def test_a_rate_is_picked_from_a_range_test_that_ended_early():
    rates = [0.01, 0.03, 0.1, 0.3, 1, 3]
    told = dict(zip(rates, [2.3, 1.5, 0.9, 0.4, 9.0, 9.0], strict=True))
    losses = search.learning_rate_range_test(told.get, rates)
    assert len(losses) == 5
    assert search.pick_rate(rates, losses) == 0.1  # 0.3 / 3 is a little less in floats


def test_a_range_test_of_negative_losses_goes_on_until_one_explodes():
    told = {1: -1.0, 2: -2.0, 3: 3.0, 4: 4.5, 5: -9.0}
    assert search.learning_rate_range_test(told.get, list(told)) == [-1.0, -2.0, 3.0, 4.5]


@pytest.mark.parametrize("values", [[math.nan, math.inf], [math.inf, math.nan]])
def test_nan_does_not_win_against_infinity(values):
    best, value, _ = search.grid_search(lambda p: p["a"], {"a": values})
    assert best["a"] == value == math.inf


def test_halving_spends_the_same_in_each_round_and_keeps_the_better_ones():
    space = {"x": lambda rng: rng.uniform(0, 1)}
    best, value, history = search.successive_halving(
        lambda p, budget: p["x"] + 1 / budget, space, 9, rng(), min_budget=2, factor=3
    )
    budgets = [budget for _, budget, _ in history]
    assert budgets == [2] * 9 + [6] * 3 + [18]
    first = sorted((p["x"] for p, _, _ in history[:9]))
    assert sorted(p["x"] for p, _, _ in history[9:12]) == first[:3]
    assert best["x"] == first[0]
    assert value == first[0] + 1 / 18


def test_halving_throws_out_who_starts_slowly():
    turns = iter([1, 0, 0, 0])
    space = {"slow": lambda rng: next(turns)}
    best, *_ = search.successive_halving(
        lambda p, budget: -10 if p["slow"] and budget > 2 else p["slow"], space, 4, rng()
    )
    assert best["slow"] == 0  # though the slow one would have ended at -10


def test_nan_never_goes_on_before_a_number():
    turns = iter(range(4))
    space = {"n": lambda rng: next(turns)}
    best, *_ = search.successive_halving(
        lambda p, budget: math.nan if p["n"] < 3 else 5.0, space, 4, rng()
    )
    assert best == {"n": 3}


@pytest.mark.parametrize("keywords", [{"n_configs": 0}, {"factor": 1}, {"min_budget": 0}])
def test_halving_refuses_what_never_ends(keywords):
    with pytest.raises(ValueError, match="must be a whole number from"):
        search.successive_halving(len, {}, **{"n_configs": 3, "rng": rng()} | keywords)


def test_a_stratified_split_keeps_the_shares_and_every_row():
    y = np.array([0] * 40 + [1] * 20 + [5] * 10)
    first, second = model_selection.stratified_split(y, 0.3, rng())
    np.testing.assert_array_equal(np.sort(np.concatenate([first, second])), np.arange(70))
    assert np.bincount(y[second]).tolist() == [12, 6, 0, 0, 0, 3]
    assert not np.array_equal(second, np.sort(second))
    other = model_selection.stratified_split(y, 0.3, rng(1))[1]
    assert not np.array_equal(np.sort(other), np.sort(second))


@pytest.mark.parametrize(
    ("n", "share", "second"),
    [(5, 0.5, 3), (3, 0.5, 2), (10, 0.25, 3), (14, 0.25, 4), (45, 0.7, 32), (1, 0.2, 0)],
)
def test_a_half_row_of_a_class_is_rounded_up(n, share, second):
    parts = model_selection.stratified_split(np.zeros(n, int), share, rng())
    assert [len(part) for part in parts] == [n - second, second]


def test_a_split_by_labels_that_are_nan_is_refused():
    with pytest.raises(ValueError, match="NaN, which is no class: got 1 of 3"):
        model_selection.stratified_split([0.0, math.nan, 1.0], 0.5, rng())


def test_a_split_of_nothing_or_of_everything_is_told():
    assert [part.size for part in model_selection.stratified_split([], 0.5, rng())] == [0, 0]
    for share in (0, 1, 20):
        with pytest.raises(ValueError, match=f"share={share}"):
            model_selection.stratified_split([0, 1], share, rng())


def test_duplicates_are_rows_that_are_equal_whatever_their_type():
    A = np.array([[0.0, 1.0], [2.0, 3.0], [-0.0, 1.0], [2.0, 3.0]])
    assert model_selection.find_duplicates(A, np.array([[0, 1]])).tolist() == [0, 2]
    assert model_selection.find_duplicates(A, A).tolist() == [0, 1, 2, 3]
    assert model_selection.find_duplicates(A, A[:0]).tolist() == []
    assert model_selection.find_duplicates(A[:0], A).dtype.kind == "i"
    large = np.array([[2**53 + 1]]), np.array([[2.0**53]])  # one number as float64, but two
    assert model_selection.find_duplicates(*large).tolist() == []
    assert model_selection.find_duplicates([["a"], ["b"]], [["b"]]).tolist() == [1]
    near = np.nextafter(A, np.inf)
    assert model_selection.find_duplicates(A, near).tolist() == []
    with pytest.raises(ValueError, match=r"\(4, 2\) and \(2, 3\)"):
        model_selection.find_duplicates(A, np.ones((2, 3)))


def test_duplicates_are_found_in_less_memory_than_the_rows_take():
    B = rng().random((4000, 300))
    A = np.concatenate([B[::100], B[:50] + 1])
    tracemalloc.start()
    try:
        found = model_selection.find_duplicates(A, B)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.tolist() == list(range(40))
    assert peak < B.nbytes / 4

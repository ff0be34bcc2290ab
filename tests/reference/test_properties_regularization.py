"""Identities of regularization, augmentation, normalization and schedules, on inputs that
Hypothesis makes up."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dlcourse.reference import augmentation, normalization, optimizers, regularization, schedules

numbers = st.floats(-100, 100, width=32)
images = arrays(np.float64, array_shapes(min_dims=2, max_dims=4, max_side=6), elements=numbers)
matrices = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=numbers)
shifts = st.integers(-8, 8)
seeds = st.integers(0, 2**32 - 1)

quick = settings(max_examples=60, deadline=None)


@quick
@given(images, st.sampled_from([-1, -2]))
def test_flipping_twice_is_doing_nothing(img, axis):
    once = augmentation.flip(img, axis)
    np.testing.assert_array_equal(augmentation.flip(once, axis), img)


@quick
@given(images, shifts, shifts)
def test_a_shift_and_back_keeps_what_stayed_inside(img, dy, dx):
    back = augmentation.shift_image(augmentation.shift_image(img, dy, dx), -dy, -dx)
    inside = augmentation.shift_image(augmentation.shift_image(np.ones_like(img), dy, dx), -dy, -dx)
    np.testing.assert_array_equal(back, img * inside)


@quick
@given(images, shifts, shifts)
def test_shift_commutes_with_flip_mirrored(img, dy, dx):
    np.testing.assert_array_equal(
        augmentation.flip(augmentation.shift_image(img, dy, dx)),
        augmentation.shift_image(augmentation.flip(img), dy, -dx),
    )


@quick
@given(images)
def test_no_turn_and_no_zoom_are_doing_nothing(img):
    np.testing.assert_array_equal(augmentation.rotate(img, 0), img)
    np.testing.assert_array_equal(augmentation.zoom(img, 1.0), img)
    np.testing.assert_allclose(augmentation.contrast(img, 1.0), img, atol=1e-12)


@quick
@given(st.integers(1, 6), seeds)
def test_a_quarter_turn_of_a_square_is_that_of_numpy(side, seed):
    img = np.random.default_rng(seed).normal(size=(2, side, side))
    np.testing.assert_allclose(
        augmentation.rotate(img, 90), np.rot90(img, axes=(1, 2)), rtol=1e-12, atol=1e-12
    )


@quick
@given(images, st.floats(0, 3))
def test_contrast_keeps_the_mean_and_scales_the_spread(img, factor):
    out, axes = augmentation.contrast(img, factor), (-2, -1)
    np.testing.assert_allclose(out.mean(axis=axes), img.mean(axis=axes), atol=1e-9)
    np.testing.assert_allclose(out.std(axis=axes), factor * img.std(axis=axes), atol=1e-9)


@quick
@given(matrices, st.floats(0, 0.95), seeds)
def test_dropout_keeps_or_drops_and_its_mask_says_which(x, p, seed):
    out, mask = regularization.dropout(x, p, np.random.default_rng(seed))
    np.testing.assert_array_equal(out, x * mask)
    np.testing.assert_array_equal(mask[mask != 0], 1 / (1 - p))


@settings(max_examples=20, deadline=None)
@given(st.floats(-5, 5), st.floats(0, 0.9), seeds)
def test_dropout_keeps_the_expectation(x, p, seed):
    """Mean of n = 100,000 draws of x / (1 - p) with probability 1 - p, else 0.

    Bernstein: off by more than sd sqrt(2 L / n) + 2 M L / (3 n) with probability below 2 exp(-L),
    where sd = |x| sqrt(p / (1 - p)) and M = 9 |x| bounds a deviation at p <= 0.9. L = 32 gives
    8 sd / sqrt(n) + 0.002 |x|, and 20 examples a false alarm below 6e-13.
    """
    n = 100_000
    out, _ = regularization.dropout(np.full(n, x), p, np.random.default_rng(seed))
    bound = abs(x) * (8 * np.sqrt(p / (1 - p) / n) + 0.002) + 1e-12
    assert abs(out.mean() - x) <= bound


@quick
@given(matrices, st.integers(0, 7))
def test_top_k_keeps_the_largest_and_nothing_else(delta, k):
    kept = regularization.top_k_gradient(delta, k)
    k = min(k, delta.shape[1])
    assert np.all(np.count_nonzero(kept, axis=1) <= k)
    assert np.all((kept == 0) | (kept == delta))
    largest = np.sort(np.abs(delta), axis=1)[:, delta.shape[1] - k :].sum(axis=1)
    np.testing.assert_allclose(np.abs(kept).sum(axis=1), largest)


@quick
@given(matrices, st.floats(0.01, 50))
def test_max_norm_bounds_every_column_and_is_idempotent(W, r):
    once = regularization.max_norm(W, r)
    assert np.all(np.linalg.norm(once, axis=0) <= r * (1 + 1e-12))
    np.testing.assert_allclose(regularization.max_norm(once, r), once, rtol=1e-12)


@quick
@given(st.lists(st.floats(0, 9), min_size=1, max_size=12), st.integers(1, 5))
def test_early_stopping_is_what_its_sentence_says(losses, patience):
    best, stop = regularization.early_stopping(losses, patience)
    assert losses[best] == min(losses[: stop + 1])
    assert losses.index(losses[best]) == best
    assert stop == len(losses) - 1 or stop - best == patience


@quick
@given(st.integers(2, 8), st.integers(1, 5), seeds)
def test_batch_norm_does_not_see_a_shift_or_a_stretch_of_its_batch(n, channels, seed):
    rng = np.random.default_rng(seed)
    x, a, b = rng.normal(size=(n, channels)), rng.uniform(0.5, 2), rng.normal()
    ones, zeros = np.ones(channels), np.zeros(channels)
    first, *_ = normalization.batch_norm(x, ones, zeros, zeros, ones, eps=1e-14)
    second, *_ = normalization.batch_norm(a * x + b, ones, zeros, zeros, ones, eps=1e-14)
    np.testing.assert_allclose(first, second, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(first.mean(axis=0), 0, atol=1e-9)


@quick
@given(st.integers(0, 50), st.integers(1, 100), st.floats(1e-4, 10))
def test_cosine_warmup_meets_its_end_points_and_stays_between(warmup, rest, peak):
    total = warmup + rest
    rates = [schedules.cosine_warmup(step, warmup, total, peak) for step in range(total + 1)]
    assert rates[0] == (0.0 if warmup else peak)
    assert rates[warmup] == peak
    assert rates[-1] == 0.0
    assert all(0 <= rate <= peak for rate in rates)
    assert rates[: warmup + 1] == sorted(rates[: warmup + 1])
    assert rates[warmup:] == sorted(rates[warmup:], reverse=True)


@quick
@given(st.lists(matrices, min_size=1, max_size=3), st.floats(0.1, 100))
def test_clipping_bounds_the_norm_over_all_and_keeps_the_direction(grads, max_norm):
    clipped = optimizers.clip_by_norm(grads, max_norm)
    flat, cut = (np.concatenate([g.ravel() for g in gs]) for gs in (grads, clipped))
    assert np.linalg.norm(cut) <= max_norm * (1 + 1e-12)
    np.testing.assert_allclose(
        cut * np.linalg.norm(flat), flat * np.linalg.norm(cut), rtol=1e-9, atol=1e-9
    )

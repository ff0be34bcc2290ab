"""Attention: masks, positions, and what no permutation or scale may change."""

import re

import numpy as np
import pytest
import torch
from cases import for_all
from hypothesis import strategies as st

from dlcourse.reference.attention import (
    attention,
    attention_weights,
    causal_mask,
    multi_head,
    multi_head_backward,
    positional_encoding,
)
from dlcourse.twins import attention as twin

rng = np.random.default_rng(18)
q, k, v = rng.normal(size=(2, 5, 4)), rng.normal(size=(2, 5, 4)), rng.normal(size=(2, 5, 3))


@pytest.mark.parametrize("T", [0, 1, 7])
def test_a_causal_mask_is_the_lower_triangle_of_torch(T):
    expected = torch.ones(T, T, dtype=torch.bool).tril().numpy()
    np.testing.assert_array_equal(causal_mask(T), expected)
    assert causal_mask(T).dtype == bool


def test_what_the_mask_forbids_has_no_weight_at_all_and_no_influence():
    mask = causal_mask(5)
    weights = attention_weights(q, k, mask)
    assert np.all(weights[:, ~mask] == 0)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-14)
    later = v.copy()
    later[:, 3:] = np.inf  # the first three positions never see it
    with np.errstate(invalid="ignore"):
        seen = attention(q, k, later, mask)[:, :3]
    assert np.isnan(seen).all()  # 0 * inf: a mask hides weights, not values
    later[:, 3:] = 1e6
    np.testing.assert_array_equal(attention(q, k, later, mask)[:, :3],
                                  attention(q, k, v, mask)[:, :3])  # fmt: skip


@for_all(st.permutations(range(5)))
def test_attention_without_positions_does_not_know_the_order_of_its_keys(order):
    mixed = attention(q, k[:, order], v[:, order])
    np.testing.assert_allclose(mixed, attention(q, k, v), rtol=1e-12, atol=1e-14)


def test_scores_of_unit_variance_stay_of_unit_variance_in_a_wide_model():
    wide = np.random.default_rng(0).normal(size=(2, 400, 1024))
    scores = wide[0] @ wide[1].T
    assert scores.std() == pytest.approx(32, rel=0.02)
    expected = np.exp(scores / 32 - (scores / 32).max(axis=-1, keepdims=True))
    expected /= expected.sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(attention_weights(*wide), expected, rtol=1e-11)


def test_scores_keep_their_variance_only_for_numbers_of_mean_0():
    """What the page says: with a mean of 1 a score of D = 64 has variance 3, not 1."""
    draws = np.random.default_rng(1).normal(size=(2, 20_000, 64))
    for mean, variance in ((0, 1), (1, 3)):
        scores = ((draws[0] + mean) * (draws[1] + mean)).sum(axis=-1) / 8
        assert scores.var() == pytest.approx(variance, rel=0.1)


@pytest.mark.parametrize("d", [2, 4, 64])
def test_the_longest_wave_of_the_positions_stays_below_10000_times_the_first(d):
    last = positional_encoding(2, d)[1, -2:]
    length = 2 * np.pi / np.arctan2(*last)
    assert length == pytest.approx(2 * np.pi * 10_000 / 10_000 ** (2 / d), rel=1e-9)


def test_one_head_with_identities_is_attention():
    one = np.eye(4)
    np.testing.assert_allclose(multi_head(q, one, one, one, one, 1), attention(q, q, q), rtol=1e-14)


def test_heads_are_consecutive_blocks_of_columns_joined_in_order():
    W = [rng.normal(size=(4, 4)) for _ in range(3)]
    parts = [attention(*(q @ w[:, block] for w in W)) for block in (slice(0, 2), slice(2, 4))]
    joined = np.concatenate(parts, axis=-1)
    np.testing.assert_allclose(multi_head(q, *W, np.eye(4), 2), joined, rtol=1e-13)


def test_a_causal_output_has_no_gradient_from_later_positions():
    W = [rng.normal(size=(4, 4)) for _ in range(4)]
    dout = np.zeros_like(q)
    dout[:, 1] = 1
    dx = multi_head_backward(dout, q, *W, 2, causal_mask(5))[0]
    assert np.all(dx[:, 2:] == 0)
    assert np.all(dx[:, :2] != 0)


@pytest.mark.parametrize("T", [1, 5000])
@pytest.mark.parametrize("d", [2, 64])
def test_positions_are_the_formula_in_extended_precision(T, d):
    t, column = np.arange(T, dtype=np.longdouble)[:, None], np.arange(d)
    angle = t / np.longdouble(10_000) ** ((column - column % 2) / np.longdouble(d))
    expected = np.where(column % 2, np.cos(angle), np.sin(angle)).astype(float)
    np.testing.assert_allclose(positional_encoding(T, d), expected, atol=1e-11)


def test_a_step_of_positions_is_one_rotation_for_all():
    code = positional_encoding(50, 8)
    step, *_ = np.linalg.lstsq(code[:-3], code[3:], rcond=None)
    np.testing.assert_allclose(code[:-3] @ step, code[3:], atol=1e-10)
    np.testing.assert_allclose(step @ step.T, np.eye(8), atol=1e-9)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: attention_weights(q, k[:, :, :3]), r"\(2, 5, 4\) and \(2, 5, 3\)"),
        (lambda: attention_weights(q, k, np.zeros((5, 5), bool)), r"\(5, 5\) has a row that"),
        (lambda: attention_weights(q, k, np.zeros((5, 5))), r"float64 \(5, 5\)"),
        (lambda: attention(q, k, v[:, :4]), r"v \(2, 4, 3\)"),
        (lambda: multi_head(q, *[np.eye(4)] * 4, 3), "heads must divide D.*got 3"),
        (lambda: multi_head(q, *[np.eye(4)] * 4, 2, causal_mask(5)[None]), r"\(1, 5, 5\)"),
        (lambda: positional_encoding(4, 3), "even.*got 3"),
    ],
)
def test_bad_input_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


def test_attention_in_half_precision_computes_in_float32():
    rng = np.random.default_rng(0)
    q, k, v = (torch.tensor(8 * rng.normal(size=(4, 64))).bfloat16() for _ in range(3))
    expected = twin.attention(q.double(), k.double(), v.double())
    out = twin.attention(q, k, v)
    assert out.dtype == torch.bfloat16
    torch.testing.assert_close(out.double(), expected, rtol=2**-8, atol=1e-6)


@pytest.mark.parametrize("size", [2.5, "2", None, -1])
def test_a_size_that_is_no_whole_number_is_quoted_back(size):
    x, W = np.ones((1, 3, 2)), np.ones((2, 2))
    calls = [
        lambda: causal_mask(size),
        lambda: positional_encoding(size, 4),
        lambda: positional_encoding(4, size),
        lambda: multi_head(x, W, W, W, W, size),
        lambda: twin.multi_head(*map(torch.tensor, (x, W, W, W, W)), size),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=re.escape(repr(size))):
            call()


def test_a_mask_of_numbers_to_add_is_refused():
    x = np.ones((2, 3))
    added = np.array([[0, -10000], [0, 0]])
    with pytest.raises(ValueError, match=r"got -10000 \.\.\. 0"):
        attention(x, x, x, added)
    for mask in (torch.from_numpy(added), torch.zeros(2, 2)):
        with pytest.raises(ValueError, match="mask holds True or 1"):
            twin.attention(*[torch.from_numpy(x)] * 3, mask)
    allowed = np.array([[1, 0], [1, 1]])
    np.testing.assert_array_equal(attention_weights(x, x, allowed), [[1, 0], [0.5, 0.5]])

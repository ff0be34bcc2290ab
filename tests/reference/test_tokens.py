"""Byte-pair merges against a rule of regular expressions; embeddings against one-hot products."""

import re

import numpy as np
import pytest
from cases import for_all
from hypothesis import strategies as st

from dlcourse.reference.tokens import bpe_merge, count_ngrams, embedding, ngram_chances


@for_all(st.lists(st.lists(st.sampled_from("abc"), max_size=8), max_size=4))
def test_a_merge_is_what_a_regular_expression_does_to_words_of_single_letters(words):
    for pair in [("a", "a"), ("a", "b"), ("c", "b")]:
        expected = [re.findall(f"{pair[0]}{pair[1]}|.", "".join(word)) for word in words]
        assert bpe_merge(words, pair) == expected


def test_a_symbol_that_was_joined_is_not_joined_again_in_the_same_pass():
    assert bpe_merge([list("aaa"), list("aaaa")], ("a", "a")) == [["aa", "a"], ["aa", "aa"]]
    assert bpe_merge([["aa", "a", "a"]], ("aa", "a")) == [["aaa", "a"]]
    # the new symbol may look like the pair's first one; it was not there when the pass began
    assert bpe_merge([["", "a", "a"]], ("", "a")) == [["a", "a"]]


def test_the_words_given_stay_as_they_are():
    words = [["a", "b"], []]
    merged = bpe_merge(words, ("a", "b"))
    assert words == [["a", "b"], []]
    assert merged == [["ab"], []]
    assert merged[1] is not words[1]


def test_an_embedding_is_the_product_with_a_one_hot_table():
    weight = np.random.default_rng(0).normal(size=(5, 3))
    tokens = np.array([4, 0, 4])
    np.testing.assert_array_equal(embedding(tokens, weight), np.eye(5)[tokens] @ weight)


@pytest.mark.parametrize("tokens", [[5], [-1], [0.5]])
def test_a_token_without_a_row_is_refused_by_name(tokens):
    with pytest.raises(ValueError, match=r"tokens must (lie in 0 ... 4|be integers)"):
        embedding(tokens, np.ones((5, 3)))


@for_all(st.text("abc", max_size=12), st.text("abc", max_size=4), st.integers(1, 4))
def test_counted_letters_give_probabilities_and_none_of_them_is_0(text, history, order):
    chances = ngram_chances(count_ngrams(text, order), history, "abcd")
    assert chances.sum() == pytest.approx(1)
    assert chances.min() > 0


def test_a_run_counts_by_how_often_it_was_seen_and_shorter_ones_have_the_rest():
    counts = count_ngrams("aabab", 3)
    assert {run: dict(seen) for run, seen in counts[2].items()} == {
        "aa": {"b": 1},
        "ab": {"a": 1},
        "ba": {"b": 1},
    }
    one = (np.array([3, 2]) + 2 * np.array([0.5, 0.5])) / (5 + 2)  # after nothing
    two = (np.array([1, 2]) + 2 * one) / (3 + 2)  # after a
    np.testing.assert_allclose(ngram_chances(counts[:2], "ba", "ab"), two)
    np.testing.assert_allclose(
        ngram_chances(counts, "ba", "ab"), (np.array([0, 1]) + two) / (1 + 1)
    )
    np.testing.assert_allclose(ngram_chances(counts, "bba", "ab")[0], (0 + two[0]) / 2)
    np.testing.assert_allclose(ngram_chances(counts, "bb", "ab"), (np.array([1, 0]) + one) / 2)

"""From text to numbers: counted letters, byte-pair merges, embeddings (Lectures 14 and 18)."""

from collections import Counter, defaultdict

import numpy as np

from dlcourse.reference.arguments import floats, output_gradient, quoted, whole_numbers


def count_ngrams(text, order):
    """Count which symbol follows each run of 0 to ``order - 1`` symbols.

    Parameters
    ----------
    text : str
    order : int
        The longest run counted, the symbol that follows included: 4 for a 4-gram.

    Returns
    -------
    list of dict
        For each length from 0 to ``order - 1``, a run of that length to the `Counter` of what
        follows it.

    Raises
    ------
    ValueError
        If the text is no string, or the order no whole number from 1.

    References
    ----------
    Lecture 14.

    Examples
    --------
    >>> counts = count_ngrams("abac", 2)
    >>> counts[1]["a"]
    Counter({'b': 1, 'c': 1})
    """
    if not isinstance(text, str):
        raise ValueError(f"text is no string: {quoted(text)}")
    [order] = whole_numbers(order=order)
    counts = [defaultdict(Counter) for _ in range(order)]
    for length, runs in enumerate(counts):
        for end in range(length, len(text)):
            runs[text[end - length : end]][text[end]] += 1
    return [dict(runs) for runs in counts]


def ngram_chances(counts, history, symbols):
    """Predict the next symbol from counts, long runs first and shorter ones where those are new.

    Parameters
    ----------
    counts : list of dict
        Of `count_ngrams`.
    history : str
        What came before; its last ``len(counts) - 1`` symbols are read.
    symbols : sequence of str
        All symbols that may come.

    Returns
    -------
    ndarray, shape (len(symbols),)
        Probabilities, all above 0.

    Raises
    ------
    ValueError
        If the counts are no list of dictionaries, or there are no symbols.

    Notes
    -----
    Witten and Bell's mixture: a run that was seen n times, with k different symbols after it, has
    the share ``n / (n + k)`` of the prediction, and the run that is shorter by one the rest. Below
    the empty run all symbols are alike.

    References
    ----------
    Lecture 14.

    Examples
    --------
    >>> ngram_chances(count_ngrams("abac", 2), "a", "abc")
    array([0.21428571, 0.39285714, 0.39285714])
    """
    if not isinstance(counts, list) or not all(isinstance(runs, dict) for runs in counts):
        raise ValueError(f"counts is no list of dictionaries: {quoted(counts)}")
    if not len(symbols):
        raise ValueError("symbols is empty: name at least one that may come next")
    chances = np.full(len(symbols), 1 / len(symbols))
    for length, runs in enumerate(counts):
        if length > len(history):
            break
        seen = runs.get(history[len(history) - length :])
        if seen:
            total, kinds = sum(seen.values()), len(seen)
            chances = (np.array([seen[s] for s in symbols]) + kinds * chances) / (total + kinds)
    return chances


def bpe_merge(words, pair):
    """Join every occurrence of a pair of symbols, left to right and without overlap.

    Parameters
    ----------
    words : list of list of str
        Each word a list of symbols.
    pair : tuple of two str

    Returns
    -------
    list of list of str
        New lists; the words given are left as they are.

    Examples
    --------
    >>> bpe_merge([["a", "a", "a"], ["b", "a"]], ("a", "a"))
    [['aa', 'a'], ['b', 'a']]
    """
    first, second = pair
    merged = []
    for word in words:
        out, free = [], False  # free: the last symbol came alone, so it may still be joined
        for symbol in word:
            if free and out[-1] == first and symbol == second:
                out[-1], free = first + second, False
            else:
                out.append(symbol)
                free = True
        merged.append(out)
    return merged


def embedding(tokens, weight):
    """Look up one row of `weight` for each token.

    Parameters
    ----------
    tokens : array_like of int, any shape
        In 0 ... V - 1.
    weight : array_like, shape (V, D)

    Returns
    -------
    ndarray, shape (*tokens.shape, D)

    Raises
    ------
    ValueError
        If a token has no row, or the tokens are no integers.

    Notes
    -----
    The product of a one-hot table (N, V) with `weight`, without the table.

    Examples
    --------
    >>> embedding([2, 0], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    array([[5., 6.],
           [1., 2.]])
    """
    weight = floats(weight)
    return weight[_rows(tokens, weight)]


def embedding_backward(dout, tokens, weight):
    """Carry a gradient back through `embedding` to its `weight`.

    Parameters
    ----------
    dout : array_like, shape (*tokens.shape, D)
        Gradient of the loss with respect to the output.
    tokens, weight
        The inputs given to `embedding`.

    Returns
    -------
    dweight : ndarray, shape (V, D)
        A token that comes twice gathers both gradients; a row that nobody asked for gets 0.

    Raises
    ------
    ValueError
        If dout has not the shape of the output, if weight is not (V, D), or if tokens are not
        integers in 0 ... V - 1.

    Examples
    --------
    >>> embedding_backward([[1.0], [10.0]], [1, 1], [[0.0], [0.0]])
    array([[ 0.],
           [11.]])
    """
    weight = floats(weight)
    tokens = _rows(tokens, weight)
    dout = output_gradient(dout, (*tokens.shape, weight.shape[1]), weight.dtype)
    dweight = np.zeros(weight.shape, dout.dtype)  # (V, D)
    np.add.at(dweight, tokens, dout)
    return dweight


def _rows(tokens, weight):
    tokens = np.asarray(tokens)
    if weight.ndim != 2:
        raise ValueError(f"weight must have shape (V, D), got {weight.shape}")
    if tokens.dtype.kind not in ("iu" if tokens.size else "iuf"):
        raise ValueError(f"tokens must be integers, got {tokens.dtype} {tokens.shape}")
    if tokens.size and not (tokens.min() >= 0 and tokens.max() < len(weight)):
        raise ValueError(
            f"tokens must lie in 0 ... {len(weight) - 1}, the rows of weight {weight.shape}: "
            f"got {tokens.min()} ... {tokens.max()}"
        )
    return tokens.astype(np.intp)

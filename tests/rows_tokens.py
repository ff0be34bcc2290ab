"""Rows of the table: embeddings. The merges of lecture 18 are text, and tested as such."""

from cases import fixed, labels, normal, op
from torch.nn.functional import embedding

OPS = [
    op("tokens.embedding", labels(6, 4), normal((4, 3)), oracle=embedding),
    op("tokens.embedding", fixed([[0, 3, 3], [1, 0, 3]], int), normal((4, 2)), oracle=embedding,
       case="sequences"),
    op("tokens.embedding", fixed([], int), normal((4, 2)), oracle=embedding, case="no token"),
]  # fmt: skip

OF_TEXT = ("bpe_merge", "count_ngrams", "ngram_chances")
NO_ROW = {f"tokens.{name}": "of text: test_tokens.py" for name in OF_TEXT}
NO_TWIN = {f"tokens.{name}": "of text, which PyTorch does not hold" for name in OF_TEXT}

"""Rows of the table: embeddings. The merges of lecture 18 are text, and tested as such."""

from cases import fixed, labels, normal, op
from torch.nn.functional import embedding

OPS = [
    op("tokens.embedding", labels(6, 4), normal((4, 3)), oracle=embedding),
    op("tokens.embedding", fixed([[0, 3, 3], [1, 0, 3]], int), normal((4, 2)), oracle=embedding,
       case="sequences"),
    op("tokens.embedding", fixed([], int), normal((4, 2)), oracle=embedding, case="no token"),
]  # fmt: skip

NO_ROW = {"tokens.bpe_merge": "lists of text: test_tokens.py"}
NO_TWIN = {"tokens.bpe_merge": "lists of text, which PyTorch does not hold"}

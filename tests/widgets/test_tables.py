"""Tables under headed columns: what is said, and that a row of another length is refused."""

import numpy as np
import pytest

from dlcourse.plots.tables import as_table

COLUMNS = ["unit", "slope", "updates"]


def test_columns_stand_under_their_heads_and_numbers_are_short():
    table = as_table(COLUMNS, [("sigmoid", 0.25, 1200.0), ("tanh <1>", -1 / 3, np.int64(45))])
    assert table.text.splitlines() == [
        "unit       slope  updates",
        "sigmoid     0.25    1,200",
        "tanh <1>  −0.333       45",
    ]


def test_heads_of_columns_and_rows_are_heads_to_who_hears_them_and_texts_are_no_markup():
    ((bundle, _),) = as_table(COLUMNS, [("tanh <1>", 1, "0 or 1")]).outputs
    html = bundle["text/html"]
    assert (html.count('scope="col"'), html.count('scope="row"')) == (3, 1)
    assert "tanh &lt;1&gt;" in html
    assert "<td>1</td><td>0 or 1</td>" in html


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="got 2 entries under 3 columns"):
        as_table(COLUMNS, [("sigmoid", 0.25)])

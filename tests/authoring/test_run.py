"""A lecture's own cells, run once more: what breaks the second time is found."""

from nbformat.v4 import new_code_cell, new_notebook

from dlcourse.authoring.run import failing_again


def test_a_cell_that_fails_the_second_time_is_named_and_no_other(tmp_path):
    cells = [
        new_code_cell("n = 1", id="start"),
        new_code_cell("assert n == 1, n\nn = 2", id="once"),
        new_code_cell("m = n + 1", id="often"),
        new_code_cell("raise ValueError", id="mine", metadata={"tags": ["answer"]}),
    ]
    assert failing_again(new_notebook(cells=cells), tmp_path) == {"once": "AssertionError: 2"}

"""Lectures are run for the site."""

import gc
from concurrent.futures import ThreadPoolExecutor

from nbformat.v4 import new_code_cell, new_notebook

from dlcourse.site import execute


def test_a_run_in_a_thread_leaves_nothing_open(tmp_path):
    name = "01_sums"
    course = tmp_path / "course" / name / f"{name}.ipynb"
    course.parent.mkdir(parents=True)
    execute.nbformat.write(new_notebook(cells=[new_code_cell("print(1 + 1)")]), course)
    with ThreadPoolExecutor(1) as pool:
        notebook = pool.submit(execute.executed, tmp_path, name, tmp_path / "kept").result()
    gc.collect()  # pytest fails where this finds a loop or a socket that nobody closed
    assert notebook.cells[0].outputs[0].text == "2\n"

"""What runs the lectures notices a wrong solution, and no lecture goes without its claims."""

import re
from pathlib import Path

import nbformat
from lecture_claims import LECTURES, tags
from solved_lecture import nbval, solved

HERE = Path(__file__).parent


def test_every_lecture_has_a_file_that_claims_it():
    claimed = []
    for path in sorted(HERE.glob("test_[0-9]*.py")):
        name = re.search(r'^    name = "(\w+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)[1]
        assert path.stem == f"test_{name}"
        claimed.append(name)
    assert claimed == LECTURES


def test_nbval_notices_a_wrong_solution(tmp_path):
    notebook = solved(LECTURES[0])
    cells = [c for c in notebook.cells if "given" in tags(c) or c.id == "begin"]
    [name] = [c.id for c in notebook.cells if "answer" in tags(c)][:1]
    mine = [c for c in notebook.cells if c.id in (name, f"check_{name}")]
    mine[0].source = f"def {name}(*args, **kwargs):\n    return None"
    notebook.cells = [*cells, *mine]
    nbformat.write(notebook, tmp_path / "wrong.ipynb")
    ended = nbval(tmp_path / "wrong.ipynb")
    assert ended.returncode == 1
    assert "1 failed" in ended.stdout

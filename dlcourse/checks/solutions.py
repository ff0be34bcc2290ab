"""Show one way to write an exercise, from its file in the course or in the package."""

import ast
import itertools
import re
import sys

from dlcourse.paths import learner_root, source_root

TAG = 'tags=["solution"]'
EXPLANATION = re.compile(r'^# %% \[markdown\].* grade_id="(\w+)".*\n((?:#.*\n)+)', re.MULTILINE)


def solution_file(exercise):
    """The exercise's file, if the course of the learner's copy has one."""
    try:
        path = source_root(learner_root()) / "solutions" / "exercises" / f"{exercise}.py"
        return path if path.is_file() else None
    except OSError:
        return None


def explanations(lecture):
    """Answers in words to a lecture's questions, by their names, if the course of the learner's
    copy has its source; else None.
    """
    try:
        path = source_root(learner_root()) / "solutions" / "lectures" / f"{lecture}.py"
        text = path.read_text(encoding="utf-8")
    except OSError:
        return None
    return {name: _uncommented(body) for name, body in EXPLANATION.findall(text)}


def _uncommented(body):
    lines = itertools.takewhile(lambda line: not line.startswith("# %%"), body.splitlines())
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines).strip()


def solution_source(text):
    """The solution in the text of an exercise file: its cell is tagged, and ends at the next."""
    cells = re.split(r"^# %%(.*)\n", text, flags=re.MULTILINE)
    found = [code for mark, code in zip(cells[1::2], cells[2::2], strict=True) if TAG in mark]
    return "".join(found).strip()


def display_solution(path):
    """Show a solution: in colour in a notebook, else as text."""
    try:
        source = solution_source(path.read_text(encoding="utf-8"))
        ast.parse(source)
    except (SyntaxError, UnicodeDecodeError) as error:
        print(f"{path}: the source cannot be read: {error}.")
        return
    if not source:
        print(f"{path}: the source cannot be read: it has no cell tagged as the solution.")
        return
    display_text(source, f"```python\n{source}\n```")


def display_text(text, markdown):
    """Show a text: as Markdown in a notebook, else as it is."""
    if "IPython" in sys.modules:
        from IPython.display import display

        display({"text/markdown": markdown, "text/plain": text}, raw=True)
    else:
        print(text)

"""The cells of one exercise file, and how an author's slip is told."""

import ast

import numpy as np


class AuthorError(ValueError):
    """An author's slip: where it is, what it is, and what to do."""

    def __init__(self, path, line, problem, remedy):
        super().__init__(f"{path}:{line}: {problem}. {remedy}")


def read_cells(path):
    """Split the file at its cell markers, each with its tags, other metadata and first line."""
    import jupytext

    try:
        text = path.read_text(encoding="utf-8")
        ast.parse(text, str(path))
    except FileNotFoundError:
        raise AuthorError(
            path, 1, "there is no such exercise", "Check the id, or add the file"
        ) from None
    except (SyntaxError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", 1)
        raise AuthorError(path, line, f"the source cannot be read: {error}", "Mend it") from None
    markers = [n for n, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")]
    cells = jupytext.reads(text, fmt="py:percent").cells
    starts = markers if len(markers) == len(cells) else [1, *markers]
    return [
        {
            "type": cell.cell_type,
            "source": cell.source,
            "tags": cell.metadata.get("tags", []),
            "meta": cell.metadata,
            "line": line,
        }
        for cell, line in zip(cells, starts, strict=False)
    ]


def one_cell(path, cells, tag):
    """The cell that has a tag, of which there must be exactly one."""
    found = [cell for cell in cells if tag in cell["tags"]]
    if len(found) != 1:
        problem = f'{len(found)} cells are tagged "{tag}"'
        raise AuthorError(
            path, found[1]["line"] if found else 1, problem, "There must be exactly one"
        )
    return found[0]


def run_file(path, cells):
    """Execute the file's code cells in one namespace, as written."""
    namespace = {"np": np, "__name__": f"exercise_{path.stem}"}
    for cell in cells:
        if cell["type"] != "code":
            continue
        source = "\n" * cell["line"] + cell["source"]
        try:
            exec(compile(source, str(path), "exec"), namespace)
        except Exception as error:
            problem = f"the cell does not run: {type(error).__name__}: {error}"
            raise AuthorError(path, cell["line"], problem, "Mend the cell") from error
    return namespace

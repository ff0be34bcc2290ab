"""What nbgrader's generate_assignment does on top of its own steps."""

from nbgrader.preprocessors import NbGraderPreprocessor


class Starters(NbGraderPreprocessor):
    """Put each answer cell's starter in place of its solution.

    nbgrader's own ClearSolutions works by markers in the text; a starter that was made from the
    syntax tree cannot leak through a marker that somebody forgot.
    """

    def preprocess(self, nb, resources):
        """Replace every cell that carries a starter."""
        for cell in nb.cells:
            starter = cell.metadata.get("dlcourse", {}).pop("starter", None)
            if starter is not None:
                cell.source = starter
            if cell.metadata.get("dlcourse") == {}:
                del cell.metadata["dlcourse"]
        return nb, resources

"""What the widgets share in the browser: one card, its controls, axes, and colours."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./shared\.js";\n', re.MULTILINE)


def with_shared(name):
    """Join shared.js or shared.css to a widget's own file, as a value for ``_esm`` or ``_css``.

    anywidget loads a widget from one text, where an import of a file beside it cannot be found.
    So the import line goes, and the text that it names comes first. Inline text also works
    where a page allows no other source of scripts.

    Parameters
    ----------
    name : str
        A file of this folder, such as ``"perceptron.js"``. A script begins with the line
        ``import { card, slider } from "./shared.js";``.
    """
    own = (FOLDER / name).read_text("utf-8")
    shared = (FOLDER / f"shared{Path(name).suffix}").read_text("utf-8")
    if name.endswith(".css"):
        return f"{shared}\n{own}"
    own, imports = IMPORT.subn("", own)
    if imports != 1:
        raise ValueError(f"{name} has {imports} imports of shared.js: write one")
    return re.sub(r"^export ", "", shared, flags=re.MULTILINE) + "\n" + own

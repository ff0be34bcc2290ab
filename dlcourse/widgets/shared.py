"""What the widgets share in the browser: one card, its controls, axes, and colours."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.MULTILINE)


def with_shared(name):
    """Join shared.js or shared.css to a widget's own file, as a value for ``_esm`` or ``_css``.

    anywidget loads a widget from one text, where an import of a file beside it cannot be found.
    So the import lines go, and the texts that they name come first. Inline text also works
    where a page allows no other source of scripts.

    Parameters
    ----------
    name : str
        A file of this folder, such as ``"perceptron.js"``. A script begins with the line
        ``import { card, slider } from "./shared.js";``; lines that name other files of this
        folder may follow.
    """
    own = (FOLDER / name).read_text("utf-8")
    if name.endswith(".css"):
        return "\n".join([(FOLDER / "shared.css").read_text("utf-8"), own])
    named = IMPORT.findall(own)
    if named.count("shared.js") != 1:
        raise ValueError(f"{name} has {named.count('shared.js')} imports of shared.js: write one")
    texts = [IMPORT.sub("", (FOLDER / one).read_text("utf-8")) for one in named]
    plain = [re.sub(r"^export ", "", text, flags=re.MULTILINE) for text in texts]
    return "\n".join([*plain, IMPORT.sub("", own)])

"""Formulas as MathML, made when the site is built: browsers draw it without a script.

A Sphinx extension. The font is STIX Two Math, cut down to the signs that the pages use.
"""

import re
from functools import cache
from xml.sax.saxutils import escape

from latex2mathml.converter import convert

TAG = re.compile(r"\\tag\{([^}]*)\}")
# code points: Latin, Greek, accents, punctuation, arrows, operators, brackets, italics
SIGNS = [(0x20, 0x7E), (0xA0, 0xFF), (0x2C6, 0x2DC), (0x300, 0x338), (0x391, 0x3F5)]
SIGNS += [(0x2010, 0x2064), (0x2102, 0x213C), (0x2190, 0x21D5), (0x2200, 0x22FF), (0x2308, 0x230B)]
SIGNS += [(0x23DC, 0x23DF), (0x25A1, 0x25A1), (0x27E6, 0x27EB), (0x1D400, 0x1D467)]
SIGNS += [(0x1D49C, 0x1D4CF), (0x1D6A4, 0x1D714)]
# a function's name before what is no bracket: LaTeX leaves a thin space there
NAMED = re.compile(r"(<mi>(?:ln|log|exp|sin|cos|tanh)</mi>)(?=<m(?!o))")
# what latex2mathml writes as a character that fonts lack, or with a spacing of its own
MENDED = {r"\lVert": r"\|", r"\rVert": r"\|", r"\lvert": "|", r"\rvert": "|"}


def setup(app):
    """Register the renderer as Sphinx's for math."""
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_displayed, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


@cache
def mathml(latex, displayed=False):
    """Turn LaTeX into a ``<math>`` element that carries its source for those who copy it."""
    text = latex.strip()
    for written, meant in MENDED.items():
        text = re.sub(re.escape(written) + r"(?![a-zA-Z])", lambda _, m=meant: m, text)
    element = convert(text, display="block" if displayed else "inline")
    body = element[element.index(">") + 1 : element.rindex("</math>")]
    body = body.replace("<mo>/</mo>", '<mo lspace="0" rspace="0">/</mo>')
    body = NAMED.sub(r'\1<mspace width="0.17em"/>', body)
    kind = ' display="block"' if displayed else ""
    label = escape(" ".join(latex.split()), {'"': "&quot;"})
    return f'<math{kind} alttext="{label}">{body}</math>'


def _visit_inline(self, node):
    from docutils import nodes

    self.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _visit_displayed(self, node):
    from docutils import nodes

    text = node.astext()
    tag = TAG.search(text)
    number = f'<span class="formula-tag">({tag[1]})</span>' if tag else ""
    box = 'class="formula" tabindex="0" role="group" aria-label="Formula"'
    self.body.append(f"<div {box}>{mathml(TAG.sub('', text), displayed=True)}{number}</div>")
    raise nodes.SkipNode


def font():
    """STIX Two Math for the web, with the signs that formulas of the course can use: bytes."""
    import io
    from importlib.util import find_spec
    from pathlib import Path

    from fontTools import subset

    path = Path(find_spec("ziamath").origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
    options = subset.Options(flavor="woff2", layout_features=["ssty"], notdef_outline=True)
    options.drop_tables = []
    with subset.load_font(path, options) as whole:
        part = subset.Subsetter(options)
        part.populate(unicodes=[code for low, high in SIGNS for code in range(low, high + 1)])
        part.subset(whole)
        file = io.BytesIO()
        subset.save_font(whole, file, options)
    return file.getvalue()

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
SIGNS += [(0x1D49C, 0x1D4CF), (0x1D538, 0x1D550), (0x1D6A4, 0x1D714)]
# a function's name, perhaps with its index, before what is no bracket: LaTeX leaves a thin space
FUNCTION = r"<mi>(?:ln|log|exp|sin|cos|tanh|max|min)</mi>"
NAMED = re.compile(
    rf"((?<!<msup>)(?<!<msub>)(?<!<munder>)(?<!<msubsup>){FUNCTION}"
    rf"|<(msu[bp])>{FUNCTION}<(m[in])>[^<]*</\3></\2>)"
    r"(?=<m(?!o))"
)
# a browser sets the sign of a root on what is below it, however low that is; TeX leaves room
STRUT = '<msqrt><mspace height="0.7em" depth="0.15em"/>'
EXTREME = re.compile(r"<mo>(max|min)</mo>")  # a name, and no operator between two sides
BARE = re.compile(r"\\(mathbb|mathbf|mathcal)\s+([A-Za-z])")  # else the style is an attribute
UPRIGHT = re.compile(r"\\mathrm\{([A-Za-z])\}")  # an attribute keeps a single letter upright
SLASH = re.compile(r"<mo>(?:/|&#x0002F;)</mo>")
# a minus after a bracket, a comma or a relation has no left side
SIGN = re.compile(r"(<mo[^>]*>(?:[(\[,=<>]|&#x000(?:28|5B|2C|3D|3C|3E);)</mo>)<mo>(&#x02212;)</mo>")
PRIMED = re.compile(r"<msup>(<mi>[^<]*</mi>)<mi>(&#x0203[23];)</mi></msup>")
BAR = re.compile(r"<mo ((?:fence=\"false\" )?stretchy=\"false\")>(&#x0007C;|&#x02016;)</mo>")
# what latex2mathml writes as a character that fonts lack, or with a spacing of its own
MENDED = {r"\lVert": r"\|", r"\rVert": r"\|", r"\lvert": "|", r"\rvert": "|"}


# what a line may not break off: marks behind a formula, brackets and quotes before it
BEHIND = re.compile(r"[.,;:!?)\]’”%]+|-\w+")
BEFORE = re.compile(r"[(\[‘“]+$")


def setup(app):
    """Register the renderer as Sphinx's for math."""
    app.connect("doctree-read", keep_marks)
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_displayed, None))
    safe = {"parallel_read_safe": True, "parallel_write_safe": True}
    return {"version": "1", "env_version": 2, **safe}  # another one lets all pages be read anew


@cache
def mathml(latex, displayed=False):
    """Turn LaTeX into a ``<math>`` element that carries its source for those who copy it."""
    text = UPRIGHT.sub(r"\\mathrm \1", BARE.sub(r"\\\1{\2}", latex.strip()))
    for written, meant in MENDED.items():
        text = re.sub(re.escape(written) + r"(?![a-zA-Z])", lambda _, m=meant: m, text)
    element = convert(text, display="block" if displayed else "inline")
    body = element[element.index(">") + 1 : element.rindex("</math>")]
    body = SLASH.sub('<mo lspace="0" rspace="0">/</mo>', body)
    body = SIGN.sub(r'\1<mo form="prefix">\2</mo>', body)
    body = PRIMED.sub(r'<mrow>\1<mo lspace="0" rspace="0">\2</mo></mrow>', body)
    body = BAR.sub(r'<mo \1 lspace="0" rspace="0">\2</mo>', body)
    body = body.replace("<msqrt>", STRUT)
    body = EXTREME.sub(r"<mi>\1</mi>", body)
    body = NAMED.sub(r'\1<mspace width="0.17em"/>', body)
    kind = ' display="block"' if displayed else ""
    label = escape(" ".join(latex.split()), {'"': "&quot;"})
    return f'<math{kind} alttext="{label}">{body}</math>'


def keep_marks(app, doctree):
    """Keep each formula in the line of the marks beside it."""
    from docutils import nodes

    for formula in list(doctree.findall(nodes.math)):
        line = formula.parent
        place = line.index(formula)
        opened = _mark(BEFORE.search, line.children[place - 1 : place])
        closed = _mark(BEHIND.match, line.children[place + 1 : place + 2])
        if opened or closed:
            line[place] = nodes.inline("", "", classes=["kept"])
            line[place] += [nodes.Text(opened), formula, nodes.Text(closed)]
        if opened:  # by its place: texts that say the same are equal
            line[place - 1] = nodes.Text(line[place - 1].removesuffix(opened))
        if closed:
            line[place + 1] = nodes.Text(line[place + 1].removeprefix(closed))


def _mark(found, texts):
    """The marks of a neighbour, if it is a text that has some."""
    from docutils import nodes

    match = texts and isinstance(texts[0], nodes.Text) and found(texts[0].astext())
    return match[0] if match else ""


def _visit_inline(self, node):
    from docutils import nodes

    self.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def _visit_displayed(self, node):
    from docutils import nodes

    text = node.astext()
    tag = TAG.search(text)
    number = f'<span class="formula-tag">({tag[1]})</span>' if tag else ""
    place = f' id="{anchor(tag[1])}"' if tag else ""
    box = 'class="formula-body" tabindex="0" role="group" aria-label="Formula"'
    body = f"<div {box}>{mathml(TAG.sub('', text), displayed=True)}</div>"
    self.body.append(f'<div class="formula"{place}>{body}{number}</div>')
    raise nodes.SkipNode


def anchor(number):
    """Where the formula of that number stands on its page."""
    return f"formula-{number.replace('.', '-')}"


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
        _equal_roots(whole)
        file = io.BytesIO()
        subset.save_font(whole, file, options)
    return file.getvalue()


def _equal_roots(whole):
    """Give the signs of roots of all sizes one width, as TeX's have.

    Browsers leave room for the widest behind each root, which is half a letter too much.
    """
    width, found = 860, whole["MATH"].table.MathVariants  # the smallest is 794 wide
    place = found.VertGlyphCoverage.glyphs.index(whole.getBestCmap()[ord("√")])
    sizes = found.VertGlyphConstruction[place]
    names = {record.VariantGlyph for record in sizes.MathGlyphVariantRecord}
    names |= {record.glyph for record in sizes.GlyphAssembly.PartRecords}
    for name in names:
        advance, left = whole["hmtx"][name]
        if advance > width:
            glyph = whole["glyf"][name]
            glyph.coordinates.scale((width / advance, 1))
            glyph.coordinates.toInt()
            glyph.recalcBounds(whole["glyf"])
            whole["hmtx"][name] = (width, round(left * width / advance))

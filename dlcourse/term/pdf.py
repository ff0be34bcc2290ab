"""A text as a PDF file, for those who handed in one: Canvas shows feedback under that name."""

import io
import textwrap
import warnings

WIDTH, HEIGHT = 84, 56  # letters of a line, lines of a page
A4 = 8.27, 11.69  # inches


def as_pdf(text):
    """Write a text in typewriter letters on pages of A4.

    Parameters
    ----------
    text : str
        A letter that Matplotlib's font lacks, such as a Chinese one, becomes a box.

    Returns
    -------
    bytes
        The same for the same text.
    """
    from matplotlib import rc_context  # half a second, and hardly anybody hands in a PDF
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    lines = []
    for line in text.expandtabs(4).splitlines():
        lines += textwrap.wrap(line, WIDTH) or [""]
    whole = io.BytesIO()
    with warnings.catch_warnings(), rc_context({"pdf.fonttype": 42}):
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        with PdfPages(whole, metadata={"CreationDate": None}) as pages:
            for at in range(0, max(1, len(lines)), HEIGHT):
                page = Figure(A4)
                shown = "\n".join(lines[at : at + HEIGHT])
                look = {"family": "monospace", "size": 10, "linespacing": 1.3, "va": "top"}
                page.text(0.08, 0.95, shown, parse_math=False, **look)
                pages.savefig(page)
    return whole.getvalue()

"""Take the teeth out of what students write, before an instructor's browser shows it.

The formgrader and nbgrader's feedback turn Markdown into a page with whatever HTML it holds, on
the server where the instructor is logged in.
"""

import hashlib
import re
import unicodedata

# a blank after the match, and it is text: tags, entities, links and images, TeX that makes links
TEETH = re.compile(
    r"<(?=[A-Za-z/!?])"
    r"|&(?=#|\w+;)"
    r"|\](?=[(:])"
    r"|\\(?=(?:href|require|csname|cssId|class|style|mmlToken|bbox)(?![A-Za-z]))"
    r"|(?<=[A-Za-z]):(?=//)"  # a bare address becomes a link
    r"|(?<!\w)www(?=\.)",
    re.I,
)
IN_NAMES = re.compile(r"[<>\"&\\`/]")
# what a spreadsheet may run, in any cell; apostrophes count, or one of ours could not be told
FORMULA = re.compile(r"(^|[;,|\t])([^\S\t]*)(?='*[=+\-@\u2212])")
LONGEST = 180  # bytes of a name: a folder's has 255, and a file's of that name an ending


def harmless(text):
    """Rewrite Markdown so that it holds no HTML and no link; twice is the same as once.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        It reads the same but for blanks: ``a<b`` is ``a< b``, a link is shown as text.
    """
    return TEETH.sub(lambda match: f"{match[0]} ", text)


def harmless_name(name):
    """Write a student's name without what a page, a script or a path could take for its own.

    Bytes of a file name that are no text become their codes: ``caf\\xe9`` is ``caf_udce9``. It may
    write two names alike; `told_apart` does not.
    """
    text = name.encode("utf-8", "backslashreplace").decode()
    whole = IN_NAMES.sub("_", "".join(c if c.isprintable() else "_" for c in text))
    written = whole.strip()  # no table keeps blanks at the ends of a cell
    if not written.strip(". "):
        return f"_{len(whole)}"
    if len(written.encode()) <= LONGEST:
        return written
    return f"{written.encode()[: LONGEST - 20].decode(errors='ignore')}-{_digest(name)}"


def readable_name(name):
    """Write the name of a student's folder so that files and databases take it."""
    return name if name.isprintable() else harmless_name(name)


def told_apart(names, write=harmless_name):
    """Write names so that no two become one: who has another's name by being rewritten gets a
    number to it, and who has it by right keeps it.

    Parameters
    ----------
    names : iterable of str
    write : callable

    Returns
    -------
    dict
        What is written, by name.
    """
    written = {name: write(name) for name in names}
    taken = set()
    for name in sorted(written, key=lambda name: (written[name] != name, name)):
        while written[name] in taken:
            written[name] = f"{written[name]}-{_digest(name)}"
        taken.add(written[name])
    return written


def printable(text):
    """Write what is somebody else's word so that no terminal takes it for an order."""
    return "".join(c if c.isprintable() else "?" for c in text)


def inert(text):
    """Keep a spreadsheet from running a text as a formula, whichever sign parts its cells.

    Each sign of a formula that begins a cell gets an apostrophe before it; full-width ones, too.
    """
    text = printable(text)
    at = _formulas(text)
    return "".join(f"'{letter}" if place in at else letter for place, letter in enumerate(text))


def meant(cell):
    """Take out of a cell the apostrophes that `inert` has put in."""
    at = _formulas(cell)
    return "".join(letter for place, letter in enumerate(cell) if place not in at or letter != "'")


def _formulas(text):
    """Places in a text where a formula begins."""
    plain = []
    for letter in text:
        small = unicodedata.normalize("NFKC", letter)
        plain.append(small if len(small) == 1 else letter)  # the places stay
    return {found.end() for found in FORMULA.finditer("".join(plain))}


def _digest(name):
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]

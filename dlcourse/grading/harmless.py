"""Take the teeth out of what students write, before an instructor's browser shows it.

The formgrader and nbgrader's feedback turn Markdown into a page with whatever HTML it holds, on
the server where the instructor is logged in.
"""

import re

# a blank after the match, and it is text: tags, entities, links and images, TeX that makes links
TEETH = re.compile(
    r"<(?=[A-Za-z/!?])"
    r"|&(?=#|\w+;)"
    r"|\](?=[(:])"
    r"|\\(?=(?:href|require|csname|cssId|class|style)\b)"
)
IN_NAMES = re.compile(r"[<>\"&\\`\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


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
    """Write a student's name without what a page or a script could take for its own.

    Bytes of a file name that are no text become their codes: ``caf\\xe9`` is ``caf_udce9``.
    """
    return IN_NAMES.sub("_", name.encode("utf-8", "backslashreplace").decode())


def readable_name(name):
    """Write the name of a student's folder so that files and databases take it."""
    return name if name.isprintable() else harmless_name(name)

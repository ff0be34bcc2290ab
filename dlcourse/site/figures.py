"""Figures of executed cells as files beside the page, with their descriptions."""

import base64
import hashlib
import io
import re
from functools import partial

INLINE = re.compile(r'(src="|url\()data:image/png;base64,([^")]*)[")]')
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
FOLDER = "figures"


def linked(text, up="../"):
    """Move the images of an output's HTML to files.

    Parameters
    ----------
    text : str
        HTML as `dlcourse.plots.basic.described` makes it.
    up : str
        From the page to the site's root.

    Returns
    -------
    text : str
        The HTML with the images' addresses; they load when they come near the screen.
    files : dict
        What makes the bytes, by path below the site's root; a path tells what is in it.
    """
    files = {}

    def moved(match):
        png = base64.b64decode(match[2])
        width, height = (int.from_bytes(png[i : i + 4], "big") // 2 for i in (16, 20))
        path = f"{FOLDER}/{hashlib.sha256(png).hexdigest()[:16]}.webp"
        files[path] = partial(_smaller, png)
        if match[1] == "url(":  # the copy of photographs that lies over them
            return f"url({up}{path})"
        return f'src="{up}{path}" width="{width}" height="{height}" loading="lazy"'

    return INLINE.sub(moved, STYLE.sub("", text)).strip(), files


def _smaller(png):
    """The same pixels in half the bytes."""
    from PIL import Image

    file = io.BytesIO()
    Image.open(io.BytesIO(png)).save(file, format="WEBP", lossless=True, quality=70, method=4)
    return file.getvalue()

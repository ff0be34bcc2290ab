"""Files that a person keeps are written as a whole: if that fails, the old one is there.

A file that is cut short, on a full disk say, would look like one that says less: nobody dropped,
nobody marked.
"""

import shutil
from contextlib import suppress


def write_whole(path, content):
    """Write a file beside its place and move it there.

    Parameters
    ----------
    path : Path
    content : str or bytes
        Text is written as UTF-8, without changing the ends of its lines; what is no text becomes
        question marks.

    Raises
    ------
    OSError
        With the file's name; what stood there before still does.
    """
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    target = path.resolve()  # a link stays one
    if target.is_char_device():  # /dev/null, say
        target.write_bytes(raw)
        return
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_bytes(raw)
        if target.exists():
            shutil.copymode(target, partial)
        partial.replace(target)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error

"""Students who left the course: they stay in the gradebook, and nobody grades or marks them."""

FILE = "dropped.txt"  # in the course's folder, a student a line


def read_dropped(root):
    """The students who were dropped.

    Parameters
    ----------
    root : Path
        The course's root folder.

    Returns
    -------
    list of str
    """
    file = root / FILE
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return [line.strip() for line in lines if line.strip()]

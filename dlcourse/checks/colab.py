"""Google Colab: its switch for widgets, and a record of progress that outlives the runtime."""

import os
import shutil
import sys
from pathlib import Path

from dlcourse import address

DRIVE = Path("/content/drive")
KEPT = DRIVE / "MyDrive" / "dlcourse" / "progress.json"
OFFER = (
    "Your record of progress ends with this Colab runtime. To keep it in your Google Drive, run\n"
    "  from dlcourse.checks.colab import keep_progress; keep_progress()\n"
    "and then this cell once more."
)

LINKS = "Links to other lectures lead nowhere in Colab: open each lecture's notebook by itself"


def in_colab():
    """Tell whether this is a notebook of Google Colab."""
    return "google.colab" in sys.modules


def other_lectures():
    """Say how to come to another lecture, to which a page's own links do not lead here.

    Colab opens notebooks of a repository on GitHub by its address, if we know it.
    """
    repository = address.repository()
    if not repository:
        return f"{LINKS} (File > Open notebook)."
    if not repository.startswith(address.HOST):
        return f"{LINKS}, from {repository}."
    place = address.colab(repository, address.branch())
    return f"{LINKS}, such as\n  {place}/course/01_neurons/01_neurons.ipynb"


def settle(lecture):
    """Turn on widgets, and keep progress in Drive where it is mounted; else say how."""
    from google.colab import output

    output.enable_custom_widget_manager()
    if lecture == "00_start":  # the page whose table links to the lectures
        print(other_lectures())
    if not os.environ.get("DLCOURSE_PROGRESS"):
        if KEPT.is_file():
            os.environ["DLCOURSE_PROGRESS"] = str(KEPT)
        else:
            print(OFFER)


def keep_progress():
    """Mount Google Drive, which asks for leave, and keep progress there from now on."""
    from google.colab import drive

    from dlcourse.checks.record import progress_file

    before = progress_file()
    drive.mount(str(DRIVE))
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    if before and before != KEPT and before.is_file() and not KEPT.is_file():
        shutil.copyfile(before, KEPT)
    os.environ["DLCOURSE_PROGRESS"] = str(KEPT)
    print(f"Progress is kept in {KEPT}. Now run the first cell once more.")

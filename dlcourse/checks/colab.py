"""Google Colab: its switch for widgets, and a record of progress that outlives the runtime."""

import os
import shutil
import sys
from pathlib import Path

DRIVE = Path("/content/drive")
KEPT = DRIVE / "MyDrive" / "dlcourse" / "progress.json"
OFFER = (
    "Your record of progress ends with this Colab runtime. To keep it in your Google Drive, run\n"
    "  from dlcourse.checks.colab import keep_progress; keep_progress()\n"
    "and then this cell once more."
)


def in_colab():
    """Tell whether this is a notebook of Google Colab."""
    return "google.colab" in sys.modules


def settle():
    """Turn on widgets, and keep progress in Drive where it is mounted; else say how."""
    from google.colab import output

    output.enable_custom_widget_manager()
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

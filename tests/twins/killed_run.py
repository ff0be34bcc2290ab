"""The command `dlcourse.train`, killed once: kill -9 while the second checkpoint is half in place.

torchrun counts the lives of its processes: in the second one nothing happens.
"""

import os
import signal
from pathlib import Path

from dlcourse import train

replace, checkpoints = Path.replace, []


def replace_or_die(path, target):
    if path.name == "checkpoint.pt.part":
        checkpoints.append(path)
        if len(checkpoints) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
    return replace(path, target)


if __name__ == "__main__":
    if os.environ["TORCHELASTIC_RESTART_COUNT"] == "0":
        Path.replace = replace_or_die
    train.main()

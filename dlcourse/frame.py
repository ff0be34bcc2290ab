"""nbgrader, the frame around the course: how its parts are called."""

import logging
import os
import sys
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def quiet_nbgrader():
    """nbgrader starts alembic through PATH and logs every step; mend the one, mute the other."""
    before, level = os.environ["PATH"], logging.root.manager.disable
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        os.environ["PATH"] = before
        logging.disable(level)

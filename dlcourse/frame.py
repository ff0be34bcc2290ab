"""nbgrader, the frame around the course: how its parts are called."""

import importlib
import logging
import sys
from contextlib import contextmanager


def _load_nbformat():
    """Load nbformat without a grammar of web addresses, for which jsonschema takes 1.5 s."""
    grammar = "rfc3987_syntax"
    if grammar in sys.modules:
        return importlib.import_module("nbformat")
    sys.modules[grammar] = None  # jsonschema does without what cannot be imported
    try:
        return importlib.import_module("nbformat")
    finally:
        del sys.modules[grammar]


nbformat = _load_nbformat()


def schema_version():
    """Name the version of nbgrader's database as alembic does, which takes 4 s to start."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    config = Config()
    config.set_main_option("script_location", ALEMBIC_DIR)
    return ScriptDirectory.from_config(config).get_current_head()


@contextmanager
def quiet_nbgrader():
    """nbgrader starts alembic, through PATH, and logs every step; mend the one, mute the other."""
    from nbgrader import api

    before, level = api.get_alembic_version, logging.root.manager.disable
    api.get_alembic_version = schema_version
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        api.get_alembic_version = before
        logging.disable(level)

"""What many tests share."""

import pytest
from small_course import build_small_course


@pytest.fixture(scope="session")
def small_course(tmp_path_factory):
    """The root of a built course with one lecture, 99_awkward: copy it before changing it."""
    return build_small_course(tmp_path_factory.mktemp("small") / "root")

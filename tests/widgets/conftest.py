"""What the tests of widgets and plots share."""

import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def no_figure_left():
    """Each test begins and ends without an open figure, whoever ran before it."""
    plt.close("all")
    yield
    plt.close("all")

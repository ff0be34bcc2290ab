"""Figures of the lecture on normalization."""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import plot_matrix


def plot_tables(tables, *, rows, columns, xlabel, ylabel, title):
    """Draw matrices of the same shape side by side, in one scale of colours.

    Parameters
    ----------
    tables : dict
        Name to matrix (R, C), not negative.
    rows, columns : sequences
        What the rows and the columns of each matrix are called.
    xlabel, ylabel, title : str

    Returns
    -------
    array of Axes, one a matrix
    """
    shape = np.shape(next(iter(tables.values())))
    size = (len(tables) * (1.2 + 0.7 * shape[1]), 1.6 + 0.4 * shape[0])
    figure, axes = plt.subplots(1, len(tables), figsize=size, layout="constrained", squeeze=False)
    top = max(np.max(table) for table in tables.values())
    for ax, (name, table) in zip(axes[0], tables.items(), strict=True):
        plot_matrix(table, title=name, rows=rows, columns=columns, ax=ax)
        ax.images[0].set_clim(-1.6 * top, 1.6 * top)
        ax.set(xlabel=xlabel, ylabel=ylabel)
    figure.suptitle(title)
    return axes[0]

"""Lecture 10: where momentum converges, on one curvature, in three forms; `optimizers` shows it."""

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.colors import to_rgb

from dlcourse.plots.basic import INK, PALETTE, new_axes
from dlcourse.reference.optimizers import momentum_step, nesterov_step
from dlcourse.widgets.shared import with_shared

METHODS = {"momentum": 0, "nesterov": -1, "misprint": 1}  # the slope is read at w - sign mu v
NAMES = {"momentum": "momentum", "nesterov": "Nesterov", "misprint": "Nesterov as printed"}
STEPS, WIDEST = 60, 4.0
NEAR = 1e-3  # of the first distance: who stays below it has arrived
PATIENCE = 20_000  # steps


def explore_phase_map(
    *, method="momentum", rate=0.5, mu=0.9, title="Where does momentum converge?"
):
    """Let the learner move a point over rate times curvature and mu, and see what the weight does.

    Parameters
    ----------
    method : "momentum", "nesterov" or "misprint"
        The misprint is Nesterov's method with the slope behind the weight, at w - mu v, in place
        of ahead of it.
    rate : float
        The learning rate times the curvature, from 0 to 4.
    mu : float
        From 0 to 1.
    title : str

    Returns
    -------
    PhaseMap
        Its traits can be set from Python too; ``spectral_radius``, ``path`` and ``steps`` tell
        what the point does.
    """
    return PhaseMap(method=method, rate=rate, mu=mu, title=title)


class PhaseMap(anywidget.AnyWidget):
    """A plane to drag a point on, with the 2x2 matrix of a step behind each place."""

    _esm = with_shared("phase_map.js")
    _css = with_shared("phase_map.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Where momentum converges").tag(sync=True)
    method = traitlets.Enum(tuple(METHODS), "momentum").tag(sync=True)
    rate = traitlets.Float(0.5, min=0.0, max=WIDEST).tag(sync=True)
    mu = traitlets.Float(0.9, min=0.0, max=1.0).tag(sync=True)

    @property
    def spectral_radius(self):
        """The factor of the distance at each step in the long run."""
        return float(spectrum(self.rate, self.mu, self.method)[0])

    @property
    def behaviour(self):
        """What the weight does: "glides", "swings", "zig-zags" or "diverges"."""
        return KINDS[int(spectrum(self.rate, self.mu, self.method)[1])]

    def walk(self, steps=STEPS):
        """The weight before each step and after the last one, from 1, with curvature 1."""
        w, v, path = np.ones(1), np.zeros(1), [1.0]
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(steps):
                if self.method == "momentum":
                    w, v = momentum_step(w, w, v, self.rate, self.mu)
                elif self.method == "nesterov":
                    w, v = nesterov_step(w, lambda ahead: ahead, v, self.rate, self.mu)
                else:  # as far behind w as `ahead` is ahead of it
                    behind = lambda ahead, w=w: 2 * w - ahead  # noqa: E731
                    w, v = nesterov_step(w, behind, v, self.rate, self.mu)
                path.append(float(w[0]))
        return np.array(path)

    @property
    def steps(self):
        """From which step on the weight stays within 0.001 of the minimum; None if it does not."""
        if self.spectral_radius >= 1:
            return None
        far = np.nonzero(np.abs(self.walk(PATIENCE)) >= NEAR)[0][-1]
        return None if far == PATIENCE else int(far) + 1

    @property
    def figure(self):
        """The maps of the three methods side by side."""
        size = {"figsize": (10.4, 3.9), "sharey": True, "layout": "constrained"}
        figure, axes = plt.subplots(1, 3, **size)
        for ax, method in zip(axes, METHODS, strict=True):
            self._panel(new_axes(ax), method)
        axes[0].set_ylabel("momentum μ")
        figure.suptitle(self.title)
        return figure

    def _panel(self, ax, method):
        size = {"extent": (0, WIDEST, 0, 1), "origin": "lower", "aspect": "auto"}
        rate, mu = np.meshgrid(*((np.arange(n) + 0.5) / n for n in (400, 300)))
        rate = WIDEST * rate
        radius, kind = spectrum(rate, mu, method)
        ax.imshow(tinted(radius, kind), **size)
        ax.contour(rate, mu, radius, [0.5, 0.7, 0.9], colors=INK, linewidths=0.5, alpha=0.5)
        ax.contour(rate, mu, radius, [1.0], colors=INK, linewidths=1.8)
        ax.contour(rate, mu, (1 - rate + acting(rate, mu, method)) ** 2
                   - 4 * acting(rate, mu, method), [0.0], colors=INK, linestyles=":")  # fmt: skip
        for words, x, y in LABELS[method]:
            ax.text(x, y, words, ha="center", va="center", fontsize=9)
        ax.plot(self.rate, self.mu, "o", color=INK, markeredgecolor="white", markersize=9)
        ax.set(xlabel="rate × curvature, ηλ", title=NAMES[method], xlim=(0, WIDEST), ylim=(0, 1))


def tinted(radius, kind):
    """A colour for each behaviour that fades to white at the border, where the radius is 1."""
    ways = [to_rgb(PALETTE[i]) for i in (0, 2, 2, 1)]
    inside, outside = 1 - radius**2, 1 - 1 / np.maximum(radius, 1) ** 2
    depth = 0.6 * np.where(radius < 1, inside, outside)[..., None]
    return 1 - depth * (1 - np.array(ways)[kind])


KINDS = ("glides", "swings", "zig-zags", "diverges")
LABELS = {
    "momentum": [("glides", 0.33, 0.05), ("swings", 1.1, 0.6), ("zig-zags", 1.58, 0.05),
                 ("diverges\nηλ > 2(1 + μ)", 3.2, 0.15)],
    "nesterov": [("glides", 0.37, 0.1), ("swings", 0.62, 0.6), ("zig-\nzags", 1.33, 0.15),
                 ("diverges\nηλ > (2 + 2μ)/(1 + 2μ)", 2.75, 0.55)],
    "misprint": [("glides", 0.33, 0.04), ("swings", 0.6, 0.32), ("zig-zags", 1.6, 0.035),
                 ("diverges\nηλ > 1/μ − 1", 2.5, 0.7)],
}  # fmt: skip


def spectrum(rate, mu, method):
    """The spectral radius of a step (w, v) -> (w, v), and the number of what it does in `KINDS`.

    A step is v' = mu v - rate (w - sign mu v), w' = w + v'. Its matrix has the determinant q and
    the trace 1 - rate + q with q = mu (1 + sign rate): each method is momentum with another mu.
    """
    q = acting(rate, mu, method)
    rate = np.broadcast_to(rate, q.shape)
    top = np.stack([np.stack([1 - rate, q], -1), np.stack([-rate, q], -1)], -2)
    values = np.linalg.eigvals(top).astype(complex)
    radius = np.abs(values).max(axis=-1)
    complexes = (1 - rate + q) ** 2 < 4 * q
    kind = np.where(complexes, 1, np.where(1 - rate + q < 0, 2, 0))
    return radius, np.where(radius > 1, 3, kind)


def acting(rate, mu, method):
    """The mu with which plain momentum does what `method` does at this rate."""
    return np.asarray(mu) * (1 + METHODS[method] * np.asarray(rate))

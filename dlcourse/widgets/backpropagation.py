"""Step through a computational graph: values go forward, gradients come back."""

import anywidget
import traitlets

from dlcourse.plots.basic import short
from dlcourse.plots.graph import edge_gradients, edge_middle, layout_graph, node_labels, plot_graph
from dlcourse.widgets.shared import with_shared


def explore_backpropagation(trace, labels, *, title="Forward, then backward", **inputs):
    """Let the learner push values forward and gradients backward, one operation a step.

    Parameters
    ----------
    trace : callable
        ``trace(**inputs)`` returns the nodes in topological order and the dict from node to
        gradient. Called again when the learner edits an input.
    labels : str
        What stands in the nodes, as `dlcourse.plots.graph.plot_graph` wants it.
    title : str
    **inputs : float
        The numbers that the learner may edit, by name.

    Returns
    -------
    BackpropagationStepper
        ``step`` and ``inputs`` can be set from Python too; ``figure`` is the last step as a
        matplotlib figure.
    """
    return BackpropagationStepper(trace, labels, title, inputs)


class BackpropagationStepper(anywidget.AnyWidget):
    """All frames are computed when the inputs change, so a step needs no kernel."""

    _esm = with_shared("backpropagation.js")
    _css = with_shared("backpropagation.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("A computational graph to step through").tag(sync=True)
    inputs = traitlets.Dict().tag(sync=True)
    graph = traitlets.Dict().tag(sync=True)
    frames = traitlets.List().tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)

    def __init__(self, trace, labels, title, inputs):
        self._trace, self._labels = trace, labels
        super().__init__(title=title, inputs=inputs)
        self._retrace()
        self.observe(self._retrace, names="inputs")

    @traitlets.validate("step")
    def _inside(self, proposal):
        return min(max(proposal.value, 0), max(len(self.frames) - 1, 0))

    @property
    def figure(self):
        """The graph with all values and gradients, for places without a kernel."""
        words = {"labels": self._labels, "title": self.title}
        return plot_graph(self._order, self._gradients, down=True, **words).figure

    def forward(self):
        """Go one step on, as the button does."""
        self.step += 1

    def back(self):
        """Go one step back, as the button does."""
        self.step -= 1

    def reset(self):
        """Return to the first step, where only the inputs are known."""
        self.step = 0

    def _retrace(self, change=None):
        self._order, self._gradients = self._trace(**self.inputs)
        labels = node_labels(self._order, self._labels)
        self.graph = _drawing(self._order, labels)
        self.frames = _frames(self._order, self._gradients, labels)


def _drawing(order, labels):
    """Where nodes and edges go, in columns and rows; the last edge leaves the graph."""
    positions, edges = layout_graph(order)
    nodes = [
        {"x": x, "y": y, "label": label, "leaf": not node.parents}
        for node, label, (x, y) in zip(order, labels, positions, strict=True)
    ]
    lines = [(positions[parent], positions[child], bend) for parent, child, bend in edges]
    lines.append((positions[-1], (positions[-1][0] + 1, positions[-1][1]), 0))
    drawn = [
        {"start": start, "end": end, "bend": bend, "middle": edge_middle(start, end, bend)}
        for start, end, bend in lines
    ]
    return {"nodes": nodes, "edges": drawn}


def _frames(order, gradients, labels):
    """One frame a step: what stands on each edge, which node acts, and a sentence about it."""
    edges = layout_graph(order)[1]
    frame = {"values": [""] * (len(edges) + 1), "gradients": [""] * (len(edges) + 1)}
    operations = [i for i, node in enumerate(order) if node.parents]
    _write_values(frame, order, edges, set(range(len(order))) - set(operations))
    frames = [_shot(frame, -1, "The inputs are known. Press Forward.")]
    for count, i in enumerate(operations, start=1):
        _write_values(frame, order, edges, {i})
        given = " and ".join(short(p.value) for p in order[i].parents)
        text = f"{labels[i]} takes {given} and gives {short(order[i].value)}."
        frames.append(_shot(frame, i, f"Forward {count} of {len(operations)}: {text}"))
    frame["gradients"][-1] = short(gradients[order[-1]])
    text = "The output's slope along itself is 1. From here the gradients travel to the left."
    frames.append(_shot(frame, len(order) - 1, text))
    carried = [short(part) for part in edge_gradients(order, gradients)]
    for count, i in enumerate(reversed(operations), start=1):
        sent = [e for e, (_, child, _) in enumerate(edges) if child == i]
        for e in sent:
            frame["gradients"][e] = carried[e]
        parts = ", ".join(f"{carried[e]} to {labels[edges[e][0]]}" for e in sent)
        text = f"{labels[i]} holds {short(gradients[order[i]])} and sends {parts}."
        text += _sums(order, gradients, labels, i, edges)
        frames.append(_shot(frame, i, f"Backward {count} of {len(operations)}: {text}"))
    return frames


def _sums(order, gradients, labels, child, edges):
    """A sentence for each parent that has now heard from all of its several users."""
    sentences = ""
    for parent in sorted({p for p, c, _ in edges if c == child}):
        users = [c for p, c, _ in edges if p == parent]
        if len(users) > 1 and min(users) == child:
            total = short(gradients[order[parent]])
            sentences += f" The paths into {labels[parent]} add up to {total}."
    return sentences


def _write_values(frame, order, edges, sources):
    for e, (parent, _, _) in enumerate(edges):
        if parent in sources:
            frame["values"][e] = short(order[parent].value)
    if len(order) - 1 in sources:
        frame["values"][-1] = short(order[-1].value)


def _shot(frame, active, caption):
    texts = {name: list(numbers) for name, numbers in frame.items()}
    return {**texts, "active": active, "caption": caption}

"""Lecture 14: which letter comes next, by counting and by an LSTM.

The browser counts runs of letters and runs the LSTM, so that a move asks no kernel; here NumPy
does the same, for the static twin and for the tests, which compare the two.
"""

import json
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from dlcourse.plots.basic import BACKWARD, FORWARD, new_axes
from dlcourse.reference.activations import softmax
from dlcourse.reference.gated import lstm_forward
from dlcourse.reference.tokens import count_ngrams, ngram_chances
from dlcourse.widgets.shared import with_shared

SAMPLES = Path(__file__).parents[1] / "samples"
SYMBOLS = " !',-.?abcdefghijklmnopqrstuvwxyz"
ORDER, READ, SHOWN = 4, 60, 8  # symbols of a run, letters that the LSTM reads, bars
TEMPERATURES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0]


def explore_letters(text="alice w", *, temperature=1.0, title="Which letter comes next?"):
    """Let the learner type a beginning and see how a 4-gram and an LSTM go on.

    Parameters
    ----------
    text : str
        The beginning; what is none of the 33 symbols is left out.
    temperature : float
        What the logarithms of the probabilities are divided by, one of `TEMPERATURES`.
    title : str

    Returns
    -------
    LetterExplorer
        Its traits can be set from Python too; `chances` tells what is drawn.
    """
    weights = json.loads((SAMPLES / "letters.json").read_text("utf-8"))["small"]
    lists = {name: weights[name] for name in ("Wx", "Wh", "b", "W", "b_out")}
    pages = " ".join((SAMPLES / "alice.txt").read_text("ascii").lower().split())
    seen = "".join(c for c in pages if c in SYMBOLS)
    return LetterExplorer(
        text=text, temperature=temperature, title=title, seen=seen[: int(0.8 * len(seen))], **lists
    )


class LetterExplorer(anywidget.AnyWidget):
    """A line to type in, a temperature, and the chances of the next letter by both models."""

    _esm = with_shared("letters.js")
    _css = with_shared("letters.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Which letter comes next").tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    temperature = traitlets.Float(1.0, min=0.1, max=2.0).tag(sync=True)
    temperatures = traitlets.List(TEMPERATURES).tag(sync=True)
    symbols = traitlets.Unicode(SYMBOLS).tag(sync=True)
    seen = traitlets.Unicode("").tag(sync=True)  # the text that both models have learned from
    Wx = traitlets.List().tag(sync=True)
    Wh = traitlets.List().tag(sync=True)
    b = traitlets.List().tag(sync=True)
    W = traitlets.List().tag(sync=True)
    b_out = traitlets.List().tag(sync=True)

    @property
    def chances(self):
        """The probabilities (2, 33) of the 4-gram and of the LSTM at this temperature."""
        history = "".join(c for c in self.text.lower() if c in SYMBOLS)[-READ:]
        counted = ngram_chances(count_ngrams(self.seen, ORDER), history, SYMBOLS)
        codes = [SYMBOLS.index(c) for c in history]
        Wx, Wh, b, W, b_out = (
            np.array(part) for part in (self.Wx, self.Wh, self.b, self.W, self.b_out)
        )
        zero = np.zeros((1, len(Wh)))
        hs = lstm_forward(np.eye(len(SYMBOLS))[codes][:, None], zero, zero, Wx, Wh, b)[0]
        scores = np.stack([np.log(counted), hs[-1, 0] @ W + b_out])
        return softmax(scores / self.temperature)

    @property
    def figure(self):
        """Bars of the letters that the models hold most likely."""
        counted, learned = self.chances
        best = np.argsort(-np.maximum(counted, learned))[:SHOWN]
        ax, places = new_axes(width=3.7, height=3.8), np.arange(len(best))
        ax.barh(places - 0.2, 100 * counted[best], 0.38, color=FORWARD, label="4-gram")
        ax.barh(places + 0.2, 100 * learned[best], 0.38, color=BACKWARD, hatch="//", label="LSTM")
        ax.set_yticks(places, ["space" if SYMBOLS[k] == " " else SYMBOLS[k] for k in best])
        ax.invert_yaxis()
        words = {"xlabel": "probability, %", "title": f"What comes after “{self.text}”?"}
        ax.set(**words)
        ax.legend(frameon=False, loc="lower right")
        return ax.figure

"""What a lecture's run tells the site of its predictions: the truths, as data beside the figures.

`tell` runs in the kernel, before the lecture's first cell.
"""

KIND = "application/vnd.dlcourse.guess+json"
AFTER = "application/vnd.dlcourse.after+json"


def tell():
    """Let reveals show their truth as data, and cells below them what waits for a guess."""
    from dlcourse.plots import guess as guesses

    draw = guesses.plot_guess

    def plot_guess(guess, truth, *, quantity, choices=None, within=None, log=False, ax=None):
        told = {"truth": truth, "quantity": quantity, "choices": choices, "within": within}
        _show(KIND, {name: _plain(value) for name, value in told.items()} | {"log": bool(log)})
        how = {"quantity": quantity, "choices": choices, "within": within, "log": log, "ax": ax}
        return draw(truth, truth, **how)

    def after(guess, shown):
        _show(AFTER, {})
        return shown

    guesses.plot_guess, guesses.after = plot_guess, after


def _show(kind, told):
    from IPython.display import display

    display({kind: told}, raw=True)


def _plain(value):
    """Numbers of NumPy's as Python's, which JSON can write."""
    if isinstance(value, (list, tuple, range)):
        return [_plain(one) for one in value]
    return value.item() if hasattr(value, "item") else value

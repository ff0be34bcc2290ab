"""How a check says no: in its own lines, without a traceback."""


class CheckFailed(Exception):
    """A verdict other than right, or a page that cannot begin; shown as its own lines."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text

    def _render_traceback_(self):
        return self.text.splitlines()

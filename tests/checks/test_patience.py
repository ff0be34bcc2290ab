"""What does not end is stopped, in the main thread and in others; what ends is left alone."""

import re
import signal
import threading
import time

import numpy as np
import pytest

from dlcourse.checks import patience
from dlcourse.checks.patience import Stopped, within

SHORT = 0.1  # seconds


def cell(source):
    """A function as a notebook's cell defines it."""
    space = {"np": np, "time": time}
    exec(compile(source, "<cell of these tests>", "exec"), space)
    return space["answer"]


ENDLESS = {
    "a loop": "def answer():\n    while True:\n        pass",
    "a loop of NumPy": "def answer():\n    z = np.ones(9)\n    while True:\n        z = z + 1",
    "a loop that catches all": (
        "def answer():\n    while True:\n        try:\n            1 / 0\n        except:\n"
        "            pass"
    ),
    "a generator": "def answer():\n    return sum(1 for _ in iter(int, 1))",
}

LOOPS = {
    "for, if without else": "    while True:\n        for i in range(9):\n            if d:\n"
    "                k += 1\n",
    "for, if that holds": "    while True:\n        for i in range(9):\n            if not d:\n"
    "                k += 1\n",
    "while, if without else": "    while k < 1:\n        if d:\n            k += 1\n",
    "for over an endless one": "    for i in iter(int, 1):\n        if d:\n            k += 1\n",
    "continue": "    while True:\n        if d:\n            continue\n        k -= 1\n",
    "with": "    while True:\n        with np.errstate():\n            if d:\n"
    "                k += 1\n",
    "try and finally": "    while True:\n        try:\n            k = -k\n        finally:\n"
    "            if d:\n                k += 1\n",
    "match": "    while True:\n        match k:\n            case 5:\n                k += 1\n",
}


def in_this_thread(action):
    return action()


def in_another_thread(action):
    told = []

    def act():
        try:
            told.append(action())
        except BaseException as error:
            told.append(error)

    thread = threading.Thread(target=act)
    thread.start()
    thread.join()
    if isinstance(told[0], BaseException):
        raise told[0]
    return told[0]


threads = pytest.mark.parametrize("somewhere", [in_this_thread, in_another_thread])


@threads
@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS)
def test_what_does_not_end_is_stopped_and_its_line_is_named(somewhere, source):
    with pytest.raises(Stopped, match=r"^in line \d( of answer)?$"):
        somewhere(lambda: within(SHORT, cell(source)))


@threads
@pytest.mark.parametrize("source", LOOPS.values(), ids=LOOPS)
def test_every_loop_is_stopped_wherever_the_alarm_finds_it(somewhere, source):
    for _ in range(6):
        with pytest.raises(Stopped, match=r"^in line \d of answer$"):
            somewhere(lambda: within(0.05, cell(f"def answer():\n    d = k = 0\n{source}")))


class Standing:
    """A frame that stands where Python knows no line, as its own jumps do in 3.11."""

    f_lineno, f_back = None, None

    def __init__(self, code, at):
        self.f_code, self.f_lasti = code, at


@pytest.mark.parametrize("source", LOOPS.values(), ids=LOOPS)
def test_a_step_without_a_line_is_told_by_the_line_before_it(source):
    code = cell(f"def answer():\n    d = k = 0\n{source}").__code__
    for at in range(0, len(code.co_code), 2):
        assert re.match(r"in line [1-9] of answer$", patience.place(Standing(code, at)))


def test_an_accident_of_the_alarm_is_not_the_answers(monkeypatch):
    monkeypatch.setattr(patience, "place", lambda _: 1 / 0)
    with pytest.raises(Stopped, match="cannot be told"):
        within(SHORT, cell(ENDLESS["a loop"]))


def test_on_a_busy_machine_an_answer_has_its_seconds_of_work(monkeypatch):
    monkeypatch.setattr(patience, "ASLEEP", 0.0)
    monkeypatch.setattr(patience, "WALL", 10_000)
    worked = iter([0.0, SHORT / 4, SHORT / 3, SHORT / 2, SHORT])
    monkeypatch.setattr(patience.time, "process_time", lambda: next(worked))
    with pytest.raises(Stopped):
        within(SHORT, cell(ENDLESS["a loop"]))
    assert not [*worked]


@threads
def test_an_alarm_that_comes_before_the_answer_begins_is_not_its_own(somewhere, monkeypatch):
    """A busy machine may hold up the thread that set the alarm until the alarm has come."""
    strikes, met = patience._Watch.strikes, threading.Event()

    def noted(self, frame):
        struck = strikes(self, frame)
        met.set()
        return struck

    def held_up(self):
        assert met.wait(60)
        begin(self)

    begin = patience._Watch.begin
    monkeypatch.setattr(patience._Watch, "strikes", noted)
    monkeypatch.setattr(patience._Watch, "begin", held_up)
    with pytest.raises(Stopped, match=r"^in line \d of answer$"):
        somewhere(lambda: within(SHORT, cell(ENDLESS["a loop"])))


@threads
def test_what_ends_gives_its_result_and_its_own_exception(somewhere):
    assert somewhere(lambda: within(60, lambda: 3)) == 3
    with pytest.raises(ZeroDivisionError):
        somewhere(lambda: within(60, lambda: 1 / 0))


@threads
def test_nothing_comes_too_late(somewhere):
    def many():
        for _ in range(200):
            try:
                within(1e-4, lambda: sum(range(1000)))
            except Stopped:
                pass
        return sum(range(100_000))

    assert somewhere(many) == sum(range(100_000))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="Windows has no timer")
def test_a_sleep_is_woken_and_the_timer_is_put_back():
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(Stopped, match="line 2 of answer"):
        within(SHORT, cell("def answer():\n    time.sleep(1000)"))
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_an_import_is_waited_for(tmp_path, monkeypatch):
    slow = "import time\nend = time.monotonic() + 0.4\nwhile time.monotonic() < end:\n    pass\n"
    (tmp_path / "slow_to_import.py").write_text(slow, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    importing = cell("def answer():\n    import slow_to_import\n\n    return 5")
    assert within(SHORT, importing) == 5


def test_numpys_settings_are_as_before():
    endless = cell("def answer():\n    with np.errstate(all='raise'):\n        while True: pass")
    before = np.geterr()
    with pytest.raises(Stopped):
        within(SHORT, endless)
    assert np.geterr() == before


def test_a_line_is_told_with_its_text_where_the_text_is_known(monkeypatch):
    monkeypatch.setattr(patience.linecache, "getline", lambda *_: "        while x > 0:\n")
    with pytest.raises(Stopped, match=r"^in line \d of answer \(`while x > 0:`\)$"):
        within(SHORT, cell(ENDLESS["a loop"]))

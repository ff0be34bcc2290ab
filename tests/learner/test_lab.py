"""The learner's copies: no answer is ever lost, whatever happens to the files around it."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from types import SimpleNamespace

import nbformat
import pytest
from click.testing import CliRunner
from jupyter_lab import cut_off, running_lab
from small_course import NAME, lecture_source

from dlcourse.authoring.build import write_lecture
from dlcourse.cli import main
from dlcourse.learner import copies, lab
from dlcourse.learner.carry import carry

ANSWER = "def conv_output_size(n, f, stride=1, padding=0):\n    return 42  # mine"


@pytest.fixture
def course(small_course, tmp_path):
    """A course of this test's own, and nothing in learn/ yet."""
    root = tmp_path / "root"
    shutil.copytree(small_course, root)
    return root


@pytest.fixture
def mine(course):
    """The learner's copy, freshly made."""
    [outcome] = copies.bring_up_to_date(course)
    assert outcome.change == "new"
    return course / "learn" / NAME / f"{NAME}.ipynb"


def read(path):
    return nbformat.read(path, as_version=4)


def cell_of(notebook, identity):
    [cell] = [c for c in notebook.cells if c.id == identity]
    return cell


def sources(path):
    return [cell.source for cell in read(path).cells]


def write(path, **changed):
    """Write answers into a copy as JupyterLab would save them."""
    notebook = read(path)
    for identity, source in changed.items():
        cell_of(notebook, identity).source = source
    nbformat.write(notebook, path)


def release(course, change=lambda text: text, exercises=("relu", "dropout", "conv_output_size")):
    """Publish another release of the lecture."""
    text = change(lecture_source(exercises))
    (course / "solutions" / "lectures" / f"{NAME}.py").write_text(text, encoding="utf-8")
    write_lecture(course, NAME)


def add_cell(path, cell, after):
    notebook = read(path)
    place = [c.id for c in notebook.cells].index(after)
    notebook.cells.insert(place + 1, cell)
    nbformat.write(notebook, path)


def backups(path):
    return sorted(path.parent.glob(f"{NAME}.bak-*.ipynb"))


def test_a_new_copy_holds_the_release(course, mine):
    master = course / "course" / NAME / f"{NAME}.ipynb"
    assert sources(mine) == sources(master)


def test_a_second_run_leaves_every_byte_alone(course, mine):
    write(mine, conv_output_size=ANSWER)
    before = mine.read_bytes()
    [outcome] = copies.bring_up_to_date(course)
    assert outcome.change == "current"
    assert mine.read_bytes() == before
    assert backups(mine) == []


def test_a_rebuild_of_the_same_sources_leaves_every_byte_alone(course, mine):
    write(mine, conv_output_size=ANSWER)
    before = mine.read_bytes()
    write_lecture(course, NAME)
    copies.bring_up_to_date(course)
    assert mine.read_bytes() == before


def test_answers_predictions_and_explanations_move_into_a_newer_release(course, mine):
    write(mine, conv_output_size=ANSWER, guess_corners="guess_corners = 1", explain_flat="Since.")
    release(course, lambda text: text.replace("Count them.", "Count them all."))
    [outcome] = copies.bring_up_to_date(course)
    updated = read(mine)
    assert outcome.change == "updated"
    assert cell_of(updated, "conv_output_size").source == ANSWER
    assert cell_of(updated, "guess_corners").source == "guess_corners = 1"
    assert cell_of(updated, "explain_flat").source == "Since."
    assert "Count them all." in sources(mine)
    assert "Count them." not in sources(mine)


def test_the_old_file_stays_beside_a_newer_release(course, mine):
    write(mine, conv_output_size=ANSWER)
    before = mine.read_bytes()
    release(course)
    [outcome] = copies.bring_up_to_date(course)
    assert [b.read_bytes() for b in backups(mine)] == [before]
    assert backups(mine)[0].name in outcome.text
    write(mine, conv_output_size=ANSWER + "\n# again")
    release(course, exercises=("relu", "conv_output_size"))
    copies.bring_up_to_date(course)
    assert len(backups(mine)) == 2
    assert ANSWER + "\n# again" in sources(mine)


def test_added_cells_and_notes_keep_their_places(course, mine):
    note = nbformat.v4.new_markdown_cell("My **note** on ReLU.")
    helper = nbformat.v4.new_code_cell("def helper():\n    return 1")
    add_cell(mine, note, after="statement_relu")
    add_cell(mine, helper, after="relu")
    release(course, lambda text: text.replace("Count them.", "Count them all."))
    copies.bring_up_to_date(course)
    notebook = read(mine)
    whole = [c.source for c in notebook.cells]
    ids = [c.id for c in notebook.cells]
    assert whole.index(note.source) == ids.index("statement_relu") + 1
    assert whole.index(helper.source) == ids.index("relu") + 1
    assert notebook.cells[whole.index(note.source)].cell_type == "markdown"


def test_cells_of_the_old_release_do_not_pile_up(course, mine):
    for text in ["Count them all.", "Count again.", "Count them."]:
        release(course, lambda old, text=text: old.replace("Count them.", text))
        copies.bring_up_to_date(course)
        assert sources(mine) == sources(course / "course" / NAME / f"{NAME}.ipynb")


def test_an_answer_whose_exercise_left_the_release_is_kept_as_a_cell(course, mine):
    answer = "def minibatches(X, y, batch_size, rng):\n    yield X, y"
    write(mine, minibatches=answer)
    release(course, exercises=("relu",))
    copies.bring_up_to_date(course)
    assert answer in sources(mine)
    assert not any("NotImplementedError" in s and "dropout" in s for s in sources(mine))


def test_an_unwritten_answer_gets_the_newer_starter(course, mine):
    file = course / "solutions" / "exercises" / "conv_output_size.py"
    text = file.read_text(encoding="utf-8")
    start = text.index("def conv_output_size(")
    docstring = text[text.index('"""', start) :].split("\n")[0]
    file.write_text(text.replace(docstring, docstring.replace('"""', '"""NEW: ', 1)), "utf-8")
    write_lecture(course, NAME)
    copies.bring_up_to_date(course)
    assert "NEW: " in cell_of(read(mine), "conv_output_size").source


def test_a_changed_lecture_cell_is_kept_where_the_release_did_not_change_it(course, mine):
    demo = next(c for c in read(mine).cells if c.source.startswith("print("))
    write(mine, **{demo.id: "print('played with')"})
    release(course)
    copies.bring_up_to_date(course)
    assert cell_of(read(mine), demo.id).source == "print('played with')"


def test_a_lecture_cell_changed_on_both_sides_is_as_released_and_said_so(course, mine):
    demo = next(c for c in read(mine).cells if c.source.startswith("print("))
    write(mine, **{demo.id: "print('played with')"})
    release(course, lambda text: text.replace("one corner;", "exactly one corner;"))
    [outcome] = copies.bring_up_to_date(course)
    assert "1 cell of the lecture that you had changed" in outcome.text
    assert "print('played with')" not in sources(mine)
    assert "print('played with')" in sources(backups(mine)[0])


def test_an_untouched_copy_gives_nothing_up(course, mine):
    before = [
        {"type": c.cell_type, "source": c.source, "id": c.id, "grade_id": None}
        for c in read(mine).cells
    ]
    release(course, lambda text: text.replace("Count", "Reckon").replace("one corner", "1"))
    master = read(course / "course" / NAME / f"{NAME}.ipynb")
    assert carry(master, before).given_up == []


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"\xff\xfe\x00", b'{"cells": 3}'])
def test_a_file_that_cannot_be_read_is_kept_and_reported(course, mine, content):
    mine.write_bytes(content)
    release(course)
    [outcome] = copies.bring_up_to_date(course)
    assert outcome.change == "kept"
    assert f"dlcourse reset {NAME} --answers" in outcome.text
    assert mine.read_bytes() == content


@pytest.mark.parametrize("metadata", [None, [], {"dlcourse": 3}, {"dlcourse": {"made_from": {}}}])
def test_strange_metadata_loses_no_answer(course, mine, metadata):
    write(mine, conv_output_size=ANSWER)
    content = json.loads(mine.read_text(encoding="utf-8"))
    content["metadata"] = metadata
    mine.write_text(json.dumps(content), encoding="utf-8")
    copies.bring_up_to_date(course)
    assert cell_of(read(mine), "conv_output_size").source == ANSWER


def test_reset_mends_broken_cells_and_keeps_answers(course, mine):
    demo = next(c for c in read(mine).cells if c.source.startswith("print("))
    write(mine, conv_output_size=ANSWER, check_relu="pass", statement_relu="?", **{demo.id: "1/0"})
    notebook = read(mine)
    notebook.cells = [c for c in notebook.cells if c.id != "test_dropout"]
    nbformat.write(notebook, mine)
    outcome = copies.reset(course, "99")
    mended, master = read(mine), read(course / "course" / NAME / f"{NAME}.ipynb")
    assert outcome.change == "reset"
    assert cell_of(mended, "conv_output_size").source == ANSWER
    cell_of(mended, "conv_output_size").source = cell_of(master, "conv_output_size").source
    assert [c.source for c in mended.cells] == [c.source for c in master.cells]
    assert len(backups(mine)) == 1


def test_reset_with_answers_starts_afresh_and_keeps_a_backup(course, mine):
    mine.write_bytes(b"not a notebook")
    copies.reset(course, NAME, answers=True)
    assert sources(mine) == sources(course / "course" / NAME / f"{NAME}.ipynb")
    assert [b.read_bytes() for b in backups(mine)] == [b"not a notebook"]


def test_reset_of_an_unreadable_file_changes_nothing_without_answers(course, mine):
    mine.write_bytes(b"not a notebook")
    assert copies.reset(course, NAME).change == "kept"
    assert mine.read_bytes() == b"not a notebook"
    assert backups(mine) == []


def test_a_renamed_copy_is_found_and_carried_and_no_empty_one_is_put_beside_it(course, mine):
    write(mine, conv_output_size=ANSWER)
    hers = mine.rename(mine.with_name(f"{NAME} - Älice.ipynb"))
    [outcome] = copies.bring_up_to_date(course)
    assert outcome.change == "current"
    release(course, lambda text: text.replace("Count them.", "Count them all."))
    [outcome] = copies.bring_up_to_date(course)
    assert outcome.change == "updated"
    assert hers.stem in outcome.text
    assert not mine.exists()
    assert cell_of(read(hers), "conv_output_size").source == ANSWER
    assert "Count them all." in sources(hers)


def test_each_of_several_copies_is_carried(course, mine):
    write(mine, conv_output_size=ANSWER)
    other = mine.parent.parent / "mine" / "second try.ipynb"
    other.parent.mkdir()
    shutil.copy(mine, other)
    write(other, conv_output_size=ANSWER.replace("42", "43"))
    release(course, lambda text: text.replace("Count them.", "Count them all."))
    assert [o.change for o in copies.bring_up_to_date(course)] == ["updated", "updated"]
    assert cell_of(read(mine), "conv_output_size").source == ANSWER
    assert cell_of(read(other), "conv_output_size").source == ANSWER.replace("42", "43")
    assert "Count them all." in sources(other)
    assert [o.change for o in copies.bring_up_to_date(course)] == ["current", "current"]


def test_reset_mends_a_renamed_copy_and_asks_where_there_are_several(course, mine):
    hers = mine.rename(mine.with_name("mine.ipynb"))
    write(hers, check_relu="pass")
    assert copies.reset(course, NAME).change == "reset"
    assert cell_of(read(hers), "check_relu").source != "pass"
    shutil.copy(hers, hers.with_name("second.ipynb"))
    outcome = copies.reset(course, NAME)
    assert outcome.change == "kept"
    assert "several copies" in outcome.text
    assert "second.ipynb" in outcome.text


def work_in_course(course):
    master = course / "course" / NAME / f"{NAME}.ipynb"
    released = master.read_bytes()
    write(master, conv_output_size=ANSWER, explain_flat="Since.")
    add_cell(master, nbformat.v4.new_code_cell("mine = 1"), after="relu")
    return master, released


def test_work_in_the_release_itself_is_taken_along_and_the_way_back_is_said(course, mine):
    own = ANSWER.replace("42", "1")
    write(mine, relu="def relu(z):\n    return z")
    master, released = work_in_course(course)
    worked = master.read_bytes()
    [outcome] = copies.bring_up_to_date(course)
    assert f"git checkout -- course/{NAME}" in outcome.text
    for identity, source in [("conv_output_size", ANSWER), ("explain_flat", "Since.")]:
        assert cell_of(read(mine), identity).source == source
    assert "mine = 1" in sources(mine)
    assert cell_of(read(mine), "relu").source == "def relu(z):\n    return z"
    [whole] = mine.parent.glob("*.from-course-*.ipynb")
    assert whole.read_bytes() == worked
    [again] = copies.bring_up_to_date(course)
    assert "git checkout" in again.text
    assert len(list(mine.parent.glob("*.from-course-*.ipynb"))) == 1
    write(mine, conv_output_size=own)
    master.write_bytes(released)
    copies.bring_up_to_date(course)
    assert cell_of(read(mine), "conv_output_size").source == own
    assert "mine = 1" in sources(mine)
    assert copies.bring_up_to_date(course)[0].change == "current"


def test_work_in_the_release_makes_the_first_copy_too(course):
    work_in_course(course)
    [outcome] = copies.bring_up_to_date(course)
    assert ANSWER in sources(course / "learn" / NAME / f"{NAME}.ipynb")
    assert "You have worked in course/" in outcome.text


def test_reset_does_not_claim_what_it_cannot_do(course, mine):
    master, _ = work_in_course(course)
    before = mine.read_bytes(), master.read_bytes()
    for answers in [False, True]:
        outcome = copies.reset(course, NAME, answers=answers)
        assert outcome.change == "kept"
        assert "no release to go back to" in outcome.text
    assert (mine.read_bytes(), master.read_bytes()) == before


def test_a_release_is_nobodys_work(course, pytestconfig):
    assert copies.worked_in_course(course) == []
    assert copies.worked_in_course(pytestconfig.rootpath) == []
    work_in_course(course)
    assert copies.worked_in_course(course) == [NAME]


def test_reset_of_an_unknown_lecture_names_those_that_there_are(course, monkeypatch):
    monkeypatch.chdir(course)
    result = CliRunner().invoke(main, ["reset", "98_nothing"])
    assert result.exit_code == 1
    assert NAME in result.output
    assert "Traceback" not in result.output


def test_a_command_outside_a_course_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["lab"])
    assert result.exit_code == 1
    assert "change into the folder" in result.output


def test_the_first_start_opens_the_lecture_and_later_ones_what_was_open(course):
    assert lab.command(course, [], NAME)[-1].endswith(f"/lab/tree/{NAME}/{NAME}.ipynb")
    assert not any("default_url" in part for part in lab.command(course, []))


def test_flags_of_the_learner_come_last_and_so_win(course):
    assert lab.command(course, ["--port", "9999"])[-2:] == ["--port", "9999"]


@pytest.mark.parametrize("name", ["random.py", "email.py"])
def test_lab_starts_in_a_folder_with_a_file_named_as_one_of_pythons(course, name):
    (course / name).write_text("raise RuntimeError('not Python's own')", encoding="utf-8")
    line = [*lab.command(course)[:4], "--version"]
    run = subprocess.run(line, cwd=course, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_on_windows_ctrl_c_is_left_to_jupyterlab(course, monkeypatch):
    presses, started = iter([KeyboardInterrupt, KeyboardInterrupt, 3]), []

    class Process:
        def __init__(self, line, env):
            started.append(line)

        def wait(self):
            if (press := next(presses)) is KeyboardInterrupt:
                raise press
            return press

    windows = SimpleNamespace(**{**vars(sys), "platform": "win32"})
    processes = SimpleNamespace(**{**vars(subprocess), "Popen": Process})
    monkeypatch.setattr(lab, "sys", windows)  # not for packages that are imported meanwhile
    monkeypatch.setattr(lab, "subprocess", processes)
    monkeypatch.setattr(lab, "browser_at_hand", lambda: True)  # it would ask Windows
    assert lab.start(course) == 3
    assert len(started) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals and no root on Windows")
def test_lab_stays_up_without_browser_and_network_and_its_address_answers(course, tmp_path):
    refused = cut_off(tmp_path)
    asking = "import urllib.request as r; r.urlopen('http://example.org')"
    surroundings = {**os.environ, "PYTHONPATH": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", asking], env=surroundings, capture_output=True)
    assert b"offline: example.org" in run.stderr
    refused.unlink()
    with running_lab(course, PYTHONPATH=str(tmp_path)) as (host, token):
        assert (course / "learn" / NAME / f"{NAME}.ipynb").is_file()
        page = get(f"{host}/lab?token={token}")
        assert lab.ANNOUNCEMENTS in re.search(r'"disabledExtensions": \[([^\]]*)\]', page)[1]
        found = json.loads(get(f"{host}/api/contents/{NAME}?token={token}"))
        assert f"{NAME}.ipynb" in [entry["name"] for entry in found["content"]]
    assert not refused.exists(), refused.read_text()  # nobody was asked


def get(address):
    with urllib.request.urlopen(address, timeout=120) as reply:
        return reply.read().decode()

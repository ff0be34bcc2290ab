"""Feedback is packed so that the platforms' own importers find whose it is."""

import io
import json
import re
import zipfile

import pytest
from platform_files import read_pdf

from dlcourse.term.packs import as_notebook, canvas_pack, moodle_pack
from dlcourse.term.pages import _fenced
from dlcourse.term.pdf import as_pdf
from dlcourse.term.worksheet import Refused, Row

ROWS = {
    "ada": Row(3, "Ada Lovelace", "1001", (), 4.0),
    "ben": Row(4, "Ben_O'Neil / Bloom", "1002", (), 4.0),
    "cyd": Row(5, "Cyd Díaz", "1003", (), 4.0),
}
TEXTS = {"ada": "<p>Right.</p>", "ben": "<p>Late ½</p>", "dan": "<p>Nobody's row</p>"}


def unpacked(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def sources(notebook):
    return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"]]


def moodles_owner(path):
    """Whose a file is to Moodle, as `assignfeedback_file_zip_importer` reads its path."""
    for part in path.split("/"):
        pieces = part.split("_", 4)
        if len(pieces) >= 4 and pieces[1].isdigit():
            assert pieces[2:4] == ["assignsubmission", "file"]
            return pieces[1]
    return None


def canvas_owner(name):
    """Whose a file is to Canvas, and which file it answers, as `Assignment` reads its name."""
    pieces = [piece for piece in name.split("_") if piece != "LATE"]
    return [piece for piece in pieces if re.fullmatch(r"\d+", piece)][:2]


def test_moodle_finds_the_owner_of_each_page():
    raw, missing = moodle_pack(ROWS, TEXTS)
    files = unpacked(raw)
    assert {moodles_owner(path): text for path, text in files.items()} == {
        "1001": TEXTS["ada"],
        "1002": TEXTS["ben"],
    }
    assert all(path.endswith("_assignsubmission_file_/feedback.html") for path in files)
    assert missing == ["dan"]
    assert moodle_pack(ROWS, TEXTS)[0] == raw


NAMES = [
    "lovelaceada_1001_55501_99_awkward.ipynb",
    "lovelaceada_1001_55507_99_awkward-1.ipynb",
    "bloomben_LATE_1002_55502_4_tries.ipynb",
    "díazcyd_1003_55503_notes.docx",
    "._bloomben_LATE_1002_55509_99_awkward.ipynb",
]


@pytest.fixture(params=["zip", "folder"])
def download(request, tmp_path):
    """What Canvas packed: the first student handed in twice, the third something else."""
    if request.param == "folder":
        for name in NAMES:
            (tmp_path / name).touch()
        return tmp_path
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as archive:
        for name in NAMES:
            archive.writestr(name, "")
    return tmp_path / "submissions.zip"


def test_canvas_finds_the_owner_and_the_file_of_each_notebook(download):
    pages = {student: f"# {student}" for student in ("ada", "ben", "cyd")}
    raw, missing = canvas_pack(ROWS, pages, download)
    files = unpacked(raw)
    assert {tuple(canvas_owner(name)): sources(text) for name, text in files.items()} == {
        ("1001", "55507"): ["# ada"],
        ("1002", "55502"): ["# ben"],
    }
    assert set(files) <= set(NAMES)
    assert missing == ["cyd"]


PAGE = "# 99\n\n```text\nfound: no notebook, but Übung (1).pdf 因\n```\n\nHand in `99.ipynb`."


@pytest.mark.parametrize("suffix", [".pdf", ".PDF", ".html", ".zip", ".py", ".ipynb"])
def test_who_handed_in_another_file_has_feedback_of_its_form_under_its_name(tmp_path, suffix):
    name = f"lovelaceada_1001_55501_homework{suffix}"
    (tmp_path / name).touch()
    (tmp_path / "lovelaceada_1001_text.html").touch()
    raw, missing = canvas_pack(ROWS, {"ada": PAGE}, tmp_path)
    assert missing == []
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.namelist() == [name]
        content = archive.read(name)
    if suffix == ".zip":
        content = unpacked(content)["feedback.html"].encode()
    if suffix == ".ipynb":
        assert sources(content) == [PAGE]
    elif suffix.lower() == ".pdf":
        letters = re.sub(r"```(text)?|\s", "", PAGE)
        assert read_pdf(content) == [letters.replace("因", BOX)]
    else:
        assert "found: no notebook, but Übung (1).pdf 因\n\nHand in" in content.decode()


BOX = "\0"  # the font's place for a letter that it lacks


def test_a_pdf_of_many_lines_has_several_pages_and_letters_of_many_languages():
    content = as_pdf("x" * 100 + "\nword\n" * 40)
    first, second = read_pdf(content)
    assert first.startswith("x" * 100 + "word")
    assert first + second == "x" * 100 + "word" * 40
    assert as_pdf("word") == as_pdf("word") != as_pdf("ward")
    assert len(as_pdf("Nguyễn Łukasz Σ Ж")) > len(as_pdf("Nguyen Lukasz S Z"))  # none is left out


def test_a_download_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "x.zip").write_text("no")
    with pytest.raises(Refused, match="no zip file"):
        canvas_pack(ROWS, {}, tmp_path / "x.zip")


def test_a_notebook_of_feedback_has_a_cell_a_section():
    written = as_notebook("# All\n\n8 of 10\n\n## One\n\ntext\n## Two\n")
    assert sources(written) == ["# All\n\n8 of 10", "## One\n\ntext", "## Two"]


FORGED = ["x\n## Total\n**3 of 3** <img src=https://evil.example/y.png>", "```\n## Total", "`" * 9]
FORGED += ["a\r## Total", "a\n````text\n## Total\n````", "\n## Total\n```\n\n## Total"]


@pytest.mark.parametrize("said", FORGED)
@pytest.mark.parametrize("suffix", [".ipynb", ".py", ".md"])
def test_words_of_a_student_stay_in_their_fence(tmp_path, said, suffix):
    page = f"# 99: feedback\n\n## One\n\n{_fenced(said)}\n\n## Two\n\n{_fenced(said)}\n"
    (tmp_path / f"lovelaceada_1001_55501_hw{suffix}").touch()
    raw, _ = canvas_pack(ROWS, {"ada": page}, tmp_path)
    (text,) = unpacked(raw).values()
    if suffix == ".ipynb":
        cells = sources(text)
        assert [cell.split("\n")[0] for cell in cells] == ["# 99: feedback", "## One", "## Two"]
        text = "\n".join(cells)
        assert [cell.count(_fenced(said)) for cell in cells] == [0, 1, 1]
    if suffix == ".py":
        assert [line for line in text.split("\n") if line.startswith("#")] == [
            "# 99: feedback",
            "## One",
            "## Two",
        ]
    else:
        assert text.count(_fenced(said)) == 2

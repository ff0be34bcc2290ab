"""Marks go back into the platform's own file: the right cells, and no other byte of it."""

import csv
import io
import json
import re
import warnings
import zipfile
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from platform_files import CANVAS, MOODLE, read_pdf

from dlcourse.cli import main
from dlcourse.frame import quiet_nbgrader
from dlcourse.term.cells import Table
from dlcourse.term.handback import as_points, comment
from dlcourse.term.roster import Person, write_people
from dlcourse.term.totals import Mark, Part, read_marks
from dlcourse.term.worksheet import Refused, read_canvas, read_moodle

NAME = "99_awkward"
FILES = {"canvas": CANVAS.encode(), "moodle": MOODLE.encode()}
TEXTS = st.text(alphabet='ab";,\t\r\n é=', max_size=30)


def as_csv(text, sign=","):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))


@given(TEXTS)
def test_cells_are_read_as_csv_reads_them(text):
    table = Table(text.encode())
    assert table.rows == as_csv(text, table.sign)
    assert table.replace({}) == text.encode()


@given(
    st.lists(st.lists(TEXTS, min_size=2, max_size=4), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.booleans(),
    TEXTS,
    st.data(),
)
def test_one_cell_is_replaced_and_every_other_byte_stays(rows, end, quotes, marked, new, data):
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=end, quoting=quotes).writerows([["x"] * 40, *rows])
    raw = written.getvalue().encode("utf-8-sig" if marked else "utf-8")
    table = Table(raw)
    row = data.draw(st.sampled_from([n for n, own in enumerate(table.rows) if own]))
    column = data.draw(st.integers(0, len(table.rows[row]) - 1))
    changed = table.replace({(row, column): new})
    expected = [list(own) for own in table.rows]
    expected[row][column] = new
    assert Table(changed).rows == expected
    old, same = table.rows[row][column], Table(raw).replace({(row, column): new})
    assert same == changed
    assert Table(changed).replace({(row, column): old}) == raw or quotes == csv.QUOTE_MINIMAL
    start = len(_common(raw, changed))
    rest = len(_common(raw[start:][::-1], changed[start:][::-1]))
    assert len(raw) - start - rest <= len(old.encode()) * 2 + 2  # what differs is that cell


def _common(one, other):
    size = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    return one[: min(len(one), len(other)) if size is None else size]


def test_a_row_whose_only_cell_becomes_empty_stays_a_row():
    changed = Table(b"a\nb\n").replace({(0, 0): ""})
    assert Table(changed).rows == [[""], ["b"]]


def test_a_file_in_another_encoding_keeps_its_bytes():
    raw = "Identifier;Grade\nJosé;1,5\n".encode("latin-1")
    assert Table(raw).replace({(1, 1): "2.5"}) == "Identifier;Grade\nJosé;2.5\n".encode("latin-1")
    with pytest.raises(ValueError, match="UTF-16"):
        Table("a,b".encode("utf-16"))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A course folder whose gradebook holds four students with a mark and one without."""
    root = tmp_path_factory.mktemp("marks")
    with warnings.catch_warnings(), opened(root) as book:
        warnings.simplefilter("ignore")  # nbgrader's way to add a submission
        book.add_assignment(NAME)
        book.add_notebook(NAME, NAME)
        book.add_grade_cell("test_relu", NAME, NAME, max_score=2, cell_type="code")
        book.add_grade_cell("explain_flat", NAME, NAME, max_score=2, cell_type="markdown")
        book.add_solution_cell("explain_flat", NAME, NAME)
        points = {"ada": (2, 1.5), "ben": (1 / 3, 2), "dan": (1, 1), "eve": (2, 0)}
        for student, (code, words) in points.items():
            book.add_student(student)
            book.add_submission(NAME, student)
            give(book, student, "test_relu", auto_score=code)
            give(book, student, "explain_flat", manual_score=words)
        book.find_submission(NAME, "ben").notebooks[0].late_submission_penalty = 1.0
        book.find_comment("explain_flat", NAME, NAME, "ada").manual_comment = "z < 0\nis missed"
        book.add_student("cyd", first_name="Cyd", last_name="Díaz")
        book.db.commit()
    return root


@contextmanager
def opened(root):
    with quiet_nbgrader(), Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        yield book


def give(book, student, cell, **scores):
    grade = book.find_grade(cell, NAME, NAME, student)
    grade.needs_manual_grade = False
    for name, score in scores.items():
        setattr(grade, name, score)


@pytest.fixture
def course(written, tmp_path, monkeypatch):
    (tmp_path / "course").mkdir()
    (tmp_path / "nbgrader_config.py").touch()
    (tmp_path / "gradebook.db").write_bytes((written / "gradebook.db").read_bytes())
    for name, raw in FILES.items():
        (tmp_path / f"{name}.csv").write_bytes(raw)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def marks(*flags, code):
    done = CliRunner().invoke(main, ["marks", "--lecture", NAME, *flags])
    assert done.exit_code == code, done.output
    return done.output


def test_the_marks_are_formgraders_penalties_and_points_by_hand_included(course):
    found = read_marks(course / "gradebook.db", NAME)
    assert found.max_points == 4.0
    totals = {student: mark.total for student, mark in found.students.items()}
    assert totals == pytest.approx({"ada": 3.5, "ben": 4 / 3, "cyd": None, "dan": 2, "eve": 2})
    ada = found.students["ada"]
    assert ada.parts["explain_flat"] == Part(1.5, 2.0, True, "z < 0\nis missed")
    assert ada.parts["relu"] == Part(2.0, 2.0, False, "")
    assert found.students["ben"].penalty == 1.0


CANVAS_CHANGES = [("5.00,,100.0", "5.00,3.5,100.0"), ("4.5,1.00,", "4.5,1.33,")]
MOODLE_CHANGES = [('grading",,4.00,Yes', 'grading",3.5,4.00,Yes'), ("1.00,4.00", "1.33,4.00")]


@pytest.mark.parametrize(
    ("platform", "changes"), [("canvas", CANVAS_CHANGES), ("moodle", MOODLE_CHANGES)]
)
def test_only_the_cells_of_marks_change_and_everybody_missing_is_named(course, platform, changes):
    said = marks(f"--{platform}", f"{platform}.csv", code=3)
    expected = FILES[platform].decode()
    for old, new in changes:
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert (course / f"{platform}_marks.csv").read_bytes() == expected.encode()
    assert (course / f"{platform}.csv").read_bytes() == FILES[platform]
    assert "2 marks written" in said
    assert "Another mark stood there, of ben." in said
    assert "Handed in nothing, and the cell was left: cyd." in said
    assert "without a row in this file: eve." in said
    assert "students.csv: A Stranger." in said
    assert "dan (" in said
    assert "Test" not in said


def test_nobody_missing_is_told_by_the_exit_status(course):
    with opened(course) as book:
        for student in ("dan", "eve"):
            book.remove_student(student)
    lines = [x for x in MOODLE.splitlines(keepends=True) if "Dan" not in x and "Stranger" not in x]
    (course / "moodle.csv").write_bytes("".join(lines).encode())
    assert "NOT WRITTEN" not in marks("--moodle", "moodle.csv", code=0)


def test_a_mark_that_is_half_given_is_not_written_unless_asked_for(course):
    with opened(course) as book:
        book.find_grade("explain_flat", NAME, NAME, "ada").needs_manual_grade = True
        book.db.commit()
    said = marks("--canvas", "canvas.csv", code=3)
    assert "still to be marked by hand: ada." in said
    assert "--unfinished" in said
    assert 'ada,"Mon 10 and ""Lab"" 2",,5.00,,100.0' in (course / "canvas_marks.csv").read_text()
    marks("--canvas", "canvas.csv", "--unfinished", code=3)
    assert "5.00,3.5,100.0" in (course / "canvas_marks.csv").read_text("utf-8")


def test_who_is_who_comes_from_the_courses_students(course):
    text = CANVAS.replace("u-17,ada", "u-17,qx7").replace("Lovelace, Ada", "King, Countess")
    (course / "canvas.csv").write_bytes(text.encode())
    assert "Countess King" in marks("--canvas", "canvas.csv", code=3)
    people = {"ada": Person("ada", "", "", (("moodle", "1002"), ("canvas", "1001")))}
    write_people(course, people)
    assert "Countess King" not in marks("--canvas", "canvas.csv", code=3)
    write_people(course, people | {"fay": Person("fay", "A Stranger")})
    assert "left: cyd, fay." in marks("--canvas", "canvas.csv", code=3)


def test_what_two_rows_share_is_nobodys(course):
    text = CANVAS.replace("1004,u-20,dan", "1004,u-20,ada").replace("Lovelace, Ada", "L, A")
    (course / "canvas.csv").write_bytes(text.encode())
    said = marks("--canvas", "canvas.csv", code=3)
    assert "without a row in this file: ada, dan, eve" in said
    assert "A L, Dan Drucker, A Stranger" in said


def test_comments_are_written_where_they_are_asked_for(course):
    marks("--moodle", "moodle.csv", "--comments", code=3)
    rows = as_csv((course / "moodle_marks.csv").read_bytes().decode())
    assert rows[1][-1] == (
        "3.5 of 4 points. relu: 2 of 2. explain_flat: 1.5 of 2. z &lt; 0 is missed"
    )
    assert "Late: 1 points were taken off." in rows[2][-1]
    assert rows[3][-1] == ""
    said = marks("--canvas", "canvas.csv", "--comments", code=1)
    assert "no column of comments" in said


@pytest.mark.parametrize("words", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)"])
def test_no_cell_that_is_written_begins_like_a_formula(words):
    mark = Mark("ada", total=1.0, parts={"explain": Part(1.0, 1.0, True, f"well; {words}")})
    written = comment(mark, 1.0)
    assert written[0].isdigit()
    assert written.endswith(f"well; {words}")
    assert as_points(0.0) == "0"


@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_who_handed_in_no_notebook_is_told_so_and_what_to_hand_in(course, platform):
    with opened(course) as book:
        book.find_grade("test_relu", NAME, NAME, "ben").needs_manual_grade = True
        book.db.commit()
    reason = "The notebook cannot be read: found: no notebook, but Übung.pdf."
    line = {
        "student": "ben", "lecture": NAME, "exercise": None, "status": "unreadable", "points": 0.0,
        "message": reason, "max_points": None, "diagnosis": None, "sandbox": None, "versions": {},
    }  # fmt: skip
    (course / f"{NAME}.jsonl").write_text(json.dumps(line) + "\n")
    (course / "download").mkdir()
    (course / "download" / "bloomben_LATE_1002_7002_UEbung.pdf").touch()
    flags = [f"--{platform}", f"{platform}.csv", "--feedback"]
    said = marks(*flags, *["--download", "download"] * (platform == "canvas"), code=3)
    assert "still to be marked by hand: ben." in said
    assert f"{platform}_feedback.zip: feedback for 1 students." in said
    assert "Why their file cannot be read, and what to hand in: ben." in said
    assert "WITHOUT FEEDBACK, no place for it: ada." in said
    with zipfile.ZipFile(course / f"{platform}_feedback.zip") as archive:
        (name,) = archive.namelist()
        content = archive.read(name)
    assert {"canvas": "1002_7002_UEbung.pdf", "moodle": "_50012_"}[platform] in name
    page = "".join(read_pdf(content)) if platform == "canvas" else content.decode()
    assert "nonotebook,butÜbung.pdf" in page.replace(" ", "")
    assert f"{NAME}.ipynb" in page


def test_points_of_another_scale_are_refused_or_stretched(course):
    text = CANVAS.replace("5.00,4.00,(read", "5.00,100,(read")
    (course / "canvas.csv").write_bytes(text.encode())
    assert "100 points on the platform and 4 in the lecture" in marks(
        "--canvas", "canvas.csv", code=1
    )
    assert not (course / "canvas_marks.csv").exists()
    marks("--canvas", "canvas.csv", "--scale", code=3)
    assert "5.00,87.5,100.0" in (course / "canvas_marks.csv").read_text("utf-8")


def test_a_mark_beyond_what_there_is_is_refused(course):
    with opened(course) as book:
        book.find_grade("explain_flat", NAME, NAME, "ada").extra_credit = 5.0
        book.db.commit()
    said = marks("--moodle", "moodle.csv", code=1)
    assert "ada has 8.5 points, and the platform takes 4 at most" in said
    assert not (course / "moodle_marks.csv").exists()


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--canvas", "canvas.csv", "--to", "canvas.csv"], "the platform's own file"),
        (["--canvas", "moodle.csv"], "no gradebook of Canvas"),
        (["--moodle", "canvas.csv"], "no grading worksheet of Moodle"),
        (["--canvas", "canvas.csv", "--column", "7"], "no assignments .* called 7.*02_shapes"),
        (["--canvas", "canvas.csv", "--lecture", "98_b"], "no assignments .*98_b.*--column"),
        (["--moodle", "moodle.csv", "--lecture", "98_b"], "98_b is not in the gradebook, .* 99_aw"),
    ],
)
def test_what_cannot_be_filled_is_refused_in_a_sentence(course, flags, says):
    said = marks(*flags, code=1)
    assert re.search(says, said)
    assert not list(course.glob("*_marks.csv"))


def test_a_lecture_without_a_gradebook_is_refused(course):
    (course / "gradebook.db").unlink()
    assert "Run dlcourse grade --lecture 99_awkward" in marks("--moodle", "moodle.csv", code=1)
    assert not (course / "gradebook.db").exists()


def test_the_column_of_canvas_is_found_by_name_or_number_and_never_guessed():
    assert read_canvas(FILES["canvas"], NAME).column == 7
    assert read_canvas(FILES["canvas"], NAME, "880").column == 6
    assert read_canvas(FILES["canvas"], NAME, "02_shapes (880)").column == 6
    twice = CANVAS.replace("02_shapes (880)", "99_awkward again (880)").encode()
    with pytest.raises(Refused, match="2 assignments"):
        read_canvas(twice, NAME)
    read_only = CANVAS.replace("5.00,4.00,(read", "5.00,(read only),(read").encode()
    with pytest.raises(Refused, match="no assignments"):
        read_canvas(read_only, NAME)


def test_other_settings_of_the_platforms_are_understood():
    parted = CANVAS.replace(HEADLINE, "LastName,FirstName,ID,").replace('"Lovelace, Ada"', "Love,A")
    parted = parted.replace("    Points Possible,", "    Points Possible,,")
    lines = [x for x in parted.splitlines(True) if x[0] not in '",']
    assert read_canvas("".join(lines).encode(), NAME).rows[0].name == "A Love"
    blind = "Identifier,Status,Grade,Maximum grade,Last modified (grade)\nParticipant 7,x,,4,-\n"
    (row,) = read_moodle(blind.encode(), NAME).rows
    assert (row.own_id, row.name, row.possible) == ("7", "Participant 7", 4.0)
    commas = blind.replace(",", ";").replace("4;", '"4,5";')
    assert read_moodle(commas.encode(), NAME).rows[0].possible == 4.5


HEADLINE = "\ufeffStudent,ID,"


LANGUAGES = {  # as the translations of `mod/assign` and `langconfig` have it
    "German": (
        'ID,"Vollständiger Name",E-Mail-Adresse,Status,Bewertung,Bestwertung,"Bewertung kann '
        'geändert werden","Zuletzt geändert (Abgabe)","Zuletzt geändert (Bewertung)","Feedback '
        'als Kommentar"',
        ("Teilnehmer/in", "Zur Bewertung abgegeben", "Ja", "Nein", "Montag, 2. November 2026"),
    ),
    "French": (
        'Identifiant,"Nom complet","Adresse de courriel",Statut,Note,"Note maximale","La note peut '
        'être modifiée","Dernière modification (travail remis)","Dernière modification (note)",'
        '"Feedback par commentaires"',
        ("Participant", "Remis pour évaluation", "Oui", "Non", "lundi 2 novembre 2026"),
    ),
    "Spanish": (
        'Identificador,"Nombre completo","Dirección de correo",Estado,Calificación,"Calificación '
        'máxima","La calificación puede ser cambiada","Última modificación (entrega)","Última '
        'modificación (calificación)","Comentarios de retroalimentación"',
        ("Participante ", "Enviado para calificar", "Sí", "No", "lunes, 2 de noviembre de 2026"),
    ),
}


def worksheet(language):
    """A worksheet with a comma in each number and a comment with signs, as Moodle writes it."""
    head, (participant, status, yes, no, day) = LANGUAGES[language]
    people = [("Ada Lovelace", "ada", "", yes), ("Ben O'Neil Bloom", "ben", '"1,00"', yes)]
    people += [("Cyd Díaz", "cyd", "", yes), ("Dan Drucker", "dan", "", no)]
    text = head + "\r\n"
    for number, (name, login, mark, changed) in enumerate(people, start=50011):
        comment = '"<p>Très ""bien"",\n 2026</p>"' if login == "ben" else ""
        text += f'"{participant}{number}","{name}",{login}@uni.example,"{status}",{mark},"4,00",'
        text += f'{changed},"{day}, 09:58",-,{comment}\r\n'
    return text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_worksheet_in_another_language_is_filled_and_every_other_byte_stays(course, language):
    expected = worksheet(language)
    (course / "moodle.csv").write_bytes(expected.encode())
    said = marks("--moodle", "moodle.csv", code=3)
    head = next(csv.reader([LANGUAGES[language][0]]))
    assert f"moodle_marks.csv, column {head[4]}:" in said
    assert f"by the form of its columns: '{head[4]}' for marks, '{head[5]}' for the most" in said
    assert "2 marks written." in said
    assert "Handed in nothing, and the cell was left: cyd." in said
    assert "takes no mark: dan (it cannot be changed there)" in said
    for old, new in [(',,"4,00"', ',3.5,"4,00"'), ('"1,00","4,00"', '"1.33","4,00"')]:
        expected = expected.replace(old, new, 1)
    assert (course / "moodle_marks.csv").read_bytes() == expected.encode()
    marks("--moodle", "moodle.csv", "--comments", code=3)
    rows = as_csv((course / "moodle_marks.csv").read_bytes().decode())
    assert [row[-1][:16] for row in rows[1:]] == ["3.5 of 4 points.", "1.33 of 4 points", "", ""]


def test_the_columns_of_a_worksheet_are_told_by_their_form_whatever_stands_between_them():
    head = "id,name,number,status,group,marker,mark,most,state,open,sent,essay,graded,words"
    row = "P{0},N {0},m{0},sent,A,,4.00,4.00,new,tak,-,In 2026 at 10:30 I wrote \n this,-,"
    text = "\n".join([head, *(row.replace("\n", "").format(n) for n in (1, 2))])
    sheet = read_moodle(text.encode(), NAME)
    assert (sheet.column, sheet.comments) == (6, None)  # what is not certain is not written over
    assert [(one.own_id, one.name, one.ids) for one in sheet.rows] == [
        ("1", "N 1", ("m1",)),
        ("2", "N 2", ("m2",)),
    ]
    blind = "ID,Estado,Nota,Máxima,Última\nP 1,a,,4,-\nP 2,a,,4,-\n"
    assert [one.name for one in read_moodle(blind.encode(), NAME).rows] == ["P 1", "P 2"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Participante 50011", "Ada", "a first column of participants, such as Participant 12345"),
        ('"4,00",No', '"5,00",No', "the most points, the same in every row"),
        (', 09:58"', '"', "when the grade was last modified"),
        (",No,", ",Nej??,", "a yes or a no that is known here, under La calificación puede"),
        (",No,", ",", "rows of 10 cells"),
    ],
)
def test_a_worksheet_that_is_not_recognized_is_told_what_was_looked_for(old, new, says):
    text = worksheet("Spanish")
    assert old in text
    with pytest.raises(Refused, match=re.escape(says)):
        read_moodle(text.replace(old, new).encode(), NAME)


def test_the_column_of_marks_of_another_language_can_be_named():
    assert read_moodle(worksheet("German").encode(), NAME, "bewertung").column == 4
    with pytest.raises(Refused, match="one column of marks called Status"):
        read_moodle(worksheet("German").encode(), NAME, "Status")

"""Who is who, in one file of the course's folder."""

import csv
import io
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from dlcourse.term.roster import FILE, Person, fill_gradebook, read_people, write_people


def test_people_are_read_as_they_were_written(tmp_path):
    assert read_people(tmp_path) == {}
    twice = (("moodle", "1234501"), ("moodle", "1240017"), ("canvas", "10002"))
    people = {
        "boole": Person("boole", 'George "G," Boole', "g@example.org", twice),
        "李小龙": Person("李小龙"),
    }
    write_people(tmp_path, people)
    assert read_people(tmp_path) == people
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize("name", ["=1", "-5", "a;=1", "\N{FULLWIDTH PLUS SIGN}1", "O'Neil-S", "'="])
def test_no_name_is_a_formula_where_a_spreadsheet_opens_the_file(tmp_path, name):
    people = {name: Person(name, name, name, (("canvas", name),))}
    write_people(tmp_path, people)
    text = (tmp_path / FILE).read_text(encoding="utf-8").partition("\n")[2]
    for sign in ",;":
        for row in csv.reader(io.StringIO(text), delimiter=sign):
            assert not any(cell.strip(' "')[:1] in tuple("=+-@") for cell in row)
    if name != "'=":  # which no spreadsheet tells from ours
        assert read_people(tmp_path) == people


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_table_that_a_spreadsheet_saved_in_its_own_way_is_read(tmp_path, sign):
    lines = ["student,name,email,platform,platform_id", "ada,Zoë,,,", ",,,,"]
    (tmp_path / FILE).write_bytes("\r\n".join(lines).replace(",", sign).encode("cp1252"))
    assert read_people(tmp_path) == {"ada": Person("ada", "Zoë")}


def test_a_table_edited_elsewhere_is_read_and_another_one_refused(tmp_path):
    text = (
        "\ufeffname,student,platform,platform_id,email\r\nAda,ada, canvas ,7,\r\n,ada,,,a@b.org\r\n"
    )
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert read_people(tmp_path) == {"ada": Person("ada", "Ada", "a@b.org", (("canvas", "7"),))}
    (tmp_path / FILE).write_text("student,mark\nada,1\n")
    with pytest.raises(ValueError, match="no column email, name, platform, platform_id"):
        read_people(tmp_path)


SCRIPTS = [
    "<img src=x onerror=alert(document.cookie)>, Mal",
    "Mal <script>alert(1)</script>",
    '" onmouseover="alert(1) <b>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<svg/onload=alert(1)> <a href=javascript:alert(1)>x</a>",
    "x' onclick='alert(1)' <i",
]


class Elements(HTMLParser):
    """Notes every element of a page, with its attributes' names, and every text."""

    def __init__(self, page):
        super().__init__()
        self.found, self.texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, *(name for name, _ in attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def formgraders_page(url, student):
    """What formgrader shows of one submission, by its own template."""
    import nbgrader.server_extensions.formgrader as formgrader
    from nbconvert.exporters import HTMLExporter
    from nbgrader.api import Gradebook
    from traitlets.config import Config

    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [
        str(Path(formgrader.__file__).parent / "templates")
    ]
    with Gradebook(url) as book:
        found = book.find_student(student)
        names = {"last_name": found.last_name, "first_name": found.first_name}
    facts = dict.fromkeys(["assignment_id", "notebook_id", "submission_id", "notebook_path"], "x")
    facts |= {"index": 0, "total": 1, "base_url": "", "student": student, **names}
    page, _ = HTMLExporter(config=config).from_notebook_node(nbformat.v4.new_notebook(), facts)
    return Elements(page)


@pytest.mark.parametrize("before", [False, True])
def test_no_name_is_an_element_of_formgraders_page(tmp_path, before):
    from nbgrader.api import Gradebook

    url = f"sqlite:///{tmp_path}/gradebook.db"
    people = {f"s{n}": Person(f"s{n}", name, f"{name}@x") for n, name in enumerate(SCRIPTS)}
    people["plain"] = Person("plain", "Seán O'Brien", "s@x.org")
    if before:  # by nbgrader's own commands, or by an older version of this one
        with Gradebook(url) as book:
            for person in people.values():
                first, _, last = person.name.partition(" ")
                book.add_student(person.student, first_name=first, last_name=last)
        people = {student: Person(student) for student in people}
    fill_gradebook(url, people)
    plain = formgraders_page(url, "plain")
    assert any("O'Brien, Seán" in text for text in plain.texts)
    for student in people:
        assert formgraders_page(url, student).found == plain.found
    with Gradebook(url) as book:
        assert not any(
            set('<>&"') & {*f"{s.first_name}{s.last_name}{s.email}"} for s in book.students
        )

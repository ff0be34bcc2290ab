"""Who is who, in one file of the course's folder."""

import csv
import io

import pytest

from dlcourse.term.roster import FILE, Person, read_people, write_people


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

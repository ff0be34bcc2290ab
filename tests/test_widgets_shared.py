"""What Python joins for the browser is one text that needs no other file."""

import pytest

from dlcourse.widgets import shared


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(shared, "FOLDER", tmp_path)
    (tmp_path / "shared.js").write_text("export const INK = 1;\nexport function card() {}\n")
    (tmp_path / "shared.css").write_text(".card {}\n")
    return tmp_path


def test_the_import_line_goes_and_what_it_names_comes_first(folder):
    (folder / "own.js").write_text(
        '// own\nimport {\n  card, INK\n} from "./shared.js";\nexport default { render: card };\n'
    )
    text = shared.with_shared("own.js")
    assert text.startswith("const INK = 1;\nfunction card() {}\n")
    assert text.endswith("// own\nexport default { render: card };\n")


@pytest.mark.parametrize("own", ["", 'import { INK } from "./other.js";\n'])
def test_a_script_that_does_not_say_what_it_shares_is_refused(folder, own):
    (folder / "own.js").write_text(own)
    with pytest.raises(ValueError, match=r"own\.js has 0 imports"):
        shared.with_shared("own.js")


def test_a_widgets_own_style_comes_last_so_that_it_wins(folder):
    (folder / "own.css").write_text(".own {}\n")
    assert shared.with_shared("own.css").split() == [".card", "{}", ".own", "{}"]

"""Lecture 08: every claim of `lecture_claims`, on one run."""

from lecture_claims import LectureClaims

PHONE = 312  # pixels: of a wider figure a phone of 400 shows a part, as texts keep their 12 pixels


class TestLecture08(LectureClaims):
    name = "08_normalization"

    def test_every_figure_fits_a_phone(self, cells):
        drawn = [cell for cell in cells if "plot_guess(" not in cell.source]
        outputs = [output for cell in drawn for output in cell.get("outputs", [])]
        figures = [o.metadata["image/png"] for o in outputs if "image/png" in o.get("data", {})]
        assert len(figures) >= 7
        assert max(figure["width"] for figure in figures) <= PHONE

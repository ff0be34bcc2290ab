"""Lecture 03: every claim of `lecture_claims`, on one run."""

from lecture_claims import LectureClaims


class TestLecture03(LectureClaims):
    name = "03_losses"

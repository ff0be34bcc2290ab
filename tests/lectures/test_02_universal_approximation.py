"""Lecture 02: every claim of `lecture_claims`, on one run."""

from lecture_claims import LectureClaims


class TestLecture02(LectureClaims):
    name = "02_universal_approximation"

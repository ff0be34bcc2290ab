"""Lecture 07: every claim of `lecture_claims`, on one run."""

from lecture_claims import LectureClaims


class TestLecture07(LectureClaims):
    name = "07_initialization"

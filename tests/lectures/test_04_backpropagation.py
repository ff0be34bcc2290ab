"""Lecture 04: every claim of `lecture_claims`, on one run."""

from lecture_claims import LectureClaims


class TestLecture04(LectureClaims):
    name = "04_backpropagation"

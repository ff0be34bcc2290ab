"""Lecture 09: every claim of `lecture_claims`, on one run."""

from lecture_claims import LectureClaims


class TestLecture09(LectureClaims):
    name = "09_regularization"

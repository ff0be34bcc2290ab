"""Lecture 08: every claim of `lecture_claims`, on one run."""

from lecture_claims import LectureClaims


class TestLecture08(LectureClaims):
    name = "08_normalization"

"""Lecture 06: every claim of `lecture_claims`, on one run."""

from lecture_claims import LectureClaims


class TestLecture06(LectureClaims):
    name = "06_activations"

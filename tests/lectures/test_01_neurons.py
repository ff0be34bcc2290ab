"""Lecture 01: every claim of `lecture_claims`, on one run."""

from lecture_claims import LectureClaims


class TestLecture01(LectureClaims):
    name = "01_neurons"

"""Lecture 00: every claim of `lecture_claims`, on one run."""

from lecture_claims import LectureClaims


class TestLecture00(LectureClaims):
    name = "00_start"

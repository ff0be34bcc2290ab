"""Lecture 05: every claim of `lecture_claims`, on one run."""

from lecture_claims import LectureClaims


class TestLecture05(LectureClaims):
    name = "05_gradient_descent"

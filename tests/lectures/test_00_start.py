"""Lecture 00: every claim of `lecture_claims`, on one run."""

import numpy as np
from lecture_claims import LectureClaims

from dlcourse.data.sets import load_digits


class TestLecture00(LectureClaims):
    name = "00_start"


def test_a_4_moved_by_a_pixel_each_way_is_nearest_to_its_own_mean_and_was_eighth_before():
    digits = load_digits(flat=True, dtype=np.float64)
    means = [digits.X_train[digits.y_train == k].mean(axis=0) for k in range(10)]
    image = digits.X_test[56].reshape(8, 8)
    moved = np.pad(image, ((1, 0), (1, 0)))[:8, :8]
    before, after = (((x.ravel() - means) ** 2).sum(axis=1) for x in (image, moved))
    assert digits.y_test[56] == 4
    assert list(before.argsort()).index(4) + 1 == 8
    assert after.argmin() == 4
    assert (round(before[4], 2), round(after[4], 2)) == (10.58, 4.43)

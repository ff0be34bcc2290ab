"""Numbers that last bits have moved stay as they are committed; what has moved is told."""

import json
import shutil

import numpy as np
import pytest
from small_course import NAME, build_small_course

from dlcourse.authoring.agreement import settle, told
from dlcourse.authoring.build import (
    build_lecture,
    check_lecture,
    numbers_folder,
    numbers_text,
    write_lecture,
)
from dlcourse.checks import codec

THREE = ["relu", "numerical_gradient", "conv_output_size"]
LAST_BITS = {"<f8": 1e-12, "<f4": 1e-6}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A course whose numbers are committed, in the package, as this one's are."""
    root = build_small_course(tmp_path_factory.mktemp("agreement") / "root", THREE)
    (root / "dlcourse" / "checks" / "numbers").mkdir(parents=True)
    write_lecture(root, NAME)
    return root


@pytest.fixture
def course(built, tmp_path):
    return shutil.copytree(built, tmp_path / "course")


def everything(course):
    files = [*(course / "course").rglob("*.ipynb"), numbers_file(course)]
    return {path: path.read_bytes() for path in files}


def numbers_file(course):
    return numbers_folder(course) / f"{NAME}.json"


def numbers(course):
    return json.loads(numbers_file(course).read_text(encoding="utf-8"))["exercises"]


def edit_numbers(course, change):
    """Change the committed numbers of all exercises, as another processor might have."""
    path = numbers_file(course)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["exercises"] = change(content["exercises"])
    path.write_text(numbers_text(content), encoding="utf-8", newline="\n")
    return content["exercises"]


def nudged(code):
    """Move every float in the last bits, but the points."""
    if isinstance(code, dict) and code.get("dtype") in LAST_BITS:
        array = codec.decode(code)
        signs = np.where(np.arange(array.size) % 2, 1, -1).reshape(array.shape)
        largest = np.abs(array).max(initial=0.0, where=np.isfinite(array))
        moved = array + (LAST_BITS[code["dtype"]] * largest * signs).astype(array.dtype)
        return codec.encode(moved.astype(array.dtype), text=True)
    if isinstance(code, dict):
        return {key: code[key] if key == "points" else nudged(code[key]) for key in code}
    if isinstance(code, list):
        return list(map(nudged, code))
    return code * (1 + 1e-12) if isinstance(code, float) else code


def test_last_bits_of_another_processor_change_no_byte(course):
    ours = numbers(course)
    theirs = edit_numbers(course, nudged)
    assert theirs["relu"]["expected"] != ours["relu"]["expected"]
    as_committed = everything(course)
    assert check_lecture(course, NAME) == []
    assert write_lecture(course, NAME).moved == []
    assert everything(course) == as_committed


def test_a_number_that_moved_is_told_with_where_and_how_much_and_mended(course):
    before = everything(course)
    [right, *_] = numbers(course)["relu"]["expected"]
    place = int(np.argmax(right["value"]["data"]))
    new = right["value"]["data"][place]
    old = new * (1 + 1e-8)

    def change(exercises):
        exercises["relu"]["expected"][0]["value"]["data"][place] = old
        return exercises

    edit_numbers(course, change)
    told, drift = check_lecture(course, NAME)
    assert told.startswith(f"{NAME}: relu/expected/0/value[")
    assert told.endswith(f": {old!r} is now {new!r}, by {new - old:.3g}")
    assert "Run `dlcourse build 99_awkward`" in drift
    assert write_lecture(course, NAME).moved
    assert everything(course) == before


def test_a_comment_changes_nothing_and_an_edit_is_told_and_built(course):
    before = everything(course)
    path = course / "solutions" / "exercises" / "relu.py"
    text = path.read_text(encoding="utf-8")
    line = "    return np.maximum(z, 0)"
    path.write_text(text.replace(line, f"    # elementwise\n{line}  # a ramp", 1), encoding="utf-8")
    write_lecture(course, NAME)
    assert everything(course) == before
    path.write_text(text.replace(line, "    return np.maximum(z, 0) * 1.5", 1), encoding="utf-8")
    problems = check_lecture(course, NAME)
    assert any("relu/expected/0/value[" in problem for problem in problems)
    release = json.loads(before[numbers_file(course)])["release"]
    write_lecture(course, NAME)
    assert json.loads(numbers_file(course).read_text(encoding="utf-8"))["release"] != release


def test_an_edit_within_the_bands_is_an_edit(course):
    path = course / "solutions" / "exercises" / "relu.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("np.maximum(z, 0)", "np.maximum(z, 0) * (1 + 1e-11)", 1))
    before = numbers(course)["relu"]
    write_lecture(course, NAME)
    after = numbers(course)["relu"]
    assert before["expected"] != after["expected"]


def test_broken_numbers_are_built_again(course):
    before = everything(course)
    for text in ["{", "[]", '{"exercises": {"relu": {"version": "x"}}}']:
        numbers_file(course).write_text(text, encoding="utf-8")
        assert "not what the sources give" in check_lecture(course, NAME)[-1]
        write_lecture(course, NAME)
        assert everything(course) == before


def entry(value, of=1.0):
    """What a build commits of an exercise of one case, its right value, and one mistake's."""
    case, value = ({"value": codec.encode(x, text=True)} for x in (of, value))
    wrong = {"no_slope": ["Where is the slope?", [value]]}
    return {"x": {"version": "v", "cases": [case], "expected": [value], "mistakes": wrong}}


F4 = np.float32
AGREE = {
    "float64 to a billionth of the largest": ([100.0, 0.0], [100.0, 0.9e-7]),
    "float32 to a ten-thousandth": (F4([100, 0]), F4([100, 0.9e-2])),
    "a number of its own": (3.0, 3.0 * (1 + 0.9e-9)),
    "lists": ((1.0, [2.0, 3.0]), (1.0, [2.0, 3.0 + 1e-10])),
    "complex numbers": (np.array([1j, 2]), np.array([1j + 1e-10, 2 - 1e-10j])),
    "what is not finite": (np.array([np.inf, np.nan, 1.0]), np.array([np.inf, np.nan, 1 + 1e-12])),
    "nothing": (np.zeros((0, 3)), np.zeros((0, 3))),
}
MOVED = {
    "float64 by more": (
        [100.0, 0.0],
        [100.0, 1.1e-7],
        "x/expected/0/value[1]: 0.0 is now 1.1e-07, by 1.1e-07",
    ),
    "float32 by more": (
        F4([100, 0]),
        F4([100, 2**-6]),
        "x/expected/0/value[1]: 0.0 is now 0.015625, by 0.0156",
    ),
    "where it moved most": (
        np.array([[1.0, 1], [1, 1]]),
        np.array([[1, 2.0], [4, 1]]),
        "x/expected/0/value[1][0]: 1.0 is now 4.0, by 3",
    ),
    "integers by one": (np.array([3, 4]), np.array([3, 5]), "x/expected/0/value[1]: 4 is now 5"),
    "truth": (np.array([True]), np.array([False]), "x/expected/0/value[0]: True is now False"),
    "text": ("low", "high", "x/expected/0/value: 'low' is now 'high'"),
    "an array's type": (
        F4([1]),
        np.array([1.0]),
        "x/expected/0/value: 'float32 of shape (1,)' is now 'float64 of shape (1,)'",
    ),
    "a shape": (
        np.zeros(2),
        np.zeros(3),
        "x/expected/0/value: 'float64 of shape (2,)' is now 'float64 of shape (3,)'",
    ),
    "a number to text": (1.0, "low", "x/expected/0/value: 1 is now 'low'"),
    "an integer to a float": (
        1,
        1.0,
        "x/expected/0/value: 'int64 of shape ()' is now 'float64 of shape ()'",
    ),
    "finite to not": (
        np.array([1.0, 2.0]),
        np.array([1.0, np.nan]),
        "x/expected/0/value[1]: 2.0 is now nan, by nan",
    ),
    "the sign of the infinite": (
        np.array([np.inf]),
        np.array([-np.inf]),
        "x/expected/0/value[0]: inf is now -inf, by -inf",
    ),
    "a length": ([1.0, "a"], [1.0, "a", 2.0], "x/expected/0/value: [1, 'a'] is now [1, 'a', 2]"),
}


@pytest.mark.parametrize("pair", AGREE)
def test_what_agrees_is_kept(pair):
    old, new = map(entry, AGREE[pair])
    entries, moved = settle(old, new)
    assert entries == old or json.dumps(entries) == json.dumps(old)  # NaN is not itself
    assert moved == []


@pytest.mark.parametrize("pair", MOVED)
def test_what_moved_is_told_and_taken(pair):
    *pair, sentence = MOVED[pair]
    old, new = map(entry, pair)
    entries, moved = settle(old, new)
    assert json.dumps(entries) == json.dumps(new)
    of_the_mistake = sentence.replace("x/expected/0", "x/mistakes/no_slope/1/0")
    assert list(told(moved)) == [sentence, of_the_mistake]


def test_float64_that_was_computed_from_float32_has_the_digits_of_float32():
    old, new = ([0.0904452055, 6.7687019], [0.0904451981, 6.7687019])
    assert settle(entry(old, of=F4([2, 5])), entry(new, of=F4([2, 5])))[1] == []
    assert len(settle(entry(old), entry(new))[1][0]) == 2
    assert settle(entry(old, of=F4([2])), entry([0.0914, 6.7687019], of=F4([2])))[1] != []


def test_of_many_numbers_a_few_are_told_and_the_rest_counted():
    old, new = entry((*map(str, range(9)),)), entry((*map(str, range(1, 10)),))
    sentences = list(told(settle(old, new)[1]))
    assert len(sentences) == 6
    assert sentences[-1] == "x: and 13 more"


def test_an_exercise_that_is_new_has_nothing_to_agree_with(course):
    lecture = build_lecture(course, NAME).lecture
    assert [exercise.id for exercise in lecture.exercises] == THREE
    assert settle({}, entry(1.0)) == (entry(1.0), [])


@pytest.mark.parametrize(("factor", "kept"), [(2, True), (0.5, True), (5, False)])
def test_what_float32_explains_may_be_another_rounding_elsewhere(course, factor, kept):
    fresh = numbers(course)
    theirs = json.loads(json.dumps(fresh))
    theirs["relu"]["single"] = [s and factor * s for s in fresh["relu"]["single"]]
    assert any(fresh["relu"]["single"])
    entries, moved = settle(theirs, fresh)
    assert entries["relu"]["single"] == (theirs if kept else fresh)["relu"]["single"]
    assert moved == []

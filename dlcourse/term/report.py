"""What a grading says: a page and a table of marks for the instructor, a page for each student."""

import ast
import csv
import hashlib
import io
import os
import re
import statistics
from collections import Counter, defaultdict
from contextlib import suppress

import numpy as np

from dlcourse.checks.exercise import load_exercise
from dlcourse.grading.classroom import find_submissions
from dlcourse.grading.confined import confined
from dlcourse.grading.grade import read_master
from dlcourse.grading.harmless import inert
from dlcourse.grading.results import APART, FOR_A_PERSON, REMOVED, STATUSES, UNDECIDED
from dlcourse.term.alike import FEWEST, FEWEST_OF_WORDS, alike, runs
from dlcourse.term.examples import example, name_parts, read_answers, words
from dlcourse.term.likeness import NEAR, reference_functions
from dlcourse.term.pages import feedback_page, render
from dlcourse.term.totals import Marks
from dlcourse.term.whole import write_whole

ABSENT = "nothing"  # was handed in
UNSURE = ("wrong", "partly")
LONGEST = 250  # bytes of a student's name in a file name
COMMON = 8  # misconceptions at the top of the page


class Report:
    """Everything the pages show, gathered from results and submissions.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lines : list of dict
        From `read_results`.
    submitted : Path
        Folder of submissions, for the examples and the likenesses; what is not there is left out.
    marks : Marks, optional
        From the gradebook: totals, marks by hand and comments.
    dropped : list of str
        Students who are left out.

    Raises
    ------
    ValueError
        If an exercise was graded that the course no longer has.
    """

    def __init__(self, root, lines, submitted, marks=None, dropped=()):
        self.lecture = lines[0]["lecture"]
        self.whole, self.marks = marks or Marks(0.0, {})
        self.dropped = dropped
        lines = [line for line in lines if line["student"] not in dropped]
        self.students = defaultdict(dict)  # student -> line by exercise (None: set apart)
        self.removed = [line for line in lines if line["status"] == REMOVED]
        lines = [line for line in lines if line["status"] != REMOVED]
        for line in lines:
            self.students[line["student"]][line["exercise"]] = line
        points = {x["exercise"]: x["max_points"] for x in lines if x["exercise"] is not None}
        self.points = points
        files = {name: root / "solutions" / "exercises" / f"{name}.py" for name in points}
        if gone := sorted(name for name, file in files.items() if not file.is_file()):
            raise ValueError(
                f"these results are of exercises that the course does not have: {', '.join(gone)}. "
                f"Run dlcourse grade {self.lecture} again."
            )
        self.exercises = {name: load_exercise(file) for name, file in files.items()}
        self.max_points = sum(points.values())
        self.names = name_parts(self.students)
        self.rungs = sorted({line["sandbox"] for line in lines} - {None})
        self.answers = self._read_answers(root, submitted)
        self.pairs = self._pairs(root) if self.answers else []

    def title(self, name):
        """The heading of an exercise's statement, as plain text."""
        heading = re.search(r"^#+ *(.+)$", self.exercises[name].statement, re.M)
        return heading[1] if heading else name

    def total(self, student):
        """A student's points; None where our own fault left no mark."""
        lines = self.students[student].values()
        if any(line["status"] == "ungraded" for line in lines):
            return None
        return sum(line["points"] for line in lines)

    def mark(self, student):
        """A student's `Mark` in the gradebook, or None."""
        mark = self.marks.get(student)
        return mark if mark and mark.total is not None else None

    def name(self, student):
        """A student's name by the gradebook; "" where it has none, or the same."""
        name = self.marks[student].name if student in self.marks else ""
        return "" if name == student else name

    def absent(self):
        """Students of the gradebook who handed in nothing of this lecture."""
        here = {*self.students, *self.dropped}
        return [s for s, mark in self.marks.items() if mark.total is None and s not in here]

    def for_a_person(self):
        """How many students somebody has to look at."""
        waiting = (APART, FOR_A_PERSON)
        return sum(
            any(line["status"] in waiting[name is not None] for name, line in own.items())
            for own in self.students.values()
        )

    def in_words(self, student):
        """The parts of a student's mark that are no exercises: (name, `Part`)."""
        mark = self.mark(student)
        return [x for x in mark.parts.items() if x[0] not in self.exercises] if mark else []

    def words_asked(self):
        """The names of what is answered in words, as far as the gradebook knows."""
        return sorted({name for student in self.students for name, _ in self.in_words(student)})

    def totals(self):
        """Points of those whose notebook could be read."""
        return [self.total(s) for s, lines in self.students.items() if None not in lines]

    def apart(self):
        """Lines of submissions without results: broken ones, and our own faults."""
        return [lines[None] for lines in self.students.values() if None in lines]

    def older(self):
        """Answers to older releases: (exercise, what became of them, students)."""
        found = defaultdict(list)
        for line in self.removed:
            found[line["exercise"], REMOVED].append(line["student"])
        for own in self.students.values():
            for line in own.values():
                if "made_for" in line.get("versions", {}):
                    become = "outdated" if line["status"] == "outdated" else "graded"
                    found[line["exercise"], become].append(line["student"])
        return [(*key, sorted(students)) for key, students in sorted(found.items())]

    def undecided(self):
        """Answers that only a person can find: (exercise, students)."""
        found = defaultdict(list)
        for student, own in self.students.items():
            for exercise, line in own.items():
                if line["status"] == UNDECIDED:
                    found[exercise].append(student)
        return sorted((exercise, sorted(students)) for exercise, students in found.items())

    def questions(self):
        """What there is to say of each exercise, in the lecture's order."""
        for name, exercise in self.exercises.items():
            lines = [own[name] for own in self.students.values() if name in own]
            counts = Counter(line["status"] for line in lines)
            yield {
                "id": name,
                "title": self.title(name),
                "n": len(lines),
                "right": counts["right"],
                "share": counts["right"] / len(lines),
                "counts": [(s, STATUSES[s][1], counts[s]) for s in STATUSES if counts[s]],
                "misconceptions": list(self._misconceptions(exercise, lines)),
                "unnamed": sum(x["status"] in UNSURE and not x["diagnosis"] for x in lines),
            }

    def most_common(self, questions):
        """The misconceptions that most students share, with their exercises."""
        pairs = [(mistake, q) for q in questions for mistake in q["misconceptions"]]
        return sorted(pairs, key=lambda pair: -pair[0]["count"])[:COMMON]

    def _misconceptions(self, exercise, lines):
        named = Counter(line["diagnosis"] for line in lines if line["diagnosis"])
        for diagnosis, count in named.most_common():
            students = [line["student"] for line in lines if line["diagnosis"] == diagnosis]
            answers = [
                self.answers[s, exercise.id].bare
                for s in students
                if (s, exercise.id) in self.answers
            ]
            sentence = exercise.wrong.get(diagnosis, ("",))[0]
            yield {
                "name": diagnosis.replace("_", " "),
                "count": count,
                "share": count / len(lines),
                "sentence": sentence,
                "example": example(answers, self.names - words(exercise.solution_source)),
            }

    def copies(self):
        """Right answers that are nearly the course's own code: (student, exercise, likeness)."""
        pairs = self.answers.items()
        return sorted((*key, own.likeness) for key, own in pairs if own.likeness >= NEAR)

    def alike(self):
        """Pairs of students with what is alike in their answers: (one, other, pairs)."""
        found = defaultdict(list)
        for pair in self.pairs:
            found[pair.one, pair.other].append(pair)
        return sorted(
            ((*who, own) for who, own in found.items()), key=lambda x: (-len(x[2]), x[:2])
        )

    def _pairs(self, root):
        """Pairs of answers that are alike beyond what the course has shown."""
        answers = defaultdict(dict)
        for (student, name), own in self.answers.items():
            answers[name][student] = own.runs
        code = [cell.source for cell in read_master(root, self.lecture).cells]
        files = [root / "solutions" / "exercises" / f"{name}.py" for name in self.exercises]
        code += [file.read_text(encoding="utf-8") for file in files]  # solutions and known mistakes
        code += [ast.unparse(function) for function in reference_functions().values()]
        shown = np.unique(np.concatenate([runs(source, None) for source in code]))
        pairs = []
        for name, own in answers.items():
            fewest = FEWEST if name in self.exercises else FEWEST_OF_WORDS
            pairs += alike(own, shown, name, fewest)
        return pairs

    def _read_answers(self, root, submitted):
        """An `Answered` by (student, exercise); what cannot be read is left out."""
        found = {}
        if submitted is None or not submitted.is_dir():
            return found
        master = read_master(root, self.lecture)
        solutions = {n: exercise.solution_source for n, exercise in self.exercises.items()}
        comparable = {n for n, exercise in self.exercises.items() if not exercise.variable}
        reference_functions()  # or each process that reads would read them
        for student, file in find_submissions(submitted, self.lecture):
            if student not in self.students:
                continue
            lines = self.students[student].items()
            right = {n for n, line in lines if line["status"] == "right"} & comparable
            with suppress(Exception):  # whatever it does to us, it is left out alone
                own = confined(read_answers, master, file, right, solutions)
                found |= {(student, name): answer for name, answer in own.items()}
        return found

    def distribution(self):
        """Students by points: (label, count), the last bar with full points."""
        top = self.max_points or 1
        n_bars = max(1, min(10, round(top)))  # a bar a point, or tenths
        bars = Counter(min(int(n_bars * t / top), n_bars) for t in self.totals())
        label = [f"from {top * i / n_bars:g}" for i in range(n_bars)] + [f"all {top:g}"]
        return [(label[i], bars[i]) for i in range(n_bars + 1)]

    def summary(self):
        """Numbers for the top of the page."""
        totals = self.totals()
        return {
            "students": len(self.students),
            "graded": len(totals),
            "mean": statistics.fmean(totals) if totals else 0.0,
            "median": statistics.median(totals) if totals else 0.0,
        }


def write_report(report, folder):
    """Write ``report.html``, ``marks.csv`` and ``feedback/<student>.html`` into `folder`.

    Returns
    -------
    list of Path
        The page, the table, and the folder of feedback.
    """
    feedback = folder / "feedback"
    feedback.mkdir(parents=True, exist_ok=True)
    page = render(report, "report.html")
    write_whole(folder / "report.html", page)
    for student in report.students:
        page = feedback_page(report, student)
        write_whole(feedback / _file_name(student), page)
    write_marks(report, folder / "marks.csv")
    return [folder / "report.html", folder / "marks.csv", feedback]


def _file_name(student):
    """The student's feedback; a folder may have a name that leaves no room for ".html"."""
    raw = os.fsencode(student)
    if len(raw) <= LONGEST:
        return f"{student}.html"
    return f"{raw[:200].decode(errors='ignore')}-{hashlib.sha256(raw).hexdigest()[:16]}.html"


def write_marks(report, path):
    """Write the marks as CSV, one line a student; our own faults leave the marks empty."""
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    by_hand, whole = report.words_asked(), _number(report.whole)
    last = [*by_hand, "late_penalty", "total", "max_total", "to_mark_by_hand"]
    heads = ["student", "status", "points", "max_points", *report.exercises, *last, "name"]
    rows.writerow(heads)
    for student, lines in report.students.items():
        status = lines[None]["status"] if None in lines else "graded"
        total = report.total(student)
        marks = [_number(lines[e]["points"]) if e in lines else "" for e in report.exercises]
        start = [inert(student), status, "" if total is None else _number(total)]
        ends = [""] * len(last)
        if mark := report.mark(student):
            parts = [mark.parts.get(name) for name in by_hand]
            words = [_number(p.points) if p and p.points is not None else "" for p in parts]
            waits = "yes" if mark.unfinished else "no"
            ends = [*words, _number(mark.penalty), _number(mark.total), whole, waits]
        name = inert(report.name(student))
        rows.writerow([*start, _number(report.max_points), *marks, *ends, name])
    between = [""] * (len(heads) - 3)
    for student in report.absent():
        rows.writerow([inert(student), ABSENT, *between, inert(report.name(student))])
    write_whole(path, table.getvalue().encode("utf-8-sig", "replace"))  # or Excel spoils accents


def _number(points):
    """Points without the last digits of a third."""
    return f"{points:.6g}"

"""Whose row is whose: by the platform's numbers, by logins and addresses, at last by names."""

import unicodedata
from collections import Counter
from typing import NamedTuple

ROSTER = "roster"  # the platform of a number or user name that a class list gives


class Known(NamedTuple):
    """By what a student is known: the platform's numbers, addresses and logins, names."""

    student: str
    own_ids: tuple
    ids: tuple
    names: tuple


def as_known(mark, person, platform):
    """Put together what the gradebook and the course's students.csv say of a student."""
    own = [number for where, number in person.ids if where == platform] if person else []
    more = [number for where, number in person.ids if where == ROSTER] if person else []
    email, name = (person.email, person.name) if person else ("", "")
    ids = mark.student, mark.email, email, *more
    return Known(mark.student, (*own, mark.lms_id), ids, (mark.name, name, mark.student))


def match(rows, students):
    """Find each row's student: by the platform's number, by login or address, at last by name.

    What two rows or two students share tells nothing.

    Parameters
    ----------
    rows : list of Row
    students : list of Known

    Returns
    -------
    found : dict
        Rows by student, in the order of the rows.
    strangers : list of Row
    """
    found, strangers = {}, list(rows)
    for keys_of_row, keys_of_student in WAYS:
        free = [one for one in students if one.student not in found]
        owners, claims = _by_key(free, keys_of_student), _by_key(strangers, keys_of_row)
        pairs = {}
        for key, claimed in claims.items():
            if len(claimed) == len(owners.get(key, [])) == 1:
                pairs.setdefault(owners[key][0].student, {})[claimed[0].number] = claimed[0]
        taken = Counter(number for own in pairs.values() for number in own)
        found |= {
            student: row
            for student, own in pairs.items()
            for number, row in own.items()
            if len(own) == taken[number] == 1
        }
        strangers = [row for row in strangers if row not in found.values()]
    return dict(sorted(found.items(), key=lambda pair: pair[1].number)), strangers


def _by_key(things, keys):
    found = {}
    for thing in things:
        for key in {key.casefold() for key in keys(thing) if key}:
            found.setdefault(key, []).append(thing)
    return found


def _words(name):
    """A name's words in alphabetical order: "Lovelace, Ada" is "Ada Lovelace"."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(sorted("".join(c if c.isalnum() else " " for c in plain).split()))


def _letters(name):
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def _squashed(name):
    """A name as Canvas writes it into the names of files: the last name, the first, no blanks."""
    first, _, last = name.rpartition(" ")
    return _letters(last + first)


# ways to know somebody, the surest first: keys of a row, keys of a student
WAYS = (
    (lambda row: [row.own_id], lambda one: one.own_ids),
    (lambda row: row.ids, lambda one: one.ids),
    (lambda row: [known.partition("@")[0] for known in row.ids], lambda one: [one.student]),
    (lambda row: [row.own_id], lambda one: [one.student]),
    (lambda row: [_words(row.name)], lambda one: [_words(name) for name in one.names]),
    (lambda row: [_squashed(row.name)], lambda one: [_letters(one.student)]),
)

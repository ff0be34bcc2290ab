"""Which student somebody is: by an id or an address, at last by a name that is theirs alone."""

import unicodedata
from collections import Counter

from dlcourse.grading.harmless import harmless_name, told_apart
from dlcourse.term.roster import ANEW, ROSTER, Person

FOLDER = "folder"  # stands for a platform where a folder's name is not the student's id
BY_USER_NAME = ("", "nbgrader", "blackboard", "gradescope")  # whose ids a roster may hold
MOST_WORDS = 12  # of a name
BY_NAME, NEW, NAMESAKE = "by name", "new", "new, and not alone with this name"


def with_roster(people, listed):
    """Put a roster's students into those of a course; who is there already keeps their id.

    Parameters
    ----------
    people : dict of str to Person
    listed : list of Person

    Returns
    -------
    people : dict of str to Person
    by_name : list of str
        Students whom the list names as somebody known, and nothing else in it says so.
    twice : list of (str, str)
        Students whom an inbox made of a number alone, and who they are by the list's address.
    """
    people, twice = _told_by_address(people, listed)
    finder = Finder(people)
    found = [finder.surely(own.ids, own.student, own.email) for own in listed]
    named = [finder.listed(own) for own in listed]
    by_name = []
    for own, sure, known in zip(listed, found, _by_name(found, named), strict=True):
        old = people.get(known or own.student, Person(own.student))
        ids = tuple(dict.fromkeys(old.ids + own.ids))
        people[old.student] = Person(old.student, own.name or old.name, own.email or old.email, ids)
        by_name += [known] if known and not sure else []
    return people, by_name, twice


def _told_by_address(people, listed):
    """Give Moodle's numbers to those who have the list's addresses, and leave out whoever was made
    of such a number alone, as happens where a list comes too late."""
    people, twice, first = dict(people), [], {}
    finder = Finder(people)
    for person in people.values():
        first.setdefault(person.email.casefold(), person.student)
    for own in listed:
        right = first.get(own.email.casefold()) if own.email else None
        for pair in own.ids:
            holder = finder.ids.get(pair)
            if pair[0] == ANEW and right and holder not in (None, right):
                other = people[holder]
                if {kind for kind, _ in other.ids} == {ANEW}:
                    twice.append((people.pop(holder).student, right))
                    person = people[right]
                    people[right] = person._replace(ids=tuple(dict.fromkeys((*person.ids, pair))))
    return people, twice


def recognize(people, claims):
    """Tell whose the hand-ins of an inbox are.

    Parameters
    ----------
    people : dict of str to Person
    claims : dict of tuple to Claim
        One claim of each pair of a platform and an id.

    Returns
    -------
    people : dict of str to Person
        With what is new about them, and with new ones.
    whose : dict of tuple to (str, str)
        By pair: the student, and how they were recognized, one of "" (by an id or an address),
        `BY_NAME`, `NEW` and `NAMESAKE`.
    """
    people, finder, whose = dict(people), Finder(people), {}
    plain = told_apart([id for platform, id in claims if not platform])
    found, named = [], []
    for (platform, id), own in claims.items():
        user = harmless_name(id) if platform in BY_USER_NAME else None
        ids = [(platform or FOLDER, id), (ROSTER, user)]
        found.append(finder.surely(ids, user if platform else plain[id], own.email or id))
        named.append(finder.named(own.name or id, platform))
    wishes = {
        pair: harmless_name(own.student()) if pair[0] else plain[pair[1]]
        for pair, own in claims.items()
    }
    known = dict(zip(claims, _by_name(found, named), strict=True))
    wanted = Counter(wishes[pair] for pair in claims if known[pair] is None)
    for (pair, own), sure, like in zip(claims.items(), found, named, strict=True):
        student, how = known[pair], "" if sure else BY_NAME
        if student is None:
            student, how = wishes[pair], NAMESAKE if like else NEW
            if wanted[student] > 1 or student in people:
                student, how = harmless_name(f"{student}_{own.id}"), NAMESAKE
            while student in people:
                student += "_"
        old = people.get(student, Person(student))
        kept = [(pair[0] or FOLDER, own.id)] * bool(
            pair[0] or (own.id != student and own.id.isprintable() and own.id == own.id.strip())
        )
        ids = dict.fromkeys((*old.ids, *kept))
        people[student] = Person(student, old.name or own.name, old.email or own.email, tuple(ids))
        whose[pair] = student, how
    return people, whose


def _by_name(found, named):
    """Add to those who were found surely those of whose name there is one on either side."""
    taken = Counter(student for student in found if student)
    taken.update(
        like for sure, likes in zip(found, named, strict=True) if not sure for like in likes
    )
    alone = [likes if len(likes) == 1 and taken[min(likes)] == 1 else {None} for likes in named]
    return [sure or min(one) for sure, one in zip(found, alone, strict=True)]


def perhaps(people, said):
    """Ask whether a student is meant who was called by a name, and not as `people` calls them."""
    like = sorted(Finder(people).named(said))
    return f" Is it {' or '.join(like)}?" if like else " students.csv has them in its first column."


class Finder:
    """Finds students by what is known of them."""

    def __init__(self, people):
        self.people, self.ids, self.emails = people, {}, {}
        self.names, self.wholes = {}, {}
        for person in people.values():
            self.ids.update(dict.fromkeys(person.ids, person.student))
            self.emails[person.email.casefold()] = person.student
            self.wholes.setdefault(_letters(person.name), set()).add(person.student)
            for key in _spelled(person.name):
                self.names.setdefault(key, set()).add(person.student)

    def surely(self, ids, student, email):
        """Find a student by an id or by their address; None if nobody has it."""
        by_id = next((self.ids[own] for own in ids if own in self.ids), None)
        there = student if student in self.people else None
        return by_id or there or (self.emails.get(email.casefold()) if email else None)

    def listed(self, own):
        """Find all of the name of somebody on a list, who may be that one: a list may name ids of
        several kinds, or none."""
        found = self.named(own.name, *(kind for kind, _ in own.ids))
        others = {s for s in found if own.email and self.people[s].email}  # with another address
        return found - others

    def named(self, name, *platforms):
        """Find all of a name whom these platforms do not call by another id already."""
        whole = _letters(name)
        found = set(self.names.get(whole, ()))
        found = found.union(*(self.wholes.get(key, ()) for key in _spelled(name)))
        given = {*platforms} - {ANEW}
        taken = {s for s in found for kind, _ in self.people[s].ids if kind in given}
        return found - taken


def is_named(name, said):
    """Tell whether a platform that leaves out blanks would call somebody of this name so."""
    return _letters(said) in _spelled(name)


def _spelled(name):
    """A name's letters, begun at each of its words: "George Boole" is boolegeorge, too."""
    words = [word for word in map(_letters, name.split()[:MOST_WORDS]) if word]
    return {"".join(words[at:] + words[:at]) for at in range(len(words))}


def _letters(name):
    """A name without case, accents and signs."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())

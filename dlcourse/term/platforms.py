"""How learning platforms name what students hand in: whose it is, and which attempt.

The names are those that Canvas (``lib/content_zipper.rb``), Moodle (``mod/assign/downloader.php``),
nbgrader's exchange, and downloads of Blackboard, Brightspace and Gradescope give to files and
folders. What a student chose comes last in them, and each pattern finds the platform's part first.
"""

import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from dlcourse.grading.confined import confined
from dlcourse.grading.submission import Unreadable

METADATA = "submission_metadata.yml"  # Gradescope's, beside a folder for each hand-in
EXPORT = re.compile(r"assignment_\d+_export")
SECTION = re.compile(r"(section|sektion|tutorial|tutorium|class|cohort)\b.{0,60}", re.I)
NOT_THEIRS = re.compile(r"__MACOSX|\._.*|\.DS_Store|Thumbs\.db|desktop\.ini", re.I)
WRITER = re.compile(r"\s*Name: (.{1,200}) \((.{1,200})\)\s")  # begins Blackboard's note
MOST_METADATA = 60  # seconds for reading it


class Platform(NamedTuple):
    """One row of the table.

    `pattern` is that of a whole name and holds ``id`` and, where there are, ``name``, ``late``,
    ``number`` (the greater, the later), ``time``, ``file`` (the student's own name for it),
    ``lecture`` and ``note`` (it is the platform's own file). `student` is the id that a student of
    whom nothing is known gets.
    """

    name: str
    student: str
    pattern: str


PLATFORMS = {
    platform.name: platform
    for platform in [
        Platform(
            "nbgrader",
            "{id}",
            r"(?P<id>[^+]+)\+(?P<lecture>[^+]+)\+(?P<time>[^+]+)(\+[^+]*)?",
        ),
        Platform(
            "moodle",
            "{name}",
            r"(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_[a-z]+(_(?P<file>.*))?",
        ),
        Platform(
            "brightspace",
            "{name}_{id}",
            r"(?P<id>\d+)-\d+ - (?P<name>.+?) - (?P<time>[^-]*\d{4}[^-]*?)( - (?P<file>.+))?",
        ),
        Platform(
            "blackboard",
            "{id}",
            r".+?_(?P<id>[^_]+)_attempt_(?P<time>\d{4}(-\d\d){5})((?P<note>\.txt)|_(?P<file>.+))",
        ),
        Platform(
            "canvas",
            "{name}_{id}",
            r"((?P<name>\w+?)_)?((?P<late>LATE)_)?(?P<id>\d+|anon_\w+?)_"
            r"((?P<number>\d+)_(?P<file>.+)|(text|link)\.html)",
        ),
        Platform("gradescope", "{name}_{id}", r"(?!)"),  # nothing in the names: see `METADATA`
    ]
}


class Claim(NamedTuple):
    """A file or a folder that is one student's."""

    entry: Path
    platform: str  # "" where it is named after the student alone
    id: str
    name: str = ""
    email: str = ""
    file: str = ""
    late: bool = False
    number: int = 0
    time: str = ""
    lecture: str = ""
    note: bool = False

    def student(self):
        """The id of a student of whom no more is known than this."""
        if not self.platform or not self.name or "@" in self.id:
            return self.id
        return PLATFORMS[self.platform].student.format(name=self.name, id=self.id)


def claim(entry):
    """Read by its name whose a file or a folder is; None if no platform names anything so."""
    name = unicodedata.normalize("NFC", entry.name)
    for platform in PLATFORMS.values() if len(name) < 256 else ():
        if found := re.fullmatch(platform.pattern, name):
            said = {key: text for key, text in found.groupdict().items() if text is not None}
            said |= {key: True for key in ("late", "note") if key in said}
            number = int(said.pop("number", 0))
            return Claim(entry, platform.name, **said, number=number)
    return None


def depth(parts, inside):
    """How many parts of a path in an inbox name a hand-in: one, or two where the first is that of
    a folder of hand-ins."""
    outer = EXPORT if len(parts) == 2 else re.compile(f"{EXPORT.pattern}|{SECTION.pattern}", re.I)
    return 2 if inside or (len(parts) > 1 and outer.fullmatch(parts[0])) else 1


def claims(inbox, inside, plain):
    """Read whose the files and folders of an inbox are.

    Parameters
    ----------
    inbox : Path
        A folder.
    inside : bool
        The hand-ins lie in the one folder there.
    plain : callable
        Gives the `Claim` of what no platform names so, or None for what is nobody's.

    Returns
    -------
    claims : list of Claim
    strays : list of Path
        What is nobody's.

    Raises
    ------
    Unreadable
    """
    entries = _entries(inbox)
    if inside:
        folders = [entry for entry in entries if _is_folder(entry)]
        if len(folders) != 1:
            raise Unreadable(f"the inbox holds {len(folders)} folders, and --inside asks for one")
        entries = _entries(folders[0])
    elif len(entries) == 1 and EXPORT.fullmatch(entries[0].name) and _is_folder(entries[0]):
        entries = _entries(entries[0])
    sections = [entry for entry in entries if SECTION.fullmatch(entry.name) and _is_section(entry)]
    entries = [entry for entry in entries if entry not in sections]
    entries += [entry for section in sections for entry in _entries(section)]
    if metadata := [entry for entry in entries if entry.name == METADATA]:
        entries.remove(metadata[0])
        found = _of_gradescope(metadata[0], entries)
        strays = [entry for entry in entries if entry not in {own.entry for own in found}]
        return found, strays
    entries = [entry for entry in entries if entry.name != "index.html"]  # Brightspace's own
    found = [(entry, claim(entry) or plain(entry)) for entry in entries]
    strays = [entry for entry, own in found if own is None]
    return _of_blackboard([own for _, own in found if own is not None]), strays


def _entries(folder):
    return [entry for entry in sorted(folder.iterdir()) if not NOT_THEIRS.fullmatch(entry.name)]


def _is_folder(entry):
    return entry.is_dir() and not entry.is_symlink()


def _is_section(entry):
    """Tell a folder of folders, which is nobody's, from a hand-in."""
    try:
        inside = _entries(entry) if _is_folder(entry) else []
    except OSError:
        return False
    return bool(inside) and all(_is_folder(folder) for folder in inside)


def _of_gradescope(metadata, entries):
    """Claims of a Gradescope export: each of a group has its own."""
    try:
        table = confined(_read_metadata, metadata, seconds=MOST_METADATA)
    except Exception as error:
        raise Unreadable(f"{METADATA} of Gradescope cannot be read: {error}") from None
    there = {entry.name: entry for entry in entries}
    return [
        Claim(there.get(folder, metadata.parent / Path(folder).name), "gradescope", *who, time=time)
        for folder, (people, time) in table.items()
        for who in people
    ]


def _read_metadata(path):
    """Read names, ids, addresses and a time, as text, by the folder of a submission."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        """Ruby's own objects, of which we need none, are nothing."""

    Loader.add_multi_constructor("!", lambda *_: None)
    found = {}
    for folder, facts in yaml.load(path.read_bytes(), Loader).items():
        people = []
        for person in facts.get(":submitters") or []:
            name, sid, email = (
                str(person.get(f":{key}") or "") for key in ("name", "sid", "email")
            )
            people.append((sid or email or name, name, email))
        found[str(folder)] = people, str(facts.get(":created_at") or "")
    return found


def _of_blackboard(found):
    """Put in what only Blackboard's notes say: names, and user names that hold an underscore."""
    writers = {}
    for own in found:
        if own.note and own.entry.is_file() and not own.entry.is_symlink():
            with own.entry.open("rb") as opened:
                said = WRITER.match(opened.read(1000).decode("utf-8", "replace"))
            if said and _before(own).endswith(f"_{said[2]}"):
                writers[_before(own)] = {"id": said[2], "name": said[1]}
    return [own._replace(**writers.get(_before(own), {})) for own in found]


def _before(own):
    """What stands before the attempt in a name of Blackboard's; nothing in others."""
    name = unicodedata.normalize("NFC", own.entry.name)
    return name.partition("_attempt_")[0] if own.platform == "blackboard" else None

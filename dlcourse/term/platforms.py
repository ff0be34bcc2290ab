"""How learning platforms name what students hand in: whose it is, and which attempt.

The names are those that Canvas (``lib/content_zipper.rb``), Moodle (``mod/assign/downloader.php``),
nbgrader's exchange, and downloads of Blackboard, Brightspace and Gradescope give to files and
folders. What a student chose comes last in them, and each pattern finds the platform's part first.
A student may call a file as another platform would, so that one platform is found for all names of
an inbox before any of them is read.
"""

import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from dlcourse.grading.confined import confined
from dlcourse.grading.submission import Unreadable

METADATA = "submission_metadata.yml"  # Gradescope's, beside a folder for each hand-in
INDEX = "index.html"  # Brightspace's own
EXPORT = re.compile(r"assignment_\d+_export")
SECTION = re.compile(r"(section|sektion|tutorial|tutorium|class|cohort)\b.{0,60}", re.I)
NOT_THEIRS = re.compile(r"__MACOSX|\._.*|\.DS_Store|Thumbs\.db|desktop\.ini", re.I)
WRITER = re.compile(r"\s*Name: (.{1,200}) \((.{1,200})\)\s")  # begins Blackboard's note
MOST_METADATA = 60  # seconds for reading it


class Platform(NamedTuple):
    """One row of the table.

    `title` is what people call it. `pattern` is that of a whole name and holds ``id`` and, where
    there are, ``name``, ``late``, ``number`` (the greater, the later), ``time``, ``file`` (the
    student's own name for it), ``lecture`` and ``note`` (it is the platform's own file). `student`
    is the id that a student of whom nothing is known gets.
    """

    name: str
    title: str
    student: str
    pattern: str


PLATFORMS = {
    platform.name: platform
    for platform in [
        Platform(
            "nbgrader",
            "nbgrader's exchange",
            "{id}",
            r"(?P<id>[^+]+)\+(?P<lecture>[^+]+)\+"
            r"(?P<time>\d{4}-\d\d-\d\d \d\d[:_]\d\d[:_]\d\d[^+]*)(\+[^+]*)?",
        ),
        Platform(
            "moodle",
            "Moodle",
            "{name}",
            r"(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_[a-z]+(_(?P<file>.*))?",
        ),
        Platform(
            "brightspace",
            "Brightspace",
            "{name}_{id}",
            r"(?P<id>\d+)-\d+ - (?P<name>.+?) - (?P<time>[^-]*\d{4}[^-]*?)( - (?P<file>.+))?",
        ),
        Platform(
            "blackboard",
            "Blackboard",
            "{id}",
            r".+?_(?P<id>[^_]+)_attempt_(?P<time>\d{4}(-\d\d){5})((?P<note>\.txt)|_(?P<file>.+))",
        ),
        Platform(
            "canvas",
            "Canvas",
            "{name}_{id}",
            r"((?P<name>\w+?)_)?((?P<late>LATE)_)?(?P<id>\d+|anon_\w+?)_"
            r"((?P<number>\d+)_(?P<file>.+)|(text|link)\.html)",
        ),
        # nothing in the names: see `METADATA`
        Platform("gradescope", "Gradescope", "{name}_{id}", r"(?!)"),
    ]
}
NO_PLATFORM = "other"  # where each name is a student's alone
# what could stand behind another number of Canvas's
TWO_WAYS = re.compile(r"[1-9]\d*_.+|(text|link)\.html", re.S)


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
    unsure: bool = False  # a student who chose a name that ends in a number would look like this

    def student(self):
        """The id of a student of whom no more is known than this."""
        if not self.platform or not self.name or "@" in self.id:
            return self.id
        return PLATFORMS[self.platform].student.format(name=self.name, id=self.id)


class Inbox(NamedTuple):
    """An inbox: who named what lies there ("" for its students), whose it is, what is nobody's."""

    platform: str
    claims: list
    strays: list


def claim(entry, platform):
    """Read by its name whose a file or a folder is; None if this platform names nothing so."""
    name = unicodedata.normalize("NFC", entry.name)
    pattern = PLATFORMS[platform].pattern if platform in PLATFORMS and len(name) < 256 else "(?!)"
    if not (found := re.fullmatch(pattern, name, re.S)):
        return None
    said = {key: text for key, text in found.groupdict().items() if text is not None}
    said |= {key: True for key in ("late", "note") if key in said}
    number = int(said.pop("number", 0))
    unsure = platform == "canvas" and TWO_WAYS.fullmatch(said.get("file", "")) is not None
    return Claim(entry, platform, **said, number=number, unsure=unsure)


def fitting(name):
    """The platforms that may have named a file or a folder so."""
    return [platform for platform in PLATFORMS if claim(Path(name), platform)]


def platform_of(names, asked=None):
    """Tell who named the hand-ins of an inbox: one platform for all, as a student may call a file
    as another one would.

    Parameters
    ----------
    names : list of str
        Of the files and folders that are a hand-in each.
    asked : str, optional
        The platform that a person names, or `NO_PLATFORM`.

    Returns
    -------
    str
        The one that more than half of the names fit, and more than fit any other; "" where these
        fit none.

    Raises
    ------
    Unreadable
        If nothing says which one it is.
    """
    if asked:
        return "" if asked == NO_PLATFORM else asked
    names = [name for name in names if name != INDEX]
    fits = Counter(platform for name in names for platform in fitting(name) or [""])
    (first, most), (_, next_most) = [*fits.most_common(2), ("", 0), ("", 0)][:2]
    if not names or (most > next_most and 2 * most > len(names)):
        return first
    told = ", ".join(
        f"{PLATFORMS[platform].title if platform else 'none'} {count}"
        for platform, count in fits.most_common()
    )
    raise Unreadable(
        f"of {len(names)} names in the inbox so many fit each platform: {told}. Say which one has "
        f"named them: --platform {', '.join(PLATFORMS)} or {NO_PLATFORM}"
    )


def depth(parts, inside):
    """How many parts of a path in an inbox name a hand-in: one, or two where the first is that of
    a folder of hand-ins."""
    outer = EXPORT.fullmatch(parts[0]) or (len(parts) > 2 and _is_section_name(parts[0]))
    return 2 if inside or (len(parts) > 1 and outer) else 1


def _is_section_name(name):
    """Tell the name of a folder of hand-ins; what a platform may have named is a hand-in."""
    return SECTION.fullmatch(name) is not None and not fitting(name)


def read_inbox(inbox, inside, plain, asked=None):
    """Read whose the files and folders of an inbox are.

    Parameters
    ----------
    inbox : Path
        A folder.
    inside : bool
        The hand-ins lie in the one folder there.
    plain : callable
        Gives the `Claim` of what no platform has named, or None for what is nobody's.
    asked : str, optional
        See `platform_of`.

    Returns
    -------
    Inbox

    Raises
    ------
    Unreadable
    """
    entries, beside = _entries(inbox), []
    if inside:
        folders = [entry for entry in entries if _is_folder(entry)]
        if len(folders) != 1:
            raise Unreadable(f"the inbox holds {len(folders)} folders, and --inside asks for one")
        beside = [entry for entry in entries if entry not in folders]
        entries = _entries(folders[0])
    elif len(entries) == 1 and EXPORT.fullmatch(entries[0].name) and _is_folder(entries[0]):
        entries = _entries(entries[0])
    metadata = [entry for entry in entries if entry.name == METADATA]
    if metadata and asked in (None, "gradescope"):
        entries.remove(metadata[0])
        found = _of_gradescope(metadata[0], entries)
        strays = [entry for entry in entries if entry not in {own.entry for own in found}]
        return Inbox("gradescope", found, beside + strays)
    sections = [entry for entry in entries if _is_section_name(entry.name) and _is_section(entry)]
    entries = [entry for entry in entries if entry not in sections]
    entries += [entry for section in sections for entry in _entries(section)]
    platform = platform_of([entry.name for entry in entries], asked)
    if platform == "brightspace":
        entries = [entry for entry in entries if entry.name != INDEX]
    found = []
    for entry in entries:
        strange = not platform and asked is None and fitting(entry.name)
        found.append(claim(entry, platform) if platform or strange else plain(entry))
    strays = [entry for entry, own in zip(entries, found, strict=True) if own is None]
    own = _of_blackboard([own for own in found if own is not None])
    return Inbox(platform, own, beside + strays)


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

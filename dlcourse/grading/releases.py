"""Submissions that were made for an older release: know them, and grade what they were asked.

Every answer cell says in its metadata what its exercise asks (`Exercise.asked`: statement,
signature, docstring). An answer to today's question is graded by today's exercise, whatever else
has changed. For one to another question the older exercise file is looked for in
``.dlcourse/exercises``; without it, a wrong answer is set aside for a person instead of costing
points.
"""

import re

from dlcourse.checks.exercise import AuthorError, load_exercise
from dlcourse.checks.sources import file_version
from dlcourse.checks.starter import source_digest
from dlcourse.grading.harmless import harmless
from dlcourse.grading.submission import ADDED, read_cells, rebuild, tags

UNKNOWN = "unknown"  # another release asked something, or did not ask at all
ASKED = re.compile(rf"[0-9a-f]{{12}}|{UNKNOWN}")
MOST_REMOVED = 20  # exercises of one lecture that can have been taken out of it
RELEASE = re.compile(r"""begin\(\s*["']\w+["'],\s*["'](\w+)["']""")
MANY_BLANKS = re.compile(r"[^\S\n]{20,}")  # nbconvert takes time by the square of their number
MOST_EMPTY = 500  # lines of blanks in a cell of code, which Pygments takes as badly
LONGEST = 20_000  # letters of an explanation
CUT = "\n\n(Cut here: the explanation has {:,} letters. The submitted notebook has them all.)"
PASTED = "\n\n(An image was pasted in here: only the submitted notebook has it.)"
LECTURE = re.compile(r"\w{1,80}")


def receive(master, cells):
    """Rebuild a submission, harmless to look at, and note where it was asked something else.

    Parameters
    ----------
    master : NotebookNode
        The released notebook.
    cells : list of dict
        From `dlcourse.grading.submission.read_cells`: somebody else's word, of which nothing is
        believed but that a wrong answer needs a person.

    Returns
    -------
    NotebookNode
        Receiving it again changes nothing.
    """
    notebook = rebuild(master, cells, everywhere=True)
    claims = [c for c in cells if c["exercise"] and ASKED.fullmatch(c["asked"] or "")]
    claimed = {claim["exercise"]: claim for claim in claims}
    other = release(cells) not in (None, release(read_cells(master)))
    released = {cell.id: cell.source for cell in master.cells}
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source != released.get(cell.id):
            cell.source = harmless(shown(cell.source))
        elif cell.source != released.get(cell.id):
            cell.source = without_empty_lines(cell.source)
        ours = cell.metadata.get("dlcourse", {})
        if "answer" in tags(cell) and "asked" in ours:
            claim = claimed.pop(cell.id, {"asked": UNKNOWN if other else ours["asked"]})
            if claim["asked"] != ours["asked"]:
                ours["made_for"] = claim["asked"]
    gone = {c["source"]: c for c in claimed.values() if re.fullmatch(r"\w{1,80}", c["exercise"])}
    for cell in notebook.cells:
        claim = gone.get(cell.source) if ADDED in tags(cell) else None
        if claim and not _begun(claim):
            cell.metadata["dlcourse"] = {"exercise": claim["exercise"], "asked": claim["asked"]}
    return notebook


def shown(text):
    """Write an explanation so that pages of it are made in time, and say what they lack."""
    text = MANY_BLANKS.sub(" ", text)
    if len(text) > LONGEST + len(CUT) + 9:
        text = text[:LONGEST] + CUT.format(len(text))
    if "(attachment:" in text.replace("] (", "](") and PASTED not in text:
        text += PASTED
    return text


def without_empty_lines(source):
    """Take the blanks off empty lines where a cell has many, for the same reason."""
    lines = source.split("\n")
    many = sum(line != "" and not line.strip() for line in lines) > MOST_EMPTY
    return "\n".join(line if line.strip() else "" for line in lines) if many else source


def _begun(claim):
    """Tell whether an answer cell holds what its exercise began with."""
    stub = "NotImplementedError" in claim["source"]
    return stub or claim["begins"] == source_digest(claim["source"])


def release(cells):
    """Name the release that a notebook's first cell of code states, or None."""
    for cell in cells:
        if cell["id"] == "begin" and (found := RELEASE.search(cell["source"])):
            return found[1]
    return None


def stated_lecture(content):
    """Name the lecture that a notebook's metadata states, or None.

    Parameters
    ----------
    content : object
        The JSON of a submitted file, whatever it is.
    """
    for key in ("metadata", "dlcourse", "lecture"):
        content = content.get(key) if isinstance(content, dict) else None
    return content if isinstance(content, str) and LECTURE.fullmatch(content) else None


def made_for(notebook):
    """What the answers of a received notebook were asked, by exercise: only where not today's."""
    answers = (cell for cell in notebook.cells if "answer" in tags(cell))
    found = {cell.id: cell.metadata.get("dlcourse", {}).get("made_for") for cell in answers}
    return {name: asked for name, asked in found.items() if asked}


def removed(notebook, once):
    """Exercises that a received notebook answers and that today's lecture no longer has.

    Parameters
    ----------
    notebook : NotebookNode
    once : set of str
        From `known_exercises`: a name that was never one of the course's is somebody's invention.

    Returns
    -------
    list of str
        At most `MOST_REMOVED`.
    """
    added = (cell for cell in notebook.cells if ADDED in tags(cell))
    names = (cell.metadata.get("dlcourse", {}).get("exercise") for cell in added)
    return sorted({name for name in names if name in once})[:MOST_REMOVED]


def kept_folder(root):
    """Where older exercise files lie, each in any folder below."""
    return root / ".dlcourse" / "exercises"


def known_exercises(root):
    """Names of the exercises that the course has, or had when a release was kept."""
    today = (root / "solutions" / "exercises").glob("*.py")
    return {file.stem for file in (*today, *kept_folder(root).glob("**/*.py"))}


def keep(root, master):
    """Keep the exercise files of a released lecture, for the day when it is an older release.

    Parameters
    ----------
    root : Path
        The course's root folder.
    master : NotebookNode
        The released notebook; a file that has been edited since is left.
    """
    for cell in master.cells:
        ours = cell.metadata.get("dlcourse", {})
        path = root / "solutions" / "exercises" / f"{cell.id}.py"
        if "answer" not in tags(cell) or "asked" not in ours or not path.is_file():
            continue
        text = path.read_bytes()
        target = kept_folder(root) / ours["asked"] / path.name
        kept = target.is_file() and target.read_bytes() == text
        if not kept and _still(path, ours["version"]):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)


def _still(path, version):
    """Tell whether an exercise file is of that version; one that cannot be read is of none."""
    try:
        return file_version(path) == version
    except AuthorError:
        return False


def find_kept(folder, name, asked):
    """Load the kept exercise `name` that asked so, or None."""
    for path in sorted(folder.glob(f"**/{name}.py")) if asked != UNKNOWN else []:
        try:
            exercise = load_exercise(path)
        except AuthorError:
            continue  # of a release whose form we no longer read
        if exercise.asked == asked:
            return exercise
    return None

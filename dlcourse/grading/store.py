"""What is remembered between gradings: seeds, results by content, which words people graded."""

import hashlib
import json
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

SCHEMA = """
create table if not exists seed (lecture text primary key, seed text not null);
create table if not exists result (key text primary key, result text not null);
create table if not exists submission (
    digest text, key text not null, primary key (digest, key)) without rowid;
create table if not exists words (
    student text, lecture text, grade_id text, digest text not null,
    primary key (student, lecture, grade_id));
"""
FORMERLY = """
create table if not exists explanation (
    student text, lecture text, grade_id text, source text not null,
    primary key (student, lecture, grade_id));
insert or ignore into words
    select student, lecture, grade_id, words_digest(source) from explanation;
drop table explanation;
"""


def words_digest(text):
    """Name a text by its content."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Store:
    """A file beside the gradebook; kill the process at any moment and nothing is lost.

    Parameters
    ----------
    path : Path
        ``.dlcourse/grading.db`` in the course's root; made on first use.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._connect() as connection:
            connection.executescript(SCHEMA)
            if connection.execute(
                "select 1 from sqlite_master where name = 'explanation'"
            ).fetchone():
                connection.create_function("words_digest", 1, words_digest)
                connection.executescript(FORMERLY)  # the words themselves were kept

    def _connect(self):
        return closing(sqlite3.connect(self.path, timeout=60, isolation_level=None))

    def seed(self, lecture):
        """The lecture's seed, drawn at its first grading and kept from then on."""
        with self._connect() as connection:
            connection.execute(
                "insert or ignore into seed values (?, ?)", (lecture, str(secrets.randbits(63)))
            )
            row = connection.execute("select seed from seed where lecture = ?", (lecture,))
            return int(row.fetchone()[0])

    def draw_new_seed(self, lecture):
        """Forget a lecture's seed, so that its next grading draws other hidden cases."""
        with self._connect() as connection:
            connection.execute("delete from seed where lecture = ?", (lecture,))

    def results(self, keys):
        """Known results (dicts) for those of `keys` that were graded before."""
        found = {}
        with self._connect() as connection:
            for key in keys:
                query = connection.execute("select result from result where key = ?", (key,))
                if row := query.fetchone():
                    found[key] = json.loads(row[0])
        return found

    def known(self, digest):
        """Results (dicts by key) that this very file was given in earlier gradings."""
        query = "select key, result from submission join result using (key) where digest = ?"
        with self._connect() as connection:
            return {key: json.loads(text) for key, text in connection.execute(query, (digest,))}

    def remember(self, results, digest=None):
        """Keep results (dicts by key), and which file's they are."""
        rows = [(key, json.dumps(result)) for key, result in results.items()]
        with self._connect() as connection:
            connection.execute("begin")
            connection.executemany("insert or ignore into result values (?, ?)", rows)
            if digest is not None:
                links = [(digest, key) for key in results]
                connection.executemany("insert or ignore into submission values (?, ?)", links)
            connection.execute("commit")

    def words(self, lecture, students):
        """What was last kept of some students' words: a text by (student, grade_id)."""
        found = {}
        query = "select grade_id, digest from words where student = ? and lecture = ?"
        with self._connect() as connection:
            for student in students:
                for grade_id, digest in connection.execute(query, (student, lecture)):
                    found[student, grade_id] = digest
        return found

    def keep_words(self, lecture, digests):
        """Remember which words were there: a short text by (student, grade_id)."""
        rows = [(student, lecture, name, digest) for (student, name), digest in digests.items()]
        with self._connect() as connection:
            connection.execute("begin")
            connection.executemany("insert or replace into words values (?, ?, ?, ?)", rows)
            connection.execute("commit")

"""What a running sweep has found so far, on disk: a SQLite database of one table, synced after every result.

A run that is broken off, a killed one too, leaves every result that it was told of, whole; the next run goes on from
there. The row of case 0 says which sweep of which instance it is.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from model.analysis.sweeps.running.worker import TaskResult
from model.base.problems import InputError, Problem, quoted

NAME = "journal.sqlite"
FILES = (NAME, f"{NAME}-wal", f"{NAME}-journal")
"""The database, and what SQLite has beside it while a run writes or after one was killed."""
EARLIER = "journal.jsonl"
"""What versions before this one wrote instead."""
PRAGMAS = ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL")
"""The first connection has the file to itself; each result is on the disk before the next one."""

Key = tuple[int, int]
"""Number of the case and of the case whose assumptions hold (0: its own)."""
SWEEP: Key = (0, 0)

TABLE = (
    'CREATE TABLE results ("case" INTEGER, under INTEGER, result TEXT, seal INTEGER, PRIMARY KEY ("case", under)) '
    "WITHOUT ROWID"
)
READ = 'SELECT "case", under, result FROM results WHERE "case" > 0 AND {which} ORDER BY "case", under'


class Journal:
    """The results of a sweep by their key; none stays in memory.

    Raises InputError where another run holds it, it is damaged, or it is another sweep's; OSError where the disk
    refuses.
    """

    def __init__(self, folder: Path, made_from: Mapping[str, Any], resume: bool) -> None:
        self.path = folder / NAME
        with self._said():
            self.base = sqlite3.connect(self.path, timeout=0.0, isolation_level=None)
        try:
            with self._said():
                self._open(made_from, resume)
        except BaseException:
            self.base.close()
            raise

    def _open(self, made_from: Mapping[str, Any], resume: bool) -> None:
        for pragma in PRAGMAS:
            self.base.execute(f"PRAGMA {pragma}")
        self.base.execute("BEGIN EXCLUSIVE")
        if not resume:
            self.base.execute("DROP TABLE IF EXISTS results")
        if self.base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            self.base.execute(TABLE)
            self._insert(SWEEP, dict(made_from))
        elif self.base.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise self._damaged()
        self._cut_off()
        self.base.execute("COMMIT")
        self._check(made_from)
        self.count = int(self.base.execute('SELECT count(*) FROM results WHERE "case" > 0').fetchone()[0])

    def _cut_off(self) -> None:
        """Drop every result that is not what was written: it is solved again. Raises InputError for the head."""
        found = self.base.execute('SELECT "case", under, result, seal FROM results')
        wrong = [(case, under) for case, under, text, seal in found if _seal(text) != seal]
        if SWEEP in wrong:
            raise self._damaged()
        self.base.executemany('DELETE FROM results WHERE "case" = ? AND under = ?', wrong)

    def _check(self, made_from: Mapping[str, Any]) -> None:
        found = self.base.execute('SELECT result FROM results WHERE "case" = 0').fetchone()
        earlier = json.loads(found[0]) if found else {}
        problems = [
            Problem(str(self.path), None, key, quoted(earlier.get(key)), f"now it is {quoted(now)}; results of both "
                    "can't stand in one table: choose another folder, or remove this one to begin anew")
            for key, now in made_from.items() if earlier.get(key) != now
        ]  # fmt: skip
        if problems:
            raise InputError(problems)

    def add(self, key: Key, done: TaskResult) -> None:
        """Write a result down; when this returns it is on the disk. Raises OSError where the disk refuses."""
        with self._said():
            self._insert(key, {"row": done.row, "builds": done.builds})
        self.count += 1

    def _insert(self, key: Key, result: Mapping[str, Any]) -> None:
        text = json.dumps(result, ensure_ascii=False, allow_nan=False)
        self.base.execute("INSERT INTO results VALUES (?, ?, ?, ?)", (*key, text, _seal(text)))

    def __contains__(self, key: Key) -> bool:
        with self._said():
            found = self.base.execute('SELECT 1 FROM results WHERE "case" = ? AND under = ?', key)
            return found.fetchone() is not None

    def __len__(self) -> int:
        return self.count

    def records(self, regrets: bool = False) -> Iterator[dict[str, Any]]:
        """The results in the order of their keys, cases or regrets, read one by one: case, under, row, builds."""
        rows = self.base.execute(READ.format(which="under > 0" if regrets else "under = 0"))
        while True:
            with self._said():
                found = rows.fetchone()
                if found is None:
                    return
                record = {"case": found[0], "under": found[1], **json.loads(found[2])}
            yield record

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(sqlite3.Error):
            self.base.close()

    def remove(self) -> None:
        """The tables are written: nothing is left to go on with."""
        self.close()
        for name in FILES:
            self.path.with_name(name).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        """SQLite's errors as what they mean here."""
        try:
            yield
        except json.JSONDecodeError:
            raise self._damaged() from None
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code == sqlite3.SQLITE_BUSY:
                raise InputError([Problem(str(self.path), None, "", "", "another run is writing it")]) from None
            if code == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path)) from None
            if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
                raise OSError(errno.EIO, f"{error}; is the disk full?", str(self.path)) from None
            raise self._damaged() from None

    def _damaged(self) -> InputError:
        expected = "is damaged, and its results can't be trusted; remove it to begin anew"
        return InputError([Problem(str(self.path), None, "", "", expected)])


def _seal(text: object) -> int:
    """A check sum, by which a result that was changed on the disk is known."""
    return zlib.crc32(str(text).encode())

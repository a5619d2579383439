"""What a running sweep has found so far, on disk: one line of JSON a result, flushed to the disk before the next one.

A run that is broken off leaves whole lines, and at most a piece of the last one, which the next run cuts off. The
first line says which sweep of which instance it is.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from model.analysis.sweeps.running.worker import Done
from model.base.problems import InputError, Problem, quoted

NAME = "journal.jsonl"
Key = tuple[int, int]
"""Number of the case and of the case whose assumptions hold (0: its own)."""


class Journal:
    """The results of a sweep by their key; in memory stand their places in the file alone, 8 bytes a case."""

    def __init__(self, folder: Path, head: Mapping[str, Any], cases: int, resume: bool) -> None:
        self.path = folder / NAME
        self.cases = np.zeros(cases + 1, dtype=np.int64)
        self.regrets: dict[Key, int] = {}
        self.path.touch()
        self.file: IO[bytes] = self.path.open("r+b")
        try:
            _lock(self.file, self.path)
            if resume:
                self._read(head)
            else:
                self.file.truncate()
        except BaseException:
            self.file.close()
            raise
        if self.file.tell() == 0:
            self._append(dict(head))

    def _read(self, head: Mapping[str, Any]) -> None:
        """Take over what is there, and cut off what was not written whole."""
        good = 0
        for number, line in enumerate(self.file):
            record = _parsed(line)
            if record is None or (number > 0 and not self._is_result(record)):
                break
            if number == 0:
                self._check(record, head)
            else:
                self._note((record["case"], record["under"]), good)
            good += len(line)
        self.file.truncate(good)
        self.file.seek(good)

    def _is_result(self, record: Mapping[str, Any]) -> bool:
        case, under = record.get("case"), record.get("under")
        numbers = isinstance(case, int) and isinstance(under, int) and 0 < case < len(self.cases) > under >= 0
        return numbers and isinstance(record.get("row"), dict) and isinstance(record.get("builds"), list)

    def _check(self, found: Mapping[str, Any], head: Mapping[str, Any]) -> None:
        differ = [key for key in head if found.get(key) != head[key]]
        problems = [
            Problem(str(self.path), 1, key, quoted(found.get(key)), f"now it is {quoted(head[key])}; results of both "
                    "can't stand in one table: choose another folder with --out, or remove this one to begin anew")
            for key in differ
        ]  # fmt: skip
        if problems:
            raise InputError(problems)

    def add(self, key: Key, done: Done) -> None:
        """Write a result down. Raises OSError where the disk refuses."""
        place = self.file.seek(0, os.SEEK_END)
        self._append({"case": key[0], "under": key[1], "row": done.row, "builds": done.builds})
        self._note(key, place)

    def _note(self, key: Key, place: int) -> None:
        if key[1]:
            self.regrets[key] = place
        else:
            self.cases[key[0]] = place

    def __contains__(self, key: Key) -> bool:
        return key in self.regrets if key[1] else bool(self.cases[key[0]])

    def __len__(self) -> int:
        return int(np.count_nonzero(self.cases)) + len(self.regrets)

    def _append(self, record: Mapping[str, Any]) -> None:
        self.file.write(json.dumps(record, ensure_ascii=False, allow_nan=False).encode() + b"\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def records(self, regrets: bool = False) -> Iterator[dict[str, Any]]:
        """The results in the order of their keys, cases or regrets, read one by one."""
        cases = self.cases[self.cases > 0].tolist()
        for place in [self.regrets[key] for key in sorted(self.regrets)] if regrets else cases:
            self.file.seek(place)
            yield json.loads(self.file.readline())

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(OSError):
            self.file.close()


def _parsed(line: bytes) -> dict[str, Any] | None:
    """A whole line of the journal, None where it is not one."""
    try:
        record = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _lock(file: IO[bytes], path: Path) -> None:
    """Two runs never write one journal; the lock ends with its process."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise InputError([Problem(str(path), None, "", "", "another run is writing it")]) from None

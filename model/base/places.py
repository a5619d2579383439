"""Where something is written: whole or not at all, and never over what somebody else has put there."""

from __future__ import annotations

import contextlib
import glob
import json
import math
import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.problems import InputError, Problem

LONGEST_NAME = 230
"""Bytes in the name of a folder or file, with room for what is added while it is written."""
HOUR = 3600.0


def check_place(folder: Path, ours: Collection[str], strange: str = "what no run has written") -> None:
    """A folder may be new, empty, or hold nothing but ``ours``; nothing else is ever replaced. Raises InputError.

    ``strange`` is what a folder holds otherwise, as the message says it.
    """
    check_length(folder)
    if not folder.exists():
        check_parent(folder)
        return
    if not folder.is_dir():
        raise wrong_place(folder, "is a file; expected a folder for the results")
    others = sorted(p.name for p in folder.iterdir() if p.name not in ours)
    if others:
        raise wrong_place(folder, f"holds {strange} ({', '.join(others[:3])}); choose another folder")
    if folder.absolute().parent != folder.absolute():
        check_parent(folder)


def check_file(file: Path, replace: bool) -> None:
    """A new file, or with ``replace`` an earlier one. Raises InputError."""
    check_length(file)
    if file.is_dir():
        raise wrong_place(file, "is a folder; expected the name of a file")
    if file.exists() and not replace:
        raise wrong_place(file, "exists; name a new file, or say that it may be replaced")
    check_parent(file)


def check_made_by_us(file: Path, begins: bytes) -> None:
    """A new file, or an earlier one of the kind that begins so; nothing else is replaced. Raises InputError."""
    if file.is_dir() or (file.exists() and not file.read_bytes().startswith(begins)):
        raise wrong_place(file, "holds something else; name a new file")
    check_parent(file)


def check_parent(path: Path) -> None:
    """What is to be made can be made: the nearest folder above is one to write in. Raises InputError."""
    check_length(path)
    parent = next(p for p in path.absolute().parents if p.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise wrong_place(path, f"can't be made: {parent} is no folder to write in")


def check_length(path: Path) -> None:
    """No name in a path is longer than a disk takes. Raises InputError."""
    if long := next((part for part in path.parts if len(os.fsencode(part)) > LONGEST_NAME), ""):
        expected = f"holds a name of {len(os.fsencode(long))} bytes; expected at most {LONGEST_NAME}"
        raise wrong_place(Path(f"{long[:20]}..."), expected)


def wrong_place(path: Path, expected: str) -> InputError:
    """The error that says what is wrong with a place."""
    return InputError([Problem(str(path), None, "", "", expected)])


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A new folder to write in, which takes the place of ``folder`` when all went well. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=_unfinished(folder), dir=folder.parent))
    try:
        beside.chmod(0o755)
        yield beside
        _replace(beside, folder)
        _sweep_up(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _unfinished(folder: Path) -> str:
    """How the name of what becomes ``folder`` begins while it is written."""
    return f".{folder.name}-unfinished-"


def _sweep_up(folder: Path) -> None:
    """Remove what killed runs have left beside a folder; what is younger than an hour may be another run's."""
    for left in folder.parent.glob(f"{glob.escape(_unfinished(folder))}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > HOUR:
                shutil.rmtree(left, ignore_errors=True)


def _replace(beside: Path, folder: Path) -> None:
    if not folder.exists():
        beside.replace(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=_unfinished(folder), dir=folder.parent))
    folder.replace(old / "old")
    try:
        beside.replace(folder)
    except OSError:
        (old / "old").replace(folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def new_file(file: Path) -> Iterator[Path]:
    """A file to write beside ``file``, which takes its place when all went well. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        yield beside
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files (by path within) as ``folder``; an earlier folder there makes way when all are written."""
    with new_folder(folder) as beside:
        for name, data in files.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            (beside / name).write_bytes(data)


def write_table(path: Path, frame: pd.DataFrame) -> None:
    """Write one table as CSV."""
    write_text(path, to_csv(frame))


def to_csv(frame: pd.DataFrame) -> str:
    """A table as CSV: numbers in full, blanks where there is no value."""
    return str(frame.to_csv(index=False, lineterminator="\n"))


def write_json(path: Path, data: Any) -> None:
    """Write data as ``to_json`` publishes it."""
    write_text(path, to_json(data))


def to_json(data: Any) -> str:
    """JSON as it is published: readable, with no NaN (null instead)."""
    return json.dumps(_plain(data), indent=2, ensure_ascii=False) + "\n"


def _plain(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {str(k): _plain(v) for k, v in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(v) for v in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def write_text(path: Path, text: str) -> None:
    """Write text with the same line ends everywhere."""
    path.write_text(text, encoding="utf-8", newline="\n")

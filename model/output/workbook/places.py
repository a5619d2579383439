"""Where a workbook or an instance is written: whole or not at all, and never over something else unasked."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from model.base.problems import InputError, Problem, known_names


def check_file(file: Path, replace: bool) -> None:
    """A new file, or with ``replace`` an earlier one. Raises InputError."""
    if file.is_dir():
        raise _wrong(file, "is a folder; expected the name of a file")
    if file.exists() and not replace:
        raise _wrong(file, "exists; name a new file with --out or add --replace")
    _check_parent(file)


def check_folder(folder: Path, replace: bool, files: Collection[str]) -> None:
    """A new or empty folder, or with ``replace`` an instance that holds none but ``files``. Raises InputError."""
    if folder.exists() and not folder.is_dir():
        raise _wrong(folder, "is a file; expected a folder for the instance")
    if folder.is_symlink():
        raise _wrong(folder, "is a link; name the folder itself")
    there = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_symlink() or not p.is_dir())
    if there and not replace:
        raise _wrong(folder, "isn't empty; name a new folder with --out or add --replace")
    if there and "instance.toml" not in there:
        raise _wrong(folder, "is no instance; only an instance is replaced")
    lost = [name for name in there if name not in files]
    if lost:
        raise _wrong(folder, f"holds what the workbook doesn't ({known_names(lost, 3)}): move it or name a new folder")
    _check_parent(folder)


def _check_parent(path: Path) -> None:
    parent = next(p for p in path.absolute().parents if p.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise _wrong(path, f"can't be made: {parent} is no folder to write in")


def _wrong(path: Path, expected: str) -> InputError:
    return InputError([Problem(str(path), None, "", "", expected)])


@contextmanager
def new_file(file: Path) -> Iterator[Path]:
    """A file to write beside ``file``, which takes its place when all went well."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        yield beside
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files (by path within) as ``folder``; an earlier folder there makes way when all are written."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    new, old = beside / "new", beside / "old"
    try:
        for name, data in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(data)
        if folder.exists():
            folder.replace(old)
        try:
            new.replace(folder)
        except OSError:
            if old.exists():
                old.replace(folder)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)

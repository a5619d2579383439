"""Where a workbook or an instance is written: whole or not at all, and never over something else unasked."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from model.base.places import check_parent, wrong_place
from model.base.problems import known_names


def check_folder(folder: Path, replace: bool, files: Collection[str]) -> None:
    """A new or empty folder, or with ``replace`` an instance that holds none but ``files``. Raises InputError."""
    if folder.exists() and not folder.is_dir():
        raise wrong_place(folder, "is a file; expected a folder for the instance")
    if folder.is_symlink():
        raise wrong_place(folder, "is a link; name the folder itself")
    there = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_symlink() or not p.is_dir())
    if there and not replace:
        raise wrong_place(folder, "isn't empty; name a new folder, or say that it may be replaced")
    if there and "instance.toml" not in there:
        raise wrong_place(folder, "is no instance; only an instance is replaced")
    lost = [name for name in there if name not in files]
    if lost:
        raise wrong_place(
            folder, f"holds what the workbook doesn't ({known_names(lost, 3)}): move it or name a new folder"
        )
    check_parent(folder)

"""Copies of a shipped instance, spoilt in one place, and what is said of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from model.base.problems import InputError, Problem
from model.instance.files.dictionary import TABLES
from model.instance.reading import read

INSTANCES = Path(__file__).parents[2] / "instances"
SMALL, LARGE = "two-country", "allied-2045"
HELD = tuple(t for t in TABLES if (INSTANCES / SMALL / f"{t}.csv").is_file())
"""Tables of the shipped instances; the others may be absent."""
Change = Callable[[Path], object]


@dataclass(frozen=True)
class Said:
    """What a problem must name; ``value`` and ``expected`` are parts of what is said."""

    file: str
    line: int | None
    column: str = ""
    value: str = ""
    expected: str = ""
    nearest: str = ""

    def fits(self, found: Problem) -> bool:
        """Whether a problem says this."""
        same = (self.file, self.line, self.column, self.nearest) == (
            found.file,
            found.line,
            found.column,
            found.nearest,
        )
        empty = self.value == "" and found.value != ""
        return same and not empty and self.value in found.value and self.expected in found.expected


def copy(target: Path, name: str = SMALL) -> Path:
    """A copy of a shipped instance."""
    return Path(shutil.copytree(INSTANCES / name, target / name))


def problems(folder: Path) -> tuple[Problem, ...]:
    """Every problem of an instance folder; anything but an input error is passed on."""
    try:
        read(folder)
    except InputError as error:
        return error.problems
    return ()


def put(file: str, old: str, new: str) -> Change:
    """Replace text that stands in a file, in its first place."""

    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old!r} does not stand in {file}"
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return change


def whole(file: str, text: str | bytes) -> Change:
    """Write a file anew."""

    def change(folder: Path) -> None:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(text.encode() if isinstance(text, str) else text)

    return change


def more(file: str, text: str | bytes) -> Change:
    """Add text at the end of a file."""
    return lambda folder: (folder / file).write_bytes(
        (folder / file).read_bytes() + (text.encode() if isinstance(text, str) else text)
    )


def every(file: str, old: str, new: str) -> Change:
    """Replace text everywhere in a file."""
    return lambda folder: (folder / file).write_text(
        (folder / file).read_text(encoding="utf-8").replace(old, new), encoding="utf-8", newline=""
    )


def gone(file: str) -> Change:
    """Take a file away."""
    return lambda folder: (folder / file).unlink()


def as_folder(file: str) -> Change:
    """Put a folder in the place of a file."""

    def change(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        (folder / file).mkdir()

    return change


def loop(file: str) -> Change:
    """Put a link to itself in the place of a file."""

    def change(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        (folder / file).symlink_to(folder / file)

    return change


def both(*changes: Change) -> Change:
    """One change after the other."""
    return lambda folder: [change(folder) for change in changes]


def judge(folder: Path, change: Change, *expected: Said) -> None:
    """Spoil an instance: what is said of it must be what is expected, and nothing else."""
    change(folder)
    found = problems(folder)
    assert len(found) == len(expected), "\n".join(map(str, found))
    for said in expected:
        assert any(said.fits(p) for p in found), f"{said}\nnot in\n" + "\n".join(map(repr, found))

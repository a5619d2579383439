"""What is wrong with an input, said once, in full and in one form.

A problem names file, line, column, value, what was expected and the nearest known name. Checks collect problems and
never stop at the first, never repair; :class:`InputError` carries them all.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong (or, in a warning, odd) with an input."""

    file: str
    line: int | None
    column: str
    value: str
    expected: str
    nearest: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, line {self.line}"
        if self.column:
            where += f", {self.column}"
        said = f"{where}: {self.value}: {self.expected}" if self.value else f"{where}: {self.expected}"
        return said + (f'; did you mean "{self.nearest}"?' if self.nearest else "")


class InputError(ValueError):
    """The call or the instance is wrong; carries every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.file, p.line or 0, p.column, p.value)))
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the input; nothing was solved"
        super().__init__("\n".join([head + ":", *(f"  - {p}" for p in self.problems)]))


def line_of(label: object) -> int | None:
    """The line that a frame's index label stands for; None where the frame was given other labels."""
    return int(label) if hasattr(label, "__index__") else None  # type: ignore[call-overload]


def quoted(value: object) -> str:
    """A value as it is shown to the user: text in quotes, cut where it is very long."""
    text = value if isinstance(value, str) else str(value)
    return f'"{text if len(text) <= 60 else text[:57] + "..."}"'


def nearest(name: str, known: Collection[str]) -> str:
    """The known name that looks most like ``name``, or nothing."""
    folded = {k.casefold(): k for k in known}
    if name.strip().casefold() in folded:
        return folded[name.strip().casefold()]
    close = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.5)
    return folded[close[0]] if close else ""


def known_names(known: Collection[str], limit: int = 8) -> str:
    """The known names as a short list."""
    names = sorted(known)
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "") or "none"

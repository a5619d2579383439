"""What is wrong with an input, said once, in full and in one form.

A problem names file, line, column, value, what was expected and the nearest known name. Checks collect problems and
never stop at the first, never repair; :class:`InputError` carries them all.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import SupportsIndex

# Cyrillic and Greek letters that look like Latin ones.
_CYRILLIC = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456",
    "ABEKMHOPCTYXaeopcyxi",
)
_GREEK = str.maketrans(
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf", "ABEZHIKMNOPTYXo"
)

_NEUTRAL = re.compile(r"^--([a-z-]+)")
_CALLED = {"set": "override", "edit": "edit", "row": "rows", "risk-weight": "risk_weight", "risk-level": "risk_level",
           "buyer": "buyers", "supplier": "suppliers", "scope": "scopes"}  # fmt: skip
"""Options of the commands, as they are called from Python where that is another name."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong (or, in a warning, odd) with an input.

    ``file`` may be an option of a command instead (``--goal``); to who calls from Python it is ``goal``.
    """

    file: str
    line: int | None
    column: str
    value: str
    expected: str
    nearest: str = ""

    def __str__(self) -> str:
        return self._said(_NEUTRAL.sub(lambda m: _CALLED.get(m[1], m[1]), self.file))

    def at_the_shell(self) -> str:
        """The same where the call was made at a shell: options keep their dashes."""
        return self._said(self.file) if self.file.startswith("--") else str(self)

    def _said(self, file: str) -> str:
        where = file if self.line is None else f"{file}, line {self.line}"
        if self.column:
            where += f", {self.column}"
        said = f"{where}: {self.value}: {self.expected}" if self.value else f"{where}: {self.expected}"
        return _visible(said + (f'; did you mean "{self.nearest}"?' if self.nearest else ""))


class InputError(ValueError):
    """The call or the instance is wrong; carries every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the input"
        super().__init__("\n".join([head + ":", *lines_of(self.problems)]))


def lines_of(problems: Sequence[Problem], most: int = 60, shell: bool = False) -> list[str]:
    """Each problem on a line; beyond ``most`` how many more there are, and in which files. ``shell``: with options."""
    said = [f"  - {p.at_the_shell() if shell else p}" for p in problems[:most]]
    rest = problems[most:]
    files = known_names({p.file for p in rest})
    return [*said, f"  and {len(rest)} more, in {files}: they are said once these are mended"] if rest else said


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by file and line, each once."""
    return tuple(sorted(set(problems), key=lambda p: (p.file, p.line or 0, p.column, p.value, p.expected)))


def line_of(label: object) -> int | None:
    """The line that a frame's index label stands for; None where the frame was given other labels."""
    line = int(label) if isinstance(label, SupportsIndex) else 0
    return line if line > 1 else None


def and_more(labels: Sequence[object], limit: int = 10) -> str:
    """Said behind a problem of the first label: in how many more lines it stands, and in which."""
    rest = [line_of(label) for label in labels[1:]]
    if not rest:
        return ""
    lines = [str(line) for line in rest if line is not None]
    said = f": {', '.join(lines[:limit])}{', ...' if len(lines) > limit else ''}" if lines else ""
    return f" (and in {len(rest)} more line{'s' if len(rest) > 1 else ''}{said})"


def quoted(value: object) -> str:
    """A value as it is shown to the user: text in quotes, cut where it is very long."""
    text = value if isinstance(value, str) else _plain(value)
    text = _visible(text if len(text) <= 60 else text[:57] + "...")
    return f'"{text}"'


def _plain(value: object) -> str:
    """A value of a TOML file as it would be written there."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{k} = {_plain(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(f'"{v}"' if isinstance(v, str) else _plain(v) for v in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return str(value)
    except ValueError:  # a whole number of more digits than Python writes out
        return "a number of thousands of digits"


def _visible(text: str) -> str:
    """Text on one line: what does not print is written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def alike(name: str) -> str:
    """A name as the eye takes it: letters that look the same are the same, blanks around and unseen ones are gone."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return seen.translate(_CYRILLIC).translate(_GREEK).strip().casefold()


def nearest(name: str, known: Collection[str]) -> str:
    """The known name that looks most like ``name``, or nothing.

    >>> nearest("proccessing", ["mining", "processing"])
    'processing'
    """
    folded = {alike(k): k for k in known}
    if alike(name) in folded:
        return folded[alike(name)]
    close = difflib.get_close_matches(alike(name), list(folded), n=1, cutoff=0.55)
    return folded[close[0]] if close else ""


def look_alike(name: str, near: str) -> str:
    """Said where two names look the same: the characters that differ."""
    odd = sorted({c for c in name if c not in near and not c.isascii()}) if alike(name) == alike(near) else []
    return f" (it holds {', '.join(f'U+{ord(c):04X}' for c in odd)})" if odd else ""


def known_names(known: Collection[str], limit: int = 8) -> str:
    """The known names as a short list."""
    names = [name if len(name) <= 60 else f"{name[:57]}..." for name in sorted(known)]
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "") or "none"

"""Lines of the keys of a TOML file; Python's own parser keeps none.

The text has been parsed before, so the scanner need not judge it: it only knows where keys, tables and values begin
and end. List elements are named by their number, from 0: ``("share_cap", "0", "stages", "1")``.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

KeyPath = tuple[str, ...]

_BLANK = re.compile(r"(?:[\s]+|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' + r"|'''.*?'{3,5}" + r'|"(?:\\.|[^"\\])*"' + r"|'[^']*'",
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_TOKEN = re.compile(rf"{_STRING.pattern}|#[^\n]*|[\[\]{{}}.=,\n]", re.DOTALL)

DEEPEST = 20
"""Parts that a key may have, and lists and tables that may stand within one another; no key here has over four."""


def deep_line(text: str) -> int:
    """The line on which keys or values are nested deeper than any that is known; 0 where none is.

    Asked before the text is parsed: parsers take quadratic time or their own stack for such a file.
    """
    depth = parts = 0
    for token in _TOKEN.finditer(text):
        sign = token.group()
        depth = max(0, depth + (sign in ("[", "{")) - (sign in ("]", "}")))
        parts = parts + 1 if sign == "." else 0 if sign in ("=", ",", "\n") else parts
        if max(depth, parts) >= DEEPEST:
            return text.count("\n", 0, token.start()) + 1
    return 0


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line of each key, table and list element."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.breaks = [m.start() for m in re.finditer("\n", text)]
        self.lines: dict[KeyPath, int] = {}
        self.counts: dict[KeyPath, int] = {}

    def scan(self) -> dict[KeyPath, int]:
        here: KeyPath = ()
        while self._more():
            line = self._line()
            if self.text[self.at] == "[":
                brackets = 2 if self.text.startswith("[[", self.at) else 1
                self.at += brackets
                here = self._header(self._key(), brackets == 2)
                self.at += brackets
                self._mark(here, line)
            else:
                self._pair(here)
        return self.lines

    def _more(self) -> bool:
        """Skip blanks, line ends and comments; whether anything is left."""
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at < len(self.text)

    def _line(self) -> int:
        return bisect_right(self.breaks, self.at - 1) + 1

    def _mark(self, path: KeyPath, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def _header(self, parts: KeyPath, element: bool) -> KeyPath:
        """A header's path, with the number of the last element put in where a part is an array of tables."""
        out: KeyPath = ()
        for place, part in enumerate(parts):
            out = (*out, part)
            if place < len(parts) - 1 and out in self.counts:
                out = (*out, str(self.counts[out]))
        if element:
            self.counts[out] = self.counts.get(out, -1) + 1
            out = (*out, str(self.counts[out]))
        return out

    def _key(self) -> KeyPath:
        """A dotted key, quoted parts included."""
        parts: list[str] = []
        while self._more():
            found = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            if not found:
                break
            whole = found.group()
            parts.append(tomllib.loads(f"k = {whole}")["k"] if whole[0] in "\"'" else whole)
            self.at = found.end()
            if not self._more() or self.text[self.at] != ".":
                break
            self.at += 1
        return tuple(parts)

    def _pair(self, here: KeyPath) -> None:
        line = self._line()
        path = (*here, *self._key())
        self._mark(path, line)
        self.at += 1  # the equals sign
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if not self._more():
            return
        if self.text[self.at] == "[":
            self.at += 1
            number = 0
            while self._more() and self.text[self.at] != "]":
                self._mark((*path, str(number)), self._line())
                self._value((*path, str(number)))
                self._comma()
                number += 1
            self.at += 1
        elif self.text[self.at] == "{":
            self.at += 1
            while self._more() and self.text[self.at] != "}":
                self._pair(path)
                self._comma()
            self.at += 1
        else:
            found = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
            self.at = found.end() if found else self.at + 1

    def _comma(self) -> None:
        if self._more() and self.text[self.at] == ",":
            self.at += 1

"""One colour a country, in every chart and picture: the report's charts and the pictures for papers read this list.

Some great suppliers and buyers have colours of their own, China the strongest; other regions take what is left in the
order of their names, and where nothing is left they are grey.
"""

from __future__ import annotations

from collections.abc import Iterable

PALETTE = (
    ("#c2183c", "#ff5d73"), ("#1f6fb4", "#5aa9ea"), ("#00875a", "#35c39a"), ("#7a4fb5", "#b39af0"),
    ("#0b8fa8", "#4fc9df"), ("#e08e00", "#f0ac3c"), ("#6b4a2b", "#c9a27e"), ("#3b4cc0", "#8c9bff"),
    ("#b8508a", "#e58fc0"), ("#8a8a1e", "#cfcf5a"), ("#56a8d8", "#9bd0f0"), ("#a65f00", "#d99a4e"),
    ("#5f9e3e", "#9fd67c"), ("#d07a9a", "#f0b3c9"), ("#44606e", "#93b4c4"), ("#9a6fd0", "#cdb2f5"),
)  # fmt: skip
"""Colours on light and on dark ground."""
OWN = ("CN", "US", "AU", "JP", "KR", "IN", "DE", "FR", "MY", "VN")
"""Regions (ISO 3166-1 alpha-2) whose colour is the one in the same place of the palette."""
GREY = -1
"""Place of a region for which no colour is left."""


def places(regions: Iterable[str]) -> dict[str, int]:
    """For each region the place of its colour in the palette, or GREY; the same regions give the same places.

    >>> places(["B", "CN", "A"]), places(["FR"])
    ({'CN': 0, 'A': 1, 'B': 2}, {'FR': 7})
    """
    there = sorted(set(regions))
    found = {r: OWN.index(r) for r in OWN if r in there}
    free = (i for i in range(len(PALETTE)) if i not in found.values())
    return found | {r: next(free, GREY) for r in there if r not in found}


def style() -> str:
    """The palette as variables of a style sheet, ``--c0`` and on, for light and for dark ground."""
    light, dark = (";".join(f"--c{i}:{both[way]}" for i, both in enumerate(PALETTE)) for way in (0, 1))
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"

"""On what an answer rests: the grades of its figures, each weighed by what hangs on it.

The weight of a figure is the size of its first-order effect on the cost, or on the premium. Figures that are a
definition (what a unit of a process makes, an availability that repeats the capacity) are left out: nothing can be
found out about them. A grade that isn't known counts as an assumption.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

GRADES = ("sourced", "recalled", "assumption")
COST, PREMIUM = "effect_usd", "premium_effect_usd"
"""Columns of ``figures`` to weigh by."""

Figure = dict[str, Any]


def graded(figures: Iterable[Figure], effect: str) -> list[Figure]:
    """The figures with an effect that something can be found out about, weightiest first."""
    some = [f for f in figures if f[effect] and f["confidence"] != "definition"]
    return sorted(some, key=lambda f: (-abs(f[effect]), f["table"], f["figure"], f["column"]))


def weighed(figures: Iterable[Figure], effect: str) -> dict[str, float]:
    """The part of the summed size of effects by grade, 1 in all; empty where nothing has an effect."""
    sums = dict.fromkeys(GRADES, 0.0)
    for f in graded(figures, effect):
        sums[f["confidence"] if f["confidence"] in sums else "assumption"] += abs(f[effect])
    whole = sum(sums.values())
    return {g: usd / whole for g, usd in sums.items()} if whole > 0 else {}


def by_table(figures: Iterable[Figure], effect: str) -> list[tuple[str, float, dict[str, float]]]:
    """Each input table with its part of the effect, most first, and of that the parts by grade."""
    some = graded(figures, effect)
    whole = sum(abs(f[effect]) for f in some)
    found = []
    for table in dict.fromkeys(str(f["table"]) for f in some):
        own = [f for f in some if f["table"] == table]
        found.append((table, sum(abs(f[effect]) for f in own) / whole, weighed(own, effect)))
    return sorted(found, key=lambda row: -row[1])


def in_words(shares: Mapping[str, float]) -> str:
    """``14 % sourced, 5 % recalled, 81 % assumed``; the parts add up to 100."""
    parts = {g: 100 * shares.get(g, 0.0) for g in GRADES}
    whole = {g: int(part) for g, part in parts.items()}
    for g in sorted(GRADES, key=lambda g: whole[g] - parts[g])[: 100 - sum(whole.values())]:
        whole[g] += 1
    return ", ".join(f"{n} % {'assumed' if g == 'assumption' else g}" for g, n in whole.items())

"""A warning: something odd in a checked instance, of a kind, in the form of a problem. It stops nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from model.base.problems import Problem

LAST = ("source", "step")
"""Kinds that come last, in this order from the end: where a figure comes from says nothing of the plan."""


@dataclass(frozen=True, order=True)
class Warned(Problem):
    """Something odd; ``kind``: a word for what it has in common with others (``tariff``)."""

    kind: str = ""


def of_kind(kind: str, found: Iterable[Problem]) -> list[Warned]:
    """Problems as warnings of one kind."""
    return [Warned(**asdict(p), kind=kind) for p in found]


def by_weight(found: Iterable[Warned]) -> list[Warned]:
    """Each once, by kind: those on data first, then steps in capacity, those on sources last; else by file and line."""
    rank = {kind: len(LAST) - place for place, kind in enumerate(LAST)}
    return sorted(
        set(found), key=lambda w: (rank.get(w.kind, 0), w.file, w.line or 0, w.column, w.value, w.expected, w.kind)
    )


def by_kind(found: Iterable[Warned]) -> list[dict[str, Any]]:
    """One line a kind, as ``summary.json`` keeps it: ``kind``, ``count`` and the first as ``example``."""
    kinds: dict[str, list[Warned]] = {}
    for warned in by_weight(found):
        kinds.setdefault(warned.kind, []).append(warned)
    return [{"kind": kind, "count": len(these), "example": str(these[0])} for kind, these in kinds.items()]


def in_words(kinds: Sequence[dict[str, Any]]) -> list[str]:
    """The lines of :func:`by_kind` as text."""
    return [k["example"] + (f" (and {k['count'] - 1} more like it)" if k["count"] > 1 else "") for k in kinds]

"""What is found wrong with a plan: one row for each thing, with its key in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.check import tolerance

COLUMNS = ("rule", "key", "value", "limit", "excess", "unit")


class Findings:
    """Collects findings from whole arrays; only the elements that are wrong are put into words.

    ``labels`` says what an element is. Beside arrays of one dimension each label is an array of the same length;
    beside arrays of several dimensions each label holds the names along one axis, in order. A text is the same for all.
    """

    def __init__(self, about: str = "") -> None:
        """Begin with nothing found; ``about`` comes before each key."""
        self._about = f"{about} " if about else ""
        self._rows: list[tuple[str, str, float, float, float, str]] = []

    def extend(self, others: Findings) -> None:
        """Add what was found elsewhere."""
        self._rows += [(row[0], others._about + row[1], *row[2:]) for row in others._rows]

    def add(self, rule: str, unit: str, labels: Mapping[str, Any], bad: Any, value: Any, limit: Any) -> None:
        """One finding for each element where ``bad`` holds; the excess is the distance of value and limit."""
        bad = np.atleast_1d(np.asarray(bad, dtype=bool))
        if not bad.any():
            return
        at = np.nonzero(bad)
        axes = iter(at if bad.ndim > 1 else at * len(labels))
        names = [
            [some] * len(at[0]) if isinstance(some, str) else np.asarray(some, dtype=object)[next(axes)]
            for some in labels.values()
        ]
        keys = (_words(labels, values) for values in zip(*names, strict=True))
        values = np.broadcast_to(np.asarray(value, dtype=float), bad.shape)[at]
        limits = np.broadcast_to(np.asarray(limit, dtype=float), bad.shape)[at]
        excess = np.where(np.isfinite(limits), np.abs(values - limits), np.nan)
        for row in zip(keys, values.tolist(), limits.tolist(), excess.tolist(), strict=True):
            self._rows.append((rule, *row, unit))

    def above(self, rule: str, unit: str, labels: Mapping[str, Any], value: Any, limit: Any) -> None:
        """A finding wherever a value lies above its limit."""
        self.add(rule, unit, labels, tolerance.above(value, limit, unit), value, limit)

    def apart(self, rule: str, unit: str, labels: Mapping[str, Any], value: Any, expected: Any) -> None:
        """A finding wherever a value isn't the expected one."""
        self.add(rule, unit, labels, tolerance.apart(value, expected, unit), value, expected)

    def said(self, rule: str, key: str, value: float = np.nan, limit: float = np.nan, unit: str = "") -> None:
        """One finding."""
        self._rows.append((rule, key, value, limit, abs(value - limit), unit))

    def frame(self) -> pd.DataFrame:
        """All findings, by rule in the order of the checks."""
        frame = pd.DataFrame(self._rows, columns=list(COLUMNS))
        return frame.astype(
            {"rule": "str", "key": "str", "value": float, "limit": float, "excess": float, "unit": "str"}
        )


def _words(labels: Mapping[str, Any], values: tuple[Any, ...]) -> str:
    return " ".join(f"{label}={value}" for label, value in zip(labels, values, strict=True) if value != "")

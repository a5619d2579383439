"""How far two figures may lie apart before the plan is said to be wrong.

Two amounts agree where they differ by no more than the absolute tolerance of their unit, or by no more than
``RELATIVE`` of the larger of the two. A single amount is nothing where it is below the absolute tolerance.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.check.arrays import Bools, Floats

RELATIVE = 1e-6
TONNES = 1e-3
USD = 1.0
SHARE = 1e-6
OF_ALL_COST = 1e-8
"""Part of all cost below which what a policy adds is noise: it is a difference of two sums."""
ABSOLUTE = {"t": TONNES, "t/yr": TONNES, "USD": USD, "1": SHARE, "year": 0.5}


def slack(value: Any, other: Any, unit: str) -> Floats:
    """How far two amounts of a unit may lie apart."""
    larger = np.maximum(np.abs(value), np.abs(other))
    return np.maximum(ABSOLUTE[unit], RELATIVE * np.where(np.isfinite(larger), larger, 0.0))


def above(value: Any, limit: Any, unit: str) -> Bools:
    """Where a value lies above its limit by more than the tolerance; never where the limit is infinite.

    >>> above(10.0, [9.0, 9.9995, float("inf")], "t").tolist()
    [True, False, False]
    """
    return np.asarray(np.asarray(value) - np.asarray(limit) > slack(value, limit, unit), dtype=np.bool_)


def apart(value: Any, expected: Any, unit: str) -> Bools:
    """Where two figures differ by more than the tolerance.

    >>> apart([1e9, 5.0, float("nan")], [1e9 + 900, 7.0, 7.0], "USD").tolist()
    [False, True, True]
    """
    distance = np.abs(np.asarray(value) - np.asarray(expected))
    return np.asarray(~(distance <= slack(value, expected, unit)), dtype=np.bool_)

"""The end of the horizon: its last years pay for capacity that ramps beyond them, and say less than the others."""

from __future__ import annotations

from collections.abc import Iterable


def still_ramping(last_year: int, ramps: Iterable[int | None]) -> int | None:
    """The first year from which capacity that comes online is not at full load by the end; None where nothing ramps.

    ``ramps`` are the years below full load of the plants that are built; the longest counts.

    >>> still_ramping(2045, [0, 3, None]), still_ramping(2045, [0])
    (2043, None)
    """
    longest = max((ramp for ramp in ramps if ramp), default=0)
    return last_year - longest + 1 if longest else None

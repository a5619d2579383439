"""The earliest year from which a cap can be met: bisection over the years that the edges leave open."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np

from model.analysis.frontier.levels import Edge
from model.analysis.frontier.programme import Base, Programme, met, missed
from model.solving.goals.targets import columns_of


def earliest(
    programme: Programme, base: Base, horizon: range, cap: float, edges: Mapping[int, Edge], stop: threading.Event
) -> int | None:
    """The earliest year of the horizon from which the cap holds; None where it does from none.

    ``edges`` are those of this budget by year. A cap that holds from a year on holds from every later one.
    """
    holds = [year for year, edge in edges.items() if cap in edge.cases]
    fails = [year for year, edge in edges.items() if cap not in edge.cases]
    low, high = max(fails, default=horizon[0] - 1) + 1, min(holds, default=horizon[-1] + 1)
    basis = edges[high].cases[cap].basis if holds else base.point.basis
    while low < high:
        middle = (low + high) // 2
        held, basis = _holds(programme, base, middle, cap, basis, stop)
        low, high = (low, middle) if held else (middle + 1, high)
    return high if high in horizon else None


def _holds(
    programme: Programme, base: Base, year: int, cap: float, basis: Any, stop: threading.Event
) -> tuple[bool, Any]:
    """Whether a cap can be met from a year on, and a basis to go on from."""
    found, kept = programme.in_force(year), programme.kept(base, stop)
    kept.allow(columns_of(found), np.inf)
    kept.set_level(found, cap)
    cheap = kept.surely(f"at most {cap:g} from {year}", programme.penalised(found), basis)
    if met(found, cheap):
        return True, cheap.basis
    least = kept.surely(f"least missed of {cap:g} from {year}", missed(found), cheap.basis, primal=True)
    return met(found, least), cheap.basis

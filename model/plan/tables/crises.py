"""Result tables of the crises that a policy asks to withstand: what must be served and is, and what is done in each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from model.base.units import T_PER_KT
from model.instance.policy.targets import Withstand
from model.plan.solved import Solved
from model.plan.tables.targets import of_a_point
from model.solving.goals.targets import limits_of


def withstand(s: Solved) -> pd.DataFrame:
    """Each crisis: how long it lasts, what must be served, what is, and what one percentage point less is worth."""
    rows: list[tuple[Any, ...]] = []
    duals = s.duals("withstand") if s.network.policy.withstands else {}
    for limit in limits_of(s.arrays, s.network) if duals else ():
        if not isinstance(limit.target, Withstand):
            continue
        index = (*limit.name, limit.node)
        asked, short = limit.fixed_base * T_PER_KT, s.value("withstand_short", index)
        served = asked - short
        worth = of_a_point(-duals.get(index, 0.0) * asked, short)
        share = served / asked if asked > 0 else float("nan")
        rows.append((*limit.name, *s.when(limit.node), limit.target.months, asked, served, share, limit.asked, worth))
    return s.table("withstand", rows)


def crises(s: Solved) -> pd.DataFrame:
    """What is done in each crisis, over all of it: plants run, goods shipped, drawn from stock and served."""
    return s.table("crises", [(*index[:2], *s.when(index[-1]), *done) for index, done in _done(s)])


def _done(s: Solved) -> Iterator[tuple[tuple[str, ...], tuple[Any, ...]]]:
    """The index and what, plant, good, origin, region, sector and tonnes."""
    for index, t in s.positive("crisis_activity"):
        yield index, ("run", index[2], "", "", "", "", t)
    for index, t in s.positive("crisis_ship"):
        yield index, ("ship", "", *index[2:5], "", t)
    for index, t in s.positive("crisis_draw"):
        yield index, ("draw", "", index[2], "", index[3], "", t)
    for index, t in s.positive("crisis_served"):
        yield index, ("serve", "", index[2], "", index[3], index[4], t)

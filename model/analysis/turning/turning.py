"""Which figures could turn the answer: for each the nearest value, down and up, at which the plan decides otherwise.

Asked of the figures with most behind them: the size of the effect on the premium (on the cost where no policy costs
anything) times how far the figure may be off, which is the width of its range in ``ranges.csv`` as a part of it; 1
where none is given, and 0 for a sourced figure without one. A value is found by solving the whole problem again with
the figure scaled: in steps outwards until the decision is another, then by halving between the last two. The decision
is which plants are decided in the plan's first year, and whether every target can be met. Figures that stand in several
years or rows move together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd

from model.base.problems import InputError
from model.base.units import T_PER_KT
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.ranges import known, names_of
from model.instance.reading import revised
from model.instance.trees.tree import Tree
from model.plan.plan import Plan
from model.plan.saying import grounds
from model.plan.saying.along import refuse_futures
from model.plan.solved import Solved
from model.solving.goals.goals import solve as solve_goals
from model.solving.goals.targets import limits_of
from model.solving.programme import compiled

COLUMNS = (
    "rank", "table", "figure", "column", "value", "unit", "confidence", "effect_usd", "low", "high",
    "turns_below", "changes_below", "turns_above", "changes_above", "look_up",
)  # fmt: skip
"""``value``: the mean over rows and years. ``low``, ``high``: of ranges.csv. ``turns_below``, ``turns_above``: where
the decision is another, blank where that was found nowhere between a third and three times the figure. ``changes_...``:
what changes there. ``look_up``: the source that the figure has now, where one would look first."""
STEPS = (1.1, 1.3, 1.8, 3.0)
CLOSE = 1.02
"""A turning value is found to two per cent."""
LEAST_T = 1.0
"""What is decided below this many t/yr is no decision."""
LEAST_SHORT_T = 1e-3
"""A target is met that is short by less."""


class Decision(NamedTuple):
    """Plants decided in the first year, and whether all targets are met."""

    plants: frozenset[str]
    met: bool

    def otherwise(self, other: Decision) -> str:
        """What another decision does that this one doesn't; blank where they are the same."""
        said = [f"with {j}" for j in sorted(other.plants - self.plants)]
        said += [f"without {j}" for j in sorted(self.plants - other.plants)]
        if other.met != self.met:
            said.append("every target met" if other.met else "targets missed")
        return "; ".join(said)


def turning(
    plan: Plan,
    *,
    most: int = 3,
    time_limit: float = float("inf"),
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> pd.DataFrame:
    """The ``most`` figures that could turn a plan's decision, with the values at which they do: ``COLUMNS``.

    ``time_limit`` in seconds for each solve; ``say`` hears each step. Raises InputError for a plan of several futures;
    ValueError for one of another goal than cost; Stopped, SolverError.
    """
    refuse_futures(plan, "which figures could turn the answer")
    if plan.solved.outcome.goal != "cost":
        raise ValueError(f"turning values are asked of a plan of the goal cost, not of {plan.solved.outcome.goal}")
    again = _Again(plan, time_limit, stop)
    base, rows = again.decision(plan.instance), []
    for rank, figure in enumerate(candidates(plan)[:most], 1):
        ends = []
        for down in (True, False):
            say(f"{figure['figure']}, {'down' if down else 'up'}")
            ends.append(again.turn(figure, base, down))
        (below, less), (above, more) = ends
        told = [
            figure[c] for c in ("table", "figure", "column", "value", "unit", "confidence", "effect", "low", "high")
        ]
        value = figure["value"]
        low, high = (None if at is None else value * at for at in (below, above))
        rows.append((rank, *told, low, less, high, more, figure["citation"]))
    return pd.DataFrame(rows, columns=COLUMNS)


def candidates(plan: Plan) -> list[dict[str, Any]]:
    """The figures that most hangs on and that may be off, weightiest first."""
    figures = plan["figures"].to_dict("records")
    premium = any(f[grounds.PREMIUM] for f in figures)
    effect = grounds.PREMIUM if premium else grounds.COST
    found = []
    for f in grounds.graded([{str(k): v for k, v in row.items()} for row in figures], effect):
        low, high, width = _range(plan.instance, f)
        if width > 0 and f["value"]:
            found.append(f | {"effect": f[effect], "low": low, "high": high, "weight": abs(f[effect]) * width})
    return sorted(found, key=lambda f: (-f["weight"], f["table"], f["figure"], f["column"]))


def _range(instance: Instance, figure: dict[str, Any]) -> tuple[float | None, float | None, float]:
    """The ends of a figure, the mean over its rows, and the width as a part of it."""
    table = figure["table"]
    names, how = names_of(instance.tables, table), known(instance.tables, table, figure["column"])
    own = [k for name, k in zip(names, how, strict=True) if name == figure["figure"]]
    lows, highs = [k.low for k in own if k.low is not None], [k.high for k in own if k.high is not None]
    if len(lows) != len(own) or len(highs) != len(own):
        return None, None, 0.0 if figure["confidence"] == "sourced" else 1.0
    low, high = sum(lows) / len(own), sum(highs) / len(own)
    return low, high, (high - low) / abs(figure["value"]) if figure["value"] else 0.0


class _Again:
    """The plan's problem with one figure scaled."""

    def __init__(self, plan: Plan, time_limit: float, stop: threading.Event | None) -> None:
        self.instance, self.policy = plan.instance, plan.policy
        self.time_limit, self.stop = time_limit, stop

    def decision(self, instance: Instance) -> Decision:
        """What is decided first."""
        network = Network(instance, self.policy, Tree.chain(instance.years))
        arrays = compiled(network)
        limits = limits_of(arrays, network)
        outcome = solve_goals(arrays, self.time_limit, lambda _: None, self.stop, "cost", limits, tree=network.tree)
        s = Solved(network, arrays, outcome)
        first = instance.first_year
        plants = {j for (j, n), t in s.positive("build") if s.year[n] == first and t >= LEAST_T}
        return Decision(frozenset(plants), outcome.shortfall * T_PER_KT < LEAST_SHORT_T)

    def turn(self, figure: dict[str, Any], base: Decision, down: bool) -> tuple[float | None, str]:
        """The nearest factor at which the decision is another, and what changes; None where there is none."""
        same, other, change = 1.0, None, ""
        for step in STEPS:
            change = self._change(figure, base, 1 / step if down else step)
            if change:
                other = step
                break
            same = step
        if other is None:
            return None, ""
        while other / same > CLOSE:
            middle = (other * same) ** 0.5
            found = self._change(figure, base, 1 / middle if down else middle)
            if found:
                other, change = middle, found
            else:
                same = middle
        return (1 / other if down else other), change

    def _change(self, figure: dict[str, Any], base: Decision, factor: float) -> str:
        """What is decided otherwise; blank where nothing is, or the figure can't be that."""
        table, column = figure["table"], figure["column"]
        frame = self.instance.table(table)
        rows = [name == figure["figure"] for name in names_of(self.instance.tables, table)]
        frame[column] = frame[column].astype(float).where([not mine for mine in rows], frame[column] * factor)
        try:
            instance = revised(self.instance, {table: frame})
        except InputError:
            return ""
        return base.otherwise(self.decision(instance))

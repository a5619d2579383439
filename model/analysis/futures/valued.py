"""What it is worth to know the future, and to have planned for more than one.

    perfect information   each future planned by itself; what the tree costs more is the worth of knowing (``evpi``)
    the hedge             the decisions before the first fork as the trunk alone has them, the rest planned again; what
                          that costs more than the tree is the worth of hedging (the value of the stochastic solution)
    what to do now        the decisions before the first fork side by side: a decision that all of them take is safe
    the curve             expected cost against the mean of the dear futures, for five weights of these

Each is told as unserved, shortfall and cost, in that order: a plan that leaves demand unserved is no cheap one.
Birge, J. R. and Louveaux, F. (2011), Introduction to Stochastic Programming, chapter 4.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from model.base.errors import Unmeetable
from model.base.schema import columns
from model.base.units import T_PER_KT
from model.formulation.network import Network
from model.instance.trees.tree import Tree
from model.plan.plan import Plan
from model.plan.solved import Solved, framed
from model.solving.goals.goals import solve as solve_goals
from model.solving.goals.targets import limits_of
from model.solving.programme import Arrays, compiled
from model.solving.trees.risk import tail_mean

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 0.95)
"""Of the dear futures, for the curve."""
DECIDED_T = 1e-3
"""A decision of less than a kilogram a year is none."""

Decisions = dict[tuple[str, int], float]
"""Capacity by plant and year of the decision, t/yr."""


class Worth(NamedTuple):
    """What a plan comes to, expected: t of content unserved, t of shortfall, USD."""

    unserved_t: float
    shortfall_t: float
    cost_usd: float

    def less(self, other: Worth) -> Worth:
        """The difference."""
        return Worth(*(a - b for a, b in zip(self, other, strict=True)))


@dataclass(frozen=True)
class Valued:
    """A tree's plan beside the plans of its futures: tables, and what the summary says of them."""

    tables: Mapping[str, pd.DataFrame]
    summary: Mapping[str, Any]


@dataclass
class _Asking:
    """One plan that is asked about, the time that is left and who hears of the steps."""

    plan: Plan
    until: float
    say: Callable[[str], None]
    stop: threading.Event | None

    def solved(self, name: str, tree: Tree, kept: Decisions | None = None) -> Solved:
        """The plan of a tree under the same policy; ``kept``: the decisions at the nodes before the first fork."""
        self.say(name)
        own = self.plan.solved.network
        network = Network(own.instance, own.policy, tree)
        arrays = compiled(network)
        arrays = arrays if kept is None else _with_kept(arrays, tree, kept)
        left = self.until - time.perf_counter()
        outcome = solve_goals(arrays, left, stop=self.stop, limits=limits_of(arrays, network), tree=tree)
        return Solved(network, arrays, outcome)


def futures(
    plan: Plan,
    *,
    time_limit: float = float("inf"),
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> Valued:
    """The worth of knowing and of hedging, decisions side by side, and the curve of risk, of a plan for a tree.

    Raises ValueError for a plan of one certain future, Stopped, SolverError.
    """
    tree = plan.solved.network.tree
    if not tree.scenario:
        raise ValueError("the plan is of one certain future: solve with scenarios=...")
    asking = _Asking(plan, time.perf_counter() + time_limit, say, stop)
    alone = {line: asking.solved(f"{line} alone", tree.alone(end)) for line, end in tree.ends.items()}
    together, trunk = worth(plan.solved), tree.nodes[0].line
    known = _known(alone, tree)
    evpi = together.less(known)
    hedge = _hedge(asking, alone[trunk], together) if trunk in alone else None
    summary = {
        **_keys("evpi", evpi),
        **_keys("hedge_worth", hedge),
        "cost_with_perfect_information_usd": known.cost_usd,
    }
    tables = {
        "futures": _frame("futures", _futures(plan.summary, alone)),
        "decisions_now": _frame("decisions_now", _now(plan.solved, alone, trunk)),
        "alone": _frame("alone", _alone(alone, tree)),
        "risk_curve": _frame("risk_curve", _curve(asking)),
    }
    return Valued(tables, summary)


def worth(s: Solved) -> Worth:
    """What a plan comes to."""
    weights = np.array([s.present_value[n] for *_, n in s.arrays.ledger_index])
    return Worth(s.unserved_t(), s.outcome.shortfall * T_PER_KT, float(weights @ s.ledger))


def _known(alone: Mapping[str, Solved], tree: Tree) -> Worth:
    """The expectation over the futures, each planned by itself."""
    each = [(tree.by_name[tree.ends[line]].probability, worth(s)) for line, s in alone.items()]
    return Worth(*(sum(pi * w[i] for pi, w in each) for i in range(3)))


def _keys(name: str, found: Worth | None) -> dict[str, float | None]:
    """Keys of the summary; None where the question has no answer."""
    parts = ("unserved_t", "shortfall_t", "usd")
    return {f"{name}_{part}": None if found is None else found[i] for i, part in enumerate(parts)}


def before_fork(s: Solved, tree: Tree) -> Decisions:
    """What a plan decides at the nodes that all futures of a tree share."""
    shared = {n.year for n in tree.shared}
    found: Decisions = {}
    for (j, b), t in s.positive("build"):
        if s.year[b] in shared and t >= DECIDED_T:
            found[j, s.year[b]] = t
    return found


def _with_kept(arrays: Arrays, tree: Tree, kept: Decisions) -> Arrays:
    """The programme with the decisions before the first fork fixed."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    shared = {n.name: n.year for n in tree.shared}
    for (j, b), place in arrays.places("column", "build").items():
        if b in shared:
            lower[place] = upper[place] = kept.get((j, shared[b]), 0.0) / T_PER_KT
    return dataclasses.replace(arrays, lower=lower, upper=upper)


def _hedge(asking: _Asking, trunk: Solved, together: Worth) -> Worth | None:
    """What the trunk's decisions cost more than the tree's; None where no plan keeps the hard limits with them."""
    tree = asking.plan.solved.network.tree
    try:
        kept = asking.solved("the trunk's decisions kept", tree, before_fork(trunk, tree))
    except Unmeetable:
        return None
    return worth(kept).less(together)


def _futures(summary: Mapping[str, Any], alone: Mapping[str, Solved]) -> list[tuple[Any, ...]]:
    rows = []
    for future in summary["futures"]:
        by_itself = worth(alone[future["name"]])
        own = (future[key] for key in ("probability", "unserved_t", "shortfall_t", "cost_usd", "public_cost_usd"))
        rows.append((future["name"], *own, *by_itself))
    return rows


def _now(together: Solved, alone: Mapping[str, Solved], trunk: str) -> list[tuple[Any, ...]]:
    """The decisions before the first fork: the tree's, the trunk's, the least and most of any future alone."""
    tree, plants = together.network.tree, together.network.instance.plants
    own, each = before_fork(together, tree), {line: before_fork(s, tree) for line, s in alone.items()}
    rows = []
    for j, year in dict.fromkeys(key for found in (own, *each.values()) for key in found):
        amounts = [found.get((j, year), 0.0) for found in each.values()]
        mine, trunks = own.get((j, year), 0.0), each[trunk].get((j, year), 0.0) if trunk in each else float("nan")
        safe = min(mine, *amounts)
        about = (j, plants[j].region, plants[j].process, year)
        rows.append((*about, mine, trunks, min(amounts), max(amounts), safe, "yes" if safe >= DECIDED_T else "no"))
    return rows


def _alone(alone: Mapping[str, Solved], tree: Tree) -> list[tuple[Any, ...]]:
    return [(line, j, year, t) for line, s in alone.items() for (j, year), t in before_fork(s, tree).items()]


def _curve(asking: _Asking) -> list[tuple[Any, ...]]:
    """Expected cost and the mean of the dear futures, by what these weigh."""
    tree, plan, rows = asking.plan.solved.network.tree, asking.plan, []
    for weight in WEIGHTS:
        same = weight == tree.risk_weight
        s = (
            plan.solved
            if same
            else asking.solved(f"risk weight {weight:g}", dataclasses.replace(tree, risk_weight=weight))
        )
        unserved, shortfall, cost = worth(s)
        rows.append((tree.risk_level, weight, cost, _tail(s), unserved, shortfall))
    return rows


def _tail(s: Solved) -> float:
    """The mean cost of the dear futures, USD."""
    tree, pv = s.network.tree, s.present_value
    costs = []
    for leaf in tree.leaves:
        own = {n.name: pv[n.name] / n.probability for n in tree.paths[leaf]}
        costs.append(float(np.array([own.get(n, 0.0) for *_, n in s.arrays.ledger_index]) @ s.ledger))
    return tail_mean(costs, [tree.by_name[leaf].probability for leaf in tree.leaves], tree.risk_level)


def _frame(name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return framed(columns(name), rows)

"""The least and the most of a decision, and what dropping it and waiting with it cost: exact solves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.analysis.alternatives.amounts import Decision
from model.base.units import T_PER_KT, USD_PER_MUSD
from model.compiling.arrays import Floats
from model.solving.goals.ties import NOTHING_T
from model.solving.near import Amount, Near, Regret

NOW, LATER, DEPENDS, NEVER = VERDICTS = ("now", "later", "depends", "never")


@dataclass(frozen=True)
class Range:
    """A decision at one slack, t/yr and USD. ``ends``: the plans at which least and most are reached, and which."""

    slack: float
    least: float
    most: float
    least_now: float
    most_now: float
    ends: tuple[Floats, ...] = ()

    @property
    def verdict(self) -> str:
        """Must it be decided now, or later, does it depend, or is it never built?"""
        if self.least_now > NOTHING_T:
            return NOW
        if self.least > NOTHING_T:
            return LATER
        return DEPENDS if self.most > NOTHING_T else NEVER


@dataclass(frozen=True)
class Ranges:
    """All that is known of one decision; t/yr, and regrets in million USD and kt."""

    plan: float
    plan_now: float
    at: tuple[Range, ...]
    dropped: Regret
    not_now: Regret

    def turns_at(self, verdict: str) -> float | None:
        """The slack, USD, at which a verdict turns; None: at none."""
        if verdict == NEVER:
            return None
        regret = self.not_now if verdict == NOW else self.dropped
        return None if regret.missed else regret.cost * USD_PER_MUSD


def ranges(near: Near, decision: Decision, slacks: Sequence[float], keep_ends: bool = False) -> Ranges:
    """The ranges of a decision at some slacks, USD, the smallest first.

    What the plan itself does without needs no solve; nor does the least of what can be dropped within the slack.
    """
    plan, plan_now = (_tonnes(amount, near.cheapest.x) for amount in decision)
    dropped = near.without(decision.whole.columns) if plan > NOTHING_T else _same(near)
    if plan_now <= NOTHING_T:
        not_now = _same(near)
    else:
        not_now = dropped if dropped.cost == 0 and not dropped.missed else near.without(decision.now.columns)
    ends: list[list[Floats]] = [[] for _ in slacks]

    def reached(amount: Amount, sign: int, regret: Regret) -> list[float]:
        found = [0.0] * len(slacks)
        if not len(amount.columns):
            return found
        musd = [s / USD_PER_MUSD for s in slacks]
        far = [i for i, s in enumerate(musd) if sign < 0 or regret.missed or regret.cost > s]
        for i, point in zip(far, near.range_end(amount, sign, [musd[i] for i in far]), strict=True):
            found[i] = _tonnes(amount, point.x)
            if keep_ends:
                ends[i].append(point.x)
        return found

    parts = [reached(decision.whole, 1, dropped), reached(decision.whole, -1, dropped)]
    parts += [reached(decision.now, 1, not_now), reached(decision.now, -1, not_now)]
    whole, most, now, most_now = parts
    at = tuple(Range(s, whole[i], most[i], now[i], most_now[i], tuple(ends[i])) for i, s in enumerate(slacks))
    return Ranges(plan, plan_now, at, dropped, not_now)


def _same(near: Near) -> Regret:
    """Nothing to regret: the plan itself does without."""
    return Regret(0.0, 0.0, 0.0, 0.0, near.cheapest.x)


def _tonnes(amount: Amount, x: Floats) -> float:
    found = max(0.0, amount.of(x) * T_PER_KT)
    return found if found > NOTHING_T else 0.0

"""A worker's part: one draw after the other, each by itself, so that the same bytes come out whoever works."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from model.analysis.risk.draws import Draws
from model.analysis.risk.projects import Luck
from model.analysis.risk.replanning import Course, Standing, played, shortfalls_of, unserved_goods
from model.analysis.sweeps.running.outcomes import MET, MISSED, failed, verify
from model.analysis.sweeps.running.worker import Task, TaskResult
from model.base.errors import Stopped
from model.base.units import USD_PER_MUSD
from model.plan.solved import Solved

Row = dict[str, Any]


class RiskWorker:
    """What the draws of one question need: plans, the luck of each draw, and the projects that fail one by one.

    Tasks are numbered: the draws of each plan in turn, then each project of ``alone`` failing in the first plan.
    """

    def __init__(self, plans: Sequence[Solved], draws: Draws, alone: Sequence[str]) -> None:
        self.plans, self.draws, self.alone = [Standing.of(s) for s in plans], draws, alone

    def result(self, task: Task, stop: threading.Event | None = None) -> TaskResult:
        """What a draw comes to; one without a plan gives a row with the reason.

        Raises Stopped, OSError and MemoryError, which say nothing of the draw.
        """
        plan, luck = self._asked(task.case)
        try:
            course = played(plan, luck, stop)
            verify(course.solved)
        except (Stopped, OSError, MemoryError):
            raise
        except Exception as error:
            return TaskResult(task, failed(error), [], {})
        return TaskResult(task, outcome(course, luck), missed(course.solved), {})

    def _asked(self, case: int) -> tuple[Standing, Mapping[str, Luck]]:
        number, draw = divmod(case, len(self.draws))
        if number < len(self.plans):
            return self.plans[number], self.draws[draw]
        plant = self.alone[case - len(self.plans) * len(self.draws)]
        return self.plans[0], {plant: Luck(comes=False, late=0)}


def outcome(course: Course, luck: Mapping[str, Luck]) -> Row:
    """What a draw comes to, as ``risk.csv`` lists it."""
    s = course.solved
    short = sum(t for t in shortfalls_of(s).values())
    return {
        "status": MISSED if short > 0 else MET,
        "reason": "",
        "cost_usd": s.outcome.cost * USD_PER_MUSD + course.lost_usd,
        "lost_capital_usd": course.lost_usd,
        "shortfall_t": short,
        "unserved_t": s.unserved_t(),
        "unserved_goods_t": unserved_goods(s),
        "never": sum(not one.comes for one in luck.values()),
        "late": sum(one.comes for one in luck.values()),
        "replanned": " ".join(map(str, course.replanned)),
    }


def missed(s: Solved) -> list[Row]:
    """The targets that are missed, by year."""
    names = ("policy_row", "buyer", "scope", "year")
    return [dict(zip(names, key, strict=True)) | {"shortfall_t": t} for key, t in sorted(shortfalls_of(s).items())]

"""The edge of what can be met: how tight a cap, from which year, with how much capital, and at what cost.

A case asks that every varied share cap be at most ``cap`` in each year from ``year`` on (to the row's own last year;
nothing before), with at most ``budget`` of overnight capital. All else in the policy is kept; where its other targets
can't be met even without the caps, none may fall short by more than it does then. Nor may more demand stay unserved.

One programme is compiled; each case moves its limits and goes on from an earlier basis.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from model.analysis.frontier.question import Question, ask
from model.analysis.frontier.schedule import answer
from model.analysis.frontier.table import edge_table
from model.analysis.frontier.writing import check_frontier_place, contents
from model.base.places import new_folder
from model.base.problems import InputError, Problem, quoted
from model.instance.instance import Instance
from model.instance.policy.policies import Policy

__all__ = ["Frontier", "Question", "frontier"]


@dataclass(frozen=True, repr=False)
class Frontier:
    """The answer: ``table`` (``base/dictionaries/frontier.csv``) and the cost of the plan without policy, USD."""

    question: Question
    table: pd.DataFrame = field(repr=False)
    cost_without_policy_usd: float

    def __repr__(self) -> str:
        return f"<Frontier of {self.question.policy.name}: {len(self.table)} plans, see its table>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the table."""
        return str(self.table.to_html(escape=True, index=False))

    def write(self, folder: str | Path, *more: Callable[[Frontier, Path], object]) -> Path:
        """Write table and descriptions to a folder, whole or not at all; an earlier frontier there is replaced.

        ``more`` is what else writes into it, such as ``model.draw_frontier``. Raises InputError where the folder holds
        something else, OSError.
        """
        folder = Path(folder)
        check_frontier_place(folder)
        with new_folder(folder) as beside:
            for name, data in contents(self.question, self.table, self.cost_without_policy_usd).items():
                (beside / name).write_bytes(data)
            for writes in more:
                writes(self, beside)
        return folder


def frontier(
    instance: Instance,
    policy: str | Policy = "",
    *,
    caps: Sequence[float] = (),
    years: Sequence[int] = (),
    budgets: Sequence[float] = (),
    rows: Sequence[str] = (),
    workers: int | None = None,
    stop: threading.Event | None = None,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Frontier:
    """The edge of a policy (a name, a file or a Policy; default: the instance's).

    ``caps`` are shares above 0 and up to 1, ``years`` first years of the caps, ``budgets`` USD, ``rows`` the share
    caps that vary (``share_cap.0``); each has a default that hangs on instance and policy. ``workers`` is how many
    solves run at a time (default: the cores); it changes no byte of the answer. ``tell`` hears how much of the work is
    done. Raises InputError, Unmeetable, Stopped (``stop`` was set), SolverError.
    """
    if workers is not None and workers < 1:
        raise InputError([Problem("--workers", None, "", quoted(workers), "expected a whole number of at least 1")])
    question = ask(instance, policy, caps, years, budgets, rows)
    found = answer(question, workers or os.cpu_count() or 1, stop or threading.Event(), tell)
    return Frontier(question, edge_table(question, found), found.cost_without_policy_usd)

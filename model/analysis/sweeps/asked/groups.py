"""Which cases are neighbours: those whose programmes have the same columns and rows come one after the other.

Edits of numbers (costs, prices, demand, capacities, shares, budgets) leave columns and rows as they are; edits of what
stands where and when (lead times, lifetimes, years, names) change them. The guess costs nothing when it is wrong: a
programme that turns out to differ from its group's first one is solved from the start.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable

import numpy as np
import numpy.typing as npt

from model.analysis.sweeps.asked.cases import Cases
from model.analysis.sweeps.asked.definition import GRID, Case
from model.instance.editing.edit import Change
from model.instance.editing.making import cells
from model.instance.instance import Instance
from model.instance.policy.kinds import KINDS

Places = npt.NDArray[np.int32]

NUMBERS = {
    "plants": {"variable_cost", "fixed_cost", "availability", "capex", "wacc", "max_build", "max_build_per_year"},
    "capacity": {"capacity"},
    "demand": {"quantity", "shortage_cost"},
    "commodities": {"price", "content"},
    "recipes": {"coefficient"},
    "lanes": {"freight", "tariff", "max_flow"},
    "stockpiles": {"initial", "capacity", "holding_cost", "loss_rate"},
    "finance": {"discount_rate"},
}
"""Columns of the input tables and keys of ``instance.toml`` that change numbers of the programme alone."""

BLOCK = 8
"""Cases that share a nearer start: one solve more for so many shorter ones."""


def in_order(instance: Instance, cases: Cases) -> tuple[Places, Places]:
    """Places of the cases, group after group (a group stands where its first case does), and of each one's start.

    A group's start is the case that the others are solved from: the middle one of a grid, else the first.
    """
    firsts: dict[Hashable, int] = {}
    first = np.empty(len(cases), dtype=np.int32)
    for place, case in enumerate(cases):
        first[place] = firsts.setdefault(structure(instance, case), place)
    order = np.argsort(first, kind="stable").astype(np.int32)
    if cases.sweep.design != GRID:
        return order, first[order]
    _, begin, of_group, count = np.unique(first[order], return_index=True, return_inverse=True, return_counts=True)
    return order, order[begin + count // 2][of_group]


def nearer_starts(order: Places, starts: Places, design: str) -> Places:
    """A case nearer to each than its group's start, in the order of ``order``; -1 where there is none.

    In a grid the middle one of ``BLOCK`` neighbours; neighbours of other designs aren't near.
    """
    if design != GRID:
        return np.full(len(order), -1, dtype=np.int32)
    _, begin, of_group, count = np.unique(starts, return_index=True, return_inverse=True, return_counts=True)
    within = np.arange(len(order)) - begin[of_group]
    block = within // BLOCK * BLOCK
    middle = block + np.minimum(BLOCK, count[of_group] - block) // 2
    found: Places = order[begin[of_group] + middle]
    return found


def structure(instance: Instance, case: Case) -> Hashable:
    """What decides the columns and rows of a case: its policy, and every cell that an edit of structure gives it."""
    return case.policy, tuple(_results(instance, c) for c in case.changes if _structural(c))


def numbers(table: str) -> Collection[str]:
    """What changes numbers alone in an input table, a section of ``instance.toml`` or a kind of policy row."""
    return KINDS[table].numbers if table in KINDS else NUMBERS.get(table, ())


def _structural(change: Change) -> bool:
    return change.edit.column not in numbers(change.edit.table)


def _results(instance: Instance, change: Change) -> Hashable:
    edit, value = change
    if isinstance(value, str) or edit.op == "set":
        return id(edit), value
    found = cells(instance, edit)
    if not len(found):
        return id(edit), value
    return id(edit), tuple(edit.result(value, old) for old in found[edit.column].to_numpy(dtype=float).tolist())

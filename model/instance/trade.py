"""What binds trade beside its lanes: quotas over several of them, contracts, and what was traded before the first year.

Rows of one quota's name share one limit in each year: every lane that any of them speaks of counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from model.base.problems import Problem, line_of, quoted
from model.instance.files.toml_files import Document
from model.instance.instance import Instance
from model.instance.lanes import Lanes, resolve
from model.instance.policy.policies import LaneSet, Policy, Quota

Lane = tuple[str, str, str]
"""Commodity, origin, destination."""


@dataclass(frozen=True)
class Joint:
    """The same rows of one quota's name, and the years in which they are in force together.

    ``label``: the name, with a number from the second set of rows on. ``max_flow`` in t/yr of goods.
    """

    label: str
    max_flow: float
    years: frozenset[int]
    rows: tuple[Quota, ...]

    def on_lane(self, commodity: str, origin: str, destination: str) -> bool:
        """Whether it speaks of a lane."""
        return any(row.lanes(commodity, origin, destination) for row in self.rows)


@dataclass(frozen=True)
class Contract:
    """A row of contracts.csv: ``min_flow`` t/yr on its lanes together, or ``break_cost`` USD for each tonne missing.

    ``label``: the contract's name, with its number where it has several rows; ``region``: where its cost is booked, the
    destination or the first region of one that is a group.
    """

    label: str
    lanes: LaneSet
    min_flow: float
    break_cost: float
    first_year: int
    last_year: int
    region: str


def quotas(instance: Instance) -> list[Quota]:
    """The quotas of quotas.csv, which hold whatever the policy."""
    frame = instance.tables["quotas"]
    return [
        Quota("", str(q), instance.places.lanes(k, o, d), float(most), *_window(instance, first, last))
        for q, k, o, d, first, last, most in frame[
            ["quota", "commodity", "origin", "destination", "from", "to", "max_flow"]
        ].itertuples(index=False, name=None)
    ]


def _window(instance: Instance, first: object, last: object) -> tuple[int, int]:
    given = [int(str(y)) if str(y).isdigit() else None for y in (first, last)]
    start = instance.first_year if given[0] is None else given[0]
    return max(start, instance.first_year), min(
        instance.last_year if given[1] is None else given[1], instance.last_year
    )


def together(rows: Iterable[Quota], years: Iterable[int]) -> list[Joint]:
    """The quotas as limits: for each name and each set of its rows in force together one, with its years."""
    found: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    each = list(rows)
    for year in years:
        active: dict[str, list[int]] = {}
        for i, row in enumerate(each):
            if row.first_year <= year <= row.last_year:
                active.setdefault(row.quota, []).append(i)
        for name, some in active.items():
            found.setdefault((name, tuple(some)), []).append(year)
    joint, number = [], dict[str, int]()
    for (name, members), when in found.items():
        number[name] = number.get(name, 0) + 1
        label = name if number[name] == 1 else f"{name} #{number[name]}"
        own = tuple(each[i] for i in members)
        joint.append(Joint(label, own[0].max_flow, frozenset(when), own))
    return joint


def contracts(instance: Instance) -> list[Contract]:
    """The rows of contracts.csv, each by itself."""
    frame = instance.tables["contracts"]
    several = frame["contract"].duplicated(keep=False).tolist()
    found, number = [], dict[str, int]()
    columns = ["contract", "commodity", "origin", "destination", "from", "to", "min_flow", "break_cost"]
    for twice, (name, k, o, d, first, last, least, cost) in zip(
        several, frame[columns].itertuples(index=False, name=None), strict=True
    ):
        number[name] = number.get(name, 0) + 1
        lanes = instance.places.lanes(k, o, d, within=True)
        region = next(r for r in instance.regions if r in lanes.destinations)
        window = _window(instance, first, last)
        label = f"{name} #{number[name]}" if twice else str(name)
        found.append(Contract(label, lanes, float(least), float(cost), *window, region))
    return found


def traded(instance: Instance) -> dict[Lane, float]:
    """What was shipped in the year before the first, t/yr."""
    columns = instance.tables["trade"][["commodity", "origin", "destination", "quantity"]]
    return {(k, o, d): float(t) for k, o, d, t in columns.itertuples(index=False, name=None)}


def last_rows(instance: Instance, lanes: Lanes) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """For each lane and year the row of lanes.csv by whose ``fall`` and ``switch_cost`` it pays, or -1.

    It is the row in force; of a lane that is closed or without a row the last before that was neither.
    """
    limit = np.append(instance.tables["lanes"]["max_flow"].to_numpy(dtype=float), 0.0)
    rows = np.where(limit[lanes.row] > 0, lanes.row, -1).astype(np.int32)
    for year in range(1, rows.shape[1]):
        rows[:, year] = np.where(rows[:, year] < 0, rows[:, year - 1], rows[:, year])
    return rows


def wrong(instance: Instance) -> list[Problem]:
    """Quotas and contracts that cover no lane, and rows of a quota that contradict each other."""
    problems = []
    rows, lines = quotas(instance), list(instance.tables["quotas"].index)
    deals, places = contracts(instance), list(instance.tables["contracts"].index)
    lanes = resolve(instance) if rows or deals else None
    for row, line in zip(rows, lines, strict=True):
        if lanes is not None and not any(row.lanes(*key) for key in lanes.keys):
            problems.append(Problem("quotas.csv", line_of(line), "", quoted(row.quota), NO_LANE))
    for i, j in _at_odds(rows):
        said = f"rows of one quota share one limit; {_line(lines[i])} says {rows[i].max_flow:g}"
        problems.append(Problem("quotas.csv", line_of(lines[j]), "max_flow", quoted(f"{rows[j].max_flow:g}"), said))
    for deal, line in zip(deals, places, strict=True):
        if lanes is not None and not _covers(instance, lanes, deal):
            problems.append(Problem("contracts.csv", line_of(line), "", quoted(deal.label), NO_LANE + IN_ITS_YEARS))
    return problems


NO_LANE = "covers no lane of lanes.csv"
IN_ITS_YEARS = " in any of its years"


def _line(label: object) -> str:
    return f"line {line_of(label)}" if line_of(label) else "an earlier row"


def _at_odds(rows: list[Quota]) -> Iterator[tuple[int, int]]:
    """Pairs of rows of one name that differ in a year that both are in force."""
    for j, row in enumerate(rows):
        for i, other in enumerate(rows[:j]):
            both = max(row.first_year, other.first_year) <= min(row.last_year, other.last_year)
            if other.quota == row.quota and both and other.max_flow != row.max_flow:
                yield i, j
                break


def _covers(instance: Instance, lanes: Lanes, deal: Contract) -> bool:
    if deal.lanes.origins & deal.lanes.destinations:  # trade of a region with itself needs no lane
        return True
    first, last = deal.first_year - instance.first_year, deal.last_year - instance.first_year
    open_ = np.any(lanes.max_flow[:, first : last + 1] > 0, axis=1).tolist()
    return any(open_[i] and deal.lanes(*key) for key, i in lanes)


def wrong_policy(instance: Instance, policy: Policy, doc: Document) -> list[Problem]:
    """The same of the quotas of a policy."""
    rows, problems = list(policy.quotas), []
    lanes = resolve(instance) if rows else None
    for row in rows:
        if lanes is not None and not any(row.lanes(*key) for key in lanes.keys):
            problems.append(doc.problem(row.row.split("."), row.quota, NO_LANE))
    for i, j in _at_odds(rows):
        said = f"rows of one quota share one limit; {rows[i].row} says {rows[i].max_flow:g}"
        problems.append(doc.problem((*rows[j].row.split("."), "max_flow"), f"{rows[j].max_flow:g}", said))
    return problems

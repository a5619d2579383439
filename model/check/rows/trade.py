"""What binds trade beside its lanes, derived anew: quotas over several lanes, contracts, and lanes that fall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from model.check.arrays import Bools, Floats, Ints, places
from model.check.asked import joined, report
from model.check.facts import Facts
from model.check.findings import Findings
from model.check.plan import Plan
from model.instance.policy.policies import Policy


class Row(NamedTuple):
    """A row of a quota or a contract: its name, years, figure, and which places along the axes it names."""

    name: str
    first: int
    last: int
    figure: float
    goods: Bools
    origins: Bools
    destinations: Bools
    imports: bool = False
    within: bool = False

    def covers(self, good: Ints, origin: Ints, destination: Ints) -> Bools:
        """Which of some shipments it speaks of."""
        found = self.goods[good] & self.destinations[destination]
        if self.within:
            return np.asarray(found & self.origins[origin])
        if self.imports:
            return np.asarray(found & ~self.destinations[origin])
        return np.asarray(found & self.origins[origin] & ~self.origins[destination])


class Fallen(NamedTuple):
    """By good, origin, destination and year: shipped the year before, shipped, what it falls too far and costs, USD."""

    before: Floats
    shipped: Floats
    fell: Floats
    cost: Floats


def quotas(facts: Facts) -> list[Row]:
    """The quotas of the instance."""
    frame = facts.instance.tables["quotas"]
    return [_row(facts, row, "quota", row["max_flow"], False) for row in frame.to_dict("records")]


def _row(facts: Facts, row: dict[Any, Any], name: str, figure: float, within: bool) -> Row:
    first = facts.years[0] if pd.isna(row["from"]) else row["from"]
    last = facts.years[-1] if pd.isna(row["to"]) else row["to"]
    come, go = (_places(facts, row[c]) for c in ("origin", "destination"))
    imports = row["origin"] == "*" and not within
    about = str(row[name]), int(first), int(last), float(figure)
    return Row(*about, _goods(facts, row["commodity"]), come, go, imports, within)


def _goods(facts: Facts, name: str) -> Bools:
    """A good, or those of a stage, or all."""
    if name == "*":
        return np.ones(len(facts.goods), dtype=bool)
    table = facts.instance.tables["commodities"]
    own = (table["commodity"] == name).to_numpy(dtype=bool)
    return own if own.any() else (table["stage"] == name).to_numpy(dtype=bool)


def _places(facts: Facts, name: str) -> Bools:
    if name == "*":
        return np.ones(len(facts.regions), dtype=bool)
    groups = facts.instance.tables["groups"]
    return facts.inside((name, *groups["region"][groups["group"] == name].tolist()))


def of_policy(facts: Facts, policy: Policy) -> list[Row]:
    """The quotas of the policy."""
    return [
        Row(
            *(q.quota, q.first_year, q.last_year, q.max_flow),
            np.ones(len(facts.goods), dtype=bool) if q.lanes.goods is None else facts.scope(tuple(q.lanes.goods)),
            facts.inside(tuple(q.lanes.origins)),
            facts.inside(tuple(q.lanes.destinations)),
            q.lanes.imports,
        )
        for q in policy.quotas
    ]


def limits(rows: Sequence[Row], year: int) -> Iterator[tuple[str, float, list[Row]]]:
    """Name, limit and rows of each quota in a year."""
    now = [row for row in rows if row.first <= year <= row.last]
    for name in dict.fromkeys(row.name for row in now):
        some = [row for row in now if row.name == name]
        yield name, min(row.figure for row in some), some


def judge(facts: Facts, policy: Policy, plan: Plan, findings: Findings) -> None:
    """Quotas hold, what keeps a contract is shipped and kept once, and what is told of each is so."""
    ships = plan["shipments"]
    told = []
    for set_by, rows in (("instance", quotas(facts)), ("policy", of_policy(facts, policy))):
        for place, year in enumerate(facts.years.tolist()):
            for name, most, some in limits(rows, year):
                under = on(some, ships["commodity"], ships["origin"], ships["destination"])
                sent = float(ships["quantity_t"][under & (ships["year"] == place)].sum())
                told.append((name, set_by, year, sent, most))
                labels = {"quota": [name], "year": [year]}
                findings.above("quota", "t/yr", labels, np.array([[sent]]), np.array([[most]]))
    _told_quotas(plan, told, findings)
    _contracts(facts, plan, findings)
    _fallen(facts, plan, findings)


def _told_quotas(plan: Plan, told: list[tuple[Any, ...]], findings: Findings) -> None:
    """The figures told of quotas; those of events are judged where lanes are."""
    derived = pd.DataFrame(told, columns=["name", "set_by", "year", "shipped_t", "limit_t"])
    said = plan.reports.get("quotas")
    if said is None or not len(said):
        return
    own = said[said["set_by"] != "scenario"]
    short = own["quota"].str.replace(r" #\d+$", "", regex=True).str.removeprefix("quota ")
    sums = derived.set_index(["name", "set_by", "year"])
    for label, name, row in zip(own["quota"], short, own.to_dict("records"), strict=True):
        key = next(
            (k for k in ((label, row["set_by"], row["year"]), (name, row["set_by"], row["year"])) if k in sums.index),
            None,
        )
        about = f"quota={label} year={row['year']}"
        if key is None:
            findings.said("known", f"unknown table=quotas {about}")
            continue
        for column in ("shipped_t", "limit_t"):
            expected = float(sums.loc[key, column])
            if abs(row[column] - expected) > 1e-3 + 1e-6 * abs(expected):
                findings.said("quotas", f"{about} column={column}", row[column], expected, "t/yr")


def on(rows: Sequence[Row], good: Ints, origin: Ints, destination: Ints) -> Bools:
    """Which of some shipments any of the rows speaks of."""
    found = np.zeros(len(good), dtype=bool)
    for row in rows:
        found |= row.covers(good, origin, destination)
    return found


def _contract_rows(facts: Facts) -> list[tuple[str, Row, float, int]]:
    """Label, row, cost of a tonne broken and region of each contract."""
    frame, found, number = facts.instance.tables["contracts"], [], dict[str, int]()
    several = frame["contract"].duplicated(keep=False).tolist()
    for twice, row in zip(several, frame.to_dict("records"), strict=True):
        name = row["contract"]
        number[name] = number.get(name, 0) + 1
        deal = _row(facts, row, "contract", row["min_flow"], True)
        label = f"{name} #{number[name]}" if twice else name
        found.append((label, deal, float(row["break_cost"]), int(np.flatnonzero(deal.destinations)[0])))
    return found


def _kept(facts: Facts, plan: Plan) -> Iterator[tuple[str, float, int, int, float, float]]:
    """For each contract and year in force: label, break cost, region, year, tonnes promised and kept."""
    rows = plan["deliveries"]
    names = np.asarray(rows.names["contract"]) if rows.rows else np.array([], dtype=object)
    for label, deal, cost, region in _contract_rows(facts):
        own = (names == label) & deal.covers(rows["commodity"], rows["origin"], rows["destination"])
        for place, year in enumerate(facts.years.tolist()):
            if deal.first <= year <= deal.last:
                kept = float(rows["kept_t"][own & (rows["year"] == place)].sum())
                yield label, cost, region, place, deal.figure, kept


def breach(facts: Facts, plan: Plan) -> Floats:
    """Cost of broken contracts, USD: regions x years."""
    found = np.zeros((len(facts.regions), len(facts.years)))
    for _, cost, region, place, promised, kept in _kept(facts, plan):
        found[region, place] += cost * max(0.0, promised - kept)
    return found


def _contracts(facts: Facts, plan: Plan, findings: Findings) -> None:
    goods, regions, years = facts.shape[:3]
    shape, keys = (goods, regions, regions, years), ("commodity", "origin", "destination", "year")
    rows = plan["deliveries"]
    if rows.rows:
        used = rows.spread("kept_t", keys, shape)
        sent = plan["shipments"].spread("quantity_t", keys, shape)
        some = np.nonzero(used > sent + 1e-3 + 1e-6 * sent)
        for k, o, d, y in zip(*some, strict=True):
            about = f"{facts.goods[k]} {facts.regions[o]}-{facts.regions[d]} {facts.years[y]}"
            findings.said("contract_kept", about, float(used[k, o, d, y]), float(sent[k, o, d, y]), "t/yr")
    derived = [
        (label, int(facts.years[place]), promised, kept, max(0.0, promised - kept), cost * max(0.0, promised - kept))
        for label, cost, _, place, promised, kept in _kept(facts, plan)
    ]
    figures = {"min_flow_t": "t", "kept_t": "t", "broken_t": "t", "cost_usd": "USD"}
    frame = pd.DataFrame(derived, columns=["contract", "year", *figures])
    _compare("contracts", frame, ["contract", "year"], figures, plan, findings)


def _compare(
    table: str, frame: pd.DataFrame, keys: list[str], figures: dict[str, str], plan: Plan, findings: Findings
) -> None:
    if table not in plan.reports or not (len(frame) or len(plan.reports[table])):
        return
    both = joined(table, frame, plan, keys, findings)
    largest = both[[c for c, unit in figures.items() if unit == "t"]].max(axis=1).to_numpy(dtype=float)
    report(table, both, keys, np.ones(len(both)), largest > 1e-2, findings, figures)


def switching(facts: Facts, plan: Plan) -> Fallen:
    """What each lane falls further than it may at no cost, and what that costs in USD."""
    instance = facts.instance
    goods, regions, years = facts.shape[:3]
    shape, frame = (goods, regions, regions, years), instance.tables["lanes"]
    nothing = np.zeros(shape)
    if frame["fall"].isna().all():
        return Fallen(nothing, nothing, nothing, nothing)
    row = np.full(shape, -1, dtype=np.int64)
    for number, lane in enumerate(frame.to_dict("records")):
        some = np.ones(goods, dtype=bool) if lane["commodity"] == "*" else facts.goods == lane["commodity"]
        first = facts.years[0] if pd.isna(lane["from"]) else lane["from"]
        last = facts.years[-1] if pd.isna(lane["to"]) else lane["to"]
        when = (facts.years >= first) & (facts.years <= last)
        row[np.ix_(some, _places(facts, lane["origin"]), _places(facts, lane["destination"]), when)] = number
    row[:, range(regions), range(regions)] = -1
    limit = np.append(frame["max_flow"].to_numpy(dtype=float), 0.0)
    row = np.where(limit[row] > 0, row, -1)
    begins = row[..., 0] >= 0
    for year in range(1, years):
        row[..., year] = np.where(row[..., year] < 0, row[..., year - 1], row[..., year])
    fall, cost = (np.append(frame[c].to_numpy(dtype=float), np.nan)[row] for c in ("fall", "switch_cost"))
    keys = ("commodity", "origin", "destination", "year")
    shipped = plan["shipments"].spread("quantity_t", keys, shape)
    before = np.concatenate([_traded(facts, begins)[..., None], shipped[..., :-1]], axis=3)
    fell = np.where(np.isnan(fall), 0.0, np.maximum((1 - np.nan_to_num(fall)) * before - shipped, 0.0))
    return Fallen(before, shipped, fell, fell * np.nan_to_num(cost))


def _traded(facts: Facts, begins: Bools) -> Floats:
    """What was shipped in the year before the first on lanes that can carry the good then."""
    found = np.zeros(begins.shape)
    made, used = (np.zeros(begins.shape[:2], dtype=bool) for _ in range(2))
    where = facts.recipe_good, facts.plants.region[facts.recipe_plant]
    made[tuple(p[facts.coefficient > 0] for p in where)] = True
    used[tuple(p[facts.coefficient < 0] for p in where)] = True
    used[facts.demand_good, facts.demand_region] = True
    piles = facts.instance.tables["stockpiles"]
    used[places(facts.goods, piles["commodity"]), places(facts.regions, piles["region"])] = True
    for k, o, d, t in facts.instance.tables["trade"][["commodity", "origin", "destination", "quantity"]].itertuples(
        index=False, name=None
    ):
        found[facts.goods.get_loc(k), facts.regions.get_loc(o), facts.regions.get_loc(d)] = t
    return np.asarray(np.where(begins & made[:, :, None] & used[:, None, :], found, 0.0))


def _fallen(facts: Facts, plan: Plan, findings: Findings) -> None:
    fallen = switching(facts, plan)
    k, o, d, y = np.nonzero(fallen.fell > 1e-6)
    figures = {"before_t": "t", "shipped_t": "t", "fell_t": "t", "cost_usd": "USD"}
    amounts = (fallen.before, fallen.shipped, fallen.fell, fallen.cost)
    names = {
        "commodity": facts.goods.to_numpy(dtype=object)[k],
        "origin": facts.regions.to_numpy(dtype=object)[o],
        "destination": facts.regions.to_numpy(dtype=object)[d],
        "year": facts.years[y],
    }
    frame = pd.DataFrame({**names, **{c: a[k, o, d, y] for c, a in zip(figures, amounts, strict=True)}})
    _compare("switching", frame, list(names), figures, plan, findings)

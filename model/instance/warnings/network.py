"""What can reach what: plants that nothing feeds, goods that nobody uses, demands that nothing can serve, idle lanes.

Within reach is the same region, or a lane that is open in some year. A plant counts where it can ever run.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from model.base.problems import Problem, line_of, quoted
from model.instance.instance import Instance, Pair
from model.instance.lanes import resolve
from model.instance.records import Plant
from model.instance.warnings.lanes import lane_warnings
from model.instance.warnings.warned import Warned, of_kind


class _Reach:
    """Who can make and use a good where, and between which regions it can be shipped."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.lanes = resolve(instance)
        self.open = set(self.lanes.keys)
        self.can_run = {name for name, plant in instance.plants.items() if self._can_run(plant)}
        self.makers = self._where(instance.makers)
        self.users = self._where(instance.users)
        self.demanded: dict[str, set[str]] = {}
        for (commodity, region, _), by_year in instance.demands.items():
            if any(year.quantity > 0 for year in by_year.values()):
                self.demanded.setdefault(commodity, set()).add(region)
        self.stocked = {pair for pair, stock in instance.stockpiles.items() if stock.initial > 0}

    def _can_run(self, plant: Plant) -> bool:
        return any(self.instance.existing.get(plant.name, {}).values()) or bool(self.instance.decision_years(plant))

    def _where(self, plants: dict[Pair, tuple[str, ...]]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for (commodity, region), names in plants.items():
            if self.can_run & set(names):
                found.setdefault(commodity, set()).add(region)
        return found

    def fed(self, commodity: str, region: str) -> bool:
        """Whether a good can come to a region."""
        origins = self.makers.get(commodity, set())
        shipped = any((commodity, origin, region) in self.open for origin in origins)
        return region in origins or shipped or (commodity, region) in self.stocked

    def used(self, commodity: str, region: str) -> bool:
        """Whether a good that a region makes can be put to use, there or elsewhere."""
        destinations = self.users.get(commodity, set()) | self.demanded.get(commodity, set())
        return region in destinations or any((commodity, region, d) in self.open for d in destinations)


def network_warnings(instance: Instance) -> list[Warned]:
    """Findings on plants, goods, demands and lanes."""
    reach = _Reach(instance)
    return [
        *of_kind("never fed", _unfed(reach)),
        *of_kind("never used", _unused(reach)),
        *of_kind("never served", _unserved(reach)),
        *of_kind("idle lane", _idle_lanes(reach)),
        *lane_warnings(instance, reach.lanes),
    ]


def _unfed(reach: _Reach) -> Iterable[Problem]:
    instance = reach.instance
    lines = _lines(instance, "plants", "plant")
    for name, plant in instance.plants.items():
        inputs = [k for k, a in instance.recipes[plant.process].items() if a < 0]
        wanting = [k for k in inputs if not reach.fed(k, plant.region)]
        if wanting:
            expected = f"nothing feeds it: no plant within reach of {plant.region} makes {', '.join(wanting)}"
            yield Problem("plants.csv", lines[name], "process", quoted(name), expected)


def _unused(reach: _Reach) -> Iterable[Problem]:
    instance = reach.instance
    lines = _lines(instance, "commodities", "commodity")
    for commodity in instance.commodities:
        regions = sorted(r for r in reach.makers.get(commodity, ()) if not reach.used(commodity, r))
        if not regions:
            continue
        everywhere = len(regions) == len(reach.makers[commodity])
        where = "nobody within reach uses it" + ("" if everywhere else f" where it is made in {', '.join(regions)}")
        wanted = reach.users.get(commodity, set()) | reach.demanded.get(commodity, set())
        round_about = _way_round(reach, commodity, regions, wanted)
        stuck = [n for n in instance.plants for r in regions if n in instance.makers.get((commodity, r), ())]
        if instance.may_be_unsold[commodity]:
            expected = f"{where}: all of it is left unsold{round_about}"
        else:
            expected = f"{where}, and it may not be left unsold: {', '.join(stuck)} cannot run{round_about}"
        yield Problem("commodities.csv", lines[commodity], "commodity", quoted(commodity), expected)


def _unserved(reach: _Reach) -> Iterable[Problem]:
    frame = reach.instance.tables["demand"]
    for (commodity, region, sector), by_year in reach.instance.demands.items():
        if any(year.quantity > 0 for year in by_year.values()) and not reach.fed(commodity, region):
            same = (frame["commodity"] == commodity) & (frame["region"] == region) & (frame["sector"] == sector)
            expected = f"nothing can serve it: no plant within reach of {region} makes {commodity}"
            expected += _way_round(reach, commodity, reach.makers.get(commodity, set()), {region})
            shown = quoted(f"{commodity}, {region}, {sector}")
            yield Problem("demand.csv", line_of(frame.index[same][0]), "commodity", shown, expected)


def _way_round(reach: _Reach, commodity: str, origins: Iterable[str], destinations: set[str]) -> str:
    """Said where goods could come through a third region, which no good does."""
    for origin, destination in product(sorted(origins), sorted(destinations)):
        for third in reach.instance.regions:
            if {(commodity, origin, third), (commodity, third, destination)} <= reach.open:
                return f"; nothing passes through a third region ({third}): a lane {origin} to {destination} is needed"
    return ""


def _idle_lanes(reach: _Reach) -> Iterable[Problem]:
    instance = reach.instance
    holding = set(reach.lanes.row.ravel().tolist())
    frame = instance.tables["lanes"]
    columns = frame[["origin", "destination", "from", "to", "max_flow"]].copy()
    columns["from"] = columns["from"].fillna(instance.first_year)
    columns["to"] = columns["to"].fillna(instance.last_year)
    for number, (label, *cells) in enumerate(columns.itertuples(name=None)):
        origin, destination, first, last, flow = cells
        line, inside = line_of(label), set(instance.members(origin)) | set(instance.members(destination))
        horizon = f"the horizon {instance.first_year} to {instance.last_year}"
        if len(inside) == 1:
            expected = "one region as origin and destination: goods move free of cost within a region"
            yield Problem("lanes.csv", line, "destination", quoted(destination), expected)
        elif first > instance.last_year:
            yield Problem("lanes.csv", line, "from", quoted(first), f"the row never holds in {horizon}")
        elif last < instance.first_year:
            yield Problem("lanes.csv", line, "to", quoted(last), f"the row never holds in {horizon}")
        elif flow > 0 and number not in holding:
            shown = quoted(f"{origin} to {destination}")
            yield Problem("lanes.csv", line, "", shown, "the row never holds: later rows override it everywhere")


def _lines(instance: Instance, table: str, column: str) -> dict[str, int | None]:
    frame = instance.tables[table]
    return {name: line_of(label) for name, label in zip(frame[column], frame.index, strict=True)}

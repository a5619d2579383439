"""What a row of a policy file stands for: one target for each buyer and scope, or a budget, or a price floor.

Two functions for a kind of row: what is wrong with a row whose keys and names are known, and what the row asks for.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from model.base.problems import quoted
from model.instance.policy.policies import OF_MATERIAL, Budget, Places, PriceFloor, Quota, at_year
from model.instance.policy.targets import DomesticMin, ShareCap, StockMin, Supplier, Withstand

EACH = "each-third-country"
DAYS = 365.0
"""Days of use that are the whole of a year's use."""


Fields = tuple[str, str, str, tuple[str, ...], tuple[str, ...], Mapping[int, float], str]
"""The fields that every target has, in their order: row, buyer, scope, regions, commodities, share, weight."""


class Wrong(NamedTuple):
    """What is wrong with a row: the key (blank: the row), its value, and what is expected or said of it."""

    key: str
    value: object
    expected: str


@dataclass(frozen=True)
class Row:
    """A row of a policy file: its cells with defaults filled in, and ``written`` as they stand in the file.

    ``traced``: the place that earlier rows of the file trace. ``sound``: every key and value is one of the dictionary.
    """

    name: str
    cells: Mapping[str, Any]
    written: Mapping[str, Any]
    places: Places
    traced: str = ""
    sound: bool = True

    def __getitem__(self, key: str) -> Any:
        """A cell; None where the kind has no such key."""
        return self.cells.get(key)

    @property
    def window(self) -> tuple[int, int]:
        """First and last year in force within the horizon."""
        first, last = self["from"], self["to"]
        first = self.places.first_year if first is None else first
        last = self.places.last_year if last is None else last
        return max(first, self.places.first_year), min(last, self.places.last_year)

    @property
    def weight(self) -> str:
        """What is added up: content, tonnes, or one material."""
        if self["material"]:
            return f"{OF_MATERIAL}{self['material']}"
        return "content" if self["weight"] == "ree_content" else str(self["weight"])

    def weighs_nothing(self, commodity: str) -> bool:
        """Whether a known commodity counts nothing by the row's weight."""
        if self.weight == "tonnes" or commodity not in self.places.content:
            return False
        held = self.places.materials.get(self["material"], {}) if self["material"] else self.places.content
        return held.get(commodity, 0.0) == 0

    @property
    def scopes(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each scope and its commodities: the stages, or the commodities together, or each by itself."""
        if self["stages"]:
            scopes = [(stage, self.places.stages.get(stage, ())) for stage in self["stages"]]
        else:
            scopes = [("+".join(self["commodities"]), self["commodities"])]
        return self.by_commodity(scopes) if self["each_commodity"] else scopes

    @staticmethod
    def by_commodity(scopes: list[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...]]]:
        """The scopes with each commodity by itself."""
        return [(k, (k,)) for _, commodities in scopes for k in commodities]

    @property
    def hosts(self) -> tuple[str, tuple[str, ...], frozenset[str] | None]:
        """Where a budget or a floor holds: a name, its regions, and the processes that it is narrowed to."""
        places, hosts = self.places, self["hosts"]
        regions = tuple(dict.fromkeys(r for place in hosts for r in places.members(place))) if hosts else places.regions
        return "+".join(hosts) if hosts else "everywhere", regions, self.processes

    @property
    def processes(self) -> frozenset[str] | None:
        """The processes that alone count; None where all do."""
        return frozenset(self["processes"]) if self["processes"] else None

    def targets(self, cell: str, per: float = 1.0, each: bool = False) -> Iterator[Fields]:
        """For each buyer and scope the fields of a target, its share by year in force that of ``cell`` over ``per``.

        ``each``: every commodity is a scope of its own.
        """
        limit = self[cell] / per if per != 1.0 else self[cell]
        first, last = self.window
        scopes = self.by_commodity(self.scopes) if each else self.scopes
        for buyer in self["buyers"] or (self["buyer"],):
            for scope, commodities in scopes:
                share = {year: at_year(limit, year) for year in range(first, last + 1)}
                regions = self.places.members(buyer)
                yield self.name, buyer, scope, regions, commodities, share, self.weight


def either(row: Row, *pairs: tuple[str, str]) -> Iterator[Wrong]:
    """Of each pair of keys exactly one is needed."""
    for one, other in pairs:
        if (one in row.written) == (other in row.written):
            yield Wrong(other if one in row.written else "", None, f"expected either {one} or {other}")


def wrong_share_cap(row: Row) -> Iterator[Wrong]:
    """Keys of a share cap that exclude or need each other."""
    yield from either(row, ("buyer", "buyers"), ("stages", "commodities"))
    if row["together"] and "suppliers" in row.written:
        yield Wrong("together", row["together"], "expected either suppliers or together")
    if row["measure"] == "traced":
        yield from _wrong_traced(row)
    elif row["sectors"]:
        yield Wrong("sectors", ", ".join(row["sectors"]), 'have a meaning only with measure = "traced"')
    elif row["traced"] and row["measure"]:
        yield Wrong("traced", row["traced"], 'has a meaning only with measure = "traced"')
    yield from _weightless(row)


def _weightless(row: Row) -> Iterator[Wrong]:
    """A row all of whose goods weigh nothing: it would ask nothing, which can't be meant."""
    key = "stages" if row["stages"] else "commodities"
    yield from _wrong_material(row)
    if row.weight == "tonnes" or not row[key]:
        return
    goods = [k for _, commodities in row.scopes for k in commodities]
    if goods and all(row.weighs_nothing(k) for k in goods):
        yield Wrong(key, ", ".join(row[key]), f"hold no {_content(row)}, so nothing would be asked; {_instead(row)}")


def _wrong_material(row: Row) -> Iterator[Wrong]:
    if row["material"] and row["weight"] == "tonnes" and "weight" in row.written:
        yield Wrong("material", row["material"], 'has no meaning with weight = "tonnes"')


def _content(row: Row) -> str:
    return row["material"] or row.places.measure


def _instead(row: Row) -> str:
    return "expected goods that do" if row["material"] else 'expected weight = "tonnes"'


def _wrong_traced(row: Row) -> Iterator[Wrong]:
    if not row["traced"]:
        if "traced" not in row.written:  # else said before: it is no name
            yield Wrong("traced", None, 'a value is needed with measure = "traced": a region or group')
        return
    if row["together"] or row["suppliers"] not in (EACH, None):
        key = "together" if row["together"] else "suppliers"
        yield Wrong(key, None, 'has no meaning with measure = "traced": content counts wherever it was made')
    members = row.places.members
    if set(members(row.traced or row["traced"])) != set(members(row["traced"])):
        expected = f"all traced rows of a policy name the same set; an earlier row names {quoted(row.traced)}"
        yield Wrong("traced", row["traced"], expected)


def share_caps(row: Row) -> list[ShareCap]:
    """The caps that a row asks for."""
    return [ShareCap(*f, row["measure"], _suppliers(row, f[3]), row["sectors"]) for f in row.targets("max")]


def _suppliers(row: Row, inside: tuple[str, ...]) -> tuple[Supplier, ...]:
    """Whom a cap limits. A region of the buyer is no third country, also where a list or set holds it."""
    members = row.places.members
    if row["measure"] == "traced":
        return (Supplier(row["traced"], members(row["traced"])),)
    if row["together"]:
        return (Supplier(row["together"], tuple(r for r in members(row["together"]) if r not in inside)),)
    named = row["suppliers"]
    each = row.places.regions if named == EACH else [r for place in named for r in members(place)]
    return tuple(Supplier(r, (r,)) for r in dict.fromkeys(each) if r not in inside)


def wrong_target(row: Row) -> Iterator[Wrong]:
    """Keys of any target that exclude or need each other: the buyer's and the scope's; and goods without weight."""
    yield from either(row, ("buyer", "buyers"), ("stages", "commodities"))
    yield from _weightless(row)


def domestic_mins(row: Row) -> list[DomesticMin]:
    """The minima that a row asks for."""
    return [DomesticMin(*f, row["measure"], row.processes) for f in row.targets("min")]


def wrong_stock_min(row: Row) -> Iterator[Wrong]:
    """A buyer too many or none, and goods of which nothing would be asked."""
    yield from either(row, ("buyer", "buyers"))
    yield from _wrong_material(row)
    for commodity in row["commodities"] or ():
        if row.weighs_nothing(commodity):
            expected = f"holds no {_content(row)}, so nothing would be asked; {_instead(row)}"
            yield Wrong("commodities", commodity, expected)


def stock_mins(row: Row) -> list[StockMin]:
    """The minima that a row asks for, one for each commodity."""
    if row["basis"] != "net_imports":
        return [StockMin(*f) for f in row.targets("days", DAYS, each=True)]
    found = [StockMin(*f, "net_imports") for f in row.targets("days", DAYS, each=True)]
    # of the year before the first nothing is known
    later = [{y: z for y, z in t.share.items() if y > row.places.first_year} for t in found]
    return [dataclasses.replace(t, share=share) for t, share in zip(found, later, strict=True)]


EVERYTHING = "everything"
"""The scope of a row that stops all goods."""


def wrong_withstand(row: Row) -> Iterator[Wrong]:
    """Keys of a withstand row that exclude each other, or that leave nothing to ask."""
    yield from either(row, ("buyer", "buyers"))
    if "stages" in row.written and "commodities" in row.written:
        yield Wrong("commodities", None, "expected stages or commodities, or neither for everything; not both")
    if row["together"] and "suppliers" in row.written:
        yield Wrong("together", row["together"], "expected either suppliers or together")
    if row["serve"] == 0 and row["others"] == 0:
        yield Wrong("serve", row.written["serve"], "nothing would be asked; expected serve or others above 0")


def withstands(row: Row) -> list[Withstand]:
    """The crises that a row asks to withstand: all its buyers together."""
    places, (first, last) = row.places, row.window
    named = {buyer: places.members(buyer) for buyer in row["buyers"] or (row["buyer"],)}
    if row["stages"]:
        goods = tuple(k for stage in row["stages"] for k in places.stages.get(stage, ()))
    else:
        goods = row["commodities"] or tuple(places.content)
    inside = tuple(dict.fromkeys(r for regions in named.values() for r in regions))
    share = dict.fromkeys(range(first, last + 1), 1.0)
    scope = "+".join(row["stages"] or row["commodities"] or (EVERYTHING,))
    about = row.name, "+".join(named), scope, inside, goods, share, "content"
    asked = row["months"], row["serve"], row["others"], row["sectors"]
    return [Withstand(*about, _stopped(row, inside), named, *asked)]


def _stopped(row: Row, inside: tuple[str, ...]) -> tuple[Supplier, ...]:
    """Whose exports stop, one crisis each, as they are named: a buyer among them must be served all the same."""
    members, named = row.places.members, row["suppliers"]
    if row["together"]:
        return (Supplier(row["together"], members(row["together"])),)
    if named == EACH:
        return tuple(Supplier(r, (r,)) for r in row.places.regions if r not in inside)
    return tuple(Supplier(r, (r,)) for r in dict.fromkeys(r for place in named for r in members(place)))


def wrong_budget(row: Row) -> Iterator[Wrong]:
    """A budget without a limit, or one that contradicts itself."""
    if row["min"] is None and row["max"] is None and row.sound:
        yield Wrong("", None, "a budget needs max or min [USD]")
    if row["min"] is not None and row["max"] is not None and row["min"] > row["max"]:
        yield Wrong("min", row.written["min"], f"is above the row's max of {row['max']:g} USD")


def budgets(row: Row) -> list[Budget]:
    """The budget that a row asks for."""
    least = 0.0 if row["min"] is None else row["min"]
    most = float("inf") if row["max"] is None else row["max"]
    return [Budget(row.name, *row.hosts, least, most, *row.window)]


def price_floors(row: Row) -> list[PriceFloor]:
    """The floor that a row promises."""
    return [PriceFloor(row.name, row["commodity"], *row.hosts, row["price"], *row.window)]


def wrong_quota(row: Row) -> Iterator[Wrong]:
    """A name that the instance has already: its quota holds whatever a policy says."""
    if row["quota"] in row.places.quotas:
        yield Wrong("quota", row["quota"], "is the name of a quota of the instance; a policy's own needs another")


def quotas(row: Row) -> list[Quota]:
    """The quota that a row sets."""
    lanes = row.places.lanes(row["commodity"], row["origin"], row["destination"])
    return [Quota(row.name, row["quota"], lanes, row["max_flow"], *row.window)]

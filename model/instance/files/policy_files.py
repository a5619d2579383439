"""Policy files: every key and name of a row judged, then one target for each buyer and scope that the row names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.base.problems import Problem, quoted
from model.instance.files.checks import wrong_reference
from model.instance.files.dictionary import EACH, fields
from model.instance.files.toml_files import Document, check_keys
from model.instance.files.toml_lines import KeyPath
from model.instance.policies import (
    KINDS,
    Budget,
    DomesticMin,
    Places,
    Policy,
    PriceFloor,
    Share,
    ShareCap,
    StockMin,
    Supplier,
    Target,
    at_year,
)


def read_policy(doc: Document, name: str, places: Places) -> tuple[Policy, list[Problem]]:
    """A policy from its parsed file, and every problem in it. Unknown keys and names are problems, never ignored."""
    head, problems = check_keys(doc, "policy", doc.data, also=KINDS)
    reader = _Reader(doc, places, problems)
    found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for kind in KINDS:
        rows = doc.data.get(kind, [])
        if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
            problems.append(doc.problem((kind,), None, f"expected rows that begin with [[{kind}]]"))
            continue
        for number, data in enumerate(rows):
            found[kind] += reader.row(kind, number, data)
    traced = reader.traced
    policy = Policy(
        name,
        head["title"] or name,
        tuple(found["share_cap"]),
        tuple(found["domestic_min"]),
        tuple(found["budget"]),
        tuple(found["stock_min"]),
        traced,
        frozenset(places.members(traced)) if traced else frozenset(),
        tuple(found["price_floor"]),
    )
    return policy, problems


class _Reader:
    """Reads the rows of one policy file; collects problems and the one traced set."""

    def __init__(self, doc: Document, places: Places, problems: list[Problem]) -> None:
        self.doc, self.places, self.problems = doc, places, problems
        self.traced = ""

    def row(self, kind: str, number: int, data: Mapping[str, Any]) -> list[Any]:
        """The targets of one row: one for each buyer and scope, or one budget or floor; none where it is wrong."""
        path: KeyPath = (kind, str(number))
        nested = data.get("suppliers")
        if isinstance(nested, Mapping) and set(nested) == {"together"} and "together" not in data:
            data = {**{k: v for k, v in data.items() if k != "suppliers"}, **nested}
            at = self.doc.places.get((*path, "suppliers", "together"))
            self.doc.places |= {(*path, "together"): at} if at else {}
        row, found = check_keys(self.doc, f"policy.{kind}", data, path)
        before = len(self.problems)
        self.problems += found
        self._check_names(kind, row, path)
        if row["from"] is not None and row["to"] is not None and row["from"] > row["to"]:
            self._wrong(path, "to", row["to"], f"is before the row's first year {row['from']}")
        if kind == "budget":
            if row["min"] is None and row["max"] is None and not found:
                self._wrong(path, "", None, "a budget needs max or min [USD]")
            if row["min"] is not None and row["max"] is not None and row["min"] > row["max"]:
                self._wrong(path, "min", data["min"], f"is above the row's max of {row['max']:g} USD")
            return [self._budget(row, path)] if len(self.problems) == before else []
        if kind == "price_floor":
            return [self._price_floor(row, path)] if len(self.problems) == before else []
        self._check_choices(kind, row, data, path)
        return self._targets(kind, row, path) if len(self.problems) == before else []

    def _wrong(self, path: KeyPath, key: str, value: object, expected: str, near: str = "") -> None:
        self.problems.append(self.doc.problem((*path, key) if key else path, value, expected, near))

    def _check_names(self, kind: str, row: Mapping[str, Any], path: KeyPath) -> None:
        for column, spec in fields(f"policy.{kind}").items():
            value = row[column]
            if not spec.refers_to or value is None or spec.type == "choice":
                continue
            if spec.type == "suppliers" and value == EACH:
                continue
            self.problems += wrong_names(self.doc, (*path, column), value, spec.refers_to, self.places.names)

    def _check_choices(self, kind: str, row: Mapping[str, Any], data: Mapping[str, Any], path: KeyPath) -> None:
        """Keys that exclude or need each other."""
        pairs = [("buyer", "buyers")] if kind == "stock_min" else [("buyer", "buyers"), ("stages", "commodities")]
        for one, other in pairs:
            if (one in data) == (other in data):
                self._wrong(path, other if one in data else "", None, f"expected either {one} or {other}")
        if kind == "stock_min" and row["weight"] == "ree_content":
            for commodity in row["commodities"] or ():
                if self.places.ree_content.get(commodity) == 0:
                    expected = 'holds no oxide equivalent, so nothing would be asked; expected weight = "tonnes"'
                    self._wrong(path, "commodities", commodity, expected)
        if kind != "share_cap":
            return
        if row["together"] and "suppliers" in data:
            self._wrong(path, "together", row["together"], "expected either suppliers or together")
        if row["measure"] == "traced":
            self._check_traced(row, data, path)
        elif row["traced"] and row["measure"]:
            self._wrong(path, "traced", row["traced"], 'has a meaning only with measure = "traced"')

    def _check_traced(self, row: Mapping[str, Any], data: Mapping[str, Any], path: KeyPath) -> None:
        if not row["traced"]:
            if "traced" in data:  # said before: it is no name
                return
            self._wrong(path, "traced", None, 'a value is needed with measure = "traced": a region or group')
            return
        if row["together"] or row["suppliers"] not in (EACH, None):
            key = "together" if row["together"] else "suppliers"
            self._wrong(path, key, None, 'has no meaning with measure = "traced": content counts wherever it was made')
        same = set(self.places.members(self.traced or row["traced"])) == set(self.places.members(row["traced"]))
        if not same:
            expected = f"all traced rows of a policy name the same set; an earlier row names {quoted(self.traced)}"
            self._wrong(path, "traced", row["traced"], expected)
        self.traced = self.traced or row["traced"]

    def _targets(self, kind: str, row: Mapping[str, Any], path: KeyPath) -> list[Target]:
        places = self.places
        targets: list[Target] = []
        for buyer in row.get("buyers") or (row["buyer"],):
            regions = places.members(buyer)
            for scope, commodities in self._scopes(kind, row):
                limit = row["days"] / 365 if kind == "stock_min" else row["max" if kind == "share_cap" else "min"]
                share = self._by_year(limit, row)
                base = (".".join(path), buyer, scope, regions, commodities, share, row["weight"])
                if kind == "share_cap":
                    targets.append(ShareCap(*base, row["measure"], self._suppliers(row, regions)))
                elif kind == "domestic_min":
                    narrowed = frozenset(row["processes"]) if row["processes"] else None
                    targets.append(DomesticMin(*base, row["measure"], narrowed))
                else:
                    targets.append(StockMin(*base))
        return targets

    def _scopes(self, kind: str, row: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
        if row.get("stages"):
            scopes = [(stage, self.places.stages.get(stage, ())) for stage in row["stages"]]
        elif kind == "stock_min":
            scopes = [(k, (k,)) for k in row["commodities"]]
        else:
            scopes = [("+".join(row["commodities"]), row["commodities"])]
        if row.get("each_commodity"):
            scopes = [(k, (k,)) for _, commodities in scopes for k in commodities]
        return scopes

    def _suppliers(self, row: Mapping[str, Any], inside: tuple[str, ...]) -> tuple[Supplier, ...]:
        """Whom a cap limits. A region of the buyer is no third country, also where a list or set holds it."""
        members = self.places.members
        if row["measure"] == "traced":
            return (Supplier(row["traced"], members(row["traced"])),)
        if row["together"]:
            return (Supplier(row["together"], tuple(r for r in members(row["together"]) if r not in inside)),)
        named = row["suppliers"]
        each = self.places.regions if named == EACH else [r for place in named for r in members(place)]
        return tuple(Supplier(r, (r,)) for r in dict.fromkeys(each) if r not in inside)

    def _window(self, row: Mapping[str, Any]) -> tuple[int, int]:
        first = self.places.first_year if row["from"] is None else row["from"]
        last = self.places.last_year if row["to"] is None else row["to"]
        return max(first, self.places.first_year), min(last, self.places.last_year)

    def _by_year(self, limit: Share, row: Mapping[str, Any]) -> dict[int, float]:
        first, last = self._window(row)
        return {year: at_year(limit, year) for year in range(first, last + 1)}

    def _budget(self, row: Mapping[str, Any], path: KeyPath) -> Budget:
        hosts, regions, processes = self._hosts(row)
        least = 0.0 if row["min"] is None else row["min"]
        most = float("inf") if row["max"] is None else row["max"]
        return Budget(".".join(path), hosts, regions, processes, least, most, *self._window(row))

    def _price_floor(self, row: Mapping[str, Any], path: KeyPath) -> PriceFloor:
        window = self._window(row)
        return PriceFloor(".".join(path), row["commodity"], *self._hosts(row), row["price"], *window)

    def _hosts(self, row: Mapping[str, Any]) -> tuple[str, tuple[str, ...], frozenset[str] | None]:
        """Where a budget or a floor holds: a name, its regions, and the processes that it is narrowed to."""
        places, hosts = self.places, row["hosts"]
        regions = tuple(dict.fromkeys(r for place in hosts for r in places.members(place))) if hosts else places.regions
        processes = frozenset(row["processes"]) if row["processes"] else None
        return "+".join(hosts) if hosts else "everywhere", regions, processes


def wrong_names(
    doc: Document, path: KeyPath, value: str | tuple[str, ...], kind: str, names: Mapping[str, set[str]]
) -> list[Problem]:
    """The names at a key, one or a list, that are not known."""
    problems = []
    for number, name in enumerate((value,) if isinstance(value, str) else value):
        wrong = wrong_reference(kind, name, names)
        inner = (*path, str(number))
        if wrong:
            problems.append(doc.problem(inner if inner in doc.places else path, name, *wrong))
    return problems

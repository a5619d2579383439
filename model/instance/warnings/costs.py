"""Costs that move, plants that may close, and shortages that cost nothing, where they may not be meant so."""

from __future__ import annotations

from collections.abc import Iterator

from model.base.problems import Problem, line_of, quoted
from model.instance.instance import Instance
from model.instance.warnings.warned import Warned, of_kind

USUAL = (0.1, 10.0)
"""Factors beyond these are odd."""


def cost_warnings(instance: Instance) -> list[Warned]:
    """Findings on paths.csv, ``may_close`` and ``shortage_cost``."""
    return [
        *of_kind("factor", _factors(instance)),
        *of_kind("several paths", _several(instance)),
        *of_kind("may close", _closing(instance)),
        *of_kind("shortage for nothing", _free(instance)),
    ]


def _factors(instance: Instance) -> Iterator[Problem]:
    frame = instance.tables["paths"]
    for line, factor in frame["factor"].items():
        if not USUAL[0] <= factor <= USUAL[1]:
            expected = "is a factor outside 0.1 to 10; 0.9 is a tenth less"
            yield Problem("paths.csv", line_of(line), "factor", quoted(f"{factor:g}"), expected)


def _several(instance: Instance) -> Iterator[Problem]:
    """Plants that more than one path of a column matches: they multiply, and the later is no exception."""
    frame = instance.tables["paths"].drop_duplicates(["column", "process", "region"])
    seen: dict[tuple[str, str], int] = {}
    for line, column, process, place in frame[["column", "process", "region"]].itertuples(name=None):
        inside = instance.members(place)
        own = [p.name for p in instance.plants.values() if process in ("*", p.process) and p.region in inside]
        twice = [name for name in own if (column, name) in seen]
        if twice:
            expected = f"multiplies with the path of line {seen[column, twice[0]]} for {', '.join(twice[:3])}"
            expected += f" and {len(twice) - 3} more" if len(twice) > 3 else ""
            yield Problem("paths.csv", line_of(line), "", quoted(column), f"{expected}: it is no exception to it")
        seen |= dict.fromkeys(((column, name) for name in own), line_of(line) or 0)


def _closing(instance: Instance) -> Iterator[Problem]:
    frame = instance.tables["plants"]
    for line, name in frame["plant"][frame["may_close"]].items():
        plant, had = instance.plants[name], list(instance.existing.get(name, {}).values())
        if not any(had):
            expected = "has no existing capacity that could close"
        elif plant.fixed_cost == 0:
            expected = "pays no fixed cost, so that closing it saves nothing"
        elif any(b < a and c > b for a, b, c in zip(had, had[1:], had[2:], strict=False)):
            expected = "has capacity that dips and returns: what returns may open again"
        else:
            continue
        yield Problem("plants.csv", line_of(line), "may_close", quoted(name), expected)


def _free(instance: Instance) -> Iterator[Problem]:
    frame = instance.tables["demand"]
    for line, cost in frame["shortage_cost"].items():
        if cost == 0:
            expected = "is 0: a buyer without the good costs nothing, and goes without"
            yield Problem("demand.csv", line_of(line), "shortage_cost", '"0"', expected)

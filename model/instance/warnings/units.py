"""Figures that are probably in another unit: a thousand times too small or large, or percent for a share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from model.base.problems import Problem, and_more, line_of, quoted
from model.instance.files.dictionary import TABLES, fields
from model.instance.files.shape import shape_of
from model.instance.instance import Instance
from model.instance.warnings.warned import Warned, of_kind

LEAST_T = 1e-4
"""The solver's tolerance: what is less than a tenth of a kilogram can't be told from nothing."""

JUMP = 500.0
"""How many times a demand becomes another by the next listed year only where a unit was mistaken."""


def unit_warnings(instance: Instance) -> list[Warned]:
    """Findings on the size of figures."""
    return [
        *of_kind("shortage cost", _cheap_shortage(instance)),
        *of_kind("tariff", _tariffs(instance)),
        *of_kind("thousands", _thousands(instance)),
        *of_kind("tiny", _tiny(instance)),
        *of_kind("jump", _jumps(instance)),
    ]


def _cheap_shortage(instance: Instance) -> Iterator[Problem]:
    """Demand that is cheaper to leave unserved than to serve: by the good's price, or by what making it costs."""
    frame, least = instance.tables["demand"], _least_cost(instance)
    asked = frame[frame["quantity"] > 0]
    for names, rows in asked.groupby(["commodity", "region", "sector"], sort=False):
        commodity, region, sector = map(str, names)
        for bound, what in ((instance.price[commodity], "the good's price of"), (least[commodity], "making it costs")):
            low = rows[rows["shortage_cost"] < bound * (1 - 1e-9)]
            if len(low) and bound < float("inf"):
                said = f"{what} {bound:,.6g} USD/t" if "price" in what else f"what {what}, at least {bound:,.6g} USD/t"
                expected = (
                    f"is below {said}: {commodity} for {sector} in {region} may be cheaper to leave unserved than to "
                    "serve; expected USD/t, and more than the good is worth"
                )
                shown = quoted(f"{low['shortage_cost'].iloc[0]:g}")
                lines = list(low.index)
                yield Problem("demand.csv", line_of(lines[0]), "shortage_cost", shown, expected + and_more(lines))
                break


def _least_cost(instance: Instance) -> dict[str, float]:
    """What a tonne of each good costs to make at least, USD: running costs alone, by the cheapest plants.

    Joint products count as free, for others may pay for them; infinite where nobody makes a good.
    """
    least = dict.fromkeys(instance.commodities, float("inf"))
    for _ in range(len(least) + 1):
        before = dict(least)
        for plant in instance.plants.values():
            recipe = instance.recipes[plant.process]
            made = [k for k, a in recipe.items() if a > 0]
            feed = sum(-a * least[k] for k, a in recipe.items() if a < 0)
            for k in made:
                cost = (plant.variable_cost + feed) / recipe[k] if len(made) == 1 else 0.0
                least[k] = min(least[k], cost)
        if least == before:
            break
    return least


def _tariffs(instance: Instance) -> Iterator[Problem]:
    frame = instance.tables["lanes"]
    for label, tariff in frame["tariff"][frame["tariff"] > 1].items():
        expected = f"is a tariff of {tariff * 100:,.6g} % of the price; {tariff:g} % is {tariff / 100:g}"
        yield Problem("lanes.csv", line_of(label), "tariff", quoted(f"{tariff:g}"), expected)


def _thousands(instance: Instance) -> Iterator[Problem]:
    """Figures such as 100.000, which may be a hundred or a hundred thousand: one finding a column."""
    for table in TABLES:
        frame = instance.tables[table]
        for column in fields(table):
            lines = [label for label in frame.index if (label, column) in shape_of(frame).thousands]
            if lines:
                value = frame[column][lines[0]]
                expected = f"is read as {value:g}; if {value * 1000:,.0f} is meant, write it without a point"
                shown = quoted(f"{value:.3f}")
                yield Problem(f"{table}.csv", line_of(lines[0]), column, shown, expected + and_more(lines))


def _tiny(instance: Instance) -> Iterable[Problem]:
    """Tonnes below what the solver can tell from nothing."""
    for table in TABLES:
        frame = instance.tables[table]
        for column in (c for c, f in fields(table).items() if f.unit in ("t", "t/yr") and f.type == "number"):
            lines = list(frame.index[(frame[column] > 0) & (frame[column] < LEAST_T)])
            if lines:
                value = frame[column][lines[0]]
                expected = f"is less than {LEAST_T:g} t, which a plan can't tell from nothing" + and_more(lines)
                yield Problem(f"{table}.csv", line_of(lines[0]), column, quoted(f"{value:g}"), expected)


def _jumps(instance: Instance) -> Iterator[Problem]:
    """Demand that is hundreds of times that of the year listed before, or after: kg among tonnes."""
    frame = instance.tables["demand"]
    for _, rows in frame[frame["quantity"] > 0].groupby(["commodity", "region", "sector"], sort=False):
        ordered = rows.sort_values("year", kind="stable")
        pairs = zip(ordered.index[1:], ordered["quantity"][1:], ordered["quantity"][:-1], ordered["year"], strict=False)
        for label, now, before, year in pairs:
            if max(now, before) >= JUMP * min(now, before):
                said = f"{now / before:,.6g} times" if now > before else f"a part in {before / now:,.6g} of"
                expected = f"is {said} that of {year}; is one of the two in another unit?"
                yield Problem("demand.csv", line_of(label), "quantity", quoted(f"{now:g}"), expected)

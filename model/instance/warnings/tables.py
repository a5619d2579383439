"""Rows of tables that are odd: capacity that leaps, rows without a source, recipes and plants that can't be meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from model.base.problems import Problem, line_of, nearest, quoted
from model.instance.files.dictionary import TABLES, fields
from model.instance.instance import Instance
from model.instance.ranges import outside
from model.instance.warnings.warned import Warned, of_kind

STEP = 0.2
LEAST_LEFT = 0.1
MORE_MADE = 1e-6  # relative; coefficients are rounded


def table_warnings(instance: Instance) -> list[Warned]:
    """Findings on single tables."""
    return [
        *of_kind("not read", files(instance)),
        *of_kind("step", capacity_steps(instance)),
        *of_kind("source", unsourced(instance)),
        *of_kind("recipe", recipes(instance)),
        *of_kind("never runs", plants(instance)),
        *of_kind("range", outside(instance.tables)),
    ]


def files(instance: Instance) -> Iterator[Problem]:
    """Files that look like a part of the instance and that nobody reads."""
    for file in instance.overlooked:
        stem = file.casefold().split(".", maxsplit=1)[0]
        expected = "nobody reads this file; tables are read from CSV, policies, scenarios and sweeps from TOML"
        yield Problem(file, None, "", "", expected, "" if "/" in file else nearest(stem, TABLES) + ".csv")


def capacity_steps(instance: Instance) -> list[Problem]:
    """Capacity that leaps after it was held for years, while demand runs in a line between its listed years.

    A value listed for every year is no step of that kind, nor is the start or the end of a plant.
    """
    spans = _straight_spans(instance)
    found = []
    for plant, rows in instance.tables["capacity"].sort_values("year").groupby("plant", sort=False):
        listed = list(zip(rows["year"].astype(int), rows["capacity"], strict=True))
        steps = [
            f"{before:,.10g} -> {after:,.10g} t/yr in {year}"
            for (earlier, before), (year, after) in zip(listed[:-1], listed[1:], strict=True)
            if before > 0 < after
            and abs(after / before - 1) > STEP * (1 + 1e-9)
            and year - earlier > 1
            and instance.first_year < year <= instance.last_year
            and any(low < year <= high for low, high in spans)
        ]
        if steps:
            expected = f"a step of more than a fifth, while demand runs in a line: {'; '.join(steps)}"
            line = min(rows.index)
            found.append(Problem("capacity.csv", line_of(line), "capacity", quoted(plant), expected))
    return found


def _straight_spans(instance: Instance) -> set[tuple[int, int]]:
    """Pairs of listed years of some demand between which other years are filled in."""
    spans = set()
    for _, rows in instance.tables["demand"].groupby(["commodity", "region", "sector"]):
        years = sorted(rows["year"].astype(int))
        spans |= {(low, high) for low, high in zip(years[:-1], years[1:], strict=True) if high - low > 1}
    return spans


def unsourced(instance: Instance) -> list[Problem]:
    """Rows without a source or a grade of confidence: one finding a table."""
    found = []
    for table in TABLES:
        if "confidence" not in fields(table) or table == "ranges":
            continue  # a blank of ranges.csv is the grade of the row that it speaks of
        frame = instance.tables[table]
        rows = frame.index[(frame["source"] == "") | (frame["confidence"] == "")]
        if len(rows):
            lines = [str(line_of(line)) for line in rows if line_of(line)]
            said = f": lines {', '.join(lines)}" if lines else ""
            column = "source" if (frame["source"] == "").any() else "confidence"
            expected = f"{len(rows)} of {len(frame)} rows have no source or no grade of confidence{said}"
            found.append(Problem(f"{table}.csv", line_of(rows[0]), column, "", expected))
    return found


def recipes(instance: Instance) -> list[Problem]:
    """Processes that make nothing, more content than they use, or hardly any; and mines that make too much."""
    found = []
    frame = instance.tables["recipes"]
    for process, recipe in instance.recipes.items():
        line = line_of(frame.index[frame["process"] == process][0])
        if all(a < 0 for a in recipe.values()):
            found.append(Problem("recipes.csv", line, "process", quoted(process), "makes nothing"))
        elif expected := _out_of_proportion(instance, recipe):
            found.append(Problem("recipes.csv", line, "coefficient", quoted(process), expected))
        elif all(a > 0 for a in recipe.values()) and len(recipe) > 1:
            found += _all_made(instance, process)
    return found


def _out_of_proportion(instance: Instance, recipe: Mapping[str, float]) -> str:
    """What is odd about the content made of what is used, each material by itself; blank where nothing is."""
    for material, held in (instance.materials or {instance.words.measure: instance.content}).items():
        made = sum(a * held.get(k, 0.0) for k, a in recipe.items() if a > 0)
        used = sum(-a * held.get(k, 0.0) for k, a in recipe.items() if a < 0)
        if any(a < 0 for a in recipe.values()) and made > used * (1 + MORE_MADE):
            return f"makes {made:.6g} t of {material} per unit of activity out of {used:.6g} t"
        if 0 < made < LEAST_LEFT * used:
            return f"makes {made:.6g} t of {material} per unit, under a tenth of the {used:.6g} t used"
    return ""


def _all_made(instance: Instance, process: str) -> Iterator[Problem]:
    """A process that uses nothing and makes goods of several stages, or a good and what it is made of elsewhere."""
    frame, recipe = instance.tables["recipes"], instance.recipes[process]
    stages = {k: stage for stage, goods in instance.stages.items() for k in goods}
    feeds = {
        (k, other)
        for by in instance.recipes.values()
        for k in recipe
        for other in recipe
        if by.get(k, 0) < 0 < by.get(other, 0)
    }
    if len({stages[k] for k in recipe}) > 1 or feeds:
        of_first = min(recipe, key=lambda k: list(instance.stages).index(stages[k]))
        likely = min(feeds)[0] if feeds else of_first
        line = line_of(frame.index[(frame["process"] == process) & (frame["commodity"] == likely)][0])
        expected = (
            f"makes {', '.join(recipe)} out of nothing, as no coefficient is below 0; what is used has one that is, "
            f"such as {-recipe[likely]:g} for {likely}"
        )
        yield Problem("recipes.csv", line, "coefficient", quoted(f"{process}, {likely}"), expected)


def plants(instance: Instance) -> list[Problem]:
    """Plants that can never run: without capacity, or without a year in which to decide on it."""
    found = []
    names = instance.tables["plants"]["plant"]
    for label, name in names.items():
        plant = instance.plants[name]
        column = ""
        if plant.capex is None and not any(instance.existing.get(name, {}).values()):
            column, expected = "capex", "can never run: it has neither capacity within the horizon nor capex"
        elif plant.capex is not None and min(plant.max_build, plant.max_build_per_year) > 0:
            first = max(plant.first_decision, instance.first_year)
            last = min(plant.last_decision, instance.last_year - plant.lead_time)
            column = "" if instance.decision_years(plant) else "lead_time"
            expected = f"no year is left to decide on it: not before {first}, to be on stream in time not after {last}"
        if column:
            found.append(Problem("plants.csv", line_of(label), column, quoted(name), expected))
    return found

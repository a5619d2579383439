"""What is built in which plan: capital by stage, place and year, and plant by plant with the differences first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from model.analysis.comparison.reading import CLOSE, Result, columns


class About(NamedTuple):
    """What a plant is; ``known`` says whether the stage is a stage or the process in its place."""

    name: str
    stage: str
    known: bool


class Schedule(NamedTuple):
    """One plant in one plan: t/yr, USD, and t/yr by decision year."""

    capacity: float
    capex: float
    by_year: Mapping[int, float]


NOT_BUILT = Schedule(0.0, 0.0, {})


def plants(results: Sequence[Result]) -> dict[tuple[str, str], About]:
    """What each built plant of each plan is: by its own results, else by another plan's of the same instance."""
    said: dict[tuple[str, str], dict[str, About]] = {}
    for r in results:
        if "plants" in r.tables:
            rows = r.tables["plants"][["plant", "name", "stage"]].itertuples(index=False, name=None)
            said[r.label, r.summary["instance"]["name"]] = {
                plant: About(name or plant, stage, True) for plant, name, stage in rows if stage
            }
    found = {}
    for r in results:
        home = r.summary["instance"]["name"]
        others = {p: a for (_, name), them in said.items() if name == home for p, a in them.items()}
        known = {**others, **said.get((r.label, home), {})}
        for plant, process in r.tables["builds"][["plant", "process"]].itertuples(index=False, name=None):
            found[r.label, plant] = known.get(plant, About(plant, process, False))
    return found


def capital(results: Sequence[Result]) -> pd.DataFrame:
    """Overnight capital by plan, stage, region and decision year, USD."""
    about, rows = plants(results), []
    for r in results:
        for row in r.tables["builds"].itertuples(index=False):
            plant = about[r.label, str(row.plant)]
            known = "yes" if plant.known else "no"
            rows.append((r.label, plant.stage, row.region, row.decision_year, known, row.capex_usd))
    frame = pd.DataFrame(rows, columns=[c.column for c in columns("capital")])
    keys = [c.column for c in columns("capital") if c.column != "capex_usd"]
    summed = frame.groupby(keys)["capex_usd"].sum().reset_index()
    parts = [summed[summed["plan"] == r.label] for r in results]  # groups come by name, plans in their order
    return pd.concat(parts, ignore_index=True)


def schedules(results: Sequence[Result]) -> dict[str, dict[str, Schedule]]:
    """Each plant that some plan builds, in each plan, differences first."""
    found: dict[str, dict[str, Schedule]] = {}
    for r in results:
        for plant, rows in r.tables["builds"].groupby("plant", sort=True):
            by_year = dict(zip(rows["decision_year"], rows["capacity_t_per_yr"], strict=True))
            built = Schedule(float(rows["capacity_t_per_yr"].sum()), float(rows["capex_usd"].sum()), by_year)
            found.setdefault(str(plant), {})[r.label] = built
    every = {plant: {r.label: by.get(r.label, NOT_BUILT) for r in results} for plant, by in found.items()}

    def key(plant: str) -> tuple[bool, float, float, int, str]:
        by = every[plant]
        return alike(by), -spread_usd(by), -spread_t(by), -spread_years(by), plant

    return {plant: every[plant] for plant in sorted(every, key=key)}


def spread_t(by: Mapping[str, Schedule]) -> float:
    """Largest less smallest capacity, t/yr; 0 where the difference is noise."""
    most, least = max(s.capacity for s in by.values()), min(s.capacity for s in by.values())
    return most - least if most - least > CLOSE * most else 0.0


def spread_usd(by: Mapping[str, Schedule]) -> float:
    """Largest less smallest capital, USD; 0 where the difference is noise."""
    most, least = max(s.capex for s in by.values()), min(s.capex for s in by.values())
    return most - least if most - least > CLOSE * most else 0.0


def spread_years(by: Mapping[str, Schedule]) -> int:
    """Latest less earliest first decision among the plans that build it, years."""
    first = [min(s.by_year) for s in by.values() if s.by_year]
    return max(first) - min(first)


def alike(by: Mapping[str, Schedule]) -> bool:
    """Whether all plans decide the same capacity in the same years for the same capital."""
    return spread_usd(by) == 0 and _same_years(by)


def _same_years(by: Mapping[str, Schedule]) -> bool:
    size = max(s.capacity for s in by.values())
    years = {y for s in by.values() for y in s.by_year}
    across = ([s.by_year.get(y, 0.0) for s in by.values()] for y in years)
    return all(max(amounts) - min(amounts) <= CLOSE * size for amounts in across)


def found_in(by: Mapping[str, Schedule], names: Mapping[str, str]) -> str:
    """In which plans a plant is built, and where more of it or sooner; ``names`` says how to call each plan.

    >>> by = {"a": Schedule(5, 1, {2030: 5}), "b": NOT_BUILT}
    >>> found_in(by, {"a": "A", "b": "B"}), found_in({**by, "b": by["a"]}, {"a": "A", "b": "B"})
    ('only in A', 'in both, alike')
    """
    have = [p for p, s in by.items() if s.by_year]
    lack = [p for p in by if p not in have]
    if len(have) == 1 and lack:
        return f"only in {names[have[0]]}"
    several = "in both" if len(by) == 2 else "in all"
    if lack:
        some = f"in {', '.join(names[p] for p in have)}"
        several = some if len(have) <= len(lack) else f"not in {', '.join(names[p] for p in lack)}"
    built = {p: by[p] for p in have}
    if spread_t(built) > 0:
        most = max(have, key=lambda p: by[p].capacity)
        return f"{several}, {'more' if len(have) == 2 else 'most'} in {names[most]}"
    if spread_years(built) > 0:
        first = min(have, key=lambda p: min(by[p].by_year))
        return f"{several}, as much, {'sooner' if len(have) == 2 else 'soonest'} in {names[first]}"
    if not _same_years(built):
        return f"{several}, as much, other years"
    return f"{several}, alike" if spread_usd(built) == 0 else f"{several}, alike at another cost"


def built(results: Sequence[Result]) -> pd.DataFrame:
    """Every plant that some plan builds, in each plan; differences first."""
    about, where = plants(results), _where(results)
    rows = [
        (plant, label, *_names(plant, about, where), s.capacity, s.capex, min(s.by_year) if s.by_year else None)
        for plant, by in schedules(results).items()
        for label, s in by.items()
    ]
    frame = pd.DataFrame(rows, columns=[c.column for c in columns("built")])
    return frame.astype({"first_decision_year": "Int64"})


def differences(results: Sequence[Result]) -> pd.DataFrame:
    """Every plant that some plan builds: in which, and how far apart; differences first."""
    about, where = plants(results), _where(results)
    names = {r.label: r.label for r in results}
    rows = [
        (i, plant, *_names(plant, about, where), found_in(by, names), spread_t(by), spread_usd(by), spread_years(by))
        for i, (plant, by) in enumerate(schedules(results).items(), start=1)
    ]
    return pd.DataFrame(rows, columns=[c.column for c in columns("differences")])


def _where(results: Sequence[Result]) -> dict[str, tuple[str, str, str]]:
    """Of each built plant: a plan that builds it, its region and process there."""
    return {
        plant: (r.label, region, process)
        for r in reversed(results)
        for plant, region, process in r.tables["builds"][["plant", "region", "process"]].itertuples(
            index=False, name=None
        )
    }


def _names(
    plant: str, about: Mapping[tuple[str, str], About], where: Mapping[str, tuple[str, str, str]]
) -> tuple[str, str, str, str]:
    label, region, process = where[plant]
    return about[label, plant].name, region, process, about[label, plant].stage

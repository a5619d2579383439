"""A piece of history told again: what states of knowledge say of a supplier's share, and what was seen.

The states are made from one knowledge file: all as it was believed in a year; then topic by topic as it really went,
each a plan with foresight of what it holds; then decided year by year, without the last topic and with it. Beside them
stand two lines that need no model: the share of that year held, and the other suppliers' tonnes of that year held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.analysis.roll.answer import Rolled
from model.analysis.roll.observed import Observed
from model.base.places import check_place, new_folder, write_json, write_table
from model.base.problems import InputError, Problem
from model.base.schema import columns, resource
from model.instance.instance import Instance
from model.plan.solved import framed

TABLES = ("backtest", "errors", "decisions")
PICTURE = "backtest"
OURS = frozenset(
    {*(f"{t}.csv" for t in TABLES), f"{PICTURE}.png", f"{PICTURE}.svg", "summary.json", "datapackage.json"}
)
SHARE_HELD, TONNES_HELD = "the share held", "other tonnes held"
PLAN, ROLL, RULER = "plan", "year by year", "ruler"

Flows = Mapping[str, pd.DataFrame]
"""Result tables of a plan or of a history."""


@dataclass(frozen=True, eq=False)
class Backtest:
    """States of knowledge against what was seen. ``table``: shares by state and year; ``errors``: by state.

    ``rolled``: the history decided year by year with every topic; ``known``: the year of the first state.
    """

    table: pd.DataFrame
    errors: pd.DataFrame
    rolled: Rolled
    known: int
    observed: Observed
    told: Mapping[str, Any]

    def __repr__(self) -> str:
        best = self.errors.sort_values("mean_error", kind="stable").iloc[0]
        return f"<Backtest: nearest is {best['state']}, {best['mean_error']:.1f} points off in the mean>"

    def write(self, folder: str | Path, draw: Callable[[Backtest, Path], object] | None = None) -> Path:
        """Write tables, and what ``draw`` adds, to a folder, whole or not at all. Raises InputError, OSError."""
        folder = Path(folder)
        check_backtest_place(folder)
        with new_folder(folder) as beside:
            tables = {"backtest": self.table, "errors": self.errors, "decisions": self.rolled.decisions}
            for name, table in tables.items():
                write_table(beside / f"{name}.csv", table)
            write_json(beside / "summary.json", self.told)
            specs = {name: columns(name, family="backtest") for name in TABLES[:2]}
            specs["decisions"] = columns("decisions", family="roll")
            package = {
                "profile": "data-package",
                "name": f"{self.told['instance']['name']}-backtest".lower(),
                "title": f"{self.told['instance']['title']}: told again",
                "resources": [resource(name, spec) for name, spec in specs.items()],
            }
            write_json(beside / "datapackage.json", package)
            if draw is not None:
                draw(self, beside)
        return folder


def check_backtest_place(folder: Path) -> None:
    """A folder may be new, empty, or one that such an answer was written to; nothing else is ever replaced."""
    check_place(folder, OURS, "what is no answer to this question")


def share_of_imports(flows: pd.DataFrame, origin: str, destination: str) -> dict[int, float]:
    """What of the goods that arrive in a place from elsewhere comes from one origin, per cent by year."""
    arriving = flows[(flows["destination"] == destination) & (flows["origin"] != destination)]
    whole = arriving.groupby("year")["quantity_t"].sum()
    part = arriving[arriving["origin"] == origin].groupby("year")["quantity_t"].sum()
    return {int(y): 100 * float(part.get(y, 0.0)) / float(t) for y, t in whole.items() if t > 0}  # type: ignore[call-overload]


def share_of_content(content: pd.DataFrame, origin: str) -> dict[int, float]:
    """What of a buyer's use holds an origin's material, per cent by year: of the row that speaks of most."""
    some = content[content["supplier"] == origin]
    most = some.loc[some.groupby("year")["consumption_t"].idxmax()] if len(some) else some
    return {int(y): 100 * float(v) for y, v in zip(most["year"], most["content_share"], strict=True)}


def rulers(instance: Instance, observed: Observed, known: int) -> Iterator[tuple[str, dict[int, float]]]:
    """What holding a year's share, and holding the other suppliers' tonnes of that year, would say."""
    last = observed.last_seen(known)
    years = [year for year in instance.years if year >= last]
    held = observed.shares[last]
    yield SHARE_HELD, dict.fromkeys(years, held)
    demand = {year: instance.final_demand((observed.destination,), year, "tonnes") for year in years}
    others = (1 - held / 100) * demand[last]
    yield TONNES_HELD, {year: 100 * max(0.0, 1 - others / t) for year, t in demand.items() if t > 0}


def measured(
    observed: Observed, known: int, lines: list[tuple[str, str, dict[int, float], dict[int, float]]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of shares by state and year, and the errors of each state over the years after ``known``."""
    rows, errors = [], []
    for state, kind, shares, content in lines:
        off = {}
        for year, share in shares.items():
            seen = observed.shares.get(year)
            counts = seen is not None and year > known
            if counts:
                off[year] = share - float(seen or 0.0)
            rows.append((state, year, kind, share, content.get(year), seen, None if seen is None else share - seen,
                         "yes" if counts else "no"))  # fmt: skip
        if not off:
            expected = f"holds no share of {observed.origin} in {observed.destination} after {known}"
            raise InputError([Problem(observed.file, None, "year", "", expected)])
        worst = max(off, key=lambda year: abs(off[year]))
        errors.append((state, kind, sum(map(abs, off.values())) / len(off), off[worst], worst, len(off)))
    order = {state: i for i, (state, *_) in enumerate(lines)}
    table = framed(columns("backtest", family="backtest"), rows)
    table = table.sort_values(["state", "year"], key=lambda c: c.map(order) if c.name == "state" else c)
    errs = pd.DataFrame(errors, columns=[c.column for c in columns("errors", family="backtest")])
    return table.reset_index(drop=True), errs

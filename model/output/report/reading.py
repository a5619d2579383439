"""A results folder as the report reads it."""

from __future__ import annotations

from pathlib import Path

from model.base.problems import InputError
from model.base.results import read_results
from model.base.schema import tables
from model.base.summaries import judge
from model.plan.saying.rows import Told

LEFT_OUT = ("costs_by_buyer", "stock_origins", "stocks")
"""Large or not shown: not read."""
SUMMARY = (
    *("compliant", "goal", "cost_usd", "capex_usd", "first_year", "last_year", "price_year", "instance", "policy"),
    *("envelope", "shortfall_t", "unserved_t", "first_compliant_year", "first_compliant_year_by_row", "versions"),
)
"""Keys of the summary without which there is no report."""


def read_folder(folder: Path) -> Told:
    """The results in a folder. Raises InputError with every file that is missing or broken."""
    wanted = [t for t in tables(explained=True, branched=True) if t not in LEFT_OUT]
    traced = (folder / "downgrades.csv").is_file()
    needed = [t for t in tables(traced) if t not in LEFT_OUT]
    found = read_results(folder, wanted, needed, SUMMARY)
    if problems := judge(found.summary):
        raise InputError(problems)
    return Told(found)

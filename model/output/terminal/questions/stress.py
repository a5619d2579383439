"""A stress test on a terminal of 80 columns: the answer, then supplier by year."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from model.analysis.stress.sentences import Names, reference, sentences
from model.base.words import bare, clean, several
from model.instance.instance import Instance
from model.output.terminal.console import heading, table
from model.plan.saying.survival import UNHARMED, length, percent
from model.plan.stress.stress import Stress

MOST_YEARS = 7
MOST_ROWS = 8


def report(stress: Stress, instance: Instance, policy: str, hedges: pd.DataFrame | None) -> Iterator[RenderableType]:
    """The answer in some lines, then what is served by supplier and year, the worst first."""
    yield heading(f"If exports stop: {clean(instance.title)}, policy {clean(policy)}")
    for line in sentences(stress, instance, hedges):
        yield Text(bare(line))
    yield from matrix(stress, instance)
    yield Text(
        "Served: the most that plants and stocks of the plan can serve of these buyers' demand, t of content; nothing "
        "is foreseen and nothing new is built. Share is of all buyers together; each and every sector stand in the "
        "table.",
        style="dim",
    )


def matrix(stress: Stress, instance: Instance) -> Iterator[RenderableType]:
    """Share served after the length that the answer speaks of, supplier by year."""
    months, names = reference(stress), Names(instance)
    wide = stress.matrix(months)
    harmed = wide[(wide < UNHARMED).any(axis=1)].head(MOST_ROWS)
    if not len(harmed):
        return
    step = -(-len(wide.columns) // MOST_YEARS)
    years = list(wide.columns)[::step]
    yield heading(f"Served of {length(months)} without the exports of, %")
    shown = table(("", "left"), *((str(year), "right") for year in years))
    for supplier, row in harmed.iterrows():
        cells = (percent(row[year]) for year in years)
        shown.add_row(bare(names.supplier(str(supplier))), *cells)
    yield shown
    safe = len(wide) - len(harmed)
    if safe:
        yield Text(f"{several(safe, 'other supplier')}: 100 in every year.")

"""Plans side by side, from their results alone: what they cost, build, reach and miss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from model.analysis.comparison.reading import Result, read
from model.analysis.comparison.tables import tables
from model.analysis.comparison.writing import write
from model.base.results import Results

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, repr=False)
class Comparison:
    """Plans side by side: ``tables`` by name and ``warnings`` on what differs.

    ``base/dictionaries/comparison.csv`` says what each column is.
    """

    results: tuple[Result, ...] = field(repr=False)
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    warnings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.plans)}: {', '.join(self.tables)}>"

    def __getitem__(self, table: str) -> pd.DataFrame:
        """A table by name."""
        return self.tables[table]

    @property
    def plans(self) -> tuple[str, ...]:
        """What each plan is called, in order."""
        return tuple(r.label for r in self.results)

    def write(self, folder: str | Path) -> Path:
        """Write tables and their description to a folder, whole or not at all."""
        return write(self.tables, self.results[0].summary["price_year"], Path(folder))

    def with_regret(
        self, instance: str | Path, sweep: str | Path, say: Callable[[str], None] = lambda _: None
    ) -> Comparison:
        """The same with the table ``regret``: each plan's builds fixed under the assumptions of a sweep's cases.

        ``instance`` is the plans' instance folder. Raises InputError.
        """
        from model.analysis.comparison.regret import regrets

        frame, warnings = regrets(self.results, instance, sweep, say)
        return replace(self, tables={**self.tables, "regret": frame}, warnings=(*self.warnings, *warnings))

    def _repr_html_(self) -> str:
        """What a notebook shows: one row a plan."""
        return str(self.tables["plans"].to_html(escape=True, index=False))


def compare(*plans: Results | str | Path | Sequence[Results | str | Path]) -> Comparison:
    """Put plans side by side: plans in memory, results folders, or folders that hold several plans' folders.

    Money is USD of the plans' price year. Raises InputError where a folder or a table is missing or broken, or where
    the plans differ in price year, discount rate or horizon.
    """
    given: list[Results | str | Path] = []
    for one in plans:
        given += [one] if isinstance(one, Results | str | Path) else one
    results, warnings = read(given)
    return Comparison(tuple(results), tables(results), tuple(warnings))

"""Plans written down as text -> the frames that a solve would hand over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.check import violations
from model.check.schema import tables as columns_of
from model.instance.instance import Instance
from model.instance.policy.policies import Policy


@dataclass
class HandPlan:
    """A plan with what it is a plan for."""

    instance: Instance
    policy: Policy
    tables: dict[str, pd.DataFrame]
    summary: dict[str, Any]

    def violations(self) -> pd.DataFrame:
        """What the checker finds."""
        return violations(self.instance, self.policy, self.tables, self.summary)

    def rules(self) -> set[str]:
        """Names of the rules that the plan breaks."""
        return set(self.violations()["rule"])

    def set(self, table: str, column: str, value: Any, **key: Any) -> None:
        """Change one column where the key columns have these values; exactly one row must have them."""
        frame = self.tables[table]
        at = row_of(frame, key)
        frame.loc[at, column] = value(frame.loc[at, column]) if callable(value) else value

    def drop(self, table: str, **key: Any) -> None:
        """Take one row out."""
        self.tables[table] = self.tables[table].drop(index=row_of(self.tables[table], key)).reset_index(drop=True)

    def add(self, table: str, **row: Any) -> None:
        """Put one row in; figures that aren't given are blank."""
        frame = self.tables[table]
        blank = {c: "" if frame[c].dtype.kind not in "if" else float("nan") for c in frame}
        self.tables[table] = pd.concat([frame, pd.DataFrame([blank | row]).astype(frame.dtypes)], ignore_index=True)


def row_of(frame: pd.DataFrame, key: dict[str, Any]) -> Any:
    """Label of the one row with a key."""
    hit = pd.Series(True, index=frame.index)
    for column, value in key.items():
        hit &= frame[column] == value
    assert hit.sum() == 1, f"{hit.sum()} rows with {key}"
    return frame.index[hit][0]


def frames(rows: dict[str, list[dict[str, Any]]], *, traced: bool) -> dict[str, pd.DataFrame]:
    """Every table of the schema; columns that the rows don't give are blank, tables that aren't given are empty."""
    found = {}
    for table, columns in columns_of(traced).items():
        given = rows.get(table, [])
        assert all(set(row) <= {c.column for c in columns} for row in given), table
        kinds = {"string": "str", "integer": "int64", "number": "float64"}
        data = {c.column: [row.get(c.column, float("nan")) for row in given] for c in columns}
        found[table] = pd.DataFrame(data).astype({c.column: kinds[c.type] for c in columns})
    return found

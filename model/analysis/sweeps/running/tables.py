"""The tables of a finished sweep: CSV line by line from the journal, as Parquet too if asked for, and what they are.

No table is ever whole in memory; the bytes hang on the results alone, not on when they came.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from model.analysis.sweeps.asked.cases import Cases
from model.analysis.sweeps.asked.definition import Sweep
from model.analysis.sweeps.running.journal import Journal
from model.analysis.sweeps.running.outcomes import FAILED, Row
from model.base.places import to_json
from model.base.schema import Column, resource

REGRETTED = ("worst_miss", "shortfall_t", "unserved_goods_t", "unserved_t")
"""What a kept plan may have more of than the plan made for what comes true, besides cost."""


def case_rows(cases: Cases, journal: Journal) -> Iterator[Row]:
    """Rows of the table of cases in the order of their numbers."""
    for record in journal.records():
        case = cases[record["case"] - 1]
        yield {"case": case.number, "name": case.name, "policy": case.policy, **case.values, **record["row"]}


def build_rows(journal: Journal) -> Iterator[Row]:
    """Rows of the table of builds."""
    for record in journal.records():
        yield from ({"case": record["case"], **row} for row in record["builds"])


def regret_rows(cases: Cases, journal: Journal) -> Iterator[Row]:
    """Rows of the table of regrets: a kept plan against the one that was made for what comes true."""
    own = {r["case"]: r["row"] for r in journal.records()}
    for record in journal.records(regrets=True):
        row, best = record["row"], own[record["under"]]
        yield {
            "case": record["case"],
            "under": record["under"],
            "policy": cases[record["case"] - 1].policy,
            **row,
            **({} if FAILED in (row["status"], best["status"]) else {
                "regret_usd": row["cost_usd"] - best["cost_usd"],
                **{f"regret_{what}": row[what] - best[what] for what in REGRETTED},
            }),
        }  # fmt: skip


def write_csv(path: Path, spec: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a table row by row; what a row doesn't have is blank."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([c.column for c in spec])
        for row in rows:
            writer.writerow(["" if (v := row.get(c.column)) is None else _cell(v, c.type) for c in spec])


def _cell(value: Any, kind: str) -> Any:
    """A number as Python writes it exactly, a whole one without a point where the column is whole."""
    return int(value) if kind == "integer" else float(value) + 0.0 if kind == "number" else value


def write_parquet(path: Path, source: Path, spec: Sequence[Column]) -> None:
    """The same table as Parquet, typed, streamed from its CSV."""
    import duckdb

    kinds = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE"}
    with duckdb.connect(config={"threads": 1}) as base:
        table = base.read_csv(
            str(source), header=True, sep=",", quotechar='"', escapechar='"', na_values="",
            dtype={c.column: kinds[c.type] for c in spec},
        )  # fmt: skip
        table.write_parquet(str(path), compression="zstd")


def datapackage(sweep: Sweep, title: str, price_year: int, tables: Mapping[str, Sequence[Column]]) -> str:
    """A Frictionless Data Package that describes every table."""
    return to_json(
        {
            "profile": "data-package",
            "name": sweep.name.lower(),
            "title": f"{title}: {sweep.title}",
            "description": f"Money: USD of {price_year}; empty cells have no value.",
            "resources": [resource(name, spec) for name, spec in tables.items()],
        }
    )

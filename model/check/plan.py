"""Result tables -> arrays of codes and amounts; what can't be understood is a finding and is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.base.schema import Column
from model.check import schema
from model.check.arrays import Bools, Floats, Ints, places, summed
from model.check.facts import NO_ORIGIN, Facts, demand_key
from model.check.findings import Findings

TERMS = (
    "capital",
    "fixed_new",
    "fixed_existing",
    "variable",
    "freight",
    "tariff",
    "holding",
    "shortage",
    "contracts",
    "switching",
)
REPORTS = (
    "shares",
    "benchmarks",
    "budgets",
    "withstand",
    "crises",
    "shortfalls",
    "content",
    "quotas",
    "contracts",
    "switching",
)
SIGNED = frozenset({"headroom", "net_imports_t", "premium_usd", "premium_usd_per_kg"})
MAY_BE_BLANK = frozenset(
    {
        *("utilisation", "share", "headroom", "output_t", "direct_share", "content_share", "base_ratio"),
        *("premium_usd_per_kg", "net_imports_t", "days_of_use", "days_of_net_imports", "share_of_use"),
    }
)


@dataclass(frozen=True)
class Table:
    """One table: codes of its keys (places along the axes of the facts), its amounts, and the names as given."""

    codes: Mapping[str, Ints]
    amounts: Mapping[str, Floats]
    names: Mapping[str, Any]
    rows: int

    def __getitem__(self, column: str) -> Any:
        """Codes or amounts of a column."""
        return self.codes[column] if column in self.codes else self.amounts[column]

    def labels(self) -> dict[str, Any]:
        """Names of the rows, to report a finding with."""
        return dict(self.names)

    def spread(self, amount: str, keys: tuple[str, ...], shape: tuple[int, ...]) -> Floats:
        """The sum of an amount over each cell of an array."""
        return summed([self.codes[k] for k in keys], self.amounts[amount], shape)


@dataclass(frozen=True)
class Plan:
    """The tables that say what is done, and those that report how it meets the policy, as frames."""

    tables: Mapping[str, Table]
    reports: Mapping[str, pd.DataFrame]

    def __getitem__(self, table: str) -> Table:
        """A table of what is done."""
        return self.tables[table]


def read(facts: Facts, tables: Mapping[str, pd.DataFrame], findings: Findings) -> Plan | None:
    """The plan, or None where tables or columns are missing that the checks can't do without."""
    expected = schema.tables(len(facts.classes) > 1)
    if not _complete(expected, tables, findings):
        return None
    coded, reports = {}, {}
    for name, columns in expected.items():
        if name not in tables or any(c.column not in tables[name] for c in columns if c.key):
            continue
        table = _Reader(facts, name, columns, tables[name], findings).read()
        if name in REPORTS:
            reports[name] = pd.DataFrame({**table.names, **table.amounts})
        else:
            coded[name] = table
    return Plan(coded, reports)


def _complete(
    expected: Mapping[str, tuple[Column, ...]], tables: Mapping[str, pd.DataFrame], findings: Findings
) -> bool:
    """Whether every table and column is there that is judged; whatever is missing or unknown is a finding."""
    complete = True
    for name, columns in expected.items():
        if name not in tables:
            findings.said("known", f"missing table={name}")
            complete &= name == "prices"
            continue
        known = {c.column: c for c in columns}
        missing = [c for c in columns if c.column not in tables[name].columns]
        for column in missing:
            findings.said("known", f"missing table={name} column={column.column}")
            complete &= not schema.judged(column) or name == "prices"
        for unknown in (c for c in tables[name].columns if c not in known):
            findings.said("known", f"unknown table={name} column={unknown}")
            complete = False
    return complete


class _Reader:
    """Reads one table."""

    def __init__(
        self, facts: Facts, name: str, columns: tuple[Column, ...], frame: pd.DataFrame, findings: Findings
    ) -> None:
        self.facts, self.name, self.columns, self.findings = facts, name, columns, findings
        self.frame = frame if frame.index.equals(pd.RangeIndex(len(frame))) else frame.reset_index(drop=True)
        self.keys = [c.column for c in columns if c.key]
        self.texts = {c: self._text(c) for c in self.keys}

    def read(self) -> Table:
        """Codes and amounts of the rows that can be understood."""
        codes, good = {}, np.ones(len(self.frame), dtype=np.bool_)
        for column in self.keys:
            code, known = self._code(column)
            if code is not None:
                codes[column] = code
                self._unknown(~known, column, self.texts[column])
                good &= known
        if self.name in ("demand", "served"):
            codes["demand"] = places(self.facts.demands, demand_key(self.texts))
            self._unknown(good & (codes["demand"] < 0), "sector", self.texts["sector"])
            good &= codes["demand"] >= 0
        if "plant" in codes and "process" in self.frame:
            self._check_plant(codes["plant"], good)
        self._check_duplicates(codes, good)
        amounts = {
            c.column: self._amount(c) for c in self.columns if not c.key and c.type == "number" and schema.judged(c)
        }
        if "online_year" in self.frame:
            amounts["online_year"] = _numbers(self.frame["online_year"])
        if good.all():
            return Table(codes, amounts, self._named(codes), len(good))
        kept = {c: v[good] for c, v in codes.items()}
        names = {c: np.asarray(v)[good] for c, v in self._named(codes).items()}
        return Table(kept, {c: v[good] for c, v in amounts.items()}, names, int(good.sum()))

    def _named(self, codes: Mapping[str, Ints]) -> dict[str, Any]:
        years = {"year": codes["year"] + self.facts.instance.first_year} if "year" in codes else {}
        return {**self.texts, **years}

    def _text(self, column: str) -> pd.Series[Any]:
        series = self.frame[column]
        return series if _readable(column, series) else series.fillna("").astype("str")

    def _code(self, column: str) -> tuple[Ints | None, Bools]:
        """The places of a key column's names along their axis, and which are known; None where the text is the key."""
        axis = self._axis(column)
        if axis is not None:
            code = places(axis, self.texts[column])
            return code, code >= 0
        if column not in ("year", "decision_year"):
            return None, np.ones(len(self.frame), dtype=np.bool_)
        years = _numbers(self.frame[column])
        whole = np.isfinite(years) & (years == np.floor(years))
        code = np.where(whole, years, -1).astype(np.int64)
        if column == "decision_year":
            return code, whole
        code -= self.facts.instance.first_year
        return code, whole & (code >= 0) & (code < len(self.facts.years))

    def _axis(self, column: str) -> pd.Index[Any] | None:
        facts = self.facts
        if self.name == "crises":  # its cells are blank where they don't belong to what is done
            return None
        if column == "origin" and self.name == "stock_origins":
            return facts.regions.append(pd.Index([NO_ORIGIN]))
        if column in ("region", "origin", "destination"):
            return facts.regions
        axes = {
            "plant": facts.plants.names,
            "commodity": facts.goods,
            "content": facts.classes,
            "term": pd.Index(TERMS),
        }
        return axes.get(column)

    def _unknown(self, bad: Bools, column: str, values: pd.Series[Any]) -> None:
        labels = {"unknown table": self.name, column: values}
        self.findings.add("known", "", labels, bad, np.nan, np.nan)

    def _check_plant(self, plant: Ints, good: Bools) -> None:
        """The region and process that stand beside a plant are its own."""
        facts, at = self.facts, plant[good]
        own = {
            "region": facts.regions.to_numpy(dtype=object)[facts.plants.region[at]],
            "process": np.array(facts.plants.processes, dtype=object)[at],
        }
        for column, names in own.items():
            given = self._text(column)
            wrong = np.zeros(len(good), dtype=np.bool_)
            wrong[good] = given.to_numpy(dtype=object)[good] != names
            if wrong.any():
                self._unknown(wrong, column, self.texts["plant"] + "/" + given)

    def _check_duplicates(self, codes: Mapping[str, Ints], good: Bools) -> None:
        keys = pd.DataFrame({k: codes.get(k, self.texts[k]) for k in self.keys}, index=self.frame.index)
        if not len(keys):
            return
        labels = {"duplicate table": self.name, **self.texts}
        self.findings.add("known", "", labels, good & keys.duplicated().to_numpy(), np.nan, np.nan)

    def _amount(self, column: Column) -> Floats:
        """An amount's figures; negative ones and ones that are no number are findings, the latter taken as 0."""
        values = _numbers(self.frame[column.column])
        unit = "USD" if column.unit == "USD" else "1" if column.unit == "1" else "t"
        odd = ~np.isfinite(values)
        if column.column in MAY_BE_BLANK:
            odd &= ~np.isnan(values)
        labels = {"table": self.name, **self.texts, "column": column.column}
        self.findings.add("sign", unit, labels, odd, values, 0.0)
        values = np.where(odd, 0.0, values)
        if column.column not in SIGNED:
            self.findings.above("sign", unit, labels, -values, 0.0)
        return values


def _readable(column: str, series: pd.Series[Any]) -> bool:
    """Whether a key's cells need no change to be read: years, and text without blanks."""
    return column in ("year", "decision_year") or (series.dtype == "str" and not series.hasnans)


def _numbers(series: pd.Series[Any]) -> Floats:
    if series.dtype.kind in "if":
        return series.to_numpy(dtype=float)
    return pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan)

"""A sweep's folder as plain values: its cases column by column, its other tables as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from model.analysis.sweeps.asked.columns import columns
from model.analysis.sweeps.running.outcomes import FAILED, money_outcome
from model.base.problems import InputError, Problem
from model.base.reading import read_json, read_table
from model.base.words import clean, given_money
from model.plan.saying.rows import Row, plain, rows

ABOUT = "sweep.json"
KEYS = ("kind", "sweep", "instance", "first_year", "last_year", "price_year", "discount_rate", "cases", "failed")
OPTIONAL = ("regret", "tornado", "moves", "sobol", "weak_figures")
"""Tables that some designs write."""
Factor = Mapping[str, Any]


@dataclass(frozen=True)
class Sweep:
    """A finished sweep: ``about`` is sweep.json, ``cases`` a list of values by column, ``tables`` rows by table."""

    about: Mapping[str, Any]
    cases: Mapping[str, list[Any]]
    tables: Mapping[str, list[Row]]

    def __getitem__(self, table: str) -> list[Row]:
        """Rows of a table; none where the design does not write it."""
        return self.tables.get(table, [])

    @property
    def count(self) -> int:
        """How many cases there are."""
        return len(self.cases["case"])

    @property
    def design(self) -> str:
        """How cases are made of the factors."""
        return str(self.about["sweep"]["design"])

    def plants_of(self, joined: str) -> list[str]:
        """The names of plants whose codes are joined with +."""
        names = self.about.get("plants", {})
        return [str(names.get(code, code)) for code in joined.split("+") if code]

    @property
    def title(self) -> str:
        """What the sweep is called."""
        return str(self.about["sweep"]["title"])

    @property
    def factors(self) -> list[Factor]:
        """Factors in the order of the file; a list of cases has none."""
        return [f for f in self.about["sweep"]["factors"] if f["name"] in self.cases]

    @cached_property
    def policies(self) -> list[str]:
        """Policies in the order in which cases ask for them."""
        return list(dict.fromkeys(self.cases["policy"]))

    @cached_property
    def planned(self) -> list[bool]:
        """Which cases have a plan: all that didn't fail."""
        return [status != FAILED for status in self.cases["status"]]

    def money(self, policy: str = "") -> str:
        """The outcome that says what cases cost, of a policy or of all: the premium, else the cost of the chain."""
        both = zip(self.cases["premium_usd"], self.cases["policy"], strict=True)
        return money_outcome(v for v, p in both if policy in ("", p))

    def levels(self, factor: Factor) -> list[Any]:
        """The values of a factor in the order of its file: those of the cases. None: left as the instance has it."""
        found = list(dict.fromkeys(self.cases[factor["name"]]))
        known = [*(float(v) for v in factor["values"]), *factor["levels"]]
        return sorted(found, key=lambda v: (known.index(v) if v in known else len(known), _order(v)))


def _order(value: Any) -> tuple[int, float, str]:
    return (1, value, "") if isinstance(value, float) else (0 if value is None else 2, 0.0, str(value))


def title(factor: Factor) -> str:
    """A factor's title, or its name where it has none."""
    return clean(factor["title"] or factor["name"])


def brief(factor: Factor) -> str:
    """A factor's title without what stands in brackets behind it."""
    return title(factor).partition(" (")[0]


def setting(factor: Factor, value: Any) -> str:
    """A factor's value as it is shown.

    >>> setting({"unit": "USD"}, 13e9), setting({"unit": "1"}, 0.9), setting({"unit": "years"}, None)
    ('13 bn USD', '0.9', 'as it is')
    """
    if value is None:
        return "as it is"
    if isinstance(value, float):
        return given_money(value) if factor["unit"] == "USD" else f"{value:.6g}"
    return clean(value)


def read_sweep_folder(folder: Path) -> Sweep:
    """The results of a sweep in a folder, without its builds. Raises InputError with all that is missing or broken."""
    problems: list[Problem] = []
    about = read_json(folder / ABOUT, KEYS, problems)
    if not problems and about["kind"] != "sweep":
        problems.append(Problem(ABOUT, None, "kind", repr(about["kind"]), "expected sweep"))
    if problems:
        raise InputError(problems)
    kinds = {c.column: c.type for c in columns("cases")}
    kinds.update({f["name"]: "string" if f["levels"] else "number" for f in about["sweep"]["factors"]})
    cases = read_table(folder / "cases.csv", kinds, problems, kinds)
    if not len(cases) and not problems:
        problems.append(Problem(str(folder / "cases.csv"), None, "", "", "holds no case"))
    tables = {}
    for name in (t for t in OPTIONAL if (folder / f"{t}.csv").is_file()):
        types = {c.column: c.type for c in columns(name)}
        tables[name] = rows(read_table(folder / f"{name}.csv", types, problems, types), types)
    if problems:
        raise InputError(problems)
    names = list(map(str, cases))
    kinds.update({name: "number" for name in names if name.startswith(("capex_", "premium_"))})
    found = {name: plain(cases[name].tolist(), kinds.get(name, "string")) for name in names}
    return Sweep(about, found, tables)

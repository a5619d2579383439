"""Plans and results folders -> the plans to put side by side, or every problem in one report.

The instance isn't read.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from model.base import schema
from model.base.problems import InputError, Problem, quoted
from model.base.results import SUMMARY, Results, read_results
from model.base.words import clean
from model.instance.editing.names import folder_name
from model.plan.saying.along import along

columns = partial(schema.columns, family="comparison")
"""The columns of a comparison's table."""
STACKED = ("shares", "content", "benchmarks", "shortfalls", "buyers")
"""Tables of a plan that stand one below the other in the comparison, with fewer columns."""
READ = {
    "builds": ("plant", "region", "process", "decision_year", "capacity_t_per_yr", "capex_usd"),
    **{t: tuple(c.column for c in columns(t) if c.column not in ("plan", "off")) for t in STACKED},
    "withstand": ("policy_row", "buyer", "scope", "supplier", "year", "share", "limit"),
    "prices": ("commodity", "region", "year", "price_usd_per_t", "mark"),
    "demand": ("commodity", "region", "sector", "year", "served_t"),
    "shipments": ("commodity", "content", "origin", "destination", "year", "quantity_t"),
    "plants": ("plant", "name", "region", "process", "stage"),
    "stress": ("supplier", "scope", "year", "months", "buyer", "sector", "share", "survives_months"),
}
"""Tables of a plan and what is read of them; nothing else in them is judged."""
OPTIONAL = {"plants", "stress", "withstand"}
"""Names of plants are told where the run wrote them; shipments matter where content is traced."""
NUMBERS = (
    *("cost_usd", "premium_usd", "capex_usd", "unserved_goods_t", "unserved_t", "shortfall_t", "public_cost_usd"),
    *("discount_rate", "price_year", "first_year", "last_year"),
)
OR_NULL = ("premium_usd_per_kg", "first_compliant_year")
SAME = {
    "price_year": "money of another year",
    "discount_rate": "another discount rate",
    "first_year": "another first year",
    "last_year": "another last year",
}
"""What has to agree for amounts to be comparable."""
SUMS = (("builds", "capex_usd", "capex_usd"), ("shortfalls", "shortfall_t", "shortfall_t"))
"""Tables that sum to a figure of the summary: a table that lost its last lines is noticed."""
CLOSE = 1e-6


@dataclass(frozen=True)
class Result:
    """One plan's results: ``label`` is what the comparison calls it; ``folder`` where they stand, if they do."""

    folder: Path | None
    label: str
    summary: Mapping[str, Any] = field(repr=False)
    tables: Mapping[str, pd.DataFrame] = field(repr=False)

    @property
    def place(self) -> str:
        """Where it stands, as messages say it."""
        return _place(self.folder, self.summary)

    @property
    def called(self) -> str:
        """What tells it from another plan of the same policy: its folder's name, or what was edited."""
        if self.folder is not None:
            return self.folder.resolve().name
        edits = {k: v for part in self.summary["overrides"].values() for k, v in part.items()}
        return folder_name("", edits, self.summary["goal"]).lstrip("+")


def _place(folder: Path | None, summary: Mapping[str, Any]) -> str:
    return str(folder) if folder is not None else f"plan {summary.get('policy', {}).get('name', '')}".strip()


def read(given: Sequence[Results | str | Path]) -> tuple[list[Result], list[str]]:
    """The plans given, or of results folders (or of folders that hold several), and what to keep in mind.

    Raises InputError with everything that is missing or broken, or where amounts can't be compared.
    """
    sources = _sources(given)
    problems: list[Problem] = []
    found = [_result(source, problems) for source in sources]
    if problems:
        raise InputError(problems)
    if len(found) < 2:
        expected = "holds one plan; expected at least two to compare"
        raise InputError([Problem(found[0].place, None, "", "", expected)])
    warnings = _judge(found)
    labels = _labels(found)
    return [replace(r, label=label) for r, label in zip(found, labels, strict=True)], warnings


def _sources(given: Sequence[Results | str | Path]) -> list[Results | Path]:
    """The plans and results folders meant by the call, in its order; those within one folder by name."""
    sources: list[Results | Path] = []
    problems = []
    for one in given:
        if isinstance(one, Results):
            sources.append(one)
            continue
        folder = Path(one)
        try:
            within = [folder] if (folder / SUMMARY).is_file() else _plans_in(folder)
        except OSError as error:
            problems.append(Problem(str(folder), None, "", "", f"can't be read: {error.strerror}"))
            continue
        if not folder.is_dir():
            problems.append(Problem(str(folder), None, "", "", "is no folder; expected a folder of results"))
        elif not within:
            expected = f"holds no {SUMMARY}, nor a folder that holds a plan; expected results of solve.py"
            problems.append(Problem(str(folder), None, "", "", expected))
        sources += within
    for source, times in Counter(s.resolve() if isinstance(s, Path) else s for s in sources).items():
        if times > 1:
            place = str(source) if isinstance(source, Path) else _place(None, source.summary)
            problems.append(Problem(place, None, "", "", f"is named {times} times; expected different plans"))
    if not given:
        problems.append(Problem("RESULTS", None, "", "", "none is named; expected at least two plans to compare"))
    if problems:
        raise InputError(problems)
    return sources


def _plans_in(folder: Path) -> list[Path]:
    """Folders within that hold a plan; those of other kinds (a frontier's) are passed over."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if (p / SUMMARY).is_file() and _of_a_plan(p / SUMMARY))


def _of_a_plan(path: Path) -> bool:
    """Whether a summary may be a plan's; a broken one may be, and is complained of later."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return True
    return isinstance(found, dict) and "cost_usd" in found


def _result(source: Results | Path, problems: list[Problem]) -> Result:
    """One plan's summary and tables, as far as the comparison needs them."""
    folder = source if isinstance(source, Path) else None
    if folder is not None and not _of_a_plan(folder / SUMMARY):
        expected = "is no plan's summary; expected results of solve.py"
        problems.append(Problem(str(folder / SUMMARY), None, "", "", expected))
        return Result(folder, "", {}, {})
    own: list[Problem] = []
    try:
        read = _given(source) if isinstance(source, Results) else _read(source)
    except InputError as error:
        problems += error.problems
        return Result(folder, "", {}, {})
    _check_summary(read.summary, own)
    for name, frame in read.tables.items():
        _check_table(None if folder is None else folder / f"{name}.csv", name, frame, own)
    if not own:
        _check_sums(read.summary, read.tables, own)
    place = _place(folder, read.summary)
    problems += (p if p.file.startswith(place) else replace(p, file=str(Path(place) / p.file)) for p in own)
    return Result(folder, "", read.summary, along(read).tables)


def _read(folder: Path) -> Results:
    """The tables of a folder that a comparison reads. Raises InputError."""
    left_out = set() if (folder / "downgrades.csv").is_file() else {"shipments"}
    wanted = READ.keys() - left_out
    return read_results(folder, wanted, wanted - OPTIONAL, (), _must_have)


def _given(plan: Results) -> Results:
    """The tables of a plan that a comparison reads. Raises InputError where it lacks some."""
    missing = sorted(READ.keys() - OPTIONAL - plan.keys())
    if missing:
        place = _place(plan.folder, plan.summary)
        raise InputError(Problem(place, None, t, "", "the table is missing; expected all of a plan's") for t in missing)
    wanted = READ.keys() - (set() if plan.traced else {"shipments"})
    return Results({name: plan[name] for name in wanted if name in plan}, plan.summary)


def _must_have(table: str, traced: bool) -> list[str]:
    return [c for c in READ[table] if traced or c != "content"]


def _check_table(path: Path | None, name: str, frame: pd.DataFrame, problems: list[Problem]) -> None:
    """A table is whole, and no row stands in it twice."""
    keys = [c.column for c in schema.columns(name, branched=True) if c.key and c.column in frame] or ["plant"]
    if path is not None and not path.read_bytes().endswith(b"\n"):
        problems.append(Problem(str(path), None, "", "", "is cut off: its last line has no end"))
    elif len(twice := frame[frame.duplicated(keys)]):
        about = ", ".join(map(str, twice[keys].iloc[0]))
        where = str(path or f"{name}.csv")
        problems.append(Problem(where, None, "", quoted(about), f"stands twice (by {', '.join(keys)})"))


def _check_summary(summary: Mapping[str, Any], problems: list[Problem]) -> None:
    """Every figure that the comparison shows is there and is what it should be."""

    def expect(key: str, good: bool, expected: str) -> None:
        *parents, last = key.split(".")
        at: Any = summary
        for parent in parents:
            at = at.get(parent) if isinstance(at, Mapping) else None
        if not isinstance(at, Mapping) or last not in at:
            problems.append(Problem(SUMMARY, None, key, "", "is missing; every run writes it"))
        elif not good:
            problems.append(Problem(SUMMARY, None, key, quoted(at[last]), f"expected {expected}"))

    for key in NUMBERS:
        expect(key, _number(summary.get(key)), "a number")
    for key in OR_NULL:
        expect(key, summary.get(key) is None or _number(summary[key]), "a number or null")
    expect("compliant", isinstance(summary.get("compliant"), bool), "true or false")
    expect("goal", isinstance(summary.get("goal"), str), "a text")
    for key in ("instance.name", "instance.title", "instance.sha256", "policy.name", "policy.title"):
        part, _, name = key.partition(".")
        about = summary.get(part)
        expect(key, isinstance(about, Mapping) and isinstance(about.get(name), str), "a text")
    for part in ("instance", "policy"):
        sets = summary.get("overrides")
        expect(f"overrides.{part}", isinstance(sets, Mapping) and isinstance(sets.get(part), Mapping), "an object")


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_sums(summary: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], problems: list[Problem]) -> None:
    for table, column, key in SUMS:
        total = float((tables[table][column] * _chance(summary, tables[table])).sum())
        if not math.isclose(total, summary[key], rel_tol=CLOSE, abs_tol=CLOSE):
            expected = f"{SUMMARY} says {summary[key]:,.10g}; rows are missing, or the two are of different runs"
            problems.append(Problem(f"{table}.csv", None, column, f"sums to {total:,.10g}", expected))


def _chance(summary: Mapping[str, Any], frame: pd.DataFrame) -> Any:
    """How likely the branch and year of each row are: the futures that come that way; 1 of one certain future."""
    if "branch" not in frame:
        return 1.0
    year = "year" if "year" in frame else "decision_year"
    return [
        sum(f["probability"] for f in summary["futures"] if _line(f, y) == branch)
        for branch, y in zip(frame["branch"], frame[year], strict=True)
    ]


def _line(future: Mapping[str, Any], year: int) -> str:
    """The line that a future is on in a year."""
    on = [(first, line) for line, first in future["from"].items() if first <= year]
    return max(on)[1] if on else ""


def _judge(found: Sequence[Result]) -> list[str]:
    """What differs and doesn't forbid comparing. Raises InputError where amounts can't be compared."""
    first, problems = found[0], []
    for other in found[1:]:
        for key, what in SAME.items():
            if other.summary[key] != first.summary[key]:
                expected = f"{what} than {first.place}, which has {first.summary[key]}; such amounts can't be compared"
                problems.append(Problem(str(Path(other.place) / SUMMARY), None, key, str(other.summary[key]), expected))
    if problems:
        raise InputError(problems)
    hashes = {r.summary["instance"]["sha256"] for r in found}
    if len(hashes) == 1:
        return []
    names = list(dict.fromkeys(clean(r.summary["instance"]["name"]) for r in found))
    if len(names) > 1:
        return [f"The plans are of different instances ({', '.join(names)}): differences aren't the policies' alone."]
    return [f"The plans were made from different figures of {names[0]}: differences aren't the policies' alone."]


def _labels(found: Sequence[Result]) -> list[str]:
    """The policy's name where no other plan has it; else its folder or its edits beside it; else a number too."""
    names = [clean(r.summary["policy"]["name"]) for r in found]
    called = [clean(r.called) for r in found]
    labels = _where_twice(names, [f"{n} ({c})" if c else n for n, c in zip(names, called, strict=True)])
    return _where_twice(labels, [f"{label} #{i}" for i, label in enumerate(labels, start=1)])


def _where_twice(names: Sequence[str], instead: Iterable[str]) -> list[str]:
    times = Counter(names)
    return [name if times[name] == 1 else other for name, other in zip(names, instead, strict=True)]

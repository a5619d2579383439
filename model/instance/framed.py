"""An instance from pandas frames, checked as a folder's files are."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from model.base.problems import InputError, Problem, nearest, quoted
from model.instance.assembling import assembled
from model.instance.files import dictionary
from model.instance.files.csv_tables import absent_table
from model.instance.files.dictionary import TABLES, plain
from model.instance.files.shape import relabelled, shape_of
from model.instance.files.toml_files import Document
from model.instance.instance import Instance

Labels = Mapping[str, Sequence[object]]


@dataclass(frozen=True, order=True)
class RowProblem(Problem):
    """A problem of a frame: ``file`` is the table or the argument, ``row`` the label of the row, if one is meant."""

    row: str = ""

    def __str__(self) -> str:
        where = f"{self.file}, row {self.row}" if self.row else self.file
        return str(Problem(where, None, self.column, self.value, self.expected, self.nearest))


def from_frames(
    *,
    first_year: int | None = None,
    last_year: int | None = None,
    discount_rate: float | None = None,
    price_year: int | None = None,
    name: str = "frames",
    title: str = "",
    description: str = "",
    default_policy: str = "",
    envelope: Mapping[str, Any] | None = None,
    content: Mapping[str, str] | None = None,
    policies: Mapping[str, Mapping[str, Any]] | None = None,
    **tables: pd.DataFrame,
) -> Instance:
    """An instance from frames, a keyword for each table of instances/README.md: ``plants=...``, ``demand=...``.

    ``first_year`` and ``last_year`` of the plan, ``discount_rate`` per year and ``price_year``, that of the money, are
    all needed. ``policies`` by name hold what their files would: ``{"cap": {"share_cap": [{"buyer": "EU", ...}]}}``;
    ``default_policy`` is solved when none is named; ``envelope`` holds hosts, min, max; ``content`` what goods
    are counted by (of, unit). Absent tables are empty.
    Raises InputError with every problem, by table, row label and column.
    """
    problems = wrong_frames(tables) + _wrong_policies(policies or {})
    if problems:
        raise InputError(problems)
    head: dict[str, Any] = {"title": title or name, "description": description or None}
    head["horizon"] = {"first_year": first_year, "last_year": last_year}
    head["finance"] = {"discount_rate": discount_rate, "price_year": price_year}
    head["defaults"] = {"policy": default_policy or None}
    if envelope is not None:
        head["envelope"] = envelope
    if content is not None:
        head["content"] = content
    head = {k: _given(v) if isinstance(v, Mapping) else v for k, v in _given(as_toml(head)).items()}
    documents = {}
    for policy, data in (policies or {}).items():
        documents[f"policies/{policy}.toml"] = Document(f"policies/{policy}.toml", as_toml(data))
    raw, labels = {}, dict[str, Sequence[object]]()
    for table in TABLES:
        raw[table], labels[table] = _numbered(tables[table], table) if table in tables else (absent_table(table), ())
    try:
        return assembled(name, raw, Document("instance.toml", head), documents, problems, {}, ())
    except InputError as error:
        raise InputError([_said(problem, labels) for problem in error.problems]) from None


def wrong_frames(tables: Mapping[str, object]) -> list[Problem]:
    """Names that are no table's, and what is no frame."""
    unknown = [Problem(t, None, "", "", "is not a table", nearest(t, TABLES)) for t in tables if t not in TABLES]
    return unknown + [
        Problem(t, None, "", quoted(type(frame).__name__), "expected a pandas DataFrame")
        for t, frame in tables.items()
        if not isinstance(frame, pd.DataFrame)
    ]


def as_toml(data: Any) -> Any:
    """Plain data as a TOML file would give it: keys are text, sequences lists, numbers Python's own."""
    if isinstance(data, Mapping):
        return {str(k): as_toml(v) for k, v in data.items()}
    if isinstance(data, list | tuple | set | frozenset):
        return [as_toml(v) for v in (data if isinstance(data, list | tuple) else sorted(data))]
    return plain(data)


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if v is not None}


def _wrong_policies(policies: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for name, data in policies.items():
        if not isinstance(name, str) or not re.fullmatch(r"[^/\\\0]+", name):
            problems.append(
                Problem("policies", None, "", quoted(name), "expected a name, as of a file without its ending")
            )
        if not isinstance(data, Mapping):
            expected = 'expected rows by kind, such as {"share_cap": [{"buyer": "EU", "max": 0.65}]}'
            problems.append(Problem(policy_place(name), None, "", quoted(type(data).__name__), expected))
    return problems


def policy_place(name: object) -> str:
    """How messages call a policy that is given as a mapping."""
    return f'policy "{name}"'


def _numbered(frame: pd.DataFrame, table: str) -> tuple[pd.DataFrame, Sequence[object]]:
    """A frame with its rows numbered as the lines of a file, from 2, and their labels.

    A column of the table that is in the index is a column again.
    """
    kept = [n for n in frame.index.names if n in dictionary.fields(table) and n not in frame.columns]
    labels, shape = list(frame.index), shape_of(frame)
    frame = frame.reset_index(level=kept) if kept else frame.copy()
    frame.index = pd.RangeIndex(2, len(frame) + 2, name="line")
    frame.attrs = {"shape": relabelled(shape, dict(zip(labels, frame.index, strict=True)))}
    return frame, labels


def with_lines(table: str, frame: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """A table that was given out and edited, its rows labelled by the lines of those of ``before`` with the same key.

    Rows of no such key have labels below 0, which are no lines.
    """
    keys = [c for c, f in dictionary.fields(table).items() if f.key or (f.refers_to and c not in ("source",))]
    keys = [c for c in keys if c in frame.columns] or [c for c in dictionary.fields(table) if c in frame.columns]
    lines: dict[tuple[str, ...], list[Hashable]] = {}
    for line, row in zip(before.index, _rows(before, keys), strict=True):
        lines.setdefault(row, []).append(line)
    labels: list[Hashable] = []
    for place, row in enumerate(_rows(frame, keys)):
        labels.append(lines[row].pop(0) if lines.get(row) else -1 - place)
    shape, changed = shape_of(frame), frame.copy()
    changed.index = pd.Index(labels, name="line")
    changed.attrs["shape"] = relabelled(shape, dict(zip(frame.index, labels, strict=True)))
    return changed


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """The cells of some columns as text, a year alike whether it is 2030 or 2030.0."""
    first = frame.loc[:, ~frame.columns.duplicated()]
    cells = [[str(v).removesuffix(".0") for v in first[c].tolist()] for c in columns]
    return list(zip(*cells, strict=True)) if cells else [()] * len(frame)


def _said(problem: Problem, labels: Labels) -> Problem:
    """A problem of a file, said of the frame or the argument that stood for it."""
    if problem.file == "instance.toml":
        return replace(problem, file=_argument(problem.column), column="")
    if problem.file.startswith("policies/"):
        return replace(problem, file=policy_place(problem.file[len("policies/") : -len(".toml")]))
    table = problem.file.removesuffix(".csv")

    def label(number: str, of: str = table) -> str:
        return str(labels[of][int(number) - 2])

    known = "|".join(TABLES)
    said = re.sub(rf"\b({known})\.csv, line (\d+)", lambda m: f"{m[1]}, row {label(m[2], m[1])}", problem.expected)
    said = re.sub(r"\bline (\d+)", lambda m: f"row {label(m[1])}", said)
    said = re.sub(r"\bmore lines?(: [\d, ]+)?", lambda m: "more rows" + _labels(m[1] or "", label), said)
    said = re.sub(rf"\b({known})\.csv", r"\1", said)
    row = label(str(problem.line)) if problem.line and labels.get(table) else ""
    return RowProblem(table, problem.line, problem.column, problem.value, said, problem.nearest, row)


def _labels(numbers: str, label: Callable[[str], str]) -> str:
    return re.sub(r"\d+", lambda m: label(m[0]), numbers)


def _argument(key: str) -> str:
    """The argument that stands for a key of ``instance.toml``."""
    section, _, name = key.partition(".")
    return {"defaults": "default_policy", "envelope": f"envelope, {name}"}.get(section, name or section)

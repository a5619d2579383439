"""What was seen: a supplier's share of a place's imports by year, from a file of observations."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from model.base.problems import InputError, Problem, known_names, nearest, quoted
from model.instance.files.folder import read_text
from model.instance.instance import Instance

NEEDED = ("what", "origin", "destination", "year", "value")
SHARE, CONTENT = "share_of_imports", "share_of_content"
LEFT_OUT = "assumption"
"""Confidence of observations that nothing is measured by."""


@dataclass(frozen=True)
class Observed:
    """Shares of imports that were seen, and of content, per cent by year, of one origin in one destination."""

    file: str
    origin: str
    destination: str
    shares: Mapping[int, float]
    content: Mapping[int, float]

    def last_seen(self, known: int) -> int:
        """The last year up to one in which a share was seen. Raises ValueError where there is none."""
        return max(year for year in self.shares if year <= known)


def read_observed(file: str | Path, instance: Instance) -> Observed:
    """The shares of the origin of which most are seen. Raises InputError with every problem."""
    path, name = Path(file), str(file)
    if not path.is_file():
        raise InputError([Problem(name, None, "", "", "is not there; expected a CSV file of observations")])
    text, problems = read_text(path, name)
    if problems:
        raise InputError(problems)
    try:
        frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    except ValueError as error:
        raise InputError([Problem(name, None, "", "", f"is not well-formed CSV: {error}")]) from None
    missing = [c for c in NEEDED if c not in frame.columns]
    if missing:
        found = [Problem(name, 1, c, "", "the column is missing", nearest(c, list(frame.columns))) for c in missing]
        raise InputError(found)
    rows = frame[frame["what"].isin([SHARE, CONTENT])]
    if "confidence" in rows:
        rows = rows[rows["confidence"] != LEFT_OUT]
    problems = [*_wrong(name, rows, instance)]
    if not len(rows[rows["what"] == SHARE]):
        problems.append(Problem(name, None, "what", "", f"holds no row {SHARE}: nothing to measure by"))
    if problems:
        raise InputError(problems)
    shares = rows[rows["what"] == SHARE]
    pairs = Counter(zip(shares["origin"], shares["destination"], strict=True))
    (origin, destination), _ = pairs.most_common(1)[0]
    found_by = {}
    for what in (SHARE, CONTENT):
        some = rows[(rows["what"] == what) & (rows["origin"] == origin) & (rows["destination"] == destination)]
        found_by[what] = {int(y): float(v) for y, v in zip(some["year"], some["value"], strict=True)}
    return Observed(name, str(origin), str(destination), found_by[SHARE], found_by[CONTENT])


def _wrong(file: str, rows: pd.DataFrame, instance: Instance) -> list[Problem]:
    problems = []
    for label, row in rows.iterrows():
        line = int(str(label)) + 2
        for column in ("origin", "destination"):
            if row[column] not in instance.regions:
                expected = f"is not a region; known: {known_names(instance.regions)}"
                problems.append(
                    Problem(file, line, column, quoted(row[column]), expected, nearest(row[column], instance.regions))
                )
        if not str(row["year"]).isdecimal():
            problems.append(Problem(file, line, "year", quoted(row["year"]), "expected a year"))
        value = pd.to_numeric(row["value"], errors="coerce")
        if not 0 <= value <= 100:
            problems.append(Problem(file, line, "value", quoted(row["value"]), "expected a share from 0 to 100 [%]"))
    return problems

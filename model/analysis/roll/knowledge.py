"""What is believed when, and what is real: edits with the years in which planners reckon with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.problems import InputError, Problem, known_names, nearest, quoted
from model.instance.editing.inline import FORM, Stated, assigned
from model.instance.files.csv_tables import split_rows
from model.instance.files.folder import read_text
from model.instance.instance import Instance
from model.instance.policy.kinds import KINDS
from model.instance.reading import with_edits

NEEDED = ("known_from", "really", "edit")
COLUMNS = ("known_from", "known_to", "really", "topic", "edit", "source", "note")
REALLY = {"yes": True, "no": False}


@dataclass(frozen=True)
class Fact:
    """One row: an edit, the years in which planners reckon with it (None: never, to the end), and whether it is real.

    ``key`` and ``value`` are the edit as an override; ``line`` is where it stands, ``topic`` what it is about.
    """

    line: int | None
    known_from: int | None
    known_to: int | None
    really: bool
    key: str
    value: Any
    topic: str = ""

    def is_known(self, year: int) -> bool:
        """Whether planners reckon with it in a year."""
        began = self.known_from is not None and self.known_from <= year
        return began and (self.known_to is None or year <= self.known_to)


@dataclass(frozen=True)
class Knowledge:
    """The rows of a knowledge file, in order; ``file`` is what messages call it."""

    facts: tuple[Fact, ...]
    file: str = "knowledge"

    def believed(self, year: int) -> dict[str, Stated]:
        """The edits that planners reckon with in a year; of two of the same cells the one known later holds."""
        known = [fact for fact in self.facts if fact.is_known(year)]
        return self._edits(sorted(known, key=lambda fact: fact.known_from or 0))

    def real(self) -> dict[str, Stated]:
        """The edits that make the world as it really goes."""
        return self._edits(fact for fact in self.facts if fact.really)

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """What the rows are about, in the order in which it is first spoken of."""
        return tuple(dict.fromkeys(fact.topic for fact in self.facts))

    def about(self, topics: Iterable[str]) -> Knowledge:
        """The rows of some topics alone."""
        some = set(topics)
        return Knowledge(tuple(fact for fact in self.facts if fact.topic in some), self.file)

    def partly_real(self, year: int, topics: Iterable[str]) -> dict[str, Stated]:
        """The edits believed in a year, but for those of some topics, of which the real ones hold."""
        some = set(topics)
        rest = [topic for topic in self.topics if topic not in some]
        return {**self.about(rest).believed(year), **self.about(some).real()}

    def _edits(self, facts: Iterable[Fact]) -> dict[str, Stated]:
        found: dict[str, Stated] = {}
        for fact in facts:
            found.pop(fact.key, None)
            found[fact.key] = Stated(fact.value, self.file, fact.line)
        return found


@dataclass(frozen=True)
class Worlds:
    """The instance as it is believed to be in each year, and as it really is. Equal beliefs are one instance."""

    base: Instance
    knowledge: Knowledge
    believed: Mapping[int, Instance]
    real: Instance

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years, in order."""
        return tuple(self.believed)


def knowledge_of(given: str | Path | pd.DataFrame | Iterable[Mapping[str, Any]]) -> Knowledge:
    """The knowledge in a CSV file, a frame or some mappings. Raises InputError with every problem."""
    if isinstance(given, str | Path):
        return read_knowledge(Path(given))
    rows = given.to_dict("records") if isinstance(given, pd.DataFrame) else [dict(row) for row in given]
    named = [{str(c): _text(v) for c, v in row.items()} for row in rows]
    known = list(dict.fromkeys(c for row in named for c in row))
    wrong = [*_columns("knowledge", None, known)] if named else []
    if wrong:
        raise InputError(wrong)
    return _judged("knowledge", [(None, row) for row in named], [])


def read_knowledge(file: Path) -> Knowledge:
    """A knowledge file: CSV with ``COLUMNS``. Raises InputError with every problem."""
    name = str(file)
    if not file.is_file():
        expected = "is not there; expected a CSV file with the columns " + ", ".join(COLUMNS)
        raise InputError([Problem(name, None, "", "", expected)])
    text, problems = read_text(file, name)
    lines, wrong_rows = ([], []) if problems else split_rows(name, text)
    problems += wrong_rows
    if problems:
        raise InputError(problems)
    if not lines:
        raise InputError([Problem(name, None, "", "", f"is empty; expected the columns {', '.join(COLUMNS)}")])
    (at, head), *rest = lines
    header = [cell.strip() for cell in head]
    wrong = [*_columns(name, at, header)]
    if wrong:
        raise InputError(wrong)
    for number, cells in rest:
        if len(cells) != len(header):
            expected = f"expected {len(header)} cells as in the header, found {len(cells)}"
            hint = "; an edit that holds a comma or a quote stands in quotes" if len(cells) > len(header) else ""
            problems.append(Problem(name, number, "", "", expected + hint))
    good = [(n, dict(zip(header, cells, strict=True))) for n, cells in rest if len(cells) == len(header)]
    return _judged(name, [(n, row) for n, row in good], problems)


def worlds_of(instance: Instance, knowledge: Knowledge) -> Worlds:
    """The instance in each year's belief and as it really is. Raises InputError with all that can't be, by line."""
    problems: list[Problem] = []
    made: dict[str, Instance] = {}

    def world(edits: dict[str, Stated]) -> Instance:
        name = repr([(key, stated.value) for key, stated in edits.items()])
        if name not in made:
            made[name] = instance
            try:
                made[name] = with_edits(instance, edits) if edits else instance
            except InputError as error:
                problems.extend(error.problems)
        return made[name]

    span = f"{instance.first_year} to {instance.last_year}"
    for fact in knowledge.facts:
        if fact.known_from is not None and fact.known_from > instance.last_year:
            expected = f"is after the horizon, {span}: nobody would ever reckon with it"
            problems.append(Problem(knowledge.file, fact.line, "known_from", str(fact.known_from), expected))
    believed = {year: world(knowledge.believed(year)) for year in instance.years}
    real = world(knowledge.real())
    for other in made.values():
        if (other.first_year, other.last_year) != (instance.first_year, instance.last_year):
            expected = "edits of the horizon can't be known or real: every year is planned over the same one"
            problems.append(Problem(knowledge.file, None, "edit", "", expected))
    if problems:
        raise InputError(problems)
    return Worlds(instance, knowledge, believed, real)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value is pd.NA or value != value:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _columns(file: str, line: int | None, header: list[str]) -> Iterator[Problem]:
    for column in header:
        if column not in COLUMNS:
            expected = f"is not a column of a knowledge file; known: {', '.join(COLUMNS)}"
            yield Problem(file, line, "", quoted(column), expected, nearest(column, COLUMNS))
    for column in NEEDED:
        if column not in header:
            yield Problem(file, line, column, "", "the column is missing", nearest(column, header))


def _judged(file: str, rows: list[tuple[int | None, dict[str, str]]], problems: list[Problem]) -> Knowledge:
    """Each row as a fact; raises InputError with what is wrong with any."""
    facts = []
    for line, cells in rows:
        wrong, fact = _fact(file, line, {c: cells.get(c, "").strip() for c in COLUMNS})
        problems += wrong
        facts += [] if fact is None else [fact]
    if not rows and not problems:
        problems.append(Problem(file, None, "", "", "holds no row: nothing would be learnt, and nothing would change"))
    if problems:
        raise InputError(problems)
    return Knowledge(tuple(facts), file)


def _fact(file: str, line: int | None, cells: dict[str, str]) -> tuple[list[Problem], Fact | None]:
    problems: list[Problem] = []

    def wrong(column: str, expected: str, near: str = "") -> None:
        problems.append(Problem(file, line, column, quoted(cells[column]) if cells[column] else "", expected, near))

    years: dict[str, int | None] = {}
    for column in ("known_from", "known_to"):
        years[column] = int(cells[column]) if cells[column].isdecimal() else None
        if cells[column] and years[column] is None:
            wrong(column, "expected a year or a blank")
    if cells["really"] not in REALLY:
        wrong("really", "expected yes or no", nearest(cells["really"], REALLY))
    first, last = years["known_from"], years["known_to"]
    if not problems and first is None and cells["really"] == "no":
        wrong("known_from", "is blank, and it isn't real: what nobody believes and never happens changes nothing")
    if first is not None and last is not None and last < first:
        wrong("known_to", f"expected a year of at least known_from, {first}")
    found = assigned(cells["edit"])
    if found is None or "[" not in found[0]:
        wrong("edit", FORM)
    elif found[0].split("[")[0] in KINDS:
        policies = known_names(KINDS, 20)
        wrong("edit", f"edits the policy ({policies}), which is the planner's own; expected an edit of the instance")
    if problems or found is None:
        return problems, None
    return [], Fact(line, first, last, REALLY[cells["really"]], found[0], found[1], cells["topic"])

"""An edit as one line of text: what ``--edit`` takes, what a plan's summary keeps, what makes the instance again.

    TABLE[CONDITION, ...].COLUMN OP VALUE [at least LOW] [at most HIGH]
    TABLE[CONDITION, ...].COLUMN from YEAR to YEAR OP VALUE

    capacity[plant=MY_SEP_LYNAS].capacity from 2028 = 0
    plants[region=CN, process=sinter_std].variable_cost *= 0.8
    demand[region=EU|GB, year>=2035].quantity += 500
    share_cap[buyers=EU].max = 0.5
    lanes[origin=CN].max_flow at most 500
    capacity += {plant = "P", year = 2030, capacity = 500}

``OP`` is ``=``, ``*=``, ``+=`` or ``-=``. A condition is ``column=value``, several values with ``|`` between them,
``column>=number``, ``column<=number`` or ``column=number..number``; a group stands for its regions. Text that holds a
sign of this grammar stands in double quotes. ``from`` and ``to`` are conditions on ``year``. Limits alone raise or
lower what is beyond them, and a blank year is the first or the last. The last line adds a row, by column.

As an override it is a key, ``TABLE[...].COLUMN``, with a value: a plain one is set, and ``"*= 0.8"`` says how else. A
new row is ``TABLE[its names]`` with its cells.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from model.base.problems import InputError, Problem, quoted
from model.instance.editing.edit import ADD, SCALE, SET, Change, Edit, NewRow
from model.instance.editing.reader import EditReader
from model.instance.editing.rows import names_of, read_row
from model.instance.files.toml_files import Document

FORM = "expected an edit such as capacity[plant=P].capacity from 2028 = 0, or plants[region=CN].capex *= 1.2"
TWICE = "is edited twice; only one would hold"
OPS = {"=": SET, "*=": SCALE, "+=": ADD, "-=": ADD}
SIGNS = {SET: "=", SCALE: "*=", ADD: "+="}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf"
_TEXT = r'"[^"]*"'
_HEAD = re.compile(rf"\s*(?P<table>[\w.]+?)\s*(?:\[(?P<where>(?:{_TEXT}|[^\]\"])*)\])?\s*\.\s*(?P<column>\w+)\s*$")
_WHEN = re.compile(r"^(?P<head>.*?)(?:\s+from\s+(?P<first>\d{4}))?(?:\s+to\s+(?P<last>\d{4}))?\s*$")
_CONDITION = re.compile(r"^\s*(?P<column>\w+)\s*(?P<sign>>=|<=|=)\s*(?P<value>.+?)\s*$")
_VALUE = re.compile(
    rf"^\s*(?P<op>\*=|\+=|-=|=)?\s*(?P<value>{_TEXT}|.*?)"
    rf"(?:\s+at\s+least\s+(?P<low>{_NUMBER}))?(?:\s+at\s+most\s+(?P<high>{_NUMBER}))?\s*$"
)
_NEW = re.compile(r"\s*(?P<table>\w+)\s*(?:\[.*\])?\s*(?:\+=\s*(?P<cells>\{.*\}))?\s*$", re.DOTALL)
_BOUNDS = re.compile(
    rf"^(?P<head>.*?)\s+(?P<bounds>at\s+least\s+(?:{_NUMBER})(?:\s+at\s+most\s+(?:{_NUMBER}))?|at\s+most\s+(?:{_NUMBER}))\s*$"
)
_SPLIT = re.compile(rf"({_TEXT}|\*=|\+=|-=|>=|<=|\[|\]|=)")


class Stated(NamedTuple):
    """An override's value with where it stands."""

    value: Any
    file: str
    line: int | None


def is_edit(key: str) -> bool:
    """Whether an override's key is a table edit and no dotted scalar."""
    return "[" in key


def split(overrides: Mapping[str, Any] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Overrides of scalars, and edits."""
    given = dict(overrides or {})
    return {k: v for k, v in given.items() if not is_edit(k)}, {k: v for k, v in given.items() if is_edit(k)}


def plain(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Overrides without where they stand, as a summary keeps them."""
    return {key: value.value if isinstance(value, Stated) else value for key, value in overrides.items()}


def assigned(text: str) -> tuple[str, Any] | None:
    """Key and value of an edit's text; None where it is none.

    >>> assigned("capacity[plant=P].capacity from 2028 = 0")
    ('capacity[plant=P, year>=2028].capacity', 0)
    >>> assigned('plants[region=CN].variable_cost *= 0.8 at most 9')
    ('plants[region=CN].variable_cost', '*= 0.8 at most 9')
    >>> assigned('capacity += {plant = "P", year = 2030, capacity = 5}')
    ('capacity[plant=P, year=2030]', {'plant': 'P', 'year': 2030, 'capacity': 5})
    """
    new = _NEW.match(text)
    if new is not None and new["cells"]:
        return _new_row(new["table"], new["cells"])
    depth, at = 0, None
    for found in _SPLIT.finditer(text):
        depth += {"[": 1, "]": -1}.get(found[0], 0)
        if not depth and found[0] in OPS:
            at = found
            break
    limits = _BOUNDS.match(text) if at is None else None
    if at is None and limits is None:
        return None
    left, right = (limits["head"], limits["bounds"]) if limits else (text[: at.start()], text[at.start() :])  # type: ignore[union-attr]
    when = _WHEN.match(left)
    head = _HEAD.match(when["head"]) if when else None
    value = _VALUE.match(f"+= 0 {right}" if limits else right)
    if when is None or head is None or value is None or not value["value"]:
        return None
    where = [part for part in _parts(head["where"] or "") if part.strip()]
    if when["first"] and when["first"] == when["last"]:
        where.append(f"year={when['first']}")
    else:
        where += [f"year>={when['first']}"] if when["first"] else []
        where += [f"year<={when['last']}"] if when["last"] else []
    key = f"{head['table']}[{', '.join(part.strip() for part in where)}].{head['column']}"
    if value["op"] == "=" and not value["low"] and not value["high"]:
        return key, _scalar(value["value"])
    return key, " ".join(right.split())


def typed(edits: str | Iterable[str] | Mapping[str, Any]) -> dict[str, Any]:
    """Edits by key, from their text. Raises InputError with all that are none, or edit the same twice."""
    if isinstance(edits, Mapping):
        return dict(edits)
    found: dict[str, Any] = {}
    problems = []
    for text in [edits] if isinstance(edits, str) else edits:
        one = assigned(text) if isinstance(text, str) else None
        if one is None or "[" not in one[0]:
            problems.append(Problem("edits", None, "", quoted(text), FORM))
        elif one[0] in found:
            problems.append(Problem("edits", None, "", quoted(one[0]), TWICE))
        else:
            found[one[0]] = one[1]
    if problems:
        raise InputError(problems)
    return found


def _new_row(table: str, cells: str) -> tuple[str, Any] | None:
    try:
        found = tomllib.loads(f"v = {cells}")["v"]
    except tomllib.TOMLDecodeError:
        return None
    return row_key(table, found), found


def row_key(table: str, cells: Mapping[str, Any]) -> str:
    """How a new row is called: its table, and its names in brackets."""
    return f"{table}[{', '.join(f'{c}={_word(v)}' for c, v in names_of(table, cells).items())}]"


def shown(edit: Edit, value: Any) -> tuple[str, Any]:
    """Key and value of an edit that was read from a file."""
    where = ", ".join(_condition(column, wanted) for column, wanted in edit.where.items())
    key, bounds = f"{edit.table}[{where}].{edit.column}", ""
    bounds += f" at least {edit.at_least:g}" if math.isfinite(edit.at_least) else ""
    bounds += f" at most {edit.at_most:g}" if math.isfinite(edit.at_most) else ""
    number = value if isinstance(value, str) else int(value) if float(value).is_integer() else value
    if edit.op == SET and not bounds:
        return key, number
    if edit.op == ADD and number == 0 and bounds:
        return key, bounds.strip()
    return key, f"{SIGNS[edit.op]} {_word(number)}{bounds}"


def changes(edits: Mapping[str, Any]) -> tuple[list[Change | NewRow], list[Problem]]:
    """The changes of some edits by key, and what is wrong with them."""
    found: list[Change | NewRow] = []
    problems: list[Problem] = []
    for key, given in edits.items():
        stated = given if isinstance(given, Stated) else Stated(given, f"--edit {key}", None)
        new = _NEW.match(key)
        if new is not None and isinstance(stated.value, Mapping):
            doc = Document(stated.file, {}, {(): (stated.file, stated.line)})
            added = read_row(doc, (new["table"],), new["table"], stated.value, problems)
            found += [added] if added is not None else []
            continue
        row = _row(key, stated.value)
        if row is None:
            problems.append(Problem(stated.file, stated.line, "", quoted(f"{key} {stated.value}"), FORM))
            continue
        doc = Document(stated.file, {"edit": [row]})
        before = len(problems)
        for edit in EditReader(doc, problems).read((), doc.data, own=True):
            assert edit.value is not None
            placed = dataclasses.replace(edit, file=stated.file, line=stated.line)
            found.append(Change(placed, edit.value))
        for place in range(before, len(problems)):
            old = problems[place]
            problems[place] = Problem(stated.file, stated.line, "", old.value, old.expected, old.nearest)
    return found, problems


def _row(key: str, value: Any) -> dict[str, Any] | None:
    """A row as a file would hold it, or None where the text is none."""
    head = _HEAD.match(key)
    if head is None or isinstance(value, bool | Mapping | list):
        return None
    where: dict[str, Any] = {}
    for part in _parts(head["where"] or ""):
        condition = _CONDITION.match(part)
        if condition is None:
            return None
        column, sign, text = condition["column"], condition["sign"], condition["value"]
        span = re.fullmatch(rf"({_NUMBER})\.\.({_NUMBER})", text) if sign == "=" else None
        if span is not None:
            bounds = {"from": _scalar(span[1]), "to": _scalar(span[2])}
        elif sign != "=":
            bounds = {"from" if sign == ">=" else "to": _scalar(text)}
        else:
            names = [_scalar(name) for name in text.split("|")] if not text.startswith('"') else [_scalar(text)]
            where[column] = names if len(names) > 1 else names[0]
            continue
        where[column] = {**(where[column] if isinstance(where.get(column), dict) else {}), **bounds}
    row: dict[str, Any] = {"table": head["table"], "where": where, "column": head["column"], "op": SET, "value": value}
    if isinstance(value, str):
        said = _VALUE.match(f"+= 0 {value}" if re.match(r"at\s+(least|most)\s", value) else value)
        if said is None:
            return None
        row["value"] = _scalar(said["value"])
        row["op"] = OPS[said["op"] or "="]
        if said["op"] == "-=":
            if not isinstance(row["value"], int | float):
                return None
            row["value"] = -row["value"]
        row |= {name: float(said[part]) for name, part in (("at_least", "low"), ("at_most", "high")) if said[part]}
    return row


def _parts(where: str) -> list[str]:
    """Conditions between commas that stand in no quotes."""
    return [part for part in re.findall(rf"(?:{_TEXT}|[^,\"])+", where) if part.strip()]


def _scalar(text: str) -> Any:
    """A number, true, false, or text, with or without quotes."""
    text = text.strip()
    if re.fullmatch(_TEXT, text):
        return text[1:-1]
    if re.fullmatch(_NUMBER, text):
        return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
    return {"true": True, "false": False}.get(text, text)


def _condition(column: str, wanted: Any) -> str:
    if isinstance(wanted, Mapping):
        if {"from", "to"} <= set(wanted):
            return f"{column}={wanted['from']}..{wanted['to']}"
        return f"{column}>={wanted['from']}" if "from" in wanted else f"{column}<={wanted['to']}"
    names = wanted if isinstance(wanted, list) else [wanted]
    return f"{column}={'|'.join(_word(name) for name in names)}"


def _word(value: Any) -> str:
    """A value as the grammar reads it."""
    if not isinstance(value, str):
        return json.dumps(value)
    return value if re.fullmatch(r"[\w.\- ]+", value) and _scalar(value) == value else f'"{value}"'

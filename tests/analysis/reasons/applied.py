"""Changes made by hand: the JSON of a way out written into the files of a copied folder."""

from __future__ import annotations

import csv
import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

from tests.independent.reading import trajectory


def made(folder: Path, policy: str, changes: str | list[dict[str, Any]], copy: Path) -> Path:
    """A copy of an instance folder in which the changes are made; ``policy`` is the file that they speak of."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    for change in json.loads(changes) if isinstance(changes, str) else changes:
        if change["table"] == "policy":
            path = copy / "policies" / f"{policy}.toml"
            asked = tomllib.loads(path.read_text(encoding="utf-8"))
            kind, number = change["key"]["row"].split(".")
            _ask_for_less(asked[kind][int(number)], kind, change["set"], _years(copy))
            path.write_text(toml(asked), encoding="utf-8")
        else:
            _set(copy / f"{change['table']}.csv", change["key"], change["set"])
    return copy


def _years(folder: Path) -> range:
    horizon = tomllib.loads((folder / "instance.toml").read_text(encoding="utf-8"))["horizon"]
    return range(horizon["first_year"], horizon["last_year"] + 1)


def _ask_for_less(row: dict[str, Any], kind: str, cells: dict[str, Any], years: range) -> None:
    """Never more than before in any year: where two limits cross, the looser of the two, year by year."""
    for cell, value in cells.items():
        if cell == "from" or kind == "budget":
            row[cell] = value
        elif cell == "days":
            row[cell] = min(row[cell], value)
        else:
            looser = max if cell == "max" else min
            row[cell] = {year: looser(trajectory(row[cell], year), value) for year in years}


def _set(path: Path, key: dict[str, Any], cells: dict[str, Any]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        columns, rows = list(reader.fieldnames or []), list(reader)
    found = [row for row in rows if all(row[column] == str(value) for column, value in key.items())]
    assert len(found) <= 1
    if not found:
        found = [{"source": rows[0]["source"] if rows else ""} if "source" in columns else {}]
        found[0] |= {column: str(value) for column, value in key.items()}
        rows += found
    found[0] |= {column: str(value) for column, value in cells.items()}
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def toml(policy: dict[str, Any]) -> str:
    """A policy as the text of its file."""
    lines = [f"{key} = {_cell(value)}" for key, value in policy.items() if not isinstance(value, list)]
    for kind, rows in policy.items():
        for row in rows if isinstance(rows, list) else []:
            lines += [f"\n[[{kind}]]", *(f"{key} = {_cell(value)}" for key, value in row.items())]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_cell(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_cell(one) for one in value) + "]"
    return json.dumps(value)

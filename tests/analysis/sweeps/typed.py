"""Edits typed into the files of an instance, without the model: rows found and numbers changed anew."""

from __future__ import annotations

import csv
import json
import math
import tomllib
from pathlib import Path
from typing import Any

KINDS = ("share_cap", "domestic_min", "budget", "stock_min", "price_floor")
SECTIONS = ("finance", "horizon")
WHOLE = ("lead_time", "ramp_years", "lifetime", "may_be_unsold", "from", "to", "last_year")
BLANK = {"availability": 1.0, "price": 0.0, "tariff": 0.0, "initial": 0.0, "holding_cost": 0.0, "loss_rate": 0.0,
         "ramp_years": 0.0, "max_build": math.inf, "max_build_per_year": math.inf, "max_flow": math.inf}  # fmt: skip
"""What a blank cell stands for, where it stands for something: the format's own words."""

Edit = dict[str, Any]


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value) if isinstance(value, str | bool) else repr(value)


def edit_text(edit: Edit, head: str, value: float | str | None = None) -> str:
    """An edit as a sweep file says it."""
    keys = edit if value is None else {**edit, "value": value}
    return "\n".join([f"[[{head}]]", *(f"{k} = {toml(v)}" for k, v in keys.items() if v != {})]) + "\n"


def type_in(folder: Path, policy: str, edit: Edit, value: float | str) -> None:
    """Change the files of an instance as an edit says."""
    if edit["table"] in KINDS or edit["table"] in SECTIONS:
        _type_toml(folder, policy, edit, value)
    else:
        _type_csv(folder, edit, value)


def _new(edit: Edit, value: float, old: float) -> float:
    if edit["op"] == "scale" and math.isinf(old):
        return old
    new = {"set": lambda: value, "scale": lambda: old * value, "add": lambda: old + value}[edit["op"]]()
    new = max(edit.get("at_least", -math.inf), min(edit.get("at_most", math.inf), new))
    return int(round(new)) if edit["column"] in WHOLE and math.isfinite(new) else new


def _fits(held: Any, wanted: Any, groups: dict[str, list[str]]) -> bool:
    if isinstance(wanted, dict):
        return held not in ("", None) and wanted.get("from", -math.inf) <= float(held) <= wanted.get("to", math.inf)
    names = list(wanted) if isinstance(wanted, list) else [wanted]
    names += [region for name in names for region in groups.get(name, ())]
    cells = held if isinstance(held, list) else [held]
    return any(str(cell) == str(name) for cell in cells for name in names)


def _type_csv(folder: Path, edit: Edit, value: float | str) -> None:
    groups: dict[str, list[str]] = {}
    with (folder / "groups.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            groups.setdefault(row["group"], []).append(row["region"])
    path = folder / f"{edit['table']}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), list(reader.fieldnames or ())
    for row in rows:
        places = {c: groups if c in ("region", "origin", "destination") else {} for c in edit.get("where", {})}
        if all(_fits(row[c], wanted, places[c]) for c, wanted in edit.get("where", {}).items()):
            row[edit["column"]] = _cell(edit, value, row[edit["column"]])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _cell(edit: Edit, value: float | str, cell: str) -> str:
    if isinstance(value, str):
        return value
    if edit["op"] != "set" and not cell and edit["column"] not in BLANK:
        return cell
    return repr(_new(edit, value, float(cell) if cell else BLANK.get(edit["column"], 0.0)))


def _type_toml(folder: Path, policy: str, edit: Edit, value: float | str) -> None:
    section = edit["table"] in SECTIONS
    path = folder / ("instance.toml" if section else f"policies/{policy}.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for number, row in enumerate([data[edit["table"]]] if section else data[edit["table"]]):
        if not all(_fits({**row, "row": number}.get(c), w, {}) for c, w in edit.get("where", {}).items()):
            continue
        old = row.get(edit["column"])
        if isinstance(value, str):
            row[edit["column"]] = value
        elif isinstance(old, dict) and edit["op"] != "set":
            row[edit["column"]] = {year: _new(edit, value, cell) for year, cell in old.items()}
        else:
            row[edit["column"]] = _new(edit, value, old)
    path.write_text(_document(data), encoding="utf-8")


def _document(data: dict[str, Any]) -> str:
    heads = {k: v if isinstance(v, list) else [v] for k, v in data.items() if isinstance(v, dict | list)}
    lines = [f"{k} = {toml(v)}" for k, v in data.items() if k not in heads]
    for name, rows in heads.items():
        for row in rows:
            lines.append(f"[[{name}]]" if isinstance(data[name], list) else f"[{name}]")
            lines += [f"{k} = {toml(v)}" for k, v in row.items()]
    return "\n".join(lines) + "\n"

"""A state kept as files that ``solve.py`` takes, and its plan as a results folder; all in the desk's own folder."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.base.places import write_text
from model.base.problems import InputError, Problem, quoted
from model.desk.names import NAME
from model.desk.state import State
from model.instance.editing import inline
from model.instance.editing.edit import Edit, NewRow
from model.instance.files.toml_text import to_toml


def place(out: Path, name: object, ending: str) -> Path:
    """Where something of a name goes in the desk's own folder. Raises InputError: no plain name, or it is taken."""
    if not isinstance(name, str) or not NAME.fullmatch(name) or name.endswith("."):
        expected = "expected a name of letters, digits, -, _ and . that is no path"
        raise InputError([Problem("page", None, "name", quoted(name), expected)])
    found = out / f"{name}{ending}"
    if found.exists() or found.is_symlink():
        raise InputError([Problem(str(found), None, "", "", "is there already; choose another name")])
    return found


def policy_text(state: State) -> str:
    """The policy as the text of a file."""
    return to_toml(state.data)


def changes_text(edits: Mapping[str, Any]) -> str:
    """Edits of tables as the text of a changes file; blank where there are none. Raises InputError."""
    found, problems = inline.changes(edits)
    if problems:
        raise InputError(problems)
    rows: dict[str, list[dict[str, Any]]] = {}
    for change in found:
        if isinstance(change, NewRow):
            rows.setdefault(change.table, []).append(dict(change.cells))
        else:
            rows.setdefault("edit", []).append(_row(change.edit, change.value))
    new = {table: cells for table, cells in rows.items() if table != "edit"}
    return to_toml({**new, **({"edit": rows["edit"]} if "edit" in rows else {})}) if rows else ""


def _row(edit: Edit, value: float | str) -> dict[str, Any]:
    row: dict[str, Any] = {"table": edit.table}
    row |= {"where": dict(edit.where)} if edit.where else {}
    row |= {"column": edit.column, "op": edit.op, "value": value}
    row |= {"at_least": edit.at_least} if math.isfinite(edit.at_least) else {}
    return row | ({"at_most": edit.at_most} if math.isfinite(edit.at_most) else {})


def save(out: Path, name: object, folder: Path, state: State, made: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Any:
    """Write the policy, and the changes if there are any; says where and how to solve them.

    ``made``: scalars and edits of the instance. Raises InputError, OSError.
    """
    scalars, edits = made
    texts = {place(out, name, ".toml"): policy_text(state)}
    call = ["solve.py", _shown(folder), "--policy", str(next(iter(texts)))]
    changes = changes_text(edits)
    if changes:
        texts[place(out, name, "-changes.toml")] = changes
        call += ["--changes", str(list(texts)[-1])]
    for key, value in scalars.items():
        call += ["--set", f"{key}={value}"]
    call += ["--scenarios", state.scenario] if state.scenario else []
    out.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        write_text(file, text)
    return {"files": {file.name: text for file, text in texts.items()}, "folder": str(out), "call": shlex.join(call)}


def _shown(folder: Path) -> str:
    """A folder as it would be typed here."""
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)

"""A changes file: ``[[edit]]`` rows as in a sweep, each with a value of its own, made to an instance and its policy."""

from __future__ import annotations

from pathlib import Path

from model.base.problems import InputError, Problem, nearest, quoted
from model.instance.editing.inline import Stated, shown
from model.instance.editing.reader import EditReader
from model.instance.files.toml_files import read_toml

KEYS = ("title", "edit")


def read_changes(file: str | Path) -> dict[str, Stated]:
    """The edits of a changes file as overrides, each with its line. Raises InputError with every problem."""
    doc, problems = read_toml(Path(file), str(file))
    for key in doc.data:
        if key not in KEYS:
            expected = f"is no key of a changes file; known: {', '.join(KEYS)}"
            problems.append(doc.problem((key,), None, expected, nearest(key, KEYS)))
    found: dict[str, Stated] = {}
    if not problems and not doc.data.get("edit"):
        problems.append(Problem(str(file), None, "", "", "holds no row [[edit]]: nothing would change"))
    for edit in EditReader(doc, problems).read((), doc.data, own=True):
        assert edit.value is not None
        key, value = shown(edit, edit.value)
        if key in found:
            problems.append(Problem(str(file), edit.line, "", quoted(key), "is edited twice; only one would hold"))
        found[key] = Stated(value, str(file), edit.line)
    if problems:
        raise InputError(problems)
    return found

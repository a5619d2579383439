"""A changes file: new rows of tables (``[[plants]]``), and ``[[edit]]`` rows as in a sweep, each with its own value.

Rows are added before anything is edited.
"""

from __future__ import annotations

from pathlib import Path

from model.base.problems import InputError, Problem, nearest, quoted
from model.instance.editing.inline import TWICE, Stated, row_key, shown
from model.instance.editing.reader import EditReader
from model.instance.editing.rows import read_row
from model.instance.files.dictionary import TABLES
from model.instance.files.toml_files import read_toml

KEYS = ("title", "edit", *TABLES)


def read_changes(file: str | Path) -> dict[str, Stated]:
    """The edits of a changes file as overrides, each with its line. Raises InputError with every problem."""
    doc, problems = read_toml(Path(file), str(file))
    for key in doc.data:
        if key not in KEYS:
            expected = f"is no key of a changes file; known: {', '.join(KEYS)}; rows of a policy stand in a policy file"
            problems.append(doc.problem((key,), None, expected, nearest(key, KEYS)))
    found: dict[str, Stated] = {}
    if not problems and not any(doc.data.get(key) for key in KEYS[1:]):
        expected = "holds no row [[edit]] and no new row such as [[plants]]: nothing would change"
        problems.append(Problem(str(file), None, "", "", expected))
    stated: list[tuple[str, Stated]] = []
    for table in (t for t in TABLES if t in doc.data):
        rows = doc.data[table]
        if not isinstance(rows, list):
            problems.append(doc.problem((table,), None, f"expected rows that begin with [[{table}]]"))
            continue
        for number, data in enumerate(rows):
            row = read_row(doc, (table, str(number)), table, data, problems)
            stated += [] if row is None else [(row_key(table, row.cells), Stated(row.cells, row.file, row.line))]
    for edit in EditReader(doc, problems).read((), doc.data, own=True):
        assert edit.value is not None
        key, value = shown(edit, edit.value)
        stated.append((key, Stated(value, str(file), edit.line)))
    for key, one in stated:
        if key in found:
            problems.append(Problem(str(file), one.line, "", quoted(key), TWICE))
        found[key] = one
    if problems:
        raise InputError(problems)
    return found

"""The programme as it was solved last, as a file for any solver: its optimum is the plan's cost."""

from __future__ import annotations

import re
from pathlib import Path

import highspy
import numpy as np

from model.base.errors import SolverError
from model.base.places import new_file, wrong_place
from model.compiling.arrays import Span, stacked
from model.solving.outcome import Outcome
from model.solving.programme import Arrays

FORMATS = (".lp", ".mps")


def write_programme(arrays: Arrays, outcome: Outcome, file: Path) -> None:
    """Write the last cost solve, in kt and million USD of present value, as ``.lp`` or ``.mps``.

    What the goals before cost have fixed is in it as bounds and as the rows ``held_0``, ``held_1`` and so on; the
    objective holds the constant. Columns and rows are named by their component and index (``build__A_MAG_2030``),
    with a number behind where two would be the same. Raises InputError for another ending, OSError, SolverError.
    """
    if file.suffix not in FORMATS:
        raise wrong_place(file, f"expected a name that ends in {' or '.join(FORMATS)}")
    matrix = stacked([arrays.matrix, outcome.held])
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    status = highs.passModel(
        len(arrays.cost),
        len(outcome.row_lower),
        len(matrix.value),
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        arrays.constant,
        arrays.cost,
        outcome.lower,
        outcome.upper,
        outcome.row_lower,
        outcome.row_upper,
        matrix.start,
        matrix.column,
        matrix.value,
        np.zeros(len(arrays.cost), dtype=np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refused the hand-over")
    for place, name in enumerate(_names(arrays.columns, len(arrays.cost))):
        highs.passColName(place, name)
    for place, name in enumerate(_names(arrays.rows, len(outcome.row_lower))):
        highs.passRowName(place, name)
    with new_file(file) as beside:
        made = beside.with_name(beside.name + file.suffix)
        try:
            if highs.writeModel(str(made)) == highspy.HighsStatus.kError:
                raise SolverError(f"HiGHS could not write {file}")
            made.replace(beside)
        finally:
            made.unlink(missing_ok=True)


def _names(spans: dict[str, Span], count: int) -> list[str]:
    """A legal name for each place; those behind the components' are what the goals hold."""
    names, seen = [""] * count, set[str]()
    last = 0
    for component, span in spans.items():
        last = max(last, span.stop)
        for place, index in enumerate(span.index, start=span.first):
            name = re.sub(r"[^A-Za-z0-9_]", "_", "_".join([f"{component}_", *map(str, index)]))[:200]
            names[place] = f"{name}__{place}" if name in seen else name
            seen.add(names[place])
    return [name or f"held_{place - last}" for place, name in enumerate(names)]

"""How the figures of an instance are known: sourced, recalled, assumed or without a grade."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.instance.files.dictionary import CONFIDENCES, TABLES, fields
from model.instance.files.shape import shape_of
from model.instance.instance import Instance
from model.instance.ranges import FORMS, known

GRADES = (*CONFIDENCES, "ungraded")
PLACED = ("latitude", "longitude", "order")
LUCK = ("success", "slip_years")


def figures(instance: Instance) -> pd.DataFrame:
    """How many figures are sourced, recalled, assumed, defined or ungraded, by ``table`` and in all (the last row).

    A figure is a cell that the file fills with a number; those that say which row it is (a year that is part of the
    key), where a region lies on the map or a stage in the chain are none, nor is a plant's luck, whose source the row's
    grade is not of.
    """
    rows: dict[str, dict[str, int]] = {}
    for table in TABLES:
        columns = fields(table)
        if "confidence" not in columns:
            continue
        if table in ("ranges", "observations"):
            continue  # no plan rests on them
        frame, blank = instance.tables[table], shape_of(instance.tables[table]).blank
        numbers = [
            c
            for c, f in columns.items()
            if f.type in ("number", "whole", "nonzero", "positive") and not f.key and c not in (*PLACED, *LUCK)
        ]
        counts = dict.fromkeys(GRADES, 0)
        for c in numbers:
            own = known(instance.tables, table, c) if table in FORMS else None
            grades = frame["confidence"].tolist() if own is None else [k.confidence for k in own]
            for label, grade, value in zip(frame.index, grades, frame[c].tolist(), strict=True):
                counts[grade or "ungraded"] += _filled(value) and (label, c) not in blank
        rows[table] = counts | {"figures": sum(counts.values())}
    counted = pd.DataFrame.from_dict(rows, orient="index", columns=[*GRADES, "figures"])
    counted.loc["all"] = counted.sum()
    return counted.rename_axis("table").reset_index()


def _filled(value: Any) -> bool:
    return value is not None and value is not pd.NA and value == value

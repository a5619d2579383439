"""How the figures of an instance are known: sourced, recalled, assumed or without a grade."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.instance.files.dictionary import CONFIDENCES, TABLES, fields
from model.instance.files.shape import shape_of
from model.instance.instance import Instance

GRADES = (*CONFIDENCES, "ungraded")
PLACED = ("latitude", "longitude")
LUCK = ("success", "slip_years")


def figures(instance: Instance) -> pd.DataFrame:
    """How many figures are sourced, recalled, assumed or ungraded, by ``table`` and in all (the last row).

    A figure is a cell that the file fills with a number; those that say which row it is (a year that is part of the
    key) or where a region lies on the map are none, nor is a plant's luck, whose source the row's grade is not of.
    """
    rows: dict[str, dict[str, int]] = {}
    for table in TABLES:
        known = fields(table)
        if "confidence" not in known:
            continue
        frame, blank = instance.tables[table], shape_of(instance.tables[table]).blank
        numbers = [
            c
            for c, f in known.items()
            if f.type in ("number", "whole", "nonzero", "positive") and not f.key and c not in (*PLACED, *LUCK)
        ]
        counts = dict.fromkeys(GRADES, 0)
        for label, row in zip(frame.index, frame[[*numbers, "confidence"]].to_dict("records"), strict=True):
            grade = row["confidence"] or "ungraded"
            counts[grade] += sum(_filled(row[c]) and (label, c) not in blank for c in numbers)
        rows[table] = counts | {"figures": sum(counts.values())}
    counted = pd.DataFrame.from_dict(rows, orient="index", columns=[*GRADES, "figures"])
    counted.loc["all"] = counted.sum()
    return counted.rename_axis("table").reset_index()


def _filled(value: Any) -> bool:
    return value is not None and value is not pd.NA and value == value

"""Rows of the lane table that say something else than they seem to: limits that multiply, rows that undo others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from model.base.problems import Problem, and_more, line_of, quoted
from model.instance.files.shape import shape_of
from model.instance.instance import Instance
from model.instance.lanes import Lanes
from model.instance.warnings.warned import Warned, of_kind


def lane_warnings(instance: Instance, lanes: Lanes) -> list[Warned]:
    """Findings on the lane table."""
    return [
        *of_kind("no lanes", _none(instance)),
        *of_kind("limit of each", _each(instance, lanes)),
        *of_kind("replaced", _undone(instance)),
    ]


def _none(instance: Instance) -> Iterator[Problem]:
    if not len(instance.tables["lanes"]) and len(instance.regions) > 1:
        expected = "there is no lane: nothing can be shipped between regions; each lane needs a row"
        yield Problem("lanes.csv", None, "", "", expected)


def _each(instance: Instance, lanes: Lanes) -> Iterator[Problem]:
    """Limits on a group or on all: each lane has the whole of it."""
    frame = instance.tables["lanes"]
    held = {int(n): int((lanes.row == n).any(axis=1).sum()) for n in np.unique(lanes.row)}
    columns = frame[["commodity", "origin", "destination", "max_flow"]]
    for number, (label, commodity, origin, destination, limit) in enumerate(columns.itertuples(name=None)):
        several = commodity == "*" or len(instance.members(origin)) > 1 or len(instance.members(destination)) > 1
        count = held.get(number, 0)
        if several and 0 < limit < float("inf") and count > 1:
            expected = (
                f"is the limit of each of {count} lanes from {origin} to {destination}, {count * limit:,.6g} t/yr in "
                "all; a limit on their sum can't be stated in this table"
            )
            yield Problem("lanes.csv", line_of(label), "max_flow", quoted(f"{limit:g}"), expected)


def _undone(instance: Instance) -> Iterator[Problem]:
    """Rows whose blank tariff or limit replaces one that an earlier row gives some of their lanes in some years."""
    frame = instance.tables["lanes"]
    blank = shape_of(frame).blank
    first, last = frame["from"].fillna(instance.first_year), frame["to"].fillna(instance.last_year)
    goods = [instance.commodities if k == "*" else (k,) for k in frame["commodity"]]
    origins = [instance.members(place) for place in frame["origin"]]
    destinations = [instance.members(place) for place in frame["destination"]]
    for column, given in (("tariff", frame["tariff"] > 0), ("max_flow", _limited(frame))):
        named = [number for number, gives in enumerate(given) if gives]
        for number, label in enumerate(frame.index):
            if (label, column) not in blank:
                continue
            undone = [
                n
                for n in named
                if n < number
                and max(first.iloc[n], first.iloc[number]) <= min(last.iloc[n], last.iloc[number])
                and set(goods[n]) & set(goods[number])
                and _between(origins[n], destinations[n], origins[number], destinations[number])
            ]
            if undone:
                value, line = frame[column].iloc[undone[-1]], line_of(frame.index[undone[-1]])
                expected = (
                    f"is blank, and the row replaces line {line} whole, whose {column} of {value:g} no longer holds; "
                    f"expected {'0' if column == 'tariff' else 'inf'} if that is meant"
                )
                lines = [frame.index[n] for n in undone[:-1]]
                yield Problem("lanes.csv", line_of(label), column, "", expected + and_more([label, *lines]))


def _limited(frame: pd.DataFrame) -> pd.Series:
    return (frame["max_flow"] > 0) & (frame["max_flow"] < float("inf"))


def _between(o: tuple[str, ...], d: tuple[str, ...], origins: tuple[str, ...], destinations: tuple[str, ...]) -> bool:
    """Whether two rows share a lane between different regions."""
    shared = set(o) & set(origins), set(d) & set(destinations)
    return bool(shared[0] and shared[1]) and len(shared[0] | shared[1]) > 1

"""One future of a tree's plan, told as a certain plan is: the rows on the way to its end, without their branch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from model.base.economics import discount_factor
from model.base.problems import InputError, Problem
from model.base.results import Results


def refuse_futures(results: Results, what: str, instead: str = "") -> None:
    """Questions that one certain future alone can answer. Raises InputError for a plan of several.

    ``what``: who refuses; ``instead``: what does answer.
    """
    if results.branched:
        place = "plan" if results.folder is None else str(results.folder)
        expected = f"is for several futures; {what} asks a plan of one certain future: solve it without scenarios"
        raise InputError([Problem(place, None, "", "", f"{expected}{instead and f', or {instead}'}")])


def likeliest(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The future that is told where one is: the likeliest, the trunk's where several are."""
    found: dict[str, Any] = max(summary["futures"], key=lambda future: future["probability"])
    return found


def along(results: Results) -> Results:
    """The results as they are in the likeliest future; a plan of one certain future as it is.

    The summary stays that of the whole tree; present values are those of the future, not weighted by its probability.
    """
    if not results.branched:
        return results
    future = likeliest(results.summary)
    return Results(
        {name: _in(future, frame, results.summary) for name, frame in results.tables.items()},
        results.summary,
        folder=results.folder,
    )


def _in(future: Mapping[str, Any], frame: pd.DataFrame, summary: Mapping[str, Any]) -> pd.DataFrame:
    if "branch" not in frame:
        return frame
    year = next((c for c in ("year", "decision_year") if c in frame), None)
    if year is None:
        own: pd.DataFrame = frame[frame["branch"] == future["name"]].drop(columns="branch").reset_index(drop=True)
        return own
    starts = sorted(future["from"].items(), key=lambda start: start[1])
    ends = [first for _, first in starts[1:]] + [summary["last_year"] + 1]
    span = {line: range(first, end) for (line, first), end in zip(starts, ends, strict=True)}
    whole = frame["limit"].eq("total") & frame["branch"].eq(future["name"]) if _limits(frame) else False
    there = [y in span.get(line, ()) for line, y in zip(frame["branch"], frame[year], strict=True)]
    if _limits(frame):
        there = [a and what != "total" for a, what in zip(there, frame["limit"], strict=True)]
    view: pd.DataFrame = (
        frame[pd.Series(there, index=frame.index, dtype=bool) | whole].drop(columns="branch").reset_index(drop=True)
    )
    if "present_value_usd" in view:
        paid = "cost_usd" if "cost_usd" in view else "public_cost_usd"
        rate, first = summary["discount_rate"], summary["first_year"]
        view["present_value_usd"] = view[paid] * [discount_factor(rate, y - first) for y in view[year]]
    return view


def _limits(frame: pd.DataFrame) -> bool:
    """Whether it is the table of limits on building, whose totals speak of a whole future."""
    return "limit" in frame and "built_t_per_yr" in frame

"""One tidy table of the cases, the tightest caps and the earliest years."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from model.analysis.frontier.question import Question
from model.analysis.frontier.schedule import Answer
from model.base.economics import premium
from model.base.schema import columns

COLUMNS = columns("frontier", family="frontier")
CASE, TIGHTEST, EARLIEST = "case", "tightest_cap", "earliest_year"


def edge_table(question: Question, found: Answer) -> pd.DataFrame:
    """Rows in the order of kind, budget, cap and year."""
    frame = pd.DataFrame(list(_rows(question, found)), columns=[c.column for c in COLUMNS])
    kinds = {"string": "str", "integer": "Int64", "number": "float64"}
    return frame.astype({c.column: kinds[c.type] for c in COLUMNS})


def _rows(question: Question, found: Answer) -> Iterator[dict[str, Any]]:
    for budget in question.budgets:
        for cap in question.caps:
            for year in question.years:
                yield {"kind": CASE, "budget_usd": budget, "cap": cap, "year": year, **_case(found, budget, cap, year)}
    for budget in question.budgets:
        for year in question.years:
            level = found.edges[budget, year].tightest
            yield {"kind": TIGHTEST, "budget_usd": budget, "cap": level, "year": year, "met": "yes"}
    for budget in question.budgets:
        for cap in question.caps:
            first = found.earliest[budget, cap]
            met = "no" if first is None else "yes"
            yield {"kind": EARLIEST, "budget_usd": budget, "cap": cap, "year": first, "met": met}


def _case(found: Answer, budget: float | None, cap: float, year: int) -> dict[str, Any]:
    case = found.edges[budget, year].cases.get(cap)
    if case is None:
        return {"met": "no"}
    return {
        "met": "yes",
        "cost_usd": case.cost_usd,
        "premium_usd": premium(case.cost_usd, found.cost_without_policy_usd),
        "capex_usd": case.capex_usd,
        "unserved_goods_t": case.unserved_goods_t,
        "marginal_cost_usd_per_pt": case.usd_per_point,
        "marginal_budget_usd_per_million_usd": case.usd_per_million,
    }

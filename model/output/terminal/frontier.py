"""A frontier on a terminal of 80 columns."""

from __future__ import annotations

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from model.analysis.frontier.question import Question
from model.analysis.frontier.table import CASE, EARLIEST, TIGHTEST
from model.base.words import clean, given_money, given_share, money, share
from model.output.terminal.console import heading, table


def report(q: Question, frame: pd.DataFrame, cost_without_policy_usd: float) -> RenderableType:
    """Tightest caps, earliest years, and the range of the premium."""
    by = {budget: frame[_of(frame, budget)] for budget in q.budgets}
    head = Text(f"{clean(q.instance.title)}: the edge of policy {clean(q.asked.name)}", style="bold")
    hosts = (
        f" ({clean(q.budget.hosts.replace('_', ' '))}, {q.budget.first_year}-{q.budget.last_year})" if q.budget else ""
    )
    about = f"One cap for {clean(q.called)} in every year from a first year on. Capital{hosts}: {q.note}."
    binds = frame["marginal_budget_usd_per_million_usd"].max() > 0
    about += "" if binds or q.budget is None else " It binds in no case that is met."
    columns = [(budget_name(b), "right") for b in q.budgets]
    tightest = table(("from", "left"), *columns)
    for year in q.years:
        cells = (_one(by[b], TIGHTEST, year=year)["cap"] for b in q.budgets)
        tightest.add_row(str(year), *(share(float(cell), 2) for cell in cells))
    earliest = table(("cap", "left"), *columns)
    for cap in q.caps:
        years = (_one(by[b], EARLIEST, cap=cap)["year"] for b in q.budgets)
        earliest.add_row(given_share(cap), *("never" if pd.isna(year) else str(year) for year in years))
    return Group(
        head,
        Text(about, style="dim"),
        heading("Tightest cap that can be met"),
        tightest,
        heading("Earliest year from which a cap can be met"),
        earliest,
        heading(f"Premium over the plan without policy ({money(cost_without_policy_usd)}, present value)"),
        *(Text(f"{budget_name(b)}: {_range(by[b])}") for b in q.budgets),
    )


def budget_name(usd: float | None, long: bool = False) -> str:
    """A budget as a column's head, or (``long``) a panel's.

    >>> budget_name(15.5e9), budget_name(2e6, long=True), budget_name(None)
    ('15.5 bn USD', 'at most 2 m USD of capital', 'no limit')
    """
    if usd is None:
        return "no limit on capital" if long else "no limit"
    return f"at most {given_money(usd)} of capital" if long else given_money(usd)


def _of(frame: pd.DataFrame, budget: float | None) -> pd.Series[bool]:
    return frame["budget_usd"].isna() if budget is None else frame["budget_usd"] == budget


def _one(frame: pd.DataFrame, kind: str, **at: float) -> pd.Series[float]:
    found = frame[frame["kind"] == kind]
    for column, value in at.items():
        found = found[found[column] == value]
    return found.iloc[0]


def _range(frame: pd.DataFrame) -> str:
    """From the cheapest case to the dearest, and how many are met."""
    cases = frame[frame["kind"] == CASE]
    met = cases[cases["met"] == "yes"].sort_values("premium_usd", kind="stable")
    if not len(met):
        return f"none of {len(cases)} cases can be met"
    ends = met.iloc[[0, -1]].to_dict("records")
    said = [f"{money(case['premium_usd'])} ({given_share(case['cap'])} from {case['year']})" for case in ends]
    return f"{' to '.join(said)}; {len(met)} of {len(cases)} met"

"""A frontier on a terminal of 80 columns."""

from __future__ import annotations

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from model.analysis.frontier.question import Question
from model.analysis.frontier.table import CASE, EARLIEST, TIGHTEST
from model.base.words import clean, given_money, given_share, money, share, tonnes
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.output.terminal.console import heading, table

LEAST_T = 0.5


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


def crises(instance: Instance, asked: Policy, frame: pd.DataFrame, cost_without_policy_usd: float) -> RenderableType:
    """What each length of a crisis costs, and from which year it can be withstood."""
    head = Text(f"{clean(instance.title)}: what can be withstood under {clean(asked.name)}", style="bold")
    shown = table(
        ("months", "right"), ("serve", "right"), ("from", "right"), ("served", "right"), ("premium", "right"),
        ("a month more", "right"), ("capital", "right"), ("can be had from", "right"),
    )  # fmt: skip
    for row in frame.to_dict("records"):
        more, year = row["premium_per_month_usd"], row["earliest_year"]
        shown.add_row(
            f"{row['months']:g}",
            given_share(row["serve"]),
            str(row["year"]),
            share(row["served_share"]),
            money(row["premium_usd"]),
            "" if pd.isna(more) else money(more),
            money(row["capex_usd"]),
            "never" if pd.isna(year) else str(year),
        )
    about = (
        f"Premium over the plan without policy ({money(cost_without_policy_usd)}, present value). Served: of what the "
    )
    about += "crises ask for in all their years. Can be had from: nothing is missing in any crisis from that year on."
    return Group(head, shown, Text(about, style="dim"))


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
    goods = met["unserved_goods_t"].max()
    missing = f"; up to {tonnes(goods)} of goods unserved" if goods > LEAST_T else ""
    return f"{' to '.join(said)}; {len(met)} of {len(cases)} met{missing}"

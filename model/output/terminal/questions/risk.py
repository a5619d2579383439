"""What became of a plan in the draws, on a terminal of 80 columns: the answer, then the tables that it rests on."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from model.analysis.risk import Risk
from model.base.words import bare, clean, name, rough_money, share, tonnes
from model.output.terminal.console import heading, table
from model.plan.plan import Plan

MOST_ROWS = 6
MOST_YEARS = 6


def report(found: Risk, plan: Plan) -> Iterator[RenderableType]:
    """The answer in some lines, then the years, the projects that hurt most, and what over-building buys."""
    title = f"Projects late, or never: {clean(plan.instance.title)}, policy {clean(plan.policy.name)}"
    yield heading(title)
    for line in sentences(found, plan):
        yield Text(bare(line))
    if found.summary["projects_at_risk"]:
        yield from _years(found["chances"])
        yield from _failures(found["failures"])
        yield from _insurance(found["insurance"])
    yield Text(
        "Each plant draws its own luck; plants of one owner, and a fall of prices, would fail together. What shows is "
        "known in full, and what is planned anew counts on all else.",
        style="dim",
    )


def sentences(found: Risk, plan: Plan) -> Iterator[str]:
    """How safe the plan is, how far it may miss, what hurts most, what more would buy."""
    draws, told = found["draws"], found.summary
    own = draws[(draws["part"] == 0) & (draws["status"] != "failed")]
    at_risk = told["projects_of_the_plan_at_risk"]
    if not told["projects_at_risk"]:
        yield "No project may fail or be late (success, slip_years of plants.csv): every draw is the plan itself."
        return
    if not len(own):
        yield f"In none of {told['draws']:,} draws has the rest a plan: {draws['reason'].iloc[0]}"
        return
    kept, met = (own["kept"] == "yes").mean(), (own["status"] == "met").mean()
    yield (
        f"The plan's targets hold as planned, in every year, in {share(kept, 0)} of {told['draws']:,} draws of its "
        f"{at_risk} projects at risk; every target is met in {share(met, 0)}."
    )
    insurance = found["insurance"]
    first = insurance.iloc[0]
    yield (
        f"Of all targets, year by year, {share(first['part_kept'], 0)} hold as planned and "
        f"{share(first['part_met'], 0)} are met, in the mean."
    )
    spread = found["spread"].query("part == 0").set_index("measure").to_dict("index")
    for measure, said in (("shortfall_t", "Short"), ("unserved_goods_t", "Unserved, goods")):
        planned, mean, worst = (tonnes(spread[measure][c]) for c in ("planned", "mean", "p90"))
        yield f"{said}: {planned} planned, {mean} in the mean, one draw in ten {worst} or more."
    cost, lost = spread["cost_usd"], spread["lost_capital_usd"]
    yield (
        f"Cost: {rough_money(cost['planned'])} planned, {_more(cost['mean'] - cost['planned'])} in the mean; of it "
        f"{rough_money(lost['mean'])} spent on what never runs."
    )
    failures = found["failures"]
    if len(failures):
        yield _worst(failures.iloc[0])
    yield from _lift(insurance)
    failed = int((draws["status"] == "failed").sum())
    if failed:
        yield f"{failed:,} draws have no plan: see draws.csv."


def _more(usd: float) -> str:
    return f"{rough_money(abs(usd))} {'more' if usd >= 0 else 'less'}"


def _worst(row: pd.Series) -> str:
    said = f"Hurts most by itself: {name(row['name'])}"
    if row["status"] == "failed":
        return f"{said}; without it the rest has no plan."
    worse = (("more_unserved_t", "unserved"), ("more_shortfall_t", "short"))
    parts = [f"{tonnes(row[c])} more {word}" for c, word in worse if row[c] >= 0.5]
    return f"{said}: {', '.join([*parts, _more(row['more_cost_usd']) + ' of cost'])}."


def _lift(insurance: pd.DataFrame) -> Iterator[str]:
    """What over-building buys: the best of the plans that were drawn."""
    if len(insurance) < 2:
        return
    first = insurance.iloc[0]
    better = insurance.iloc[1:][insurance["part_kept"].iloc[1:] > first["part_kept"]]
    if not len(better):
        yield "Over-building: none of the plans that count on less holds more of the targets."
        return
    best = better.sort_values(["part_kept", "more_cost_usd"], ascending=[False, True]).iloc[0]
    yield (
        f"Over-building for {_more(best['more_cost_usd'])} of cost ({_more(best['more_capex_usd'])} of capital) lifts "
        f"that to {share(best['part_kept'], 0)}, the chance that all hold to {share(best['chance_kept'], 0)}: the best "
        f"of {len(insurance) - 1} plans tried, not the cheapest way there."
    )


def _years(chances: pd.DataFrame) -> Iterator[RenderableType]:
    rows = chances[(chances["part"] == 0) & (chances["policy_row"] == "all")]
    if not len(rows):
        return
    yield heading("All targets of a year")
    shown = table(
        ("year", "left"), ("met", "right"), ("as planned", "right"), ("short, planned", "right"), ("mean", "right"),
        ("one in ten", "right"),
    )  # fmt: skip
    step = -(-len(rows) // MOST_YEARS)
    for row in rows.iloc[::step].to_dict("records"):
        cells = (share(row["chance_met"], 0), share(row["chance_kept"], 0))
        shown.add_row(str(row["year"]), *cells, *(f"{row[c]:,.0f} t" for c in ("planned_t", "mean_t", "worst_tenth_t")))
    yield shown


def _failures(failures: pd.DataFrame) -> Iterator[RenderableType]:
    rows = failures[failures["status"] != "failed"].head(MOST_ROWS)
    if not len(rows):
        return
    yield heading("One project fails, all else comes")
    shown = table(
        ("project", "left"),
        ("success", "right"),
        ("unserved, t", "right"),
        ("short, t", "right"),
        ("cost, m USD", "right"),
    )
    for row in rows.to_dict("records"):
        figures = (f"{row[c]:+,.0f}" for c in ("more_unserved_t", "more_shortfall_t"))
        shown.add_row(clean(row["name"]), share(row["success"], 0), *figures, f"{row['more_cost_usd'] / 1e6:+,.3g}")
    yield shown


def _insurance(insurance: pd.DataFrame) -> Iterator[RenderableType]:
    if len(insurance) < 2 or insurance["part_kept"].isna().all():
        return
    yield heading("Counting on less: builds of plans that take a part of the mean for certain")
    shown = table(
        ("part", "left"), ("cost, m USD", "right"), ("capital, m USD", "right"), ("targets kept", "right"),
        ("all kept", "right"), ("mean short, t", "right"),
    )  # fmt: skip
    for row in insurance.to_dict("records"):
        money = (f"{row[c] / 1e6:+,.3g}" for c in ("more_cost_usd", "more_capex_usd"))
        held = (share(row["part_kept"], 0), share(row["chance_kept"], 0), f"{row['mean_shortfall_t']:,.0f}")
        shown.add_row(f"{row['part']:g}", *money, *held)
    yield shown

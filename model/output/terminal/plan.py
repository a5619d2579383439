"""The plan in words and figures, for a terminal of 80 columns: what a planner asks first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from model.analysis.reasons.explanation import Explanation
from model.base.words import clean, grouped, heading, money, table, years
from model.instance.instance import main_product
from model.instance.kinds import standing
from model.output.terminal.plan_buyers import paid
from model.output.terminal.plan_limits import limits
from model.output.terminal.plan_support import who_pays
from model.output.terminal.reasons import in_full, in_short
from model.plan.plan import Plan

HOLLOW = 0.5
"""A direct cap that speaks of less than this part of what the buyer's demand embodies is hollow."""
MOST_ROWS = 24
KEY = ("policy_row", "buyer", "scope")
"""What names a cap or a minimum."""


def report(plan: Plan, explained: Explanation | None = None) -> Group:
    """Everything that the terminal shows of one plan, but the seconds."""
    instance, summary = plan.instance, plan.summary
    head = Text(f"{clean(instance.title)}\n{clean(plan.policy.title)}", style="bold")
    overrides = "".join(f"; {k} = {v}" for sets in summary["overrides"].values() for k, v in sets.items())
    about = (
        f"{instance.first_year}-{instance.last_year}, USD of {instance.price_year}, "
        f"present values at {instance.discount_rate * 100:.3g} % a year{overrides}"
    )
    parts: list[RenderableType] = [head, Text(about, style="dim"), verdict(plan)]
    parts += aimed(plan)
    parts += in_short(plan) if explained is None else [in_full(explained)]
    for section in (built, cost, paid, who_pays, binding, hollow, idle):
        parts += section(plan)
    return Group(*parts)


def verdict(plan: Plan) -> Text:
    """Does the plan comply, and from which year?"""
    summary, policy = plan.summary, plan.policy
    first = summary["first_compliant_year"]
    if not policy.targets and not policy.budgets:
        asked = "price floors leave it as it is" if policy.price_floors else "no policy is asked for"
        text = Text(f"\nThe cheapest plan; {asked}.", style="bold")
    elif summary["compliant"]:
        said = f"in force from {first}." if policy.targets else "the budget is kept."
        text = Text(f"\nEvery target is met; {said}", style="bold green")
    else:
        since = f"From {first} every target holds." if first else "Not even the last year holds."
        said = f"{summary['shortfall_t']:,.0f} t fall short in all. {since}"
        text = Text(f"\nNot every target can be met. {said}", style="bold red")
    before = summary["unserved_without_policy_t"]
    if summary["unserved_t"] > 0.5 or before > 0.5:
        text.append(
            f"\nDemand left unserved: {summary['unserved_t']:,.0f} t of oxide equivalent "
            f"({before:,.0f} t without policy).",
            style="yellow",
        )
    return text


def _what(buyer: str, scope: str, supplier: str = "") -> str:
    return f"{clean(buyer)} {clean(scope)}" + (f" from {clean(supplier)}" if supplier else "")


def aimed(plan: Plan) -> list[RenderableType]:
    """What a goal other than cost has reached."""
    value, goal = plan.summary["goal_value"], plan.summary["goal"]
    if goal == "cost":
        return []
    if goal == "exposure":
        said = f"The least largest share that any supplier has under any cap in any year is {value:.2%}."
    elif goal == "capital":
        said = f"The least overnight capital is {money(value)}."
    else:
        said = f"The earliest year from which every target holds is {value:.0f}." if value else "No year will do."
    return [Text(f"\n{said} Among the plans that reach it this is the cheapest.")]


def built(plan: Plan) -> list[RenderableType]:
    """What is built, where and when, and its capital against the envelope."""
    builds, instance = plan["builds"], plan.instance
    parts: list[RenderableType] = [heading("What is built")]
    if not len(builds):
        return [*parts, Text("Nothing new.")]
    names = dict(zip(instance.tables["plants"]["plant"], instance.tables["plants"]["name"], strict=True))
    stage_of = {k: stage for stage, goods in instance.stages.items() for k in goods}
    order = {stage: i for i, stage in enumerate(instance.stages)}
    plants: list[tuple[int, str, str, str, list[Any]]] = []
    columns = ("region", "decision_year", "online_year", "capacity_t_per_yr", "capex_usd")
    for (plant,), (regions, *rows) in sorted(grouped(builds, ["plant"], columns).items()):
        stage = stage_of[main_product(instance, instance.plants[plant].process)]
        plants.append((order[stage], regions[0], plant, stage, rows))
    largest = sorted(plants, key=lambda p: -sum(p[4][3]))[:MOST_ROWS]
    shown = table(
        ("stage", "left"), ("where", "left"), ("plant", "left"), ("decided", "left"), ("runs from", "left"),
        ("t/yr", "right"), ("m USD", "right"),
    )  # fmt: skip
    for _, region, plant, stage, (decided, online, capacity, capex) in sorted(largest, key=lambda p: p[:3]):
        shown.add_row(
            clean(stage),
            clean(region),
            clean(names[plant]),
            _span(decided),
            str(min(online)),
            f"{sum(capacity):,.0f}",
            f"{sum(capex) / 1e6:,.1f}",
        )
    parts.append(shown)
    if len(plants) > len(largest):
        parts.append(Text(f"and {len(plants) - len(largest)} smaller ones: builds.csv", style="dim"))
    return [*parts, Text(_capital(plan))]


def _capital(plan: Plan) -> str:
    builds, envelope = plan["builds"], plan.instance.envelope
    said = f"Overnight capital: {money(plan.summary['capex_usd'])}"
    if envelope is None:
        return f"{said}."
    inside = builds[builds["region"].isin(plan.instance.members(envelope.hosts))]["capex_usd"].sum()
    sources = plan.instance.tables["sources"]
    cited = "".join(f" ({clean(c)})" for c in sources["citation"][sources["source"] == envelope.source])
    return (
        f"{said}; {money(inside)} of it in {clean(envelope.hosts)}, {inside / envelope.min:.0%} of the lower end of "
        f"the envelope of {envelope.min / 1e9:g}-{envelope.max / 1e9:g} bn USD{cited}."
    )


def cost(plan: Plan) -> list[RenderableType]:
    """Cost and premium over the plan without policy."""
    summary = plan.summary
    premium, base = summary["premium_usd"], summary["cost_without_policy_usd"]
    text = Text(f"{money(summary['cost_usd'])} present value of the whole chain")
    if plan.policy.rows:
        share = f" ({premium / base:.2%})" if base else ""
        text.append(f"; {money(premium)}{share} more than without policy")
        per_kg = summary["premium_usd_per_kg"]
        if per_kg is not None:
            buyers = ", ".join(dict.fromkeys(clean(t.buyer) for t in plan.policy.targets))
            text.append(f", or {per_kg:,.2f} USD per kg of the final goods of {buyers}, both discounted over all years")
    return [heading("What it costs"), text.append(".")]


def binding(plan: Plan) -> list[RenderableType]:
    """Limits that bind, with what one more point (or million, or tonne) is worth."""
    rows: list[tuple[float, str, str, str, str]] = []
    for name in ("shares", "benchmarks"):
        key = [*KEY, *(["supplier"] if name == "shares" else [])]
        priced = plan[name][plan[name]["shadow_price_usd_per_pt"] > 0]
        for (row, *what), (when, usd) in grouped(priced, key, ("year", "shadow_price_usd_per_pt")).items():
            worth = [price / 1e6 for price in usd]
            rows.append((max(worth), _what(*what), row, years(when), _range(worth)))
    parts: list[RenderableType] = [heading("What binds")]
    if rows:
        shown = table(
            ("limit", "left"), ("row", "left"), ("years", "left"), ("a point, m USD/yr", "left")
        )  # fmt: skip
        for _, *cells in sorted(rows, key=lambda r: -r[0])[:MOST_ROWS]:
            shown.add_row(*cells)
        parts.append(shown)
    columns = ["policy_row", "hosts", "bound", "spent_usd", "limit_usd", "shadow_price"]
    for row, hosts, bound, spent, limit, worth in plan["budgets"][columns].itertuples(index=False):
        said = f"Budget of {clean(hosts)} ({row}): {money(spent)} of {bound} {money(limit)}"
        said += f"; one more million is worth {money(worth)}." if worth > 0 else "; it does not bind."
        parts.append(Text(said))
    if len(parts) == 1 and plan.policy.rows:
        parts.append(Text("No cap or minimum binds."))
    parts += limits(plan)
    return parts if len(parts) > 1 else []


def _span(found: Sequence[int]) -> str:
    first, last = min(found), max(found)
    return str(first) if first == last else f"{first}-{last}"


def _range(values: Sequence[float]) -> str:
    low, high = _short(min(values)), _short(max(values))
    return low if low == high else f"{low} to {high}"


def _short(value: float) -> str:
    """Three figures that matter, without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.001 else "under 0.001"


def hollow(plan: Plan) -> list[RenderableType]:
    """Beside every direct cap: what the goods hold, and how much of the buyer's demand the cap speaks of."""
    frame = plan["content"]
    if not len(frame):
        return []
    shown = table(
        ("direct cap", "left"), ("largest content", "left"), ("direct", "right"), ("content", "right"),
        ("speaks of", "right"), ("", "left"),
    )  # fmt: skip
    sums = frame.groupby([*KEY, "supplier"])[["direct_share", "content_share"]].sum()
    totals = grouped(sums.reset_index(), KEY, ("content_share", "direct_share", "supplier"))
    for cap, (when, ratios) in grouped(frame, KEY, ("year", "base_ratio")).items():
        by_year = dict(zip(when, ratios, strict=True))
        most, direct, supplier = max(zip(*totals[cap], strict=True), key=itemgetter(0))
        ratio = pd.Series(list(by_year.values())).mean()
        shown.add_row(
            _what(*cap[1:]),
            clean(supplier),
            f"{direct / len(by_year):.0%}",
            f"{most / len(by_year):.0%}",
            f"{ratio:.0%}",
            Text("hollow", style="yellow") if ratio < HOLLOW else "",
        )
    note = (
        "Means over the years in force. Direct: made there. Content: made there or of material that passed through "
        "there. Speaks of: use at the stage over what the buyer's final demand embodies; below half the cap is hollow."
    )
    return [heading("What the caps leave unseen"), shown, Text(note, style="dim")]


def idle(plan: Plan) -> list[RenderableType]:
    """Capacity benchmarks beside what the plants make."""
    frame = plan["benchmarks"].dropna(subset=["output_t"])
    by_capacity = {t.row for t in plan.policy.targets if standing(t)}
    frame = frame[frame["policy_row"].isin(by_capacity)]
    if not len(frame):
        return []
    shown = table(
        ("capacity benchmark", "left"), ("capacity t/yr", "right"), ("output t/yr", "right"), ("used", "right")
    )
    for (_, *what), (values, outputs) in grouped(frame, KEY, ("value_t", "output_t")).items():
        value, output = sum(values) / len(values), sum(outputs) / len(outputs)
        used = f"{output / value:.0%}" if value > 0 else "-"
        shown.add_row(_what(*what), f"{value:,.0f}", f"{output:,.0f}", used)
    note = Text(
        "Means over the years in force, oxide equivalent; a benchmark of capacity is met by idle plants too.",
        style="dim",
    )
    return [heading("Capacity and output"), shown, note]


def seconds(phases: Mapping[str, Mapping[str, float | None]]) -> RenderableType:
    """Seconds and peak memory by phase."""
    said = ", ".join(f"{name} {values['seconds']:.2f}" for name, values in phases.items())
    peak = max((v["peak_memory_mb"] or 0.0 for v in phases.values()), default=0.0)
    return Text(f"\nSeconds: {said}. Peak memory {peak:,.0f} MB.", style="dim")

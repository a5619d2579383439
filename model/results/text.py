"""The plan in words and figures, for a terminal of 80 columns: what a planner asks first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from model.instance import Instance
from model.plan import Plan
from model.reasons.explanation import Explanation
from model.reasons.text import in_full, in_short
from model.results.text_buyers import paid
from model.results.text_limits import limits
from model.results.text_support import who_pays
from model.results.words import clean, heading, money, table, years

HOLLOW = 0.5
"""A direct cap that speaks of less than this part of what the buyer's demand embodies is hollow."""
MOST_ROWS = 24


def _groups(frame: pd.DataFrame, *key: str) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    """Rows by the text of some columns, in the frame's order."""
    for name, rows in frame.groupby(list(key), sort=False):
        yield tuple(map(str, name)), rows


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
    order = {stage: i for i, stage in enumerate(instance.stages)}
    grouped = []
    for plant, rows in builds.groupby("plant"):
        stage = plant_stage(instance, str(plant))
        grouped.append((order[stage], rows["region"].iloc[0], str(plant), stage, rows))
    largest = sorted(grouped, key=lambda g: -g[4]["capex_usd"].sum())[:MOST_ROWS]
    shown = table(
        ("stage", "left"), ("where", "left"), ("plant", "left"), ("decided", "left"), ("runs from", "left"),
        ("t/yr", "right"), ("m USD", "right"),
    )  # fmt: skip
    for _, region, plant, stage, rows in sorted(largest, key=lambda g: g[:3]):
        shown.add_row(
            clean(stage),
            clean(region),
            clean(names[plant]),
            _span(rows["decision_year"]),
            str(rows["online_year"].min()),
            f"{rows['capacity_t_per_yr'].sum():,.0f}",
            f"{rows['capex_usd'].sum() / 1e6:,.1f}",
        )
    parts.append(shown)
    if len(grouped) > len(largest):
        parts.append(Text(f"and {len(grouped) - len(largest)} smaller ones: builds.csv", style="dim"))
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


def plant_stage(instance: Instance, plant: str) -> str:
    """Stage of a plant's most oxide-rich product."""
    recipe = instance.recipes[instance.plants[plant].process]
    made = max(recipe, key=lambda k: (recipe[k] > 0, recipe[k] * max(instance.ree_content[k], 1e-9)))
    return next(stage for stage, goods in instance.stages.items() if made in goods)


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
        key = ["policy_row", "buyer", "scope", *(["supplier"] if name == "shares" else [])]
        priced = plan[name][plan[name]["shadow_price_usd_per_pt"] > 0]
        for (row, *what), found in _groups(priced, *key):
            worth = found["shadow_price_usd_per_pt"] / 1e6
            rows.append((worth.max(), _what(*what), row, years(found["year"]), _range(worth)))
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


def _span(found: pd.Series[int]) -> str:
    first, last = int(found.min()), int(found.max())
    return str(first) if first == last else f"{first}-{last}"


def _range(values: pd.Series[float]) -> str:
    low, high = _short(values.min()), _short(values.max())
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
    for (_, buyer, scope), rows in _groups(frame, "policy_row", "buyer", "scope"):
        mean = rows.groupby("supplier")[["direct_share", "content_share"]].sum() / rows["year"].nunique()
        first = str(mean["content_share"].idxmax())
        ratio = rows.drop_duplicates("year")["base_ratio"]
        shown.add_row(
            _what(buyer, scope),
            clean(first),
            f"{mean['direct_share'][first]:.0%}",
            f"{mean['content_share'][first]:.0%}",
            f"{ratio.mean():.0%}",
            Text("hollow", style="yellow") if ratio.mean() < HOLLOW else "",
        )
    note = (
        "Means over the years in force. Direct: made there. Content: made there or of material that passed through "
        "there. Speaks of: use at the stage over what the buyer's final demand embodies; below half the cap is hollow."
    )
    return [heading("What the caps leave unseen"), shown, Text(note, style="dim")]


def idle(plan: Plan) -> list[RenderableType]:
    """Capacity benchmarks beside what the plants make."""
    frame = plan["benchmarks"].dropna(subset=["output_t"])
    by_capacity = {t.row for t in plan.policy.domestic_mins if t.measure == "capacity"}
    frame = frame[frame["policy_row"].isin(by_capacity)]
    if not len(frame):
        return []
    shown = table(
        ("capacity benchmark", "left"), ("capacity t/yr", "right"), ("output t/yr", "right"), ("used", "right")
    )
    for (_, buyer, scope), rows in _groups(frame, "policy_row", "buyer", "scope"):
        value, output = rows["value_t"].mean(), rows["output_t"].mean()
        used = f"{output / value:.0%}" if value > 0 else "-"
        shown.add_row(_what(buyer, scope), f"{value:,.0f}", f"{output:,.0f}", used)
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

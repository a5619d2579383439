"""The plan in words and figures, for a terminal of 80 columns: what a planner asks first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from model.analysis.latest.sentences import answer as until
from model.analysis.reasons.explanation import Explanation
from model.base.words import amount, bare, clean, share, years
from model.instance.instance import main_product
from model.instance.policy.kinds import standing
from model.output.terminal.console import STYLE, grouped, heading, said, table
from model.output.terminal.planned.observed import missed_most
from model.output.terminal.planned.plan_buyers import paid
from model.output.terminal.planned.plan_limits import limits
from model.output.terminal.planned.plan_support import who_pays
from model.output.terminal.planned.reasons import in_full, in_short
from model.plan import futures
from model.plan.plan import Plan
from model.plan.saying import answer, sentences
from model.plan.saying.along import along
from model.plan.saying.asking import complies
from model.plan.saying.rows import ToldShort
from model.plan.saying.survival import sentence

MOST_ROWS = 24
KEY = ("policy_row", "buyer", "scope")
"""What names a cap or a minimum."""


def short(plan: Plan, explained: Explanation | None = None, more: Mapping[str, pd.DataFrame] | None = None) -> Group:
    """The answer in some ten lines; with an explanation also why targets are missed and the ways out.

    ``more`` are tables beside the plan's, such as a stress test's.
    """
    told = ToldShort(plan, more)
    head = Text(f"{clean(plan.policy.title)}\n{clean(plan.instance.name)} / {clean(plan.policy.name)}", style="bold")
    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(max_width=22, style="dim")
    lines.add_column()
    (_, first), *others = answer.ten_lines(told)
    for about, line in [*futures.lines(told), *others, *(("At the latest", until(r)) for r in told["latest"][:1])]:
        lines.add_row(bare(about), bare(line))
    colour = f" {STYLE[complies(plan.summary)]}" if plan.policy.targets else ""
    parts: list[RenderableType] = [head, said(sentences.about(told), "dim"), said(first, f"bold{colour}")]
    return Group(*parts, *aimed(plan), lines, *(in_full(explained) if explained is not None else []))


def report(plan: Plan, explained: Explanation | None = None, more: Mapping[str, pd.DataFrame] | None = None) -> Group:
    """Everything that the terminal shows of one plan, but the seconds."""
    head = Text(f"{clean(plan.instance.title)}\n{clean(plan.policy.title)}", style="bold")
    parts: list[RenderableType] = [head, said(sentences.about(ToldShort(plan)), "dim"), verdict(plan), *aimed(plan)]
    parts += in_short(plan) if explained is None else in_full(explained)
    stopped = sentence(ToldShort(plan, more))
    parts += [heading("If exports stop"), said(stopped)] if stopped else []
    waits = ToldShort(plan, more)["latest"]
    parts += [heading("By when at the latest"), said(until(waits[0]))] if waits else []
    parts += by_future(plan)
    told = replace(plan, tables=along(plan).tables)  # of a tree the likeliest future
    for section in (built, cost, paid, who_pays, binding, hollow, idle):
        parts += section(told)
    return Group(*parts, *missed_most(ToldShort(plan)))


def by_future(plan: Plan) -> list[RenderableType]:
    """What a plan for several futures says of each, line by line."""
    found = list(futures.lines(ToldShort(plan)))
    if not found:
        return []
    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(max_width=22, style="dim")
    lines.add_column()
    for about, line in found:
        lines.add_row(bare(about), bare(line))
    return [heading("Futures"), lines]


def verdict(plan: Plan) -> Text:
    """Does the plan comply, and from which year?"""
    told, asks = ToldShort(plan), bool(plan.policy.targets or plan.policy.budgets)
    style = f"bold {STYLE[complies(plan.summary)]}" if asks else "bold"
    text = Text(f"\n{bare(sentences.verdict(told))}", style=style)
    unserved = answer.unserved(told)
    return text.append(f"\n{bare(unserved)}", style="yellow") if unserved else text


def _what(told: ToldShort, row: str, buyer: str, scope: str, supplier: str = "") -> str:
    """A target by names; where another row speaks of the same, what this one's row is called."""
    alike = sum((buyer, scope) in named for named in told.scopes_of.values())
    if alike > 1 and not supplier and len(told.scopes_of[row]) == 1:
        return clean(told.row(row))
    return bare(f"{told.scope(scope)}, {told.place(buyer)}" + (f", from {told.place(supplier)}" if supplier else ""))


def aimed(plan: Plan) -> list[RenderableType]:
    """What a goal other than cost has reached."""
    reached = sentences.aim(ToldShort(plan))
    return [Text(f"\n{bare(reached)}")] if reached else []


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
            amount(sum(capacity)),
            f"{sum(capex) / 1e6:,.1f}",
        )
    parts.append(shown)
    if len(plants) > len(largest):
        parts.append(Text(f"and {len(plants) - len(largest)} smaller ones: builds.csv", style="dim"))
    return [*parts, said(sentences.capital(ToldShort(plan)))]


def cost(plan: Plan) -> list[RenderableType]:
    """Cost and premium over the plan without policy, and what buyers would pay more."""
    told = ToldShort(plan)
    return [heading("What it costs"), *map(said, filter(None, (sentences.cost(told), sentences.pays_more(told))))]


def binding(plan: Plan) -> list[RenderableType]:
    """Limits that bind, with what one more point (or million, or tonne) is worth."""
    told, rows = ToldShort(plan), list[tuple[float, str, str, str, str]]()
    for name in ("shares", "benchmarks", "withstand"):
        key = [*KEY, *(["supplier"] if "supplier" in plan[name] else [])]
        priced = plan[name][plan[name]["shadow_price_usd_per_pt"] > 0]
        for (row, *what), (when, usd) in grouped(priced, key, ("year", "shadow_price_usd_per_pt")).items():
            worth = [price / 1e6 for price in usd]
            rows.append((max(worth), _what(told, row, *what), row, years(when), _range(worth)))
    parts: list[RenderableType] = [heading("What binds")]
    if rows:
        shown = table(
            ("limit", "left"), ("row", "left"), ("years", "left"), ("a point, m USD/yr", "left")
        )  # fmt: skip
        for _, *cells in sorted(rows, key=lambda r: -r[0])[:MOST_ROWS]:
            shown.add_row(*cells)
        parts.append(shown)
    parts += [said(line) for line in sentences.budgets(ToldShort(plan))]
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
    told = ToldShort(plan)
    sums = frame.groupby([*KEY, "supplier"])[["direct_share", "content_share"]].sum()
    totals = grouped(sums.reset_index(), KEY, ("content_share", "direct_share", "supplier"))
    for cap, (when, ratios) in grouped(frame, KEY, ("year", "base_ratio")).items():
        by_year = dict(zip(when, ratios, strict=True))
        most, direct, supplier = max(zip(*totals[cap], strict=True), key=itemgetter(0))
        ratio = pd.Series(list(by_year.values())).mean()
        shown.add_row(
            _what(told, *cap),
            bare(told.place(supplier)),
            share(direct / len(by_year), 0),
            share(most / len(by_year), 0),
            share(ratio, 0),
            Text("hollow", style="yellow") if ratio < sentences.HOLLOW else "",
        )
    note = (
        "Means over the years in force. Direct: made there. Content: made there or of material that passed through "
        "there. Speaks of: use at the stage over what the buyer's final demand embodies; below half the cap is hollow."
    )
    return [heading("What the caps leave unseen"), shown, Text(note, style="dim")]


def idle(plan: Plan) -> list[RenderableType]:
    """Capacity benchmarks beside what the plants make."""
    frame = plan["benchmarks"].dropna(subset=["output_t"])
    told = ToldShort(plan)
    by_capacity = {t.row for t in plan.policy.targets if standing(t)}
    frame = frame[frame["policy_row"].isin(by_capacity)]
    if not len(frame):
        return []
    shown = table(
        ("capacity benchmark", "left"), ("capacity t/yr", "right"), ("output t/yr", "right"), ("used", "right")
    )
    for (row, *what), (values, outputs) in grouped(frame, KEY, ("value_t", "output_t")).items():
        value, output = sum(values) / len(values), sum(outputs) / len(outputs)
        used = share(output / value, 0) if value > 0 else "-"
        shown.add_row(_what(told, row, *what), amount(value), amount(output), used)
    note = Text(
        f"Means over the years in force, t of {clean(plan.instance.words.measure)}; a benchmark of capacity is met "
        "by idle plants too.",
        style="dim",
    )
    return [heading("Capacity and output"), shown, note]


def seconds(phases: Mapping[str, Mapping[str, float | None]]) -> RenderableType:
    """Seconds and peak memory by phase."""
    said = ", ".join(f"{name} {values['seconds']:.2f}" for name, values in phases.items())
    peak = max((v["peak_memory_mb"] or 0.0 for v in phases.values()), default=0.0)
    return Text(f"\nSeconds: {said}. Peak memory {peak:,.0f} MB.", style="dim")

"""Why targets are missed and what would meet them, in words that read well aloud. No dual is named."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group as Parts
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from model.analysis.reasons.causes import Binding, Supply, supplies
from model.analysis.reasons.misses import Group, Missed
from model.base.units import T_PER_KT
from model.base.words import clean, heading, money, years
from model.instance.instance import Instance
from model.instance.kinds import kind_of
from model.plan.plan import Plan
from model.plan.solved import Solved
from model.solving.targets import Limit

if TYPE_CHECKING:  # what looks for ways out is seldom needed
    from model.analysis.reasons.changes import Way
    from model.analysis.reasons.explanation import Explanation, Reason, Shown

MOST_YEARS = 4
MOST_PLANTS = 6
MOST_BINDINGS = 4


def in_short(plan: Plan) -> list[RenderableType]:
    """What falls short, why, and what the plan itself proves would meet it: no further solve."""
    s = plan.solved
    missed = Missed.of(s)
    if not missed.groups:
        return []
    parts: list[RenderableType] = [heading("What falls short, and why")]
    for group in missed.groups:
        parts.append(_head(s, group))
        reached = [limit.share(s.outcome.x) for limit in group.limits]
        lines = [_reached(group, reached, "is reached"), *_why(s, group, supplies(s, group.limits[0]), ())]
        last = max(group.years)
        later = any(limit.year > last and limit.target.row == group.name[0] for limit in missed.limits)
        ways = [f"ask for no more than that{f'; or begin in {last + 1}' if later else ''}"]
        parts += _indented([*lines, f"Would do, by this plan: {ways[0]}."])
    more = "--explain looks for the best that could be reached and for all ways out, and proves each by another solve."
    return [*parts, Text(f"\n{more}", style="dim")]


def in_full(explanation: Explanation) -> Parts:
    """The whole explanation."""
    plan = explanation.plan
    if not explanation.reasons:
        return Parts(heading("Nothing to explain: every target is met."))
    parts: list[RenderableType] = [heading("Why targets are missed, and what would meet them")]
    for reason in explanation.reasons:
        parts += _reason(plan, reason)
    parts += _together(plan, explanation)
    note = (
        "Can be reached: by this target alone, demand served and budgets kept, every other target put aside. Each way "
        "out is the least of its kind, found by a solve, and was proved by solving the changed instance anew; the sum "
        "behind it is what the whole chain then costs more or less (present value). In full: misses.csv, causes.csv, "
        "ways_out.csv."
    )
    return Parts(*parts, Text(f"\n{note}", style="dim"))


def _reason(plan: Plan, reason: Reason) -> Iterator[RenderableType]:
    s, group = plan.solved, reason.group
    yield _head(s, group)
    lines = [_reached(group, reason.best, "can be reached")]
    reached = [limit.share(s.outcome.x) for limit in group.limits]
    if any(abs(a - b) > 1e-4 for a, b in zip(reason.best, reached, strict=True)):
        lines.append(_reached(group, reached, "is reached together with all that the policy asks for besides"))
    lines += _why(s, group, reason.supplies[0], reason.bindings)
    yield from _indented(lines)
    yield from _indented(["Ways out:"])
    for shown in reason.ways:
        text = way_out(plan, shown)
        yield Padding(Text(f"- {text}"), (0, 0, 0, 4), expand=False)
    none = _no_way(plan, reason)
    if none:
        yield from _indented([none])


def _head(s: Solved, group: Group) -> Text:
    row, buyer, scope, supplier = group.name
    what = f"{clean(scope)}, {clean(buyer)}" + (f", from {clean(supplier)}" if supplier else "")
    return Text(f"\n{what[0].upper()}{what[1:]}, {years(group.years)} ({row})", style="bold")


def _indented(lines: Sequence[str]) -> Iterator[RenderableType]:
    for line in lines:
        yield Padding(Text(line), (0, 0, 0, 2), expand=False)


def level(limit: Limit, share: float) -> str:
    """A share as its row speaks of it: per cent, or days of use."""
    if share == float("inf"):
        return "any amount"
    if kind_of(limit.target).days:
        return f"{math.floor(share * 3650 + 1e-6) / 10:,.1f} days"
    return f"{share:.1%}" if share >= 0.02 else f"{share:.2%}"


def _reached(group: Group, shares: Sequence[float], verb: str) -> str:
    """The share by year against what is asked; a few years where there are many."""
    pairs = list(zip(group.limits, shares, strict=True))
    if len(pairs) > MOST_YEARS:
        pairs = [pairs[0], *pairs[len(pairs) // 3 : -1 : max(1, len(pairs) // 3)], pairs[-1]]
    said = ", ".join(f"{level(limit, share)} in {limit.year}" for limit, share in pairs)
    asked = group.limits[0].asked
    bound = "at most" if group.at_most else "at least"
    return f"{said} {verb}; {bound} {level(group.limits[0], asked)} is asked for."


def _why(s: Solved, group: Group, found: Sequence[Supply], binding: Sequence[Binding]) -> Iterator[str]:
    """What holds it, in the first year missed."""
    limit, instance = group.limits[0], s.network.instance
    existing, committed = sum(p.existing for p in found), sum(p.committed for p in found)
    new = sum(p.new for p in found)
    unit = "t of oxide equivalent" if limit.target.weight == "ree_content" else "t"
    base = limit.base(s.outcome.x) * T_PER_KT
    if kind_of(limit.target).inside:
        yield (
            f"Because in {limit.year} the plants that count can make {existing:,.0f} {unit} with what exists, "
            f"{committed:,.0f} with what is committed and {_tonnes(new)} with the fastest new plants; "
            f"{limit.asked * base:,.0f} is asked for "
            f"({level(limit, limit.asked)} of what demand there embodies, {base:,.0f})."
        )
    elif limit.at_most:
        yield (
            f"Because of {base:,.0f} {unit} used in {limit.year}, {(1 - limit.asked) * base:,.0f} would have to come "
            f"from elsewhere; plants elsewhere, whose other buyers want to be served too, can make {existing:,.0f} "
            f"with what exists, {committed:,.0f} with what is committed and {_tonnes(new)} with the fastest new plants."
        )
    late = [p for p in found if p.online is not None]
    late.sort(key=lambda p: (p.online or 0, p.plant))
    if late:
        said = "; ".join(_new(instance, p) for p in late[:MOST_PLANTS])
        more = f"; {len(late) - MOST_PLANTS} more in causes.csv" if len(late) > MOST_PLANTS else ""
        yield f"New plants, at the earliest: {said}{more}."
    elif limit.at_most or kind_of(limit.target).inside:
        yield "No new plant that would count can be built."
    tight = [b for b in binding if b.kind != "capacity" or b.what not in {p.plant for p in late}][:MOST_BINDINGS]
    if tight:
        yield f"What binds most: {'; '.join(binds(instance, b) for b in tight)}."


def _new(instance: Instance, supply: Supply) -> str:
    lead = instance.plants[supply.plant].lead_time
    return f"{plant_name(instance, supply.plant)} from {supply.online} (lead time {_years(lead)})"


def plant_name(instance: Instance, plant: str) -> str:
    """A plant's name."""
    frame = instance.tables["plants"]
    return clean(frame["name"][frame["plant"] == plant].iloc[0])


def binds(instance: Instance, binding: Binding) -> str:
    """One limit that binds."""
    when = years(binding.years)
    name = plant_name(instance, binding.what) if binding.what in instance.plants else clean(binding.what)
    said = {
        "capacity": f"all of {name} is used ({when})",
        "build limit": f"no more of {name} may be built in all",
        "yearly build limit": f"no more of {name} may be decided in {when}",
        "lane": f"the lane of {name} is full or shut ({when})",
        "stock capacity": f"the store of {name} is full ({when})",
        "budget": f"the budget {name} is spent",
    }
    return said[binding.kind]


def way_out(plan: Plan, shown: Shown) -> str:
    """A way out in words, with what it does to the cost."""
    cost = _dearer(shown.verdict.cost_usd - plan.summary["cost_usd"])
    unpaid = shown.uncounted_usd
    beside = f", without paying for it, about {money(unpaid)}" if unpaid > 0 else ""
    return f"{in_words(plan.instance, shown.way)} ({cost}{beside})"


def _dearer(change: float) -> str:
    if abs(change) < 0.5:
        return "at the same cost"
    return f"{money(abs(change))} {'more' if change > 0 else 'less'} in all"


def in_words(instance: Instance, way: Way) -> str:
    """A way out as a sentence without its cost."""
    group, limit = way.group, way.group.limits[0]
    name = plant_name(instance, way.what[0]) if way.kind in ("capacity", "build limit") else ""
    if way.kind == "limit":
        share = way.amount / 365 if kind_of(limit.target).days else way.amount
        exact = f"{way.amount:,.1f} days" if kind_of(limit.target).days else f"{share * 100:.4g}%"
        verb = "allow" if group.at_most else "ask for"
        everything = " (no cap at all)" if group.at_most and way.amount >= 1 else ""
        return f"{verb} {exact} in place of {level(limit, limit.asked)} in {years(group.years)}{everything}"
    if way.kind == "start":
        return f"begin in {way.amount:.0f}"
    if way.kind == "capacity":
        return f"{_typed(way.amount)} t/yr more of {name} by {way.by}"
    if way.kind == "lead time":
        each = [
            f"{plant_name(instance, c.key['plant'])} in {_years(c.values['lead_time'])}, not "
            f"{instance.plants[c.key['plant']].lead_time}"
            for c in way.changes
        ]
        return ("all of these faster: " if len(each) > 1 else "") + "; ".join(each)
    if way.kind == "build limit":
        return f"{_typed(way.amount)} t/yr more of {name} than may be built, decided in time for {way.by}"
    if way.kind == "stock":
        good, region = way.what
        when = f"before {instance.first_year}" if way.by and way.by < instance.first_year else f"by the end of {way.by}"
        return f"a stock of {_typed(way.amount)} t more of {clean(good)} in {clean(region)}, bought {when}"
    if way.kind == "budget":
        return f"{money(way.amount * 1e6)} more in {way.what[0]}"
    parts = [f"{_typed(a.amount)} of {plant_name(instance, a.plant)}" for a in way.additions]
    return f"together, t/yr more by {way.by}: {'; '.join(parts)}"


def _typed(amount: float) -> str:
    """An amount with all its figures, so that it can be typed."""
    return f"{amount:,.10g}"


def _tonnes(amount: float) -> str:
    return f"{amount:,.0f}" if amount < float("inf") else "any amount"


def _years(count: int) -> str:
    return f"{count} year{'' if count == 1 else 's'}"


def _no_way(plan: Plan, reason: Reason) -> str:
    """Which kinds of ways out there are not within the data."""
    kinds = {shown.way.kind for shown in reason.ways}
    said = []
    if "start" not in kinds:
        said.append("no later beginning within the horizon")
    if "budget" not in kinds:
        said.append("not more money" if any(b.max_usd < float("inf") for b in plan.policy.budgets) else "")
    if "stock" not in kinds:
        counts = kind_of(reason.group.limits[0].target).inside
        said.append("no stock (it does not count towards this target)" if counts else "no stock")
    for kind, words in (
        ("capacity", "no single plant's capacity"),
        ("lead time", "no shorter lead time"),
        ("build limit", "no higher build limit of one plant"),
    ):
        if kind not in kinds:
            said.append(words)
    said = [words for words in said if words]
    doing = [shown for shown in reason.ways if not shown.way.eases]
    if not doing:
        return f"Within the data nothing but asking for less helps: {'; '.join(said)}."
    return f"Nothing else helps: {'; '.join(said)}." if said else ""


def _together(plan: Plan, explanation: Explanation) -> Iterator[RenderableType]:
    if explanation.together is None:
        yield Text("\nNo set of these changes was found that meets every target at once.", style="bold")
        return
    ways, verdict = explanation.together.ways, explanation.together.verdict
    if len(explanation.reasons) > 1:
        yield Text("\nAll at once", style="bold")
        said = "; ".join(in_words(plan.instance, way) for way in ways)
        cost = _dearer(verdict.cost_usd - plan.summary["cost_usd"])
        yield from _indented([f"Every target is met with: {said} ({cost})."])

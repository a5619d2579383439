"""What a plan for several futures says: each one's outcome, what to decide whatever comes, what waits for news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from model.base.words import name, rough_money, several, share, tonnes, years
from model.plan.saying.along import likeliest
from model.plan.saying.answer import place
from model.plan.saying.rows import Row, Told
from model.plan.saying.sentences import plant

LEAST_T = 0.5
"""Tonnes below which nothing is said to be missing."""
LEAST_USD = 1.0


def lines(told: Told) -> Iterator[tuple[str, str]]:
    """The lines of a tree's plan: what each is about, and what it says; none for one certain future."""
    s = told.summary
    if not s.get("futures"):
        return
    for future in s["futures"]:
        yield f"If {name(future['name'])}", f"{share(future['probability'], 0)}: {_outcome(future)}"
    dear = f"{rough_money(s['cvar_usd'])} in the dearest {share(1 - s['risk']['level'], 0)} of futures"
    yield "Expected", f"{rough_money(s['cost_usd'])}; {dear}"
    yield from _public(told)
    yield from _decided(told)
    yield from _stops(told)
    yield from _worth(told)
    yield "Told below", f"the way of {name(likeliest(s)['name'])}; every table has all branches"


def _outcome(future: Row) -> str:
    said = [f"{tonnes(future['unserved_t'])} of content unserved"] if future["unserved_t"] > LEAST_T else []
    said += [f"{tonnes(future['shortfall_t'])} short of the policy"] if future["shortfall_t"] > LEAST_T else []
    said.append(rough_money(future["cost_usd"]))
    if future["public_cost_usd"] > LEAST_USD:
        said.append(f"price floors cost the public {rough_money(future['public_cost_usd'])}")
    return ", ".join(said)


def _public(told: Told) -> Iterator[tuple[str, str]]:
    """What price floors cost the public: expected, in the dear futures, and where it is most."""
    s = told.summary
    most = max(s["futures"], key=lambda future: future["public_cost_usd"])
    if most["public_cost_usd"] > LEAST_USD:
        dear = f"{rough_money(s['public_cost_cvar_usd'])} in the dearest {share(1 - s['risk']['level'], 0)} of futures"
        said = f"cost the public {rough_money(s['public_cost_usd'])} expected, {dear}"
        yield "Price floors", f"{said}; most if {name(most['name'])}: {rough_money(most['public_cost_usd'])}"


def _stops(told: Told) -> Iterator[tuple[str, str]]:
    """The plants that stop in each future and run in the trunk, the largest first."""
    for future in told.summary["futures"]:
        rows = [r for r in told["idle_plants"] if r["future"] == future["name"]]
        if rows:
            rows.sort(key=lambda r: (-r["trunk_activity_t_per_yr"], r["plant"]))
            each = [f"{plant(told, r['plant'])} ({place(told, r['region'])}) from {r['first_year']}" for r in rows[:2]]
            more = f"; and {len(rows) - 2} more" if len(rows) > 2 else ""
            verb = "stops" if len(rows) == 1 else "stop"
            stopped = f"{several(len(rows), 'plant')} {verb}: {'; '.join(each)}{more}"
            yield f"Idle, {name(future['name'])}", stopped


def fork(told: Told) -> int:
    """The first year in which the futures differ."""
    first: int = told.summary["first_year"]
    starts: list[int] = [year for future in told.summary["futures"] for year in future["from"].values()]
    return min((y for y in starts if y > first), default=first)


def _decided(told: Told) -> Iterator[tuple[str, str]]:
    """Decisions before the first fork, then those of each line after it."""
    whole, first = told.builds_of_every_branch, fork(told)
    now = [b for b in whole if b["decision_year"] < first]
    yield "Whatever comes", _plants(told, now, f"before {first}")
    after: dict[str, list[Row]] = defaultdict(list)
    for b in whole:
        if b["decision_year"] >= first:
            after[b["branch"]].append(b)
    for future in told.summary["futures"]:
        line = future["name"]
        yield (
            f"Then, {name(line)}",
            _plants(told, after.get(line, []), f"from {max(first, future['from'].get(line, first))}"),
        )


def _plants(told: Told, builds: list[Row], when: str) -> str:
    if not builds:
        return f"nothing is decided {when}"
    by_plant: dict[str, list[Row]] = defaultdict(list)
    for b in builds:
        by_plant[b["plant"]].append(b)
    order = sorted(by_plant, key=lambda j: (-sum(b["capex_usd"] or 0.0 for b in by_plant[j]), j))
    each = [_plant(told, by_plant[j]) for j in order[:2]]
    usd = rough_money(sum(b["capex_usd"] or 0.0 for b in builds))
    more = f"; and {len(order) - 2} more" if len(order) > 2 else ""
    return f"{several(len(order), 'plant')} {when}, {usd}: {'; '.join(each)}{more}"


def _plant(told: Told, builds: list[Row]) -> str:
    """A plant, where it stands, how much of it and when."""
    capacity, when = sum(b["capacity_t_per_yr"] for b in builds), years(b["decision_year"] for b in builds)
    about = f"{plant(told, builds[0]['plant'])} ({place(told, builds[0]['region'])})"
    return f"{about} {tonnes(capacity)}/yr in {when}"


def _worth(told: Told) -> Iterator[tuple[str, str]]:
    """What knowing and hedging are worth, and which decisions are safe, where that was asked."""
    s = told.summary
    if "evpi_usd" not in s:
        return
    yield "Knowing is worth", _less(s, "evpi")
    if s["hedge_worth_usd"] is None:
        yield (
            "Hedging is worth",
            "the trunk's decisions leave no plan that keeps the budgets, or the trunk is no future",
        )
    else:
        yield "Hedging is worth", _less(s, "hedge_worth")
    rows = told["decisions_now"]
    safe = sorted((r for r in rows if r["safe"] == "yes"), key=lambda r: (-r["safe_t_per_yr"], r["plant"]))
    each = [f"{plant(told, r['plant'])} {tonnes(r['safe_t_per_yr'])}/yr in {r['decision_year']}" for r in safe[:3]]
    more = f"; and {len(safe) - 3} more" if len(safe) > 3 else ""
    said = f"{len(safe)} of {several(len(rows), 'decision')} are right in every future"
    yield "Safe", f"{said}: {'; '.join(each)}{more}" if safe else f"none of {several(len(rows), 'decision')}"


def _less(s: Mapping[str, Any], key: str) -> str:
    """Tonnes first where they differ; a plan that leaves demand unserved is never told by its cost alone."""
    parts = [
        f"{tonnes(abs(s[f'{key}_{what}_t']))} {'less' if s[f'{key}_{what}_t'] > 0 else 'more'} {said}"
        for what, said in (("unserved", "unserved"), ("shortfall", "short of the policy"))
        if abs(s[f"{key}_{what}_t"]) > LEAST_T
    ]
    usd = s[f"{key}_usd"]
    parts.append(f"{rough_money(abs(usd))}{' more in cost' if usd < 0 else ''}")
    return ", ".join(parts) + ", expected"

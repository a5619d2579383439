"""What a plan says, as plain text: made once from its tables and its summary, laid out by terminal and report.

Names from the instance stand between the marks of ``words.name``; whoever lays a sentence out turns them into what
belongs there (nothing on a terminal, an element in HTML).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from model.base.words import capital as with_capital
from model.base.words import (
    given_money,
    listed,
    money,
    name,
    on_own_goods,
    rough_money,
    several,
    share,
    span,
    stated,
    years,
)
from model.instance.policy.kinds import hard, soft
from model.plan.saying.rows import Row, Told

HOLLOW = 0.5
"""A direct cap that speaks of less than this part of what the buyer's demand embodies is hollow."""
MOST_SILENT = 3
"""Targets of a row that ask nothing are named one by one up to so many."""
LEAST_GAP = 0.5
"""USD/t between what a plant needs and what the market pays; less can't be seen in a table."""
LEAST_SUPPORT = 1e3
"""USD a year."""


def targets() -> tuple[str, ...]:
    """Kinds of rows that ask for a share by year."""
    return tuple(kind.key for kind in soft())


def asks(told: Told, *kinds: str) -> bool:
    """Whether the policy has rows of some kinds."""
    return any(row.partition(".")[0] in kinds for row in told.summary["policy"]["rows"])


def about(told: Told) -> str:
    """Horizon, money and the instance's edits in one line; those of the policy stand in its title."""
    s = told.summary
    sets = "".join(f"; {name(stated(k, v))}" for k, v in s["overrides"].get("instance", {}).items())
    return (
        f"{s['first_year']}-{s['last_year']}, USD of {s['price_year']}, present values at "
        f"{s['discount_rate'] * 100:.3g} % a year{sets}"
    )


def question(told: Told) -> str:
    """What was asked."""
    s = told.summary
    horizon = f"{s['first_year']} to {s['last_year']}"
    if not asks(told, *targets(), *(kind.key for kind in hard())):
        return f"Which capacity, where and when, serves demand at least cost from {horizon}, with no target to meet?"
    goal = {
        "exposure": "with the least largest share of any capped supplier",
        "capital": "with the least overnight capital",
        "earliest": "from the earliest year",
    }.get(s["goal"], "at least cost")
    return (
        f"Which capacity, where and when, meets “{name(s['policy']['title'])}” {goal}, in a plan from {horizon} "
        "that serves demand first?"
    )


def verdict(told: Told) -> str:
    """Does the plan comply, and from which year?"""
    s = told.summary
    if not asks(told, *targets(), *(kind.key for kind in hard())):
        asked = "price floors leave it as it is" if asks(told, "price_floor") else "no policy is asked for"
        return f"The cheapest plan; {asked}."
    first = s["first_compliant_year"]
    if s["compliant"] and silent(told):
        return f"No target is missed, but {listed(silent(told))}."
    if s["compliant"]:
        return f"Every target is met; {f'in force from {first}' if asks(told, *targets()) else 'the budget is kept'}."
    since = f"From {first} every target holds." if first else "Not even the last year holds."
    quiet = f" {listed(silent(told))}." if silent(told) else ""
    return f"Not every target can be met. {since}{quiet}"


def quiet_targets(told: Told) -> Iterator[tuple[str, str, str, list[int]]]:
    """Targets (row, buyer, scope) with the years in which they ask nothing; none in folders of older versions."""
    for found in told.summary.get("asks_nothing") or ():
        if isinstance(found, Mapping):
            yield found["policy_row"], found["buyer"], found["scope"], found["years"]


def silent(told: Told) -> list[str]:
    """Rows that ask nothing in some years: of anybody, or of some buyers at some scopes."""
    quiet: dict[str, dict[tuple[str, str], list[int]]] = {}
    for row, buyer, scope, found in quiet_targets(told):
        quiet.setdefault(row, {})[buyer, scope] = found
    return [line for row, when in quiet.items() for line in _silent(told, row, when)]


def _silent(told: Told, row: str, when: dict[tuple[str, str], list[int]]) -> Iterator[str]:
    """What a row does not ask, target by target unless it asks nothing of all; a long list by its years."""
    known = {(r["buyer"], r["scope"]) for r in told["targets"] if r["policy_row"] == row} | when.keys()
    ever = set.intersection(*({*found} for found in when.values())) if known == when.keys() else set()
    if ever:
        yield f"“{name(told.row(row))}” asks nothing in {years(sorted(ever))}"
    left = {key: sorted(set(found) - ever) for key, found in when.items()}
    some = {key: found for key, found in left.items() if found}
    if len(some) > MOST_SILENT:
        all_in = years(sorted({y for found in some.values() for y in found}))
        yield f"“{name(told.row(row))}” asks nothing of {len(some)} of its {len(known)} targets in years of {all_in}"
        return
    for (buyer, scope), found in some.items():
        whom = f"{name(told.place(buyer))} ({name(told.scope(scope))})"
        yield f"“{name(told.row(row))}” asks nothing of {whom} in {years(found)}"


def aim(told: Told) -> str:
    """What a goal other than cost has reached."""
    value, goal = told.summary.get("goal_value"), told.summary["goal"]
    if goal == "exposure" and value is not None:
        said = f"The least largest share that any supplier has under any cap in any year is {share(value, 2)}."
    elif goal == "capital" and value is not None:
        said = f"The least overnight capital is {money(value)}."
    elif goal == "earliest":
        said = f"The earliest year from which every target holds is {value:.0f}." if value else "No year will do."
    else:
        return ""
    return f"{said} Among the plans that reach it this is the cheapest."


def decided(told: Told) -> str:
    """What is decided, and the first decisions."""
    builds = told["builds"]
    if not builds:
        return "Nothing new is built."
    plants, hosts = {b["plant"] for b in builds}, {b["region"] for b in builds}
    first = min(b["decision_year"] for b in builds)
    number = len({b["plant"] for b in builds if b["decision_year"] == first})
    when = f"the first of them, {several(number, 'plant')}, in {first}" if number < len(plants) else f"in {first}"
    where = several(len(hosts), "country", "countries")
    return (
        f"New capacity is decided at {several(len(plants), 'plant')} in {where} ({when}) for "
        f"{money(told.summary['capex_usd'])} of overnight capital."
    )


def capital(told: Told, *, cited: bool = True) -> str:
    """Overnight capital, and against the range that the instance gives; ``cited``: with the source of the range."""
    envelope, said = told.summary["envelope"], f"Overnight capital: {money(told.summary['capex_usd'])}"
    if not envelope:
        return f"{said}."
    inside, low, high = envelope["spent_usd"], envelope["min_usd"], envelope["max_usd"]
    source = f" ({name(envelope['citation'])})" if cited and envelope["citation"] else ""
    part = f"{share(inside / low, 0)} of the lower end of " if low else "against "
    hosts = name(told.place(envelope["hosts"]))
    return f"{said}; {money(inside)} of it in {hosts}, {part}{envelope_of(low, high)}{source}."


def envelope_of(low: float, high: float) -> str:
    """The range of capital that an instance gives."""
    first, last = given_money(low), given_money(high)
    unit = last.partition(" ")[2]
    return f"the envelope of {first.removesuffix(' ' + unit)}-{last}"


def cost(told: Told) -> str:
    """Present value of the chain, and the premium over the plan without policy."""
    s = told.summary
    said = f"The whole chain costs {money(s['cost_usd'])} (present value)"
    if not s["policy"]["rows"]:
        return f"{said}."
    base, premium = s["cost_without_policy_usd"], s["premium_usd"]
    part = f" ({share(premium / base, 2)})" if base else ""
    said += f", {money(premium)}{part} more than without policy"
    own = {b["buyer"]: b["premium_usd_per_kg"] for b in told["buyers"] if b["premium_usd_per_kg"] is not None}
    each = [on_own_goods(own[b], name(told.place(b))) for b in s["policy"]["buyers"] if b in own]
    return f"{said}; {each[0]}." if len(each) == 1 else f"{said}."


def pays_more(told: Told) -> str:
    """What the policy's buyers would pay more at the plan's prices: the price rise times the tonnes of each."""
    rises = {b["buyer"]: b for b in told["buyers"] if b["price_rise_usd_per_kg"]}
    named = [rises[b] for b in told.summary["policy"]["buyers"] if b in rises]
    if not named:
        return ""
    number = len(told.years)
    each = [
        f"{name(told.place(b['buyer']))} {rough_money(abs(usd))} a year {'less' if usd < 0 else 'more'}"
        for b in named
        for usd in (b["price_rise_usd_per_kg"] * 1e3 * b["served_t"] / number,)
    ]
    return (
        "That is what it costs the chain. What buyers would pay more at these prices is another thing, for every tonne "
        f"pays what the last one costs: {listed(each, 8)}."
    )


def budgets(told: Told) -> Iterator[str]:
    """What each budget allows or asks for, what is spent, and what one more million is worth."""
    for b in told["budgets"]:
        worth = b["shadow_price"] or 0.0
        binds = f"one more million is worth {money(worth)}" if worth > 0 else "it does not bind"
        bound, word = ("at most", "allowed") if b["bound"] == "max" else ("at least", "asked for")
        yield (
            f"Budget of {name(told.place(b['hosts']))}{titled(told, b['policy_row'])}: {money(b['spent_usd'])} spent, "
            f"{bound} {money(b['limit_usd'])} {word}; {binds}."
        )


def supported(told: Told) -> list[Row]:
    """New plants that the market doesn't pay for, those first that need most."""
    short = [r for r in told["support"] if (r["gap_usd_per_t"] or 0.0) >= LEAST_GAP]
    return sorted(short, key=lambda r: -(r["support_usd_per_yr"] or 0.0))


def support(told: Told) -> str:
    """What new plants lack at the plan's prices, and at prices without policy; blank where they lack nothing."""
    short, gap = supported(told), "gap_without_policy_usd_per_t"
    without = [r for r in told["support"] if (r[gap] or 0.0) >= LEAST_GAP]
    if not short and not without:
        return ""
    yearly = sum(r["support_usd_per_yr"] for r in short)
    missing = sum(r[gap] * r["output_t_per_yr"] for r in without)
    total = f"In all {money(yearly)} a year is" if short else "Nothing is"
    return f"{total} missing at this plan's prices; {money(missing)} a year at prices without policy."


def idle(told: Told) -> Iterator[str]:
    """New plants that never run, or under a tenth, and cost something all the same."""
    rows = [r for r in told["support"] if r["idle"] == "yes" and (r["support_usd_per_yr"] or 0.0) > 0]
    for kind in dict.fromkeys(r["kind"] for r in rows):
        found = [r for r in rows if r["kind"] == kind]
        names = "; ".join(plant(told, r["plant"]) for r in found)  # a name may hold a comma
        yearly = money(sum(r["support_usd_per_yr"] for r in found))
        yield f"{with_capital(str(kind))} but never run: {names} ({yearly} a year)."
    barely = [r for r in told["support"] if r["idle"] == "no" and r["price_needed_usd_per_t"] is None]
    barely = [r for r in barely if (r["support_usd_per_yr"] or 0.0) >= LEAST_SUPPORT]
    if barely:
        each = (f"{plant(told, r['plant'])} (counts, runs at {share(r['utilisation'])})" for r in barely)
        yield f"Built to count, or not yet needed: {'; '.join(each)}."


def floors(told: Told) -> Iterator[str]:
    """What each price floor costs the public."""
    for row in (x for x in told.summary["policy"]["rows"] if x.partition(".")[0] == "price_floor"):
        rows = [r for r in told["price_floors"] if r["policy_row"] == row]
        if not rows:
            yield f"Nothing is made under the “{name(told.row(row))}”."
            continue
        where = listed([name(told.place(r)) for r in dict.fromkeys(r["region"] for r in rows)])
        what = (
            f"Floor of {rows[0]['floor_usd_per_t']:,.0f} USD/t for {good(told, rows[0]['commodity'])} made in {where}"
        )
        what += f"{titled(told, row)}: "
        yearly: dict[int, float] = {}
        for r in rows:
            yearly[r["year"]] = yearly.get(r["year"], 0.0) + r["public_cost_usd"]
        paid = {year: usd for year, usd in yearly.items() if usd > 0}
        if not paid:
            yield f"{what}never above the market price."
            continue
        each = span(money(min(paid.values())), money(max(paid.values())))
        total = money(sum(r["present_value_usd"] for r in rows))
        yield f"{what}{each} a year in {years(paid)}, {total} in all (present value)."


FLOORS = "A floor moves money from the public to makers: no part of the cost above, and the plan stays as it is."
SUPPORT = (
    "New plants, built or committed, that run. Needed: the price of its main product at which a plant pays for what it "
    "uses, its running and its capital (a committed plant's only where it is known). Market: what buyers who keep the "
    "policy would pay there for one more tonne. Gap: what somebody has to add to each tonne."
)


def titled(told: Told, row: str) -> str:
    """The title of a row in brackets, where it has one."""
    return f" ({name(told.title(row))})" if told.title(row) else ""


def plant(told: Told, short: str) -> str:
    """A plant's name in full; what is no plant as it is called."""
    return name(told.plants.get(short, {}).get("name") or short)


def good(told: Told, short: str) -> str:
    """A good's name in full."""
    return name(told.goods.get(short, {}).get("name") or short)

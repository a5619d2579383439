"""The answer first: a plan in some ten lines of plain text, in figures that mean one thing each, with their units.

Names stand between the marks of ``words.name``, as in ``plan.sentences``; unlike shortfalls are never summed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from model.base.words import given_share, listed, name, on_own_goods, points, rough_money, several, share, tonnes, years
from model.instance.policy.kinds import days, hard
from model.instance.policy.rows import EVERYTHING
from model.plan.saying import grounds
from model.plan.saying.rows import Row, Told
from model.plan.saying.sentences import asks, plant, silent, targets
from model.plan.saying.survival import line as if_exports_stop

LEAST_UNSERVED_T = 0.5
HARDLY = 0.1
"""A plant that runs at less than this part of its capacity hardly runs."""
DAYS = 365
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Decision:
    """Capacity decided in the plan's first year of decisions; ``support_usd_per_yr`` at the plan's prices."""

    plant: str
    region: str
    year: int
    capacity_t_per_yr: float
    capex_usd: float
    support_usd_per_yr: float
    utilisation: float

    @property
    def runs(self) -> str:
        """Whether it runs, in words."""
        if self.utilisation <= 0:
            return "never runs"
        return f"runs at {share(self.utilisation, 0 if self.utilisation >= HARDLY else 1)}"


def headline(told: Told) -> str:
    """Is the policy met, from when; tonnes of demand that nobody serves stand first."""
    missing = unserved(told)
    return f"{missing} {_met(told)}" if missing else _met(told)


def _met(told: Told) -> str:
    if not asks(told, *targets(), *(kind.key for kind in hard())):
        return "The cheapest plan; no target is asked for."
    missed, all_of = {k[:3] for k in _missed(told)}, {_key(r)[:3] for r in told["targets"]}
    if not missed and silent(told):
        return f"No target is missed, but {listed(silent(told))}."
    if not missed:
        since = min((r["year"] for r in told["targets"]), default=None)
        return f"Every target is met from {since}." if since else "The budget is kept."
    quiet = f" {listed(silent(told))}." if silent(told) else ""
    if len(all_of) == 1:
        return f"The target can't be met in time.{quiet}"
    return f"{len(missed)} of {several(len(all_of), 'target')} can't be met in time; {len(all_of - missed)} can.{quiet}"


def unserved(told: Told) -> str:
    """Demand that is left unserved: tonnes of goods, and of their content; blank where all is served."""
    t, content = told.summary["unserved_goods_t"], told.summary["unserved_t"]
    if max(t, content) <= LEAST_UNSERVED_T:
        return ""
    before = told.summary.get("unserved_goods_without_policy_t") or 0.0
    without = f" ({tonnes(before)} of goods without policy)" if before > LEAST_UNSERVED_T else ""
    expected = " expected over all futures" if told.summary.get("futures") else ""
    return f"{tonnes(t)} of goods are missing{expected}, {tonnes(content)} of content{without}."


def missed(told: Told) -> Iterator[tuple[str, str]]:
    """A line for each target that is missed: what it is, and by how much in which years."""
    measured = {(*_key(r), r["year"]): r for r in told.measured}
    for key, rows in _missed(told).items():
        found = [(r["year"], measured[*key, r["year"]]) for r in rows if (*key, r["year"]) in measured]
        when = [r["year"] for r in rows]
        if not found:
            yield _called(told, key), f"missed in {years(when)}"
            continue
        in_days = days(key[0])
        year, worst = max(found, key=lambda f: abs((f[1]["limit"] or 0.0) - (f[1]["share"] or 0.0)))
        reached, asked = worst["share"] or 0.0, worst["limit"] or 0.0
        if "months" in worst:
            said = f"{share(asked - reached)} of what {place(told, key[1])} must be served is missing in {year}"
        elif in_days:
            said = f"{reached * DAYS:,.1f} of {asked * DAYS:,.0f} days in {year}"
        else:
            off = f"{points(abs(asked - reached))} points {'over' if reached > asked else 'short'}"
            bound = "at most " if reached > asked else ""
            said = f"{share(reached)} of {bound}{given_share(asked)} in {year}, {off}"
        last = max(when)
        end = f"met from {last + 1}" if last < told.summary["last_year"] else "to the end"
        yield _called(told, key), f"{said}; missed in {years(when)}, {end}"


def _missed(told: Told) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in told["shortfalls"]:
        found[_key(row)].append(row)
    return found


def _key(row: Row) -> Key:
    return row["policy_row"], row["buyer"], row["scope"], row.get("supplier") or ""


def _called(told: Told, key: Key) -> str:
    row, buyer, scope, supplier = key
    months = next((r["months"] for r in told["withstand"] if r["policy_row"] == row), None)
    if months is not None and told.title(row):
        return name(told.title(row))
    if months is not None:
        what = "" if scope == EVERYTHING else f"'s {stage(told, scope)}"
        return f"{months:g} months without {place(told, supplier)}{what}"
    made = f" from {place(told, supplier)}" if supplier else ""
    what = f"{stage(told, scope)}, {place(told, buyer)}{made}"
    if not told.title(row):
        return what
    alone = len(told.scopes_of.get(row, ())) < 2
    return f"{name(told.title(row))}{made}" if alone else f"{name(told.title(row))}: {what}"


def place(told: Told, short: str) -> str:
    """A region by its name, without what stands in brackets; a group as it is called."""
    return name(told.place(short).partition(" (")[0])


def stage(told: Told, scope: str) -> str:
    """A stage or goods by name."""
    return name(told.scope(scope))


def decide_now(told: Told) -> list[Decision]:
    """What the plan decides in its first year of decisions, the dearest first."""
    builds = told["builds"]
    first = min((b["decision_year"] for b in builds), default=0)
    built = {r["plant"]: r for r in told["support"] if r["kind"] == "built"}
    found = []
    for b in (b for b in builds if b["decision_year"] == first):
        about = built.get(b["plant"], {})
        needs, used = about.get("support_usd_per_yr") or 0.0, about.get("utilisation") or 0.0
        capacity, usd = b["capacity_t_per_yr"], b["capex_usd"] or 0.0
        found.append(Decision(b["plant"], b["region"], first, capacity, usd, needs, used))
    return sorted(found, key=lambda d: (-d.capex_usd, d.plant))


def decide(told: Told) -> Iterator[tuple[str, str]]:
    """What to decide first: how much it is, and the dearest plants."""
    now = decide_now(told)
    if not now:
        yield "Decide", "nothing: nothing new is built"
        return
    hardly = sum(d.capex_usd for d in now if d.utilisation < HARDLY)
    of_it = f", {rough_money(hardly)} of it for plants that hardly run" if hardly > 0 else ""
    total = rough_money(sum(d.capex_usd for d in now))
    each = [
        f"{plant(told, d.plant)} ({place(told, d.region)}) {tonnes(d.capacity_t_per_yr)}/yr, {rough_money(d.capex_usd)}"
        for d in now[:2]
    ]
    more = f"; and {len(now) - 2} more" if len(now) > 2 else ""
    yield f"Decide in {now[0].year}", f"{several(len(now), 'plant')}, {total}{of_it}: {'; '.join(each)}{more}"


def costs(told: Told) -> str:
    """What the policy costs the chain over no policy, and each named buyer for a kilogram of its own goods."""
    s = told.summary
    if not s["policy"]["rows"]:
        return f"{rough_money(s['cost_usd'])} for the whole chain, present value of {s['first_year']}"
    base, more = s["cost_without_policy_usd"], s["premium_usd"]
    part = f" ({share(abs(more) / base, 2)})" if base else ""
    said = f"{rough_money(abs(more))} {'less' if more < 0 else 'more'} than no policy{part}, "
    said += f"present value of {s['first_year']}"
    own = {b["buyer"]: b["premium_usd_per_kg"] for b in told["buyers"] if b["premium_usd_per_kg"] is not None}
    each = [on_own_goods(own[b], place(told, b)) for b in s["policy"]["buyers"] if b in own]
    return f"{said}; {each[0]}" if len(each) == 1 else said


def built(told: Told) -> str:
    """Capital, how many plants, and where most of the capital goes."""
    rows = told["builds"]
    if not rows:
        return "nothing new"
    by_host: dict[str, float] = defaultdict(float)
    for b in rows:
        by_host[b["region"]] += b["capex_usd"] or 0.0
    hosts = sorted(by_host, key=lambda h: (-by_host[h], h))
    where = listed([place(told, h) for h in hosts], 3)
    number = several(len({b["plant"] for b in rows}), "plant")
    return f"{rough_money(told.summary['capex_usd'])} of capital, {number}: {where}"


def whole_plants(told: Told) -> str:
    """What buying plants whole costs beside the continuous plan, and how near the best it is; blank where not asked."""
    found = told.summary.get("whole_units")
    if not found:
        return ""
    more, gap = found["lumpiness_usd"], found["gap"]
    missed = told.summary["shortfall_t"] - found["continuous_shortfall_t"]
    said = f"{rough_money(abs(more))} {'less' if more < 0 else 'more'} than if any size could be built"
    said += f", and {tonnes(missed)} more missed" if missed > LEAST_UNSERVED_T else ""
    near = f"no plan is cheaper by more than {gap:.1g} of the cost" if gap > 0 else "no plan is cheaper"
    late = "; the time limit was reached" if found["time_limit_reached"] else ""
    return f"{said}; {near}{late}; prices are those with the units fixed"


def stands_idle(told: Told) -> str:
    """New plants that hardly run; blank where all do."""
    rows = [r for r in told["support"] if r["kind"] == "built" and (r["utilisation"] or 0.0) < HARDLY]
    if not rows:
        return ""
    does = "stands idle or hardly runs" if len(rows) == 1 else "stand idle or hardly run"
    more = [f"{len(rows) - 2} more"] if len(rows) > 2 else []
    return (
        f"{several(len(rows), 'new plant')} {does}: {'; '.join([*(plant(told, r['plant']) for r in rows[:2]), *more])}"
    )


def capped(told: Told) -> Iterator[tuple[str, str]]:
    """The capped supplier with the largest part, content included: what it makes, its content, and the cap."""
    sums: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for row in told["shares"]:
        sums[_key(row)].append(row)
    content: dict[Key, list[float]] = defaultdict(list)
    for row in told["content"]:
        content[_key(row)].append(row["content_share"] or 0.0)
    if not sums:
        return

    def mean(key: Key) -> float:
        return sum(r["share"] or 0.0 for r in sums[key]) / len(sums[key])

    def inside(key: Key) -> float:
        return sum(content[key]) / len(content[key]) if content.get(key) else mean(key)

    key = max(sorted(sums), key=lambda k: (inside(k), mean(k)))
    rows = sums[key]
    limits = {r["limit"] for r in rows}
    cap = f"cap {given_share(limits.pop())}" if len(limits) == 1 else "cap by year"
    with_content = f", {share(inside(key), 0)} with its content" if content.get(key) else ""
    what = f"{stage(told, key[2])}, {place(told, key[1])}: {share(mean(key), 0)}{with_content}"
    yield f"{place(told, key[3])}'s part", f"{what}; {cap}, mean of {years(r['year'] for r in rows)}"


def withstands(told: Told) -> str:
    """The crises that the plan gets through whole: months, supplier (or how many), years; blank where none."""
    missed = {(*key, r["year"]) for key, rows in _missed(told).items() for r in rows}
    whole: dict[tuple[str, str, tuple[int, ...]], list[Key]] = defaultdict(list)
    for key in dict.fromkeys(_key(r) for r in told["withstand"]):
        rows = [r for r in told["withstand"] if _key(r) == key and (*key, r["year"]) not in missed]
        if rows:
            whole[key[0], f"{rows[0]['months']:g}", tuple(r["year"] for r in rows)].append(key)
    said = []
    for (_, months, when), keys in whole.items():
        who = place(told, keys[0][3]) if len(keys) == 1 else f"any of {len(keys)} suppliers"
        said.append(f"{months} months without {who} in {years(when)}")
    return "; ".join(said)


def stocks_used_up(told: Told) -> str:
    """Which stocks are gone before the end, and when: a stock has no worth after the last year."""
    found: list[Row] = sorted(told.summary.get("stocks_used_up") or [], key=lambda u: (-u["most_t"], u["year"]))
    each = [
        f"{tonnes(u['most_t'])} of {stage(told, u['commodity'])} ({place(told, u['region'])}) in {u['year']}"
        for u in found
    ]
    return f"{listed(each, 2)}; a stock has no worth after {told.summary['last_year']}" if each else ""


def rests_on(told: Told) -> str:
    """How the figures are known, weighed by their effect: on the premium, without policy on the cost."""
    premium = bool(told.summary["policy"]["rows"])
    effect = grounds.PREMIUM if premium else grounds.COST
    known = grounds.graded(told["figures"], effect)
    if not known:
        return ""
    shares = grounds.in_words(grounds.weighed(known, effect))
    return f"{shares}, weighed by effect on the {'premium' if premium else 'cost'}"


def ten_lines(told: Told, most: int = 3) -> list[tuple[str, str]]:
    """The answer: what each line is about, and what it says; no more than ``most`` lines of missed targets."""
    off = list(missed(told))
    lines = [("Answer", headline(told)), *off[:most]]
    if len(off) > most:
        lines.append(("", f"and {several(len(off) - most, 'more missed target')}: shortfalls.csv"))
    stopped = if_exports_stop(told)
    lines += [*([stopped] if stopped else []), *decide(told), ("Costs the chain", costs(told)), ("Builds", built(told))]
    lines += [("Whole plants", whole_plants(told)), ("Withstands", withstands(told)), *capped(told)]
    lines += [("Stands idle", stands_idle(told)), ("Used up", stocks_used_up(told)), ("Rests on", rests_on(told))]
    return [(about, said) for about, said in lines if said]

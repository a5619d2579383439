"""What a plan says in words, from its summary: the same statements as on the terminal, rounded for reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from model.instance.kinds import hard, soft
from model.output.report.markup import name, text
from model.output.report.reading import Results

HOLLOW = 0.5
"""A direct cap that speaks of less than this part of what the buyer's demand embodies is hollow."""
BILLION, MILLION = 1e9, 1e6


def amount(usd: float) -> str:
    """Money with three figures that matter.

    >>> amount(284_777_224_029.6), amount(2_650_941_703.6), amount(-31_250.4), amount(0.0)
    ('285 bn USD', '2.65 bn USD', '-31,250 USD', '0 USD')
    """
    for factor, unit in ((BILLION, "bn USD"), (MILLION, "m USD")):
        if abs(usd) >= factor * 0.9995:
            value = usd / factor
            digits = 0 if abs(value) >= 99.95 else 1 if abs(value) >= 9.995 else 2
            return f"{value:,.{digits}f} {unit}"
    return f"{round(usd) + 0:,} USD"


def scale(values: Iterable[float]) -> tuple[float, str]:
    """A factor and a unit that suit some amounts of USD."""
    most = max((abs(v) for v in values), default=0.0)
    return (BILLION, "bn USD") if most >= 5e9 else (MILLION, "m USD") if most >= 5e5 else (1.0, "USD")


def listed(names: Sequence[str], most: int = 6) -> str:
    """Names in a row; how many more there are beyond ``most``. Names are HTML already."""
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def several(number: int, one: str, more: str = "") -> str:
    """A number with its noun.

    >>> several(1, "plant"), several(3, "country", "countries")
    ('1 plant', '3 countries')
    """
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def targets() -> tuple[str, ...]:
    """Kinds of rows that ask for a share by year."""
    return tuple(kind.key for kind in soft())


def asks(results: Results, *kinds: str) -> bool:
    """Whether the policy has rows of some kinds."""
    return any(row.partition(".")[0] in kinds for row in results.summary["policy"]["rows"])


def question(results: Results) -> str:
    """What was asked."""
    s = results.summary
    span = f"{s['first_year']} to {s['last_year']}"
    if not asks(results, *targets(), *(kind.key for kind in hard())):
        return f"Which capacity, where and when, serves demand at least cost from {span}, with no target to meet?"
    goal = {
        "exposure": "with the least largest share of any capped supplier",
        "capital": "with the least overnight capital",
        "earliest": "from the earliest year",
    }.get(s["goal"], "at least cost")
    return (
        f"Which capacity, where and when, meets “{name(s['policy']['title'])}” {goal}, in a plan from {span} "
        "that serves demand first?"
    )


def verdict(results: Results) -> str:
    """Does the plan comply, and from which year?"""
    s = results.summary
    if not asks(results, *targets(), *(kind.key for kind in hard())):
        asked = "price floors leave it as it is" if asks(results, "price_floor") else "no policy is asked for"
        return f"The cheapest plan; {asked}."
    first = s["first_compliant_year"]
    if s["compliant"]:
        return (
            f"Every target is met; {f'in force from {first}' if asks(results, *targets()) else 'the budget is kept'}."
        )
    since = f"from {first} every target holds" if first else "not even the last year holds"
    return f"Not every target can be met: {s['shortfall_t']:,.0f} t fall short in all, and {since}."


def unserved(results: Results) -> str:
    """Demand that is left unserved, if any."""
    after, before = results.summary["unserved_t"], results.summary.get("unserved_without_policy_t") or 0.0
    if after <= 0.5 and before <= 0.5:
        return ""
    return f"Demand left unserved: {after:,.0f} t of oxide equivalent ({before:,.0f} t without policy)."


def aim(results: Results) -> str:
    """What a goal other than cost has reached."""
    value, goal = results.summary.get("goal_value"), results.summary["goal"]
    if goal == "exposure" and value is not None:
        said = f"The least largest share that any supplier has under any cap in any year is {100 * value:.2f} %."
    elif goal == "capital" and value is not None:
        said = f"The least overnight capital is {amount(value)}."
    elif goal == "earliest":
        said = f"The earliest year from which every target holds is {value:.0f}." if value else "No year will do."
    else:
        return ""
    return f"{said} Among the plans that reach it this is the cheapest."


def capital(results: Results) -> str:
    """What is decided, and the first decisions."""
    builds = results["builds"]
    if not builds:
        return "nothing new is built"
    plants, hosts = {b["plant"] for b in builds}, {b["region"] for b in builds}
    first = min(b["decision_year"] for b in builds)
    number = len({b["plant"] for b in builds if b["decision_year"] == first})
    when = f"the first of them, {several(number, 'plant')}, in {first}" if number < len(plants) else f"in {first}"
    where = several(len(hosts), "country", "countries")
    return (
        f"new capacity is decided at {several(len(plants), 'plant')} in {where} ({when}) for "
        f"{amount(results.summary['capex_usd'])} of overnight capital"
    )


def cost(results: Results) -> str:
    """Present value of the chain, and the premium over the plan without policy."""
    s = results.summary
    said = f"the whole chain costs {amount(s['cost_usd'])} (present value)"
    if not s["policy"]["rows"]:
        return said
    base, premium = s["cost_without_policy_usd"], s["premium_usd"]
    share = f" ({100 * premium / base:.2f} %)" if base else ""
    said += f", {amount(premium)}{share} more than without policy"
    per_kg = s["premium_usd_per_kg"]
    if per_kg is not None:
        buyers = listed([name(results.place(b)) for b in s["policy"]["buyers"]])
        said += f", or {per_kg:,.2f} USD per kg of the final goods of {buyers}"
    return said


def about(results: Results) -> str:
    """Horizon, money and overrides in one line, as HTML."""
    s = results.summary
    sets = "".join(f"; {k} = {v}" for part in s["overrides"].values() for k, v in part.items())
    return text(
        f"{s['first_year']}–{s['last_year']}, USD of {s['price_year']}, present values at "
        f"{s['discount_rate'] * 100:.3g} % a year{sets}"
    )

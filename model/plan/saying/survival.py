"""If exports stop, in words: who is served in full for how long, and what share of some months.

The table ``stress`` is made by a stress test (:mod:`model.analysis.stress`) and stands beside the plan's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from model.base.words import listed, name, points, rough_money
from model.plan.saying.rows import Row, Told

ALL = "all"
"""In the table: every buyer, sector or good together."""
SIX = 6.0
SAME = 0.005
"""Shares served that differ by less are the same to a reader."""
DAYS = 365 / 12
"""Days of a month."""
LONG = 24.0
"""Months beyond which survival is not looked at."""
UNHARMED = 1 - 1e-6
"""A share below which somebody goes without; what is nearer to 1 is the solver's noise."""


def together(rows: Iterable[Row], scope: str = ALL) -> list[Row]:
    """The rows of all buyers and sectors in one crisis."""
    return [r for r in rows if r["buyer"] == ALL and r["sector"] == ALL and r["scope"] == scope]


def length_of(rows: Iterable[Row]) -> float:
    """The length that an answer speaks of: six months, else the longest that was asked for."""
    months = {float(r["months"]) for r in rows}
    return SIX if SIX in months else max(months, default=SIX)


def worst(rows: Iterable[Row]) -> Row | None:
    """The stop that serves least, of the first year in which one harms; None where nobody is harmed by any."""
    found = together(rows)
    months = length_of(found)
    harmed = [r for r in found if r["months"] == months and r["share"] < UNHARMED]
    return min(harmed, key=lambda r: (r["year"], r["share"], r["supplier"]), default=None)


def first_year(rows: Iterable[Row]) -> list[Row]:
    """The crises of the answer's length that begin in the first year: what plans are compared by."""
    found = together(rows)
    months, first = length_of(found), min((r["year"] for r in found), default=None)
    return [r for r in found if r["year"] == first and r["months"] == months]


def percent(part: float) -> str:
    """A share served, in percent: 100 only where nothing is missing.

    >>> percent(0.42), percent(0.997), percent(0.99996), percent(1.0)
    ('42', '99.7', '99.996', '100')
    """
    for digits in range(6):
        said = points(part, digits)
        if part >= UNHARMED or float(said) < 100:
            return said
    return f"{100 * part:.4f}"


def line(told: Told) -> tuple[str, str] | None:
    """The one line of the answer that matters when exports stop: what it is about, and what it says."""
    rows = told["stress"]
    if not rows:
        return None
    case = worst(rows)
    if case is None:
        found = together(rows)
        return "If exports stop", f"no supplier's stop of {length(length_of(found))} from {found[0]['year']} on harms"
    supplier = _place(told, case["supplier"])
    said = f"served in full {held_out(case['survives_months'])}, and {percent(case['share'])} % of"
    return f"If {supplier} stops", f"{buyers(told)}: {said} {length(case['months'])}, from {case['year']} on"


def sentence(told: Told) -> str:
    """The same as a sentence; blank where no stop was looked at."""
    rows = told["stress"]
    case = worst(rows)
    if case is None:
        found = together(rows)
        return f"No stop of {length(length_of(found))} by any one supplier harms {buyers(told)}." if found else ""
    before = [str(year) for year in sorted({r["year"] for r in together(rows) if r["year"] < case["year"]})]
    unharmed = f"A stop of {length(case['months'])} that begins in {listed(before)} harms nobody. " if before else ""
    return unharmed + if_exports_stopped(case, buyers(told), _place(told, case["supplier"]))


def buyers(told: Told) -> str:
    """Who is to be served."""
    return listed([_place(told, b) for b in dict.fromkeys(r["buyer"] for r in told["stress"]) if b != ALL], most=8)


def _place(told: Told, code: str) -> str:
    names = {r["region"]: str(r["name"]) for r in told["regions"]}
    return " and ".join(name(names.get(part) or part.replace("_", " ")) for part in code.split("+"))


def if_exports_stopped(case: Mapping[Any, Any], buyers: str, supplier: str, of: str = "") -> str:
    """Of a crisis: whether its buyers are served in full and for how long, then the share of its months.

    >>> case = {"year": 2030, "months": 6.0, "survives_months": 0.0, "share": 0.48}
    >>> if_exports_stopped(case, "EU and US", "China")
    'If China stopped its exports in 2030, EU and US would be served in full for 0 days, and 48 % of six months.'
    """
    held = held_out(case["survives_months"])
    after = f"{percent(case['share'])} % of {length(case['months'])}"
    what = f"its exports{of}"
    return f"If {supplier} stopped {what} in {case['year']}, {buyers} would be served in full {held}, and {after}."


def held_out(months: float) -> str:
    """How long a demand is served in full.

    >>> held_out(0.0), held_out(0.5), held_out(7.25), held_out(24.0)
    ('for 0 days', 'for 15 days', 'for 7.2 months', 'for more than two years')
    """
    if months >= LONG - 1e-6:
        return "for more than two years"
    return f"for {months * DAYS:.0f} days" if months < 3 else f"for {months:.1f} months"


def length(months: float) -> str:
    """A length in words.

    >>> length(6.0), length(1.0), length(12.0), length(1.5)
    ('six months', 'one month', 'a year', '1.5 months')
    """
    words = {1.0: "one month", 2.0: "two months", 3.0: "three months", 6.0: "six months", 9.0: "nine months",
             12.0: "a year", 18.0: "18 months", 24.0: "two years"}  # fmt: skip
    return words.get(months, f"{months:g} months")


def column(told: Told) -> dict[str, float | None]:
    """For a table of plans: of the worst stop, the share served and the months survived; none where none was tested."""
    return column_of(told["stress"])


def stop_of(rows: Sequence[Row]) -> str:
    """Which stop the column speaks of, by codes; blank where none was tested or none harms."""
    case = worst(first_year(rows))
    if case is None:
        return ""
    buyers = dict.fromkeys(r["buyer"] for r in rows if r["buyer"] != ALL)
    return f"{case['months']:g} months from {case['year']} without {case['supplier']}: {', '.join(buyers)}"


def column_of(rows: Sequence[Row]) -> dict[str, float | None]:
    """The same of the rows of ``stress``: both of one stop, the one that serves least, else that is survived least."""
    case = compared_by(rows)
    if case is None:
        return {"served_share": None, "survives_months": None}
    return {"served_share": case["share"], "survives_months": case["survives_months"]}


def compared_by(rows: Iterable[Row]) -> Row | None:
    """The stop by which plans are compared: of the first year, the one that serves least, else that ends first."""
    found = first_year(rows)
    return worst(found) or min(found, key=lambda r: (r["survives_months"], r["supplier"]), default=None)


def bought(told: Told) -> str:
    """What a policy buys when exports stop, for a reader who knows none of our words; blank where nothing is known."""
    case = compared_by(told["stress"])
    before = case.get("share_without_policy") if case else None
    if case is None or before is None or not told.summary["policy"]["rows"]:
        return ""
    supplier, who = _place(told, case["supplier"]), buyers(told)
    lead = (
        f"What the policy buys: if {supplier} shipped nothing more from the first day of {case['year']}, then of every "
        f"100 kg of magnet material that {who} need in the next {length(case['months'])}, {percent(case['share'])} kg "
        "would still reach them"
    )
    if abs(case["share"] - before) < SAME:
        return f"{lead}, as much as without the policy: against such a stop it buys nothing."
    more, usd = case["share"] > before, told.summary["premium_usd"] or 0.0
    price = f" That costs {rough_money(usd)} more in all." if more and usd >= 1 else ""
    return f"{lead}; without the policy it would be {percent(before)} kg.{price}"


def cell(told: Told) -> str:
    """The share served as a cell in percent."""
    found = column(told)["served_share"]
    return "-" if found is None else percent(found)


def meant(plans: Iterable[Told]) -> str:
    """Of which stop a column of shares speaks; blank where none was tested."""
    for told in plans:
        case = worst(first_year(told["stress"]))
        if case is not None:
            stop = f"{length(case['months'])} from {case['year']} on without {_place(told, case['supplier'])}'s exports"
            return f"of the demand of {buyers(told)} over {stop}."
    return ""

"""Outcomes over the factors: maps of a grid, lines along a cap, points of a sample, bars of a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from model.base.words import clean, several
from model.output.report.markup import Control, Picture, Section, Store, html, paragraph
from model.output.report.swept.answer import LEGEND
from model.output.report.swept.outcomes import Outcome, explained, varying, without_effect
from model.output.report.swept.reading import Factor, Sweep, brief, setting

SHORT = 44
MOST_POINTS, MOST_BARS, MOST_PANELS = 300, 60, 24


def over(sweep: Sweep, cases: Store) -> list[Section]:
    """Sections that suit the design."""
    found = varying(sweep)
    if sweep.design == "grid" and sweep.factors:
        return [_maps(sweep, found, cases), *_frontier(sweep, found, cases)]
    if sweep.design in ("latin-hypercube", "sobol"):
        return [_points(sweep, found, cases)]
    if sweep.design == "list":
        return [_bars(sweep, found, cases)]
    return []


def outcome_control(found: Sequence[Outcome]) -> Control:
    """A choice of outcome."""
    return Control("outcome", "Outcome", [(i, one.head) for i, one in enumerate(found)])


def cropped(words: str, most: int = SHORT) -> str:
    """The beginning of a long title."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip(' ,;:(')}…"


def described(sweep: Sweep, factor: Factor) -> dict[str, Any]:
    """A factor of a grid as the script needs it: its column, title and the words for its levels."""
    labels = [setting(factor, level) for level in sweep.levels(factor)]
    return {"column": factor["name"], "title": clean(brief(factor)), "labels": labels, "unit": _unit(factor)}


def _unit(factor: Factor) -> str:
    """A unit that fits behind a number; blank where the numbers have it already or there is none."""
    unit = clean(factor["unit"])
    return unit if unit not in ("1", "USD") and len(unit) <= 10 and not factor["levels"] else ""


def _order(sweep: Sweep) -> list[int]:
    """Factors by how many levels they have, most first: across, up, panel by panel, chosen."""
    return sorted(range(len(sweep.factors)), key=lambda i: (-len(sweep.levels(sweep.factors[i])), i))


def _shared(sweep: Sweep, found: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "store": "cases",
        "policies": [clean(p) for p in sweep.policies],
        "outcomes": [one.shown for one in found],
        "factors": [described(sweep, f) for f in sweep.factors],
    }


def _fixed(sweep: Sweep, rest: Sequence[int]) -> Iterator[Control]:
    """A choice for each factor beyond those that a picture shows."""
    for i in rest:
        labels = [setting(sweep.factors[i], level) for level in sweep.levels(sweep.factors[i])]
        yield Control(f"f{i}", cropped(brief(sweep.factors[i])), list(enumerate(labels)))


def _maps(sweep: Sweep, found: Sequence[Outcome], cases: Store) -> Section:
    """A field a case, shaded by the outcome; panels by the third factor and the policy."""
    order: list[int | None] = [*_order(sweep)]
    x, y, z = ([*order, None, None])[:3]
    if _longest(sweep, x) > _longest(sweep, y):
        x, y = y, x
    panels = [f"“{brief(sweep.factors[z])}”"] if z is not None else []
    panels += ["policy"] if len(sweep.policies) > 1 and None not in (x, y) else []
    each = f" A panel for each {' and '.join(panels)}." if panels else ""
    caption = (
        f"Across: {_axis(sweep, x)}; down: {_axis(sweep, y)}.{each} Each field is a case; the darker, the more "
        "(in dark mode the brighter); the scale is the same in all panels. ✕ and a dashed frame: a target is missed; – "
        "and no shade: the case failed, or there is no such figure."
    )
    picture = Picture(
        "maps", "maps", "Each case of the grid", caption, ("cases",),
        {**_shared(sweep, found), "x": x, "y": y, "z": z}, (), (),
        [outcome_control(found), *_fixed(sweep, _order(sweep)[3:])], store=cases,
        legend=html("{}<p class='scale' data-fill='scale'></p>", LEGEND),
    )  # fmt: skip
    return Section("combinations", "What each combination comes to", [picture])


def _axis(sweep: Sweep, factor: int | None) -> str:
    return "the policy" if factor is None else brief(sweep.factors[factor])


def _longest(sweep: Sweep, factor: int | None) -> int:
    """Letters of the longest label on an axis."""
    if factor is None:
        return max(map(len, sweep.policies))
    return max(len(setting(sweep.factors[factor], level)) for level in sweep.levels(sweep.factors[factor]))


def _frontier(sweep: Sweep, found: Sequence[Outcome], cases: Store) -> Iterator[Section]:
    """Outcomes along the cap, or along the factor with most values; nothing where no factor is a number."""
    numeric = [i for i in _order(sweep) if not sweep.factors[i]["levels"] and len(sweep.levels(sweep.factors[i])) > 2]
    caps = [i for i in numeric if any("share_cap.max" in e for e in sweep.factors[i]["edits"])]
    if not numeric:
        return
    x = (caps or numeric)[0]
    idle = {f["name"] for f in without_effect(sweep)}
    rest = sorted((i for i in _order(sweep) if i != x), key=lambda i: sweep.factors[i]["name"] in idle)
    main = brief(sweep.factors[x])
    caption = (
        f"Across: {main}. A line for each value of the factor chosen under “Lines”; lines that lie on each other "
        "differ by nothing that is seen. ✕ instead of the line’s sign: a target is missed. A gap: the case failed, or "
        "there is no such figure. The scale begins at 0 only where the axis says so."
    )
    lines = Control("lines", "Lines", [(i, cropped(brief(sweep.factors[i]))) for i in rest[:2]])
    start = next((i for i, one in enumerate(found) if one.column == "capex_usd"), 0)
    second = Control("second", "and", [(i, one.head) for i, one in enumerate(found)], start=start)
    policy = Control("policy", "Policy", list(enumerate(sweep.policies)))
    controls = [outcome_control(found), second, *([policy] if len(sweep.policies) > 1 else [])]
    controls += [lines] if len(rest) > 1 else []
    controls += list(_fixed(sweep, rest[2:]))
    heading = "The frontier: what a tighter cap costs" if caps else f"Along the factor: {main}"
    picture = Picture(
        "frontier", "frontier", f"Two outcomes along: {main}", caption, ("cases",),
        {**_shared(sweep, found), "x": x, "rest": rest, "at": [sweep.levels(f) for f in sweep.factors]}, (), (),
        controls, legend=LEGEND, store=cases,
    )  # fmt: skip
    yield Section("along", heading, [picture])


def _points(sweep: Sweep, found: Sequence[Outcome], cases: Store) -> Section:
    """The sampled cases' outcome against each factor."""
    step = -(-sweep.count // (MOST_POINTS * len(sweep.policies)))
    shown = f" One case in {step} is drawn." if step > 1 else ""
    caption = (
        "A panel for each factor, the same cases in each: across the factor’s value, up the outcome. Filled: every "
        f"target met; ✕: a target missed. Failed cases have no outcome and are left out.{shown}"
    )
    factors = sorted(sweep.factors, key=lambda f: -_weight(sweep, f))[:MOST_PANELS]
    if len(factors) < len(sweep.factors):
        shown += f" The {MOST_PANELS} factors with which capital varies most are drawn."
    data = {**_shared(sweep, found), "step": step, "factors": [_plain(f) for f in factors]}
    policy = Control("policy", "Policy", list(enumerate(sweep.policies)))
    controls = [outcome_control(found), *([policy] if len(sweep.policies) > 1 else [])]
    picture = Picture(
        "points", "points", "Each sampled case", caption, ("cases",), data, (), (), controls, legend=LEGEND,
        store=cases,
    )  # fmt: skip
    return Section("each", "What the sampled cases come to", [picture])


def _weight(sweep: Sweep, factor: Factor) -> float:
    """The part of capital's variance that goes with a factor, policies together."""
    at = [i for i, planned in enumerate(sweep.planned) if planned]
    values, results = ([sweep.cases[c][i] for i in at] for c in (factor["name"], "capex_usd"))
    return explained(values, results) if at else 0.0


def _plain(factor: Factor) -> dict[str, Any]:
    return {"column": factor["name"], "title": clean(brief(factor)), "unit": clean(factor["unit"])}


def _bars(sweep: Sweep, found: Sequence[Outcome], cases: Store) -> Section:
    """A bar for each listed case."""
    more = f" The first {MOST_BARS} of {sweep.count:,} are drawn; the table has all." if sweep.count > MOST_BARS else ""
    caption = f"A bar for each case; ✕ behind the name: a target is missed; –: the case failed.{more}"
    picture = Picture(
        "listed", "listed", "Each listed case", caption, ("cases",), {**_shared(sweep, found), "most": MOST_BARS},
        (), (), [outcome_control(found)], legend=LEGEND, store=cases,
    )  # fmt: skip
    return Section("each", "What each case comes to", [paragraph(f"{several(sweep.count, 'case')}."), picture])

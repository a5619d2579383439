"""The regret of each plan: its builds kept where the assumptions of another case come true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from model.analysis.sweeps.running.outcomes import FAILED
from model.base.words import clean, money, money_unit, name, points
from model.output.report.markup import Column, Control, Picture, Section, html, paragraph
from model.output.report.store import cut, store_of
from model.output.report.swept.reading import Sweep, setting
from model.plan.saying.rows import Row

MOST_SIDE, MOST_GROUPS = 30, 60
QUANTITIES = (("regret_usd", "Cost"), ("regret_worst_miss", "Worst miss of a target, points"),
              ("regret_unserved_goods_t", "Not served, t of goods"))  # fmt: skip
SMALL = 0.5
"""Tonnes that can't be seen in a table."""


def regrets(sweep: Sweep) -> Section | None:
    """Plan made for (rows) against what comes true (columns), choice by choice; None where none was asked for."""
    rows = sweep["regret"]
    if not rows:
        return None
    groups = _groups(sweep, rows)
    pairs = {(r["case"], r["under"]): r for r in rows}
    factor, unit = money_unit(r["regret_usd"] for r in rows if r["regret_usd"] is not None)
    drawn = [g for g in groups if len(g) <= MOST_SIDE][:MOST_GROUPS]
    names = _names(sweep)
    quantities = [f"Cost, {unit}", *(words for _, words in QUANTITIES[1:])]
    data = {
        "unit": unit,
        "groups": [_matrix(sweep, pairs, g, factor, names) for g in drawn],
    }
    columns = [Column("Policy"), Column("Plan made for case"), Column("Kept where case"), Column("Status")]
    columns += [Column("Regret, USD", 0), Column("Worst miss, points more"), Column("More unserved, t of goods", 0)]
    columns += [Column("Can’t be built, t/yr", 0)]
    fields = ("status", *(q for q, _ in QUANTITIES), "not_built_t_per_yr")
    table = [(r["policy"], names[r["case"]], names[r["under"]], *(_points(r, f) for f in fields)) for r in rows]
    caption = (
        "Each row a plan, made for one set of assumptions; each column the assumptions that come true. What it is "
        "worse by than the plan made for them. ▲: targets missed by more or more goods unserved, so that costs can’t "
        "be compared (a plan may be cheaper because it misses more). –: the kept plan has no solution there."
    )
    said = _said(sweep, groups, pairs, names)
    if not drawn:
        caption = "Too many sets of assumptions to draw as a matrix; the table has all pairs."
        return Section("otherwise", "Regret: if it turns out otherwise", [*said, paragraph(caption)])
    controls = [Control("group", "Plans of", [(i, _choice(sweep, g[0])) for i, g in enumerate(drawn)])]
    controls = controls if len(drawn) > 1 else []
    controls.append(Control("quantity", "Regret in", list(enumerate(quantities))))
    picture = Picture(
        "regret", "regret", "Plan made for (rows), what comes true (columns)", caption, ("regret", "cases"), data,
        columns, table, controls, store=store_of("regret", "Regret", columns, table),
    )  # fmt: skip
    return Section("otherwise", "Regret: if it turns out otherwise", [*said, picture])


def _groups(sweep: Sweep, rows: Sequence[Row]) -> list[list[int]]:
    """Cases of the same choice: policy and factors that are no assumption."""
    there = {r["case"] for r in rows} | {r["under"] for r in rows}
    choices = [f["name"] for f in sweep.factors if not f["assumption"]]
    groups: dict[tuple[Any, ...], list[int]] = {}
    for i, case in enumerate(sweep.cases["case"]):
        if case in there:
            key = (sweep.cases["policy"][i], *(sweep.cases[c][i] for c in choices))
            groups.setdefault(key, []).append(case)
    return list(groups.values())


def _names(sweep: Sweep) -> Mapping[int, str]:
    """What is assumed in each case."""
    assumed = [f for f in sweep.factors if f["assumption"]]
    found = {}
    for i, case in enumerate(sweep.cases["case"]):
        values = [(f, setting(f, sweep.cases[f["name"]][i])) for f in assumed]
        said = [value if f["levels"] else f"{f['name']} {value}" for f, value in values]
        found[case] = clean(", ".join(said) or sweep.cases["name"][i])
    return found


def _choice(sweep: Sweep, case: int) -> str:
    """What is chosen in a case, in words."""
    i = sweep.cases["case"].index(case)
    chosen = [f for f in sweep.factors if not f["assumption"]]
    parts = [f"{f['name']} {setting(f, sweep.cases[f['name']][i])}" for f in chosen]
    return ", ".join([clean(sweep.cases["policy"][i]), *parts])


def _matrix(
    sweep: Sweep, pairs: Mapping[tuple[int, int], Row], group: Sequence[int], factor: float, names: Mapping[int, str]
) -> dict[str, Any]:
    failed = {c for c, status in zip(sweep.cases["case"], sweep.cases["status"], strict=True) if status == FAILED}
    cells = []
    for row, case in enumerate(group):
        for column, under in enumerate(group):
            r = pairs.get((case, under))
            if case == under:
                cells.append([column, row, *((None,) * 3 if case in failed else (0, 0, 0)), 0])
            elif r is None:
                cells.append([column, row, None, None, None, 0])
            else:
                usd = None if r["regret_usd"] is None else r["regret_usd"] / factor
                more = (cut(_points(r, q), 4) for q, _ in QUANTITIES[1:])
                cells.append([column, row, cut(usd, 4), *more, int(_worse(r))])
    return {"names": [names[c] for c in group], "cells": cells}


def _points(row: Row, field: str) -> Any:
    """A field of a regret as it is shown: a miss in points."""
    value = row[field]
    return 100 * value if field == "regret_worst_miss" and value is not None else value


def _worse(row: Row) -> bool:
    """Whether the kept plan serves less or misses more, so that costs can't be compared."""
    return any((row[q] or 0.0) >= SMALL for q in ("regret_shortfall_t", "regret_unserved_goods_t"))


def _said(
    sweep: Sweep, groups: Sequence[Sequence[int]], pairs: Mapping[tuple[int, int], Row], names: Mapping[int, str]
) -> list[Markup]:
    """For each choice (at most four) the plan whose worst regret is least: unserved goods, then worst miss, cost."""
    said: list[Markup] = []
    for group in groups[:4]:
        worst = {c: w for c in group if (w := _worst(c, group, pairs)) is not None}
        if len(group) < 2 or not worst:
            continue
        best = min(worst, key=lambda c: worst[c])
        unserved, off, short, usd = worst[best]
        at = [f"{unserved:,.0f} t of goods more unserved"] if unserved >= SMALL else []
        at += [f"{points(off)} points further off a target"] if off >= 0.0005 else []
        at += ["targets missed in more years"] if short >= SMALL and not at else []
        at += [f"{money(usd)} more cost"] if not at else []
        said.append(
            html(
                "<strong>{}:</strong> the plan made for “{}” has the least worst regret ({}).",
                name(_choice(sweep, group[0])),
                name(names[best]),
                " and ".join(at),
            )
        )
    rest = f"{len(groups) - 4} more choices stand in the picture." if len(groups) > 4 else ""
    return [paragraph(*said, rest)]


def _worst(
    case: int, group: Sequence[int], pairs: Mapping[tuple[int, int], Row]
) -> tuple[float, float, float, float] | None:
    """A plan's worst regret; None where some is unknown."""
    found = []
    for under in group:
        if under != case:
            r = pairs.get((case, under))
            if r is None or r["regret_usd"] is None:
                return None
            short = r["regret_shortfall_t"]
            found.append((r["regret_unserved_goods_t"], r["regret_worst_miss"], short, r["regret_usd"]))
    rounded = [(round(u, 1), round(off, 4), round(s, 1), usd) for u, off, s, usd in found]
    return max(rounded, default=None)

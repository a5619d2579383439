"""A comparison on a terminal of 80 columns: plans are letters, and the tables hold what differs most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from model.analysis.comparison import Comparison
from model.analysis.comparison.built import NOT_BUILT, alike, found_in, schedules
from model.base.words import clean, money, money_unit, points, years
from model.output.terminal.blocks import WIDE, blocks, cells, letters
from model.output.terminal.console import STYLE, heading, marked, table
from model.plan.quantities.values import worst
from model.plan.saying import misses

MOST_ROWS = 12
MOST_PLANTS = 24

Names = Mapping[str, str]


def report(found: Comparison) -> RenderableType:
    """Everything in order: key figures, capital, targets, prices, plants."""
    names = letters(found.plans)
    title = clean(found.results[0].summary["instance"]["title"])
    parts: list[RenderableType] = [Text(f"{len(names)} plans side by side: {title}", style="bold")]
    parts += (Text(f"Warning: {warning}", style="yellow") for warning in found.warnings)
    for part in (key_figures, regret, capital, shares, content, benchmarks, shortfalls, prices, plants):
        parts += part(found, names)
    return Group(*parts)


def key_figures(found: Comparison, names: Names) -> Iterator[RenderableType]:
    """One row a plan, and what sets it apart besides its policy."""
    frame = found["plans"]
    money_of = ("cost_usd", "premium_usd", "capex_usd")
    units = {key: money_unit(frame[key], least=1e3) for key in money_of}
    heads = (f"{word}\n{units[key][1]}" for key, word in zip(money_of, ("cost", "premium", "capital"), strict=True))
    shown = table(
        ("", "left"), ("plan", "left"), ("met", "left"), ("from", "right"), *((head, "right") for head in heads),
        ("missed", "right"),
    )  # fmt: skip
    tables = {r.label: r.tables for r in found.results}
    for row in frame.to_dict("records"):
        shown.add_row(
            names[row["plan"]],
            clean(row["plan"]),
            Text(row["compliant"], style=STYLE[row["compliant"]]),
            "-" if pd.isna(row["first_compliant_year"]) else str(row["first_compliant_year"]),
            *(f"{row[key] / units[key][0]:,.3f}" for key in money_of),
            misses.cell(tables[row["plan"]]),
        )
    yield shown
    yield Text(
        "From: first year from which every target is met. Cost and premium over no policy: present value. "
        "Capital: overnight. Missed: how many targets, by how much the worst of them, and when.",
        style="dim",
    )
    for row in frame.to_dict("records"):
        about = [f"goal {row['goal']}"] if row["goal"] != "cost" else []
        about += [row["overrides"]] if row["overrides"] else []
        missing = (row["unserved_goods_t"], row["unserved_t"])
        about += [f"{missing[0]:,.0f} t of goods unserved ({missing[1]:,.0f} t of content)"] if any(missing) else []
        about += [f"price floors cost the public {money(row['public_cost_usd'])}"] if row["public_cost_usd"] else []
        if about:
            yield Text(f"{names[row['plan']]}: {clean('; '.join(about))}")


def regret(found: Comparison, names: Names) -> Iterator[RenderableType]:
    """How each plan fares where other assumptions come true, where that was asked."""
    if "regret" not in found.tables:
        return
    frame = found["regret"]
    per, said = money_unit(frame["regret_usd"], least=1e3)
    yield heading(f"Regret: builds kept while other assumptions come true, {said}")
    shown = table(("assumptions", "left"), *((letter, "right") for letter in names.values()))
    for _, rows in frame.groupby("case", sort=False):
        cells = {str(row["plan"]): _fares({str(k): v for k, v in row.items()}, per) for row in rows.to_dict("records")}
        shown.add_row(clean(rows["assumptions"].iloc[0]), *(cells[plan] for plan in names))
    yield shown
    note = (
        "Cost less that of the plan made for those assumptions under the same policy; in brackets how many "
        "points more the worst target is missed by, or t of goods more that go unserved: then costs can't be compared."
    )
    yield Text(note, style="dim")


def _fares(row: Mapping[str, Any], per: float) -> str:
    if row["regret_usd"] != row["regret_usd"]:
        return "no plan"
    goods, off = row["regret_unserved_goods_t"], row["regret_worst_miss"]
    more = [f"{goods:+,.0f} t"] if abs(goods) >= 0.5 else []
    more += [f"{100 * off:+,.1f} points"] if abs(off) >= 0.0005 else []
    more += ["more years missed"] if row["regret_shortfall_t"] >= 0.5 and not more else []
    said = ", ".join(more)
    return f"{row['regret_usd'] / per:,.2f}" + (f" ({said})" if said else "")


def capital(found: Comparison, names: Names) -> Iterator[RenderableType]:
    """Capital by stage, by country and by the year of the decision."""
    frame = found["capital"]
    if not len(frame):
        yield Text("\nNo plan builds anything.")
        return
    per, name = money_unit(frame.groupby("plan")["capex_usd"].sum(), least=1e3)
    yield heading(f"Capital, {name}")
    stage = "stage" if (frame["stage_known"] == "yes").all() else "process"
    if (frame["stage_known"] == "yes").any() and stage == "process":
        stage = "stage or process"
    for head, column in ((stage, "stage"), ("country", "region"), ("decided in", "decision_year")):
        summed = frame.groupby([column, "plan"], sort=True)["capex_usd"].sum()
        totals = summed.groupby(level=0).max()
        keys = list(totals.index) if column == "decision_year" else _largest_first(totals)
        rows = [((k,), _sums(summed, k, names, per)) for k in keys]
        yield from blocks((head,), rows, names, 30 if column == "decision_year" else MOST_ROWS, "capital")
        if column != "decision_year":
            yield Text("")


def _largest_first(totals: pd.Series[Any]) -> list[Any]:
    return sorted(totals.index, key=lambda k: (-totals[k], k))


def _sums(summed: Any, key: object, names: Names, per: float) -> dict[str, str]:
    return cells(names, lambda p: f"{summed[key, p] / per:,.3f}" if (key, p) in summed.index else None)


def shares(found: Comparison, names: Names) -> Iterator[RenderableType]:
    """The year of each capped share that is nearest its limit, or furthest beyond, with the limit."""
    frame = found["shares"]
    if not len(frame):
        return
    frame = frame.assign(room=frame["limit"] - frame["share"])
    yield heading("Shares under a cap, %: the year nearest the limit / the limit")
    yield from _targets(frame, ("buyer", "scope", "supplier"), names, "shares")
    if lacking := [names[p] for p in names if p not in set(frame["plan"])]:
        yield Text(f"No share cap in {', '.join(lacking)}: shares unknown.", style="dim")


def benchmarks(found: Comparison, names: Names) -> Iterator[RenderableType]:
    """The worst year of each minimum."""
    frame = found["benchmarks"]
    if not len(frame):
        return
    frame = frame.assign(room=frame["share"] - frame["limit"])
    yield heading("Minima, %: the year with the least to spare / the minimum")
    yield from _targets(frame, ("buyer", "scope"), names, "benchmarks")


def _targets(frame: pd.DataFrame, keys: tuple[str, ...], names: Names, file: str) -> Iterable[RenderableType]:
    """The tightest year of each target in each plan; targets with the least to spare first."""
    tightest: dict[tuple[Any, ...], dict[str, str]] = {}
    ordered = frame.sort_values(["room", *keys, "year", "policy_row"], kind="stable", na_position="last")
    for row in ordered.to_dict("records"):
        cell = f"{points(row['share'])}/{points(row['limit'])}"
        tightest.setdefault(tuple(row[k] for k in keys), {}).setdefault(row["plan"], cell)
    return blocks(keys, list(tightest.items()), names, MOST_ROWS, file, WIDE)


def content(found: Comparison, names: Names) -> Iterator[RenderableType]:
    """Whose material the goods hold: the share by content against the direct one, largest year."""
    frame = found["content"]
    if not len(frame):
        return
    largest: dict[tuple[Any, ...], dict[str, str]] = {}
    ordered = frame.sort_values(
        ["content_share", "buyer", "scope", "supplier", "year"], ascending=[False, True, True, True, True]
    )
    for row in ordered.to_dict("records"):
        cell = f"{points(row['direct_share'])}/{points(row['content_share'])}"
        largest.setdefault((row["buyer"], row["scope"], row["supplier"]), {}).setdefault(row["plan"], cell)
    yield heading("Whose material, %: made by the supplier / holding its material, year of most")
    yield from blocks(("buyer", "scope", "supplier"), list(largest.items()), names, MOST_ROWS, "content", WIDE)


def shortfalls(found: Comparison, names: Names) -> Iterator[RenderableType]:
    """By how much each target is missed in its worst year, and when."""
    frame = found["shortfalls"]
    if not len(frame):
        return
    keys = ["buyer", "scope", "supplier"]
    rows = []
    for about, rows_of in frame.groupby(keys, sort=True):
        worst_of = rows_of.sort_values(["off", "year"], ascending=[False, True]).drop_duplicates("plan")
        amounts = {
            str(row["plan"]): misses.how_far(row["off"], str(row["policy_row"])).replace(" points", "")
            for row in worst_of.to_dict("records")
        }
        rows.append(((*about, years(rows_of["year"])), amounts))
    yield heading("Missed, percentage points in the worst year")
    yield from blocks((*keys, "years"), rows, names, MOST_ROWS, "shortfalls")


def prices(found: Comparison, names: Names) -> Iterator[RenderableType]:
    """What final goods cost each buyer at the margin, and year by year."""
    frame = found["buyers"]
    frame = frame[frame["price_usd_per_kg"].notna()]
    if len(frame):
        by = frame.set_index(["buyer", "plan"])[["price_usd_per_kg", "mark"]]
        yield heading("Price of final goods by buyer, USD/kg (marginal, discounted mean)")
        rows = [((b,), _at(by, b, names)) for b in sorted(frame["buyer"].unique())]
        yield from blocks(("buyer",), rows, names, 2 * MOST_ROWS, "buyers")
    frame = found["prices"]
    frame = frame[frame["served_t"] > 0]
    if len(frame):
        value = (frame["price_usd_per_t"] * frame["served_t"] / 1e3).groupby([frame["year"], frame["plan"]]).sum()
        mean = value / frame.groupby(["year", "plan"])["served_t"].sum()
        marks = frame.fillna({"mark": ""}).groupby(["year", "plan"])["mark"].agg(worst)
        by = pd.DataFrame({"price": mean, "mark": marks})
        yield heading("Price of final goods by year, USD/kg (mean over goods and regions, by t served)")
        rows = [((y,), _at(by, y, names)) for y in sorted(frame["year"].unique())]
        yield from blocks(("year",), rows, names, 30, "prices")


def _at(by: pd.DataFrame, key: object, names: Names) -> dict[str, str]:
    """Prices and their marks by plan."""
    found: dict[Any, dict[Any, Any]] = by.to_dict("index")

    def cell(p: str) -> str | None:
        if (key, p) not in found:
            return None
        row = found[key, p]
        return marked(f"{next(iter(row.values())):,.2f}", row["mark"])

    return cells(names, cell)


def plants(found: Comparison, names: Names) -> Iterator[RenderableType]:
    """Plant by plant: t/yr and the year of the first decision, differences first."""
    every = schedules(found.results)
    if not every:
        return
    apart = {plant: by for plant, by in every.items() if not alike(by)}
    called = dict(zip(found["differences"]["plant"], found["differences"]["name"], strict=True))
    rows = [
        (
            (called[plant], found_in(by, names)),
            {p: f"{s.capacity:,.0f} {min(s.by_year)}" for p, s in by.items() if s != NOT_BUILT},
        )
        for plant, by in apart.items()
    ]
    yield heading("What is built, t/yr and first decision; most capital apart first")
    if rows:
        yield from blocks(("plant", "built"), rows, names, MOST_PLANTS, "built", WIDE)
    same = len(every) - len(apart)
    if same:
        yield Text(f"{same} plant{'s' if same > 1 else ''} built alike in all plans.", style="dim")

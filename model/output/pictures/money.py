"""Pictures of money: cost by term, and prices of final goods by region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from model.analysis.comparison.tables import over_content
from model.base.economics import NOISE
from model.output.pictures.plan import PlanTables
from model.output.pictures.style import (
    GREY,
    fill,
    finish,
    line,
    money,
    new_figure,
    panels,
    scale,
    short,
    stack,
    year_axis,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TERMS = {
    "capital": "capital",
    "fixed_new": "fixed, new plants",
    "fixed_existing": "fixed, existing plants",
    "variable": "variable",
    "freight": "freight",
    "tariff": "tariff",
    "holding": "holding of stock",
    "shortage": "demand not served",
}
MOST_LINES, REST = 8, "other regions"
MARKS = {"scarce": (1.0, "^"), "worthless": (0.0, "v")}
"""Height in a panel, and symbol, of a price that has a mark."""
"""Lines with a colour of their own; the others are grey."""


def costs(plan: PlanTables) -> Figure | None:
    """Cost of the whole chain by term by year; and as present value what the policy adds to each term."""
    frame = plan["costs"]
    if not len(frame):
        return None
    table = frame.pivot_table(index="year", columns="term", values="cost_usd", aggfunc="sum").fillna(0.0)
    table = table.reindex(plan.years, fill_value=0.0)
    least = NOISE * float(table.abs().to_numpy().max())
    order = (*TERMS, *sorted(set(table.columns) - set(TERMS)))
    terms = [t for t in order if t in table and table[t].abs().max() > least]
    figure = new_figure(2.5)
    by_year, whole = figure.subplots(1, 2, width_ratios=(3, 2))
    per, name = scale(table.sum(axis=1).tolist())
    stack(by_year, plan.years, [(TERMS.get(t, t), (table[t] / per).tolist(), fill(i)) for i, t in enumerate(terms)])
    by_year.set_title("by year, undiscounted", loc="left")
    by_year.set_ylabel(f"{money(name, plan.price_year)} a year")
    year_axis(by_year, plan.years[0], plan.years[-1], grey=plan.grey_from)
    more = plan["premium"].set_index("term")["premium_usd"].astype(float)
    if plan.summary["policy"].get("rows") and more.abs().max() > 0:
        _bars(whole, plan, more, [t for t in terms if abs(more.get(t, 0.0)) > least], "the premium by term")
    else:
        _bars(whole, plan, frame.groupby("term")["present_value_usd"].sum(), terms, "by term")
    handles = by_year.get_legend_handles_labels()[0]
    return finish(figure, "Cost of the whole chain, by term", plan.source, handles)


def _bars(panel: Axes, plan: PlanTables, worth: pd.Series[float], terms: list[str], what: str) -> None:
    values = [float(worth[t]) for t in terms]
    per, name = scale(values)
    for place, value in enumerate(values):
        panel.barh(place, value / per, height=0.75, **fill(place))
        panel.annotate(
            f"{value / per:,.3g}" if abs(value / per) < 100 else f"{value / per:,.0f}", (max(value, 0) / per, place),
            xytext=(2, 0), textcoords="offset points", va="center", fontsize=7,
        )  # fmt: skip
    panel.set_yticks(range(len(terms)), [TERMS.get(t, t) for t in terms])
    panel.set_ylim(len(terms) - 0.4, -0.6)
    panel.margins(x=0.18)
    panel.grid(visible=False, axis="y")
    panel.grid(visible=True, axis="x")
    panel.set_title(f"{what}, present value, {plan.years[0]}", loc="left")
    panel.set_xlabel(money(name, plan.price_year))


def prices(plan: PlanTables) -> Figure | None:
    """Marginal price of each final good by region of use."""
    goods, frame = plan["goods"], plan["prices"]
    final = goods[goods["final"] == "yes"]
    frame = frame[frame["commodity"].isin(final["commodity"]) & frame["price_usd_per_t"].notna()]
    if "content" in frame:
        sent, keys = plan["shipments"], ["commodity", "region", "year"]
        lowest = frame.sort_values("price_usd_per_t", kind="stable").drop_duplicates(keys)
        frame = over_content(frame, sent) if len(sent) else lowest
    if not len(frame):
        return None
    served = plan["demand"].groupby("region")["served_t"].sum()
    frame = frame[frame["region"].isin(served.index)]
    shown = [g for g in final["commodity"] if g in set(frame["commodity"])]
    if not shown:
        return None
    alike = _alike(plan, frame, served)
    names = dict(zip(final["commodity"], final["name"], strict=True))
    across = min(2, len(shown))
    figure = new_figure(0.2 + 2.3 * -(-len(shown) // across))
    for panel, good in zip(panels(figure, len(shown), across, sharex=True), shown, strict=True):
        _price_panel(panel, plan, frame[frame["commodity"] == good], alike)
        panel.set_title(short(names[good], 48), loc="left")
        panel.set_ylabel(f"USD of {plan.price_year} per kg")
        year_axis(panel, plan.years[0], plan.years[-1], grey=plan.grey_from)
    labelled = {h.get_label(): h for p in figure.axes for h in p.get_legend_handles_labels()[0]}
    handles = [labelled[label] for label in (*map(str, (_label(plan, g) for g in alike)), REST) if label in labelled]
    note = " Price: what one more kg would cost the chain. Regions of the same prices share a line."
    if frame["mark"].fillna("").any():
        note += " Triangles: scarce (up) or worthless (down), where no price is drawn."
    return finish(figure, "Price of final goods by region of use", plan.source + note, handles, 3)


def _alike(plan: PlanTables, frame: pd.DataFrame, served: pd.Series[float]) -> list[list[str]]:
    """Regions with a line of their own, equal prices together; buyers and large ones first."""
    table = frame.pivot_table(index="region", columns=["commodity", "year"], values="price_usd_per_t").round(0)
    buyers = {r for regions in plan.buyers.values() for r in regions}
    order = sorted(table.index, key=lambda r: (r not in buyers, -served[r], r))
    groups: dict[tuple[float, ...], list[str]] = {}
    for region in order:
        groups.setdefault(tuple(table.loc[region].fillna(-1.0)), []).append(str(region))
    return list(groups.values())[:MOST_LINES]


def _label(plan: PlanTables, regions: list[str]) -> str:
    names = [plan.region(r) for r in regions[:3]]
    return ", ".join(names) + (f" and {len(regions) - 3} more" if len(regions) > 3 else "")


def _price_panel(panel: Axes, plan: PlanTables, frame: pd.DataFrame, alike: list[list[str]]) -> None:
    own = {regions[0]: place for place, regions in enumerate(alike)}
    together = {r for regions in alike for r in regions[1:]}
    for region, rows in frame.groupby("region"):
        rows = rows.sort_values("year")
        marks = rows["mark"].fillna("")
        at, usd_per_kg = rows["year"].astype(int), (rows["price_usd_per_t"] / 1000).where(marks == "")
        if region in own:
            place = own[str(region)]
            panel.plot(
                at,
                usd_per_kg,
                label=_label(plan, alike[place]),
                markersize=2.5,
                linewidth=1.1,
                **line(place, plan.colour(str(region))),
            )
        elif region not in together:
            panel.plot(at, usd_per_kg, color=GREY, linewidth=0.6, zorder=1, label=REST)
        if region in together:
            continue
        colour = plan.colour(str(region)) if region in own else GREY
        for mark, (height, symbol) in MARKS.items():
            there = at[marks == mark]
            across = panel.get_xaxis_transform()  # years along, height of the panel up
            panel.scatter(
                there, [height] * len(there), s=14, color=colour, marker=symbol, transform=across, clip_on=False
            )
    panel.margins(y=0.08)

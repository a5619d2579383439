"""Pictures of what the policy asks for: share of the largest supplier against the cap; targets missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from model.output.pictures.plan import PlanTables
from model.output.pictures.style import COLOURS, GREY, LIMIT, MISSED, finish, new_figure, panels, short, year_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS = 24
CLOSE = 1e-6


def shares(plan: PlanTables) -> Figure | None:
    """For each buyer and scope the share of its largest supplier against the cap, by year."""
    frame = plan["shares"]
    groups = [(key, rows) for key, rows in frame.groupby(["buyer", "scope"], sort=False) if rows["limit"].notna().any()]
    if not groups:
        return None
    order = list(plan.stages)
    groups.sort(key=lambda g: (str(g[0][0]), order.index(g[0][1]) if g[0][1] in order else len(order), str(g[0][1])))
    groups, more = groups[:MOST_PANELS], len(groups) - MOST_PANELS
    first, last = int(frame["year"].min()), int(frame["year"].max())
    across = 3 if len(groups) > 4 else 2
    down = -(-len(groups) // min(across, len(groups)))
    note = f" {more} more in shares.csv." if more > 0 else ""
    figure = new_figure(0.25 + 1.6 * down)
    suppliers = _suppliers([rows for _, rows in groups], plan)
    for panel, ((buyer, scope), rows) in zip(
        panels(figure, len(groups), across, sharex=True, sharey=True), groups, strict=True
    ):
        _share_panel(panel, rows, plan)
        panel.set_title(f"{plan.region(str(buyer))}: {plan.scope(str(scope))}", loc="left")
        year_axis(panel, first, last, grey=plan.grey_from)
        panel.set_ylim(0, 105)
        if panel.get_subplotspec().is_first_col():  # type: ignore[union-attr]
            panel.set_ylabel("% of use")
    title = "Share of the largest third-country supplier against the cap, by buyer and stage"
    over = bool((frame["share"].astype(float) > frame["limit"].astype(float) + CLOSE).any())
    blank = " No bar: nothing is used that a cap counts."
    return finish(figure, title, plan.source + blank + note, _legend(suppliers, plan, over), 5)


def _largest(rows: pd.DataFrame) -> pd.DataFrame:
    """The row of the largest share in each year, with the tightest limit of any."""
    held = rows[rows["share"].notna()]
    top = held.loc[held.groupby("year")["share"].idxmax()].set_index("year").sort_index()
    top["limit"] = rows.groupby("year")["limit"].min().reindex(top.index)
    return top


def _suppliers(groups: list[pd.DataFrame], plan: PlanTables) -> list[str]:
    """Suppliers that are the largest anywhere, the most frequent first and the grey ones last."""
    named = [_largest(rows)["supplier"] for rows in groups]
    counts = pd.concat(named).value_counts() if named else pd.Series(dtype=int)
    return [str(s) for s in sorted(counts.index, key=lambda s: (plan.colour(str(s)) == GREY, -counts[s], s))]


def _share_panel(panel: Axes, rows: pd.DataFrame, plan: PlanTables) -> None:
    top = _largest(rows)
    colours = [plan.colour(str(s)) for s in top["supplier"]]
    panel.bar(top.index.astype(int), 100 * top["share"].astype(float), width=0.8, color=colours)
    over = top[top["share"].astype(float) > top["limit"].astype(float) + CLOSE]
    panel.scatter(
        over.index.astype(int), 100 * over["share"].astype(float) + 3, marker="x", s=10, color=MISSED, linewidth=1
    )
    limit = rows.groupby("year")["limit"].min().dropna()
    at = [float(year) + side for year in limit.index for side in (-0.5, 0.5)]
    panel.plot(at, [100 * float(v) for v in limit for _ in (0, 1)], color=LIMIT, linewidth=1.2)


def _legend(suppliers: list[str], plan: PlanTables, any_missed: bool) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    named = [s for s in suppliers if plan.colour(s) != GREY]
    handles: list[Any] = [Patch(color=plan.colour(s), label=plan.region(s)) for s in named]
    if len(suppliers) > len(named):
        handles.append(Patch(color=GREY, label="other suppliers"))
    handles.append(Line2D([], [], color=LIMIT, linewidth=1.2, label="cap"))
    if any_missed:
        handles.append(Line2D([], [], color=MISSED, marker="x", linestyle="", label="cap missed"))
    return handles


def missed(plan: PlanTables) -> Figure | None:
    """For each target that is missed in any year: what is asked and what is reached."""
    groups = _missed_groups(plan)
    if not groups:
        return None
    groups, more = groups[:MOST_PANELS], len(groups) - MOST_PANELS
    across = 3 if len(groups) > 4 else 2
    down = -(-len(groups) // min(across, len(groups)))
    note = f" {more} more in shortfalls.csv." if more > 0 else ""
    figure = new_figure(0.25 + 1.6 * down)
    years = [int(y) for _, rows in groups for y in rows["year"]]
    for panel, (title, rows) in zip(panels(figure, len(groups), across, sharex=True), groups, strict=True):
        _missed_panel(panel, rows)
        panel.set_title(title, loc="left")
        year_axis(panel, min(years), max(years), grey=plan.grey_from)
        if panel.get_subplotspec().is_first_col():  # type: ignore[union-attr]
            panel.set_ylabel("%")
    labelled = {h.get_label(): h for p in figure.axes for h in p.get_legend_handles_labels()[0]}
    base = " Caps: % of the buyer's use. Minima: % of its final demand; stocks: % of a year's use."
    title = "Targets that are missed: asked and reached"
    return finish(figure, title, plan.source + base + note, list(labelled.values()))


def _missed_groups(plan: PlanTables) -> list[tuple[str, pd.DataFrame]]:
    """Each missed target with its years: asked, reached, best (blank where not known), and whether it is a cap."""
    keys = ["policy_row", "buyer", "scope", "supplier"]
    lost = plan["shortfalls"][[*keys, "year"]].drop_duplicates()
    caps = plan["shares"].assign(cap=True)
    minima = plan["benchmarks"].assign(cap=False, supplier="")
    asked = pd.concat(
        [f[[*keys, "year", "share", "limit", "cap"]] for f in (caps, minima) if len(f)] or [pd.DataFrame()]
    )
    if not len(lost) or not len(asked):
        return []
    asked = asked.merge(plan["misses"][[*keys, "year", "best"]], how="left", on=[*keys, "year"])
    asked = asked.merge(lost.assign(lost=True), how="left", on=[*keys, "year"])
    found = []
    titles = plan.summary["policy"].get("titles", {})
    for (row, buyer, scope, supplier), rows in asked.groupby(keys, sort=True):
        if rows["lost"].notna().any():
            bound = "at most from " + plan.region(str(supplier)) if rows["cap"].iloc[0] else "at least"
            title = f"{plan.region(str(buyer))}: {plan.scope(str(scope))}, {bound}"
            title = f"{short(titles[row], 40)}, {title}" if row in titles else title
            found.append((title, rows.sort_values("year")))
    return found


def _missed_panel(panel: Axes, rows: pd.DataFrame) -> None:
    at = rows["year"].astype(float).to_numpy()
    asked, reached = (100 * rows[c].astype(float).to_numpy() for c in ("limit", "share"))
    lost = rows["lost"].notna().to_numpy()
    panel.bar(at, reached, width=0.8, color=COLOURS[4], label="reached")
    gap = np.where(lost, asked - reached, 0.0)
    panel.bar(
        at,
        gap,
        width=0.8,
        bottom=reached,
        facecolor="none",
        edgecolor=MISSED,
        hatch="////",
        linewidth=0,
        label="missed by",
    )
    panel.step(
        [*(at - 0.5), at[-1] + 0.5], [*asked, asked[-1]], where="post", color=LIMIT, linewidth=1.2, label="asked"
    )
    best = 100 * rows["best"].astype(float)
    if best.notna().any():
        panel.plot(at, best, linestyle="", marker="D", color=COLOURS[2], markersize=3, label="best by itself")
    panel.set_ylim(0, 1.1 * float(max([*asked, *reached, *best.dropna(), 1e-9])))

"""Pictures of what is built: capital by stage, year and country; the schedule of decisions, construction and ramp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from model.base.words import share
from model.output.pictures.plan import PlanTables
from model.output.pictures.style import COLOURS, GREY, PALE, fill, finish, money, new_figure, scale, stack, year_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_COUNTRIES, MOST_ROWS = 14, 70


def _builds(plan: PlanTables) -> pd.DataFrame:
    frame = plan["builds"].copy()
    pairs = zip(frame["plant"], frame["process"], strict=True)
    return frame.assign(stage=pd.Series([plan.stage(j, p) for j, p in pairs], index=frame.index, dtype="object"))


def capital(plan: PlanTables) -> Figure | None:
    """Overnight capital by stage and year of decision, and by country."""
    frame = _builds(plan)
    if not len(frame):
        return None
    figure = new_figure(2.7)
    by_year, by_country = figure.subplots(1, 2, width_ratios=(3, 2))
    stages = plan.stage_names(frame["stage"])
    at = plan.years
    table = frame.pivot_table(index="decision_year", columns="stage", values="capex_usd", aggfunc="sum").fillna(0.0)
    table = table.reindex(at, fill_value=0.0)
    per, name = scale(table.sum(axis=1).tolist())
    parts = [(n, (table[s] / per).tolist(), fill(i)) for i, (s, n) in enumerate(stages.items())]
    stack(by_year, at, parts)
    by_year.set_title("by year of decision", loc="left")
    by_year.set_ylabel(money(name, plan.price_year))
    year_axis(by_year, at[0], at[-1], grey=plan.grey_from)
    _by_country(by_country, plan, frame, stages)
    handles = by_year.get_legend_handles_labels()[0]
    return finish(figure, "Overnight capital of new capacity, by stage", plan.source, handles)


def _by_country(panel: Axes, plan: PlanTables, frame: pd.DataFrame, stages: dict[str, str]) -> None:
    table = frame.pivot_table(index="region", columns="stage", values="capex_usd", aggfunc="sum").fillna(0.0)
    order = table.sum(axis=1).sort_values(ascending=False, kind="stable").index.tolist()
    shown = [[plan.region(r), table.loc[r]] for r in order[:MOST_COUNTRIES]]
    if len(order) > MOST_COUNTRIES:
        shown.append(["other countries", table.loc[order[MOST_COUNTRIES:]].sum()])
    per, name = scale([float(row.sum()) for _, row in shown])
    left = [0.0] * len(shown)
    for place, stage in enumerate(stages):
        values = [float(row[stage]) / per for _, row in shown]
        panel.barh(range(len(shown)), values, left=left, height=0.75, **fill(place))
        left = [a + v for a, v in zip(left, values, strict=True)]
    panel.set_yticks(range(len(shown)), [label for label, _ in shown])
    panel.set_ylim(len(shown) - 0.4, -0.6)
    panel.grid(visible=False, axis="y")
    panel.grid(visible=True, axis="x")
    panel.set_title("by country, all years", loc="left")
    panel.set_xlabel(money(name, plan.price_year))


def schedule(plan: PlanTables) -> Figure | None:
    """When each decision is taken, built and at full load."""
    frame = _builds(plan)
    if not len(frame):
        return None
    full = plan["decisions"][["plant", "decision_year", "full_year"]]
    frame = frame.merge(full, how="left", on=["plant", "decision_year"])
    largest = set(frame["capex_usd"].sort_values(ascending=False, kind="stable").index[:MOST_ROWS])
    more = len(frame) - len(largest)
    stages = plan.stage_names(frame["stage"])
    frame["place"] = frame["stage"].map(list(stages).index)
    frame["first"] = frame.groupby("plant")["decision_year"].transform("min")
    frame = frame[frame.index.isin(largest)].sort_values(["place", "first", "plant", "decision_year"], kind="stable")
    note = f" {more} smaller decisions in builds.csv." if more else ""
    figure = new_figure(0.5 + 0.16 * len(frame))
    panel = figure.subplots()
    last = plan.years[-1]
    for row, one in enumerate(frame.itertuples()):
        colour = COLOURS[int(one.place) % len(COLOURS)]  # type: ignore[arg-type]
        _bar(panel, row, one, last, colour, plan.idle.get(str(one.plant)))
    _labels(panel, plan, frame)
    year_axis(panel, plan.years[0], last, grey=plan.grey_from)
    panel.set_xlim(plan.years[0] - 0.6, last + 1)
    panel.grid(visible=False, axis="y")
    panel.grid(visible=True, axis="x")
    panel.set_xlabel("year")
    title = "Schedule of new capacity: decision, construction and ramp of each plant"
    return finish(figure, title, plan.source + note, _legend(stages, frame), 5)


def _bar(panel: Axes, row: int, one: Any, last: int, colour: str, used: float | None) -> None:
    """Construction, ramp and full load of one decision; ``used`` of a plant that hardly runs, which is crossed out."""
    end = last + 1
    online = min(int(one.online_year), end)
    full = online if pd.isna(one.full_year) else min(int(one.full_year), end)
    start = int(one.decision_year)
    panel.barh(row, online - start, left=start, height=0.62, facecolor="white", edgecolor=colour, hatch="////", lw=0.6)
    if used is not None:
        said = f"counts, runs at {share(used, 0)}" if round(100 * used) else "counts, does not run"
        panel.barh(row, end - online, left=online, height=0.62, facecolor="white", edgecolor=GREY, hatch="xxxx", lw=0.6)
        how = {"facecolor": "white", "lw": 0, "pad": 0.4}
        panel.text(end - 0.2, row, said, va="center", ha="right", fontsize=5.5, bbox=how)
        full = end = online
    panel.barh(row, full - online, left=online, height=0.62, color=colour, alpha=0.45, lw=0)
    panel.barh(row, end - full, left=full, height=0.62, color=colour, lw=0)
    panel.plot(start, row, marker="o", color=colour, markersize=3, markeredgecolor="black", markeredgewidth=0.4)


def _labels(panel: Axes, plan: PlanTables, frame: pd.DataFrame) -> None:
    names = [
        f"{plan.plant(j)}, {r}" if plan.plant(j) != j else j
        for j, r in zip(frame["plant"], frame["region"], strict=True)
    ]
    shown = [n if not i or names[i - 1] != n else "" for i, n in enumerate(names)]
    panel.set_yticks(range(len(frame)), shown, fontsize=6.5)
    panel.tick_params(axis="y", length=0)
    panel.set_ylim(len(frame) - 0.4, -0.6)
    for row, name in enumerate(shown):
        if name and row:
            panel.axhline(row - 0.5, color=PALE, linewidth=0.4)


def _legend(stages: dict[str, str], frame: pd.DataFrame) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    there = set(frame["place"])
    handles: list[Any] = [
        Patch(color=COLOURS[i % len(COLOURS)], label=name) for i, name in enumerate(stages.values()) if i in there
    ]
    return handles + [
        Line2D([], [], marker="o", linestyle="", color="white", markeredgecolor="black", label="decision"),
        Patch(facecolor="white", edgecolor="black", hatch="////", label="construction"),
        Patch(color="black", alpha=0.35, label="ramp"),
        Patch(color="black", label="full load"),
    ]

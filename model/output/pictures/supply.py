"""Picture of what is made: output and capacity by stage, inside the buyers' group and outside."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from model.base.words import clean
from model.output.pictures.plan import PlanTables
from model.output.pictures.style import COLOURS, LIMIT, finish, new_figure, scale, year_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNITS = ((1e6, "million t"), (1e3, "thousand t"), (1.0, "t"))


def output(plan: PlanTables) -> Figure | None:
    """Output and capacity by stage and year: within the buyers' regions above, elsewhere below."""
    made = _made(plan)
    if not len(made):
        return None
    inside = {r for regions in plan.buyers.values() for r in regions}
    places = [("inside", made["region"].isin(inside)), ("outside", ~made["region"].isin(inside))]
    places = [(name, mask) for name, mask in places if mask.any()] if inside else [("everywhere", made["year"].notna())]
    stages = plan.stage_names(made["stage"])
    title = "Output and capacity by stage" + (", inside the buyers' regions and outside" if inside else "")
    note = f" Tonnes of {clean(plan.words.measure)}: the {clean(plan.words.of)} in all that a stage makes."
    note += f" Inside: {', '.join(plan.region(b) for b in plan.buyers)}." if inside else ""
    figure = new_figure(0.45 + 1.5 * len(places))
    grid = figure.subplots(len(places), len(stages), squeeze=False, sharex=True)
    for row, (place, mask) in enumerate(places):
        mine = made[mask]
        for column, (stage, name) in enumerate(stages.items()):
            panel: Axes = grid[row][column]
            here = mine[mine["stage"] == stage].groupby("year")[["output", "capacity"]].sum()
            _panel(panel, here.reindex(plan.years, fill_value=0.0))
            year_axis(panel, plan.years[0], plan.years[-1], 3 if len(stages) > 4 else 5, plan.grey_from)
            panel.tick_params(axis="x", labelsize=6.5)
            if not row:
                panel.set_title("\n".join(textwrap.wrap(name, max(14, 84 // len(stages)))), loc="left", fontsize=7.5)
            if not column:
                panel.annotate(
                    place, (0, 0.5), xytext=(0.012, 0.5), textcoords=("figure fraction", "axes fraction"),
                    rotation=90, va="center", ha="left", fontweight="bold", annotation_clip=False,
                )  # fmt: skip
    return finish(figure, title, plan.source + note, grid[0][0].get_legend_handles_labels()[0])


def _panel(panel: Axes, here: pd.DataFrame) -> None:
    per, name = scale(here.to_numpy().ravel().tolist(), UNITS)
    at = here.index.to_list()
    panel.bar(at, here["output"] / per, width=0.85, color=COLOURS[4], label="output")
    panel.step(at, here["capacity"] / per, where="mid", color=LIMIT, linewidth=1, label="capacity")
    panel.set_ylim(0, float(here.to_numpy().max()) / per * 1.08 or 1.0)
    panel.set_ylabel(f"{name}/yr", fontsize=6.5, labelpad=2)
    panel.tick_params(axis="y", labelsize=6.5, pad=1)


def _made(plan: PlanTables) -> pd.DataFrame:
    """Output and capacity in t of content by region, stage and year, by-products included."""
    activity, goods, recipes = (plan[t] for t in ("activity", "goods", "recipes"))
    if not (len(activity) and len(goods) and len(recipes)):
        return pd.DataFrame()
    runs = activity.groupby(["plant", "region", "process", "year"], as_index=False).agg(
        activity_t=("activity_t", "sum"), capacity_t=("capacity_t", "max")
    )
    made = runs.merge(recipes[recipes["coefficient"] > 0], on="process").merge(
        goods[["commodity", "stage", "content"]], on="commodity"
    )
    weight = made["coefficient"] * made["content"]
    made["output"] = made["activity_t"] * weight
    made["capacity"] = made["capacity_t"] * weight
    found = made.groupby(["region", "stage", "year"], as_index=False)[["output", "capacity"]].sum()
    seen = found.groupby("stage")[["output", "capacity"]].transform("max").sum(axis=1)
    return found[seen > 0].assign(year=lambda f: f["year"].astype(int))

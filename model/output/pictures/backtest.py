"""The picture of a backtest: shares by state of knowledge against what was seen, and the error in steps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.analysis.roll.backtest import PICTURE, ROLL, RULER, Backtest
from model.output.pictures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_backtest(found: Backtest, folder: Path) -> None:
    """Draw it into a folder, as PNG and SVG; the same bytes for the same answer."""
    import matplotlib

    with matplotlib.rc_context(style.STYLE):
        figure = style.new_figure(6.2)
        above, below = figure.subplots(2, 1, height_ratios=[3, 2])
        looks = _looks(found)
        _shares(above, found, looks)
        _errors(below, found, looks)
        handles, _ = above.get_legend_handles_labels()
        seen = found.observed
        title = f"Share of {seen.origin} in the imports of {seen.destination}: seen, and told from what was known"
        source = (
            f"{found.told['instance']['title']}. Grey: years that were known. Errors over the years that were seen."
        )
        style.finish(figure, title, source, handles, across=2)
        for name, data in style.rendered(figure, PICTURE).items():
            (folder / name).write_bytes(data)


def _looks(found: Backtest) -> dict[str, dict[str, object]]:
    """Colour and dashes of each state."""
    looks: dict[str, dict[str, object]] = {}
    for place, row in enumerate(found.errors.to_dict("records")):
        ruler, roll = row["kind"] == RULER, row["kind"] == ROLL
        colour = style.GREY if ruler else style.COLOURS[place % len(style.COLOURS)]
        looks[row["state"]] = {
            "color": colour,
            "linestyle": (":" if "share" in row["state"] else "--") if ruler else "-",
            "linewidth": 2.2 if roll else 1.2,
        }
    return looks


def _shares(panel: Axes, found: Backtest, looks: dict[str, dict[str, object]]) -> None:
    years = found.table["year"]
    for state, rows in found.table.groupby("state", sort=False):
        panel.plot(rows["year"], rows["share"], label=str(state), **looks[str(state)])  # type: ignore[arg-type]
    seen = {y: v for y, v in found.observed.shares.items() if years.min() <= y <= years.max()}
    panel.plot(list(seen), list(seen.values()), "ko", markersize=5, label="seen")
    style.year_axis(panel, int(years.min()), int(years.max()))
    panel.axvspan(years.min() - 0.6, found.known + 0.5, color=style.PALE, alpha=0.5, lw=0, zorder=0)
    panel.set_ylim(0, 100)
    panel.set_ylabel("% of imports")


def _errors(panel: Axes, found: Backtest, looks: dict[str, dict[str, object]]) -> None:
    places = range(len(found.errors))
    colours = [str(looks[state]["color"]) for state in found.errors["state"]]
    panel.barh(list(places), found.errors["mean_error"], color=colours, height=0.7)
    for place, error in zip(places, found.errors["mean_error"], strict=True):
        panel.text(error + 0.3, place, f"{error:.1f}", va="center", fontsize=7)
    panel.set_yticks(list(places), [str(state) for state in found.errors["state"]])
    panel.invert_yaxis()
    panel.grid(axis="x")
    panel.set_xlabel("mean error, percentage points")

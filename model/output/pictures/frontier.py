"""One picture of a frontier: for each budget, cost premium by cap and first year, and the tightest cap."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from model.analysis.frontier import Frontier
from model.analysis.frontier.question import Question
from model.analysis.frontier.table import CASE, TIGHTEST
from model.base.words import money_unit
from model.compiling.arrays import Floats
from model.output.pictures.style import rendered
from model.output.terminal.questions.frontier import budget_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACROSS = 3
"""Panels beside one another."""
WRITTEN = 10
"""Cells are labelled where there are no more than this in a row or column."""
LINE, NEVER = "#b3003c", "#f2f2f2"


def draw_frontier(found: Frontier, folder: Path) -> None:
    """Draw the picture of a frontier into a folder, as PNG and SVG."""
    for name, data in pictures(found.question, found.table).items():
        (folder / name).write_bytes(data)


def pictures(question: Question, table: pd.DataFrame) -> dict[str, bytes]:
    """The picture as PNG and SVG, by file name; the same bytes for the same table."""
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": "frontier", "font.size": 10, "hatch.linewidth": 0.6}):
        return rendered(_figure(question, table), "frontier")


def _figure(q: Question, table: pd.DataFrame) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import PowerNorm
    from matplotlib.figure import Figure

    cases = table[table["kind"] == CASE]
    most = float(cases["premium_usd"].max()) if cases["premium_usd"].notna().any() else 1.0
    unit, name = money_unit([most], least=1e6)
    # differences between cheap cases are seen too: colour goes with the square root
    colours = ScalarMappable(PowerNorm(0.5, vmin=0.0, vmax=max(most / unit, 1e-9)), "viridis")
    down = -(-len(q.budgets) // ACROSS)
    across = min(len(q.budgets), ACROSS)
    figure = Figure(figsize=(12.8, 2.0 + 4.2 * down), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    for i, panel in enumerate(panels.flat):
        if i >= len(q.budgets):
            panel.set_visible(False)
            continue
        _panel(panel, q, table, q.budgets[i], unit, colours)
        panel.set_ylabel("cap, % of use" if i % across == 0 else "")
        panel.set_xlabel("cap holds from this year on" if i + across >= len(q.budgets) else "")
    bar = figure.colorbar(colours, ax=panels, aspect=30, pad=0.01)
    bar.set_label(f"premium over the plan without policy, {name} of {q.instance.price_year}, present value")
    title = "\n".join(textwrap.wrap(f"{q.instance.title}: how tight a cap, how soon", 100))
    varied = f"{q.asked.name}, {q.called} varied; in the cells: premium, {name} of {q.instance.price_year}"
    figure.suptitle(title + "\n" + "\n".join(textwrap.wrap(f"Policy {varied}", 130)), fontsize=12)
    figure.legend(*panels.flat[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    return figure


def _panel(panel: Axes, q: Question, table: pd.DataFrame, budget: float | None, unit: float, colours: Any) -> None:
    mine = table["budget_usd"].isna() if budget is None else table["budget_usd"] == budget
    cases = table[mine & (table["kind"] == CASE)]
    premium = np.full((len(q.caps), len(q.years)), np.nan)
    places = zip(cases["cap"].map(q.caps.index), cases["year"].map(q.years.index), strict=True)
    for (i, j), usd in zip(places, cases["premium_usd"].to_numpy(dtype=float), strict=True):
        premium[len(q.caps) - 1 - i, j] = usd / unit
    caps = 100 * np.array(q.caps[::-1])
    across, up = _edges(np.array(q.years, dtype=float)), _edges(caps)
    up[0], up[-1] = 0.0, 100.0
    # a column's last colour goes down to where nothing can be met, which is drawn over it
    filled = pd.DataFrame(premium).bfill().to_numpy()
    panel.pcolormesh(across, up, np.ma.masked_invalid(filled), norm=colours.norm, cmap=colours.cmap)
    if max(premium.shape) <= WRITTEN:
        _labels(panel, np.array(q.years, dtype=float), caps, premium, unit, colours)
    tightest = table[mine & (table["kind"] == TIGHTEST)].sort_values("year")
    _tightest(panel, tightest["year"].to_numpy(dtype=float), 100 * tightest["cap"].to_numpy(dtype=float), across)
    panel.set_title(budget_name(budget, long=True), fontsize=10)
    panel.set(xlim=(across[0], across[-1]), ylim=(0, 100), xticks=list(q.years))


def _edges(centres: Floats) -> Floats:
    """Edges of cells around their centres: half way between, and as far out at the ends."""
    if len(centres) == 1:
        return np.array([centres[0] - 0.5, centres[0] + 0.5])
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]])


def _labels(panel: Axes, years: Floats, caps: Floats, premium: Floats, unit: float, colours: Any) -> None:
    digits = 2 if np.nanmax(premium, initial=0.0) < 100 else 0
    for (i, j), value in np.ndenumerate(premium):
        if np.isfinite(value):
            light = float(np.dot(colours.to_rgba(value)[:3], (0.299, 0.587, 0.114))) > 0.5
            text = f"{value:,.{digits}f}"
            colour = "black" if light else "white"
            panel.text(float(years[j]), float(caps[i]), text, ha="center", va="center", fontsize=8, color=colour)


def _tightest(panel: Axes, years: Floats, caps: Floats, across: Floats) -> None:
    """The line of the tightest caps; what lies below it can't be met."""
    level = np.append(caps, caps[-1:])
    never: dict[str, Any] = {"facecolor": NEVER, "edgecolor": "#8c8c8c", "hatch": "////", "linewidth": 0}
    panel.fill_between(across, 0, level, step="post", label="can't be met", **never)
    panel.plot(across, level, color=LINE, linewidth=2, drawstyle="steps-post", label="tightest cap that can be met, %")
    for year, cap in zip(years.tolist(), caps.tolist(), strict=True):
        below = cap > 8
        panel.annotate(
            f"{cap:.1f}", (year, cap), xytext=(0, -5 if below else 5), textcoords="offset points", ha="center",
            va="top" if below else "bottom", fontsize=8, fontweight="bold", color=LINE,
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
        )  # fmt: skip

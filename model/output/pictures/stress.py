"""One picture of a stress test: what is served without each supplier's exports, supplier by year, worst first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.analysis.stress.sentences import Names, reference
from model.base.words import bare, several
from model.instance.instance import Instance
from model.output.pictures.style import rendered
from model.plan.saying.survival import UNHARMED, length, percent
from model.plan.stress.stress import Stress

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS = 24
"""Suppliers that have a row."""
WRITTEN = 24
"""Cells are labelled where there are no more than this in a row."""


def draw_stress(found: Stress, instance: Instance, folder: Path) -> None:
    """Draw the picture of a stress test into a folder, as PNG and SVG; the same bytes for the same test."""
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": "stress", "font.size": 10}):
        for name, data in rendered(_figure(found, instance), "stress").items():
            (folder / name).write_bytes(data)


def _figure(found: Stress, instance: Instance) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    months, names = reference(found), Names(instance)
    wide = found.matrix(months)
    harmed = wide[(wide < UNHARMED).any(axis=1)].head(MOST_ROWS)
    shown = harmed if len(harmed) else wide.head(1)
    figure = Figure(figsize=(11.0, 2.2 + 0.34 * len(shown)), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    panel = figure.subplots()
    panel.imshow(shown.to_numpy(), cmap="RdYlGn", vmin=0.0, vmax=1.0, aspect="auto")
    panel.set_xticks(range(len(shown.columns)), [str(y) for y in shown.columns], rotation=60)
    panel.set_yticks(range(len(shown)), [bare(names.supplier(str(s))) for s in shown.index])
    if len(shown.columns) <= WRITTEN:
        for y, row in enumerate(shown.to_numpy()):
            for x, value in enumerate(row):
                panel.text(x, y, percent(value), ha="center", va="center", fontsize=8, color="black")
    panel.set_xlabel("the stop begins on the first day of")
    others = len(wide) - len(harmed)
    more = f"; {several(others, 'other supplier')}: 100 % in every year" if others else ""
    buyers = bare(names.buyers(found))
    figure.suptitle(f"Demand of {buyers} served over {length(months)} without the exports of, %{more}", fontsize=11)
    return figure

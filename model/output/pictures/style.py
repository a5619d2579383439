"""How pictures look: colours that the colour-blind can tell apart, fonts, titles, the line that says what it's from."""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from model.base.words import MONEY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
"""Okabe and Ito's palette."""
LIMIT, MISSED, GREY, PALE = "#000000", "#D55E00", "#7f7f7f", "#d9d9d9"
HATCHES = ("", "////", "....", "xxxx", "\\\\\\\\")
DASHES = ("-", "--", "-.", ":")
MARKS = "osD^vP*X"
WIDTH = 7.2
"""Width of a picture, inches: two columns of a journal."""
STYLE: Any = {
    "svg.hashsalt": "plan", "font.size": 8, "axes.titlesize": 8.5, "axes.spines.top": False, "axes.spines.right": False,
    "axes.linewidth": 0.6, "xtick.major.width": 0.6, "ytick.major.width": 0.6, "axes.grid": True, "axes.grid.axis": "y",
    "grid.color": "#e6e6e6", "grid.linewidth": 0.5, "axes.axisbelow": True, "legend.frameon": False,
    "hatch.linewidth": 0.5, "legend.fontsize": 7.5, "lines.linewidth": 1.4, "lines.markersize": 3.5,
    "text.parse_math": False, "savefig.dpi": 300,
}  # fmt: skip


def new_figure(height: float) -> Figure:
    """An empty figure whose panels have ``height`` inches; ``finish`` adds what stands above and below them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def finish(figure: Figure, title: str, source: str, handles: Sequence[Any], across: int = 4) -> Figure:
    """The figure with a title and a legend above its panels and its source below."""
    titles, sources = textwrap.wrap(title, 80), textwrap.wrap(source, 140)
    rows = -(-len(handles) // across)
    panels_high = figure.get_figheight()
    head = 0.1 + 0.19 * len(titles)
    above, below = head + 0.175 * rows + 0.08, 0.06 + 0.125 * len(sources)
    high = panels_high + above + below
    figure.set_figheight(high)
    figure.get_layout_engine().set(rect=(0, below / high, 1, panels_high / high))  # type: ignore[union-attr, call-arg]
    figure.text(0.01, 1 - 0.06 / high, "\n".join(titles), va="top", fontsize=10, fontweight="bold")
    figure.text(0.01, 0.04 / high, "\n".join(sources), va="bottom", fontsize=6.5, color="#595959")
    if handles:
        place = (0.01, 1 - head / high)
        how: dict[str, Any] = {"handlelength": 1.6, "columnspacing": 1.4, "borderpad": 0.0, "labelspacing": 0.35}
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=place, ncols=across, borderaxespad=0.0, **how)
    return figure


def rendered(figure: Figure, name: str) -> dict[str, bytes]:
    """The figure as PNG and SVG by file name, without date or program."""
    files = {}
    for kind, about in (("png", {"Software": None}), ("svg", {"Date": None, "Creator": None})):
        out = io.BytesIO()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")  # a name may hold any letters
            figure.savefig(out, format=kind, metadata=about)
        figure.set_layout_engine("none")  # laid out once: the second is the same picture
        files[f"{name}.{kind}"] = out.getvalue()
    return files


def panels(figure: Figure, count: int, across: int, **shared: Any) -> list[Axes]:
    """``count`` panels, ``across`` beside one another."""
    across = max(1, min(across, count))
    down = -(-count // across)
    grid = figure.subplots(down, across, squeeze=False, **shared)
    flat: list[Axes] = list(grid.flat)
    for spare in flat[count:]:
        spare.set_visible(False)
    for place in range(max(0, count - across), count):  # the lowest panel of each column shows the years
        flat[place].tick_params(labelbottom=True)
    return flat[:count]


def fill(place: int) -> dict[str, Any]:
    """Face of the place-th part of a stack: colour, and hatches where colours begin anew."""
    hatch = HATCHES[place // len(COLOURS) % len(HATCHES)]
    return {"facecolor": COLOURS[place % len(COLOURS)], "hatch": hatch, "edgecolor": "white", "linewidth": 0.4}


def line(place: int, colour: str) -> dict[str, Any]:
    """The place-th line, of a country's colour: dashes where symbols begin anew, a mark of its own."""
    return {
        "color": colour,
        "linestyle": DASHES[place // len(MARKS) % len(DASHES)],
        "marker": MARKS[place % len(MARKS)],
    }


def year_axis(panel: Axes, first: int, last: int, ticks: int = 6, grey: int | None = None) -> None:
    """Whole years along the bottom, a few of them labelled; from ``grey`` on a field behind what is drawn."""
    from matplotlib.ticker import MaxNLocator

    most = ticks if last - first > 8 else max(ticks, 9)
    panel.xaxis.set_major_locator(MaxNLocator(nbins=most, integer=True, min_n_ticks=1, steps=[1, 5, 10]))
    panel.set_xlim(first - 0.6, last + 0.6)
    if grey is not None and grey <= last:
        field = [max(grey, first) - 0.5, last + 0.5]
        panel.fill_between(field, 0, 1, transform=panel.get_xaxis_transform(), color=PALE, alpha=0.5, lw=0, zorder=0)


def scale(values: Sequence[float], units: Sequence[tuple[float, str]] = MONEY) -> Any:
    """Unit in which values are well read: what to divide by, and its name (blank: as they are)."""
    most = max((abs(v) for v in values if v == v), default=0.0)
    return next(((per, name) for per, name in units if most >= per), units[-1])


def money(name: str, year: int) -> str:
    """``bn USD of 2024``."""
    return f"{name} USD of {year}".strip()


def short(text: str, most: int = 34) -> str:
    """A name without what stands in brackets, cut where it is very long."""
    bare = text.partition(" (")[0].strip() or text
    return bare if len(bare) <= most else bare[: most - 1].rstrip() + "…"


def stack(panel: Axes, at: Sequence[int], parts: Sequence[tuple[str, Sequence[float], dict[str, Any]]]) -> None:
    """Bars by year, parts above one another; parts below 0 go down."""
    up, down = [0.0] * len(at), [0.0] * len(at)
    for label, values, how in parts:
        base = [u if v >= 0 else d for u, d, v in zip(up, down, values, strict=True)]
        panel.bar(at, values, width=0.8, bottom=base, label=label, **how)
        up = [u + max(v, 0.0) for u, v in zip(up, values, strict=True)]
        down = [d + min(v, 0.0) for d, v in zip(down, values, strict=True)]

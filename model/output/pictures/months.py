"""What each month of security costs: premium by months to withstand, and what is still missing in the crises."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from model.analysis.frontier.crises import Withstanding
from model.base.words import clean, given_share, money_unit
from model.output.pictures.style import COLOURS, MARKS, MISSED, STYLE, finish, new_figure, panels, rendered

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HIGH = 2.9


def draw_months(found: Withstanding, folder: Path) -> None:
    """Draw the picture into a folder, as PNG and SVG; the same bytes for the same table."""
    import matplotlib

    with matplotlib.rc_context(STYLE):
        for name, data in rendered(_figure(found), "frontier").items():
            (folder / name).write_bytes(data)


def lines_of(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The cases of one share and first year by months, each with a name: blank where there are no others."""
    groups = [(at, rows.sort_values("months")) for at, rows in table.groupby(["serve", "year"], sort=True)]
    if len(groups) == 1:
        return [("", groups[0][1])]
    return [(f"{given_share(float(rows['serve'].iloc[0]))} from {rows['year'].iloc[0]}", rows) for _, rows in groups]


def _figure(found: Withstanding) -> Figure:
    table, lines = found.table, lines_of(found.table)
    per, unit = money_unit(table["premium_usd"], least=1e6)
    figure = new_figure(HIGH)
    cost, missing = panels(figure, 2, 2, sharex=True)
    handles: list[Any] = []
    for i, (name, rows) in enumerate(lines):
        look: dict[str, Any] = {"color": COLOURS[i % len(COLOURS)], "marker": MARKS[i % len(MARKS)]}
        (line,) = cost.plot(rows["months"], rows["premium_usd"] / per, label=name, **look)
        missing.plot(rows["months"], 100 * (1 - rows["served_share"]), **look)
        handles += [line] if name else []
        for row in rows.to_dict("records") if len(lines) == 1 else ():
            at = (row["months"], row["premium_usd"] / per)
            cost.annotate(f"{at[1]:,.2f}", at, xytext=(0, 5), textcoords="offset points", ha="center", fontsize=7.5)
            short, off = 100 * (1 - row["served_share"]), row["shortfall_t"]
            said = f"{off:,.0f} t" if off >= 0.5 else "none"
            missing.annotate(
                said, (row["months"], short), xytext=(0, 5), textcoords="offset points", ha="center", fontsize=7.5,
                color=MISSED if off >= 0.5 else "black",
            )  # fmt: skip
    cost.set(title=f"Premium over no policy, {unit}", xlabel="months to withstand")
    missing.set(title="Missing of what the crises ask for, %", xlabel="months to withstand")
    for panel in (cost, missing):
        panel.set_ylim(bottom=0)
        panel.margins(y=0.15)
        panel.set_xticks(sorted(table["months"].unique()))
        panel.set_xlim(left=0)
    missing.set_ylim(0, max(5.0, 125 * float((1 - table["served_share"]).max())))
    title = f"What each month of security costs: {clean(found.instance.title)}, {clean(found.policy.name)}"
    source = f"withstanding.csv; premium: present value, USD of {found.instance.price_year}"
    return finish(figure, title, source, handles)

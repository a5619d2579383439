"""Stocks against a stop of exports, on a terminal of 80 columns: the answer, then the years and the best stocks."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from model.analysis.stress.sentences import Names
from model.analysis.stress.stockpiling import Stockpiles
from model.base.words import bare, clean, listed, name, rough_money, share, tonnes
from model.instance.instance import Instance
from model.output.terminal.console import heading, table
from model.plan.saying.survival import UNHARMED, held_out, length, percent

MOST_YEARS = 7
MOST_ROWS = 8


def report(found: Stockpiles, instance: Instance, policy: str) -> Iterator[RenderableType]:
    """The answer in some lines, then what bridging costs by year, and what one stock does by itself."""
    names = Names(instance)
    yield heading(f"Stocks against a stop of exports: {clean(instance.title)}, policy {clean(policy)}")
    for line in sentences(found, names):
        yield Text(bare(line))
    yield from _by_year(found)
    yield from _single(found, names)
    yield Text(
        "Beside the plan's own stocks, at listed prices; storing and interest apart. No more than "
        f"{share(found.part, 0)} of a year's output of a good is bought a year, from the first year on.",
        style="dim",
    )


def sentences(found: Stockpiles, names: Names) -> Iterator[str]:
    """What bridges, for how much; until when; what each million gives."""
    buyers = listed([name(names.regions.get(b, b)) for b in found.asked.buyers], most=8)
    row = found.bridge[found.bridge["year"] == found.year].iloc[0]
    stop = f"{length(found.months)} without {names.supplier(found.supplier)}'s exports from {found.year} on"
    if row["survives_months"] >= found.months:
        yield f"{buyers} are served in full through {stop} with the plan's own plants and stocks."
    else:
        held = "served in full" if row["share"] >= UNHARMED else f"served to {percent(row['share'])} %"
        yield (
            f"Stocks for {rough_money(row['cost_usd'])} more would see {buyers} {held} through {stop}; without them "
            f"{held_out(row['survives_months'])}."
        )
        mix = found.mix[found.mix["year"] == found.year].sort_values("cost_usd", ascending=False)
        each = [
            f"{tonnes(r['amount_t'])} of {name(names.goods[r['commodity']])} in {name(names.regions[r['region']])}"
            for r in mix.to_dict("records")
        ]
        if each:
            yield f"Cheapest mix: {listed(each, most=4)}."
    later = found.bridge[(found.bridge["year"] > found.year) & (found.bridge["survives_months"] >= found.months)]
    if len(later):
        yield f"From {int(later['year'].iloc[0])} on the plan's own plants and stocks are enough."
    yield f"Spent on the best mix for {found.year}: {_curve(found)}."


def _curve(found: Stockpiles) -> str:
    said, last = [], -1.0
    for usd, months in found.curve.itertuples(index=False, name=None):
        if months > last + 0.05:
            said.append(f"{rough_money(usd)} {months:.1f} months")
        last = months
    return ", ".join(said)


def _by_year(found: Stockpiles) -> Iterator[RenderableType]:
    frame = found.bridge
    step = -(-len(frame) // MOST_YEARS)
    shown = table(
        ("a stop from", "left"), ("plan alone, months", "right"), ("extra stocks, m USD", "right"), ("served", "right")
    )
    for row in frame.iloc[::step].to_dict("records"):
        cells = (f"{row['survives_months']:.1f}", f"{row['cost_usd'] / 1e6:,.0f}", share(row["share"], 0))
        shown.add_row(str(row["year"]), *cells)
    yield heading(f"To bridge {length(found.months)}")
    yield shown


def _single(found: Stockpiles, names: Names) -> Iterator[RenderableType]:
    rows = found.ranking.head(MOST_ROWS)
    if not len(rows):
        return
    yield heading(f"One stock by itself, {found.year}")
    gains = bool((rows["months_gained"].abs() > 0.005).any())
    shown = table(
        ("good", "left"), ("where", "left"), ("t", "right"), ("m USD", "right"), ("saves t", "right"),
        ("per m USD", "right"), *([("months", "right")] if gains else []),
    )  # fmt: skip
    for row in rows.to_dict("records"):
        shown.add_row(
            bare(name(names.goods[row["commodity"]]))[:30],
            bare(name(names.regions[row["region"]])),
            f"{row['amount_t']:,.0f}",
            f"{row['cost_usd'] / 1e6:,.1f}",
            f"{row['saved_t']:,.0f}",
            f"{row['saved_t_per_musd']:,.1f}",
            *([f"{row['months_gained']:+.2f}"] if gains else []),
        )
    yield shown
    note = "Saves: content served more in the stop."
    yield Text(note + (" Months: longer in full with ten million USD of it." if gains else ""), style="dim")

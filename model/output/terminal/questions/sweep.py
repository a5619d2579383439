"""A sweep on the terminal: how far it is, and what came out."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from model.analysis.sweeps.asked.definition import Case, Sweep
from model.analysis.sweeps.learned.moves import MOVED
from model.analysis.sweeps.running.outcomes import FAILED, MET, MISSED, Row, money_outcome
from model.analysis.sweeps.running.run import Swept
from model.analysis.sweeps.running.runner import Progress
from model.base.words import clean, money, money_unit, points
from model.output.terminal.console import heading, table

EVERY_S = 10.0
"""Seconds between lines of progress where the output is no terminal."""
MOST_ROWS = 20
SHOWN = (
    ("premium_usd", 0.0, "premium, {}", ",.3f"),
    ("cost_usd", 0.0, "cost of the chain, {}", ",.3f"),
    ("capex_usd", 0.0, "capital, {}", ",.3f"),
    ("worst_miss", 0.01, "worst miss of a target, points", ",.1f"),
    ("unserved_goods_t", 1.0, "unserved, t of goods", ",.0f"),
    ("largest_share", 0.01, "largest share, %", ",.1f"),
    ("premium_usd_per_kg", 1.0, "premium, USD/kg", ",.2f"),
    ("stop_served_share", 0.01, "served while exports stop, %", ",.1f"),
    ("stop_survives_months", 1.0, "in full so long, months", ",.1f"),
)
TITLES = {"premium_usd": "Premium", "cost_usd": "Cost", "capital_moved_usd": "Capital decided otherwise",
          "capex_usd": "Capital", "worst_miss": "Worst miss of a target"}  # fmt: skip
"""Outcomes that the terminal tells of a design; the tables have all."""


def line(p: Progress) -> str:
    """How far a sweep is, in a line or two."""
    said = f"{p.done:,} of {p.total:,} done"
    if p.done > p.before:
        pace = f"{p.rate:.1f} a second" if p.rate >= 1 else f"{1 / p.rate:.1f} s each"
        said += f", {pace}, {duration(p.seconds_left)} left"
    counts = [f"{n:,} {word}" for n, word in ((p.missed, "miss a target"), (p.failed, "failed")) if n]
    said += f" ({', '.join(counts)})" if counts else ""
    if p.best and p.worst and p.best[0] != p.worst[0]:
        said += f"; best: case {p.best[0]}, {fares(p.best[1])}; worst: case {p.worst[0]}, {fares(p.worst[1])}"
    return said


def fares(row: Row) -> str:
    """What decides how good a case is, in words."""
    parts = [f"{row['unserved_goods_t']:,.0f} t of goods unserved"] if row["unserved_goods_t"] >= 0.5 else []
    parts += [f"{points(row['worst_miss'])} points off a target"] if row["status"] == MISSED else []
    column = money_outcome([row["premium_usd"]])
    return ", ".join([*parts, ("premium " if column == "premium_usd" else "") + money(row[column])])


def duration(seconds: float) -> str:
    """Seconds as a planner says it."""
    if seconds == float("inf"):
        return "unknown"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


@contextlib.contextmanager
def shown(quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """A live line on a terminal, a line now and then elsewhere."""
    if quiet:
        yield lambda _: None
        return
    if sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status("reading") as status:
            yield lambda p: status.update(line(p))
        return
    last = time.perf_counter()

    def hear(p: Progress) -> None:
        nonlocal last
        if time.perf_counter() - last >= EVERY_S:
            last = time.perf_counter()
            print(line(p), file=sys.stderr, flush=True)

    yield hear


def case_lines(case: Case, asked: Sweep) -> RenderableType:
    """Which case of a sweep this is, and what it changes."""
    lines = [Text(f"Case {case.number} of {clean(asked.title)}: {clean(case.name)}", style="bold")]
    for edit, value in case.changes:
        where = f" where {dict(edit.where)}" if edit.where else ""
        said = f"  {edit.table}.{edit.column}: {edit.op} {clean(str(value))}{clean(where)}"
        lines.append(Text(said, style="dim"))
    return Group(*lines)


def report(swept: Swept) -> RenderableType:
    """What came out: how many cases fare how, the range of each outcome, and what the design was for."""
    cases = swept["cases"]
    counts = cases["status"].value_counts()
    said = ", ".join(f"{counts[s]:,} {word}" for s, word in _WORDS if s in counts)
    parts: list[RenderableType] = [heading(clean(swept.sweep.title)), Text(f"{len(cases):,} cases: {said}.\n")]
    if (cases["status"] != FAILED).any():
        parts += [ranges(cases[cases["status"] != FAILED])]
    parts += [part for name, show in _MORE.items() if name in swept.names for part in show(swept[name], cases)]
    failed = cases[cases["status"] == FAILED]
    parts += [Text(f"case {c} failed: {clean(str(r))}", style="red") for c, r in _first(failed, "case", "reason")]
    return Group(*parts)


_WORDS = ((MET, "meet every target"), (MISSED, "miss a target"), (FAILED, "failed"))


def _first(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    return frame[list(columns)].head(5).itertuples(index=False, name=None)


def ranges(cases: pd.DataFrame) -> RenderableType:
    """Least, median and greatest of each outcome, by policy where there are several."""
    view = table(("", "left"), ("least", "right"), ("median", "right"), ("greatest", "right"), ("in case", "right"))
    several = cases["policy"].nunique() > 1
    for policy, rows in cases.groupby("policy", sort=False):
        if several:
            view.add_row(Text(clean(str(policy)), style="bold"))
        for column, unit, name, how in SHOWN:
            values = rows[column].dropna()
            if len(values) and (values.abs().max() > 0 or column.startswith("stop_")):
                per, said = money_unit(values, least=1e6)
                unit = unit or per
                low, middle, high = (format(v / unit, how) for v in (values.min(), values.median(), values.max()))
                view.add_row(name.format(said), low, middle, high, str(rows["case"].iloc[int(rows[column].argmax())]))
    return view


def _tornado(frame: pd.DataFrame, _: pd.DataFrame) -> Iterator[RenderableType]:
    first = _first_outcomes(frame, ["value_low", "value_base", "value_high"])
    for (policy, outcome), rows in frame.groupby(["policy", "outcome"], sort=False):
        shown = outcome in (first[policy], MOVED, "worst_miss")
        if shown and (rows["swing"].fillna(0) > (1e-6 if outcome == "worst_miss" else 1e-3)).any():
            unit, name = (0.01, "points") if outcome == "worst_miss" else (1e6, "m USD")
            yield Text(f"\n{TITLES[str(outcome)]}, {name}: {clean(str(policy))}", style="bold")
            view = table(
                ("", "right"), ("factor", "left"), ("at low", "right"), ("at high", "right"), ("swing", "right")
            )
            for row in rows.fillna({"value_base": 0.0}).head(MOST_ROWS).to_dict("records"):
                less, more = (f"{(row[c] - row['value_base']) / unit:+,.1f}" for c in ("value_low", "value_high"))
                about = f"{clean(str(row['title']))} ({_blank(row['low'])} to {_blank(row['high'])})"
                view.add_row(_blank(row["rank"]), about, less, more, f"{row['swing'] / unit:,.1f}")
            yield view


def _first_outcomes(frame: pd.DataFrame, values: list[str]) -> dict[Any, str]:
    """By policy: the outcome that says what its cases cost, from a table of outcomes."""
    premiums = frame[frame["outcome"] == "premium_usd"].set_index("policy")[values]
    return {p: money_outcome(premiums[premiums.index == p].to_numpy().ravel()) for p in frame["policy"].unique()}


def _blank(value: Any) -> str:
    return "" if value != value else f"{value:g}" if isinstance(value, float) else str(value)


def _sobol(frame: pd.DataFrame, _: pd.DataFrame) -> Iterator[RenderableType]:
    first = _first_outcomes(frame, ["mean"])
    shown = frame["outcome"].isin(["capex_usd", "worst_miss"]) | (frame["outcome"] == frame["policy"].map(first))
    rows = frame[shown & frame["total"].notna()]
    if len(rows):
        yield Text(
            "\nSobol' indices: part of the variance by a factor alone, and with others (95 % interval)", style="bold"
        )
        view = table(("outcome", "left"), ("factor", "left"), ("alone", "right"), ("with others", "right"))
        for row in rows.sort_values(["policy", "outcome", "total"], ascending=[True, True, False]).to_dict("records"):
            alone = f"{row['first_order']:.2f} ±{row['first_order_interval']:.2f}"
            view.add_row(
                TITLES[str(row["outcome"])].lower(),
                clean(row["title"]),
                alone,
                f"{row['total']:.2f} ±{row['total_interval']:.2f}",
            )
        yield view
        few = rows.iloc[0]
        yield Text(
            f"{few['samples_kept']:.0f} of {few['samples']:.0f} samples count; few samples make wide intervals.",
            style="dim",
        )


def _weak(frame: pd.DataFrame, _: pd.DataFrame) -> Iterator[RenderableType]:
    rows = frame[frame["rank"].notna()].head(MOST_ROWS)
    if len(rows):
        yield Text(
            "\nWeakly known figures that weigh most: pedigree (1 sourced, 2 recalled, 3 assumed) x effect", style="bold"
        )
        view = table(
            ("", "right"), ("figures", "left"), ("pedigree", "right"), ("m USD", "right"), ("changes a plant", "left")
        )
        for row in rows.to_dict("records"):
            effect = f"{row['effect_usd'] / 1e6:,.0f}"
            change = "yes" if row["changes_decision"] == "yes" else "no"
            view.add_row(f"{row['rank']:.0f}", clean(row["title"]), f"{row['pedigree']:.1f}", effect, change)
        yield view


def _regret(frame: pd.DataFrame, cases: pd.DataFrame) -> Iterator[RenderableType]:
    yield Text("\nRegret: a plan kept, its builds fixed, where other assumptions come true", style="bold")
    view = table(
        ("plan made for", "left"), ("fares worst where", "left"), ("m USD", "right"), ("points", "right"),
        ("unserved t", "right"),
    )  # fmt: skip
    names = dict(zip(cases["case"], cases["name"], strict=True))
    worst = ["regret_unserved_goods_t", "regret_worst_miss", "regret_shortfall_t", "regret_usd"]
    for policy, of_policy in frame.groupby("policy", sort=False):
        view.add_row(Text(clean(str(policy)), style="bold"))
        for case, rows in of_policy.groupby("case", sort=False):
            known = rows.dropna(subset=worst)
            if len(known):
                rounded = known.assign(
                    **{c: known[c].round(6 if c == "regret_worst_miss" else 3) for c in worst}
                ).sort_values(worst, ascending=False)
                row = rounded.iloc[0]
                figures = (row["regret_usd"] / 1e6, 100 * row["regret_worst_miss"], row["regret_unserved_goods_t"])
                said = (f"{v + 0.0:+,.{digits}f}" for v, digits in zip(figures, (1, 1, 0), strict=True))
                view.add_row(clean(str(names[case])), clean(str(names[row["under"]])), *said)
    yield view
    note = (
        "Against the plan made for what comes true: more goods unserved first, then by how many points more the worst "
        "target is missed, then cost (and so premium), which is comparable only where the others are the same."
    )
    yield Text(note, style="dim")


_MORE: dict[str, Callable[[pd.DataFrame, pd.DataFrame], Iterator[RenderableType]]] = {
    "tornado": _tornado, "sobol": _sobol, "weak_figures": _weak, "regret": _regret,
}  # fmt: skip

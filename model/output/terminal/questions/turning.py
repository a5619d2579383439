"""Which figures could turn the answer, on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from model.base.words import clean
from model.output.terminal.console import heading
from model.plan.plan import Plan
from model.plan.saying.answer import rests_on
from model.plan.saying.rows import ToldShort


def report(plan: Plan, frame: pd.DataFrame, file: Path) -> Iterator[RenderableType]:
    """How well the answer is founded, then each figure with the values at which the plan decides otherwise."""
    yield heading(f"Which figures could turn the answer: {clean(plan.instance.title)}")
    yield Text(f"{clean(plan.policy.title)}. Rests on: {clean(rests_on(ToldShort(plan)))}.\n")
    for row in frame.to_dict("records"):
        yield Text("\n".join(_lines({str(k): v for k, v in row.items()})) + "\n")
    if not len(frame):
        yield Text("No figure that may be off has an effect.")
    yield Text(
        "Each figure by itself, the plan made anew; the decision is which plants are decided in the first year, and "
        "whether every target is met. Values to 2 %; between a third and three times the figure.",
        style="dim",
    )
    yield Text(f"Table: {file}")


def _lines(row: dict[str, Any]) -> Iterator[str]:
    about = f"{row['column']} {row['value']:,.6g} {row['unit']}"
    yield f"{row['rank']}. {row['table']}.csv, {clean(str(row['figure']))}: {about}"
    ranged = not pd.isna(row["low"]) and not pd.isna(row["high"])
    known = f"; published {row['low']:,.6g} to {row['high']:,.6g}" if ranged else ""
    yield f"   {row['confidence'] or 'ungraded'}{known}"
    for side, word in (("below", "down"), ("above", "up")):
        at = row[f"turns_{side}"]
        if pd.isna(at):
            yield f"   {word}: nothing is decided otherwise"
        else:
            yield f"   {word} to {at:,.6g}: {row[f'changes_{side}']}"
    yield f"   look up: {clean(str(row['look_up'])) or '-'}"

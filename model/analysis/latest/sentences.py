"""By when at the latest, in a sentence or two; amounts as a headline says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd


def answer(whole: Mapping[Any, Any]) -> str:
    """The answer from the row ``all`` of ``latest.csv``; blanks may be None or NA."""
    planned, last = whole["planned_year"], whole["latest_year"]
    if pd.isna(planned):
        return "The plan decides nothing."
    if pd.isna(last):
        said = "The targets hold as well with nothing decided at all"
    elif last == planned:
        return f"Something must be decided in {planned}, as planned: later, more is missed."
    else:
        said = f"Nothing need be decided before {last} (planned: {planned})"
    more, premium = whole["waiting_usd"] / 1e6, whole["premium_usd"] / 1e6
    instead = f"a premium of {premium:,.1f} m USD in place of {premium - more:,.1f} m"
    return f"{said}. That costs {more:,.1f} m USD more: {instead}."

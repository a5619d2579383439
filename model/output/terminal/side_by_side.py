"""Several plans side by side, as a table and on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from model.base.words import bare, clean, money_unit, stated
from model.output.terminal.console import STYLE, table
from model.plan import survival
from model.plan.asking import complies
from model.plan.plan import Plan
from model.plan.rows import ToldShort

Frames = Mapping[str, pd.DataFrame]


def comparison(plans: Iterable[Plan], stopped: Iterable[Frames]) -> pd.DataFrame:
    """Policies side by side, one row each, with what is served of the worst stop of exports of their first year."""
    keys = (
        "compliant", "first_compliant_year", "cost_usd", "premium_usd", "premium_usd_per_kg", "capex_usd",
        "shortfall_t", "unserved_t",
    )  # fmt: skip
    rows = [
        {
            "policy": p.policy.name,
            "edits": _edits(p),
            **{k: p.summary[k] for k in keys},
            **survival.column(ToldShort(p, more)),
        }
        for p, more in zip(plans, stopped, strict=True)
    ]
    return pd.DataFrame(rows).astype({"first_compliant_year": "Int64"})


def _edits(plan: Plan) -> str:
    """What sets a plan apart from the instance and the policy as they stand in the files, and from the goal cost."""
    s = plan.summary
    said = [stated(k, v, "=") for part in s["overrides"].values() for k, v in part.items()]
    said += [f"{row} edited" for row in s["policy"].get("edits", {})]
    return "; ".join([*said, *([] if s["goal"] == "cost" else [f"goal {s['goal']}"])])


def side_by_side(plans: Sequence[Plan], stopped: Sequence[Frames]) -> RenderableType:
    """Policies side by side for the terminal."""
    unit, name = money_unit((plan.summary["cost_usd"] for plan in plans), least=1e6)
    shown = table(
        ("policy", "left"), ("met", "left"), ("cost", "right"), ("premium", "right"),
        ("capital", "right"), ("short t", "right"), ("unserved t", "right"), ("served %", "right"),
    )  # fmt: skip
    told = [ToldShort(plan, more) for plan, more in zip(plans, stopped, strict=True)]
    for plan, each in zip(plans, told, strict=True):
        s = plan.summary
        first, stands = s["first_compliant_year"], complies(s)
        met = Text(f"from {first}" if stands == "no" and first else stands, style=STYLE[stands])
        shown.add_row(
            clean(plan.policy.name),
            met,
            f"{s['cost_usd'] / unit:,.3f}",
            f"{s['premium_usd'] / unit:,.3f}",
            f"{s['capex_usd'] / unit:,.3f}",
            f"{s['shortfall_t']:,.0f}",
            f"{s['unserved_t']:,.0f}",
            survival.cell(each),
        )
    note = (
        f"Cost and premium over no policy: {name}, present value. "
        f"Capital: {name}, overnight. Short, unserved: t of oxide equivalent."
    )
    meant = survival.meant(told)
    return Group(shown, Text(note + (f" Served %: {bare(meant)}" if meant else ""), style="dim"))

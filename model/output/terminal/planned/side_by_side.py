"""Several plans side by side, as a table and on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from model.base.words import bare, clean, money_unit, stated
from model.instance.policy.row_names import target_names
from model.output.terminal.console import STYLE, table
from model.plan.plan import Plan
from model.plan.saying import misses, survival
from model.plan.saying.asking import complies
from model.plan.saying.rows import ToldShort

Frames = Mapping[str, pd.DataFrame]


def comparison(plans: Iterable[Plan], stopped: Iterable[Frames]) -> pd.DataFrame:
    """Policies side by side, one row each, with what is served of the worst stop of exports of their first year."""
    keys = (
        "compliant", "first_compliant_year", "cost_usd", "premium_usd", "premium_usd_per_kg", "capex_usd",
        "unserved_goods_t", "unserved_t",
    )  # fmt: skip
    rows = [
        {
            "policy": p.policy.name,
            "edits": _edits(p),
            **{k: p.summary[k] for k in keys},
            **_missed(p),
            **survival.column(ToldShort(p, more)),
        }
        for p, more in zip(plans, stopped, strict=True)
    ]
    return pd.DataFrame(rows).astype({"first_compliant_year": "Int64", "worst_miss_year": "Int64"})


def _missed(plan: Plan) -> dict[str, Any]:
    """How many targets are missed, and by how much which of them most: a share, and its year."""
    one, number = misses.worst(plan), misses.counts(plan)[0]
    names = target_names(plan.instance.tables, plan.policy)
    return {
        "targets_missed": number,
        "worst_miss": one.off if one else 0.0,
        "worst_miss_target": names[one.target[:3]] if one else "",
        "worst_miss_year": one.year if one else None,
    }


def _edits(plan: Plan) -> str:
    """What sets a plan apart from the instance and the policy as they stand in the files, and from the goal cost."""
    s = plan.summary
    said = [stated(k, v, "=") for part in s["overrides"].values() for k, v in part.items()]
    said += [f"{row} edited" for row in s["policy"].get("edits", {})]
    return "; ".join([*said, *([] if s["goal"] == "cost" else [f"goal {s['goal']}"])])


def side_by_side(plans: Sequence[Plan], stopped: Sequence[Frames]) -> RenderableType:
    """Policies side by side for the terminal."""
    money_of = ("cost_usd", "premium_usd", "capex_usd")
    units = {key: money_unit((plan.summary[key] for plan in plans), least=1e6) for key in money_of}
    heads = (f"{word}\n{units[key][1]}" for key, word in zip(money_of, ("cost", "premium", "capital"), strict=True))
    missing = any(plan.summary["unserved_goods_t"] > 0 for plan in plans)
    shown = table(
        ("policy", "left"), ("met", "left"), *((head, "right") for head in heads), ("missed", "right"),
        *([("unserved\nt of goods", "right")] if missing else []), ("served\n%", "right"),
    )  # fmt: skip
    told = [ToldShort(plan, more) for plan, more in zip(plans, stopped, strict=True)]
    for plan, each in zip(plans, told, strict=True):
        s = plan.summary
        first, stands = s["first_compliant_year"], complies(s)
        met = Text(f"from {first}" if stands == "no" and first else stands, style=STYLE[stands])
        shown.add_row(
            clean(plan.policy.name),
            met,
            *(f"{s[key] / units[key][0]:,.3f}" for key in money_of),
            misses.cell(plan),
            *([f"{s['unserved_goods_t']:,.0f}"] if missing else []),
            survival.cell(each),
        )
    note = (
        "Cost and premium over no policy: present value. Capital: overnight. Missed: how many targets, by how much the "
        "worst of them, and when."
    )
    meant = survival.meant(told)
    return Group(shown, Text(note + (f" Served %: {bare(meant)}" if meant else ""), style="dim"))

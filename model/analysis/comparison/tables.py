"""The tables of a comparison; ``base/dictionaries/comparison.csv`` says what each column means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from model.analysis.comparison.built import built, capital, differences
from model.analysis.comparison.reading import STACKED, Result, columns
from model.base.words import stated
from model.plan.quantities.values import worst
from model.plan.saying import misses, survival
from model.plan.saying.asking import complies


def tables(results: Sequence[Result]) -> dict[str, pd.DataFrame]:
    """Every table by name."""
    return {
        "plans": plans(results),
        "capital": capital(results),
        **{name: stacked(results, name) for name in STACKED},
        "prices": prices(results),
        "class_prices": class_prices(results),
        "built": built(results),
        "differences": differences(results),
    }


def plans(results: Sequence[Result]) -> pd.DataFrame:
    """One row a plan: the figures of its summary."""
    rows = []
    for r in results:
        s = r.summary
        about = {
            "plan": r.label,
            "folder": r.folder.as_posix() if r.folder is not None else "",
            "instance": s["instance"]["name"],
            "policy": s["policy"]["name"],
            "title": s["policy"]["title"],
            "overrides": overrides(s["overrides"]),
            "goal": s["goal"],
            "compliant": complies(s),
            **_missed(r),
            **_if_exports_stop(r),
        }
        rows.append([about[c.column] if c.column in about else s[c.column] for c in columns("plans")])
    frame = pd.DataFrame(rows, columns=[c.column for c in columns("plans")])
    return frame.astype({"first_compliant_year": "Int64", "worst_miss_year": "Int64", **_floats("plans")})


def _missed(r: Result) -> dict[str, Any]:
    """How many targets are missed, and the worst miss of any in its own measure."""
    one, number = misses.worst(r.tables), misses.counts(r.tables)[0]
    if one is None:
        return {"targets_missed": 0, "worst_miss": 0.0, "worst_miss_target": "", "worst_miss_year": None}
    return {"targets_missed": number, "worst_miss": one.off, "worst_miss_target": _called(r, one),
            "worst_miss_year": one.year}  # fmt: skip


def _called(r: Result, one: misses.Miss) -> str:
    """A target by the name of its row, and by its own scope, buyer and supplier where the row asks several."""
    row = str(r.summary["policy"].get("row_names", {}).get(one.policy_row, one.policy_row))
    others = [t for t in misses.targets(r.tables) if t[0] == one.policy_row and t != one.target]
    own = ", ".join(part for place, part in enumerate(one.target) if place and any(t[place] != part for t in others))
    return f"{row} ({own})" if own else row


def _if_exports_stop(r: Result) -> dict[str, Any]:
    """What the plan's stress test says of its worst stop, where one stands with it."""
    rows: list[Any] = r.tables["stress"].to_dict("records") if "stress" in r.tables else []
    return {"stop": survival.stop_of(rows), **survival.column_of(rows)}


def overrides(sets: Mapping[str, Mapping[str, Any]]) -> str:
    """What was set, as it would be typed.

    >>> overrides({"instance": {"finance.discount_rate": 0.03}, "policy": {}})
    'finance.discount_rate=0.03'
    """
    return "; ".join(stated(key, value, "=") for part in ("instance", "policy") for key, value in sets[part].items())


def stacked(results: Sequence[Result], name: str) -> pd.DataFrame:
    """A result table of every plan, one below the other."""
    wanted = [c.column for c in columns(name) if c.column != "plan"]
    frames = [misses.missed(r.tables) if name == "shortfalls" else r.tables[name] for r in results]
    parts = [(r.label, frame[wanted]) for r, frame in zip(results, frames, strict=True)]
    return _stack(parts, name)


def prices(results: Sequence[Result]) -> pd.DataFrame:
    """Marginal prices of the goods for which there is demand, by region and year."""
    parts = []
    for r in results:
        demand, found = r.tables["demand"], r.tables["prices"]
        found = found[found["commodity"].isin(demand["commodity"].unique())]
        if "content" in found:
            found = over_content(found, r.tables["shipments"])
        keys = ["commodity", "region", "year"]
        served = demand.groupby(keys, as_index=False)["served_t"].sum()
        joined = found.merge(served, on=keys, how="left").fillna({"served_t": 0.0})
        parts.append((r.label, joined[[*keys, "price_usd_per_t", "mark", "served_t"]]))
    return _stack(parts, "prices")


def class_prices(results: Sequence[Result]) -> pd.DataFrame:
    """The price of each content class of those goods, where a plan's policy traces content; no rows of other plans."""
    parts = []
    for r in results:
        found = r.tables["prices"]
        if "content" not in found:
            found = found.assign(content="", arrives_t=0.0).iloc[:0]
        else:
            found = found[found["commodity"].isin(r.tables["demand"]["commodity"].unique())]
            keys = ["commodity", "content", "region", "year"]
            found = found.merge(_arrived(r.tables["shipments"]), on=keys, how="left").fillna({"arrives_t": 0.0})
        wanted = [c.column for c in columns("class_prices") if c.column != "plan"]
        parts.append((r.label, found[wanted]))
    return _stack(parts, "class_prices")


def _arrived(shipments: pd.DataFrame) -> pd.DataFrame:
    """Tonnes that arrive of each class in a year, what stays in its region included."""
    sent = shipments.rename(columns={"destination": "region", "quantity_t": "arrives_t"})
    return sent.groupby(["commodity", "content", "region", "year"], as_index=False).agg(arrives_t=("arrives_t", "sum"))


def over_content(prices: pd.DataFrame, shipments: pd.DataFrame) -> pd.DataFrame:
    """One price of a good of several content classes: their mean by what arrives of each, USD/t.

    A class that nobody uses has a price too (what it would be worth), often far from what is paid; so classes that
    don't arrive don't count. Where nothing arrives in the year (stock is used) it is the lowest price.
    """
    keys = ["commodity", "region", "year"]
    sent = shipments.rename(columns={"destination": "region"})
    arrived = sent.groupby([*keys, "content"], as_index=False)["quantity_t"].sum()
    found = prices.merge(arrived, on=[*keys, "content"], how="left").fillna({"quantity_t": 0.0})
    found["paid"] = found["price_usd_per_t"] * found["quantity_t"]
    summed = found.groupby(keys, as_index=False).agg(
        paid=("paid", "sum"), quantity_t=("quantity_t", "sum"), lowest=("price_usd_per_t", "min")
    )
    if "mark" in found:
        summed = summed.merge(_marks(found, keys), on=keys)
    some = summed["quantity_t"] > 0
    mean = summed["paid"] / summed["quantity_t"].where(some, 1.0)
    summed["price_usd_per_t"] = mean.where(some, summed["lowest"])
    return summed[[*keys, "price_usd_per_t", *(["mark"] if "mark" in found else [])]]


def _marks(found: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The worst mark of the classes that arrive; of all where none does."""
    arrives = found.groupby(keys)["quantity_t"].transform("max") > 0
    counted = found[~arrives | (found["quantity_t"] > 0)]
    return counted.fillna({"mark": ""}).groupby(keys)["mark"].agg(worst).reset_index()


def _stack(parts: Sequence[tuple[str, pd.DataFrame]], name: str) -> pd.DataFrame:
    """Plans in order, each sorted by key; columns typed, so that an empty table is like a full one."""
    keys = [c.column for c in columns(name) if c.key and c.column != "plan"]
    sort = [part.sort_values(keys, kind="stable").assign(plan=label) for label, part in parts]
    frame = pd.concat([part for part in sort if len(part)] or sort[:1], ignore_index=True)
    frame = frame[[c.column for c in columns(name)]]
    years = {c.column: "int64" for c in columns(name) if c.type == "integer"}
    return frame.astype({**_floats(name), **years})


def _floats(name: str) -> dict[str, str]:
    return {c.column: "float64" for c in columns(name) if c.type == "number"}

"""Rules of what is asked for: caps, minima and budgets, the shortfalls declared, and the figures reported on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.check.arrays import Bools, Floats
from model.check.findings import Findings
from model.check.plan import Plan
from model.check.rows.targets import BENCHMARK_KEYS, KEYS, Measured
from model.check.tolerance import RELATIVE, SHARE, TONNES, above, slack

BUDGET_KEYS = ["policy_row", "hosts", "bound"]
STOCK_MIN = "stock_min"


def judge(plan: Plan, measured: Measured, met: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Judge every limit of the policy; the limits come back with what each misses (``missing``, ``short``).

    ``met``: what is served in each of its crises.

    A limit falls short where more is missing than the tolerance, or where a shortfall is declared that isn't padding:
    a miss of grams, which the tolerance can't see, counts for compliance if the plan says so itself.
    """
    limits = _limits(measured, met)
    declared = joined("shortfalls", limits, plan, KEYS, findings)
    shortfall = declared["shortfall_t"].fillna(0.0).to_numpy(dtype=float)
    value, limit = (declared[c].to_numpy(dtype=float) for c in ("value", "limit_t"))
    missing = declared["missing"].to_numpy(dtype=float)
    rule = declared["rule"].to_numpy(dtype=object)
    labels = _labels(declared, KEYS)
    bad = missing - shortfall > slack(value, limit, "t")
    allowed = limit + np.where(rule == "share_cap", shortfall, -shortfall)
    for name in dict.fromkeys(("share_cap", "domestic_min", STOCK_MIN, *rule.tolist())):
        findings.add(name, "t", labels, bad & (rule == name), value, allowed)
    padded = shortfall - missing > slack(value, limit, "t")
    findings.add("shortfall", "t", labels, padded, shortfall, missing)
    declared["short"] = (missing > slack(value, limit, "t")) | ((shortfall > 0) & ~padded)
    budgets = measured.budgets
    spent, bound = budgets["spent_usd"].to_numpy(dtype=float), budgets["limit_usd"].to_numpy(dtype=float)
    most = (budgets["bound"] == "max").to_numpy()
    over = np.where(most, above(spent, bound, "USD"), above(bound, spent, "USD"))
    findings.add("budget", "USD", _labels(budgets, BUDGET_KEYS), over, spent, bound)
    _shares(plan, measured, findings)
    _benchmarks(plan, measured, findings)
    _withstand(plan, met, findings)
    _spending(plan, measured, findings)
    return declared


def _limits(measured: Measured, met: pd.DataFrame) -> pd.DataFrame:
    """Caps and minima in one frame: the value, its limit in t, and what is missing."""
    caps, minima = measured.caps, measured.minima
    rule = ["share_cap"] * len(caps) + [row.partition(".")[0] for row in minima["policy_row"].tolist()]
    allowed = (caps["limit"] * caps["consumption_t"]).to_numpy(dtype=float)
    arrivals, reached, needed = (
        column.to_numpy(dtype=float) for column in (caps["arrivals_t"], minima["value_t"], minima["needed_t"])
    )
    keys = {key: caps[key].tolist() + minima[key].tolist() for key in BENCHMARK_KEYS}
    limits = pd.DataFrame(
        {
            **keys,
            "supplier": caps["supplier"].tolist() + [""] * len(minima),
            "rule": rule,
            "base_t": caps["consumption_t"].tolist() + minima["base_t"].tolist(),
            "value": np.concatenate([arrivals, reached]),
            "limit_t": np.concatenate([allowed, needed]),
            "missing": np.maximum(np.concatenate([arrivals - allowed, needed - reached]), 0.0),
        }
    )
    if not len(met):
        return limits
    crises = met[KEYS].assign(rule="withstand", value=met["served_t"], limit_t=met["asked_t"], missing=met["missing"])
    crises["base_t"] = met["asked_t"]
    return pd.concat([limits, crises], ignore_index=True) if len(limits) else crises


def joined(table: str, expected: pd.DataFrame, plan: Plan, keys: list[str], findings: Findings) -> pd.DataFrame:
    """Expected rows beside the reported ones of the same key (columns with ``_said`` where both have one).

    Reported rows that nobody expects are findings.
    """
    reported, due = plan.reports[table], key_rows(expected, keys)
    given: dict[tuple[Any, ...], int] = {}
    for place, key in enumerate(key_rows(reported, keys)):
        given.setdefault(key, place)
    unknown = sorted(given.keys() - set(due))
    if unknown:
        labels: dict[str, Any] = dict(zip(keys, zip(*unknown, strict=True), strict=True))
        findings.add("known", "", {"unknown table": table, **labels}, np.ones(len(unknown)), np.nan, np.nan)
    at = np.array([given.get(key, -1) for key in due], dtype=np.int64)
    said = {
        f"{c}_said" if c in expected else c: np.append(reported[c].to_numpy(dtype=float), np.nan)[at]
        for c in reported.columns
        if c not in keys
    }
    return expected.assign(**said, there=at >= 0)


def key_rows(frame: pd.DataFrame, keys: list[str]) -> list[tuple[Any, ...]]:
    """The key of each row."""
    return list(zip(*(frame[key].tolist() for key in keys), strict=True))


def _labels(frame: pd.DataFrame, keys: list[str]) -> dict[str, Any]:
    return {k: frame[k] for k in keys}


def report(
    table: str, both: pd.DataFrame, keys: list[str], base: Floats, due: Bools, findings: Findings, units: dict[str, str]
) -> None:
    """Every reported figure is the derived one; a row may be absent where it would say nothing.

    Shares of ``base`` are judged only where the base isn't nothing.
    """
    labels, there = _labels(both, keys), both["there"].to_numpy(dtype=bool)
    findings.add(table, "", {"missing table": table} | labels, due & ~there, 0.0, np.nan)
    for column, unit in units.items():
        said, derived = both[f"{column}_said"].to_numpy(dtype=float), both[column].to_numpy(dtype=float)
        distance = np.abs(said - derived)
        if unit == "1":
            some = base > TONNES
            bad = some & ~(distance <= np.maximum(slack(said, derived, unit), TONNES / np.where(some, base, 1.0)))
        else:
            larger = np.nan_to_num(np.maximum(np.abs(said), np.abs(derived)))
            bad = ~(distance <= np.maximum(slack(0.0, 0.0, unit), RELATIVE * larger))
            bad &= ~(np.isnan(said) & np.isnan(derived))
        findings.add(table, unit, labels | {"column": column}, there & bad, said, derived)


def ratio(part: pd.Series[Any], base: pd.Series[Any]) -> Floats:
    """A share of a base; blank where the base is nothing."""
    amounts, bases = part.to_numpy(dtype=float), base.to_numpy(dtype=float)
    share = np.full(len(bases), np.nan)
    np.divide(amounts, bases, out=share, where=bases > TONNES)
    return share


def _shares(plan: Plan, measured: Measured, findings: Findings) -> None:
    caps = measured.caps.drop(columns=["embodied_t", "direct"])
    caps["share"] = ratio(caps["arrivals_t"], caps["consumption_t"])
    caps["headroom"] = caps["limit"] - caps["share"]
    both = joined("shares", caps, plan, KEYS, findings)
    base = both["consumption_t"].to_numpy(dtype=float)
    units = {"arrivals_t": "t", "consumption_t": "t", "share": "1", "headroom": "1"}
    due = both["arrivals_t"].to_numpy(dtype=float) > TONNES
    report("shares", both, KEYS, base, due, findings, units)
    _limit("shares", both, KEYS, findings)


def _limit(table: str, both: pd.DataFrame, keys: list[str], findings: Findings) -> None:
    """The limit that stands beside a figure is the policy's."""
    said, limit = both["limit_said"].to_numpy(dtype=float), both["limit"].to_numpy(dtype=float)
    labels = _labels(both, keys) | {"column": "limit"}
    bad = both["there"].to_numpy(dtype=bool) & ~(np.abs(said - limit) <= SHARE)
    findings.add(table, "1", labels, bad, said, limit)


def _benchmarks(plan: Plan, measured: Measured, findings: Findings) -> None:
    minima = measured.minima.copy()
    minima["share"] = ratio(minima["value_t"], minima["base_t"])
    both = joined("benchmarks", minima, plan, BENCHMARK_KEYS, findings)
    base = both["base_t"].to_numpy(dtype=float)
    due = both[["value_t", "needed_t"]].max(axis=1).to_numpy(dtype=float) > TONNES
    units = {"value_t": "t", "needed_t": "t", "output_t": "t", "share": "1"}
    report("benchmarks", both, BENCHMARK_KEYS, base, due, findings, units)
    _limit("benchmarks", both, BENCHMARK_KEYS, findings)


def _withstand(plan: Plan, met: pd.DataFrame, findings: Findings) -> None:
    both = joined("withstand", met.drop(columns=["missing"]), plan, KEYS, findings)
    asked = both["asked_t"].to_numpy(dtype=float)
    units = {"asked_t": "t", "served_t": "t", "share": "1"}
    report("withstand", both, KEYS, asked, asked > TONNES, findings, units)
    _limit("withstand", both, KEYS, findings)


def _spending(plan: Plan, measured: Measured, findings: Findings) -> None:
    both = joined("budgets", measured.budgets, plan, BUDGET_KEYS, findings)
    limit = both["limit_usd"].to_numpy(dtype=float)
    due = np.isfinite(limit) & ((both["bound"] == "max").to_numpy() | (limit > 0))
    units = {"spent_usd": "USD", "limit_usd": "USD"}
    report("budgets", both, BUDGET_KEYS, np.ones(len(both)), due, findings, units)


def content(plan: Plan, derived: pd.DataFrame, findings: Findings) -> None:
    """Compare the content that the plan reports with the content derived by mixing."""
    both = joined("content", derived, plan, KEYS, findings)
    used, embodied = (both[c].to_numpy(dtype=float) for c in ("consumption_t", "embodied_t"))
    due = used * both["content_share"].fillna(0.0).to_numpy(dtype=float) > TONNES
    units = {"consumption_t": "t", "embodied_t": "t", "direct_share": "1", "content_share": "1"}
    report("content", both, KEYS, used, due, findings, units)
    report("content", both, KEYS, embodied, np.zeros_like(due), findings, {"base_ratio": "1"})

"""Whole plants: each decision is so many units, and nothing or at least the least size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.check.facts import Facts
from model.check.findings import Findings
from model.check.tolerance import above


def judge(facts: Facts, builds: pd.DataFrame, findings: Findings) -> None:
    """A finding for each build that can't be bought; unknown plants are others' to find."""
    if not {"plant", "decision_year", "capacity_t_per_yr"} <= set(builds.columns):
        return
    at = facts.plants.names.get_indexer(pd.Index(builds["plant"]))
    rows = builds[at >= 0]
    at, built = at[at >= 0], rows["capacity_t_per_yr"].to_numpy(dtype=float)
    labels = {name: rows[name].to_numpy() for name in ("plant", "branch", "decision_year") if name in rows}
    unit, least = facts.plants.unit_size[at], facts.plants.min_size[at]
    units = np.round(built / np.where(unit > 0, unit, 1.0)) * unit
    apart = (unit > 0) & (above(built, units, "t/yr") | above(units, built, "t/yr"))
    findings.add("unit_size", "t/yr", labels, apart, built, units)
    findings.add("min_size", "t/yr", labels, (built > 0) & above(least, built, "t/yr"), built, least)

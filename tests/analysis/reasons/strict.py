"""Random instances whose policies ask for more than can be had: stricter, from earlier years, with less money."""

from __future__ import annotations

import tomllib
from pathlib import Path
from random import Random
from typing import Any

from tests.analysis.reasons.applied import toml
from tests.independent.generate import write_instance


def write_strict(folder: Path, seed: int) -> list[Path]:
    """Write the instance of this seed and its three policies, made stricter; returns the policies' paths."""
    rng = Random(1_000_003 + seed)
    paths = write_instance(folder, seed)
    for path in paths:
        policy = tomllib.loads(path.read_text(encoding="utf-8"))
        for kind, key, easy, hard in (("share_cap", "max", 0.0, 0.3), ("domestic_min", "min", 0.3, 0.95)):
            for row in policy.get(kind, []):
                if rng.random() < 0.7:
                    row[key] = _level(rng, row[key], easy, hard)
                if rng.random() < 0.5:
                    row.pop("from", None)
        for row in policy.get("stock_min", []):
            row["days"] = rng.choice([row["days"], rng.randint(60, 400)])
        for row in policy.get("budget", []):
            if "max" in row and "min" not in row:
                row["max"] *= rng.choice([1.0, 0.3, 0.1])
        path.write_text(toml(policy), encoding="utf-8")
    return paths


def _level(rng: Random, old: Any, low: float, high: float) -> Any:
    if isinstance(old, dict):
        return {year: rng.uniform(low, high) for year in old}
    return rng.uniform(low, high)

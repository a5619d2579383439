"""What a sweep was, for ``sweep.json``, and what its cases say about its factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from model.analysis.sweeps.asked.definition import SOBOL, TORNADO, Sweep
from model.analysis.sweeps.asked.trial import grades, is_assumption
from model.instance.instance import Instance


def sensitivities(instance: Instance, sweep: Sweep, folder: Path) -> dict[str, pd.DataFrame]:
    """Tables by name, from the tables of cases and builds in a folder; none but for the designs that ask for them."""
    if sweep.design not in (TORNADO, SOBOL):
        return {}
    from model.analysis.sweeps.learned import moves, sensitivity

    cases, builds = (pd.read_csv(folder / f"{name}.csv") for name in ("cases", "builds"))
    varied = factors(instance, sweep)
    if sweep.design == TORNADO:
        return {
            "tornado": sensitivity.tornado(cases, builds, varied),
            "moves": moves.moves(cases, builds, varied),
            "weak_figures": sensitivity.weak_figures(cases, builds, varied),
        }
    return {
        "sobol": sensitivity.sobol(cases, varied, sweep.samples),
        "weak_figures": sensitivity.weak_figures(cases, builds, varied, samples=sweep.samples),
    }


def factors(instance: Instance, sweep: Sweep) -> list[dict[str, Any]]:
    """Each factor with its range, and how well the figures that it moves are known."""
    return [
        {
            "name": f.name,
            "title": f.title,
            "unit": f.unit,
            "source": f.source,
            "low": f.low,
            "base": f.neutral,
            "high": f.high,
            "values": list(f.values),
            "levels": [level.name for level in f.levels],
            "assumption": is_assumption(f),
            "grades": grades(instance, f),
            "edits": [f"{e.op} {e.table}.{e.column}" for e in f.all_edits],
        }
        for f in sweep.factors
    ]


def about_sweep(
    instance: Instance, sweep: Sweep, cases: int, failed: int, made_from: Mapping[str, Any]
) -> dict[str, Any]:
    """``sweep.json``: the question, the instance, and what the results were made from."""
    return {
        "kind": "sweep",
        "sweep": {
            "name": sweep.name,
            "title": sweep.title,
            "design": sweep.design,
            "policies": list(sweep.policies),
            "samples": sweep.samples,
            "seed": sweep.seed,
            "regret": sweep.regret,
            "stop": None if sweep.stop is None else asdict(sweep.stop),
            "factors": factors(instance, sweep),
        },
        "instance": {"name": instance.name, "title": instance.title},
        "plants": dict(instance.tables["plants"][["plant", "name"]].itertuples(index=False, name=None)),
        "first_year": instance.first_year,
        "last_year": instance.last_year,
        "price_year": instance.price_year,
        "discount_rate": instance.discount_rate,
        "cases": cases,
        "failed": failed,
        "made_from": dict(made_from),
    }

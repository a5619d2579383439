"""What can be moved on the page: numbers of each kind of policy row, and figures of the instance with their ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.analysis.sweeps.asked.definition import Factor
from model.base.words import clean
from model.instance.instance import Instance, main_product

ROWS: dict[str, list[dict[str, Any]]] = {
    "share_cap": [
        {"cell": "max", "label": "at most", "unit": "%", "per": 0.01, "min": 0, "max": 100, "step": 1, "by_year": True}
    ],
    "domestic_min": [
        {"cell": "min", "label": "at least", "unit": "%", "per": 0.01, "min": 0, "max": 100, "step": 1, "by_year": True}
    ],
    "stock_min": [
        {"cell": "days", "label": "stock", "unit": "days", "per": 1, "min": 0, "max": 365, "step": 5, "by_year": True}
    ],
    "withstand": [
        {"cell": "months", "label": "months to withstand", "unit": "months", "per": 1, "min": 1, "max": 24, "step": 1},
        {"cell": "serve", "label": "of demand served", "unit": "%", "per": 0.01, "min": 0, "max": 100, "step": 5,
         "blank": 1.0},
    ],
    "budget": [
        {"cell": "max", "label": "capital at most", "unit": "bn USD", "per": 1e9},
        {"cell": "min", "label": "capital at least", "unit": "bn USD", "per": 1e9},
    ],
    "price_floor": [{"cell": "price", "label": "price floor", "unit": "USD/kg", "per": 1000}],
    "quota": [{"cell": "max_flow", "label": "trade at most", "unit": "t/yr", "per": 1}],
}  # fmt: skip
"""The numbers of each kind of row that have a slider; ``per`` is what one unit on the page is in the file.

Where no range is given it is from 0 to twice the value.
"""
LEAST_LEAD, MOST_LEAD = -3, 5
"""Years by which permits may be quicker or slower: an assumption."""
DEMAND = (0.5, 1.5)
"""Range of a buyer's demand, times the tables': an assumption."""
MOST_BUYERS = 8


def controls(instance: Instance, factors: Mapping[str, Factor]) -> dict[str, Any]:
    """Numbers of rows, figures, lead times by stage and demand by buyer, each with its range and how it is written."""
    return {
        "rows": ROWS,
        "figures": [_figure(factor) for factor in factors.values()],
        "edits": [*_lead_times(instance), *_demands(instance)],
    }


def _figure(factor: Factor) -> dict[str, Any]:
    neutral = factor.neutral
    return {
        "name": factor.name,
        "title": clean(factor.title or factor.name),
        "unit": clean(factor.unit),
        "source": clean(factor.source),
        "min": factor.low,
        "max": factor.high,
        "value": neutral,
        "step": 1 if factor.whole else "any",
    }


def _lead_times(instance: Instance) -> list[dict[str, Any]]:
    """A slider a stage: years by which everything that may be built there is quicker or slower."""
    stage_of = {k: stage for stage, goods in instance.stages.items() for k in goods}
    names = dict(zip(instance.tables["stages"]["stage"], instance.tables["stages"]["name"], strict=True))
    by_stage: dict[str, set[str]] = {}
    for plant in instance.plants.values():
        if plant.capex is not None:
            stage = stage_of.get(main_product(instance, plant.process), "")
            by_stage.setdefault(stage, set()).add(plant.process)
    found = []
    for stage in (s for s in instance.stages if s in by_stage):
        where = "|".join(_quoted(p) for p in sorted(by_stage[stage]))
        found.append(
            {
                "key": f"plants[process={where}].lead_time",
                "form": "+= {} at least 0",
                "title": f"Lead times: {clean(names[stage])}",
                "unit": "years longer",
                **{"min": LEAST_LEAD, "max": MOST_LEAD, "step": 1, "value": 0},
            }
        )
    return found


def _demands(instance: Instance) -> list[dict[str, Any]]:
    """A slider for each of the largest buyers' demand, in content."""
    names = dict(zip(instance.tables["regions"]["region"], instance.tables["regions"]["name"], strict=True))
    sums: dict[str, float] = {}
    for (good, region, _), by_year in instance.demands.items():
        weight = instance.content[good] or 1e-6
        sums[region] = sums.get(region, 0.0) + weight * sum(d.quantity for d in by_year.values())
    largest = sorted(sums, key=lambda r: (-sums[r], r))[:MOST_BUYERS]
    return [
        {
            "key": f"demand[region={_quoted(region)}].quantity",
            "form": "*= {}",
            "title": f"Demand of {clean(names[region])}",
            "unit": "times the tables'",
            **{"min": DEMAND[0], "max": DEMAND[1], "step": 0.05, "value": 1},
        }
        for region in largest
    ]


def _quoted(name: str) -> str:
    """A name as an edit's text holds it."""
    return f'"{name}"' if not name.isidentifier() else name

"""The cheapest plan of two-country's policy ``cap``, from the arithmetic of the instance's README."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from model.instance.instance import Instance
from model.instance.reading import policy, read
from tests.check.frames import HandPlan, frames

FOLDER = Path(__file__).parents[2] / "instances" / "two-country"
YEARS = range(2030, 2036)
HOME = dict(zip(YEARS, (0.0, 0.0, 15.0, 40.0, 50.0, 50.0), strict=True))
BUILDS = {2030: 30.0, 2031: 20.0}
ANNUITY = 20_000 * (1.1**2 + 1.1) / 2 * 0.1 / (1 - 1.1**-10)
UNSERVED = ("unserved_t", "unserved_without_policy_t")
COST = 6_322_795.53


def sound() -> HandPlan:
    """Builds 30 t in 2030 and 20 t in 2031; home makes 0, 0, 15, 40, 50, 50 t of the 100 t that it uses."""
    rows: dict[str, list[dict[str, Any]]] = {"costs": [], "activity": [], "shipments": [], "demand": []}
    plant = {"plant": "A_MAGNET", "region": "A", "process": "press"}
    rows["builds"] = [
        plant | {"decision_year": y, "online_year": y + 2, "capacity_t_per_yr": t, "capex_usd": 20_000 * t}
        for y, t in BUILDS.items()
    ]
    for year in YEARS:
        _year(rows, year, HOME[year], 100 - HOME[year])
    capped = {"policy_row": "share_cap.0", "buyer": "home", "scope": "magnet", "supplier": "B"}
    for year, limit in ((2033, 0.6), (2034, 0.5)):
        row = capped | {"year": year, "consumption_t": 50.0}
        share = {"arrivals_t": 50 * limit, "share": limit, "limit": limit, "headroom": 0.0}
        rows.setdefault("shares", []).append(row | share)
        # home presses oxide from abroad, so all that it uses has been in B's hands
        mixed = {"direct_share": limit, "content_share": 1.0, "embodied_t": 50.0, "base_ratio": 1.0}
        rows.setdefault("content", []).append(row | mixed)
    summary = {
        "cost_usd": sum(row["present_value_usd"] for row in rows["costs"]),
        "capex_usd": 1_000_000.0,
        "unserved_t": 0.0,
        "shortfall_t": 0.0,
        "shortfall": {},
        "compliant": True,
        "first_compliant_year": 2033,
    }
    return HandPlan(instance(), policy(instance(), "cap"), frames(rows, traced=False), summary)


@cache
def instance() -> Instance:
    """The shipped instance."""
    return read(FOLDER)


def _year(rows: dict[str, list[dict[str, Any]]], year: int, home: float, abroad: float) -> None:
    for plant, region, process, activity, capacity in (
        ("A_MAGNET", "A", "press", home, home),
        ("B_MAGNET", "B", "press", abroad, 1000.0),
        ("B_OXIDE", "B", "refine", 50.0, 1000.0),
    ):
        if activity:
            row = {"plant": plant, "region": region, "process": process, "year": year, "activity_t": activity}
            rows["activity"].append(row | {"capacity_t": capacity, "utilisation": activity / capacity})
    for good, origin, destination, tonnes in (
        ("magnet", "A", "A", home),
        ("magnet", "B", "A", abroad),
        ("oxide", "B", "A", home / 2),
        ("oxide", "B", "B", abroad / 2),
    ):
        if tonnes:
            row = {"commodity": good, "origin": origin, "destination": destination, "year": year}
            rows["shipments"].append(row | {"quantity_t": tonnes})
    row = {"commodity": "magnet", "region": "A", "sector": "all", "year": year}
    rows["demand"].append(row | {"demand_t": 100.0, "served_t": 100.0} | dict.fromkeys(UNSERVED, 0.0))
    operating = sum(t for decided, t in BUILDS.items() if year >= decided + 2)
    for term, region, usd in (
        ("capital", "A", ANNUITY * operating),
        ("fixed_new", "A", 1_000 * operating),
        ("variable", "A", 6_400 * home),
        ("variable", "B", 5_000 * 50 + 7_500 * abroad),
        ("freight", "A", 500 * abroad + 200 * home / 2),
        ("tariff", "A", 0.05 * 10_000 * abroad),
    ):
        if usd:
            row = {"term": term, "region": region, "year": year, "cost_usd": usd}
            rows["costs"].append(row | {"present_value_usd": usd / 1.05 ** (year - 2030)})

"""A tiny instance with stocks, by-products, traced content, budgets and limited lanes, and a sound plan for it.

Each year X mines 30 t of ore: 20 go to Y, 10 are pressed at home into 20 t of magnets for Y. Z mines 31 t for Y. X is
traced. Y presses 30 t of Z's ore as free (60 t of magnets), and 20 t from X with 1 t of Z's as traced (42 t).

Y uses in 2030: 62 t traced and 60 t free arrive, 9 t are left of the initial 10 t; 20 t stay in stock (9 of no
origin, 6 of Y free, 5 of X traced). So 111 t are used of the 112 t demanded, 57 of them traced: 1.5 t of magnets above
one half, 0.75 t of oxide. In 2031 the rest of the stock, 18 t, is used too: 140 t, 66.5 of them traced.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from model.instance.instance import Instance
from model.instance.reading import policy, read
from tests.check.frames import HandPlan, frames

FILES = {
    "instance.toml": """
        title = "Small"
        [horizon]
        first_year = 2030
        last_year = 2031
        [finance]
        discount_rate = 0.1
        price_year = 2024
        [defaults]
        policy = "all"
    """,
    "regions.csv": "region,name\nX,Supplier\nY,Home\nZ,Third\n",
    "groups.csv": "group,region\nhome,Y\n",
    "stages.csv": "stage,name,order\nmining,Mining,1\nmagnet,Magnet,2\n",
    "commodities.csv": """
        commodity,name,stage,ree_content,price,may_be_unsold
        ore,Ore,mining,1,100,
        rock,Rock,mining,0,1,1
        magnet,Magnet,magnet,0.5,1000,
    """,
    "recipes.csv": "process,commodity,coefficient\nmine,ore,1\nmine,rock,2\npress,ore,-1\npress,magnet,2\n",
    "plants.csv": """
        plant,name,process,region,variable_cost,fixed_cost,capex,lead_time,lifetime,max_build,max_build_per_year,first_decision,last_decision
        X_MINE,Mine,mine,X,1,0,,,,,,,
        Z_MINE,Mine,mine,Z,2,0,,,,,,,
        X_PRESS,Press,press,X,4,0,,,,,,,
        Y_PRESS,Press,press,Y,3,10,1000,0,2,20,15,,2030
    """,
    "capacity.csv": "plant,year,capacity\nX_MINE,2029,50\nZ_MINE,2029,50\nX_PRESS,2030,50\nY_PRESS,2030,40\n",
    "demand.csv": """
        commodity,region,sector,year,quantity,shortage_cost
        magnet,Y,cars,2030,112,5000
        magnet,Y,cars,2031,140,5000
    """,
    "lanes.csv": """
        commodity,origin,destination,freight,tariff,max_flow,from,to
        *,*,home,7,0.5,,,
        ore,*,home,1,0,40,,
        magnet,X,Y,3,0.1,,,
        ore,X,Z,1,0,0,,
    """,
    "stockpiles.csv": "commodity,region,initial,capacity,holding_cost,loss_rate\nmagnet,Y,10,30,2,0.1\n",
    "sources.csv": "source,citation,year\n",
    "policies/all.toml": """
        [[share_cap]]
        buyer = "home"
        stages = ["magnet"]
        max = 0.5
        measure = "traced"
        traced = "X"
        [[share_cap]]
        buyer = "home"
        stages = ["magnet"]
        max = 0.9
        [[domestic_min]]
        buyer = "home"
        stages = ["magnet"]
        min = 0.2
        measure = "production"
        [[domestic_min]]
        buyer = "home"
        stages = ["magnet"]
        min = 0.3
        from = 2031
        measure = "capacity"
        [[budget]]
        hosts = "home"
        min = 1000
        max = 100000
        [[stock_min]]
        buyer = "home"
        commodities = ["magnet"]
        days = 36.5
        to = 2030
    """,
}
PAYMENT = 1000 * 0.1 / (1 - 1.1**-2)
USED = {2030: 111.0, 2031: 140.0}
DEMAND = {2030: 112.0, 2031: 140.0}
TRACED = {2030: 57.0, 2031: 66.5}
FROM_X = {2030: 15.0, 2031: 24.5}
FROM_Y = {2030: 96.0, 2031: 107.4}


@cache
def instance() -> Instance:
    """Write the instance into a folder and read it."""
    with TemporaryDirectory() as folder:
        for name, text in FILES.items():
            path = Path(folder) / "small" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = "\n".join(line.strip() for line in text.strip().splitlines())
            path.write_text(lines + "\n", encoding="utf-8")
        return read(Path(folder) / "small")


def sound() -> HandPlan:
    """The plan of the module's docstring."""
    rows: dict[str, list[dict[str, Any]]] = {t: [] for t in ("shares", "content", "benchmarks")}
    for table, add in (("activity", _activity), ("shipments", _shipments), ("costs", _costs), ("downgrades", _down)):
        rows[table] = [row for year in (2030, 2031) for row in add(year)]
    build = {"plant": "Y_PRESS", "region": "Y", "process": "press", "decision_year": 2030, "online_year": 2030}
    rows["builds"] = [build | {"capacity_t_per_yr": 11.0, "capex_usd": 11_000.0}]
    stock = {"commodity": "magnet", "region": "Y", "year": 2030}
    by_origin = (("-", "free", 9.0), ("Y", "free", 6.0), ("X", "traced", 5.0))
    rows["stock_origins"] = [stock | {"content": h, "origin": o, "stock_t": t} for o, h, t in by_origin]
    rows["stocks"] = [stock | {"content": h, "stock_t": t} for h, t in (("free", 15.0), ("traced", 5.0))]
    rows["demand"] = [
        {"commodity": "magnet", "region": "Y", "sector": "cars", "year": year}
        | {"demand_t": DEMAND[year], "served_t": USED[year], "unserved_t": DEMAND[year] - USED[year]}
        | {"unserved_without_policy_t": DEMAND[year] - USED[year]}
        for year in (2030, 2031)
    ]
    for year in (2030, 2031):
        _targets(rows, year)
    short = {"policy_row": "share_cap.0", "buyer": "home", "scope": "magnet", "supplier": "X", "year": 2030}
    rows["shortfalls"] = [short | {"shortfall_t": 0.75}]
    spent = {"policy_row": "budget.0", "hosts": "home", "spent_usd": 11_000.0}
    rows["budgets"] = [spent | {"bound": b, "limit_usd": usd} for b, usd in (("max", 1e5), ("min", 1e3))]
    summary = {
        "cost_usd": sum(row["present_value_usd"] for row in rows["costs"]),
        "capex_usd": 11_000.0,
        "unserved_t": 0.5,
        "shortfall_t": 0.75,
        "shortfall": {"share_cap.0": 0.75},
        "compliant": False,
        "first_compliant_year": 2031,
    }
    return HandPlan(instance(), policy(instance()), frames(rows, traced=True), summary)


def _activity(year: int) -> list[dict[str, Any]]:
    plants = (
        ("X_MINE", "X", "mine", "traced", 30.0, 50.0),
        ("X_PRESS", "X", "press", "traced", 10.0, 50.0),
        ("Y_PRESS", "Y", "press", "free", 30.0, 51.0),
        ("Y_PRESS", "Y", "press", "traced", 21.0, 51.0),
        ("Z_MINE", "Z", "mine", "free", 31.0, 50.0),
    )
    columns = ("plant", "region", "process", "content", "activity_t", "capacity_t")
    return [dict(zip(columns, p, strict=True)) | {"year": year, "utilisation": p[4] / p[5]} for p in plants]


def _shipments(year: int) -> list[dict[str, Any]]:
    ships = (
        ("ore", "traced", "X", "X", 10.0),
        ("ore", "traced", "X", "Y", 20.0),
        ("ore", "free", "Z", "Y", 31.0),
        ("magnet", "traced", "X", "Y", 20.0),
        ("magnet", "free", "Y", "Y", 60.0),
        ("magnet", "traced", "Y", "Y", 42.0),
    )
    columns = ("commodity", "content", "origin", "destination", "quantity_t")
    return [dict(zip(columns, ship, strict=True)) | {"year": year} for ship in ships]


def _down(year: int) -> list[dict[str, Any]]:
    return [{"commodity": "ore", "region": "Y", "year": year, "quantity_t": 1.0}]


def _costs(year: int) -> list[dict[str, Any]]:
    terms = (
        ("capital", "Y", PAYMENT * 11),
        ("fixed_new", "Y", 110.0),
        ("fixed_existing", "Y", 400.0),
        ("variable", "X", 30.0 + 40.0),
        ("variable", "Y", 153.0),
        ("variable", "Z", 62.0),
        ("freight", "Y", 51.0 + 60.0),
        ("tariff", "Y", 2000.0),
        ("holding", "Y", 40.0 if year == 2030 else 0.0),
        ("shortage", "Y", 5000.0 if year == 2030 else 0.0),
    )
    return [
        {"term": t, "region": r, "year": year, "cost_usd": usd, "present_value_usd": usd / 1.1 ** (year - 2030)}
        for t, r, usd in terms
        if usd
    ]


def _targets(rows: dict[str, list[dict[str, Any]]], year: int) -> None:
    key = {"buyer": "home", "scope": "magnet", "year": year}
    used, demand = USED[year] / 2, DEMAND[year] / 2
    for number, limit, arrivals in ((0, 0.5, TRACED[year]), (1, 0.9, FROM_X[year])):
        share = arrivals / USED[year]
        row = key | {"policy_row": f"share_cap.{number}", "supplier": "X", "arrivals_t": arrivals / 2}
        row |= {"consumption_t": used, "share": share, "limit": limit, "headroom": limit - share}
        rows["shares"].append(row)
    # magnets of Y hold 20 parts of X's ore and 31 of Z's, whatever their class
    for supplier, own, part in (("X", FROM_X[year], 20 / 51), ("Z", 0.0, 31 / 51)):
        row = key | {"policy_row": "share_cap.1", "supplier": supplier, "consumption_t": used, "embodied_t": demand}
        row |= {"direct_share": own / USED[year], "content_share": (own + FROM_Y[year] * part) / USED[year]}
        rows["content"].append(row | {"base_ratio": min(1.0, used / demand)})
    made = {"value_t": 51.0, "output_t": 51.0, "share": 51 / demand}
    for number, limit in ((0, 0.2), (1, 0.3)):
        if number == 0 or year == 2031:
            row = key | made | {"policy_row": f"domestic_min.{number}", "limit": limit, "needed_t": limit * demand}
            rows["benchmarks"].append(row)
    if year == 2030:
        row = key | {"policy_row": "stock_min.0", "value_t": 10.0, "needed_t": 5.55, "limit": 0.1}
        rows["benchmarks"].append(row | {"share": 10 / 55.5})

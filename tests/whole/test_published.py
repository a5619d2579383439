"""Published textbook problems of several periods as instances: a sale is a demand that may stay unserved at its price.

Profit is what all sales together would bring less the plan's cost. Months and weeks stand as years.
"""

import pandas as pd
import pytest

import model


def instance(recipes, plants, capacity, sales, stocks, last_year):
    """One region; ``plants`` by process with their running cost, ``capacity`` by process and year."""
    goods = dict.fromkeys(good for _, good, _ in recipes)
    return model.from_frames(
        first_year=2030,
        last_year=last_year,
        discount_rate=0.0,
        price_year=2024,
        regions=pd.DataFrame({"region": ["F"], "name": ["Factory"]}),
        stages=pd.DataFrame({"stage": ["all"], "name": ["All"], "order": [1]}),
        commodities=pd.DataFrame(
            [(g, g, "all", 1.0, True) for g in goods],
            columns=["commodity", "name", "stage", "ree_content", "may_be_unsold"],
        ),
        recipes=pd.DataFrame(recipes, columns=["process", "commodity", "coefficient"]),
        plants=pd.DataFrame(
            [(p.upper(), p, p, "F", cost, 0.0) for p, cost in plants.items()],
            columns=["plant", "name", "process", "region", "variable_cost", "fixed_cost"],
        ),
        capacity=pd.DataFrame(
            [(p.upper(), year, t) for p, by_year in capacity.items() for year, t in by_year.items()],
            columns=["plant", "year", "capacity"],
        ),
        demand=pd.DataFrame(sales, columns=["commodity", "region", "sector", "year", "quantity", "shortage_cost"]),
        stockpiles=pd.DataFrame(
            stocks, columns=["commodity", "region", "initial", "capacity", "holding_cost", "loss_rate"]
        ),
    )


def by_year(*values):
    return dict(enumerate(values, start=2030))


def earned(plan, most):
    return most - plan.summary["cost_usd"]


def test_factory_planning():
    """Williams, H. P. (2013), Model Building in Mathematical Programming, 12.3: 93 715.18."""
    hours = {
        "grind": (0.5, 0.7, 0, 0, 0.3, 0.2, 0.5),
        "vdrill": (0.1, 0.2, 0, 0.3, 0, 0.6, 0),
        "hdrill": (0.2, 0, 0.8, 0, 0, 0, 0.6),
        "bore": (0.05, 0.03, 0, 0.07, 0.1, 0, 0.08),
        "plane": (0, 0, 0.01, 0, 0.05, 0, 0.05),
    }
    worth = (10, 6, 8, 4, 11, 9, 3)
    market = (
        (500, 600, 300, 200, 0, 500),
        (1000, 500, 600, 300, 100, 500),
        (300, 200, 0, 400, 500, 100),
        (300, 0, 0, 500, 100, 300),
        (800, 400, 500, 200, 1000, 1100),
        (200, 300, 400, 0, 300, 500),
        (100, 150, 100, 100, 0, 60),
    )
    # hours of a month: 24 days of two shifts of 8 hours, times the machines that are not down for maintenance
    there = {
        "grind": (3, 4, 4, 4, 3, 4),
        "vdrill": (2, 2, 2, 1, 1, 2),
        "hdrill": (3, 1, 3, 3, 3, 2),
        "bore": (1, 1, 0, 1, 1, 1),
        "plane": (1, 1, 1, 1, 1, 0),
    }
    recipes = [(f"run_{m}", m, 1.0) for m in hours]
    for i in range(7):
        recipes += [(f"make{i}", f"prod{i}", 1.0)]
        recipes += [(f"make{i}", m, -by[i]) for m, by in hours.items() if by[i]]
    capacity = {f"run_{m}": by_year(*(384.0 * n for n in months)) for m, months in there.items()}
    capacity |= {f"make{i}": {2030: 1e5} for i in range(7)}
    sales = [(f"prod{i}", "F", "sale", y, t, worth[i]) for i in range(7) for y, t in by_year(*market[i]).items()]
    # 50 of each are in stock at the end: an order that nobody would leave open
    left = [(f"prod{i}", "F", "left", y, t, 1e5) for i in range(7) for y, t in by_year(0, 0, 0, 0, 0, 50).items()]
    stocks = [(f"prod{i}", "F", 0, 100, 0.5, 0) for i in range(7)]
    found = instance(recipes, dict.fromkeys(capacity, 0.0), capacity, sales + left, stocks, 2035)
    most = sum(t * usd for *_, t, usd in sales)
    held_at_the_end = 7 * 50 * 0.5  # which the book counts and an order doesn't
    assert earned(model.solve(found), most) - held_at_the_end == pytest.approx(93_715.18, abs=0.005)


def test_steel_over_time():
    """Fourer, R., Gay, D. M. and Kernighan, B. W. (2003), AMPL, section 4.2 (steelT): 515 033."""
    recipes = [("mill", "hours", 1.0)]
    recipes += [("bands_", "bands", 1.0), ("bands_", "hours", -1 / 200)]
    recipes += [("coils_", "coils", 1.0), ("coils_", "hours", -1 / 140)]
    capacity = {"mill": by_year(40, 40, 32, 40), "bands_": {2030: 1e5}, "coils_": {2030: 1e5}}
    market = {
        "bands": ((6000, 6000, 4000, 6500), (25, 26, 27, 27)),
        "coils": ((4000, 2500, 3500, 4200), (30, 35, 37, 39)),
    }
    sales = [
        (k, "F", "market", 2030 + i, t, usd)
        for k, (tonnes, prices) in market.items()
        for i, (t, usd) in enumerate(zip(tonnes, prices, strict=True))
    ]
    stocks = [("bands", "F", 10, 1e6, 2.5, 0), ("coils", "F", 0, 1e6, 3.0, 0)]
    costs = {"mill": 0.0, "bands_": 10.0, "coils_": 11.0}
    found = instance(recipes, costs, capacity, sales, stocks, 2033)
    assert earned(model.solve(found), sum(t * usd for *_, t, usd in sales)) == pytest.approx(515_033, abs=0.005)

"""Shadow prices: by hand, and against plans that are solved anew with a limit that is a little looser or tighter."""

import pandas as pd
import pytest

import model
from model.instance.lanes import resolve
from model.output.terminal.planned import plan_limits as text_limits
from tests.conftest import INSTANCES, solved
from tests.independent.generate import write_instance
from tests.tiny import TABLES, write

LANES = "commodity,origin,destination,freight,tariff,max_flow,from,to\n"
NO_PILES = "commodity,region,initial,capacity,holding_cost,loss_rate\n"
NO_POLICY = model.Policy("none", "No policy")
D = [1.05**-i for i in range(3)]


def cost(plan):
    return plan.summary["cost_usd"]


def tiny(folder, policies=None, **tables):
    policies = {"all": 'title = "Not used"\n', **(policies or {})}
    return model.read(write(folder / "tiny", policies=policies, **{"stockpiles": NO_PILES, **tables}))


def with_flow(instance, lane, year, t):
    """The instance with another limit of one lane in one year."""
    lanes = instance.table("lanes")
    resolved = resolve(instance)
    row = int(resolved.row[resolved.keys.index(lane), year - instance.first_year])
    new = lanes.iloc[[row]].assign(
        commodity=lane[0], origin=lane[1], destination=lane[2], max_flow=t, **{"from": year, "to": year}
    )
    return model.edited(instance, lanes=pd.concat([lanes, new], ignore_index=True))


def with_limit(instance, plant, column, more):
    plants = instance.table("plants")
    plants.loc[plants["plant"] == plant, column] += more
    return model.edited(instance, plants=plants)


def test_a_lane_by_hand(tmp_path):
    # a magnet of B: 0.5 x 4 000 + 7 000 + 500 + 5 % of 10 000 = 10 000; at home 0.5 x (4 000 + 200 + 500) + 8 000 =
    # 10 350 for half the price of what else there is: one more tonne of 70 saves 350 in 2032; 2031 has no limit
    tables = {
        "plants": TABLES["plants"].replace("A,6500,900,,20000,1,1,2,0.1,60,40,,", "A,8000,900,,,,,,,,,,"),
        "capacity": TABLES["capacity"].replace("A_MAG,2030,10", "A_MAG,2030,500"),
    }
    instance = tiny(tmp_path, **tables)
    plan = model.solve(instance, "none")
    lane = plan["lane_limits"].set_index(["commodity", "origin", "destination", "year"])
    assert lane.index.tolist() == [("magnet", "B", "A", 2032)]
    assert lane.iloc[0].to_dict() == pytest.approx(
        {"quantity_t": 70, "limit_t": 70, "shadow_price_usd_per_t": 350}, rel=1e-7
    )
    more = model.solve(with_flow(instance, ("magnet", "B", "A"), 2032, 71), "none")
    assert cost(plan) - cost(more) == pytest.approx(350 * D[2], rel=1e-6)


def test_a_lane_that_is_shut_or_has_room(tmp_path):
    # shut in 2031, 200 t in 2032 (more than the 120 t that are used), and lanes of oxide from C that is too dear. B
    # presses for C in each year, so that its oxide has a price in 2031 too
    tables = {
        "plants": TABLES["plants"].replace("A,6500,900,,20000,1,1,2,0.1,60,40,,", "A,8000,900,,,,,,,,,,"),
        "capacity": TABLES["capacity"].replace("A_MAG,2030,10", "A_MAG,2030,500"),
        "lanes": TABLES["lanes"].replace(",70,2032,", ",0,2031,2031\nmagnet,B,A,500,0.05,200,2032,")
        + "magnet,B,C,0,0,,,\noxide,C,A,200,0.1,5,,\noxide,C,A,200,0.1,0,2031,\n",
        "demand": TABLES["demand"] + "magnet,C,cars,2030,10,90000\nmagnet,C,cars,2032,10,90000\n",
    }
    frame = model.solve(tiny(tmp_path, **tables), "none")["lane_limits"]
    rows = [tuple(row) for row in frame.itertuples(index=False)]
    assert [row[:6] for row in rows] == [
        ("magnet", "B", "A", 2031, 0.0, 0.0),
        ("magnet", "B", "A", 2032, pytest.approx(120), 200.0),
    ]
    assert [row[6] for row in rows] == pytest.approx([350, 0])


HOME_ONLY = {"lanes": LANES + "oxide,*,home,200,0.1,,,\n"}
OPEN = {"lanes": TABLES["lanes"].replace(",70,", ",,")}
MARGIN = 90_000 - 6_500 - 0.5 * (4_000 + 200 + 500)  # a magnet made at home instead of a shortage
YEARLY = 20_000 * 1.1 * 0.1 / (1 - 1.1**-2) + 900  # annuity and fixed cost of a t/yr


def test_build_limits_by_hand(tmp_path):
    # home can't import magnets: 40 t/yr decided in 2030 (the most in a year), 20 in 2031 (60 in all). Capacity runs at
    # one half in its first year, one year after the decision; a decision pays in full from then on
    instance = tiny(tmp_path, **HOME_ONLY)
    plan = model.solve(instance, "none")
    late = D[2] * (0.5 * MARGIN - YEARLY)
    early = D[1] * (0.5 * MARGIN - YEARLY) + D[2] * (MARGIN - YEARLY)
    limits = plan["build_limits"].set_index(["limit", "decision_year"])
    assert limits["built_t_per_yr"].to_dict() == pytest.approx(
        {("total", 2030): 60, ("per_year", 2030): 40, ("per_year", 2031): 20}
    )
    assert limits["limit_t_per_yr"].to_dict() == {("total", 2030): 60, ("per_year", 2030): 40, ("per_year", 2031): 40}
    assert limits["shadow_price_usd_per_t_per_yr"].to_dict() == pytest.approx(
        {("total", 2030): late, ("per_year", 2030): early - late, ("per_year", 2031): 0}, rel=1e-7
    )
    for column, worth in (("max_build", late), ("max_build_per_year", early - late)):
        more = model.solve(with_limit(instance, "A_MAG", column, 1), "none")
        assert cost(plan) - cost(more) == pytest.approx(worth, rel=1e-6)


def test_a_build_limit_that_does_not_bind_is_worth_nothing():
    # 50 of 100 t/yr; without a limit per year there is no row for it
    limits = solved("two-country", "cap")["build_limits"]
    assert limits.to_dict("records") == [
        {
            "plant": "A_MAGNET",
            "limit": "total",
            "decision_year": 2030,
            "built_t_per_yr": pytest.approx(50),
            "limit_t_per_yr": 100,
            "shadow_price_usd_per_t_per_yr": 0,
        }
    ]
    assert len(solved("two-country", "none")["build_limits"]) == 0


def test_lines_for_the_terminal(tmp_path):
    lines = [str(line) for line in text_limits.limits(model.solve(tiny(tmp_path, **HOME_ONLY), "none"))]
    late = D[2] * (0.5 * MARGIN - YEARLY)
    assert lines[1] == f"build limit of Magnets A: one more t/yr is worth {late:,.0f} USD"
    assert lines[0].startswith("build limit of Magnets A, decisions of 2030: one more t/yr is worth ")
    assert len(lines) == 2
    lines = [str(line) for line in text_limits.limits(solved("allied-2045", "crma-2030"))]
    assert [line.split()[0] for line in lines] == ["lane"] * 5 + ["and"] + ["build"] * 5 + ["and"]
    assert all("at most" in line for line in lines if not line.startswith("and"))


def bounded_by_what_is_saved(plan, price, step, looser, tighter):
    """Cost is convex in a limit: a step looser saves at most ``price x step``, a step tighter costs at least that."""
    noise = 1e-8 * cost(plan)
    assert cost(plan) - cost(looser) <= price * step + noise
    assert cost(tighter) - cost(plan) >= price * step - noise
    return cost(plan) - cost(looser) == pytest.approx(price * step, rel=1e-3, abs=noise)


@pytest.mark.parametrize("seed", [0, 3, 4, 5, 8])
def test_random_lanes_and_builds(tmp_path, seed):
    write_instance(tmp_path / "i", seed)
    instance = model.read(tmp_path / "i")
    plan = model.solve(instance, NO_POLICY)
    exact, tried, rate = 0, 0, 1 + instance.discount_rate
    lanes = plan["lane_limits"]
    for row in lanes[(lanes["shadow_price_usd_per_t"] > 0) & (lanes["limit_t"] > 1)].head(3).itertuples():
        step, lane = 0.01 * row.limit_t, (row.commodity, row.origin, row.destination)
        assert row.quantity_t == pytest.approx(row.limit_t)
        price = row.shadow_price_usd_per_t * rate ** (instance.first_year - row.year)
        near = [with_flow(instance, lane, row.year, row.limit_t + d) for d in (step, -step)]
        exact += bounded_by_what_is_saved(plan, price, step, *(model.solve(i, NO_POLICY) for i in near))
        tried += 1
    columns = {"total": "max_build", "per_year": "max_build_per_year"}
    for (plant, limit), rows in plan["build_limits"].groupby(["plant", "limit"]):
        # a limit per year is looser in every year at once
        if (price := rows["shadow_price_usd_per_t_per_yr"].sum()) > 0:
            step = 0.01 * rows["limit_t_per_yr"].iloc[0]
            near = [with_limit(instance, plant, columns[limit], d) for d in (step, -step)]
            exact += bounded_by_what_is_saved(plan, price, step, *(model.solve(i, NO_POLICY) for i in near))
            tried += 1
    # where a step goes beyond a kink the bounds hold, with room
    assert 2 * exact >= tried > 0


def test_limits_that_do_not_bind_are_worth_nothing():
    plan = solved("allied-2045", "crma-2030")
    lanes, builds = plan["lane_limits"], plan["build_limits"]
    room = lanes["quantity_t"] < lanes["limit_t"] * (1 - 1e-6) - 1e-6
    assert room.any()
    assert (lanes["shadow_price_usd_per_t"][room] == 0).all()
    assert (lanes["shadow_price_usd_per_t"] >= 0).all()
    assert (lanes["shadow_price_usd_per_t"][~room] > 0).any()
    room = builds["built_t_per_yr"] < builds["limit_t_per_yr"] * (1 - 1e-6)
    assert room.any()
    assert (builds["shadow_price_usd_per_t_per_yr"][room] == 0).all()
    assert (builds["shadow_price_usd_per_t_per_yr"] >= 0).all()
    assert set(builds["plant"]) >= set(plan["builds"]["plant"])


@pytest.mark.parametrize("year", [2033, 2034])
def test_a_point_of_the_cap_of_two_country(year):
    # a tenth of a point: too little to change what is built when
    instance, plan = model.read(INSTANCES / "two-country"), solved("two-country", "cap")
    worth = plan["shares"].set_index("year")["shadow_price_usd_per_pt"][year] * 1.05 ** (2030 - year)
    limit = {2033: 0.6, 2034: 0.5}[year]
    for step in (-0.001, 0.001):
        changed = model.solve(instance, "cap", {f"share_cap.0.max.{year}": limit + step})
        assert cost(plan) - cost(changed) == pytest.approx(worth * step * 100, rel=1e-6)


ROWS = {
    "a direct cap": ("shares", "share_cap.0.max", 0.52, -1, 'stages = ["magnet"]\nmax = {}\nfrom = 2032'),
    "a cap on what plants use": (
        *("shares", "share_cap.0.max", 0.7, -1),
        'stages = ["processing"]\nmax = {}\nfrom = 2032',
    ),
    "a traced cap": (
        *("shares", "share_cap.0.max", 0.7, -1),
        'stages = ["magnet"]\nmax = {}\nfrom = 2032\nmeasure = "traced"\ntraced = "B"\nweight = "tonnes"',
    ),
    "capacity": (
        *("benchmarks", "domestic_min.0.min", 0.45, 1),
        'stages = ["magnet"]\nmin = {}\nfrom = 2032\nmeasure = "capacity"',
    ),
    "production": (
        *("benchmarks", "domestic_min.0.min", 0.45, 1),
        'stages = ["magnet"]\nmin = {}\nfrom = 2032\nmeasure = "production"',
    ),
    "days of stock": (
        *("benchmarks", "stock_min.0.days", 73, 1),
        'commodities = ["oxide"]\ndays = {}\nfrom = 2031\nto = 2031',
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_point_of_a_row_of_the_tiny_instance(tmp_path, name):
    table, key, value, tighter, text = ROWS[name]
    policy = f'[[{key.split(".")[0]}]]\nbuyer = "home"\n{text.format(value)}\n'
    instance = tiny(tmp_path, {"asked": policy}, stockpiles=TABLES["stockpiles"])
    plan = model.solve(instance, "asked")
    assert plan.compliant
    frame = plan[table][plan[table]["shadow_price_usd_per_pt"] > 0]
    assert len(frame) == 1
    worth = frame["shadow_price_usd_per_pt"].iloc[0] * 1.05 ** (2030 - frame["year"].iloc[0])
    point = 3.65 if "days" in key else 0.01
    for steps in (-0.1, 0.1):
        changed = model.solve(instance, "asked", {key: value + steps * point})
        assert cost(changed) - cost(plan) == pytest.approx(worth * steps * tighter, rel=1e-5), steps


@pytest.mark.parametrize(("bound", "asked", "tables"), [("max", 6e5, HOME_ONLY), ("min", 5e5, OPEN)])
def test_a_million_of_a_budget(tmp_path, bound, asked, tables):
    instance = tiny(tmp_path, {"asked": f"[[budget]]\n{bound} = {asked}\n"}, **tables)
    plan = model.solve(instance, "asked")
    worth = plan["budgets"]["shadow_price"][0]
    assert worth > 0
    looser = 1 if bound == "max" else -1
    for step in (-1e4, 1e4):
        changed = model.solve(instance, "asked", {f"budget.0.{bound}": asked + step})
        assert cost(plan) - cost(changed) == pytest.approx(looser * step / 1e6 * worth, rel=1e-6)

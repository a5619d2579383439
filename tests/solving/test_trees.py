"""Trees of futures against published and hand-made figures, and events of each kind on a tiny instance."""

from __future__ import annotations

import pytest

import model
from model.base.problems import InputError
from model.instance.trees.scenarios import tree_of
from tests import lands, tiny


@pytest.fixture(scope="module")
def power(tmp_path_factory):
    return model.read(lands.write(tmp_path_factory.mktemp("lands") / "lands"))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return tmp_path_factory.mktemp("tiny")


def test_lands_has_the_published_cost_and_plants(power):
    plan = model.solve(power, scenarios="three")
    assert plan.summary["cost_usd"] == pytest.approx(381.853333, abs=1e-6)
    assert plan["builds"]["capacity_t_per_yr"].tolist() == pytest.approx([8 / 3, 4, 10 / 3, 2], abs=1e-6)
    assert sum(f["probability"] * f["cost_usd"] for f in plan.summary["futures"]) == pytest.approx(381.853333, abs=1e-6)
    assert [f["name"] for f in plan.summary["futures"]] == ["as planned", "low", "high"]


def test_three_stages_of_branches_off_branches(tmp_path):
    """Two years of load, each high or low: 0.3, 0.4, 0.3 and again from each, so nine futures share one decision."""
    text = lands.BRANCHES
    for line in ("low", "high"):
        text += f'[[branch]]\nname = "{line} off"\noff = "{line}"\nfrom = 2031\nprobability = 0.25\n'
    plan = model.solve(model.read(lands.write(tmp_path / "x", text)), scenarios="three")
    assert plan.summary["cost_usd"] == pytest.approx(381.853333, abs=1e-6)  # what differs by nothing costs nothing
    told = {f["name"]: f["probability"] for f in plan.summary["futures"]}
    assert told == pytest.approx({"as planned": 0.4, "low": 0.225, "high": 0.225, "low off": 0.075, "high off": 0.075})


def solved(small, text, policy="all", name="s"):
    folder = tiny.write(small / name) if not (small / name).exists() else small / name
    (folder / "scenarios").mkdir(exist_ok=True)
    (folder / "scenarios" / "s.toml").write_text(text, encoding="utf-8")
    return model.solve(model.read(folder), policy, scenarios="s")


BRANCH = '[[branch]]\nname = "other"\nfrom = 2031\nprobability = 0.4\n'


def test_a_tree_without_events_costs_what_the_chain_costs(small):
    tree = solved(small, BRANCH + BRANCH.replace("other", "deep").replace("2031", '2032\noff = "other"'))
    chain = model.solve(model.read(small / "s"), "all")
    for key in ("cost_usd", "capex_usd", "unserved_t", "shortfall_t", "cost_without_policy_usd", "premium_usd"):
        assert tree.summary[key] == pytest.approx(chain.summary[key], rel=1e-9, abs=1e-9), key
    for future in tree.summary["futures"]:
        assert future["cost_usd"] == pytest.approx(chain.summary["cost_usd"], rel=1e-9)
    assert tree.summary["first_compliant_year"] == chain.summary["first_compliant_year"]


def test_a_branch_from_the_first_year_is_a_root_of_its_own(small):
    tree = solved(small, BRANCH.replace("2031", "2030") + '[[branch.event]]\nkind = "demand"\nfactor = 1.5\n', "none")
    other = solved(small, '[[event]]\nkind = "demand"\nfactor = 1.5\n', "none")
    chain = model.solve(model.read(small / "s"), "none")
    mixed = 0.6 * chain.summary["cost_usd"] + 0.4 * other.summary["cost_usd"]
    assert tree.summary["cost_usd"] == pytest.approx(mixed, rel=1e-9)
    assert tree["demand"].query("year == 2030")["demand_t"].tolist() == pytest.approx([100, 150])


def test_a_trunk_without_probability_is_no_future(small):
    tree = solved(small, BRANCH.replace("0.4", "1"), "none")
    assert [f["name"] for f in tree.summary["futures"]] == ["other"]
    assert set(tree["demand"]["branch"]) == {"as planned", "other"}
    assert tree["demand"].query("branch == 'as planned'")["year"].tolist() == [2030]


def flow(plan, commodity, origin, destination, branch, year):
    rows = plan["shipments"].query(
        "commodity == @commodity and origin == @origin and destination == @destination "
        "and branch == @branch and year == @year"
    )
    return rows["quantity_t"].sum()


def test_an_export_limit_holds_on_each_lane_in_its_years(small):
    event = '[[branch.event]]\nkind = "export_limit"\norigin = "B"\ndestination = "home"\nstages = ["magnet"]\n'
    plan = solved(small, f"{BRANCH}to = 2031\n{event}max_flow = 20\n", "none")
    assert flow(plan, "magnet", "B", "A", "other", 2031) == pytest.approx(20)
    assert flow(plan, "magnet", "B", "A", "as planned", 2031) > 20
    assert flow(plan, "magnet", "B", "A", "other", 2032) > 20


def test_a_quota_holds_on_all_lanes_and_goods_together(small):
    event = '[[branch.event]]\nkind = "export_limit"\norigin = "abroad"\nquota = 30\n'
    plan = solved(small, f"{BRANCH}{event}", "none")
    ships = plan["shipments"].query("branch == 'other' and origin != 'A' and destination == 'A'")
    assert ships.groupby("year")["quantity_t"].sum().tolist() == pytest.approx([30, 30])


def test_a_tariff_is_added_to_the_tariff_of_its_lanes(small):
    event = '[[branch.event]]\nkind = "tariff"\norigin = "B"\ncommodities = ["magnet"]\nadd = 0.15\n'
    plan = solved(small, f"{BRANCH}{event}", "none")
    costs = plan["costs"].query("term == 'tariff' and year == 2031 and branch == 'other'")["cost_usd"].sum()
    oxide = sum(flow(plan, "oxide", o, "A", "other", 2031) for o in "BC")
    assert costs == pytest.approx(flow(plan, "magnet", "B", "A", "other", 2031) * 2000 + oxide * 500)


def test_costs_and_what_can_run_are_multiplied_and_events_on_one_figure_add_up(small):
    events = (
        '[[event]]\nkind = "cost"\nregions = "B"\nprocesses = ["press"]\nfactor = 1.5\nfrom = 2031\n'
        f'{BRANCH}[[branch.event]]\nkind = "cost"\nplants = ["B_MAG"]\nfactor = 0.5\n'
        '[[branch.event]]\nkind = "capacity_factor"\nplants = ["B_MAG"]\nfactor = 0.05\n'
    )
    plan = solved(small, events, "none")
    runs = plan["activity"].query("plant == 'B_MAG'").set_index(["branch", "year"])["activity_t"]
    assert runs["other", 2031] == pytest.approx(45)
    cost = plan["costs"].query("term == 'variable' and region == 'B'").set_index(["branch", "year"])["cost_usd"]
    oxide = plan["activity"].query("plant == 'B_OX'").set_index(["branch", "year"])["activity_t"]
    for branch, factor in (("as planned", 1.5), ("other", 0.75)):
        expected = runs[branch, 2031] * 7000 * factor + oxide[branch, 2031] * 4000
        assert cost[branch, 2031] == pytest.approx(expected)


def test_a_delay_moves_what_is_decided_while_it_holds_and_its_interest(small):
    text = '[[event]]\nkind = "lead_time_delay"\nregions = "A"\nyears = 1\nto = 2030\n'
    policy = small / "built.toml"
    spent = '[[budget]]\nhosts = "A"\nmin = 2e5\nto = 2030\n[[budget]]\nhosts = "A"\nmax = 2e5\n'
    policy.write_text(spent, encoding="utf-8")
    plan = solved(small, text, policy)
    built = plan["builds"].iloc[0]
    assert (built["decision_year"], built["online_year"]) == (2030, 2032)
    interest = (1.1**2 + 1.1) / 2 * 0.1 / (1 - 1.1**-2)
    capital = plan["costs"].query("term == 'capital' and year == 2032")["cost_usd"].sum()
    assert capital == pytest.approx(2e5 * interest)
    assert not len(plan["costs"].query("term == 'capital' and year == 2031"))


def test_nothing_is_decided_where_that_is_barred(small):
    text = '[[event]]\nkind = "no_build"\nregions = "A"\nto = 2030\n'
    plan = solved(small, text)
    assert set(plan["builds"]["decision_year"]) <= {2031}


def test_limits_hold_on_each_path_and_what_is_spent_is_told_by_future(small):
    plan = solved(small, f'{BRANCH}[[branch.event]]\nkind = "demand"\nfactor = 1.4\n')
    budgets = plan["budgets"].query("bound == 'max'").set_index("branch")["spent_usd"]
    assert set(budgets.index) == {"as planned", "other"}
    assert (budgets <= 2e6 * (1 + 1e-9)).all()
    assert plan.summary["capex_usd"] == pytest.approx(0.6 * budgets["as planned"] + 0.4 * budgets["other"])


def test_a_scenario_that_nobody_knows_is_said_with_the_nearest(small):
    tiny_folder = small / "s" if (small / "s").exists() else tiny.write(small / "s")
    with pytest.raises(InputError, match="is not a scenario of s; known: "):
        model.solve(model.read(tiny_folder), scenarios="freeze")


@pytest.mark.parametrize(
    ("level", "weight", "cost"), [(0.7, 1.0, 469.333333), (0.5, 1.0, 434.133333), (0.7, 0.5, 425.983333)]
)
def test_lands_with_the_weight_of_dear_futures(power, level, weight, cost):
    futures = model.scenario(power, "three", risk_weight=weight, risk_level=level)
    plan = model.solve(power, scenarios=futures)
    assert plan.summary["risk_adjusted_usd"] == pytest.approx(cost, abs=1e-6)
    assert plan.solved.outcome.cost * 1e6 == pytest.approx(cost, abs=1e-6)
    assert plan.summary["cost_usd"] >= 381.853333 - 1e-6
    assert plan.summary["cvar_usd"] >= plan.summary["cost_usd"]


def test_a_risk_that_is_none_is_said(power):
    with pytest.raises(InputError, match="expected a number from 0 to 1"):
        model.scenario(power, "three", risk_weight=2)


def test_the_nodes_below_one_are_those_whose_way_leads_over_it(power):
    tree = tree_of(model.scenario(power, "three"), power.years)
    for node in tree:
        behind = [other for other in tree if node in tree.paths[other.name]]
        assert list(tree.below[node.name]) == behind
    assert len(tree.below["2030"]) == 4

"""Decisions that hold: published ranges, by hand, and what makes no answer."""

from __future__ import annotations

import json

import pytest

import model
from model.analysis.alternatives.slacks import slacks_usd
from model.cli.questions.alternatives import COMMAND
from tests import lands
from tests.conftest import INSTANCES, solved

COST = 381.853333
PUBLISHED = {
    0.001: [(0.6521, 3.5216), (3.4301, 5.3456), (2.9824, 4.0048), (1.5628, 2.3719)],
    0.01: [(0, 6.3073), (0.2827, 8.4557), (1.2641, 4.4856), (0, 4.5306)],
    0.05: [(0, 12), (0, 12.278), (0, 4.8), (0, 7.4374)],
}
WITHOUT = (382.617778, 386.166667, 388.2, 383.6)
"""The optimum of LandS without each technology."""


@pytest.fixture(scope="module")
def of_lands(tmp_path_factory):
    instance = model.read(lands.write(tmp_path_factory.mktemp("lands") / "x"))
    return model.solve(instance, scenarios="three")


@pytest.fixture(scope="module")
def found(of_lands):
    return model.alternatives(of_lands, slack=[0, *(share * of_lands.summary["cost_usd"] for share in PUBLISHED)])


def test_lands_ranges_in_a_tree(found):
    at = dict(zip(PUBLISHED, found.asked["slacks_usd"][1:], strict=True))
    for share, expected in PUBLISHED.items():
        rows = found.table[found.table["slack_usd"] == at[share]]
        ranges = rows[["least_t_per_yr", "most_t_per_yr"]].to_numpy().tolist()
        assert ranges == [pytest.approx(pair, abs=1e-4) for pair in expected]
        assert (rows["least_now_t_per_yr"] == rows["least_t_per_yr"]).all()  # 2030 is the only year of decisions


def test_a_slack_of_nothing_leaves_the_one_optimum(found):
    rows = found.table[found.table["slack_usd"] == 0]
    for column in ("least_t_per_yr", "plan_t_per_yr", "most_t_per_yr"):
        assert rows[column].tolist() == pytest.approx([8 / 3, 4, 10 / 3, 2])
    assert set(rows["verdict"]) == {"now"}


def test_lands_without_a_technology(found):
    rows = found.table[found.table["slack_usd"] == 0]
    assert (COST + rows["regret_usd"]).tolist() == pytest.approx(WITHOUT, abs=1e-5)
    assert rows["regret_shortfall_t"].tolist() == [0] * 4
    # up to what dropping costs every plan builds it; from there on it depends
    for row in found.table.to_dict("records"):
        verdict = "now" if row["slack_usd"] < row["regret_usd"] else "depends"
        assert (row["verdict"], row["turns_at_usd"]) == (verdict, row["regret_usd"])


def test_of_a_stage_as_much_is_needed_as_the_largest_load(found):
    rows = found.places[(found.places["stage"] == "cap") & (found.places["place"] == "A")]
    assert rows["least_t_per_yr"].tolist() == pytest.approx([12.0] * 4)  # 7 + 3 + 2, the budget's row apart


def test_a_plant_that_a_target_hangs_on():
    # magnets at home come from A_MAGNET alone: without it the cap is missed by 40 and 50 t of magnets, 45 t of oxide
    found = model.alternatives(solved("two-country", "cap"))
    (row,) = found.table.to_dict("records")
    assert row["verdict"] == "now"
    assert row["regret_shortfall_t"] == pytest.approx(45)
    assert row["regret_usd"] == pytest.approx(-found.plan["premium_usd"])
    assert row["turns_at_usd"] != row["turns_at_usd"]  # at no slack
    assert row["least_t_per_yr"] <= row["plan_t_per_yr"] <= row["most_t_per_yr"]
    assert found.verdict("A_MAGNET") == "now"
    with pytest.raises(KeyError):
        found.verdict("B_MAGNET")


def test_forcing_all_that_may_be_built_of_a_plant():
    # 100 t/yr may be built, 50 are: the cheapest 50 more are decided in 2033 and run in 2035 alone, at half load,
    # for two years' interest and an annuity of 10 % over ten years, and save half of 2,000 USD/t
    found = model.alternatives(solved("two-country", "cap"))
    annuity = 20_000 * (1.1**2 + 1.1) / 2 * 0.1 / (1 - 1.1**-10) + 1_000
    (row,) = found.table.to_dict("records")
    assert row["forced_t_per_yr"] == 100
    assert row["forced_usd"] == pytest.approx(50 * (annuity - 1_000) / 1.05**5, abs=0.01)
    assert row["forced_shortfall_t"] == 0


def test_slacks():
    assert slacks_usd("10%", 200.0) == (20.0,)
    assert slacks_usd("5e7, 10%,0", 100.0) == (0.0, 10.0, 5e7)
    assert slacks_usd([0.5, "50%"], 1.0) == (0.5,)
    assert slacks_usd("10%", -3.0) == (0.0,)
    for wrong in ("ten", "-1", "10 percent", "", "nan", "inf", [], True):
        with pytest.raises(model.InputError, match="expected a share of the premium"):
            slacks_usd(wrong, 1.0)


def test_questions_that_have_no_answer(of_lands):
    with pytest.raises(ValueError, match="of the goal cost"):
        model.alternatives(model.solve(INSTANCES / "two-country", "cap", goal="capital"))
    with pytest.raises(model.InputError, match="at least 1"):
        model.alternatives(of_lands, now=0)
    held = model.solve(INSTANCES / "two-country", "cap", builds=solved("two-country", "cap")["builds"])
    with pytest.raises(model.InputError, match="holds its builds"):
        model.alternatives(held)


def test_the_script(tmp_path, capsys):
    call = [str(INSTANCES / "two-country"), "--policy", "cap", "--slack", "5%,10%", "--now", "1", "--out"]
    out = tmp_path / "out"
    assert COMMAND.main([*call, str(out)]) == 0
    said = capsys.readouterr().out
    assert "A_MAGNET" in said
    assert "short" in said
    assert {p.name for p in out.iterdir()} == {"alternatives.csv", "places.csv", "summary.json", "datapackage.json"}
    told = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert told["now"] == [2030, 2030]
    assert len(told["slacks_usd"]) == 2
    assert COMMAND.main([*call, str(out)]) == 0  # an earlier answer is replaced
    assert COMMAND.main([str(INSTANCES / "two-country"), "--slack", "much", "--out", str(out)]) == 2
    assert "--slack" in capsys.readouterr().err

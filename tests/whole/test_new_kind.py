"""A new kind of policy row, as the README tells to add one: file, rows, duals, shortfall, tables and messages."""

import pytest

import model
from model.analysis.sweeps.asked.groups import numbers
from model.base.problems import InputError
from model.instance.policy.kinds import KINDS, label, programme_rows, shortfalls
from tests.tiny import write
from tests.whole import toy

ROW = '[[own_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = {}\nfrom = 2032\n'


@pytest.fixture
def instance(tmp_path, monkeypatch):
    toy.register(monkeypatch)
    return model.read(write(tmp_path / "tiny", {"own": ROW.format(0.45), "all_own": ROW.format(1)}))


def test_met_at_a_price(instance):
    plan = model.solve(instance, "own")
    (row,) = plan["benchmarks"].to_dict("records")
    assert (row["policy_row"], row["buyer"], row["scope"], row["year"]) == ("own_min.0", "home", "magnet", 2032)
    assert row["share"] == pytest.approx(0.45)
    assert row["limit"] == 0.45
    assert plan.compliant
    assert not len(plan["shortfalls"])
    # home magnets cost more than those from abroad: the row has a dual, and it is what one point less saves
    less = model.solve(instance, "own", {"own_min.0.min": 0.44})
    assert row["shadow_price_usd_per_pt"] > 0
    saved = plan.summary["cost_usd"] - less.summary["cost_usd"]
    assert saved == pytest.approx(row["shadow_price_usd_per_pt"] / 1.05**2, rel=1e-3)
    targets = plan["targets"][["kind", "measure", "limit"]].to_numpy().tolist()
    assert targets == [["own_min", "use", 0.45]]


def test_missed_and_said(instance, tmp_path):
    plan = model.solve(instance, "all_own")
    (short,) = plan["shortfalls"].to_dict("records")
    (row,) = plan["benchmarks"].to_dict("records")
    assert short["shortfall_t"] == pytest.approx(row["needed_t"] - row["value_t"])
    assert short["shortfall_t"] > 0
    assert not plan.compliant
    assert label("own_min", "use") in (plan.write(tmp_path / "out", model.write_report) / "report.html").read_text(
        encoding="utf-8"
    )


def test_its_numbers_are_numbers_and_its_rows_the_policys(instance):
    assert list(numbers("own_min")) == ["min"]
    assert "own_min" in programme_rows()
    assert "own_min_short" in shortfalls()


def test_a_wrong_row_is_said(tmp_path, monkeypatch):
    toy.register(monkeypatch)
    folder = write(tmp_path / "tiny", {"own": ROW.format(3).replace("buyer", "buyr")})
    with pytest.raises(InputError) as error:
        model.read(folder)
    said = str(error.value)
    assert "buyr" in said
    assert "buyers" in said
    assert "from 0 to 1" in said


def test_it_is_gone_afterwards():
    assert toy.KIND.key not in KINDS
    assert toy.OwnMin not in toy.check.MINIMA

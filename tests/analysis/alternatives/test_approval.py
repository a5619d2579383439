"""What is safe to approve: a row a project, of two policies, a future and two slacks."""

from __future__ import annotations

import json

import pytest

import model
from model.cli.questions.approve import COMMAND
from tests import lands
from tests.conftest import INSTANCES, solved


def test_two_country_by_hand():
    plans = [solved("two-country", policy) for policy in ("cap", "none")]
    found = model.approval(plans, slack=["5%", "10%"])
    (row,) = found.table.to_dict("records")
    # needed under the cap at both slacks, never without a policy; 45 t of oxide are missed without it
    assert (row["now_in"], row["needed_in"], row["asked"]) == (2, 2, 3)
    assert row["by_policy"].startswith("cap: now; none: ")
    assert row["regret_shortfall_t"] == pytest.approx(45)
    # nothing before 2031 can be waited for: `latest` says the same
    assert (row["planned_year"], row["latest_year"]) == (2030, 2031)
    assert row["chance_in_time"] == 1
    assert row["survival_days"] >= 0
    assert len(found.verdicts) == 3


def test_each_future_alone(tmp_path):
    instance = model.read(lands.write(tmp_path / "x"))
    certain = model.solve(instance)
    found = model.approval([certain], scenarios="three", slack=0.0)
    rows = found.verdicts[found.verdicts["kind"] == "future"]
    assert set(rows["asked"]) == {"as planned", "low", "high"}
    built = rows.groupby("asked")["plan_t_per_yr"].sum()
    assert built.to_dict() == pytest.approx({"low": 10, "as planned": 10, "high": 12}, abs=2.1)
    for row in found.table.to_dict("records"):
        verdicts = [part.rpartition(": ")[2] for part in row["by_future"].split("; ")]
        assert len(verdicts) == 3
        assert row["needed_in"] == sum(v in ("now", "later") for v in verdicts) + (row["by_policy"][-3:] == "now")


def test_the_script(tmp_path, capsys):
    out = tmp_path / "out"
    call = [str(INSTANCES / "two-country"), "--policy", "cap", "--policy", "none", "--out", str(out)]
    assert COMMAND.main(call) == 0
    assert "A_MAGNET" in capsys.readouterr().out
    assert {p.name for p in out.iterdir()} == {"approval.csv", "verdicts.csv", "summary.json", "datapackage.json"}
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["policies"] == ["cap", "none"]

"""What a year less of lead time saves: by hand, against a plan of the edited instance, and as a script."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import model
from model.analysis.lead_times.faster import a_year_faster
from model.analysis.lead_times.lead_times import COLUMNS, buildable, lead_times
from model.base import errors
from tests.conftest import INSTANCES, ROOT, solved
from tests.independent.generate import write_instance
from tests.tiny import write

D = [1.05**-i for i in range(6)]  # 2030 ... 2035
CRF = 0.1 / (1 - 1.1**-10)
NOW = 20_000 * (1.1**2 + 1.1) / 2 * CRF + 1_000  # a t/yr at home in an operating year, two years to build: 4 759.42
THEN = 20_000 * 1.1 * CRF + 1_000  # one year to build: 4 580.40
NOTHING_AT_HOME = 100 * 11_000 * sum(D)


def of_home(instance, policy):
    return lead_times(model.solve(instance, policy)).set_index("plant").loc["A_MAGNET"]


def changed(instance, **values):
    plants = instance.table("plants")
    for column, value in values.items():
        plants.loc[plants["plant"] == "A_MAGNET", column] = value
    return model.edited(instance, plants=plants)


def test_a_year_less_saves_interest_by_hand(two_country):
    # 30 t/yr run from 2032 and 20 t/yr from 2033 as before, decided a year later: only the interest falls
    found = lead_times(model.solve(two_country, "cap"))
    assert tuple(found.columns) == COLUMNS
    row = found.loc[0]
    assert row[list(COLUMNS[:7])].tolist() == [1, "A_MAGNET", "Magnets at home", "A", "press", "magnet", 2]
    assert row["shortfall_saved_t"] == 0
    assert row["saving_usd"] == pytest.approx((NOW - THEN) * (30 * sum(D[2:]) + 20 * sum(D[3:])), abs=0.01)
    assert round(row["saving_usd"]) == 26_981
    assert pd.isna(row["cost_at_new_shortfall_usd"])


def test_a_year_less_meets_a_target_by_hand(two_country):
    # 2031 can be met: 80 t/yr from 2031, at half load 40 t; 2032 then has 80. All 20 t of shortfall go.
    row = of_home(two_country, "too-early")
    assert row["shortfall_saved_t"] == pytest.approx(20)
    fully = 80 * (THEN * sum(D[1:]) - 2_000 * (0.5 * D[1] + sum(D[2:])))
    assert row["cost_at_new_shortfall_usd"] == pytest.approx(NOTHING_AT_HOME + fully, abs=0.01)
    # As short as before, 20 t of oxide in 40 t of magnets over both years: K from 2031 leaves 40 - K/2 and 40 - K, so
    # K = 80/3 in place of the 80 from 2032.
    before = 80 * NOW * sum(D[2:]) - 2_000 * (40 * D[2] + 80 * sum(D[3:]))
    after = 80 / 3 * (THEN * sum(D[1:]) - 2_000 * (0.5 * D[1] + sum(D[2:])))
    assert row["saving_usd"] == pytest.approx(before - after, abs=0.01)


def test_a_last_decision_that_stays_can_make_a_year_less_dearer_by_hand(two_country):
    # decided in 2030 or never: 50 t/yr run from 2031 where they did from 2032, and nobody needs them then
    row = of_home(changed(two_country, last_decision=2030), "cap")
    before = 50 * NOW * sum(D[2:]) - 2_000 * (25 * D[2] + 50 * sum(D[3:]))
    after = 50 * THEN * sum(D[1:]) - 2_000 * (25 * D[1] + 50 * sum(D[2:]))
    assert row["shortfall_saved_t"] == 0
    assert row["saving_usd"] == pytest.approx(before - after, abs=0.01)
    assert row["saving_usd"] < -90_000


def test_a_last_decision_that_stays_can_miss_a_target_by_hand(two_country):
    # a plant of three years, decided in 2030 or never, runs 2031-2033 in place of 2032-2034: 2034 misses 50 t of
    # magnets, 25 t of oxide; 40 t/yr for 2033 remain
    row = of_home(changed(two_country, last_decision=2030, lifetime=3), "cap")
    yearly = 20_000 * 1.1 * 0.1 / (1 - 1.1**-3) + 1_000
    cost = 40 * yearly * sum(D[1:4]) - 2_000 * (20 * D[1] + 40 * (D[2] + D[3]))
    assert row["shortfall_saved_t"] == pytest.approx(-25)
    assert pd.isna(row["saving_usd"])
    assert row["cost_at_new_shortfall_usd"] == pytest.approx(NOTHING_AT_HOME + cost, abs=0.01)


@pytest.mark.parametrize(("most", "budget", "saved"), [(100, 1_000_000, 12.5), (40, 9_000_000, 10)])
def test_a_plant_that_came_too_late_obeys_its_limits_by_hand(tmp_path, two_country, most, budget, saved):
    # six years to build: never within 2030-2035. Five: decided in 2030, at half load in 2035, where 40 t need 80 t/yr.
    # A million pays for 50 t/yr: 25 t, 12.5 t of oxide; a limit of 40 t/yr gives 20 t, 10 t of oxide
    policy = tmp_path / "late.toml"
    policy.write_text(
        f'[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0.6\nfrom = 2035\n[[budget]]\nmax = {budget}\n'
    )
    instance = changed(two_country, lead_time=6, max_build=most)
    assert buildable(instance) == ["A_MAGNET"]
    row = of_home(instance, model.policy(instance, policy))
    assert row["shortfall_saved_t"] == pytest.approx(saved)


def sign(value):
    """-1, 0 (also for nothing) or 1."""
    return int(value > 0) - int(value < 0)


def agree(plan, plants=None):
    """Compare with a plan of each edited instance; which kinds of result there were."""
    before, kinds = plan.summary, set()
    found = lead_times(plan).set_index("plant")
    for plant in plants or buildable(plan.instance):
        row, after = found.loc[plant], model.solve(a_year_faster(plan.instance, [plant]), plan.policy).summary
        saved = row["shortfall_saved_t"]
        if after["unserved_without_policy_t"] < before["unserved_without_policy_t"] - 1e-3:
            continue  # there goal 1 asks for more
        assert before["shortfall_t"] - after["shortfall_t"] == pytest.approx(
            saved, rel=1e-6, abs=1e-6 * max(100, before["shortfall_t"])
        )
        if saved == 0:
            assert before["cost_usd"] - row["saving_usd"] == pytest.approx(after["cost_usd"], rel=1e-6)
            assert pd.isna(row["cost_at_new_shortfall_usd"])
        else:
            assert row["cost_at_new_shortfall_usd"] == pytest.approx(after["cost_usd"], rel=1e-6)
        kinds.add((sign(saved), sign(row["saving_usd"])))
    return kinds


@pytest.mark.parametrize("policy", ["cap", "none", "too-early"])
def test_as_the_edited_instance_two_country(policy):
    assert agree(solved("two-country", policy))


def test_as_the_edited_instance_tiny(tmp_path):
    strict = '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0\n'
    instance = model.read(write(tmp_path / "tiny", policies={"strict": strict}))
    assert {kind for policy in ("all", "strict") for kind in agree(model.solve(instance, policy))} >= {(1, 1)}


@pytest.mark.parametrize(
    ("seed", "policies", "kinds"),
    [(7, ["policy-0", "policy-1"], {(0, 0), (0, 1), (1, 1)}), (37, ["policy-1"], {(-1, 0), (0, -1), (0, 0)})],
)
def test_as_the_edited_instance_random(tmp_path, seed, policies, kinds):
    write_instance(tmp_path / "i", seed)
    instance = model.read(tmp_path / "i")
    assert {kind for policy in policies for kind in agree(model.solve(instance, policy))} >= kinds


def test_as_the_edited_instance_allied():
    # plants that lower the shortfall and the cost
    plants = ["SE_MINE_NORRAKARR", "FR_REFINE_NEW"]
    assert agree(solved("allied-2045", "crma-2030"), plants) == {(1, 1)}


def test_ranked_and_the_same_each_time(tmp_path):
    write_instance(tmp_path / "i", 0)
    plan = model.solve(model.read(tmp_path / "i"), "policy-1")
    found = model.lead_times(plan)
    pd.testing.assert_frame_equal(found, model.lead_times(plan), check_exact=True)
    assert sorted(found["plant"]) == sorted(buildable(plan.instance))
    keys = list(zip(-found["shortfall_saved_t"], -found["saving_usd"], strict=True))
    assert keys == sorted(keys)
    assert found["rank"].tolist() == [keys.index(key) + 1 for key in keys]
    assert len(set(keys)) > 2


def test_nothing_to_ask_and_what_is_not_asked(two_country):
    nothing = lead_times(model.solve(changed(two_country, lead_time=0), "cap"))
    assert tuple(nothing.columns) == COLUMNS
    assert len(nothing) == 0
    with pytest.raises(ValueError, match="of the goal cost, not of capital"):
        lead_times(model.solve(two_country, "cap", goal="capital"))
    with pytest.raises(errors.Stopped):
        lead_times(solved("allied-2045", "crma-2030"), time_limit=0.01)


def call(*arguments, cwd=None):
    command = [sys.executable, str(ROOT / "scripts" / "lead_times.py"), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)


def test_script_prints_and_writes(tmp_path, two_country):
    done = call(INSTANCES / "two-country", "--policy", "too-early", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert "Magnets at home" in done.stdout
    assert "494,757" in done.stdout
    text = (tmp_path / "results" / "two-country" / "too-early-lead-times.csv").read_text()
    expected = lead_times(model.solve(two_country, "too-early"))
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(text)), expected, check_dtype=False)


def test_script_overrides_and_replaces_only_its_own(tmp_path):
    out = tmp_path / "mine.csv"
    out.write_text("years,of,work\n")
    done = call(INSTANCES / "two-country", "--out", out)
    assert done.returncode == 2
    assert "holds something else" in done.stderr
    assert out.read_text() == "years,of,work\n"
    out.unlink()
    for rate in ("0.05", "0"):
        assert call(INSTANCES / "two-country", "--set", f"finance.discount_rate={rate}", "--out", out).returncode == 0
    # undiscounted: 30 t/yr in four years and 20 in three
    assert pd.read_csv(out)["saving_usd"][0] == pytest.approx((NOW - THEN) * (30 * 4 + 20 * 3), abs=0.01)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.csv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--policy", "cpa"], 'did you mean "cap"'), (["--set", "finanse.discount_rate=0"], 'did you mean "finance"')],
)
def test_script_says_what_is_wrong(tmp_path, arguments, words):
    done = call(INSTANCES / "two-country", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_script_stopped_in_the_middle(tmp_path):
    command = [sys.executable, str(ROOT / "scripts" / "lead_times.py"), str(INSTANCES / "allied-2045")]
    process = subprocess.Popen(
        [*command, "--policy", "allied-traced-10"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (4, b"")
    assert b"Stopped" in err
    assert b"Traceback" not in err
    assert list(tmp_path.iterdir()) == []

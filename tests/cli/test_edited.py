"""Edits of a call: what they make, where the plan goes, what it is called, and what they never replace."""

from __future__ import annotations

import dataclasses
import json

import pandas as pd
import pytest

import model
from model.base.problems import InputError
from model.base.results import read_results
from model.cli.planning.check_plan import COMMAND as CHECK
from model.cli.planning.solve import COMMAND as SOLVE
from model.cli.questions.latest import COMMAND as LATEST
from model.instance.editing.names import LONGEST, folder_name
from model.instance.reading import edited, policy, read
from tests.conftest import INSTANCES

TWO = str(INSTANCES / "two-country")
CHANGES = """
[[edit]]
table = "capacity"
where = { plant = "B_OXIDE" }
column = "capacity"
op = "scale"
value = 0.5
"""


def solve(*arguments):
    return SOLVE.main([TWO, "--no-report", *map(str, arguments)])


def summary(folder):
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def test_folder_title_and_summary_carry_the_edits(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "changes.toml").write_text(CHANGES)
    assert solve("--set", "share_cap.0.max={2033=0.7,2034=0.6}", "--changes", "changes.toml") == 0
    (folder,) = (tmp_path / "results" / "two-country").iterdir()
    assert folder.name.startswith("cap+capacity_plant=B_OXIDE_.capacity_=0.5+share_cap.0.max=2033_0.7,2034_0.6-")
    found = summary(folder)
    assert found["policy"]["title"] == "cap, edited: share cap at most 70 % in 2033, 60 % in 2034"
    assert found["overrides"] == {
        "instance": {"capacity[plant=B_OXIDE].capacity": "*= 0.5"},
        "policy": {"share_cap.0.max": {"2033": 0.7, "2034": 0.6}},
    }
    assert CHECK.main([TWO, str(folder)]) == 0


def test_capacity_from_a_year_holds_from_that_year():
    before = read(TWO).table("capacity")
    after = read(TWO, {"capacity[plant=B_OXIDE, year>=2033].capacity": 0}).table("capacity")
    mine = after[(after["plant"] == "B_OXIDE") & (after["year"] >= 2033)]
    assert len(mine)
    assert (mine["capacity"] == 0).all()
    kept = [frame[frame["year"] < 2033].reset_index(drop=True) for frame in (after, before)]
    assert kept[0].equals(kept[1])


def test_a_plan_of_other_edits_is_never_replaced_in_silence(tmp_path, capsys):
    out = tmp_path / "plan"
    assert solve("--out", out) == 0
    assert solve("--out", out) == 0, "the same again may go there"
    before = (out / "summary.json").read_bytes()
    for other in (["--set", "share_cap.0.max=0.7"], ["--goal", "capital"], ["--policy", "none"]):
        assert solve("--out", out, *other) == 2
        assert "holds another plan (cap of two-country, not edited)" in capsys.readouterr().err
        assert (out / "summary.json").read_bytes() == before
    assert solve("--out", out, "--goal", "capital", "--replace") == 0
    assert summary(out)["goal"] == "capital"


NEW = """
[[edit]]
table = "plants"
where = { plant = "A_OXIDE" }
column = "capex"
op = "scale"
value = 0.5
[[plants]]
plant = "A_OXIDE"
name = "Oxide at home"
process = "refine"
region = "A"
variable_cost = 1000
fixed_cost = 500
capex = 600
lead_time = 1
lifetime = 10
"""


def test_new_rows_of_a_changes_file_are_in_the_instance_and_the_plan(tmp_path, capsys):
    (tmp_path / "new.toml").write_text(NEW)
    row = 'capacity += {plant = "A_OXIDE", year = 2030, capacity = 5}'
    assert solve("--changes", tmp_path / "new.toml", "--edit", row, "--out", tmp_path / "o") == 0
    instance = read(TWO, summary(tmp_path / "o")["overrides"]["instance"])
    assert instance.plants["A_OXIDE"].capex == 300, "rows are added before anything is edited"
    assert instance.existing["A_OXIDE"][2035] == 5
    builds = read_results(tmp_path / "o")["builds"]
    assert "A_OXIDE" in set(builds["plant"]), "oxide at home for 1,000 and not 5,000 USD/t"
    assert CHECK.main([TWO, str(tmp_path / "o")]) == 0
    said = capsys.readouterr().out
    assert "a new row plants[plant=A_OXIDE]" in " ".join(said.split())
    assert "lines -" not in said


def test_limits_alone_raise_and_lower_what_is_beyond_them_blank_years_too():
    edits = ["plants[capex>=0].first_decision at least 2032", "lanes[origin=B].max_flow at most 60"]
    instance = edited(read(TWO), edits=edits)
    first = instance.table("plants").set_index("plant")["first_decision"]
    assert first["A_MAGNET"] == 2032
    assert first[["B_OXIDE", "B_MAGNET"]].isna().all()
    assert instance.table("lanes")["max_flow"].tolist() == [60, 60]
    assert list(instance.overrides) == [edit.rpartition(" at ")[0] for edit in edits]
    with pytest.raises(InputError, match="is edited twice"):
        edited(instance, edits=edits[:1])
    with pytest.raises(InputError, match="expected an edit such as"):
        edited(instance, edits="nonsense")


def test_the_plan_that_waits_can_be_made_again(tmp_path):
    assert LATEST.main([TWO, "--from", "2031", "--out", str(tmp_path / "o")]) == 0
    assert summary(tmp_path / "o")["overrides"]["instance"] == {"plants[capex>=0].first_decision": "at least 2031"}
    assert CHECK.main([TWO, str(tmp_path / "o")]) == 0
    assert LATEST.main([TWO, "--from", "2032", "--out", str(tmp_path / "o")]) == 2
    assert LATEST.main([TWO, "--from", "2032", "--out", str(tmp_path / "o"), "--replace"]) == 0


def test_a_policy_edited_in_python_is_told_and_never_replaced_in_silence(tmp_path, capsys):
    instance = read(TWO)
    asked = policy(instance, "cap")
    (cap,) = asked.share_caps
    tighter = dataclasses.replace(asked, share_caps=(dataclasses.replace(cap, share={**cap.share, 2034: 0.4}),))
    plan = model.solve(instance, tighter)
    assert plan.summary["policy"]["edits"] == {"share_cap.0": {"share in 2034": {"was": 0.5, "is": 0.4}}}
    assert plan.summary["policy"]["title"].endswith(", edited: share_cap.0 share in 2034 0.4 (was 0.5)")
    plan.write(tmp_path / "o")
    other = model.solve(instance, "cap")
    assert "edits" not in other.summary["policy"]
    with pytest.raises(InputError, match=r"edited: share_cap.0 in Python.*replace=True"):
        other.write(tmp_path / "o")
    assert summary(tmp_path / "o") == json.loads(json.dumps(plan.summary))
    assert CHECK.main([TWO, str(tmp_path / "o")]) == 2
    assert "was edited in Python (share_cap.0)" in capsys.readouterr().err
    other.write(tmp_path / "o", replace=True)
    other.write(tmp_path / "o")
    assert CHECK.main([TWO, str(tmp_path / "o")]) == 0


def test_a_comparison_of_other_plans_is_not_replaced_in_silence(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    both = ("--policy", "none", "--policy", "cap")
    assert solve(*both) == 0
    assert solve(*both) == 0
    assert "it was of" not in capsys.readouterr().err
    assert solve(*both, "--set", "finance.discount_rate=0.03", "--edit", "plants[region=A].capex *= 1.2") == 0
    assert "The comparison there is of these plans now; it was of none, cap." in capsys.readouterr().err
    table = pd.read_csv(tmp_path / "results" / "two-country" / "comparison.csv")
    assert set(table["edits"]) == {"finance.discount_rate=0.03; plants[region=A].capex *= 1.2"}


def test_wrong_edits_are_named_all_at_once(tmp_path, capsys):
    out = tmp_path / "plan"
    edits = [
        'plants += {plant = "A_MAGNET", region = "AA", nam = "x"}',
        "capacity[plant=B_OXID].capacity = 0",
        "plants[regon=B].capex *= 2",
        "plant[region=B].capex *= 2",
    ]
    sets = ["--set", "finance.discount_rte=0.1", "--set", "shar_cap.0.max=0.5", "--set", "share_cap.0.mx=0.5"]
    (tmp_path / "bad.toml").write_text('[[edit]]\ntable = "plants"\ncolumn = "capx"\nop = "scal"\nvalue = 2\n')
    sets += ["--changes", tmp_path / "bad.toml"]
    assert solve("--out", out, *sets, *(part for edit in edits for part in ("--edit", edit))) == 2
    said = capsys.readouterr().err
    assert "bad.toml, line 4" in said
    assert "-1" not in said
    for near in ("B_OXIDE", "region", "plants", "finance.discount_rate", "share_cap", "share_cap.0.max"):
        assert f'did you mean "{near}"?' in said
    assert not out.exists()


def test_what_is_no_edit(capsys):
    with pytest.raises(SystemExit) as end:
        solve("--edit", "capacity to nothing")
    assert end.value.code == 2
    assert "is no edit; expected an edit such as" in capsys.readouterr().err


def test_names_are_bounded_and_tell_long_edits_apart():
    names = {folder_name("cap", {"title": "x" * 300 + end}) for end in "ab"}
    assert len(names) == 2
    assert max(map(len, names)) == LONGEST
    assert folder_name("cap", {}) == "cap"
    assert "/" not in folder_name("cap", {"title": "a/b"})

"""Edits of a call: what they make, where the plan goes, what it is called, and what they never replace."""

from __future__ import annotations

import json

import pytest

from model.cli.check_plan import COMMAND as CHECK
from model.cli.solve import COMMAND as SOLVE
from model.instance.editing.names import LONGEST, folder_name
from model.instance.reading import read
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
    assert folder.name.startswith("cap+capacity_plant=B_OXIDE_.capacity=_=_0.5+share_cap.0.max=2033_0.7,2034_0.6-")
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


def test_wrong_edits_are_named_all_at_once(tmp_path, capsys):
    out = tmp_path / "plan"
    edits = ["capacity[plant=B_OXID].capacity = 0", "plants[regon=B].capex *= 2", "plant[region=B].capex *= 2"]
    assert solve("--out", out, *(part for edit in edits for part in ("--edit", edit))) == 2
    said = capsys.readouterr().err
    for near in ("B_OXIDE", "region", "plants"):
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

"""``scripts/compare.py`` and what it writes: nothing of somebody else's is replaced or reaches the terminal."""

import csv
import json

import pytest

from model.analysis.comparison import compare
from model.analysis.comparison.writing import place, write
from model.base.schema import columns, tables
from model.cli.showing.compare import COMMAND
from tests.analysis.comparison.spoilt import edit


def test_the_script_writes_what_it_says(written, tmp_path, capsys):
    out = tmp_path / "out"
    assert COMMAND.main([str(written / "cap"), str(written / "none"), "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out.replace("\n", "")
    package = json.loads((out / "datapackage.json").read_text())
    assert {p.name for p in out.iterdir()} == {"datapackage.json", *(r["path"] for r in package["resources"])}
    assert sorted(r["name"] for r in package["resources"]) == sorted(set(tables(family="comparison")) - {"regret"})
    for resource in package["resources"]:
        with (out / resource["path"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        fields = [f["name"] for f in resource["schema"]["fields"]]
        keys = [tuple(row[k] for k in resource["schema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys), resource["name"]
        assert all(list(row) == fields for row in rows)
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    assert COMMAND.main([str(written / "cap"), str(written / "none"), "--out", str(out), "--json"]) == 0
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    shown = json.loads(capsys.readouterr().out)
    assert [row["plan"] for row in shown] == ["cap", "none"]
    assert list(shown[0]) == [c.column for c in columns("plans", family="comparison")]
    assert shown[1]["premium_usd_per_kg"] is None
    assert shown[0]["first_compliant_year"] == 2033


def test_nothing_else_is_replaced(written, tmp_path, capsys):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "prices.csv").write_text("mine")
    assert COMMAND.main([str(written), "--out", str(out)]) == 2
    assert "holds what is no comparison" in capsys.readouterr().err
    assert (out / "prices.csv").read_text() == "mine"
    assert COMMAND.main([str(written), "--out", str(written / "cap")]) == 2  # a plan's results
    assert "holds what is no comparison" in capsys.readouterr().err


def test_a_comparison_is_written_whole_or_not_at_all(written, tmp_path, monkeypatch):
    out = tmp_path / "out"
    found = compare([written])
    found.write(out)
    before = sorted(p.name for p in out.iterdir())

    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("model.analysis.comparison.writing.datapackage", full)
    with pytest.raises(OSError, match="disk full"):
        write(found.tables, 2024, out)
    assert sorted(p.name for p in out.iterdir()) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_default_place_is_a_plain_name():
    assert place(["../../etc", "a b"]).as_posix() == "results/comparison-etc-a-b"
    assert place(["x" * 90, "y"]).as_posix() == f"results/comparison-{'x' * 40}-2-plans"
    assert place(["\u4e2d", "cap"]).as_posix() == "results/comparison-plan-cap"


def test_no_control_character_reaches_a_terminal(pair, capsys):
    evil = "\x1b[31m\x9b2J\u202ered"
    edit(pair / "cap", lambda s: (s["policy"].update(name=evil, title=evil), s["instance"].update(title=evil)))
    for table in ("builds", "shares", "buyers", "content", "prices", "demand"):
        path = pair / "cap" / f"{table}.csv"
        path.write_text(path.read_text().replace("A_MAGNET", evil).replace("home", evil).replace(",A,", f",{evil},"))
    for options in ([], ["--json"]):
        assert COMMAND.main([str(pair), "--out", str(pair.parent / "out"), *options]) == 0
        shown = capsys.readouterr().out
        assert "red" in shown
        assert all(c.isprintable() or c == "\n" for c in shown)

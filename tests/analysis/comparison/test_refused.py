"""Results that can't be compared: folders, tables and summaries that are wrong, and plans of other years or figures."""

import pytest

from model.analysis.comparison import compare
from model.cli.showing.compare import COMMAND
from model.output.terminal.comparison import report
from model.output.terminal.console import plain
from tests.analysis.comparison.spoilt import complaints, edit


def test_one_message_for_each_thing_that_is_wrong(pair, tmp_path):
    assert complaints([tmp_path / "nowhere", pair]) == [
        f"{tmp_path / 'nowhere'}: is no folder; expected a folder of results"
    ]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert complaints([pair, empty]) == [
        f"{empty}: holds no summary.json, nor a folder that holds a plan; expected results of solve.py"
    ]
    assert complaints([pair / "cap"]) == [f"{pair / 'cap'}: holds one plan; expected at least two to compare"]
    assert complaints([pair, pair / "cap"]) == [
        f"{(pair / 'cap').resolve()}: is named 2 times; expected different plans"
    ]
    assert complaints([]) == ["RESULTS: none is named; expected at least two plans to compare"]


def test_missing_and_cut_off_tables_are_named_together(pair):
    (pair / "cap" / "shares.csv").unlink()
    whole = (pair / "none" / "prices.csv").read_text()
    (pair / "none" / "prices.csv").write_text(whole[: whole.rindex(",")])  # in the last row
    found, said = complaints([pair]), "expected 5 cells as in the header, found 4"
    assert len(found) == 2
    assert found[0] == f"{pair / 'cap' / 'shares.csv'}: is missing; every run writes it: run again"
    assert found[1] == f"{pair / 'none' / 'prices.csv'}, line {len(whole.splitlines())}: {said}"


def test_tables_cut_off_within_a_cell_or_between_rows_are_noticed(pair):
    buyers = (pair / "none" / "buyers.csv").read_text()
    (pair / "none" / "buyers.csv").write_text(buyers[:-2])
    assert complaints([pair]) == [f"{pair / 'none' / 'buyers.csv'}: is cut off: its last line has no end"]
    (pair / "none" / "buyers.csv").write_text(buyers)
    builds = (pair / "cap" / "builds.csv").read_text().splitlines(keepends=True)
    (pair / "cap" / "builds.csv").write_text("".join(builds[:-1]))
    assert complaints([pair]) == [
        f"{pair / 'cap' / 'builds.csv'}, capex_usd: sums to 600,000: summary.json says 1,000,000; "
        "rows are missing, or the two are of different runs"
    ]


def test_rows_that_stand_twice_and_columns_that_are_not_there(pair):
    path = pair / "cap" / "prices.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines, lines[1]]))
    assert complaints([pair])[0].endswith('"magnet, A, 2030": stands twice (by commodity, region, year)')
    path.write_text("".join(line.replace("price_usd_per_t", "price") for line in lines))
    assert complaints([pair])[0].endswith("price_usd_per_t: the column is missing; every run writes it: run again")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cost_usd": 1}', '{"cost_usd": NaN}', "\udcff"])
def test_a_broken_summary_is_no_traceback(pair, text, capsys):
    (pair / "none" / "summary.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert COMMAND.main([str(pair / "cap"), str(pair / "none"), "--out", str(pair / "out")]) == 2
    assert "summary.json" in capsys.readouterr().err
    assert not (pair / "out").exists()


@pytest.mark.parametrize(
    ("key", "value"), [("price_year", 2020), ("discount_rate", 0.03), ("first_year", 2029), ("last_year", 2050)]
)
def test_amounts_that_cannot_be_compared_are_refused(pair, key, value):
    edit(pair / "none", lambda s: s.update({key: value}))
    found = complaints([pair])
    assert len(found) == 1
    assert f"{key}: {value}: " in found[0]
    assert "can't be compared" in found[0]


def test_other_figures_are_warned_of(pair):
    edit(pair / "none", lambda s: s["instance"].update(sha256="0" * 64))
    found = compare([pair])
    assert found.warnings == (
        "The plans were made from different figures of two-country: differences aren't the policies' alone.",
    )
    assert "Warning: The plans were made" in plain(report(found))
    edit(pair / "none", lambda s: s["instance"].update(name="three-country"))
    assert "different instances (two-country, three-country)" in compare([pair]).warnings[0]

"""A results folder is read as written; what is missing or broken is said, all at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.base.problems import InputError
from model.base.summaries import judge_asked
from model.check import read_results, unjudged
from tests.check import small, two_country
from tests.check.frames import HandPlan


def _write(plan: HandPlan, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, frame in plan.tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    (folder / "summary.json").write_text(json.dumps(plan.summary), encoding="utf-8")
    return folder


def test_a_written_plan_is_still_sound(tmp_path: Path) -> None:
    for plan in (two_country.sound(), small.sound()):
        read = read_results(_write(plan, tmp_path / plan.instance.name / "out"))
        plan.tables, plan.summary = dict(read.tables), dict(read.summary)
        assert plan.violations().to_dict("records") == []


def test_names_are_text_and_blank_numbers_are_not_a_number(tmp_path: Path) -> None:
    folder = _write(two_country.sound(), tmp_path / "out")
    head = "commodity,region,year,price_usd_per_t\n"
    (folder / "prices.csv").write_text(head + "NA,NO,2030,\nnull,nan,2031,1.5\n", encoding="utf-8")
    prices = read_results(folder)["prices"]
    assert prices["commodity"].tolist() == ["NA", "null"]
    assert prices["region"].tolist() == ["NO", "nan"]
    assert prices["year"].tolist() == [2030, 2031]
    assert prices["price_usd_per_t"].isna().tolist() == [True, False]
    assert prices["year"].dtype.kind == "i"


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    folder = _write(two_country.sound(), tmp_path / "out")
    (folder / "builds.csv").unlink()
    (folder / "summary.json").write_text("{", encoding="utf-8")
    (folder / "stocks.csv").write_text("commodity,region,year,stock_t\nmagnet,A,203O,1\nmagnet,A,2031,x\nmagnet\n")
    (folder / "costs.csv").write_bytes(b"\xff\xfe")
    (folder / "demand.csv").write_text("")
    (folder / "shares.csv").write_text('year,year\n"2030\n')
    with pytest.raises(InputError) as caught:
        read_results(folder)
    found = [(Path(p.file).name, p.line, p.column) for p in caught.value.problems]
    assert found == [
        ("builds.csv", None, ""),
        ("costs.csv", None, ""),
        ("demand.csv", 1, ""),
        ("shares.csv", 2, ""),
        ("stocks.csv", 2, "year"),
        ("stocks.csv", 3, "stock_t"),
        ("stocks.csv", 4, ""),
        ("summary.json", 1, ""),
    ]


@pytest.mark.parametrize("name", ["missing", "file"])
def test_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is not a folder"):
        read_results(tmp_path / name)


def test_a_summary_that_is_no_object(tmp_path: Path) -> None:
    folder = _write(two_country.sound(), tmp_path / "out")
    (folder / "summary.json").write_text("[]")
    with pytest.raises(InputError, match="expected an object"):
        read_results(folder)


def test_a_column_that_stands_twice(tmp_path: Path) -> None:
    folder = _write(two_country.sound(), tmp_path / "out")
    (folder / "stocks.csv").write_text("commodity,commodity,year,stock_t\n")
    with pytest.raises(InputError, match="stands twice"):
        read_results(folder)


def test_tables_that_are_not_judged_or_absent_are_told(tmp_path: Path) -> None:
    folder = _write(two_country.sound(), tmp_path / "out")
    for name in unjudged(read_results(folder), traced=False)[1]:
        assert not (folder / f"{name}.csv").exists()
    (folder / "lane_limits.csv").unlink(missing_ok=True)
    apart, absent = unjudged(read_results(folder), traced=False)
    assert {"plants", "goods", "support", "targets"} <= set(apart)
    assert "lane_limits" in absent
    assert not {"builds", "flows"} & {*apart, *absent}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("policy", wrong) for wrong in (True, "x", [1], {"name": 5}, {"name": "cap", "edits": 5})),
        *(("scenario", wrong) for wrong in (True, 5, {"a": 1})),
        *(("overrides", wrong) for wrong in (True, "x", [1], {"instance": 5})),
    ],
)
def test_what_a_summary_says_wrongly_of_its_plan_is_named(key: str, value: object) -> None:
    assert judge_asked({"policy": {"name": "cap"}, "scenario": "", "overrides": {}}) == []
    (problem,) = judge_asked({"policy": {"name": "cap"}, key: value})
    assert (problem.file, problem.column) == ("summary.json", key)
    assert problem.expected.startswith("expected ")


def test_a_summary_without_end_is_refused(tmp_path: Path) -> None:
    folder = _write(two_country.sound(), tmp_path / "out")
    (folder / "summary.json").write_text("[" * 5000 + "]" * 5000, encoding="utf-8")
    with pytest.raises(InputError, match=r"summary\.json: is nested too deeply"):
        read_results(folder)

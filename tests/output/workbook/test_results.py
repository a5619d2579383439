"""Results as a workbook: cells are typed, text is never a formula, and the same results give the same bytes."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from model.instance.reading import read
from model.output.workbook import results, sheets, unpacking
from model.output.workbook.results import write_book
from model.plan.plan import solve
from tests.conftest import INSTANCES

SUMMARY: dict[str, Any] = {
    "compliant": True, "cost_usd": 1234.5, "premium_usd": None, "first_year": 2030, "last_year": 2035,
    "price_year": 2024, "instance": {"name": "i", "title": "=cmd|' /C calc'!A0", "sha256": "ab"},
    "policy": {"name": "p", "title": "Policy"}, "versions": {"model": "0.1.0"},
}  # fmt: skip


def tables_with(name: str) -> dict[str, pd.DataFrame]:
    """Two small result tables."""
    builds = pd.DataFrame({
        "plant": [name, "-p"], "region": ["A", "B"], "process": ["x", "y"], "decision_year": [2030, 2031],
        "online_year": pd.array([2032, pd.NA], dtype="Int64"),
        "capacity_t_per_yr": [12.5, 0.0], "capex_usd": [1e6, 2e6],
        "levelised_cost_usd_per_t": [float("nan"), 3.0], "price_needed_usd_per_t": [float("inf"), 1.0],
        "market_price_usd_per_t": [1.0, 2.0],
    })  # fmt: skip
    return {"builds": builds, "budgets": pd.DataFrame(columns=["policy_row", "hosts"])}


@pytest.mark.parametrize("name", ["=1+1", "@x", "+1", "\t=1", "<r>x</r>", "a\x01b", "_x0041_", "{=1}", "http://x.y"])
def test_result_cells_are_typed_and_text_is_never_a_formula(name: str, tmp_path: Path) -> None:
    file = write_book(tables_with(name), SUMMARY, tmp_path / "r.xlsx")
    sheet = unpacking.unpack(file)[1]
    assert (sheet.name, sheet.rows[3][0].text.rstrip()) == ("builds", name)
    opened = openpyxl.load_workbook(file)
    rows = list(opened["builds"].iter_rows(values_only=True))
    assert rows[0] == (None, None, None, "year", "year", "t/yr", "USD", "USD/t", "USD/t", "USD/t")
    assert rows[1][5:7] == ("capacity_t_per_yr", "capex_usd")
    assert rows[2][3:] == (2030, 2032, 12.5, 1e6, None, "inf", 1)
    assert rows[3][3:] == (2031, None, 0, 2e6, 3, 1, 2)
    assert opened["builds"]["D3"].number_format == "0"
    assert opened["builds"].freeze_panes == "B3"
    assert opened["builds"].auto_filter.ref == "A2:J4"
    assert all(c.data_type != "f" for page in opened for row in page.iter_rows() for c in row)


def test_contents_say_what_is_where(tmp_path: Path) -> None:
    opened = openpyxl.load_workbook(write_book(tables_with("x"), SUMMARY, tmp_path / "r.xlsx"))
    contents_sheet = opened["Contents"]
    found = {row[0].value: row for row in contents_sheet.iter_rows()}
    assert found["Cost of the whole chain"][1].value == 1234.5
    assert found["Cost of the whole chain"][2].value == "USD of 2024, present value"
    assert "Premium of the policy" not in found
    assert found["builds"][1].value == 2
    assert found["builds"][0].hyperlink.location == "builds!A1"
    assert found["budgets"][1].value == 0
    assert contents_sheet["A1"].value == SUMMARY["instance"]["title"]


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write_book(tables_with("x"), SUMMARY, tmp_path / f"{i}.xlsx").read_bytes() for i in (1, 2))
    assert one == two


def test_a_run_and_its_folder_give_the_same_workbook(tmp_path: Path) -> None:
    plan = solve(read(INSTANCES / "two-country"), "cap")
    folder = plan.write(tmp_path / "cap")
    made = write_book(plan.tables, plan.summary, tmp_path / "run.xlsx").read_bytes()
    assert results.results_workbook(folder).read_bytes() == made
    builds = openpyxl.load_workbook(folder / "results.xlsx")["builds"]
    assert [c.value for c in builds["D"]][:4] == ["year", "decision_year", 2030, 2031]
    assert sum(c.value for c in builds["G"][2:]) == pytest.approx(plan.summary["capex_usd"])
    plan.write(folder)  # a folder with a workbook is still a run's


def test_a_table_too_long_for_a_sheet_is_left_to_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_ROWS", 3)
    opened = openpyxl.load_workbook(write_book(tables_with("x"), SUMMARY, tmp_path / "r.xlsx"))
    assert opened["builds"]["A1"].value == "2 rows: more than a sheet can hold. They are in builds.csv."
    assert opened["builds"].max_row == 1


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    opened = openpyxl.load_workbook(write_book(tables_with("x" * 40_000), SUMMARY, tmp_path / "r.xlsx"))
    text = opened["builds"]["A3"].value
    assert text.startswith("xxx")
    assert text.endswith(" [cut]")


@pytest.mark.parametrize("full", [(Path, "write_bytes"), (sheets.Page, "put")])
def test_a_full_disk_leaves_no_file_and_no_word_of_the_library(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, full: tuple[type, str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*full, refuse)
    with pytest.raises(OSError, match="No space"):
        write_book(tables_with("p"), SUMMARY, tmp_path / "b.xlsx")
    gc.collect()
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().err == ""

"""An instance as a workbook comes back with the same data, whoever saved it anew, and edits come through."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from model.base.problems import InputError
from model.instance.reading import read
from model.output.workbook.packing import to_workbook
from model.output.workbook.returning import from_workbook
from tests.conftest import INSTANCES
from tests.output.workbook.conftest import UNHELD
from tests.output.workbook.edits import edit, same_data


@pytest.mark.parametrize("name", ["two-country", "allied-2045"])
def test_an_unedited_instance_comes_back(name: str, tmp_path: Path) -> None:
    file = to_workbook(INSTANCES / name, tmp_path / "i.xlsx")
    same_data(from_workbook(file, tmp_path / "back"), INSTANCES / name)


@pytest.mark.parametrize("again", [False, True], ids=["as made", "saved by openpyxl"])
def test_odd_names_numbers_and_line_ends_come_back(odd: Path, tmp_path: Path, again: bool) -> None:
    read(odd)
    file = to_workbook(odd, tmp_path / "i.xlsx")
    if again:
        edit(file, lambda b: None)
    same_data(from_workbook(file, tmp_path / "back"), odd)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not on PATH")
def test_what_libreoffice_saves_anew_comes_back_whole(odd: Path, tmp_path: Path) -> None:
    folders = {"odd": odd, "allied-2045": INSTANCES / "allied-2045"}
    files = [to_workbook(folder, tmp_path / "made" / f"{name}.xlsx") for name, folder in folders.items()]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    call = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        tmp_path,
        *files,
    ]
    subprocess.run(call, check=True, capture_output=True, timeout=300)
    for name, folder in folders.items():
        same_data(from_workbook(tmp_path / f"{name}.xlsx", tmp_path / "back" / name), folder)


def test_numbers_are_numbers_and_text_is_text(odd: Path, tmp_path: Path) -> None:
    opened = openpyxl.load_workbook(to_workbook(odd, tmp_path / "i.xlsx"))
    values = {c.value: c.data_type for c in opened["capacity"]["C"]}
    assert values.pop("capacity") == "s"
    assert set(values.values()) == {"n"}
    assert [c.value for c in opened["stages"]["C"]][1:] == [1, "2e0"]
    assert [c.value for c in opened["stockpiles"]["D"]][1:] == ["1234567.8901234567", 100, "1e3"]
    notes = [*opened["regions"]["E"][:3], opened["stages"]["D2"], opened["evidence odd"]["A2"]]
    assert [(c.value, c.data_type) for c in notes[1:]] == [(v, "s") for v in ("=1+1", "-abroad", "TRUE", "007")]
    assert [c.value for c in opened["regions"]["A"]][3:] == ["NA", "NO", "007", "1-2", "1e5", "TRUE"]
    assert [c.value for c in opened["evidence numbers"]["B"]][1:] == [0.5, 0.25, -3]
    assert all(cell.data_type != "f" for sheet in opened for row in sheet.iter_rows() for cell in row)


def test_an_edit_changes_its_line_alone(odd: Path, tmp_path: Path) -> None:
    def change(b: Any) -> None:
        b["regions"]["B3"] = "Overseas"
        b["evidence numbers"].append([2029, 7])
        b["policies odd"]["A3"] = "# the end"

    file = edit(to_workbook(odd, tmp_path / "i.xlsx"), change)
    back = from_workbook(file, tmp_path / "back")
    for path, before, after in (
        ("regions.csv", b"Abroad", b"Overseas"),
        ("evidence/numbers.csv", b"-3\n", b"-3\n2029,7\n"),
        ("policies/odd.toml", b"another\r\n\r\n", b"another\r\n\r\n# the end\r\n"),
    ):
        (odd / path).write_bytes((odd / path).read_bytes().replace(before, after))
    same_data(back, odd)


def test_what_no_sheet_holds_is_left_out_and_listed(odd: Path, tmp_path: Path) -> None:
    for name, data in UNHELD.items():
        (odd / name).write_bytes(data)
    file = to_workbook(odd, tmp_path / "i.xlsx")
    listed = {row[1]: row[2:] for row in openpyxl.load_workbook(file)["Contents"].iter_rows(values_only=True)}
    assert {name: listed[name] for name in UNHELD} == {
        name: ("ignored", None, f"left out: {len(data):,} bytes") for name, data in UNHELD.items()
    }
    back = from_workbook(file, tmp_path / "back")
    with pytest.raises(InputError, match="holds what the workbook doesn't"):
        from_workbook(file, odd, replace=True)
    for name in UNHELD:
        (odd / name).unlink()
    same_data(back, odd)


def test_what_an_instance_needs_and_no_sheet_holds_is_refused(odd: Path, tmp_path: Path) -> None:
    (odd / "policies/odd.toml").write_bytes(b"# one\r\n# two\n")
    stages = (odd / "stages.csv").read_bytes().replace(b"'007", b"_x0007_")
    (odd / "stages.csv").write_bytes(stages)
    with pytest.raises(InputError) as caught:
        to_workbook(odd, tmp_path / "i.xlsx")
    said = sorted(map(str, caught.value.problems))
    assert len(said) == 2
    assert said[0].startswith("policies/odd.toml, line 1: ")
    assert "ends otherwise than" in said[0]
    assert said[1] == 'stages.csv, line 3, note: "_x0007_": holds characters that a workbook doesn\'t give back'
    assert not (tmp_path / "i.xlsx").exists()


def test_names_are_offered_and_headers_explained(book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    plants = opened["plants"]
    offered = {str(v.sqref).rstrip("0123456789"): v.formula1 for v in plants.data_validations.dataValidation}
    assert offered["D2:D"].startswith("OFFSET(regions!$A$2")
    assert "USD/(t/yr)" in plants["H1"].comment.text
    assert plants.freeze_panes == "B2"
    places = [v.formula1 for v in opened["lanes"].data_validations.dataValidation]
    names = [c.value for c in opened["Names"]["B"]]
    assert names == ["place*", "*", "A", "B", "home"]
    assert places.count("Names!$B$2:$B$5") == 2


def test_blank_rows_and_rows_at_the_end_are_no_matter(book: Path, tmp_path: Path) -> None:
    def change(b: Any) -> None:
        b["capacity"].insert_rows(3, 2)
        b["capacity"]["A40"] = "  "
        b["capacity"]["C2"] = 1000.0

    same_data(from_workbook(edit(book, change), tmp_path / "back"), INSTANCES / "two-country")


def test_sheets_can_be_added_dropped_and_ignored(book: Path, tmp_path: Path) -> None:
    def change(b: Any) -> None:
        b["Contents"].append(["new policy", "policies/new.toml", "text"])
        b["Contents"].append(["mine", None, "ignored"])
        b.create_sheet("mine").append(["=A1"])
        for line in ("# tighter", "", 'title = "New"'):
            b.create_sheet("new policy") if "new policy" not in b.sheetnames else None
            b["new policy"].append([line])
        for row in b["Contents"].iter_rows():
            if row[1].value == "README.md":
                b.remove(b[row[0].value])
                b["Contents"].delete_rows(row[0].row)
                break

    back = from_workbook(edit(book, change), tmp_path / "back")
    assert (back / "policies/new.toml").read_bytes() == b'# tighter\n\ntitle = "New"\n'
    (back / "policies/new.toml").unlink()
    assert not (back / "README.md").exists()
    shutil.copy(INSTANCES / "two-country/README.md", back)
    same_data(back, INSTANCES / "two-country")


def test_nothing_is_replaced_unasked(book: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exists"):
        to_workbook(INSTANCES / "two-country", book)
    back = from_workbook(book, tmp_path / "back")
    with pytest.raises(InputError, match="isn't empty"):
        from_workbook(book, back)
    (back / "mine.txt").write_text("x")
    with pytest.raises(InputError, match="holds what the workbook doesn't"):
        from_workbook(book, back, replace=True)
    (back / "mine.txt").unlink()
    (back / "plants.csv").write_text("spoilt")
    from_workbook(book, back, replace=True)
    same_data(back, INSTANCES / "two-country")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []

"""An instance as a workbook comes back to the byte, edits come through, cells are read however they were saved."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from model.base.problems import InputError
from model.instance.reading import read
from model.output.workbook import unpacking
from model.output.workbook.cells import spelled, typed
from model.output.workbook.packing import to_workbook
from model.output.workbook.returning import from_workbook
from tests.conftest import INSTANCES
from tests.output.workbook.edits import contents, edit


@pytest.mark.parametrize("name", ["two-country", "allied-2045"])
def test_an_unedited_instance_comes_back_to_the_byte(name: str, tmp_path: Path) -> None:
    file = to_workbook(INSTANCES / name, tmp_path / "i.xlsx")
    from_workbook(file, tmp_path / "back")
    assert contents(tmp_path / "back") == contents(INSTANCES / name)


@pytest.mark.parametrize("again", [False, True], ids=["as made", "saved by another program"])
def test_odd_spellings_line_ends_and_files_come_back_to_the_byte(odd: Path, tmp_path: Path, again: bool) -> None:
    read(odd)
    file = to_workbook(odd, tmp_path / "i.xlsx")
    if again:
        edit(file, lambda b: None)
    from_workbook(file, tmp_path / "back")
    assert contents(tmp_path / "back") == contents(odd)


def test_numbers_are_numbers_and_text_is_text(odd: Path, tmp_path: Path) -> None:
    opened = openpyxl.load_workbook(to_workbook(odd, tmp_path / "i.xlsx"))
    values = {c.value: c.data_type for c in opened["capacity"]["C"]}
    assert values.pop("capacity") == "s"
    assert set(values.values()) == {"n"}
    assert [c.value for c in opened["stages"]["C"]][1:] == [1, "2e0"]
    assert opened["stages"]["C2"].number_format == "0.00"
    notes = [*opened["regions"]["E"], opened["stages"]["D2"], opened["evidence odd"]["A2"]]
    assert [(c.value, c.data_type) for c in notes[1:]] == [(v, "s") for v in ("=1+1", "-abroad", "TRUE", "007")]
    assert [c.value for c in opened["evidence numbers"]["B"]][1:] == [0.5, 0.00001, -3]
    assert all(cell.data_type != "f" for sheet in opened for row in sheet.iter_rows() for cell in row)


def test_an_edit_changes_its_line_alone(odd: Path, tmp_path: Path) -> None:
    def change(b: Any) -> None:
        b["regions"]["B3"] = "Overseas"
        b["evidence numbers"]["B3"] = 0.25
        b["evidence numbers"].append([2029, 7])
        b["policies odd"]["A3"] = "# the end"

    file = edit(to_workbook(odd, tmp_path / "i.xlsx"), change)
    back = contents(from_workbook(file, tmp_path / "back"))
    before = contents(odd)
    assert back.pop("regions.csv") == before.pop("regions.csv").replace(b"\r\n\r\n", b"\r\n").replace(
        b"Abroad", b"Overseas"
    )
    assert back.pop("evidence/numbers.csv") == b"year,share\n2026,0.50\n2027,0.25000\n2028,-3\n2029,7\n"
    assert back.pop("policies/odd.toml") == before.pop("policies/odd.toml") + b"# the end\r\n"
    assert before.pop("evidence/numbers.csv")
    assert back == before


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

    from_workbook(edit(book, change), tmp_path / "back")
    assert contents(tmp_path / "back") == contents(INSTANCES / "two-country")


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

    back = contents(from_workbook(edit(book, change), tmp_path / "back"))
    before = contents(INSTANCES / "two-country")
    assert back.pop("policies/new.toml") == b'# tighter\n\ntitle = "New"\n'
    assert before.pop("README.md")
    assert back == before


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
    assert contents(back) == contents(INSTANCES / "two-country")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row><c t="inlineStr"><is><r><t>two </t></r><r><t>runs</t></r><rPh><t>aloud</t></rPh></is></c><c><v>2030.0</v></c></row>
<row r="5"><c r="C5" s="1"><v>0.05</v></c><c r="D5" s="2"><v>46143</v></c><c r="E5" t="b"><v>1</v></c>
<c r="F5"><f>1+1</f><v>2</v></c><c r="G5" t="str"><f>A1</f><v>x_x000D_y</v></c><c r="H5" t="e"><v>#N/A</v></c>
<c r="I5"><f>B1</f></c><c r="J5" s="3"/><c r="K5" s="3"><v>0.1</v></c><c r="L5"><v>0.30000000000000004</v></c></row>
</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>"""
STYLES = """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts>
<numFmt numFmtId="170" formatCode="0.00%"/><numFmt numFmtId="171" formatCode="0.000"/></numFmts><cellXfs>
<xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="14"/><xf numFmtId="171"/></cellXfs></styleSheet>"""


def test_cells_as_other_programs_save_them(tmp_path: Path) -> None:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = '<Relationship Id="{}" Type="' + space + '/{}" Target="{}"/>'
    with zipfile.ZipFile(tmp_path / "l.xlsx", "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("_rels/.rels", f"<R>{link.format('a', 'officeDocument', '/xl/workbook.xml')}</R>")
        links = link.format("b", "worksheet", "worksheets/s.xml") + link.format("c", "styles", "styles.xml")
        made.writestr("xl/_rels/workbook.xml.rels", f"<R>{links}</R>")
        made.writestr("xl/workbook.xml", f'<w xmlns:r="{space}"><sheets><sheet name="S" r:id="b"/></sheets></w>')
        made.writestr("xl/worksheets/s.xml", SHEET)
        made.writestr("xl/styles.xml", STYLES)
    (sheet,) = unpacking.unpack(tmp_path / "l.xlsx")
    assert {c: cell.text for c, cell in sheet.rows[1].items()} == {0: "two runs", 1: "2030"}
    cells = {c: (cell.text, cell.kind) for c, cell in sheet.rows[5].items()}
    assert cells == {
        2: ("0.05", ""), 3: ("2026-05-01", "date"), 4: ("TRUE", "flag"), 5: ("2", ""), 6: ("x\ry", ""),
        7: ("#N/A", "error"), 8: ("", "formula"), 10: ("0.100", ""), 11: ("0.3", ""),
    }  # fmt: skip
    assert sheet.merged == ["A1:B1"]


@pytest.mark.parametrize("text", ["0", "-5", "0.10", "12840.0", "1e3", "007", "", "+1", ".5", "5.", "-0", "0.00001"])
def test_a_spelling_survives_its_cell(text: str) -> None:
    value, code = typed(text)
    assert (spelled(value, code) if isinstance(value, float) else value) == text

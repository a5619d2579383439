"""Cells are read however other programs saved them, and texts come back from numbers with the same value."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from model.output.workbook import unpacking
from model.output.workbook.cells import spelled, typed

SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = f"""<worksheet {SPACE}><dimension ref="A1:XFD1048576"/><sheetData>
<row><c t="inlineStr"><is><r><t>two </t></r><r><t>runs</t></r><rPh sb="0" eb="1"><t>aloud</t></rPh></is></c>
<c><v>2030.0</v></c></row>
<row r="5"><c r="C5" s="1"><v>0.05</v></c><c r="D5" s="2"><v>46143</v></c><c r="E5" t="b"><v>1</v></c>
<c r="F5"><f>1+1</f><v>2</v></c><c r="G5" t="str"><f>A1</f><v>x_x000D_y</v></c><c r="H5" t="e"><v>#N/A</v></c>
<c r="I5"><f>B1</f></c><c r="J5" s="3"/><c r="K5" s="3"><v>0.1</v></c><c r="L5"><v>0.30000000000000004</v></c>
<c r="M5" t="str"><f>""</f><v></v></c><c r="N5" s="2"><v>46143.75</v></c></row>
</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>"""
STYLES = f"""<styleSheet {SPACE}><numFmts count="2">
<numFmt numFmtId="170" formatCode="0.00%"/><numFmt numFmtId="171" formatCode="0.000"/></numFmts><cellXfs count="4">
<xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="14"/><xf numFmtId="171"/></cellXfs></styleSheet>"""


def saved(file: Path, sheet: str) -> Path:
    """A workbook of one sheet."""
    link = '<Relationship Id="{}" Type="' + LINKS + '/{}" Target="{}"/>'
    types = "".join(
        f'<Override PartName="/xl/{part}" ContentType="{TYPE}.{kind}+xml"/>'
        for part, kind in (("workbook.xml", "sheet.main"), ("worksheets/s.xml", "worksheet"), ("styles.xml", "styles"))
    )
    relations = f'<Relationships xmlns="{PACKAGE}/relationships">{{}}</Relationships>'
    links = link.format("b", "worksheet", "worksheets/s.xml") + link.format("c", "styles", "styles.xml")
    book = '<sheets><sheet name="S" sheetId="1" r:id="b"/></sheets>'
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>')
        made.writestr("_rels/.rels", relations.format(link.format("a", "officeDocument", "/xl/workbook.xml")))
        made.writestr("xl/_rels/workbook.xml.rels", relations.format(links))
        made.writestr("xl/workbook.xml", f'<workbook {SPACE} xmlns:r="{LINKS}">{book}</workbook>')
        made.writestr("xl/worksheets/s.xml", sheet)
        made.writestr("xl/styles.xml", STYLES)
    return file


def test_cells_as_other_programs_save_them(tmp_path: Path) -> None:
    (sheet,) = unpacking.unpack(saved(tmp_path / "l.xlsx", SHEET))
    assert {c: cell.text for c, cell in sheet.rows[1].items()} == {0: "two runs", 1: "2030"}
    cells = {c: (cell.text, cell.kind) for c, cell in sheet.rows[5].items()}
    assert cells == {
        2: ("0.05", ""), 3: ("2026-05-01", "date"), 4: ("TRUE", "flag"), 5: ("2", ""), 6: ("x\ry", ""),
        7: ("#N/A", "error"), 8: ("", "formula"), 10: ("0.1", ""), 11: ("0.3", ""), 13: ("2026-05-01 18:00:00", "date"),
    }  # fmt: skip
    assert sheet.merged == ["A1:XFD1048576"]


@pytest.mark.parametrize("text", ["0", "-5", "0.10", "12840.0", "1e3", "007", "", "+1", ".5", "5.", "-0", "0.00001"])
def test_a_value_survives_its_cell(text: str) -> None:
    value = typed(text)
    assert value == text if isinstance(value, str) else float(spelled(value)) == float(text)
    assert isinstance(value, float) == (text in ("0", "-5", "0.10", "12840.0", "0.00001"))

"""Workbooks that are refused: every problem by sheet and cell, wrong lists of sheets, and what is no workbook."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from model.output.workbook import unpacking
from tests.output.workbook.edits import edit, refused, spoil


def test_every_problem_is_said_by_sheet_and_cell(book: Path, tmp_path: Path) -> None:
    said = refused(edit(book, spoil), tmp_path)
    for begins in (
        'plants!E2, variable_cost: "abc": expected a number of at least 0 [USD/t]',
        'plants!D3, region: "C": is not a known region',
        'capacity!B2, year: "2030-01-01": expected a whole number from 1000 to 9999 [year]; the cell holds a date',
        'demand!E1: "quantty": is not a column of this table',
        "demand, row 1, quantity: the column is missing",
        "lanes!D2: holds a formula without its value",
        'recipes!C3, coefficient: "0": expected a number other than 0',
        'recipes!I4: "beside": stands in a column that has no header',
        "commodities!E2:E3: the cells are merged",
        'stages!C2, order: "TRUE": expected a number',
    ):
        assert any(line.startswith(begins) for line in said), (begins, said)
    (row,) = (c.row for c in openpyxl.load_workbook(book)["policies cap"]["A"] if c.value == "max = 7")
    assert f"'policies cap'!A{row}, share_cap.0.max: \"7\": expected a number, or numbers by year" in "\n".join(said)


def test_rows_are_counted_as_the_sheet_has_them(book: Path, tmp_path: Path) -> None:
    def change(b: Any) -> None:
        b["capacity"].insert_rows(2, 2)
        b["capacity"]["C4"] = "x"
        b["capacity"]["C5"] = "x"

    said = refused(edit(book, change), tmp_path)
    assert len(said) == 1
    assert said[0].startswith('capacity!C4, capacity: "x": expected a number')
    assert said[0].endswith("(and in 1 more row: 5)")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda b: b.remove(b["plants"]), 'Contents!A13: "plants": is no sheet of the workbook'),
        (lambda b: b.create_sheet("mine").append([1]), "mine: is not listed in Contents"),
        (lambda b: b.copy_worksheet(b["plants"]), "'plants Copy': is not listed in Contents"),
        (lambda b: b.remove(b["Contents"]), "Contents: the sheet is missing"),
        (
            lambda b: b["Contents"].append(["plants", "plants2.csv", "table"]),
            'Contents!A24: "plants": is listed already',
        ),
        (lambda b: b["Contents"].append(["x", "a.csv", "tabel"]), 'Contents!C24: "tabel": is no kind'),
        *(
            (
                lambda b, p=path: b["Contents"].append(["new", p, "text"]) or b.create_sheet("new"),
                f'Contents!B24: "{said}"',
            )
            for path, said in (
                ("../evil.toml", "../evil.toml"),
                ("/etc/passwd", "/etc/passwd"),
                ("C:/x", "C:/x"),
                (".git/config", ".git/config"),
                ("Plants.csv", "Plants.csv"),
                ("a//b", "a//b"),
            )
        ),
        (
            lambda b: b["Contents"].append(["new", "a.txt", "text", "CR"]) or b.create_sheet("new"),
            'Contents!D24: "CR": is no way to end lines; known: CRLF, CRLF between',
        ),
    ],
)
def test_a_wrong_list_of_sheets_is_told(change: Any, expected: str, book: Path, tmp_path: Path) -> None:
    said = refused(edit(book, change), tmp_path)
    assert any(line.startswith(expected) for line in said), said


def test_what_is_no_workbook_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def zipped(name: str, **parts: str) -> Path:
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as made:
            for part, text in parts.items():
                made.writestr(part, text)
        return tmp_path / name

    for name, data in (("t.xlsx", b"region,name\n"), ("o.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)):
        (tmp_path / name).write_bytes(data)
    bomb = "<worksheet>" + " " * 3_000_000
    rels = '<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/w.xml"/></Relationships>'
    full = {"_rels/.rels": rels, "[Content_Types].xml": "<Types/>", "xl/w.xml": "<workbook/>"}
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", 2_000_000)
    doctype = '<!DOCTYPE w [<!ENTITY a "b">]><workbook>&a;</workbook>'
    hidden = '<?xml version="1.0" encoding="cp037"?><workbook/>'
    for file, expected in (
        (tmp_path / "none.xlsx", "does not exist"),
        (tmp_path, "is no file"),
        (tmp_path / "t.xlsx", "is no workbook"),
        (tmp_path / "o.xls", "is an old .xls workbook or one with a password"),
        (zipped("z.xlsx", a="b"), "is an archive but no workbook"),
        (zipped("s.xlsx", mimetype="application/vnd.oasis.opendocument.spreadsheet"), "is an OpenDocument file"),
        (zipped("b.xlsx", **full, **{"xl/workbook.bin": ""}), "is a binary workbook"),
        (zipped("bomb.xlsx", **full, **{"xl/big.xml": bomb}), "unpacks to more than 2 MB"),
        (zipped("d.xlsx", **{**full, "xl/w.xml": doctype}), "xl/w.xml declares a document type"),
        (zipped("l.xlsx", **{**full, "xl/w.xml": " " * 9_000 + doctype}), "xl/w.xml declares a document type"),
        (zipped("c.xlsx", **{**full, "xl/w.xml": hidden}), "xl/w.xml is not UTF-8"),
        (zipped("x.xlsx", **{**full, "xl/w.xml": "<workbook>"}), "is a damaged workbook"),
        (zipped("e.xlsx", **full), "is a damaged workbook"),
    ):
        assert expected in refused(file, tmp_path)[0]


def test_a_cut_off_workbook_is_refused(book: Path, tmp_path: Path) -> None:
    book.write_bytes(book.read_bytes()[:-4000])
    assert "is no workbook" in refused(book, tmp_path)[0]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b"<sheets>", b"<sheets"),
        ("xl/workbook.xml", b'r:id="rId3"', b'r:id="rId999"'),
        ("xl/styles.xml", b"numFmtId=", b'numFmtId="x" a='),
        ("xl/worksheets/sheet3.xml", b' r="A2"', b' r="nowhere"'),
        ("xl/worksheets/sheet3.xml", b'<row r="2"', b'<row r="9999999"'),
        ("xl/worksheets/sheet3.xml", b' r="A2" s="5" t="inlineStr"', b' r="A2" t="s"><v>9</v></c><c'),
        ("[Content_Types].xml", b"</Types>", b""),
    ],
)
def test_a_broken_part_ends_in_one_message(part: str, old: bytes, new: bytes, book: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(broken, "w") as made:
        for name in whole.namelist():
            data = whole.read(name)
            if name == part:
                assert old in data, data[:600]
                data = data.replace(old, new, 1)
            made.writestr(name, data)
    (said,) = refused(broken, tmp_path)
    assert said.startswith(f"{broken}: ")
    assert "is a damaged workbook: " in said or "holds more than 5,000,000 cells" in said


def test_a_part_that_swells_is_refused_before_it_is_read(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = b"<worksheet><sheetData><row>" + b"<c><v>1</v></c>" * 1_000_000 + b"</row></sheetData></worksheet>"
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as changed:
        for part in whole.namelist():
            changed.writestr(part, cells if part == "xl/worksheets/sheet3.xml" else whole.read(part))
    monkeypatch.setattr(unpacking, "_sheets", lambda *_: pytest.fail("was read"))
    (said,) = refused(bomb, tmp_path)
    assert "xl/worksheets/sheet3.xml unpacks to 15 MB from 0.0; no instance does" in said

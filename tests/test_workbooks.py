"""Workbooks: an instance comes back to the byte, edits come through, problems are said by cell, results are typed."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from model.inputs.problems import InputError
from model.plan import solve
from model.reading import read
from model.results.writing import write
from model.workbooks import results, unpacking
from model.workbooks.cells import spelled, typed
from model.workbooks.packing import to_workbook
from model.workbooks.results import write_workbook
from model.workbooks.returning import from_workbook

ROOT = Path(__file__).parent.parent
INSTANCES = ROOT / "instances"
ODD = {
    "regions.csv": b'\xef\xbb\xbfregion,name,source,confidence,note\r\nA,"Home",textbook,assumption,=1+1\r\n\r\n'
    b"B,Abroad,textbook,assumption,-abroad\r\n",
    "stages.csv": b"stage,name,order,note\nprocessing,Oxide,1.00,TRUE\nmagnet,Magnet,2e0,'007",
    "evidence/odd.csv": b'code,value,date,text\n007,0.10,2026-05-01,"a\nb"\n008,5.,2026-06-01,_x0041_\n'
    b"009,-0.0,,</r>\n010,123456789012345678,, blank \n",
    "evidence/ragged.csv": b"a,b\n1,2,3\n",
    "evidence/numbers.csv": b"year,share\n2026,0.50\n2027,0.00001\n2028,-3\n",
    "evidence/runs.csv": b"a,b\n<r><t>x</t></r>,1\n",
    "evidence/picture.bin": bytes(range(256)) * 200,
    "evidence/control.txt": b"tab\tbell\x07 <&> \xe2\x82\xac\n@cmd\n+1\n  \n\xe2\x80\xa8\n\n\n",
    "evidence/long.txt": b"x" * 40_000,
    "policies/odd.toml": b'# a comment\r\ntitle = "Odd"  # another\r\n',
    "empty.txt": b"",
}


def contents(folder: Path) -> dict[str, bytes]:
    """Files of a folder by path within."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A sound instance whose files are written oddly."""
    folder = tmp_path / "odd"
    shutil.copytree(INSTANCES / "two-country", folder)
    for name, data in ODD.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The workbook of two-country."""
    return to_workbook(INSTANCES / "two-country", tmp_path / "two-country.xlsx")


def edit(file: Path, change: Callable[[Any], object]) -> Path:
    """Change a workbook as another program would, and save it."""
    opened = openpyxl.load_workbook(file)
    change(opened)
    opened.save(file)
    return file


def refused(file: Path, tmp_path: Path) -> list[str]:
    """The problems for which a workbook is refused; nothing is written."""
    with pytest.raises(InputError) as caught:
        from_workbook(file, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    return [str(p) for p in caught.value.problems]


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


def spoil(b: Any) -> None:
    """Wrong in many ways at once."""
    b["plants"]["E2"] = "abc"
    b["plants"]["D3"] = "C"
    b["capacity"]["B2"] = datetime.datetime(2030, 1, 1)  # noqa: DTZ001
    b["demand"]["E1"] = "quantty"
    b["lanes"]["D2"] = "=1/0"
    b["recipes"]["C3"] = 0
    b["recipes"]["I4"] = "beside"
    (row,) = (c.row for c in b["policies cap"]["A"] if str(c.value).startswith("max ="))
    b["policies cap"][f"A{row}"] = "max = 7"
    b["stages"]["C2"] = True
    b["commodities"].merge_cells("E2:E3")


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


def test_blank_rows_and_rows_at_the_end_are_no_matter(book: Path, tmp_path: Path) -> None:
    def change(b: Any) -> None:
        b["capacity"].insert_rows(3, 2)
        b["capacity"]["A40"] = "  "
        b["capacity"]["C2"] = 1000.0

    from_workbook(edit(book, change), tmp_path / "back")
    assert contents(tmp_path / "back") == contents(INSTANCES / "two-country")


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
        (lambda b: b["Contents"].append(["", "lost.pdf", "kept"]), 'Contents!B24: "lost.pdf"'),
    ],
)
def test_a_wrong_list_of_sheets_is_told(change: Any, expected: str, book: Path, tmp_path: Path) -> None:
    said = refused(edit(book, change), tmp_path)
    assert any(line.startswith(expected) for line in said), said


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
    for file, expected in (
        (tmp_path / "none.xlsx", "does not exist"),
        (tmp_path, "is no file"),
        (tmp_path / "t.xlsx", "is no workbook"),
        (tmp_path / "o.xls", "is an old .xls workbook or one with a password"),
        (zipped("z.xlsx", a="b"), "is an archive but no workbook"),
        (zipped("s.xlsx", mimetype="application/vnd.oasis.opendocument.spreadsheet"), "is an OpenDocument file"),
        (zipped("bomb.xlsx", **full, **{"xl/big.xml": bomb}), "unpacks to more than 2 MB"),
        (zipped("d.xlsx", **{**full, "xl/w.xml": doctype}), "declares a document type"),
        (zipped("x.xlsx", **{**full, "xl/w.xml": "<workbook>"}), "is a damaged workbook"),
        (zipped("e.xlsx", **full), "Contents: the sheet is missing"),
    ):
        assert expected in refused(file, tmp_path)[0]


def test_a_cut_off_workbook_is_refused(book: Path, tmp_path: Path) -> None:
    book.write_bytes(book.read_bytes()[:-4000])
    assert "is no workbook" in refused(book, tmp_path)[0]


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
    file = write_workbook(tables_with(name), SUMMARY, tmp_path / "r.xlsx")
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
    opened = openpyxl.load_workbook(write_workbook(tables_with("x"), SUMMARY, tmp_path / "r.xlsx"))
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
    one, two = (write_workbook(tables_with("x"), SUMMARY, tmp_path / f"{i}.xlsx").read_bytes() for i in (1, 2))
    assert one == two


def test_a_run_and_its_folder_give_the_same_workbook(tmp_path: Path) -> None:
    plan = solve(read(INSTANCES / "two-country"), "cap")
    folder = write(plan.tables, plan.summary, tmp_path / "cap", report=False)
    made = write_workbook(plan.tables, plan.summary, tmp_path / "run.xlsx").read_bytes()
    assert results.results_workbook(folder).read_bytes() == made
    builds = openpyxl.load_workbook(folder / "results.xlsx")["builds"]
    assert [c.value for c in builds["D"]][:4] == ["year", "decision_year", 2030, 2031]
    assert sum(c.value for c in builds["G"][2:]) == pytest.approx(plan.summary["capex_usd"])
    write(plan.tables, plan.summary, folder, report=False)  # a folder with a workbook is still a run's


def test_a_table_too_long_for_a_sheet_is_left_to_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_ROWS", 3)
    opened = openpyxl.load_workbook(write_workbook(tables_with("x"), SUMMARY, tmp_path / "r.xlsx"))
    assert opened["builds"]["A1"].value == "2 rows: more than a sheet can hold. They are in builds.csv."
    assert opened["builds"].max_row == 1


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    opened = openpyxl.load_workbook(write_workbook(tables_with("x" * 40_000), SUMMARY, tmp_path / "r.xlsx"))
    text = opened["builds"]["A3"].value
    assert text.startswith("xxx")
    assert text.endswith(" [cut]")


def command(*args: object) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    call = [sys.executable, str(ROOT / "scripts/workbook.py"), *map(str, args)]
    return subprocess.run(call, capture_output=True, text=True, check=False, timeout=60)


def test_the_command_says_problems_and_writes_nothing(book: Path, tmp_path: Path) -> None:
    edit(book, spoil)
    done = command("from-xlsx", book, "--out", tmp_path / "back")
    assert done.returncode == 2
    assert "nothing was written" in done.stderr
    assert 'plants!E2, variable_cost: "abc"' in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "back").exists()
    assert command("results", tmp_path).returncode == 2
    assert command("to-xlsx", tmp_path / "nowhere", "--out", tmp_path / "x.xlsx").returncode == 2


def test_the_command_goes_there_and_back(tmp_path: Path) -> None:
    made = command("to-xlsx", INSTANCES / "two-country", "--out", tmp_path / "i.xlsx")
    assert (made.returncode, made.stderr) == (0, "")
    assert command("from-xlsx", tmp_path / "i.xlsx").returncode == 0
    assert contents(tmp_path / "i") == contents(INSTANCES / "two-country")

"""An instance whose files are written oddly, and the workbook of a plain one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from model.output.workbook.packing import to_workbook
from tests.conftest import INSTANCES

ODD = {
    "regions.csv": b'\xef\xbb\xbfregion,name,source,confidence,note\r\nA,"Home",textbook,assumption,=1+1\r\n\r\n'
    b"B,Abroad,textbook,assumption,-abroad\r\n"
    + b"".join(b"%s,%s,textbook,assumption, %s \r\n" % (n, n, n) for n in b"NA NO 007 1-2 1e5 TRUE".split()),
    "stages.csv": b"stage,name,order,note\nprocessing,Oxide,1.00,TRUE\nmagnet,Magnet,2e0,'007",
    "stockpiles.csv": b"commodity,region,initial,capacity,holding_cost,loss_rate,source,confidence,note\n"
    b'oxide,007,0.10,1234567.8901234567,0.30000000000000004,0.10,textbook,assumption,"a\nb"\n'
    b"magnet,NA,-0,100,0.00001,0,textbook,assumption,2026-05-01\n"
    b"magnet,1e5,5.,1e3,.5,,textbook,assumption,_x0041_ \xe2\x82\xac\n",
    "evidence/odd.csv": b'code,value,date,text\n007,0.10,2026-05-01,"a\nb"\n008,5.,2026-06-01,_x0041_\n'
    b"009,-0.0,,</r>\n010,123456789012345678,, blank \n",
    "evidence/ragged.csv": b"a,b\n1,2,3\n",
    "evidence/numbers.csv": b"year,share\n2026,0.5\n2027,0.25\n2028,-3\n",
    "evidence/runs.csv": b"a,b\n<r><t>x</t></r>,1\n",
    "evidence/notes.txt": b"tab\tstop <&> \xe2\x82\xac\n@cmd\n+1\n  \n\xe2\x80\xa8\n\n\n",
    "policies/odd.toml": b'# a comment\r\ntitle = "Odd"  # another\r\n\r\n',
    "policies/cut.toml": b"\xef\xbb\xbf# no line end at its end\n\n\ttitle = '=1+1'",
    "sweeps/none.toml": b"\n\n",
    "empty.txt": b"",
}
"""Names and notes that spreadsheets take for something else, numbers of many digits, line ends of every kind."""
UNHELD = {
    "evidence/picture.bin": bytes(range(256)) * 200,
    "evidence/long.txt": b"x" * 40_000,
    "evidence/bell.txt": b"\x07",
    "evidence/mixed.md": b"one\r\ntwo\n",
}
"""Files that no sheet gives back and no instance needs."""


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A sound instance whose files are written oddly; every one of them goes into a workbook."""
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

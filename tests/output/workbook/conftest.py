"""An instance whose files are written oddly, and the workbook of a plain one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from model.output.workbook.packing import to_workbook
from tests.conftest import INSTANCES

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

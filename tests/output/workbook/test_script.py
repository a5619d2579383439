"""``scripts/workbook.py`` as its user calls it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import INSTANCES, ROOT
from tests.output.workbook.edits import edit, same_data, spoil


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
    same_data(tmp_path / "i", INSTANCES / "two-country")

"""A run that is broken off, by Ctrl-C or a full disk, goes on to the same bytes; a spoilt journal is refused."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import subprocess
import sys

import pytest

from model.analysis.sweeps.running import journal
from model.analysis.sweeps.running.run import sweep
from model.base.problems import InputError
from tests.analysis.sweeps.same import ROOT, SAMPLED, SCRIPT, TWO, contents, instance, results, written
from tests.analysis.sweeps.trouble import no_space, stopped_after

DAMAGED = "is damaged, and its results can't be trusted; remove it to begin anew"


def without(path, condition):
    """Take results out of a journal."""
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute(f"DELETE FROM results WHERE {condition}")


@pytest.mark.parametrize(
    ("missing", "there"),
    [
        ('"case" > 0', 0),
        ('under > 0 OR "case" = 2', 3),
        ("under > 0", 4),
        ('"case" = 4 AND under = 3', 7),
        ('"case" = 1', 6),
        ("0", 8),
    ],
)
def test_goes_on_from_whatever_is_there(two, little, small, tmp_path, missing, there):
    whole, journalled = small
    (tmp_path / journal.NAME).write_bytes(journalled)
    without(tmp_path / journal.NAME, missing)
    swept = sweep(two, little, tmp_path, workers=1, resume=True)
    assert swept.progress.before == there
    assert contents(tmp_path) == whole


@pytest.mark.parametrize("change", ["replace(result, '0', '7')", "'{\"row\": {}}'", "'{\"row\": '", "NULL", "5"])
def test_a_result_that_was_changed_on_the_disk_is_solved_again(two, little, small, tmp_path, change):
    whole, journalled = small
    (tmp_path / journal.NAME).write_bytes(journalled)
    with contextlib.closing(sqlite3.connect(tmp_path / journal.NAME)) as base, base:
        base.execute(f'UPDATE results SET result = {change} WHERE "case" = 3')
    swept = sweep(two, little, tmp_path, workers=1, resume=True)
    assert swept.progress.before < swept.progress.total
    assert contents(tmp_path) == whole


@pytest.mark.parametrize("left", [b"", None], ids=["empty file", "no file"])
def test_a_journal_without_any_table_is_a_new_one(two, little, small, tmp_path, left):
    """So it is left where a run is killed before its first result."""
    if left is not None:
        (tmp_path / journal.NAME).write_bytes(left)
    swept = sweep(two, little, tmp_path, workers=1, resume=True)
    assert swept.progress.before == 0
    assert contents(tmp_path) == small[0]


def test_a_spoilt_journal_is_refused_in_one_sentence(two, little, small, tmp_path):
    """Cut off anywhere, or another kind of file; no table is written."""
    whole = small[1]
    path = tmp_path / journal.NAME
    spoilt = [whole[:cut] for cut in (50, *random.Random(1).sample(range(100, len(whole) - 1), 3))]
    spoilt += [b"not a database" * 100, whole[:5000] + b"\xff" * 1000 + whole[6000:]]
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute("CREATE TABLE others (a)")
    spoilt.append(path.read_bytes())
    for data in spoilt:
        path.write_bytes(data)
        with pytest.raises(InputError) as caught:
            sweep(two, little, tmp_path, workers=1, resume=True)
        (only,) = caught.value.problems
        assert (only.file, only.expected) == (str(path), DAMAGED), len(data)
        assert set(contents(tmp_path)) <= set(journal.FILES)


def test_ctrl_c_here_keeps_what_is_done(two, little, small, tmp_path):
    out = tmp_path / "out"
    for count in (0, 3, 6):
        with pytest.raises(KeyboardInterrupt):
            sweep(two, little, out, workers=1, resume=True, hear=stopped_after(count))
        assert results(out) == count
        assert list(contents(out)) == [journal.NAME]
    assert contents(sweep(two, little, out, workers=1, resume=True).folder) == small[0]


def test_a_finished_sweep_is_left_alone(two, little, small, tmp_path, monkeypatch):
    out = tmp_path / "out"
    sweep(two, little, out, workers=1)
    before = {p: p.stat().st_mtime_ns for p in out.iterdir()}
    monkeypatch.setattr("model.analysis.sweeps.running.run._Run._work", no_space)
    swept = sweep(two, little, out, workers=1, resume=True)
    assert swept.progress.done == swept.progress.before == swept.progress.total == 8
    assert {p: p.stat().st_mtime_ns for p in out.iterdir()} == before


def test_no_room_for_another_result(two, little, small, tmp_path, monkeypatch):
    """SQLite's own limit of pages refuses a result as a full disk does."""
    out = tmp_path / "out"
    monkeypatch.setattr(journal, "PRAGMAS", ("page_size = 512", *journal.PRAGMAS, "max_page_count = 6"))
    with pytest.raises(OSError, match="No space left on device"):
        sweep(two, little, out, workers=2)
    monkeypatch.undo()
    assert 0 < results(out) < 8
    swept = sweep(two, little, out, workers=1, resume=True)
    assert swept.progress.before > 0
    assert contents(swept.folder) == small[0]


@pytest.mark.parametrize("limit", [24, 40], ids=["in the journal", "in a case's folder"])
def test_file_too_large_for_the_disk(tmp_path, limit):
    """A limit on the size of files, in KiB, fails a write in its middle, as a full disk does."""
    file, out = written(tmp_path, SAMPLED.format(samples=8)), tmp_path / "out"
    more = ["--folders"] if limit == 40 else []
    call = [sys.executable, SCRIPT, TWO, file, "--workers", 1, "--out", out, *more]
    done = subprocess.run(
        ["bash", "-c", f'ulimit -f {limit}; exec "$@"', "bash", *map(str, call)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},  # or its bytecode would be cut off too
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"kept in {out}; --resume goes on" in done.stderr
    assert ("File too large" if more else journal.NAME) in done.stderr
    swept = sweep(instance(), file, out, workers=1, folders=bool(more), resume=True)
    assert (swept.progress.before > 0) == (not more)
    sweep(instance(), file, tmp_path / "straight", workers=1, folders=bool(more))
    assert contents(out) == contents(tmp_path / "straight")

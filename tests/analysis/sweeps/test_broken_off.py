"""A run that is broken off, by Ctrl-C, a cut in its journal or a full disk, goes on to the same bytes."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys

import pytest

from model.analysis.sweeps.running import journal
from model.analysis.sweeps.running.run import sweep
from tests.analysis.sweeps.same import ROOT, SAMPLED, SCRIPT, TWO, contents, instance, written
from tests.analysis.sweeps.trouble import no_space, stopped_after


def test_goes_on_from_every_line_and_byte(two, little, small, tmp_path):
    whole, lines = small
    assert lines.count(b"\n") == 1 + 4 + 4
    at_lines = [i + 1 for i, byte in enumerate(lines) if byte == ord("\n")]
    at_bytes = random.Random(1).sample(range(len(lines)), 3)
    out = tmp_path / "out"
    for cut in (0, *at_lines, at_lines[0] - 1, *at_bytes):
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        (out / journal.NAME).write_bytes(lines[:cut])
        swept = sweep(two, little, out, workers=1, resume=True)
        assert swept.progress.before == max(0, lines[:cut].count(b"\n") - 1)
        assert contents(out) == whole, cut


def test_a_spoilt_line_is_worked_out_again(two, little, small, tmp_path):
    whole, lines = small
    out = tmp_path / "out"
    for spoilt in (
        b"\0" * 40 + b"\n",
        b"17\n",
        b'{"case": 3}\n',
        b'{"case": 5, "under": 0, "row": {}, "builds": []}\n',
    ):
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        parts = lines.splitlines(keepends=True)
        (out / journal.NAME).write_bytes(b"".join([*parts[:3], spoilt, *parts[4:]]))
        sweep(two, little, out, workers=1, resume=True)
        assert contents(out) == whole, spoilt


def test_ctrl_c_here_keeps_what_is_done(two, little, small, tmp_path):
    out = tmp_path / "out"
    for results in (0, 3, 6):
        with pytest.raises(KeyboardInterrupt):
            sweep(two, little, out, workers=1, resume=True, hear=stopped_after(results))
        assert (out / journal.NAME).read_bytes() == b"".join(small[1].splitlines(keepends=True)[: 1 + results])
    assert contents(sweep(two, little, out, workers=1, resume=True).folder) == small[0]


def test_a_finished_sweep_is_left_alone(two, little, small, tmp_path, monkeypatch):
    out = tmp_path / "out"
    sweep(two, little, out, workers=1)
    before = {p: p.stat().st_mtime_ns for p in out.iterdir()}
    monkeypatch.setattr("model.analysis.sweeps.running.run._Run._work", no_space)
    swept = sweep(two, little, out, workers=1, resume=True)
    assert swept.progress.done == swept.progress.before == swept.progress.total == 8
    assert {p: p.stat().st_mtime_ns for p in out.iterdir()} == before


def test_full_disk_by_fsync(two, little, small, tmp_path, monkeypatch):
    out, real = tmp_path / "out", os.fsync
    calls = []

    def full(place):
        calls.append(place)
        return real(place) if len(calls) < 4 else no_space()

    monkeypatch.setattr("model.analysis.sweeps.running.journal.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        sweep(two, little, out, workers=2)
    monkeypatch.undo()
    assert contents(sweep(two, little, out, workers=1, resume=True).folder) == small[0]


@pytest.mark.parametrize("limit", [3, 8], ids=["in the journal", "in a case's folder"])
def test_file_too_large_for_the_disk(tmp_path, limit):
    """A limit on the size of files fails a write in its middle, as a full disk does."""
    file, out = written(tmp_path, SAMPLED.format(samples=8)), tmp_path / "out"
    more = ["--folders"] if limit == 8 else []
    call = [sys.executable, SCRIPT, TWO, file, "--workers", 1, "--out", out, *more]
    done = subprocess.run(
        ["bash", "-c", f'ulimit -f {limit}; exec "$@"', "bash", *map(str, call)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},  # or its bytecode would be cut off too
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"kept in {out}; --resume goes on" in done.stderr
    assert "File too large" in done.stderr
    sweep(instance(), file, out, workers=1, folders=bool(more), resume=True)
    sweep(instance(), file, tmp_path / "straight", workers=1, folders=bool(more))
    assert contents(out) == contents(tmp_path / "straight")

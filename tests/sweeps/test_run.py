"""The run of a sweep: the same bytes whoever works, whatever breaks off in between."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor

import pandas as pd
import pytest

import model
from model.inputs.problems import InputError
from model.sweeps import journal, workers
from model.sweeps.run import sweep
from tests.sweeps import deadly
from tests.sweeps.same import (
    CAPS,
    DEMAND,
    LEAD,
    ROOT,
    SAMPLED,
    SCRIPT,
    TWO,
    all_gone,
    asked,
    contents,
    end_group,
    instance,
    start,
    wait_for_lines,
    written,
)

GRID, SMALL = CAPS + LEAD, CAPS + DEMAND
"""4 cases each and, since the cap is a choice, 4 regrets; the lead times make two groups."""


@pytest.fixture(scope="module")
def two():
    return instance()


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return asked(tmp_path_factory.mktemp("grid"), GRID)


@pytest.fixture(scope="module")
def little(tmp_path_factory):
    return asked(tmp_path_factory.mktemp("little"), SMALL)


@pytest.fixture(scope="module")
def straight(two, grid, tmp_path_factory):
    """The grid without any trouble, in one process."""
    return sweep(two, grid, tmp_path_factory.mktemp("straight"), workers=1, folders=True)


@pytest.fixture(scope="module")
def small(two, little, tmp_path_factory):
    """The small grid: what it comes to, and its whole journal."""
    whole = contents(sweep(two, little, tmp_path_factory.mktemp("small"), workers=1).folder)
    broken = tmp_path_factory.mktemp("broken")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("model.sweeps.run.tables.write_csv", no_space)
        with pytest.raises(OSError, match="No space"):
            sweep(two, little, broken, workers=1)
    return whole, (broken / journal.NAME).read_bytes()


def no_space(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def stopped_after(results):
    """Hears the progress, and stops the run by Ctrl-C."""

    def hear(progress):
        if progress.done == results:
            raise KeyboardInterrupt

    return hear


# the same bytes


def test_every_table_and_folder_is_there(straight):
    names = {"cases.csv", "builds.csv", "regret.csv", "cases.parquet", "builds.parquet", "regret.parquet"}
    assert names | {"sweep.json", "datapackage.json", "cases"} == {p.name for p in straight.folder.iterdir()}
    assert len(straight["cases"]) == 4
    assert len(straight["regret"]) == 4
    assert sorted(p.name for p in (straight.folder / "cases").iterdir()) == list("1234")


@pytest.mark.parametrize(
    "executor",
    [
        None,
        lambda: ThreadPoolExecutor(2),
        lambda: ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")),
    ],
    ids=["two processes", "threads", "somebody's processes"],
)
def test_same_bytes_whoever_works(two, grid, straight, tmp_path, executor):
    out = tmp_path / "out"
    if executor is None:
        sweep(two, grid, out, workers=2, folders=True)
    else:
        with executor() as pool:
            sweep(two, grid, out, executor=pool, folders=True)
    assert contents(out) == contents(straight.folder)


# going on


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
    monkeypatch.setattr("model.sweeps.run._Run._work", no_space)
    swept = sweep(two, little, out, workers=1, resume=True)
    assert swept.progress.done == swept.progress.before == swept.progress.total == 8
    assert {p: p.stat().st_mtime_ns for p in out.iterdir()} == before


# killed


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT], ids=lambda s: s.name)
def test_script_ended_in_mid_run(tmp_path, ending):
    """The signal goes to every process at once, as Ctrl-C on a terminal does; SIGKILL to the first one alone."""
    folders = ending == signal.SIGKILL
    file = written(tmp_path, SAMPLED.format(samples=8 if folders else 24))
    more = ["--folders"] if folders else []
    process = start(TWO, file, "--workers", 2, "--out", tmp_path / "out", *more)
    try:
        wait_for_lines(tmp_path / "out" / journal.NAME, 4)
        if ending == signal.SIGKILL:
            process.kill()
        else:
            os.killpg(process.pid, ending)
        out, err = process.communicate(timeout=30)
        assert all_gone(process.pid)
    finally:
        end_group(process)
    assert "Traceback" not in out + err
    if ending != signal.SIGKILL:
        assert process.returncode == 4
        assert err.strip().endswith(f"Stopped. What is done is kept in {tmp_path / 'out'}; --resume goes on.")
    assert not (tmp_path / "out" / "cases.csv").exists()
    assert sweep(instance(), file, tmp_path / "out", workers=1, folders=folders, resume=True).progress.before >= 3
    sweep(instance(), file, tmp_path / "straight", workers=1, folders=folders)
    assert contents(tmp_path / "out") == contents(tmp_path / "straight")


def test_ctrl_c_while_workers_begin(tmp_path):
    """They import for a while, and must not tell of it."""
    file = written(tmp_path, SAMPLED.format(samples=8))
    process = start(TWO, file, "--workers", 2, "--out", tmp_path / "out")
    try:
        wait_for_lines(tmp_path / "out" / journal.NAME, 1)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert all_gone(process.pid)
    finally:
        end_group(process)
    assert "Traceback" not in out + err
    assert process.returncode == 4


def test_a_killed_worker_loses_nothing(two, grid, straight, tmp_path):
    killed = []

    def kill_one(progress):
        if progress.done in (2, 6):
            killed.append(multiprocessing.active_children()[0])
            killed[-1].kill()

    out = tmp_path / "out"
    sweep(two, grid, out, workers=2, folders=True, hear=kill_one)
    assert len(killed) == 2
    assert contents(out) == contents(straight.folder)


def test_a_task_that_kills_its_worker_fails_and_the_rest_goes_on(two, little, small, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "run_here", deadly.run_or_die)
    cases = sweep(two, little, tmp_path / "out", workers=2)
    rows = cases["cases"].set_index("case")
    assert rows["status"].to_dict() == {1: "met", 2: "met", deadly.DEADLY + 1: "failed", 4: "met"}
    assert rows["reason"][deadly.DEADLY + 1] == "its worker died twice over it (out of memory?)"
    assert cases.progress.failed == 1
    lines = [line for line in small[0]["cases.csv"].decode().splitlines(keepends=True) if not line.startswith("3,")]
    found = (tmp_path / "out" / "cases.csv").read_text().splitlines(keepends=True)
    assert [line for line in found if not line.startswith("3,")] == lines
    # case 3 has no plan to regret; nothing is known of regret under its assumptions
    regret = cases["regret"].set_index(["case", "under"])
    assert sorted(regret.index) == [(1, 2), (2, 1), (4, 3)]
    assert regret["regret_usd"].isna().to_dict() == {(1, 2): False, (2, 1): False, (4, 3): True}


def test_somebodys_pool_that_breaks_stops_the_run_and_loses_nothing(two, grid, straight, tmp_path):
    out = tmp_path / "out"

    def kill_one(progress):
        if progress.done == 3:
            multiprocessing.active_children()[0].kill()

    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool, pytest.raises(BrokenExecutor, match="process of the exec"):
        sweep(two, grid, out, executor=pool, folders=True, hear=kill_one)
    assert not (out / "cases.csv").exists()
    assert sweep(two, grid, out, workers=1, folders=True, resume=True).progress.before >= 3
    assert contents(out) == contents(straight.folder)


def test_children_of_the_caller_are_left_alone(two, little, tmp_path):
    child = multiprocessing.get_context("spawn").Process(target=sorted, args=([],))
    other = subprocess.Popen(["sleep", "60"])
    bystander = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    waiting = bystander.Event()
    mine = bystander.Process(target=waiting.wait)
    mine.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            sweep(two, little, tmp_path / "out", workers=2, hear=stopped_after(1))
        assert mine.is_alive()
        assert other.poll() is None
        assert multiprocessing.active_children() == [mine]
    finally:
        waiting.set()
        mine.join(10)
        other.kill()
        other.wait()
    assert child.pid is None


# a full disk


def test_full_disk_by_fsync(two, little, small, tmp_path, monkeypatch):
    out, real = tmp_path / "out", os.fsync
    calls = []

    def full(place):
        calls.append(place)
        return real(place) if len(calls) < 4 else no_space()

    monkeypatch.setattr("model.sweeps.journal.os.fsync", full)
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
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"kept in {out}; --resume goes on" in done.stderr
    assert "File too large" in done.stderr
    sweep(instance(), file, out, workers=1, folders=bool(more), resume=True)
    sweep(instance(), file, tmp_path / "straight", workers=1, folders=bool(more))
    assert contents(out) == contents(tmp_path / "straight")


# whose folder it is


def refused(*args, **options):
    with pytest.raises(InputError) as caught:
        sweep(*args, **options)
    return caught.value.problems


def test_a_second_run_on_the_same_folder_is_refused(two, little, small, tmp_path):
    out, found = tmp_path / "out", []

    def second(progress):
        if progress.done == 2:
            found.extend(refused(two, little, out, workers=1, resume=True))
            found.extend(refused(two, little, out, workers=1))

    sweep(two, little, out, workers=1, hear=second)
    assert [p.expected.partition(":")[0] for p in found] == [
        "another run is writing it", "holds a sweep that was broken off",
    ]  # fmt: skip
    assert contents(out) == small[0]


def test_a_run_that_begins_at_the_same_time_spoils_nothing(two, little, small, tmp_path):
    """Both found the folder empty; the second one gets no lock, and must not have emptied the journal before."""
    out = tmp_path / "out"
    out.mkdir()
    head = json.loads(small[1].splitlines()[0])
    first = journal.Journal(out, head, 4, resume=False)
    try:
        with pytest.raises(InputError, match="another run is writing it"):
            journal.Journal(out, head, 4, resume=False)
        assert (out / journal.NAME).read_bytes() == small[1].splitlines(keepends=True)[0]
    finally:
        first.close()


def test_another_sweeps_journal_is_refused(two, little, small, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / journal.NAME).write_bytes(b"".join(small[1].splitlines(keepends=True)[:3]))
    before = contents(out)
    changed = asked(tmp_path, SMALL.replace("1.25", "1.3"))
    (only,) = refused(two, changed, out, workers=1, resume=True)
    assert (only.file, only.line, only.column) == (str(out / journal.NAME), 1, "sweep")
    assert only.expected.endswith("choose another folder with --out, or remove this one to begin anew")
    (only,) = refused(model.read(TWO, {"finance.discount_rate": 0.06}), little, out, workers=1, resume=True)
    assert only.column == "instance"
    (only,) = refused(two, little, out, workers=1, folders=True, resume=True)
    assert (only.column, only.value) == ("folders", '"false"')
    (only,) = refused(two, little, out, workers=1)
    assert "--resume goes on with it" in only.expected
    assert contents(out) == before


def test_a_folder_with_other_files_is_refused(two, little, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.doc").write_text("dear")
    for resume in (False, True):
        (only,) = refused(two, little, out, workers=1, resume=resume)
        assert (only.file, only.line) == (str(out), None)
        assert "thesis.doc" in only.expected
    assert contents(out) == {"thesis.doc": b"dear"}


# what is written


def test_parquet_is_the_csv(straight):
    import duckdb

    spec = {r["name"]: r["schema"] for r in json.loads((straight.folder / "datapackage.json").read_text())["resources"]}
    kinds = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE"}
    for name in straight.names:
        with duckdb.connect() as base:
            table = base.read_parquet(str(straight.folder / f"{name}.parquet"))
            assert [str(t) for t in table.types] == [kinds[f["type"]] for f in spec[name]["fields"]]
            columns, rows = table.columns, table.fetchall()
        text = pd.read_csv(straight.folder / f"{name}.csv", dtype=str, keep_default_na=False)
        assert list(text.columns) == columns == [f["name"] for f in spec[name]["fields"]]
        assert len(rows) == len(text)
        for found, said in zip(rows, text.itertuples(index=False, name=None), strict=True):
            for value, cell in zip(found, said, strict=True):
                assert ("" if value is None else repr(value) if isinstance(value, float) else str(value)) == cell
    assert (text != "").any().any()


FACTOR = """
[[factor]]
name = "what"
values = {values}
edit = [{{ table = "{table}", column = "{column}", op = "{op}" }}]
"""
HEAD = 'design = "grid"\npolicies = ["cap"]\nregret = true\n'
D = [1.05**-n for n in range(6)]
ANNUITY = 20_000 * 1.155 * 0.1 / (1 - 1.1**-10)
NONE = 100 * 11_000 * sum(D)
EXTRA = (ANNUITY + 1000) * (30 * sum(D[2:]) + 20 * sum(D[3:])) - 2000 * (15 * D[2] + 40 * D[3] + 50 * D[4] + 50 * D[5])
"""What the cap costs beyond imports alone: the README's sum."""


def regrets(two, tmp_path, **factor):
    cases = asked(tmp_path, HEAD + FACTOR.format(**factor))
    frame = sweep(two, cases, tmp_path / "out", workers=1)["regret"]
    return {(r["case"], r["under"]): r for r in frame.to_dict("records")}


def test_regret_of_demand_by_hand(two, tmp_path):
    """With 120 t of demand the plan is 1.2 times the README's: 36 t/yr decided in 2030, 24 in 2031.

    The plan for 100 t leaves 80 t of imports in 2033 where 72 may be, and 70 in 2034 where 60 may be: 8 + 10 t of
    magnets, half of that in oxide. The plan for 120 t, kept under 100 t, runs full: 1.2 times the extra cost.
    """
    found = regrets(two, tmp_path, values=[1, 1.2], table="demand", column="quantity", op="scale")
    kept, more = found[1, 2], found[2, 1]
    assert kept["cost_usd"] == pytest.approx(1.2 * NONE + EXTRA, rel=1e-9)
    assert (kept["status"], kept["shortfall_t"]) == ("missed", pytest.approx(9))
    assert kept["regret_usd"] == pytest.approx(-0.2 * EXTRA, rel=1e-6)
    assert kept["regret_shortfall_t"] == pytest.approx(9)
    assert (more["status"], more["shortfall_t"], more["not_built_t_per_yr"]) == ("met", 0, 0)
    assert more["regret_usd"] == pytest.approx(0.2 * EXTRA, rel=1e-6)


def test_regret_of_lead_time_by_hand(two, tmp_path):
    """With five years a decision of 2030 runs in 2035 at one half, one of 2031 comes too late: 20 t/yr are lost.

    Either way 40 + 50 t of magnets too many are imported: 45 t of oxide. 15 t made at home save 2000 USD each, just
    what 30 t/yr cost in fixed costs; what is left to regret is the annuity, with interest over five years. The plan
    for five years builds nothing, and under two years misses the same 45 t.
    """
    found = regrets(two, tmp_path, values=[2, 5], table="plants", column="lead_time", op="set")
    kept, other = found[1, 2], found[2, 1]
    interest = sum(1.1**n for n in range(1, 6)) / 5
    assert kept["regret_usd"] == pytest.approx(30 * ANNUITY / 1.155 * interest * D[5], rel=1e-6)
    assert (kept["shortfall_t"], kept["regret_shortfall_t"]) == (pytest.approx(45), pytest.approx(0, abs=1e-6))
    assert kept["not_built_t_per_yr"] == pytest.approx(20)
    assert other["cost_usd"] == pytest.approx(NONE, rel=1e-9)
    assert (other["regret_usd"], other["regret_shortfall_t"]) == (pytest.approx(-EXTRA, rel=1e-6), pytest.approx(45))


# memory

PEAK = """
import resource, sys
from model.reading import read
from model.sweeps.run import sweep
sweep(read(sys.argv[1]), sys.argv[2], sys.argv[3], workers=1)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_cases(tmp_path):
    text = SAMPLED.partition('[[factor]]\nname = "demand"')[0]
    peaks = []
    for samples in (40, 400):
        file = written(tmp_path, text.format(samples=samples), f"s{samples}")
        call = [sys.executable, "-c", PEAK, TWO, file, tmp_path / str(samples)]
        peaks.append(int(subprocess.run(list(map(str, call)), cwd=ROOT, check=True, capture_output=True).stdout))
    assert peaks[1] - peaks[0] < 8  # MB

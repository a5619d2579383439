"""The run of a sweep: every table, the same bytes whoever works, nobody else's processes touched, no more memory."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pandas as pd
import pytest

from model.analysis.sweeps.running.run import sweep
from tests.analysis.sweeps.same import ROOT, SAMPLED, TWO, contents, written
from tests.analysis.sweeps.trouble import stopped_after


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


PEAK = """
import resource, sys
from model.instance.reading import read
from model.analysis.sweeps.running.run import sweep
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

"""Sweeps without the packages that are extras: what is done all the same, and what is refused before anything runs."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from model.analysis.sweeps.asked.files import read_sweep
from model.analysis.sweeps.running.run import sweep
from model.analysis.sweeps.running.worker import Worker
from model.base.problems import InputError
from model.base.workers.job import Job
from tests.analysis.sweeps.same import ROOT, SAMPLED, SCRIPT, SMALL, TWO, contents, written

SOBOL = SAMPLED.replace("latin-hypercube", "sobol").format(samples=2)
LATIN = SAMPLED.format(samples=2)
WITHOUT = """
import runpy, sys
for name in {packages}:
    sys.modules[name] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def script(*args, packages=("SALib", "scipy", "duckdb")):
    """The script where some packages can't be imported."""
    call = [sys.executable, "-c", WITHOUT.format(packages=packages), SCRIPT, TWO, *args]
    return subprocess.run(list(map(str, call)), cwd=ROOT, capture_output=True, text=True, timeout=240)


def test_csv_is_written_without_duckdb_and_a_sentence_says_what_to_install(small, tmp_path):
    done = script(written(tmp_path, SMALL), "--workers", 1, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)
    said = " ".join(done.stdout.split())
    assert "The tables are written as CSV alone; for Parquet: " in said
    assert "has no package duckdb; in the project's folder: pip install '.[parquet]'" in said
    assert contents(tmp_path / "out") == {k: v for k, v in small[0].items() if not k.endswith(".parquet")}


def test_with_duckdb_nothing_is_said(straight):
    assert straight.note == ""


@pytest.mark.parametrize("text", [LATIN, SOBOL], ids=["latin-hypercube", "sobol"])
@pytest.mark.parametrize("more", [[], ["--check"], ["--case", 1]], ids=["run", "check", "case"])
def test_samples_are_refused_without_salib(two, tmp_path, monkeypatch, text, more):
    monkeypatch.setitem(sys.modules, "SALib", None)
    file = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_sweep(two, file)
    (only,) = caught.value.problems
    assert (only.line, only.column) == (3, "design")
    assert only.expected.startswith("can't be sampled: ")
    assert only.expected.endswith("has no package SALib; in the project's folder: pip install '.[sampling]'")
    if text == SOBOL:
        done = script(file, *more, "--out", tmp_path / "out")
        assert (done.returncode, done.stdout) == (2, "")
        assert str(only).replace(str(file), file.name).partition("can't be")[2] in done.stderr
        assert not (tmp_path / "out").exists()


def test_designs_without_samples_need_no_salib(two, little, small, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib", None)
    assert contents(sweep(two, little, tmp_path / "out", workers=1).folder) == small[0]


def test_a_cluster_whose_workers_lack_salib_is_refused(two, tmp_path, monkeypatch):
    cluster = pytest.importorskip("model.base.workers.cluster")
    monkeypatch.setattr(cluster, "lacks", lambda package: package == "SALib")

    def run(work, *args, **_):
        return {"tcp://a:1": work(*args)}

    client = SimpleNamespace(scheduler=SimpleNamespace(address="tcp://s:1"), run=run)
    job = Job.of(Worker, two, read_sweep(two, written(tmp_path, LATIN)), False, needs=("SALib",))
    with pytest.raises(InputError, match="each worker needs SALib; tcp://a:1 has none"), cluster.hand_out(client, job):
        pass

"""A sweep over a real dask scheduler with workers in processes of their own, some of which are killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("distributed")

from model.analysis.sweeps.running.run import _Run, sweep
from model.analysis.sweeps.running.worker import Worker
from model.base.problems import InputError
from model.base.workers import cluster, teams
from model.base.workers.job import Job
from tests.analysis.sweeps import deadly
from tests.analysis.sweeps.same import CAPS, DEMAND, SCRIPT, TWO, asked, contents, instance, written
from tests.conftest import ROOT

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
SECONDS = 120
PAGE = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
TEXT = CAPS.replace("[0.9, 0.4]", "[0.9, 0.7, 0.5, 0.4, 0.3]") + DEMAND
"""10 cases and 10 regrets."""


class Cluster:
    """A scheduler on loopback and its workers, each a process of its own."""

    def __init__(self, folder):
        self.folder, self.processes, self.log = folder, [], folder / "scheduler.log"
        self._start("scheduler", log=self.log)
        self.address = self._said(self.log, "Scheduler at:").split()[-1]

    def worker(self, cwd=ROOT):
        """One more; returns its process and its log."""
        log = self.folder / f"worker{len(self.processes)}.log"
        more = ("--no-nanny", "--host", "127.0.0.1", "--local-directory", str(self.folder))  # so that it can be killed
        process = self._start("worker", *more, log=log, cwd=cwd)
        self._said(log, "Registered to:")
        return process, log

    def _start(self, kind, *more, log, cwd=ROOT):
        with log.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{kind}", *self._told(kind), *more], cwd=cwd, stdout=file,
                stderr=file,
                env={**os.environ, "PYTHONPATH": str(cwd), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"},
            )  # fmt: skip
        self.processes.append(process)
        return process

    def _told(self, kind):
        """The options with which the page starts one, at the addresses of this machine, a worker at a time."""
        (line,) = re.findall(rf"\.venv/bin/dask {kind} (.*)", PAGE)
        here = {"10.0.0.1": "127.0.0.1", "8786": "0", "tcp://10.0.0.1:8786": getattr(self, "address", "")}
        return [here.get(word, word) for word in line.replace("--nworkers 16", "--nworkers 1").split()]

    def _said(self, log, words):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            for line in log.read_text().splitlines():
                if words in line:
                    return line
            time.sleep(0.02)
        raise TimeoutError(f"{log} never says {words}:\n{log.read_text()}")

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait(10)


@pytest.fixture
def dask(tmp_path):
    (tmp_path / "dask").mkdir()
    found = Cluster(tmp_path / "dask")
    yield found
    found.close()


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return asked(tmp_path_factory.mktemp("asked"), TEXT)


@pytest.fixture(scope="module")
def local(two, cases, tmp_path_factory):
    """The same sweep without a cluster."""
    return contents(sweep(two, cases, tmp_path_factory.mktemp("local"), workers=1).folder)


def within(seconds, work):
    """The result of a call that must not hang."""
    found = []

    def run():
        try:
            found.append((work(), None))
        except BaseException as error:
            found.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    assert found, f"no end after {seconds} s"
    if found[0][1] is not None:
        raise found[0][1]
    return found[0][0]


def over(dask, two, cases, out, hear=lambda _: None):
    def run():
        with cluster.connected(dask.address) as executor:
            return sweep(two, cases, out, executor=executor, hear=hear)

    return within(SECONDS, run)


def test_same_bytes_with_a_worker_killed_and_one_that_joins_late(two, cases, local, dask, tmp_path):
    """Two workers; in the middle one is killed; in the regrets, where but one is left, another joins."""
    (first, _), (second, _) = dask.worker(), dask.worker()
    late = []

    def hear(progress):
        if progress.done == 4:
            first.send_signal(signal.SIGKILL)
        if progress.done == 12 and not late:
            late.append(dask.worker())
            second.send_signal(signal.SIGKILL)

    swept = over(dask, two, cases, tmp_path / "out", hear)
    assert swept.progress.failed == 0
    assert contents(tmp_path / "out") == local
    assert first.wait(10) == second.wait(10) == -signal.SIGKILL
    assert late[0][0].poll() is None


def works(client, digest):
    """Which object each worker has as the sweep of a digest; none where it has none."""
    found = client.run(lambda: {k: id(v) for k, v in sys.modules["model.base.workers.job"]._WORKERS.items()})
    return {address: of.get(digest) for address, of in found.items()}


def test_the_instance_goes_to_each_worker_once_and_is_freed(two, cases, dask):
    """It is made at the beginning, also by one that joins late, kept from task to task, and dropped at the end."""
    dask.worker()
    dask.worker()
    job = Job.of(Worker, two, cases, False)

    def run():
        with cluster.connected(dask.address) as executor:
            client = executor._client
            with teams.handed_over(executor, job, None) as team:
                before = works(client, job.digest)
                assert (team.width(), len(set(before.values()))) == (2, 2)
                found = [team.submit(task) for task in _tasks(two, cases)[:4]]
                assert [future.result().row["status"] for future in found] == ["met"] * 4
                assert works(client, job.digest) == before
                dask.worker()
                after = works(client, job.digest)
                assert team.width() == 3
                assert before.items() <= after.items()
                assert None not in after.values()
            assert set(works(client, job.digest).values()) == {None}

    within(SECONDS, run)


def _tasks(two, cases):
    return list(_Run(two, cases, Path(), False, lambda _: None).tasks)


def test_a_task_that_kills_its_workers_fails_and_the_rest_goes_on(two, cases, dask, tmp_path, monkeypatch):
    """Each is tried once more by itself, so one that only stood in line behind it comes through."""
    monkeypatch.setattr(teams, "run_here", deadly.run_or_die)
    for _ in range(6):
        dask.worker()
    swept = over(dask, two, cases, tmp_path / "out")
    rows = swept["cases"].set_index("case")["status"]
    assert rows[rows == "failed"].index.tolist() == [deadly.DEADLY + 1]


def test_workers_without_the_model_are_named(two, cases, dask, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "model.py").write_text("raise ModuleNotFoundError(\"No module named 'model'\")\n")  # hides any other
    dask.worker(cwd=elsewhere)
    with pytest.raises(InputError, match=r"expected model .* on every worker, found none \(.*No module named 'model'"):
        over(dask, two, cases, tmp_path / "out")


def test_the_scheduler_goes_away(two, cases, local, dask, tmp_path, monkeypatch, capfd):
    """An error of the network: the script says so, and that --resume goes on. Nothing of dask's own is shown."""
    monkeypatch.setattr(cluster, "TIMEOUT_S", 1)
    dask.worker()

    def hear(progress):
        if progress.done == 4:
            dask.processes[0].kill()

    with pytest.raises(OSError, match="tcp://127.0.0.1|let go of a task"):
        over(dask, two, cases, tmp_path / "out", hear)
    assert capfd.readouterr() == ("", "")
    assert sweep(two, cases, tmp_path / "out", workers=1, resume=True).progress.before >= 4
    assert contents(tmp_path / "out") == local


def script(file, out, address):
    call = [sys.executable, SCRIPT, TWO, file, "--scheduler", address, "--out", out]
    return subprocess.run(list(map(str, call)), cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)


def test_the_scripts_of_the_page_take_a_scheduler():
    calls = re.findall(r"scripts/(\w+)\.py .* --scheduler tcp://", PAGE)
    assert calls == ["sweep", "risk"]
    for name in calls:
        assert (
            "--scheduler"
            in (ROOT / "docs" / "options.md").read_text(encoding="utf-8").split(f"## scripts/{name}.py")[1]
        )


def test_script_over_a_cluster(dask, tmp_path):
    file = written(tmp_path, TEXT)
    none = script(file, tmp_path / "out", dask.address)
    assert (none.returncode, none.stdout) == (2, "")
    assert f'--scheduler: "{dask.address}": the scheduler has no workers yet' in none.stderr
    dask.worker()
    done = script(file, tmp_path / "out", dask.address)
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if " done, " not in line] == []  # a slow run tells how far it is
    sweep(instance(), file, tmp_path / "local", workers=1)
    assert contents(tmp_path / "out") == contents(tmp_path / "local")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere", "http://127.0.0.1:9", "tcp://"])
def test_unknown_address(monkeypatch, capfd, address):
    monkeypatch.setattr(cluster, "TIMEOUT_S", 1)

    def run():
        with cluster.connected(address):
            pass

    with pytest.raises(InputError) as caught:
        within(SECONDS, run)
    (only,) = caught.value.problems
    assert (only.file, only.value) == ("--scheduler", f'"{address}"')
    assert only.expected.startswith("no scheduler answers: ")
    assert capfd.readouterr() == ("", "")


def test_script_with_an_unknown_address(tmp_path):
    done = script(written(tmp_path, TEXT), tmp_path / "out", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        '1 problem in the input; nothing was solved:\n  - --scheduler: "nowhere": no scheduler'
    )
    assert not (tmp_path / "out").exists()

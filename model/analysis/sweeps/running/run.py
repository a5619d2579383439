"""``model.sweep``: every case of a sweep solved, and the tables of it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from model.analysis.sweeps.asked.cases import Cases
from model.analysis.sweeps.asked.columns import case_columns, columns
from model.analysis.sweeps.asked.definition import SAMPLED, Sweep
from model.analysis.sweeps.asked.files import read_sweep
from model.analysis.sweeps.asked.groups import in_order, nearer_starts
from model.analysis.sweeps.asked.trial import plan_key, trial
from model.analysis.sweeps.learned.about import about_sweep, sensitivities
from model.analysis.sweeps.running import folder as place
from model.analysis.sweeps.running import runner, tables
from model.analysis.sweeps.running.journal import NAME, Journal
from model.analysis.sweeps.running.outcomes import FAILED
from model.analysis.sweeps.running.runner import Progress
from model.analysis.sweeps.running.stopped import asked_of
from model.analysis.sweeps.running.worker import KeptPlan, Task, TaskResult, Worker
from model.analysis.sweeps.running.working import work
from model.base.extras import lacks, to_install
from model.base.places import to_json
from model.base.processes import refuse_second_run
from model.base.schema import Column
from model.base.version import __version__
from model.base.workers.job import Job
from model.instance.instance import Instance
from model.plan.saying.summary import instance_hash
from model.solving.solver.highs import version as highs_version

Hear = Callable[[Progress], None]


@dataclass(frozen=True, repr=False)
class Swept:
    """A finished sweep: its folder, and its tables by name (``swept["cases"]``), read when asked for."""

    sweep: Sweep
    folder: Path
    progress: Progress

    def __getitem__(self, table: str) -> pd.DataFrame:
        """A table by name: cases, builds; regret, tornado, moves, sobol, weak_figures where the sweep has them."""
        return self._read(table)

    def __repr__(self) -> str:
        done = self.progress
        count = f"{done.total} results" + (f", {done.failed} failed" if done.failed else "")
        return f"<Swept {self.sweep.name}: {count} in {self.folder}; {', '.join(self.names)}>"

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {}

    @property
    def note(self) -> str:
        """What to install for Parquet; nothing where the tables are there as Parquet too."""
        if (self.folder / "cases.parquet").exists():
            return ""
        return f"The tables are written as CSV alone; for Parquet: {to_install('duckdb')}"

    def _read(self, table: str) -> pd.DataFrame:
        if table not in self._tables:
            self._tables[table] = pd.read_csv(self.folder / f"{table}.csv")
        return self._tables[table].copy()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its tables."""
        return tuple(t for t in place.TABLES if (self.folder / f"{t}.csv").exists())


def sweep(
    instance: Instance,
    cases: str | Path | Sweep,
    out: str | Path | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    folders: bool = False,
    resume: bool = False,
    hear: Hear = lambda _: None,
    stop: threading.Event | None = None,
) -> Swept:
    """Solve every case of a sweep (``cases``: its name, its file, or what ``read_sweep`` gave) and write its tables.

    ``out``: the folder, default ``results/INSTANCE/sweeps/SWEEP``. ``workers`` processes of this machine (default: its
    cores; a single one is this process), or ``executor``: any of ``concurrent.futures``, a dask client's among them,
    which ``workers`` tasks keep busy (default: as many as it says). ``folders``: each case's results folder too.
    ``resume`` goes on with a run that was broken off, to the same bytes. ``hear`` is told the progress.
    Raises InputError, Stopped, OSError (the disk, the network), BrokenExecutor, KeyboardInterrupt; results so far are
    kept, and ``resume`` finds them.
    """
    refuse_second_run("model.sweep")
    asked = cases if isinstance(cases, Sweep) else read_sweep(instance, cases)
    trial(instance, asked)
    asked_of(instance, asked)  # is judged before anything is solved
    folder = Path(out) if out is not None else default_place(instance, asked)
    place.check_place(folder, resume)
    return _Run(instance, asked, folder, folders, hear).whole(executor, workers, resume, stop)


def default_place(instance: Instance, sweep: Sweep) -> Path:
    """Where a sweep's results go."""
    return Path("results") / instance.name / "sweeps" / sweep.name


class _Run:
    def __init__(self, instance: Instance, sweep: Sweep, folder: Path, folders: bool, hear: Hear) -> None:
        self.instance, self.sweep, self.folder, self.folders, self.tell = instance, sweep, folder, folders, hear
        self.cases = Cases(sweep)
        self.order, self.starts = in_order(instance, self.cases)
        self.nearer = nearer_starts(self.order, self.starts, sweep.design)
        self.pairs = list(self._pairs()) if sweep.regret else []
        self.progress = Progress(len(self.cases) + len(self.pairs))

    @property
    def tasks(self) -> Iterator[Task]:
        """Every case, group after group."""
        found = zip(self.order.tolist(), self.starts.tolist(), self.nearer.tolist(), strict=True)
        return (Task(case, start, nearer if nearer >= 0 else None) for case, start, nearer in found)

    def whole(
        self, executor: Executor | None, workers: int | None, resume: bool, stop: threading.Event | None
    ) -> Swept:
        """Every case, then every regret, then the tables."""
        made_from = self._made_from()
        if resume and self._finished(made_from):
            self.progress.done = self.progress.before = self.progress.total
            return Swept(self.sweep, self.folder, self.progress)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.journal = Journal(self.folder, made_from, resume)
        try:
            if not len(self.journal):
                place.clear(self.folder)
            place.sweep_up(self.folder)
            for record in self.journal.records():
                self.progress.add(record["case"], record["row"])
            for record in self.journal.records(regrets=True):
                self.progress.count(record["row"])
            self.progress.before = self.progress.done
            self.tell(self.progress)
            self._work(executor, workers, stop)
            self._write(made_from)
        finally:
            self.journal.close()
        return Swept(self.sweep, self.folder, self.progress)

    def _made_from(self) -> dict[str, Any]:
        """What two runs must agree on to share a table."""
        asked = {**asdict(self.sweep), "file": Path(self.sweep.file).name}
        said = json.dumps(asked, default=str, sort_keys=True)
        policies = {p: self.instance.documents.get(f"policies/{p}.toml") for p in self.sweep.policies}
        rows = json.dumps({p: doc.data for p, doc in policies.items() if doc}, default=str, sort_keys=True)
        return {
            "sweep": hashlib.sha256(said.encode()).hexdigest(),
            "instance": hashlib.sha256((instance_hash(self.instance) + rows).encode()).hexdigest(),
            "folders": self.folders,
            "model": __version__,
            "HiGHS": highs_version(),
        }

    def _finished(self, made_from: Mapping[str, Any]) -> bool:
        """Whether the folder holds the finished results of the same sweep."""
        try:
            found = json.loads((self.folder / "sweep.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return not (self.folder / NAME).exists() and found.get("made_from") == dict(made_from)

    def _pairs(self) -> Iterator[tuple[Task, Task]]:
        """Plan and assumptions: cases of the same choice, each kept under what the others assume."""
        groups: dict[object, list[Task]] = {}
        for task in self.tasks:
            groups.setdefault(plan_key(self.sweep, self.cases[task.case]), []).append(task)
        for under in self.tasks:
            for plan in groups[plan_key(self.sweep, self.cases[under.case])]:
                if plan.case != under.case:
                    yield plan, under

    def _work(self, executor: Executor | None, workers: int | None, stop: threading.Event | None) -> None:
        if len(self.journal) == self.progress.total:
            return
        of, needs = (self.instance, self.sweep, self.folders), ("SALib",) if self.sweep.design in SAMPLED else ()
        job, total = Job.of(Worker, *of, needs=needs), self.progress.total
        work(job, lambda: Worker(*of), self._each, self.hear, total, executor, workers, stop)

    def _each(self, work: Callable[[Iterator[Task]], None]) -> None:
        work(runner.unfinished(self.tasks, self.journal))
        if self.pairs:
            work(runner.unfinished(self._regrets(), self.journal))

    def _regrets(self) -> Iterator[Task]:
        """A task for each plan under each other assumption; a case without a plan has nothing to regret."""
        built = {
            r["case"] - 1: tuple((b["plant"], b["decision_year"], b["capacity_t_per_yr"]) for b in r["builds"])
            for r in self.journal.records()
            if r["row"]["status"] != FAILED
        }
        for plan, under in self.pairs:
            if plan.case in built:
                yield Task(under.case, under.starts_from, kept_plan=KeptPlan(plan.case, built[plan.case]))
            else:
                self.progress.total -= 1

    def hear(self, task: Task, done: TaskResult) -> None:
        """Take a result: first its folder, then the journal, so that what the journal names is there."""
        if self.folders and task.kept_plan is None and done.files:
            place.put_case(self.folder, f"{task.case + 1:0{len(str(len(self.cases)))}d}", done.files)
        key = runner.key(task)
        self.journal.add(key, done)
        if task.kept_plan is None:
            self.progress.add(key[0], done.row)
        else:
            self.progress.count(done.row)
        self.tell(self.progress)

    def _write(self, made_from: Mapping[str, Any]) -> None:
        """The tables from the journal, which goes last: until then a run can go on."""
        spec = {"cases": case_columns(self.instance, self.sweep), "builds": list(columns("builds"))}
        rows: dict[str, Callable[[], Iterator[Mapping[str, Any]]]] = {
            "cases": lambda: tables.case_rows(self.cases, self.journal),
            "builds": lambda: tables.build_rows(self.journal),
        }
        if self.pairs:
            spec["regret"] = list(columns("regret"))
            rows["regret"] = lambda: tables.regret_rows(self.cases, self.journal)
        for name, found in rows.items():
            self._table(name, spec[name], found())
        for name, frame in sensitivities(self.instance, self.sweep, self.folder).items():
            spec[name] = list(columns(name))
            filled = frame.astype(object).where(frame.notna(), None)
            self._table(name, spec[name], ({str(k): v for k, v in r.items()} for r in filled.to_dict("records")))
        package = tables.datapackage(self.sweep, self.instance.title, self.instance.price_year, spec)
        about = about_sweep(self.instance, self.sweep, len(self.cases), self.progress.failed, made_from)
        place.put(self.folder, "datapackage.json", package)
        place.put(self.folder, "sweep.json", to_json(about))
        self.journal.remove()

    def _table(self, name: str, spec: list[Column], rows: Iterator[Mapping[str, Any]]) -> None:
        part, parquet = self.folder / f".part-{name}.csv", self.folder / f".part-{name}.parquet"
        tables.write_csv(part, spec, rows)
        if not lacks("duckdb"):
            tables.write_parquet(parquet, part, spec)
            parquet.replace(self.folder / f"{name}.parquet")
        part.replace(self.folder / f"{name}.csv")

"""``model.risk``: a plan through hundreds of draws of its projects' luck, on the engine of sweeps."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from model.analysis.risk.asked import Asked, ask
from model.analysis.risk.draws import draw
from model.analysis.risk.insured import insured
from model.analysis.risk.tables import Drawn
from model.analysis.risk.worker import RiskWorker, Row
from model.analysis.sweeps.running import runner
from model.analysis.sweeps.running.folder import put, sweep_up
from model.analysis.sweeps.running.journal import FILES, NAME, Journal
from model.analysis.sweeps.running.outcomes import MISSED
from model.analysis.sweeps.running.runner import Progress
from model.analysis.sweeps.running.tables import write_csv
from model.analysis.sweeps.running.worker import Task, TaskResult
from model.analysis.sweeps.running.working import work
from model.base.places import check_place, to_json, wrong_place
from model.base.processes import refuse_second_run
from model.base.schema import columns, resource
from model.base.version import __version__
from model.base.workers.job import Job
from model.plan.plan import Plan
from model.plan.solved import Solved
from model.solving.solver.highs import version as highs_version

TABLES = ("draws", "chances", "spread", "failures", "insurance")
INSURE = (0.5, 1.0)
"""Parts of what goes wrong in the mean that plans are also made against where nobody says otherwise."""
DRAWS, SEED = 500, 1


@dataclass(frozen=True, repr=False)
class Risk:
    """What became of a plan in the draws: its folder, and its tables by name (``found["chances"]``)."""

    folder: Path

    def __getitem__(self, table: str) -> pd.DataFrame:
        """A table: draws, chances, spread, failures, insurance."""
        if table not in TABLES:
            raise KeyError(table)
        if table not in self._tables:
            words = {c.column: "str" for c in columns(table, family="risk") if c.type == "string"}
            read = pd.read_csv(
                self.folder / f"{table}.csv",
                dtype=words,
                keep_default_na=False,
                na_values=[""],
            )
            self._tables[table] = read.fillna(dict.fromkeys(words, ""))
        return self._tables[table].copy()

    def __repr__(self) -> str:
        told = self.summary
        return (
            f"<Risk of {told['policy']['name']} of {told['instance']['name']}: {told['draws']} draws in {self.folder}>"
        )

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What was asked, of which plan."""
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        return found


def risk(
    plan: Plan,
    out: str | Path | None = None,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    insure: Sequence[float] = INSURE,
    executor: Executor | None = None,
    workers: int | None = None,
    resume: bool = False,
    hear: Callable[[Progress], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> Risk:
    """What becomes of a plan when its projects are late or never come, as ``success`` and ``slip_years`` say.

    ``draws`` of every project's luck, of one ``seed``; each project failing by itself; and the same draws for plans
    that take a part (``insure``) of what goes wrong in the mean for certain. ``out``: the folder, default
    ``results/INSTANCE/POLICY-risk``. ``workers``, ``executor``, ``resume``, ``hear`` as in ``sweep``: they change no
    byte.
    Raises InputError with every problem, Unmeetable, Stopped, OSError, BrokenExecutor, KeyboardInterrupt; results so
    far are kept, and ``resume`` finds them.
    """
    refuse_second_run("model.risk")
    asked = ask(plan, draws, seed, insure)
    folder = Path(out) if out is not None else default_place(plan)
    check_risk_place(folder, resume)
    return _Run(plan, asked, folder, hear, stop).whole(executor, workers, resume)


def default_place(plan: Plan) -> Path:
    """Where the answer about a plan goes."""
    return Path("results") / plan.instance.name / f"{plan.policy.name}-risk"


def check_risk_place(folder: Path, resume: bool) -> None:
    """A folder may be new, empty, or one that such an answer was written to. Raises InputError.

    A run that was broken off is replaced by none but one that resumes it.
    """
    ours = {*FILES, *(f"{table}.csv" for table in TABLES), "summary.json", "datapackage.json"}
    parts = {p.name for p in folder.glob(".part-*")} if folder.is_dir() else set[str]()
    check_place(folder, ours | parts, "what is no answer about risk")
    if not resume and any((folder / name).exists() for name in FILES):
        raise wrong_place(
            folder, "holds a run that was broken off: resume it, which goes on where it ended; or choose another folder"
        )


class _Run:
    def __init__(
        self, plan: Plan, asked: Asked, folder: Path, tell: Callable[[Progress], None], stop: threading.Event | None
    ) -> None:
        self.plan, self.asked, self.folder, self.tell, self.stop = plan, asked, folder, tell, stop
        self.alone = asked.alone(plan.solved)
        self.progress = Progress((1 + len(asked.insure)) * asked.draws + len(self.alone))

    def whole(self, executor: Executor | None, workers: int | None, resume: bool) -> Risk:
        """Every draw, then the tables."""
        made_from = self._made_from()
        if resume and self._finished(made_from):
            self.progress.done = self.progress.before = self.progress.total
            return Risk(self.folder)
        plans = [
            self.plan.solved,
            *(insured(self.plan, self.asked.projects, part, self.stop) for part in self.asked.insure),
        ]
        self.folder.mkdir(parents=True, exist_ok=True)
        self.journal = Journal(self.folder, made_from, resume)
        try:
            sweep_up(self.folder)
            for record in self.journal.records():
                self._count(record["row"])
            self.progress.before = self.progress.done
            self.tell(self.progress)
            if len(self.journal) < self.progress.total:
                of = (plans, draw(self.asked.projects, self.asked.draws, self.asked.seed), self.alone)
                work(
                    Job.of(RiskWorker, *of), lambda: RiskWorker(*of), lambda each: each(self._unfinished()), self.hear,
                    self.progress.total, executor, workers, self.stop,
                )  # fmt: skip
            self._write(plans, made_from)
        finally:
            self.journal.close()
        return Risk(self.folder)

    def _unfinished(self) -> Iterator[Task]:
        return runner.unfinished((Task(case, 0) for case in range(self.progress.total)), self.journal)

    def hear(self, task: Task, done: TaskResult) -> None:
        """Take a result."""
        self.journal.add(runner.key(task), done)
        self._count(done.row)
        self.tell(self.progress)

    def _count(self, row: Row) -> None:
        """Count a result; none is the best or the worst, since luck is no choice."""
        self.progress.count(row)
        self.progress.missed += row["status"] == MISSED

    def _made_from(self) -> dict[str, Any]:
        """What two runs must agree on to share a table."""
        told = self.plan.summary
        return {
            "instance": told["instance"]["sha256"],
            "policy": told["policy"]["sha256"],
            "plan": hashlib.sha256(self.plan.solved.x.tobytes()).hexdigest(),
            "draws": self.asked.draws,
            "seed": self.asked.seed,
            "insure": list(self.asked.insure),
            "model": __version__,
            "HiGHS": highs_version(),
        }

    def _finished(self, made_from: Mapping[str, Any]) -> bool:
        """Whether the folder holds the finished answer to the same question."""
        try:
            found = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return not (self.folder / NAME).exists() and found.get("made_from") == dict(made_from)

    def _write(self, plans: Sequence[Solved], made_from: Mapping[str, Any]) -> None:
        """The tables from the journal, which goes last: until then a run can go on."""
        drawn = Drawn(plans, (0.0, *self.asked.insure), self.asked.draws, self.alone)
        for record in self.journal.records():
            drawn.add(record["case"] - 1, record["row"], record["builds"])
        by_plant = {p.plant: p for p in self.asked.projects}
        rows = {
            "draws": drawn.draw_rows(),
            "chances": drawn.chance_rows(),
            "spread": drawn.spread_rows(),
            "failures": drawn.failure_rows(by_plant, self.plan.instance),
            "insurance": drawn.insurance_rows(),
        }
        for name, found in rows.items():
            part = self.folder / f".part-{name}.csv"
            write_csv(part, columns(name, family="risk"), found)
            part.replace(self.folder / f"{name}.csv")
        told = self.plan.summary
        about = {
            **{key: told[key] for key in ("instance", "policy", "overrides", "goal", "cost_usd", "price_year")},
            "draws": self.asked.draws, "seed": self.asked.seed, "insure": list(self.asked.insure),
            "projects_at_risk": len([p for p in self.asked.projects if p.risky]),
            "projects_of_the_plan_at_risk": len(self.alone), "failed": self.progress.failed, "made_from": made_from,
        }  # fmt: skip
        package = {
            "profile": "data-package", "name": "risk",
            "title": f"{told['instance']['title']}: projects that come late, or never",
            "description": f"Money: USD of {told['price_year']}; empty cells have no value.",
            "resources": [resource(name, columns(name, family="risk")) for name in TABLES],
        }  # fmt: skip
        put(self.folder, "datapackage.json", to_json(package))
        put(self.folder, "summary.json", to_json(about))
        self.journal.remove()

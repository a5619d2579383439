"""A worker's part of a sweep: one case after the other, each from its neighbour.

A case's result hangs on the case and on those that it starts from, which the sweep alone decides, never on what was
solved before: the same bytes come out of one worker or many, and of a run that was broken off and went on. The first
case of a group is solved from the start and goes through every check; the others start each solve at the basis where
the same solve of the first one ended, or (in a grid) of a case that stands nearer and was itself solved so. The plan is
the one that a cold solve gives: the tie-break picks it from the exact optimal face.
"""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from model.analysis.sweeps.asked.cases import Cases
from model.analysis.sweeps.asked.definition import Case, Sweep
from model.analysis.sweeps.running import outcomes
from model.analysis.sweeps.running.fixed import with_builds_fixed
from model.analysis.sweeps.running.similar import PolicyNumbers
from model.analysis.sweeps.running.stopped import asked_of
from model.base.errors import Stopped
from model.base.results import Results
from model.formulation.network import Network
from model.instance.editing.edit import Change
from model.instance.instance import Instance
from model.instance.policy.kinds import KINDS
from model.instance.reading import applied
from model.instance.trees.tree import Tree
from model.plan.plan import checked
from model.plan.plan import solve as solve_plan
from model.plan.solved import Solved
from model.solving.builds import Build
from model.solving.goals.goals import solve as solve_goals
from model.solving.outcome import WarmStart
from model.solving.programme import Arrays, compiled
from model.solving.trees.carried import same_structure

GROUPS_HELD = 2
"""Groups that a worker holds at a time; each is a compiled programme with its bases, some 30 MB."""


class KeptPlan(NamedTuple):
    """The plan of a case (by its place in ``Cases``) whose builds are kept: plant, decision year, t/yr."""

    case: int
    builds: tuple[Build, ...]


class Task(NamedTuple):
    """A case to solve, the one that its group starts from, and the one that stands nearer to it, if any.

    All by their places in ``Cases``, from 0. ``kept_plan`` makes it a regret: that plan under this case's assumptions.
    """

    case: int
    starts_from: int
    nearer_start: int | None = None
    kept_plan: KeptPlan | None = None


class TaskResult(NamedTuple):
    """What a task gave: the row of its case or regret, its builds, and the files of its results folder if asked for."""

    task: Task
    row: outcomes.Row
    builds: list[outcomes.Row]
    files: dict[str, bytes]


@dataclass(frozen=True)
class Group:
    """The case that a group starts from, solved from nothing; ``own``: the changes of its instance."""

    network: Network
    own: tuple[Change, ...]
    solved: Solved
    numbers: PolicyNumbers


class Worker:
    """Everything that a worker needs for the cases of one sweep; threads may share it."""

    def __init__(self, instance: Instance, sweep: Sweep, folders: bool = False) -> None:
        self.instance, self.sweep, self.folders = instance, sweep, folders
        self.file = Path(sweep.file).name
        self.cases, self.stop = Cases(sweep), asked_of(instance, sweep)
        self.groups: OrderedDict[int, Group | None] = OrderedDict()
        self.nearer: OrderedDict[int, Solved | None] = OrderedDict()
        self.lock = threading.Lock()

    def result(self, task: Task, stop: threading.Event | None = None) -> TaskResult:
        """The result of a task; what has no plan gives a row with the reason.

        Raises Stopped, OSError and MemoryError, which say nothing of the case.
        """
        try:
            return self._result(task, stop)
        except (Stopped, OSError, MemoryError):
            raise
        except Exception as error:
            return TaskResult(task, outcomes.failed(error), [], {})

    def _result(self, task: Task, stop: threading.Event | None) -> TaskResult:
        case, group = self.cases[task.case], self._group(task.starts_from, stop)
        if task.kept_plan is not None:
            network, arrays = self._arrays(case, group)
            start = warm_start(network, arrays, group.solved if group is not None else None, False)
            return TaskResult(task, with_builds_fixed(network, arrays, task.kept_plan.builds, start, stop), [], {})
        if group is not None and task.case == task.starts_from:
            solved = group.solved
        else:
            nearer = self._nearer(task, group, stop)
            here = nearer is not None and task.case == task.nearer_start
            solved = nearer if nearer is not None and here else self.solved(case, group, stop, nearer)
        outcomes.verify(solved)
        files = self._files(case, stop) if self.folders else {}
        numbers = group.numbers if group is not None else None
        return TaskResult(task, outcomes.outcome(solved, numbers, self.stop), outcomes.builds(solved), files)

    def _files(self, case: Case, stop: threading.Event | None) -> dict[str, bytes]:
        """The results folder of a case solved by itself, as ``solve.py`` writes it, but for seconds and memory."""
        network = self.network(case)
        plan = solve_plan(network.instance, network.policy, stop=stop)
        summary = {**plan.summary, "phases": {}}
        summary["solves"] = [{**run, "seconds": None} for run in plan.summary["solves"]]
        summary["case"] = {"number": case.number, "name": case.name, "values": dict(case.values)}
        with tempfile.TemporaryDirectory() as folder:
            Results(plan.tables, summary).fill(Path(folder))
            return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}

    def _group(self, starts_from: int, stop: threading.Event | None) -> Group | None:
        """The group that starts from a case; None where that has no plan."""
        with self.lock:
            if starts_from not in self.groups:
                while len(self.groups) >= GROUPS_HELD:
                    self.groups.popitem(last=False)
                self.groups[starts_from] = self._new_group(self.cases[starts_from], stop)
            self.groups.move_to_end(starts_from)
            return self.groups[starts_from]

    def _nearer(self, task: Task, group: Group | None, stop: threading.Event | None) -> Solved | None:
        """A task's nearer start, itself solved from the group's; None where there is none or it has no plan."""
        case = task.nearer_start
        if case is None or group is None:
            return None
        with self.lock:
            if case not in self.nearer:
                while len(self.nearer) >= GROUPS_HELD:
                    self.nearer.popitem(last=False)
                try:
                    self.nearer[case] = self.solved(self.cases[case], group, stop)
                except (Stopped, OSError, MemoryError):
                    raise
                except Exception:
                    self.nearer[case] = None
            self.nearer.move_to_end(case)
            return self.nearer[case]

    def _new_group(self, case: Case, stop: threading.Event | None) -> Group | None:
        try:
            network = self.network(case)
            arrays = compiled(network)
            solved = Solved(network, arrays, solve_goals(arrays, stop=stop))
            checked(solved)
        except (Stopped, OSError, MemoryError):
            raise
        except Exception:
            return None
        return Group(network, _own(case), solved, PolicyNumbers(arrays, network))

    def network(self, case: Case) -> Network:
        """The instance and the policy of a case, checked. Raises InputError."""
        instance, policy = applied(self.instance, case.policy, case.changes, self.file)
        return Network(instance, policy, Tree.chain(instance.years))

    def solved(
        self, case: Case, group: Group | None, stop: threading.Event | None, nearer: Solved | None = None
    ) -> Solved:
        """A case solved, from a nearer one or the group's start where that has the same columns and rows."""
        network, arrays = self._arrays(case, group)
        other = nearer if nearer is not None else group.solved if group is not None else None
        start = warm_start(network, arrays, other, True)
        return Solved(network, arrays, solve_goals(arrays, stop=stop, near=start))

    def _arrays(self, case: Case, group: Group | None) -> tuple[Network, Arrays]:
        """The programme of a case; its instance is the group's where no change of its own tells them apart."""
        if group is None or _own(case) != group.own:
            network = self.network(case)
            return network, compiled(network)
        policy = applied(group.network.instance, case.policy, _of_policy(case), self.file)[1]
        network = Network(group.network.instance, policy, group.network.tree)
        return network, group.numbers.filled(policy) if group.numbers.fits(policy) else compiled(network)


def warm_start(network: Network, arrays: Arrays, other: Solved | None, baseline: bool) -> WarmStart | None:
    """Where another case ended, if the programmes have the same columns and rows.

    ``baseline``: its plan without policy is taken over where it is the same.
    """
    if other is None or not same_structure(arrays, other.arrays):
        return None
    mine, theirs, ended = network.policy, other.network.policy, other.outcome
    same = network.instance is other.network.instance and mine.traced_regions == theirs.traced_regions
    return WarmStart(ended.bases, ended.weights, ended.baseline if same and baseline else None)


def _own(case: Case) -> tuple[Change, ...]:
    """The changes of the instance itself."""
    return tuple(c for c in case.changes if c.edit.table not in KINDS)


def _of_policy(case: Case) -> tuple[Change, ...]:
    return tuple(c for c in case.changes if c.edit.table in KINDS)

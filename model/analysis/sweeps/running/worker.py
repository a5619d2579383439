"""A worker's part of a sweep: one case after the other, each from its neighbour.

A case's result hangs on the case and on those that it starts from, which the sweep alone decides, never on what was
solved before: the same bytes come out of one worker or many, and of a run that was broken off and went on. The first
case of a group is solved from the start and goes through every check; the others start each solve at the basis where
the same solve of the first one ended, or (in a grid) of a head that stands nearer and was itself solved so. The plan is
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
from model.analysis.sweeps.asked.definition import Case, Change, Sweep
from model.analysis.sweeps.asked.edits import applied
from model.analysis.sweeps.running import outcomes
from model.analysis.sweeps.running.fixed import kept
from model.analysis.sweeps.running.similar import PolicyNumbers, same_structure
from model.base.errors import Stopped
from model.base.results import Results
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.kinds import KINDS
from model.instance.tree import Tree
from model.plan.plan import checked
from model.plan.plan import solve as solve_plan
from model.plan.solved import Solved
from model.solving.goals import solve as solve_goals
from model.solving.outcome import Near
from model.solving.programme import Arrays, compiled

KEPT = 2
"""Groups that a worker keeps at a time; each is a compiled programme with its bases, some 30 MB."""


class Task(NamedTuple):
    """A case by its place, the first case of its group, and the ``head`` that stands nearer to it, if any.

    ``builds`` of another case's plan make it a regret.
    """

    place: int
    first: int
    plan: int | None = None
    builds: tuple[tuple[str, int, float], ...] = ()
    head: int | None = None


class Done(NamedTuple):
    """What a task gave: the row of its case or regret, its builds, and the files of its results folder if asked for."""

    task: Task
    row: outcomes.Row
    builds: list[outcomes.Row]
    files: dict[str, bytes]


@dataclass(frozen=True)
class Group:
    """The first case of a group, solved from the start."""

    network: Network
    own: tuple[Change, ...]
    solved: Solved
    numbers: PolicyNumbers


class Work:
    """Everything that a worker needs for the cases of one sweep; threads may share it."""

    def __init__(self, instance: Instance, sweep: Sweep, folders: bool = False) -> None:
        self.instance, self.sweep, self.folders = instance, sweep, folders
        self.file = Path(sweep.file).name
        self.cases = Cases(sweep)
        self.groups: OrderedDict[int, Group | None] = OrderedDict()
        self.heads: OrderedDict[int, Solved | None] = OrderedDict()
        self.lock = threading.Lock()

    def done(self, task: Task, stop: threading.Event | None = None) -> Done:
        """The result of a task; what has no plan gives a row with the reason.

        Raises Stopped, OSError and MemoryError, which say nothing of the case.
        """
        try:
            return self._done(task, stop)
        except (Stopped, OSError, MemoryError):
            raise
        except Exception as error:
            return Done(task, outcomes.failed(error), [], {})

    def _done(self, task: Task, stop: threading.Event | None) -> Done:
        case, group = self.cases[task.place], self._group(task.first, stop)
        if task.plan is not None:
            network, arrays = self._arrays(case, group)
            near = _near(network, arrays, group.solved if group is not None else None, False)
            return Done(task, kept(network, arrays, task.builds, near, stop), [], {})
        if group is not None and task.place == task.first:
            solved = group.solved
        else:
            head = self._head(task, group, stop)
            solved = head if head is not None and task.place == task.head else self.solved(case, group, stop, head)
        outcomes.verify(solved)
        files = self._files(case, stop) if self.folders else {}
        return Done(
            task, outcomes.outcome(solved, group.numbers if group is not None else None), outcomes.builds(solved), files
        )

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

    def _group(self, first: int, stop: threading.Event | None) -> Group | None:
        """The group's first case; None where it has no plan."""
        with self.lock:
            if first not in self.groups:
                while len(self.groups) >= KEPT:
                    self.groups.popitem(last=False)
                self.groups[first] = self._first(self.cases[first], stop)
            self.groups.move_to_end(first)
            return self.groups[first]

    def _head(self, task: Task, group: Group | None, stop: threading.Event | None) -> Solved | None:
        """The case that a task's starts from, itself solved from the group's first one; None where there is none."""
        if task.head is None or group is None:
            return None
        with self.lock:
            if task.head not in self.heads:
                while len(self.heads) >= KEPT:
                    self.heads.popitem(last=False)
                try:
                    self.heads[task.head] = self.solved(self.cases[task.head], group, stop)
                except (Stopped, OSError, MemoryError):
                    raise
                except Exception:
                    self.heads[task.head] = None
            self.heads.move_to_end(task.head)
            return self.heads[task.head]

    def _first(self, case: Case, stop: threading.Event | None) -> Group | None:
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
        self, case: Case, group: Group | None, stop: threading.Event | None, head: Solved | None = None
    ) -> Solved:
        """A case solved, from ``head`` or the group's first one where that has the same columns and rows."""
        network, arrays = self._arrays(case, group)
        start = head if head is not None else group.solved if group is not None else None
        near = _near(network, arrays, start, True)
        return Solved(network, arrays, solve_goals(arrays, stop=stop, near=near))

    def _arrays(self, case: Case, group: Group | None) -> tuple[Network, Arrays]:
        """The programme of a case; its instance is the first case's where no change of its own tells them apart."""
        if group is None or _own(case) != group.own:
            network = self.network(case)
            return network, compiled(network)
        policy = applied(group.network.instance, case.policy, _of_policy(case), self.file)[1]
        network = Network(group.network.instance, policy, group.network.tree)
        return network, group.numbers.filled(policy) if group.numbers.fits(policy) else compiled(network)


def _near(network: Network, arrays: Arrays, start: Solved | None, baseline: bool) -> Near | None:
    """Where another case ended, if the programmes have the same columns and rows.

    ``baseline``: its plan without policy is taken over where it is the same.
    """
    if start is None or not same_structure(arrays, start.arrays):
        return None
    mine, theirs, found = network.policy, start.network.policy, start.outcome
    same = network.instance is start.network.instance and mine.traced_regions == theirs.traced_regions
    return Near(found.bases, found.weights, found.baseline if same and baseline else None)


def _own(case: Case) -> tuple[Change, ...]:
    """The changes of the instance itself."""
    return tuple(c for c in case.changes if c.edit.table not in KINDS)


def _of_policy(case: Case) -> tuple[Change, ...]:
    return tuple(c for c in case.changes if c.edit.table in KINDS)

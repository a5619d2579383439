"""What a worker does for the page: it solves, checks, tests, explains and writes. Answers are plain data."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from model.analysis.stress import in_short
from model.base.errors import Rejected, SolverError, Stopped, Unmeetable
from model.base.problems import InputError
from model.base.words import clean
from model.desk import moving, saving
from model.desk.controls import controls
from model.desk.names import NAME
from model.desk.picture import picture
from model.desk.programmes import Programmes, scenario_names
from model.desk.questions import tightest, until, why
from model.desk.state import Start, State, edits_of
from model.instance.instance import Instance
from model.instance.reading import policy as read_policy
from model.instance.reading import policy_names
from model.output.report import write_report
from model.plan.plan import Plan, checked
from model.plan.saying.rows import Told

Answer = dict[str, Any]
Say = Callable[[str], None]
Question = Callable[[Plan, Say, threading.Event | None], Markup]


class Bench:
    """One worker's instance and programmes; ``stop`` is set by whoever wants no answer any more."""

    def __init__(self, folder: Path, stop: threading.Event | None = None, out: Path | None = None) -> None:
        self.folder, self.stop = folder, stop
        self.programmes = Programmes(folder)
        self.out = out or Path("results") / self.programmes.base.name / "desk"
        self._named: tuple[Instance, moving.Named] | None = None
        self._checked: tuple[State, Plan, dict[str, pd.DataFrame]] | None = None

    def answer(self, what: str, about: Any, say: Say = lambda _: None) -> Answer:
        """The answer to one request; what is wrong with it, or that it was stopped, is an answer too."""
        try:
            return self._tasks()[what](about, say)
        except InputError as error:
            return {"problems": [clean(problem) for problem in error.problems]}
        except Stopped:
            return {"stale": True}
        except Unmeetable as error:
            return {"problems": [clean(f"The hard limits contradict one another: {error}")]}
        except OSError as error:
            return {"problems": [clean(f"The system refused: {error.strerror or error}")]}
        except (SolverError, Rejected) as error:
            return {"problems": [clean(f"No plan is shown: {error}")]}

    def _tasks(self) -> dict[str, Callable[[Any, Say], Answer]]:
        return {
            "begin": self.begin,
            "move": self.move,
            "check": self.check,
            "tightest": self.tightest,
            "why": lambda about, say: self.asked(why, about, say),
            "latest": lambda about, say: self.asked(until, about, say),
            "save": self.save,
            "export": self.export,
        }

    def begin(self, about: Any, say: Say) -> Answer:
        """What the page is about: the instance, its policies, futures and figures, and where to start."""
        base = self.programmes.base
        names = policy_names(base)
        policies = {n: _page_data(base.documents[f"policies/{n}.toml"].data) for n in names}
        return {
            "instance": {"name": clean(base.name), "title": clean(base.title), "folder": clean(self.folder)},
            "years": [base.first_year, base.last_year],
            "policies": policies or {"none": {"title": "No policy"}},
            "start": vars(self.start(about)),
            "scenarios": scenario_names(base),
            "out": str(self.out),
            **controls(base, self.programmes.factors),
        }

    def start(self, asked: Start) -> State:
        """The state that a call asks for. Raises InputError with all that is wrong with it."""
        instance = self.programmes.instance(State("none", {}, {}, asked.own))
        policy = read_policy(instance, asked.policy, asked.sets)
        data = policy.written.data if policy.written is not None else {}
        name = policy.name if NAME.fullmatch(policy.name) else "policy"
        return State(name, _page_data(data), {}, asked.own)

    def warm(self, asked: Start) -> None:
        """Solve what the page starts from. Raises what a solve raises."""
        self.programmes.solved(self.programmes.asked(self.start(asked)), exact=False, stop=self.stop)

    def move(self, about: Any, say: Say) -> Answer:
        """The plan of a state as soon as it is solved. A plan for several futures is told once it is checked."""
        asked = self.programmes.asked(State.of(about))
        solved = self.programmes.solved(asked, exact=False, stop=self.stop)
        if solved.branched:
            return picture(Told(checked(solved)), checked=False)
        if self._named is None or self._named[0] is not asked.instance:
            self._named = asked.instance, moving.Named(asked.instance)
        return picture(moving.told(solved, self._named[1]), checked=False)

    def check(self, about: Any, say: Say) -> Answer:
        """The checked plan of a state, with what a stop of exports does to it."""
        plan, beside = self.checked(State.of(about), say)
        return picture(Told(plan, beside), checked=True) | {"warnings": [clean(w) for w in plan.summary["warnings"]]}

    def checked(self, state: State, say: Say = lambda _: None) -> tuple[Plan, dict[str, pd.DataFrame]]:
        """The plan that ``solve.py`` gives, and the tables of its stress test; the last one is kept."""
        if self._checked is None or self._checked[0] != state:
            say("solving")
            solved = self.programmes.solved(self.programmes.asked(state), exact=True, stop=self.stop)
            self._unless_stopped()
            say("checking the plan")
            plan = checked(solved)
            self._unless_stopped()
            beside = {} if plan.branched else in_short([plan], say)[0]
            self._checked = copy.deepcopy(state), plan, beside
        return self._checked[1:]

    def tightest(self, about: Any, say: Say) -> Answer:
        """How tight a row may be in a year, or in all of its years."""
        asked = self.programmes.asked(State.of(_part(about, "state")))
        solved = self.programmes.solved(asked, exact=False, stop=self.stop)
        return tightest(solved, _part(about, "row"), _part(about, "year"), self.stop)

    def asked(self, question: Question, about: Any, say: Say) -> Answer:
        """The answer to a question about the checked plan of a state, as HTML."""
        plan, _ = self.checked(State.of(about), say)
        return {"html": str(question(plan, say, self.stop))}

    def save(self, about: Any, say: Say) -> Answer:
        """Keep a state as a policy file and a changes file; nothing is written of one that is wrong."""
        state = State.of(_part(about, "state"))
        self.programmes.asked(state)
        made = edits_of(state, self.programmes.factors)
        found: Answer = saving.save(self.out, _part(about, "name"), self.folder, state, made)
        return found

    def export(self, about: Any, say: Say) -> Answer:
        """Write the checked plan's folder with its report, as ``solve.py`` does."""
        folder = saving.place(self.out, _part(about, "name"), "")
        plan, beside = self.checked(State.of(_part(about, "state")), say)
        say("writing the report")
        plan.write(folder, beside, write_report)
        return {"folder": str(folder), "report": folder.name}

    def _unless_stopped(self) -> None:
        if self.stop is not None and self.stop.is_set():
            raise Stopped("another state is asked for")


def _part(about: Any, name: str) -> Any:
    return about.get(name) if isinstance(about, dict) else None


def _page_data(data: Any) -> Any:
    """A policy's file as JSON holds it: no date or infinite number gets that far, for the instance was checked."""
    if isinstance(data, dict):
        return {str(key): _page_data(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_page_data(value) for value in data]
    return data

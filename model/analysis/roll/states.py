"""The states of knowledge of a backtest: plans with foresight of ever more that is real, and decided year by year."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from model.analysis.roll.answer import Rolled, rolled
from model.analysis.roll.backtest import (
    PLAN,
    ROLL,
    RULER,
    Backtest,
    Flows,
    measured,
    rulers,
    share_of_content,
    share_of_imports,
)
from model.analysis.roll.knowledge import Knowledge, Worlds, knowledge_of, worlds_of
from model.analysis.roll.observed import read_observed
from model.analysis.roll.years import Years
from model.base.problems import InputError, Problem
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.instance.reading import policy as read_policy
from model.instance.reading import read, with_edits
from model.plan.plan import solve

Line = tuple[str, str, dict[int, float], dict[int, float]]
"""A state, its kind, its share of imports and of content by year."""


def backtest(
    instance: Instance | str | Path,
    policy: str | Path | Mapping[str, Any] | Policy = "",
    *,
    knowledge: Knowledge | str | Path | pd.DataFrame | Iterable[Mapping[str, Any]],
    observed: str | Path,
    known: int | None = None,
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> Backtest:
    """Each state of knowledge against what was observed.

    ``knowledge`` as in ``roll``, with a ``topic`` in each row; ``observed`` a CSV file of shares. ``known``: the year
    of the first state, by default the second of the horizon. Raises InputError, Unmeetable, Stopped, SolverError.
    """
    return States(instance, policy, knowledge, observed, known, say, stop).answer()


class States:
    """Every state of knowledge of an instance; what is wrong with what was asked is said before anything is solved."""

    def __init__(
        self,
        instance: Instance | str | Path,
        policy: str | Path | Mapping[str, Any] | Policy,
        knowledge: Knowledge | str | Path | pd.DataFrame | Iterable[Mapping[str, Any]],
        observed: str | Path,
        known: int | None = None,
        say: Callable[[str], None] = lambda _: None,
        stop: threading.Event | None = None,
    ) -> None:
        self.instance = instance if isinstance(instance, Instance) else read(instance)
        self.policy = policy if isinstance(policy, Policy) else read_policy(self.instance, policy)
        self.say, self.stop = say, stop or threading.Event()
        problems: list[Problem] = []
        self.known = self.instance.years[1] if known is None else known
        try:
            self.knowledge = knowledge if isinstance(knowledge, Knowledge) else knowledge_of(knowledge)
            self.worlds = worlds_of(self.instance, self.knowledge)
        except InputError as error:
            problems += error.problems
        try:
            self.observed = read_observed(observed, self.instance)
        except InputError as error:
            problems += error.problems
        else:
            seen = [year for year in self.observed.shares if self.instance.first_year <= year <= self.known]
            if not seen or self.known not in self.instance.years:
                first = min(set(self.observed.shares) & set(self.instance.years), default=self.instance.first_year)
                expected = f"expected a year of the horizon in or after which a share was seen: {first} to "
                expected += str(self.instance.last_year)
                problems.append(Problem("--known", None, "", str(self.known), expected))
        if problems:
            raise InputError(problems)

    def answer(self) -> Backtest:
        """Every state solved and measured."""
        lines = [*self._plans()]
        topics = self.knowledge.topics
        for some in [topics[:-1], topics] if len(topics) > 1 else [topics]:
            name = ROLL if some == topics else f"{ROLL}, without {topics[-1]}"
            worlds = self.worlds if some == topics else worlds_of(self.instance, self.knowledge.about(some))
            history = self._roll(worlds, name)
            lines.append((name, ROLL, *self._measured(history.tables)))
        for name, shares in rulers(self.instance, self.observed, self.known):
            lines.append((name, RULER, shares, {}))
        table, errors = measured(self.observed, self.known, lines)
        about = {key: history.summary[key] for key in ("instance", "policy", "knowledge", "not_knowing", "versions")}
        about |= {"known": self.known, "origin": self.observed.origin, "destination": self.observed.destination}
        means = dict(zip(errors["state"], errors["mean_error"], strict=True))
        return Backtest(table, errors, history, self.known, self.observed, {"mean_error": means, **about})

    def _plans(self) -> Iterator[Line]:
        """All as it was believed, then one topic after the other as it really went."""
        topics = self.knowledge.topics
        for count in range(len(topics) + 1):
            name = f"as known in {self.known}" if not count else f"+ {topics[count - 1]}"
            self.say(name)
            edits = self.knowledge.partly_real(self.known, topics[:count])
            plan = solve(with_edits(self.instance, edits) if edits else self.instance, self.policy, stop=self.stop)
            yield (name, PLAN, *self._measured(plan))

    def _measured(self, tables: Flows) -> tuple[dict[int, float], dict[int, float]]:
        seen = self.observed
        content = share_of_content(tables["content"], seen.origin)
        return share_of_imports(tables["shipments"], seen.origin, seen.destination), content

    def _roll(self, worlds: Worlds, name: str) -> Rolled:
        years = Years(worlds, self.policy, float("inf"), lambda text: self.say(f"{name}: {text}"), self.stop)
        years.run()
        return rolled(years, solve(worlds.real, self.policy, stop=self.stop))

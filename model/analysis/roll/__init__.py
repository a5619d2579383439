"""Deciding year by year, without hindsight: each year planned on what is believed then, and lived as it really goes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from model.analysis.roll.answer import Rolled, rolled
from model.analysis.roll.knowledge import Knowledge, knowledge_of, worlds_of
from model.analysis.roll.years import Years
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.instance.reading import policy as read_policy
from model.instance.reading import read
from model.plan.plan import solve


def roll(
    instance: Instance | str | Path,
    policy: str | Path | Mapping[str, Any] | Policy = "",
    *,
    knowledge: Knowledge | str | Path | pd.DataFrame | Iterable[Mapping[str, Any]],
    overrides: Mapping[str, Any] | None = None,
    time_limit: float = float("inf"),
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> Rolled:
    """A history of decisions without hindsight, beside the plan that knows all of it.

    ``knowledge`` is a file, or its rows as a frame or as mappings: ``known_from``, ``known_to`` (years, or blank),
    ``really`` (yes or no) and ``edit``, text as ``--edit`` takes it. Each year is planned on the edits known then;
    what is decided in it is fixed. The year then runs as it really goes: with every edit that is real.
    ``time_limit`` in seconds holds for each solve. Raises InputError with everything that is wrong, Unmeetable,
    Stopped, SolverError.
    """
    if not isinstance(instance, Instance):
        instance = read(instance)
    asked = policy if isinstance(policy, Policy) else read_policy(instance, policy, overrides)
    told = knowledge if isinstance(knowledge, Knowledge) else knowledge_of(knowledge)
    worlds = worlds_of(instance, told)
    years = Years(worlds, asked, time_limit, say, stop or threading.Event())
    years.run()
    say("the plan with foresight")
    foresight = solve(worlds.real, asked, overrides, time_limit=time_limit, stop=stop)
    say("putting both side by side")
    return rolled(years, foresight)

"""What is asked of a plan about its projects, judged before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from model.analysis.risk.projects import Project, projects, shows
from model.base.extras import lacks, to_install
from model.base.problems import InputError, Problem
from model.plan.plan import Plan
from model.plan.solved import Solved

MOST = 100_000
"""More draws than this are a slip of the pen."""


class Asked(NamedTuple):
    """Every project of the instance, how many draws of which seed, and the parts that other plans take for certain."""

    projects: Sequence[Project]
    draws: int
    seed: int
    insure: tuple[float, ...]

    def alone(self, s: Solved) -> tuple[str, ...]:
        """The projects at risk that a plan has: committed or built, and due within the horizon."""
        last = s.network.instance.last_year
        due = {p.plant: shows(s, p.plant) for p in self.projects if p.risky}
        return tuple(plant for plant, year in due.items() if year is not None and year <= last)


def ask(plan: Plan, draws: int, seed: int, insure: Sequence[float]) -> Asked:
    """The question. Raises InputError with everything that is wrong with it."""
    problems = list[Problem]()
    if plan.solved.branched:
        expected = "expected a plan of the one certain future: projects are drawn, and futures of a tree are not"
        problems.append(Problem("plan", None, "", "", expected))
    if plan.summary["goal"] != "cost":
        expected = f"expected a plan of the goal cost, by which the rest is planned anew, not of {plan.summary['goal']}"
        problems.append(Problem("plan", None, "", "", expected))
    problems += wrong_figures(draws, seed, insure)
    found = projects(plan.instance)
    if lacks("scipy"):
        problems.append(Problem("--draws", None, "", "", f"can't be made: {to_install('scipy')}"))
    if problems:
        raise InputError(problems)
    return Asked(found, draws, seed, tuple(sorted(insure)))


def wrong_figures(draws: int, seed: int, insure: Sequence[float]) -> list[Problem]:
    """What is wrong with the figures of a call."""
    problems = []
    if not 1 <= draws <= MOST:
        problems.append(Problem("--draws", None, "", f'"{draws}"', f"expected a whole number from 1 to {MOST:,}"))
    if seed < 0:
        problems.append(Problem("--seed", None, "", f'"{seed}"', "expected a whole number of at least 0"))
    for part in insure:
        if not 0 < part <= 2:
            expected = "expected parts above 0, at most 2: of what goes wrong in the mean"
            problems.append(Problem("--insure", None, "", f'"{part:g}"', expected))
    if len(set(insure)) < len(insure):
        problems.append(Problem("--insure", None, "", "", "names a part twice"))
    return problems

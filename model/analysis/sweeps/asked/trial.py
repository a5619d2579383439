"""Whether every factor of a sweep finds what it edits and stays within what the format allows, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator

from model.analysis.sweeps.asked.definition import TORNADO, Case, Factor, Sweep
from model.base.problems import InputError, Problem
from model.instance.editing.edit import Change
from model.instance.editing.making import cells
from model.instance.instance import Instance
from model.instance.policy.kinds import KINDS
from model.instance.ranges import FORMS, known
from model.instance.reading import applied

MOST_LISTED = 200
"""Cases of a list that are tried beforehand; later ones are judged when their turn comes."""


def trial(instance: Instance, sweep: Sweep) -> None:
    """Make the edits of each factor by itself: at each value, or at both ends of its range; of each listed case.

    Raises InputError with every problem; what the edits lead to in a table is said with the edit's place in the file.
    """
    problems: list[Problem] = []
    for policy, changes in _alone(sweep):
        try:
            applied(instance, policy, changes, sweep.file)
        except InputError as error:
            problems += [_at_edit(sweep, changes, p) for p in error.problems]
    if sweep.regret and not any(is_assumption(f) for f in sweep.factors):
        expected = "needs a factor that moves the instance: assumptions that may come true"
        problems.append(Problem(sweep.file, None, "regret", "", expected))
    if problems:
        raise InputError(problems)


def is_assumption(factor: Factor) -> bool:
    """Whether a factor moves the instance; one that moves policies alone is a choice."""
    return not factor.policy_only


def plan_key(sweep: Sweep, case: Case) -> tuple[object, ...]:
    """What is chosen in a case: its policy and the values of the factors that are choices."""
    return case.policy, *(case.values[f.name] for f in sweep.factors if not is_assumption(f))


def _alone(sweep: Sweep) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """A policy and the changes to try with it."""
    for listed in sweep.listed[:MOST_LISTED]:
        changes = (Change(e, e.value) for e in listed.edits if e.value is not None)
        yield listed.policy or sweep.policies[0], tuple(changes)
    for number, policy in enumerate(sweep.policies):
        for factor in sweep.factors:
            if number == 0 or any(e.table in KINDS for e in factor.all_edits):
                yield from ((policy, changes) for changes in _of_factor(factor, sweep.design))


def _of_factor(factor: Factor, design: str) -> Iterator[tuple[Change, ...]]:
    for level in factor.levels:
        yield tuple(Change(e, e.value) for e in level.edits if e.value is not None)
    ends = [factor.low, factor.high, *([factor.base] if design == TORNADO else [])]
    for value in factor.values or [v for v in ends if v is not None]:
        yield tuple(Change(e, value) for e in factor.edits)


def _at_edit(sweep: Sweep, changes: tuple[Change, ...], found: Problem) -> Problem:
    """A problem of a table or a policy, told where the edit stands that leads to it."""
    if found.file == sweep.file or not changes:
        return found
    at_fault = [c for c in changes if _speaks_of(found, c.edit.table, c.edit.column)]
    at_fault += [c for c in changes if _speaks_of(found, c.edit.table)]
    edit, value = (*at_fault, changes[0])[0]
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return Problem(sweep.file, edit.line, f"{edit.table}.{edit.column}", f"{edit.op} {shown}", f"leads to {found}")


def _speaks_of(found: Problem, table: str, column: str = "") -> bool:
    """Whether a problem is one of a table, or of a kind of policy row; and of a column, if one is named."""
    if found.file == f"{table}.csv":
        return not column or found.column == column
    kind, _, rest = found.column.partition(".")
    return found.file.startswith("policies/") and kind == table and (not column or column in rest.split("."))


def grades(instance: Instance, factor: Factor) -> dict[str, int]:
    """How many input figures of each grade a factor moves; none where it moves policies, scalars or definitions."""
    found: dict[str, int] = {}
    for edit in factor.all_edits:
        rows = cells(instance, edit)
        if "confidence" not in rows:
            continue
        own = dict(zip(rows.index, rows["confidence"].fillna(""), strict=True))
        if edit.table in FORMS:
            every = zip(instance.tables[edit.table].index, known(instance.tables, edit.table, edit.column), strict=True)
            own = {line: figure.confidence for line, figure in every if line in own}
        for grade in own.values():
            if grade != "definition":
                found[grade or "assumption"] = found.get(grade or "assumption", 0) + 1
    return dict(sorted(found.items()))

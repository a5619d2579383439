"""Goals solved in turn, each held at its value: the least shortfall, then cost.

A price on what is missed leads to the least shortfall, which a solve of its own proves. Harm and shortfall are each
held by a row at the value found, raised by as little as the solver's tolerance needs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import numpy as np

from model.base.errors import SolverError, Unmeetable
from model.base.units import T_PER_KT
from model.compiling.arrays import Sparse, sparse_row
from model.solving.goals.ties import NOTHING_T
from model.solving.held import HeldProgramme
from model.solving.programme import Arrays
from model.solving.solver.points import Basis, Point

Say = Callable[[str], None]

SLACKS = (0.0, 1e-9, 1e-7)
"""Slack with which a goal is held: none, or as little as the solver's tolerance needs, relative to its value.

With a slack a plan would miss, by grams, rows that it can meet, where a gram of shortfall saves much cost.
"""

FURTHER = (1e-9, 1e-8, 1e-7, 1e-6)
"""Where that does not do: absolute, kt and million USD (of 1, for a share)."""

SHORTFALL_PRICE = 1e4
"""Million USD per kt: a price at which hardly a tonne is missed that could be had. The least is proved from there."""


def in_order(held: HeldProgramme, start: Basis | None, say: Say) -> Point:
    """The cheapest plan with the least shortfall, with its prices; buyers may have to be starved for it.

    ``start``: a basis of the programme to begin at. The prices hold with each shortfall fixed at its own value too:
    fixing a column frees its reduced cost alone. Raises Unmeetable, SolverError.
    """
    found = least_shortfall_then_cost(held, start, say)
    if found is None:
        found = _with_least_harm(held, say, lambda: least_shortfall_then_cost(held, start, say))
    return found


def settle_harm(held: HeldProgramme, start: Basis | None, say: Say = lambda _: None) -> None:
    """Goal 1 by itself, every target put aside: nobody is starved if the hard rows allow it, else by the least harm."""
    held.allow(held.short, np.inf)
    nothing = sparse_row(np.zeros(0, dtype=np.int32), np.zeros(0))
    if held.least("nobody starved", nothing, start) is None:
        _with_least_harm(held, say, lambda: held.least("least harm held", nothing))


def raised(value: float) -> Iterator[float]:
    """A value that a solve found to be the least, then the same raised by ever more of the solver's tolerance."""
    yield from (value * (1 + slack) for slack in SLACKS)
    yield from (value + step * max(1.0, abs(value)) for step in FURTHER)


def least_shortfall_then_cost(
    held: HeldProgramme, start: Basis | None, say: Say, least_from: Basis | None = None
) -> Point | None:
    """The cheapest plan with the least shortfall within the shortfalls' bounds; None where there is no plan.

    ``least_from``: a basis near the least shortfall; without it a price on what is missed leads there.
    """
    most = held.upper[held.short].copy()
    say("the least shortfall")
    near = None
    if least_from is None:
        with contextlib.suppress(SolverError):
            near = held.least("shortfall at a price", _priced(held.arrays), start)
    basis = near.basis if near else least_from or start
    least = held.least("least shortfall", held.arrays.shortfall, basis, primal=near is not None)
    if least is None:
        return None
    say("the cheapest plan with the least shortfall")
    if least.objective * T_PER_KT <= NOTHING_T:
        held.allow(held.short, 0.0)
        cheapest = held.least("cost", basis=start)
        if cheapest is not None:
            return cheapest
        held.allow(held.short, most)
    return cheapest_with(held, held.shortfall_row, least.objective, start, least.basis if near else None)


def cheapest_with(held: HeldProgramme, row: int, value: float, start: Basis | None, plan: Basis | None = None) -> Point:
    """The cheapest plan with the goal of a row at its value; ``plan``: the basis of one which has it."""
    for most in raised(value):
        held.bound(row, most)
        cheapest = None
        with contextlib.suppress(SolverError):  # the next one may do
            cheapest = held.least("cost", basis=plan or start, primal=plan is not None)
        if cheapest is not None:
            return cheapest
    raise SolverError(f"a goal could not be held at {value:.9g}")


def _priced(arrays: Arrays) -> Sparse:
    """Cost, and a price on what is missed."""
    columns = len(arrays.cost)
    cost = arrays.cost + SHORTFALL_PRICE * arrays.shortfall.transposed_times(np.ones(1), columns)
    return sparse_row(np.arange(columns, dtype=np.int32), cost)


def _with_least_harm(held: HeldProgramme, say: Say, solve: Callable[[], Point | None]) -> Point:
    """What a solve finds with the least harm that the hard rows leave. Raises Unmeetable, SolverError."""
    say("the least harm to buyers")
    held.allow_harm(np.inf)
    least = held.least("least harm", held.arrays.harm)
    if least is None:
        raise Unmeetable(_why_unmeetable(held))
    for most in raised(max(0.0, least.objective)):
        held.allow_harm(most)
        found = solve()
        if found is not None:
            return found
    raise SolverError("the least harm could not be held")


def _why_unmeetable(held: HeldProgramme) -> str:
    """Which budget asks for more than can be spent; every other hard limit is kept by doing nothing."""
    arrays = held.arrays
    span, said = arrays.rows["budget_min"], []
    held.set_rows(np.arange(span.first, span.stop, dtype=np.int32), -np.inf, np.inf)
    for place, index in enumerate(span.index, start=span.first):
        point = None
        with contextlib.suppress(SolverError):  # without end: enough
            point = held.least(f"most that {index[0]} can spend", arrays.matrix.row(place, -1.0))
        asked = arrays.row_lower[place]
        if point is not None and -point.objective < asked - 1e-6:
            said.append(f"{index[0]} asks for at least {asked:,.6g} million USD; {-point.objective:,.6g} can be spent")
    return "; ".join(said) or "the budgets' minima contradict one another or another budget's maximum"

"""What solving a programme's goals found, and what one solve may know from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.compiling.arrays import Floats, Sparse
from model.solving.solver.points import Basis, Point, Run
from model.solving.whole import Lumped


@dataclass(frozen=True)
class WithoutPolicy:
    """The cheapest plan without policy: as it was found, its columns ``x`` as published, and what it leaves unserved.

    ``unserved``: kt by demand and node; nobody is served less under a policy.
    """

    point: Point
    x: Floats
    unserved: Floats


@dataclass(frozen=True)
class Outcome:
    """What the solves found: the plan ``x`` and the prices ``dual`` and ``reduced_cost``; kt and million USD.

    The bounds are those of the last cost solve. Its rows are the programme's and, behind them, those of ``held``.
    ``unserved`` is by demand and node, in the order of the rows ``demand_met``; ``harm`` is what goal 1 may be missed
    by, million USD, None where it is kept. ``bases``: where each solve ended, by name; ``weights`` are those of the
    tie-break.
    ``lumped``: what whole plants come to, where they were asked for.
    ``goal_value``: a share, million USD, a year; None for the goal ``cost``, or where there is no such year.
    """

    x: Floats
    dual: Floats
    reduced_cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    held: Sparse
    cost: float
    unserved: Floats
    harm: float | None
    shortfall: float
    goal: str
    goal_value: float | None
    baseline: WithoutPolicy = field(repr=False)
    bases: Mapping[str, Basis] = field(repr=False)
    weights: Sparse = field(repr=False)
    runs: tuple[Run, ...]
    lumped: Lumped | None = None

    @property
    def baseline_x(self) -> Floats:
        """The plan without policy, one among the equally cheap."""
        return self.baseline.x

    @property
    def baseline_cost(self) -> float:
        """Cost of the plan without policy, million USD."""
        return self.baseline.point.objective

    @property
    def baseline_dual(self) -> Floats:
        """Prices of the plan without policy."""
        return self.baseline.point.dual

    @property
    def baseline_basis(self) -> Basis:
        """Basis of the plan without policy: where the hard problem, and questions about the plan, start."""
        return self.baseline.point.basis


@dataclass(frozen=True)
class WarmStart:
    """What is known of a programme with the same columns and rows: where each solve, by name, may start, and weights.

    ``baseline``: its plan without policy, where that is the same programme; None where it has to be solved. The plan
    without policy is then left as it is found, one of the equally cheap, unless these leave different demand unserved.
    ``missed``: it is known that some target can't be met, so that no plan that meets them all is sought.
    """

    bases: Mapping[str, Basis]
    weights: Sparse
    baseline: WithoutPolicy | None = None
    missed: bool = False

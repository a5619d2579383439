"""One plan among the equally cheap: least tonnes made, moved, stored and built, weighted by name.

Each column has a weight between 1 and 2 that hangs on its name alone, its node left out, so that ties fall the same way
in every year and a plan doesn't swing between equals; an even tilt from node to node tells years apart. By
complementary slackness the optima are the points where every column with a reduced cost stands at its bound and every
row with a dual is tight, so the choice keeps the cost exactly and does not depend on the path, the algorithm or the
threads; but at a million columns some plans weigh the same within the solver's tolerance.
"""

from __future__ import annotations

import zlib

import numpy as np

from model.base.errors import SolverError
from model.base.units import T_PER_KT
from model.compiling.arrays import Floats, Ints, Span, Sparse, sparse_row, stacked
from model.instance.policy.kinds import further, shortfalls
from model.solving.held import HeldProgramme
from model.solving.programme import Arrays
from model.solving.solver.highs import TOLERANCE
from model.solving.solver.points import Point

NOTHING_T = 1e-4
"""A shortfall below this, t, is the solver's tolerance and counts as none."""

TILT = 1.001
"""How much more a column weighs at each further node. It grows, so that neither two that change places in time nor one
in the middle of two years and both of these weigh the same."""


def break_ties(
    held: HeldProgramme, optimum: Point, weights: Sparse, name: str = "one plan of the equally cheap"
) -> Floats:
    """The plan of least weighted tonnes among the optima; the optimum itself should that fail by a hair.

    Bounds and costs are left changed.
    """
    arrays = held.arrays
    columns, at, rows, tight = _priced_sides(held, optimum)
    held.solver.set_column_bounds(columns, at, at)
    held.solver.set_row_bounds(rows, tight, tight)
    try:
        chosen = held.least(name, weights, optimum.basis)
    except SolverError:  # the optimum stands, though another of the same cost might have been published
        chosen = None
    cost, found = arrays.cost, optimum.x
    least = float(cost @ found)
    if chosen is not None and float(cost @ chosen.x) <= least + 1e-9 * max(1.0, abs(least)):
        found = found if violated(held, chosen.x) else chosen.x
    return np.clip(found, arrays.lower, arrays.upper)


def hold_optima(held: HeldProgramme, optimum: Point) -> None:
    """Leave the optima alone: what has a price stays at its bound. ``optimum`` is of the present bounds."""
    columns, at, rows, tight = _priced_sides(held, optimum)
    held.set_columns(columns, at, at)
    held.set_rows(rows, tight, tight)


def _priced_sides(held: HeldProgramme, optimum: Point) -> tuple[Ints, Floats, Ints, Floats]:
    """Columns and rows with a price, each with the bound that it names."""
    own = len(optimum.dual)  # rows that came later have no price
    return (
        *_sides(optimum.reduced_cost, held.lower, held.upper),
        *_sides(optimum.dual, held.row_lower[:own], held.row_upper[:own]),
    )


def _sides(price: Floats, lower: Floats, upper: Floats) -> tuple[Ints, Floats]:
    """Places with a price and the side that it names; an infinite side is named by the solver's noise alone."""
    places = np.flatnonzero(np.abs(price) > TOLERANCE).astype(np.int32)
    side = np.where(price[places] > 0, lower[places], upper[places])
    finite = np.isfinite(side)
    return places[finite], side[finite]


def violated(held: HeldProgramme, x: Floats) -> bool:
    """Whether a limit is missed by more than a tenth of a kilogram, as a looser tolerance may."""
    rows = stacked([held.arrays.matrix, *held.added])
    values = rows.times(x) - rows.constant
    of_rows = np.maximum(held.row_lower - values, values - held.row_upper).max()
    of_columns = np.maximum(held.lower - x, x - held.upper).max()
    return bool(max(of_rows, of_columns) > NOTHING_T / T_PER_KT)


def tie_weights(arrays: Arrays) -> Sparse:
    """A tonne of each column, between 1 and 2 by its name; what a policy adds follows from the rest and weighs 0."""
    nodes: dict[str, int] = {}
    _weights("activity", arrays.columns["activity"], nodes)  # it has every node, in order
    nothing = {"consumption", "starved", "tail_from", "tail_excess", *shortfalls(), *further()}
    weights = [
        np.zeros(len(span.index)) if name in nothing else _weights(name, span, nodes)
        for name, span in arrays.columns.items()
    ]
    return sparse_row(np.arange(len(arrays.cost), dtype=np.int32), np.concatenate(weights))


def _weights(name: str, span: Span, nodes: dict[str, int]) -> Floats:
    """CRC-32 of the columns' names without their last part, the node, such as ``ship[magnet,B,A,free,``, tilted.

    ``nodes`` gathers the nodes in the order in which they are met.
    """
    *before, last = span.factors
    found = [zlib.crc32(f"{name}[".encode())]
    for rows in before:
        parts = [f"{','.join(map(str, row))},".encode() for row in rows]
        found = [zlib.crc32(part, begun) for begun in found for part in parts]
    stems = [",".join(map(str, row[:-1])).encode() for row in last]
    tilts = [TILT ** nodes.setdefault(row[-1], len(nodes)) for row in last]
    ends = list(zip(stems, tilts, strict=True))
    return np.array([(1 + zlib.crc32(stem, begun) / 2**32) * tilt for begun in found for stem, tilt in ends])

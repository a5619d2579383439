"""Draws of every project's luck: a Latin hypercube, two numbers a project, the same for the same seed.

A project comes where its first number is below ``success``; its delay in whole years is the quantile of the second in
a geometric distribution of mean ``slip_years``: each year in which it is due it comes with the chance 1 / (1 + slip).
Of 26 dated projects that were reached 15 came within half a year of the promise at a mean of 0.8 years: the geometric
says 0.56, a Poisson distribution of that mean 0.45, and its tail is shorter than theirs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.analysis.risk.projects import Luck, Project

LONGEST = 1000
"""Years of delay at most: as good as never."""


@dataclass(frozen=True)
class Draws:
    """The luck of every project (columns, in the order of ``plants``) in every draw (rows)."""

    plants: tuple[str, ...]
    comes: npt.NDArray[np.bool_]
    late: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.comes)

    def __getitem__(self, number: int) -> Mapping[str, Luck]:
        """The projects that have bad luck in a draw, by plant."""
        found = zip(self.plants, self.comes[number].tolist(), self.late[number].tolist(), strict=True)
        luck = {plant: Luck(comes, late) for plant, comes, late in found}
        return {plant: one for plant, one in luck.items() if not one.good}


def draw(some: Sequence[Project], count: int, seed: int) -> Draws:
    """``count`` draws of some projects."""
    from scipy.stats import qmc

    unit = qmc.LatinHypercube(d=2 * len(some), seed=seed).random(count) if some else np.zeros((count, 0))
    chance, wait = unit[:, ::2], unit[:, 1::2]
    comes = chance < np.array([p.success for p in some])
    late = np.array([delays(wait[:, i], p.slip_years) for i, p in enumerate(some)]).T.reshape(count, len(some))
    return Draws(tuple(p.plant for p in some), comes, np.where(comes, late, 0).astype(np.int32))


def delays(unit: npt.NDArray[np.float64], mean: float) -> npt.NDArray[np.int32]:
    """Whole years of delay at some quantiles (0 to 1): geometric from 0, of the given mean.

    >>> delays(np.array([0.0, 0.49, 0.51, 0.76, 0.99]), 1.0).tolist()
    [0, 0, 1, 2, 6]
    """
    if mean <= 0:
        return np.zeros(len(unit), dtype=np.int32)
    later = math.log(mean / (1 + mean))
    years = np.floor(np.log1p(-np.minimum(unit, 1 - 1e-15)) / later)
    return np.minimum(years, LONGEST).astype(np.int32)

"""Samples of a sweep's ranges, by SALib: the same seed gives the same samples.

A Sobol' design (Saltelli et al. 2010, Computer Physics Communications 181, 259-270) holds samples x (factors + 2)
cases, in the order that ``SALib.analyze.sobol`` expects.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from model.analysis.sweeps.asked.definition import LATIN, Factor, Sweep


def sample(sweep: Sweep) -> npt.NDArray[np.float64]:
    """Values by case (rows) and factor (columns). Whole factors take each whole number equally often."""
    unit = _unit(sweep)
    return np.column_stack([_spread(factor, unit[:, i]) for i, factor in enumerate(sweep.factors)])


def problem(count: int) -> dict[str, Any]:
    """SALib's statement of factors spread evenly over 0 to 1."""
    return {"num_vars": count, "names": [str(i) for i in range(count)], "bounds": [[0.0, 1.0]] * count}


def _unit(sweep: Sweep) -> npt.NDArray[np.float64]:
    asked = problem(len(sweep.factors))
    if sweep.design == LATIN:
        from SALib.sample import latin

        return np.asarray(latin.sample(asked, sweep.samples, seed=sweep.seed))
    from SALib.sample import sobol

    return np.asarray(sobol.sample(asked, sweep.samples, calc_second_order=False, seed=sweep.seed))


def _spread(factor: Factor, unit: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Evenly spread numbers of 0 to 1 as a factor's values."""
    low, high = factor.low or 0.0, factor.high or 0.0
    if factor.whole:
        low, high = math.ceil(low), math.floor(high)
        return np.minimum(np.floor(low + unit * (high - low + 1)), high)
    if factor.distribution == "log-uniform":
        return np.asarray(low * (high / low) ** unit)
    if factor.distribution == "triangular":
        mode = factor.mode if factor.mode is not None else low
        at = (mode - low) / (high - low)
        rising = low + np.sqrt(unit * (high - low) * (mode - low))
        falling = high - np.sqrt((1 - unit) * (high - low) * (high - mode))
        return np.where(unit < at, rising, falling)
    return low + unit * (high - low)

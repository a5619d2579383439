"""Programmes that differ in numbers alone: a policy's numbers put into compiled arrays, without writing them anew."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from model.compiling.arrays import Floats
from model.formulation.network import Network, TargetKey, key
from model.instance.policy.kinds import asked_of, hard
from model.instance.policy.policies import Policy
from model.solving.goals.targets import limits_of
from model.solving.programme import Arrays

NOTHING_KT = 1e-10
"""Less than a tenth of a gram is the solver's noise."""


class PolicyNumbers:
    """Where the numbers of a policy stand in compiled arrays: shares and budgets.

    A share of a cap or a stock is the coefficient of what is consumed, one of a domestic minimum the row's side. What
    else a policy says makes rows and columns; ``fits`` tells whether two policies differ in those numbers alone.
    """

    def __init__(self, arrays: Arrays, network: Network) -> None:
        self.arrays, self.policy = arrays, network.policy
        limits = limits_of(arrays, network)
        start, column = arrays.matrix.start, arrays.matrix.column
        self.coefficients: list[tuple[TargetKey, int, int, float]] = []
        self.sides: list[tuple[TargetKey, int, int, float, float]] = []
        for limit in limits:
            at = (key(limit.target), limit.year)
            if limit.base_column >= 0:
                places = np.arange(start[limit.row], start[limit.row + 1])
                place = places[column[places] == limit.base_column]
                self.coefficients += [(*at, int(p), limit.turned) for p in place.tolist()]
            else:
                self.sides.append((*at, limit.row, limit.turned * limit.fixed_base, limit.asked))

        caps = [limit for limit in limits if limit.at_most]
        self.cap_rows, self.cap_bases, self.cap_shorts = (
            np.array([getattr(limit, name) for limit in caps], dtype=np.int32)
            for name in ("row", "base_column", "short")
        )
        self.cap_turned, self.cap_constants = (
            np.array([getattr(limit, name) for limit in caps]) for name in ("turned", "constant")
        )
        self.cap_keys = [(key(limit.target), limit.year) for limit in caps]

    def largest_share(self, arrays: Arrays, policy: Policy, x: Floats) -> float | None:
        """The largest share of any supplier under any cap in force, at a point of arrays with the same rows.

        None where no cap counts anything.
        """
        share = {(key(t), year): z for t in policy.share_caps for year, z in t.share.items()}
        level = np.array([share[at] for at in self.cap_keys])
        base, left = x[self.cap_bases], arrays.matrix.times(x)[self.cap_rows]
        amount = self.cap_turned * left + level * base + x[self.cap_shorts] + self.cap_constants
        counted = (base > NOTHING_KT) & (amount > NOTHING_KT)
        return float((amount[counted] / base[counted]).max()) if counted.any() else None

    def fits(self, policy: Policy) -> bool:
        """Whether the arrays become those of the policy by ``filled``."""
        return _skeleton(policy) == _skeleton(self.policy)

    def filled(self, policy: Policy) -> Arrays:
        """The arrays with the numbers of a policy that fits."""
        share = {(key(t), year): z for t in policy.targets for year, z in t.share.items()}
        value, lower, upper = (
            self.arrays.matrix.value.copy(),
            self.arrays.row_lower.copy(),
            self.arrays.row_upper.copy(),
        )
        for target, year, place, turned in self.coefficients:
            value[place] = -share[target, year] * turned
        for target, year, row, base, asked in self.sides:
            more = (share[target, year] - asked) * base
            lower[row] += more  # of the two sides one is infinite and stays so
            upper[row] += more
        self._fill_hard_rows(policy, lower, upper)
        matrix = dataclasses.replace(self.arrays.matrix, value=value)
        return dataclasses.replace(self.arrays, matrix=matrix, row_lower=lower, row_upper=upper)

    def _fill_hard_rows(self, policy: Policy, lower: Floats, upper: Floats) -> None:
        for kind in hard():
            asked = {a.row: kind.bounds(a) for a in kind.asked(policy)}
            for family in kind.families:
                for index, row in self.arrays.places("row", family).items():
                    for side in (lower, upper) if family in asked.get(index[0], {}) else ():
                        if np.isfinite(side[row]):
                            side[row] = asked[index[0]][family]


def _skeleton(policy: Policy) -> tuple[Any, ...]:
    """A policy without the numbers that stand in coefficients and sides; a share of 0 leaves no coefficient."""
    bare = [(kind.key, kind.without_numbers(asked)) for kind, asked in asked_of(policy)]
    return (*(found for found in bare if found[1] is not None), policy.traced, policy.traced_regions)

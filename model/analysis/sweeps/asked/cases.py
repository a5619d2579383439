"""The cases of a sweep, counted out one by one: none is kept, so their number costs no memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
import numpy.typing as npt

from model.analysis.sweeps.asked.definition import GRID, LIST, TORNADO, Case, Factor, Sweep
from model.analysis.sweeps.asked.samples import sample
from model.base.problems import InputError, Problem
from model.instance.editing.edit import Change

MOST = 1_000_000
"""More cases than this are a slip of the pen."""


@dataclass(frozen=True)
class Cases(Sequence[Case]):
    """Every case of a sweep by its place, from 0 (its number is one more). Policies are the outermost."""

    sweep: Sweep

    def __len__(self) -> int:
        return self.per_policy * (1 if self.sweep.design == LIST else len(self.sweep.policies))

    @cached_property
    def per_policy(self) -> int:
        """Cases of each policy. Raises InputError where they are too many."""
        sweep = self.sweep
        if sweep.design == LIST:
            count = len(sweep.listed)
        elif sweep.design == GRID:
            count = math.prod(_steps(f) for f in sweep.factors)
        elif sweep.design == TORNADO:
            count = 1 + 2 * len(sweep.factors)
        else:
            count = sweep.samples * (1 if sweep.design == "latin-hypercube" else len(sweep.factors) + 2)
        if count * len(sweep.policies) > MOST:
            expected = f"{count * len(sweep.policies):,} cases; expected {MOST:,} at most"
            raise InputError([Problem(sweep.file, None, "", "", expected)])
        return count

    @overload
    def __getitem__(self, place: int) -> Case: ...
    @overload
    def __getitem__(self, place: slice) -> list[Case]: ...
    def __getitem__(self, place: int | slice) -> Case | list[Case]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        sweep = self.sweep
        if sweep.design == LIST:
            listed = sweep.listed[place]
            changes = tuple(Change(e, _own(e.value)) for e in listed.edits)
            return Case(place + 1, listed.name, listed.policy or sweep.policies[0], {}, changes)
        number, at = divmod(place, self.per_policy)
        values: dict[str, float | str | None]
        if sweep.design == GRID:
            values = self._of_grid(at)
        elif sweep.design == TORNADO:
            values = self._of_tornado(at)
        else:
            values = {f.name: float(v) for f, v in zip(sweep.factors, self._samples[at].tolist(), strict=True)}
        changes = tuple(c for f in sweep.factors for c in _changes(f, values[f.name], sweep.design == TORNADO))
        return Case(place + 1, self._name(at, values), sweep.policies[number], values, changes)

    def __iter__(self) -> Iterator[Case]:
        return (self[i] for i in range(len(self)))

    @cached_property
    def _samples(self) -> npt.NDArray[np.float64]:
        return sample(self.sweep)

    def _of_grid(self, at: int) -> dict[str, float | str | None]:
        """The last factor turns fastest."""
        found: dict[str, float | str | None] = {}
        for factor in reversed(self.sweep.factors):
            at, place = divmod(at, _steps(factor))
            found[factor.name] = factor.levels[place].name if factor.levels else factor.values[place]
        return {factor.name: found[factor.name] for factor in self.sweep.factors}

    def _of_tornado(self, at: int) -> dict[str, float | str | None]:
        """The base case, then each factor's low and high."""
        values: dict[str, float | str | None] = {f.name: f.neutral for f in self.sweep.factors}
        if at > 0:
            factor = self.sweep.factors[(at - 1) // 2]
            values[factor.name] = factor.low if at % 2 else factor.high
        return values

    def _name(self, at: int, values: dict[str, float | str | None]) -> str:
        """What a case is called in messages."""
        sweep = self.sweep
        if sweep.design == TORNADO:
            return "base" if at == 0 else f"{sweep.factors[(at - 1) // 2].name} {'low' if at % 2 else 'high'}"
        if sweep.design == GRID:
            return ", ".join(v if isinstance(v, str) else f"{n} {v:g}" for n, v in values.items())
        return f"sample {at + 1}"


def _steps(factor: Factor) -> int:
    return len(factor.levels) or len(factor.values)


def _own(value: float | str | None) -> float | str:
    assert value is not None  # the file's checks see to it
    return value


def _changes(factor: Factor, value: float | str | None, tornado: bool) -> Iterator[Change]:
    """A factor's edits at a value; none where the base case leaves the instance as it is."""
    if factor.levels:
        level = next(level for level in factor.levels if level.name == value)
        yield from (Change(e, _own(e.value)) for e in level.edits)
    elif value is not None and not (tornado and factor.base is None and value == factor.neutral):
        yield from (Change(e, value) for e in factor.edits)

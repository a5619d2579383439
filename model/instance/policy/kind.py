"""What a kind of policy row is: the record that goals, tables, labels and sweeps ask."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from model.instance.policy.policies import Policy
from model.instance.policy.rows import DAYS, Row, Wrong


@dataclass(frozen=True)
class Measure:
    """One way in which a kind counts. ``rows``: its family in the programme; ``label``: what a reader calls it.

    ``standing``: capacity counts as such, whether it runs or not. ``base``: what its share is taken of, where that is
    not what the kind's is.
    """

    rows: str
    label: str
    standing: bool = False
    base: str = ""


def _nothing_wrong(_: Row) -> Iterator[Wrong]:
    return iter(())


def _no_bounds(_: Any) -> Mapping[str, float]:
    return {}


@dataclass(frozen=True)
class Kind:
    """What a kind of policy row is; what isn't said of a kind is what most kinds have.

    ``key``: its name in the file; ``of``: the class of what a row asks for; ``attribute``: the policy's field that
    holds them (blank: ``Policy.more``). ``read`` makes them from a row that ``wrong`` finds nothing wrong with.

    ``measures``: the ways to count, by the word in the file; one that can't be chosen is named here alone.
    ``short``: the variable by which its rows may fall short, kt; blank: they are hard, or in no programme. ``over``:
    the programme's Set of that variable, the node last. ``further``: its other variables, which cost nothing.
    ``base``: what a share is taken of, USE, DEMAND or CRISIS; ``at_most``: a cap, else a minimum; ``cell``: the key of
    the limit; ``days``: it is stated in days of use and not as a share. ``inside``: it counts what plants in the
    buyer's regions make or could make.

    ``numbers``: keys that change numbers of the programme alone, ``structural``: other keys with a number.
    ``bounds``: what the rows of a hard kind allow or ask for, by family, in the programme's units.
    ``bare``: one without its numbers; two that are then the same differ in numbers alone. ``eased``: one asked for less
    by some cells of the file. Both have a form for targets.
    """

    key: str
    of: type
    read: Callable[[Row], Iterable[Any]]
    wrong: Callable[[Row], Iterator[Wrong]] = _nothing_wrong
    attribute: str = ""
    measures: Mapping[str, Measure] = field(default_factory=dict)
    short: str = ""
    over: str = ""
    further: tuple[str, ...] = ()
    base: str = ""
    at_most: bool = False
    cell: str = ""
    days: bool = False
    inside: bool = False
    numbers: tuple[str, ...] = ()
    structural: tuple[str, ...] = ("from", "to")
    bounds: Callable[[Any], Mapping[str, float]] = _no_bounds
    bare: Callable[[Any], Any] | None = None
    eased: Callable[[Any, Mapping[str, Any]], Any] | None = None

    @property
    def families(self) -> tuple[str, ...]:
        """Its families of rows in the programme."""
        return tuple(m.rows for m in self.measures.values())

    @property
    def unit(self) -> str:
        """What its limit is shown in: days or share; nothing for kinds whose limit isn't a share."""
        return "" if not self.base else "days" if self.days else "share"

    def asked(self, policy: Policy) -> tuple[Any, ...]:
        """What a policy asks for of this kind."""
        found: tuple[Any, ...] = getattr(policy, self.attribute) if self.attribute else policy.more.get(self.key, ())
        return found

    def replaced(self, policy: Policy, rows: Iterable[Any]) -> Policy:
        """The policy with other rows of this kind."""
        value: Any = tuple(rows) if self.attribute else {**policy.more, self.key: tuple(rows)}
        changed: dict[str, Any] = {self.attribute or "more": value}
        return dataclasses.replace(policy, **changed)

    def measure(self, asked: Any) -> tuple[str, Measure]:
        """How a target counts: the word and what it means."""
        word = getattr(asked, "measure", None) or next(iter(self.measures))
        return word, self.measures[word]

    def without_numbers(self, asked: Any) -> Any:
        """One without its numbers; a share of 0 leaves no coefficient, so it stays one."""
        if self.bare is not None:
            return self.bare(asked)
        return dataclasses.replace(asked, share={y: float(z > 0) for y, z in asked.share.items()})

    def easier(self, asked: Any, values: Mapping[str, Any]) -> Any:
        """One that asks for less, or from a later year on (``from``); never for more than before in any year."""
        if self.eased is not None:
            return self.eased(asked, values)
        share = {y: z for y, z in asked.share.items() if y >= values.get("from", y)}
        if self.cell in values:
            level = values[self.cell] / DAYS if self.days else values[self.cell]
            share = {y: (max if self.at_most else min)(z, level) for y, z in share.items()}
        return dataclasses.replace(asked, share=share)

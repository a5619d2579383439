"""What is asked: whose exports of what stop, when and for how long, and who is to be served; judged all at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from model.base.problems import InputError, Problem, known_names, nearest, quoted
from model.instance.instance import Instance
from model.plan.stress.crisis import LONGEST, Stop

ALL = "all"
"""In a table: every buyer, sector or good together."""
MONTHS = (1.0, 3.0, 6.0, 12.0)


@dataclass(frozen=True)
class Asked:
    """The crises to look at. ``buyers`` and ``suppliers``: regions by name; ``scopes``: goods by name."""

    buyers: Mapping[str, tuple[str, ...]]
    suppliers: Mapping[str, frozenset[str]]
    scopes: Mapping[str, frozenset[str]]
    months: tuple[float, ...]
    years: tuple[int, ...]
    others: float
    first: tuple[str, ...]
    sectors: tuple[str, ...]

    def stops(self, instance: Instance) -> Iterator[tuple[str, str, Stop]]:
        """Each supplier and scope in which some plant makes something of what is stopped."""
        for supplier, regions in self.suppliers.items():
            made = {k for k, r in instance.makers if r in regions}
            for scope, goods in self.scopes.items():
                if made & goods:
                    yield supplier, scope, Stop(regions, goods)


def ask(
    instance: Instance,
    buyers: Mapping[str, Sequence[str]],
    *,
    suppliers: Sequence[str] = (),
    pairs: bool = False,
    scopes: Sequence[str] = (),
    months: Sequence[float] = (),
    years: Sequence[int] = (),
    others: float = 0.0,
    first: Sequence[str] = (),
) -> Asked:
    """The question with its defaults filled in. Raises InputError with every problem.

    ``buyers``: regions by name. Suppliers: each region, all goods and each stage, the years of the plan, 1, 3, 6 and 12
    months, nobody else to be served, no order of sectors.
    """
    regions = {r for members in buyers.values() for r in members}
    sectors = tuple(dict.fromkeys(q[2] for q in instance.demands if q[1] in regions))
    problems = [
        *_wrong_buyers(instance, buyers),
        *_wrong("--supplier", suppliers, [*instance.regions, *instance.groups, ALL], "region or group"),
        *_wrong("--scope", scopes, [ALL, *instance.stages], "stage"),
        *_wrong("--first", first, sectors, "sector of these buyers"),
        *_wrong_numbers(months, years, others, instance),
    ]
    if problems:
        raise InputError(problems)
    goods = {ALL: instance.commodities, **instance.stages}
    return Asked(
        {name: tuple(members) for name, members in buyers.items()},
        _suppliers(instance, suppliers, pairs),
        {scope: frozenset(goods[scope]) for scope in scopes or (ALL, *_made(instance))},
        tuple(sorted(set(map(float, months or MONTHS)))),
        tuple(sorted(set(years))) or tuple(instance.years),
        others,
        tuple(dict.fromkeys(first)),
        sectors,
    )


def _made(instance: Instance) -> list[str]:
    """Stages of which something is made."""
    made = {k for k, _ in instance.makers}
    return [stage for stage, goods in instance.stages.items() if made & set(goods)]


def _suppliers(instance: Instance, names: Sequence[str], pairs: bool) -> dict[str, frozenset[str]]:
    """Each supplier by itself; a group is one supplier that stops as a whole. ``pairs``: each two as well."""
    made = {r for _, r in instance.makers}
    named = [r for r in instance.regions if r in made] if not names or ALL in names else list(dict.fromkeys(names))
    found = {name: frozenset(instance.members(name)) for name in named}
    if pairs:
        found |= {f"{a}+{b}": found[a] | found[b] for a, b in combinations(named, 2)}
    return found


def _wrong_buyers(instance: Instance, buyers: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    if not buyers:
        yield Problem("--buyer", None, "", "", "the policy names no buyer; say whose supply is meant")
    demanded = {q[1] for q in instance.demands}
    for name, regions in buyers.items():
        if not demanded & set(regions):
            yield Problem("--buyer", None, "", quoted(name), "has no demand: there is nothing to serve")


def _wrong(what: str, names: Iterable[str], known: Sequence[str], kind: str) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            expected = f"is no {kind}; known: {known_names(known)}"
            yield Problem(what, None, "", quoted(name), expected, nearest(name, known))


def _wrong_numbers(
    months: Iterable[float], years: Iterable[int], others: float, instance: Instance
) -> Iterator[Problem]:
    for length in months:
        if not (math.isfinite(length) and 0 < length <= 12 * LONGEST):
            yield Problem("--months", None, "", quoted(length), f"expected months above 0 and at most {12 * LONGEST:g}")
    for year in years:
        if year not in instance.years:
            expected = f"is outside the horizon {instance.first_year} to {instance.last_year}"
            yield Problem("--years", None, "", quoted(year), expected)
    if not 0 <= others <= 1:
        yield Problem("--others", None, "", quoted(others), "expected a share of everybody else's demand, 0 to 1")


def buyers_named(instance: Instance, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Regions of some buyers, groups or regions. Raises InputError."""
    known = [*instance.groups, *instance.regions]
    problems = list(_wrong("--buyer", names, known, "region or group"))
    if problems:
        raise InputError(problems)
    return {name: instance.members(name) for name in dict.fromkeys(names)}

"""What is asked: which caps, years and budgets, judged all at once, and the policy in which they vary."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from model.base.problems import InputError, Problem, known_names, nearest, quoted
from model.instance.instance import Instance
from model.instance.policy.policies import Budget, Policy
from model.instance.policy.row_names import row_names
from model.instance.policy.targets import ShareCap
from model.instance.reading import policy as read_policy

CAPS = (0.9, 0.75, 0.65, 0.5, 0.35, 0.2)
"""From a cap that asks little to one that asks for most of a chain; 0.65 is the Critical Raw Materials Act's."""
YEARS = 6
HORIZON = 2 / 3
"""Part of the horizon over which the first years are spread: later ones leave little time in which a cap holds."""


@dataclass(frozen=True)
class Question:
    """The grid (caps from loose to tight, years and budgets upwards, USD; a budget of None is no limit).

    ``policy`` has the varied caps in force from the first year of the horizon, at any share, and the varied ``budget``.
    """

    instance: Instance
    asked: Policy
    policy: Policy
    rows: tuple[str, ...]
    caps: tuple[float, ...]
    years: tuple[int, ...]
    budgets: tuple[float | None, ...]
    budget: Budget | None
    note: str

    @property
    def called(self) -> str:
        """The varied rows in words."""
        names = row_names(self.instance.tables, self.asked)
        return ", ".join(names[row] for row in self.rows)

    @property
    def horizon(self) -> range:
        """The years from which a varied cap could hold."""
        return range(self.instance.first_year, _last_year(self.varied) + 1)

    @property
    def varied(self) -> tuple[ShareCap, ...]:
        """The caps that vary, one for each buyer and scope."""
        return tuple(cap for cap in self.policy.share_caps if cap.row in self.rows and cap.share)

    def later(self, year: int) -> int | None:
        """The next year of the grid."""
        return next((y for y in self.years if y > year), None)

    def richer(self, budget: float | None) -> float | None:
        """The next larger budget of the grid."""
        return next((b for b in self.budgets if b is not None and budget is not None and b > budget), None)


def ask(
    instance: Instance,
    policy: str | Policy,
    caps: Sequence[float],
    years: Sequence[int],
    budgets: Sequence[float],
    rows: Sequence[str],
) -> Question:
    """The question with its defaults filled in. Raises InputError with every problem."""
    asked = policy if isinstance(policy, Policy) else read_policy(instance, policy)
    known = tuple(dict.fromkeys(cap.row for cap in asked.share_caps))
    names = tuple(dict.fromkeys(rows)) or known
    varied = [cap for cap in asked.share_caps if cap.row in names and cap.share]
    budget, note = _budget(instance, asked, bool(budgets))
    problems = [*_wrong_rows(asked, known, names, varied), *_wrong_caps(caps), *_wrong_budgets(budgets, budget)]
    problems += _wrong_years(years, instance, varied)
    if problems:
        raise InputError(problems)
    return Question(
        instance,
        asked,
        _widened(instance, asked, names, budget),
        names,
        tuple(sorted(set(caps or CAPS), reverse=True)),
        tuple(sorted(set(years))) or default_years(instance, varied),
        tuple(sorted(set(budgets))) or _default_budgets(instance, budget),
        budget,
        note,
    )


def _last_year(varied: Iterable[ShareCap]) -> int:
    return max(max(cap.share) for cap in varied)


def _wrong_rows(
    asked: Policy, known: Sequence[str], names: Sequence[str], varied: Sequence[ShareCap]
) -> Iterator[Problem]:
    if not known:
        yield Problem("--policy", None, "", quoted(asked.name), "has no [[share_cap]]: there is no cap to vary")
        return
    for name in names:
        if name not in known:
            expected = f"is no share cap of policy {asked.name}; known: {known_names(known)}"
            yield Problem("--row", None, "", quoted(name), expected, nearest(name, known))
        elif not any(cap.row == name for cap in varied):
            yield Problem("--row", None, "", quoted(name), "never holds in the horizon")


def _wrong_caps(caps: Sequence[float]) -> Iterator[Problem]:
    for cap in caps:
        if not 0 <= cap <= 1:
            yield Problem("--caps", None, "", quoted(cap), "expected a share from 0 to 1")


def _wrong_budgets(budgets: Sequence[float], budget: Budget | None) -> Iterator[Problem]:
    for usd in budgets:
        if not 0 < usd < math.inf:
            yield Problem("--budgets", None, "", quoted(usd), "expected an amount above 0 [USD]")
        elif budget is not None and usd < budget.min_usd:
            expected = f"is below the least that {budget.row} asks to spend, {budget.min_usd:g} USD"
            yield Problem("--budgets", None, "", quoted(usd), expected)


def _wrong_years(years: Sequence[int], instance: Instance, varied: Sequence[ShareCap]) -> Iterator[Problem]:
    last = _last_year(varied) if varied else instance.last_year
    for year in years:
        if year not in instance.years:
            expected = f"is outside the horizon {instance.first_year} to {instance.last_year}"
            yield Problem("--years", None, "", quoted(year), expected)
        elif year > last:
            yield Problem("--years", None, "", quoted(year), f"is after the last year of every varied cap, {last}")


def _budget(instance: Instance, asked: Policy, wanted: bool) -> tuple[Budget | None, str]:
    """The budget that varies, and what to say about it: the policy's largest, else one over the envelope's hosts."""
    limited = [b for b in asked.budgets if b.max_usd < math.inf]
    if limited:
        largest = max(limited, key=lambda b: b.max_usd)
        others = f", the largest of {len(limited)} maxima; the others are kept" if len(limited) > 1 else ""
        return largest, f"the most that “{row_names(instance.tables, asked)[largest.row]}” allows varies{others}"
    envelope = instance.envelope
    if envelope is None and not wanted:
        return None, "no limit on capital"
    row = f"budget.{len({b.row for b in asked.budgets})}"
    hosts = envelope.hosts if envelope else "everywhere"
    regions = instance.members(hosts) if envelope else instance.regions
    budget = Budget(row, hosts, regions, None, 0.0, math.inf, instance.first_year, instance.last_year)
    return budget, "a limit on capital is added to the policy"


def _default_budgets(instance: Instance, budget: Budget | None) -> tuple[float | None, ...]:
    """Low end, middle and high end of the envelope, else the policy's own maximum, else none."""
    if budget is None:
        return (None,)
    if instance.envelope is not None:
        low, high = instance.envelope.min, instance.envelope.max
        found = sorted({usd for usd in (low, (low + high) / 2, high) if usd >= budget.min_usd and usd > 0})
        if found:
            return tuple(found)
    return (budget.max_usd,)


def default_years(instance: Instance, varied: Sequence[ShareCap]) -> tuple[int, ...]:
    """Six years from the first in which something new could run, over two thirds of the horizon.

    The one nearest to the policy's own first year is moved there.
    """
    starts = [
        decisions[0] + plant.lead_time
        for plant in instance.plants.values()
        if (decisions := instance.decision_years(plant))
    ]
    end = _last_year(varied)
    last = min(end, instance.first_year + round(HORIZON * (instance.last_year - instance.first_year)))
    first = min(min(starts, default=instance.first_year), last)
    spread = {first + round(i * (last - first) / (YEARS - 1)) for i in range(YEARS)}
    own = min(min(cap.share) for cap in varied)
    if first <= own <= last:
        spread = spread - {min(spread, key=lambda y: (abs(y - own), y))} | {own}
    return tuple(sorted(spread))


def _widened(instance: Instance, asked: Policy, names: Sequence[str], budget: Budget | None) -> Policy:
    """The policy with the varied caps in force from the first year of the horizon and the varied budget in it."""
    caps = tuple(
        dataclasses.replace(cap, share=dict.fromkeys(range(instance.first_year, max(cap.share) + 1), 1.0))
        if cap.row in names and cap.share
        else cap
        for cap in asked.share_caps
    )
    budgets = asked.budgets
    if budget is not None:
        # any number will do that makes it a row of the programme
        asked_for = dataclasses.replace(budget, max_usd=max(budget.min_usd, 1.0))
        budgets = (*(b for b in budgets if b.row != budget.row), asked_for)
    return dataclasses.replace(asked, share_caps=caps, budgets=budgets)

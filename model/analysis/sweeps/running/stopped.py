"""What a stop of exports does to the plan of a case, where the sweep asks for it; every case is asked the same."""

from __future__ import annotations

from typing import Any

from model.analysis.sweeps.asked.definition import Sweep
from model.base.results import Results
from model.instance.instance import Instance
from model.instance.lanes import resolve
from model.instance.reading import policy
from model.plan.saying import survival
from model.plan.solved import Solved
from model.plan.stress.asked import ALL, Asked, ask, buyers_named
from model.plan.stress.running import of_year
from model.plan.stress.standing import standing
from model.plan.stress.stress import framed
from model.plan.tables import physical, prices


def asked_of(instance: Instance, sweep: Sweep) -> Asked | None:
    """The stop that a sweep asks for, its blanks filled in from all its policies; None where it asks for none.

    Buyers: those that any policy names; the year: the first in which all are in force; who stops: each supplier by
    itself, of which the one that leaves least is told. Raises InputError.
    """
    if sweep.stop is None:
        return None
    names = dict.fromkeys([*sweep.policies, *(case.policy for case in sweep.listed if case.policy)])
    policies = [policy(instance, name) for name in names]
    targets = [t for one in policies for t in one.targets]
    firsts = [min(y for t in one.targets for y in t.share) for one in policies if any(t.share for t in one.targets)]
    buyers = {t.buyer: t.regions for t in targets}
    if not buyers and instance.default_policy:
        buyers = {t.buyer: t.regions for t in policy(instance).targets}
    demanded = {q[1] for q in instance.demands}
    named = {b: tuple(r) for b, r in buyers.items() if demanded & set(r)}
    year = sweep.stop.year or min(max(firsts, default=instance.first_year), instance.last_year)
    return ask(
        instance,
        buyers_named(instance, sweep.stop.buyers) if sweep.stop.buyers else named,
        suppliers=sweep.stop.suppliers,
        scopes=(ALL,),
        months=(sweep.stop.months,),
        years=(year,),
    )


def stopped(s: Solved, asked: Asked | None) -> dict[str, Any]:
    """Of the stop that leaves least: who stops, the share served of the months, and how long all is served in full.

    Nothing where none was asked for, or its year is outside the case's horizon.
    """
    instance = s.network.instance
    if asked is None or asked.years[0] not in instance.years:
        return {}
    tables = {"builds": prices.builds(s), "stocks": physical.stocks(s, physical.stock_origins(s))}
    year = of_year(instance, resolve(instance), standing(instance, Results(tables, {})), asked, asked.years[0])
    rows: list[Any] = framed(year.stress).to_dict("records")
    one, found = survival.worst(rows), survival.column_of(rows)
    return {
        "stop_supplier": one["supplier"] if one else "",
        "stop_served_share": found["served_share"],
        "stop_survives_months": found["survives_months"],
    }

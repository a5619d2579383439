"""Stocks against a stop of exports: which helps most for its money, and the cheapest mix that bridges until plants run.

For each year the least cost of extra stocks ``e[k,r]``, beside the plan's, with which the buyers are served in full for
so many months:

    min sum_{k,r} price[k] e[k,r]   with   sum_o ship + draw + e[k,r]  =  needed + served   in the crisis of the year,
    sum_r e[k,r]  <=  part * output[k] * (year - first year)                                bought[k]

so that no more than a ``part`` of what the world makes of a good in a year is bought a year, from the first year on:
buying makes no shortage of its own. Where that is not enough the most that can be served is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.analysis.stress.buying import Buying
from model.base.errors import Stopped
from model.base.places import check_place, new_folder, to_csv, write_json
from model.base.problems import InputError, Problem
from model.base.results import Results
from model.base.schema import columns, resource
from model.instance.instance import Instance, Pair
from model.instance.lanes import resolve
from model.plan.plan import Plan
from model.plan.saying.along import refuse_futures
from model.plan.stress.asked import ALL, Asked, ask
from model.plan.stress.running import buyers_of
from model.plan.stress.standing import standing

TABLES = ("stock_ranking", "stock_mix", "stock_bridge", "stock_curve")
PART = 0.05
"""Part of a year's output that may be bought a year where nobody says otherwise: half of what a reserve once took in a
week (China's State Reserve Bureau, 2014: 10,000 t), an assumption."""
NOTHING_T = 0.05
SPENT_USD = (1e6, 3e6, 10e6, 30e6, 100e6, 300e6, 1e9, 3e9)
MONEY_USD = 10e6
"""What is spent on one stock when stocks are ranked."""


@dataclass(frozen=True, eq=False)
class Stockpiles:
    """The answer. ``ranking``: one stock each, most months a million USD first; ``mix``: the cheapest stocks by year.

    ``bridge``: a row a year: months survived with the plan's own stocks, and what the mix costs and reaches. ``curve``:
    how long what is spent on the best mix lasts. Ranking and curve are of one ``year``.
    """

    asked: Asked
    supplier: str
    year: int
    months: float
    part: float
    ranking: pd.DataFrame
    mix: pd.DataFrame
    bridge: pd.DataFrame
    curve: pd.DataFrame

    def write(self, folder: str | Path, about: Mapping[str, Any]) -> Path:
        """Write the tables to a folder, whole or not at all; ``about`` is the plan's summary.

        Raises InputError where the folder holds something else, OSError.
        """
        folder = Path(folder)
        check_stockpiles_place(folder)
        keys = ("instance", "policy", "overrides", "goal", "cost_usd", "premium_usd", "versions")
        said = {key: about[key] for key in keys if key in about}
        said |= {"buyers": {name: list(regions) for name, regions in self.asked.buyers.items()}}
        said |= {"supplier": self.supplier, "year": self.year, "months": self.months, "part": self.part}
        with new_folder(folder) as beside:
            for name, frame in self.tables.items():
                (beside / f"{name}.csv").write_text(to_csv(frame), encoding="utf-8", newline="")
            write_json(beside / "summary.json", said)
            resources = [resource(name, columns(name, family="stockpiles")) for name in self.tables]
            title = f"{about['instance']['title']}: stocks against a stop of exports"
            package = {"profile": "data-package", "name": "stockpiles", "title": title, "resources": resources}
            write_json(beside / "datapackage.json", package)
        return folder

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return dict(zip(TABLES, (self.ranking, self.mix, self.bridge, self.curve), strict=True))


def check_stockpiles_place(folder: Path) -> None:
    """A folder may be new, empty, or one that stockpiles were written to; nothing else is ever replaced."""
    ours = {f"{name}.csv" for name in TABLES}
    check_place(folder, ours | {"summary.json", "datapackage.json"}, "what is no answer about stocks")


def stockpiles(
    plan: Results,
    instance: Instance,
    *,
    buyers: dict[str, tuple[str, ...]] | None = None,
    supplier: str = "",
    year: int | None = None,
    months: float = 6.0,
    part: float = PART,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
    stop: threading.Event | None = None,
) -> Stockpiles:
    """Which stocks help a plan's buyers through a stop of one supplier's exports, and what bridging costs by year.

    ``supplier``: by default the one whose stop harms most; ``year`` (of ranking and curve): by default the policy's
    first in force, at the earliest the second of the plan, before which nothing can be bought. Raises InputError,
    Stopped, SolverError.
    """
    refuse_futures(plan, "bridging a stop")
    named = buyers or buyers_of(plan, instance)
    reference = year or max(instance.first_year + 1, _first_in_force(plan, instance))
    asked = _asked(instance, named, supplier, months, part, reference)
    lanes, stands, output = resolve(instance), standing(instance, plan), _output(instance, plan)
    supplier = supplier or _worst(instance, plan, asked, months, reference)
    stops = {name: stop_ for name, _, stop_ in asked.stops(instance)}
    if supplier not in stops:
        raise InputError([Problem("--supplier", None, "", supplier, "makes nothing that could stop")])
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
    prices = {k: p for k, p in instance.price.items() if p == p and p > 0}
    for done, at in enumerate(instance.years):
        if stop is not None and stop.is_set():
            raise Stopped("stopped by the user")
        tell(done, len(instance.years))
        crisis = Buying(instance, lanes, stands, at, asked.buyers)
        crisis.stop(stops[supplier])
        alone, bought = 12 * crisis.survives(crisis.of())[0], at - instance.first_year
        most = {k: part * output.get((k, at), 0.0) * bought for k in prices}
        if at == reference:
            rows["stock_ranking"] = list(_ranking(crisis, prices, alone, months))
            lasts = [(usd, crisis.survives_for(usd, crisis.of(), prices, most)) for usd in SPENT_USD]
            rows["stock_curve"] = [(usd, 12 * time) for usd, time in lasts]
        amounts, cost, full = _bridge(crisis, months, prices, most)
        rows["stock_bridge"].append((at, supplier, months, alone, cost, full))
        rows["stock_mix"] += [(at, k, r, t, t * prices[k], t / bought if bought else t) for (k, r), t in amounts]
    frames = [pd.DataFrame(rows[n], columns=[c.column for c in columns(n, family="stockpiles")]) for n in TABLES]
    by = ["months_gained", "saved_t_per_musd"]
    frames[0] = frames[0].sort_values(by, ascending=False, kind="stable", ignore_index=True)
    return Stockpiles(asked, supplier, reference, months, part, *frames)


def _asked(
    instance: Instance, buyers: dict[str, tuple[str, ...]], supplier: str, months: float, part: float, year: int
) -> Asked:
    """The crises to look at. Raises InputError with everything that is wrong with the question."""
    problems = []
    if not 0 < part <= 1:
        problems.append(Problem("--part", None, "", str(part), "expected a share of a year's output, above 0 to 1"))
    if year not in instance.years:
        expected = f"is outside the horizon {instance.first_year} to {instance.last_year}"
        problems.append(Problem("--year", None, "", str(year), expected))
    try:
        asked = ask(instance, buyers, suppliers=[supplier] if supplier else (), scopes=(ALL,), months=(months,))
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    return asked


def _bridge(
    crisis: Buying, months: float, prices: dict[str, float], most: dict[str, float]
) -> tuple[list[tuple[Pair, float]], float, float]:
    """The cheapest extra stocks that serve as much as can be, what they cost, USD, and the share then served."""
    amounts, served = crisis.least_stocks(months / 12, crisis.of(), prices, most)
    wanted = crisis.wanted_content(crisis.of()) * months / 12
    cost = sum(t * prices[k] for (k, _), t in amounts.items())
    kept = [(pair, t) for pair, t in sorted(amounts.items()) if t > NOTHING_T]
    return kept, cost, min(1.0, served / wanted) if wanted else 1.0


def _first_in_force(plan: Results, instance: Instance) -> int:
    firsts = [min(t.share) for t in plan.policy.targets if t.share] if isinstance(plan, Plan) else []
    return min(firsts, default=instance.first_year)


def _ranking(crisis: Buying, prices: dict[str, float], alone: float, months: float) -> Any:
    """What one stock does by itself: months survived with so much money of it, and content saved in the crisis."""
    everything = crisis.of()
    crisis.begin(months / 12)
    before, _ = crisis.most(everything)
    for pair in sorted(crisis.used):
        price = prices.get(pair[0])
        if price is None:
            continue
        amount, served = crisis.more_of("stock", pair, months / 12, everything)
        saved = served - before * crisis.unit
        if saved <= NOTHING_T:
            continue
        spent = min(amount * price, MONEY_USD)
        gained = 12 * crisis.survives_with(pair, spent / price, everything) - alone
        cost = amount * price
        yield (*pair, amount, cost, saved, saved / (cost / 1e6), spent, gained)


def _worst(instance: Instance, plan: Results, asked: Asked, months: float, year: int) -> str:
    lanes, stands = resolve(instance), standing(instance, plan)
    crisis = Buying(instance, lanes, stands, year, asked.buyers)
    found = {}
    for name, _, stop in asked.stops(instance):
        crisis.stop(stop)
        crisis.begin(months / 12)
        found[name] = crisis.most(crisis.of())[0]
    return min(sorted(found), key=lambda name: found[name])


def _output(instance: Instance, plan: Results) -> dict[tuple[str, int], float]:
    """What the plan makes of each good in each year, t/yr."""
    made: dict[tuple[str, int], float] = {}
    columns_ = plan["activity"][["process", "year", "activity_t"]]
    for process, year, activity in columns_.itertuples(index=False, name=None):
        for k, a in instance.recipes[process].items():
            if a > 0:
                made[k, year] = made.get((k, year), 0.0) + a * activity
    return made

"""What a finished sweep says about its factors: tornado, capital that moves, Sobol' indices, weakly known figures.

All are functions of the sweep's tables: ``cases`` (one row a case: ``case``, ``policy``, a column a factor, ``status``,
outcomes), ``builds`` (case, plant, decision_year, capacity_t_per_yr, capex_usd) and ``factors`` (mappings with name,
title, unit, low, base, high, levels, grades). A case whose status is failed has no outcome: blank, never zero.
Each policy stands for itself. InputError where the cases aren't those of the design.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from model.inputs.problems import InputError, Problem, quoted
from model.sweeps.tables import columns

Factor = Mapping[str, Any]

OUTCOMES = (
    *("cost_usd", "cost_without_policy_usd", "premium_usd", "premium_usd_per_kg", "capex_usd", "shortfall_t"),
    *("unserved_t", "first_compliant_year", "largest_share", "plants_built", "first_decision_year"),
)
"""Outcomes that are read, as far as the cases have them; besides the capital of each stage (capex_STAGE_usd)."""
MOVED = "capital_moved_usd"
PEDIGREE = {"sourced": 1.0, "recalled": 2.0, "assumption": 3.0}
"""How much a figure's grade weighs: an assumption of this tool, not a measured thing."""
CLOSE = 1e-9
NOISE = 1e-6
SEED, RESAMPLES = 1, 200


def _names(table: str) -> list[str]:
    return [c.column for c in columns(table)]


def outcomes(cases: pd.DataFrame) -> list[str]:
    """The outcomes that the cases have, capital by stage last."""
    stages = [c for c in map(str, cases) if c.startswith("capex_") and c.endswith("_usd") and c != "capex_usd"]
    return [*(c for c in OUTCOMES if c in cases), *stages]


def tornado(cases: pd.DataFrame, builds: pd.DataFrame, factors: Sequence[Factor]) -> pd.DataFrame:
    """Each outcome with one factor at its low, base and high setting and all others at base; largest swing first.

    Design: one at a time. ``capital_moved_usd`` (see ``moves``) is 0 at the base; its swing is the larger of the two.
    """
    values, rows = _values(cases), []
    moved = moves(cases, builds, factors).set_index(["policy", "factor", "side"])[MOVED]
    for case in _one_at_a_time(cases, factors):
        f = case.factor
        about = (f["name"], f["title"], f["unit"], *map(_setting, _settings(f)))
        for outcome in map(str, values):
            low, base, high = (float(values[outcome][at]) for at in (case.low, case.base, case.high))
            rows.append((case.policy, outcome, *about, low, base, high, abs(high - low)))
        low, high = (float(moved[case.policy, f["name"], side]) for side in ("low", "high"))
        rows.append((case.policy, MOVED, *about, low, 0.0, high, float(np.maximum(low, high))))
    frame = pd.DataFrame(rows, columns=[c for c in _names("tornado") if c != "rank"])
    return _ranked(frame, ["policy", "outcome"], "swing")[_names("tornado")]


def moves(cases: pd.DataFrame, builds: pd.DataFrame, factors: Sequence[Factor]) -> pd.DataFrame:
    r"""By how much the decisions of each low and high case differ from the base's, USD and plants by name.

    With d the difference in capacity of a plant and decision year, valued at the plant's cost a t/yr in the base (in
    the case where the base lacks the plant), so that a dearer plant by itself moves nothing:

        capital moved  =  1/2 sum |d|  +  1/2 |sum d|  =  max(sum of what comes, sum of what goes)

    So a plant that gives way to another of the same capital counts once, and so does one that is decided a year later,
    one that is added and one that is dropped. ``capital_between_plants_usd`` puts years aside: a delay counts nothing.
    """
    failed, rows = _failed(cases), []
    built = _built(builds)
    for one in _one_at_a_time(cases, factors):
        for side, at in (("low", one.low), ("high", one.high)):
            about = (one.policy, one.factor["name"], side, at)
            if failed & {at, one.base}:
                rows.append((*about, np.nan, np.nan, "", ""))
                continue
            base, case = built.get(one.base, {}), built.get(at, {})
            enter, leave = _swapped(base, case)
            moved = (_moved(base, case, by_year) for by_year in (True, False))
            rows.append((*about, *moved, "+".join(enter), "+".join(leave)))
    return pd.DataFrame(rows, columns=_names("moves"))


def sobol(
    cases: pd.DataFrame, factors: Sequence[Factor], samples: int, *, seed: int = SEED, resamples: int = RESAMPLES
) -> pd.DataFrame:
    """First-order and total Sobol' indices of each outcome, with 95 % intervals; by policy, outcome and factor.

    An outcome's variance over the factors' ranges is split: the first-order index is the part that would go if this
    factor alone were known, the total index the part that would stay if all others were known. Their difference is
    interaction. With few samples the interval is wide and an index may lie below 0 or above 1; trust none whose
    interval is as large as itself. Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018.

    Design: Saltelli's, ``samples`` blocks of (factors + 2) cases in order of ``case``. The estimator needs whole
    blocks: one with a failed case or a blank outcome is dropped for that outcome (``samples_kept``). An outcome that
    doesn't vary, or has fewer than two blocks, has blank indices.
    """
    from SALib.analyze.sobol import analyze

    size, values, rows = len(factors) + 2, _values(cases), []
    names = [str(f["name"]) for f in factors]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    for policy, order in _blocks(cases, factors, samples):
        for outcome in map(str, values):
            blocks = values[outcome].loc[order].to_numpy(float).reshape(samples, size)
            kept = blocks[~np.isnan(blocks).any(axis=1)]
            sample = kept[:, [0, -1]]
            mean, deviation = (float(sample.mean()), float(sample.std())) if len(kept) else (np.nan, np.nan)
            found = dict.fromkeys(("S1", "S1_conf", "ST", "ST_conf"), np.full(len(names), np.nan))
            if len(kept) > 1 and deviation > CLOSE * np.abs(kept).max():
                found = analyze(problem, kept.ravel(), False, num_resamples=resamples, seed=seed or SEED)
            for i, f in enumerate(factors):
                indices = (float(found[key][i]) for key in ("S1", "S1_conf", "ST", "ST_conf"))
                about = (policy, outcome, f["name"], f["title"])
                rows.append((*about, *indices, mean, deviation, samples, len(kept)))
    return pd.DataFrame(rows, columns=_names("sobol"))


def weak_figures(
    cases: pd.DataFrame, builds: pd.DataFrame, factors: Sequence[Factor], samples: int | None = None
) -> pd.DataFrame:
    """Which weakly known figures could change a decision: factors by pedigree times effect, USD.

    ``samples`` None: one at a time; the effect is the largest of the two capital moves and the swing in cost. Else
    Sobol': the largest total index times standard deviation of cost and of capital; a decision changes where plants
    enter or leave between two cases of a sample that differ in the factor alone. Pedigree: the mean over the factor's
    figures of sourced 1, recalled 2, assumption 3, which is this tool's own scale. Factors that move a policy and no
    figure are left out. Effects of failed cases are unknown: what the others show is a lower bound.
    """
    known = [f for f in factors if sum(_grades(f).values())]
    effects = _swings(cases, builds, factors) if samples is None else _shares(cases, builds, factors, samples)
    rows = []
    for (policy, name), (effect, plants, failed) in effects.items():
        for f in known:
            if f["name"] != name:
                continue
            grades = _grades(f)
            pedigree = sum(PEDIGREE[g] * n for g, n in grades.items()) / sum(grades.values())
            changes = "yes" if plants else "" if failed else "no"
            about = (policy, name, f["title"], pedigree, effect, pedigree * effect, changes)
            rows.append((*about, "+".join(sorted(plants)), failed))
    frame = pd.DataFrame(rows, columns=[c for c in _names("weak_figures") if c != "rank"])
    return _ranked(frame, ["policy"], "score_usd")[_names("weak_figures")]


Effects = dict[tuple[str, str], tuple[float, set[str], int]]
"""By policy and factor: effect, USD; plants that enter or leave; failed cases."""


def _swings(cases: pd.DataFrame, builds: pd.DataFrame, factors: Sequence[Factor]) -> Effects:
    found: Effects = {}
    built, failed, cost = _built(builds), _failed(cases), _values(cases)["cost_usd"]
    moved = moves(cases, builds, factors)
    for one in _one_at_a_time(cases, factors):
        own = moved[(moved["policy"] == one.policy) & (moved["factor"] == one.factor["name"])]
        amounts = [*own[MOVED], abs(cost[one.high] - cost[one.low])]
        plants = _changed(built, failed, [(one.base, one.low), (one.base, one.high)])
        lost = len({one.low, one.base, one.high} & failed)
        found[one.policy, one.factor["name"]] = (_largest(amounts), plants, lost)
    return found


def _shares(cases: pd.DataFrame, builds: pd.DataFrame, factors: Sequence[Factor], samples: int) -> Effects:
    found: Effects = {}
    built, failed = _built(builds), _failed(cases)
    indices = sobol(cases, factors, samples)
    indices["part"] = indices["total"] * indices["standard_deviation"]
    for policy, order in _blocks(cases, factors, samples):
        blocks = np.array(order).reshape(samples, -1)
        for i, f in enumerate(factors, start=1):
            own = indices[(indices["policy"] == policy) & (indices["factor"] == f["name"])]
            amounts = own.loc[own["outcome"].isin(["cost_usd", "capex_usd"]), "part"]
            pairs = blocks[:, [0, i]].tolist()
            lost = len({case for pair in pairs for case in pair} & failed)
            found[policy, f["name"]] = (_largest(list(amounts)), _changed(built, failed, pairs), lost)
    return found


def _changed(built: Mapping[int, Built], failed: set[int], pairs: Iterable[Sequence[int]]) -> set[str]:
    """Plants that enter or leave between the cases of any pair of which both have a plan."""
    sound = [(a, b) for a, b in pairs if not {a, b} & failed]
    return {p for a, b in sound for some in _swapped(built.get(a, {}), built.get(b, {})) for p in some}


class _Case(NamedTuple):
    """The cases of one factor under one policy; low or high is the base where the settings are the same."""

    policy: str
    factor: Factor
    low: int
    base: int
    high: int


def _one_at_a_time(cases: pd.DataFrame, factors: Sequence[Factor]) -> Iterator[_Case]:
    """The cases of each policy and factor, told apart by their settings. Raises InputError where one isn't there."""
    bases = {str(f["name"]): _settings(f)[1] for f in factors}
    found: list[_Case] = []
    problems = []
    for policy, rows in cases.sort_values("case").groupby("policy", sort=False):
        records = rows[["case", *bases]].to_dict("records")
        for f in factors:
            three = []
            for setting in _settings(f):
                asked = {**bases, str(f["name"]): setting}
                there = (int(r["case"]) for r in records if all(_same(r[name], asked[name]) for name in asked))
                three.append(next(there, 0))
                if not three[-1]:
                    expected = f"policy {policy} has no case with this setting and all others at base"
                    problems.append(Problem("cases", None, str(f["name"]), quoted(_setting(setting)), expected))
            found.append(_Case(str(policy), f, three[0], three[1], three[2]))
    if problems:
        raise InputError(problems)
    yield from found


def _settings(f: Factor) -> tuple[Any, Any, Any]:
    """Low, base and high; of named levels the first and the last where low and high aren't said."""
    levels = list(f.get("levels") or [])
    low, high = (
        levels[at] if f.get(side) is None and levels else f.get(side) for side, at in (("low", 0), ("high", -1))
    )
    return low, f.get("base"), high


def _setting(value: object) -> str:
    """A setting as text; blank where the base leaves the instance as it is."""
    return "" if value is None else f"{value:.10g}" if isinstance(value, int | float) else str(value)


def _same(has: Any, asked: object) -> bool:
    if asked is None or pd.isna(has):
        return asked is None and bool(pd.isna(has))
    if isinstance(asked, str):
        return str(has) == asked
    try:
        return math.isclose(float(has), float(str(asked)), rel_tol=CLOSE, abs_tol=CLOSE)
    except ValueError:
        return False


def _blocks(cases: pd.DataFrame, factors: Sequence[Factor], samples: int) -> list[tuple[str, list[int]]]:
    """Each policy's cases in the order of the design. Raises InputError where they don't fill it."""
    wanted, found, problems = samples * (len(factors) + 2), [], []
    for policy, rows in cases.sort_values("case").groupby("policy", sort=False):
        found.append((str(policy), rows["case"].tolist()))
        if len(rows) != wanted:
            expected = f"expected {samples} samples x ({len(factors)} factors + 2) = {wanted} cases"
            problems.append(Problem("cases", None, "policy", quoted(policy), f"has {len(rows)} cases; {expected}"))
    if problems:
        raise InputError(problems)
    return found


def _values(cases: pd.DataFrame) -> pd.DataFrame:
    """Outcomes by case, blank where it failed."""
    failed = (cases["status"] == "failed").to_numpy()
    columns = {c: pd.to_numeric(cases[c]).to_numpy(float, na_value=np.nan) for c in outcomes(cases)}
    return pd.DataFrame({c: np.where(failed, np.nan, v) for c, v in columns.items()}, index=cases["case"].tolist())


def _failed(cases: pd.DataFrame) -> set[int]:
    return set(cases.loc[cases["status"] == "failed", "case"])


Built = dict[str, dict[int, tuple[float, float]]]
"""Capacity, t/yr, and its capital, USD, by plant and decision year."""


def _built(builds: pd.DataFrame) -> dict[int, Built]:
    found: dict[int, Built] = {}
    columns = builds[["case", "plant", "decision_year", "capacity_t_per_yr", "capex_usd"]]
    for case, plant, year, capacity, capex in columns.itertuples(index=False, name=None):
        if capacity > NOISE:
            found.setdefault(case, {}).setdefault(plant, {})[year] = (capacity, capex)
    return found


def _swapped(base: Built, case: Built) -> tuple[list[str], list[str]]:
    """Plants that enter and plants that leave, by name."""
    return sorted(case.keys() - base.keys()), sorted(base.keys() - case.keys())


def _moved(base: Built, case: Built, by_year: bool) -> float:
    """What comes or what goes, whichever is more, at the base's cost a t/yr, USD."""
    comes = goes = 0.0
    for plant in sorted(base.keys() | case.keys()):
        new, old = case.get(plant, {}), base.get(plant, {})
        amounts = (old or new).values()
        unit = sum(capex for _, capex in amounts) / sum(capacity for capacity, _ in amounts)
        apart = [new.get(y, (0.0,))[0] - old.get(y, (0.0,))[0] for y in sorted(new.keys() | old.keys())]
        noise = NOISE * max(sum(c for c, _ in side.values()) for side in (new, old))
        for d in apart if by_year else [sum(apart)]:
            if abs(d) > noise:
                comes, goes = comes + max(d, 0.0) * unit, goes + max(-d, 0.0) * unit
    return max(comes, goes)


def _grades(f: Factor) -> dict[str, int]:
    """How many figures of each grade a factor moves. Raises InputError where a grade isn't known."""
    grades = {str(grade): int(n) for grade, n in (f.get("grades") or {}).items()}
    for strange in sorted(grades.keys() - PEDIGREE.keys()):
        expected = f"is not a grade; known: {', '.join(PEDIGREE)}"
        raise InputError([Problem("factors", None, str(f["name"]), quoted(strange), expected)])
    return grades


def _largest(amounts: Sequence[float]) -> float:
    """The largest amount that is known; blank where none is."""
    return max((float(a) for a in amounts if a == a), default=math.nan)


def _ranked(frame: pd.DataFrame, by: list[str], amount: str) -> pd.DataFrame:
    """Groups in their order, each by amount (blank last), then by name; equal amounts share a rank."""
    order = {key: i for i, key in enumerate(dict.fromkeys(frame[by].itertuples(index=False, name=None)))}
    places = [order[key] for key in frame[by].itertuples(index=False, name=None)]
    ranked = frame.assign(place=places, rank=frame.groupby(by)[amount].rank(method="min", ascending=False))
    ranked = ranked.astype({"rank": "Int64"}).sort_values(
        ["place", amount, "factor"], ascending=[True, False, True], na_position="last", ignore_index=True
    )
    return ranked.drop(columns="place")

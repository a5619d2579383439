"""What a finished sweep says about its factors: tornado, Sobol' indices, weakly known figures; ``moves`` beside it.

All are functions of the sweep's tables: ``cases`` (one row a case: ``case``, ``policy``, a column a factor, ``status``,
outcomes), ``builds`` (case, plant, decision_year, capacity_t_per_yr, capex_usd) and ``factors`` (mappings with name,
title, unit, low, base, high, levels, grades). A case whose status is failed has no outcome: blank, never zero.
Each policy stands for itself. InputError where the cases aren't those of the design.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from model.analysis.sweeps.asked.columns import columns
from model.analysis.sweeps.learned.moves import MOVED, built_by_case, changed, moves
from model.analysis.sweeps.learned.settings import CLOSE, Factor, failures, in_order, one_at_a_time, settings, shown
from model.analysis.sweeps.running.outcomes import money_outcome
from model.base.problems import InputError, Problem, quoted

OUTCOMES = (
    *("premium_usd", "premium_usd_per_kg", "cost_usd", "cost_without_policy_usd", "capex_usd", "targets_missed"),
    *(
        "worst_miss",
        "shortfall_t",
        "unserved_goods_t",
        "unserved_t",
        "first_compliant_year",
        "largest_share",
        "stop_served_share",
        "stop_survives_months",
        "plants_built",
        "first_decision_year",
    ),
)
"""Outcomes that are read, as far as the cases have them; besides capital by stage and parts of the premium."""
PEDIGREE = {"sourced": 1.0, "recalled": 2.0, "assumption": 3.0}
"""How much a figure's grade weighs: an assumption of this tool, not a measured thing."""
SEED, RESAMPLES = 1, 200


def _names(table: str) -> list[str]:
    return [c.column for c in columns(table)]


def outcomes(cases: pd.DataFrame) -> list[str]:
    """The outcomes that the cases have; capital by stage and parts of the premium last."""
    parts = [c for c in map(str, cases) if re.fullmatch("(capex|premium)_.+_usd", c)]
    return [*(c for c in OUTCOMES if c in cases), *parts]


def money(values: pd.DataFrame, cases: Sequence[int]) -> str:
    """The outcome that says what some cases of one policy cost: the premium, else the cost."""
    return money_outcome(values.loc[list(cases), "premium_usd"] if "premium_usd" in values else ())


def tornado(cases: pd.DataFrame, builds: pd.DataFrame, factors: Sequence[Factor]) -> pd.DataFrame:
    """Each outcome with one factor at its low, base and high setting and all others at base; largest swing first.

    Design: one at a time. ``capital_moved_usd`` (see ``moves``) is 0 at the base; its swing is the larger of the two.
    """
    values, rows = _values(cases), []
    moved = moves(cases, builds, factors).set_index(["policy", "factor", "side"])[MOVED]
    for case in one_at_a_time(cases, factors):
        f = case.factor
        about = (f["name"], f["title"], f["unit"], *map(shown, settings(f)))
        for outcome in map(str, values):
            low, base, high = (float(values[outcome][at]) for at in (case.low, case.base, case.high))
            rows.append((case.policy, outcome, *about, low, base, high, abs(high - low)))
        low, high = (float(moved[case.policy, f["name"], side]) for side in ("low", "high"))
        rows.append((case.policy, MOVED, *about, low, 0.0, high, float(np.maximum(low, high))))
    frame = pd.DataFrame(rows, columns=[c for c in _names("tornado") if c != "rank"])
    return _ranked(frame, ["policy", "outcome"], "swing")[_names("tornado")]


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
    for policy, order in in_order(cases, factors, samples):
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

    ``samples`` None: one at a time; the effect is the largest of the two capital moves and the swing in the premium (in
    cost where no policy costs anything). Else Sobol': the largest total index times standard deviation of that and of
    capital; a decision changes where plants enter or leave between two cases of a sample that differ in the factor
    alone. Pedigree: the mean over the factor's figures of sourced 1, recalled 2, assumption 3, which is this tool's own
    scale. Factors that move a policy and no figure are left out. Effects of failed cases are unknown: what the others
    show is a lower bound.
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
    built, failed, values = built_by_case(builds), failures(cases), _values(cases)
    of = {str(policy): money(values, rows["case"].tolist()) for policy, rows in cases.groupby("policy")}
    moved = moves(cases, builds, factors)
    for one in one_at_a_time(cases, factors):
        own = moved[(moved["policy"] == one.policy) & (moved["factor"] == one.factor["name"])]
        cost = values[of[one.policy]]
        amounts = [*own[MOVED], abs(cost[one.high] - cost[one.low])]
        plants = changed(built, failed, [(one.base, one.low), (one.base, one.high)])
        lost = len({one.low, one.base, one.high} & failed)
        found[one.policy, one.factor["name"]] = (_largest(amounts), plants, lost)
    return found


def _shares(cases: pd.DataFrame, builds: pd.DataFrame, factors: Sequence[Factor], samples: int) -> Effects:
    found: Effects = {}
    built, failed, values = built_by_case(builds), failures(cases), _values(cases)
    indices = sobol(cases, factors, samples)
    indices["part"] = indices["total"] * indices["standard_deviation"]
    for policy, order in in_order(cases, factors, samples):
        blocks, paid = np.array(order).reshape(samples, -1), money(values, order)
        for i, f in enumerate(factors, start=1):
            own = indices[(indices["policy"] == policy) & (indices["factor"] == f["name"])]
            amounts = own.loc[own["outcome"].isin([paid, "capex_usd"]), "part"]
            pairs = blocks[:, [0, i]].tolist()
            lost = len({case for pair in pairs for case in pair} & failed)
            found[policy, f["name"]] = (_largest(list(amounts)), changed(built, failed, pairs), lost)
    return found


def _values(cases: pd.DataFrame) -> pd.DataFrame:
    """Outcomes by case, blank where it failed."""
    failed = (cases["status"] == "failed").to_numpy()
    columns = {c: pd.to_numeric(cases[c]).to_numpy(float, na_value=np.nan) for c in outcomes(cases)}
    return pd.DataFrame({c: np.where(failed, np.nan, v) for c, v in columns.items()}, index=cases["case"].tolist())


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

"""Every way out, made by hand in the files of the instance: it removes the miss, as it says, and nothing less does."""

import copy
import functools
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import model
from model.analysis.reasons.explain import explain
from tests.analysis.reasons.applied import made
from tests.analysis.reasons.shares import Asked
from tests.analysis.reasons.strict import write_strict
from tests.conftest import INSTANCES
from tests.independent import reference

CASES = [(1, 0), (8, 2), (12, 2), (20, 0), (20, 1), (27, 0)]
"""Seed and policy; among them are all kinds of ways for caps, domestic minima and stock minima."""
NAME = ["policy_row", "buyer", "scope", "supplier"]


@dataclass(frozen=True)
class Case:
    """An explained plan and the folder that it is of."""

    folder: Path
    policy: str
    plan: model.Plan
    tables: dict

    def ways(self, *kinds):
        """Rows of ``ways_out`` of some kinds, all at once apart."""
        return [way for way in self.tables["ways_out"].itertuples() if way.kind in kinds]

    def missed(self, way):
        """Limit-years that a way is to meet."""
        rows = self.tables["misses"]
        mine = rows if way.kind == "all at once" else rows[(rows[NAME] == named(way)).all(axis=1)]
        return {*mine[[*NAME, "year"]].itertuples(index=False, name=None)}

    def others(self, way):
        """What the plan misses of other groups, kt."""
        rows = self.tables["misses"]
        rows = rows[~(rows[NAME] == named(way)).all(axis=1)]
        return {(*key[:4], int(key[4])): t * 1e-3 for *key, t in rows[[*NAME, "year", "shortfall_t"]].itertuples(False)}


def named(way):
    return [way.policy_row, way.buyer, way.scope, way.supplier]


def case_of(folder, policy):
    plan = model.solve(model.read(folder), policy)
    return Case(folder, policy, plan, explain(plan).tables)


@functools.cache
def explained(seed, policy):
    folder = Path(tempfile.mkdtemp()) / "instance"
    return case_of(folder, write_strict(folder, seed)[policy].stem)


def short(plan):
    """Limit-years that fall short by more than a kilogram."""
    rows = plan["shortfalls"]
    rows = rows[rows["shortfall_t"] > 1e-3]
    return {*rows[[*NAME, "year"]].itertuples(index=False, name=None)}


def fewer(case, way):
    """The same change, noticeably smaller."""
    changes, instance = copy.deepcopy(json.loads(way.changes)), case.plan.instance
    for change in changes:
        cells, key = change["set"], change["key"]
        if way.kind == "limit":
            for cell, step in (("max", -0.002), ("min", 0.002), ("days", 0.002 * 365)):
                if cell in cells:
                    cells[cell] += step
        elif way.kind == "start":
            cells["from"] -= 1
        elif way.kind == "lead time":
            cells["lead_time"] += 1
        elif way.kind == "budget":  # rounded up to four figures
            cells["max"] -= max(0.03 * way.amount * 1e6, 2e-3 * cells["max"])
        elif way.kind == "stock":
            pile = instance.stockpiles.get((key["commodity"], key["region"]))
            for cell in ("capacity", "initial"):
                before = getattr(pile, cell) if pile else 0.0
                cells[cell] = before + 0.97 * (cells[cell] - before)
        else:
            before = instance.existing.get(key["plant"], {}).get(key["year"], 0.0)
            cells["capacity"] = before + 0.97 * (cells["capacity"] - before)
    return changes


def second_plant(case, way):
    """A higher build limit as a second plant with the limit of what is more; of that, noticeably less."""
    plants = case.plan.instance.tables["plants"]
    (row,) = plants[plants["plant"] == way.what].to_dict("records")
    blank = ("plant", "max_build_per_year", "source", "confidence", "note")
    header = (case.folder / "plants.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    cells = {
        k: v for k, v in row.items() if k in header and k not in blank and v == v and v is not None and str(v) != "<NA>"
    }
    cells["max_build"] = 0.97 * way.amount
    return [{"table": "plants", "key": {"plant": f"{way.what} TOO"}, "set": cells}]


def least_miss(case, way, changes, folder):
    """What a group still misses at best, kt, with a change made; every other miss at most as large as in the plan."""
    policy = f"policies/{case.policy}.toml"
    unserved0 = Asked(case.folder, case.folder / policy).unserved0
    copied = made(case.folder, case.policy, changes, folder)
    return Asked(copied, copied / policy, unserved0).least_miss(tuple(named(way)), case.others(way))


@pytest.mark.parametrize(("seed", "policy"), CASES)
def test_made_by_hand_it_removes_the_miss(tmp_path, seed, policy):
    case = explained(seed, policy)
    ways = case.ways(*case.tables["ways_out"]["kind"])
    first = {way.kind: way for way in reversed(ways)}  # one of each kind: the others differ in where they are
    for way in first.values():
        folder = made(case.folder, case.policy, way.changes, tmp_path / "changed")
        plan = model.solve(model.read(folder), case.policy)
        left = plan.summary["shortfall_t"]
        assert not short(plan) & case.missed(way), way
        assert left == pytest.approx(way.shortfall_t, rel=1e-6, abs=1e-3), way
        assert left <= case.plan.summary["shortfall_t"] * (1 + 1e-6) + 1e-3
        if way.kind == "all at once":
            assert plan.compliant
        before = case.plan.summary["cost_usd"]
        assert plan.summary["cost_usd"] - before == pytest.approx(way.cost_change_usd, rel=1e-6, abs=1e-9 * before)


@pytest.mark.parametrize(("seed", "policy"), CASES[::2])
def test_an_independent_solver_agrees(tmp_path, seed, policy):
    case = explained(seed, policy)
    seen = set()
    for way in case.ways(*case.tables["ways_out"]["kind"]):
        if way.kind in seen:
            continue
        seen.add(way.kind)
        folder = made(case.folder, case.policy, way.changes, tmp_path / "changed")
        other = reference.solve(folder, folder / "policies" / f"{case.policy}.toml")
        assert other.shortfall_t == pytest.approx(way.shortfall_t, rel=1e-4, abs=1e-2), way
        cost = case.plan.summary["cost_usd"] + way.cost_change_usd
        assert other.cost_usd == pytest.approx(cost, rel=1e-4 if other.shortfall_t > 1e-3 else 1e-7), way


@pytest.mark.parametrize(("seed", "policy"), CASES)
def test_nothing_less_would_do(tmp_path, seed, policy):
    case = explained(seed, policy)
    for way in case.ways("start", "capacity", "combination", "lead time", "budget", "stock"):
        assert least_miss(case, way, way.changes, tmp_path / "enough") < 2e-8, way
        assert least_miss(case, way, fewer(case, way), tmp_path / "less") > 1e-9, way
    for way in case.ways("build limit"):
        assert least_miss(case, way, way.changes, tmp_path / "enough") < 2e-8, way
        assert least_miss(case, way, second_plant(case, way), tmp_path / "less") > 1e-9, way


@pytest.mark.parametrize(("seed", "policy"), CASES)
def test_no_stricter_level_would_do(tmp_path, seed, policy):
    case = explained(seed, policy)
    for way in case.ways("limit"):
        assert least_miss(case, way, way.changes, tmp_path / "enough") < 2e-8, way
        assert least_miss(case, way, fewer(case, way), tmp_path / "less") > 1e-9, way


@pytest.mark.parametrize(("seed", "policy"), CASES)
def test_asking_for_less_is_always_a_way(seed, policy):
    case = explained(seed, policy)
    eased = {tuple(named(way)) for way in case.ways("limit")}
    assert eased == {*case.tables["misses"][NAME].itertuples(index=False, name=None)}


@pytest.fixture(scope="module")
def too_early():
    return case_of(INSTANCES / "two-country", "too-early")


def test_too_early_by_hand(too_early):
    # 100 t used a year, at most 60 from abroad in 2031 and 2032; 80 t/yr at home are decided in 2030, which run from
    # 2032 on, at one half in that year
    ways = {way.kind: way for way in too_early.ways("limit", "start", "capacity", "lead time", "stock")}
    assert len(ways) == len(too_early.tables["ways_out"]) - 1
    assert {kind: (way.amount, way.by_year) for kind, way in ways.items() if kind != "limit"} == {
        "start": (2032, 2032),
        "capacity": (40, 2031),  # 100 - 60
        "lead time": (1, 2031),  # decided in 2030, at one half in 2031 (80 t/yr)
        "stock": (40, 2029),  # imported in 2030 it would still come from abroad
    }
    assert ways["limit"].amount == 1.0  # all comes from abroad in 2031
    cost = {kind: way.cost_change_usd for kind, way in ways.items()}
    d = [1.05**-i for i in range(6)]
    a = 20_000 * (1.1**2 + 1.1) / 2 * 0.1 / (1 - 1.1**-10) + 1_000  # a t/yr at home in an operating year
    policy = 80 * a * sum(d[2:]) - 2_000 * (40 * d[2] + 80 * sum(d[3:]))  # 818 068: what the policy costs
    assert cost["limit"] == pytest.approx(-policy, abs=0.01)
    assert cost["start"] == pytest.approx(0, abs=0.01)
    # 40 t/yr that are there from 2031 on: fixed cost 1 000, and each tonne saves 2 000 against imports
    assert cost["capacity"] == pytest.approx(-policy + 40 * (1_000 - 2_000) * sum(d[1:]), abs=0.01)
    # interest during construction of one year, 1.1, and a year earlier: 40 t in 2031, 80 t from 2032 on
    b = 20_000 * 1.1 * 0.1 / (1 - 1.1**-10) + 1_000
    faster = 80 * b * sum(d[1:]) - 2_000 * (40 * d[1] + 80 * sum(d[2:]))
    assert cost["lead time"] == pytest.approx(faster - policy, abs=0.01)
    # 40 t of 11 000 not imported in 2031, held for one year at 6 % of 10 000 a tonne
    assert cost["stock"] == pytest.approx(40 * (600 - 11_000 * d[1]), abs=0.01)
    assert ways["stock"].uncounted_usd == 40 * 10_000
    assert ways["capacity"].uncounted_usd == 40 * 20_000


def test_too_early_made_by_hand(too_early, tmp_path):
    for way in too_early.tables["ways_out"].itertuples():
        folder = made(too_early.folder, "too-early", way.changes, tmp_path / "changed")
        assert model.solve(model.read(folder), "too-early").compliant
        if way.kind == "all at once":
            continue
        folder = made(too_early.folder, "too-early", fewer(too_early, way), tmp_path / "changed")
        assert not model.solve(model.read(folder), "too-early").compliant, way

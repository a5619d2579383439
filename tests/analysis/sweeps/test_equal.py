"""Each case of a sweep against its files typed out and solved from the start, and against another solver."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import model
from model.analysis.sweeps.asked.files import read_sweep
from model.analysis.sweeps.running import outcomes
from model.analysis.sweeps.running.run import _Run
from model.analysis.sweeps.running.worker import Worker
from model.base.errors import Rejected, SolverError, Unmeetable
from model.base.problems import InputError
from model.formulation import COST_TERMS
from model.solving.programme import compiled
from tests.analysis.sweeps.draw import Draw
from tests.analysis.sweeps.same import asked
from tests.analysis.sweeps.typed import type_in
from tests.conftest import INSTANCES
from tests.independent import reference
from tests.independent.generate import write_instance

SEEDS = (4, 5, 19, 29, 36)
GRAM_KT = 1e-9
"""1e-6 t in kt."""


@contextmanager
def seen():
    """Gathers the programmes and plans that are judged while inside."""
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outcomes, "verify", lambda solved, verify=outcomes.verify: (found.append(solved), verify(solved)))
        yield found


def tasks(base, sweep):
    """Every case, with the starts that the run gives it."""
    return _Run(base, sweep, Path(), False, lambda _: None).tasks


def same_arrays(one, other):
    """To the last nonzero; figures in their last digit alone, which frames lose and text that is typed keeps."""
    assert np.array_equal(one.matrix.start, other.matrix.start)
    assert np.array_equal(one.matrix.column, other.matrix.column)
    np.testing.assert_allclose(one.matrix.value, other.matrix.value, rtol=1e-14)
    for name in ("cost", "lower", "upper", "row_lower", "row_upper"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-14, atol=1e-15)


def agree(row, plan):
    """A row of the table of cases with a plan of ``solve.py``."""
    said, cost = plan.summary, plan.summary["cost_usd"]
    assert (row["status"] == "met") == said["compliant"]
    assert row["cost_usd"] == pytest.approx(cost, rel=1e-6)
    assert row["cost_without_policy_usd"] == pytest.approx(said["cost_without_policy_usd"], rel=1e-6)
    assert row["premium_usd"] == pytest.approx(said["premium_usd"], rel=1e-6, abs=1e-7 * cost)
    assert row["capex_usd"] == pytest.approx(said["capex_usd"], rel=1e-6, abs=1.0)
    assert row["shortfall_t"] == pytest.approx(said["shortfall_t"], rel=1e-6, abs=1e-4)
    assert row["unserved_t"] == pytest.approx(said["unserved_t"], rel=1e-6, abs=1e-4)
    assert row["unserved_goods_t"] == pytest.approx(said["unserved_goods_t"], rel=1e-6, abs=1e-4)
    added = plan["premium"].set_index("term")["premium_usd"]
    for term in COST_TERMS:
        assert row[f"premium_{term}_usd"] == pytest.approx(added.get(term, 0.0), rel=1e-6, abs=1e-8 * cost)
    assert row["first_compliant_year"] == said["first_compliant_year"]


def same_plan(done, found, plan):
    """Every build and every column, to 1e-6 t."""
    builds = plan["builds"]
    expected = {(r["plant"], r["decision_year"]): r["capacity_t_per_yr"] for r in builds.to_dict("records")}
    assert {(b["plant"], b["decision_year"]): b["capacity_t_per_yr"] for b in done.builds} == {
        at: pytest.approx(built, abs=1e-6) for at, built in expected.items()
    }
    assert list(found.arrays.names()) == list(plan.solved.arrays.names())
    assert np.abs(found.outcome.x - plan.solved.outcome.x).max() < GRAM_KT


@pytest.fixture(autouse=True)
def no_slack(monkeypatch):
    """Both hold a goal at its value; with a slack the reference would buy much cost with a gram of shortfall."""
    monkeypatch.setattr(reference, "HOLD", 0.0)


def compare(base, sweep, typed, folder):
    """Every case of a sweep; returns how many met, missed and failed, and how many had filled arrays."""
    work, counts = Worker(base, sweep), dict.fromkeys(("met", "missed", "failed", "filled"), 0)
    for task in tasks(base, sweep):
        place = shutil.copytree(folder, folder.parent / "typed", dirs_exist_ok=True)
        policy, changes = typed(work.cases[task.case])
        for edit, value in changes:
            type_in(place, policy, edit, value)
        with seen() as found:
            done = work.result(task)
        counts[done.row["status"]] += 1
        try:
            plan = model.solve(model.read(place), policy)
        except (InputError, Unmeetable, SolverError, Rejected):
            assert done.row["status"] == outcomes.FAILED
            continue
        if "cell found" in done.row["reason"]:  # blank or without limit: typed, such an edit would change nothing
            continue
        assert done.row["status"] != outcomes.FAILED, done.row["reason"]
        agree(done.row, plan)
        same_plan(done, found[-1], plan)
        same_arrays(found[-1].arrays, plan.solved.arrays)
        group = work._group(task.starts_from, None)
        counts["filled"] += group is not None and found[-1].arrays.rows is group.numbers.arrays.rows
        other = reference.solve(place, place / "policies" / f"{policy}.toml")
        assert done.row["shortfall_t"] == pytest.approx(other.shortfall_t, rel=1e-6, abs=1e-4)
        assert done.row["cost_usd"] == pytest.approx(other.cost_usd, rel=1e-6)
    return counts


def test_random_sweeps_of_random_instances(tmp_path):
    total = dict.fromkeys(("met", "missed", "failed", "filled"), 0)
    for seed in SEEDS:
        folder = tmp_path / str(seed) / "base"
        draw = Draw(seed, folder, [p.stem for p in write_instance(folder, seed)])
        text, typed = draw.sweep()
        (folder.parent / "asked.toml").write_text(text, encoding="utf-8")
        base = model.read(folder)
        for key, count in compare(base, read_sweep(base, folder.parent / "asked.toml"), typed, folder).items():
            total[key] += count
    assert min(total.values()) > 0, total  # every kind of end, and every way there


GRID = """
design = "grid"
policies = ["{policy}"]
[[factor]]
name = "level"
values = {values}
edit = [{{ table = "{table}", column = "{column}", op = "set", where = {{ row = 0 }} }}]
"""
ROWS = {
    "cap": ("share_cap", "max", [0.0, 0.3, 0.6, 1.0], 'buyer = "home"\nstages = ["magnet"]\nmax = 0.5\nfrom = 2033'),
    "tonnes": ("share_cap", "max", [0.2, 0.0],
               'buyer = "home"\nstages = ["magnet"]\nmax = 0.5\nfrom = 2034\nweight = "tonnes"\ntogether = "B"'),
    "traced": ("share_cap", "max", [0.0, 0.9, 0.4],
               'buyer = "home"\nstages = ["magnet"]\nmax = 0.5\nfrom = 2033\nmeasure = "traced"\ntraced = "B"'),
    "make": ("domestic_min", "min", [0.0, 0.2, 0.9], 'buyer = "home"\nstages = ["magnet"]\nmin = 0.1\nfrom = 2033'),
    "run": ("domestic_min", "min", [0.3, 0.0, 0.7],
            'buyer = "home"\nstages = ["magnet"]\nmin = 0.1\nfrom = 2033\nmeasure = "production"'),
    "most": ("budget", "max", [0.0, 2e5, 9e5], "max = 5e5\nfrom = 2030"),
    "least": ("budget", "min", [3e5, 0.0, 9e9, 6e5], "min = 1e5\nmax = 1e10"),  # 9e9 can't be spent
    "stock": ("stock_min", "days", [0.0, 30.0, 400.0], 'buyer = "home"\ncommodities = ["magnet"]\ndays = 20'),
}  # fmt: skip


@pytest.fixture
def textbook(tmp_path):
    """Two-country with a store of magnets at home and room for 200 t/yr, and a policy of each kind of row."""
    folder = tmp_path / "two-country"
    shutil.copytree(INSTANCES / "two-country", folder)
    with (folder / "stockpiles.csv").open("a", encoding="utf-8") as file:
        file.write("magnet,A,5,40,10,0.1,textbook,assumption,\n")
    for name, (kind, _, _, row) in ROWS.items():
        cap = '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0.6\nfrom = 2034\n' if kind == "budget" else ""
        (folder / "policies" / f"{name}.toml").write_text(f"{cap}[[{kind}]]\n{row}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ROWS)
def test_every_number_of_a_policy(textbook, name):
    """Numbers of a policy go into compiled arrays; from 0 and to 0 the programme is written anew."""
    kind, column, values, _ = ROWS[name]
    base = model.read(textbook)
    text = GRID.format(policy=name, values=values, table=kind, column=column)
    edit = {"table": kind, "column": column, "op": "set", "where": {"row": 0}}
    counts = compare(
        base, asked(textbook.parent, text, base), lambda case: (name, [(edit, case.values["level"])]), textbook
    )
    assert counts["failed"] == (1 if name == "least" else 0)
    assert counts["met"] + counts["missed"] + counts["failed"] == len(values)


def test_filled_arrays_are_the_compiled_ones(textbook):
    """Each kind of number by itself, from a start whose numbers are all above 0."""
    base = model.read(textbook)
    for name, (kind, column, values, _) in ROWS.items():
        above = [v for v in values if v > 0]
        text = GRID.format(policy=name, values=above, table=kind, column=column)
        work = Worker(base, asked(textbook.parent, text, base))
        for place in range(len(above)):
            group = work._group(0, None)
            network = work.network(work.cases[place])
            assert group.numbers.fits(network.policy), name
            same_arrays(group.numbers.filled(network.policy), compiled(network))


def test_without_a_start_every_case_is_solved_by_itself(textbook):
    """The start of the group has no plan: the others come out the same, and so they do without any group."""
    base = model.read(textbook)
    text = GRID.format(policy="least", values=[3e5, 9e9, 6e5], table="budget", column="min")
    work = Worker(base, asked(textbook.parent, text, base))
    found = list(tasks(base, work.sweep))
    assert [(task.case, task.starts_from) for task in found] == [(0, 1), (1, 1), (2, 1)]
    rows = [work.result(task).row for task in found]
    assert [row["status"] for row in rows] == ["met", "failed", "met"]
    assert rows[1]["reason"].startswith("budget.0 asks for at least 9,000 million USD;")
    assert work._group(1, None) is None
    for place in (0, 2):
        alone = work.solved(work.cases[place], None, None)
        near = work.solved(work.cases[place], work._group(2 - place, None), None)
        assert outcomes.outcome(alone) == rows[place]
        assert np.abs(alone.outcome.x - near.outcome.x).max() < GRAM_KT


def test_a_case_hangs_on_no_other_than_its_start(textbook):
    """Whatever a worker has solved before, the same floats come out, to the last digit."""
    base = model.read(textbook)
    text = GRID.format(policy="traced", values=[n / 13 for n in range(1, 13)], table="share_cap", column="max")
    sweep = asked(textbook.parent, text, base)
    found = list(tasks(base, sweep))
    forward, backward, each = Worker(base, sweep), Worker(base, sweep), [Worker(base, sweep).result(t) for t in found]
    assert [forward.result(t) for t in found] == each
    assert [backward.result(t) for t in reversed(found)] == each[::-1]

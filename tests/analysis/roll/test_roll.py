"""Deciding year by year: by hand, with everything known as the plan with foresight, and never better than it."""

from __future__ import annotations

import json
import random
import threading

import pandas as pd
import pytest

import model
from model.analysis.roll.answer import seen_as_solved
from model.analysis.roll.knowledge import knowledge_of, worlds_of
from model.analysis.roll.years import Years
from model.base.schema import columns
from model.cli.questions.roll import COMMAND
from model.plan.plan import tabulate
from model.plan.saying.summary import summarise
from model.solving.solver.optimality import Residuals
from tests.conftest import INSTANCES
from tests.tiny import write

TWO = INSTANCES / "two-country"
D = [1.05**-i for i in range(6)]  # 2030 ... 2035
YEARLY = 20_000 * (1.1**2 + 1.1) / 2 * 0.1 / (1 - 1.1**-10) + 1_000  # USD a year for a t/yr at home
DEARER = 'lanes += {commodity = "magnet", origin = "B", destination = "A", freight = 6500, tariff = 0.05, from = 2033}'


def known(*rows):
    """Rows of knowledge: known from, known to, really, edit."""
    return [dict(zip(("known_from", "known_to", "really", "edit"), row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return model.read(write(tmp_path_factory.mktemp("roll") / "tiny"))


def gain(decided: int) -> float:
    """USD that a t/yr decided in a year saves: two years to build, a year at half load, dearer magnets from 2033."""
    first = decided + 2 - 2030
    saves = [9_000 - 11_000 if y < 3 else 9_000 - 17_000 for y in range(6)]
    load = {first: 0.5} | {y: 1.0 for y in range(first + 1, 6)}
    return -sum(D[y] * (YEARLY + part * saves[y]) for y, part in load.items())


@pytest.mark.parametrize(("heard", "decided"), [(2030, 2030), (2031, 2031), (2032, 2032), (2033, None), ("", None)])
def test_a_price_that_jumps_by_hand(heard, decided):
    # with foresight 100 t/yr are decided in 2030, before the price moves in 2033; who hears of it in 2032 still decides
    # 100 t/yr, and who hears of it in 2033 can only reach half load in 2035, which doesn't pay
    found = model.roll(TWO, "none", knowledge=known((heard, "", "yes", DEARER)))
    lost = 100 * (gain(2030) - (gain(decided) if decided else 0.0))
    assert found.summary["not_knowing"]["cost_usd"] == pytest.approx(lost, abs=0.01)
    assert gain(2030) > gain(2031) > gain(2032) > 0 > gain(2033)
    took = found.decisions[found.decisions["capacity_t_per_yr"] > 1e-6]
    assert took[["decision_year", "capacity_t_per_yr"]].to_numpy().tolist() == ([[decided, 100]] if decided else [])
    knew = found.decisions[found.decisions["foresight_t_per_yr"] > 1e-6]
    assert knew[["decision_year", "foresight_t_per_yr"]].to_numpy().tolist() == [[2030, 100]]
    dear = found.years.set_index("year")["cost_usd"]
    expected = 100 * (17_000 if decided is None else 9_000 + YEARLY / 100 * 100)
    assert dear[2035] == pytest.approx(expected, abs=0.01)


def test_a_plant_that_comes_late_by_hand():
    # 30 t/yr are decided in 2030 and 20 in 2031 for a cap in 2033 and 2034; they take three years in place of two. In
    # 2033 home makes 15 t where 40 are asked for, in 2034 it makes 40 and 50 are: 25 t and 10 t of magnets, half of it
    # content. With foresight 80 t/yr are decided in 2030.
    late = known(("", "", "yes", "plants[plant=A_MAGNET].lead_time = 3"))
    found = model.roll(TWO, "cap", knowledge=late)
    years = found.years.set_index("year")
    assert years["shortfall_t"].to_dict() == pytest.approx({**dict.fromkeys(range(2030, 2036), 0), 2033: 12.5, 2034: 5})
    assert years["foresight_shortfall_t"].sum() == pytest.approx(0, abs=1e-9)
    rows = found.decisions.set_index("decision_year")
    assert rows["capacity_t_per_yr"].to_dict() == pytest.approx({2030: 30, 2031: 20})
    assert rows["foresight_t_per_yr"].to_dict() == pytest.approx({2030: 80, 2031: 0}, abs=1e-9)
    assert rows["believed_year"].tolist() == [2032, 2033]
    assert rows["on_stream_year"].tolist() == [2033, 2034]
    never = model.roll(TWO, "cap", knowledge=known(("", "", "yes", "plants[plant=A_MAGNET].lead_time = 9")))
    assert never.decisions["on_stream_year"].isna().all()
    assert never.decisions["capacity_t_per_yr"].sum() == pytest.approx(50)
    assert never.years["shortfall_t"].sum() == pytest.approx(20 + 25)
    # who learns it in 2031 takes what is late into account: 2033 is lost, 2034 is not
    told = known((2031, "", "yes", "plants[plant=A_MAGNET].lead_time = 3"))
    learnt = model.roll(TWO, "cap", knowledge=told).years.set_index("year")["shortfall_t"]
    assert learnt[[2033, 2034]].tolist() == pytest.approx([12.5, 0], abs=1e-6)


def test_what_was_decided_stays_when_it_could_no_longer_be_decided():
    rows = known((2031, "", "yes", "plants[plant=A_MAGNET].first_decision = 2033"), (2030, "", "no", DEARER))
    found = model.roll(TWO, "none", knowledge=rows)
    assert found["activity"].query("plant == 'A_MAGNET' and year == 2035")["capacity_t"].tolist() == [100]
    assert found.summary["lived"]["capex_usd"] == pytest.approx(2e6)
    assert found.summary["foresight"]["capex_usd"] == 0
    again = known((2031, "", "yes", "plants[plant=A_MAGNET].max_build = 40"), (2030, "", "no", DEARER))
    assert model.roll(TWO, "none", knowledge=again).summary["lived"]["capex_usd"] == pytest.approx(2e6)


EDITS = (
    "lanes[origin=B, from=2032].freight = {0}",
    "plants[region=B].variable_cost *= 1.{0}",
    "demand[year>=2032].quantity *= 1.{1}",
    "plants[plant=A_MAG].capex *= 0.{1}",
    "capacity[plant=C_OX].capacity from 2031 = {1}",
    "lanes[commodity=oxide].freight = {0}",
    "plants[plant=A_MAG].lead_time = 2",
    "demand[commodity=magnet].quantity *= 0.{1}",
    "stockpiles[region=A].capacity = {1}0",
)


def drawn(seed: int) -> list[str]:
    chance = random.Random(seed)
    return [edit.format(chance.randrange(1000, 9000), chance.randrange(1, 4)) for edit in chance.sample(EDITS, 3)]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("policy", ["none", "all"])
def test_knowing_everything_is_foresight(tiny, policy, seed):
    rows = known(*((2030, "", "yes", edit) for edit in drawn(seed)))
    found = model.roll(tiny, policy, knowledge=rows)
    for key, more in found.summary["not_knowing"].items():
        if key != "capex_usd":  # among equally cheap plans another may be gone on with
            assert more == pytest.approx(0, abs=1e-6 * max(1.0, found.summary["foresight"][key])), key


@pytest.mark.parametrize("seed", range(4, 9))
def test_not_knowing_never_pays_and_breaks_no_rule(tiny, seed):
    chance, edits = random.Random(seed), drawn(seed)
    rows = known(*((chance.choice(["", 2030, 2031, 2032]), "", chance.choice(["yes", "no"]), e) for e in edits[:2]))
    rows = [{**row, "known_from": row["known_from"] or ("" if row["really"] == "yes" else 2030)} for row in rows]
    rows += known(("", "", "yes", edits[2]))
    found = model.roll(tiny, "none", knowledge=rows)
    assert found.summary["not_knowing"]["cost_usd"] >= -1e-6 * found.summary["foresight"]["cost_usd"]
    # the history is a plan of the world that the builds of its decisions allow, and no cheaper than the best of these
    real = found.foresight.instance
    took = found.decisions.rename(columns={"capacity_t_per_yr": "capacity"})
    took = took[(took["capacity"] > 1e-9) & took["on_stream_year"].notna()]
    builds = took.rename(columns={"capacity": "capacity_t_per_yr"})[["plant", "decision_year", "capacity_t_per_yr"]]
    best = model.solve(real, "none", builds=builds)
    assert found.summary["lived"]["cost_usd"] >= best.summary["cost_usd"] * (1 - 1e-9)
    assert found["costs"]["present_value_usd"].sum() == pytest.approx(found.summary["lived"]["cost_usd"])
    assert (found["demand"]["unserved_t"] >= 0).all()
    run = found["activity"]
    assert (run["activity_t"] <= run["capacity_t"] * (1 + 1e-9) + 1e-6).all()


@pytest.mark.parametrize("seed", range(4, 7))
def test_the_checker_finds_no_fault_with_a_history(tiny, seed):
    """Physics, targets, shares, content and costs, judged as any plan of the world; budgets count what was believed."""
    first, second, third = drawn(seed)
    told = knowledge_of(known((2031, "", "yes", first), (2030, 2031, "no", second), ("", "", "yes", third)))
    asked = model.policy(tiny, "all")
    years = Years(worlds_of(tiny, told), asked, float("inf"), lambda _: None, threading.Event())
    years.run()
    lived = seen_as_solved(years)
    tables = tabulate(lived)
    found = model.violations(years.worlds.real, asked, tables, summarise(lived, tables, Residuals(0.0, 0.0, 0.0)))
    assert set(found["rule"]) <= {"budget"}


def test_a_stock_is_laid_in_for_what_is_feared_and_lived_with(tiny):
    # planners fear that no oxide comes in 2032 and fill the store in 2031; it comes all the same
    feared = known((2030, "", "no", "capacity[plant=B_OX|C_OX].capacity from 2032 = 0"))
    found = model.roll(tiny, "none", knowledge=feared)
    stocks = found["stocks"].set_index("year")["stock_t"]
    assert stocks[2031] > 0
    assert found.summary["not_knowing"]["cost_usd"] > 0
    assert found.summary["lived"]["unserved_t"] == pytest.approx(found.summary["foresight"]["unserved_t"])


def test_wrong_knowledge_is_said_all_at_once(tmp_path):
    file = tmp_path / "known.csv"
    file.write_text(
        "known_from,known_to,really,edit,note\n"
        "soon,,yes,plants[plant=A_MAGNET].capex = 1,\n"
        "2031,2030,perhaps,plants[plant=A_MAGNET].capex = 1,\n"
        ",,no,plants[plant=A_MAGNET].capex = 1,\n"
        "2030,,yes,capex = 1,\n"
        "2030,,yes,share_cap[buyers=A].max = 0.5,\n"
        "2030,,yes,a,b,c\n",
        encoding="utf-8",
    )
    with pytest.raises(model.InputError) as caught:
        model.roll(TWO, "none", knowledge=file)
    said = [str(p).removeprefix(f"{file}, ") for p in caught.value.problems]
    for found, expected in zip(
        said,
        [
            'line 2, known_from: "soon": expected a year or a blank',
            'line 3, known_to: "2030": expected a year of at least known_from, 2031',
            'line 3, really: "perhaps": expected yes or no',
            "line 4, known_from: is blank, and it isn't real: what nobody believes and never happens changes nothing",
            'line 5, edit: "capex = 1": expected an edit such as capacity[plant=P].capacity from 2028 = 0',
            'line 6, edit: "share_cap[buyers=A].max = 0.5": edits the policy (budget, ',
            "line 7: expected 5 cells as in the header, found 6; an edit that holds a comma",
        ],
        strict=True,
    ):
        assert found.startswith(expected)
    file.write_text("known_from,really,edits\n2030,yes,x\n", encoding="utf-8")
    with pytest.raises(model.InputError, match='edit: the column is missing; did you mean "edits"'):
        model.roll(TWO, "none", knowledge=file)
    rows = known((2030, "", "yes", "plants[plant=A].capex = 1"), (2099, "", "no", "plants[plant=A_MAGNET].capex = 1"))
    with pytest.raises(model.InputError) as caught:
        model.roll(TWO, "none", knowledge=rows)
    assert len(caught.value.problems) == 2
    row = 'demand += {{commodity="magnet", region="B", sector="new", year={}, quantity=5, shortage_cost=9}}'
    new = known(*(("", "", "yes", row.format(year)) for year in (2030, 2035)))
    with pytest.raises(model.InputError, match="has to be known from the first year"):
        model.roll(TWO, "none", knowledge=new)


def test_the_command_answers_writes_and_refuses(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "jump.csv"
    pd.DataFrame(known((2032, "", "yes", DEARER))).to_csv(file, index=False)
    call = [str(TWO), "--policy", "none", "--knowledge", str(file)]
    assert COMMAND.main([*call, "--check"]) == 0
    assert "Sound: 1 edit, 1 of them real." in capsys.readouterr().out
    assert COMMAND.main(call) == 0
    said = capsys.readouterr().out
    assert "Not knowing costs 268,000 USD" in said
    assert "The policy" not in said  # it asks nothing
    assert len(said.splitlines()) < 30
    assert COMMAND.main([*call[:2], "cap", *call[3:]]) == 0
    assert "The policy saves" in capsys.readouterr().out  # who builds for the cap is ready when the price jumps
    folder = tmp_path / "results" / "two-country" / "none-roll-jump"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        named = [field["name"] for field in resource["schema"]["fields"]]
        assert list(pd.read_csv(folder / resource["path"]).columns) == named
    assert {r["path"] for r in package["resources"]} == {p.name for p in folder.glob("*.csv")}
    assert [c.column for c in columns("years", family="roll")] == list(pd.read_csv(folder / "years.csv").columns)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert COMMAND.main(call) == 0
    assert before == {p.name: p.read_bytes() for p in folder.iterdir()}
    capsys.readouterr()
    assert COMMAND.main([str(TWO), "--policy", "cup", "--knowledge", str(tmp_path / "none.csv")]) == 2
    told = capsys.readouterr().err
    assert 'did you mean "cap"' in told
    assert "none.csv: is not there" in told

"""The explanation as text: plain words, 80 columns, harmless names, and nothing that is not so."""

import json
import re

import pytest

import model
from model.analysis.reasons.explain import explain
from model.analysis.reasons.sentences import as_text
from model.analysis.reasons.way_sentences import changes
from model.base.words import bare
from model.plan.saying.rows import Told, ToldShort
from tests.analysis.reasons.applied import made, toml
from tests.conftest import INSTANCES, solved
from tests.tiny import TABLES, write

JARGON = re.compile(r"\b(duals?|LPs?|infeasib\w+|shadow|nan|inf|None)\b", re.IGNORECASE)
TOO_EARLY = INSTANCES / "two-country"


def said(explanation):
    """The text in one line, once it is known to be plain and narrow."""
    text = str(explanation)
    assert not JARGON.search(text), JARGON.search(text)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert all(c.isprintable() or c == "\n" for c in text)
    return " ".join(text.split())


def textbook(folder, policy="too-early", edits=()):
    """The explanation of two-country with some text of its files replaced."""
    made(TOO_EARLY, policy, [], folder)
    for file, old, new in edits:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return explain(model.solve(model.read(folder), policy))


def tiny(folder, policy, **tables):
    """The explanation of the tiny instance under rows of a policy."""
    rows = {kind: [row] if isinstance(row, dict) else row for kind, row in policy.items()}
    asked = toml({"title": "Asked", **rows})
    folder = write(folder, policies={"all": 'title = "Not used"\n', "asked": asked}, **tables)
    return explain(model.solve(model.read(folder), "asked"))


def kinds(explanation):
    return {shown.way.kind for reason in explanation.reasons for shown in reason.ways}


def test_too_early(tmp_path):
    explanation = textbook(tmp_path / "textbook")
    text = said(explanation)
    for words in (
        "Magnet, home, from Abroad, 2031",
        "Magnets at home from 2032 (lead time 2 years)",
        "begin in 2032 (at the same cost)",
        "40 t/yr more of Magnets at home by 2031",
        "Magnets at home in 1 year, not 2",
        "a stock of 40 t more of Magnet in Home, bought before 2030",
        "no higher build limit of one plant",  # the one kind that doesn't exist
    ):
        assert words in text
    assert kinds(explanation) == {"limit", "start", "capacity", "lead time", "stock"}


def test_small_tonnages_keep_a_decimal(tmp_path):
    capacity = "plant,year,capacity\nB_OX,2030,900\nC_OX,2031,80\nB_MAG,2030,900\nA_MAG,2030,1.88\n"
    ask = {"buyer": "home", "stages": ["magnet"], "min": 0.9, "from": 2030, "to": 2030}
    text = said(tiny(tmp_path / "tiny", {"domestic_min": ask}, capacity=capacity))
    assert "0.9 t with what exists" in text  # 1.88 t of magnets hold half of it
    assert "45 is asked for" in text


def test_a_way_out_says_nothing_twice(tmp_path):
    ask = {"buyer": "home", "stages": ["magnet"], "min": 0.5, "from": 2030, "to": 2030}
    explanation = tiny(tmp_path / "tiny", {"domestic_min": [ask, ask | {"measure": "production"}]})
    plan, ways = explanation.plan, explanation.tables["ways_out"]
    doubled = ways.assign(changes=[json.dumps(json.loads(c) * 2) for c in ways["changes"]])
    once, twice = (as_text(Told(plan, {**explanation.tables, "ways_out": found})) for found in (ways, doubled))
    assert "Every target is met with" in once
    assert twice == once


@pytest.mark.parametrize("policy", ["cap", "none"])
def test_a_plan_that_meets_everything_needs_no_words(policy):
    explanation = explain(solved("two-country", policy))
    assert "every target is met" in said(explanation)
    assert {name: len(table) for name, table in explanation.tables.items()} == {"misses": 0, "causes": 0, "ways_out": 0}


def test_it_says_which_ways_there_are_not(tmp_path):
    # no plant may be built at home; the cap is missed to its last year
    explanation = textbook(tmp_path / "textbook", edits=[("plants.csv", "20000,2,1,10,0.10,100,", ",,,,,,")])
    text = said(explanation)
    assert "No new plant that would count can be built." in text
    for words in ("no later beginning within the horizon", "no shorter lead time", "no higher build limit"):
        assert words in text
    assert kinds(explanation) == {"limit", "capacity", "stock"}


def test_nothing_but_asking_for_less(tmp_path):
    # no oxide is made at home, and nobody there knows how
    explanation = tiny(
        tmp_path, {"domestic_min": {"buyer": "home", "stages": ["processing"], "min": 0.9, "from": 2031}}
    )
    assert "Within the data nothing but asking for less helps" in said(explanation)
    assert kinds(explanation) == {"limit"}


@pytest.mark.parametrize(
    "name", ["[bold red]Magnets[/]", "Magnets \x1b[31mat\x07 home", "Magnets at \u202ehome", "x" * 200]
)
def test_names_of_others_stay_harmless(tmp_path, name):
    explanation = textbook(tmp_path / "textbook", edits=[("plants.csv", "Magnets at home", name)])
    shown = "".join(c if c.isprintable() else "?" for c in name)
    assert shown.replace(" ", "") in said(explanation).replace(" ", "")


@pytest.mark.parametrize("plant", ["A MAGNET", "A+B", "A + B", "A|B", "A | more 2031", "[red]A", "A_MAGNET+B_MAGNET"])
def test_any_plant_may_be_a_way_out(tmp_path, plant):
    explanation = textbook(tmp_path / "textbook", edits=[("plants.csv", "A_MAGNET", plant)])
    assert "40 t/yr more of Magnets at home by 2031" in said(explanation)


def test_a_plant_named_like_a_lever(tmp_path):
    twin = "A_MAGNET | more 2031,Other,press,A,6400,1000,,20000,2,1,10,0.10,100,,,,textbook,assumption,\n"
    explanation = textbook(tmp_path / "textbook", edits=[("plants.csv", "A_MAGNET,", f"{twin}A_MAGNET,")])
    assert kinds(explanation) >= {"limit", "start", "capacity", "lead time", "stock"}


def test_a_plus_in_goods_and_regions(tmp_path):
    edits = [
        ("commodities.csv", "magnet,Magnet", "mag+net,Magnet"),
        ("recipes.csv", "press,magnet", "press,mag+net"),
        ("demand.csv", "magnet,A", "mag+net,A+1"),
        ("lanes.csv", "magnet,B,A", "mag+net,B,A+1"),
        ("lanes.csv", "oxide,B,A", "oxide,B,A+1"),
        ("regions.csv", "A,Home", "A+1,Home"),
        ("groups.csv", "home,A", "home,A+1"),
        ("plants.csv", "press,A,", "press,A+1,"),
    ]
    assert "a stock of 40 t more of Magnet in Home" in said(textbook(tmp_path / "textbook", edits=edits))


def test_a_horizon_of_one_year(tmp_path):
    # a stock that is there before 2030 would do: 40 t that need not be imported in the only year
    edits = [
        ("instance.toml", "last_year = 2035", "last_year = 2030"),
        ("policies/too-early.toml", "from = 2031\nto = 2032\n", ""),
    ]
    explanation = textbook(tmp_path / "textbook", edits=edits)
    assert "40 t/yr more of Magnets at home by 2030" in said(explanation)
    assert "Magnets at home in 0 years, not 2" in said(explanation)
    assert "a stock of 40 t more of Magnet in Home, bought before 2030" in said(explanation)


@pytest.mark.parametrize(("last", "stock"), [(2030, 40), (2031, 80)])
def test_a_cap_of_the_first_years(tmp_path, last, stock):
    # of 100 t a year 60 may come from abroad, the rest out of a stock that was there before
    edits = [("policies/too-early.toml", "from = 2031\nto = 2032", f"to = {last}")]
    explanation = textbook(tmp_path / "textbook", edits=edits)
    assert f"a stock of {stock} t more of Magnet in Home, bought before 2030" in said(explanation)


def test_a_later_beginning_may_lie_before_the_miss(tmp_path):
    # a stock of 80 t makes up for 40 t in 2030 and in 2031, and nothing for 2032; a year later it lasts to the end
    edits = [
        ("plants.csv", "20000,2,1,10,0.10,100,", ",,,,,,"),
        ("stockpiles.csv", "confidence,note\n", "confidence,note\nmagnet,A,80,80,100,0,textbook,assumption,\n"),
        ("policies/too-early.toml", "from = 2031\n", "from = 2030\n"),
    ]
    explanation = textbook(tmp_path / "textbook", edits=edits)
    assert [reason.group.years for reason in explanation.reasons] == [[2032]]
    assert "begin in 2031" in said(explanation)


def test_a_horizon_of_two_years(tmp_path):
    edits = [
        ("instance.toml", "last_year = 2035", "last_year = 2031"),
        ("policies/too-early.toml", "to = 2032", "to = 2031"),
    ]
    explanation = textbook(tmp_path / "textbook", edits=edits)
    assert kinds(explanation) == {"limit", "capacity", "lead time", "stock"}
    assert "no later beginning within the horizon" in said(explanation)


def test_one_level_for_all_suppliers(tmp_path):
    # magnets from B or, dearer, from C, at most 30 % from each: the plan takes 70 % from B; 50 % from each would do
    edits = [
        ("regions.csv", "A,Home", "C,Third,textbook,assumption,\nA,Home"),
        ("plants.csv", "B_MAGNET", "C_MAGNET,Other magnets,press,C,9500,0,,,,,10,,,,,,textbook,assumption,\nB_MAGNET"),
        ("plants.csv", "20000,2,1,10,0.10,100,", ",,,,,,"),
        ("capacity.csv", "B_MAGNET", "C_MAGNET,2030,1000,textbook,assumption,\nB_MAGNET"),
        ("lanes.csv", "oxide,B,A", "oxide,B,C,200,0,,,,textbook,assumption,\noxide,B,A"),
        ("lanes.csv", "magnet,B,A", "magnet,C,A,500,0.05,,,,textbook,assumption,\nmagnet,B,A"),
        ("policies/too-early.toml", "0.60", "0.30"),
    ]
    explanation = textbook(tmp_path / "textbook", edits=edits)
    assert "allow 50 % in place of 30.0 %" in said(explanation)


@pytest.mark.parametrize(("lead_time", "budget"), [(2, 1e9), (1, 1e5)])
def test_plants_without_limits_on_building(tmp_path, lead_time, budget):
    # a candidate without any limit: a year too late it can give nothing by 2031; else what the money buys
    plants = TABLES["plants"] + f"A_OX,Oxide A,refine,A,9000,0,,30000,{lead_time},0,20,,,,,\n"
    row = {"buyer": "home", "stages": ["processing"], "min": 0.4, "from": 2031}
    explanation = tiny(tmp_path, {"domestic_min": row, "budget": {"max": budget}}, plants=plants)
    text, causes = said(explanation), explanation.tables["causes"]
    new = causes[(causes["what"] == "A_OX") & (causes["year"] == 2031) & (causes["kind"] == "plant")]["new_t"].item()
    assert new == (0 if lead_time == 2 else float("inf"))
    assert lead_time == 1 or "and 0 with the fastest new plants" in text


def test_amounts_that_can_be_typed(tmp_path):
    # 60 % of 55 t of oxide equivalent in 2031 are 66 t of magnets: 10 stand, 7.5 can be paid for; 48.5 are lacking
    lanes = (
        "commodity,origin,destination,freight,tariff,max_flow,from,to\n"
        "oxide,*,home,200,0.1,,,\nmagnet,B,A,500,0.05,20,,\n"
    )
    policy = {
        "domestic_min": {"buyer": "home", "stages": ["magnet"], "min": 0.6, "from": 2031},
        "budget": {"max": 3e5},
    }
    explanation = tiny(tmp_path, policy, lanes=lanes)
    # not even the demand that is served without a policy can be served: 15 t/yr, from 2031 on at one half
    assert explanation.tables["misses"]["best"].tolist() == pytest.approx([17.5 / 110, 25 / 120], abs=1e-6)
    assert "48.5 t/yr more of Magnets A" in said(explanation)  # 48 would not do


def test_small_budgets(tmp_path):
    # 40 % of 60 t are 48 t of magnets: 10 stand, 38 cost 760 000 USD, of which 500 000 may be spent
    policy = {
        "domestic_min": {"buyer": "home", "stages": ["magnet"], "min": 0.4, "from": 2032},
        "budget": {"hosts": "home", "max": 5e5},
    }
    explanation = tiny(tmp_path, policy)
    (more,) = [
        shown.way.amount for reason in explanation.reasons for shown in reason.ways if shown.way.kind == "budget"
    ]
    assert more == pytest.approx(0.26)
    assert "260,000 USD more in “budget: home”" in said(explanation)


def test_two_ways_at_one_plant_are_made_together(tmp_path):
    # both minima lack the same capacity: 40 t/yr from 2031 on for the first, 28 from 2032 on for the second
    policy = {
        "domestic_min": [
            {"buyer": "home", "stages": ["magnet"], "min": 0.5, "from": 2031},
            {"buyer": "home", "stages": ["magnet"], "min": 0.4, "from": 2032, "measure": "production"},
        ],
        "budget": {"hosts": "home", "max": 2e5},
    }
    explanation = tiny(tmp_path, policy)
    assert len(explanation.reasons) == 2
    assert explanation.together is not None


def test_a_stock_minimum_from_the_first_year(tmp_path):
    # 105 t can be had from B and 10 are made at home in 2030, of which 100 are used: 15 t, 54.75 days, in stock at most
    piles = TABLES["stockpiles"] + "magnet,A,0,500,100,0\n"
    capacity = TABLES["capacity"].replace("B_MAG,2030,900", "B_MAG,2030,105")
    row = {"buyer": "home", "commodities": ["magnet"], "days": 200}
    explanation = tiny(tmp_path, {"stock_min": row}, stockpiles=piles, capacity=capacity)
    first = explanation.tables["misses"].iloc[0]
    assert (first["year"], first["best"]) == (2030, pytest.approx(0.15, abs=1e-6))
    ways = explanation.tables["ways_out"].set_index("kind")
    assert ways["amount"]["limit"] == pytest.approx(54.7)  # one day of use is 0.27 t
    # 200 days of 100 t are 54.79 t: 39.8 more
    assert ways["amount"]["stock"] == 39.8
    assert ways["by_year"]["stock"] == 2029
    said(explanation)


def test_more_than_one_buyer_and_scope(tmp_path):
    row = {
        "buyers": ["home", "C"],
        "stages": ["magnet", "processing"],
        "suppliers": ["B"],
        "max": {2030: 0.5, 2032: 0.1},
    }
    explanation = tiny(tmp_path, {"share_cap": row})
    assert [reason.group.name for reason in explanation.reasons] == [("share_cap.0", "home", "magnet", "B")]
    best = explanation.tables["misses"]["best"].tolist()
    # 10 t are made at home, 30 from 2031 (one half of 40 decided in 2030), 60 from 2032 on; 100, 110, 120 t are used
    assert best == pytest.approx([0.9, 80 / 110, 0.5], abs=1e-6)
    said(explanation)


def test_changes_in_words():
    written = [
        {"table": "capacity", "key": {"plant": "A", "year": 2032}, "set": {"capacity": 40.0}},
        {"table": "capacity", "key": {"plant": "A", "year": 2031}, "set": {"capacity": 40.0}},
        {"table": "policy", "key": {"row": "share_cap.0"}, "set": {"max": 0.655}},
        {"table": "policy", "key": {"row": "stock_min.0"}, "set": {"days": 54.7}},
        {"table": "policy", "key": {"row": "budget.0"}, "set": {"max": 1.5e9}},
        {"table": "policy", "key": {"row": "domestic_min.1"}, "set": {"from": 2032}},
    ]
    told = ToldShort(solved("two-country", "cap"))
    assert [bare(said) for said in changes(told, json.dumps(written))] == [
        "allow 65.5 % in “share of any one supplier: Magnet in home from Abroad”",
        "ask for 54.7 days in “stock_min.0”",
        "allow 1.5 bn USD in “budget.0”",
        "begin “domestic_min.1” in 2032",
        "A at 40 t/yr from 2031",
    ]

"""Warnings and counts: each oddity put into an instance is found, and shipped instances give no false alarm."""

from __future__ import annotations

import re

import pytest

from model.instance.reading import policy, read
from model.instance.warnings.every import at_a_solve, warnings
from model.instance.warnings.warned import in_words
from tests.instance.spoil import INSTANCES, LARGE, SMALL, Said, both, copy, every, more, put, whole

CAP = "policies/x.toml"
FLOOR = '[[price_floor]]\ncommodity = "magnet"\nprice = 1\n'
GRADED = ",textbook,assumption,\n"


def _plant(name: str, process: str, region: str, rest: str = "1,1,,,,,,,,,,") -> str:
    return f"{name},n,{process},{region},{rest}{GRADED}"


def _cap(rest: str):
    return whole(CAP, f'[[share_cap]]\nbuyer = "home"\nmax = 0.5\n{rest}')


GOOD = more("commodities.csv", f"slag,Slag,processing,0,0{GRADED}")
USED = both(
    more("recipes.csv", f"press,slag,-1{GRADED}refine,slag,1{GRADED}"), more("lanes.csv", f"slag,B,A,1,0,,,{GRADED}")
)
ODD = {
    "a step in capacity": (
        put("capacity.csv", "B_MAGNET", f"B_OXIDE,2033,1300{GRADED}B_OXIDE,2035,900{GRADED}B_MAGNET"),
        Said(
            "capacity.csv",
            2,
            "capacity",
            "B_OXIDE",
            "runs in a line: 1,000 -> 1,300 t/yr in 2033; 1,300 -> 900 t/yr in 2035",
        ),
    ),
    "a step in an unsorted table": (
        put("capacity.csv", "B_OXIDE,2030", f"B_OXIDE,2034,500{GRADED}B_OXIDE,2030"),
        Said("capacity.csv", 2, "capacity", "B_OXIDE", "1,000 -> 500 t/yr in 2034"),
    ),
    "a step of a fifth": (more("capacity.csv", f"B_OXIDE,2033,1200{GRADED}"), None),
    "a step that is listed the year after": (more("capacity.csv", f"B_OXIDE,2031,1300{GRADED}"), None),
    "a step behind the horizon": (more("capacity.csv", f"B_OXIDE,2040,1300{GRADED}"), None),
    "a plant that closes": (more("capacity.csv", f"B_OXIDE,2034,0{GRADED}"), None),
    "a step where demand is listed for every year": (
        both(
            more("capacity.csv", f"B_OXIDE,2033,1300{GRADED}"),
            more("demand.csv", "".join(f"magnet,A,all,{y},100,100000{GRADED}" for y in range(2031, 2035))),
        ),
        None,
    ),
    "a row without a source": (
        put("lanes.csv", "textbook,assumption,500", ",assumption,500"),
        Said("lanes.csv", 2, "source", expected="1 of 2 rows have no source or no grade of confidence: lines 2"),
    ),
    "rows without a grade": (
        every("recipes.csv", ",textbook,assumption,", ",textbook,,"),
        Said(
            "recipes.csv",
            2,
            "confidence",
            expected="3 of 3 rows have no source or no grade of confidence: lines 2, 3, 4",
        ),
    ),
    "a recipe that makes more than it uses": (
        put("recipes.csv", "oxide,-0.5", "oxide,-0.4"),
        Said(
            "recipes.csv",
            3,
            "coefficient",
            "press",
            "makes 0.5 t of oxide equivalent per unit of activity out of 0.4 t",
        ),
    ),
    "a recipe rounded in the last digits": (put("recipes.csv", "oxide,-0.5", "oxide,-0.4999999"), None),
    "a process that makes nothing": (
        more("recipes.csv", f"burn,oxide,-1{GRADED}"),
        Said("recipes.csv", 5, "process", "burn", "makes nothing"),
    ),
    "a plant with neither capacity nor capex": (
        more("plants.csv", _plant("C", "refine", "B")),
        Said("plants.csv", 5, "capex", "C", "neither capacity within the horizon nor capex"),
    ),
    "a plant whose capacity comes too late": (
        both(more("plants.csv", _plant("C", "refine", "B")), more("capacity.csv", f"C,2036,5{GRADED}")),
        Said("plants.csv", 5, "capex", "C", "neither capacity within the horizon nor capex"),
    ),
    "a plant that takes too long": (
        put("plants.csv", "20000,2,1", "20000,6,1"),
        Said("plants.csv", 4, "lead_time", "A_MAGNET", "not before 2030, to be on stream in time not after 2029"),
    ),
    "a plant that is decided on too early": (
        put("plants.csv", "0.10,100,,,,", "0.10,100,,,2029,"),
        Said("plants.csv", 4, "lead_time", "A_MAGNET", "not before 2030, to be on stream in time not after 2029"),
    ),
    "a plant that may not be built": (put("plants.csv", "0.10,100,", "0.10,0,"), None),
    "a plant that nothing feeds": (
        put("lanes.csv", "oxide,B,A,200,0,,", "oxide,B,A,200,0,0,"),
        Said("plants.csv", 4, "process", "A_MAGNET", "nothing feeds it: no plant within reach of A makes oxide"),
    ),
    "a plant that is fed in one year": (put("lanes.csv", "oxide,B,A,200,0,,,", "oxide,B,A,200,0,,2035,"), None),
    "a plant that a stock feeds": (
        both(
            put("lanes.csv", "oxide,B,A,200,0,,", "oxide,B,A,200,0,0,"),
            more("stockpiles.csv", f"oxide,A,1,1,0,0{GRADED}"),
        ),
        None,
    ),
    "a plant that a plant without capacity would feed": (
        whole("capacity.csv", "plant,year,capacity,source,confidence\nB_MAGNET,2030,1000,textbook,assumption\n"),
        Said("plants.csv", 2, "capex", "B_OXIDE", "can never run"),
        Said("plants.csv", 3, "process", "B_MAGNET", "nothing feeds it: no plant within reach of B makes oxide"),
        Said("plants.csv", 4, "process", "A_MAGNET", "nothing feeds it: no plant within reach of A makes oxide"),
    ),
    "a good that nobody uses": (
        both(GOOD, more("recipes.csv", f"refine,slag,2{GRADED}")),
        Said("commodities.csv", 4, "commodity", "slag", "and it may not be left unsold: B_OXIDE cannot run"),
    ),
    "a by-product that nobody uses": (
        both(
            whole(
                "commodities.csv",
                "commodity,name,stage,ree_content,price,may_be_unsold,source,confidence\noxide,O,processing,1,5000,0,textbook,"
                "assumption\nmagnet,M,magnet,0.5,1,0,textbook,assumption\nslag,S,processing,0,0,1,textbook,assumption\n",
            ),
            more("recipes.csv", f"refine,slag,2{GRADED}"),
        ),
        Said("commodities.csv", 4, "commodity", "slag", "nobody within reach uses it: all of it is left unsold"),
    ),
    "a good that nobody uses in one place": (
        both(
            more("plants.csv", _plant("A_OXIDE", "refine", "A")),
            more("capacity.csv", f"A_OXIDE,2030,5{GRADED}"),
            put("plants.csv", "20000,2,1", ",,"),
            put("plants.csv", "A_MAGNET,Magnets at home,press,A", "A_MAGNET,Magnets at home,press,B"),
            more("capacity.csv", f"A_MAGNET,2030,5{GRADED}"),
        ),
        Said(
            "commodities.csv",
            2,
            "commodity",
            "oxide",
            "uses it where it is made in A, and it may not be left unsold: A_OXIDE",
        ),
    ),
    "a demand that a lane serves": (
        more("demand.csv", f"oxide,A,x,2030,1,9000{GRADED}oxide,A,x,2035,1,9000{GRADED}"),
        None,
    ),
    "a demand out of reach": (
        both(
            more("regions.csv", f"C,Far{GRADED}"),
            more("demand.csv", f"magnet,C,x,2030,0,1{GRADED}magnet,C,x,2035,1,20000{GRADED}"),
        ),
        Said(
            "demand.csv",
            4,
            "commodity",
            "magnet, C, x",
            "nothing can serve it: no plant within reach of C makes magnet",
        ),
    ),
    "a demand of nothing out of reach": (
        both(
            more("regions.csv", f"C,Far{GRADED}"),
            more("demand.csv", f"magnet,C,x,2030,0,1{GRADED}magnet,C,x,2035,0,1{GRADED}"),
        ),
        None,
    ),
    "a lane behind the horizon": (
        more("lanes.csv", f"oxide,A,B,1,0,,2036,{GRADED}"),
        Said("lanes.csv", 4, "from", "2036", "the row never holds in the horizon 2030 to 2035"),
    ),
    "a lane before the horizon": (
        more("lanes.csv", f"oxide,A,B,1,0,,,2029{GRADED}"),
        Said("lanes.csv", 4, "to", "2029", "the row never holds in the horizon 2030 to 2035"),
    ),
    "a lane within a region": (
        more("lanes.csv", f"oxide,A,home,1,0,,,{GRADED}"),
        Said("lanes.csv", 4, "destination", "home", "one region as origin and destination"),
    ),
    "a lane that later rows override": (
        more("lanes.csv", f"*,B,home,1,0,,,{GRADED}"),
        Said("lanes.csv", 2, "", "B to A", "the row never holds: later rows override it everywhere"),
        Said("lanes.csv", 3, "", "B to A", "the row never holds: later rows override it everywhere"),
    ),
    "a lane that a later row closes for some years": (more("lanes.csv", f"oxide,B,A,1,0,0,2032,2033{GRADED}"), None),
    "a cap behind the horizon": (
        _cap('stages = ["magnet"]\nfrom = 2036\n'),
        Said(CAP, 5, "share_cap.0.from", "2036", "the row never holds in the horizon 2030 to 2035"),
    ),
    "a budget before the horizon": (
        whole(CAP, "[[budget]]\nmax = 1\nto = 2029\n"),
        Said(CAP, 3, "budget.0.to", "2029", "the row never holds in the horizon 2030 to 2035"),
    ),
    "a floor behind the horizon": (
        whole(CAP, f"{FLOOR}from = 2036\n"),
        Said(CAP, 4, "price_floor.0.from", "2036", "the row never holds in the horizon 2030 to 2035"),
    ),
    "a floor where nobody makes the good": (
        whole(CAP, '[[price_floor]]\ncommodity = "oxide"\nprice = 1\nhosts = "home"\n'),
        Said(
            CAP, 2, "price_floor.0.commodity", "oxide", "no plant where the floor holds makes it, so it is never paid"
        ),
    ),
    "a floor of processes that make something else": (
        whole(CAP, f'{FLOOR}processes = ["refine"]\n'),
        Said(CAP, 2, "price_floor.0.commodity", "magnet", "makes it by these processes, so it is never paid"),
    ),
    "a floor that a plant may be built under": (whole(CAP, f'{FLOOR}hosts = "home"\nprocesses = ["press"]\n'), None),
    "suppliers that are the buyer": (
        _cap('stages = ["magnet"]\nsuppliers = ["A"]\n'),
        Said(CAP, 5, "share_cap.0.suppliers", "A", "no third country is left: all of them lie in the buyer home"),
    ),
    "a set that is the buyer": (
        _cap('stages = ["magnet"]\ntogether = "A"\n'),
        Said(CAP, 5, "share_cap.0.together", "A", "no third country is left"),
    ),
    "a supplier that is the buyer": (
        _cap('stages = ["magnet"]\nsuppliers = ["B", "A"]\n'),
        Said(
            CAP, 5, "share_cap.0.suppliers", "A", "lies in the buyer home and is dropped: a cap is on third countries"
        ),
    ),
    "suppliers of which each is one of the buyers": (
        whole(CAP, '[[share_cap]]\nbuyers = ["A", "B"]\nmax = 0.5\nstages = ["magnet"]\nsuppliers = ["A", "B"]\n'),
        None,  # nobody in B uses magnets, but A is asked something
    ),
    "a buyer who uses none of it": (
        whole(CAP, '[[share_cap]]\nbuyer = "B"\nmax = 0.5\nstages = ["magnet"]\n'),
        Said(CAP, 2, "share_cap.0.buyer", "B", "nobody in B uses or stores magnet, so nothing is asked"),
    ),
    "a minimum of a buyer without demand": (
        whole(CAP, '[[domestic_min]]\nbuyer = "B"\nmin = 0.5\nstages = ["magnet"]\n'),
        Said(CAP, 2, "domestic_min.0.buyer", "B", "B has no final demand of which this is a share"),
    ),
    "a set that holds a region of the buyer": (
        both(
            more("groups.csv", f"world,A{GRADED}world,B{GRADED}"),
            _cap('stages = ["magnet"]\ntogether = "world"\n'),
        ),
        Said(CAP, 5, "share_cap.0.together", "world", "holds A of the buyer home, which the cap leaves out"),
    ),
    "content of a set that is the buyer": (_cap('stages = ["magnet"]\nmeasure = "traced"\ntraced = "A"\n'), None),
    "a cap on tonnes of goods without content": (
        both(
            GOOD,
            USED,
            _cap('commodities = ["slag"]\nweight = "tonnes"\n'),
        ),
        None,
    ),
    "a minimum at a stage without goods": (
        both(
            more("stages.csv", f"last,Last,9{GRADED}"),
            whole(CAP, '[[domestic_min]]\nbuyer = "A"\nmin = 0.1\nstages = ["magnet", "last"]\n'),
        ),
        Said(CAP, 4, "domestic_min.0.stages", "last", "no commodity belongs to it, so nothing is asked"),
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_found_and_nothing_else(name, tmp_path):
    change, *expected = ODD[name]
    folder = copy(tmp_path)
    change(folder)
    found = warnings(read(folder))
    expected = [said for said in expected if said]
    assert len(found) == len(expected), "\n".join(map(str, found))
    for said in expected:
        assert any(said.fits(p) for p in found), f"{said}\nnot in\n" + "\n".join(map(repr, found))


def test_the_small_instance_has_nothing_odd():
    assert warnings(read(INSTANCES / SMALL)) == []


def test_the_large_instance_s_oddities_are_true():
    instance = read(INSTANCES / LARGE)
    found = warnings(instance)
    assert {p.file for p in found} == {"capacity.csv", "commodities.csv", "lanes.csv"}
    frame = instance.tables["lanes"]  # by line of the file
    for limit in (p for p in found if p.file == "lanes.csv"):
        origin, destination, flow = frame.loc[limit.line, ["origin", "destination", "max_flow"]]
        pairs = len({(o, d) for o in instance.members(origin) for d in instance.members(destination) if o != d})
        assert f"each of {pairs} lanes" in limit.expected
        assert f"{pairs * flow:,.0f} t/yr in all" in limit.expected
    assert [p.value for p in found if p.file == "commodities.csv"] == ['"lace_oxide"']
    assert not any(a < 0 for recipe in instance.recipes.values() for k, a in recipe.items() if k == "lace_oxide")
    for problem in [p for p in found if p.file == "capacity.csv"]:
        plant = problem.value.strip('"')
        steps = re.findall(r"([\d,.]+) -> ([\d,.]+) t/yr in (\d{4})", problem.expected)
        assert steps
        for before, after, year in steps:
            at = instance.existing[plant]
            assert (at[int(year) - 2], at[int(year) - 1], at[int(year)]) == (
                *[float(before.replace(",", ""))] * 2,
                float(after.replace(",", "")),
            )
            assert abs(at[int(year)] / at[int(year) - 1] - 1) > 0.2


def test_steps_come_last_but_sources_and_each_kind_is_one_line(tmp_path):
    folder = copy(tmp_path)
    both(ODD["a step in capacity"][0], ODD["a row without a source"][0], ODD["a lane behind the horizon"][0])(folder)
    put("capacity.csv", "B_MAGNET", f"B_MAGNET,2030,500{GRADED}B_MAGNET,2033,900{GRADED}A_MAGNET")(folder)
    instance = read(folder)
    found = warnings(instance)
    assert [w.kind for w in found] == ["idle lane", "step", "step", "source"]
    kept = at_a_solve(instance, policy(instance))
    assert [(k["kind"], k["count"]) for k in kept] == [("idle lane", 1), ("step", 2), ("source", 1)]
    assert [k["example"] for k in kept] == [str(found[0]), str(found[1]), str(found[3])]
    assert [words.endswith(" (and 1 more like it)") for words in in_words(kept)] == [False, True, False]


def test_a_solve_speaks_of_its_own_policy_alone(tmp_path):
    folder = copy(tmp_path)
    ODD["a cap behind the horizon"][0](folder)
    instance = read(folder)
    assert at_a_solve(instance, policy(instance, "cap")) == []
    late = at_a_solve(instance, policy(instance, "cap", {"share_cap.0.from": 2036, "share_cap.0.to": 2037}))
    assert [(k["kind"], k["count"]) for k in late] == [("never in force", 1)]
    (kept,) = at_a_solve(instance, policy(instance, "x"))
    assert kept["example"].startswith('policies/x.toml, line 5, share_cap.0.from: "2036": the row never holds')


def test_a_policy_that_is_no_file_of_the_instance_is_judged_too(tmp_path):
    far = tmp_path / "far.toml"
    far.write_text("[[budget]]\nmax = 1\nto = 2029\n")
    instance = read(INSTANCES / SMALL)
    (kept,) = at_a_solve(instance, policy(instance, far))
    assert kept["example"] == f'{far}, line 3, budget.0.to: "2029": the row never holds in the horizon 2030 to 2035'


def test_a_policy_file_from_elsewhere_is_called_by_its_file_and_line(tmp_path):
    """Though one of the instance has the same name; so is what a call has set in it."""
    instance = read(copy(tmp_path))
    file = tmp_path / "elsewhere" / "cap.toml"
    file.parent.mkdir()
    file.write_text('title = "Late"\n\n\n[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0.5\nfrom = 2090\n')
    kept = at_a_solve(instance, policy(instance, str(file)))
    assert [k["example"].partition(": ")[0] for k in kept if k["kind"] == "never in force"] == [
        f"{file}, line 8, share_cap.0.from"
    ]
    kept = at_a_solve(instance, policy(instance, str(file), {"share_cap.0.from": 2091}))
    assert [k["example"].partition(": ")[0] for k in kept if k["kind"] == "never in force"] == [
        "override share_cap.0.from, share_cap.0.from"
    ]

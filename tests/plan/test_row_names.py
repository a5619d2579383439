"""A row of a policy is called by its title or by what it asks for, in words: no code in a sentence or a heading."""

from __future__ import annotations

import re
import tomllib

import pytest
from rich.console import Group

import model
from model.analysis.reasons.explain import explain
from model.base.words import bare
from model.instance.policy.row_names import row_names
from model.instance.reading import policy, read
from model.output.terminal.console import plain
from model.output.terminal.planned.plan import hollow, idle, short
from model.plan.saying import answer
from model.plan.saying.rows import Told
from tests.conftest import INSTANCES
from tests.tiny import ALL, TABLES, write

CODE = re.compile(r"\b(share_cap|domestic_min|budget|stock_min|withstand|price_floor)\.\d|\b[ABC]_(OX|MAG|MAGNET)\b")
CRISIS = '[[withstand]]\nbuyers = ["home", "C"]\nsuppliers = ["B"]\nmonths = 1\nserve = 0.1\n'
EARLY = """title = "Asked"
[[domestic_min]]
title = "Home-made magnets"
buyer = "home"
stages = ["magnet"]
min = 0.9
[[domestic_min]]
buyer = "home"
stages = ["magnet"]
min = 0.8
measure = "production"
[[budget]]
hosts = ["A", "outside_b"]
max = 1e5
"""
GROUPS = "group,region\nhome,A\nabroad,B\nabroad,C\noutside_b,C\n"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("names") / "tiny"
    return read(write(folder, {"more": ALL + CRISIS + CRISIS, "early": EARLY}, groups=GROUPS))


@pytest.fixture(scope="module")
def early(tiny):
    return model.solve(tiny, "early")


def test_what_rows_without_a_title_are_called(tiny):
    assert row_names(tiny.tables, policy(tiny, "more")) == {
        "share_cap.0": "share of any one supplier: Oxide in home",
        "share_cap.1": "share of traced content: Magnet in home from Big supplier",
        "domestic_min.0": "capacity inside: Magnet in home",
        "domestic_min.1": "made inside: Magnet in home",
        "stock_min.0": "stock: Oxide in home",
        "withstand.0": "1 months without Big supplier: home and Other",
        "withstand.1": "1 months without Big supplier: home and Other #2",
        "budget.0": "budget: home",
        "price_floor.0": "price floor: Magnet in home",
    }


def test_minima_of_the_same_goods_are_told_apart_by_their_processes(tmp_path):
    asked = "".join(
        f'[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = 0.05\nprocesses = ["{process}"]\nfrom = 2032\n'
        for process in ("press", "hot_form")
    )
    recipes = TABLES["recipes"] + "hot_form,oxide,-0.5\nhot_form,magnet,1\n"
    plants = TABLES["plants"] + "A_HOT,Hot forming A,hot_form,A,6500,900,,,,,,,,,,\n"
    capacity = TABLES["capacity"] + "A_HOT,2030,7\n"
    folder = write(tmp_path / "tiny", {"two": asked}, recipes=recipes, plants=plants, capacity=capacity)
    plan = model.solve(read(folder), "two")
    called = list(plan.summary["policy"]["row_names"].values())
    assert called == ["capacity inside: Magnet in home by press", "capacity inside: Magnet in home by hot form"]
    shown = plain(Group(*idle(plan)))
    assert "by press" in shown
    assert "by hot" in shown
    assert "3.5" in shown  # 7 t of magnets hold 3.5 t of oxide


def test_tables_on_the_screen_name_goods_and_places(tiny):
    shown = plain(Group(*hollow(model.solve(tiny, "more"))))
    assert "Oxide, home" in shown
    assert "Big supplier" in shown


def test_a_title_is_what_the_row_is_called_everywhere(early, tmp_path):
    assert early.summary["policy"]["titles"] == {"domestic_min.0": "Home-made magnets"}
    assert set(early["targets"]["title"]) == {"Home-made magnets", "made inside: Magnet in home"}
    missed = [bare(about) for about, _ in answer.missed(Told(early))]
    assert missed == ["Home-made magnets", "Magnet, home"]
    explained = explain(early)
    page = (early.write(tmp_path / "out", explained.tables, model.write_report) / "report.html").read_text("utf-8")
    for text in (plain(short(early)), str(explained), page):
        assert "Home-made magnets" in text


def test_no_code_in_the_answer_the_explanation_or_headings(early, tmp_path):
    explained = explain(early)
    page = (early.write(tmp_path / "out", explained.tables, model.write_report) / "report.html").read_text("utf-8")
    heads = re.findall(r"<(?:h\d|p|caption|figcaption)[^>]*>(.*?)</(?:h\d|p|caption|figcaption)>", page, re.DOTALL)
    assert len(heads) > 20
    for text in (plain(short(early)), str(explained), *heads):
        assert not CODE.search(text), text
        assert "outside_b" not in text
    assert "Magnet, home: made inside" in str(explained)


def test_a_title_changes_neither_plan_nor_hash(tiny, tmp_path):
    untitled = tmp_path / "early.toml"
    untitled.write_text(EARLY.replace('title = "Home-made magnets"\n', ""), encoding="utf-8")
    one, other = model.solve(tiny, "early"), model.solve(tiny, str(untitled))
    assert one.summary["policy"]["sha256"] == other.summary["policy"]["sha256"]
    assert one["builds"].equals(other["builds"])


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({"share_cap.0.max": {2033: 0.7}}, "share cap at most 70 % in 2033"),
        ({"share_cap.0.max.2034": 0.4}, "share cap at most 40 % in 2034"),
        (
            {"share_cap.0.measure": "direct", "share_cap.0.from": 2034},
            "share cap, measure: direct, share cap from 2034",
        ),
    ],
)
def test_edits_in_words(edits, said):
    found = policy(read(INSTANCES / "two-country"), "cap", edits)
    assert found.title == f"cap, edited: {said}"


def test_edits_of_one_row_of_many_name_it(tiny):
    edits = {"domestic_min.0.min": 0.5, "domestic_min.1.min": 0.4, "budget.0.max": 3e6}
    assert policy(tiny, "early", edits).title == (
        "early, edited: “Home-made magnets” at least 50 %, “made inside: Magnet in home” at least 40 %, "
        "budget at most 3 m USD"
    )


def test_rows_of_shipped_policies_are_called_by_titles_that_an_edit_leaves_true():
    """No figure in a title: an edited limit would stand beside the old one. two-country is read by its rows' words."""
    for file in [f for name in ("allied-2045", "japan-2010") for f in (INSTANCES / name / "policies").glob("*.toml")]:
        rows = [row for kind in tomllib.loads(file.read_text(encoding="utf-8")).values() for row in kind
                if isinstance(row, dict)]  # fmt: skip
        titles = [row.get("title", "") for row in rows]
        assert all(titles), file
        assert len(set(titles)) == len(titles), file
        assert not any(letter.isdigit() for title in titles for letter in title), file

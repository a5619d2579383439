"""Explanations in the report: what is missed and why, and what would meet it, by hand for two countries."""

import re

import pytest

import model
from model.output.report import page, plan_page, read_folder
from tests.conftest import solved
from tests.output.report.test_report import NASTY, Page


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    plan = solved("two-country", "too-early")
    return plan.write(tmp_path_factory.mktemp("explained") / "o", model.explain(plan).tables, model.write_report)


def section(text):
    return re.search(r'<section id="reasons".*?</section>', text, re.DOTALL).group(0)


def words(html):
    return " ".join("".join(Page(html).words).split())


def test_section_stands_after_compliance_and_is_true_to_the_tables(explained):
    text = (explained / "report.html").read_text(encoding="utf-8")
    ids = Page(text).ids
    assert ids.index("compliance") < ids.index("reasons") < ids.index("decisions")
    panel = Page(text).pictures["misses-chart"]["data"]["panels"][0]
    assert panel["years"] == [2031]
    assert panel["asked"] == [60]
    assert panel["reached"] == pytest.approx([100], abs=1e-5)
    assert page([explained]) == text


def test_what_holds_it_and_the_ways_out_in_words(explained):
    """By hand: 40 of 100 t must come from home in 2031; a plant decided in 2030 runs from 2032."""
    said = words(section((explained / "report.html").read_text(encoding="utf-8")))
    assert "100.0 % in 2031 can be reached; at most 60.0 % is asked for." in said
    assert "0 t with what exists, 0 with what is committed and 0 with the fastest new plants" in said
    assert "New plants, at the earliest: Magnets at home from 2032 (lead time 2 years)." in said
    for way in (
        "allow 100 %",
        "begin in 2032",
        "40 t/yr more of Magnets at home by 2031",
        "Magnets at home in 1 year, not 2",
        "a stock of 40 t more of Magnet in Home, bought before 2030",
    ):
        assert way in said, way


def test_a_run_without_a_miss_says_so(tmp_path):
    plan = solved("two-country", "cap")
    text = plan_page(read_folder(plan.write(tmp_path / "o", model.explain(plan).tables, model.write_report)))
    assert "No target is missed" in section(text)


def test_names_are_text(explained, two_country, tmp_path):
    plants, regions = two_country.table("plants"), two_country.table("regions")
    plants["name"], regions["name"] = NASTY[:3], NASTY[:2]
    plan = model.solve(model.edited(two_country, plants=plants, regions=regions), "too-early")
    text = (plan.write(tmp_path / "o", model.explain(plan).tables, model.write_report) / "report.html").read_text(
        encoding="utf-8"
    )
    part = section(text)
    assert "<script" not in part
    assert "\u202e" not in part
    assert NASTY[0] in "".join(Page(part).words)

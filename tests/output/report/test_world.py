"""What the report and the terminal tell of quotas, contracts, closures and observations, of a tiny instance."""

import re

import pytest

import model
from model.output.report import page
from model.output.report.page import plan_page
from model.output.terminal.console import plain
from model.output.terminal.planned.plan import report, short
from model.plan.saying.rows import Told
from tests import tiny
from tests.cli.test_solve import call
from tests.formulation.test_world import FALLING, closing

QUOTAS = "quota,commodity,origin,destination,from,to,max_flow\nq,magnet,B,*,,,60\nwide,magnet,B,A,,,6000\n"
CONTRACTS = "contract,commodity,origin,destination,from,to,min_flow,break_cost\nc,magnet,B,A,,,95,1000\n"
CONTRACTS += "d,oxide,C,A,2031,2031,5,50\n"
OBSERVED = (
    "what,commodity,origin,destination,year,value,unit\nshare_of_use,magnet,B,A,2030,80,%\n"
    "flow,magnet,B,*,2030,240,t/yr\nuse,magnet,,A,2030,60,t/yr\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    tables = {"quotas": QUOTAS, "contracts": CONTRACTS, "observations": OBSERVED}
    return tiny.write(tmp_path_factory.mktemp("world") / "tiny", None, **tables)


@pytest.fixture(scope="module")
def plan(folder):
    return model.solve(folder, "none")


def section(text, name):
    found = re.search(rf'<section id="{name}".*?</section>', text, re.DOTALL)
    return found and " ".join(re.sub("<.*?>", " ", found.group(0)).split())


def test_the_report_ends_with_what_was_observed_the_largest_miss_first(plan, tmp_path):
    text = plan_page(Told(plan))
    shown = section(text, "observed")
    assert text.rindex("<section") == text.index('<section id="observed"')
    table = plan["calibration"]
    by = table["error_points"].fillna(table["error_percent"]).abs()
    order = [
        {"share_of_use": "share of use", "flow": "trade"}.get(w, w)
        for w in table["what"][by.sort_values(ascending=False).index]
    ]
    assert sorted(order, key=lambda w: shown.index(f"{w} of")) == order
    assert "3 published figures" in shown
    assert "trade of Magnet from Big supplier" in shown
    assert page([plan.write(tmp_path / "r")]) == text


def test_the_report_says_which_quotas_bind_and_which_contracts_are_broken(plan):
    shown = section(plan_page(Told(plan)), "trade")
    assert "Of 2 quotas 1 binds" in shown
    worth = plan["quotas"]["shadow_price_usd_per_t"].max()
    assert f"would save {worth:,.0f} USD" in shown
    broken = plan["contracts"]["broken_t"].sum()
    assert f"{broken:,.0f} t don’t come" in shown
    assert f"costs {plan['contracts']['cost_usd'].sum():,.0f} USD" in shown


def test_the_report_says_which_plants_close_when_and_which_trade_falls(tmp_path):
    lanes, trade = FALLING.format(fall="0.1", limit="70"), "commodity,origin,destination,quantity\nmagnet,B,A,1200\n"
    folder = tiny.write(tmp_path / "tiny", plants=closing("B_OX"), lanes=lanes, trade=trade)
    plan = model.solve(folder, "none")
    shown = section(plan_page(Told(plan)), "trade")
    first, fell = plan["closures"].iloc[0], plan["switching"]
    assert f"from {first['year']}." in shown
    assert f"{first['closed_t']:,.0f}" in shown
    assert len(fell)
    assert f"costs {fell['cost_usd'].sum():,.0f} USD" in shown
    assert "?" not in shown


def test_a_plan_without_them_has_neither_section(tmp_path):
    text = plan_page(Told(model.solve(tiny.write(tmp_path / "tiny"), "none")))
    assert 'id="observed"' not in text
    assert 'id="trade"' not in text


def test_the_terminal_shows_the_misses_in_full_alone(plan):
    assert "What was observed" in plain(report(plan))
    assert "3 published figures" in plain(report(plan))
    assert "observed" not in plain(short(plan))


def test_the_check_counts_observations(folder, tmp_path):
    done = call(folder, "--check", cwd=tmp_path)
    assert done.returncode == 0
    assert "3 observations in observations.csv" in done.stdout
    assert "calibration.csv" in done.stdout

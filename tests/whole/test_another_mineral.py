"""The page that writes an instance of another mineral, and the instance that it writes."""

import re

import pytest

import model
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "another-mineral.md").read_text(encoding="utf-8")
TUNGSTEN = ROOT / "examples" / "tungsten"
SHOWN = re.findall(r"^`([\w./-]+)`(, some rows)?:\n\n```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("name", "some", "text"), SHOWN, ids=[name for name, *_ in SHOWN])
def test_the_page_shows_what_the_files_hold(name, some, text):
    lines = (TUNGSTEN / name).read_text(encoding="utf-8").splitlines()
    assert set(text.splitlines()) <= set(lines) if some else text.splitlines() == lines


def test_tungsten_is_what_the_page_says():
    plan = model.solve(model.read(TUNGSTEN))
    assert plan.compliant
    assert plan.summary["premium_usd"] == pytest.approx(4.44e6, rel=2e-3)
    assert plan.summary["premium_usd"] / plan.summary["cost_without_policy_usd"] == pytest.approx(0.0002, rel=0.2)
    sent = plan["shipments"].query("origin == 'CN' and destination != 'CN' and commodity in ('apt', 'carbide')")
    assert sent.groupby("year")["quantity_t"].sum().max() <= 16200 + 1e-6


def test_without_chinese_exports_demand_goes_short():
    instance = model.read(TUNGSTEN)
    cut = model.solve(model.edited(instance, edits="quotas.max_flow = 0"), "none")
    assert cut.summary["unserved_goods_t"] > 100_000

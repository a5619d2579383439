"""One colour a country: the charts of the report and the pictures for papers draw it alike."""

from __future__ import annotations

import json
import re

from matplotlib.colors import to_hex

import model
from model.output import colours
from model.output.pictures import targets
from model.output.pictures.plan import plan_tables
from tests.conftest import solved


def test_no_two_regions_share_a_colour_while_there_are_any():
    regions = [f"R{i:02}" for i in range(len(colours.PALETTE) + 3)]
    found = colours.places(regions)
    coloured = [at for at in found.values() if at != colours.GREY]
    assert sorted(coloured) == list(range(len(colours.PALETTE)))
    assert colours.places(["CN", *regions])["CN"] == 0
    assert len({pair[0] for pair in colours.PALETTE}) == len({pair[1] for pair in colours.PALETTE}) == 16


def test_charts_and_pictures_give_a_country_the_same_colour(tmp_path):
    """Both countries of two-country: in shares, prices and flow of the report, and in the picture of shares."""
    plan = solved("two-country", "cap")
    text = (plan.write(tmp_path / "o", model.write_report) / "report.html").read_text(encoding="utf-8")
    pictures = json.loads(re.search(r'id="pictures">(.*?)</script>', text, re.DOTALL).group(1))
    expected = colours.places(["A", "B"])
    nodes = {n["code"]: n["colour"] for n in pictures["flow-chart"]["data"]["plans"][0]["nodes"]}
    names = {r["region"]: r["name"] for r in plan["regions"].to_dict("records")}
    panel = pictures["shares-chart"]["data"]["buyers"][0][0]
    shares = dict(zip(panel["suppliers"], panel["colours"], strict=True))
    prices = {
        line["name"]: line["colour"] for good in pictures["prices-chart"]["data"]["goods"] for line in good["lines"]
    }
    assert nodes == expected
    assert shares == {names["B"]: expected["B"]}
    assert prices == {names[r]: at for r, at in expected.items() if names[r] in prices}
    assert f"--c{expected['B']}:{colours.PALETTE[expected['B']][0]}" in text
    figure = targets.shares(plan_tables(plan))
    assert {to_hex(p.get_facecolor()) for p in figure.axes[0].patches} == {colours.PALETTE[expected["B"]][0]}

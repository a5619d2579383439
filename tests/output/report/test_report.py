"""The report: complete, self-contained, true to the tables, and safe with names from anybody's file."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest

import model
from model.base.words import bare, money
from model.output.report import comparison_page, page, read_folder
from model.output.report.markup import figure_text, script_json
from model.plan.saying import answer
from model.plan.saying.rows import Told, ToldShort
from tests.conftest import solved

SECTIONS = ["answer", "compliance", "cost", "decisions", "shares", "flow", "capital", "prices", "map", "basis", "made"]
PLANS = [("two-country", "cap"), ("two-country", "none"), ("two-country", "too-early"), ("allied-2045", "crma-2030"),
         ("allied-2045", "allied-traced-65")]  # fmt: skip
NASTY = [
    "<script>alert(1)</script>",
    "</script><!-- <b>\"quoted\" 'and' & more",
    "\u05e9\u05dc\u05d5\u05dd \u202egnp.exe \u0645\u0631\u062d\u0628\u0627",
    "long name " * 20,
    "{b|rich} {c} \\u003c ${x} `tick`",
]


class Page(HTMLParser):
    """Elements in order, text by element, and data by id."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.ids, self.tags, self.data, self.words, self.inside = [], [], {}, [], None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        self.inside = found.get("id", tag) if tag in ("script", "style") else None

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside is None:
            self.words.append(data)
        else:
            self.data[self.inside] = self.data.get(self.inside, "") + data

    @property
    def pictures(self):
        return json.loads(self.data["pictures"])


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    base = tmp_path_factory.mktemp("results")
    return {key: solved(*key).write(base / "-".join(key), model.write_report) for key in PLANS}


@pytest.fixture(params=PLANS, ids=lambda p: p[1])
def key(request):
    return request.param


def table(folder, name):
    return list(csv.DictReader(io.StringIO((folder / f"{name}.csv").read_text(encoding="utf-8"))))


def test_every_section_and_nothing_that_is_fetched(folders, key):
    text = (folders[key] / "report.html").read_text(encoding="utf-8")
    found = Page(text)
    assert [i for i in found.ids if i in SECTIONS] == SECTIONS
    assert len(found.ids) == len(set(found.ids))
    assert len(text.encode()) < 6e6
    policy = next(a["content"] for t, a in found.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    for tag, attrs in found.tags:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base", "form"), tag
        assert "src" not in attrs
        assert not any(name.startswith("on") for name in attrs)
        assert attrs.get("href", "#").startswith("#")
    style = found.data["style"]
    assert "url(" not in style
    assert "@import" not in style


def test_the_scripts_are_those_that_the_policy_lets_run(folders, key):
    import base64
    import hashlib

    text = (folders[key] / "report.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 4
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in text


def test_same_bytes_from_the_folder(folders, key):
    written = (folders[key] / "report.html").read_text(encoding="utf-8")
    assert page([folders[key]]) == written


def test_the_finding_is_the_terminals_first_line_and_heads_the_page(folders, key):
    text, plan = (folders[key] / "report.html").read_text(encoding="utf-8"), solved(*key)
    words = " ".join("".join(Page(text).words).split())
    head = "".join(Page(re.search("<h1>.*?</h1>", text, re.DOTALL).group(0)).words).strip()
    assert head == bare(answer.headline(ToldShort(plan)))
    for what, by in answer.missed(Told(plan)):
        assert bare(f"{what}: {by}.") in words
    for figure in (plan.summary["cost_usd"], plan.summary["capex_usd"]):
        assert money(figure) in words


def test_capital_is_that_of_the_table(folders, key):
    pictures = Page((folders[key] / "report.html").read_text(encoding="utf-8")).pictures
    spent = sum(float(r["capex_usd"]) for r in table(folders[key], "builds"))
    if not spent:
        assert "capital-chart" not in pictures
        return
    data = pictures["capital-chart"]["data"]
    factor = {"bn USD": 1e9, "m USD": 1e6, "thousand USD": 1e3, "USD": 1.0}[data["unit"]]
    assert sum(map(sum, data["plans"][0])) * factor == pytest.approx(spent, rel=1e-12)
    drawn = sum(bar["usd"] for bar in pictures["timeline"]["data"]["plans"][0])
    assert drawn == pytest.approx(spent, rel=1e-12)


def test_shares_are_those_of_the_table(folders):
    folder = folders["allied-2045", "crma-2030"]
    data = Page((folder / "report.html").read_text(encoding="utf-8")).pictures["shares-chart"]["data"]
    names = {r["region"]: r["name"] for r in table(folder, "regions")}
    stages = {r["stage"]: r["stage_name"] for r in table(folder, "goods")}
    compared = 0
    for row in table(folder, "content"):
        panel = next(p for p in data["buyers"][0] if p["scope"] == stages[row["scope"]])
        if names[row["supplier"]] in panel["suppliers"]:
            s, y = panel["suppliers"].index(names[row["supplier"]]), data["years"].index(int(row["year"]))
            assert panel["direct"][s][y] == 100 * float(row["direct_share"])
            assert panel["content"][s][y] == 100 * float(row["content_share"])
            compared += 1
    assert compared > 100


def test_years_without_a_cap_have_no_share(folders):
    """By hand: the cap holds in 2031 and 2032; all comes from abroad, then 60 %."""
    data = Page((folders["two-country", "too-early"] / "report.html").read_text(encoding="utf-8")).pictures
    panel = data["shares-chart"]["data"]["buyers"][0][0]
    assert data["shares-chart"]["data"]["years"] == [2031, 2032]
    assert panel["cap"] == [60, 60]
    assert panel["suppliers"] == ["Abroad"]
    assert panel["direct"][0] == pytest.approx([100, 60])
    assert panel["content"][0] == pytest.approx([100, 100])


def test_what_reaches_final_use_is_what_is_served(folders, key):
    """Every tonne served came by a shipment, so the last column holds the demand served, in oxide equivalent.

    In the year after one that ends with a stock of final goods, some of it comes from there.
    """
    folder = folders[key]
    found = Page((folder / "report.html").read_text(encoding="utf-8")).pictures["flow-chart"]["data"]["plans"][0]
    holds = {r["commodity"]: float(r["content"]) for r in table(folder, "goods")}
    for year in found["years"]:
        drawn = sum(t for _, b, t in found["years"][year] if found["nodes"][b]["use"])
        rows = [r for r in table(folder, "demand") if r["year"] == year]
        from_stock = sum(
            float(r["stock_t"]) * holds[r["commodity"]]
            for r in table(folder, "stocks")
            if int(r["year"]) == int(year) - 1 and r["commodity"].startswith("magnet")
        )
        served = sum(float(r["served_t"]) * holds[r["commodity"]] for r in rows)
        assert drawn == pytest.approx(served - from_stock, rel=1e-6)


def test_every_picture_has_its_table(folders, key):
    text = (folders[key] / "report.html").read_text(encoding="utf-8")
    for name in Page(text).pictures:
        figure = re.search(rf'<figure class="picture" id="{name}".*?</figure>', text, re.DOTALL).group(0)
        assert "<figcaption>" in figure
        rows = len(re.findall("<tr>", figure)) - 1
        assert f"Table: {rows:,} row{'' if rows == 1 else 's'}" in figure
        assert rows > 0
        assert "From " in figure
    values = {float(v) for v in re.findall(r'data-v="([^"]+)"', text)}
    for row in table(folders[key], "builds"):
        assert float(row["capex_usd"]) in values
    for row in table(folders[key], "prices"):
        if row.get("content", "free") == "free":
            assert float(row["price_usd_per_t"]) in values


def test_decisions_of_the_first_year_stand_before_compliance(folders, key):
    text = (folders[key] / "report.html").read_text(encoding="utf-8")
    builds = table(folders[key], "builds")
    assert ('<section id="now"' in text) == bool(builds)
    if builds:
        assert text.index('<section id="now"') < text.index('<section id="compliance"')
        first = min(int(row["decision_year"]) for row in builds)
        shown = re.search(r'<section id="now".*?</section>', text, re.DOTALL).group(0)
        rows = shown.count("<tr>") - 1
        assert rows == sum(int(row["decision_year"]) == first for row in builds)


def test_strip_says_what_is_missed(folders):
    text = (folders["two-country", "too-early"] / "report.html").read_text(encoding="utf-8")
    strip = re.search(r'<table class="strip">.*?</table>', text, re.DOTALL).group(0)
    assert len(re.findall('class="missed"', strip)) == 1
    assert "2031: missed (100.0 %, limit 60 %)" in strip
    assert ">100<i>✕</i>" in strip
    assert len(re.findall('class="off"', strip)) == 3  # 2033 to 2035: the years begin with the first in force


def test_sections_without_anything_say_so(folders):
    words = " ".join(Page((folders["two-country", "none"] / "report.html").read_text(encoding="utf-8")).words)
    for said in ("Nothing new is built", "caps no supplier", "sets no target", "gives no coordinates"):
        assert said in words
    assert "no target is asked for" in words


def nasty(instance):
    """The instance with hostile names wherever a file may put text."""
    plants, regions, goods, stages = (instance.table(t) for t in ("plants", "regions", "commodities", "stages"))
    sources = instance.table("sources")
    plants["name"] = NASTY[:3]
    regions["name"] = NASTY[:2]
    goods["name"] = NASTY[3:5]
    stages["name"] = NASTY[1:3]
    sources["citation"] = NASTY[0]
    return model.edited(instance, plants=plants, regions=regions, commodities=goods, stages=stages, sources=sources)


def test_names_are_text_everywhere(two_country, tmp_path):
    from dataclasses import replace

    found = model.solve(nasty(two_country), replace(model.policy(two_country, "too-early"), title=NASTY[1]))
    text = (found.write(tmp_path / "o", model.write_report) / "report.html").read_text(encoding="utf-8")
    seen = Page(text)
    assert not [a for t, a in seen.tags if t == "script" and "id" not in a and a]
    assert sum(t == "script" for t, _ in seen.tags) == 5
    assert not any(t == "b" for t, _ in seen.tags)
    assert "\u202e" not in text
    words = "".join(seen.words)
    for name in (NASTY[0], NASTY[1]):
        assert name in words
    data = seen.data["pictures"]
    assert "<" not in data
    assert "<!--" not in text.partition("</style>")[2].partition("<script>")[0]
    assert NASTY[1] in json.dumps(seen.pictures, ensure_ascii=False).replace('\\"', '"')


def test_json_in_a_script_cannot_end_it():
    for name in NASTY:
        written = script_json({"n": name})
        assert not re.search("[<>&\u2028\u2029]", written)
        assert json.loads(written) == {"n": name}


def test_numbers_read_well():
    assert [figure_text(v) for v in (12345.678, 0.0, None, 0.00012)] == ["12,346", "0", "–", "1.2e-04"]
    assert money(999_999_000) == "999.999 m USD"


def test_caps_and_the_last_years_are_in_the_charts(folders):
    """By hand: caps of 60 and 50 % in cap, of 60 % two years earlier in too-early; the longest ramp built."""
    chosen = [folders["two-country", "cap"], folders["two-country", "too-early"]]
    pictures = Page(comparison_page([read_folder(f) for f in chosen])).pictures
    data = pictures["shares-chart"]["data"]
    panel = data["buyers"][0][0]
    by_year = [dict(zip(data["years"], caps, strict=True)) for caps in panel["caps"]]
    assert {y: c for y, c in by_year[0].items() if c is not None} == {2033: 60, 2034: 50}
    assert {y: c for y, c in by_year[1].items() if c is not None} == {2031: 60, 2032: 60}
    assert not panel["alike"]
    ramps = {r["plant"]: int(r["ramp_years"] or 0) for r in table(chosen[0], "plants")}
    longest = max(ramps[r["plant"]] for r in table(chosen[0], "builds"))
    last = pictures["timeline"]["data"]["last"]
    assert pictures["timeline"]["data"]["grey"] == (last - longest + 1 if longest else None)


def test_comparison_shows_every_plan(folders, tmp_path):
    chosen = [folders["two-country", "cap"], folders["two-country", "none"], folders["two-country", "cap"]]
    text = comparison_page([read_folder(f) for f in chosen])
    found = Page(text)
    shown = found.pictures["timeline"]["shown"]["plan"]
    assert shown == ["cap (1)", "none", "cap (2)"]
    for one in ("timeline", "flow-chart"):
        assert (found.pictures[f"{one}-2"]["same"], found.pictures[f"{one}-2"]["shown"]["plan"]) == (one, shown)
        chosen_first = [a for t, a in found.tags if t == "option" and "selected" in a]
        assert {"0", "1"} <= {a["value"] for a in chosen_first}
    assert found.pictures["timeline"]["data"]["plans"][1] == []
    costs = found.pictures["terms-chart"]["data"]
    assert [series["name"] for series in costs["series"]] == ["none", "cap (2)"]  # against cap (1)
    cost = {name: solved("two-country", name).summary["cost_usd"] for name in ("cap", "none")}
    total = sum(costs["series"][0]["values"]) * {"m USD": 1e6, "thousand USD": 1e3}[costs["unit"]]
    assert total == pytest.approx(cost["none"] - cost["cap"], rel=1e-9)
    assert not any(costs["series"][1]["values"])


def test_what_plans_miss_is_in_points_by_target_and_year(folders):
    # too-early asks for at most 60 % from abroad in 2031, before anything can be built: all is from there, 40 over
    chosen = [folders["two-country", "cap"], folders["two-country", "too-early"]]
    text = comparison_page([read_folder(f) for f in chosen])
    section = text.split('<section id="missed"')[1].split("</section>")[0]
    cells = [re.sub("<[^>]+>", "", c) for c in re.findall(r"<t[dh][^>]*>.*?</t[dh]>", section)]
    at = cells.index("2031")
    assert cells[at - 2 : at + 4] == [
        "too-early",
        "Magnet, home from Abroad",
        "2031",
        "100.0 %",
        "60 %",
        "40.0 points",
    ]
    assert "cap" not in cells
    assert "fall short" not in text
    assert 'id="missed"' not in comparison_page([read_folder(folders["two-country", p]) for p in ("cap", "none")])


def test_a_comparison_draws_each_plan_less_the_first(folders):
    # 50 t/yr of magnets at 20 000 USD are built in cap and nothing without policy
    text = comparison_page([read_folder(folders["two-country", p]) for p in ("none", "cap")])
    pictures = Page(text).pictures
    built, per = pictures["built-chart"]["data"], {"m USD": 1e6, "thousand USD": 1e3}
    assert built["labels"] == ["Magnets at home, Home"]
    assert built["series"] == [{"name": "cap", "values": [pytest.approx(1e6 / per[built["unit"]])]}]
    made = pictures["made-chart"]["data"]["choices"]
    output = {plan: table(folders["two-country", plan], "activity") for plan in ("none", "cap")}
    at_home = {
        plan: sum(float(row["activity_t"]) for row in rows if row["region"] == "A") for plan, rows in output.items()
    }
    first = made[-1]
    home = first["series"][0]["values"][first["labels"].index("Home")]
    abroad = first["series"][0]["values"][first["labels"].index("Abroad")]
    assert home > 0
    assert home == pytest.approx(-abroad)  # what is made at home is no longer made abroad
    assert at_home["cap"] > at_home["none"]

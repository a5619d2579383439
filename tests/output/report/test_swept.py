"""The report of a sweep: true to its tables, complete by design, small with many cases, safe with names."""

import csv
import json
import re

import pytest

from model.base.problems import InputError
from model.output.report import page
from model.output.report.store import Held, embedded
from model.output.report.swept.one import held_cases
from model.output.report.swept.outcomes import explained, outcome, without_effect
from model.output.report.swept.reading import read_sweep_folder
from tests.output.report.test_report import NASTY, Page

SECTIONS = {
    "grid": ["answer", "factors", "combinations", "along", "otherwise", "case", "table", "made"],
    "tornado": ["answer", "factors", "one-at-a-time", "moved", "weakly-known", "case", "table", "made"],
    "sobol": ["answer", "factors", "each", "variance", "weakly-known", "case", "table", "made"],
    "list": ["answer", "factors", "each", "case", "table", "made"],
}


@pytest.fixture(params=SECTIONS)
def design(request):
    return request.param


def read(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


def table(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def column(store, name):
    """A column of a table held as data, as the script reads it."""
    raw = next(c for c in store["columns"] if c["name"] == name)
    if "all" in raw:
        return [raw["all"]] * store["rows"]
    return [raw["of"][i] for i in raw["at"]] if "at" in raw else raw["each"]


def test_every_section_that_the_design_has_and_nothing_that_is_fetched(sweeps, design):
    text = read(sweeps[design])
    found = Page(text)
    known = {s for sections in SECTIONS.values() for s in sections}
    assert [i for i in found.ids if i in known] == SECTIONS[design]
    assert len(found.ids) == len(set(found.ids))
    for tag, attrs in found.tags:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base", "form"), tag
        assert "src" not in attrs
        assert not any(name.startswith("on") for name in attrs)
    assert page([sweeps[design]]) == text


def test_every_picture_has_its_table_and_its_sources(sweeps, design):
    text = read(sweeps[design])
    held = json.loads(Page(text).data["stores"])
    for name in Page(text).pictures:
        figure = re.search(rf'<figure class="picture" id="{name}".*?</figure>', text, re.DOTALL).group(0)
        assert "<figcaption>" in figure
        assert "From " in figure
        store = re.search(r'data-store="(\w+)"', figure)
        if store and store.group(1) == "one":
            assert "<summary>Table</summary>" in figure
            continue
        rows = held[store.group(1)]["rows"] if store else len(re.findall("<tr>", figure)) - 1
        assert f"Table: {rows:,} rows" in figure
        assert rows > 0


def test_cases_are_those_of_the_table(sweeps, design):
    """Every case, its status, and its cost and capital to six figures."""
    rows, store = table(sweeps[design], "cases"), json.loads(Page(read(sweeps[design])).data["stores"])["cases"]
    assert column(store, "case") == [int(r["case"]) for r in rows]
    assert column(store, "status") == [r["status"] for r in rows]
    for name in ("cost_usd", "capex_usd"):
        unit = next(c["head"] for c in store["columns"] if c["name"] == name).rpartition(", ")[2]
        factor = {"m USD": 1e6, "thousand USD": 1e3, "USD": 1.0}[unit]
        assert [v * factor for v in column(store, name)] == pytest.approx([float(r[name]) for r in rows], rel=1e-5)


def test_builds_are_those_of_the_table(sweeps, design):
    builds = Page(read(sweeps[design])).pictures["one"]["data"]["builds"]
    shown = {
        (case, builds["plants"][flat[k]], builds["first"] + flat[k + 1]): (flat[k + 2] * 1e6, flat[k + 3])
        for case, flat in enumerate(builds["cases"], start=1)
        for k in range(0, len(flat), 4)
    }
    rows = table(sweeps[design], "builds")
    assert len(shown) == len(rows)
    for r in rows:
        capital, capacity = shown[int(r["case"]), r["plant"], int(r["decision_year"])]
        assert capital == pytest.approx(float(r["capex_usd"]), rel=1e-3)
        assert capacity == pytest.approx(float(r["capacity_t_per_yr"]), rel=1e-3)


def test_tornado_bars_are_those_of_the_table(sweeps):
    rows = table(sweeps["tornado"], "tornado")
    data = Page(read(sweeps["tornado"])).pictures["tornado"]["data"]
    at = next(i for i, o in enumerate(data["outcomes"]) if o["column"] == "cost_usd")
    expected = [r for r in rows if (r["policy"], r["outcome"]) == ("too-early", "cost_usd") and float(r["swing"])]
    assert [b[0] for b in data["bars"][1][at]] == [r["title"] for r in expected]
    for bar, r in zip(data["bars"][1][at], expected, strict=True):
        values = [float(r[f"value_{c}"]) / 1e6 for c in ("low", "base", "high")]
        assert bar[3:6] == pytest.approx(values, rel=1e-5)


def test_regret_is_that_of_the_table(sweeps):
    """Four caps, each with three demands: four matrices of nine fields, nothing to regret on the diagonal."""
    data = Page(read(sweeps["grid"])).pictures["regret"]["data"]
    assert [len(g["cells"]) for g in data["groups"]] == [9] * 4
    assert data["groups"][0]["names"] == ["demand 0.8", "demand 1", "demand 1.25"]
    cells = {(c[1] + 1, c[0] + 1): c[2:] for c in data["groups"][0]["cells"]}
    rows = {(int(r["case"]), int(r["under"])): r for r in table(sweeps["grid"], "regret")}
    for pair, (usd, off, unserved, worse) in cells.items():
        if pair[0] == pair[1]:
            assert (usd, off, unserved, worse) == (0, 0, 0, 0)
        else:
            assert usd == pytest.approx(
                float(rows[pair]["regret_usd"]) / {"USD": 1, "thousand USD": 1e3, "m USD": 1e6}[data["unit"]], rel=1e-3
            )
            assert off == pytest.approx(100 * float(rows[pair]["regret_worst_miss"]), rel=1e-3)
            assert worse == (float(rows[pair]["regret_shortfall_t"]) >= 0.5)


def test_the_answer_in_words(sweeps):
    words = " ".join("".join(Page(read(sweeps["tornado"])).words).split())
    assert "Of 10 cases, 5 meet every target, 5 miss at least one." in words
    assert "What matters most is for the premium and for capital “Capital cost” under cap and too-early." in words
    assert "The chain costs 177,072 USD to 1.834 m USD more than no policy (present value)" in words
    assert "All 12 cases meet every target." in " ".join("".join(Page(read(sweeps["grid"])).words).split())


def test_a_factor_that_changes_nothing_is_named(sweeps, tmp_path):
    """Cost without policy in place of every outcome: the cap changes none of it, demand does."""
    sweep = read_sweep_folder(sweeps["grid"])
    assert without_effect(sweep) == []
    for name in ("cost_usd", "capex_usd"):
        sweep.cases[name][:] = sweep.cases["cost_without_policy_usd"]
    assert [f["name"] for f in without_effect(sweep)] == ["cap"]


def test_explained_variance_by_hand():
    """Means 1 and 5 around 3: (4 + 4) / 2 of a variance of 5. Ranks in perfect order: all of it."""
    assert explained(["a", "a", "b", "b"], [0.0, 2.0, 4.0, 6.0]) == pytest.approx(0.8)
    many = [float(i) for i in range(30)]
    assert explained(many, [v**3 for v in many]) == pytest.approx(1.0)
    assert explained(many, [1.0] * 30) == 0.0


def test_columns_in_few_bytes():
    data = embedded(
        [Held("a", "A", [1.0] * 3), Held("b", "B", ["x", "x", "y", "x"][:3]), Held("c", "C", [0.1 + 0.2, None, 1e9])]
    )
    same, words, numbers = data["columns"]
    assert same["all"] == 1
    assert words["each"] == ["x", "x", "y"]
    assert numbers["each"] == [0.3, None, 1_000_000_000]
    assert outcome("capex_usd", [5e9, None]).unit == "bn USD"


def nasty(sweep, folder):
    """The folder of a sweep with hostile names wherever a file may put text."""
    folder.mkdir()
    for file in sweep.iterdir():
        if file.suffix in (".csv", ".json"):
            (folder / file.name).write_bytes(file.read_bytes())
    about = json.loads((folder / "sweep.json").read_text())
    about["sweep"]["title"], about["instance"]["title"] = NASTY[1], NASTY[0]
    for factor, title in zip(about["sweep"]["factors"], (NASTY[0], NASTY[2]), strict=True):
        factor["title"], factor["unit"], factor["source"] = title, NASTY[1], NASTY[0]
    (folder / "sweep.json").write_text(json.dumps(about))
    for name in ("cases", "regret"):
        rows = table(folder, name)
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, rows[0].keys())
            writer.writeheader()
            writer.writerows({**r, "policy": NASTY[1], "reason": NASTY[0]} for r in rows)
    return folder


def test_names_are_text_everywhere(sweeps, tmp_path):
    text = page([nasty(sweeps["grid"], tmp_path / "nasty")])
    seen = Page(text)
    assert sum(t == "script" for t, _ in seen.tags) == 8  # six that run, two of data
    assert not any(t == "b" for t, _ in seen.tags)
    assert "\u202e" not in text
    assert NASTY[0] in "".join(seen.words)
    for data in (seen.data["pictures"], seen.data["stores"]):
        assert "<" not in data


def many(folder, cases, factors, builds):
    """A sweep's folder with so many cases of a sample, written and not solved."""
    folder.mkdir()
    known = [f"f{i}" for i in range(factors)]
    plain = {
        "unit": "1", "source": "", "low": 0.0, "base": None, "high": 1.0, "values": [], "levels": [],
        "assumption": True, "grades": {}, "edits": ["scale plants.capex"],
    }  # fmt: skip
    about = {
        "kind": "sweep", "first_year": 2030, "last_year": 2040, "price_year": 2024, "discount_rate": 0.05, "failed": 0,
        "cases": cases, "instance": {"name": "x", "title": "X"},
        "sweep": {
            "name": "m", "title": "Many", "design": "latin-hypercube", "policies": ["p"], "samples": cases, "seed": 1,
            "regret": False, "factors": [{**plain, "name": f, "title": f} for f in known],
        },
    }  # fmt: skip
    (folder / "sweep.json").write_text(json.dumps(about))
    outcomes = (
        "cost_usd,cost_without_policy_usd,premium_usd,premium_usd_per_kg,capex_usd,targets_missed,worst_miss,"
        "worst_miss_target,worst_miss_year,shortfall_t,unserved_goods_t,unserved_t,"
        "first_compliant_year,largest_share,stop_served_share,stop_survives_months,stop_supplier,plants_built,first_decision_year,capex_a_usd,capex_b_usd"
    )
    with (folder / "cases.csv").open("w") as out:
        out.write(f"case,name,policy,{','.join(known)},status,reason,{outcomes}\n")
        for n in range(1, cases + 1):
            part = (n * 0.618033988749895) % 1.0
            values = ",".join(repr((part * (i + 2)) % 1.0) for i in range(factors))
            usd = f"{2e11 * (1 + part)!r},2e11,{2e11 * part!r},{part!r},{3e9 * part!r},0,0.0,,,0.0,0.0,0.0"
            out.write(f"{n},sample {n},p,{values},met,,{usd},2030,{part!r},,,,3,2030,{2e9 * part!r},{1e9 * part!r}\n")
    with (folder / "builds.csv").open("w") as out:
        out.write("case,plant,decision_year,capacity_t_per_yr,capex_usd\n")
        for n in range(1, cases + 1):
            out.writelines(f"{n},PLANT_{k},{2030 + k % 10},{n * 1.234567!r},{n * 12345.678!r}\n" for k in range(builds))
    return folder


@pytest.mark.parametrize(("factors", "builds", "room"), [(3, 2, True), (20, 16, False)])
def test_ten_thousand_cases_are_small(tmp_path, factors, builds, room):
    text = page([many(tmp_path / "m", 10_000, factors, builds)])
    assert len(text.encode()) < 6e6
    found = Page(text)
    assert json.loads(found.data["stores"])["cases"]["rows"] == 10_000
    assert (found.pictures["one"]["data"]["builds"] is not None) is room
    assert ("builds have no room in this page" in text) is not room


def test_what_has_no_room_is_said(tmp_path):
    sweep = read_sweep_folder(many(tmp_path / "m", 4_000, 150, 0))
    held = held_cases(sweep)
    assert 0 < len(held.at) < sweep.count
    assert f"{len(held.at):,} in all" in held.note


def test_what_is_wrong_with_a_folder_is_said(sweeps, tmp_path):
    with pytest.raises(InputError, match="is a sweep"):
        page([sweeps["grid"], sweeps["list"]])
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sweep.json").write_bytes((sweeps["grid"] / "sweep.json").read_bytes())
    with pytest.raises(InputError, match=r"cases\.csv: is missing"):
        page([broken])
    (broken / "cases.csv").write_bytes((sweeps["grid"] / "cases.csv").read_bytes())
    (broken / "builds.csv").write_text("case,plant\n1,x\n")
    with pytest.raises(InputError, match="decision_year"):
        page([broken])

"""Plans side by side from their results folders: hand-worked figures, wrong folders, names of somebody else's."""

import csv
import json
import shutil

import pandas as pd
import pytest

from model.comparing import Comparison, compare
from model.comparing.built import NOT_BUILT, Schedule, found_in
from model.comparing.reading import Result
from model.comparing.schema import columns, tables
from model.comparing.tables import over_content
from model.comparing.tables import tables as made
from model.comparing.text import report
from model.comparing.writing import place, write
from model.inputs.problems import InputError
from model.results.words import plain
from scripts import compare as script
from tests.conftest import solved


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Results of the two-country instance with its cap and without policy."""
    base = tmp_path_factory.mktemp("results")
    for policy in ("cap", "none"):
        solved("two-country", policy).write(base / policy)
    return base


@pytest.fixture
def pair(written, tmp_path):
    """A copy to spoil."""
    return shutil.copytree(written, tmp_path / "pair")


def edit(folder, change):
    """Rewrite a summary."""
    path = folder / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    change(summary)
    path.write_text(json.dumps(summary), encoding="utf-8")


def test_two_country_by_hand(written):
    found = compare([written / "cap", written / "none"])
    assert found.plans == ("cap", "none")
    assert not found.warnings
    plans = found["plans"].set_index("plan")
    assert plans.loc["cap", "capex_usd"] == pytest.approx(50 * 20_000)  # 50 t/yr at 20 000 USD
    assert list(plans["first_compliant_year"]) == [2033, 2030]
    assert list(plans["compliant"]) == ["yes", "yes"]
    assert pd.isna(plans.loc["none", "premium_usd_per_kg"])
    # 30 t/yr are decided in 2030, 20 in 2031
    capital = found["capital"]
    assert list(capital["decision_year"]) == [2030, 2031]
    assert list(capital["capex_usd"]) == pytest.approx([600_000, 400_000])
    assert set(capital["stage"]) == {"magnet"}
    built = found["built"].set_index("plan")
    assert list(built["capacity_t_per_yr"]) == pytest.approx([50, 0])
    assert built.loc["cap", "first_decision_year"] == 2030
    assert pd.isna(built.loc["none", "first_decision_year"])
    only = found["differences"].iloc[0]
    assert (only["plant"], only["found"], only["rank"]) == ("A_MAGNET", "only in cap", 1)
    assert only["difference_usd"] == pytest.approx(1_000_000)
    # the cap is 60 % in 2033 and 50 % in 2034, and it binds; no policy, no rows
    shares = found["shares"]
    assert list(shares["share"]) == pytest.approx([0.6, 0.5])
    assert list(shares["limit"]) == [0.6, 0.5]
    assert set(shares["plan"]) == {"cap"}
    assert len(found["benchmarks"]) == len(found["shortfalls"]) == 0
    prices = found["prices"].pivot_table(index="year", columns="plan", values="price_usd_per_t")
    assert list(prices["none"]) == pytest.approx([11_000.0] * 6)
    assert prices.loc[2033, "cap"] > prices.loc[2030, "cap"] == pytest.approx(11_000.0)


def test_a_folder_of_several_plans_stands_for_them_all(written, tmp_path):
    by_name = compare([written])
    assert by_name.plans == ("cap", "none")
    for name, frame in compare([written / "cap", written / "none"]).tables.items():
        pd.testing.assert_frame_equal(frame, by_name[name])


def test_folders_of_other_kinds_within_are_passed_over(pair):
    (pair / "a-frontier").mkdir()
    (pair / "a-frontier" / "summary.json").write_text('{"caps": [0.5]}')
    assert compare([pair]).plans == ("cap", "none")
    with pytest.raises(InputError, match=r"is no plan's summary"):
        compare([pair / "cap", pair / "a-frontier"])


def test_the_process_stands_for_a_stage_that_is_not_known(pair):
    for policy in ("cap", "none"):
        (pair / policy / "plants.csv").unlink(missing_ok=True)
    found = compare([pair])
    assert set(found["capital"]["stage"]) == {"press"}
    assert set(found["capital"]["stage_known"]) == {"no"}
    assert "process" in plain(report(found))
    # another plan of the same instance says it
    lines = ("plant,name,region,process,stage", "A_MAGNET,Magnets of A,A,press,magnet")
    (pair / "none" / "plants.csv").write_text("\n".join(lines) + "\n")
    found = compare([pair])
    assert set(found["capital"]["stage"]) == {"magnet"}
    assert set(found["differences"]["name"]) == {"Magnets of A"}


def schedule(capacity, year, usd=10.0):
    return Schedule(capacity, capacity * usd, {year: capacity})


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ({"A": schedule(5, 2030), "B": NOT_BUILT}, "only in A"),
        ({"A": schedule(5, 2030), "B": schedule(6, 2030)}, "in both, more in B"),
        ({"A": schedule(5, 2031), "B": schedule(5, 2030)}, "in both, as much, sooner in B"),
        ({"A": schedule(5, 2030), "B": schedule(5 + 1e-8, 2030)}, "in both, alike"),
        ({"A": Schedule(5, 50, {2030: 3, 2031: 2}), "B": schedule(5, 2030)}, "in both, as much, other years"),
        ({"A": schedule(5, 2030), "B": schedule(5, 2030, 12)}, "in both, alike at another cost"),
        ({"A": schedule(5, 2030), "B": schedule(6, 2030), "C": schedule(7, 2030)}, "in all, most in C"),
        ({"A": schedule(5, 2030), "B": NOT_BUILT, "C": schedule(7, 2030)}, "not in B, more in C"),
        ({"A": NOT_BUILT, "B": NOT_BUILT, "C": schedule(7, 2030)}, "only in C"),
    ],
)
def test_where_a_plant_is_built(by, said):
    assert found_in(by, {p: p for p in by}) == said


def test_plants_that_differ_most_come_first(pair):
    # two plans of the same plants: X differs by 3 t/yr at 100 USD, Y by 50 at 1 USD, Z not at all
    head = "plant,region,process,decision_year,online_year,capacity_t_per_yr,capex_usd"
    rows = {
        "cap": ["Y,A,p,2030,2031,60,60", "Z,A,p,2030,2031,9,9", "X,A,p,2030,2031,5,500"],
        "none": ["X,A,p,2031,2032,2,200", "Y,A,p,2030,2031,10,10", "Z,A,p,2030,2031,9,9"],
    }
    for policy, capital in (("cap", 569), ("none", 219)):
        (pair / policy / "builds.csv").write_text("\n".join([head, *rows[policy]]) + "\n")
        edit(pair / policy, lambda s, capital=capital: s.update(capex_usd=capital))
    found = compare([pair])["differences"]
    assert list(found["plant"]) == ["X", "Y", "Z"]
    assert list(found["difference_usd"]) == [300, 50, 0]
    assert list(found["difference_t_per_yr"]) == [3, 50, 0]
    assert list(found["difference_years"]) == [1, 0, 0]
    assert list(found["found"]) == ["in both, more in cap", "in both, more in cap", "in both, alike"]


def test_a_content_class_that_does_not_arrive_has_no_say_in_the_price():
    prices = pd.DataFrame(
        [("m", h, "R", year, usd) for year in (2030, 2031, 2032) for h, usd in (("free", 90.0), ("traced", 50.0))],
        columns=["commodity", "content", "region", "year", "price_usd_per_t"],
    )
    shipments = pd.DataFrame(
        # 2030 all traced; 2031 a quarter free, by two lanes; 2032 nothing
        [("m", "traced", "X", "R", 2030, 8.0), ("m", "traced", "X", "R", 2031, 6.0), ("m", "free", "X", "R", 2031, 1.0),
         ("m", "free", "Y", "R", 2031, 1.0), ("m", "free", "R", "X", 2030, 7.0)],
        columns=["commodity", "content", "origin", "destination", "year", "quantity_t"],
    )  # fmt: skip
    found = over_content(prices, shipments)
    assert list(found["price_usd_per_t"]) == [50.0, 0.75 * 50 + 0.25 * 90, 50.0]


def complaints(folders):
    with pytest.raises(InputError) as error:
        compare(folders)
    return [str(p) for p in error.value.problems]


def test_one_message_for_each_thing_that_is_wrong(pair, tmp_path):
    assert complaints([tmp_path / "nowhere", pair]) == [
        f"{tmp_path / 'nowhere'}: is no folder; expected a folder of results"
    ]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert complaints([pair, empty]) == [
        f"{empty}: holds no summary.json, nor a folder that holds a plan; expected results of solve.py"
    ]
    assert complaints([pair / "cap"]) == [f"{pair / 'cap'}: holds one plan; expected at least two to compare"]
    assert complaints([pair, pair / "cap"]) == [
        f"{(pair / 'cap').resolve()}: is named 2 times; expected different plans"
    ]
    assert complaints([]) == ["RESULTS: none is named; expected at least two plans to compare"]


def test_missing_and_cut_off_tables_are_named_together(pair):
    (pair / "cap" / "shares.csv").unlink()
    whole = (pair / "none" / "prices.csv").read_text()
    (pair / "none" / "prices.csv").write_text(whole[: whole.rindex(",")])  # in the last row
    found, said = complaints([pair]), "expected 4 cells as in the header, found 3"
    assert len(found) == 2
    assert found[0] == f"{pair / 'cap' / 'shares.csv'}: is missing; every run writes it"
    assert found[1] == f"{pair / 'none' / 'prices.csv'}, line {len(whole.splitlines())}: {said}"


def test_tables_cut_off_within_a_cell_or_between_rows_are_noticed(pair):
    buyers = (pair / "none" / "buyers.csv").read_text()
    (pair / "none" / "buyers.csv").write_text(buyers[:-2])
    assert complaints([pair]) == [f"{pair / 'none' / 'buyers.csv'}: is cut off: its last line has no end"]
    (pair / "none" / "buyers.csv").write_text(buyers)
    builds = (pair / "cap" / "builds.csv").read_text().splitlines(keepends=True)
    (pair / "cap" / "builds.csv").write_text("".join(builds[:-1]))
    assert complaints([pair]) == [
        f"{pair / 'cap' / 'builds.csv'}, capex_usd: sums to 600,000: summary.json says 1,000,000; "
        "rows are missing, or the two are of different runs"
    ]


def test_rows_that_stand_twice_and_columns_that_are_not_there(pair):
    path = pair / "cap" / "prices.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines, lines[1]]))
    assert complaints([pair])[0].endswith('"magnet, A, 2030": stands twice (by commodity, region, year)')
    path.write_text("".join(line.replace("price_usd_per_t", "price") for line in lines))
    assert complaints([pair])[0].endswith("lacks the column price_usd_per_t")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cost_usd": 1}', '{"cost_usd": NaN}', "\udcff"])
def test_a_broken_summary_is_no_traceback(pair, text, capsys):
    (pair / "none" / "summary.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert script.main([str(pair / "cap"), str(pair / "none"), "--out", str(pair / "out")]) == 2
    assert "summary.json" in capsys.readouterr().err
    assert not (pair / "out").exists()


@pytest.mark.parametrize(
    ("key", "value"), [("price_year", 2020), ("discount_rate", 0.03), ("first_year", 2029), ("last_year", 2050)]
)
def test_amounts_that_cannot_be_compared_are_refused(pair, key, value):
    edit(pair / "none", lambda s: s.update({key: value}))
    found = complaints([pair])
    assert len(found) == 1
    assert f"{key}: {value}: " in found[0]
    assert "can't be compared" in found[0]


def test_other_figures_are_warned_of(pair):
    edit(pair / "none", lambda s: s["instance"].update(sha256="0" * 64))
    found = compare([pair])
    assert found.warnings == (
        "The plans were made from different figures of two-country: differences aren't the policies' alone.",
    )
    assert "Warning: The plans were made" in plain(report(found))
    edit(pair / "none", lambda s: s["instance"].update(name="three-country"))
    assert "different instances (two-country, three-country)" in compare([pair]).warnings[0]


def test_plans_of_the_same_policy_are_told_apart(pair):
    edit(pair / "none", lambda s: s["policy"].update(name="cap"))
    edit(pair / "none", lambda s: s["overrides"].update(policy={"share_cap.0.max": 0.5}))
    found = compare([pair])
    assert found.plans == ("cap (cap)", "cap (none)")
    assert list(found["plans"]["overrides"]) == ["", "share_cap.0.max=0.5"]
    assert "B: share_cap.0.max=0.5" in plain(report(found))


def test_no_control_character_reaches_a_terminal(pair, capsys):
    evil = "\x1b[31m\x9b2J\u202ered"
    edit(pair / "cap", lambda s: (s["policy"].update(name=evil, title=evil), s["instance"].update(title=evil)))
    for table in ("builds", "shares", "buyers", "content", "prices", "demand"):
        path = pair / "cap" / f"{table}.csv"
        path.write_text(path.read_text().replace("A_MAGNET", evil).replace("home", evil).replace(",A,", f",{evil},"))
    for options in ([], ["--json"]):
        assert script.main([str(pair), "--out", str(pair.parent / "out"), *options]) == 0
        shown = capsys.readouterr().out
        assert "red" in shown
        assert all(c.isprintable() or c == "\n" for c in shown)


def test_many_plans_fit_80_columns(written):
    results = compare([written]).results
    many = [
        Result(r.folder, f"{r.label} of quite a long name {i}", r.summary, r.tables) for i in range(14) for r in results
    ]
    shown = plain(report(Comparison(tuple(many), made(many))))
    assert max(len(line) for line in shown.splitlines()) <= 80
    for letter in ("Z", "AA", "AB"):
        assert any(line.split()[:1] == [letter] for line in shown.splitlines())


def test_the_script_writes_what_it_says(written, tmp_path, capsys):
    out = tmp_path / "out"
    assert script.main([str(written / "cap"), str(written / "none"), "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out.replace("\n", "")
    package = json.loads((out / "datapackage.json").read_text())
    assert {p.name for p in out.iterdir()} == {"datapackage.json", *(r["path"] for r in package["resources"])}
    assert sorted(r["name"] for r in package["resources"]) == sorted(set(tables()) - {"regret"})
    for resource in package["resources"]:
        with (out / resource["path"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        fields = [f["name"] for f in resource["schema"]["fields"]]
        keys = [tuple(row[k] for k in resource["schema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys), resource["name"]
        assert all(list(row) == fields for row in rows)
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    assert script.main([str(written / "cap"), str(written / "none"), "--out", str(out), "--json"]) == 0
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    shown = json.loads(capsys.readouterr().out)
    assert [row["plan"] for row in shown] == ["cap", "none"]
    assert list(shown[0]) == [c.column for c in columns("plans")]
    assert shown[1]["premium_usd_per_kg"] is None
    assert shown[0]["first_compliant_year"] == 2033


def test_nothing_else_is_replaced(written, tmp_path, capsys):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "prices.csv").write_text("mine")
    assert script.main([str(written), "--out", str(out)]) == 2
    assert "holds what is no comparison" in capsys.readouterr().err
    assert (out / "prices.csv").read_text() == "mine"
    assert script.main([str(written), "--out", str(written / "cap")]) == 2  # a plan's results
    assert "holds what is no comparison" in capsys.readouterr().err


def test_a_comparison_is_written_whole_or_not_at_all(written, tmp_path, monkeypatch):
    out = tmp_path / "out"
    found = compare([written])
    found.write(out)
    before = sorted(p.name for p in out.iterdir())

    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("model.comparing.writing.datapackage", full)
    with pytest.raises(OSError, match="disk full"):
        write(found.tables, 2024, out)
    assert sorted(p.name for p in out.iterdir()) == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_default_place_is_a_plain_name():
    assert place(["../../etc", "a b"]).as_posix() == "results/comparison-etc-a-b"
    assert place(["x" * 90, "y"]).as_posix() == f"results/comparison-{'x' * 40}-2-plans"
    assert place(["\u4e2d", "cap"]).as_posix() == "results/comparison-plan-cap"

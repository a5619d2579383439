"""Plans side by side: hand-worked figures, where each plant is built, and names that are told apart."""

import pandas as pd
import pytest

import model
from model.analysis.comparison import Comparison, compare
from model.analysis.comparison.built import NOT_BUILT, Schedule, found_in
from model.analysis.comparison.reading import Result
from model.analysis.comparison.tables import over_content
from model.analysis.comparison.tables import tables as made
from model.base.problems import InputError
from model.output.terminal.comparison import report
from model.output.terminal.console import plain
from tests.analysis.comparison.spoilt import edit
from tests.tiny import ALL, write


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


def test_each_content_class_has_its_price(tmp_path):
    instance = model.read(write(tmp_path / "tiny", {"all": ALL, "none": ""}))
    plan = model.solve(instance, "all")
    found = compare(plan, model.solve(instance, "none"))
    classes = found["class_prices"]
    assert set(classes["plan"]) == {"all"}
    assert set(classes["content"]) == {"free", "traced"}
    prices, sent = plan["prices"], plan["shipments"]
    for row in classes.to_dict("records"):
        at = {key: row[key] for key in ("commodity", "content", "year")}
        same = prices[(prices[[*at, "region"]] == pd.Series({**at, "region": row["region"]})).all(axis=1)]
        assert same["price_usd_per_t"].item() == row["price_usd_per_t"]
        came = sent[(sent[[*at, "destination"]] == pd.Series({**at, "destination": row["region"]})).all(axis=1)]
        assert came["quantity_t"].sum() == pytest.approx(row["arrives_t"])
    assert classes["arrives_t"].max() > 0


def test_plans_of_the_same_policy_are_told_apart(pair):
    edit(pair / "none", lambda s: s["policy"].update(name="cap"))
    edit(pair / "none", lambda s: s["overrides"].update(policy={"share_cap.0.max": 0.5}))
    found = compare([pair])
    assert found.plans == ("cap (cap)", "cap (none)")
    assert list(found["plans"]["overrides"]) == ["", "share_cap.0.max=0.5"]
    assert "B: share_cap.0.max=0.5" in plain(report(found))


def test_many_plans_fit_80_columns(written):
    results = compare([written]).results
    many = [
        Result(r.folder, f"{r.label} of quite a long name {i}", r.summary, r.tables) for i in range(14) for r in results
    ]
    shown = plain(report(Comparison(tuple(many), made(many))))
    assert max(len(line) for line in shown.splitlines()) <= 80
    for letter in ("Z", "AA", "AB"):
        assert any(line.split()[:1] == [letter] for line in shown.splitlines())

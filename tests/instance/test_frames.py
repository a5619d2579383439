"""An instance from pandas frames: the plan that its files give, and every problem by table, row label and column."""

import tomllib

import numpy as np
import pandas as pd
import pytest

import model
from model.instance.warnings.figures import figures
from tests.conftest import INSTANCES
from tests.tiny import ALL, write

GIVEN = {"first_year": 2030, "last_year": 2032, "discount_rate": 0.05, "price_year": 2024}
POLICIES = {"all": tomllib.loads(ALL), "none": {}}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return model.read(write(tmp_path_factory.mktemp("frames") / "tiny"))


@pytest.fixture(scope="module")
def plan(tiny):
    return model.solve(tiny)


def frames(instance, keep=lambda frame: frame.reset_index(drop=True)):
    """The instance's tables as a colleague might hold them."""
    return {name: keep(instance.table(name)) for name in instance}


def said(**changed):
    with pytest.raises(model.InputError) as caught:
        model.from_frames(**changed)
    return [str(p) for p in caught.value.problems]


@pytest.mark.parametrize(
    "keep",
    [
        lambda frame: frame,
        lambda frame: frame.reset_index(drop=True),
        lambda frame: frame.astype(object).where(frame.notna(), None),
        lambda frame: frame.convert_dtypes(),
        lambda frame: frame.set_index(frame.columns[0]),
    ],
    ids=["as it is", "from 0", "objects", "nullable", "key in the index"],
)
def test_the_plan_is_that_of_the_files(tiny, plan, keep):
    made = model.from_frames(**frames(tiny, keep), **GIVEN, policies=POLICIES, default_policy="all", name="tiny")
    other = model.solve(made)
    for table, frame in plan.items():
        pd.testing.assert_frame_equal(other[table], frame, obj=table)
    assert other.summary["instance"]["sha256"] == plan.summary["instance"]["sha256"]
    assert other.summary["policy"]["sha256"] == plan.summary["policy"]["sha256"]


def test_every_problem_is_said_by_table_row_and_column(tiny):
    given = frames(tiny)
    plants, demand = given["plants"].set_index(given["plants"]["plant"].str.lower()), given["demand"]
    plants["capex"] = plants["capex"].astype(object)
    plants.loc["a_mag", "capex"] = "dear"
    plants.loc["b_ox", "region"] = "D"
    demand.index = [10, 20]
    demand.loc[20, "quantity"] = -5.0
    capacity = pd.concat([given["capacity"], given["capacity"].iloc[[1]]], ignore_index=True)
    policies = {"all": {"share_cap": [{"buyer": "hom", "stages": ["magnet"], "max": 2}]}, "bad": {"shares": []}}
    changed = {"plants": plants, "demand": demand, "capacity": capacity}
    found = said(**{**given, **changed}, **{**GIVEN, "last_year": 2020, "price_year": None}, policies=policies)
    for wanted in (
        'plants, row a_mag, capex: "dear": expected a number',
        'plants, row b_ox, region: "D": is not a known region; known: A, B, C',
        'demand, row 20, quantity: "-5.0": expected a number of at least 0',
        'capacity, row 4, plant, year: "C_OX, 2031": the same key stands in row 1 already',
        'last_year: "2020": is before the first year 2030',
        "price_year: a value is needed",
        'policy "all", share_cap.0.buyer: "hom": is not a known region or group; known: A, B, C, abroad, home; did you '
        'mean "home"?',
        'policy "all", share_cap.0.max: "2": expected a number',
        'policy "bad", shares: is not a key here',
    ):
        assert any(problem.startswith(wanted) for problem in found), (wanted, found)
    assert not any(".csv" in problem or "line" in problem or ".toml" in problem for problem in found)


def test_repeated_problems_name_their_rows(tiny):
    given = frames(tiny)
    given["plants"]["region"] = "X"
    (found,) = [p for p in said(**given, **GIVEN) if p.startswith("plants")]
    assert found.startswith('plants, row 0, region: "X"')
    assert "(and in 3 more rows: 1, 2, 3)" in found


def test_what_is_no_table_or_no_frame():
    found = said(plans=pd.DataFrame(), demand=[1], policies={"a/b": {}, "c": 3}, **GIVEN)
    assert 'plans: is not a table; did you mean "plants"?' in found
    assert 'demand: "list": expected a pandas DataFrame' in found
    assert any(p.startswith('policies: "a/b": expected a name') for p in found)
    assert any(p.startswith('policy "c": "int": expected rows by kind') for p in found)


def test_frames_given_are_not_changed(tiny):
    given = frames(tiny)
    before = {name: frame.copy() for name, frame in given.items()}
    model.from_frames(**given, **GIVEN)
    for name, frame in given.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_an_instance_is_written_and_read_again(tiny, plan, tmp_path):
    made = model.from_frames(**frames(tiny), **GIVEN, policies=POLICIES, default_policy="all", title="Tiny")
    for number, instance in enumerate((made, tiny)):
        folder = model.write_instance(instance, tmp_path / str(number) / "tiny")
        again = model.read(folder)
        assert again.title == "Tiny"
        assert model.policy_names(again) == ["all", "none"]
        assert model.solve(again).summary["policy"] == plan.summary["policy"]
        for name in tiny:
            pd.testing.assert_frame_equal(again.table(name).reset_index(drop=True), frames(tiny)[name])
        with pytest.raises(model.InputError, match="holds something already"):
            model.write_instance(instance, folder)


def test_the_shipped_instance_survives_writing(tmp_path):
    instance = model.read(INSTANCES / "allied-2045", {"finance.discount_rate": 0.03})
    again = model.read(model.write_instance(instance, tmp_path / "allied-2045"))
    assert again.discount_rate == 0.03
    for name in instance:
        pd.testing.assert_frame_equal(again.table(name), instance.table(name))
    for name in model.policy_names(instance):
        assert model.policy(again, name) == model.policy(instance, name)


def test_a_policy_from_a_mapping(tiny, plan):
    cap = {"buyer": "home", "stages": ("magnet",), "max": {2031: np.float64(0.9), 2032: 0.7}, "from": 2031}
    made = model.policy(tiny, {"share_cap": [cap]}, {"share_cap.0.max.2032": 0.6}, name="mine", title='My "cap"')
    assert (made.name, made.title) == ("mine", 'My "cap"')
    assert made.share_caps[0].share == {2031: 0.9, 2032: 0.6}
    assert model.solve(tiny, {"title": "No policy"}).summary["policy"]["rows"] == []
    with pytest.raises(model.InputError) as caught:
        model.policy(tiny, {"share_cap": [{**cap, "buyer": "hme", "maxx": 1}]}, name="mine")
    assert [str(p).partition(";")[0] for p in caught.value.problems] == [
        'policy "mine", share_cap.0.buyer: "hme": is not a known region or group',
        'policy "mine", share_cap.0.maxx: "1": is not a key here',
    ]


def test_a_policy_as_toml_asks_for_the_same(tiny):
    for name in ("all", "none"):
        asked = model.policy(tiny, name, {"title": 'A "title"\n'} if name == "all" else None)
        assert model.policy(tiny, tomllib.loads(asked.to_toml()), name=name) == asked
    changed = model.policy(tiny, "all", {"share_cap.0.max": 0.5})
    assert tomllib.loads(changed.to_toml())["share_cap"][0]["max"] == 0.5


def test_a_policy_edited_in_place_is_not_written(tiny):
    from dataclasses import replace

    asked = model.policy(tiny, "all")
    assert replace(asked, title="Other").to_toml().startswith('title = "Other"')
    with pytest.raises(ValueError, match="are not those of its file"):
        replace(asked, share_caps=()).to_toml()


def test_the_rounding_of_what_was_worked_out_is_no_figure():
    """Sums and differences in a frame: 0.1 + 0.2 is 0.3, 0.3 - 0.1 - 0.2 is 0; other digits stay."""
    instance = model.read(INSTANCES / "two-country")
    lanes, demand = instance.table("lanes"), instance.table("demand")
    lanes["freight"] = [0.3 - 0.1 - 0.2, 1 / 3]
    demand["quantity"] = [0.1 + 0.2] * len(demand)
    changed = model.edited(instance, lanes=lanes, demand=demand)
    assert changed.table("lanes")["freight"].tolist() == [0.0, 1 / 3]
    assert set(changed.table("demand")["quantity"]) == {0.3}
    demand["quantity"] = -1e-6
    with pytest.raises(model.InputError, match="at least 0"):
        model.edited(instance, demand=demand)


def test_tables_are_numbered_from_0_and_make_the_instance_again(tmp_path):
    instance = model.read(INSTANCES / "allied-2045")
    for name in instance:
        assert isinstance(instance.table(name).index, pd.RangeIndex), name
        assert instance.table(name).index.start == 0
    made = model.from_frames(**{n: instance.table(n) for n in instance}, **GIVEN | {"last_year": 2031}, name="again")
    assert figures(made).equals(figures(instance))  # a blank that means 0 is no figure
    for name in instance:
        pd.testing.assert_frame_equal(made.table(name), instance.table(name), obj=name)


def test_a_table_given_back_names_the_line_of_its_file(tiny):
    demand = tiny.table("demand")
    demand.loc[1, "quantity"] = -1.0
    for given in (demand, demand.iloc[::-1], demand[1:].assign(year=[2032.0]), demand.sort_values("quantity")):
        with pytest.raises(model.InputError) as caught:
            model.edited(tiny, demand=given)
        (found,) = [p for p in caught.value.problems if p.column == "quantity"]
        assert (found.file, found.line, found.value) == ("demand.csv", 3, '"-1.0"')
    new = pd.concat([tiny.table("demand"), demand.tail(1).assign(sector="toys")], ignore_index=True)
    with pytest.raises(model.InputError) as caught:
        model.edited(tiny, demand=new)
    (found,) = [p for p in caught.value.problems if p.column == "quantity"]
    assert found.line is None  # a row of no line


def test_a_name_has_an_end(tiny):
    given = frames(tiny)
    given["regions"]["name"] = "x" * 201
    given["stages"]["stage"] = "y" * 50_000
    found = said(**given, **GIVEN)
    assert any(p.startswith("regions, row 0, name:") and "has 201 letters; expected 200 at most" in p for p in found)
    assert any(p.startswith("stages, row 0, stage:") and "has 50,000 letters" in p for p in found)
    assert max(map(len, found)) < 400

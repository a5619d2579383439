"""Edits op by op: what stands in the tables, the policy and ``instance.toml`` afterwards, by hand."""
# ruff: noqa: E501

from __future__ import annotations

import math

import pytest

import model
from model.analysis.sweeps.asked.cases import Cases
from model.base.problems import InputError
from model.instance.editing.edit import Change
from model.instance.editing.making import cells
from model.instance.reading import applied
from model.instance.reading import policy as read_policy
from tests import tiny
from tests.analysis.sweeps.same import asked

ONE = 'design = "list"\n[[case]]\nname = "a"\nedit = [{{ table = "{}", column = "{}", op = "{}", value = {} }}]\n'
TRAJECTORY = '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = { 2030 = 0.9, 2032 = 0.5 }\nsuppliers = ["B"]\n'


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return model.read(tiny.write(tmp_path_factory.mktemp("tiny"), {"falling": TRAJECTORY}))


@pytest.fixture
def made(base, tmp_path):
    """The instance and the policy after some edits, each ``(table.column, op, value, where...)``."""

    def make(*edits, policy="all", **limits):
        rows = ""
        for target, op, value, *where in edits:
            table, column = target.split(".")
            chosen = f"where = {where[0]}\n" if where else ""
            shown = f'"{value}"' if isinstance(value, str) else value
            rows += f'[[case.edit]]\ntable = "{table}"\ncolumn = "{column}"\nop = "{op}"\nvalue = {shown}\n{chosen}'
            rows += "".join(f"{key} = {limit}\n" for key, limit in limits.items())
        sweep = asked(tmp_path, f'design = "list"\n[[case]]\nname = "a"\npolicy = "{policy}"\n{rows}', base)
        return applied(base, policy, Cases(sweep)[0].changes, "asked.toml")

    return make


def column(instance, table, name):
    return instance.tables[table][name].tolist()


# the tables: B_OX 900, C_OX 80 from 2031, B_MAG 900, A_MAG 10


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("set", 7, [7, 7, 7, 7]),
        ("scale", 0.5, [450, 40, 450, 5]),
        ("scale", 0, [0, 0, 0, 0]),
        ("add", 25, [925, 105, 925, 35]),
        ("add", -10, [890, 70, 890, 0]),
    ],
)
def test_numbers(made, op, value, expected):
    assert column(made(("capacity.capacity", op, value))[0], "capacity", "capacity") == expected


@pytest.mark.parametrize(
    ("where", "hit"),
    [
        ('{ plant = "B_OX" }', [1, 0, 0, 0]),
        ('{ plant = ["C_OX", "A_MAG"] }', [0, 1, 0, 1]),
        ("{ year = 2030 }", [1, 0, 1, 1]),
        ("{ year = { from = 2031 } }", [0, 1, 0, 0]),
        ("{ year = { to = 2030 } }", [1, 0, 1, 1]),
        ("{ capacity = { from = 80, to = 900 } }", [1, 1, 1, 0]),
        ('{ year = 2030, plant = ["B_OX", "C_OX"] }', [1, 0, 0, 0]),
    ],
)
def test_filters(made, where, hit):
    changed = column(made(("capacity.capacity", "add", 1, where))[0], "capacity", "capacity")
    assert changed == [old + one for old, one in zip([900, 80, 900, 10], hit, strict=True)]


def test_a_group_stands_for_its_regions(made):
    """Plants stand in regions: abroad is B and C. Lanes name groups themselves, and home has one by name."""
    assert column(made(("plants.fixed_cost", "add", 1, '{ region = "abroad" }'))[0], "plants", "fixed_cost") == [
        101, 1, 1, 900,
    ]  # fmt: skip
    assert column(made(("lanes.freight", "add", 1, '{ destination = "home" }'))[0], "lanes", "freight") == [
        201,
        501,
        501,
    ]
    assert column(made(("lanes.freight", "add", 1, '{ origin = "*" }'))[0], "lanes", "freight") == [201, 500, 500]


def test_limits_of_the_result(made):
    changed = made(("capacity.capacity", "scale", 2), at_least=100, at_most=1000)[0]
    assert column(changed, "capacity", "capacity") == [1000, 160, 1000, 100]


def test_whole_columns_are_rounded(made):
    """Lead time 1, ramp 1, lifetime 2: only A_MAG has any, and blanks stay blank; but half years can't be asked for."""
    changed = made(("plants.lifetime", "scale", 1.3), ("plants.lead_time", "scale", 1.6))[0]
    plant = changed.plants["A_MAG"]
    assert (plant.lifetime, plant.lead_time, type(plant.lifetime)) == (3, 2, int)  # 2.6 and 1.6
    assert changed.tables["plants"]["lead_time"].isna().tolist() == [True, True, True, False]


def test_blanks_and_limits(made):
    """A blank of no meaning is left out, one that stands for a number counts as it; without a limit it stays so."""
    changed = made(("plants.capex", "add", 5), ("plants.availability", "scale", 0.5), ("plants.max_build", "scale", 0))[
        0
    ]
    assert [p.capex for p in changed.plants.values()] == [None, None, None, 20_005]
    assert [p.availability for p in changed.plants.values()] == [0.5, 0.45, 0.5, 0.5]
    assert [p.max_build for p in changed.plants.values()] == [math.inf, math.inf, math.inf, 0]
    assert column(made(("lanes.max_flow", "scale", 0))[0], "lanes", "max_flow") == [math.inf, math.inf, 0]
    assert column(made(("lanes.max_flow", "add", 5))[0], "lanes", "max_flow") == [math.inf, math.inf, 75]
    assert column(made(("lanes.max_flow", "scale", 0.5), at_most=40)[0], "lanes", "max_flow") == [40, 40, 35]


def test_no_limit_can_be_set(base, tmp_path):
    text = ONE.format("lanes", "max_flow", "set", "inf")
    changed = applied(base, "all", Cases(asked(tmp_path, text, base))[0].changes)[0]
    assert column(changed, "lanes", "max_flow") == [math.inf] * 3


def test_text_and_flags(made):
    changed = made(("plants.process", "set", "refine", '{ plant = "A_MAG" }'))[0]
    assert changed.plants["A_MAG"].process == "refine"
    changed = made(("commodities.may_be_unsold", "set", 1, '{ commodity = "oxide" }'))[0]
    assert column(changed, "commodities", "may_be_unsold") == [True, True, False]
    changed = made(("demand.note", "set", "a guess", "{ year = 2032 }"))[0]  # the tables have no such column
    assert column(changed, "demand", "note")[1] == "a guess"


def test_one_after_the_other(made):
    """(900 + 100) x 2, then a third of it is set anew: the order of the file counts."""
    first = made(("capacity.capacity", "add", 100), ("capacity.capacity", "scale", 2))[0]
    assert column(first, "capacity", "capacity") == [2000, 360, 2000, 220]
    second = made(("capacity.capacity", "scale", 2), ("capacity.capacity", "add", 100))[0]
    assert column(second, "capacity", "capacity") == [1900, 260, 1900, 120]
    third = made(("capacity.capacity", "set", 5), ("capacity.capacity", "add", 1, "{ capacity = 5 }"))[0]
    assert column(third, "capacity", "capacity") == [6, 6, 6, 6]  # a filter sees what came before


# policies


def test_policy_numbers(made):
    policy = made(("share_cap.max", "scale", 0.5))[1]
    assert [set(cap.share.values()) for cap in policy.share_caps] == [{0.4}, {0.35}]
    policy = made(("share_cap.max", "set", 0.25, "{ row = 1 }"))[1]
    assert [set(cap.share.values()) for cap in policy.share_caps] == [{0.8}, {0.25}]
    policy = made(("share_cap.max", "add", -0.1, '{ stages = "processing" }'))[1]  # of a list one element is enough
    assert [set(cap.share.values()) for cap in policy.share_caps] == [{0.7}, {0.7}]  # without the rounding of doubles
    policy = made(("domestic_min.min", "add", 0.3, "{ min = { to = 0.15 } }"))[1]
    assert [set(low.share.values()) for low in policy.domestic_mins] == [{0.2}, {0.1 + 0.3}]
    policy = made(("budget.max", "scale", 2), ("budget.min", "set", 7))[1]
    assert [(b.max_usd, b.min_usd) for b in policy.budgets] == [(4e6, 7)]
    policy = made(("stock_min.days", "set", 146))[1]
    assert [set(low.share.values()) for low in policy.stock_mins] == [{146 / 365}]
    assert made(("price_floor.price", "add", 1))[1].price_floors[0].price_usd == 200_001


def test_trajectories(made):
    """0.9 in 2030 and 0.5 in 2032: each of its numbers is scaled or added to; a number set holds in every year."""
    assert made(("share_cap.max", "scale", 0.5), policy="falling")[1].share_caps[0].share == pytest.approx(
        {2030: 0.45, 2031: 0.35, 2032: 0.25}
    )
    assert made(("share_cap.max", "add", 0.2), policy="falling", at_most=1.0)[1].share_caps[0].share == pytest.approx(
        {2030: 1.0, 2031: 0.85, 2032: 0.7}
    )
    assert made(("share_cap.max", "set", 0.3), policy="falling")[1].share_caps[0].share == dict.fromkeys(
        (2030, 2031, 2032), 0.3
    )


def test_years_and_words_of_a_policy(made):
    later = made(("share_cap.from", "set", 2032, "{ row = 0 }"), ("share_cap.to", "add", 1, "{ row = 0 }"))[1]
    assert list(later.share_caps[0].share) == [2032]
    assert made(("share_cap.weight", "set", "tonnes"))[1].share_caps[0].weight == "tonnes"
    assert len(made(("share_cap.each_commodity", "set", 1, "{ row = 0 }"))[1].share_caps) == 3  # oxide, slag; magnet


def test_what_a_policy_does_not_say_is_set_but_not_scaled(made):
    assert list(made(("share_cap.to", "set", 2032, "{ row = 1 }"))[1].share_caps[1].share) == [2032]
    with pytest.raises(InputError) as caught:
        made(("share_cap.to", "add", 1))
    (only,) = caught.value.problems
    assert (only.line, only.column) == (5, "to")
    assert only.expected == "share_cap: share_cap.1 of the policy all has no to; nothing to add"


# scalars


def test_scalars(made):
    assert made(("finance.discount_rate", "set", 0.03))[0].discount_rate == 0.03
    assert made(("finance.discount_rate", "scale", 2))[0].discount_rate == 0.1
    assert made(("finance.discount_rate", "add", 0.02), ("finance.discount_rate", "scale", 10))[
        0
    ].discount_rate == pytest.approx(0.7)
    shorter = made(("horizon.last_year", "add", -1))[0]
    assert (shorter.last_year, list(shorter.years)) == (2031, [2030, 2031])


# what stays


def test_the_instance_is_left_as_it_was(base, made):
    def documents():
        return repr([(file, doc.data, doc.places) for file, doc in base.documents.items()])

    before, files = {name: frame.copy() for name, frame in base.tables.items()}, documents()
    changed, policy = made(
        ("capacity.capacity", "set", 1), ("plants.process", "set", "refine", '{ plant = "A_MAG" }'),
        ("share_cap.max", "set", 0.1), ("finance.discount_rate", "set", 0.01), ("horizon.last_year", "set", 2031),
        ("share_cap.max", "scale", 0.1), ("demand.quantity", "scale", 0.1),
    )  # fmt: skip
    assert (changed.discount_rate, policy.share_caps[0].share) == (0.01, {2031: pytest.approx(0.01)})
    for name, frame in base.tables.items():
        assert frame.equals(before[name])
        assert frame.dtypes.equals(before[name].dtypes)
    assert documents() == files
    assert (base.discount_rate, base.last_year) == (0.05, 2032)


def test_no_edit_is_the_instance_itself(base):
    same, policy = applied(base, "all", ())
    assert same is base
    assert policy == read_policy(base, "all")


def test_cells_found(made, base, tmp_path):
    """The rows that an edit changes: all that it names and that hold something."""
    text = ONE.format("plants", "capex", "scale", 2)
    (change,) = Cases(asked(tmp_path, text, base))[0].changes
    assert isinstance(change, Change)
    assert cells(base, change.edit)["plant"].tolist() == ["A_MAG"]

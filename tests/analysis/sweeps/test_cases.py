"""The cases of each design: how many, in which order, with which values; and which of them are neighbours."""
# ruff: noqa: E501

from __future__ import annotations

import itertools

import numpy as np
import pytest
from SALib.sample import sobol as saltelli

from model.analysis.sweeps.asked.cases import Cases
from model.analysis.sweeps.asked.groups import in_order
from model.analysis.sweeps.asked.samples import sample
from model.base.problems import InputError
from tests.analysis.sweeps.same import asked

PRICE = 'edit = [{ table = "demand", column = "quantity", op = "scale" }]\n'
LEAD = 'edit = [{ table = "plants", where = { plant = "A_MAGNET" }, column = "lead_time", op = "set" }]\n'
CAP = 'edit = [{ table = "share_cap", column = "max", op = "set" }]\n'
RATE = 'edit = [{ table = "finance", column = "discount_rate", op = "set" }]\n'


def factor(name, spread, edit):
    return f'[[factor]]\nname = "{name}"\n{spread}\n{edit}'


@pytest.fixture
def cases(two, tmp_path):
    return lambda design, *factors, more="": Cases(
        asked(tmp_path, f'design = "{design}"\n{more}\n' + "".join(factors), two)
    )


def test_list(cases):
    """As they stand in the file, each with its own policy or the sweep's."""
    found = cases(
        "list", '[[case]]\nname = "as it is"\n[[case]]\nname = "b"\npolicy = "none"\n',
        '[[case.edit]]\ntable = "demand"\ncolumn = "quantity"\nop = "scale"\nvalue = 2\n', more='policies = ["too-early"]',
    )  # fmt: skip
    assert [(c.number, c.name, c.policy, dict(c.values), len(c.changes)) for c in found] == [
        (1, "as it is", "too-early", {}, 0), (2, "b", "none", {}, 1),
    ]  # fmt: skip
    assert found[1].changes[0].value == 2


def test_grid(cases):
    """Policies outermost, the last factor fastest; a level may be text."""
    levels = '[[factor]]\nname = "world"\nlevel = [{ name = "calm" }, { name = "dear", edit = [{ table = "demand", '
    levels += 'column = "quantity", op = "scale", value = 3 }] }]\n'
    found = cases("grid", factor("x", "values = [3, 1, 2]", PRICE), levels, more='policies = ["cap", "none"]')
    assert len(found) == 12
    assert [(c.policy, c.values["x"], c.values["world"]) for c in found] == [
        *itertools.product(["cap", "none"], [3, 1, 2], ["calm", "dear"])
    ]
    assert [c.number for c in found] == list(range(1, 13))
    assert [c.value for c in found[1].changes] == [3, 3]
    assert [c.value for c in found[4].changes] == [2]
    assert found[3].name == "x 1, dear"
    assert [c.number for c in found[2:5]] == [3, 4, 5]
    assert found[11:][0].number == 12
    for place in (-1, 12):
        with pytest.raises(IndexError):
            found[place]


def test_one_at_a_time(cases):
    """The base, then each factor's low and high. Without a base the instance stays as it is, whatever it says."""
    found = cases(
        "one-at-a-time", factor("scaled", "low = 0.5\nhigh = 2", PRICE), factor("set", "low = 1\nhigh = 4", LEAD),
        factor("based", "low = 0.3\nhigh = 0.9\nbase = 0.6", CAP), more='policies = ["cap", "too-early"]',
    )  # fmt: skip
    assert len(found) == 2 * (1 + 2 * 3)
    base = {"scaled": 1.0, "set": None, "based": 0.6}
    expected = [base]
    for name, low, high in (("scaled", 0.5, 2.0), ("set", 1.0, 4.0), ("based", 0.3, 0.9)):
        expected += [{**base, name: low}, {**base, name: high}]
    assert [dict(c.values) for c in found] == expected * 2
    assert [c.name for c in found[:3]] == ["base", "scaled low", "scaled high"]
    # only what is no part of the instance as it is: the cap has a base of its own
    assert [[(c.edit.table, c.value) for c in case.changes] for case in found[:4]] == [
        [("share_cap", 0.6)], [("demand", 0.5), ("share_cap", 0.6)], [("demand", 2.0), ("share_cap", 0.6)],
        [("plants", 1.0), ("share_cap", 0.6)],
    ]  # fmt: skip


def test_latin_hypercube(cases):
    """One sample in each of 8 equal parts of each range."""
    found = cases(
        "latin-hypercube", factor("x", "low = 2\nhigh = 10", PRICE), factor("y", "low = 0\nhigh = 0.8", CAP),
        more='samples = 8\npolicies = ["cap", "none"]',
    )  # fmt: skip
    assert len(found) == 16
    assert sorted(int(c.values["x"] - 2) for c in found[:8]) == list(range(8))
    assert sorted(int(c.values["y"] * 10) for c in found[:8]) == list(range(8))
    assert [dict(c.values) for c in found[8:]] == [dict(c.values) for c in found[:8]]  # the same world for each policy
    assert found[8].name == "sample 1"


def test_sobol_is_saltellis_order(cases):
    """What SALib.analyze.sobol takes: 4 x (2 + 2) cases without second order, to the last digit."""
    found = cases(
        "sobol", factor("x", "low = 2\nhigh = 10", PRICE), factor("y", "low = 0\nhigh = 0.5", CAP),
        more="samples = 4\nseed = 7",
    )  # fmt: skip
    problem = {"num_vars": 2, "names": ["x", "y"], "bounds": [[0.0, 1.0]] * 2}
    unit = saltelli.sample(problem, 4, calc_second_order=False, seed=7)
    assert len(found) == len(unit) == 16
    assert [tuple(c.values.values()) for c in found] == [(2 + 8 * x, 0.5 * y) for x, y in unit.tolist()]
    # A, then A with one column of B, then B
    first = np.array([tuple(c.values.values()) for c in found[:4]])
    assert first[1, 1] == first[0, 1]
    assert first[2, 0] == first[0, 0]
    assert (first[3, 0], first[3, 1]) == (first[1, 0], first[2, 1])


@pytest.mark.parametrize("design", ["latin-hypercube", "sobol"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_same_seed_same_samples(cases, design, seed):
    text = factor("x", "low = 2\nhigh = 10", PRICE), factor("y", "low = 0\nhigh = 0.5", CAP)
    one, same, other = (
        sample(cases(design, *text, more=f"samples = 8\nseed = {s}").sweep) for s in (seed, seed, seed + 5)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_whole_numbers_come_equally_often(cases):
    """1.5 to 4 holds 2, 3 and 4: of 300 samples in as many parts 100 each."""
    found = cases("latin-hypercube", factor("years", "low = 1.5\nhigh = 4", LEAD), more="samples = 300")
    values = [c.values["years"] for c in found]
    assert {v: values.count(v) for v in values} == {2.0: 100, 3.0: 100, 4.0: 100}


@pytest.mark.parametrize(
    ("spread", "quantile"),
    [
        ("low = 2\nhigh = 10", lambda u: 2 + 8 * u),
        # each factor of ten takes half of the samples
        ('low = 0.1\nhigh = 10\ndistribution = "log-uniform"', lambda u: 10 ** (2 * u - 1)),
        # the mode 4 stands at (4-2)/(10-2) = 1/4; the area below 3 is (3-2)^2/(8*2) = 1/16, above 7 (10-7)^2/(8*6) = 3/16
        ('low = 2\nhigh = 10\nmode = 4\ndistribution = "triangular"',
         lambda u: 2 + 4 * u**0.5 if u < 0.25 else 10 - (48 * (1 - u)) ** 0.5),
        ('low = 0\nhigh = 1\nmode = 0\ndistribution = "triangular"', lambda u: 1 - (1 - u) ** 0.5),
        ('low = 0\nhigh = 1\nmode = 1\ndistribution = "triangular"', lambda u: u**0.5),
    ],
)  # fmt: skip
def test_quantiles(cases, monkeypatch, spread, quantile):
    """Even numbers go to the distribution's quantiles; the ends of the range are its own."""
    even = np.array([0.0, 1 / 16, 0.25, 0.5, 13 / 16, 1.0])
    monkeypatch.setattr("model.analysis.sweeps.asked.samples._unit", lambda sweep: even[:, None])
    found = cases("latin-hypercube", factor("x", spread, PRICE), more="samples = 6")
    assert sample(found.sweep)[:, 0] == pytest.approx([quantile(u) for u in even.tolist()], abs=1e-12)
    if "mode = 4" in spread:
        assert sample(found.sweep)[[1, 2, 4], 0] == pytest.approx([3, 4, 7])


def test_too_many(cases):
    with pytest.raises(InputError, match="1,001,000 cases; expected 1,000,000 at most"):
        len(cases("grid", *(factor(f"f{n}", f"values = {list(range(c))}", PRICE) for n, c in enumerate((1001, 1000)))))


# neighbours


def groups(two, found):
    """Places in the order of the run, group by group, by the place that each group starts from."""
    order: dict[int, list[int]] = {}
    for place, first in zip(*(p.tolist() for p in in_order(two, found)), strict=True):
        order.setdefault(first, []).append(place)
    return order


def test_numbers_make_one_group(two, cases):
    """A grid's group starts from its middle, what is sampled from its first."""
    grid = cases("grid", factor("x", "values = [1, 2, 3]", PRICE), factor("r", "values = [0.03, 0.05]", RATE))
    assert groups(two, grid) == {3: [0, 1, 2, 3, 4, 5]}
    sampled = cases(
        "sobol", factor("x", "low = 1\nhigh = 2", PRICE), factor("y", "low = 0\nhigh = 1", CAP), more="samples = 4"
    )
    assert groups(two, sampled) == {0: list(range(16))}


def test_structure_splits(two, cases):
    """Policies and lead times do; a group stands where its first case does."""
    found = cases(
        "grid",
        factor("lead", "values = [1, 2]", LEAD),
        factor("x", "values = [1, 2]", PRICE),
        more='policies = ["cap", "none"]',
    )
    assert groups(two, found) == {1: [0, 1], 3: [2, 3], 5: [4, 5], 7: [6, 7]}
    found = cases("grid", factor("x", "values = [1, 2]", PRICE), factor("lead", "values = [1, 2]", LEAD))
    assert groups(two, found) == {2: [0, 2], 3: [1, 3]}


def test_structure_by_what_comes_out(two, cases):
    """A lead time of 2 scaled by 0.9, 1 or 1.1 stays 2; by 1.3 it is 3."""
    scaled = LEAD.replace('"set"', '"scale"')
    found = cases("grid", factor("lead", "values = [0.9, 1, 1.1, 1.3]", scaled))
    assert groups(two, found) == {1: [0, 1, 2], 3: [3]}


def test_listed_cases(two, cases):
    edit = '[[case.edit]]\ntable = "{}"\ncolumn = "{}"\nop = "set"\nvalue = {}\n'
    case = '[[case]]\nname = "{}"\n'
    found = cases(
        "list", case.format("a"), case.format("b") + edit.format("demand", "quantity", 50), case.format("c")
        + edit.format("plants", "lifetime", 5), case.format("d") + 'policy = "none"\n', case.format("e"),
    )  # fmt: skip
    assert groups(two, found) == {0: [0, 1, 4], 2: [2], 3: [3]}

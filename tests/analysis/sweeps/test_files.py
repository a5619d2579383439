"""Wrong sweep files: file, line, column, value, what was expected and the nearest name; all problems at once."""

from __future__ import annotations

import pytest

import model
from model.analysis.sweeps.asked.cases import Cases
from model.analysis.sweeps.asked.files import read_sweep
from model.analysis.sweeps.asked.trial import trial
from model.base.problems import InputError
from tests.analysis.sweeps.same import TWO, written
from tests.analysis.sweeps.wrong import GRID, LEVELS, LIST, SAMPLED, TORNADO, WRONG, said
from tests.instance.spoil import Said


def problems(two, folder, text):
    """Everything that is said of a sweep before anything is solved."""
    try:
        sweep = read_sweep(two, written(folder, text))
        trial(two, sweep)
        len(Cases(sweep))
    except InputError as error:
        return error.problems
    return ()


def judge(two, folder, text, *expected):
    found = problems(two, folder, text)
    assert len(found) == len(expected), "\n".join(map(str, found))
    for one in expected:
        at = Said(str(folder / one.file), one.line, one.column, one.value, one.expected, one.nearest)
        assert any(at.fits(p) for p in found), f"{one}\nnot in\n" + "\n".join(map(repr, found))


@pytest.mark.parametrize(
    "text", [GRID, SAMPLED, TORNADO, LIST, LEVELS], ids=["grid", "sampled", "tornado", "list", "levels"]
)
def test_each_design_is_sound_to_begin_with(two, tmp_path, text):
    assert problems(two, tmp_path, text) == ()


@pytest.mark.parametrize("name", WRONG)
def test_wrong(two, tmp_path, name):
    text, expected = WRONG[name]
    judge(two, tmp_path, text, *expected)


def test_every_problem_at_once(two, tmp_path):
    text = GRID.replace('"scale"', '"scales"').replace("[0.9, 1.1]", '["a"]').replace('"grid"', '"gridd"')
    text += '[[factor]]\nname = "status"\nvalues = [1]\nedit = [{ table = "plant", column = "capex", op = "set" }]\n'
    judge(
        two, tmp_path, text,
        said(1, "design", '"gridd"', "", "grid"), said(4, "factor.0.values.0", '"a"'),
        said(9, "factor.0.edit.0.op", '"scales"', "", "scale"), said(11, "factor.1.name", '"status"'),
        said(13, "factor.1.edit.0.table", '"plant"', "", "plants"),
    )  # fmt: skip


def test_the_edit_that_leads_to_it_is_named(two, tmp_path):
    """Of several edits of a case the one at fault: in a policy, in a table, in ``instance.toml``."""
    cap = '[[case.edit]]\ntable = "share_cap"\ncolumn = "{}"\nop = "{}"\nvalue = {}\n'
    text = LIST + cap.format("max", "scale", 3) + cap.format("to", "set", 2032)
    found = problems(two, tmp_path, text)
    assert {(p.line, p.column) for p in found} == {
        (10, "share_cap.0.max.2033"), (10, "share_cap.0.max.2034"), (15, "share_cap.0.to"),
    }  # fmt: skip
    rate = '[[case.edit]]\ntable = "finance"\ncolumn = "discount_rate"\nop = "add"\nvalue = 7\n'
    demand = '[[case.edit]]\ntable = "demand"\ncolumn = "quantity"\nop = "add"\nvalue = -101\n'
    found = problems(two, tmp_path, LIST + rate + demand)
    assert [(p.line, p.column, p.value) for p in found] == [
        (10, "finance.discount_rate", '"7.05"'), (15, "demand.quantity", "add -101"),
    ]  # fmt: skip
    assert found[1].expected.startswith('leads to demand.csv, line 2, quantity: "-1.0": expected a number of at least')


@pytest.mark.parametrize(
    ("asked", "expected", "near"),
    [
        ("cap", "is not a sweep of two-country; known: caps", "caps"),
        ("zzz", "is not a sweep of two-country; known: caps", ""),
    ],
)
def test_sweep_not_found(two, asked, expected, near):
    with pytest.raises(InputError) as caught:
        read_sweep(two, asked)
    (only,) = caught.value.problems
    assert (only.file, only.value, only.nearest) == ("sweep", f'"{asked}"', near)
    assert expected in only.expected


def test_file_not_found(two, tmp_path):
    with pytest.raises(InputError) as caught:
        read_sweep(two, tmp_path / "none.toml")
    (only,) = caught.value.problems
    assert only.file == str(tmp_path / "none.toml")


def test_a_sweep_of_the_instance_by_its_name(two):
    assert read_sweep(two, "caps").name == "caps"
    assert read_sweep(two, TWO / "sweeps" / "caps.toml").factors == read_sweep(two, "caps").factors


def test_flags_and_limits_that_may_be_set(two, tmp_path):
    """true as TOML has it, 1 as the tables have it, inf where a cell may have no limit."""
    for column, table, value in (
        ("may_be_unsold", "commodities", "true"), ("may_be_unsold", "commodities", "1"), ("max_flow", "lanes", "inf"),
    ):  # fmt: skip
        text = (
            f'design="list"\n[[case]]\nname="a"\nedit=[{{table="{table}", column="{column}", op="set", value={value}}}]'
        )
        assert problems(two, tmp_path, text) == ()
    assert model.sweep  # the public name is the function, not the package

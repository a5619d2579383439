"""Figures by themselves: how each is known, between what it lies, and what is wrong with rows that say so."""

import pytest

from model.base.problems import InputError
from model.instance.ranges import known
from model.instance.reading import read
from model.instance.warnings.every import warnings
from model.instance.warnings.figures import figures
from tests import tiny

HEAD = "table,figure,column,year,low,high,source,confidence,note\n"
PLANT = tiny.TABLES["plants"].splitlines()[1].split(",")[0]


def told(tmp_path, rows, **tables):
    return read(tiny.write(tmp_path / "i", ranges=HEAD + rows, **tables))


def test_a_row_speaks_of_one_column_alone(tmp_path):
    instance = told(tmp_path, f"plants,{PLANT},variable_cost,,0,1e6,,sourced,\n")
    first, *others = known(instance.tables, "plants", "variable_cost")
    assert (first.confidence, first.low, first.high) == ("sourced", 0, 1e6)
    assert all(figure.confidence != "sourced" and figure.low is None for figure in others)
    assert known(instance.tables, "plants", "fixed_cost")[0].confidence != "sourced"
    counted = figures(instance).set_index("table")
    assert counted.loc["plants", "sourced"] == 1
    assert "ranges" not in counted.index
    assert not [w for w in warnings(instance) if w.file == "ranges.csv"]


def test_a_star_meets_many_and_a_year_one(tmp_path):
    instance = told(tmp_path, "capacity,*,capacity,,,,,recalled,\ncapacity,*,capacity,2030,0,1e6,,sourced,\n")
    years = instance.tables["capacity"]["year"].tolist()
    grades = [figure.confidence for figure in known(instance.tables, "capacity", "capacity")]
    assert grades == ["sourced" if year == 2030 else "recalled" for year in years]
    assert {"sourced", "recalled"} == set(grades)


def test_an_availability_that_is_not_given_is_a_definition(tmp_path):
    instance = told(tmp_path, "")
    given = instance.tables["plants"]["availability"].ne(1)
    grades = [figure.confidence for figure in known(instance.tables, "plants", "availability")]
    assert [grade == "definition" for grade in grades] == [not g for g in given]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"plants,{PLANT},variable_cost,,2e6,1,,,", "is above the row's high"),
        (f"plants,{PLANT},variable_costs,,,,,,", "not a column of figures in plants.csv.*variable_cost"),
        (f"plants,{PLANT}X,variable_cost,,,,,,", f"not a figure of plants.csv.*{PLANT}"),
        (f"plant,{PLANT},variable_cost,,,,,,", 'table.*expected "commodities"'),
        ("capacity,*,capacity,1999,,,,,", "not a year that capacity.csv lists"),
        (f"plants,{PLANT},variable_cost,,,,,guessed,", "not a known grade"),
    ],
)
def test_what_is_wrong(tmp_path, row, said):
    with pytest.raises(InputError, match=f"ranges.csv, line 2.*{said}"):
        told(tmp_path, row + "\n")


def test_a_figure_beyond_its_range_is_warned_of(tmp_path):
    rows = f"plants,{PLANT},variable_cost,,1e6,2e6,,,\nplants,{PLANT},fixed_cost,,,0.5,,,\n"
    odd = [w for w in warnings(told(tmp_path, rows)) if w.kind == "range"]
    assert [(w.line, w.column) for w in odd] == [(2, "low"), (3, "high")]
    assert "is above the figure itself" in str(odd[0])

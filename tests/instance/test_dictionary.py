"""The data dictionary: the columns, defaults and limits that the format states, and how a value is parsed."""

from __future__ import annotations

import csv
import math

import pandas as pd
import pytest

from model.base.problems import InputError
from model.instance.files.dictionary import TABLES, fields, parse
from model.instance.reading import read
from tests.instance.spoil import HELD, INSTANCES, copy, problems

KINDS = ("share_cap", "domestic_min", "budget", "stock_min", "price_floor")
TOML = [
    "instance.toml",
    "policy",
    *(f"policy.{k}" for k in KINDS),
    "scenario",
    "scenario.branch",
    "scenario.event",
]
NEEDED = ("lead_time", "lifetime", "content")
"""Where something can be built."""
KEY = {
    "regions": ["region"],
    "groups": ["group", "region"],
    "stages": ["stage"],
    "commodities": ["commodity"],
    "contents": ["commodity", "material"],
    "recipes": ["process", "commodity"],
    "plants": ["plant"],
    "capacity": ["plant", "year"],
    "demand": ["commodity", "region", "sector", "year"],
    "lanes": [],
    "stockpiles": ["commodity", "region"],
    "quotas": [],
    "contracts": [],
    "trade": ["commodity", "origin", "destination"],
    "paths": ["column", "process", "region", "year"],
    "observations": [],
    "ranges": [],
    "sources": ["source"],
}


@pytest.mark.parametrize("table", [*TABLES, *TOML])
def test_every_field_says_what_it_is(table):
    assert fields(table)
    for column, field in fields(table).items():
        assert field.column == column
        assert len(field.description) > 5 or field.description == "freight" or field.description in ("demand", "delay")
        assert field.expected.startswith("expected ")
        assert field.unit or field.type not in ("number", "positive", "nonzero", "trajectory") or column in ("order",)
        assert field.required is (field.blank == "error")


@pytest.mark.parametrize("table", TABLES)
def test_keys(table):
    assert [c for c, f in fields(table).items() if f.key] == KEY[table]


@pytest.mark.parametrize("table", HELD)
def test_each_missing_column_is_said_or_filled(table, tmp_path):
    for column, field in fields(table).items():
        folder = copy(tmp_path / column)
        path = folder / f"{table}.csv"
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        if column not in rows[0]:
            continue
        place = rows[0].index(column)
        text = "\n".join(",".join(f'"{c}"' for i, c in enumerate(row) if i != place) for row in rows)
        path.write_text(text, encoding="utf-8")
        found = [(p.file, p.line, p.column) for p in problems(folder)]
        assert found == ([(f"{table}.csv", 1, column)] if field.required or column in NEEDED else []), column


@pytest.mark.parametrize("name", ["two-country", "allied-2045"])
@pytest.mark.parametrize("table", HELD)
def test_shipped_tables_have_the_columns_of_the_dictionary(table, name):
    with (INSTANCES / name / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert set(header) <= set(fields(table))
    assert {c for c, f in fields(table).items() if f.required} <= set(header)


@pytest.mark.parametrize(
    ("table", "column", "default"),
    [
        ("plants", "availability", 1.0),
        ("plants", "capex", None),
        ("plants", "lead_time", None),
        ("plants", "ramp_years", 0.0),
        ("plants", "wacc", None),
        ("plants", "max_build", math.inf),
        ("plants", "max_build_per_year", math.inf),
        ("commodities", "may_be_unsold", 0.0),
        ("lanes", "max_flow", math.inf),
        ("lanes", "tariff", 0.0),
        ("policy.share_cap", "suppliers", "each-third-country"),
        ("policy.share_cap", "measure", "direct"),
        ("policy.share_cap", "weight", "content"),
        ("policy.domestic_min", "measure", "capacity"),
        ("policy.budget", "hosts", None),
        ("policy.price_floor", "hosts", None),
        ("scenario.event", "destination", "*"),
    ],
)
def test_defaults(table, column, default):
    assert parse(fields(table)[column], "") == (default, "")
    assert parse(fields(table)[column], None) == (default, "")


@pytest.mark.parametrize(
    ("table", "column", "value", "parsed"),
    [
        ("demand", "quantity", "1.5e3", 1500.0),
        ("demand", "quantity", "+.5", 0.5),
        ("demand", "quantity", "007", 7.0),
        ("demand", "year", "2030", 2030),
        ("demand", "year", 2030.0, 2030),
        ("recipes", "coefficient", "-2", -2.0),
        ("lanes", "max_flow", "inf", math.inf),
        ("lanes", "max_flow", math.inf, math.inf),
        ("commodities", "may_be_unsold", "1", True),
        ("commodities", "may_be_unsold", False, False),
        ("regions", "region", "NA", "NA"),
        ("regions", "name", " with blanks ", " with blanks "),
    ],
)
def test_values_that_are_taken(table, column, value, parsed):
    found, wrong = parse(fields(table)[column], value)
    assert (found, type(found), wrong) == (parsed, type(parsed), "")


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("demand", "quantity", "1e"),
        ("demand", "quantity", "."),
        ("demand", "quantity", "--1"),
        ("demand", "quantity", "1 "),
        ("demand", "quantity", "1e400"),
        ("demand", "quantity", "Infinity"),
        ("demand", "quantity", "0b1"),
        ("demand", "quantity", "\u0661"),
        ("demand", "quantity", True),
        ("demand", "quantity", 1j),
        ("demand", "year", "2030.5"),
        ("demand", "year", "999"),
        ("demand", "year", "10000"),
        ("demand", "year", "inf"),
        ("demand", "quantity", "-1e-9"),
        ("recipes", "coefficient", "-0"),
        ("recipes", "coefficient", "1e-400"),
        ("plants", "unit_size", "0"),
        ("plants", "availability", "1.0000001"),
        ("lanes", "max_flow", "-inf"),
        ("lanes", "max_flow", "1e999"),
        ("lanes", "max_flow", "Inf"),
        ("commodities", "may_be_unsold", "true"),
        ("commodities", "may_be_unsold", "2"),
        ("regions", "region", 5),
        ("regions", "region", " A"),
        ("regions", "region", "A\u00a0B"),
        ("regions", "region", "A\nB"),
        ("regions", "name", "\ud800"),
    ],
)
def test_values_that_are_refused(table, column, value):
    found, wrong = parse(fields(table)[column], value)
    assert found is None
    assert wrong


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("plants", "availability", "expected a number from 0 to 1"),
        ("plants", "lead_time", "expected a whole number from 0 to 1000 [years]"),
        ("demand", "quantity", "expected a number of at least 0 [t/yr]"),
        ("recipes", "coefficient", "expected a number other than 0 [t per unit of activity]"),
        ("regions", "region", "expected a name"),
        ("policy.share_cap", "measure", 'expected "direct" or "traced"'),
        ("policy.share_cap", "suppliers", 'expected "each-third-country" or a list of regions'),
        ("policy.budget", "hosts", "expected a name or a list of names"),
        ("policy.price_floor", "price", "expected a number above 0 [USD/t]"),
        (
            "policy.share_cap",
            "max",
            "expected a number, or numbers by year such as { 2026 = 0.95, 2030 = 0.65 } from 0 to 1 [share]",
        ),
    ],
)
def test_what_is_expected_in_words(table, column, expected):
    assert fields(table)[column].expected == expected


def test_a_header_alone_is_an_empty_table(tmp_path):
    folder = copy(tmp_path)
    (folder / "demand.csv").write_text(",".join(fields("demand")) + "\n", encoding="utf-8")
    (folder / "lanes.csv").unlink()
    instance = read(folder)
    assert instance.demands == {}
    assert list(instance.tables["lanes"].columns) == list(fields("lanes"))
    assert len(instance.tables["lanes"]) == 0


def test_an_input_error_is_a_value_error():
    assert issubclass(InputError, ValueError)


def test_columns_whose_blank_has_a_meaning_may_be_left_out(tmp_path):
    folder = copy(tmp_path)
    for table in HELD:
        path = folder / f"{table}.csv"
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        kept = [c for c in fields(table) if any(row.get(c) for row in rows)]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, kept or list(fields(table)), extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    assert "max_flow" not in (folder / "lanes.csv").read_text(encoding="utf-8")
    assert "first_decision" not in (folder / "plants.csv").read_text(encoding="utf-8")
    for table, frame in read(folder).tables.items():
        pd.testing.assert_frame_equal(frame, read(INSTANCES / "two-country").tables[table])


def test_lead_times_may_be_left_out_where_nothing_can_be_built(tmp_path):
    folder = copy(tmp_path)
    (folder / "plants.csv").write_text(
        "plant,name,process,region,variable_cost,fixed_cost\nB_OXIDE,o,refine,B,1,1\nB_MAGNET,m,press,B,1,1\n"
    )
    assert problems(folder) == ()

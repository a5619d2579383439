"""Sweep files of each design, and what is said of each that is spoilt: file, line, column, value, expected, nearest."""
# ruff: noqa: E501

from __future__ import annotations

from tests.instance.spoil import Said

GRID = """design = "grid"
[[factor]]
name = "demand"
values = [0.9, 1.1]
[[factor.edit]]
table = "demand"
where = { region = "A" }
column = "quantity"
op = "scale"
"""
SAMPLED = """design = "latin-hypercube"
samples = 8
[[factor]]
name = "demand"
low = 0.9
high = 1.1
[[factor.edit]]
table = "demand"
column = "quantity"
op = "scale"
"""
TORNADO = SAMPLED.replace("latin-hypercube", "one-at-a-time").replace("samples = 8\n", "")
LIST = """design = "list"
[[case]]
name = "dear"
[[case.edit]]
table = "plants"
where = { region = "A" }
column = "capex"
op = "set"
value = 30000
"""
LEVELS = """design = "grid"
[[factor]]
name = "world"
[[factor.level]]
name = "calm"
[[factor.level]]
name = "dear"
[[factor.level.edit]]
table = "demand"
column = "quantity"
op = "scale"
value = 1.2
"""
FILE = "asked.toml"


def wrong(text, old, new, *said):
    assert text.count(old) == 1, old
    return text.replace(old, new), said


def said(line, column="", value="", expected="", nearest=""):
    return Said(FILE, line, column, value, expected, nearest)


E = "factor.0.edit.0"
F = "factor.0"
WRONG = {
    # keys and names
    "unknown design": wrong(GRID, '"grid"', '"gird"', said(1, "design", '"gird"', "expected", "grid")),
    "no design": wrong(GRID, 'design = "grid"\n', "", said(None, "design", "", "a value is needed")),
    "unknown key": wrong(GRID, "values =", "value =",
                         said(4, f"{F}.value", "", "is not a key here", "values"),
                         said(2, f"{F}.values", "", "a list of numbers")),
    "unknown head": wrong(GRID, "[[factor]]", 'polices = ["cap"]\n[[factor]]',
                          said(2, "polices", "", "is not a key here", "policies")),
    "unknown policy": wrong(GRID, "[[factor]]", 'policies = ["cup"]\n[[factor]]',
                            said(2, "policies.0", '"cup"', "", "cap")),
    "unknown table": wrong(GRID, '"demand"\nwhere', '"demands"\nwhere',
                           said(6, f"{E}.table", '"demands"', "is no table that can be edited; known: budget,", "demand")),
    "sources are no figures": wrong(GRID, '"demand"\nwhere', '"sources"\nwhere',
                                    said(6, f"{E}.table", '"sources"', "is no table that can be edited", "stockpiles")),
    "unknown column": wrong(GRID, '"quantity"', '"quantty"',
                            said(8, f"{E}.column", '"quantty"', "is not a column of demand", "quantity")),
    "unknown column of a filter": wrong(GRID, "{ region", "{ regoin",
                                        said(7, f"{E}.where.regoin", "", "is not a column of demand", "region")),
    "unknown op": wrong(GRID, '"scale"', '"scales"', said(9, f"{E}.op", '"scales"', 'expected "set" or', "scale")),
    "unknown key of a policy row": wrong(
        GRID.replace('where = { region = "A" }\n', "").replace('"demand"\ncolumn', '"share_cap"\ncolumn'),
        '"quantity"', '"maximum"', said(7, f"{E}.column", '"maximum"', "is not a column of share_cap", "max")),
    "a section has no rows": wrong(
        GRID.replace('"quantity"', '"discount_rate"'), '"demand"\nwhere', '"finance"\nwhere',
        said(7, f"{E}.where", "", "finance has no rows to choose from")),
    "twice the same factor": wrong(GRID + GRID.partition("\n")[2], GRID.partition("\n")[2] * 2,
                                   GRID.partition("\n")[2] * 2, said(11, "factor.1.name", '"demand"', "earlier factor")),
    "names that are one column": wrong(
        GRID + GRID.partition("\n")[2].replace('name = "demand"', 'name = "Demand"'), 'name = "Demand"',
        'name = "Demand"', said(11, "factor.1.name", '"Demand"', "earlier factor")),
    "an outcome's name": wrong(GRID, 'name = "demand"', 'name = "cost_usd"',
                               said(3, f"{F}.name", '"cost_usd"', "the table of cases has of its own")),
    "an outcome's name in capitals": wrong(GRID, 'name = "demand"', 'name = "Status"',
                                           said(3, f"{F}.name", '"Status"', "the table of cases has of its own")),
    "a stage's capital": wrong(GRID, 'name = "demand"', 'name = "capex_magnet_usd"',
                               said(3, f"{F}.name", '"capex_magnet_usd"', "the table of cases has of its own")),
    "a name of signs": wrong(GRID, 'name = "demand"', 'name = "de,mand"',
                             said(3, f"{F}.name", '"de,mand"', "letters, digits and _")),
    "no name": wrong(GRID, 'name = "demand"\n', "", said(2, f"{F}.name", "", "a value is needed")),
    "twice the same case": wrong(LIST + LIST.partition("\n")[2], LIST.partition("\n")[2] * 2,
                                 LIST.partition("\n")[2] * 2, said(11, "case.1.name", '"dear"', "an earlier case")),
    "twice the same level": wrong(LEVELS, '"calm"', '"dear"', said(7, f"{F}.level.1.name", '"dear"', "earlier level")),
    "a name twice behind a wrong one": wrong(
        GRID + GRID.partition("\n")[2].replace("scale", "scald") + GRID.partition("\n")[2],
        '"scald"', '"scald"', said(17, "factor.1.edit.0.op", '"scald"', "", "scale"),
        said(11, "factor.1.name", '"demand"', "earlier factor"), said(19, "factor.2.name", '"demand"', "earlier factor")),
    # types
    "text for a number": wrong(GRID, "[0.9, 1.1]", '["0.9", 1.1]', said(4, f"{F}.values.0", '"0.9"', "expected a number")),
    "true for a number": wrong(GRID, "[0.9, 1.1]", "[0.9, true]", said(4, f"{F}.values.1", '"true"', "expected a number")),
    "no number": wrong(GRID, "[0.9, 1.1]", "[0.9, nan]", said(4, f"{F}.values.1", '"nan"', "expected a number")),
    "one number": wrong(GRID, "[0.9, 1.1]", "0.9", said(4, f"{F}.values", "", "a list of numbers")),
    "none": wrong(GRID, "[0.9, 1.1]", "[]", said(4, f"{F}.values", "", "expected a list of numbers")),
    "a number twice": wrong(GRID, "[0.9, 1.1]", "[0.9, 0.9]", said(4, f"{F}.values.1", '"0.9"', "stands twice")),
    "a factor that is no row": wrong(GRID, GRID.partition("\n")[2], "factor = 3\n",
                                     said(2, "factor", "", "rows that begin with [[factor]]")),
    "an edit that is no row": wrong(
        LIST, LIST[LIST.index("[[case.edit]]"):], "edit = 7\n", said(4, "case.0.edit", "", "rows that begin with edit")),
    "a filter that is none": wrong(GRID, '{ region = "A" }', '"A"', said(7, f"{E}.where", '"A"', "values by column")),
    "a filter in quotes": wrong(GRID, 'region = "A"', 'year = "2030"',
                                said(7, f"{E}.where.year", '"2030"', "year holds numbers; expected one without quotes")),
    "a filter without quotes": wrong(GRID, 'region = "A"', "region = 7", said(7, f"{E}.where.region", '"7"', "in quotes")),
    "a range of text": wrong(GRID, '"A"', "{ from = 1 }",
                             said(7, f"{E}.where.region", "{ from = 1 }", "region holds text: it has no range")),
    "a range of other words": wrong(GRID, 'region = "A"', "year = { form = 1 }",
                                    said(7, f"{E}.where.year", "", "{ from = ..., to = ... }")),
    "a list of lists": wrong(GRID, '"A"', '[["A"]]', said(7, f"{E}.where.region", "", "a list of values")),
    "an empty list": wrong(GRID, '"A"', "[]", said(7, f"{E}.where.region", "", "a list of values")),
    "scale of text": wrong(GRID, '"quantity"', '"sector"',
                           said(9, f"{E}.op", '"scale"', 'sector holds no number; expected "set"')),
    "a factor that sets text": wrong(GRID.replace('"scale"', '"set"'), '"quantity"', '"sector"',
                                     said(9, f"{E}.op", '"set"', "sector holds text; a factor has numbers")),
    "scale of a flag": wrong(
        GRID.replace('where = { region = "A" }\n', "").replace('"quantity"', '"may_be_unsold"'), '"demand"\ncolumn',
        '"commodities"\ncolumn', said(8, f"{E}.op", '"scale"', "holds no number")),
    "text into a number": wrong(LIST, "30000", '"30000"',
                                said(9, "case.0.edit.0.value", '"30000"', "a number of at least 0")),
    "a number into text": wrong(LIST, '"capex"', '"process"', said(9, "case.0.edit.0.value", '"30000"', "a name")),
    "half a year": wrong(LIST.replace("30000", "2.5"), '"capex"', '"lead_time"',
                         said(9, "case.0.edit.0.value", '"2.5"', "a whole number from 0 to 1000")),
    "half years": wrong(GRID.replace('"quantity"', '"year"').replace('"scale"', '"set"'), "[0.9, 1.1]", "[2030, 2030.5]",
                        said(4, f"{F}.values.1", '"2030.5"', "a whole number: so are the edited cells")),
    "no limit where there is none": wrong(LIST, "30000", "inf", said(9, "case.0.edit.0.value", '"inf"', "a number")),
    "a list of names": wrong(
        LIST.replace("30000", '["mining"]').replace('where = { region = "A" }\n', "").replace('"plants"', '"share_cap"'),
        '"capex"', '"stages"', said(6, "case.0.edit.0.column", '"stages"', "holds a list, which can't be edited")),
    "no value": wrong(LIST, "value = 30000\n", "", said(4, "case.0.edit.0.value", "", "the edit stands in no factor")),
    "a value of its own": wrong(GRID, 'op = "scale"', 'op = "scale"\nvalue = 2',
                                said(10, f"{E}.value", '"2"', "the edit takes the factor's value")),
    # ranges and samples
    "low above high": wrong(SAMPLED, "low = 0.9", "low = 1.2", said(5, f"{F}.low", '"1.2"', "not below the factor's high")),
    "low is high": wrong(SAMPLED, "low = 0.9", "low = 1.1", said(5, f"{F}.low", '"1.1"', "not below the factor's high")),
    "no low": wrong(SAMPLED, "low = 0.9\n", "", said(3, f"{F}.low", "", "a value is needed with design latin-hyper")),
    "no low of a tornado": wrong(TORNADO, "low = 0.9\n", "", said(2, f"{F}.low", "", "needed with design one-at-a-time")),
    "a list in a sample": wrong(SAMPLED, "low = 0.9\nhigh = 1.1", "values = [1, 2]",
                                said(5, f"{F}.values", "", "expected low and high"), said(3, f"{F}.low", "", "needed"),
                                said(3, f"{F}.high", "", "needed")),
    "a range in a grid": wrong(GRID, "values =", "low = 1\nvalues =", said(4, f"{F}.low", '"1', "no meaning with design grid")),
    "a base in a sample": wrong(SAMPLED, "low = 0.9", "low = 0.9\nbase = 1",
                                said(6, f"{F}.base", '"1', "no meaning with design latin-hypercube")),
    "log of nothing": wrong(SAMPLED, "low = 0.9", 'low = 0\ndistribution = "log-uniform"',
                            said(5, f"{F}.low", '"0', "a log-uniform range lies above 0")),
    "triangle without mode": wrong(SAMPLED, "low = 0.9", 'low = 0.9\ndistribution = "triangular"',
                                   said(3, f"{F}.mode", "", "a triangular distribution has a mode")),
    "mode without triangle": wrong(SAMPLED, "low = 0.9", "low = 0.9\nmode = 1",
                                   said(6, f"{F}.mode", '"1', "others have none")),
    "mode outside": wrong(SAMPLED, "low = 0.9", 'low = 0.9\nmode = 1.2\ndistribution = "triangular"',
                          said(6, f"{F}.mode", '"1.2"', "lies outside 0.9 to 1.1")),
    "distribution of a tornado": wrong(TORNADO, "low = 0.9", 'low = 0.9\ndistribution = "uniform"',
                                       said(5, f"{F}.distribution", '"uniform"', "no meaning with design one-at-a-time")),
    "no whole number": wrong(
        SAMPLED.replace('"quantity"', '"year"').replace('"scale"', '"add"').replace("0.9", "0.2"), "1.1", "0.8",
        said(5, f"{F}.low", '"0.2"', "no whole number lies between it and 0.8")),
    "whole numbers in a triangle": wrong(
        SAMPLED.replace('"quantity"', '"year"').replace('"scale"', '"add"'), "low = 0.9\nhigh = 1.1",
        'low = 1\nhigh = 3\ndistribution = "log-uniform"',
        said(7, f"{F}.distribution", '"log-uniform"', "whole numbers come equally often")),
    "no power of two": wrong(SAMPLED.replace("latin-hypercube", "sobol"), "samples = 8", "samples = 12",
                             said(2, "samples", '"12"', "a power of two of at least 2")),
    "one sample": wrong(SAMPLED.replace("latin-hypercube", "sobol"), "samples = 8", "samples = 1",
                        said(2, "samples", '"1"', "a power of two of at least 2")),
    "no samples": wrong(SAMPLED, "samples = 8\n", "", said(None, "samples", "", "how many samples")),
    "samples of a grid": wrong(GRID, "[[factor]]", "samples = 8\n[[factor]]", said(2, "samples", '"8"', "no meaning")),
    "seed of a grid": wrong(GRID, "[[factor]]", "seed = 8\n[[factor]]", said(2, "seed", '"8"', "no meaning")),
    "no samples at all": wrong(SAMPLED, "samples = 8", "samples = 0", said(2, "samples", '"0"', "from 1 to 1e+06")),
    "too many cases": wrong(SAMPLED.replace("latin-hypercube", "sobol"), "samples = 8", "samples = 524288",
                            said(None, "", "", "1,572,864 cases; expected 1,000,000 at most")),
    # designs
    "a list with factors": wrong(GRID, '"grid"', '"list"', said(1, "design", '"list"', "rows [[case]] and no [[factor]]"),
                                 said(4, f"{F}.values", "", "no meaning with design list")),
    "a grid with cases": wrong(LIST, '"list"', '"grid"', said(1, "design", '"grid"', "rows [[factor]] and no [[case]]")),
    "a list under two policies": wrong(LIST, "[[case]]", 'policies = ["cap", "none"]\n[[case]]',
                                       said(2, "policies", "", "a list takes one policy")),
    "levels of a sample": wrong(LEVELS.replace('"grid"', '"one-at-a-time"'), "[[factor]]", "[[factor]]",
                                said(4, f"{F}.level", "", "levels stand in a grid")),
    "levels and values": wrong(LEVELS, '"world"', '"world"\nvalues = [1]', said(5, f"{F}.level", "", "without edits or values")),
    "levels and a range": wrong(LEVELS, '"world"', '"world"\nlow = 1', said(5, f"{F}.level", "", "without edits or values")),
    "levels and edits": wrong(LEVELS + GRID[GRID.index("[[factor.edit]]"):], "[[factor.edit]]", "[[factor.edit]]",
                              said(4, f"{F}.level", "", "without edits or values")),
    "a level without value": wrong(LEVELS, "value = 1.2\n", "", said(8, f"{F}.level.1.edit.0.value", "", "a value is needed")),
    "neither edits nor levels": wrong(GRID, GRID[GRID.index("[[factor.edit]]"):], "",
                                      said(2, F, "", "a factor needs rows [[factor.edit]], or [[factor.level]]")),
    "regret of a list": wrong(LIST, "[[case]]", "regret = true\n[[case]]", said(2, "regret", '"true"', "only with design grid")),
    "regret without assumptions": wrong(
        GRID.replace('where = { region = "A" }\n', "").replace('"demand"\ncolumn', '"share_cap"\ncolumn').replace(
            '"quantity"', '"max"').replace('[0.9, 1.1]', '[0.5, 0.6]').replace('"scale"', '"set"'),
        "[[factor]]", "regret = true\n[[factor]]", said(None, "regret", "", "a factor that moves the instance")),
    # what the edits find and lead to
    "a filter that finds nothing": wrong(GRID, '"A"', '"AA"',
                                         said(5, "where.region", '"AA"', "demand: no row matches; region holds A", "A")),
    "a year that is not listed": wrong(GRID, 'region = "A"', "year = 2031",
                                       said(5, "where.year", '"2031"', "no row matches; year holds 2030, 2035")),
    "all of it together": wrong(
        LIST, 'region = "A"', 'region = "A", plant = "B_OXIDE"',
        said(4, "where", "plant", "plants: no row matches all of this together")),
    "an empty table": wrong(GRID.replace('where = { region = "A" }\n', "").replace('"quantity"', '"capacity"'),
                            '"demand"\ncolumn', '"stockpiles"\ncolumn', said(5, "where", "", "stockpiles: is empty")),
    "blank cells": wrong(LIST.replace('"set"', '"scale"').replace('"A"', '"B"'), "30000", "2",
                         said(4, "capex", "", "plants: every cell found is blank; nothing to scale")),
    "no limits": wrong(LIST.replace('"set"', '"scale"').replace('"capex"', '"max_build_per_year"'), "30000", "0",
                       said(4, "max_build_per_year", "", "plants: no cell found has a limit; nothing to scale")),
    "no such policy row": wrong(
        LIST.replace('where = { region = "A" }\n', "").replace('"capex"', '"max"'), '"plants"', '"budget"',
        said(4, "table", "", "budget: the policy cap has no such row")),
    "no policy row of that number": wrong(
        LIST.replace('{ region = "A" }', "{ row = 1 }").replace('"capex"', '"max"').replace("30000", "0.5"), '"plants"',
        '"share_cap"', said(4, "where.row", '"1"', "no row matches; the policy cap has 1, counted from 0")),
    "no policy row of that name": wrong(
        LIST.replace('{ region = "A" }', '{ buyer = "hom" }').replace('"capex"', '"max"').replace("30000", "0.5"),
        '"plants"', '"share_cap"', said(4, "where.buyer", '"hom"', "buyer holds home", "home")),
    "nothing to add to": wrong(
        LIST.replace('where = { region = "A" }\n', "").replace('"capex"', '"min"').replace('"set"', '"add"'),
        '"plants"', '"share_cap"', said(6, "case.0.edit.0.column", '"min"', "is not a column of share_cap")),
    "the table refuses": wrong(
        LIST, "30000", "-1", said(4, "plants.capex", "set -1", 'leads to plants.csv, line 4, capex: "-1.0": expected a '
        "number of at least 0 [USD/(t/yr)]")),
    "a share above 1": wrong(
        GRID.replace('where = { region = "A" }\n', "").replace('"demand"\ncolumn', '"share_cap"\ncolumn').replace(
            '"quantity"', '"max"').replace('"scale"', '"set"'), "[0.9, 1.1]", "[0.9, 1.1]",
        said(5, "share_cap.0.max", '"1.1"', "expected a number, or numbers by year")),
    "a trajectory above 1": wrong(
        GRID.replace('where = { region = "A" }\n', "").replace('"demand"\ncolumn', '"share_cap"\ncolumn').replace(
            '"quantity"', '"max"'), "[0.9, 1.1]", "[0.9, 1.7]",
        said(5, "share_cap.0.max.2033", '"1.02"', "from 0 to 1")),
    "a scalar that is refused": wrong(
        GRID.replace('where = { region = "A" }\n', "").replace('"demand"\ncolumn', '"finance"\ncolumn').replace(
            '"quantity"', '"discount_rate"').replace('"scale"', '"set"'), "[0.9, 1.1]", "[0.9, 1.1]",
        said(5, "finance.discount_rate", '"1.1"', "expected a number from 0 to 1")),
    "a region that is not known": wrong(
        LIST.replace('"capex"', '"region"'), "30000", '"C"',
        said(4, "plants.region", "set C", 'leads to plants.csv, line 4, region: "C": is not a known region')),
    "a horizon beyond the demand": wrong(
        LIST.replace('where = { region = "A" }\n', "").replace('"plants"', '"horizon"').replace("30000", "2040"),
        '"capex"', '"last_year"', said(4, "horizon.last_year", "set 2040", "leads to demand.csv, line")),
    "broken TOML": wrong(GRID, "[0.9, 1.1]", "[0.9, 1.1", said(5, "", "", "is not well-formed TOML")),
    "not even text": wrong(GRID, 'design = "grid"\n', "design = \x00\n", said(1, "", "", "")),
}  # fmt: skip

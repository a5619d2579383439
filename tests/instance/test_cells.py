"""Wrong cells: each is named by file, line, column, value and what was expected."""

from __future__ import annotations

import pytest

from tests.instance.spoil import Said, both, copy, every, judge, more, put, whole

CELLS = {
    "decimal comma": (
        put("plants.csv", "5000,0", '"5000,5",0'),
        Said(
            "plants.csv", 2, "variable_cost", "5000,5", "expected a number of at least 0 [USD/t]; decimals are written"
        ),
    ),
    "thousands separated by commas": (
        put("demand.csv", "2030,100,", '2030,"1,000,000",'),
        Said("demand.csv", 2, "quantity", "1,000,000", "thousands are not separated"),
    ),
    "thousands separated by blanks": (
        put("demand.csv", "2030,100,", "2030,1 000,"),
        Said("demand.csv", 2, "quantity", "1 000", "thousands are not separated"),
    ),
    "underscore": (
        put("demand.csv", "2030,100,", "2030,1_000,"),
        Said("demand.csv", 2, "quantity", "1_000", "thousands are not separated"),
    ),
    "full-width digits": (
        put("demand.csv", "2030,100,", "2030,\uff11\uff10\uff10,"),
        Said("demand.csv", 2, "quantity", "\uff11\uff10\uff10", "digits are 0 to 9"),
    ),
    "hexadecimal": (
        put("demand.csv", "2030,100,", "2030,0x64,"),
        Said("demand.csv", 2, "quantity", "0x64", "a number"),
    ),
    "blank before a number": (
        put("demand.csv", "2030,100,", "2030, 100,"),
        Said("demand.csv", 2, "quantity", " 100", "it has a blank before or after it"),
    ),
    "per cent": (
        put("lanes.csv", "500,0.05", "500,5%"),
        Said("lanes.csv", 2, "tariff", "5%", "a share is written as 0.05"),
    ),
    "text for a tariff": (
        put("lanes.csv", "500,0.05", "500,free"),
        Said("lanes.csv", 2, "tariff", "free", "expected a number of at least 0 [share of price]"),
    ),
    "nan": (put("demand.csv", "2030,100,", "2030,nan,"), Said("demand.csv", 2, "quantity", "nan", "expected a number")),
    "inf": (put("demand.csv", "2030,100,", "2030,inf,"), Said("demand.csv", 2, "quantity", "inf", "expected a number")),
    "minus infinity": (
        put("lanes.csv", "0.05,,", "0.05,-inf,"),
        Said("lanes.csv", 2, "max_flow", "-inf", "expected a number of at least 0"),
    ),
    "number too large": (
        put("demand.csv", "2030,100,", "2030,1e400,"),
        Said("demand.csv", 2, "quantity", "1e400", "expected a number"),
    ),
    "number too large where there may be no limit": (
        put("lanes.csv", "0.05,,", "0.05,1e400,"),
        Said("lanes.csv", 2, "max_flow", "1e400", "expected a number"),
    ),
    "year too large": (
        put("capacity.csv", "B_OXIDE,2030", "B_OXIDE,99999999999999999999"),
        Said("capacity.csv", 2, "year", "99999999999999999999", "a whole number from 1000 to 9999 [year]"),
    ),
    "year of 5000 digits": (
        put("capacity.csv", "B_OXIDE,2030", f"B_OXIDE,{'2' * 5000}"),
        Said("capacity.csv", 2, "year", "222...", "a whole number from 1000 to 9999"),
    ),
    "year of two digits": (
        put("capacity.csv", "B_OXIDE,2030", "B_OXIDE,30"),
        Said("capacity.csv", 2, "year", "30", "a whole number from 1000 to 9999"),
    ),
    "year of a demand that is none": (
        put("demand.csv", "all,2035", "all,2035a"),
        Said("demand.csv", 3, "year", "2035a", "a whole number"),
    ),
    "negative demand": (
        put("demand.csv", "2030,100,", "2030,-100,"),
        Said("demand.csv", 2, "quantity", "-100", "of at least 0 [t/yr]"),
    ),
    "negative cost": (
        put("plants.csv", "5000,0", "-5000,0"),
        Said("plants.csv", 2, "variable_cost", "-5000", "of at least 0 [USD/t]"),
    ),
    "lead time of a part of a year": (
        put("plants.csv", "20000,2,1", "20000,2.5,1"),
        Said("plants.csv", 4, "lead_time", "2.5", "expected a whole number from 0 to 1000 [years]"),
    ),
    "lifetime 0": (
        put("plants.csv", "2,1,10", "2,1,0"),
        Said("plants.csv", 4, "lifetime", "0", "expected a whole number from 1 to 1000 [years]"),
    ),
    "availability above 1": (
        put("plants.csv", "1000,,20000", "1000,1.2,20000"),
        Said("plants.csv", 4, "availability", "1.2", "expected a number from 0 to 1; 1.2 % is 0.012"),
    ),
    "loss above 1": (
        more("stockpiles.csv", "oxide,A,0,10,0,2,textbook,assumption,\n"),
        Said("stockpiles.csv", 2, "loss_rate", "2", "expected a number from 0 to 1"),
    ),
    "coefficient 0": (
        put("recipes.csv", "oxide,1,", "oxide,0,"),
        Said("recipes.csv", 2, "coefficient", "0", "expected a number other than 0"),
    ),
    "flag that is none": (
        both(
            put("commodities.csv", "price,", "price,may_be_unsold,"),
            put("commodities.csv", "5000,", "5000,yes,"),
            put("commodities.csv", "10000,", "10000,0,"),
        ),
        Said("commodities.csv", 2, "may_be_unsold", "yes", "expected 0 or 1"),
    ),
    "unit size 0": (
        whole(
            "plants.csv",
            "plant,name,process,region,variable_cost,fixed_cost,capex,lead_time,lifetime,max_build,"
            "max_build_per_year,first_decision,last_decision,unit_size\nB_OXIDE,o,refine,B,1,1,,,,,,,,0\nB_MAGNET,m,press,B,1,1,,,,,,,,\n",
        ),
        Said("plants.csv", 2, "unit_size", "0", "expected a number above 0 [t/yr]"),
    ),
    "latitude beyond the pole": (
        whole("regions.csv", "region,name,latitude\nA,Home,91\nB,Abroad,5\n"),
        Said("regions.csv", 2, "latitude", "91", "expected a number from -90 to 90 [degrees north]"),
    ),
    "required cell empty": (
        put("demand.csv", "100,100000", "100,"),
        Said("demand.csv", 2, "shortage_cost", expected="a value is needed; expected a number of at least 0 [USD/t]"),
    ),
    "required cells empty": (
        both(every("demand.csv", "100,100000", "100,")),
        Said("demand.csv", 2, "shortage_cost", expected="(and in 1 more line: 3)"),
    ),
    "required text of blanks": (
        put("regions.csv", "A,Home", "A,  "),
        Said("regions.csv", 2, "name", "  ", "a value is needed; expected text"),
    ),
    "name with a blank": (
        put("regions.csv", "B,Abroad", "B ,Abroad"),
        Said("regions.csv", 3, "region", "B ", "has a blank before or after it"),
    ),
    "reference with a blank": (
        put("plants.csv", "refine,B,", "refine, B,"),
        Said("plants.csv", 2, "region", " B", "has a blank before or after it", "B"),
    ),
    "name with a blank that is not seen": (
        put("plants.csv", "refine,B,", "refine,B\u200b,"),
        Said("plants.csv", 2, "region", "B\\u200b", "holds a character that cannot be seen, U+200B"),
    ),
    "name over two lines": (
        put("plants.csv", "refine,B,", 'refine,"B\nB",'),
        Said("plants.csv", 2, "region", "B\\nB", "holds a character that cannot be seen, U+000A"),
    ),
    "region named *": (
        more("regions.csv", "*,All,textbook,assumption,\n"),
        Said("regions.csv", 4, "region", "*", "cannot be a name"),
    ),
    "region named -": (
        more("regions.csv", "-,None,textbook,assumption,\n"),
        Said("regions.csv", 4, "region", "-", "cannot be a name"),
    ),
    "group named each-third-country": (
        more("groups.csv", "each-third-country,A,textbook,assumption,\n"),
        Said("groups.csv", 3, "group", "each-third-country", "cannot be a name"),
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_wrong_cell_is_named_and_nothing_else(name, tmp_path):
    judge(copy(tmp_path), *CELLS[name])

"""Withstand rows as they are read: buyers together, groups opened, and rows that leave no crisis said."""

from __future__ import annotations

import model
from model.instance.warnings.policies import policy_warnings
from tests.siege import TABLES
from tests.tiny import write

ROW = '[[withstand]]\nbuyer = "A"\nmonths = 6\n'


def read(tmp_path, **policies):
    return model.read(write(tmp_path / "siege", {"all": "", **policies}, **TABLES))


def test_what_a_row_asks_for(tmp_path):
    text = '[[withstand]]\nbuyers = ["home", "C"]\nsuppliers = ["both", "B", "A"]\nmonths = 18\n'
    text += 'serve = 0.5\nothers = 0.1\nsectors = ["defence"]\nfrom = 2031\n'
    (found,) = model.policy(read(tmp_path, asked=text), "asked").withstands
    assert found.buyers == {"home": ("A",), "C": ("C",)}
    assert found.regions == ("A", "C")
    assert found.parts == ("A", "C", "B")  # the group opened, each region once
    assert (found.scope, found.commodities) == ("everything", ("oxide", "magnet"))
    assert list(found.share) == [2031, 2032]
    assert found.tau == 1.5
    supplier = found.suppliers[2]
    asked = {(r, s): found.part_asked(r, s, supplier) for r in "ABC" for s in ("cars", "defence")}
    assert asked == {
        ("A", "cars"): 0, ("A", "defence"): 0.5, ("B", "cars"): 0, ("B", "defence"): 0, ("C", "cars"): 0,
        ("C", "defence"): 0.5,
    }  # fmt: skip


def test_everybody_else_but_the_supplier(tmp_path):
    (found,) = model.policy(read(tmp_path, asked=ROW + 'suppliers = ["B"]\nothers = 0.1\n'), "asked").withstands
    (supplier,) = found.suppliers
    assert [found.part_asked(r, "cars", supplier) for r in "ABC"] == [1, 0, 0.1]


def test_rows_that_leave_no_crisis_are_said(tmp_path):
    rows = {
        'suppliers = ["C"]\nstages = ["processing"]\n': "no plant there makes anything of what is stopped (processing)",
        'suppliers = ["B"]\nfrom = 2050\n': "never holds in the horizon",
        'suppliers = ["B"]\ncommodities = ["oxide"]\n': None,
        'together = "both"\nstages = ["magnet"]\n': None,
    }
    named = {f"p{i}": ROW + keys for i, keys in enumerate(rows)} | {"theirs": ROW.replace('"A"', '"C"')}
    instance = read(tmp_path, **named)
    said = {w.file: w.expected for w in policy_warnings(instance)}
    for i, expected in enumerate(rows.values()):
        found = said.get(f"policies/p{i}.toml")
        assert found is None if expected is None else expected in found
    assert "has no demand for goods with content" in said["policies/theirs.toml"]
    assert [q["years"] for q in model.solve(instance, "p0").summary["asks_nothing"]] == [[2030, 2031, 2032]]

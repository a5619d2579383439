"""A small sweep of each design, solved once."""

import pytest

import model
from model.output.report import page
from tests.conftest import INSTANCES

FACTORS = """
[[factor]]
name = "demand"
title = "Demand for magnets (all regions)"
low = 0.8
high = 1.25
[[factor.edit]]
table = "demand"
column = "quantity"
op = "scale"
[[factor]]
name = "capex"
title = "Capital cost"
low = 0.5
high = 2
[[factor.edit]]
table = "plants"
column = "capex"
op = "scale"
"""
DESIGNS = {
    "grid": None,
    "tornado": f'title = "One by one"\ndesign = "one-at-a-time"\npolicies = ["cap", "too-early"]\n{FACTORS}',
    "sobol": f'title = "Samples"\ndesign = "sobol"\nsamples = 4\npolicies = ["cap"]\n{FACTORS}',
    "list": 'title = "Listed"\ndesign = "list"\n[[case]]\nname = "as it is"\n[[case]]\nname = "dear"\n'
    '[[case.edit]]\ntable = "plants"\ncolumn = "capex"\nop = "scale"\nvalue = 2\n',
}


@pytest.fixture(scope="session")
def sweeps(tmp_path_factory):
    """A small sweep of each design, by design; with its report."""
    base, instance = tmp_path_factory.mktemp("sweeps"), model.read(INSTANCES / "two-country")
    found = {}
    for name, text in DESIGNS.items():
        file = base / f"{name}.toml"
        file.write_text(text or "", encoding="utf-8")
        found[name] = model.sweep(instance, "caps" if text is None else file, base / name, workers=1).folder
        (found[name] / "report.html").write_text(page([found[name]]), encoding="utf-8")
    return found

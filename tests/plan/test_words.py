"""Columns with a closed list of words: the dictionary states the words, and the tables hold no other."""

import re

import pytest

import model
from model.base.schema import columns
from model.formulation import COST_TERMS
from model.instance.policy.kinds import KINDS, label, soft
from tests.tiny import ALL, write

WORDS = {
    ("targets", "kind"): {kind.key for kind in soft()},
    ("targets", "measure"): {word for kind in soft() for word in kind.measures},
    ("costs", "term"): set(COST_TERMS),
    ("costs_by_buyer", "term"): set(COST_TERMS),
    ("budgets", "bound"): set(KINDS["budget"].measures),
    ("build_limits", "limit"): {"total", "per_year"},
    ("support", "kind"): {"built", "committed"},
    ("buyers", "kind"): {"region", "group", "none"},
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    more = ALL + '[[withstand]]\nbuyers = ["home", "C"]\nsuppliers = ["B"]\nmonths = 1\nserve = 0.1\n'
    more += '[[stock_min]]\nbuyer = "home"\ncommodities = ["oxide"]\ndays = 3\nbasis = "net_imports"\n'
    return model.solve(model.read(write(tmp_path_factory.mktemp("words") / "tiny", {"more": more})), "more")


@pytest.mark.parametrize(("table", "column"), WORDS)
def test_a_table_holds_words_of_the_dictionary_alone(plan, table, column):
    said = next(c.description for c in columns(table, traced=True) if c.column == column)
    if not said.endswith("as in costs"):
        assert WORDS[table, column] <= set(re.findall(r"\w+", said))
    found = set(plan[table][column])
    assert found
    assert found <= WORDS[table, column]


def test_the_report_says_every_target_by_its_kind_and_measure(plan, tmp_path):
    asked = {tuple(pair) for pair in plan["targets"][["kind", "measure"]].to_numpy().tolist()}
    assert asked == {(kind.key, word) for kind in soft() for word in kind.measures}
    page = (plan.write(tmp_path / "out", model.write_report) / "report.html").read_text(encoding="utf-8")
    for pair in asked:
        assert f": {label(*pair)}</th>" in page, pair

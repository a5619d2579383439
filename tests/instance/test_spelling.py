"""``ree_content`` is the older spelling of ``content``: in a table, an edit and a new row."""

import pytest

import model
from model.base.content import Content, content_of
from tests.conftest import INSTANCES


@pytest.mark.parametrize("column", ["content", "ree_content"])
def test_an_edit_may_use_either(column, two_country):
    edited = model.edited(two_country, edits=f"commodities[commodity=magnet].{column} = 0.4")
    assert edited.content["magnet"] == 0.4
    new = 'commodity = "slag", name = "Slag", stage = "magnet"'
    more = model.edited(two_country, edits=f"commodities += {{{new}, {column} = 0.1}}")
    assert more.content["slag"] == 0.1


def test_a_table_may_use_either(tmp_path):
    goods = (INSTANCES / "two-country" / "commodities.csv").read_text(encoding="utf-8")
    old = model.write_instance(model.read(INSTANCES / "two-country"), tmp_path / "old")
    (old / "commodities.csv").write_text(goods.replace("content", "ree_content", 1), encoding="utf-8")
    assert model.read(old).content == model.read(INSTANCES / "two-country").content


@pytest.mark.parametrize(
    ("said", "measure"),
    [({}, "oxide equivalent"), ({"unit": "tonnes of graphite"}, "graphite"), ({"of": "tin", "unit": "t"}, "tin"),
     ({"of": " ", "unit": 3}, "oxide equivalent")],
)  # fmt: skip
def test_words(said, measure):
    assert content_of(said).measure == measure
    assert Content(**content_of(said).as_dict()) == content_of(said)

"""The kinds of policy row against the dictionaries: labels, words, numbers."""

import pytest

from model.analysis.sweeps.asked.groups import NUMBERS, numbers
from model.base.schema import columns
from model.instance.files.dictionary import TABLES, fields
from model.instance.policy.kinds import KINDS, kind_of_row, label, soft

NUMERIC = ("number", "positive", "nonzero", "trajectory", "whole")


@pytest.mark.parametrize("key", KINDS)
def test_every_measure_of_the_dictionary_has_a_label(key):
    kind = KINDS[key]
    if "measure" in fields(f"policy.{key}"):
        assert set(kind.measures) == set(fields(f"policy.{key}")["measure"].refers_to.split("|"))


def test_labels_differ():
    labels = [m.label for kind in KINDS.values() for m in kind.measures.values()]
    assert len(set(labels)) == len(labels)
    assert all(labels)
    assert label("domestic_min", "production") != label("stock_min", "stock")


def test_tables_of_targets_hold_the_words_of_the_dictionary():
    about = {c.column: c.description for c in columns("targets", traced=True)}
    assert about["kind"] == "; ".join(kind.key for kind in soft())
    for kind in soft():
        assert " or ".join(kind.measures) in about["measure"], kind.key


@pytest.mark.parametrize("key", KINDS)
def test_every_number_of_a_row_is_one_for_sweeps_or_structural(key):
    kind = KINDS[key]
    numeric = {c for c, f in fields(f"policy.{key}").items() if f.type in NUMERIC}
    assert numeric == {*kind.numbers, *kind.structural}
    assert not set(kind.numbers) & set(kind.structural)
    assert set(numbers(key)) == set(kind.numbers)


def test_numbers_of_the_input_tables_are_in_the_dictionary():
    for table, names in NUMBERS.items():
        known = (
            fields(table) if table in TABLES else {c.partition(".")[2]: f for c, f in fields("instance.toml").items()}
        )
        assert all(known[name].type in NUMERIC for name in names), table


def test_a_row_is_known_by_its_name():
    assert kind_of_row("stock_min.3").days
    assert kind_of_row("share_cap.0").at_most

"""A kind of policy row as the README tells to add one: at least a share of what a buyer uses is made at home."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from model.check.rows import targets as check
from model.instance.policy.kind import Kind, Measure
from model.instance.policy.kinds import USE
from model.instance.policy.rows import wrong_target
from model.instance.policy.targets import Target
from tests.whole.toy import own_min

DICTIONARY = Path(__file__).with_name("schema.csv")


class OwnMin(Target):
    """At least ``share`` of the buyer's use comes from its own regions."""


def measured(facts, target, flows):
    """The checker's own word on it."""
    years = np.array(sorted(target.share))
    at, limits = years - facts.instance.first_year, np.array([target.share[y] for y in years.tolist()])
    use = check.use_by_origin(facts, target, flows)
    home = np.append(facts.inside(target.regions), False)
    about = {name: np.array(getattr(target, name.removeprefix("policy_")), dtype=object) for name in check.KEYS[:3]}
    base = use.sum(axis=0)[at]
    return about | {
        "year": years,
        "value_t": use[home].sum(axis=0)[at],
        "base_t": base,
        "needed_t": limits * base,
        "limit": limits,
        "output_t": np.full(len(years), np.nan),
    }


KIND = Kind(
    "own_min",
    OwnMin,
    lambda row: [OwnMin(*fields) for fields in row.targets("min")],
    wrong_target,
    measures={"use": Measure("own_min", "used from home")},
    short="own_min_short",
    over="OWN",
    base=USE,
    cell="min",
    numbers=("min",),
)


def register(monkeypatch):
    """The kind, for the length of a test."""
    from model import formulation
    from model.instance.files import dictionary
    from model.instance.policy import kinds

    monkeypatch.setitem(kinds.KINDS, KIND.key, KIND)
    monkeypatch.setattr(formulation, "FAMILIES", (*formulation.FAMILIES, own_min))
    monkeypatch.setattr(dictionary, "DICTIONARIES", (*dictionary.DICTIONARIES, DICTIONARY))
    monkeypatch.setitem(check.MINIMA, OwnMin, measured)

"""Wrong scenario files: each spoiling is named with its line and the nearest name."""

from __future__ import annotations

import pytest

from tests.instance.spoil import Said, copy, judge, whole

FREEZE = "scenarios/new.toml"
BRANCH = '[[branch]]\nname = "freeze"\nfrom = 2032\nprobability = 0.2\n'
EVENT = '[[branch.event]]\nkind = "export_limit"\norigin = "B"\n'


def branch(rest: str, head: str = BRANCH):
    """A scenario with one branch and a spoilt rest; the rest begins in line 5."""
    return whole(FREEZE, head + rest)


SCENARIOS = {
    "one bracket": (whole(FREEZE, "[branch]\n"), Said(FREEZE, 1, "branch", expected="rows that begin with [[branch]]")),
    "unknown key": (
        branch("probablity = 1\n"),
        Said(FREEZE, 5, "branch.0.probablity", "1", "is not a key", "probability"),
    ),
    "event with one bracket": (
        branch('[branch.event]\nkind = "demand"\n'),
        Said(FREEZE, 5, "branch.0.event", expected="rows that begin with [[branch.event]]"),
    ),
    "probability in per cent": (
        branch("", BRANCH.replace("0.2", "20")),
        Said(FREEZE, 4, "branch.0.probability", "20", "; 20 % is 0.2"),
    ),
    "probabilities above 1": (
        branch('[[branch]]\nname = "other"\nfrom = 2032\nprobability = 0.9\n'),
        Said(FREEZE, 8, "branch.1.probability", "1.1", "add up to more than 1"),
    ),
    "name twice": (branch(BRANCH), Said(FREEZE, 6, "branch.1.name", "freeze", "names an earlier branch already")),
    "two branches without names": (
        branch("", BRANCH.replace('name = "freeze"\n', "") * 2),
        Said(FREEZE, 1, "branch.0.name", expected="a value is needed"),
        Said(FREEZE, 4, "branch.1.name", expected="a value is needed"),
    ),
    "branch in the first year": (
        branch("", BRANCH.replace("2032", "2030")),
        Said(FREEZE, 3, "branch.0.from", "2030", "expected a year after the first year 2030 and up to 2035"),
    ),
    "years the wrong way round": (branch("to = 2031\n"), Said(FREEZE, 5, "branch.0.to", "2031", "first year 2032")),
    "unknown kind": (
        branch('[[branch.event]]\nkind = "demnd"\nfactor = 2\n'),
        Said(FREEZE, 6, "branch.0.event.0.kind", "demnd", "expected ", "demand"),
    ),
    "unknown origin": (
        branch(EVENT.replace('"B"', '"hmoe"') + "max_flow = 0\n"),
        Said(FREEZE, 7, "branch.0.event.0.origin", "hmoe", "is not a known region or group", "home"),
    ),
    "limit without origin": (
        branch('[[branch.event]]\nkind = "export_limit"\nmax_flow = 0\n'),
        Said(FREEZE, 5, "branch.0.event.0", expected="an export limit needs the origin"),
    ),
    "limit without a number": (
        branch(EVENT),
        Said(FREEZE, 5, "branch.0.event.0", expected="an event of kind export_limit needs max_flow or factor"),
    ),
    "limit of two numbers": (
        branch(EVENT + "max_flow = 0\nfactor = 1\n"),
        Said(FREEZE, 9, "branch.0.event.0.factor", "1", "expected either max_flow or factor"),
    ),
    "number of another kind": (
        branch('[[branch.event]]\nkind = "demand"\nfactor = 1.2\nmax_flow = 0\n'),
        Said(FREEZE, 8, "branch.0.event.0.max_flow", "0", "has no meaning with kind demand"),
    ),
    "unknown plant in the second event": (
        branch(EVENT + 'max_flow = 0\n[[branch.event]]\nkind = "lead_time_delay"\nyears = 1\nplants = ["A_MAGNT"]\n'),
        Said(FREEZE, 12, "branch.0.event.1.plants.0", "A_MAGNT", "is not a known plant", "A_MAGNET"),
    ),
    "half a year": (
        branch('[[branch.event]]\nkind = "lead_time_delay"\nyears = 0.5\n'),
        Said(FREEZE, 7, "branch.0.event.0.years", "0.5", "expected a whole number"),
    ),
    "broken": (branch("x"), Said(FREEZE, 5, expected="is not well-formed TOML")),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_wrong_scenario_is_named_and_nothing_else(name, tmp_path):
    judge(copy(tmp_path), *SCENARIOS[name])

"""What the page holds: a policy as its file would say it, figures and edits of the instance, and futures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from model.analysis.sweeps.asked.definition import Factor
from model.base.problems import InputError, Problem, nearest, quoted
from model.desk.names import NAME
from model.instance.editing.edit import SCALE, SECTIONS, Edit
from model.instance.editing.inline import TWICE, is_edit, shown

MOST = 200
"""Figures or edits that one state may hold."""


@dataclass(frozen=True)
class State:
    """One state of the page.

    ``data``: the policy, as a file holds it; ``figures``: values of the instance's weighty assumptions by name;
    ``edits`` of tables by their text, and scalars of ``instance.toml`` by their dotted key; ``scenario``: futures that
    are planned for together, blank for the certain one.
    """

    policy: str
    data: Mapping[str, Any]
    figures: Mapping[str, float]
    edits: Mapping[str, Any]
    scenario: str = ""

    @property
    def instance_key(self) -> tuple[Any, ...]:
        """What the instance hangs on."""
        return tuple(self.figures.items()), tuple(self.edits.items())

    @classmethod
    def of(cls, given: Any) -> State:
        """The state that a page sends. Raises InputError: whatever it holds, the page may have been made by anybody."""
        wrong = []
        if not isinstance(given, Mapping):
            raise InputError([Problem("page", None, "", "", "expected a state: an object")])
        parts = {name: given.get(name, {}) for name in ("data", "figures", "edits")}
        for name, part in parts.items():
            if not isinstance(part, Mapping) or len(part) > MOST:
                wrong.append(Problem("page", None, name, "", f"expected an object of at most {MOST} entries"))
        policy, scenario = given.get("policy", ""), given.get("scenario", "")
        if not isinstance(policy, str) or not NAME.fullmatch(policy):
            wrong.append(Problem("page", None, "policy", quoted(policy), "expected a name, which is no path"))
        if not isinstance(scenario, str):
            wrong.append(Problem("page", None, "scenario", quoted(scenario), "expected a name"))
        if wrong:
            raise InputError(wrong)
        for name, value in parts["figures"].items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                wrong.append(Problem("page", None, "figures", quoted(name), "expected a number"))
        for key, value in parts["edits"].items():
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                wrong.append(Problem("page", None, "edits", quoted(key), "expected an edit's value"))
        if wrong:
            raise InputError(wrong)
        return cls(policy, parts["data"], parts["figures"], parts["edits"], scenario)


class Start(NamedTuple):
    """What a call starts from: a policy by name or file, and what it sets in it and in the instance."""

    policy: str = ""
    sets: Mapping[str, Any] = {}
    own: Mapping[str, Any] = {}


def edits_of(state: State, factors: Mapping[str, Factor]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Scalars of ``instance.toml`` and edits of tables that the state makes, figures first. Raises InputError."""
    scalars: dict[str, Any] = {}
    edits: dict[str, Any] = {}
    scaled: dict[str, tuple[Edit, float]] = {}
    problems = []
    for name, value in state.figures.items():
        if name not in factors:
            problems.append(Problem("page", None, "figures", quoted(name), "is no figure", nearest(name, factors)))
            continue
        for edit in factors[name].edits:
            if edit.table in SECTIONS:
                scalars[f"{edit.table}.{edit.column}"] = value
                continue
            number = value if edit.value is None or isinstance(edit.value, str) else edit.value
            key, said = shown(edit, number)
            if key in edits and key in scaled and edit.op == SCALE:  # two figures that scale the same cells
                number *= scaled[key][1]
                said = shown(edit, number)[1]
            elif key in edits:
                problems.append(Problem("page", None, "figures", quoted(key), TWICE))
            if edit.op == SCALE:
                scaled[key] = edit, number
            edits[key] = said
    for key, value in state.edits.items():
        if not is_edit(key):
            scalars[key] = value
            continue
        problems += [Problem("page", None, "edits", quoted(key), TWICE)] if key in edits else []
        edits[key] = value
    if problems:
        raise InputError(problems)
    return scalars, edits

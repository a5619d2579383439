"""What the rows of a policy are called: by their titles, else by what they ask for in words; never by a code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from model.base.words import listed
from model.instance.policy.kind import Kind
from model.instance.policy.kinds import asked_of
from model.instance.policy.policies import Policy
from model.instance.policy.targets import Target

MOST_NAMES = 8
Asked = tuple[Kind, Any]


class Names:
    """Regions, stages and goods by their names, from the input tables."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        def of(table: str, key: str) -> dict[str, str]:
            return dict(zip(tables[table][key], tables[table]["name"], strict=True))

        self.regions, self.scopes = of("regions", "region"), {**of("commodities", "commodity"), **of("stages", "stage")}

    def place(self, code: str) -> str:
        """A region without what stands in brackets behind its name; a group by its code, as words."""
        if "+" in code and code not in self.regions:
            return listed([self.place(part) for part in code.split("+")], MOST_NAMES)
        return self.regions.get(code, code.replace("_", " ")).partition(" (")[0]

    def scope(self, code: str) -> str:
        """A stage or goods."""
        if "+" in code and code not in self.scopes:
            return listed([self.scope(part) for part in code.split("+")], MOST_NAMES)
        return self.scopes.get(code, code)


def row_names(tables: Mapping[str, pd.DataFrame], policy: Policy) -> dict[str, str]:
    """The name in words of each row of a policy, no two alike. ``tables``: the instance's."""
    names, asked = Names(tables), defaultdict[str, list[Asked]](list)
    for kind, one in asked_of(policy):
        asked[one.row].append((kind, one))
    found: dict[str, str] = {}
    for row in policy.rows:
        called = policy.titles.get(row) or _made_up(names, asked[row])
        alike = sum(other.partition(" #")[0] == called for other in found.values())
        found[row] = f"{called} #{alike + 1}" if alike else called
    return found


def target_names(tables: Mapping[str, pd.DataFrame], policy: Policy) -> dict[tuple[str, str, str], str]:
    """The name in words of each target of a policy, by row, buyer and scope: its row's, and its own part of several."""
    names, rows = Names(tables), Counter(t.row for t in policy.targets)
    found = {}
    for kind, one in asked_of(policy):
        if isinstance(one, Target):
            title = policy.titles.get(one.row, "")
            own = _made_up(names, [(kind, one)])
            several = f"{title}: {own.partition(': ')[2]}" if title and rows[one.row] > 1 else title
            found[one.row, one.buyer, one.scope] = several or own
    return found


def short_names(tables: Mapping[str, pd.DataFrame], policy: Policy) -> dict[str, str]:
    """The same as a part of a sentence: by its kind alone a row that is the only one of it."""
    number = Counter(kind_of_name(row) for row in policy.rows)
    return {
        row: kind_of_name(row) if number[kind_of_name(row)] == 1 and row not in policy.titles else f"“{called}”"
        for row, called in row_names(tables, policy).items()
    }


def kind_of_name(row: str) -> str:
    """What a reader calls the kind of a row.

    >>> kind_of_name("domestic_min.0"), kind_of_name("share_cap.1")
    ('domestic minimum', 'share cap')
    """
    return row.partition(".")[0].replace("_min", " minimum").replace("_", " ")


def _made_up(names: Names, asked: list[Asked]) -> str:
    """What a row asks for, of what and where: ``capacity inside: Mining in EU``."""
    kind, first = asked[0]
    if hasattr(first, "quota"):
        return f"quota {first.quota}"
    parts = [part for part in getattr(first, "parts", ()) if part]
    whose = listed([names.place(part) for part in parts], MOST_NAMES)
    if hasattr(first, "months"):
        what = f"{first.months:g} months without {whose}"
    else:
        what = kind.measure(first)[1].label if isinstance(first, Target) else kind_of_name(first.row)
    scopes = _of(asked, "commodity") if hasattr(first, "commodity") else _of(asked, "scope")
    goods = listed([names.scope(s) for s in scopes if s != "everything"], MOST_NAMES)
    places = listed([names.place(p) for p in (_of(asked, "buyer") or _of(asked, "hosts"))], MOST_NAMES)
    about = " in ".join(part for part in (goods, places) if part)
    made_by = f" from {whose}" if len(parts) == 1 and not hasattr(first, "months") else ""
    processes = getattr(first, "processes", None) if isinstance(first, Target) else None
    how = f" by {listed([p.replace('_', ' ') for p in sorted(processes)], MOST_NAMES)}" if processes else ""
    return f"{what}: {about}{made_by}{how}"


def _of(asked: Iterable[Asked], field: str) -> list[str]:
    return list(dict.fromkeys(str(getattr(one, field)) for _, one in asked if getattr(one, field, "")))

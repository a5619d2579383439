"""What an edited plan is called: the name of its folder, and the title of its policy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from model.base.words import stated

LONGEST = 96
"""Letters of a folder's name; a longer one is cut and ends in a hash of the whole."""


def folder_name(policy: str, edits: Mapping[str, Any], goal: str = "cost") -> str:
    """The folder of a plan by its policy, what was set and its goal; fit for any file system.

    >>> folder_name("cap", {"share_cap.0.max": {"2033": 0.6, "2034": 0.5}}, "capital")
    'cap+share_cap.0.max=2033_0.6,2034_0.5+goal=capital'
    """
    said = [
        re.sub(r"\s*([*+-]?=)\s*", r"\1", stated(key, value)) if "[" in key else f"{key}={_plain(value)}"
        for key, value in edits.items()
    ]
    if goal != "cost":
        said.append(f"goal={goal}")
    if not said:
        return policy
    whole = "+".join([policy, *said])
    name = re.sub(r"[^\w.,=+-]+", "_", whole, flags=re.ASCII)
    if name == whole and len(name) <= LONGEST:
        return name
    mark = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return f"{name[: LONGEST - len(mark) - 1]}-{mark}"


def edited_title(policy: str, edits: Mapping[str, Any]) -> str:
    """The title of a policy whose file says something else by now.

    >>> edited_title("allied-65", {"share_cap.0.max": 0.5, "share_cap.0.from": 2032})
    'allied-65, edited: share_cap.0 at most 50 %, share_cap.0 from 2032'
    """
    return f"{policy}, edited: {', '.join(_said(key, value) for key, value in edits.items())}"


def _said(key: str, value: Any) -> str:
    row, _, column = key.rpartition(".")
    kind = row.partition(".")[0]
    bound = {"max": "at most", "min": "at least"}.get(column)
    if bound and kind in ("share_cap", "domestic_min") and _is_share(value):
        if isinstance(value, Mapping):
            return f"{row} {bound} {', '.join(f'{share * 100:g} % in {year}' for year, share in value.items())}"
        return f"{row} {bound} {value * 100:g} %"
    if column in ("from", "to") and row and not isinstance(value, str):
        return f"{row} {'from' if column == 'from' else 'until'} {value}"
    return stated(key, value)


def _is_share(value: Any) -> bool:
    cells = value.values() if isinstance(value, Mapping) else [value]
    return all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ",".join(f"{year}_{cell}" for year, cell in value.items())
    return str(value)

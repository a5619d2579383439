"""What an edited plan is called: the name of its folder, and the title of its policy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from model.base.words import given_money, given_share, stated

LONGEST = 96
"""Letters of a folder's name; a longer one is cut and ends in a hash of the whole."""


def folder_name(policy: str, edits: Mapping[str, Any], goal: str = "cost") -> str:
    """The folder of a plan by its policy, what was set and its goal; fit for any file system.

    >>> folder_name("cap", {"share_cap.0.max": {"2033": 0.6, "2034": 0.5}}, "capital"), folder_name(".", {})
    ('cap+share_cap.0.max=2033_0.6,2034_0.5+goal=capital', 'policy-cdb4ee2a')
    """
    said = [
        re.sub(r"\s*([*+-]?=)\s*", r"\1", stated(key, value)) if "[" in key else f"{key}={_plain(value)}"
        for key, value in edits.items()
    ]
    if goal != "cost":
        said.append(f"goal={goal}")
    if not said and policy not in (".", ".."):  # which are folders that are there already
        return policy
    whole = "+".join([policy, *said])
    name = re.sub(r"[^\w.,=+-]+", "_", whole, flags=re.ASCII)
    if name == whole and len(name) <= LONGEST and name not in (".", ".."):
        return name
    mark = hashlib.sha256(whole.encode()).hexdigest()[:8]
    name = "policy" if name in (".", "..") else name
    return f"{name[: LONGEST - len(mark) - 1]}-{mark}"


def edited_title(policy: str, edits: Mapping[str, Any], called: Mapping[str, str] | None = None) -> str:
    """The title of a policy whose file says something else by now. ``called``: its rows in words.

    >>> edited_title("cap", {"share_cap.0.max": 0.5, "share_cap.0.from": 2032}, {"share_cap.0": "share cap"})
    'cap, edited: share cap at most 50 %, share cap from 2032'
    """
    return f"{policy}, edited: {', '.join(_said(key, value, called or {}) for key, value in edits.items())}"


def _said(key: str, value: Any, called: Mapping[str, str]) -> str:
    parts = re.fullmatch(r"(\w+\.\d+)\.(\w+)(?:\.(\w+))?", key)
    if parts is None:
        return stated(key, value)
    row, column, inner = parts.groups()
    about = called.get(row, row)
    if column in ("from", "to"):
        return f"{about} {'from' if column == 'from' else 'until'} {value}"
    bound = {"max": "at most ", "min": "at least "}.get(column)
    if bound and _is_figure(value):
        by_year = {inner: value} if inner else value
        write = given_money if row.startswith("budget.") else given_share
        if isinstance(by_year, Mapping):
            return f"{about} {bound}{', '.join(f'{write(v)} in {year}' for year, v in by_year.items())}"
        return f"{about} {bound}{write(by_year)}"
    unit = {"days": " days", "months": " months", "price": " USD/t"}.get(column)
    if unit and _is_figure(value) and not isinstance(value, Mapping):
        return f"{about} of {value:,.10g}{unit}"
    return f"{about}, {' '.join(filter(None, (column, inner))).replace('_', ' ')}: {_plain(value)}"


def _is_figure(value: Any) -> bool:
    cells = value.values() if isinstance(value, Mapping) else [value]
    return all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ",".join(f"{year}_{cell}" for year, cell in value.items())
    return str(value)

"""Withstand rows of which no crisis is left: nobody makes what is stopped, or nobody has to be served."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from model.base.problems import Problem
from model.instance.files.toml_files import Document
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.instance.policy.targets import Withstand


def without_crisis(instance: Instance, doc: Document, policy: Policy) -> Iterable[Problem]:
    """Rows in force that ask nothing."""
    for target in policy.withstands:
        path, given = target.row.split("."), _row(doc, target.row)
        if not target.share:
            continue
        if not any(_makes(instance, target, supplier.regions) for supplier in target.suppliers):
            key = "together" if "together" in given else "suppliers"
            expected = f"no plant there makes anything of what is stopped ({target.scope}), so nothing is asked"
            yield doc.problem((*path, *([key] if key in given else [])), given.get(key), expected)
        elif not target.others and not any(_counts(instance, target, *demand) for demand in instance.demands):
            key = "sectors" if target.sectors else "buyers" if "buyers" in given else "buyer"
            of = f" of {', '.join(target.sectors)}" if target.sectors else ""
            expected = f"{', '.join(target.buyers)} has no demand{of} for goods with content, so nothing is asked"
            yield doc.problem((*path, *([key] if key in given else [])), given.get(key), expected)


def _row(doc: Document, name: str) -> dict[str, Any]:
    kind, _, number = name.partition(".")
    rows = doc.data.get(kind, [])
    return dict(rows[int(number)]) if int(number) < len(rows) else {}


def _makes(instance: Instance, target: Withstand, regions: tuple[str, ...]) -> bool:
    """Whether any plant in some regions makes something of what is stopped."""
    return any((k, r) in instance.makers for k in target.commodities for r in regions)


def _counts(instance: Instance, target: Withstand, commodity: str, region: str, sector: str) -> bool:
    """Whether a demand is one that must be served."""
    named = target.sectors is None or sector in target.sectors
    by_year = instance.demands[commodity, region, sector]
    wanted = any(by_year[year].quantity > 0 for year in target.share if year in by_year)
    return region in target.regions and named and instance.content[commodity] > 0 and wanted

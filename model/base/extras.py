"""Packages that only some questions need: whether they are here, and what to install where they are not."""

from __future__ import annotations

import sys
from importlib.util import find_spec

EXTRAS = {"SALib": "sampling", "duckdb": "parquet", "distributed": "cluster", "dask": "cluster"}
"""The extra of ``pip install`` that brings a package; what is not named here comes with the project itself."""


def lacks(package: str) -> bool:
    """Whether a package is not installed; nothing is imported to find out."""
    return find_spec(package) is None


def to_install(package: str) -> str:
    """Who lacks a package, and the call that brings it.

    >>> to_install("SALib").partition(" ")[2]
    "has no package SALib; in the project's folder: pip install '.[sampling]'"
    """
    here = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/python solve.py ..."
    call = f"pip install '.[{EXTRAS[package]}]'" if package in EXTRAS else here
    return f"{sys.executable} has no package {package}; in the project's folder: {call}"

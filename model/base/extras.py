"""Packages: whether those that only some questions need are here, whether the solvers' fit, and what to install."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.util import find_spec

EXTRAS = {"SALib": "sampling", "scipy": "sampling", "duckdb": "parquet", "distributed": "cluster", "dask": "cluster",
          "starlette": "desk", "uvicorn": "desk"}  # fmt: skip
"""The extra of ``pip install`` that brings a package; what is not named here comes with the project itself."""

NEEDED = {"highspy": ((1, 15), (1, 16)), "pyomo": ((6, 10), (6, 11))}
"""Packages of which other versions fail or solve otherwise: the first version that fits, the first that does not."""


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


@cache
def misfit() -> str:
    """Who has a version of highspy or pyomo that the model can't work with, and what to install; else nothing."""
    for package, (first, beyond) in NEEDED.items():
        version = _version(package)
        if version and not first <= tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < beyond:
            low, high = (".".join(map(str, v)) for v in (first, beyond))
            called = f"{package} {version}"
            call = f"pip install '{package}>={low},<{high}'"
            return f"{sys.executable} has {called}; the model needs {package} {low} or above, below {high}: {call}"
    return ""


def _version(package: str) -> str:
    """Of an installed package, as its metadata say; nothing where it isn't there."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def unusable(error: Exception) -> str:
    """What to install where an import failed because a package is missing or is not what it should be; else nothing."""
    name = getattr(error, "name", None) or ""
    package = name.partition(".")[0]
    if isinstance(error, ModuleNotFoundError) and package not in ("", "model"):
        return to_install(package)
    if isinstance(error, ImportError | AttributeError):
        found = next((p for p in NEEDED if p == package or re.search(rf"\b{p}\b", str(error))), "")
        if found:
            low, high = (".".join(map(str, v)) for v in NEEDED[found])
            where = getattr(sys.modules.get(found), "__file__", None) or sys.executable
            call = f"pip install '{found}>={low},<{high}'"
            return f"what is imported as {found} ({where}) is not the {found} that the model needs: {call}"
    return misfit()

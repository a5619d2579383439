"""The house has one way down: which room may import which, imports within functions and for type hints counted."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ("base", "compiling", "instance", "formulation", "check", "solving", "plan", "analysis", "output", "desk",
         "cli")  # fmt: skip
FILES = {".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): f
         for f in (ROOT / "model").rglob("*.py")}  # fmt: skip


@cache
def imports(module: str) -> frozenset[str]:
    """The modules of ours that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(Path(FILES[module]).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {b if b in FILES else node.module for b in below}
    return frozenset(found & FILES.keys())


@cache
def reached(module: str) -> frozenset[str]:
    """All that a module comes to by its imports."""
    done: set[str] = set()
    ahead = [module]
    while ahead:
        new = imports(ahead.pop()) - done
        done |= new
        ahead += new
    return frozenset(done)


def room(module: str, depth: int = 1) -> str:
    """The folder of ``model`` that a module stands in; at depth 2 that of ``analysis``."""
    return ".".join(module.split(".")[1 : depth + 1])


@pytest.mark.parametrize("module", sorted(FILES.keys() - {"model"}))
def test_imports_run_down(module):
    """From later rooms to earlier, in no circle; the folders of ``analysis`` keep to themselves.

    But comparison shows sweeps, and risk has its draws worked off by the engine of sweeps.
    """
    assert "model" not in imports(module), "the public names import the rooms"
    lower = ROOMS[: ROOMS.index(room(module)) + 1]
    assert sorted(other for other in imports(module) if room(other) not in lower) == []
    assert module not in reached(module), "a circle"
    if room(module) == "analysis":
        allowed = {"analysis", room(module, 2)} | (
            {"analysis.sweeps"} if room(module, 2) in ("analysis.comparison", "analysis.risk") else set()
        )
        assert {room(other, 2) for other in imports(module) if room(other) == "analysis"} <= allowed


@pytest.mark.parametrize("module", sorted(m for m in FILES if room(m) in ("check", "compiling")))
def test_checker_and_compiler_stand_alone(module):
    """The checker shares no code with what it judges; the compiler knows nothing of this project."""
    assert {room(other) for other in reached(module)} <= {"base", "instance", room(module)}
    if room(module) == "compiling":
        ours = {other for other in imports(module) if room(other) != "compiling"}
        assert ours <= {"model.base", "model.base.tables"}

"""Which capacity, where, when and at what cost meets a policy on concentrated supply chains.

import model
instance = model.read("instances/two-country")
plan = model.solve(instance, "cap")
plan["builds"]
"""

# ruff: noqa: F401
# Type checkers read the imports below; at run time `_HOMES` is the one list of names.

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from model.base.version import __version__ as __version__

if TYPE_CHECKING:
    from model.analysis.alternatives.alternatives import alternatives
    from model.analysis.alternatives.answer import Alternatives
    from model.analysis.comparison import Comparison, compare
    from model.analysis.frontier import frontier
    from model.analysis.frontier.crises import withstanding
    from model.analysis.futures import futures
    from model.analysis.latest.answer import Latest
    from model.analysis.latest.latest import latest
    from model.analysis.lead_times.lead_times import lead_times
    from model.analysis.reasons.explain import explain
    from model.analysis.risk import Risk, risk
    from model.analysis.roll import roll
    from model.analysis.roll.answer import Rolled
    from model.analysis.roll.backtest import Backtest
    from model.analysis.roll.states import backtest
    from model.analysis.stress import Stockpiles, Stress, stockpiles, stress
    from model.analysis.sweeps.asked.files import read_sweep
    from model.analysis.sweeps.running.run import Swept, sweep
    from model.analysis.turning.turning import turning
    from model.base.problems import InputError, Problem
    from model.base.results import Results, read_results
    from model.check import violations
    from model.instance.framed import from_frames
    from model.instance.instance import Instance
    from model.instance.policy.policies import Policy
    from model.instance.reading import edited, policy, policy_names, read, scenario
    from model.instance.trees.scenarios import Scenario
    from model.instance.writing import write_instance
    from model.output.pictures import draw, draw_results
    from model.output.pictures.frontier import draw_frontier
    from model.output.pictures.months import draw_months
    from model.output.report import write_report
    from model.output.workbook.packing import to_workbook
    from model.output.workbook.results import write_workbook
    from model.output.workbook.returning import from_workbook
    from model.plan.plan import Plan, export, solve
    from model.solving.programme import pyomo_model

# Every public name and its home; `__all__`, `dir(model)` and completion are made from it.
_HOMES = {
    "Alternatives": "model.analysis.alternatives.answer",
    "Backtest": "model.analysis.roll.backtest",
    "Comparison": "model.analysis.comparison",
    "InputError": "model.base.problems",
    "Instance": "model.instance.instance",
    "Latest": "model.analysis.latest.answer",
    "Plan": "model.plan.plan",
    "Policy": "model.instance.policy.policies",
    "Problem": "model.base.problems",
    "Results": "model.base.results",
    "Rolled": "model.analysis.roll.answer",
    "Risk": "model.analysis.risk",
    "Scenario": "model.instance.trees.scenarios",
    "Stockpiles": "model.analysis.stress",
    "Stress": "model.analysis.stress",
    "Swept": "model.analysis.sweeps.running.run",
    "alternatives": "model.analysis.alternatives.alternatives",
    "backtest": "model.analysis.roll.states",
    "compare": "model.analysis.comparison",
    "draw": "model.output.pictures",
    "draw_frontier": "model.output.pictures.frontier",
    "draw_months": "model.output.pictures.months",
    "draw_results": "model.output.pictures",
    "edited": "model.instance.reading",
    "export": "model.plan.plan",
    "explain": "model.analysis.reasons.explain",
    "from_frames": "model.instance.framed",
    "from_workbook": "model.output.workbook.returning",
    "frontier": "model.analysis.frontier",
    "futures": "model.analysis.futures",
    "latest": "model.analysis.latest.latest",
    "lead_times": "model.analysis.lead_times.lead_times",
    "policy": "model.instance.reading",
    "policy_names": "model.instance.reading",
    "pyomo_model": "model.solving.programme",
    "read": "model.instance.reading",
    "read_results": "model.base.results",
    "read_sweep": "model.analysis.sweeps.asked.files",
    "roll": "model.analysis.roll",
    "risk": "model.analysis.risk",
    "scenario": "model.instance.reading",
    "solve": "model.plan.plan",
    "stockpiles": "model.analysis.stress",
    "stress": "model.analysis.stress",
    "sweep": "model.analysis.sweeps.running.run",
    "turning": "model.analysis.turning.turning",
    "to_workbook": "model.output.workbook.packing",
    "violations": "model.check",
    "write_instance": "model.instance.writing",
    "write_report": "model.output.report",
    "write_workbook": "model.output.workbook.results",
    "withstanding": "model.analysis.frontier.crises",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import model`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'model' has no attribute {name!r}")
    from model.base.extras import misfit, unusable

    said = misfit()
    if said:
        raise ImportError(said)
    try:
        return getattr(import_module(_HOMES[name]), name)
    except (ImportError, AttributeError) as error:
        said = unusable(error)
        if not said:
            raise
        raise ImportError(said) from error


def __dir__() -> list[str]:
    """The public names, for completion and ``help``."""
    return [*__all__, *(name for name in globals() if name.startswith("__"))]

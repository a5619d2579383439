"""Which capacity, where, when and at what cost meets a policy on concentrated supply chains.

import model
instance = model.read("instances/two-country")
plan = model.solve(instance, "cap")
plan["builds"]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from model.base.version import __version__ as __version__

if TYPE_CHECKING:
    from model.analysis.comparison import Comparison, compare
    from model.analysis.frontier import frontier
    from model.analysis.lead_times.lead_times import lead_times
    from model.analysis.reasons.explain import explain
    from model.analysis.sweeps.asked.files import read_sweep
    from model.analysis.sweeps.running.run import Swept, sweep
    from model.base.problems import InputError, Problem
    from model.instance.instance import Instance
    from model.instance.policies import Policy
    from model.instance.reading import edited, policy, policy_names, read
    from model.output.pictures import draw_results
    from model.output.pictures.frontier import draw_frontier
    from model.output.report import write_report
    from model.output.workbook.packing import to_workbook
    from model.output.workbook.results import write_workbook
    from model.output.workbook.returning import from_workbook
    from model.plan.plan import Plan, solve
    from model.solving.programme import pyomo_model

_HOMES = {
    "Comparison": "model.analysis.comparison",
    "InputError": "model.base.problems",
    "Problem": "model.base.problems",
    "Instance": "model.instance.instance",
    "Plan": "model.plan.plan",
    "Policy": "model.instance.policies",
    "Swept": "model.analysis.sweeps.running.run",
    "compare": "model.analysis.comparison",
    "draw_frontier": "model.output.pictures.frontier",
    "draw_results": "model.output.pictures",
    "edited": "model.instance.reading",
    "explain": "model.analysis.reasons.explain",
    "from_workbook": "model.output.workbook.returning",
    "frontier": "model.analysis.frontier",
    "lead_times": "model.analysis.lead_times.lead_times",
    "policy": "model.instance.reading",
    "policy_names": "model.instance.reading",
    "pyomo_model": "model.solving.programme",
    "read": "model.instance.reading",
    "read_sweep": "model.analysis.sweeps.asked.files",
    "solve": "model.plan.plan",
    "sweep": "model.analysis.sweeps.running.run",
    "to_workbook": "model.output.workbook.packing",
    "write_report": "model.output.report",
    "write_workbook": "model.output.workbook.results",
}

__all__ = [
    "Comparison",
    "InputError",
    "Instance",
    "Plan",
    "Policy",
    "Problem",
    "Swept",
    "compare",
    "draw_frontier",
    "draw_results",
    "edited",
    "explain",
    "from_workbook",
    "frontier",
    "lead_times",
    "policy",
    "policy_names",
    "pyomo_model",
    "read",
    "read_sweep",
    "solve",
    "sweep",
    "to_workbook",
    "write_report",
    "write_workbook",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import model`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'model' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

"""Which capacity, where, when and at what cost meets a policy on concentrated supply chains.

import model
instance = model.read("instances/two-country")
plan = model.solve(instance, "cap")
plan["builds"]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from model.comparing import Comparison, compare
    from model.drawing import draw_results
    from model.edge import frontier
    from model.inputs.problems import InputError, Problem
    from model.instance import Instance
    from model.lead_time import lead_times
    from model.plan import Plan, programme, solve
    from model.policies import Policy
    from model.reading import edited, policy, policy_names, read
    from model.reasons.explanation import explain
    from model.sweeps.files import read_sweep
    from model.sweeps.run import Swept, sweep
    from model.workbooks.packing import to_workbook
    from model.workbooks.results import write_workbook
    from model.workbooks.returning import from_workbook

_HOMES = {
    "Comparison": "model.comparing",
    "InputError": "model.inputs.problems",
    "Problem": "model.inputs.problems",
    "Instance": "model.instance",
    "Plan": "model.plan",
    "Policy": "model.policies",
    "Swept": "model.sweeps.run",
    "compare": "model.comparing",
    "draw_results": "model.drawing",
    "edited": "model.reading",
    "explain": "model.reasons.explanation",
    "from_workbook": "model.workbooks.returning",
    "frontier": "model.edge",
    "lead_times": "model.lead_time",
    "policy": "model.reading",
    "policy_names": "model.reading",
    "programme": "model.plan",
    "read": "model.reading",
    "read_sweep": "model.sweeps.files",
    "solve": "model.plan",
    "sweep": "model.sweeps.run",
    "to_workbook": "model.workbooks.packing",
    "write_workbook": "model.workbooks.results",
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
    "draw_results",
    "edited",
    "explain",
    "from_workbook",
    "frontier",
    "lead_times",
    "policy",
    "policy_names",
    "programme",
    "read",
    "read_sweep",
    "solve",
    "sweep",
    "to_workbook",
    "write_workbook",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import model`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'model' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

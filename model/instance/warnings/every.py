"""Everything odd in an instance, and what a solve says of it."""

from __future__ import annotations

from typing import Any

from model.instance.instance import Instance
from model.instance.lanes import resolve
from model.instance.policy.policies import Policy
from model.instance.warnings.costs import cost_warnings
from model.instance.warnings.network import network_warnings
from model.instance.warnings.policies import policy_warnings, warnings_of_policy
from model.instance.warnings.tables import table_warnings
from model.instance.warnings.trade import trade_warnings
from model.instance.warnings.units import unit_warnings
from model.instance.warnings.warned import Warned, by_kind, by_weight


def warnings(instance: Instance) -> list[Warned]:
    """Everything odd in an instance and its policies: on the data first, on sources last."""
    return by_weight([*_of_data(instance), *policy_warnings(instance)])


def at_a_solve(instance: Instance, policy: Policy) -> list[dict[str, Any]]:
    """What is odd in the data and in the policy that is solved, one entry a kind: ``kind``, ``count``, ``example``."""
    return by_kind([*_of_data(instance), *warnings_of_policy(instance, policy)])


def _of_data(instance: Instance) -> list[Warned]:
    """The warnings that hold under any policy, found once for an instance: sweeps and lead times solve it often."""
    known = vars(instance)
    if "warned" not in known:
        known["warned"] = [
            *table_warnings(instance),
            *unit_warnings(instance),
            *network_warnings(instance),
            *trade_warnings(instance, resolve(instance)),
            *cost_warnings(instance),
        ]
    found: list[Warned] = known["warned"]
    return found

"""What a call asks: an instance and policies with the call's edits made, and all that is wrong with them at once."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from model.base.problems import InputError
from model.cli.calls import parts
from model.instance.editing.inline import plain
from model.instance.editing.names import folder_name
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.instance.reading import policy, read

if TYPE_CHECKING:
    import argparse


class Asked(NamedTuple):
    """An instance and its policies, edited; what was set in the instance and in each policy."""

    instance: Instance
    policies: list[Policy]
    own: dict[str, Any]
    sets: dict[str, Any]

    def folder_name(self, one: Policy, goal: str = "cost") -> str:
        """What a folder of a policy's results is called."""
        return folder_name(one.name, {**self.own, **self.sets}, goal)


def asked(call: argparse.Namespace, names: Sequence[str]) -> Asked:
    """The instance and the policies of a call by name or file. Raises InputError with everything that is wrong."""
    own, sets, problems = parts(call)
    instance, policies = None, []
    try:
        instance = base = read(call.instance, own)
    except InputError as error:
        problems += error.problems
        base = None
        with contextlib.suppress(InputError):  # the policies are judged beside wrong edits of a sound instance
            base = read(call.instance) if own else None
    for name in names if base is not None else ():
        assert base is not None
        try:
            policies.append(policy(base, name, sets))
        except InputError as error:
            problems += error.problems
    if problems or instance is None:
        raise InputError(problems)
    return Asked(instance, policies, plain(own), plain(sets))

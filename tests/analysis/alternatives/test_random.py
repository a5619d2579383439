"""Ranges, drops and forced builds of random instances against a matrix written from the specification alone."""

from __future__ import annotations

import numpy as np
import pytest

import model
from tests.independent import reference
from tests.independent.crises import add_crises
from tests.independent.generate import write_instance
from tests.independent.physics import KILO, assemble
from tests.independent.reading import read_instance, read_policy
from tests.independent.targets import add_budgets, add_targets, traced_regions
from tests.whole.test_cross_check import unserved0

NOW = 2


class Independent:
    """The independent programme of a plan that meets its targets; None of ``cost`` where they can't be."""

    def __init__(self, folder, policy, unserved):
        instance, asked = read_instance(folder), read_policy(policy)
        self.model = assemble(instance, traced_regions(instance.members, asked))
        for add in (add_budgets, add_targets, add_crises):
            add(self.model, asked)
        short = [column for columns in self.model.short.values() for column in columns]
        self.closed = [*short, *reference.keep_served(self.model, unserved)]
        self.programme = self.model.programme
        self.costs = dict(enumerate(self.programme.cost))
        self.cost = self.least()

    def least(self, without=()):
        """The least cost, million USD."""
        plan = self.programme.solve(closed=[*self.closed, *without])
        return None if plan is None else float(plan @ self.programme.cost)

    def builds(self, plant, last=9999):
        """Columns of what is built of a plant up to a year."""
        return [column for (name, year), column in self.model.build.items() if name == plant and year <= last]

    def end(self, columns, sign, slack):
        """The least (1) or the most (-1) of some builds, t/yr."""
        cap = (self.costs, self.cost + slack)
        plan = self.programme.solve(dict.fromkeys(columns, float(sign)), self.closed, [cap])
        return float(np.sum(plan[columns])) / KILO


@pytest.mark.parametrize("seed", [0, 5])
def test_random_ranges(tmp_path, seed):
    policies = write_instance(tmp_path / "instance", seed)
    instance = model.read(tmp_path / "instance")
    for path in policies[:1]:
        plan = model.solve(instance, path.stem)
        other = Independent(tmp_path / "instance", path, unserved0(plan))
        if other.cost is None or not plan.summary["compliant"]:
            continue
        found = model.alternatives(plan, slack=[0.001 * plan.summary["cost_usd"]], now=NOW)
        last = found.asked["now"][1]
        for row in found.table.to_dict("records"):
            slack, whole, now = row["slack_usd"] / 1e6, other.builds(row["plant"]), other.builds(row["plant"], last)
            ends = [other.end(columns, sign, slack) for columns in (whole, now) for sign in (1, -1) if columns]
            ours = [row[f"{end}{part}_t_per_yr"] for part in ("", "_now") for end in ("least", "most")]
            assert ours[: len(ends)] == pytest.approx(ends, rel=1e-4, abs=1e-2), row["plant"]
            assert ours[0] <= row["plan_t_per_yr"] + 1e-6
            assert row["plan_t_per_yr"] <= ours[1] + 1e-6
            for columns, column in ((whole, "regret"), (now, "not_now")):
                dropped = other.least(columns)
                if dropped is None:
                    missed = row[f"{column}_shortfall_t"] + row[f"{column}_unserved_t"]
                    assert np.isnan(missed) or missed > 0
                else:
                    assert row[f"{column}_usd"] == pytest.approx((dropped - other.cost) * 1e6, rel=1e-4, abs=100)
                    assert row[f"{column}_shortfall_t"] == 0

"""No valid instance ends without a plan or a word of why, whatever the goal and whatever the size of its tonnes."""

import pandas as pd
import pytest

import model
from model.base.errors import Unmeetable
from model.base.problems import InputError
from model.solving.goals.orders import GOALS
from tests.independent.generate import write_instance

TONNES = {
    "capacity": ["capacity"],
    "demand": ["quantity"],
    "lanes": ["max_flow"],
    "plants": ["max_build", "max_build_per_year"],
    "stockpiles": ["initial", "capacity"],
}


def resize(folder, factor):
    """Every tonne of an instance times a factor."""
    for table, columns in TONNES.items():
        path = folder / f"{table}.csv"
        if not path.exists():
            continue
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        for column in columns:
            frame[column] = [repr(float(x) * factor) if x else "" for x in frame[column]]
        frame.to_csv(path, index=False)


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e4])
@pytest.mark.parametrize("seed", [100, 101, 102])
def test_every_goal_ends_in_a_plan(tmp_path, seed, factor, goal):
    policies = write_instance(tmp_path / "i", seed)
    resize(tmp_path / "i", factor)
    instance = model.read(tmp_path / "i")
    plans, refused = [], []
    for path in policies:
        try:
            plans.append(model.solve(instance, path.stem, goal=goal))
        except (InputError, Unmeetable) as error:
            refused.append(str(error))
    assert all("share cap" in words or "budget" in words for words in refused)
    assert plans or goal == "exposure"
    for plan in plans:
        if goal == "exposure":
            shares = plan["shares"]
            grams = 1e-6 / shares["consumption_t"].clip(lower=1e-6)
            assert (shares["share"] <= plan.summary["goal_value"] + 1e-6 + 2 * grams).all()


def test_a_cap_on_nobody_asks_nothing(two_country, tmp_path):
    """The buyer's own region never counts as a supplier."""
    asked = tmp_path / "asked.toml"
    asked.write_text('[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nsuppliers = ["A"]\nmax = 0.1\n')
    for goal in GOALS:
        if goal == "exposure":
            with pytest.raises(InputError, match="on anybody outside the buyer"):
                model.solve(two_country, str(asked), goal=goal)
        else:
            assert model.solve(two_country, str(asked), goal=goal).compliant


def test_budgets_that_contradict(two_country, tmp_path):
    # at most 1 million USD may be spent, the other row asks for 2
    asked = tmp_path / "asked.toml"
    asked.write_text("[[budget]]\nmax = 1e6\n[[budget]]\nmin = 2e6\n")
    with pytest.raises(Unmeetable, match="budget.1 asks for at least 2 million USD; 1 can be spent"):
        model.solve(two_country, str(asked))

"""Random instances by hundreds: `python -m tests.independent.compare --seeds 300` names every plan that differs.

What differs is said by seed, policy and figure, and the instance of that seed is kept under `--out`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import model
from model.base.errors import Unmeetable
from model.base.problems import InputError

from .futures import solve_tree
from .reference import Reference, solve
from .richer import write_world

TIGHT, LOOSE = 1e-6, 1e-4
"""Relative differences of cost: of a plan that misses nothing, and of one whose goals are held with slack."""

KEYS = ["commodity", "region", "sector", "year"]


@dataclass(frozen=True)
class Difference:
    """A figure on which the two don't agree."""

    seed: int
    policy: str
    what: str
    ours: object
    other: object

    def __str__(self) -> str:
        return f"seed {self.seed}, {self.policy}: {self.what} {self.ours}, independently {self.other}"


def differences(folder: Path, seed: int, *, tree: bool = True) -> list[Difference]:
    """Solve every policy of a seed's instance both ways, and one of them over its futures."""
    policies, scenarios = write_world(folder, seed)
    instance = model.read(folder)
    found: list[Difference] = []
    for number, path in enumerate(policies):
        asked: list[Path | None] = [None]
        if tree and number == seed % len(policies):
            asked += scenarios
        for scenario in asked:
            name = path.stem if scenario is None else f"{path.stem} over {scenario.stem}"
            found += _both(instance, folder, path, scenario, seed, name)
    return found


def _both(
    instance: model.Instance, folder: Path, policy: Path, scenario: Path | None, seed: int, name: str
) -> list[Difference]:
    try:
        plan = model.solve(instance, policy.stem, scenarios=scenario.stem if scenario else "")
    except (Unmeetable, InputError) as error:
        try:
            solve(folder, policy, {}) if scenario is None else solve_tree(folder, policy, scenario, {})
        except RuntimeError:
            return []
        return [Difference(seed, name, "refused", " ".join(str(error).split()), "a plan")]
    keys = KEYS if scenario is None else ["branch", *KEYS]
    unserved0 = plan["demand"].set_index(keys)["unserved_without_policy_t"].to_dict()
    try:
        other = (
            solve(folder, policy, unserved0) if scenario is None else solve_tree(folder, policy, scenario, unserved0)
        )
    except RuntimeError as error:
        return [Difference(seed, name, "plan", "a plan", str(error))]
    return [Difference(seed, name, what, ours, theirs) for what, ours, theirs in unlike(plan, other)]


def unlike(plan: model.Plan, other: Reference) -> list[tuple[str, float, float]]:
    """The figures that differ by more than the slack with which goals are held."""
    ours = plan.summary
    held = LOOSE if other.shortfall_t > 1e-3 or other.unserved_t > 1e-3 else TIGHT
    compared = [
        ("unserved_t", other.unserved_t, 1e-5, 1e-3),
        ("shortfall_t", other.shortfall_t, 1e-4, 1e-2),
        ("cost_usd", other.cost_usd, held, 10.0),
    ]
    return [
        (
            k,
            ours[k],
            value,
        )
        for k, value, rel, least in compared
        if abs(ours[k] - value) > rel * abs(value) + least
    ]


def main() -> int:
    """Compare the seeds that are asked for; 1 if any differs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--first", type=int, default=0, help="first seed (default: %(default)s)")
    options.add_argument("--seeds", type=int, default=100, help="how many (default: %(default)s)")
    options.add_argument("--out", type=Path, help="where instances that differ are kept")
    asked = options.parse_args()
    wrong, started = 0, time.process_time()
    for seed in range(asked.first, asked.first + asked.seeds):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / f"seed-{seed}"
            try:
                found: list[object] = list(differences(folder, seed))
            except Exception as error:  # noqa: BLE001  whatever goes wrong is what is looked for
                found = [f"seed {seed}: {type(error).__name__}: {str(error)[:600]}"]
            for line in found:
                print(line, flush=True)
            if found and asked.out:
                shutil.copytree(folder, asked.out / folder.name, dirs_exist_ok=True)
            wrong += bool(found)
    spent = time.process_time() - started
    print(f"{asked.seeds} instances, {wrong} of them differ; {spent:.0f} processor seconds")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())

"""Random trees with every kind of event: every plan passes the checks, and what must hold between plans holds."""

from __future__ import annotations

import random

import pytest

import model
from tests import tiny
from tests.formulation.test_rows import MORE
from tests.independent.futures import solve_tree
from tests.whole.test_cross_check import agree

SEEDS = 4


def event(draw: random.Random, header: str, first: int) -> str:
    """One event of a kind drawn at random."""
    lanes = f'origin = "{draw.choice(["B", "C", "abroad", "*"])}"\n' + draw.choice(['destination = ["A"]\n', ""])
    lanes += draw.choice(['stages = ["processing"]\n', 'commodities = ["magnet"]\n', ""])
    plants = draw.choice(['regions = "abroad"\n', 'processes = ["press"]\n', 'plants = ["A_MAG", "B_MAG"]\n', ""])
    kind, fields = draw.choice(
        [
            ("export_limit", f"{lanes}max_flow = {draw.choice([0, 10, 40])}\n"),
            ("export_limit", f"{lanes}quota = {draw.choice([0, 25, 60])}\n"),
            ("tariff", f"{lanes}add = {draw.choice([0.1, 0.5])}\n"),
            ("demand", f"factor = {draw.choice([0.7, 1.2, 1.5])}\n" + draw.choice(['sectors = ["cars"]\n', ""])),
            ("cost", f"{plants}factor = {draw.choice([0.5, 2])}\n"),
            ("capacity_factor", f"{plants}factor = {draw.choice([0, 0.4, 0.9])}\n"),
            ("lead_time_delay", f"{plants}years = {draw.choice([1, 2])}\n"),
            ("no_build", plants),
        ]
    )
    years = draw.choice(["", f"from = {draw.randint(first, 2032)}\n", f"to = {draw.randint(first, 2032)}\n"])
    return f'{header}\nkind = "{kind}"\n{fields}{years}'


def tree(seed: int) -> str:
    """A scenario file: up to three branches, some off others, some from the first year."""
    draw = random.Random(seed)
    text = "".join(event(draw, "[[event]]", 2030) for _ in range(draw.randint(0, 1)))
    lines = {"as planned": (2030, 1.0)}
    for number in range(draw.randint(1, 3)):
        off = draw.choice(list(lines))
        since, left = lines[off]
        first, part = draw.randint(since, 2032), round(draw.uniform(0.1, 0.9) * left, 3)
        lines[off] = since, left - part
        lines[f"b{number}"] = first, 1.0
        text += f'[[branch]]\nname = "b{number}"\noff = "{off}"\nfrom = {first}\nprobability = {part}\n'
        text += "".join(event(draw, "[[branch.event]]", first) for _ in range(draw.randint(0, 3)))
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tiny.write(
        tmp_path_factory.mktemp("random") / "tiny", {"every": tiny.ALL.replace("min = 1e5\n", "") + MORE}
    )
    (folder / "scenarios").mkdir()
    for seed in range(SEEDS):
        (folder / "scenarios" / f"s{seed}.toml").write_text(tree(seed), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def instance(folder):
    return model.read(folder)


def unserved0(plan):
    """What the published plan without policy leaves unserved at each node."""
    keys = ["branch", "commodity", "region", "sector", "year"]
    return plan["demand"].set_index(keys)["unserved_without_policy_t"].to_dict()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_random_tree_has_the_optimum_of_its_futures_side_by_side(instance, folder, seed):
    policy = "every" if seed else "none"
    plan = model.solve(instance, policy, scenarios=f"s{seed}")  # what fails a check is no result
    assert sum(f["probability"] for f in plan.summary["futures"]) == pytest.approx(1)
    files = folder / "policies" / f"{policy}.toml", folder / "scenarios" / f"s{seed}.toml"
    agree(plan, solve_tree(folder, *files, unserved0(plan)))

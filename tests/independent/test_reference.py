"""The reference solver against optima worked out by hand, and the generator against the format."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from .generate import write_instance
from .reading import read_instance
from .reference import Reference, solve

TWO_COUNTRY = Path(__file__).parents[2] / "instances" / "two-country"
NONE = 5_862_424.34
CAP = 6_322_795.53
TOO_EARLY = 6_680_492.36
DISCOUNTS = sum(1.05**-year for year in range(6))
IMPORTED = 11_000.0
SEEDS = 60


@pytest.fixture
def textbook(tmp_path: Path) -> Path:
    """A copy of the instance that a test may add to."""
    return Path(shutil.copytree(TWO_COUNTRY, tmp_path / "textbook"))


def ask(folder: Path, policy: str) -> Reference:
    """Solve under a policy given as text."""
    path = folder / "policies" / "asked.toml"
    path.write_text(f'title = "asked"\n{policy}', encoding="utf-8")
    return solve(folder, path)


def stockpile(folder: Path, initial: float, loss: float) -> None:
    """Magnets may be held at home, up to 50 t, at 10 USD per t and year."""
    with (folder / "stockpiles.csv").open("a", encoding="utf-8") as table:
        table.write(f"magnet,A,{initial},50,10,{loss},textbook,assumption,\n")


@pytest.mark.parametrize(
    ("policy", "cost", "shortfall", "capex"),
    [
        ("none", NONE, 0.0, 0.0),
        ("cap", CAP, 0.0, 50 * 20_000.0),
        ("too-early", TOO_EARLY, 20.0, 80 * 20_000.0),
    ],
)
def test_optimum_by_hand(policy: str, cost: float, shortfall: float, capex: float) -> None:
    """The three optima of the textbook example; a goal is held to 1e-7, and so is the cost."""
    plan = solve(TWO_COUNTRY, TWO_COUNTRY / "policies" / f"{policy}.toml")
    assert plan.cost_usd == pytest.approx(cost, rel=1e-7)
    assert plan.shortfall_t == pytest.approx(shortfall, abs=1e-5)
    assert plan.unserved_t == pytest.approx(0.0, abs=1e-6)
    assert plan.capex_usd == pytest.approx(capex, rel=1e-6)


@pytest.mark.parametrize("measure", ["capacity", "production"])
@pytest.mark.parametrize("weight", ["ree_content", "tonnes"])
def test_domestic_minimum_is_the_cap_turned_round(textbook: Path, measure: str, weight: str) -> None:
    """Where capacity once built runs full, 40 and 50 % at home is 60 and 50 % from abroad."""
    plan = ask(
        textbook,
        f'[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nprocesses = ["press"]\n'
        f"min = {{ 2033 = 0.40, 2034 = 0.50 }}\nfrom = 2033\nto = 2034\n"
        f'measure = "{measure}"\nweight = "{weight}"\n',
    )
    assert plan.cost_usd == pytest.approx(CAP, rel=1e-8)
    assert plan.shortfall_by_row == {"domestic_min.0": pytest.approx(0.0, abs=1e-6)}


@pytest.mark.parametrize(
    "rows",
    [
        # No oxide is made at home, so every magnet holds foreign oxide.
        '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = { 2033 = 0.60, 2034 = 0.50 }\n'
        'from = 2033\nto = 2034\nmeasure = "traced"\ntraced = "B"\n',
        '[[share_cap]]\nbuyers = ["A"]\ncommodities = ["magnet"]\nmax = { 2033 = 0.6, 2034 = 0.5 }'
        '\nfrom = 2033\nto = 2034\ntogether = "B"\n[[budget]]\nhosts = "home"\nmax = 0\n',
    ],
)
def test_nothing_helps(textbook: Path, rows: str) -> None:
    """40 and 50 t of magnets beyond the cap, half of it oxide, and the plan without policy."""
    plan = ask(textbook, rows)
    assert plan.shortfall_t == pytest.approx(45.0, rel=1e-6)
    assert plan.cost_usd == pytest.approx(NONE, rel=1e-7)


@pytest.mark.parametrize("loss", [0.0, 0.1])
def test_stock_minimum(textbook: Path, loss: float) -> None:
    """A tenth of a year's use is bought in the first year; what is lost is bought again."""
    stockpile(textbook, 0.0, loss)
    plan = ask(textbook, '[[stock_min]]\nbuyer = "home"\ncommodities = ["magnet"]\ndays = 36.5\n')
    again = 10.0 * loss * IMPORTED * (DISCOUNTS - 1.0)
    expected = NONE + 10.0 * IMPORTED + 100.0 * DISCOUNTS + again
    assert plan.cost_usd == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("loss", [0.0, 0.1])
def test_initial_stock_is_used_at_once(textbook: Path, loss: float) -> None:
    """It comes from no country, and replaces imports of the first year, less what is lost."""
    stockpile(textbook, 20.0, loss)
    plan = ask(textbook, "")
    assert plan.cost_usd == pytest.approx(NONE - 20.0 * (1.0 - loss) * IMPORTED, rel=1e-8)


def test_budget_must_be_spent(textbook: Path) -> None:
    """A lower limit buys 10 t/yr, as late as they still come on stream."""
    plan = ask(textbook, "[[budget]]\nmin = 200000\nfrom = 2033\n")
    annuity = 20_000.0 * 1.155 * 0.1 / (1.0 - 1.1**-10) + 1_000.0
    expected = NONE + 10.0 * (annuity - 0.5 * 2_000.0) * 1.05**-5
    assert plan.cost_usd == pytest.approx(expected, rel=1e-8)
    assert plan.capex_usd == pytest.approx(200_000.0)


def test_starving_demand_meets_no_cap(textbook: Path) -> None:
    """With cheap shortages the hard plan would serve nobody; goal 1 forbids it."""
    table = textbook / "demand.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("100000", "11001"), encoding="utf-8")
    plan = solve(textbook, textbook / "policies" / "too-early.toml")
    assert plan.unserved_t == pytest.approx(0.0, abs=1e-6)
    assert plan.shortfall_t == pytest.approx(20.0, rel=1e-6)
    assert plan.cost_usd == pytest.approx(TOO_EARLY, rel=1e-7)


def test_what_may_stay_unserved(textbook: Path) -> None:
    """Two magnets less in the year that misses the cap: 0.4 of a tonne of oxide counts."""
    policy = textbook / "policies" / "too-early.toml"
    plan = solve(textbook, policy, {("magnet", "A", "all", 2031): 2.0})
    assert plan.unserved_t == pytest.approx(1.0, rel=1e-4)
    assert plan.shortfall_t == pytest.approx(20.0 - 0.4, rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_random_instances_solve(tmp_path: Path, seed: int) -> None:
    """Each has a plan, and no policy is cheaper, or serves less, than goal 1 allows."""
    policies = write_instance(tmp_path, seed)
    assert len(policies) == 3
    bare = ask(tmp_path, "")
    for policy in policies:
        plan = solve(tmp_path, policy)
        assert plan.shortfall_t == pytest.approx(sum(plan.shortfall_by_row.values()))
        # Serving more than the plan without policy does can't make a plan cheaper.
        assert plan.cost_usd >= bare.cost_usd * (1.0 - 1e-6)


def test_same_seed_same_files(tmp_path: Path) -> None:
    """A case that fails can be drawn again."""
    for name in ("one", "two"):
        write_instance(tmp_path / name, 5)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) == 15
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def marks(kind: str, row: dict[str, Any]) -> set[str]:
    """The options that a policy row makes use of."""
    found = {f"{kind}.{key}" for key in row}
    for key in ("measure", "weight", "each_commodity"):
        if key in row:
            found.add(f"{kind}.{key}={row[key]}")
    for key in ("max", "min"):
        if isinstance(row.get(key), dict):
            found.add(f"{kind}.{key} by year")
        elif row.get(key) == 0:
            found.add(f"{kind}.{key} zero")
    if "suppliers" in row:
        found.add(f"{kind}.suppliers {type(row['suppliers']).__name__}")
    return found


def test_every_option_is_drawn(tmp_path: Path) -> None:
    """Over the seeds that are compared every kind and option of a policy appears."""
    found: set[str] = set()
    for seed in range(SEEDS):
        for path in write_instance(tmp_path / str(seed), seed):
            policy = tomllib.loads(path.read_text(encoding="utf-8"))
            for kind in ("share_cap", "domestic_min", "budget", "stock_min", "withstand"):
                rows = policy.get(kind, [])
                found |= {f"{kind} twice"} if len(rows) > 1 else set()
                for row in rows:
                    found |= marks(kind, row)
    wanted = {"budget.max zero", "share_cap.suppliers str", "share_cap.suppliers list"}
    wanted |= {"share_cap.together", "share_cap.max by year", "domestic_min.min by year"}
    wanted |= {"stock_min.basis", "share_cap.sectors"}
    wanted |= {"share_cap.measure=direct", "share_cap.measure=traced", "stock_min.days"}
    wanted |= {"domestic_min.measure=capacity", "domestic_min.measure=production"}
    wanted |= {"domestic_min.processes", "budget twice", "share_cap twice", "domestic_min twice"}
    wanted |= {f"budget.{key}" for key in ("min", "max", "hosts", "processes", "from", "to")}
    for kind in ("share_cap", "domestic_min", "stock_min"):
        wanted |= {f"{kind}.{key}" for key in ("buyer", "buyers", "commodities", "from", "to")}
        wanted |= {f"{kind}.weight=tonnes", f"{kind}.weight=ree_content"}
    for kind in ("share_cap", "domestic_min"):
        wanted |= {f"{kind}.stages", f"{kind}.each_commodity=True"}
    options = ("buyer", "buyers", "suppliers", "together", "stages", "commodities", "serve", "others", "sectors")
    wanted |= {f"withstand.{key}" for key in (*options, "months", "from", "to")}
    wanted |= {"withstand twice", "withstand.suppliers str", "withstand.suppliers list"}
    assert wanted <= found, sorted(wanted - found)


def test_recipes_make_no_oxide(tmp_path: Path) -> None:
    """Outputs never hold more oxide than inputs, where a process has inputs; sizes are right."""
    for seed in range(SEEDS):
        write_instance(tmp_path / str(seed), seed)
        instance = read_instance(tmp_path / str(seed))
        assert 3 <= len(instance.regions) <= 5
        assert 3 <= len(instance.stage) <= 7
        assert 4 <= len(instance.years) <= 9
        for recipe in instance.recipes.values():
            made = sum(instance.rho[good] * amount for good, amount in recipe.items())
            assert made <= 0.0 or min(recipe.values()) > 0.0

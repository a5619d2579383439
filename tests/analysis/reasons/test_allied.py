"""The benchmarks of 2030 on the real instance: what the explanation names, worked out anew from the tables alone."""

import csv

import pytest

import model
from model.analysis.reasons.explain import explain
from tests.analysis.reasons.applied import made
from tests.conftest import INSTANCES, solved

FOLDER = INSTANCES / "allied-2045"
MINING = ("domestic_min.0", "EU", "mining", "")
SEPARATION = ("domestic_min.1", "EU", "processing", "")
RECYCLING = ("domestic_min.3", "EU", "recycling", "")


def rows(table):
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def eu():
    return {row["region"] for row in rows("groups") if row["group"] == "EU"}


def content():
    return {row["commodity"]: float(row["content"]) for row in rows("commodities")}


def embodied(eu, year):
    """Oxide equivalent in what the EU demands, t: linear between listed years."""
    listed, total = {}, 0.0
    for row in rows("demand"):
        if row["region"] in eu:
            key = (row["commodity"], row["region"], row["sector"])
            listed.setdefault(key, {})[int(row["year"])] = float(row["quantity"])
    for key, by_year in listed.items():
        before, after = max(y for y in by_year if y <= year), min(y for y in by_year if y >= year)
        part = (year - before) / (after - before) if after > before else 0.0
        total += content()[key[0]] * (by_year[before] + part * (by_year[after] - by_year[before]))
    return total


def most(eu, stage, year, first_year=2026):
    """What plants of a stage could make with all that may be decided in time, t: existing, and new ones ramping up."""
    of_stage = {row["commodity"] for row in rows("commodities") if row["stage"] == stage}
    made_of = {}
    for row in rows("recipes"):
        if row["commodity"] in of_stage and float(row["coefficient"]) > 0:
            worth = content()[row["commodity"]] * float(row["coefficient"])
            made_of[row["process"]] = made_of.get(row["process"], 0.0) + worth
    total = 0.0
    for plant in rows("plants"):
        if plant["region"] not in eu or plant["process"] not in made_of:
            continue
        listed = {
            int(row["year"]): float(row["capacity"]) for row in rows("capacity") if row["plant"] == plant["plant"]
        }
        capacity = listed.get(max((y for y in listed if y <= year), default=0), 0.0)
        left = float(plant["max_build"] or 0.0) if plant["capex"] else 0.0
        for decided in range(first_year, year + 1):
            age = year - decided - int(plant["lead_time"] or 0)
            if left > 0 and age >= 0:
                built = min(left, float(plant["max_build_per_year"]))
                capacity += built * min(1.0, (age + 1) / (int(plant["ramp_years"] or 0) + 1))
                left -= built
        total += made_of[plant["process"]] * capacity * float(plant["availability"] or 1.0)
    return total


def test_crma_2030(eu, tmp_path):
    # Lulea: 2 000 t decided in 2026 run from 2033 at one quarter and 90 %, 450 t of 0.104 t of oxide equivalent: 47 t
    assert most(eu, "mining", 2032) == 0
    assert most(eu, "mining", 2033) == pytest.approx(450 * (0.4504 * 0.22 + 0.04 * 0.123))
    # Caremag 585.4, Pforzheim 289.8 x 0.3388; long loop 600 in 2026 and 2027, short loop 1 500 in 2026, 2027 and 2028
    new = 600 * (0.5 + 0.25) + 1500 * (0.75 + 0.5 + 0.25) * 0.3388
    by_hand = 585.4 + 289.8 * 0.3388 + 0.9 * new
    assert most(eu, "recycling", 2030) == pytest.approx(by_hand)

    explanation = explain(solved("allied-2045", "crma-2030"))
    misses = explanation.tables["misses"].set_index(["policy_row", "buyer", "scope", "supplier", "year"])
    best = misses["best"].to_dict()
    missed = [*((*MINING, y) for y in range(2030, 2039)), (*SEPARATION, 2030), *((*RECYCLING, y) for y in (2030, 2031))]
    assert sorted(best) == missed
    for (row, _, scope, _, year), share in best.items():
        assert share == pytest.approx(most(eu, scope, year) / embodied(eu, year), abs=1e-5), (row, year)
    stated = {(*MINING, 2030): 0.0, (*MINING, 2038): 0.09627, (*SEPARATION, 2030): 0.34485, (*RECYCLING, 2030): 0.16005}
    for key, share in {**stated, (*RECYCLING, 2031): 0.22384}.items():
        assert best[key] == pytest.approx(share, abs=1e-5)
    assert misses["shortfall_t"][(*MINING, 2030)] == pytest.approx(0.1 * embodied(eu, 2030) - most(eu, "mining", 2030))

    text = " ".join(str(explanation).split())
    before_it, recycling = text.split("Recyclates, EU")
    mining, separation = before_it.split("Separation to oxides, EU")
    assert separation.startswith(": capacity inside, 2030")
    assert "Mining and concentrate, EU, 2030-2038" in mining
    assert recycling.startswith(", 2030-2031")
    assert "from 2033 (lead time 7 years)" in mining
    assert "from 2035 (lead time 9 years)" in mining
    assert "from 2038 (lead time 12 years)" in mining

    ways, before = explanation.tables["ways_out"], explanation.plan.summary
    assert set(ways["kind"]) >= {"limit", "start", "capacity", "lead time", "build limit", "all at once"}
    for name in (MINING, RECYCLING):
        mine = ways[(ways["policy_row"] == name[0]) & (ways["kind"] != "all at once")]
        assert {"limit", "start", "capacity", "lead time"} <= set(mine["kind"])
    chosen = [
        ways[(ways["policy_row"] == MINING[0]) & (ways["kind"] == "capacity")].iloc[0],
        ways[(ways["policy_row"] == RECYCLING[0]) & (ways["kind"] == "lead time")].iloc[0],
        ways[ways["kind"] == "all at once"].iloc[0],
    ]
    for way in chosen:
        folder = made(FOLDER, "crma-2030", way["changes"], tmp_path / "changed")
        plan = model.solve(model.read(folder), "crma-2030")
        short = plan["shortfalls"]
        assert not {*short["policy_row"][short["shortfall_t"] > 1e-3]} & {way["policy_row"]}
        assert plan.compliant == (way["kind"] == "all at once")
        assert plan.summary["shortfall_t"] == pytest.approx(way["shortfall_t"], abs=1e-3)
        cost = plan.summary["cost_usd"] - before["cost_usd"]
        assert cost == pytest.approx(way["cost_change_usd"], abs=1e-9 * before["cost_usd"])

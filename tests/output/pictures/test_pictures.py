"""Pictures of results: what is drawn is what the tables say, whatever they hold, and the same bytes each time."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from model.base.problems import InputError
from model.instance.reading import read
from model.output.pictures import building, draw_results, money, supply, targets
from model.output.pictures.plan import PlanTables, plan_tables
from model.output.pictures.style import MISSED, STYLE, rendered, short
from model.plan.plan import solve

ROOT = Path(__file__).parents[3]
KINDS = ("shares", "capital", "schedule", "output", "costs", "prices", "missed_targets")


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Results of two-country by policy."""
    instance = read(ROOT / "instances/two-country")
    base = tmp_path_factory.mktemp("drawn")
    found = {}
    for name in ("cap", "none", "too-early"):
        plan = solve(instance, name)
        found[name] = plan.write(base / name)
    return found


def test_a_full_disk_leaves_no_piece_of_a_picture(
    folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        path.touch()
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        draw_results(folders["cap"], tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("error")
def test_a_name_may_hold_any_letters(capsys: pytest.CaptureFixture[str]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasAgg(figure)
    figure.suptitle("\x1b 日本")
    assert rendered(figure, "any")["any.png"]


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer dots: the tests look at what is drawn, not at how fine it is."""
    monkeypatch.setitem(STYLE, "savefig.dpi", 50)


def bars(panel: Any) -> list[tuple[float, float, float, float]]:
    """Left, bottom, width and height of each bar that can be seen."""
    found = [(p.get_x(), p.get_y(), p.get_width(), p.get_height()) for p in panel.patches]
    return [bar for bar in found if bar[2] and bar[3]]


def test_pictures_are_drawn_alike_or_said_not_to_be(folders: dict[str, Path], tmp_path: Path) -> None:
    drawn = {}
    for name, folder in folders.items():
        files, left_out = draw_results(folder, tmp_path / name)
        drawn[name] = {f.stem for f in files}
        assert {f.suffix for f in files} == {".png", ".svg"}
        assert drawn[name] | {said.partition(":")[0] for said in left_out} == set(KINDS)
        assert not drawn[name] & {said.partition(":")[0] for said in left_out}
        for file in files:
            if file.suffix == ".svg":
                assert ElementTree.parse(file).getroot().tag.endswith("svg")
            else:
                assert file.read_bytes().startswith(b"\x89PNG")
    again, _ = draw_results(folders["none"], tmp_path / "again")
    assert [f.read_bytes() for f in again] == [(tmp_path / "none" / f.name).read_bytes() for f in again]
    assert drawn["none"] == {"output", "costs", "prices"}
    assert drawn["cap"] == set(KINDS) - {"missed_targets"}
    assert "missed_targets" in drawn["too-early"]


def test_shares_stand_against_their_caps(folders: dict[str, Path]) -> None:
    figure = targets.shares(plan_tables(folders["cap"]))
    assert figure is not None
    (panel,) = figure.axes
    # two-country: caps of 60 % in 2033 and 50 % in 2034, both met to the edge
    assert {round(x + w / 2): pytest.approx(h) for x, _, w, h in bars(panel)} == {2033: 60, 2034: 50}
    (cap,) = panel.lines
    assert cap.get_ydata() == pytest.approx([60, 60, 50, 50])


def test_a_missed_target_shows_what_is_lacking(folders: dict[str, Path]) -> None:
    plan = plan_tables(folders["too-early"])
    figure = targets.missed(plan)
    assert figure is not None
    lost = plan["shortfalls"].merge(plan["shares"], on=["policy_row", "buyer", "scope", "supplier", "year"])
    hatched = [p for panel in figure.axes for p in panel.patches if p.get_hatch() and p.get_height()]
    assert len(lost)
    assert sorted(p.get_height() for p in hatched) == pytest.approx(sorted(100 * (lost["limit"] - lost["share"])))
    shares = targets.shares(plan)
    assert shares is not None
    crosses = [c for panel in shares.axes for c in panel.collections if to_hex(c.get_edgecolor()[0]) == MISSED.lower()]
    assert sum(len(c.get_offsets()) for c in crosses) == len(lost)


def test_capital_and_costs_add_up(folders: dict[str, Path]) -> None:
    plan = plan_tables(folders["cap"])
    capital, costs = building.capital(plan), money.costs(plan)
    assert capital is not None
    assert costs is not None
    by_year, by_country = capital.axes
    assert sum(h for *_, h in bars(by_year)) * 1e3 == pytest.approx(plan.summary["capex_usd"])
    assert sum(w for _, _, w, _ in bars(by_country)) * 1e6 == pytest.approx(plan.summary["capex_usd"])
    paid = plan["costs"].groupby("year")["cost_usd"].sum()
    found: dict[int, float] = defaultdict(float)
    for x, _, w, h in bars(costs.axes[0]):
        found[round(x + w / 2)] += h * 1e6
    assert dict(found) == pytest.approx(paid.to_dict())
    kinds = [p.get_width() * 1e3 for p in costs.axes[1].patches]
    assert sum(kinds) == pytest.approx(plan.summary["premium_usd"])


def test_the_schedule_has_each_decision_with_its_years(folders: dict[str, Path]) -> None:
    plan = plan_tables(folders["cap"])
    figure = building.schedule(plan)
    assert figure is not None
    found: dict[int, list[float]] = defaultdict(list)
    for x, y, w, h in bars(figure.axes[0]):
        found[round(y + h / 2)] += [x, x + w]
    rows = plan["decisions"].sort_values("decision_year")
    assert len(rows) == 2
    for row, one in enumerate(rows.itertuples()):
        online, full = int(one.online_year), int(one.full_year)
        assert found[row] == [one.decision_year, online, online, full, full, 2036]


def test_output_is_split_by_where_it_is_made(folders: dict[str, Path]) -> None:
    figure = supply.output(plan_tables(folders["cap"]))
    assert figure is not None
    oxide_inside, magnet_inside, _, magnet_outside = figure.axes
    assert bars(oxide_inside) == []
    # 100 t of magnets of 0.5 t of oxide each: 50 t in every year, part of it from home
    total: dict[int, float] = defaultdict(float)
    for panel in (magnet_inside, magnet_outside):
        for x, _, w, h in bars(panel):
            total[round(x + w / 2)] += h
    assert dict(total) == pytest.approx(dict.fromkeys(range(2030, 2036), 50.0))


MORE = (0, 0, 500, 0)
"""USD/t by which regions A to D pay more."""


def test_regions_of_equal_prices_share_a_line(folders: dict[str, Path]) -> None:
    plan = plan_tables(folders["cap"])
    prices = plan["prices"][plan["prices"]["commodity"] == "magnet"]
    regions = pd.DataFrame({"region": list("ABCD"), "name": ["Home", "Abroad", "Third", "Fourth"]})
    usd = prices["price_usd_per_t"]
    prices = pd.concat(
        [prices.assign(region=r, price_usd_per_t=usd + more) for r, more in zip("ABCD", MORE, strict=True)]
    )
    demand = pd.concat([plan["demand"].assign(region=r) for r in "ABCD"])
    changed = PlanTables({**plan.tables, "prices": prices, "demand": demand, "regions": regions}, plan.summary)
    figure = money.prices(changed)
    assert figure is not None
    lines = {str(line.get_label()): line for line in figure.axes[0].lines}
    assert set(lines) == {"Home, Abroad, Fourth", "Third"}
    gap = lines["Third"].get_ydata() - lines["Home, Abroad, Fourth"].get_ydata()  # type: ignore[operator]
    assert gap == pytest.approx([0.5] * len(gap))


NAMES = ("$x_{1", "<b>&amp;</b>", "\u7a00\u571f\u5206\u79bb", "x" * 300, "a\nb", "\\frac", "=1+1", "_hidden")


def test_any_name_can_be_drawn(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    shutil.copytree(folders["too-early"], folder)
    odd = itertools.cycle(NAMES)
    for table, column in (("plants", "name"), ("goods", "name"), ("goods", "stage_name"), ("regions", "name")):
        frame = pd.read_csv(folder / f"{table}.csv", dtype="str", keep_default_na=False)
        frame[column] = [next(odd) for _ in range(len(frame))]
        frame.to_csv(folder / f"{table}.csv", index=False)
    summary = (folder / "summary.json").read_text()
    (folder / "summary.json").write_text(summary.replace("Two countries", "$ % # _ {" * 30))
    files, _ = draw_results(folder, tmp_path / "out")
    assert {f.stem for f in files} >= set(KINDS) - {"schedule", "capital"}


def many(frame: pd.DataFrame, column: str, count: int) -> pd.DataFrame:
    """Rows again for ``count`` names of a column."""
    return pd.concat([frame.assign(**{column: f"{column} {i}"}) for i in range(count)], ignore_index=True)


def cut(name: str) -> Callable[[dict[str, Any]], Any]:
    """Leave out a table."""
    return lambda t: t.pop(name)


@pytest.mark.parametrize(
    "change",
    [
        *(cut(t) for t in ("plants", "goods", "recipes", "regions", "decisions", "shares", "demand")),
        lambda t: t.update(shares=many(t["shares"], "buyer", 26)),
        lambda t: t.update(shares=many(t["shares"], "supplier", 30)),
        lambda t: t.update(builds=many(t["builds"], "plant", 60), plants=t["plants"].iloc[:0]),
        lambda t: t.update(builds=many(many(t["builds"], "process", 9), "region", 9), plants=t["plants"].iloc[:0]),
        lambda t: t.update(costs=many(t["costs"], "term", 20)),
        lambda t: t.update(shares=t["shares"].assign(share=float("nan"))),
        lambda t: t.update({name: frame.iloc[:0] for name, frame in t.items()}),
    ],
)
def test_pictures_hold_whatever_the_tables_hold(change: Any, folders: dict[str, Path]) -> None:
    plan = plan_tables(folders["too-early"])
    tables = dict(plan.tables)
    change(tables)
    changed = PlanTables(tables, plan.summary)
    with mpl.rc_context(STYLE):
        for draw in (
            targets.shares, building.capital, building.schedule, supply.output, money.costs, money.prices,
            targets.missed,
        ):  # fmt: skip
            figure = draw(changed)
            if figure is not None:
                figure.draw_without_rendering()
                assert figure.texts[0].get_text()
                assert "two-country" in figure.texts[1].get_text().replace("\n", " ")


def test_a_folder_without_results_is_told(tmp_path: Path, folders: dict[str, Path]) -> None:
    with pytest.raises(InputError, match="is not a folder"):
        draw_results(tmp_path / "nowhere", tmp_path / "out")
    with pytest.raises(InputError, match=r"summary\.json"):
        draw_results(tmp_path, tmp_path / "out")
    folder = tmp_path / "broken"
    shutil.copytree(folders["cap"], folder)
    text = (folder / "costs.csv").read_text().splitlines()
    (folder / "costs.csv").write_text("\n".join([text[0], text[1].rpartition(",")[0] + ",abc"]))
    with pytest.raises(InputError, match=r'costs\.csv, line 2, present_value_usd: "abc": expected a number'):
        draw_results(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_long_names_are_cut() -> None:
    assert short("Africa (Angola, Malawi)") == "Africa"
    assert short("x" * 50, 10) == "x" * 9 + "…"


def test_the_command(folders: dict[str, Path], tmp_path: Path) -> None:
    call = [sys.executable, str(ROOT / "scripts/pictures.py")]
    done = subprocess.run(
        [*call, str(folders["none"]), "--out", str(tmp_path / "out")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert {Path(line).name for line in done.stdout.splitlines() if line.endswith(".png")} == {
        "output.png", "costs.png", "prices.png",
    }  # fmt: skip
    assert "Not drawn: shares: the policy caps no share" in done.stdout
    wrong = subprocess.run([*call, str(tmp_path)], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr


def test_a_plant_that_hardly_runs_is_crossed_out(folders: dict[str, Path]) -> None:
    plan = plan_tables(folders["cap"])
    before = building.schedule(plan)
    assert before is not None
    assert "counts, does not run" not in [t.get_text() for t in before.axes[0].texts]
    support = plan["support"].assign(utilisation=0.0)
    idle = PlanTables({**plan.tables, "support": support}, plan.summary)
    figure = building.schedule(idle)
    assert figure is not None
    assert [t.get_text() for t in figure.axes[0].texts] == ["counts, does not run"] * len(plan["builds"])
    assert any(p.get_hatch() == "xxxx" for p in figure.axes[0].patches)

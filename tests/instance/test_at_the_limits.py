"""A figure at the dictionary's limit still gives a plan that every check accepts; one step beyond it is refused."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from model.base.errors import Unmeetable
from model.base.problems import InputError
from model.check import violations
from model.instance.files.dictionary import TABLES, fields
from model.instance.instance import Instance
from model.instance.reading import edited, policy, read
from model.plan.plan import solve
from tests import tiny

POLICY = {
    "share_cap": [{"buyer": "home", "stages": ["magnet"], "max": 0.7}],
    "domestic_min": [{"buyer": "home", "stages": ["magnet"], "min": 0.2, "from": 2032}],
    "stock_min": [{"buyer": "home", "commodities": ["oxide"], "days": 30}],
    "budget": [{"hosts": "home", "max": 1e6}],
    "price_floor": [{"commodity": "magnet", "price": 1.0}],
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The tiny instance."""
    folder = tmp_path_factory.mktemp("limits") / "tiny"
    tiny.write(folder)
    return read(folder)


def limits(table: str) -> Iterator[tuple[str, float, float]]:
    """Columns of a table with each limit of their figures, and by what a figure goes beyond it."""
    for column, field in fields(table).items():
        if field.least:
            yield column, field.least, 0.5
        if field.most < math.inf:
            yield column, field.most, 2.0


def changed(small: Instance, table: str, column: str, size: float, every: bool) -> Instance | None:
    """The instance with the first, or every, figure of a column at a size, its sign kept; None where it has none."""
    frame = small.table(table)
    lines = frame.index[frame[column].map(lambda v: isinstance(v, int | float) and math.isfinite(v))]
    if not len(lines) or column == "unit_size":
        return None
    for line in lines if every else lines[:1]:
        frame.loc[line, column] = math.copysign(size, float(frame.loc[line, column]))
        if (table, column) == ("stockpiles", "initial"):
            frame.loc[line, "capacity"] = size
    return edited(small, **{table: frame})


@pytest.mark.parametrize("every", [False, True], ids=["one", "every"])
@pytest.mark.parametrize(("table", "column", "limit", "beyond"), [(t, *found) for t in TABLES for found in limits(t)])
def test_a_figure_at_its_limit_is_planned_with(
    small: Instance, table: str, column: str, limit: float, beyond: float, every: bool
) -> None:
    instance = changed(small, table, column, limit, every)
    if instance is None:
        pytest.skip("blank throughout, or not used")
    asked = policy(instance, POLICY)
    plan = solve(instance, asked)
    broken = violations(instance, asked, plan.tables, plan.summary)
    assert broken.to_dict("records") == []
    with pytest.raises(InputError, match=r"out of all proportion|does not fit"):
        changed(small, table, column, beyond * limit, every)


@pytest.mark.parametrize(
    ("kind", "column", "limit"), [(kind, *found[:2]) for kind in POLICY for found in limits(f"policy.{kind}")]
)
def test_a_policy_at_its_limit_is_planned_with(small: Instance, kind: str, column: str, limit: float) -> None:
    row = {**POLICY[kind][0], column: limit}
    if (kind, column) == ("budget", "min"):  # more than can be spent: said, not solved
        with pytest.raises(Unmeetable):
            solve(small, policy(small, {**POLICY, kind: [{**row, "max": limit}]}))
        return
    asked = policy(small, {**POLICY, kind: [row]})
    plan = solve(small, asked)
    assert violations(small, asked, plan.tables, plan.summary).to_dict("records") == []

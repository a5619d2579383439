"""Two small grids, and what they come to without any trouble."""

from __future__ import annotations

import pytest

from model.analysis.sweeps.running import journal
from model.analysis.sweeps.running.run import sweep
from tests.analysis.sweeps.same import GRID, SMALL, asked, contents, instance
from tests.analysis.sweeps.trouble import no_space


@pytest.fixture(scope="session")
def two():
    """The instance that is swept."""
    return instance()


@pytest.fixture(scope="session")
def grid(tmp_path_factory):
    """In two groups of cases."""
    return asked(tmp_path_factory.mktemp("grid"), GRID)


@pytest.fixture(scope="session")
def little(tmp_path_factory):
    """In one group of cases."""
    return asked(tmp_path_factory.mktemp("little"), SMALL)


@pytest.fixture(scope="session")
def straight(two, grid, tmp_path_factory):
    """The grid without any trouble, in one process."""
    return sweep(two, grid, tmp_path_factory.mktemp("straight"), workers=1, folders=True)


@pytest.fixture(scope="session")
def small(two, little, tmp_path_factory):
    """The small grid: what it comes to, and its whole journal, of 4 cases and 4 regrets."""
    whole = contents(sweep(two, little, tmp_path_factory.mktemp("small"), workers=1).folder)
    broken = tmp_path_factory.mktemp("broken")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("model.analysis.sweeps.running.tables.write_csv", no_space)
        with pytest.raises(OSError, match="No space"):
            sweep(two, little, broken, workers=1)
    return whole, (broken / journal.NAME).read_bytes()

"""Results to compare, and a copy of them to spoil."""

import shutil

import pytest

from tests.conftest import solved


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Results of the two-country instance with its cap and without policy."""
    base = tmp_path_factory.mktemp("results")
    for policy in ("cap", "none"):
        solved("two-country", policy).write(base / policy)
    return base


@pytest.fixture
def pair(written, tmp_path):
    """A copy to spoil."""
    return shutil.copytree(written, tmp_path / "pair")

"""Results changed by somebody, and what is said of them."""

import json

import pytest

from model.analysis.comparison import compare
from model.base.problems import InputError


def edit(folder, change):
    """Rewrite a summary."""
    path = folder / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    change(summary)
    path.write_text(json.dumps(summary), encoding="utf-8")


def complaints(folders):
    with pytest.raises(InputError) as error:
        compare(folders)
    return [str(p) for p in error.value.problems]

"""Tables as text: the same as pandas writes them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from model.base.places import to_csv

NAN = float("nan")
NUMBERS = [0.0, -0.0, 0.1 + 0.2, 1e-5, 1e16, -1.5e300, 5e-324, 123456789.0, float("inf"), NAN]

FRAMES = {
    "numbers": pd.DataFrame({"key": range(len(NUMBERS)), "t": NUMBERS, "usd": NUMBERS[::-1]}),
    "names": pd.DataFrame({"a": ['say "so"', "one, two", "two\nlines", "", "é", None], "b": ["x"] * 6}),
    "whole numbers with blanks": pd.DataFrame({"a": pd.array([2030, None], dtype="Int64"), "b": [True, False]}),
    "whatever": pd.DataFrame({"a": [1, 1.0, True, None, "1", NAN, pd.NA], "b": np.arange(7)}, dtype=object),
    "heads that need quotes": pd.DataFrame({"a,b": [1], 'c"': [2]}),
    "no rows": pd.DataFrame({"a": pd.Series(dtype=float), "b": pd.Series(dtype="str")}),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_table_is_written_as_pandas_writes_it(name):
    frame = FRAMES[name]
    assert to_csv(frame) == frame.to_csv(index=False, lineterminator="\n")

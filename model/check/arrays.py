"""Array types, and the two steps that tables take to become arrays: names to places, rows to sums over cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def places(axis: pd.Index[Any], names: Any) -> Ints:
    """Where each name stands along an axis; -1 where it is unknown.

    >>> places(pd.Index(["A", "B"]), ["B", "C"]).tolist()
    [1, -1]
    """
    return np.asarray(axis.get_indexer(pd.Index(names)), dtype=np.int64)


def summed(codes: Sequence[Ints], amounts: Floats, shape: tuple[int, ...]) -> Floats:
    """The sum of amounts over each cell of an array, given each amount's place along every axis.

    >>> summed([np.array([0, 1, 1])], np.array([1.0, 2.0, 3.0]), (3,)).tolist()
    [1.0, 5.0, 0.0]
    """
    cells = np.ravel_multi_index(tuple(codes), shape)
    return np.asarray(np.bincount(cells, amounts, minlength=int(np.prod(shape))), dtype=np.float64).reshape(shape)

"""Which shipments are possible, at what cost: the lane table resolved to pairs of regions and years.

A later row overrides an earlier one, whole, in its own years. ``*`` and group names stand for their regions; a row
never speaks of a region's trade with itself, which is free of cost and always open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.instance import Instance


@dataclass(frozen=True)
class Lanes:
    """For each lane (commodity, origin, destination) and year the row of the lane table that holds, or -1.

    ``freight`` (USD/t), ``tariff`` (USD/t: its share times the commodity's price) and ``max_flow`` (t/yr; infinite
    where there is no limit, 0 where there is no lane) have the shape of ``row``: lanes x years.
    """

    keys: tuple[tuple[str, str, str], ...]
    row: npt.NDArray[np.int32]
    freight: npt.NDArray[np.float64]
    tariff: npt.NDArray[np.float64]
    max_flow: npt.NDArray[np.float64]

    def __iter__(self) -> Iterator[tuple[tuple[str, str, str], int]]:
        return iter((key, i) for i, key in enumerate(self.keys))


def resolve(instance: Instance) -> Lanes:
    """The open lanes of an instance between different regions: at least one year in which something may pass."""
    goods = {k: i for i, k in enumerate(instance.commodities)}
    regions = {r: i for i, r in enumerate(instance.regions)}
    years = len(instance.years)
    row = np.full((len(goods), len(regions), len(regions), years), -1, dtype=np.int32)
    frame = instance.tables["lanes"]
    columns = frame[["commodity", "origin", "destination"]].itertuples(index=False, name=None)
    first = (frame["from"].fillna(instance.first_year) - instance.first_year).clip(lower=0).to_numpy(dtype=int)
    last = (frame["to"].fillna(instance.last_year) - instance.first_year).to_numpy(dtype=int)
    for number, (commodity, origin, destination) in enumerate(columns):
        some = np.array(list(goods.values()) if commodity == "*" else [goods[commodity]])
        origins = np.array([regions[r] for r in instance.members(origin)])
        destinations = np.array([regions[r] for r in instance.members(destination)])
        window = np.arange(first[number], min(last[number], years - 1) + 1)
        row[np.ix_(some, origins, destinations, window)] = number
    row[:, range(len(regions)), range(len(regions)), :] = -1
    limit = np.append(frame["max_flow"].to_numpy(dtype=float), 0.0)[row]
    k, o, d = np.nonzero((limit > 0).any(axis=3))
    row, limit = row[k, o, d], limit[k, o, d]
    freight = np.append(frame["freight"].to_numpy(dtype=float), 0.0)[row]
    tariff = np.append(frame["tariff"].to_numpy(dtype=float), 0.0)[row]
    prices = np.array([instance.price[c] for c in instance.commodities])
    names = instance.commodities, instance.regions
    keys = tuple((names[0][a], names[1][b], names[1][c]) for a, b, c in zip(k, o, d, strict=True))
    return Lanes(keys, row, freight, tariff * prices[k][:, None], limit)

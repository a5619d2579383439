"""The lane table as seen by the programme's lanes and nodes."""

from __future__ import annotations

import numpy as np

from model.base.tables import Floats
from model.formulation.network import Network


def by_lane(net: Network, values: Floats, within: float) -> Floats:
    """An array by row of the lane table and node as one by lane of the programme and node; ``within`` a region."""
    found = np.full((len(net.lanes), len(net.nodes)), within)
    found[len(net.lanes) - len(net.open_lanes) :] = values[net.open_lanes]
    return found

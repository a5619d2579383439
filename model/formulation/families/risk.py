r"""Risk: what the dear futures cost counts beside the expected cost, where a scenario asks for it.

    tail_excess[l]  >=  cost[l] - tail_from                                                                tail[l]
    goal cost  =  (1-weight) sum_l pi[l] cost[l] + weight (tail_from + sum_l pi[l] tail_excess[l] / (1-level))

cost[l]      present value of the costs along the way to the end ``l``, not weighted by probability    million USD
tail_from    free; in the optimum the value at risk at the level                                       million USD
tail_excess  by how much a future costs more                                                           million USD
level        part of the futures that are no tail; weight: what the tail counts                        scenarios/*.toml

The second term is the mean cost of the dearest part ``1 - level`` of the futures (CVaR): Rockafellar, R. T. and
Uryasev, S. (2000), Journal of Risk 2(3), 21-41. Goals 1 and 2 stay expectations. The costs in the rows are written
when the programme has been compiled (``model/solving/trees/risk.py``).
"""

from __future__ import annotations

from typing import Any

from pyomo.core import Constraint, NonNegativeReals, Reals, Set, Var

from model.formulation.network import Network


def variables(m: Any, net: Network) -> None:
    """Declare ``tail_from`` and ``tail_excess``; none where the expected cost alone counts."""
    weighed = net.tree.risk_weight > 0
    m.TAIL = Set(initialize=["tail"] if weighed else [])
    m.ENDS = Set(initialize=list(net.tree.leaves) if weighed else [])
    m.tail_from = Var(m.TAIL, within=Reals)
    m.tail_excess = Var(m.ENDS, within=NonNegativeReals)


def rows(m: Any, net: Network) -> None:
    """Declare tail."""
    m.tail = Constraint(m.ENDS, rule=tail)


def tail(m: Any, leaf: str) -> Any:
    """tail_excess[l] + tail_from >= cost[l], the cost left out."""
    return m.tail_excess[leaf] + sum(m.tail_from[t] for t in m.TAIL) >= 0

"""Formulas of engineering economics, each with its source and an example.

Rates are real and per year; amounts are in the money of one price year.
"""

from __future__ import annotations

NOISE = 1e-12
"""Differences of costs below this part of them are rounding."""


def premium(cost: float, baseline: float) -> float:
    """What a cost is above another; 0 where the two differ by rounding alone.

    >>> premium(3e9, 2e9), premium(3e9 + 1e-6, 3e9)
    (1000000000.0, 0.0)
    """
    return cost - baseline if abs(cost - baseline) > NOISE * abs(cost) else 0.0


def discount_factor(rate: float, years: float) -> float:
    """Present value of one unit paid ``years`` from now: ``(1+rate)^-years``.

    >>> round(discount_factor(0.05, 2), 6)
    0.907029
    """
    return float((1 + rate) ** -years)


def capital_recovery_factor(wacc: float, lifetime: int) -> float:
    """Yearly payment that repays one unit over ``lifetime`` years: ``w / (1 - (1+w)^-lifetime)``; ``1/lifetime`` at 0.

    Short, W., Packey, D. and Holt, T. (1995), A Manual for the Economic Evaluation of Energy Efficiency and Renewable
    Energy Technologies, NREL/TP-462-5173, section 2 (uniform capital recovery factor).

    >>> round(capital_recovery_factor(0.1, 10), 6)
    0.162745
    >>> capital_recovery_factor(0.0, 20)
    0.05
    """
    return wacc / (1 - (1 + wacc) ** -lifetime) if wacc > 0 else 1 / lifetime


def interest_during_construction(wacc: float, lead_time: int) -> float:
    """Value at start-up of one unit spent evenly at the start of each year of construction; 1 without a lead time.

    ``sum_{i=0}^{L-1} (1+w)^(L-i) / L``: the future value of an annuity due, divided by its number of payments.

    >>> round(interest_during_construction(0.1, 2), 3)
    1.155
    >>> interest_during_construction(0.1, 0)
    1.0
    """
    if lead_time == 0:
        return 1.0
    return sum((1 + wacc) ** (lead_time - i) for i in range(lead_time)) / lead_time


def annuity(capex: float, wacc: float, lead_time: int, lifetime: int) -> float:
    """Yearly capital cost of a unit of capacity in each of its operating years, in the unit of ``capex`` a year.

    >>> round(annuity(20_000, 0.1, 2, 10), 2)
    3759.42
    """
    return capex * interest_during_construction(wacc, lead_time) * capital_recovery_factor(wacc, lifetime)


def ramp(operating_year: int, ramp_years: int, lifetime: int) -> float:
    """Share of its capacity that a plant reaches in operating year ``i = 0, 1, ...``; 0 outside its lifetime.

    ``min(1, (i+1)/(ramp_years+1))`` for ``0 <= i < lifetime``.

    >>> [ramp(i, 1, 3) for i in (-1, 0, 1, 2, 3)]
    [0.0, 0.5, 1.0, 1.0, 0.0]
    """
    if not 0 <= operating_year < lifetime:
        return 0.0
    return min(1.0, (operating_year + 1) / (ramp_years + 1))

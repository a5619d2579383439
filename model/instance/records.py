"""What the tables of an instance hold, a record a thing."""

from __future__ import annotations

from typing import NamedTuple


class Plant(NamedTuple):
    """One process in one region. Costs in USD, capacity in t/yr; ``capex`` is None where nothing can be built.

    ``success`` and ``slip_years`` are the luck of what is committed or built: probability to run, mean delay in years.
    ``unit_size`` and ``min_size`` hold where whole plants are asked for.
    """

    name: str
    process: str
    region: str
    variable_cost: float
    fixed_cost: float
    availability: float
    capex: float | None
    lead_time: int
    ramp_years: int
    lifetime: int
    wacc: float
    max_build: float
    max_build_per_year: float
    first_decision: int
    last_decision: int
    success: float = 1.0
    slip_years: float = 0.0
    may_close: bool = False
    unit_size: float | None = None
    min_size: float | None = None


class Stockpile(NamedTuple):
    """Where a good can be stored. Tonnes, USD/t/yr."""

    initial: float
    capacity: float
    holding_cost: float
    loss_rate: float


class DemandYear(NamedTuple):
    """Demand in one year, t/yr, and the cost of a tonne not served, USD/t."""

    quantity: float
    shortage_cost: float


class Envelope(NamedTuple):
    """A range of capital, USD, that a plan's capital in some hosts is compared with."""

    hosts: str
    min: float
    max: float
    source: str

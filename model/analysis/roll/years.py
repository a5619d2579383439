"""Year by year: plan on what is believed, fix what is decided, live the year as it really goes.

Beside the history under the policy stands the one of planners without a policy, who know the same: nobody may be served
less than in it, as in every plan.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable

import numpy as np

from model.analysis.roll.knowledge import Worlds
from model.analysis.roll.splice import Laid, Name, begun, spliced
from model.base.errors import Rejected, Unmeetable
from model.compiling.arrays import Floats
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.policy.kinds import programme_rows
from model.instance.policy.policies import Policy
from model.instance.records import Plant
from model.instance.trees.tree import Tree
from model.solving.builds import LIMITS
from model.solving.goals.goals import solve as solve_goals
from model.solving.goals.goals import without_policy
from model.solving.goals.ties import tie_weights
from model.solving.held import HeldProgramme
from model.solving.outcome import WarmStart
from model.solving.programme import Arrays, compiled

NOISE_KT = 1e-10
"""Values below a tenth of a gram are the solver's noise and are 0."""
FITS_KT = 1e-6
"""By how much a history may miss a limit of the world, 1 kg: what the solver's tolerance adds up to."""


class Years:
    """The years of some worlds under a policy. ``history`` and ``free`` (without policy): every column, kt, by name."""

    def __init__(
        self, worlds: Worlds, policy: Policy, time_limit: float, say: Callable[[str], None], stop: threading.Event
    ) -> None:
        self.worlds, self.policy = worlds, policy
        self.time_limit, self.say, self.stop = time_limit, say, stop
        self.history: dict[Name, float] = {}
        self.free: dict[Name, float] = {}
        self._laid: dict[tuple[int, frozenset[Name]], Laid] = {}

    def run(self) -> None:
        """Every year, in order. Raises Unmeetable, Stopped, SolverError, InputError, Rejected."""
        for year in self.worlds.years:
            believed, real = self._lay(self.worlds.believed[year]), self._lay(self.worlds.real)
            self.say(f"{year}: planned on what is known")
            self._step(believed, year, decided=False)
            believed, real = self._lay(self.worlds.believed[year]), self._lay(self.worlds.real)
            if self.worlds.believed[year] is not self.worlds.real:
                self.say(f"{year}: as it really went")
                self._step(believed, year, decided=True, real=real)
        self._fits(self.history, under_policy=True)
        self._fits(self.free, under_policy=False)

    @property
    def asks(self) -> bool:
        """Whether the policy has any row in the programme."""
        arrays = self.real.arrays
        return any(len(arrays.rows[row].index) for row in programme_rows())

    @property
    def real(self) -> Laid:
        """The world's programme, in which everything that was decided can be."""
        return self._lay(self.worlds.real)

    def point(self, free: bool = False) -> Floats:
        """The history as columns of the world's programme."""
        return self.real.values(self.free if free else self.history)

    def builds(self, free: bool = False) -> dict[tuple[str, int], float]:
        """What was decided, kt/yr by plant and year; also what never comes on stream."""
        year = {node.name: node.year for node in Tree.chain(self.worlds.years)}
        chosen = self.free if free else self.history
        return {(i[0], year[i[1]]): kt for (family, i), kt in chosen.items() if family == "build"}

    def _lay(self, instance: Instance) -> Laid:
        """The programme of an instance in which all that was decided can be."""
        decided = {**self.builds(free=True), **self.builds()}
        wide, closed = _with_decided(instance, decided)
        key = id(instance), closed
        if key not in self._laid:
            network = Network(wide, self.policy, Tree.chain(wide.years))
            self._laid[key] = Laid(network, compiled(network), closed)
        return self._laid[key]

    def _step(self, laid: Laid, year: int, decided: bool, real: Laid | None = None) -> None:
        """One solve of the year under the policy and one without, and what of it stands from now on."""
        lived = decided or self.worlds.believed[year] is self.worlds.real
        free_laid = laid if real is None else spliced(laid, real, year, self.free)
        free_arrays = begun(free_laid, year, self.free, decided)
        weights = tie_weights(free_arrays)
        try:
            held = HeldProgramme(free_arrays, self.time_limit, self.stop)
            held.free_policy()
            free = without_policy(held, weights, canonical=True)
            x = free.x
            if self.asks:
                own = laid if real is None else spliced(laid, real, year, self.history)
                arrays = begun(own, year, self.history, decided)
                x = self._solve(arrays, WarmStart({}, weights, free))
        except Unmeetable as error:
            raise Unmeetable(f"in {year}, {error}") from None
        for history, found in ((self.free, free.x), (self.history, x)):
            history.update(_kept(laid, found, year, lived, not decided))

    def _solve(self, arrays: Arrays, near: WarmStart) -> Floats:
        return solve_goals(arrays, self.time_limit, lambda _: None, self.stop, near=near).x

    def _fits(self, history: dict[Name, float], under_policy: bool) -> None:
        """A history keeps every limit of the world. Raises Rejected."""
        laid, arrays = self.real, self.real.arrays
        left_out = {*LIMITS, "not_starved", *(() if under_policy else programme_rows())}
        kept = np.ones(len(arrays.row_lower), dtype=bool)
        for family in left_out:
            kept[arrays.rows[family].places] = False
        values = arrays.matrix.times(laid.values(history))
        beyond = np.where(kept, np.maximum(arrays.row_lower - values, values - arrays.row_upper), 0.0)
        worst = int(np.argmax(beyond))
        if beyond[worst] > FITS_KT:
            family, index = laid.rows[0][worst]
            raise Rejected(f"the history misses {family}[{','.join(map(str, index))}] by {beyond[worst]:.3g} kt")


def _kept(laid: Laid, x: Floats, year: int, lived: bool, deciding: bool) -> dict[Name, float]:
    """What of a plan stands from now on: the year's builds, and once it was lived the rest of the year."""
    names, years = laid.columns
    places = np.flatnonzero((years == year) & (np.abs(x) >= NOISE_KT)).tolist()
    some = {names[i]: float(x[i]) for i in places}
    return {name: v for name, v in some.items() if (deciding if name[0] == "build" else lived)}


def _with_decided(instance: Instance, decided: dict[tuple[str, int], float]) -> tuple[Instance, frozenset[Name]]:
    """The instance in which plants could be decided when they were, and the builds that this opens besides.

    A lead time that ends beyond the horizon stays one: nothing comes of such a decision.
    """
    wide: dict[str, Plant] = {}
    for (name, year), _ in decided.items():
        plant = wide.get(name) or instance.plants.get(name)
        if plant is None or plant.capex is None or year in instance.decision_years(plant):
            continue
        if year + plant.lead_time <= instance.last_year:
            first, last = min(plant.first_decision, year), max(plant.last_decision, year)
            wide[name] = plant._replace(
                first_decision=first,
                last_decision=last,
                max_build=max(plant.max_build, 1.0),  # what is fixed may pass its limits
                max_build_per_year=max(plant.max_build_per_year, 1.0),
            )
    if not wide:
        return instance, frozenset()
    found = copy.copy(instance)
    vars(found).update(plants={name: wide.get(name, plant) for name, plant in instance.plants.items()})
    opened: set[Name] = set()
    for name, plant in wide.items():
        before = instance.decision_years(instance.plants[name])
        opened |= {("build", (name, str(y))) for y in found.decision_years(plant) if y not in before}
    return found, frozenset(opened)

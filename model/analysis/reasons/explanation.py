"""What explains a plan's misses: reasons by group, ways out, and the changes that together meet every target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from model.analysis.reasons.causes import Binding, Supply
from model.analysis.reasons.changes import Change, Way
from model.analysis.reasons.misses import Group
from model.analysis.reasons.sentences import as_text
from model.analysis.reasons.verify import Verdict
from model.plan.plan import Plan
from model.plan.saying.rows import ToldShort


@dataclass(frozen=True)
class Shown:
    """A way out and what its re-solve says. ``uncounted_usd``: what it takes as given."""

    way: Way
    verdict: Verdict
    uncounted_usd: float


@dataclass(frozen=True)
class Reason:
    """One group of misses explained. ``best``: the best share that can be reached by year, all other targets aside."""

    group: Group
    best: Sequence[float]
    supplies: Sequence[Sequence[Supply]]
    bindings: Sequence[Binding]
    ways: Sequence[Shown]


@dataclass(frozen=True)
class Together:
    """A way out for each group, their changes merged, and what the re-solve with all of them says."""

    ways: Sequence[Way]
    changes: Sequence[Change]
    verdict: Verdict


@dataclass(frozen=True, repr=False)
class Explanation:
    """Reasons by group, and the changes that together meet every target (None where there are none)."""

    plan: Plan
    reasons: Sequence[Reason]
    together: Together | None
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    """``misses``, ``causes`` and ``ways_out``."""

    def __repr__(self) -> str:
        name, count = self.plan.summary["policy"]["name"], len(self.reasons)
        what = f"{count} group{'s' if count != 1 else ''} of misses" if count else "every target met"
        return f"<Explanation of {name}: {what}; print it, or see its tables {', '.join(self.tables)}>"

    def __str__(self) -> str:
        return as_text(ToldShort(self.plan, self.tables))

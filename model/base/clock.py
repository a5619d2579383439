"""Seconds and peak memory by phase of a run."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


def peak_memory_mb() -> float | None:
    """The process's peak memory so far, MB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (1e6 if sys.platform == "darwin" else 1e3)


@dataclass
class Clock:
    """Phases in the order in which they first began; a phase entered again goes on adding up."""

    seconds: dict[str, float] = field(default_factory=dict)
    memory_mb: dict[str, float | None] = field(default_factory=dict)
    _within: float = field(default=0.0, init=False, repr=False)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what is done inside, less what phases within it take."""
        start, outer = time.perf_counter(), self._within
        self.seconds.setdefault(name, 0.0)
        self._within = 0.0
        try:
            yield
        finally:
            whole = time.perf_counter() - start
            self.add(name, whole - self._within)
            self._within = outer + whole

    def add(self, name: str, seconds: float) -> None:
        """Add seconds to a phase and note the peak memory at its end."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        self.memory_mb[name] = peak_memory_mb()

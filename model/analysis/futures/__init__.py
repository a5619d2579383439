"""What a tree of futures is good for: knowing, hedging, what to do now, and what less risk costs."""

from __future__ import annotations

from model.analysis.futures.valued import Valued, futures

__all__ = ["Valued", "futures"]

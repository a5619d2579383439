"""Projects that come late, or never: what a plan comes to when they are drawn."""

from __future__ import annotations

from model.analysis.risk.run import Risk, risk

__all__ = ["Risk", "risk"]

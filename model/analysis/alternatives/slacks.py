"""How much more a plan may cost to be near: a share of the premium, or a sum."""

from __future__ import annotations

from collections.abc import Sequence

from model.base.problems import InputError, Problem, quoted

Slack = str | float | int
DEFAULT = "10%"
FORM = 'expected a share of the premium, such as "10%", or USD, such as 50e6'


def slacks_usd(asked: Slack | Sequence[Slack], premium_usd: float) -> tuple[float, ...]:
    """Each slack in USD, each once and the smallest first. Raises InputError with all that are none."""
    several = [asked] if isinstance(asked, str | float | int) else list(asked)
    parts = [part for one in several for part in (one.split(",") if isinstance(one, str) else [one])]
    found, wrong = list[float](), list[Problem]()
    for part in parts:
        try:
            found.append(_usd(part, premium_usd))
        except ValueError:
            wrong.append(Problem("--slack", None, "", quoted(str(part)), FORM))
    if not parts:
        wrong.append(Problem("--slack", None, "", "", FORM))
    if wrong:
        raise InputError(wrong)
    return tuple(sorted(set(found)))


def _usd(slack: Slack, premium_usd: float) -> float:
    """One slack. Raises ValueError."""
    share = isinstance(slack, str) and slack.strip().endswith("%")
    value = float(slack.strip().removesuffix("%")) if isinstance(slack, str) else float(slack)
    if not 0 <= value < float("inf") or isinstance(slack, bool):
        raise ValueError
    return value / 100 * max(0.0, premium_usd) if share else value

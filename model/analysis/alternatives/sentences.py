"""Which decisions hold, in a sentence or two."""

from __future__ import annotations

from model.analysis.alternatives.answer import Alternatives
from model.base.words import several


def answer(found: Alternatives, slack: float) -> str:
    """The verdicts at one slack, USD, counted."""
    rows = found.table[found.table["slack_usd"] == slack]
    counts = {verdict: int((rows["verdict"] == verdict).sum()) for verdict in ("now", "later", "depends", "never")}
    first, last = found.asked["now"]
    when = str(first) if first == last else f"{first} to {last}"
    within = slack_in_words(slack)
    if not len(rows):
        return "Nothing can be built."
    return (
        f"Of {several(len(rows), 'plant')} every plan within {within} decides {counts['now']} now ({when}) and builds "
        f"{counts['later']} later; {counts['depends']} depend on what else is done, {counts['never']} are never built."
    )


def slack_in_words(slack: float) -> str:
    """A slack in USD, as a sentence says it."""
    return f"{slack / 1e6:,.1f} m USD" if slack >= 1e5 else f"{slack:,.2f} USD"

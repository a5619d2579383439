"""What is odd in the input of plans, said once: a line a kind, whatever number of plans it holds for."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from model.base.words import clean
from model.instance.warnings.warned import in_words
from model.plan.plan import Plan


def warned(plans: Sequence[Plan]) -> list[Text]:
    """The lines, and where the whole list is if they don't say all; nothing where nothing is odd."""
    kinds = list({kind["example"]: kind for plan in plans for kind in plan.summary["warnings"]}.values())
    lines = [Text(f"Warning: {clean(line)}", style="yellow") for line in in_words(kinds)]
    if any(kind["count"] > 1 for kind in kinds):
        lines.append(Text("All of them: solve.py INSTANCE --check", style="dim"))
    return [Text(), *lines] if lines else []

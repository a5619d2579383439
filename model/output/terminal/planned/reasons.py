"""Why targets are missed and what would meet them, laid out for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from model.analysis.reasons import sentences
from model.analysis.reasons.explanation import Explanation
from model.analysis.reasons.tables import short_tables
from model.base.words import bare
from model.output.terminal.console import heading
from model.plan.plan import Plan
from model.plan.saying.rows import ToldShort


def in_short(plan: Plan) -> list[RenderableType]:
    """What falls short and why, as far as the plan itself tells."""
    if plan.compliant:
        return []
    told = ToldShort(plan, short_tables(plan.solved))
    said = sentences.in_short(told)
    if not said:
        return []
    parts = [part for one in said for part in _target(one)]
    counted = bare(sentences.counted_in(told))
    return [heading(sentences.SHORT_TITLE), *parts, Text(f"\n{counted} {sentences.MORE}", style="dim")]


def in_full(explanation: Explanation) -> list[RenderableType]:
    """The whole explanation."""
    told = ToldShort(explanation.plan, explanation.tables)
    if not told["misses"]:
        return [heading(sentences.NOTHING)]
    parts: list[RenderableType] = [heading(sentences.TITLE)]
    parts += [part for said in sentences.in_full(told) for part in _target(said)]
    head, line = sentences.together(told)
    parts += [heading(head)] * bool(head) + list(_indented([line] if line else []))
    return [*parts, Text(f"\n{sentences.note(told)}", style="dim")]


def _target(said: sentences.Said) -> Iterator[RenderableType]:
    yield heading(bare(said.heading))
    yield from _indented(said.why)
    if said.ways:
        yield from _indented(["Ways out:"])
    yield from _indented([f"- {way}" for way in said.ways], 4)
    yield from _indented([said.none] if said.none else [])


def _indented(lines: Sequence[str], by: int = 2) -> Iterator[RenderableType]:
    for line in lines:
        yield Padding(Text(bare(line)), (0, 0, 0, by), expand=False)

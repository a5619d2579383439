"""HTML from text: whatever comes from an instance is escaped here and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from model.base.words import FIRST, LAST, clean


def text(value: object) -> str:
    """A name or a sentence as HTML: control characters shown as "?", markup escaped."""
    return escape(clean(value), quote=True)


def name(value: object) -> str:
    """A name from the instance within a sentence: kept apart from the direction of the text around it."""
    return f"<bdi>{text(value)}</bdi>"


def said(sentence: str) -> str:
    """A sentence as HTML: the marks around its names become elements."""
    shown = "".join(c if c.isprintable() or c in (FIRST, LAST) else "?" for c in sentence)
    return escape(shown, quote=True).replace(FIRST, "<bdi>").replace(LAST, "</bdi>")


def script_json(data: Any) -> str:
    """JSON that may stand in a script element: nothing in it can end the element or begin a comment."""
    written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        written = written.replace(char, f"\\u{ord(char):04x}")
    return written


def figure_text(value: Any, digits: int | None = None) -> str:
    """A cell of a table: numbers with as many digits as matter, blanks as a dash.

    >>> [figure_text(v) for v in (None, 2030, 12345.678, 12.345, 0.01234, 0.0, "x")]
    ['–', '2030', '12,346', '12.3', '0.0123', '0', 'x']
    """
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    if digits is not None:
        return f"{round(value, digits) + 0.0:,.{digits}f}"
    if abs(value) >= 100 or value == 0:
        return f"{round(value) + 0:,}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.1e}"


@dataclass(frozen=True)
class Column:
    """A column of a shown table: its heading (with unit), and digits after the point (None: three that matter)."""

    head: str
    digits: int | None = None


def html_table(columns: Sequence[Column], rows: Iterable[Sequence[Any]], caption: str) -> str:
    """A table with a caption for screen readers; numbers to the right, the exact value in ``data-v``."""
    head = "".join(f'<th scope="col">{text(c.head)}</th>' for c in columns)
    body = []
    for row in rows:
        cells = []
        for i, (column, value) in enumerate(zip(columns, row, strict=True)):
            tag = 'th scope="row"' if i == 0 else "td"
            if isinstance(value, float):
                cells.append(f'<{tag} class="n" data-v="{value!r}">{figure_text(value, column.digits)}</{tag[:2]}>')
            else:
                kind = ' class="n"' if isinstance(value, int) else ""
                shown = figure_text(value) if value is None or isinstance(value, int) else name(value)
                cells.append(f"<{tag}{kind}>{shown}</{tag[:2]}>")
        body.append(f"<tr>{''.join(cells)}</tr>\n")
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(caption)}"><table><caption>{text(caption)}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>\n{''.join(body)}</tbody></table></div>"
    )


@dataclass(frozen=True)
class Control:
    """Something to choose: a slider through ``options`` or a list of them. Options are values and what is shown."""

    key: str
    label: str
    options: Sequence[tuple[Any, str]]
    slider: bool = False
    start: int = 0

    def html(self, of: str) -> str:
        """The element, with a label; ``of`` is the picture's id."""
        at = f"{of}-{self.key}"
        label = f'<label for="{at}">{text(self.label)}</label>'
        if self.slider:
            shown = text(self.options[self.start][1])
            return (
                f'<span class="control wide">{label}<input type="range" id="{at}" data-key="{self.key}" min="0" '
                f'max="{len(self.options) - 1}" value="{self.start}" step="1" aria-valuetext="{shown}">'
                f'<output for="{at}">{shown}</output></span>'
            )
        chosen = [" selected" if i == self.start else "" for i in range(len(self.options))]
        options = "".join(
            f'<option value="{i}"{chosen[i]}>{text(shown)}</option>' for i, (_, shown) in enumerate(self.options)
        )
        return f'<span class="control">{label}<select id="{at}" data-key="{self.key}">{options}</select></span>'


@dataclass(frozen=True)
class Store:
    """A table that the page holds as data: its script shows it a page at a time, searched and sorted.

    ``embedded`` is what the script is given (``columns``, ``rows``); ``count`` is its number of rows, None where the
    picture's script fills it.
    """

    id: str
    title: str
    count: int | None
    embedded: Any = None

    @property
    def html(self) -> str:
        """Where the script puts the table."""
        return f'<div class="store" data-store="{self.id}" data-title="{text(self.title)}"></div>'


@dataclass(frozen=True)
class Picture:
    """A chart with what belongs to it. ``kind`` names the function of the scripts that draws ``data``.

    Its table is ``store`` where there is one, else ``rows``.
    """

    id: str
    kind: str
    title: str
    caption: str
    sources: Sequence[str]
    data: Any
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    controls: Sequence[Control] = field(default=())
    height: int = 360
    legend: str = ""
    store: Store | None = None

    def html(self) -> str:
        """The figure: heading, controls, plot, caption, table."""
        controls = "".join(c.html(self.id) for c in self.controls)
        files = ", ".join(f"{s}.csv" for s in self.sources)
        table = self.store.html if self.store else html_table(self.columns, self.rows, self.title)
        count = self.store.count if self.store else len(self.rows)
        summary = "Table" if count is None else f"Table: {count:,} {'row' if count == 1 else 'rows'}"
        return (
            f'<figure class="picture" id="{self.id}" aria-labelledby="{self.id}-title">'
            f'<h3 id="{self.id}-title">{text(self.title)}</h3>'
            + (f'<div class="controls">{controls}</div>' if controls else "")
            + self.legend
            + f'<div class="plot" data-of="{self.id}" style="height:{self.height}px" role="img" '
            f'aria-label="{text(self.title)}; the table below holds the figures"></div>'
            f"<figcaption>{self.caption} <span class='files'>From {text(files)}.</span></figcaption>"
            f"{folded(summary, table)}</figure>"
        )

    @property
    def embedded(self) -> dict[str, Any]:
        """What the page's script is given."""
        controls = {c.key: [value for value, _ in c.options] for c in self.controls}
        shown = {c.key: [clean(shown) for _, shown in c.options] for c in self.controls}
        return {"kind": self.kind, "title": clean(self.title), "data": self.data, "controls": controls, "shown": shown}


def folded(summary: str, inside: str) -> str:
    """Something that a click (or Enter) opens."""
    return f"<details><summary>{text(summary)}</summary>{inside}</details>"


@dataclass(frozen=True)
class Section:
    """A part of the story: an id, a heading, and HTML and pictures in order.

    ``stores`` are tables held as data that the HTML shows; those of pictures need no mention.
    """

    id: str
    title: str
    parts: Sequence[str | Picture]
    stores: Sequence[Store] = ()

    @property
    def pictures(self) -> list[Picture]:
        """The pictures in it."""
        return [p for p in self.parts if isinstance(p, Picture)]

    def html(self, number: int) -> str:
        """The section as HTML."""
        inside = "\n".join(p.html() if isinstance(p, Picture) else p for p in self.parts)
        return (
            f'<section id="{self.id}" aria-labelledby="{self.id}-h"><h2 id="{self.id}-h">'
            f"<span class='number'>{number}</span> {text(self.title)}</h2>\n{inside}\n</section>"
        )


def paragraph(*sentences: str, kind: str = "") -> str:
    """A paragraph of sentences that are HTML already."""
    said = " ".join(s for s in sentences if s)
    return f"<p{f' class={kind!r}' if kind else ''}>{said}</p>" if said else ""

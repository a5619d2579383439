"""HTML from text: what is no Markup is text, and is escaped here and by the templates, nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from model.base.words import FIRST, LAST, clean, several


def said(sentence: object) -> Markup:
    """A sentence as HTML: the marks around its names become elements, all else is text. Markup is said already.

    >>> from model.base.words import name
    >>> said(f"all of {name('<b>')} & more"), said(Markup("<b>"))
    (Markup('all of <bdi>&lt;b&gt;</bdi> &amp; more'), Markup('<b>'))
    """
    if isinstance(sentence, Markup):
        return sentence
    shown = "".join(c if c.isprintable() or c in (FIRST, LAST) else "?" for c in str(sentence))
    return Markup(escape(shown).replace(FIRST, Markup("<bdi>")).replace(LAST, Markup("</bdi>")))


def html(form: str, *about: object) -> Markup:
    """HTML with sentences in its places ``{}``; a list is what stands in one place in order.

    >>> html("<p>{}: {}</p>", "<b>", [html("<i>{}</i>", n) for n in (1, 2)])
    Markup('<p>&lt;b&gt;: <i>1</i><i>2</i></p>')
    """
    inside = (Markup("").join(map(said, a)) if isinstance(a, list) else said(a) for a in about)
    return Markup(form).format(*inside)


def script_json(data: Any) -> str:
    """JSON that may stand in a script element: nothing in it can end the element or begin a comment."""
    written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        written = written.replace(char, f"\\u{ord(char):04x}")
    return written


def figure_text(value: Any, digits: int | None = None, whole: float | None = None) -> str:
    """A cell of a table: numbers with as many digits as matter, blanks as a dash; what is below ``whole`` looks so.

    >>> [figure_text(v) for v in (None, 2030, 12345.678, 12.345, 0.01234, 0.0, "x")]
    ['–', '2030', '12,346', '12.3', '0.0123', '0', 'x']
    >>> [figure_text(v, 0, 100.0) for v in (42.0, 99.7, 99.96, 100.0)]
    ['42', '99.7', '99.96', '100']
    """
    if whole is not None and isinstance(value, float) and value < whole * (1 - 1e-6):
        digits = next((d for d in range(digits or 0, 6) if round(value, d) < whole), digits)
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    if digits is not None:
        return f"{round(value, digits) + 0.0:,.{digits}f}"
    if abs(value) >= 100 or value == 0:
        return f"{round(value) + 0:,}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.1e}"


TEMPLATES = Environment(
    loader=PackageLoader("model.output.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True, keep_trailing_newline=True,
)  # fmt: skip
"""Whatever a template shows is escaped, unless it is Markup: made by ``html`` here, of scripts and data in ``page``."""
TEMPLATES.filters.update(clean=clean, figure=figure_text, said=said)


@cache
def _elements() -> Any:
    return TEMPLATES.get_template("elements.html").module


def _element(macro: str, *about: Any) -> Markup:
    return Markup(getattr(_elements(), macro)(*about))


@dataclass(frozen=True)
class Column:
    """A column of a shown table: its heading (with unit), and digits after the point (None: three that matter).

    ``whole``: what is all of something; a part of it is never rounded up to it.
    """

    head: str
    digits: int | None = None
    whole: float | None = None


WIDE, SHORT = 4, 30
"""Columns from which, and rows to which, a table becomes cards on a phone."""


def html_table(columns: Sequence[Column], rows: Iterable[Sequence[Any]], caption: str) -> Markup:
    """A table with a caption for screen readers; numbers to the right, the exact value in ``data-v``.

    On a phone a row of a short and wide table is a card, a line a cell.
    """
    shown = list(rows)
    return _element("table", columns, shown, caption, len(columns) >= WIDE and len(shown) <= SHORT)


@dataclass(frozen=True)
class Control:
    """Something to choose: a slider through ``options`` or a list of them. Options are values and what is shown."""

    key: str
    label: str
    options: Sequence[tuple[Any, str]]
    slider: bool = False
    start: int = 0


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
    def html(self) -> Markup:
        """Where the script puts the table."""
        return _element("store", self)


@dataclass(frozen=True)
class Picture:
    """A chart with what belongs to it. ``kind`` names the function of the scripts that draws ``data``.

    Its table is ``store`` where there is one, else ``rows``. ``same`` is the picture whose data it draws, and whose
    caption and table speak of it too.
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
    same: str = ""

    def html(self) -> Markup:
        """The figure: heading, controls, plot, caption, table."""
        if self.same:
            return _element("figure", self, Markup(""))
        count = self.store.count if self.store else len(self.rows)
        summary = "Table" if count is None else f"Table: {several(count, 'row')}"
        table = self.store.html if self.store else html_table(self.columns, self.rows, self.title)
        return _element("figure", self, folded(summary, table))

    @property
    def embedded(self) -> dict[str, Any]:
        """What the page's script is given."""
        controls = {c.key: [value for value, _ in c.options] for c in self.controls}
        shown = {c.key: [clean(shown) for _, shown in c.options] for c in self.controls}
        data = {"same": self.same} if self.same else {"data": self.data}
        return {"kind": self.kind, "title": clean(self.title), **data, "controls": controls, "shown": shown}

    def beside(self, plan: int) -> Picture:
        """The same picture with another plan chosen, to be drawn below it."""
        again = [replace(c, start=plan) if c.key == "plan" else c for c in self.controls]
        title = f"Beside it: {self.title[:1].lower()}{self.title[1:]}"
        return replace(self, id=f"{self.id}-2", title=title, controls=again, same=self.id)


def folded(summary: str, inside: Markup) -> Markup:
    """Something that a click (or Enter) opens."""
    return _element("folded", summary, inside)


@dataclass(frozen=True)
class Section:
    """A part of the story: an id, a heading, and HTML and pictures in order.

    ``stores`` are tables held as data that the HTML shows; those of pictures need no mention.
    """

    id: str
    title: str
    parts: Sequence[Markup | Picture]
    stores: Sequence[Store] = ()

    @property
    def pictures(self) -> list[Picture]:
        """The pictures in it."""
        return [p for p in self.parts if isinstance(p, Picture)]

    def html(self, number: int) -> Markup:
        """The section as HTML."""
        inside = Markup("\n").join(p.html() if isinstance(p, Picture) else p for p in self.parts)
        return _element("section", self, number, inside)


def paragraph(*sentences: str, kind: str = "") -> Markup:
    """A paragraph of sentences; nothing where there are none."""
    inside = Markup(" ").join(said(s) for s in sentences if s)
    if not inside:
        return Markup("")
    return html("<p class='{}'>{}</p>", kind, inside) if kind else html("<p>{}</p>", inside)

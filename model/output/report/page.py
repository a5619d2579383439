"""The page: sections in order, style, scripts and data in one file that fetches nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from markupsafe import Markup

from model.base.words import clean, name
from model.output import colours
from model.output.report import (
    building,
    world,
)
from model.output.report.markup import TEMPLATES, Picture, Section, html, said, script_json
from model.output.report.sections import (
    answer,
    basis,
    compared,
    differences,
    flows,
    futures,
    headline,
    money,
    observed,
    reasons,
    stopped,
    supply,
    trade,
    waiting,
)
from model.plan.saying.answer import headline as headline_of
from model.plan.saying.rows import Told
from model.plan.saying.sentences import about

SCRIPTS = ("echarts.min.js", "charts.js", "flows.js", "page.js")
MOST_RUNNING = 110
"""Letters of the running head."""
TABLES = "tables.js"
ONLY_FOR = {"waiting": "waiting.js", "waits": "waiting.js"}
"""Scripts that draw pictures which few pages have."""
NEEDS_SCRIPT = "The pictures need JavaScript; the text and every table don’t."


def plan_page(results: Told) -> str:
    """The report of one plan, as HTML."""
    one: building.Plans = [("", results)]
    sections = [
        answer.answer(results),
        futures.futures(results),
        headline.decide_now(results),
        answer.compliance(results),
        money.costs(results),
        stopped.stopped(results),
    ]
    appendix = [
        reasons.reasons(results),
        building.timeline(one),
        waiting.waiting(results),
        supply.shares(results),
        flows.chain(one),
        building.capital(one),
        money.paying(results),
        money.prices(results),
        trade.trade(results),
        world.world(one),
        basis.rests_on(results),
        basis.made(one),
        observed.observed(results),
    ]
    s = results.summary
    head = html("<p class='about'>{}</p>", said(about(results)))
    there = [x for x in [*sections, *appendix] if x is not None]
    first = next(x.id for x in appendix if x is not None)
    finding = headline_of(results)
    return whole_page(s["instance"]["title"], s["policy"]["title"], head, there, finding=finding, appendix=first)


def comparison_page(found: Sequence[Told]) -> str:
    """The report of several plans side by side, as HTML; plans of the same policy are told apart by a number."""
    names = [str(r.summary["policy"]["name"]) for r in found]
    plans = [
        (n if names.count(n) == 1 else f"{n} ({names[: i + 1].count(n)})", r)
        for i, (n, r) in enumerate(zip(names, found, strict=True))
    ]
    sections = [
        compared.side_by_side(plans),
        compared.missed(plans),
        stopped.compared(plans),
        differences.differences(plans),
        _twice(building.timeline(plans)),
        supply.compared(plans),
        _twice(flows.chain(plans)),
        building.capital(plans),
        money.compared_costs(plans),
        _twice(world.world(plans)),
        basis.made(plans),
    ]
    titles = list(dict.fromkeys(str(r.summary["instance"]["title"]) for r in found))
    head = html("{}", [html("<p class='about'>{}: {}</p>", name(n), about(r)) for n, r in plans])
    there = [section for section in sections if section is not None]
    about_all = f"{len(plans)} plans side by side"
    return whole_page("; ".join(titles), about_all, head, there, finding=headline.compared(plans))


def _twice(section: Section) -> Section:
    """The section with each picture of one plan drawn twice: two plans, each by choice, one below the other."""
    parts: list[Markup | Picture] = []
    for part in section.parts:
        parts.append(part)
        if isinstance(part, Picture) and any(c.key == "plan" for c in part.controls):
            parts.append(part.beside(1))
    return replace(section, parts=parts)


@cache
def _asset(file: str) -> str:
    return resources.files(__package__).joinpath("assets", file).read_text(encoding="utf-8").strip()


@cache
def _script(file: str) -> tuple[str, str]:
    """A script and its hash, by which the page's policy lets it run."""
    code = _asset(file)
    return code, base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def _held(sections: Sequence[Section]) -> dict[str, Any]:
    """Tables that the page holds as data, by id."""
    stores = [p.store for s in sections for p in s.pictures if p.store is not None]
    stores += [store for s in sections for store in s.stores]
    return {s.id: {"title": s.title, **s.embedded} for s in stores if s.embedded is not None}


def running(text: str) -> Markup:
    """The rule that prints a text at the head of every page, and its number at the foot."""
    letters = "".join(c if c.isascii() and (c.isalnum() or c in " .,:;%()/-") else f"\\{ord(c):x} " for c in text)
    quoted = f'"{letters[:MOST_RUNNING]}"'
    return Markup(
        "@page { @top-left { content: " + quoted + "; font: 8pt system-ui, Arial, sans-serif; color: #5b636b; } }"
    )


def whole_page(
    title: str,
    subtitle: str,
    head: Markup,
    sections: Sequence[Section],
    *,
    scripts: Sequence[str] = SCRIPTS,
    needs_script: str = NEEDS_SCRIPT,
    finding: str = "",
    appendix: str = "",
) -> str:
    """One file from sections in order, headed by what was found if it is given.

    The template escapes whatever is no Markup. Sections from ``appendix`` on begin on a page of their own in print.
    """
    pictures = {p.id: p.embedded for s in sections for p in s.pictures}
    held = _held(sections)
    beside = [
        *([TABLES] if held else []),
        *{ONLY_FOR[p["kind"]]: 0 for p in pictures.values() if p["kind"] in ONLY_FOR},
    ]
    code_of = [_script(file) for file in [*scripts[:2], *beside, *scripts[2:]]]
    return TEMPLATES.get_template("page.html").render(
        title=title,
        subtitle=subtitle,
        finding=finding,
        head=head,
        sections=sections,
        needs_script=needs_script,
        appendix=appendix,
        running=running(f"{clean(subtitle)} / {clean(title)}"),
        style=Markup(colours.style() + _asset("report.css")),
        scripts=[{"code": Markup(code), "digest": digest} for code, digest in code_of],
        pictures=Markup(script_json(pictures)),
        held=Markup(script_json(held)) if held else "",
        land=Markup(world.land()) if "map-chart" in pictures else "",
    )

"""The page of a sweep: its sections in order."""

from __future__ import annotations

from pathlib import Path

from model.output.report.markup import html
from model.output.report.page import whole_page
from model.output.report.swept import answer, effects, one, over, regrets
from model.output.report.swept.reading import read_sweep_folder

SCRIPTS = ("echarts.min.js", "charts.js", "swept.js", "swept_effects.js", "page.js")
NEEDS_SCRIPT = "The pictures and long tables need JavaScript; their figures stand in the CSV files beside this page."


def sweep_page(folder: Path) -> str:
    """The report of a sweep's folder, as HTML. Raises InputError."""
    sweep = read_sweep_folder(folder)
    cases = one.held_cases(sweep)
    sections = [
        answer.answer(sweep),
        answer.factors(sweep),
        *over.over(sweep, cases.store),
        *effects.effects(sweep),
        regrets.regrets(sweep),
        one.one(sweep, cases, folder),
        one.table(cases),
        answer.made(sweep),
    ]
    about = sweep.about
    head = (
        f"{about['first_year']}–{about['last_year']}, USD of {about['price_year']}, present values at "
        f"{about['discount_rate'] * 100:.3g} % a year, {sweep.count:,} cases"
    )
    there = [s for s in sections if s is not None]
    return whole_page(
        str(about["instance"]["title"]), sweep.title, html("<p class='about'>{}</p>", head), there,
        scripts=SCRIPTS, needs_script=NEEDS_SCRIPT,
    )  # fmt: skip

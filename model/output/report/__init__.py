"""``report.html``: a plan that can be read from top to bottom, made from a results folder alone.

``reading`` turns a folder into rows; one module for each part of the story makes sections and pictures of them
(``headline``, ``answer``, ``reasons``, ``building``, ``waiting``, ``supply``, ``flows``, ``world``, ``money``,
``basis``); ``page`` puts them into one file with the scripts and the style of ``assets``. ``swept`` makes the page of a
sweep of other sections in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from model.base import results as base
from model.base.places import write_text
from model.base.problems import InputError, Problem
from model.base.results import REPORT
from model.output.report.page import comparison_page, plan_page
from model.output.report.reading import read_folder
from model.plan.saying.rows import Told

__all__ = [
    "COMPARISON",
    "REPORT",
    "comparison_page",
    "page",
    "plan_page",
    "read_folder",
    "write_comparison",
    "write_report",
]

COMPARISON = "comparison.html"


def page(folders: Sequence[Path]) -> str:
    """The report of one results folder or sweep, or of several plans side by side, as HTML. Raises InputError."""
    swept = [folder for folder in folders if (folder / "sweep.json").is_file()]
    if swept and len(folders) > 1:
        raise InputError(
            [Problem(str(f), None, "", "", "is a sweep, which stands by itself; leave it out") for f in swept]
        )
    if swept:
        from model.output.report.swept.page import sweep_page

        return sweep_page(folders[0])
    found = [read_folder(folder) for folder in folders]
    return plan_page(found[0]) if len(found) == 1 else comparison_page(found)


def write_comparison(plans: Sequence[base.Results], folder: Path) -> Path:
    """Write ``comparison.html`` of several plans into a folder. Raises OSError."""
    file = folder / COMPARISON
    write_text(file, comparison_page([Told(plan) for plan in plans]))
    return file


def write_report(results: base.Results, folder: Path) -> Path:
    """Write ``report.html`` of a plan into a folder. Raises OSError."""
    file = folder / REPORT
    write_text(file, plan_page(Told(results)))
    return file

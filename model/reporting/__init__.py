"""``report.html``: a plan that can be read from top to bottom, made from a results folder alone.

``reading`` turns a folder into rows; one module for each part of the story makes sections and pictures of them
(``answer``, ``building``, ``supply``, ``flows``, ``money``, ``basis``); ``page`` puts them into one file with the
scripts and the style of ``assets``. A page of another kind (of a sweep) is another list of sections in ``page``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from model.reporting.page import comparison_page, plan_page
from model.reporting.reading import Results, read_folder

__all__ = ["REPORT", "Results", "comparison_page", "page", "plan_page", "read_folder", "write_report"]

REPORT = "report.html"


def page(folders: Sequence[Path]) -> str:
    """The report of one results folder, or of several side by side, as HTML. Raises InputError."""
    found = [read_folder(folder) for folder in folders]
    return plan_page(found[0]) if len(found) == 1 else comparison_page(found)


def write_report(folder: Path) -> Path:
    """Write ``report.html`` into a results folder. Raises InputError, OSError."""
    file = folder / REPORT
    file.write_text(page([folder]), encoding="utf-8", newline="\n")
    return file

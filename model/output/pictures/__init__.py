"""Pictures of a plan's results for papers: SVG and PNG, from the result tables alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from model.base.places import new_file
from model.base.problems import InputError, Problem, nearest, quoted
from model.base.results import Results
from model.output.pictures.plan import PlanTables, plan_tables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw", "draw_results"]

WHY_NOT = {
    "shares": "the policy caps no share",
    "capital": "nothing is built",
    "schedule": "nothing is built",
    "output": "the results lack the tables goods and recipes, or nothing is made",
    "costs": "there are no costs",
    "prices": "the results lack the table goods, or name no price of a final good",
    "missed_targets": "no target is missed",
}
"""Why there may be nothing in a picture."""


def draw_results(results: Results | str | Path, out: str | Path) -> tuple[list[Path], list[str]]:
    """Draw the main pictures of a plan (or of its results folder) into ``out``; the same results give the same bytes.

    Returns the files written, and for each picture that was not drawn why. Raises InputError where the folder holds
    no results.
    """
    plan = plan_tables(results)
    files, left_out = pictures(plan)
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        with new_file(out / name) as beside:
            beside.write_bytes(data)
    return [out / name for name in files], left_out


def draw(results: Results | str | Path, picture: str) -> Figure:
    """One picture of a plan, or of its results folder, as a matplotlib figure, to show or to change.

    ``picture`` is one of ``shares``, ``capital``, ``schedule``, ``output``, ``costs``, ``prices``, ``missed_targets``.
    Raises InputError for another, and where the plan has nothing to draw in it.
    """
    import matplotlib

    from model.output.pictures.style import STYLE

    known = _drawn()
    if picture not in known:
        expected = f"is not a picture; known: {', '.join(known)}"
        raise InputError([Problem("picture", None, "", quoted(picture), expected, nearest(picture, known))])
    with matplotlib.rc_context(STYLE):
        figure = known[picture](plan_tables(results))
    if figure is None:
        raise InputError([Problem("picture", None, "", quoted(picture), WHY_NOT[picture])])
    return figure


def pictures(plan: PlanTables) -> tuple[dict[str, bytes], list[str]]:
    """Every picture by file name, and for each that is left out why."""
    import matplotlib

    from model.output.pictures.style import STYLE, rendered

    files: dict[str, bytes] = {}
    left_out = []
    with matplotlib.rc_context(STYLE):
        for name, drawing in _drawn().items():
            figure = drawing(plan)
            if figure is None:
                left_out.append(f"{name}: {WHY_NOT[name]}")
                continue
            files |= rendered(figure, name)
    return files, left_out


def _drawn() -> dict[str, Callable[[PlanTables], Figure | None]]:
    from model.output.pictures import building, money, supply, targets

    return {
        "shares": targets.shares,
        "capital": building.capital,
        "schedule": building.schedule,
        "output": supply.output,
        "costs": money.costs,
        "prices": money.prices,
        "missed_targets": targets.missed,
    }

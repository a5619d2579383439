"""Is this instance sound, and how well are its figures known? ``solve.py --check`` solves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.cli.command import DONE, printing

if TYPE_CHECKING:
    import argparse


def check(call: argparse.Namespace) -> int:
    """Read, judge, show warnings and the pedigree of the figures."""
    from model.base.words import clean, several
    from model.cli.calls import parts
    from model.cli.planning.asked import asked
    from model.instance.warnings.every import warnings
    from model.instance.warnings.figures import figures
    from model.output.terminal.console import console

    instance = asked(call, call.policy or ([""] if parts(call)[1] else [])).instance
    odd = warnings(instance)
    out = console()
    with printing():
        out.print(f"{clean(instance.title)}: sound.", style="bold green")
        for warned in odd:
            out.print(f"  warning: {clean(warned)}", style="yellow")
        out.print(f"\n{len(odd)} warning(s). How the figures are known (figures by table):", style="bold")
        out.print(figures(instance).to_string(index=False))
        if seen := len(instance.tables["observations"]):
            beside = "calibration.csv of each plan sets what was observed beside the plan's own figures"
            out.print(f"\n{several(seen, 'observation')} in observations.csv: {beside}.", soft_wrap=True)
    return DONE

"""What a year less of lead time is worth: solve a plan, then again for each plant that could be built a year faster.

    python scripts/lead_times.py INSTANCE [--policy NAME|FILE] [--set KEY=VALUE] [--out FILE]

Exit codes: 0 the table is written; 1 unexpected failure; 2 the call or the instance is wrong (nothing was solved); 4
stopped by the user.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from model.cli.calls import assignment, split  # noqa: E402
from model.cli.command import DONE, guarded, progress  # noqa: E402

if TYPE_CHECKING:
    import pandas as pd

    from model.plan.plan import Plan

MOST_ROWS = 24


def main(argv: list[str] | None = None) -> int:
    """Run the call; returns the exit code."""
    parser = argparse.ArgumentParser(prog="lead_times.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("instance", type=Path, help="folder of the instance, such as instances/allied-2045")
    parser.add_argument("--policy", default="", metavar="NAME|FILE", help="a policy; default: the instance's own")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", type=assignment, help="override a scalar"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: results/INSTANCE/POLICY-lead-times.csv")
    call = parser.parse_args(argv)
    return guarded(lambda: run(call), failed="Unexpected failure. Nothing was written.")


def run(call: argparse.Namespace) -> int:
    """Read, solve, solve again, write, show."""
    logging.getLogger("pyomo.core").setLevel(logging.CRITICAL)  # it would report a Ctrl-C as an error of its own
    with progress() as say:
        say("starting")
        from model.analysis.lead_times.lead_times import COLUMNS, lead_times
        from model.base.places import check_made_by_us
        from model.base.words import console
        from model.instance.reading import policy, read
        from model.plan.plan import solve

        own, asked = split(dict(call.set))
        instance = read(call.instance, own)
        name = policy(instance, call.policy, asked).name
        file = call.out or Path("results") / instance.name / f"{name}-lead-times.csv"
        check_made_by_us(file, f"{','.join(COLUMNS)}\n".encode())
        plan = solve(instance, call.policy, asked, say=say)
        found = lead_times(plan, say=say)
        write(found, file)
    try:
        for part in shown(plan, found, file):
            console().print(part)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read along has seen enough; the table is written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def write(found: pd.DataFrame, file: Path) -> None:
    """Write the table whole or not at all; Ctrl-C waits until that is done."""
    from model.base.places import new_file, write_table

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with new_file(file) as beside:
            write_table(beside, found)
    finally:
        signal.signal(signal.SIGINT, before)


def shown(plan: Plan, found: pd.DataFrame, file: Path) -> Iterator[Any]:
    """The plants that matter, most first, for a terminal of 80 columns."""
    from rich.text import Text

    from model.base.words import clean, heading

    yield heading(f"What a year less of lead time saves: {clean(plan.instance.title)}")
    said = "Every target is met." if plan.compliant else f"{plan.summary['shortfall_t']:,.0f} t fall short."
    yield Text(f"{clean(plan.policy.title)}. {said}\n")
    idle = (found["shortfall_saved_t"] == 0) & (found["saving_usd"] == 0)
    rows = found[~idle]
    if len(rows):
        yield ranking(rows.head(MOST_ROWS))
    more = f"{len(rows) - MOST_ROWS} more: {file}. " if len(rows) > MOST_ROWS else ""
    yield Text(f"{more}A year less would save nothing at {idle.sum()} of the {len(found)} plants that can be built.")
    note = (
        "Years: the lead time now. Each plant by itself is given one year less; nothing else changes, and savings of "
        "several plants don't add up. Saved: present value at this plan's shortfall, with a year's interest."
    )
    if rows["shortfall_saved_t"].ne(0).any():
        note += " Less short: by how much the least total shortfall falls."
    yield Text(note, style="dim")
    yield Text(f"Table: {file}")


def ranking(rows: pd.DataFrame) -> Any:
    """The ranked plants; without shortfall where none changes."""
    from model.base.words import clean, table

    unit, name = (1e6, "saved m USD") if rows["saving_usd"].abs().max() >= 1e6 else (1.0, "saved USD")
    amounts = [("saving_usd", unit, ",.2f" if unit > 1 else ",.0f", name)]
    if rows["shortfall_saved_t"].ne(0).any():
        amounts.insert(0, ("shortfall_saved_t", 1.0, ",.0f", "less short t"))
    shown = table(
        ("", "right"), ("plant", "left"), ("where", "left"), ("stage", "left"), ("years", "right"),
        *((head, "right") for *_, head in amounts),
    )  # fmt: skip
    for row in rows.to_dict("records"):
        about = (str(row["rank"]), *(clean(row[c]) for c in ("name", "region", "stage", "lead_time_years")))
        figures = ("-" if row[key] != row[key] else format(row[key] / per, how) for key, per, how, _ in amounts)
        shown.add_row(*about, *figures)
    return shown


if __name__ == "__main__":
    sys.exit(main())

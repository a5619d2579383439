"""What does a stop of exports do to this plan? Who is served for how long, what gives way first, what would help.

Each supplier in turn ships no more out of itself, everything or one stage; plants and stocks are the plan's, nothing is
foreseen and nothing new is built.

Exit codes: 0 done; 1 unexpected failure; 2 the call, the results or the instance are wrong; 4 stopped.
"""

from __future__ import annotations

import os
from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import add_out, add_traceback, add_workers, parser_of
from model.cli.command import DONE, ROOT, Command, printing, undisturbed
from model.cli.progress import counted

if TYPE_CHECKING:
    import argparse

    from model.base.results import Results
    from model.instance.instance import Instance


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("stress", __doc__)
    add = parser.add_argument
    add("results", type=Path, help="results folder of a plan, such as results/allied-2045/allied-65")
    add("--instance", type=Path, metavar="DIR", help="folder of the plan's instance; default: instances/ and its name")
    add(
        "--buyer",
        nargs="+",
        default=[],
        metavar="PLACE",
        help="regions or groups to serve; default: the policy's buyers",
    )
    add(
        "--supplier",
        nargs="+",
        default=[],
        metavar="PLACE",
        help="who stops; default: every region that makes something",
    )
    add("--pairs", action="store_true", help="each two suppliers together as well")
    add(
        "--scope",
        nargs="+",
        default=[],
        metavar="STAGE",
        help="what stops: all, or stages; default: all, and each stage",
    )
    add("--months", type=numbers, default=(), metavar="M,M", help="lengths; default: 1,3,6,12")
    add(
        "--years", type=years, default=(), metavar="Y,Y", help="years in which it begins (2030,2032-2035); default: all"
    )
    add("--others", type=float, default=0.0, metavar="SHARE", help="of everybody else's demand, served too; default: 0")
    add("--first", type=names, default=(), metavar="S,S", help="sectors in the order in which they are served")
    add_out(parser, "default: beside the results, with -stress to its name")
    add_workers(parser, "years at a time; changes no byte; default: the cores")
    add_traceback(parser)
    return parser.parse_args(argv)


def names(text: str) -> tuple[str, ...]:
    """Names between commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def numbers(text: str) -> tuple[float, ...]:
    """Numbers between commas."""
    try:
        return tuple(float(part) for part in names(text))
    except ValueError:
        raise ArgumentTypeError(f'"{text}": expected numbers with commas between them, such as 1,3,6') from None


def years(text: str) -> tuple[int, ...]:
    """Years and ranges of them between commas."""
    found: list[int] = []
    try:
        for part in names(text):
            first, _, last = part.partition("-")
            found += range(int(first), int(last or first) + 1)
    except ValueError:
        raise ArgumentTypeError(f'"{text}": expected years with commas between them, such as 2030,2032-2035') from None
    return tuple(found)


def run(call: argparse.Namespace) -> int:
    """Read, test, write, show."""
    with counted("reading") as tell:
        from model.analysis.stress import hedges, stress
        from model.analysis.stress.sentences import reference, worst_of
        from model.base.results import read_results
        from model.output.pictures.stress import draw_stress
        from model.output.terminal.console import console
        from model.output.terminal.questions.stress import report
        from model.plan.stress.stress import check_stress_place

        plan = read_results(call.results)
        instance = instance_of(plan, call.instance)
        folder = call.out or call.results.with_name(f"{call.results.resolve().name}-stress")
        check_stress_place(folder)
        found = stress(
            plan, instance, buyers=call.buyer, suppliers=call.supplier, pairs=call.pairs, scopes=call.scope,
            months=call.months, years=call.years, others=call.others, first=call.first,
            workers=call.workers or os.cpu_count() or 1, tell=tell,
        )  # fmt: skip
        case = worst_of(found, reference(found))
        help_ = None if case is None else hedges(plan, instance, found.asked, case)
    with undisturbed():
        found.write(folder, plan.summary, help_, lambda s, at: draw_stress(s, instance, at))
        call.written.append(folder)
    with printing():
        for part in report(found, instance, plan.summary["policy"]["name"], help_):
            console().print(part)
        console().print(f"\nResults: {folder}")
    return DONE


def instance_of(plan: Results, folder: Path | None) -> Instance:
    """The instance that a plan is for, with the edits that it was made with. Raises InputError."""
    from model.base.problems import InputError, Problem
    from model.instance.reading import read
    from model.plan.saying.summary import instance_hash

    about = plan.summary["instance"]
    places = [folder] if folder else [Path("instances") / about["name"], ROOT / "instances" / about["name"]]
    place = next((p for p in places if (p / "instance.toml").exists()), places[0])
    if folder is None and not place.exists():
        expected = f"its instance isn't in {place}; say where with --instance"
        raise InputError([Problem(str(plan.folder), None, "", "", expected)])
    instance = read(place, (plan.summary.get("overrides") or {}).get("instance"))
    if instance_hash(instance) != about["sha256"]:
        expected = (
            f"was made with other figures than {place} holds now; solve it again, or name its instance with --instance"
        )
        raise InputError([Problem(str(plan.folder), None, "", "", expected)])
    return instance


COMMAND = Command(arguments, run)

"""What does it cost not to know what comes? Each year decided on what is known then, beside the plan with foresight.

The knowledge file is a CSV table, a row an edit: known_from and known_to (the years in which planners reckon with it),
really (yes: so the world goes), edit (as --edit takes it), source, note. What is decided in a year stays; the year then
runs as it really goes.

Exit codes: 0 done; 1 unexpected failure; 2 the call, the knowledge or the instance is wrong (nothing was solved); 4
stopped by the user.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import add_instance, add_out, add_policy, add_set, add_traceback, parser_of
from model.cli.command import DONE, Command, printing, undisturbed
from model.cli.progress import progress

if TYPE_CHECKING:
    import argparse


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("roll", __doc__)
    add_instance(parser)
    add_policy(parser)
    add = parser.add_argument
    add("--knowledge", type=Path, required=True, metavar="FILE", help="what is known when, and what is real")
    add_set(parser)
    add("--check", action="store_true", help="judge the knowledge, say what is new in which year, and stop")
    add_out(parser, "default: results/INSTANCE/POLICY-roll-FILE")
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read, plan year by year, write, show."""
    with progress() as say:
        say("reading")
        from model.analysis.roll import roll
        from model.analysis.roll.answer import check_roll_place
        from model.analysis.roll.knowledge import read_knowledge, worlds_of
        from model.base.problems import InputError, Problem
        from model.cli.planning.asked import asked
        from model.output.terminal.console import console
        from model.output.terminal.questions.roll import known, report

        problems: list[Problem] = []
        knowledge, made = None, None
        try:
            knowledge = read_knowledge(call.knowledge)
        except InputError as error:
            problems += error.problems
        try:
            made = asked(call, [call.policy])
        except InputError as error:
            problems += error.problems
        if problems or made is None or knowledge is None:
            raise InputError(problems)
        if call.check:
            worlds = worlds_of(made.instance, knowledge)
            with printing():
                console().print(known(worlds))
            return DONE
        name = f"{made.folder_name(made.policies[0])}-roll-{call.knowledge.stem}"
        folder = call.out or Path("results") / made.instance.name / name
        check_roll_place(folder)
        found = roll(made.instance, made.policies[0], knowledge=knowledge, overrides=made.sets, say=say)
    with undisturbed():
        call.written.append(found.write(folder))
    with printing():
        for part in report(found, folder):
            console().print(part)
    return DONE


COMMAND = Command(arguments, run)

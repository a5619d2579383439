"""Would the plan have told what happened? A piece of history, told again from what was known then.

The states of knowledge are made from one knowledge file (as for roll.py, with a topic in each row): all as it was
believed; then topic by topic as it really went; then decided year by year. Each is set against a supplier's share of a
place's imports as it was seen, beside two lines that need no model.

Exit codes: 0 done; 1 unexpected failure; 2 the call or the input is wrong (nothing was solved); 4 stopped by the user.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import add_instance, add_out, add_policy, add_set, add_traceback, parser_of, whole
from model.cli.command import DONE, Command, printing, undisturbed
from model.cli.progress import progress

if TYPE_CHECKING:
    import argparse


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("backtest", __doc__)
    add = parser.add_argument
    add_instance(parser, ", such as instances/japan-2010")
    add_policy(parser)
    add("--knowledge", type=Path, metavar="FILE", help="default: INSTANCE/evidence/knowledge.csv")
    add("--observed", type=Path, metavar="FILE", help="shares that were seen; default: INSTANCE/evidence/observed.csv")
    add("--known", type=whole, metavar="YEAR", help="year of the first state; default: the second of the horizon")
    add("--check", action="store_true", help="judge all of it, and stop")
    add_set(parser)
    add_out(parser, "default: results/INSTANCE/POLICY-backtest")
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read, tell again, write, show."""
    with progress() as say:
        say("reading")
        from model.analysis.roll.backtest import check_backtest_place
        from model.analysis.roll.knowledge import read_knowledge
        from model.analysis.roll.states import States
        from model.base.problems import InputError
        from model.cli.planning.asked import asked
        from model.output.pictures.backtest import draw_backtest
        from model.output.terminal.console import console
        from model.output.terminal.questions.backtest import report

        evidence = call.instance / "evidence"
        known = call.knowledge or evidence / "knowledge.csv"
        try:
            made = asked(call, [call.policy])
        except InputError as error:
            problems = list(error.problems)
            try:
                read_knowledge(known)
            except InputError as also:
                problems += also.problems if call.instance.is_dir() else ()
            raise InputError(problems) from None
        instance, policy = made.instance, made.policies[0]
        folder = call.out or Path("results") / instance.name / f"{made.folder_name(policy)}-backtest"
        check_backtest_place(folder)
        states = States(instance, policy, known, call.observed or evidence / "observed.csv", call.known, say)
        if call.check:
            topics = ", ".join(states.knowledge.topics)
            with printing():
                console().print(f"{len(states.knowledge.facts)} edits about {topics}: sound", markup=False)
            return DONE
        found = states.answer()
    with undisturbed():
        call.written.append(found.write(folder, draw_backtest))
    with printing():
        for part in report(found, folder):
            console().print(part)
    return DONE


COMMAND = Command(arguments, run)

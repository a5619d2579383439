"""Is this plan sound? Every limit, balance, share and cost re-derived from an instance and result tables.

Exit codes: 0 the plan is sound; 1 unexpected failure; 2 the call, the instance or the tables are wrong; 3 it breaks a
rule; 4 stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import add_instance, add_policy, add_traceback, parser_of
from model.cli.command import DONE, MISSED, Command, printing

if TYPE_CHECKING:
    import argparse

    import pandas as pd

SHOWN = 40


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("check_plan", __doc__)
    add_instance(parser, " that the plan is for")
    parser.add_argument("results", type=Path, help="results folder: its tables and summary.json")
    add_policy(parser, "policy to judge by; default: the one that summary.json names")
    said = "futures that were planned for; default: those that summary.json names"
    parser.add_argument("--scenarios", default="", metavar="NAME|FILE", help=said)
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read, judge, show what the plan breaks."""
    from model.base.problems import InputError, Problem
    from model.base.summaries import judge_asked
    from model.check import read_results, unjudged, violations
    from model.instance.reading import policy, read, scenario

    results = read_results(call.results)
    if wrong := judge_asked(results.summary):
        raise InputError(wrong)
    sets = results.summary.get("overrides") or {}
    instance = read(call.instance, sets.get("instance"))
    asked = call.policy or (results.summary.get("policy") or {}).get("name")
    if not asked:
        raise InputError([Problem("summary.json", None, "policy", "", "names no policy; name one with --policy")])
    edits = (results.summary.get("policy") or {}).get("edits")
    if edits and not call.policy:
        expected = f"was edited in Python ({', '.join(edits)}); name a policy file that says so with --policy"
        raise InputError([Problem("summary.json", None, "policy", f'"{asked}"', expected)])
    by = policy(instance, asked, sets.get("policy"))
    told = call.scenarios or results.summary.get("scenario")
    futures = scenario(instance, told) if told else None
    broken = violations(instance, by, results.tables, results.summary, futures)
    with printing():
        show(broken, call.results, asked)
        apart, absent = unjudged(results.tables, bool(by.traced))
        print(f"Not judged, for they describe or follow from prices: {', '.join(apart)}.")
        if absent:
            print(f"Absent, and taken as empty: {', '.join(absent)}.")
    return MISSED if len(broken) else DONE


def show(broken: pd.DataFrame, results: Path, policy: str) -> None:
    """The verdict and the rows behind it."""
    if not len(broken):
        print(f"{results}: sound. Every limit, balance, share and cost of policy {policy} was re-derived.")
        return
    print(f"{results}: breaks {len(broken)} check(s) of these rules: {', '.join(broken['rule'].unique())}")
    print(broken.head(SHOWN).to_string(index=False))
    if len(broken) > SHOWN:
        print(f"and {len(broken) - SHOWN} more")


COMMAND = Command(arguments, run, left=lambda _: "Nothing was judged.")

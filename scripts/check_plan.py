"""Judge a plan from anywhere: re-derive every limit, balance, share and cost from an instance and result tables.

    python scripts/check_plan.py INSTANCE RESULTS

Exit codes: 0 the plan is sound; 3 it breaks a rule; 2 the call, the instance or the tables are wrong.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from model.base.problems import InputError, Problem  # noqa: E402
from model.check import read_results, violations  # noqa: E402
from model.instance.reading import policy, read  # noqa: E402

SOUND, WRONG, BROKEN = 0, 2, 3
SHOWN = 40


def main(argv: list[str] | None = None) -> int:
    """Judge one results folder; returns the exit code."""
    parser = argparse.ArgumentParser(prog="check_plan.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("instance", type=Path, help="folder of the instance that the plan is for")
    parser.add_argument("results", type=Path, help="results folder: its tables and summary.json")
    parser.add_argument("--policy", help="policy to judge by; default: the one that summary.json names")
    call = parser.parse_args(argv)
    try:
        return judge(call.instance, call.results, call.policy)
    except InputError as error:
        print(error, file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 4


def judge(folder: Path, results: Path, name: str | None) -> int:
    """Print what the plan breaks."""
    found = read_results(results)
    summary = found.summary
    sets = summary.get("overrides") or {}
    instance = read(folder, sets.get("instance"))
    asked = name or (summary.get("policy") or {}).get("name")
    if not asked:
        raise InputError([Problem("summary.json", None, "policy", "", "names no policy; name one with --policy")])
    broken = violations(instance, policy(instance, asked, sets.get("policy")), found.tables, summary)
    if not len(broken):
        print(f"{results}: sound. Every limit, balance, share and cost of policy {asked} was re-derived.")
        return SOUND
    print(f"{results}: breaks {len(broken)} check(s) of these rules: {', '.join(broken['rule'].unique())}")
    print(broken.head(SHOWN).to_string(index=False))
    if len(broken) > SHOWN:
        print(f"and {len(broken) - SHOWN} more")
    return BROKEN


if __name__ == "__main__":
    sys.exit(main())

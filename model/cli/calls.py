"""The call of ``solve.py``, parsed and judged before anything is read."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

INSTANCE_KEYS = ("title", "description", "horizon", "finance", "defaults", "envelope")


def arguments(about: str, argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed; ``about`` is what ``--help`` says before and after the options."""
    text = about.partition("\n\n")
    parser = argparse.ArgumentParser(prog="solve.py", description=text[0], epilog=text[2], allow_abbrev=False)
    parser.add_argument("instance", type=Path, help="folder of the instance, such as instances/allied-2045")
    parser.add_argument(
        "--policy", action="append", default=[], metavar="NAME|FILE",
        help="a policy of the instance or a policy file; default: the instance's own; twice or more: side by side",
    )  # fmt: skip
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", type=assignment,
        help="override a scalar: finance.discount_rate=0.03, share_cap.0.max=0.5",
    )  # fmt: skip
    parser.add_argument(
        "--goal", default="cost", metavar="GOAL",
        help="what comes before cost: cost (nothing), exposure (the least largest share under any cap), "
        "capital (the least overnight capital), earliest (the earliest year from which all holds)",
    )  # fmt: skip
    parser.add_argument(
        "--explain", action="store_true",
        help="why targets are missed and what would meet them, each way out proved by another solve",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="DIR", help="results folder; default: results/INSTANCE/POLICY")
    parser.add_argument("--check", action="store_true", help="read and check the instance, show warnings, and stop")
    parser.add_argument("--json", action="store_true", help="print summary.json in place of the text")
    parser.add_argument("--threads", type=whole, metavar="N", help="policies solved at a time; default: the cores")
    parser.add_argument("--time-limit", type=float, metavar="S", default=float("inf"), help="seconds for all solves")
    parser.add_argument("--no-report", action="store_true", help="leave out report.html")
    parser.add_argument("--xlsx", action="store_true", help="also write all tables as one workbook, results.xlsx")
    parser.add_argument("--traceback", action="store_true", help="show where an unexpected failure came from")
    call = parser.parse_args(argv)
    if call.explain and (len(call.policy) > 1 or call.goal != "cost"):
        parser.error("--explain speaks of one policy, and of the goal cost")
    return call


def assignment(text: str) -> tuple[str, Any]:
    """KEY=VALUE with the value as TOML reads it, or as text."""
    import tomllib

    key, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[\w\-]+(\.[\w\-]+)*", key.strip()):
        raise argparse.ArgumentTypeError(f'"{text}" is not KEY=VALUE, such as finance.discount_rate=0.03')
    try:
        return key.strip(), tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()


def whole(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number of at least 1')
    return int(text)


def split(sets: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Overrides of the instance and of the policy. Raises InputError where a key belongs to neither."""
    from model.base.problems import InputError, Problem, nearest
    from model.instance.kinds import KINDS

    known = [*INSTANCE_KEYS, *KINDS]
    wrong = [(key, key.split(".")[0]) for key in sets if key.split(".")[0] not in known]
    if wrong:
        expected = f"expected a key that begins with {', '.join(known)}"
        raise InputError(Problem(f"--set {key}", None, "", "", expected, nearest(head, known)) for key, head in wrong)
    own = {k: v for k, v in sets.items() if k.split(".")[0] in INSTANCE_KEYS}
    return own, {k: v for k, v in sets.items() if k not in own}
